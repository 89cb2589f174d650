"""Columns of text in a terminal: measure, pad, cut and wrap text that may be Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

__all__ = ["cut", "line_width", "padded", "width", "wrapped"]

LEAST_WIDTH, MAX_WIDTH = 60, 100


def line_width(columns: int) -> int:
    """The width of the lines of a view in a terminal of so many columns.

    >>> line_width(40), line_width(80), line_width(200)
    (60, 80, 100)
    """
    return min(max(columns, LEAST_WIDTH), MAX_WIDTH)


def width(text: str) -> int:
    """The number of terminal columns that a text takes.

    A wide (Chinese) character takes two columns, a mark above or below a letter none.

    >>> width("售后"), width("ab"), width("（1）")
    (4, 2, 5)
    """
    return sum(map(_width_of, text))


@cache
def _width_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled with blanks to ``columns``: blanks behind it, or before it if ``right``."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def cut(text: str, columns: int) -> str:
    """The text; if it takes more than ``columns``, its beginning and an ellipsis."""
    while width(text) > columns:
        text = text[:-2].rstrip() + "…"
    return text


def wrapped(text: str, columns: int, first: str = "", rest: str = "") -> Iterator[str]:
    """The lines of a text of at most ``columns`` each, with an indent for the first line and one for the rest.

    A line ends between words or beside a wide (Chinese) character, but never before closing punctuation or behind
    opening punctuation.
    """
    text, indent, start = " ".join(text.split()), first, 0
    while start < len(text):
        end, used = start, width(indent)
        while end < len(text) and (used := used + _width_of(text[end])) <= columns:
            end += 1
        cut = end
        while end < len(text) and cut > start and not _may_break(text[cut - 1], text[cut]):
            cut -= 1
        if cut == start:  # a word that is longer than the line
            cut = end
        yield (indent + text[start:cut]).rstrip()
        start, indent = cut + (text[cut : cut + 1] == " "), rest


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if after in _CLOSING or before in _OPENING:
        return after == " "
    return before == " " or _width_of(before) == 2 or _width_of(after) == 2


_CLOSING = " ，。；：、！？）】》”’…)]},.;:!?%"
_OPENING = "（【《“‘([{"
