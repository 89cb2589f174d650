"""Normalise text: convert full-width characters to ASCII and remove invisible ones."""

from __future__ import annotations

from aftersales.text.unseen import INVISIBLE

__all__ = ["plain"]

_PLAIN: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms
_PLAIN |= {0x3000: 0x20, 0x2800: 0x20}  # the ideographic blank; the blank of the Braille patterns
_PLAIN |= dict.fromkeys(INVISIBLE)


def plain(text: str) -> str:
    """The text with full-width characters as ASCII, and without invisible characters and surrounding blanks.

    Unicode's own normalisation (NFKC) is not used: it changes numbers, for example ``10²`` to ``102``.

    >>> plain("８５％\u3000"), plain("10²")
    ('85%', '10²')
    """
    return text.translate(_PLAIN).strip()
