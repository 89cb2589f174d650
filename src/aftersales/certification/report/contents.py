"""The content of an evaluation report (7.1) and of its public summary (7.2.1), in any language.

The parts (a) to (f) of 7.1 are in :mod:`~aftersales.certification.report.basis`,
:mod:`~aftersales.certification.report.scores` and :mod:`~aftersales.certification.report.recommendations`; this module
puts them together. Every figure is taken from the scorecard where it is needed. What the evaluation lacks becomes a
:class:`~aftersales.rendering.document.Gap`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from aftersales.certification.report.basis import basic_information, course, facts_of
from aftersales.certification.report.recommendations import analysis, recommendations
from aftersales.certification.report.scores import conclusion, conclusion_sentence, details
from aftersales.certification.report.strengths import strengths_of
from aftersales.certification.report.writer import ReportWriter
from aftersales.certification.statutory_calendar import StatutoryCalendar
from aftersales.rendering.charts import stars
from aftersales.rendering.document import Banner, Block, Document, Heading, Paragraph, Picture
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.structure import Category
from aftersales.text.dates import day_text
from aftersales.text.number_format import MARK, as_text, mark_note

__all__ = ["report_document", "summary_document"]


def report_document(
    card: Scorecard,
    number: str | None,
    issued_on: datetime.date | None,
    *,
    draft: bool,
    lang: str,
    calendar: StatutoryCalendar | None = None,
) -> Document:
    """The report: the result, and the six parts of 7.1."""
    writer = ReportWriter(card, lang)
    blocks = (
        _banner(writer),
        *basic_information(writer, number, issued_on, calendar),
        *course(writer),
        *details(writer),
        *conclusion(writer),
        *analysis(writer),
        *recommendations(writer),
    )
    return _document(writer, "title", number, issued_on, draft=draft, blocks=blocks)


def summary_document(
    card: Scorecard, number: str | None, issued_on: datetime.date | None, *, draft: bool, lang: str
) -> Document:
    """The summary for public display: the stars, the core of the result, and the organisation (7.2.1)."""
    writer = ReportWriter(card, lang)
    blocks = _summary(writer, number, issued_on)
    return _document(writer, "summary_title", number, issued_on, draft=draft, blocks=blocks)


def _document(
    writer: ReportWriter,
    title: str,
    number: str | None,
    issued_on: datetime.date | None,
    *,
    draft: bool,
    blocks: Iterable[Block],
) -> Document:
    subject, team = writer.evaluation.subject, writer.evaluation.team
    organisation = subject.organisation if subject else None
    footer = [writer.standard.name(writer.lang), number, day_text(issued_on, writer.lang) if issued_on else None]
    blocks = tuple(blocks)
    is_marked = MARK in repr(blocks)  # repr has every text, including those of pictures
    bodies = dict.fromkeys(assessor.organisation for assessor in team if assessor.organisation)
    return Document(
        lang=writer.lang,
        title=writer.say(title),
        subtitle=organisation or writer.gap("organisation"),
        mark=writer.say("draft") if draft else None,
        footer=" · ".join(part for part in footer if part),
        blocks=blocks,
        author=writer.join(list(bodies)),
        issued_on=issued_on,
        footnote=mark_note(writer.lang) if is_marked else None,
    )


def _banner(writer: ReportWriter) -> Banner:
    card, top = writer.card, len(writer.standard.stars)
    passed = writer.say("passed" if card.passed else "failed", line=as_text(writer.standard.pass_line))
    alt = writer.say("stars_alt", stars=card.stars, top=top)
    return Banner(
        stars=Picture(stars(card.stars, top), alt, 0.3),
        headline=card.grade.grade.text(writer.lang),
        lines=(writer.say("score_line", score=card.printed_score, passed=passed),),
    )


def _summary(writer: ReportWriter, number: str | None, issued_on: datetime.date | None) -> Iterator[Block]:
    """7.2.1: the stars and the core of the result. Strengths are only called so if they are good by themselves."""
    yield _banner(writer)
    yield writer.facts(facts_of(writer, number, issued_on))
    yield Heading(writer.say("core"))
    yield Paragraph(conclusion_sentence(writer))
    yield Paragraph(writer.card.grade.meaning.text(writer.lang))
    yield writer.category_bars()
    yield writer.group_table(Category)
    yield Paragraph(writer.say("table_1"), quiet=True)
    measure, row, is_high, strong, _ = strengths_of(writer.card)
    if strong:
        key = "strong_in_high" if is_high else "strong_in_relative"
        names, limit = [writer.name(node) for node in strong], as_text(row.lower * 100)
        yield Paragraph(writer.say(key, names=names, limit=limit, grade=measure.grade))
    yield Paragraph(_display_note(writer), quiet=True)


def _display_note(writer: ReportWriter) -> str:
    """7.2.1, 6.3.2, reading R15: the purpose of the summary, and whether it comes with a certificate."""
    kind = writer.evaluation.type if writer.card.passed else "failed"
    certificate = writer.say(f"certificate_{kind}") if kind else ""
    return writer.sentences(writer.say("summary_note", standard=writer.standard_name()), certificate)
