"""Write the sheets of a form: heads, rows, cells and drop-downs, its sheet of facts and its team.

Cells hold text, so that Excel keeps ``60%`` and ``1/3`` as typed. Rows are high enough for their texts, and grow.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from copy import copy
from functools import cache
from typing import Any

from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.parties import Assessor
from aftersales.evaluation.words import role
from aftersales.evaluation.workbook.layout import (
    FACT_COLUMNS,
    FORMAT_NAME,
    LANG,
    ROLE_WORDS,
    STANDARD_NAME,
    TEAM_COLUMNS,
    TYPES,
)
from aftersales.files.archive import reproducible
from aftersales.files.format_versions import VersionedKind, version_of
from aftersales.problems.collector import refusal
from aftersales.problems.errors import OutputError
from aftersales.problems.extras import require
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard
from aftersales.text.normalize import names_in

__all__ = [
    "BLANK",
    "GROUP",
    "LINE",
    "ROOMY",
    "SPARE_MEMBERS",
    "Rows",
    "choose",
    "entry_of_list",
    "fill_of",
    "letter_of",
    "name_in_list",
    "new_book",
    "page_height",
    "saved",
    "set_heights",
    "set_page",
    "set_up",
    "unwritable",
    "write_facts",
    "write_team",
]

MAX_CELL = 32_767  # the most characters of a cell
SHADE, GROUP = "FFE8EEF4", "FFF3F6F9"
SPARE_MEMBERS = 20
LINE, MAX_HEIGHT = 17, 409  # points; the height of a line, and the greatest height of a row in Excel
ROOMY, SPACIOUS = 26, 60  # points; the height of rows in which people write a line or some lines with a pen
MAX_IN_MARGIN = 60  # characters of a text in a header or footer
BESIDE_TITLE, LEAST_BESIDE = 32, 10  # characters beside the title of a page, and of each text there but the first
BLANK = "＿" * 16  # to be filled in with a pen
MAX_TIP = 255  # characters of a prompt or an error text
PAGE = (841.9, 595.3)  # points of A4 across
SIDE, TOP, BOTTOM = 0.3, 0.75, 0.65  # the margins in inches
POINTS_PER_INCH, POINTS_PER_DIGIT = 72, 6  # the latter is the unit of the widths of columns
SAFETY = 0.96  # of the height of a page; programs measure rows a little differently

_TYPES: Mapping[tuple[str, ...], Mapping[str, str]] = {("type",): TYPES}

# Text that Excel reads as another character, and what openpyxl removes because Excel writes it.
_DECODED = re.compile("_x[0-9A-Fa-f]{4}_|x005F_")


def new_book(kind: VersionedKind, standard: Standard) -> Any:
    """A workbook without a sheet, for a form of that kind. Hidden defined names hold the version of its format and,
    if the standard whose texts it repeats is a bundled one, the fingerprint of this standard.

    Raises :class:`~aftersales.MissingExtra` without openpyxl.
    """
    openpyxl = require("openpyxl", "excel")
    book = openpyxl.Workbook()
    book.remove(book.active)
    names = {FORMAT_NAME: str(version_of(kind))}
    if standard.likeness == "bundled":
        names[STANDARD_NAME] = f'"{standard.sha256}"'
    for name, text in names.items():
        book.defined_names.add(openpyxl.workbook.defined_name.DefinedName(name, attr_text=text, hidden=True))
    # The widths of columns are measured in digits of the first font.
    book._fonts = type(book._fonts)([_font()])
    book._named_styles["Normal"].font = _font()
    return book


def _font(**look: Any) -> Any:
    """The font of a form, of which spreadsheets have one of the same widths where they do not have it itself."""
    return require("openpyxl", "excel").styles.Font(name="Arial", size=11, **look)


def saved(book: Any) -> bytes:
    """The workbook as .xlsx, the same bytes each time."""
    file = io.BytesIO()
    book.save(file)
    return reproducible(file.getvalue())


def set_up(sheet: Any, columns: Sequence[FormColumn], *, frozen: int = 0, is_upright: bool = False) -> None:
    """Set up the head and the ``frozen`` first columns of a sheet, repeated in print. Only input cells are unlocked."""
    openpyxl = require("openpyxl", "excel")
    styles = openpyxl.styles
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(1, number, column.head)
        cell.font = _font(bold=True)
        cell.fill = fill_of(SHADE)
        cell.alignment = styles.Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[letter_of(number)].width = column.width
    _set_height(sheet, 1, _head_height(columns))
    sheet.freeze_panes = f"{letter_of(frozen + 1)}2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "portrait" if is_upright else "landscape"
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = sheet.PAPERSIZE_A4, 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.page_margins = openpyxl.worksheet.page.PageMargins(
        left=SIDE, right=SIDE, top=TOP, bottom=BOTTOM, header=SIDE, footer=SIDE
    )
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "sort", "autoFilter", "insertRows", "deleteRows"):
        setattr(sheet.protection, allowed, False)  # these are locks: False permits


def page_height(columns: Sequence[FormColumn]) -> float:
    """The height for rows on a page across, in points of the sheet, which is scaled to the width of its columns."""
    wide, high = PAGE
    own = sum(column.width for column in columns) * POINTS_PER_DIGIT
    percent = min(100, int(100 * (wide - 2 * SIDE * POINTS_PER_INCH) / own))
    return (high - (TOP + BOTTOM) * POINTS_PER_INCH) * 100 / percent * SAFETY - _head_height(columns)


def _head_height(columns: Sequence[FormColumn]) -> float:
    return LINE * max(_lines(column.head, column.width) for column in columns) + 4


def set_page(sheet: Any, title: str, about: Sequence[str], signed_by: str | None = None) -> None:
    """Set what is printed on each page of a sheet: the title, what it is about, page numbers, a line for signatures."""
    header, footer = sheet.oddHeader, sheet.oddFooter
    subject = "　".join(_in_margin(text, length) for text, length in _shared(about))
    if sheet.page_setup.orientation == "portrait":  # where the title and what it is about do not fit beside each other
        header.left.text, footer.left.text = _in_margin(title), subject
    else:
        header.left.text, header.center.text = subject, _in_margin(title)
    header.right.text = "第 &P 页，共 &N 页"
    if signed_by:
        footer.left.text = f"{signed_by}（签字）：＿＿＿＿＿＿＿＿＿＿　　日期：＿＿＿＿年＿＿月＿＿日"
    footer.right.text = _in_margin(sheet.title)


def _shared(about: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Texts beside each other, each with the characters that it may have. The first gets what the others leave."""
    others = [(text, min(len(text), LEAST_BESIDE)) for text in about[1:]]
    yield about[0], BESIDE_TITLE - sum(length + 1 for _, length in others)
    yield from others


