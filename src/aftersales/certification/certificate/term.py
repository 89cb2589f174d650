"""The term of a rating: its length, its windows, and what each event changes (7.2.3, 7.2.4).

- A rating is valid through the day before the third anniversary of its issue (7.2.3). Anniversaries are calendar
  dates; that of 29 February is the 28th in other years (reading R13).
- An audit lies after the day of issue and counts for the window in which it took place. Of several in one window the
  last one decides (reading R13).
- A downgrade lowers the stars; a revocation ends the rating (7.2.4, reading R14).
- A renewal by the third anniversary starts a new term; without one the rating lapses (7.2.3). An application for it is
  recorded and keeps nothing in force (reading R13).
"""

import datetime
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from aftersales.certification.certificate.events import Event, Surveillance
from aftersales.certification.rectification.contents import rectification_violations, too_early
from aftersales.evaluation.rules import unknown_indicator
from aftersales.problems.errors import Path
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.standard import Standard
from aftersales.text.dates import ONE_DAY

__all__ = ["MONTHS", "Term", "anniversary", "rating_violations", "replay", "term_lengths"]

MONTHS = 12


def anniversary(day: datetime.date, months: int) -> datetime.date:
    """Reading R13: the day ``months`` later. In a shorter month, its last day.

    >>> anniversary(datetime.date(2024, 2, 29), 12), anniversary(datetime.date(2024, 2, 29), 48)
    (datetime.date(2025, 2, 28), datetime.date(2028, 2, 29))
    """
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return datetime.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Term(NamedTuple):
    """The time since the issue or the last renewal.

    Fields:
        start: The first day.
        end: The anniversary on which it is over.
        stars: The stars of the last decision.
        passed: The day of the last passed audit.
        failed: The day of the first audit after that one that was not passed.
        applied: The day of the last application for renewal.
        revoked: The day of a revocation.
    """

    start: datetime.date
    end: datetime.date
    stars: int
    passed: datetime.date | None = None
    failed: datetime.date | None = None
    applied: datetime.date | None = None
    revoked: datetime.date | None = None

    def is_passed(self, window: tuple[datetime.date, datetime.date]) -> bool:
        """Reading R13: whether the last audit in a window was passed, or a later one.

        A failed audit in a later window does not reopen it. ``failed`` is never before ``passed``.
        """
        start, end = window
        if self.passed is None or self.passed < start:
            return False
        return self.failed is None or self.failed >= end

    def windows_until(self, day: datetime.date, months: int) -> list[tuple[datetime.date, datetime.date]]:
        """The windows that start by that day, each with its first day and the day after its last one (7.2.3)."""
        windows: list[tuple[datetime.date, datetime.date]] = []
        while not windows or windows[-1][1] <= day < self.end:
            count = len(windows)
            windows.append((anniversary(self.start, count * months), anniversary(self.start, (count + 1) * months)))
        return windows


def term_lengths(standard: Standard) -> tuple[int, int]:
    """7.2.3: the months for which a rating is valid, and the months in each of which an audit must be passed."""
    if standard.valid_years is None or standard.audit_every_months is None:
        raise ViolationError(Violation("no-term", context={"found": standard.id}, clause="validity"))
    return standard.valid_years * MONTHS, standard.audit_every_months


def rating_violations(score: Fraction, stars: int, path: Path, standard: Standard) -> list[Violation]:
    """6.3.2, 6.3.3: a rating has the stars of its final score, and passes."""
    if score > standard.total_points:
        context = {"found": score, "allowed": f"≤ {standard.total_points}"}
        return [Violation("out-of-range", (*path, "final_score"), context, clause="points")]
    if score < standard.pass_line:
        return [Violation("not-passed", (*path, "final_score"), {"found": score, "allowed": standard.pass_line})]
    if stars != standard.stars_of(score):
        return [
            Violation(
                "stars-mismatch",
                (*path, "stars"),
                {"level": standard.level(stars), "allowed": standard.level(standard.stars_of(score)), "score": score},
            )
        ]
    return []


