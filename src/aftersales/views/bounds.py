"""The bounds of an unfinished evaluation as lines for a terminal. Every figure comes from the bounds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aftersales.analysis.bounds import Bounds, Span
from aftersales.standard.standard import Standard
from aftersales.text.columns import MAX_WIDTH, wrapped
from aftersales.text.number_format import as_text, distinct, short

__all__ = ["WORDS", "bounds_lines"]

WORDS = {
    "zh": {
        "assessed": "已认定（含删减）：分值的 {share}%；未认定 {count} 项，共 {points} 分",
        "score": "最终得分仍可能为 {span}",
        "stars": "仍可能的结论：{stars}",
        "uncertain": "若未认定的指标全部删减，则无得分",
        "none": "没有未认定的指标",
        "open": "未认定的指标（分值大者在前）：",
        "to": " 至 ",
        "gain": "{points} 分，完全符合比完全不符合高 {gain} 分",
        "spans": "完全符合：{full}；完全不符合：{none}",
        "deleted": "；删减：{span}",
        "join": "、",
    },
    "en": {
        "assessed": "Judged or deleted: {share} % of the points; open: {count} of {all} indicators, {points} points",
        "score": "The final score can still be {span}",
        "stars": "Still possible: {stars}",
        "uncertain": "With all open indicators deleted there would be no score",
        "none": "No indicator is open",
        "open": "Open indicators, those of most points first:",
        "to": " to ",
        "gain": "worth {points}; fully met over not met: {gain} in final score",
        "spans": "fully met: {full}; not met: {none}",
        "deleted": "; deleted: {span}",
        "join": ", ",
    },
}


def bounds_lines(bounds: Bounds, standard: Standard, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of the bounds in ``"zh"`` or ``"en"``, no line wider than ``columns`` (60 to 100)."""
    columns, words = min(max(columns, 60), MAX_WIDTH), WORDS[lang]

    def told(span: Span) -> str:
        return span.text(words["to"])

    points = as_text(standard.total_points * (1 - bounds.assessed))
    share, count = distinct(bounds.assessed * 100, Fraction(100)), len(bounds.open)
    yield from wrapped(
        words["assessed"].format(share=share, count=count, all=len(standard.indicators), points=points), columns
    )
    yield words["score"].format(span=told(bounds))
    stars = words["join"].join(standard.grade_of(star).grade.text(lang) for star in bounds.stars)
    yield from wrapped(words["stars"].format(stars=stars), columns)
    if not bounds.score_certain:
        yield words["uncertain"]
    yield ""
    yield words["open" if bounds.open else "none"]
    for indicator in bounds.open:
        yield from wrapped(f"{indicator.id} {indicator.title.text(lang)}", columns, "  ", "    ")
        gain = words["gain"].format(points=as_text(indicator.points), gain=short(indicator.gain))
        yield from wrapped(gain, columns, "    ", "    ")
        spans = words["spans"].format(full=told(indicator.if_full), none=told(indicator.if_none))
        if indicator.if_deleted is not None:
            spans += words["deleted"].format(span=told(indicator.if_deleted))
        yield from wrapped(spans, columns, "    ", "    ")
