"""Text in plain forms: full-width characters made narrow, invisible ones removed."""

from __future__ import annotations

from aftersales.text.unseen import INVISIBLE

__all__ = ["plain"]

_PLAIN: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms
_PLAIN |= {0x3000: 0x20, 0x2800: 0x20}  # and their blank; the blank of Braille
_PLAIN |= dict.fromkeys(INVISIBLE)


def plain(text: str) -> str:
    """The text in plain forms: full-width ones made narrow, invisible characters and the blanks around it taken off.

    Nothing else is folded: what Unicode holds to be alike may be another number, as ``10²`` and ``102`` are.

    >>> plain("８５％\u3000"), plain("10²")
    ('85%', '10²')
    """
    return text.translate(_PLAIN).strip()
