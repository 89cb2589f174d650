"""An evaluation: what the team found for each indicator.

A finding is one of four kinds (6.2.2, 6.2.3): :class:`Qualitative`, :class:`Quantitative`, :class:`Sampled` or
:class:`NotApplicable`. The models here hold what can be said of a finding by itself. What depends on the standard (which
indicators there are, the limit of 5.1.2.2, how large a sample must be) is asked in :mod:`aftersales.evaluation.rules`. No score is computed
here.
"""

import datetime
from collections.abc import Mapping, Sequence, Sized
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from aftersales.files.fields import (
    Bounded,
    Count,
    CountFromOne,
    Day,
    Degree,
    Frozen,
    Measure,
    Model,
    NoneIsEmpty,
    PositiveMeasure,
    Text,
    calculated_float,
    refuse_excess,
)
from aftersales.files.numbers import CalculatedFloat, Percentage
from aftersales.files.parsed_file import excess_of
from aftersales.files.source import MAX_VALUES, UNPRINTABLE
from aftersales.problems.violations import Violation, ViolationError, shown
from aftersales.text.display import OneLineRepr
from aftersales.text.number_format import as_text

if TYPE_CHECKING:
    from aftersales.files.numbers import Number

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
]

# An evaluation and a standard are frozen, so what was found sound stays sound: checking notes it on the evaluation under
# this name, as a cached property would be.
SOUND_BY = "_sound_by"


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
    (5.1.2.2, reading R4). Actual value and limit have the same unit; ``actual`` ≥ 0. Where one of them is written with %, the
    other is a percentage too, or a number below 1.

    >>> Quantitative(actual=30, at_most=24).at_most, Quantitative(actual="95%", at_least="0.98").actual
    (Fraction(24, 1), Percentage(19, 20))
    """

    kind: Literal["quantitative"] = "quantitative"
    actual: Measure
    at_least: PositiveMeasure | None = None
    at_most: Measure | None = None

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
        at_least, at_most = self.at_least, self.at_most
        if at_least is not None and at_most is not None:
            raise ViolationError(Violation("two-limits"))
        name, limit = ("at_most", at_most) if at_least is None else ("at_least", at_least)
        if limit is not None and (violation := measure_violation(self.actual, limit, name)):
            raise ViolationError(violation)
        return self


NEAR = Fraction(1, 10**9)  # of a float sum that misses its limit by rounding errors alone


def measure_violation(
    actual: Fraction, limit: Fraction, name: str, *, in_percent: bool | None = None
) -> Violation | None:
    """6.2.2, readings R5 and R6: actual value and limit are in one unit, and neither misses the other by a rounding error.

    - Beside a percentage, a number without % is below 1: ``8`` beside ``10%`` may be 8 % or 800 %, ``1`` may be 1 % or 100 %.
    - A float that comes from arithmetic is not within 10⁻⁹ of the limit without being on it.

    ``name`` is the key of the limit, ``in_percent`` whether it is a percentage (None: as it was written).
    """
    if in_percent is None:
        in_percent = type(limit) is Percentage
    if (type(actual) is Percentage) != in_percent:
        key, bare, other = ("actual", actual, limit) if in_percent else (name, limit, actual)
        over, under = bare.as_integer_ratio()
        if over >= under:  # 1 or more; a Fraction is slow to compare with a number
            return _unlike_units(key, bare, other)
    is_calculated = type(actual) is CalculatedFloat or type(limit) is CalculatedFloat
    if is_calculated and actual != limit and are_near(actual, limit):
        key, value = ("actual", actual) if type(actual) is CalculatedFloat else (name, limit)
        return calculated_float(value, (key,))
    return None


def _unlike_units(key: str, bare: Fraction, percentage: Fraction) -> Violation:
    """The violation of a number without % beside a percentage, with what was probably meant."""
    meant = [f"{as_text(bare)}%"] + ([f"{as_text(bare * 100)}%"] if bare < 2 else [])
    context = {"found": bare, "beside": f"{as_text(percentage * 100)}%"}
    return Violation("unlike-units", (key,), context | {"meant": " or ".join(meant), "meant_zh": " 或 ".join(meant)})


def are_near(actual: Fraction, limit: Fraction) -> bool:
    """Whether a value lies within 10⁻⁹ of a limit, or for a limit above 1 within that share of it."""
    return abs(actual - limit) <= NEAR * max(limit, Fraction(1))


class Sampled(_Finding):
    """Sampled (抽样): how many of the sampled items did not conform (6.2.2, reading R7). All are whole numbers.

    The sample is one of a ``population``, or is spread over service ``outlets`` of which ``outlets_covered`` were
    visited; either may show that it is large enough. 1 ≤ ``sampled`` ≤ ``population``, 0 ≤ ``nonconforming`` ≤
    ``sampled``, 0 ≤ ``outlets_covered`` ≤ ``outlets``. Each outlet that is covered gave at least one item:
    ``outlets_covered`` ≤ ``sampled``.

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
        population, sampled, nonconforming = self.population, self.sampled, self.nonconforming
        outlets, covered = self.outlets, self.outlets_covered
        violations = []
        if population is not None and sampled > population:
            violations.append(_excess("sampled-exceeds-population", "sampled", sampled, population))
        if nonconforming > sampled:
            violations.append(_excess("nonconforming-exceeds-sampled", "nonconforming", nonconforming, sampled))
        if outlets is not None and covered is not None:
            if covered > outlets:
                violations.append(_excess("covered-exceeds-outlets", "outlets_covered", covered, outlets))
        elif population is None or (outlets, covered) != (None, None):
            violations.append(Violation("missing-population"))
        if covered is not None and covered > sampled:
            violations.append(_excess("covered-exceeds-sampled", "outlets_covered", covered, sampled))
        if violations:
            raise ViolationError(*violations)
        return self


