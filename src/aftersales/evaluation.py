"""An evaluation: what the team found for each indicator, and what a standard asks of it.

A finding is one of four kinds (6.2.2, 6.2.3): :class:`Qualitative`, :class:`Quantitative`, :class:`Sampled` or
:class:`NotApplicable`. The models here hold what can be said of a finding by itself. What depends on the standard (which
indicators there are, the limit of 5.1.2.2, how large a sample must be) is asked by :func:`check`. No score is computed
here.
"""

import datetime
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from aftersales.document import Source, read_document
from aftersales.errors import EvaluationError, Problem
from aftersales.faults import Fault, Refused
from aftersales.standard import Standard, bundled_standard
from aftersales.validation import (
    Count,
    CountFromOne,
    Day,
    Degree,
    Frozen,
    Model,
    NotNegative,
    Positive,
    Text,
    faults_of,
    near,
)

if TYPE_CHECKING:
    from aftersales.exact import Number

__all__ = [
    "Assessor",
    "Evaluation",
    "Evidence",
    "Finding",
    "NotApplicable",
    "Period",
    "Qualitative",
    "Quantitative",
    "Sampled",
    "Subject",
    "check",
    "examine",
    "load_evaluation",
    "standard_of",
    "unknown_indicator",
]


class Evidence(Model):
    """How something was established (6.1.3): a document, an interview, an observation on site or a customer's word."""

    method: Literal["document", "interview", "observation", "customer"]
    note: Text | None = None


class _Finding(Model):
    reason: Text | None = None
    evidence: tuple[Evidence, ...] = ()


class Qualitative(_Finding):
    """Qualitative (定性): the ``degree`` to which the requirement is met, from 0 (not at all) to 1 (fully) (6.2.2).

    ``row`` may name the row of table 1 that the assessor chose; the degree must then lie in it (6.2.4, reading R11).

    >>> Qualitative(degree="60%").degree
    Fraction(3, 5)
    """

    kind: Literal["qualitative"] = "qualitative"
    degree: Degree
    row: Count | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            degree: Number,
            row: int | None = None,
            reason: str | None = None,
            evidence: Sequence[Evidence | Mapping[str, Any]] = (),
            kind: Literal["qualitative"] = "qualitative",
        ) -> None: ...


class Quantitative(_Finding):
    """Quantitative (定量): the ``actual`` value against a limit (6.2.2, readings R5 and R6).

    The limit is ``at_least`` (> 0) or ``at_most`` (≥ 0), one of them; neither where the standard itself sets it
    (5.1.2.2, reading R4). Actual value and limit have the same unit; ``actual`` ≥ 0.

    >>> Quantitative(actual=30, at_most=24).at_most
    Fraction(24, 1)
    """

    kind: Literal["quantitative"] = "quantitative"
    actual: NotNegative
    at_least: Positive | None = None
    at_most: NotNegative | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            actual: Number,
            at_least: Number | None = None,
            at_most: Number | None = None,
            reason: str | None = None,
            evidence: Sequence[Evidence | Mapping[str, Any]] = (),
            kind: Literal["quantitative"] = "quantitative",
        ) -> None: ...

    @model_validator(mode="after")
    def _check_limits(self) -> Self:
        if self.at_least is not None and self.at_most is not None:
            raise Refused(Fault("two-limits"))
        return self


class Sampled(_Finding):
    """Sampled (抽样): how many of the sampled items did not conform (6.2.2, reading R7). All are whole numbers.

    The sample is one of a ``population``, or is spread over service ``outlets`` of which ``outlets_covered`` were
    visited; either may show that it is large enough. 1 ≤ ``sampled`` ≤ ``population``, 0 ≤ ``nonconforming`` ≤
    ``sampled``, 0 ≤ ``outlets_covered`` ≤ ``outlets``.

    >>> Sampled(population=120, sampled=80, nonconforming=4).nonconforming
    4
    """

    kind: Literal["sampled"] = "sampled"
    population: CountFromOne | None = None
    outlets: CountFromOne | None = None
    outlets_covered: Count | None = None
    sampled: CountFromOne
    nonconforming: Count

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            sampled: int,
            nonconforming: int,
            population: int | None = None,
            outlets: int | None = None,
            outlets_covered: int | None = None,
            reason: str | None = None,
            evidence: Sequence[Evidence | Mapping[str, Any]] = (),
            kind: Literal["sampled"] = "sampled",
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        """A part is no larger than its whole, and there is a whole."""
        faults = []
        for part, whole, code in (
            ("sampled", "population", "sampled-exceeds-population"),
            ("nonconforming", "sampled", "nonconforming-exceeds-sampled"),
            ("outlets_covered", "outlets", "covered-exceeds-outlets"),
        ):
            found, allowed = getattr(self, part), getattr(self, whole)
            if found is not None and allowed is not None and found > allowed:
                faults.append(Fault(code, (part,), {"found": found, "allowed": allowed}))
        if (self.outlets is None) != (self.outlets_covered is None) or (
            self.population is None and self.outlets is None
        ):
            faults.append(Fault("missing-population"))
        if faults:
            raise Refused(*faults)
        return self


