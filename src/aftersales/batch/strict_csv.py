"""A CSV, read strictly (RFC 4180) and cut into blocks of whole rows.

Arrow is fast and lenient. Text behind a closing quote belongs to the cell for it, so a stray quote and the next one further
down make one cell of all rows between them, without a word; and where the file or one of its own blocks ends at the wrong
place, it takes an empty cell for a quoted one, or a line break for half of it. So Python's csv, which is strict, goes
first. What it refuses is told with its line, and Arrow gets what begins with a row and ends with a line break.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from threading import Lock
from typing import Any, BinaryIO

from aftersales.files.source import MAX_PROBLEMS, Position
from aftersales.problems.errors import EvaluationError, Problem
from aftersales.problems.violations import Violation, to_problem, too_many

__all__ = ["StrictCsv"]

MAX_COLUMNS = 16_384  # as many as a spreadsheet has
_BREAK = re.compile(r"\r\n?|\n")
_DIVIDERS = {";": ("semicolons", "分号"), "\t": ("tabs", "制表符")}
_LIMIT = Lock()  # how long a cell may be is a setting of the whole process


class StrictCsv:
    """The ``names`` in the head of a CSV, and how many ``rows`` below it have been read so far.

    ``file`` gives bytes, and is closed when nobody needs this any more; blocks have about ``size`` of them, and every row has
    to have less. Raises :class:`~aftersales.EvaluationError` for a head that is none.
    """

    def __init__(self, file: BinaryIO, size: int):
        # A byte that is not UTF-8 becomes a surrogate, which nothing that is UTF-8 can be, so its place is known.
        self._lines = _Lines(io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=""), size)
        self._rows = _rows(self._lines)
        self._size = size
        self.rows = 0
        head = next(self._rows, None)
        if head is None:
            raise EvaluationError([to_problem(Violation("empty-document"))])
        position, self.names, violation = head
        violation = violation or _violation_of_head(self.names)
        if violation is not None:
            raise EvaluationError([to_problem(violation, position)])
        self._head_line = position[0]
        self._lines.cut()

    def blocks(self) -> Iterator[bytes]:
        """The rows, as they stand in the file, in UTF-8 behind a byte order mark.

        Raises :class:`~aftersales.EvaluationError` with those that are wrong, up to what cannot be read at all; from the first of
        them on no block comes.
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
    """Nothing behind this place can be read."""

    def __init__(self, position: Position, violation: Violation):
        self.position, self.violation = position, violation


class _Lines:
    """The lines of a text as csv takes them, and the bytes of all that were ``taken`` since they were last cut off."""

    def __init__(self, text: io.TextIOWrapper, longest: int):
        self.text, self.longest = text, longest
        self.taken = bytearray()
        self.number, self.ended = 0, False
        self.begin()

    def begin(self) -> None:
        """Begins a row, here and with the next line."""
        self.row_start, self.row_line = len(self.taken), self.number + 1

    def row(self) -> str:
        """The present row as far as it was taken."""
        return self.taken[self.row_start :].decode()

    def drop(self) -> None:
        """Forgets the present row."""
        del self.taken[self.row_start :]

    def cut(self) -> bytes:
        """Whole rows; behind a mark, so that what looks like one is not taken for it, and ended by a line break."""
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
    """The rows that are not blank, where each is, and what is wrong with one that cannot be read."""
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
                lines.drop()  # however many blank lines there are


def _next(rows: Any, longest: int) -> list[str]:
    """The next row, with cells as long as they may be here; none at the end."""
    with _LIMIT:
        before = csv.field_size_limit(longest)
        try:
            row: list[str] = next(rows, [])
            return row
        finally:
            csv.field_size_limit(before)


def _breaks_before_the_end(lines: _Lines) -> int:
    """How many line breaks a row that ends within quotes has before the cell that it ends in."""
    cells = _next(csv.reader(io.StringIO(lines.row(), newline="")), lines.longest)
    return sum(len(_BREAK.findall(cell)) for cell in cells[:-1])


def _violation_of_head(names: list[str]) -> Violation | None:
    if any("\0" in name for name in names):
        reason, reason_zh = "it is binary, or UTF-16", "文件是二进制的，或是 UTF-16 编码"
        return Violation("not-csv", context={"reason": reason, "reason_zh": reason_zh})
    if len(names) > MAX_COLUMNS:
        return Violation("too-many-columns", context={"found": len(names), "allowed": MAX_COLUMNS})
    divider, (called, called_zh) = max(_DIVIDERS.items(), key=lambda known: names[0].count(known[0]))
    if len(names) == 1 and divider in names[0]:
        return Violation("no-commas", context={"found": called, "found_zh": called_zh})
    return None
