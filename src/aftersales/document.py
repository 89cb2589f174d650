"""Reading a file: text in, plain data and the place of every part out.

YAML and JSON both become a stream of events, and one builder turns the events into dicts, lists, texts and None,
noting the line and column of every key and value. A YAML scalar stays the text that was written (``0.70``, ``no`` and
``2025-12-04`` are texts; only an empty value and ``null`` are None), so nothing is lost on the way to an exact number.

A file that could mean two things or is made to harm is refused: duplicate keys, aliases, tags, several documents, other
encodings than UTF-8, nesting deeper than :data:`MAX_DEPTH`, more than :data:`MAX_VALUES` values or :data:`MAX_BYTES`.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, BinaryIO, Literal, TextIO, TypeVar

from aftersales.errors import AftersalesError, Path, Problem, Remark
from aftersales.exact import MAX_DIGITS, read_quantity
from aftersales.faults import Fault, Refused, Words, too_many, worded

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_PROBLEMS",
    "MAX_VALUES",
    "NO_REGULAR_FILE",
    "UNPRINTABLE",
    "Document",
    "Position",
    "Source",
    "Stop",
    "excess_of",
    "is_special",
    "json_faults",
    "noted",
    "open_file",
    "read_bytes",
    "read_document",
    "reasons_of",
]

Source = str | os.PathLike[str] | TextIO | bytes | Mapping[str, Any]
"""What is read: a path, an open text stream, the bytes of a file, or a mapping that was read already."""

_E = TypeVar("_E", bound=AftersalesError)
_P = TypeVar("_P", Problem, Remark)

FORMATS = (".yaml", ".yml", ".json")
MAX_BYTES = 1_048_576
MAX_DEPTH = 32
MAX_VALUES = 20_000
MAX_PROBLEMS = 200

# Named one by one: the class of all that is printable takes ten times as long to compile.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_YAML_NULLS = {"", "~", "null", "Null", "NULL"}


Position = tuple[int, int]
"""A line and a column, from 1."""

Place = tuple[Position, Position]
"""Where the key of a part stands, and where its value does; a dict or list counts as standing at its key."""


class Document:
    """What a source holds: ``data``, the places of its parts, and the faults and remarks found while it was read.

    ``data`` is None where the source could not be read as a whole (``readable`` is then False). ``cell_of`` names the cell
    at a position where the source is a workbook, and ``words`` are what stands there in the place of our keys.
    """

    cell_of: Callable[[Position], str] | None = None
    words: Words | None = None

    def __init__(self, data: Any = None, *, stop: Stop | None = None):
        self.data = data
        self.places: dict[Path, Place] = {}
        self.faults: list[tuple[Fault, Position | None]] = [(stop.fault, stop.position)] if stop else []
        self.remarks: list[tuple[Fault, Position | None]] = []
        self.readable = stop is None
        self.refused: set[Path] = set()  # the places of ``faults``: what stands there is not refused by a model again
        self.lost = 0  # findings whose id could not be read, each of which may be one that is missing
        self.suspended: list[tuple[Fault, Position | None]] = []  # told only where no other mistake may be the cause
        self.restated: dict[str, dict[str, str]] = {}  # the title and points of the standard that stand beside an id

    def problems(self, faults: Iterable[Fault] = ()) -> tuple[Problem, ...]:
        """The faults found while reading and these, put into words, each at its place, in document order.

        At most :data:`MAX_PROBLEMS`; what is left out is counted in a last problem.
        """
        others = (fault for fault in faults if fault.path not in self.refused)
        placed = self._in_order([*self.faults, *((fault, self._position(fault)) for fault in others)])
        problems = [self._worded(Problem, fault, position) for fault, position in placed[:MAX_PROBLEMS]]
        if len(placed) > MAX_PROBLEMS:
            problems.append(too_many(MAX_PROBLEMS, len(placed) - MAX_PROBLEMS))
        return tuple(problems)

    def remarks_with(self, faults: Iterable[Fault] = ()) -> tuple[Remark, ...]:
        """The remarks found while reading and these, put into words, each at its place, in document order."""
        placed = self._in_order([*self.remarks, *((fault, self._position(fault)) for fault in faults)])
        return tuple(self._worded(Remark, fault, position) for fault, position in placed)

    def _in_order(self, placed: list[tuple[Fault, Position | None]]) -> list[tuple[Fault, Position | None]]:
        if not self.places:
            order = _order_of(self.data)
            placed.sort(key=lambda pair: _rank(order, pair[0].path))
        placed.sort(key=lambda pair: pair[1] or (0, 0))
        return placed

    def _worded(self, kind: type[_P], fault: Fault, position: Position | None) -> _P:
        if self.cell_of is None or position is None:
            return worded(kind, fault, position, None)
        return replace(worded(kind, fault, None, self.words), cell=self.cell_of(position))

    def _position(self, fault: Fault) -> Position | None:
        """The place of the longest part of the path that exists: what is missing is told where it should have stood."""
        for end in range(len(fault.path), -1, -1):
            if place := self.places.get(fault.path[:end]):
                return place[0] if fault.about_key else place[1]
        return None


def _order_of(data: Any) -> dict[Path, int]:
    """The rank of each part of plain data in reading order."""
    order: dict[Path, int] = {}
    todo: list[tuple[Path, Any]] = [((), data)]
    while todo and len(order) < MAX_VALUES:
        path, value = todo.pop()
        order[path] = len(order)
        if len(path) >= MAX_DEPTH:  # what contains itself would go on, and its paths grow
            continue
        if isinstance(value, Mapping):
            todo += [((*path, key), value[key]) for key in reversed(list(value))]
        elif isinstance(value, list | tuple):
            todo += [((*path, index), value[index]) for index in reversed(range(len(value)))]
    return order


def _rank(order: dict[Path, int], path: Path) -> int:
    return next((order[path[:end]] for end in range(len(path), -1, -1) if path[:end] in order), 0)


def excess_of(data: Any, most: int = MAX_VALUES) -> Fault | None:
    """What makes data of a program too deep or too large, as a fault; None for data within the limits of a file.

    A part that stands at several places counts at each, and what contains itself is too deep. So the time is bounded,
    whatever the data are.
    """
    count, stack = 0, [iter((data,))]  # the open collections
    while stack:
        value = next(stack[-1], stack)
        if value is stack:  # that collection is at its end
            stack.pop()
            continue
        if not isinstance(value, dict | list | tuple | set | frozenset | range | Mapping):
            continue
        count += len(value)
        if count > most:
            return Fault("too-many-values", facts={"allowed": most})
        if len(stack) > MAX_DEPTH:
            return Fault("too-deep", facts={"allowed": MAX_DEPTH})
        stack.append(iter(value.values() if isinstance(value, Mapping) else value))
    return None


def read_document(source: Source, *, also: tuple[str, ...] = ()) -> Document:
    """Reads a source; what is wrong with its text is in the document's faults.

    ``also`` are the endings of files that the caller reads by another way; they are named where a file has none that is known.
    Raises TypeError for what is no source at all.
    """
    if isinstance(source, Mapping):
        fault = excess_of(source)
        return Document(source) if fault is None else Document(stop=Stop.of(fault))
    if not isinstance(source, str | os.PathLike | bytes) and not hasattr(source, "read"):
        raise TypeError(f"a path, an open text stream, bytes or a mapping is read, not {type(source).__name__}")
    try:
        text, is_json = _text_of(source, also)
        return _build(_json_events(text) if is_json else _yaml_events(text))
    except Stop as stop:
        return Document(stop=stop)


def noted(error: _E, source: Source) -> _E:
    """The error with a note of the file that its places are in, where the source is one: Python and notebooks show notes."""
    if isinstance(source, str | os.PathLike):
        from aftersales.safe_text import safe_line  # only who is told of one pays for it

        error.add_note(f"in {safe_line(str(source))}")
    return error


class Stop(Exception):
    """The source cannot be read on from here."""

    def __init__(self, code: str, position: Position | None = None, **facts: Any):
        self.fault, self.position = Fault(code, (), facts), position

    @classmethod
    def of(cls, fault: Fault) -> Stop:
        """The same for a fault that is known already."""
        return cls(fault.code, **fault.facts)

    @classmethod
    def too_large(cls, what: Measured, allowed: int) -> Stop:
        """A source of which ``what`` is larger than ``allowed``."""
        en, zh, unit, unit_zh = _MEASURED[what]
        return cls("file-too-large", allowed=allowed, measured=en, measured_zh=zh, unit=unit, unit_zh=unit_zh)


Measured = Literal["file", "workbook", "unpacked workbook", "list of parts", "texts of cells"]
"""What of a source can be too large."""

_MEASURED: dict[Measured, tuple[str, str, str, str]] = {
    "file": ("the file", "文件", "bytes", "字节"),
    "workbook": ("the workbook as it is stored (packed)", "工作簿文件（压缩后）", "bytes", "字节"),
    "unpacked workbook": ("the workbook when unpacked", "工作簿解压后", "bytes", "字节"),
    "list of parts": ("the list of the workbook's parts", "工作簿的部件清单", "entries", "项"),
    "texts of cells": ("the text of all cells together", "全部单元格的文字合计", "characters", "字符"),
}


# --- text --------------------------------------------------------------------------------------------------------


def _text_of(source: str | os.PathLike[str] | TextIO | bytes, also: tuple[str, ...]) -> tuple[str, bool]:
    """The text of a source, and whether it is JSON: by the name of a file, else by how it begins."""
    if isinstance(source, str | os.PathLike):
        path = FilePath(source)
        suffix = path.suffix.lower()
        _demand_regular(path)
        if suffix not in FORMATS:
            raise Stop("unknown-format", found=path.name, allowed=", ".join((*FORMATS, *also)))
        text, is_json = _decoded(read_bytes(path, MAX_BYTES)), suffix == ".json"
    else:
        text = _decoded(source) if isinstance(source, bytes) else _streamed(source)
        is_json = str(getattr(source, "name", "")).endswith(".json") or text.lstrip().startswith("{")
    if match := UNPRINTABLE.search(text):
        raise Stop("bad-character", _Lines(text).position(match.start()), found=f"U+{ord(match[0]):04X}")
    if not text.strip():
        raise Stop("empty-document", (1, 1))
    return text, is_json


def read_bytes(path: FilePath, most: int, what: Measured = "file") -> bytes:
    """The bytes of a regular file, which is a ``what``.

    Raises :class:`Stop` where it cannot be read, is something else or has more than ``most``.
    """
    _demand_regular(path)
    try:
        with open_file(path) as file:
            raw = file.read(most + 1) or b""  # None where a pipe took the place of the file meanwhile
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        reason, reason_zh = reasons_of(error)
        raise Stop("unreadable-file", found=str(path), reason=reason, reason_zh=reason_zh) from error
    if len(raw) > most:
        raise Stop.too_large(what, most)
    return raw


def is_special(path: FilePath) -> bool:
    """Whether a path leads to a pipe, a socket or a device, which may block or never end; not where nothing is there."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # a path with a NUL is a ValueError
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def open_file(path: FilePath) -> BinaryIO:
    """A file opened to be read, at once: a pipe that took its place meanwhile is not waited for.

    Raises OSError, and ValueError for a path with a NUL.
    """
    return open(path, "rb", opener=_open_without_waiting)


