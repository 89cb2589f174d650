"""Write a workbook: the form for assessors, blank or with an evaluation.

Each indicator has a row, with drop-downs for the kinds; cells that the chosen kind does not use are greyed. Cells that
are read as numbers hold text, so that Excel keeps ``60%`` and ``1/3`` as typed. Rows are high enough for their texts,
and grow.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.workbook.layout import (
    ASSESSORS,
    COLUMNS,
    EVIDENCE_COLUMNS,
    FACT_COLUMNS,
    FACTS,
    KINDS,
    LISTS,
    METHODS,
    SHEETS,
    STATED_LIMIT,
    TEAM_COLUMNS,
    TYPES,
    USED,
    names_in,
)
from aftersales.files.archive import reproducible
from aftersales.files.numbers import Percentage, measure_as_written
from aftersales.problems.collector import refusal
from aftersales.problems.errors import OutputError
from aftersales.problems.extras import require
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Indicator, own_limit
from aftersales.text.number_format import as_text

__all__ = ["write_workbook"]

SAME_UNIT = "实际值与规定值须用同一单位；比例请写百分号，如 8%。"
PERCENTAGE = "请填写百分数，如 8%。"
MAX_CELL = 32_767  # the most characters of a cell
SHADE, GREY, GROUP = "FFE8EEF4", "FFD9D9D9", "FFF3F6F9"
SPARE_ROWS = 200  # of evidence
LINE, MAX_HEIGHT = 17, 409  # points; the height of a line, and the greatest height of a row in Excel

# Text that Excel reads as another character, and what openpyxl removes because Excel writes it.
_DECODED = re.compile("_x[0-9A-Fa-f]{4}_|x005F_")


def write_workbook(
    standard: Standard, evaluation: Evaluation | None = None, assessors: Mapping[str, Sequence[str]] | None = None
) -> bytes:
    """The form as .xlsx: blank, or with the content of an ``evaluation``.

    ``assessors`` are the names beside each indicator, for the team; they are not read.

    Raises :class:`~aftersales.OutputError` for a text that no cell can hold, or a name that would be read differently
    (``unwritable-text``), and :class:`~aftersales.problems.errors.MissingExtra` without the extra ``excel``.

    >>> from aftersales import load_example, load_standard
    >>> write_workbook(load_standard(), load_example("home-appliance-chain"))[:2]  # a zip archive
    b'PK'
    """
    openpyxl = require("openpyxl", "excel")
    book = openpyxl.Workbook()
    book.remove(book.active)
    _write_findings(book.create_sheet(SHEETS["findings"]), standard, evaluation, assessors or {})
    _write_evidence(book.create_sheet(SHEETS["evidence"]), evaluation)
    _write_facts(book.create_sheet(SHEETS["facts"]), standard, evaluation)
    _write_team(book.create_sheet(SHEETS["team"]), evaluation)
    _write_guide(book.create_sheet(SHEETS["guide"]), standard)
    file = io.BytesIO()
    book.save(file)
    return reproducible(file.getvalue())


def _write_findings(
    sheet: Any, standard: Standard, evaluation: Evaluation | None, assessors: Mapping[str, Sequence[str]]
) -> None:
    findings = evaluation.model_dump(mode="json")["findings"] if evaluation else {}
    told, inputs = [c for c in COLUMNS if not c.is_input], [c for c in COLUMNS if c.is_input]
    columns = (*told, *([ASSESSORS] if assessors else []), *inputs)
    _set_up(sheet, columns, frozen=len(columns) - len(inputs))
    words = {kind: word for word, kind in KINDS.items()}
    names = [column.key for column in columns]
    rows = _Rows(sheet, columns)
    for number, node in enumerate(standard.nodes, 2):
        is_group = not isinstance(node, Indicator)
        found = findings.get(node.id) or {}
        cells = {
            "id": node.id,
            "title": node.title.zh,
            "points": as_text(node.points),
            "assessors": "、".join(assessors.get(node.id, ())) or None,
            "kind": words.get(found.get("kind", "")),
        }
        cells |= {key: value for key, value in found.items() if key in names and key != "kind"}
        measures = {key: getattr(evaluation.findings[node.id], key) for key in found} if evaluation and found else {}
        cells |= {key: measure_as_written(value) for key, value in measures.items() if isinstance(value, Percentage)}
        stated = _stated_limit(node)
        cells |= stated
        place = f"{sheet.title}!{_letter(names.index('confirmed_by') + 1)}{number}"
        cells["confirmed_by"] = "、".join(_name(name, place) for name in found.get("confirmed_by", ())) or None
        rows.write(number, [cells.get(key) for key in names], fill=GROUP if is_group else None)
        # A group can only be deleted, and a limit of the standard cannot be changed.
        unused = set[str]().union(*USED.values()) - USED["not_applicable"] if is_group else set[str]()
        for key in sorted(unused) or ({"at_least", "at_most"} if stated else ()):
            cell = sheet.cell(number, names.index(key) + 1)
            cell.fill = _fill(GREY)
            cell.protection = require("openpyxl", "excel").styles.Protection(locked=True)
    last = len(standard.nodes) + 1
    kind = _letter(names.index("kind") + 1)
    groups = [number for number, node in enumerate(standard.nodes, 2) if not isinstance(node, Indicator)]
    limited = [n for n, node in enumerate(standard.nodes, 2) if node.id in standard.layout.limited]
    plain = [n for n in range(2, last + 1) if n not in groups and n not in limited]
    measured, deleted = words["quantitative"], words["not_applicable"]
    for numbers, allowed in ((plain, list(KINDS)), (groups, [deleted]), (limited, [measured, deleted])):
        _choose(sheet, [f"{kind}{number}" for number in numbers], allowed)
    _prompt_for_units(sheet, standard, names)
    _grey_unused(sheet, names, last)
    sheet.auto_filter.ref = f"A1:{_letter(len(columns))}{last}"


def _stated_limit(node: Any) -> dict[str, str]:
    """The limit that the standard sets, as the form repeats it. The reader compares it with the standard (R4)."""
    limit = own_limit(node) if isinstance(node, Indicator) else None
    return {} if limit is None else {limit[0]: STATED_LIMIT.format(node.limit_text)}


def _prompt_for_units(sheet: Any, standard: Standard, names: Sequence[str]) -> None:
    """Add a prompt about the unit to the cells of actual values and limits (6.2.2, reading R5)."""
    validation = require("openpyxl", "excel").worksheet.datavalidation.DataValidation
    letters = {key: _letter(names.index(key) + 1) for key in ("actual", "at_least", "at_most")}
    common = validation(type=None, allow_blank=True, showInputMessage=True, promptTitle="单位", prompt=SAME_UNIT)
    share = validation(type=None, allow_blank=True, showInputMessage=True, promptTitle="占比", prompt=PERCENTAGE)
    for number, node in enumerate(standard.nodes, 2):
        if isinstance(node, Indicator) and node.proportion:
            share.add(f"{letters['actual']}{number}")
        elif isinstance(node, Indicator) and not node.has_limit:
            for letter in letters.values():
                common.add(f"{letter}{number}")
    for prompt in (common, share):
        if prompt.cells.ranges:
            sheet.add_data_validation(prompt)


def _grey_unused(sheet: Any, names: Sequence[str], last: int) -> None:
    """Grey the cells that the chosen kind does not use."""
    openpyxl = require("openpyxl", "excel")
    kind = _letter(names.index("kind") + 1)
    for key in sorted(set[str]().union(*USED.values())):
        words = [word for word, of in KINDS.items() if key not in USED[of]]
        test = ",".join(f'${kind}2="{word}"' for word in words)
        letter = _letter(names.index(key) + 1)
        rule = openpyxl.formatting.rule.FormulaRule(formula=[f"OR({test})"], fill=_fill(GREY))
        sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


def _write_evidence(sheet: Any, evaluation: Evaluation | None) -> None:
    words = {method: word for word, method in METHODS.items()}
    _set_up(sheet, EVIDENCE_COLUMNS)
    evidence: list[list[Any]] = [
        [key, words[piece.method], *(getattr(piece, column.key) for column in EVIDENCE_COLUMNS[2:])]
        for key, finding in (evaluation.findings.items() if evaluation else ())
        if finding is not None
        for piece in finding.evidence
    ]
    spare = [[None] * len(EVIDENCE_COLUMNS)] * SPARE_ROWS
    rows = _Rows(sheet, EVIDENCE_COLUMNS)
    for number, row in enumerate(evidence + spare, 2):
        rows.write(number, row)
    _choose(sheet, [f"B2:B{len(evidence) + SPARE_ROWS + 1}"], list(METHODS))


def _write_facts(sheet: Any, standard: Standard, evaluation: Evaluation | None) -> None:
    _set_up(sheet, FACT_COLUMNS)
    data: Any = evaluation.model_dump(mode="json") if evaluation else {}
    data |= {"standard": standard.id, "edition": str(standard.edition)}
    types = {type_: word for word, type_ in TYPES.items()}
    rows = _Rows(sheet, FACT_COLUMNS)
    for number, (label, path) in enumerate(FACTS.items(), 2):
        value = data
        for key in path:
            value = (value or {}).get(key)
        if path in LISTS:
            value = "\n".join(_entry(text, f"{sheet.title}!B{number}") for text in value or ()) or None
        rows.write(number, [label, types.get(value) if path == ("type",) else value])
        if path == ("type",):
            _choose(sheet, [f"B{number}"], list(TYPES))


def _write_team(sheet: Any, evaluation: Evaluation | None) -> None:
    _set_up(sheet, TEAM_COLUMNS)
    team = [assessor.model_dump() for assessor in evaluation.team] if evaluation else []
    rows = _Rows(sheet, TEAM_COLUMNS)
    for number, member in enumerate([*team, *[dict[str, Any]()] * 20], 2):
        if (name := member.get("name")) and name != name.strip():
            raise _unwritable(name, f"{sheet.title}!A{number}")
        rows.write(number, [member.get(column.key) for column in TEAM_COLUMNS])


def _write_guide(sheet: Any, standard: Standard) -> None:
    columns = tuple(
        FormColumn("", head, width, is_input=False) for head, width in (("表1行", 8), ("评分比例", 16), ("要点", 90))
    )
    _set_up(sheet, columns)
    rows = _Rows(sheet, columns)
    for number, row in enumerate(standard.reference, 2):
        rows.write(number, [str(row.row), str(row), row.guidance.zh])


def _set_up(sheet: Any, columns: Sequence[FormColumn], *, frozen: int = 0) -> None:
    """Set up the head and the ``frozen`` first columns of a sheet, repeated in print. Only input cells are unlocked."""
    openpyxl = require("openpyxl", "excel")
    styles = openpyxl.styles
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(1, number, column.head)
        cell.font = styles.Font(bold=True)
        cell.fill = _fill(SHADE)
        cell.alignment = styles.Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[_letter(number)].width = column.width
    sheet.freeze_panes = f"{_letter(frozen + 1)}2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "sort", "autoFilter", "insertRows", "deleteRows"):
        setattr(sheet.protection, allowed, False)  # these are locks: False permits


class _Rows:
    """Writes the rows of a sheet. Similar cells share a style, since setting one is ten times as slow."""

    def __init__(self, sheet: Any, columns: Sequence[FormColumn]):
        self.sheet = sheet
        self.columns = columns
        self.styles: dict[tuple[bool, str | None], Any] = {}

    def write(self, number: int, values: Iterable[Any], *, fill: str | None = None) -> None:
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
        _set_height(self.sheet, number, min(lines * LINE, MAX_HEIGHT))


def _set_style(cell: Any, *, is_input: bool, fill: str | None) -> None:
    styles = require("openpyxl", "excel").styles
    thin = styles.Side(style="thin", color="FFBFBFBF")
    cell.number_format = "@"
    cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
    cell.border = styles.Border(left=thin, right=thin, top=thin, bottom=thin)
    cell.protection = styles.Protection(locked=not is_input)
    if fill:
        cell.fill = _fill(fill)
        cell.font = styles.Font(bold=True)


def _lines(text: str, width: float) -> int:
    """The approximate number of lines of a text in a column of that width. A Chinese character counts as two."""
    room = width - 1.5  # less the margins and the last character of a line
    return sum(max(1, math.ceil(_width(line) / room)) for line in text.split("\n"))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def _set_height(sheet: Any, number: int, height: float) -> None:
    """Set the height of a row. A spreadsheet may still increase it."""
    sheet.row_dimensions[number] = _row_class()(sheet, index=number, height=height)


@cache
def _row_class() -> Any:
    class Row(require("openpyxl", "excel").worksheet.dimensions.RowDimension):  # type: ignore[misc]
        """A row whose height was not set by hand."""

        customHeight = False  # noqa: N815  # the name that openpyxl uses

    return Row


def _fill(color: str) -> Any:
    return require("openpyxl", "excel").styles.PatternFill("solid", start_color=color, end_color=color)


def _text(value: Any, place: str) -> str:
    """The text of a value in a cell. Refuses text that .xlsx cannot hold or would change."""
    text = f"{value[0]}/{value[1]}" if isinstance(value, list) else str(value)
    broken = require("openpyxl", "excel").cell.cell.ILLEGAL_CHARACTERS_RE.search(text)
    if broken or len(text) > MAX_CELL or "\r" in text or _DECODED.search(text):
        raise _unwritable(text, place)
    return text


def _name(name: str, place: str) -> str:
    """A name in a list of names in a cell. Refuses one that would be split."""
    if names_in(name) != [name]:
        raise _unwritable(name, place)
    return name


def _entry(text: str, place: str) -> str:
    """An entry of a list with an entry a line. Refuses one that would be read differently."""
    if "\n" in text or text != text.strip():
        raise _unwritable(text, place)
    return text


def _unwritable(text: str, place: str) -> OutputError:
    return refusal(OutputError, Violation("unwritable-text", context={"found": text, "place": place}))


def _choose(sheet: Any, cells: Sequence[str], words: Sequence[str]) -> None:
    """Add a drop-down with these words to cells."""
    validation = require("openpyxl", "excel").worksheet.datavalidation.DataValidation(
        type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True
    )
    for cell in cells:
        validation.add(cell)
    sheet.add_data_validation(validation)


def _letter(number: int) -> str:
    letter: str = require("openpyxl", "excel").utils.get_column_letter(number)
    return letter
