"""Who evaluates whom, what the team states, and the remarks on them (R18, R20)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support import oracle
from support.forms import STANDARD

import aftersales
from aftersales import OutputError, PaperError
from aftersales.evaluation.credit_code import is_credit_code
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.writing import as_yaml

CASE: dict[str, Any] = {
    "edition": "2025-12-04",
    "type": "third_party",
    "body": {
        "name": "华信认证中心",
        "approval_number": "CNCA-R-2026-999",
        "address": "北京市海淀区某路 1 号",
        "telephone": "010-5555 0100",
    },
    "subject": {
        "organisation": "滨海家电连锁有限公司",
        "organisation_en": "Binhai Home Appliances Co., Ltd.",
        "credit_code": "91350100M000100Y43",
        "address": "滨海市某路 8 号",
        "product_category": "家电",
        "size_tier": "中型",
        "scope": "家用电器的售后服务",
        "scope_en": "After-sales service of home appliances",
        "sites": ["总部：滨海市某路 8 号", "城东店：滨海市某街 2 号"],
    },
    "team": [
        {"name": "张明", "role": "lead", "organisation": "华信认证中心"},
        {"name": "李静", "organisation": "华信认证中心"},
    ],
    "period": {"start": "2026-03-02", "end": "2026-03-06"},
    "basis": ["CTS XBHT-S04-2025", "评价合同 HX-2026-017"],
    "narrative": {
        "process": "文件审查一天，现场审查四天。\n走访两家门店。",
        "strengths": "投诉处理及时。",
        "weaknesses": "培训记录不完整。",
        "suggestions": "建立培训台账。",
    },
    "sign_off": {
        "leader": {"name": "张明", "on": "2026-03-09"},
        "reviewer": {"name": "王芳", "on": "2026-03-11"},
        "approver": {"name": "赵强", "on": "2026-03-12"},
    },
}
EVIDENCE = {
    "method": "document",
    "note": "查阅培训记录",
    "ref": "PX-2026-03",
    "on": "2026-03-03",
    "by": "李静",
    "where": "总部",
    "file": "photos/001.jpg",
}
FINDING = {
    "kind": "qualitative",
    "degree": "80%",
    "reason": "两人无记录",
    "evidence": [EVIDENCE],
    "measure": "补全培训记录",
    "strength": "课程安排合理",
}


def case(**others: Any) -> dict[str, Any]:
    """A case with every part; ``body=…`` and the like replace one, or with None leave it out."""
    findings = oracle.all_full() | {"5.1.2.6": FINDING}
    return oracle.document(findings, **{key: value for key, value in (CASE | others).items() if value is not None})


def with_part(part: str, **keys: Any) -> dict[str, Any]:
    return case(**{part: {key: value for key, value in (CASE[part] | keys).items() if value is not None}})


def codes(data: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """The remarks on the parties and the days; those on findings depend on other rules."""
    about_findings = {"full-without-evidence", "sampling-expected"}
    found = aftersales.remarks(aftersales.load_evaluation(data))
    return [(remark.code, remark.path, remark.clause) for remark in found if remark.code not in about_findings]


class TestRoundTrip:
    def test_every_part_comes_back_from_yaml_json_and_a_workbook(self, tmp_path: Path) -> None:
        evaluation = aftersales.load_evaluation(case())
        assert evaluation.body
        assert evaluation.subject
        assert evaluation.sign_off
        assert evaluation.sign_off.approver
        assert evaluation.body.approval_number == "CNCA-R-2026-999"
        assert evaluation.subject.sites[1] == "城东店：滨海市某街 2 号"
        assert str(evaluation.sign_off.approver.on) == "2026-03-12"
        form = tmp_path / "form.xlsx"
        form.write_bytes(write_workbook(STANDARD, evaluation))
        assert aftersales.load_evaluation(form) == evaluation
        assert aftersales.load_evaluation(as_yaml(evaluation).encode()) == evaluation
        assert aftersales.Evaluation.model_validate_json(evaluation.model_dump_json()) == evaluation

    def test_the_score_does_not_depend_on_the_parties(self) -> None:
        plain = dict(FINDING)
        del plain["measure"], plain["strength"]
        bare = aftersales.load_evaluation(oracle.document(oracle.all_full() | {"5.1.2.6": plain}))
        assert aftersales.score(aftersales.load_evaluation(case())).final_score == aftersales.score(bare).final_score

    def test_a_form_without_the_later_columns_and_rows_is_read(self, tmp_path: Path) -> None:
        plain = {key: FINDING[key] for key in ("kind", "degree", "reason")}
        plain["evidence"] = [{"method": "document", "note": "查阅培训记录"}]
        data = oracle.document(oracle.all_full() | {"5.1.2.6": plain}, edition="2025-12-04")
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD, aftersales.load_evaluation(data)))
        book = openpyxl.load_workbook(path)
        for sheet, heads in (
            ("评分表", ("具体措施", "优势")),
            ("证据", ("文件编号", "日期", "取证人", "地点", "附件")),
        ):
            for head in heads:
                place = next(cell.column for cell in book[sheet][1] if cell.value == head)
                book[sheet].delete_cols(place)
        book["基本信息"].delete_rows(11, 30)
        book.save(path)
        assert aftersales.load_evaluation(path) == aftersales.load_evaluation(data)

    @pytest.mark.parametrize("sites", [["甲\n乙"], [" 甲"]])
    def test_a_site_that_would_be_read_differently_is_not_written(self, sites: list[str]) -> None:
        evaluation = aftersales.load_evaluation(with_part("subject", sites=sites))
        with pytest.raises(OutputError) as caught:
            write_workbook(STANDARD, evaluation)
        assert [problem.code for problem in caught.value.problems] == ["unwritable-text"]


class TestMistakes:
    @pytest.mark.parametrize(
        ("data", "code", "path"),
        [
            (with_part("body", name=None), "missing-key", "body.name"),
            (with_part("body", name=" "), "blank", "body.name"),
            (with_part("body", nmae="x", name=None), "unknown-key", "body.nmae"),
            (with_part("subject", sites="总部"), "not-a-list", "subject.sites"),
            (with_part("subject", sites=[1]), "not-text", "subject.sites[0]"),
            (case(basis=[""]), "blank", "basis[0]"),
            (with_part("sign_off", leader={"name": "张明", "on": "2026年3月9日"}), "not-a-date", "sign_off.leader.on"),
            (with_part("sign_off", leader={"on": "2026-03-09"}), "missing-key", "sign_off.leader.name"),
            (with_part("narrative", process=5), "not-text", "narrative.process"),
            (case(body=["x"]), "not-a-mapping", "body"),
        ],
    )
    def test_one_mistake_is_one_problem_at_its_place(self, data: dict[str, Any], code: str, path: str) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(data)
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [(code, path)]

    @pytest.mark.parametrize(
        ("sheet", "label", "column", "value", "code"),
        [
            ("基本信息", "复核日期", "B", "三月", "not-a-date"),
            ("基本信息", "评价机构", "B", None, "missing-key"),
            ("基本信息", "统一社会信用码", "A", None, "unknown-fact"),
            ("证据", "D", "F2", "昨天", "not-a-date"),
        ],
    )
    def test_a_mistake_in_the_form_is_reported_at_its_cell(
        self, sheet: str, label: str, column: str, value: str | None, code: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD, aftersales.load_evaluation(case())))
        book = openpyxl.load_workbook(path)
        if sheet == "证据":
            cell = book[sheet][column]
            cell.value = value
        elif code == "unknown-fact":
            cell = next(cell for cell in book[sheet]["A"] if cell.value == "统一社会信用代码")
            cell.value = label
        else:
            cell = next(cell for cell in book[sheet]["A"] if cell.value == label)
            cell = book[sheet][f"{column}{cell.row}"]
            cell.value = value
        book.save(path)
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(path)
        (problem,) = caught.value.problems
        assert problem.code == code
        if code != "missing-key":  # a missing name is reported at the first cell of its group
            assert problem.cell == f"{sheet}!{cell.coordinate}"

    def test_a_plan_names_no_party_that_it_does_not_know(self) -> None:
        with pytest.raises(PaperError):
            aftersales.load_plan({"standard": STANDARD.id, "subject": {"organization": "x"}})


class TestCreditCode:
    """GB 32100-2015: 18 characters of 31, with weights 3^i mod 31."""

    WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # table 2 of the standard
    DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

    def test_the_check_digit_is_that_of_the_table_of_weights(self) -> None:
        rng = random.Random(7)
        for _ in range(200):
            body = "".join(rng.choices(self.DIGITS, k=17))
            rest = sum(self.DIGITS.index(c) * w for c, w in zip(body, self.WEIGHTS, strict=True)) % 31
            right = self.DIGITS[(31 - rest) % 31]
            assert [c for c in self.DIGITS if is_credit_code(body + c)] == [right]

    @pytest.mark.parametrize(
        "code", ["", "91350100M000100Y4", "91350100M000100Y434", "91350100m000100y43", "91350100M000100I43"]
    )
    def test_a_text_of_another_form_is_no_credit_code(self, code: str) -> None:
        assert not is_credit_code(code)

    def test_only_18_characters_are_one_though_others_may_have_a_multiple_of_31(self) -> None:
        assert [is_credit_code("0" * length) for length in (17, 18, 19, 36)] == [False, True, False, False]


class TestIndependence:
    """4.1, R18: a third party does not evaluate itself."""

    def gaps(self, **others: Any) -> list[tuple[str, str]]:
        card = aftersales.score(aftersales.load_evaluation(case(**others)))
        found = aftersales.make_report(card, draft=True).gaps
        return [(gap.code, gap.path) for gap in found if gap.code in ("body-is-subject", "not-independent")]

    def test_a_body_that_evaluates_itself_gets_no_report(self) -> None:
        body = {"name": " 滨海家电连锁 有限公司"}
        assert self.gaps(body=body) == [("body-is-subject", "body.name")]
        assert self.gaps(body=body, type="self") == []

    def test_a_branch_gets_a_remark_only(self) -> None:
        assert self.gaps(body={"name": "滨海家电连锁有限公司认证部"}) == []


class TestReport:
    """R18: a third-party report names the body and its approval number; a self-assessment has none."""

    @pytest.mark.parametrize(
        ("others", "missing"),
        [
            ({}, []),
            ({"body": {"name": "华信认证中心"}}, ["body.approval_number"]),
            ({"body": None}, ["body.name", "body.approval_number"]),
            ({"body": None, "type": "self"}, []),
        ],
    )
    def test_a_report_names_what_the_evaluating_body_lacks(self, others: dict[str, Any], missing: list[str]) -> None:
        card = aftersales.score(aftersales.load_evaluation(case(**others)))
        gaps = aftersales.make_report(card, draft=True).gaps
        assert [gap.path for gap in gaps if gap.path.startswith("body")] == missing
        assert {gap.clause for gap in gaps if gap.path.startswith("body")} <= {"6.1.1"}

    def test_the_report_shows_the_parties(self) -> None:
        report = aftersales.make_report(aftersales.score(aftersales.load_evaluation(case())), draft=True)
        chinese, english = (report.typeset("md", lang).decode() for lang in ("zh", "en"))
        for text in (
            "华信认证中心（批准号 CNCA-R-2026-999）",
            "91350100M000100Y43",
            "总部：滨海市某路 8 号、城东店：滨海市某街 2 号",
        ):
            assert text.replace("-", "\\-") in chinese or text in chinese
        assert "评价合同" in chinese
        bases = [line for line in chinese.splitlines() if "评价合同" in line]  # on the cover, and in part (a)
        assert {line.count("CTS XBHT-S04-2025《") for line in bases} == {1}  # the standard is named once
        assert "Binhai Home Appliances" in english
        assert "After-sales service of home appliances" in english.replace("\\-", "-")


class TestRemarks:
    def test_a_sound_case_has_none(self) -> None:
        assert codes(case()) == []

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (with_part("body", name="滨海家电连锁有限公司"), ("like-names", "body.name", "4.1")),
            (with_part("body", name="滨海家电连锁有限公司认证部"), ("like-names", "body.name", "4.1")),
            (with_part("body", name="滨海家电"), ("like-names", "body.name", "4.1")),
            (with_part("body", name="滨海家电（连锁） 有限公司"), None),
            (with_part("subject", credit_code="91350100M000100Y44"), ("credit-code-unlikely", "subject.credit_code", "7.1")),
            (with_part("subject", credit_code=None), None),
            (case(team=[*CASE["team"], {"name": "张 明"}]), ("member-twice", "team[2].name", "6.1.1")),
            (case(team=[CASE["team"][0], {"name": "李静", "role": "组长"}]), ("several-leaders", "team[1].role", "6.1.1")),
            (with_part("sign_off", reviewer={"name": "李静"}), ("reviewer-of-team", "sign_off.reviewer.name", "4.1")),
            (with_part("sign_off", leader={"name": "张明", "on": "2026-03-05"}), ("days-out-of-order", "sign_off.leader.on", "7.1")),
            (with_part("sign_off", leader={"name": "张明", "on": "2026-03-06"}), None),
            (with_part("sign_off", reviewer={"name": "王芳", "on": "2026-03-08"}), ("days-out-of-order", "sign_off.reviewer.on", "7.1")),
            (with_part("sign_off", approver={"name": "赵强", "on": "2026-03-10"}), ("days-out-of-order", "sign_off.approver.on", "7.1")),
            (with_part("sign_off", reviewer={"name": "王芳"}), None),
            (with_part("sign_off", reviewer=None), None),
            (case(period=None), None),
            (case(body=None), None),
            (case(sign_off=None), None),
        ],
    )  # fmt: skip
    def test_parties_that_look_wrong_are_remarked_once(
        self, data: dict[str, Any], expected: tuple[str, str, str] | None
    ) -> None:
        assert codes(data) == ([] if expected is None else [expected])

    @pytest.mark.parametrize(
        ("piece", "expected"),
        [
            ({"on": "2026-03-07"}, "evidence-after-period"),
            ({"on": "2026-03-06"}, None),
            ({"by": "王芳"}, "evidence-by-others"),
            ({"by": "张　明"}, None),
        ],
    )
    def test_evidence_after_the_end_or_by_somebody_else(self, piece: dict[str, str], expected: str | None) -> None:
        data = case()
        data["findings"]["5.1.2.6"] = FINDING | {"evidence": [EVIDENCE | piece]}
        found = codes(data)
        assert [code for code, _, _ in found] == ([] if expected is None else [expected])
        assert all(path == "findings[5.1.2.6].evidence" for _, path, _ in found)

    def test_evidence_of_a_deletion_is_looked_at_too(self) -> None:
        data = case()
        data["findings"]["5.3.6.1"] = {
            "kind": "not_applicable",
            "reason": "不销售需回收的商品",
            "confirmed_by": ["张明", "李静"],
            "evidence": [{"method": "document", "on": "2027-01-01"}],
        }
        assert [code for code, _, _ in codes(data)] == ["evidence-after-period"]
