"""The evaluation plan (4.1, 6.1.1, 6.1.2, 6.1.3): its requirements, the coverage of indicators, and its blank form."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.command import run
from support.examples import examples
from support.plain_yaml import from_yaml

import aftersales
from aftersales import EvaluationPlan, PaperError, load_plan
from aftersales.files.writing import as_yaml
from aftersales.standard.editions import data_folder
from aftersales.text.unseen import is_unseen
from aftersales.views import plan as plan_view
from aftersales.views import scorecard as score_view

FILE = data_folder() / "plans" / "home-appliance-chain.yaml"
PLAN: dict[str, Any] = from_yaml(FILE.read_text("utf-8"))


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    data = copy.deepcopy(PLAN)
    change(data)
    return data


class TestRemarks:
    """Reading R20: what is allowed in a plan and looks wrong."""

    def test_a_sound_plan_has_no_remarks(self) -> None:
        assert load_plan(PLAN).remarks() == ()

    def test_two_leaders_are_reported_at_the_second_one_in_every_output(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.yaml"
        path.write_text(FILE.read_text("utf-8").replace("role: member", "role: 组长", 1), "utf-8")
        assert [(r.code, r.path, r.clause) for r in load_plan(path).remarks()] == [
            ("several-leaders", "team[1].role", "6.1.1")
        ]
        said = (
            "team[1].role: 评价小组中有 2 名组长（张明、李静），报告只由一名组长签字；请核对 [several-leaders, 6.1.1]\n"
        )
        for more in ((), ("-o", str(tmp_path / "plan.md"))):
            done = run("plan", str(path), *more)
            assert done.returncode == 0
            assert done.stderr.startswith(f"提示（供核对）：1 条\n  {path}:")
            assert done.stderr.endswith(said)
        assert run("plan", str(path), "--json").stderr == ""

    def test_remarks_of_a_plan_stand_before_what_is_missing(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.yaml"
        text = FILE.read_text("utf-8").replace("role: member", "role: lead", 1)
        path.write_text(text.replace("purpose:", "# purpose:", 1), "utf-8")
        done = run("plan", str(path))
        assert done.returncode == 2
        assert [line.rpartition("[")[2] for line in done.stderr.splitlines()] == [
            "提示（供核对）：1 条", "several-leaders, 6.1.1]", "missing-in-plan, 6.1.2]",
        ]  # fmt: skip


def found_in(data: Any) -> list[tuple[str, str, str | None]]:
    try:
        load_plan(data)
    except PaperError as error:
        return [(problem.code, problem.path, problem.clause) for problem in error.problems]
    return []


def test_the_example_is_complete_and_plans_the_evaluation_of_the_other_example() -> None:
    plan = load_plan(FILE)
    evaluation = aftersales.load_evaluation(data_folder() / "examples" / "home-appliance-chain.yaml")
    assert (plan.subject, plan.team, plan.period) == (evaluation.subject, evaluation.team, evaluation.period)


class TestAllAtOnce:
    """What is invalid does not hide what is missing."""

    def test_an_invalid_day_and_what_is_missing(self) -> None:
        data = changed(lambda data: (data.update(on="明天"), data.pop("purpose"), data["team"][0].pop("qualification")))
        assert found_in(data) == [
            ("missing-in-plan", "purpose", "6.1.2"),
            ("not-a-date", "on", None),
            ("missing-in-plan", "team[0].qualification", "6.1.1"),
        ]

    def test_nothing_is_reported_of_what_an_invalid_part_leaves_open(self) -> None:
        # Without its team, nobody knows whether those in the schedule belong to it.
        data = changed(lambda data: (data["team"][0].update(name=" "), data["team"][1].pop("qualification")))
        assert found_in(data | {"basis": ["GB/T 27922-2011"]}) == [
            ("basis-without-standard", "basis", "6.1.2"),
            ("blank", "team[0].name", None),
        ]
        assert found_in(changed(lambda data: data.update(standard="", purpose=None))) == [("blank", "standard", None)]
        found = found_in(changed(lambda data: data.update(x=1, schedule=5, purpose=None)))
        assert sorted((code, path) for code, path, _ in found) == [
            ("missing-in-plan", "purpose"),
            ("not-a-list", "schedule"),
            ("unknown-key", "x"),
        ]
        assert [code for code, _, _ in found_in(b"- x")] == ["not-a-mapping"]

    def test_the_command_reports_what_is_invalid_and_what_is_missing(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.yaml"
        text = FILE.read_text("utf-8").replace("purpose:", "# purpose:", 1)
        path.write_text(
            f"{text}\non: 明天\n" if "\non:" not in text else re.sub("(?m)^on:.*", "on: 明天", text), "utf-8"
        )
        for arguments in ([], ["-o", str(tmp_path / "plan.md")]):
            done = run("plan", str(path), *arguments)
            assert (done.returncode, done.stdout) == (2, "")
            codes = [line.rpartition("[")[2] for line in done.stderr.splitlines()]
            assert sorted(codes) == ["missing-in-plan, 6.1.2]", "not-a-date]"]


class TestClause41:
    """A third party's assessors do not belong to the assessed organisation."""

    @pytest.mark.parametrize("name", ["滨海家电连锁有限公司", " 滨海家电连锁 有限公司", "滨海家电连锁有限公司\u3000"])
    def test_an_assessor_of_the_evaluated_organisation_is_refused(self, name: str) -> None:
        data = changed(lambda data: data["team"][1].update(organisation=name))
        assert found_in(data) == [("not-independent", "team[1].organisation", "4.1")]

    @pytest.mark.parametrize(
        ("assessed", "of_assessor"),
        [
            ("ABC电器", "\u0410\u0412\u0421电器"),  # Cyrillic capitals
            ("Haier", "\u043daier"),  # a Cyrillic letter whose capital looks like H
            ("Haier", "H\u03b1ier"),  # a Greek alpha
            ("Parts", "\u03a1\u03b1rts"),
            ("Автосервис", "АВТОСЕРВИС"),  # one name in two cases
            ("ΤΕΧΝΙΚΗ", "Τεχνικη"),
            ("滨海", "滨海\u200e"),  # a direction mark is not seen
            ("海尔", "海尔\u2800"),  # a blank of Braille
        ],
    )
    def test_a_name_that_looks_the_same_does_not_hide_an_assessor_of_the_organisation(
        self, assessed: str, of_assessor: str
    ) -> None:
        data = changed(lambda data: data["subject"].update(organisation=assessed))
        data["team"][1]["organisation"] = of_assessor
        assert found_in(data) == [("not-independent", "team[1].organisation", "4.1")]

    def test_an_assessor_without_an_organisation_is_refused(self) -> None:
        assert found_in(changed(lambda data: data["team"][0].pop("organisation"))) == [
            ("independence-unknown", "team[0]", "4.1")
        ]

    def test_a_self_assessment_is_done_by_its_own_people(self) -> None:
        def own(data: dict[str, Any]) -> None:
            data["type"] = "self"
            data["team"][0]["organisation"] = data["subject"]["organisation"]
            del data["team"][1]["organisation"]

        assert found_in(changed(own)) == []

    def test_the_body_is_not_the_evaluated_organisation(self) -> None:
        """Reading R18."""
        data = changed(lambda data: data["body"].update(name=" 滨海家电连锁 有限公司"))
        assert found_in(data) == [("body-is-subject", "body.name", "4.1")]
        assert found_in(data | {"type": "self"}) == []


