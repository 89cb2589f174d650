"""The command ``aftersales batch`` with files, folders and tables of findings."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from support.tables import IDS, csv_of

import aftersales
from aftersales import cli, load_example, write_workbook
from aftersales.batch.files import files as batch_files
from aftersales.batch.files import targets
from aftersales.batch.files.sheets import is_table
from aftersales.certification.plan.writer import write_plan_workbook
from aftersales.files.writing import as_yaml
from aftersales.text.number_format import as_text

STANDARD = aftersales.load_standard()
CHAIN = load_example("home-appliance-chain")
openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the same evaluation twice, once under the same name, and one that is wrong."""
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    (folder / "a.yaml").write_text(as_yaml(CHAIN), "utf-8")
    (folder / "b" / "a.yaml").write_text(as_yaml(CHAIN), "utf-8")
    (folder / "c.yaml").write_text("standard: CTS XBHT-S04-2025\nfindings: {5.1.1.1: ful}\n")
    return folder


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.values) for sheet in book}


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".xlsx":
        head, *rows = sheets(path)["评分结果"]
        return [dict(zip(head, row, strict=True)) for row in rows]
    table = pa.csv.read_csv(path) if path.suffix == ".csv" else pa.parquet.read_table(path)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


class TestFiles:
    @pytest.mark.parametrize("format", ["csv", "parquet", "xlsx"])
    def test_files_are_scored_into_each_format_with_their_problems_beside(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str
    ) -> None:
        target = tmp_path / f"out.{format}"
        assert cli.main(["batch", str(folder), "-o", str(target), "--nodes", "5.1"]) == 0
        rows = read(target)
        assert [(Path(row["file"]).name, row["stars"], row["problem"] or None) for row in rows] == [
            *(("a.yaml", 4, None), ("a.yaml", 4, None), ("c.yaml", None, "not-a-finding: 5.1.1.1"))
        ]
        assert rows[1]["same_as"] == str(folder / "a.yaml")
        assert rows[0]["final_score"] == float(aftersales.score(CHAIN).final_score)
        shown = capsys.readouterr()
        assert "已评分 2 行，有问题 1 行；" in shown.out
        assert "1 份评价与此前的另一份内容相同" in shown.out
        assert "1 个文件名为多个文件所用：a.yaml" in shown.out
        lines = shown.err.splitlines()
        assert lines[0].startswith(f"{folder / 'c.yaml'}:2:21: findings[5.1.1.1]: “ful”不是认定")
        assert lines[-2] == "共 73 个问题：missing-finding 72、not-a-finding 1"
        beside = target if format == "xlsx" else tmp_path / f"out.problems.{format}"
        assert lines[-1] == f"全部问题见 {beside}"
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == sorted({"in", target.name, beside.name})
        if format == "xlsx":
            head, *problems = sheets(target)["问题"]
            assert len(problems) == 73
            assert problems[0][head.index("code")] == "not-a-finding"
        else:
            assert [row["code"] for row in read(beside)] == ["not-a-finding", *["missing-finding"] * 72]

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_what_a_folder_holds_and_is_not_read_is_named(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
    ) -> None:
        """Nothing is left out without a word but what is hidden, and the result itself."""
        (folder / "shares.csv").write_text("5.1.1.1\n1\n")
        for name in (".hidden.csv", "~$c.xlsx"):
            (folder / name).write_text("x")
        (tmp_path / "elsewhere").mkdir()
        (folder / "link").symlink_to(tmp_path / "elsewhere")
        for _ in range(2):
            assert cli.main(["batch", str(folder), "-o", str(folder / "o.csv"), "--force", "--lang", lang]) == 0
            shown = capsys.readouterr().out
            names = [str(folder / name) for name in ("link", "shares.csv")]
            assert ("、" if lang == "zh" else ", ").join(names) in shown
            assert cli.main(["batch", str(folder), "-o", str(folder / "o.csv"), "--force", "--json"]) == 0
            assert json.loads(capsys.readouterr().out)["not_read"] == names
            assert ("文件夹中有 2 项未读取" if lang == "zh" else "2 entries of folders were not read") in shown

    @pytest.mark.skipif(sys.platform != "linux", reason="a name is UTF-8 elsewhere")
    def test_a_name_that_is_not_utf8_is_valid_json(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text("x")
        assert cli.main(["batch", str(folder), "-o", str(tmp_path / "o.csv"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["not_read"] == [f"{folder}/\ufffd.txt"]

    def test_columns_are_called_what_they_are_in_a_table_for_people(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        options = ["--remarks", "--readable"]
        assert cli.main(["batch", str(folder), "-o", str(tmp_path / "o.csv"), *options]) == 0
        head = (tmp_path / "o.csv").read_text("utf-8-sig").splitlines()[0].split(",")
        shown = capsys.readouterr().out
        for column in ("内容相同的文件", "提示"):
            assert f'"{column}"' in head
            assert f"见“{column}”列" in shown

    @pytest.mark.parametrize(
        ("lang", "told"),
        [("en", "1 evaluation is the same as another one before it"), ("zh", "1 份评价与此前的另一份内容相同")],
    )
    def test_of_many_problems_the_first_are_shown(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, told: str
    ) -> None:
        for number in range(30):
            (folder / f"d{number:02}.json").write_text("{")
        assert cli.main(["batch", str(folder), "-o", str(tmp_path / "o.csv"), "--lang", lang]) == 0
        shown = capsys.readouterr()
        assert told in shown.out
        lines = shown.err.splitlines()
        assert len(lines) == 20 + 2
        assert ("missing-finding 72" in lines[-2], "not-json 30" in lines[-2]) == (True, True)

    def test_json_has_the_counts_of_problems(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["batch", str(folder), "-o", str(tmp_path / "o.csv"), "--json"]) == 0
        shown = capsys.readouterr()
        document = json.loads(shown.out)
        assert shown.err == ""
        assert (document["rows"], document["unscored"], document["stars"]["4"]) == (3, 1, 2)
        assert document["problems"] == {"missing-finding": 72, "not-a-finding": 1}

    def test_a_target_in_the_folder_is_not_read_again(self, tmp_path: Path) -> None:
        (tmp_path / "a.xlsx").write_bytes(write_workbook(STANDARD, CHAIN))
        for force in ([], ["--force"]):
            assert cli.main(["batch", str(tmp_path), "-o", str(tmp_path / "scored.xlsx"), *force]) == 0
            assert [Path(row["file"]).name for row in read(tmp_path / "scored.xlsx")] == ["a.xlsx"]

    @pytest.mark.parametrize("first", [["shares.csv"], ["in", "--readable"], ["in", "--readable", "--lang", "en"]])
    def test_a_result_of_every_sort_in_the_folder_may_be_written_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: list[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("in").mkdir()
        Path("in", "a.xlsx").write_bytes(write_workbook(STANDARD, CHAIN))
        Path("shares.csv").write_text(csv_of(), "utf-8")
        target = ["-o", "in/scored.xlsx"]
        assert cli.main(["batch", *first, *target]) == 0
        assert cli.main(["batch", "in", *target, "--force"]) == 0
        assert [row["file"] for row in read(Path("in", "scored.xlsx"))] == ["in/a.xlsx"]

    @pytest.mark.parametrize("link", [None, Path.symlink_to, Path.hardlink_to])
    @pytest.mark.parametrize(
        "name", ["a.xlsx", "notes.xlsx", "broken.xlsx", "plan.xlsx", "b.yaml", "c.json", "d.jsonl", "e.xls"]
    )
    def test_a_file_in_a_folder_is_never_overwritten(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, link: Any
    ) -> None:
        """Only an earlier result is: an evaluation may be the target by mistake, by its name or through a link."""
        folder = tmp_path / "in"
        folder.mkdir()
        notes = openpyxl.Workbook()
        notes.active.title = "问题"
        notes.create_sheet("备注")
        notes.save(folder / "notes.xlsx")
        (folder / "a.xlsx").write_bytes(write_workbook(STANDARD, CHAIN))
        (folder / "plan.xlsx").write_bytes(write_plan_workbook(STANDARD))
        for other in ("broken.xlsx", "b.yaml", "c.json", "d.jsonl", "e.xls"):
            (folder / other).write_bytes(b"work")
        target = folder / name
        if link is not None:
            target = tmp_path / ("link.xlsx" if name.endswith(".xlsx") else "link.csv")
            link(target, folder / name)
        before = {path: path.read_bytes() for path in folder.iterdir()}
        assert cli.main(["batch", str(folder), "-o", str(target), "--force"]) == 2
        code = "target-is-source" if target.suffix in (".xlsx", ".csv") else "unknown-table-format"
        assert f"[{code}]" in capsys.readouterr().err
        assert {path: path.read_bytes() for path in folder.iterdir()} == before

    @pytest.mark.parametrize(("target", "other"), [("a.xlsx", None), ("o.csv", "o.csv"), ("o.csv", "o.problems.csv")])
    def test_neither_a_source_nor_another_file_is_overwritten(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str, other: str | None
    ) -> None:
        """A file that is read is never, another one only with --force; then neither the scores nor the problems are."""
        (tmp_path / "a.xlsx").write_bytes(content := write_workbook(STANDARD, CHAIN))
        if other:
            (tmp_path / other).write_text("work")
        before = sorted(tmp_path.iterdir())
        arguments = ["batch", str(tmp_path / "a.xlsx"), str(tmp_path / "a.xlsx"), "-o", str(tmp_path / target)]
        assert cli.main(arguments) == 2
        assert ("[file-exists]" if other else "[target-is-source]") in capsys.readouterr().err
        assert sorted(tmp_path.iterdir()) == before
        assert cli.main([*arguments, "--force"]) == (0 if other else 2)
        assert (tmp_path / "a.xlsx").read_bytes() == content

    def test_sources_that_are_not_there_are_refused_before_anything_is_written(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.yaml").write_text(as_yaml(CHAIN), "utf-8")
        (tmp_path / "t.csv").write_text("5.1.1.1\n1\n")
        (tmp_path / "u.parquet").write_bytes(b"PAR1")
        target = tmp_path / "o.csv"
        for sources, told in {
            ("nothere",): ["unreadable-file"],
            ("nothere.yaml", "a.yaml", "nothere.xlsx"): ["unreadable-file", "unreadable-file"],
            ("*.yml",): ["unreadable-file"],
            ("a.yaml", "t.csv", "u.parquet"): ["table-among-files", "table-among-files"],
            ("t.csv", "t.csv"): ["table-among-files", "table-among-files"],
            ("nothere.xlsx",): ["unreadable-file"],
        }.items():
            assert cli.main(["batch", *(str(tmp_path / name) for name in sources), "-o", str(target)]) == 2, sources
            lines = capsys.readouterr().err.splitlines()
            assert [line.rpartition("[")[2] for line in lines] == [f"{code}]" for code in told], sources
        assert cli.main(["batch", "", "-o", str(target)]) == 2  # as of an unset variable; not the current folder
        assert "[unreadable-file]" in capsys.readouterr().err
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "t.csv", "u.parquet"]

    def test_tables_in_workbooks_are_refused_among_other_files(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """As those in other formats are. In a folder, and where they hold no table, workbooks that are no form are rows."""
        head, finding = [each.id for each in STANDARD.indicators], ["门店", "编号", "认定方式"]
        for name, rows in {"a": [head, [1] * 73], "b": [["一季度"], finding], "c": [["备注"], [1]]}.items():
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append(row)
            book.save(tmp_path / f"{name}.xlsx")
        (tmp_path / "d.xlsx").write_bytes(write_workbook(STANDARD, CHAIN))
        (tmp_path / "e.xlsx").write_bytes(b"PK")
        (tmp_path / "f.yaml").write_text("schedule: []\n")
        assert not is_table(tmp_path / "gone.xlsx", STANDARD)  # as of a file that is deleted meanwhile
        target, named = tmp_path / "o.csv", sorted(map(str, tmp_path.iterdir()))
        assert cli.main(["batch", *named, "-o", str(target)]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert [line.partition("是")[0].rpartition("/")[2] for line in lines] == ["a.xlsx ", "b.xlsx "]
        assert (["[table-among-files]" in line for line in lines], target.exists()) == ([True, True], False)
        assert cli.main(["batch", str(tmp_path), "-o", str(target)]) == 0
        assert [row["problem"] for row in read(target)] == [
            *["missing-sheet"] * 3,
            "",
            "not-a-workbook",
            "other-kind-of-file",
        ]

    def test_a_pattern_that_the_shell_left_names_files(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The command prompt of Windows does."""
        (tmp_path / "b").mkdir()
        for name in ("b.yaml", "a.yaml", "[1].yaml", "b/c.yaml"):
            (tmp_path / name).write_text(as_yaml(CHAIN), "utf-8")
        target = tmp_path / "o.csv"
        for pattern, told in {
            "?.yaml": ["a.yaml", "b.yaml"],
            "[1].yaml": ["[1].yaml"],
            "**/c.yaml": ["c.yaml"],
        }.items():
            assert cli.main(["batch", str(tmp_path / pattern), "-o", str(target), "--force"]) == 0
            assert [Path(row["file"]).name for row in read(target)] == told
        capsys.readouterr()

    @pytest.mark.parametrize(
        ("sources", "options", "told"),
        [
            (["a.yaml"], ["--null", "missing", "--delimiter", "tab"], ["--null", "--delimiter"]),
            (["a.yaml"], ["--decimal", "--encoding", "utf-8", "--key", "店"], ["--decimal", "--encoding", "--key"]),
            (["a.yaml"], ["--sheet", "x"], ["--sheet"]),
            (["a.csv"], ["--workers", "2", "--remarks"], ["--remarks", "--workers"]),
        ],
    )
    def test_an_option_without_effect_is_refused(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        sources: list[str],
        options: list[str],
        told: list[str],
    ) -> None:
        assert cli.main(["batch", *sources, "-o", str(tmp_path / "o.csv"), *options]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert [line.split()[1] for line in lines] == told
        assert all("[no-effect]" in line for line in lines)

    @pytest.mark.parametrize("of_findings", [False, True])
    @pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
    def test_each_option_has_an_effect_on_a_table_or_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str, of_findings: bool
    ) -> None:
        """Of each option, on a table of each format: what it needs, and the code of its refusal elsewhere."""
        columns = findings_table() if of_findings else pa.table({"shop": ["A"], **{name: [1] for name in IDS}})
        source = write(columns, tmp_path / f"a.{format}")
        is_whole = format == "parquet" and not of_findings
        options: dict[str, tuple[list[str], bool, str]] = {
            "--nodes": (["5.1"], True, ""),
            "--exact": ([], True, ""),
            "--readable": ([], True, ""),
            "--edition": (["2025-12-04"], True, ""),
            "--decimal": ([], is_whole, "no-effect" if format == "parquet" else "decimal-of-csv"),
            "--null": (["missing"], not of_findings, "no-effect"),
            "--key": (["shop"], of_findings, "no-effect"),
            "--encoding": (["utf-8"], format == "csv", "no-effect"),
            "--delimiter": (["comma"], format == "csv", "no-effect"),
            "--sheet": (["Sheet"], format == "xlsx", "no-effect"),
            "--workers": (["1"], False, "no-effect"),
            "--remarks": ([], False, "no-effect"),
            "--bom": ([], True, ""),
        }
        given = ["--key", "shop"] if of_findings else []
        for name, (values, has_effect, code) in options.items():
            target = tmp_path / "o.csv"
            others = given if name != "--key" else []
            done = cli.main(["batch", str(source), "-o", str(target), "--force", name, *values, *others])
            told = capsys.readouterr().err
            assert (done == 0) == has_effect, (name, told)
            assert has_effect or (f"[{code}]" in told and name in told), (name, told)
        for target in ("o.xlsx", "o.parquet"):
            assert cli.main(["batch", str(source), "-o", str(tmp_path / target), "--bom", *given]) == 2
            assert "--bom" in capsys.readouterr().err

    def test_a_mark_has_no_effect_on_a_workbook_of_evaluations(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.yaml").write_text(as_yaml(CHAIN), "utf-8")
        assert cli.main(["batch", str(tmp_path / "a.yaml"), "-o", str(tmp_path / "o.xlsx"), "--bom"]) == 2
        assert capsys.readouterr().err == "aftersales: --bom 对工作簿不起作用，请去掉 [no-effect]\n"

    def test_wrong_options_and_folders_are_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "in").mkdir()
        arguments = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "o.csv")]
        assert cli.main(arguments) == 2
        assert "[no-evaluations]" in capsys.readouterr().err
        (tmp_path / "in" / "a.json").write_text("{")
        for option, code in (("--workers=0", "no-workers"), ("--nodes=9", "unknown-indicator")):
            assert cli.main([*arguments, option]) == 2
            assert f"[{code}" in capsys.readouterr().err
        assert cli.main(["batch", str(tmp_path / "in"), "-o", str(tmp_path / "o.txt")]) == 2
        assert "[unknown-table-format]" in capsys.readouterr().err
        assert [path.name for path in tmp_path.iterdir()] == ["in"]

    def test_a_folder_may_have_the_name_of_a_table(self, tmp_path: Path) -> None:
        (tmp_path / "in.csv").mkdir()
        (tmp_path / "in.csv" / "a.yaml").write_text(as_yaml(CHAIN), "utf-8")
        assert cli.main(["batch", str(tmp_path / "in.csv"), "-o", str(tmp_path / "o.csv"), "--bom"]) == 0
        assert (tmp_path / "o.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
        assert (tmp_path / "o.problems.csv").read_text("utf-8-sig").count("\n") == 1

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
    @pytest.mark.parametrize(
        ("sent", "code"),
        [
            (signal.SIGINT, 130),
            pytest.param(signal.SIGTERM, 130, marks=pytest.mark.slow),
            pytest.param(signal.SIGKILL, -9, marks=pytest.mark.slow),
        ],
    )
    def test_a_run_that_is_ended_leaves_no_result(self, tmp_path: Path, sent: signal.Signals, code: int) -> None:
        """No half file takes the place of a result, and an earlier one stays."""
        line = json.dumps(CHAIN.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
        (tmp_path / "a.jsonl").write_text(f"{line}\n" * 4_000, "utf-8")
        (tmp_path / "o.csv").write_text("work")
        arguments = ["batch", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "o.csv"), "--force", "--workers", "2"]
        with subprocess.Popen(
            [sys.executable, "-m", "aftersales", *arguments], stderr=subprocess.PIPE, start_new_session=True, text=True
        ) as process:
            while len(list(tmp_path.glob(".*.part"))) < 2 and process.poll() is None:
                time.sleep(0.05)
            time.sleep(1)
            os.kill(process.pid, sent) if sent == signal.SIGKILL else os.killpg(process.pid, sent)
            process.wait(60)
            if sent != signal.SIGKILL:
                assert process.stderr is not None
                assert process.stderr.read() == "aftersales: 已中断\n"
        assert process.returncode == code
        assert (tmp_path / "o.csv").read_text() == "work"
        if sent != signal.SIGKILL:
            assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "o.csv"]


def findings_table() -> pa.Table:
    """A shop with all points."""
    kinds = ["quantitative" if name == "5.1.2.2" else "full" for name in IDS]
    actual = ["10%" if name == "5.1.2.2" else None for name in IDS]
    return pa.table({"shop": ["A"] * len(IDS), "indicator": IDS, "kind": kinds, "actual": actual})


def write(table: pa.Table, path: Path) -> Path:
    """The table in a file, of the format that its name says."""
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path)
    elif path.suffix == ".csv":
        pyarrow.csv.write_csv(table, path)
    else:
        book = openpyxl.Workbook()
        for row in (table.column_names, *(list(row.values()) for row in table.to_pylist())):
            book.active.append(row)
        book.save(path)
    return path


def findings(path: Path, heads: list[str], encoding: str = "utf-8") -> None:
    """Two shops with all points but at 5.1.2.2, of which the second has a word that is no kind."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        full = "full" if "kind" in heads else "完全符合"
        for shop in ("甲", "乙"):
            for name in IDS:
                has_limit = name == "5.1.2.2"
                kind = ("quantitative" if "kind" in heads else "定量") if has_limit else full
                kind = "符合" if (shop, name) == ("乙", "5.1.1.1") else kind
                writer.writerow([shop, name, kind, "8%" if has_limit else "", "人员不足" if has_limit else ""])


class TestFindings:
    @pytest.mark.parametrize("format", ["csv", "parquet", "xlsx"])
    @pytest.mark.parametrize(
        "heads",
        [
            ["门店", "indicator", "kind", "actual", "reason"],
            ["门店", "编号", "认定方式", "实际值", "扣分原因（不适用理由）"],
            ["门店", "编号", "认定方式", "实际值", "原因"],
        ],
    )
    def test_a_table_of_findings_is_known_by_its_columns(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], heads: list[str], format: str
    ) -> None:
        findings(tmp_path / "a.csv", heads, "gb18030")
        target = tmp_path / f"o.{format}"
        arguments = ["batch", str(tmp_path / "a.csv"), "-o", str(target), "--encoding", "gb18030", "--nodes", ""]
        assert cli.main([*arguments, "--key", "门店", "--lang", "en"]) == 0
        rows = [{**row, "problem": row["problem"] or None} for row in read(target)]
        lost = float(STANDARD["5.1.2.2"].points) * 0.2  # 8 % of at least 10 %: four fifths of the points
        assert rows[0] == {
            **{"门店": "甲", "earned": 100 - lost, "applicable": 100, "deleted": 0, "final_score": 100 - lost},
            **{"stars": 5, "passed": True, "near_limit": False, "problem": None},
        }
        assert (rows[1]["门店"], rows[1]["stars"], rows[1]["problem"]) == ("乙", None, "unknown-kind: 5.1.1.1")
        lines = capsys.readouterr().err.splitlines()
        assert lines[0].startswith("乙: row 75: 5.1.1.1: ")  # the line of the file, whose first is the head
        assert lines[1].startswith("1 problem: unknown-kind 1")
        beside = target if format == "xlsx" else tmp_path / f"o.problems.{format}"
        assert lines[2] == f"all of them: {beside}"

    def test_what_a_form_repeats_is_left_out(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        findings(tmp_path / "a.csv", ["门店", "编号", "认定方式", "实际值", "原因"])
        lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
        nodes = [STANDARD[line.split(",")[1]] for line in lines[1:]]
        told = ["指标,分值", *(f"{node.title.zh},{as_text(node.points)}" for node in nodes)]
        lines = [f"{line},{more}" for line, more in zip(lines, told, strict=True)]
        (tmp_path / "a.csv").write_text(
            "\n".join(lines).replace("符合,,,", "完全符合,,,").replace("完全完全", "完全"), "utf-8"
        )
        arguments = ["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.csv"), "--key", "门店"]
        assert cli.main([*arguments, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["problems"] == {}
        assert [row["stars"] for row in read(tmp_path / "o.csv")] == [5, 5]

    def test_a_missing_key_is_reported(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        findings(tmp_path / "a.csv", ["门店", "indicator", "kind", "actual", "reason"])
        assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.csv")]) == 2
        assert "[missing-column]" in capsys.readouterr().err
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv"]

    def test_a_table_without_texts_is_read_as_it_is(self, tmp_path: Path) -> None:
        """A column of kinds need not be of texts; it is then wrong in each row."""
        pa.parquet.write_table(
            pa.table({"evaluation": [1, 1], "indicator": ["5.1.1.1"] * 2, "kind": [1, 2]}), tmp_path / "a.parquet"
        )
        assert cli.main(["batch", str(tmp_path / "a.parquet"), "-o", str(tmp_path / "o.parquet")]) == 0
        assert read(tmp_path / "o.parquet")[0]["stars"] is None


class TestWorkbooks:
    def test_a_table_of_shares_is_written_as_a_workbook(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(csv_of(店="=1+1", 注="#N/A"), "utf-8")
        batch_files.score_file(tmp_path / "a.csv", tmp_path / "o.xlsx", nodes=["5.1"])
        cells = openpyxl.load_workbook(tmp_path / "o.xlsx").active
        assert [cell.data_type for cell in cells[2]][:2] == ["s", "s"]
        row = read(tmp_path / "o.xlsx")[0]
        assert (row["店"], row["注"], row["final_score"], row["passed"]) == ("=1+1", "#N/A", 100, True)
        assert cells.freeze_panes == "A2"

    def test_values_that_a_spreadsheet_would_change_are_texts(self, tmp_path: Path) -> None:
        from datetime import date
        from decimal import Decimal

        columns = {
            "编号": pa.array([123456789012345678]),
            "小": pa.array([7]),
            "日": pa.array([date(2026, 3, 2)]),
            "十进": pa.array([Decimal("0.12")]),
            "长": pa.array([Decimal("0.12345678901234567")]),
            "字典": pa.array(["甲"]).dictionary_encode(),
            "无": pa.array([float("nan")]),
            "空": pa.nulls(1),
        }
        shares = {name: pa.array([1]) for name in IDS}
        pa.parquet.write_table(pa.table(columns | shares), tmp_path / "a.parquet")
        batch_files.score_file(tmp_path / "a.parquet", tmp_path / "o.xlsx", nodes=())
        row = read(tmp_path / "o.xlsx")[0]
        assert [row[name] for name in columns] == [
            *("123456789012345678", 7, "2026-03-02", 0.12, "0.12345678901234567", "甲", "nan", None)
        ]

    @pytest.mark.parametrize(
        "column",
        [
            pa.array([[1]]),
            pa.array([b"a"]),
            pa.array(["a" * 32_768]),
            pa.array(["\x01"]),
            pa.array(["_x0041_"]),
            pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")]),
        ],
    )
    def test_what_a_cell_cannot_hold_is_refused(self, tmp_path: Path, column: Any) -> None:
        table = pa.table({"注": column} | {name: pa.array([1]) for name in IDS})
        pa.parquet.write_table(table, tmp_path / "a.parquet")
        with pytest.raises(aftersales.OutputError) as caught:
            batch_files.score_file(tmp_path / "a.parquet", tmp_path / "o.xlsx")
        assert [problem.code for problem in caught.value.problems] == ["unwritable-file"]
        assert "注" in caught.value.problems[0].message
        assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]

    def test_more_rows_than_a_sheet_has_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(targets, "MAX_ROWS", 3)
        head, row = csv_of().splitlines(keepends=True)
        (tmp_path / "a.csv").write_text(head + row * 2)
        assert batch_files.score_file(tmp_path / "a.csv", tmp_path / "o.xlsx").rows == 2
        (tmp_path / "a.csv").write_text(head + row * 3)
        with pytest.raises(aftersales.OutputError) as caught:
            batch_files.score_file(tmp_path / "a.csv", tmp_path / "p.xlsx")
        assert "a sheet of a workbook holds 3 rows" in caught.value.problems[0].message

    def test_the_same_content_gives_the_same_bytes(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(csv_of())
        for name in ("o", "p"):
            batch_files.score_file(tmp_path / "a.csv", tmp_path / f"{name}.xlsx")
        assert (tmp_path / "o.xlsx").read_bytes() == (tmp_path / "p.xlsx").read_bytes()


def test_problems_of_rows_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, row = csv_of().splitlines(keepends=True)
    deleted = "," * 72 + "\n"
    (tmp_path / "a.csv").write_text(head + row + row.replace("1", "7", 1) * 25 + deleted + row)
    arguments = ["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.csv"), "--null", "not_applicable"]
    assert cli.main([*arguments, "--lang", "en"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["row 3: 5.1.1.1: [out-of-range]", "row 4: 5.1.1.1: [out-of-range]"]
    assert len(lines) == 21
    assert lines[20] == "26 problems: out-of-range 25, nothing-applicable 1"
    (tmp_path / "a.csv").write_text(head + deleted + row)
    assert cli.main([*arguments, "--force"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "第 2 行: [nothing-applicable]",
        "共 1 个问题：nothing-applicable 1",
    ]

    @pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
    def test_problems_name_the_row_that_people_see(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str
    ) -> None:
        """On the screen, in the problems beside the result, and in sentences: that of the file, whose head is one too."""
        table = findings_table().append_column("reason", pa.array(["a\nb", *[None] * 72]))
        rows = table.to_pylist()
        rows[3]["kind"] = "ful"
        rows[6]["shop"] = None
        rows.append(rows[0] | {"reason": None})
        source = write(pa.Table.from_pylist(rows, table.schema), tmp_path / f"a.{format}")
        of = {"parquet": [4, 1, 7, 74], "xlsx": [5, 2, 8, 75], "csv": [6, 2, 9, 76]}[format]  # the cell has two lines
        target = tmp_path / "o.parquet"
        assert cli.main(["batch", str(source), "-o", str(target), "--key", "shop"]) == 0
        shown = capsys.readouterr().err.splitlines()
        assert shown[0].startswith(f"A: 第 {of[0]} 行: 5.1.1.4: ")
        assert shown[1].startswith(f"A: 第 {of[3]} 行: 5.1.1.1: 第 {of[1]} 行已有")
        assert any(line.startswith(f"（未写明 shop）: 第 {of[2]} 行: shop: 缺少“shop”") for line in shown)
        assert any(line.startswith("（未写明 shop）: 5.2: ") for line in shown)
        written = pyarrow.parquet.read_table(tmp_path / "o.problems.parquet").to_pylist()
        assert [row["line"] for row in written if row["code"] == "unknown-kind"] == [of[0]]
        assert [row["line"] for row in written if row["code"] == "duplicate-key"] == [of[3]]
        assert [row["line"] for row in written if row["code"] == "missing-key"] == [of[2]]

    @pytest.mark.parametrize(("format", "line"), [("csv", 8), ("xlsx", 4), ("parquet", 3)])
    def test_rows_of_shares_are_named_as_people_see_them(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str, line: int
    ) -> None:
        shares = {name: [1, None, 2 if name == "5.1.1.2" else 1] for name in IDS}
        source = write(pa.table({"shop": ["甲", None, "丙\n店"], **shares}), tmp_path / f"a.{format}")
        if format == "csv":  # blank lines are no rows, and rows of empty cells are
            head, first, empty, third = source.read_text("utf-8").split("\n", 3)
            source.write_text(f"{head}\n\n\n{first}\n{empty}\n\n\n{third}", "utf-8")
        assert cli.main(["batch", str(source), "-o", str(tmp_path / "o.csv")]) == 0
        shown = capsys.readouterr().err.splitlines()
        assert shown[1] == f"第 {line} 行: 5.1.1.2: [out-of-range]"

    def test_missing_findings_of_a_group_are_one_line(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """So that what is wrong with the next evaluations is seen too."""
        rows = findings_table().to_pylist()
        some = [row | {"shop": "甲"} for row in rows if row["indicator"] not in ("5.1.1.1", "5.4.4.2")]
        some += [row | {"shop": "乙"} for row in rows if row["indicator"].startswith("5.1.")]
        wrong = [row | {"shop": "丙", "kind": "ful" if row["indicator"] == "5.1.1.1" else row["kind"]} for row in rows]
        source = write(pa.Table.from_pylist(some + wrong, findings_table().schema), tmp_path / "a.csv")
        assert cli.main(["batch", str(source), "-o", str(tmp_path / "o.csv"), "--key", "shop", "--lang", "en"]) == 0
        shown = capsys.readouterr().err.splitlines()
        assert [line.split(": ")[:2] for line in shown[:6]] == [
            ["甲", "5.1.1.1"], ["甲", "5.4.4.2"], ["乙", "5.2"], ["乙", "5.3"], ["乙", "5.4"], ["丙", "row 108"],
        ]  # fmt: skip
        title = STANDARD["5.2"].title.en
        count = len([name for name in IDS if name.startswith("5.2.")])
        assert (
            shown[2] == f"乙: 5.2: none of the {count} indicators of '{title}' has a finding [missing-finding, 6.1.2]"
        )
        assert shown[6].startswith(f"{2 + 73 - 20 + 1} problems: missing-finding ")

    def test_many_evaluations_with_problems_are_counted(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        table = pa.table({"shop": [f"S{k}" for k in range(25)], "indicator": ["5.9"] * 25, "kind": ["full"] * 25})
        source = write(table, tmp_path / "a.csv")
        assert cli.main(["batch", str(source), "-o", str(tmp_path / "o.csv"), "--key", "shop", "--lang", "en"]) == 0
        shown = capsys.readouterr().err.splitlines()
        assert len(shown) == 22
        assert shown[20].startswith(f"{25 * 74:,} problems: missing-finding".replace(",", ""))

    @pytest.mark.parametrize("key", [None, "", "店"])
    def test_a_key_that_is_no_column_is_reported_with_the_option(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str | None
    ) -> None:
        source = write(findings_table(), tmp_path / "a.csv")
        options = [] if key is None else ["--key", key]
        assert cli.main(["batch", str(source), "-o", str(tmp_path / "o.csv"), *options, "--lang", "en"]) == 2
        name = "evaluation" if key is None else key
        assert f"the column '{name}' is missing; key= (command: --key) names" in capsys.readouterr().err
