"""`check --report`: what a report needs is reported before it is written (7.1)."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from support.command import CHAIN
from support.forms import STANDARD, cell

from aftersales import load_example, write_workbook
from aftersales.cli.command import main
from aftersales.evaluation import loading


def test_an_evaluation_with_all_that_a_report_needs_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(CHAIN), "--report"]) == 0
    assert "73" in capsys.readouterr().out.splitlines()[0]


def test_what_is_missing_for_a_report_is_reported_with_the_remarks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Path(CHAIN).read_text("utf-8").splitlines(keepends=True)
    path = tmp_path / "shop.yaml"
    path.write_text("".join(line for line in lines if not line.startswith("body:")), "utf-8")
    assert main(["check", str(path)]) == 0
    remarks = capsys.readouterr().out.splitlines()[1:]
    assert main(["check", str(path), "--report"]) == 2
    out, err = capsys.readouterr()
    assert [line.rpartition("[")[2] for line in err.splitlines()] == ["missing-for-report, 6.1.1]"] * 2
    assert out.splitlines() == remarks
    assert main(["check", str(path), "--report", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert [problem["path"] for problem in document["problems"]] == ["body.name", "body.approval_number"]
    assert document["remarks"]


def test_a_missing_reason_is_reported_at_its_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = tmp_path / "shop.xlsx"
    evaluation = load_example("home-appliance-chain")
    without = evaluation["5.1.1.2"].model_copy(update={"reason": None})
    form.write_bytes(write_workbook(STANDARD, evaluation.with_findings({"5.1.1.2": without})))
    assert main(["check", str(form), "--report"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"评分表!{cell('5.1.1.2', 'reason')}: 5.1.1.2: " in line
    assert "[missing-reason, 7.1]" in line


def test_what_is_wrong_comes_before_what_a_report_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text("standard: CTS XBHT-S04-2025\nfindings: {5.9: full}\n", "utf-8")
    assert main(["check", str(path), "--report"]) == 2
    assert "missing-for-report" not in capsys.readouterr().err


def test_stdin_is_read_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Stdin:
        buffer = io.BytesIO(Path(CHAIN).read_bytes())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert main(["check", "-", "--report"]) == 0
    assert "73" in capsys.readouterr().out


def test_the_file_is_read_and_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = {"parse_source": 0, "check": 0}

    def counted(name: str) -> None:
        function = getattr(loading, name)

        def wrapper(*arguments: Any, **options: Any) -> Any:
            calls[name] += 1
            return function(*arguments, **options)

        monkeypatch.setattr(loading, name, wrapper)

    for name in calls:
        counted(name)
    assert main(["check", str(CHAIN), "--report"]) == 0
    assert calls == {"parse_source": 1, "check": 1}
