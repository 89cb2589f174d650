"""Under python -OO, without docstrings and asserts, every command and the library behave the same."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.command import run
from support.plain_yaml import to_yaml

from aftersales.cli.command import command_names
from aftersales.standard.editions import data_folder

CHAIN = str(data_folder() / "examples" / "home-appliance-chain.yaml")
PLAN = str(next((data_folder() / "plans").glob("*.yaml")))
COMMANDS = {
    "score": ["score", CHAIN],
    "score --partial": ["score", str(data_folder() / "examples" / "unfinished.yaml"), "--partial"],
    "check": ["check", CHAIN],
    "explain": ["explain", CHAIN],
    "template": ["template"],
    "template --plan": ["template", "--plan", PLAN],
    "schema": ["schema"],
    "standard": ["standard", "--json"],
    "plan": ["plan", PLAN],
    "report": ["report", CHAIN, "-o", "out.html", "--on", "2026-03-20"],
    "compare": ["compare", CHAIN, CHAIN],
    "certificate": ["certificate", "certificate.yaml", "--on", "2026-04-01"],
    "certificate -o": ["certificate", "certificate.yaml", "--on", "2026-04-01", "-o", "out.pdf", "--lang", "both"],
    "notice": ["notice", "certificate.yaml", "--on", "2027-04-01", "-o", "out.md"],
    "issue": ["issue", CHAIN, "--on", "2026-03-20"],
    "record": ["record", "recorded.yaml", "application", "--on", "2026-09-01"],
    "merge": ["merge", CHAIN, CHAIN],
    "rectification": ["rectification", CHAIN, "--on", "2026-03-20", "--due", "2026-04-30", "-o", "out.md"],
    "register": ["register", ".", "--on", "2026-04-01", "-o", "out.csv"],
    "improve": ["improve", CHAIN],
    "batch": ["batch", "table.csv", "-o", "out.csv"],
    "bad file": ["check", "bad.yaml"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    certificate = {
        "standard": "CTS XBHT-S04-2025",
        "edition": "2025-12-04",
        "organisation": "甲",
        "issued": "2026-03-20",
    }
    certificate |= {"final_score": "91", "stars": 5, "scope": "售后", "number": "1", "address": "乙"}
    certificate |= {"organisation_en": "A", "scope_en": "B", "body": {"name": "丙", "approval_number": "1"}}
    for name in ("certificate.yaml", "recorded.yaml"):
        (tmp_path / name).write_text(to_yaml(certificate), "utf-8")
    (tmp_path / "table.csv").write_text(
        ",".join(oracle.INDICATORS) + "\n" + ",".join("1" for _ in oracle.INDICATORS), "utf-8"
    )
    (tmp_path / "bad.yaml").write_text("standard: CTS XBHT-S04-2025\nfindings: {5.1.2.2: full}\n", "utf-8")
    return tmp_path


def results() -> dict[str, list[Any]]:
    """Of each command, in the current folder, the exit code, what is printed and what is written."""
    found = {}
    for name, arguments in COMMANDS.items():
        done = run(*arguments)
        written = {path.name: base64.b64encode(path.read_bytes()).decode() for path in Path().glob("out.*")}
        for file in written:
            Path(file).unlink()
        found[name] = [done.returncode, done.stdout, done.stderr, written]
    return found


def optimised_results(folder: Path) -> dict[str, list[Any]]:
    """The same by a process without docstrings and asserts."""
    done = subprocess.run(
        [sys.executable, "-OO", "-c", "import json, test_optimised; print(json.dumps(test_optimised.results()))"],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]),
        },
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def test_every_command_is_tried() -> None:
    assert {name.partition(" ")[0] for name in COMMANDS} >= set(command_names())


def undescribed(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: undescribed(value) for key, value in part.items() if key != "description"}
    return [undescribed(value) for value in part] if isinstance(part, list) else part


@pytest.mark.slow
def test_every_command_prints_and_writes_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    certificate = Path("recorded.yaml").read_bytes()
    plain = results()
    Path("recorded.yaml").write_bytes(certificate)
    optimised = optimised_results(folder)
    for found in (plain, optimised):
        code, schema, *rest = found["schema"]  # the descriptions of its models are docstrings
        found["schema"] = [code, undescribed(json.loads(schema)), *rest]
    assert optimised == plain
    assert [code for code, *_ in plain.values()] == [0] * (len(COMMANDS) - 1) + [2]


def lines() -> Iterator[str]:
    yield "import aftersales, pickle"
    yield f"card = aftersales.score(aftersales.load_evaluation({CHAIN!r}))"
    yield "assert False"  # dropped
    yield "print(card.stars, len(card.deductions), len(str(card.explain())), len(aftersales.html_of(card)))"
    yield "print(aftersales.Evaluation.model_json_schema()['type'], pickle.loads(pickle.dumps(card)) == card)"
    yield "print(aftersales.Scorecard.model_validate(card.model_dump(mode='json')) == card, aftersales.confidence(card))"


def test_the_library_works_in_optimised_python() -> None:
    done = subprocess.run(
        [sys.executable, "-OO", "-c", "\n".join(lines())], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("4 ")
    assert done.stdout.splitlines()[1] == "object True"
