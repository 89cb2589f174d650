"""Read the cells of an .xlsx file within bounds.

Only the parts that an evaluation needs are read: the names of the sheets, the values of cells, which of them are
formulas or struck through, their number formats and those that conditional formats set, merged ranges, and which cells
have a comment or a picture. What these say, data validations and other parts are skipped, whatever their size. A
workbook of a few kilobytes can name a million cells: reading stops at the cell where a bound is exceeded. A number cell
without a number is reported at its place.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple
from xml.parsers import expat

from aftersales.files.numbers import not_a_number, read_quantity
from aftersales.files.source import UNPRINTABLE, CellPosition, UnreadableSource
from aftersales.files.spreadsheet.notes import noted_places
from aftersales.files.spreadsheet.number_formats import GENERAL, code_of
from aftersales.files.spreadsheet.package import MAX_UNPACKED, Package
from aftersales.problems.violations import Violation, ViolationError

__all__ = ["Bounds", "Cell", "Contents", "Range", "Sheet", "inspect", "sheet_titles"]

MAX_ELEMENTS = 200_000  # in all parts that are read
MAX_EMPTY = 250_000  # rows, and cells with or without a value: an empty cell with a format is an element too
MAX_TEXT = 5_000_000  # characters of all cells together: a text that is stored once may be shown in many cells
MAX_CODES = 100_000  # characters of all custom number formats; Excel allows about 200 of at most 255 characters
MAX_NAME = 100  # characters that are kept of what a defined name stands for
MAX_NAMES = 5_000  # different names of elements and attributes in a part; the format has some hundreds
PIECE = 131_072  # bytes of a part that are parsed at a time
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MAX_CONDITIONS = 500  # ranges of a sheet with a conditional number format; each number is compared with all of them
_EXTENSIONS = {  # namespaces of a sheet's conditional formats that refer to other sheets
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
    "http://schemas.microsoft.com/office/excel/2006/main",
}

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,6})?(?::\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,6})?)?")
_PICTURE = "DISPIMG("  # the function by which WPS puts a picture into a cell
_WRITTEN_AS_CODE = re.compile("_x([0-9A-Fa-f]{4})_")


class Cell(NamedTuple):
    """A cell with its value as written in the file.

    Fields:
        sheet: The number of the sheet, from 0.
        row: The row, from 1.
        column: The column, from 1.
        kind: ``n`` a number, ``s`` a text, ``b`` a bool, ``e`` an error, ``d`` a date in ISO 8601, ``p`` a picture in
            the cell.
        value: The value; for a number its shortest text. None for an empty cell and a formula without a saved value.
        format: The code of the number format.
        is_formula: Whether the cell is a formula.
        is_struck: Whether its text is struck through, or a part of it.
    """

    sheet: int
    row: int
    column: int
    kind: str = "n"
    value: str | bool | None = None
    format: str = GENERAL
    is_formula: bool = False
    is_struck: bool = False


class Range(NamedTuple):
    """A range of cells.

    Fields:
        first_row: The first row, from 1.
        first_column: The first column, from 1.
        last_row: The last row.
        last_column: The last column.
        written: The range as written in the file.
    """

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    written: str


class Sheet:
    """A sheet: its title, whether it is hidden, and its cells that are not empty, by row and column."""

    def __init__(self, number: int, title: str, *, is_hidden: bool):
        self.number, self.title, self.is_hidden = number, title, is_hidden
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merged: list[Range] = []
        self.conditions: list[tuple[Range, str]] = []  # where a conditional format sets a number format, and its code
        self.notes: dict[str, list[tuple[int, int]]] = {}  # the places with a comment or a picture, by kind
        self.hidden_rows: list[int] = []  # also those that a filter hides
        self.hidden_columns: list[tuple[int, int]] = []  # the first and the last of adjacent ones

    def cell(self, row: int, column: int) -> Cell:
        """The cell at that place, or an empty cell."""
        return self.cells.get((row, column)) or Cell(self.number, row, column)

    def position(self, row: int, column: int) -> CellPosition:
        """The position of a cell."""
        return CellPosition(self.number, row, column, self.title)

    def conditional_formats(self, cell: Cell) -> list[str]:
        """The number formats that conditional formats may set for a cell. Their conditions are not evaluated."""
        codes = (
            code
            for area, code in self.conditions
            if area.first_row <= cell.row <= area.last_row and area.first_column <= cell.column <= area.last_column
        )
        return list(dict.fromkeys(codes))


class Contents:
    """The content of a workbook: its sheets and short names, whether its days count from 1904, and its violations."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.names: dict[str, str] = {}  # what each defined name stands for, unless it is long
        self.violations: list[tuple[Violation, CellPosition | None]] = []
        self.from_1904 = False


