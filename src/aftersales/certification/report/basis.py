"""The parts (a) and (b) of a report (7.1): whom, what, when, by what and by whom; and how the evaluation was done."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from aftersales.certification.due_date import report_due
from aftersales.certification.report.writer import Voice
from aftersales.evaluation.evaluation import Evidence
from aftersales.problems.errors import AftersalesError
from aftersales.rendering.document import Block, Cell, Gap, Heading, Paragraph, Row, Table
from aftersales.scoring.scorecard import NodeScore

__all__ = ["basic_information", "course", "facts_of"]

DOCUMENT, ON_SITE = ("document",), ("interview", "observation", "customer")


# --- (a) basic information ---------------------------------------------------------------------------------------


def basic_information(voice: Voice, number: str | None, issued_on: datetime.date | None) -> Iterator[Block]:
    """7.1 (a): whom, what, when, by what and by whom; and when the report is due."""
    yield Heading(voice.say("a"))
    yield voice.facts(facts_of(voice, number, issued_on) + list(_due_facts(voice, issued_on)))
    yield Heading(voice.say("people"), 2)
    if not voice.evaluation.team:
        yield Paragraph(voice.gap("team"))
        return
    rows = []
    for assessor in voice.evaluation.team:
        role = str(voice.words["roles"].get(assessor.role, assessor.role)) if assessor.role else "–"
        qualification = assessor.qualification or voice.gap("qualification")
        body = assessor.organisation or "–"
        rows.append(Row((assessor.name, role, qualification, body)))
    yield Table(voice.columns("people_heads", (0.18, 0.14, 0.34, 0.34)), tuple(rows))


def facts_of(voice: Voice, number: str | None, issued_on: datetime.date | None) -> list[tuple[str, Cell]]:
    """The basic facts of an evaluation and its report."""
    evaluation, subject = voice.evaluation, voice.evaluation.subject
    facts: list[tuple[str, Cell]] = [("number", number)] if number else []
    for key in ("organisation", "product_category", "size_tier", "scope"):
        value = getattr(subject, key) if subject else None
        missing: Cell = "–" if key == "size_tier" else voice.gap(key)
        facts.append((key, value or missing))
    period = evaluation.period
    days = voice.say("from_to", start=voice.day(period.start), end=voice.day(period.end)) if period else None
    facts += [
        ("type", voice.say(evaluation.type) if evaluation.type else voice.gap("type")),
        ("period", days or voice.gap("period")),
        ("basis", voice.standard_name()),
    ]
    if issued_on:
        day = voice.day(issued_on)
        early = period is not None and issued_on < period.end
        facts.append(("issued_on", Gap(voice.say("issued_early", day=day)) if early else day))
    return facts


def _due_facts(voice: Voice, issued_on: datetime.date | None) -> Iterator[tuple[str, Cell]]:
    """7.1, R12: when the report is due, where the evaluation and the standard say it, and whether it came too late.

    Where the calendar is not at hand or not published, the term is told without a day.
    """
    period, term = voice.evaluation.period, voice.standard.report_working_days
    if period is None or term is None:
        return
    try:
        due = report_due(period.end, voice.standard)
    except AftersalesError:
        yield "due", voice.say("due_unknown", term=term)
        return
    late = issued_on is not None and issued_on > due
    yield "due", voice.say("due_missed" if late else "due", day=voice.day(due), term=term)


# --- (b) the course ----------------------------------------------------------------------------------------------


def course(voice: Voice) -> Iterator[Block]:
    """7.1 (b), 6.1.3: what was reviewed in documents and on site, from the evidence."""
    yield Heading(voice.say("b"))
    yield Paragraph(_kinds_sentence(voice))
    told = list(_evidence(voice))
    yield Paragraph(_evidence_sentence(voice, told, "evidence_in_all"))
    for key, methods in (("documents", DOCUMENT), ("on_site", ON_SITE)):
        yield Heading(voice.say(key), 2)
        found = [(node, evidence) for node, evidence in told if evidence.method in methods]
        if not found:
            yield Paragraph(voice.gap(key))
            continue
        yield Paragraph(_evidence_sentence(voice, found, "evidence"))
        yield _evidence_table(voice, found, with_method=len(methods) > 1)


Told = Sequence[tuple[NodeScore, Evidence]]


def _evidence(voice: Voice) -> Iterator[tuple[NodeScore, Evidence]]:
    """Each piece of evidence with what it is about, in the standard's order."""
    for key in voice.standard.layout.nodes:
        if (finding := voice.evaluation.findings.get(key)) is not None:
            for evidence in finding.evidence:
                yield voice.card[key], evidence


def _kinds_sentence(voice: Voice) -> str:
    findings = [voice.card.finding(indicator.id) for indicator in voice.standard.indicators]
    parts = [
        voice.say("kind_count", kind=name, count=count)
        for kind, name in voice.words["kinds"].items()
        if (count := sum(finding.kind == kind for finding in findings))
    ]
    return voice.say("course", total=len(findings), parts=voice.join(parts))


def _evidence_sentence(voice: Voice, told: Told, key: str) -> str:
    """How many indicators there is evidence of, and how much by each method; a deleted group counts with all of its own."""
    if not told:
        return voice.say("no_evidence")
    spans = voice.standard.layout.spans
    indicators = {position for node, _ in told for position in spans[node.id]}
    parts = [
        voice.say("method_count", method=voice.say(method), count=count)
        for method in DOCUMENT + ON_SITE
        if (count := sum(evidence.method == method for _, evidence in told))
    ]
    total = len(voice.standard.indicators)
    return voice.say(key, total=total, indicators=len(indicators), count=len(told), parts=voice.join(parts))


def _evidence_table(voice: Voice, told: Told, *, with_method: bool) -> Table:
    columns = voice.columns("evidence_heads", (0.34, 0.14, 0.52) if with_method else (0.4, 0, 0.6), whole=(1,))
    rows = []
    for node, evidence in told:
        note = evidence.note or voice.say("no_note")
        rows.append((voice.name(node), voice.say(evidence.method), note))
    if with_method:
        return Table(columns, tuple(map(Row, rows)))
    return Table(columns[::2], tuple(Row(cells[::2]) for cells in rows))