class TestClause611:
    """One assessor or more, each qualified."""

    def test_a_plan_without_a_team_is_refused(self) -> None:
        for change in (
            lambda data: data.pop("team"),
            lambda data: data.update(team=[]),
            lambda data: data.update(team=None),
        ):
            assert found_in(changed(change)) == [("missing-in-plan", "team", "6.1.2")]

    def test_an_assessor_without_a_qualification_is_refused(self) -> None:
        data = changed(lambda data: data["team"][2].pop("qualification"))
        assert found_in(data) == [("missing-in-plan", "team[2].qualification", "6.1.1")]

    def test_a_third_party_names_the_body_with_its_approval_number(self) -> None:
        """6.1.1, reading R18."""
        data = changed(lambda data: data.pop("body"))
        assert found_in(data) == [
            ("missing-in-plan", "body", "6.1.1"),
            ("missing-in-plan", "body.approval_number", "6.1.1"),
        ]
        assert found_in(changed(lambda data: data["body"].pop("approval_number"))) == [
            ("missing-in-plan", "body.approval_number", "6.1.1")
        ]
        assert found_in(data | {"type": "self"}) == []

    def test_a_team_of_one_assessor_is_enough(self) -> None:
        def alone(data: dict[str, Any]) -> None:
            data["team"] = data["team"][:1]
            data["assignments"] = {"张明": ["5.1", "5.2", "5.3", "5.4"]}
            for activity in data["schedule"]:
                activity["assessors"] = ["张明"]

        assert found_in(changed(alone)) == []

    def test_a_name_that_stands_twice_in_a_team_is_refused(self) -> None:
        data = changed(lambda data: data["team"].append(dict(data["team"][0])))
        assert found_in(data) == [("duplicate-member", "team[3].name", "6.1.2")]

    def test_an_indicator_that_probably_does_not_apply_has_one_reason(self) -> None:
        """6.1.4. The form has one cell for it."""
        data = changed(
            lambda data: data["inapplicable"].extend(
                [{"id": "5.3.6", "reason": "无"}, {"id": "5.1.2.5", "reason": "无"}]
            )
        )
        assert found_in(data) == [("duplicate-id", "inapplicable[2].id", "6.1.4")]


