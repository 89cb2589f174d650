"""HTML views for notebooks: standard, evaluation, scorecard, problems, and advice.

The HTML has its own style sheet, no JavaScript and no external resources. Its colours follow the light or dark page
around it. Every text passes through an XML tree, which escapes it.

Notebooks call ``_repr_html_``, which uses the language of the command. :func:`html_of` returns the same in any
language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import singledispatch
from math import floor
from typing import Any
from xml.etree.ElementTree import Element, tostring

from aftersales.analysis.bounds import Bounds
from aftersales.analysis.comparison import Comparison
from aftersales.analysis.confidence import Confidence
from aftersales.analysis.improvements import Improvements
from aftersales.analysis.tipping_points import TippingPoint
from aftersales.evaluation.evaluation import Evaluation, sound_by
from aftersales.evaluation.findings import Finding
from aftersales.evaluation.words import word
from aftersales.problems.errors import AftersalesError, Problem, folded
from aftersales.problems.violations import ViolationError
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.standard import Standard, named_standard, standard_name
from aftersales.standard.structure import Category, Indicator, Node, star_signs
from aftersales.text.dates import days_text
from aftersales.text.number_format import MARK, as_text, mark_note, rounded, short
from aftersales.text.sanitize import unbroken
from aftersales.text.sentences import Sentences, joined
from aftersales.views.bounds import share_assessed, span_text
from aftersales.views.comparison import type_of
from aftersales.views.language import chosen_language

__all__ = ["html_of"]

ROOM = 7  # the most characters of a number in a table
WIDE = 24  # the most characters of a value as found by an assessor

_Child = Element | str  # the content of an element

_STYLE = """
.aftersales{font:13px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:inherit;max-width:60em}
.aftersales{overflow-x:auto}
.aftersales>div,.aftersales .text{overflow-wrap:anywhere}
.aftersales .text{min-width:7em}
.aftersales table{border-collapse:collapse;margin:.4em 0;color:inherit;background:none;font-size:inherit}
.aftersales tr,.aftersales tr:hover{background:none!important}
.aftersales th,.aftersales td{text-align:left!important;vertical-align:top;padding:.15em .6em;white-space:normal;
border:0;border-bottom:1px solid rgba(128,128,128,.35);color:inherit;background:none}
.aftersales .n{text-align:right!important;white-space:nowrap;font-variant-numeric:tabular-nums}
.aftersales .id{white-space:nowrap}
.aftersales .bar{display:inline-block;width:7em;height:.65em;border-radius:3px;background:rgba(128,128,128,.25)}
.aftersales .bar{overflow:hidden;white-space:nowrap;font-size:inherit;line-height:0}
.aftersales .bar i{display:inline-block;height:100%;background:#3a86d6}
@media (max-width:40em){.aftersales .bar{width:3.5em}.aftersales th,.aftersales td{padding:.15em .3em}}
.aftersales .stars{font-size:1.5em;color:#c27a00;letter-spacing:.05em}
.aftersales .score{font-size:1.3em;font-weight:600}
.aftersales .lost{color:#d0452b;color:color-mix(in srgb,#d0452b 75%,currentcolor)}
.aftersales .quiet{opacity:.72}
.aftersales summary{cursor:pointer}
.aftersales summary .bar{vertical-align:middle;margin:0 .5em}
"""

_say = Sentences("views")


@singledispatch
def html_of(thing: Any, lang: str = "zh") -> str | None:
    """The HTML view of an object in that language; None for an object without one.

    >>> from aftersales import load_standard
    >>> "售后服务管理师占比不低于 10%" in html_of(load_standard())
    True
    """
    return None


def picture_of(thing: Any) -> str | None:
    """The HTML view of an object in the language of the environment."""
    return html_of(thing, chosen_language())


@html_of.register
def _(standard: Standard, lang: str = "zh") -> str:
    head = _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    bands = [
        [
            f"{star_signs(star.stars)} {star.grade.text(lang)}",
            f"[{as_text(star.lower)}, {as_text(star.upper)}{']' if star is standard.stars[-1] else ')'}",
        ]
        for star in standard.stars
    ]
    return _page(
        lang,
        _tag("div", _tag("b", standard.title.text(lang)), " ", head),
        _table(_say.each(lang, "notebook.star_heads"), bands),
        *(_branch(category, lang) for category in standard.categories),
    )


def _branch(node: Node, lang: str) -> Element:
    points = _say(lang, "notebook.points", count=as_text(node.points))
    title = f"{node.id} {node.title.text(lang)}"
    if isinstance(node, Indicator):
        return _tag("div", title, " ", _tag("span", points, class_="quiet"), style="margin-left:2.6em")
    indent = "margin-left:0" if isinstance(node, Category) else "margin-left:1.3em"
    summary = _tag("summary", title, " ", _tag("span", points, class_="quiet"))
    return _tag("details", summary, *(_branch(part, lang) for part in node.parts), style=indent)


@html_of.register
def _(evaluation: Evaluation, lang: str = "zh") -> str:
    subject = evaluation.subject
    standard = _standard_of(evaluation)
    found = {key: finding for key, finding in evaluation.findings.items() if finding is not None}

    def node(key: str) -> Node | None:
        return standard[key] if standard is not None and key in standard else None

    def title(key: str) -> str:
        known = node(key)
        return "" if known is None else known.title.text(lang)

    rows: list[list[_Child]] = [
        [key, title(key), _found(finding, node(key), lang), finding.reason or ""] for key, finding in found.items()
    ]
    head: list[_Child] = [_tag("b", subject.organisation if subject and subject.organisation else evaluation.standard)]
    left = _unjudged(evaluation, standard)
    if standard is not None and not left:
        said = _say(lang, "notebook.complete", count=len(standard.indicators))
        head += [" ", _tag("span", said, class_="quiet")]
    heads = _say.each(lang, "notebook.finding_heads")
    lists = [_details(_say(lang, "notebook.findings", count=len(rows)), heads, rows)]
    if left:
        heads = _say.each(lang, "notebook.open_heads")[:2]
        told = _say(lang, "notebook.unjudged", count=len(left))
        lists.append(_details(told, heads, [[key, title(key)] for key in left]))
    return _page(lang, _tag("div", *head), *lists)


def _unjudged(evaluation: Evaluation, standard: Standard | None) -> list[str]:
    """The indicators without a finding. Without a known standard: those that the evaluation itself leaves open."""
    if standard is None:
        return [key for key, finding in evaluation.findings.items() if finding is None]
    return list(evaluation.missing(standard))


def _standard_of(evaluation: Evaluation) -> Standard | None:
    """The standard that validated the evaluation, or else the bundled one that it names; None if it is unknown."""
    try:
        return sound_by(evaluation) or named_standard(evaluation.standard, evaluation.edition)
    except ViolationError:
        return None


def _found(finding: Finding, node: Node | None, lang: str) -> str:
    """A finding in short: its kind and its values."""
    others = {"kind", "reason", "evidence", "confirmed_by"}
    found = {key: getattr(finding, key) for key in type(finding).model_fields if key not in others}
    limit = finding.full_mark(node if isinstance(node, Indicator) else None)
    told = [
        f"{word(lang, 'measure', key)} {_as_found(Fraction(value), limit)}"
        for key, value in found.items()
        if value is not None
    ]
    return " ".join([word(lang, "kind", finding.kind), *told])


def _as_found(value: Fraction, limit: Fraction) -> str:
    """A value as found. A long one is rounded, but not to the limit (reading R3)."""
    text = as_text(value)
    return text if len(text) <= WIDE else short(value, limit=limit)


@html_of.register
def _(card: Scorecard, lang: str = "zh") -> str:
    standard, subject = card.standard, card.evaluation.subject
    passed = _say(lang, "passed" if card.passed else "failed", line=as_text(standard.pass_line))
    total = _say(
        lang,
        "sum",
        earned=short(card.earned, limit=card.applicable),
        applicable=short(card.applicable),
        total=as_text(standard.total_points),
    )
    named = [_tag("div", subject.organisation)] if subject and subject.organisation else []
    if standard.likeness == "altered":
        named.append(_tag("div", standard.name(lang)))
    return _page(
        lang,
        *named,
        _tag(
            "div",
            _tag("span", star_signs(card.stars, of=len(standard.stars)), class_="stars"),
            " ",
            card.grade.grade.text(lang),
        ),
        _tag("div", _tag("span", _say(lang, "score", score=card.printed_score), class_="score"), f"  {passed}"),
        _tag("div", total, class_="quiet"),
        *(_scores(card, category, lang) for category in standard.categories),
        *_deductions(card, lang),
        *_deletions(card, lang),
    )


def _scores(card: Scorecard, category: Category, lang: str) -> Element:
    """A category with its bar, which opens to its subcategories and indicators."""
    node = card[category.id]
    head = f"{node.id} {node.title.text(lang)}"
    summary = _tag("summary", _bar(node.ratio), _ratio(card, node), "  ", head)
    ids = [part_id for sub in category.subcategories for part_id in (sub.id, *(each.id for each in sub.indicators))]
    return _tag("details", summary, _tree(card, [card[part_id] for part_id in ids], lang))


def _tree(card: Scorecard, nodes: Iterable[NodeScore], lang: str) -> Element:
    indicators = card.standard.layout.positions
    rows: list[list[_Child]] = [
        [
            _tag("span" if node.id in indicators else "b", f"{node.id} {node.title.text(lang)}"),
            _number(as_text(node.points)),
            _number(short(node.applicable, ROOM)),
            _number(short(node.earned, ROOM, limit=node.applicable)),
            _number(_ratio(card, node)),
            _bar(node.ratio),
        ]
        for node in nodes
    ]
    return _table((*_say.each(lang, "tree_heads"), ""), rows)


def _ratio(card: Scorecard, node: NodeScore) -> str:
    return "–" if node.ratio is None else card.standard.printed_ratio(node.ratio)


def _deductions(card: Scorecard, lang: str) -> list[Element]:
    lost = card.deductions
    rows: list[list[_Child]] = [
        [
            node.id,
            node.title.text(lang),
            _number(short(-node.deducted, ROOM), "lost"),
            _number(f"{short(node.earned, ROOM, limit=node.points)} / {as_text(node.points)}"),
            card.finding(node.id).reason or "",
        ]
        for node in lost
    ]
    summary, heads = _say(lang, "notebook.deductions", count=len(lost)), _say.each(lang, "notebook.deduction_heads")
    return [_details(summary, heads, rows, open="open")] if lost else []


def _deletions(card: Scorecard, lang: str) -> list[Element]:
    rows: list[list[_Child]] = [
        [key, card.standard[key].title.text(lang), found.reason, joined(found.confirmed_by, lang)]
        for key, found in card.evaluation.findings.items()
        if found is not None and found.kind == "not_applicable"
    ]
    summary, heads = _say(lang, "notebook.deleted", count=len(rows)), _say.each(lang, "notebook.deletion_heads")
    return [_details(summary, heads, rows)] if rows else []


@html_of.register
def _(error: AftersalesError, lang: str = "zh") -> str:
    rows = [_problem_row(problem, lang) for problem in folded(error.problems)]
    count = _tag("div", _say(lang, "notebook.problems", count=len(rows)), class_="lost")
    return _page(lang, count, _table(_say.each(lang, "notebook.problem_heads"), rows))


@html_of.register
def _(problem: Problem, lang: str = "zh") -> str:
    return _page(lang, _table(_say.each(lang, "notebook.problem_heads"), [_problem_row(problem, lang)]))


def _problem_row(problem: Problem, lang: str) -> list[str]:
    place = f"{problem.line}:{problem.column}" if problem.line is not None else problem.cell or ""
    message = problem.sentence(lang)
    return [" ".join(filter(None, (place, problem.path))), message, problem.clause or "", problem.code]


@html_of.register
def _(plan: Improvements, lang: str = "zh") -> str:
    goal = _say(
        lang, "notebook.goal", grade=star_signs(plan.stars), limit=as_text(plan.limit), score=plan.printed_start
    )
    if plan.start >= plan.limit:
        return _page(lang, _tag("div", goal), _tag("div", _say(lang, "notebook.reached")))
    has_costs = plan.cost is not None
    rows: list[list[_Child]] = [
        [
            step.id,
            step.title.text(lang),
            _number(f"{short(step.earned, ROOM, limit=step.points)} / {as_text(step.points)}"),
            _number(short(step.gain, ROOM)),
            _number(step.printed_score),
            *([_number(short(step.cost))] if step.cost is not None else []),
        ]
        for step in plan.steps
    ]
    out_of_reach = _say(lang, "notebook.unreachable", score=plan.printed_score)
    told = [] if plan.reachable else [_tag("div", out_of_reach, class_="lost")]
    heads = _say.each(lang, "notebook.step_heads")[: None if has_costs else -1]
    return _page(lang, _tag("div", goal), *told, _table(heads, rows, ids=True))


@html_of.register
def _(bounds: Bounds, lang: str = "zh") -> str:
    rows: list[list[_Child]] = [
        [
            each.id,
            each.title.text(lang),
            _number(as_text(each.points)),
            _number(short(each.gain, ROOM)),
            *(_number(span.text() if span else "–") for span in (each.if_full, each.if_none, each.if_deleted)),
        ]
        for each in bounds.open
    ]
    stars = " ".join(star_signs(star) or _say(lang, "notebook.failed") for star in bounds.stars)
    return _page(
        lang,
        _tag("div", _say(lang, "bounds.score", span=span_text(bounds, lang)), class_="score"),
        _tag("div", stars, class_="stars"),
        _tag("div", _bar(bounds.assessed), " ", share_assessed(bounds, lang)),
        *([] if bounds.score_certain else [_tag("div", _say(lang, "bounds.uncertain"), class_="lost")]),
        *([_table(_say.each(lang, "notebook.open_heads"), rows, ids=True)] if rows else []),
    )


@html_of.register
def _(confidence: Confidence, lang: str = "zh") -> str:
    rows: list[list[_Child]] = [
        [
            star_signs(chance.stars) or _say(lang, "notebook.failed"),
            _number(chance.percent),
            _bar(chance.lowest, chance.highest),
        ]
        for chance in confidence.chances
    ]
    expected = _say(lang, "notebook.expected", score=confidence.printed_expected_score)
    notes = [_tag("div", assumption.text(lang), class_="quiet") for assumption in confidence.assumptions]
    chances = _table(_say.each(lang, "notebook.chance_heads"), rows)
    return _page(lang, chances, _tag("div", expected), *notes, *_tipping(confidence.tipping_points, lang))


def _tipping(points: Sequence[TippingPoint], lang: str) -> list[Element]:
    rows: list[list[_Child]] = [
        [
            point.id,
            point.title.text(lang),
            *(
                _number("–" if share is None else f"{short(share * 100, ROOM, limit=Fraction(100))}%")
                for share in (point.share, point.rises_at, point.falls_below)
            ),
            *(
                _number("–" if stars is None else str(stars))
                for stars in (point.stars_if_full, point.stars_if_none, point.stars_if_deleted)
            ),
        ]
        for point in points
    ]
    summary, heads = _say(lang, "notebook.tipping", count=len(rows)), _say.each(lang, "notebook.tipping_heads")
    return [_details(summary, heads, rows)] if rows else []


@html_of.register
def _(comparison: Comparison, lang: str = "zh") -> str:
    rows: list[list[_Child]] = [
        [
            _number(str(ranked.place)),
            ranked.organisation,
            _number(ranked.printed_score),
            star_signs(ranked.stars) or _say(lang, "notebook.failed"),
            type_of(ranked, lang),
            "" if ranked.period is None else days_text(ranked.period.start, ranked.period.end, lang),
        ]
        for ranked in comparison.ranking
    ]
    standard = standard_name(comparison.standard, lang, altered=comparison.altered)
    edition = _say(lang, "edition", id=standard, edition=comparison.edition)
    head = f"{edition}  {comparison.product_category}  {comparison.size_tier}"
    return _page(lang, _tag("div", head), _table(_say.each(lang, "notebook.ranking_heads"), rows))


def _tag(name: str, *children: _Child, class_: str = "", **attributes: str) -> Element:
    """An element with texts and elements in it."""
    element = Element(name, ({"class": class_} if class_ else {}) | attributes)
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            element.append(child)
            last = child
        elif last is None:
            element.text = (element.text or "") + unbroken(child)
        else:
            last.tail = (last.tail or "") + unbroken(child)
    return element


def _page(lang: str, *children: Element) -> str:
    if any(MARK in text for child in children for text in child.itertext()):
        children = (*children, _tag("div", mark_note(lang), class_="quiet"))
    style = Element("style")
    style.text = _STYLE  # constant; HTML does not escape the content of a style element
    return tostring(_tag("div", style, *children, class_="aftersales"), encoding="unicode", method="html")


def _number(text: str, class_: str = "") -> Element:
    return _tag("td", text, class_=f"n {class_}".strip())


def _table(heads: Sequence[str], rows: Sequence[Sequence[_Child]], *, ids: bool = False) -> Element:
    """A table. Values are put into cells. With ``ids``, the first column holds ids, which are not broken."""
    body = [_tag("tr", *(_cell(value, is_id=ids and not place) for place, value in enumerate(row))) for row in rows]
    numbers = [isinstance(cell, Element) and cell.tag == "td" for cell in (rows[0] if rows else [""] * len(heads))]
    cells = [_tag("th", head, class_="n" if is_number else "") for head, is_number in zip(heads, numbers, strict=True)]
    return _tag("table", _tag("thead", _tag("tr", *cells)), _tag("tbody", *body))


def _details(said: str, heads: Sequence[str], rows: Sequence[Sequence[_Child]], **attributes: str) -> Element:
    """A table with ids, under a line that opens it."""
    return _tag("details", _tag("summary", said), _table(heads, rows, ids=True), **attributes)


def _cell(value: _Child, *, is_id: bool) -> Element:
    if isinstance(value, Element):
        return value if value.tag == "td" else _tag("td", value)
    return _tag("td", value, class_="id" if is_id else "text" if value else "")


def _length(ratio: Fraction) -> str:
    """A part of a bar in per cent, rounded down, so that only a full bar looks full (reading R3)."""
    return rounded(Fraction(floor(ratio * 10_000), 100))


def _bar(ratio: Fraction | None, up_to: Fraction | None = None) -> Element:
    """A bar. Between two bounds it is paler."""
    least, most = ratio or Fraction(0), up_to or ratio or Fraction(0)
    parts = [_tag("i", style=f"width:{_length(least)}%")]
    if most > least:
        parts.append(_tag("i", style=f"width:{_length(most - least)}%;opacity:.4"))
    return _tag("span", *parts, class_="bar")
