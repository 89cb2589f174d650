"""Sanitise untrusted text before it is shown.

A name or a reason may hold characters that change how a terminal or a page shows the text around them: line breaks,
escape sequences, bidirectional controls, characters without a width. Every output passes through one of these
functions. They replace an unsafe character by U+FFFD, or by an escape in JSON and YAML, which have to be read again.
"""

from __future__ import annotations

import re

from aftersales.text.unseen import UNSAFE

__all__ = ["clean", "escaped_json", "escaped_yaml", "is_safe", "safe", "safe_line", "unbroken"]

_UNSAFE = re.compile(f"[{UNSAFE}]")
_BREAKS = re.compile("[\t\r\n\x0b\x0c\x1c-\x1f\x85\u2028\u2029]+")


def clean(text: str) -> str:
    """The text on one line without unsafe characters. A run of blanks and line breaks becomes one blank.

    >>> clean("两家 门店\\n未设置"), clean("a\\x00b") == "a\\ufffdb"
    ('两家 门店 未设置', True)
    """
    return safe(" ".join(_BREAKS.sub(" ", text).split()))


def unbroken(text: str) -> str:
    """The text on one line without unsafe characters. Blanks stay; a run of line breaks and tabs becomes one blank.

    >>> unbroken(" a  b\\r\\nc") == " a  b c"
    True
    """
    return safe(_BREAKS.sub(" ", text))


def safe(text: str) -> str:
    """The text without unsafe characters. Line feeds stay.

    >>> safe("a\\x00b ") == "a\\ufffdb "
    True
    """
    return _UNSAFE.sub("\ufffd", text)


def safe_line(text: str) -> str:
    """The text on one line without unsafe characters, with the same length: blanks stay, a line feed becomes U+FFFD.

    For names of files, which must stay recognisable.

    >>> safe_line("my  shop\\n.yaml") == "my  shop\ufffd.yaml"
    True
    """
    return safe(text.replace("\n", "\ufffd"))


def escaped_json(text: str) -> str:
    """JSON text with an escape for each unsafe character. It reads back as the same data.

    >>> escaped_json('["a\\u202eb", "\\U000e0001"]') == '["a\\\\u202eb", "\\\\udb40\\\\udc01"]'
    True
    """
    return _UNSAFE.sub(_utf_16_escape, text)


def escaped_yaml(text: str) -> str:
    """YAML text with an escape for each unsafe character. It reads back as the same data.

    A scalar with an unsafe character must be double-quoted, since YAML knows escapes only there (:func:`is_safe`).

    >>> escaped_yaml('["a\\u202eb", "\\U000e0001"]') == '["a\\\\U0000202eb", "\\\\U000e0001"]'
    True
    """
    return _UNSAFE.sub(lambda found: f"\\U{ord(found[0]):08x}", text)


def is_safe(text: str) -> bool:
    """Whether a text holds no unsafe character.

    >>> is_safe("售后\\n"), is_safe("a\u202e")
    (True, False)
    """
    return _UNSAFE.search(text) is None


def _utf_16_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
