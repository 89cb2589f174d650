"""What is looked at in a CSV before Arrow reads it: that it can be read in one way only (RFC 4180).

Arrow is fast and lenient: text after a closing quote belongs to the cell for it, so a stray quote and the next one further
down make one cell of all rows between them, without a word. Python's csv reads strictly. What it refuses is told with its
line, and the rows that it counts are those that Arrow has to find.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from aftersales.document import MAX_PROBLEMS, Position
from aftersales.errors import EvaluationError, Problem
from aftersales.faults import Fault, put_into_words, too_many

__all__ = ["Contents", "check"]

STEP = 2**14  # rows between two reports of how far it is
_BREAK = re.compile(r"\r\n?|\n")
_END = "\udfff"  # what no text in UTF-8 holds: where it is added, it is a part of the cell that a quote has opened
_DIVIDERS = {";": ("semicolons", "分号"), "\t": ("tabs", "制表符")}


class Contents(NamedTuple):
    """What a CSV holds: the names of its columns, and the number of its rows without the head."""

    names: list[str]
    rows: int


def check(path: Path, longest: int, reached: Callable[[int], object]) -> Contents:
    """Reads a CSV strictly from end to end. Every row has to be shorter than ``longest`` bytes.

    ``reached`` is told now and then how many bytes have been read. Raises :class:`~aftersales.EvaluationError` with all
    rows that are wrong, or with what is wrong with the file as a whole; OSError where the system cannot read it.
    """
    before = csv.field_size_limit(longest)
    try:
        # A byte that is not UTF-8 becomes a surrogate, which nothing that is UTF-8 can be, so its place is known.
        with path.open("rb") as file, io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="") as text:
            return _check(_Lines(text, longest), lambda: reached(file.tell()))
    finally:
        csv.field_size_limit(before)


def _check(lines: _Lines, report: Callable[[], object]) -> Contents:
    names: list[str] = []
    count = wrong = 0
    problems: list[Problem] = []
    for position, row, broken in _rows(lines):
        fault = broken or _fault_of(row, names)
        if fault is not None:
            wrong += 1
            if wrong <= MAX_PROBLEMS:
                problems.append(put_into_words(fault, position))
            if not names:  # without a head no row can be judged
                break
        elif not names:
            names = row
        else:
            count += 1
            if not count % STEP:
                report()
    if wrong > MAX_PROBLEMS:
        problems.append(too_many(MAX_PROBLEMS, wrong - MAX_PROBLEMS))
    if problems:
        raise EvaluationError(problems)
    if not names:
        raise EvaluationError([put_into_words(Fault("empty-document"))])
    return Contents(names, count)


class _Broken(Exception):
    """Nothing behind this place can be read."""

    def __init__(self, position: Position, fault: Fault):
        self.position, self.fault = position, fault


class _Lines:
    """The lines of a text, of which those that the present row has taken are kept."""

    def __init__(self, text: io.TextIOWrapper, longest: int):
        self.text, self.longest = text, longest
        self.number, self.over = 0, False
        self.begin()

    def begin(self) -> None:
        """Begins a row."""
        self.first, self.taken, self.length = self.number + 1, list[str](), 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.longest)
        if not line:
            self.over = True
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        try:
            self.length += len(line.encode())
        except UnicodeEncodeError as error:
            byte = ord(line[error.start]) - 0xDC00
            fault = Fault("not-utf8", facts={"found": f"0x{byte:02X}"})
            raise _Broken((self.number, error.start + 1), fault) from None
        if self.length >= self.longest:
            raise _Broken((self.first, 1), Fault("row-too-long", facts={"allowed": self.longest}))
        return line


def _rows(lines: _Lines) -> Iterator[tuple[Position, list[str], Fault | None]]:
    """The rows that are not blank, where each is, and what is wrong with one that cannot be read."""
    rows = csv.reader(lines, strict=True)
    while not lines.over:
        lines.begin()
        try:
            row = next(rows, [])
        except _Broken as broken:
            yield broken.position, [], broken.fault
            return
        except csv.Error:
            if lines.over:
                yield (lines.first + _breaks_before_the_end(lines.taken), 1), [], Fault("open-quote")
            else:
                yield (lines.first, 1), [], Fault("stray-quote", facts={"found": lines.number})
        else:
            if row:
                yield (lines.first, 1), row, None


def _breaks_before_the_end(row: list[str]) -> int:
    """How many line breaks a row that ends within quotes has before the cell that it ends in."""
    cells = next(csv.reader([*row, _END]))
    return sum(len(_BREAK.findall(cell)) for cell in cells[:-1])


def _fault_of(row: list[str], names: list[str]) -> Fault | None:
    """What is wrong with a row under a head of these names, or, where there is none yet, with a head."""
    if names:
        return None if len(row) == len(names) else Fault("ragged-csv", facts={"found": len(row), "allowed": len(names)})
    if any("\0" in name for name in row):
        reason, reason_zh = "it is binary, or UTF-16", "文件是二进制的，或是 UTF-16 编码"
        return Fault("not-csv", facts={"reason": reason, "reason_zh": reason_zh})
    divider, (called, called_zh) = max(_DIVIDERS.items(), key=lambda known: row[0].count(known[0]))
    if len(row) == 1 and divider in row[0]:
        return Fault("no-commas", facts={"found": called, "found_zh": called_zh})
    return None
