"""An evaluation: what the team found for each indicator.

The findings are those of :mod:`aftersales.evaluation.findings`. What depends on the standard is asked in
:mod:`aftersales.evaluation.rules`.
"""

import datetime
from collections.abc import Mapping, Sequence, Sized
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ValidationError, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from aftersales.evaluation.findings import SHORTHANDS, Finding
from aftersales.files.fields import Bounded, Day, Frozen, Model, NoneIsEmpty, Text, refuse_excess
from aftersales.files.parsed_file import excess_of
from aftersales.files.source import MAX_VALUES, UNPRINTABLE
from aftersales.problems.violations import Violation, ViolationError, shown
from aftersales.standard.standard import Standard
from aftersales.text.display import OneLineRepr

__all__ = ["Assessor", "Evaluation", "Period", "Subject"]

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
        if any(isinstance(key, bytes) for key in findings):
            # pydantic makes a text of bytes, and that text may be another key already.
            raise ViolationError(Violation("key-not-text", about_key=True)) from None
    written, evidence = dict(findings), []
    for key, value in findings.items():
        if type(value) is dict:
            kind = value.get("kind")
            if type(kind) is not str and kind is not None:
                # pydantic prints a kind that it refuses, and any value may stand there, such as a list without an end.
                written[key] = {**value, "kind": shown(kind)}
            if "evidence" in value:
                evidence.append(value["evidence"])
        elif type(value) is str:
            written[key] = SHORTHANDS.get(value, value)
    try:
        count = sum(map(len, evidence))
    except TypeError:  # something that is no list
        count = sum(len(entries) for entries in evidence if isinstance(entries, Sized))
    if count > MAX_VALUES or (len(findings) > MANY_FINDINGS and excess_of(findings)):
        raise ViolationError(Violation("too-many-values", context={"allowed": MAX_VALUES}))
    return written


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

    >>> from aftersales import Quantitative
    >>> evaluation = Evaluation(
    ...     standard="CTS XBHT-S04-2025",
    ...     findings={"5.1.1.1": "full", "5.1.2.2": Quantitative(actual="8%")},
    ... )
    >>> evaluation.findings["5.1.1.1"].degree
    Fraction(1, 1)
    """

    __slots__ = ("_sound_by",)  # which equality, hashing and pickles do not know

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
            subject: Subject | Mapping[str, Any] | None = None,
            team: Sequence[Assessor | Mapping[str, Any]] = (),
            period: Period | Mapping[str, Any] | None = None,
        ) -> None: ...

    def with_edition(self, edition: datetime.date) -> "Evaluation":
        """The evaluation with the edition that judges it, where it names none (6.2.1, reading R22)."""
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
    """The standard whose rules the findings were checked against last and kept; None where they were not checked yet."""
    try:
        standard: Standard = object.__getattribute__(evaluation, "_sound_by")
    except AttributeError:
        return None
    return standard


def note_sound(evaluation: Evaluation, standard: Standard) -> None:
    """Notes that the findings keep the rules of that standard. Both are frozen, so it stays so."""
    object.__setattr__(evaluation, "_sound_by", standard)
