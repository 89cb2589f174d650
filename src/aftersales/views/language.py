"""The language of what people are shown, where no argument gives it."""

from __future__ import annotations

import os

from aftersales.text.sentences import DEFAULT, languages

__all__ = ["chosen_language"]


def chosen_language() -> str:
    """The language that the environment asks for; the default where it asks for none, or for one that there is not."""
    asked = os.environ.get("AFTERSALES_LANG", DEFAULT)
    return asked if asked in languages() else DEFAULT
