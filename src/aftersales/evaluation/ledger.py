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

__all__ = ["Ledger", "judge"]


class Ledger(NamedTuple):
    """The points of all indicators as whole numbers, in the order of the standard; 0 for deleted ones.

    Fields:
        earned: Earned points in units of 1/(``scale`` x ``common``).
        weights: Applicable points in units of 1/``scale``.
        common: The common denominator of the shares.
        scale: The scale of the standard's layout.
        overs: The numerators of the shares.
        unders: The denominators of the shares.
    """

    earned: list[int]
    weights: list[int]
    common: int
    scale: int
    overs: list[int]
    unders: list[int]

    def earned_points(self, span: slice) -> Fraction:
        """The earned points of a range of indicators.

        They are summed over the common denominator of the range. With long shares that of all indicators has many
        times as many digits, and the time of reducing a fraction grows with the square of them.
        """
        parts = list(zip(self.weights[span], self.overs[span], self.unders[span], strict=True))
        common = lcm(*{under for _, _, under in parts})
        return Fraction(sum(weight * over * (common // under) for weight, over, under in parts), common * self.scale)

    def applicable_points(self, span: slice) -> Fraction:
        """The points of the indicators of a range that are not deleted."""
        return Fraction(sum(self.weights[span]), self.scale)


def judge(evaluation: Evaluation, standard: Standard) -> Ledger:
    """earned = points x share (6.2.2); a deleted indicator is neither earned nor applicable (6.2.3).

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
    different = set(unders)
    common = lcm(*different)
    factors = {under: common // under for under in different}
    earned = [weight * over * factors[under] for weight, over, under in zip(weights, overs, unders, strict=True)]
    return Ledger(earned, weights, common, layout.scale, overs, unders)
