"""A form for each assessor of a plan, and the check of one part (6.1.1, 6.1.2, R21)."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

import aftersales
from aftersales.cli.command import main

# By the plan of the example: 5.1 张明; 5.3.1, 5.3.5, 5.3.6, 5.4 李静; the others 王海涛.
PLAN = "data/plans/home-appliance-chain.yaml"
COUNTS = {"1-张明": 26, "2-李静": 29, "3-王海涛": 18}


@pytest.fixture(autouse=True)
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    content = Path(PLAN).read_bytes()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_bytes(content)
    return tmp_path


def ids(path: Path) -> list[str]:
    """The ids of the indicators in a form."""
    sheet = openpyxl.load_workbook(path)["评分表"]
    return [row[0].value for row in sheet.iter_rows(min_row=2) if str(row[0].value).count(".") == 3]


@pytest.mark.parametrize("format", ["xlsx", "yaml"])
def test_the_forms_of_all_assessors_hold_each_indicator_once_and_merge_to_the_blank_evaluation(
    format: str, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", "--plan", "plan.yaml", "--each", "--format", format, "-o", "forms"]) == 0
    files = sorted((plan / "forms").iterdir())
    assert [file.name for file in files] == [f"{name}.{format}" for name in COUNTS]
    assert capsys.readouterr().out.splitlines() == [f"forms/{file.name}" for file in files]
    parts = [aftersales.load_evaluation(file) for file in files]
    assert {part.subject for part in parts} == {parts[0].subject}
    assert aftersales.merge(parts).team == parts[0].team
    if format == "xlsx":
        found = [ids(file) for file in files]
        assert [len(each) for each in found] == list(COUNTS.values())
        assert sorted(key for each in found for key in each) == sorted(
            indicator.id for indicator in aftersales.load_standard().indicators
        )
    else:
        assert [file.read_text("utf-8").count("\n  5.") for file in files] == list(COUNTS.values())


def test_a_group_that_others_assess_too_cannot_be_deleted(plan: Path) -> None:
    assert main(["template", "--plan", "plan.yaml", "--for", "李静", "-o", "form.xlsx"]) == 0
    sheet = openpyxl.load_workbook("form.xlsx")["评分表"]
    locked = {str(row[0].value): row[4].protection.locked for row in sheet.iter_rows(min_row=2)}
    assert (locked["5.3"], locked["5.3.1"], locked["5.3.1.1"], locked["5.4"]) == (True, False, False, False)
    assert "5.1" not in locked


def test_the_check_of_a_part_lists_what_that_assessor_has_left(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = aftersales.load_example()
    own = aftersales.load_plan("plan.yaml").indicators_of("李静")
    findings = {key: finding for key, finding in whole.findings.items() if key in own or key.startswith("5.3.6")}
    (plan / "part.json").write_text(whole.model_copy(update={"findings": findings}).model_dump_json(), "utf-8")
    assert main(["check", "part.json", "--plan", "plan.yaml", "--for", "李静"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "part.json：李静负责的 29 项指标均已认定，没有问题"
    assert main(["check", "part.json", "--plan", "plan.yaml", "--for", "李静", "--json"]) == 0
    assert '"problems": []' in capsys.readouterr().out
    form = plan / "form.xlsx"
    assert main(["template", "--plan", "plan.yaml", "--for", "李静", "-o", str(form)]) == 0
    assert capsys.readouterr().out == f"{form}：已写入\n"
    assert main(["check", "form.xlsx", "--plan", "plan.yaml", "--for", "李静"]) == 2
    assert capsys.readouterr().err.startswith("form.xlsx:评分表!")
    del findings["5.4.1.1"]
    (plan / "part.json").write_text(whole.model_copy(update={"findings": findings}).model_dump_json(), "utf-8")
    assert main(["check", "part.json", "--plan", "plan.yaml", "--for", "李静"]) == 2
    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()[:1]] == ["5.4.1.1"]
    assert main(["check", "part.json", "--plan", "plan.yaml", "--for", "张明"]) == 2
    assert "5.1: “售后服务体系”的 26 项指标均尚无认定" in capsys.readouterr().err
    (plan / "part.json").write_text('{"standard": "CTS XBHT-S04-2025", "findings": {"5.9": "full"}}', "utf-8")
    assert main(["check", "part.json", "--plan", "plan.yaml", "--for", "张明"]) == 2
    assert "[unknown-indicator, 5]" in capsys.readouterr().err


def test_the_check_of_a_part_lists_only_what_is_of_that_assessor(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the file of the whole team: what others have left, and remarks on their findings, are not theirs."""
    whole = aftersales.load_example()
    findings = dict(whole.findings) | {"5.1.1.1": None, "5.4.1.1": None}
    (plan / "whole.xlsx").write_bytes(
        aftersales.write_workbook(aftersales.load_standard(), whole.model_copy(update={"findings": findings}))
    )
    assert main(["check", "whole.xlsx", "--plan", "plan.yaml", "--for", "王海涛"]) == 0
    own = aftersales.load_plan("plan.yaml").indicators_of("王海涛")
    bare = [
        key
        for key in own
        if (finding := findings.get(key)) and finding.kind != "not_applicable" and not finding.evidence
    ]
    named = re.findall(r"5\.[0-9]\.[0-9]\.[0-9]", capsys.readouterr().out)
    assert named == bare  # each of them is met in full, and has no evidence
    assert main(["check", "whole.xlsx", "--plan", "plan.yaml", "--for", "李静"]) == 2
    sheet = openpyxl.load_workbook("whole.xlsx")["评分表"]
    cell = next(row[3].coordinate for row in sheet if row[0].value == "5.4.1.1")
    assert capsys.readouterr().err.splitlines()[0].startswith(f"whole.xlsx:评分表!{cell}: 5.4.1.1: ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["template", "--for", "李静"], "needs-plan"),
        (["template", "--each", "-o", "forms"], "needs-plan"),
        (["template", "--plan", "plan.yaml", "--each"], "needs-output"),
        (["template", "--plan", "plan.yaml", "--for", "李净"], "unknown-member"),
        (["template", "--plan", "plan.yaml", "--each", "--for", "李静", "-o", "forms"], "options-clash"),
        (["template", "--for-plan", "--each", "-o", "forms"], "options-clash"),
        (["template", "--for-plan", "--plan", "plan.yaml", "--for", "李静"], "options-clash"),
        (["template", "--plan", "plan.yaml", "--each", "-o", "plan.yaml"], "unwritable-file"),
        (["template", "--plan", "plan.yaml", "--each", "-o", "plan.yaml/forms"], "unwritable-file"),
        (["check", "plan.yaml", "--for", "李静"], "needs-plan"),
        (["check", "plan.yaml", "--plan", "plan.yaml"], "needs-option"),
        (["check", "plan.yaml", "--plan", "plan.yaml", "--for", "李静", "--report"], "options-clash"),
        (["plan", "plan.yaml", "--json", "-o", "plan.md"], "options-clash"),
        (["plan", "plan.yaml", "--draft"], "needs-option"),
        (["plan", "plan.yaml", "--force"], "needs-option"),
        (["register", ".", "--on", "2026-03-20", "--json", "-o", "register.csv"], "options-clash"),
        (["check", "plan.yaml", "--plan", "plan.yaml", "--for", "李净"], "unknown-member"),
    ],
)
def test_options_that_do_not_fit_the_form_of_an_assessor_are_refused(
    arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert f"[{code}" in told.err or f'"{code}"' in told.out
    assert sorted(file.name for file in Path().iterdir()) == ["plan.yaml"]


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize(
    "command",
    [["template"], ["template", "-o", "form.xlsx"], ["check", "plan.yaml"]],
    ids=lambda command: " ".join(command),
)
def test_an_assessor_who_is_not_in_the_plan_is_reported_at_the_option(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """6.1.2."""
    assert main([*command, "--plan", "plan.yaml", "--for", "李净"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("aftersales: --for: “李净”不在评价小组中")
    assert told.endswith("成员：张明、李静、王海涛 [unknown-member, 6.1.2]\n")


def test_a_form_that_exists_is_not_overwritten(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "forms").mkdir()
    for name in ("2-李静.xlsx", "3-王海涛.xlsx"):
        (plan / "forms" / name).write_bytes(b"filled in")
    assert main(["template", "--plan", "plan.yaml", "--each", "-o", "forms"]) == 2
    assert capsys.readouterr().err.count("[file-exists]") == 2
    assert {file.name: file.read_bytes() for file in (plan / "forms").iterdir()} == {
        "2-李静.xlsx": b"filled in",
        "3-王海涛.xlsx": b"filled in",
    }
    assert main(["template", "--plan", "plan.yaml", "--each", "-o", "forms", "--force"]) == 0
    assert len(list((plan / "forms").iterdir())) == 3


def test_a_plan_among_the_forms_is_never_overwritten(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = plan / "forms" / "2026" / "3-王海涛.yaml"
    path.parent.mkdir(parents=True)
    (plan / "plan.yaml").rename(path)
    content = path.read_bytes()
    given = ["template", "--plan", str(path), "--each", "--format", "yaml", "--force", "-o"]
    assert main([*given, str(path.parent)]) == 2
    assert "[target-is-source]" in capsys.readouterr().err
    assert [file.read_bytes() for file in path.parent.iterdir()] == [content]
    assert main([*given, "other/2027"]) == 0
    assert len(list((plan / "other" / "2027").iterdir())) == 3


def test_a_member_without_indicators_gets_no_form(plan: Path) -> None:
    text = (plan / "plan.yaml").read_text("utf-8")
    member = "  - {name: 赵强, role: member, qualification: 观察员, organisation: 云津质信认证有限公司}\n"
    (plan / "plan.yaml").write_text(text.replace("team:\n", f"team:\n{member}", 1), "utf-8")
    assert main(["template", "--plan", "plan.yaml", "--each", "--format", "yaml", "-o", "forms"]) == 0
    assert sorted(file.name for file in (plan / "forms").iterdir()) == ["2-张明.yaml", "3-李静.yaml", "4-王海涛.yaml"]


def test_a_form_by_another_edition_that_is_asked_for(plan: Path) -> None:
    assert main(["template", "--plan", "plan.yaml", "--each", "--edition", "2025-12-04", "-o", "forms"]) == 0
