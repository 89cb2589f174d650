"""The form of a rectification (R19): a workbook that is read as a YAML file is, each mistake at its cell."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.command import run
from support.forms import form
from support.reports import example, scored

import aftersales
from aftersales import PaperError, Rectification, load_rectification, write_rectification_workbook
from aftersales.problems.errors import folded

STANDARD = aftersales.load_standard()
DATA: dict[str, Any] = {
    "number": "ZG-1",
    "on": "2026-04-01",
    "occasion": "surveillance",
    "standard": STANDARD.id,
    "edition": str(STANDARD.edition),
    "body": {"name": "乙", "approval_number": "1", "address": "路", "telephone": "010"},
    "subject": {"organisation": "甲", "organisation_en": "A", "sites": ["一店", "二店"], "credit_code": "x"},
    "final_score": "2600/29",
    "result": "v1:" + "0" * 64,
    "items": [
        {"indicator": "5.4.3.2", "problem": "平均 30 小时", "requirement": "=24 小时内", "due": "2026-04-30", "responsible": "李静"},
        {"indicator": "5.4.3.2", "requirement": "留存记录", "due": "2026-05-30", "responsible": "李静",
         "result": {"done": "已留存", "on": "2026-04-20", "by": "张明"}},
    ],
}  # fmt: skip
WHOLE = Rectification.model_validate(DATA)
GOOD = write_rectification_workbook(STANDARD, WHOLE)


def changed(path: Path, change: Callable[[Any], object]) -> Path:
    book = form(GOOD)
    change(book)
    book.save(path)
    return path


def put(place: str, value: Any, sheet: str = "整改事项") -> Callable[[Any], object]:
    return lambda book: book[sheet].__setitem__(place, value)


class TestRoundTrip:
    def test_every_field_of_a_rectification_is_read_back(self, tmp_path: Path) -> None:
        assert all(getattr(WHOLE, name) for name in Rectification.model_fields)
        path = tmp_path / "items.xlsx"
        path.write_bytes(GOOD)
        assert load_rectification(path) == WHOLE

    def test_a_draft_of_rectification_comes_back_from_its_form(self, tmp_path: Path) -> None:
        draft = aftersales.draft_rectification(scored(example("home-appliance-chain")), "2026-03-20", "2026-04-30")
        path = tmp_path / "items.xlsx"
        path.write_bytes(write_rectification_workbook(STANDARD, draft))
        assert load_rectification(path, complete=False) == draft
        with pytest.raises(PaperError) as caught:
            load_rectification(path)
        assert {problem.code for problem in caught.value.problems} == {"missing-key"}
        assert caught.value.problems[0].cell == "整改事项!F2"
        assert "责任人" in caught.value.problems[0].message_zh
        (line,) = [problem.text("zh") for problem in folded(caught.value.problems)]
        assert line.startswith("整改事项!F2: “整改事项”: 48 个整改事项未填写“责任人”（5.1.1.2、")
        assert line.endswith("…）；请逐项填写 [missing-key]")

    def test_a_blank_form_lacks_its_day_and_its_items(self, tmp_path: Path) -> None:
        path = tmp_path / "items.xlsx"
        path.write_bytes(write_rectification_workbook(STANDARD))
        with pytest.raises(PaperError) as caught:
            load_rectification(path)
        assert {(p.path, p.cell) for p in caught.value.problems} == {("on", "整改通知!B5"), ("items", "整改事项!A1")}

    def test_an_id_that_the_standard_lacks_is_kept_and_reported(self, tmp_path: Path) -> None:
        item = DATA["items"][0] | {"indicator": "5.9"}
        path = tmp_path / "items.xlsx"
        path.write_bytes(write_rectification_workbook(STANDARD, Rectification.model_validate(DATA | {"items": [item]})))
        with pytest.raises(PaperError) as caught:
            load_rectification(path)
        assert [(p.code, p.cell) for p in caught.value.problems] == [("unknown-indicator", "整改事项!A2")]


class TestBlankForm:
    """A form to be filled in, by command: blank, or for a failed audit without an evaluation (7.2.2)."""

    CERTIFICATE = """\
