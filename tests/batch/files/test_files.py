"""Tables in files: a complete file is written or none."""

from __future__ import annotations

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from support import small
from support.command import CHAIN, run
from support.tables import IDS, csv_of, table_of

import aftersales
from aftersales.batch import score_table
from aftersales.batch.files import files as batch_files
from aftersales.batch.files import targets
from aftersales.batch.files.files import score_file


class TestScoreFile:
    def test_a_parquet_file_is_scored_into_a_parquet_file(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        summary = score_file(files[0], tmp_path / "out.parquet", null="not_applicable")
        scored = pa.parquet.read_table(tmp_path / "out.parquet")
        assert scored.equals(score_table(table_of(), null="not_applicable"))
        assert (summary.rows, summary.unscored, sum(summary.stars.values())) == (50, 0, 50)
        assert summary.stars[4] == scored["stars"].to_pylist().count(4)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "in.parquet", "out.parquet"]

    def test_a_csv_gives_the_same_result_as_a_parquet_file(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        score_file(files[1], tmp_path / "out.parquet", exact=True, null="not_applicable")
        scored = pa.parquet.read_table(tmp_path / "out.parquet")
        assert scored.equals(score_table(table_of(), exact=True, null="not_applicable"))
        assert scored["店"][7].as_py() == "007"

    def test_the_points_may_be_decimals_in_a_parquet_file(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        score_file(files[0], tmp_path / "out.csv", decimal=True, null="not_applicable")
        score_file(files[0], tmp_path / "out.parquet", decimal=True, null="not_applicable")
        scored = pa.parquet.read_table(tmp_path / "out.parquet")
        assert scored.equals(score_table(table_of(), decimal=True, null="not_applicable"))
        assert pa.types.is_decimal(scored["earned"].type)

    def test_the_result_may_be_a_csv(self, files: tuple[Path, Path], tmp_path: Path) -> None:
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
    def test_only_an_empty_cell_of_a_csv_is_null(self, tmp_path: Path, written: str, problem: str | None) -> None:
        (tmp_path / "a.csv").write_text(csv_of(i5_1_1_1=written))
        score_file(tmp_path / "a.csv", tmp_path / "b.parquet", null="not_applicable")
        row = pa.parquet.read_table(tmp_path / "b.parquet").to_pylist()[0]
        assert row["problem"] == problem
        assert (row["applicable"], row["deleted"]) == ((None, None) if problem else (99, 1))
        score_file(tmp_path / "a.csv", tmp_path / "b.parquet", force=True)
        row = pa.parquet.read_table(tmp_path / "b.parquet").to_pylist()[0]
        assert row["problem"] == (problem or "null-share: 5.1.1.1")

    def test_text_with_commas_quotes_and_line_breaks_is_kept(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(csv_of(note='"a, ""b""\nc"'), newline="")
        score_file(tmp_path / "a.csv", tmp_path / "b.parquet")
        assert pa.parquet.read_table(tmp_path / "b.parquet")["note"].to_pylist() == ['a, "b"\nc']

    def test_a_file_without_rows_gives_one_without_rows(self, tmp_path: Path) -> None:
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
    def test_the_name_of_a_file_need_not_be_utf8(
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

    def test_a_file_is_scored_by_another_standard(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("1.1.1.1,1.1.1.2\n9/10,9/10\n1,\n")
        standard = small.small_standard([Fraction(1, 3), Fraction(5, 7)])
        summary = score_file(tmp_path / "a.csv", tmp_path / "b.csv", standard, null="not_applicable")
        assert summary.stars == {0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 2}

    def test_a_file_of_many_blocks_gives_the_same_result(
        self, files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batch_files, "BATCH", 8)
        monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
        for number, source in enumerate(files):
            score_file(source, tmp_path / f"{number}.parquet", null="not_applicable")
            expected = score_table(table_of(), null="not_applicable")
            assert pa.parquet.read_table(tmp_path / f"{number}.parquet").equals(expected)

    def test_the_result_names_its_standard(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        score_file(files[0], tmp_path / "o.parquet")
        standard = aftersales.load_standard()
        named = pa.parquet.read_schema(tmp_path / "o.parquet").metadata[b"aftersales.standard"].decode()
        assert named == f"{standard.id} {standard.edition} {standard.sha256}"


def test_the_formats_that_are_read_are_those_that_are_written() -> None:
    assert list(batch_files._FORMATS) == list(targets._KINDS)


def test_a_further_format_is_an_entry_where_tables_are_read_and_one_where_they_are_written(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command takes a file of the format as a table, and refuses it among evaluations; an error lists the format."""
    monkeypatch.setitem(batch_files._FORMATS, ".table", batch_files._FORMATS[".parquet"])
    monkeypatch.setitem(targets._KINDS, ".table", targets._KINDS[".parquet"])
    source, target = tmp_path / "in.table", tmp_path / "out.table"
    files[0].rename(source)
    done = run("batch", str(source), "-o", str(target), "--null", "not_applicable")
    assert (done.returncode, done.stderr) == (0, "")
    assert pa.parquet.read_table(target).equals(score_table(table_of(), null="not_applicable"))
    among = run("batch", str(source), CHAIN, "-o", str(tmp_path / "all.csv"))
    assert (among.returncode, "table-among-files" in among.stderr) == (2, True)
    unknown = run("batch", str(source), "-o", "out.txt", "--lang", "en")
    assert "there are: .parquet, .csv, .xlsx, .table [unknown-table-format]" in unknown.stderr


def test_the_summary_counts_over_all_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_files, "BATCH", 3)
    monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
    shares = ["1", "0.85", "7", "0", "1", "x", "0.9", "0.85", "", "1", "1", "0.89999999999", "0.89999999999999999999"]
    head = csv_of().splitlines()[0]
    (tmp_path / "a.csv").write_text("\n".join([head, *(",".join([share] * 73) for share in shares)]))
    expected = (13, 3, {0: 1, 1: 0, 2: 0, 3: 0, 4: 4, 5: 5}, 2, 1)  # the last two are near a limit; one is empty
    assert score_file(tmp_path / "a.csv", tmp_path / "b.parquet") == expected
    pa.parquet.write_table(pa.csv.read_csv(tmp_path / "a.csv", convert_options=AS_TEXT), tmp_path / "a.parquet")
    assert score_file(tmp_path / "a.parquet", tmp_path / "c.csv") == expected


AS_TEXT = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(IDS, pa.string()), strings_can_be_null=True)


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
    for name, done in zip(names, runs, strict=True):
        assert done.result().rows == 20_000
        scored = pa.parquet.read_table(tmp_path / f"{name}.out.parquet")
        assert scored["who"].unique().to_pylist() == [name]


def test_unused_words_of_a_dictionary_are_ignored() -> None:
    words = pa.array([b"a", b"\xff"]).view(pa.string())
    for used, altered in (([0, 0, None], False), ([0, 1], True)):
        column = pa.DictionaryArray.from_arrays(pa.array(used, pa.int32()), words)
        assert targets.is_altered_by_csv(column) is altered


def test_values_that_a_csv_would_hold_as_something_else_are_refused(tmp_path: Path) -> None:
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
def test_the_byte_order_mark_of_a_csv_is_kept_in_a_csv(tmp_path: Path, mark: bytes) -> None:
    """Some programs recognise UTF-8 by it. A CSV from Parquet has none, nor does Parquet."""
    (tmp_path / "a.csv").write_bytes(mark + csv_of(店="甲").encode())
    score_file(tmp_path / "a.csv", tmp_path / "b.csv", nodes=())
    assert (tmp_path / "b.csv").read_bytes().startswith(mark + '"店","earned"'.encode())
    score_file(tmp_path / "a.csv", tmp_path / "b.parquet", nodes=())
    assert pa.parquet.read_table(tmp_path / "b.parquet").column_names[0] == "店"


def test_a_timestamp_beyond_the_range_of_nanoseconds_is_kept(tmp_path: Path) -> None:
    """Nanoseconds end in 2262; what Spark and Hive wrote as INT96 often means never."""
    never = datetime(9999, 12, 31, tzinfo=UTC).replace(tzinfo=None)
    table = table_of(1).append_column("until", pa.array([never], pa.timestamp("us")))
    pa.parquet.write_table(table, tmp_path / "a.parquet", use_deprecated_int96_timestamps=True, store_schema=False)
    score_file(tmp_path / "a.parquet", tmp_path / "b.parquet", nodes=())
    assert pa.parquet.read_table(tmp_path / "b.parquet")["until"].to_pylist() == [never]
