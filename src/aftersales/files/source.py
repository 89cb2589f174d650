"""Read the bytes or the text of a source within bounds, or say why it cannot be read."""

from __future__ import annotations

import errno
import os
import re
import stat
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path as FilePath
from types import CoroutineType
from typing import Any, BinaryIO, Literal, NamedTuple, Protocol

from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.text.sentences import Phrase

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_VALUES",
    "MAX_WORKBOOK",
    "OLD_WORKBOOK",
    "UNPRINTABLE",
    "WORKBOOK",
    "CellPosition",
    "Content",
    "Position",
    "Source",
    "UnreadableSource",
    "is_special",
    "name_of",
    "open_file",
    "read_bytes",
    "read_source",
    "reason_of",
    "text_of",
]


class Readable(Protocol):
    """An open stream of text or bytes."""

    def read(self, size: int, /) -> str | bytes | bytearray | None:
        """At most so many characters or bytes."""


class Openable(Protocol):
    """A file that is no path of the system, such as one in an archive or a package."""

    @property
    def name(self) -> str:
        """The name of the file."""

    def open(self, mode: Literal["rb"], /) -> Any:
        """A stream of its bytes."""


Source = str | os.PathLike[str] | Readable | Openable | bytes | bytearray | memoryview | Mapping[str, Any]
"""A path, an open stream, the content of a file as bytes, a file in an archive or a package, or a mapping."""

FORMATS = (".yaml", ".yml", ".json")
WORKBOOK = ".xlsx"
MAX_BYTES = 1_048_576
MAX_WORKBOOK = 5_242_880
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


OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the start of a compound file: an .xls, or any with a password
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")  # the starts of a zip archive, which a workbook is
_CONTENT = r"\s*(\S.*[\r\n]+\s*\S|\{\s*[\"'}])"  # the start of a text of several lines or of JSON


class Content(NamedTuple):
    """The content of a source, as far as it was read.

    Fields:
        data: The bytes, or the text of a text stream.
        name: The name of the file; "" if it has none.
        is_workbook: Whether it is a workbook, or is named as one.
    """

    data: bytes | str
    name: str
    is_workbook: bool


def read_source(source: Any, *, with_workbooks: bool) -> Content:
    """The content of a source other than a mapping, within the bounds of its format.

    The extension of a path decides on its format, and else the content does. Without ``with_workbooks`` a workbook is
    refused. Raises TypeError for an object that is no source.
    """
    formats = (*FORMATS, WORKBOOK) if with_workbooks else FORMATS
    if isinstance(source, str | os.PathLike):
        path = FilePath(os.fsdecode(source))
        if isinstance(source, str) and is_content(source):
            raise UnreadableSource("not-a-path")
        suffix = path.suffix.lower()
        _ensure_regular_file(path)
        if suffix not in formats:
            raise UnreadableSource("unknown-format", found=path.name, allowed=formats)
        if suffix != WORKBOOK:
            raw = read_bytes(path, MAX_BYTES)
            if _is_workbook(raw):
                raise UnreadableSource("not-a-workbook", reason=phrase("workbook.named", found=suffix))
            return Content(raw, path.name, is_workbook=False)
        if path.name.startswith("~$"):
            raise UnreadableSource("not-a-workbook", reason=phrase("workbook.lock"))
        return Content(read_bytes(path, MAX_WORKBOOK, "workbook"), path.name, is_workbook=True)
    name = name_of(source) or ""
    if isinstance(source, bytes | bytearray | memoryview):
        data: bytes | str = bytes(source)
        _ensure_size(data)
    elif hasattr(source, "read"):
        data = _streamed(source, name)
    elif hasattr(source, "open"):
        data = _opened(source, name)
    else:
        raise TypeError(f"a path, an open stream, bytes or a mapping is read, not {type(source).__name__}")
    is_workbook = isinstance(data, bytes) and (_is_workbook(data) or name.lower().endswith(WORKBOOK))
    if is_workbook and not with_workbooks:
        raise UnreadableSource("unknown-format", found=name or WORKBOOK, allowed=formats)
    return Content(data, name, is_workbook)


