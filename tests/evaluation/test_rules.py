"""The rules of a standard for an evaluation as a whole (4.1, 6.1.2, 6.2.1 to 6.2.3), each one by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from support import oracle
from support.copies import received
from support.small import small_standard

import aftersales
from aftersales.evaluation.evaluation import Assessor, Subject
from aftersales.evaluation.parties import EvaluatingBody
from aftersales.evaluation.rules import check, check_independence, check_restated, standard_mismatch
from aftersales.problems.violations import to_problem

STANDARD = aftersales.load_standard(edition="2025-12-04")
DELETED = {"kind": "not_applicable", "reason": "无此业务", "confirmed_by": ["张明"]}


def refused(findings: dict[str, Any], **others: Any) -> list[tuple[str, str, str]]:
    """Code, path and English message of each problem of a mapping that is scored; none if it can be."""
    try:
        aftersales.score(received(aftersales.Evaluation.model_validate(oracle.document(findings, **others))))
    except aftersales.EvaluationError as error:
        return [(problem.code, problem.path, problem.message) for problem in error.problems]
    return []


def codes(findings: dict[str, Any], **others: Any) -> list[tuple[str, str]]:
    return [(code, path) for code, path, _ in refused(findings, **others)]


def without(*groups: str, **changes: Any) -> dict[str, Any]:
    """Everything fully met but for the indicators of some groups, which have no finding."""
    heads = tuple(f"{group}." for group in groups)
    return {key: finding for key, finding in oracle.all_full(**changes).items() if not f"{key}.".startswith(heads)}


class TestTheStandardThatIsNamed:
    """6.2.1: an evaluation is scored by the standard and the edition that it names."""

    @pytest.mark.parametrize(
        ("named", "path"),
        [
            ({"standard": "AN OWN"}, "standard"),
            ({"standard": "OWN"}, "standard"),
            ({"edition": "2020-01-01"}, "edition"),
            ({"edition": "2030-01-01"}, "edition"),
        ],
    )
    def test_another_standard_or_edition_than_the_evaluation_names_is_refused(
        self, named: dict[str, str], path: str
    ) -> None:
        evaluation = aftersales.Evaluation.model_validate(oracle.document(oracle.all_full()) | named)
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.score(evaluation, STANDARD)
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [("standard-mismatch", path)]

    @pytest.mark.parametrize(
        ("named", "edition", "found"),
        [
            (STANDARD.id, None, None),
            (STANDARD.id, STANDARD.edition, None),
            (STANDARD.id, date(2020, 1, 1), f"{STANDARD.id} 2020-01-01"),
            ("AN OWN", None, "AN OWN"),
            ("AN OWN", STANDARD.edition, "AN OWN 2025-12-04"),
        ],
    )
    def test_a_paper_names_the_standard_and_its_edition_or_none(
        self, named: str, edition: date | None, found: str | None
    ) -> None:
        mismatch = standard_mismatch(named, edition, STANDARD)
        assert (mismatch and (mismatch.code, mismatch.context["found"])) == (found and ("standard-mismatch", found))

    def test_an_evaluation_that_is_refused_once_is_refused_again(self) -> None:
        evaluation = aftersales.Evaluation.model_validate(oracle.document(oracle.all_full(i5_1_2_2="full")))
        for _ in range(2):
            with pytest.raises(aftersales.EvaluationError) as caught:
                aftersales.score(evaluation)
            assert [problem.code for problem in caught.value.problems] == ["kind-not-allowed"]


class TestEveryIndicatorHasAFinding:
    """6.1.2, R9."""

    @pytest.mark.parametrize(
        "findings",
        [
            without("5.1.1.1"),
            oracle.all_full(i5_1_1_1=None),
            without("5.1.1.1", "5.3.6") | {"5.3.6": DELETED},
            without("5.1.1.1", "5.3.6", "5.2.1") | {"5.3.6": DELETED, "5.2.1": DELETED},
        ],
    )
    def test_an_indicator_without_a_finding_is_named(self, findings: dict[str, Any]) -> None:
        title = oracle.TITLES["5.1.1.1"]
        ((code, path, message),) = refused(findings)
        assert (code, path) == ("missing-finding", "findings[5.1.1.1]")
        assert message.endswith("' has no finding yet")
        evaluation = aftersales.Evaluation.model_validate(oracle.document(findings))
        assert [to_problem(each).message_zh.count(title) for each in check(evaluation, STANDARD)] == [1]

    def test_indicators_that_are_missing_together_name_the_largest_group_that_is_missing(self) -> None:
        """5.1.6 and all of 5.4 are missing, and of 5.3.6 only the first indicator."""
        findings = without("5.1.6", "5.4", "5.3.6.1")
        evaluation = aftersales.Evaluation.model_validate(oracle.document(findings))
        found = [(str(each.path[1]), each.group, each.context["count"]) for each in check(evaluation, STANDARD)]
        missing = [key for key in oracle.INDICATORS if key not in findings]
        assert [key for key, _, _ in found] == missing
        assert {count for _, _, count in found} == {1}
        groups = {
            key: (group.path[1], group.context["count"]) if group is not None else None for key, group, _ in found
        }
        assert groups == {
            key: ("5.1.6", 4) if key.startswith("5.1.6.") else None if key == "5.3.6.1" else ("5.4", 17)
            for key in missing
        }

    def test_an_indicator_whose_finding_was_refused_already_is_not_missing(self) -> None:
        evaluation = aftersales.Evaluation.model_validate(oracle.document(without("5.1.1.1", "5.1.1.2")))
        missing = [violation.path for violation in check(evaluation, STANDARD, refused={"5.1.1.2", "x"})]
        assert missing == [("findings", "5.1.1.1")]
        assert check(evaluation, STANDARD, complete=False) == []

    def test_an_indicator_whose_id_is_only_written_otherwise_is_not_missing(self) -> None:
        assert codes(without("5.1.1.1") | {"5-1-1-1": "full"}) == [("unknown-indicator", "findings[5-1-1-1]")]
        assert codes(without("5.3.6") | {"5-3-6": DELETED}) == [("unknown-indicator", "findings[5-3-6]")]
        # A group can only be deleted, so this is not the finding of its indicators.
        assert [path for _, path in codes(without("5.3.6") | {"5-3-6": "full"})] == [
            "findings[5-3-6]",
            "findings[5.3.6.1]",
            "findings[5.3.6.2]",
        ]


class TestDeletions:
    """6.2.3, R8."""

    def test_with_every_indicator_deleted_there_is_no_score(self) -> None:
        one_by_one: dict[str, Any] = dict.fromkeys(oracle.INDICATORS, DELETED)
        for findings in (dict.fromkeys(["5.1", "5.2", "5.3", "5.4"], DELETED), one_by_one):
            assert [code for code, _ in codes(findings)] == ["nothing-applicable"]
        assert codes(one_by_one | {"5.4.4.2": "none"}) == []

    def test_with_three_of_four_categories_deleted_the_fourth_is_scored(self) -> None:
        findings = without("5.2", "5.3", "5.4") | dict.fromkeys(["5.2", "5.3", "5.4"], DELETED)
        card = aftersales.score(aftersales.Evaluation.model_validate(oracle.document(findings)))
        assert (card.applicable, card.final_score) == (35, 100)

    def test_an_indicator_of_a_deleted_group_has_no_finding_of_its_own(self) -> None:
        one, two = without("5.3.6.1") | {"5.3.6": DELETED}, oracle.all_full() | {"5.3.6": DELETED}
        assert codes(one) == [("conflicting-findings", "findings[5.3.6.2]")]
        assert codes(two) == [("group-has-findings", "findings[5.3.6]")]
        assert codes(without("5.3.6.1") | {"5.3.6": DELETED, "5.3.6.2": None}) == []

    def test_findings_of_a_deleted_group_are_reported_at_the_ids_that_are_wrong(self) -> None:
        """Of several findings the deletion is the mistake, and one is the mistake itself."""
        head = "standard: CTS XBHT-S04-2025\nfindings:\n  5.3.6: {kind: not_applicable, reason: 无, confirmed_by: [张明]}\n"
        for ids, place in ((["5.3.6.1"], (4, 3)), (["5.3.6.1", "5.3.6.2"], (3, 3))):
            text = head + "".join(f"  {each}: full\n" for each in ids)
            found = aftersales.examine(text.encode(), complete=False).problems
            assert [(problem.line, problem.column) for problem in found] == [place]

    @pytest.mark.parametrize("count", [29, 30, 31])
    def test_a_name_outside_of_the_team_is_answered_with_its_first_thirty_members(self, count: int) -> None:
        team = [{"name": f"甲{number}"} for number in range(count)]
        deleted = DELETED | {"confirmed_by": ["甲0", "zzz"]}
        ((code, path, message),) = refused(oracle.all_full(i5_1_1_1=deleted), team=team)
        assert (code, path) == ("unknown-member", "findings[5.1.1.1].confirmed_by[1]")
        assert message.count("甲") == min(count, 30)
        assert message.endswith("…") == (count > 30)


class TestWhatAnIdTakes:
    """Chapter 5, 6.2.2, R4."""

    @pytest.mark.parametrize(
        "finding",
        ["full", {"kind": "sampled", "population": 9, "sampled": 9, "nonconforming": 0}],
    )
    def test_5_1_2_2_takes_a_quantitative_finding_or_a_deletion(self, finding: Any) -> None:
        assert codes(oracle.all_full(i5_1_2_2=finding)) == [("kind-not-allowed", "findings[5.1.2.2]")]
        assert codes(oracle.all_full(i5_1_2_2=DELETED)) == []
        assert codes(oracle.all_full(i5_1_2_2={"kind": "quantitative", "actual": "10%"})) == []

    @pytest.mark.parametrize("finding", ["full", {"kind": "quantitative", "actual": 1, "at_least": 2}])
    def test_a_group_takes_a_deletion_alone(self, finding: Any) -> None:
        assert ("group-not-deleted", "findings[5.3.6]") in codes(without("5.3.6") | {"5.3.6": finding})

    @pytest.mark.parametrize(
        ("key", "finding", "said"),
        [
            ("5.1.1.9", "full", "; there are 5.1.1.1 to 5.1.1.5"),
            ("5.1.1.1.1", "full", "; there are 5.1.1.1 to 5.1.1.5"),
            ("5.1.9.1", "full", "; there are 5.1.1 to 5.1.7"),
            ("5.9", None, "; there are 5.1 to 5.4"),
            ("9.9", "full", ""),
            ("5112", "full", "; did you mean '5.1.1.2'?"),
            ("5-3-6", DELETED, "; did you mean '5.3.6'?"),
            ("5-3-6", "full", ""),
        ],
    )
    def test_an_unknown_id_is_answered_with_what_is_near_or_meant(self, key: str, finding: Any, said: str) -> None:
        messages = {path: message for _, path, message in refused(oracle.all_full() | {key: finding})}
        assert messages[f"findings[{key}]"] == f"the standard has no indicator '{key}'{said}"

    def test_an_id_of_forty_characters_is_read_for_what_is_meant_and_a_longer_one_is_not(self) -> None:
        for blanks in (33, 34):
            key = f"5.1.1.{' ' * blanks}2"
            ((code, _, message),) = refused(oracle.all_full() | {key: "full"})
            assert (code, "did you mean '5.1.1.2'?" in message) == ("unknown-indicator", len(key) == 40)

    def test_an_unknown_id_is_near_no_category_whose_number_differs(self) -> None:
        """Of a standard whose categories have ids without dots."""
        data = small_standard([Fraction(1)]).model_dump(mode="json")
        category = data["categories"][0]
        subcategory = category["subcategories"][0]
        category["id"], subcategory["id"], subcategory["indicators"][0]["id"] = "1", "1.1", "1.1.1"
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(
                {"standard": "SMALL", "findings": {"9.9": "full"}}, aftersales.Standard.model_validate(data)
            )
        assert [problem.message for problem in caught.value.problems] == ["the standard has no indicator '9.9'"]

    def test_an_unknown_id_is_reported_where_it_is_written(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(b"standard: CTS XBHT-S04-2025\nfindings:\n  5.9.9.9: full\n")
        assert [(problem.line, problem.column) for problem in caught.value.problems] == [(3, 3)]

    def test_a_group_with_another_finding_than_a_deletion_is_reported_at_its_id(self) -> None:
        source = b"standard: CTS XBHT-S04-2025\nfindings:\n  5.3.6: full\n"
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(source)
        first = caught.value.problems[0]
        assert (first.code, first.line, first.column) == ("group-not-deleted", 3, 3)


class TestIndependence:
    """4.1: in a third-party evaluation no assessor belongs to the evaluated organisation."""

    @pytest.mark.parametrize(
        ("organisation", "code"),
        [
            (None, "independence-unknown"),
            ("某某家电有限公司", "not-independent"),
            ("某某 家电有限公司", "not-independent"),
            ("一一认证有限公司", None),  # before it in the order of characters, and behind it
            ("龙龙认证有限公司", None),
        ],
    )
    def test_an_assessor_of_a_third_party_is_of_another_organisation(
        self, organisation: str | None, code: str | None
    ) -> None:
        subject = Subject(organisation="某某家电有限公司")
        team = [Assessor(name="张明", organisation=organisation)]
        evaluation = received(aftersales.Evaluation(standard="S", type="third_party", findings={}))
        found = [violation.code for violation in check_independence(evaluation.type, subject, team)]
        assert found == ([] if code is None else [code])
        for type_ in ("self", None):
            assert list(check_independence(type_, subject, team)) == []

    @pytest.mark.parametrize(
        ("name", "codes"),
        [
            ("某某家电有限公司", ["body-is-subject"]),
            ("某某 家电有限公司", ["body-is-subject"]),
            ("一一认证有限公司", []),
            ("龙龙认证有限公司", []),
        ],
    )
    def test_the_body_is_not_the_organisation_that_is_evaluated(self, name: str, codes: list[str]) -> None:
        """R18."""
        body, subject = EvaluatingBody(name=name), Subject(organisation="某某家电有限公司")
        assert [each.code for each in check_independence("third_party", subject, [], body)] == codes
        assert list(check_independence("third_party", None, [], body)) == []

    def test_where_no_organisation_is_evaluated_no_assessor_is_its_own(self) -> None:
        team = [Assessor(name="张明", organisation="某某家电有限公司"), Assessor(name="李强")]
        for subject in (None, Subject()):
            found = [(each.code, each.path) for each in check_independence("third_party", subject, team)]
            assert found == [("independence-unknown", ("team", 1))]


class TestWhatAFormRepeats:
    """Chapter 5: title, points and limit beside an id are those of the standard."""

    @pytest.mark.parametrize(
        ("key", "said", "path", "message"),
        [
            ("5.1.1.1", {"title": oracle.TITLES["5.1.1.1"], "points": "1"}, None, ""),
            ("5.1.1.1", {"title": STANDARD["5.1.1.1"].title.en, "points": "1.0"}, None, ""),
            ("5.1.1.1", {"title": f"{oracle.TITLES['5.1.1.1'][:4]} {oracle.TITLES['5.1.1.1'][4:]}"}, None, ""),
            ("5.1.1.1", {"title": oracle.TITLES["5.1.1.2"], "points": "9"}, "title", "the title of 5.1.1.1 is"),
            ("5.1.1.1", {"points": "9"}, "points", "the points of 5.1.1.1 is '1', here it is '9'"),
            ("5.1.1.1", {"points": "一分"}, "points", "here it is '一分'"),
            ("5.1.2.2", {"at_least": "10%"}, None, ""),
            ("5.1.2.2", {"at_least": "9%"}, "at_least", "the limit of 5.1.2.2 is '0.1', here it is '9%'"),
            ("5.1.2.2", {"at_most": "10%"}, "at_most", "here it is '10%'"),
            ("5.1.1.1", {"at_least": "10%"}, "at_least", "here it is '10%'"),
        ],
    )
    def test_title_points_and_limit_that_a_form_repeats_are_those_of_the_id(
        self, key: str, said: dict[str, str], path: str | None, message: str
    ) -> None:
        found = list(check_restated({key: said}, {key: "full"}, STANDARD, made_of=None))
        assert [violation.path for violation in found] == ([] if path is None else [("findings", key, path)])
        assert all(message in to_problem(violation).message for violation in found)

    def test_a_form_from_before_a_correction_of_the_bundled_standard_may_have_a_former_title(self) -> None:
        own, older = STANDARD.model_copy(update={"id": "OWN 1"}), "0" * 64
        for title, standard, made_of, is_refused in (
            ("原标题", STANDARD, older, False),
            ("原标题", STANDARD, STANDARD.sha256, True),
            ("原标题", STANDARD, None, True),
            ("原标题", own, older, True),
            (oracle.TITLES["5.1.1.2"], STANDARD, older, True),
        ):
            found = list(check_restated({"5.1.1.1": {"title": title}}, {"5.1.1.1": "full"}, standard, made_of=made_of))
            assert [violation.code for violation in found] == ["title-mismatch"] * is_refused

    def test_an_unknown_id_whose_title_is_repeated_is_reported_once(self) -> None:
        said = {"5.9": {"title": "x"}}
        assert [violation.code for violation in check_restated(said, {}, STANDARD, made_of=None)] == [
            "unknown-indicator"
        ]
        assert list(check_restated(said, {"5.9": "full"}, STANDARD, made_of=None)) == []
