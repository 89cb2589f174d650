"""The command that writes a report."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from support import oracle
from support.command import CHAIN, run
from support.plain_yaml import from_yaml, to_yaml

import aftersales
from aftersales.evaluation.workbook.writer import write_workbook


class TestCommand:
    def test_the_command_writes_the_report(self, tmp_path: Path) -> None:
        path = tmp_path / "report.html"
        done = run("report", CHAIN, "-o", str(path), "--on", "2026-03-20", "--number", "SM-9")
        assert (done.returncode, done.stdout, done.stderr) == (
            0,
            f"{path}：已写入\n最迟应于 2026-03-27 出具（7.1）\n",
            "",
        )
        assert "2026年3月20日" in path.read_text("utf-8")
        again = run("report", CHAIN, "-o", str(path), "--lang", "en")
        assert again.returncode == 2
        assert "[file-exists]" in again.stderr
        assert run("report", CHAIN, "-o", str(path), "--lang", "en", "--force").returncode == 0
        assert "Basic information" in path.read_text("utf-8")

    def test_files_of_evidence_are_looked_for_beside_the_file_and_not_for_stdin(self, tmp_path: Path) -> None:
        evaluation = Path(CHAIN).read_text("utf-8")
        evaluation = evaluation.replace(
            "{method: document, note: 营业执照", "{method: document, file: 照片.jpg, note: 营业执照", 1
        )
        source, out = tmp_path / "source.yaml", tmp_path / "report.md"
        source.write_text(evaluation, "utf-8")
        done = run("report", str(source), "-o", str(out))
        assert (done.returncode, done.stderr.count("照片.jpg"), out.exists()) == (2, 1, False)
        assert run("report", "-", "-o", str(out), text=evaluation).returncode == 0
        assert "照片.jpg" in out.read_text("utf-8")

    def test_the_command_writes_the_summary(self, tmp_path: Path) -> None:
        path = tmp_path / "summary.docx"
        assert run("report", CHAIN, "-o", str(path), "--summary").returncode == 0
        assert zipfile.is_zipfile(path)

    def test_the_rectification_of_a_file_stands_in_it(self, tmp_path: Path) -> None:
        items, out = tmp_path / "items.yaml", tmp_path / "report.md"
        item = "{indicator: 5.4.3.2, requirement: 投诉 24 小时内响应, due: 2026-04-30, responsible: 李静}"
        items.write_text(f"on: 2026-03-20\nitems: [{item}]\n", "utf-8")
        assert run("report", CHAIN, "-o", str(out), "--rectification", str(items)).returncode == 0
        assert "投诉 24 小时内响应" in out.read_text("utf-8")
        items.write_text(items.read_text("utf-8").replace(", responsible: 李静", ""), "utf-8")
        done = run("report", CHAIN, "-o", str(out), "--rectification", str(items), "--force")
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{items}:2:" in done.stderr

    def test_the_rectification_of_another_organisation_is_refused(self, tmp_path: Path) -> None:
        items, out = tmp_path / "items.yaml", tmp_path / "report.md"
        item = "{indicator: 5.4.3.2, requirement: 投诉 24 小时内响应, due: 2026-04-30, responsible: 李静}"
        items.write_text(f"on: 2026-03-20\nsubject: {{organisation: 别家有限公司}}\nitems: [{item}]\n", "utf-8")
        done = run("report", CHAIN, "-o", str(out), "--rectification", str(items))
        assert (done.returncode, out.exists()) == (2, False)
        assert "[other-organisation, 6.3.2]" in done.stderr

    def test_a_rectification_of_an_impossible_day_is_refused_at_its_line(self, tmp_path: Path) -> None:
        """The example was evaluated until 6 March 2026."""
        items, out = tmp_path / "items.yaml", tmp_path / "report.md"
        item = "{indicator: 5.4.3.2, requirement: 投诉 24 小时内响应, due: 2026-04-30, responsible: 李静}"
        for day, code in (
            ("2026-03-11", "rectification-after-report, 7.1"),
            ("2026-03-05", "rectification-before-end, 6.3.2"),
        ):
            items.write_text(f"occasion: evaluation\non: {day}\nitems: [{item}]\n", "utf-8")
            done = run("report", CHAIN, "-o", str(out), "--rectification", str(items), "--on", "2026-03-10", "--draft")
            assert (done.returncode, out.exists()) == (2, False)
            assert done.stderr.startswith(f"{items}:2:5: on: ")
            assert done.stderr.endswith(f"[{code}]\n")

    def test_the_problems_of_both_files_are_reported_at_once(self, tmp_path: Path) -> None:
        """The rectification is held against an evaluation that lacks a scope, and read beside one without a score."""
        shop, items, out = (tmp_path / name for name in ("shop.yaml", "items.yaml", "report.md"))
        item = "{indicator: 5.4.3.2, requirement: 投诉 24 小时内响应, due: 2026-04-30}"
        items.write_text(f"on: 2026-03-20\nsubject: {{organisation: 别家有限公司}}\nitems: [{item}]\n", "utf-8")
        for part, cut, codes in (
            ("subject", "scope", ["missing-for-report", "other-organisation", "missing-key"]),
            ("findings", "5.1.1.1", ["missing-finding", "missing-key"]),
        ):
            whole = from_yaml(Path(CHAIN).read_text("utf-8"))
            del whole[part][cut]
            shop.write_text(to_yaml(whole), "utf-8")
            done = run("report", str(shop), "-o", str(out), "--rectification", str(items))
            assert (done.returncode, out.exists()) == (2, False)
            told = re.findall(r"^(\S+?\.yaml).*\[([a-z-]+)", done.stderr, re.MULTILINE)
            files = [str(shop), *[str(items)] * (len(codes) - 1)]
            assert sorted(told) == sorted(zip(files, codes, strict=True))
        fixed = item.replace("}", ", responsible: 李静}")
        items.write_text(f"on: 2026-03-20\nitems: [{fixed}]\n", "utf-8")
        done = run("report", str(shop), "-o", str(out), "--rectification", str(items))
        assert (done.returncode, done.stderr.count("[missing-finding"), str(items) in done.stderr) == (2, 1, False)

    def test_a_form_without_evidence_is_reported_by_the_name_of_its_sheet(self, tmp_path: Path) -> None:
        form = tmp_path / "form.xlsx"
        evaluation = aftersales.load_evaluation(oracle.document(oracle.all_full()))
        form.write_bytes(write_workbook(aftersales.load_standard(), evaluation))
        told = run("check", str(form), "--report").stderr
        assert f"{form}:评分表!A1: “评分表”: " in told
        assert "findings:" not in told

    def test_a_summary_has_no_rectification(self, tmp_path: Path) -> None:
        out = tmp_path / "report.md"
        done = run("report", CHAIN, "-o", str(out), "--summary", "--rectification", "items.yaml")
        assert (done.returncode, out.exists()) == (2, False)
        assert "--summary 不能与 --rectification 同用" in done.stderr

    def test_gaps_are_reported_at_their_lines_before_anything_is_written(self, tmp_path: Path) -> None:
        file, out = tmp_path / "shop.yaml", tmp_path / "report.md"
        data = oracle.document(oracle.all_full(i5_1_1_2="none"), type="self", team=[{"name": "张明"}])
        file.write_text(to_yaml(data), "utf-8")
        done = run("report", str(file), "-o", str(out))
        lines = file.read_text("utf-8").splitlines()
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{file}:{lines.index('  5.1.1.2: none') + 1}:12: 5.1.1.2: " in done.stderr
        assert f"{file}:{lines.index('- name: 张明') + 1}:" in done.stderr
        assert "[missing-for-report, 6.1.1]" in done.stderr
        assert not out.exists()
        drawn = run("report", str(file), "-o", str(out), "--draft", "--lang", "en")
        assert (drawn.returncode, drawn.stdout) == (0, f"{out}: written, a draft with 8 gaps\n")
        assert "\\[to be added: scope\\]" in out.read_text("utf-8")
        assert run("report", str(file), "-o", str(out), "--draft", "--force").stdout == f"{out}：已写入草稿，8 处待补\n"

    def test_what_is_wrong_with_an_option_is_reported_at_it(self, tmp_path: Path) -> None:
        """The example was evaluated until 6 March 2026."""
        out = tmp_path / "a.md"
        for option, value, code in (("--on", "2026-03-05", "issued-before-end, 7.1"), ("--number", " ", "blank")):
            done = run("report", CHAIN, "-o", str(out), option, value)
            assert (done.returncode, out.exists()) == (2, False)
            assert done.stderr.startswith(f"aftersales: {option}: ")
            assert done.stderr.endswith(f"[{code}]\n")

    def test_a_number_of_a_certificate_that_is_blank_is_reported_at_its_option(self, tmp_path: Path) -> None:
        out = tmp_path / "a.yaml"
        issue = ("issue", CHAIN, "--on", "2026-03-20", "-o", str(out))
        assert run(*issue, "--number", " ").stderr.startswith("aftersales: --number: ")
        assert run(*issue, "--number", "SM-1").returncode == 0
        summary = ("certificate", str(out), "--on", "2026-03-20", "--summary", CHAIN, "-o", str(tmp_path / "a.md"))
        assert run(*summary, "--number", " ").stderr.startswith("aftersales: --number: ")

    def test_a_bad_day_of_issue_is_refused(self, tmp_path: Path) -> None:
        done = run("report", CHAIN, "-o", str(tmp_path / "a.md"), "--on", "20.3.2026")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert "[not-a-date]" in done.stderr
