"""What each command prints with --json is valid by the published schema of that document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import jsonschema_rs
import pytest
from support.command import CHAIN, EXAMPLES, UNFINISHED, run
from support.documents import WRITTEN, recorded
from support.plain_yaml import as_editor

from aftersales import EvaluationError, data_folder, json_schema, load_evaluation, load_standard, remarks
from aftersales.views.json_schema import Document

ROOT = Path(__file__).parents[2]
PLAN = str(data_folder() / "plans" / "home-appliance-chain.yaml")
IDS = [indicator.id for indicator in load_standard().indicators]

PRINTED: list[tuple[Document, list[str]]] = [
    ("scorecard", ["score", CHAIN]),
    ("bounds", ["score", UNFINISHED, "--partial"]),
    ("derivation", ["explain", CHAIN]),
    ("improvements", ["improve", CHAIN]),
    ("comparison", ["compare", CHAIN, "later.yaml"]),
    ("comparison", ["compare", CHAIN, CHAIN]),
    ("standard", ["standard"]),
    ("standard_part", ["standard", "5.1"]),
    ("standard_part", ["standard", "5.1.2"]),
    ("standard_part", ["standard", "5.1.2.2"]),
    ("reading", ["standard", "R3"]),
    ("plan", ["plan", PLAN]),
    ("deviations", ["plan", PLAN, "--evaluation", "differs.yaml"]),
    ("status", ["certificate", "certificates/a.yaml", "--on", "2027-04-01"]),
    ("register", ["register", "certificates", "--on", "2027-04-01"]),
    ("rectification", ["rectification", "items.yaml"]),
    ("rectification_status", ["rectification", "items.yaml", "--on", "2027-05-01"]),
    ("counts", ["batch", "shares.csv", "-o", "scored.csv", "--force"]),
    ("counts", ["batch", UNFINISHED, CHAIN, "-o", "scored.csv", "--force"]),
    ("problems", ["check", CHAIN]),
    ("problems", ["check", CHAIN, "--report"]),
    ("problems", ["check", CHAIN, "--plan", PLAN, "--for", "张明"]),
    ("problems", ["check", UNFINISHED]),
    ("problems", ["check", "absent.yaml"]),
    ("problems", ["score", UNFINISHED]),
    ("problems", ["score", "form.xlsx"]),
    ("problems", ["compare", CHAIN, UNFINISHED]),
    ("problems", ["compare", CHAIN, str(EXAMPLES / "food-ecommerce.yaml")]),
    ("problems", ["batch", "absent.csv", "-o", "scored.csv"]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("documents")
    text = Path(CHAIN).read_text("utf-8")
    (made / "same.yaml").write_text(text, "utf-8")
    (made / "later.yaml").write_text(text.replace("2026-03", "2027-03"), "utf-8")
    (made / "differs.yaml").write_text(text.replace("2026-03", "2026-04"), "utf-8")
    (made / "shares.csv").write_text(f"{','.join(IDS)}\n{',0.9' * len(IDS)}\n".replace("\n,", "\n"), "utf-8")
    (made / "items.yaml").write_text(WRITTEN["rectification"](made).to_yaml(), "utf-8")
    run("template", "--format", "xlsx", "-o", str(made / "form.xlsx"))
    (made / "certificates").mkdir()
    (made / "certificates" / "a.yaml").write_text(recorded().to_yaml(), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        yield made


def ensure_valid(document: Document, found: Any) -> None:
    schema = json_schema(document)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    jsonschema_rs.Draft202012Validator(schema).validate(found)


@pytest.mark.parametrize(
    ("document", "arguments"), PRINTED, ids=[" ".join([name, *part[:1]]) for name, part in PRINTED]
)
def test_what_a_command_prints_is_valid(document: Document, arguments: list[str], folder: Path) -> None:
    ensure_valid(document, json.loads(run(*arguments, "--json").stdout))


WRITTEN_FILES: list[tuple[Document, list[str], str]] = [
    ("evaluation", ["template"], "blank.yaml"),
    ("evaluation", ["template", "--plan", PLAN, "--for", "张明"], "part.yaml"),
    ("evaluation", ["merge", CHAIN, "same.yaml"], "whole.yaml"),
    ("evaluation", ["merge", CHAIN, "same.yaml"], "whole.json"),
    ("plan", ["template", "--for-plan", "--plan", PLAN], "plan.yaml"),
    ("rectification", ["rectification", CHAIN, "--on", "2026-03-20", "--due", "2026-04-30"], "draft.yaml"),
    ("rectification", ["rectification", "items.yaml"], "items.json"),
    ("certificate", ["issue", CHAIN, "--on", "2026-03-20", "--number", "SM-1"], "issued.yaml"),
    ("certificate", ["issue", CHAIN, "--on", "2026-03-20", "--number", "SM-1"], "issued.json"),
]


@pytest.mark.parametrize(
    ("document", "arguments", "file"), WRITTEN_FILES, ids=[f"{part[0]} {file}" for _, part, file in WRITTEN_FILES]
)
def test_the_file_that_a_command_writes_is_valid(
    document: Document, arguments: list[str], file: str, folder: Path
) -> None:
    done = run(*arguments, "-o", file, "--force")
    assert done.returncode == 0, done.stderr
    text = (folder / file).read_text("utf-8")
    ensure_valid(document, json.loads(text) if file.endswith(".json") else as_editor(text))


def test_a_certificate_with_recorded_events_is_valid(folder: Path) -> None:
    run("issue", CHAIN, "--on", "2026-03-20", "--number", "SM-2", "-o", "recorded.yaml", "--force")
    for event in (
        ["surveillance", "--on", "2027-02-11", "--passed", "yes", "--notice", "B-1"],
        ["downgrade", "--on", "2027-06-01", "--stars", "3", "--grounds", "major_incident", "--reason", "x"],
        ["change", "--on", "2027-07-01", "--scope", "门店"],
        ["application", "--on", "2028-12-01"],
        ["revocation", "--on", "2029-01-01", "--grounds", "breach_of_law", "--reason", "x"],
    ):
        assert run("record", "recorded.yaml", *event).returncode == 0
    ensure_valid("certificate", as_editor((folder / "recorded.yaml").read_text("utf-8")))


def test_the_readings_are_a_list() -> None:
    for reading in json.loads(run("standard", "readings", "--json").stdout):
        ensure_valid("reading", reading)


def test_each_command_with_the_option_and_each_document_are_tried() -> None:
    modules = (ROOT / "src" / "aftersales" / "cli" / "commands").glob("*.py")
    commands = {path.stem for path in modules if '"--json"' in path.read_text("utf-8")}
    assert {arguments[0] for _, arguments in PRINTED} == commands
    assert {document for document, _ in PRINTED} | WRITTEN.keys() == {*get_args(Document)}


def test_the_table_of_the_docs_has_each_document() -> None:
    section = (ROOT / "docs" / "format.md").read_text("utf-8").partition("\n## JSON Schemas\n")[2].partition("\n## ")[0]
    first = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert sorted(re.findall("`(.+?)`", "".join(first))) == sorted(get_args(Document))


def test_errors_and_remarks_as_plain_data_are_valid() -> None:
    with pytest.raises(EvaluationError) as refused:
        load_evaluation(b'{"standard": "CTS XBHT-S04-2025", "findings": {"5.1.2.2": "full"}}')
    ensure_valid("problems", refused.value.to_dict())
    found = [remark.to_dict() for remark in remarks(load_evaluation(CHAIN))]
    assert found
    ensure_valid("problems", {"problems": [], "remarks": found})


@pytest.mark.parametrize("lacks", ["code", "path", "line", "message", "cell"])
def test_a_problem_has_all_of_its_keys(lacks: str) -> None:
    problem = {
        "code": "x",
        "path": "",
        "line": None,
        "column": 1,
        "clause": "6.2.2",
        "message": "a",
        "message_zh": "b",
        "cell": None,
    }
    ensure_valid("problems", {"problems": [problem]})
    del problem[lacks]
    with pytest.raises(jsonschema.ValidationError, match=f"'{lacks}' is a required property"):
        ensure_valid("problems", {"problems": [problem]})


def test_the_schema_of_problems_can_stand_inside_another_one() -> None:
    assert "$ref" not in json.dumps(json_schema("problems"))
