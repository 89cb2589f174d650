"""Improvements as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from aftersales.analysis.improvements import Improvements
from aftersales.scoring.scorecard import Scorecard
from aftersales.text.columns import line_width, wrapped
from aftersales.text.number_format import as_text, rounded_up, short
from aftersales.text.sentences import Sentences

__all__ = ["improvement_lines"]

_say = Sentences("views")


def improvement_lines(card: Scorecard, plan: Improvements, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of a plan of improvements in that language. No line is wider than ``columns`` (60 to 100)."""
    columns, standard = line_width(columns), card.standard
    goal = {"grade": standard.grade_of(plan.stars).grade, "limit": as_text(plan.limit)}
    yield _say(lang, "improvements.now", score=card.printed_score, grade=card.grade.grade)
    if plan.start >= plan.limit:
        yield _say(lang, "improvements.reached", **goal)
        return
    yield _say(lang, "improvements.goal", **goal, gap=rounded_up(plan.limit - plan.start))
    yield ""
    yield from wrapped(_way(plan, lang), columns)
    for number, step in enumerate(plan.steps, 1):
        yield from wrapped(f"{number}. {step.id} {step.title.text(lang)}", columns, "  ", "     ")
        facts = {
            "earned": short(step.earned, limit=step.points),
            "points": as_text(step.points),
            "gain": short(step.gain),
            "total": step.printed_score,
        }
        if step.cost is None:
            line = _say(lang, "improvements.step", **facts)
        else:
            line = _say(lang, "improvements.step_with_cost", cost=short(step.cost), **facts)
        yield from wrapped(line, columns, "     ", "     ")


def _way(plan: Improvements, lang: str) -> str:
    """Whether the steps reach the star, and in what sense they are the best."""
    count = len(plan.steps)
    if plan.reachable:
        if plan.cost is None:
            return _say(lang, "improvements.fewest", count=count)
        return _say(lang, "improvements.cheapest", count=count, cost=short(plan.cost))
    if not count:
        return _say(lang, "improvements.nothing")
    return _say(lang, "improvements.unreachable", count=count, score=plan.printed_score)