class NotApplicable(_Finding):
    """Deleted (删减, 不适用): takes no part in the score (6.2.3), with the reason (6.1.4) and who confirmed it.

    >>> NotApplicable(reason="不销售需回收的商品", confirmed_by=["张明"]).confirmed_by
    ('张明',)
    """

    kind: Literal["not_applicable"] = "not_applicable"
    reason: Text
    confirmed_by: Annotated[tuple[Text, ...], Field(min_length=1)]

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            reason: str,
            confirmed_by: Sequence[str],
            evidence: Sequence[Evidence | Mapping[str, Any]] = (),
            kind: Literal["not_applicable"] = "not_applicable",
        ) -> None: ...


Finding = Annotated[Qualitative | Quantitative | Sampled | NotApplicable, Field(discriminator="kind")]
"""What the team found for an indicator."""

_SHORTHANDS = {
    "full": Qualitative.model_construct(degree=Fraction(1)),
    "none": Qualitative.model_construct(degree=Fraction(0)),
}


def _write_out(findings: Any) -> Any:
    """The findings with the shorthands written out; what is no finding is left to be refused at its place."""
    if not isinstance(findings, Mapping):
        return findings
    return {key: _SHORTHANDS.get(value, value) if type(value) is str else value for key, value in findings.items()}


class Subject(Model):
    """The organisation that is evaluated, its product category and size tier (6.1.4, 6.1.5), and the scope (7.1)."""

    organisation: Text | None = None
    product_category: Text | None = None
    size_tier: Text | None = None
    scope: Text | None = None


class Assessor(Model):
    """A member of the team (审查人员, 6.1.1)."""

    name: Text
    role: Text | None = None
    qualification: Text | None = None
    organisation: Text | None = None


class Period(Model):
    """The days on which the evaluation took place (7.1), both included."""

    start: Day
    end: Day

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end < self.start:
            raise Refused(Fault("period-reversed", ("end",), {"found": self.end, "start": self.start}))
        return self


class Evaluation(Model):
    """The findings of an evaluation by one standard, and what its papers need beside them.

    ``standard`` is the id of the standard, ``edition`` its edition (None: the newest that is bundled). ``findings`` maps
    ids to findings: of indicators, or the deletion of a whole category or subcategory. None stands for an indicator that
    is not judged yet. ``type`` is ``"third_party"`` or ``"self"`` (clause 1, reading R15); both score the same.

    Raises pydantic's ValidationError where a part is not of its form. Whether the findings fit the standard is asked by
    :func:`~aftersales.score` and :func:`~aftersales.load_evaluation`.

    >>> evaluation = Evaluation(
    ...     standard="CTS XBHT-S04-2025",
    ...     findings={"5.1.1.1": "full", "5.1.2.2": Quantitative(actual="8%")},
    ... )
    >>> evaluation.findings["5.1.1.1"].degree
    Fraction(1, 1)
    """

    standard: Text
    edition: Day | None = None
    type: Literal["third_party", "self"] | None = None
    subject: Subject | None = None
    team: tuple[Assessor, ...] = ()
    period: Period | None = None
    findings: Annotated[Frozen[str, Finding | None], BeforeValidator(_write_out)]

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            standard: str,
            findings: Mapping[str, Finding | Literal["full", "none"] | Mapping[str, Any] | None],
            edition: datetime.date | str | None = None,
            type: Literal["third_party", "self"] | None = None,
            subject: Subject | Mapping[str, Any] | None = None,
            team: Sequence[Assessor | Mapping[str, Any]] = (),
            period: Period | Mapping[str, Any] | None = None,
        ) -> None: ...

    def __getstate__(self) -> dict[Any, Any]:
        """What is pickled: the fields, without the standard that they were checked against."""
        state = super().__getstate__()
        state["__dict__"] = {name: value for name, value in state["__dict__"].items() if name != _SOUND}
        return state


# --- against the standard ----------------------------------------------------------------------------------------


def standard_of(evaluation: Evaluation) -> Standard:
    """The bundled standard that an evaluation names.

    Raises :class:`~aftersales.faults.Refused` where none of that id or edition is bundled.
    """
    return bundled_standard(evaluation.standard, evaluation.edition)


