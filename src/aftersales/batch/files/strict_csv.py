"""Read a CSV strictly (RFC 4180) and divide it into blocks of whole rows.

Arrow's reader is fast and lenient. It takes text behind a closing quote as part of the cell, so a stray quote and the
next one turn all rows between them into one cell, without an error. If the file or a block of Arrow's ends at the wrong
place, it reads a quoted empty cell as null, or half of a line break as a whole one. So Python's csv module, which is
strict, reads first. Rows that it refuses are reported by line. Arrow gets blocks in UTF-8 that start with a row and end
with a line break.

The encoding is UTF-8 unless a byte order mark or the caller names another one. Nothing is guessed from the bytes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from array import array
from collections.abc import Iterator
from threading import Lock
from typing import Any, BinaryIO, Literal, NamedTuple, get_args

from aftersales.batch.columns import Array, np
from aftersales.files.source import Position
from aftersales.problems.collector import MAX_PROBLEMS, refusal
from aftersales.problems.errors import EvaluationError, Problem
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, to_problem, too_many

__all__ = ["DELIMITERS", "ENCODINGS", "Delimiter", "Dialect", "Encoding", "StrictCsv", "mark_at"]

Encoding = Literal["utf-8", "gb18030", "utf-16-le", "utf-16-be"]
"""The encodings of a CSV. GB18030 has GBK and GB2312 in it, as Chinese spreadsheets write them."""

Delimiter = Literal["comma", "semicolon", "tab"]
"""What divides the columns of a CSV."""

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
DELIMITERS: dict[Delimiter, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}
MAX_COLUMNS = 16_384  # as many as a spreadsheet allows
_BREAK = re.compile(r"\r\n?|\n")
_MARKS: dict[Encoding, bytes] = {
    "utf-8": codecs.BOM_UTF8,
    "gb18030": "\ufeff".encode("gb18030"),
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
_LIMIT = Lock()  # csv's limit of the length of a cell is a setting of the whole process


class Dialect(NamedTuple):
    """The encoding and the delimiter of a CSV.

    Fields:
        encoding: Its encoding; None: by the byte order mark, or UTF-8 without one.
        delimiter: What divides its columns.
    """

    encoding: Encoding | None = None
    delimiter: Delimiter = "comma"


def mark_at(start: bytes) -> tuple[Encoding | None, bytes]:
    """The encoding that the byte order mark at the start of a file names, and the mark; None and nothing without one.

    >>> mark_at("\ufeff5.1.1.1".encode("utf-16-le"))
    ('utf-16-le', b'\xff\xfe')
    """
    return next(((name, mark) for name, mark in _MARKS.items() if start.startswith(mark)), (None, b""))


def _as_surrogate(error: UnicodeError) -> tuple[str, int]:
    """The first byte that cannot be decoded as a surrogate, which no decoded text has, so its position is known."""
    assert isinstance(error, UnicodeDecodeError)
    return chr(0xDC00 + error.object[error.start]), error.end


codecs.register_error("aftersales.undecodable", _as_surrogate)


class StrictCsv:
    """The rows of a CSV. ``names`` are those in its head, ``rows`` is the number of rows read below it so far.

    ``file`` is a binary file behind its byte order mark, which is closed with this object. A block has about ``size``
    bytes, and every row must be shorter. ``width`` is the number of cells of a row, also of those without a name at the
    end of the head, which ``names`` lacks. Empty rows at the end of the file are dropped.

    Raises :class:`~aftersales.EvaluationError` for an invalid head.
    """

    def __init__(self, file: BinaryIO, size: int, dialect: Dialect):
        self._dialect, self._size = dialect, size
        text = io.TextIOWrapper(file, dialect.encoding or "utf-8", "aftersales.undecodable", newline="")
        self._lines = _Lines(text, size, dialect)
        self._rows = _rows(self._lines)
        self.rows = 0
        # The rows whose line is not the next one after the row before, since a cell has line breaks or a line is blank.
        self._breaks, self._offsets = array("q", [0]), array("q", [0])
        head = next(self._rows, None)
        if head is None:
            raise refusal(EvaluationError, Violation("empty-document"))
        position, names, violation = head
        violation = violation or _violation_of_head(names, dialect)
        if violation is not None:
            raise EvaluationError([to_problem(violation, position)])
        self.width = len(names)
        named = (number for number, name in enumerate(names, 1) if name)
        self.names = names[: max(named, default=1)]
        self._head_line = position[0]
        self._empty_row = DELIMITERS[dialect.delimiter] * (self.width - 1)
        self._lines.cut()

    def lines_of(self, rows: Array) -> Array:
        """The lines of the file on which these rows begin; rows count from 1."""
        places = np.searchsorted(np.array(self._breaks), rows, side="right") - 1
        return rows + np.array(self._offsets)[places]

    def _note_line(self, row: int, line: int) -> None:
        if line - row != self._offsets[-1]:
            self._breaks.append(row)
            self._offsets.append(line - row)

    def blocks(self) -> Iterator[bytes]:
        """The rows as written in the file, in UTF-8 behind a byte order mark, with :attr:`width` cells.

        Raises :class:`~aftersales.EvaluationError` with all rows that are wrong, up to one that cannot be parsed.
        Blocks from the first wrong row on are not returned.
        """
        problems: list[Problem] = []
        wrong = 0
        empty = 0  # rows since the last one that is not empty
        for position, row, violation in self._rows:
            self._note_line(self.rows + empty + 1, position[0])
            violation = violation or self._violation_of(row)
            if violation is not None:
                wrong += 1
                if wrong <= MAX_PROBLEMS:
                    problems.append(to_problem(violation, position))
            elif not any(row) and self._lines.row().rstrip("\r\n") == self._empty_row:
                empty += 1
                self._lines.drop()  # so that many empty rows take no memory
                continue
            for block in self._with_empty_rows(empty):
                if not wrong:
                    yield block
            self.rows += empty + 1
            empty = 0
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

    def _violation_of(self, row: list[str]) -> Violation | None:
        """The violation of the cells of a row."""
        if len(row) != self.width:
            context: dict[str, Any] = {"found": len(row), "allowed": self.width, "line": self._head_line}
            return Violation("ragged-csv", context=context)
        return None

    def _with_empty_rows(self, count: int) -> Iterator[bytes]:
        """Put that many empty rows before the current row, and return the blocks that are full then."""
        if not count:
            return
        line = f"{self._empty_row}\n".encode()
        row = self._lines.take_row()
        while count:
            some = min(count, self._size // len(line) + 1)
            self._lines.taken += line * some
            count -= some
            if len(self._lines.taken) >= self._size:
                yield self._lines.cut()
        self._lines.taken += row


class _Broken(Exception):
    """The file cannot be parsed any further."""

    def __init__(self, position: Position, violation: Violation):
        self.position, self.violation = position, violation


class _Lines:
    """The lines of a text for csv's reader, and ``taken``, the bytes of the lines since the last :meth:`cut`."""

    def __init__(self, text: io.TextIOWrapper, longest: int, dialect: Dialect):
        self.text, self.longest, self.dialect = text, longest, dialect
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

    def take_row(self) -> bytes:
        """The bytes of the current row, which are taken out."""
        row = bytes(self.taken[self.row_start :])
        self.drop()
        return row

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
            violation = self._undecodable(ord(line[error.start]) - 0xDC00)
            raise _Broken((self.number, error.start + 1), violation) from None
        if len(self.taken) - self.row_start >= self.longest:
            raise _Broken((self.row_line, 1), Violation("row-too-long", context={"allowed": self.longest}))
        return line

    def _undecodable(self, byte: int) -> Violation:
        encoding = self.dialect.encoding or "utf-8"
        found = f"0x{byte:02X}"
        if encoding == "utf-8":
            return Violation("not-utf8", context={"found": found}, variant="table")
        return Violation("not-in-encoding", context={"found": found, "allowed": encoding})


