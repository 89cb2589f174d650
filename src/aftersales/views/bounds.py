"""The bounds of an unfinished evaluation as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import zip_longest

from aftersales.analysis.bounds import Bounds, Span
from aftersales.standard.standard import Standard
from aftersales.text.columns import line_width, wrapped
from aftersales.text.number_format import as_text, distinct, short
from aftersales.text.sentences import Sentences
from aftersales.views.comparison import level_of

__all__ = ["bounds_lines", "levels_of", "share_assessed", "span_text"]

_say = Sentences("views")


def bounds_lines(bounds: Bounds, standard: Standard, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of the bounds in that language. No line is wider than ``columns`` (60 to 100)."""
    columns = line_width(columns)
    count = {"count": len(bounds.open), "all": len(standard.indicators)}
    points = as_text(standard.total_points * (1 - bounds.assessed))
    yield from wrapped(
        _say(lang, "bounds.open", assessed=share_assessed(bounds, lang), points=points, **count), columns
    )
    yield _say(lang, "bounds.score", span=span_text(bounds, lang))
    stars = [standard.grade_of(star).grade for star in bounds.stars]
    yield from wrapped(_say(lang, "bounds.stars", stars=stars), columns)
    if not bounds.score_certain:
        yield _say(lang, "bounds.uncertain")
    yield ""
    yield _say(lang, "bounds.indicators" if bounds.open else "bounds.nothing_open")
    for indicator in bounds.open:
        yield from wrapped(f"{indicator.id} {indicator.title.text(lang)}", columns, "  ", "    ")
        gain = _say(lang, "bounds.gain", points=as_text(indicator.points), gain=short(indicator.gain))
        yield from wrapped(gain, columns, "    ", "    ")
        spans = {"full": span_text(indicator.if_full, lang), "none": span_text(indicator.if_none, lang)}
        if indicator.if_deleted is None:
            spread = _say(lang, "bounds.spans", **spans)
        else:
            spread = _say(lang, "bounds.spans_with_deletion", deleted=span_text(indicator.if_deleted, lang), **spans)
        yield from wrapped(spread, columns, "    ", "    ")


def levels_of(bounds: Bounds, lang: str) -> list[str]:
    """The possible stars as signs; without any, the name of that level."""
    return [level_of(stars, grade, lang) for stars, grade in zip_longest(bounds.stars, bounds.grades)]


def span_text(span: Span, lang: str) -> str:
    """A span of final scores, or one number if both ends are equal."""
    if span.lowest == span.highest:
        return span.printed_lowest
    return _say(lang, "range", start=span.printed_lowest, end=span.printed_highest)


def share_assessed(bounds: Bounds, lang: str) -> str:
    """The share of the standard's points that is assessed or deleted."""
    return _say(lang, "bounds.assessed", share=distinct(bounds.assessed * 100, Fraction(100)))