def check(
    evaluation: Evaluation, standard: Standard, *, complete: bool = True, broken: Iterable[str] = (), spare: int = 0
) -> list[Fault]:
    """What the standard does not allow in an evaluation; an empty list where it can be scored.

    With ``complete`` every indicator must have a finding (6.1.2, reading R9). Entries of ``broken`` ids were refused
    already, and ``spare`` keys stood twice: one mistake is told once, so neither makes an indicator missing as well.
    """
    faults: list[Fault] = []
    if evaluation.__dict__.get(_SOUND) is not standard:
        faults += _check_identity(evaluation, standard)
        faults += _check_findings(evaluation, standard)
        if not faults:
            evaluation.__dict__[_SOUND] = standard
    if complete and not _is_plainly_complete(evaluation.findings, standard):
        faults += _check_complete(evaluation.findings, standard, broken, spare)
    return faults


# Both are frozen, so what was found sound stays sound: it is noted on the evaluation, as a cached property would be.
_SOUND = "_sound_by"


def _check_identity(evaluation: Evaluation, standard: Standard) -> Iterator[Fault]:
    """6.2.1: an evaluation is scored by the points of the standard, and the edition, that it names."""
    if evaluation.standard != standard.id:
        facts = {"found": evaluation.standard, "allowed": standard.id}
        yield Fault("standard-mismatch", ("standard",), facts)
    elif evaluation.edition not in (None, standard.edition):
        facts = {"found": str(evaluation.edition), "allowed": str(standard.edition)}
        yield Fault("standard-mismatch", ("edition",), facts)


def _check_findings(evaluation: Evaluation, standard: Standard) -> Iterator[Fault]:
    """What 6.2.2, 6.2.3 and table 1 ask of each finding."""
    findings, layout = evaluation.findings, standard.layout
    # Of most findings nothing depends on the standard: they are qualitative and name no row. The rest is looked at.
    rest = {
        key: finding
        for key, finding in findings.items()
        if finding is None
        or finding.kind != "qualitative"
        or finding.row is not None
        or key not in layout.positions
        or key in layout.limited
    }
    for key, finding in rest.items():
        if key not in layout.nodes:
            yield unknown_indicator(key, standard)
        elif finding is None:
            continue
        elif key not in layout.positions:
            if finding.kind != "not_applicable":
                yield Fault("group-not-deleted", ("findings", key), {"found": key}, about_key=True)
        elif key in layout.limited:
            yield from _check_own_limit(key, finding, standard)
        elif finding.kind == "qualitative":
            yield from _check_row(key, finding, standard)
        elif finding.kind == "sampled":
            if not _is_large_enough(finding, standard.sample_share):
                yield _sample_fault(key, finding, standard.sample_share)
        elif finding.kind == "quantitative" and finding.at_least is None and finding.at_most is None:
            yield Fault("missing-limit", ("findings", key))
    deletions = {
        key: finding for key, finding in rest.items() if finding is not None and finding.kind == "not_applicable"
    }
    if deletions and evaluation.team:
        yield from _check_members(deletions, [assessor.name for assessor in evaluation.team])
    if groups := [key for key in deletions if key not in layout.positions]:
        yield from _check_conflicts(findings, groups)


def _check_own_limit(key: str, finding: Finding, standard: Standard) -> Iterator[Fault]:
    """6.2.2, reading R4: where the standard sets the limit, a finding is quantitative and sets none."""
    indicator = standard.indicators[standard.layout.positions[key]]
    if finding.kind == "quantitative":
        sign, limit = ("≥", indicator.at_least) if indicator.at_least is not None else ("≤", indicator.at_most)
        for name in ("at_least", "at_most"):
            if getattr(finding, name) is not None:
                facts = {"indicator": key, "sign": sign, "allowed": limit}
                yield Fault("limit-not-allowed", ("findings", key, name), facts, about_key=True)
    elif finding.kind != "not_applicable":
        yield Fault("kind-not-allowed", ("findings", key), {"indicator": key, "found": finding.kind})


def _is_large_enough(finding: Sampled, share: Fraction) -> bool:
    """6.2.2, reading R7: sampled ≥ share × population, or every outlet covered; either is enough."""
    over, under = share.as_integer_ratio()
    if finding.population is not None and under * finding.sampled >= over * finding.population:
        return True
    return finding.outlets is not None and finding.outlets_covered == finding.outlets