class Bounds(NamedTuple):
    """The bounds within which a workbook is read.

    Fields:
        unpacked: The bytes of its unpacked parts.
        elements: The elements in the parts that are read, but rows and cells.
        cells: The rows and cells.
        text: The characters of all cells.
    """

    unpacked: int
    elements: int
    cells: int
    text: int


def inspect(raw: bytes, bounds: Bounds | None = None) -> Contents:
    """Read the cells of an .xlsx file within bounds, by default those of a form.

    Raises :class:`~aftersales.files.source.UnreadableSource` for a file that is too large or no workbook, and the
    exceptions of zipfile, zlib and expat for a broken file.
    """
    bounds = bounds or Bounds(MAX_UNPACKED, MAX_ELEMENTS, MAX_EMPTY, MAX_TEXT)
    scanner = _Scanner(Package(raw, bounds.unpacked), bounds)
    with suppress(_Over):
        scanner.scan()
    scanner.read.clear()  # what refers to the scanner would keep all cells until Python's collector of cycles runs
    return scanner.found


def sheet_titles(raw: bytes, bounds: Bounds) -> list[str]:
    """The titles of the sheets of an .xlsx file. Raises as :func:`inspect` does."""
    scanner = _Scanner(Package(raw, bounds.unpacked), bounds)
    scanner.read_titles()
    return [sheet.title for sheet in scanner.found.sheets]


