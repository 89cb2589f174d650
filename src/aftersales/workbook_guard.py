"""What is looked at in an .xlsx file before openpyxl opens it: its size, and what openpyxl would make of it.

A workbook of a few kilobytes can name a million cells, in a merged range or one by one, and openpyxl makes an object of each. So
every part is streamed through expat first. What costs too much is refused at its cell, and so is a number that is none, on
which openpyxl would give up without saying where it stood.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from aftersales.document import Position, Stop
from aftersales.exact import read_quantity
from aftersales.extras import require
from aftersales.faults import Fault, Refused

__all__ = ["Contents", "Places", "inspect"]

MAX_UNPACKED = 10_485_760
MAX_PARTS = 500
MAX_ELEMENTS = 200_000  # of all parts, each cell of a merged or linked range counted as one
SHEET_STEP = 10_000_000  # a position is its row, from this on for each sheet before it
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_TOO_MANY = Fault("too-many-values", facts={"allowed": MAX_ELEMENTS})
_RANGES = ("mergeCell", "hyperlink", "comment")  # openpyxl makes every cell of their ``ref``


class Places:
    """Where something stands in a workbook: the position that a document keeps of it, and the name of the cell there."""

    def __init__(self, titles: Sequence[str]):
        self.titles = titles

    def position(self, title: str, row: int, column: int) -> Position:
        """The position of a cell: sheets come in their order, then rows, then columns."""
        return self.titles.index(title) * SHEET_STEP + row, column

    def cell(self, position: Position) -> str:
        """The cell at a position, such as ``评分表!F12``."""
        letter = require("openpyxl", "excel").utils.get_column_letter(position[1])
        return f"{self.titles[position[0] // SHEET_STEP]}!{letter}{row_of(position)}"


def row_of(position: Position) -> int:
    """The row of a position in its sheet."""
    return position[0] % SHEET_STEP


class Contents:
    """What the parts of a workbook hold: its sheets, the cells with formulas, and what is wrong so far."""

    def __init__(self) -> None:
        self.faults: list[tuple[Fault, Position | None]] = []
        self.formulas: dict[str, Collection[tuple[int, int]]] = {}
        self.places = Places(())


def inspect(raw: bytes) -> Contents:
    """Looks through the parts of an .xlsx file.

    Raises :class:`~aftersales.document.Stop` for one that is too large or no workbook, and what zipfile and expat raise for one
    that is broken.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        entries = package.infolist()
        if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise Stop("file-too-large", allowed=MAX_UNPACKED)
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise Stop("not-a-workbook", reason="compression")  # other kinds unpack without a bound
        survey = _Survey()
        # The small parts come first: they name the sheets, so that what is too large can be told by its name.
        with suppress(_Over):
            for entry in sorted(entries, key=lambda entry: entry.file_size):
                survey.read(entry.filename, package.read(entry))
            survey.count_again()
    return survey.contents()


