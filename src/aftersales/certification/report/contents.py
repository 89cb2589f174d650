"""The content of an evaluation report (7.1) and of its public summary (7.2.1), in any language.

The parts (a) to (f) of 7.1 are in :mod:`~aftersales.certification.report.basis`,
:mod:`~aftersales.certification.report.scores` and :mod:`~aftersales.certification.report.recommendations`, what comes
after them in :mod:`~aftersales.certification.report.closing`; this module makes the cover and puts them together. Every
figure is taken from the scorecard where it is needed. What the evaluation lacks becomes a
:class:`~aftersales.rendering.document.Gap`.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import replace

from aftersales.certification.rectification.rectification import Rectification
from aftersales.certification.report.basis import basic_information, course, facts_of
from aftersales.certification.report.closing import annexes, rectification_part, signing_part
from aftersales.certification.report.evidence_files import EvidenceFiles
from aftersales.certification.report.recommendations import analysis, recommendations
from aftersales.certification.report.scores import conclusion, conclusion_sentence, details
from aftersales.certification.report.strengths import strengths_of
from aftersales.certification.report.writer import ReportWriter
from aftersales.certification.statutory_calendar import StatutoryCalendar
from aftersales.rendering.charts import stars
from aftersales.rendering.document import (
    Banner,
    Block,
    Cell,
    Contents,
    Cover,
    Document,
    Heading,
    Paragraph,
    Picture,
)
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.structure import Category
from aftersales.text.dates import day_text
from aftersales.text.number_format import MARK, as_text, mark_note, short

__all__ = ["report_document", "summary_document"]


def report_document(
    card: Scorecard,
    number: str | None,
    issued_on: datetime.date | None,
    *,
    draft: bool,
    lang: str,
    calendar: StatutoryCalendar | None = None,
    rectification: Rectification | None = None,
    files: EvidenceFiles | None = None,
) -> Document:
    """The report: a cover with the result, the six parts of 7.1, the rectification if given, who signs, and annexes."""
    writer = ReportWriter(card, lang)
    blocks = (
        Contents(writer.say("contents")),
        *basic_information(writer, number, issued_on, calendar),
        *course(writer),
        *details(writer),
        *conclusion(writer),
        *analysis(writer),
        *recommendations(writer),
        *(rectification_part(writer, rectification, issued_on) if rectification else ()),
        *signing_part(writer, number, issued_on),
        *annexes(writer, files),
    )
    cover = _cover(writer, number, issued_on)
    return _document(writer, "title", number, issued_on, draft=draft, blocks=blocks, cover=cover)


def summary_document(
    card: Scorecard,
    number: str | None,
    issued_on: datetime.date | None,
    *,
    draft: bool,
    lang: str,
    without: Collection[str] = (),
) -> Document:
    """The summary for public display: the stars, the core of the result, and the organisation (7.2.1).

    The facts with the keys ``without`` are left out.
    """
    writer = ReportWriter(card, lang)
    blocks = tuple(_summary(writer, number, issued_on, without))
    document = _document(writer, "summary_title", number, issued_on, draft=draft, blocks=blocks)
    return replace(document, on_one_page=True)


def _document(
    writer: ReportWriter,
    title: str,
    number: str | None,
    issued_on: datetime.date | None,
    *,
    draft: bool,
    blocks: tuple[Block, ...],
    cover: Cover | None = None,
) -> Document:
    """The document. A self-assessment has a title of its own (clause 1, reading R15)."""
    team = writer.evaluation.team
    is_self = writer.evaluation.type == "self"
    footer = [writer.standard.name(writer.lang), number, day_text(issued_on, writer.lang) if issued_on else None]
    is_marked = MARK in repr((cover, blocks))  # repr has every text, including those of pictures
    bodies = dict.fromkeys(assessor.organisation for assessor in team if assessor.organisation)
    return Document(
        lang=writer.lang,
        title=writer.say(f"{title}_self" if is_self else title),
        subtitle=writer.organisation or writer.gap("organisation"),
        mark=writer.say("draft") if draft else None,
        footer=" · ".join(part for part in footer if part),
        blocks=blocks,
        author=writer.join(list(bodies)),
        issued_on=issued_on,
        footnote=mark_note(writer.lang) if is_marked else None,
        footnote_mark=MARK if is_marked else None,
        cover=cover,
    )


STARS, STAR = 0.3, 0.06  # of the width: that of all stars, and the most of one
COVERED = ("product_category", "type", "period", "basis")  # the facts on the cover


def _cover(writer: ReportWriter, number: str | None, issued_on: datetime.date | None) -> Cover:
    """The result, whom it is about, and who issues it: the body with its approval number (R18), or the organisation."""
    facts = dict(facts_of(writer, None, None))
    day = day_text(issued_on, writer.lang) if issued_on else writer.say("day_blank")
    issuer: tuple[Cell, ...] = (writer.organisation or writer.gap("organisation"),)
    if writer.evaluation.type != "self":
        body = writer.evaluation.body
        approval = body.approval_number if body else None
        name: Cell = writer.body or writer.gap("body")
        issuer = (name, writer.say("approval", number=approval) if approval else writer.gap("approval_number"))
    return Cover(
        reference=writer.say("reference", number=number) if number else None,
        banner=_banner(writer),
        entries=tuple((writer.say(f"label.{key}"), facts[key]) for key in COVERED if key in facts),
        issuer=(*issuer, day),
    )


def _banner(writer: ReportWriter) -> Banner:
    card, top = writer.card, len(writer.standard.stars)
    passed = writer.say("passed" if card.passed else "failed", line=as_text(writer.standard.pass_line))
    alt = writer.say("stars_alt", stars=card.stars, top=top)
    return Banner(
        stars=Picture(stars(card.stars, top), alt, min(STAR * top, STARS)),
        headline=card.grade.grade.text(writer.lang),
        lines=(writer.say("score_line", score=card.printed_score, passed=passed),),
    )


def _summary(
    writer: ReportWriter, number: str | None, issued_on: datetime.date | None, without: Collection[str]
) -> Iterator[Block]:
    """7.2.1: the stars and the core of the result. Strengths are only called so if they are good by themselves."""
    yield _banner(writer)
    yield writer.fact_table([fact for fact in facts_of(writer, number, issued_on) if fact[0] not in without])
    yield Heading(writer.say("core"))
    yield Paragraph(writer.sentences(conclusion_sentence(writer), writer.card.grade.meaning.text(writer.lang)))
    yield writer.category_bars()
    yield Paragraph(writer.say("table_1"), quiet=True)
    yield writer.group_table(Category)
    measure, _, limit, is_high, strong, _ = strengths_of(writer.card)
    if strong:
        key = "strong_in_high" if is_high else "strong_in_relative"
        names = [writer.name(node) for node in strong]
        yield Paragraph(writer.say(key, names=names, limit=short(limit * 100), grade=measure.grade))
    yield Paragraph(_display_note(writer), quiet=True)


def _display_note(writer: ReportWriter) -> str:
    """7.2.1, 6.3.2, reading R15: the purpose of the summary, and whether it comes with a certificate."""
    kind = writer.evaluation.type if writer.card.passed else "failed"
    certificate = writer.say(f"certificate_{kind}") if kind else ""
    return writer.sentences(writer.say("summary_note", standard=writer.standard_name()), certificate)