def name_of(source: Any) -> str | None:
    """The path of a source, or the name of a stream or a file; None if it has none."""
    if isinstance(source, str | os.PathLike):
        return None if isinstance(source, str) and is_content(source) else os.fsdecode(source)
    try:
        name = source.name
    except Exception:  # a class from outside the package may raise anything
        return None
    return name if isinstance(name, str) and name else None


def is_content(text: str) -> bool:
    """Whether a text in the place of a path is the content of a file, and no such file exists."""
    return re.match(_CONTENT, text) is not None and not os.path.lexists(text)


def text_of(content: Content) -> tuple[str, bool]:
    """The text of what was read, and whether it is JSON: by the name of the file, else by its first character."""
    data, suffix = content.data, FilePath(content.name).suffix.lower()
    text = data.removeprefix("\ufeff") if isinstance(data, str) else _decoded(data)
    is_json = suffix == ".json" if suffix in FORMATS else text.lstrip().startswith("{")
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


def _opened(file: Openable, name: str) -> bytes | str:
    """The content of a file in an archive or a package."""
    try:
        stream = file.open("rb")
    except Exception as error:  # archives of various libraries raise various exceptions
        raise _unreadable(file, name, error) from error
    with stream:
        return _streamed(stream, name)


def _streamed(stream: Readable, name: str) -> bytes | str:
    """The rest of a stream. No more than the bound is read."""
    parts: list[Any] = []
    size, start = 0, b""
    while (left := _bound_of(start) + 1 - size) > 0:
        part = _part_of(stream, name, left)
        if not isinstance(part, type(parts[0]) if parts else str | bytes):
            raise TypeError(f"a stream gives text or bytes, not {type(part).__name__}")
        if not part:
            break
        parts.append(part)
        size += len(part)
        start += _start_of(part) if len(start) < len(OLD_WORKBOOK) else b""
    content = (parts[0][:0] if parts else b"").join(parts)
    _ensure_size(content)
    if isinstance(content, str) and _is_workbook(start):
        raise _workbook_as_text()
    return content


def _part_of(stream: Readable, name: str, most: int) -> Any:
    try:
        part: Any = stream.read(most)
    except UnicodeDecodeError as error:
        if _is_workbook(error.object):
            raise _workbook_as_text() from error
        raise UnreadableSource("not-utf8", found=f"0x{error.object[error.start]:02X}") from error
    except Exception as error:  # streams of various libraries raise various exceptions
        raise _unreadable(stream, name, error) from error
    if isinstance(part, CoroutineType):
        part.close()
        raise TypeError("the stream is asynchronous: pass the bytes that its read() gives, as await file.read()")
    if part is None:  # a stream that does not wait, and has nothing yet
        raise _unreadable(stream, name, BlockingIOError(errno.EAGAIN, ""))
    return bytes(part) if isinstance(part, bytearray) else part


def _start_of(content: bytes | str) -> bytes:
    start = content[: len(OLD_WORKBOOK)]
    return start.encode("latin-1", "replace") if isinstance(start, str) else start


def _is_workbook(start: bytes) -> bool:
    """Whether content that begins like this is a workbook, or an archive of another kind."""
    return start.startswith((*_ZIPS, OLD_WORKBOOK))


def _bound_of(start: bytes) -> int:
    return MAX_WORKBOOK if _is_workbook(start) else MAX_BYTES


def _ensure_size(content: bytes | str) -> None:
    start = _start_of(content)
    if len(content) > _bound_of(start):
        raise UnreadableSource.too_large("workbook" if _is_workbook(start) else "file", _bound_of(start))


def _workbook_as_text() -> UnreadableSource:
    return UnreadableSource("not-a-workbook", reason=phrase("workbook.as_text"))


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


def _unreadable(source: object, name: str, error: Exception) -> UnreadableSource:
    try:
        reason = reason_of(error) or type(error).__name__
    except Exception:  # the text of an error of another library may raise
        reason = type(error).__name__
    return UnreadableSource("unreadable-file", found=name or source, reason=reason)


def _decoded(raw: bytes) -> str:
    raw = raw.removeprefix(BOM_UTF8)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(errors="replace")
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
