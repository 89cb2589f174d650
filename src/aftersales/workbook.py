"""The evaluation as a workbook: a form for assessors to fill in, or an evaluation that is filled in already.

One row an indicator, drop-downs for the kinds, what the chosen kind does not use greyed. Cells that are read as numbers hold
text, so that Excel keeps ``60%`` and ``1/3`` as they were typed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from aftersales.errors import PaperError
from aftersales.evaluation import Evaluation
from aftersales.extras import require
from aftersales.faults import Fault, put_into_words
from aftersales.printing import as_text
from aftersales.standard import Indicator, Standard
from aftersales.workbook_layout import (
    COLUMNS,
    EVIDENCE_COLUMNS,
    FACT_COLUMNS,
    FACTS,
    KINDS,
    METHODS,
    SHEETS,
    TEAM_COLUMNS,
    TYPES,
    USED,
    Column,
)

__all__ = ["write_workbook"]

MAX_CELL = 32_767  # characters that a cell can hold
SHADE, GREY, GROUP = "FFE8EEF4", "FFD9D9D9", "FFF3F6F9"
SPARE_ROWS = 200  # of evidence


def write_workbook(standard: Standard, evaluation: Evaluation | None = None) -> bytes:
    """A blank form as .xlsx, or with an ``evaluation`` one with all that it says.

    Raises :class:`~aftersales.PaperError` for a text that no cell can hold (``unwritable-text``), and
    :class:`~aftersales.errors.MissingExtra` without the extra ``excel``.
    """
    openpyxl = require("openpyxl", "excel")
    book = openpyxl.Workbook()
    book.remove(book.active)
    _write_findings(book.create_sheet(SHEETS["findings"]), standard, evaluation)
    _write_evidence(book.create_sheet(SHEETS["evidence"]), evaluation)
    _write_facts(book.create_sheet(SHEETS["facts"]), standard, evaluation)
    _write_team(book.create_sheet(SHEETS["team"]), evaluation)
    _write_guide(book.create_sheet(SHEETS["guide"]), standard)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_findings(sheet: Any, standard: Standard, evaluation: Evaluation | None) -> None:
    findings = evaluation.model_dump(mode="json")["findings"] if evaluation else {}
    _set_up(sheet, COLUMNS)
    words = {kind: word for word, kind in KINDS.items()}
    names = [column.key for column in COLUMNS]
    for number, node in enumerate(standard.nodes, 2):
        is_group = not isinstance(node, Indicator)
        found = findings.get(node.id) or {}
        cells = {
            "id": node.id,
            "title": node.title.zh,
            "points": as_text(node.points),
            "kind": words.get(found.get("kind", "")),
        }
        cells |= {key: value for key, value in found.items() if key in names and key != "kind"}
        cells["confirmed_by"] = "、".join(found.get("confirmed_by", ())) or None
        _write_row(sheet, number, COLUMNS, [cells.get(key) for key in names], fill=GROUP if is_group else None)
    last = len(standard.nodes) + 1
    kind = _letter(names.index("kind") + 1)
    groups = [number for number, node in enumerate(standard.nodes, 2) if not isinstance(node, Indicator)]
    limited = [n for n, node in enumerate(standard.nodes, 2) if node.id in standard.layout.limited]
    plain = [n for n in range(2, last + 1) if n not in groups and n not in limited]
    for rows, allowed in ((plain, list(KINDS)), (groups, ["不适用"]), (limited, ["定量", "不适用"])):
        _choose(sheet, [f"{kind}{number}" for number in rows], allowed)
    _grey_unused(sheet, names, last)
    sheet.auto_filter.ref = f"A1:{_letter(len(COLUMNS))}{last}"


def _grey_unused(sheet: Any, names: Sequence[str], last: int) -> None:
    """Greys the cells that the kind chosen in their row does not use."""
    openpyxl = require("openpyxl", "excel")
    fill = openpyxl.styles.PatternFill("solid", start_color=GREY, end_color=GREY)
    kind = _letter(names.index("kind") + 1)
    for key in set[str]().union(*USED.values()):
        words = [word for word, of in KINDS.items() if key not in USED[of]]
        test = ",".join(f'${kind}2="{word}"' for word in words)
        letter = _letter(names.index(key) + 1)
        rule = openpyxl.formatting.rule.FormulaRule(formula=[f"OR({test})"], fill=fill)
        sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


def _write_evidence(sheet: Any, evaluation: Evaluation | None) -> None:
    words = {method: word for word, method in METHODS.items()}
    _set_up(sheet, EVIDENCE_COLUMNS)
    rows: list[list[Any]] = [
        [key, words[evidence.method], evidence.note]
        for key, finding in (evaluation.findings.items() if evaluation else ())
        if finding is not None
        for evidence in finding.evidence
    ]
    spare = [[None] * len(EVIDENCE_COLUMNS)] * SPARE_ROWS
    for number, row in enumerate(rows + spare, 2):
        _write_row(sheet, number, EVIDENCE_COLUMNS, row)
    _choose(sheet, [f"B2:B{len(rows) + SPARE_ROWS + 1}"], list(METHODS))


def _write_facts(sheet: Any, standard: Standard, evaluation: Evaluation | None) -> None:
    _set_up(sheet, FACT_COLUMNS)
    data: Any = evaluation.model_dump(mode="json") if evaluation else {}
    data |= {"standard": standard.id, "edition": str(standard.edition)}
    types = {type_: word for word, type_ in TYPES.items()}
    for number, (label, path) in enumerate(FACTS.items(), 2):
        value = data
        for key in path:
            value = (value or {}).get(key)
        _write_row(sheet, number, FACT_COLUMNS, [label, types.get(value, value)])
        if path == ("type",):
            _choose(sheet, [f"B{number}"], list(TYPES))


def _write_team(sheet: Any, evaluation: Evaluation | None) -> None:
    _set_up(sheet, TEAM_COLUMNS)
    team = [assessor.model_dump() for assessor in evaluation.team] if evaluation else []
    for number, member in enumerate([*team, *[dict[str, Any]()] * 20], 2):
        _write_row(sheet, number, TEAM_COLUMNS, [member.get(column.key) for column in TEAM_COLUMNS])


def _write_guide(sheet: Any, standard: Standard) -> None:
    columns = tuple(
        Column("", head, width, is_input=False) for head, width in (("表1行", 8), ("评分比例", 16), ("要点", 90))
    )
    _set_up(sheet, columns)
    for number, row in enumerate(standard.reference, 2):
        _write_row(sheet, number, columns, [str(row.row), str(row), row.guidance.zh])


# --- cells ---------------------------------------------------------------------------------------------------------


def _set_up(sheet: Any, columns: Sequence[Column]) -> None:
    """The head of a sheet: frozen, repeated in print, and protected together with all that is no input."""
    openpyxl = require("openpyxl", "excel")
    styles = openpyxl.styles
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(1, number, column.head)
        cell.font = styles.Font(bold=True)
        cell.fill = styles.PatternFill("solid", start_color=SHADE, end_color=SHADE)
        cell.alignment = styles.Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[_letter(number)].width = column.width
    sheet.freeze_panes = "D2" if columns is COLUMNS else "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "sort", "autoFilter", "insertRows", "deleteRows"):
        setattr(sheet.protection, allowed, False)  # these are locks: False lets people do it


def _write_row(
    sheet: Any, number: int, columns: Sequence[Column], values: Iterable[Any], *, fill: str | None = None
) -> None:
    styles = require("openpyxl", "excel").styles
    thin = styles.Side(style="thin", color="FFBFBFBF")
    for place, (column, value) in enumerate(zip(columns, values, strict=True), 1):
        cell = sheet.cell(number, place)
        cell.number_format = "@"
        cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
        cell.border = styles.Border(left=thin, right=thin, top=thin, bottom=thin)
        cell.protection = styles.Protection(locked=not column.is_input)
        if fill:
            cell.fill = styles.PatternFill("solid", start_color=fill, end_color=fill)
            cell.font = styles.Font(bold=True)
        if value is not None:
            cell.value = _text(value, f"{sheet.title}!{cell.coordinate}")
            cell.data_type = "s"  # also where the text begins like a formula


def _text(value: Any, place: str) -> str:
    """The value as a cell holds it; what xlsx cannot hold, or would change, is refused."""
    text = f"{value[0]}/{value[1]}" if isinstance(value, list) else str(value)
    broken = require("openpyxl", "excel").cell.cell.ILLEGAL_CHARACTERS_RE.search(text)
    if broken or len(text) > MAX_CELL or "\r" in text or "_x" in text:
        raise PaperError([put_into_words(Fault("unwritable-text", facts={"found": text, "place": place}))])
    return text


def _choose(sheet: Any, cells: Sequence[str], words: Sequence[str]) -> None:
    """A drop-down with these words in those cells."""
    validation = require("openpyxl", "excel").worksheet.datavalidation.DataValidation(
        type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True
    )
    for cell in cells:
        validation.add(cell)
    sheet.add_data_validation(validation)


def _letter(number: int) -> str:
    letter: str = require("openpyxl", "excel").utils.get_column_letter(number)
    return letter
