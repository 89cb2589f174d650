"""Cyrillic and Greek letters that look like Latin ones.

The pairs of capitals are those of the Unicode confusables data (Unicode Technical Standard 39) for single letters of
ASCII, and so are the small letters of Cyrillic; of Greek, the small letters that pass for Latin ones in names.
"""

from __future__ import annotations

__all__ = ["has_look_alike", "in_latin", "is_look_alike"]

# Each letter with the Latin one that it looks like.
_CAPITALS = (
    "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT ХX УY ҮY ԚQ ԜW ѴV ӀI ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ͿJ"
)
_SMALL = "аa сc ԁd еe һh іi јj оo рp ԛq ѕs ԝw хx уy ѵv αa γy ιi κk νv οo ρp σo υu χx ϲc ϳj"
_LOOK_ALIKES = frozenset(pair[0] for pair in f"{_CAPITALS} {_SMALL}".split())
# A small letter counts as the one that its capital looks like, since names are compared without case.
_FOLDED = {ord(pair[0].casefold()): pair[1].casefold() for pair in f"{_SMALL} {_CAPITALS}".split()}


def in_latin(text: str) -> str:
    """The text without case, and with each look-alike as the Latin letter that it or its capital looks like.

    >>> in_latin("\u0421TS"), in_latin("\u041aim"), in_latin("\u043aIM")
    ('cts', 'kim', 'kim')
    """
    return text.casefold().translate(_FOLDED)


def has_look_alike(text: str) -> bool:
    """Whether a character of a text :func:`is_look_alike`."""
    return not _LOOK_ALIKES.isdisjoint(text)


def is_look_alike(char: str) -> bool:
    """Whether a character looks like a Latin letter and is a Cyrillic or Greek one.

    >>> is_look_alike("\u0421"), is_look_alike("C")
    (True, False)
    """
    return char in _LOOK_ALIKES
