"""Rectification (整改, 6.3.2, 7.2.2): what has to be put right, by when and by whom, and what came of it (reading R19).

It changes no score. A passed audit or a new application refers to it.
"""

import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from aftersales.files.fields import Bounded, Day, Model, Text, read_day
from aftersales.problems.violations import Violation, ViolationError

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
        requirement: What is required.
        due: The last day for it.
        responsible: Who is responsible for it.
        result: The result; None while it is open.
    """

    indicator: Text
    requirement: Text
    due: Day
    responsible: Text
    result: RectificationResult | None = None


class Rectification(Model):
    """What an organisation has to put right within a term, item by item (reading R19).

    Fields:
        on: The day on which it was required.
        items: The items.

    >>> item = {"indicator": "5.4.3.2", "requirement": "24 小时内响应", "due": "2027-04-30", "responsible": "李静"}
    >>> result = {"done": "增设夜间值班", "on": "2027-04-20", "by": "张明"}
    >>> rectification = Rectification(on="2027-03-01", items=[item, item | {"result": result}])
    >>> len(rectification.open_on("2027-04-19")), len(rectification.open_on("2027-04-20"))
    (2, 1)
    """

    on: Day
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
