"""Read a table from a sheet of a workbook, as spreadsheets save it.

Cells are read as in the forms: a number as people see it, ``8%`` where its format shows a percentage, and a date, an
error or a format that hides what a cell holds is a problem at its cell. A workbook is held in memory.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from aftersales.batch.columns import pa
from aftersales.batch.files.heads import named_by_ids, numbers_of_findings
from aftersales.batch.files.targets import RESULT_SHEETS, sheet_title
from aftersales.evaluation.file_kinds import SHEET_MARKS
from aftersales.evaluation.workbook.sheets import Form, SheetReader, contents_of, is_blank, word_in
from aftersales.files.source import UnreadableSource, read_bytes
from aftersales.files.spreadsheet.guard import Bounds, Cell, Contents, Sheet, sheet_titles
from aftersales.files.spreadsheet.number_formats import moment_of, show
from aftersales.problems.collector import MAX_PROBLEMS, refusal
from aftersales.problems.errors import EvaluationError
from aftersales.problems.messages import Words
from aftersales.problems.violations import Violation, to_problem
from aftersales.standard.standard import Standard
from aftersales.text.normalize import plain

__all__ = ["is_form", "is_result", "table_in"]

MAX_FILE = 134_217_728
BOUNDS = Bounds(unpacked=1_073_741_824, elements=12_000_000, cells=8_000_000, text=500_000_000)
MAX_MERGED = 100  # that are told
_DATES = ("date", "time", "duration")
_FORM = Form({}, {}, {}, frozenset(), frozenset(), frozenset(), re.compile(""), Words("zh", {}, {}), "evaluation")


def is_form(path: Path) -> bool:
    """Whether a workbook is the form of an evaluation or another form, by the titles of its sheets."""
    titles = _titles(path)
    return any(mark in titles for marks in SHEET_MARKS.values() for mark in marks)


def is_result(path: Path) -> bool:
    """Whether a workbook has scored evaluations and nothing else, by the titles of its sheets."""
    titles = _titles(path)
    return bool(titles) and titles <= {plain(sheet_title(name)) for name in RESULT_SHEETS}


def _titles(path: Path) -> set[str]:
    """The titles of the sheets of a workbook in plain form. None if it is broken, which is told when it is read."""
    try:
        return set(map(plain, sheet_titles(read_bytes(path, MAX_FILE, "workbook"), BOUNDS)))
    except Exception:
        return set()


def table_in(path: Path, standard: Standard, title: str | None) -> Any:
    """The table in a workbook: in the sheet ``title``, or in the only one that is visible and not empty.

    Raises :class:`~aftersales.EvaluationError` with all problems, each at its cell.
    """
    try:
        contents = contents_of(read_bytes(path, MAX_FILE, "workbook"), BOUNDS)
    except UnreadableSource as stop:
        raise EvaluationError([to_problem(stop.violation, None)]) from stop
    reader = _Reader(contents)
    if not contents.violations:
        table = reader.table(_chosen(contents, title), standard)
    if problems := reader.result.problems()[: MAX_PROBLEMS + 1]:
        raise EvaluationError(problems)
    return table


def _chosen(contents: Contents, title: str | None) -> Sheet:
    """The sheet that is read."""
    filled = [sheet for sheet in contents.sheets if any(not is_blank(cell) for cell in sheet.cells.values())]
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
    """Reads a table, whose first row that is not empty is the head."""

    def __init__(self, contents: Contents):
        super().__init__(Contents(), _FORM)  # in which no forms are looked for
        self.sheets, self.from_1904 = contents.sheets, contents.from_1904
        self.result.violations += contents.violations

    def table(self, sheet: Sheet, standard: Standard) -> Any:
        """The table as texts. What is wrong is added to the violations."""
        cells = {place: cell for place, cell in sheet.cells.items() if not is_blank(cell)}
        head = min(row for row, _ in cells)
        last = max(row for row, _ in cells)
        written = {column: self._carried(cell) for (row, column), cell in cells.items() if row == head}
        places = sorted(written)
        names = named_by_ids([written[place] or "" for place in places], standard)
        for merged in [merged for merged in sheet.merged if merged.last_row > head][:MAX_MERGED]:
            corner = sheet.position(merged.first_row, merged.first_column)
            self.add(Violation("merged-cells", context={"found": merged.written}), corner)
        shares = {place for place, name in zip(places, names, strict=True) if name in standard.layout.positions}
        numbers = dict.fromkeys(shares, "share")
        numbers |= {places[number]: key for number, key in numbers_of_findings(names).items()}
        columns: dict[int, list[str | None]] = {place: [None] * (last - head) for place in places}
        for (row, place), cell in cells.items():
            if row == head:
                continue
            if place not in columns:
                position = sheet.position(row, place)
                columns[place] = []
                self.add(Violation("unnamed-columns", context={"columns": (position.letters,)}), position)
            elif columns[place]:
                read = self._shown_number(cell, numbers[place]) if place in numbers else self._carried(cell)
                columns[place][row - head - 1] = read
        arrays = [pa.array(columns[place], pa.string()) for place in places]
        arrays = [
            array.dictionary_encode() if place in shares else array for place, array in zip(places, arrays, strict=True)
        ]
        return pa.Table.from_arrays(arrays, names)

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
