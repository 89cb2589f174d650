"""Read a workbook: the plain data of an evaluation, and the cell of each part.

Columns are found by their heads, rows by their ids; both may be moved, hidden or added to. The data are validated by
the same models and rules as a YAML file, so the same mistakes give the same problems, each at its cell. Other sheets
are ignored. In the sheets of the form nothing is ignored: a value that the kind does not use is a problem.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path as FilePath
from typing import Any

from aftersales.evaluation.findings import SHORTHANDS, FormColumn
from aftersales.evaluation.workbook.copies import Table, difference, tables_in
from aftersales.evaluation.workbook.layout import (
    ASSESSORS,
    COLUMNS,
    COUNTS,
    EVIDENCE_COLUMNS,
    FACT_COLUMNS,
    FACTS,
    FORMER_METHODS,
    FORMER_TYPES,
    KEY_WORDS,
    KINDS,
    LISTS,
    METHODS,
    SHEETS,
    TEAM_COLUMNS,
    TYPES,
    USED,
    VALUE_WORDS,
    names_in,
    stated_limit,
)
from aftersales.files.parsed_file import ParsedFile
from aftersales.files.source import CellPosition, UnreadableSource, read_bytes
from aftersales.files.spreadsheet.guard import Cell, Contents, Sheet, inspect
from aftersales.files.spreadsheet.number_formats import Shown, moment_of, parts_in, show
from aftersales.problems.errors import Path
from aftersales.problems.messages import Words, phrase
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation
from aftersales.text.normalize import plain
from aftersales.text.sentences import Phrase

__all__ = ["MAX_BYTES", "read_workbook"]

MAX_BYTES = 5_242_880
MAX_ROWS, MAX_COLUMNS = 5_000, 100
MAX_NAMED = 5  # cells that a remark names
HEAD_ROWS = 10  # rows in which the head of a sheet may be
MAX_COMPARED = 1_000_000  # numbers of a sheet times ranges with a conditional number format
CODE = 20  # looking at this many ranges takes as long as reading one code
MAX_DIGITS = 12  # of a number cell; spreadsheets keep 15, so a longer number may stand for another one

_FREE = {
    *("reason", "measure", "strength", "note", "ref", "by", "where", "file"),
    *("name", "role", "qualification", "organisation", "value", "confirmed_by"),
}
_DATES = {"date", "time", "duration"}  # the kinds of Shown that are dates and times
_TOLD = {"title", "points", ASSESSORS.key}  # repeated beside the id for people
_LIKE = [  # columns whose numbers are of one unit
    [column.key for column in COLUMNS if column.unit == unit]
    for unit in dict.fromkeys(column.unit for column in COLUMNS if column.unit)
]
_WORDS = KINDS | METHODS | FORMER_METHODS | FACTS | TYPES | FORMER_TYPES
_DATA = re.compile("|".join(map(re.escape, _WORDS)) + r"|[0-9]+(\.[0-9]+)+")
_DAY = re.compile("([0-9]{4})(?:/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")


def read_workbook(path: FilePath) -> ParsedFile:
    """The content of a workbook. What is wrong with it as a workbook is in the violations of the result."""
    try:
        contents = _inspect(read_bytes(path, MAX_BYTES, "workbook"))
    except UnreadableSource as stop:
        return ParsedFile(stop=stop)
    if not contents.violations:
        return _Reader(contents).document()
    document = ParsedFile(None)
    document.readable, document.violations = False, [*contents.violations]
    return document


def _inspect(raw: bytes) -> Contents:
    try:
        return inspect(raw)
    except UnreadableSource:
        raise
    except Exception as error:  # for a broken or hostile file, zipfile, zlib and expat raise various exceptions
        raise UnreadableSource("not-a-workbook", reason=type(error).__name__) from error


class _Reader:
    """Reads one workbook."""

    def __init__(self, contents: Contents):
        self.sheets, self.from_1904 = contents.sheets, contents.from_1904
        self.result = ParsedFile({})
        self.result.words = Words("zh", KEY_WORDS, VALUE_WORDS)
        self.data: dict[str, Any] = {"findings": {}}
        self.heads: dict[str, CellPosition] = {}  # of the sheets, by name of the layout
        self.tables = list(tables_in(self.sheets))
        # Cells that one remark names together, with the facts of the first one.
        self.rounded: list[tuple[Cell, dict[str, Any]]] = []  # whose format shows less than they hold
        self.one_sided: list[
            tuple[Cell, dict[str, Any]]
        ] = []  # they show a unit, and what stands beside them shows none

    def document(self) -> ParsedFile:
        """The content of the workbook."""
        self.result.data = self.data
        for row in self._rows("facts", FACT_COLUMNS, "label"):
            self._read_fact(row)
        self._read_team()
        for row in self._rows("findings", (*COLUMNS, ASSESSORS), "id"):
            self._read_finding(row)
        for row in self._rows("evidence", EVIDENCE_COLUMNS, "id"):
            self._read_evidence(row)
        for name in self.heads:
            self._look_for_copies(name)
        self._remark("shown-rounded", self.rounded)
        self._remark("unit-at-one", self.one_sided)
        # A missing part is reported at the head of its sheet.
        sheets = {path[0]: "facts" for path in FACTS.values()} | {"team": "team", "findings": "findings"}
        for part, name in sheets.items():
            if head := self.heads.get(name):
                self.result.places.setdefault((part,), (head, head))
        start = self.heads.get("findings", (1, 1))
        self.result.places[()] = start, start
        return self.result

    # --- sheets and rows ---

    def _rows(self, name: str, columns: Sequence[FormColumn], key: str) -> Iterator[dict[str, Cell]]:
        """The rows of a sheet below its head that are not empty, as cells by column; optional ones may be absent."""
        sheet = self._sheet(SHEETS[name])
        if sheet is None:
            self._violation(Violation("missing-sheet", context={"found": SHEETS[name]}), None)
            self._lose_all(name)
            return
        there = {where: cell for where, cell in sorted(sheet.cells.items()) if not _is_blank(cell)}
        if outside := next(
            (cell for (row, column), cell in there.items() if row > MAX_ROWS or column > MAX_COLUMNS), None
        ):
            size = f"{max(row for row, _ in there)} × {max(column for _, column in there)}"
            facts = {"found": size, "allowed": f"{MAX_ROWS} × {MAX_COLUMNS}"}
            self._violation(Violation("sheet-too-large", context=facts), self._at(outside))
            self._lose_all(name)
            return
        head, places = self._head(sheet, there, columns)
        self.heads[name] = sheet.position(head, 1)
        if not places:
            self._lose_all(name)
            return
        self._refuse_merged(sheet, head)
        self._bound_conditions(sheet)
        again = {
            row: table for table in self._tables(name) if table.sheet is sheet for row in table.heads if row != head
        }
        for number in dict.fromkeys(row for row, _ in there):
            if number in again:
                self._violation(
                    Violation("second-head", context={"found": SHEETS[name]}),
                    self._at(again[number].corner._replace(row=number)),
                )
                continue
            cells = {column: sheet.cell(number, place) for column, place in places.items()}
            said = {column: cells[column] for column, place in places.items() if (number, place) in there}
            if number < head:
                # A title of one cell is allowed here; a row of the table would be lost.
                if len(said) > 1 or any(_DATA.fullmatch(_word(cell.value)) for cell in said.values()):
                    self._violation(Violation("row-above-head"), self._at(next(iter(said.values()))))
            elif number > head and said:
                if key in said:
                    yield cells
                    continue
                self._violation(Violation("row-without-id"), self._at(next(iter(said.values()))))

    def _lose_all(self, name: str) -> None:
        """Record that a sheet cannot be read, so that its findings are not reported as missing."""
        self.result.refused.add((name,))

    def _sheet(self, title: str) -> Sheet | None:
        """The sheet with that name, or the first one whose name differs only in blanks and width of characters."""
        named = [sheet for sheet in self.sheets if plain(sheet.title) == title]
        return next((sheet for sheet in named if sheet.title == title), named[0] if named else None)

    def _look_for_copies(self, name: str) -> None:
        """Compare other sheets that have the head of this one. They are not read, and must not differ."""
        sheet = self._sheet(SHEETS[name])
        assert sheet is not None  # its head was found
        others = [table for table in self._tables(name) if table.sheet is not sheet]
        if not others:
            return
        read = Counter(said for table in self._tables(name) if table.sheet is sheet for _, said in table.rows())
        for other in others:
            facts = _titles(other.sheet, sheet)
            if cell := difference(read, other):
                self._violation(Violation("duplicate-sheet", context=facts), self._at(cell))
            else:
                self.result.remarks.append((Violation("sheet-copy", context=facts), self._at(other.corner)))

    def _tables(self, name: str) -> list[Table]:
        return [table for table in self.tables if table.name == name]

    def _head(
        self, sheet: Sheet, there: Mapping[tuple[int, int], Cell], columns: Sequence[FormColumn]
    ) -> tuple[int, dict[str, int]]:
        """The row of the head, and the place of each column. All must be there once; optional ones may be absent."""
        keys = {column.head: column.key for column in columns}
        rows: dict[int, dict[str, list[int]]] = {}
        for (row, place), cell in there.items():
            if row <= HEAD_ROWS and (text := _word(cell.value)) in keys:
                rows.setdefault(row, {}).setdefault(keys[text], []).append(place)
        best = max(rows, key=lambda row: len(rows[row]), default=1)
        found = rows.get(best, {})
        sound = True
        for column in columns:
            where = found.get(column.key, [])
            if len(where) != 1 and (where or not column.is_optional):
                code = "duplicate-column" if where else "missing-column"
                head = sheet.position(best, where[1] if where else 1)
                self._violation(Violation(code, context={"found": column.head}), head)
                sound = False
        known = {place for where in found.values() for place in where}
        for (row, place), cell in there.items():
            if row >= best and place not in known:
                known.add(place)
                facts = {"found": sheet.cell(best, place).value or "–"}
                self._violation(Violation("unknown-column", context=facts), self._at(cell))
        return best, {key: where[0] for key, where in found.items()} if sound else {}

    def _refuse_merged(self, sheet: Sheet, head: int) -> None:
        for merged in sheet.merged:
            if merged.last_row > head:
                violation = Violation("merged-cells", context={"found": merged.written})
                self._violation(violation, sheet.position(merged.first_row, merged.first_column))

    def _bound_conditions(self, sheet: Sheet) -> None:
        """Refuse a sheet with too many numbers times conditional number formats, which are compared pairwise."""
        numbers = sum(cell.kind == "n" for cell in sheet.cells.values()) if sheet.conditions else 0
        codes = {code for _, code in sheet.conditions}
        if numbers * max(len(sheet.conditions), CODE * len(codes)) > MAX_COMPARED:
            area = sheet.conditions[0][0]
            self._violation(Violation("too-many-conditions"), sheet.position(area.first_row, area.first_column))
            sheet.conditions.clear()

    # --- parts of the evaluation ---

    def _read_fact(self, row: Mapping[str, Cell]) -> None:
        label = self._value(row["label"], "label")
        path = FACTS.get(str(label))
        if path is None:
            if label is not None:
                facts = {"found": label, "allowed": "、".join(FACTS)}
                self._violation(Violation("unknown-fact", context=facts), self._at(row["label"]))
            return
        value = self._value(row["value"], "value", path)
        if value is None:
            return
        holder = self.data
        for depth, key in enumerate(path[:-1], 1):
            holder = holder.setdefault(key, {})
            self._place(path[:depth], row["label"], row["value"])
        if path[-1] in holder:
            facts = {"found": label, "line": self._row_of(path)}
            self._violation(Violation("duplicate-key", path, facts), self._at(row["label"]))
            return
        if path == ("type",):
            value = (TYPES | FORMER_TYPES).get(_word(value), _word(value))
        elif path == ("standard",):
            value = _word(value)
        elif _asks_for_day(path):
            value = _day(_word(value))
        elif path in LISTS:
            value = [line.strip() for line in str(value).split("\n") if plain(line)]
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

    def _read_finding(self, row: Mapping[str, Cell]) -> None:
        findings: dict[str, Any] = self.data["findings"]
        key = self._id(row["id"])
        if key is None:
            return
        path: Path = ("findings", key)
        if key in findings:
            facts = {"found": key, "line": self._row_of(path)}
            self._violation(Violation("duplicate-key", path, facts), self._at(row["id"]))
            return
        self._place(path, row["id"], row["kind"])
        said = [name for name, cell in row.items() if not _is_blank(cell) and name != "id"]
        told = {name: _word(row[name].value) for name in ("title", "points")}
        for name in ("at_least", "at_most"):
            if limit := stated_limit(_word(row[name].value)):
                told[name] = limit
                said.remove(name)
        self.result.restated[key] = {name: text for name, text in told.items() if text}
        for name in told:
            self._place((*path, name), row[name], row[name])
        if not set(said) - _TOLD:
            return  # no finding
        written = self._value(row["kind"], "kind", (*path, "kind"))
        kind = KINDS.get(str(written), written)
        if written is not None and kind not in USED:
            # Not left to the models: the form has words for full and none too, which are no kinds of the format.
            facts = {"found": written, "allowed": ", ".join(KINDS), "hint": partial(near, written, KINDS)}
            self._refuse(Violation("unknown-kind", (*path, "kind"), facts), row["kind"])
        elif written is None and (*path, "kind") not in self.result.refused:
            full = next(word for word, name in KINDS.items() if name == "full")
            facts = {"allowed": phrase("kinds_of_form", words=", ".join(KINDS), full=full)}
            self._refuse(Violation("missing-kind", (*path, "kind"), facts), row["kind"])
        finding: dict[str, Any] = {} if kind is None else {"kind": kind}
        if kind in SHORTHANDS:
            finding = SHORTHANDS[kind].model_dump(mode="json", include={"kind", "degree"})
        used = USED.get(str(kind))
        for name in said:
            if name == "kind" or name in _TOLD:
                continue
            value = self._value(row[name], name, (*path, name))
            if used is not None and name not in used | {"reason"}:
                facts = {"found": row[name].value, "kind": written}
                self._violation(Violation("unused-cell", (*path, name), facts), self._at(row[name]))
                continue
            finding[name] = names_in(value) if name == "confirmed_by" and isinstance(value, str) else value
        self._place((*path, "kind"), row["kind"], row["kind"])
        for names in _LIKE:
            self._compare_units(path, {name: row[name] for name in names if name in said or name in told})
        findings[key] = finding

    def _read_evidence(self, row: Mapping[str, Cell]) -> None:
        key = self._id(row["id"])
        if key is None:
            return
        finding = self.data["findings"].get(key)
        if finding is None:
            # Its finding may be under a wrong id, or be found once other problems are fixed.
            violation = Violation("evidence-without-finding", context={"found": key})
            self.result.suspended.append((violation, self._at(row["id"])))
            return
        evidence = finding.setdefault("evidence", [])
        path: Path = ("findings", key, "evidence", len(evidence))
        self._place(path, row["id"], row["method"])
        method = self._value(row["method"], "method", (*path, "method"))
        piece = {"method": (METHODS | FORMER_METHODS).get(str(method), method)} if method is not None else {}
        for name in row.keys() - {"id", "method"}:
            value = self._value(row[name], name, (*path, name))
            if value is not None:
                piece[name] = _day(_word(value)) if name == "on" else value
        evidence.append(piece)

    # --- cells ---

    def _id(self, cell: Cell) -> str | None:
        value = self._value(cell, "id")
        return None if value is None else str(value)

    def _value(self, cell: Cell, column: str, path: Path = ()) -> Any:
        """The content of a cell as in YAML: a text, or None. A value that cannot be made text is a problem.

        ``path`` is its place in the data, or empty for a value without one, such as an id.
        """
        self._place(path, cell, cell)
        if cell.value is None:
            return self._refuse(Violation("formula-without-value", path), cell) if cell.is_formula else None
        if cell.kind == "e":
            return self._refuse(Violation("error-value", path, {"found": cell.value}), cell)
        if isinstance(cell.value, bool):
            return cell.value
        if cell.kind == "n":
            return self._number(cell, column, path)
        if cell.kind == "d":
            return self._day_or_refusal(_moment(cell.value), path, cell, "date")
        if column in _FREE:
            return cell.value if plain(cell.value) else None
        return plain(cell.value) or None

    def _number(self, cell: Cell, column: str, path: Path) -> Any:
        """The number of a cell as people see it: with % if it is shown with %."""
        number = Decimal(str(cell.value))
        shown = _show(cell.format, str(cell.value))
        if shown.kind in _DATES:
            if shown.kind == "date" and shown.is_rounded and _asks_for_day(path):
                violation = Violation("day-not-shown", path, {"found": self._moment_of(number, shown)})
                self.result.remarks.append((violation, self._at(cell)))
            return self._day_or_refusal(self._moment_of(number, shown), path, cell, shown.kind)
        if len(number.normalize().as_tuple().digits) > MAX_DIGITS:
            return self._refuse(Violation("inexact-cell", path, {"found": _word(cell.value)}), cell)
        if shown.kind == "sign":
            meant = None if column in COUNTS else _percentage(shown.text, number)  # a count is no percentage
            facts = {"found": shown.text, "allowed": _word(cell.value), "hint": meant}
            return self._refuse(Violation("percent-sign-in-format", path, facts), cell)
        if shown.kind == "other" or (shown.kind == "percent" and column in COUNTS):
            facts = {"found": shown.text or "–", "allowed": _word(cell.value)}
            return self._refuse(Violation("shown-otherwise", path, facts), cell)
        for code in self.sheets[cell.sheet].conditional_formats(cell):
            other = show(code, number)
            if (other.kind, other.unit) != (shown.kind, shown.unit):
                text = self._moment_of(number, other) if other.kind in _DATES else other.text
                facts = {"found": text or "–", "allowed": shown.text}
                return self._refuse(Violation("shown-by-condition", path, facts), cell)
            shown = max(shown, other, key=lambda one: one.is_rounded)
        if shown.is_rounded:
            self.rounded.append((cell, {"found": shown.text, "allowed": partial(self._as_read, cell)}))
        return _percent(number) if shown.kind == "percent" else _word(cell.value)

    def _compare_units(self, path: Path, cells: Mapping[str, Cell]) -> None:
        """Compare the units that the number formats of these cells show (6.2.2, reading R5).

        Two different units are refused. A unit beside a number without any gets a remark, except a percent sign, which
        is read as part of the number.
        """
        shown = {name: self._shown(cell) for name, cell in cells.items()}
        shown = {name: one for name, one in shown.items() if one.kind in ("number", "percent")}
        with_unit = [name for name, one in shown.items() if one.unit]
        if not with_unit or len(shown) < 2:
            return
        first = with_unit[0]
        other = next((name for name in with_unit if shown[name].unit != shown[first].unit), None)
        bare = next((name for name, one in shown.items() if not one.unit), None)
        beside = other or bare
        if beside is None or (other is None and shown[first].unit == "%"):
            return
        facts = {
            "found": shown[first].text,
            "allowed": shown[beside].text,
            "beside": self._name(cells[beside]),
            "remedy": phrase(f"remedy.{'counts' if first in COUNTS else 'measures'}"),
        }
        if other is not None:
            self._refuse(Violation("unlike-shown-units", (*path, first), facts), cells[first])
        else:
            self.one_sided.append((cells[first], facts))

    def _shown(self, cell: Cell) -> Shown:
        """What people see in a cell for a number, which may be a text."""
        if cell.kind == "n" and isinstance(cell.value, str):
            return _show(cell.format, cell.value)
        text = stated_limit(_word(cell.value)) or _word(cell.value)
        return Shown("number", text, unit="%" if text.endswith("%") else "")

    def _remark(self, code: str, cells: Sequence[tuple[Cell, dict[str, Any]]]) -> None:
        """One remark on all these cells, at the first of them."""
        if not cells:
            return
        (first, facts), *rest = cells
        names = [self._name(cell) for cell, _ in rest[:MAX_NAMED]]
        facts = facts | {"more": phrase("more_cells", count=len(rest), names=names) if rest else ""}
        self.result.remarks.append((Violation(code, context=facts), self._at(first)))

    def _name(self, cell: Cell) -> str:
        return self._at(cell).name

    def _as_read(self, cell: Cell) -> str:
        number = Decimal(str(cell.value))
        return _percent(number) if show(cell.format, number).kind == "percent" else str(cell.value)

    def _moment_of(self, number: Decimal, shown: Shown) -> str:
        return moment_of(number, shown.kind, from_1904=self.from_1904)

    def _day_or_refusal(self, moment: str, path: Path, cell: Cell, kind: str) -> Any:
        """A date for a key that takes a day, which the models validate; elsewhere it is refused."""
        if _asks_for_day(path):
            return moment
        return self._refuse(Violation("date-in-cell", path, {"found": moment, "held": _held(moment, kind)}), cell)

    def _refuse(self, violation: Violation, cell: Cell) -> None:
        self._violation(violation, self._at(cell))
        if violation.path:
            self.result.refused.add(violation.path)

    def _violation(self, violation: Violation, position: CellPosition | None) -> None:
        self.result.violations.append((violation, position))

    def _place(self, path: Path, key: Any, value: Any) -> None:
        position = self._at(key)
        self.result.places[path] = position, position if value is key else self._at(value)

    def _row_of(self, path: Path) -> int:
        """The row of the key at a path."""
        position, _ = self.result.places[path]
        assert isinstance(position, CellPosition)
        return position.row

    def _at(self, cell: Cell) -> CellPosition:
        return self.sheets[cell.sheet].position(cell.row, cell.column)


@lru_cache(256)  # the cells of a row are looked at again to compare their units
def _show(code: str, written: str) -> Shown:
    return show(code, Decimal(written))


def _asks_for_day(path: Path) -> bool:
    return path[:1] in (("period",), ("edition",)) or path[-1:] == ("on",)


def _titles(found: Sheet, read: Sheet) -> dict[str, Any]:
    """The facts of a message about two sheets: their names, and whether they are hidden."""
    marks = {"hidden": found, "also_hidden": read}
    facts = {name: phrase("hidden") if sheet.is_hidden else "" for name, sheet in marks.items()}
    return facts | {"found": found.title, "allowed": read.title}


def _is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing. A formula without a value is not blank but a mistake."""
    if cell.value is None:
        return not cell.is_formula
    # Most long texts start with a visible character.
    return isinstance(cell.value, str) and not plain(cell.value[:40]) and not plain(cell.value)


