"""Tables in workbooks: cells are read as people see them, or refused at their place."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet
import pytest
from support.office import CSV, EXCEL, Office
from support.tables import IDS
from support.workbook_findings import differences

import aftersales
from aftersales import cli, load_example, write_workbook
from aftersales.batch.files.files import Listing, score_file
from aftersales.batch.files.sheets import table_in

openpyxl = pytest.importorskip("openpyxl")
STANDARD = aftersales.load_standard()
POINTS = float(STANDARD["5.1.1.1"].points)


def save(path: Path, rows: list[list[Any]], **formats: str) -> Any:
    """A workbook of one sheet; ``formats`` are the number formats of cells."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, code in formats.items():
        book.active[cell].number_format = code
    book.save(path)
    return book


def shares(first: Any, *, heads: list[str] | None = None, name: Any = "甲店") -> list[list[Any]]:
    """One shop with all points but those of 5.1.1.1, of which it has a share."""
    return [["门店", *(heads or IDS)], [name, first, *[1] * 72]]


def scored(path: Path, **options: Any) -> list[dict[str, Any]]:
    target = path.with_suffix(".out.csv")
    score_file(path, target, STANDARD, nodes=(), force=True, **options)
    found: list[dict[str, Any]] = pyarrow.csv.read_csv(target).to_pylist()
    return found


