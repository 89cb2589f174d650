"""The parts (c) and (d) of a report (7.1): the scores in detail, and the conclusion."""

from __future__ import annotations

from collections.abc import Iterator

from aftersales.certification.report.writer import ReportWriter
from aftersales.evaluation.findings import Finding, NotApplicable
from aftersales.rendering.charts import FEWEST_SPOKES, Label, drawn, radar
from aftersales.rendering.document import Block, Cell, Gap, Heading, Paragraph, Picture, Row, Table
from aftersales.scoring.scorecard import NodeScore
from aftersales.standard.structure import Category, Indicator, Star, Subcategory
from aftersales.text.columns import width
from aftersales.text.number_format import as_text, short

__all__ = ["conclusion", "conclusion_sentence", "details"]

RADAR_TITLE = 24  # columns of a terminal; longer titles do not fit around the radar chart


def details(writer: ReportWriter) -> Iterator[Block]:
    """7.1 (c): every indicator with its score, deduction and reason, and the basis of the stars."""
    yield Heading(writer.part("c"))
    yield Heading(writer.say("groups"), 2)
    yield Paragraph(writer.say("table_1"), quiet=True)
    yield writer.group_table(Category, Subcategory)  # before the charts, so that it fills the page
    yield writer.category_bars()
    if len(writer.groups) >= FEWEST_SPOKES:
        yield _radar(writer)
    yield Heading(writer.say("indicators"), 2)
    if writer.evidence:
        yield Paragraph(writer.say("evidence_note", annex=writer.annex("evidence")), quiet=True)
    yield _indicator_table(writer)
    yield Heading(writer.say("core_basis"), 2)
    yield Paragraph(_core_sentence(writer))
    yield _basis_table(writer)


def _radar(writer: ReportWriter) -> Picture:
    axes = []
    titles = [node.title.text(writer.lang) for node in writer.groups]
    if max(map(width, titles)) > RADAR_TITLE:
        titles = [""] * len(titles)
    for node, title in zip(writer.groups, titles, strict=True):
        label = Label(node.id, title, "" if node.ratio is not None else writer.say("not_measured"))
        axes.append((label, None if node.ratio is None else drawn(node.ratio)))
    limits = [row.lower for row in writer.standard.reference if row.lower]
    rings = [(float(limit), f"{as_text(limit * 100)}%") for limit in dict.fromkeys([*limits[:1], *limits[-1:]])]
    return Picture(radar(axes, rings), writer.say("radar_alt", count=len(axes)), 0.85)


def _indicator_table(writer: ReportWriter) -> Table:
    title, grounds = (0.215, 0.29) if writer.wide_titles else (0.18, 0.325)
    widths = (0.085, title, 0.085, 0.095, 0.115, 0.115, grounds)
    columns = writer.columns("indicator_heads", widths, numbers=range(2, 5), whole=(0, 5))
    rows = []
    for node in writer.standard.nodes:
        result = writer.card[node.id]
        name = (node.id, node.title.text(writer.lang), writer.number(node.points))
        if isinstance(node, Indicator):
            rows.append(Row((*name, *_figures(writer, result), _grounds(writer, node, result))))
        elif isinstance(node, Subcategory):
            rows.append(Row((*name, *_figures(writer, result), ""), leads=True))
    return Table(columns, tuple(rows))


def _figures(writer: ReportWriter, node: NodeScore) -> tuple[str, str, str]:
    if node.ratio is None:
        return "–", "–", writer.say("deleted")
    return writer.earned(node), writer.number(node.deducted), writer.stars(node.reference)


def _grounds(writer: ReportWriter, indicator: Indicator, node: NodeScore) -> Cell:
    """The finding in words, the reason for the deduction or deletion, and the numbers of the evidence."""
    finding: Finding = writer.card.finding(indicator.id)
    numbers = writer.evidence_numbers(indicator.id)
    evidence = writer.say("evidence_numbers", numbers=numbers) if numbers else ""
    if isinstance(finding, NotApplicable):
        reason = writer.quoted(indicator.id, "deletion", finding.reason)
        return writer.say("deletion", reason=reason, names=writer.join(finding.confirmed_by)) + evidence
    found = finding.found(indicator, writer.standard).text(writer.lang)
    if finding.reason is not None:
        reason = writer.quoted(indicator.id, "reason", finding.reason)
        return writer.say("found_because", found=found, reason=reason) + evidence
    return Gap(writer.say("no_reason", found=found) + evidence) if node.deducted else found + evidence