class _Scanner:
    """Reads the parts of one workbook."""

    def __init__(self, package: Package, bounds: Bounds):
        self.package, self.found, self.bounds = package, Contents(), bounds
        _, self.left, self.empty, self.text = bounds
        self.strings: list[str] = []
        self.struck_strings: set[int] = set()  # the numbers of those that are struck through, or a part of them
        self.formats: list[str] = []  # of the styles of cells, by the number of the style
        self.struck: set[int] = set()  # the numbers of the styles that strike text through
        self.looks: dict[str, tuple[str, bool]] = {}  # by the number of the style, as it is written
        self.conditional: dict[int, str] = {}  # the number formats of conditional formats, by the number of the format
        self.current: _SheetScanner | None = None  # the sheet that is being read
        self.read: list[_SheetScanner] = []  # the sheets that were read before

    def scan(self) -> None:
        """Read all parts with cells, and the parts that they refer to."""
        parts, relations = self.read_titles()
        targets = {kind: target for kind, target in relations.values() if kind != "worksheet"}
        if "sharedStrings" in targets:
            self._read_strings(targets["sharedStrings"])
        if "styles" in targets:
            self._read_styles(targets["styles"])
        self.formats = self.formats or [GENERAL]
        for sheet, part in zip(self.found.sheets, parts, strict=True):
            _SheetScanner(self, sheet).read(part)
            sheet.notes = noted_places(self.package, part)

    def read_titles(self) -> tuple[list[str], dict[str, tuple[str, str]]]:
        """Read the names of the sheets. Returns the part of each, and the parts that the workbook refers to."""
        root = next(target for kind, target in self._relations("").values() if kind == "officeDocument")
        relations = self._relations(root)
        return self._read_workbook(root, {key: target for key, (_, target) in relations.items()}), relations

    # --- parts ---

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: the kind and the name of each, by the id of the relation."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = posixpath.basename(attributes["Type"]), target

        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), start)
        return found

    def _read_workbook(self, part: str, targets: dict[str, str]) -> list[str]:
        """Read the names of the sheets and the defined names. Returns the name of the part of each sheet."""
        parts: list[str] = []
        defined = ""  # the name whose text is read

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal defined
            defined = ""
            if name == "definedName":
                defined = attributes.get("name", "")
                self.found.names[defined] = ""
            elif name == "workbookPr":
                self.found.from_1904 = _is_true(attributes.get("date1904", "0"))
            elif name == "sheet":
                relation = next(value for key, value in attributes.items() if key.endswith(" id"))
                parts.append(targets[relation])
                is_hidden = attributes.get("state", "visible") != "visible"
                self.found.sheets.append(Sheet(len(parts) - 1, attributes["name"], is_hidden=is_hidden))

        def add(text: str) -> None:
            if defined and len(self.found.names[defined]) < MAX_NAME:
                self.found.names[defined] += text[:MAX_NAME]

        self.parse(part, start, text=add)
        titles = [sheet.title for sheet in self.found.sheets]
        # Excel allows neither two sheets of one name nor two of one part. Of such sheets one would be ignored.
        if not titles or len({title.lower() for title in titles}) < len(titles) or len(set(parts)) < len(parts):
            raise UnreadableSource("not-a-workbook", reason="sheets")
        return parts

    def _read_strings(self, part: str) -> None:
        """Read the shared texts, which cells refer to by number."""
        text = _Text()

        def start(name: str, attributes: dict[str, str]) -> None:
            text.start(name, attributes)

        def end(name: str) -> None:
            text.end(name)
            if name == "si":
                if text.is_struck:
                    self.struck_strings.add(len(self.strings))
                self.strings.append(text.take())

        self.parse(part, start, end, text.add)

    def _read_styles(self, part: str) -> None:
        """Read the number format of each cell style and of each conditional format that has one."""
        custom: dict[int, str] = {}
        numbers: list[int] = []
        fonts, struck = 0, set[int]()  # the number of fonts, and those that strike text through
        within, count, length = "", 0, 0

        def keep(code: str) -> str:
            nonlocal length
            length += len(code)
            if length > MAX_CODES:
                raise UnreadableSource("not-a-workbook", reason="number formats")
            return code

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal within, count, fonts
            if name in ("numFmts", "cellXfs", "dxfs", "fonts"):
                within = name
            elif name == "font" and within == "fonts":
                fonts += 1
            elif name == "strike" and within == "fonts" and _is_set(attributes):
                struck.add(fonts - 1)
            elif name == "numFmt" and within == "numFmts":
                custom[int(attributes["numFmtId"])] = keep(attributes["formatCode"])
            elif name == "dxf" and within == "dxfs":
                count += 1
            elif name == "numFmt" and within == "dxfs":
                self.conditional[count - 1] = keep(attributes["formatCode"])
            elif name == "xf" and within == "cellXfs":
                if int(attributes.get("fontId", "0")) in struck:
                    self.struck.add(len(numbers))
                numbers.append(int(attributes.get("numFmtId", "0")))

        def end(name: str) -> None:
            nonlocal within
            within = "" if name == within else within

        self.parse(part, start, end)
        self.formats = [code_of(number, custom) for number in numbers]

    # --- XML ---

    def parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Parse a part. Elements of unknown namespaces count but are ignored."""
        seen: dict[str, str] = {}  # the names of elements and attributes
        parser: Any = expat.ParserCreate(namespace_separator=" ", intern=seen)
        parser.buffer_text = True
        names = _Names()

        def begin(element: str, attributes: dict[str, str]) -> None:
            name = names[element]
            # Handled before it is counted, so that an excess is reported at the place of the last element.
            if name:
                start(name, attributes)
            if name in ("c", "row"):
                self.empty -= 1
            else:
                self.left -= 1
            if self.empty < 0 or self.left < 0:
                self.refuse_more()

        if end is not None:

            def finish(element: str) -> None:
                if name := names[element]:
                    end(name)

            parser.EndElementHandler = finish
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = begin
        parser.CharacterDataHandler = text
        content = self.package.read(part)
        signs = 0  # of equality, in a tag that goes on for several pieces: one for each attribute
        for begun in range(0, len(content), PIECE):
            piece = content[begun : begun + PIECE]
            parser.Parse(piece)
            signs = signs + piece.count(b"=") if parser.CurrentByteIndex < begun else 0
            if len(seen) > MAX_NAMES or signs > MAX_NAMES:  # the latter before the parser makes a dict of them
                raise UnreadableSource("not-a-workbook", reason="names")
        parser.Parse(b"", True)

    def refuse_more(self) -> None:
        """Stop reading. The excess of all sheets together is reported where the reading of the largest sheet ended."""
        if self.current is not None:
            self.current.count()
            which = 0 if self.left < 0 else 1
            self.current = max((self.current, *self.read), key=lambda sheet: sheet.cost[which])
        self.stop_at("too-many-values", self.bounds.elements)

    def stop_at(self, code: str, allowed: int) -> None:
        """Stop reading at the current cell or range, with a violation."""
        self.found.violations.clear()  # the rest of the workbook is unknown, so this violation has to be fixed first
        self.violation(Violation(code, context={"allowed": allowed}))
        raise _Over

    def look_of(self, style: str) -> tuple[str, bool]:
        """The number format of a style, and whether it strikes text through."""
        if style not in self.looks:
            number = _index(style)
            self.looks[style] = self.formats[number], number in self.struck
        return self.looks[style]

    def count_text(self, text: str) -> str:
        """The text. Its characters count, since a cell shows them."""
        self.text -= len(text)
        if self.text < 0:
            raise UnreadableSource.too_large("texts of cells", self.bounds.text)
        return text

    def violation(self, violation: Violation) -> None:
        """Record a violation at the current cell or range."""
        position = None
        if self.current is not None:
            row, column = self.current.place
            position = self.current.sheet.position(max(row, 1), min(max(column, 1), LAST_COLUMN))
        self.found.violations.append((violation, position))


class _SheetScanner:
    """Reads one sheet."""

    def __init__(self, scanner: _Scanner, sheet: Sheet):
        self.scanner, self.sheet = scanner, sheet
        self.row = self.column = 0
        self.corner: tuple[int, int] | None = None  # of the last range, in the parts behind the cells
        self.start = scanner.left, scanner.empty
        self.cost = (0, 0)  # the numbers of elements, and of rows and cells, in the sheet
        self.attributes: dict[str, str] | None = None  # of the open cell
        self.is_formula = False
        self.formula: list[str] | None = None  # the text of the open formula
        self.is_picture = False  # of the cell
        self.value: list[str] | None = None  # the text of the open value
        self.written: str | None = None  # the value of the cell
        self.text = _Text()
        self.area = ""  # the ranges of the open conditional format
        self.codes: list[str] = []  # of a conditional format in an extension, whose ranges come later

    def read(self, part: str) -> None:
        """Read the cells of the sheet from its part."""
        self.scanner.current = self
        self.scanner.parse(part, self._start, self._end, self._text)
        self.scanner.current = None
        self.count()
        self.scanner.read.append(self)

    @property
    def place(self) -> tuple[int, int]:
        """The row and column of the current cell or range."""
        return self.corner or (self.row, self.column)

    def count(self) -> None:
        """Record how many elements, rows and cells the sheet has so far."""
        self.cost = self.start[0] - self.scanner.left, self.start[1] - self.scanner.empty

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.row, self.column, self.corner = int(float(attributes.get("r", self.row + 1))), 0, None
            if not 0 < self.row <= LAST_ROW:
                raise ValueError(self.row)
            if ("hidden" in attributes or "ht" in attributes) and _is_hidden(attributes, "ht"):
                self.sheet.hidden_rows.append(self.row)
        elif name == "c":
            self.column += 1
            if "r" in attributes:
                self.row, self.column = _place(attributes["r"])
            if self.column > LAST_COLUMN:
                self.scanner.stop_at("too-many-values", LAST_COLUMN)
            self.attributes, self.is_formula, self.written, self.is_picture = attributes, False, None, False
        elif self.attributes is not None:
            if name == "f":
                self.is_formula, self.formula = True, []
            elif name == "v":
                self.value = []
            else:
                self.text.start(name, attributes)
        elif name == "col":
            if _is_hidden(attributes, "width"):
                self.sheet.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            self.sheet.merged.append(self._range(attributes["ref"]))
        elif name == "conditionalFormatting":
            self.area = attributes.get("sqref", "")
        elif name == "cfRule":
            if code := self.scanner.conditional.get(int(attributes.get("dxfId", "-1"))):
                self._add_condition(self.area, code)
        elif name in ("numFmt", "+numFmt"):
            self.codes.append(attributes["formatCode"])
        elif name == "+sqref":
            self.value = []

    def _add_condition(self, area: str, code: str) -> None:
        for match in re.finditer(r"\S+", area):
            found = self._range(match[0])
            if len(self.sheet.conditions) == MAX_CONDITIONS:
                self.scanner.stop_at("too-many-conditions", MAX_CONDITIONS)
            self.sheet.conditions.append((found, code))

    def _range(self, written: str) -> Range:
        """Parse a range. Violations are reported at its first cell until the next range."""
        found = _range(written)
        self.corner = found.first_row, found.first_column
        return found

    def _text(self, text: str) -> None:
        if self.value is not None:
            self.value.append(text)
        elif self.formula is not None:
            self.formula.append(text)
        else:
            self.text.add(text)

    def _end(self, name: str) -> None:
        if name == "c":
            assert self.attributes is not None
            self._keep(self.attributes)
            self.attributes = None
            self.text.clear()
        elif name == "f" and self.formula is not None:
            self.is_picture, self.formula = _PICTURE in "".join(self.formula), None
        elif name == "v" and self.value is not None:
            self.written, self.value = "".join(self.value), None
        elif name == "+sqref" and self.value is not None:
            area, self.value = "".join(self.value), None
            for code in self.codes:
                self._add_condition(area, code)
            self.codes.clear()
        elif self.attributes is not None:
            self.text.end(name)

    def _keep(self, attributes: dict[str, str]) -> None:
        """Add the cell that ends here, unless it is empty."""
        kind = attributes.get("t", "n")
        value = self._value_of(kind)
        if value is None and not self.is_formula:
            return
        where = self.row, self.column
        if where in self.sheet.cells:
            self.scanner.violation(Violation("duplicate-cell"))
        format_, is_struck = self.scanner.look_of(attributes.get("s", "0"))
        is_struck = is_struck or self.text.is_struck
        if self.scanner.struck_strings and kind == "s" and _index(str(self.written)) in self.scanner.struck_strings:
            is_struck = True
        kind = "s" if kind in ("str", "inlineStr") else kind
        if self.is_picture or (kind == "e" and "vm" in attributes):  # in Excel, an error with a picture as its value
            kind, value = "p", value or _PICTURE
        self.sheet.cells[where] = Cell(self.sheet.number, *where, kind, value, format_, self.is_formula, is_struck)

    def _value_of(self, kind: str) -> str | bool | None:
        written = self.written
        if kind == "inlineStr":
            return self.scanner.count_text(self.text.shown())
        if kind == "str":
            return None if written is None else self.scanner.count_text(_decoded(written))
        if written is None or not written.strip():
            return None
        if kind == "s":
            return self.scanner.count_text(self.scanner.strings[_index(written)])
        if kind == "b":
            return _is_true(written)
        if kind not in ("n", "e", "d"):
            raise ValueError(kind)
        written = written.strip()
        if kind == "n":
            violation, number = _read_number(written)
            if violation:
                self.scanner.violation(violation)
            return number
        return written


class _Text:
    """Collects the text of a cell from its elements, without the phonetic hints of Chinese and Japanese.

    ``parts`` are its pieces, and ``is_struck`` is whether one of them is struck through.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.is_open = self.is_aside = self.is_struck = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element of the text."""
        if name == "strike":
            self.is_struck = self.is_struck or _is_set(attributes)
        elif name == "rPh":
            self.is_aside = True
        elif name == "t":
            self.is_open = not self.is_aside

    def end(self, name: str) -> None:
        """Handle the end of an element of the text."""
        if name == "rPh":
            self.is_aside = False
        elif name == "t":
            self.is_open = False

    def add(self, text: str) -> None:
        """Add characters."""
        if self.is_open:
            self.parts.append(text)

    def shown(self) -> str:
        """The text so far."""
        return _decoded("".join(self.parts))

    def clear(self) -> None:
        """Begin with the next text."""
        if self.parts:
            self.parts = []
        self.is_struck = False

    def take(self) -> str:
        """The text so far; the next one starts empty."""
        text = self.shown()
        self.clear()
        return text


class _Names(dict[str, str]):
    """The local names of expat's element names.

    Elements of extensions have a ``+`` before their name. Elements of other namespaces than that of the root have an
    empty name.
    """

    root: str | None = None

    def __missing__(self, element: str) -> str:
        namespace, _, name = element.rpartition(" ")
        self.root = namespace if self.root is None else self.root
        self[element] = name if namespace == self.root else f"+{name}" if namespace in _EXTENSIONS else ""
        return self[element]


class _Over(Exception):
    """The workbook exceeds a bound."""


def _refuse_doctype(*_: object) -> None:
    raise UnreadableSource("not-a-workbook", reason="DOCTYPE")


def _decoded(text: str) -> str:
    """A text as a cell shows it, with \\n as line break.

    Excel writes ``_x000D_`` for a character that XML does not keep.
    """

    if "_x" not in text and "\r" not in text:  # as in most texts
        return text

    def character(match: re.Match[str]) -> str:
        meant = chr(int(match[1], 16))
        return match[0] if UNPRINTABLE.match(meant) else meant

    return _WRITTEN_AS_CODE.sub(character, text).replace("\r\n", "\n").replace("\r", "\n")


@lru_cache(1_024)  # most numbers occur more than once in a workbook
def _read_number(written: str) -> tuple[Violation | None, str | None]:
    """The violation of a number cell's text, or the number as it was typed.

    Spreadsheets write the nearest binary number in 17 digits: ``0.57299999999999995`` for 0.573. Its shortest form is
    the number that was typed.
    """
    try:
        read_quantity(written)
        number = float(written)  # a fraction or a percentage is a number elsewhere, but not in a number cell
    except ValueError as error:
        violation = error.violations[0] if isinstance(error, ViolationError) else not_a_number(written)
        return violation, None
    return None, written if re.fullmatch("-?[0-9]+", written) else repr(number)


def _is_set(attributes: Mapping[str, str]) -> bool:
    """Whether an element that turns a look on does so: ``<strike/>`` and not ``<strike val="0"/>``."""
    return attributes.get("val", "1") not in ("0", "false")


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    """Whether a row or a column is hidden, or has no size."""
    return _is_true(attributes.get("hidden", "0")) or float(attributes.get(size, "1")) == 0


def _is_true(text: str) -> bool:
    return {"1": True, "true": True, "0": False, "false": False}[text.strip()]


def _index(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(number)
    return number


@lru_cache(4_096)  # the same references occur in each form
def _place(reference: str) -> tuple[int, int]:
    """The row and column of a reference such as ``F12``."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    return int(match[2]), _number(match[1])


def _range(written: str) -> Range:
    """The range of a text such as ``A1:B2``, ``A:B`` or ``1:3``."""
    match = _RANGE.fullmatch(written)
    if match is None:
        raise ValueError(written)
    left, top, right, bottom = match.groups()
    if right is None and bottom is None:
        right, bottom = left, top
    rows = int(top or 1), int(bottom or LAST_ROW)
    columns = _number(left or "A"), _number(right or "XFD")
    return Range(min(rows), min(columns), max(rows), max(columns), written)


def _number(letters: str) -> int:
    """The number, from 1, of a column given by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
