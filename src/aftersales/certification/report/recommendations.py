"""The parts (e) and (f) of a report (7.1): strengths and weaknesses, and what to do to reach the next star."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from aftersales.analysis.improvements import improvements
from aftersales.certification.report.scores import measured
from aftersales.certification.report.writer import Voice
from aftersales.evaluation.evaluation import NotApplicable, Qualitative, Quantitative, Sampled
from aftersales.evaluation.ledger import limit_of
from aftersales.rendering.document import Block, Cell, Gap, Heading, Paragraph, Row, Table
from aftersales.scoring.scorecard import NodeScore
from aftersales.standard.structure import Indicator
from aftersales.text.number_format import as_text, distinct, printed, rounded_up, short

__all__ = ["analysis", "recommendations"]


# --- (e) strengths and weaknesses --------------------------------------------------------------------------------


def analysis(voice: Voice) -> Iterator[Block]:
    """7.1 (e): strengths and weaknesses with the eye on the next star.

    A subcategory is strong where its ratio lies in the row of table 1 of the next star or above it, else weak: it
    holds the whole back. At the top the row of the top star is the measure. Below the two highest stars what reaches the
    measure is called strong only in comparison.
    """
    strong, weak = voice.strengths(), voice.weaknesses()
    name = voice.say("strengths_high" if voice.is_high else "strengths_relative")
    yield Heading(voice.say("e"))
    key = "measure" if voice.next_star else "measure_at_the_top"
    grade = voice.measure.grade.text(voice.lang)
    yield Paragraph(voice.say(key, grade=grade, row=str(voice.measure_row), name=name))
    yield Heading(voice.say("strengths", name=name), 2)
    yield voice.bullets([_strength(voice, node) for node in strong], "no_strengths")
    yield Heading(voice.say("weaknesses"), 2)
    yield _weakness_table(voice, weak) if weak else Paragraph(voice.say("no_weaknesses"))


def _parts(voice: Voice, node: NodeScore) -> list[NodeScore]:
    """The indicators of a subcategory that are not deleted."""
    parts = [voice.card[part.id] for part in voice.standard.indicators if part.id.startswith(f"{node.id}.")]
    return [part for part in parts if part.applicable]


def _strength(voice: Voice, node: NodeScore) -> str:
    """A strong subcategory, with what it met in full and what that was seen by."""
    parts = _parts(voice, node)
    full = [part for part in parts if not part.deducted]
    facts = {"name": voice.name(node), "ratio": voice.ratio(node.ratio), "count": len(parts), "full": len(full)}
    if not full:
        return voice.say("strong_in_part", **facts, points=voice.number(node.deducted))
    evidence = [evidence for part in full for evidence in voice.card.finding(part.id).evidence]
    notes = voice.listed(each.note for each in evidence if each.note is not None)
    key = "strong_in_full" if len(full) == len(parts) else "strong_in_most"
    met = voice.say(key, **facts, names=voice.join([voice.name(part) for part in full]))
    return voice.sentences(met, voice.say("seen", notes=notes) if notes else "")


def _weakness_table(voice: Voice, weak: Iterable[NodeScore]) -> Table:
    total = sum((node.deducted for node in voice.groups), Fraction(0))
    rows = []
    for node in weak:
        share = f"{_share_of_losses(node.deducted / total * 100)}%"
        rows.append(
            Row((voice.name(node), voice.ratio(node.ratio), voice.number(node.deducted), share, _losses(voice, node)))
        )
    columns = voice.columns("weak_heads", (0.19, 0.12, 0.1, 0.12, 0.47), numbers=range(1, 4))
    return Table(columns, tuple(rows))


def _share_of_losses(percent: Fraction) -> str:
    """A percentage with one decimal; neither a part of the losses as all of them nor something as nothing (R3)."""
    return distinct(percent, Fraction(0 if percent < 1 else 100), places=1)


def _losses(voice: Voice, node: NodeScore) -> Cell:
    """The indicators that a subcategory lost its points by: the largest loss with its reason, then the others."""
    main, *others = (part for part in voice.card.deductions if part.id.startswith(f"{node.id}."))
    reason = voice.reason(main)
    text = voice.sentences(
        voice.say("lost_by", lost=voice.lost(main), reason=reason or voice.gap("reason").text),
        voice.say("lost_too", lost=voice.join([voice.lost(part) for part in others])) if others else "",
    )
    return text if reason else Gap(text)


# --- (f) recommendations -----------------------------------------------------------------------------------------


def recommendations(voice: Voice) -> Iterator[Block]:
    """7.1 (f): which indicators to raise to reach the next star, by how much and how; below the pass line 6.3.2 too."""
    yield Heading(voice.say("f"))
    if not voice.card.passed:
        yield Paragraph(voice.say("rectify", line=as_text(voice.standard.pass_line)))
    if voice.next_star is None:
        yield from _at_the_top(voice)
        return
    plan = improvements(voice.card, stars=voice.next_star.stars)
    grade, limit = voice.next_star.grade.text(voice.lang), as_text(voice.next_star.lower)
    gap = rounded_up(voice.next_star.lower - voice.card.final_score)
    yield Paragraph(voice.say("way", grade=grade, limit=limit, gap=gap, count=len(plan.steps)))
    yield _way_table(voice, ((voice.card[step.id], step.gain, step.final_score) for step in plan.steps))
    yield Paragraph(voice.say("way_note"), quiet=True)


def _at_the_top(voice: Voice) -> Iterator[Block]:
    """What keeps the top star, and what can still be gained."""
    card, star = voice.card, voice.standard.stars[-1]
    margin = short(card.final_score - star.lower)
    top = voice.say("at_the_top", score=card.printed_score, limit=as_text(star.lower), margin=margin)
    followed_up = voice.evaluation.type == "third_party"  # 7.2.2
    yield Paragraph(voice.sentences(top, voice.say("surveillance") if followed_up else ""))
    if not card.deductions:
        yield Paragraph(voice.say("no_deductions"))
        return
    yield Paragraph(voice.say("still_to_gain", count=len(card.deductions)))
    yield _way_table(voice, _all_steps(voice))
    yield Paragraph(voice.say("way_note"), quiet=True)


Step = tuple[NodeScore, Fraction, Fraction]
"""An indicator to be raised, what that adds to the final score, and the final score then."""


def _all_steps(voice: Voice) -> Iterator[Step]:
    """Every indicator that lost points, the largest loss first; an improvement plan to the top star has no step up there."""
    card, final = voice.card, voice.card.final_score
    for node in card.deductions:
        gain = node.deducted / card.applicable * voice.standard.total_points  # 6.2.3
        final += gain
        yield node, gain, final


def _way_table(voice: Voice, steps: Iterable[Step]) -> Table:
    limits = voice.standard.limits
    rows = []
    for node, gain, final in steps:
        now = f"{voice.earned(node)}/{voice.number(node.points)}"
        rows.append(Row((voice.name(node), now, voice.number(gain), printed(final, limits), _advice(voice, node))))
    return Table(voice.columns("way_heads", (0.22, 0.12, 0.12, 0.12, 0.42), numbers=range(1, 4)), tuple(rows))


def _advice(voice: Voice, node: NodeScore) -> Cell:
    """What is wrong with an indicator, what to do about it, and the points that this brings."""
    reason = voice.reason(node)
    gain = {
        "earned": voice.earned(node),
        "points": voice.number(node.points),
        "gain": voice.number(node.deducted),
    }
    text = voice.say("advice", reason=reason or voice.gap("reason").text, measure=_measure(voice, node), **gain)
    return text if reason else Gap(text)


def _measure(voice: Voice, node: NodeScore) -> str:
    """What raises an indicator to full, by the kind of its finding (6.2.2)."""
    finding, indicator = voice.card.finding(node.id), voice.standard[node.id]
    title = node.title.text(voice.lang)
    assert isinstance(indicator, Indicator)
    assert not isinstance(finding, NotApplicable)  # what is deleted loses nothing
    if isinstance(finding, Qualitative):
        key = "raise_degree" if finding.degree else "build_up"
        now, missing = (f"{short(share * 100, limit=Fraction(100))}%" for share in (finding.degree, 1 - finding.degree))
        return voice.say(key, now=now, missing=missing, title=title)
    if isinstance(finding, Sampled):
        return voice.say("put_right", title=title, **finding.model_dump(include={"sampled", "nonconforming"}))
    return _shift(voice, finding, indicator, title)


def _shift(voice: Voice, finding: Quantitative, indicator: Indicator, title: str) -> str:
    limit, is_lower = limit_of(finding, indicator)
    actual, bound, gap = measured(finding, indicator, finding.actual, limit, abs(limit - finding.actual))
    if gap.endswith("%"):
        gap = voice.say("percentage_points", points=gap.removesuffix("%"))
    return voice.say("raise_value" if is_lower else "lower_value", actual=actual, limit=bound, gap=gap, title=title)