def _sample_fault(key: str, finding: Sampled, share: Fraction) -> Fault:
    of, of_zh = "", ""
    if finding.population is not None:
        of, of_zh = f" of {finding.population}", f"，总样本 {finding.population}"
    if finding.outlets is not None:
        of += f", {finding.outlets_covered} of {finding.outlets} outlets covered"
        of_zh += f"，覆盖网点 {finding.outlets_covered}/{finding.outlets}"
    return Fault(
        "sample-too-small", ("findings", key), {"sampled": finding.sampled, "share": share, "of": of, "of_zh": of_zh}
    )


def _check_row(key: str, finding: Qualitative, standard: Standard) -> Iterator[Fault]:
    """6.2.4, reading R11: the degree lies in the row of table 1 that the assessor chose."""
    rows, row = standard.reference, finding.row
    if row is None or row >= len(rows):
        yield Fault("unknown-row", ("findings", key, "row"), {"found": row, "allowed": f"0…{len(rows) - 1}"})
    elif not rows[row].holds(finding.degree):
        facts = {"found": finding.degree, "row": row, "allowed": str(rows[row])}
        yield Fault("degree-outside-row", ("findings", key, "degree"), facts)


def _check_members(deletions: Mapping[str, NotApplicable], members: Sequence[str]) -> Iterator[Fault]:
    """6.2.3, reading R8: it is the team that confirms a deletion. Asked where the evaluation names its team."""
    known = set(members)
    for key, deletion in deletions.items():
        for position, name in enumerate(deletion.confirmed_by):
            if name not in known:
                facts = {
                    "found": name,
                    "allowed": partial(_some, members),
                    "hint": partial(near, name, members[:MAX_NAMES]),
                }
                yield Fault("unknown-member", ("findings", key, "confirmed_by", position), facts)


MAX_NAMES = 30  # of a larger team a message shows the beginning


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:MAX_NAMES]) + (", …" if len(names) > MAX_NAMES else "")


def _check_conflicts(findings: Mapping[str, Finding | None], groups: Sequence[str]) -> Iterator[Fault]:
    """6.2.3: what is deleted with its group has no finding of its own."""
    for key, finding in findings.items():
        above = max((group for group in groups if key.startswith(f"{group}.")), key=len, default=None)
        if above is not None and finding is not None:
            yield Fault("conflicting-findings", ("findings", key), {"found": key, "allowed": above}, about_key=True)


def unknown_indicator(key: str, standard: Standard) -> Fault:
    """The fault of an id that the standard does not have, with the ids that are near."""
    meant = _meant(key, standard)
    around = partial(_around, key, standard) if meant is None else tuple
    facts = {
        "found": key,
        "hint": meant,
        "near": lambda: "; there are {} to {}".format(*found) if (found := around()) else "",
        "near_zh": lambda: "；有 {} 至 {}".format(*found) if (found := around()) else "",
    }
    return Fault("unknown-indicator", ("findings", key), facts, about_key=True)


def _meant(key: str, standard: Standard) -> str | None:
    """The one id that has the same digits: only dots, blanks or full-width forms differ."""
    digits = "".join(filter(str.isdigit, unicodedata.normalize("NFKC", key[:40])))
    return standard.ids_by_digits.get(digits)


def _around(key: str, standard: Standard) -> tuple[str, ...]:
    """The first and last id of the deepest group that the key could belong to."""
    parts = key[:40].split(".")
    for end in range(len(parts), 0, -1):
        head = ".".join(parts[:end])
        if inside := [node_id for node_id in standard.layout.nodes if node_id.rpartition(".")[0] == head]:
            return inside[0], inside[-1]
    return ()


def _is_plainly_complete(findings: Mapping[str, Finding | None], standard: Standard) -> bool:
    """Whether each indicator has a finding of its own (6.1.2) and one of them applies; most are told so at once."""
    if findings.keys() != standard.layout.positions.keys() or not all(findings.values()):
        return False
    return any(finding.kind != "not_applicable" for finding in findings.values() if finding is not None)


def _largest_missing(key: str, missing: Sequence[str], standard: Standard) -> str:
    """The subcategory of a missing indicator where all of it is missing, which one mistyped id can bring about."""
    group = key.rpartition(".")[0]
    inside = standard.layout.spans[group]
    return group if all(standard.indicators[position].id in missing for position in inside) else key


