"""What scoring a table costs beside other ways to do it, and how many stars each gets wrong. Run by hand:

    python tests/bench/tables.py [ROWS]          100,000 rows by default; --svg PATH draws the plot

All work on the same tree with all 25 nodes (the total and 24 groups: earned, applicable, ratio), final score, stars and pass.
Ours goes from an Arrow table to an Arrow table; the others get their data in the form that suits them, ready-made. Each is
measured in turns with the matrix product, on one core, and the median of the ratios is told; where ours has no ratio
columns, against a product that forms none. An engine that is not installed is
left out: pip install openfisca-core zen-engine json-logic-qubit. These judge one evaluation at a time, or give the total only, as noted.

Wrong stars are counted on rows that lie exactly on a limit (tests/support/share_rows.py); for ours, on rows beside it by a hair too.
"""

# ruff: noqa: E402 - the number of threads is read when the libraries are imported

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one core; and these two, where they are set, may name another processor to numpy's BLAS
os.environ.pop("OPENBLAS_CORETYPE", None)
os.environ.pop("OPENBLAS_L2_SIZE", None)

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from support import oracle, share_rows

from aftersales.batch import tables as batch

pa.set_cpu_count(1)
pa.set_io_thread_count(1)

IDS = oracle.INDICATORS
POINTS = [float(oracle.POINTS[name]) for name in IDS]
NODES = ["", *oracle.GROUPS]
MEMBERS = {node: [name for name in IDS if node == "" or name.startswith(f"{node}.")] for node in NODES}
LIMITS = [60, 70, 75, 80, 90]
# Deletions come in clusters: what does not apply to a trade are the same few indicators. A sixth of them, in 3 rows of 10.
MAY_BE_DELETED = set(IDS[4::6])

Run = Callable[[], Any]
score_table = partial(batch.score_table, null="not_applicable")


# --- the data ----------------------------------------------------------------------------------------------------