class TestClause612:
    """Purpose, scope, basis, schedule and who does what are named."""

    @pytest.mark.parametrize("key", ["type", "purpose", "basis", "schedule", "assignments"])
    def test_each_part_that_a_plan_lacks_is_reported(self, key: str) -> None:
        assert found_in(changed(lambda data: data.pop(key))) == [("missing-in-plan", key, "6.1.2")]

    @pytest.mark.parametrize("key", ["organisation", "scope"])
    def test_what_is_missing_in_the_subject_of_a_plan_is_reported(self, key: str) -> None:
        assert found_in(changed(lambda data: data["subject"].pop(key))) == [
            ("missing-in-plan", f"subject.{key}", "6.1.2")
        ]

    def test_the_basis_names_the_standard(self) -> None:
        assert found_in(changed(lambda data: data["basis"].pop(0))) == [("basis-without-standard", "basis", "6.1.2")]
        assert found_in(changed(lambda data: data.update(basis=["cts xbht-s04-2025"]))) == []

    def test_names_outside_the_team_of_a_plan_are_refused(self) -> None:
        data = changed(lambda data: data["schedule"][1]["assessors"].append("李 静"))
        assert found_in(data) == [("unknown-member", "schedule[1].assessors[2]", "6.1.2")]
        data = changed(lambda data: data["assignments"].update(赵六=["5.1"]))
        assert found_in(data) == [("unknown-member", "assignments.赵六", "6.1.2")]

    def test_a_name_outside_the_team_is_reported_where_it_is_written(self) -> None:
        text = FILE.read_text("utf-8")
        for old, new in (("assessors: [张明", "assessors: [赵六"), ("assignments:\n", "assignments:\n  赵六:\n")):
            lines = text.replace(old, new, 1).splitlines()
            place = next((number, line.index("赵六") + 1) for number, line in enumerate(lines, 1) if "赵六" in line)
            with pytest.raises(PaperError) as caught:
                load_plan("\n".join(lines).encode())
            assert [(p.code, p.line, p.column) for p in caught.value.problems] == [("unknown-member", *place)]

    def test_all_that_a_plan_lacks_is_reported_at_once(self) -> None:
        found = found_in({"standard": "CTS XBHT-S04-2025"})
        assert [path for _, path, _ in found] == [
            "type", "purpose", "basis", "schedule", "team", "assignments", "subject.organisation", "subject.scope"]  # fmt: skip
        assert {code for code, _, _ in found} == {"missing-in-plan"}


