"""The width of titles of indicators in tables, which differs between languages."""

from __future__ import annotations

from aftersales.standard.standard import Standard
from aftersales.text.columns import width

__all__ = ["has_long_titles"]

LONG = 50  # columns of a terminal; a Chinese character takes two


def has_long_titles(standard: Standard, lang: str) -> bool:
    """Whether titles in that language need a wider column, so that they do not take many lines.

    >>> from aftersales import load_standard
    >>> has_long_titles(load_standard(), "zh"), has_long_titles(load_standard(), "en")
    (False, True)
    """
    return max(width(indicator.title.text(lang)) for indicator in standard.indicators) > LONG
