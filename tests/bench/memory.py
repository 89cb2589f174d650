"""What the streaming form holds in memory, and whether a larger table costs more a row. Run by hand: python tests/bench/memory.py

Peak memory is that of a process of its own, which streams so many rows through score_batches, made batch by batch; and once
more of one that runs `aftersales batch` on a Parquet file. Throughput is that of score_table on one core, the two sizes in turns.
"""

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
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import oracle
import pyarrow as pa
import pyarrow.parquet

from aftersales.batch import score_batches, score_table
from aftersales.batch_files import score_file

BATCH = 50_000


def batches(rows: int) -> Iterator[pa.RecordBatch]:
    """So many rows of decimals, fresh ones in every batch."""
    rng = np.random.default_rng(1)
    for _ in range(rows // BATCH):
        columns = {name: pa.array(rng.integers(0, 101, BATCH) / 100) for name in oracle.INDICATORS}
        columns = {name: column.cast(pa.decimal128(3, 2)) for name, column in columns.items()}
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
    small, large = (pa.Table.from_batches(batches(rows)) for rows in (10**5, 10**6))
    ratios, times = [], []
    for number in range(8):
        start = time.perf_counter()
        for _ in range(10):
            score_table(small)
        middle = time.perf_counter()
        score_table(large)
        end = time.perf_counter()
        if number:  # the first round warms up
            ratios.append((middle - start) / (end - middle))
            times.append(end - middle)
    print(f"throughput at 1,000,000 rows: {statistics.median(ratios):.2f} times that at 100,000", end="")
    print(f" ({1e6 / statistics.median(times):,.0f} rows a second)")


if __name__ == "__main__":
    main()
