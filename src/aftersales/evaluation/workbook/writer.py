"""Write a workbook: the form for assessors, blank or with an evaluation.

Each indicator has a row, with drop-downs for the kinds; cells that the chosen kind does not use are greyed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aftersales.evaluation import findings as kinds
from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.workbook.grid import (
    BLANK,
    GROUP,
    LINE,
    ROOMY,
    Rows,
    choose,
    fill_of,
    letter_of,
    name_in_list,
    new_book,
    page_height,
    saved,
    set_page,
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
from aftersales.evaluation.workbook.pages import height_left, set_pages
from aftersales.files.numbers import Percentage, measure_as_written
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.extras import require
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Indicator, Node, own_limit
from aftersales.text.number_format import as_text
from aftersales.text.sentences import in_language

__all__ = ["write_workbook"]

SAME_UNIT = "实际值与规定值须用同一单位；比例请写百分号，如 8%。"
PERCENTAGE = "请填写百分数，如 8%。"
DEGREE = "写作 60%、0.6 或 3/5；满分请选“完全符合”。"
GREY = "FFD9D9D9"
LEAST_SPARE_ROWS, EVIDENCE_PAGES = 20, 3  # of evidence: rows to fill in, and pages of an empty form
MOST_ROWS = 500  # of evidence, for which there are drop-downs
WORDS = {kind: word for word, kind in KINDS.items()}  # for kinds and the short forms of a finding
TITLE = "{form}评价评分表"
DAY = "日期写作 2026-03-02 或 2026年3月2日。"
# Each instruction with its label, after those for the kinds.
HELP = {
    "数的写法": "符合程度和比例写作 60%、0.6 或 3/5；抽样的各数只写整数，不带单位；实际值与规定值用同一单位。",
    "规定值": "越大越好的填“规定值（不低于）”，越小越好的填“规定值（不高于）”，只填一项；标有“标准规定”的不必再填。",
    "样本量": "抽样数不少于总样本数的 {share}，或覆盖全部服务网点{cite[findings]}。",
    "表 1 档次": "选填；填写 0 至 {top}，符合程度须在该档次的范围之内（见工作表“表1对照”）。",
    "扣分原因": "凡未得满分的，须写明扣分原因{cite[reasons]}。",
    "不适用": "须写明理由{cite[applicability]}，并由评价小组成员确认{cite[deletion]}，多人以“、”分隔。",
    "整体不适用": "整个中类或大类不适用的，只填其所在的一行，其下各指标留空。",
    "证据": "在工作表“证据”中逐条填写：选择编号和方式，写明情况{cite[methods]}。",
    "照片和文件": "另存为文件，在“附件”中写明文件名，不要贴入表格。",
    "纸质填写": "可打印后用笔填写，由审查人员在每页下方签字并注明日期，再按纸质内容录入。灰色单元格不填。",
    "电子填写": "不要改动表头、编号和工作表名称，不要合并单元格；可以调整列宽和行高、筛选和排序。",
    "检查": "填好后用命令 aftersales check 检查，逐条列出须改正之处及其单元格。",
}


def write_workbook(
    standard: Standard,
    evaluation: Evaluation | None = None,
    assessors: Mapping[str, Sequence[str]] | None = None,
    only: Collection[str] | None = None,
    assessor: str | None = None,
) -> bytes:
    """The form as .xlsx: blank, or with the content of an ``evaluation``.

    ``assessors`` are the names beside each indicator, for the team; they are not read. ``only`` are the ids of the
    indicators that the form has (default: all), as for one assessor; a group can be deleted only if all of it is there.
    ``assessor`` is the name of that assessor, in the title of each page.

    Raises :class:`~aftersales.OutputError` for a text that no cell can hold, or a name that would be read differently
    (``unwritable-text``), and :class:`~aftersales.MissingExtra` without the extra ``excel``.

    >>> from aftersales import load_example, load_standard
    >>> write_workbook(load_standard(), load_example("home-appliance-chain"))[:2]  # a zip archive
    b'PK'
    """
    ensure_kind("standard", standard, Standard)
    if evaluation is not None:
        ensure_kind("evaluation", evaluation, Evaluation)
    if assessors is not None:
        ensure_kind("assessors", assessors, Mapping)
    book = new_book("evaluation", standard)
    shown = set(standard.layout.positions if only is None else only)
    last = _write_findings(book.create_sheet(SHEETS["findings"]), standard, evaluation, assessors or {}, shown)
    _write_evidence(book.create_sheet(SHEETS["evidence"]), standard, evaluation, last)
    data = evaluation.model_dump(mode="json") if evaluation else {}
    write_facts(book.create_sheet(SHEETS["facts"]), standard, data, FACTS, LISTS)
    write_team(book.create_sheet(SHEETS["team"]), evaluation.team if evaluation else ())
    _write_guide(book.create_sheet(SHEETS["guide"]), standard)
    _write_help(book.create_sheet(SHEETS["help"]), standard)
    assessed = evaluation.subject.organisation if evaluation and evaluation.subject else None
    about = [f"评价对象：{assessed or BLANK}"] + ([f"审查人员：{assessor}"] if assessor else [])
    named = TITLE.format(form=standard.term("form").text("zh"))
    for sheet in book:
        is_signed = sheet.title in (SHEETS["findings"], SHEETS["evidence"])
        title = named if sheet.title == SHEETS["findings"] else f"{named}：{sheet.title}"
        set_page(sheet, title, about, "审查人员" if is_signed else None)
    return saved(book)


def _write_findings(
    sheet: Any,
    standard: Standard,
    evaluation: Evaluation | None,
    assessors: Mapping[str, Sequence[str]],
    shown: Collection[str],
) -> int:
    """Write the sheet of findings. Returns its last row."""
    inside = {key: {standard.indicators[place].id for place in span} for key, span in standard.layout.spans.items()}
    nodes = [node for node in standard.nodes if not inside[node.id].isdisjoint(shown)]
    others = {node.id for node in nodes if not inside[node.id].issubset(shown)}  # groups that others assess too
    repeated, inputs = [c for c in COLUMNS if not c.is_input], [c for c in COLUMNS if c.is_input]
    columns = (*repeated, *([ASSESSORS] if assessors else []), *inputs)
    set_up(sheet, columns, frozen=len(columns) - len(inputs))
    names = [column.key for column in columns]
    data = evaluation.model_dump(mode="json")["findings"] if evaluation else {}
    rows = Rows(sheet, columns)
    for number, node in enumerate(nodes, 2):
        is_group = not isinstance(node, Indicator)
        place = f"{sheet.title}!{letter_of(names.index('confirmed_by') + 1)}{number}"
        cells = _cells_of(node, evaluation, data.get(node.id) or {}, place)
        cells["assessors"] = "、".join(assessors.get(node.id, ())) or None
        rows.least = 0 if is_group else 2 * LINE
        rows.write(number, [cells.get(key) for key in names], fill=GROUP if is_group else None)
        unused = {column.key for column in inputs} if node.id in others else _unused_in(node)
        for key in sorted(unused):
            cell = sheet.cell(number, names.index(key) + 1)
            cell.fill = fill_of(GREY)
            cell.protection = require("openpyxl", "excel").styles.Protection(locked=True)
    last = len(nodes) + 1
    _offer_kinds(sheet, nodes, others, letter_of(names.index("kind") + 1))
    _prompt_for_numbers(sheet, nodes, names)
    _grey_unused(sheet, names, last)
    sheet.auto_filter.ref = f"A1:{letter_of(len(columns))}{last}"
    # What is written with a pen. The columns behind it are for the screen; with them the type would be too small.
    printed = columns[: names.index("confirmed_by") + 1]
    sheet.print_area = f"A1:{letter_of(len(printed))}{last}"
    set_pages(sheet, nodes, page_height(printed))
    return last


def _cells_of(node: Node, evaluation: Evaluation | None, found: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The cells of a node by column. ``found`` are the data of its finding, ``place`` the cell of names."""
    cells: dict[str, Any] = {"id": node.id, "title": node.title.zh, "points": as_text(node.points)}
    cells |= found
    cells["kind"] = WORDS.get(found.get("kind", ""))
    if (short := _shorthand_of(evaluation, node.id)) is not None:
        cells |= {"kind": WORDS[short], "degree": None}
    if evaluation and found:
        values = {key: getattr(evaluation.findings[node.id], key) for key in found}
        cells |= {key: measure_as_written(value) for key, value in values.items() if isinstance(value, Percentage)}
    cells["confirmed_by"] = "、".join(name_in_list(name, place) for name in found.get("confirmed_by", ())) or None
    return cells | _stated_limit(node)


