"""Read the bytes or the text of a source within bounds, or say why it cannot be read."""

from __future__ import annotations

import errno
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any, BinaryIO, Literal, NamedTuple, TextIO

from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.text.sentences import Phrase

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_VALUES",
    "UNPRINTABLE",
    "CellPosition",
    "Position",
    "Source",
    "UnreadableSource",
    "is_special",
    "open_file",
    "read_bytes",
    "reason_of",
]


Source = str | os.PathLike[str] | TextIO | bytes | Mapping[str, Any]
"""A path, an open text stream, the bytes of a file, or a mapping."""

FORMATS = (".yaml", ".yml", ".json")
MAX_BYTES = 1_048_576
MAX_DEPTH = 32
MAX_VALUES = 20_000
# Ranges one by one: the class of all printable characters takes ten times as long to compile.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


class CellPosition(NamedTuple):
    """The position of a cell in a workbook. Positions are ordered by sheet, row and column.

    Fields:
        sheet: The number of the sheet, from 0.
        row: The row, from 1.
        column: The column, from 1.
        title: The title of the sheet.
    """

    sheet: int
    row: int
    column: int
    title: str

    @property
    def name(self) -> str:
        """The name of the cell.

        >>> CellPosition(0, 12, 28, "评分表").name
        '评分表!AB12'
        """
        return f"{self.title}!{self.letters}{self.row}"

    @property
    def letters(self) -> str:
        """The letters of the column."""
        letters, rest = "", self.column
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return letters


Position = tuple[int, int]
"""A line and a column in a text, each from 1."""


class UnreadableSource(Exception):
    """The source cannot be read any further."""

    def __init__(self, code: str, position: Position | None = None, **context: Any):
        self.violation, self.position = Violation(code, (), context), position

    @classmethod
    def of(cls, violation: Violation) -> UnreadableSource:
        """The same for a violation that was made before."""
        return cls(violation.code, **violation.context)

    @classmethod
    def too_large(cls, what: Measured, allowed: int) -> UnreadableSource:
        """A source whose ``what`` is larger than ``allowed``."""
        measured, unit = _MEASURED[what]
        return cls(
            "file-too-large", allowed=allowed, measured=phrase(f"measured.{measured}"), unit=phrase(f"unit.{unit}")
        )


Measured = Literal["file", "workbook", "unpacked workbook", "list of parts", "texts of cells"]
"""The parts of a source whose size is limited."""
_MEASURED: dict[Measured, tuple[str, str]] = {
    "file": ("file", "bytes"),
    "workbook": ("workbook", "bytes"),
    "unpacked workbook": ("unpacked", "bytes"),
    "list of parts": ("parts", "entries"),
    "texts of cells": ("texts", "characters"),
}


def text_of(source: str | os.PathLike[str] | TextIO | bytes, other_formats: tuple[str, ...]) -> tuple[str, bool]:
    """The text of a source, and whether it is JSON: by the name of the file, else by its first character."""
    if isinstance(source, str | os.PathLike):
        path = FilePath(source)
        suffix = path.suffix.lower()
        _ensure_regular_file(path)
        if suffix not in FORMATS:
            raise UnreadableSource("unknown-format", found=path.name, allowed=(*FORMATS, *other_formats))
        text, is_json = _decoded(read_bytes(path, MAX_BYTES)), suffix == ".json"
    else:
        text = _decoded(source) if isinstance(source, bytes) else _streamed(source)
        is_json = str(getattr(source, "name", "")).endswith(".json") or text.lstrip().startswith("{")
    if match := UNPRINTABLE.search(text):
        raise UnreadableSource("bad-character", LineIndex(text).position(match.start()), found=f"U+{ord(match[0]):04X}")
    if not text.strip():
        raise UnreadableSource("empty-document", (1, 1))
    return text, is_json


def read_bytes(path: FilePath, most: int, what: Measured = "file") -> bytes:
    """The bytes of a regular file. ``what`` names it in messages.

    Raises :class:`UnreadableSource` if it cannot be read, is not a regular file or has more than ``most`` bytes.
    """
    _ensure_regular_file(path)
    try:
        with open_file(path) as file:
            raw = file.read(most + 1) or b""  # None if a pipe has replaced the file since the check
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        raise UnreadableSource("unreadable-file", found=str(path), reason=reason_of(error)) from error
    if len(raw) > most:
        raise UnreadableSource.too_large(what, most)
    return raw


def is_special(path: FilePath) -> bool:
    """Whether a path is a pipe, a socket or a device, which may block or never end. False if it does not exist."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # a path with a NUL is a ValueError
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def open_file(path: FilePath) -> BinaryIO:
    """Open a file for reading without waiting, even if a pipe has replaced it since it was checked.

    Raises OSError, and ValueError for a path with a NUL.
    """
    return open(path, "rb", opener=_open_without_waiting)


def _ensure_regular_file(path: FilePath) -> None:
    """Refuse a folder and a path that :func:`is_special`. If there is no such path, :func:`open_file` raises."""
    if path.is_dir():
        raise UnreadableSource("unreadable-file", found=str(path), reason=phrase("folder"))
    if is_special(path):
        raise UnreadableSource("unreadable-file", found=str(path), reason=phrase("not_regular_but_stdin"))


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # Windows has no such flag


def _streamed(stream: TextIO) -> str:
    try:
        text = stream.read(MAX_BYTES + 1)
    except UnicodeDecodeError as error:
        raise UnreadableSource("not-utf8", found=f"0x{error.object[error.start]:02X}") from error
    if not isinstance(text, str):
        raise TypeError("a stream has to be opened as text, not as bytes")
    if len(text) > MAX_BYTES:
        raise UnreadableSource.too_large("file", MAX_BYTES)
    return text.removeprefix("\ufeff")


_KNOWN_ERRORS = (
    *(errno.ENOENT, errno.EISDIR, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ENAMETOOLONG),
    *(errno.ELOOP, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO),
)


def reason_of(error: Exception) -> Phrase | str:
    """The reason why the system refused a file; in the words of the system where it has no sentence."""
    number = getattr(error, "errno", None)
    if number in _KNOWN_ERRORS:
        return phrase(f"system.{errno.errorcode[number]}")
    return os.strerror(number) if number else str(error)


def _decoded(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise UnreadableSource.too_large("file", MAX_BYTES)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="replace")
        position = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise UnreadableSource("not-utf8", position, found=f"0x{raw[error.start]:02X}") from error


class LineIndex:
    """Converts an offset in a text to its line and column, both from 1."""

    def __init__(self, text: str):
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def ensure_printable(text: str, position: Position) -> None:
    """Refuse control characters that were written as escapes."""
    if match := UNPRINTABLE.search(text):
        raise UnreadableSource("bad-character", position, found=f"U+{ord(match[0]):04X}")
