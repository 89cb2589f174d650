"""The draft of a rectification, its notice (整改通知书), its items closed one by one, and the command (6.3.2, 7.2.2, R19)."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.command import CHAIN, run
from support.copies import received
from support.reports import example, scored

import aftersales
from aftersales import (
    OutputError,
    PaperError,
    Rectification,
    RectificationResult,
    close_item,
    draft_rectification,
    fingerprint,
    load_certificate,
    load_rectification,
)
from aftersales.certification.rectification import closing
from aftersales.rendering.rendering import FORMATS

CARD = scored(example("home-appliance-chain"))
RESULT = RectificationResult.model_validate({"done": "增设夜间值班", "on": "2027-04-20", "by": "张明"})
ITEMS = """\
# 整改
on: 2027-03-01
items:
- indicator: 5.4.3.2
  requirement: 24 小时内响应
  due: 2027-04-30   # 延期一次
  responsible: 李静
  # 见函
- {indicator: 5.1.2.6, requirement: 补考, due: 2027-04-10, responsible: 王芳}  # 急
- {indicator: 5.1.2.6, requirement: 补档, due: 2027-04-10, responsible: 王芳}
"""


def failed() -> aftersales.Scorecard:
    """A score of 50: half of each indicator."""
    half = {"kind": "qualitative", "degree": "50%", "reason": "未落实"}
    findings: dict[str, Any] = dict.fromkeys(oracle.all_full(), half)
    findings["5.1.2.2"] = {"kind": "quantitative", "actual": "5%", "reason": "人数不足", "measure": "组织 6 人考证"}
    return scored(oracle.document(findings) | {"type": "third_party", "subject": {"organisation": "甲"}})


class TestDraft:
    def test_a_draft_has_an_item_for_each_deduction_in_the_order_of_the_standard(self) -> None:
        draft = draft_rectification(CARD, "2026-03-20", "2026-04-30", number="ZG-1")
        ids = [item.indicator for item in draft.items]
        assert sorted(ids) == sorted(node.id for node in CARD.deductions)
        assert ids == [indicator.id for indicator in CARD.standard.indicators if indicator.id in ids]
        assert {(str(item.due), item.responsible, item.result) for item in draft.items} == {("2026-04-30", None, None)}
        assert (draft.number, draft.occasion, draft.result) == ("ZG-1", "evaluation", fingerprint(CARD.evaluation))
        assert (draft.final_score, draft.body, draft.subject) == (
            CARD.final_score, CARD.evaluation.body, CARD.evaluation.subject
        )  # fmt: skip

    def test_the_assessors_own_measure_is_the_requirement_of_an_item(self) -> None:
        items = {item.indicator: item for item in draft_rectification(failed(), "2026-03-20", "2026-04-30").items}
        assert (items["5.1.2.2"].problem, items["5.1.2.2"].requirement) == ("人数不足", "组织 6 人考证")
        assert items["5.1.1.1"].requirement.startswith("逐条整改上述问题，弥补主要差距 50%")

    def test_without_a_reason_the_finding_is_the_problem_of_an_item(self) -> None:
        findings = oracle.all_full() | {"5.1.1.1": {"kind": "qualitative", "degree": "60%"}}
        card = scored(oracle.document(findings))
        zh, en = (draft_rectification(card, "2026-03-20", "2026-04-30", lang=lang).items for lang in ("zh", "en"))
        assert (len(zh), zh[0].problem, en[0].problem) == (1, "符合程度 60%", "degree 60%")

    def test_no_draft_is_made_without_a_deduction_or_of_wrong_days(self) -> None:
        full = scored(oracle.document(oracle.all_full()))
        for card, due, code in (
            (full, "2026-04-30", "nothing-to-rectify"),
            (CARD, "2026-03-19", "rectification-too-early"),
            (CARD, "soon", "not-a-date"),
        ):
            with pytest.raises(PaperError) as caught:
                draft_rectification(card, "2026-03-20", due)
            assert [problem.code for problem in caught.value.problems] == [code]

    @pytest.mark.parametrize(("occasion", "clause"), [("evaluation", "6.3.2"), ("surveillance", "7.2.2")])
    def test_no_rectification_is_required_before_the_evaluation_has_ended(self, occasion: Any, clause: str) -> None:
        """The period of the example ends on 6 March 2026."""
        assert draft_rectification(CARD, "2026-03-06", "2026-03-06", occasion=occasion).items
        with pytest.raises(PaperError) as caught:
            draft_rectification(CARD, "2026-03-05", "2026-03-04", occasion=occasion)
        found = [(p.code, p.path, p.clause) for p in caught.value.problems]
        assert found == [("rectification-before-end", "on", clause), ("rectification-too-early", "due", clause)]
        assert draft_rectification(failed(), "2020-01-01", "2020-01-01").items  # it has no period

    def test_every_argument_of_a_draft_may_be_named(self) -> None:
        named = draft_rectification(card=CARD, on="2026-03-20", due="2026-04-30", occasion="surveillance")
        assert named == draft_rectification(CARD, "2026-03-20", "2026-04-30", occasion="surveillance")


class TestNotice:
    def test_a_notice_of_rectification_says_all_of_it(self) -> None:
        draft = draft_rectification(CARD, "2026-03-20", "2026-04-30", number="ZG-1")
        text = draft.typeset("md").decode().replace("\\", "")
        for said in (
            "# 整改通知书", "滨海家电连锁有限公司", "ZG-1", "2026年3月20日", "云津质信认证有限公司", "CNCA-R-2026-999",
            "CTS XBHT-S04-2025《", fingerprint(CARD.evaluation), "本次评价最终得分 87.37 分。", "| 1 | 5.1.1.2 企业标识与服务标志设置合规醒目 |",
            draft.items[0].problem, draft.items[0].requirement, "2026年4月30日", "评价机构：云津质信认证有限公司", "盖章：",
        ):  # fmt: skip
            assert str(said) in text, said
        assert "截至" not in text

    def test_a_failed_evaluation_may_apply_again_when_it_is_put_right(self) -> None:
        """6.3.2."""
        text = draft_rectification(failed(), "2026-03-20", "2026-04-30").typeset("md").decode()
        assert "最终得分 50.00 分，低于合格线 60 分，评价不合格（6.3.2）" in text
        assert "方可重新申请评价" in text
        assert "评价组长" in text  # no body is named
        text = draft_rectification(failed(), "2026-03-20", "2026-04-30").typeset("md", "en").decode()
        assert "below the pass line of 60" in text

    def test_a_notice_of_rectification_says_what_an_audit_may_lead_to(self) -> None:
        """7.2.2, reading R14."""
        draft = draft_rectification(failed(), "2026-03-20", "2026-04-30", occasion="surveillance")
        text = draft.typeset("md").decode()
        assert "可降低其星级等级或撤销星级证书（7.2.2、7.2.4）" in text
        assert "重新申请" not in text

    def test_a_score_that_is_rounded_onto_the_pass_line_is_explained(self) -> None:
        """Reading R3."""
        item = {"indicator": "5.9", "requirement": "x", "due": "2027-04-30"}
        data = {"on": "2027-04-01", "standard": CARD.standard.id, "final_score": "59.999", "items": [item]}
        text = Rectification.model_validate(data).typeset("md").decode().replace("\\", "")
        assert "60.00(-) 分，低于合格线" in text
        assert "GB/T 8170" in text
        assert "| 1 | 5.9 | – | x |" in text
        assert "【待补：评价对象】" in text

    def test_a_notice_of_rectification_says_how_far_it_is_on_a_day(self) -> None:
        notice = load_rectification(ITEMS.encode()).close("5.4.3.2", RESULT)
        text = notice.typeset("md", on="2027-04-20").decode()
        assert "截至2027年4月20日，整改事项 3 项，已完成 1 项，未完成 2 项，其中逾期 2 项。" in text
        assert "| 1 | 5.4.3.2；24 小时内响应 | 增设夜间值班 | 2027年4月20日 | 张明 | 已完成 |" in text
        assert "| 2 | 5.1.2.6；补考 |  |  |  | 逾期 |" in text
        assert "| 1 | 5.4.3.2 |" in text  # without a standard there is no title

    def test_a_notice_of_rectification_leaves_the_name_of_an_unnamed_client_blank(self) -> None:
        text = (
            load_rectification(ITEMS.encode()).model_copy(update={"body": CARD.evaluation.body}).typeset("md").decode()
        )
        assert "评价对象 |" in text

    def test_every_argument_of_a_notice_of_rectification_may_be_named(self) -> None:
        notice = load_rectification(ITEMS.encode())
        named = notice.typeset(format="md", lang="en", standard=CARD.standard, on="2027-04-20")
        assert named == notice.typeset("md", "en", CARD.standard, on="2027-04-20")

    @pytest.mark.parametrize("format", FORMATS)
    def test_the_notice_is_written_in_each_format_and_overwrites_no_file(self, format: str, tmp_path: Path) -> None:
        path = tmp_path / f"notice.{format}"
        notice = draft_rectification(CARD, "2026-03-20", "2026-04-30")
        notice.write(path=path, lang="en", on="2026-04-01")
        assert path.stat().st_size > 1000
        with pytest.raises(OutputError):
            notice.write(path)

    def test_a_notice_of_rectification_by_an_unknown_standard_is_refused(self) -> None:
        notice = load_rectification(ITEMS.encode()).model_copy(update={"standard": "X"})
        with pytest.raises(PaperError) as caught:
            notice.typeset("md")
        assert caught.value.problems[0].code == "unknown-standard"


class TestClosing:
    """Each item is closed by itself, and the file stays as people wrote it."""

    @pytest.mark.parametrize(
        ("item", "new"),
        [
            (
                "1",
                "  responsible: 李静\n  result:\n    done: 增设夜间值班\n    'on': '2027-04-20'\n    by: 张明\n",
            ),
            ("5.4.3.2", "    by: 张明\n"),
            ("2", '王芳, result: {"done": "增设夜间值班", "on": "2027-04-20", "by": "张明"}}  # 急\n'),
        ],
    )
    def test_an_item_of_a_yaml_file_is_closed(self, item: str, new: str, tmp_path: Path) -> None:
        path = tmp_path / "items.yaml"
        path.write_text(ITEMS, "utf-8")
        closed = close_item(path, item, RESULT)
        assert load_rectification(path) == closed
        assert len(closed.open_on("2027-04-20")) == 2
        text = path.read_text("utf-8")
        assert new in text
        assert {line.partition("#")[2] for line in text.split("\n")} == {"", " 整改", " 延期一次", " 见函", " 急"}
        assert [file.name for file in tmp_path.iterdir()] == ["items.yaml"]

    def test_an_item_of_a_json_file_is_closed(self, tmp_path: Path) -> None:
        path = tmp_path / "items.json"
        path.write_text(
            json.dumps({"on": "2027-03-01", "items": [{"indicator": "5.4", "requirement": "x", "due": "2027-04-30"}]})
        )
        assert close_item(path, "5.4", RESULT).open_on("2027-04-20") == ()
        assert load_rectification(path, complete=False).items[0].result == RESULT

    def test_an_item_is_closed_in_a_draft_that_names_nobody_who_is_responsible(self, tmp_path: Path) -> None:
        path = tmp_path / "items.yaml"
        path.write_text(ITEMS.replace("  responsible: 李静\n", ""), "utf-8")
        close_item(path, "5.4.3.2", RESULT)
        assert "# 延期一次" in path.read_text("utf-8")

    def test_an_item_without_a_clear_place_is_closed_only_if_no_comment_is_lost(self, tmp_path: Path) -> None:
        path = tmp_path / "items.yaml"
        text = ITEMS.replace("  # 见函\n", "  result:\n")
        path.write_text(text, "utf-8")
        with pytest.raises(OutputError) as caught:
            close_item(path, "1", RESULT)
        assert caught.value.problems[0].code == "comments-lost"
        assert path.read_text("utf-8") == text
        path.write_text(ITEMS.replace("王芳}", "王芳, }"), "utf-8")
        with pytest.raises(OutputError) as caught:
            close_item(path, "2", RESULT)
        assert caught.value.problems[0].code == "comments-lost"
        path.write_text("\n".join(line.partition("#")[0] for line in text.split("\n")), "utf-8")
        close_item(path, "1", RESULT)
        assert load_rectification(path).items[0].result == RESULT

    def test_a_change_of_the_text_that_reads_as_something_else_is_not_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path, text = tmp_path / "items.yaml", "".join(line.partition("#")[0] + "\n" for line in ITEMS.splitlines())
        path.write_text(text, "utf-8")
        monkeypatch.setattr(closing, "with_key", lambda text, *rest: text.replace("补考", "补训"))
        closed = close_item(path, "1", RESULT)
        assert [item.requirement for item in closed.items] == ["24 小时内响应", "补考", "补档"]
        assert load_rectification(path) == closed

    @pytest.mark.parametrize(
        ("item", "code", "allowed"),
        [
            ("5.1.2.6", "several-items", "2、3"),
            ("5.9", "no-open-item", "5.4.3.2、5.1.2.6"),
            ("4", "no-open-item", "5.4.3.2、5.1.2.6"),
        ],
    )
    def test_an_item_that_is_not_clear_is_refused_with_those_that_are(self, item: str, code: str, allowed: str) -> None:
        with pytest.raises(PaperError) as caught:
            load_rectification(ITEMS.encode()).close(item, RESULT)
        assert caught.value.problems[0].code == code
        assert allowed in caught.value.problems[0].message_zh

    def test_a_closed_item_keeps_its_result(self) -> None:
        closed = load_rectification(ITEMS.encode())
        for item in ("1", "2", "3"):
            closed = closed.close(item, RESULT)
        with pytest.raises(PaperError) as caught:
            closed.close("1", RESULT)
        assert [problem.code for problem in caught.value.problems] == ["no-open-item"]

    def test_no_item_is_done_before_it_was_required(self) -> None:
        early = RESULT.model_copy(update={"on": aftersales.load_standard().edition})
        with pytest.raises(PaperError) as caught:
            load_rectification(ITEMS.encode()).close("1", early)
        assert [(p.code, p.path) for p in caught.value.problems] == [("rectification-too-early", "items[0].result.on")]

    def test_an_item_of_a_workbook_is_closed_by_hand(self, tmp_path: Path) -> None:
        path = tmp_path / "items.xlsx"
        content = aftersales.write_rectification_workbook(CARD.standard, load_rectification(ITEMS.encode()))
        path.write_bytes(content)
        with pytest.raises(OutputError) as caught:
            close_item(path, "1", RESULT)
        assert "“整改事项”表编号 5.4.3.2 的行" in caught.value.problems[0].message_zh
        assert path.read_bytes() == content


CERTIFICATE = """\
standard: CTS XBHT-S04-2025
edition: 2025-12-04
organisation: 甲
final_score: 87.37
stars: 4
issued: 2026-03-20
events:
- kind: surveillance
  on: 2027-02-20
  passed: false
  rectification:   # 函 3
    on: 2027-03-01
    items:
    - {indicator: 5.4.3.2, requirement: 限时响应, due: 2027-04-30, responsible: 李静}
