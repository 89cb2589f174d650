"""Files and targets that are refused: one clear line, and no file is written."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from support.tables import csv_of, problem_of_file, problems_of_file, table_of

from aftersales.batch.files import files as batch_files


class TestRefusedFiles:
    """One clear line, and no file."""

    @pytest.mark.parametrize(
        ("name", "content", "code", "place"),
        [
            ("a.csv", b"", "empty-document", None),
            ("a.csv", "售后,5\n".encode("gbk"), "not-utf8", (1, 1)),
            ("a.csv", b"a,b\n1,2\n1,\xff\n", "not-utf8", (3, 3)),
            ("a.csv", b"a,b\n1,2\n1,\xe5\x94", "not-utf8", (3, 3)),
            ("a.csv", "a,b\n1,2\n".encode("utf-16"), "no-indicator-columns", None),
            ("a.csv", "a,b\n1,2\n".encode("utf-32"), "not-csv", (1, 1)),
            ("a.csv", b'"a,b\n1,2\n', "open-quote", (1, 1)),
            ("a.csv", b"\xef\xbb\xbf", "empty-document", None),
            ("a.csv", b"\n\n", "empty-document", None),
            ("a.csv", b"a", "no-indicator-columns", None),
            ("a.csv", b"a" * 20_000_000 + b",b\n1,2\n", "row-too-long", (1, 1)),
            ("a.parquet", b"", "empty-document", None),
            ("a.parquet", b"a,b\n1,2\n", "not-parquet", None),
            ("a.ods", b"", "unknown-table-format", None),
            ("a.xlsx", b"", "empty-document", None),
        ],
    )
    def test_a_file_that_holds_no_table_is_refused(
        self, tmp_path: Path, name: str, content: bytes, code: str, place: tuple[int, int] | None
    ) -> None:
        (tmp_path / name).write_bytes(content)
        problem = problem_of_file(tmp_path / name)
        assert (problem.code, problem.line and (problem.line, problem.column)) == (code, place)
        assert "\n" not in str(problem)

    @pytest.mark.parametrize("good", [0, 8_192, 200_000])
    def test_an_error_of_the_disk_while_a_csv_is_read_is_reported(
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
        problem = problem_of_file(tmp_path / "a.csv")
        assert problem.code == "unreadable-file"
        assert problem.message.endswith(f"a.csv' cannot be read: {os.strerror(errno.EIO)}")
        assert problem.message_zh.endswith("：磁盘读写出错")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_a_pipe_and_a_device_are_refused(self, tmp_path: Path, ending: str) -> None:
        os.mkfifo(tmp_path / f"pipe.{ending}")
        (tmp_path / f"zero.{ending}").symlink_to("/dev/zero")
        for name in ("pipe", "zero"):
            problem = problem_of_file(tmp_path / f"{name}.{ending}")
            assert (problem.code, problem.message_zh[-8:]) == ("unreadable-file", "：这不是普通文件")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_a_pipe_that_takes_the_place_of_a_file_does_not_block(
        self, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.mkfifo(tmp_path / f"pipe.{ending}")
        monkeypatch.setattr(batch_files, "is_special", lambda path: False)
        problem = problem_of_file(tmp_path / f"pipe.{ending}")
        assert (problem.code, problem.message_zh[-8:]) == ("unreadable-file", "：这不是普通文件")

    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_a_missing_file_and_a_folder_are_refused(self, tmp_path: Path, ending: str) -> None:
        (tmp_path / f"folder.{ending}").mkdir()
        for name, reason_zh in (("none", "文件不存在"), ("folder", "这是文件夹")):
            problem = problem_of_file(tmp_path / f"{name}.{ending}")
            assert problem.code == "unreadable-file"
            assert problem.message_zh.endswith(f"：{reason_zh}")

    def test_missing_columns_and_unknown_nodes_are_refused(self, tmp_path: Path, files: tuple[Path, Path]) -> None:
        (tmp_path / "a.csv").write_text("a,b\n1,2\n")
        assert problem_of_file(tmp_path / "a.csv").code == "no-indicator-columns"
        (tmp_path / "a.csv").write_text("5.1.1.1,b\n1,2\n")
        assert [problem.code for problem in problems_of_file(tmp_path / "a.csv")] == ["missing-column"] * 72
        assert problem_of_file(files[1], nodes=["5.9"]).code == "unknown-indicator"

    def test_decimals_are_refused_for_a_csv(self, files: tuple[Path, Path]) -> None:
        problems = problems_of_file(files[1], decimal=True)
        assert [(problem.code, problem.path) for problem in problems] == [("decimal-of-csv", "decimal")]
        assert "Parquet" in problems[0].message
        assert "Parquet" in problems[0].message_zh

    def test_the_refusal_of_decimals_is_true_of_a_workbook(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active.append(["5.1.1.1"])
        book.save(tmp_path / "a.xlsx")
        problem = problem_of_file(tmp_path / "a.xlsx", decimal=True)
        assert "a workbook" in problem.message
        assert "工作簿" in problem.message_zh

    def test_a_target_that_exists_or_cannot_be_written_is_refused(self, files: tuple[Path, Path]) -> None:
        assert problem_of_file(files[0], "in.csv").code == "file-exists"
        assert problem_of_file(files[0], "out.txt").code == "unknown-table-format"
        problem = problem_of_file(files[0], "none/out.csv")
        assert problem.code == "unwritable-file"
        assert problem.message.endswith(": its folder does not exist")
        assert problem.message_zh.endswith("：文件夹不存在")

    def test_columns_that_a_csv_cannot_hold_are_refused(self, tmp_path: Path) -> None:
        for column in (pa.array([[1], [2]]), pa.array([{"a": 1}, {"a": 2}]), pa.array([b"\xff", b"a"])):
            nested = table_of(2).append_column("other", column)
            pa.parquet.write_table(nested, tmp_path / "a.parquet")
            problem = problem_of_file(tmp_path / "a.parquet", "out.csv")
            assert problem.code == "unwritable-file"
            kind = pa.parquet.read_schema(tmp_path / "a.parquet").field("other").type
            assert problem.message.endswith(f": its format cannot hold the columns other ({kind})")
            assert problem.message_zh.endswith(f"：此格式存不下这些列：other ({kind})")
            (tmp_path / "a.parquet").unlink()
