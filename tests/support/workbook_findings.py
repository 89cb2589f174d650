"""Evaluations as rows of findings in a workbook, compared with ``score`` on each of them."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from support.finding_rows import SCHEMA, as_mapping, random_cells, rows_of

import aftersales
from aftersales.batch.files.files import score_file


def differences(folder: Path, count: int, seed: int) -> list[tuple[Any, ...]]:
    """What differs between ``score`` and a workbook with ``count`` random evaluations, sound and wrong ones."""
    import openpyxl

    random_ = random.Random(seed)
    standard = aftersales.load_standard()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("认定明细")
    sheet.append(SCHEMA.names)
    expected: dict[str, tuple[Any, ...]] = {}
    for number in range(count):
        team, cells = random_cells(random_)
        name = f"店{number}"
        team = team if team and team.strip() else None  # a cell that looks empty is empty, as in the forms
        cells = {key: {part: text for part, text in cell.items() if text.strip()} for key, cell in cells.items()}
        rows = rows_of(name, team, cells)
        for row in rows:
            sheet.append([row.get(column) for column in SCHEMA.names])
        if not any(row["indicator"] for row in rows):
            continue
        found = aftersales.examine(as_mapping(team, cells), standard)
        if found.evaluation is None:
            expected[name] = None, None, sorted({problem.code for problem in found.problems})
        else:
            card = aftersales.score(found.evaluation, standard)
            expected[name] = card.final_score, card.stars, []
    book.save(folder / "in.xlsx")
    score_file(folder / "in.xlsx", folder / "out.parquet", standard, nodes=(), exact=True)
    scored = pa.parquet.read_table(folder / "out.parquet").to_pylist()
    codes: dict[str, set[str]] = {}
    for row in pa.parquet.read_table(folder / "out.problems.parquet").to_pylist():
        codes.setdefault(row["evaluation"], set()).add(row["code"])
    result = {
        row["evaluation"]: (
            row["exact_score"] and Fraction(row["exact_score"]),
            row["stars"],
            sorted(codes.get(row["evaluation"], ())),
        )
        for row in scored
    }
    names = expected.keys() | result.keys()
    return [(name, expected.get(name), result.get(name)) for name in names if expected.get(name) != result.get(name)]
