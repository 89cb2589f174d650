"""A manuscript as PDF, set by typst. All text goes in as data, so that none of it can be taken for typst's own markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from aftersales.extras import require
from aftersales.fonts import installed_fonts
from aftersales.manuscript import Block, Cell, Gap, Manuscript, Table

__all__ = ["typeset"]


def typeset(manuscript: Manuscript) -> bytes:
    """The manuscript as A4 pages.

    Raises :class:`~aftersales.errors.MissingExtra` without typst, and :class:`~aftersales.PaperError` where no font for
    Chinese is installed (``no-font``).
    """
    typst = require("typst", "report")
    fonts, family = installed_fonts()
    paper = {
        "lang": manuscript.lang,
        "title": manuscript.title,
        "subtitle": _cell(manuscript.subtitle),
        "mark": manuscript.mark,
        "footer": manuscript.footer,
        "family": family,
        "blocks": [_block(block) for block in manuscript.blocks],
    }
    page = (files("aftersales") / "page.typ").read_bytes()
    pdf: bytes = typst.Compiler(page, font_paths=fonts, sys_inputs={"paper": json.dumps(paper)}).compile(
        format="pdf", timestamp=0
    )
    return pdf


def _block(block: Block) -> dict[str, Any]:
    """A part of the paper as plain data, with the name of its kind."""
    data = asdict(block)
    if isinstance(block, Table):
        data["rows"] = [{"cells": [_cell(cell) for cell in row.cells], "leads": row.leads} for row in block.rows]
    elif isinstance(data.get("text"), dict):
        data["text"]["gap"] = True
    return {"kind": type(block).__name__, **data}


def _cell(cell: Cell) -> str | dict[str, Any]:
    return {"text": cell.text, "gap": True} if isinstance(cell, Gap) else cell
