"""Characters that people do not see. All lists of such characters in the package are made from this one.

The source is the Unicode Character Database, version 16: the general categories, which Python knows, and the property
Default_Ignorable_Code_Point of DerivedCoreProperties.txt, which Python does not know. That property includes fillers
and selectors whose categories are those of letters and marks. The blank of the Braille patterns has neither: it is a
symbol that looks like a blank.
"""

from __future__ import annotations

import unicodedata
from functools import cache

__all__ = ["CLASS_OF_BLANKS", "IGNORABLE", "UNSAFE", "blanks", "invisible", "is_unseen"]

_SELECTORS = ((0x180B, 0x180D), (0x180F, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_DIRECTIONS = ((0x061C, 0x061C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069))  # the property Bidi_Control
_OTHERS = (
    *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180E, 0x180E), (0x200B, 0x200D)),
    *((0x2060, 0x2065), (0x206A, 0x206F), (0x3164, 0x3164), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8)),
    *((0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE00FF), (0xE01F0, 0xE0FFF)),
)
_CONTROLS = ((0x00, 0x09), (0x0B, 0x1F), (0x7F, 0x9F))  # without the line feed
_NONCHARACTERS = ((0xD800, 0xDFFF), (0xFDD0, 0xFDEF), (0xFFFE, 0xFFFF))  # and lone surrogates
_LINES, _ANNOTATIONS = (0x2028, 0x2029), (0xFFF9, 0xFFFB)
_SPACES = "\x20\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BRAILLE_BLANK = "\u2800"


def _class_of(*ranges: tuple[int, int]) -> str:
    """The ranges as the inside of a character class of a regular expression."""
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


IGNORABLE = (*_OTHERS, *_SELECTORS, *_DIRECTIONS)
"""The ranges of Default_Ignorable_Code_Point."""

CLASS_OF_BLANKS = _BRAILLE_BLANK + _class_of(*IGNORABLE)
"""Characters that look blank and are no white space, as the inside of a character class.

A text of only these and white space counts as empty."""

UNSAFE = _class_of(*_CONTROLS, _LINES, _ANNOTATIONS, *_NONCHARACTERS, *_OTHERS, *_DIRECTIONS)
"""Characters that no output shows raw, as the inside of a character class.

Controls, line and paragraph separators, annotations, lone surrogates, noncharacters, and the ignorable characters
without the selectors, which choose the form of the character before them."""

_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp"}  # controls, formats, surrogates, unassigned, separators


@cache  # built on demand, as these are thousands of characters
def invisible() -> frozenset[int]:
    """The ignorable characters without the bidirectional controls: removing them does not change how a text looks."""
    return frozenset(code for first, last in (*_OTHERS, *_SELECTORS) for code in range(first, last + 1))


@cache
def blanks() -> str:
    """The characters to strip around a value in a file: blanks, the tab, the Braille blank, :func:`invisible` ones."""
    return "\t" + _SPACES + _BRAILLE_BLANK + "".join(map(chr, sorted(invisible())))


def is_unseen(char: str) -> bool:
    """Whether a character is invisible or looks like a blank other than U+0020.

    >>> [is_unseen(char) for char in ("a", "店", " ", "\u3164", "\ufe0f", "\u2800", "\u202e")]
    [False, False, False, True, True, True, True]
    """
    if char.isascii() and char.isprintable():
        return False
    code = ord(char)
    return char == _BRAILLE_BLANK or code in invisible() or unicodedata.category(char) in _UNSEEN
