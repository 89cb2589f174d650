"""Files that are no workbook, are broken, or would cost too much: they are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from support.forms import (
    GOOD,
    SHEET,
    example,
    patched,
    refusals,
)
from support.work import bounded

import aftersales
from aftersales import EvaluationError


class TestBrokenFiles:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "not-a-workbook"),
            (b"id,kind\n", "not-a-workbook"),
            (GOOD[: len(GOOD) // 2], "not-a-workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not-a-workbook"),  # an old or a protected one
            (bytes(5_242_881), "file-too-large"),
        ],
    )
    def test_a_file_that_is_no_workbook_is_refused(self, content: bytes, code: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(content)
        with pytest.raises(EvaluationError) as caught:
            aftersales.load_evaluation(path)
        assert [problem.code for problem in caught.value.problems] == [code]

    def test_broken_parts_and_parts_that_unpack_to_too_much_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        for name, content, code in (
            ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row", "not-a-workbook"),
            ("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "not-a-workbook"),
            ("xl/media/image1.png", bytes(60_000_000), "file-too-large"),
        ):
            with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
                for part in good.namelist():
                    if part != name:
                        book.writestr(part, good.read(part))
                book.writestr(name, content)
            with pytest.raises(EvaluationError) as caught:
                aftersales.load_evaluation(path)
            assert [problem.code for problem in caught.value.problems] == [code]

    @pytest.mark.parametrize(
        ("ranges", "code", "where"),
        [
            (b'<mergeCells><mergeCell ref="A300:XFD1048576"/></mergeCells>', "merged-cells", f"{SHEET}!A300"),
            (b'<mergeCells><mergeCell ref="R1:R1048576"/></mergeCells>', "merged-cells", f"{SHEET}!R1"),
            (b"<sheetData>" + b"<row/>" * 900_000 + b"</sheetData>", "too-many-values", f"{SHEET}!A"),
            (b'<sheetData><row r="7">' + b"<c><v>1</v></c>" * 300_000 + b"</row></sheetData>", "too-many-values", f"{SHEET}!XFD7"),
        ],
    )  # fmt: skip
    def test_small_files_that_would_cost_minutes_are_refused_with_little_work(
        self, ranges: bytes, code: str, where: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        patched(path, sheet1=lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + ranges))
        with bounded(calls=2_000_000, mib=20):
            ((found, cell_),) = refusals(path)
        assert (found, str(cell_)[: len(where)]) == (code, where)

    def test_too_many_styles_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        patched(path, styles=lambda styles: styles.replace(b"</cellXfs>", b"<xf/>" * 300_000 + b"</cellXfs>"))
        assert refusals(path) == [("too-many-values", None)]

    def test_one_part_that_serves_as_a_hundred_sheets_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        sheet = b'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="%d" sheetId="%d" r:id="rId1"/>'
        more = b"".join(sheet % (number, number) for number in range(10, 110))
        patched(path, workbook=lambda part: part.replace(b"</sheets>", more + b"</sheets>"))
        assert refusals(path) == [("not-a-workbook", None)]  # Excel has a part for each sheet

    def test_too_many_parts_and_an_unusual_compression_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        for method, more, code in (
            (zipfile.ZIP_DEFLATED, 500, "file-too-large"),
            (zipfile.ZIP_LZMA, 1, "not-a-workbook"),
        ):
            path.write_bytes(GOOD)
            with zipfile.ZipFile(path, "a", method) as book:
                for number in range(more):
                    book.writestr(f"more/{number}.txt", b"")
            assert refusals(path) == [(code, None)]

    @pytest.mark.parametrize(
        ("value", "code"), [(b"NaN", "not-a-number"), (b"9" * 5000, "number-too-long"), (b"1/2", "not-a-number")]
    )
    def test_a_number_cell_without_a_number_is_reported_at_its_cell(
        self, value: bytes, code: str, tmp_path: Path
    ) -> None:
        """Wherever it stands, and whether the parts are named from the top or from where they are."""
        path = tmp_path / "form.xlsx"
        for sheet, title in (("sheet1", SHEET), ("sheet5", "表1对照")):
            for folder in (b"/xl/", b""):
                patched(
                    path,
                    **{
                        sheet: lambda part: part.replace(
                            b"</sheetData>", b'<row r="150"><c r="B150"><v> %b </v></c></row></sheetData>' % value
                        ),
                        "workbook.xml.rels": lambda part, folder=folder: part.replace(b"/xl/", folder),
                    },
                )
                assert refusals(path) == [(code, f"{title}!B150")]

    def test_empty_number_cells_and_texts_of_charts_do_no_harm(self, tmp_path: Path) -> None:
        """An empty one, one without a reference, and texts that stand in a chart and not in a cell."""
        path = tmp_path / "form.xlsx"
        row = b"<row><c><v></v></c></row></sheetData>"
        patched(path, sheet5=lambda part: part.replace(b"</sheetData>", row))
        with zipfile.ZipFile(path, "a") as book:
            book.writestr("xl/charts/chart9.xml", '<c:pt xmlns:c="x"><c:v>一月</c:v></c:pt>')
            book.writestr("xl/media/image1.png", b"\x89PNG\r\n")
        assert aftersales.load_evaluation(path) == example()

    def test_two_sheets_of_one_name_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        patched(path, workbook=lambda part: part.replace("证据".encode(), "评价小组".encode()))
        assert refusals(path) == [("not-a-workbook", None)]

    def test_bytes_that_are_no_workbook_have_the_limit_of_a_text(self) -> None:
        with pytest.raises(EvaluationError) as caught:
            aftersales.load_evaluation(b"#" * 1_048_577)
        assert [problem.code for problem in caught.value.problems] == ["file-too-large"]

    def test_a_workbook_that_does_not_exist_is_an_unreadable_file(self, tmp_path: Path) -> None:
        with pytest.raises(EvaluationError) as caught:
            aftersales.load_evaluation(str(tmp_path / "none.XLSX"))
        assert [problem.code for problem in caught.value.problems] == ["unreadable-file"]