- {kind: change, on: 2027-03-02, scope: x}
"""


class TestCommand:
    def test_the_command_goes_from_the_evaluation_to_the_closed_items(self, tmp_path: Path) -> None:
        form, file = tmp_path / "items.xlsx", tmp_path / "items.yaml"
        done = run(
            "rectification",
            CHAIN,
            "--on",
            "2026-03-20",
            "--due",
            "2026-04-30",
            "--audit",
            "--number",
            "Z",
            "-o",
            str(form),
        )
        assert (done.returncode, done.stderr) == (0, "")
        draft = load_rectification(form, complete=False)
        assert (draft.number, draft.occasion) == ("Z", "surveillance")
        assert run("rectification", str(form), "-o", str(file)).returncode == 0
        assert load_rectification(file, complete=False) == draft
        close = ("--close", "5.1.1.2", "--done", "已更换", "--on", "2026-04-10", "--by", "张明")
        done = run("rectification", str(file), *close)
        assert (done.returncode, done.stderr) == (0, "")
        assert "截至 2026-04-10：共 48 项，已完成 1 项，未完成 47 项，其中逾期 0 项" in done.stdout
        assert "整改结果：已更换（2026-04-10，张明验证）" in done.stdout
        notice = tmp_path / "notice.md"
        assert run("rectification", str(file), "-o", str(notice), "--on", "2026-05-01").returncode == 0
        assert "其中逾期 47 项" in notice.read_text("utf-8")
        assert json.loads(run("rectification", str(file), "--json", "--on", "2026-05-01").stdout)["overdue"] == 47
        assert "overdue" not in json.loads(run("rectification", str(file), "--json").stdout)
        assert "未完成" not in run("rectification", str(file)).stdout

    def test_a_number_is_given_when_the_notice_is_printed(self, tmp_path: Path) -> None:
        file, notice, numbered = (tmp_path / name for name in ("items.yaml", "notice.md", "numbered.yaml"))
        file.write_text(ITEMS, "utf-8")
        assert run("rectification", str(file), "--number", "ZG-1", "-o", str(notice)).returncode == 0
        assert "ZG-1" in notice.read_text("utf-8")
        assert run("rectification", str(file), "--number", "ZG-1", "-o", str(numbered)).returncode == 0
        assert load_rectification(numbered).number == "ZG-1"
        again = ("rectification", str(numbered), "-o", str(notice), "--force", "--number")
        assert run(*again, "ZG-1").returncode == 0
        done = run(*again, "ZG-2")
        assert (done.returncode, "--number: 通知书已有编号“ZG-1”，与“ZG-2”不符 [other-number]" in done.stderr) == (
            2,
            True,
        )
        assert (
            "aftersales: --number: "
            in run("rectification", str(file), "-o", str(notice), "--force", "--number", " ").stderr
        )

    def test_a_draft_on_the_terminal_is_its_file(self) -> None:
        done = run("rectification", CHAIN, "--on", "2026-03-20", "--due", "2026-04-30")
        draft = load_rectification(done.stdout.encode(), complete=False)
        assert draft == draft_rectification(CARD, "2026-03-20", "2026-04-30")
        shown = run("rectification", "-", "--on", "2026-05-01", text=done.stdout).stdout
        assert "未完成，已逾期" in shown

    def test_a_draft_may_be_printed_at_once(self, tmp_path: Path) -> None:
        notice = tmp_path / "notice.md"
        done = run(
            "rectification", CHAIN, "--on", "2026-03-20", "--due", "2026-04-30", "-o", str(notice), "--lang", "en"
        )
        assert done.returncode == 0
        assert "Put each item right by its last day" in notice.read_text("utf-8")
        assert "By " not in notice.read_text("utf-8")

    def test_the_items_of_the_last_audit_are_closed_in_the_certificate(self, tmp_path: Path) -> None:
        path = tmp_path / "certificate.yaml"
        path.write_text(CERTIFICATE, "utf-8")
        assert "未完成 1 项" in run("rectification", str(path), "--on", "2027-04-01").stdout
        done = run("rectification", str(path), "--close", "1", "--done", "已办", "--on", "2027-04-20", "--by", "张明")
        assert (done.returncode, done.stderr) == (0, "")
        assert "未完成 0 项" in done.stdout
        text = path.read_text("utf-8")
        assert '李静, result: {"done": "已办", "on": "2027-04-20", "by": "张明"}}' in text
        assert "# 函 3" in text
        (demand,) = load_certificate(path).rectifications_on(RESULT.on)
        assert demand.open_on("2027-04-20") == ()

    def test_the_command_refuses_a_certificate_without_rectification(self, tmp_path: Path) -> None:
        path = tmp_path / "certificate.yaml"
        path.write_text(CERTIFICATE.partition("events:")[0], "utf-8")
        done = run("rectification", str(path))
        assert (done.returncode, done.stdout) == (2, "")
        assert "[no-rectification, 7.2.2]" in done.stderr

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--due", "2026-04-30"], "--due 须与 --on 同用"),
            (["--close", "1"], "--close 须与 --done 同用"),
            (["--done", "x"], "--done 须与 --close 同用"),
            (["--number", "x"], "--number 须与 --due 同用"),
            (["--audit"], "--audit 须与 --due 同用"),
            (["--close", "1", "--due", "2026-04-30"], "--due 不能与 --close 同用"),
            (["--close", "1", "-o", "x.md"], "--close 不能与 -o 同用"),
            (["--json", "-o", "x.md"], "--json 不能与 -o 同用"),
            (["--due", "2026-04-30", "--on", "2026-05-01"], "[rectification-too-early, 6.3.2]"),
            (["--due", "2026-04-30", "--on", "2026-05-01", "--audit"], "[rectification-too-early, 7.2.2]"),
            (
                ["--due", "2026-04-30", "--on", "2026-03-05"],
                "aftersales: --on: 提出整改要求的日期 2026-03-05 早于评价结束日 2026-03-06",
            ),
            (["--due", "2026-05-30", "--on", "2026-05-01", "-o", "x.csv"], "[unknown-format]"),
        ],
    )
    def test_the_command_refuses_options_that_do_not_fit(self, arguments: list[str], said: str) -> None:
        done = run("rectification", CHAIN, *arguments)
        assert done.returncode == 2
        assert said in done.stdout + done.stderr

    def test_one_wrong_day_is_one_line_at_its_option(self) -> None:
        """A day that is due for 48 items is one mistake, and the sentence states the one rule that it breaks."""
        done = run("rectification", CHAIN, "--on", "2026-03-20", "--due", "2026-03-10")
        assert (done.returncode, done.stdout) == (2, "")
        told = "2026-03-10 早于 2026-03-20：完成期限不得早于提出整改要求的日期 [rectification-too-early, 6.3.2]"
        assert done.stderr == f"aftersales: --due: {told}\n"
        done = run("rectification", CHAIN, "--on", "三月", "--due", "四月", "--lang", "en")
        assert [line.split(": ")[1] for line in done.stderr.splitlines()] == ["--on", "--due"]

    def test_the_file_of_a_rectification_is_never_the_target_of_its_notice(self, tmp_path: Path) -> None:
        path = tmp_path / "items.yaml"
        path.write_text(ITEMS, "utf-8")
        done = run("rectification", str(path), "-o", str(path), "--force")
        assert "[target-is-source]" in done.stderr
        assert path.read_text("utf-8") == ITEMS


class TestInTheCertificate:
    """7.2.2: a failed audit refers to what it requires, and a later one to what came of it."""

    def test_a_rectification_of_another_organisation_is_refused_in_a_certificate(self) -> None:
        text = CERTIFICATE.replace("    on: 2027-03-01\n", "    on: 2027-03-01\n    subject: {organisation: 乙}\n")
        with pytest.raises(PaperError) as caught:
            load_certificate(text.encode())
        found = [(p.code, p.path, p.clause, p.line) for p in caught.value.problems]
        assert found == [("other-organisation", "events[0].rectification.subject.organisation", "7.2.2", 13)]
        load_certificate(text.replace("乙", " 甲 ").encode())

    def test_a_later_audit_with_the_same_rectification_says_what_was_done(self) -> None:
        demand = CERTIFICATE[CERTIFICATE.index("  rectification:") : CERTIFICATE.index("- {kind: change")]
        done = demand.replace("李静}", "李静, result: {done: x, on: 2027-04-20, by: y}}")
        audit = f"- kind: surveillance\n  on: 2027-05-01\n  passed: true\n{done}"
        certificate = received(load_certificate((CERTIFICATE + audit).encode()))
        (found,) = certificate.rectifications_on(datetime.date(2027, 5, 1))
        assert found.open_on("2027-05-01") == ()
        (before,) = certificate.rectifications_on(datetime.date(2027, 4, 30))
        assert len(before.open_on("2027-04-30")) == 1
        with pytest.raises(PaperError) as caught:  # another demand is no earlier than its audit
            load_certificate((CERTIFICATE + audit.replace("限时响应", "x")).encode())
        assert [(p.code, p.path) for p in caught.value.problems] == [
            ("rectification-too-early", "events[2].rectification.on")
        ]

    def test_another_demand_of_a_later_audit_counts_beside_the_first(self) -> None:
        demand = CERTIFICATE[CERTIFICATE.index("  rectification:") : CERTIFICATE.index("- {kind: change")]
        audit = "- kind: surveillance\n  on: 2027-03-02\n  passed: true\n" + demand.replace("2027-03-01", "2027-03-02")
        certificate = received(load_certificate((CERTIFICATE + audit).encode()))
        assert len(certificate.rectifications_on(datetime.date(2027, 3, 2))) == 2
