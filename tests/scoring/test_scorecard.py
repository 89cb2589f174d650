"""6.2.2, 6.2.3 and 6.3: the arithmetic, compared with an independent calculation, and its properties."""

from __future__ import annotations

import json
import math
import random
import re
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from support import oracle
from support.examples import examples
from support.plain_yaml import from_yaml, to_yaml
from support.small import small_card
from support.strategies import degrees, findings, judged, random_findings

import aftersales
from aftersales import Certificate, Evaluation, Scorecard, score
from aftersales.certification.certificate.status import Status
from aftersales.certification.report.report import Report


def card_of(found: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.Evaluation(**oracle.document(found)))


def assert_same(card: aftersales.Scorecard, found: dict[str, Any]) -> None:
    """The card equals the independent calculation at every node."""
    expected = oracle.result(found)
    for node_id in oracle.POINTS:
        earned, applicable = expected[node_id]
        node = card[node_id]
        assert (node.earned, node.applicable, node.deducted) == (earned, applicable, applicable - earned), node_id
        assert node.ratio == (earned / applicable if applicable else None)
        assert (node.reference.row if node.reference else None) == (oracle.row(node.ratio) if applicable else None)
        assert node.points == oracle.POINTS[node_id]
    assert (card.earned, card.applicable) == expected[""]
    score = oracle.final_score(found)
    assert card.final_score == score
    assert card.stars == card.reference.row == oracle.stars(score)
    assert card.ratio == score / 100
    assert card.passed == (score >= 60)


def test_the_json_names_the_row_of_each_node() -> None:
    """Table 1 (6.2.4) by the published limits of R1; null where nothing is applicable."""
    rows = ("[0%, 60%)", "[60%, 70%)", "[70%, 75%)", "[75%, 80%)", "[80%, 90%)", "[90%, 100%]")
    degrees = ("0", "0.599", "0.6", "0.7", "0.749", "0.75", "0.8", "0.899", "0.9", "1")
    found = oracle.all_full()
    ids = [key for key in oracle.INDICATORS if key != "5.1.2.2"]
    for position, key in enumerate(ids):
        found[key] = {"kind": "qualitative", "degree": degrees[position % len(degrees)]}
    deleted = {"kind": "not_applicable", "reason": "无此业务", "confirmed_by": ["张明"]}
    found = {key: value for key, value in found.items() if not key.startswith("5.3.6")} | {
        "5.3.6": deleted,
        ids[3]: deleted,
    }
    document = aftersales.score(aftersales.load_evaluation(oracle.document(found))).model_dump(mode="json")
    result = oracle.result(found)
    for node_id, node in document["nodes"].items():
        earned, applicable = result[node_id]
        assert node["reference"] == (rows[oracle.row(earned / applicable)] if applicable else None), node_id
    assert {node["reference"] for node in document["nodes"].values()} == {None, *rows}
    assert document["reference"] == rows[oracle.row(oracle.final_score(found) / 100)]


