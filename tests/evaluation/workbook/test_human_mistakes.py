"""Mistakes that people make in a form: each is one line, at its cell, that says what to do, in Chinese and in English."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from support.command import run
from support.forms import GOOD, GROUP, I1, LETTERS, OWN, ROWS, SHEET, STANDARD, at, blank, cell, filled, form, put, save

import aftersales
from aftersales.certification.plan.writer import write_plan_workbook
from aftersales.evaluation.loading import examine
from aftersales.problems.errors import Problem, folded
from aftersales.standard.editions import data_folder

FACTS, TEAM, EVIDENCE = "基本信息", "评价小组", "证据"
LAST = [*ROWS][-1]


class Line(NamedTuple):
    """A line that a mistake gives: its cell, its code, and what it says in each language."""

    cell: str | None
    code: str
    zh: str
    en: str


def all_of(*changes: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda book: [change(book) for change in changes]


def renamed(sheet: str, title: str) -> Callable[[Any], object]:
    return lambda book: setattr(book[sheet], "title", title)


def without_row(*keys: str) -> Callable[[Any], object]:
    return lambda book: [book[SHEET].delete_rows(row) for row in sorted((ROWS[key] for key in keys), reverse=True)]


KINDS = ("完全符合", "完全不符合", "定性", "定量", "抽样", "不适用")
MISTAKES: dict[str, tuple[Callable[[Any], object], list[Line]]] = {
    # 认定方式 and the cells that it needs
    "a kind in other words": (
        filled(I1, kind="符合"),
        [Line(at(I1, "kind"), "unknown-kind", "认定方式没有“符合”；请从下拉表选择：完全符合、完全不符合、定性、定量、抽样、不适用", "choose from the drop-down: 完全符合, 完全不符合, 定性, 定量, 抽样, 不适用")],
    ),
    "no kind": (
        filled(I1, degree="60%"),
        [Line(at(I1, "kind"), "missing-kind", "请选择认定方式：完全符合、完全不符合、定性、定量、抽样、不适用；满分请选“完全符合”", "choose the kind: 完全符合,")],
    ),
    "5.1.2.2 as 定性": (
        filled(OWN, kind="定性"),
        [Line(at(OWN, "kind"), "kind-not-allowed", "认定方式只能选“定量”或“不适用”", "it takes 定量 or 不适用 alone")],
    ),
    "5.1.2.2 as 定性 with a degree": (
        filled(OWN, kind="定性", degree="60%"),
        [Line(at(OWN, "kind"), "kind-not-allowed", "请选“定量”并填写“实际值”", "choose 定量 and fill in '实际值'")],
    ),
    "5.1.2.2 as 抽样 with a wrong count": (
        filled(OWN, kind="抽样", population=10, sampled="七", nonconforming=0),
        [Line(at(OWN, "kind"), "kind-not-allowed", "认定方式只能选“定量”或“不适用”", "it takes 定量 or 不适用 alone")],
    ),
    "no degree": (filled(I1, kind="定性"), [Line(at(I1, "degree"), "missing-key", "请填写“符合程度”", "fill in '符合程度'")]),
    "no actual value": (
        filled(I1, kind="定量", at_least=1),
        [Line(at(I1, "actual"), "missing-key", "请填写“实际值”", "fill in '实际值'")],
    ),
    "no limit": (
        filled(I1, kind="定量", actual=1),
        [Line(at(I1, "at_least"), "missing-limit", "请填写“规定值（不低于）”或“规定值（不高于）”", "fill in '规定值（不低于）' or")],
    ),
    "two limits": (
        filled(I1, kind="定量", actual=1, at_least=1, at_most=2),
        [Line(at(I1, "at_most"), "two-limits", "只能填写一项，请删除另一项", "delete the other one")],
    ),
    "no sample": (
        filled(I1, kind="抽样", population=5, nonconforming=0),
        [Line(at(I1, "sampled"), "missing-key", "请填写“抽样数”", "fill in '抽样数'")],
    ),
    "no population": (
        filled(I1, kind="抽样", sampled=5, nonconforming=0),
        [Line(at(I1, "population"), "missing-population", "请填写“总样本数”，或同时填写“网点数”和“覆盖网点数”", "fill in '总样本数', or both")],
    ),
    "a sample that is too small": (
        filled(I1, kind="抽样", population=212, sampled=100, nonconforming=0),
        [Line(at(I1, "sampled"), "sample-too-small", "至少须抽 142（总样本的 2/3），或覆盖全部网点", "at least 142")],
    ),
    "deleted without a reason": (
        filled(I1, kind="不适用", confirmed_by="张明"),
        [Line(at(I1, "reason"), "missing-key", "请填写“扣分原因（不适用理由）”", "fill in '扣分原因（不适用理由）'")],
    ),
    "deleted without names": (
        filled(I1, kind="不适用", reason="无此业务"),
        [Line(at(I1, "confirmed_by"), "missing-key", "请填写“确认人”", "fill in '确认人'")],
    ),
    "confirmed by a stranger": (
        filled(I1, kind="不适用", reason="无此业务", confirmed_by="张明、赵六"),
        [Line(at(I1, "confirmed_by"), "unknown-member", "“赵六”不在工作表“评价小组”中", "'赵六' is not on the sheet 评价小组")],
    ),
    "a cell of another kind": (
        filled(I1, kind="完全符合", degree="90%"),
        [Line(at(I1, "degree"), "unused-cell", "请删除“90%”，或改选认定方式", "delete '90%', or choose another kind")],
    ),
    # numbers
    "a count with its measure word": (
        filled(I1, kind="抽样", population=200, sampled="150份", nonconforming=0),
        [Line(at(I1, "sampled"), "not-a-number", "“150份”不是数；此处须为整数，不带单位，如 150", "a whole number without a unit")],
    ),
    "a share in words": (
        filled(I1, kind="定性", degree="六成"),
        [Line(at(I1, "degree"), "not-a-number", "数写作 0.6、60% 或 3/5", "a number is written 0.6, 60% or 3/5")],
    ),
    "60 for 60%": (
        filled(I1, kind="定性", degree=60),
        [Line(at(I1, "degree"), "out-of-range", "请填写 0 至 1（0% 至 100%）；是否想写“60%”？", "did you mean '60%'?")],
    ),
    "8 for 8%": (
        filled(OWN, kind="定量", actual=8),
        [Line(at(OWN, "actual"), "unlike-units", "是否应为 8%？请写明百分号", "write 8%")],
    ),
    "1/3 that became a date": (
        filled(I1, kind="定性", degree=datetime.datetime(2026, 1, 3)),
        [Line(at(I1, "degree"), "date-in-cell", "请将单元格设为文本格式后重填", "set it to text and write it again")],
    ),
    "an error value": (
        filled(I1, kind="定性", degree="#REF!"),
        [Line(at(I1, "degree"), "error-value", "单元格显示错误值 #REF!，请重新填写", "write its value again")],
    ),
    "a credit code as a number": (
        put("B16", 911101080000000013, FACTS),
        [Line(f"{FACTS}!B16", "inexact-cell", "请设为文本格式后写出原数", "set it to text")],
    ),
    "three mistakes in a row": (
        filled(I1, kind="抽样", population="很多", sampled="1.5", nonconforming=-1),
        [
            Line(at(I1, "population"), "not-a-number", "“很多”不是数", "'很多' is not a number"),
            Line(at(I1, "sampled"), "not-whole", "“1.5”不是整数；请填写整数，不带单位，如 150", "write one without a unit"),
            Line(at(I1, "nonconforming"), "out-of-range", "请填写 ≥ 0", "write ≥ 0"),
        ],
    ),
    "three mistakes of different sorts in a row": (
        filled(I1, kind="不适用", degree="60%"),
        [
            Line(at(I1, "degree"), "unused-cell", "认定方式为“不适用”时不填此格", "not used for the kind '不适用'"),
            Line(at(I1, "reason"), "missing-key", "请填写", "fill in"),
            Line(at(I1, "confirmed_by"), "missing-key", "请填写“确认人”", "fill in '确认人'"),
        ],
    ),
    "a wrong number and no population": (
        filled(I1, kind="抽样", sampled="许多", nonconforming=0),
        [
            Line(at(I1, "population"), "missing-population", "请填写“总样本数”", "fill in '总样本数'"),
            Line(at(I1, "sampled"), "not-a-number", "“许多”不是数", "'许多' is not a number"),
        ],
    ),
    "two limits and no actual value": (
        filled(I1, kind="定量", at_least=1, at_most=2),
        [
            Line(at(I1, "actual"), "missing-key", "请填写“实际值”", "fill in '实际值'"),
            Line(at(I1, "at_most"), "two-limits", "只能填写一项", "delete the other one"),
        ],
    ),
    # rows
    "a deleted row": (
        without_row("5.1.3.1"),
        [Line(f"{SHEET}!A{ROWS['5.1.3.1']}", "missing-finding", "评分表中没有 5.1.3.1 这一行（可能已被删除），请在此处恢复后填写", "the row of 5.1.3.1 is missing in the form")],
    ),
    "two deleted rows": (
        without_row("5.1.1.2", "5.1.3.2"),
        [
            Line(f"{SHEET}!A{ROWS['5.1.1.2']}", "missing-finding", "没有 5.1.1.2 这一行", "the row of 5.1.1.2"),
            Line(f"{SHEET}!A{ROWS['5.1.3.2'] - 1}", "missing-finding", "没有 5.1.3.2 这一行", "the row of 5.1.3.2"),
        ],
    ),
    "a deleted group": (
        without_row(*(key for key in ROWS if key.startswith("5.1.3"))),
        [Line(f"{SHEET}!A{ROWS['5.1.3']}", "missing-finding", "没有 5.1.3“资源配置”的 2 行", "the 2 rows of 5.1.3")],
    ),
    "the last row is deleted": (
        without_row(LAST),
        [Line(f"{SHEET}!A{ROWS[LAST]}", "missing-finding", f"没有 {LAST} 这一行", f"the row of {LAST}")],
    ),
    "a row that is not filled in": (
        filled(I1),
        [Line(at(I1, "kind"), "missing-finding", "尚无认定，请选择认定方式", "has no finding yet; choose its kind")],
    ),
    "a row twice": (
        lambda book: book[SHEET].append([one.value for one in book[SHEET][ROWS["5.1.1.2"]]]),
        [Line(f"{SHEET}!A99", "duplicate-key", "“5.1.1.2”重复出现（第 5 行已有），请只保留一行", "keep one of the rows")],
    ),
    "a mistyped id": (
        put(cell(I1, "id"), "5.9.9.9"),
        [Line(at(I1, "id"), "unknown-indicator", "标准没有指标“5.9.9.9”；请核对编号；是否想写“5.1.1.1”？", "check the id; did you mean '5.1.1.1'?")],
    ),
    "the id of another row": (
        put(cell(I1, "id"), "5.1.1.2"),
        [Line(at(I1, "title"), "title-mismatch", "请核对编号", "check the id")],
    ),
    "an emptied id": (
        put(cell(I1, "id"), None),
        [Line(at(I1, "title"), "row-without-id", "此行没有“编号”，不会被读取；请补填", "this row has no '编号'")],
    ),
    "a line of totals below": (
        all_of(put("B200", "合计"), put("C200", "100")),
        [Line(f"{SHEET}!B200", "row-without-id", "请补填，或删除此行（备注请写在其他工作表中）", "or delete the row")],
    ),
    "a group that is judged": (
        filled(GROUP, kind="完全符合"),
        [Line(at(GROUP, "kind"), "group-not-deleted", "此行只能选“不适用”（整体删减）", "this row takes 不适用 alone")],
    ),
    "a group that is deleted and judged": (
        filled(GROUP, kind="不适用", reason="无此业务", confirmed_by="张明"),
        [Line(at(GROUP, "kind"), "group-has-findings", "请清空此行，或清空这些指标的认定", "empty this row, or those findings")],
    ),
    "merged cells": (
        lambda book: book[SHEET].merge_cells("E5:E7"),
        [Line(f"{SHEET}!E5", "merged-cells", "E5:E7 是合并单元格，请取消合并", "E5:E7 is merged; undo it")],
    ),
    "merged kinds": (
        lambda book: book[SHEET].merge_cells("D5:D6"),
        [Line(f"{SHEET}!D5", "merged-cells", "请取消合并", "undo it")],
    ),
    "merged ids": (
        lambda book: book[SHEET].merge_cells("A5:A6"),
        [Line(f"{SHEET}!A5", "merged-cells", "请取消合并", "undo it")],
    ),
    # sheets and columns
    "a renamed sheet": (
        renamed(SHEET, "Sheet1"),
        [Line("Sheet1!A1", "missing-sheet", "没有工作表“评分表”；工作表“Sheet1”的内容与之相同，请改名为“评分表”", "rename it to '评分表'")],
    ),
    "a deleted sheet": (
        lambda book: book.remove(book[FACTS]),
        [Line(None, "missing-sheet", "缺少工作表“基本信息”，请从原表格恢复", "restore it from the original form")],
    ),
    "another workbook": (
        lambda book: [book.remove(book[name]) for name in (SHEET, EVIDENCE, FACTS, TEAM)],
        [Line(None, "missing-sheet", "这个工作簿不是评价文件：没有工作表“评分表”等", "this workbook is not an evaluation")],
    ),
    "a deleted column": (
        lambda book: book[SHEET].delete_cols(5),
        [Line(f"{SHEET}!E1", "missing-column", "缺少“符合程度”列，请从原表格恢复", "the column '符合程度' is missing")],
    ),
    "a renamed head": (
        put("E1", "程度"),
        [Line(f"{SHEET}!E1", "missing-column", "表头“程度”应为“符合程度”，请改回", "the head '程度' should be '符合程度'")],
    ),
    "a head that was overwritten with its neighbour": (
        put("F1", "符合程度"),
        [Line(f"{SHEET}!F1", "missing-column", "表头“符合程度”应为“表 1 档次”", "should be '表 1 档次'")],
    ),
    "a deleted head": (
        lambda book: book[SHEET].delete_rows(1),
        [Line(f"{SHEET}!A1", "missing-column", "没有找到表头；请恢复表头一行：编号、指标、", "put back the row with: 编号, 指标,")],
    ),
    "notes in a new column": (
        all_of(put("Z1", "备注"), put("Z5", "见照片"), put("Z9", "待查")),
        [Line(f"{SHEET}!Z1", "unknown-column", "表格没有“备注”这一列，请删除，或移到其他工作表", "move it to another sheet")],
    ),
    "notes beside the table": (
        put("Z5", "见照片"),
        [Line(f"{SHEET}!Z5", "unknown-column", "Z 列没有表头却有内容，请删除，或移到其他工作表", "the column Z has no head")],
    ),
    "a copy of the sheet that was edited": (
        all_of(lambda book: book.copy_worksheet(book[SHEET]), filled(I1, kind="定性", degree="60%", reason="缺一处")),
        [Line(f"{SHEET} Copy!A4", "duplicate-sheet", "请删除不用的工作表", "delete the one that does not count")],
    ),
    # facts, team, evidence
    "half a period": (
        put("B10", None, FACTS),
        [Line(f"{FACTS}!B10", "missing-key", "“结束日期”: 请填写“结束日期”", "fill in '结束日期'")],
    ),
    "a type in other words": (
        put("B4", "内部", FACTS),
        [Line(f"{FACTS}!B4", "unknown-word", "“评价类型”: 没有“内部”这一选项；请从下拉表选择：第三方评价、自我评估", "choose from the drop-down: 第三方评价, 自我评估")],
    ),
    "a day in words": (
        put("B9", "三月二日", FACTS),
        [Line(f"{FACTS}!B9", "not-a-date", "请填写日期，如 2026-03-02 或 2026年3月2日", "write one such as 2026-03-02")],
    ),
    "a renamed item": (
        put("A4", "评价种类", FACTS),
        [Line(f"{FACTS}!A4", "unknown-fact", "没有“评价种类”这一项，请改回原来的名称；缺少的项目：评价类型", "the sheet lacks: 评价类型")],
    ),
    "the renamed item of the standard": (
        put("A2", "依据标准", FACTS),
        [Line(f"{FACTS}!A2", "unknown-fact", "缺少的项目：标准", "the sheet lacks: 标准")],
    ),
    "a member without a name": (
        put("A3", None, TEAM),
        [Line(f"{TEAM}!B3", "row-without-id", "此行没有“姓名”", "this row has no '姓名'")],
    ),
    "a picture for a qualification": (
        put("C3", '=DISPIMG("ID_7F",1)', TEAM),
        [Line(f"{TEAM}!C3", "picture-in-cell", "第 2 人“资质”: 此格是嵌入单元格的图片，不能读取", "member 2, '资质': the cell holds a picture")],
    ),
    "evidence by another method": (
        put("C2", "电话", EVIDENCE),
        [Line(f"{EVIDENCE}!C2", "unknown-word", "请从下拉表选择：查阅文件和记录、访谈、现场观察、随机访问顾客", "choose from the drop-down: 查阅文件和记录,")],
    ),
    "evidence without a method": (
        put("C2", None, EVIDENCE),
        [Line(f"{EVIDENCE}!C2", "missing-key", "请填写“方式”", "fill in '方式'")],
    ),
    "evidence for another id": (
        put("A2", "5.9", EVIDENCE),
        [Line(f"{EVIDENCE}!A2", "evidence-without-finding", "请核对编号，或先填写该指标的认定", "check the id")],
    ),
}  # fmt: skip
KEYS = re.compile(r"[a-z_]{3,}")


def lines_of(change: Callable[[Any], object], path: Path) -> list[Problem]:
    """What ``check`` shows people about the filled form after a change."""
    book = form()
    change(book)
    save(book, path)
    return [*folded(examine(path).problems)]


def test_there_are_forty_mistakes_and_more() -> None:
    assert len(MISTAKES) >= 40


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_at_its_cell_that_says_what_to_do(name: str, tmp_path: Path) -> None:
    change, lines = MISTAKES[name]
    found = lines_of(change, tmp_path / "form.xlsx")
    assert [(problem.cell, problem.code) for problem in found] == [(line.cell, line.code) for line in lines]
    for problem, line in zip(found, lines, strict=True):
        shown = problem.text("zh")
        assert line.zh in shown
        assert line.en in problem.text("en")
        told = shown if not problem.path.startswith("findings") else problem.message_zh  # a finding is shown by its id
        told = told.removeprefix(f"{problem.cell}: ").rpartition(" [")[0]
        assert not KEYS.search(re.sub("“[^”]*”|aftersales template", "", told))


def struck(where: str) -> Callable[[Any], object]:
    return lambda book: setattr(book[SHEET][where], "font", Font(strike=True))


def commented(*places: str) -> Callable[[Any], object]:
    return lambda book: [setattr(book[SHEET][where], "comment", Comment("问李静", "张明")) for where in places]


def struck_in_part(where: str) -> Callable[[Any], object]:
    text = CellRichText("缺一处", TextBlock(InlineFont(strike=True), "两处"))
    return put(where, text)


DRAWING = b"""<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:twoCellAnchor>
<xdr:from><xdr:col>7</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>
<xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>6</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>
<xdr:pic/></xdr:twoCellAnchor></xdr:wsDr>"""
RELATIONS = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" Target="../drawings/drawing1.xml"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing" Target="x.vml"/>
</Relationships>"""


