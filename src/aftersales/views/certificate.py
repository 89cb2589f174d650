"""The status of a certificate on a day as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aftersales.certification.certificate.certificate import Certificate
from aftersales.certification.certificate.events import Event
from aftersales.certification.certificate.status import Status, facts_of
from aftersales.standard.standard import Standard
from aftersales.standard.structure import star_signs
from aftersales.text.columns import line_width, wrapped
from aftersales.text.number_format import printed
from aftersales.text.sentences import Sentences

__all__ = ["certificate_lines"]

_say = Sentences("views")


def certificate_lines(
    certificate: Certificate, status: Status, standard: Standard, lang: str = "zh", columns: int = 80
) -> Iterator[str]:
    """The view of a certificate in that language. No line is wider than ``columns`` (60 to 100)."""
    columns = line_width(columns)
    yield from wrapped(certificate.organisation, columns)
    edition = _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    head = "certificate.numbered_head" if certificate.number else "certificate.head"
    yield from wrapped(_say(lang, head, edition=edition, number=certificate.number), columns)
    if certificate.scope:
        yield from wrapped(certificate.scope, columns)
    score, grade = printed(certificate.final_score, standard.limits), standard.grade_of(certificate.stars).grade
    yield _say(lang, "certificate.rating", score=score, grade=grade)
    yield _say(lang, "certificate.issued", issued=certificate.issued, on=status.on)
    yield ""
    top = len(standard.stars)
    stars = f"  {star_signs(status.stars, of=top)}" if status.stars else ""
    yield f"  {Sentences('certification')(lang, f'state.{status.state}')}{stars}"
    for reason in status.why:
        yield from wrapped(f"{reason.text.text(lang)} [{reason.clause}]", columns, "  ", "  ")
    if status.state in ("valid", "suspended"):
        key = "certificate.until" if status.state == "valid" else "certificate.until_suspended"
        yield "  " + _say(lang, key, day=status.valid_until)
    if status.next_audit is not None:
        key = "certificate.overdue" if status.next_audit.overdue else "certificate.audit"
        yield "  " + _say(lang, key, start=status.next_audit.start, due=status.next_audit.due)
    if status.renewal_due is not None:
        yield "  " + _say(lang, "certificate.renewal_due", day=status.renewal_due)
    if status.applied is not None:
        yield "  " + _say(lang, "certificate.applied", day=status.applied)
    events = certificate.events_until(status.on)
    if events:
        yield ""
        yield _say(lang, "certificate.events")
    for event, facts in facts_of(certificate.stars, events):
        yield from wrapped(f"{event.on} {_event_sentence(event, facts, lang)}", columns, "  ", "    ")
    if status.notices:
        yield ""
        yield _say(lang, "certificate.notices")
    for notice in status.notices:
        yield from wrapped(notice.text.text(lang), columns, "  ", "    ")


def _event_sentence(event: Event, facts: Mapping[str, Any], lang: str) -> str:
    key: str = event.kind
    if event.kind == "surveillance":
        key = "audit_passed" if event.passed else "audit_failed"
    told = _say(lang, f"certificate.{key}", **facts)
    return _say(lang, "certificate.noted", event=told, note=facts["note"]) if facts.get("note") else told
