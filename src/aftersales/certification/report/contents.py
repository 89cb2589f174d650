"""What an evaluation report says (7.1) and the summary for public display (7.2.1), in Chinese and English.

The parts (a) to (f) of 7.1 stand in :mod:`~aftersales.certification.report.basis`, :mod:`~aftersales.certification.report.scores` and
:mod:`~aftersales.certification.report.recommendations`; here they become a whole. Each figure is asked of the scorecard where it is told. What
the evaluation lacks becomes a :class:`~aftersales.rendering.document.Gap`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from aftersales.certification.report.basis import basic_information, course, facts_of
from aftersales.certification.report.recommendations import analysis, recommendations
from aftersales.certification.report.scores import conclusion, conclusion_sentence, details
from aftersales.certification.report.writer import Voice
from aftersales.rendering.charts import stars
from aftersales.rendering.document import Banner, Block, Heading, Manuscript, Paragraph, Picture
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.structure import Category
from aftersales.text.number_format import MARK, MARK_NOTE, as_text

__all__ = ["report_manuscript", "summary_manuscript"]


def report_manuscript(
    card: Scorecard, number: str | None, issued_on: datetime.date | None, *, draft: bool, lang: str
) -> Manuscript:
    """The report: the six parts of 7.1, below the result at a glance."""
    voice = Voice(card, lang)
    blocks = (
        _banner(voice),
        *basic_information(voice, number, issued_on),
        *course(voice),
        *details(voice),
        *conclusion(voice),
        *analysis(voice),
        *recommendations(voice),
    )
    return _manuscript(voice, "title", number, issued_on, draft=draft, blocks=blocks)


def summary_manuscript(
    card: Scorecard, number: str | None, issued_on: datetime.date | None, *, draft: bool, lang: str
) -> Manuscript:
    """The summary for public display: the stars and the core of the result, and whom it is about (7.2.1)."""
    voice = Voice(card, lang)
    blocks = _summary(voice, number, issued_on)
    return _manuscript(voice, "summary_title", number, issued_on, draft=draft, blocks=blocks)


def _manuscript(
    voice: Voice,
    title: str,
    number: str | None,
    issued_on: datetime.date | None,
    *,
    draft: bool,
    blocks: Iterable[Block],
) -> Manuscript:
    subject, team = voice.evaluation.subject, voice.evaluation.team
    organisation = subject.organisation if subject else None
    footer = [voice.standard.name(voice.lang), number, voice.day(issued_on) if issued_on else None]
    blocks = tuple(blocks)
    is_marked = MARK in repr(blocks)  # which holds every text, those of pictures too
    bodies = dict.fromkeys(assessor.organisation for assessor in team if assessor.organisation)
    return Manuscript(
        lang=voice.lang,
        title=voice.say(title),
        subtitle=organisation or voice.gap("organisation"),
        mark=voice.say("draft") if draft else None,
        footer=" · ".join(part for part in footer if part),
        blocks=blocks,
        author=voice.join(list(bodies)),
        issued_on=issued_on,
        footnote=MARK_NOTE[voice.lang] if is_marked else None,
    )


def _banner(voice: Voice) -> Banner:
    card, top = voice.card, len(voice.standard.stars)
    passed = voice.say("passed" if card.passed else "failed", line=as_text(voice.standard.pass_line))
    alt = voice.say("stars_alt", stars=card.stars, top=top)
    return Banner(
        stars=Picture(stars(card.stars, top), alt, 0.3),
        headline=card.grade.grade.text(voice.lang),
        lines=(voice.say("score_line", score=card.printed_score, passed=passed),),
    )


def _summary(voice: Voice, number: str | None, issued_on: datetime.date | None) -> Iterator[Block]:
    """7.2.1: the stars and the core of the result. What is strong is called so by its measure, and not praised below it."""
    yield _banner(voice)
    yield voice.facts(facts_of(voice, number, issued_on))
    yield Heading(voice.say("core"))
    yield Paragraph(conclusion_sentence(voice))
    yield Paragraph(voice.card.grade.meaning.text(voice.lang))
    yield voice.category_bars()
    yield voice.group_table(Category)
    yield Paragraph(voice.say("table_1"), quiet=True)
    if strong := voice.strengths():
        key = "strong_in_high" if voice.is_high else "strong_in_relative"
        limit, grade = as_text(voice.measure_row.lower * 100), voice.measure.grade.text(voice.lang)
        yield Paragraph(voice.say(key, names=voice.join([voice.name(n) for n in strong]), limit=limit, grade=grade))
    yield Paragraph(_display_note(voice), quiet=True)


def _display_note(voice: Voice) -> str:
    """7.2.1, 6.3.2, R15: what the summary is for, and whether a certificate goes with it."""
    kind = voice.evaluation.type if voice.card.passed else "failed"
    certificate = voice.say(f"certificate_{kind}") if kind else ""
    return voice.sentences(voice.say("summary_note", standard=voice.standard_name()), certificate)
