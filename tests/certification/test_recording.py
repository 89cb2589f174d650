"""Events are added to the file of a certificate, and what people wrote there stays; `aftersales record`."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from support.command import CHAIN, run
from support.copies import received
from support.plain_yaml import from_yaml

from aftersales import (
    Certificate,
    Change,
    MaintenanceNotice,
    OutputError,
    PaperError,
    RectificationResult,
    Revocation,
    Surveillance,
    html_of,
    load_certificate,
    load_standard,
    record,
)
from aftersales.certification.certificate.recording import close_item_of_audit
from aftersales.certification.certificate.sound_part import sound_part_of
from aftersales.files.frozen import FrozenMapping
from aftersales.files.writing import as_yaml
from aftersales.files.yaml_editing import comment_lines, with_entry
from aftersales.problems.violations import Violation
from aftersales.views.certificate import certificate_lines

HEAD = """\
# 台账第 7 页
standard: CTS XBHT-S04-2025
edition: 2025-12-04  # 版本
organisation: '甲 # 乙'
final_score: 87.37
stars: 4
issued: 2026-03-20
"""
AUDIT = Surveillance.model_validate({"on": "2027-02-11", "passed": True, "note": "好：#1"})
ADDED = "- kind: surveillance\n  'on': '2027-02-11'\n  passed: true\n  note: 好：#1\n"
FLOW = '{"kind": "surveillance", "on": "2027-02-11", "passed": true, "note": "好：#1"}'
RENEWED = {"kind": "renewal", "on": "2028-03-01", "final_score": "91", "stars": 5}
CHANGE = "kind: change\n{0}on: 2026-09-01\n{0}scope: 全部\n"


def recorded(tmp_path: Path, text: str, name: str = "a.yaml") -> str:
    """The text of the file after the audit was recorded. It reads as the certificate with the audit."""
    path = tmp_path / name
    path.write_bytes(text.encode())
    before = load_certificate(path)
    after = record(path, AUDIT)
    assert after == before.record(AUDIT) == load_certificate(path)
    return path.read_bytes().decode()


class TestWhatPeopleWroteStays:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (HEAD, HEAD + "events:\n" + ADDED),
            (HEAD.rstrip("\n"), HEAD + "events:\n" + ADDED),
            (HEAD + "events:\n", HEAD + "events:\n" + ADDED),
            (HEAD + "events:   # 尚无\n# 完\n", HEAD + "events:   # 尚无\n" + ADDED + "# 完\n"),
            (HEAD + "events: null # 尚无\n", HEAD + "events: # 尚无\n" + ADDED),
            (HEAD + "events: [] # 尚无\n", HEAD + f"events: [{FLOW}] # 尚无\n"),
            (
                HEAD + "events: [{kind: change, on: 2026-09-01, scope: 全部}]\n",
                HEAD + "events: [{kind: change, on: 2026-09-01, scope: 全部}, " + FLOW + "]\n",
            ),
            (
                HEAD + "events:\n- " + CHANGE.format("  ") + "# 完\nscope: 乙\n",
                HEAD + "events:\n- " + CHANGE.format("  ") + ADDED + "# 完\nscope: 乙\n",
            ),
            (
                HEAD + "events:\n    - " + CHANGE.format("      ") + "      # 见函\n\n# 完\n",
                HEAD + "events:\n    - " + CHANGE.format("      ") + "      # 见函\n"
                + "".join("    " + line + "\n" for line in ADDED.splitlines()) + "\n# 完\n",
            ),
            (
                HEAD + "events:\n  - {kind: change, on: 2026-09-01, scope: 全部}  # 函",
                HEAD + "events:\n  - {kind: change, on: 2026-09-01, scope: 全部}  # 函\n"
                + "".join("  " + line + "\n" for line in ADDED.splitlines()),
            ),
            (
                "events:\n- kind: change\n  on: 2026-09-01\n  scope: |\n    全部\n    门店\n" + HEAD,
                "events:\n- kind: change\n  on: 2026-09-01\n  scope: |\n    全部\n    门店\n" + ADDED + HEAD,
            ),
            (
                "events:\n- kind: change\n  on: 2026-09-01\n  scope: 全部\n  note:\n" + HEAD,
                "events:\n- kind: change\n  on: 2026-09-01\n  scope: 全部\n  note:\n" + ADDED + HEAD,
            ),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("form", ["LF", "CRLF", "BOM"])
    def test_an_event_is_added_to_yaml_and_the_rest_stays_as_written(
        self, text: str, expected: str, form: str, tmp_path: Path
    ) -> None:
        if form == "CRLF":
            text, expected = text.replace("\n", "\r\n"), expected.replace("\n", "\r\n")
        bom = "\ufeff" if form == "BOM" else ""
        assert recorded(tmp_path, bom + text) == bom + expected

    def test_an_event_is_added_to_a_certificate_by_a_standard_from_a_file(self, tmp_path: Path) -> None:
        own = load_standard().model_copy(update={"id": "OWN 1"})
        text = HEAD.replace("CTS XBHT-S04-2025", "OWN 1")
        path, standard = tmp_path / "a.yaml", tmp_path / "own.yaml"
        path.write_text(text, "utf-8")
        record(path, AUDIT, own)
        assert path.read_text("utf-8") == text + "events:\n" + ADDED
        standard.write_text(as_yaml(own), "utf-8")
        done = run("record", str(path), "application", "--on", "2028-01-01", "--standard", str(standard))
        assert (done.returncode, done.stderr) == (0, "")
        assert path.read_text("utf-8") == text + "events:\n" + ADDED + "- kind: application\n  'on': '2028-01-01'\n"

    def test_an_event_is_added_to_json(self, tmp_path: Path) -> None:
        facts = load_certificate(HEAD.encode()).model_dump(mode="json", exclude_defaults=True)
        text = recorded(tmp_path, json.dumps(facts), "a.json")
        assert json.loads(text)["events"] == [json.loads(FLOW)]

    def test_a_yaml_file_in_braces_is_written_anew_or_refused_for_its_comments(self, tmp_path: Path) -> None:
        facts = "{standard: CTS XBHT-S04-2025, edition: 2025-12-04, organisation: 甲,\n final_score: 87, stars: 4, issued: 2026-03-20}"
        assert recorded(tmp_path, facts).endswith("events:\n" + ADDED)
        path = tmp_path / "b.yaml"
        path.write_text("# 一\n" + facts + "  # 二\n", "utf-8")
        with pytest.raises(OutputError) as caught:
            record(path, AUDIT)
        assert [problem.code for problem in caught.value.problems] == ["comments-lost"]
        assert "（第 1、3 行）" in caught.value.problems[0].message_zh
        assert path.read_text("utf-8") == "# 一\n" + facts + "  # 二\n"

    def test_a_list_with_a_trailing_comma_is_written_anew(self, tmp_path: Path) -> None:
        plain = "\n".join(line.partition("  #")[0] for line in HEAD.splitlines()[1:])
        text = plain + "\nevents: [{kind: change, on: 2026-09-01, scope: 全部}, ]\n"
        assert recorded(tmp_path, text).endswith("scope: 全部\n" + ADDED)

    def test_a_text_that_is_no_mapping_has_no_place_for_an_event(self) -> None:
        assert with_entry("- a\n", "events", "b: 1\n", "{}") is None

    def test_a_sign_within_a_text_is_no_comment(self) -> None:
        assert comment_lines("a: 'x # y'\nb: x#y\nc: |\n  # z\nd: 1 # one\n\n# two\n# three\n") == [5, 7, 8]


class TestNothingIsWrittenUnlessAllIsWell:
    @pytest.mark.parametrize(
        ("event", "code"),
        [
            (Surveillance.model_validate({"on": "2026-03-20", "passed": True}), "audit-on-first-day"),
            (Change.model_validate({"on": "2029-03-20", "scope": "x"}), "event-after-lapse"),
        ],
    )
    def test_an_event_against_the_rules_leaves_the_file_as_it_was(
        self, event: Surveillance | Change, code: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(HEAD, "utf-8")
        with pytest.raises(PaperError) as caught:
            record(path, event)
        assert [problem.code for problem in caught.value.problems] == [code]
        assert path.read_text("utf-8") == HEAD

    def test_the_file_keeps_its_mode_and_a_link_stays_one(self, tmp_path: Path) -> None:
        path, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
        path.write_text(HEAD, "utf-8")
        path.chmod(0o640)
        link.symlink_to(path)
        record(link, AUDIT)
        assert (link.is_symlink(), path.stat().st_mode & 0o777) == (True, 0o640)
        assert len(load_certificate(path).events) == 1
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


class TestItemOfAnAudit:
    def test_the_result_of_an_item_stands_in_its_audit_and_every_other_event_stays(self, tmp_path: Path) -> None:
        path, later = tmp_path / "a.yaml", "- {kind: change, on: 2027-06-01, scope: 全部}  # 尾\n"
        text = (
            HEAD + "events:\n" + "".join(f"- {{kind: change, on: 2026-0{n}-01, scope: 门店 {n}}}\n" for n in (7, 8, 9))
        )
        text += "- kind: surveillance\n  on: 2027-02-11\n  passed: false\n  rectification:\n    on: 2027-02-12\n    items:\n"
        for indicator in ("5.4.3.2", "5.4.4.1"):
            text += f"    - {{indicator: {indicator}, requirement: 改, due: 2027-03-01, responsible: 李静}}\n"
        path.write_text(text + later, "utf-8")
        before = load_certificate(path)
        result = RectificationResult.model_validate({"done": "已改", "on": "2027-02-20", "by": "张明"})
        after = close_item_of_audit(path, "5.4.4.1", result)
        audit = after.events[3]
        assert isinstance(audit, Surveillance)
        assert audit.rectification is not None
        assert [item.result for item in audit.rectification.items] == [None, result]
        assert [*after.events[:3], *after.events[4:]] == [*before.events[:3], *before.events[4:]]
        assert load_certificate(path) == after
        written = path.read_text("utf-8")
        assert written.startswith(HEAD)
        assert written.endswith(later)

    def test_an_item_is_closed_in_a_certificate_by_a_standard_from_a_file(self, tmp_path: Path) -> None:
        own, path = load_standard().model_copy(update={"id": "OWN 1"}), tmp_path / "a.yaml"
        item = "{indicator: 5.4.4.1, requirement: 改, due: 2027-03-01, responsible: 李静}"
        audit = "- kind: surveillance\n  on: 2027-02-11\n  passed: false\n  rectification:\n    on: 2027-02-12\n"
        head = HEAD.replace("CTS XBHT-S04-2025", "OWN 1")
        path.write_text(f"{head}events:\n{audit}    items:\n    - {item}\n", "utf-8")
        result = RectificationResult.model_validate({"done": "已改", "on": "2027-02-20", "by": "张明"})
        after = close_item_of_audit(path, "1", result, own)
        assert received(after).last_rectification()[1].items[0].result == result
        assert load_certificate(path, own) == after


class TestCommand:
    def certificate(self, tmp_path: Path, *events: dict[str, Any]) -> Path:
        path = tmp_path / "certificate.yaml"
        path.write_text(
            HEAD + ("events:\n" if events else "") + "".join(f"- {json.dumps(e)}\n" for e in events), "utf-8"
        )
        return path

    def test_an_event_of_each_kind_is_recorded(self, tmp_path: Path) -> None:
        path = self.certificate(tmp_path)
        rectification = tmp_path / "rectification.yaml"
        item = "{indicator: 5.4.3.2, requirement: 限时响应, due: 2027-04-30, responsible: 李静}"
        rectification.write_text(f"on: 2027-02-12\nitems: [{item}]\n", "utf-8")
        renewed = tmp_path / "new.yaml"
        text = Path(CHAIN).read_text("utf-8").replace("2026-03-0", "2028-03-0")
        names = "organisation: 丙\n  organisation_en: C\n  scope_en: All"
        renewed.write_text(text.replace("organisation: 滨海家电连锁有限公司", names, 1), "utf-8")
        looked_at = tmp_path / "audit.yaml"
        looked_at.write_text(renewed.read_text("utf-8").replace("2028-03-0", "2027-02-0"), "utf-8")
        audit = (
            "--passed",
            "no",
            "--star-kept",
            "yes",
            "--indicators",
            "5.4.3.2,5.3",
            "--rectification",
            rectification,
        )
        for arguments in (
            (
                "change",
                "--on",
                "2026-09-01",
                "--organisation",
                "丙",
                "--address",
                "港路",
                "--scope",
                "全部",
                "--note",
                "函",
            ),
            ("surveillance", "--on", "2027-02-11", *audit, "--evaluation", looked_at, "--note", "x"),
            ("downgrade", "--on", "2027-02-12", "--stars", "3", "--grounds", "star_not_kept", "--reason", "x"),
            ("surveillance", "--on", "2027-03-01", "--passed", "yes", "--notice", "B-7", "--notice-on", "2027-03-05"),
            ("application", "--on", "2028-03-01", "--note", "x"),
            ("renewal", "--on", "2028-03-20", "--evaluation", renewed, "--number", "N-2"),
            ("revocation", "--on", "2028-06-01", "--grounds", "breach_of_law", "--reason", "x"),
        ):
            done = run("record", str(path), *map(str, arguments))
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith(f"{path}：已登记\n\n")
        found = load_certificate(path)
        kinds = ["change", "surveillance", "downgrade", "surveillance", "application", "renewal", "revocation"]
        assert [event.kind for event in found.events] == kinds
        first = found.events[1]
        assert isinstance(first, Surveillance)
        assert (first.passed, first.star_kept, first.indicators) == (False, True, ("5.4.3.2", "5.3"))
        assert first.rectification is not None
        assert str(first.result).startswith("v1:")
        assert found.status("2028-03-20").holder.number == "N-2"
        assert found.status("2027-03-05").maintenance == MaintenanceNotice.model_validate(
            {"number": "B-7", "on": "2027-03-05"}
        )
        assert path.read_text("utf-8").startswith(HEAD)
        assert "已撤销" in done.stdout

    def test_a_renewal_long_after_its_evaluation_is_remarked(self, tmp_path: Path) -> None:
        path, renewed = self.certificate(tmp_path), tmp_path / "new.yaml"
        text = Path(CHAIN).read_text("utf-8").replace("2026-03-0", "2027-03-0")
        renewed.write_text(text.replace("organisation: 滨海家电连锁有限公司", "organisation: '甲 # 乙'", 1), "utf-8")
        done = run("record", str(path), "renewal", "--on", "2028-04-01", "--evaluation", str(renewed))
        assert done.returncode == 0
        assert "[issued-late, 7.2.3]" in done.stderr
        assert done.stderr.splitlines()[1].startswith(f"  {renewed}:")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["downgrade", "--on", "2026-09-01", "--stars", "3"], ["缺少“--grounds”", "缺少“--reason”"]),
            (["downgrade", "--on", "2026-09-01", "--stars", "5", "--grounds", "breach_of_law", "--reason", "x"],
             ["aftersales: --stars: 降级后须低于现有的四星级，所写为五星级 [not-a-downgrade, 7.2.4]"]),
            (["downgrade", "--on", "2026-09-01", "--stars", "三", "--grounds", "投诉", "--reason", "x"],
             ["--stars: “三”不是数", "--grounds: “投诉”不是可用的词"]),
            (["application", "--on", "2026-09-01", "--stars", "3", "--passed", "yes"], ["--stars 不能与 application 同用", "--passed 不能与 application 同用"]),
            (["surveillance", "--on", "2027-02-01", "--passed", "yes", "--notice-on", "2027-02-03"], ["--notice-on 须与 --notice 同用"]),
            (["surveillance", "--on", "2027-02-01"], ["缺少“--passed”"]),
            (["surveillance", "--on", "2027-02-01", "--passed", "yes", "--indicators", "5.4.3、5.9"],
             ["--indicators: 标准没有指标“5.9”"]),
            (["surveillance", "--on", "2025-02-01", "--passed", "yes"], ["aftersales: --on: 2025-02-01 早于发证日"]),
            (["surveillance", "--on", "2027-02-01", "--passed", "no", "--notice", "1"], ["[notice-of-failed-audit, 7.2.3]"]),
            (["change", "--on", "soon", "--scope", "x"], ["--on: “soon”不是日期"]),
            (["change", "--on", "2026-09-01"], ["[empty-change]"]),
            (["application", "--on", "2026-09-01", "--evaluation", CHAIN], ["--evaluation 不能与 application 同用"]),
            (["renewal", "--on", "2028-09-01"], ["缺少“--evaluation”"]),
            (["renewal", "--on", "2028-09-01", "--scope", "x", "--note", "y"], ["--note 不能与 renewal 同用", "--scope 不能与 renewal 同用", "缺少“--evaluation”"]),
            (["renewal", "--on", "2025-09-01", "--evaluation", CHAIN], ["[issued-too-early, 7.2.3]"]),
            (["surveillance", "--on", "2027-02-01", "--passed", "yes", "--rectification", "none.yaml"],
             ["none.yaml: ", "[unreadable-file]"]),
        ],
    )  # fmt: skip
    def test_a_wrong_event_is_reported_and_nothing_is_written(
        self, arguments: list[str], said: list[str], tmp_path: Path
    ) -> None:
        path = self.certificate(tmp_path)
        done = run("record", str(path), *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        for part in said:
            assert part in done.stderr
        assert path.read_text("utf-8") == HEAD

    def test_the_command_takes_chinese_words_and_any_separator(self, tmp_path: Path) -> None:
        path = self.certificate(tmp_path)
        for arguments in (
            (
                "监督审核",
                "--on",
                "2027-02-01",
                "--passed",
                "是",
                "--star-kept",
                "否",
                "--indicators",
                "5.4.3、5.1.2.2，5.3; 5.2",
            ),
            ("降级", "--on", "2027-02-02", "--stars", "3", "--grounds", "顾客投诉集中", "--reason", "x"),
            ("申请重新评价", "--on", "2028-12-01"),
        ):
            done = run("record", str(path), *arguments)
            assert done.returncode == 0
            assert ("[star-not-kept, 7.2.2]" in done.stderr) == (arguments[0] == "监督审核")
        audit, downgrade, application = load_certificate(path).events
        assert isinstance(audit, Surveillance)
        assert (audit.passed, audit.star_kept, audit.indicators) == (True, False, ("5.4.3", "5.1.2.2", "5.3", "5.2"))
        assert downgrade.kind == "downgrade"
        assert downgrade.grounds == "concentrated_complaints"
        assert application.kind == "application"

    def test_a_command_that_is_given_twice_records_one_event(self, tmp_path: Path) -> None:
        path = self.certificate(tmp_path)
        command = ("record", str(path), "surveillance", "--on", "2027-02-01", "--passed", "yes")
        assert run(*command).returncode == 0
        once = path.read_bytes()
        done = run(*command)
        assert (done.returncode, done.stdout) == (2, "")
        assert "[event-twice, 7.2]" in done.stderr
        assert path.read_bytes() == once
        assert run(*command[:-1], "no").returncode == 0  # a second audit of that day, with another result

    def test_a_renewal_by_an_old_evaluation_names_its_file(self, tmp_path: Path) -> None:
        path, old = self.certificate(tmp_path), tmp_path / "old.yaml"
        text = (
            Path(CHAIN).read_text("utf-8").replace("organisation: 滨海家电连锁有限公司", "organisation: '甲 # 乙'", 1)
        )
        old.write_text(text, "utf-8")
        done = run("record", str(path), "renewal", "--on", "2028-12-01", "--evaluation", str(old))
        assert done.stderr.startswith(f"{old}:16:34: period.end: ")

    def test_an_event_that_does_not_exist_is_answered_with_those_that_do(self, tmp_path: Path) -> None:
        done = run("record", str(self.certificate(tmp_path)), "surveilance", "--on", "2027-01-01")
        assert (
            "KIND 的值不能是“surveilance”；可用：surveillance、downgrade、revocation、application、renewal、change、"
            "supplement、correction、监督审核、降级、撤销、申请重新评价、重新评价换证、变更、补充登记、更正登记；是否想写“surveillance”？"
        ) in done.stderr

    def test_a_certificate_with_mistakes_is_not_changed(self, tmp_path: Path) -> None:
        path = self.certificate(tmp_path, {"kind": "change", "on": "2026-09-01"})
        done = run("record", str(path), "application", "--on", "2027-01-01", "--lang", "en")
        assert f"{path}:9:" in done.stderr
        assert "[empty-change]" in done.stderr


BOTH = [("event-before-issue", 9), ("not-a-downgrade", 10)]
AFTER = [(code, line + 1) for code, line in BOTH]


AUDITED = (
    HEAD
    + """\
