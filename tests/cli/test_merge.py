"""The command `merge`: parts of several assessors in files (R21)."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from support.forms import STANDARD

import aftersales
from aftersales.cli.command import main
from aftersales.evaluation.workbook.writer import write_workbook

HEAD = "standard: CTS XBHT-S04-2025\nedition: 2025-12-04\nfindings:\n"
PLAN = "data/plans/home-appliance-chain.yaml"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two parts that differ in 5.1.1.2: a.yaml, and b.xlsx, a form."""
    plan = Path(PLAN).resolve()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_bytes(plan.read_bytes())
    (tmp_path / "a.yaml").write_text(HEAD + "  5.1.1.1: full\n  5.1.1.2: {kind: qualitative, degree: 60%}\n", "utf-8")
    other = aftersales.load_evaluation(
        (HEAD + "  5.1.1.3: none\n  5.1.1.2: {kind: qualitative, degree: 80%}\n").encode()
    )
    (tmp_path / "b.xlsx").write_bytes(write_workbook(STANDARD, other))
    (tmp_path / "c.yaml").write_text(HEAD + "  5.1.1.3: none\n", "utf-8")
    return tmp_path


def test_a_difference_is_reported_with_both_places_and_nothing_is_written(
    parts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["merge", "a.yaml", "b.xlsx", "-o", "whole.xlsx"]) == 2
    out, err = capsys.readouterr()
    place = next(row for row in openpyxl.load_workbook("b.xlsx")["评分表"] if row[0].value == "5.1.1.2")[3].coordinate
    assert out == ""
    assert err == (
        "aftersales: 5.1.1.2: 审查人员的认定不一致：a.yaml（5:3）：定性，符合程度 60%；"
        f"b.xlsx（评分表!{place}）：定性，符合程度 80%；请评价小组统一认定后再合并 [findings-differ, 6.1.1]\n"
    )
    assert not (parts / "whole.xlsx").exists()