class _Survey:
    """The parts of one workbook while they are streamed."""

    def __init__(self) -> None:
        self.cells = require("openpyxl", "excel").utils.cell
        self.left = MAX_ELEMENTS
        self.part, self.row, self.column = "", 0, 0
        self.type = ""  # of the last cell in this part
        self.value: list[str] | None = None  # the text of the number that is being read
        self.sheets: list[tuple[str, str, str]] = []  # the part that names a sheet, its relation there, its title
        self.relations: dict[tuple[str, str], str] = {}
        self.uses = Counter[str]()  # how often others refer to a part
        self.costs = Counter[str]()
        self.formulas: dict[str, set[tuple[int, int]]] = {}
        self.faults: list[tuple[Fault, str, int, int]] = []

    def read(self, part: str, content: bytes) -> None:
        """Streams a part; what is no XML, such as a picture, is passed over."""
        self.part, self.row, self.column, self.type, self.value = part, 0, 0, "", None
        parser: Any = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        before = self.left
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            if part.endswith((".xml", ".rels")):
                raise
        self.costs[part] = before - self.left

    def count_again(self) -> None:
        """Counts what openpyxl reads as often as others refer to it: a part, and the parts that it refers to itself."""
        self.part, held = "", Counter[str]()
        for (holder, _), target in self.relations.items():
            held[holder] += self.costs[target]
        uses = self.uses | Counter(self.relations.get((part, relation), "") for part, relation, _ in self.sheets)
        cost = sum((times - 1) * (self.costs[part] + held[part]) for part, times in uses.items() if part)
        self._spend(cost, _TOO_MANY, 0, 0)

    def contents(self) -> Contents:
        """What was found, with each part called by the title of its sheet."""
        titles = {self.relations.get((part, relation), relation): title for part, relation, title in self.sheets}
        found = Contents()
        found.places = Places([*titles.values(), *(part for _, part, *_ in self.faults)])
        found.formulas = {titles.get(part, part): cells for part, cells in self.formulas.items()}
        found.faults = [
            (fault, found.places.position(titles.get(part, part), row, min(column, LAST_COLUMN)) if row else None)
            for fault, part, row, column in self.faults
        ]
        return found

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(" ")[2]
        self._spend(1, _TOO_MANY, self.row, self.column)
        if name == "row":
            self.row, self.column = int(float(attributes.get("r", self.row + 1))), 0
        elif name == "c":
            self.column += 1
            if "r" in attributes:
                self.row, self.column = self.cells.coordinate_to_tuple(attributes["r"])
            self.type = attributes.get("t", "n")
        elif name == "f":
            self.formulas.setdefault(self.part, set()).add((self.row, self.column))
        elif name == "v" and self.type == "n":
            self.value = []
        elif name in _RANGES and "ref" in attributes:
            self._spend_range(name, attributes["ref"])
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self.sheets.append((self.part, relation, attributes.get("name", "")))
        elif name == "Relationship":
            # xl/_rels/workbook.xml.rels holds the relations of xl/workbook.xml; a target is relative to its folder.
            folder = posixpath.dirname(posixpath.dirname(self.part))
            holder = posixpath.join(folder, posixpath.basename(self.part).removesuffix(".rels"))
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            self.relations[holder, attributes.get("Id", "")] = target
            self.uses[target] += 1

    def _text(self, text: str) -> None:
        if self.value is not None:
            self.value.append(text)

    def _end(self, element: str) -> None:
        if self.value is not None and element.endswith(" v"):
            written, self.value = "".join(self.value).strip(), None
            if written and (fault := _fault_of(written)):
                self.faults.append((fault, self.part, self.row, self.column))

    def _spend_range(self, name: str, ref: str) -> None:
        left, top, right, bottom = self.cells.range_boundaries(ref)
        left, top, right, bottom = left or 1, top or 1, right or LAST_COLUMN, bottom or LAST_ROW
        fault = _TOO_MANY if name != "mergeCell" else Fault("merged-cells", facts={"found": ref})
        self._spend((abs(right - left) + 1) * (abs(bottom - top) + 1), fault, min(top, bottom), min(left, right))

    def _spend(self, cost: int, fault: Fault, row: int, column: int) -> None:
        """Counts elements; where there are too many, this fault is told, at this cell where it is one."""
        self.left -= cost
        if self.left < 0:
            self.faults.append((fault, self.part, row, column or 1))
            raise _Over


class _Over(Exception):
    """There is more in the workbook than is read."""


def _refuse_doctype(*_: object) -> None:
    raise Stop("not-a-workbook", reason="DOCTYPE")


@lru_cache(1_024)  # most numbers of a workbook stand there more than once
def _fault_of(written: str) -> Fault | None:
    """What is wrong with the text of a number cell."""
    try:
        read_quantity(written)
        float(written)  # a ratio or a percentage is a number to people, but not in such a cell
    except ValueError as error:
        return error.faults[0] if isinstance(error, Refused) else Fault("not-a-number", facts={"found": written})
    return None
