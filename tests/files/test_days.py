"""Days: what is read, and what is suggested for other spellings."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from aftersales.files.fields import read_day
from aftersales.problems.violations import ViolationError, to_problem


def test_a_day_is_read_from_a_text_and_from_a_date() -> None:
    assert read_day("2026-03-02") == read_day(datetime.date(2026, 3, 2)) == datetime.date(2026, 3, 2)


@pytest.mark.parametrize(
    "text",
    [
        "2026/3/2", "2026.03.02", "2026年3月2日", "2026-3-2", "２０２６－０３－０２", "2026-03-02 ", "20260302", "2026\u201003\u201002", "2026\u201103\u201102", "2026\u201203\u201202",
        "2026\u201303\u201302", "2026 \u2014 3 \u2014 2", "2026\u221203\u221202", "2026\u201503-02",
    ],
)  # fmt: skip
def test_the_day_that_was_meant_is_suggested(text: str) -> None:
    with pytest.raises(ViolationError) as caught:
        read_day(text)
    (problem,) = map(to_problem, caught.value.violations)
    assert problem.code == "not-a-date"
    assert "did you mean '2026-03-02'?" in problem.message


@pytest.mark.parametrize(
    "value",
    ["2026-02-30", "20261302", "2026112", "2-3-2026", "03/02/2026", 20260302, 46083, None, "", "2026-03-02T00:00:00"],
)
def test_nothing_is_suggested_for_what_is_no_day(value: Any) -> None:
    with pytest.raises(ViolationError) as caught:
        read_day(value)
    (problem,) = map(to_problem, caught.value.violations)
    assert "did you mean" not in problem.message
