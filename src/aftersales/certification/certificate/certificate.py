"""The certificate (证书, 7.2) and its status on a day.

A certificate is issued from the report of a third-party evaluation that passed (reading R15). Its events are dated:
surveillance audits, downgrades, a revocation, renewals. Its status on a day is a pure function of the certificate and
that day; later events do not count.

- A certificate is valid through the day before the third anniversary of its issue (7.2.3). Anniversaries are calendar
  dates; that of 29 February is the 28th in other years (reading R13).
- The time since its issue is divided into windows of twelve months. A window without a passed audit suspends the rating
  from the end of the window until an audit is passed (reading R13).
- A downgrade lowers the stars; a revocation ends the rating (7.2.4, reading R14).
- A renewal by the third anniversary starts a new term; without one the rating lapses (7.2.3).
"""

import datetime
from calendar import monthrange
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple

from aftersales.certification.certificate.events import Downgrade, Event, Renewal, Revocation, Surveillance
from aftersales.certification.report.report import Report
from aftersales.files.fields import (
    Bilingual,
    Bounded,
    Count,
    CountFromOne,
    Day,
    Flag,
    Model,
    NoneIsEmpty,
    ResultScore,
    Text,
    WholeModel,
    read_day,
)
from aftersales.files.loading import load_model, make_model
from aftersales.files.source import Source
from aftersales.problems.collector import Collector, in_order_of
from aftersales.problems.errors import PaperError
from aftersales.problems.suggestions import plain_name
from aftersales.problems.violations import Violation, ViolationError
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.standard import Standard, bundled_standard
from aftersales.text.sentences import Sentences

__all__ = ["Certificate", "Status", "issue", "load_certificate"]

ONE_DAY = datetime.timedelta(days=1)
MONTHS = 12


class Window(Model):
    """The days within which a surveillance audit must be passed.

    Fields:
        start: The first day.
        due: The last day.
        overdue: Whether the last day has passed.
    """

    start: Day
    due: Day
    overdue: Flag


class Notice(Model):
    """A statement about a certificate.

    Fields:
        clause: The clause on which it is based.
        text: The statement.
    """

    clause: str
    text: Bilingual


class Status(Model):
    """The status of a certificate on a day.

    Fields:
        on: The day.
        state: ``"not_issued"``, ``"valid"``, ``"suspended"`` (an audit was missed, reading R13), ``"lapsed"`` or
            ``"revoked"``.
        stars: The stars in force: 0 unless the certificate is valid.
        rated: The stars of the last decision, in force or not.
        valid_until: The last day of the present term; None if there is none.
        next_audit: The next audit that validity depends on; None if there is none.
        renewal_due: The last day on which a renewal counts; None if there is none.
        rectification: Whether the last audit failed, so that rectification is required (7.2.2).
        why: The grounds.
        notices: What was to be made public by that day (7.2.4).
    """

    on: Day
    state: Literal["not_issued", "valid", "suspended", "lapsed", "revoked"]
    stars: Count
    rated: Count
    valid_until: Day | None
    next_audit: Window | None
    renewal_due: Day | None
    rectification: Flag
    why: tuple[Notice, ...]
    notices: tuple[Notice, ...]


