"""The kinds of finding, and what each of them earns (6.2.2, 6.2.3).

:data:`KINDS` holds the kinds. Everything that depends on the kind of a finding is in its class: the share of the points
that it earns, the rules of the standard, remarks, and its representation in files and forms. Other modules call these
methods. A new kind is a new class here, listed in :data:`Finding`.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Self, get_args

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import core_schema

from aftersales.files.fields import (
    Count,
    Counted,
    CountFromOne,
    Day,
    Degree,
    Measure,
    Model,
    PositiveMeasure,
    ReadOnce,
    Text,
    calculated_float,
)
from aftersales.files.numbers import CalculatedFloat, Percentage, is_long, per_cent
from aftersales.problems.clauses import Role
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.standard import Standard
from aftersales.standard.structure import SIGNS, Indicator, Limit, own_limit
from aftersales.text.normalize import plain
from aftersales.text.number_format import as_text, short
from aftersales.text.sentences import Phrase, Sentences

if TYPE_CHECKING:
    import datetime

    from aftersales.files.numbers import Number

__all__ = ["Evidence", "Finding", "NotApplicable", "Qualitative", "Quantitative", "Sampled"]

Share = tuple[int, int]
"""Numerator and denominator of a share, 0 to 1, not always in lowest terms."""

_say = Sentences("evaluation")

NEAR = Fraction(1, 10**9)  # rounding errors of a float sum are smaller
FAR = 10  # an actual value this many times its limit, or this small a part of it, may be in another unit
HALF = Fraction(1, 2)
ABSENT = ("missing-key", "blank", "empty-list")  # codes of absent values


class Evidence(Model):
    """The basis of a finding (6.1.3).

    Fields:
        method: A document, an interview, an observation on site, or a customer.
        note: What was found.
        ref: The number or title of the document or record.
        on: The day on which it was seen, heard or dated.
        by: The assessor who collected it.
        where: The place, such as a service outlet.
        file: The path of a photo or a copy, relative to the file of the evaluation.
    """

    method: Literal["document", "interview", "observation", "customer"]
    note: Text | None = None
    ref: Text | None = None
    on: Day | None = None
    by: Text | None = None
    where: Text | None = None
    file: Text | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            method: Literal["document", "interview", "observation", "customer"],
            note: str | None = None,
            ref: str | None = None,
            on: datetime.date | str | None = None,
            by: str | None = None,
            where: str | None = None,
            file: str | None = None,
        ) -> None: ...


class FormColumn(NamedTuple):
    """A column of the workbook form.

    Fields:
        key: The key of the file format that it holds.
        head: The text in its head.
        width: The width in characters.
        is_input: Whether people write in it.
        is_optional: Whether a form may lack it.
        unit: The name of a unit that columns share; numbers of one unit are compared with each other.
        former: The heads in earlier forms, which are still read.
    """

    key: str
    head: str
    width: float
    is_input: bool = True
    is_optional: bool = False
    unit: str = ""
    former: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The texts that are read as its head, in plain form."""
        return tuple(map(plain, (self.head, *self.former)))


class Working(NamedTuple):
    """The calculation of a finding's points.

    Fields:
        rule: The key of the rule's sentence.
        formula: The formula, with names in braces for the numbers.
        inputs: These numbers by name, except ``points``, the points of the indicator.
        readings: The readings on which the rule is based.
        clause: The role of the clause of the rule.
    """

    rule: str
    formula: str
    inputs: Mapping[str, Fraction]
    readings: tuple[str, ...] = ()
    clause: Role = "findings"


