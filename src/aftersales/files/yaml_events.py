"""YAML as plain data, and as a stream of events with positions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aftersales.files.source import (
    MAX_DEPTH,
    MAX_VALUES,
    UNPRINTABLE,
    LineIndex,
    Position,
    UnreadableSource,
    ensure_printable,
)

_YAML_NULLS = {"", "~", "null", "Null", "NULL"}
_TAG_DIRECTIVE = re.compile("^%TAG.*", re.MULTILINE)  # many of them take libyaml minutes

Event = tuple[str, Position, Any]
"""Kind, position and value. ``{`` and ``[`` open, ``end`` closes, ``value`` has a text, a number, a bool or None."""


def yaml_data(text: str) -> Any:
    """The data of a YAML text in which there is nothing to report, with scalars as written.

    It is None for every other text, so that its events are needed to find what is wrong and where: a text that is not
    YAML, is too large or too deep, or has duplicate keys, anchors, tags, several documents or control characters.

    >>> yaml_data("{degree: 0.70, row: }"), yaml_data("{degree: 0.7, degree: 1}")
    ({'degree': '0.70', 'row': None}, None)
    """
    import yaml

    if _TAG_DIRECTIVE.search(text):
        return None
    documents: list[Any] = []
    holder: Any = documents  # the innermost open collection
    around: list[Any] = []  # the collections around it
    key: str | None = None  # the key of the value to come, in a mapping
    value: Any
    try:
        for count, event in enumerate(_parsed(text)):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                value = event.value if event.style or event.value not in _YAML_NULLS else None
                if event.style == '"' and UNPRINTABLE.search(value):
                    return None
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                value = {} if kind is yaml.MappingStartEvent else []
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                holder = around.pop()
                continue
            elif kind is yaml.AliasEvent:
                return None
            else:  # the start or the end of the stream or of a document
                continue
            if event.anchor or event.tag or count > MAX_VALUES:
                return None
            if type(holder) is list:
                holder.append(value)
            elif key is not None:
                holder[key], key = value, None
            elif type(value) is str and value not in holder:
                key = value
                continue
            else:
                return None
            if kind is not yaml.ScalarEvent:
                around.append(holder)
                holder = value
                if len(around) > MAX_DEPTH:
                    return None
    except yaml.YAMLError:
        return None
    return documents[0] if len(documents) == 1 else None


def _parsed(text: str) -> Iterator[Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    return iter(loader.get_event, None)  # yaml.parse asks twice for each event


def yaml_events(text: str) -> Iterator[Event]:
    """The events of a YAML text.

    Raises :class:`~aftersales.files.source.UnreadableSource` for text that is not YAML.
    """
    import yaml

    if directive := _TAG_DIRECTIVE.search(text):
        raise UnreadableSource("tag", LineIndex(text).position(directive.start()), found=directive[0])
    # YAML also ends a line at these three characters; editors do not.
    lines = LineIndex(text) if re.search("[\x85\u2028\u2029]", text) else None
    nodes = {yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent}
    documents = 0
    try:
        event: Any
        for event in _parsed(text):
            kind, position = type(event), _position_of(event.start_mark, lines)
            if kind in nodes:
                if event.anchor:
                    raise UnreadableSource("alias", position, found=event.anchor)
                if event.tag:
                    raise UnreadableSource("tag", position, found=event.tag)
            if kind is yaml.ScalarEvent:
                if event.style == '"':
                    ensure_printable(event.value, position)
                is_null = not event.style and event.value in _YAML_NULLS
                yield "value", position, None if is_null else event.value
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                yield "{" if kind is yaml.MappingStartEvent else "[", position, None
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                yield "end", position, None
            elif kind is yaml.AliasEvent:
                raise UnreadableSource("alias", position, found=event.anchor)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise UnreadableSource("several-documents", position)
    except yaml.MarkedYAMLError as error:
        # If something is left open, report the place where it begins, not the place where parsing failed.
        left_open = error.context_mark if (error.context or "").endswith(_LEFT_OPEN) else None
        position = _position_of(left_open or error.problem_mark or error.context_mark, lines)
        # Newer libyaml looks ahead and fails before the builder does.
        if "maximum nesting depth" in (error.problem or ""):
            raise UnreadableSource("too-deep", position, allowed=MAX_DEPTH) from error
        position = _full_width_colon(text, position[0]) or position
        raise UnreadableSource("not-yaml", position, reason=error.problem, text=_line(text, position[0])) from error


def _full_width_colon(text: str, number: int) -> Position | None:
    """The position of a full-width colon on the line or the one before, if that line has no ASCII colon."""
    for line in (number, number - 1):
        written = _line(text, line)
        if "：" in written and ":" not in written:
            return line, text.split("\n")[line - 1].index("：") + 1
    return None


_LEFT_OPEN = ("simple key", "quoted scalar", "flow mapping", "flow sequence")


def _position_of(mark: Any, lines: LineIndex | None) -> Position:
    return lines.position(mark.index) if lines else (mark.line + 1, mark.column + 1)


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1].strip()[:60] if 0 < number <= len(lines) else ""
