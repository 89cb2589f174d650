"""The language of views that are not given one as an argument."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from aftersales.text.sentences import DEFAULT, languages

if TYPE_CHECKING:
    from aftersales.text.language import Language

__all__ = ["chosen_language"]


def chosen_language() -> Language:
    """The language that the environment selects, or the default if it selects none or an unknown one."""
    chosen = os.environ.get("AFTERSALES_LANG", DEFAULT)
    return cast("Language", chosen if chosen in languages() else DEFAULT)