class _Finding(Model):
    """The common part of all kinds of finding.

    ``columns`` are the columns of the workbook form for the kind alone, ``texts`` those for texts of the assessors that
    several kinds share. ``example`` is the kind in the blank form.
    ``clauses`` gives the role of the clause that requires a part of a finding, by the key of the part and the code of
    the problem, if it is not that of the code. ``either`` gives the parts of which one is enough, by the code of the
    problem if all are missing. ``key_rules`` are the codes of the rules on which parts are given, whatever their
    values, except those of ``key_values``. ``shown_at`` gives the column of the form at which a problem of the whole
    finding is shown, by its code, if it is not that of the kind.

    Fields:
        reason: Why points are lost (7.1 c).
        evidence: The basis of the finding (6.1.3).
    """

    columns: ClassVar[tuple[FormColumn, ...]]
    texts: ClassVar[tuple[FormColumn, ...]] = ()
    example: ClassVar[str]
    clauses: ClassVar[Mapping[tuple[str, str], Role]] = {}
    either: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    key_rules: ClassVar[Set[str]] = frozenset()
    key_values: ClassVar[Set[str]] = frozenset()
    shown_at: ClassVar[Mapping[str, str]] = {}

    reason: Text | None = None
    evidence: Annotated[tuple[Evidence, ...], Counted] = ()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The JSON Schema of the finding in an evaluation, which has to name its kind."""
        found = super().__get_pydantic_json_schema__(schema, handler)
        described = handler.resolve_ref_schema(found)
        described["required"] = ["kind", *(name for name in described.get("required", ()) if name != "kind")]
        return found

    @abstractmethod
    def working(self, indicator: Indicator) -> Working:
        """The calculation of the indicator's points."""

    def full_mark(self, indicator: Indicator | None) -> Fraction:
        """Reading R3: the number that no other number of the finding may print as. ``indicator`` is None if unknown."""
        return Fraction(1)

    def notes(self, standard: Standard) -> dict[str, str]:
        """Facts for a derivation besides the numbers, by the key of their sentence."""
        return {}

    @classmethod
    def add_rules(cls, schema: dict[str, Any], standard: Standard) -> None:
        """Add to the JSON Schema of the kind the rules between its keys, which the model checks in code."""


class Judged(_Finding):
    """A finding on how far an indicator's requirement is met. It earns a share of the points (6.2.2).

    Fields:
        measure: The measure for improvement in the assessors' words (具体措施, 7.1 f).
        strength: What is done well, in the assessors' words (7.1 e).
    """

    texts: ClassVar[tuple[FormColumn, ...]] = (
        FormColumn("measure", "具体措施", 26, is_optional=True),
        FormColumn("strength", "优势", 22, is_optional=True),
    )

    measure: Text | None = None
    strength: Text | None = None

    @abstractmethod
    def share(self, indicator: Indicator) -> Share:
        """6.2.2: the share of the indicator's points that is earned, 0 to 1."""

    @abstractmethod
    def found(self, indicator: Indicator, standard: Standard) -> Phrase:
        """7.1 (c): what was found, for a report."""

    @abstractmethod
    def remedy(self, indicator: Indicator) -> Phrase:
        """7.1 (f): what raises the indicator to full points."""

    @abstractmethod
    def violations(self, standard: Standard) -> Sequence[Violation]:
        """The rules of the standard that the finding breaks; paths start at the finding."""

    @abstractmethod
    def review_points(self, indicator: Indicator) -> Iterable[tuple[str, str]]:
        """4.2: what is allowed and looks wrong: the code of a remark, and the key that it is about."""


TEXTS = ("reason", *(column.key for column in Judged.texts))
"""The keys of the texts of a finding. They change no share, whatever they say."""


