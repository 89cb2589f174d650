"""Suggest what was probably meant: the allowed word nearest to a mistyped one."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from aftersales.text.normalize import plain

__all__ = ["near"]

MAX_WORD = 40  # characters; a longer word is not a mistyped one


def near(word: Any, words: Iterable[str]) -> str | None:
    """The one of ``words`` that was probably meant, or None.

    >>> near("degre", ["degree", "reason"]), near("Ｆｕｌｌ", ["full", "none"]), near("x", ["full", "none"])
    ('degree', 'full', None)
    """
    import difflib  # imported here: only a mistake needs it

    if not isinstance(word, str) or len(word) > MAX_WORD:
        return None
    folded = {_folded(other): other for other in words if len(other) <= MAX_WORD}
    found = difflib.get_close_matches(_folded(word), folded, n=1)
    return folded[found[0]] if found else None


def _folded(text: str) -> str:
    """The text in ASCII and lower case, without blanks and invisible characters."""
    return plain(unicodedata.normalize("NFKC", text)).lower().replace("-", "_")
