"""Everything that is read or written has a JSON Schema, and is valid by it."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from pydantic import BaseModel
from support import oracle
from support.documents import CARD, CERTIFICATE, WRITTEN
from support.green import GREEN
from support.plain_yaml import as_editor

import aftersales
from aftersales import data_folder, json_schema, load_standard
from aftersales.views.json_schema import DOCUMENTS


class Both:
    """Two validators, which have to agree."""

    def __init__(self, schema: dict[str, Any]):
        jsonschema.Draft202012Validator.check_schema(schema)
        self.first, self.second = jsonschema.Draft202012Validator(schema), jsonschema_rs.Draft202012Validator(schema)

    def validate(self, document: Any) -> None:
        self.first.validate(document)
        self.second.validate(document)

    def is_valid(self, document: Any) -> bool:
        valid: bool = self.first.is_valid(document)
        assert self.second.is_valid(document) is valid
        return valid


@cache
def checker(document: Any) -> Both:
    """The validators of a document, made once: to check a schema takes longer than to validate by it."""
    return Both(json_schema(document))


@cache
def checker_of(model: type[BaseModel]) -> Both:
    """The validators of a model's own schema."""
    return Both(model.model_json_schema())


@pytest.mark.parametrize("document", WRITTEN)
def test_what_is_written_is_valid(document: str, tmp_path: Path) -> None:
    written = json.loads(WRITTEN[document](tmp_path).model_dump_json())
    checker(document).validate(written)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_schema_has_an_id_with_a_version(document: aftersales.views.json_schema.Document) -> None:
    assert json_schema(document)["$id"] == f"urn:aftersales:{document}:1"


def test_schemas_of_two_standards_have_two_ids() -> None:
    """A tool that holds both would take one for the other."""
    own = load_standard(GREEN)
    assert json_schema(standard=own)["$id"] == f"urn:aftersales:evaluation:1:{own.sha256[:16]}"
    assert json_schema(standard=load_standard()) == json_schema()


@pytest.mark.parametrize(
    ("document", "path"),
    [(kind, path) for kind, folder in (("evaluation", "examples"), ("plan", "plans"), ("standard", "standards"), ("calendar", "calendars")) for path in sorted((data_folder() / folder).rglob("*.yaml"))],
    ids=str,
)  # fmt: skip
def test_the_files_of_the_package_are_valid(document: str, path: Path) -> None:
    checker(document).validate(as_editor(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "scoring" / "archive").iterdir()), ids=lambda path: path.stem
)
def test_older_results_are_valid_for_the_model_that_reads_them(path: Path) -> None:
    checker_of(aftersales.Scorecard).validate(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(
    ("path", "value"),
    [(("stars",), "4"), (("final_score",), 87.37), (("nodes", "5.1", "points"), 35), (("standard", "sha256"), "x"), (("more",), 1), (("evaluation", "findings", "5.1.1.1"), "full")],
)  # fmt: skip
def test_an_altered_scorecard_is_not_valid(path: tuple[str, ...], value: object) -> None:
    written = json.loads(CARD.model_dump_json())
    inner = written
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert not checker("scorecard").is_valid(written)


@pytest.mark.parametrize(
    ("finding", "is_valid"),
    [
        ("full", True), ("none", True), ("half", False), (None, True),
        ({"kind": "qualitative", "degree": "60%"}, True), ({"degree": "60%"}, False), ({"kind": "sampled"}, False),
    ],
)  # fmt: skip
def test_the_schema_of_the_model_takes_a_finding_as_the_model_does(finding: object, is_valid: bool) -> None:
    data = oracle.document({"5.1.1.1": finding})
    assert checker_of(aftersales.Evaluation).is_valid(data) is is_valid
    if is_valid:
        assert aftersales.Evaluation.model_validate(data)
    else:
        with pytest.raises(ValueError, match="findings"):
            aftersales.Evaluation.model_validate(data)


def test_another_word_for_a_document_or_a_wrong_standard_is_refused() -> None:
    with pytest.raises(ValueError, match="document is one of evaluation, scorecard"):
        json_schema("paper")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="standard has to be a Standard"):
        json_schema("evaluation", "CTS XBHT-S04-2025")  # type: ignore[arg-type]
    own = load_standard().model_copy(update={"id": "OWN"})
    assert json_schema("evaluation", own)["properties"]["standard"]["const"] == "OWN"


ARCHIVE = Path(__file__).parents[1] / "archive"


@pytest.mark.parametrize(
    "path", sorted(path for path in ARCHIVE.iterdir() if path.suffix != ".xlsx"), ids=lambda path: path.name
)
def test_the_files_that_the_library_wrote_are_valid(path: Path) -> None:
    checker(path.stem.partition("-")[0]).validate(as_editor(path.read_text("utf-8")))


