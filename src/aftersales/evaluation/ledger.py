"""What each finding earns (6.2.2), and the points that apply (6.2.3).

Each finding earns a share of its indicator's points, 0 to 1. Deleted indicators leave both the earned and the applicable
points. The arithmetic is in whole numbers: every share is a fraction of two integers, and the sum is formed over their
least common denominator. That is exact for any fractions, and many times faster than adding up fractions one by one.
"""

from fractions import Fraction
from math import lcm
from typing import NamedTuple

from aftersales.evaluation.evaluation import Evaluation, Quantitative
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Indicator

__all__ = ["Ledger", "judge", "limit_of"]

Share = tuple[int, int]
"""Numerator and denominator of a share, 0 to 1; not always in lowest terms."""


def _share(finding: Quantitative, indicator: Indicator) -> Share:
    """6.2.2, quantitative: the ratio actually achieved.

    - At least (R5): share = min(1, actual ÷ limit).
    - At most (R6): share = 1 where actual ≤ limit, else limit ÷ actual.
    """
    bound, at_least = limit_of(finding, indicator)
    over, under = finding.actual.as_integer_ratio()
    bound_over, bound_under = bound.as_integer_ratio()
    actual, limit = over * bound_under, bound_over * under  # both over one denominator
    if at_least:
        return (actual, limit) if actual < limit else (1, 1)
    return (limit, actual) if actual > limit else (1, 1)


def limit_of(finding: Quantitative, indicator: Indicator) -> tuple[Fraction, bool]:
    """The limit of a quantitative finding, the standard's own where it sets one, and whether it is a lower limit."""
    bound = finding.at_least
    if bound is not None:
        return bound, True
    bound = finding.at_most
    if bound is not None:
        return bound, False
    if indicator.at_least is not None:
        return indicator.at_least, True
    assert indicator.at_most is not None  # a finding without a limit is refused before it is judged
    return indicator.at_most, False


class Ledger(NamedTuple):
    """Each indicator's points as whole numbers, in the standard's order; 0 where it is deleted.

    ``weights`` are its applicable points in 1/``scale`` points (the scale of the standard's layout), ``earned`` its
    earned points in 1/(``scale`` x ``common``) points.
    """

    earned: list[int]
    weights: list[int]
    common: int
    scale: int

    def points(self, span: slice) -> tuple[Fraction, Fraction]:
        """The earned and the applicable points of a range of indicators."""
        earned, applicable = sum(self.earned[span]), sum(self.weights[span])
        return Fraction(earned, self.scale * self.common), Fraction(applicable, self.scale)


def judge(evaluation: Evaluation, standard: Standard) -> Ledger:
    """earned = points x share (6.2.2); a deleted indicator is neither earned nor applicable (6.2.3).

    An indicator without a finding is applicable here and earns nothing; who asks for a score refuses it before (R9).
    """
    layout = standard.layout
    positions, weights = layout.positions, list(layout.weights)
    overs, unders = [0] * len(positions), [1] * len(positions)
    for key, finding in evaluation.findings.items():
        if finding is None:
            continue
        if finding.kind == "qualitative":  # 6.2.2: share = degree
            position = positions[key]
            overs[position], unders[position] = finding.degree.as_integer_ratio()
        elif finding.kind == "sampled":  # 6.2.2, R7: share = 1 - nonconforming ÷ sampled
            position, sampled = positions[key], finding.sampled
            overs[position], unders[position] = sampled - finding.nonconforming, sampled
        elif finding.kind == "quantitative":
            position = positions[key]
            overs[position], unders[position] = _share(finding, layout.indicators[position])
        else:
            for position in layout.spans[key]:
                weights[position] = 0
    different = set(unders)
    common = lcm(*different)
    factors = {under: common // under for under in different}
    earned = [weight * over * factors[under] for weight, over, under in zip(weights, overs, unders, strict=True)]
    return Ledger(earned, weights, common, layout.scale)
