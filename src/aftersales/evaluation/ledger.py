"""The points that findings earn (6.2.2), and the points that are applicable (6.2.3).

A finding earns a share of its indicator's points, from 0 to 1. Deleted indicators are excluded from both sums. The
arithmetic is in whole numbers: every share is a fraction of two integers, and the sum is formed over their least common
denominator. This is exact for all fractions, and many times faster than adding fractions one by one.
"""

from fractions import Fraction
from math import lcm
from typing import NamedTuple

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import SHARES
from aftersales.standard.standard import Standard

__all__ = ["Ledger", "ledger_of"]


class Ledger(NamedTuple):
    """The applicable points and the shares of all indicators as whole numbers, in the order of the standard.

    Fields:
        weights: Applicable points in units of 1/``scale``; 0 for deleted indicators.
        overs: The numerators of the shares.
        unders: The denominators of the shares.
        scale: The scale of the standard's layout.
    """

    weights: list[int]
    overs: list[int]
    unders: list[int]
    scale: int

    def earned_units(self, span: slice = slice(None)) -> tuple[int, int]:
        """The earned points of a range of indicators, in units of 1/``scale``: numerator and denominator.

        They are summed over the common denominator of the range. With long shares that of all indicators has many
        times as many digits, and the time of reducing a fraction grows with the square of them.
        """
        sums: dict[int, int] = {}  # by the denominator of the shares
        for weight, over, under in zip(self.weights[span], self.overs[span], self.unders[span], strict=True):
            sums[under] = sums.get(under, 0) + weight * over
        common = lcm(*sums)
        return sum(units * (common // under) for under, units in sums.items()), common

    def earned_points(self, span: slice = slice(None)) -> Fraction:
        """The earned points of a range of indicators: points x share, summed (6.2.2)."""
        units, common = self.earned_units(span)
        return Fraction(units, common * self.scale)

    def applicable_points(self, span: slice = slice(None)) -> Fraction:
        """The points of the indicators of a range that are not deleted (6.2.3)."""
        return Fraction(sum(self.weights[span]), self.scale)

    def losses(self) -> list[int]:
        """The points that each indicator loses, points x (1 - share), as whole numbers in one unit."""
        common = lcm(*set(self.unders))
        parts = zip(self.weights, self.overs, self.unders, strict=True)
        return [weight * (under - over) * (common // under) for weight, over, under in parts]


def ledger_of(evaluation: Evaluation, standard: Standard) -> Ledger:
    """The share that each finding earns (6.2.2); a deleted indicator is neither earned nor applicable (6.2.3).

    An indicator without a finding is applicable here and earns nothing. Scoring refuses it before (reading R9).
    """
    layout = standard.layout
    indicators, positions, weights = layout.indicators, layout.positions, list(layout.weights)
    shares, overs, unders = SHARES, [0] * len(positions), [1] * len(positions)
    for key, finding in evaluation.findings.items():
        share = shares[type(finding)]
        if share is not None:
            position = positions[key]
            overs[position], unders[position] = share(finding, indicators[position])
        elif finding is not None:
            for position in layout.spans[key]:
                weights[position] = 0
    return Ledger(weights, overs, unders, layout.scale)
