"""Render a document or a sheet as PDF with typst.

All text is passed as data, so that none of it is read as typst's markup. A PDF is tagged (PDF/UA-1) and, if it has a
day of issue, archivable (PDF/A-2a), which requires a date.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from importlib.resources import files
from typing import Any

from aftersales.problems.extras import require
from aftersales.rendering.document import Document, Gap, Row, Signatures, Table
from aftersales.rendering.fonts import installed_fonts, not_drawable
from aftersales.rendering.sheet import (
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

__all__ = ["heading_pages", "render", "render_sheet", "type_scale"]

TAGGED, ARCHIVABLE = "ua-1", "a-2a"
SCALES = (1.0, 0.94, 0.88, 0.82)  # of the type of a document on one page

# Text in which a line can break only at a blank or hyphen: all but Chinese, Japanese and Korean characters.
_UNBROKEN = re.compile(r"[^\s\-\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]{16,}")
LONG_WORD, _MARKS = 16, "'\".,;:()[]"
_BREAK = "\u200b"  # an invisible place where a line may break


def render(document: Document) -> bytes:
    """The document as A4 pages. A character that no installed font has is printed as its code, such as ``[U+1F6D7]``.

    Raises :class:`~aftersales.MissingExtra` without typst, and :class:`~aftersales.PaperError` if no
    Chinese font is installed (``no-font``).
    """
    return _compiled(_document_compiler(document), document.issued_on)


def render_sheet(sheet: Sheet) -> bytes:
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
    compiler = _compiler("sheet.typ", content, sheet.author, sheet.issued_on, SERIF_FONTS)
    return _compiled(compiler, sheet.issued_on)


def heading_pages(document: Document) -> list[int]:
    """The page of each heading of the outline. Raises as :func:`render` does."""
    pages: list[int] = json.loads(_document_compiler(document).query("<heading-page>", field="value"))
    return pages


def type_scale(document: Document) -> float:
    """The size of the type, as a share of the usual one: of a document on one page, the largest that fits.

    Raises as :func:`render` does.
    """
    if not document.on_one_page:
        return SCALES[0]
    fits = (scale for scale in SCALES if _compiler_at(scale, document).query("<second-page>", field="value") == "[]")
    return next(fits, SCALES[-1])


def _document_compiler(document: Document) -> Any:
    """Typst with the pages and their content."""
    return _compiler_at(type_scale(document), document)


def _compiler_at(scale: float, document: Document) -> Any:
    lang, _, region = language_tag(document.lang).partition("-")
    paper = _plain(document) | {"lang": lang, "region": region or None, "is_chinese": lang == "zh"}
    paper["scale"] = scale
    paper["pattern"] = f"{_BREAK}?".join(map(re.escape, document.footnote_mark or ""))
    for place, block in enumerate(paper["blocks"]):
        block["introduces"] = document.introduces(place)
    return _compiler("page.typ", paper, document.author, document.issued_on)


def _compiler(
    template: str, content: dict[str, Any], author: str, issued_on: datetime.date | None, preferred: Sequence[str] = ()
) -> Any:
    """Typst with a template of this package and its content. ``preferred`` are fonts that are used if installed."""
    typst = require("typst", "report")
    fonts, family = installed_fonts(preferred)
    paper = content | {
        "authors": [author] if author else [],
        "issued_on": issued_on and [issued_on.year, issued_on.month, issued_on.day],
        "family": family,
    }
    missing = not_drawable(json.dumps(paper, ensure_ascii=False), fonts, family)
    codes = str.maketrans({character: f"[U+{ord(character):04X}]" for character in missing})
    inputs = {"paper": json.dumps(_fitted(paper, codes))}
    page = (files("aftersales.rendering") / template).read_bytes()
    return typst.Compiler(page, font_paths=fonts, sys_inputs=inputs)


def _compiled(compiler: Any, issued_on: datetime.date | None) -> bytes:
    """The PDF: tagged and, with a day, archivable."""
    standards = [TAGGED, ARCHIVABLE] if issued_on else [TAGGED]
    pdf: bytes = compiler.compile(format="pdf", timestamp=0, pdf_standards=standards)
    return pdf


def _fitted(part: Any, codes: Mapping[int, str]) -> Any:
    """A part of the document with all of its text printable within the page.

    Characters that no font has become codes, and long runs of letters get places where a line may break.
    """
    if isinstance(part, str):
        return _UNBROKEN.sub(_with_breaks, part.translate(codes))
    if isinstance(part, dict):
        return {
            key: value if key in ("svg", "family", "pattern") else _fitted(value, codes) for key, value in part.items()
        }
    return [_fitted(each, codes) for each in part] if isinstance(part, list | tuple) else part


def _with_breaks(run: re.Match[str]) -> str:
    """A run of letters with places where a line may break, unless it is a word with the marks beside it."""
    return _BREAK.join(re.findall(".{1,5}", run[0])) if len(run[0].strip(_MARKS)) >= LONG_WORD else run[0]


def _plain(part: Any) -> Any:
    """A part of the document as plain data, with the name of its kind. A gap is its text under the key ``gap``."""
    if isinstance(part, Gap):
        return {"gap": part.text}
    if isinstance(part, tuple):
        return [_plain(each) for each in part]
    if not is_dataclass(part):
        return part
    data = {"kind": type(part).__name__} | {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, Row):
        data["is_long"] = part.is_long
    if isinstance(part, Table):
        data |= {"last_pair": part.last_pair, "is_small": part.is_small}
    if isinstance(part, Signatures):
        data["in_a_row"] = part.in_a_row
    return data


def _with_tags(part: Any) -> Any:
    """A part with the language and region of each text as typst names them."""
    if isinstance(part, dict):
        tagged = {key: _with_tags(value) for key, value in part.items()}
        if "lang" in part:
            lang, _, region = language_tag(part["lang"]).partition("-")
            tagged |= {"lang": lang, "region": region or None}
        return tagged
    return [*map(_with_tags, part)] if isinstance(part, list | tuple) else part
