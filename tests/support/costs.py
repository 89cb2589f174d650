"""Evaluations and costs of raising their indicators: three grids of degrees, three kinds of costs, two stars."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any, NamedTuple

from support import oracle
from support.strategies import judged

DENOMINATORS = {"percents": [100], "thousandths": [1000], "fractions": [3, 4, 6, 7, 8, 9, 12]}
KINDS = ("constant", "in proportion", "fixed part")


class Case(NamedTuple):
    """A card to make, and what its improvement costs.

    Fields:
        name: The grid, the kind of costs and the star.
        findings: The findings.
        lost: The points that each indicator loses.
        cost: The cost of each indicator.
        stars: The star to reach.
        need: The points to gain for it.
    """

    name: str
    findings: dict[str, Any]
    lost: dict[str, Fraction]
    cost: dict[str, Fraction]
    stars: int
    need: Fraction


def cases(seed: int = 15) -> list[Case]:
    return [case(grid, kind, stars, seed) for grid, kind, stars in itertools.product(DENOMINATORS, KINDS, (4, 5))]


def case(grid: str, kind: str, stars: int, seed: int) -> Case:
    """Degrees of 25 % to 100 % at random; about two thirds of the points are earned."""
    chance = random.Random(f"{grid} {seed}")
    degrees = []
    for _ in oracle.INDICATORS:
        under = chance.choice(DENOMINATORS[grid])
        degrees.append(Fraction(chance.randint(-(-under // 4), under), under))
    findings = judged(degrees)
    lost = {
        key: oracle.POINTS[key] * (1 - degree)
        for key, degree in zip(oracle.INDICATORS, degrees, strict=True)
        if degree < 1
    }
    cost = {key: costs(kind, gain, chance) for key, gain in lost.items()}
    need = Fraction({4: 80, 5: 90}[stars]) - 100 + sum(lost.values(), Fraction(0))
    return Case(f"{grid}, {kind}, {stars} stars", findings, lost, cost, stars, need)


def costs(kind: str, gain: Fraction, chance: random.Random) -> Fraction:
    if kind == "constant":
        return Fraction(100 * chance.randint(1, 300))
    return 10_000 * gain + (5_000 if kind == "fixed part" else 0)
