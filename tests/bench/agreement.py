"""Compares scores with an independent calculation, through every way in. Run by hand: python tests/bench/agreement.py

Random evaluations (tests/support/drawn.py: all kinds, deletions of groups, quantities in all ways of writing, many on or a hair
beside a limit) are scored through each way, and the exact final score and the stars are compared with those of
tests/support/oracle.py, which shares nothing with the library. A line a way is printed; the exit code is 1 where anything differs.

    python tests/bench/agreement.py [WAY …] [--count N] [--seed N]      all ways; 3,000 evaluations
"""

from __future__ import annotations

import argparse
import inspect
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow as pa
import yaml
from support import drawn, oracle, workbooks

import aftersales
from aftersales import Evaluation, NotApplicable, Qualitative, Quantitative, Sampled
from aftersales.batch import score_table
from aftersales.batch.files.files import score_file
from aftersales.problems.errors import AftersalesError

Given = dict[str, Any]
Answer = tuple[Fraction, int] | AftersalesError | str
"""The exact final score and the stars; or the refusal, or the problem of a row."""
ROWS = 6  # of one table; with few of them a column is seldom one of texts because of one row

KINDS = {
    "qualitative": Qualitative,
    "quantitative": Quantitative,
    "sampled": Sampled,
    "not_applicable": NotApplicable,
}


def loaded(source: Any) -> Answer:
    card = aftersales.score(aftersales.load_evaluation(source))
    return card.final_score, card.stars


def in_file(
    name: str, write: Callable[[Given, random.Random], bytes]
) -> Callable[[Given, random.Random, Path], Answer]:
    """A way through a file of that name."""

    def way(given: Given, rng: random.Random, folder: Path) -> Answer:
        path = folder / name
        path.write_bytes(write(given, rng))
        return loaded(path)

    return way


def as_yaml(given: Given, rng: random.Random) -> bytes:
    """YAML in which numbers stand with and without quotes."""
    text = yaml.dump(given, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    if rng.random() < 0.5:
        text = "\n".join(_unquoted(line) for line in text.split("\n"))
    return text.encode()


def _unquoted(line: str) -> str:
    key, colon, value = line.rpartition(": ")
    is_number = value.startswith("'") and value.strip("'").replace(".", "", 1).isdigit()
    return f"{key}{colon}{value.strip(chr(39))}" if is_number else line


def as_json(given: Given, rng: random.Random) -> bytes:
    """JSON in which numbers stand as texts or as literals of any length."""
    text = json.dumps(given, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 2]))
    if rng.random() < 0.5:
        for name in ("degree", "actual", "at_least", "at_most"):
            head, *tails = text.split(f'"{name}": "')
            text = head + "".join(f'"{name}": {_literal(tail)}' for tail in tails)
    return text.encode()


def _literal(tail: str) -> str:
    written, _, rest = tail.partition('"')
    return f"{written}{rest}" if written.replace(".", "", 1).isdigit() else f'"{written}"{rest}'


def by_json_model(given: Given, rng: random.Random, folder: Path) -> Answer:
    """pydantic's own JSON, quantities as texts."""
    card = aftersales.score(Evaluation.model_validate_json(json.dumps(given)))
    return card.final_score, card.stars


def by_python(given: Given, rng: random.Random, folder: Path) -> Answer:
    """Models built by hand, with Fractions, Decimals, ints, and texts where a % was written."""

    def model(finding: Any) -> Any:
        if isinstance(finding, str):
            return finding
        context = dict(finding)
        for name in ("degree", "actual", "at_least", "at_most"):
            if name in context and not context[name].endswith("%"):
                value = oracle.number(context[name])
                decimal = drawn.decimal_text(value)
                options = [context[name], value]
                if decimal:
                    options.append(Decimal(decimal))
                if value.denominator == 1:
                    options.append(int(value))
                context[name] = rng.choice(options)
        return KINDS[context.pop("kind")](**context)

    findings = {key: model(finding) for key, finding in given["findings"].items()}
    period = {key: date.fromisoformat(day) for key, day in given["period"].items()}
    card = aftersales.score(Evaluation(**{**given, "findings": findings, "period": period}))
    return card.final_score, card.stars


def as_workbook(given: Given, rng: random.Random) -> bytes:
    return workbooks.filled(given, rng)


WAYS: dict[str, Callable[[Given, random.Random, Path], Answer]] = {
    "YAML file": in_file("e.yaml", as_yaml),
    "JSON file": in_file("e.json", as_json),
    "JSON by model": by_json_model,
    "Python": by_python,
    "mapping": lambda given, rng, folder: loaded(given),
    "workbook": in_file("e.xlsx", as_workbook),
}


def one_by_one(
    way: Callable[[Given, random.Random, Path], Answer],
) -> Callable[[Iterable[Given], int, Path], Iterator[Answer]]:
    def run(given: Iterable[Given], seed: int, folder: Path) -> Iterator[Answer]:
        for number, each in enumerate(given):
            try:
                yield way(each, random.Random(f"{seed} {number}"), folder)
            except AftersalesError as refused:
                yield refused

    return run


# --- tables ----------------------------------------------------------------------------------------------------------

