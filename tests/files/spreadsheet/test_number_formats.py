"""Number formats: what a cell shows of its number, by the code of the format and in files."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import forms
from support.forms import GOOD, I1, OWN, SHEET, STANDARD, at, blank, cell, filled, form, refusals, short
from support.office import EXCEL, Office

import aftersales
from aftersales.evaluation.loading import examine
from aftersales.evaluation.workbook import sheets as workbook_sheets
from aftersales.evaluation.workbook.reader import read_workbook
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.spreadsheet import number_formats as workbook_formats
from aftersales.files.spreadsheet.number_formats import code_of, day_of, moment_of, show

EAST_ASIAN = [*range(27, 37), *range(50, 59)]  # ECMA-376 part 1, 18.8.30
DATES = [
    "yyyy-mm-dd", "yyyy/m/d", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"', "[$-804]aaaa", "[$-804]aaa", "aaaa", "e", "[$-404]e/m/d",
    "[$-411]ge.m.d", '[$-411]ggge"年"m"月"d"日"', "gg e", "bbbb", "d/m/bb", "[$-F800]", "[$-F800]dddd, mmmm dd, yyyy", "[$-x-sysdate]dddd", "mmm",
    "mmmmm", "m", "d", "DD.MM.YY", "[$-409]d-mmm-yy;@", "[红色]yyyy-m-d", "[Red]yyyy", "yyyy\\-mm\\-dd", "yyyy;@", "ddd", "[~buddhist]D MMMM YYYY",
    "[ENG][$-409]d mmm yy", "วว/ดด/ปปปป", "yyyy-mm-dd h:mm", '"第"d"天"', "Q", "NNNN",
]  # fmt: skip
TIMES = [
    "h:mm", "h:mm:ss", "hh:mm:ss.000", "mm:ss", "mm:ss.0", "s", "h:mm AM/PM", "AM/PM", '上午/下午h"时"mm"分"', "[$-F400]h:mm:ss AM/PM", "[$-F400]",
    'h"時"mm"分"', "A/P h", "[$-409]h:mm A/P;@", "[Blue]h:mm", "午前/午後h", "ชช:นน",
]  # fmt: skip
DURATIONS = ["[h]:mm:ss", "[hh]:mm", "[h]", "[m]", "[mm]:ss", "[s]", "[ss].00", "[H]:MM", "[Red][h]:mm", "[ช]:นน"]
NUMBERS = [
    "General", "GENERAL", "G/通用格式", "[DBNum1][$-804]G/通用格式", "@", "0", "0.00", "#,##0", "#,##0.00_);(#,##0.00)", "0.00E+00", "0.0e-0", "# ?/?",
    "# ??/100", "[Red]0", "[红色]0", "[Color10]0", '[$￥-804]#,##0', "[$€-2] #,##0", "$#,##0", "￥#,##0", '0"days"', "0\\d", '0"h"', '"d"0', '0_d',
    "0*d", '0"分"', "0分", '0 "小时"', '#,##0"元"', '0"千克"', '0"km"', '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', "0;-0;0;@", "0.0;@", "General;-General",
    "[>=1]0;0.00", "[<1]0.00;[>=1]0", "t0", "0_ ", "# ##0",
]  # fmt: skip
SIGNS = [
    '0"%"', "0\\%", "0!%", '0.0"％"', "0％", 'General"%"', 'G/通用格式"%"', '@"%"', '0" %"', '0 "%"', '0"‰"', "0‰", "[$%-804]0", "0[$%]", '0"﹪"',
    '"%"0', '0"个百分点（%）"', '[Red]0"%"', '0"%";-0"%"', '0"%";@',
]  # fmt: skip
OTHERS = [
    ";;;", '"合格"', '""', "0,", "0.0,,", '0.0,"万"', '0"万"', "0万元", "0\\.0,", '0"k"', '0"M"', "-0", '"-"0', "(0)", '"1"0', '0"0"', "0\\0", '0"/10"', "0%%",
    '0%"%"', "[>100]0", "000-0000", "0kg", "TT.MM.JJJJ", "0!m", "0" * 1_001, "xyz",
]  # fmt: skip


class TestCodes:
    """The kind of a format, by its code."""

    @pytest.mark.parametrize(
        ("kind", "codes"),
        [
            ("date", DATES),
            ("time", TIMES),
            ("duration", DURATIONS),
            ("number", NUMBERS),
            ("sign", SIGNS),
            ("other", OTHERS),
        ],
    )
    def test_each_code_shows_its_kind_of_value(self, kind: str, codes: list[str]) -> None:
        assert {code: show(code, Decimal(8)).kind for code in codes} == dict.fromkeys(codes, kind)

    def test_a_code_with_a_percent_sign_shows_a_percentage(self) -> None:
        codes = [
            "0%",
            "0.00%",
            "#%",
            "0 %",
            "%0",
            "[Red]0%",
            "0%;[Red]-0%",
            "0%_)",
            "t0%",
            "# ?/?%",
            "0.0E+0%",
            "[>=1]0;0%",
        ]
        assert {show(code, Decimal("0.08")).kind for code in codes} == {"percent"}

    @pytest.mark.parametrize(
        ("number", "kind"),
        [
            *((number, "date") for number in (14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, *range(50, 55), 57, 58, *range(71, 75), 77, 81)),
            *((number, "time") for number in (18, 19, 20, 21, 32, 33, 45, 47, 75, 76, 78, 80)),
            *((number, "duration") for number in (46, 79)),
            *((number, "percent") for number in (9, 10, 67, 68)),
            *((number, "number") for number in (0, *range(1, 9), 11, 12, 13, *range(23, 27), *range(37, 45), 48, 49, *range(59, 63), 69, 70, 82, 163, 65_535)),
        ],
    )  # fmt: skip
    def test_built_in_number_formats_have_their_codes(self, number: int, kind: str) -> None:
        assert show(code_of(number, {}), Decimal("0.5")).kind == kind

    def test_every_east_asian_one_is_a_date_or_a_time(self) -> None:
        assert {show(code_of(number, {}), Decimal(8)).kind for number in EAST_ASIAN} == {"date", "time"}

    def test_a_file_may_give_a_built_in_number_another_code(self) -> None:
        assert code_of(31, {31: "0.0"}) == "0.0"

    @pytest.mark.parametrize(
        ("code", "number", "text", "is_rounded"),
        [
            ("0", "0.896", "1", True), ("0%", "0.896", "90%", True), ("0.0%", "0.896", "89.6%", False), ("0.00%", "0.0805", "8.05%", False),
            ("0.0", "0.25", "0.3", True), ("# ?/?", "0.3333", "1/3", True), ("# ?/?", "0.25", "1/4", False), ("# ?/8", "0.3", "1/4", True),
            ("0.00E+00", "0.5", "5.00E-1", False), ("##0.0E+0", "12345", "12.3E+3", True), ("0.0E+0", "0", "0.0E+0", False), ("General", "0.5", "0.5", False),
            ('_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', "0", "-", False), ('0" 小时"', "8", "8 小时", False), ("0.###", "8.5", "8.5", False),
        ],
    )  # fmt: skip
    def test_a_number_is_shown_as_by_a_spreadsheet(self, code: str, number: str, text: str, is_rounded: bool) -> None:
        shown = show(code, Decimal(number))
        assert (shown.text, shown.is_rounded) == (text, is_rounded)

    @given(st.fractions(max_denominator=10**12), st.integers(1, 12))
    def test_the_nearest_fraction_is_that_of_the_library_of_python(self, number: Fraction, places: int) -> None:
        most = 10**places - 1
        found = workbook_formats._nearest(number, most)
        assert abs(found - number) == abs(number.limit_denominator(most) - number)
        assert found.denominator <= most

    @pytest.mark.parametrize("code", ["#", "##.##", "0;-0;;@", "0;;", "??", '0;-0;""', "#%"])
    def test_a_zero_that_is_not_shown(self, code: str) -> None:
        assert show(code, Decimal(0)).kind == "other"

    @pytest.mark.parametrize(
        ("code", "positive", "negative", "zero"),
        [
            ("0%;0;yyyy", "percent", "number", "date"), ("0;yyyy", "number", "date", "number"), ("0;yyyy;@", "number", "date", "number"),
            ("[<0]yyyy;0%", "percent", "date", "percent"), ("[=0]yyyy;0;0%", "percent", "number", "date"), ("[<>0]0;h", "number", "number", "time"),
            ("[>0]0%;[<=0]0", "percent", "number", "number"),
        ],
    )  # fmt: skip
    def test_the_section_that_a_number_is_shown_by(self, code: str, positive: str, negative: str, zero: str) -> None:
        assert [show(code, Decimal(number)).kind for number in (1, -1, 0)] == [positive, negative, zero]

    @pytest.mark.parametrize(
        "code",
        ["0." + "0" * 900, "0" + "%" * 900, "0." + "0" * 900 + "E+00", "#" * 900, "0." + "#" * 900, "# ?/" + "?" * 900],
    )
    @pytest.mark.parametrize("number", ["0.5", "0", "-1E+100", "9.87654321E+99", "1E-100"])
    def test_a_long_code_is_read_whatever_the_number(self, code: str, number: str) -> None:
        """More digits than the sum of both would need are there for it."""
        assert show(code, Decimal(number)).kind in ("number", "other")

    def test_a_number_of_any_size_is_shown_under_any_code(self) -> None:
        for number in ("1e100", "-1e100", "1e-100", "999999999999", "0"):
            for code in (*NUMBERS, *SIGNS, *OTHERS, "0%", "##0.0E+0"):
                assert show(code, Decimal(number)).kind in ("number", "percent", "sign", "other")


class TestDays:
    """Excel counts 1900-01-01 as 1 and has a 29 February 1900; files of old Macs count 1904-01-01 as 0."""

    @pytest.mark.parametrize(
        ("number", "from_1904", "day"),
        [
            ("1", False, "1900-01-01"), ("59", False, "1900-02-28"), ("61", False, "1900-03-01"), ("46083", False, "2026-03-02"),
            ("2958465", False, "9999-12-31"), ("0", True, "1904-01-01"), ("44621", True, "2026-03-02"), ("2957003", True, "9999-12-31"),
        ],
    )  # fmt: skip
    def test_a_number_is_the_day_that_it_is_in_a_spreadsheet(self, number: str, from_1904: bool, day: str) -> None:
        assert day_of(Decimal(number), from_1904=from_1904) == datetime.date.fromisoformat(day)

    @pytest.mark.parametrize(
        ("number", "from_1904"),
        [("0", False), ("60", False), ("-1", False), ("46083.5", False), ("2958466", False), ("2957004", True), ("1e100", False), ("0.5", True)],
    )  # fmt: skip
    def test_a_number_that_is_no_whole_day_of_the_calendar_is_no_day(self, number: str, from_1904: bool) -> None:
        assert day_of(Decimal(number), from_1904=from_1904) is None

    @pytest.mark.parametrize(
        ("number", "kind", "moment"),
        [
            ("46083", "date", "2026-03-02"), ("46083.4375", "date", "2026-03-02 10:30:00"), ("0.4375", "time", "10:30:00"), ("0", "time", "00:00:00"),
            ("1.0625", "duration", "25:30:00"), ("46083", "time", "2026-03-02"), ("60", "date", "60"), ("-1", "duration", "-1"), ("1e30", "date", "1" + "0" * 30),
        ],
    )  # fmt: skip
    def test_a_number_is_the_day_and_time_that_its_cell_holds(self, number: str, kind: str, moment: str) -> None:
        assert moment_of(Decimal(number), kind) == moment


def problems_of(change: Callable[[Any], object], path: Path) -> tuple[aftersales.Problem, ...]:
    """The problems of the short form after a change."""
    return forms.problems_of(change, path, short())


def with_cell(
    path: Path, sheet: int, place: str, xml: str, *, number: int | None = None, code: str = "", epoch: str = ""
) -> None:
    """Writes the short form with one cell in place of another, raw: its style has that number format."""
    with_cells(path, short(), sheet, {place: (xml, number or 164, code)}, epoch)


def with_cells(path: Path, form: bytes, sheet: int, cells: dict[str, tuple[str, int, str]], epoch: str = "") -> None:
    """Writes a form with these cells, raw: each with the number of its format and the code that the file gives it, or ""."""
    with zipfile.ZipFile(io.BytesIO(form)) as good:
        parts = {name: good.read(name).decode() for name in good.namelist()}
    styles, name = parts["xl/styles.xml"], f"xl/worksheets/sheet{sheet}.xml"
    count = len(re.findall("<xf ", styles[styles.index("<cellXfs") : styles.index("</cellXfs>")]))
    formats = xfs = ""
    for position, (place, (xml, number, code)) in enumerate(cells.items(), count):
        if code:
            escaped = code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
            formats += f'<numFmt numFmtId="{number}" formatCode="{escaped}"/>'
        xfs += f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        cell_xml = xml.replace("<c", f'<c r="{place}" s="{position}"', 1)
        without = re.sub(rf'<c r="{place}"[^>]*?(/>|>.*?</c>)', "", parts[name])
        row = rf'<row r="{place.lstrip(ascii_uppercase)}"[^>]*>'
        parts[name], found = re.subn(row, lambda start, cell_xml=cell_xml: start[0] + cell_xml, without)  # type: ignore[misc]
        assert found == 1
    if formats:
        styles = re.sub("<numFmts.*?(/>|</numFmts>)", lambda _: f"<numFmts>{formats}</numFmts>", styles)
    parts["xl/styles.xml"] = styles.replace("</cellXfs>", f"{xfs}</cellXfs>")
    parts["xl/workbook.xml"] = re.sub("<workbookPr ?/>", f"<workbookPr{epoch}/>", parts["xl/workbook.xml"])
    assert not epoch or epoch in parts["xl/workbook.xml"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, content in parts.items():
            book.writestr(part, content)


JUDGED = [node.id for node in STANDARD.indicators if node.id != OWN]


@cache
def _judged_by_degrees() -> bytes:
    """The form with a degree for each indicator but that with a limit of its own."""
    book, file = form(), io.BytesIO()
    for key in JUDGED:
        filled(key, kind="定性", degree="50%", reason="因")(book)
    book.save(file)
    return file.getvalue()


def with_degrees(path: Path, degrees: list[tuple[str, int, str]], column: str = "degree") -> None:
    """Writes that form with the cells of the first indicators: what is written, the number of its format, and its code."""
    cells = zip((cell(key, column) for key in JUDGED), degrees, strict=False)
    made = {place: (f"<c><v>{written}</v></c>", number, code) for place, (written, number, code) in cells}
    with_cells(path, _judged_by_degrees(), 1, made)


QUALITATIVE = "5.1.1.2"  # it has a degree in the example


class TestNumberCells:
    """Through files with raw XML: what shows a date, a sign or something else is refused at its cell."""

    @pytest.mark.parametrize("written", ["0.5", "46034"])
    def test_a_number_cell_with_a_built_in_date_format_is_refused(self, written: str, tmp_path: Path) -> None:
        numbers = [*EAST_ASIAN, *range(14, 23), 45, 46, 47, *range(71, 82)]
        path = tmp_path / "form.xlsx"
        with_degrees(path, [(written, number, "") for number in numbers])
        assert refusals(path) == [("date-in-cell", at(key, "degree")) for key in JUDGED[: len(numbers)]]

    def test_a_number_cell_with_a_custom_date_format_is_refused(self, tmp_path: Path) -> None:
        codes = [*DATES, *TIMES, *DURATIONS]
        path = tmp_path / "form.xlsx"
        with_degrees(path, [("0.5", 200 + place, code) for place, code in enumerate(codes)])
        assert refusals(path) == [("date-in-cell", at(key, "degree")) for key in JUDGED[: len(codes)]]

    def test_the_message_has_the_day(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, cell(QUALITATIVE, "degree"), "<c><v>46034</v></c>", number=58)
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        assert "2026-01-12" in caught.value.problems[0].message_zh

    @pytest.mark.parametrize("written", ["2026-01-12", "2026-01-12T00:00:00", "T10:30", "2026-01-12T10:30:00.000Z"])
    def test_a_number_cell_with_a_date_of_iso_8601_is_refused(self, written: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, cell(QUALITATIVE, "degree"), f'<c t="d"><v>{written}</v></c>')
        assert refusals(path) == [("date-in-cell", at(QUALITATIVE, "degree"))]

    def test_a_number_cell_with_a_format_of_numbers_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_degrees(path, [("0.5", 200 + place, code) for place, code in enumerate(NUMBERS)])
        findings = aftersales.load_evaluation(path).findings
        for key in JUDGED[: len(NUMBERS)]:
            finding = findings[key]
            assert isinstance(finding, aftersales.Qualitative)
            assert str(finding.degree) == "1/2"

    @pytest.mark.parametrize("column", ["degree", "row"])
    def test_a_sign_that_is_only_the_format(self, column: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_degrees(path, [("8", 200 + place, code) for place, code in enumerate(SIGNS)], column)
        found = refusals(path)
        assert {("percent-sign-in-format", at(key, column)) for key in JUDGED[: len(SIGNS)]} <= set(found)

    @pytest.mark.parametrize("column", ["population", "row"])
    def test_a_count_with_a_sign_is_not_said_to_be_a_percentage(self, column: str, tmp_path: Path) -> None:
        """A percentage would be refused next."""
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, cell(QUALITATIVE, column), "<c><v>3</v></c>", code='0"%"')
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        (problem,) = (
            one for one in caught.value.problems if one.cell == at(QUALITATIVE, column) and "3%" in one.message
        )
        assert problem.code == "percent-sign-in-format"
        assert "是否想写" not in problem.message_zh

    def test_a_number_cell_whose_format_shows_something_else_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_degrees(path, [("8", 200 + place, code) for place, code in enumerate(OTHERS)])
        assert refusals(path) == [("shown-otherwise", at(key, "degree")) for key in JUDGED[: len(OTHERS)]]

    @pytest.mark.parametrize(
        ("code", "hint"), [('0"%"', "8%"), ("0‰", "0.8%"), ('0.0"％"', "8%"), ('General" %"', "8%")]
    )
    def test_the_error_names_the_number_that_was_probably_meant(self, code: str, hint: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, cell(OWN, "actual"), "<c><v>8</v></c>", code=code)
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        (problem,) = caught.value.problems
        assert (problem.code, problem.cell) == ("percent-sign-in-format", at(OWN, "actual"))
        assert problem.message_zh.endswith(f"是否想写“{hint}”？")

    @pytest.mark.parametrize(
        ("column", "kind", "others"),
        [
            ("actual", "定量", {"at_least": "10"}), ("at_least", "定量", {"actual": "10"}), ("at_most", "定量", {"actual": "10"}),
            ("population", "抽样", {"sampled": 8, "nonconforming": 0}), ("sampled", "抽样", {"population": 8, "nonconforming": 0}),
            ("nonconforming", "抽样", {"population": 8, "sampled": 8}), ("outlets", "抽样", {"outlets_covered": 8, "sampled": 8, "nonconforming": 0}),
            ("outlets_covered", "抽样", {"outlets": 8, "sampled": 8, "nonconforming": 0}),
        ],
    )  # fmt: skip
    def test_a_format_is_judged_in_every_column_of_numbers(
        self, column: str, kind: str, others: dict[str, object], tmp_path: Path
    ) -> None:
        """Written by openpyxl: under a plain format, one that shows a sign, one that shows a day and one that shows nothing."""
        for code, problem in (
            ("0", None),
            ('0"%"', "percent-sign-in-format"),
            ("yyyy", "date-in-cell"),
            (";;;", "shown-otherwise"),
        ):

            def change(book: object, code: str = code) -> None:
                filled(I1, kind=kind, **others, **{column: 8})(book)
                book[SHEET][cell(I1, column)].number_format = code  # type: ignore[index]

            found = [(one.code, one.cell) for one in problems_of(change, tmp_path / "form.xlsx")]
            assert (problem, at(I1, column)) in found if problem else found == []

    def test_a_percentage_is_written_with_its_sign(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        for written, code in (("8.0000000000000002E-2", "0%"), ("0.08", "0.00%"), ("8E-2", "0 %")):
            with_cell(path, 1, cell(OWN, "actual"), f"<c><v>{written}</v></c>", code=code)
            finding = aftersales.load_evaluation(path).findings[OWN]
            assert isinstance(finding, aftersales.Quantitative)
            assert finding.actual == Fraction("0.08")


class TestLibreOffice:
    """Saved again by LibreOffice, which writes formats in its own way."""

    def test_formats_that_libreoffice_saved_are_read_or_refused_by_their_kind(
        self, office: Office, tmp_path: Path
    ) -> None:
        kinds = {
            "date-in-cell": [
                'yyyy"年"m"月"d"日"', 'm"月"d"日"', "[$-804]aaaa", "[$-411]ge.m.d", "e", "h:mm", "mm:ss.0", "[h]:mm:ss", "[mm]:ss", "h:mm AM/PM", "d-mmm-yy",
                "yyyy;@", "Q",
            ],
            "percent-sign-in-format": ['0"%"', "0\\%", '0.0"％"', "0％", 'General"%"', '0"‰"', '[Red]0" %"'],
            "shown-otherwise": [";;;", '"合格"', "0,", '0.0,"万"', '0"万"', "-0", '0"/10"'],
            "": ["General", "0", "0.00", "[Red]0", '[$￥-804]#,##0', '0"小时"', '0"千克"', "# ?/?", "0.00E+00"],
        }  # fmt: skip
        codes = [(code, kind) for kind, codes in kinds.items() for code in codes]
        keys = [node.id for node in STANDARD.indicators if node.id != OWN]
        book = form()
        for key, (code, _) in zip(keys, codes, strict=False):
            filled(key, kind="定性", degree=1)(book)
            book[SHEET][cell(key, "degree")].number_format = code
        for place, code in (("B9", 'yyyy"年"m"月"d"日"'), ("B10", "[$-404]e/m/d")):
            book["基本信息"][place].value, book["基本信息"][place].number_format = 46083, code
        path = tmp_path / "form.xlsx"
        book.save(path)
        saved = tmp_path / "saved.xlsx"
        office.save_as(path, saved, EXCEL)
        found = set(refusals(saved))
        assert found == {(kind, at(key, "degree")) for key, (_, kind) in zip(keys, codes, strict=False) if kind}


class TestDayCells:
    """Where a day is asked, a cell with a date is read as that day."""

    @pytest.mark.parametrize(
        ("format", "written", "epoch"),
        [
            *(({"number": number}, "46083", "") for number in (14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, *range(50, 59))),
            *(({"code": code}, "46083", "") for code in DATES if not code.startswith(('"第"', "NNNN", "Q"))),
            ({"number": 14}, "44621", ' date1904="1"'), ({"number": 31}, "44621", ' date1904="true"'), ({"number": 14}, "46083", ' date1904="0"'),
        ],
    )  # fmt: skip
    def test_a_cell_with_a_date_is_read_as_that_day(
        self, format: dict[str, object], written: str, epoch: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 3, "B9", f"<c><v>{written}</v></c>", epoch=epoch, **format)  # type: ignore[arg-type]
        period = aftersales.load_evaluation(path).period
        assert period is not None
        assert period.start == datetime.date(2026, 3, 2)

    @pytest.mark.parametrize("written", ["2026-03-02", "2026-03-02T00:00:00", "2026-03-02T00:00:00.000Z"])
    def test_a_day_of_iso_8601_in_a_cell_is_read(self, written: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 3, "B9", f'<c t="d"><v>{written}</v></c>')
        period = aftersales.load_evaluation(path).period
        assert period is not None
        assert period.start == datetime.date(2026, 3, 2)

    @pytest.mark.parametrize(
        ("format", "xml"),
        [
            ({"number": 22}, "<c><v>46083.4375</v></c>"), ({"number": 14}, "<c><v>0</v></c>"), ({"number": 14}, "<c><v>60</v></c>"),
            ({"number": 20}, "<c><v>0.4375</v></c>"), ({"number": 33}, "<c><v>0.4375</v></c>"), ({"number": 46}, "<c><v>46083</v></c>"),
            ({"code": "[h]:mm"}, "<c><v>1.5</v></c>"), ({"number": 14}, "<c><v>2958466</v></c>"), ({"number": 14}, "<c><v>-1</v></c>"),
            ({"number": 0}, "<c><v>46083</v></c>"), ({"code": "0"}, "<c><v>46083</v></c>"),
            ({}, '<c t="d"><v>2026-03-02T10:30:00</v></c>'), ({}, '<c t="d"><v>T10:30:00</v></c>'), ({}, '<c t="d"><v>soon</v></c>'),
        ],
    )  # fmt: skip
    def test_a_cell_without_a_day_is_refused_where_one_belongs(
        self, format: dict[str, object], xml: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 3, "B9", xml, **format)  # type: ignore[arg-type]
        assert refusals(path) == [("not-a-date", "基本信息!B9")]

    def test_an_edition_in_a_cell_with_a_date_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 3, "B3", "<c><v>45995</v></c>", number=31)
        assert aftersales.load_evaluation(path).edition == STANDARD.edition


def test_a_cell_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row below is rounded, and has two cells whose units are compared; 4,700 of them took seconds."""
    path, rows = tmp_path / "form.xlsx", 300
    book = form()
    sheet = book[SHEET]
    heads = {cell.value: cell.column for row in sheet.iter_rows(max_row=3) for cell in row}
    for row in range(1, rows + 1):
        sheet.cell(200 + row, heads["编号"], f"7.1.{row}")
        sheet.cell(200 + row, heads["认定方式"], "定量")
        for place, name in enumerate(("实际值", "规定值（不高于）")):
            sheet.cell(200 + row, heads[name], round((2 * row + place) / 7919, 9)).number_format = "# ?/?"
    book.save(path)
    calls = Counter[str]()
    show = workbook_sheets.show
    monkeypatch.setattr(workbook_sheets, "show", lambda code, number: calls.update(["show"]) or show(code, number))
    document = read_workbook(path.read_bytes())
    (remark,) = (violation for violation, _ in document.remarks if violation.code == "shown-rounded")
    assert remark.context["more"].text("zh").startswith(f"；另有 {2 * rows - 1} 处")
    assert calls["show"] <= 2 * rows + 100


