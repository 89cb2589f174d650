"""An evaluation held against its plan (6.1.2): who evaluated what, on which days, by which methods."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.command import CHAIN, run
from support.plain_yaml import from_yaml

from aftersales import Evaluation, EvaluationPlan, load_plan
from aftersales.files.writing import as_yaml
from aftersales.standard.editions import data_folder

FILE = data_folder() / "plans" / "home-appliance-chain.yaml"
PLAN: dict[str, Any] = from_yaml(FILE.read_text("utf-8"))
ALL = {method: {"method": method} for method in ("document", "interview", "observation", "customer")}


def as_planned(**changes: Any) -> Evaluation:
    """An evaluation that has only what the plan has, with evidence by each of its methods."""
    head = load_plan(FILE).evaluation().model_dump(mode="json")
    findings = {
        "5.1.1.1": {"kind": "qualitative", "degree": 1, "evidence": list(ALL.values())},
        "5.1.2.5": {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]},
    }
    return Evaluation.model_validate(head | {"findings": findings} | changes)


def evidence(key: str = "5.1.1.1", **piece: Any) -> dict[str, Any]:
    return {key: {"kind": "qualitative", "degree": 1, "evidence": [*ALL.values(), {"method": "document"} | piece]}}


def told(evaluation: Evaluation, **changes: Any) -> list[tuple[str, str, str]]:
    plan = EvaluationPlan.model_validate(PLAN | changes)
    return [(remark.code, remark.path, remark.message_zh) for remark in plan.deviations(evaluation)]


class TestHead:
    def test_an_evaluation_that_follows_its_plan_has_no_deviation(self) -> None:
        assert told(as_planned()) == []

    def test_each_part_of_the_head_that_differs_from_the_plan_is_named(self) -> None:
        evaluation = as_planned(
            type="self",
            body={"name": "乙"},
            subject=PLAN["subject"] | {"organisation": "甲", "scope": "一店"},
            period={"start": "2026-03-02", "end": "2026-03-07"},
        )
        assert [(code, path) for code, path, _ in told(evaluation)] == [
            ("differs-from-plan", "type"),
            ("differs-from-plan", "body.name"),
            ("differs-from-plan", "subject.organisation"),
            ("differs-from-plan", "subject.scope"),
            ("differs-from-plan", "period"),
        ]
        messages = [message for _, _, message in told(evaluation)]
        assert messages[0] == "评价类型与评价计划不一致：计划为“第三方评价”，评价为“自我评估”"
        assert "计划为“2026年3月2日至6日”，评价为“2026年3月2日至7日”" in messages[-1]

    def test_parts_that_the_plan_or_the_evaluation_does_not_state_are_not_compared(self) -> None:
        assert told(Evaluation(standard=PLAN["standard"], findings=as_planned().findings)) == []
        bare = EvaluationPlan(standard=PLAN["standard"])
        assert bare.deviations(as_planned()) == ()

    def test_names_that_differ_in_blanks_and_width_are_the_same(self) -> None:
        assert told(as_planned(body={"name": " 云津质信认证　有限公司"})) == []

    def test_another_edition_is_compared_no_further(self) -> None:
        evaluation = as_planned(type="self").model_copy(update={"edition": "2020-01-01"})
        assert [code for code, _, _ in told(evaluation)] == ["standard-mismatch"]


def test_members_who_were_not_planned_and_planned_ones_who_were_absent_are_named() -> None:
    team = [*PLAN["team"][:2], PLAN["team"][2] | {"name": "赵六"}]
    assert told(as_planned(team=team)) == [
        ("member-not-planned", "team[2].name", "“赵六”不在评价计划的评价小组中"),
        ("planned-member-absent", "team", "评价计划中的小组成员“王海涛”未参加评价"),
    ]


class TestAssignments:
    def test_evidence_by_somebody_else_is_reported_once_for_a_person(self) -> None:
        findings = evidence(by="李静") | evidence("5.1.1.2", by="李静") | evidence("5.1.1.3", by=" 张明")
        assert told(as_planned(findings=findings), inapplicable=[]) == [
            (
                "assessed-by-others",
                "findings[5.1.1.1].evidence[4]",
                "5.1.1.1、5.1.1.2 由“李静”取证，评价计划安排的审查人员为张明",
            )
        ]

    def test_evidence_on_a_deleted_group_may_come_from_any_of_its_assessors(self) -> None:
        group = {
            "kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"],
            "evidence": [*ALL.values(), {"method": "document", "by": "王海涛"}, {"method": "document", "by": "张明"}],
        }  # fmt: skip
        found = told(as_planned(findings={"5.3": group}), inapplicable=[{"id": "5.3", "reason": "无"}])
        assert [(code, path) for code, path, _ in found] == [("assessed-by-others", "findings[5.3].evidence[5]")]


class TestSchedule:
    def test_a_day_on_which_the_method_was_not_planned(self) -> None:
        findings = (
            evidence(on="2026-03-02") | evidence("5.1.1.2", on="2026-03-05") | evidence("5.1.1.3", on="2026-03-05")
        )
        assert told(as_planned(findings=findings), inapplicable=[]) == [
            (
                "evidence-off-schedule",
                "findings[5.1.1.2].evidence[4]",
                "2026-03-05 以“查阅文件和记录”取得的证据不在评价计划的时间安排之内：5.1.1.2、5.1.1.3",
            )
        ]

    def test_every_day_from_the_first_to_the_last_of_an_activity_is_planned(self) -> None:
        activity = next(each for each in PLAN["schedule"] if each["review"] == "documents")
        days = {"5.1.1.1": 1, "5.1.1.2": 2, "5.1.1.3": 3, "5.1.1.4": 4, "5.1.1.5": 5}
        findings: dict[str, Any] = {}
        for key, day in days.items():
            findings |= evidence(key, on=f"2026-03-0{day}")
        schedule = [*PLAN["schedule"], activity | {"start": "2026-03-02", "end": "2026-03-04"}]
        found = told(as_planned(findings=findings), inapplicable=[], schedule=schedule)
        off = [path for code, path, _ in found if code == "evidence-off-schedule"]
        assert off == ["findings[5.1.1.1].evidence[4]", "findings[5.1.1.5].evidence[4]"]

    def test_a_method_that_was_not_planned_and_one_that_was_not_used(self) -> None:
        pieces = [ALL["document"], ALL["observation"], ALL["customer"]]
        findings = {"5.1.1.1": {"kind": "qualitative", "degree": 1, "evidence": pieces}}
        found = told(as_planned(findings=findings), inapplicable=[], schedule=PLAN["schedule"][:3])
        assert [(code, path) for code, path, _ in found if code != "differs-from-plan"] == [
            ("method-not-planned", "findings[5.1.1.1].evidence[2]"),
            ("planned-method-unused", "findings"),
        ]
        assert "随机访问顾客" in found[-2][2]
        assert "访谈" in found[-1][2]


class TestDeletions:
    """6.1.4."""

    def test_unplanned_deletions_and_planned_ones_that_were_assessed_are_named(self) -> None:
        group = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        findings = evidence() | {"5.3.6": group, "5.1.2.5": {"kind": "qualitative", "degree": 1}, "5.1.1.2": None}
        assert told(as_planned(findings=findings)) == [
            ("deletion-not-planned", "findings[5.3.6]", "5.3.6 作了删减，评价计划未预计其不适用"),
            ("planned-deletion-assessed", "findings[5.1.2.5]", "评价计划预计 5.1.2.5 不适用，评价中作出了认定"),
        ]

    def test_deletions_that_were_not_planned_are_reported_at_the_first_one(self) -> None:
        gone = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        findings = evidence() | {"5.1.2.5": gone, "5.1.3.1": gone, "5.3.6": gone}
        (remark,) = (each for each in told(as_planned(findings=findings)) if each[0] == "deletion-not-planned")
        assert remark[1:] == ("findings[5.1.3.1]", "5.1.3.1、5.3.6 作了删减，评价计划未预计其不适用")

    def test_a_plan_that_names_none_leaves_it_open(self) -> None:
        assert told(as_planned(), inapplicable=[]) == []


class TestCommand:
    def test_deviations_stand_at_their_lines_in_the_evaluation(self, tmp_path: Path) -> None:
        path = tmp_path / "shop.yaml"
        path.write_text(as_yaml(as_planned(body={"name": "乙"})), "utf-8")
        done = run("plan", str(FILE), "--evaluation", str(path))
        line = path.read_text("utf-8").splitlines().index("body:") + 2
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("与评价计划不一致之处：1 处\n")
        assert f"{path}:{line}:" in done.stdout
        document = json.loads(run("plan", str(FILE), "--evaluation", str(path), "--json").stdout)
        assert [remark["code"] for remark in document["deviations"]] == ["differs-from-plan"]

    def test_an_evaluation_as_planned_is_said_to_be_so(self, tmp_path: Path) -> None:
        path = tmp_path / "shop.yaml"
        path.write_text(as_yaml(as_planned()), "utf-8")
        done = run("plan", str(FILE), "--evaluation", str(path), "--lang", "en")
        assert (done.returncode, done.stdout) == (0, f"{path}: as planned\n")

    def test_the_example_and_a_file_that_is_no_evaluation(self) -> None:
        assert run("plan", str(FILE), "--evaluation", str(CHAIN)).returncode == 0
        done = run("plan", str(FILE), "--evaluation", str(FILE))
        assert done.returncode == 2
        assert str(FILE) in done.stderr

    def test_the_command_writes_the_paper_and_shows_the_deviations_at_once(self, tmp_path: Path) -> None:
        path, paper = tmp_path / "shop.yaml", tmp_path / "plan.md"
        path.write_text(as_yaml(as_planned()), "utf-8")
        done = run("plan", str(FILE), "--evaluation", str(path), "-o", str(paper), "--lang", "en")
        assert done.returncode == 0
        assert done.stdout.endswith(f"{path}: as planned\n")
        done = run("plan", str(FILE), "--evaluation", str(path), "-o", str(path), "--force")
        assert "[target-is-source]" in done.stderr
