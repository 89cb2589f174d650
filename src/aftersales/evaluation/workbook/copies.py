"""Find sheets that look like a sheet of the form and are not read: copies, old versions, renamed sheets.

A spreadsheet copies 评分表 to ``评分表 (2)`` in two clicks. If the copy has other content, it is unclear which of the
two counts. If it is equal or empty, there is only a remark. A copy may lack columns, or its head, or be transposed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.workbook.layout import COLUMNS, IDENTITY, KINDS, stated_limit
from aftersales.files.spreadsheet.guard import Cell, Sheet
from aftersales.files.spreadsheet.number_formats import show
from aftersales.text.normalize import plain

__all__ = ["Table", "difference", "tables_in"]

_JUDGED = {"id", "kind"}  # the columns without which a row of findings has no finding
_ID = re.compile(r"[0-9]+(\.[0-9]+)+")
_KIND_WORDS = {*KINDS, *KINDS.values()}
MIN_JUDGED = 10  # rows with an id and a kind that are a table of findings even without a head
_MAX_HEAD = 20  # characters; the heads of columns are shorter


class Table(NamedTuple):
    """A table with the head of a sheet of the form, in any sheet.

    Fields:
        name: The name of the form's sheet.
        sheet: The sheet that has the table.
        heads: The rows with the head, usually one. For a table without a head, the row above it.
        columns: The columns in the first of these rows, by key.
        is_transposed: Whether rows and columns are exchanged: ``heads`` are then columns, and ``columns`` are rows.
        layout: All columns of the form's sheet.
    """

    name: str
    sheet: Sheet
    heads: list[int]
    columns: Mapping[str, int]
    is_transposed: bool = False
    layout: Sequence[FormColumn] = COLUMNS

    @property
    def corner(self) -> Cell:
        """The first cell of the head, or of the sheet if there is no head and no row above the table."""
        place = max(self.heads[0], 1), min(self.columns.values())
        return self.sheet.cell(*(place[::-1] if self.is_transposed else place))

    def rows(self) -> Iterator[tuple[Cell, frozenset[tuple[str, str]]]]:
        """The rows that are filled in: the first cell and the content, without what the form itself repeats."""
        repeated = {column.key for column in self.layout[1:] if not column.is_input}
        by_place = {place: key for key, place in self.columns.items() if key not in repeated}
        cells = self.sheet.cells
        placed = {place[::-1]: cell for place, cell in cells.items()} if self.is_transposed else cells
        rows: dict[int, list[tuple[str, Cell]]] = {}
        for row, column in sorted(placed):
            if row > self.heads[0] and column in by_place:
                rows.setdefault(row, []).append((by_place[column], placed[row, column]))
        for there in rows.values():
            texts = ((key, cell, _text(cell)) for key, cell in there)
            filled = [one for one in texts if (one[2] or one[1].is_formula) and not stated_limit(one[2])]
            content = frozenset((key, text) for key, _, text in filled)
            keys = {key for key, _ in content}
            if not keys or (self.name == "findings" and keys == {"id"}) or (self.name == "facts" and keys == {"label"}):
                continue  # an empty row, or one with an id only
            yield filled[0][1], content


def tables_in(
    sheets: Sequence[Sheet], layouts: Mapping[str, Sequence[FormColumn]], labels: Collection[str]
) -> Iterator[Table]:
    """The tables that look like a sheet of the form, in any sheet, at most one of each kind.

    ``layouts`` are the columns of its sheets, by name, and ``labels`` those of its facts.

    A row is a head if it has three quarters of the columns, so that a copy without some of them is found. With 编号
    and 认定方式, half of the columns are enough. The head of 基本信息 has two common words, so one of its labels must
    follow below. Ten rows, or ten columns, with the id of an indicator and a kind are a table of findings even without
    a head.
    """
    keys = {name: {word: column.key for column in layout for word in column.words} for name, layout in layouts.items()}
    words = {word for heads in keys.values() for word in heads}
    for sheet in sheets:
        short = [(place, word) for place in sorted(sheet.cells) if (word := _word_in(sheet.cells[place]))]
        rows: dict[int, dict[str, int]] = {}
        for (row, column), word in short:
            if word in words:
                rows.setdefault(row, {}).setdefault(word, column)
        found: dict[str, Table] = {}
        for row, there in rows.items():
            for name, heads in keys.items():
                columns = {heads[word]: place for word, place in there.items() if word in heads}
                enough = 2 if name == "findings" and columns.keys() >= _JUDGED else 3  # quarters of the columns
                if 4 * len(columns) >= enough * len(layouts[name]):
                    found.setdefault(name, Table(name, sheet, [], columns, layout=layouts[name])).heads.append(row)
        if "findings" in layouts and not found.keys() - {"facts"}:  # notes of evidence may be words for kinds
            exchanged = sorted((place[::-1], word) for place, word in short)
            if table := _without_head(sheet, short) or _without_head(sheet, exchanged, is_transposed=True):
                found["findings"] = table
        for table in found.values():
            if table.name != "facts" or any(
                ("label", label) in content for _, content in table.rows() for label in labels
            ):
                yield table


def _without_head(
    sheet: Sheet, words: Sequence[tuple[tuple[int, int], str]], *, is_transposed: bool = False
) -> Table | None:
    """A table of findings without a head: ids of indicators in one column, and words for kinds beside them.

    ``words`` are the short texts of the sheet in the order of their places, which are exchanged if ``is_transposed``.

    The columns after the kind are taken in the order of the form. If one of them is missing, the others differ from the
    form, and the table is reported.
    """
    ids: dict[int, list[int]] = {}  # the columns with an id, by row
    pairs: Counter[tuple[int, int]] = Counter()
    for (row, column), word in words:
        if _ID.fullmatch(word):
            ids.setdefault(row, []).append(column)
        elif word in _KIND_WORDS:
            pairs.update((place, column) for place in ids.get(row, ()))
    (id_place, kind_place), count = next(iter(pairs.most_common(1)), ((0, 0), 0))
    if count < MIN_JUDGED:
        return None
    first = min(row for row, places in ids.items() if id_place in places)
    after = [column.key for column in COLUMNS]
    after = after[after.index("kind") :]
    columns = {"id": id_place} | {key: place for place, key in enumerate(after, kind_place)}
    return Table("findings", sheet, [first - 1], columns, is_transposed)


def difference(read: Counter[frozenset[tuple[str, str]]], other: Table) -> Cell | None:
    """The first cell of a table whose content differs from the rows that are read; None if it is equal or empty.

    The cell for missing rows is the head of the table.
    """
    rows = other.rows()  # a generator: the first difference is enough
    if other.name == "facts":
        filled = list(rows)
        is_empty = {dict(content).get("label") for _, content in filled} <= set(IDENTITY)
        rows = iter([(cell, content) for cell, content in filled if not (is_empty and content in read)])
    left, is_filled = read.copy(), False
    for cell, content in rows:
        if not left[content]:
            return cell
        left[content] -= 1
        is_filled = True
    return other.corner if is_filled and left.total() else None


def _word_in(cell: Cell) -> str:
    """The text of a cell that may be the head of a column."""
    is_short = cell.kind == "s" and isinstance(cell.value, str) and len(cell.value) <= _MAX_HEAD
    return plain(str(cell.value)) if is_short else ""


def _text(cell: Cell) -> str:
    """The content of a cell as people see it."""
    if cell.kind == "n" and isinstance(cell.value, str):
        return f"{cell.value} {show(cell.format, Decimal(cell.value)).kind}"
    return plain(cell.value) if isinstance(cell.value, str) else str(cell.value or "")