def _demand_regular(path: FilePath) -> None:
    """Refuses what :func:`is_special`. What does not exist is left to :func:`open_file`."""
    if is_special(path):
        reason, reason_zh = NO_REGULAR_FILE
        reason += " but a pipe, a socket or a device; the command reads standard input for -"
        raise Stop(
            "unreadable-file",
            found=str(path),
            reason=reason,
            reason_zh=f"{reason_zh}，而是管道、套接字或设备；命令以 - 读取标准输入",
        )


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # Windows has no such flag


def _streamed(stream: TextIO) -> str:
    try:
        text = stream.read(MAX_BYTES + 1)
    except UnicodeDecodeError as error:
        raise Stop("not-utf8", found=f"0x{error.object[error.start]:02X}") from error
    if not isinstance(text, str):
        raise TypeError("a stream has to be opened as text, not as bytes")
    if len(text) > MAX_BYTES:
        raise Stop.too_large("file", MAX_BYTES)
    return text.removeprefix("\ufeff")


_REASONS = {
    errno.ENOENT: "文件不存在",
    errno.EISDIR: "这是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENAMETOOLONG: "文件名过长",
    errno.ELOOP: "链接成环",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件过大",
    errno.EROFS: "磁盘只读",
    errno.EIO: "磁盘读写出错",
}

