"""An evaluation plan as lines for a terminal: the parts of 6.1.2, the schedule, and the assessors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from aftersales.certification.plan.contents import Activity
from aftersales.certification.plan.plan import EvaluationPlan
from aftersales.evaluation.words import role, word
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Subcategory
from aftersales.text.columns import line_width, wrapped
from aftersales.text.dates import days_text
from aftersales.text.sentences import Sentences, joined, text_in

__all__ = ["plan_lines"]

_say = Sentences("views")


def plan_lines(plan: EvaluationPlan, standard: Standard, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of a plan in that language. No line is wider than ``columns`` (60 to 100)."""
    columns, subject = line_width(columns), plan.subject
    yield _say(lang, "plan.title")
    values = {
        "plan.organisation": text_in(lang, subject, "organisation"),
        "plan.purpose": plan.purpose,
        "plan.scope": text_in(lang, subject, "scope"),
        "plan.basis": plan.basis,
        "plan.type": plan.type and word(lang, "type", plan.type),
    }
    for key, value in values.items():
        yield from wrapped(_say(lang, key, value=value or "–"), columns, "  ", "    ")
    yield ""
    yield _say(lang, "plan.team")
    for assessor in plan.team:
        facts = [assessor.name, role(lang, assessor.role), assessor.qualification, assessor.organisation]
        yield from wrapped(joined(filter(None, facts), lang, "detail"), columns, "  ", "    ")
    yield ""
    yield _say(lang, "plan.schedule")
    for activity in plan.schedule:
        yield from wrapped(_activity(activity, lang), columns, "  ", "    ")
    yield ""
    people = {indicator.id: plan.assessors_of(indicator.id) for indicator in standard.indicators}
    covered = sum(map(bool, people.values()))
    yield from wrapped(_say(lang, "plan.assignments", covered=covered, total=len(people)), columns)
    for node in standard.nodes:
        if isinstance(node, Subcategory):
            parts = Counter(people[indicator.id] for indicator in node.indicators)
            line = _say(lang, "plan.assignment", id=node.id, title=node.title, people=_people(parts, lang))
            yield from wrapped(line, columns, "  ", "    ")


def _activity(activity: Activity, lang: str) -> str:
    """An entry of the schedule: days, review, methods, place and assessors (6.1.2, 6.1.3)."""
    review = Sentences("certification")(lang, f"review.{activity.review}")
    methods = joined([word(lang, "method", method) for method in activity.methods], lang)
    facts = [review, methods, activity.what, activity.where, joined(activity.assessors, lang)]
    return f"{days_text(activity.start, activity.end, lang)}  {joined(filter(None, facts), lang, 'detail')}"


def _people(parts: Mapping[tuple[str, ...], int], lang: str) -> str:
    """The assessors of a subcategory, with their numbers of indicators if these differ."""
    phrases = []
    for names, count in parts.items():
        people = joined(names, lang) if names else _say(lang, "plan.nobody")
        phrases.append(_say(lang, "plan.some", people=people, count=count) if len(parts) > 1 else people)
    return joined(phrases, lang, "clause")