def refused(path: Path, **options: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(aftersales.EvaluationError) as caught:
        score_file(path, path.with_suffix(".out.csv"), STANDARD, **options)
    assert not path.with_suffix(".out.csv").exists()
    return [(problem.code, problem.cell) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("value", "code", "share"),
    [
        (0.5, "General", 0.5),
        (0.5, "0%", 0.5),
        (0.573, "0.0%", 0.573),
        ("50%", "@", 0.5),
        ("1/2", "@", 0.5),
        (" ０．５ ", "@", 0.5),
        (1, "0", 1),
        (0, "0.00%", 0),
    ],
)
def test_a_share_is_what_people_see(tmp_path: Path, value: Any, code: str, share: float) -> None:
    save(tmp_path / "a.xlsx", shares(value), B2=code)
    row = scored(tmp_path / "a.xlsx")[0]
    assert (row["门店"], row["problem"] or None) == ("甲店", None)
    assert row["earned"] == pytest.approx(100 - POINTS * (1 - share), abs=1e-12)


@pytest.mark.parametrize(
    ("value", "code", "told"),
    [
        (datetime.date(2026, 1, 2), "yyyy-mm-dd", "date-in-cell"),
        (46024, '[$-804]m"月"d"日"', "date-in-cell"),
        (8, '0"%"', "percent-sign-in-format"),
        (8000, "0,", "shown-otherwise"),
        ("#N/A", "General", "error-value"),
        ("=1/2", "General", "formula-without-value"),
        (0.1234567890123456, "General", "inexact-cell"),
    ],
)
def test_a_cell_that_shows_another_share_than_it_holds_is_refused(
    tmp_path: Path, value: Any, code: str, told: str
) -> None:
    save(tmp_path / "a.xlsx", shares(value), B2=code)
    assert refused(tmp_path / "a.xlsx") == [(told, "Sheet!B2")]


@pytest.mark.parametrize(
    ("head", "value", "code", "told"),
    [
        ("actual", 2500, "0,", "shown-otherwise"),  # shows 3, which meets the limit
        ("实际值", 2500, ";;;", "shown-otherwise"),
        ("actual", 8, '0"%"', "percent-sign-in-format"),
        ("actual", datetime.date(2026, 3, 5), "yyyy-mm-dd", "date-in-cell"),
    ],
)
def test_a_cell_that_shows_another_number_of_a_finding_is_refused(
    tmp_path: Path, head: str, value: Any, code: str, told: str
) -> None:
    rows = [["evaluation", "indicator", "kind", head, "at_most"], ["甲店", "5.4.3.2", "quantitative", value, 3]]
    save(tmp_path / "a.xlsx", rows, D2=code)
    assert refused(tmp_path / "a.xlsx") == [(told, "Sheet!D2")]
    save(tmp_path / "a.xlsx", [["甲店", "indicator", "5.1.1.1", head], ["甲", "一", 1, value]], D2=code)
    assert refused(tmp_path / "a.xlsx")[0][0] == "missing-column"  # no findings: the cell is carried


@pytest.mark.parametrize(
    ("heads", "actual", "limit", "told"),
    [
        (("actual", "at_most"), '0"分钟"', '0"小时"', "unlike-shown-units"),
        (("actual", "at_least"), '0.0"天"', '0"小时"', "unlike-shown-units"),
        (("实际值", "规定值（不高于）"), '0"人"', '0"次"', "unlike-shown-units"),
        (("实际值", "不低于"), '#,##0" 元"', '0"件"', "unlike-shown-units"),
        (("actual", "at_most"), '0"h"', '0"min"', "unlike-shown-units"),
        (("actual", "at_most"), '0"分钟"', "General", "unit-at-one"),
        (("actual", "at_most"), "General", '0"小时"', "unit-at-one"),
        (("actual", "at_most"), '0"小时"', '0.0"小时"', None),
        (("actual", "at_most"), "General", "0.0", None),
    ],
)
def test_numbers_of_a_finding_in_other_units_are_reported_as_in_a_form(
    tmp_path: Path, heads: tuple[str, str], actual: str, limit: str, told: str | None
) -> None:
    """6.2.2, R5: 30 minutes are not compared with 24 hours."""
    row = ["甲店", "5.4.3.2", "quantitative"]
    save(tmp_path / "a.xlsx", [["evaluation", "indicator", "kind", *heads], [*row, 30, 24]], D2=actual, E2=limit)
    if told == "unlike-shown-units":
        assert refused(tmp_path / "a.xlsx") == [(told, "Sheet!D2")]
        return
    remarks = table_in(tmp_path / "a.xlsx", STANDARD, None).remarks
    assert [(remark.code, remark.cell) for remark in remarks] == (
        [(told, f"Sheet!{'D' if limit == 'General' else 'E'}2")] if told else []
    )


@pytest.mark.parametrize(
    ("value", "code", "carried"),
    [
        (datetime.date(2026, 3, 2), "yyyy-mm-dd", "2026-03-02"),
        (31012345678, "0", "31012345678"),
        (0.08, "0%", "8%"),
        (12.5, '0.0"万"', "12.5"),
        ("一店\n二楼", "@", "一店\n二楼"),
        (True, "General", "True"),
        (None, "General", ""),
    ],
)
def test_other_columns_are_carried_as_texts(tmp_path: Path, value: Any, code: str, carried: str) -> None:
    save(tmp_path / "a.xlsx", shares(1, name=value), A2=code)
    options = pyarrow.csv.ConvertOptions(column_types={"门店": pyarrow.string()})
    score_file(tmp_path / "a.xlsx", tmp_path / "o.csv", STANDARD, nodes=())
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    rows = pyarrow.csv.read_csv(tmp_path / "o.csv", convert_options=options, parse_options=parsing).to_pylist()
    assert rows[0]["门店"] == carried


def test_heads_may_be_titles_and_rows_at_the_end_are_none(tmp_path: Path) -> None:
    heads = [f"{indicator.id} {indicator.title.zh}" for indicator in STANDARD.indicators]
    rows = [[], *shares(0.5, heads=heads), [None] * 74, ["乙店", *[1] * 73], [" ", *[None] * 73], []]
    book = save(tmp_path / "a.xlsx", rows, B99="0%")
    book.active["Z200"].number_format = "0.00"  # an empty cell with a format
    book.save(tmp_path / "a.xlsx")
    found = scored(tmp_path / "a.xlsx")
    assert [row["门店"] for row in found] == ["甲店", "", "乙店"]
    assert [row["problem"] for row in found] == ["", "null-share: 5.1.1.1", ""]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda sheet: sheet.merge_cells("A2:A3"), ("merged-cells", "Sheet!A2")),
        (lambda sheet: sheet.cell(2, 80, "见附件"), ("unnamed-columns", "Sheet!CB2")),
    ],
)
def test_what_no_table_has_is_refused(tmp_path: Path, change: Any, told: tuple[str, str]) -> None:
    book = save(tmp_path / "a.xlsx", [*shares(1), ["乙店", *[1] * 73]])
    change(book.active)
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx") == [told]


