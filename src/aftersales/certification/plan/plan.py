"""The evaluation plan (评价计划, 6.1.2): purpose, scope, basis, schedule and team of an evaluation.

The model holds the content of a plan. :func:`plan_violations` checks what 6.1 and 4.1 require: a qualified team (6.1.1)
that is independent of the organisation (4.1), all parts of 6.1.2, a review of documents and one on site (6.1.3), and an
assessor for each indicator of chapter 5 (6.1.2, 4.3). A third party is named with its approval number (6.1.1, R18).
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from aftersales.certification.plan.deviations import plan_deviations
from aftersales.certification.plan.paper import plan_document
from aftersales.evaluation.blank_form import blank_form
from aftersales.evaluation.evaluation import Evaluation, Period
from aftersales.evaluation.parties import Assessor, EvaluatingBody, Subject
from aftersales.evaluation.rules import check_independence, unknown_indicator, unknown_member
from aftersales.files.fields import Bounded, Day, Frozen, Model, NoneIsEmpty, Text, WholeModel
from aftersales.files.writing import write_file
from aftersales.problems.collector import Collector, in_order_of
from aftersales.problems.errors import PaperError, Problem, Remark
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, ViolationError, worded
from aftersales.rendering.rendering import format_of, render
from aftersales.standard.standard import Standard, bundled_standard
from aftersales.text.normalize import plain_name

__all__ = ["EvaluationPlan"]


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

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end < self.start:
            raise ViolationError(
                Violation("period-reversed", ("end",), {"found": self.end, "start": self.start}, clause="6.1.2")
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


class EvaluationPlan(WholeModel):
    """An evaluation plan.

    Validation of the model checks the form only. :meth:`gaps` and :func:`~aftersales.load_plan` report what it lacks.

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

    >>> from aftersales import load_plan
    >>> plan = load_plan("data/plans/home-appliance-chain.yaml")
    >>> plan.gaps(), plan.assessors_of("5.4.3.2"), str(plan.period.start)
    ((), ('李静',), '2026-03-02')
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

    @property
    def period(self) -> Period | None:
        """From the first to the last day of the schedule; None without a schedule."""
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

    def indicators_of(self, name: str, standard: Standard | None = None) -> tuple[str, ...]:
        """The ids of the indicators that are assigned to an assessor.

        Raises :class:`~aftersales.PaperError` if nobody of that name is in the plan.
        """
        members = [assessor.name for assessor in self.team]
        with Collector(PaperError) as found:
            if name not in {*members, *self.assignments}:
                found.add(unknown_member(name, members, ()))
        return tuple(key for key, names in self.assessors(self._standard(standard)).items() if name in names)

    def gaps(self, standard: Standard | None = None) -> tuple[Problem, ...]:
        """What 6.1 and 4.1 require and the plan lacks; empty if it is complete.

        Raises :class:`~aftersales.PaperError` if the standard that it names is not known.
        """
        return in_order_of(self.model_dump(mode="python"))([*plan_violations(self, self._standard(standard))])

    def _standard(self, given: Standard | None) -> Standard:
        with Collector(PaperError):
            return given or bundled_standard(self.standard, self.edition)

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
            basis=[basis for basis in self.basis if not _names(basis, self.standard)],
            findings={},
        )

    def deviations(self, evaluation: Evaluation, standard: Standard | None = None) -> tuple[Remark, ...]:
        """Where an evaluation differs from the plan: who evaluated what, on which days, by which methods.

        A deviation refuses nothing (reading R20).

        >>> from aftersales import load_example, load_plan
        >>> plan = load_plan("data/plans/home-appliance-chain.yaml")
        >>> plan.deviations(plan.evaluation().model_copy(update={"body": {"name": "甲"}}))[0].code
        'differs-from-plan'
        """
        deviations = plan_deviations(self, evaluation, self._standard(standard))
        return tuple(worded(Remark, deviation, None) for deviation in deviations)

    def typeset(self, format: str, lang: str = "zh", standard: Standard | None = None, *, draft: bool = False) -> bytes:
        """The plan for the client as ``"html"``, ``"docx"``, ``"pdf"`` or ``"md"``, with a place to confirm it.

        Raises :class:`~aftersales.PaperError` with the gaps of the plan, unless it is a ``draft``, in which they are
        marked, and as :meth:`Report.typeset <aftersales.Report.typeset>` does.
        """
        standard = self._standard(standard)
        if not draft and (gaps := self.gaps(standard)):
            raise PaperError(gaps)
        return render(plan_document(self, standard, draft=draft, lang=lang), format)

    def write(
        self,
        path: str | os.PathLike[str],
        lang: str = "zh",
        standard: Standard | None = None,
        *,
        draft: bool = False,
        force: bool = False,
    ) -> None:
        """Write the plan for the client in the format of the extension.

        Raises :class:`~aftersales.OutputError` for another extension (``unknown-report-format``), if the file exists
        and ``force`` is false, and as :meth:`typeset` does.
        """
        write_file(path, self.typeset(format_of(path), lang, standard, draft=draft), force=force)

    def form(self, standard: Standard | None = None, lang: str = "zh", assessor: str | None = None) -> str:
        """The blank form for the team, as YAML: with the head filled in, and the assessors of each indicator.

        With ``assessor``, it has the indicators of that assessor only.
        """
        standard = self._standard(standard)
        only = None if assessor is None else self.indicators_of(assessor, standard)
        head = self.evaluation().with_edition(standard.edition)
        return blank_form(standard, head, self.assessors(standard), lang, only)


