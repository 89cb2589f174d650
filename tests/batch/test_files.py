"""Tables in files and the command ``aftersales batch``: complete files or none, exact numbers, one line for a wrong file."""

from __future__ import annotations

import base64
import csv
import errno
import io
import itertools
import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from support import engines, oracle, share_rows, small
from support.command import run_process
from support.plain_yaml import to_yaml

import aftersales
from aftersales import cli
from aftersales.batch import files as batch_files
from aftersales.batch import score_table
from aftersales.batch.files import score_file
from aftersales.batch.strict_csv import StrictCsv

IDS = oracle.INDICATORS


def table_of(count: int = 50, form: str = "decimal") -> pa.Table:
    rng = random.Random(1)
    table = share_rows.as_table([share_rows.random_row(rng, form, 0.85) for _ in range(count)], form)
    return table.add_column(0, "店", [[f"{number:03}" for number in range(count)]])


def csv_of(**columns: str) -> str:
    """A CSV of one row that is full but for these; ids written with underscores."""
    row = dict.fromkeys(IDS, "1") | {key.removeprefix("i").replace("_", "."): value for key, value in columns.items()}
    return f"{','.join(row)}\n{','.join(row.values())}\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    pa.parquet.write_table(table_of(), tmp_path / "in.parquet")
    pa.csv.write_csv(table_of(), tmp_path / "in.csv")
    return tmp_path / "in.parquet", tmp_path / "in.csv"


