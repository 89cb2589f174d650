"""Rectification (整改, 6.3.2, 7.2.2): what has to be put right, by when and by whom, and what came of it (reading R19).

It changes no score. A passed audit or a new application refers to it.
"""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from aftersales.evaluation.fingerprint import Fingerprint
from aftersales.evaluation.parties import EvaluatingBody, Subject
from aftersales.evaluation.rules import unknown_indicator
from aftersales.files.fields import Bounded, Day, Model, ResultScore, Text, read_day
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.standard import Standard

__all__ = ["Rectification", "RectificationItem", "RectificationResult"]


class RectificationResult(Model):
    """What was done about an item, as verified.

    Fields:
        done: What was done.
        on: The day of the verification.
        by: The person that verified it.
    """

    done: Text
    on: Day
    by: Text


class RectificationItem(Model):
    """One thing to put right.

    Fields:
        indicator: The id of the indicator.
        problem: What was found.
        requirement: What is required.
        due: The last day for it.
        responsible: Who is responsible for it; None in a draft, until the organisation names the person.
        result: The result; None while it is open.
    """

    indicator: Text
    problem: Text | None = None
    requirement: Text
    due: Day
    responsible: Text | None = None
    result: RectificationResult | None = None


class Rectification(Model):
    """What an organisation has to put right within a term, item by item (reading R19).

    ``on`` and ``items`` make it up; the other fields are what the notice (整改通知书) says about its origin.

    Fields:
        number: The number of the notice.
        on: The day on which it was required.
        occasion: Whether an evaluation (6.3.2) or a surveillance audit (7.2.2) requires it.
        standard: The id of the standard.
        edition: The edition of the standard.
        body: The evaluating body, which requires it.
        subject: The organisation that has to put things right.
        final_score: The final score of the evaluation that it comes from, 0 to 100, exact.
        result: The fingerprint of that evaluation.
        items: The items.

    >>> item = {"indicator": "5.4.3.2", "requirement": "24 小时内响应", "due": "2027-04-30", "responsible": "李静"}
    >>> result = {"done": "增设夜间值班", "on": "2027-04-20", "by": "张明"}
    >>> rectification = Rectification(on="2027-03-01", items=[item, item | {"result": result}])
    >>> len(rectification.open_on("2027-04-19")), len(rectification.open_on("2027-04-20"))
    (2, 1)
    """

    number: Text | None = None
    on: Day
    occasion: Literal["evaluation", "surveillance"] | None = None
    standard: Text | None = None
    edition: Day | None = None
    body: EvaluatingBody | None = None
    subject: Subject | None = None
    final_score: ResultScore | None = None
    result: Fingerprint | None = None
    items: Annotated[tuple[RectificationItem, ...], Field(min_length=1), Bounded]

    def open_on(self, day: datetime.date | str) -> tuple[RectificationItem, ...]:
        """The items without a result by that day."""
        until = read_day(day)
        return tuple(item for item in self.items if item.result is None or item.result.on > until)

    def overdue_on(self, day: datetime.date | str) -> tuple[RectificationItem, ...]:
        """The items without a result by that day whose last day has passed."""
        until = read_day(day)
        return tuple(item for item in self.open_on(until) if item.due < until)

    @model_validator(mode="after")
    def _check(self) -> Self:
        wrong = []
        for position, item in enumerate(self.items):
            days = [(("due",), item.due)] + ([(("result", "on"), item.result.on)] if item.result else [])
            for path, day in days:
                if day < self.on:
                    context = {"found": day, "allowed": self.on}
                    wrong.append(Violation("rectification-too-early", ("items", position, *path), context))
        if wrong:
            raise ViolationError(*wrong)
        return self


def rectification_violations(
    rectification: Rectification, standard: Standard | None, *, complete: bool = True
) -> Iterator[Violation]:
    """R19: the items are about the standard; if ``complete``, each names who is responsible for it.

    Without a ``standard``, the ids of the indicators are not checked.
    """
    if standard is not None and _is_of_another(rectification, standard):
        found = f"{rectification.standard} {rectification.edition or ''}".strip()
        context = {"found": found, "allowed": f"{standard.id} {standard.edition}"}
        yield Violation("standard-mismatch", ("standard",), context)
        return
    for position, item in enumerate(rectification.items):
        if standard is not None and item.indicator not in standard:
            path = ("items", position, "indicator")
            yield replace(unknown_indicator(item.indicator, standard), path=path, about_key=False)
        if complete and item.responsible is None:
            yield Violation("missing-key", ("items", position, "responsible"), {"key": "responsible"})


def _is_of_another(rectification: Rectification, standard: Standard) -> bool:
    if rectification.standard is None:
        return False
    named = rectification.standard, rectification.edition or standard.edition
    return named != (standard.id, standard.edition)
