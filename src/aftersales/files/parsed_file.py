"""Reading a file: text in, plain data and the place of every part out.

YAML and JSON both become a stream of events, and one builder turns the events into dicts, lists, texts and None,
noting the line and column of every key and value. A YAML scalar stays the text that was written (``0.70``, ``no`` and
``2025-12-04`` are texts; only an empty value and ``null`` are None), so nothing is lost on the way to an exact number.

A file that could mean two things or is made to harm is refused: duplicate keys, aliases, tags, several documents, other
encodings than UTF-8, nesting deeper than :data:`MAX_DEPTH`, more than :data:`MAX_VALUES` values or :data:`MAX_BYTES`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from aftersales.files.json_events import _json_events
from aftersales.files.numbers import MAX_DIGITS
from aftersales.files.source import (
    MAX_DEPTH,
    MAX_PROBLEMS,
    MAX_VALUES,
    Position,
    Source,
    Stop,
    _text_of,
)
from aftersales.files.yaml_events import _Event, _yaml_events
from aftersales.problems.errors import AftersalesError, Path, Problem, Remark
from aftersales.problems.messages import Words
from aftersales.problems.violations import Fault, Refused, too_many, worded

__all__ = ["Document", "excess_of", "json_faults", "noted", "read_document"]


_E = TypeVar("_E", bound=AftersalesError)
_P = TypeVar("_P", Problem, Remark)


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
        from aftersales.text.sanitize import safe_line  # only who is told of one pays for it

        error.add_note(f"in {safe_line(str(source))}")
    return error


# --- text --------------------------------------------------------------------------------------------------------


# --- events ------------------------------------------------------------------------------------------------------


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