class Qualitative(Judged):
    """Qualitative (定性): the degree to which the requirement is met (6.2.2).

    Fields:
        kind: The kind of the finding.
        degree: The degree, from 0 (not at all) to 1 (fully).
        row: The row of table 1 that the assessor chose. The degree must lie in it (6.2.4, reading R11).

    >>> Qualitative(degree="60%").degree
    Fraction(3, 5)
    """

    columns = (FormColumn("degree", "符合程度", 6), FormColumn("row", "表 1 档次", 6, former=("表1行",)))
    example = "{kind: qualitative, degree: 60%, reason: …}"
    clauses: ClassVar[Mapping[tuple[str, str], Role]] = {("row", "out-of-range"): "reference"}
    key_rules = frozenset({"unknown-row"})
    key_values = frozenset({"row"})

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
            measure: str | None = None,
            strength: str | None = None,
            kind: Literal["qualitative"] = "qualitative",
        ) -> None: ...

    def share(self, indicator: Indicator) -> Share:
        """6.2.2: share = degree."""
        return self.degree.as_integer_ratio()

    def working(self, indicator: Indicator) -> Working:
        """6.2.2: points × degree."""
        return Working("qualitative", "{points} × {degree}", {"degree": self.degree})

    def found(self, indicator: Indicator, standard: Standard) -> Phrase:
        """7.1 (c): the degree."""
        if self.degree in (0, 1):
            return _say.phrase("found.full" if self.degree else "found.none")
        return _say.phrase("found.degree", degree=_percent(self.degree))

    def remedy(self, indicator: Indicator) -> Phrase:
        """7.1 (f): the difference to a degree of 1."""
        key = "remedy.raise_degree" if self.degree else "remedy.build_up"
        return _say.phrase(key, now=_percent(self.degree), missing=_percent(1 - self.degree), title=indicator.title)

    def violations(self, standard: Standard) -> Sequence[Violation]:
        """6.2.4, reading R11: the degree lies in the row of table 1 that the assessor chose."""
        row = self.row
        if row is None:
            return ()
        rows = standard.reference
        if row < len(rows) and rows[row].holds(self.degree):
            return ()
        context: dict[str, Any] = {"table": phrase("table", term=standard.wording["term"])}
        if row >= len(rows):
            return [Violation("unknown-row", ("row",), context | {"found": row, "allowed": f"0…{len(rows) - 1}"})]
        context |= {"found": self.degree, "row": row, "allowed": str(rows[row])}
        return [Violation("degree-outside-row", ("degree",), context)]

    def review_points(self, indicator: Indicator) -> Iterator[tuple[str, str]]:
        """6.2.2: a degree with so many digits that it looks calculated."""
        if is_long(self.degree):
            yield "long-number", "degree"

    @classmethod
    def add_rules(cls, schema: dict[str, Any], standard: Standard) -> None:
        """6.2.4: the row is one of table 1."""
        schema["properties"]["row"]["anyOf"][0]["maximum"] = len(standard.reference) - 1


def _percent(degree: Fraction) -> str:
    return f"{short(degree * 100, limit=Fraction(100))}%"