def _unused_in(node: Node) -> set[str]:
    """The columns that no finding of a node uses: a group can only be deleted, and a limit may be the standard's."""
    if not isinstance(node, Indicator):
        return set[str]().union(*USED.values()) - USED["not_applicable"]
    return {"at_least", "at_most"} if node.has_limit else set()


def _offer_kinds(sheet: Any, nodes: Sequence[Node], others: Collection[str], letter: str) -> None:
    """Add the drop-downs of the kinds that each node may have; none to the groups ``others``."""
    limited, deleted = [WORDS["quantitative"], WORDS["not_applicable"]], [WORDS["not_applicable"]]
    cells: dict[str, list[str]] = {"plain": [], "group": [], "limited": []}
    for number, node in enumerate(nodes, 2):
        if isinstance(node, Indicator):
            cells["limited" if node.has_limit else "plain"].append(f"{letter}{number}")
        elif node.id not in others:
            cells["group"].append(f"{letter}{number}")
    for key, allowed in (("plain", list(KINDS)), ("group", deleted), ("limited", limited)):
        if cells[key]:
            help = [f"{word}：{_use_of(kind)}" for word, kind in KINDS.items() if word in allowed]
            choose(sheet, cells[key], allowed, "认定方式", "\n".join(help))


def _shorthand_of(evaluation: Evaluation | None, key: str) -> str | None:
    """The word for a finding of full or no conformity, for which no row of table 1 was chosen."""
    finding = evaluation.findings.get(key) if evaluation else None
    if not isinstance(finding, kinds.Qualitative) or finding.row is not None:
        return None
    return next((name for name, short in kinds.SHORTHANDS.items() if finding.degree == short.degree), None)


