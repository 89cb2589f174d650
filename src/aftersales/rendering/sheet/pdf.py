"""Render a sheet as PDF with typst: tagged (PDF/UA-1) and archivable (PDF/A-2a)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aftersales.rendering.pdf import compiled, compiler
from aftersales.rendering.sheet.sheet import (
    COLUMN_GAP,
    ISSUER,
    ISSUER_LABEL,
    LABEL,
    LEADING,
    SECOND,
    SERIF_FONTS,
    SIGNATURE,
    STAMP,
    Sheet,
    is_abreast,
    measures_of,
)
from aftersales.text.sentences import language_tag

__all__ = ["render"]


def render(sheet: Sheet) -> bytes:
    """The sheet as one page.

    Raises :class:`~aftersales.MissingExtra` without typst, and :class:`~aftersales.PaperError` if its
    text does not fit (``sheet-too-full``) or no Chinese font is installed (``no-font``).
    """
    measures = measures_of(sheet)
    content = _with_tags(asdict(sheet)) | {
        "second": SECOND,
        "abreast": is_abreast(sheet),
        "is_wide": sheet.title[0].lang == "zh",
        "leading": LEADING,
        "column_gap": COLUMN_GAP,
        "label": LABEL,
        "foot": [ISSUER / (1 - STAMP), SIGNATURE / (1 - STAMP)],
        "stamp_share": STAMP,
        "issuer_label": ISSUER_LABEL,
        "measures": measures._asdict(),
    }
    del content["issued_on"]
    return compiled(compiler("sheet/page.typ", content, sheet.author, sheet.issued_on, SERIF_FONTS), sheet.issued_on)


def _with_tags(part: Any) -> Any:
    """A part with the language and region of each text as typst names them."""
    if isinstance(part, dict):
        tagged = {key: _with_tags(value) for key, value in part.items()}
        if "lang" in part:
            lang, _, region = language_tag(part["lang"]).partition("-")
            tagged |= {"lang": lang, "region": region or None}
        return tagged
    return [*map(_with_tags, part)] if isinstance(part, list | tuple) else part
