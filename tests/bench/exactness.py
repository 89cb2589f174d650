"""Counts wrong stars of scored tables against a calculation of its own. Run by hand: python tests/bench/exactness.py

For each form of a share (decimals of four and of six places, floats, k/n), as many random rows, and as many that lie exactly on a limit or one hair
beside it, are scored as a table, and every row's stars are compared with those of exact fractions that share nothing with
the library (tests/support/share_rows.py). Each row's figures are compared too. Two threads score blocks of 1,000 rows.

    python tests/bench/exactness.py [RANDOM [ADVERSARIAL]]      in all, shared among the forms; 1,000,000 and 100,000
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import oracle, share_rows

from aftersales.batch import score_table, tables

AT_ONCE = 10_000
tables.MOST_AT_ONCE, tables.LEAST_NUMBERS = 1_000, 0


def main(wanted: dict[str, int]) -> int:
    start, wrong_in_all = time.perf_counter(), 0
    for kind, in_all in wanted.items():
        make = share_rows.random_row if kind == "random" else share_rows.adversarial_row
        for number, form in enumerate(share_rows.FORMS):
            rng = random.Random(f"{kind} {form}")
            forms = len(share_rows.FORMS)
            count = in_all // forms + (number < in_all % forms)
            wrong = on_limit = 0
            furthest = 0.0
            for done in range(0, count, AT_ONCE):
                rows = [make(rng, form) for _ in range(min(AT_ONCE, count - done))]
                scored = score_table(share_rows.as_table(rows, form), nodes=(), null="not_applicable", threads=2)
                stars, figures = scored["stars"].to_pylist(), scored["final_score"].to_pylist()
                for row, star, figure in zip(rows, stars, figures, strict=True):
                    score = share_rows.true_score(row)
                    wrong += star != oracle.stars(score) or oracle.stars(figure) != star
                    on_limit += score in share_rows.LIMITS
                    furthest = max(furthest, abs(figure - float(score)))
            wrong_in_all += wrong
            print(
                f"{kind:12} {form:8} {count:9,} rows, {on_limit:7,} on a limit: {wrong} wrong stars;"
                f" largest difference of a final score {furthest:.1e}",
                flush=True,
            )
    print(f"{wrong_in_all} wrong stars; {time.perf_counter() - start:.0f} s")
    return wrong_in_all


if __name__ == "__main__":
    given = [*map(int, sys.argv[1:]), *(1_000_000, 100_000)[len(sys.argv) - 1 :]]
    sys.exit(main({"random": given[0], "adversarial": given[1]}) > 0)