class TestAgainstIndependentCalculation:
    """0 differences at every node, from Python, YAML and JSON."""

    def test_random_evaluations_score_as_the_independent_calculation(self) -> None:
        random_ = random.Random(730420)
        for _ in range(400):
            found = random_findings(random_)
            assert_same(card_of(found), found)

    @settings(max_examples=examples(50))
    @given(findings())
    def test_any_evaluation_from_python_scores_as_the_independent_calculation(self, found: dict[str, Any]) -> None:
        assert_same(card_of(found), found)

    @settings(max_examples=examples(50))
    @given(found=findings(), format_=st.sampled_from(["yaml", "json"]))
    def test_any_evaluation_from_a_file_scores_as_the_independent_calculation(
        self, tmp_path_factory: pytest.TempPathFactory, found: dict[str, Any], format_: str
    ) -> None:
        path = tmp_path_factory.mktemp("evaluation") / f"case.{format_}"
        plain = json.loads(
            json.dumps(oracle.document(found), default=lambda value: f"{value.numerator}/{value.denominator}")
        )
        text = json.dumps(plain) if format_ == "json" else to_yaml(plain)
        path.write_text(text, encoding="utf-8")
        assert_same(aftersales.score(aftersales.load_evaluation(path)), found)

    def test_evaluations_on_and_beside_the_limits_score_as_the_independent_calculation(self) -> None:
        """Adversarial: random degrees, then one indicator moved so that the score lies on a limit, or a hair beside it."""
        random_ = random.Random(20251204)
        on_the_limit = 0
        for _ in range(400):
            denominators = [random_.choice([1, 2, 3, 7, 9, 10, 13, 1000]) for _ in oracle.INDICATORS]
            target = random_.choice([60, 70, 75, 80, 90])
            base = Fraction(target, 100)
            degrees = [
                min(Fraction(1), max(Fraction(0), base + Fraction(random_.randint(-1, 1), 8 * d))) for d in denominators
            ]
            found = judged(degrees)
            gap = target - oracle.final_score(found)
            movable = [
                (indicator, degree + gap / oracle.POINTS[indicator])
                for indicator, degree in zip(oracle.INDICATORS, degrees, strict=True)
                if indicator != "5.1.2.2" and 0 < degree + gap / oracle.POINTS[indicator] < 1
            ]
            if movable:
                indicator, exact = random_.choice(movable)
                hair = random_.choice([Fraction(0), Fraction(1, 10**30), Fraction(-1, 10**30)])
                found[indicator] = {"kind": "qualitative", "degree": exact + hair}
                on_the_limit += not hair
                card = card_of(found)
                score = target + hair * oracle.POINTS[indicator]
                assert card.final_score == score == oracle.final_score(found)
                assert card.stars == oracle.stars(score)
                assert ("(-)" in card.printed_score) == (hair < 0)
        assert on_the_limit > 100


class TestClause623:
    """6.2.3: one global ratio; deletion leaves both sums."""

    def test_deletion_is_not_renormalised_inside_its_group(self) -> None:
        """5.1.3.1 (3.5 of 6) deleted, 5.1.3.2 (2.5) failed: globally 94/96.5, inside the group it would be 94/100."""
        deleted = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        card = card_of(oracle.all_full(i5_1_3_1=deleted, i5_1_3_2="none"))
        assert card.final_score == Fraction(94) / Fraction("96.5") * 100
        assert card.final_score != 94

    def test_the_score_is_on_the_scale_of_the_points_of_the_standard(self) -> None:
        """1 of 1.5 points is earned, so the score is 1 ÷ 1.5 x 1.5."""
        card = small_card([Fraction(1), Fraction("0.5")], [Fraction(1), Fraction(0)])
        assert (card.final_score, card.ratio) == (1, Fraction(2, 3))

    @settings(max_examples=examples(40))
    @given(found=findings(groups=False), group=st.sampled_from(oracle.GROUPS))
    def test_a_deleted_group_is_its_deleted_indicators(self, found: dict[str, Any], group: str) -> None:
        deleted = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        inside = [indicator for indicator in found if indicator.startswith(f"{group}.")]
        one_by_one = found | dict.fromkeys(inside, deleted)
        if all(share is None for share in oracle.shares(one_by_one).values()):
            return
        as_group = {key: value for key, value in found.items() if key not in inside} | {group: deleted}
        first, second = card_of(as_group), card_of(one_by_one)
        assert first.final_score == second.final_score
        assert first.nodes == second.nodes


