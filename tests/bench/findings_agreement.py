"""Holds tables of findings against score() of each evaluation alone: figures, stars and problems. Run by hand:

    python tests/bench/findings_agreement.py [EVALUATIONS [FORM …]]      20,000 by default, divided among the forms

The evaluations and forms are those of the tests (tests/support/finding_tables.py): of all kinds, with deletions of groups, on a limit and
a hair beside it, and wrong in every way that a row can be. The forms are the tables of the tests and files of each format; in those of
numbers, all numbers are sound, and counts may be far from zero. Tables are read sorted and shuffled, with one thread or three, all at once or as a stream.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from support.finding_rows import as_mapping
from support.finding_tables import FORMS, NEWEST, differences, random_evaluations, random_numbers, table_of, with_counts

from aftersales import examine
from aftersales.batch import ScoredFindings, score_findings, score_findings_batches
from aftersales.batch.files.files import score_file


def write_workbook(table: Any, path: Path) -> None:
    """The table as texts in the only sheet of a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(table.column_names)
    for batch in table.to_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append(row)
    book.save(path)


FILES: dict[str, Any] = {
    ".parquet": pyarrow.parquet.write_table,
    ".csv": pyarrow.csv.write_csv,
    ".xlsx": write_workbook,
}


NUMBERS: dict[str, Any] = {
    f"counts as {kind}": partial(with_counts, kind=kind)
    for kind in (pa.int64(), pa.uint64(), pa.float64(), pa.decimal128(19, 0))
}


def without_blanks(evaluations: Any) -> Any:
    """The evaluations as a sheet shows them: a cell of blanks is an empty one, and a row without others is none."""
    return {
        name: (
            team if team and team.strip() else None,
            {key: {name: cell for name, cell in cells.items() if cell.strip()} for key, cells in findings.items()},
        )
        for name, (team, findings) in evaluations.items()
    }


def from_file(table: Any, ending: str) -> Any:
    """The table scored from a file into Parquet."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, f"findings{ending}"), Path(folder, "scored.parquet")
        FILES[ending](table, source)
        score_file(source, target, NEWEST, exact=True)
        scored = pyarrow.parquet.read_table(target)
        beside = target.with_name("scored.problems.parquet")
        return ScoredFindings(scored, pyarrow.parquet.read_table(beside))


def is_same_shuffled(table: Any, result: Any, evaluations: Any, turn: int) -> bool:
    """Whether the rows in another order give the same figures."""
    rows = list(range(table.num_rows))
    random.Random(turn).shuffle(rows)
    order = {name: number for number, name in enumerate(evaluations)}
    shuffled = score_findings(table.take(rows), NEWEST, exact=True).scored
    places = [order[name] for name in shuffled["evaluation"].to_pylist()]
    same = [name for name in shuffled.column_names if name not in ("team", "problem")]  # the first problem differs
    return bool(
        shuffled.select(same).equals(result.scored.select(same).take(places).cast(shuffled.select(same).schema))
    )


def main() -> int:
    forms = [*FORMS, *FILES, *NUMBERS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", metavar="EVALUATIONS", type=int, default=20_000)
    parser.add_argument("forms", nargs="*", metavar="FORM", default=forms, help=", ".join(forms))
    options = parser.parse_args()
    wrong, codes = 0, Counter[str]()
    size = -(-options.count // len(options.forms))
    for turn, form in enumerate(options.forms):
        start = time.perf_counter()
        drawn = random_numbers if form in NUMBERS else random_evaluations
        evaluations = drawn(max(1, min(size, options.count - turn * size)), f"agreement {turn}")
        if form == ".xlsx":
            evaluations = without_blanks(evaluations)
        table = table_of(evaluations)
        if form in FILES:
            result = from_file(table, form)
        elif form == "a reader":
            parts = list(score_findings_batches(table.to_reader(max_chunksize=999), NEWEST, exact=True))
            result = ScoredFindings(*(pa.concat_tables(each) for each in zip(*parts, strict=True)))
        else:
            result = score_findings((FORMS | NUMBERS)[form](table), NEWEST, exact=True, threads=1 + turn % 2 * 2)
        found = differences(evaluations, result)
        wrong += len(found)
        codes.update(set(result.problems["code"].to_pylist()))
        shuffled = form in FILES or is_same_shuffled(table, result, evaluations, turn)
        wrong += not shuffled
        unscored = sum(not examine(as_mapping(*each), NEWEST).evaluation for each in list(evaluations.values())[:50])
        print(
            f"{form}: {len(evaluations):,} evaluations, {table.num_rows:,} findings, {len(found)} differences;"
            f" shuffled: {shuffled}; {unscored}/50 refused   {time.perf_counter() - start:.0f} s",
            flush=True,
        )
        for each in found[:3]:
            print("   ", each)
    print(f"{len(codes)} codes of problems: {', '.join(sorted(codes))}")
    print(f"{wrong} differences")
    return wrong


if __name__ == "__main__":
    sys.exit(main() > 0)