class TestClause614:
    """What probably does not apply to the product category is named beforehand, and still covered."""

    def test_a_plan_names_what_probably_does_not_apply_with_its_reason(self) -> None:
        entries = [{"id": "5.3.6", "reason": "不销售需回收的商品"}, {"id": "5.1.1.5", "reason": "无网点"}]
        assert found_in(PLAN | {"inapplicable": entries}) == []
        assert found_in(PLAN | {"inapplicable": [{"id": "5.3.7", "reason": "无"}]}) == [
            ("unknown-indicator", "inapplicable[0].id", "5")
        ]
        text = FILE.read_text("utf-8").replace("id: 5.1.2.5", "id: 5.1.2.9")
        place = next(
            (number, line.index("5.1.2.9") + 1) for number, line in enumerate(text.splitlines(), 1) if "5.1.2.9" in line
        )
        with pytest.raises(PaperError) as caught:
            load_plan(text.encode())
        assert [(problem.line, problem.column) for problem in caught.value.problems] == [place]
        assert found_in(PLAN | {"inapplicable": [{"id": "5.3.6"}]}) == [("missing-key", "inapplicable[0].reason", None)]


class TestClause613:
    """Documents and on-site review are both planned."""

    def test_a_plan_with_only_one_kind_of_review_is_refused(self) -> None:
        data = changed(lambda data: data.update(schedule=data["schedule"][:1]))
        assert found_in(data) == [("no-on-site-review-planned", "schedule", "6.1.3")]
        data = changed(lambda data: data.update(schedule=data["schedule"][1:]))
        assert found_in(data) == [("no-document-review-planned", "schedule", "6.1.3")]

    def test_a_review_on_site_names_its_methods_and_one_of_documents_has_none(self) -> None:
        """6.1.3: 访谈、现场观察、随机访问顾客."""
        data = changed(lambda data: data["schedule"][1].update(methods=[]))
        assert found_in(data) == [("on-site-without-methods", "schedule[1]", "6.1.3")]
        data = changed(lambda data: data["schedule"][0].update(methods=["customer"]))
        assert found_in(data) == [("documents-with-methods", "schedule[0].methods", "6.1.3")]

    def test_the_period_is_from_the_first_day_to_the_last_in_any_order(self) -> None:
        data = changed(lambda data: data["schedule"].reverse())
        period = aftersales.load_plan(data).period
        assert period is not None
        assert (str(period.start), str(period.end)) == ("2026-03-02", "2026-03-06")

    def test_a_plan_by_hand_says_what_it_lacks_as_problems(self) -> None:
        plan = EvaluationPlan(standard="CTS XBHT-S04-2025", assignments={"张明": ["5"]})
        assert ("unknown-indicator", "assignments.张明[0]") in [(p.code, p.path) for p in plan.gaps()]
        for ask in (plan.model_copy(update={"standard": "OWN"}).gaps, plan.model_copy(update={"standard": "OWN"}).form):
            with pytest.raises(aftersales.PaperError) as caught:
                ask()
            assert caught.value.problems[0].code == "unknown-standard"

    def test_methods_of_a_review_are_those_of_the_clause(self) -> None:
        data = changed(lambda data: data["schedule"][1].update(methods=["telephone"]))
        assert found_in(data) == [("unknown-word", "schedule[1].methods[0]", None)]


