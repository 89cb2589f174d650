"""Render a document as PDF with typst. All text is passed as data, so that none of it is read as typst's markup."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from aftersales.problems.extras import require
from aftersales.rendering.document import Block, Cell, Document, Gap, Table
from aftersales.rendering.fonts import installed_fonts, not_drawable
from aftersales.text.sentences import language_tag

__all__ = ["render"]

# Text in which a line can break only at a blank: all but Chinese, Japanese and Korean characters.
_UNBROKEN = re.compile(r"[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]{16,}")
_BREAK = "\u200b"  # an invisible place where a line may break


def render(document: Document) -> bytes:
    """The document as A4 pages. A character that no installed font has is printed as its code, such as ``[U+1F6D7]``.

    Raises :class:`~aftersales.problems.errors.MissingExtra` without typst, and :class:`~aftersales.PaperError` if no
    Chinese font is installed (``no-font``).
    """
    typst = require("typst", "report")
    fonts, family = installed_fonts()
    issued_on = document.issued_on
    lang, _, region = language_tag(document.lang).partition("-")
    paper = {
        "lang": lang,
        "region": region or None,
        "title": document.title,
        "subtitle": _cell(document.subtitle),
        "mark": document.mark,
        "footer": document.footer,
        "footnote": document.footnote,
        "authors": [document.author] if document.author else [],
        "issued_on": issued_on and [issued_on.year, issued_on.month, issued_on.day],
        "family": family,
        "blocks": [_block(block) for block in document.blocks],
    }
    missing = not_drawable(json.dumps(paper, ensure_ascii=False), fonts, family)
    codes = str.maketrans({character: f"[U+{ord(character):04X}]" for character in missing})
    inputs = {"paper": json.dumps(_fitted(paper, codes))}
    page = (files("aftersales.rendering") / "page.typ").read_bytes()
    pdf: bytes = typst.Compiler(page, font_paths=fonts, sys_inputs=inputs).compile(format="pdf", timestamp=0)
    return pdf


def _fitted(part: Any, codes: Mapping[int, str]) -> Any:
    """A part of the document with all of its text printable within the page.

    Characters that no font has become codes, and long runs of letters get places where a line may break.
    """
    if isinstance(part, str):
        return _UNBROKEN.sub(lambda run: _BREAK.join(re.findall(".{1,5}", run[0])), part.translate(codes))
    if isinstance(part, dict):
        return {key: value if key in ("svg", "family") else _fitted(value, codes) for key, value in part.items()}
    return [_fitted(each, codes) for each in part] if isinstance(part, list | tuple) else part


def _block(block: Block) -> dict[str, Any]:
    """A part of the document as plain data, with the name of its kind."""
    data = asdict(block)
    if isinstance(block, Table):
        data["rows"] = [
            {"cells": [_cell(cell) for cell in row.cells], "leads": row.leads, "long": row.is_long}
            for row in block.rows
        ]
    elif isinstance(data.get("text"), dict):
        data["text"]["gap"] = True
    return {"kind": type(block).__name__, **data}


def _cell(cell: Cell) -> str | dict[str, Any]:
    return {"text": cell.text, "gap": True} if isinstance(cell, Gap) else cell