class Quantitative(Judged):
    """Quantitative (定量): an actual value against a limit (6.2.2, readings R5 and R6).

    A finding has one limit, or none if the standard itself sets it (5.1.2.2, reading R4). Actual value and limit have
    the same unit: if one of them is written with %, the other is a percentage too, or a number below 1.

    Fields:
        kind: The kind of the finding.
        actual: The actual value, 0 or more.
        at_least: The limit if more is better, above 0.
        at_most: The limit if less is better, 0 or more.

    >>> Quantitative(actual=30, at_most=24).at_most, Quantitative(actual="95%", at_least="0.98").actual
    (Fraction(24, 1), Percentage(19, 20))
    """

    columns = (
        FormColumn("actual", "实际值", 7, unit="measure"),
        FormColumn("at_least", "规定值（不低于）", 9.5, unit="measure", former=("不低于",)),
        FormColumn("at_most", "规定值（不高于）", 9.5, unit="measure", former=("不高于",)),
    )
    example = "{kind: quantitative, actual: 30, at_most: 24}"
    either: ClassVar[Mapping[str, tuple[str, ...]]] = {"missing-limit": ("at_least", "at_most")}
    key_rules = frozenset({"missing-limit", "two-limits"})
    shown_at: ClassVar[Mapping[str, str]] = {"missing-limit": "at_least", "two-limits": "at_most"}

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
            measure: str | None = None,
            strength: str | None = None,
            kind: Literal["quantitative"] = "quantitative",
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        """6.2.2: there is at most one limit, in the unit of the actual value."""
        name, limit, other = "at_least", self.at_least, self.at_most
        if limit is None:
            name, limit = "at_most", other
        elif other is not None:
            raise ViolationError(Violation("two-limits"))
        if limit is not None and (violation := measure_violation(self.actual, limit, name)):
            raise ViolationError(violation)
        return self

    def share(self, indicator: Indicator) -> Share:
        """6.2.2: the ratio achieved.

        - A lower limit (reading R5): share = min(1, actual ÷ limit).
        - An upper limit (reading R6): share = 1 if actual ≤ limit, else limit ÷ actual.
        """
        name, bound = limit_of(self, indicator)
        over, under = self.actual.as_integer_ratio()
        bound_over, bound_under = bound.as_integer_ratio()
        actual, limit = over * bound_under, bound_over * under  # over a common denominator
        if name == "at_least":
            return (actual, limit) if actual < limit else (1, 1)
        return (limit, actual) if actual > limit else (1, 1)

    def working(self, indicator: Indicator) -> Working:
        """6.2.2: the formula of :meth:`share` for the limit."""
        name, limit = limit_of(self, indicator)
        inputs = {"actual": self.actual, name: limit}
        if name == "at_least":
            return Working(name, "{points} × min(1, {actual} ÷ {at_least})", inputs, ("R5",))
        formula = "{points} × 1" if self.actual <= limit else "{points} × {at_most} ÷ {actual}"
        return Working(name, formula, inputs, ("R6",))

    def found(self, indicator: Indicator, standard: Standard) -> Phrase:
        """7.1 (c): the actual value and its limit."""
        name, limit = limit_of(self, indicator)
        actual, bound = self._shown(indicator, self.actual, limit)
        return _say.phrase("found.measured", actual=actual, sign=SIGNS[name], limit=bound)

    def remedy(self, indicator: Indicator) -> Phrase:
        """7.1 (f): the difference between the actual value and its limit."""
        name, limit = limit_of(self, indicator)
        actual, bound, distance = self._shown(indicator, self.actual, limit, abs(limit - self.actual))
        gap: str | Phrase = distance
        if distance.endswith("%"):
            gap = _say.phrase("remedy.percentage_points", points=distance.removesuffix("%"))
        key = "remedy.raise_value" if name == "at_least" else "remedy.lower_value"
        return _say.phrase(key, actual=actual, limit=bound, gap=gap, title=indicator.title)

    def _shown(self, indicator: Indicator, *values: Fraction) -> tuple[str, ...]:
        """Values in print: percentages if the finding is about a share, else plain numbers.

        It is about a share if a number was written with %. It is also one if the limit is below 1, or a lower limit of
        1, and if the limit is the standard's own or the actual value does not exceed it; zeros and ones alone may be
        anything. A value that differs from the limit is never printed as the limit (reading R3).
        """
        name, limit = limit_of(self, indicator)
        is_written = isinstance(self.actual, Percentage) or isinstance(limit, Percentage)
        is_share = (limit < 1 or (limit == 1 and name == "at_least")) and (indicator.has_limit or self.actual <= 1)
        if is_written or (is_share and {limit, self.actual} - {0, 1}):
            return tuple(f"{short(value * 100, limit=limit * 100)}%" for value in values)
        return tuple(short(value, limit=limit) for value in values)

    def full_mark(self, indicator: Indicator | None) -> Fraction:
        """Reading R3: the limit, if it is known."""
        limit = own_limit(self) or (None if indicator is None else own_limit(indicator))
        return Fraction(1) if limit is None else limit[1]

    def violations(self, standard: Standard) -> Sequence[Violation]:
        """6.2.2: there is a limit."""
        return [Violation("missing-limit")] if self.at_least is None and self.at_most is None else ()

    def own_limit_violations(self, indicator: Indicator) -> Iterator[Violation]:
        """6.2.2, reading R4: if the standard sets the limit, the finding has none, and the actual value has its unit.

        A proportion is at most 100 %.
        """
        own = own_limit(indicator)
        assert own is not None  # called only if the standard sets one
        name, limit = own
        for written in ("at_least", "at_most"):
            if getattr(self, written) is not None:
                context = {"indicator": indicator.id, "sign": SIGNS[name], "allowed": indicator.limit_text}
                yield Violation("limit-not-allowed", (written,), context, about_key=True)
        in_percent = indicator.proportion or None
        if violation := measure_violation(self.actual, limit, "actual", in_percent=in_percent):
            yield violation
        elif indicator.proportion and self.actual > 1:
            percent = f"{as_text(self.actual * 100)}%"
            yield Violation("out-of-range", ("actual",), {"found": percent, "allowed": phrase("range.proportion")})

    def review_points(self, indicator: Indicator) -> Iterator[tuple[str, str]]:
        """6.2.2, readings R5 and R6: an actual value and a limit that may not be what was meant."""
        actual, (name, limit) = self.actual, limit_of(self, indicator)
        is_percentage = isinstance(limit, Percentage) or isinstance(actual, Percentage)
        if actual != limit and are_near(actual, limit):
            yield "near-limit", "actual"
        if not indicator.has_limit:
            is_share = is_percentage or max(actual, limit) <= 1
            if is_share and (limit < HALF and limit < actual if name == "at_least" else limit > HALF):
                yield "limit-looks-swapped", name
        is_sure = indicator.proportion and is_percentage  # its unit and its limit are those of the standard
        if actual and limit and not is_sure and not 1 < FAR * actual / limit < FAR**2:
            yield "far-from-limit", "actual"
        elif min(actual, limit) < 1 < max(actual, limit) and actual and limit and not is_percentage:
            yield "unlike-sizes", "actual"
        if indicator.proportion and actual >= HALF and not is_percentage:
            yield "bare-proportion", "actual"

    @classmethod
    def add_rules(cls, schema: dict[str, Any], standard: Standard) -> None:
        """6.2.2: there is at most one limit."""
        names = ["at_least", "at_most"]
        schema["not"] = {"required": names, "properties": {name: {"not": {"type": "null"}} for name in names}}


