"""The parts of hostile and broken workbooks: reading is bounded by the real content."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from support.forms import GOOD, SHEET, example, patched, refusals
from support.work import bounded

import aftersales
from aftersales.files.source import UnreadableSource
from aftersales.files.spreadsheet import guard
from aftersales.files.spreadsheet.guard import inspect
from aftersales.files.spreadsheet.package import Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def codes_of(path: Path) -> list[str]:
    """The codes of the problems of a file, found with little work and in little memory; a file without any is the example."""
    with bounded(calls=600_000, mib=10):
        try:
            evaluation = aftersales.load_evaluation(path)
        except aftersales.EvaluationError as error:
            return sorted({problem.code for problem in error.problems})
    assert evaluation == example()
    return []


def archive(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def with_size(raw: bytes, name: str, size: int) -> bytes:
    """The archive with another unpacked size of a part in its directory and before its bytes."""
    changed = bytearray(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        entry, directory = package.getinfo(name), package.start_dir
    struct.pack_into("<L", changed, entry.header_offset + 22, size)
    place = raw.index(name.encode(), directory) - 46
    struct.pack_into("<L", changed, place + 24, size)
    return bytes(changed)


def parts_of(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_strings(path: Path, strings: bytes, change: Callable[[bytes], bytes] = lambda part: part) -> None:
    """Writes the filled form with a part of shared texts, and its first sheet changed."""
    relation = b'<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="texts.xml" Id="rId99"/>'
    parts = parts_of(GOOD)
    parts["xl/texts.xml"] = b'<sst xmlns="%b">%b</sst>' % (MAIN.encode(), strings)
    links = "xl/_rels/workbook.xml.rels"
    parts[links] = parts[links].replace(b"</Relationships>", relation + b"</Relationships>")
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    path.write_bytes(archive(parts))


def test_line_breaks_between_the_parts_of_a_workbook_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    patched(path, workbook=lambda part: part.replace(b"<sheets>", b"\n  <sheets>\n  "))
    assert aftersales.load_evaluation(path) == aftersales.load_evaluation(GOOD)


class TestDirectory:
    """The directory of the archive is not believed: a part is what its bytes unpack to, or the file is refused."""

    def test_the_parts_of_an_honest_archive_are_read(self) -> None:
        for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
            package = Package(archive({"a.xml": b"<a/>", "b.xml": b""}, method))
            assert (package.read("a.xml"), package.read("A.XML"), package.read("b.xml")) == (b"<a/>", b"<a/>", b"")
            assert "A.xml" in package
            assert "c.xml" not in package

    def test_a_part_that_unpacks_to_more_than_its_entry_says_is_refused(self, tmp_path: Path) -> None:
        """50 MB of blanks in 50 KB; the directory calls the part 1,000 bytes."""
        parts = parts_of(GOOD)
        parts["xl/worksheets/sheet1.xml"] += b" " * 50_000_000
        path = tmp_path / "form.xlsx"
        path.write_bytes(with_size(archive(parts), "xl/worksheets/sheet1.xml", 1_000))
        assert codes_of(path) == ["not-a-workbook"]

    @pytest.mark.parametrize("size", [0, 1, 3, 5, 1_000_000])
    def test_a_part_of_another_size_than_its_entry_says_is_refused(self, size: int) -> None:
        for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
            package = Package(with_size(archive({"a.xml": b"<a/>"}, method), "a.xml", size))
            with pytest.raises(UnreadableSource):
                package.read("a.xml")

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda raw: raw + b"\0", "trailing data"),
            (lambda raw: raw + raw[:10], "trailing data"),
            (lambda raw: b"MZ" + raw, None),  # a prefix alone shifts every part, and zipfile finds them all the same
            (lambda raw: raw.replace(b"a.xml", b"b.xml", 1), "a part differs from its entry"),
            (lambda raw: raw.replace(b"b.xml", b"A.xml"), "duplicate part"),
            (lambda raw: raw.replace(b"PK\x03\x04", b"PK\x03\x05", 1), "a part differs from its entry"),
            (lambda raw: _patch(raw, "a.xml", 8, 1), "password"),
            (
                lambda raw: _patch(raw, "b.xml", 42, 0),
                "a part differs from its entry",
            ),  # it begins where the first one does
            (lambda raw: _patch(raw, "a.xml", 20, 10_000, "<L"), "overlapping parts"),
            (lambda raw: _patch(raw, "a.xml", 20, 20, "<L"), "overlapping parts"),
        ],
    )
    def test_an_archive_that_could_be_read_in_two_ways_is_refused(
        self, change: Callable[[bytes], bytes], reason: str | None
    ) -> None:
        raw = archive({"a.xml": b"<a/>", "b.xml": b"<b/>"})
        if reason is None:
            assert Package(change(raw)).read("a.xml") == b"<a/>"
            return
        with pytest.raises(UnreadableSource) as caught:
            Package(change(raw))
        assert caught.value.violation.context["reason"] == reason

    def test_a_part_that_lies_within_another_is_refused(self) -> None:
        """The one is an archive that is stored as it is, and the directory takes the header in it for that of the other."""
        inner = archive({"b.xml": b"<b/>"}, zipfile.ZIP_STORED)
        raw = archive({"a.xml": inner, "b.xml": b"<b/>"}, zipfile.ZIP_STORED)
        assert Package(raw).read("a.xml") == inner
        with pytest.raises(UnreadableSource) as caught:
            Package(_patch(raw, "b.xml", 42, raw.index(inner), "<L"))
        assert caught.value.violation.context["reason"] == "overlapping parts"

    def test_bytes_that_do_not_match_their_checksum_are_refused(self) -> None:
        for change in (lambda raw: raw.replace(b"<a/>", b"<b/>"), lambda raw: _patch(raw, "a.xml", 16, 7, "<L")):
            package = Package(change(archive({"a.xml": b"<a/>"}, zipfile.ZIP_STORED)))
            with pytest.raises(UnreadableSource):
                package.read("a.xml")

    def test_a_part_that_goes_on_behind_its_end_is_refused(self) -> None:
        packed = zlib.compress(b"<a/>", wbits=-15)
        raw = archive({"a.xml": b"<a/>"})
        assert packed in raw
        place = raw.index(packed) + len(packed)
        longer = bytearray(raw[:place] + b"more" + raw[place:])
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            directory = package.start_dir + 4
        struct.pack_into("<L", longer, directory + 20, len(packed) + 4)
        struct.pack_into("<L", longer, len(longer) - 6, directory)
        with pytest.raises(UnreadableSource):
            Package(bytes(longer)).read("a.xml")

    def test_a_directory_of_very_many_entries_is_refused(self) -> None:
        with pytest.raises(UnreadableSource) as caught:
            Package(b"PK\x01\x02" * 5_001)
        assert caught.value.violation.code == "file-too-large"

    def test_a_part_that_is_not_there_is_reported(self) -> None:
        with pytest.raises(UnreadableSource):
            Package(archive({"a.xml": b""})).read("b.xml")


def _patch(raw: bytes, name: str, offset: int, value: int, form: str = "<H") -> bytes:
    """The archive with a field of an entry of its directory changed."""
    changed = bytearray(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        directory = package.start_dir
    struct.pack_into(form, changed, raw.index(name.encode(), directory) - 46 + offset, value)
    return bytes(changed)


RANGES = b" ".join(b"A%d:B%d" % (number, number) for number in range(1, 20_000))
VALIDATION = b'<dataValidation type="list" sqref="A%d:A9999"><formula1>"x"</formula1></dataValidation>'
RULE = b'<conditionalFormatting sqref="A%d"><cfRule type="expression" priority="1" dxfId="0"><formula>1</formula></cfRule></conditionalFormatting>'
CODE = b'<numFmt numFmtId="200" formatCode="' + b"y" * 255 + b'"/>'
NAME = b'<definedName name="n%d">Sheet!$A$1</definedName>'
MERGED = b"<mergeCells>" + b'<mergeCell ref="C7:D8"/>' * 190_000 + b'<mergeCell ref="F9:G9"/>' + b"</mergeCells>"
MORE_MERGED = MERGED.replace(b"<mergeCells>", b"<mergeCells>" + b'<mergeCell ref="B5:B6"/>' * 60_000)
CELLS = b"<row r='900'>" + b"<c><v>1</v></c>" * 16_000 + b"</row>"


class TestWhereThereIsTooMuch:
    """What all sheets hold together is bounded; it is reported at the sheet that holds the most, not at the one that comes last."""

    @pytest.mark.parametrize(
        ("changes", "code", "where"),
        [
            pytest.param({"sheet1": (b"</worksheet>", MERGED), "sheet2": (b"</sheetData>", CELLS)}, "too-many-values", f"{SHEET}!F9", id="earlier"),
            pytest.param({"sheet1": (b"</worksheet>", MORE_MERGED)}, "too-many-values", f"{SHEET}!C7", id="same", marks=pytest.mark.slow),
            pytest.param({"sheet5": (b"</worksheet>", MORE_MERGED)}, "too-many-values", "表1对照!C7", id="last"),
            pytest.param({"sheet1": (b"</sheetData>", CELLS), "sheet5": (b"</worksheet>", MORE_MERGED)}, "too-many-values", "表1对照!C7", id="cells before", marks=pytest.mark.slow),
            pytest.param({"sheet2": (b"</worksheet>", MERGED), "sheet5": (b"</sheetData>", CELLS)}, "too-many-values", "证据!F9", id="between", marks=pytest.mark.slow),
            pytest.param({"sheet1": (b"</sheetData>", b"<row/>" * 200_000), "sheet2": (b"</sheetData>", b"<row/>" * 60_000)}, "too-many-values", f"{SHEET}!A", id="rows"),
        ],
    )  # fmt: skip
    def test_the_place_of_the_first_value_too_many_is_reported(
        self, changes: dict[str, tuple[bytes, bytes]], code: str, where: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        made = {
            part: lambda content, mark=mark, more=more: content.replace(mark, more + mark)
            for part, (mark, more) in changes.items()
        }
        patched(path, **made)
        ((found, place),) = refusals(path)
        assert (found, str(place)[: len(where)]) == (code, where)

    def test_a_mistake_in_a_row_behind_a_merged_range_is_reported_at_its_cell(self, tmp_path: Path) -> None:
        """A fault of a cell is reported at the cell, wherever the ranges stand."""
        path = tmp_path / "form.xlsx"
        more = b'<mergeCells><mergeCell ref="R1:R2"/></mergeCells><sheetData><row r="300"><c r="C300"><v>x</v></c></row></sheetData>'
        patched(path, sheet1=lambda part: part.replace(b"</sheetData>", b"</sheetData>" + more))
        assert refusals(path) == [("not-a-number", f"{SHEET}!C300")]


class TestWhatIsTooLarge:
    """``file-too-large`` names what was measured, in both languages."""

    def told(self, raw: bytes, tmp_path: Path) -> tuple[str, str]:
        path = tmp_path / "form.xlsx"
        path.write_bytes(raw)
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        (problem,) = caught.value.problems
        assert problem.code == "file-too-large"
        return problem.message, problem.message_zh

    def test_a_workbook_that_is_too_large_as_it_is_stored_is_called_so(self, tmp_path: Path) -> None:
        assert self.told(bytes(5_242_881), tmp_path) == (
            "the workbook as it is stored (packed) is larger than the 5242880 bytes that are read",
            "工作簿文件（压缩后）超过 5242880 字节的上限",
        )

    def test_a_workbook_that_is_too_large_when_unpacked_is_called_so(self, tmp_path: Path) -> None:
        raw = archive(parts_of(GOOD) | {"xl/media/image1.png": bytes(10_485_761)})
        assert len(raw) < 100_000
        assert self.told(raw, tmp_path) == (
            "the workbook when unpacked is larger than the 10485760 bytes that are read",
            "工作簿解压后超过 10485760 字节的上限",
        )

    @pytest.mark.parametrize("count", [501, 5_001])
    def test_too_many_parts_are_called_so(self, count: int, tmp_path: Path) -> None:
        raw = archive({str(number): b"" for number in range(count)})
        assert self.told(raw, tmp_path) == (
            "the list of the workbook's parts is larger than the 500 entries that are read",
            "工作簿的部件清单超过 500 项的上限",
        )

    def test_too_much_text_in_cells_is_called_so(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        cell = b"<row r='300'><c t='inlineStr'><is><t>" + b"x" * 5_000_001 + b"</t></is></c></row></sheetData>"
        patched(path, sheet1=lambda part: part.replace(b"</sheetData>", cell))
        assert self.told(path.read_bytes(), tmp_path) == (
            "the text of all cells together is larger than the 5000000 characters that are read",
            "全部单元格的文字合计超过 5000000 字符的上限",
        )

    def test_a_text_file_that_is_too_large_is_called_so(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(b"#" * 1_048_577)
        (problem,) = caught.value.problems
        assert problem.message == "the file is larger than the 1048576 bytes that are read"
        assert problem.message_zh == "文件超过 1048576 字节的上限"


@pytest.fixture
def tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds of a tenth, and so a tenth of the time; TestWhereThereIsTooMuch and TestWhatIsTooLarge hold their own size."""
    for name in ("MAX_ELEMENTS", "MAX_EMPTY", "MAX_TEXT", "MAX_CODES"):
        monkeypatch.setattr(guard, name, getattr(guard, name) // 10)


@pytest.mark.usefixtures("tenth")
class TestCost:
    """What a workbook may hold beside its cells is passed over, whatever its size; the rest is bounded."""

    @pytest.mark.parametrize(
        ("part", "mark", "more"),
        [
            ("sheet1", b"</worksheet>", b'<dataValidations><dataValidation type="list" sqref="' + RANGES + b'"/></dataValidations>'),
            ("sheet1", b"</worksheet>", b"<dataValidations>" + b"".join(VALIDATION % n for n in range(5_000)) + b"</dataValidations>"),
            ("sheet1", b"</worksheet>", b"".join(RULE % n for n in range(4_000))),
            ("sheet1", b"</worksheet>", b'<hyperlinks><hyperlink ref="XFD2:B1048576"/></hyperlinks>'),
            ("sheet1", b"</worksheet>", b"<hyperlinks>" + b'<hyperlink ref="A1:XFD1048576"/>' * 5_000 + b"</hyperlinks>"),
            ("sheet1", b"</worksheet>", b'<extLst xmlns:x="y"><ext><x:row r="300"><x:c r="B300"><x:v>2</x:v></x:c></x:row></ext></extLst>'),
            ("sheet5", b"</worksheet>", b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 5_000 + b"</mergeCells>"),
            ("workbook", b"</workbook>", b"<definedNames>" + b"".join(NAME % n for n in range(10_000)) + b"</definedNames>"),
            ("styles", b"</cellXfs>", b"<xf/>" * 10_000 + b"</cellXfs>"),
            ("styles", b"</styleSheet>", b"<x>" + b'<numFmt numFmtId="164" formatCode="yyyy"/>' * 10_000 + b"</x>"),
            ("styles", b"</styleSheet>", b'<colors x="' + b"y" * 800_000 + b'"/>'),
            ("sheet1", b"</sheetData>", b"".join(b'<row r="%d">' % n + b"<c s='1'/>" * 16 + b"</row>" for n in range(200, 1_200))),
            ("sheet1", b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row>'),
        ],
        ids=["ranges", "validations", "rules", "link", "links", "extension", "merged elsewhere", "names", "styles", "formats",
             "attribute", "formatted rows", "coloured cell far out"],
    )  # fmt: skip
    def test_what_a_workbook_holds_beside_its_cells_costs_little(
        self, part: str, mark: bytes, more: bytes, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        patched(path, **{part: lambda content: content.replace(mark, more + (b"" if mark in more else mark))})
        assert codes_of(path) == []

    @pytest.mark.parametrize(
        ("part", "mark", "more", "code"),
        [
            ("sheet1", b"</sheetData>", b"<row r='300'><c t='inlineStr'><is><t>" + b"x" * 900_000 + b"</t></is></c></row>", "file-too-large"),
            ("sheet1", b"</sheetData>", b"<row r='300'>" + b"<c><v>0</v></c>" * 21_000 + b"</row>", "too-many-values"),
            ("sheet1", b"</sheetData>", b"<row r='300'>" + b"<c/>" * 60_000 + b"</row>", "too-many-values"),
            ("sheet1", b"</worksheet>", b"<x/>" * 30_000, "too-many-values"),
            ("workbook", b"</sheets>", b"<sheet/>" * 30_000, "not-a-workbook"),
            ("sheet1", b"<worksheet ", b"<a>" * 10_000 + b"<worksheet ", "not-a-workbook"),
            ("styles", b"</styleSheet>", b"<numFmts>" + CODE * 40 + b"</numFmts>", "not-a-workbook"),
            ("sheet1", b"</sheetData>", b"<x" + b"".join(b' a%x=""' % n for n in range(90_000)) + b"/></sheetData>", "not-a-workbook"),
            ("sheet1", b"</sheetData>", b"".join(b'<x a%x="" b%x=""/>' % (n, n) for n in range(19_000)) + b"</sheetData>", "not-a-workbook"),
        ],
        ids=["text", "cells", "empty cells", "elements", "sheets", "nesting", "formats", "attributes", "names of attributes"],
    )  # fmt: skip
    def test_a_workbook_with_too_much_of_something_is_refused_with_little_work(
        self, part: str, mark: bytes, more: bytes, code: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        patched(path, **{part: lambda content: content.replace(mark, more + (b"" if mark in more else mark))})
        assert codes_of(path) == [code]

    @pytest.mark.parametrize(
        ("strings", "codes"),
        [
            (b"<si><t>x</t></si>" * 8_000, []),
            (b"<si>" + b"<r><t>x</t></r>" * 8_000 + b"</si>", []),
            (b"<si><t>" + b"x" * 800_000 + b"</t></si>", []),  # it stands in no cell
            (b"<si/>" * 30_000, ["too-many-values"]),
        ],
        ids=["many", "runs", "long", "too many"],
    )
    def test_shared_texts_cost_little_or_are_refused(self, strings: bytes, codes: list[str], tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        with_strings(path, strings)
        assert codes_of(path) == codes

    def test_a_text_that_is_stored_once_and_shown_in_thousands_of_cells_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        rows = b"".join(b"<row r='%d'><c t='s'><v>0</v></c></row>" % number for number in range(300, 760))
        with_strings(
            path,
            b"<si><t>" + b"x" * 200_000 + b"</t></si>",
            lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>"),
        )
        assert codes_of(path) == ["file-too-large"]


def text_of(path: Path) -> str | bool | None:
    """What the reader finds in the cell O2 of the first sheet."""
    return inspect(path.read_bytes()).sheets[0].cell(2, 15).value


class TestCells:
    """What a cell holds, by the letter of its XML."""

    def read(self, tmp_path: Path, change: Callable[[bytes], bytes]) -> list[tuple[str, str | None]]:
        path = tmp_path / "form.xlsx"
        patched(path, sheet1=change)
        return refusals(path)

    @pytest.mark.parametrize(
        "cell",
        [
            b'<c r="A0"><v>1</v></c>', b'<c r="1A"><v>1</v></c>', b'<c r="AAAA1"><v>1</v></c>', b'<c r="A12345678"><v>1</v></c>',
            b'<c r="B300" t="x"><v>1</v></c>', b'<c r="B300" t="b"><v>2</v></c>', b'<c r="B300" t="s"><v>-1</v></c>',
            b'<c r="B300" t="s"><v>99999</v></c>', b'<c r="B300" s="99999"><v>1</v></c>', b'<c r="B300" s="-1"><v>1</v></c>',
        ],
    )  # fmt: skip
    def test_a_cell_that_no_spreadsheet_writes_is_refused(self, cell: bytes, tmp_path: Path) -> None:
        row = b'<row r="300">' + cell + b"</row></sheetData>"
        assert self.read(tmp_path, lambda part: part.replace(b"</sheetData>", row)) == [("not-a-workbook", None)]

    @pytest.mark.parametrize("more", [b'<row r="0"/>', b'<row r="99999999"/>', b'<row r="x"/>'])
    def test_a_row_with_an_impossible_number_is_refused(self, more: bytes, tmp_path: Path) -> None:
        found = self.read(tmp_path, lambda part: part.replace(b"</sheetData>", more + b"</sheetData>"))
        assert found == [("not-a-workbook", None)]

    @pytest.mark.parametrize("ref", [b"A1:B2:C3", b"?", b"A0"])
    def test_an_invalid_merged_range_is_refused(self, ref: bytes, tmp_path: Path) -> None:
        more = b'<mergeCells><mergeCell ref="%b"/></mergeCells></worksheet>' % ref
        assert self.read(tmp_path, lambda part: part.replace(b"</worksheet>", more)) == [("not-a-workbook", None)]

    @pytest.mark.parametrize(("ref", "where"), [(b"E5", "E5"), (b"F:E", "E1"), (b"7:5", "A5"), (b"G9:$E$5", "E5")])
    def test_a_merged_range_is_read_in_every_form(self, ref: bytes, where: str, tmp_path: Path) -> None:
        more = b'<mergeCells><mergeCell ref="%b"/></mergeCells></worksheet>' % ref
        found = self.read(tmp_path, lambda part: part.replace(b"</worksheet>", more))
        assert found == [("merged-cells", f"{SHEET}!{where}")]

    def test_a_cell_that_is_there_twice_is_refused(self, tmp_path: Path) -> None:
        found = self.read(
            tmp_path,
            lambda part: part.replace(b"</sheetData>", b'<row><c r="E2"><v>1</v></c></row>' * 2 + b"</sheetData>"),
        )
        assert ("duplicate-cell", f"{SHEET}!E2") in found

    @pytest.mark.parametrize(
        ("xml", "text"),
        [
            (b'<c r="O2" t="inlineStr"><is><t>one</t></is></c>', "one"),
            (b'<c r="O2" t="inlineStr"><is><r><t>o</t></r><r><t>ne</t></r><rPh><t>aside</t></rPh></is></c>', "one"),
            (b'<c r="O2" t="str"><f>1</f><v>one</v></c>', "one"),
            (b'<c r="O2" t="str"><v>a_x000D__x000A_b_x0041_</v></c>', "a\nbA"),
            (b'<c r="O2" t="str"><v>a_x0000_b_xD800_</v></c>', "a_x0000_b_xD800_"),  # not what may stand in a text
            (b'<c r="O2" t="str"><f>""</f><v></v></c>', ""),  # an empty text is the value of this formula
            (b'<c r="O2" t="s"><v></v></c>', None),
            (b'<c r="O2" t="s"><v>1</v></c>', "one"),
        ],
    )  # fmt: skip
    def test_a_text_is_read_from_every_form_of_cell(self, xml: bytes, text: str | None, tmp_path: Path) -> None:
        """By each way in which a cell can hold one."""
        path = tmp_path / "form.xlsx"
        strings = b'<si><t>x</t></si><si><r><t>on</t></r><phoneticPr fontId="1"/><r><t>e</t></r><rPh sb="0" eb="1"><t>aside</t></rPh></si>'
        with_strings(path, strings, lambda part: part.replace(b"</sheetData>", b"<row>" + xml + b"</row></sheetData>"))
        assert text_of(path) == text

    @pytest.mark.parametrize(("number", "is_struck"), [(b"0", False), (b"1", True), (b"2", True), (b"3", False)])
    def test_a_shared_text_is_struck_through_if_a_part_of_it_is(
        self, number: bytes, is_struck: bool, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        strings = b"".join(
            b"<si><r><t>on</t></r><r><rPr>" + look + b"</rPr><t>e</t></r></si>"
            for look in (b"<b/>", b"<strike/>", b'<b/><strike val="1"/>', b'<strike val="0"/>')
        )
        row = b'<row><c r="O2" t="s"><v>' + number + b"</v></c></row></sheetData>"
        with_strings(path, strings, lambda part: part.replace(b"</sheetData>", row))
        assert inspect(path.read_bytes()).sheets[0].cell(2, 15).is_struck is is_struck


class TestParts:
    """Which parts a workbook needs."""

    def without(self, part: str, relation: str, path: Path) -> None:
        parts = parts_of(GOOD)
        del parts[part]
        links = "xl/_rels/workbook.xml.rels"
        parts[links] = re.sub(rb"<Relationship [^>]*/%b\"[^>]*/>" % relation.encode(), b"", parts[links])
        path.write_bytes(archive(parts))

    def test_a_workbook_without_styles_is_read_if_no_cell_has_one(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        self.without("xl/styles.xml", "styles", path)
        assert refusals(path) == [("not-a-workbook", None)]
        parts = parts_of(path.read_bytes())
        for name in parts:
            if name.startswith("xl/worksheets/"):
                parts[name] = re.sub(rb' s="[0-9]+"', b"", parts[name])
        path.write_bytes(archive(parts))
        assert aftersales.load_evaluation(path) == example()

    @pytest.mark.parametrize(
        "part",
        ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"],
    )
    def test_a_workbook_without_a_part_that_it_needs_is_refused(self, part: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(archive({name: content for name, content in parts_of(GOOD).items() if name != part}))
        assert refusals(path) == [("not-a-workbook", None)]

    def test_many_short_texts_that_together_are_too_much_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        rows = b"".join(b"<row r='%d'><c t='s'><v>0</v></c></row>" % number for number in range(300, 900))
        with_strings(
            path,
            b"<si><t>" + b"x" * 10_000 + b"</t></si>",
            lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>"),
        )
        assert refusals(path) == [("file-too-large", None)]

    def test_the_strict_form_of_the_format_is_read(self, tmp_path: Path) -> None:
        """Its namespaces and relations have other names."""
        path = tmp_path / "form.xlsx"
        strict = {
            name: content.replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")
            .replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
            for name, content in parts_of(GOOD).items()
        }  # fmt: skip
        path.write_bytes(archive(strict))
        assert aftersales.load_evaluation(path) == example()
