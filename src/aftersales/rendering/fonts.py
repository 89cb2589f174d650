"""The fonts for pages and pictures that are rendered on this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from aftersales.problems.collector import refusal
from aftersales.problems.errors import PaperError
from aftersales.problems.extras import require
from aftersales.problems.violations import Violation
from aftersales.rendering.charts import FONTS

__all__ = ["installed_fonts", "not_drawable"]

# One character a paragraph. For PDF/UA, typst refuses characters that no font has, and names each of them; otherwise it
# prints an empty box.
_PROBE = b"""#let probe = json(bytes(sys.inputs.probe))
#set document(title: "probe")
#set text(font: probe.family)
#for character in probe.characters { par(character) }"""
_QUOTED = re.compile(r'"(?:\\u\{([0-9a-f]+)\}|\\?(.))"')  # a character in typst's error, as it is or escaped


def installed_fonts(preferred: Sequence[str] = ()) -> tuple[Any, str]:
    """Typst's list of the installed fonts, and the family for Chinese text: the first of ``preferred`` or of ``FONTS``.

    Raises :class:`~aftersales.PaperError` if none of the known families is installed (``no-font``), since typst would
    print empty boxes and only warn. Raises :class:`~aftersales.MissingExtra` without typst.
    """
    fonts = _all_fonts()
    installed = set(fonts.families())
    for family in (*preferred, *FONTS):
        if family in installed:
            return fonts, family
    _all_fonts.cache_clear()  # a font that is installed now is found the next time
    raise refusal(PaperError, Violation("no-font", context={"allowed": tuple(FONTS)}))


@cache
def _all_fonts() -> Any:
    """Typst's list of the installed fonts. It is made once, since it opens every file of a font."""
    return require("typst", "report").Fonts()


def not_drawable(text: str, fonts: Any, family: str) -> set[str]:
    """The characters of a text that no installed font has. Every Chinese font is assumed to have those of GB 2312."""
    return _missing({character for character in set(text) if not _is_common(character)}, fonts, family)


def _is_common(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _missing(characters: set[str], fonts: Any, family: str) -> set[str]:
    """The given characters that no installed font has: those that typst's error names, until it finds no more."""
    typst = require("typst", "report")
    probe = json.dumps({"family": family, "characters": sorted(characters)})
    try:
        typst.Compiler(_PROBE, font_paths=fonts, sys_inputs={"probe": probe}).compile(
            format="pdf", pdf_standards=["ua-1"]
        )
    except typst.TypstError as error:
        named = {chr(int(code, 16)) if code else char for code, char in _QUOTED.findall(error.diagnostic)}
        if not named & characters:
            raise
        return named & characters | _missing(characters - named, fonts, family)
    return set()
