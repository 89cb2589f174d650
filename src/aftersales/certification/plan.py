"""The evaluation plan (评价计划, 6.1.2), made before an evaluation: what for, of what, by what, when and by whom.

The model holds what a plan says. What 6.1 and 4.1 ask of it is asked by :func:`plan_violations`: a qualified team (6.1.1) that
is independent of the assessed (4.1), everything that 6.1.2 wants named, documents and on-site review both (6.1.3), and
somebody for each indicator of chapter 5 (6.1.2, 4.3).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from aftersales.evaluation.blank_form import blank_form
from aftersales.evaluation.evaluation import Assessor, Evaluation, Period, Subject
from aftersales.evaluation.rules import check_independence, unknown_indicator, unknown_member
from aftersales.files.fields import Bounded, Day, Frozen, Model, NoneIsEmpty, Text, WholeModel
from aftersales.files.loading import load_model
from aftersales.files.source import Source
from aftersales.problems.collector import Collector, in_order_of
from aftersales.problems.errors import PaperError, Problem
from aftersales.problems.suggestions import plain_name
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.standard import Standard, bundled_standard

__all__ = ["EvaluationPlan", "load_plan"]


class Activity(Model):
    """One entry of the schedule (6.1.2, 6.1.3): from ``start`` to ``end``, both included, some of the team review documents,
    or review on site by ``methods``.
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


class EvaluationPlan(WholeModel):
    """A plan: purpose, scope (in ``subject``), basis, schedule, team, and who assesses what.

    ``assignments`` maps members of the team to ids: of indicators, or of subcategories and categories for all that is in them.
    A plan by itself is only checked for its form; what it lacks is told by :meth:`gaps` and :func:`load_plan`.

    >>> plan = load_plan("data/plans/home-appliance-chain.yaml")
    >>> plan.gaps(), plan.assessors_of("5.4.3.2"), str(plan.period.start)
    ((), ('李静',), '2026-03-02')
    """

    standard: Text
    edition: Day | None = None
    type: Literal["third_party", "self"] | None = None
    subject: Subject | None = None
    purpose: Text | None = None
    basis: Annotated[tuple[Text, ...], Bounded, NoneIsEmpty] = ()
    team: Annotated[tuple[Assessor, ...], Bounded, NoneIsEmpty] = ()
    schedule: Annotated[tuple[Activity, ...], Bounded, NoneIsEmpty] = ()
    assignments: Frozen[Text, Annotated[tuple[Text, ...], Bounded, NoneIsEmpty]] = Field(
        default_factory=dict, validate_default=True
    )

    @property
    def period(self) -> Period | None:
        """From the first day of the schedule to its last; None without one."""
        if not self.schedule:
            return None
        return Period(
            start=min(activity.start for activity in self.schedule), end=max(activity.end for activity in self.schedule)
        )

    def assessors_of(self, node_id: str) -> tuple[str, ...]:
        """Who assesses an indicator or group: those it is assigned to, itself or with a group that it belongs to."""
        return tuple(
            name for name, ids in self.assignments.items() if any(f"{node_id}.".startswith(f"{key}.") for key in ids)
        )

    def assessors(self, standard: Standard) -> dict[str, tuple[str, ...]]:
        """Who assesses each indicator of a standard, by its id."""
        return {indicator.id: self.assessors_of(indicator.id) for indicator in standard.indicators}

    def gaps(self, standard: Standard | None = None) -> tuple[Problem, ...]:
        """What 6.1 and 4.1 ask of a plan and this one lacks; empty where it is complete.

        Raises :class:`~aftersales.PaperError` where the standard that it names is not known.
        """
        return in_order_of(self.model_dump(mode="python"))([*plan_violations(self, self._standard(standard))])

    def _standard(self, given: Standard | None) -> Standard:
        with Collector(PaperError):
            return given or bundled_standard(self.standard, self.edition)

    def evaluation(self) -> Evaluation:
        """The evaluation that the plan prepares, with its head and without a finding."""
        return Evaluation(
            standard=self.standard,
            edition=self.edition,
            type=self.type,
            subject=self.subject,
            team=self.team,
            period=self.period,
            findings={},
        )

    def form(self, standard: Standard | None = None) -> str:
        """The blank form for its team, as YAML: the head filled in, and at each indicator who assesses it."""
        standard = self._standard(standard)
        return blank_form(standard, self.evaluation().with_edition(standard.edition), self.assessors(standard))