def _use_of(kind: str) -> str:
    """The columns that are filled in for a kind."""
    if kind in kinds.SHORTHANDS:
        return "得满分。" if kind == "full" else "不得分；填写扣分原因。"
    heads = [column.head for column in kinds.KINDS[kind].columns]
    return f"填写{'、'.join(heads)}{'' if kind != 'not_applicable' else '和不适用理由'}。"


def _stated_limit(node: Any) -> dict[str, str]:
    """The limit that the standard sets, as the form repeats it. The reader compares it with the standard (R4)."""
    limit = own_limit(node) if isinstance(node, Indicator) else None
    return {} if limit is None else {limit[0]: STATED_LIMIT.format(node.limit_text)}


def _prompt_for_numbers(sheet: Any, nodes: Sequence[Node], names: Sequence[str]) -> None:
    """Add prompts to the cells of degrees, and of actual values and limits about their unit (6.2.2, reading R5)."""
    letters = {key: letter_of(names.index(key) + 1) for key in ("degree", "actual", "at_least", "at_most")}
    common, shares, degrees = list[str](), list[str](), list[str]()
    for number, node in enumerate(nodes, 2):
        if isinstance(node, Indicator) and node.proportion:
            shares.append(f"{letters['actual']}{number}")
        elif isinstance(node, Indicator) and not node.has_limit:
            common += [f"{letters[key]}{number}" for key in ("actual", "at_least", "at_most")]
            degrees.append(f"{letters['degree']}{number}")
    _prompt(sheet, common, "单位", SAME_UNIT)
    _prompt(sheet, shares, "占比", PERCENTAGE)
    _prompt(sheet, degrees, "符合程度", DEGREE)


def _prompt(sheet: Any, cells: Sequence[str], title: str, text: str) -> None:
    """Add a prompt to cells, which may hold anything."""
    validation = require("openpyxl", "excel").worksheet.datavalidation.DataValidation(
        type=None, allow_blank=True, showInputMessage=True, promptTitle=title, prompt=text, sqref=" ".join(cells)
    )
    if cells:
        sheet.add_data_validation(validation)


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