events:
- kind: surveillance  # 第一次
  on: 2027-02-11
  passed: true
# 完
"""
)
NOTICE = MaintenanceNotice.model_validate({"number": "B-7", "on": "2027-02-20"})
ITEMS = """\
on: 2027-02-12
items:
- {indicator: 5.4.3.2, requirement: 限时响应, due: 2027-04-30, responsible: 李静}
"""


class TestCorrection:
    """The last event, recorded by mistake, does not count and does not vanish either."""

    TEXT = (
        "# 证书\nstandard: CTS XBHT-S04-2025\nedition: 2025-12-04\norganisation: 甲\nfinal_score: 87\nstars: 4\n"
        "issued: 2026-03-20  # 初审\nevents:\n- {kind: surveillance, on: 2026-09-11, passed: true}\n"
        "-  kind: surveillance  # 录错\n   on: 2027-02-11\n   # 结论\n   passed: false\naddress: x\n"
    )
    CORRECTION = ("correction", "--on", "2027-02-11", "--corrected-on", "2027-02-15", "--reason", "结论误录")

    def test_a_corrected_event_moves_to_the_corrections_with_its_comments(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(self.TEXT, "utf-8")
        assert load_certificate(path).status("2027-02-15").rectification
        done = run("record", str(path), "更正登记", *self.CORRECTION[1:])
        assert (done.returncode, done.stderr) == (0, "")
        assert "2027-02-15 监督审核（2027-02-11）登记有误，自始不计：结论误录" in done.stdout.replace("\n    ", "")
        start = self.TEXT.index("-  kind")
        moved = "corrections:\n- 'on': '2027-02-15'\n  reason: 结论误录\n  event:\n    kind: surveillance  # 录错\n"
        moved += "    on: 2027-02-11\n    # 结论\n    passed: false\n"
        assert path.read_text("utf-8") == f"{self.TEXT[:start]}address: x\n{moved}"
        read = load_certificate(path)
        assert [event.on.isoformat() for event in read.events] == ["2026-09-11"]
        assert read.corrections[0].event == Surveillance.model_validate({"on": "2027-02-11", "passed": False})
        assert not read.status("2027-02-12").rectification  # it counts for no day

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_views_show_it_from_the_day_of_the_correction(self, tmp_path: Path, lang: Any) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(self.TEXT, "utf-8")
        run("record", str(path), *self.CORRECTION)
        shown = {
            day: run("certificate", str(path), "--on", day, "--lang", lang) for day in ("2027-02-14", "2027-02-15")
        }
        assert ["结论误录" in done.stdout for done in shown.values()] == [False, True]
        assert "结论误录" in (html_of(load_certificate(path), lang) or "")

    def test_events_of_a_file_are_corrected_one_after_the_other_from_the_last(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_bytes(self.TEXT.replace("\n", "\r\n").encode())
        assert run("record", str(path), *self.CORRECTION).returncode == 0
        first = ("correction", "--on", "2026-09-11", "--corrected-on", "2027-02-16", "--reason", "x: y")
        assert run("record", str(path), *first).returncode == 0
        read = load_certificate(path)
        assert (read.events, [each.reason for each in read.corrections]) == ((), ["结论误录", "x: y"])
        assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")
        assert b"events:" not in path.read_bytes()
        done = run("record", str(path), *first)
        assert (done.returncode, "最后登记的事件，其日期为 –" in done.stderr) == (2, True)

    def test_a_file_in_json_or_in_flow_style_is_written_anew(self, tmp_path: Path) -> None:
        path = tmp_path / "a.json"
        path.write_text(load_certificate(self.TEXT.encode()).model_dump_json(exclude_none=True), "utf-8")
        assert run("record", str(path), *self.CORRECTION).returncode == 0
        flow = "events: [{kind: surveillance, on: 2026-09-11, passed: true}, {kind: surveillance, on: 2027-02-11, passed: false}]\n"
        text = self.TEXT[self.TEXT.index("standard") : self.TEXT.index("  # 初审")] + f"\naddress: x\n{flow}"
        other = tmp_path / "b.yaml"
        other.write_text(text, "utf-8")
        assert run("record", str(other), *self.CORRECTION).returncode == 0
        assert load_certificate(path) == load_certificate(other)
        other.write_text(f"# 证书\n{text}", "utf-8")
        done = run("record", str(other), *self.CORRECTION)
        assert (done.returncode, "[comments-lost]" in done.stderr) == (2, True)
        assert other.read_text("utf-8") == f"# 证书\n{text}"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--on", "2026-09-11", "--corrected-on", "2027-02-15", "--reason", "x"], "--on: 只能更正最后登记的事件，其日期为 2027-02-11"),
            (["--on", "2027-02-11", "--corrected-on", "2026-03-19", "--reason", "x"], "--corrected-on: 2026-03-19 早于发证日期"),
            (["--on", "2027-02-11", "--corrected-on", "明天", "--reason", "x"], "--corrected-on: “明天”不是日期"),
            (["--on", "2 月", "--corrected-on", "2027-02-15", "--reason", "x"], "--on: “2 月”不是日期"),
            (["--on", "2027-02-11", "--corrected-on", "2027-02-15"], "“--reason”"),
            (["--on", "2027-02-11", "--reason", "x"], "“--corrected-on”"),
            (["--on", "2027-02-11", "--corrected-on", "2027-02-15", "--reason", " "], "--reason: "),
            (["--on", "2027-02-11", "--corrected-on", "2027-02-15", "--reason", "x", "--note", "y"], "--note 不能与 correction 同用"),
        ],
    )  # fmt: skip
    def test_a_correction_that_does_not_fit_is_refused_and_nothing_is_written(
        self, arguments: list[str], said: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(self.TEXT, "utf-8")
        done = run("record", str(path), "correction", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert path.read_text("utf-8") == self.TEXT

    def test_corrected_on_belongs_to_a_correction(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(self.TEXT, "utf-8")
        done = run("record", str(path), "application", "--on", "2028-03-01", "--corrected-on", "2028-03-02")
        assert (done.returncode, "--corrected-on 不能与 application 同用" in done.stderr) == (2, True)

    def test_a_correction_by_hand_before_the_issue_is_refused(self) -> None:
        correction = "corrections:\n- {on: 2026-03-19, reason: x, event: {kind: application, on: 2027-01-01}}\n"
        with pytest.raises(PaperError) as caught:
            load_certificate((self.TEXT + correction).encode())
        assert [(p.code, p.path) for p in caught.value.problems] == [("event-before-issue", "corrections[0].on")]

    def test_every_kind_of_event_has_a_name(self) -> None:
        events = (
            {"kind": "application"}, {"kind": "change", "scope": "x"}, {"kind": "surveillance", "passed": True},
            {"kind": "downgrade", "stars": 3, "grounds": "breach_of_law", "reason": "x"},
            {"kind": "revocation", "grounds": "breach_of_law", "reason": "x"}, {"kind": "renewal", "final_score": 91, "stars": 5},
        )  # fmt: skip
        corrections = [{"on": "2027-02-15", "reason": "误录", "event": each | {"on": "2027-02-11"}} for each in events]
        certificate = load_certificate(from_yaml(self.TEXT) | {"corrections": corrections})
        lines = "\n".join(certificate_lines(certificate, certificate.status("2027-02-15"), load_standard()))
        for kind in ("申请重新评价", "变更", "监督审核", "降级", "撤销", "重新评价换证"):
            assert f"{kind}（2027-02-11）登记有误，自始不计：误录" in lines


class TestSupplement:
    """What is known later of an event is added to it, by command, and nothing that is recorded is changed."""

    def file(self, tmp_path: Path, text: str = AUDITED, name: str = "a.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    def test_the_notice_of_a_passed_audit_is_added_later(self, tmp_path: Path) -> None:
        """7.2.3: it is issued after the audit, with its own number and day."""
        path = self.file(tmp_path)
        done = run(
            "record", str(path), "补充登记", "--on", "2027-02-11", "--notice", "B-7", "--notice-on", "2027-02-20"
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "2027-02-20 的状态" in done.stdout
        assert "保持认证资格通知书 B-7，2027-02-20" in done.stdout
        added = "  notice:\n    number: B-7\n    'on': '2027-02-20'\n"
        assert path.read_text("utf-8") == AUDITED.replace("  passed: true\n", f"  passed: true\n{added}")
        assert load_certificate(path).status("2027-02-20").maintenance == NOTICE

    def test_everything_that_may_come_later_is_added_to_its_event(self, tmp_path: Path) -> None:
        path, items = self.file(tmp_path), tmp_path / "items.yaml"
        items.write_text(ITEMS, "utf-8")
        done = run(
            "record", str(path), "supplement", "--on", "2027-02-11", "--rectification", str(items),
            "--indicators", "5.4、5.1.2.2", "--note", "见函：3 # 号",
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        (audit,) = load_certificate(path).events
        assert isinstance(audit, Surveillance)
        assert (audit.indicators, audit.note) == (("5.4", "5.1.2.2"), "见函：3 # 号")
        assert audit.rectification is not None
        assert audit.rectification.items[0].responsible == "李静"
        assert "# 第一次" in path.read_text("utf-8")

    def test_the_reason_of_a_decision_is_added_in_english(self, tmp_path: Path) -> None:
        decision = "- {kind: downgrade, on: 2027-02-11, stars: 3, grounds: breach_of_law, reason: 违规}\n"
        path = self.file(tmp_path, AUDITED + decision)
        done = run("record", str(path), "supplement", "--on", "2027-02-11", "--reason-en", "breach: fees")
        assert (done.returncode, done.stderr) == (0, "")
        assert 'reason: 违规, reason_en: "breach: fees"}' in path.read_text("utf-8")
        shown = run("certificate", str(path), "--on", "2027-02-11", "--lang", "en").stdout
        assert "downgraded from 4 stars to 3 stars (breach of law): breach: fees" in shown.replace("\n   ", "")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["2027-02-11", "--notice", "B-8", "--notice-on", "2027-02-21"], "aftersales: --notice: 2027-02-11 的事件已登记此项内容"),
            (["2027-02-11", "--notice", "B-7", "--notice-on", "2027-02-20", "--note", "x"], "--notice: 2027-02-11 的事件已登记"),
            (["2027-02-12", "--note", "x"], "--on: 证书在 2027-02-12 没有可补充这些内容的事件；可补充的事件日期：2027-02-11、2027-03-01"),
            (["2027-03-01", "--notice", "B-8", "--notice-on", "2027-03-02"], "--notice: 监督审核不合格，不能出具保持认证资格通知书"),
            (["2027-03-01", "--reason-en", "x"], "可补充的事件日期：–"),
            (["2027-03-01", "--indicators", "5.9"], "--indicators: "),
            (["2027-03-01"], "[nothing-to-supplement]"),
            (["3 月 1 日", "--note", "x"], "aftersales: --on: "),
            (["2027-02-11", "--notice", "B-8"], "--notice 须与 --notice-on 同用"),
            (["2027-02-11", "--passed", "yes"], "--passed 不能与 supplement 同用"),
        ],
    )  # fmt: skip
    def test_a_supplement_that_does_not_fit_is_refused_and_nothing_is_written(
        self, arguments: list[str], said: str, tmp_path: Path
    ) -> None:
        noted = "  passed: true\n  notice: {number: B-7, on: 2027-02-20}\n"
        text = AUDITED.replace("  passed: true\n", noted) + "- {kind: surveillance, on: 2027-03-01, passed: false}\n"
        path = self.file(tmp_path, text)
        done = run("record", str(path), "supplement", "--on", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert path.read_text("utf-8") == text

    def test_of_several_events_of_a_day_the_last_one_that_can_have_it_gets_the_supplement(self) -> None:
        audits = [
            AUDIT,
            AUDIT.model_copy(update={"note": None}),
            Change.model_validate({"on": "2027-02-11", "scope": "x"}),
        ]
        certificate = load_certificate(HEAD.encode()).model_copy(update={"events": tuple(audits)})
        assert [getattr(event, "notice", None) for event in certificate.supplement("2027-02-11", notice=NOTICE).events] == [
            None, NOTICE, None
        ]  # fmt: skip
        assert [event.note for event in certificate.supplement("2027-02-11", note="z").events] == ["好：#1", None, "z"]

    def test_a_supplement_is_written_into_json_and_refused_where_there_is_no_place(self, tmp_path: Path) -> None:
        facts = load_certificate(AUDITED.encode()).model_dump(mode="json", exclude_none=True)
        path = self.file(tmp_path, json.dumps(facts), "a.json")
        run("record", str(path), "supplement", "--on", "2027-02-11", "--note", "x")
        assert json.loads(path.read_text("utf-8"))["events"][0]["note"] == "x"
        blank = self.file(tmp_path, AUDITED.replace("  passed: true\n", "  passed: true\n  note:\n"))
        before = blank.read_text("utf-8")
        done = run("record", str(blank), "supplement", "--on", "2027-02-11", "--note", "x", "--indicators", "5.4")
        assert "[comments-lost]" in done.stderr
        assert blank.read_text("utf-8") == before


class TestBodyOfAnOldCertificate:
    """R18: a certificate without a body gets it by command, and its papers name it."""

    def test_the_body_is_named_also_on_papers_of_earlier_days(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(AUDITED, "utf-8")
        done = run("record", str(path), "变更", "--on", "2027-03-01", "--approval-number", "C-1")
        assert "--approval-number 须与 --body 同用" in done.stderr
        done = run(
            "record",
            str(path),
            "变更",
            "--on",
            "2027-03-01",
            "--approval-number",
            "C-1",
            "--body",
            "云津质信认证有限公司",
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "变更（发证机构：（未填写） → 云津质信认证有限公司；批准号：（未填写） → C-1）" in done.stdout.replace(
            "\n    ", ""
        )
        done = run(
            "record",
            str(path),
            "change",
            "--on",
            "2027-03-02",
            "--body-en",
            "Yunjin",
            "--lookup",
            "x.org",
            "--lang",
            "en",
        )
        assert (
            "(name of the body in English: (none) → Yunjin; lookup of certificates: (none) → x.org)"
            in done.stdout.replace("\n    ", " ")
        )
        certificate = load_certificate(path)
        first, second = (event.body for event in certificate.events if isinstance(event, Change))
        assert first is not None
        assert second == first.model_copy(update={"name_en": "Yunjin", "lookup": "x.org"})
        days = ("2026-03-20", "2027-03-01", "2027-03-02")
        assert [certificate.status(on).body for on in days] == [first, first, second]

    def test_the_body_of_a_renewal_says_nothing_of_the_time_before(self) -> None:
        renewal = {"kind": "renewal", "on": "2029-03-01", "final_score": "91", "stars": 5, "body": {"name": "乙"}}
        change = {"kind": "change", "on": "2029-03-02", "body": {"name": "丙"}}
        data = load_certificate(AUDITED.encode()).model_dump(mode="json", exclude={"events"})
        for events, expected in (([renewal, change], [None, "乙", "丙"]), ([], [None, None, None])):
            certificate = Certificate.model_validate(data | {"events": events})
            found = [
                certificate.body_on(day)
                for day in map(datetime.date.fromisoformat, ("2028-01-01", "2029-03-01", "2029-03-02"))
            ]
            assert [body and body.name for body in found] == expected


class TestRemarks:
    """R20, 7.2.2: an audit is passed though the star level was not kept, and nothing follows."""

    @pytest.mark.parametrize(
        ("events", "on", "place"),
        [
            ([{"star_kept": False}], "2027-02-11", 0),
            ([{"star_kept": False}], "2027-02-10", None),
            ([{"star_kept": True}], "2027-02-11", None),
            ([{}], "2027-02-11", None),
            ([{"star_kept": False, "passed": False}], "2027-02-11", None),
            ([{"star_kept": False}, {"kind": "change", "on": "2027-03-01", "scope": "x"}], "2027-03-01", 0),
            ([{}, {"on": "2027-03-01", "star_kept": False}], "2027-03-01", 1),
            ([{"star_kept": False}, {"on": "2027-03-01"}], "2027-03-01", None),
            ([{"star_kept": False},
              {"kind": "downgrade", "on": "2027-03-01", "stars": 3, "grounds": "star_not_kept", "reason": "x"}], "2027-03-01", None),
            ([{"star_kept": False},
              {"kind": "downgrade", "on": "2027-03-01", "stars": 3, "grounds": "star_not_kept", "reason": "x"}], "2027-02-28", 0),
            ([{"star_kept": False}, {"kind": "revocation", "on": "2027-03-01", "grounds": "star_not_kept", "reason": "x"}],
             "2027-03-01", None),
            ([{"star_kept": False}, {"kind": "renewal", "on": "2028-03-01", "final_score": "91", "stars": 5}], "2028-03-01", None),
            ([], "2027-02-11", None),
        ],
    )  # fmt: skip
    def test_an_audit_passed_without_the_star_level_is_remarked_until_something_follows(
        self, events: list[dict[str, Any]], on: str, place: int | None
    ) -> None:
        audit = {"kind": "surveillance", "on": "2027-02-11", "passed": True}
        data = load_certificate(HEAD.encode()).model_dump(mode="json") | {"events": [audit | event for event in events]}
        for event in data["events"]:
            if event["kind"] != "surveillance":
                event.pop("passed"), event.pop("star_kept", None)
        remarks = load_certificate(data).remarks(on)
        expected = [] if place is None else [("star-not-kept", f"events[{place}].star_kept", "7.2.2")]
        assert [(remark.code, remark.path, remark.clause) for remark in remarks] == expected

    def test_commands_remark_on_stderr_that_a_star_was_not_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(AUDITED, "utf-8")
        done = run("record", str(path), "surveillance", "--on", "2027-03-01", "--passed", "是", "--star-kept", "否")
        told = f"{path}: events[1].star_kept: 2027-03-01 的监督审核合格，但星级水平未保持；请核对，并提出整改要求（7.2.2）或登记降级（7.2.4）"
        assert (done.returncode, told in done.stderr) == (0, True)
        shown = run("certificate", str(path), "--on", "2027-03-01", "--lang", "en")
        assert (shown.returncode, "[star-not-kept, 7.2.2]" in shown.stderr) == (0, True)
        assert run("certificate", str(path), "--on", "2027-02-28").stderr == ""


class TestChangeOfNothing:
    """R20: a change that states what was in force before changes nothing, and is more likely a mistake."""

    HEAD = HEAD + "body: {name: 甲, approval_number: '1'}\n"

    @pytest.mark.parametrize(
        ("events", "on", "expected"),
        [
            ([{"organisation": "甲 # 乙"}], "2027-02-11", [0]),
            ([{"organisation": "甲 # 乙"}], "2027-02-10", []),
            ([{"organisation": "甲 # 乙", "scope": "x"}], "2027-02-11", []),
            ([{"body": {"name": "甲", "approval_number": "1"}}], "2027-02-11", [0]),
            ([{"body": {"name": "甲", "approval_number": "1", "lookup": "x.org"}}], "2027-02-11", []),
            ([{"scope": "x"}, {"scope": "x"}, {"scope": "y"}], "2027-02-11", [1]),
            ([{"scope": "x"}, {"scope": "x"}, RENEWED], "2028-03-01", []),
            ([{"scope": "x"}, RENEWED, {"on": "2028-03-02", "scope": "x"}], "2028-03-02", [2]),
        ],
    )
    def test_a_change_of_nothing_is_remarked_in_the_term(
        self, events: list[dict[str, Any]], on: str, expected: list[int]
    ) -> None:
        change = {"kind": "change", "on": "2027-02-11"}
        data = load_certificate(self.HEAD.encode()).model_dump(mode="json")
        events = [event if "kind" in event else change | event for event in events]
        certificate = load_certificate(data | {"events": events})
        remarks = certificate.remarks(on)
        assert [(remark.code, remark.path, remark.clause) for remark in remarks] == [
            ("nothing-changed", f"events[{place}]", "7.2") for place in expected
        ]

    def test_the_command_records_a_change_of_nothing_and_remarks_it(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(self.HEAD, "utf-8")
        done = run("record", str(path), "变更", "--on", "2027-02-11", "--organisation", "甲 # 乙")
        assert done.returncode == 0
        assert done.stderr == (
            "提示（供核对）：1 条\n"
            f"  {path}: events[0]: 2027-02-11 的变更所写内容与变更前一致，未改变任何登记事项；请核对 [nothing-changed, 7.2]\n"
        )


class TestWordsOfTheCommand:
    """Chinese words are accepted, and named where another word stands."""

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["撤消"], "可用：surveillance、downgrade、revocation、application、renewal、change、supplement、correction、监督审核、降级、撤销、"),
            (["surveillance", "--passed", "过"], "--passed 的值不能是“过”；可用：yes、no、是、否、合格、不合格"),
            (["surveillance", "--passed", "是", "--star-kept", "合格"], "--star-kept 的值不能是“合格”；可用：yes、no、是、否"),
            (["surveillance", "--passed", "x", "--lang", "en"], "; allowed: yes, no\n"),
            (["降级", "--stars", "3", "--reason", "x", "--grounds", "顾客投诉"],
             "--grounds: “顾客投诉”不是可用的词；可用：重大服务质量事故、顾客投诉集中、违反相关法律法规、"
             "未保持星级水平且未按期完成整改；是否想写“顾客投诉集中”？ [unknown-word]"),
            (["downgrade", "--stars", "3", "--reason", "x", "--grounds", "law", "--lang", "en"],
             "'law' is not one of: major service incident, many complaints at once, breach of law, "),
        ],
    )  # fmt: skip
    def test_an_unknown_word_of_the_command_is_refused(self, arguments: list[str], said: str, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(HEAD, "utf-8")
        done = run("record", str(path), arguments[0], "--on", "2027-02-01", *arguments[1:])
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert path.read_text("utf-8") == HEAD

    @pytest.mark.parametrize("word", ["breach_of_law", "违反相关法律法规", "Breach of law"])
    def test_the_command_takes_grounds_in_every_language(self, word: str, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(HEAD, "utf-8")
        run("record", str(path), "降级", "--on", "2027-02-01", "--stars", "3", "--reason", "x", "--grounds", word)
        assert [event.kind == "downgrade" and event.grounds for event in load_certificate(path).events] == [
            "breach_of_law"
        ]

    @pytest.mark.parametrize(("word", "passed"), [("合格", True), ("不合格", False), ("是", True), ("no", False)])
    def test_the_command_takes_yes_and_no_in_every_language(self, word: str, passed: bool, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(HEAD, "utf-8")
        run("record", str(path), "监督审核", "--on", "2027-02-01", "--passed", word)
        assert [event.kind == "surveillance" and event.passed for event in load_certificate(path).events] == [passed]


class TestAllProblemsOfAFileAtOnce:
    """Invalid events do not hide that others break a rule."""

    @pytest.mark.parametrize(
        ("events", "expected"),
        [
            (
                ["{kind: surveillance, on: 2027-02-30, passed: true}", "{kind: revocation, on: 2026-01-01, grounds: breach_of_law, reason: x}",
                 "{kind: downgrade, on: 2027-01-01, stars: 5, grounds: breach_of_law, reason: x}"],
                [("not-a-date", 9), ("event-before-issue", 10), ("not-a-downgrade", 11)],
            ),
            (  # only a renewal starts a new term
                ["{kind: downgrade, on: 2026-09-31, stars: 3, grounds: breach_of_law, reason: x}", "{kind: change, on: 2020-01-01, scope: x}"],
                [("not-a-date", 9), ("event-before-issue", 10)],
            ),
            (  # the renewal starts a new term, so what comes after it is not judged
                ["{kind: renewal, on: 2029-02-30, stars: 4, final_score: 87}", "{kind: change, on: 2030-01-01, scope: x}"],
                [("not-a-date", 9)],
            ),
            (
                ["{kind: change, on: 2020-01-01, scope: x}", "passed", "{kind: change, on: 2030-01-01, scope: x}"],
                [("event-before-issue", 9), ("not-a-mapping", 10)],
            ),
            (["{kind: audit, on: 2027-01-01}", "{kind: change, on: 2030-01-01, scope: x}"], [("unknown-kind", 9)]),
        ],
    )  # fmt: skip
    def test_all_problems_of_events_are_reported_at_their_lines(
        self, events: list[str], expected: list[tuple[str, int]]
    ) -> None:
        text = HEAD + "events:\n" + "".join(f"- {event}\n" for event in events)
        with pytest.raises(PaperError) as caught:
            load_certificate(text.encode())
        assert [(problem.code, problem.line) for problem in caught.value.problems] == expected

    def test_the_head_is_judged_with_the_sound_events(self) -> None:
        text = HEAD.replace("stars: 4", "stars: 5") + "events:\n- {kind: change, on: 2026-09-01}\n"
        with pytest.raises(PaperError) as caught:
            load_certificate(text.encode())
        assert [(p.code, p.line) for p in caught.value.problems] == [("stars-mismatch", 6), ("empty-change", 9)]

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("stars: 4", "stars: x", [("not-a-number", 6), ("event-before-issue", 9)]),
            ("final_score: 87.37", "final_score: x", [("not-a-number", 5), *BOTH]),
            ("final_score: 87.37\n", "", [("missing-key", 2), ("event-before-issue", 8), ("not-a-downgrade", 9)]),
            ("'甲 # 乙'", "' '", [("blank", 4), *BOTH]),
            ("stars: 4", "star: 4", [("unknown-key", 6), ("event-before-issue", 9)]),
            ("issued: ", "isued: ", [("unknown-key", 7)]),
            ("版本", "版本\nnumber: ' '", [("blank", 4), ("event-before-issue", 10), ("not-a-downgrade", 11)]),
            (
                "版本",
                "版本\ncorrections: [{on: x, reason: x, event: {kind: application, on: 2027-01-01}}]",
                [("not-a-date", 4), ("event-before-issue", 10), ("not-a-downgrade", 11)],
            ),
            ("版本", "版本\nbody: {name: ' '}", [("blank", 4), ("event-before-issue", 10), ("not-a-downgrade", 11)]),
            ("final_score: 87.37", "final_score: 90\nx: y", [("unknown-key", 6), ("stars-mismatch", 7), *AFTER]),
            # Without these no rule can be checked.
            ("2026-03-20", "2026-03-32", [("not-a-date", 7)]),
            ("2025-12-04", "x", [("not-a-date", 3)]),
            ("standard: CTS XBHT-S04-2025", "standard:", [("blank", 2)]),
            ("standard: CTS XBHT-S04-2025", "standard: X\nnumber: ' '", [("unknown-standard", 2), ("blank", 3)]),
        ],
    )
    def test_invalid_facts_of_the_head_hide_no_event(self, old: str, new: str, expected: list[tuple[str, int]]) -> None:
        """A downgrade is not judged by stars that are invalid."""
        downgrade = "{kind: downgrade, on: 2026-09-01, stars: 4, grounds: breach_of_law, reason: x}"
        text = HEAD.replace(old, new) + f"events:\n- {{kind: change, on: 2020-01-01, scope: x}}\n- {downgrade}\n"
        with pytest.raises(PaperError) as caught:
            load_certificate(text.encode())
        assert [(p.code, p.line) for p in caught.value.problems] == expected

    def test_an_early_correction_is_reported_beside_an_invalid_fact_at_its_line(self) -> None:
        correction = "corrections:\n- {on: 2026-03-19, reason: x, event: {kind: application, on: 2027-01-01}}\n"
        with pytest.raises(PaperError) as caught:
            load_certificate((HEAD + "number: ' '\n" + correction).encode())
        found = [(problem.code, problem.path, problem.line) for problem in caught.value.problems]
        assert found == [("blank", "number", 8), ("event-before-issue", "corrections[0].on", 10)]

    def test_a_key_that_is_no_text_is_reported_for_the_whole_certificate(self) -> None:
        facts = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "organisation": "甲", "\ud800": "x"}
        with pytest.raises(PaperError) as caught:
            load_certificate(facts | {"final_score": "87.37", "stars": 4, "issued": "2026-03-20"})
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [("key-not-text", "")]

    @pytest.mark.parametrize("stars", ["5", "1000000", "9" * 100])
    def test_no_downgrade_is_a_mistake_beside_invalid_stars(self, stars: str) -> None:
        text = HEAD.replace("stars: 4", "stars: x") + (
            f"events:\n- {{kind: downgrade, on: 2026-09-01, stars: {stars}, grounds: breach_of_law, reason: x}}\n"
        )
        with pytest.raises(PaperError) as caught:
            load_certificate(text.encode())
        assert [(p.code, p.line) for p in caught.value.problems] == [("not-a-number", 6)]

    @pytest.mark.parametrize("data", ["- a\n", HEAD + "events: x\n", HEAD + "events:\n- {kind: [a], on: 2026-09-01}\n"])
    def test_events_of_another_form_are_refused(self, data: str) -> None:
        with pytest.raises(PaperError) as caught:
            load_certificate(data.encode())
        assert len(caught.value.problems) == 1

    def test_a_kind_of_event_that_python_cannot_print_is_refused(self) -> None:
        facts = load_certificate(HEAD.encode()).model_dump(mode="json") | {"events": [{"kind": 10**5000}]}
        part = sound_part_of(facts, [Violation("unknown-kind", ("events", 0, "kind"))], tuple(facts))
        assert part is not None
        assert (part.positions, part.data["events"]) == ([], [])

    def test_events_may_be_mappings_of_any_class(self) -> None:
        facts = load_certificate(HEAD.encode()).model_dump(mode="json") | {
            "events": [{"kind": "change", "on": "2020-01-01"}]
        }
        with pytest.raises(PaperError) as caught:
            load_certificate(FrozenMapping(facts | {"stars": 5}))
        assert [problem.code for problem in caught.value.problems] == ["stars-mismatch", "empty-change"]
        with pytest.raises(PaperError) as caught:
            load_certificate(facts | {"events": iter(facts["events"])})
        assert [problem.code for problem in caught.value.problems] == ["empty-change"]


def test_a_revocation_is_made_in_python(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(HEAD, "utf-8")
    decision = Revocation.model_validate({"on": "2026-09-01", "grounds": "breach_of_law", "reason": "x"})
    assert isinstance(record(path, decision), Certificate)