def _in_margin(text: str, length: int = MAX_IN_MARGIN) -> str:
    """A text for a header or footer, where an ampersand begins a command, and all parts have 255 characters."""
    text = " ".join(text.split())
    text = text if len(text) <= length else f"{text[: length - 1]}…"
    return text.replace("&", "&&")


def write_facts(
    sheet: Any,
    standard: Standard,
    data: Mapping[str, Any],
    facts: Mapping[str, tuple[str, ...]],
    lists: Set[tuple[str, ...]],
    choices: Mapping[tuple[str, ...], Mapping[str, str]] = _TYPES,
) -> None:
    """Write a sheet of facts: a label and the value of its path in the data of a model.

    ``choices`` are the facts with fixed words, each with its words and their values.
    """
    set_up(sheet, FACT_COLUMNS, is_upright=True)
    data = {**data, "standard": standard.id, "edition": str(standard.edition)}
    rows = Rows(sheet, FACT_COLUMNS)
    for number, (label, path) in enumerate(facts.items(), 2):
        rows.least = SPACIOUS if path in lists or path[0] == "narrative" else ROOMY
        value: Any = data
        for key in path:
            value = (value or {}).get(key)
        if path in lists:
            value = "\n".join(entry_of_list(text, f"{sheet.title}!B{number}") for text in value or ()) or None
        words = choices.get(path, {})
        rows.write(number, [label, next((word for word, of in words.items() if of == value), value)])
        if words:
            choose(sheet, [f"B{number}"], list(words), label)


def write_team(sheet: Any, team: Sequence[Assessor]) -> None:
    """Write the sheet of the team."""
    set_up(sheet, TEAM_COLUMNS, is_upright=True)
    rows = Rows(sheet, TEAM_COLUMNS, ROOMY)
    members = [assessor.model_dump() for assessor in team]
    for number, member in enumerate([*members, *[dict[str, Any]()] * SPARE_MEMBERS], 2):
        if (name := member.get("name")) and name != name.strip():
            raise unwritable(name, f"{sheet.title}!A{number}")
        shown = member | {"role": role(LANG, member.get("role"))}
        rows.write(number, [shown.get(column.key) for column in TEAM_COLUMNS])
    cells, words = [f"B2:B{len(members) + SPARE_MEMBERS + 1}"], list(ROLE_WORDS)
    choose(sheet, cells, words, "职责", "请选择，也可填写其他职责。", is_free=True)


