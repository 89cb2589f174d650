"""Normalise text: convert full-width characters to ASCII, remove invisible ones, and divide lists of names."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from aftersales.text.look_alikes import in_latin
from aftersales.text.unseen import CLASS_OF_BLANKS, invisible

__all__ = ["compact", "names_in", "plain", "plain_name"]

_TURKISH = {0x131: "i", 0x307: None}  # ı, the small letter of I; the dot of İ, which stays when it is a small letter


@cache
def _plain_forms() -> dict[int, int | None]:
    """The plain form of each character that has another one, None for characters to remove."""
    forms: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms
    forms |= {0x3000: 0x20, 0x2800: 0x20}  # the ideographic blank; the blank of the Braille patterns
    return forms | dict.fromkeys(invisible())


def plain(text: str) -> str:
    """The text with full-width characters as ASCII, and without invisible characters and surrounding blanks.

    Unicode's own normalisation (NFKC) is not used: it changes numbers, for example ``10²`` to ``102``.

    >>> plain("８５％\u3000"), plain("10²")
    ('85%', '10²')
    """
    if text.isascii():  # as most numbers and ids are, which is quicker
        return text.strip()
    return text.translate(_plain_forms()).strip()


def compact(text: str) -> str:
    """The text in Unicode's NFKC, without white space and without other characters that look blank.

    >>> compact("Ａ－1　\u200bｘ")
    'A-1x'
    """
    return re.sub(f"[\\s{CLASS_OF_BLANKS}]+", "", unicodedata.normalize("NFKC", text))


def names_in(text: str) -> list[str]:
    """The names in a cell, separated by commas, ``、``, semicolons or line breaks.

    >>> names_in("张明（组长）、 李静;王芳")
    ['张明（组长）', '李静', '王芳']
    """
    return [name.strip() for name in re.split("[、，,；;\n]", text) if name.strip()]


def plain_name(name: str) -> str:
    """A name for comparison: without differences of blanks, unseen characters, width and case.

    Cyrillic and Greek letters count as the Latin letters that they look like, and the two Turkish letters i as one.

    >>> plain_name("ＡＢＣ 公司") == plain_name("abc公司")
    True
    """
    # Once more in NFKC, since a character without case may be several: ΰ and its capital differ in it.
    return in_latin(compact(compact(name).casefold())).translate(_TURKISH)
