"""The blank plan as YAML, to be filled in."""

from __future__ import annotations

from collections.abc import Iterator

from aftersales.files.format_versions import version_of
from aftersales.standard.examples import example_ids
from aftersales.standard.standard import Standard
from aftersales.text.columns import padded
from aftersales.text.sanitize import clean
from aftersales.text.sentences import Sentences

__all__ = ["blank_plan"]

_say = Sentences("certification")

WIDE = 60  # characters of a line before its hint
_LINES = {
    "number": "# number: …",
    "on": "# on: 2026-01-01",
    "type": "type: third_party",
    "body": "# body: {name: …, approval_number: …}",
    "subject": "# subject: {organisation: …, product_category: …, scope: …}",
    "purpose": "# purpose: …",
    "basis": "basis:\n  - {standard}\n  # - …",
    "team": "# team:\n  # - {name: …, role: lead, qualification: …, organisation: …}",
    "schedule": (
        "# schedule:\n  # - {start: 2026-01-01, end: 2026-01-02, review: documents, assessors: […]}\n"
        "  # - {start: 2026-01-02, end: 2026-01-04, review: on_site, methods: [interview, observation, customer],\n"
        "  #    what: …, where: …, assessors: […]}"
    ),
    "assignments": '# assignments:\n  # …: ["{category}", {subcategory}]',
    "inapplicable": "# inapplicable:\n  # - {id: {smallest}, reason: …}",
    "provisions": "# provisions:\n  # - …",
}


def blank_plan(standard: Standard, lang: str = "zh") -> str:
    """A plan to be filled in, as YAML, with comments in that language.

    >>> from aftersales import load_standard
    >>> print(blank_plan(load_standard()).splitlines()[2])
    standard: CTS XBHT-S04-2025
    """
    return "".join(_written(standard, lang))


def _written(standard: Standard, lang: str) -> Iterator[str]:
    title, of = _say(lang, "plan.title", **standard.wording), clean(standard.title.text(lang))
    yield f"# {_say(lang, 'plan.of_standard', title=title, standard=of)}\n"
    yield f"format: {version_of('plan')}\nstandard: {standard.id}\nedition: {standard.edition}\n"
    examples = {"standard": standard.id} | example_ids(standard)._asdict()
    for key, text in _LINES.items():
        for name, value in examples.items():
            text = text.replace(f"{{{name}}}", value)
        first, *others = text.split("\n")
        yield f"{padded(first, WIDE)} # {_say(lang, f'plan.hint.{key}', **standard.wording)}\n"
        yield from (f"{line}\n" for line in others)