def limit_of(finding: Quantitative, indicator: Indicator) -> Limit:
    """6.2.2: the limit of a finding, or the standard's own (reading R4)."""
    limit = own_limit(finding) or own_limit(indicator)
    assert limit is not None  # a finding without a limit is refused before
    return limit


def measure_violation(
    actual: Fraction, limit: Fraction, name: str, *, in_percent: bool | None = None
) -> Violation | None:
    """6.2.2, readings R5 and R6: the violation of an actual value and a limit in different units, or off by rounding.

    - Beside a percentage, a number without % is below 1: ``8`` beside ``10%`` may be 8 % or 800 %, ``1`` may be 1 % or
      100 %.
    - A float that comes from arithmetic is equal to the limit, or differs from it by more than 10⁻⁹.

    ``name`` is the key of the limit. ``in_percent`` is whether it is a percentage (None: as written).
    """
    if in_percent is None:
        if type(actual) is type(limit) is not CalculatedFloat:
            return None
        in_percent = type(limit) is Percentage
    if (type(actual) is Percentage) != in_percent:
        key, bare, other = ("actual", actual, limit) if in_percent else (name, limit, actual)
        over, under = bare.as_integer_ratio()
        if over >= under:  # 1 or more; comparing a Fraction with a number is slow
            return _unlike_units(key, bare, other)
    is_calculated = type(actual) is CalculatedFloat or type(limit) is CalculatedFloat
    if is_calculated and actual != limit and are_near(actual, limit):
        key, value = ("actual", actual) if type(actual) is CalculatedFloat else (name, limit)
        return calculated_float(value, (key,))
    return None


def _unlike_units(key: str, bare: Fraction, percentage: Fraction) -> Violation:
    """The violation of a number without % beside a percentage, with what was probably meant."""
    meant, other = (str(per_cent(number)) for number in (bare, bare * 100))
    if not meant.endswith("%"):
        remedy = phrase("unlike_units.fraction", found=bare, meant=meant)
    else:
        remedy = phrase("unlike_units.percent", meant=phrase("either", first=meant, last=other) if bare < 2 else meant)
    context = {"found": bare, "beside": f"{as_text(percentage * 100)}%", "remedy": remedy}
    return Violation("unlike-units", (key,), context)


def are_near(actual: Fraction, limit: Fraction) -> bool:
    """Whether a value is within 10⁻⁹ of a limit, or within 10⁻⁹ of its size for a limit above 1."""
    return abs(actual - limit) <= NEAR * max(limit, Fraction(1))


