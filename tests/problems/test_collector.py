"""Collecting violations: one error with all of them in the order of the input; other exceptions pass through."""

from __future__ import annotations

import pytest

from aftersales import AdviceError, AftersalesError, EvaluationError, OutputError, PaperError
from aftersales.problems.collector import MAX_PROBLEMS, Collector, in_order_of, reading_order, refusal
from aftersales.problems.violations import Violation, ViolationError

BLANK = Violation("blank")


def test_a_block_without_violations_raises_nothing() -> None:
    with Collector(EvaluationError) as found, found.collect("a"):
        pass


def test_everything_that_was_collected_is_in_one_error_and_the_code_behind_a_collecting_block_runs() -> None:
    steps = []

    def check() -> None:
        with Collector(PaperError) as found:
            with found.collect("team", 0):
                steps.append("before")
                raise ViolationError(Violation("blank", ("name",)), BLANK)
            steps.append("after")
            found.add(Violation("empty-list", ("team",)))

    with pytest.raises(PaperError) as raised:
        check()
    assert steps == ["before", "after"]
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("blank", "team[0].name"),
        ("blank", "team[0]"),
        ("empty-list", "team"),
    ]


def collect_and_raise(exception: Exception) -> None:
    with Collector(PaperError) as found:
        found.add(Violation("empty-list"))
        raise exception


def test_a_violation_that_ends_the_block_is_added_to_those_before_it() -> None:
    with pytest.raises(PaperError) as raised:
        collect_and_raise(ViolationError(BLANK))
    assert [problem.code for problem in raised.value.problems] == ["empty-list", "blank"]
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_another_exception_passes_through_even_where_something_was_collected() -> None:
    with pytest.raises(KeyError):
        collect_and_raise(KeyError())


def test_violations_are_shown_in_the_order_of_the_data() -> None:
    data = {"b": [{"x": 1}, 2], "a": {"y": 1}}
    paths = [("a", "y"), ("a",), ("b", 1), ("b", 0, "x"), ("b", 7), ("gone",), ()]
    problems = in_order_of(data)([Violation("blank", path) for path in paths])
    assert [problem.path for problem in problems] == ["gone", "", "b[7]", "b[0].x", "b[1]", "a", "a.y"]


def test_data_that_contains_itself_has_an_order() -> None:
    data: list[object] = [1]
    data.append(data)
    rank = reading_order(data)
    assert rank((1, 1, 1, 0)) == (1, 1, 1, 0) < rank((1, 1, 1, 1))


def test_of_a_long_list_the_last_problem_counts_the_rest() -> None:
    for count in (MAX_PROBLEMS, MAX_PROBLEMS + 1):
        with pytest.raises(EvaluationError) as raised, Collector(EvaluationError) as found:
            found.add(*[BLANK] * count)
        codes = [problem.code for problem in raised.value.problems]
        assert codes == ["blank"] * MAX_PROBLEMS + ["too-many-problems"] * (count - MAX_PROBLEMS)


def test_a_refusal_is_an_error_with_its_violations_as_problems() -> None:
    error = refusal(OutputError, Violation("needs-output"))
    assert isinstance(error, PaperError)
    assert [problem.code for problem in error.problems] == ["needs-output"]


def test_code_that_catches_the_former_classes_of_errors_catches_the_new_ones() -> None:
    assert issubclass(AdviceError, PaperError)
    assert issubclass(OutputError, PaperError)
    assert issubclass(PaperError, AftersalesError)
    assert not issubclass(AdviceError, OutputError)