class Certificate(WholeModel):
    """A star rating as issued, and the events since.

    Validation of the model checks the form only. :func:`load_certificate`, :func:`issue`, :meth:`status` and
    :meth:`record` check the rules of 7.2 and raise :class:`~aftersales.PaperError`.

    Fields:
        number: The number of the certificate.
        standard: The id of the standard.
        edition: The edition of the standard.
        organisation: The certified organisation.
        scope: The scope of the evaluation.
        final_score: The final score, 0 to 100, exact.
        stars: The stars that the standard gives for the final score.
        issued: The day of issue.
        events: The events in the order of their days.

    >>> certificate = Certificate(
    ...     standard="CTS XBHT-S04-2025", edition="2025-12-04", organisation="滨海家电连锁有限公司",
    ...     final_score="87.37", stars=4, issued="2026-03-20",
    ...     events=[Surveillance(on="2027-02-11", passed=True)],
    ... )
    >>> status = certificate.status("2027-03-20")
    >>> status.state, status.stars, str(status.valid_until), str(status.next_audit.due)
    ('valid', 4, '2029-03-19', '2028-03-19')
    >>> certificate.status("2028-03-20").state  # the second audit was missed
    'suspended'
    """

    number: Text | None = None
    standard: Text
    edition: Day
    organisation: Text
    scope: Text | None = None
    final_score: ResultScore
    stars: CountFromOne
    issued: Day
    events: Annotated[tuple[Event, ...], Bounded, NoneIsEmpty] = ()

    def status(self, on: datetime.date | str, standard: Standard | None = None) -> Status:
        """The status on a day (7.2.3, 7.2.4; readings R13, R14).

        ``standard`` defaults to the bundled standard that the certificate names. Raises
        :class:`~aftersales.PaperError` if the certificate breaks a rule of 7.2, or ``on`` is not a date.
        """
        with Collector(PaperError):
            day = read_day(on)
            standard = standard or bundled_standard(self.standard, self.edition)
        _ensure_allowed(self, standard)
        term, _ = _replay(self, [event for event in self.events if event.on <= day], standard)
        return _status(self, term, day, standard)

    def record(
        self, event: Surveillance | Downgrade | Revocation | Renewal, standard: Standard | None = None
    ) -> "Certificate":
        """The certificate with one more event. Raises :class:`~aftersales.PaperError` if it breaks a rule of 7.2."""
        recorded = self.model_copy(update={"events": (*self.events, event)})
        recorded.status(recorded.events[-1].on, standard)
        return recorded

    def renew(self, report: Report, on: datetime.date | str) -> "Certificate":
        """The certificate renewed from the report of a new evaluation (4.5, 7.2.3), checked as by :func:`issue`.

        Also raises :class:`~aftersales.PaperError` for the report of another organisation (``other-organisation``), and
        of an evaluation that did not end after the start of the present term (``old-evaluation``).
        """
        day = _ensure_issuable(report, on)
        with Collector(PaperError) as found:
            found.add(*_renewal_violations(self, report))
        card = report.card
        return self.record(Renewal(on=day, final_score=card.final_score, stars=card.stars), card.standard)


def load_certificate(source: Source, standard: Standard | None = None) -> Certificate:
    """Load a certificate with its events, and check them by 7.2 (readings R13, R14).

    Raises :class:`~aftersales.PaperError` with all problems, each at its line.
    """

    def check(certificate: Certificate) -> list[Violation]:
        return _violations(certificate, standard or bundled_standard(certificate.standard, certificate.edition))

    return load_model(source, Certificate, PaperError, check)


def issue(report: Report, on: datetime.date | str, number: str | None = None) -> Certificate:
    """Issue the certificate of an evaluation on a day (7.2.1, 7.2.3).

    The report must be final, not a draft, of a third-party evaluation (reading R15) that passed (6.3.2) and was
    finished by that day. Raises :class:`~aftersales.PaperError` with all reasons against it.
    """
    day = _ensure_issuable(report, on)
    card, subject = report.card, report.card.evaluation.subject
    assert subject is not None  # a final report names the organisation
    context = {
        "number": number,
        "standard": card.standard.id,
        "edition": card.standard.edition,
        "organisation": subject.organisation,
        "scope": subject.scope,
        "final_score": card.final_score,
        "stars": card.stars,
        "issued": day,
    }
    return make_model(Certificate, context, PaperError)


def issue_violations(card: Scorecard, day: datetime.date) -> Iterator[Violation]:
    """7.2.1, 6.3.2, reading R15: the reasons against a certificate from this evaluation on that day."""
    evaluation, standard = card.evaluation, card.standard
    if standard.likeness == "altered":
        context = {"id": standard.id, "edition": str(standard.edition), "found": ", ".join(standard.differences())}
        yield Violation("altered-standard", ("standard",), context)
    if evaluation.type != "third_party":
        yield Violation("not-third-party", ("type",), {"found": evaluation.type or "–"})
    if not card.passed:
        yield Violation("not-passed", (), {"found": card.printed_score, "allowed": card.standard.pass_line})
    if evaluation.period is not None and day < evaluation.period.end:
        yield Violation("issued-too-early", ("period", "end"), {"found": day, "allowed": evaluation.period.end})


