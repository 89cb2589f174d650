"""Prints how long the cheapest improvements take. Run by hand: python tests/bench/cheapest.py

The 18 cases are three grids of degrees, three kinds of costs and two stars (tests/support/costs.py), each with several
random seeds. A line a case is printed: the median and the largest time of the processor in seconds, and the largest as
a multiple of a score of the same evaluation. The exit code is 1 if one is refused.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import aftersales

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import costs, oracle

SEEDS = range(10, 20)


def main() -> None:
    times: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}
    refused = 0
    for case in (case for seed in SEEDS for case in costs.cases(seed)):
        evaluation = aftersales.load_evaluation(oracle.document(case.findings))
        start = time.process_time()
        card = aftersales.score(evaluation)
        assert card.stars < case.stars
        middle = time.process_time()
        try:
            aftersales.improvements(card, case.stars, case.cost)
        except aftersales.AdviceError as error:
            refused += 1
            print(f"{case.name}: {error}")
        end = time.process_time()
        times.setdefault(case.name, []).append(end - middle)
        ratios.setdefault(case.name, []).append((end - middle) / (middle - start))
    for name, each in times.items():
        print(
            f"{name:36} {statistics.median(each):7.3f} s, at most {max(each):7.3f} s, {max(ratios[name]):9,.0f} scores"
        )
    print(f"{refused} refused of {len(SEEDS) * len(times)}")
    sys.exit(refused > 0)


if __name__ == "__main__":
    main()
