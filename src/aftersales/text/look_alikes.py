"""Cyrillic and Greek letters that look like Latin ones.

The pairs are those of the Unicode confusables data (Unicode Technical Standard 39) for single letters of ASCII.
"""

from __future__ import annotations

__all__ = ["in_latin", "is_look_alike"]

_CYRILLIC = "АВЕЅІЈКМНОРСТХУҮԚԜѴӀасԁеһіјорԛѕԝхуѵ", "ABESIJKMHOPCTXYYQWVIacdehijopqswxyv"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿονϲϳ", "ABEZHIKMNOPTYXCJovcj"
_LATIN = str.maketrans("".join((_CYRILLIC[0], _GREEK[0])), "".join((_CYRILLIC[1], _GREEK[1])))


def in_latin(text: str) -> str:
    """The text with each look-alike as the Latin letter that it looks like.

    >>> in_latin("\u0421TS").isascii()
    True
    """
    return text.translate(_LATIN)


def is_look_alike(char: str) -> bool:
    """Whether a character looks like a Latin letter and is a Cyrillic or Greek one.

    >>> is_look_alike("\u0421"), is_look_alike("C")
    (True, False)
    """
    return ord(char) in _LATIN
