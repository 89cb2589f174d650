"""The points that each indicator costs many evaluations, added up exactly (6.2.3).

An indicator costs an evaluation the part of the final score that it lacks: lost points ÷ applicable points x total
points. What all indicators cost an evaluation is thus the full score less its final score.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

from aftersales.batch.columns import Array, ShareColumn, np, reader_of
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.standard import Standard

__all__ = ["Loss", "exact_sum", "losses_of"]

MAX_BITS = 100_000  # of a common denominator, which are those of 30,000 digits
DELETED = -1


class Loss(NamedTuple):
    """The points that an indicator costs the evaluations of a group.

    Fields:
        lost: The points of the final score, in all evaluations together.
        applicable: The number of evaluations to which the indicator applies.
        losing: The number of evaluations in which it loses points.
    """

    lost: Fraction
    applicable: int
    losing: int


def exact_sum(numbers: Iterable[tuple[Fraction, int]], column: str) -> Fraction:
    """The sum of numbers of ``column``, each so many times.

    >>> exact_sum([(Fraction(1, 3), 2), (Fraction(1, 2), 1)], "exact_score")
    Fraction(7, 6)
    """
    numbers = list(numbers)
    common = _common([number.denominator for number, _ in numbers], column)
    return Fraction(sum(int(number * common) * count for number, count in numbers), common)


def _common(denominators: Iterable[int], column: str) -> int:
    """The common denominator of a column's numbers."""
    common = 1
    for denominator in set(denominators):
        common = lcm(common, denominator)
        if common.bit_length() > MAX_BITS:
            digits = MAX_BITS * 30_103 // 100_000
            raise ViolationError(Violation("too-many-digits", ("columns", column), {"allowed": digits}))
    return common


def losses_of(table: Any, standard: Standard, rows: Array, groups: Array, count: int) -> list[list[Loss]]:
    """The losses of each indicator in each of ``count`` groups, of the evaluations in these rows of a table of shares.

    ``groups`` has the number of the group of each row.
    """
    layout = standard.layout
    columns = []
    applicable = np.zeros(len(rows), np.int64)
    for indicator, weight in zip(layout.indicators, layout.weights, strict=True):
        column = table[indicator.id].combine_chunks()
        codes, shares = _distinct(reader_of(column.type)(column), rows) if len(rows) else (rows, [])
        applicable[codes != DELETED] += weight
        columns.append((codes, shares))
    totals, of_total = np.unique(applicable, return_inverse=True)
    cells = groups * max(len(totals), 1) + of_total  # a cell has one group and one number of applicable points
    found: list[list[Loss]] = [[] for _ in range(count)]
    for indicator, weight, (codes, shares) in zip(layout.indicators, layout.weights, columns, strict=True):
        common = _common((share.denominator for share in shares), indicator.id)
        missing = [int((1 - share) * common) for share in shares]
        given = codes != DELETED
        pairs, counts = np.unique(cells[given] * max(len(shares), 1) + codes[given], return_counts=True)
        lost, numbers, losing = [Fraction(0)] * count, [0] * count, [0] * count
        sums: dict[int, int] = {}
        for pair, number in zip(pairs.tolist(), counts.tolist(), strict=True):
            cell, code = divmod(pair, len(shares))
            group = cell // len(totals)
            numbers[group] += number
            if missing[code]:
                losing[group] += number
                sums[cell] = sums.get(cell, 0) + number * missing[code]
        for cell, total in sums.items():
            group, place = divmod(cell, len(totals))
            lost[group] += Fraction(total * weight, common * int(totals[place])) * standard.total_points
        for group, losses in enumerate(found):
            losses.append(Loss(lost[group], numbers[group], losing[group]))
    return found


def _distinct(column: ShareColumn, rows: Array) -> tuple[Array, list[Fraction]]:
    """The number of the share of each row, or :data:`DELETED`, and the distinct shares."""
    if column.over is not None:
        overs, over_of = np.unique(column.over[rows], return_inverse=True)
        unders, under_of = np.unique(column.under[rows], return_inverse=True)
        pairs, codes = np.unique(over_of * len(unders) + under_of, return_inverse=True)
        places = (divmod(pair, len(unders)) for pair in pairs.tolist())
        shares = [Fraction(int(overs[over]), int(unders[under])) for over, under in places]
    else:
        values, codes = np.unique(column.values[rows], return_inverse=True)
        if column.unit is None:
            shares = [Fraction(repr(value)) for value in values.tolist()]
        else:
            shares = [Fraction(value, column.unit) for value in values.tolist()]
    codes = codes.astype(np.int64)
    if column.valid is not None:
        codes[column.valid[rows] == 0] = DELETED
    return codes, shares
