"""The service of docs/web_service.md, started and called."""

from __future__ import annotations

import json
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from support import oracle

import aftersales
from aftersales import Certificate, Evaluation, Status, load_example, make_report, problems_of, score
from aftersales.files.selection import selected

PAGE = Path(__file__).parents[1] / "docs" / "web_service.md"
ALMOST = "0.89999999999999999999"
CERTIFICATE = {
    "standard": "CTS XBHT-S04-2025",
    "edition": "2025-12-04",
    "organisation": "滨海家电连锁有限公司",
    "final_score": "87.37",
    "stars": 4,
    "issued": "2026-03-20",
}


class TestService:
    @pytest.fixture
    def client(self) -> Any:
        testclient = pytest.importorskip("fastapi.testclient")
        code = re.findall("```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)[0]
        # The names of a module, so that FastAPI can resolve its annotations.
        names: dict[str, Any] = {"__name__": __name__}
        exec(code, names)

        @names["app"].post("/plain")
        def plain(evaluation: aftersales.Evaluation) -> str:
            return aftersales.score(evaluation).printed_score

        return testclient.TestClient(names["app"])

    @staticmethod
    def body() -> str:
        """All nine tenths but one, which is a little less: four stars, where floats give five."""
        found: dict[str, Any] = {key: {"kind": "qualitative", "degree": 9} for key in oracle.INDICATORS}
        found["5.1.2.2"] = {"kind": "quantitative", "actual": "9%"}
        text = json.dumps(oracle.document(found)).replace('"degree": 9}', '"degree": 0.9}')
        return text.replace('"degree": 0.9}', f'"degree": {ALMOST}}}', 1)

    def test_the_score_that_the_service_answers_is_exact(self, client: Any) -> None:
        answer = client.post("/score", content=self.body()).json()
        assert (answer["printed_score"], answer["stars"]) == ("90.00(-)", 4)

    def test_the_plain_body_is_not_exact(self, client: Any) -> None:
        """The trap of the page: nothing that a model could notice."""
        answer = client.post("/plain", content=self.body(), headers={"content-type": "application/json"})
        assert answer.json() == "90.00"

    def test_the_public_result_names_nobody(self, client: Any) -> None:
        evaluation = load_example("home-appliance-chain")
        answer = client.post("/score", content=evaluation.to_yaml()).text
        assert json.loads(answer)["stars"] == 4
        assert not [member.name for member in evaluation.team if member.name in answer]

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ('{"standard": "a", "standard": "b"}', "duplicate-key"),
            ('{"standard": ', "not-json"),
            (b"\xff", "not-utf8"),
            ("", "empty-document"),
            ('{"standard": "CTS XBHT-S04-2025", "findings": {"5.9.9.9": "full"}}', "unknown-indicator"),
        ],
    )
    def test_problems_of_a_request_are_answered_with_status_422(
        self, client: Any, body: str | bytes, code: str
    ) -> None:
        answer = client.post("/score", content=body)
        assert answer.status_code == 422
        assert code in [problem["code"] for problem in answer.json()["problems"]]

    def test_the_description_of_the_service_has_the_problems(self, client: Any) -> None:
        spec = client.get("/openapi.json").json()
        pytest.importorskip("openapi_spec_validator").validate(spec)
        for path in ("/score", "/certificates/status"):
            answer = spec["paths"][path]["post"]["responses"]["422"]["content"]["application/json"]["schema"]
            refused = client.post(f"{path}?on=2026-04-01", content="").json()
            jsonschema.Draft202012Validator(answer).validate(refused)

    def test_a_model_may_be_the_body_of_a_request(self, client: Any) -> None:
        answer = client.post("/certificates/status?on=2026-04-01", json=CERTIFICATE)
        assert (answer.status_code, answer.json()["state"]) == (200, "valid")

    def test_the_problems_of_a_body_are_reported_at_their_fields(self, client: Any) -> None:
        wrong = CERTIFICATE | {"stars": "many", "isued": "2026-03-20", "events": [{"kind": "downgrade", "on": "soon"}]}
        answer = client.post("/certificates/status?on=2026-04-01", json=wrong)
        assert answer.status_code == 422
        told = {(problem["code"], problem["path"]) for problem in answer.json()["problems"]}
        assert {("not-a-number", "stars"), ("unknown-key", "isued"), ("not-a-date", "events[0].on")} <= told
        assert ("missing-key", "events[0].grounds") in told

    @pytest.mark.parametrize(
        ("query", "body", "code", "path", "said"),
        [
            (
                "?on=2026-04-01",
                "{",
                "not-json",
                "",
                "not valid JSON: Expecting property name enclosed in double quotes",
            ),
            ("?on=2026-04-01", "", "empty-document", "", "the file is empty"),
            ("", json.dumps(CERTIFICATE), "missing-key", "query.on", "'on' is missing"),
        ],
    )
    def test_what_is_wrong_with_a_request(
        self, client: Any, query: str, body: str, code: str, path: str, said: str
    ) -> None:
        headers = {"content-type": "application/json"}
        answer = client.post(f"/certificates/status{query}", content=body, headers=headers)
        [problem] = answer.json()["problems"]
        assert (answer.status_code, problem["code"], problem["path"]) == (422, code, path)
        assert problem["message"].startswith(said)

    def test_a_problem_by_a_rule_of_7_2_is_answered_as_data(self, client: Any) -> None:
        answer = client.post("/certificates/status?on=2026-04-01", json=CERTIFICATE | {"stars": 5})
        assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "stars-mismatch")