class TestCoverage:
    """6.1.2, 4.3: every indicator of chapter 5 is assigned; one that is not is reported by its largest group."""

    @pytest.mark.parametrize(
        ("name", "ids", "missing"),
        [
            ("张明", [], ["5.1"]),
            ("张明", ["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.5", "5.1.6"], ["5.1.7"]),
            (
                "李静",
                ["5.4.1", "5.4.2", "5.4.4", "5.3.1", "5.3.5", "5.3.6.1", "5.4.3.1"],
                ["5.3.6.2", "5.4.3.2", "5.4.3.3"],
            ),
        ],
    )
    def test_indicators_without_an_assessor_are_reported(self, name: str, ids: list[str], missing: list[str]) -> None:
        with pytest.raises(PaperError) as caught:
            load_plan(changed(lambda data: data["assignments"].update({name: ids})))
        assert [problem.code for problem in caught.value.problems] == ["not-covered"] * len(missing)
        for problem, key in zip(caught.value.problems, missing, strict=True):
            assert problem.message_zh == f"{key}“{oracle.TITLES[key]}”没有安排审查人员"

    def test_an_id_that_does_not_exist_cannot_be_assigned(self) -> None:
        with pytest.raises(PaperError) as caught:
            load_plan(changed(lambda data: data["assignments"]["张明"].append("5.13")))
        problem = caught.value.problems[0]
        assert (problem.code, problem.path, problem.clause) == ("unknown-indicator", "assignments.张明[1]", "5")
        assert "did you mean '5.1.3'?" in problem.message

    @settings(max_examples=examples(60))
    @given(st.integers(0))
    def test_random_assignments_cover_what_a_count_by_hand_says(self, seed: int) -> None:
        chance = random.Random(seed)
        names = ["张明", "李静", "王海涛"]
        ids = chance.sample([*oracle.POINTS], chance.randint(1, 40))
        assignments: dict[str, list[str]] = {name: [] for name in names}
        for key in ids:
            assignments[chance.choice(names)].append(key)
        plan = EvaluationPlan.model_validate(PLAN | {"assignments": assignments})
        uncovered = {i for i in oracle.INDICATORS if not any(i == key or i.startswith(f"{key}.") for key in ids)}
        told = [problem.message.split()[5] for problem in plan.gaps()]
        inside = [{i for i in oracle.INDICATORS if i == key or i.startswith(f"{key}.")} for key in told]
        assert set().union(*inside) == uncovered
        assert sum(map(len, inside)) == len(uncovered)  # nothing is reported twice
        for key in told:  # and nothing larger could have been reported
            parent = key.rpartition(".")[0]
            assert parent == "5" or not {i for i in oracle.INDICATORS if i.startswith(f"{parent}.")} <= uncovered
        for indicator in oracle.INDICATORS:
            expected = {
                n
                for n, keys in assignments.items()
                if any(indicator == k or indicator.startswith(f"{k}.") for k in keys)
            }
            assert set(plan.assessors_of(indicator)) == expected


