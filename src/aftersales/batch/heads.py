"""Read the heads of columns: the id of an indicator, its title, or both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aftersales.evaluation.rules import ids_by_title
from aftersales.problems.collector import Collector
from aftersales.problems.errors import EvaluationError
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard
from aftersales.text.normalize import plain

__all__ = ["named_by_ids"]

_ID_AND_TITLE = re.compile(r"([0-9]+(?:\.[0-9]+)+)[\s、:：\-–—_]*(\S.*)", re.DOTALL)


def named_by_ids(names: Sequence[str], standard: Standard) -> list[str]:
    """The names of columns, with its id in place of the title of an indicator, and of an id and its title.

    Other names are unchanged. Raises :class:`~aftersales.EvaluationError` for an id beside the title of another
    indicator (``title-mismatch``).

    >>> from aftersales import load_standard
    >>> standard = load_standard(edition="2025-12-04")
    >>> title = standard["5.1.2.2"].title.zh
    >>> named_by_ids(["店", "5.1.1.1", title, f"5.1.2.2 {title}", "5.1.2.2 备注"], standard)
    ['店', '5.1.1.1', '5.1.2.2', '5.1.2.2', '5.1.2.2 备注']
    """
    parts = {name: match for name in names if (match := _ID_AND_TITLE.fullmatch(plain(name)))}
    titles = {name: part[2] for name, part in parts.items()}
    ids = ids_by_title({*names, *titles.values()}, standard)
    found: list[str] = []
    with Collector(EvaluationError, clause_of=standard.clause) as problems:
        for name in names:
            id = ids.get(titles.get(name, name))
            if id not in standard.layout.positions:
                found.append(name)
                continue
            found.append(id)
            if name in parts and parts[name][1] != id:
                problems.add(_mismatch(name, parts[name][1], standard))
    return found


def _mismatch(name: str, id: str, standard: Standard) -> Violation:
    """The violation of an id beside the title of another indicator."""
    allowed = standard[id].title if id in standard else "–"
    context = {"what": phrase("what.title"), "indicator": id, "found": name, "allowed": allowed}
    return Violation("title-mismatch", ("columns", name), context)
