"""Read the sheets of a form: its heads, rows and cells, its sheet of facts and its team.

Columns are found by their heads, rows by their ids; both may be moved, hidden or added to. In the sheets of the form
nothing is ignored; other sheets are.
"""

from __future__ import annotations

import re
from collections import Counter, UserDict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NamedTuple

from aftersales.evaluation.file_kinds import SHEET_MARKS, ensure_file_kind
from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.workbook.copies import Table, difference, tables_in
from aftersales.evaluation.workbook.layout import (
    COUNTS,
    FACT_COLUMNS,
    FORMAT_NAME,
    FORMER_TYPES,
    ROLE_WORDS,
    STANDARD_NAME,
    TEAM_COLUMNS,
    TYPES,
    stated_limit,
)
from aftersales.files.format_versions import FORMAT, VersionedKind, named_version
from aftersales.files.parsed_file import ParsedFile, Place
from aftersales.files.source import OLD_WORKBOOK, CellPosition, UnreadableSource
from aftersales.files.spreadsheet.guard import Bounds, Cell, Contents, Sheet, inspect, sheet_titles
from aftersales.files.spreadsheet.number_formats import Shown, moment_of, parts_in, show
from aftersales.problems.errors import Path
from aftersales.problems.messages import Words, phrase
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError
from aftersales.text.normalize import plain
from aftersales.text.sentences import Phrase

__all__ = [
    "Form",
    "SheetReader",
    "contents_of",
    "day_in",
    "is_blank",
    "read_form",
    "show_number",
    "titles_of",
    "word_in",
]

MAX_ROWS, MAX_COLUMNS = 5_000, 100
MAX_NAMED = 5  # cells that a remark names
MAX_MERGED = 100  # ranges of a sheet that are looked at for each cell
HEAD_ROWS = 10  # rows in which the head of a sheet may be
MAX_COMPARED = 1_000_000  # numbers of a sheet times ranges with a conditional number format
CODE = 20  # looking at this many ranges takes as long as reading one code
MAX_DIGITS = 12  # of a number cell; spreadsheets keep 15, so a longer number may stand for another one

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the name of a part of a compound file with a password

_DATES = {"date", "time", "duration"}  # the kinds of Shown that are dates and times
_DAYS = {("edition",), ("start",), ("end",), ("on",), ("due",)}  # the ends of the paths of days
_DAY = re.compile("([0-9]{4})(?:/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")


class Form(NamedTuple):
    """The parts of a form that the reader needs.

    Fields:
        titles: The titles of its sheets, by name.
        layouts: The columns of the sheets whose copies are looked for, by name.
        fact_paths: The labels of the sheet of facts, each with its path.
        lists: The facts that are lists, an entry a line.
        free: The columns of free text, which is kept as written.
        counts: The columns of whole numbers.
        data: What a row of a table may hold, and a title above the head may not.
        words: The words of the form for keys and values of the file format.
        choices: The facts with fixed words, each with its words and their values.
        kind: The kind of file.
        parts: The part of a path at which a code is shown.
    """

    titles: Mapping[str, str]
    layouts: Mapping[str, Sequence[FormColumn]]
    fact_paths: Mapping[str, tuple[str, ...]]
    lists: Set[tuple[str, ...]]
    free: Set[str]
    counts: Set[str]
    data: re.Pattern[str]
    words: Words
    kind: VersionedKind
    parts: Mapping[str, str] = {}
    choices: Mapping[tuple[str, ...], Mapping[str, str]] = {("type",): TYPES | FORMER_TYPES}

    def subject(self, path: Path) -> Phrase | None:
        """The name of a place by the labels of the form; None for a place that is named by an id."""
        if not path or (path[0] == "findings" and len(path) > 1):
            return None
        labels = [label for label, known in self.fact_paths.items() if path[: len(known)] == known]
        labels += [title for part, title in self.titles.items() if part == path[0]]
        number = next((part for part in path if isinstance(part, int)), None)
        if path[0] not in self.titles or number is None:
            return phrase("subject.fact", label=labels[0]) if labels else None
        keys = [self.words.keys[part] for part in path[1:] if isinstance(part, str) and part in self.words.keys]
        which = "member" if path[0] == "team" else "row"
        if not keys:
            return phrase(f"subject.{which}", number=number + 1)
        return phrase(f"subject.of_{which}", number=number + 1, label=keys[-1])


