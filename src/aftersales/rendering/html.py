"""Render a document or a sheet as one self-contained web page: style and pictures included, no scripts, no links.

On a phone, table rows are shown as cards. In print, pages are A4, and a sheet is one. Jinja2 escapes every text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any

from aftersales.problems.extras import require
from aftersales.rendering.charts import FONTS
from aftersales.rendering.document import Document, Gap
from aftersales.rendering.sheet import (
    COLUMN_GAP,
    ISSUER_LABEL,
    LABEL,
    LEADING,
    SERIF_FONTS,
    SIGNATURE,
    STAMP,
    Sheet,
    is_abreast,
    measures_of,
)
from aftersales.text.sentences import language_tag

__all__ = ["render", "render_sheet"]

_DAY = re.compile(r"(?<![\w-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-])", re.ASCII)


def render(document: Document) -> bytes:
    """The document as a web page in UTF-8. Raises :class:`~aftersales.MissingExtra` without Jinja2."""
    return _page("page.html.jinja", FONTS, paper=document, language_tag=language_tag(document.lang))


def render_sheet(sheet: Sheet) -> bytes:
    """The sheet as a web page in UTF-8.

    Raises :class:`~aftersales.MissingExtra` without Jinja2, and :class:`~aftersales.PaperError` if its
    text does not fit on a page (``sheet-too-full``).
    """
    return _page(
        "sheet.html.jinja",
        (*SERIF_FONTS, *FONTS),
        sheet=sheet,
        m=measures_of(sheet),
        abreast=is_abreast(sheet),
        is_wide=sheet.title[0].lang == "zh",
        leading=LEADING,
        label=LABEL,
        column_gap=COLUMN_GAP,
        stamp=STAMP,
        signature=SIGNATURE / (1 - STAMP),
        issuer_label=ISSUER_LABEL,
    )


def _page(template: str, fonts: Sequence[str], **content: Any) -> bytes:
    page: str = _template(require("jinja2", "report"), template).render(
        fonts=", ".join(f'"{name}"' for name in fonts), **content
    )
    return page.lstrip().encode()


def _with_whole_days(markupsafe: ModuleType, text: str) -> Any:
    """The text as markup in which a day such as 2026-03-02 stays on a line. Browsers break it at its hyphens."""
    return markupsafe.Markup(_DAY.sub(r'<span class="whole">\g<0></span>', str(markupsafe.escape(text))))


@cache  # compiling it takes longer than rendering a report
def _template(jinja2: ModuleType, name: str) -> Any:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["gap"] = lambda cell: isinstance(cell, Gap)
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["language_tag"] = language_tag
    environment.filters["whole_days"] = lambda text: _with_whole_days(jinja2.utils.markupsafe, text)
    environment.filters["markup"] = jinja2.utils.markupsafe.Markup  # only for pictures, which are not escaped
    environment.globals["pt"] = "{:.2f}pt".format
    return environment.from_string((files("aftersales.rendering") / name).read_text("utf-8"))
