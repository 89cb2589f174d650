"""What `confidence` costs against 100,000 Monte Carlo draws in numpy. Run by hand: python tests/bench/confidence.py

The job is the same: of samples of finite populations, the probability that the losses stay within what a star allows. Two
Monte Carlo scripts are timed: draws as one would write them (a beta for the rate, a binomial for the unseen items), and
draws by inversion from the exact chances, the fastest that numpy offers. Each is measured in turn with ours; the ratios are
medians.

    like populations     six samples of 80 out of 120
    unlike populations   six samples of an example, of 52 to 125
    many                 eight samples of another example; bounds, whose distance is printed
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import comb
from pathlib import Path

import numpy as np

import aftersales
from aftersales.analysis.distributions import Loss, chances_within

DRAWS = 100_000
Sample = tuple[int, int, int, Fraction]  # population, sampled, nonconforming, points

CASES: dict[str, list[Sample]] = {
    "like populations": [(120, 80, 4, Fraction(points)) for points in (1, 1, 3, 3, 2, 1)],
    "unlike populations": [
        (population, sampled, bad, Fraction(points))
        for population, sampled, bad, points in [
            (92, 62, 3, 1), (125, 84, 5, 1), (96, 64, 2, 3), (52, 36, 3, 3), (84, 56, 7, "1.5"), (63, 42, 2, 1)]
    ],
    "many": [
        (population, sampled, bad, Fraction(points))
        for population, sampled, bad, points in [
            (26, 18, 9, 1), (147, 98, 41, "2.5"), (66, 44, 9, 3), (90, 60, 11, 3), (84, 56, 8, "1.5"), (18, 12, 1, 1),
            (57, 38, 17, 2), (11, 8, 2, 1)]
    ],
}  # fmt: skip


def ours(samples: list[Sample], budget: Fraction) -> tuple[Fraction, Fraction]:
    losses = [
        Loss(points * bad / whole, points / whole, whole - seen + 1, (Fraction(bad + 1), Fraction(seen - bad + 1)))
        for whole, seen, bad, points in samples
    ]
    return chances_within(losses, [budget])[0]


def drawn(samples: list[Sample], budget: Fraction, seed: int = 1) -> float:
    random, lost = np.random.default_rng(seed), np.zeros(DRAWS)
    for whole, seen, bad, points in samples:
        unseen = random.binomial(whole - seen, random.beta(bad + 1, seen - bad + 1, DRAWS))
        lost += float(points) * (bad + unseen) / whole
    return float((lost <= float(budget)).mean())


def inverted(samples: list[Sample], budget: Fraction, seed: int = 1) -> float:
    random, lost = np.random.default_rng(seed), np.zeros(DRAWS)
    for whole, seen, bad, points in samples:
        chances = [
            comb(bad + j, bad) * comb(whole - bad - j, seen - bad) / comb(whole + 1, seen + 1)
            for j in range(whole - seen + 1)
        ]
        unseen = np.searchsorted(np.cumsum(chances), random.random(DRAWS))
        lost += float(points) * (bad + unseen) / whole
    return float((lost <= float(budget)).mean())


def ratio(other: Callable[[], object], own: Callable[[], object], rounds: int = 15) -> tuple[float, float]:
    """How many times as long the other takes, and how long ours does in seconds; both medians."""
    ratios, times = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        own()
        middle = time.perf_counter()
        other()
        end = time.perf_counter()
        ratios.append((end - middle) / (middle - start))
        times.append(middle - start)
    return statistics.median(ratios), statistics.median(times)


def main() -> None:
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}; {DRAWS:,} draws")
    for name, samples in CASES.items():
        budget = sum((points * (bad + 1) / (seen + 2) for _, seen, bad, points in samples), Fraction(0))
        low, high = ours(samples, budget)
        plain, seconds = ratio(partial(drawn, samples, budget), partial(ours, samples, budget))
        best, _ = ratio(partial(inverted, samples, budget), partial(ours, samples, budget))
        told = f"{float(low):.6f}" if low == high else f"{float(low):.6f} to {float(high):.6f}"
        print(
            f"{name:20} {seconds * 1e3:7.2f} ms  draws {plain:5.1f} x, by inversion {best:5.1f} x as long;"
            f" ours {told}, drawn {drawn(samples, budget):.4f}"
        )
    example = Path(__file__).parents[2] / "data" / "examples" / "software-service-vendor.yaml"
    card = aftersales.score(aftersales.load_evaluation(example))
    start = time.perf_counter()
    aftersales.confidence(card)
    print(f"{'a whole confidence':20} {(time.perf_counter() - start) * 1e3:7.2f} ms, tipping points included")


if __name__ == "__main__":
    main()