def _write_evidence(sheet: Any, standard: Standard, evaluation: Evaluation | None, last: int) -> None:
    """Write the sheet of evidence. ``last`` is the last row of the findings, whose ids can be chosen.

    Its rows fill whole pages. Rows below them can be filled in too, and are then printed.
    """
    words = {method: word for word, method in METHODS.items()}
    rest = EVIDENCE_COLUMNS[3:]
    set_up(sheet, EVIDENCE_COLUMNS)
    evidence: list[list[Any]] = [
        [key, standard[key].title.zh, words[piece.method], *(getattr(piece, column.key) for column in rest)]
        for key, finding in (evaluation.findings.items() if evaluation else ())
        if finding is not None
        for piece in finding.evidence
    ]
    rows = Rows(sheet, EVIDENCE_COLUMNS, ROOMY)
    names = [column.key for column in EVIDENCE_COLUMNS]
    letters = {key: letter_of(place) for place, key in enumerate(names, 1)}
    first = f"{SHEETS['findings']}!$A$2"

    def write(number: int, row: Sequence[Any]) -> None:
        rows.write(number, row)
        title = sheet[f"{letters['title']}{number}"]
        title.value = f'=IFERROR(VLOOKUP({letters["id"]}{number},{first}:$B${last},2,FALSE),"")'
        title.number_format = "General"

    for number, row in enumerate(evidence, 2):
        write(number, row)
    filled = len(evidence) + 1
    spare = _spare_rows([sheet.row_dimensions[number].height for number in range(2, filled + 1)])
    for number in range(filled + 1, filled + spare + 1):
        write(number, [None] * len(names))
    end = max(MOST_ROWS, filled + spare)
    _open_below(sheet, filled + spare + 1, end)
    for key, choices, label, prompt in (
        ("id", f"{first}:$A${last}", "编号", "请选择指标的编号，其名称显示在右侧。"),
        ("method", list(METHODS), "方式", "请从下拉表选择。"),
    ):
        choose(sheet, [f"{letters[key]}2:{letters[key]}{end}"], choices, label, prompt)
    _prompt(sheet, [f"{letters['on']}2:{letters['on']}{end}"], "日期", DAY)
    _prompt(
        sheet,
        [f"{letters['file']}2:{letters['file']}{end}"],
        "附件",
        "照片或文件的文件名，路径从本表所在的文件夹算起。",
    )


def _spare_rows(heights: Sequence[float]) -> int:
    """The number of empty rows that fill the last page below rows of these heights."""
    height = page_height(EVIDENCE_COLUMNS)
    on_page = int(height // ROOMY)
    pages, left = height_left(heights, height)
    spare = int(left // ROOMY) + max(0, EVIDENCE_PAGES - pages) * on_page
    return spare if spare >= LEAST_SPARE_ROWS else spare + on_page


def _open_below(sheet: Any, start: int, end: int) -> None:
    """Unlock the cells below the last row. A row gets lines when something is in it, so that none is printed empty."""
    openpyxl = require("openpyxl", "excel")
    styles = openpyxl.styles
    for place, column in enumerate(EVIDENCE_COLUMNS, 1):
        below = sheet.column_dimensions[letter_of(place)]
        below.number_format = "@"
        below.alignment = styles.Alignment(wrap_text=True, vertical="top")
        below.protection = styles.Protection(locked=not column.is_input)
    thin = styles.Side(style="thin", color="FFBFBFBF")
    lines = styles.Border(left=thin, right=thin, top=thin, bottom=thin)
    last = letter_of(len(EVIDENCE_COLUMNS))
    rule = openpyxl.formatting.rule.FormulaRule(formula=[f"COUNTA($A{start}:${last}{start})>0"], border=lines)
    sheet.conditional_formatting.add(f"A{start}:{last}{end}", rule)


def _write_guide(sheet: Any, standard: Standard) -> None:
    heads = (
        ("表 1 档次", 11),
        ("评分比例（原文）", 18),
        (f"{standard.wording['term'].word('zh', 'level')}适配说明（原文）", 28),
        ("判定区间（解读 R1）", 20),
        ("评价要点（释义）", 90),
    )
    columns = tuple(FormColumn("", head, width, is_input=False) for head, width in heads)
    set_up(sheet, columns)
    rows = Rows(sheet, columns)
    for number, row in enumerate(standard.reference, 2):
        label = row.published_label.zh if row.published_label else "–"
        rows.write(number, [str(row.row), row.published_range or "–", label, str(row), row.guidance.zh])


def _write_help(sheet: Any, standard: Standard) -> None:
    columns = (FormColumn("", "项目", 22, is_input=False), FormColumn("", "填写说明", 104, is_input=False))
    set_up(sheet, columns)
    rows = Rows(sheet, columns, ROOMY)
    explanations = {f"认定方式：{word}": _use_of(kind) for word, kind in KINDS.items()}
    facts: dict[str, Any] = {"share": as_text(standard.sample_share), "top": len(standard.reference) - 1}
    facts |= {name: in_language(fact, "zh") for name, fact in standard.wording.items()}
    explanations |= {label: text.format_map(facts) for label, text in HELP.items()}
    for number, row in enumerate(explanations.items(), 2):
        rows.write(number, row)
