"""An evaluation: the findings of a team, with subject, team and period.

The findings are in :mod:`aftersales.evaluation.findings`, the rules that depend on the standard in
:mod:`aftersales.evaluation.rules`.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import core_schema

from aftersales.evaluation.findings import KINDS, SHORTHANDS, Finding
from aftersales.evaluation.parties import Assessor, EvaluatingBody, Subject
from aftersales.evaluation.statements import Narrative, SignOff
from aftersales.files.fields import (
    Bounded,
    Day,
    Finite,
    Frozen,
    Model,
    NoneIsEmpty,
    ReadOnce,
    Text,
    finite,
    finite_entries,
    read_once,
    refuse_excess,
)
from aftersales.files.format_versions import in_present_format
from aftersales.files.parsed_file import excess_of
from aftersales.files.source import MAX_VALUES, UNPRINTABLE
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector
from aftersales.problems.errors import EvaluationError
from aftersales.problems.violations import Violation, ViolationError, shown
from aftersales.standard.standard import Standard, named_standard
from aftersales.text.display import OneLineRepr

__all__ = ["Evaluation", "Period"]

_FINDINGS = {*KINDS.values(), type(None)}
_LISTS = {list, tuple}
MANY_FINDINGS = 200  # with fewer, the bound of each of their lists is enough


def _write_out(findings: Any, info: ValidationInfo) -> Any:
    """The findings with shorthands expanded. Other values are refused later, at their places."""
    if not isinstance(findings, Mapping):
        return findings
    if type(findings) is not dict:
        finite(findings)
    _ensure_text_keys(findings)
    written = dict(findings)
    entries: list[Any] = []  # of evidence, of all findings
    for key, value in findings.items():
        if type(value) is dict:
            kind = value.get("kind")
            if type(kind) is not str and kind is not None:
                # pydantic prints a kind that it refuses, and the value may be anything, such as an endless list.
                written[key] = value = {**value, "kind": shown(kind)}
            if "evidence" in value:
                written[key] = _with_finite_evidence(value, key, info, entries)
        elif isinstance(value, str):
            written[key] = SHORTHANDS.get(value, value)
        elif type(value) not in _FINDINGS:
            finite(value)
    finite_entries(entries)
    if len(written) > MANY_FINDINGS and excess_of(findings):
        raise ViolationError(_too_many())
    return written


def _ensure_text_keys(findings: Mapping[Any, Any]) -> None:
    """Refuse keys that no file can hold. Other keys that are not text are refused later, at their places."""
    try:
        "".join(findings).encode()
    except UnicodeError:  # a lone surrogate
        wrong = (key for key in findings if UNPRINTABLE.search(key))
        raise ViolationError(*(Violation("key-not-text", (key,)) for key in wrong)) from None
    except TypeError:
        if any(isinstance(key, bytes) for key in findings):
            # pydantic makes a text of bytes, and that text may be another key already.
            raise ViolationError(Violation("key-not-text")) from None


def _with_finite_evidence(
    finding: dict[str, Any], key: str, info: ValidationInfo, entries: list[Any]
) -> dict[str, Any]:
    """A finding whose evidence can be read again. Its pieces are added to ``entries``, those of all findings."""
    evidence = finding["evidence"]
    if type(evidence) is not list:
        evidence = read_once(evidence, info, key, "evidence")
        finding = {**finding, "evidence": evidence}
    if type(evidence) in _LISTS:  # others are refused later
        entries += evidence
        if len(entries) > MAX_VALUES:
            raise ViolationError(_too_many())
    return finding


def _too_many() -> Violation:
    return Violation("too-many-values", context={"allowed": MAX_VALUES})


class _SchemaWithShorthands:
    """The JSON Schema of findings, with the shorthands where they are read. They are written in full."""

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        found = handler(schema)
        if handler.mode == "validation":
            found["additionalProperties"]["anyOf"].insert(0, {"enum": list(SHORTHANDS)})
        return found


class Period(Model):
    """The days of the evaluation (7.1).

    Fields:
        start: The first day.
        end: The last day.
    """

    start: Day
    end: Day

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            start: datetime.date | str,
            end: datetime.date | str,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end < self.start:
            raise ViolationError(Violation("period-reversed", ("end",), {"found": self.end, "start": self.start}))
        return self


MAX_NAME = 50  # a line shows the start of a longer name


def of_organisation(evaluation: "Evaluation") -> str:
    """The organisation of an evaluation for a line of a console: `` of 某公司``, or ""."""
    name = evaluation.subject.organisation if evaluation.subject else None
    return f" of {name if len(name) <= MAX_NAME else name[:MAX_NAME] + '…'}" if name else ""


class Evaluation(OneLineRepr, Model):
    """The findings of an evaluation by a standard, and the facts that its papers need.

    Raises pydantic's ValidationError for an invalid part. :func:`~aftersales.score` and
    :func:`~aftersales.load_evaluation` check whether the findings are allowed by the standard.

    Fields:
        standard: The id of the standard.
        edition: The edition; None: the newest bundled one. The evaluation of a scorecard always names it (reading R22).
        type: Whether a third party evaluates, or the organisation itself (clause 1, R15). The score is the same.
        body: The evaluating body (reading R18).
        subject: The evaluated organisation.
        team: The assessors.
        period: The days of the evaluation.
        basis: What the evaluation is based on besides the standard (评价依据), such as laws and the contract.
        findings: The findings by id: of indicators, or the deletion of a category or subcategory. None is an indicator
            without a finding yet.
        narrative: Texts of the assessors for the report.
        sign_off: Who signs the report.

    >>> from aftersales import Quantitative
    >>> evaluation = Evaluation(
    ...     standard="CTS XBHT-S04-2025",
    ...     findings={"5.1.1.1": "full", "5.1.2.2": Quantitative(actual="8%")},
    ... )
    >>> evaluation.findings["5.1.1.1"].degree
    Fraction(1, 1)
    """

    file_kind = "evaluation"
    bounds_itself = True
    __slots__ = ("_sound_by",)  # not part of equality, hashes and pickles

    standard: Text
    edition: Day | None = None
    type: Literal["third_party", "self"] | None = None
    body: Annotated[EvaluatingBody | None, Finite] = None
    subject: Annotated[Subject | None, Finite] = None
    team: Annotated[tuple[Assessor, ...], Bounded, NoneIsEmpty, ReadOnce] = ()
    period: Annotated[Period | None, Finite] = None
    basis: Annotated[tuple[Text, ...], Bounded, NoneIsEmpty, ReadOnce] = ()
    findings: Annotated[Frozen[str, Finding | None], BeforeValidator(_write_out), _SchemaWithShorthands()]
    narrative: Annotated[Narrative | None, Finite] = None
    sign_off: Annotated[SignOff | None, Finite] = None

    @model_validator(mode="wrap")
    @classmethod
    def _check_size(cls, data: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Refuse data that are too deep or too large as such. Valid data are within the bounds of their parts."""
        if type(data) is dict:
            data = in_present_format("evaluation", data)
        elif isinstance(data, Mapping):
            refuse_excess(cls, data)  # its entries may be endless
        try:
            return validate(data)
        except ValidationError:
            refuse_excess(cls, data)
            raise

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            standard: str,
            findings: Mapping[str, Finding | Literal["full", "none"] | Mapping[str, Any] | None],
            edition: datetime.date | str | None = None,
            type: Literal["third_party", "self"] | None = None,
            body: EvaluatingBody | Mapping[str, Any] | None = None,
            subject: Subject | Mapping[str, Any] | None = None,
            team: Sequence[Assessor | Mapping[str, Any]] = (),
            period: Period | Mapping[str, Any] | None = None,
            basis: Sequence[str] = (),
            narrative: Narrative | Mapping[str, Any] | None = None,
            sign_off: SignOff | Mapping[str, Any] | None = None,
        ) -> None: ...

    @classmethod
    def from_rows(cls, rows: Any, *, standard: str, columns: Iterable[str] | None = None, **facts: Any) -> "Evaluation":
        """The evaluation with a finding a row: of a data frame, a cursor, ``csv.DictReader`` or dictionaries.

        The columns are ``indicator`` and the keys of a finding: ``kind`` (also ``full`` and ``none``), ``degree``,
        ``row``, ``actual``, ``at_least``, ``at_most``, ``population``, ``outlets``, ``outlets_covered``, ``sampled``,
        ``nonconforming``, ``reason``, ``measure``, ``strength``, and ``confirmed_by``: a list of names, or a text with
        ``、``, commas, semicolons or line breaks between them. An empty cell (None, NaN, NaT, ``""``) is absent.
        ``columns`` names the cells of rows that are plain sequences, and ``facts`` are the other fields, such as
        ``subject`` and ``team``. The table of :meth:`to_table` is read, too, without the evidence that it counts.

        Raises :class:`~aftersales.EvaluationError` with everything that is wrong with the form. The ``line`` and
        ``column`` of a problem are the row and the column, from 1. :func:`~aftersales.score` checks the findings by the
        standard.

        >>> rows = [
        ...     {"indicator": "5.1.1.1", "kind": "full", "degree": None},
        ...     {"indicator": "5.1.1.2", "kind": "qualitative", "degree": 0.6, "reason": "两家门店未设置服务标志"},
        ... ]
        >>> Evaluation.from_rows(rows, standard="CTS XBHT-S04-2025")["5.1.1.2"].degree
        Fraction(3, 5)
        """
        from aftersales.evaluation.rows import read_rows  # imported here: scoring a file does not need it
        from aftersales.files.pydantic_errors import violations_of

        if "findings" in facts:
            raise TypeError("the rows are the findings: from_rows() takes no findings=")
        document = read_rows(rows, columns, {"standard": standard, **facts})
        violations: list[Violation] = []
        if document.readable:
            try:
                evaluation = cls.model_validate(document.data)
            except ValidationError as error:
                violations = violations_of(error, document.data, cls)
        if problems := document.problems(violations):
            raise EvaluationError(problems)
        return evaluation

    def __getitem__(self, node_id: str) -> Finding:
        """The finding of an indicator or group: its own, or the deletion of a group that contains it.

        Raises KeyError if there is none yet.

        >>> from aftersales import load_example
        >>> load_example("home-appliance-chain")["5.1.1.1"].kind
        'qualitative'
        """
        key = node_id
        while key:
            if (found := self.findings.get(key)) is not None and (key == node_id or found.kind == "not_applicable"):
                return found
            key = key.rpartition(".")[0]
        raise KeyError(node_id)

    def __contains__(self, node_id: object) -> bool:
        """Whether an indicator or group has a finding, as :meth:`__getitem__` returns it."""
        try:
            return isinstance(node_id, str) and self[node_id] is not None
        except KeyError:
            return False

    def with_findings(
        self, findings: Mapping[str, Finding | Literal["full", "none"] | Mapping[str, Any] | None]
    ) -> "Evaluation":
        """The evaluation with these findings, new or in place of others. None leaves an indicator open.

        Raises pydantic's ValidationError for a finding that is invalid.

        >>> from aftersales import load_example, score
        >>> evaluation = load_example("home-appliance-chain")
        >>> score(evaluation.with_findings({"5.1.3.1": "none"})).stars, score(evaluation).stars
        (4, 4)
        """
        ensure_kind("findings", findings, Mapping)
        return self.model_copy(update={"findings": {**self.findings, **findings}})

    def without(self, *node_ids: str) -> "Evaluation":
        """The evaluation without the findings of these ids. Raises KeyError for an id without a finding of its own.

        >>> from aftersales import load_example
        >>> load_example("home-appliance-chain").without("5.1.1.1").missing()
        ('5.1.1.1',)
        """
        left = dict(self.findings)
        for key in node_ids:
            ensure_kind("an id", key, str)
            del left[key]
        return self.model_copy(update={"findings": left})

    def missing(self, standard: Standard | None = None) -> tuple[str, ...]:
        """The ids of the indicators without a finding and without a deletion of their group (6.1.2, reading R9).

        ``standard`` defaults to the bundled one that the evaluation names. Raises :class:`~aftersales.EvaluationError`
        if no such standard is bundled.
        """
        with Collector(EvaluationError):
            standard = standard or named_standard(self.standard, self.edition)
        ensure_kind("standard", standard, Standard)
        spans = standard.layout.spans
        found = (spans.get(key, ()) for key, finding in self.findings.items() if finding is not None)
        judged = {position for span in found for position in span}
        return tuple(key for key, position in standard.layout.positions.items() if position not in judged)

    def to_table(self) -> Any:
        """The findings as an Arrow table, with a row for each entry of ``findings``. Requires the extra ``batch``.

        The columns are ``id``, ``parent`` and ``kind``, which is null for an indicator without a finding; a column for
        each value of a kind, such as ``degree`` and ``sampled``, null in the others; ``reason``, ``measure`` and
        ``strength``; and ``pieces_of_evidence``, their number. Numbers that need not be whole have a column
        ``…_exact``. :meth:`from_rows` reads the table.

        Raises :class:`~aftersales.MissingExtra` if pyarrow is not installed, and :class:`~aftersales.EvaluationError`
        for a count above 2⁶³ - 1 (``out-of-range``).

        >>> from aftersales import load_example
        >>> table = load_example("home-appliance-chain").to_table()
        >>> table.select(["id", "kind", "actual", "actual_exact", "sampled"]).to_pylist()[6]
        {'id': '5.1.2.2', 'kind': 'quantitative', 'actual': 0.08, 'actual_exact': '0.08', 'sampled': None}
        """
        from aftersales.evaluation.finding_table import finding_table  # imported here to keep scoring fast

        return finding_table(self.findings)

    def with_edition(self, edition: datetime.date) -> "Evaluation":
        """The evaluation with that edition, unless it names one (6.2.1, reading R22)."""
        if self.edition is not None:
            return self
        named = BaseModel.model_copy(self, update={"edition": edition})
        if standard := sound_by(self):
            note_sound(named, standard)
        return named

    def _line(self) -> str:
        judged = sum(finding is not None for finding in self.findings.values())
        return f"<Evaluation{of_organisation(self)} by {self.standard}: {judged} findings>"


def sound_by(evaluation: Evaluation) -> Standard | None:
    """The standard by whose rules the findings were last found valid; None if they were not checked."""
    try:
        standard: Standard = object.__getattribute__(evaluation, "_sound_by")
    except AttributeError:
        return None
    return standard


def note_sound(evaluation: Evaluation, standard: Standard) -> None:
    """Record that the findings are valid by the rules of that standard. Both are frozen, so this stays true."""
    object.__setattr__(evaluation, "_sound_by", standard)
