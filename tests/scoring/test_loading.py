"""Stored results stay valid: they open under corrected texts and newer editions, and never with another figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import oracle

import aftersales
from aftersales import (
    EvaluationError,
    Scorecard,
    Standard,
    examine_scorecard,
    load_example,
    load_scorecard,
    load_standard,
    score,
)
from aftersales.standard import standard as standards

ARCHIVE = sorted((Path(__file__).parent / "archive").iterdir())
"""Results as earlier versions wrote them: format 0 has neither format nor fingerprints. They are never changed."""


def stored(**context: Any) -> dict[str, Any]:
    """The document of the example chain, as JSON gives it back."""
    card = score(load_example("home-appliance-chain"))
    document: dict[str, Any] = json.loads(card.model_dump_json(context=context or None))
    return document


def bundled_with(monkeypatch: pytest.MonkeyPatch, change: Any) -> Standard:
    """A later version of the library, whose bundled standard was changed."""
    data = load_standard(edition="2025-12-04").model_dump(mode="json")
    change(data)
    later = Standard.model_validate(data)
    monkeypatch.setattr(standards, "_load_bundled", lambda path: later)
    return later


def correct_texts(data: dict[str, Any]) -> None:
    data["categories"][0]["subcategories"][0]["indicators"][0]["title"]["zh"] = "更正后的标题"
    data["categories"][0]["subcategories"][0]["title"]["en"] = "Corrected"
    data["stars"][3]["grade"]["zh"] = "四星（优）级"


def change_limit(data: dict[str, Any]) -> None:
    data["categories"][0]["subcategories"][1]["indicators"][1]["at_least"] = "12%"


@pytest.mark.parametrize("path", ARCHIVE, ids=lambda path: path.stem)
def test_stored_results_of_earlier_versions_are_opened(path: Path) -> None:
    """The figures are those of the example, by hand in data/conformance."""
    examined = examine_scorecard(path)
    assert not examined.problems
    assert examined.scorecard is not None
    assert (examined.scorecard.printed_score, examined.scorecard.stars) == ("87.37", 4)
    assert load_scorecard(path) == load_scorecard(path.read_bytes()) == examined.scorecard


@pytest.mark.parametrize("path", ARCHIVE, ids=lambda path: path.stem)
def test_the_archive_is_opened_under_corrected_texts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled_with(monkeypatch, correct_texts)
    examined = examine_scorecard(path)
    assert examined.scorecard is not None
    assert examined.scorecard.stars == 4
    if "with-standard" in path.stem:  # it is opened with the texts that it holds
        assert examined.scorecard["5.1.1.1"].title.zh != "更正后的标题"
        assert not examined.remarks
        return
    assert examined.scorecard["5.1.1.1"].title.zh == "更正后的标题"
    remark = examined.remarks[0]
    assert (remark.code, remark.path) == ("result-of-other-texts", "standard")
    assert remark.message.endswith(
        "only texts are other than at that time: titles of 5.1.1, 5.1.1.1, name of the grade"
    )
    assert remark.message_zh.endswith("与当时不同的只有文字：5.1.1、5.1.1.1 的标题、星级名称")


@pytest.mark.parametrize("path", ARCHIVE, ids=lambda path: path.stem)
def test_other_rules_open_only_the_result_that_holds_its_standard(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of 5.1.2.2 decides no figure of a result without a finding near it, so only the fingerprint differs."""
    bundled_with(monkeypatch, change_limit)
    examined = examine_scorecard(path)
    if "with-standard" in path.stem:
        assert examined.scorecard is not None
        assert examined.scorecard.standard.likeness == "altered"
        assert "非内置" in examined.scorecard.standard.name("zh")
        [remark] = examined.remarks
        assert (remark.code, remark.path) == ("result-of-other-rules", "standard")
        assert "(different: 5.1.2.2)" in remark.message
        assert "规则不同（5.1.2.2）" in remark.message_zh
    elif path.stem == "format-1":
        assert [problem.code for problem in examined.problems] == ["other-rules"]


def test_a_newer_edition_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """R22: the evaluation of a result names its edition."""
    files = standards.bundled_files()
    newer = {key: editions | {"2031-01-01": next(iter(editions.values()))} for key, editions in files.items()}
    monkeypatch.setattr(standards, "bundled_files", lambda: newer)
    assert str(load_scorecard(stored()).standard.edition) == "2025-12-04"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("stars",), 5, "scorecard-mismatch"),
        (("stars",), True, "scorecard-mismatch"),
        (("final_score",), "88", "scorecard-mismatch"),
        (("nodes", "5.1.3", "points"), "7", "scorecard-mismatch"),
        (("nodes", "5.1.1.1", "title", "zh"), "别的", "scorecard-mismatch"),
        (("nodes", "5.1.1.1", "title", "standard"), "别的", "scorecard-mismatch"),
        (("nodes", "library"), {"points": "0"}, "scorecard-mismatch"),
        (("grade", "zh"), "五星", "scorecard-mismatch"),
        (("fingerprint",), "v1:" + "0" * 64, "scorecard-mismatch"),
        (("standard", "fingerprint"), "v1:" + "0" * 64, "other-rules"),
        (("standard", "edition"), "2030-01-01", "unknown-edition"),
        (("format",), 2, "unknown-document-format"),
        (("format",), "1", "unknown-document-format"),
        (("format",), True, "unknown-document-format"),
        (("format",), -1, "unknown-document-format"),
        (("library",), "9.9", None),
        (("evaluation", "findings", "5.1.1.1"), "none", "scorecard-mismatch"),
    ],
)
def test_what_a_result_says_is_what_its_findings_give(path: tuple[str, ...], value: object, code: str | None) -> None:
    document = stored()
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    problems = examine_scorecard(document).problems
    assert {problem.code for problem in problems} == ({code} if code else set())
    assert examine_scorecard(json.dumps(document).encode()).problems == () or code is not None


