"""Read a table from a sheet of a workbook, as spreadsheets save it.

Cells are read as in the forms: a number as people see it, ``8%`` where its format shows a percentage, and a date, an
error or a format that hides what a cell holds is a problem at its cell. A workbook is held in memory.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from aftersales.batch.columns import pa
from aftersales.batch.files.heads import is_head, named_by_ids, numbers_of_findings
from aftersales.batch.files.targets import RESULT_SHEETS, sheet_title
from aftersales.evaluation.file_kinds import SHEET_MARKS
from aftersales.evaluation.workbook.layout import LIKE
from aftersales.evaluation.workbook.sheets import Form, SheetReader, contents_of, is_blank, titles_of, word_in
from aftersales.files.source import UnreadableSource, read_bytes
from aftersales.files.spreadsheet.guard import Bounds, Cell, Contents, Sheet
from aftersales.files.spreadsheet.number_formats import moment_of, show
from aftersales.problems.collector import MAX_PROBLEMS, refusal
from aftersales.problems.errors import EvaluationError, Remark
from aftersales.problems.messages import Words
from aftersales.problems.violations import Violation, to_problem
from aftersales.standard.standard import Standard
from aftersales.text.normalize import plain

__all__ = ["SheetTable", "is_form", "is_result", "is_table", "table_in"]

MAX_FILE = 134_217_728
BOUNDS = Bounds(unpacked=1_073_741_824, elements=12_000_000, cells=8_000_000, text=500_000_000)
MAX_MERGED = 100  # merged ranges that are reported
HEAD_ROWS = 10  # rows with cells in which the head may be, below titles
_DATES = ("date", "time", "duration")
_FORM = Form({}, {}, {}, frozenset(), frozenset(), frozenset(), re.compile(""), Words("zh", {}, {}), "evaluation")


class SheetTable(NamedTuple):
    """A table in a sheet.

    Fields:
        table: The cells below the head, as an Arrow table of texts.
        head: The row of its head.
        remarks: What looks other than it is read: hidden rows, columns and sheets, rounded cells, comments.
    """

    table: Any
    head: int
    remarks: tuple[Remark, ...]


def is_form(path: Path) -> bool:
    """Whether a workbook is the form of an evaluation or another form, by the titles of its sheets."""
    titles = _titles(path)
    return any(mark in titles for marks in SHEET_MARKS.values() for mark in marks)


def is_result(path: Path) -> bool:
    """Whether a workbook has scored evaluations and nothing else, by the titles of its sheets."""
    titles = _titles(path)
    return bool(titles) and titles <= {plain(sheet_title(name)) for name in RESULT_SHEETS}


def is_table(path: Path, standard: Standard) -> bool:
    """Whether a sheet of a workbook has the head of a table of shares or of findings."""
    try:
        sheets = contents_of(read_bytes(path, MAX_FILE, "workbook"), BOUNDS).sheets
    except UnreadableSource:
        return False
    rows = (row for sheet in sheets for row in _first_rows(sheet.cells).values())
    return any(is_head(_texts(row), standard) for row in rows)


def _first_rows(cells: dict[tuple[int, int], Cell]) -> dict[int, list[Cell]]:
    """The cells of the first rows with cells, by their numbers."""
    first = sorted({row for row, _ in cells})[:HEAD_ROWS]
    rows: dict[int, list[Cell]] = {row: [] for row in first}
    for (row, _), cell in cells.items():
        if row in rows:
            rows[row].append(cell)
    return rows


def _texts(row: list[Cell]) -> list[str]:
    return [cell.value for cell in row if isinstance(cell.value, str)]


def _titles(path: Path) -> set[str]:
    """The titles of the sheets of a workbook in plain form. A broken one has none, and is reported when it is read."""
    try:
        return set(map(plain, titles_of(read_bytes(path, MAX_FILE, "workbook"), BOUNDS)))
    except UnreadableSource:
        return set()


def table_in(path: Path, standard: Standard, title: str | None) -> SheetTable:
    """The table in a workbook: in the sheet ``title``, or in the only one that is visible and not empty.

    Raises :class:`~aftersales.EvaluationError` with all problems, each at its cell.
    """
    try:
        contents = contents_of(read_bytes(path, MAX_FILE, "workbook"), BOUNDS)
    except UnreadableSource as stop:
        raise EvaluationError([to_problem(stop.violation, None)]) from stop
    reader = _Reader(contents)
    if not contents.violations:
        filled = [sheet for sheet in contents.sheets if any(not is_blank(cell) for cell in sheet.cells.values())]
        sheet = _chosen(contents, filled, title)
        table, head = reader.table(sheet, standard)
        others = [] if title is not None else [each for each in filled if each.is_hidden]
        reader.remark("hidden-sheet", [(next(iter(each.cells.values())), {"found": each.title}) for each in others])
    if problems := reader.result.problems()[: MAX_PROBLEMS + 1]:
        raise EvaluationError(problems)
    return SheetTable(table, head, reader.result.remarks_with())


def _chosen(contents: Contents, filled: list[Sheet], title: str | None) -> Sheet:
    """The sheet that is read, of those that are ``filled``."""
    if title is not None:
        named = [sheet for sheet in contents.sheets if plain(sheet.title) == plain(title)]
        if not named:
            titles = tuple(sheet.title for sheet in contents.sheets)
            raise refusal(EvaluationError, Violation("no-sheet", ("sheet",), {"found": title, "allowed": titles}))
        filled = [sheet for sheet in named if sheet in filled]
    else:
        filled = [sheet for sheet in filled if not sheet.is_hidden]
    if not filled:
        raise refusal(EvaluationError, Violation("empty-document"))
    if len(filled) > 1:
        titles = tuple(sheet.title for sheet in filled)
        raise refusal(EvaluationError, Violation("several-sheets", context={"allowed": titles}))
    return filled[0]


class _Reader(SheetReader):
    """Reads a table. Its head is the first row that is one, below titles of one cell; else the first with cells."""

    def __init__(self, contents: Contents):
        super().__init__(Contents(), _FORM)  # in which no forms are looked for
        self.sheets.extend(contents.sheets)
        self.from_1904 = contents.from_1904
        self.result.violations += contents.violations

    def table(self, sheet: Sheet, standard: Standard) -> tuple[Any, int]:
        """The table as texts, and the row of its head. What is wrong and what is remarkable is added to the result."""
        cells = {place: cell for place, cell in sheet.cells.items() if not is_blank(cell)}
        head, last = self._head_row(cells, standard), max(row for row, _ in cells)
        written = {column: self._carried(cell) for (row, column), cell in cells.items() if row == head}
        places = sorted(written)
        names = named_by_ids([written[place] or "" for place in places], standard)
        for merged in [merged for merged in sheet.merged if merged.last_row > head][:MAX_MERGED]:
            corner = sheet.position(merged.first_row, merged.first_column)
            self.add(Violation("merged-cells", context={"found": merged.written}), corner)
        shares = {place for place, name in zip(places, names, strict=True) if name in standard.layout.positions}
        numbers = dict.fromkeys(shares, "share")
        of_findings = {places[number]: key for number, key in numbers_of_findings(names).items()}
        numbers |= of_findings
        columns: dict[int, list[str | None]] = {place: [None] * (last - head) for place in places}
        unnamed: dict[int, Cell] = {}
        for (row, place), cell in cells.items():
            if row <= head:
                continue
            if place not in columns:
                unnamed.setdefault(place, cell)
            else:
                read = self._shown_number(cell, numbers[place]) if place in numbers else self._carried(cell)
                columns[place][row - head - 1] = read
        if unnamed:
            letters = tuple(self.at(cell).letters for _, cell in sorted(unnamed.items()))
            first = self.at(unnamed[min(unnamed)])
            self.add(Violation("unnamed-columns", context={"columns": letters}), first)
        self._compare_rows({place: cell for place, cell in cells.items() if place[0] > head}, of_findings)
        self.note_hidden(
            sheet, head, [cell for (row, place), cell in cells.items() if row >= head and place in columns]
        )
        self.remark_looks([sheet])
        arrays = [pa.array(columns[place], pa.string()) for place in places]
        arrays = [
            array.dictionary_encode() if place in shares else array for place, array in zip(places, arrays, strict=True)
        ]
        return pa.Table.from_arrays(arrays, names), head

    def _head_row(self, cells: dict[tuple[int, int], Cell], standard: Standard) -> int:
        """The row of the head, one of the first rows. A row of several cells above it is refused, as it is lost."""
        rows = _first_rows(cells)
        head = next((number for number, row in rows.items() if is_head(_texts(row), standard)), next(iter(rows)))
        for number, row in rows.items():
            if number < head and len(row) > 1:
                self.add(Violation("row-above-head"), self.at(min(row, key=lambda cell: cell.column)))
        return head

    def _compare_rows(self, cells: dict[tuple[int, int], Cell], keys: dict[int, str]) -> None:
        """Compare the units that the numbers of a finding show (6.2.2, reading R5). ``keys`` are those of columns."""
        for names in LIKE:
            rows: dict[int, dict[str, Cell]] = {}
            for (row, place), cell in cells.items():
                if keys.get(place) in names:
                    rows.setdefault(row, {})[keys[place]] = cell
            for row in sorted(rows):
                self.compare_units((), rows[row])
        self.remark("unit-at-one", self.one_sided)

    def refuse(self, violation: Violation, cell: Cell) -> None:
        """Add the violation of a cell, which its place names alone."""
        super().refuse(replace(violation, path=()), cell)

    def _shown_number(self, cell: Cell, key: str) -> str | None:
        """A share, or a number of a finding, as people see it."""
        value = self.value(cell, key, (key,))
        return None if value is None else word_in(value)

    def _carried(self, cell: Cell) -> str | None:
        """The content of a cell in another column: a day as one, and a number as it is held."""
        if cell.kind != "n" or not isinstance(cell.value, str):
            value = self.value(cell, "carried", ("on",))
            return None if value is None else str(cell.value) if cell.kind == "s" else word_in(value)
        number = Decimal(cell.value)
        shown = show(cell.format, number)
        if shown.kind in _DATES:
            return moment_of(number, shown.kind, from_1904=self.from_1904)
        return word_in(self.value(cell, "share", ("share",))) if shown.kind == "percent" else cell.value