def _core_sentence(writer: ReportWriter) -> str:
    """6.3.2, 6.3.3: the interval in which the final score lies."""
    card, standard = writer.card, writer.standard
    facts = {"score": card.printed_score, "grade": card.grade.grade.text(writer.lang)}
    if star := standard.star(card.stars):
        return writer.say("core_grounds", span=_span(writer, star), **facts)
    return writer.say("core_grounds_failed", line=as_text(standard.pass_line), **facts)


def _span(writer: ReportWriter, star: Star) -> str:
    """The final scores of a star. The interval of the top star is closed above (reading R1)."""
    sign = "≤" if star is writer.standard.stars[-1] else "<"
    return writer.say("span", lower=as_text(star.lower), sign=sign, upper=as_text(star.upper))


def _basis_table(writer: ReportWriter) -> Table:
    """6.2.4: the rows of table 1 of the whole and of each category, as published and with their guidance.

    The interval that decides stands beside the published range (reading R1).
    """
    columns = writer.columns("basis_heads", (0.14, 0.11, 0.12, 0.17, 0.16, 0.3), numbers=(1,), whole=(2, 3))
    whole = (writer.say("whole"), writer.card.ratio, writer.card.reference)
    parts = [writer.card[category.id] for category in writer.standard.categories]
    rows: list[Row] = []
    for name, ratio, row in (whole, *((writer.name(part), part.ratio, part.reference) for part in parts)):
        if row is None:
            cells = ("–", "–", "–", writer.say("deleted"))
        else:
            label = row.published_label.text(writer.lang) if row.published_label else writer.stars(row)
            cells = (row.published_range or "–", str(row), label, row.guidance.text(writer.lang))
        rows.append(Row((name, writer.ratio(ratio), *cells), leads=not rows))
    return Table(columns, tuple(rows))


def conclusion(writer: ReportWriter) -> Iterator[Block]:
    """7.1 (d), 6.2.3, 6.3: the final score and the stars, and how they follow."""
    card, standard = writer.card, writer.standard
    yield Heading(writer.part("d"))
    yield Paragraph(conclusion_sentence(writer))
    yield Paragraph(_formula(writer))
    yield Paragraph(card.grade.meaning.text(writer.lang))
    if writer.evaluation.type == "self":
        yield Paragraph(writer.say("certificate_self"))
    rows = []
    for star in standard.stars:
        is_result = star.stars == card.stars
        mark = writer.say("this_result") if is_result else ""
        rows.append(Row((star.grade.text(writer.lang), _span(writer, star), mark), leads=is_result))
    yield Table(writer.columns("star_heads", (0.34, 0.3, 0.36)), tuple(rows))


def _formula(writer: ReportWriter) -> str:
    """6.2.3: the final score with its numbers. If one of them is rounded, ``≈`` is put before the formula."""
    card = writer.card
    numbers = short(card.earned, limit=card.applicable), short(card.applicable)
    sign = "≈" if any(number.startswith("≈") for number in numbers) else "="
    earned, applicable = (number.removeprefix("≈") for number in numbers)
    total = as_text(writer.standard.total_points)
    return writer.say("formula", sign=sign, earned=earned, applicable=applicable, total=total, score=card.printed_score)


def conclusion_sentence(writer: ReportWriter) -> str:
    """The number of assessed indicators, the final score, and the stars."""
    card, indicators = writer.card, writer.standard.indicators
    deleted = sum(not card[indicator.id].applicable for indicator in indicators)
    return writer.say(
        "conclusion" if card.passed else "conclusion_failed",
        score=card.printed_score,
        grade=card.grade.grade.text(writer.lang),
        line=as_text(writer.standard.pass_line),
        judged=len(indicators) - deleted,
        deleted=deleted,
    )
