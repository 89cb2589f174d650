"""Write the form of a rectification: a workbook with its items, in which the results are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftersales.certification.rectification.layout import FACTS, ITEM_COLUMNS, OCCASIONS, SHEETS
from aftersales.certification.rectification.rectification import Rectification
from aftersales.evaluation.workbook.grid import BLANK, ROOMY, Rows, new_book, saved, set_page, set_up, write_facts
from aftersales.evaluation.workbook.layout import LISTS
from aftersales.problems.arguments import ensure_kind
from aftersales.standard.standard import Standard

__all__ = ["write_rectification_workbook"]

SPARE_ITEMS = 20
TITLE = "{form}评价整改表"


def write_rectification_workbook(standard: Standard, rectification: Rectification | None = None) -> bytes:
    """The form of a rectification as .xlsx: blank, or with the content of a ``rectification``.

    An item is closed by filling in what was done, the day of the verification and who verified it.

    Raises :class:`~aftersales.OutputError` for a text that no cell can hold (``unwritable-text``), and
    :class:`~aftersales.MissingExtra` without the extra ``excel``.

    >>> from aftersales import load_standard
    >>> write_rectification_workbook(load_standard())[:2]  # a zip archive
    b'PK'
    """
    ensure_kind("standard", standard, Standard)
    if rectification is not None:
        ensure_kind("rectification", rectification, Rectification)
    return form_with(standard, rectification.model_dump(mode="json") if rectification else {})


def form_with(standard: Standard, data: Mapping[str, Any]) -> bytes:
    """The form with these parts of a rectification, which are plain data."""
    book = new_book("rectification", standard)
    sheet = book.create_sheet(SHEETS["facts"])
    write_facts(sheet, standard, data, FACTS, LISTS, {("occasion",): OCCASIONS})
    sheet = book.create_sheet(SHEETS["items"])
    set_up(sheet, ITEM_COLUMNS, frozen=2)
    rows, names = Rows(sheet, ITEM_COLUMNS, ROOMY), [column.key for column in ITEM_COLUMNS]
    items = data.get("items", [])
    for number, item in enumerate([*items, *[dict[str, str]()] * SPARE_ITEMS], 2):
        key = item.get("indicator")
        title = {"title": standard[key].title.zh if key in standard else None}
        cells = item | title | (item.get("result") or {})
        rows.write(number, [cells.get(name) for name in names])
    sheet.auto_filter.ref = f"A1:{chr(ord('A') + len(names) - 1)}{len(items) + SPARE_ITEMS + 1}"
    organisation = (data.get("subject") or {}).get("organisation") or BLANK
    named = TITLE.format(form=standard.term("form").text("zh"))
    for sheet in book:
        set_page(sheet, f"{named}：{sheet.title}", [f"评价对象：{organisation}"])
    return saved(book)