def read_form(raw: bytes, form: Form, read: Callable[[Contents], ParsedFile]) -> ParsedFile:
    """What ``read`` makes of a workbook. What is wrong with it as a workbook is in the violations of the result."""
    try:
        contents = contents_of(raw)
        ensure_file_kind({plain(sheet.title) for sheet in contents.sheets}, form.kind, SHEET_MARKS)
    except UnreadableSource as stop:
        return ParsedFile(stop=stop)
    version = {FORMAT: contents.names[FORMAT_NAME]} if FORMAT_NAME in contents.names else {}
    try:
        for text in version.values():
            named_version(form.kind, text)  # before a later layout is taken for a mistake
    except ViolationError as unknown:
        contents.violations = [(violation, None) for violation in unknown.violations]
    if not contents.violations:
        document = read(contents)
        document.data |= version
        document.made_of = contents.names.get(STANDARD_NAME, "").strip('"') or None
        return document
    document = ParsedFile(None)
    document.readable, document.violations = False, [*contents.violations]
    return document


def contents_of(raw: bytes, bounds: Bounds | None = None) -> Contents:
    """The content of a workbook. Raises :class:`~aftersales.files.source.UnreadableSource` for any that is broken."""
    with _unreadable_refused(raw):
        return inspect(raw, bounds)


def titles_of(raw: bytes, bounds: Bounds) -> list[str]:
    """The titles of the sheets of a workbook. Raises as :func:`contents_of` does."""
    with _unreadable_refused(raw):
        return sheet_titles(raw, bounds)


@contextmanager
def _unreadable_refused(raw: bytes) -> Iterator[None]:
    """Refuse a workbook that is broken, of another format or encrypted, in a sentence for people."""
    try:
        yield
    except UnreadableSource as stop:
        if stop.violation.code != "not-a-workbook":
            raise
        reason = stop.violation.context["reason"]
        raise _unreadable("password" if reason == "password" else "broken") from stop
    except Exception as error:  # for a broken or hostile file, zipfile, zlib and expat raise various exceptions
        if raw.startswith(OLD_WORKBOOK):
            raise _unreadable("password" if _ENCRYPTED in raw else "old") from error
        raise _unreadable("broken" if raw.startswith(b"PK") else "other") from error


def _unreadable(reason: str) -> UnreadableSource:
    return UnreadableSource("not-a-workbook", reason=phrase(f"workbook.{reason}"))


