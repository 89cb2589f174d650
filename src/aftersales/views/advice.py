"""Advice as HTML for a notebook: improvements, bounds, confidence, comparisons and progress."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element

from aftersales.analysis.bounds import Bounds
from aftersales.analysis.comparison import Comparison, NodeChange, Progress, Ranked, applicable_once, fallen, risen
from aftersales.analysis.confidence import Chance, Confidence
from aftersales.analysis.improvements import Improvements
from aftersales.analysis.tipping_points import TippingPoint
from aftersales.analysis.what_if import WhatIf
from aftersales.standard.standard import standard_name
from aftersales.standard.structure import star_signs
from aftersales.text.dates import days_text
from aftersales.text.number_format import as_text, short
from aftersales.text.sentences import Sentences
from aftersales.views.bounds import levels_of, share_assessed, span_text
from aftersales.views.comparison import level_of, signed, type_of
from aftersales.views.elements import ROOM, Child, bar, details, listed, number, page, table, tag

__all__ = [
    "bounds_page",
    "comparison_page",
    "confidence_page",
    "improvements_page",
    "progress_page",
    "what_if_page",
]

_say = Sentences("views")


def improvements_page(plan: Improvements, lang: str = "zh") -> str:
    """The steps to a star."""
    goal = _say(
        lang, "notebook.goal", grade=star_signs(plan.stars), limit=as_text(plan.limit), score=plan.printed_start
    )
    if plan.start >= plan.limit:
        return page(lang, tag("div", goal), tag("div", _say(lang, "notebook.reached")))
    has_costs = plan.cost is not None
    rows: list[list[Child]] = [
        [
            step.id,
            step.title.text(lang),
            number(f"{short(step.earned, ROOM, limit=step.points)} / {as_text(step.points)}"),
            number(short(step.gain, ROOM)),
            number(step.printed_score),
            *([number(short(step.cost))] if step.cost is not None else []),
        ]
        for step in plan.steps
    ]
    out_of_reach = _say(lang, "notebook.unreachable", score=plan.printed_score)
    notice = [] if plan.reachable else [tag("div", out_of_reach, class_="lost")]
    heads = _say.each(lang, "notebook.step_heads")[: None if has_costs else -1]
    return page(lang, tag("div", goal), *notice, *listed(lang, heads, rows, ids=True))


def bounds_page(bounds: Bounds, lang: str = "zh") -> str:
    """The scores and stars that are still possible, and the indicators without a finding."""
    rows: list[list[Child]] = [
        [
            each.id,
            each.title.text(lang),
            number(as_text(each.points)),
            number(short(each.gain, ROOM)),
            *(number(span.text() if span else "–") for span in (each.if_full, each.if_none, each.if_deleted)),
        ]
        for each in bounds.open
    ]
    stars = " ".join(levels_of(bounds, lang))
    return page(
        lang,
        tag("div", _say(lang, "bounds.score", span=span_text(bounds, lang)), class_="score"),
        tag("div", stars, class_="stars"),
        tag("div", bar(bounds.assessed), " ", share_assessed(bounds, lang)),
        *([] if bounds.score_certain else [tag("div", _say(lang, "bounds.uncertain"), class_="lost")]),
        *(listed(lang, _say.each(lang, "notebook.open_heads"), rows, ids=True) if rows else []),
    )


def confidence_page(confidence: Confidence, lang: str = "zh") -> str:
    """The probability of each number of stars, and the tipping points."""
    rows: list[list[Child]] = [
        [
            _graded(chance, lang),
            number(chance.percent),
            bar(chance.lowest, chance.highest),
        ]
        for chance in confidence.chances
    ]
    expected = _say(lang, "notebook.expected", score=confidence.printed_expected_score)
    notes = [tag("div", assumption.text(lang), class_="quiet") for assumption in confidence.assumptions]
    chances = table(_say.each(lang, "notebook.chance_heads"), rows)
    return page(lang, chances, tag("div", expected), *notes, *_tipping(confidence.tipping_points, lang))


def _graded(result: Chance | Ranked, lang: str) -> str:
    """The stars of a result as signs, and the name of its level."""
    if result.grade is None:
        return level_of(result.stars, None, lang)
    return f"{star_signs(result.stars)} {result.grade.text(lang)}".lstrip()


def _tipping(points: Sequence[TippingPoint], lang: str) -> list[Element]:
    rows: list[list[Child]] = [
        [
            point.id,
            point.title.text(lang),
            *(
                number("–" if share is None else f"{short(share * 100, ROOM, limit=Fraction(100))}%")
                for share in (point.share, point.rises_at, point.falls_below)
            ),
            *(
                number("–" if stars is None else str(stars))
                for stars in (point.stars_if_full, point.stars_if_none, point.stars_if_deleted)
            ),
        ]
        for point in points
    ]
    summary, heads = _say(lang, "notebook.tipping", count=len(rows)), _say.each(lang, "notebook.tipping_heads")
    return [details(summary, heads, rows)] if rows else []


def comparison_page(comparison: Comparison, lang: str = "zh") -> str:
    """The ranking, and the ratios of each category and subcategory."""
    rows: list[list[Child]] = [
        [
            number(str(ranked.place)),
            ranked.organisation,
            number(ranked.printed_score),
            _graded(ranked, lang),
            type_of(ranked, lang),
            "" if ranked.period is None else days_text(ranked.period.start, ranked.period.end, lang),
        ]
        for ranked in comparison.ranking
    ]
    standard = standard_name(comparison.standard, lang, altered=comparison.altered)
    edition = _say(lang, "edition", id=standard, edition=comparison.edition)
    head = f"{edition}  {comparison.product_category}  {comparison.size_tier}"
    ranking = listed(lang, _say.each(lang, "notebook.ranking_heads"), rows)
    return page(lang, tag("div", head), *ranking, _ratios(comparison, lang))


def _ratios(comparison: Comparison, lang: str) -> Element:
    """The ratios of the categories and subcategories, with a column for each result in the order of the ranking."""
    order = [ranked.index for ranked in comparison.ranking]
    heads = [
        _say.each(lang, "tree_heads")[0],
        *(f"{ranked.place}. {ranked.organisation}" for ranked in comparison.ranking),
    ]
    rows: list[list[Child]] = []
    for node in comparison.nodes:
        if node.level != "indicator":
            name = tag("b" if node.level == "category" else "span", f"{node.id} {node.title.text(lang)}")
            rows.append([name, *(number(node.printed_ratios[index] or "–") for index in order)])
    return tag("details", tag("summary", _say(lang, "notebook.ratios")), table(heads, rows))


def progress_page(progress: Progress, lang: str = "zh") -> str:
    """The score and the stars of both years, and the nodes that rose and fell."""
    head = tag("div", progress.organisation)
    return page(lang, head, *_both(progress, lang), *_changes(progress.changes, lang))


def what_if_page(change: WhatIf, lang: str = "zh") -> str:
    """The score and the stars as they are and as they would be, and the nodes that change."""
    return page(lang, *_both(change, lang), *_changes(change.changes, lang))


def _both(change: Progress | WhatIf, lang: str) -> list[Element]:
    stars = " → ".join(
        level_of(stars, grade, lang)
        for stars, grade in ((change.stars_before, change.grade_before), (change.stars_after, change.grade_after))
    )
    scores = f"{change.printed_score_before} → {change.printed_score_after}"
    moved = tag("span", f"  {signed(change.difference)}", class_="lost" if change.difference < 0 else "")
    return [tag("div", tag("span", scores, class_="score"), moved), tag("div", stars, class_="stars")]


def _changes(changes: Sequence[NodeChange], lang: str) -> list[Element]:
    """The groups with their ratios, and under lines that open them the indicators that rose, fell, or did not apply."""
    groups = [change for change in changes if change.level != "indicator"]
    found = [change for change in changes if change.level == "indicator"]
    heads = _say.each(lang, "notebook.change_heads")
    lists = [tag("details", tag("summary", _say(lang, "notebook.ratios")), _change_table(groups, heads, lang))]
    for key, some in (("risen", risen(found)), ("fallen", fallen(found)), ("applicable", applicable_once(found))):
        if some:
            summary = tag("summary", _say(lang, f"comparison.{key}", count=len(some)))
            lists.append(tag("details", summary, _change_table(some, heads, lang), open="open"))
    return lists


def _change_table(changes: Sequence[NodeChange], heads: Sequence[str], lang: str) -> Element:
    return table(
        heads,
        [
            [
                tag("b" if change.level == "category" else "span", f"{change.id} {change.title.text(lang)}"),
                number(change.printed_before or _say(lang, "comparison.gone")),
                number(change.printed_after or _say(lang, "comparison.gone")),
                number("–" if change.difference is None else signed(change.difference * 100)),
                "" if change.after is None else bar(change.after),
            ]
            for change in changes
        ],
    )