class TestScoreFile:
    def test_parquet_to_parquet(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        summary = score_file(files[0], tmp_path / "out.parquet", null="not_applicable")
        scored = pa.parquet.read_table(tmp_path / "out.parquet")
        assert scored.equals(score_table(table_of(), null="not_applicable"))
        assert (summary.rows, summary.unscored, sum(summary.stars.values())) == (50, 0, 50)
        assert summary.stars[4] == scored["stars"].to_pylist().count(4)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "in.parquet", "out.parquet"]

    def test_csv_gives_the_same(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        score_file(files[1], tmp_path / "out.parquet", exact=True, null="not_applicable")
        scored = pa.parquet.read_table(tmp_path / "out.parquet")
        assert scored.equals(score_table(table_of(), exact=True, null="not_applicable"))
        assert scored["店"][7].as_py() == "007"

    def test_decimals_of_parquet(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        score_file(files[0], tmp_path / "out.csv", decimal=True, null="not_applicable")
        score_file(files[0], tmp_path / "out.parquet", decimal=True, null="not_applicable")
        scored = pa.parquet.read_table(tmp_path / "out.parquet")
        assert scored.equals(score_table(table_of(), decimal=True, null="not_applicable"))
        assert pa.types.is_decimal(scored["earned"].type)

    def test_csv_out(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        score_file(files[0], tmp_path / "out.CSV", nodes=["5.1"])
        lines = (tmp_path / "out.CSV").read_text("utf-8").splitlines()
        assert lines[0] == (
            '"店","earned","applicable","deleted","final_score","stars","passed","near_limit",'
            '"5.1.earned","5.1.applicable","5.1.ratio","problem"'
        )
        assert len(lines) == 51

    def test_csv_numbers_are_read_as_they_are_written(self, tmp_path: Path) -> None:
        text = csv_of(
            i5_1_1_1="0.12345678901234567890123456789", i5_1_1_2="2/3", i5_1_1_3=" 60%", i5_1_1_4='"60%"', shop=""
        )
        (tmp_path / "a.csv").write_text(text.replace(" 60%", "60.0%"), "utf-8-sig")
        score_file(tmp_path / "a.csv", tmp_path / "b.parquet", exact=True)
        row = pa.parquet.read_table(tmp_path / "b.parquet").to_pylist()[0]
        lost = (1 - Fraction("0.12345678901234567890123456789")) + Fraction(1, 3) + 2 * Fraction(2, 5)
        assert Fraction(row["exact_score"]) == 100 - lost
        assert row["shop"] is None

    @pytest.mark.parametrize(
        ("written", "problem"),
        [
            ("", None),
            ('""', "not-a-number: 5.1.1.1"),
            ("NaN", "not-a-number: 5.1.1.1"),
            ("NA", "not-a-number: 5.1.1.1"),
            ("null", "not-a-number: 5.1.1.1"),
            ("2", "out-of-range: 5.1.1.1"),
            ('"0,5"', "not-a-number: 5.1.1.1"),
        ],
    )
    def test_only_nothing_at_all_is_null(self, tmp_path: Path, written: str, problem: str | None) -> None:
        (tmp_path / "a.csv").write_text(csv_of(i5_1_1_1=written))
        score_file(tmp_path / "a.csv", tmp_path / "b.parquet", null="not_applicable")
        row = pa.parquet.read_table(tmp_path / "b.parquet").to_pylist()[0]
        assert row["problem"] == problem
        assert (row["applicable"], row["deleted"]) == ((None, None) if problem else (99, 1))
        score_file(tmp_path / "a.csv", tmp_path / "b.parquet", force=True)
        row = pa.parquet.read_table(tmp_path / "b.parquet").to_pylist()[0]
        assert row["problem"] == (problem or "null-share: 5.1.1.1")

    def test_text_with_commas_quotes_and_lines(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(csv_of(note='"a, ""b""\nc"'), newline="")
        score_file(tmp_path / "a.csv", tmp_path / "b.parquet")
        assert pa.parquet.read_table(tmp_path / "b.parquet")["note"].to_pylist() == ['a, "b"\nc']

    def test_no_rows(self, tmp_path: Path) -> None:
        for ending in ("\n", ""):
            (tmp_path / "a.csv").write_text(",".join(IDS) + ending)
            assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet", force=True).rows == 0
        pa.parquet.write_table(table_of().slice(0, 0), tmp_path / "c.parquet")
        assert score_file(tmp_path / "c.parquet", tmp_path / "d.csv").rows == 0
        assert pa.parquet.read_table(tmp_path / "b.parquet").num_rows == 0

    @pytest.mark.parametrize("form", [0, 1])
    @pytest.mark.parametrize(
        "way", ["itself", "other spelling", "symbolic link", "hard link", "linked source", "folder"]
    )
    def test_a_file_never_takes_its_own_place(
        self, files: tuple[Path, Path], tmp_path: Path, form: int, way: str
    ) -> None:
        """The input would be gone, whatever ``force`` says."""
        source = target = files[form]
        before = source.read_bytes()
        other = source.with_name(f"other{source.suffix}")
        if way == "other spelling":
            target = tmp_path / "." / ".." / tmp_path.name / source.name
        elif way == "symbolic link":
            target = other
            target.symlink_to(source.name)
        elif way == "hard link":
            target = other
            target.hardlink_to(source)
        elif way == "linked source":
            source = other
            source.symlink_to(target.name)
        elif way == "folder":
            (tmp_path / "linked").symlink_to(".")
            target = tmp_path / "linked" / source.name
        names = sorted(path.name for path in tmp_path.iterdir())
        for force in (True, False):
            with pytest.raises(aftersales.PaperError) as caught:
                score_file(source, target, force=force, nodes=())
            assert [problem.code for problem in caught.value.problems] == ["target-is-source"]
            assert caught.value.problems[0].message.startswith(f"'{target}"[:90])
            assert files[form].read_bytes() == before
            assert sorted(path.name for path in tmp_path.iterdir()) == names

    def test_a_copy_of_the_input_is_another_file(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        (tmp_path / "copy.csv").write_bytes(files[1].read_bytes())
        assert score_file(files[1], tmp_path / "copy.csv", force=True, nodes=()).rows == 50
        assert score_file(tmp_path / "in.csv", tmp_path / "new.csv", nodes=()).rows == 50

    @pytest.mark.skipif(sys.platform == "win32", reason="modes and links are those of POSIX")
    def test_a_file_that_is_replaced_keeps_its_mode_and_its_links(
        self, files: tuple[Path, Path], tmp_path: Path
    ) -> None:
        (tmp_path / "link.csv").symlink_to("in.csv")
        files[1].chmod(0o604)
        (tmp_path / "source.csv").write_bytes(files[1].read_bytes())
        score_file(tmp_path / "source.csv", tmp_path / "link.csv", force=True, nodes=())
        assert (tmp_path / "link.csv").is_symlink()
        assert stat.S_IMODE(files[1].stat().st_mode) == 0o604
        assert files[1].read_text().startswith('"店","earned",')

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are not UTF-8")
    @pytest.mark.parametrize("target", ["parquet", "csv"])
    @pytest.mark.parametrize("source", ["parquet", "csv"])
    def test_a_name_need_not_be_utf8(
        self, files: tuple[Path, Path], tmp_path: Path, source: str, target: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
        named = [tmp_path / os.fsdecode(f"店.{ending}".encode("gbk")) for ending in ("parquet", "csv")]
        for file, name in zip(files, named, strict=True):
            file.rename(name)
        scored = tmp_path / os.fsdecode(f"分.{target}".encode("gbk"))
        assert score_file(named[source == "csv"], scored).rows == 50
        read = pa.parquet.read_table if target == "parquet" else pa.csv.read_csv
        assert read(pa.BufferReader(scored.read_bytes())).num_rows == 50

    def test_another_standard(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("1.1.1.1,1.1.1.2\n9/10,9/10\n1,\n")
        standard = small.small_standard([Fraction(1, 3), Fraction(5, 7)])
        summary = score_file(tmp_path / "a.csv", tmp_path / "b.csv", standard, null="not_applicable")
        assert summary.stars == {0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 2}

    def test_many_blocks(self, files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch_files, "BLOCK", 8)
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
        for number, source in enumerate(files):
            score_file(source, tmp_path / f"{number}.parquet", null="not_applicable")
            expected = score_table(table_of(), null="not_applicable")
            assert pa.parquet.read_table(tmp_path / f"{number}.parquet").equals(expected)


def test_the_summary_counts_over_all_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_files, "BLOCK", 3)
    monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
    shares = ["1", "0.85", "7", "0", "1", "x", "0.9", "0.85", "", "1", "1", "0.89999999999", "0.89999999999999999999"]
    head = csv_of().splitlines()[0]
    (tmp_path / "a.csv").write_text("\n".join([head, *(",".join([share] * 73) for share in shares)]))
    expected = (13, 3, {0: 1, 1: 0, 2: 0, 3: 0, 4: 4, 5: 5}, 2, 1)  # the last two are near a limit; one is empty
    assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet") == expected
    pa.parquet.write_table(pa.csv.read_csv(tmp_path / "a.csv", convert_options=AS_TEXT), tmp_path / "a.parquet")
    assert score_file(tmp_path / "a.parquet", tmp_path / "c.csv") == expected


AS_TEXT = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(IDS, pa.string()), strings_can_be_null=True)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_an_empty_cell_behind_a_quoted_one_is_empty_wherever_the_file_ends(tmp_path: Path, end: str) -> None:
    head = ",".join(IDS)
    (tmp_path / "a.csv").write_text(f'{head}\n{",".join(["0.9"] * 71)},"0.9",{end}', newline="")
    summary = score_file(tmp_path / "a.csv", tmp_path / "b.parquet", null="not_applicable")
    assert (summary.unscored, summary.stars[5]) == (0, 1)


def test_two_runs_at_once_write_two_files(tmp_path: Path) -> None:
    """Their targets begin alike, and they are of one process."""
    names = [f"after-sales-evaluations-scored-2025-region-{region}" for region in "abcdefgh"]
    for name in names:
        shares = pa.array(["1"]).take(pa.array([0] * 20_000))
        table = pa.table({"who": [name] * 20_000, **dict.fromkeys(IDS, shares)})
        pa.parquet.write_table(table, tmp_path / f"{name}.parquet")
    with ThreadPoolExecutor(4) as pool:
        runs = [
            pool.submit(score_file, tmp_path / f"{n}.parquet", tmp_path / f"{n}.out.parquet", nodes=()) for n in names
        ]
    for name, run in zip(names, runs, strict=True):
        assert run.result().rows == 20_000
        scored = pa.parquet.read_table(tmp_path / f"{name}.out.parquet")
        assert scored["who"].unique().to_pylist() == [name]


def test_unused_words_of_a_dictionary_are_ignored() -> None:
    words = pa.array([b"a", b"\xff"]).view(pa.string())
    for used, altered in (([0, 0, None], False), ([0, 1], True)):
        column = pa.DictionaryArray.from_arrays(pa.array(used, pa.int32()), words)
        assert batch_files._is_altered_by_csv(column) is altered


def test_what_a_csv_would_hold_as_something_else(tmp_path: Path) -> None:
    """Arrow would write an error text in its place, or another time, or what is no UTF-8."""
    beyond = [
        pa.array([0, 2**31 - 1], pa.int32()).view(pa.date32()),
        pa.array([0, -(2**62)], pa.int64()).view(pa.date64()),
        pa.array([None, 253_402_300_800], pa.int64()).view(pa.timestamp("s")),
        pa.array([0, -62_135_596_801_000], pa.int64()).view(pa.timestamp("ms", "Asia/Shanghai")),
        pa.array([0, 86_400], pa.int32()).view(pa.time32("s")),
        pa.array([0, -1], pa.int64()).view(pa.time64("us")),
        # Until 1901 Shanghai was 8 h 5 min 43 s ahead; and what is within by UTC may not be so there.
        pa.array([0, -2_208_988_800], pa.int64()).view(pa.timestamp("s", "Asia/Shanghai")),
        pa.array([0, 253_402_300_799], pa.int64()).view(pa.timestamp("s", "Asia/Shanghai")),
        pa.array([0, 2**63 - 1], pa.int64()).view(pa.timestamp("ns", "Asia/Shanghai")),
        pa.array([0, 1 - 2**63], pa.int64()).view(pa.timestamp("ns", "America/New_York")),
        pa.array([0, None], pa.int64()).view(pa.timestamp("us", "Foo/Bar")),
        pa.array([b"a", b"\xff"]).view(pa.string()),
        pa.array([b"a", b"\xff"]).view(pa.string()).cast(pa.large_string()),
        pa.array([b"a", b"\xff"]).view(pa.string()).dictionary_encode(),
        pa.array([0, 2**31 - 1], pa.int32()).view(pa.date32()).dictionary_encode(),
    ]
    within = [
        pa.array([date.min, date.max]),
        pa.array([None, 253_402_300_799], pa.int64()).view(pa.timestamp("s")),
        pa.array([0, 86_399], pa.int32()).view(pa.time32("s")),
        pa.nulls(2, pa.date32()),
        pa.array([date.min, date.max], pa.date64()),
        pa.array([0, None], pa.int64()).view(pa.timestamp("us", "Asia/Shanghai")),
        # Half past eight in the evening of New York's last day, and the first day of the year 10000 by UTC.
        pa.array([0, 253_402_306_200], pa.int64()).view(pa.timestamp("s", "America/New_York")),
        pa.array(["a", None]).dictionary_encode(),
    ]
    for column in (*beyond, *within):
        pa.parquet.write_table(table_of(2).append_column("until", column), tmp_path / "a.parquet", store_schema=True)
        assert score_file(tmp_path / "a.parquet", tmp_path / "b.parquet", force=True).rows == 2
        if any(column is each for each in within):
            assert score_file(tmp_path / "a.parquet", tmp_path / "b.csv", force=True).rows == 2
            continue
        with pytest.raises(aftersales.PaperError) as caught:
            score_file(tmp_path / "a.parquet", tmp_path / "c.csv")
        assert "cannot hold the columns until (" in caught.value.problems[0].message
        assert not (tmp_path / "c.csv").exists()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_mark_that_a_spreadsheet_set_is_kept_for_it(tmp_path: Path, mark: bytes) -> None:
    """By it some tell UTF-8. A CSV from Parquet has none, nor does Parquet."""
    (tmp_path / "a.csv").write_bytes(mark + csv_of(店="甲").encode())
    score_file(tmp_path / "a.csv", tmp_path / "b.csv", nodes=())
    assert (tmp_path / "b.csv").read_bytes().startswith(mark + '"店","earned"'.encode())
    score_file(tmp_path / "a.csv", tmp_path / "b.parquet", nodes=())
    assert pa.parquet.read_table(tmp_path / "b.parquet").column_names[0] == "店"


def test_an_old_timestamp_is_not_turned_round(tmp_path: Path) -> None:
    """Nanoseconds end in 2262; what Spark and Hive wrote as INT96 often means never."""
    never = datetime(9999, 12, 31, tzinfo=UTC).replace(tzinfo=None)
    table = table_of(1).append_column("until", pa.array([never], pa.timestamp("us")))
    pa.parquet.write_table(table, tmp_path / "a.parquet", use_deprecated_int96_timestamps=True, store_schema=False)
    score_file(tmp_path / "a.parquet", tmp_path / "b.parquet", nodes=())
    assert pa.parquet.read_table(tmp_path / "b.parquet")["until"].to_pylist() == [never]


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
@hypothesis.settings(max_examples=1_000)
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
            with batch_files._open_csv(path, aftersales.load_standard()) as source:
                found = source.batches.read_all()
                assert found.num_rows == source.rows()
        except aftersales.EvaluationError as error:
            code = error.problems[0].code
    try:
        head, *rows = cells_of(text.removeprefix("\ufeff")) or [[]]
    except Malformed:
        assert found is None
        return
    if found is None:
        wide = any(len(row) != len(head) for row in rows)
        assert wide or not head or code in ("row-too-long", "no-commas")
        return
    assert found.column_names == [name or "" for name in head]
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


def test_blank_lines_are_not_kept() -> None:
    """Memory is that of a block, however many there are of them."""
    rows = io.BufferedReader(Endless(b"a\n" + b"\n" * 4_000, most=2_000_000))
    blocks = [len(block) for block in StrictCsv(rows, 1_000).blocks()]
    assert max(blocks) < 1_100


def test_two_readers_at_once_give_back_what_they_found() -> None:
    """The limit of a cell is one of the process: who comes second must not take the first one's for that of the process."""
    before = csv.field_size_limit()
    waiting, go_on = Event(), Event()

    class Slow(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            waiting.set()
            go_on.wait(10)
            return super().read1(size)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(StrictCsv, Slow(b"a\n1\n"), 2**24)  # it stands within csv, at the limit of its own
        assert waiting.wait(10)
        second = pool.submit(StrictCsv, io.BytesIO(b"a\n1\n"), 2**23)
        sleep(0.1)
        go_on.set()
        assert (first.result().names, second.result().names) == (["a"], ["a"])
    assert csv.field_size_limit() == before


class TestWrongFiles:
    """One clear line, and no file."""

    @staticmethod
    def problems(path: Path, target: str = "out.parquet", **options: Any) -> tuple[aftersales.Problem, ...]:
        before = sorted(path.parent.iterdir())
        with pytest.raises(aftersales.AftersalesError) as caught:
            score_file(path, path.parent / target, **options)
        assert sorted(path.parent.iterdir()) == before
        return caught.value.problems

    @classmethod
    def problem(cls, path: Path, target: str = "out.parquet", **options: Any) -> aftersales.Problem:
        return cls.problems(path, target, **options)[0]

    @pytest.mark.parametrize(
        ("name", "content", "code", "place"),
        [
            ("a.csv", b"", "empty-document", None),
            ("a.csv", "售后,5\n".encode("gbk"), "not-utf8", (1, 1)),
            ("a.csv", b"a,b\n1,2\n1,\xff\n", "not-utf8", (3, 3)),
            ("a.csv", b"a,b\n1,2\n1,\xe5\x94", "not-utf8", (3, 3)),
            ("a.csv", "a,b\n1,2\n".encode("utf-16"), "not-utf8", (1, 1)),
            ("a.csv", b'"a,b\n1,2\n', "open-quote", (1, 1)),
            ("a.csv", b"\xef\xbb\xbf", "empty-document", None),
            ("a.csv", b"\n\n", "empty-document", None),
            ("a.csv", b"a", "no-indicator-columns", None),
            ("a.csv", b"a" * 20_000_000 + b",b\n1,2\n", "row-too-long", (1, 1)),
            ("a.parquet", b"", "empty-document", None),
            ("a.parquet", b"a,b\n1,2\n", "not-parquet", None),
            ("a.xlsx", b"", "unknown-table-format", None),
        ],
    )
    def test_no_table(
        self, tmp_path: Path, name: str, content: bytes, code: str, place: tuple[int, int] | None
    ) -> None:
        (tmp_path / name).write_bytes(content)
        problem = self.problem(tmp_path / name)
        assert (problem.code, problem.line and (problem.line, problem.column)) == (code, place)
        assert "\n" not in str(problem)

    @pytest.mark.parametrize("good", [0, 8_192, 200_000])
    def test_a_disk_that_fails_while_it_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: int
    ) -> None:
        class Failing(io.BytesIO):
            def read1(self, size: int | None = -1, /) -> bytes:
                if self.tell() >= good:
                    raise OSError(errno.EIO, "told in other words")
                return super().read1(size)

        monkeypatch.setattr(batch_files, "CSV_BLOCK", 20_000)
        head, row = csv_of().splitlines(keepends=True)
        (tmp_path / "a.csv").write_text(head + row * 2_000)
        monkeypatch.setattr(batch_files, "_opened", lambda path: Failing(path.read_bytes()))
        problem = self.problem(tmp_path / "a.csv")
        assert problem.code == "unreadable-file"
        assert problem.message.endswith(f"a.csv' cannot be read: {os.strerror(errno.EIO)}")
        assert problem.message_zh.endswith("：磁盘读写出错")

    def test_a_disk_that_fails_under_a_parquet(self, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
        """Arrow tells it as it tells what is damaged, but with the number that the system gave."""

        def fail(*_: Any, **__: Any) -> None:
            raise OSError(errno.EIO, "told in other words")

        monkeypatch.setattr(pa.parquet, "ParquetFile", fail)
        problem = self.problem(files[0])
        assert (problem.code, problem.message_zh[-7:]) == ("unreadable-file", "：磁盘读写出错")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_a_pipe_and_a_device(self, tmp_path: Path, ending: str) -> None:
        os.mkfifo(tmp_path / f"pipe.{ending}")
        (tmp_path / f"zero.{ending}").symlink_to("/dev/zero")
        for name in ("pipe", "zero"):
            problem = self.problem(tmp_path / f"{name}.{ending}")
            assert (problem.code, problem.message_zh[-8:]) == ("unreadable-file", "：这不是普通文件")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_a_pipe_that_takes_the_place_of_a_file_does_not_block(
        self, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.mkfifo(tmp_path / f"pipe.{ending}")
        monkeypatch.setattr(batch_files, "is_special", lambda path: False)
        problem = self.problem(tmp_path / f"pipe.{ending}")
        assert (problem.code, problem.message_zh[-8:]) == ("unreadable-file", "：这不是普通文件")

    def test_more_columns_than_there_may_be(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(",".join([*IDS, *(f"note {n}" for n in range(16_384 - 73))]) + "\n")
        assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet").rows == 0
        (tmp_path / "b.parquet").unlink()
        (tmp_path / "a.csv").write_text(",".join(IDS) + "," * 16_384 + "\n")
        problems = self.problems(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["too-many-columns"]
        (tmp_path / "a.csv").write_text(",".join(IDS) + "," * 300 + "\n")
        problems = self.problems(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["unnamed-columns"]
        assert "have no name: 74, 75, 76" in problems[0].message
        (tmp_path / "a.csv").write_text(",".join(IDS) + ",a" * 300 + "\n")
        problems = self.problems(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["duplicate-column"] * 200 + ["too-many-problems"]
        assert "99" in problems[-1].message

    @pytest.mark.parametrize(("divider", "name", "name_zh"), [(";", "semicolons", "分号"), ("\t", "tabs", "制表符")])
    @pytest.mark.parametrize("share", ["1", "0,9"])
    def test_columns_that_no_comma_divides(
        self, tmp_path: Path, divider: str, name: str, name_zh: str, share: str
    ) -> None:
        (tmp_path / "a.csv").write_text(divider.join(IDS) + "\n" + divider.join([share] * len(IDS)) + "\n")
        problems = self.problems(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["no-commas"]
        assert name in problems[0].message
        assert name_zh in problems[0].message_zh

    def test_a_head_with_a_comma_is_taken_at_its_word(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("".join(line.replace(",", ";", 1) for line in csv_of().splitlines(True)))
        codes = [problem.code for problem in self.problems(tmp_path / "a.csv")]
        assert codes == ["missing-column", "missing-column"]

    def test_rows_of_another_width(self, tmp_path: Path) -> None:
        text = csv_of(note='"a\nb"')
        (tmp_path / "a.csv").write_text(
            text + "\n" + text.splitlines(keepends=True)[1].split(",")[0] + ",1\n", newline=""
        )
        problem = self.problem(tmp_path / "a.csv")
        assert (problem.code, problem.line) == ("ragged-csv", 5)
        assert "columns in this row: 2, in the head (line 1): 74" in problem.message

    def test_a_title_above_the_head_is_pointed_at(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("\n\n2025\n" + csv_of())
        problems = self.problems(tmp_path / "a.csv")
        assert [(problem.line, problem.message) for problem in problems] == [
            (line, "columns in this row: 73, in the head (line 3): 1") for line in (4, 5)
        ]
        assert problems[0].message_zh == "此行的列数为 73，表头（第 3 行）为 1"

    def test_a_row_of_another_width_far_down(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
        row = csv_of().splitlines(keepends=True)[1]
        (tmp_path / "a.csv").write_text(csv_of() + row * 400 + "1,1\n")
        problem = self.problem(tmp_path / "a.csv")
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
    def test_a_quote_that_is_never_closed(self, tmp_path: Path, row: str, line: int, end: str) -> None:
        """It is told where it opens: also in the last column, where what it swallows makes no row too short."""
        begun = csv_of(note='"a\nb"') + "\n" + csv_of(note='""').splitlines(True)[1]
        (tmp_path / "a.csv").write_text(begun + row.format(",".join(["1"] * 73)) + end, newline="")
        problem = self.problem(tmp_path / "a.csv")
        assert (problem.code, problem.line, problem.column) == ("open-quote", line, 1)

    def test_a_quote_that_is_never_closed_in_a_large_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
        row = csv_of(note="n").splitlines(keepends=True)[1]
        (tmp_path / "a.csv").write_text(csv_of(note="n") + row * 50 + row.replace("n", '"n') + row * 3)
        problem = self.problem(tmp_path / "a.csv")
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
    def test_text_behind_a_closing_quote(self, tmp_path: Path, first: str, last: str, line: int) -> None:
        """Arrow takes it for a part of the cell, and with it all rows in between."""
        shares = ",".join(["1"] * 73)
        head = csv_of(shop="") if "{}," not in first else csv_of(note="")
        rows = (form.format(shares).replace(',1"1"1', ',"1"1') for form in (first, "B,{}", last, "D,{}"))
        (tmp_path / "a.csv").write_text(head.splitlines()[0] + "\n" + "\n".join(rows) + "\n")
        problem = self.problem(tmp_path / "a.csv")
        assert (problem.code, problem.line) == ("stray-quote", 2)
        assert f"(line {line})" in problem.message
        assert f"（第 {line} 行）" in problem.message_zh

    @pytest.mark.parametrize(("wrong", "codes"), [(200, 200), (201, 201)])
    def test_the_last_of_many(self, tmp_path: Path, wrong: int, codes: int) -> None:
        (tmp_path / "a.csv").write_text(csv_of() + "1\n" * wrong)
        problems = self.problems(tmp_path / "a.csv")
        assert len(problems) == codes
        assert (problems[-1].code == "too-many-problems") == (wrong > 200)

    def test_no_row_is_scored_after_one_that_cannot_be_parsed(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_bytes(csv_of().encode() + b"1\n\xff\n1\n")
        assert [problem.code for problem in self.problems(tmp_path / "a.csv")] == ["ragged-csv", "not-utf8"]

    def test_a_line_without_an_end_is_not_read_to_its_end(self) -> None:
        with pytest.raises(aftersales.EvaluationError, match="row-too-long"):
            StrictCsv(endless := Endless(b"1" * 1_000), 100_000)  # type: ignore[arg-type]
        assert endless.given < 300_000

    def test_every_wrong_row_is_reported(self, tmp_path: Path) -> None:
        head, row = csv_of(note="n").splitlines(keepends=True)
        wrong = [row.replace("n", "n,n"), row, row.replace("n", '"n"n'), "\n", row.replace("n", '"n\nn"n'), "1\n", row]
        (tmp_path / "a.csv").write_text(head + "".join(wrong) + row.replace("n", '"n'))
        problems = self.problems(tmp_path / "a.csv")
        assert [(problem.code, problem.line) for problem in problems] == [
            ("ragged-csv", 2),
            ("stray-quote", 4),
            ("stray-quote", 6),
            ("ragged-csv", 8),
            ("open-quote", 10),
        ]

    def test_of_very_many_that_are_wrong_the_rest_is_counted(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(csv_of() + "1\n" * 1_000)
        problems = self.problems(tmp_path / "a.csv")
        assert [problem.code for problem in problems] == ["ragged-csv"] * 200 + ["too-many-problems"]
        assert "800" in problems[-1].message

    def test_without_a_head_no_row_is_scored(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text('"a"b,c\n1\n1,2,3\n')
        assert [problem.code for problem in self.problems(tmp_path / "a.csv")] == ["stray-quote"]

    def test_a_parquet_that_has_not_the_rows_that_it_says(self, files: tuple[Path, Path]) -> None:
        content = files[0].read_bytes()
        rows, more = b"\x16\x64", b"\x16\x66"  # 50 and 51, as the footer writes them
        places = [at for at in range(len(content) - 1) if content[at : at + 2] == rows]
        for at in places:
            files[0].write_bytes(content[:at] + more + content[at + 2 :])
            if pa.parquet.read_metadata(files[0]).num_rows == 51:
                break
        problem = self.problem(files[0])
        assert problem.code == "row-count"
        assert problem.message.startswith("rows in the file: 51, rows that were read: 50; ")

    def test_a_row_that_goes_on_and_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 1_000)
        (tmp_path / "a.csv").write_text(csv_of() + '"' + csv_of() * 40)
        problem = self.problem(tmp_path / "a.csv")
        assert (problem.code, problem.line, problem.column) == ("row-too-long", 3, 1)
        assert "1000 bytes" in problem.message

    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_nothing_there_or_a_folder(self, tmp_path: Path, ending: str) -> None:
        (tmp_path / f"folder.{ending}").mkdir()
        for name, reason_zh in (("none", "文件不存在"), ("folder", "这是文件夹")):
            problem = self.problem(tmp_path / f"{name}.{ending}")
            assert problem.code == "unreadable-file"
            assert problem.message_zh.endswith(f"：{reason_zh}")

    @pytest.mark.parametrize(
        ("content", "reason", "reason_zh"),
        [
            (b"5.1.1.1,5.1.1.2\n1,1\n", "it is a file of another format", "这是其他格式的文件"),
            (b"PAR1", "its end is missing", "文件不完整，缺少结尾"),
            (b"PAR1\x15\x04\x15\x10", "its end is missing", "文件不完整，缺少结尾"),
            (b"PAR1" * 10, "it is damaged or encrypted (", "文件已损坏或加密（"),
            (b"PARE" * 10, "it is damaged or encrypted (", "文件已损坏或加密（"),
            (b"PAR1" + b"x" * 50 + b"\4\0\0\0PAR1", "it is damaged or encrypted (", "文件已损坏或加密（"),
        ],
    )
    def test_no_parquet_says_why_in_either_language(
        self, tmp_path: Path, content: bytes, reason: str, reason_zh: str
    ) -> None:
        (tmp_path / "a.parquet").write_bytes(content)
        problem = self.problem(tmp_path / "a.parquet")
        assert problem.code == "not-parquet"
        assert problem.message.startswith(f"not a Parquet file that can be read: {reason}")
        assert problem.message_zh.startswith(f"不是可读的 Parquet 文件：{reason_zh}")

    def test_a_parquet_that_is_cut_off(self, files: tuple[Path, Path]) -> None:
        content = files[0].read_bytes()
        files[0].write_bytes(content[: len(content) // 2])
        problem = self.problem(files[0])
        assert (problem.code, "its end is missing" in problem.message) == ("not-parquet", True)

    def test_a_damaged_page(self, files: tuple[Path, Path]) -> None:
        content = bytearray(files[0].read_bytes())
        content[200:2000] = bytes(1800)
        files[0].write_bytes(content)
        problem = self.problem(files[0])
        assert (problem.code, "文件已损坏" in problem.message_zh) == ("not-parquet", True)

    @pytest.mark.parametrize("column", [1, 40, 73])
    def test_a_bit_that_flipped_where_pages_have_checksums(self, tmp_path: Path, column: int) -> None:
        path = tmp_path / "a.parquet"
        pa.parquet.write_table(table_of(), path, compression="none", use_dictionary=False, write_page_checksum=True)
        place = pa.parquet.read_metadata(path).row_group(0).column(column)
        content = bytearray(path.read_bytes())
        content[place.data_page_offset + place.total_compressed_size - 1] ^= 1
        path.write_bytes(content)
        problem = self.problem(path)
        assert (problem.code, "文件已损坏" in problem.message_zh) == ("not-parquet", True)

    def test_a_dictionary_that_names_words_that_are_not_there(self, tmp_path: Path) -> None:
        path = tmp_path / "a.parquet"
        words = pa.array(["0.5", "1"] * 5).dictionary_encode()
        pa.parquet.write_table(pa.table({"1.1.1.1": words}), path, compression="none")
        content, standard = path.read_bytes(), small.small_standard([Fraction(1)])
        start = pa.parquet.read_metadata(path).row_group(0).column(0).dictionary_page_offset
        codes = set()
        for at, bit in itertools.product(range(start, start + 20), (0x04, 0x20, 0x40, 0x80)):
            path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
            try:
                score_file(path, tmp_path / "b.csv", standard, force=True)
            except aftersales.EvaluationError as error:
                codes.add(error.problems[0].code)
        assert "not-parquet" in codes

    def test_a_type_that_arrow_does_not_know(self, tmp_path: Path) -> None:
        """Of the damages it is the one that Arrow tells as something that it has not got to yet."""
        path = tmp_path / "a.parquet"
        pa.parquet.write_table(table_of(1).append_column("year", pa.array([2026], pa.int32())), path)
        content = path.read_bytes()
        encoded = pa.parquet.ParquetFile(path).metadata.metadata[b"ARROW:schema"]
        schema = base64.b64decode(encoded)
        for at in (match.start() for match in re.finditer(rb"\x20\x00\x00\x00", schema)):
            broken = schema[:at] + b"\x04" + schema[at + 1 :]
            path.write_bytes(content.replace(encoded, base64.b64encode(broken)))
            try:
                pa.parquet.read_schema(path)
            except NotImplementedError:
                break
        problem = self.problem(path)
        assert (problem.code, "文件已损坏" in problem.message_zh) == ("not-parquet", True)

    @pytest.mark.parametrize("content", [b"PK\x03\x04\x14\x00\x06\x00", "a,b\n1,2\n".encode("utf-16-le")])
    def test_a_file_that_is_no_csv_is_refused_with_the_reason_in_both_languages(
        self, tmp_path: Path, content: bytes
    ) -> None:
        (tmp_path / "a.csv").write_bytes(content + b"\n")
        problem = self.problem(tmp_path / "a.csv")
        assert (problem.code, problem.message_zh) == ("not-csv", "不是可读的 CSV：文件是二进制的，或是 UTF-16 编码")
        assert problem.message == "not a CSV that can be read: it is binary, or UTF-16"

    @pytest.mark.parametrize("before", [0, *range(2**13 - 24, 2**13)])
    @pytest.mark.parametrize("broken", [b"\xff", "后".encode()[:2], "后".encode("gbk"), "后".encode()[:1] + b"\n"])
    def test_a_byte_that_is_not_utf8_is_found_wherever_the_blocks_end(
        self, tmp_path: Path, before: int, broken: bytes
    ) -> None:
        """A text is decoded in blocks of 8 KiB."""
        (tmp_path / "a.csv").write_bytes("\ufeff店,分\n".encode() + b"x" * before + ",1\n售后,2".encode() + broken)
        problem = self.problem(tmp_path / "a.csv")
        assert (problem.code, problem.line, problem.column) == ("not-utf8", 3, 5)
        assert problem.message.startswith(f"the file is not UTF-8 (byte 0x{broken[0]:02X})")

    def test_any_number_of_blank_lines(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 1_000)
        head, row = csv_of().splitlines()
        blank = "\n" * 3_000
        (tmp_path / "a.csv").write_text(f"{blank}{head}{blank}{row}{blank}{row}{blank}")
        assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet").rows == 2

    @pytest.mark.parametrize(("longest", "told"), [(6_644, []), (6_643, [("row-too-long", 2)])])
    @pytest.mark.parametrize("share", ["1" * 90, '"' + "1\n" * 44 + '"', "是" * 30])
    def test_no_row_is_longer_than_a_block(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: str, longest: int, told: list[tuple[str, int]]
    ) -> None:
        """Arrow has to have a row in one block: 73 cells of 90 bytes, 72 commas and a line break need 6,643 of them."""
        head, row = csv_of().splitlines(keepends=True)
        monkeypatch.setattr(batch_files, "CSV_BLOCK", longest)
        (tmp_path / "a.csv").write_text(head + row.replace("1", share) + row, "utf-8")
        if told:
            problems = self.problems(tmp_path / "a.csv")
            assert [(problem.code, problem.line) for problem in problems] == told
        else:
            assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet").unscored == 1

    def test_missing_columns_and_unknown_nodes(self, tmp_path: Path, files: tuple[Path, Path]) -> None:
        (tmp_path / "a.csv").write_text("a,b\n1,2\n")
        assert self.problem(tmp_path / "a.csv").code == "no-indicator-columns"
        (tmp_path / "a.csv").write_text("5.1.1.1,b\n1,2\n")
        assert [problem.code for problem in self.problems(tmp_path / "a.csv")] == ["missing-column"] * 72
        assert self.problem(files[1], nodes=["5.9"]).code == "unknown-indicator"

    def test_decimals_are_not_for_a_csv(self, files: tuple[Path, Path]) -> None:
        problems = self.problems(files[1], decimal=True)
        assert [(problem.code, problem.path) for problem in problems] == [("decimal-of-csv", "decimal")]
        assert "Parquet" in problems[0].message
        assert "Parquet" in problems[0].message_zh

    def test_a_target_that_exists(self, files: tuple[Path, Path]) -> None:
        assert self.problem(files[0], "in.csv").code == "file-exists"
        assert self.problem(files[0], "out.txt").code == "unknown-table-format"
        problem = self.problem(files[0], "none/out.csv")
        assert problem.code == "unwritable-file"
        assert problem.message.endswith(": its folder does not exist")
        assert problem.message_zh.endswith("：文件夹不存在")

    def test_what_a_csv_cannot_hold(self, tmp_path: Path) -> None:
        for column in (pa.array([[1], [2]]), pa.array([{"a": 1}, {"a": 2}]), pa.array([b"\xff", b"a"])):
            nested = table_of(2).append_column("other", column)
            pa.parquet.write_table(nested, tmp_path / "a.parquet")
            problem = self.problem(tmp_path / "a.parquet", "out.csv")
            assert problem.code == "unwritable-file"
            kind = pa.parquet.read_schema(tmp_path / "a.parquet").field("other").type
            assert problem.message.endswith(f": its format cannot hold the columns other ({kind})")
            assert problem.message_zh.endswith(f"：此格式存不下这些列：other ({kind})")
            (tmp_path / "a.parquet").unlink()

    def test_the_result_names_its_standard(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        score_file(files[0], tmp_path / "o.parquet")
        standard = aftersales.load_standard()
        named = pa.parquet.read_schema(tmp_path / "o.parquet").metadata[b"aftersales.standard"].decode()
        assert named == f"{standard.id} {standard.edition} {standard.sha256}"

    def test_reading_changes_nothing_for_others(self, tmp_path: Path) -> None:
        """How long a cell may be is a setting of the whole process."""
        before = csv.field_size_limit(1_234)
        try:
            (tmp_path / "a.csv").write_bytes(b"a,b\n1\n")
            assert self.problem(tmp_path / "a.csv").code == "ragged-csv"
            assert csv.field_size_limit() == 1_234
            with (tmp_path / "a.csv").open("rb") as file:
                strict = StrictCsv(file, 2**24)
                assert csv.field_size_limit() == 1_234
                with pytest.raises(aftersales.EvaluationError):
                    next(strict.blocks())
            assert csv.field_size_limit() == 1_234
            (tmp_path / "a.csv").write_text(csv_of(note="n" * 200_000))
            assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet").rows == 1
        finally:
            csv.field_size_limit(before)

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
    def test_without_a_stderr(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        done = subprocess.run(
            f"'{sys.executable}' -m aftersales batch '{files[0]}' -o '{tmp_path / 'o.parquet'}' 2>&-",
            shell=True,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0


def command(*arguments: Any) -> subprocess.CompletedProcess[str]:
    return run_process("batch", *map(str, arguments))


class TestCommand:
    def test_says_what_it_did(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        deleting = ["--null", "not_applicable"]
        done = command(files[0], "-o", tmp_path / "out.parquet", *deleting)
        assert (done.returncode, done.stderr) == (0, "")
        assert "已评分 50 行，有问题 0 行；五星级 " in done.stdout
        again = command(files[0], "-o", tmp_path / "out.parquet")
        assert (again.returncode, again.stdout) == (2, "")
        assert "[file-exists]" in again.stderr
        assert files[0].name not in again.stderr
        done = command(
            *(files[0], "-o", tmp_path / "out.parquet", "--force", "--lang", "en", "--nodes", "5.1， 5.2", "--exact"),
            *deleting,
        )
        assert "50 rows scored, 0 with a problem; " in done.stdout
        names = pa.parquet.read_schema(tmp_path / "out.parquet").names
        assert [name for name in names if name.endswith("ratio")] == ["5.1.ratio", "5.2.ratio"]
        assert "exact_score" in names

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            (["--lang", "en"], "1 row scored, 3 with a problem; 1 with 5 stars, 0 with 4 stars"),
            (["--lang", "zh"], "已评分 1 行，有问题 3 行；五星级 1 行、四星级 0 行"),
        ],
    )
    def test_rows_with_a_problem_are_no_error(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str], told: str
    ) -> None:
        arguments = ["batch", self.with_problems(tmp_path), "-o", str(tmp_path / "b.csv"), "--nodes", "", *asked]
        assert cli.main(arguments) == 0
        assert told in capsys.readouterr().out
        lines = (tmp_path / "b.csv").read_text().splitlines()[1:]
        assert [line.split(",")[-1] for line in lines] == [
            '"out-of-range: 5.1.1.1"',
            "",
            '"not-a-number: 5.1.1.1"',
            '"null-share: 5.1.1.1"',
        ]

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            (["--lang", "en"], ["1 of those with a problem: a share is empty (null-share)", "--null not_applicable"]),
            (["--lang", "zh"], ["有问题的行中，1 行有得分比例为空（null-share）", "请加 --null not_applicable"]),
            (["--lang", "en", "--null", "missing"], ["1 of those with a problem: a share is empty"]),
            (["--null", "not_applicable"], []),
        ],
    )
    def test_an_empty_share_is_reported_with_the_option(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str], told: list[str]
    ) -> None:
        (tmp_path / "a.csv").write_text(csv_of(i5_1_1_1="") + csv_of().splitlines()[1])
        assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.parquet"), *asked]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == 2 + bool(told)
        assert all(part in lines[-1] for part in told)
        scored = pa.parquet.read_table(tmp_path / "b.parquet").to_pylist()
        problem = "null-share: 5.1.1.1" if told else None
        assert [row["problem"] for row in scored] == [problem, None]
        assert [row["deleted"] for row in scored] == [None if told else 1, 0]

    @pytest.mark.parametrize("share", [0.7 + 0.2, "0.89999999999999991118", "89.9999999999%"])
    @pytest.mark.parametrize(
        ("lang", "told"),
        [
            (
                "en",
                "1 of those scored: below a limit by at most 1e-9 (near_limit). Calculated floats may be why: 0.7 + 0.2",
            ),
            ("zh", "已评分的行中，1 行的最终得分低于某一界限不超过 1e-9（near_limit）；可能由浮点运算造成：0.7 + 0.2"),
        ],
    )
    def test_rows_just_below_a_limit_are_counted(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], share: Any, lang: str, told: str
    ) -> None:
        pa.parquet.write_table(pa.table({name: [share, type(share)("0.9")] for name in IDS}), tmp_path / "a.parquet")
        arguments = ["batch", str(tmp_path / "a.parquet"), "-o", str(tmp_path / "b.csv")]
        assert cli.main([*arguments, "--lang", lang]) == 0
        assert capsys.readouterr().out.splitlines()[2].startswith(told)
        assert cli.main([*arguments, "--force", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["near_limit"] == 1

    def test_another_word_for_null(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            cli.main(["batch", "a.csv", "-o", str(tmp_path / "b.csv"), "--null", "zero"])
        assert ended.value.code == 2
        assert "not_applicable" in capsys.readouterr().err

    def test_json_counts_them_too(self, tmp_path: Path) -> None:
        done = command(self.with_problems(tmp_path), "-o", tmp_path / "b.parquet", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        stars = {"0": 0, "1": 0, "2": 0, "3": 0, "4": 0, "5": 1}
        counts = {"rows": 4, "unscored": 3, "stars": stars, "near_limit": 0, "null_shares": 1}
        document = json.loads(done.stdout)
        assert document.pop("standard").keys() == {"id", "edition", "sha256"}
        assert document == counts

    @pytest.mark.parametrize("blank", [" ", "\t", "\xa0", "\u3000", "\u200b", "\ufeff", " \u200b "])
    @pytest.mark.parametrize("share", ["0.5", "50%", "1/2"])
    def test_blanks_around_a_share_are_taken_off(self, tmp_path: Path, blank: str, share: str) -> None:
        """As in workbooks; blanks within it, or alone, are no number."""
        written = [
            f"{blank}{share}",
            f"{share}{blank}",
            f"{blank}{share}{blank}",
            share,
            f"{share[0]}{blank}{share[1:]}",
            blank,
        ]
        head, row = csv_of(i5_1_1_1="X").splitlines()
        rows = [row.replace("X", each, 1) for each in written]
        (tmp_path / "a.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
        assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.parquet")]) == 0
        scored = pa.parquet.read_table(tmp_path / "b.parquet")
        assert scored["problem"].to_pylist() == [None] * 4 + ["not-a-number: 5.1.1.1"] * 2
        assert len(set(scored["final_score"].to_pylist()[:4])) == 1

    def test_the_standard_and_its_edition_are_named(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """R22: a CSV cannot hold them, so the command does; and an edition can be asked for."""
        (tmp_path / "a.csv").write_text(csv_of())
        arguments = ["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv"), "--force"]
        assert cli.main([*arguments, "--edition", "2025-12-04"]) == 0
        assert capsys.readouterr().out.splitlines()[1] == "依据标准：CTS XBHT-S04-2025（2025-12-04 版）"
        assert cli.main([*arguments, "--lang", "en"]) == 0
        assert capsys.readouterr().out.splitlines()[1].startswith("by CTS XBHT-S04-2025, edition ")
        assert cli.main([*arguments, "--edition", "2024-01-01"]) == 2
        assert "unknown-edition" in capsys.readouterr().err

    @staticmethod
    def with_problems(folder: Path) -> str:
        """A CSV of four rows, three of which have a problem."""
        rows = [csv_of(i5_1_1_1="7"), csv_of(), csv_of(i5_1_1_1="x"), csv_of(**dict.fromkeys(IDS, ""))]
        text = csv_of().splitlines()[0] + "\n" + "".join(row.splitlines(keepends=True)[1] for row in rows)
        (folder / "a.csv").write_text(text)
        return str(folder / "a.csv")

    def test_another_standard(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        standard = small.small_standard([Fraction(4), Fraction(6)])
        (tmp_path / "s.yaml").write_text(to_yaml(standard.model_dump(mode="json")), "utf-8")
        (tmp_path / "a.csv").write_text("1.1.1.1,1.1.1.2\n0.9,0.9\n")
        arguments = [
            "batch",
            str(tmp_path / "a.csv"),
            "-o",
            str(tmp_path / "b.csv"),
            "--standard",
            str(tmp_path / "s.yaml"),
        ]
        assert cli.main(arguments) == 0
        assert "五星级 1 行" in capsys.readouterr().out

    @pytest.mark.parametrize("read", ["table", "standard"])
    @pytest.mark.parametrize(("lang", "told"), [("zh", "请另选输出文件"), ("en", "is a file that is read")])
    def test_no_file_that_is_read_is_written_to(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], read: str, lang: str, told: str
    ) -> None:
        standard = small.small_standard([Fraction(4), Fraction(6)])
        (tmp_path / "s.yaml").write_text(to_yaml(standard.model_dump(mode="json")), "utf-8")
        (tmp_path / "a.csv").write_text("1.1.1.1,1.1.1.2\n0.9,0.9\n")
        output = tmp_path / "b.csv"
        output.symlink_to("a.csv" if read == "table" else "s.yaml")
        before = output.read_bytes()
        arguments = ["batch", str(tmp_path / "a.csv"), "-o", str(output), "--standard", str(tmp_path / "s.yaml")]
        assert cli.main([*arguments, "--force", "--lang", lang]) == 2
        shown = capsys.readouterr()
        assert (shown.out, shown.err.count("\n")) == ("", 1)
        assert shown.err.startswith("aftersales: ")
        assert told in shown.err
        assert "[target-is-source]" in shown.err
        assert output.read_bytes() == before

    def test_problems_are_reported_as_by_other_commands(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.csv").write_text("5.1.1.2\n1\n")
        assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv"), "--lang", "en"]) == 2
        shown = capsys.readouterr().err
        assert "a.csv: columns[5.1.1.1]: the column '5.1.1.1' is missing [missing-column, 6.1.2]" in shown
        assert len(shown.splitlines()) == 72

    def test_an_invalid_head_is_reported_in_one_line(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "a.csv").write_text("2025 年门店评价,,\n5.1.1.1,5.1.1.2,5.1.1.3\n1,1,1\n", "utf-8")
        assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv")]) == 2
        assert capsys.readouterr().err == (
            f"{tmp_path / 'a.csv'}: columns: 没有以指标编号（5.1.1.1 等）为名的列；现有列：2025 年门店评价"
            " [no-indicator-columns, 6.1.2]\n"
        )

    def test_nothing_of_a_file_reaches_the_terminal_as_an_order(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.csv").write_text("\x1b[31mX,\x1b[31mX,\u202eY,\u202eY\n", "utf-8")
        assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv")]) == 2
        shown = capsys.readouterr().err
        assert "[31mX" in shown
        assert not re.search("[\x1b\u202e]", shown)

    def test_in_a_thread_of_its_own(self, tmp_path: Path) -> None:
        """There Python lets nobody say what a signal does."""
        (tmp_path / "a.csv").write_text(csv_of())
        with ThreadPoolExecutor() as threads:
            done = threads.submit(cli.main, ["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv")])
            assert done.result() == 0

    @pytest.mark.parametrize("settled", [signal.SIG_DFL, signal.SIG_IGN, print])
    def test_a_signal_handler_of_the_caller_is_left_in_place(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settled: Any
    ) -> None:
        """Only where nobody did does SIGTERM what Ctrl-C does, and only while a table is scored."""
        meanwhile = []

        def score_nothing(*_: object, **options: object) -> batch_files.Summary:
            meanwhile.append(signal.getsignal(signal.SIGTERM))
            return batch_files.Summary(0, 0, {})

        monkeypatch.setattr(batch_files, "score_file", score_nothing)
        before = signal.signal(signal.SIGTERM, settled)
        try:
            assert cli.main(["batch", "a.csv", "-o", str(tmp_path / "b.csv")]) == 0
            assert meanwhile == [signal.default_int_handler if settled is signal.SIG_DFL else settled]
            assert signal.getsignal(signal.SIGTERM) is settled
        finally:
            signal.signal(signal.SIGTERM, before)

    def test_a_signal_that_is_not_pythons_is_left_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a.csv").write_text(csv_of())
        monkeypatch.setattr(signal, "getsignal", lambda number: None)
        monkeypatch.setattr(signal, "signal", lambda *_: pytest.fail("it was settled anew"))
        assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv")]) == 0

    def test_options_that_are_wrong_do_not_blame_the_file(
        self, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        arguments = ["batch", str(files[1]), "-o", str(tmp_path / "b.csv"), "--lang", "en"]
        assert cli.main([*arguments, "--decimal"]) == 2
        assert capsys.readouterr().err.startswith("aftersales: decimal: the shares of a CSV are texts")
        assert cli.main([*arguments, "--nodes", "5.9"]) == 2
        shown = capsys.readouterr().err
        assert shown.startswith(
            "aftersales: nodes[5.9]: the standard has no indicator '5.9'; nodes may be 5.1, 5.1.1, 5.1.2"
        )
        files[1].write_text("a\n1\n")
        assert cli.main([*arguments, "--nodes", "5.9"]) == 2
        assert "in.csv: nodes[5.9]: the standard" in capsys.readouterr().err

    def test_a_bar_on_a_terminal_only(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        ours, theirs = pytest.importorskip("pty").openpty()
        termios = pytest.importorskip("termios")
        termios.tcsetwinsize(theirs, (24, 80))
        done = subprocess.run(
            [sys.executable, "-m", "aftersales", "batch", str(files[0]), "-o", str(tmp_path / "out.csv")],
            stdout=subprocess.PIPE,
            stderr=theirs,
            check=False,
        )
        assert done.returncode == 0
        assert "0.00/50.0" in os.read(ours, 10_000).decode()
        os.close(theirs)
        os.close(ours)

    def test_without_the_extra_one_line_names_it(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        code = "import sys; sys.modules['pyarrow'] = None; from aftersales.cli.command import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", code, "batch", str(files[0]), "-o", str(tmp_path / "o.csv"), "--lang", "en"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 2
        # The file is not at fault, so it is not named.
        assert done.stderr == "aftersales: this needs pyarrow: pip install 'aftersales[batch]' [missing-extra]\n"


@pytest.mark.filterwarnings("ignore")  # what it says of pandas is its own affair
def test_dask_runs_the_lines_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "evaluations").mkdir()
    expected = engines.comparable(engines.write_tables(tmp_path / "evaluations"))
    names = engines.run("Dask", tmp_path)
    scored = names["scored"]
    assert engines.comparable(pa.table(scored)) == expected
    # Rows with a problem make no floats of the stars, and of what is passed nothing that cannot filter.
    assert (str(scored.dtypes["stars"]), str(scored.dtypes["passed"])) == ("int8[pyarrow]", "bool[pyarrow]")
    assert len(scored[scored.passed]) == sum(row["passed"] is True for row in expected) < len(expected) - 3
