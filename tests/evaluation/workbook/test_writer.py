"""The form that is written: its sheets, drop-downs, colours, protection and row heights."""

from __future__ import annotations

import html
import io
import re
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
from support import oracle
from support.forms import (
    LETTERS,
    ROWS,
    SHEET,
    STANDARD,
    blank,
    cell,
    example,
    form,
)

import aftersales
from aftersales import load_example
from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.workbook.grid import Rows
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.numbers import read_quantity


class TestForm:
    """The blank form: a row for each node, drop-downs, protected titles, greyed cells, frozen and repeated heads."""

    def sheet(self) -> Any:
        return form(blank())[SHEET]

    def test_each_indicator_has_a_row_with_its_title_and_points(self) -> None:
        sheet = self.sheet()
        assert {key: sheet[cell(key, "id")].value for key in oracle.POINTS} == {key: key for key in oracle.POINTS}
        assert all(sheet[cell(key, "title")].value == oracle.TITLES[key] for key in oracle.POINTS)
        assert all(read_quantity(sheet[cell(key, "points")].value) == oracle.POINTS[key] for key in oracle.POINTS)

    def test_the_form_is_protected_but_for_what_people_fill_in(self) -> None:
        sheet = self.sheet()
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert sheet[cell("5.1.1.1", "title")].protection.locked
        assert not sheet[cell("5.1.1.1", "degree")].protection.locked
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("D2", "$1:$1")

    def test_the_drop_down_of_a_row_offers_the_kinds_that_it_may_have(self) -> None:
        sheet = self.sheet()
        words: dict[str, str] = {}
        for validation in (one for one in sheet.data_validations.dataValidation if one.type == "list"):
            for one in validation.sqref.ranges:
                for row in range(one.min_row, one.max_row + 1):
                    words[f"D{row}"] = validation.formula1
        assert words[cell("5.1.1.1", "kind")] == '"完全符合,完全不符合,定性,定量,抽样,不适用"'
        assert words[cell("5.1.2.2", "kind")] == '"定量,不适用"'
        assert words[cell("5.3.6", "kind")] == '"不适用"'
        assert len(words) == len(oracle.POINTS)
        assert words[cell("5.1", "kind")] == '"不适用"'

    def test_cells_that_the_chosen_kind_does_not_use_turn_grey(self) -> None:
        rules = {str(r.sqref): r.rules[0].formula[0] for r in self.sheet().conditional_formatting}
        last = len(oracle.POINTS) + 1
        assert rules[f"E2:E{last}"] == 'OR($D2="完全符合",$D2="完全不符合",$D2="定量",$D2="抽样",$D2="不适用")'
        assert len(rules) == 13  # all columns of inputs but the kind and the reason

    def test_the_cells_that_a_deletion_does_not_use_are_grey_in_the_rows_of_groups(self) -> None:
        sheet = self.sheet()
        grey = {column for column in LETTERS if sheet[cell("5.1.1", column)].fill.start_color.rgb == "FFD9D9D9"}
        assert grey == set(LETTERS) - {"id", "title", "points", "kind", "reason", "confirmed_by"}
        assert {sheet[cell("5.1.1.1", column)].fill.fill_type for column in LETTERS} == {None}

    def test_every_sheet_prints_its_head_and_keeps_text(self) -> None:
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, example())))
        assert [(sheet.title, sheet.freeze_panes) for sheet in book] == [
            (SHEET, "D2"), ("证据", "A2"), ("基本信息", "A2"), ("评价小组", "A2"), ("表1对照", "A2"), ("填写说明", "A2")
        ]  # fmt: skip
        for sheet in book:
            assert sheet.print_title_rows == "$1:$1"
            for row in sheet.iter_rows():
                for one in row:
                    is_title = (
                        sheet.title == "证据" and one.row > 1 and one.column_letter == "B"
                    )  # which a formula shows
                    assert is_title or one.row == 1 or one.number_format == "@"
                    assert one.value is None or one.data_type == ("f" if is_title else "s")

    def test_the_form_is_printed_to_be_filled_in_with_a_pen(self) -> None:
        """A4 across, head and title on each page, each category on pages of its own, and a line to sign."""
        evaluation = load_example("home-appliance-chain").model_copy(update={"findings": {}})
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, evaluation, assessor="李静")))
        sheet = book[SHEET]
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)  # ECMA-376: A4
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in ((1, 0), (None, 0))
        starts = ("5.1.4", "5.2", "5.3", "5.3.4", "5.4", "5.4.3")
        assert [page.id for page in sheet.row_breaks.brk] == [ROWS[key] - 1 for key in starts]
        assert sheet.print_area.endswith(f"$A$1:${LETTERS['confirmed_by']}${len(oracle.POINTS) + 1}")
        assert sheet.oddHeader.left.text == "评价对象：滨海家电连锁有限公司　审查人员：李静"
        assert sheet.oddHeader.center.text == "售后服务评价评分表"
        assert sheet.oddHeader.right.text == "第 &P 页，共 &N 页"
        assert sheet.oddFooter.left.text.startswith("审查人员（签字）：")
        assert book["证据"].oddFooter.left.text
        assert (
            book["基本信息"].oddFooter.left.text == "评价对象：滨海家电连锁有限公司　审查人员：李静"
        )  # nobody signs it
        assert book["基本信息"].oddHeader.left.text == "售后服务评价评分表：基本信息"

    def test_the_rows_of_each_page_are_as_high_as_the_page_allows(self) -> None:
        """A page has 501 points between its margins; the sheet is scaled to its width."""
        sheet = self.sheet()
        heights = [sheet.row_dimensions[number].height for number in range(2, len(oracle.POINTS) + 2)]
        breaks = [0, *(page.id - 1 for page in sheet.row_breaks.brk), len(heights)]
        pages = [heights[start:end] for start, end in pairwise(breaks)]
        widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJKLMNOP"]
        scale = (841.9 - 2 * 0.3 * 72) / (sum(widths) * 6)
        room = (595.3 - (0.75 + 0.65) * 72) / scale - sheet.row_dimensions[1].height
        assert all(0.9 * room < sum(page) < room or max(page) == 60 for page in pages)
        assert all(min(height for height in page if height > 17) >= 34 for page in pages)

    def test_a_part_joins_small_categories_on_a_page(self) -> None:
        """Each of them would waste a sheet."""
        only = ["5.1.3.1", "5.2.1.1", "5.3.4.1", "5.3.4.2", "5.4.3.1"]
        sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, only=only)))[SHEET]
        assert sheet.row_breaks.brk == []

    def test_long_texts_take_more_pages_and_leave_no_row_alone(self) -> None:
        reason = "两家门店未设置服务标志，已要求整改。" * 4
        findings = {key: {"kind": "qualitative", "degree": "60%", "reason": reason} for key in oracle.INDICATORS}
        evaluation = aftersales.Evaluation.model_validate({"standard": STANDARD.id, "findings": findings})
        sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, evaluation)))[SHEET]
        breaks = [1, *(page.id for page in sheet.row_breaks.brk), len(oracle.POINTS) + 1]
        pages = [[sheet.cell(row, 1).value for row in range(start + 1, end + 1)] for start, end in pairwise(breaks)]
        assert {page[0] for page in pages} >= {"5.1", "5.2", "5.3", "5.4"}
        assert all(page[-1].count(".") == 3 for page in pages)  # no head at the foot of a page
        assert min(len([key for key in page if key.count(".") == 3]) for page in pages) > 1

    def test_evidence_fills_three_pages_and_goes_on_below_them(self) -> None:
        sheet = form(blank())["证据"]
        assert 55 < sheet.max_row <= 64  # 26 points each, on pages of 21 at most
        assert not sheet.column_dimensions["D"].protection.locked
        assert sheet.column_dimensions["B"].protection.locked
        (below,) = sheet.conditional_formatting
        assert str(below.sqref) == f"A{sheet.max_row + 1}:I500"
        assert "A500" in next(v for v in sheet.data_validations.dataValidation if "A2" in v.cells).cells

    def test_evidence_that_is_there_leaves_room_for_more(self) -> None:
        evaluation = load_example("home-appliance-chain")
        sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, evaluation)))["证据"]
        filled = sum(sheet.cell(row, 1).value is not None for row in range(2, sheet.max_row + 1))
        assert filled + 20 < sheet.max_row <= filled + 1 + 20 + 21

    def test_what_a_page_has_above_it_is_short_and_no_command(self) -> None:
        subject = aftersales.Subject(organisation="R&D " + "甲" * 80)
        form = write_workbook(STANDARD, aftersales.Evaluation(standard=STANDARD.id, subject=subject, findings={}))
        with zipfile.ZipFile(io.BytesIO(form)) as book:
            header = re.search("<oddHeader>(.*?)</oddHeader>", book.read("xl/worksheets/sheet1.xml").decode())
        assert header is not None
        text = html.unescape(header[1])
        assert "R&&D 甲" in text
        assert len(text) <= 255  # of Excel

    def test_a_chosen_cell_says_what_to_fill_in_and_a_wrong_word_what_there_is(self) -> None:
        for validation in self.sheet().data_validations.dataValidation:
            assert validation.showInputMessage
            assert validation.promptTitle
            assert validation.prompt
            assert len(validation.prompt) <= 255  # of Excel
            if validation.type == "list":
                assert validation.showErrorMessage
                assert "请从下拉表选择" in validation.error
        kinds = next(v for v in self.sheet().data_validations.dataValidation if cell("5.1.1.1", "kind") in v.cells)
        assert "抽样：填写总样本数、抽样数、不符合数、网点数、覆盖网点数。" in kinds.prompt

    def test_evidence_is_chosen_by_id_and_shows_the_title(self) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, example())))["证据"]
        last = len(oracle.POINTS) + 1
        choice = next(v for v in sheet.data_validations.dataValidation if "A2" in v.cells)
        assert choice.formula1 == f"评分表!$A$2:$A${last}"
        assert sheet["B2"].value == f'=IFERROR(VLOOKUP(A2,评分表!$A$2:$B${last},2,FALSE),"")'

    def test_the_instructions_name_every_kind_and_the_least_sample(self) -> None:
        sheet = form(blank())["填写说明"]
        told = {row[0]: row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}
        assert [label for label in told if label.startswith("认定方式：")] == [
            f"认定方式：{kind}" for kind in ("完全符合", "完全不符合", "定性", "定量", "抽样", "不适用")
        ]
        assert "2/3" in told["样本量"]  # 6.2.2

    def test_what_begins_like_a_formula_is_text(self) -> None:
        finding = aftersales.Qualitative(degree=0, reason="=1+1")
        form = write_workbook(STANDARD, aftersales.Evaluation(standard=STANDARD.id, findings={"5.1.1.1": finding}))
        reason = openpyxl.load_workbook(io.BytesIO(form))[SHEET][cell("5.1.1.1", "reason")]
        assert (reason.data_type, reason.value) == ("s", "=1+1")

    def test_rows_are_as_high_as_their_texts(self) -> None:
        """A column of 27 has lines of 25.5 Latin characters. There is room for two lines, to write with a pen.

        A height that nobody chose by hand grows with what is typed.
        """
        heights = {"一": 34, "一" * 25: 34, "一" * 26: 51, "a" * 51: 34, "a" * 52: 51, "a\nb\nc": 51, "一" * 2000: 409}
        for text, height in heights.items():
            sheet = openpyxl.Workbook().active
            Rows(sheet, [FormColumn("reason", "扣分原因", 27)], 34).write(2, [text])
            assert sheet.row_dimensions[2].height == height
        with zipfile.ZipFile(io.BytesIO(write_workbook(STANDARD, example()))) as book:
            for number in range(1, 6):
                assert b"customHeight" not in book.read(f"xl/worksheets/sheet{number}.xml")

    def test_a_blank_form_is_an_evaluation_without_findings(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD))
        assert dict(aftersales.load_evaluation(path).findings) == {}
