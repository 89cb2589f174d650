"""Parquet files that are damaged or cut off."""

from __future__ import annotations

import base64
import errno
import itertools
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from support import small
from support.tables import problem_of_file, table_of

import aftersales
from aftersales.batch.files.files import score_file


class TestDamagedParquet:
    """Each is refused with the reason in both languages."""

    def test_an_error_of_the_disk_while_a_parquet_file_is_read_is_reported(
        self, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Arrow reports it as it reports damage, but with the number that the system gave."""

        def fail(*_: Any, **__: Any) -> None:
            raise OSError(errno.EIO, "told in other words")

        monkeypatch.setattr(pa.parquet, "ParquetFile", fail)
        problem = problem_of_file(files[0])
        assert (problem.code, problem.message_zh[-7:]) == ("unreadable-file", "：磁盘读写出错")

    def test_a_file_that_has_fewer_rows_than_it_says_is_refused(self, files: tuple[Path, Path]) -> None:
        content = files[0].read_bytes()
        rows, more = b"\x16\x64", b"\x16\x66"  # 50 and 51, as the footer writes them
        places = [at for at in range(len(content) - 1) if content[at : at + 2] == rows]
        for at in places:
            files[0].write_bytes(content[:at] + more + content[at + 2 :])
            if pa.parquet.read_metadata(files[0]).num_rows == 51:
                break
        problem = problem_of_file(files[0])
        assert problem.code == "row-count"
        assert problem.message.startswith("rows in the file: 51, rows that were read: 50; ")

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
    def test_a_file_that_is_no_parquet_is_refused_with_the_reason_in_both_languages(
        self, tmp_path: Path, content: bytes, reason: str, reason_zh: str
    ) -> None:
        (tmp_path / "a.parquet").write_bytes(content)
        problem = problem_of_file(tmp_path / "a.parquet")
        assert problem.code == "not-parquet"
        assert problem.message.startswith(f"not a Parquet file that can be read: {reason}")
        assert problem.message_zh.startswith(f"不是可读的 Parquet 文件：{reason_zh}")

    def test_a_file_that_is_cut_off_is_refused(self, files: tuple[Path, Path]) -> None:
        content = files[0].read_bytes()
        files[0].write_bytes(content[: len(content) // 2])
        problem = problem_of_file(files[0])
        assert (problem.code, "its end is missing" in problem.message) == ("not-parquet", True)

    def test_a_damaged_page_is_reported(self, files: tuple[Path, Path]) -> None:
        content = bytearray(files[0].read_bytes())
        content[200:2000] = bytes(1800)
        files[0].write_bytes(content)
        problem = problem_of_file(files[0])
        assert (problem.code, "文件已损坏" in problem.message_zh) == ("not-parquet", True)

    @pytest.mark.parametrize("column", [1, 40, 73])
    def test_a_flipped_bit_is_found_by_the_checksum_of_its_page(self, tmp_path: Path, column: int) -> None:
        path = tmp_path / "a.parquet"
        pa.parquet.write_table(table_of(), path, compression="none", use_dictionary=False, write_page_checksum=True)
        place = pa.parquet.read_metadata(path).row_group(0).column(column)
        content = bytearray(path.read_bytes())
        content[place.data_page_offset + place.total_compressed_size - 1] ^= 1
        path.write_bytes(content)
        problem = problem_of_file(path)
        assert (problem.code, "文件已损坏" in problem.message_zh) == ("not-parquet", True)

    def test_a_dictionary_with_positions_beyond_its_words_is_refused(self, tmp_path: Path) -> None:
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

    def test_a_type_that_arrow_does_not_know_is_refused(self, tmp_path: Path) -> None:
        """It is the one damage that Arrow reports as not implemented."""
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
        problem = problem_of_file(path)
        assert (problem.code, "文件已损坏" in problem.message_zh) == ("not-parquet", True)
