"""The formats of papers: their names, for type checkers, and what renders each."""

from collections.abc import Callable
from typing import Literal

from aftersales.rendering import docx, html, md, pdf
from aftersales.rendering.document import Document
from aftersales.rendering.sheet import docx as sheet_docx
from aftersales.rendering.sheet import html as sheet_html
from aftersales.rendering.sheet import pdf as sheet_pdf
from aftersales.rendering.sheet.sheet import Sheet

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
    "html": sheet_html.render,
    "docx": sheet_docx.render,
    "pdf": sheet_pdf.render,
}
