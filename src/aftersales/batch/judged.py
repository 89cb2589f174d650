"""Evaluations that were judged one by one (6.2.2): their distinct shares, and their problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import gcd
from threading import Lock
from typing import Any, NamedTuple

from aftersales.batch.columns import Array, Gathered, ShareColumn, allocate, np, pa, share_texts
from aftersales.batch.tables import PROBLEM_TEXTS
from aftersales.problems.errors import Problem

__all__ = ["DELETED", "FULL", "NO_FINDING", "PlacedProblem", "Shares", "first_problem", "problem_texts"]

DELETED, FULL = 0, 1  # the numbers of two shares
AT_ONCE = 4  # indicators whose shares are read at once
NO_FINDING = -1  # in place of the number of a share


class Shares:
    """The distinct shares of findings, each with a number, for several threads."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[int, int], int] = {(0, 0): DELETED, (1, 1): FULL}
        self.lock = Lock()
        self._arrays: tuple[Array, Array, Array] = (np.zeros(0),) * 3

    def number_of(self, over: int, under: int) -> int:
        """The number of a share."""
        divisor = gcd(over, under)
        with self.lock:
            return self.numbers.setdefault((over // divisor, under // divisor), len(self.numbers))

    def numbers_of(self, weights: Sequence[int], overs: Sequence[int], unders: Sequence[int]) -> list[int]:
        """The numbers of the shares of all indicators; what has no weight is deleted (6.2.3)."""
        return [
            self.number_of(over, under) if weight else DELETED
            for weight, over, under in zip(weights, overs, unders, strict=True)
        ]

    def reader(self, numbers: Array) -> Callable[[int], ShareColumn]:
        """Reads the shares of an indicator in a block of rows, by their numbers.

        A few indicators are read at once, as each step of a thread takes the interpreter's lock.
        """
        quotients, over, under = self.arrays()
        least = numbers.min(axis=1, initial=FULL)
        values: dict[int, Array] = {}

        def read(position: int) -> ShareColumn:
            start = position - position % AT_ONCE
            if start not in values:
                some = numbers[start : start + AT_ONCE]
                memory = allocate(some.size).reshape(some.shape)
                values[start] = quotients.take(some, out=memory, mode="clip")  # all numbers are those of shares
            of_rows = numbers[position]
            valid = None if least[position] > DELETED else (of_rows != DELETED).view(np.uint8)
            places = Gathered(over, of_rows), Gathered(under, of_rows)
            return ShareColumn(values[start][position - start], None, *places, valid)

        return read

    def texts(self, numbers: Array) -> Iterator[Any]:
        """The columns of exact shares as texts, by indicator and row; null where there is none."""
        return share_texts(numbers, list(self.numbers), numbers > DELETED)

    def arrays(self) -> tuple[Array, Array, Array]:
        """The shares by their numbers: as float64, their numerators and their denominators."""
        with self.lock:
            if len(self._arrays[0]) < len(self.numbers):
                overs, unders = zip(*self.numbers, strict=True)
                unders = (1, *unders[1:])  # the share of what is deleted is not used
                quotients = np.array([over / under for over, under in zip(overs, unders, strict=True)])
                most = max(unders)
                kind = np.int32 if most < 2**31 else np.int64 if most < 2**63 else object
                self._arrays = quotients, np.array(overs, kind), np.array(unders, kind)
            return self._arrays


class PlacedProblem(NamedTuple):
    """A problem of an evaluation.

    Fields:
        of: The number of the evaluation in a table, or the name of its file.
        problem: The problem.
        indicator: The indicator or group that it is about; None if it is about none.
    """

    of: Any
    problem: Problem
    indicator: str | None


def first_problem(problems: Sequence[PlacedProblem]) -> str | None:
    """The first of the problems of an evaluation, as the column ``problem`` has it; None if there is none."""
    if not problems:
        return None
    code, indicator = problems[0].problem.code, problems[0].indicator
    return code if indicator is None else f"{code}: {indicator}"


def problem_texts(problems: Sequence[PlacedProblem]) -> dict[str, Any]:
    """The columns of a table of problems that all such tables have, after those that say where they are."""
    columns = {"indicator": [each.indicator for each in problems]}
    columns |= {name: [getattr(each.problem, name) for each in problems] for name in PROBLEM_TEXTS}
    return {name: pa.array(column, pa.string()) for name, column in columns.items()}
