"""The summary of a report that is displayed with a certificate (7.2.1): it names the certificate and its validity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from aftersales.certification.certificate.status import Status
from aftersales.certification.papers.holder_text import missing_violations
from aftersales.certification.papers.star_certificate import invalid_violations
from aftersales.certification.report.contents import summary_document
from aftersales.certification.report.report import Report
from aftersales.evaluation.fingerprint import fingerprint
from aftersales.problems.violations import Violation
from aftersales.rendering.charts import stars
from aftersales.rendering.document import Banner, Block, Document, Picture, Table, facts_table
from aftersales.standard.standard import Standard
from aftersales.text.dates import day_text
from aftersales.text.sentences import Sentences, text_in

__all__ = ["certified_summary", "summary_violations"]

REQUIRED = ("number",)
BODY_FACTS = ("body", "body_address", "telephone")
_say = Sentences("certification")


def summary_violations(
    report: Report, score: Fraction, result: str | None, status: Status, standard: Standard
) -> Iterator[Violation]:
    """7.2.1: the reasons for which no summary is displayed with a certificate.

    ``score`` is the final score that was certified, ``result`` the fingerprint of its evaluation, if it is known.
    """
    yield from invalid_violations(status, standard)
    yield from missing_violations(status.holder, status.body, REQUIRED, ())
    if report.draft:
        yield Violation("draft-report")
    card = report.card
    if card.final_score != score or result not in (None, fingerprint(card.evaluation)):
        yield Violation("not-the-certified", ("result",), {"found": card.printed_score, "number": status.holder.number})


def certified_summary(report: Report, status: Status, standard: Standard, lang: str) -> Document:
    """The summary with the certificate below the stars, which are those in force.

    The paper has the day of the certificate if the report has none; only the day of a report is stated in it. It bears
    the name of the holder as it is now, and the body once if it is that of the evaluation.
    """
    body = report.card.evaluation.body
    without = BODY_FACTS if body and status.body and body.name == status.body.name else ()
    document = summary_document(report.card, report.number, report.issued_on, draft=False, lang=lang, without=without)
    blocks = tuple(_with_certificate(document, report, status, standard, lang))
    holder = str(text_in(lang, status.holder, "organisation"))
    return replace(document, subtitle=holder, blocks=blocks, issued_on=report.issued_on or status.on)


def _with_certificate(
    document: Document, report: Report, status: Status, standard: Standard, lang: str
) -> Iterator[Block]:
    for block in document.blocks:
        if not isinstance(block, Banner):
            yield block
            continue
        yield block if status.stars == report.card.stars else _in_force(block, status, standard, lang)
        yield _certificate(report, status, lang)


def _in_force(banner: Banner, status: Status, standard: Standard, lang: str) -> Banner:
    """7.2.4: after a downgrade, the stars in force in place of those of the evaluation, and a line about it."""
    top, grade = len(standard.stars), standard.grade_of(status.stars).grade.text(lang)
    alt = _say(lang, "report.stars_alt", **standard.wording, stars=status.stars, top=top)
    line = _say(lang, "paper.lowered", **standard.wording, before=banner.headline, grade=grade)
    return replace(
        banner,
        stars=Picture(stars(status.stars, top), alt, banner.stars.width),
        headline=grade,
        lines=(*banner.lines, line),
    )


def _certificate(report: Report, status: Status, lang: str) -> Table:
    """Its facts. Name and scope of the holder are among them where they differ from those of the evaluation (7.2.4)."""
    body, until, subject = status.body, status.valid_until, report.card.evaluation.subject
    assert body is not None  # the certificate lacks nothing
    assert until is not None  # it is valid
    held = [(key, text_in(lang, status.holder, key)) for key in ("organisation", "scope")]
    facts: list[tuple[str, Any]] = [
        ("number", status.holder.number),
        *((key, text) for key, text in held if text != text_in(lang, subject, key)),
        ("issued", day_text(status.start, lang)),
        ("valid_until", day_text(until, lang)),
        ("body", text_in(lang, body, "name")),
        ("body.approval_number", body.approval_number),
        ("body.lookup", body.lookup),
    ]
    return facts_table((_say(lang, f"paper.label.{key}"), value) for key, value in facts)
