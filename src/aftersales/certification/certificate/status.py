"""The status of a certificate on a day, its grounds, and what was made public (7.2.3, 7.2.4).

The time since the issue or the last renewal is divided into windows of twelve months. A window whose last audit was not
passed, or without an audit, suspends the rating from the end of the window until an audit is passed (reading R13).
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from aftersales.certification.certificate.events import Event, MaintenanceNotice, Surveillance
from aftersales.certification.certificate.term import Term, anniversary, term_lengths
from aftersales.evaluation.parties import EvaluatingBody
from aftersales.files.fields import Bounded, Count, Day, Flag, Model, Text
from aftersales.problems.clauses import Role
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Bilingual
from aftersales.text.dates import ONE_DAY
from aftersales.text.sentences import Sentences

__all__ = ["AuditWindow", "Holder", "Status", "StatusNotice"]

State = Literal["not_issued", "valid", "suspended", "lapsed", "revoked"]


class AuditWindow(Model):
    """The days within which a surveillance audit must be passed.

    Fields:
        start: The first day.
        due: The last day.
        overdue: Whether the last day has passed.
    """

    start: Day
    due: Day
    overdue: Flag


class StatusNotice(Model):
    """A statement about a certificate.

    Fields:
        clause: The clause on which it is based; None if the standard names none.
        text: The statement.
    """

    clause: Text | None = None
    text: Bilingual


class Holder(Model):
    """The organisation and the scope that are certified.

    Fields:
        number: The number of the certificate.
        organisation: The certified organisation.
        organisation_en: Its name in English.
        credit_code: Its unified social credit code.
        address: Its address.
        address_en: The address in English.
        scope: The scope of the evaluation.
        scope_en: The scope in English.
    """

    number: Text | None = None
    organisation: Text
    organisation_en: Text | None = None
    credit_code: Text | None = None
    address: Text | None = None
    address_en: Text | None = None
    scope: Text | None = None
    scope_en: Text | None = None

    def after(self, event: Event) -> "Holder":
        """The holder after an event: a change or a renewal may bring new names.

        A new name, address or scope takes the place of that in English too, which would otherwise be the former one.
        """
        new = {key: value for key in Holder.model_fields if (value := getattr(event, key, None)) is not None}
        for key in ("organisation", "address", "scope"):
            if new.get(key) not in (None, getattr(self, key)):
                new.setdefault(f"{key}_en", None)
        return self.model_copy(update=new)


class Status(Model):
    """The status of a certificate on a day.

    Fields:
        on: The day.
        holder: Who and what is certified, by the names in force on that day.
        body: The body that issued or last renewed it.
        state: ``"not_issued"``, ``"valid"``, ``"suspended"`` (an audit was missed, reading R13), ``"lapsed"`` or
            ``"revoked"``.
        stars: The stars in force: 0 unless the certificate is valid.
        rated: The stars of the last decision, in force or not.
        start: The first day of the present term: that of the issue or the last renewal.
        valid_until: The last day of the present term; None if there is none.
        audits: The days of each audit that the present term requires.
        next_audit: The next audit that validity depends on; None if there is none.
        renewal_due: The last day on which a renewal counts; None if there is none.
        applied: The day of the application for renewal in the present term; it keeps nothing in force (reading R13).
        rectification: Whether the last audit failed, so that rectification is required (7.2.2).
        why: The grounds.
        notices: What was to be made public by that day (7.2.4).
        maintenance: The last notice of maintained certification in the present term, which is used together with the
            certificate (7.2.3); None if there is none, an audit later in its window failed, or the certificate is not
            valid.
    """

    on: Day
    holder: Holder
    body: EvaluatingBody | None = None
    state: State
    stars: Count
    rated: Count
    start: Day
    valid_until: Day | None = None
    audits: Annotated[tuple[AuditWindow, ...], Bounded]
    next_audit: AuditWindow | None = None
    renewal_due: Day | None = None
    applied: Day | None = None
    rectification: Flag
    why: Annotated[tuple[StatusNotice, ...], Bounded]
    notices: Annotated[tuple[StatusNotice, ...], Bounded]
    maintenance: MaintenanceNotice | None = None


def status_of(
    issued: datetime.date,
    term: Term,
    day: datetime.date,
    holder: Holder,
    body: EvaluatingBody | None,
    notices: Iterable[StatusNotice],
    maintenance: MaintenanceNotice | None,
    standard: Standard,
) -> Status:
    """7.2.3, 7.2.4 (readings R13, R14): the status by the term after the events up to that day.

    The rating is suspended if the last audit in the last completed window was not passed, and none was passed since.
    Earlier windows need no check, since a passed audit in that window or later is also after them.
    """
    _, every = term_lengths(standard)
    windows = term.windows_until(day, every)
    over = [window for window in windows if window[1] <= day]
    audit: AuditWindow | None = None
    state: State = "valid"
    if day < issued:
        state = "not_issued"
    elif term.revoked is not None:
        state = "revoked"
    elif day >= term.end:
        state = "lapsed"
    elif over and not term.is_passed(over[-1]):
        state = "suspended"
        audit = _audit_window(term, over[-1], overdue=True)
    else:
        audit = _next_audit(term, windows[-1], every)
    until = (term.end if term.revoked is None else term.revoked) - ONE_DAY
    is_open = state in ("valid", "suspended")
    return Status(
        on=day,
        holder=holder,
        body=body,
        state=state,
        stars=term.stars if state == "valid" else 0,
        rated=term.stars,
        start=term.start,
        valid_until=None if state == "not_issued" or until < term.start else until,
        audits=tuple(_audits(term, day, every)),
        next_audit=audit,
        renewal_due=term.end if is_open else None,
        applied=term.applied if is_open else None,
        rectification=is_open and term.failed is not None,
        why=tuple(_why(state, term, audit, until, standard, confirmed=bool(over))),
        notices=tuple(notices),
        maintenance=maintenance if state == "valid" else None,
    )


def _next_audit(term: Term, window: tuple[datetime.date, datetime.date], every: int) -> AuditWindow | None:
    """7.2.3: the next audit on which validity depends: in the present window, or if it has one, in the next window.

    A window that ends with the term needs no audit, since the renewal follows.
    """
    if term.is_passed(window):
        count = len(term.windows_until(window[0], every))
        window = window[1], anniversary(term.start, (count + 1) * every)
    return _audit_window(term, window, overdue=False) if window[1] < term.end else None


def _audits(term: Term, day: datetime.date, every: int) -> Iterator[AuditWindow]:
    """7.2.3: the days of each audit of a term. Its last window needs none, since the renewal follows."""
    for window in term.windows_until(term.end - ONE_DAY, every)[:-1]:
        yield _audit_window(term, window, overdue=window[1] <= day and not term.is_passed(window))


def _audit_window(term: Term, window: tuple[datetime.date, datetime.date], *, overdue: bool) -> AuditWindow:
    """Reading R13: the days of a window on which an audit can take place. The first day of a term is none of them."""
    start, end = window
    return AuditWindow(start=start + ONE_DAY if start == term.start else start, due=end - ONE_DAY, overdue=overdue)


_say = Sentences("certification")
_ROLES: Mapping[str, Role] = {"revoked": "decisions", "rectify": "surveillance"}


def _why(
    state: str, term: Term, audit: AuditWindow | None, until: datetime.date, standard: Standard, *, confirmed: bool
) -> Iterator[StatusNotice]:
    """The grounds of a state. After the first window, validity requires the notice of a passed audit (7.2.3)."""
    context = {"until": until, "revoked": term.revoked}
    if audit is not None:
        context |= {"start": audit.start, "due": audit.due, "after": audit.due + ONE_DAY}
    yield _reason(standard, state, **context)
    if state == "valid" and confirmed:
        yield _reason(standard, "confirm")
    if term.failed is not None and state in ("valid", "suspended"):
        yield _reason(standard, "rectify")


def clause_role(ground: str) -> Role:
    """The role of the clause for a ground of a state: the state, ``"confirm"`` or ``"rectify"``."""
    return _ROLES.get(ground, "validity")


def _reason(standard: Standard, key: str, **facts: object) -> StatusNotice:
    return StatusNotice(clause=standard.clause(clause_role(key)), text=Bilingual(**_say.in_all(f"why.{key}", **facts)))


def notices_of(history: Iterable[tuple[Event, dict[str, Any]]], standard: Standard) -> Iterator[StatusNotice]:
    """7.2.4: downgrades and revocations are made public. ``history`` is that of :func:`history_of`."""
    for event, facts in history:
        if event.kind in ("downgrade", "revocation"):
            texts = _say.in_all(f"notice.{event.kind}", **standard.wording | facts)
            yield StatusNotice(clause=standard.clause("decisions"), text=Bilingual(**texts))


def maintenance_of(
    audits: Iterable[Surveillance], term: Term, day: datetime.date, standard: Standard
) -> MaintenanceNotice | None:
    """7.2.3: the notice of maintained certification that holds on a day. ``audits`` has those of the term, last first.

    A failed audit takes away the notices of earlier audits in its window, of which the last one decides (reading R13).
    """
    _, every = term_lengths(standard)
    failed = set()
    for audit in audits:
        window = term.windows_until(audit.on, every)[-1]
        if not audit.passed:
            failed.add(window)
        elif audit.notice is not None and audit.notice.on <= day and window not in failed:
            return audit.notice
    return None


def history_of(
    holder: Holder, body: EvaluatingBody | None, stars: int, events: Iterable[Event], standard: Standard
) -> Iterator[tuple[Event, dict[str, Any]]]:
    """The events, each with its facts for a sentence. ``holder``, ``body`` and ``stars`` are those of the issue.

    ``before`` is the level in force before the event, ``organisation`` the name in force on its day, and
    ``changes`` are the new names, also of the body: each by its key, with the former one.
    """
    for event in events:
        facts = event.model_dump() | {"before": standard.level(stars)}
        new = holder.after(event)
        facts["changes"] = [(key, getattr(holder, key), value) for key, value in new if value != getattr(holder, key)]
        if event.kind == "change" and event.body is not None:
            facts["changes"] += _body_changes(body, event.body)
        if event.kind in ("change", "renewal"):
            body = event.body or body
        holder = new
        facts["organisation"] = holder.organisation
        if event.kind in ("downgrade", "renewal"):
            stars = event.stars
            facts["stars"] = standard.level(stars)
        if event.kind in ("downgrade", "revocation"):
            facts["grounds"] = _say.phrase(f"grounds.{event.grounds}", term=standard.wording["term"])
            facts["reason"] = Bilingual(zh=event.reason, en=event.reason_en or event.reason)
        yield event, facts


def _body_changes(old: EvaluatingBody | None, new: EvaluatingBody) -> Iterator[tuple[str, str | None, str]]:
    """The changed facts of the body: each by its key, with its former value."""
    for key, value in new:
        before = getattr(old, key, None)
        if value not in (None, before):
            yield f"body.{key}", before, value
