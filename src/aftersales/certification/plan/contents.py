"""The contents of an evaluation plan (6.1.2), as far as they follow from the file of the plan alone."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from aftersales.evaluation.evaluation import Evaluation, Period
from aftersales.evaluation.parties import Assessor, EvaluatingBody, Subject
from aftersales.files.fields import Bounded, Day, Frozen, Model, NoneIsEmpty, Text, WholeModel
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.standard import Standard
from aftersales.text.normalize import plain_name

__all__ = ["Activity", "Inapplicable"]


class Activity(Model):
    """An entry of the schedule (6.1.2, 6.1.3).

    Fields:
        start: The first day.
        end: The last day.
        review: Whether documents are reviewed, or the review is on site.
        methods: The methods of a review on site.
        what: The subject of the review.
        where: The place of the review.
        assessors: The names of the assessors.
    """

    start: Day
    end: Day
    review: Literal["documents", "on_site"]
    methods: Annotated[tuple[Literal["interview", "observation", "customer"], ...], Bounded, NoneIsEmpty] = ()
    what: Text | None = None
    where: Text | None = None
    assessors: Annotated[tuple[Text, ...], Field(min_length=1), Bounded]

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            start: datetime.date | str,
            end: datetime.date | str,
            review: Literal["documents", "on_site"],
            methods: Sequence[Literal["interview", "observation", "customer"]] = (),
            what: str | None = None,
            where: str | None = None,
            assessors: Sequence[str],
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end < self.start:
            raise ViolationError(
                Violation("period-reversed", ("end",), {"found": self.end, "start": self.start}, clause="plan")
            )
        return self


class Inapplicable(Model):
    """An indicator or group that probably does not apply, by the features of the product category (6.1.4).

    The plan still covers it, and the team decides on the deletion (6.2.3).

    Fields:
        id: The id of the indicator, subcategory or category.
        reason: Why it probably does not apply.
    """

    id: Text
    reason: Text


class PlanContents(WholeModel):
    """The contents of an evaluation plan. An id stands in ``inapplicable`` once, with one reason.

    Fields:
        standard: The id of the standard.
        edition: The edition of the standard; default: the newest bundled one.
        number: The number of the plan.
        on: The day of the plan.
        type: Whether a third party evaluates, or the organisation itself.
        body: The evaluating body, which a third party's plan names with its approval number (6.1.1, reading R18).
        subject: The organisation and the scope.
        purpose: The purpose of the evaluation.
        basis: The documents on which the evaluation is based, one of which is the standard.
        team: The assessors.
        schedule: The reviews.
        assignments: The ids of indicators, subcategories and categories that each assessor evaluates, by name.
        inapplicable: What probably does not apply to the product category (6.1.4).
        provisions: What the organisation provides for the evaluation, such as records, rooms and contacts.
    """

    standard: Text
    edition: Day | None = None
    number: Text | None = None
    on: Day | None = None
    type: Literal["third_party", "self"] | None = None
    body: EvaluatingBody | None = None
    subject: Subject | None = None
    purpose: Text | None = None
    basis: Annotated[tuple[Text, ...], Bounded, NoneIsEmpty] = ()
    team: Annotated[tuple[Assessor, ...], Bounded, NoneIsEmpty] = ()
    schedule: Annotated[tuple[Activity, ...], Bounded, NoneIsEmpty] = ()
    assignments: Frozen[Text, Annotated[tuple[Text, ...], Bounded, NoneIsEmpty]] = Field(
        default_factory=dict, validate_default=True
    )
    inapplicable: Annotated[tuple[Inapplicable, ...], Bounded, NoneIsEmpty] = ()
    provisions: Annotated[tuple[Text, ...], Bounded, NoneIsEmpty] = ()

    @model_validator(mode="after")
    def _check_inapplicable(self) -> Self:
        seen: set[str] = set()
        wrong: list[Violation] = []
        for place, entry in enumerate(self.inapplicable):
            if entry.id in seen:
                path = ("inapplicable", place, "id")
                wrong.append(Violation("duplicate-id", path, {"found": entry.id}, clause="applicability"))
            seen.add(entry.id)
        if wrong:
            raise ViolationError(*wrong)
        return self

    @property
    def period(self) -> Period | None:
        """The first and the last day of the schedule; None without a schedule."""
        if not self.schedule:
            return None
        return Period(
            start=min(activity.start for activity in self.schedule), end=max(activity.end for activity in self.schedule)
        )

    def assessors_of(self, node_id: str) -> tuple[str, ...]:
        """The assessors of an indicator or group: those to whom it, or a group that contains it, is assigned."""
        return tuple(
            name for name, ids in self.assignments.items() if any(f"{node_id}.".startswith(f"{key}.") for key in ids)
        )

    def assessors(self, standard: Standard) -> dict[str, tuple[str, ...]]:
        """The assessors of each indicator of a standard, by id."""
        return {indicator.id: self.assessors_of(indicator.id) for indicator in standard.indicators}

    def evaluation(self) -> Evaluation:
        """The evaluation that the plan prepares: its head, without findings.

        Its basis is that of the plan less the standard, which an evaluation names by itself.
        """
        return Evaluation(
            standard=self.standard,
            edition=self.edition,
            type=self.type,
            body=self.body,
            subject=self.subject,
            team=self.team,
            period=self.period,
            basis=[basis for basis in self.basis if not is_standard(basis, self.standard)],
            findings={},
        )


def is_standard(basis: str, standard_id: str) -> bool:
    """Whether a document of the basis is the standard."""
    return plain_name(standard_id) in plain_name(basis)
