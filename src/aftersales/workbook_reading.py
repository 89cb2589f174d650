"""Reading a workbook: an .xlsx file in, the plain data of an evaluation and the cell of every part out.

Columns are found by their heads, rows by their ids; both may be moved, hidden or added to. The data that comes out is judged
by the same models and rules as a YAML file, so the same mistakes give the same problems, each at its cell.
A sheet that is none of ours is left alone. Nothing that stands in ours is dropped: what a kind does not use is a problem.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from aftersales.document import Document, Position, Stop, read_bytes
from aftersales.errors import Path
from aftersales.exact import plain
from aftersales.extras import require
from aftersales.faults import Fault, Words
from aftersales.workbook_guard import Contents, inspect, row_of
from aftersales.workbook_layout import (
    ASSESSORS,
    COLUMNS,
    EVIDENCE_COLUMNS,
    FACT_COLUMNS,
    FACTS,
    KEY_WORDS,
    KINDS,
    METHODS,
    SHEETS,
    TEAM_COLUMNS,
    TYPES,
    USED,
    VALUE_WORDS,
    Column,
    names_in,
)

__all__ = ["MAX_BYTES", "read_workbook"]

MAX_BYTES = 5_242_880
MAX_ROWS, MAX_COLUMNS = 5_000, 100
HEAD_ROWS = 10  # in which the head of a sheet is looked for
MAX_DIGITS = 12  # of a number cell; spreadsheets keep 15, so one with more may stand for another number

_FREE = {"reason", "note", "name", "role", "qualification", "organisation", "value", "confirmed_by"}
_TOLD = {"title", "points", ASSESSORS.key}  # what stands beside an id for people to read
_DATA = re.compile("|".join(map(re.escape, KINDS | METHODS | FACTS | TYPES)) + r"|[0-9]+(\.[0-9]+)+")
_DAY = re.compile("([0-9]{4})(?:/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")


def read_workbook(path: FilePath) -> Document:
    """What a workbook says of an evaluation; what is wrong with it as a workbook is in the document's faults."""
    try:
        raw = read_bytes(path, MAX_BYTES)
        contents, book = _open(raw)
    except Stop as stop:
        return Document(stop=stop)
    if book is not None:
        return _Reader(book, contents).document()
    document = Document(None)
    document.readable, document.faults, document.cell_of = False, contents.faults, contents.places.cell
    return document


def _open(raw: bytes) -> tuple[Contents, Any]:
    """What the parts hold, and the workbook with the values of its formulas; None for one that is refused by its parts."""
    openpyxl = require("openpyxl", "excel")
    try:
        contents = inspect(raw)
        if contents.faults:
            return contents, None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not keep, we use nothing
            book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True, keep_links=False)
        titles = {sheet.title for sheet in book.worksheets}
        if not titles or not titles <= set(contents.places.titles):
            raise Stop("not-a-workbook", reason="sheets")
    except Stop:
        raise
    except Exception as error:  # a broken or hostile file makes openpyxl raise whatever it met first
        raise Stop("not-a-workbook", reason=type(error).__name__) from error
    return contents, book


