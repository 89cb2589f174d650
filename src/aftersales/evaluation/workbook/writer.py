"""Write a workbook: the form for assessors, blank or with an evaluation.

Each indicator has a row, with drop-downs for the kinds; cells that the chosen kind does not use are greyed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.workbook.grid import (
    GROUP,
    Rows,
    choose,
    fill_of,
    letter_of,
    name_in_list,
    new_book,
    saved,
    set_up,
    write_facts,
    write_team,
)
from aftersales.evaluation.workbook.layout import (
    ASSESSORS,
    COLUMNS,
    EVIDENCE_COLUMNS,
    FACTS,
    KINDS,
    LISTS,
    METHODS,
    SHEETS,
    STATED_LIMIT,
    USED,
)
from aftersales.files.numbers import Percentage, measure_as_written
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.extras import require
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Indicator, Node, own_limit
from aftersales.text.number_format import as_text

__all__ = ["write_workbook"]

SAME_UNIT = "实际值与规定值须用同一单位；比例请写百分号，如 8%。"
PERCENTAGE = "请填写百分数，如 8%。"
GREY = "FFD9D9D9"
SPARE_ROWS = 200  # of evidence


def write_workbook(
    standard: Standard,
    evaluation: Evaluation | None = None,
    assessors: Mapping[str, Sequence[str]] | None = None,
    only: Collection[str] | None = None,
) -> bytes:
    """The form as .xlsx: blank, or with the content of an ``evaluation``.

    ``assessors`` are the names beside each indicator, for the team; they are not read. ``only`` are the ids of the
    indicators that the form has (default: all), as for one assessor; a group can be deleted only if all of it is there.

    Raises :class:`~aftersales.OutputError` for a text that no cell can hold, or a name that would be read differently
    (``unwritable-text``), and :class:`~aftersales.problems.errors.MissingExtra` without the extra ``excel``.

    >>> from aftersales import load_example, load_standard
    >>> write_workbook(load_standard(), load_example("home-appliance-chain"))[:2]  # a zip archive
    b'PK'
    """
    ensure_kind("standard", standard, Standard)
    if evaluation is not None:
        ensure_kind("evaluation", evaluation, Evaluation)
    book = new_book()
    shown = set(standard.layout.positions if only is None else only)
    _write_findings(book.create_sheet(SHEETS["findings"]), standard, evaluation, assessors or {}, shown)
    _write_evidence(book.create_sheet(SHEETS["evidence"]), evaluation)
    data = evaluation.model_dump(mode="json") if evaluation else {}
    write_facts(book.create_sheet(SHEETS["facts"]), standard, data, FACTS, LISTS)
    write_team(book.create_sheet(SHEETS["team"]), evaluation.team if evaluation else ())
    _write_guide(book.create_sheet(SHEETS["guide"]), standard)
    return saved(book)


def _write_findings(
    sheet: Any,
    standard: Standard,
    evaluation: Evaluation | None,
    assessors: Mapping[str, Sequence[str]],
    shown: Collection[str],
) -> None:
    inside = {key: {standard.indicators[place].id for place in span} for key, span in standard.layout.spans.items()}
    nodes = [node for node in standard.nodes if not inside[node.id].isdisjoint(shown)]
    findings = evaluation.model_dump(mode="json")["findings"] if evaluation else {}
    told, inputs = [c for c in COLUMNS if not c.is_input], [c for c in COLUMNS if c.is_input]
    columns = (*told, *([ASSESSORS] if assessors else []), *inputs)
    set_up(sheet, columns, frozen=len(columns) - len(inputs))
    words = {kind: word for word, kind in KINDS.items()}
    names = [column.key for column in columns]
    rows = Rows(sheet, columns)
    for number, node in enumerate(nodes, 2):
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
        place = f"{sheet.title}!{letter_of(names.index('confirmed_by') + 1)}{number}"
        cells["confirmed_by"] = "、".join(name_in_list(name, place) for name in found.get("confirmed_by", ())) or None
        rows.write(number, [cells.get(key) for key in names], fill=GROUP if is_group else None)
        # A group can only be deleted, and a limit of the standard cannot be changed.
        unused = set[str]().union(*USED.values()) - USED["not_applicable"] if is_group else set[str]()
        if not inside[node.id].issubset(shown):
            unused = {column.key for column in inputs}  # others assess the rest of the group
        for key in sorted(unused) or ({"at_least", "at_most"} if stated else ()):
            cell = sheet.cell(number, names.index(key) + 1)
            cell.fill = fill_of(GREY)
            cell.protection = require("openpyxl", "excel").styles.Protection(locked=True)
    last = len(nodes) + 1
    kind = letter_of(names.index("kind") + 1)
    groups = [n for n, node in enumerate(nodes, 2) if not isinstance(node, Indicator)]
    whole = [n for n, node in enumerate(nodes, 2) if n in groups and inside[node.id].issubset(shown)]
    limited = [n for n, node in enumerate(nodes, 2) if node.id in standard.layout.limited]
    plain = [n for n in range(2, last + 1) if n not in groups and n not in limited]
    measured, deleted = words["quantitative"], words["not_applicable"]
    for numbers, allowed in ((plain, list(KINDS)), (whole, [deleted]), (limited, [measured, deleted])):
        if numbers:
            choose(sheet, [f"{kind}{number}" for number in numbers], allowed)
    _prompt_for_units(sheet, nodes, names)
    _grey_unused(sheet, names, last)
    sheet.auto_filter.ref = f"A1:{letter_of(len(columns))}{last}"


def _stated_limit(node: Any) -> dict[str, str]:
    """The limit that the standard sets, as the form repeats it. The reader compares it with the standard (R4)."""
    limit = own_limit(node) if isinstance(node, Indicator) else None
    return {} if limit is None else {limit[0]: STATED_LIMIT.format(node.limit_text)}


def _prompt_for_units(sheet: Any, nodes: Sequence[Node], names: Sequence[str]) -> None:
    """Add a prompt about the unit to the cells of actual values and limits (6.2.2, reading R5)."""
    validation = require("openpyxl", "excel").worksheet.datavalidation.DataValidation
    letters = {key: letter_of(names.index(key) + 1) for key in ("actual", "at_least", "at_most")}
    common = validation(type=None, allow_blank=True, showInputMessage=True, promptTitle="单位", prompt=SAME_UNIT)
    share = validation(type=None, allow_blank=True, showInputMessage=True, promptTitle="占比", prompt=PERCENTAGE)
    for number, node in enumerate(nodes, 2):
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
    kind = letter_of(names.index("kind") + 1)
    for key in sorted(set[str]().union(*USED.values())):
        words = [word for word, of in KINDS.items() if key not in USED[of]]
        test = ",".join(f'${kind}2="{word}"' for word in words)
        letter = letter_of(names.index(key) + 1)
        rule = openpyxl.formatting.rule.FormulaRule(formula=[f"OR({test})"], fill=fill_of(GREY))
        sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


def _write_evidence(sheet: Any, evaluation: Evaluation | None) -> None:
    words = {method: word for word, method in METHODS.items()}
    set_up(sheet, EVIDENCE_COLUMNS)
    evidence: list[list[Any]] = [
        [key, words[piece.method], *(getattr(piece, column.key) for column in EVIDENCE_COLUMNS[2:])]
        for key, finding in (evaluation.findings.items() if evaluation else ())
        if finding is not None
        for piece in finding.evidence
    ]
    spare = [[None] * len(EVIDENCE_COLUMNS)] * SPARE_ROWS
    rows = Rows(sheet, EVIDENCE_COLUMNS)
    for number, row in enumerate(evidence + spare, 2):
        rows.write(number, row)
    choose(sheet, [f"B2:B{len(evidence) + SPARE_ROWS + 1}"], list(METHODS))


def _write_guide(sheet: Any, standard: Standard) -> None:
    heads = (
        ("表 1 档次", 11),
        ("评分比例（原文）", 18),
        ("星级适配说明（原文）", 28),
        ("判定区间（解读 R1）", 20),
        ("评价要点（释义）", 90),
    )
    columns = tuple(FormColumn("", head, width, is_input=False) for head, width in heads)
    set_up(sheet, columns)
    rows = Rows(sheet, columns)
    for number, row in enumerate(standard.reference, 2):
        label = row.published_label.zh if row.published_label else "–"
        rows.write(number, [str(row.row), row.published_range or "–", label, str(row), row.guidance.zh])
