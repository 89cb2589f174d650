"""The command with workbooks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from support.command import run
from support.forms import (
    GOOD,
    I1,
    ROWS,
    SHEET,
    STANDARD,
    at,
    broken,
    example,
    filled,
    refusals,
)

import aftersales
from aftersales.evaluation.workbook.layout import COLUMNS
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.standard.editions import data_folder


class TestCommand:
    def test_the_command_writes_a_form_scores_it_and_names_the_cell_of_a_mistake(self, tmp_path: Path) -> None:
        form, filled_ = tmp_path / "form.xlsx", tmp_path / "shop.xlsx"
        assert run("template", "--format", "xlsx", "-o", str(form)).returncode == 0
        assert form.read_bytes()[:2] == b"PK"
        assert "[file-exists]" in run("template", "--format", "xlsx", "-o", str(form)).stderr
        assert "[needs-output]" in run("template", "--format", "xlsx").stderr
        filled_.write_bytes(GOOD)
        assert "最终得分 87.37" in run("score", str(filled_)).stdout
        broken(filled(I1, kind="定性", degree=60), filled_)
        done = run("check", str(filled_), "--lang", "en")
        assert done.stderr == (
            f"{filled_}:{at(I1, 'degree')}: {I1}: 60 is out of range; write 0 to 1 (0% to 100%); did you mean '60%'? [out-of-range, 6.2.2]\n"
        )
        assert json.loads(run("check", str(filled_), "--json").stdout)["problems"][0]["cell"] == at(I1, "degree")

    def test_the_form_of_a_plan_holds_its_facts_and_the_assessors_of_each_indicator(self, tmp_path: Path) -> None:
        form = tmp_path / "form.xlsx"
        plan = data_folder() / "plans" / "home-appliance-chain.yaml"
        assert run("template", "--format", "xlsx", "--plan", str(plan), "-o", str(form)).returncode == 0
        evaluation = aftersales.load_evaluation(form)
        assert (evaluation.subject, evaluation.team, evaluation.period) == (
            example().subject,
            example().team,
            example().period,
        )
        book = openpyxl.load_workbook(form)
        heads = [one.value for one in book[SHEET][1]]
        assert heads[:5] == ["编号", "指标", "分值", "审查人员", "认定方式"]
        assert (len(heads), book[SHEET].freeze_panes) == (len(COLUMNS) + 1, "E2")
        assert [book[SHEET].cell(ROWS[key], 4).value for key in ("5.4.3.2", "5.1.1.1", "5.1")] == ["李静", "张明", None]
        assert book[SHEET].cell(ROWS["5.1.1.1"], 4).protection.locked
        book[SHEET].cell(ROWS["5.1.1.1"], 5).value = "完全符合"
        book[SHEET].cell(ROWS["5.1.1.2"], 4).value = "李静、张明"
        book.save(form)
        assert list(aftersales.load_evaluation(form).findings) == ["5.1.1.1"]
        book[SHEET]["Z1"] = "审查人员"
        book.save(form)
        assert refusals(form) == [("duplicate-column", f"{SHEET}!Z1")]

    def test_writing_without_openpyxl_names_the_extra_and_reading_needs_none(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(GOOD)
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        assert aftersales.load_evaluation(path) == example()  # reading needs nothing but the package
        with pytest.raises(aftersales.MissingExtra) as caught:
            write_workbook(STANDARD)
        assert caught.value.problems[0].message == "this needs openpyxl: pip install 'aftersales[excel]'"


def test_scoring_a_yaml_file_imports_no_extra_and_nothing_of_workbooks_and_reports() -> None:
    code = (
        "import sys; from aftersales import cli; cli.main(['score', sys.argv[1]]);"
        "packages = ('evaluation.workbook', 'files.spreadsheet', 'analysis', 'batch', 'certification', 'rendering');"
        "print({'openpyxl', 'jinja2', 'docx', 'typst', 'chinese_calendar', 'pyarrow'} & set(sys.modules),"
        " [name for name in sys.modules if name.removeprefix('aftersales.').startswith(packages)])"
    )
    path = str(data_folder() / "examples" / "home-appliance-chain.yaml")
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set() []"