def remarks_of(path: Path) -> list[tuple[str, str | None, str]]:
    return [(remark.code, remark.cell, remark.message_zh) for remark in examine(path, complete=False).remarks]


class TestRemarks:
    """What is read and not shown in full is a remark: one for all numbers, one for each day."""

    def test_a_number_that_its_format_rounds_is_read_exactly(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        for written, code, shown, read in (
            ("0.896", "0%", "90%", "89.6%"),
            ("0.896", "0.0", "0.9", "0.896"),
            ("0.3333", "# ?/?", "1/3", "0.3333"),
        ):
            with_cell(path, 1, cell(QUALITATIVE, "degree"), f"<c><v>{written}</v></c>", code=code)
            finding = aftersales.load_evaluation(path).findings[QUALITATIVE]
            assert isinstance(finding, aftersales.Qualitative)
            assert finding.degree == Fraction(written)
            (remark,) = [remark for remark in remarks_of(path) if remark[0] == "shown-rounded"]
            assert remark[1] == at(QUALITATIVE, "degree")
            assert f"“{shown}”，读取的数是 {read}；请核对" in remark[2]

    def test_many_come_once_with_their_count(self, tmp_path: Path) -> None:
        ids = [node.id for node in STANDARD.indicators if node.id != OWN][:9]

        def change(book: Any) -> None:
            for key in ids:
                filled(key, kind="定性", degree=0.896)(book)
                book[SHEET][cell(key, "degree")].number_format = "0%"

        path = tmp_path / "form.xlsx"
        assert problems_of(change, path) == ()
        (remark,) = [remark for remark in remarks_of(path) if remark[0] == "shown-rounded"]
        named = "、".join(at(key, "degree") for key in ids[1:6])
        assert remark[1] == at(ids[0], "degree")
        assert f"；另有 8 处：{named}；" in remark[2]

    @pytest.mark.parametrize("code", ["0%", "0.0", "General", "@", "# ??/??", "0.00E+00"])
    def test_a_number_that_is_shown_in_full_gets_no_remark(self, code: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, cell(QUALITATIVE, "degree"), "<c><v>0.5</v></c>", code=code)
        assert not [remark for remark in remarks_of(path) if remark[0] == "shown-rounded"]

    @pytest.mark.parametrize(
        ("code", "is_whole"),
        [
            ("yyyy-mm-dd", True), ('yyyy"年"m"月"d"日"', True), ("[$-F800]", True), ("[$-404]e/m/d", True), ("d-mmm-yy", True), ("dddd d mmm yyyy", True),
            ('yyyy"年"m"月"', False), ('m"月"d"日"', False), ("aaaa", False), ("yyyy", False), ("mmm-yy", False), ("dddd, mmm yyyy", False),
        ],
    )  # fmt: skip
    def test_a_day_that_is_not_shown_in_full(self, code: str, is_whole: bool, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 3, "B9", "<c><v>46083</v></c>", code=code)
        found = [remark for remark in remarks_of(path) if remark[0] == "day-not-shown"]
        assert [remark[1] for remark in found] == ([] if is_whole else ["基本信息!B9"])
        assert all("读作 2026-03-02" in remark[2] for remark in found)


class TestUnits:
    """The form shows the limit and the unit of what the standard fixes; 8 for 8 % is refused at its cell."""

    def test_a_bare_8_for_8_percent_is_refused_under_every_format(self, tmp_path: Path) -> None:
        """As text, as a number under plain formats, and under a format that shows a percent sign."""
        path = tmp_path / "form.xlsx"
        for value, code in (
            ("8", "@"),
            (8, "@"),
            (8, "General"),
            (8, "0"),
            ("８", "@"),
            ("8.0", "@"),
            (1, "0"),
            ("120%", "@"),
            (8, "0%"),
        ):

            def change(book: Any, value: object = value, code: str = code) -> None:
                filled(OWN, kind="定量", actual=value)(book)
                book[SHEET][cell(OWN, "actual")].number_format = code

            (problem,) = problems_of(change, path)
            assert (problem.code, problem.cell) in (
                ("unlike-units", at(OWN, "actual")),
                ("out-of-range", at(OWN, "actual")),
            )
            if value in ("8", 8) and code != "0%":
                assert "8%" in problem.message_zh

    @pytest.mark.parametrize(
        ("cells", "where"),
        [
            ({"actual": 95, "at_least": "98%"}, "actual"), ({"actual": "95%", "at_least": 98}, "at_least"), ({"actual": 2, "at_most": "3%"}, "actual"),
            ({"actual": "105%", "at_most": 3}, "at_most"), ({"actual": 1, "at_least": "98%"}, "actual"),
        ],
    )  # fmt: skip
    def test_cells_of_unlike_units_are_refused(self, cells: dict[str, object], where: str, tmp_path: Path) -> None:
        for is_number in (False, True):

            def change(book: Any, is_number: bool = is_number) -> None:
                filled(I1, kind="定量", **cells)(book)
                for column, value in cells.items():
                    if is_number and isinstance(value, str):  # the same, as a number whose format shows the sign
                        book[SHEET][cell(I1, column)].value = float(value.rstrip("%")) / 100
                        book[SHEET][cell(I1, column)].number_format = "0%"

            found = [(problem.code, problem.cell) for problem in problems_of(change, tmp_path / "form.xlsx")]
            assert found == [("unlike-units", at(I1, where))]

    @pytest.mark.parametrize("column", ["sampled", "nonconforming", "population"])
    def test_a_count_that_shows_a_percentage(self, column: str, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            filled(I1, kind="抽样", **({"population": 1, "sampled": 1, "nonconforming": 1} | {column: 1}))(book)
            book[SHEET][cell(I1, column)].number_format = "0%"

        found = [(problem.code, problem.cell) for problem in problems_of(change, tmp_path / "form.xlsx")]
        assert ("shown-otherwise", at(I1, column)) in found

    def test_the_form_shows_limit_and_unit(self) -> None:
        sheet = form(blank())[SHEET]
        limit = sheet[cell(OWN, "at_least")]
        assert (limit.value, limit.protection.locked, limit.fill.start_color.rgb) == (
            "10%（标准规定）",
            True,
            "FFD9D9D9",
        )
        assert not sheet[cell(OWN, "actual")].protection.locked
        prompts = {
            str(place): validation.prompt
            for validation in sheet.data_validations.dataValidation
            for place in validation.sqref.ranges
            if validation.prompt
        }
        assert prompts[cell(OWN, "actual")] == "请填写百分数，如 8%。"
        assert any("同一单位" in prompt for prompt in prompts.values())

    def test_the_limit_of_the_standard_is_accepted_back(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        for text in ("10%（标准规定）", "10%(标准规定)", " 10%（标准规定） ", "0.1（标准规定）", None):
            path.write_bytes(GOOD)
            assert problems_of(lambda book, text=text: book[SHEET].__setitem__(cell(OWN, "at_least"), text), path) == ()  # type: ignore[misc]

    @pytest.mark.parametrize(
        ("key", "column", "text"),
        [(OWN, "at_least", "8%（标准规定）"), (OWN, "at_least", "约（标准规定）"), (OWN, "at_most", "10%（标准规定）"), (I1, "at_least", "10%（标准规定）")],
    )  # fmt: skip
    def test_a_limit_that_is_not_the_standards(self, key: str, column: str, text: str, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            book[SHEET][cell(key, column)] = text

        found = problems_of(change, tmp_path / "form.xlsx")
        assert [(problem.code, problem.cell) for problem in found] == [("title-mismatch", at(key, column))]

    def test_the_form_of_a_standard_of_ones_own_states_its_upper_limits(self, tmp_path: Path) -> None:
        """A limit that is no proportion, and an upper one."""
        data = STANDARD.model_dump(mode="json", exclude_none=True) | {"id": "X"}
        indicators = data["categories"][0]["subcategories"][0]["indicators"]
        indicators[0]["at_most"] = 24
        for indicator in (one for part in data["categories"][0]["subcategories"] for one in part["indicators"]):
            indicator.pop("proportion", None)
        own = aftersales.load_standard(data)
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(own))
        sheet = openpyxl.load_workbook(path)[SHEET]
        assert sheet[cell(I1, "at_most")].value == "24（标准规定）"
        assert not aftersales.load_evaluation(path, own).findings


class TestBlanks:
    """Blanks and full-width forms around and in what is typed, in every column: the same evaluation, or a problem at the cell."""

    COLUMNS = (
        ({"kind": "定性", "degree": "60%", "row": "1", "reason": "因"}, "5.1.1.2"),
        ({"kind": "定量", "actual": "95.5%", "at_least": "98%", "reason": "因"}, "5.1.1.3"),
        ({"kind": "抽样", "population": "12", "sampled": "8", "nonconforming": "1", "reason": "因"}, "5.1.1.4"),
        (
            {
                "kind": "抽样",
                "outlets": "4",
                "outlets_covered": "4",
                "sampled": "8",
                "nonconforming": "1",
                "reason": "因",
            },
            "5.1.1.5",
        ),
    )

    @pytest.mark.parametrize(
        ("blank", "around"),
        [
            *((blank, "{1}{0}{1}{1}") for blank in " \u00a0\u3000\u200b\ufeff\u2060\t\n\u2009\u200d\u00ad"),
            *((blank, around) for blank in " \u200b\n" for around in ("{1}{0}", "{0}{1}")),
        ],
    )
    def test_blanks_around_a_typed_text_are_ignored(
        self, blank: str, around: str, plain: aftersales.Evaluation, tmp_path: Path
    ) -> None:
        assert self.read(lambda text: around.format(text, blank), tmp_path / "form.xlsx") == plain

    def test_full_width_digits_are_read(self, plain: aftersales.Evaluation, tmp_path: Path) -> None:
        wide = {code: code + 0xFEE0 for code in map(ord, "0123456789.%/")}
        assert self.read(lambda text: text.translate(wide), tmp_path / "form.xlsx") == plain

    @pytest.fixture(scope="class")
    @classmethod
    def plain(cls, tmp_path_factory: pytest.TempPathFactory) -> aftersales.Evaluation:
        return cls.read(str, tmp_path_factory.mktemp("form") / "form.xlsx")

    @classmethod
    def read(cls, change: Callable[[str], str], path: Path) -> aftersales.Evaluation:
        book = form(short())
        for cells, key in cls.COLUMNS:
            changed = {name: text if name == "reason" else change(text) for name, text in cells.items()}
            filled(key, **changed)(book)
            book[SHEET][cell(key, "id")].value = change(key)
        for place in ("B2", "B3", "B4", "B9", "B10", "A9"):
            book["基本信息"][place].value = change(book["基本信息"][place].value)
        book.save(path)
        return aftersales.load_evaluation(path)

    @pytest.mark.parametrize(
        ("column", "text", "code"),
        [
            ("degree", "0 .6", "not-a-number"), ("degree", "6\u00a00%", "not-a-number"), ("degree", "60 %", "not-a-number"),
            ("degree", "60%\u200e", "not-a-number"), ("degree", "６０﹪", "not-a-number"), ("row", "１ 0", "not-a-number"), ("kind", "定 性", "unknown-kind"),
            ("id", "5.1.1 .2", "unknown-indicator"), ("id", "5。1。1。2", "unknown-indicator"),
        ],
    )  # fmt: skip
    def test_blanks_within_a_typed_value_are_refused(self, column: str, text: str, code: str, tmp_path: Path) -> None:
        key = QUALITATIVE
        cells = {"kind": "定性", "degree": "60%", "reason": "因"}

        def change(book: Any) -> None:
            filled(key, **cells | ({} if column == "id" else {column: text}))(book)
            if column == "id":
                book[SHEET][cell(key, "id")].value = text

        found = problems_of(change, tmp_path / "form.xlsx")
        assert [(problem.code, problem.cell) for problem in found] == [(code, at(key, column))]


PERCENT_WORDS = [
    '0.0" percent"', '0" pct"', '0"个百分点"', '0" per cent"', '0"百分比"', '"百分之"0', '0" Percent"', '0" PCT."', '0\\p\\c\\t', '0" percentage points"',
    '0"pp"', '0" p.p."', '0" Prozent"', '0"パーセント"', 'General" pct"', '[Red]0" pct";-0" pct"', "[$pct] 0", '0"٪"',
]  # fmt: skip


class TestPercentWords:
    """A word for a proportion is one like the sign; what counts in other parts is refused, too."""

    @pytest.mark.parametrize("code", PERCENT_WORDS)
    def test_a_word_that_is_only_the_format(self, code: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, cell(OWN, "actual"), "<c><v>8</v></c>", code=code)
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        (problem,) = caught.value.problems
        assert (problem.code, problem.cell) == ("percent-sign-in-format", at(OWN, "actual"))
        assert problem.message_zh.endswith("；是否想写“8%”？")
        assert problem.message.endswith("; did you mean '8%'?")

    @pytest.mark.parametrize(
        ("code", "hint"),
        [('0"‱"', "0.08%"), ('0" bp"', "0.08%"), ('0"bps"', "0.08%"), ('0"基点"', "0.08%"), ('0"千分点"', "0.8%"), ('0" per mille"', "0.8%"), ('"万分之"0', "0.08%")],
    )  # fmt: skip
    def test_a_format_of_thousandths_is_refused_with_the_percentage(self, code: str, hint: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, cell(OWN, "actual"), "<c><v>8</v></c>", code=code)
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        (problem,) = caught.value.problems
        assert problem.code == "percent-sign-in-format"
        assert problem.message_zh.endswith(f"；是否想写“{hint}”？")

    @pytest.mark.parametrize("code", ['0"成"', '0" 折"', '0%" pct"'])
    def test_a_word_that_scales_a_number_makes_its_cell_refused(self, code: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, cell(QUALITATIVE, "degree"), "<c><v>8</v></c>", code=code)
        assert refusals(path) == [("shown-otherwise", at(QUALITATIVE, "degree"))]

    @pytest.mark.parametrize("code", ['0"成员"', '0" points"', '0" bpm"', '0"appt"', '0"分"', '0" ppm-free"'])
    def test_a_word_that_only_resembles_one_for_percent_changes_no_number(self, code: str) -> None:
        assert show(code, Decimal(8)).kind == "number"


def compared(first: object, code: str, second: object, other: str, **columns: str) -> Callable[[Any], object]:
    """Two numbers of a finding under these formats: an actual value and its lower limit, or the columns that are named."""
    one, two = columns.get("one", "actual"), columns.get("two", "at_least")

    def change(book: Any) -> None:
        rest = {"population": 40, "sampled": 30, "nonconforming": 3} if one != "actual" else {}
        filled(I1, kind="定量" if one == "actual" else "抽样", reason="因", **rest | {one: first, two: second})(book)
        for column, format_ in ((one, code), (two, other)):
            book[SHEET][cell(I1, column)].number_format = format_

    return change


class TestShownUnits:
    """Units that number formats show beside two numbers that are compared (6.2.2, readings R4 and R5)."""

    @pytest.mark.parametrize(
        ("code", "other"),
        [
            ('0"分钟"', '0"小时"'), ('0" min"', '0" h"'), ('0"天"', '0"小时"'), ('0"元"', '0.0"角"'), ('0"元"', '[$$-409]0'), ("0\\h", '0"min"'), ("[$￥-804]0", "[$€-2]0"),
            ('0" min"', '0"分钟"'), ('"用时"0"分"', '0"小时"'), ('General"日"', 'General"月"'), ('[Red]0"分钟"', '0.0"小时";-0"小时"'), ('0"kg"', '0"g"'),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("limit", ["at_least", "at_most"])
    def test_units_in_formats_that_differ_are_refused(self, code: str, other: str, limit: str, tmp_path: Path) -> None:
        for first, second in ((code, other), (other, code)):
            found = problems_of(compared(30, first, 24, second, two=limit), tmp_path / "form.xlsx")
            assert [(one.code, one.cell) for one in found] == [("unlike-shown-units", at(I1, "actual"))]

    def test_the_message_has_both_texts(self, tmp_path: Path) -> None:
        (problem,) = problems_of(compared(30, '0"分钟"', 24, '0"小时"'), tmp_path / "form.xlsx")
        assert problem.clause == "6.2.2"
        place = at(I1, "at_least")
        assert problem.message_zh == f"单元格显示“30分钟”，而 {place} 显示“24小时”，单位不同；请换算为同一单位后重填"
        assert problem.message == (
            f"the cell shows '30分钟' and {place} shows '24小时': the units differ; convert both to one unit"
        )

    @pytest.mark.parametrize(
        ("code", "other"),
        [
            ('0"小时"', '0"小时"'), ('0"小时"', '0.00" 小时 "'), ('0"小时"', '"不低于 "0"小时"'), ('0"h"', '"≥"0"ｈ"'), ('0" (h)"', "0\\h"), ("0", "0.0"), ("@", "General"),
            ("0_)", "#,##0"), ('[$￥-804]#,##0', '"¥"0'), ("0%", "0.0%"),
        ],
    )  # fmt: skip
    def test_units_in_formats_that_agree_are_read(self, code: str, other: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        assert problems_of(compared(30, code, 24, other), path) == ()
        assert [remark for remark in remarks_of(path) if remark[0] == "unit-at-one"] == []

    @pytest.mark.parametrize(
        ("first", "code", "second", "other", "column"),
        [
            (30, '0"分钟"', 24, "General", "actual"), (30, "0", 24, '0"小时"', "at_least"), (30, '0" min"', "24", "@", "actual"), ("30", "@", 24, '0" h"', "at_least"),
            (30, "[$￥-804]0", 24, "0.00", "actual"), (30, "0_)", 24, '0"天"', "at_least"),
        ],
    )  # fmt: skip
    def test_a_unit_at_one_of_two_compared_numbers_is_no_problem(
        self, first: object, code: str, second: object, other: str, column: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        assert problems_of(compared(first, code, second, other), path) == ()
        (remark,) = [remark for remark in remarks_of(path) if remark[0] == "unit-at-one"]
        assert remark[1] == at(I1, column)
        assert at(I1, "at_least" if column == "actual" else "actual") in remark[2]

    @pytest.mark.parametrize(
        ("first", "code", "second", "other"), [(0.5, '0.0"小时"', "40%", "@"), ("50%", "@", 0.4, '0.0"天"')]
    )
    def test_a_unit_beside_a_percentage_is_refused(
        self, first: object, code: str, second: object, other: str, tmp_path: Path
    ) -> None:
        found = problems_of(compared(first, code, second, other), tmp_path / "form.xlsx")
        assert ("unlike-shown-units", at(I1, "actual")) in [(one.code, one.cell) for one in found]

    def test_a_unit_beside_the_limit_of_the_standard_is_refused(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            filled(OWN, kind="定量", actual=0.5)(book)
            book[SHEET][cell(OWN, "at_least")] = "10%（标准规定）"
            book[SHEET][cell(OWN, "actual")].number_format = '0.0"人"'

        found = [(one.code, one.cell) for one in problems_of(change, tmp_path / "form.xlsx")]
        assert ("unlike-shown-units", at(OWN, "actual")) in found

    @pytest.mark.parametrize(
        ("one", "two", "numbers"),
        [
            ("population", "sampled", (40, 30)), ("sampled", "nonconforming", (30, 3)), ("population", "nonconforming", (40, 3)),
        ],
    )  # fmt: skip
    def test_counts_of_one_sample_have_the_same_shown_unit(
        self, one: str, two: str, numbers: tuple[int, int], tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        found = problems_of(compared(numbers[0], '0"箱"', numbers[1], '0"件"', one=one, two=two), path)
        assert [(problem.code, problem.cell) for problem in found] == [("unlike-shown-units", at(I1, one))]
        assert problems_of(compared(numbers[0], '0"件"', numbers[1], '0"件"', one=one, two=two), path) == ()

    @pytest.mark.parametrize(
        ("one", "code", "two", "other", "numbers"),
        [
            ("sampled", '0"件"', "nonconforming", '0"处"', (30, 4)), ("population", '0"份"', "sampled", '0"单"', (40, 30)), ("outlets", '0"家"', "outlets_covered", '0"个"', (12, 12)),
            ("population", '0"箱"', "nonconforming", '0"台"', (40, 4)), ("sampled", '0" items"', "nonconforming", '0" pcs"', (30, 4)),
        ],
    )  # fmt: skip
    def test_counts_with_two_measure_words_are_to_be_written_without(
        self, one: str, code: str, two: str, other: str, numbers: tuple[int, int], tmp_path: Path
    ) -> None:
        """6.2.2, R7: what does not conform is counted in sampled items. Four places may be in one item, and a box may hold several."""
        (problem,) = problems_of(
            compared(numbers[0], code, numbers[1], other, one=one, two=two), tmp_path / "form.xlsx"
        )
        assert problem.code == "unlike-shown-units"
        assert problem.message_zh.endswith("单位不同；请核对是否按同一种项目计数；计数只写整数，不带量词")
        assert problem.message.endswith("check that both count the same items, and write counts as bare whole numbers")
        bare = compared(numbers[0], "0", numbers[1], "0", one=one, two=two)
        assert problems_of(bare, tmp_path / "form.xlsx") == ()

    def test_many_come_once_with_their_count(self, tmp_path: Path) -> None:
        ids = [node.id for node in STANDARD.indicators if node.id != OWN][:9]

        def change(book: Any) -> None:
            for key in ids:
                filled(key, kind="定量", actual=30, at_least=24)(book)
                book[SHEET][cell(key, "actual")].number_format = '0"小时"'

        path = tmp_path / "form.xlsx"
        assert problems_of(change, path) == ()
        (remark,) = [remark for remark in remarks_of(path) if remark[0] == "unit-at-one"]
        named = "、".join(at(key, "actual") for key in ids[1:6])
        assert remark[1] == at(ids[0], "actual")
        assert f"没有单位；另有 8 处：{named}；" in remark[2]

    def test_a_cell_that_shows_no_number_is_reported_once(self, tmp_path: Path) -> None:
        found = problems_of(compared(30, "yyyy", 24, '0"小时"'), tmp_path / "form.xlsx")
        assert [one.code for one in found] == ["date-in-cell"]


def under_condition(code: str, area: str) -> Callable[[Any], object]:
    """A conditional format with that number format over that area of the form."""

    def change(book: Any) -> None:
        style = openpyxl.styles.differential.DifferentialStyle(
            numFmt=openpyxl.styles.numbers.NumberFormat(numFmtId=190, formatCode=code)
        )
        rule = openpyxl.formatting.rule.Rule(type="expression", dxf=style, formula=["TRUE"])
        book[SHEET].conditional_formatting.add(area, rule)

    return change


def number_under(value: object, own: str, code: str, area: str) -> Callable[[Any], object]:
    def change(book: Any) -> None:
        filled(QUALITATIVE, kind="定性", degree=value, reason="因")(book)
        book[SHEET][cell(QUALITATIVE, "degree")].number_format = own
        under_condition(code, area)(book)

    return change


WHERE = cell(QUALITATIVE, "degree")


class TestConditionalFormats:
    """A conditional format may show another number than the cell's own format does."""

    @pytest.mark.parametrize(
        ("own", "code"),
        [
            ("General", '0.0"%"'), ("General", "0%"), ("0.0", "0.00%"), ("0%", "General"), ("0%", "0.0"), ("0.0", '0.0" pct"'), ("@", "0%"), ("0.0", "yyyy-mm-dd"),
            ("0.0", "h:mm"), ("0.0", "[h]:mm"), ("0.0", ";;;"), ("0.0", '"合格"'), ("0.0", '0.0"分"'), ('0.0"分"', "0.0"), ("0.0", "0.0,"),
        ],
    )  # fmt: skip
    def test_a_conditional_format_that_shows_another_number_is_refused(
        self, own: str, code: str, tmp_path: Path
    ) -> None:
        found = problems_of(number_under(0.5, own, code, WHERE), tmp_path / "form.xlsx")
        assert [(one.code, one.cell) for one in found] == [("shown-by-condition", at(QUALITATIVE, "degree"))]

    @pytest.mark.parametrize("area", ["E2:E98", "E1:E1048576", "A3:C4 E5:F6"])
    @pytest.mark.parametrize(("own", "code"), [("General", "0%"), ("0.0", "yyyy-mm-dd")])
    def test_a_condition_on_an_area_with_the_cell_in_it_is_reported(
        self, own: str, code: str, area: str, tmp_path: Path
    ) -> None:
        found = problems_of(number_under(0.5, own, code, area), tmp_path / "form.xlsx")
        assert [(one.code, one.cell) for one in found] == [("shown-by-condition", at(QUALITATIVE, "degree"))]

    def test_the_message_names_what_a_conditional_format_shows(self, tmp_path: Path) -> None:
        for code, shown in (
            ("0%", "50%"),
            ('0.0"%"', "0.5%"),
            (";;;", "–"),
            ("h:mm", "12:00:00"),
        ):
            (problem,) = problems_of(number_under(0.5, "0.0", code, WHERE), tmp_path / "form.xlsx")
            assert f"“{shown}”，读取的却是“0.5”" in problem.message_zh
            assert f"'{shown}', and is read as '0.5'" in problem.message

    @pytest.mark.parametrize(
        ("value", "own", "code", "area"),
        [
            (0.5, "General", '0.0"%"', "F2:F98"),
            (0.5, "General", '0.0"%"', f"E{int(WHERE[1:]) + 1}:E98"),
            (0.5, "General", '0.0"%"', f"A1:E{int(WHERE[1:]) - 1}"),
            (0.5, "General", "0.00", "E2:E98"),
            (0.5, "0%", "0.0%", "E2:E98"),
            ("0.5", "@", "0%", "E2:E98"),  # a text is shown as it is
            ("50%", "@", '0"%"', "E2:E98"),
        ],
    )
    def test_a_conditional_format_that_shows_the_same_number_is_allowed(
        self, value: object, own: str, code: str, area: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        assert problems_of(number_under(value, own, code, area), path) == ()
        assert [remark for remark in remarks_of(path) if remark[0] == "shown-rounded"] == []

    def test_a_rounded_one_is_a_remark(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        assert problems_of(number_under(0.896, "0.000", "0.0", "E2:E98"), path) == ()
        (remark,) = [remark for remark in remarks_of(path) if remark[0] == "shown-rounded"]
        assert remark[1] == at(QUALITATIVE, "degree")
        assert "“0.9”，读取的数是 0.896" in remark[2]

    @pytest.mark.parametrize(
        ("column", "kind", "others"),
        [
            ("actual", "定量", {"at_least": "10"}), ("at_least", "定量", {"actual": "10"}), ("at_most", "定量", {"actual": "10"}),
            ("population", "抽样", {"sampled": "8", "nonconforming": "0"}), ("sampled", "抽样", {"population": "8", "nonconforming": "0"}),
            ("nonconforming", "抽样", {"population": "8", "sampled": "8"}), ("row", "定性", {"degree": "0.8"}),
        ],
    )  # fmt: skip
    def test_a_condition_is_reported_in_every_column_of_numbers(
        self, column: str, kind: str, others: dict[str, object], tmp_path: Path
    ) -> None:
        def change(book: Any) -> None:
            filled(I1, kind=kind, reason="因", **others, **{column: 8})(book)
            book[SHEET][cell(I1, column)].number_format = "0"
            under_condition('0"%"', "A1:P200")(book)

        found = [(one.code, one.cell) for one in problems_of(change, tmp_path / "form.xlsx")]
        assert ("shown-by-condition", at(I1, column)) in found

    @pytest.mark.parametrize("prefix", ["", "x14:"])
    def test_a_condition_that_looks_at_another_sheet_is_found_in_its_extension(
        self, prefix: str, tmp_path: Path
    ) -> None:
        """Excel keeps these in an extension of the sheet; a sparkline has a place there, too."""
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, WHERE, "<c><v>0.5</v></c>", code="0.0")
        rule = (
            '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
            'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}">'
            "<x14:sparkline><xm:sqref>E1:E98</xm:sqref></x14:sparkline>"
            '<x14:conditionalFormatting><x14:cfRule type="expression"><xm:f>TRUE</xm:f>'
            f'<x14:dxf><{prefix}numFmt numFmtId="190" formatCode="0.0&quot;%&quot;"/></x14:dxf></x14:cfRule>'
            "<xm:sqref>A1 {}</xm:sqref></x14:conditionalFormatting></ext></extLst></worksheet>"
        )
        content = path.read_bytes()
        for area, problems in ((WHERE, [("shown-by-condition", at(QUALITATIVE, "degree"))]), ("F2:F98", [])):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                parts = {name: book.read(name).decode() for name in book.namelist()}
            sheet = parts["xl/worksheets/sheet1.xml"]
            parts["xl/worksheets/sheet1.xml"] = sheet.replace("</worksheet>", rule.replace("{}", area))
            with zipfile.ZipFile(path, "w") as book:
                for name, part in parts.items():
                    book.writestr(name, part)
            if problems:
                assert refusals(path) == problems
            else:
                aftersales.load_evaluation(path)

    def test_the_conditional_formats_of_the_form_set_none(self, tmp_path: Path) -> None:
        """They grey what a kind does not use, and have no number format."""

        def change(book: Any) -> None:
            filled(QUALITATIVE, kind="定性", degree=0.5, reason="因")(book)

        assert problems_of(change, tmp_path / "form.xlsx") == ()

    @pytest.mark.parametrize(("count", "codes"), [(500, []), (501, ["too-many-conditions"])])
    def test_too_many_conditional_formats_are_refused(self, count: int, codes: list[str], tmp_path: Path) -> None:
        areas = " ".join(f"R{row}" for row in range(1, count + 1))
        found = problems_of(under_condition("0%", areas), tmp_path / "form.xlsx")
        assert [one.code for one in found] == codes
        assert [one.cell for one in found] == [f"{SHEET}!R501"] * len(codes)  # where there is one too many

    @pytest.mark.parametrize(("codes", "ranges", "refused"), [(24, 1, False), (26, 1, True), (1, 499, False)])
    def test_too_many_conditional_formats_for_so_many_numbers_are_refused(
        self, codes: int, ranges: int, refused: bool, tmp_path: Path
    ) -> None:
        """2,000 numbers under 26 codes are 52,000 pairs of which each takes as long as twenty ranges."""

        def change(book: Any) -> None:
            filled(QUALITATIVE, kind="定性", degree=0.5, reason="因")(book)
            for row in range(200, 2_199):
                book[SHEET].cell(row, 5, 0.5)
            for code in range(codes):
                areas = " ".join(f"F{row}" for row in range(1, ranges + 1))
                under_condition("0.0" + "0" * code, areas)(book)

        found = [(one.code, one.cell) for one in problems_of(change, tmp_path / "form.xlsx")]
        assert (("too-many-conditions", f"{SHEET}!F1") in found) == refused


class TestHeld:
    """A message about a date, a time or a duration calls it by its name."""

    @pytest.mark.parametrize(
        ("written", "code", "zh", "en"),
        [
            ("46034", "yyyy-mm-dd", "日期 2026-01-12（表格软件会把 1/3 等内容改成日期）", "the date 2026-01-12 (a spreadsheet makes one of 1/3)"),
            ("46034", "h:mm", "日期 2026-01-12（表格软件会把 1/3 等内容改成日期）", "the date 2026-01-12 (a spreadsheet makes one of 1/3)"),
            ("46034.5", "yyyy-mm-dd h:mm", "日期 2026-01-12 12:00:00（表格软件会把 1/3 等内容改成日期）", "the date 2026-01-12 12:00:00 (a spreadsheet makes one of 1/3)"),
            ("0.0625", "h:mm", "时间 01:30:00（表格软件会把 1:30 等内容改成时间）", "the time 01:30:00 (a spreadsheet makes one of 1:30)"),
            ("0", 'h"时"mm"分"', "时间 00:00:00（表格软件会把 1:30 等内容改成时间）", "the time 00:00:00 (a spreadsheet makes one of 1:30)"),
            ("1.0625", "[h]:mm", "时长 25:30:00（表格软件会把 25:30 等内容改成时长）", "the duration 25:30:00 (a spreadsheet makes one of 25:30)"),
            ("0.0625", "[mm]:ss", "时长 1:30:00（表格软件会把 25:30 等内容改成时长）", "the duration 1:30:00 (a spreadsheet makes one of 25:30)"),
            ("0.9", "yyyy-mm-dd", "0.9，却显示为日期", "0.9 and shows a date"), ("60", "d", "60，却显示为日期", "60 and shows a date"),
            ("-1", "h:mm", "-1，却显示为时间", "-1 and shows a time"), ("-1", "[h]:mm", "-1，却显示为时长", "-1 and shows a duration"),
        ],
    )  # fmt: skip
    def test_a_number_shown_as_a_date_is_reported_as_what_the_cell_holds(
        self, written: str, code: str, zh: str, en: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, WHERE, f"<c><v>{written}</v></c>", code=code)
        self.check(path, zh, en)

    @pytest.mark.parametrize(
        ("written", "zh", "en"),
        [
            ("2026-01-12", "日期 2026-01-12（", "the date 2026-01-12 ("), ("T02:00:00", "时间 02:00:00（", "the time 02:00:00 ("),
            ("2026-01-12T10:30:00", "日期 2026-01-12 10:30:00（", "the date 2026-01-12 10:30:00 ("), ("soon", "soon，却显示为日期", "soon and shows a date"),
        ],
    )  # fmt: skip
    def test_a_message_names_a_day_of_iso_8601(self, written: str, zh: str, en: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_cell(path, 1, WHERE, f'<c t="d"><v>{written}</v></c>')
        self.check(path, zh, en)

    def check(self, path: Path, zh: str, en: str) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        (problem,) = caught.value.problems
        assert (problem.code, problem.cell) == ("date-in-cell", at(QUALITATIVE, "degree"))
        assert problem.message_zh.startswith(f"单元格的内容是{zh}")
        assert problem.message.startswith(f"the cell holds {en}")
