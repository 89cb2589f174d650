"""What scoring from findings costs beside the shares of the same evaluations. Run by hand:

    python tests/bench/findings.py [EVALUATIONS]          100,000 by default; --memory measures a stream instead

Each evaluation has 73 findings: met, a degree in whole percents, a sample, and 5.1.2.2. The same evaluations as k/n columns
are scored by score_table in turns, on one thread, and the least time of each is compared. The texts are dictionary-encoded
or not, and the rows sorted or shuffled. With two threads, the wall time is told as well.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import pyarrow as pa
from support.oracle import INDICATORS

from aftersales.batch import score_findings, score_findings_batches, score_table

WIDTH = len(INDICATORS)
LIMITED = INDICATORS.index("5.1.2.2")


def made(count: int, first: int = 0) -> tuple[pa.Table, pa.Table]:
    """The findings of that many evaluations, sorted and with encoded texts, and their shares as pairs."""
    rng = np.random.default_rng(first + 1)
    shape = count, WIDTH
    kinds = rng.choice(["qualitative", "sampled", "full"], shape).astype(object)
    kinds[:, LIMITED] = "quantitative"
    degrees, sampled = rng.integers(50, 101, shape), rng.integers(10, 60, shape)
    wrong = (sampled * rng.random(shape) * 0.3).astype(np.int64)
    of = {kind: kinds == kind for kind in ("qualitative", "sampled", "quantitative")}

    def column(values: Any, kind: str) -> Any:
        return pa.array(np.broadcast_to(values, shape).reshape(-1), mask=~of[kind].reshape(-1))

    percents = np.array([f"{each}%" for each in range(101)], object)
    findings = pa.table(
        {
            "evaluation": np.repeat(np.arange(first, first + count), WIDTH),
            "indicator": pa.array(np.tile(np.arange(WIDTH), count)).cast(pa.int32()),
            "kind": pa.array(kinds.reshape(-1)).dictionary_encode(),
            "degree": column(percents[degrees], "qualitative").dictionary_encode(),
            "actual": column("9%", "quantitative").dictionary_encode(),
            "population": column(sampled, "sampled"),
            "sampled": column(sampled, "sampled"),
            "nonconforming": column(wrong, "sampled"),
        }
    )
    ids = pa.DictionaryArray.from_arrays(findings["indicator"].combine_chunks(), pa.array(INDICATORS))
    findings = findings.set_column(1, "indicator", ids)
    over = np.select(list(of.values()), [degrees, sampled - wrong, 9], 1)
    under = np.select(list(of.values()), [100, sampled, 10], 1)
    pairs = {
        name: pa.StructArray.from_arrays([pa.array(over[:, place]), pa.array(under[:, place])], ["k", "n"])
        for place, name in enumerate(INDICATORS)
    }
    return findings, pa.table(pairs)


def least_times(runs: dict[str, Callable[[], Any]], rounds: int, clock: Callable[[], float]) -> dict[str, float]:
    times: dict[str, float] = {}
    for _ in range(rounds):
        for name, run in runs.items():
            start = clock()
            run()
            times[name] = min(times.get(name, 1e9), clock() - start)
    return times


def compare(count: int, rounds: int) -> None:
    findings, pairs = made(count)
    texts = {name: findings[name].cast(pa.string()) for name in ("indicator", "kind", "degree", "actual")}
    plain = pa.table({name: texts.get(name, findings[name]) for name in findings.column_names})
    order = pa.array(np.random.default_rng(0).permutation(findings.num_rows))
    scored, problems = score_findings(findings)
    assert problems.num_rows == 0
    assert scored.drop_columns(["evaluation"]).equals(
        score_table(pairs).replace_schema_metadata(scored.schema.metadata)
    )
    tables = {"sorted, encoded": findings, "sorted, plain texts": plain}
    tables |= {f"shuffled, {name.split(', ')[1]}": table.take(order) for name, table in tables.items()}
    runs: dict[str, Callable[[], Any]] = {"k/n": lambda: score_table(pairs, threads=1)}
    runs |= {name: lambda table=table: score_findings(table, threads=1) for name, table in tables.items()}  # type: ignore[misc]
    times = least_times(runs, rounds, time.process_time)
    for name, seconds in times.items():
        print(f"{count:,} evaluations, {name}: {seconds / count * 1e6:.2f} µs each, {seconds / times['k/n']:.1f} x k/n")
    threads = {
        f"{name}, {number} threads": (lambda table=table, number=number: score_findings(table, threads=number))  # type: ignore[misc]
        for name, table in tables.items()
        for number in (1, 2)
    }
    threads |= {
        f"k/n, {number} threads": (lambda number=number: score_table(pairs, threads=number)) for number in (1, 2)
    }  # type: ignore[misc]
    times = least_times(threads, rounds, time.perf_counter)
    for name in (*tables, "k/n"):
        one, two = times[f"{name}, 1 threads"], times[f"{name}, 2 threads"]
        print(f"{name}: {one * 1e3:.0f} ms on one thread, {two * 1e3:.0f} ms on two, {one / two:.2f} times as fast")


def stream(count: int) -> None:
    """Score a stream of that many evaluations, and print the peak of memory."""

    def batches() -> Iterator[Any]:
        findings, _ = made(1_000)
        for first in range(0, count, 1_000):
            keys = np.repeat(np.arange(first, first + 1_000), WIDTH)
            yield from findings.set_column(0, "evaluation", pa.array(keys)).to_batches()

    scored = sum(part.scored.num_rows for part in score_findings_batches(batches(), nodes=()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"score_findings_batches, {scored:,} evaluations: peak {peak:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("evaluations", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--stream", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stream:
        stream(options.evaluations)
    elif options.memory:
        for count in (options.evaluations, 10 * options.evaluations):
            subprocess.run([sys.executable, __file__, str(count), "--stream"], check=True)
    else:
        compare(options.evaluations, options.rounds)


if __name__ == "__main__":
    main()
