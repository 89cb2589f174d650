"""The language of views that are not given one as an argument."""

from __future__ import annotations

import os

from aftersales.text.sentences import DEFAULT, languages

__all__ = ["chosen_language"]


def chosen_language() -> str:
    """The language that the environment selects, or the default if it selects none or an unknown one."""
    asked = os.environ.get("AFTERSALES_LANG", DEFAULT)
    return asked if asked in languages() else DEFAULT
