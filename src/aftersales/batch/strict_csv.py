"""Read a CSV strictly (RFC 4180) and divide it into blocks of whole rows.

Arrow's reader is fast and lenient. It takes text behind a closing quote as part of the cell, so a stray quote and the
next one turn all rows between them into one cell, without an error. If the file or a block of Arrow's ends at the wrong
place, it reads a quoted empty cell as null, or half of a line break as a whole one. So Python's csv module, which is
strict, reads first. Rows that it refuses are reported by line. Arrow gets blocks that start with a row and end with a
line break.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from threading import Lock
from typing import Any, BinaryIO

from aftersales.files.source import Position
from aftersales.problems.collector import MAX_PROBLEMS, refusal
from aftersales.problems.errors import EvaluationError, Problem
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, to_problem, too_many

__all__ = ["StrictCsv"]

MAX_COLUMNS = 16_384  # as many as a spreadsheet allows
_BREAK = re.compile(r"\r\n?|\n")
_DIVIDERS = {";": "semicolons", "\t": "tabs"}
_LIMIT = Lock()  # csv's limit of the length of a cell is a setting of the whole process


class StrictCsv:
    """The rows of a CSV. ``names`` are those in its head, ``rows`` is the number of rows read below it so far.

    ``file`` is a binary file, which is closed with this object. A block has about ``size`` bytes, and every row must be
    shorter. Raises :class:`~aftersales.EvaluationError` for an invalid head.
    """

    def __init__(self, file: BinaryIO, size: int):
        # A byte that is not UTF-8 becomes a surrogate, which no valid UTF-8 does, so its position is known.
        self._lines = _Lines(io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=""), size)
        self._rows = _rows(self._lines)
        self._size = size
        self.rows = 0
        head = next(self._rows, None)
        if head is None:
            raise refusal(EvaluationError, Violation("empty-document"))
        position, self.names, violation = head
        violation = violation or _violation_of_head(self.names)
        if violation is not None:
            raise EvaluationError([to_problem(violation, position)])
        self._head_line = position[0]
        self._lines.cut()

    def blocks(self) -> Iterator[bytes]:
        """The rows as written in the file, in UTF-8 behind a byte order mark.

        Raises :class:`~aftersales.EvaluationError` with all rows that are wrong, up to one that cannot be parsed.
        Blocks from the first wrong row on are not returned.
        """
        problems: list[Problem] = []
        wrong = 0
        for position, row, violation in self._rows:
            if violation is None and len(row) != len(self.names):
                context = {"found": len(row), "allowed": len(self.names), "line": self._head_line}
                violation = Violation("ragged-csv", context=context)
            if violation is not None:
                wrong += 1
                if wrong <= MAX_PROBLEMS:
                    problems.append(to_problem(violation, position))
            self.rows += 1
            if len(self._lines.taken) >= self._size:
                block = self._lines.cut()
                if not wrong:
                    yield block
        if wrong > MAX_PROBLEMS:
            problems.append(too_many(MAX_PROBLEMS, wrong - MAX_PROBLEMS))
        if wrong:
            raise EvaluationError(problems)
        if self._lines.taken:
            yield self._lines.cut()


class _Broken(Exception):
    """The file cannot be parsed any further."""

    def __init__(self, position: Position, violation: Violation):
        self.position, self.violation = position, violation


class _Lines:
    """The lines of a text for csv's reader, and ``taken``, the bytes of the lines since the last :meth:`cut`."""

    def __init__(self, text: io.TextIOWrapper, longest: int):
        self.text, self.longest = text, longest
        self.taken = bytearray()
        self.number, self.ended = 0, False
        self.begin()

    def begin(self) -> None:
        """Start a row at the next line."""
        self.row_start, self.row_line = len(self.taken), self.number + 1

    def row(self) -> str:
        """The current row, as far as it has been read."""
        return self.taken[self.row_start :].decode()

    def drop(self) -> None:
        """Discard the current row."""
        del self.taken[self.row_start :]

    def cut(self) -> bytes:
        """The rows that were taken, with a byte order mark before them and a line break at the end."""
        text = codecs.BOM_UTF8 + self.taken
        self.taken.clear()
        return text if text.endswith(b"\n") else text + b"\n"

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.longest)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        try:
            self.taken += line.encode()
        except UnicodeEncodeError as error:
            byte = ord(line[error.start]) - 0xDC00
            violation = Violation("not-utf8", context={"found": f"0x{byte:02X}"})
            raise _Broken((self.number, error.start + 1), violation) from None
        if len(self.taken) - self.row_start >= self.longest:
            raise _Broken((self.row_line, 1), Violation("row-too-long", context={"allowed": self.longest}))
        return line


def _rows(lines: _Lines) -> Iterator[tuple[Position, list[str], Violation | None]]:
    """The rows that are not blank, with their positions, and the violation of a row that cannot be parsed."""
    rows = csv.reader(lines, strict=True)
    while not lines.ended:
        lines.begin()
        try:
            row = _next(rows, lines.longest)
        except _Broken as broken:
            yield broken.position, [], broken.violation
            return
        except csv.Error:
            if lines.ended:
                yield (lines.row_line + _breaks_before_the_end(lines), 1), [], Violation("open-quote")
            else:
                yield (lines.row_line, 1), [], Violation("stray-quote", context={"found": lines.number})
        else:
            if row:
                yield (lines.row_line, 1), row, None
            else:
                lines.drop()  # so that many blank lines take no memory


def _next(rows: Any, longest: int) -> list[str]:
    """The next row, whose cells may be as long as a row may be here; [] at the end."""
    with _LIMIT:
        before = csv.field_size_limit(longest)
        try:
            row: list[str] = next(rows, [])
            return row
        finally:
            csv.field_size_limit(before)


def _breaks_before_the_end(lines: _Lines) -> int:
    """The number of line breaks in an unclosed row before its last cell."""
    cells = _next(csv.reader(io.StringIO(lines.row(), newline="")), lines.longest)
    return sum(len(_BREAK.findall(cell)) for cell in cells[:-1])


def _violation_of_head(names: list[str]) -> Violation | None:
    if any("\0" in name for name in names):
        return Violation("not-csv", context={"reason": phrase("csv.binary")})
    if len(names) > MAX_COLUMNS:
        return Violation("too-many-columns", context={"found": len(names), "allowed": MAX_COLUMNS})
    divider, called = max(_DIVIDERS.items(), key=lambda known: names[0].count(known[0]))
    if len(names) == 1 and divider in names[0]:
        return Violation("no-commas", context={"divider": phrase(f"divider.{called}")})
    return None
