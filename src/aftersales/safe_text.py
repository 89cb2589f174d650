"""Text of somebody else's that is shown: without what could break or turn round what it stands in."""

from __future__ import annotations

import re

__all__ = ["clean", "safe", "safe_line"]

# Control characters but for the line break; characters that change the direction; half surrogates; no characters.
_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """The text without what could break or turn round the paper that it stands in; blanks and line breaks are folded.

    >>> clean("两家 门店\\n未设置"), clean("a\\x00b") == "a\\ufffdb"
    ('两家 门店 未设置', True)
    """
    return safe(" ".join(re.sub("[\t\r\n\x0b\x0c\x85\u2028\u2029]+", "\n", text).split()))


def safe(text: str) -> str:
    """The text without what could break or turn round the paper that it stands in.

    >>> safe("a\\x00b ") == "a\\ufffdb "
    True
    """
    return _UNSAFE.sub("\ufffd", text)


def safe_line(text: str) -> str:
    """The same on one line, with all its blanks: a name that is to be found again.

    >>> safe_line("my  shop\\n.yaml") == "my  shop\ufffd.yaml"
    True
    """
    return safe(text.replace("\n", "\ufffd"))
