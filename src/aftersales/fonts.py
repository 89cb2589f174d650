"""The fonts that a paper is set in where pictures or pages are drawn on this machine."""

from __future__ import annotations

from typing import Any

from aftersales.charts import FONTS
from aftersales.errors import PaperError
from aftersales.extras import require
from aftersales.faults import Fault, put_into_words

__all__ = ["installed_fonts"]


def installed_fonts() -> tuple[Any, str]:
    """Typst's list of the fonts installed here, and the family to set Chinese in.

    Raises :class:`~aftersales.PaperError` where none of the known families is installed (``no-font``): typst would print
    empty boxes and only warn. :class:`~aftersales.errors.MissingExtra` without typst.
    """
    fonts = require("typst", "report").Fonts()
    families = set(fonts.families())
    for family in FONTS:
        if family in families:
            return fonts, family
    raise PaperError([put_into_words(Fault("no-font", facts={"allowed": ", ".join(FONTS)}))])