def test_under_corrected_texts_no_figure_may_differ_either(monkeypatch: pytest.MonkeyPatch) -> None:
    document = stored()
    bundled_with(monkeypatch, correct_texts)
    document["nodes"]["5.1.1.1"]["earned"] = "0"
    with pytest.raises(EvaluationError) as caught:
        load_scorecard(document)
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [
        ("scorecard-mismatch", "nodes[5.1.1.1].earned")
    ]


@pytest.mark.parametrize("digit", ["0", "f"])
def test_texts_that_a_result_does_not_show(digit: str) -> None:
    document = stored()
    document["standard"]["sha256"] = digit * 64
    (remark,) = examine_scorecard(document).remarks
    assert remark.message_zh.endswith("未列入结果的文字（如表 1 的评价要点）")
    for node in document["nodes"].values():
        del node["title"]
    del document["grade"]
    (remark,) = examine_scorecard(document).remarks
    assert remark.message.endswith("titles of 5.1, 5.1.1, 5.1.1.1, 5.1.1.2, 5.1.1.3, …, name of the grade")


def test_problems_of_the_file_have_their_lines() -> None:
    text = (
        json.dumps(stored(), indent=1)
        .replace('"stars": 4', '"stars": 5')
        .replace('"final_score"', '"stars": 4,\n "final_score"')
    )
    with pytest.raises(EvaluationError) as caught:
        load_scorecard(text.encode())
    assert [(problem.code, problem.line) for problem in caught.value.problems] == [("duplicate-key", 15)]
    text = json.dumps(stored(), indent=1).replace('"standard": {', '"standard": {\n  "name": "x",', 1)
    with pytest.raises(EvaluationError) as caught:
        load_scorecard(text.encode())
    assert [(problem.code, problem.line, problem.column) for problem in caught.value.problems] == [
        ("unknown-key", 5, 3)  # of the key, not of its value
    ]
    with pytest.raises(EvaluationError) as caught:
        load_scorecard(b"{")
    assert [problem.code for problem in caught.value.problems] == ["not-json"]


@pytest.mark.parametrize("text", [b"standard: CTS XBHT-S04-2025\nfindings: {5.1.1.1: full}\n", b"[1]", b"{}"])
def test_what_is_no_result_is_refused(text: bytes) -> None:
    assert examine_scorecard(text).problems


def test_the_two_fields_alone_are_no_result() -> None:
    card = score(load_example("home-appliance-chain"))
    fields = {"standard": card.standard.model_dump(mode="json"), "evaluation": card.evaluation.model_dump(mode="json")}
    assert Scorecard.model_validate(fields) == card
    assert [problem.code for problem in examine_scorecard(fields).problems] == ["missing-key"]


class TestFingerprintOfRules:
    def test_the_fingerprint_of_rules_is_as_the_page_defines_it(self) -> None:
        """By the sentence of docs/format.md, for a standard of one indicator."""
        standard = Standard.model_validate(
            {
                "id": "S", "edition": "2030-01-01", "title": {"zh": "标准", "en": "Standard"}, "total_points": "1.5", "sample_share": "2/3", "pass_line": 1,
                "stars": [{"stars": 1, "lower": 1, "upper": "1.5", "grade": {"zh": "一", "en": "one"}, "meaning": {"zh": "一", "en": "one"}}],
                "no_star": {"grade": {"zh": "无", "en": "none"}, "meaning": {"zh": "无", "en": "none"}},
                "reference": [{"row": 0, "lower": 0, "upper": 1, "guidance": {"zh": "零", "en": "zero"}}],
                "categories": [{"id": "4.1", "points": "1.5", "title": {"zh": "甲", "en": "A"}, "subcategories": [{"id": "4.1.1", "points": "1.5", "title": {"zh": "乙", "en": "B"},
                    "indicators": [{"id": "4.1.1.1", "points": "1.5", "title": {"zh": "丙", "en": "C"}, "at_most": 0}]}]}],
            }
        )  # fmt: skip
        canonical = (
            '{"canonical":1,"edition":"2030-01-01","id":"S","rules":{'
            '"4.1":{"level":"category","points":"1.5"},"4.1.1":{"level":"subcategory","points":"1.5"},'
            '"4.1.1.1":{"at_most":"0","level":"indicator","points":"1.5"},'
            '"pass_line":"1","reference":[[0,"0","1"]],"sample_share":"2/3","stars":[[1,"1","1.5"]],"total_points":"1.5"}}'
        )
        import hashlib

        assert standard.fingerprint == "v1:" + hashlib.sha256(canonical.encode()).hexdigest()

    @pytest.mark.parametrize("change", [change_limit, correct_texts])
    def test_rules_change_the_fingerprint_and_texts_do_not(self, change: Any) -> None:
        before = load_standard(edition="2025-12-04")
        data = before.model_dump(mode="json")
        change(data)
        after = Standard.model_validate(data)
        assert (after.fingerprint == before.fingerprint) is (change is correct_texts)
        assert after.sha256 != before.sha256


def test_a_standard_of_ones_own_travels_in_its_results() -> None:
    own = load_standard().model_copy(update={"id": "OWN 1"})
    card = score(aftersales.Evaluation(standard="OWN 1", findings=oracle.all_full()), own)
    assert load_scorecard(json.dumps(card.model_dump(mode="json")).encode()) == card
