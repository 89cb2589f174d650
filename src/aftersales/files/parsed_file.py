"""Parse a file into plain data and the position of each part.

A text in which there is nothing to report is read without positions; they are located when one is asked for. For that,
YAML and JSON are both read as a stream of events. One builder turns the events into dicts, lists, texts and None, and
records the line and column of each key and value. A YAML scalar stays the text as written: ``0.70``, ``no`` and
``2025-12-04`` are texts, and only an empty value and ``null`` are None. So a number can be read exactly.

Refused are files that are ambiguous or could exhaust memory or time: duplicate keys, aliases, tags, several documents,
encodings other than UTF-8, nesting deeper than :data:`MAX_DEPTH`, more than :data:`MAX_VALUES` values or
:data:`MAX_BYTES`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

from aftersales.files.frozen import FrozenMapping
from aftersales.files.numbers import MAX_DIGITS, long_whole, not_a_number
from aftersales.files.source import (
    MAX_DEPTH,
    MAX_VALUES,
    CellPosition,
    Position,
    Source,
    UnreadableSource,
    name_of,
    read_source,
    text_of,
)
from aftersales.files.yaml_events import Event, yaml_data, yaml_events
from aftersales.problems.collector import MAX_PROBLEMS, Rank, listed, reading_order, sorted_by_place
from aftersales.problems.errors import AftersalesError, Path, Problem, Remark
from aftersales.problems.messages import Words
from aftersales.problems.violations import Violation, ViolationError, worded
from aftersales.text.sentences import Translatable

__all__ = ["ParsedFile", "Place", "excess_of", "json_violations", "noting", "parse_source"]

_P = TypeVar("_P", Problem, Remark)

AnyPosition = Position | CellPosition
Place = tuple[AnyPosition, AnyPosition]
"""The position of the key of a part, and the position of its value. A dict or list has the position of its key."""


class ParsedFile:
    """The content of a source: ``data``, the positions of its parts, and the violations and remarks of the reader.

    If the source could not be read as a whole, ``data`` is None and ``readable`` False. For a workbook, ``words``
    replace the keys of the file format in messages, ``subject`` names the place of a path, and ``parts`` gives the part
    of a path at which a code is shown.
    """

    words: Words | None = None
    parts: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self,
        data: Any = None,
        *,
        stop: UnreadableSource | None = None,
        locate: Callable[[], MutableMapping[Path, Place]] = dict,
    ):
        self.data = data
        self._locate = locate
        self.violations: list[tuple[Violation, AnyPosition | None]] = [(stop.violation, stop.position)] if stop else []
        self.remarks: list[tuple[Violation, AnyPosition | None]] = []
        self.readable = stop is None
        self.refused: set[Path] = set()  # the paths of ``violations``, at which a model's violations are dropped
        # Violations to report only if no other mistake may be their cause.
        self.suspended: list[tuple[Violation, AnyPosition | None]] = []
        self.restated: dict[str, dict[str, str]] = {}  # the title and points written beside an id
        self.made_of: str | None = None  # the fingerprint of the bundled standard whose texts a form repeats
        self.strays: set[str] = set()  # the titles in rows of a form without a valid id
        self.subject: Callable[[Path], Translatable | None] = lambda _: None

    @cached_property
    def places(self) -> MutableMapping[Path, Place]:
        """The place of each part, by its path. They are located when one is asked for."""
        return self._locate()

    def problems(self, violations: Iterable[Violation] = ()) -> tuple[Problem, ...]:
        """The violations of the reader and the given ones as problems, each at its position, in document order."""
        others = [violation for violation in violations if violation.path not in self.refused]
        placed = [*self.violations, *((violation, self._position(violation)) for violation in others)]
        return listed(placed, self._rank(), partial(self._worded, Problem)) if placed else ()

    def remarks_with(self, violations: Iterable[Violation] = (), *, own: bool = True) -> tuple[Remark, ...]:
        """The remarks found while reading (``own``) and the given ones, each at its position, in document order."""
        placed = [*(self.remarks if own else ()), *((violation, self._position(violation)) for violation in violations)]
        return tuple(self._worded(Remark, *found) for found in sorted_by_place(placed, self._rank())) if placed else ()

    def _rank(self) -> Rank:
        """The order of violations without a position: that of the data, if no part has a position."""
        return (lambda _: ()) if self.places else reading_order(self.data)

    def _worded(self, kind: type[_P], violation: Violation, position: AnyPosition | None) -> _P:
        if isinstance(position, CellPosition):
            return worded(kind, violation, None, self.words, position.name, self.subject)
        return worded(kind, violation, position, self.words)

    def place(self, path: Path) -> str:
        """The position of a value for people, such as ``12:3`` or ``评分表!F12``; "" if it has none."""
        position = self._position(Violation("", path))
        if position is None:
            return ""
        return position.name if isinstance(position, CellPosition) else ":".join(map(str, position))

    def _position(self, violation: Violation) -> AnyPosition | None:
        """The position of the longest part of the path that exists. Something missing is reported where it belongs."""
        part = self.parts.get(violation.code)
        path = violation.path if part is None else (*violation.path, part)
        for end in range(len(path), -1, -1):
            if place := self.places.get(path[:end]):
                return place[0] if violation.about_key else place[1]
        return None


_COUNTED = {dict, list, tuple, set, frozenset, range, FrozenMapping}
_LISTS = (list, tuple, set, frozenset, range)
_COLLECTIONS = (dict, *_LISTS, Mapping)
_WITHOUT_PARTS = {str, int, float, bool, type(None), Fraction}  # the types of nearly all values


def excess_of(data: Any, most: int = MAX_VALUES) -> Violation | None:
    """The violation of data that are too deep, too large or not readable; None for data within the limits of a file.

    A part that occurs at several places counts at each. Data that contain themselves are too deep. So the time is
    bounded for any data.
    """
    count, stack = 0, [iter((data,))]  # the iterators over the open collections
    while stack:
        value = next(stack[-1], stack)
        if value is stack:  # the innermost collection has ended
            stack.pop()
            continue
        if not isinstance(value, _COLLECTIONS):
            continue
        try:
            inner: Collection[Any] = value if isinstance(value, _LISTS) else value.values()
            if type(value) not in _COUNTED:  # its length may be wrong, and its entries endless
                inner = list(islice(inner, most + 1))
        except Exception as error:  # a class of its own may raise anything
            return Violation("invalid-value", context={"found": value, "reason": type(error).__name__})
        count += len(inner)
        if count > most:
            return Violation("too-many-values", context={"allowed": most})
        if len(stack) > MAX_DEPTH:
            return Violation("too-deep", context={"allowed": MAX_DEPTH})
        stack.append(iter([part for part in inner if type(part) not in _WITHOUT_PARTS]))
    return None


ReadForm = Callable[[bytes], "ParsedFile"]
"""Reads the form in the bytes of a workbook."""


def parse_source(source: Source, read_form: ReadForm | None = None) -> ParsedFile:
    """Parse a source. What is wrong with its text is in the violations of the result.

    ``read_form`` reads a workbook; without it, workbooks are refused. Raises TypeError for an object that is no source.
    """
    if isinstance(source, Mapping):
        violation = excess_of(source)
        return ParsedFile(source) if violation is None else ParsedFile(stop=UnreadableSource.of(violation))
    try:
        content = read_source(source, with_workbooks=read_form is not None)
        if content.is_workbook and read_form and isinstance(content.data, bytes):
            return read_form(content.data)
        text, is_json = text_of(content)
        plain, events = _json_readers() if is_json else (yaml_data, yaml_events)
        data = plain(text)
        if data is not None:
            return ParsedFile(data, locate=lambda: _build(events(text)).places)
        return _build(events(text))
    except UnreadableSource as stop:
        return ParsedFile(stop=stop)


def _json_readers() -> tuple[Callable[[str], Any], Callable[[str], Iterator[Event]]]:
    from aftersales.files.json_events import json_data, json_events  # imported here: YAML does not need them

    return json_data, json_events


@contextmanager
def noting(source: Source) -> Iterator[None]:
    """Add a note with the name of the file to an error of the block. Python and notebooks show notes."""
    try:
        yield
    except AftersalesError as error:
        if name := name_of(source):
            from aftersales.text.sanitize import safe_line  # imported here to keep the cold start short

            error.add_note(f"in {safe_line(name)}")
        raise


class _JsonObject(dict[str, Any]):
    """An object of a JSON text, with the keys that occur more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]):
        super().__init__(pairs)
        counts = Counter(key for key, _ in pairs) if len(self) < len(pairs) else {}
        self.doubled = [key for key, count in counts.items() if count > 1]


