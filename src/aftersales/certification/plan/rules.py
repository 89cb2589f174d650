"""The requirements of 6.1 and 4.1 for an evaluation plan.

It has a qualified team (6.1.1) that is independent of the organisation (4.1), all parts of 6.1.2, a review of documents
and one on site (6.1.3), and an assessor for each indicator of chapter 5 (6.1.2, 4.3). A third party is named with its
approval number (6.1.1, R18).
"""

from collections.abc import Iterator
from dataclasses import replace

from aftersales.certification.plan.contents import PlanContents, is_standard
from aftersales.evaluation.rules import check_independence, standard_mismatch, unknown_indicator, unknown_member
from aftersales.problems.clauses import Role
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard

__all__ = ["plan_violations"]


def plan_violations(plan: PlanContents, standard: Standard) -> Iterator[Violation]:
    """Everything that 4.1, 6.1.1, 6.1.2 and 6.1.3 require of a plan and that it lacks."""
    if mismatch := standard_mismatch(plan.standard, plan.edition, standard):
        yield mismatch
        return
    yield from _check_contents(plan, standard)
    yield from _check_team(plan)
    yield from _check_names(plan)
    yield from _check_review(plan)
    yield from _check_coverage(plan, standard)


def _check_contents(plan: PlanContents, standard: Standard) -> Iterator[Violation]:
    """6.1.1, 6.1.2: body, purpose, scope, basis, schedule, team and assignments. The basis names the standard."""
    if plan.type == "third_party":
        if plan.body is None:
            yield _missing("body", clause="team")
        if plan.body is None or plan.body.approval_number is None:
            yield _missing("body", "approval_number", clause="team")
    for key in ("type", "purpose", "basis", "schedule", "team", "assignments"):
        if not getattr(plan, key):
            yield _missing(key)
    for key in ("organisation", "scope"):
        if plan.subject is None or getattr(plan.subject, key) is None:
            yield _missing("subject", key)
    if plan.basis and not any(is_standard(basis, standard.id) for basis in plan.basis):
        yield Violation("basis-without-standard", ("basis",), {"allowed": standard.id})


def _check_team(plan: PlanContents) -> Iterator[Violation]:
    """6.1.1, 4.1: each assessor is qualified, named once and independent."""
    named: set[str] = set()
    for position, assessor in enumerate(plan.team):
        if assessor.qualification is None:
            yield _missing("team", position, "qualification", clause="team")
        if assessor.name in named:
            yield Violation("duplicate-member", ("team", position, "name"), {"found": assessor.name})
        named.add(assessor.name)
    yield from check_independence(plan.type, plan.subject, plan.team, plan.body)


def _check_names(plan: PlanContents) -> Iterator[Violation]:
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
            yield replace(unknown_member(name, members, path), about_key=True, clause="plan")


def _check_review(plan: PlanContents) -> Iterator[Violation]:
    """6.1.3: a schedule has a review of documents, and a review on site with its methods."""
    for position, activity in enumerate(plan.schedule):
        if activity.review == "on_site" and not activity.methods:
            yield Violation("on-site-without-methods", ("schedule", position))
        if activity.review == "documents" and activity.methods:
            yield Violation("documents-with-methods", ("schedule", position, "methods"))
    planned = {activity.review for activity in plan.schedule}
    for review, code in (("documents", "no-document-review-planned"), ("on_site", "no-on-site-review-planned")):
        if planned and review not in planned:
            yield Violation(code, ("schedule",))


def _check_coverage(plan: PlanContents, standard: Standard) -> Iterator[Violation]:
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
        yield Violation("not-covered", ("assignments",), context)


def _missing(*path: str | int, clause: Role | None = None) -> Violation:
    return Violation("missing-in-plan", path, {"what": phrase(f"plan.{path[-1]}")}, clause=clause)