class TestBadFiles:
    """Form: like every file, each problem at its line."""

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("purpose: ", "porpose: ", "unknown-key"),
            ("edition: 2025-12-04", "edition: 2025-12-05", "unknown-edition"),
            ("standard: CTS XBHT-S04-2025", "standard: CTS", "unknown-standard"),
            ("type: third_party", "type: third-party", "unknown-word"),
            ("end: 2026-03-04", "end: 2026-03-01", "period-reversed"),
            ("start: 2026-03-05, end: 2026-03-05", "start: 2026-03-05, end: soon", "not-a-date"),
            ("review: documents", "review: paper", "unknown-word"),
            ("review: documents, ", "", "missing-key"),
            ("assessors: [王海涛]", "assessors: []", "empty-list"),
            ('张明: ["5.1"]', "张明: 5.1", "not-a-list"),
            ('张明: ["5.1"]', '张明: ["5.1"]\n  张明: ["5.1"]', "duplicate-key"),
            ("name: 张明", "name: ' '", "blank"),
            ("basis:", "basis: [", "not-yaml"),
        ],
    )
    def test_one_mistake_is_one_problem_at_its_line(self, old: str, new: str, code: str) -> None:
        text = FILE.read_text("utf-8")
        assert old in text
        broken = text.replace(old, new, 1)
        line = next(
            k for k, (a, b) in enumerate(zip(text.splitlines(), broken.splitlines(), strict=False), 1) if a != b
        )
        with pytest.raises(PaperError) as caught:
            load_plan(broken.encode())
        first = caught.value.problems[0]
        assert first.code == code
        assert first.line in (line, line + 1)

    def test_an_incomplete_plan_is_loaded_if_its_form_is_right(self) -> None:
        assert load_plan({"standard": "CTS XBHT-S04-2025"}, complete=False).period is None
        with pytest.raises(PaperError):
            load_plan({"standard": "CTS XBHT-S04-2025", "schedule": [{}]}, complete=False)

    def test_another_standard_than_that_of_the_plan_is_refused(self) -> None:
        with pytest.raises(PaperError) as caught:
            load_plan(PLAN | {"standard": "OWN"}, aftersales.load_standard())
        assert [problem.code for problem in caught.value.problems] == ["standard-mismatch"]


def test_a_plan_goes_through_every_form_unchanged() -> None:
    plan = load_plan(FILE)
    assert EvaluationPlan.model_validate(json.loads(json.dumps(plan.model_dump(mode="json")))) == plan
    assert load_plan(as_yaml(plan).encode()) == plan


class TestForm:
    """A plan yields the blank form for its team."""

    def filled(self, text: str) -> str:
        for indicator in oracle.INDICATORS:
            value = "{kind: quantitative, actual: 10%}" if indicator == "5.1.2.2" else "full"
            text = text.replace(f"  {indicator}: ", f"  {indicator}: {value} ")
        return text

    def test_filled_in_it_scores_and_its_head_is_the_plans(self) -> None:
        plan = load_plan(FILE)
        evaluation = aftersales.load_evaluation(self.filled(plan.form()).encode())
        assert aftersales.score(evaluation).final_score == 100
        assert (evaluation.type, evaluation.body, evaluation.subject, evaluation.team, evaluation.period) == (
            plan.type, plan.body, plan.subject, plan.team, plan.period)  # fmt: skip
        assert evaluation.basis == ("GB/T 27922-2011", "GB/T 19011-2021")  # and the standard, which it names itself
        assert "5.4.3.2:   # 2.5 分 投诉响应与处理及时、满意度达标［李静］" in plan.form()

    @settings(max_examples=examples(60))
    @given(
        st.text(
            st.characters(
                codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff\u2028\u2029\x85"
            ),
            min_size=1,
        ).filter(lambda text: any(not (char.isspace() or is_unseen(char)) for char in text))
    )
    def test_any_text_goes_through_the_head_and_none_gets_out_of_a_comment(self, text: str) -> None:
        def hostile(data: dict[str, Any]) -> None:
            data["subject"] = dict.fromkeys(data["subject"], text)
            data["team"] = [dict.fromkeys(("name", "role", "qualification", "organisation"), text)]
            data["assignments"] = {text: ["5.1", "5.2", "5.3", "5.4"]}

        plan = EvaluationPlan.model_validate(changed(hostile))
        evaluation = aftersales.load_evaluation(self.filled(plan.form()).encode())
        assert (evaluation.subject, evaluation.team) == (plan.subject, plan.team)
        assert len(evaluation.findings) == 73

    def test_a_line_break_in_a_name_stays_in_its_comment(self) -> None:
        plan = EvaluationPlan.model_validate(PLAN | {"assignments": {"张明\n  5.9.9.9: full": ["5.1"]}})
        assert len(aftersales.load_evaluation(self.filled(plan.form()).encode()).findings) == 73


