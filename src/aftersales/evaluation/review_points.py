"""Review points (复核要点): what is allowed in an evaluation and looks wrong (4.2, 6.2.2, reading R20).

A remark refuses nothing and changes no score. The remarks of this module follow from the evaluation alone. Those about
its file, such as a copied sheet of a workbook, are made by the reader. One remark has all places of a code, with their
number.
"""

from collections.abc import Iterator, Sequence

from aftersales.evaluation.credit_code import is_credit_code
from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import HALF, NotApplicable
from aftersales.evaluation.ledger import Ledger, ledger_of
from aftersales.evaluation.parties import Assessor, EvaluatingBody, Subject
from aftersales.evaluation.rules import ensure_scorable
from aftersales.evaluation.statements import Signature, SignOff
from aftersales.evaluation.words import is_lead
from aftersales.problems.collector import citing, reading_order
from aftersales.problems.errors import Remark
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, worded
from aftersales.standard.standard import Standard
from aftersales.text.normalize import plain, plain_name

__all__ = ["remarks"]

SHOWN = 5  # ids that one remark names
_EMPTY_WORDS = frozenset(
    {"", "无", "暂无", "没有", "无理由", "空", "不适用", "同上", "略", "待定", "待补"}
    | {"na", "none", "no", "null", "nil", "tbd", "todo", "x", "xx", "xxx"}
)

Point = tuple[str, str, str]
"""A code, the id that it is about, and the key in the finding at which it is shown ("": the finding)."""


def remarks(evaluation: Evaluation, standard: Standard | None = None) -> tuple[Remark, ...]:
    """The remarks on an evaluation (提示, reading R20), in document order: what is allowed and looks wrong.

    ``standard`` defaults to the bundled one that the evaluation names. An indicator without a finding gets no remark.

    Raises :class:`~aftersales.EvaluationError` if no such standard is bundled, or a finding is not allowed.

    >>> deletion = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
    >>> evaluation = Evaluation(standard="CTS XBHT-S04-2025", findings={"5.3.6": deletion})
    >>> [(remark.code, remark.path, remark.clause) for remark in remarks(evaluation)]
    [('empty-reason', 'findings[5.3.6].reason', '6.1.4')]
    """
    standard = ensure_scorable(evaluation, standard, complete=False)
    rank = reading_order({"findings": evaluation.findings})
    points = sorted(review_points(evaluation, standard), key=lambda point: rank(point.path))
    return citing((worded(Remark, point, None) for point in points), standard.clause)


def review_points(evaluation: Evaluation, standard: Standard) -> Iterator[Violation]:
    """The remarks of an evaluation that the standard allows, before they are put into words."""
    yield from standard_points(standard)
    yield from party_points(evaluation.body, evaluation.subject, evaluation.team)
    yield from _signing_points(evaluation)
    yield from _day_points(evaluation)
    ledger = ledger_of(evaluation, standard)
    points = [*_deletion_points(evaluation), *_finding_points(evaluation, standard, ledger)]
    for code in dict.fromkeys(code for code, _, _ in points):
        yield _together(code, [(key, part) for other, key, part in points if other == code])
    deleted = standard.total_points - ledger.applicable_points()
    if deleted >= standard.total_points * HALF:
        yield Violation("half-deleted", ("findings",), {"found": deleted, "allowed": standard.total_points})


def standard_points(standard: Standard) -> Iterator[Violation]:
    """6.2.1: the standard is not the bundled one of its id and edition."""
    context = {"id": standard.id, "edition": str(standard.edition)}
    if standard.likeness == "reworded":
        yield Violation("reworded-standard", ("standard",), context)
    elif standard.likeness == "altered":
        yield Violation("altered-standard", ("standard",), context | {"differing": standard.differences()[:SHOWN]})