class TestProperties:
    """What holds for every evaluation."""

    @settings(max_examples=examples(40))
    @given(findings())
    def test_scores_lie_between_0_and_100(self, found: dict[str, Any]) -> None:
        card = card_of(found)
        assert 0 <= card.final_score <= 100
        assert all(0 <= node.earned <= node.applicable <= node.points for node in card.nodes)

    @settings(max_examples=examples(40))
    @given(degrees=degrees(), position=st.integers(0, 72), lower=st.fractions(0, 1, max_denominator=20))
    def test_a_lower_degree_never_raises_the_score(
        self, degrees: list[Fraction], position: int, lower: Fraction
    ) -> None:
        worse = [*degrees]
        worse[position] = min(degrees[position], lower)
        before, after = card_of(judged(degrees)), card_of(judged(worse))
        assert after.final_score <= before.final_score
        assert after.stars <= before.stars

    @settings(max_examples=examples(40))
    @given(found=findings(), random_=st.randoms(use_true_random=False))
    def test_the_order_of_findings_is_irrelevant(self, found: dict[str, Any], random_: random.Random) -> None:
        items = list(found.items())
        random_.shuffle(items)
        assert card_of(dict(items)).nodes == card_of(found).nodes

    @settings(max_examples=examples(40))
    @given(degrees())
    def test_the_integer_kernel_equals_fractions(self, degrees: list[Fraction]) -> None:
        """Σ points x degree ÷ Σ points, in plain Fraction arithmetic."""
        total = sum((oracle.POINTS[i] * d for i, d in zip(oracle.INDICATORS, degrees, strict=True)), Fraction(0))
        assert card_of(judged(degrees)).final_score == total

    @settings(max_examples=examples(25))
    @given(findings())
    def test_a_scorecard_comes_back_from_json_exactly(self, found: dict[str, Any]) -> None:
        card = card_of(found)
        text = json.dumps(card.model_dump(mode="json"))
        again = aftersales.Scorecard.model_validate(json.loads(text))
        assert again == card
        assert again.final_score == card.final_score == Fraction(json.loads(text)["final_score"])
        assert again.evaluation == card.evaluation

    def test_scoring_is_a_pure_function_and_safe_between_threads(self) -> None:
        evaluation = aftersales.Evaluation(**oracle.document(oracle.all_full(i5_1_3_1="none")))
        with ThreadPoolExecutor(8) as pool:
            scores = list(pool.map(lambda _: aftersales.score(evaluation).final_score, range(200)))
        assert set(scores) == {Fraction("96.5")}