def _ensure_issuable(report: Report, on: datetime.date | str) -> datetime.date:
    """The day. Refuses a draft, a later report, and a day with reasons against a certificate."""
    with Collector(PaperError, in_order_of(report.card.evaluation.model_dump(mode="python"))) as found:
        day = read_day(on)
        if report.draft:
            found.add(Violation("draft-report"))
        found.add(*issue_violations(report.card, day))
        if report.issued_on is not None and day < report.issued_on:
            found.add(Violation("report-later", (), {"found": day, "allowed": report.issued_on}))
    return day


def _renewal_violations(certificate: Certificate, report: Report) -> Iterator[Violation]:
    """4.5, 7.2.3: a renewal is based on a new evaluation of the certified organisation."""
    evaluation = report.card.evaluation
    organisation = evaluation.subject.organisation if evaluation.subject else None
    if organisation is not None and plain_name(organisation) != plain_name(certificate.organisation):
        context = {"found": organisation, "allowed": certificate.organisation}
        yield Violation("other-organisation", ("subject", "organisation"), context, clause="7.2.3")
    begun = max([certificate.issued, *(event.on for event in certificate.events if event.kind == "renewal")])
    if evaluation.period is not None and evaluation.period.end <= begun:
        yield Violation("old-evaluation", ("period", "end"), {"found": evaluation.period.end, "allowed": begun})


def anniversary(day: datetime.date, months: int) -> datetime.date:
    """Reading R13: the day ``months`` later. In a shorter month, its last day.

    >>> anniversary(datetime.date(2024, 2, 29), 12), anniversary(datetime.date(2024, 2, 29), 48)
    (datetime.date(2025, 2, 28), datetime.date(2028, 2, 29))
    """
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return datetime.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class _Term(NamedTuple):
    """The time since the issue or the last renewal.

    Fields:
        start: The first day.
        end: The anniversary on which it is over.
        stars: The stars of the last decision.
        passed: The day of the last passed audit.
        rectification: Whether the last audit failed.
        revoked: The day of a revocation.
    """

    start: datetime.date
    end: datetime.date
    stars: int
    passed: datetime.date | None = None
    rectification: bool = False
    revoked: datetime.date | None = None

    def windows_until(self, day: datetime.date, months: int) -> list[tuple[datetime.date, datetime.date]]:
        """The windows that start by that day, each with its first day and the day after its last one (7.2.3)."""
        windows: list[tuple[datetime.date, datetime.date]] = []
        while not windows or windows[-1][1] <= day < self.end:
            count = len(windows)
            windows.append((anniversary(self.start, count * months), anniversary(self.start, (count + 1) * months)))
        return windows


def _terms(standard: Standard) -> tuple[int, int]:
    """7.2.3: the months for which a rating is valid, and the months in each of which an audit must be passed."""
    if standard.valid_years is None or standard.audit_every_months is None:
        raise ViolationError(Violation("no-term", context={"found": standard.id}, clause="7.2.3"))
    return standard.valid_years * MONTHS, standard.audit_every_months


def _ensure_allowed(certificate: Certificate, standard: Standard) -> None:
    with Collector(PaperError, in_order_of(certificate.model_dump(mode="python"))) as found:
        found.add(*_violations(certificate, standard))


