"""The parts (e) and (f) of a report (7.1): strengths and weaknesses, and how to reach the next star."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction

from aftersales.analysis.improvements import improvements
from aftersales.certification.report.strengths import strengths_of
from aftersales.certification.report.writer import ReportWriter
from aftersales.evaluation.findings import Judged, NotApplicable
from aftersales.rendering.document import Block, Bullets, Cell, Gap, Heading, Paragraph, Row, Table
from aftersales.scoring.scorecard import NodeScore
from aftersales.standard.structure import Indicator, Star
from aftersales.text.number_format import as_text, distinct, printed, rounded_up, short
from aftersales.text.sentences import Phrase

__all__ = ["analysis", "recommendations"]


def analysis(writer: ReportWriter) -> Iterator[Block]:
    """7.1 (e): strengths and weaknesses with respect to the next star.

    If the next star is not one of the two highest, a strong subcategory is called relatively strong only.
    """
    measure, row, limit, is_high, strong, weak = strengths_of(writer.card)
    name = writer.say("strengths_high" if is_high else "strengths_relative")
    yield Heading(writer.part("e"))
    key = "measure" if measure.stars > writer.card.stars else "measure_at_the_top"
    ratios = {"row": str(row)} if row else {"limit": short(limit * 100)}
    measured = writer.say("measure_row" if row else "measure_score", grade=measure.grade, **ratios)
    yield Paragraph(writer.say(key, ratios=measured, name=name))
    yield Heading(writer.say("strengths", name=name), 2)
    own = [*writer.narrative("strengths"), *_own_strengths(writer)]
    yield from own
    if own:
        yield Paragraph(writer.say("computed"))
    yield writer.bullets([_strength(writer, node) for node in strong], "no_strengths")
    yield Heading(writer.say("weaknesses"), 2)
    own_weaknesses = writer.narrative("weaknesses")
    yield from own_weaknesses
    if own_weaknesses:
        yield Paragraph(writer.say("computed"))
    yield _weakness_table(writer, weak) if weak else Paragraph(writer.say("no_weaknesses"))


def _own_strengths(writer: ReportWriter) -> Iterator[Block]:
    """The strengths that the assessors state, by indicator."""
    items = []
    for indicator in writer.standard.indicators:
        finding = writer.card.finding(indicator.id)
        if isinstance(finding, Judged) and finding.strength is not None:
            text = writer.listed([writer.quoted(indicator.id, "strength", finding.strength)])
            items.append(writer.say("own_strength", name=writer.name(indicator), text=text))
    if items:
        yield Paragraph(writer.say("own_strengths"))
        yield Bullets(tuple(items))


def _parts(writer: ReportWriter, node: NodeScore) -> list[NodeScore]:
    """The indicators of a subcategory that are not deleted."""
    parts = [writer.card[part.id] for part in writer.standard.indicators if part.id.startswith(f"{node.id}.")]
    return [part for part in parts if part.applicable]


def _strength(writer: ReportWriter, node: NodeScore) -> str:
    """A strong subcategory with the indicators that it fully meets, and the evidence of them."""
    parts = _parts(writer, node)
    full = [part for part in parts if not part.deducted]
    facts = {"name": writer.name(node), "ratio": writer.ratio(node.ratio), "count": len(parts), "full": len(full)}
    if not full:
        return writer.say("strong_in_part", **facts, points=writer.number(node.deducted))
    numbers = writer.evidence_numbers(*(part.id for part in full))
    key = "strong_in_full" if len(full) == len(parts) else "strong_in_most"
    met = writer.say(key, **facts, names=writer.join([writer.name(part) for part in full]))
    seen = writer.say("seen", numbers=numbers, annex=writer.annex("evidence")) if numbers else ""
    return writer.sentences(met, seen)


def _weakness_table(writer: ReportWriter, weak: Iterable[NodeScore]) -> Table:
    total = sum((node.deducted for node in writer.groups), Fraction(0))
    rows = []
    for node in weak:
        share = f"{_share_of_losses(node.deducted / total * 100)}%"
        rows.append(
            Row(
                (
                    writer.name(node),
                    writer.ratio(node.ratio),
                    writer.number(node.deducted),
                    share,
                    _losses(writer, node),
                )
            )
        )
    columns = writer.columns("weak_heads", (0.19, 0.12, 0.1, 0.12, 0.47), numbers=range(1, 4))
    return Table(columns, tuple(rows))


def _share_of_losses(percent: Fraction) -> str:
    """A percentage with one decimal. A part of the losses is not printed as 100 %, and no loss as 0 % (reading R3)."""
    return distinct(percent, Fraction(0 if percent < 1 else 100), places=1)


def _losses(writer: ReportWriter, node: NodeScore) -> Cell:
    """The indicators by which a subcategory lost points: the largest loss with its reason, then the others."""
    main, *others = (part for part in writer.card.deductions if part.id.startswith(f"{node.id}."))
    reason = writer.reason(main)
    text = writer.sentences(
        writer.say("lost_by", lost=writer.lost(main), reason=reason or writer.gap("reason").text),
        writer.say("lost_too", lost=writer.join([writer.lost(part) for part in others])) if others else "",
    )
    return text if reason else Gap(text)


def recommendations(writer: ReportWriter) -> Iterator[Block]:
    """7.1 (f): what the assessors suggest, and the indicators to raise to reach the next star, by how much and how.

    Below the pass line, 6.3.2 requires rectification. The assessors' own measures come before the computed ones.
    """
    yield Heading(writer.part("f"))
    if not writer.card.passed:
        yield Paragraph(writer.say("rectify", line=as_text(writer.standard.pass_line)))
    suggestions = writer.narrative("suggestions")
    yield from suggestions
    if suggestions:
        yield Paragraph(writer.say("computed"))
    star = writer.standard.star(writer.card.stars + 1)
    steps = _all_steps(writer) if star is None else _steps_to(writer, star)
    if star is None:
        yield from _at_the_top(writer)
    else:
        gap = rounded_up(star.lower - writer.card.final_score)
        yield Paragraph(writer.say("way", grade=star.grade, limit=as_text(star.lower), gap=gap, count=len(steps)))
    if steps:
        yield Paragraph(writer.say("way_note"), quiet=True)
        yield _way_table(writer, steps)
    yield from _other_measures(writer, {node.id for node, _, _ in steps})


def _other_measures(writer: ReportWriter, shown: Collection[str]) -> Iterator[Block]:
    """The measures of the assessors for indicators that the way to the next star does not have."""
    rows = []
    for indicator in writer.standard.indicators:
        measure = _own_measure(writer, indicator.id)
        if measure and indicator.id not in shown:
            rows.append(Row((writer.name(indicator), measure)))
    if rows:
        yield Paragraph(writer.say("other_measures"))
        yield Table(writer.columns("measure_heads", (0.3, 0.7)), tuple(rows))


def _at_the_top(writer: ReportWriter) -> Iterator[Block]:
    """The conditions of the top star, and what can still be gained."""
    card, star = writer.card, writer.standard.stars[-1]
    margin = short(card.final_score - star.lower)
    top = writer.say("at_the_top", score=card.printed_score, limit=as_text(star.lower), margin=margin)
    followed_up = writer.evaluation.type == "third_party"  # 7.2.2
    followed = writer.say("surveillance", count=writer.standard.audit_every_months) if followed_up else ""
    yield Paragraph(writer.sentences(top, followed))
    losing = len(card.deductions)
    yield Paragraph(writer.say("still_to_gain", count=losing) if losing else writer.say("no_deductions"))


Step = tuple[NodeScore, Fraction, Fraction]
"""An indicator to raise, the gain in final score, and the final score after it."""


def _steps_to(writer: ReportWriter, star: Star) -> list[Step]:
    """The fewest indicators that reach a star if raised to full."""
    plan = improvements(writer.card, stars=star.stars)
    return [(writer.card[step.id], step.gain, step.final_score) for step in plan.steps]


def _all_steps(writer: ReportWriter) -> list[Step]:
    """Every indicator that lost points, the largest loss first. Used at the top, where an improvement plan is empty."""
    card, final = writer.card, writer.card.final_score
    steps = []
    for node in card.deductions:
        gain = node.deducted / card.applicable * writer.standard.total_points  # 6.2.3
        final += gain
        steps.append((node, gain, final))
    return steps


def _way_table(writer: ReportWriter, steps: Iterable[Step]) -> Table:
    limits = writer.standard.limits
    rows = []
    for node, gain, final in steps:
        now = f"{writer.earned(node)}/{writer.number(node.points)}"
        rows.append(Row((writer.name(node), now, writer.number(gain), printed(final, limits), _advice(writer, node))))
    return Table(writer.columns("way_heads", (0.18, 0.11, 0.11, 0.12, 0.48), numbers=range(1, 4)), tuple(rows))


def _advice(writer: ReportWriter, node: NodeScore) -> Cell:
    """The deficiency of an indicator, the measure for it, and the points that it gains."""
    reason = writer.reason(node)
    gain = {
        "earned": writer.earned(node),
        "points": writer.number(node.points),
        "gain": writer.number(node.deducted),
    }
    measure = _own_measure(writer, node.id) or _remedy(writer, node)
    text = writer.say("advice", reason=reason or writer.gap("reason").text, measure=measure, **gain)
    return text if reason else Gap(text)


def _own_measure(writer: ReportWriter, id: str) -> str | None:
    """The measure in the assessors' words, if they give one."""
    finding = writer.card.finding(id)
    if not isinstance(finding, Judged) or finding.measure is None:
        return None
    return writer.listed([writer.quoted(id, "measure", finding.measure)])


def _remedy(writer: ReportWriter, node: NodeScore) -> Phrase:
    """The remedy that raises an indicator to full points, by the kind of its finding (6.2.2)."""
    finding, indicator = writer.card.finding(node.id), writer.standard[node.id]
    assert isinstance(indicator, Indicator)
    assert not isinstance(finding, NotApplicable)  # a deleted indicator loses nothing
    return finding.remedy(indicator)
