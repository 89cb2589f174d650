"""Plans, certificates, their status, registers and rectifications as HTML for a notebook.

They are shown as they are recorded. What holds on a day is in a status, a register, or the command with a day.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from aftersales.certification.certificate.certificate import Certificate
from aftersales.certification.certificate.status import Status
from aftersales.certification.plan.plan import EvaluationPlan
from aftersales.certification.rectification.contents import RectificationContents
from aftersales.certification.register import Register, hints_of
from aftersales.evaluation.words import role, word
from aftersales.problems.violations import ViolationError
from aftersales.standard.standard import Standard, named_standard
from aftersales.standard.structure import star_signs
from aftersales.text.dates import day_text, days_text
from aftersales.text.language import Language
from aftersales.text.number_format import printed
from aftersales.text.sentences import Sentences, joined, text_in
from aftersales.views.certificate import correction_sentence, event_sentence, status_sentences
from aftersales.views.elements import Child, listed, page, table, tag

__all__ = ["case_page"]

_say = Sentences("views")
_paper = Sentences("certification")


def case_page(thing: Any, lang: Language = "zh") -> str | None:
    """The view of a plan, a certificate, its status, a register or a rectification; None of anything else."""
    match thing:
        case EvaluationPlan():
            return _plan_page(thing, lang)
        case Certificate():
            return _certificate_page(thing, lang)
        case Status():
            return _status_page(thing, lang)
        case Register():
            return _register_page(thing, lang)
        case RectificationContents():
            return _rectification_page(thing, lang)
    return None


def _plan_page(plan: EvaluationPlan, lang: str) -> str:
    """The team and the schedule of a plan."""
    team: list[list[Child]] = [
        [each.name, role(lang, each.role) or "", each.qualification or "", each.organisation or ""]
        for each in plan.team
    ]
    days: list[list[Child]] = [
        [
            days_text(each.start, each.end, lang),
            _paper(lang, f"review.{each.review}"),
            _detail([*(word(lang, "method", method) for method in each.methods), each.what, each.where], lang),
            joined(each.assessors, lang),
        ]
        for each in plan.schedule
    ]
    return page(
        lang,
        _title(_say(lang, "plan.title"), plan.number, text_in(lang, plan.subject, "organisation")),
        *_table(lang, "plan.team_heads", team),
        *_table(lang, "plan.schedule_heads", days),
    )


def _rectification_page(rectification: RectificationContents, lang: str) -> str:
    """The items of a rectification, and what was done about them."""
    standard = _known(rectification.standard, rectification.edition)
    rows: list[list[Child]] = []
    for number, item in enumerate(rectification.items, 1):
        title = standard[item.indicator].title.text(lang) if standard and item.indicator in standard else ""
        texts = [item.problem, item.requirement]
        result = item.result
        rows.append(
            [
                str(number),
                f"{item.indicator} {title}".rstrip(),
                tag("div", *(tag("div", text) for text in texts if text), class_="text"),
                str(item.due),
                item.responsible or "",
                _detail([result.done, str(result.on), result.by], lang) if result else "",
            ]
        )
    return page(
        lang,
        _title(
            _say(lang, "rectification.title"),
            rectification.number,
            text_in(lang, rectification.subject, "organisation"),
        ),
        tag("div", _say(lang, "rectification.on", day=rectification.on), class_="quiet"),
        *_table(lang, "report.rectification_heads", rows),
    )


def _certificate_page(certificate: Certificate, lang: str) -> str | None:
    """The page of a certificate with every event. None if the standard that rates it is unknown."""
    standard = _known(certificate.standard, certificate.edition)
    if standard is None:
        return None
    edition = _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    key = "certificate.numbered_head" if certificate.number else "certificate.head"
    score, grade = printed(certificate.final_score, standard.limits), standard.grade_of(certificate.stars).grade
    issued, last = day_text(certificate.issued, lang), datetime.date.max
    events: list[list[Child]] = [
        [str(event.on), event_sentence(event, standard.wording | facts, last, lang)]
        for event, facts in certificate.history_until(last)
    ]
    corrections: list[list[Child]] = [
        [str(correction.on), correction_sentence(correction, lang)] for correction in certificate.corrections
    ]
    return page(
        lang,
        _title(text_in(lang, certificate, "organisation")),
        tag("div", _say(lang, key, **standard.wording, edition=edition, number=certificate.number), class_="quiet"),
        tag("div", star_signs(certificate.stars, of=len(standard.stars)), class_="stars"),
        tag("div", _say(lang, "certificate.rating", score=score, grade=grade)),
        tag(
            "div",
            _paper(lang, "paper.labelled", label=_paper(lang, "paper.label.issued"), value=issued),
            class_="quiet",
        ),
        *([table([_say(lang, "certificate.events"), ""], events, ids=True)] if events else []),
        *([table([_say(lang, "certificate.corrections"), ""], corrections, ids=True)] if corrections else []),
    )


def _status_page(status: Status, lang: str) -> str:
    """The state of a certificate on a day, and the events that had to be made public by then."""
    notices = [tag("div", notice.text.text(lang)) for notice in status.notices]
    return page(
        lang,
        _title(status.holder.number, text_in(lang, status.holder, "organisation")),
        tag("div", day_text(status.on, lang), class_="quiet"),
        *([tag("div", star_signs(status.stars), class_="stars")] if status.stars else []),
        tag("div", tag("b", _paper(lang, f"state.{status.state}"))),
        *(tag("div", sentence) for sentence in status_sentences(status, lang)),
        *([tag("div", tag("b", _say(lang, "certificate.public")), *notices)] if notices else []),
    )


def _register_page(register: Register, lang: str) -> str:
    """The certificates of a register, each with what has to be seen to."""
    entries = register.entries
    rows: list[list[Child]] = []
    for entry in entries:
        status, hints = entry.status, hints_of(entry, lang)
        holder: list[Child] = [tag("div", hints, class_="lost")] if hints else []
        if status is None:
            rows.append([entry.file, "", "", "", tag("div", *holder)])
            continue
        rows.append(
            [
                status.holder.number or entry.file,
                star_signs(status.stars, of=entry.top)
                if status.stars
                else _paper(lang, f"register.state.{status.state}"),
                str(status.next_audit.due) if status.next_audit else "–",
                str(status.valid_until or "–"),
                tag("div", text_in(lang, status.holder, "organisation") or "", *holder, class_="text"),
            ]
        )
    counts = {
        "count": len(entries),
        "overdue": sum(entry.overdue for entry in entries),
        "unreadable": sum(entry.status is None for entry in entries),
    }
    head = tag("div", _say(lang, "register.head", on=register.on, **counts))
    return page(
        lang, head, *(listed(lang, _say.each(lang, register.worded("register.heads")), rows, ids=True) if rows else [])
    )


def _title(*names: str | None) -> Element:
    return tag("div", tag("b", " ".join(filter(None, names))))


def _detail(facts: Sequence[str | None], lang: str) -> str:
    return joined(filter(None, facts), lang, "detail")


def _table(lang: str, heads: str, rows: Sequence[Sequence[Child]]) -> list[Element]:
    return listed(lang, _paper.each(lang, heads), rows, ids=True) if rows else []


def _known(standard_id: str | None, edition: datetime.date | None) -> Standard | None:
    try:
        return named_standard(standard_id, edition) if standard_id else None
    except ViolationError:
        return None