def _violations(certificate: Certificate, standard: Standard) -> list[Violation]:
    """7.2: all violations of a certificate."""
    months, _ = _terms(standard)
    last_year = datetime.MAXYEAR - months // MONTHS - 1
    dated = [
        (certificate.issued, ("issued",)),
        *((event.on, ("events", k, "on")) for k, event in enumerate(certificate.events)),
    ]
    if late := [(day, path) for day, path in dated if not datetime.MINYEAR < day.year <= last_year]:
        # The calendar ends here, and a term that it cuts short would be wrong.
        allowed = f"{datetime.MINYEAR + 1}…{last_year}"
        return [
            Violation("out-of-range", path, {"found": day, "allowed": allowed, "allowed_zh": allowed})
            for day, path in late
        ]
    if (certificate.standard, certificate.edition) != (standard.id, standard.edition):
        context = {"found": certificate.standard, "allowed": f"{standard.id} {standard.edition}"}
        return [Violation("standard-mismatch", ("standard",), context)]
    violations = list(_rating_violations(certificate.final_score, certificate.stars, (), standard))
    return violations + _replay(certificate, certificate.events, standard)[1]


def _rating_violations(score: Fraction, stars: int, path: tuple[str | int, ...], standard: Standard) -> list[Violation]:
    """6.3.2, 6.3.3: a rating has the stars of its final score, and passes."""
    if score > standard.total_points:
        context = {"found": score, "allowed": f"≤ {standard.total_points}", "allowed_zh": f"≤ {standard.total_points}"}
        return [Violation("out-of-range", (*path, "final_score"), context, clause="6.2.1")]
    if score < standard.pass_line:
        return [Violation("not-passed", (*path, "final_score"), {"found": score, "allowed": standard.pass_line})]
    if stars != standard.stars_of(score):
        return [
            Violation(
                "stars-mismatch",
                (*path, "stars"),
                {"found": stars, "allowed": standard.stars_of(score), "score": score},
            )
        ]
    return []


def _replay(certificate: Certificate, events: Sequence[Any], standard: Standard) -> tuple[_Term, list[Violation]]:
    """7.2.3, 7.2.4 (readings R13, R14): the term after the events, and the violations of events.

    An event that is not allowed changes nothing. The order of days is checked: no event before the issue or the
    previous event, and none after a revocation or the end of the term. A renewal still counts on the anniversary
    itself.
    """
    months, _ = _terms(standard)
    term = _Term(certificate.issued, anniversary(certificate.issued, months), certificate.stars)
    violations: list[Violation] = []
    latest = certificate.issued
    for position, event in enumerate(events):
        path = ("events", position, "on")
        last_day = term.end if event.kind == "renewal" else term.end - ONE_DAY
        if event.on < certificate.issued:
            violations.append(Violation("event-before-issue", path, {"found": event.on, "allowed": certificate.issued}))
        elif event.on < latest:
            violations.append(Violation("event-out-of-order", path, {"found": event.on, "allowed": latest}))
        elif term.revoked is not None:
            violations.append(Violation("event-after-revocation", path, {"found": event.on, "allowed": term.revoked}))
        elif event.on > last_day:
            violations.append(Violation("event-after-lapse", path, {"found": event.on, "allowed": last_day}))
        else:
            latest = event.on
            rating = event if event.kind == "renewal" else None
            wrong = _rating_violations(rating.final_score, rating.stars, path[:2], standard) if rating else []
            if event.kind == "downgrade" and event.stars >= term.stars:
                context = {"found": event.stars, "allowed": term.stars}
                wrong.append(Violation("not-a-downgrade", ("events", position, "stars"), context))
            violations += wrong
            if not wrong:
                term = _after(term, event, months)
    return term, violations


def _after(term: _Term, event: Any, months: int) -> _Term:
    """The term after an allowed event."""
    if event.kind == "surveillance":
        passed = event.on if event.passed else term.passed
        return term._replace(passed=passed, rectification=not event.passed)
    if event.kind == "downgrade":
        return term._replace(stars=event.stars)
    if event.kind == "revocation":
        return term._replace(revoked=event.on)
    return _Term(event.on, anniversary(event.on, months), event.stars)