def replay(
    issued: datetime.date, stars: int, events: Sequence[Event], standard: Standard
) -> tuple[list[Term], list[Violation]]:
    """7.2.3, 7.2.4 (readings R13, R14): the term at the issue and after each event, and the violations of events.

    An event that is not allowed changes nothing. The order of days is checked: no event before the issue or the
    previous event, and none after a revocation or the end of the term. A renewal, and an application for one, still
    count on the anniversary itself. An audit lies after the first day of its term.
    """
    months, _ = term_lengths(standard)
    terms = [Term(issued, anniversary(issued, months), stars)]
    violations: list[Violation] = []
    latest = issued
    for position, event in enumerate(events):
        term, path = terms[-1], ("events", position)
        wrong = _order_violations(event, issued, latest, term, (*path, "on"))
        if not wrong:
            latest = event.on
            wrong = _decision_violations(event, islice(events, position), term, path, standard)
        violations += wrong
        terms.append(term if wrong else _after(term, event, months))
    return terms, violations


def _order_violations(
    event: Event, issued: datetime.date, latest: datetime.date, term: Term, path: Path
) -> list[Violation]:
    """7.2.3, 7.2.4: the reasons for which nothing can happen on the day of an event."""
    last_day = term.end if event.kind in ("renewal", "application") else term.end - ONE_DAY
    if event.on < issued:
        code, allowed = "event-before-issue", issued
    elif event.on < latest:
        code, allowed = "event-out-of-order", latest
    elif term.revoked is not None:
        code, allowed = "event-after-revocation", term.revoked
    elif event.on > last_day:
        code, allowed = "event-after-lapse", last_day
    elif event.kind == "surveillance" and event.on <= term.start:
        code, allowed = "audit-on-first-day", term.start
    else:
        return []
    return [Violation(code, path, {"found": event.on, "allowed": allowed})]


def _decision_violations(
    event: Event, earlier: Iterable[Event], term: Term, path: Path, standard: Standard
) -> list[Violation]:
    """6.3, 7.2.2, 7.2.4: what is wrong with an event after the ``earlier`` ones."""
    if event.kind == "renewal":
        return rating_violations(event.final_score, event.stars, path, standard)
    if event.kind == "downgrade" and event.stars >= term.stars:
        context = {"level": standard.level(event.stars), "allowed": standard.level(term.stars)}
        return [Violation("not-a-downgrade", (*path, "stars"), context)]
    if event.kind == "surveillance":
        return [*_audit_violations(event, earlier, path, standard)]
    return []


def _audit_violations(
    audit: Surveillance, earlier: Iterable[Event], path: Path, standard: Standard
) -> Iterator[Violation]:
    """7.2.2, 7.2.3, readings R13, R19: the violations of the content of an audit.

    It looks at parts of the standard, and requires rectification on its day or later, or has the results of that of an
    earlier audit. Only a passed one has a notice, dated on its day or later.
    """
    if audit.notice is not None and not audit.passed:
        yield Violation("notice-of-failed-audit", (*path, "notice"))
    elif audit.notice is not None and audit.notice.on < audit.on:
        yield Violation("notice-too-early", (*path, "notice", "on"), {"found": audit.notice.on, "allowed": audit.on})
    for position, key in enumerate(audit.indicators):
        if key not in standard:
            place = (*path, "indicators", position)
            yield replace(unknown_indicator(key, standard), path=place)
    if audit.rectification is not None:
        path = (*path, "rectification")
        for violation in rectification_violations(audit.rectification, standard):
            yield violation.below(*path)
        demands = (event.rectification for event in earlier if event.kind == "surveillance" and event.rectification)
        if audit.rectification.on < audit.on and not any(map(audit.rectification.continues, demands)):
            yield too_early(audit.rectification.on, audit.on, "audit", (*path, "on"), "surveillance")


def _after(term: Term, event: Event, months: int) -> Term:
    """The term after an allowed event."""
    if event.kind == "surveillance":
        if event.passed:
            return term._replace(passed=event.on, failed=None)
        return term._replace(failed=term.failed or event.on)
    if event.kind == "application":
        return term._replace(applied=event.on)
    if event.kind == "downgrade":
        return term._replace(stars=event.stars)
    if event.kind == "revocation":
        return term._replace(revoked=event.on)
    if event.kind == "change":
        return term
    return Term(event.on, anniversary(event.on, months), event.stars)
