"""Other sheets with a head of the form: copies that differ are problems, equal or empty ones are remarks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import openpyxl
import pytest
from support.command import run
from support.forms import I1, LETTERS, ROWS, SHEET, blank, cell, example, form, refusals, save

import aftersales
from aftersales.evaluation.workbook import copies as workbook_copies
from aftersales.evaluation.workbook.reader import read_workbook
from aftersales.files.spreadsheet.guard import Cell, Sheet

DEGREE = cell("5.1.1.2", "degree")
NAMES = [
    "评分表 (2)",
    "评分表２",
    "评分表 ",
    "评分表(2)",
    "评分表 - 副本",
    "评分表\u200b",
    "旧表",
    "Sheet1",
    "Copy of 评分表",
]
STATES = ["visible", "hidden", "veryHidden"]


def saved(path: Path, change: Callable[[Any], object]) -> Path:
    book = form()
    change(book)
    save(book, path)
    return path


def copy_of(book: Any, sheet: str, title: str, first: bool = False) -> Any:
    """A copy of a sheet with that title, behind all sheets or before them."""
    copy = book.copy_worksheet(book[sheet])
    copy.title = title
    if first:
        book.move_sheet(copy, -len(book.sheetnames) + 1)
    return copy


def remarks_of(path: Path) -> list[tuple[str, str]]:
    document = read_workbook(path.read_bytes())
    assert document.violations == []
    return [(violation.code, position.name) for violation, position in document.remarks if position]


class TestCopies:
    @pytest.mark.parametrize(
        ("title", "first"), [*((title, False) for title in NAMES), *((title, True) for title in NAMES[::4])]
    )
    def test_a_copy_of_a_sheet_with_another_finding_is_refused(self, title: str, first: bool, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy_of(book, SHEET, title, first)[DEGREE] = "10%"

        path = saved(tmp_path / "form.xlsx", change)
        assert refusals(path) == [("duplicate-sheet", f"{title}!A{ROWS['5.1.1.2']}")]

    @pytest.mark.parametrize("title", NAMES[::4])
    def test_an_equal_copy_of_a_sheet_is_a_remark(self, title: str, tmp_path: Path) -> None:
        path = saved(tmp_path / "form.xlsx", lambda book: copy_of(book, SHEET, title, True))
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == [("sheet-copy", f"{title}!A1")]

    @pytest.mark.parametrize("title", NAMES[1::4])
    def test_an_empty_copy_of_a_sheet_is_a_remark(self, title: str, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = copy_of(book, SHEET, title)
            for row in range(2, copy.max_row + 1):
                for column in range(4, copy.max_column + 1):
                    copy.cell(row, column).value = None

        path = saved(tmp_path / "form.xlsx", change)
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == [("sheet-copy", f"{title}!A1")]

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("hidden", [SHEET, "评分表 (2)"])
    def test_the_message_says_which_of_two_sheets_is_hidden(self, state: str, hidden: str, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy_of(book, SHEET, "评分表 (2)")[DEGREE] = "10%"
            book[hidden].sheet_state = state

        path = saved(tmp_path / "form.xlsx", change)
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        (problem,) = caught.value.problems
        assert problem.code == "duplicate-sheet"
        assert "“评分表 (2)”" in problem.message_zh
        assert "“评分表”" in problem.message_zh
        assert problem.message_zh.count("（已隐藏）") == problem.message.count("(hidden)") == (state != "visible")

    @pytest.mark.parametrize(
        ("sheet", "place", "value"),
        [
            ("证据", "D2", "另一条"), ("证据", "C2", "访谈"), ("基本信息", "B5", "另一家公司"), ("基本信息", "B4", "自我评价"),
            ("评价小组", "A2", "赵六"), ("评价小组", "C2", "另一资质"), ("评分表", cell(I1, "reason"), "另一原因"), ("评分表", cell("5.3.4.4", "confirmed_by"), "张明"),
        ],
    )  # fmt: skip
    def test_a_copy_of_any_sheet_of_the_form_is_refused_if_it_differs(
        self, sheet: str, place: str, value: str, tmp_path: Path
    ) -> None:
        def change(book: Any) -> None:
            copy_of(book, sheet, "old")[place] = value

        path = saved(tmp_path / "form.xlsx", change)
        assert refusals(path) == [("duplicate-sheet", f"old!A{place.lstrip(ascii_uppercase)}")]

    @pytest.mark.parametrize("sheet", ["证据", "基本信息", "评价小组", "评分表"])
    def test_an_equal_copy_of_any_sheet_of_the_form_is_a_remark(self, sheet: str, tmp_path: Path) -> None:
        path = saved(tmp_path / "form.xlsx", lambda book: copy_of(book, sheet, "old"))
        assert remarks_of(path) == [("sheet-copy", "old!A1")]

    def test_the_sheets_of_an_empty_form_beside_the_filled_one_are_remarks(self, tmp_path: Path) -> None:
        """All the sheets of a blank form, under other names."""

        def change(book: Any) -> None:
            empty = form(blank())
            for sheet in empty:
                copy = book.create_sheet(f"{sheet.title} (2)")
                for row in sheet.iter_rows(values_only=True):
                    copy.append(row)

        path = saved(tmp_path / "form.xlsx", change)
        assert [where for _, where in remarks_of(path)] == [
            "基本信息 (2)!A1",
            "评价小组 (2)!A1",
            "评分表 (2)!A1",
            "证据 (2)!A1",
        ]

    def test_a_filled_copy_beside_an_empty_sheet_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        book = form(blank())
        copy_of(book, SHEET, "评分表 (2)")[cell(I1, "kind")] = "完全符合"
        save(book, path)
        assert refusals(path) == [("duplicate-sheet", f"评分表 (2)!A{ROWS[I1]}")]

    @pytest.mark.parametrize(
        "change",
        [
            lambda copy: copy.delete_rows(ROWS["5.1.1.2"]),  # it lacks a finding
            lambda copy: copy.insert_rows(1, 40),  # further down
            lambda copy: copy.insert_cols(1, 7),
            lambda copy: copy.delete_cols(6),  # without a column
            lambda copy: copy.move_range("A1:P98", rows=60, cols=3),
            lambda copy: [copy.__setitem__("A1", "　编 号 ".replace(" ", "")), copy.__setitem__("B1", " 指标\u200b")],
        ],
    )
    def test_a_copy_is_known_though_it_was_moved_or_cut(self, change: Callable[[Any], object], tmp_path: Path) -> None:
        def broken(book: Any) -> None:
            copy = copy_of(book, SHEET, "旧")
            copy[DEGREE] = "10%"
            change(copy)

        assert [code for code, _ in refusals(saved(tmp_path / "form.xlsx", broken))] == ["duplicate-sheet"]

    def test_a_copy_that_lacks_a_finding_is_refused(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy_of(book, SHEET, "旧").delete_rows(ROWS["5.1.1.2"])

        assert refusals(saved(tmp_path / "form.xlsx", change)) == [("duplicate-sheet", "旧!A1")]

    def test_a_row_that_occurs_twice_in_the_copy_is_a_difference(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = copy_of(book, "证据", "旧")
            for column in (1, 2, 3):
                copy.cell(150, column).value = copy.cell(2, column).value

        assert refusals(saved(tmp_path / "form.xlsx", change)) == [("duplicate-sheet", "旧!A150")]

    def test_a_copy_that_shows_a_number_under_another_format_is_refused(self, tmp_path: Path) -> None:
        """One number under two formats is two texts to people, and may be read in two ways."""

        def change(book: Any) -> None:
            book[SHEET][DEGREE].value = 0.6
            copy_of(book, SHEET, "旧")[DEGREE].number_format = "0%"

        assert [code for code, _ in refusals(saved(tmp_path / "form.xlsx", change))] == ["duplicate-sheet"]

    def test_each_of_several_copies_is_reported(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            for title in ("甲", "乙"):
                copy_of(book, SHEET, title)[DEGREE] = "10%"

        assert [code for code, _ in refusals(saved(tmp_path / "form.xlsx", change))] == ["duplicate-sheet"] * 2

    @pytest.mark.parametrize("order", [["评分表\u200b", SHEET], [SHEET, "评分表\u200b"]])
    def test_the_sheet_of_the_exact_name_is_read(self, order: list[str], tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = copy_of(book, SHEET, "评分表\u200b", first=order[0] != SHEET)
            for row in range(2, copy.max_row + 1):
                for column in range(4, copy.max_column + 1):
                    copy.cell(row, column).value = None

        assert aftersales.load_evaluation(saved(tmp_path / "form.xlsx", change)) == example()

    def test_the_first_of_sheets_with_inexact_names_alone_is_read(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy_of(book, SHEET, "评分表\u200b")
            book[SHEET].title = "评分表 "

        path = saved(tmp_path / "form.xlsx", change)
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == [("sheet-copy", "评分表\u200b!A1")]


class TestCutCopies:
    """Copies of 评分表 that lost columns, or their head."""

    @pytest.mark.parametrize(
        "columns",
        [
            "JKLMN",  # 总样本 to 覆盖网点数
            "BC",
            "BCJKLMN",
            "EFGHIP",
            "BCMNP",
            "FGHIJKLM",  # half of the heads are left
        ],
    )
    def test_a_copy_without_some_columns_is_refused(self, columns: str, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = copy_of(book, SHEET, "评分表 (2)")
            copy[cell("5.1.1.2", "reason")] = "另一原因"
            for letter in reversed(columns):
                copy.delete_cols(ord(letter) - 64)

        codes = [code for code, _ in refusals(saved(tmp_path / "form.xlsx", change))]
        assert codes == ["duplicate-sheet"]

    def test_a_copy_of_the_empty_form_without_some_columns_is_a_remark(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = copy_of(book, SHEET, "评分表 (2)")
            copy.delete_rows(2, copy.max_row)
            copy.delete_cols(10, 5)

        assert remarks_of(saved(tmp_path / "form.xlsx", change)) == [("sheet-copy", "评分表 (2)!A1")]

    @pytest.mark.parametrize(
        "cut",
        [
            lambda copy: copy.delete_rows(1),
            lambda copy: [copy.delete_rows(1), copy.delete_cols(2, 2)],
            lambda copy: [copy.delete_rows(1), copy.insert_cols(1, 3)],
            lambda copy: [copy.delete_rows(1), copy.insert_rows(1, 30)],
            lambda copy: [copy.__setitem__(f"{letter}1", None) for letter in LETTERS.values()],
            lambda copy: [copy.__setitem__("A1", "No."), copy.__setitem__("D1", "Kind"), copy.delete_cols(5, 4)],
            lambda copy: [copy.delete_cols(7, 10), copy.delete_cols(2, 2)],  # 编号, 认定方式, 符合程度, 表1行
            lambda copy: copy.delete_rows(1, ROWS["5.2.1.1"] - 1),  # the first part is gone, too
        ],
    )
    def test_a_copy_without_its_head_is_refused(self, cut: Callable[[Any], object], tmp_path: Path) -> None:
        title = "旧"

        def change(book: Any) -> None:
            copy = copy_of(book, SHEET, title)
            copy[cell("5.2.1.1", "kind")] = "完全不符合"
            cut(copy)

        path = saved(tmp_path / "form.xlsx", change)
        codes = {(code, (place or "").partition("!")[0]) for code, place in refusals(path)}
        assert codes == {("duplicate-sheet", title)}

    @pytest.mark.parametrize("words", [{}, {"定性": "qualitative", "定量": "quantitative", "抽样": "sampled"}])
    def test_the_place_is_the_first_row_that_differs(self, words: dict[str, str], tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = copy_of(book, SHEET, "旧")
            copy.delete_rows(1)
            copy[f"E{ROWS['5.1.1.2'] - 1}"] = "10%"
            for row in range(ROWS["5.2.1.1"], copy.max_row + 1):
                copy.cell(row, 4).value = words.get(copy.cell(row, 4).value, copy.cell(row, 4).value)

        assert refusals(saved(tmp_path / "form.xlsx", change)) == [("duplicate-sheet", f"旧!A{ROWS['5.1.1.2'] - 1}")]

    @pytest.mark.parametrize("below", [0, 5])
    def test_an_equal_copy_without_its_head_is_a_remark(self, below: int, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = copy_of(book, SHEET, "旧")
            copy.delete_rows(1)
            if below:
                copy.insert_rows(1, below)

        path = saved(tmp_path / "form.xlsx", change)
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == [("sheet-copy", f"旧!A{max(below, 1)}")]

    @pytest.mark.parametrize("count", [9, 10])
    def test_a_few_rows_are_a_note_of_ones_own(self, count: int, tmp_path: Path) -> None:
        """A list of what did not conform is no copy; ten rows of ids and kinds are one."""

        def change(book: Any) -> None:
            sheet = book.create_sheet("整改")
            for row in range(count):
                sheet.append([f"5.3.{row + 1}.1", "完全不符合", "说明"])

        path = saved(tmp_path / "form.xlsx", change)
        if count < 10:
            assert aftersales.load_evaluation(path) == example()
            assert remarks_of(path) == []
        else:
            assert refusals(path) == [("duplicate-sheet", "整改!A1")]

    def test_ids_without_kinds_are_left_alone(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            sheet = book.create_sheet("清单")
            sheet.append(["编号", "认定方式", "负责人"])
            for key in ROWS:
                sheet.append([key, None, "张明"])

        path = saved(tmp_path / "form.xlsx", change)
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == []


class TestOtherSheets:
    """A sheet with another purpose is left alone."""

    @pytest.mark.parametrize(
        "rows",
        [
            [["编号", "指标", "分值", "得分"], ["5.1.1.1", "法定资质", 1, 1]],
            [["项目", "内容"], ["联系人", "王芳"]],
            [["项目", "内容"]],
            [["姓名", "电话"], ["张明", "1"]],
            [["编号", "情况"], ["1", "x"]],
            [["标准", "CTS XBHT-S04-2025"]],
            [["评分表"], [], ["说明"]],
            [["x" * 30, True, 1.5]],
        ],
    )
    def test_a_sheet_with_another_purpose_is_left_alone(self, rows: list[list[Any]], tmp_path: Path) -> None:
        def change(book: Any) -> None:
            sheet = book.create_sheet("备注")
            for row in rows:
                sheet.append(row)

        path = saved(tmp_path / "form.xlsx", change)
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == []


class TestSecondHead:
    @pytest.mark.parametrize("sheet", ["评分表", "证据", "基本信息", "评价小组"])
    def test_a_second_head_further_down_is_refused(self, sheet: str, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            for column in range(1, book[sheet].max_column + 1):
                book[sheet].cell(150, column).value = book[sheet].cell(1, column).value
            if sheet == "基本信息":
                book[sheet]["A151"], book[sheet]["B151"] = "评价对象", "另一家公司"

        found = refusals(saved(tmp_path / "form.xlsx", change))
        assert ("second-head", f"{sheet}!A150") in found

    def test_the_head_of_one_sheet_in_another_is_refused(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            for row, values in enumerate((["姓名", "职责", "资质", "所在机构"], ["赵六", "组员"]), 150):
                for column, value in enumerate(values, 5):
                    book["表1对照"].cell(row, column).value = value

        assert refusals(saved(tmp_path / "form.xlsx", change)) == [("duplicate-sheet", "表1对照!E151")]


def transposed(book: Any, title: str) -> Any:
    """A copy of the findings with rows and columns exchanged, as a spreadsheet pastes it, with number formats."""
    copy = book.create_sheet(title)
    for row in book[SHEET].iter_rows():
        for one in row:
            copy.cell(one.column, one.row, one.value).number_format = one.number_format
    return copy


class TestTransposed:
    @pytest.mark.parametrize(
        ("key", "column", "value", "state"),
        [
            ("5.1.1.2", "degree", "10%", "visible"), ("5.1.1.1", "kind", "完全不符合", "hidden"), ("5.3.4.4", "confirmed_by", "张明", "veryHidden"),
            ("5.4.4.1", "reason", "另一原因", "visible"), ("5.1.2.2", "actual", "9.5%", "visible"),
        ],
    )  # fmt: skip
    def test_a_transposed_copy_with_another_finding_is_refused(
        self, key: str, column: str, value: str, state: str, tmp_path: Path
    ) -> None:
        def change(book: Any) -> None:
            copy = transposed(book, "旧")
            copy.cell(openpyxl.utils.column_index_from_string(LETTERS[column]), ROWS[key]).value = value
            copy.sheet_state = state

        place = openpyxl.utils.get_column_letter(ROWS[key])
        assert refusals(saved(tmp_path / "form.xlsx", change)) == [("duplicate-sheet", f"旧!{place}1")]

    @pytest.mark.parametrize("right", [0, 3])
    @pytest.mark.parametrize("below", [0, 2])
    def test_an_equal_transposed_copy_is_a_remark(self, right: int, below: int, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = transposed(book, "旧")
            if below:
                copy.insert_rows(1, below)
            if right:
                copy.insert_cols(1, right)

        path = saved(tmp_path / "form.xlsx", change)
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == [("sheet-copy", f"旧!{'ABCD'[right]}{below + 1}")]

    def test_a_transposed_copy_without_its_head_is_refused(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = transposed(book, "旧")
            copy.delete_cols(1)
            copy.cell(4, 1).value = "完全不符合"

        assert refusals(saved(tmp_path / "form.xlsx", change)) == [("duplicate-sheet", "旧!A1")]

    def test_a_few_columns_are_a_note_of_ones_own(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            sheet = book.create_sheet("整改")
            for row in zip(*([f"5.3.{row + 1}.1", "完全不符合", "说明"] for row in range(9)), strict=True):
                sheet.append(row)

        path = saved(tmp_path / "form.xlsx", change)
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == []

    def test_an_explanation_of_the_columns_is_no_copy(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            sheet = book.create_sheet("填表说明")
            for one in next(book[SHEET].iter_rows()):
                sheet.append([one.value, "说明", "定性"])

        path = saved(tmp_path / "form.xlsx", change)
        assert aftersales.load_evaluation(path) == example()
        assert remarks_of(path) == []


class TestShown:
    def test_check_shows_the_remark_at_its_cell(self, tmp_path: Path) -> None:
        path = saved(tmp_path / "form.xlsx", lambda book: copy_of(book, SHEET, "评分表 (2)"))
        done = run("check", str(path))
        assert done.returncode == 0
        assert f"{path}:评分表 (2)!A1: " in done.stdout + done.stderr
        assert "sheet-copy" in done.stdout + done.stderr
        (remark,) = [
            one
            for one in json.loads(run("check", str(path), "--json").stdout)["remarks"]
            if one["code"] == "sheet-copy"
        ]
        assert remark["cell"] == "评分表 (2)!A1"


def test_the_first_row_that_differs_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet of thousands of numbers takes as long as its first row."""
    texts: list[Cell] = []

    def text_of(cell: Cell) -> str:
        texts.append(cell)
        return "0.5"

    monkeypatch.setattr(workbook_copies, "_text", text_of)
    sheet = Sheet(1, "副本", is_hidden=False)
    sheet.cells = {(row, column): Cell(1, row, column, "n", "0.5") for row in range(2, 2_000) for column in (1, 2)}
    table = workbook_copies.Table("findings", sheet, [1], {"id": 1, "kind": 2})
    assert workbook_copies.difference(Counter(), table) == sheet.cells[2, 1]
    assert len(texts) == 2