class SheetReader:
    """Reads the sheets of one workbook by the :class:`Form` that it has, into ``data`` and ``result``."""

    def __init__(self, contents: Contents, form: Form):
        self.sheets, self.from_1904, self.form = contents.sheets, contents.from_1904, form
        # The cells of the key and of the value of each part, whose positions are only made if one is asked for.
        self._cells: dict[Path, tuple[Cell | CellPosition, Cell | CellPosition]] = {}
        # Nothing of the result refers to the reader: the cells are then freed without Python's collector of cycles.
        self.result = ParsedFile({}, locate=partial(_Places, self._cells, self.sheets))
        self.result.words, self.result.subject, self.result.parts = form.words, form.subject, form.parts
        # Cells that show a unit beside cells that show none, with the facts of the remark.
        self.one_sided: list[tuple[Cell, dict[str, Any]]] = []
        self.data: dict[str, Any] = {}
        self.heads: dict[str, CellPosition] = {}  # of the sheets, by name of the layout
        self.tables = list(tables_in(self.sheets, form.layouts, form.fact_paths))
        self.labels: set[str] = set()  # of the sheet of facts
        self.unknown: list[tuple[str, Cell]] = []  # the labels that it should not have
        # Cells that one remark names together, each with the context of its own remark.
        self.rounded: list[tuple[Cell, dict[str, Any]]] = []  # whose format shows less than they hold
        self.hidden_rows: list[tuple[Cell, dict[str, Any]]] = []
        self.hidden_columns: list[tuple[Cell, dict[str, Any]]] = []
        self.hidden_sheets: list[tuple[Cell, dict[str, Any]]] = []

    def finish(self, parts: Mapping[str, str], first: str) -> ParsedFile:
        """The content of the workbook. A missing part is reported at the head of its sheet.

        ``parts`` are the sheets of the parts, by name; the sheet ``first`` stands for the whole.
        """
        self.result.data = self.data
        for name in self.heads:
            self.look_for_copies(name)
        titles = self.form.titles.values()
        self.remark_looks([sheet for sheet in self.sheets if any(self._sheet(title) is sheet for title in titles)])
        for part, name in parts.items():
            if head := self.heads.get(name):
                self._cells.setdefault((part,), (head, head))
        start = self.heads.get(first, (1, 1))
        places: tuple[Any, Any] = start, start
        self._cells[()] = places
        return self.result

    # --- sheets and rows ---

    def rows(self, name: str, columns: Sequence[FormColumn], key: str | None) -> Iterator[dict[str, Cell]]:
        """The rows of a sheet below its head that are not empty, as cells by column; optional ones may be absent."""
        found = self._laid_out(name, columns)
        if found is None:
            self._lose_all(name)
            return
        sheet, there, head, places = found
        self._refuse_merged(sheet, head)
        self._bound_conditions(sheet)
        again = {
            row: table for table in self._tables(name) if table.sheet is sheet for row in table.heads if row != head
        }
        shown = {column.key for column in columns if not column.is_input and column.key != key}
        for number in dict.fromkeys(row for row, _ in there):
            if number in again:
                violation = Violation("second-head", context={"found": self.form.titles[name]})
                self.add(violation, self.at(again[number].corner._replace(row=number)))
                continue
            filled = {
                key: cell
                for key, place in places.items()
                # A formula in a column for people repeats what is beside it.
                if (cell := there.get((number, place))) and not (cell.is_formula and key in shown)
            }
            if number >= head and not filled:
                continue
            cells = {column: sheet.cell(number, place) for column, place in places.items()}
            if number < head:
                # A title of one cell is allowed here; a row of the table would be lost.
                if len(filled) > 1 or any(self.form.data.fullmatch(word_in(cell.value)) for cell in filled.values()):
                    self.add(Violation("row-above-head"), self.at(next(iter(filled.values()))))
            elif number > head:
                if key is None or key in filled:
                    yield cells
                    continue
                self.note_stray(cells)
                if not self.is_merged_away(cells[key]):
                    head_of_key = next(column.head for column in columns if column.key == key)
                    self._report_without_id(name, head_of_key, next(iter(filled.values())))

    def _laid_out(
        self, name: str, columns: Sequence[FormColumn]
    ) -> tuple[Sheet, dict[tuple[int, int], Cell], int, dict[str, int]] | None:
        """A sheet with its cells that show something, the row of its head, and the place of each column.

        None, with what is wrong added, if it cannot be read.
        """
        sheet = self._sheet(self.form.titles[name])
        if sheet is None:
            self._report_missing(name)
            return None
        there = {where: cell for where, cell in sorted(sheet.cells.items()) if not is_blank(cell)}
        if outside := next(
            (cell for (row, column), cell in there.items() if row > MAX_ROWS or column > MAX_COLUMNS), None
        ):
            size = f"{max(row for row, _ in there)} × {max(column for _, column in there)}"
            context = {"found": size, "allowed": f"{MAX_ROWS} × {MAX_COLUMNS}"}
            self.add(Violation("sheet-too-large", context=context), self.at(outside))
            return None
        head, places = self._head(sheet, there, columns)
        self.heads[name] = sheet.position(head, 1)
        if sheet.is_hidden or sheet.hidden_rows or sheet.hidden_columns:
            inputs = {places[column.key] for column in columns if column.is_input and column.key in places}
            filled = [cell for cell in there.values() if cell.row > head and cell.column in inputs]
            filled = [cell for cell in filled if not stated_limit(word_in(cell.value))]
            self.note_hidden(sheet, head, filled)
            if sheet.is_hidden and filled:
                self.hidden_sheets.append((filled[0], {"found": sheet.title}))
        return (sheet, there, head, places) if places else None

    def note_hidden(self, sheet: Sheet, head: int, read: Sequence[Cell]) -> None:
        """Note the rows below the head and the columns with cells of ``read`` that nobody sees."""
        hidden, places = {*sheet.hidden_rows}, sorted({cell.column for cell in read})
        rows = sorted({cell.row for cell in read if cell.row > head and cell.row in hidden})
        self.hidden_rows += [(sheet.cell(row, places[0]), {}) for row in rows]
        columns = [place for place in places if any(first <= place <= last for first, last in sheet.hidden_columns)]
        self.hidden_columns += [(sheet.cell(head, place), {}) for place in columns]

    def _report_without_id(self, name: str, head: str, first: Cell) -> None:
        """Report a row without the value of the column with that head, at its first cell."""
        self.add(Violation("row-without-id", context={"key": head}), self.at(first))
        if name == "team":
            self._lose_all(name)  # the member that is not known may be named elsewhere

    def note_stray(self, row: Mapping[str, Cell]) -> None:
        """Note the title in a row without a valid id, so that its indicator is not reported as missing too."""
        if "title" in row:
            self.result.strays.add(word_in(row["title"].value))

    def _report_missing(self, name: str) -> None:
        """Report a missing sheet, at the one that was probably renamed. A workbook that is no form is one mistake."""
        title = self.form.titles[name]
        renamed = next((table for table in self._tables(name) if not table.is_transposed), None)
        if renamed is not None:
            context = {"found": title, "other": renamed.sheet.title}
            self.add(Violation("missing-sheet", context=context, variant="renamed"), self.at(renamed.corner))
        elif any(self._sheet(self.form.titles[known]) for known in self.form.layouts):
            self.add(Violation("missing-sheet", context={"found": title}), None)
        elif not self.result.violations:
            first, kind = next(iter(self.form.titles.values())), phrase(f"file_kind.{self.form.kind}")
            self.add(Violation("missing-sheet", context={"found": first, "allowed": kind}, variant="all"), None)

    def _lose_all(self, name: str) -> None:
        """Record that a sheet cannot be read, so that what it should hold is not reported as missing."""
        self.result.refused.add((name,))
        if name == "facts":
            self.result.refused.update(path[:1] for path in self.form.fact_paths.values())

    def _sheet(self, title: str) -> Sheet | None:
        """The sheet with that name, or the first one whose name differs only in blanks and width of characters."""
        named = [sheet for sheet in self.sheets if plain(sheet.title) == title]
        return next((sheet for sheet in named if sheet.title == title), named[0] if named else None)

    def look_for_copies(self, name: str) -> None:
        """Compare other sheets that have the head of this one. They are not read, and must not differ."""
        sheet = self._sheet(self.form.titles[name])
        assert sheet is not None  # its head was found
        others = [table for table in self._tables(name) if table.sheet is not sheet]
        if not others:
            return
        read = Counter(content for table in self._tables(name) if table.sheet is sheet for _, content in table.rows())
        for other in others:
            context = _titles(other.sheet, sheet)
            if cell := difference(read, other):
                self.add(Violation("duplicate-sheet", context=context), self.at(cell))
            else:
                self.result.remarks.append((Violation("sheet-copy", context=context), self.at(other.corner)))

    def _tables(self, name: str) -> list[Table]:
        return [table for table in self.tables if table.name == name]

    def _head(
        self, sheet: Sheet, there: Mapping[tuple[int, int], Cell], columns: Sequence[FormColumn]
    ) -> tuple[int, dict[str, int]]:
        """The row of the head, and the place of each column. All must be there once; optional ones may be absent."""
        keys = {word: column.key for column in columns for word in column.words}
        rows: dict[int, dict[str, list[int]]] = {}
        for (row, place), cell in there.items():
            if row <= HEAD_ROWS and (text := word_in(cell.value)) in keys:
                rows.setdefault(row, {}).setdefault(keys[text], []).append(place)
        best = max(rows, key=lambda row: len(rows[row]), default=1)
        found = rows.get(best, {})
        if len(found) < 2:
            heads = tuple(column.head for column in columns if not column.is_optional)
            self.add(Violation("missing-column", context={"allowed": heads}, variant="head"), sheet.position(best, 1))
            return best, {}
        known = {place for where in found.values() for place in where}
        gaps = _gaps(columns, found)
        renamed = {
            key: place
            for key, place in gaps.items()
            if not is_blank(sheet.cell(best, place)) and place not in {where[0] for where in found.values()}
        }
        sound = not renamed
        for column in columns:
            if column.key in renamed:
                cell = sheet.cell(best, renamed[column.key])
                context = {"found": cell.value, "key": column.head}
                self.add(Violation("missing-column", context=context, variant="renamed"), self.at(cell))
                known.add(cell.column)
                continue
            where = [place for place in found.get(column.key, []) if place not in renamed.values()]
            if len(where) != 1 and (where or not column.is_optional):
                code = "duplicate-column" if where else "missing-column"
                position = sheet.position(best, where[1] if where else gaps[column.key])
                self.add(Violation(code, context={"found": column.head}), position)
                sound = False
        for (row, place), cell in there.items():
            if row >= best and place not in known:
                known.add(place)
                title, position = sheet.cell(best, place).value, self.at(cell)
                context = {"found": title or position.letters}
                violation = Violation("unknown-column", context=context, variant="" if title else "headless")
                self.add(violation, position)
        return best, {key: where[0] for key, where in found.items()} if sound else {}

    def _refuse_merged(self, sheet: Sheet, head: int) -> None:
        for merged in sheet.merged:
            if merged.last_row > head:
                violation = Violation("merged-cells", context={"found": merged.written})
                self.add(violation, sheet.position(merged.first_row, merged.first_column))

    def is_merged_away(self, cell: Cell) -> bool:
        """Whether a cell is covered by a merged range that begins at another one, which is a mistake of its own."""
        if not self.sheets[cell.sheet].merged:
            return False
        place = cell.row, cell.column
        return any(
            merged.first_row <= cell.row <= merged.last_row
            and merged.first_column <= cell.column <= merged.last_column
            and place != (merged.first_row, merged.first_column)
            for merged in self.sheets[cell.sheet].merged[:MAX_MERGED]
        )

    def _bound_conditions(self, sheet: Sheet) -> None:
        """Refuse a sheet with too many numbers times conditional number formats, which are compared pairwise."""
        numbers = sum(cell.kind == "n" for cell in sheet.cells.values()) if sheet.conditions else 0
        codes = {code for _, code in sheet.conditions}
        if numbers * max(len(sheet.conditions), CODE * len(codes)) > MAX_COMPARED:
            area = sheet.conditions[0][0]
            self.add(Violation("too-many-conditions"), sheet.position(area.first_row, area.first_column))
            sheet.conditions.clear()

    # --- facts and team ---

    def read_facts(self) -> None:
        """Read the sheet of facts into the data."""
        for row in self.rows("facts", FACT_COLUMNS, "label"):
            self._read_fact(row)
        absent = [label for label in self.form.fact_paths if label not in self.labels]
        for label, cell in self.unknown:
            context = {
                "found": label,
                "allowed": tuple(absent or self.form.fact_paths),
                "hint": partial(near, label, absent),
            }
            self.add(Violation("unknown-fact", context=context), self.at(cell))
            # What stands beside it may be what the model misses.
            self.result.refused.update(self.form.fact_paths[label] for label in absent)

    def _read_fact(self, row: Mapping[str, Cell]) -> None:
        """Read a row of the sheet of facts into the data."""
        label = self.value(row["label"], "label")
        path = self.form.fact_paths.get(str(label))
        if path is None:
            if label is not None:
                self.unknown.append((str(label), row["label"]))
            return
        self.labels.add(str(label))
        value = self.value(row["value"], "value", path)
        if value is None:
            return
        holder = self.data
        for depth, key in enumerate(path[:-1], 1):
            holder = holder.setdefault(key, {})
            self.place(path[:depth], row["label"], row["value"])
        if path[-1] in holder:
            context = {"found": label, "line": self.row_of(path)}
            self.add(Violation("duplicate-key", path, context), self.at(row["label"]))
            return
        if path in self.form.choices:
            value = self.form.choices[path].get(word_in(value), word_in(value))
        elif path == ("standard",):
            value = word_in(value)
        elif _is_day(path):
            value = day_in(word_in(value))
        elif path in self.form.lists:
            value = [line.strip() for line in str(value).split("\n") if plain(line)]
        holder[path[-1]] = value
        self.place(path, row["label"], row["value"])

    def read_team(self) -> None:
        """Read the sheet of the team into the data."""
        team: list[dict[str, Any]] = []
        for row in self.rows("team", TEAM_COLUMNS, "name"):
            path: Path = ("team", len(team))
            self.place(path, row["name"], row["name"])
            member = {key: self.value(cell, key, (*path, key)) for key, cell in row.items()}
            if isinstance(member["name"], str):
                member["name"] = member["name"].strip()
            member["role"] = ROLE_WORDS.get(plain(str(member["role"])), member["role"])
            team.append({key: value for key, value in member.items() if value is not None})
        if team:
            self.data["team"] = team
            self.place_with(("team",), ("team", 0))

    # --- cells ---

    def id_of(self, cell: Cell) -> str | None:
        """The id in a cell."""
        value = self.value(cell, "id")
        return None if value is None else str(value)

    def value(self, cell: Cell, column: str, path: Path = ()) -> Any:
        """The content of a cell as in YAML: a text, or None. A value that cannot be made text is a problem.

        ``path`` is its place in the data, or empty for a value without one, such as an id.
        """
        self.place(path, cell, cell)
        if cell.value is None:
            return self.refuse(Violation("formula-without-value", path), cell) if cell.is_formula else None
        if cell.kind == "p":
            return self.refuse(Violation("picture-in-cell", path), cell)
        if cell.kind == "e":
            return self.refuse(Violation("error-value", path, {"found": cell.value}), cell)
        if isinstance(cell.value, bool):
            return cell.value
        if cell.kind == "n":
            return self._number(cell, column, path)
        if cell.kind == "d":
            return self._day_or_refusal(_moment(cell.value), path, cell, "date")
        if column in self.form.free:
            return cell.value if plain(cell.value) else None
        return plain(cell.value) or None

    def _number(self, cell: Cell, column: str, path: Path) -> Any:
        """The number of a cell as people see it: with % if it is shown with %."""
        number = Decimal(str(cell.value))
        shown = show_number(cell.format, str(cell.value))
        if shown.kind in _DATES:
            if shown.kind == "date" and shown.is_rounded and _is_day(path):
                violation = Violation("day-not-shown", path, {"found": self._moment_of(number, shown)})
                self.result.remarks.append((violation, self.at(cell)))
            return self._day_or_refusal(self._moment_of(number, shown), path, cell, shown.kind)
        is_code = column in self.form.free and number.adjusted() >= MAX_DIGITS  # such as a credit code
        if is_code or len(number.normalize().as_tuple().digits) > MAX_DIGITS:
            return self.refuse(Violation("inexact-cell", path, {"found": word_in(cell.value)}), cell)
        if shown.kind == "sign":
            meant = None if column in self.form.counts else _percentage(shown.text, number)  # a count is no percentage
            context = {"found": shown.text, "allowed": word_in(cell.value), "hint": meant}
            return self.refuse(Violation("percent-sign-in-format", path, context), cell)
        if shown.kind == "other" or (shown.kind == "percent" and column in self.form.counts):
            context = {"found": shown.text or "–", "allowed": word_in(cell.value)}
            return self.refuse(Violation("shown-otherwise", path, context), cell)
        for code in self.sheets[cell.sheet].conditional_formats(cell):
            other = show(code, number)
            if (other.kind, other.unit) != (shown.kind, shown.unit):
                text = self._moment_of(number, other) if other.kind in _DATES else other.text
                context = {"found": text or "–", "allowed": shown.text}
                return self.refuse(Violation("shown-by-condition", path, context), cell)
            shown = max(shown, other, key=lambda one: one.is_rounded)
        if shown.is_rounded:
            # A table may have millions of them, and only the first one is described.
            facts: dict[str, Any] = {"found": shown.text, "allowed": partial(_as_read, cell)}
            self.rounded.append((cell, {} if self.rounded else facts))
        return _percent(number) if shown.kind == "percent" else word_in(cell.value)

    def remark(self, code: str, cells: Sequence[tuple[Cell, dict[str, Any]]], variant: str = "") -> None:
        """One remark on all these cells, at the first of them."""
        if not cells:
            return
        (first, context), *rest = cells
        names = [self.name_of(cell) for cell, _ in rest[:MAX_NAMED]]
        context = context | {"more": phrase("more_cells", count=len(rest), names=names) if rest else ""}
        self.result.remarks.append((Violation(code, context=context, variant=variant), self.at(first)))

    def compare_units(self, path: Path, cells: Mapping[str, Cell]) -> None:
        """Compare the units that the number formats of these cells show (6.2.2, reading R5).

        Two different units are refused. A unit beside a number without any gets a remark, except a percent sign, which
        is read as part of the number.
        """
        shown = {name: self._shown_unit(cell) for name, cell in cells.items()}
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
        context = {
            "found": shown[first].text,
            "allowed": shown[beside].text,
            "beside": self.name_of(cells[beside]),
            "remedy": phrase(f"remedy.{'counts' if first in COUNTS else 'measures'}"),
        }
        if other is not None:
            self.refuse(Violation("unlike-shown-units", (*path, first), context), cells[first])
        else:
            self.one_sided.append((cells[first], context))

    def _shown_unit(self, cell: Cell) -> Shown:
        """The text that a cell shows for a number, which may be a text."""
        if cell.kind == "n" and isinstance(cell.value, str):
            return show_number(cell.format, cell.value)
        text = stated_limit(word_in(cell.value)) or word_in(cell.value)
        return Shown("number", text, unit="%" if text.endswith("%") else "")

    def remark_looks(self, sheets: Sequence[Sheet]) -> None:
        """Remarks on cells that look other than they are read: rounded and hidden ones, and what people add to cells
        and is not read, which are lines through a text, comments and pictures.
        """
        self.remark("hidden-sheet", self.hidden_sheets, "read")
        self.remark("hidden-column", self.hidden_columns)
        self.remark("hidden-row", self.hidden_rows)
        self.remark("shown-rounded", self.rounded)
        struck = [
            cell for sheet in sheets for _, cell in sorted(item for item in sheet.cells.items() if item[1].is_struck)
        ]
        self.remark("struck-through", [(cell, {}) for cell in struck if not is_blank(cell)])
        for kind in ("comment", "picture"):
            places = [(sheet, place) for sheet in sheets for place in sheet.notes.get(kind, ())]
            self.remark(f"unread-{kind}", [(sheet.cell(*place), {}) for sheet, place in places])

    def name_of(self, cell: Cell) -> str:
        """The name of a cell, with its sheet."""
        return self.at(cell).name

    def _moment_of(self, number: Decimal, shown: Shown) -> str:
        return moment_of(number, shown.kind, from_1904=self.from_1904)

    def _day_or_refusal(self, moment: str, path: Path, cell: Cell, kind: str) -> Any:
        """A date for a key that takes a day, which the models validate. Elsewhere, and shown as 0:00, it is refused."""
        shows_as_midnight = kind == "time" and ":" not in moment
        if _is_day(path) and not shows_as_midnight:
            return moment
        return self.refuse(Violation("date-in-cell", path, {"found": moment, "held": _held(moment, kind)}), cell)

    def refuse(self, violation: Violation, cell: Cell) -> None:
        """Add the violation of a cell, whose value the models are not asked about any more."""
        self.add(violation, self.at(cell))
        if violation.path:
            self.result.refused.add(violation.path)

    def add(self, violation: Violation, position: CellPosition | None) -> None:
        """Add a violation at its position."""
        self.result.violations.append((violation, position))

    def place(self, path: Path, key: Cell, value: Cell) -> None:
        """Record the cells of the key and of the value of a part."""
        self._cells[path] = key, value

    def place_with(self, path: Path, other: Path) -> None:
        """Record a part at the cells of another part, unless it has its own."""
        self._cells.setdefault(path, self._cells[other])

    def row_of(self, path: Path) -> int:
        """The row of the key at a path."""
        return self._cells[path][0].row

    def at(self, cell: Cell) -> CellPosition:
        """The position of a cell."""
        return _position(cell, self.sheets)


