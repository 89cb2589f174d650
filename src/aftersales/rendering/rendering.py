"""Setting a manuscript in type: one door to the formats, each imported when it is asked for."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from importlib import import_module
from typing import Any

from aftersales.rendering.document import Document
from aftersales.text.sanitize import clean

__all__ = ["FORMATS", "render"]

FORMATS = ("html", "docx", "pdf", "md")


def render(document: Document, format: str) -> bytes:
    """The manuscript as one of :data:`FORMATS`: a self-contained web page, Word, PDF, or Markdown in UTF-8.

    Every text is sanitised here: no text of an evaluation can hide, break or turn round what stands beside it.

    Raises :class:`~aftersales.problems.errors.MissingExtra` where a library of the extra ``report`` is not installed.
    """
    if format not in FORMATS:
        raise ValueError(f"a manuscript is set as one of {', '.join(FORMATS)}, not as {format!r}")
    content: bytes = import_module(f"aftersales.rendering.{format}").render(_sanitised(document))
    return content


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
