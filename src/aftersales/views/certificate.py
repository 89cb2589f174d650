"""The status of a certificate on a day as lines for a terminal."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from aftersales.certification.certificate.certificate import Certificate
from aftersales.certification.certificate.events import Correction, Event, Surveillance
from aftersales.certification.certificate.status import Status
from aftersales.standard.standard import Standard
from aftersales.standard.structure import star_signs
from aftersales.text.columns import line_width, wrapped
from aftersales.text.number_format import printed
from aftersales.text.sentences import Sentences, joined, text_in

__all__ = ["certificate_lines", "correction_sentence", "event_sentence", "status_sentences"]

_say = Sentences("views")


def certificate_lines(
    certificate: Certificate, status: Status, standard: Standard, lang: str = "zh", columns: int = 80
) -> Iterator[str]:
    """The view of a certificate in that language. No line is wider than ``columns`` (60 to 100)."""
    columns = line_width(columns)
    holder = status.holder
    yield from wrapped(text_in(lang, holder, "organisation") or "", columns)
    if address := text_in(lang, holder, "address"):
        yield from wrapped(_say(lang, "certificate.address", address=address), columns)
    edition = _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    head = "certificate.numbered_head" if holder.number else "certificate.head"
    yield from wrapped(_say(lang, head, **standard.wording, edition=edition, number=holder.number), columns)
    if scope := text_in(lang, holder, "scope"):
        yield from wrapped(scope, columns)
    rated = certificate.rating_on(status.on)
    score, grade = printed(rated.final_score, standard.limits), standard.grade_of(rated.stars).grade
    yield _say(lang, "certificate.rating", score=score, grade=grade)
    yield _say(lang, "certificate.issued", issued=certificate.issued, on=status.on)
    yield ""
    top = len(standard.stars)
    stars = f"  {star_signs(status.stars, of=top)}" if status.stars else ""
    yield f"  {Sentences('certification')(lang, f'state.{status.state}')}{stars}"
    for sentence in status_sentences(status, lang):
        yield from wrapped(sentence, columns, "  ", "  ")
    history = list(certificate.history_until(status.on, standard))
    if history:
        yield ""
        yield _say(lang, "certificate.events")
    for event, facts in history:
        sentence = event_sentence(event, standard.wording | facts, status.on, lang)
        yield from wrapped(f"{event.on} {sentence}", columns, "  ", "    ")
    if corrections := [each for each in certificate.corrections if each.on <= status.on]:
        yield ""
        yield _say(lang, "certificate.corrections")
    for correction in corrections:
        yield from wrapped(f"{correction.on} {correction_sentence(correction, lang)}", columns, "  ", "    ")
    if status.notices:
        yield ""
        yield _say(lang, "certificate.notices", **standard.wording)
    for notice in status.notices:
        yield from wrapped(notice.text.text(lang), columns, "  ", "    ")


def status_sentences(status: Status, lang: str) -> Iterator[str]:
    """The grounds of a status, and the days that matter for it."""
    for reason in status.why:
        yield reason.text.text(lang) + (f" [{reason.clause}]" if reason.clause else "")
    if status.state in ("valid", "suspended"):
        key = "certificate.until" if status.state == "valid" else "certificate.until_suspended"
        yield _say(lang, key, day=status.valid_until)
    if status.next_audit is not None:
        key = "certificate.overdue" if status.next_audit.overdue else "certificate.audit"
        yield _say(lang, key, start=status.next_audit.start, due=status.next_audit.due)
    if status.renewal_due is not None:
        yield _say(lang, "certificate.renewal_due", day=status.valid_until)
    if status.applied is not None:
        yield _say(lang, "certificate.applied", day=status.applied)


def correction_sentence(correction: Correction, lang: str) -> str:
    """An event that does not count, and why."""
    event = correction.event
    kind = _say(lang, f"certificate.kind.{event.kind}")
    return _say(lang, "certificate.correction", kind=kind, day=event.on, reason=correction.reason)


def event_sentence(event: Event, facts: Mapping[str, Any], on: datetime.date, lang: str) -> str:
    """An event as it is known on a day: rectification may be completed later."""
    key: str = event.kind
    if event.kind == "surveillance":
        key = "audit_passed" if event.passed else "audit_failed"
    sentence = _say(lang, f"certificate.{key}", **facts)
    if event.kind == "surveillance" and (details := list(_audit_details(event, facts, on, lang))):
        sentence = _say(lang, "certificate.changed", event=sentence, changes=joined(details, lang, "detail"))
    if changes := [_new_name(lang, *change) for change in facts["changes"]]:
        sentence = _say(lang, "certificate.changed", event=sentence, changes=joined(changes, lang, "clause"))
    return _say(lang, "certificate.noted", event=sentence, note=facts["note"]) if facts.get("note") else sentence


def _new_name(lang: str, what: str, old: str | None, new: str | None) -> str:
    nothing = _say(lang, "certificate.nothing")
    old, new = old or nothing, new or nothing
    return _say(lang, "certificate.new_name", what=_say(lang, f"certificate.what.{what}"), old=old, new=new)


def _audit_details(audit: Surveillance, facts: Mapping[str, Any], on: datetime.date, lang: str) -> Iterator[str]:
    if audit.star_kept is not None:
        yield _say(lang, f"certificate.star_{'kept' if audit.star_kept else 'not_kept'}", term=facts["term"])
    if audit.indicators:
        yield _say(lang, "certificate.looked_at", ids=joined(audit.indicators, lang))
    if audit.notice is not None and audit.notice.on <= on:
        yield _say(lang, "certificate.notice", number=audit.notice.number, day=audit.notice.on)
    if audit.rectification is not None:
        rectification = audit.rectification
        overdue = len(rectification.overdue_on(on))
        key = "certificate.rectification_overdue" if overdue else "certificate.rectification"
        count, still_open = len(rectification.items), len(rectification.open_on(on))
        yield _say(lang, key, count=count, open=still_open, overdue=overdue)
