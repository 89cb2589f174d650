"""The formats of papers, for type checkers. :mod:`~aftersales.rendering.rendering` has a renderer for each."""

from typing import Literal

__all__ = ["PaperFormat", "SheetFormat"]

PaperFormat = Literal["html", "docx", "pdf", "md"]
"""A format of a report, a plan or a notice."""

SheetFormat = Literal["html", "docx", "pdf"]
"""A format of a framed sheet, such as the star certificate."""
