"""The formats of papers: their names, for type checkers, and what renders each."""

from collections.abc import Callable
from typing import Literal

from aftersales.rendering import docx, docx_sheet, html, md, pdf
from aftersales.rendering.document import Document
from aftersales.rendering.sheet import Sheet

__all__ = ["PaperFormat", "SheetFormat"]

PaperFormat = Literal["html", "docx", "pdf", "md"]
"""A format of a report, a plan or a notice."""

SheetFormat = Literal["html", "docx", "pdf"]
"""A format of a framed sheet, such as the star certificate."""

RENDERERS: dict[PaperFormat, Callable[[Document], bytes]] = {
    "html": html.render,
    "docx": docx.render,
    "pdf": pdf.render,
    "md": md.render,
}
SHEET_RENDERERS: dict[SheetFormat, Callable[[Sheet], bytes]] = {
    "html": html.render_sheet,
    "docx": docx_sheet.render,
    "pdf": pdf.render_sheet,
}
