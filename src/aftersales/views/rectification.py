"""A rectification as lines for a terminal: each item, with its state on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from aftersales.certification.rectification.contents import RectificationContents, RectificationItem
from aftersales.standard.standard import Standard
from aftersales.text.columns import line_width, wrapped
from aftersales.text.sentences import Sentences, text_in

__all__ = ["rectification_lines"]

_say = Sentences("views")


def rectification_lines(
    rectification: RectificationContents,
    standard: Standard | None,
    on: datetime.date | None,
    lang: str = "zh",
    columns: int = 80,
) -> Iterator[str]:
    """The view of a rectification in that language. No line is wider than ``columns`` (60 to 100).

    With ``on`` it also shows what is done, open and overdue on that day.
    """
    columns = line_width(columns)
    names = [rectification.number, text_in(lang, rectification.subject, "organisation")]
    yield " ".join([_say(lang, "rectification.title"), *filter(None, names)])
    yield _say(lang, "rectification.on", day=rectification.on)
    if on is not None:
        yield _say(lang, "rectification.counts", day=on, **rectification.counts_on(on))
    for number, item in enumerate(rectification.items, 1):
        yield ""
        title = standard[item.indicator].title.text(lang) if standard and item.indicator in standard else ""
        yield from wrapped(f"{number}. {item.indicator} {title}".rstrip(), columns, "", "   ")
        for line in _item_lines(item, on, lang):
            yield from wrapped(line, columns, "   ", "     ")


def _item_lines(item: RectificationItem, on: datetime.date | None, lang: str) -> Iterator[str]:
    if item.problem is not None:
        yield _say(lang, "rectification.problem", problem=item.problem)
    yield _say(lang, "rectification.requirement", requirement=item.requirement)
    responsible = item.responsible or _say(lang, "rectification.nobody")
    yield _say(lang, "rectification.due", due=item.due, responsible=responsible)
    if item.result is not None and (on is None or item.result.on <= on):
        result = item.result
        yield _say(lang, "rectification.result", done=result.done, day=result.on, by=result.by)
    elif on is not None:
        yield _say(lang, f"rectification.{item.state_on(on)}")