NULLS: dict[str, Any] = {"null": "not_applicable"} if "null" in inspect.signature(score_table).parameters else {}


def in_tables(given: Iterable[Given], seed: int, folder: Path) -> Iterator[Answer]:
    """Tables of a few rows; each column as pairs, as decimals or as texts, as its shares allow."""
    for number, rows in enumerate(_parted(given)):
        rng = random.Random(f"{seed} {number}")
        table = pa.table(
            {
                key: _column([row[key] for row in rows], rng)
                for key in rng.sample(oracle.INDICATORS, len(oracle.INDICATORS))
            }
        )
        scored = score_table(table, nodes=(), exact=True, **NULLS)
        yield from _answers(scored)


def in_csv(given: Iterable[Given], seed: int, folder: Path) -> Iterator[Answer]:
    """CSV files of a few rows, scored into Parquet."""
    import pyarrow.parquet

    for number, rows in enumerate(_parted(given)):
        rng = random.Random(f"{seed} {number}")
        lines = [",".join(["shop", *oracle.INDICATORS])]
        for row in rows:
            lines.append(
                ",".join(["甲", *("" if share is None else drawn.written(rng, share) for share in row.values())])
            )
        source, target = folder / "in.csv", folder / "out.parquet"
        source.write_text("\n".join(lines) + "\n", "utf-8")
        score_file(source, target, nodes=(), exact=True, force=True, **NULLS)
        yield from _answers(pyarrow.parquet.read_table(target))


def _answers(scored: pa.Table) -> Iterator[Answer]:
    for row in scored.select(["exact_score", "stars", "problem"]).to_pylist():
        yield (Fraction(row["exact_score"]), row["stars"]) if row["problem"] is None else row["problem"]


def _parted(given: Iterable[Given]) -> Iterator[list[dict[str, Fraction | None]]]:
    """The shares of the evaluations, so many rows at once."""
    rows: list[dict[str, Fraction | None]] = []
    for each in given:
        rows.append(oracle.shares(each["findings"]))
        if len(rows) == ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _column(shares: Sequence[Fraction | None], rng: random.Random) -> pa.Array:
    there = [share for share in shares if share is not None]
    options: list[Callable[[], pa.Array]] = [lambda: _texts(shares, rng)]
    if all(share.denominator < 2**62 for share in there):
        options.append(lambda: _pairs(shares, rng))
    texts = [drawn.decimal_text(share) for share in there]
    if all(text is not None and len(text) <= 14 for text in texts):
        options += [
            lambda: pa.array(
                [None if s is None else Decimal(s.numerator) / s.denominator for s in shares], pa.decimal128(14, 12)
            )
        ] * 2
    return rng.choice(options)()


def _texts(shares: Sequence[Fraction | None], rng: random.Random) -> pa.Array:
    return pa.array([None if share is None else drawn.written(rng, share) for share in shares], pa.string())


def _pairs(shares: Sequence[Fraction | None], rng: random.Random) -> pa.Array:
    """Pairs of whole numbers, not always in lowest terms."""
    factors = [rng.choice([1, 1, 2, 3]) if share is not None and share.denominator < 2**60 else 1 for share in shares]
    parts = [
        pa.array(
            [None if s is None else part(s) * factor for s, factor in zip(shares, factors, strict=True)], pa.int64()
        )
        for part in (lambda s: s.numerator, lambda s: s.denominator)
    ]
    return pa.StructArray.from_arrays(
        parts, ["numerator", "denominator"], mask=pa.array([share is None for share in shares])
    )


RUNS: dict[str, Callable[[Iterable[Given], int, Path], Iterator[Answer]]] = {
    **{name: one_by_one(way) for name, way in WAYS.items()},
    "tables": in_tables,
    "CSV": in_csv,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"all without; {', '.join(RUNS)}")
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    count, seed, failed = options.count, options.seed, False
    for name in options.ways or RUNS:
        start = time.perf_counter()
        given = [drawn.evaluation(random.Random(f"{seed} {number}")) for number in range(count)]
        truth = [oracle.final_score(each["findings"]) for each in given]
        on_limit = sum(score in drawn.LIMITS for score in truth)
        beside = sum(any(0 < abs(score - limit) < Fraction(1, 1000) for limit in drawn.LIMITS) for score in truth)
        deletions = sum(any(share is None for share in oracle.shares(each["findings"]).values()) for each in given)
        with tempfile.TemporaryDirectory() as folder:
            differing = [
                (number, found, score)
                for number, (found, score) in enumerate(zip(RUNS[name](given, seed, Path(folder)), truth, strict=True))
                if found != (score, oracle.stars(score))
            ]
        failed = failed or bool(differing)
        print(
            f"{name:14} {count:7,} evaluations, {on_limit:5,} on a limit, {beside:5,} within 1/1000 beside one,"
            f" {deletions:5,} with deletions: {len(differing)} differences   {time.perf_counter() - start:5.0f} s",
            flush=True,
        )
        for number, found, score in differing[:5]:
            print(f"    seed '{seed} {number}': {str(found)[:500]} in place of {score}, {oracle.stars(score)} stars")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
