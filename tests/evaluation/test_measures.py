"""6.2.2, R4–R7: actual values, limits and samples that cannot be meant as written, through each input."""

from __future__ import annotations

import io
import json
import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any

import pytest
from pydantic import ValidationError
from support import oracle
from support.plain_yaml import to_yaml

import aftersales
from aftersales.files.numbers import CalculatedFloat, Percentage, is_long, measure_as_json, read_measure
from aftersales.problems.violations import ViolationError

KEY = "5.4.1.4"


def by_yaml(document: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(io.StringIO(to_yaml(document))))


def by_json(document: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(io.StringIO(json.dumps(document))))


def by_mapping(document: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(document))


def by_model(document: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.Evaluation.model_validate(document))


WAYS = pytest.mark.parametrize("way", [by_yaml, by_json, by_mapping, by_model])
Way = Callable[[dict[str, Any]], aftersales.Scorecard]


def document(finding: dict[str, Any], key: str = KEY) -> dict[str, Any]:
    return oracle.document(oracle.all_full() | {key: finding})


def refusals(way: Way, finding: dict[str, Any], key: str = KEY) -> list[tuple[str, str]]:
    """Codes and English sentences of a finding that is refused."""
    try:
        way(document(finding, key))
    except aftersales.EvaluationError as error:
        return [(problem.code, problem.message) for problem in error.problems]
    except ValidationError as error:
        return [
            (violation.code, str(ViolationError(violation)))
            for details in error.errors()
            for violation in details["ctx"]["error"].violations
        ]
    return []


def quantitative(**numbers: Any) -> dict[str, Any]:
    return {"kind": "quantitative", **numbers}


@WAYS
class TestOneUnit:
    @pytest.mark.parametrize(
        ("numbers", "meant"),
        [
            ({"actual": 95, "at_least": "98%"}, "write 95%"),
            ({"actual": "95", "at_least": "98%"}, "write 95%"),
            ({"actual": "95%", "at_least": 98}, "write 98%"),
            ({"actual": 2, "at_most": "3%"}, "write 2%"),
            ({"actual": "2%", "at_most": 3}, "write 3%"),
            ({"actual": "1.05", "at_least": "100%"}, "write 1.05% or 105%"),
            ({"actual": 1, "at_least": "98%"}, "write 1% or 100%"),
            ({"actual": "1", "at_most": "0.5%"}, "write 1% or 100%"),
            ({"actual": "99.5%", "at_least": 1}, "write 1% or 100%"),
            ({"actual": "120", "at_least": "115%"}, "write 120%"),
            ({"actual": "7/2", "at_most": "5%"}, "write 3.5%"),
            ({"actual": "9.5e1", "at_least": "98%"}, "write 95%"),
        ],
    )
    def test_a_bare_number_beside_a_percentage_is_refused_with_what_was_meant(
        self, way: Way, numbers: dict[str, Any], meant: str
    ) -> None:
        [(code, message)] = refusals(way, quantitative(**numbers))
        assert code == "unlike-units"
        assert message.endswith(meant)

    @pytest.mark.parametrize(
        ("numbers", "share"),
        [
            ({"actual": "95%", "at_least": "98%"}, Fraction(95, 98)),
            ({"actual": "0.95", "at_least": "98%"}, Fraction(95, 98)),
            ({"actual": "95%", "at_least": "0.98"}, Fraction(95, 98)),
            ({"actual": 0, "at_least": "98%"}, Fraction(0)),
            ({"actual": "4%", "at_most": "3%"}, Fraction(3, 4)),
            ({"actual": 95, "at_least": 98}, Fraction(95, 98)),
            ({"actual": 1, "at_least": 1}, Fraction(1)),
            ({"actual": "105%", "at_least": "110%"}, Fraction(105, 110)),
            ({"actual": 30, "at_most": 24}, Fraction(24, 30)),
            ({"actual": "5%", "at_most": 0}, Fraction(0)),
        ],
    )
    def test_numbers_of_one_unit_earn_their_share(self, way: Way, numbers: dict[str, Any], share: Fraction) -> None:
        card = way(document(quantitative(**numbers)))
        assert card[KEY].earned == share * oracle.POINTS[KEY]


