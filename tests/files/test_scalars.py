"""Numbers, days and flags as numpy and pandas hold them."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aftersales import Evaluation, Qualitative, Quantitative, Sampled
from aftersales.files.fields import read_day, read_flag
from aftersales.files.numbers import read_count, read_measure, read_quantity
from aftersales.problems.violations import ViolationError, to_problem

FLOATS: list[Any] = [np.float16, np.float32, np.float64, np.longdouble]
INTEGERS: list[Any] = [np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint64]


def problem_of(read: Any, value: Any) -> tuple[str, str]:
    with pytest.raises(ViolationError) as caught:
        read(value)
    (problem,) = map(to_problem, caught.value.violations)
    return problem.code, problem.message


class TestNumbers:
    @pytest.mark.parametrize("kind", FLOATS)
    def test_floats_are_the_decimals_that_were_written(self, kind: Any) -> None:
        for hundredths in range(101):
            assert read_quantity(kind(str(hundredths / 100))) == Fraction(hundredths, 100)

    @pytest.mark.parametrize("kind", INTEGERS)
    def test_whole_numbers_of_numpy_are_read(self, kind: Any) -> None:
        assert read_count(kind(80)) == read_quantity(kind(80)) == 80
        assert Sampled(population=kind(100), sampled=kind(80), nonconforming=kind(0)).sampled == 80

    def test_a_large_float32_is_read(self) -> None:
        """Its shortest repr has an exponent."""
        assert read_quantity(np.float32(1e20)) == 10**20
        assert read_count(np.float32(80)) == 80

    @given(st.integers(0, 999_999))
    def test_six_digits_of_a_float32_are_kept(self, millionths: int) -> None:
        assert Qualitative(degree=np.float32(millionths / 10**6)).degree == Fraction(millionths, 10**6)  # type: ignore[arg-type]

    def test_more_digits_come_from_arithmetic(self) -> None:
        with pytest.raises(
            ValidationError, match=r"0\.89999986 is a float that comes from arithmetic .* did you mean '0.9'"
        ):
            Qualitative(degree=np.float32(0.7) + np.float32(0.2) - np.float32(1e-7))  # type: ignore[arg-type]
        with pytest.raises(
            ValidationError, match=r"23\.999998 is a float that comes from arithmetic .* did you mean '24'"
        ):
            Quantitative(actual=np.float32(23.999998), at_most=24)  # type: ignore[arg-type]
        assert type(read_measure(np.float32(0.9))) is Fraction

    @pytest.mark.parametrize("kind", FLOATS)
    @pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
    def test_a_scalar_that_is_no_number_is_refused(self, kind: Any, value: str) -> None:
        assert problem_of(read_quantity, kind(value))[0] == "not-a-number"

    def test_out_of_range_is_reported_with_the_number(self) -> None:
        with pytest.raises(ValidationError, match=r"1\.5 is out of range"):
            Qualitative(degree=np.float32(1.5))  # type: ignore[arg-type]

    def test_texts_of_numpy_are_read(self) -> None:
        finding = {np.str_("kind"): np.str_("qualitative"), "degree": np.str_("60%"), "reason": np.str_("原因")}
        findings: Any = {np.str_("5.1.1.1"): np.str_("full"), "5.1.1.2": finding}
        made = Evaluation(standard=np.str_("S"), type=np.str_("self"), findings=findings)  # type: ignore[arg-type]
        assert [type(key) for key in made.findings] == [str, str]
        assert (type(made.standard), type(made.type), made["5.1.1.2"].reason) == (str, str, "原因")


class TestDays:
    @pytest.mark.parametrize(
        "value",
        [
            datetime.datetime(2026, 3, 2),
            pd.Timestamp("2026-03-02"),
            np.datetime64("2026-03-02"),
            np.datetime64("2026-03-02T00:00"),
            np.datetime64("2026-03-02T00:00:00.000000000"),
        ],
    )
    def test_a_time_at_midnight_is_read_as_its_day(self, value: Any) -> None:
        assert read_day(value) == datetime.date(2026, 3, 2)
        assert type(read_day(value)) is datetime.date

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (datetime.datetime(2026, 3, 2, 9, 30), "2026-03-02 09:30:00"),
            (datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC), "2026-03-02 00:00:00+00:00"),
            (pd.Timestamp("2026-03-02 00:00:00.000000001"), "2026-03-02 00:00:00.000000001"),
            (pd.Timestamp("2026-03-02", tz="Asia/Shanghai"), "2026-03-02 00:00:00+08:00"),
        ],
    )
    def test_a_time_or_a_zone_is_refused_with_what_to_write(self, value: Any, shown: str) -> None:
        sentence = f"'{shown}' is not a date; a date is written 2026-03-02; did you mean '2026-03-02'?"
        assert problem_of(read_day, value) == ("not-a-date", sentence)

    @pytest.mark.parametrize(
        "value", [pd.NaT, np.datetime64("NaT", "D"), np.datetime64("2026-03"), np.datetime64("2026-03-02T09")]
    )
    def test_a_value_that_is_no_day_is_refused_without_a_suggestion(self, value: Any) -> None:
        code, message = problem_of(read_day, value)
        assert (code, "did you mean" in message) == ("not-a-date", False)


def test_flags_of_numpy_are_read() -> None:
    assert read_flag(np.bool_(True)) is True
    assert read_flag(np.bool_(False)) is False
    assert problem_of(read_flag, np.int64(1))[0] == "not-yes-or-no"