def hundredths(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Shares in hundredths, and where they are applicable."""
    rng = np.random.default_rng(5)
    there = np.ones((rows, len(IDS)), bool)
    for place, name in enumerate(IDS):
        if name in MAY_BE_DELETED:
            there[:, place] = rng.random(rows) > 0.3
    return np.clip(rng.normal(80, 15, (rows, len(IDS))).round(), 0, 100).astype(np.int64), there


def arrow_table(shares: np.ndarray, there: np.ndarray, form: str) -> pa.Table:
    columns = {}
    for place, name in enumerate(IDS):
        column, mask = np.ascontiguousarray(shares[:, place]), ~there[:, place]
        if form == "k/n":
            # A numerator of 0 to n for a denominator of 1 to 60: on no grid.
            under = np.random.default_rng(place).integers(1, 61, len(column)).astype(np.int32)
            over = (column * under // 100).astype(np.int32)
            pairs = [pa.array(over), pa.array(under)]
            columns[name] = pa.StructArray.from_arrays(pairs, ["k", "n"], mask=pa.array(mask))
        else:
            values = pa.array(column / 100, mask=mask if mask.any() else None)
            columns[name] = values if form == "float64" else values.cast(pa.decimal128(5, 4))
            if form == "decimal32":
                columns[name] = columns[name].cast(pa.decimal32(5, 4))
    return pa.table(columns)


# --- the contenders: each from its data to a call that gives the stars -------------------------------------------


def matrix_product(floats: np.ndarray, there: np.ndarray, ratios: bool = True) -> Run:
    """With ``ratios`` of all nodes, or of the whole alone."""
    weights = np.array([[POINTS[k] if name in MEMBERS[node] else 0.0 for node in NODES] for k, name in enumerate(IDS)])
    shares, mask = np.where(there, floats, 0.0), there.astype(float)

    def run() -> Any:
        earned, applicable = shares @ weights, mask @ weights
        with np.errstate(invalid="ignore"):
            ratio = earned / applicable if ratios else earned[:, :1] / applicable[:, :1]
        score = ratio[:, 0] * 100
        stars = np.searchsorted(LIMITS, score, side="right")
        return {"stars": stars, "passed": score >= 60, "figures": (earned, applicable, ratio, score)}

    return run


def pandas_script(floats: np.ndarray, there: np.ndarray) -> Run:
    frame = pd.DataFrame(np.where(there, floats, np.nan), columns=IDS)
    points = pd.Series(POINTS, IDS)

    def run() -> Any:
        earned, applicable = frame * points, frame.notna() * points
        result = {}
        for node in NODES:
            result[f"{node}.earned"] = earned[MEMBERS[node]].sum(axis=1)
            result[f"{node}.applicable"] = applicable[MEMBERS[node]].sum(axis=1)
            result[f"{node}.ratio"] = result[f"{node}.earned"] / result[f"{node}.applicable"]
        out = pd.DataFrame(result)
        out["score"] = out[".ratio"] * 100
        out["stars"] = sum((out["score"] >= limit).astype(int) for limit in LIMITS)
        out["passed"] = out["score"] >= 60
        return out

    return run


def polars_expressions(floats: np.ndarray, there: np.ndarray) -> Run:
    frame = pl.DataFrame(
        {n: pl.Series(floats[:, k]).scatter(np.flatnonzero(~there[:, k]), None) for k, n in enumerate(IDS)}
    )
    points = dict(zip(IDS, POINTS, strict=True))
    parts = [node for node in NODES if node.count(".") == 2]

    def of(node: str, figure: str) -> pl.Expr:
        parents = [part for part in (parts if node else NODES[1:]) if part.startswith(node) and part != node]
        return pl.sum_horizontal(f"{part}.{figure}" for part in parents if node or part.count(".") == 1)

    def run() -> Any:
        lazy = frame.lazy().select(
            *(pl.sum_horizontal(pl.col(n) * points[n] for n in MEMBERS[p]).alias(f"{p}.earned") for p in parts),
            *(
                pl.sum_horizontal(pl.col(n).is_not_null() * points[n] for n in MEMBERS[p]).alias(f"{p}.applicable")
                for p in parts
            ),
        )
        for level in ([node for node in NODES if node.count(".") == 1], [""]):
            lazy = lazy.with_columns(of(n, f).alias(f"{n}.{f}") for n in level for f in ("earned", "applicable"))
        lazy = lazy.with_columns((pl.col(f"{n}.earned") / pl.col(f"{n}.applicable")).alias(f"{n}.ratio") for n in NODES)
        lazy = lazy.with_columns((pl.col(".ratio") * 100).alias("score"))
        stars = pl.sum_horizontal((pl.col("score") >= limit).cast(pl.Int8) for limit in LIMITS)
        return lazy.with_columns(stars.alias("stars"), (pl.col("score") >= 60).alias("passed")).collect()

    return run


def duckdb_sql(floats: np.ndarray, there: np.ndarray) -> Run:
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    table = pa.table({n: pa.array(floats[:, k], mask=~there[:, k]) for k, n in enumerate(IDS)})
    connection.register("source", table)
    connection.execute("create table evaluations as select * from source")
    points = dict(zip(IDS, POINTS, strict=True))
    parts = [node for node in NODES if node.count(".") == 2]
    sums = []
    for part in parts:
        sums.append("+".join(f'coalesce("{n}" * {points[n]}, 0)' for n in MEMBERS[part]) + f' as "{part}.earned"')
        sums.append(
            "+".join(f'case when "{n}" is null then 0 else {points[n]} end' for n in MEMBERS[part])
            + f' as "{part}.applicable"'
        )
    categories = [node for node in NODES if node.count(".") == 1]
    upper = [
        "+".join(f'"{p}.{f}"' for p in parts if p.startswith(f"{c}.")) + f' as "{c}.{f}"'
        for c in categories
        for f in ("earned", "applicable")
    ]
    top = ["+".join(f'"{c}.{f}"' for c in categories) + f' as ".{f}"' for f in ("earned", "applicable")]
    ratios = [f'"{node}.earned" / "{node}.applicable" as "{node}.ratio"' for node in NODES]
    stars = "+".join(f"(score >= {limit})::int" for limit in LIMITS)
    query = f"""
        with a as (select {", ".join(sums)} from evaluations), b as (select *, {", ".join(upper)} from a),
             c as (select *, {", ".join(top)} from b),
             d as (select *, {", ".join(ratios)}, 100 * ".earned" / ".applicable" as score from c)
        select *, {stars} as stars, score >= 60 as passed from d"""
    return lambda: connection.sql(query).to_arrow_table()


def openfisca(floats: np.ndarray, there: np.ndarray) -> Run:
    """The total only: earned, applicable, score, stars; its floats are float32."""
    from openfisca_core import entities, periods, simulation_builder, taxbenefitsystems, variables

    unit = entities.build_entity(key="organisation", plural="organisations", label="", is_person=True)
    system = taxbenefitsystems.TaxBenefitSystem([unit])
    names = [name.replace(".", "_") for name in IDS]

    def add(name: str, formula: Any = None, kind: type = float) -> None:
        parts = {"value_type": kind, "entity": unit, "definition_period": periods.DateUnit.YEAR, "label": name}
        if formula:
            parts["formula"] = lambda population, period: formula(lambda other: population(other, period))
        system.add_variable(type(name, (variables.Variable,), parts))

    for name in names:
        add(f"share_{name}")
        add(f"there_{name}")
    pairs = list(zip(names, POINTS, strict=True))
    add("earned", lambda of: sum(points * of(f"share_{name}") * of(f"there_{name}") for name, points in pairs))
    add("applicable", lambda of: sum(points * of(f"there_{name}") for name, points in pairs))
    add("score", lambda of: of("earned") / of("applicable") * 100)
    add("stars", lambda of: sum((of("score") >= limit) * 1 for limit in LIMITS), int)

    def run() -> Any:
        simulation = simulation_builder.SimulationBuilder().build_default_simulation(system, count=len(floats))
        for place, name in enumerate(names):
            simulation.set_input(f"share_{name}", "2026", floats[:, place])
            simulation.set_input(f"there_{name}", "2026", there[:, place].astype(np.float32))
        return {"stars": simulation.calculate("stars", "2026")}

    return run


def zen(floats: np.ndarray, there: np.ndarray) -> Run:
    """The total only, one evaluation at a time."""
    import zen as engine

    earned = " + ".join(f"{points} * s{k} * a{k}" for k, points in enumerate(POINTS))
    applicable = " + ".join(f"{points} * a{k}" for k, points in enumerate(POINTS))
    reached = " + ".join(f"(100 * ({earned}) / ({applicable}) >= {limit} ? 1 : 0)" for limit in LIMITS)
    compiled = engine.compile_expression(reached)
    rows = [
        {f"s{k}": float(s) for k, s in enumerate(row)} | {f"a{k}": int(a) for k, a in enumerate(mask)}
        for row, mask in zip(floats, there, strict=True)
    ]
    return lambda: {"stars": [int(compiled.evaluate(row)) for row in rows]}


def json_logic(floats: np.ndarray, there: np.ndarray) -> Run:
    """The total only, one evaluation at a time."""
    from json_logic import jsonLogic

    earned = {"+": [{"*": [p, {"var": f"s{k}"}, {"var": f"a{k}"}]} for k, p in enumerate(POINTS)]}
    applicable = {"+": [{"*": [p, {"var": f"a{k}"}]} for k, p in enumerate(POINTS)]}
    score = {"/": [{"*": [100, earned]}, applicable]}
    rows = [
        {f"s{k}": float(s) for k, s in enumerate(row)} | {f"a{k}": int(a) for k, a in enumerate(mask)}
        for row, mask in zip(floats, there, strict=True)
    ]

    def stars(row: dict[str, Any]) -> int:
        reached = jsonLogic(score, row)
        return sum(reached >= limit for limit in LIMITS)

    return lambda: {"stars": [stars(row) for row in rows]}


# --- measuring ---------------------------------------------------------------------------------------------------

OTHERS: list[tuple[str, str, Callable[[np.ndarray, np.ndarray], Run], int | None]] = [
    ("pandas script", "pandas", pandas_script, None),
    ("polars expressions", "polars", polars_expressions, None),
    ("duckdb SQL", "duckdb", duckdb_sql, None),
    ("OpenFisca-core (total only)", "OpenFisca-Core", openfisca, None),
    ("zen-engine (total only)", "zen-engine", zen, 500),
    ("json-logic (total only)", "json-logic-qubit", json_logic, 500),
]
# The form of the shares, and whether the points come out as decimals (which have no ratios) or as floats.
FORMS = (("decimal32", True), ("decimal32", False), ("decimal128", False), ("float64", False), ("k/n", False))
BURST = 3


def in_turns(run: Run, base: Run, rounds: int) -> tuple[float, float]:
    """The median of how many times as long ``base`` takes, and the median time of ``run``."""
    ratios, times = [], []
    for number in range(rounds + 1):
        start = time.perf_counter()
        for _ in range(BURST):
            base()
        middle = time.perf_counter()
        for _ in range(BURST):
            run()
        end = time.perf_counter()
        if number:  # the first one warms up
            ratios.append((middle - start) / (end - middle))
            times.append((end - middle) / BURST)
    return statistics.median(ratios), statistics.median(times)


def wrong_stars(stars: Any, rows: list[share_rows.Row]) -> int:
    true = [oracle.stars(share_rows.true_score(row)) for row in rows]
    return sum(int(a) != b for a, b in zip(stars, true, strict=True))


def stars_of(result: Any) -> list[int]:
    return list(result["stars"].to_pylist() if isinstance(result, pa.Table) else result["stars"])


def measure(count: int, rounds: int) -> list[tuple[str, str, float, float, int]]:
    rng = random.Random(11)
    made = (share_rows.adversarial_row(rng, "decimal") for _ in iter(int, 1))
    on_limit: list[share_rows.Row] = []
    while len(on_limit) < 2_000:
        row = next(made)
        if share_rows.true_score(row) in share_rows.LIMITS:
            on_limit.append(row)
    limit_floats = np.array([[0.0 if s is None else s[0] / s[1] for s in row] for row in on_limit])
    limit_there = np.array([[s is not None for s in row] for row in on_limit])
    shares, there = hundredths(count)
    floats = shares / 100
    base, without_ratios = matrix_product(floats, there), matrix_product(floats, there, ratios=False)
    found = []
    for form, decimal in FORMS:
        table = arrow_table(shares, there, form)
        ratio, seconds = in_turns(
            partial(score_table, table, decimal=decimal), without_ratios if decimal else base, rounds
        )
        kind = {"float64": "float", "k/n": "pair"}.get(form, "decimal")
        hard = [share_rows.adversarial_row(rng, kind) for _ in range(2_000)] if kind != "decimal" else on_limit
        limits = share_rows.as_table(hard, kind)
        if form == "decimal32":
            limits = pa.table([column.cast(pa.decimal32(5, 4)) for column in limits.columns], limits.column_names)
        wrong = wrong_stars(stars_of(score_table(limits, nodes=(), decimal=decimal)), hard)
        name = f"aftersales, {form}{', decimals out' if decimal else ''}"
        found.append((name, version("aftersales"), ratio, seconds / count, wrong))
    wrong = wrong_stars(stars_of(matrix_product(limit_floats, limit_there)()), on_limit)
    _, seconds = in_turns(base, base, rounds)
    found.append(("numpy float64 matrix product", version("numpy"), 1.0, seconds / count, wrong))
    for name, package, make, most in OTHERS:
        try:
            release = version(package)
        except ImportError:
            print(f"{name}: not installed", file=sys.stderr)
            continue
        size = min(count, most or count)
        smaller = matrix_product(floats[:size], there[:size]) if size < count else base
        ratio, seconds = in_turns(make(floats[:size], there[:size]), smaller, max(3, rounds // 3))
        if size < count:  # of so few rows the matrix product would be measured as too slow
            ratio = found[len(FORMS)][3] / (seconds / size)
        wrong = wrong_stars(stars_of(make(limit_floats, limit_there)()), on_limit)
        found.append((name, release, ratio, seconds / size, wrong))
    return found


# --- the plot ----------------------------------------------------------------------------------------------------


def plot(rows: list[tuple[str, str, float, float, int]]) -> str:
    """A bar for each way, its length the logarithm of the throughput; what gets stars wrong is grey."""
    height, left, width = 26, 270, 400
    largest, smallest = max(np.log10(r[2]) for r in rows), min(np.log10(r[2]) for r in rows) - 0.3
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 190} {height * len(rows) + 8}"'
        ' font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>'
    ]
    for place, (name, _, ratio, _, wrong) in enumerate(rows):
        y = 4 + place * height
        length = (np.log10(ratio) - smallest) / (largest - smallest) * width
        colour = "#999" if wrong else "#1a7f4b"
        text = f"{ratio:.3g} x" + (f", {wrong} of 2,000 stars wrong" if wrong else ", 0 wrong")
        parts.append(
            f'<text x="{left - 8}" y="{y + 17}" text-anchor="end">{name}</text>'
            f'<rect x="{left}" y="{y + 4}" width="{length:.0f}" height="{height - 8}" fill="{colour}"/>'
            f'<text x="{left + length + 6:.0f}" y="{y + 17}">{text}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--svg")
    options = parser.parse_args()
    rows = measure(options.rows, options.rounds)
    print(f"{options.rows:,} rows, one core, Python {sys.version.split()[0]}, pyarrow {version('pyarrow')}")
    for name, release, ratio, seconds, wrong in rows:
        print(f"| {name} | {release} | {ratio:.3g} | {1 / seconds:,.0f} | {wrong} |")
    if options.svg:
        Path(options.svg).write_text(plot(rows), "utf-8")


if __name__ == "__main__":
    main()