class _Reader:
    """One workbook on its way to a document."""

    def __init__(self, book: Any, contents: Contents):
        self.book, self.places, self.formulas = book, contents.places, contents.formulas
        self.result = Document({})
        self.result.cell_of, self.result.words = self.places.cell, Words(KEY_WORDS, VALUE_WORDS)
        self.data: dict[str, Any] = {"findings": {}}
        self.heads: dict[str, Position] = {}  # of the sheets by their names in the layout

    def document(self) -> Document:
        """Everything that the workbook says."""
        self.result.data = self.data
        for row in self._rows("facts", FACT_COLUMNS, "label"):
            self._read_fact(row)
        self._read_team()
        for row in self._rows("findings", COLUMNS, "id", also=ASSESSORS):
            self._read_finding(row)
        for row in self._rows("evidence", EVIDENCE_COLUMNS, "id"):
            self._read_evidence(row)
        # What is not there is told at the head of the sheet that should say it.
        sheets = {path[0]: "facts" for path in FACTS.values()} | {"team": "team", "findings": "findings"}
        for part, name in sheets.items():
            if head := self.heads.get(name):
                self.result.places.setdefault((part,), (head, head))
        start = self.heads.get("findings", (1, 1))
        self.result.places[()] = start, start
        return self.result

    # --- sheets and rows ---

    def _rows(
        self, name: str, columns: Sequence[Column], key: str, *, also: Column | None = None
    ) -> Iterator[dict[str, Any]]:
        """The rows of a sheet below its head that say anything, as the cell of each column; ``also`` may be there or not."""
        sheet = next((sheet for sheet in self.book.worksheets if plain(sheet.title) == SHEETS[name]), None)
        if sheet is None:
            self._fault(Fault("missing-sheet", facts={"found": SHEETS[name]}), None)
            return
        if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
            place = self._position(sheet, min(sheet.max_row, MAX_ROWS), 1)
            facts = {"found": f"{sheet.max_row} × {sheet.max_column}", "allowed": f"{MAX_ROWS} × {MAX_COLUMNS}"}
            self._fault(Fault("sheet-too-large", facts=facts), place)
            return
        # Not by openpyxl's own ways through a sheet: they make every cell that they pass.
        there = sorted(sheet._cells.values(), key=lambda cell: (cell.row, cell.column))
        head, places = self._head(sheet, there, columns, also)
        self.heads[name] = self._position(sheet, head, 1)
        if not places:
            return
        self._refuse_merged(sheet, head)
        for number in dict.fromkeys(cell.row for cell in there):
            cells = {column: sheet.cell(number, place) for column, place in places.items()}
            said = {column: cell for column, cell in cells.items() if not self._is_blank(cell)}
            if number < head:
                # A title may stand there, in one cell; what looks like a row of the table would be lost.
                if len(said) > 1 or any(_DATA.fullmatch(_word(cell.value)) for cell in said.values()):
                    self._fault(Fault("row-above-head"), self._at(next(iter(said.values()))))
            elif number > head and said:
                if key in said:
                    yield cells
                    continue
                self._fault(Fault("row-without-id"), self._at(next(iter(said.values()))))
                self.result.lost += name == "findings"

    def _head(
        self, sheet: Any, there: Sequence[Any], columns: Sequence[Column], also: Column | None
    ) -> tuple[int, dict[str, int]]:
        """The row of the head, and the place of each column; every column has to be there, once, but for ``also``."""
        keys = {column.head: column.key for column in (*columns, *([also] if also else []))}
        best, found = 1, dict[str, list[int]]()
        for number in range(1, min(HEAD_ROWS, sheet.max_row) + 1):
            here: dict[str, list[int]] = {}
            for place in range(1, sheet.max_column + 1):
                text = _word(sheet.cell(number, place).value)
                if text in keys:
                    here.setdefault(keys[text], []).append(place)
            if len(here) > len(found):
                best, found = number, here
        sound = True
        for column, key in keys.items():
            where = found.get(key, [])
            if len(where) != 1 and (where or also is None or key != also.key):
                code = "duplicate-column" if where else "missing-column"
                head = self._position(sheet, best, where[1] if where else 1)
                self._fault(Fault(code, facts={"found": column}), head)
                sound = False
        known = {place for where in found.values() for place in where}
        for cell in there:
            if cell.row >= best and cell.column not in known and not self._is_blank(cell):
                known.add(cell.column)
                facts = {"found": sheet.cell(best, cell.column).value or "–"}
                self._fault(Fault("unknown-column", facts=facts), self._at(cell))
        return best, {key: where[0] for key, where in found.items()} if sound else {}

    def _refuse_merged(self, sheet: Any, head: int) -> None:
        for merged in sheet.merged_cells.ranges:
            if merged.max_row > head:
                fault = Fault("merged-cells", facts={"found": str(merged)})
                self._fault(fault, self._position(sheet, merged.min_row, merged.min_col))

    # --- parts of the evaluation ---

    def _read_fact(self, row: Mapping[str, Any]) -> None:
        label = self._value(row["label"], "label")
        path = FACTS.get(str(label))
        if path is None:
            if label is not None:
                facts = {"found": label, "allowed": "、".join(FACTS)}
                self._fault(Fault("unknown-fact", facts=facts), self._at(row["label"]))
            return
        value = self._value(row["value"], "value", path)
        if value is None:
            return
        holder = self.data
        for depth, key in enumerate(path[:-1], 1):
            holder = holder.setdefault(key, {})
            self._place(path[:depth], row["label"], row["value"])
        if path[-1] in holder:
            facts = {"found": label, "line": row_of(self.result.places[path][0])}
            self._fault(Fault("duplicate-key", path, facts), self._at(row["label"]))
            return
        if path[0] != "subject":  # all but its texts are words and days
            value = _word(value)
        if path == ("type",):
            value = TYPES.get(value, value)
        elif path[0] in ("period", "edition"):
            value = _day(value)
        holder[path[-1]] = value
        self._place(path, row["label"], row["value"])

    def _read_team(self) -> None:
        team: list[dict[str, Any]] = []
        for row in self._rows("team", TEAM_COLUMNS, "name"):
            path: Path = ("team", len(team))
            self._place(path, row["name"], row["name"])
            member = {key: self._value(cell, key, (*path, key)) for key, cell in row.items()}
            if isinstance(member["name"], str):
                member["name"] = member["name"].strip()
            team.append({key: value for key, value in member.items() if value is not None})
        if team:
            self.data["team"] = team
            self.result.places[("team",)] = self.result.places[("team", 0)]

    def _read_finding(self, row: Mapping[str, Any]) -> None:
        findings: dict[str, Any] = self.data["findings"]
        key = self._id(row["id"])
        if key is None:
            self.result.lost += 1
            return
        path: Path = ("findings", key)
        if key in findings:
            facts = {"found": key, "line": row_of(self.result.places[path][0])}
            self._fault(Fault("duplicate-key", path, facts), self._at(row["id"]))
            return
        self._place(path, row["id"], row["kind"])
        said = [name for name, cell in row.items() if not self._is_blank(cell) and name != "id"]
        told = {name: _word(row[name].value) for name in ("title", "points")}
        self.result.restated[key] = {name: text for name, text in told.items() if text}
        for name in told:
            self._place((*path, name), row[name], row[name])
        if not set(said) - _TOLD:
            return  # nothing is judged there
        written = self._value(row["kind"], "kind", (*path, "kind"))
        kind = KINDS.get(str(written), written)
        finding: dict[str, Any] = {} if kind is None else {"kind": kind}
        if kind in ("full", "none"):
            finding = {"kind": "qualitative", "degree": "1" if kind == "full" else "0"}
        used = USED.get(str(kind))
        for name in said:
            if name == "kind" or name in _TOLD:
                continue
            value = self._value(row[name], name, (*path, name))
            if used is not None and name not in used | {"reason"}:
                facts = {"found": row[name].value, "kind": written}
                self._fault(Fault("unused-cell", (*path, name), facts), self._at(row[name]))
                continue
            finding[name] = names_in(value) if name == "confirmed_by" and isinstance(value, str) else value
        self._place((*path, "kind"), row["kind"], row["kind"])
        findings[key] = finding

    def _read_evidence(self, row: Mapping[str, Any]) -> None:
        key = self._id(row["id"])
        if key is None:
            return
        finding = self.data["findings"].get(key)
        if finding is None:
            # Its finding may stand under an id that is wrong, or be there once the rest is right.
            fault = Fault("evidence-without-finding", facts={"found": key})
            self.result.suspended.append((fault, self._at(row["id"])))
            return
        evidence = finding.setdefault("evidence", [])
        path: Path = ("findings", key, "evidence", len(evidence))
        self._place(path, row["id"], row["method"])
        method = self._value(row["method"], "method", (*path, "method"))
        piece = {"method": METHODS.get(str(method), method)} if method is not None else {}
        note = self._value(row["note"], "note", (*path, "note"))
        evidence.append(piece | ({} if note is None else {"note": note}))

    # --- cells ---

    def _id(self, cell: Any) -> str | None:
        value = self._value(cell, "id")
        return None if value is None else str(value)

    def _value(self, cell: Any, column: str, path: Path = ()) -> Any:
        """What a cell holds as YAML would have it: a text, or None; what no text can be made of is a problem.

        ``path`` is where that belongs, and empty for what has no place of its own, such as an id.
        """
        self._place(path, cell, cell)
        value = cell.value
        if value is None and self._is_formula(cell):
            return self._refuse(Fault("formula-without-value", path), cell)
        if cell.data_type == "e":
            return self._refuse(Fault("error-value", path, {"found": value}), cell)
        if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
            if path[:1] in (("period",), ("edition",)) and isinstance(value, datetime.datetime):
                return value.date().isoformat()
            return self._refuse(Fault("date-in-cell", path, {"found": value}), cell)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            if len(Decimal(repr(value)).normalize().as_tuple().digits) > MAX_DIGITS:
                return self._refuse(Fault("inexact-cell", path, {"found": repr(value)}), cell)
            return repr(value)
        text = str(value)
        if column in _FREE:
            return text if plain(text) else None
        return plain(text) or None

    def _is_blank(self, cell: Any) -> bool:
        if cell.value is None:
            return not self._is_formula(cell)
        return isinstance(cell.value, str) and not plain(cell.value)

    def _is_formula(self, cell: Any) -> bool:
        return (cell.row, cell.column) in self.formulas.get(cell.parent.title, ())

    def _refuse(self, fault: Fault, cell: Any) -> None:
        self._fault(fault, self._at(cell))
        if fault.path:
            self.result.refused.add(fault.path)

    def _fault(self, fault: Fault, position: Position | None) -> None:
        self.result.faults.append((fault, position))

    def _place(self, path: Path, key: Any, value: Any) -> None:
        self.result.places[path] = self._at(key), self._at(value)

    def _at(self, cell: Any) -> Position:
        return self._position(cell.parent, cell.row, cell.column)

    def _position(self, sheet: Any, row: int, column: int) -> Position:
        return self.places.position(sheet.title, row, column)


def _word(value: Any) -> str:
    """A word or number as it was meant, of whatever type its cell is."""
    return "" if value is None else plain(str(value))


def _day(text: str) -> str:
    """A day as YAML has it, where it is written ``2026/3/2`` or ``2026年3月2日``; another text as it is."""
    if match := _DAY.fullmatch(text):
        year, *rest = filter(None, match.groups())
        return "-".join([year, *(part.zfill(2) for part in rest)])
    return text
