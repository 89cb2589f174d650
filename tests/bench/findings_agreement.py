"""Holds tables of findings against score() of each evaluation alone: figures, stars and problems. Run by hand:

    python tests/bench/findings_agreement.py [EVALUATIONS]      20,000 by default

The evaluations are those of the tests (tests/support/finding_rows.py): of all kinds, with deletions of groups, on a limit and
a hair beside it, and wrong in every way that a row can be. They are divided among the forms of tables, and read sorted and shuffled, with
one thread or three, all at once or as a stream.
"""

# ruff: noqa: E402 - the modules of the tests are found after the path is set

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "batch" / "findings")]

import pyarrow as pa
from support.finding_rows import as_mapping
from test_findings import FORMS, NEWEST, differences, random_evaluations, table_of

from aftersales import examine
from aftersales.batch import ScoredFindings, score_findings, score_findings_batches


def main(count: int) -> int:
    wrong, codes = 0, Counter[str]()
    size = -(-count // len(FORMS))
    for turn, form in enumerate(FORMS):
        evaluations = random_evaluations(max(1, min(size, count - turn * size)), f"agreement {turn}")
        table = table_of(evaluations)
        if form == "a reader":
            parts = list(score_findings_batches(table.to_reader(max_chunksize=999), NEWEST, exact=True))
            result = ScoredFindings(*(pa.concat_tables(each) for each in zip(*parts, strict=True)))
        else:
            result = score_findings(FORMS[form](table), NEWEST, exact=True, threads=1 + turn % 2 * 2)
        found = differences(evaluations, result)
        wrong += len(found)
        codes.update(set(result.problems["code"].to_pylist()))
        rows = list(range(table.num_rows))
        random.Random(turn).shuffle(rows)
        order = {name: number for number, name in enumerate(evaluations)}
        shuffled = score_findings(table.take(rows), NEWEST, exact=True).scored
        places = [order[name] for name in shuffled["evaluation"].to_pylist()]
        same = [name for name in shuffled.column_names if name not in ("team", "problem")]  # the first problem differs
        is_same = shuffled.select(same).equals(
            result.scored.select(same).take(places).cast(shuffled.select(same).schema)
        )
        wrong += not is_same
        unscored = sum(not examine(as_mapping(*each), NEWEST).evaluation for each in list(evaluations.values())[:50])
        print(
            f"{form}: {len(evaluations):,} evaluations, {len(found)} differences; shuffled: {is_same}; {unscored}/50 refused"
        )
        for each in found[:3]:
            print("   ", each)
    print(f"{len(codes)} codes of problems: {', '.join(sorted(codes))}")
    print(f"{wrong} differences")
    return wrong


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000) > 0)
