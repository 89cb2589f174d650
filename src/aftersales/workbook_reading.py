"""Reading a workbook: an .xlsx file in, the plain data of an evaluation and the cell of every part out.

Columns are found by their heads, rows by their ids; both may be moved, hidden or added to. The data that comes out is judged
by the same models and rules as a YAML file, so the same mistakes give the same problems, each at its cell.
A sheet that is none of ours is left alone. Nothing that stands in ours is dropped: what a kind does not use is a problem.
"""

from __future__ import annotations

import datetime
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from aftersales.document import Document, Position, Stop, read_bytes
from aftersales.errors import Path
from aftersales.extras import require
from aftersales.faults import Fault
from aftersales.workbook_layout import (
    COLUMNS,
    EVIDENCE_COLUMNS,
    FACT_COLUMNS,
    FACTS,
    KINDS,
    METHODS,
    SHEETS,
    TEAM_COLUMNS,
    TYPES,
    USED,
    Column,
)

__all__ = ["MAX_BYTES", "read_workbook"]

MAX_BYTES = 5_242_880
MAX_UNPACKED = 52_428_800
MAX_PARTS = 500
MAX_ROWS, MAX_COLUMNS = 5_000, 100
HEAD_ROWS = 10  # in which the head of a sheet is looked for
SHEET_STEP = 10_000_000  # a position is its row, from this on for each sheet before it

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_FREE = {"reason", "note", "name", "role", "qualification", "organisation", "value", "title", "points", "label"}


def read_workbook(path: FilePath) -> Document:
    """What a workbook says of an evaluation; what is wrong with it as a workbook is in the document's faults."""
    try:
        return _Reader(_open(read_bytes(path, MAX_BYTES))).document()
    except Stop as stop:
        return Document(stop=stop)


