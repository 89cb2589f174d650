"""The JSON Schema and the blank form: the library accepts what they allow, and they show the standard."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from support import oracle
from support.plain_yaml import as_editor, from_yaml

import aftersales
from aftersales.evaluation.blank_form import blank_form
from aftersales.evaluation.json_schema import evaluation_schema
from aftersales.evaluation.loading import examine
from aftersales.standard.editions import data_folder

SCHEMA = evaluation_schema(aftersales.load_standard())
CHECKER = jsonschema.Draft202012Validator(SCHEMA)


def test_without_docstrings_the_schema_says_the_same_but_for_descriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    def undescribed(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: undescribed(value) for key, value in part.items() if key != "description"}
        return [undescribed(value) for value in part] if isinstance(part, list) else part

    bare = undescribed(aftersales.Evaluation.model_json_schema())
    monkeypatch.setattr(aftersales.Evaluation, "model_json_schema", lambda: bare)
    assert undescribed(evaluation_schema(aftersales.load_standard())) == undescribed(SCHEMA)


def test_the_schema_of_an_evaluation_is_a_valid_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize("file", sorted((data_folder() / "examples").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_schema_takes_the_examples(file: Any) -> None:
    CHECKER.validate(as_editor(file.read_text("utf-8")))


def test_the_schema_shows_editors_words_and_no_program() -> None:
    assert ">>>" not in json.dumps(SCHEMA)
    assert SCHEMA["$defs"]["NotApplicable"]["description"].startswith("Deleted (删减, 不适用)")


def test_the_schema_takes_counts_as_they_may_be_written() -> None:
    for sampled in (4, 4.0, "4", "4.0"):
        finding = {"kind": "sampled", "population": "6", "sampled": sampled, "nonconforming": 0}
        CHECKER.validate(oracle.document(oracle.all_full(i5_1_1_1=finding)))


def test_the_schema_takes_what_the_library_writes() -> None:
    evaluation = aftersales.load_evaluation(data_folder() / "examples" / "home-appliance-chain.yaml")
    CHECKER.validate(evaluation.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("key", "finding"),
    [
        ("5.9", "full"),
        ("5.1.1.1", "ful"),
        ("5.1.1.1", {"kind": "qualitative"}),
        ("5.1.1.1", {"degree": 1}),
        ("5.1.1.1", {"kind": "qualitative", "degree": 1.5}),
        ("5.1.1.1", {"kind": "qualitative", "degree": "sixty"}),
        ("5.1.1.1", {"kind": "qualitative", "degree": True}),
        ("5.1.1.1", {"kind": "qualitative", "degree": 1, "note": "x"}),
        ("5.1.1.1", {"kind": "sampled", "population": 3, "sampled": 0, "nonconforming": 0}),
        ("5.1.1.1", {"kind": "not_applicable", "reason": "无"}),
        ("5.1.1.1", {"kind": "not_applicable", "reason": "无", "confirmed_by": []}),
        ("5.1.2.2", "full"),
        ("5.1.2.2", {"kind": "quantitative", "actual": 1, "at_least": 1}),
        ("5.3.6", "full"),
        ("5.1.1.1", {"kind": "quantitative", "actual": 1}),
        ("5.1.1.1", {"kind": "quantitative", "actual": 1, "at_least": 1, "at_most": 1}),
        ("5.1.1.1", {"kind": "sampled", "sampled": 1, "nonconforming": 0}),
        ("5.1.1.1", {"kind": "sampled", "outlets": 1, "sampled": 1, "nonconforming": 0}),
        ("5.1.1.1", {"kind": "qualitative", "degree": 1, "row": 6}),
    ],
)
def test_the_schema_refuses_what_the_library_refuses(key: str, finding: Any) -> None:
    data = oracle.document(oracle.all_full() | {key: finding})
    assert not CHECKER.is_valid(data)
    assert examine(data)[0] is None


@pytest.mark.parametrize(
    "data", [{}, {"standard": "GB/T 1"}, {"standard": "CTS XBHT-S04-2025", "findings": [], "x": 1}]
)
def test_the_schema_refuses_another_document(data: Any) -> None:
    assert not CHECKER.is_valid(data)


class TestBlankForm:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_every_indicator_is_open_in_the_blank_form(self, lang: str) -> None:
        data = from_yaml(blank_form(aftersales.load_standard(), lang=lang))
        assert list(data["findings"]) == oracle.INDICATORS
        evaluation, problems, _ = examine({**data, "findings": dict.fromkeys(data["findings"])})
        assert evaluation is None
        assert [problem.path for problem in problems] == [f"findings[{key}]" for key in oracle.INDICATORS]

    def test_a_blank_form_filled_in_scores_100(self, tmp_path: Any) -> None:
        text = blank_form(aftersales.load_standard())
        for indicator in oracle.INDICATORS:
            value = "{kind: quantitative, actual: 10%}" if indicator == "5.1.2.2" else "full"
            text = text.replace(f"  {indicator}: ", f"  {indicator}: {value} ")
        path = tmp_path / "form.yaml"
        path.write_text(text, "utf-8")
        assert aftersales.score(aftersales.load_evaluation(path)).final_score == 100

    def test_the_blank_form_shows_points_and_titles(self) -> None:
        text = blank_form(aftersales.load_standard())
        assert all(title in text for title in oracle.TITLES.values())
        english = blank_form(aftersales.load_standard(), lang="en")
        assert all(indicator.title.en in english for indicator in aftersales.load_standard().indicators)
        assert "  5.3.6.1:   # 0.5 points: " in english
        assert "  5.1.1.1:   # 1 point: " in english