@WAYS
class TestProportion:
    """R4: 5.1.2.2 is a share of the staff."""

    @pytest.mark.parametrize(
        ("actual", "code", "said"),
        [
            (8, "unlike-units", "write 8%"),
            ("8", "unlike-units", "write 8%"),
            ("8.0", "unlike-units", "write 8%"),
            (1, "unlike-units", "write 1% or 100%"),
            ("1.0", "unlike-units", "write 1% or 100%"),
            ("10/10", "unlike-units", "write 1% or 100%"),
            ("9/8", "unlike-units", "write 1.125% or 112.5%"),
            (100, "unlike-units", "write 100%"),
            ("20/13", "unlike-units", "write 1/65 for 20/13 per cent"),
            ("25/3", "unlike-units", "write 1/12 for 25/3 per cent"),
            ("120%", "out-of-range", "0% to 100%"),
            ("100.01%", "out-of-range", "0% to 100%"),
            ("800%", "out-of-range", "0% to 100%"),
        ],
    )
    def test_what_is_no_proportion_is_refused(self, way: Way, actual: Any, code: str, said: str) -> None:
        [(found, message)] = refusals(way, quantitative(actual=actual), "5.1.2.2")
        assert (found, said in message) == (code, True), message

    @pytest.mark.parametrize(
        ("actual", "share"),
        [
            ("8%", Fraction(4, 5)),
            ("0.08", Fraction(4, 5)),
            ("2/25", Fraction(4, 5)),
            ("100%", Fraction(1)),
            (0, Fraction(0)),
        ],
    )
    def test_a_proportion_earns_its_share(self, way: Way, actual: Any, share: Fraction) -> None:
        card = way(document(quantitative(actual=actual), "5.1.2.2"))
        assert card["5.1.2.2"].earned == share * Fraction(3, 2)

    def test_a_wrong_unit_does_not_give_a_star(self, way: Way) -> None:
        """90.00 and five stars with all of 5.1.2.2, 89.70 and four with 8 %."""
        findings = oracle.all_full(
            i5_1_3_1="none",
            i5_1_3_2="none",
            i5_1_4_1="none",
            i5_1_4_2="none",
            i5_1_1_1={"kind": "qualitative", "degree": "1/2"},
        )
        eight = way(oracle.document(findings | {"5.1.2.2": quantitative(actual="8%")}))
        assert (eight.printed_score, eight.stars) == ("89.70", 4)
        assert refusals(way, quantitative(actual=8), "5.1.2.2")


@WAYS
class TestSample:
    """R7: each outlet that is covered gave at least one item."""

    @pytest.mark.parametrize(
        "counts",
        [
            {"outlets": 12, "outlets_covered": 12, "sampled": 1},
            {"outlets": 12, "outlets_covered": 12, "sampled": 11},
            {"outlets": 12, "outlets_covered": 12, "sampled": 1, "population": 1},
            {"outlets": 20, "outlets_covered": 12, "sampled": 10, "population": 12},
            {"outlets": 2, "outlets_covered": 2, "sampled": 1, "population": 100},
            {"outlets": "12", "outlets_covered": "12.0", "sampled": "1"},
        ],
    )
    def test_more_outlets_than_items_are_refused(self, way: Way, counts: dict[str, Any]) -> None:
        [(code, message)] = refusals(way, {"kind": "sampled", "nonconforming": 0, **counts})
        assert code == "covered-exceeds-sampled"
        assert f"covered by {counts['sampled']} items" in message

    @pytest.mark.parametrize(
        "counts",
        [
            {"outlets": 12, "outlets_covered": 12, "sampled": 12},
            {"outlets": 1, "outlets_covered": 1, "sampled": 1},
            {"outlets": 30, "outlets_covered": 8, "sampled": 8, "population": 12},
            {"outlets": 30, "outlets_covered": 0, "sampled": 8, "population": 12},
            {"outlets": "300", "outlets_covered": "300.0", "sampled": 300, "population": 1000},
        ],
    )
    def test_one_item_an_outlet_is_enough(self, way: Way, counts: dict[str, Any]) -> None:
        assert refusals(way, {"kind": "sampled", "nonconforming": 0, **counts}) == []

    @pytest.mark.parametrize(
        ("counts", "notes"),
        [
            ({"population": 120, "sampled": 80}, {"sample_of_population": "80 ÷ 120 ≥ 2/3"}),
            ({"outlets": 12, "outlets_covered": 12, "sampled": 36}, {"sample_of_outlets": "12 ÷ 12"}),
            (
                {"outlets": 3, "outlets_covered": 3, "sampled": 80, "population": 90},
                {"sample_of_population": "80 ÷ 90 ≥ 2/3", "sample_of_outlets": "3 ÷ 3"},
            ),
            (
                {"outlets": 3, "outlets_covered": 2, "sampled": 80, "population": 90},
                {"sample_of_population": "80 ÷ 90 ≥ 2/3"},
            ),
            (
                {"outlets": 3, "outlets_covered": 3, "sampled": 9, "population": 90},
                {"sample_of_outlets": "3 ÷ 3"},
            ),
        ],
    )
    def test_the_derivation_names_what_made_it_large_enough(
        self, way: Way, counts: dict[str, Any], notes: dict[str, str]
    ) -> None:
        step = way(document({"kind": "sampled", "nonconforming": 0, **counts})).explain(KEY)
        assert {key: text for key, text in step.notes.items() if key.startswith("sample")} == notes
        for text in notes.values():
            assert text in step.text("zh")
            assert text in step.text("en")