class Sampled(Judged):
    """Sampled (抽样): the nonconforming items in a sample (6.2.2, reading R7). All numbers are whole.

    The sample is large enough by its share of a population, or if it covers all service outlets.

    Fields:
        kind: The kind of the finding.
        population: The number of items from which the sample was drawn.
        outlets: The number of service outlets.
        outlets_covered: The number of outlets in the sample, at most ``outlets``, and at most ``sampled`` since each of
            them gave at least one item.
        sampled: The number of items in the sample, 1 to ``population``.
        nonconforming: The number of sampled items that do not conform, 0 to ``sampled``.

    >>> Sampled(population=120, sampled=80, nonconforming=4).nonconforming
    4
    """

    columns = (
        FormColumn("population", "总样本数", 7, unit="items", former=("总样本",)),
        FormColumn("sampled", "抽样数", 6, unit="items"),
        FormColumn("nonconforming", "不符合数", 7, unit="items"),
        FormColumn("outlets", "网点数", 6, unit="outlets"),
        FormColumn("outlets_covered", "覆盖网点数", 7, unit="outlets"),
    )
    example = "{kind: sampled, population: 120, sampled: 80, nonconforming: 4}"
    either: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "missing-population": ("population", "outlets", "outlets_covered")
    }
    key_rules = frozenset({"missing-population"})
    shown_at: ClassVar[Mapping[str, str]] = {"missing-population": "population", "sample-too-small": "sampled"}

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
            measure: str | None = None,
            strength: str | None = None,
            kind: Literal["sampled"] = "sampled",
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        """6.2.2: a part is not larger than its whole, and there is a whole."""
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
        elif population is None or outlets is not None or covered is not None:
            violations.append(Violation("missing-population"))
        if covered is not None and covered > sampled:
            violations.append(_excess("covered-exceeds-sampled", "outlets_covered", covered, sampled))
        if violations:
            raise ViolationError(*violations)
        return self

    def share(self, indicator: Indicator) -> Share:
        """6.2.2, reading R7: share = 1 - nonconforming ÷ sampled."""
        sampled = self.sampled
        return sampled - self.nonconforming, sampled

    def working(self, indicator: Indicator) -> Working:
        """6.2.2, reading R7: points × (1 − nonconforming ÷ sampled)."""
        inputs = {"sampled": Fraction(self.sampled), "nonconforming": Fraction(self.nonconforming)}
        return Working("sampled", "{points} × (1 − {nonconforming} ÷ {sampled})", inputs, ("R7",))

    def found(self, indicator: Indicator, standard: Standard) -> Phrase:
        """7.1 (c), reading R7: the sample, and what makes it large enough, with numbers."""
        population: str | Phrase = ""
        if self.population is not None:
            population = _say.phrase("found.of_population", population=self.population)
        outlets: str | Phrase = ""
        if self.outlets is not None:
            key = "found.all_outlets" if _is_everywhere(self) else "found.some_outlets"
            outlets = _say.phrase(key, covered=self.outlets_covered, outlets=self.outlets)
        enough = [_say.phrase(f"found.{key}", numbers=numbers) for key, numbers in self.notes(standard).items()]
        counts = {"sampled": self.sampled, "nonconforming": self.nonconforming}
        return _say.phrase("found.sample", population=population, outlets=outlets, enough=enough, **counts)

    def remedy(self, indicator: Indicator) -> Phrase:
        """7.1 (f): the items that do not conform."""
        counts = {"sampled": self.sampled, "nonconforming": self.nonconforming}
        return _say.phrase("remedy.put_right", title=indicator.title, **counts)

    def violations(self, standard: Standard) -> Sequence[Violation]:
        """6.2.2, reading R7: the sample is large enough, or covers every outlet."""
        if _is_large(self, standard.sample_share) or _is_everywhere(self):
            return ()
        return [self._sample_violation(standard.sample_share)]

    def notes(self, standard: Standard) -> dict[str, str]:
        """6.2.2, reading R7: what makes the sample large enough, with numbers; empty if nothing does.

        ``sample_of_population``: sampled ≥ share × population. ``sample_of_outlets``: all outlets are covered. One of
        them is enough.
        """
        notes, share = {}, standard.sample_share
        if _is_large(self, share):
            notes["sample_of_population"] = f"{self.sampled} ÷ {self.population} ≥ {as_text(share)}"
        if _is_everywhere(self):
            notes["sample_of_outlets"] = f"{self.outlets_covered} ÷ {self.outlets}"
        return notes

    def _sample_violation(self, share: Fraction) -> Violation:
        """6.2.2, reading R7: the violation of a small sample, with the smallest size that is enough."""
        of: Phrase | str = ""
        covered: Phrase | str = ""
        outlets = phrase("sample.outlets")
        if self.outlets is not None:
            covered = phrase("sample.covered", covered=self.outlets_covered, outlets=self.outlets)
            outlets = phrase("sample.counted_outlets", count=self.outlets)
        needed = phrase("sample.cover", outlets=outlets)
        if self.population is not None:
            of = phrase("sample.of", population=self.population)
            least = ceil(share * self.population)
            needed = phrase("sample.least", least=least, share=as_text(share), outlets=outlets)
        context = {"sampled": self.sampled, "of": of, "covered": covered, "needed": needed}
        return Violation("sample-too-small", context=context)

    def review_points(self, indicator: Indicator) -> Iterator[tuple[str, str]]:
        """6.2.2, reading R7: a sample whose majority does not conform, or that covers no outlet."""
        if self.nonconforming > self.sampled * HALF:
            yield "most-nonconforming", "nonconforming"
        if self.outlets_covered == 0:
            yield "no-outlet-covered", "outlets_covered"

    @classmethod
    def add_rules(cls, schema: dict[str, Any], standard: Standard) -> None:
        """6.2.2, reading R7: there is a population, or there are outlets with the number that is covered."""
        schema["anyOf"] = [{"required": ["population"]}, {"required": ["outlets", "outlets_covered"]}]
        schema["dependentRequired"] = {"outlets": ["outlets_covered"], "outlets_covered": ["outlets"]}


