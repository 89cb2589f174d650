"""The contents of a rectification (6.3.2, 7.2.2, reading R19), and what follows from them alone."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.fingerprint import Fingerprint
from aftersales.evaluation.parties import EvaluatingBody, Subject
from aftersales.evaluation.rules import standard_mismatch, unknown_indicator
from aftersales.files.fields import Bounded, Day, Model, ResultScore, Text, read_day
from aftersales.problems.clauses import Role
from aftersales.problems.errors import Path
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, ViolationError, shown
from aftersales.standard.standard import Standard, named_standard

__all__ = ["RectificationItem", "RectificationResult"]

MAX_SHOWN_ITEMS = 30  # a message lists the first items of more


class RectificationResult(Model):
    """The verified result of an item.

    Fields:
        done: What was done.
        on: The day of the verification.
        by: The person that verified it.
    """

    done: Text
    on: Day
    by: Text

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            done: str,
            on: datetime.date | str,
            by: str,
        ) -> None: ...


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

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            indicator: str,
            problem: str | None = None,
            requirement: str,
            due: datetime.date | str,
            responsible: str | None = None,
            result: RectificationResult | Mapping[str, Any] | None = None,
        ) -> None: ...

    def state_on(self, day: datetime.date | str) -> Literal["done", "open", "overdue"]:
        """The state of the item on a day: done by its result, open, or overdue if its last day has passed."""
        until = read_day(day)
        if self.result is not None and self.result.on <= until:
            return "done"
        return "overdue" if self.due < until else "open"


class RectificationContents(Model):
    """The contents of a rectification (reading R19).

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
        return tuple(item for item in self.items if item.state_on(day) != "done")

    def overdue_on(self, day: datetime.date | str) -> tuple[RectificationItem, ...]:
        """The items without a result by that day whose last day has passed."""
        return tuple(item for item in self.items if item.state_on(day) == "overdue")

    def counts_on(self, day: datetime.date | str) -> dict[str, int]:
        """The numbers of items in all (``count``), and of those that are ``done``, ``open`` and ``overdue`` on a day.

        What is overdue is open too.
        """
        count, still_open = len(self.items), len(self.open_on(day))
        return {"count": count, "done": count - still_open, "open": still_open, "overdue": len(self.overdue_on(day))}

    def position_of(self, item: str) -> int:
        """The position of an open item, by the id of its indicator or its number. Raises ViolationError."""
        still_open = {str(number): one.indicator for number, one in enumerate(self.items, 1) if one.result is None}
        found = [number for number, indicator in still_open.items() if item in (number, indicator)]
        if len(found) == 1:
            return int(found[0]) - 1
        code = "several-items" if found else "no-open-item"
        allowed = tuple(found or dict.fromkeys(still_open.values()) or ["–"])
        raise ViolationError(Violation(code, ("item",), {"found": item, "allowed": allowed}))

    def continues(self, other: "RectificationContents") -> bool:
        """Whether both are the same demand, each with what was done by some day."""
        return self._without_results() == other._without_results()

    def _without_results(self) -> "RectificationContents":
        open_items = tuple(item.model_copy(update={"result": None}) for item in self.items)
        return self.model_copy(update={"items": open_items})

    @model_validator(mode="after")
    def _check(self) -> Self:
        due = {place: item.due for place, item in enumerate(self.items)}
        verified = {place: item.result.on for place, item in enumerate(self.items) if item.result}
        if wrong := [*_too_early(self, ("due",), due), *_too_early(self, ("result", "on"), verified)]:
            raise ViolationError(*wrong)
        return self


def clause_of(occasion: str | None) -> Role:
    """The role of the clause by which rectification is required on an occasion."""
    return "pass_line" if occasion == "evaluation" else "surveillance"


def too_early(day: datetime.date, first: datetime.date, rule: str, path: Path, clause: Role) -> Violation:
    """R19: the violation of a day before the first one that a rule allows: ``audit``, ``due`` or ``result``."""
    context = {"found": day, "allowed": first, "rule": phrase(f"rectification.{rule}")}
    return Violation("rectification-too-early", path, context, clause=clause)


def _too_early(
    rectification: RectificationContents, path: Path, days: Mapping[int, datetime.date]
) -> Iterator[Violation]:
    """R19: the items with a day before the one on which rectification was required. ``path`` is that of the day."""
    clause, first = clause_of(rectification.occasion), rectification.on
    early = {
        place: too_early(day, first, str(path[0]), ("items", place, *path), clause)
        for place, day in days.items()
        if day < first
    }
    return _shown_once(rectification, early)


def _shown_once(rectification: RectificationContents, violations: Mapping[int, Violation]) -> Iterator[Violation]:
    """The violations of one rule by the position of the item; people are shown several ones as one."""
    if len(violations) < 2:
        yield from violations.values()
        return
    ids = [rectification.items[place].indicator for place in violations]
    more = ("…",) if len(ids) > MAX_SHOWN_ITEMS else ()
    first = next(iter(violations.values()))
    facts = first.context | {"count": len(ids), "items": (*map(shown, ids[:MAX_SHOWN_ITEMS]), *more)}
    group = replace(first, path=("items",), context=facts, variant="items")
    yield from (replace(violation, group=group) for violation in violations.values())


def before_end_violations(on: datetime.date, evaluation: Evaluation, clause: Role) -> Iterator[Violation]:
    """6.3.2, 7.2.2: rectification is required when its evaluation has ended."""
    if evaluation.period is not None and on < evaluation.period.end:
        context = {"found": on, "allowed": evaluation.period.end}
        yield Violation("rectification-before-end", ("on",), context, clause=clause)


def standard_of(rectification: RectificationContents, standard: Standard | None = None) -> Standard | None:
    """The given standard, or the bundled one that a rectification names; None if it names none.

    Raises ViolationError for one that is not bundled.
    """
    if standard is None and rectification.standard is not None:
        return named_standard(rectification.standard, rectification.edition)
    return standard


def rectification_violations(
    rectification: RectificationContents, standard: Standard | None, *, complete: bool = True
) -> Iterator[Violation]:
    """R19: the items are about the standard; if ``complete``, each names who is responsible for it.

    Without a ``standard``, the ids of the indicators are not checked.
    """
    if standard is not None and rectification.standard is not None:
        mismatch = standard_mismatch(rectification.standard, rectification.edition, standard)
        if mismatch is not None:
            yield mismatch
            return
    for position, item in enumerate(rectification.items):
        if standard is not None and item.indicator not in standard:
            path = ("items", position, "indicator")
            yield replace(unknown_indicator(item.indicator, standard), path=path, about_key=False)
    if complete:
        missing = {
            place: Violation(
                "missing-key", ("items", place, "responsible"), {"key": "responsible"}, variant="responsible"
            )
            for place, item in enumerate(rectification.items)
            if item.responsible is None
        }
        yield from _shown_once(rectification, missing)
