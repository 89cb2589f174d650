"""The blank rectification as YAML, to be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aftersales.files.format_versions import version_of
from aftersales.files.writing import as_line
from aftersales.standard.examples import example_ids
from aftersales.standard.standard import Standard
from aftersales.text.columns import padded
from aftersales.text.sanitize import clean
from aftersales.text.sentences import Sentences

__all__ = ["blank_rectification"]

_say = Sentences("certification")

WIDE = 60  # characters of a line before its hint
_LINES = {
    "number": "# number: …",
    "on": "# on: 2026-01-01",
    "occasion": "# occasion: evaluation",
    "body": "# body: {name: …, approval_number: …}",
    "subject": "# subject: {organisation: …}",
    "items": (
        "# items:\n  # - indicator: {indicator}\n  #   problem: …\n  #   requirement: …\n  #   due: 2026-02-01\n"
        "  #   responsible: …"
    ),
}


def blank_rectification(standard: Standard, known: Mapping[str, Any], lang: str = "zh") -> str:
    """A rectification to be filled in as YAML, with comments in that language.

    ``known`` are the parts that are known, as plain data.

    >>> from aftersales import load_standard
    >>> print(blank_rectification(load_standard(), {"on": "2027-02-11"}).splitlines()[5].rstrip())
    on: "2027-02-11"
    """
    return "".join(_written(standard, known, lang))


def _written(standard: Standard, known: Mapping[str, Any], lang: str) -> Iterator[str]:
    title, of = _say(lang, "rectification.title"), clean(standard.title.text(lang))
    yield f"# {_say(lang, 'plan.of_standard', title=title, standard=of)}\n"
    yield f"format: {version_of('rectification')}\nstandard: {standard.id}\nedition: {standard.edition}\n"
    indicator = example_ids(standard).indicator
    for key, text in _LINES.items():
        if key in known:
            yield f"{key}: {as_line(known[key])}\n"
            continue
        first, *others = text.replace("{indicator}", indicator).split("\n")
        yield f"{padded(first, WIDE)} # {_say(lang, f'rectification.hint.{key}')}\n"
        yield from (f"{line}\n" for line in others)
