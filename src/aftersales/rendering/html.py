"""Render a document as one self-contained web page: style and pictures included, no scripts, no links to other files.

On a phone, table rows are shown as cards. In print, pages are A4. Jinja2 escapes every text.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any

from aftersales.problems.extras import require
from aftersales.rendering.charts import FONTS
from aftersales.rendering.document import Document, Gap
from aftersales.text.sentences import language_tag

__all__ = ["render"]


def render(document: Document) -> bytes:
    """The document as a web page in UTF-8. Raises :class:`~aftersales.MissingExtra` without Jinja2."""
    page: str = _template(require("jinja2", "report")).render(
        paper=document, fonts=", ".join(f'"{name}"' for name in FONTS), language_tag=language_tag(document.lang)
    )
    return page.lstrip().encode()


@cache  # compiling it takes longer than rendering a report
def _template(jinja2: ModuleType) -> Any:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["gap"] = lambda cell: isinstance(cell, Gap)
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["markup"] = jinja2.utils.markupsafe.Markup  # only for pictures, which are not escaped
    return environment.from_string((files("aftersales.rendering") / "page.html.jinja").read_text("utf-8"))