def party_points(body: EvaluatingBody | None, subject: Subject | None, team: Sequence[Assessor]) -> Iterator[Violation]:
    """4.1, 6.1.1, readings R18 and R20: who evaluates, and who is evaluated. A team has one leader, who signs."""
    if body and subject and subject.organisation:
        like = sorted((plain_name(body.name), plain_name(subject.organisation)), key=len)
        if like[0] in like[1]:
            context = {"found": body.name, "allowed": subject.organisation}
            yield Violation("like-names", ("body", "name"), context)
    if subject and subject.credit_code and not is_credit_code(subject.credit_code):
        yield Violation("credit-code-unlikely", ("subject", "credit_code"), {"found": subject.credit_code})
    seen: set[str] = set()
    for position, assessor in enumerate(team):
        if plain_name(assessor.name) in seen:
            yield Violation("member-twice", ("team", position, "name"), {"found": assessor.name})
        seen.add(plain_name(assessor.name))
    leaders = [position for position, assessor in enumerate(team) if is_lead(assessor.role)]
    if len(leaders) > 1:
        names = tuple(team[position].name for position in leaders)
        yield Violation("several-leaders", ("team", leaders[1], "role"), {"names": names, "count": len(names)})


def _signing_points(evaluation: Evaluation) -> Iterator[Violation]:
    """4.1, reading R20: the reviewer is not of the team."""
    reviewer = evaluation.sign_off.reviewer if evaluation.sign_off else None
    if reviewer and plain_name(reviewer.name) in {plain_name(assessor.name) for assessor in evaluation.team}:
        yield Violation("reviewer-of-team", ("sign_off", "reviewer", "name"), {"found": reviewer.name})


def _day_points(evaluation: Evaluation) -> Iterator[Violation]:
    """7.1, reading R20: the evaluation ends, and then its leader, the reviewer and the approver sign, in this order."""
    sign_off = evaluation.sign_off
    last = evaluation.period.end if evaluation.period else None
    for name in SignOff.model_fields:
        signature: Signature | None = getattr(sign_off, name, None)
        if signature is None or signature.on is None:
            continue
        if last is not None and signature.on < last:
            context = {"found": signature.on, "allowed": last}
            yield Violation("days-out-of-order", ("sign_off", name, "on"), context)
        last = max(signature.on, last or signature.on)


def _deletion_points(evaluation: Evaluation) -> Iterator[Point]:
    """6.1.4, 6.2.3: a deletion with an empty reason, or confirmed by a single member of a larger team."""
    for key, finding in evaluation.findings.items():
        if isinstance(finding, NotApplicable):
            if _says_nothing(finding.reason):
                yield "empty-reason", key, "reason"
            if len(set(finding.confirmed_by)) == 1 < len(evaluation.team):
                yield "confirmed-by-one", key, "confirmed_by"


def _finding_points(evaluation: Evaluation, standard: Standard, ledger: Ledger) -> Iterator[Point]:
    """6.2.2, 6.1.3: what looks wrong in a single finding."""
    positions = standard.layout.positions
    team = {plain_name(assessor.name) for assessor in evaluation.team}
    end = evaluation.period.end if evaluation.period else None
    for key, finding in evaluation.findings.items():
        if finding is None:
            continue
        if end and any(piece.on and piece.on > end for piece in finding.evidence):
            yield "evidence-after-period", key, "evidence"
        if team and any(piece.by and plain_name(piece.by) not in team for piece in finding.evidence):
            yield "evidence-by-others", key, "evidence"
        if isinstance(finding, NotApplicable):
            continue
        position = positions[key]
        indicator = standard.indicators[position]
        is_full = ledger.overs[position] == ledger.unders[position]  # a share of 1
        if finding.reason is not None and is_full:
            yield "reason-without-deduction", key, "reason"
        elif finding.reason is not None and _says_nothing(finding.reason):
            yield "empty-reason", key, "reason"
        if not finding.evidence:
            yield "full-without-evidence" if is_full else "deduction-without-evidence", key, ""
        if indicator.sampling and finding.kind != "sampled":
            yield "sampling-expected", key, ""
        for code, part in finding.review_points(indicator):
            yield code, key, part


def _says_nothing(reason: str) -> bool:
    letters = "".join(filter(str.isalnum, plain(reason))).lower()  # without brackets, blanks and dashes
    return letters in _EMPTY_WORDS or letters.isdecimal()


def _together(code: str, places: Sequence[tuple[str, str]]) -> Violation:
    """One remark for all places of a code: at its place if there is only one, else at the findings, with the count."""
    if len(places) == 1:
        key, part = places[0]
        return Violation(code, ("findings", key, part) if part else ("findings", key), {"of": ""})
    ids, count = [key for key, _ in places[:SHOWN]], len(places)
    return Violation(code, ("findings",), {"of": phrase("of_many" if count > SHOWN else "of", ids=ids, count=count)})