class TestRefusal:
    """What cannot be scored is refused with every reason."""

    def test_missing_findings_are_all_listed_in_the_order_of_the_standard(self) -> None:
        """6.1.2, R9."""
        found = oracle.all_full()
        for key in ("5.4.4.2", "5.1.1.1", "5.3.6.1"):
            del found[key]
        found["5.2.1.1"] = None
        with pytest.raises(aftersales.EvaluationError) as caught:
            card_of(found)
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [
            ("missing-finding", f"findings[{key}]") for key in ("5.1.1.1", "5.3.6.1", "5.4.4.2", "5.2.1.1")
        ]

    def test_everything_deleted_has_no_score(self) -> None:
        """6.2.3, R8: neither 0 nor 100."""
        deleted = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        with pytest.raises(aftersales.EvaluationError) as caught:
            card_of(dict.fromkeys(["5.1", "5.2", "5.3", "5.4"], deleted))
        assert [problem.code for problem in caught.value.problems] == ["nothing-applicable"]

    def test_an_unknown_standard_is_refused(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.score(aftersales.Evaluation(standard="GB/T 27922", findings={}))
        assert [problem.code for problem in caught.value.problems] == ["unknown-standard"]

    def test_another_standard_than_the_evaluation_names_is_refused(self) -> None:
        evaluation = aftersales.Evaluation(standard="GB/T 27922", findings=oracle.all_full())
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.score(evaluation, aftersales.load_standard())
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [
            ("standard-mismatch", "standard")
        ]

    def test_another_edition_than_the_evaluation_names_is_refused(self) -> None:
        evaluation = aftersales.Evaluation(**oracle.document(oracle.all_full(), edition="2030-01-01"))
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.score(evaluation, aftersales.load_standard())
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [("standard-mismatch", "edition")]


class TestFace:
    """What a scorecard answers beside its figures."""

    def test_a_node_that_is_not_there_is_a_key_error(self) -> None:
        card = card_of(oracle.all_full())
        for ask in (card.__getitem__, card.explain, card.finding):
            with pytest.raises(KeyError):
                ask("5.9")
        with pytest.raises(KeyError):
            card.finding("5.1")  # a group has no finding of its own

    def test_a_scorecard_is_accepted_unchanged(self) -> None:
        card = card_of(oracle.all_full())
        assert aftersales.Scorecard.model_validate(card) is card

    def test_the_finding_of_an_indicator_may_be_the_deletion_of_its_group(self) -> None:
        deleted = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        found = {key: value for key, value in oracle.all_full().items() if not key.startswith("5.3.6")}
        card = card_of(found | {"5.3.6": deleted, "5.3.6.1": None})
        assert card.finding("5.3.6.1") == card.finding("5.3.6.2") == card.evaluation.findings["5.3.6"]
        step = card.explain("5.3.6.1")
        assert (step.clause, step.value, step.notes["confirmed_by"]) == ("6.2.3", None, "张明")
        assert card.final_score == 100

    def test_the_derivation_of_a_failing_score(self) -> None:
        card = card_of(dict.fromkeys(oracle.INDICATORS, "none") | {"5.1.2.2": {"kind": "quantitative", "actual": "0"}})
        step = card.explain()
        assert (step.clause, step.readings, step.value) == ("6.3.2", ("R17",), "0")
        assert step.working == "0 ≤ 0 < 60"
        assert step.rule.en == "the final score is below the pass line: no star level"


def calculated(working: str) -> Fraction:
    """What a working comes to when its signs are read as anybody reads them."""
    python = re.sub(r"[0-9.]+", lambda number: f"Fraction('{number[0]}')", working)
    python = python.replace("×", "*").replace("÷", "/").replace("−", "-")
    return Fraction(eval(python, {"Fraction": Fraction, "min": min}))


class TestExplain:
    """6.2.2, 6.2.3: every derivation can be worked out again, and says which clause it stands on."""

    def test_every_working_comes_to_its_value(self) -> None:
        random_ = random.Random(622)
        for _ in range(40):
            found = random_findings(random_)
            card = card_of(found)
            steps = [card.explain().children[0]]
            while steps:
                step = steps.pop()
                steps += step.children
                if step.value is not None:
                    assert calculated(step.working) == Fraction(step.value), step

    @pytest.mark.parametrize(
        ("finding", "clause", "readings", "rule", "working", "value"),
        [
            ("full", "6.2.2", (), "定性", "2.5 × 1", "2.5"),
            (
                {"kind": "quantitative", "actual": "2/3", "at_most": "1/3"},
                "6.2.2",
                ("R6",),
                "定量",
                "2.5 × (1/3) ÷ (2/3)",
                "1.25",
            ),
            ({"kind": "quantitative", "actual": 20, "at_most": 24}, "6.2.2", ("R6",), "定量", "2.5 × 1", "2.5"),
            (
                {"kind": "quantitative", "actual": "8%", "at_least": "10%"},
                "6.2.2",
                ("R5",),
                "定量",
                "2.5 × min(1, 0.08 ÷ 0.1)",
                "2",
            ),
            (
                {"kind": "sampled", "population": 5, "sampled": 5, "nonconforming": 1},
                "6.2.2",
                ("R7",),
                "抽样",
                "2.5 × (1 − 1 ÷ 5)",
                "2",
            ),
            ({"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}, "6.2.3", ("R8",), "删减", "", None),
        ],
    )
    def test_the_working_of_one_indicator_is_explained(
        self, finding: Any, clause: str, readings: Any, rule: str, working: str, value: str | None
    ) -> None:
        step = card_of(oracle.all_full(i5_4_3_2=finding)).explain("5.4.3.2")
        assert (step.clause, step.readings, step.working, step.value) == (clause, readings, working, value)
        assert step.rule.zh.startswith(rule)

    def test_the_working_of_the_whole_score_is_explained(self) -> None:
        step = card_of(oracle.all_full()).explain()
        assert (step.clause, step.readings, step.working) == ("6.3.3", ("R1", "R2"), "90 ≤ 100 ≤ 100")
        assert step.notes == {}
        assert step.rule.en.startswith("the star level follows from the interval")
        assert (step.children[0].clause, step.children[0].working) == ("6.2.3", "100 ÷ 100 × 100")
        assert card_of(
            oracle.all_full(i5_1_3_1="none", i5_1_3_2="none", i5_1_4_1="none", i5_1_4_3="none")
        ).explain().working == ("80 ≤ 89 < 90")

    def test_deductions_that_differ_by_less_than_floats_can_hold_are_in_their_order(self) -> None:
        """5.1.1.1 loses 10⁻³⁰ of a point less than 5.1.1.2."""
        card = card_of(oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": "1e-30"}, i5_1_1_2="none"))
        assert [node.id for node in card.deductions] == ["5.1.1.2", "5.1.1.1"]

    def test_a_step_names_the_row_of_table_1_unless_nothing_is_applicable(self) -> None:
        """6.2.4: 5.1.3 earns 2.5 of 6 points, and 5.1.3.2 all of them; 5.3.6 is deleted."""
        deleted = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        found = {key: value for key, value in oracle.all_full(i5_1_3_1="none").items() if not key.startswith("5.3.6")}
        card = card_of(found | {"5.3.6": deleted})
        rows = {key: card.explain(key).notes.get("reference") for key in ("5.1.3", "5.1.3.2", "5.3.6", "5.3.6.1")}
        assert rows == {"5.1.3": "[0%, 60%)", "5.1.3.2": "[90%, 100%]", "5.3.6": None, "5.3.6.1": None}

    def test_a_step_names_the_table_of_a_standard_with_another_one_unless_nothing_is_applicable(self) -> None:
        table = aftersales.Bilingual(zh="附录 B", en="annex B")
        standard = aftersales.load_standard().model_copy(update={"id": "OWN 1", "terms": {"table": table}})
        deleted = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        found = {key: value for key, value in oracle.all_full().items() if not key.startswith("5.3.6")}
        facts = {"standard": "OWN 1", "edition": standard.edition, "findings": found | {"5.3.6": deleted}}
        card = score(Evaluation.model_validate(facts), standard)
        rows = {key: card.explain(key).row for key in ("5.1.3", "5.1.3.2", "5.3.6", "5.3.6.1")}
        title = aftersales.Bilingual(zh="附录 B 档次", en="annex B")
        assert rows == {"5.1.3": title, "5.1.3.2": title, "5.3.6": None, "5.3.6.1": None}

    def test_the_largest_deduction_comes_first_and_equal_ones_in_the_order_of_the_standard(self) -> None:
        card = card_of(oracle.all_full(i5_4_4_2="none", i5_1_1_1="none", i5_1_7_1="none", i5_1_3_1="none"))
        assert [node.id for node in card.deductions] == ["5.1.3.1", "5.1.7.1", "5.4.4.2", "5.1.1.1"]

    def test_deductions_of_unlike_fractions_are_in_the_order_of_the_points_lost(self) -> None:
        """3.5 x 2/3 is 2.33, 2.5 x 6/7 is 2.14, 2 x 1/2 is as much as all of one point, and 2.5 x 1/3 is 0.83."""
        degrees = {
            "5.1.3.1": "1/3",
            "5.4.3.2": "1/7",
            "5.4.2.4": "1/2",
            "5.1.4.1": "0",
            "5.1.1.1": "0",
            "5.1.3.2": "2/3",
        }
        lost = {key: {"kind": "qualitative", "degree": degree} for key, degree in degrees.items()}
        order = ["5.1.4.1", "5.1.3.1", "5.4.3.2", "5.1.1.1", "5.4.2.4", "5.1.3.2"]
        assert [node.id for node in card_of(oracle.all_full() | lost).deductions] == order


class TestScorecardDocument:
    """The JSON of a scorecard is scored anew when it is read, so that it cannot say what the findings do not."""

    @staticmethod
    def document() -> dict[str, Any]:
        return json.loads(json.dumps(card_of(oracle.all_full(i5_1_3_1="none")).model_dump(mode="json")))

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (("final_score",), "97"),
            (("stars",), 4),
            (("passed",), False),
            (("printed_score",), "96.51"),
            (("nodes", "5.1.3", "earned"), "6"),
            (("nodes", "5.1.3", "title", "zh"), "别的"),
            (("grade", "en"), "Six stars"),
        ],
    )
    def test_a_changed_figure_is_refused(self, path: tuple[str, ...], value: object) -> None:
        document = self.document()
        inner: Any = document
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        with pytest.raises(ValueError, match=r"differs from"):
            aftersales.Scorecard.model_validate(document)

    def test_a_document_of_more_values_than_a_file_may_hold_is_read_back(self) -> None:
        """A file has at most 20,000 values; a model may be given ten times as many."""
        evidence = [{"method": "document"}] * 20_000
        card = card_of(oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": "1", "evidence": evidence}))
        assert Scorecard.model_validate(card.model_dump(mode="json")) == card

    def test_keys_of_the_evaluation_without_a_value_are_omitted(self) -> None:
        evaluation = self.document()["evaluation"]
        assert None not in evaluation.values()
        assert evaluation["findings"]["5.1.1.1"] == {"kind": "qualitative", "degree": "1", "evidence": []}

    def test_a_dump_in_another_mode_than_json_has_the_two_fields(self) -> None:
        card = card_of(oracle.all_full())
        assert card.model_dump().keys() == card.model_dump(mode="another").keys() == {"standard", "evaluation"}

    def test_a_figure_more_or_less_is_refused(self) -> None:
        document = self.document()
        del document["nodes"]["5.1"]
        with pytest.raises(ValueError, match="differs from"):
            aftersales.Scorecard.model_validate(document)
        with pytest.raises(ValueError, match="differs from"):
            aftersales.Scorecard.model_validate(self.document() | {"stars_and_a_half": 5})

    def test_other_rules_of_the_standard_are_refused(self) -> None:
        document = self.document()
        document["standard"]["fingerprint"] = "v1:" + "0" * 64
        with pytest.raises(ValueError, match="by other rules of CTS"):
            aftersales.Scorecard.model_validate(document)

    @pytest.mark.parametrize("key", ["standard", "evaluation"])
    def test_what_it_was_scored_from_must_be_there(self, key: str) -> None:
        document = self.document()
        del document[key]
        with pytest.raises(ValueError, match=f"'{key}' is missing"):
            aftersales.Scorecard.model_validate(document)

    @pytest.mark.parametrize(
        ("identity", "message"),
        [("CTS XBHT-S04-2025", "mapping"), ({}, "'id' is missing"), ({"id": 5}, "expected a text, found '5'")],
    )
    def test_an_invalid_standard_is_refused(self, identity: object, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            aftersales.Scorecard.model_validate(self.document() | {"standard": identity})

    def test_of_several_unknown_keys_of_the_standard_the_first_in_the_alphabet_is_named(self) -> None:
        document = self.document()
        document["standard"] |= {"name": "x", "colour": "gold", "price": 1}
        with pytest.raises(ValueError, match="there is no key 'colour'"):
            aftersales.Scorecard.model_validate(document)

    def test_a_standard_that_is_not_bundled_travels_along(self) -> None:
        standard = aftersales.load_standard()
        own = standard.model_copy(update={"id": "OWN 1", "pass_line": standard.pass_line})
        card = aftersales.score(aftersales.Evaluation(standard="OWN 1", findings=oracle.all_full()), own)
        document = json.loads(json.dumps(card.model_dump(mode="json")))
        assert aftersales.Scorecard.model_validate(document) == card
        document["standard"]["definition"]["title"]["en"] = "Another"
        with pytest.raises(ValueError, match="the standard is"):
            aftersales.Scorecard.model_validate(document)

    def test_in_json_a_standard_that_travels_along_has_no_number_that_becomes_a_binary_float(self) -> None:
        own = aftersales.load_standard().model_copy(update={"id": "OWN 1"})
        card = aftersales.score(aftersales.Evaluation(standard="OWN 1", findings=oracle.all_full()), own)
        document = card.model_dump(mode="json")
        assert aftersales.Scorecard.model_validate_json(json.dumps(document)) == card
        document["standard"]["definition"]["pass_line"] = 60.0
        assert aftersales.Scorecard.model_validate(document) == card
        with pytest.raises(ValueError, match="becomes a binary float"):
            aftersales.Scorecard.model_validate_json(json.dumps(document))

    def test_a_scorecard_by_hand_is_checked_like_any_other(self) -> None:
        standard = aftersales.load_standard()
        evaluation = aftersales.Evaluation(**oracle.document(oracle.all_full(i5_1_1_1=None)))
        with pytest.raises(ValueError, match="has no finding yet"):
            aftersales.Scorecard(standard=standard, evaluation=evaluation)
        unknown = aftersales.Evaluation(**oracle.document(oracle.all_full(i5_9_9_9="full")))
        with pytest.raises(ValueError, match="has no indicator"):
            aftersales.Scorecard(standard=standard, evaluation=unknown)
        sound = aftersales.Evaluation(**oracle.document(oracle.all_full()))
        assert aftersales.Scorecard(standard=standard, evaluation=sound) == aftersales.score(sound)


class TestExamples:
    """The bundled examples, against the independent calculation."""

    FOLDER = Path(__file__).parents[2] / "data" / "examples"

    @pytest.mark.parametrize(
        ("name", "stars"), [("home-appliance-chain", 4), ("software-service-vendor", 3), ("food-ecommerce", 0)]
    )
    def test_each_example_has_the_score_that_it_announces(self, name: str, stars: int) -> None:
        path = self.FOLDER / f"{name}.yaml"
        found = from_yaml(path.read_text("utf-8"))["findings"]
        card = aftersales.score(aftersales.load_evaluation(path))
        assert_same(card, found)
        assert card.stars == stars
        assert {finding.kind for finding in card.evaluation.findings.values() if finding} == {
            "qualitative",
            "quantitative",
            "sampled",
            "not_applicable",
        }
        for node in card.deductions:
            assert card.finding(node.id).reason, node.id
            assert card.finding(node.id).evidence, node.id

    def test_the_software_vendor_is_close_below_a_limit(self) -> None:
        card = aftersales.score(aftersales.load_evaluation(self.FOLDER / "software-service-vendor.yaml"))
        assert Fraction("79.9") < card.final_score < 80
        assert {key for key in card.evaluation.findings if key.count(".") == 2} == {"5.2.2", "5.2.3", "5.3.6"}

    def test_the_unfinished_example_is_read_and_its_gaps_are_reported(self) -> None:
        path = self.FOLDER / "unfinished.yaml"
        evaluation = aftersales.load_evaluation(path)
        raw = from_yaml(path.read_text("utf-8"))["findings"]
        open_ = {key for key in oracle.INDICATORS if not raw.get(key) and not raw.get(key.rpartition(".")[0])}
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.score(evaluation)
        assert {problem.path[9:-1] for problem in caught.value.problems} == open_
        assert {problem.code for problem in caught.value.problems} == {"missing-finding"}


class TestTypesOfAStoredResult:
    """A figure of a stored result is the very value that the findings give: 1 is not true, and 5.0 is not 5."""

    @staticmethod
    def stored() -> dict[str, Any]:
        found = {key: finding for key, finding in oracle.all_full().items() if not key.startswith("5.3.6")}
        found["5.3.6"] = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        document: dict[str, Any] = score(Evaluation(**oracle.document(found))).model_dump(mode="json")
        return document

    @pytest.mark.parametrize(
        ("place", "value", "shown"),
        [
            (("stars",), 5.0, "'5.0' differs from '5'"),
            (("stars",), True, "'true' differs from '5'"),
            (("stars",), "5", "'\"5\"' differs from '5'"),
            (("stars",), Fraction(5), "'5' differs from '5'"),
            (("passed",), 1, "'1' differs from 'true'"),
            (("passed",), 1.0, "'1.0' differs from 'true'"),
            (("passed",), "true", "'\"true\"' differs from 'true'"),
            (("final_score",), 100, "'100' differs from '\"100\"'"),
            (("earned",), 98.5, "'98.5' differs from"),
            (("ratio",), True, "'true' differs from '\"1\"'"),
            (("nodes", "5.1", "points"), 35, "'35' differs from '\"35\"'"),
            (("nodes", "5.1", "reference"), True, "'true' differs from"),
            (("nodes", "5.3.6", "ratio"), False, "'false' differs from 'null'"),
            (("nodes", "5.3.6", "reference"), 0, "'0' differs from 'null'"),
            (("nodes", "5.1", "title", "zh"), ["x"], "'[…]' differs from"),
            (("nodes", "5.1", "title"), "x", "'\"x\"' differs from '{…}'"),
            (("grade",), None, "'null' differs from"),
            (("nodes",), [], "'[…]' differs from"),
        ],
    )
    @pytest.mark.parametrize("inside", ["scorecard", "report"])
    def test_a_stored_value_of_another_type_is_refused(
        self, place: tuple[str, ...], value: Any, shown: str, inside: str
    ) -> None:
        document = self.stored()
        holder: Any = document
        for key in place[:-1]:
            holder = holder[key]
        assert holder[place[-1]] != value or type(holder[place[-1]]) is not type(value)
        holder[place[-1]] = value
        model, data = (Scorecard, document) if inside == "scorecard" else (Report, {"card": document, "draft": True})
        with pytest.raises(ValidationError) as caught:
            model.model_validate(data)
        refused = caught.value.errors()[0]["ctx"]["error"]
        assert [violation.code for violation in refused.violations] == ["scorecard-mismatch"]
        assert [violation.path for violation in refused.violations] == [place]
        assert shown in str(refused)

    @pytest.mark.parametrize("value", [1, 1.0, 0, "yes", "on", None, []])
    def test_yes_and_no_of_results_are_true_and_false(self, value: Any) -> None:
        with pytest.raises(ValidationError):
            Report.model_validate({"card": self.stored(), "draft": value})

    @pytest.mark.parametrize(
        ("key", "value"), [("stars", True), ("stars", 2.5), ("rated", False), ("rectification", 1), ("stars", -1)]
    )
    def test_a_stored_status_of_a_certificate_with_another_type_is_refused(self, key: str, value: Any) -> None:
        certificate = Certificate(
            standard="CTS XBHT-S04-2025",
            edition="2025-12-04",
            organisation="某公司",
            final_score=90,
            stars=5,
            issued="2026-03-20",
        )
        stored = certificate.status("2026-03-20").model_dump(mode="json")
        assert Status.model_validate(stored) == certificate.status("2026-03-20")
        with pytest.raises(ValidationError):
            Status.model_validate(stored | {key: value})


def test_the_points_of_an_indicator_are_reduced_without_the_long_fractions_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With degrees of 999 digits, the common denominator of all indicators has 73,000 digits (6.2.2)."""
    found = oracle.all_full()
    degrees = {
        key: Fraction(10**998 + number, 10**998 + 7 * number + 1)
        for number, key in enumerate(oracle.INDICATORS)
        if key != "5.1.2.2"
    }
    card = card_of(found | {key: {"kind": "qualitative", "degree": degree} for key, degree in degrees.items()})
    digits: list[int] = []
    gcd = math.gcd

    def recorded(*numbers: int) -> int:
        digits.append(max(number.bit_length() for number in numbers) * 3 // 10)
        return gcd(*numbers)

    with monkeypatch.context() as patch:
        patch.setattr(math, "gcd", recorded)  # by which a Fraction is reduced
        total, longest = card.earned, max(digits)
        digits.clear()
        earned = {key: card[key].earned for key in oracle.INDICATORS}
    assert earned == {key: oracle.POINTS[key] * degrees.get(key, 1) for key in oracle.INDICATORS}
    assert total == sum(earned.values())
    assert longest > 70_000
    assert max(digits) < 1_100
