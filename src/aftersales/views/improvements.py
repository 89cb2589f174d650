"""The way to a star as lines for a terminal. Every figure comes from the plan."""

from __future__ import annotations

from collections.abc import Iterator

from aftersales.analysis.improvements import Improvements
from aftersales.scoring.scorecard import Scorecard
from aftersales.text.columns import MAX_WIDTH, wrapped
from aftersales.text.number_format import as_text, rounded_up, short

__all__ = ["improvement_lines"]

_WORDS = {
    "zh": {
        "now": "现在：{score} 分，{grade}",
        "goal": "目标：{grade}（{limit} 分），还差 {gap} 分",
        "reached": "已达到{grade}（{limit} 分），无须提升",
        "way": "把以下 {count} 项指标提升到完全符合即可达到（{proof}）：",
        "fewest": "再少一项也达不到",
        "cheapest": "没有更省的组合，费用合计 {cost}",
        "nothing": "达不到：没有可提升的指标（有费用的指标都没有扣分）",
        "unreachable": "达不到。可提升的 {count} 项指标全部提升到完全符合，也只有 {score} 分：",
        "step": "现得 {earned} / {points} 分，最终得分提高 {gain}，累计 {total}",
        "cost": "，费用 {cost}",
    },
    "en": {
        "now": "Now: {score}, {grade}",
        "goal": "Goal: {grade} ({limit}), {gap} away",
        "reached": "{grade} ({limit}) is reached; nothing needs to be raised",
        "way": "Raising these {count} indicators to fully met reaches it ({proof}):",
        "fewest": "no fewer do",
        "cheapest": "no other set costs less; {cost} in all",
        "nothing": "Out of reach: nothing can be raised (no indicator that has a cost lost points)",
        "unreachable": "Out of reach. All {count} indicators that can be raised, fully met, give no more than {score}:",
        "step": "{earned} of {points} now, {gain} more in final score, {total} in all",
        "cost": ", cost {cost}",
    },
}


def improvement_lines(card: Scorecard, plan: Improvements, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of a plan for a scorecard in ``"zh"`` or ``"en"``, no line wider than ``columns`` (60 to 100)."""
    columns, words, standard = min(max(columns, 60), MAX_WIDTH), _WORDS[lang], card.standard
    goal = {"grade": standard.grade_of(plan.stars).grade.text(lang), "limit": as_text(plan.limit)}
    yield words["now"].format(score=card.printed_score, grade=card.grade.grade.text(lang))
    if plan.start >= plan.limit:
        yield words["reached"].format(**goal)
        return
    yield words["goal"].format(**goal, gap=rounded_up(plan.limit - plan.start))
    yield ""
    count = len(plan.steps)
    if plan.reachable:
        proof = words["fewest"] if plan.cost is None else words["cheapest"].format(cost=short(plan.cost))
        told = words["way"].format(count=count, proof=proof)
    elif not count:
        told = words["nothing"]
    else:
        told = words["unreachable"].format(count=count, score=plan.printed_score)
    yield from wrapped(told, columns)
    for number, step in enumerate(plan.steps, 1):
        yield from wrapped(f"{number}. {step.id} {step.title.text(lang)}", columns, "  ", "     ")
        line = words["step"].format(
            earned=short(step.earned, limit=step.points),
            points=as_text(step.points),
            gain=short(step.gain),
            total=step.printed_score,
        )
        line += "" if step.cost is None else words["cost"].format(cost=short(step.cost))
        yield from wrapped(line, columns, "     ", "     ")
