"""Tables of findings of random evaluations, in the forms of every library, and what of their scores differs from score()."""

from __future__ import annotations

import io
import random
from fractions import Fraction
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from support import oracle
from support.finding_rows import SCHEMA, as_mapping, random_cells, rows_of

from aftersales import examine, load_standard, score

TOLERANCE = 1.2e-11
COUNTS = ("population", "sampled", "nonconforming")
LEAST = (0, 2**31 - 60, 2**32, 2**40, 2**53 - 200)  # at the ends of types, and where a float still holds each number
NEWEST = load_standard(edition="2025-12-04")
NODES = [node.id for node in NEWEST.nodes if node.level != "indicator"]


def random_evaluations(count: int, seed: Any) -> dict[str, tuple[str | None, dict[str, dict[str, str]]]]:
    rng = random.Random(seed)
    return {f"E{number:05}": random_cells(rng) for number in range(count)}


def random_numbers(count: int, seed: Any) -> dict[str, tuple[str | None, dict[str, dict[str, str]]]]:
    """Evaluations whose numbers any type of column holds, with counts that are small or far from zero. Some lack samples."""
    rng = random.Random(seed)
    least = rng.choice(LEAST)
    found = {}
    for number in range(count):
        cells: dict[str, dict[str, str]] = {}
        for name in oracle.INDICATORS:
            items = least + rng.randrange(30, 36)
            sampled = items - rng.randrange(6) if rng.random() < 0.998 else items * 2 // 3 - 1
            failed = rng.choice([0, 1, sampled * 3 // 10, sampled * 3 // 10 + 1, sampled])
            cells[name] = rng.choice(
                [
                    {"kind": "full"},
                    {"kind": "qualitative", "degree": rng.choice(["0.6", "0.7", "0.75", "0.8", "0.9"])},
                    {
                        "kind": "sampled",
                        "population": f"{items}",
                        "sampled": f"{sampled}",
                        "nonconforming": f"{failed}",
                    },
                ]
            )
        cells["5.1.2.2"] = {"kind": "quantitative", "actual": rng.choice(["0.06", "0.08", "0.1"])}
        found[f"E{number:05}"] = ("张明", cells)
    return found


def with_counts(table: Any, kind: Any) -> Any:
    """The table with numbers in place of their texts, those of items in that type."""
    types = dict.fromkeys(COUNTS, (pa.int64(), kind)) | {"degree": (pa.float64(),), "actual": (pa.decimal128(9, 4),)}
    for name, steps in types.items():
        column = table[name]
        for step in steps:
            column = column.cast(step)
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def differences(evaluations: Any, result: Any) -> list[Any]:
    """The evaluations of which a figure, a star or a problem is not that of :func:`aftersales.score`."""
    found: list[Any] = []
    problems: dict[str, list[Any]] = {}
    for row in result.problems.to_pylist():
        texts = tuple(row[name] for name in ("code", "path", "clause", "message", "message_zh"))
        problems.setdefault(row["evaluation"], []).append(texts)
    assert result.scored["evaluation"].to_pylist() == list(evaluations)
    for row, (name, (team, cells)) in zip(result.scored.to_pylist(), evaluations.items(), strict=True):
        examined = examine(as_mapping(team, cells), NEWEST)
        expected = [(each.code, each.path, each.clause, each.message, each.message_zh) for each in examined.problems]
        if sorted(problems.get(name, []), key=str) != sorted(expected, key=str):
            found.append((name, problems.get(name), expected))
        elif expected:
            if row["stars"] is not None or row["final_score"] is not None or not row["problem"]:
                found.append((name, row))
        else:
            assert examined.evaluation is not None
            card = score(examined.evaluation, NEWEST)
            facts = (str(Fraction(row["exact_score"])), row["printed_score"], row["stars"], row["passed"])
            if facts != (str(card.final_score), card.printed_score, card.stars, card.passed) or row["problem"]:
                found.append((name, facts, card))
            figures = {"earned": card.earned, "applicable": card.applicable, "final_score": card.final_score}
            for node in NODES:
                of = card[node]
                figures |= {f"{node}.earned": of.earned, f"{node}.applicable": of.applicable}
                if of.ratio is None:
                    assert row[f"{node}.ratio"] is None
                else:
                    figures[f"{node}.ratio"] = of.ratio
            if wrong := [key for key, value in figures.items() if abs(Fraction(row[key]) - value) > TOLERANCE]:
                found.append((name, wrong))
    return found


def table_of(evaluations: Any) -> Any:
    rows = [row for name, each in evaluations.items() for row in rows_of(name, *each)]
    return pa.Table.from_pylist(rows, SCHEMA)


def as_csv(table: Any) -> Any:
    target = io.BytesIO()
    pa.csv.write_csv(table, target)
    options = pa.csv.ConvertOptions(column_types=SCHEMA)
    return pa.csv.read_csv(io.BytesIO(target.getvalue()), convert_options=options)


def as_parquet(table: Any) -> Any:
    target = io.BytesIO()
    pa.parquet.write_table(table, target)
    return pa.parquet.read_table(io.BytesIO(target.getvalue()))


FORMS: dict[str, Any] = {
    "arrow": lambda table: table,
    "batches": lambda table: iter(table.to_batches(max_chunksize=700)),
    "a reader": lambda table: table.to_reader(max_chunksize=700),
    "dictionaries with a null": lambda table: table.set_column(
        1, "team", table["team"].combine_chunks().dictionary_encode(null_encoding="encode")
    ),
    "dictionaries": lambda table: pa.table({name: table[name].dictionary_encode() for name in table.column_names}),
    "Parquet": as_parquet,
    "CSV": as_csv,
    "pandas": lambda table: table.to_pandas(),
    "polars": pl.DataFrame,
    "polars, categories": lambda table: pl.DataFrame(table).with_columns(pl.col("kind", "team").cast(pl.Categorical)),
    "duckdb": lambda table: duckdb.connect().from_arrow(table),
}
