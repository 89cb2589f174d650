"""The parts (a) and (b) of a report (7.1): basic information, and the course of the evaluation."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence

from aftersales.certification.due_date import report_due
from aftersales.certification.report.writer import ReportWriter
from aftersales.certification.statutory_calendar import StatutoryCalendar
from aftersales.evaluation.findings import KINDS, Evidence
from aftersales.evaluation.words import role, word
from aftersales.problems.errors import AftersalesError
from aftersales.rendering.document import Block, Cell, Column, Gap, Heading, Paragraph, Row, Table
from aftersales.scoring.scorecard import NodeScore
from aftersales.text.dates import ONE_DAY, day_text, days_text
from aftersales.text.normalize import plain_name
from aftersales.text.sanitize import clean
from aftersales.text.sentences import text_in

__all__ = ["basic_information", "course", "facts_of"]

REQUIRED = ("organisation", "product_category", "scope")  # of the subject (7.1 a)
DOCUMENT, ON_SITE = ("document",), ("interview", "observation", "customer")


def basic_information(
    writer: ReportWriter, number: str | None, issued_on: datetime.date | None, calendar: StatutoryCalendar | None
) -> Iterator[Block]:
    """7.1 (a): the organisation, scope, time, basis and people, and the due date of the report."""
    yield Heading(writer.part("a"), on_new_page=True)
    yield writer.fact_table(facts_of(writer, number, issued_on) + list(_due_facts(writer, issued_on, calendar)))
    yield Heading(writer.say("people"), 2)
    if not writer.evaluation.team:
        yield Paragraph(writer.gap("team"))
        return
    rows = []
    for assessor in writer.evaluation.team:
        role_text = role(writer.lang, assessor.role) or "–"
        qualification = assessor.qualification or writer.gap("qualification")
        body = assessor.organisation or "–"
        rows.append(Row((assessor.name, role_text, qualification, body)))
    yield Table(writer.columns("people_heads", (0.18, 0.14, 0.34, 0.34)), tuple(rows))


def facts_of(writer: ReportWriter, number: str | None, issued_on: datetime.date | None) -> list[tuple[str, Cell]]:
    """The basic facts of an evaluation and its report."""
    evaluation, subject = writer.evaluation, writer.evaluation.subject
    facts: list[tuple[str, Cell]] = [("number", number)] if number else []
    for key in ("organisation", "credit_code", "address", "product_category", "size_tier", "scope", "sites"):
        value = getattr(subject, key, None) if key == "sites" else text_in(writer.lang, subject, key)
        if isinstance(value, tuple):
            value = writer.join([clean(text) for text in value])
        missing: Cell | None = {"size_tier": "–"}.get(key) or (writer.gap(key) if key in REQUIRED else None)
        if text := value or missing:
            facts.append((key, text))
    facts += _body_facts(writer)
    period = evaluation.period
    days = days_text(period.start, period.end, writer.lang) if period else None
    facts += [
        ("type", word(writer.lang, "type", evaluation.type) if evaluation.type else writer.gap("type")),
        ("period", days or writer.gap("period")),
        ("basis", writer.join([writer.standard_name(), *_further_basis(writer)])),
    ]
    if issued_on:
        day = day_text(issued_on, writer.lang)
        early = period is not None and issued_on < period.end
        facts.append(("issued_on", Gap(writer.say("issued_early", day=day)) if early else day))
    return facts


def _further_basis(writer: ReportWriter) -> Iterator[str]:
    """The basis besides the standard, which is named first and once."""
    own = plain_name(writer.standard.id)
    return (clean(text) for text in writer.evaluation.basis if own not in plain_name(text))


def _body_facts(writer: ReportWriter) -> Iterator[tuple[str, Cell]]:
    """Reading R18: the body that evaluates, with its approval number. A self-assessment has none."""
    body = writer.evaluation.body
    if body is None:
        if writer.evaluation.type == "third_party":
            yield "body", writer.gap("body")
        return
    if body.approval_number is not None:
        yield "body", writer.say("body", name=writer.body, number=clean(body.approval_number))
    else:
        yield "body", Gap(writer.say("body_unapproved", name=writer.body))
    for key, text in (("body_address", text_in(writer.lang, body, "address")), ("telephone", body.telephone)):
        if text is not None:
            yield key, text


def _due_facts(
    writer: ReportWriter, issued_on: datetime.date | None, calendar: StatutoryCalendar | None
) -> Iterator[tuple[str, Cell]]:
    """7.1, reading R12: the due date of the report, and whether it was late.

    A calendar that was handed in is named if it was used. If no calendar is installed or published, the term is given
    without a day.
    """
    period, term = writer.evaluation.period, writer.standard.report_working_days
    if period is None or term is None:
        return
    try:
        due = report_due(period.end, writer.standard, calendar=calendar)
    except AftersalesError:
        yield "due", writer.say("due_unknown", term=term)
        return
    late = issued_on is not None and issued_on > due
    sentence = writer.say("due_missed" if late else "due", day=day_text(due, writer.lang), term=term)
    if calendar and calendar.covers(period.end + ONE_DAY, due):
        sentence = writer.say("due_calendar", due=sentence, year=calendar.year, notice=clean(calendar.notice))
    yield "due", sentence


def course(writer: ReportWriter) -> Iterator[Block]:
    """7.1 (b), 6.1.3: the assessors' own account, and the reviews of documents and on site, by the evidence.

    The pieces of evidence themselves stand in the annex.
    """
    yield Heading(writer.part("b"))
    yield from writer.narrative("process")
    yield Paragraph(_kinds_sentence(writer))
    located = [(writer.card[key], evidence) for key, pieces in writer.evidence.items() for _, evidence in pieces]
    yield Paragraph(_evidence_sentence(writer, located, "evidence_in_all"))
    if located:
        yield _coverage_table(writer, located)
    for key, methods in (("documents", DOCUMENT), ("on_site", ON_SITE)):
        yield Heading(writer.say(key), 2)
        found = [(node, evidence) for node, evidence in located if evidence.method in methods]
        if not found:
            yield Paragraph(writer.gap(key))
            continue
        sentence = _evidence_sentence(writer, found, "evidence")
        places = list(dict.fromkeys(clean(evidence.where) for _, evidence in found if evidence.where is not None))
        yield Paragraph(writer.sentences(sentence, writer.say("places", places=places) if places else ""))


Located = Sequence[tuple[NodeScore, Evidence]]


def _coverage_table(writer: ReportWriter, located: Located) -> Table:
    """The pieces of evidence by category and method (6.1.3)."""
    methods = DOCUMENT + ON_SITE
    first, last = writer.columns("coverage_heads", (0.28, 0.16), numbers=(1,))
    heads = (Column(word(writer.lang, "method", method), 0.14, is_number=True) for method in methods)
    rows = []
    for category in writer.standard.categories:
        found: list[str] = [
            evidence.method for node, evidence in located if f"{node.id}.".startswith(f"{category.id}.")
        ]
        counts = (str(found.count(method)) for method in methods)
        rows.append(Row((writer.name(category), *counts, str(len(found)))))
    return Table((first, *heads, last), tuple(rows))


def _kinds_sentence(writer: ReportWriter) -> str:
    findings = [writer.card.finding(indicator.id) for indicator in writer.standard.indicators]
    counts = Counter[str](finding.kind for finding in findings)
    deleted = counts.pop("not_applicable", 0)
    parts = [
        writer.say("kind_count", kind=word(writer.lang, "kind", kind), count=counts[kind])
        for kind in KINDS
        if counts[kind]
    ]
    if deleted:
        parts.append(writer.say("deletion_count", count=deleted))
    return writer.say("course", total=len(findings), parts=writer.join(parts))


def _evidence_sentence(writer: ReportWriter, located: Located, key: str) -> str:
    """The number of indicators with evidence, and of pieces of evidence by each method.

    A deleted group counts as all of its indicators.
    """
    if not located:
        return writer.say("no_evidence")
    spans = writer.standard.layout.spans
    indicators = {position for node, _ in located for position in spans[node.id]}
    parts = [
        writer.say("method_count", method=word(writer.lang, "method", method), count=count)
        for method in DOCUMENT + ON_SITE
        if (count := sum(evidence.method == method for _, evidence in located))
    ]
    total = len(writer.standard.indicators)
    facts = {"total": total, "indicators": len(indicators), "count": len(located), "parts": writer.join(parts)}
    return writer.say(key, **facts, annex=writer.annex("evidence"))
