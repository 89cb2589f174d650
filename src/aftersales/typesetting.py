"""Setting a manuscript in type: one door to the formats, each imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from aftersales.manuscript import Manuscript

__all__ = ["FORMATS", "typeset"]

FORMATS = ("html", "docx", "pdf", "md")


def typeset(manuscript: Manuscript, format: str) -> bytes:
    """The manuscript as one of :data:`FORMATS`: a self-contained web page, Word, PDF, or Markdown in UTF-8.

    Raises :class:`~aftersales.errors.MissingExtra` where a library of the extra ``report`` is not installed.
    """
    if format not in FORMATS:
        raise ValueError(f"a manuscript is set as one of {', '.join(FORMATS)}, not as {format!r}")
    content: bytes = import_module(f"aftersales.typeset_{format}").typeset(manuscript)
    return content