def _open(raw: bytes) -> tuple[Any, Any]:
    """The workbook twice: with the values of its formulas, and with the formulas."""
    openpyxl = require("openpyxl", "excel")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            entries = parts.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise Stop("file-too-large", allowed=MAX_UNPACKED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not keep, we use nothing
            values = openpyxl.load_workbook(io.BytesIO(raw), data_only=True, keep_links=False)
            formulas = openpyxl.load_workbook(io.BytesIO(raw), keep_links=False)
        if not values.worksheets:
            raise Stop("not-a-workbook", reason="no sheets")
    except Stop:
        raise
    except Exception as error:  # a broken or hostile file makes openpyxl raise whatever it met first
        raise Stop("not-a-workbook", reason=type(error).__name__) from error
    return values, formulas


class _Reader:
    """One workbook on its way to a document."""

    def __init__(self, books: tuple[Any, Any]):
        self.values, self.formulas = books
        self.result = Document({})
        self.result.cell_of = self._cell_of
        self.data: dict[str, Any] = {"findings": {}}

    def document(self) -> Document:
        """Everything that the workbook says."""
        self.result.data = self.data
        for label, row in self._rows("facts", FACT_COLUMNS, "label"):
            self._read_fact(label, row)
        self._read_team()
        for key, row in self._rows("findings", COLUMNS, "id"):
            self._read_finding(key, row)
        for key, row in self._rows("evidence", EVIDENCE_COLUMNS, "id"):
            self._read_evidence(key, row)
        sheet = self._sheet("findings")
        start = self._position(sheet, 1, 1) if sheet is not None else (1, 1)
        self.result.places[()] = self.result.places[("findings",)] = (start, start)
        return self.result

    # --- sheets and rows ---

    def _sheet(self, name: str) -> Any:
        return next((sheet for sheet in self.values.worksheets if _plain(sheet.title) == SHEETS[name]), None)

    def _rows(self, name: str, columns: Sequence[Column], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The rows of a sheet below its head that say anything: the text of the key, and the cell of each column."""
        sheet = self._sheet(name)
        if sheet is None:
            self._fault(Fault("missing-sheet", facts={"found": SHEETS[name]}), None)
            return
        if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
            place = self._position(sheet, min(sheet.max_row, MAX_ROWS), 1)
            facts = {"found": f"{sheet.max_row} × {sheet.max_column}", "allowed": f"{MAX_ROWS} × {MAX_COLUMNS}"}
            self._fault(Fault("sheet-too-large", facts=facts), place)
            return
        head, places = self._head(sheet, columns)
        if not places:
            return
        self._refuse_merged(sheet, head)
        for number in range(head + 1, sheet.max_row + 1):
            cells = {column: sheet.cell(number, place) for column, place in places.items()}
            said = {column: cell for column, cell in cells.items() if not self._is_blank(cell)}
            if not said.keys() - {"title", "points"}:
                continue
            if key not in said:
                self._fault(Fault("row-without-id"), self._at(next(iter(said.values()))))
                continue
            yield _plain(cells[key].value), cells

    def _head(self, sheet: Any, columns: Sequence[Column]) -> tuple[int, dict[str, int]]:
        """The row of the head, and the place of each column; every known column has to be there, once."""
        keys = {column.head: column.key for column in columns}
        best, found = 1, dict[str, list[int]]()
        for number in range(1, min(HEAD_ROWS, sheet.max_row) + 1):
            here: dict[str, list[int]] = {}
            for place in range(1, sheet.max_column + 1):
                text = _plain(sheet.cell(number, place).value)
                if text in keys:
                    here.setdefault(keys[text], []).append(place)
            if len(here) > len(found):
                best, found = number, here
        sound = True
        for column in columns:
            where = found.get(column.key, [])
            if len(where) != 1:
                code = "duplicate-column" if where else "missing-column"
                head = self._position(sheet, best, where[1] if where else 1)
                self._fault(Fault(code, facts={"found": column.head}), head)
                sound = False
        known = {place for where in found.values() for place in where}
        for place in range(1, sheet.max_column + 1):
            lost = [n for n in range(best, sheet.max_row + 1) if not self._is_blank(sheet.cell(n, place))]
            if place not in known and lost:
                facts = {"found": sheet.cell(best, place).value or "–"}
                self._fault(Fault("unknown-column", facts=facts), self._position(sheet, lost[0], place))
        return best, {key: where[0] for key, where in found.items()} if sound else {}

    def _refuse_merged(self, sheet: Any, head: int) -> None:
        for merged in sheet.merged_cells.ranges:
            if merged.max_row > head:
                fault = Fault("merged-cells", facts={"found": str(merged)})
                self._fault(fault, self._position(sheet, merged.min_row, merged.min_col))

    # --- parts of the evaluation ---

    def _read_fact(self, label: str, row: Mapping[str, Any]) -> None:
        path = FACTS.get(label)
        if path is None:
            self._fault(
                Fault("unknown-fact", facts={"found": label, "allowed": "、".join(FACTS)}), self._at(row["label"])
            )
            return
        value = self._value(row["value"], path, "value")
        if value is None:
            return
        holder = self.data
        for depth, key in enumerate(path[:-1], 1):
            holder = holder.setdefault(key, {})
            self._place(path[:depth], row["label"], row["value"])
        if path[-1] in holder:
            self._fault(
                Fault("duplicate-key", path, {"found": label, "line": self.result.places[path][0][0] % SHEET_STEP}),
                self._at(row["label"]),
            )
            return
        is_word = (
            path == ("type",) or path[0] == "standard" or (isinstance(value, str) and path[0] in ("period", "edition"))
        )
        text = _plain(value) if is_word else value
        holder[path[-1]] = TYPES.get(text, text) if path == ("type",) else text
        self._place(path, row["label"], row["value"])

    def _read_team(self) -> None:
        team: list[dict[str, Any]] = []
        for _, row in self._rows("team", TEAM_COLUMNS, "name"):
            path: Path = ("team", len(team))
            self._place(path, row["name"], row["name"])
            member = {key: self._value(cell, (*path, key), key) for key, cell in row.items()}
            team.append({key: value for key, value in member.items() if value is not None})
        if team:
            self.data["team"] = team
            self.result.places[("team",)] = self.result.places[("team", 0)]

    def _read_finding(self, key: str, row: Mapping[str, Any]) -> None:
        findings: dict[str, Any] = self.data["findings"]
        path: Path = ("findings", key)
        if key in findings:
            first = self.result.places[path][0][0] % SHEET_STEP
            self._fault(Fault("duplicate-key", path, {"found": key, "line": first}), self._at(row["id"]))
            return
        said = {name for name, cell in row.items() if not self._is_blank(cell)} - {"id", "title", "points"}
        if not said:
            return  # nothing is judged there
        self._place(path, row["id"], row["kind"])
        written = self._value(row["kind"], (*path, "kind"), "kind")
        kind = KINDS.get(str(written), written)
        finding: dict[str, Any] = {} if kind is None else {"kind": kind}
        if kind in ("full", "none"):
            finding = {"kind": "qualitative", "degree": "1" if kind == "full" else "0"}
        used = USED.get(str(kind))
        for name in sorted(said - {"kind"}, key=list(row).index):
            value = self._value(row[name], (*path, name), name)
            if used is not None and name not in used | {"reason"}:
                facts = {"found": row[name].value, "kind": written}
                self._fault(Fault("unused-cell", (*path, name), facts), self._at(row[name]))
                continue
            finding[name] = _names(value) if name == "confirmed_by" else value
            self._place((*path, name), row[name], row[name])
        self._place((*path, "kind"), row["kind"], row["kind"])
        findings[key] = finding

    def _read_evidence(self, key: str, row: Mapping[str, Any]) -> None:
        finding = self.data["findings"].get(key)
        if not isinstance(finding, dict):
            if self.result.faults:
                return  # its finding may be there once the rest is right
            self._fault(Fault("evidence-without-finding", facts={"found": key}), self._at(row["id"]))
            return
        evidence = finding.setdefault("evidence", [])
        path: Path = ("findings", key, "evidence", len(evidence))
        self._place(path, row["id"], row["method"])
        method = self._value(row["method"], (*path, "method"), "method")
        piece = {"method": METHODS.get(str(method), method)} if method is not None else {}
        note = self._value(row["note"], (*path, "note"), "note")
        evidence.append(piece | ({} if note is None else {"note": note}))

    # --- cells ---

    def _value(self, cell: Any, path: Path, column: str) -> Any:
        """What a cell holds as YAML would have it: a text, or None; what no text can be made of is a problem."""
        self._place(path, cell, cell)
        value = cell.value
        formula = self.formulas[cell.parent.title][cell.coordinate]
        if formula.data_type == "f" and value is None:
            return self._refuse(Fault("formula-without-value", path), cell)
        if cell.data_type == "e":
            return self._refuse(Fault("error-value", path, {"found": value}), cell)
        if isinstance(value, datetime.datetime | datetime.date | datetime.time):
            if path[0] in ("period", "edition") and isinstance(value, datetime.datetime):
                return value.date().isoformat()
            return self._refuse(Fault("date-in-cell", path, {"found": value}), cell)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return repr(value)
        text = str(value)
        if column in _FREE:
            return text if _plain(text) else None
        return _plain(text) or None

    def _is_blank(self, cell: Any) -> bool:
        if cell.value is None:
            return bool(self.formulas[cell.parent.title][cell.coordinate].data_type != "f")
        return isinstance(cell.value, str) and not _plain(cell.value)

    def _refuse(self, fault: Fault, cell: Any) -> None:
        self._fault(fault, self._at(cell))
        self.result.refused.add(fault.path)

    def _fault(self, fault: Fault, position: Position | None) -> None:
        self.result.faults.append((fault, position))

    def _place(self, path: Path, key: Any, value: Any) -> None:
        self.result.places[path] = self._at(key), self._at(value)

    def _at(self, cell: Any) -> Position:
        return self._position(cell.parent, cell.row, cell.column)

    def _position(self, sheet: Any, row: int, column: int) -> Position:
        return self.values.worksheets.index(sheet) * SHEET_STEP + row, column

    def _cell_of(self, position: Position) -> str:
        """The cell at a position, such as ``评分表!F12``."""
        sheet, row = divmod(position[0], SHEET_STEP)
        letter = require("openpyxl", "excel").utils.get_column_letter(position[1])
        return f"{self.values.worksheets[sheet].title}!{letter}{row}"


def _plain(value: Any) -> str:
    """A word or number as it was meant: full-width forms made plain, blanks and invisible characters taken off."""
    return unicodedata.normalize("NFKC", str(value)).translate(_INVISIBLE).strip() if value is not None else ""


def _names(value: Any) -> Any:
    """Names in one cell, divided by commas of either width, ``、``, ``;`` or line breaks."""
    if not isinstance(value, str):
        return value
    for divider in "，,;；\n":
        value = value.replace(divider, "、")
    return [name.strip() for name in value.split("、") if name.strip()]