def _rows(lines: _Lines) -> Iterator[tuple[Position, list[str], Violation | None]]:
    """The rows that are not blank, with their positions, and the violation of a row that cannot be parsed."""
    rows = csv.reader(lines, strict=True, delimiter=DELIMITERS[lines.dialect.delimiter])
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
    text = io.StringIO(lines.row(), newline="")
    cells = _next(csv.reader(text, delimiter=DELIMITERS[lines.dialect.delimiter]), lines.longest)
    return sum(len(_BREAK.findall(cell)) for cell in cells[:-1])


def _violation_of_head(names: list[str], dialect: Dialect) -> Violation | None:
    if any("\0" in name for name in names):
        return Violation("not-csv", context={"reason": phrase("csv.binary")})
    if len(names) > MAX_COLUMNS:
        return Violation("too-many-columns", context={"found": len(names), "allowed": MAX_COLUMNS})
    others = [name for name in DELIMITERS if name != dialect.delimiter]
    other = max(others, key=lambda name: names[0].count(DELIMITERS[name]))
    if len(names) == 1 and DELIMITERS[other] in names[0]:
        context = {"missing": phrase(f"divider.{dialect.delimiter}"), "divider": phrase(f"divider.{other}")}
        return Violation("no-commas", context=context | {"option": other})
    return None
