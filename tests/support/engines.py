"""Scores the same tables on Dask, Ray Data and Spark, for real, and compares. Run by hand:

    python tests/support/engines.py [ENGINE …]      dask, ray or pyspark; all without

Each engine that is installed runs the lines that docs/engines.md shows for it, on two workers: for a table of shares, and for
one of findings. What comes out is compared with what score_table and score_findings give for the whole table. It prints what
ran, in which version, and fails where any differs.
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
from support import finding_rows, share_rows

from aftersales.batch import score_findings, score_table

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
ENGINES = {"Dask": "dask", "Ray Data": "ray", "Spark": "pyspark"}
ROWS = 2_000
EVALUATIONS = 1_500  # in a table of findings
KINDS = ("shares", "findings")


def lines_for(engine: str, kind: str) -> str:
    """The code that the page shows for an engine and a kind of tables."""
    section = PAGE.read_text("utf-8").partition(f"\n## {engine}")[2].partition("\n## ")[0]
    blocks: list[str] = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == len(KINDS), engine
    return blocks[KINDS.index(kind)]


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


def write_findings(folder: Path, count: int = EVALUATIONS) -> Any:
    """Writes a table of findings into three files that divide evaluations, and gives what is expected of it."""
    rng = random.Random(8)
    evaluations = {f"{k:05}": finding_rows.random_cells(rng) for k in range(count)}
    rows = [row for name, each in evaluations.items() for row in finding_rows.rows_of(name, *each)]
    rng.shuffle(rows)
    table = pa.Table.from_pylist(rows, finding_rows.SCHEMA)
    third = -(-table.num_rows // 3)
    for number in range(3):
        pyarrow.parquet.write_table(table.slice(number * third, third), folder / f"part-{number}.parquet")
    return score_findings(table)


def scored_findings(table: pa.Table) -> list[dict[str, Any]]:
    """The scored evaluations by their keys, without the first problem, which depends on the order of the rows."""
    names = ["evaluation", "team", "earned", "final_score", "stars", "passed", "5.1.ratio", "5.3.6.ratio"]
    rows: list[dict[str, Any]] = table.select(names).sort_by("evaluation").to_pylist()
    return [{name: None if value != value else value for name, value in row.items()} for row in rows]


def told_problems(table: pa.Table) -> list[tuple[Any, ...]]:
    """The problems in an order that does not depend on that of the rows; of a message its words, without lines."""
    lineless = re.compile(r"line \d+|第 \d+ 行")
    return sorted(
        (
            *("" if row[name] is None or row[name] != row[name] else row[name] for name in ("evaluation", "indicator")),
            *(row[name] or "" for name in ("code", "path")),
            *(sorted(re.split(r"[ ,、]+", lineless.sub("", row[name]))) for name in ("message", "message_zh")),
        )
        for row in table.select(["evaluation", "indicator", "code", "path", "message", "message_zh"]).to_pylist()
    )


def run(engine: str, folder: Path, kind: str = "shares") -> dict[str, Any]:
    """The names that the page's lines bind, in a folder with the tables."""
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(folder)
    try:
        exec(compile(lines_for(engine, kind), f"{PAGE.name}, {engine}", "exec"), names)
    finally:
        os.chdir(before)
    return names


def main() -> int:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    failed = 0
    for engine, package in ENGINES.items():
        if sys.argv[1:] and package not in sys.argv[1:]:
            continue
        try:
            found = version(package)
        except PackageNotFoundError:
            print(f"{engine}: not installed (pip install {package})")
            continue
        with tempfile.TemporaryDirectory() as name:  # one for both, as the Java of Spark stays in the first
            folder = Path(name)
            (folder / "evaluations").mkdir()
            (folder / "findings").mkdir()
            shares, findings = write_tables(folder / "evaluations"), write_findings(folder / "findings")
            found_by = {}
            for kind in KINDS:
                start = time.perf_counter()
                found_by[kind] = run(engine, folder, kind), time.perf_counter() - start
        for kind, (names, seconds) in found_by.items():
            scored = pa.table(names["scored"])
            if kind == "shares":
                same, count = comparable(scored) == comparable(shares), shares.num_rows
            else:
                expected = scored_findings(findings.scored), told_problems(findings.problems)
                same = (scored_findings(scored), told_problems(pa.table(names["problems"]))) == expected
                count = findings.scored.num_rows
            failed += not same
            print(f"{engine} {found}, {kind}: {count} rows, {'the same' if same else 'DIFFERENT'}; {seconds:.0f} s")
    return failed


if __name__ == "__main__":
    sys.exit(main())