def _word(value: str | bool | None) -> str:
    """A word or number in plain form, from a cell of any type."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    return plain(value)


def _percent(number: Decimal) -> str:
    """A number as a percentage.

    >>> _percent(Decimal("0.0805"))
    '8.05%'
    """
    return f"{_trimmed(number.scaleb(2))}%"


def _percentage(shown: str, number: Decimal) -> str:
    """What was probably meant by a number whose format shows hundredths, thousandths or less without scaling it.

    >>> _percentage("8‰", Decimal(8)), _percentage("8 pct", Decimal(8))
    ('0.8%', '8%')
    """
    return f"{_trimmed(number.scaleb(2 - parts_in(shown)))}%"


def _trimmed(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(written: str) -> str:
    """A date of ISO 8601 in plain form: only the day if it has no time.

    >>> _moment("2026-03-02T00:00:00"), _moment("2026-03-02T10:30:00Z")
    ('2026-03-02', '2026-03-02 10:30:00')
    """
    day, _, time = written.removesuffix("Z").partition("T")
    return day if re.fullmatch("[0:.]*", time) else f"{day} {time}".strip()


def _held(moment: str, kind: str) -> Phrase:
    """The content of a cell with the format of a date, a time or a duration.

    >>> _held("2026-01-03", "date").text("en"), _held("0.9", "date").text("en")
    ('the date 2026-01-03 (a spreadsheet makes one of 1/3)', '0.9 and shows a date')
    """
    held = _kind_of_moment(moment, kind)
    return phrase(f"shown.{kind}" if held is None else f"held.{held}", moment=moment)


def _kind_of_moment(moment: str, kind: str) -> str | None:
    """The kind of a date or time in digits, which may differ from the format's; None for a number that is none."""
    if re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", moment):
        return "date"
    return ("duration" if kind == "duration" else "time") if ":" in moment else None


def _day(text: str) -> str:
    """A day in the form of YAML, from ``2026/3/2`` or ``2026年3月2日``; another text unchanged."""
    if match := _DAY.fullmatch(text):
        year, *rest = filter(None, match.groups())
        return "-".join([year, *(part.zfill(2) for part in rest)])
    return text
