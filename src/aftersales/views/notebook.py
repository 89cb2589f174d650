"""HTML views for notebooks: standard, evaluation, scorecard, derivation, problems, advice,
plan, certificate, register and rectification.

Notebooks call ``_repr_html_``, which uses the language of the command. :func:`html_of` returns the same in any
language.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import singledispatch
from typing import Any
from xml.etree.ElementTree import Element

from aftersales.analysis.bounds import Bounds
from aftersales.analysis.comparison import Comparison, Progress
from aftersales.analysis.confidence import Confidence
from aftersales.analysis.improvements import Improvements
from aftersales.analysis.many import TableComparison, TableProgress
from aftersales.analysis.what_if import WhatIf
from aftersales.evaluation.evaluation import Evaluation, sound_by
from aftersales.evaluation.findings import Finding, Judged
from aftersales.evaluation.words import word
from aftersales.problems.errors import AftersalesError, Problem, Remark, folded
from aftersales.problems.violations import ViolationError
from aftersales.scoring.derivation import Derivation
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.standard import Standard, named_standard
from aftersales.standard.structure import Category, Indicator, Node, star_signs
from aftersales.text.language import Language
from aftersales.text.number_format import as_text, short
from aftersales.text.sentences import Sentences, joined, text_in
from aftersales.views.advice import (
    bounds_page,
    comparison_page,
    confidence_page,
    improvements_page,
    progress_page,
    what_if_page,
)
from aftersales.views.elements import ROOM, Child, bar, details, listed, number, page, table, tag
from aftersales.views.language import chosen_language
from aftersales.views.many import table_comparison_page, table_progress_page

__all__ = ["html_of"]

WIDE = 24  # the most characters of a value as found by an assessor
OPEN_LEVELS = 2  # of a derivation: the stars and the final score
MAX_DIGITS = 4_000  # of a number that Python reads from text


_say = Sentences("views")


def html_of(thing: Any, lang: Language = "zh") -> str | None:
    """The HTML view of an object in that language; None for an object without one.

    >>> from aftersales import load_standard
    >>> "售后服务管理师占比不低于 10%" in html_of(load_standard())
    True
    """
    return _page_of(thing, lang)


@singledispatch
def _page_of(thing: Any, lang: Language = "zh") -> str | None:
    from aftersales.views.cases import case_page  # imported here, since it takes longer than all views of results

    return case_page(thing, lang)


def picture_of(thing: Any) -> str | None:
    """The HTML view of an object in the language of the environment."""
    return html_of(thing, chosen_language())


_page_of.register(Bounds)(bounds_page)
_page_of.register(Comparison)(comparison_page)
_page_of.register(Confidence)(confidence_page)
_page_of.register(Improvements)(improvements_page)
_page_of.register(Progress)(progress_page)
_page_of.register(TableComparison)(table_comparison_page)
_page_of.register(TableProgress)(table_progress_page)
_page_of.register(WhatIf)(what_if_page)


@_page_of.register
def _(standard: Standard, lang: str = "zh") -> str:
    head = _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    bands = [
        [
            f"{star_signs(star.stars)} {star.grade.text(lang)}",
            f"[{as_text(star.lower)}, {as_text(star.upper)}{']' if star is standard.stars[-1] else ')'}",
        ]
        for star in standard.stars
    ]
    return page(
        lang,
        tag("div", tag("b", standard.title.text(lang)), " ", head),
        table(_say.each(lang, "notebook.star_heads"), bands),
        *(_branch(category, lang) for category in standard.categories),
    )


def _branch(node: Node, lang: str) -> Element:
    points = _say(lang, "notebook.points", count=as_text(node.points))
    title = f"{node.id} {node.title.text(lang)}"
    if isinstance(node, Indicator):
        return tag("div", title, " ", tag("span", points, class_="quiet"), style="margin-left:2.6em")
    indent = "margin-left:0" if isinstance(node, Category) else "margin-left:1.3em"
    summary = tag("summary", title, " ", tag("span", points, class_="quiet"))
    return tag("details", summary, *(_branch(part, lang) for part in node.parts), style=indent)


@_page_of.register
def _(evaluation: Evaluation, lang: str = "zh") -> str:
    standard = _standard_of(evaluation)
    found = {key: finding for key, finding in evaluation.findings.items() if finding is not None}

    def node(key: str) -> Node | None:
        return standard[key] if standard is not None and key in standard else None

    def title(key: str) -> str:
        known = node(key)
        return "" if known is None else known.title.text(lang)

    rows: list[list[Child]] = [
        [key, title(key), _found(finding, node(key), lang), finding.reason or ""] for key, finding in found.items()
    ]
    head: list[Child] = [tag("b", text_in(lang, evaluation.subject, "organisation") or evaluation.standard)]
    left = _unjudged(evaluation, standard)
    if standard is not None and not left:
        note = _say(lang, "notebook.complete", count=len(standard.indicators))
        head += [" ", tag("span", note, class_="quiet")]
    heads = _say.each(lang, "notebook.finding_heads")
    lists = [details(_say(lang, "notebook.findings", count=len(rows)), heads, rows)]
    if left:
        heads = _say.each(lang, "notebook.open_heads")[:2]
        summary = _say(lang, "notebook.unjudged", count=len(left))
        lists.append(details(summary, heads, [[key, title(key)] for key in left]))
    return page(lang, tag("div", *head), *lists)


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
    words = [word(lang, "kind", finding.kind)]
    if isinstance(finding, Judged):
        limit = finding.full_mark(node if isinstance(node, Indicator) else None)
        for column in finding.columns:
            if (value := getattr(finding, column.key)) is not None:
                words.append(f"{word(lang, 'measure', column.key)} {_as_found(Fraction(value), limit)}")
    return " ".join(words)


def _as_found(value: Fraction, limit: Fraction) -> str:
    """A value as found. A long one is rounded, but not to the limit (reading R3)."""
    text = as_text(value)
    return text if len(text) <= WIDE else short(value, limit=limit)


@_page_of.register
def _(card: Scorecard, lang: str = "zh") -> str:
    standard = card.standard
    passed = _say(lang, "passed" if card.passed else "failed", line=as_text(standard.pass_line))
    total = _say(
        lang,
        "sum",
        earned=short(card.earned, limit=card.applicable),
        applicable=short(card.applicable),
        total=as_text(standard.total_points),
    )
    organisation = text_in(lang, card.evaluation.subject, "organisation")
    named = [tag("div", organisation)] if organisation else []
    if standard.likeness == "altered":
        named.append(tag("div", standard.name(lang)))
    return page(
        lang,
        *named,
        tag(
            "div",
            tag("span", star_signs(card.stars, of=len(standard.stars)), class_="stars"),
            " ",
            card.grade.grade.text(lang),
        ),
        tag("div", tag("span", _say(lang, "score", score=card.printed_score), class_="score"), f"  {passed}"),
        tag("div", total, class_="quiet"),
        *(_scores(card, category, lang) for category in standard.categories),
        *_deductions(card, lang),
        *_deletions(card, lang),
    )


def _scores(card: Scorecard, category: Category, lang: str) -> Element:
    """A category with its bar, which opens to its subcategories and indicators."""
    node = card[category.id]
    head = f"{node.id} {node.title.text(lang)}"
    summary = tag("summary", bar(node.ratio), _ratio(card, node), "  ", head)
    ids = [part_id for sub in category.subcategories for part_id in (sub.id, *(each.id for each in sub.indicators))]
    return tag("details", summary, _tree(card, [card[part_id] for part_id in ids], lang))


def _tree(card: Scorecard, nodes: Iterable[NodeScore], lang: str) -> Element:
    indicators = card.standard.layout.positions
    rows: list[list[Child]] = [
        [
            tag("span" if node.id in indicators else "b", f"{node.id} {node.title.text(lang)}"),
            number(as_text(node.points)),
            number(short(node.applicable, ROOM)),
            number(short(node.earned, ROOM, limit=node.applicable)),
            number(_ratio(card, node)),
            bar(node.ratio),
        ]
        for node in nodes
    ]
    return table((*_say.each(lang, "tree_heads"), ""), rows)


def _ratio(card: Scorecard, node: NodeScore) -> str:
    return "–" if node.ratio is None else card.standard.printed_ratio(node.ratio)


def _deductions(card: Scorecard, lang: str) -> list[Element]:
    lost = card.deductions
    rows: list[list[Child]] = [
        [
            node.id,
            node.title.text(lang),
            number(short(-node.deducted, ROOM), "lost"),
            number(f"{short(node.earned, ROOM, limit=node.points)} / {as_text(node.points)}"),
            card.finding(node.id).reason or "",
        ]
        for node in lost
    ]
    summary, heads = _say(lang, "notebook.deductions", count=len(lost)), _say.each(lang, "notebook.deduction_heads")
    return [tag("details", tag("summary", summary), *listed(lang, heads, rows, ids=True), open="open")] if lost else []


def _deletions(card: Scorecard, lang: str) -> list[Element]:
    rows: list[list[Child]] = [
        [key, card.standard[key].title.text(lang), found.reason, joined(found.confirmed_by, lang)]
        for key, found in card.evaluation.findings.items()
        if found is not None and found.kind == "not_applicable"
    ]
    summary, heads = _say(lang, "notebook.deleted", count=len(rows)), _say.each(lang, "notebook.deletion_heads")
    return [details(summary, heads, rows)] if rows else []


@_page_of.register
def _(derivation: Derivation, lang: str = "zh") -> str:
    return page(lang, _step(derivation, lang, OPEN_LEVELS))


def _step(step: Derivation, lang: str, levels: int) -> Element:
    """A step, which opens to its rule and its children. So many levels are open at first."""
    title, *lines = step.lines(lang)
    value: list[Child] = [] if step.value is None else [" = ", tag("b", _value(step.value))]
    summary = tag("summary", title, *value)
    rows = [tag("div", line, class_="quiet") for line in lines]
    parts = [_step(child, lang, levels - 1) for child in step.children]
    return tag("details", summary, tag("div", *rows, *parts, class_="part"), **({"open": "open"} if levels > 0 else {}))


def _value(text: str) -> str:
    """The value of a step. A long one is rounded; not to two decimals that another value would have (reading R3)."""
    if len(text) <= WIDE:
        return text
    if len(text) > MAX_DIGITS:
        return "…"
    value = Fraction(text)
    return short(value, limit=round(value, 2))


@_page_of.register
def _(error: AftersalesError, lang: str = "zh") -> str:
    rows = [_problem_row(problem, lang) for problem in folded(error.problems)]
    count = tag("div", _say(lang, "notebook.problems", count=len(rows)), class_="lost")
    return page(lang, count, *listed(lang, _say.each(lang, "notebook.problem_heads"), rows))


@_page_of.register
def _(problem: Problem, lang: str = "zh") -> str:
    return page(lang, table(_say.each(lang, "notebook.problem_heads"), [_problem_row(problem, lang)]))


@_page_of.register
def _(remark: Remark, lang: str = "zh") -> str:
    return page(lang, table(_say.each(lang, "notebook.remark_heads"), [_problem_row(remark, lang)]))


def _problem_row(problem: Problem | Remark, lang: str) -> list[str]:
    place = f"{problem.line}:{problem.column}" if problem.line is not None else problem.cell or ""
    message = problem.sentence(lang)
    return [" ".join(filter(None, (place, problem.path))), message, problem.clause or "", problem.code]
