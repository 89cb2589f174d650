"""Render a sheet as one self-contained web page, which prints on one A4 page. Jinja2 escapes every text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any

from aftersales.problems.extras import require
from aftersales.rendering.charts import FONTS
from aftersales.rendering.sheet.sheet import (
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

__all__ = ["render"]


def render(sheet: Sheet) -> bytes:
    """The sheet as a web page in UTF-8.

    Raises :class:`~aftersales.MissingExtra` without Jinja2, and :class:`~aftersales.PaperError` if its
    text does not fit on a page (``sheet-too-full``).
    """
    page: str = _template(require("jinja2", "report")).render(
        sheet=sheet,
        m=measures_of(sheet),
        abreast=is_abreast(sheet),
        is_wide=sheet.title[0].lang == "zh",
        fonts=", ".join(f'"{name}"' for name in (*SERIF_FONTS, *FONTS)),
        leading=LEADING,
        label=LABEL,
        column_gap=COLUMN_GAP,
        stamp=STAMP,
        signature=SIGNATURE / (1 - STAMP),
        issuer_label=ISSUER_LABEL,
    )
    return page.lstrip().encode()


@cache  # compiling it takes longer than rendering a sheet
def _template(jinja2: ModuleType) -> Any:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["language_tag"] = language_tag
    environment.filters["markup"] = jinja2.utils.markupsafe.Markup  # only for pictures, which are not escaped
    environment.globals["pt"] = "{:.2f}pt".format
    return environment.from_string((files("aftersales.rendering") / "sheet/page.html.jinja").read_text("utf-8"))