CONFORMANCE = [
    pytest.param(
        oracle.document({str(key): finding for key, finding in case["findings"].items()}),
        id=f"{path.stem}: {case['name']['en']}",
    )
    for path in sorted((data_folder() / "conformance").glob("*.yaml"))
    for case in as_editor(path.read_text("utf-8"))["cases"]
    if "problems" not in case["expect"]
]


@pytest.fixture(scope="module")
def evaluations() -> Both:
    return checker("evaluation")


@pytest.mark.parametrize("data", CONFORMANCE)
def test_what_the_conformance_suite_scores_is_valid(data: dict[str, Any], evaluations: Both) -> None:
    evaluations.validate(data)


LONG = Fraction(10**400 - 1, 10**400 + 7)


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (aftersales.Qualitative, {"kind": "qualitative", "degree": LONG}),
        (aftersales.Qualitative, {"kind": "qualitative", "degree": "1e-100"}),
        (aftersales.Quantitative, {"kind": "quantitative", "actual": 10 + LONG, "at_least": 12}),
        (aftersales.Sampled, {"kind": "sampled", "population": 10**200 + 1, "sampled": 10**200, "nonconforming": 10**16}),
        (aftersales.Renewal, {"on": "2029-03-01", "final_score": 91, "stars": 5}),
        (aftersales.Renewal, {"on": "2029-03-01", "final_score": 90 + LONG, "stars": 5}),
    ],
)  # fmt: skip
def test_long_numbers_are_valid_as_they_are_written(model: type[aftersales.Evaluation], data: dict[str, Any]) -> None:
    made = model.model_validate(data)
    written = made.model_dump(mode="json")
    for mode in ("validation", "serialization"):
        jsonschema.validate(written, model.model_json_schema(mode=mode))  # the other validator takes no such integers
    assert model.model_validate(written) == made


def test_a_score_may_be_a_number_as_in_the_docs() -> None:
    for score_written in (87, 87.37, "87.37", "2600/29"):
        checker("certificate").validate(CERTIFICATE | {"final_score": score_written})
    assert not checker("certificate").is_valid(CERTIFICATE | {"final_score": -1})


MODELS = [
    model
    for name in aftersales.__all__
    if isinstance(model := getattr(aftersales, name), type) and issubclass(model, BaseModel)
]


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()
    for model in MODELS:

        def same(given: Any) -> Any:
            return given

        same.__annotations__ = {"given": model, "return": model}
        app.post(f"/{model.__name__}", operation_id=model.__name__)(same)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found: dict[str, Any] = app.openapi()
    return found


class TestOpenApi:
    """What FastAPI makes of the models, each as a body and as a response."""

    def test_the_openapi_description_of_all_models_is_valid(self, spec: dict[str, Any]) -> None:
        assert len(MODELS) > 50
        pytest.importorskip("openapi_spec_validator").validate(spec)

    def test_every_part_of_a_model_has_a_type(self, spec: dict[str, Any]) -> None:
        untyped = set()
        todo = [
            ((name,), part) for name, part in spec["components"]["schemas"].items() if "ValidationError" not in name
        ]
        for way, part in todo:
            assert part is not True
            if "properties" in part:
                assert part.get("additionalProperties") is not None, way
                todo += [((*way, name), inner) for name, inner in part["properties"].items()]
            elif isinstance(part.get("additionalProperties"), dict):
                todo.append(((*way, "*"), part["additionalProperties"]))
            elif "items" in part:
                todo.append(((*way, "[]"), part["items"]))
            elif any(key in part for key in ("anyOf", "oneOf")):
                todo += [(way, inner) for key in ("anyOf", "oneOf") for inner in part.get(key, ())]
            elif not part.keys() & {"type", "$ref", "const", "enum"}:
                untyped.add(way)
        assert not untyped

    def test_a_scorecard_answers_with_its_document(self, spec: dict[str, Any]) -> None:
        answer = spec["components"]["schemas"]["Scorecard-Output"]
        assert {"format", "library", "nodes", "evaluation"} <= set(answer["properties"])
        assert answer["additionalProperties"] is False


def test_an_adapter_that_is_made_before_a_model_was_used_does_not_warn() -> None:
    """FastAPI makes one for each body, and hides pydantic's warning only while it makes it."""
    code = (
        "import warnings; warnings.simplefilter('error'); import fastapi, aftersales; app = fastapi.FastAPI()\n"
        "@app.post('/')\ndef status(certificate: aftersales.Certificate) -> aftersales.Status: ...\n"
        "print(app.openapi()['openapi'])"
    )
    pytest.importorskip("fastapi")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("3.1.0\n", "")
