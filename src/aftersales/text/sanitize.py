"""Sanitise text that comes from outside before it is shown.

A name or a reason may hold characters that a terminal or a page obeys: line breaks that forge a line, escape sequences,
characters that turn the direction of writing, characters without a width. Every output goes through one of these functions;
each of them shows such a character as U+FFFD, or writes it as an escape where the text has to be read again.
"""

from __future__ import annotations

import re

from aftersales.text.unseen import UNSAFE

__all__ = ["clean", "escaped_json", "escaped_yaml", "is_safe", "safe", "safe_line", "unbroken"]

_UNSAFE = re.compile(f"[{UNSAFE}]")
_BREAKS = re.compile("[\t\r\n\x0b\x0c\x1c-\x1f\x85\u2028\u2029]+")


def clean(text: str) -> str:
    """The text on one line without unsafe characters; blanks and line breaks are folded.

    >>> clean("两家 门店\\n未设置"), clean("a\\x00b") == "a\\ufffdb"
    ('两家 门店 未设置', True)
    """
    return safe(" ".join(_BREAKS.sub(" ", text).split()))


def unbroken(text: str) -> str:
    """The text on one line without unsafe characters, with all its blanks; a line break becomes a blank.

    >>> unbroken(" a  b\\r\\nc") == " a  b c"
    True
    """
    return safe(_BREAKS.sub(" ", text))


def safe(text: str) -> str:
    """The text without unsafe characters; line breaks stay.

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


def escaped_json(text: str) -> str:
    """JSON with every unsafe character as an escape, so that it reads back as the same data.

    >>> escaped_json('["a\\u202eb", "\\U000e0001"]') == '["a\\\\u202eb", "\\\\udb40\\\\udc01"]'
    True
    """
    return _UNSAFE.sub(_utf_16_escape, text)


def escaped_yaml(text: str) -> str:
    """YAML with every unsafe character as an escape, so that it reads back as the same data.

    A text with an unsafe character has to stand between double quotes (:func:`is_safe`).

    >>> escaped_yaml('["a\\u202eb", "\\U000e0001"]') == '["a\\\\U0000202eb", "\\\\U000e0001"]'
    True
    """
    return _UNSAFE.sub(lambda found: f"\\U{ord(found[0]):08x}", text)


def is_safe(text: str) -> bool:
    """Whether a text has no unsafe character.

    >>> is_safe("售后\\n"), is_safe("a\u202e")
    (True, False)
    """
    return _UNSAFE.search(text) is None


def _utf_16_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