class Rows:
    """Writes the rows of a sheet. Similar cells share a style, since setting one is ten times as slow.

    ``least`` is the least height of a row in points, which leaves length for a pen.
    """

    def __init__(self, sheet: Any, columns: Sequence[FormColumn], least: float = 0):
        self.sheet, self.columns, self.least = sheet, columns, least
        self.styles: dict[tuple[bool, str | None], Any] = {}

    def write(self, number: int, values: Iterable[Any], *, fill: str | None = None) -> None:
        """Write a row: a value, or None, for each column."""
        lines = 1
        for place, (column, value) in enumerate(zip(self.columns, values, strict=True), 1):
            cell = self.sheet.cell(number, place)
            look = (column.is_input, fill)
            if look not in self.styles:
                _set_style(cell, is_input=column.is_input, fill=fill)
                self.styles[look] = cell._style
            cell._style = copy(self.styles[look])
            if value is not None:
                cell.value = _text(value, f"{self.sheet.title}!{cell.coordinate}")
                cell.data_type = "s"  # even if the text starts like a formula
                lines = max(lines, _lines(cell.value, column.width))
        _set_height(self.sheet, number, min(max(lines * LINE, self.least), MAX_HEIGHT))


def _set_style(cell: Any, *, is_input: bool, fill: str | None) -> None:
    styles = require("openpyxl", "excel").styles
    thin = styles.Side(style="thin", color="FFBFBFBF")
    cell.number_format = "@"
    cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
    cell.border = styles.Border(left=thin, right=thin, top=thin, bottom=thin)
    cell.protection = styles.Protection(locked=not is_input)
    if fill:
        cell.fill = fill_of(fill)
        cell.font = _font(bold=True)


def _lines(text: str, width: float) -> int:
    """The approximate number of lines of a text in a column of that width. A Chinese character counts as two."""
    length = width - 1.5  # less the margins and the last character of a line
    return sum(max(1, math.ceil(_width(line) / length)) for line in text.split("\n"))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def _set_height(sheet: Any, number: int, height: float) -> None:
    """Set the height of a row. A spreadsheet may still increase it."""
    sheet.row_dimensions[number] = _row_class()(sheet, index=number, height=height)


def set_heights(sheet: Any, rows: Iterable[tuple[int, float]]) -> None:
    """Set the heights of rows."""
    for number, height in rows:
        _set_height(sheet, number, height)


@cache
def _row_class() -> Any:
    class Row(require("openpyxl", "excel").worksheet.dimensions.RowDimension):  # type: ignore[misc]
        """A row whose height was not set by hand."""

        customHeight = False  # noqa: N815  # the name that openpyxl uses

    return Row


def fill_of(color: str) -> Any:
    """A fill of that color."""
    return require("openpyxl", "excel").styles.PatternFill("solid", start_color=color, end_color=color)


def _text(value: Any, place: str) -> str:
    """The text of a value in a cell. Refuses text that .xlsx cannot hold or would change."""
    text = f"{value[0]}/{value[1]}" if isinstance(value, list) else str(value)
    broken = require("openpyxl", "excel").cell.cell.ILLEGAL_CHARACTERS_RE.search(text)
    if broken or len(text) > MAX_CELL or "\r" in text or _DECODED.search(text):
        raise unwritable(text, place)
    return text


def name_in_list(name: str, place: str) -> str:
    """A name in a list of names in a cell. Refuses one that would be split."""
    if names_in(name) != [name]:
        raise unwritable(name, place)
    return name


def entry_of_list(text: str, place: str) -> str:
    """An entry of a list with an entry a line. Refuses one that would be read differently."""
    if "\n" in text or text != text.strip():
        raise unwritable(text, place)
    return text


def unwritable(text: str, place: str) -> OutputError:
    """The refusal of a text that a cell cannot hold, or that would be read differently."""
    return refusal(OutputError, Violation("unwritable-text", context={"found": text, "place": place}))


def choose(
    sheet: Any,
    cells: Sequence[str],
    words: Sequence[str] | str,
    title: str,
    prompt: str = "请从下拉表选择。",
    *,
    is_free: bool = False,
) -> None:
    """Add a drop-down to cells, with these words or those of a range such as ``评价小组!$A$2:$A$21``.

    The ``prompt`` is shown at a selected cell, under the ``title``. If ``is_free``, other texts are allowed too.
    """
    listed = "" if isinstance(words, str) else f"：{'、'.join(words)}"
    validation = require("openpyxl", "excel").worksheet.datavalidation.DataValidation(
        type="list",
        formula1=words if isinstance(words, str) else f'"{",".join(words)}"',
        allow_blank=True,
        showErrorMessage=not is_free,
        errorTitle=title,
        error=f"没有这一选项，请从下拉表选择{listed}。"[:MAX_TIP],
        showInputMessage=True,
        promptTitle=title,
        prompt=prompt[:MAX_TIP],
        sqref=" ".join(cells),
    )
    sheet.add_data_validation(validation)


def letter_of(number: int) -> str:
    """The letter of a column."""
    letter: str = require("openpyxl", "excel").utils.get_column_letter(number)
    return letter
