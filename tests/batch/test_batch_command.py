"""The command ``aftersales batch``."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from support import small
from support.command import run
from support.plain_yaml import to_yaml
from support.tables import IDS, csv_of

from aftersales import cli
from aftersales.batch.files import files as batch_files


def command(*arguments: Any) -> subprocess.CompletedProcess[str]:
    return run("batch", *map(str, arguments))


class TestCommand:
    def test_the_command_prints_the_rows_that_were_scored_and_the_stars(
        self, files: tuple[Path, Path], tmp_path: Path
    ) -> None:
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

    def test_another_word_for_null_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            cli.main(["batch", "a.csv", "-o", str(tmp_path / "b.csv"), "--null", "zero"])
        assert ended.value.code == 2
        assert "not_applicable" in capsys.readouterr().err

    def test_json_has_the_counts_of_problems_stars_and_nulls(self, tmp_path: Path) -> None:
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
        rows = [csv_of(i5_1_1_1="7"), csv_of(), csv_of(i5_1_1_1="x"), csv_of(**dict.fromkeys(IDS[:-1], ""))]
        text = csv_of().splitlines()[0] + "\n" + "".join(row.splitlines(keepends=True)[1] for row in rows)
        (folder / "a.csv").write_text(text)
        return str(folder / "a.csv")

    def test_a_table_is_scored_by_another_standard(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
        assert "；名 1 行、名 0 行、" in capsys.readouterr().out  # the grades of that standard, the highest first

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
        for options in ([], ["--key", "门店"], ["--null", "missing"]):  # of both kinds of tables, of which it is none
            assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv"), *options]) == 2
            assert capsys.readouterr().err == (
                f"{tmp_path / 'a.csv'}: columns: 没有以指标编号（5.1.1.1 等）或指标名称为名的列，也没有认定明细表的“编号”“认定方式”两列；"
                "现有列：2025 年门店评价 [no-indicator-columns, 6.1.2]\n"
            )

    def test_nothing_of_a_file_reaches_the_terminal_as_an_order(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.csv").write_text("\x1b[31mX,\x1b[31mX,\u202eY,\u202eY\n", "utf-8")
        assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv")]) == 2
        shown = capsys.readouterr().err
        assert "[31mX" in shown
        assert not re.search("[\x1b\u202e]", shown)

    def test_the_command_runs_in_a_thread_of_its_own(self, tmp_path: Path) -> None:
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
        assert capsys.readouterr().err.startswith(
            "aftersales: decimal: the numbers of a CSV or a workbook are read as texts"
        )
        assert cli.main([*arguments, "--nodes", "5.9"]) == 2
        shown = capsys.readouterr().err
        assert shown.startswith(
            "aftersales: nodes[5.9]: the standard has no indicator '5.9'; nodes may be 5.1, 5.1.1, 5.1.2"
        )
        files[1].write_text("a\n1\n")
        assert cli.main([*arguments, "--nodes", "5.9"]) == 2
        assert "in.csv: nodes[5.9]: the standard" in capsys.readouterr().err

    def test_a_progress_bar_is_shown_on_a_terminal(self, files: tuple[Path, Path], tmp_path: Path) -> None:
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

    def test_one_line_names_the_extra_that_the_command_for_tables_lacks(
        self, files: tuple[Path, Path], tmp_path: Path
    ) -> None:
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

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
    def test_the_command_works_without_a_stderr(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        done = subprocess.run(
            f"'{sys.executable}' -m aftersales batch '{files[0]}' -o '{tmp_path / 'o.parquet'}' 2>&-",
            shell=True,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0