def plan_violations(plan: EvaluationPlan, standard: Standard) -> Iterator[Violation]:
    """Everything that 4.1, 6.1.1, 6.1.2 and 6.1.3 require of a plan and that it lacks."""
    if (plan.standard, plan.edition or standard.edition) != (standard.id, standard.edition):
        context = {
            "found": f"{plan.standard} {plan.edition or ''}".strip(),
            "allowed": f"{standard.id} {standard.edition}",
        }
        yield Violation("standard-mismatch", ("standard",), context)
        return
    yield from _check_contents(plan, standard)
    yield from _check_team(plan)
    yield from _check_names(plan)
    yield from _check_review(plan)
    yield from _check_coverage(plan, standard)


def _check_contents(plan: EvaluationPlan, standard: Standard) -> Iterator[Violation]:
    """6.1.1, 6.1.2: body, purpose, scope, basis, schedule, team and assignments. The basis names the standard."""
    if plan.type == "third_party":
        if plan.body is None:
            yield _missing("body", clause="6.1.1")
        elif plan.body.approval_number is None:
            yield _missing("body", "approval_number", clause="6.1.1")
    for key in ("type", "purpose", "basis", "schedule", "team", "assignments"):
        if not getattr(plan, key):
            yield _missing(key)
    for key in ("organisation", "scope"):
        if plan.subject is None or getattr(plan.subject, key) is None:
            yield _missing("subject", key)
    if plan.basis and not any(_names(basis, standard.id) for basis in plan.basis):
        yield Violation("basis-without-standard", ("basis",), {"allowed": standard.id})


def _check_team(plan: EvaluationPlan) -> Iterator[Violation]:
    """6.1.1, 4.1: each assessor is qualified, named once and independent."""
    named: set[str] = set()
    for position, assessor in enumerate(plan.team):
        if assessor.qualification is None:
            yield _missing("team", position, "qualification", clause="6.1.1")
        if assessor.name in named:
            yield Violation("duplicate-member", ("team", position, "name"), {"found": assessor.name})
        named.add(assessor.name)
    yield from check_independence(plan.type, plan.subject, plan.team)


def _check_names(plan: EvaluationPlan) -> Iterator[Violation]:
    """6.1.2: the people in schedule and assignments belong to the team, if there is one."""
    members = [assessor.name for assessor in plan.team]
    placed: list[tuple[str, tuple[str | int, ...]]] = [
        (name, ("schedule", position, "assessors", place))
        for position, activity in enumerate(plan.schedule)
        for place, name in enumerate(activity.assessors)
    ]
    placed += [(name, ("assignments", name)) for name in plan.assignments]
    known = set(members)
    for name, path in placed:
        if members and name not in known:
            yield replace(unknown_member(name, members, path), about_key=path[0] == "assignments", clause="6.1.2")


def _check_review(plan: EvaluationPlan) -> Iterator[Violation]:
    """6.1.3: a schedule has a review of documents, and a review on site with its methods."""
    for position, activity in enumerate(plan.schedule):
        if activity.review == "on_site" and not activity.methods:
            yield Violation("on-site-without-methods", ("schedule", position))
        if activity.review == "documents" and activity.methods:
            yield Violation("documents-with-methods", ("schedule", position, "methods"))
    planned = {activity.review for activity in plan.schedule}
    for review in ("documents", "on_site"):
        if planned and review not in planned:
            code = "no-document-review-planned" if review == "documents" else "no-on-site-review-planned"
            yield Violation(code, ("schedule",), about_key=True)


def _check_coverage(plan: EvaluationPlan, standard: Standard) -> Iterator[Violation]:
    """6.1.2, 4.3: every indicator has an assessor. Reported is the largest group without any.

    What probably does not apply (6.1.4) is covered too.
    """
    for place, entry in enumerate(plan.inapplicable):
        if entry.id not in standard:
            yield replace(unknown_indicator(entry.id, standard), path=("inapplicable", place, "id"), about_key=False)
    if not plan.assignments:
        return
    spans, covered = standard.layout.spans, set[int]()
    for name, ids in plan.assignments.items():
        for place, key in enumerate(ids):
            if key in spans:
                covered.update(spans[key])
            else:
                yield replace(unknown_indicator(key, standard), path=("assignments", name, place), about_key=False)
    for key in standard.layout.folded({*range(len(standard.indicators))} - covered):
        context = {"found": key, "title": standard[key].title}
        yield Violation("not-covered", ("assignments",), context, about_key=True)


def _names(basis: str, standard_id: str) -> bool:
    """Whether a document of the basis is the standard."""
    return plain_name(standard_id) in plain_name(basis)


def _missing(*path: str | int, clause: str | None = None) -> Violation:
    return Violation("missing-in-plan", path, {"what": phrase(f"plan.{path[-1]}")}, clause=clause)
