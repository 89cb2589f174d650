"""Sheets of a workbook that look like one of the form's and are not read: copies, old versions, sheets that were renamed.

A spreadsheet makes ``评分表 (2)`` of 评分表 in two clicks. Where the copy is filled in otherwise, nobody can tell which of the
two counts; where it is equal or empty, it is only worth a remark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from aftersales.exact import plain
from aftersales.workbook_formats import show
from aftersales.workbook_guard import Cell, Sheet
from aftersales.workbook_layout import (
    COLUMNS,
    EVIDENCE_COLUMNS,
    FACT_COLUMNS,
    FACTS,
    TEAM_COLUMNS,
    Column,
    stated_limit,
)

__all__ = ["Table", "difference", "tables_in"]

_LAYOUTS: Mapping[str, Sequence[Column]] = {
    "findings": COLUMNS,
    "evidence": EVIDENCE_COLUMNS,
    "facts": FACT_COLUMNS,
    "team": TEAM_COLUMNS,
}
_MAX_HEAD = 20  # characters, more than any head of a column has
_IDENTITY = [
    label for label, path in FACTS.items() if path in (("standard",), ("edition",))
]  # an empty form has these two


class Table(NamedTuple):
    """The head of one of the form's sheets in a sheet, and the rows below.

    ``name`` is that of the form's sheet, ``heads`` are the rows in which its head stands, mostly one, and ``columns`` the places of
    its columns in the first of them, by their keys.
    """

    name: str
    sheet: Sheet
    heads: list[int]
    columns: Mapping[str, int]

    @property
    def corner(self) -> Cell:
        """The first cell of the head."""
        return self.sheet.cell(self.heads[0], min(self.columns.values()))

    def rows(self) -> Iterator[tuple[Cell, frozenset[tuple[str, str]]]]:
        """Each row that is filled in: its first cell, and what it says, without what the form repeats for people."""
        told = {column.key for column in _LAYOUTS[self.name][1:] if not column.is_input}
        by_place = {place: key for key, place in self.columns.items() if key not in told}
        rows: dict[int, list[tuple[Cell, str]]] = {}
        for (row, column), cell in sorted(self.sheet.cells.items()):
            if row <= self.heads[0] or column not in by_place:
                continue
            text = _text(cell)
            if (text or cell.is_formula) and not stated_limit(text):
                rows.setdefault(row, []).append((cell, text))
        for cells in rows.values():
            said = frozenset((by_place[cell.column], text) for cell, text in cells)
            keys = {key for key, _ in said}
            if (self.name == "findings" and keys == {"id"}) or (self.name == "facts" and keys == {"label"}):
                continue  # nothing is filled in beside it
            yield cells[0][0], said


def tables_in(sheets: Sequence[Sheet]) -> Iterator[Table]:
    """What looks like a sheet of the form, in any sheet: at most one of each kind.

    A row is a head where it has three quarters of the columns, so that a copy that lost one is found. The head of 基本信息 is two
    words that other sheets have too, so one of its labels has to stand below.
    """
    keys = {name: {column.head: column.key for column in layout} for name, layout in _LAYOUTS.items()}
    words = {word for heads in keys.values() for word in heads}
    for sheet in sheets:
        rows: dict[int, dict[str, int]] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if (word := _word_in(cell)) in words:
                rows.setdefault(row, {}).setdefault(word, column)
        found: dict[str, Table] = {}
        for row, there in rows.items():
            for name, heads in keys.items():
                columns = {heads[word]: place for word, place in there.items() if word in heads}
                if 4 * len(columns) >= 3 * len(heads):
                    found.setdefault(name, Table(name, sheet, [], columns)).heads.append(row)
        for table in found.values():
            if table.name != "facts" or any(("label", label) in said for _, said in table.rows() for label in FACTS):
                yield table


def difference(read: Counter[frozenset[tuple[str, str]]], other: Table) -> Cell | None:
    """The first cell of a table that says something else than the rows that are read; None where it is equal or empty.

    A table that lacks rows differs at its own head.
    """
    rows = list(other.rows())
    if other.name == "facts" and {dict(said).get("label") for _, said in rows} <= set(_IDENTITY):
        rows = [(cell, said) for cell, said in rows if said not in read]
    if not rows:
        return None
    left = read.copy()
    for cell, said in rows:
        if not left[said]:
            return cell
        left[said] -= 1
    return other.corner if left.total() else None


def _word_in(cell: Cell) -> str:
    """The text of a cell that may be the head of a column."""
    is_short = cell.kind == "s" and isinstance(cell.value, str) and len(cell.value) <= _MAX_HEAD
    return plain(str(cell.value)) if is_short else ""


def _text(cell: Cell) -> str:
    """What a cell says, as people see it."""
    if cell.kind == "n" and isinstance(cell.value, str):
        return f"{cell.value} {show(cell.format, Decimal(cell.value)).kind}"
    return plain(cell.value) if isinstance(cell.value, str) else str(cell.value or "")