NO_REGULAR_FILE = ("it is no regular file", "这不是普通文件")
"""Why a pipe or a device is refused, in English and in Chinese."""


def reasons_of(error: Exception) -> tuple[str, str]:
    """Why the system refused a file, in English and in Chinese."""
    number = getattr(error, "errno", None)
    reason = os.strerror(number) if number else str(error)
    return reason, _REASONS.get(number or 0, reason)


def _decoded(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise Stop.too_large("file", MAX_BYTES)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="replace")
        position = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise Stop("not-utf8", position, found=f"0x{raw[error.start]:02X}") from error


class _Lines:
    """Turns an offset in a text into its line and column, both from 1."""

    def __init__(self, text: str):
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


# --- events ------------------------------------------------------------------------------------------------------


_Event = tuple[str, Position, Any]
"""``{`` and ``[`` open, ``end`` closes, ``value`` carries a text, a number, a bool or None."""


def _yaml_events(text: str) -> Iterator[_Event]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if directive := re.search("^%TAG.*", text, re.MULTILINE):  # many of them cost libyaml minutes
        raise Stop("tag", _Lines(text).position(directive.start()), found=directive[0])
    # YAML ends a line at these three as well; editors and people do not.
    lines = _Lines(text) if re.search("[\x85\u2028\u2029]", text) else None
    nodes = {yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent}
    documents = 0
    try:
        event: Any
        for event in yaml.parse(text, Loader=loader):
            kind, position = type(event), _position_of(event.start_mark, lines)
            if kind in nodes:
                if event.anchor:
                    raise Stop("alias", position, found=event.anchor)
                if event.tag:
                    raise Stop("tag", position, found=event.tag)
            if kind is yaml.ScalarEvent:
                if event.style == '"':
                    _demand_printable(event.value, position)
                is_null = not event.style and event.value in _YAML_NULLS
                yield "value", position, None if is_null else event.value
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                yield "{" if kind is yaml.MappingStartEvent else "[", position, None
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                yield "end", position, None
            elif kind is yaml.AliasEvent:
                raise Stop("alias", position, found=event.anchor)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise Stop("several-documents", position)
    except yaml.MarkedYAMLError as error:
        # Where something was left open, the mistake is where it began, and not where the text could go on no further.
        left_open = error.context_mark if (error.context or "").endswith(_LEFT_OPEN) else None
        position = _position_of(left_open or error.problem_mark or error.context_mark, lines)
        if "maximum nesting depth" in (
            error.problem or ""
        ):  # newer libyaml looks ahead and gives up before the builder
            raise Stop("too-deep", position, allowed=MAX_DEPTH) from error
        position = _full_width_colon(text, position[0]) or position
        raise Stop("not-yaml", position, reason=error.problem, text=_line(text, position[0])) from error


