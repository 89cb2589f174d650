"""A document rendered as a file in one of the formats. Each format imports its library when it is asked for."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from aftersales.rendering import docx, html, md, pdf
from aftersales.rendering.document import Document
from aftersales.text.sanitize import clean

__all__ = ["FORMATS", "render"]

_RENDERERS = {"html": html.render, "docx": docx.render, "pdf": pdf.render, "md": md.render}

FORMATS = tuple(_RENDERERS)


def render(document: Document, format: str) -> bytes:
    """The document as one of :data:`FORMATS`: a self-contained web page, Word, PDF, or Markdown in UTF-8.

    Every text is sanitised here: no text of an evaluation can hide, break or turn round what stands beside it.

    Raises :class:`~aftersales.problems.errors.MissingExtra` where a library of the extra ``report`` is not installed.
    """
    if format not in FORMATS:
        raise ValueError(f"a document is rendered as one of {', '.join(FORMATS)}, not as {format!r}")
    return _RENDERERS[format](_sanitised(document))


def _sanitised(part: Any) -> Any:
    """A part with all of its texts sanitised but for pictures, which do that themselves."""
    if isinstance(part, str):
        return clean(part)
    if isinstance(part, tuple):
        return tuple(map(_sanitised, part))
    if is_dataclass(part) and not isinstance(part, type):
        texts = (field.name for field in fields(part) if field.name != "svg")
        return replace(part, **{name: _sanitised(getattr(part, name)) for name in texts})
    return part
