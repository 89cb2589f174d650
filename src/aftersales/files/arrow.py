"""Arrow tables of results. An exact number is there as the nearest float64, and as text without a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any, Literal, NamedTuple

from aftersales.files.numbers import Percentage, measure_as_json, nearest_float
from aftersales.problems.extras import require
from aftersales.text.number_format import as_text

__all__ = ["MAX_COUNT", "TITLES", "ArrowColumn", "arrow_table"]

MAX_COUNT = 2**63 - 1
"""The largest whole number of a column."""

Values = Literal["number", "count", "flag", "text", "texts"]


class ArrowColumn(NamedTuple):
    """A column of a table.

    Fields:
        name: Its name.
        values: What it holds. Of a ``number`` there is a second column of that name with ``_exact`` behind it.
        value: Its value in a row; None if there is none.
    """

    name: str
    values: Values
    value: Callable[[Any], Any]

    def of(self, part: int) -> ArrowColumn:
        """This column of one part of a row that is a tuple."""
        return self._replace(value=lambda row: self.value(row[part]))


TITLES = (
    ArrowColumn("title_zh", "text", lambda row: row.title.zh),
    ArrowColumn("title_en", "text", lambda row: row.title.en),
)
"""The titles of a row with a ``title``."""


def arrow_table(rows: Iterable[Any], columns: Sequence[ArrowColumn]) -> Any:
    """A ``pyarrow.Table``. The exact texts of adjacent numbers follow the last of them.

    Raises :class:`~aftersales.MissingExtra` if pyarrow is not installed.

    >>> from fractions import Fraction
    >>> third = ArrowColumn("third", "number", lambda row: row / 3)
    >>> arrow_table([Fraction(1)], [third, ArrowColumn("n", "count", int)]).to_pylist()
    [{'third': 0.3333333333333333, 'third_exact': '1/3', 'n': 1}]
    """
    arrow = require("pyarrow", "batch")
    types = {
        "number": arrow.float64(),
        "count": arrow.int64(),
        "flag": arrow.bool_(),
        "text": arrow.string(),
        "texts": arrow.list_(arrow.string()),
    }
    rows = list(rows)
    table: dict[str, Any] = {}
    for values, adjacent in groupby(columns, lambda column: column.values):
        found = {column.name: [column.value(row) for row in rows] for column in adjacent}
        for name, cells in found.items():
            if values == "number":
                cells = [None if cell is None else nearest_float(cell) for cell in cells]
            table[name] = arrow.array(cells, types[values])
        if values == "number":
            for name, cells in found.items():
                exact = [None if cell is None else _exact(cell) for cell in cells]
                table[f"{name}_exact"] = arrow.array(exact, arrow.string())
    return arrow.table(table)


def _exact(number: Fraction) -> str:
    """The exact text. A number of 1 or more that was written with % has % again: 100 % is not one of something."""
    written = measure_as_json(number) if isinstance(number, Percentage) else None
    return written if isinstance(written, str) else as_text(number)
