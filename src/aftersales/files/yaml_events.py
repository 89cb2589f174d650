"""YAML as a stream of events with positions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aftersales.files.source import (
    MAX_DEPTH,
    LineIndex,
    Position,
    UnreadableSource,
    ensure_printable,
)

_YAML_NULLS = {"", "~", "null", "Null", "NULL"}

Event = tuple[str, Position, Any]
"""``{`` and ``[`` open, ``end`` closes, ``value`` carries a text, a number, a bool or None."""


def yaml_events(text: str) -> Iterator[Event]:
    """The events of a YAML text; raises :class:`~aftersales.files.source.UnreadableSource` where it cannot be read on."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if directive := re.search("^%TAG.*", text, re.MULTILINE):  # many of them cost libyaml minutes
        raise UnreadableSource("tag", LineIndex(text).position(directive.start()), found=directive[0])
    # YAML ends a line at these three as well; editors and people do not.
    lines = LineIndex(text) if re.search("[\x85\u2028\u2029]", text) else None
    nodes = {yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent}
    documents = 0
    try:
        event: Any
        for event in yaml.parse(text, Loader=loader):
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
        # Where something was left open, the mistake is where it began, and not where the text could go on no further.
        left_open = error.context_mark if (error.context or "").endswith(_LEFT_OPEN) else None
        position = _position_of(left_open or error.problem_mark or error.context_mark, lines)
        if "maximum nesting depth" in (
            error.problem or ""
        ):  # newer libyaml looks ahead and gives up before the builder
            raise UnreadableSource("too-deep", position, allowed=MAX_DEPTH) from error
        position = _full_width_colon(text, position[0]) or position
        raise UnreadableSource("not-yaml", position, reason=error.problem, text=_line(text, position[0])) from error


def _full_width_colon(text: str, number: int) -> Position | None:
    """The place of a full-width colon on that line or the one above it, where none of the right kind stands."""
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