def _excess(code: str, part: str, found: int, allowed: int) -> Violation:
    return Violation(code, (part,), {"found": found, "allowed": allowed})


class NotApplicable(_Finding):
    """Deleted (删减, 不适用): takes no part in the score (6.2.3), with the reason (6.1.4) and who confirmed it.

    >>> NotApplicable(reason="不销售需回收的商品", confirmed_by=["张明"]).confirmed_by
    ('张明',)
    """

    kind: Literal["not_applicable"] = "not_applicable"
    reason: Text
    confirmed_by: Annotated[tuple[Text, ...], Field(min_length=1), Bounded]

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


MANY_FINDINGS = 200  # of fewer, the bound of each of their lists is enough


def _write_out(findings: Any) -> Any:
    """The findings with the shorthands written out; what is no finding is left to be refused at its place."""
    if not isinstance(findings, Mapping):
        return findings
    try:
        "".join(findings).encode()
    except UnicodeError:  # half a character
        wrong = (key for key in findings if UNPRINTABLE.search(key))
        raise ViolationError(*(Violation("key-not-text", (key,), about_key=True) for key in wrong)) from None
    except TypeError:  # any other key that is no text is refused at its place
        if any(
            isinstance(key, bytes) for key in findings
        ):  # pydantic would make a text of it, which may be there already
            raise ViolationError(Violation("key-not-text", about_key=True)) from None
    written, evidence = dict(findings), []
    for key, value in findings.items():
        if type(value) is str:
            written[key] = _SHORTHANDS.get(value, value)
        elif type(value) is dict and "evidence" in value:
            evidence.append(value["evidence"])
    try:
        count = sum(map(len, evidence))
    except TypeError:  # something that is no list
        count = sum(len(entries) for entries in evidence if isinstance(entries, Sized))
    if count > MAX_VALUES or (len(findings) > MANY_FINDINGS and excess_of(findings)):
        raise ViolationError(Violation("too-many-values", context={"allowed": MAX_VALUES}))
    return written


def _with_kinds_as_text(data: Any) -> Any:
    """The data with each kind that is no text as a short text; None where every kind is a text.

    pydantic prints a kind that it refuses, and any value may stand there, such as a number too long to be printed.
    """
    findings = data.get("findings") if isinstance(data, Mapping) else None
    if not isinstance(findings, Mapping):
        return None
    shortened = {
        key: {**finding, "kind": shown(finding["kind"])}
        for key, finding in findings.items()
        if type(finding) is dict and not isinstance(finding.get("kind"), str | None)
    }
    return {**data, "findings": {**findings, **shortened}} if shortened else None


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
            raise ViolationError(Violation("period-reversed", ("end",), {"found": self.end, "start": self.start}))
        return self


MAX_NAME = 50  # of a longer name one line shows the beginning


def of_organisation(evaluation: "Evaluation") -> str:
    """Whose evaluation it is, for one line of a console: `` of 某公司``, or nothing."""
    name = evaluation.subject.organisation if evaluation.subject else None
    return f" of {name if len(name) <= MAX_NAME else name[:MAX_NAME] + '…'}" if name else ""


class Evaluation(OneLineRepr, Model):
    """The findings of an evaluation by one standard, and what its papers need beside them.

    ``standard`` is the id of the standard, ``edition`` its edition (None: the newest that is bundled; a
    scorecard's evaluation always names one, reading R22). ``findings`` maps
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
    team: Annotated[tuple[Assessor, ...], Bounded, NoneIsEmpty] = ()
    period: Period | None = None
    findings: Annotated[Frozen[str, Finding | None], BeforeValidator(_write_out)]

    @model_validator(mode="wrap")
    @classmethod
    def _check_size(cls, data: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Data too deep or too large is refused as that; what is sound is within the bounds of its parts already."""
        try:
            return validate(data)
        except ValueError:  # pydantic's, or what printing a kind raised
            refuse_excess(cls, data)
            shortened = _with_kinds_as_text(data)
            if shortened is None:
                raise
        return validate(shortened)

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

    def with_edition(self, edition: datetime.date) -> "Evaluation":
        """The evaluation with the edition that judges it, where it names none (6.2.1, reading R22)."""
        return self if self.edition is not None else BaseModel.model_copy(self, update={"edition": edition})

    def _line(self) -> str:
        judged = sum(finding is not None for finding in self.findings.values())
        return f"<Evaluation{of_organisation(self)} by {self.standard}: {judged} findings>"

    def __getstate__(self) -> dict[Any, Any]:
        """What is pickled: the fields, without the standard that they were checked against."""
        state = super().__getstate__()
        state["__dict__"] = {name: value for name, value in state["__dict__"].items() if name != SOUND_BY}
        return state
