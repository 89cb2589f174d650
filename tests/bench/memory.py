"""What the streaming form holds in memory, and whether a larger table costs more a row. Run by hand: python tests/bench/memory.py

Peak memory is that of a process of its own, which streams so many rows through score_batches, made batch by batch; and once
more of one that runs `aftersales batch` on a Parquet file. Throughput is measured on one core, the two sizes in turns.
"""

# ruff: noqa: E402 - the number of threads is read when the libraries are imported

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from support import oracle

from aftersales.batch import score_batches, score_table
from aftersales.batch.files.files import score_file

BATCH = 50_000
WIDE, NARROW = pa.decimal128(3, 2), pa.decimal32(3, 2)


def batches(rows: int, kind: Any = WIDE) -> Iterator[pa.RecordBatch]:
    """So many rows of decimals, fresh ones in every batch."""
    rng = np.random.default_rng(1)
    for _ in range(rows // BATCH):
        columns = {name: pa.array(rng.integers(0, 101, BATCH) / 100) for name in oracle.INDICATORS}
        columns = {name: column.cast(kind) for name, column in columns.items()}
        yield pa.RecordBatch.from_pydict(columns)


def peak(*arguments: str) -> float:
    """The peak memory, in MB, of this script with these arguments."""
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=True)
    return float(done.stdout)


def stream(rows: int) -> None:
    scored = sum(batch.num_rows for batch in score_batches(batches(rows)))
    assert scored == rows


def main() -> None:
    if sys.argv[1:]:
        what, number = sys.argv[1], sys.argv[2]
        if what == "stream":
            stream(int(number))
        else:
            score_file(number, Path(number).with_name("out.parquet"), nodes=(), force=True)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    for rows in (10**6, 10**7):
        print(f"score_batches, {rows:12,} rows: peak {peak('stream', str(rows)):.0f} MB", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for rows in (10**6, 4 * 10**6):
            path = Path(folder) / "in.parquet"
            with pyarrow.parquet.ParquetWriter(path, next(batches(BATCH)).schema) as writer:
                for batch in batches(rows):
                    writer.write_batch(batch)
            print(f"aftersales batch, {rows:9,} rows: peak {peak('file', str(path)):.0f} MB", flush=True)
    pa.set_cpu_count(1)
    ways = {
        "score_batches": lambda table: deque(score_batches(table.to_reader()), maxlen=0),
        "score_table": score_table,
        "score_table, nodes=()": lambda table: score_table(table, nodes=()),
        "score_table, decimal=True": lambda table: score_table(table, decimal=True),
    }
    for kind in (NARROW, WIDE):
        large = pa.Table.from_batches(batches(10**6, kind))
        small = large.slice(0, 10**5)
        print(f"{kind}: throughput at 1,000,000 rows as a multiple of that at 100,000")
        for name, way in ways.items():
            ratio, seconds = in_turns(way, small, large)
            print(f"    {name}: {ratio:.2f} ({1e6 / seconds:,.0f} rows a second)")


def in_turns(way: Callable[[Any], Any], small: Any, large: Any) -> tuple[float, float]:
    """The median ratio of ten runs on the small table to one on the large one, and the median time of that."""
    ratios, times = [], []
    for number in range(9):
        start = time.perf_counter()
        for _ in range(10):
            way(small)
        middle = time.perf_counter()
        way(large)
        end = time.perf_counter()
        if number > 1:  # the first rounds warm up
            ratios.append((middle - start) / (end - middle))
            times.append(end - middle)
    return statistics.median(ratios), statistics.median(times)


if __name__ == "__main__":
    main()
