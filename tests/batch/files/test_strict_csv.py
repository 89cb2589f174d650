"""CSV by RFC 4180: every cell is read as it is written, or the file is refused at the place of the mistake."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest
from support.examples import examples
from support.tables import IDS, csv_of, problem_of_file, problems_of_file

import aftersales
from aftersales.batch.files import files as batch_files
from aftersales.batch.files.files import score_file
from aftersales.batch.files.strict_csv import Dialect, StrictCsv


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_an_empty_cell_behind_a_quoted_one_is_empty_wherever_the_file_ends(tmp_path: Path, end: str) -> None:
    head = ",".join(IDS)
    (tmp_path / "a.csv").write_text(f'{head}\n{",".join(["0.9"] * 71)},"0.9",{end}', newline="")
    summary = score_file(tmp_path / "a.csv", tmp_path / "b.parquet", null="not_applicable")
    assert (summary.unscored, summary.stars[5]) == (0, 1)


class Malformed(Exception):
    pass


def cells_of(text: str) -> list[list[str | None]]:
    """The rows of a CSV by RFC 4180, character by character; None for an empty cell without quotes. Blank lines are no rows."""
    rows: list[list[str | None]] = []
    at = 0
    while at < len(text):
        row: list[str | None] = []
        more = True
        while more:
            cell = ""
            if quoted := text.startswith('"', at):
                at += 1
                while not text.startswith('"', at) or text.startswith('""', at):
                    if at >= len(text):
                        raise Malformed
                    cell, at = cell + text[at], at + (2 if text[at] == '"' else 1)
                at += 1
            else:
                while at < len(text) and text[at] not in ",\r\n":
                    cell, at = cell + text[at], at + 1
            row.append(cell if cell or quoted else None)
            more = text.startswith(",", at)
            at += more
        if at < len(text) and text[at] not in "\r\n":
            raise Malformed
        at += 2 if text.startswith("\r\n", at) else 1
        if row != [None]:
            rows.append(row)
    return rows


@hypothesis.given(st.text('",\n\r1a \ufeff', max_size=60), st.sampled_from([16, 24, 40, 2**24]))
@hypothesis.settings(max_examples=examples(300))
@hypothesis.example('x\n"A\n"B"\n', 2**24)
@hypothesis.example('a"b"\n""""\n', 2**24)
@hypothesis.example('a,b\n"1",', 2**24)
@hypothesis.example("a\n111111111111111\n\ufeff1\n", 16)
@hypothesis.example('a\n111111111111111\n\ufeff"1\n', 16)
@hypothesis.example('a\n111111111111\n"1\r\n1"\n', 16)
def test_every_cell_is_read_as_written(tmp_path_factory: pytest.TempPathFactory, text: str, block: int) -> None:
    """No quote, line break or blank makes a row vanish or a cell another, wherever blocks end and however the file does."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(text, "utf-8", newline="")
    found = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_files, "CSV_BLOCK", block)
        try:
            with batch_files._open_csv(path, aftersales.load_standard(), Dialect()) as source:
                found = source.batches.read_all()
                assert found.num_rows == source.rows()
        except aftersales.EvaluationError as error:
            code = error.problems[0].code
    try:
        head, *rows = cells_of(text.removeprefix("\ufeff")) or [[]]
    except Malformed:
        assert found is None
        return
    while rows and rows[-1] == [None] * len(head):  # empty rows at the end are none
        rows.pop()
    width = max((number for number, name in enumerate(head, 1) if name), default=1)  # nor are columns without a name
    if found is None:
        wide = any(len(row) != len(head) for row in rows)
        unnamed = any(cell is not None for row in rows for cell in row[width:])
        assert wide or not head or code in ("row-too-long", "no-commas") or (unnamed and code == "unnamed-columns")
        return
    assert found.column_names == [name or "" for name in head[:width]]
    assert [row[width:] for row in rows] == [[None] * (len(head) - width)] * len(rows)
    rows = [row[:width] for row in rows]
    assert list(zip(*(column.to_pylist() for column in found.columns), strict=True)) == list(map(tuple, rows))


class Endless(io.RawIOBase):
    """A file that gives the same bytes over and over, and counts what it gave."""

    def __init__(self, content: bytes, most: int = 10**8):
        self.content, self.left, self.given = content, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, allocate: Any) -> int:
        piece = self.content[: min(len(allocate), self.left)]
        allocate[: len(piece)] = piece
        self.left -= len(piece)
        self.given += len(piece)
        return len(piece)


def test_blank_lines_are_not_kept_in_memory() -> None:
    """Memory is that of a block, however many there are of them."""
    rows = io.BufferedReader(Endless(b"a\n" + b"\n" * 4_000, most=2_000_000))
    blocks = [len(block) for block in StrictCsv(rows, 1_000, Dialect()).blocks()]
    assert max(blocks) < 1_100


def test_two_readers_at_once_leave_the_limit_of_a_cell_as_it_was() -> None:
    """The limit of a cell is one of the process: who comes second must not take the first one's for that of the process."""
    before = csv.field_size_limit()
    waiting, go_on = Event(), Event()

    class Slow(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            waiting.set()
            go_on.wait(10)
            return super().read1(size)

    with ThreadPoolExecutor(2) as pool:
        slow = Slow(b"a\n1\n")
        first = pool.submit(StrictCsv, slow, 2**24, Dialect())  # it stands within csv, at the limit of its own
        assert waiting.wait(10)
        second = pool.submit(StrictCsv, io.BytesIO(b"a\n1\n"), 2**23, Dialect())
        sleep(0.1)
        go_on.set()
        assert (first.result().names, second.result().names) == (["a"], ["a"])
    assert csv.field_size_limit() == before


class TestWrongCsv:
    """A row that cannot be read is reported at its line, and no file is written."""

    def test_more_columns_than_there_may_be_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(",".join([*IDS, *(f"note {n}" for n in range(16_384 - 73))]) + "\n")
        assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet").rows == 0
        (tmp_path / "b.parquet").unlink()
        (tmp_path / "a.csv").write_text(",".join(IDS) + "," * 16_384 + "\n")
        problems = problems_of_file(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["too-many-columns"]
        (tmp_path / "a.csv").write_text(",".join(IDS) + "," * 300 + "a\n")
        problems = problems_of_file(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["unnamed-columns"]
        assert "have no name: 74, 75, 76" in problems[0].message
        (tmp_path / "a.csv").write_text(",".join(IDS) + ",a" * 300 + "\n")
        problems = problems_of_file(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["duplicate-column"] * 200 + ["too-many-problems"]
        assert "99" in problems[-1].message

    @pytest.mark.parametrize(("divider", "name", "name_zh"), [(";", "semicolons", "分号"), ("\t", "tabs", "制表符")])
    @pytest.mark.parametrize("share", ["1", "0,9"])
    def test_columns_that_no_comma_divides_are_refused(
        self, tmp_path: Path, divider: str, name: str, name_zh: str, share: str
    ) -> None:
        (tmp_path / "a.csv").write_text(divider.join(IDS) + "\n" + divider.join([share] * len(IDS)) + "\n")
        problems = problems_of_file(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["no-commas"]
        assert name in problems[0].message
        assert name_zh in problems[0].message_zh

    def test_a_head_with_a_comma_is_taken_at_its_word(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("".join(line.replace(",", ";", 1) for line in csv_of().splitlines(True)))
        codes = [problem.code for problem in problems_of_file(tmp_path / "a.csv")]
        assert codes == ["missing-column", "missing-column"]

    def test_a_row_of_another_width_is_reported(self, tmp_path: Path) -> None:
        text = csv_of(note='"a\nb"')
        (tmp_path / "a.csv").write_text(
            text + "\n" + text.splitlines(keepends=True)[1].split(",")[0] + ",1\n", newline=""
        )
        problem = problem_of_file(tmp_path / "a.csv")
        assert (problem.code, problem.line) == ("ragged-csv", 5)
        assert "columns in this row: 2, in the head (line 1): 74" in problem.message

    def test_a_title_above_the_head_is_pointed_at(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("\n\n2025\n" + csv_of())
        problems = problems_of_file(tmp_path / "a.csv")
        assert [(problem.line, problem.message) for problem in problems] == [
            (line, "columns in this row: 73, in the head (line 3): 1") for line in (4, 5)
        ]
        assert problems[0].message_zh == "此行的列数为 73，表头（第 3 行）为 1"

    def test_a_row_of_another_width_is_reported_far_down(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
        row = csv_of().splitlines(keepends=True)[1]
        (tmp_path / "a.csv").write_text(csv_of() + row * 400 + "1,1\n")
        problem = problem_of_file(tmp_path / "a.csv")
        assert (problem.code, problem.line) == ("ragged-csv", 403)

    @pytest.mark.parametrize("end", ["", "\n", "\n1,1\n", "\r\n\r\n", '""', '\n""\n'])
    @pytest.mark.parametrize(
        ("row", "line"),
        [
            ('"1,{}', 6),
            ('1,"{}', 6),
            ('"a\nb","{}', 7),
            ('"2\n","3\n\n","{}', 9),
            ('{},"', 6),
            ('{},"a, b', 6),
            ('"a\rb\r\nc","{}', 8),
            ('{},"a""b""\n', 6),
        ],
    )
    def test_a_quote_that_is_never_closed_is_reported_where_it_opens(
        self, tmp_path: Path, row: str, line: int, end: str
    ) -> None:
        """It is reported where it opens: also in the last column, where what it swallows makes no row too short."""
        begun = csv_of(note='"a\nb"') + "\n" + csv_of(note='""').splitlines(True)[1]
        (tmp_path / "a.csv").write_text(begun + row.format(",".join(["1"] * 73)) + end, newline="")
        problem = problem_of_file(tmp_path / "a.csv")
        assert (problem.code, problem.line, problem.column) == ("open-quote", line, 1)

    def test_a_quote_that_is_never_closed_is_reported_in_a_large_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
        row = csv_of(note="n").splitlines(keepends=True)[1]
        (tmp_path / "a.csv").write_text(csv_of(note="n") + row * 50 + row.replace("n", '"n') + row * 3)
        problem = problem_of_file(tmp_path / "a.csv")
        assert (problem.code, problem.line) == ("open-quote", 53)

    @pytest.mark.parametrize("note", ['""', '""""', '"\n"', '"\n\n"', '"\r\n"', '"a\n"', '"a""\n"', 'a"', 'a"b"', ""])
    @pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n", "\n" * 5_000])
    @pytest.mark.parametrize("block", [1_500, 2**24])
    def test_a_quote_that_is_closed_is_not_called_open(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: str, end: str, block: int
    ) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", block)
        head, row = csv_of(note="n").splitlines(keepends=True)
        (tmp_path / "a.csv").write_text(head + row * 20 + row.removesuffix("n\n") + note + end, newline="")
        assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet", nodes=()).rows == 21

    @pytest.mark.parametrize(
        ("first", "last", "line"),
        [
            ('"A,{}', '"C",{}', 4),  # the quote before C closes the cell that the one before A opens
            ('{},"open', '{},"y"', 4),
            ('"A"a,{}', "C,{}", 2),
            ('A,{}"1"1', "C,{}", 2),
            ('"A" ,{}', "C,{}", 2),
            ('"A\n"a,{}', "C,{}", 3),
        ],
    )
    def test_text_behind_a_closing_quote_is_refused(self, tmp_path: Path, first: str, last: str, line: int) -> None:
        """Arrow takes it for a part of the cell, and with it all rows in between."""
        shares = ",".join(["1"] * 73)
        head = csv_of(shop="") if "{}," not in first else csv_of(note="")
        rows = (form.format(shares).replace(',1"1"1', ',"1"1') for form in (first, "B,{}", last, "D,{}"))
        (tmp_path / "a.csv").write_text(head.splitlines()[0] + "\n" + "\n".join(rows) + "\n")
        problem = problem_of_file(tmp_path / "a.csv")
        assert (problem.code, problem.line) == ("stray-quote", 2)
        assert f"(line {line})" in problem.message
        assert f"（第 {line} 行）" in problem.message_zh

    @pytest.mark.parametrize(("wrong", "codes"), [(200, 200), (201, 201)])
    def test_up_to_two_hundred_wrong_rows_are_reported_without_a_count(
        self, tmp_path: Path, wrong: int, codes: int
    ) -> None:
        (tmp_path / "a.csv").write_text(csv_of() + "1\n" * wrong)
        problems = problems_of_file(tmp_path / "a.csv")
        assert len(problems) == codes
        assert (problems[-1].code == "too-many-problems") == (wrong > 200)

    def test_no_row_is_scored_after_one_that_cannot_be_parsed(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_bytes(csv_of().encode() + b"1\n\xff\n1\n")
        assert [problem.code for problem in problems_of_file(tmp_path / "a.csv")] == ["ragged-csv", "not-utf8"]

    def test_a_line_without_an_end_is_not_read_to_its_end(self) -> None:
        with pytest.raises(aftersales.EvaluationError, match="row-too-long"):
            StrictCsv(endless := Endless(b"1" * 1_000), 100_000, Dialect())  # type: ignore[arg-type]
        assert endless.given < 300_000

    def test_every_wrong_row_is_reported(self, tmp_path: Path) -> None:
        head, row = csv_of(note="n").splitlines(keepends=True)
        wrong = [row.replace("n", "n,n"), row, row.replace("n", '"n"n'), "\n", row.replace("n", '"n\nn"n'), "1\n", row]
        (tmp_path / "a.csv").write_text(head + "".join(wrong) + row.replace("n", '"n'))
        problems = problems_of_file(tmp_path / "a.csv")
        assert [(problem.code, problem.line) for problem in problems] == [
            ("ragged-csv", 2),
            ("stray-quote", 4),
            ("stray-quote", 6),
            ("ragged-csv", 8),
            ("open-quote", 10),
        ]

    def test_of_very_many_wrong_rows_the_rest_is_counted(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(csv_of() + "1\n" * 1_000)
        problems = problems_of_file(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["ragged-csv"] * 200 + ["too-many-problems"]
        assert "800" in problems[-1].message

    def test_without_a_head_no_row_is_scored(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text('"a"b,c\n1\n1,2,3\n')
        assert [problem.code for problem in problems_of_file(tmp_path / "a.csv")] == ["stray-quote"]

    def test_a_row_that_is_longer_than_a_block_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 1_000)
        (tmp_path / "a.csv").write_text(csv_of() + '"' + csv_of() * 40)
        problem = problem_of_file(tmp_path / "a.csv")
        assert (problem.code, problem.line, problem.column) == ("row-too-long", 3, 1)
        assert "1000 bytes" in problem.message

    @pytest.mark.parametrize("content", [b"PK\x03\x04\x14\x00\x06\x00", "a,b\n1,2\n".encode("utf-16-le")])
    def test_a_file_that_is_no_csv_is_refused_with_the_reason_in_both_languages(
        self, tmp_path: Path, content: bytes
    ) -> None:
        (tmp_path / "a.csv").write_bytes(content + b"\n")
        problem = problem_of_file(tmp_path / "a.csv")
        assert (problem.code, problem.message_zh) == (
            "not-csv",
            "不是可读的 CSV：文件是二进制的，或是没有字节顺序标记的 UTF-16（后者请用 --encoding utf-16-le）",
        )
        assert problem.message == (
            "not a CSV that can be read: it is binary, or UTF-16 without a byte order mark (for the latter: --encoding utf-16-le)"
        )

    @pytest.mark.parametrize("before", [0, *range(2**13 - 24, 2**13)])
    @pytest.mark.parametrize("broken", [b"\xff", "后".encode()[:2], "后".encode("gbk"), "后".encode()[:1] + b"\n"])
    def test_a_byte_that_is_not_utf8_is_found_wherever_the_blocks_end(
        self, tmp_path: Path, before: int, broken: bytes
    ) -> None:
        """A text is decoded in blocks of 8 KiB."""
        (tmp_path / "a.csv").write_bytes("\ufeff店,分\n".encode() + b"x" * before + ",1\n售后,2".encode() + broken)
        problem = problem_of_file(tmp_path / "a.csv")
        assert (problem.code, problem.line, problem.column) == ("not-utf8", 3, 5)
        assert problem.message.startswith(f"the file is not UTF-8 (byte 0x{broken[0]:02X})")

    def test_any_number_of_blank_lines_is_skipped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 1_000)
        head, row = csv_of().splitlines()
        blank = "\n" * 3_000
        (tmp_path / "a.csv").write_text(f"{blank}{head}{blank}{row}{blank}{row}{blank}")
        assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet").rows == 2

    @pytest.mark.parametrize(("longest", "told"), [(6_644, []), (6_643, [("row-too-long", 2)])])
    @pytest.mark.parametrize("share", ["1" * 90, '"' + "1\n" * 44 + '"', "是" * 30])
    def test_a_row_may_be_exactly_as_long_as_a_block(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: str, longest: int, told: list[tuple[str, int]]
    ) -> None:
        """Arrow has to have a row in one block: 73 cells of 90 bytes, 72 commas and a line break need 6,643 of them."""
        head, row = csv_of().splitlines(keepends=True)
        monkeypatch.setattr(batch_files, "CSV_BLOCK", longest)
        (tmp_path / "a.csv").write_text(head + row.replace("1", share) + row, "utf-8")
        if told:
            problems = problems_of_file(tmp_path / "a.csv")
            assert [(problem.code, problem.line) for problem in problems] == told
        else:
            assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet").unscored == 1

    def test_reading_leaves_the_limit_of_a_cell_of_the_process_as_it_was(self, tmp_path: Path) -> None:
        """How long a cell may be is a setting of the whole process."""
        before = csv.field_size_limit(1_234)
        try:
            (tmp_path / "a.csv").write_bytes(b"a,b\n1\n")
            assert problem_of_file(tmp_path / "a.csv").code == "ragged-csv"
            assert csv.field_size_limit() == 1_234
            with (tmp_path / "a.csv").open("rb") as file:
                strict = StrictCsv(file, 2**24, Dialect())
                assert csv.field_size_limit() == 1_234
                with pytest.raises(aftersales.EvaluationError):
                    next(strict.blocks())
            assert csv.field_size_limit() == 1_234
            (tmp_path / "a.csv").write_text(csv_of(note="n" * 200_000))
            assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet").rows == 1
        finally:
            csv.field_size_limit(before)


@hypothesis.given(
    st.lists(st.sampled_from(["a,b\n", '"a\nb",c\r\n', '"\r\n\r\n",\n', "\n", "\r\n", ",\n", 'x,"y\r"\n']), max_size=40)
)
def test_rows_have_the_lines_on_which_they_begin(parts: list[str]) -> None:
    text = "h,i\n" + "".join(parts) + "last,1\n"
    strict = StrictCsv(io.BytesIO(text.encode()), 64, Dialect())
    assert b"".join(strict.blocks())
    expected, line = [], 2
    for part in [*parts, "last,1\n"]:
        if part.strip("\r\n"):
            expected.append(line)
        line += len(re.findall(r"\r\n|\r|\n", part))
    rows = np.arange(1, strict.rows + 1)
    assert strict.lines_of(rows).tolist() == expected