def _check_complete(
    findings: Mapping[str, Finding | None], standard: Standard, broken: Iterable[str], spare: int
) -> Iterator[Fault]:
    """6.1.2, reading R9: every indicator has a finding. 6.2.3, reading R8: with all of them deleted there is no score."""
    layout = standard.layout
    judged = {key for key, finding in findings.items() if finding is not None}.union(broken)
    unknown = [_meant(key, standard) for key in findings if key not in layout.nodes]
    # An id that nobody knows was meant for one that is missing: that is one mistake, and it is told already.
    held = judged.union(filter(None, unknown))
    groups = [key for key in held if key not in layout.positions and key in layout.spans]
    covered = {position for group in groups for position in layout.spans[group]}
    missing = [key for key, position in layout.positions.items() if key not in held and position not in covered]
    if len({_largest_missing(key, missing, standard) for key in missing}) <= spare + unknown.count(None):
        missing = []
    for key in missing:
        title = standard[key].title
        yield Fault("missing-finding", ("findings", key), {"title": title.en, "title_zh": title.zh})
    deleted = [key for key in judged if key in layout.spans and isinstance(findings.get(key), NotApplicable)]
    if len({position for key in deleted for position in layout.spans[key]}) == len(layout.positions):
        yield Fault("nothing-applicable")


# --- reading -----------------------------------------------------------------------------------------------------


def load_evaluation(source: Source, standard: Standard | None = None) -> Evaluation:
    """Reads an evaluation and checks it against its standard; indicators without a finding are no fault here (R9).

    ``source`` is a path (.yaml, .yml, .json), an open text stream (JSON where it begins with ``{``, else YAML) or a
    mapping. ``standard`` is needed where the evaluation names one that is not bundled.

    Raises :class:`~aftersales.EvaluationError` with everything that is wrong, each at its line.

    >>> evaluation = load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.1.1": "full"}})
    >>> evaluation.findings["5.1.1.1"].kind
    'qualitative'
    """
    evaluation, problems = examine(source, standard, complete=False)
    if evaluation is None:
        raise EvaluationError(problems)
    return evaluation


def examine(
    source: Source, standard: Standard | None = None, *, complete: bool = True
) -> tuple[Evaluation | None, tuple[Problem, ...]]:
    """An evaluation, or None and everything that is wrong with its source.

    With ``complete``, an indicator without a finding is wrong too: what passes can be scored.
    """
    document = read_document(source)
    if not document.readable:
        return None, document.problems()
    faults: list[Fault] = []
    evaluation: Evaluation | None
    try:
        evaluation = Evaluation.model_validate(document.data)
    except ValidationError as error:
        faults = faults_of(error, document.data, Evaluation)
        evaluation = _sound_part(document.data, faults)
    if evaluation is not None:
        # What was refused already is not missing as well, and neither is what stands beside the findings.
        broken = [str(fault.path[1]) if fault.path[0] == "findings" else str(fault.path[0]) for fault in faults]
        spare = sum(fault.path[0] == "findings" and len(fault.path) == 2 for fault, _ in document.faults)
        complete = complete and all(fault.path != ("findings",) for fault, _ in document.faults)
        try:
            standard = standard or standard_of(evaluation)
            faults += check(evaluation, standard, complete=complete, broken=broken, spare=spare)
        except Refused as refused:
            faults += refused.faults
    if faults or document.faults:
        return None, document.problems(_with_clause(fault, document.data) for fault in faults)
    return evaluation, ()


def _sound_part(data: Any, faults: Sequence[Fault]) -> Evaluation | None:
    """The evaluation without the entries that are refused already, so that the rest is checked in the same go.

    None where what is refused is the whole, the standard or all the findings.
    """
    tops = {fault.path[0] for fault in faults if fault.path and (fault.path[0] != "findings" or len(fault.path) == 1)}
    broken = {fault.path[1] for fault in faults if len(fault.path) > 1 and fault.path[0] == "findings"}
    if any(not fault.path for fault in faults) or "edition" in tops:
        return None
    rest = {key: value for key, value in data.items() if key not in tops}
    if not {"standard", "findings"} <= rest.keys():
        return None
    rest["findings"] = {key: value for key, value in data["findings"].items() if key not in broken}
    return Evaluation.model_validate(rest)


def _with_clause(fault: Fault, data: Any) -> Fault:
    """Where it is the standard that asks for a part of a finding, the fault stands on that clause, whatever its code."""
    if len(fault.path) < 3 or fault.path[0] != "findings":
        return fault
    finding = data["findings"][fault.path[1]]
    kind = finding.get("kind") if isinstance(finding, Mapping) else None
    return replace(fault, clause=_CLAUSES.get((str(kind), str(fault.path[2]), fault.code)))


_ABSENT = ("missing-key", "blank", "empty-list")
_CLAUSES = {
    ("qualitative", "row", "out-of-range"): "6.2.4",
    **{("not_applicable", "reason", code): "6.1.4" for code in _ABSENT},
    **{("not_applicable", "confirmed_by", code): "6.2.3" for code in _ABSENT},
}