standard: CTS XBHT-S04-2025
edition: 2025-12-04
number: SM-1
organisation: 甲
address: 乙
scope: 丙
body: {name: 丁, approval_number: C-1}
final_score: 87.37
stars: 4
issued: 2026-03-20
events:
- {kind: change, on: 2026-09-01, organisation: 戊}
- {kind: surveillance, on: 2027-01-11, passed: false}
- {kind: surveillance, on: 2027-02-11, passed: false}
- {kind: change, on: 2027-09-01, organisation: 己}
"""

    def facts(self, path: Path) -> dict[str, Any]:
        sheet = openpyxl.load_workbook(path)["整改通知"]
        return {label: value for label, value in sheet.iter_rows(min_row=2, values_only=True) if value is not None}

    def test_a_blank_form_names_the_standard_and_reads_once_it_is_filled_in(self, tmp_path: Path) -> None:
        path = tmp_path / "items.xlsx"
        assert run("template", "--for-rectification", "-o", str(path)).returncode == 0
        assert self.facts(path) == {"标准": STANDARD.id, "版本": str(STANDARD.edition)}
        shown = run("template", "--for-rectification").stdout
        filled = re.sub(r"(?m)^# (?=on|items)|(?<=^  )#", "", shown)
        assert load_rectification(filled.encode()).items[0].indicator == "5.4.3.2"

    def test_the_form_for_a_certificate_has_the_facts_of_its_last_failed_audit(self, tmp_path: Path) -> None:
        source, path, text = tmp_path / "c.yaml", tmp_path / "items.xlsx", tmp_path / "items.yaml"
        source.write_text(self.CERTIFICATE, "utf-8")
        template = ("template", "--for-rectification", "--certificate", str(source))
        assert run(*template, "-o", str(path)).returncode == 0
        assert self.facts(path) == {
            "标准": STANDARD.id, "版本": str(STANDARD.edition), "通知日期": "2027-02-11", "整改事由": "监督审核", "评价机构": "丁",
            "批准号": "C-1", "评价对象": "戊", "评价范围": "丙", "地址": "乙",
        }  # fmt: skip
        assert run(*template, "-o", str(text), "--lang", "en").returncode == 0
        written = (
            text.read_text("utf-8").replace("# items", "items").replace("  # - ind", "  - ind").replace("  #  ", "   ")
        )
        text.write_text(written.replace("2026-02-01", "2027-05-01"), "utf-8")
        found = load_rectification(text)
        assert (str(found.on), found.occasion, found.body and found.body.name) == ("2027-02-11", "surveillance", "丁")
        assert (
            run("record", str(source), "supplement", "--on", "2027-02-11", "--rectification", str(text)).returncode == 0
        )

    def test_without_a_failed_audit_the_day_is_open_and_the_names_are_the_last_ones(self, tmp_path: Path) -> None:
        source, path = tmp_path / "c.yaml", tmp_path / "items.xlsx"
        source.write_text(self.CERTIFICATE.replace("passed: false", "passed: true").replace("body: {", "# {"), "utf-8")
        assert run("template", "--for-rectification", "--certificate", str(source), "-o", str(path)).returncode == 0
        facts = self.facts(path)
        assert (facts["评价对象"], "通知日期" in facts, "评价机构" in facts) == ("己", False, False)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--certificate", "c.yaml"], "--certificate 须与 --for-rectification 同用"),
            (["--for-rectification", "--for-plan"], "--for-rectification 不能与 --for-plan 同用"),
            (["--for-rectification", "--plan", "p.yaml"], "--for-rectification 不能与 --plan 同用"),
            (["--for-rectification", "--certificate", "none.yaml"], "[unreadable-file]"),
        ],
    )
    def test_options_that_do_not_fit_a_form_of_rectification_are_refused(self, arguments: list[str], said: str) -> None:
        done = run("template", *arguments)
        assert (done.returncode, said in done.stderr) == (2, True)

    def test_the_certificate_is_never_the_target(self, tmp_path: Path) -> None:
        source = tmp_path / "c.yaml"
        source.write_text(self.CERTIFICATE, "utf-8")
        done = run("template", "--for-rectification", "--certificate", str(source), "-o", str(source), "--force")
        assert "[target-is-source]" in done.stderr


class TestFilledIn:
    @pytest.mark.parametrize("written", ["2026/4/20", "2026年4月20日", datetime.date(2026, 4, 20)])
    def test_an_item_is_closed_by_its_three_cells(self, tmp_path: Path, written: Any) -> None:
        def change(book: Any) -> None:
            sheet = book["整改事项"]
            sheet["G2"], sheet["H2"], sheet["I2"] = "增设夜间值班", written, "张明"
            if not isinstance(written, str):
                sheet["H2"].number_format = "yyyy/m/d"

        rectification = load_rectification(changed(tmp_path / "items.xlsx", change))
        assert rectification.open_on("2026-04-20") == ()
        assert rectification.items[0].result == aftersales.RectificationResult.model_validate(
            {"done": "增设夜间值班", "on": "2026-04-20", "by": "张明"}
        )

    def test_a_deleted_row_is_no_item(self, tmp_path: Path) -> None:
        path = changed(tmp_path / "items.xlsx", lambda book: book["整改事项"].delete_rows(2))
        assert load_rectification(path).items == WHOLE.items[1:]

    def test_the_columns_for_people_may_be_missing(self, tmp_path: Path) -> None:
        path = changed(tmp_path / "items.xlsx", lambda book: book["整改事项"].delete_cols(2, 2))
        assert [item.problem for item in load_rectification(path).items] == [None, None]

    @pytest.mark.parametrize(
        ("place", "value", "code", "cell", "word"),
        [
            ("E2", "四月底", "not-a-date", "E2", "2026-03-02"),
            ("E2", "2026-03-31", "rectification-too-early", "E2", "2026-04-01"),
            ("F2", None, "missing-key", "F2", "责任人"),
            ("G2", "已办", "missing-key", "H2", "日期"),
            ("A2", "5.4.3.9", "unknown-indicator", "A2", "5.4.3.1"),
            ("A2", None, "row-without-id", "B2", "编号"),
            ("D2", None, "missing-key", "D2", "整改要求"),
        ],
    )
    def test_a_mistake_is_reported_at_its_cell(
        self, tmp_path: Path, place: str, value: Any, code: str, cell: str, word: str
    ) -> None:
        with pytest.raises(PaperError) as caught:
            load_rectification(changed(tmp_path / "items.xlsx", put(place, value)))
        first = caught.value.problems[0]
        assert (first.code, first.cell) == (code, f"整改事项!{cell}")
        assert word in first.message_zh

    def test_a_wrong_occasion_is_answered_with_the_words_of_the_form(self, tmp_path: Path) -> None:
        with pytest.raises(PaperError) as caught:
            load_rectification(changed(tmp_path / "items.xlsx", put("B6", "年审", "整改通知")))
        assert [(p.code, p.cell) for p in caught.value.problems] == [("unknown-word", "整改通知!B6")]
        assert "评价、监督审核" in caught.value.problems[0].message_zh


def test_hidden_rows_that_are_read_are_reported(tmp_path: Path) -> None:
    book = form(GOOD)
    book["整改事项"].row_dimensions[2].hidden = True
    book.save(tmp_path / "form.xlsx")
    done = run("rectification", str(tmp_path / "form.xlsx"))
    assert done.returncode == 0
    assert [line.rpartition("[")[2] for line in done.stderr.splitlines()[1:]] == ["hidden-row]"]
    assert not run("rectification", str(tmp_path / "form.xlsx"), "--json").stderr