@pytest.mark.parametrize("name", ["whole.xlsx", "whole.yaml", "whole.json"])
def test_a_draft_leaves_open_what_differs(parts: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge", "b.xlsx", "a.yaml", "--draft", "-o", name, "--lang", "en"]) == 0
    err = capsys.readouterr().err
    assert "[findings-differ, 6.1.1]" in err
    assert err.splitlines()[1].startswith("71 indicators without a finding: 5.1.1.2, 5.1.1.4, 5.1.1.5, 5.1.2, 5.1.3,")
    assert err.splitlines()[1].endswith("5.1.7, 5.2, 5.3, 5.4")
    whole = aftersales.load_evaluation(parts / name)
    assert [key for key, finding in whole.findings.items() if finding is not None] == ["5.1.1.1", "5.1.1.3"]


def test_what_nobody_assessed_is_listed_by_who_was_to_assess_it(
    parts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["merge", "a.yaml", "c.yaml", "--plan", "plan.yaml"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("format: 1\nstandard: CTS XBHT-S04-2025\n")
    assert err.splitlines()[0].startswith("应由张明认定而尚未认定的指标 23 项：5.1.1.4、5.1.1.5、5.1.2、")
    assert len(err.splitlines()) == 3  # one for each of the team


def test_the_place_of_a_member_is_that_in_each_part(parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (parts / "a.yaml").write_text(HEAD + "  5.1.1.1: full\nteam:\n- {name: 张明, role: lead}\n", "utf-8")
    (parts / "c.yaml").write_text(
        HEAD + "  5.1.1.3: none\nteam:\n- name: 李静\n- {name: 张明, role: member}\n", "utf-8"
    )
    assert main(["merge", "a.yaml", "c.yaml"]) == 2
    assert "a.yaml（6:20）：lead；c.yaml（7:20）：member" in capsys.readouterr().err


def test_what_would_not_be_read_again_is_not_written(parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deletion = "  5.3.6: {kind: not_applicable, reason: 无回收, confirmed_by: [张明]}\n"
    (parts / "a.yaml").write_text(HEAD + deletion, "utf-8")
    (parts / "c.yaml").write_text(HEAD + "  5.1.1.3: none\nteam: [{name: 李静}]\n", "utf-8")
    assert main(["merge", "a.yaml", "c.yaml", "-o", "whole.yaml"]) == 2
    assert "“张明”不在评价小组中" in capsys.readouterr().err
    assert not (parts / "whole.yaml").exists()
    assert main(["merge", "a.yaml", "c.yaml", "-o", "whole.yaml", "--draft"]) == 0
    assert [*aftersales.load_evaluation(parts / "whole.yaml").findings.values()][-1] is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("照片/1.jpg", "甲 组/照片/1.jpg"), (r"照片\\1.jpg", "甲 组/照片/1.jpg"), ("../总部/", "总部"),
        ("/srv/1.jpg", "/srv/1.jpg"), (r"D:\\1.jpg", r"D:\1.jpg"), ("https://甲.cn/1", "https://甲.cn/1"),
    ],
)  # fmt: skip
def test_the_files_of_evidence_are_named_from_the_merged_file(name: str, expected: str, parts: Path) -> None:
    (parts / "甲 组").mkdir()
    evidence = f'[{{method: observation, file: "{name}"}}, {{method: document}}]'
    finding = f"  5.1.1.2: {{kind: qualitative, degree: 1, evidence: {evidence}}}\n"
    (parts / "甲 组" / "a.yaml").write_text(HEAD + "  5.1.1.1: full\n" + finding, "utf-8")
    (parts / "c.yaml").write_text(HEAD + finding.replace("5.1.1.2", "5.1.1.3"), "utf-8")

    def files(whole: str) -> list[str | None]:
        findings = aftersales.load_evaluation(parts / whole).findings
        judged = [finding for key in ("5.1.1.2", "5.1.1.3") if (finding := findings[key]) is not None]
        return [piece.file for finding in judged for piece in finding.evidence]

    own = name.replace(r"\\", "\\")
    assert main(["merge", "甲 组/a.yaml", "c.yaml", "-o", "whole.yaml"]) == 0
    assert files("whole.yaml") == [expected, None, own, None]
    assert main(["merge", "whole.yaml", "甲 组/a.yaml", "-o", "again.yaml"]) == 0
    assert files("again.yaml") == files("whole.yaml")
    (parts / "乙 组").mkdir()
    assert main(["merge", "甲 组/a.yaml", "c.yaml", "-o", "乙 组/whole.yaml"]) == 0
    assert files("乙 组/whole.yaml") == [own, None, own, None]  # no folder below names it


def test_another_extension_is_refused_with_all_that_it_writes(parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge", "a.yaml", "-o", "whole.docx"]) == 2
    assert "可用：.yaml、.yml、.json、.xlsx [unknown-format]" in capsys.readouterr().err


def test_a_complete_evaluation_has_nothing_open(parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = aftersales.load_example()
    (parts / "whole.json").write_text(example.model_dump_json(), "utf-8")
    assert main(["merge", "whole.json", "whole.json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert aftersales.load_evaluation(out.encode()) == example


def test_the_problems_of_all_parts_are_reported(parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (parts / "a.yaml").write_text(HEAD + "  5.1.1.1: nil\n", "utf-8")
    (parts / "c.yaml").write_text(HEAD + "  5.9.1.1: full\n", "utf-8")
    assert main(["merge", "a.yaml", "c.yaml", "-o", "whole.yaml"]) == 2
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["a.yaml", "c.yaml"]


@pytest.mark.parametrize("target", ["a.yaml", "c.yaml", "plan.yaml"])
def test_a_part_is_never_overwritten(parts: Path, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = (parts / target).read_bytes()
    assert main(["merge", "a.yaml", "c.yaml", "--plan", "plan.yaml", "-o", target, "--force"]) == 2
    assert "target-is-source" in capsys.readouterr().err
    assert (parts / target).read_bytes() == before
