"""Problems and the errors that carry them."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict, fields, replace

import pytest

import aftersales
from aftersales import EvaluationError, Problem, Remark
from aftersales.problems.errors import folded

PROBLEM = Problem("blank", "team[0].name", 3, 5, "6.2.2", "this may not be blank", "此处不能留空")


def unfinished(*judged: str) -> EvaluationError:
    """The error of an evaluation in which only these indicators are judged."""
    findings = dict.fromkeys(judged, "full")
    with pytest.raises(EvaluationError) as raised:
        aftersales.score(aftersales.Evaluation(standard="CTS XBHT-S04-2025", findings=findings))
    return raised.value


def test_a_problem_built_by_hand_is_compared_by_its_fields() -> None:
    other = Problem("blank", "team[0].name", 3, 5, "6.2.2", "this may not be blank", "此处不能留空")
    assert (PROBLEM, hash(PROBLEM)) == (other, hash(other))
    assert replace(PROBLEM, line=4) != PROBLEM
    assert Remark(**asdict(PROBLEM)) != PROBLEM
    assert [field.name for field in fields(Problem)] == list(asdict(PROBLEM))


def test_a_problem_cannot_be_changed() -> None:
    for name in ("code", "other"):
        with pytest.raises(AttributeError):
            setattr(PROBLEM, name, "x")


@pytest.mark.parametrize("problem", [PROBLEM, *unfinished().problems[:1]], ids=["by hand", "found"])
def test_a_problem_survives_pickling_and_copying(problem: Problem) -> None:
    for again in (pickle.loads(pickle.dumps(problem)), copy.copy(problem), copy.deepcopy(problem)):
        assert again == problem
        assert folded([again]) == folded([problem])


def test_of_an_empty_evaluation_people_see_a_line_a_category() -> None:
    """Chapter 5 has four categories, of 26, 6, 24 and 17 indicators."""
    error = unfinished()
    assert len(error.problems) == 73
    assert [problem.path for problem in folded(error.problems)] == [f"findings[5.{number}]" for number in range(1, 5)]
    assert [line.split(": ", 1)[1] for line in str(error).split("\n")] == [
        f"none of the {count} indicators of '{en}' has a finding yet / “{zh}”的 {count} 项指标均尚无认定 [missing-finding, 6.1.2]"
        for count, en, zh in (
            (26, "After-sales service system", "售后服务体系"),
            (6, "Product management", "商品管理"),
            (24, "Product service", "商品服务"),
            (17, "Customer service", "顾客服务"),
        )
    ]
    assert error._render_traceback_()[1:] == str(error).split("\n")


def test_an_indicator_whose_group_is_judged_in_part_has_a_line_of_its_own() -> None:
    shown = folded(unfinished("5.1.1.1", "5.2.1.1").problems)
    paths = [problem.path.removeprefix("findings[").removesuffix("]") for problem in shown]
    assert paths == [
        *(f"5.1.1.{number}" for number in range(2, 6)),
        *(f"5.1.{number}" for number in range(2, 8)),
        *("5.2.1.2", "5.2.2", "5.2.3", "5.3", "5.4"),
    ]


def test_other_problems_are_shown_one_by_one() -> None:
    assert folded([PROBLEM, PROBLEM]) == (PROBLEM, PROBLEM)
