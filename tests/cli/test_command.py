"""The command, run as people run it: real processes, real files, real pipes."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import re
import select
import signal
import stat
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, field_serializer
from pydantic_core import PydanticSerializationError
from support import oracle
from support.command import CHAIN, EXAMPLES, UNFINISHED, run, run_process, write
from support.plain_yaml import from_yaml

import aftersales
from aftersales import cli
from aftersales.cli.command import main
from aftersales.cli.commands import score as score_command
from aftersales.standard.editions import data_folder
from aftersales.views import scorecard as score_view


class TestScore:
    def test_shows_first_what_a_person_looks_for(self) -> None:
        done = run("score", CHAIN)
        assert (done.returncode, done.stderr) == (0, "")
        head = done.stdout.split("\n\n")[1]
        assert "四星（优秀）级  ★★★★☆" in head
        assert "最终得分 87.37    合格" in head
        assert "距五星（卓越）级（90 分）还差 2.63 分" in head

    def test_has_a_line_for_each_category_and_subcategory(self) -> None:
        lines = run("score", CHAIN).stdout.splitlines()
        for node_id in oracle.GROUPS:
            assert sum(line.strip().startswith(f"{node_id} {oracle.TITLES[node_id]}"[:20]) for line in lines) >= 1

    def test_shows_every_deduction_with_its_reason_the_largest_first(self) -> None:
        shown = run("score", CHAIN).stdout.replace(" ", "").replace("\n", "")
        card = aftersales.score(aftersales.load_evaluation(CHAIN))
        places = []
        for node in card.deductions:
            places.append(shown.index(f"{node.id}{node.title.zh}".replace(" ", "")))
            assert str(card.finding(node.id).reason).replace(" ", "") in shown
        assert places == sorted(places)
        assert [node.deducted for node in card.deductions] == sorted(
            (n.deducted for n in card.deductions), reverse=True
        )

    @pytest.mark.parametrize("columns", ["60", "80", "100", "30", "300"])
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("name", ["home-appliance-chain", "software-service-vendor", "food-ecommerce"])
    def test_no_line_is_wider_than_the_terminal(self, name: str, lang: str, columns: str) -> None:
        card = aftersales.score(aftersales.load_evaluation(EXAMPLES / f"{name}.yaml"))
        lines = list(score_view.score_lines(card, lang, int(columns)))
        assert max(map(score_view.width, lines)) <= min(max(int(columns), 60), 100)

    def test_figures_stand_in_columns(self) -> None:
        lines = run("score", CHAIN).stdout.splitlines()
        start = next(i for i, line in enumerate(lines) if line.startswith("指标"))
        table = lines[start + 1 : start + 25]
        assert len({score_view.width(line[: line.rindex("  ")]) for line in table}) == 1

    def test_a_failing_score_is_a_result(self) -> None:
        done = run("score", str(EXAMPLES / "food-ecommerce.yaml"))
        assert (done.returncode, done.stderr) == (0, "")
        assert "不合格（合格线 60 分）" in done.stdout
        assert "☆☆☆☆☆" in done.stdout

    def test_deleted_groups_are_shown_with_reason_and_confirmers(self) -> None:
        shown = run("score", str(EXAMPLES / "software-service-vendor.yaml")).stdout
        assert "5.2.3 商品贮存质量管理\n" in shown
        assert "共 11 项指标" in shown
        table_line = next(line for line in shown.splitlines() if line.strip().startswith("5.2.2"))
        assert table_line.split()[-2:] == ["-", "·" * 10]

    def test_a_full_score_is_shown_as_the_top_without_deductions(self, tmp_path: Path) -> None:
        done = run("score", write(tmp_path / "full.yaml", oracle.all_full()))
        assert "★★★★★" in done.stdout
        assert "已是最高星级" in done.stdout
        assert "无扣分" in done.stdout

    def test_a_gap_is_never_shown_as_none(self, tmp_path: Path) -> None:
        path = write(
            tmp_path / "close.yaml",
            oracle.all_full(
                i5_1_3_1="none",
                i5_1_3_2="none",
                i5_1_4_1="none",
                i5_1_4_2="none",
                i5_1_1_1={"kind": "qualitative", "degree": "0.499999"},
            ),
        )
        shown = run("score", path).stdout
        assert "最终得分 90.00(-)" in shown
        assert "还差 0.01 分" in shown
        assert "（未填写）" in shown

    def test_a_ratio_that_only_rounds_to_a_row_is_marked(self, tmp_path: Path) -> None:
        """6.2.4, R3: 5.1.3 at 79.9999 % is in the row below 80 %."""
        finding = {"kind": "qualitative", "degree": "0.799999"}
        shown = run(
            "score", write(tmp_path / "case.yaml", oracle.all_full(i5_1_3_1=finding, i5_1_3_2=dict(finding)))
        ).stdout
        assert next(line for line in shown.splitlines() if "5.1.3 " in line).split()[-2] == "80.00%(-)"

    def test_what_rounds_to_nothing_is_something(self, tmp_path: Path) -> None:
        finding = {"kind": "qualitative", "degree": "0.9999999"}
        shown = run("score", write(tmp_path / "case.yaml", oracle.all_full(i5_1_1_1=finding))).stdout
        assert "-<0.01 5.1.1.1 法定资质与收费标准明示齐全规范 得 0.9999999 / 1 分" in shown
        assert "实际得分 99.9999999 ÷ 涉及项总分值 100 × 100" in shown

    def test_the_option_and_the_environment_choose_english(self) -> None:
        for done in (run("score", CHAIN, "--lang", "en"), run("score", CHAIN, AFTERSALES_LANG="en")):
            assert "Final score 87.37    passed" in done.stdout
            assert "2.63 short of Five stars (outstanding) (90)" in done.stdout
            assert "最终得分" not in done.stdout
        assert "最终得分" in run("score", CHAIN, "--lang", "zh", AFTERSALES_LANG="en").stdout

    def test_an_evaluation_from_standard_input_is_scored(self) -> None:
        done = run("score", "-", text=Path(CHAIN).read_text("utf-8"))
        assert "87.37" in done.stdout

    def test_an_evaluation_is_scored_by_another_standard(self, tmp_path: Path) -> None:
        standard = data_folder() / "standards" / "CTS_XBHT-S04-2025" / "2025-12-04.yaml"
        own = tmp_path / "own.yaml"
        own.write_text(standard.read_text("utf-8").replace("id: CTS XBHT-S04-2025", "id: OWN 1"), "utf-8")
        case = tmp_path / "case.yaml"
        case.write_text(
            Path(CHAIN).read_text("utf-8").replace("standard: CTS XBHT-S04-2025", "standard: OWN 1"), "utf-8"
        )
        assert "87.37" in run("score", str(case), "--standard", str(own)).stdout
        assert "[unknown-standard]" in run("score", str(case)).stderr
        own.write_text(own.read_text("utf-8").replace("pass_line: 60", "pass_line: 61"), "utf-8")
        done = run("score", str(case), "--standard", str(own))
        assert done.returncode == 2
        assert done.stderr.startswith(f"{own}:")


class TestJson:
    def test_a_score_is_printed_as_one_json_document(self) -> None:
        done = run("score", CHAIN, "--json")
        document = json.loads(done.stdout)
        found = from_yaml(Path(CHAIN).read_text("utf-8"))["findings"]
        assert Fraction(document["final_score"]) == oracle.final_score(found)
        assert document["standard"]["id"] == "CTS XBHT-S04-2025"
        assert len(document["standard"]["sha256"]) == 64
        assert (document["stars"], document["passed"], document["printed_score"]) == (4, True, "87.37")
        assert document["grade"] == {"zh": "四星（优秀）级", "en": "Four stars (excellent)"}
        sums = oracle.result(found)
        for node_id, node in document["nodes"].items():
            assert (Fraction(node["earned"]), Fraction(node["applicable"])) == sums[node_id]
            assert node["title"]["zh"] == oracle.TITLES[node_id]
        assert list(document["nodes"]) == list(oracle.POINTS)
        assert aftersales.Scorecard.model_validate(document).stars == 4

    @pytest.mark.parametrize("command", ["score", "check", "explain"])
    def test_problems_are_printed_as_one_json_document(self, command: str) -> None:
        done = run(command, UNFINISHED, "--json")
        assert (done.returncode, done.stderr) == (2, "")
        problems = json.loads(done.stdout)["problems"]
        assert set(problems[0]) == {"code", "path", "line", "column", "clause", "message", "message_zh", "cell"}
        assert {problem["code"] for problem in problems} == {"missing-finding"}

    def test_a_check_prints_problems_and_remarks_as_json(self) -> None:
        document = json.loads(run("check", CHAIN, "--json").stdout)
        assert document["problems"] == []
        assert [remark["code"] for remark in document["remarks"]] == ["full-without-evidence"]

    def test_a_derivation_is_printed_as_json(self) -> None:
        document = json.loads(run("explain", CHAIN, "5.1.2.2", "--json").stdout)
        assert (document["clause"], document["id"]) == ("6.2.2", "5.1.2.2")

    def test_nothing_is_lost_where_the_pipe_has_no_chinese(self) -> None:
        done = run_process("score", CHAIN, "--json", PYTHONIOENCODING="ascii")
        assert json.loads(done.stdout) == json.loads(run("score", CHAIN, "--json").stdout)


class TestCheck:
    def test_a_sound_file_is_said_to_be_so(self) -> None:
        done = run("check", CHAIN)
        assert (done.returncode, done.stderr) == (0, "")
        assert "可以评分；73 项指标，其中删减 2 项" in done.stdout
        assert "sound; 73 indicators, 2 of them deleted" in run("check", CHAIN, "--lang", "en").stdout

    def test_problems_go_to_stderr_with_their_place(self) -> None:
        done = run("check", UNFINISHED)
        assert done.returncode == 2
        assert "尚无认定" not in done.stdout  # where the remarks are
        assert done.stdout.startswith("提示（不影响评分）：1 条\n")
        number = next(
            n for n, line in enumerate(Path(UNFINISHED).read_text("utf-8").splitlines(), 1) if "5.4.1.2:" in line
        )
        assert (
            f"{UNFINISHED}:{number}:11: 5.4.1.2: “官方网站售后服务专栏完善、功能有效”尚无认定 [missing-finding, 6.1.2]\n"
            in done.stderr
        )

    def test_what_is_wrong_is_reported_first_and_what_is_missing_last_by_group(self, tmp_path: Path) -> None:
        """Five wrong findings and a wrong key; of the rest only four whole subcategories of 5.1 and the categories 5.2 to 5.4."""
        wrong: dict[str, Any] = {
            "5.1.1.1": {"kind": "qualitative", "degree": 2},
            "5.1.1.2": {"kind": "qualitative", "degree": "x"},
            "5.1.1.3": {"kind": "sampled", "population": 100, "sampled": 1, "nonconforming": 0},
            "5.1.1.4": "ful",
            "5.1.2.2": "full",
        }
        path = write(tmp_path / "case.yaml", wrong, team=[{"nam": "张明"}])
        done = run("check", path, "--lang", "en")
        told = done.stderr.removesuffix("\n").split("\n")
        ids = ["5.1.1.1", "5.1.1.2", "5.1.1.3", "5.1.1.4", "5.1.2.2", "team[0].nam", "5.1.1.5"]
        ids += [f"5.1.2.{number}" for number in (1, 3, 4, 5, 6, 7)]
        ids += ["5.1.3", "5.1.4", "5.1.5", "5.1.6", "5.1.7", "5.2", "5.3", "5.4"]
        assert [re.split(r":\d+:\d+: |: ", line)[1] for line in told] == ids
        assert told[-1].endswith(
            ": 5.4: none of the 17 indicators of 'Customer service' has a finding yet [missing-finding, 6.1.2]"
        )
        problems = json.loads(run("check", path, "--json").stdout)["problems"]
        codes = [problem["code"] for problem in problems]
        assert codes == [
            "out-of-range",
            "not-a-number",
            "sample-too-small",
            "not-a-finding",
            "kind-not-allowed",
            "unknown-key",
            *["missing-finding"] * (73 - len(wrong)),
        ]

    def test_a_file_without_a_missing_finding_is_not_called_unfinished(self, tmp_path: Path) -> None:
        path = write(tmp_path / "case.yaml", oracle.all_full(i5_1_2_2="full"))
        assert "--partial" not in run("check", path).stderr

    def test_a_file_that_is_also_wrong_is_not_sent_to_partial_which_would_refuse_it(self, tmp_path: Path) -> None:
        path = write(tmp_path / "case.yaml", {"5.1.1.1": "ful"})
        assert "missing-finding" in run("check", path).stderr
        assert "--partial" not in run("check", path).stderr
        assert run("score", path, "--partial").returncode == 2

    @pytest.mark.parametrize("command", ["check", "score", "explain"])
    def test_a_file_of_which_only_findings_are_missing_is_sent_to_partial(self, command: str) -> None:
        assert run(command, UNFINISHED).stderr.splitlines()[-1] == (
            "评价尚未完成：可用 aftersales score FILE --partial 查看仍可能的结果"
        )
        assert run("score", UNFINISHED, "--partial").returncode == 0

    def test_of_several_files_one_that_is_only_unfinished_is_sent_to_partial(self, tmp_path: Path) -> None:
        wrong = write(tmp_path / "case.yaml", {"5.1.1.1": "ful"})
        assert "--partial" in run("compare", wrong, UNFINISHED).stderr
        assert "--partial" not in run("compare", wrong, wrong).stderr

    def test_the_check_reports_problems_in_english(self) -> None:
        assert "has no finding yet [missing-finding, 6.1.2]" in run("check", UNFINISHED, "--lang", "en").stderr

    def test_outside_of_the_findings_the_path_is_shown(self, tmp_path: Path) -> None:
        path = write(tmp_path / "case.yaml", oracle.all_full(), team=[{"nam": "张明"}])
        done = run("check", path)
        assert (
            ": team[0].nam: 没有“nam”这个键；可用：name、role、qualification、organisation；是否想写“name”？ [unknown-key]"
            in (done.stderr)
        )

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        done = run("check", str(tmp_path / "none.yaml"))
        assert done.returncode == 2
        assert (
            done.stderr
            == f"{tmp_path / 'none.yaml'}: 无法读取文件“{tmp_path / 'none.yaml'}”：文件不存在 [unreadable-file]\n"
        )

    @pytest.mark.skipif(sys.platform == "win32", reason="no file of this system has such a name")
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_name_of_a_file_is_no_order(self, tmp_path: Path, lang: str) -> None:
        path = write(tmp_path / "\x1b[31m\u202e.yaml", oracle.all_full())
        for arguments in (["check", path], ["report", path, "-o", f"{path}.md", "--draft", "--on", "2026-03-20"]):
            done = run(*arguments, "--lang", lang)
            assert done.returncode == 0
            assert "[31m" in done.stdout
            assert not {"\x1b", "\u202e"} & set(done.stdout)

    def test_bytes_on_standard_input_that_are_no_text(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "aftersales", "check", "-"],
            input="标准".encode("gbk"),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr.startswith(b"-:1:1: ")
        assert b"[not-utf8]" in done.stderr


class TestExplain:
    def test_the_derivation_of_one_indicator_is_shown(self) -> None:
        shown = run("explain", CHAIN, "5.1.2.2").stdout
        assert shown.startswith("5.1.2.2 售后服务管理师占比不低于 10%\n  [6.2.2, R5] ")
        assert "min(1, " in shown

    def test_the_derivation_of_the_whole_tree_is_shown(self) -> None:
        shown = run("explain", CHAIN, "--lang", "en").stdout
        assert "[6.3.3, R1, R2]" in shown
        assert "[6.2.3, R2] final score = earned points ÷ applicable points × full score" in shown
        assert all(f" {node_id} " in shown for node_id in oracle.POINTS)

    def test_an_id_that_is_not_there(self) -> None:
        done = run("explain", CHAIN, "5.1.22")
        assert (done.returncode, done.stdout) == (2, "")
        assert "标准没有指标“5.1.22”；是否想写“5.1.2.2”？ [unknown-indicator, 5]" in done.stderr
        assert "有 5.1 至 5.4" in run("standard", "5.9").stderr


class TestTheRest:
    def test_the_blank_form_lacks_every_finding(self, tmp_path: Path) -> None:
        done = run("template")
        form = tmp_path / "form.yaml"
        form.write_text(done.stdout, "utf-8")
        checked = run("check", str(form))
        assert checked.returncode == 2
        # A line for each of the four categories, of which every indicator is open; in JSON one for each indicator.
        assert checked.stderr.count("[missing-finding, 6.1.2]") == 4
        problems = json.loads(run("check", str(form), "--json").stdout)["problems"]
        assert [problem["code"] for problem in problems] == ["missing-finding"] * 73

    def test_a_redirected_form_is_a_file_and_so_utf_8(self) -> None:
        assert run_process("template", PYTHONIOENCODING="gbk").stdout == run("template").stdout

    def test_the_schema_is_that_of_an_evaluation(self) -> None:
        assert json.loads(run("schema").stdout) == json.loads(json.dumps(aftersales.json_schema()))

    def test_the_standard_is_shown_with_table_1_and_its_stars(self) -> None:
        shown = run("standard").stdout
        assert all(f"{node_id} {title}（" in shown for node_id, title in oracle.TITLES.items())
        assert "[90, 100] 五星（卓越）级" in shown
        assert "\n61%-70% 适配一星级（达标水平） → [60%, 70%) 指标实施" in shown  # as published, and as it is read (R1)
        assert "\n0%-60% 未达到星级标准（不合格） → [0%, 60%) " in shown
        assert "Four stars (excellent)" in run("standard", "--lang", "en").stdout

    def test_rows_of_table_1_without_a_published_range_show_the_range_in_force(self, tmp_path: Path) -> None:
        own = aftersales.load_standard().model_dump(mode="json", exclude_none=True) | {"id": "OWN 1"}
        for row in own["reference"]:
            del row["published_range"], row["published_label"]
        path = tmp_path / "own.json"
        path.write_text(json.dumps(own), "utf-8")
        assert "\n[60%, 70%) 指标实施" in run("standard", "--standard", str(path)).stdout

    def test_one_node_of_the_standard_is_shown_with_its_parts(self) -> None:
        assert run("standard", "5.3.6").stdout.splitlines() == [
            "5.3.6 废弃商品回收（1 分）",
            "  5.3.6.1 回收信息明示清晰、符合安全环保要求（0.5 分）",
            "  5.3.6.2 回收处置规范或委托资质合规（0.5 分）",
        ]
        assert json.loads(run("standard", "5.1.2.2", "--json").stdout)["at_least"] == "0.1"
        assert json.loads(run("standard", "--json").stdout)["pass_line"] == "60"
        assert "(0.5 points)" in run("standard", "5.3.6.1", "--lang", "en").stdout

    @pytest.mark.parametrize(
        "arguments",
        [
            *(["rate"], ["score"], ["score", CHAIN, "--lang", "xx"], ["template", "--format", "pdf"]),
            *([word] for word in ("__init__", "__pycache__", "os.path", "../score", "")),  # not modules of commands
        ],
    )
    def test_wrong_usage_ends_with_2_and_shows_the_usage(self, arguments: list[str]) -> None:
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "用法：aftersales" in done.stderr

    @pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252"])
    @pytest.mark.parametrize(
        "arguments", [["score", CHAIN], ["score", UNFINISHED], ["-h"], ["standard"], ["explain", CHAIN]]
    )
    def test_a_pipe_that_cannot_show_a_character_gets_a_substitute(self, arguments: list[str], encoding: str) -> None:
        done = run(*arguments, encoding=encoding)
        assert "Traceback" not in done.stderr
        assert done.returncode == (2 if UNFINISHED in arguments else 0)

    def test_help_is_shown_in_the_chosen_language(self) -> None:
        assert "精确评分" in run("-h").stdout
        assert "Exact scoring" in run("-h", AFTERSALES_LANG="en").stdout
        assert run("score", "-h").stdout.startswith("用法：aftersales score ")
        assert run("score", "-h", AFTERSALES_LANG="en").stdout.startswith("usage: aftersales score ")

    def test_a_reader_that_has_seen_enough(self) -> None:
        command = [sys.executable, "-m", "aftersales", "explain", CHAIN]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.close()
            assert process.stderr is not None
            assert process.stderr.read() == ""
        assert process.returncode == 0

    @pytest.mark.parametrize(("arguments", "stream"), [(["--json"], "stdout"), ([], "stderr")])
    def test_a_closed_pipe_while_problems_are_written_ends_quietly(
        self, arguments: list[str], stream: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "bad.yaml"
        entries = "".join(f"  5.9.{n}: full\n" for n in range(3_000))
        path.write_text(f"standard: CTS XBHT-S04-2025\nfindings:\n{entries}", "utf-8")
        command = [sys.executable, "-m", "aftersales", "check", str(path), *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            read, other = (process.stdout, process.stderr) if stream == "stdout" else (process.stderr, process.stdout)
            read.close()
            assert other.read() == ""
        assert process.returncode == 2

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which is always full")
    @pytest.mark.parametrize("arguments", [["score", CHAIN], ["score", CHAIN, "--json"], ["template"]])
    def test_an_output_without_room_gives_no_traceback(self, arguments: list[str]) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "aftersales", *arguments],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 2
        assert done.stderr.startswith("aftersales: ")
        assert done.stderr.count("\n") == 1

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which is always full")
    def test_output_without_room_is_reported_in_one_line(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        told = tmp_path / "stderr"
        with Path("/dev/full").open("w") as full, told.open("w") as errors, monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", full)
            patched.setattr(sys, "stderr", errors)
            assert main(["score", CHAIN, "--lang", "en"]) == 2
        assert told.read_text("utf-8") == "aftersales: No space left on device\n"

    def test_after_a_closed_pipe_nothing_more_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        read, write_end = os.pipe()
        os.close(read)
        told = tmp_path / "stderr"
        with os.fdopen(write_end, "w") as closed, told.open("w") as errors, monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", closed)
            patched.setattr(sys, "stderr", errors)
            assert main(["score", CHAIN]) == 0
            print("more", file=sys.stderr)
        assert told.read_text("utf-8") == ""

    def test_the_main_module_runs_the_command_and_ends_with_its_code(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["aftersales", "score", CHAIN])
        with pytest.raises(SystemExit) as ended:
            importlib.import_module("aftersales.__main__")
        assert ended.value.code == 0
        assert capsys.readouterr().out == run("score", CHAIN).stdout

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
    @pytest.mark.parametrize(("redirection", "code"), [("- <&-", 2), (f"{CHAIN} >&-", 0)])
    def test_a_closed_stream_gives_an_exit_code_and_no_traceback(self, redirection: str, code: int) -> None:
        done = subprocess.run(
            f"'{sys.executable}' -m aftersales score {redirection}",
            shell=True,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == code

    @pytest.mark.parametrize(
        ("arguments", "allowed"),
        [
            (["-o", "form.txt"], ".xlsx、.yaml、.yml"),
            (["--format", "xlsx", "-o", "form.yaml"], "可用：.xlsx "),
            (["--format", "yaml", "-o", "form.json"], "可用：.yaml、.yml "),
        ],
    )
    def test_a_form_is_written_only_in_the_format_of_its_name(
        self, arguments: list[str], allowed: str, tmp_path: Path
    ) -> None:
        named = [str(tmp_path / part) if part.startswith("form") else part for part in arguments]
        done = run("template", *named)
        assert (done.returncode, done.stdout) == (2, "")
        assert allowed in done.stderr
        assert "[unknown-format]" in done.stderr
        assert not list(tmp_path.iterdir())

    @pytest.mark.skipif(sys.platform == "win32", reason="modes and links are those of POSIX")
    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("form.yaml", ["template"]),
            ("form.xlsx", ["template"]),
            ("report.md", ["report", CHAIN, "--on", "2026-03-10"]),
            ("certificate.yaml", ["issue", CHAIN, "--on", "2026-03-20"]),
        ],
    )
    def test_a_file_that_is_replaced_keeps_its_mode_and_its_links(
        self, name: str, arguments: list[str], tmp_path: Path
    ) -> None:
        (tmp_path / "kept").touch(0o640)
        (tmp_path / name).symlink_to("kept")
        assert run(*arguments, "-o", str(tmp_path / name), "--force").returncode == 0
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / "kept").stat().st_size > 100
        assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o640
        assert len(list(tmp_path.iterdir())) == 2

    def test_the_version_is_shown(self) -> None:
        assert run("--version").stdout == f"aftersales {aftersales.__version__}\n"

    def test_output_is_shown_where_stdout_is_no_file(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            assert cli.main(["template"]) == 0
            assert cli.main(["schema"]) == 0
        assert "5.4.4.2" in shown.getvalue()

    def test_a_command_called_in_a_process_leaves_its_garbage_collection_as_it_was(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert gc.isenabled()
        assert cli.main(["score", CHAIN, "--lang", "en"]) == 0
        assert "87.37" in capsys.readouterr().out
        assert gc.isenabled()
        gc.disable()
        assert cli.main(["score", UNFINISHED]) == 2
        assert not gc.isenabled()
        gc.enable()
        assert "missing-finding" in capsys.readouterr().err

    @pytest.mark.parametrize("given", [None, "logfire-plugin"])
    def test_no_plugin_of_pydantic_is_looked_for(self, given: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
        """pydantic reads this variable when it builds a model. One that a user has set stays."""
        name = "PYDANTIC_DISABLE_PLUGINS"
        monkeypatch.delenv(name, raising=False)
        if given is not None:
            monkeypatch.setenv(name, given)
        found: list[str] = []
        monkeypatch.setattr(score_command, "run", lambda _: found.append(os.environ[name]))
        assert cli.main(["score", CHAIN]) == 0
        assert found == [given or "__all__"]
        assert os.environ.get(name) == given

    def test_at_its_end_no_object_is_searched_for_garbage(self) -> None:
        code = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count())); import aftersales.cli.command"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert int(ended.stdout) > 1_000


@pytest.mark.skipif(sys.platform == "win32", reason="needs the signals and pipes of POSIX")
class TestInterrupted:
    """Ctrl-C ends a command in one line, and leaves nothing half done."""

    @staticmethod
    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "aftersales", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "AFTERSALES_LANG": ""},
        )

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["score", "-"], "aftersales: 已中断\n"),
            (["check", "-", "--json", "--lang", "en"], "aftersales: interrupted\n"),
            (["plan", "-"], "aftersales: 已中断\n"),
            (["report", "-", "--on", "2026-03-20", "-o", "OUT.md", "--lang", "en"], "aftersales: interrupted\n"),
        ],
    )
    def test_an_interrupt_while_a_command_reads_is_one_line(
        self, tmp_path: Path, arguments: list[str], told: str
    ) -> None:
        named = [part.replace("OUT", str(tmp_path / "out")) for part in arguments]
        with self.start(*named) as process:
            assert process.stdin is not None
            process.stdin.write("# \n" * 2**17)  # more than a pipe holds, so this waits until the command reads
            process.send_signal(signal.SIGINT)
            shown = process.communicate(timeout=60)
        assert (process.returncode, *shown) == (130, "", told)
        assert not list(tmp_path.iterdir())

    def test_while_a_workbook_is_made(self, tmp_path: Path) -> None:
        target = tmp_path / "out.xlsx"
        plan = str(data_folder() / "plans" / "home-appliance-chain.yaml")
        command = [
            sys.executable,
            "-X",
            "importtime",
            "-m",
            "aftersales",
            "template",
            "--plan",
            plan,
            "-o",
            str(target),
        ]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.endswith(" aftersales.evaluation.workbook.writer\n"):
                    break
            process.send_signal(signal.SIGINT)
            out, error = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, "")
        assert error.splitlines()[-1] in ("aftersales: 已中断", "aftersales: interrupted")
        assert not list(tmp_path.iterdir())

    def test_while_its_output_waits_for_a_reader(self) -> None:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b" " * 4096)
        os.set_blocking(writing, True)
        os.read(reading, 4096)  # less than the command has to say
        command = [sys.executable, "-m", "aftersales", "explain", CHAIN, "--lang", "en"]
        with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, text=True) as process:
            while process.poll() is None and select.select([], [writing], [], 0)[1]:
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            _, error = process.communicate(timeout=60)
        os.close(reading)
        os.close(writing)
        assert (process.returncode, error) == (130, "aftersales: interrupted\n")

    def test_while_the_options_are_read(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def interrupt(parser: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(score_command, "arguments", interrupt)
        assert cli.main(["score", CHAIN, "--lang", "en"]) == 130
        assert capsys.readouterr().err == "aftersales: interrupted\n"

    @pytest.mark.parametrize("stdout", [None, io.StringIO()])
    def test_an_interrupt_ends_with_130_where_stdout_is_no_file(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stdout: io.StringIO | None
    ) -> None:
        def interrupt(options: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(score_command, "run", interrupt)
        monkeypatch.setattr(sys, "stdout", stdout)
        assert cli.main(["score", CHAIN, "--lang", "en"]) == 130
        assert capsys.readouterr().err == "aftersales: interrupted\n"

    def test_an_interrupt_while_pydantic_writes_is_one_line(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It wraps an interrupt in an exception of its own; any other that a mistake of ours raises is not swallowed."""

        class Writing(BaseModel):
            number: int

            @field_serializer("number")
            def write(self, number: int) -> int:
                raise KeyboardInterrupt if number else RuntimeError

        def write(number: int) -> Any:
            return lambda options: Writing(number=number).model_dump()

        monkeypatch.setattr(score_command, "run", write(1))
        assert cli.main(["score", CHAIN, "--lang", "en"]) == 130
        assert capsys.readouterr().err == "aftersales: interrupted\n"
        monkeypatch.setattr(score_command, "run", write(0))
        with pytest.raises(PydanticSerializationError):
            cli.main(["score", CHAIN])

    @pytest.fixture(scope="class")
    @classmethod
    def table(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A table that takes seconds."""
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        path: Path = tmp_path_factory.mktemp("table") / "in.parquet"
        shares = pyarrow.array([1]).cast(pyarrow.int8()).take(pyarrow.array([0] * 2_000_000))
        parquet.write_table(pyarrow.table(dict.fromkeys(oracle.INDICATORS, shares)), path)
        return path

    @pytest.mark.parametrize(
        ("name", "there", "sent"),
        [
            ("out.parquet", True, signal.SIGINT),
            pytest.param("out.parquet", False, signal.SIGTERM, marks=pytest.mark.slow),
            pytest.param("out.csv", False, signal.SIGINT, marks=pytest.mark.slow),
            pytest.param("out.csv", True, signal.SIGTERM, marks=pytest.mark.slow),
        ],
    )
    def test_while_it_scores_a_table(
        self, table: Path, tmp_path: Path, name: str, there: bool, sent: signal.Signals
    ) -> None:
        if there:
            (tmp_path / name).write_text("work")
        before = sorted(tmp_path.iterdir())
        with self.start("batch", table, "-o", tmp_path / name, "--exact", *(["--force"] if there else [])) as process:
            while not (any(part.stat().st_size for part in tmp_path.glob(".*.part")) or process.poll() is not None):
                time.sleep(0.01)
            process.send_signal(sent)
            shown = process.communicate(timeout=60)
        assert (process.returncode, *shown) == (130, "", "aftersales: 已中断\n")
        assert sorted(tmp_path.iterdir()) == before
        assert not there or (tmp_path / name).read_text() == "work"


class TestColumns:
    def test_wrapping_keeps_every_character(self) -> None:
        text = "原因：" + "售后service服务（hotline）" * 8 + "x" * 130
        lines = list(score_view.wrapped(text, 40, "  ", "    "))
        assert "".join(line.strip() for line in lines).replace(" ", "") == text.replace(" ", "")
        assert max(map(score_view.width, lines)) <= 40

    def test_combining_characters_take_no_column(self) -> None:
        assert score_view.width("e\u0301") == 1