def json_violations(text: str) -> list[tuple[Path, Any, Violation]]:
    """The parts of a JSON text that pydantic's own reader would change silently, each with its path and value.

    pydantic reads a number with a point or an exponent as a binary float, and keeps the last value of a duplicate key.
    Raises ValueError for text that is not JSON, and RecursionError for text nested too deep.
    """
    import json

    def read_whole(written: str) -> Any:
        return int(written) if len(written) <= MAX_DIGITS else Violation("number-too-long", context={"found": written})

    data = json.loads(
        text,
        object_pairs_hook=_JsonObject,
        parse_int=read_whole,
        parse_float=lambda written: Violation("json-number", context={"found": written}),
        parse_constant=not_a_number,
    )
    violations: list[tuple[Path, Any, Violation]] = []
    # A value, and the way to it: the way to its collection and its key, or None.
    todo: list[tuple[Any, Any]] = [(None, data)]
    while todo and len(violations) < MAX_PROBLEMS:
        way, value = todo.pop()
        if isinstance(value, Violation):
            violations.append((_path_of(way), value.context["found"], value))
        elif isinstance(value, _JsonObject):
            context = ((key, Violation("json-duplicate-key", context={"found": key})) for key in value.doubled)
            violations += ((_path_of((way, key)), key, violation) for key, violation in context)
            todo += (((way, key), inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            todo += (((way, index), value[index]) for index in reversed(range(len(value))))
    return violations


def _path_of(way: Any) -> Path:
    path: list[str | int] = []
    while way is not None:
        way, part = way
        path.append(part)
    return tuple(reversed(path))


def _build(events: Iterable[Event]) -> ParsedFile:
    """Plain data and positions from events, without recursion. Of duplicate keys the first one is kept."""
    document = ParsedFile()
    root: list[Any] = []
    stack: list[tuple[dict[str, Any] | list[Any], Path]] = []  # the open collections, each with its path
    key: tuple[str, Position] | None = None  # the key of the value to come, in a mapping
    for count, (kind, position, value) in enumerate(events, 1):
        if count > MAX_VALUES:
            raise UnreadableSource("too-many-values", position, allowed=MAX_VALUES)
        if kind == "end":
            stack.pop()
            continue
        holder, path = stack[-1] if stack else (root, ())
        if isinstance(holder, dict) and key is None:
            if kind != "value" or type(value) is not str:
                raise UnreadableSource("key-not-text", position)
            key = value, position
            continue
        if kind != "value":
            value = {} if kind == "{" else []
        if isinstance(holder, list):
            if isinstance(value, ViolationError):
                value = long_whole(value) or value
            here = (*path, len(holder)) if stack else ()
            holder.append(value)
            document.places[here] = position, position
        else:
            assert key is not None
            name, key_position = key
            key, here = None, (*path, name)
            if name in holder:
                context = {"found": name, "line": document.places[here][0][0]}
                document.violations.append((Violation("duplicate-key", here, context), key_position))
                document.refused.add(here)
                here = (*path, f"{name} (duplicate)")
            else:
                holder[name] = value
                document.places[here] = key_position, position if kind == "value" else key_position
        if isinstance(value, ViolationError):
            document.violations += ((replace(violation, path=here), position) for violation in value.violations)
            document.refused.add(here)
        elif kind != "value":
            if len(stack) >= MAX_DEPTH:
                raise UnreadableSource("too-deep", position, allowed=MAX_DEPTH)
            stack.append((value, here))
    if not root or root[0] is None:
        raise UnreadableSource("empty-document", (1, 1))
    document.data = root[0]
    return document
