"""Numbers: reading, and printing (6.3.1, reading R3)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.work import bounded

from aftersales.files.fields import MAX_KNOWN, read_degree
from aftersales.files.numbers import (
    Percentage,
    as_json,
    is_binary,
    kept_digits,
    measure_as_json,
    read_count,
    read_measure,
    read_quantity,
    read_result,
)
from aftersales.files.parsed_file import parse_source
from aftersales.problems.violations import ViolationError, to_problem
from aftersales.text.number_format import as_text, printed, rounded

LIMITS = [Fraction(limit) for limit in (60, 70, 75, 80, 90)]


class _Index(int):
    """An int of a kind of its own."""


class _Text(str):
    """A text of a kind of its own."""

    __slots__ = ()


class TestReading:
    @pytest.mark.parametrize(
        ("given_", "value"),
        [
            (1, Fraction(1)),
            (_Index(3), Fraction(3)),
            (0.7, Fraction(7, 10)),
            (1e22, Fraction(10**22)),
            (5e-07, Fraction(1, 2_000_000)),
            (Decimal("0.12345678901234568"), Fraction("0.12345678901234568")),
            (Decimal("1E+3"), Fraction(1000)),
            (Fraction(3, 7), Fraction(3, 7)),
            ("0.6", Fraction(3, 5)),
            ("60%", Fraction(3, 5)),
            ("3/5", Fraction(3, 5)),
            ("6e-1", Fraction(3, 5)),
            ("0.70", Fraction(7, 10)),
            (".5", Fraction(1, 2)),
            ("5.", Fraction(5)),
            ("+1", Fraction(1)),
            ("-0.1", Fraction(-1, 10)),
            ("007", Fraction(7)),
            ("12.5%", Fraction(1, 8)),
            ("1e100", Fraction(10**100)),
            ("-1/3", Fraction(-1, 3)),
            ("0." + "3" * 98, Fraction(int("3" * 98), 10**98)),
            (_Text("0.6"), Fraction(3, 5)),
            ([2600, 29], Fraction(2600, 29)),
            ((10**999, 3), Fraction(10**999, 3)),
            ([10**120, 1], Fraction(10**120)),
            (Fraction(1, 10**999), Fraction(1, 10**999)),
        ],
    )
    def test_a_number_is_read_in_every_way_of_writing_it(self, given_: object, value: Fraction) -> None:
        assert read_quantity(given_) == value

    @pytest.mark.parametrize(
        ("given_", "code"),
        [
            (True, "not-a-number"),
            (float("nan"), "not-a-number"),
            (float("-inf"), "not-a-number"),
            (Decimal("NaN"), "not-a-number"),
            (Decimal("Infinity"), "not-a-number"),
            (Decimal("sNaN"), "not-a-number"),
            ("", "not-a-number"),
            (" 0.5", "not-a-number"),
            ("60 %", "not-a-number"),
            ("٠.٥", "not-a-number"),
            ("１", "not-a-number"),
            ("1_000", "not-a-number"),
            ("0x10", "not-a-number"),
            ("1/0", "not-a-number"),
            ("1/-2", "not-a-number"),
            ("1.5/2", "not-a-number"),
            ("3/5%", "not-a-number"),
            ("NaN", "not-a-number"),
            ("1e", "not-a-number"),
            ("0.5\n", "not-a-number"),
            (b"1", "not-a-number"),
            ([1], "not-a-number"),
            ([1, 0], "not-a-number"),
            ([1, -2], "not-a-number"),
            ([True, 2], "not-a-number"),
            (["1", "2"], "not-a-number"),
            (1j, "not-a-number"),
            (None, "blank"),
            ("0." + "3" * 99, "number-too-long"),
            ("1e101", "number-too-long"),
            ("1e-101", "number-too-long"),
            ("1e99999999999999999999", "number-too-long"),
            (1e300, "number-too-long"),
            (1e-300, "number-too-long"),
            (Decimal("1e-1000000"), "number-too-long"),
            (Decimal("1e1000000"), "number-too-long"),
            (Decimal("1e1000"), "number-too-long"),
            (Decimal("9" * 999 + "e999"), "number-too-long"),
            (Fraction(1, 10**1000), "number-too-long"),
            (10**1000, "number-too-long"),
            ([10**1000, 3], "number-too-long"),
            (-(10**1000), "number-too-long"),
            (Fraction(-(10**1000), 3), "number-too-long"),
            (Decimal("1e-1000"), "number-too-long"),
        ],
    )
    def test_what_is_no_number_is_refused(self, given_: object, code: str) -> None:
        with pytest.raises(ViolationError) as caught:
            read_quantity(given_)
        assert [violation.code for violation in caught.value.violations] == [code]
        assert str(caught.value)

    def test_a_whole_number_that_is_too_long_is_reported_as_one_and_a_fraction_with_both_its_parts(self) -> None:
        for value, found in ((10**1000, 10**1000), (Fraction(1, 10**1000), "1 / 1000")):
            with pytest.raises(ViolationError) as caught:
                read_quantity(value)
            (violation,) = caught.value.violations
            told = violation.context["found"]
            assert told == found if isinstance(found, int) else told.startswith(found)

    def test_the_largest_decimal_is_read(self) -> None:
        assert read_quantity(Decimal("1e999")) == 10**999
        assert read_quantity(Decimal("1e-999")) == Fraction(1, 10**999)

    @pytest.mark.parametrize("kind", ["text", "decimal", "int", "fraction", "float"])
    def test_nothing_costs_more_than_a_moment(self, kind: str) -> None:
        huge = {
            "text": "9" * 10_000_000,
            "decimal": Decimal("1e-999999999"),
            "int": 1 << 10_000_000,
            "fraction": Fraction(1, 3**200_000),
            "float": 1e308,
        }[kind]
        with bounded(calls=10_000, mib=5):
            with pytest.raises(ViolationError) as caught:
                read_quantity(huge)
            assert len(str(caught.value)) < 400

    @given(st.floats(allow_nan=False, min_value=-1e90, max_value=1e90))
    def test_a_float_is_its_shortest_repr(self, value: float) -> None:
        if value == 0 or abs(value) > 1e-90:
            assert read_quantity(value) == Fraction(repr(value))

    @pytest.mark.parametrize("binary", [Fraction(1, 2**41), Fraction(3, 2**52), Fraction(0.6)])
    def test_a_fraction_over_a_large_power_of_two_comes_from_a_binary_float(self, binary: Fraction) -> None:
        assert is_binary(binary)

    @pytest.mark.parametrize("denominator", [2**40, 2**41 + 1, 2**42 + 1, 2**41 + 2**39, 3 * 2**50, 10**15])
    def test_no_other_fraction_comes_from_a_binary_float(self, denominator: int) -> None:
        assert not is_binary(Fraction(1, denominator))

    def test_a_float_of_each_width_keeps_the_digits_of_ieee_754(self) -> None:
        assert [kept_digits(kind(1)) for kind in (np.float16, np.float32, np.float64)] == [3, 6, 15]

    def test_a_count_is_read_from_every_form_of_a_whole_number(self) -> None:
        assert [read_count(value) for value in (3, "3", "3.0", Decimal(3), 3.0)] == [3] * 5

    @pytest.mark.parametrize("value", ["2.5", "5/2", 2.5, "100%", "300%", "0%", "1e2%", Percentage(1)])
    def test_a_count_is_whole_and_no_percentage(self, value: Any) -> None:
        with pytest.raises(ViolationError) as caught:
            read_count(value)
        assert [violation.code for violation in caught.value.violations] == ["not-whole"]

    @pytest.mark.parametrize("value", ["150份", "80件", "4处", "八十", "12 家", "1.5.2", "", True, {}, "12,0"])
    def test_what_is_no_count_is_answered_with_the_form_of_a_count_and_never_with_a_percentage(
        self, value: Any
    ) -> None:
        with pytest.raises(ViolationError) as caught:
            read_count(value)
        (problem,) = map(to_problem, caught.value.violations)
        assert problem.code == "not-a-number"
        assert problem.message_zh.endswith("不是数；此处须为整数，不带单位，如 150")
        assert problem.message.endswith(" is not a number; a whole number without a unit is expected, such as 150")

    def test_a_count_with_separators_is_answered_with_the_number_that_was_meant(self) -> None:
        with pytest.raises(ViolationError) as caught:
            read_count("1,000")
        (problem,) = map(to_problem, caught.value.violations)
        assert problem.message_zh.endswith("如 150；是否想写“1000”？")


class TestKnownNumbers:
    """The readers of fields keep the numbers of the texts and whole numbers that they have read."""

    @pytest.mark.parametrize("written", ["0.6", 0, 1])
    def test_what_is_written_again_is_not_read_again(self, written: str | int) -> None:
        assert read_degree(written) is read_degree(written)

    def test_more_texts_than_are_kept_are_read_right_each_time(self) -> None:
        texts = [f"0.{number:04}" for number in range(MAX_KNOWN + 2)]
        for _ in range(2):
            assert [read_degree(text) for text in texts] == [Fraction(n, 10_000) for n in range(len(texts))]

    def test_a_number_that_equals_a_known_one_is_still_read_by_its_type(self) -> None:
        assert (read_degree("1"), read_degree(1)) == (1, 1)
        with pytest.raises(ViolationError):
            read_degree(True)

    def test_a_text_that_was_refused_is_refused_again(self) -> None:
        for _ in range(2):
            with pytest.raises(ViolationError):
                read_degree("1.5")


class TestPrinting:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("0", "0"),
            ("35", "35"),
            ("-1/2", "-0.5"),
            ("89.5", "89.5"),
            ("2600/29", "2600/29"),
            ("1/3", "1/3"),
            ("1/8", "0.125"),
            ("1/1024", "0.0009765625"),
            ("-7/3", "-7/3"),
        ],
    )
    def test_a_number_is_printed_exactly(self, value: str, text: str) -> None:
        assert as_text(Fraction(value)) == text

    @given(st.fractions())
    def test_a_printed_number_is_read_back_the_same(self, value: Fraction) -> None:
        assert Fraction(as_text(value)) == value
        assert read_quantity(as_json(value)) == value

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ("0%", "0"), ("8%", "0.08"), ("99.5%", "0.995"), ("100%", "100%"), ("153.5%", "153.5%"),
            ("1e98%", "1" + "0" * 98 + "%"), ("1e99%", "1e99%"), ("7e100%", "7e100%"), ("99e100%", "99e100%"),
            ("123" + "4" * 90 + "e100%", "123" + "4" * 90 + "e100%"),
        ],
    )  # fmt: skip
    def test_a_percentage_of_1_or_more_keeps_its_percent_sign(self, text: str, written: str) -> None:
        number = read_measure(text)
        assert measure_as_json(number) == written
        assert (read_measure(written), type(read_measure(written)) is Percentage) == (number, number >= 1)

    @pytest.mark.parametrize(
        "text", ["1e-100", "-1e-100", "1e100", "12.5e-99", "7e99%", "0." + "3" * 98, "1." + "7" * 60 + "e-60"]
    )
    def test_what_a_file_may_hold_is_written_as_a_text(self, text: str) -> None:
        value = read_quantity(text)
        assert isinstance(as_json(value), str)
        assert read_quantity(as_json(value)) == value

    def test_a_number_too_long_for_a_text_is_a_pair(self) -> None:
        value = Fraction(10**600 + 1, 10**600)
        assert as_json(value) == [value.numerator, value.denominator]
        assert read_quantity([str(value.numerator), str(value.denominator)]) == value  # as YAML has it
        assert read_quantity(as_json(value)) == value

    @pytest.mark.parametrize(
        "value",
        [
            Fraction(10**600 + 1, 10**600),
            Fraction(7, 10**120 + 1),
            Fraction(-(10**60) - 7, 10**61 + 9),
            Fraction(10**998, 10**999 - 1),
        ],
    )
    def test_a_pair_is_read_from_every_kind_of_file(self, value: Fraction) -> None:
        over, under = value.numerator, value.denominator
        for text in (f'{{"a": [{over}, {under}]}}', f'{{"a": ["{over}", {under}]}}', f"a: [{over}, {under}]"):
            read = parse_source(text.encode())
            assert not read.violations
            assert read_quantity(read.data["a"]) == value

    @pytest.mark.parametrize(
        "pair", ["[3, 5]", "[0.5, 1]", f"[{'1' * 99}, -1]", f"[{'1' * 101}, 0.5]", f"[{'1' * 101}, 0]"]
    )
    def test_what_fits_a_text_or_is_no_pair_is_refused_in_json_too(self, pair: str) -> None:
        read = parse_source(f'{{"a": {pair}}}'.encode())
        with pytest.raises(ViolationError) as caught:
            read_quantity(read.data["a"])
        assert [violation.code for violation in caught.value.violations] == ["not-a-number"]

    @pytest.mark.parametrize("text", ["1" * 101, "[" + "1" * 1002 + "]", "[" + "1" * 101 + ".5]", "[1e101]"])
    def test_any_other_number_of_a_file_that_is_too_long_is_refused(self, text: str) -> None:
        read = parse_source(f'{{"a": {text}}}'.encode())
        assert [violation.code for violation, _ in read.violations] == ["number-too-long"]

    def test_a_result_of_any_length_is_a_text_and_read_back(self) -> None:
        for value in (
            Fraction(10**7000 + 1, 3**12_000),
            Fraction(-(10**5000) - 1, 10**5000),
            Fraction(10**5000),
            Fraction(1, 3),
        ):
            assert read_result(as_text(value)) == value
            assert read_result(value) is value

    def test_a_result_of_100_characters_may_be_written_in_every_way_and_a_longer_one_in_two(self) -> None:
        assert read_result("0." + "3" * 97 + "%") == Fraction(int("3" * 97), 10**99)
        assert read_result("0" * 96 + "1e-3") == Fraction(1, 1000)
        assert read_result("8%") == Fraction(8, 100)
        for text in ("0." + "3" * 98 + "%", "0" * 97 + "1e-3"):
            with pytest.raises(ViolationError):
                read_result(text)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("1" * 101 + "x", "not-a-number"),
            ("1" * 101 + "/000", "not-a-number"),
            ("1" * 101 + "e5", "not-a-number"),
            ("1" * 300_001, "number-too-long"),
            ("80..", "not-a-number"),
            (None, "blank"),
            ([True, 3], "not-a-number"),
        ],
    )
    def test_a_text_that_is_no_result_is_refused(self, text: object, code: str) -> None:
        with pytest.raises(ViolationError) as caught:
            read_result(text)
        assert caught.value.violations[0].code == code

    def test_more_digits_than_python_likes_to_print(self) -> None:
        """The sum of many long fractions can pass the 4,300 digits at which str(int) gives up."""
        digits = as_text(Fraction(10**5000 + 1))
        assert (len(digits), digits[0], digits[-1]) == (5001, "1", "1")
        assert len(as_text(Fraction(1, 10**5000 + 1))) == 5001 + 2

    @pytest.mark.parametrize(
        ("score", "shown"),
        [
            ("100", "100.00"),
            ("0", "0.00"),
            ("2600/29", "89.66"),
            ("89.665", "89.66"),
            ("89.675", "89.68"),
            ("89.995", "90.00(-)"),
            ("89.994999", "89.99"),
            ("89.999999999999999999999999999999", "90.00(-)"),
            ("90", "90.00"),
            ("90.004", "90.00"),
            ("59.996", "60.00(-)"),
            ("69.997", "70.00(-)"),
            ("74.998", "75.00(-)"),
            ("79.999", "80.00(-)"),
            ("64.999", "65.00"),
            ("99.999", "100.00"),
            ("0.004", "0.00"),
        ],
    )
    def test_a_final_score_is_printed_by_gb_t_8170(self, score: str, shown: str) -> None:
        """6.3.1, R3: two decimals, half to even, and the mark where a limit is shown that is not reached."""
        assert printed(Fraction(score), LIMITS) == shown

    @given(st.fractions(0, 100))
    def test_rounding_agrees_with_decimal(self, value: Fraction) -> None:
        with localcontext() as context:
            context.prec = 400
            quotient = Decimal(value.numerator) / Decimal(value.denominator)
            assert rounded(value) == format(quotient.quantize(Decimal("0.01"), ROUND_HALF_EVEN), "f")

    @given(st.sampled_from(LIMITS), st.fractions(-1, 1))
    def test_no_limit_is_shown_unreached_without_its_mark(self, limit: Fraction, off: Fraction) -> None:
        score = limit + off / 50
        shown = printed(score, LIMITS)
        if score < limit:
            assert Fraction(shown.removesuffix("(-)")) < limit or shown.endswith("(-)")
        else:
            assert not shown.endswith("(-)")