class _Places(UserDict[Path, Place]):
    """The place of each part, by its path, from the cells of its key and value. Of thousands, few are asked for."""

    def __init__(self, cells: Mapping[Path, tuple[Any, Any]], sheets: Sequence[Sheet]):
        super().__init__()
        self.data = {**cells}
        self.sheets = sheets

    def __getitem__(self, path: Path) -> Place:
        cells: tuple[Any, Any] = self.data[path]
        key, value = cells
        return _position(key, self.sheets), _position(value, self.sheets)


def _position(cell: Cell | CellPosition, sheets: Sequence[Sheet]) -> CellPosition:
    """The position of a cell, which may be one already."""
    return sheets[cell.sheet].position(cell.row, cell.column) if isinstance(cell, Cell) else cell


@lru_cache(256)  # the cells of a row are looked at again to compare their units
def show_number(code: str, written: str) -> Shown:
    """The text of a number in a number format."""
    return show(code, Decimal(written))


def _gaps(columns: Sequence[FormColumn], found: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """The missing columns of a head, each with its place, which is behind the column before it."""
    gaps: dict[str, int] = {}
    before = 0
    for column in columns:
        where = found.get(column.key)
        if where is None and not column.is_optional:
            gaps[column.key] = before + 1
        before = where[0] if where else gaps.get(column.key, before)
    return gaps


def _is_day(path: Path) -> bool:
    return path[-1:] in _DAYS


def _titles(found: Sheet, read: Sheet) -> dict[str, Any]:
    """The facts of a message about two sheets: their names, and whether they are hidden."""
    marks = {"hidden": found, "also_hidden": read}
    facts = {name: phrase("hidden") if sheet.is_hidden else "" for name, sheet in marks.items()}
    return facts | {"found": found.title, "allowed": read.title}


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing. A formula without a value is not blank but a mistake."""
    if cell.value is None:
        return not cell.is_formula
    if not isinstance(cell.value, str) or "\u4e00" <= cell.value[:1] <= "\u9fff":  # most texts start in Chinese
        return False
    return not plain(cell.value[:40]) and not plain(cell.value)  # most long ones start with a visible character


def word_in(value: str | bool | None) -> str:
    """A word or number in plain form, from a cell of any type."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    return plain(value)


def _as_read(cell: Cell) -> str:
    """The number of a cell as it is read, with % if it is shown with %."""
    number = Decimal(str(cell.value))
    return _percent(number) if show(cell.format, number).kind == "percent" else str(cell.value)


def _percent(number: Decimal) -> str:
    """A number as a percentage.

    >>> _percent(Decimal("0.0805"))
    '8.05%'
    """
    return f"{_trimmed(number.scaleb(2))}%"


def _percentage(shown: str, number: Decimal) -> str:
    """The number that was probably meant by one whose format shows hundredths, thousandths or less without scaling it.

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


def day_in(text: str) -> str:
    """A day in the form of YAML, from ``2026/3/2`` or ``2026年3月2日``; another text unchanged."""
    if match := _DAY.fullmatch(text):
        year, *rest = filter(None, match.groups())
        return "-".join([year, *(part.zfill(2) for part in rest)])
    return text