def load_plan(source: Source, standard: Standard | None = None, *, complete: bool = True) -> EvaluationPlan:
    """Reads a plan and checks it; with ``complete`` false only its form, not what 6.1 asks of it.

    Raises :class:`~aftersales.PaperError` with everything that is wrong, each at its line.
    """

    def check(plan: EvaluationPlan) -> Iterator[Violation]:
        return plan_violations(plan, standard or bundled_standard(plan.standard, plan.edition))

    return load_model(source, EvaluationPlan, PaperError, check if complete else None)


def plan_violations(plan: EvaluationPlan, standard: Standard) -> Iterator[Violation]:
    """Everything that 4.1, 6.1.1, 6.1.2 and 6.1.3 ask of a plan and that it lacks."""
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
    """6.1.2: purpose, scope, basis, schedule, team and who does what; the basis names the standard."""
    for key in ("type", "purpose", "basis", "schedule", "team", "assignments"):
        if not getattr(plan, key):
            yield _missing(key)
    for key in ("organisation", "scope"):
        if plan.subject is None or getattr(plan.subject, key) is None:
            yield _missing("subject", key)
    if plan.basis and not any(plain_name(standard.id) in plain_name(basis) for basis in plan.basis):
        yield Violation("basis-without-standard", ("basis",), {"allowed": standard.id})


def _check_team(plan: EvaluationPlan) -> Iterator[Violation]:
    """6.1.1: each assessor is qualified, and named once; 4.1: independent."""
    named: set[str] = set()
    for position, assessor in enumerate(plan.team):
        if assessor.qualification is None:
            yield _missing("team", position, "qualification", clause="6.1.1")
        if assessor.name in named:
            yield Violation("duplicate-member", ("team", position, "name"), {"found": assessor.name})
        named.add(assessor.name)
    yield from check_independence(plan.type, plan.subject, plan.team)


def _check_names(plan: EvaluationPlan) -> Iterator[Violation]:
    """6.1.2: who is scheduled or assigned belongs to the team. Asked where there is a team."""
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
    """6.1.3: documents and a review on site are both planned, the latter with its methods. Asked where there is a schedule."""
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
    """6.1.2, 4.3: every indicator has an assessor; what has none is told by the largest group that has none at all."""
    if not plan.assignments:
        return
    spans, covered = standard.layout.spans, set[int]()
    for name, ids in plan.assignments.items():
        for place, key in enumerate(ids):
            if key in spans:
                covered.update(spans[key])
            else:
                yield replace(unknown_indicator(key, standard), path=("assignments", name, place), about_key=False)
    told: set[int] = set()
    for node in standard.nodes:  # each group before its parts
        span = spans[node.id]
        if not covered.intersection(span) and not told.issuperset(span):
            told.update(span)
            context = {"found": node.id, "title": node.title.en, "title_zh": node.title.zh}
            yield Violation("not-covered", ("assignments",), context, about_key=True)


def _missing(*path: str | int, clause: str | None = None) -> Violation:
    words, words_zh = _WORDS[str(path[-1])]
    return Violation("missing-in-plan", path, {"what": words, "what_zh": words_zh}, clause=clause)


_WORDS: Mapping[str, tuple[str, str]] = {
    "type": ("the type of the evaluation (third_party or self)", "评价类型（third_party 或 self）"),
    "organisation": ("the organisation that is evaluated", "被评价组织"),
    "scope": ("the scope of the evaluation", "评价范围"),
    "purpose": ("the purpose", "评价目的"),
    "basis": ("the basis", "评价依据"),
    "schedule": ("a schedule", "时间安排"),
    "team": ("at least one assessor", "至少一名审查人员"),
    "assignments": ("who assesses what", "人员分工"),
    "qualification": ("the assessor's qualification", "审查人员的资质"),
}
