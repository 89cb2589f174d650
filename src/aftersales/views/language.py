"""The language of what people are shown, where no argument gives it."""

from __future__ import annotations

import os

__all__ = ["wants_english"]


def wants_english() -> bool:
    """Whether the environment asks for English."""
    return os.environ.get("AFTERSALES_LANG") == "en"
