"""JSON as plain data, and as a stream of events with positions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from aftersales.files.numbers import read_quantity
from aftersales.files.source import (
    MAX_DEPTH,
    MAX_VALUES,
    LineIndex,
    Position,
    UnreadableSource,
    ensure_printable,
)
from aftersales.files.yaml_events import Event
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, ViolationError

# An unterminated string matches to the end of the text, so that no part is read twice.
_JSON_TOKEN = re.compile(r'"(?:[^"\\]+|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


_TOKENS = 5  # of a value at most: its key, a colon, a comma and two brackets


def excess_of_json(text: str, most: int) -> Violation | None:
    """The violation of a JSON text with so many tokens or escapes that it is too large to be read as a whole.

    A text of ``most`` values is not refused for its tokens. Python's reader makes an object of each value and escape.
    """
    bound = _TOKENS * (most + 1)
    if len(text) <= bound:
        return None
    if text.count("\\") > bound or next(islice(_JSON_TOKEN.finditer(text), bound, None), None):
        return Violation("too-many-values", context={"allowed": most})
    return None


# Escapes that may stand for a control character or for half of a pair.
_ESCAPE = re.compile(r"\\(?:[bf]|u(?:00|[dD][89a-fA-F]|[fF][eEfF]))")


def json_data(text: str) -> Any:
    """The data of a JSON text in which there is nothing to report, as a number of :func:`read_quantity` or as written.

    It is None for every other text, so that its events are needed to find what is wrong and where: a text that is not
    JSON, is too large or too deep, or has duplicate keys, numbers that are none, or control characters.

    >>> json_data('{"degree": 0.7}'), json_data('{"degree": 0.7, "degree": 1}')
    ({'degree': Fraction(7, 10)}, None)
    """
    import json

    opened = text.count("{") + text.count("[")
    events = 1 + text.count(",") + text.count(":") + 2 * opened  # at most: each value follows one of these signs
    if events > MAX_VALUES or _ESCAPE.search(text):
        return None
    try:
        data = json.loads(
            text,
            object_pairs_hook=_distinct,
            parse_int=read_quantity,
            parse_float=read_quantity,
            parse_constant=read_quantity,
        )
    except (ValueError, RecursionError):
        return None
    return None if _is_too_deep(data) else data


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("duplicate keys")
    return data


def _is_too_deep(data: Any) -> bool:
    kinds = {dict, list}
    level = [data] if type(data) in kinds else []  # the collections at a depth
    for _ in range(MAX_DEPTH):
        level = [
            value for part in level for value in (part.values() if type(part) is dict else part) if type(value) in kinds
        ]
    return bool(level)


def json_events(text: str) -> Iterator[Event]:
    """The events of a JSON text.

    The depth is checked first, since Python's own reader is recursive.
    """
    import json

    lines = LineIndex(text)
    tokens = []
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        tokens.append(token)
        if len(tokens) > 4 * MAX_VALUES:  # a value, its colon, its comma and its bracket
            raise UnreadableSource("too-many-values", lines.position(token.start()), allowed=MAX_VALUES)
        depth += (token[0] in "{[") - (token[0] in "}]")
        if depth > MAX_DEPTH:
            raise UnreadableSource("too-deep", lines.position(token.start()), allowed=MAX_DEPTH)
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        before = text[: error.pos].rstrip()
        too_much = before.endswith(",") and text[error.pos : error.pos + 1] in {"}", "]"}
        position = lines.position(len(before) - 1 if too_much else error.pos)
        key = error.msg if error.msg in _KNOWN_MISTAKES else "other"
        raise UnreadableSource("not-json", position, reason=phrase(f"json.{key}", reason=error.msg)) from error
    for token in tokens:
        written, position = token[0], lines.position(token.start())
        if written in "{[":
            yield written, position, None
        elif written in "}]":
            yield "end", position, None
        elif written not in ",:":
            yield "value", position, _json_scalar(written, position)


_KNOWN_MISTAKES = {
    "Expecting value",
    "Expecting ',' delimiter",
    "Expecting ':' delimiter",
    "Expecting property name enclosed in double quotes",
    "Illegal trailing comma before end of object",
    "Illegal trailing comma before end of array",
    "Extra data",
    "Unterminated string starting at",
}  # what Python's reader says, which has sentences here


def _json_scalar(written: str, position: Position) -> Any:
    import json

    if written[0] == '"' or written in {"true", "false", "null"}:
        value = json.loads(written)
        if isinstance(value, str):
            ensure_printable(value, position)
        return value
    try:
        return read_quantity(written)
    except ViolationError as refused:
        return refused  # the builder adds the position