def _full_width_colon(text: str, number: int) -> Position | None:
    """The place of a full-width colon on that line or the one above it, where none of the right kind stands."""
    for line in (number, number - 1):
        written = _line(text, line)
        if "：" in written and ":" not in written:
            return line, text.split("\n")[line - 1].index("：") + 1
    return None


_LEFT_OPEN = ("simple key", "quoted scalar", "flow mapping", "flow sequence")


def _position_of(mark: Any, lines: _Lines | None) -> Position:
    return lines.position(mark.index) if lines else (mark.line + 1, mark.column + 1)


def _demand_printable(text: str, position: Position) -> None:
    """Refuses control characters that were written as escapes."""
    if match := UNPRINTABLE.search(text):
        raise Stop("bad-character", position, found=f"U+{ord(match[0]):04X}")


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1].strip()[:60] if 0 < number <= len(lines) else ""


# A string that is never closed runs to the end, so that no part of it is read twice.
_JSON_TOKEN = re.compile(r'"(?:[^"\\]+|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def _json_events(text: str) -> Iterator[_Event]:
    """The events of a JSON text. Its nesting is looked at first, for Python's own reader calls itself for each level."""
    import json

    lines = _Lines(text)
    tokens = []
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        tokens.append(token)
        if len(tokens) > 4 * MAX_VALUES:  # a value, its colon, its comma and its bracket
            raise Stop("too-many-values", lines.position(token.start()), allowed=MAX_VALUES)
        depth += (token[0] in "{[") - (token[0] in "}]")
        if depth > MAX_DEPTH:
            raise Stop("too-deep", lines.position(token.start()), allowed=MAX_DEPTH)
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        before = text[: error.pos].rstrip()
        too_much = before.endswith(",") and text[error.pos : error.pos + 1] in {"}", "]"}
        position = lines.position(len(before) - 1 if too_much else error.pos)
        raise Stop("not-json", position, reason=error.msg, reason_zh=_JSON_REASONS.get(error.msg, "")) from error
    for token in tokens:
        written, position = token[0], lines.position(token.start())
        if written in "{[":
            yield written, position, None
        elif written in "}]":
            yield "end", position, None
        elif written not in ",:":
            yield "value", position, _json_scalar(written, position)


_JSON_REASONS = {
    "Expecting value": "此处应有值",
    "Expecting ',' delimiter": "缺少逗号",
    "Expecting ':' delimiter": "缺少冒号",
    "Expecting property name enclosed in double quotes": "此处应为双引号括起的键",
    "Illegal trailing comma before end of object": "最后一项后面多了逗号",
    "Illegal trailing comma before end of array": "最后一项后面多了逗号",
    "Extra data": "结尾之后还有内容",
    "Unterminated string starting at": "字符串没有结束",
}


def _json_scalar(written: str, position: Position) -> Any:
    import json

    if written[0] == '"' or written in {"true", "false", "null"}:
        value = json.loads(written)
        if isinstance(value, str):
            _demand_printable(value, position)
        return value
    try:
        return read_quantity(written)
    except Refused as refused:
        return refused  # the builder knows its place


class _JsonObject(dict[str, Any]):
    """An object of a JSON text, with the keys that stand in it more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]):
        super().__init__(pairs)
        counts = Counter(key for key, _ in pairs) if len(self) < len(pairs) else {}
        self.doubled = [key for key, count in counts.items() if count > 1]


def json_faults(text: str) -> list[tuple[Path, Any, Fault]]:
    """What pydantic's own reading of a JSON text would change in silence, each with its place and what stands there.

    It reads a number with a point or an exponent as a binary float, and of a key that stands twice the last value.
    Raises ValueError or RecursionError for what is no JSON, or nested too deep to be read.
    """
    import json

    def read_whole(written: str) -> Any:
        return int(written) if len(written) <= MAX_DIGITS else Fault("number-too-long", facts={"found": written})

    data = json.loads(
        text,
        object_pairs_hook=_JsonObject,
        parse_int=read_whole,
        parse_float=lambda written: Fault("json-number", facts={"found": written}),
        parse_constant=lambda written: Fault("not-a-number", facts={"found": written}),
    )
    faults: list[tuple[Path, Any, Fault]] = []
    todo: list[tuple[Any, Any]] = [
        (None, data)
    ]  # the way to a value, as the way to what holds it and its key; the value
    while todo and len(faults) < MAX_PROBLEMS:
        way, value = todo.pop()
        if isinstance(value, Fault):
            faults.append((_path_of(way), value.facts["found"], value))
        elif isinstance(value, _JsonObject):
            facts = ((key, Fault("json-duplicate-key", facts={"found": key})) for key in value.doubled)
            faults += ((_path_of((way, key)), key, fault) for key, fault in facts)
            todo += (((way, key), inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            todo += (((way, index), value[index]) for index in reversed(range(len(value))))
    return faults


def _path_of(way: Any) -> Path:
    path: list[str | int] = []
    while way is not None:
        way, part = way
        path.append(part)
    return tuple(reversed(path))


# --- data --------------------------------------------------------------------------------------------------------


def _build(events: Iterable[_Event]) -> Document:
    """Plain data and places from events, without recursion. Of duplicate keys the first stays."""
    document = Document()
    root: list[Any] = []
    stack: list[tuple[dict[str, Any] | list[Any], Path]] = []  # the open collections, each with its path
    key: tuple[str, Position] | None = None  # the key that waits for its value, where a mapping is open
    for count, (kind, position, value) in enumerate(events, 1):
        if count > MAX_VALUES:
            raise Stop("too-many-values", position, allowed=MAX_VALUES)
        if kind == "end":
            stack.pop()
            continue
        holder, path = stack[-1] if stack else (root, ())
        if isinstance(holder, dict) and key is None:
            if kind != "value" or type(value) is not str:
                raise Stop("key-not-text", position)
            key = value, position
            continue
        if kind != "value":
            value = {} if kind == "{" else []
        if isinstance(holder, list):
            here = (*path, len(holder)) if stack else ()
            holder.append(value)
            document.places[here] = position, position
        else:
            assert key is not None
            name, key_position = key
            key, here = None, (*path, name)
            if name in holder:
                facts = {"found": name, "line": document.places[here][0][0]}
                document.faults.append((Fault("duplicate-key", here, facts), key_position))
                document.refused.add(here)
                here = (*path, f"{name} (duplicate)")
            else:
                holder[name] = value
                document.places[here] = key_position, position if kind == "value" else key_position
        if isinstance(value, Refused):
            document.faults += ((replace(fault, path=here), position) for fault in value.faults)
            document.refused.add(here)
        elif kind != "value":
            if len(stack) >= MAX_DEPTH:
                raise Stop("too-deep", position, allowed=MAX_DEPTH)
            stack.append((value, here))
    if not root or root[0] is None:
        raise Stop("empty-document", (1, 1))
    document.data = root[0]
    return document