def _status(certificate: Certificate, term: _Term, day: datetime.date, standard: Standard) -> Status:
    """7.2.3, 7.2.4 (readings R13, R14): the status by the term after the events up to that day.

    The rating is suspended if the last completed window had no passed audit and none was passed since, that is, if the
    last passed audit is older than that window. Earlier windows need no check, since an audit after the last window is
    also after them.
    """
    _, every = _terms(standard)
    windows = term.windows_until(day, every)
    over = [window for window in windows if window[1] <= day]
    audit: Window | None = None
    state: Literal["not_issued", "valid", "suspended", "lapsed", "revoked"] = "valid"
    if day < certificate.issued:
        state = "not_issued"
    elif term.revoked is not None:
        state = "revoked"
    elif day >= term.end:
        state = "lapsed"
    elif over and (term.passed is None or term.passed < over[-1][0]):
        state = "suspended"
        audit = Window(start=over[-1][0], due=over[-1][1] - ONE_DAY, overdue=True)
    else:
        audit = _next_audit(term, windows[-1], every)
    until = (term.end if term.revoked is None else term.revoked) - ONE_DAY
    is_open = state in ("valid", "suspended")
    return Status(
        on=day,
        state=state,
        stars=term.stars if state == "valid" else 0,
        rated=term.stars,
        valid_until=None if state == "not_issued" or until < term.start else until,
        next_audit=audit,
        renewal_due=term.end if is_open else None,
        rectification=is_open and term.rectification,
        why=tuple(_why(state, term, audit, until, confirmed=bool(over))),
        notices=tuple(_notices(certificate, day)),
    )


def _next_audit(term: _Term, window: tuple[datetime.date, datetime.date], every: int) -> Window | None:
    """7.2.3: the next audit on which validity depends: in the present window, or if it has one, in the next window.

    A window that ends with the term needs no audit, since the renewal follows.
    """
    start, end = window
    if term.passed is not None and term.passed >= start:
        count = len(term.windows_until(start, every))
        start, end = end, anniversary(term.start, (count + 1) * every)
    return Window(start=start, due=end - ONE_DAY, overdue=False) if end < term.end else None


_say = Sentences("certification")
_CLAUSES = {"revoked": "7.2.4", "rectify": "7.2.2"}  # the others are told by 7.2.3


def _why(state: str, term: _Term, audit: Window | None, until: datetime.date, *, confirmed: bool) -> Iterator[Notice]:
    """The grounds of a state. After the first window, validity requires the notice of a passed audit (7.2.3)."""
    context = {"until": until, "revoked": term.revoked}
    if state == "suspended" and audit is not None:
        context |= {"start": audit.start, "due": audit.due, "after": audit.due + ONE_DAY}
    yield _reason(state, **context)
    if state == "valid" and confirmed:
        yield _reason("confirm")
    if term.rectification and state in ("valid", "suspended"):
        yield _reason("rectify")


def _reason(key: str, **facts: object) -> Notice:
    return Notice(clause=_CLAUSES.get(key, "7.2.3"), text=Bilingual(**_say.in_all(f"why.{key}", **facts)))


def _notices(certificate: Certificate, day: datetime.date) -> Iterator[Notice]:
    """7.2.4: downgrades and revocations are made public."""
    for event, facts in events_until(certificate, day):
        if event.kind in ("downgrade", "revocation"):
            told = _say.in_all(f"notice.{event.kind}", organisation=certificate.organisation, **facts)
            yield Notice(clause="7.2.4", text=Bilingual(**told))


def events_until(certificate: Certificate, day: datetime.date) -> Iterator[tuple[Event, dict[str, Any]]]:
    """The events up to a day, each with its facts for a sentence.

    ``before`` is the number of stars in force before the event.
    """
    rated = certificate.stars
    for event in certificate.events:
        if event.on > day:
            return
        facts = event.model_dump() | {"before": _say.phrase("stars", count=rated)}
        if event.kind in ("downgrade", "renewal"):
            rated = event.stars
            facts["stars"] = _say.phrase("stars", count=rated)
        if event.kind in ("downgrade", "revocation"):
            facts["grounds"] = _say.phrase(f"grounds.{event.grounds}")
        yield event, facts
