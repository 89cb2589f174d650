"""Render a document as a file. Each format imports its library on demand."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from aftersales.problems.collector import refusal
from aftersales.problems.errors import OutputError
from aftersales.problems.violations import Violation
from aftersales.rendering.document import Document
from aftersales.rendering.formats import RENDERERS, SHEET_RENDERERS, PaperFormat, SheetFormat
from aftersales.rendering.sheet import Sheet
from aftersales.text.sanitize import clean

__all__ = ["FORMATS", "SHEET_FORMATS", "format_of", "render", "sheet_format_of"]

FORMATS: tuple[PaperFormat, ...] = tuple(RENDERERS)
SHEET_FORMATS: tuple[SheetFormat, ...] = tuple(SHEET_RENDERERS)
_F = TypeVar("_F", bound=str)


def render(document: Document | Sheet, format: str) -> bytes:
    """The document in one of :data:`FORMATS`: a self-contained web page, Word, PDF, or Markdown in UTF-8.

    A sheet is rendered in one of :data:`SHEET_FORMATS`.

    All texts are sanitised here, so that no text of an evaluation can hide or change what is beside it.

    Raises :class:`~aftersales.MissingExtra` if a library of the extra ``report`` is not installed.
    """
    renderers: Mapping[Any, Callable[[Any], bytes]] = SHEET_RENDERERS if isinstance(document, Sheet) else RENDERERS
    if format not in renderers:
        raise ValueError(f"a document is rendered as one of {', '.join(renderers)}, not as {format!r}")
    return renderers[format](_sanitised(document))


def format_of(path: str | os.PathLike[str]) -> PaperFormat:
    """The format of a document's file by its extension. Raises :class:`~aftersales.OutputError` for another one."""
    return _format_of(path, FORMATS)


def sheet_format_of(path: str | os.PathLike[str]) -> SheetFormat:
    """The format of a sheet's file by its extension. Raises :class:`~aftersales.OutputError` for another one."""
    return _format_of(path, SHEET_FORMATS)


def _format_of(path: str | os.PathLike[str], formats: Sequence[_F]) -> _F:
    suffix = Path(path).suffix.lower()
    for format in formats:
        if suffix == f".{format}":
            return format
    context = {"found": Path(path).name, "allowed": tuple(f".{known}" for known in formats)}
    raise refusal(OutputError, Violation("unknown-report-format", context=context))


def _sanitised(part: Any) -> Any:
    """A part with all texts sanitised, except pictures, which are made by the package."""
    if isinstance(part, str):
        return clean(part)
    if isinstance(part, tuple):
        return tuple(map(_sanitised, part))
    if is_dataclass(part) and not isinstance(part, type):
        texts = (field.name for field in fields(part) if field.name != "svg")
        return replace(part, **{name: _sanitised(getattr(part, name)) for name in texts})
    return part
