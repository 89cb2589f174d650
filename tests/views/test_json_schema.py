"""Everything that is read or written has a JSON Schema, and is valid by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from support import oracle
from support.plain_yaml import as_editor
from support.reports import example

import aftersales
from aftersales import (
    Surveillance,
    data_folder,
    json_schema,
    load_certificate,
    load_example,
    load_plan,
    load_standard,
    score,
)
from aftersales.views.json_schema import DOCUMENTS

CARD = score(load_example("home-appliance-chain"))
CERTIFICATE = {
    "standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "organisation": "滨海家电连锁有限公司", "final_score": "87.37", "stars": 4, "issued": "2026-03-20",
}  # fmt: skip


def checker(document: Any) -> Any:
    schema = json_schema(document)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def recorded() -> aftersales.Certificate:
    audit = Surveillance.model_validate(
        {"on": "2027-02-11", "passed": True, "notice": {"number": "B-1", "on": "2027-02-12"}}
    )
    return load_certificate(CERTIFICATE).record(audit)


def register(folder: Path) -> aftersales.Register:
    (folder / "a.yaml").write_text(recorded().to_yaml(), "utf-8")
    (folder / "b.yaml").write_text("stars: x", "utf-8")
    return aftersales.register(folder, "2027-04-01")


def progress(folder: Path) -> aftersales.Progress:
    later = example("home-appliance-chain") | {"period": {"start": "2027-03-02", "end": "2027-03-06"}}
    return aftersales.progress(CARD, score(aftersales.Evaluation.model_validate(later)))


WRITTEN: dict[str, Callable[[Path], Any]] = {
    "evaluation": lambda folder: CARD.evaluation,
    "scorecard": lambda folder: CARD,
    "standard": lambda folder: load_standard(),
    "plan": lambda folder: load_plan(data_folder() / "plans" / "home-appliance-chain.yaml"),
    "certificate": lambda folder: recorded(),
    "rectification": lambda folder: aftersales.Rectification.model_validate(
        {"on": "2027-03-01", "items": [{"indicator": "5.4.3.2", "requirement": "限时响应", "due": "2027-04-30", "responsible": "李静"}]}
    ),
    "calendar": lambda folder: aftersales.load_calendar(data_folder() / "calendars" / "2026.yaml"),
    "status": lambda folder: recorded().status("2027-04-01"),
    "register": register,
    "bounds": lambda folder: aftersales.bounds(load_example("unfinished")),
    "improvements": lambda folder: aftersales.improvements(CARD),
    "what_if": lambda folder: aftersales.what_if(CARD, {"5.1.3.1": "none"}),
    "comparison": lambda folder: aftersales.compare([CARD, CARD]),
    "progress": progress,
    "confidence": lambda folder: aftersales.confidence(CARD),
}  # fmt: skip


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