class TestProblemsOf:
    def problems(self, data: dict[str, Any], model: type[BaseModel] = Evaluation) -> list[tuple[str, str]]:
        with pytest.raises(ValidationError) as caught:
            model.model_validate(data)
        problems = problems_of(caught.value)
        assert json.dumps([problem.to_dict() for problem in problems])
        assert all(problem.message and problem.message_zh for problem in problems)
        return [(problem.code, problem.path) for problem in problems]

    @pytest.mark.parametrize("text", ["{", "", "[1"])
    def test_text_that_is_no_json(self, text: str) -> None:
        with pytest.raises(ValidationError) as caught:
            Evaluation.model_validate_json(text)
        assert [(problem.code, problem.path) for problem in problems_of(caught.value)] == [("not-json", "")]

    def test_paths_have_no_tags_of_unions(self) -> None:
        findings = {
            "5.1.1.1": {"kind": "qualitative", "degree": "x"},
            "5.1.1.2": {"kind": "sampled", "population": 3, "sampled": 5, "nonconforming": 1},
            "5.1.1.3": "half",
        }
        found = self.problems({"standard": "S", "type": "x", "findings": findings, "team": [{"role": "组长"}]})
        assert set(found) == {
            ("unknown-word", "type"),
            ("not-a-number", "findings[5.1.1.1].degree"),
            ("sampled-exceeds-population", "findings[5.1.1.2].sampled"),
            ("not-a-finding", "findings[5.1.1.3]"),
            ("missing-key", "team[0].name"),
        }

    def test_a_lone_surrogate_is_a_problem_of_its_key_or_value(self) -> None:
        """pydantic does not say whether a key or a value has one."""
        found = self.problems({"standard": "S", "findings": {}, "basis": ["\ud800"]})
        assert found == [("not-text", "basis[0]")]
        assert self.problems({"standard": "S", "findings": {}, "subject": {"\ud800": "x"}}) == [
            ("key-not-text", "subject")
        ]

    def test_problems_of_other_models_of_the_package_have_their_codes(self) -> None:
        assert self.problems(CERTIFICATE | {"stars": None}, Certificate) == [("blank", "stars")]
        assert self.problems({"on": "x"}, Status)[0] == ("not-a-date", "on")

    def test_a_model_of_ones_own_is_named(self) -> None:
        class Case(BaseModel):
            evaluation: Evaluation
            body: int

        with pytest.raises(ValidationError) as caught:
            Case.model_validate({"evaluation": {"standard": "S", "findings": {"5.1": "half"}}, "body": "x"})
        with pytest.raises(TypeError, match="model has to be given: the error is not of a model of this package"):
            problems_of(caught.value)
        found = [(problem.code, problem.path) for problem in problems_of(caught.value, Case)]
        assert found == [("not-a-mapping", "evaluation.findings[5.1]"), ("invalid-value", "body")]

    def test_an_error_as_data_has_the_code_and_place_of_its_problem(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(b"standard: CTS XBHT-S04-2025\nfindings:\n  5.1: full\n")
        (problem,) = caught.value.to_dict()["problems"]
        assert (problem["code"], problem["line"], problem["column"]) == ("group-not-deleted", 3, 3)


class Inner(BaseModel):
    a: int = 1
    b: dict[str, int] = {"x": 1, "y": 2}


class Outer(BaseModel):
    one: Inner = Inner()
    many: dict[str, Inner] = {"p": Inner(), "q": Inner()}
    last: int = 3


WITHIN = st.sets(st.sampled_from(["a", "b"])) | st.fixed_dictionaries(
    {"b": st.just(True) | st.sets(st.sampled_from(["x", "y"]))}
)
CHOICE = st.none() | st.sets(st.sampled_from(["one", "many", "last"])) | st.fixed_dictionaries(
    {}, optional={"one": st.just(True) | WITHIN, "many": st.just(True) | st.sampled_from([{"p"}, {"p": {"a"}}, {"__all__": {"a"}}]), "last": st.just(True)}
)  # fmt: skip


class TestSelection:
    @given(include=CHOICE, exclude=CHOICE)
    def test_selected_selects_as_pydantic_does(self, include: Any, exclude: Any) -> None:
        assert selected(Outer().model_dump(), include, exclude) == Outer().model_dump(include=include, exclude=exclude)

    def test_of_a_scorecard_and_of_what_holds_one(self) -> None:
        card = score(load_example("home-appliance-chain"))
        assert json.loads(card.model_dump_json(include={"stars", "final_score"})).keys() == {"stars", "final_score"}
        assert Fraction(card.model_dump(mode="json", include={"final_score"})["final_score"]) == card.final_score
        document = card.model_dump(mode="json", exclude={"evaluation": {"team", "findings"}, "nodes": {"5.1.1.1"}})
        assert "5.1.1.1" not in document["nodes"]
        assert "team" not in document["evaluation"]
        report = make_report(card).model_dump(mode="json", exclude={"card": {"evaluation"}})
        assert "evaluation" not in report["card"]


class TestTaskQueue:
    def test_objects_and_errors_come_back_from_a_spawned_process(self) -> None:
        sound = load_example("home-appliance-chain")
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            assert pool.submit(score, sound).result() == score(sound)
            error = pool.submit(score, load_example("unfinished")).exception()
        with pytest.raises(aftersales.EvaluationError) as caught:
            score(load_example("unfinished"))
        assert isinstance(error, aftersales.EvaluationError)
        assert error.problems == caught.value.problems

    def test_texts_that_a_task_queue_carries_read_back(self) -> None:
        sound = load_example("home-appliance-chain")
        sent = json.loads(json.dumps(sound.model_dump_json(exclude_none=True)))
        card = score(aftersales.load_evaluation(sent.encode()))
        assert aftersales.load_scorecard(json.loads(json.dumps(card.model_dump(mode="json")))) == score(sound)
