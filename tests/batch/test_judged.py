"""The distinct shares of evaluations that were judged one by one, and their problems."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from aftersales.batch.judged import DELETED, FULL, NO_FINDING, PlacedProblem, Shares, first_problem, problem_texts
from aftersales.problems.violations import Violation, to_problem


class TestShares:
    def test_a_share_has_one_number_however_its_fraction_is_written(self) -> None:
        shares = Shares()
        assert [shares.number_of(*share) for share in [(3, 3), (2, 3), (0, 5), (4, 6), (0, 1)]] == [FULL, 2, 3, 2, 3]

    def test_an_indicator_without_weight_is_deleted(self) -> None:
        """6.2.3; its share may be anything."""
        shares = Shares()
        assert shares.numbers_of([5, 0, 2], [1, 0, 2], [2, 0, 2]) == [2, DELETED, FULL]
        with pytest.raises(ValueError, match="zip"):
            shares.numbers_of([1], [1, 1], [1, 1])

    def test_the_shares_of_twenty_indicators_are_read_by_their_numbers(self) -> None:
        shares = Shares()
        numbers = np.array([[shares.number_of(k, k + row) for row in (0, 1, 7)] for k in range(1, 21)])
        numbers[3, 1] = numbers[17, 2] = DELETED
        read = shares.reader(numbers)
        for place, k in enumerate(range(1, 21)):
            column = read(place)
            given = [(place, row) not in ((3, 1), (17, 2)) for row in range(3)]
            assert (column.valid is None) == all(given)
            if column.valid is not None:
                assert column.valid.astype(bool).tolist() == given
            for row, more in enumerate((0, 1, 7)):
                if given[row]:
                    assert Fraction(*column.share(row)) == Fraction(k, k + more)
                    assert float(column.values[row]) == k / (k + more)

    def test_shares_that_are_numbered_later_are_read_too(self) -> None:
        shares = Shares()
        numbers = [shares.number_of(1, 3)]
        assert Fraction(*shares.reader(np.array([numbers]))(0).share(0)) == Fraction(1, 3)
        numbers.append(shares.number_of(2, 7))
        column = shares.reader(np.array([numbers]))(0)
        assert [Fraction(*column.share(row)) for row in (0, 1)] == [Fraction(1, 3), Fraction(2, 7)]
        assert shares.arrays() is shares.arrays()

    @pytest.mark.parametrize("under", [2**k + off for k in (31, 32, 63, 64) for off in (-1, 0, 1)])
    def test_shares_of_any_size_are_exact(self, under: int) -> None:
        shares = Shares()
        column = shares.reader(np.array([[shares.number_of(under - 1, under)]]))(0)
        assert column.share(0) == (under - 1, under)

    def test_shares_are_texts_and_null_where_there_is_none(self) -> None:
        shares = Shares()
        numbers = np.array([[shares.number_of(1, 2), DELETED], [NO_FINDING, FULL]])
        assert [column.to_pylist() for column in shares.texts(numbers)] == [["0.5", None], [None, "1"]]


class TestProblems:
    def test_the_first_problem_is_named_with_its_indicator_if_it_has_one(self) -> None:
        wrong, missing = (
            to_problem(Violation(code, ("findings", "5.1.1.1"), {"found": 5})) for code in ("blank", "not-text")
        )
        assert first_problem([]) is None
        assert first_problem([PlacedProblem(1, wrong, None), PlacedProblem(1, missing, "5.1.1.1")]) == "blank"
        assert first_problem([PlacedProblem(1, missing, "5.1.1.1"), PlacedProblem(1, wrong, None)]) == (
            "not-text: 5.1.1.1"
        )

    def test_the_columns_of_problems_are_their_texts(self) -> None:
        problem = to_problem(Violation("blank", ("findings", "5.1.1.1"), {"found": 5}))
        columns = problem_texts([PlacedProblem(1, problem, "5.1.1.1"), PlacedProblem(2, problem, None)])
        assert columns["indicator"].to_pylist() == ["5.1.1.1", None]
        assert columns["code"].to_pylist() == ["blank", "blank"]
        assert {column.type for column in columns.values()} == {pa.string()}