class TestCommand:
    def test_a_complete_plan_is_shown(self) -> None:
        done = run("plan", str(FILE))
        assert (done.returncode, done.stderr) == (0, "")
        for text in (
            "滨海家电连锁有限公司",
            "已覆盖 73/73 项指标",
            "5.3.2 技术支持：王海涛",
            "文件审查",
            "CCAA 注册服务认证审查员",
        ):
            assert text in done.stdout
        assert json.loads(run("plan", str(FILE), "--json").stdout)["assignments"]["张明"] == ["5.1"]

    def test_missing_parts_are_shown_beside_the_plan(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.yaml"
        path.write_text(
            FILE.read_text("utf-8").replace("5.3.5, 5.3.6]", "5.3.5, 5.3.6.1]").replace("purpose", "# purpose"), "utf-8"
        )
        done = run("plan", str(path))
        assert done.returncode == 2
        assert "已覆盖 72/73 项指标" in done.stdout
        assert "5.3.6 废弃商品回收：李静（1 项指标）；未安排（1 项指标）" in done.stdout
        lines = path.read_text("utf-8").splitlines()
        assert f"{path}:{lines.index('assignments:') + 1}:1: assignments: 5.3.6.2“" in done.stderr
        assert len(done.stderr.splitlines()) == 2
        document = json.loads(run("plan", str(path), "--json").stdout)
        assert {problem["code"] for problem in document["problems"]} == {"not-covered", "missing-in-plan"}

    def test_a_plan_that_cannot_be_shown_ends_with_2_and_its_problems(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.yaml"
        for text in ("standard: CTS\n", "schedule: 1\n"):
            path.write_text(text, "utf-8")
            done = run("plan", str(path))
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr

    def test_the_template_of_a_plan_is_its_form_and_replaces_no_file(self, tmp_path: Path) -> None:
        out = tmp_path / "shop.yaml"
        assert run("template", "--plan", str(FILE), "-o", str(out)).returncode == 0
        assert out.read_text("utf-8") == load_plan(FILE).form()
        assert "[file-exists]" in run("template", "-o", str(out)).stderr
        assert run("template", "-o", str(out), "--force").returncode == 0
        assert run("template", "--plan", str(FILE)).stdout == load_plan(FILE).form()
        bad = tmp_path / "bad.yaml"
        bad.write_text("standard: CTS\n")
        assert f"{bad}:1:11: " in run("template", "--plan", str(bad)).stderr

    def test_a_plan_by_another_standard_is_shown_and_makes_its_form(self, tmp_path: Path) -> None:
        own, path = tmp_path / "own.yaml", tmp_path / "plan.yaml"
        text = (data_folder() / "standards/CTS_XBHT-S04-2025/2025-12-04.yaml").read_text("utf-8")
        own.write_text(text.replace("id: CTS XBHT-S04-2025", "id: OWN 1"), "utf-8")
        path.write_text(FILE.read_text("utf-8").replace("CTS XBHT-S04-2025", "OWN 1"), "utf-8")
        assert run("plan", str(path), "--standard", str(own)).returncode == 0
        assert "standard: OWN 1" in run("template", "--plan", str(path), "--standard", str(own)).stdout

    @pytest.mark.parametrize("columns", [60, 80, 100])
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_no_line_is_wider_than_the_terminal(self, lang: str, columns: int) -> None:
        for plan in (load_plan(FILE), EvaluationPlan(standard="CTS XBHT-S04-2025")):
            lines = plan_view.plan_lines(plan, aftersales.load_standard(), lang, columns)
            assert max(map(score_view.width, lines)) <= columns


def test_people_and_methods_are_listed_as_the_language_lists_them() -> None:
    """Details are set off by commas; the members of a list in Chinese by 、."""
    shown = "".join(line.strip() for line in run("plan", str(FILE)).stdout.splitlines())
    assert "现场审查，现场观察、访谈，门店与客服中心，12 家门店，张明、李静" in shown
