"""The language of what people are shown, where no argument gives it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

__all__ = ["wants_english"]


def wants_english() -> bool:
    """Whether the environment asks for English."""
    return os.environ.get("AFTERSALES_LANG") == "en"
