"""R20: remarks on an evaluation, on a file and in the command."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support import oracle
from support.plain_yaml import to_yaml

import aftersales
from aftersales.cli.command import main

KEY = "5.4.1.4"
TEAM = ("张明", "李静")


def evidence() -> list[dict[str, str]]:
    """A piece of it; made anew each time, for YAML would write the same object as an alias."""
    return [{"method": "document", "note": "查阅记录"}]


def proven(**others: Any) -> dict[str, Any]:
    """Every indicator met in full with evidence, and those that are to be sampled sampled, but for ``others``."""
    sample = {"kind": "sampled", "population": 30, "sampled": 20, "nonconforming": 0}
    findings: dict[str, Any] = {key: {"kind": "qualitative", "degree": 1} for key in oracle.INDICATORS}
    findings |= {"5.1.2.2": {"kind": "quantitative", "actual": "12%"}, "5.1.2.6": sample, "5.4.3.1": dict(sample)}
    findings |= {key.removeprefix("i").replace("_", "."): value for key, value in others.items()}
    return {
        key: finding | {"evidence": evidence()}
        if isinstance(finding, dict) and finding["kind"] != "not_applicable"
        else finding
        for key, finding in findings.items()
    }


def found(findings: dict[str, Any], **others: Any) -> list[tuple[str, str]]:
    """Codes and paths of the remarks of an evaluation; the same from the models and from a file."""
    document = oracle.document(findings, edition="2025-12-04", **others)
    by_model = aftersales.remarks(aftersales.Evaluation.model_validate(document))
    examination = aftersales.examine(io.StringIO(to_yaml(document)))
    assert examination.problems == ()
    assert examination.evaluation is not None
    assert all(remark.line for remark in examination.remarks)
    codes = sorted((remark.code, remark.path) for remark in by_model)
    assert codes == sorted((remark.code, remark.path) for remark in examination.remarks)
    return codes


def deletion(reason: str = "不销售此类商品", names: tuple[str, ...] = ("张明", "李静")) -> dict[str, Any]:
    return {"kind": "not_applicable", "reason": reason, "confirmed_by": list(names)}


def quantitative(**numbers: Any) -> dict[str, Any]:
    return {"kind": "quantitative", **numbers}


def test_an_evaluation_that_nothing_is_to_be_said_of_has_no_remark() -> None:
    assert found(proven()) == []


class TestReasons:
    @pytest.mark.parametrize(
        "finding",
        [
            {"kind": "qualitative", "degree": 1},
            {"kind": "qualitative", "degree": "100%", "row": 5},
            quantitative(actual="98%", at_least="95%"),
            quantitative(actual=20, at_most=24),
            {"kind": "sampled", "population": 30, "sampled": 30, "nonconforming": 0},
            {"kind": "sampled", "outlets": 3, "outlets_covered": 3, "sampled": 3, "nonconforming": 0},
        ],
    )
    def test_a_reason_where_nothing_is_lost_gets_a_remark(self, finding: dict[str, Any]) -> None:
        codes = found(proven(i5_4_1_4=finding | {"reason": "问卷样本偏少"}))
        assert codes == [("reason-without-deduction", f"findings[{KEY}].reason")]

    @pytest.mark.parametrize(
        "reason",
        [
            "-",
            "无",
            "／",
            "N/A",
            " 无。",
            "——",
            "同上",
            "none",
            "待补",
            "．．．",
            "？",
            "（无）",
            "“无”",
            "暂 无",
            "N.A.",
            "null",
            "！",
            "0",
        ],
    )
    def test_a_reason_that_says_nothing_gets_a_remark(self, reason: str) -> None:
        lost = {"kind": "qualitative", "degree": "50%", "reason": reason}
        assert found(proven(i5_4_1_4=lost)) == [("empty-reason", f"findings[{KEY}].reason")]
        assert found(proven(i5_4_1_4=deletion(reason))) == [("empty-reason", f"findings[{KEY}].reason")]

    @pytest.mark.parametrize("reason", ["无证上岗", "不适用于线上业务", "无", "同上"])
    def test_a_short_reason_gets_a_remark_only_if_it_says_nothing(self, reason: str) -> None:
        lost = {"kind": "qualitative", "degree": "50%", "reason": reason}
        assert bool(found(proven(i5_4_1_4=lost))) == (len(reason) < 3)

    def test_the_empty_reason_of_a_deleted_group_gets_a_remark(self) -> None:
        findings = {key: value for key, value in proven().items() if not key.startswith("5.3.6.")}
        assert found(findings | {"5.3.6": deletion("无")}) == [("empty-reason", "findings[5.3.6].reason")]

    def test_many_reasons_where_nothing_is_lost_come_as_one_remark_with_the_count(self) -> None:
        full = {"kind": "qualitative", "degree": 1, "reason": "好", "evidence": evidence()}
        findings = proven() | {key: full for key in oracle.INDICATORS if key not in ("5.1.2.2", "5.1.2.6", "5.4.3.1")}
        [remark] = aftersales.remarks(aftersales.Evaluation(**oracle.document(findings)))
        assert (remark.code, remark.path) == ("reason-without-deduction", "findings")
        assert "(5.1.1.1, 5.1.1.2, 5.1.1.3, 5.1.1.4, 5.1.1.5, … 70 in all)" in remark.message
        assert "（5.1.1.1、5.1.1.2、5.1.1.3、5.1.1.4、5.1.1.5 等，共 70 项）" in remark.message_zh


class TestDeletions:
    def test_a_deletion_confirmed_by_one_of_two_gets_a_remark(self) -> None:
        findings = proven(i5_3_6_1=deletion(names=("张明",)), i5_3_6_2=deletion())
        assert found(findings, team=[{"name": name} for name in TEAM]) == [
            ("confirmed-by-one", "findings[5.3.6.1].confirmed_by")
        ]

    def test_the_same_name_twice_confirms_a_deletion_once(self) -> None:
        findings = proven(i5_3_6_1=deletion(names=("张明", "张明")))
        assert found(findings, team=[{"name": name} for name in TEAM]) == [
            ("confirmed-by-one", "findings[5.3.6.1].confirmed_by")
        ]

    def test_a_team_of_one_confirms_alone(self) -> None:
        assert found(proven(i5_3_6_1=deletion(names=("张明",))), team=[{"name": TEAM[0]}]) == []

    @pytest.mark.parametrize(
        ("groups", "half"), [(["5.3", "5.4"], True), (["5.1", "5.2"], True), (["5.1"], False), (["5.2", "5.3"], False)]
    )
    def test_deleting_half_of_the_points_or_more_gets_a_remark(self, groups: list[str], half: bool) -> None:
        """5.1 has 35 points, 5.2 15, 5.3 and 5.4 25 each."""
        findings = {key: value for key, value in proven().items() if key[:3] not in groups}
        findings |= {group: deletion() for group in groups}
        assert found(findings) == ([("half-deleted", "findings")] if half else [])


class TestEvidence:
    def test_missing_evidence_of_full_marks_and_of_deductions_is_reported_in_one_remark_each(self) -> None:
        findings = proven() | {"5.1.1.1": "full", "5.1.1.2": "none", "5.1.1.3": "full", "5.3.6.1": deletion()}
        assert found(findings) == [
            ("deduction-without-evidence", "findings[5.1.1.2]"),
            ("full-without-evidence", "findings"),
        ]

    def test_a_deletion_needs_no_evidence(self) -> None:
        assert found(proven(i5_3_6_1=deletion())) == []


class TestSampling:
    @pytest.mark.parametrize("key", ["5.1.2.6", "5.4.3.1"])
    @pytest.mark.parametrize(
        "finding", [{"kind": "qualitative", "degree": 1}, quantitative(actual="98%", at_least="95%"), deletion()]
    )
    def test_sampling_is_expected_of_the_indicators_that_the_standard_names(
        self, key: str, finding: dict[str, Any]
    ) -> None:
        findings = proven()
        findings[key] = finding if finding["kind"] == "not_applicable" else finding | {"evidence": evidence()}
        expected = [] if finding["kind"] == "not_applicable" else [("sampling-expected", f"findings[{key}]")]
        assert found(findings) == expected


class TestNumbers:
    @pytest.mark.parametrize(
        "degree", ["0.8999999999999999", "89.99999999999999%", "0.1234567890123456", "0.30000000000000004"]
    )
    def test_a_degree_of_many_digits_gets_a_remark(self, degree: str) -> None:
        assert found(proven(i5_4_1_4={"kind": "qualitative", "degree": degree, "reason": "缺一份"})) == [
            ("long-number", f"findings[{KEY}].degree")
        ]

    @pytest.mark.parametrize("degree", ["0.9", "2/3", "0.123456789012345", "1e-40"])
    def test_a_degree_as_people_write_it_gets_no_remark(self, degree: str) -> None:
        assert found(proven(i5_4_1_4={"kind": "qualitative", "degree": degree, "reason": "缺一份"})) == []

    def test_the_literal_of_a_calculated_float_in_json_gets_a_remark(self) -> None:
        findings = proven(i5_4_1_4={"kind": "qualitative", "degree": 0.5, "reason": "缺一份"})
        text = json.dumps(oracle.document(findings)).replace("0.5", "0.8999999999999999")
        examination = aftersales.examine(io.StringIO(text))
        assert [remark.code for remark in examination.remarks] == ["long-number"]

    @pytest.mark.parametrize(
        "numbers",
        [
            {"actual": "0.8999999999999999", "at_least": "0.9"},
            {"actual": "0.90000000001", "at_least": "0.9"},
            {"actual": "24.000000000000004", "at_most": "24"},
            {"actual": "30%", "at_most": "29.99999999999999%"},
            {"actual": "1000000000.1", "at_most": 1000000000},
        ],
    )
    def test_an_actual_value_just_beside_its_limit_gets_a_remark(self, numbers: dict[str, Any]) -> None:
        finding = quantitative(**numbers)
        if numbers != {"actual": "0.90000000001", "at_least": "0.9"}:
            finding["reason"] = "略低于规定值"
        assert found(proven(i5_4_1_4=finding)) == [("near-limit", f"findings[{KEY}].actual")]

    @pytest.mark.parametrize(
        ("numbers", "key"),
        [
            ({"actual": "5%", "at_least": "2%"}, "at_least"),
            ({"actual": "0.05", "at_least": "0.02"}, "at_least"),
            ({"actual": "98%", "at_most": "99%"}, "at_most"),
            ({"actual": "0.98", "at_most": "0.95"}, "at_most"),
            ({"actual": "90%", "at_most": "120%"}, "at_most"),
        ],
    )
    def test_a_limit_that_looks_swapped_gets_a_remark(self, numbers: dict[str, Any], key: str) -> None:
        finding = quantitative(**numbers)
        if numbers == {"actual": "0.98", "at_most": "0.95"}:
            finding["reason"] = "超过规定值"
        assert found(proven(i5_4_1_4=finding)) == [("limit-looks-swapped", f"findings[{KEY}].{key}")]

    @pytest.mark.parametrize(
        "numbers",
        [
            {"actual": "98%", "at_least": "95%"},
            {"actual": "2%", "at_most": "3%"},
            {"actual": 30, "at_least": 24},
            {"actual": 20, "at_most": 24},
            {"actual": "2%", "at_least": "2%"},
        ],
    )
    def test_limits_as_they_are_meant_get_no_remark(self, numbers: dict[str, Any]) -> None:
        assert found(proven(i5_4_1_4=quantitative(**numbers))) == []

    @pytest.mark.parametrize(
        ("numbers", "far"),
        [
            ({"actual": 95, "at_least": "0.98"}, True),
            ({"actual": 98, "at_least": "9.8"}, True),
            ({"actual": 97, "at_least": "9.8"}, False),
            ({"actual": "2.4", "at_most": 24}, True),
            ({"actual": "2.5", "at_most": 24}, False),
            ({"actual": 0, "at_most": 24}, False),
        ],
    )
    def test_an_actual_value_of_another_size_than_its_limit_gets_a_remark(
        self, numbers: dict[str, Any], far: bool
    ) -> None:
        expected = [("far-from-limit", f"findings[{KEY}].actual")] if far else []
        assert found(proven(i5_4_1_4=quantitative(**numbers))) == expected

    @pytest.mark.parametrize(
        ("numbers", "code"),
        [
            ({"actual": 9, "at_least": "0.95"}, "unlike-sizes"),
            ({"actual": 5, "at_least": "0.98"}, "unlike-sizes"),
            ({"actual": "1.2", "at_most": "0.5"}, "unlike-sizes"),
            ({"actual": "0.8", "at_most": 3}, "unlike-sizes"),
            ({"actual": "105%", "at_least": "98%"}, None),
            ({"actual": "0.9", "at_least": 1}, None),
            ({"actual": 2, "at_least": 1}, None),
        ],
    )
    def test_one_number_above_1_and_the_other_far_below_gets_a_remark(
        self, numbers: dict[str, Any], code: str | None
    ) -> None:
        finding = quantitative(**numbers)
        if numbers in ({"actual": "1.2", "at_most": "0.5"}, {"actual": "0.9", "at_least": 1}):
            finding["reason"] = "未达到规定值"
        assert [found_code for found_code, _ in found(proven(i5_4_1_4=finding))] == ([code] if code else [])

    @pytest.mark.parametrize(
        ("actual", "asked"), [("0.8", True), ("1/2", True), ("0.49", False), ("80%", False), ("0.12", False)]
    )
    def test_a_proportion_of_half_or_more_without_its_percent_gets_a_remark(self, actual: str, asked: bool) -> None:
        expected = [("bare-proportion", "findings[5.1.2.2].actual")] if asked else []
        assert found(proven(i5_1_2_2=quantitative(actual=actual))) == expected

    def test_the_80_percent_of_its_sentence_are_an_example(self) -> None:
        document = oracle.document(proven(i5_1_2_2=quantitative(actual="0.5")), edition="2025-12-04")
        (remark,) = aftersales.remarks(aftersales.Evaluation.model_validate(document))
        assert "如 0.8 读作 80%" in remark.message_zh
        assert "0.8 would be 80%" in remark.message

    @pytest.mark.parametrize(
        ("actual", "far"),
        [("100%", False), ("1%", False), ("0.5%", False), ("99.9%", False), ("0.005", True), ("1/100", True)],
    )
    def test_a_proportion_with_its_percent_gets_no_remark(self, actual: str, far: bool) -> None:
        """R4: of five people all hold the certificate. Neither unit nor limit can be mistaken."""
        finding = quantitative(actual=actual)
        if actual not in ("100%", "99.9%"):
            finding["reason"] = "持证人员不足"
        expected = [("far-from-limit", "findings[5.1.2.2].actual")] if far else []
        assert found(proven(i5_1_2_2=finding)) == expected

    @pytest.mark.parametrize(
        ("counts", "code"),
        [
            ({"sampled": 40, "nonconforming": 38}, "most-nonconforming"),
            ({"sampled": 40, "nonconforming": 21}, "most-nonconforming"),
            ({"sampled": 40, "nonconforming": 20}, None),
            ({"sampled": 40, "nonconforming": 1, "outlets": 12, "outlets_covered": 0}, "no-outlet-covered"),
            ({"sampled": 40, "nonconforming": 1, "outlets": 12, "outlets_covered": 1}, None),
        ],
    )
    def test_sampled_counts_that_look_odd_get_a_remark(self, counts: dict[str, Any], code: str | None) -> None:
        finding = {"kind": "sampled", "population": 60, "reason": "记录不全", **counts}
        assert [found_code for found_code, _ in found(proven(i5_4_1_4=finding))] == ([code] if code else [])

    def test_the_standard_s_own_limit_does_not_look_swapped(self) -> None:
        assert found(proven(i5_1_2_2=quantitative(actual="30%"))) == []


class TestRemarksOfASource:
    def test_a_remark_has_the_fields_of_a_problem(self) -> None:
        [remark] = aftersales.remarks(aftersales.Evaluation(**oracle.document(proven(i5_3_6_1=deletion("无")))))
        assert remark.clause == "6.1.4"
        assert str(remark).startswith("findings[5.3.6.1].reason: the reason says nothing")
        assert repr(remark).startswith("<Remark findings")
        assert remark.text("zh").endswith("[empty-reason, 6.1.4]")

    def test_an_evaluation_that_the_standard_does_not_allow_has_no_remarks(self) -> None:
        wrong = aftersales.Evaluation(**oracle.document(oracle.all_full(i5_1_2_2="full")))
        with pytest.raises(aftersales.EvaluationError, match="kind-not-allowed"):
            aftersales.remarks(wrong)
        with pytest.raises(aftersales.EvaluationError, match="unknown-standard"):
            aftersales.remarks(aftersales.Evaluation(standard="OTHER", findings={}))

    def test_an_unfinished_evaluation_has_the_remarks_of_its_findings(self) -> None:
        document = oracle.document({"5.3.6": deletion("无"), "5.1.1.1": None})
        examination = aftersales.examine(document)
        assert {problem.code for problem in examination.problems} == {"missing-finding"}
        assert examination.evaluation is None
        assert [remark.code for remark in examination.remarks] == ["empty-reason"]
        assert aftersales.examine(document, complete=False).evaluation is not None

    def test_a_source_with_other_problems_has_no_remarks_of_the_evaluation(self) -> None:
        document = oracle.document({"5.3.6": deletion("无"), "5.1.1.1": "ful"})
        assert aftersales.examine(document).remarks == ()
        assert [problem.code for problem in aftersales.examine("/nowhere.yaml").problems] == ["unreadable-file"]

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_check_shows_remarks_and_exits_with_0(
        self, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "shop.yaml"
        path.write_text(to_yaml(oracle.document(proven(i5_3_6_1=deletion("无")))), "utf-8")
        assert main(["check", str(path), "--lang", lang]) == 0
        out = capsys.readouterr().out.splitlines()
        assert out[1] == {"zh": "提示（不影响评分）：1 条", "en": "remarks, which change no score: 1"}[lang]
        assert out[2].startswith(f"  {path}:")
        assert out[2].endswith("[empty-reason, 6.1.4]")

    def test_score_says_how_many_remarks_there_are(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "shop.yaml"
        for deleted, lines in ((deletion("无"), ["", "Remarks: 1; aftersales check shows them"]), (deletion(), [])):
            path.write_text(to_yaml(oracle.document(proven(i5_3_6_1=deleted))), "utf-8")
            assert main(["score", str(path), "--lang", "en"]) == 0
            out = capsys.readouterr().out.splitlines()
            assert out[-2:] == lines or (not lines and "Remarks" not in "".join(out))

    def test_score_counts_the_remarks_of_the_file_too(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "shop.xlsx"
        path.write_bytes(aftersales.write_workbook(aftersales.load_standard(), aftersales.load_example()))
        book = openpyxl.load_workbook(path)
        book.copy_worksheet(book["评分表"])  # an equal copy is a remark
        book.save(path)
        assert len(aftersales.remarks(aftersales.load_example())) == 1
        assert main(["score", str(path), "--lang", "en"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "Remarks: 2; aftersales check shows them"

    def test_check_as_json_holds_the_remarks(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "shop.yaml"
        path.write_text(to_yaml(oracle.document(proven(i5_3_6_1=deletion("无")))), "utf-8")
        assert main(["check", str(path), "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert document["problems"] == []
        [remark] = document["remarks"]
        assert (remark["code"], remark["path"]) == ("empty-reason", "findings[5.3.6.1].reason")
        path.write_text("standard: CTS XBHT-S04-2025\nfindings: {5.9.9.9: full}\n", "utf-8")
        assert main(["check", str(path), "--json"]) == 2
        document = json.loads(capsys.readouterr().out)
        assert "unknown-indicator" in [problem["code"] for problem in document["problems"]]
        assert document["remarks"] == []
