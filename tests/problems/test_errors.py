"""Problems and the errors that carry them."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

import aftersales
from aftersales import EvaluationError, Problem, Remark
from aftersales.problems.errors import at_path, folded
from aftersales.text import sentences

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


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A third language in which problems have four sentences."""
    sentences_of = {
        "problems": {
            "missing-finding": {"1": "{title} manque", "other": "{title} : {count} manquent"},
            "unknown-indicator": "« {found} »{near}{hint}",
            "near": " ({first} à {last})",
            "hint": " ou {hint} ?",
        },
        "text": {"list_separator": ", "},
    }
    shutil.copytree(sentences.SOURCE, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "*.pyc"))
    for package, entries in sentences_of.items():
        (tmp_path / package / "sentences" / "fr.json").write_text(json.dumps(entries), "utf-8")
    monkeypatch.setattr(sentences, "SOURCE", tmp_path)
    sentences.languages.cache_clear()
    sentences._entries.cache_clear()
    yield
    sentences.languages.cache_clear()
    sentences._entries.cache_clear()


@pytest.mark.usefixtures("french")
def test_a_problem_has_a_text_in_every_language() -> None:
    findings = {"5.1.1.9": "full", "51.1.1": "full"}
    with pytest.raises(EvaluationError) as raised:
        aftersales.load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": findings})
    for problem in (*raised.value.problems, *pickle.loads(pickle.dumps(raised.value.problems))):
        expected = {"5.1.1.9": "« 5.1.1.9 » (5.1.1.1 à 5.1.1.5)", "51.1.1": "« 51.1.1 » ou 5.1.1.1 ?"}
        said = expected[problem.path.removeprefix("findings[").removesuffix("]")]
        assert problem.sentence("fr") == said
        assert problem.text("fr") == f"{problem.path}: {said} [unknown-indicator, 5]"
        assert at_path(problem, "x").text("fr") == f"x: {said} [unknown-indicator, 5]"


@pytest.mark.usefixtures("french")
def test_a_group_has_a_text_in_every_language() -> None:
    assert folded(unfinished().problems)[1].sentence("fr") == "商品管理 : 6 manquent"
    assert unfinished().problems[-1].sentence("fr").endswith(" manque")


def test_a_problem_built_by_hand_has_its_chinese_sentence_in_other_languages() -> None:
    assert (PROBLEM.sentence("en"), PROBLEM.sentence("zh")) == ("this may not be blank", "此处不能留空")
    assert PROBLEM.sentence("fr") == "此处不能留空"
    assert at_path(PROBLEM, "y").path == "y"


def test_people_see_one_line_a_category_for_an_empty_evaluation() -> None:
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
