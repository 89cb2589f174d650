"""Tables of shares, in memory and in files, and what is wrong with them."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from support import oracle, share_rows

import aftersales
from aftersales.batch import score_table
from aftersales.batch.files.files import score_file

IDS = oracle.INDICATORS
deleting = partial(score_table, null="not_applicable")  # as most rows here have shares that are null


def all_of(share: Any, kind: Any = None, count: int = 1, **others: Any) -> pa.Table:
    """A table of equal rows; ``others`` are columns by their id, written with underscores: i5_1_1_1."""
    columns = {name: pa.array([share] * count, kind) for name in IDS}
    return pa.table(columns | {key.removeprefix("i").replace("_", "."): value for key, value in others.items()})


def problems(*columns: Any, **others: Any) -> list[str | None]:
    """The problems of rows that are full but for these columns, the first of which stands for 5.1.1.1."""
    given_ = {"i5_1_1_1": columns[0]} if columns else {}
    count = len(next(iter((given_ | others).values())))
    found: list[str | None] = deleting(all_of(1, count=count, **given_, **others), nodes=())["problem"].to_pylist()
    return found


def refused(table: Any, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(aftersales.EvaluationError) as caught:
        score_table(table, **options)
    return [(problem.code, problem.path) for problem in caught.value.problems]


def kernel_table(points: list[Fraction], rows: list[list[Fraction | None]], form: str) -> pa.Table:
    names = [f"1.1.1.{k}" for k in range(1, len(points) + 1)]
    columns = zip(*rows, strict=True)
    if form == "text":
        return pa.table({n: [None if s is None else str(s) for s in c] for n, c in zip(names, columns, strict=True)})
    pairs = ([None if s is None else s.as_integer_ratio() for s in c] for c in columns)
    return pa.table({n: share_rows.as_column(c, "pair") for n, c in zip(names, pairs, strict=True)})


def table_of(count: int = 50, form: str = "decimal") -> pa.Table:
    rng = random.Random(1)
    table = share_rows.as_table([share_rows.random_row(rng, form, 0.85) for _ in range(count)], form)
    return table.add_column(0, "店", [[f"{number:03}" for number in range(count)]])


def csv_of(**columns: str) -> str:
    """A CSV of one row that is full but for these; ids written with underscores."""
    row = dict.fromkeys(IDS, "1") | {key.removeprefix("i").replace("_", "."): value for key, value in columns.items()}
    return f"{','.join(row)}\n{','.join(row.values())}\n"


def problems_of_file(path: Path, target: str = "out.parquet", **options: Any) -> tuple[aftersales.Problem, ...]:
    """The problems of a table in a file, beside which nothing is written."""
    before = sorted(path.parent.iterdir())
    with pytest.raises(aftersales.AftersalesError) as caught:
        score_file(path, path.parent / target, **options)
    assert sorted(path.parent.iterdir()) == before
    return caught.value.problems


def problem_of_file(path: Path, target: str = "out.parquet", **options: Any) -> aftersales.Problem:
    """The first of them."""
    return problems_of_file(path, target, **options)[0]


def scored_groups(count: int = 2, members: int = 3, *, worse: int = 0) -> pa.Table:
    """A scored table of so many groups: of each, one that lost nothing, and others that lost 5.1.3.1 in parts."""
    rows = [(group, member) for group in range(count) for member in range(members)]
    shares = {name: pa.array([1.0] * len(rows)) for name in IDS}
    shares["5.1.3.1"] = pa.array([max(1 - (member + worse) / 4, 0) if member else 1.0 for _, member in rows])
    shares["5.4.3.2"] = pa.array([0.0 if member > 1 else 1.0 for _, member in rows])
    table = pa.table(
        {
            "evaluation": [f"家电{group}-{member}" for group, member in rows],
            "product_category": [f"家电{group}" for group, _ in rows],
            "size_tier": ["中型"] * len(rows),
            **shares,
        }
    )
    return score_table(table, nodes=(), exact=True, shares=True)