CALCULATED = 0.7 + 0.2  # 0.8999999999999999
ADDED = reduce(operator.add, [0.1] * 9)  # 0.8999999999999999; sum() of floats is compensated since Python 3.12


class TestCalculatedFloats:
    @pytest.mark.parametrize("degree", [CALCULATED, 1 - 0.9, 0.1 * 3, 2 / 3, ADDED, 0.1 + 0.7])
    def test_a_degree_is_refused_with_what_was_meant(self, degree: float) -> None:
        with pytest.raises(ValidationError, match="comes from arithmetic"):
            aftersales.Qualitative(degree=degree)
        with pytest.raises(aftersales.EvaluationError, match=r"calculated-float, 6\.2\.2") as refused:
            aftersales.load_evaluation(document({"kind": "qualitative", "degree": degree}))
        meant = "2/3" if degree == 2 / 3 else f"{degree:.15g}"
        assert f"did you mean '{meant}'?" in refused.value.problems[0].message

    @pytest.mark.parametrize(
        "degree",
        [0.9, 0.85, 0.123456789012345, 1.0, 0.0, Fraction(2, 3), Decimal("0.8999999999999999"), "0.8999999999999999"],
    )
    def test_a_degree_as_people_write_it_is_read_exactly(self, degree: Any) -> None:
        exact = Fraction(repr(degree)) if isinstance(degree, float) else Fraction(degree)
        assert aftersales.Qualitative(degree=degree).degree == exact

    @pytest.mark.parametrize(
        "numbers",
        [
            {"actual": CALCULATED, "at_least": "0.9"},
            {"actual": "0.9", "at_least": CALCULATED},
            {"actual": 0.1 * 3, "at_most": "0.3"},
            {"actual": "30%", "at_most": 0.1 * 3},
            {"actual": 24.000000000000004, "at_most": 24},
        ],
    )
    def test_an_actual_value_just_beside_its_limit_is_refused(self, numbers: dict[str, Any]) -> None:
        with pytest.raises(ValidationError, match="comes from arithmetic"):
            aftersales.Quantitative(**numbers)

    @pytest.mark.parametrize(
        ("actual", "limit", "is_taken"),
        [
            (0.9000000009000001, "0.9", False),
            (0.8999999993000003, "0.9", False),
            (0.9000000020000001, "0.9", True),
            (0.8999999979999999, "0.9", True),
            (24.00000002000001, 24, False),
            (24.00000005000001, 24, True),
        ],
    )
    def test_just_beside_is_a_billionth_of_one_or_of_a_larger_limit(
        self, actual: float, limit: Any, is_taken: bool
    ) -> None:
        assert len(repr(actual).replace(".", "").lstrip("0")) > 15
        if is_taken:
            assert aftersales.Quantitative(actual=actual, at_most=limit).actual == Fraction(repr(actual))
            return
        with pytest.raises(ValidationError, match="comes from arithmetic"):
            aftersales.Quantitative(actual=actual, at_most=limit)

    def test_an_actual_value_just_beside_the_limit_of_the_standard_is_refused(self) -> None:
        findings = oracle.all_full() | {"5.1.2.2": quantitative(actual=0.09999999999999998)}
        with pytest.raises(aftersales.EvaluationError, match="calculated-float") as refused:
            aftersales.score(aftersales.Evaluation(**oracle.document(findings)))
        assert [problem.path for problem in refused.value.problems] == ["findings[5.1.2.2].actual"]

    @pytest.mark.parametrize(
        "numbers",
        [
            {"actual": 26.333333333333332, "at_most": 24},
            {"actual": 24.0000001, "at_most": 24},
            {"actual": 0.1 * 3, "at_least": 0.1 * 3},
            {"actual": "0.8999999999999999", "at_least": "0.9"},
        ],
    )
    def test_a_mean_of_many_digits_and_what_was_written_are_taken(self, numbers: dict[str, Any]) -> None:
        assert aftersales.Quantitative(**numbers).actual >= 0


