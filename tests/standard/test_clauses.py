"""A standard of another body is cited by its own clauses, which its file gives by their role."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError
from support.plain_yaml import from_yaml

import aftersales
from aftersales import StandardError, load_evaluation, load_standard
from aftersales.problems.clauses import CLAUSES, Role
from aftersales.problems.errors import cited
from aftersales.problems.messages import MESSAGES
from aftersales.problems.violations import Violation, to_problem
from aftersales.text.sentences import SOURCE

GREEN = Path(__file__).parents[1] / "support" / "green-service.yaml"
FIXED = {"4.1.1.2": {"kind": "quantitative", "actual": "50"}, "4.1.1.3": {"kind": "quantitative", "actual": "15%"}}


def data(**changes: Any) -> dict[str, Any]:
    return from_yaml(GREEN.read_text("utf-8")) | changes


def own(**changes: Any) -> aftersales.Standard:
    return load_standard({key: value for key, value in data(**changes).items() if value is not None})


def evaluation(**findings: Any) -> dict[str, Any]:
    full = {indicator.id: "full" for indicator in own().indicators} | FIXED
    return {"standard": "GS 12-2026", "findings": full | findings}


class TestRoles:
    def test_the_bundled_standard_has_a_clause_for_each(self) -> None:
        assert tuple(CLAUSES) == get_args(Role)

    def test_a_code_names_a_role(self) -> None:
        assert {message.clause for message in MESSAGES.values()} - {None} <= set(CLAUSES)


class TestTheClauseOfARole:
    def test_a_role_has_its_clause_in_the_bundled_standard(self) -> None:
        assert load_standard().clause("deletion") == "6.2.3"
        newer = load_standard(load_standard().model_dump(mode="json") | {"edition": "2027-01-01"})
        assert newer.clause("deletion") == "6.2.3"

    def test_another_standard_has_the_clauses_of_its_file(self) -> None:
        assert [own().clause(role) for role in ("deletion", "final_score", "comparison")] == ["8.5", "8.6", None]

    def test_a_standard_without_clauses_gives_none_for_a_role(self) -> None:
        assert own(clauses=None).clause("deletion") is None

    @pytest.mark.parametrize(
        ("form", "roles", "zh", "en"),
        [
            ("cite", "plan", "（8.1.2）", " (8.1.2)"),
            ("cite", "applicability comparison deletion", "（8.2、8.5）", " (8.2, 8.5)"),
            ("cite", "comparison", "", ""),
            ("also", "report", "，10.1", ", 10.1"),
            ("also", "comparison", "", ""),
            ("article", "validity", "评价标准第 10.5 条", "clause 10.5 of the standard"),
            ("article", "surveillance decisions", "评价标准第 10.4、10.6 条", "clause 10.4 and 10.6 of the standard"),
            ("article", "comparison", "评价标准", "the standard"),
        ],
    )
    def test_clauses_are_worded_as_a_part_of_a_sentence(self, form: str, roles: str, zh: str, en: str) -> None:
        citations = own().wording[form]
        assert (citations.word("zh", roles), citations.word("en", roles)) == (zh, en)

    def test_a_sentence_names_known_roles_and_terms(self) -> None:
        texts = [file.read_text("utf-8") for file in SOURCE.glob("*/sentences/*.json")]
        named = {found for text in texts for found in re.findall(r"\{(cite|also|article|term)\[([^]]*)\]", text)}
        roles = {role for form, roles in named if form != "term" for role in roles.split()}
        assert roles <= set(CLAUSES)
        for _, term in (found for found in named if found[0] == "term"):
            assert own().wording["term"].word("zh", term)

    @pytest.mark.parametrize("clauses", [{"bogus": "1"}, {"plan": ""}, {"plan": None}, []])
    def test_unknown_roles_and_empty_clauses_are_refused(self, clauses: Any) -> None:
        with pytest.raises(StandardError, match="clauses"):
            own(clauses=clauses)


class TestTerms:
    TERMS: tuple[Any, ...] = ("matter", "its_matter", "form", "certificate", "table", "level", "grading")
    PERFORMANCE = "green shop performance"

    @pytest.mark.parametrize(
        ("terms", "lang", "words"),
        [
            ("own", "zh", ["绿色门店水平", "其绿色门店水平", "绿色门店水平", "等级证书", "表 A.1", "绿级", "绿级"]),
            (
                "own",
                "en",
                [
                    PERFORMANCE,
                    f"its {PERFORMANCE}",
                    PERFORMANCE,
                    "level certificate",
                    "table A.1",
                    "green level",
                    "green level",
                ],
            ),
            (
                "none",
                "zh",
                ["《绿色门店评价规则》", "其服务", "《绿色门店评价规则》", "证书", "对照表", "等级", "等级"],
            ),
            (
                "bundled",
                "zh",
                ["商品售后服务成熟度", "其商品售后服务成熟度", "售后服务", "星级证书", "表 1", "星级", "星级等级"],
            ),
        ],
    )
    def test_terms_come_from_the_file_or_are_general(self, terms: str, lang: str, words: list[str]) -> None:
        standard = {"own": own(), "none": own(terms=None), "bundled": load_standard()}[terms]
        assert [standard.term(term).text(lang) for term in self.TERMS] == words

    def test_terms_are_worded_within_a_sentence_and_by_themselves(self) -> None:
        term = own().wording["term"]
        assert [term.word("zh", key) for key in ("table", "Table", "matter")] == ["表 A.1 ", "表 A.1", "绿色门店水平"]
        assert [term.word("en", key) for key in ("certificate", "Certificate")] == [
            "level certificate",
            "Level Certificate",
        ]

    def test_what_is_evaluated_names_the_form_and_not_the_certificate(self) -> None:
        standard = own(terms={"matter": {"zh": "绿色门店水平", "en": "level of green shops"}})
        assert [standard.term(term).text("zh") for term in ("form", "certificate")] == ["绿色门店水平", "证书"]

    def test_a_language_whose_code_is_put_together_is_the_same_language(self) -> None:
        assert own().wording["term"].word("".join(["z", "h"]), "table") == "表 A.1 "

    def test_the_terms_of_equal_standards_are_equal(self) -> None:
        first, again, other = (standard.wording["term"] for standard in (own(), own(), load_standard()))
        assert first == again
        assert first != other
        assert first != "terms"


class TestWhatIsStored:
    def test_the_bundled_standard_is_what_it_was(self) -> None:
        """The fingerprints of the archive of results, from before there were clauses and terms in a file."""
        standard = load_standard(edition="2025-12-04")
        assert not {"clauses", "terms"} & standard.model_dump(mode="json").keys()
        assert standard.sha256.startswith("fa40cf5d4e29")

    def test_clauses_and_terms_are_texts(self) -> None:
        plain = own(clauses=None, terms=None)
        assert own().fingerprint == plain.fingerprint
        assert own().sha256 != plain.sha256
        assert load_standard(own().model_dump(mode="json")) == own()

    def test_other_clauses_than_the_bundled_ones_are_other_texts(self) -> None:
        bundled = load_standard(edition="2025-12-04").model_dump(mode="json")
        assert load_standard(bundled | {"clauses": {"plan": "8.1"}}).likeness == "reworded"


class TestProblems:
    def codes(self, source: Any, standard: aftersales.Standard | None) -> list[tuple[str, str | None]]:
        return [(problem.code, problem.clause) for problem in aftersales.examine(source, standard).problems]

    def test_problems_cite_the_standard_at_hand(self) -> None:
        small = {"kind": "sampled", "population": 10, "sampled": 4, "nonconforming": 0}
        source = evaluation(**{"4.2.1.2": small, "4.9": "full", "4.1.1.1": None, "4.3.2.2": {"kind": "qualitative"}})
        assert self.codes(source, own()) == [
            ("sample-too-small", "8.4"),
            ("missing-key", None),
            ("unknown-indicator", "4"),
            ("missing-finding", "8.1.2"),
        ]
        assert {clause for _, clause in self.codes(source, own(clauses=None))} == {None}
        with pytest.raises(aftersales.EvaluationError) as refused:
            load_evaluation(source, own())
        assert "[sample-too-small, 8.4]" in str(refused.value)
        assert "6.2" not in str(refused.value)

    def test_groups_of_missing_findings_and_remarks_cite_the_standard_at_hand(self) -> None:
        left = {indicator.id: None for indicator in own().indicators if indicator.id.startswith("4.2")}
        with pytest.raises(aftersales.EvaluationError, match=r"\[missing-finding, 8\.1\.2\]") as refused:
            aftersales.score(load_evaluation(evaluation(**left), own()), own())
        assert len(str(refused.value).splitlines()) == 1
        found = aftersales.examine(evaluation(), own()).remarks
        assert ("sampling-expected", "8.4") in [(remark.code, remark.clause) for remark in found]
        assert aftersales.remarks(load_evaluation(evaluation(), own()), own()) == found

    def test_of_a_model_that_is_built_they_are_those_of_the_standard_that_is_given(self) -> None:
        with pytest.raises(ValidationError) as refused:
            aftersales.Evaluation(standard="GS 12-2026", findings={"4.1.1.1": {"kind": "full"}})  # type: ignore[dict-item]
        given: tuple[aftersales.Standard | None, ...] = (None, load_standard(), own(), own(clauses=None))
        told = [[p.clause for p in aftersales.problems_of(refused.value, standard=each)] for each in given]
        assert told == [["6.2.2"], ["6.2.2"], ["8.4"], [None]]
        with pytest.raises(TypeError, match="standard has to be a Standard, not str"):
            aftersales.problems_of(refused.value, standard="GS 12-2026")  # type: ignore[arg-type]

    def test_problems_of_a_result_of_rectification_cite_the_standard_at_hand(self) -> None:
        """10.4 is the clause about surveillance of the made-up standard, and 9.1 its pass line."""
        item = {"indicator": "4.1.1.1", "requirement": "改", "due": "2026-08-01"}
        notice = aftersales.Rectification(on="2026-07-01", occasion="surveillance", standard="GS 12-2026", items=[item])
        early = aftersales.RectificationResult(done="改", on="2026-06-30", by="甲")
        for standard, clause in ((own(), "10.4"), (None, "7.2.2")):
            with pytest.raises(aftersales.PaperError) as refused:
                notice.close("1", early, standard)
            assert [(p.code, p.clause) for p in refused.value.problems] == [("rectification-too-early", clause)]

    def test_a_problem_without_a_clause_gets_none(self) -> None:
        unread, plain = to_problem(Violation("several-documents")), own(clauses=None)
        assert cited(unread, plain.clause) is unread
        assert cited(to_problem(Violation("no-parts")), plain.clause).clause is None

    @pytest.mark.parametrize(("clauses", "clause"), [({"points": "8.3"}, "8.3"), ([], None), (None, None)])
    def test_problems_of_the_file_of_a_standard_cite_its_own_clauses(self, clauses: Any, clause: str | None) -> None:
        with pytest.raises(StandardError) as refused:
            own(total_points="201", clauses=clauses)
        found = {problem.code: problem.clause for problem in refused.value.problems}
        assert found.get("points-do-not-add-up") == clause

    def test_derivations_cite_the_clauses_of_their_standard(self) -> None:
        card = aftersales.score(load_evaluation(evaluation(), own()), own())
        step = card.explain()
        assert (step.clause, step.children[0].clause, card.explain("4.1").clause) == ("9.2", "8.6", "8.3")
        assert card.explain("4.1.1.1").clause == "8.4"
        plain = aftersales.score(card.evaluation, own(clauses=None))
        assert plain.explain("4.1").clause is None
        assert plain.explain("4.1").text("en").splitlines()[1] == "  earned = the sum of what its parts earned"
        assert plain.explain().text("en").splitlines()[1].startswith("  [R1, R2] ")