def _is_large(finding: Sampled, share: Fraction) -> bool:
    """6.2.2, reading R7: sampled ≥ share × population."""
    population = finding.population
    if population is None:
        return False
    over, under = share.as_integer_ratio()
    return under * finding.sampled >= over * population


def _is_everywhere(finding: Sampled) -> bool:
    """6.2.2, reading R7: every outlet is covered."""
    return finding.outlets is not None and finding.outlets_covered == finding.outlets


def _excess(code: str, part: str, found: int, allowed: int) -> Violation:
    return Violation(code, (part,), {"found": found, "allowed": allowed})


class NotApplicable(_Finding):
    """Deleted (删减, 不适用): excluded from the score (6.2.3).

    Fields:
        kind: The kind of the finding.
        reason: Why the indicator or group does not apply (6.1.4).
        confirmed_by: The members of the team who confirmed the deletion (6.2.3).

    >>> NotApplicable(reason="不销售需回收的商品", confirmed_by=["张明"]).confirmed_by
    ('张明',)
    """

    columns = (FormColumn("confirmed_by", "确认人", 10),)
    example = "{kind: not_applicable, reason: …, confirmed_by: [张明]}"
    clauses: ClassVar[Mapping[tuple[str, str], Role]] = {
        **{("reason", code): "applicability" for code in ABSENT},
        **{("confirmed_by", code): "deletion" for code in ABSENT},
    }

    kind: Literal["not_applicable"] = "not_applicable"
    reason: Text
    confirmed_by: Annotated[tuple[Text, ...], Field(min_length=1), Counted, ReadOnce]

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            reason: str,
            confirmed_by: Sequence[str],
            evidence: Sequence[Evidence | Mapping[str, Any]] = (),
            kind: Literal["not_applicable"] = "not_applicable",
        ) -> None: ...

    def working(self, indicator: Indicator) -> Working:
        """6.2.3, reading R8: neither earned nor applicable."""
        return Working("deleted", "", {}, ("R8",), "deletion")

    def notes(self, standard: Standard) -> dict[str, str]:
        """6.2.3: the people who confirmed the deletion."""
        return {"confirmed_by": ", ".join(self.confirmed_by)}


Finding = Annotated[Qualitative | Quantitative | Sampled | NotApplicable, Field(discriminator="kind")]
"""The finding of the team for an indicator."""

KINDS: Mapping[str, type[Judged] | type[NotApplicable]] = {
    kind.model_fields["kind"].default: kind for kind in get_args(get_args(Finding)[0])
}
"""The kinds of finding by their words in files, in the order of :data:`Finding`."""

SHORTHANDS = {
    "full": Qualitative.model_construct(degree=Fraction(1)),
    "none": Qualitative.model_construct(degree=Fraction(0)),
}
"""The words for a finding in a file."""


class _Methods(dict[type, Any]):
    """A method by the class of a finding, None if the class has none. Looking it up in a model is many times slower."""

    def __init__(self, name: str):
        self.name = name

    def __missing__(self, kind: type) -> Any:
        self[kind] = method = getattr(kind, self.name, None)
        return method


SHARES = _Methods("share")
RULES = _Methods("violations")
