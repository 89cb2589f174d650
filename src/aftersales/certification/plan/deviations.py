"""The differences of an evaluation from its plan (6.1.2): who evaluated what, on which days, by which methods.

A deviation refuses nothing: an evaluation may have good reasons to differ, which the reviewer asks for (reading R20).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from aftersales.certification.plan.contents import PlanContents
from aftersales.evaluation.evaluation import Evaluation, Period
from aftersales.evaluation.findings import Evidence, NotApplicable
from aftersales.evaluation.rules import standard_mismatch
from aftersales.problems.errors import Path
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard
from aftersales.text.dates import days
from aftersales.text.normalize import plain_name
from aftersales.text.sentences import Phrase

__all__ = ["plan_deviations"]


def plan_deviations(plan: PlanContents, evaluation: Evaluation, standard: Standard) -> Iterator[Violation]:
    """The differences from the plan, as violations at the places of the evaluation.

    A part that the plan or the evaluation does not state is not compared. An evaluation by another standard or edition
    is compared no further.
    """
    if mismatch := standard_mismatch(evaluation.standard, evaluation.edition, standard):
        yield mismatch
        return
    yield from _of_head(plan, evaluation)
    yield from _of_team(plan, evaluation)
    located = list(_evidence(evaluation, standard))
    yield from _of_assignments(plan, standard, located)
    yield from _of_schedule(plan, located)
    yield from _of_deletions(plan, evaluation, standard)


def _of_head(plan: PlanContents, evaluation: Evaluation) -> Iterator[Violation]:
    """6.1.2, reading R18: type, body, organisation, scope and days."""
    types = [one.type and Phrase("evaluation", f"type.{one.type}") for one in (plan, evaluation)]
    bodies = [one.body.name if one.body else None for one in (plan, evaluation)]
    compared: dict[Path, tuple[str, list[Any]]] = {("type",): ("type", types), ("body", "name"): ("body", bodies)}
    for key in ("organisation", "scope"):
        texts = [getattr(one.subject, key) if one.subject else None for one in (plan, evaluation)]
        compared["subject", key] = key, texts
    for path, (what, (planned, actual)) in compared.items():
        if planned and actual and not _are_alike(planned, actual):
            yield _difference(path, what, planned, actual)
    if plan.period and evaluation.period and plan.period != evaluation.period:
        yield _difference(("period",), "period", _days_of(plan.period), _days_of(evaluation.period))


def _difference(path: Path, what: str, planned: Any, actual: Any) -> Violation:
    context = {"what": Phrase("certification", f"plan.label.{what}"), "planned": planned, "actual": actual}
    return Violation("differs-from-plan", path, context)


def _are_alike(planned: Any, actual: Any) -> bool:
    return bool(planned == actual if isinstance(planned, Phrase) else plain_name(planned) == plain_name(actual))


def _days_of(period: Period) -> Phrase:
    return days(period.start, period.end)


def _of_team(plan: PlanContents, evaluation: Evaluation) -> Iterator[Violation]:
    """6.1.2: members who were not planned, and planned ones who took no part."""
    if not plan.team or not evaluation.team:
        return
    planned, present = ({plain_name(member.name) for member in team} for team in (plan.team, evaluation.team))
    for place, member in enumerate(evaluation.team):
        if plain_name(member.name) not in planned:
            yield Violation("member-not-planned", ("team", place, "name"), {"found": member.name})
    for member in plan.team:
        if plain_name(member.name) not in present:
            yield Violation("planned-member-absent", ("team",), {"found": member.name})


Located = tuple[str, Evidence, Path]
"""A piece of evidence with its id and its path."""


def _evidence(evaluation: Evaluation, standard: Standard) -> Iterator[Located]:
    """The evidence in the order of the standard."""
    for key in standard.layout.nodes:
        finding = evaluation.findings.get(key)
        for place, piece in enumerate(finding.evidence if finding else ()):
            yield key, piece, ("findings", key, "evidence", place)


def _of_assignments(plan: PlanContents, standard: Standard, located: list[Located]) -> Iterator[Violation]:
    """6.1.2: evidence that was collected by somebody to whom its indicator is not assigned."""
    people = plan.assessors(standard)
    others: dict[tuple[str, tuple[str, ...]], dict[str, Path]] = {}
    for key, piece, path in located:
        span = standard.layout.spans[key]
        names = tuple(dict.fromkeys(name for place in span for name in people[standard.indicators[place].id]))
        if piece.by and names and plain_name(piece.by) not in map(plain_name, names):
            others.setdefault((piece.by, names), {}).setdefault(key, path)
    for (by, names), ids in others.items():
        context = {"found": by, "planned": names, "ids": tuple(ids)}
        yield Violation("assessed-by-others", next(iter(ids.values())), context)


def _of_schedule(plan: PlanContents, located: list[Located]) -> Iterator[Violation]:
    """6.1.2, 6.1.3: methods and days that were not planned, and planned methods without evidence."""
    if not plan.schedule:
        return
    days: dict[str, list[tuple[datetime.date, datetime.date]]] = {}
    for activity in plan.schedule:
        for method in activity.methods if activity.review == "on_site" else ("document",):
            days.setdefault(method, []).append((activity.start, activity.end))
    unplanned: dict[str, dict[str, Path]] = {}
    off: dict[tuple[datetime.date, str], dict[str, Path]] = {}
    for key, piece, path in located:
        if piece.method not in days:
            unplanned.setdefault(piece.method, {}).setdefault(key, path)
        elif piece.on and not any(start <= piece.on <= end for start, end in days[piece.method]):
            off.setdefault((piece.on, piece.method), {}).setdefault(key, path)
    for method, ids in unplanned.items():
        yield Violation("method-not-planned", next(iter(ids.values())), _by(method, tuple(ids)))
    for (on, method), ids in off.items():
        yield Violation("evidence-off-schedule", next(iter(ids.values())), _by(method, tuple(ids)) | {"on": on})
    used = {piece.method for _, piece, _ in located}
    for method in days:
        if method not in used:
            yield Violation("planned-method-unused", ("findings",), _by(method))


def _by(method: str, ids: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"method": Phrase("evaluation", f"method.{method}"), "ids": ids}


def _of_deletions(plan: PlanContents, evaluation: Evaluation, standard: Standard) -> Iterator[Violation]:
    """6.1.4, 6.2.3: deletions that were not expected, and the other way round. A plan may leave this open."""
    if not plan.inapplicable:
        return
    expected, deleted = set[int](), set[int]()
    judged: dict[int, Path] = {}
    for entry in plan.inapplicable:
        expected.update(standard.layout.spans.get(entry.id, ()))
    for key, finding in evaluation.findings.items():
        span = standard.layout.spans.get(key, ())
        if isinstance(finding, NotApplicable):
            deleted.update(span)
        elif finding is not None:
            judged |= dict.fromkeys(span, ("findings", key))
    surprising = standard.layout.folded(deleted - expected)
    if surprising:
        yield Violation("deletion-not-planned", ("findings", surprising[0]), {"ids": surprising})
    if assessed := sorted(expected & judged.keys()):
        yield Violation("planned-deletion-assessed", judged[assessed[0]], {"ids": standard.layout.folded(assessed)})
