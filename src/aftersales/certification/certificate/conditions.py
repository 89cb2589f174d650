"""The reasons against issuing or renewing a certificate, and against an audit (4.5, 7.2.1 to 7.2.3)."""

import datetime
from collections.abc import Iterator

from aftersales.certification.certificate.events import Surveillance
from aftersales.certification.certificate.term import MONTHS, anniversary
from aftersales.certification.report.report import Report
from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.statements import Signature, SignOff
from aftersales.files.fields import read_day
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.clauses import Role
from aftersales.problems.collector import Collector, in_order_of
from aftersales.problems.errors import PaperError
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.standard import Standard
from aftersales.text.normalize import plain_name

__all__ = [
    "altered_violation",
    "audit_violations",
    "ensure_issuable",
    "issue_points",
    "issue_violations",
    "renewal_violations",
]


def altered_violation(standard: Standard) -> Violation:
    """6.2.1: a standard that differs from the bundled one in its rules, by which nothing is certified."""
    context = {"id": standard.id, "edition": str(standard.edition), "differing": standard.differences()}
    return Violation("altered-standard", ("standard",), context)


def issue_violations(card: Scorecard, day: datetime.date) -> Iterator[Violation]:
    """7.2.1, 6.3.2, reading R15: the reasons against a certificate from this evaluation on that day."""
    evaluation, standard = card.evaluation, card.standard
    if standard.likeness == "altered":
        yield altered_violation(standard)
    if evaluation.type != "third_party":
        yield _not_third_party(evaluation)
    if not card.passed:
        yield Violation("not-passed", (), {"found": card.printed_score, "allowed": card.standard.pass_line})
    if evaluation.period is not None and day < evaluation.period.end:
        yield Violation("issued-too-early", ("period", "end"), {"found": day, "allowed": evaluation.period.end})


def _not_third_party(evaluation: Evaluation, clause: Role | None = None) -> Violation:
    what = phrase(f"certified.{'self' if evaluation.type else 'untyped'}")
    return Violation("not-third-party", ("type",), {"what": what}, clause=clause)


def ensure_issuable(report: Report, on: datetime.date | str) -> datetime.date:
    """The day. Refuses a draft, a later report, and a day with reasons against a certificate."""
    ensure_kind("report", report, Report)
    data, clause_of = report.card.evaluation.model_dump(mode="python"), report.card.standard.clause
    with Collector(PaperError, in_order_of(data), clause_of=clause_of) as found:
        day = read_day(on)
        if report.draft:
            found.add(Violation("draft-report"))
        found.add(*issue_violations(report.card, day))
        if report.issued_on is not None and day < report.issued_on:
            found.add(Violation("report-later", (), {"found": day, "allowed": report.issued_on}))
    return day


def issue_points(evaluation: Evaluation, day: datetime.date) -> Iterator[Violation]:
    """7.2.1, 7.2.3, reading R20: what is allowed and looks wrong if a certificate is issued or renewed on that day."""
    end = evaluation.period.end if evaluation.period else None
    if end is not None and day > anniversary(end, MONTHS):
        yield Violation("issued-late", ("period", "end"), {"found": day, "allowed": end})
    for name in SignOff.model_fields:
        signature: Signature | None = getattr(evaluation.sign_off, name, None)
        if signature is not None and signature.on is not None and day < signature.on:
            yield Violation("signed-after-issue", ("sign_off", name, "on"), {"found": signature.on, "allowed": day})


def renewal_violations(organisation: str, start: datetime.date, evaluation: Evaluation) -> Iterator[Violation]:
    """4.5, 7.2.3: a renewal is based on a new evaluation of the certified organisation.

    ``start`` is the first day of the present term.
    """
    yield from _evaluation_violations(evaluation, organisation, start, "validity")


def audit_violations(
    audit: Surveillance, card: Scorecard, organisation: str, start: datetime.date, rated: int
) -> Iterator[Violation]:
    """7.2.2: a surveillance audit looks at the certified organisation, and says what its evaluation says.

    ``start`` is the first day of the present term, and ``rated`` the stars that are to be kept.
    """
    evaluation = card.evaluation
    if evaluation.type != "third_party":
        yield _not_third_party(evaluation, "surveillance")
    yield from _evaluation_violations(evaluation, organisation, start, "surveillance")
    if evaluation.period is not None and audit.on < evaluation.period.end:
        yield Violation("audit-too-early", ("period", "end"), {"found": audit.on, "allowed": evaluation.period.end})
    if audit.passed and not card.passed:
        yield Violation(
            "audit-of-failed-evaluation", (), {"found": card.printed_score, "allowed": card.standard.pass_line}
        )
    if audit.star_kept not in (None, card.stars >= rated):
        standard = card.standard
        context = {
            "level": standard.level(card.stars),
            "allowed": standard.level(rated),
            "term": standard.wording["term"],
        }
        yield Violation("star-kept-differs", (), context)


def _evaluation_violations(
    evaluation: Evaluation, organisation: str, start: datetime.date, clause: Role
) -> Iterator[Violation]:
    """A later evaluation is of the certified organisation, and ended in the present term."""
    evaluated = evaluation.subject.organisation if evaluation.subject else None
    if evaluated is not None and plain_name(evaluated) != plain_name(organisation):
        context = {"found": evaluated, "allowed": organisation}
        yield Violation("other-organisation", ("subject", "organisation"), context, clause=clause)
    if evaluation.period is not None and evaluation.period.end <= start:
        days = {"found": evaluation.period.end, "allowed": start}
        yield Violation("old-evaluation", ("period", "end"), days, clause=clause)