def test_a_second_cell_below_no_name_is_reported_once(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", [*shares(1), ["乙店", *[1] * 73, "一"], ["丙店", *[1] * 73, "二"]])
    assert refused(tmp_path / "a.xlsx") == [("unnamed-columns", "Sheet!BW3")]


def test_cells_below_no_name_are_one_problem(tmp_path: Path) -> None:
    rows = [*shares(1), ["乙店", *[1] * 73, None, "一", "二"], ["丙店", *[1] * 73, "三"]]
    save(tmp_path / "a.xlsx", rows)
    with pytest.raises(aftersales.EvaluationError) as caught:
        score_file(tmp_path / "a.xlsx", tmp_path / "o.csv", STANDARD)
    (problem,) = caught.value.problems
    assert (problem.cell, problem.message) == ("Sheet!BW4", "these columns have no name: BW, BX, BY")


def test_a_cell_is_named_by_its_place_alone(tmp_path: Path) -> None:
    """Not by a key that the table does not have."""
    save(tmp_path / "a.xlsx", shares("#N/A", name="#REF!"))
    with pytest.raises(aftersales.EvaluationError) as caught:
        score_file(tmp_path / "a.xlsx", tmp_path / "o.csv", STANDARD)
    assert [(each.code, each.cell, each.path) for each in caught.value.problems] == [
        ("error-value", "Sheet!A2", ""), ("error-value", "Sheet!B2", ""),
    ]  # fmt: skip


class TestTitles:
    @pytest.mark.parametrize("titles", [1, 3])
    @pytest.mark.parametrize("merged", [False, True])
    def test_titles_of_one_cell_stand_above_the_head(self, tmp_path: Path, titles: int, merged: bool) -> None:
        rows = [*[["2026 年门店评价"], ["单位：比例"], []][:titles], *shares(0.5)]
        book = save(tmp_path / "a.xlsx", rows)
        if merged:
            book.active.merge_cells("A1:BV1")
        book.save(tmp_path / "a.xlsx")
        assert [row["门店"] for row in scored(tmp_path / "a.xlsx")] == ["甲店"]

    def test_a_title_above_the_head_of_findings_is_passed_over(self, tmp_path: Path) -> None:
        save(tmp_path / "a.xlsx", [["认定明细"], ["门店", "编号", "认定方式"], ["甲", "5.1.1.1", "完全符合"]])
        score_file(tmp_path / "a.xlsx", tmp_path / "o.xlsx", STANDARD, key="门店")
        problems = [*openpyxl.load_workbook(tmp_path / "o.xlsx")["问题"].values]
        assert problems[1][:4] == ("甲", None, "5.1.1.2", "missing-finding")

    def test_a_row_above_the_head_is_not_lost(self, tmp_path: Path) -> None:
        save(tmp_path / "a.xlsx", [["乙店", *[1] * 73], ["评价"], *shares(1)])
        assert refused(tmp_path / "a.xlsx") == [("row-above-head", "Sheet!A1")]
        # A row of findings has the id of one indicator, so it is no head.
        save(tmp_path / "a.xlsx", [["门店", "指标", "认定方式"], ["甲", "5.1.1.1", "完全符合"]])
        assert refused(tmp_path / "a.xlsx") == [("no-indicator-columns", None)]


def remarks_of(path: Path, **options: Any) -> list[tuple[str, str | None]]:
    listing = Listing()
    score_file(path, path.with_suffix(".out.csv"), STANDARD, nodes=(), force=True, listing=listing, **options)
    return [(remark.code, remark.cell) for remark in listing.remarks]


class TestHidden:
    """What nobody sees is read all the same, and reported."""

    def test_hidden_rows_and_columns_with_data_are_reported(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        book = save(tmp_path / "a.xlsx", [["评价"], *shares(1), *[[name, *[1] * 73] for name in "乙丙丁"], []])
        assert remarks_of(tmp_path / "a.xlsx") == []
        sheet = book.active
        for row in (1, 2, 4, 5, 9):  # the title, the head, two shops, and an empty row
            sheet.row_dimensions[row].hidden = True
        for column in "CDZ":
            sheet.column_dimensions[column].hidden = True
        sheet.column_dimensions["CZ"].hidden = True  # an empty one
        book.save(tmp_path / "a.xlsx")
        assert remarks_of(tmp_path / "a.xlsx") == [("hidden-column", "Sheet!C2"), ("hidden-row", "Sheet!A4")]
        arguments = ["batch", str(tmp_path / "a.xlsx"), "-o", str(tmp_path / "o.csv"), "--lang", "en", "--force"]
        assert cli.main(arguments) == 0
        shown = capsys.readouterr().out.splitlines()
        assert "4 rows scored, 0 with a problem; 4 with 5 stars" in shown[0]
        assert shown[2:] == [
            "remarks, which change no score: 2",
            f"  {tmp_path / 'a.xlsx'}:Sheet!C2: the column is hidden and is read all the same; so are 2 more: Sheet!D2,"
            " Sheet!Z2; check what is in it [hidden-column]",
            f"  {tmp_path / 'a.xlsx'}:Sheet!A4: the row is hidden, by a filter or by hand, and is read all the same;"
            " so are 1 more: Sheet!A5; check it, and delete it if it does not count [hidden-row]",
        ]
        assert cli.main([*arguments, "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert [remark["code"] for remark in document["remarks"]] == ["hidden-column", "hidden-row"]

    def test_rows_that_a_filter_hides(self, tmp_path: Path) -> None:
        """As spreadsheets save it: the filter, and the rows that it leaves out as hidden ones."""
        book = save(tmp_path / "a.xlsx", [*shares(1), ["乙店", *[1] * 73]])
        book.active.auto_filter.ref = "A1:BV3"
        book.active.auto_filter.add_filter_column(0, ["甲店"])
        book.active.row_dimensions[3].hidden = True
        book.save(tmp_path / "a.xlsx")
        assert remarks_of(tmp_path / "a.xlsx") == [("hidden-row", "Sheet!A3")]

    def test_rows_and_columns_of_size_zero_are_reported_as_hidden(self, tmp_path: Path) -> None:
        """As spreadsheets write them; openpyxl writes no 0."""
        save(tmp_path / "b.xlsx", [*shares(1), ["乙店", *[1] * 73]])
        columns = b'<cols><col min="3" max="3" width="0" customWidth="1"/></cols><sheetData>'
        with zipfile.ZipFile(tmp_path / "b.xlsx") as old, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name.endswith("sheet1.xml"):
                    assert b"<cols>" not in content
                    content = content.replace(b"<sheetData>", columns).replace(b'<row r="2"', b'<row r="2" ht="0"')
                new.writestr(name, content)
        assert remarks_of(tmp_path / "a.xlsx") == [("hidden-column", "Sheet!C1"), ("hidden-row", "Sheet!A2")]

    def test_hidden_sheets_are_reported(self, tmp_path: Path) -> None:
        book = save(tmp_path / "a.xlsx", shares(1))
        for title, state in (("旧", "hidden"), ("空", "hidden"), ("更旧", "veryHidden")):
            book.create_sheet(title).sheet_state = state
        for title in ("旧", "更旧"):
            for row in shares(0.5):
                book[title].append(row)
        book.save(tmp_path / "a.xlsx")
        assert remarks_of(tmp_path / "a.xlsx") == [("hidden-sheet", "旧!A1")]
        assert remarks_of(tmp_path / "a.xlsx", sheet="旧") == []  # somebody knows of it

    def test_what_looks_other_than_it_is_read(self, tmp_path: Path) -> None:
        book = save(tmp_path / "a.xlsx", [*shares(0.896), ["乙店", 0.894, *[1] * 72]], B2="0.00", B3="0.00")
        book.active["C2"].comment = openpyxl.comments.Comment("核对", "张明")
        book.active["A3"].font = openpyxl.styles.Font(strike=True)
        book.save(tmp_path / "a.xlsx")
        assert remarks_of(tmp_path / "a.xlsx") == [
            ("shown-rounded", "Sheet!B2"), ("unread-comment", "Sheet!C2"), ("struck-through", "Sheet!A3"),
        ]  # fmt: skip


class TestSheets:
    def test_the_only_sheet_that_is_seen_is_read(self, tmp_path: Path) -> None:
        book = save(tmp_path / "a.xlsx", shares(0.5))
        book.create_sheet("空")
        book.create_sheet("隐藏").append(["x"])
        book["隐藏"].sheet_state = "hidden"
        book.save(tmp_path / "a.xlsx")
        assert scored(tmp_path / "a.xlsx")[0]["earned"] == 100 - POINTS / 2

    def test_the_sheet_of_a_workbook_with_several_has_to_be_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        book = save(tmp_path / "a.xlsx", shares(0.5))
        book.create_sheet("说明").append(["x"])
        book.create_sheet("空")
        book.save(tmp_path / "a.xlsx")
        assert refused(tmp_path / "a.xlsx") == [("several-sheets", None)]
        assert refused(tmp_path / "a.xlsx", sheet="Sheet1") == [("no-sheet", None)]
        assert refused(tmp_path / "a.xlsx", sheet="空") == [("empty-document", None)]
        arguments = ["batch", str(tmp_path / "a.xlsx"), "-o", str(tmp_path / "o.xlsx"), "--nodes", ""]
        assert cli.main(arguments) == 2
        assert "：Sheet、说明；请用 --sheet" in capsys.readouterr().err
        assert cli.main([*arguments, "--sheet", "Sheet"]) == 0
        assert cli.main([*arguments, "--sheet", "Sheet1", "--force"]) == 2
        assert capsys.readouterr().err.startswith("aftersales: sheet: ")
        rows = list(openpyxl.load_workbook(tmp_path / "o.xlsx")["评分结果"].values)
        assert rows[1][:2] == ("甲店", 100 - POINTS / 2)

    def test_what_the_command_wrote_can_be_read(self, tmp_path: Path) -> None:
        save(tmp_path / "a.xlsx", shares(0.5))
        score_file(tmp_path / "a.xlsx", tmp_path / "o.xlsx", STANDARD)
        assert refused(tmp_path / "o.xlsx") == [("no-indicator-columns", None)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04", "not-a-workbook"),
        (b"a,b\n", "not-a-workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not-a-workbook"),
        (b"", "empty-document"),
    ],
)
def test_what_is_no_workbook_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str
) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert refused(tmp_path / "a.xlsx") == [(told, None)]
    assert cli.main(["batch", str(tmp_path / "a.xlsx"), "-o", str(tmp_path / "o.csv")]) == 2
    assert f"[{told}]" in capsys.readouterr().err


def test_a_sheet_that_exceeds_a_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aftersales.batch.files import sheets

    save(tmp_path / "a.xlsx", shares(1))
    monkeypatch.setattr(sheets, "BOUNDS", sheets.BOUNDS._replace(cells=50))
    assert [code for code, _ in refused(tmp_path / "a.xlsx")] == ["too-many-values"]


def test_a_form_is_an_evaluation_and_another_workbook_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "form.xlsx").write_bytes(write_workbook(STANDARD, load_example("home-appliance-chain")))
    save(tmp_path / "table.xlsx", shares(0.5))
    for name, stars in (("form", "四星级 1 行"), ("table", "五星级 1 行")):
        assert cli.main(["batch", str(tmp_path / f"{name}.xlsx"), "-o", str(tmp_path / f"{name}.csv")]) == 0
        assert stars in capsys.readouterr().out


def test_findings_in_a_workbook_are_those_of_the_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows of two forms below each other, with a column that names the evaluation."""
    chain = load_example("home-appliance-chain")
    (tmp_path / "form.xlsx").write_bytes(write_workbook(STANDARD, chain))
    head, *rows = openpyxl.load_workbook(tmp_path / "form.xlsx")["评分表"].values
    rows = [row for row in rows if row[head.index("认定方式")]]
    members = "、".join(member.name for member in chain.team)
    stacked = [[shop, members, *row] for shop in ("甲", "乙") for row in rows]
    save(tmp_path / "a.xlsx", [["门店", "team", *head], *stacked])
    arguments = ["batch", str(tmp_path / "a.xlsx"), "-o", str(tmp_path / "o.xlsx"), "--key", "门店", "--exact"]
    assert cli.main([*arguments, "--lang", "en"]) == 0, capsys.readouterr().err
    heads, *found = openpyxl.load_workbook(tmp_path / "o.xlsx")["评分结果"].values
    card = aftersales.score(chain)
    for row in found:
        named = dict(zip(heads, row, strict=True))
        assert (named["printed_score"], named["stars"], named["problem"]) == (card.printed_score, card.stars, None)


@cache
def form_rows() -> tuple[tuple[Any, ...], ...]:
    """The rows of a form, the head first. They are read once, since the form is large."""
    form = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, load_example("home-appliance-chain"))))
    return tuple(form["评分表"].values)


def write_rows(path: Path, table: list[list[Any]]) -> None:
    """A table in a workbook or a CSV."""
    if path.suffix == ".xlsx":
        save(path, table)
        return
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table)


def stacked(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """The rows of a form, with a change, as a table of findings in a workbook or a CSV."""
    head, *cells = form_rows()
    rows = [dict(zip(head, row, strict=True)) for row in cells]
    change(rows)
    write_rows(path, [["门店", *head], *(["甲", *row.values()] for row in rows)])


def swap(head: str) -> Callable[[list[dict[str, Any]]], object]:
    """Sort a column alone, so that it stands beside other rows. The first two rows are the groups 5.1 and 5.1.1."""

    def change(rows: list[dict[str, Any]]) -> None:
        rows[3][head], rows[4][head] = rows[4][head], rows[3][head]

    return change


@pytest.mark.parametrize("kind", [pyarrow.int64(), pyarrow.float64(), pyarrow.decimal128(4, 2), pyarrow.string()])
@pytest.mark.parametrize(("points", "told"), [(2, ["5.1.1.2"]), (1, []), (None, [])])
def test_points_that_are_numbers_are_compared(tmp_path: Path, kind: Any, points: int | None, told: list[str]) -> None:
    """Chapter 5: 5.1.1.1 and 5.1.1.2 have one point each."""
    numbers = [1, points] if kind != pyarrow.string() else ["1", points and str(points)]
    columns = {"evaluation": ["甲"] * 2, "编号": ["5.1.1.1", "5.1.1.2"], "认定方式": ["完全符合"] * 2}
    table = pyarrow.table({**columns, "分值": pyarrow.array(numbers, kind)})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    try:
        score_file(tmp_path / "a.parquet", tmp_path / "o.csv", STANDARD)
        found = []
    except aftersales.EvaluationError as error:
        found = [(problem.code, problem.path, problem.line) for problem in error.problems]
    assert found == [("title-mismatch", f"findings[{key}].points", 2) for key in told]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (swap("编号"), [("5.1.1.3", "title", 5), ("5.1.1.2", "title", 6)]),
        (swap("指标"), [("5.1.1.2", "title", 5), ("5.1.1.3", "title", 6)]),
        (lambda rows: rows[0].update(指标="商品管理"), [("5.1", "title", 2)]),
        (lambda rows: rows[4].update(分值="7"), [("5.1.1.3", "points", 6)]),
        (lambda rows: rows[4].update(分值="一"), [("5.1.1.3", "points", 6)]),
        (lambda rows: rows[9].update({"规定值（不低于）": "8%（标准规定）"}), [("5.1.2.2", "at_least", 11)]),
        (lambda rows: rows[4].update({"规定值（不高于）": "8（标准规定）"}), [("5.1.1.3", "at_most", 6)]),
        (lambda rows: None, []),
        (lambda rows: rows[4].update(分值="1.00", 指标=STANDARD["5.1.1.3"].title.en), []),
    ],
)
def test_what_a_form_repeats_beside_an_id_is_compared(
    tmp_path: Path, name: str, change: Callable[[list[dict[str, Any]]], object], told: list[tuple[str, str, int]]
) -> None:
    """Chapter 5: a column that was sorted alone would give findings to other indicators."""
    stacked(tmp_path / name, change)
    if not told:
        listing = Listing()
        score_file(tmp_path / name, tmp_path / "o.csv", STANDARD, nodes=(), key="门店", listing=listing)
        assert dict(listing.codes) == {}
        return
    with pytest.raises(aftersales.EvaluationError) as caught:
        score_file(tmp_path / name, tmp_path / "o.csv", STANDARD, key="门店")
    found = [(problem.code, problem.path, problem.line, problem.clause) for problem in caught.value.problems]
    assert found == [("title-mismatch", f"findings[{id}].{part}", line, "5") for id, part, line in told]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize("shop", ["门店", "乙", None])
def test_a_head_that_is_repeated_in_stacked_sheets_is_no_finding(tmp_path: Path, name: str, shop: str | None) -> None:
    """Whatever stands in the column before the form. The rows below keep their numbers."""
    head, *rows = form_rows()
    last = (*rows[-1][:3], "说不清", *rows[-1][4:])
    below = [["门店", *head], *(["甲", *row] for row in rows)]
    write_rows(tmp_path / name, [*below, [shop, *head], *(["乙", *row] for row in [*rows[:-1], last])])
    listing = Listing()
    score_file(tmp_path / name, tmp_path / "o.csv", STANDARD, nodes=(), key="门店", listing=listing)
    found = pyarrow.csv.read_csv(tmp_path / "o.csv").to_pylist()
    assert [(row["门店"], row["stars"]) for row in found] == [("甲", 4), ("乙", None)]
    problems = pyarrow.csv.read_csv(tmp_path / "o.problems.csv").to_pylist()
    # A form has 24 rows of groups and 73 of indicators below its head.
    assert [(problem["code"], problem["line"]) for problem in problems] == [("unknown-kind", 2 * (1 + 24 + 73))]


class TestLibreOffice:
    """Files that an office writes."""

    def test_what_it_saves_gives_the_same_result(self, office: Office, tmp_path: Path) -> None:
        save(tmp_path / "a.xlsx", [*shares(0.573, name="甲店“东”, 一楼"), ["乙；店", 1, *[0.5] * 72]], B2="0.0%")
        expected = scored(tmp_path / "a.xlsx")
        for name, filter, how, options in (  # the third number of how is that of an encoding in LibreOffice
            ("gb18030.csv", CSV, "44,34,85,1", {"encoding": "gb18030"}),
            ("utf-16.csv", CSV, "9,34,65535,1", {"delimiter": "tab"}),
            ("utf-8.csv", CSV, "59,34,76,1", {"delimiter": "semicolon"}),
            ("b.xlsx", EXCEL, "", {}),
        ):
            office.save_as(tmp_path / "a.xlsx", tmp_path / name, filter, how)
            assert scored(tmp_path / name, **options) == expected, name


def test_evaluations_from_a_workbook_are_those_of_score(tmp_path: Path) -> None:
    """Sound ones, on limits, and wrong in every way: stars, exact scores and the codes of problems."""
    assert differences(tmp_path, 40, seed=7) == []
