"""Read the form of a rectification: the plain data, and the cell of each part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aftersales.certification.rectification.layout import (
    FACTS,
    ITEM_COLUMNS,
    KEY_WORDS,
    LAYOUTS,
    MEANT,
    OCCASIONS,
    SHEETS,
    VALUE_WORDS,
)
from aftersales.evaluation.workbook.layout import LISTS
from aftersales.evaluation.workbook.sheets import Form, SheetReader, day_in, read_form, word_in
from aftersales.files.parsed_file import ParsedFile
from aftersales.files.spreadsheet.guard import Cell, Contents
from aftersales.problems.errors import Path
from aftersales.problems.messages import Words

__all__ = ["read_rectification_workbook"]

_FORM = Form(
    titles=SHEETS,
    layouts=LAYOUTS,
    fact_paths=FACTS,
    lists=LISTS,
    free=frozenset({"value", "problem", "requirement", "responsible", "done", "by"}),
    counts=frozenset(),
    data=re.compile("|".join(map(re.escape, MEANT)) + r"|[0-9]+(\.[0-9]+)+"),
    words=Words("zh", KEY_WORDS, VALUE_WORDS),
    kind="rectification",
    choices={("occasion",): OCCASIONS},
)
_OF_RESULT = ("done", "on", "by")


def read_rectification_workbook(raw: bytes) -> ParsedFile:
    """The content of a workbook. What is wrong with it as a workbook is in the violations of the result."""
    return read_form(raw, _FORM, lambda contents: _RectificationReader(contents).document())


class _RectificationReader(SheetReader):
    """Reads the form of a rectification."""

    def __init__(self, contents: Contents):
        super().__init__(contents, _FORM)

    def document(self) -> ParsedFile:
        """The content of the workbook."""
        self.read_facts()
        for row in self.rows("items", ITEM_COLUMNS, "indicator"):
            self._read_item(row)
        return self.finish({path[0]: "facts" for path in FACTS.values()} | {"items": "items"}, "facts")

    def _read_item(self, row: Mapping[str, Cell]) -> None:
        items = self.data.setdefault("items", [])
        path: Path = ("items", len(items))
        self.place(path, row["indicator"], row["indicator"])
        self.place_with(("items",), path)
        item: dict[str, Any] = {}
        for key, cell in row.items():
            if key == "title":
                continue
            within: Path = ("result",) if key in _OF_RESULT else ()
            value = self.value(cell, key, (*path, *within, key))
            if value is None:
                continue
            if within:
                self.place_with((*path, *within), (*path, *within, key))
            holder = item.setdefault("result", {}) if within else item
            holder[key] = day_in(word_in(value)) if key in ("due", "on") else value
        items.append(item)
