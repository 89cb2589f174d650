"""Evaluations in files and folders: each is scored as ``score`` does, whatever else is among them."""

from __future__ import annotations

import errno
import gc
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from support import small

import aftersales
from aftersales import EvaluationError, cli, load_example, score, write_workbook
from aftersales.batch import compare_table, score_files
from aftersales.batch.files import evaluation_files
from aftersales.evaluation import judged_files
from aftersales.files.writing import as_yaml

openpyxl = pytest.importorskip("openpyxl")
STANDARD = aftersales.load_standard()
CHAIN = load_example("home-appliance-chain")


def as_json(evaluation: aftersales.Evaluation, **changes: Any) -> str:
    return json.dumps(evaluation.model_dump(mode="json", exclude_none=True) | changes, ensure_ascii=False)


def named(name: str) -> aftersales.Evaluation:
    """The example as of another organisation."""
    return aftersales.load_evaluation(
        CHAIN.model_dump(mode="json") | {"subject": {**CHAIN.model_dump(mode="json")["subject"], "organisation": name}}
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with evaluations of each format, and files of every kind that is wrong."""
    folder = tmp_path_factory.mktemp("evaluations")
    (folder / "a.yaml").write_text(as_yaml(named("甲")), "utf-8")
    (folder / "b.json").write_text(as_json(named("乙")), "utf-8")
    (folder / "c.xlsx").write_bytes(write_workbook(STANDARD, named("丙")))
    lines = [as_json(named("丁")), "", "{", as_json(named("戊"), edition="2024-01-01"), as_json(named("己"))]
    (folder / "d.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "e").mkdir()
    (folder / "e" / "a.yml").write_text(as_yaml(named("甲")), "utf-8")
    (folder / "f.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (folder / "g.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "h.yaml").write_bytes("standard: 标准".encode("gbk"))
    (folder / "i.json").write_bytes(b"")
    (folder / "j.yaml").write_text("schedule: []\n")
    (folder / "k.jsonl").write_text("\n\n")
    (folder / "l.yaml").write_text("findings: {5.1.1.1: ful}\nstandard: CTS XBHT-S04-2025\n")
    for name in (".hidden.yaml", "~$c.xlsx", "notes.txt", "picture.png"):
        (folder / name).write_text("x")
    (folder / ".git").mkdir()
    (folder / ".git" / "z.yaml").write_text("x")
    return folder


EXPECTED = [  # the file, the line, the organisation, the file with the same evaluation, and the first problem
    ("a.yaml", None, "甲", None, None),
    ("b.json", None, "乙", None, None),
    ("c.xlsx", None, "丙", None, None),
    ("d.jsonl", 1, "丁", None, None),
    ("d.jsonl", 3, None, None, "not-json"),
    ("d.jsonl", 4, None, None, "standard-mismatch"),
    ("d.jsonl", 5, "己", None, None),
    ("e/a.yml", None, "甲", "a.yaml", None),
    ("f.xls", None, None, None, "unknown-format"),
    ("g.xlsx", None, None, None, "not-a-workbook"),
    ("h.yaml", None, None, None, "not-utf8"),
    ("i.json", None, None, None, "empty-document"),
    ("j.yaml", None, None, None, "other-kind-of-file"),
    ("k.jsonl", None, None, None, "empty-document"),
    ("l.yaml", None, None, None, "not-a-finding: 5.1.1.1"),
]


def rows_of(scored: Any, folder: Path) -> list[tuple[Any, ...]]:
    start = f"{folder}{os.sep}"
    return [
        tuple(
            value.removeprefix(start) if isinstance(value, str) else value
            for value in (row["file"], row["line"], row["organisation"], row["same_as"], row["problem"])
        )
        for row in scored.to_pylist()
    ]


@pytest.fixture(scope="module")
def result(folder: Path) -> evaluation_files.ScoredFiles:
    return score_files(folder, workers=1, exact=True)


class TestFiles:
    def test_each_evaluation_is_a_row_and_so_is_each_file_that_is_wrong(
        self, folder: Path, result: evaluation_files.ScoredFiles
    ) -> None:
        assert rows_of(result.scored, folder) == EXPECTED

    def test_the_figures_are_those_of_score(self, result: evaluation_files.ScoredFiles) -> None:
        card = score(CHAIN)
        for row in result.scored.to_pylist():
            if row["problem"] is None:
                assert (Fraction(row["exact_score"]), row["printed_score"]) == (card.final_score, card.printed_score)
                assert (row["stars"], row["passed"]) == (card.stars, card.passed)
                figures = [row["earned"], row["deleted"], row["5.1.ratio"]]
                exact = [card.earned, 100 - card.applicable, card["5.1"].ratio]
                assert figures == pytest.approx([float(number or 0) for number in exact], abs=1.2e-11, rel=0)
            else:
                assert {value for key, value in row.items() if key not in ("file", "line", "problem")} == {None}

    def test_scored_files_are_compared_as_compare_does(self, folder: Path) -> None:
        """All that are scored have the same findings."""
        scored, _ = score_files(folder, nodes=(), exact=True, shares=True, workers=1)
        found = compare_table(scored.filter(scored["line"].is_null()), key="file")
        assert found.ranking["place"].to_pylist() == [1] * 4
        assert found.ranking.to_pylist()[0]["type"] == "third_party"
        card = score(CHAIN)
        lost = {node.id: node.deducted / card.applicable * 100 for node in card.deductions}
        losses = found.losses.to_pylist()
        assert {row["id"]: Fraction(row["mean_lost_exact"]) for row in losses if row["losing"]} == lost
        codes = found.unranked["code"].to_pylist()
        assert codes == ["not-scored"] * 7

    def test_all_problems_are_reported_at_their_place(self, folder: Path, result: evaluation_files.ScoredFiles) -> None:
        told = result.problems.to_pylist()
        assert result.problems.column_names == [
            *("file", "line", "cell", "indicator", "code", "path", "clause", "message", "message_zh")
        ]
        of_list = [row for row in told if row["file"].endswith("d.jsonl")]
        assert [(row["line"], row["code"]) for row in of_list] == [(3, "not-json"), (4, "standard-mismatch")]
        problems = aftersales.examine(folder / "l.yaml").problems
        alone = [(each.line, each.code, each.path, each.message_zh) for each in problems]
        rows = [row for row in told if row["file"].endswith("l.yaml")]
        assert [(row["line"], row["code"], row["path"], row["message_zh"]) for row in rows] == alone
        assert (rows[0]["indicator"], rows[1]["indicator"]) == ("5.1.1.1", "5.1.1.2")

    def test_cells_of_a_form_are_reported(self, tmp_path: Path) -> None:
        openpyxl = pytest.importorskip("openpyxl")
        (tmp_path / "a.xlsx").write_bytes(write_workbook(STANDARD, CHAIN))
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        cell = next(cell for row in book["评分表"].iter_rows() for cell in row if cell.value == "完全符合")
        cell.value = "符合"
        book.save(tmp_path / "a.xlsx")
        told = score_files(tmp_path / "a.xlsx").problems.to_pylist()
        assert [(row["code"], row["cell"]) for row in told] == [("unknown-kind", f"评分表!{cell.coordinate}")]

    def test_files_are_read_in_the_order_in_which_they_are_named(self, folder: Path) -> None:
        paths = [folder / "c.xlsx", str(folder / "a.yaml"), folder / "e", folder / "none.yaml"]
        scored = score_files(paths, STANDARD, nodes=()).scored.to_pylist()
        assert [row["organisation"] for row in scored] == ["丙", "甲", "甲", None]
        assert scored[3]["problem"] == "unreadable-file"
        assert "5.1.ratio" not in scored[0]

    def test_all_files_are_scored_by_another_standard_that_is_given(self, tmp_path: Path) -> None:
        """1/3 of all points, and a third of the other 2/3."""
        standard = small.small_standard([Fraction(1, 3), Fraction(2, 3)])
        finding = {"kind": "qualitative", "degree": "1/3"}
        (tmp_path / "a.json").write_text(
            json.dumps({"standard": standard.id, "findings": {"1.1.1.1": "full", "1.1.1.2": finding}})
        )
        (tmp_path / "b.json").write_text(as_json(CHAIN))
        scored = score_files(tmp_path, standard, exact=True).scored.to_pylist()
        assert scored[0]["exact_score"] == "5/9"
        assert scored[1]["stars"] is None

    def test_shares_of_any_length_are_exact(self, tmp_path: Path) -> None:
        """A share whose fraction needs more than 64 bits."""
        degree = "0.8" + "9" * 60
        findings = {
            name: {"kind": "qualitative", "degree": degree, "reason": "缺"} for name in STANDARD.layout.unlimited
        }
        whole = {"standard": STANDARD.id, "findings": findings | {"5.1.2.2": {"kind": "quantitative", "actual": "10%"}}}
        (tmp_path / "a.json").write_text(json.dumps(whole))
        card = score(aftersales.load_evaluation(tmp_path / "a.json"))
        row = score_files(tmp_path, exact=True).scored.to_pylist()[0]
        assert (Fraction(row["exact_score"]), row["stars"]) == (card.final_score, card.stars)

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are not UTF-8")
    def test_a_name_need_not_be_utf8(self, tmp_path: Path) -> None:
        (tmp_path / os.fsdecode("店.yaml".encode("gbk"))).write_text(as_yaml(CHAIN), "utf-8")
        row = score_files(tmp_path).scored.to_pylist()[0]
        assert (row["stars"], row["file"][-6:]) == (4, "�.yaml")

    @pytest.mark.parametrize("paths", [1, None, b"a.yaml"])
    def test_what_is_no_path_is_a_mistake_of_the_program(self, paths: Any) -> None:
        with pytest.raises(TypeError, match="paths has to be"):
            score_files(paths)

    @pytest.mark.parametrize("workers", [0, -1])
    def test_no_number_of_processes_is_refused(self, folder: Path, workers: int) -> None:
        with pytest.raises(EvaluationError) as caught:
            score_files(folder, workers=workers)
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [("no-workers", "workers")]

    @pytest.mark.parametrize("workers", [True, "2", 1.5])
    def test_what_is_no_number_is_a_mistake_of_the_program(self, folder: Path, workers: Any) -> None:
        with pytest.raises(TypeError, match="workers has to be a whole number or None"):
            score_files(folder, workers=workers)

    def test_a_folder_in_a_folder_that_cannot_be_listed_is_a_row(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who looks at the result sees that something is missing."""
        (tmp_path / "a.json").write_text(as_json(CHAIN), "utf-8")
        (tmp_path / "closed").mkdir()
        listed = {name: getattr(os, name) for name in ("scandir", "listdir")}
        for name in listed:

            def refuse(path: Any = ".", name: str = name) -> Any:
                if Path(path).name == "closed":
                    raise PermissionError(errno.EACCES, "Permission denied", str(path))
                return listed[name](path)

            monkeypatch.setattr(os, name, refuse)
        scored, problems = score_files(tmp_path, nodes=())
        assert [(Path(row["file"]).name, row["problem"]) for row in scored.to_pylist()] == [
            *(("a.json", None), ("closed", "unreadable-file"))
        ]
        assert problems["message"][0].as_py().endswith("Permission denied")
        monkeypatch.undo()
        (tmp_path / "closed" / "b.txt").write_text("x")
        assert score_files([""]).problems["code"].to_pylist() == ["unreadable-file"]

    def test_a_folder_without_an_evaluation_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("x")
        with pytest.raises(EvaluationError) as caught:
            score_files(tmp_path)
        assert [problem.code for problem in caught.value.problems] == ["no-evaluations"]
        assert score_files([]).scored.num_rows == 0

    def test_another_nodes_and_standards_are_refused(self, folder: Path) -> None:
        with pytest.raises(EvaluationError, match="unknown-indicator"):
            score_files(folder, nodes=["9"])
        with pytest.raises(TypeError, match="Standard"):
            score_files(folder, CHAIN)  # type: ignore[arg-type]


class TestLists:
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_blank_lines_of_a_list_hold_no_evaluation(self, tmp_path: Path, mark: str, end: str) -> None:
        (tmp_path / "a.jsonl").write_text(
            mark + end.join([as_json(CHAIN), "", "  ", as_json(CHAIN)]), "utf-8", newline=""
        )
        scored = score_files(tmp_path).scored.to_pylist()
        assert [(row["line"], row["stars"]) for row in scored] == [(1, 4), (4, 4)]
        assert scored[1]["same_as"] == f"{tmp_path / 'a.jsonl'}:1"

    def test_a_file_that_is_named_twice_is_the_same_as_itself(self, tmp_path: Path) -> None:
        """As by a folder and a file in it."""
        (tmp_path / "a.json").write_text(as_json(CHAIN), "utf-8")
        scored = score_files([tmp_path, tmp_path / "a.json"]).scored
        assert scored["same_as"].to_pylist() == [None, str(tmp_path / "a.json")]

    @pytest.mark.parametrize(
        "content",
        [
            json.dumps({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.1.1": "full"}}, indent=1),
            "\n" + json.dumps([json.loads(as_json(CHAIN))] * 2, indent=1),
            f"[{as_json(CHAIN)},\n{as_json(CHAIN)}]",
            f"[\n{as_json(CHAIN)},\n{as_json(CHAIN)}\n]",
            as_yaml(CHAIN),
            "standard: CTS XBHT-S04-2025",
            "5.1.1.1",
        ],
    )
    def test_a_document_over_several_lines_is_one_mistake(self, tmp_path: Path, content: str) -> None:
        """An evaluation or an array over several lines, as a JSON file has it, and lines of YAML."""
        (tmp_path / "a.jsonl").write_text(content, "utf-8")
        problems = score_files(tmp_path).problems.to_pylist()
        assert [(each["code"], each["line"]) for each in problems] == [("not-json", 1 + content.startswith("\n"))]
        assert ("JSON object on each line" in problems[0]["message"]) == ("\n" in content)

    @pytest.mark.parametrize(
        ("line", "encoding", "found"),
        [
            (as_json(CHAIN), "utf-16", "0xFF"),
            (json.dumps(json.loads(as_json(CHAIN))), "utf-16-le", "0x00"),
            (json.dumps(json.loads(as_json(CHAIN))), "utf-16-be", "0x00"),
            ('{"standard": "电"}', "gb18030", "0xB5"),
        ],
    )
    def test_a_list_in_another_encoding_is_one_mistake(
        self, tmp_path: Path, line: str, encoding: str, found: str
    ) -> None:
        (tmp_path / "a.jsonl").write_bytes(f"{line}\n".encode(encoding) * 3)
        problems = score_files(tmp_path).problems.to_pylist()
        assert [(each["code"], each["line"]) for each in problems] == [("not-utf8", 1)]
        assert found in problems[0]["message"]

    @pytest.mark.parametrize("first", ['{"standard": ', '{"standard": "CTS', "x", "{", "﻿{}", "{}", '{"x": 1}'])
    def test_in_a_list_a_wrong_line_is_reported_alone(self, tmp_path: Path, first: str) -> None:
        (tmp_path / "a.jsonl").write_text(f"{first}\n{as_json(CHAIN)}\n{{\n{as_json(CHAIN)}", "utf-8")
        scored = score_files(tmp_path).scored.to_pylist()
        assert [row["line"] for row in scored if row["problem"] is None] == [2, 4]

    def test_the_second_line_of_a_list_may_be_wrong(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text(f"{as_json(CHAIN)}\nx\n{as_json(CHAIN)}", "utf-8")
        assert score_files(tmp_path).scored["problem"].to_pylist() == [None, "not-json", None]

    def test_a_line_without_an_end_is_not_read_to_its_end(self, tmp_path: Path) -> None:
        long = as_json(CHAIN)[:-1] + " " * 2_000_000 + "}"
        (tmp_path / "a.jsonl").write_text("\n".join([long, as_json(CHAIN), long[:1_048_577]]), "utf-8")
        scored = score_files(tmp_path).scored.to_pylist()
        assert [(row["line"], row["problem"]) for row in scored] == [
            *((1, "file-too-large"), (2, None), (3, "file-too-large"))
        ]

    def test_a_list_that_cannot_be_read_is_a_row(self, tmp_path: Path) -> None:
        paths = ["/dev/zero.jsonl", tmp_path / "none.jsonl", "\0.jsonl"]
        if hasattr(os, "mkfifo"):
            os.mkfifo(tmp_path / "pipe.jsonl")
            paths.append(tmp_path / "pipe.jsonl")
        scored = score_files(paths).scored.to_pylist()
        assert [(row["line"], row["problem"]) for row in scored] == [(None, "unreadable-file")] * len(paths)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
    def test_the_refusal_of_a_pipe_does_not_send_to_stdin_which_is_not_read(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.yaml")
        (problem,) = score_files(tmp_path / "a.yaml").problems.to_pylist()
        assert problem["code"] == "unreadable-file"
        assert problem["message"].endswith("it is not a regular file")

    def test_the_refusal_of_another_format_names_each_that_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("x")
        (problem,) = score_files(tmp_path / "a.txt").problems.to_pylist()
        assert problem["message"].endswith("supported: .yaml, .yml, .json, .xlsx, .jsonl")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More evaluations than one process reads by itself, the same one twice, and one that is wrong."""
    folder = tmp_path_factory.mktemp("many")
    lines = [as_json(named(f"第{number % 50}店")) for number in range(100)]
    lines[7] = "{"
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    for number in range(30):
        (folder / f"{number:02}.yaml").write_text(as_yaml(named(f"第{number}店")), "utf-8")
    return folder


class TestProcesses:
    def test_any_number_gives_the_same(self, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        alone = score_files(many, workers=1)
        assert alone.scored.num_rows == 130
        assert alone.problems.num_rows == 1
        monkeypatch.setattr(evaluation_files, "MOST_LINES", 7)
        several = score_files(many, workers=2)
        assert several.scored.equals(alone.scored, check_metadata=True)
        assert several.problems.equals(alone.problems)

    @pytest.mark.parametrize(("frozen", "there", "used"), [(False, True, 3), (False, False, 5), (True, True, 1)])
    def test_without_a_number_each_processor_has_one(
        self, many: Path, monkeypatch: pytest.MonkeyPatch, frozen: bool, there: bool, used: int
    ) -> None:
        """A program in one file would start itself, so it reads alone."""
        asked: list[int] = []

        def alone(parts: Any, wanted: Any, workers: int) -> Iterator[Any]:
            asked.append(workers)
            return ((part, judged_files.judged(part, wanted)) for part in parts)

        monkeypatch.setattr(evaluation_files, "_in_processes", alone)
        monkeypatch.setattr(sys, "frozen", frozen, raising=False)
        monkeypatch.setattr(os, "cpu_count", lambda: 5)
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {1, 4, 5}, raising=False)
        if not there:
            monkeypatch.delattr(os, "sched_getaffinity")
        assert score_files(many).scored.num_rows == 130
        assert asked == [used] * (used > 1)

    @pytest.mark.parametrize("workers", [None, 1000])
    def test_there_are_no_more_processes_than_a_pool_can_have_on_windows(
        self, many: Path, monkeypatch: pytest.MonkeyPatch, workers: int | None
    ) -> None:
        """There, Python waits for 61 processes at most, and refuses a larger pool."""
        asked: list[int] = []
        monkeypatch.setattr(
            evaluation_files, "_in_processes", lambda parts, wanted, workers: asked.append(workers) or []
        )
        monkeypatch.setattr(evaluation_files, "_processors", lambda: 128)
        score_files(many, workers=workers)
        assert asked == [61]

    def test_a_system_without_masks_of_signals_does_without(self, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(signal, "pthread_sigmask", raising=False)
        with evaluation_files._interrupts_held():
            pass
        assert evaluation_files._processors() >= 1

    def test_a_process_that_ends_early_is_reported(self, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing of the rest is scored, as nobody could know what is missing."""
        monkeypatch.setattr(evaluation_files, "judged_in_process", _die)
        with pytest.raises(EvaluationError) as caught:
            score_files(many, workers=2)
        assert [problem.code for problem in caught.value.problems] == ["worker-ended"]
        assert "--workers 1" in caught.value.problems[0].message

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
    @pytest.mark.parametrize("end", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)])
    def test_none_is_left_when_the_first_is_ended(self, many: Path, tmp_path: Path, end: signal.Signals) -> None:
        program = f"""
import time
from aftersales.batch.files import evaluation_files
from aftersales.evaluation import judged_files
if __name__ == "__main__":
    files = [{str(many / "00.yaml")!r}] * 100_000
    evaluation_files.read_files(files, None)
    asked = judged_files.Asked(evaluation_files.load_standard(), remarks=False)
    for number, result in enumerate(evaluation_files.read_files(files, asked, 2)):
        if number == 20:
            import multiprocessing
            print(*(child.pid for child in multiprocessing.active_children()), flush=True)
"""
        (tmp_path / "program.py").write_text(program)
        with subprocess.Popen(
            [sys.executable, str(tmp_path / "program.py")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            children = list(map(int, process.stdout.readline().split()))
            assert len(children) == 2
            process.send_signal(end)
            process.wait(60)
            for _ in range(200):
                if not any(map(_is_running, children)):
                    break
                time.sleep(0.1)
            assert not any(map(_is_running, children))


def _die(part: Any) -> None:
    os._exit(9)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_work_of_a_process_is_that_of_one(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the process itself, as coverage sees it."""
    before, thresholds = signal.getsignal(signal.SIGINT), gc.get_threshold()
    ended: list[int] = []

    class Parent:
        def join(self) -> None:
            return

    monkeypatch.setattr(judged_files, "parent_process", Parent)
    monkeypatch.setattr(os, "_exit", ended.append)
    try:
        judged_files.prepare_process(judged_files.Asked(STANDARD, remarks=False))
        results = judged_files.judged_in_process(judged_files.Part(str(many / "00.yaml")))
    finally:
        signal.signal(signal.SIGINT, before)
        gc.unfreeze()
        gc.set_threshold(*thresholds)
    assert [result.fact_values[0] for result in results] == ["第0店"]
    for _ in range(100):
        if ended:
            break
        time.sleep(0.01)
    assert ended == [1]


def test_a_process_that_reads_needs_no_table(many: Path) -> None:
    """So it starts in half the time."""
    code = (
        "import sys; from aftersales import load_standard\n"
        "from aftersales.evaluation.judged_files import Asked, Part, judged\n"
        "[read] = judged(Part(sys.argv[1]), Asked(load_standard(), remarks=True))\n"
        "print(read.fact_values[0], {'numpy', 'pyarrow'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(many / "07.yaml")]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode().split() == ["第7店", "set()"]


def test_the_tables_have_their_types_and_name_their_standard(result: evaluation_files.ScoredFiles) -> None:
    assert result.scored.schema.field("line").type == pa.int64()
    assert result.problems.schema.field("line").type == pa.int64()
    assert result.scored.schema.metadata[b"aftersales.standard"].decode().endswith(STANDARD.sha256)


class TestRemarks:
    """What ``check`` remarks on a file is a column on request."""

    @staticmethod
    def file(folder: Path) -> None:
        bare = CHAIN.with_findings({"5.1.2.2": {"kind": "quantitative", "actual": "0.8", "reason": "差"}})
        (folder / "bare.json").write_text(as_json(bare), "utf-8")
        (folder / "chain.yaml").write_text(as_yaml(CHAIN), "utf-8")
        (folder / "list.jsonl").write_text(f"{as_json(bare)}\n{as_json(CHAIN)}\n{{", "utf-8")
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, CHAIN)))
        book["评分表"].row_dimensions[5].hidden = True
        book.copy_worksheet(book["评分表"])
        book.save(folder / "sheet.xlsx")

    @pytest.mark.parametrize("workers", [1, 2])
    def test_remarks_are_those_of_examine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
        self.file(tmp_path)
        monkeypatch.setattr(evaluation_files, "FEW", 1)
        scored, _ = score_files(tmp_path, STANDARD, nodes=(), remarks=True, workers=workers)
        found = {(Path(row["file"]).name, row["line"]): row["remarks"] for row in scored.to_pylist()}
        said = {
            name: {remark.code for remark in aftersales.examine(tmp_path / name).remarks}
            for name in ("bare.json", "chain.yaml", "sheet.xlsx")
        }
        assert "bare-proportion" in said["bare.json"] - said["chain.yaml"]
        assert {"sheet-copy", "hidden-row"} <= said["sheet.xlsx"] - said["chain.yaml"]
        texts = {name: " ".join(sorted(codes)) or None for name, codes in said.items()}
        assert found == {
            **{(name, None): text for name, text in texts.items()},
            ("list.jsonl", 1): texts["bare.json"],
            ("list.jsonl", 2): texts["chain.yaml"],
            ("list.jsonl", 3): None,
        }

    def test_remarks_are_counted_by_the_command(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "in").mkdir()
        self.file(tmp_path / "in")
        arguments = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "o.csv"), "--nodes", "", "--force"]
        assert cli.main([*arguments, "--remarks", "--lang", "en"]) == 0
        (line,) = (line for line in capsys.readouterr().out.splitlines() if "column remarks" in line)
        assert "bare-proportion 2" in line
        assert "sheet-copy 1" in line
        assert cli.main([*arguments, "--remarks", "--json"]) == 0
        codes = json.loads(capsys.readouterr().out)["remark_codes"]
        assert (codes["bare-proportion"], codes["sheet-copy"]) == (2, 1)
        assert cli.main([*arguments, "--json"]) == 0
        assert "remark_codes" not in json.loads(capsys.readouterr().out)
        assert "remarks" not in (tmp_path / "o.csv").read_text("utf-8").partition("\n")[0]
