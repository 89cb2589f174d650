"""Everything that is read or written has a JSON Schema, and is valid by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from support import oracle
from support.documents import CARD, WRITTEN
from support.plain_yaml import as_editor

import aftersales
from aftersales import data_folder, json_schema, load_standard
from aftersales.views.json_schema import DOCUMENTS


def checker(document: Any) -> Any:
    schema = json_schema(document)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_written_is_valid(document: str, tmp_path: Path) -> None:
    written = json.loads(WRITTEN[document](tmp_path).model_dump_json())
    checker(document).validate(written)
    assert json_schema(document)["$id"] == f"urn:aftersales:{document}:1"  # type: ignore[arg-type]


def test_each_document_of_the_list_is_tried() -> None:
    assert WRITTEN.keys() == set(DOCUMENTS) == set(get_args(aftersales.views.json_schema.Document))


@pytest.mark.parametrize(
    ("document", "path"),
    [(kind, path) for kind, folder in (("evaluation", "examples"), ("plan", "plans"), ("standard", "standards")) for path in sorted((data_folder() / folder).rglob("*.yaml"))],
    ids=str,
)  # fmt: skip
def test_the_files_of_the_package_are_valid(document: str, path: Path) -> None:
    checker(document).validate(as_editor(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "scoring" / "archive").iterdir()), ids=lambda path: path.stem
)
def test_older_results_are_valid_for_the_model_that_reads_them(path: Path) -> None:
    jsonschema.Draft202012Validator(aftersales.Scorecard.model_json_schema()).validate(
        json.loads(path.read_text("utf-8"))
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [(("stars",), "4"), (("final_score",), 87.37), (("nodes", "5.1", "points"), 35), (("standard", "sha256"), "x"), (("more",), 1), (("evaluation", "findings", "5.1.1.1"), "full")],
)  # fmt: skip
def test_another_scorecard_is_not(path: tuple[str, ...], value: object) -> None:
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
    assert jsonschema.Draft202012Validator(aftersales.Evaluation.model_json_schema()).is_valid(data) is is_valid
    if is_valid:
        assert aftersales.Evaluation.model_validate(data)
    else:
        with pytest.raises(ValueError, match="findings"):
            aftersales.Evaluation.model_validate(data)


def test_another_word_or_standard() -> None:
    with pytest.raises(ValueError, match="document is one of evaluation, scorecard"):
        json_schema("paper")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="standard has to be a Standard"):
        json_schema("evaluation", "CTS XBHT-S04-2025")  # type: ignore[arg-type]
    own = load_standard().model_copy(update={"id": "OWN"})
    assert json_schema("evaluation", own)["properties"]["standard"]["const"] == "OWN"
