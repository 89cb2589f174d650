"""An evaluation plan as lines for a terminal: what 6.1.2 wants named, the schedule, and who assesses what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aftersales.certification.plan import EvaluationPlan
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Category, Indicator
from aftersales.text.columns import MAX_WIDTH, wrapped

__all__ = ["plan_lines"]

_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "title": "评价计划",
        "labels": ("评价对象", "评价目的", "评价范围", "评价依据", "评价类型"),
        "type": {"third_party": "第三方评价", "self": "自我评价", None: "–"},
        "team": "评价小组",
        "schedule": "时间安排",
        "review": {"documents": "文件审查", "on_site": "现场审查"},
        "methods": {"interview": "访谈", "observation": "现场观察", "customer": "访问顾客"},
        "assignments": "人员分工（已覆盖 {covered}/{total} 项指标）",
        "nobody": "（无人）",
        "some": "{count} 项指标",
        "join": "、",
        "colon": "：",
        "none": "–",
    },
    "en": {
        "title": "Evaluation plan",
        "labels": ("Organisation", "Purpose", "Scope", "Basis", "Type"),
        "type": {"third_party": "third-party evaluation", "self": "self-assessment", None: "–"},
        "team": "Team",
        "schedule": "Schedule",
        "review": {"documents": "review of documents", "on_site": "review on site"},
        "methods": {"interview": "interviews", "observation": "observation", "customer": "customers"},
        "assignments": "Who assesses what ({covered} of {total} indicators covered)",
        "nobody": "(nobody)",
        "some": "{count} indicators",
        "join": ", ",
        "colon": ": ",
        "none": "–",
    },
}


def plan_lines(plan: EvaluationPlan, standard: Standard, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of a plan in ``"zh"`` or ``"en"``, no line wider than ``columns`` (60 to 100)."""
    columns, words = min(max(columns, 60), MAX_WIDTH), _WORDS[lang]
    yield words["title"]
    subject = plan.subject
    values = (
        subject.organisation if subject else None,
        plan.purpose,
        subject.scope if subject else None,
        words["join"].join(plan.basis),
        words["type"][plan.type],
    )
    for label, value in zip(words["labels"], values, strict=True):
        yield from wrapped(f"{label}{words['colon']}{value or words['none']}", columns, "  ", "    ")
    yield ""
    yield words["team"]
    for assessor in plan.team:
        facts = [assessor.name, assessor.role, assessor.qualification, assessor.organisation]
        yield from wrapped(words["join"].join(fact for fact in facts if fact), columns, "  ", "    ")
    yield ""
    yield words["schedule"]
    for activity in plan.schedule:
        methods = [words["methods"][method] for method in activity.methods]
        facts = [words["review"][activity.review], *methods, activity.what, activity.where, *activity.assessors]
        told = words["join"].join(fact for fact in facts if fact)
        yield from wrapped(f"{activity.start} … {activity.end}  {told}", columns, "  ", "    ")
    yield ""
    people = {indicator.id: plan.assessors_of(indicator.id) for indicator in standard.indicators}
    covered = sum(map(bool, people.values()))
    yield from wrapped(words["assignments"].format(covered=covered, total=len(people)), columns)
    for node in standard.nodes:
        if isinstance(node, Indicator | Category):
            continue
        parts: dict[tuple[str, ...], int] = {}
        for indicator in node.indicators:
            parts[people[indicator.id]] = parts.get(people[indicator.id], 0) + 1
        told = "; ".join(
            (words["join"].join(names) or words["nobody"])
            + (f" ({words['some'].format(count=count)})" if len(parts) > 1 else "")
            for names, count in parts.items()
        )
        yield from wrapped(f"{node.id} {node.title.text(lang)}{words['colon']}{told}", columns, "  ", "    ")