def with_picture(form: bytes) -> bytes:
    """The form with a picture at H3 of the evidence, as Excel writes it."""
    file = io.BytesIO(form)
    with zipfile.ZipFile(file, "a") as book:
        book.writestr("xl/worksheets/_rels/sheet2.xml.rels", RELATIONS)
        book.writestr("xl/drawings/drawing1.xml", DRAWING)
    return file.getvalue()


REASON = cell("5.1.1.2", "reason")
MARKS: dict[str, tuple[Callable[[Any], object] | None, Line]] = {
    "a text that is struck through": (
        struck(REASON),
        Line(f"{SHEET}!{REASON}", "struck-through", "带有删除线，仍按原文读取；如已作废，请清空", "is struck through and is read all the same"),
    ),
    "a part of a text that is struck through": (
        struck_in_part(REASON),
        Line(f"{SHEET}!{REASON}", "struck-through", "带有删除线", "is struck through"),
    ),
    "two comments": (
        commented(REASON, "B7"),
        Line(f"{SHEET}!{REASON}", "unread-comment", "带有批注，批注不会被读取；另有 1 处：评分表!B7", "has a comment, which is not read"),
    ),
    "a pasted picture": (
        None,
        Line(f"{EVIDENCE}!H3", "unread-picture", "贴有图片或图形，不会被读取；如为证据，请另存为文件", "save it as a file"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MARKS)
def test_what_is_not_read_and_meant_something_is_a_remark_at_its_cell(name: str, tmp_path: Path) -> None:
    change, line = MARKS[name]
    if change is None:
        (tmp_path / "form.xlsx").write_bytes(with_picture(GOOD))
    else:
        book = form()
        change(book)
        save(book, tmp_path / "form.xlsx")
    evaluation, problems, remarks = examine(tmp_path / "form.xlsx")
    assert evaluation is not None
    assert not problems
    (remark,) = (one for one in remarks if one.code in {line.code for _, line in MARKS.values()})
    assert (remark.cell, remark.code) == (line.cell, line.code)
    assert line.zh in remark.message_zh
    assert line.en in remark.message


@pytest.mark.parametrize(
    "change", [struck("R200"), lambda book: setattr(book[SHEET][REASON], "font", Font(strike=False))]
)
def test_an_empty_cell_and_a_font_without_a_line_get_no_remark(change: Callable[[Any], object], tmp_path: Path) -> None:
    book = form()
    change(book)
    save(book, tmp_path / "form.xlsx")
    assert "struck-through" not in {remark.code for remark in examine(tmp_path / "form.xlsx").remarks}


def hidden(sheet: str, rows: tuple[int, ...] = (), columns: str = "") -> Callable[[Any], object]:
    def hide(book: Any) -> None:
        for row in rows:
            book[sheet].row_dimensions[row].hidden = True
        for column in columns:
            book[sheet].column_dimensions[column].hidden = True

    return hide


FULL, GIVEN = ROWS["5.1.1.1"], ROWS["5.1.1.2"]
HIDDEN: dict[str, tuple[Callable[[Any], object], list[tuple[str, str, str]]]] = {
    "a finding": (hidden(SHEET, (FULL,)), [("hidden-row", f"{SHEET}!D{FULL}", "该行已隐藏（筛选或手工隐藏），仍会读取；")]),
    "findings and evidence": (
        all_of(hidden(SHEET, (FULL, GIVEN)), hidden(EVIDENCE, (3,))),
        [("hidden-row", f"{SHEET}!D{FULL}", f"另有 2 处：{SHEET}!D{GIVEN}、{EVIDENCE}!A3")],
    ),
    "a fact and a member": (
        all_of(hidden(FACTS, (2,)), hidden(TEAM, (2,))),
        [("hidden-row", f"{FACTS}!B2", f"另有 1 处：{TEAM}!A2")],
    ),
    "the reasons": (
        hidden(SHEET, columns=LETTERS["reason"]),
        [("hidden-column", f"{SHEET}!{LETTERS['reason']}1", "该列已隐藏，仍会读取；")],
    ),
    "a sheet": (
        lambda book: setattr(book[FACTS], "sheet_state", "hidden"),
        [("hidden-sheet", f"{FACTS}!B2", "工作表“基本信息”已隐藏，仍会读取；请核对其内容")],
    ),
    "a very hidden sheet": (
        lambda book: setattr(book[EVIDENCE], "sheet_state", "veryHidden"),
        [("hidden-sheet", f"{EVIDENCE}!A2", "工作表“证据”已隐藏")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_read_and_hidden_is_a_remark(name: str, tmp_path: Path) -> None:
    change, told = HIDDEN[name]
    book = form()
    change(book)
    save(book, tmp_path / "form.xlsx")
    evaluation, problems, remarks = examine(tmp_path / "form.xlsx")
    assert evaluation is not None, problems
    found = [one for one in remarks if one.code.startswith("hidden")]
    assert [(one.code, one.cell) for one in found] == [(code, place) for code, place, _ in told]
    for remark, (_, _, text) in zip(found, told, strict=True):
        assert text in remark.message_zh


def test_what_the_form_itself_says_may_be_hidden(tmp_path: Path) -> None:
    """Ids, titles, points, and the limit of the standard in a blank form, and a head."""
    book = form(blank())
    hidden(SHEET, (1, ROWS["5.1"], ROWS[OWN]), f"ABC{LETTERS['at_least']}{LETTERS['reason']}")(book)
    book[EVIDENCE].sheet_state = "hidden"
    save(book, tmp_path / "form.xlsx")
    assert not examine(tmp_path / "form.xlsx").remarks


def test_rows_that_a_filter_hides_are_a_remark(tmp_path: Path) -> None:
    """As spreadsheets save it: the filter, and the rows that it leaves out as hidden ones."""
    book = form()
    book[SHEET].auto_filter.ref = f"A1:Z{max(ROWS.values())}"
    book[SHEET].auto_filter.add_filter_column(3, ["定性"])
    hidden(SHEET, tuple(row for row in ROWS.values() if book[SHEET][f"D{row}"].value != "定性"))(book)
    save(book, tmp_path / "form.xlsx")
    (remark,) = (one for one in examine(tmp_path / "form.xlsx").remarks if one.code == "hidden-row")
    assert remark.cell == f"{SHEET}!D{FULL}"
    count = sum(book[SHEET][f"D{row}"].value not in (None, "定性") for row in ROWS.values())
    assert f"so are {count - 1} more" in remark.message


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("files")
    card = aftersales.score(aftersales.load_example())
    certificate = aftersales.issue(aftersales.make_report(card), "2026-03-20")
    plan = aftersales.load_plan(data_folder() / "plans" / "home-appliance-chain.yaml")
    contents: dict[str, bytes] = {
        "certificate.json": certificate.model_dump_json().encode(),
        "result.json": card.model_dump_json().encode(),
        "rectification.yaml": b"on: 2026-09-01\nitems: []\n",
        "evaluation.yaml": (data_folder() / "examples" / "home-appliance-chain.yaml").read_bytes(),
        "plan.yaml": (data_folder() / "plans" / "home-appliance-chain.yaml").read_bytes(),
        "plan.xlsx": write_plan_workbook(STANDARD, plan),
        "evaluation.xlsx": GOOD,
        "~$evaluation.xlsx": b"\x05admin",
        "text.xlsx": "编号,认定方式\n".encode(),
        "old.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "half.xlsx": GOOD[: len(GOOD) // 2],
        "calendar.yaml": (data_folder() / "calendars" / "2026.yaml").read_bytes(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder").mkdir()
    (folder / "folder.xlsx").mkdir()
    return {path.name: path for path in folder.iterdir()}


class TestOtherFiles:
    """A file that is not the one that is asked for is one line that says what it is."""

    @pytest.mark.parametrize(
        ("command", "name", "zh", "en"),
        [
            ("check", "certificate.json", "这是证书文件，不是评价文件；请选择评价文件", "this is a certificate, not an evaluation"),
            ("check", "result.json", "这是评分结果，不是评价文件", "this is a saved result, not an evaluation"),
            ("check", "rectification.yaml", "这是整改文件，不是评价文件", "this is a rectification, not an evaluation"),
            ("check", "calendar.yaml", "这是工作日历文件，不是评价文件", "this is a calendar of working days, not an evaluation"),
            ("score", "plan.yaml", "这是评价计划，不是评价文件", "this is a plan, not an evaluation"),
            ("score", "plan.xlsx", "这是评价计划，不是评价文件", "this is a plan, not an evaluation"),
            ("plan", "evaluation.xlsx", "这是评价文件，不是评价计划", "this is an evaluation, not a plan"),
            ("plan", "evaluation.yaml", "这是评价文件，不是评价计划", "this is an evaluation, not a plan"),
            ("plan", "certificate.json", "这是证书文件，不是评价计划", "this is a certificate, not a plan"),
            ("certificate", "evaluation.yaml", "这是评价文件，不是证书文件", "this is an evaluation, not a certificate"),
            ("certificate", "result.json", "这是评分结果，不是证书文件", "this is a saved result, not a certificate"),
            ("certificate", "plan.yaml", "这是评价计划，不是证书文件", "this is a plan, not a certificate"),
            ("score", "~$evaluation.xlsx", "这是表格软件的临时锁文件（文件名以 ~$ 开头），请选择原文件", "choose the file itself"),
            ("score", "folder", "这是文件夹，请选择其中的文件", "it is a folder; choose a file in it"),
            ("score", "folder.xlsx", "这是文件夹，请选择其中的文件", "it is a folder; choose a file in it"),
            ("score", "text.xlsx", "内容不是工作簿，请核对是否选错文件", "its content is no workbook"),
            ("score", "old.xlsx", "这是旧格式（.xls）的文件，请在表格软件中另存为 .xlsx", "save it as .xlsx in the spreadsheet"),
            ("score", "locked.xlsx", "文件带有密码，请在表格软件中去除密码后另存", "it has a password; remove it"),
            ("score", "half.xlsx", "文件已损坏或格式有误，请在表格软件中打开后另存为 .xlsx", "it is broken; open it"),
            ("plan", "half.xlsx", "文件已损坏或格式有误", "it is broken; open it"),
            ("merge", "certificate.json", "这是证书文件，不是评价文件", "this is a certificate, not an evaluation"),
        ],
    )  # fmt: skip
    def test_another_file_is_called_by_its_kind(
        self, files: dict[str, Path], command: str, name: str, zh: str, en: str
    ) -> None:
        more = {"certificate": ["--on", "2026-04-01"], "merge": [str(files["evaluation.yaml"])]}.get(command, [])
        for lang, sentence in (("zh", zh), ("en", en)):
            done = run(command, str(files[name]), *more, AFTERSALES_LANG=lang)
            assert done.returncode == 2
            (line,) = done.stderr.splitlines()
            assert sentence in line
            assert "BadZipFile" not in line
