"""What a notebook shows: a standard, an evaluation, a scorecard, problems, and what is reckoned from them.

Plain HTML with a style sheet of its own: no JavaScript, nothing fetched, light and dark by the colours of the page around
it. Every text goes through an XML tree, which escapes it. Every figure comes from what is shown.

Notebooks ask for a picture by ``_repr_html_``, which has the language of the command; :func:`html_of` gives the same in
either, or outside a notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import singledispatch
from math import floor
from typing import Any
from xml.etree.ElementTree import Element, tostring

from aftersales.analysis.bounds import Bounds, unjudged
from aftersales.analysis.comparison import Comparison
from aftersales.analysis.confidence import Confidence
from aftersales.analysis.improvements import Improvements
from aftersales.analysis.tipping_points import TippingPoint
from aftersales.evaluation.evaluation import SOUND_BY, Evaluation, Finding
from aftersales.evaluation.workbook.layout import COLUMNS
from aftersales.problems.errors import AftersalesError, Problem
from aftersales.problems.violations import ViolationError
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.standard import ALTERED_MARK, Standard, bundled_standard
from aftersales.standard.structure import Category, Indicator, Node
from aftersales.text.number_format import MARK, as_text, distinct, mark_note, rounded, short
from aftersales.text.sanitize import unbroken
from aftersales.views.bounds import WORDS as SPOKEN_BOUNDS
from aftersales.views.language import chosen_language

__all__ = ["html_of"]

ROOM = 7  # characters of a number in a table
WIDE = 24  # and of what an assessor found

_Child = Element | str  # what stands in an element

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

_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "passed": "合格",
        "failed": "不合格（合格线 {line} 分）",
        "score": "最终得分 {score}",
        "sum": "实际得分 {earned} ÷ 涉及项总分值 {applicable} × {total}",
        "tree": ("指标", "分值", "涉及", "得分", "比例", ""),
        "points": "{points} 分",
        "deductions": "扣分（{count} 项，从大到小）",
        "deduction": ("指标", "", "扣分", "得分", "原因"),
        "deleted": "删减（{count} 条）",
        "deletion": ("指标", "", "原因", "确认人"),
        "stars": ("等级", "得分"),
        "standard": "{id}（{edition} 版）",
        "findings": "认定（{count} 条）",
        "finding": ("指标", "", "认定", "原因"),
        "kinds": {
            "qualitative": "定性",
            "quantitative": "定量",
            "sampled": "抽样",
            "not_applicable": "不适用",
        },
        "open": "{count} 项指标尚无认定",
        "complete": "{count} 项指标均有认定",
        "problems": "{count} 个问题",
        "problem": ("位置", "问题", "条款", "代码"),
        "goal": "目标：{grade}（{limit} 分）；现在 {score} 分",
        "reached": "已达到",
        "unreachable": "达不到；以下指标全部提升也只有 {score} 分",
        "steps": ("提升到完全符合", "", "现得", "提高", "累计", "费用"),
        "assessed": "已认定（含删减）：分值的 {share}%",
        "opens": ("未认定", "", "分值", "可差", "完全符合", "完全不符合", "删减"),
        "tipping": "临界点（{count} 项指标，单独改判即改变星级）",
        "tipping_heads": ("指标", "", "现得比例", "达到此升星", "低于此降星", "完全符合", "完全不符合", "删减"),
        "chances": ("星级", "可能性", ""),
        "expected": "平均得分 {score}（不影响星级）",
        "between": "{low} 至 {high}",
        "none": "不合格",
        "ranking": ("名次", "组织", "得分", "星级", "评价时间"),
        "join": "、",
    },
    "en": {
        "passed": "passed",
        "failed": "failed (pass line {line})",
        "score": "Final score {score}",
        "sum": "earned {earned} ÷ applicable {applicable} × {total}",
        "tree": ("Indicator", "Points", "Appl.", "Earned", "Ratio", ""),
        "points": "{points} points",
        "deductions": "Deductions ({count}, largest first)",
        "deduction": ("Indicator", "", "Lost", "Earned", "Reason"),
        "deleted": "Deleted ({count} entries)",
        "deletion": ("Indicator", "", "Reason", "Confirmed by"),
        "stars": ("Rating", "Score"),
        "standard": "{id} (edition {edition})",
        "findings": "Findings ({count})",
        "finding": ("Indicator", "", "Finding", "Reason"),
        "kinds": {
            "qualitative": "qualitative",
            "quantitative": "quantitative",
            "sampled": "sampled",
            "not_applicable": "not applicable",
        },
        "open": "indicators without a finding: {count}",
        "complete": "all {count} indicators have a finding",
        "problems": "Problems: {count}",
        "problem": ("Place", "Problem", "Clause", "Code"),
        "goal": "Goal: {grade} ({limit}); {score} now",
        "reached": "reached",
        "unreachable": "Out of reach; all of these together give no more than {score}",
        "steps": ("To be fully met", "", "Earned", "Gain", "Total", "Cost"),
        "assessed": "Judged or deleted: {share} % of the points",
        "opens": ("Open", "", "Points", "At stake", "Fully met", "Not met", "Deleted"),
        "tipping": "Tipping points ({count}): re-judging one of these indicators alone changes the stars",
        "tipping_heads": ("Indicator", "", "Share", "Rises at", "Falls below", "Fully met", "Not met", "Deleted"),
        "chances": ("Stars", "Probability", ""),
        "expected": "Mean score {score} (it decides nothing)",
        "between": "{low} to {high}",
        "none": "failed",
        "ranking": ("Place", "Organisation", "Score", "Stars", "Evaluated"),
        "join": ", ",
    },
}


@singledispatch
def html_of(thing: Any, lang: str = "zh") -> str | None:
    """What a notebook shows of a thing, as HTML in ``"zh"`` or ``"en"``; None for what is shown as plain text.

    >>> from aftersales import load_standard
    >>> "售后服务管理师占比不低于 10%" in html_of(load_standard())
    True
    """
    return None


def picture_of(thing: Any) -> str | None:
    """What a notebook shows where no argument gives the language."""
    return html_of(thing, chosen_language())


# --- the standard and the evaluation -------------------------------------------------------------------------------


@html_of.register
def _(standard: Standard, lang: str = "zh") -> str:
    words = _WORDS[lang]
    head = words["standard"].format(id=standard.name(lang), edition=standard.edition)
    bands = [
        [
            f"{'★' * star.stars} {star.grade.text(lang)}",
            f"[{as_text(star.lower)}, {as_text(star.upper)}{']' if star is standard.stars[-1] else ')'}",
        ]
        for star in standard.stars
    ]
    return _page(
        lang,
        _tag("div", _tag("b", standard.title.text(lang)), " ", head),
        _table(words["stars"], bands),
        *(_branch(category, lang) for category in standard.categories),
    )


def _branch(node: Node, lang: str) -> Element:
    points = _WORDS[lang]["points"].format(points=as_text(node.points))
    title = f"{node.id} {node.title.text(lang)}"
    if isinstance(node, Indicator):
        return _tag("div", title, " ", _tag("span", points, class_="quiet"), style="margin-left:2.6em")
    indent = "margin-left:0" if isinstance(node, Category) else "margin-left:1.3em"
    summary = _tag("summary", title, " ", _tag("span", points, class_="quiet"))
    return _tag("details", summary, *(_branch(part, lang) for part in node.parts), style=indent)


@html_of.register
def _(evaluation: Evaluation, lang: str = "zh") -> str:
    words, subject = _WORDS[lang], evaluation.subject
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
        said = words["complete"].format(count=len(standard.indicators))
        head += [" ", _tag("span", said, class_="quiet")]
    lists = [_details(words["findings"].format(count=len(rows)), words["finding"], rows)]
    if left:
        lists.append(
            _details(words["open"].format(count=len(left)), words["opens"][:2], [[key, title(key)] for key in left])
        )
    return _page(lang, _tag("div", *head), *lists)


def _unjudged(evaluation: Evaluation, standard: Standard | None) -> list[str]:
    """The indicators without a finding; where the standard is not known, what the evaluation itself leaves open."""
    if standard is None:
        return [key for key, finding in evaluation.findings.items() if finding is None]
    return [standard.indicators[position].id for position in unjudged(evaluation, standard)]


def _standard_of(evaluation: Evaluation) -> Standard | None:
    """The standard that it was found sound by, else the bundled one that it names; None where nobody knows one."""
    if SOUND_BY in evaluation.__dict__:
        return evaluation.__dict__[SOUND_BY]  # type: ignore[no-any-return]
    try:
        return bundled_standard(evaluation.standard, evaluation.edition)
    except ViolationError:
        return None


def _found(finding: Finding, node: Node | None, lang: str) -> str:
    """A finding in short: its kind, and what was found."""
    heads = {column.key: column.head if lang == "zh" else column.key.replace("_", " ") for column in COLUMNS}
    numbers = type(finding).model_fields.keys() - {"kind", "reason", "evidence", "confirmed_by"}
    found = {key: getattr(finding, key) for key in heads if key in numbers}
    limit = Fraction(1)  # of a degree
    if finding.kind == "quantitative":
        bounds = (getattr(holder, name, None) for holder in (finding, node) for name in ("at_least", "at_most"))
        limit = next((bound for bound in bounds if bound is not None), limit)
    kind: str = _WORDS[lang]["kinds"][finding.kind]
    said = (f"{heads[key]} {_as_found(Fraction(value), limit)}" for key, value in found.items() if value is not None)
    return " ".join([kind, *said])


def _as_found(value: Fraction, limit: Fraction) -> str:
    """The value as it was found; where that is too long, rounded, and never to the limit (R3)."""
    text = as_text(value)
    return text if len(text) <= WIDE else short(value, limit=limit)


# --- the scorecard -------------------------------------------------------------------------------------------------


@html_of.register
def _(card: Scorecard, lang: str = "zh") -> str:
    words, standard, subject = _WORDS[lang], card.standard, card.evaluation.subject
    passed = words["passed" if card.passed else "failed"].format(line=as_text(standard.pass_line))
    total = words["sum"].format(
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
        _tag("div", _tag("span", _stars(card.stars, standard), class_="stars"), " ", card.grade.grade.text(lang)),
        _tag("div", _tag("span", words["score"].format(score=card.printed_score), class_="score"), f"  {passed}"),
        _tag("div", total, class_="quiet"),
        *(_scores(card, category, lang) for category in standard.categories),
        *_deductions(card, lang),
        *_deletions(card, lang),
    )


def _stars(stars: int, standard: Standard) -> str:
    return "★" * stars + "☆" * (len(standard.stars) - stars)


def _scores(card: Scorecard, category: Category, lang: str) -> Element:
    """A category with its bar, opened to its subcategories and indicators."""
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
    return _table(_WORDS[lang]["tree"], rows)


def _ratio(card: Scorecard, node: NodeScore) -> str:
    return "–" if node.ratio is None else card.standard.printed_ratio(node.ratio)


def _deductions(card: Scorecard, lang: str) -> list[Element]:
    words, lost = _WORDS[lang], card.deductions
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
    summary = words["deductions"].format(count=len(lost))
    return [_details(summary, words["deduction"], rows, open="open")] if lost else []


def _deletions(card: Scorecard, lang: str) -> list[Element]:
    words = _WORDS[lang]
    rows: list[list[_Child]] = [
        [key, card.standard[key].title.text(lang), found.reason, words["join"].join(found.confirmed_by)]
        for key, found in card.evaluation.findings.items()
        if found is not None and found.kind == "not_applicable"
    ]
    return [_details(words["deleted"].format(count=len(rows)), words["deletion"], rows)] if rows else []


# --- problems, improvements, bounds, chances -------------------------------------------------------------------------


@html_of.register
def _(error: AftersalesError, lang: str = "zh") -> str:
    words = _WORDS[lang]
    rows = [_problem_row(problem, lang) for problem in error.problems]
    return _page(
        lang, _tag("div", words["problems"].format(count=len(rows)), class_="lost"), _table(words["problem"], rows)
    )


@html_of.register
def _(problem: Problem, lang: str = "zh") -> str:
    return _page(lang, _table(_WORDS[lang]["problem"], [_problem_row(problem, lang)]))


def _problem_row(problem: Problem, lang: str) -> list[str]:
    place = f"{problem.line}:{problem.column}" if problem.line is not None else problem.cell or ""
    message = problem.message if lang == "en" else problem.message_zh
    return [" ".join(filter(None, (place, problem.path))), message, problem.clause or "", problem.code]


@html_of.register
def _(plan: Improvements, lang: str = "zh") -> str:
    words = _WORDS[lang]
    goal = words["goal"].format(grade="★" * plan.stars, limit=as_text(plan.limit), score=plan.printed_start)
    if plan.start >= plan.limit:
        return _page(lang, _tag("div", goal), _tag("div", words["reached"]))
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
    told = [] if plan.reachable else [_tag("div", words["unreachable"].format(score=plan.printed_score), class_="lost")]
    heads = words["steps"] if has_costs else words["steps"][:-1]
    return _page(lang, _tag("div", goal), *told, _table(heads, rows, ids=True))


@html_of.register
def _(bounds: Bounds, lang: str = "zh") -> str:
    words, spoken = _WORDS[lang], SPOKEN_BOUNDS[lang]
    assessed = words["assessed"].format(share=distinct(bounds.assessed * 100, Fraction(100)))
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
    stars = " ".join("★" * star or words["none"] for star in bounds.stars)
    return _page(
        lang,
        _tag("div", spoken["score"].format(span=bounds.text(spoken["to"])), class_="score"),
        _tag("div", stars, class_="stars"),
        _tag("div", _bar(bounds.assessed), " ", assessed),
        *([] if bounds.score_certain else [_tag("div", spoken["uncertain"], class_="lost")]),
        *([_table(words["opens"], rows, ids=True)] if rows else []),
    )


@html_of.register
def _(confidence: Confidence, lang: str = "zh") -> str:
    words = _WORDS[lang]
    rows: list[list[_Child]] = [
        ["★" * chance.stars or words["none"], _number(chance.percent), _bar(chance.lowest, chance.highest)]
        for chance in confidence.chances
    ]
    expected = words["expected"].format(score=confidence.printed_expected_score)
    notes = [_tag("div", assumption.text(lang), class_="quiet") for assumption in confidence.assumptions]
    return _page(
        lang, _table(words["chances"], rows), _tag("div", expected), *notes, *_tipping(confidence.tipping_points, lang)
    )


def _tipping(points: Sequence[TippingPoint], lang: str) -> list[Element]:
    words = _WORDS[lang]
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
    return [_details(words["tipping"].format(count=len(rows)), words["tipping_heads"], rows)] if rows else []


@html_of.register
def _(comparison: Comparison, lang: str = "zh") -> str:
    words = _WORDS[lang]
    rows: list[list[_Child]] = [
        [
            _number(str(ranked.place)),
            ranked.organisation,
            _number(ranked.printed_score),
            "★" * ranked.stars or words["none"],
            "" if ranked.period is None else words["between"].format(low=ranked.period.start, high=ranked.period.end),
        ]
        for ranked in comparison.ranking
    ]
    standard = comparison.standard + (ALTERED_MARK[lang] if comparison.altered else "")
    head = f"{standard} ({comparison.edition})  {comparison.product_category}  {comparison.size_tier}"
    return _page(lang, _tag("div", head), _table(words["ranking"], rows))


# --- HTML ----------------------------------------------------------------------------------------------------------


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
    style.text = _STYLE  # our own; in HTML the content of a style is not escaped
    return tostring(_tag("div", style, *children, class_="aftersales"), encoding="unicode", method="html")


def _number(text: str, class_: str = "") -> Element:
    return _tag("td", text, class_=f"n {class_}".strip())


def _table(heads: Sequence[str], rows: Sequence[Sequence[_Child]], *, ids: bool = False) -> Element:
    """A table; what is no cell yet becomes one. With ``ids`` the first column holds ids, which are not broken."""
    body = [_tag("tr", *(_cell(value, is_id=ids and not place) for place, value in enumerate(row))) for row in rows]
    numbers = [isinstance(cell, Element) and cell.tag == "td" for cell in (rows[0] if rows else [""] * len(heads))]
    cells = [_tag("th", head, class_="n" if is_number else "") for head, is_number in zip(heads, numbers, strict=True)]
    return _tag("table", _tag("thead", _tag("tr", *cells)), _tag("tbody", *body))


def _details(said: str, heads: Sequence[str], rows: Sequence[Sequence[_Child]], **attributes: str) -> Element:
    """A table of what has an id, under a line that opens it."""
    return _tag("details", _tag("summary", said), _table(heads, rows, ids=True), **attributes)


def _cell(value: _Child, *, is_id: bool) -> Element:
    if isinstance(value, Element):
        return value if value.tag == "td" else _tag("td", value)
    return _tag("td", value, class_="id" if is_id else "text" if value else "")


def _length(ratio: Fraction) -> str:
    """A part of a bar in per cent, rounded down: what is not full is not drawn full (R3)."""
    return rounded(Fraction(floor(ratio * 10_000), 100))


def _bar(ratio: Fraction | None, up_to: Fraction | None = None) -> Element:
    """A bar; where only bounds are known, paler from the one to the other."""
    least, most = ratio or Fraction(0), up_to or ratio or Fraction(0)
    parts = [_tag("i", style=f"width:{_length(least)}%")]
    if most > least:
        parts.append(_tag("i", style=f"width:{_length(most - least)}%;opacity:.4"))
    return _tag("span", *parts, class_="bar")
