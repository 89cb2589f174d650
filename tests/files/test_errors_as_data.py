"""The errors of a validation are plain data, which still say everything that was found."""

from __future__ import annotations

import inspect
import json
import pickle
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from support.documents import CARD

import aftersales
from aftersales import Evaluation, problems_of

MODELS: dict[str, Any] = {
    name: found
    for name in aftersales.__all__
    if inspect.isclass(found := getattr(aftersales, name)) and issubclass(found, BaseModel)
}
WRONG: dict[str, Any] = {
    "standard": "S",
    "type": "x",
    "team": [{"role": "组长"}],
    "period": {"start": "2026-03-02", "end": "2026-03-01"},
    "findings": {
        "5.1.1.1": {"kind": "qualitative", "degree": "120"},
        "5.1.1.2": {"kind": "sampled", "population": 3, "sampled": 5, "nonconforming": 6},
        "5.1.1.3": {"kind": "quantitative", "actual": 8, "at_least": "10%"},
        "5.1.1.4": "half",
    },
}


def error_of(validate: Any, *data: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        validate(*data)
    return caught.value


class TestErrors:
    @pytest.mark.parametrize("name", MODELS)
    @pytest.mark.parametrize("value", ["x", "0..1", 1.5, "2026-02-30", [], {}])
    def test_the_errors_of_every_model_are_plain_data(self, name: str, value: Any) -> None:
        data = dict.fromkeys(MODELS[name].model_fields, value) | {"unknown": 1}
        errors = error_of(MODELS[name].model_validate, data).errors()
        assert json.loads(json.dumps(errors))
        assert all(type(each.get("ctx", {})) is dict for each in errors)

    def test_errors_as_data_hold_the_sentence(self) -> None:
        errors = error_of(Evaluation.model_validate, WRONG).errors()
        told = {each["loc"]: each for each in errors}
        degree = told["findings", "5.1.1.1", "qualitative", "degree"]
        sentence = "120 is out of range: 0 to 1 (0% to 100%)"
        assert (degree["type"], degree["msg"], degree["ctx"]["error"]) == (
            "value_error",
            f"Value error, {sentence}",
            sentence,
        )
        assert "before the start" in told["period",]["msg"]

    def test_errors_of_models_that_are_built_and_of_json_can_be_written_as_json(self) -> None:
        refused = [
            error_of(lambda: Evaluation(**WRONG)),
            error_of(Evaluation.model_validate_json, json.dumps(WRONG)),
            error_of(Evaluation.model_validate_json, '{"standard": 1.5}'),
            error_of(Evaluation.model_validate, WRONG | {"basis": [[]] * 20_001}),
        ]
        for error in refused:
            assert json.dumps(error.errors())
            assert json.loads(error.json())

    @pytest.mark.parametrize(
        ("data", "codes"),
        [
            ({b"standard": 1}, ["missing-key", "missing-key", "key-not-text"]),
            ({"standard": b"CTS", "findings": {}}, ["not-text"]),
            ({"standard": "S", "findings": {b"5.1.1.1": "full"}}, ["key-not-text"]),
            ({"standard": "S", "findings": {"5.1.1.1": {b"kind": "qualitative"}}}, ["missing-kind"]),
            ({"standard": "S", "findings": {1: "full", None: "full"}}, ["key-not-text", "blank"]),
        ],
    )
    def test_what_json_does_not_have_stays_in_the_input(self, data: Any, codes: list[str]) -> None:
        """``input`` is the very value that was refused, which may hold bytes; all else is plain, as is pydantic's JSON."""
        error = error_of(Evaluation.model_validate, data)
        assert json.dumps(error.errors(include_input=False))
        assert json.loads(error.json())
        problems = problems_of(error)
        assert [problem.code for problem in problems] == codes
        assert json.dumps([problem.to_dict() for problem in problems])

    def test_errors_within_a_model_of_ones_own_can_be_written_as_json(self) -> None:
        class Case(BaseModel):
            evaluation: Evaluation

        errors = error_of(Case.model_validate, {"evaluation": WRONG}).errors()
        assert json.dumps(errors)
        assert json.dumps(error_of(TypeAdapter(list[Evaluation]).validate_python, [WRONG]).errors())

    def test_the_error_of_a_result_with_another_figure_can_be_written_as_json(self) -> None:
        document = CARD.model_dump(mode="json") | {"stars": 5}
        (told,) = error_of(aftersales.Scorecard.model_validate, document).errors(include_input=False)
        assert json.dumps(told["ctx"]) == "{\"error\": \"'5' differs from '4', which the findings give\"}"


class TestProblems:
    EXPECTED = (
        ("unknown-word", "type"),
        ("missing-key", "team[0].name"),
        ("period-reversed", "period.end"),
        ("out-of-range", "findings[5.1.1.1].degree"),
        ("sampled-exceeds-population", "findings[5.1.1.2].sampled"),
        ("nonconforming-exceeds-sampled", "findings[5.1.1.2].nonconforming"),
        ("unlike-units", "findings[5.1.1.3].actual"),
        ("not-a-finding", "findings[5.1.1.4]"),
    )

    def test_are_found_in_the_data(self) -> None:
        problems = problems_of(error_of(Evaluation.model_validate, WRONG))
        assert {(problem.code, problem.path) for problem in problems} == set(self.EXPECTED)

    def test_an_error_that_was_sent_to_another_process_has_the_same_problems(self) -> None:
        error = error_of(Evaluation.model_validate, WRONG)
        assert problems_of(pickle.loads(pickle.dumps(error))) == problems_of(error)


# FastAPI looks at a model that is built when it is first used before it is built, and warns.
@pytest.mark.filterwarnings("ignore:The 'alias' attribute")
def test_fastapi_gives_them_by_itself() -> None:
    fastapi = pytest.importorskip("fastapi")
    client = pytest.importorskip("fastapi.testclient").TestClient
    app = fastapi.FastAPI()

    @app.post("/")
    def take(evaluation: Evaluation) -> str:
        return evaluation.standard

    answer = client(app).post("/", json=WRONG)
    assert answer.status_code == 422
    assert {each["type"] for each in answer.json()["detail"]} >= {"value_error", "missing", "literal_error"}
