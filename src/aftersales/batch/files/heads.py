"""Read the heads of columns: the id of an indicator, its title, or both. Those of findings may be the form's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aftersales.batch.columns import Array, np, pa
from aftersales.evaluation.findings import TEXTS
from aftersales.evaluation.rows import COLUMNS as FINDING_COLUMNS
from aftersales.evaluation.rows import INDICATOR, is_empty
from aftersales.evaluation.rules import check_restated, ids_by_title
from aftersales.evaluation.workbook.layout import COLUMNS, KINDS, stated_limit
from aftersales.problems.collector import MAX_PROBLEMS, Collector, citing
from aftersales.problems.errors import EvaluationError
from aftersales.problems.extras import require
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, to_problem
from aftersales.standard.standard import Standard
from aftersales.text.normalize import plain

__all__ = ["by_keys", "is_head", "is_of_findings", "named_by_ids", "numbers_of_findings"]

compute = require("pyarrow.compute", "batch")

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
    ids = _indicators(names, standard)
    with Collector(EvaluationError, clause_of=standard.clause) as problems:
        for name, id in ids.items():
            if (written := _ID_AND_TITLE.fullmatch(plain(name))) and written[1] != id:
                problems.add(_mismatch(name, written[1], standard))
    return [ids.get(name, name) for name in names]


def _indicators(names: Sequence[str], standard: Standard) -> dict[str, str]:
    """The id of the indicator of each name that has its title, or its id and its title."""
    titles = {name: match[2] for name in names if (match := _ID_AND_TITLE.fullmatch(plain(name)))}
    ids = ids_by_title({*names, *titles.values()}, standard)
    found = {name: ids.get(titles.get(name, name)) for name in names}
    return {name: id for name, id in found.items() if id in standard.layout.positions}


def is_head(names: Sequence[str], standard: Standard) -> bool:
    """Whether names are those of a table: of two indicators or more, or of findings.

    >>> from aftersales import load_standard
    >>> standard = load_standard(edition="2025-12-04")
    >>> is_head(["店", "5.1.1.1", "5.1.1.2"], standard), is_head(["甲店", "5.1.1.1", "定性"], standard)
    (True, False)
    """
    ids = {_indicators(names, standard).get(name, name) for name in names}
    return is_of_findings(names) or len(ids & standard.layout.positions.keys()) > 1


def _mismatch(name: str, id: str, standard: Standard) -> Violation:
    """The violation of an id beside the title of another indicator."""
    allowed = standard[id].title if id in standard else "–"
    context = {"what": phrase("what.title"), "indicator": id, "found": name, "allowed": allowed}
    return Violation("title-mismatch", ("columns", name), context)


# --- findings ----------------------------------------------------------------------------------------------------

_ID = "编号"
_KEYS = {word: column.key for column in COLUMNS if column.is_input for word in column.words} | {_ID: INDICATOR}
"""The keys of the columns of findings, by the heads of the form."""

_NUMBERS = {*FINDING_COLUMNS} - {INDICATOR, "kind", "evidence", "confirmed_by", *TEXTS}
"""The keys of the numbers of findings."""

_LIMITS = ("at_least", "at_most")
_RESTATED = {plain(column.head): column.key for column in COLUMNS if column.key in ("title", "points")}
"""The keys of what the form repeats of the standard, by its heads."""

_TOLD = {column.head for column in COLUMNS if not column.is_input and column.head != _ID}
"""The heads under which the form repeats the standard."""


def is_of_findings(names: Iterable[str]) -> bool:
    """Whether columns are those of findings, one a row.

    >>> is_of_findings(["shop", "indicator", "kind"]), is_of_findings(["店", "编号", "认定方式"])
    (True, True)
    >>> is_of_findings(["shop", "5.1.1.1", "kind"])
    False
    """
    return {INDICATOR, "kind"} <= {_KEYS.get(plain(name), name) for name in names}


def numbers_of_findings(names: Sequence[str]) -> dict[int, str]:
    """The columns that hold the numbers of findings, such as the actual value: their places and keys.

    >>> numbers_of_findings(["店", "编号", "认定方式", "实际值", "原因"]), numbers_of_findings(["店", "实际值"])
    ({3: 'actual'}, {})
    """
    if not is_of_findings(names):
        return {}
    keys = [_KEYS.get(plain(name), name) for name in names]
    return {place: key for place, key in enumerate(keys) if key in _NUMBERS}


def by_keys(table: Any, standard: Standard, lines: Callable[[Array], Array]) -> Any:
    """A table of findings with the keys of the file format in place of the words of the form, in heads and kinds.

    Under the heads of the form, what it repeats of the standard is compared with the standard and left out. A row that
    repeats the head becomes an empty one. ``lines`` gives the numbers of rows for people. Raises
    :class:`~aftersales.EvaluationError` for rows that repeat the standard otherwise.
    """
    table = _without_heads(table)
    if _ID in map(plain, table.column_names):
        _ensure_restated(table, standard, lines)
        table = table.select([name for name in table.column_names if plain(name) not in _TOLD])
        for place, name in enumerate(table.column_names):
            if _KEYS.get(plain(name)) in _LIMITS:
                cells = pa.array(map(_without_stated, table[name].to_pylist()), table[name].type)
                table = table.set_column(place, name, cells)
    table = table.rename_columns([_KEYS.get(plain(name), name) for name in table.column_names])
    place = table.schema.get_field_index("kind")
    if place < 0 or not pa.types.is_string(table.schema.field(place).type):
        return table
    kinds = table["kind"].combine_chunks().dictionary_encode()
    words = [KINDS.get(plain(word), word) for word in kinds.dictionary.to_pylist()]
    made = pa.DictionaryArray.from_arrays(kinds.indices, pa.array(words, pa.string()))
    return table.set_column(place, "kind", made.dictionary_decode())


def _without_heads(table: Any) -> Any:
    """The table with an empty row in place of each that repeats the head, as in sheets that were put together."""
    heads = {_KEYS.get(plain(name), name): name for name in table.column_names}
    is_head: Any = None
    for name in (heads[INDICATOR], heads["kind"]):
        column = table.column(table.column_names.index(name))
        if not pa.types.is_string(column.type):
            return table
        same = compute.equal(column, name)
        is_head = same if is_head is None else compute.and_(is_head, same)
    if not compute.any(is_head).as_py():
        return table
    is_head = is_head.combine_chunks().fill_null(False)
    columns = [compute.if_else(is_head, pa.scalar(None, column.type), column) for column in table.columns]
    return pa.table(columns, table.schema)


def _ensure_restated(table: Any, standard: Standard, lines: Callable[[Array], Array]) -> None:
    """Chapter 5: the title, points and limit beside an id are those of the standard, so that a moved id is noticed."""
    known = {name: _RESTATED.get(plain(name)) or _KEYS.get(plain(name), "") for name in table.column_names}
    keys = {name: key for name, key in known.items() if key in (INDICATOR, *_LIMITS, *_RESTATED.values())}
    first: dict[tuple[Any, ...], int] = {}
    for number, cells in enumerate(zip(*(table[name].to_pylist() for name in keys), strict=True), 1):
        first.setdefault(cells, number)
    found: list[tuple[Violation, int]] = []
    for cells, number in first.items():
        texts = {key: str(cell) for key, cell in zip(keys.values(), cells, strict=True) if not is_empty(cell)}
        id = texts.pop(INDICATOR, None)
        texts |= {name: stated_limit(plain(texts[name])) or "" for name in _LIMITS if name in texts}
        stated = {name: text for name, text in texts.items() if text}
        found += [(each, number) for each in check_restated({str(id): stated}, {str(id): None}, standard, None)]
    numbers = lines(np.array([number for _, number in found], np.int64)).tolist() if found else []
    problems = [to_problem(each, (line, 1)) for (each, _), line in zip(found, numbers, strict=True)]
    if problems:
        raise EvaluationError(citing(problems[:MAX_PROBLEMS], standard.clause))


def _without_stated(cell: Any) -> Any:
    """A limit; None for one of the standard that the form repeats."""
    return None if isinstance(cell, str) and stated_limit(plain(cell)) else cell
