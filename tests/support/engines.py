"""Scores the same table on Dask, Ray Data and Spark, for real, and compares. Run by hand: python tests/support/engines.py

Each engine that is installed runs the lines that docs/engines.md shows for it, on two workers, and what comes out is
compared with what score_table gives for the whole table. It prints what ran, in which version, and fails where any differs.
"""

from __future__ import annotations

import math
import os
import random
import re
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow as pa
import pyarrow.parquet
from support import share_rows

from aftersales.batch import score_table

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
ENGINES = {"Dask": "dask", "Ray Data": "ray", "Spark": "pyspark"}
ROWS = 2_000


def lines_for(engine: str) -> str:
    """The code that the page shows for an engine."""
    section = PAGE.read_text("utf-8").partition(f"\n## {engine}")[2].partition("\n## ")[0]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert code, engine
    return code[1]


def write_tables(folder: Path) -> pa.Table:
    """Writes a table of three files, and gives what is expected of it, in the order of its names."""
    rng = random.Random(7)
    rows = [share_rows.random_row(rng, "decimal", 0.85) for _ in range(ROWS)]
    rows += [share_rows.adversarial_row(rng, "decimal") for _ in range(50)]
    columns = share_rows.as_table(rows, "float").to_pydict()
    # Rows that no engine may score: what is no number is not the same as not applicable.
    columns["5.1.1.1"][3], columns["5.1.1.2"][5], columns["5.4.4.2"][800] = math.nan, 1.5, math.inf
    table = pa.table({**columns, "shop": [f"{k:05}" for k in range(len(rows))]})
    for number in range(3):
        part = table.slice(number * 700, 700)
        pyarrow.parquet.write_table(part, folder / f"part-{number}.parquet")
    return score_table(table, null="not_applicable")


def comparable(table: pa.Table) -> list[dict[str, Any]]:
    names = ["shop", "earned", "final_score", "stars", "passed", "5.1.ratio", "5.3.6.ratio", "problem"]
    rows: list[dict[str, Any]] = table.select(names).sort_by("shop").to_pylist()
    # What comes by way of pandas has NaN for null; a result of ours is never NaN.
    return [{name: None if value != value else value for name, value in row.items()} for row in rows]


def run(engine: str, folder: Path) -> dict[str, Any]:
    """The names that the page's lines bind, in a folder with the tables."""
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(folder)
    try:
        exec(compile(lines_for(engine), f"{PAGE.name}, {engine}", "exec"), names)
    finally:
        os.chdir(before)
    return names


def main() -> int:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    failed = 0
    for engine, package in ENGINES.items():
        try:
            found = version(package)
        except PackageNotFoundError:
            print(f"{engine}: not installed (pip install {package})")
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "evaluations").mkdir()
            expected = comparable(write_tables(folder / "evaluations"))
            start = time.perf_counter()
            same = comparable(pa.table(run(engine, folder)["scored"])) == expected
        failed += not same
        print(
            f"{engine} {found}: {len(expected)} rows, {'the same' if same else 'DIFFERENT'}; {time.perf_counter() - start:.0f} s"
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