class TestBinaryValues:
    """A Fraction or a Decimal that was made of a float holds its binary value, a hair beside the number that was meant."""

    @pytest.mark.parametrize(
        ("degree", "meant"),
        [
            (Fraction(0.6), "'0.6'"),
            (Decimal.from_float(0.6), "'0.6'"),
            (Fraction(0.7 + 0.2), "'0.9'"),
            (Decimal.from_float(0.3), "'0.3'"),
            (Fraction(2 / 3), "'2/3'"),
            (Decimal(1 / 3), "'1/3'"),
            (2 / 3, "'2/3'"),
        ],
    )
    def test_a_degree_is_refused_with_what_was_meant(self, degree: Any, meant: str) -> None:
        with pytest.raises(ValidationError, match="comes from arithmetic") as refused:
            aftersales.Qualitative(degree=degree)
        assert f"did you mean {meant}?" in str(refused.value)

    @pytest.mark.parametrize(
        "degree", [Fraction(3, 5), Fraction(1, 1024), Decimal("0.6"), Fraction(1, 2**40), "0.5", 0.5]
    )
    def test_numbers_that_people_write_are_taken(self, degree: Any) -> None:
        assert aftersales.Qualitative(degree=degree).degree == Fraction(degree)

    def test_an_actual_value_just_beside_its_limit_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="comes from arithmetic"):
            aftersales.Quantitative(actual=Fraction(0.9), at_least="0.9")
        assert aftersales.Quantitative(actual=Fraction(0.8), at_least="0.9").actual == Fraction(0.8)


class TestMessages:
    def test_the_limit_of_a_proportion_is_shown_with_its_percent(self) -> None:
        found = refusals(by_mapping, quantitative(actual="8%", at_least="8%"), "5.1.2.2")
        assert found == [("limit-not-allowed", "the limit of 5.1.2.2 is the standard's own (≥ 10%); leave it out")]

    @pytest.mark.parametrize("counts", [{"population": 90, "outlets": 12}, {"outlets_covered": 3}, {}])
    def test_the_message_says_what_a_sample_without_a_population_lacks(self, counts: dict[str, Any]) -> None:
        [(code, message)] = refusals(by_mapping, {"kind": "sampled", "sampled": 60, "nonconforming": 0, **counts})
        assert (code, "neither of these two is enough alone" in message) == ("missing-population", True)


class TestNumbersRememberHowTheyWereWritten:
    @pytest.mark.parametrize("text", ["100%", "120.5%", "1e2%", "9" * 99 + "%", "+850%"])
    def test_a_percentage_that_is_not_below_1_is_written_as_one_again(self, text: str) -> None:
        value = read_measure(text)
        again = measure_as_json(value)
        assert isinstance(again, str)
        assert again.endswith("%")
        assert (read_measure(again), type(read_measure(again))) == (value, Percentage)

    @pytest.mark.parametrize(
        ("text", "written"), [("8%", "0.08"), ("0%", "0"), ("99.9%", "0.999"), ("1e-100%", "1e-102")]
    )
    def test_a_percentage_below_1_is_written_as_a_plain_number(self, text: str, written: str) -> None:
        again = measure_as_json(read_measure(text))
        assert read_measure(again) == read_measure(text)
        assert again == written or isinstance(again, list)

    def test_a_percentage_too_long_for_a_text_is_written_without_its_sign(self) -> None:
        assert measure_as_json(Percentage(Fraction(4, 3))) == "4/3"
        digits = Percentage(Fraction(int("7" * 99), 10**97))
        assert read_measure(measure_as_json(digits)) == digits

    def test_a_percentage_equals_its_number(self) -> None:
        value = read_measure("8%")
        assert value == Fraction(2, 25)
        assert hash(value) == hash(Fraction(2, 25))
        assert type(pickle.loads(pickle.dumps(value))) is Percentage
        assert type(read_measure(value)) is Percentage
        assert type(read_measure(0.1 * 3)) is CalculatedFloat
        assert type(read_measure(0.3)) is Fraction

    def test_an_evaluation_round_trips_with_its_percentages(self) -> None:
        evaluation = aftersales.Evaluation(**oracle.document({"5.1.2.2": quantitative(actual="100%")}))
        written = evaluation.model_dump(mode="json")
        assert written["findings"]["5.1.2.2"]["actual"] == "100%"
        again = aftersales.load_evaluation(written)
        assert again == evaluation
        found = again.findings["5.1.2.2"]
        assert isinstance(found, aftersales.Quantitative)
        assert type(found.actual) is Percentage

    @pytest.mark.parametrize(
        ("value", "long"),
        [
            ("0.8999999999999999", True),
            ("0.899999999999999", False),
            ("1/3", False),
            ("12345678901234567", False),
            ("1e-30", False),
        ],
    )
    def test_a_number_is_long_if_it_terminates_after_more_than_fifteen_digits(self, value: str, long: bool) -> None:
        assert is_long(Fraction(value)) is long
