"""A scorecard as lines for a terminal: stars, score, gap to the next star, the tree, and every deduction.

Chinese characters take two columns. Columns are aligned by width, and characters whose width depends on the terminal
(stars, bars) are at the end of a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aftersales.evaluation.findings import NotApplicable
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.structure import Indicator, Subcategory, star_signs
from aftersales.text.columns import cut, line_width, padded, width, wrapped
from aftersales.text.number_format import as_text, distinct, rounded, rounded_up, short
from aftersales.text.sentences import Sentences, text_in

__all__ = ["score_lines"]

BAR = 10
NAME = 18  # the least columns for ids and titles beside bars, so that the start of a title is read

_say = Sentences("views")


def score_lines(card: Scorecard, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of a scorecard in that language. No line is wider than ``columns`` (60 to 100)."""
    columns = line_width(columns)
    yield from _head(card, lang, columns)
    yield ""
    yield from _tree(card, lang, columns)
    yield ""
    yield from _deductions(card, lang, columns)
    yield from _deletions(card, lang, columns)


def _head(card: Scorecard, lang: str, columns: int) -> Iterator[str]:
    standard = card.standard
    organisation = text_in(lang, card.evaluation.subject, "organisation")
    if organisation is not None:
        yield from wrapped(organisation, columns)
    yield _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    yield ""
    yield f"  {card.grade.grade.text(lang)}  {star_signs(card.stars, of=len(standard.stars))}"
    passed = _say(lang, "passed" if card.passed else "failed", line=as_text(standard.pass_line))
    yield f"  {_say(lang, 'score', score=card.printed_score)}    {passed}"
    total = as_text(standard.total_points)
    earned, applicable = short(card.earned, limit=card.applicable), short(card.applicable)
    yield "  " + _say(lang, "sum", earned=earned, applicable=applicable, total=total)
    star = standard.star(card.stars + 1)
    if star is None:
        yield "  " + _say(lang, "scorecard.top", **standard.wording)
    else:
        gap = rounded_up(star.lower - card.final_score)
        limit = as_text(star.lower)
        yield "  " + _say(lang, "scorecard.next", grade=star.grade, limit=limit, gap=gap)


def _tree(card: Scorecard, lang: str, columns: int) -> Iterator[str]:
    name, *heads = _say.each(lang, "tree_heads")
    nodes = [card[group.id] for group in card.standard.nodes if not isinstance(group, Indicator)]
    rows = [_figures(card, node) for node in nodes]
    widths = [max(8, *(width(row[k]) + 1 for row in (heads, *rows))) for k in range(len(heads))]
    name_width = columns - sum(widths) - BAR - 2
    has_bars = name_width >= NAME
    name_width += 0 if has_bars else BAR + 2
    yield padded(name, name_width) + "".join(map(_right, heads, widths))
    for node, row in zip(nodes, rows, strict=True):
        indent = "  " if isinstance(card.standard[node.id], Subcategory) else ""
        title = padded(cut(f"{indent}{node.id} {node.title.text(lang)}", name_width - 1), name_width)
        yield f"{title}{''.join(map(_right, row, widths))}  {_bar(node) if has_bars else ''}".rstrip()


def _figures(card: Scorecard, node: NodeScore) -> tuple[str, ...]:
    """The points, the applicable and the earned points, and the ratio (reading R3)."""
    ratio = "-" if node.ratio is None else card.standard.printed_ratio(node.ratio)
    return rounded(node.points), rounded(node.applicable), distinct(node.earned, node.applicable), ratio


def _right(text: str, columns: int) -> str:
    return padded(text, columns, right=True)


def _at_least_a_hundredth(points: Fraction) -> str:
    """Points with two decimals. Less than a hundredth is not printed as 0."""
    return rounded(points) if Fraction(rounded(points)) else "<0.01"


def _bar(node: NodeScore) -> str:
    full = int((node.ratio or 0) * BAR)
    return "█" * full + "·" * (BAR - full)


def _deductions(card: Scorecard, lang: str, columns: int) -> Iterator[str]:
    deductions = card.deductions
    if not deductions:
        yield _say(lang, "scorecard.no_deductions")
        return
    total = short(sum((node.deducted for node in deductions), Fraction(0)))
    yield _say(lang, "scorecard.deductions", count=len(deductions), total=total)
    for node in deductions:
        earned = short(node.earned, limit=node.points)
        earned = _say(lang, "scorecard.earned", earned=earned, points=as_text(node.points))
        yield from wrapped(
            f"-{_at_least_a_hundredth(node.deducted)}  {node.id} {node.title.text(lang)}  {earned}",
            columns,
            "  ",
            "         ",
        )
        reason = card.finding(node.id).reason
        text = _say(lang, "scorecard.no_reason" if reason is None else "scorecard.reason", reason=reason)
        yield from wrapped(text, columns, "         ", "         ")


def _deletions(card: Scorecard, lang: str, columns: int) -> Iterator[str]:
    standard = card.standard
    deletions = {key: found for key, found in card.evaluation.findings.items() if isinstance(found, NotApplicable)}
    if not deletions:
        return
    count = sum(len(standard.layout.spans[key]) for key in deletions)
    yield ""
    yield _say(lang, "scorecard.deleted", count=count)
    for key in sorted(deletions, key=list(standard.layout.nodes).index):
        yield from wrapped(f"{key} {standard[key].title.text(lang)}", columns, "  ", "    ")
        found = deletions[key]
        text = _say(lang, "scorecard.deletion", reason=found.reason, names=found.confirmed_by)
        yield from wrapped(text, columns, "    ", "    ")
