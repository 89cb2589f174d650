"""Workbooks with the sheets and heads of the form, written with openpyxl and without the library's own writer."""

from __future__ import annotations

import datetime
import io
import random
from decimal import Decimal
from typing import Any

import openpyxl
from support import oracle

COLUMNS = {
    "id": "编号",
    "title": "指标",
    "points": "分值",
    "kind": "认定方式",
    "degree": "符合程度",
    "row": "表 1 档次",
    "actual": "实际值",
    "at_least": "规定值（不低于）",
    "at_most": "规定值（不高于）",
    "population": "总样本",
    "sampled": "抽样数",
    "nonconforming": "不符合数",
    "outlets": "网点数",
    "outlets_covered": "覆盖网点数",
    "reason": "扣分原因（不适用理由）",
    "confirmed_by": "确认人",
}
KINDS = {
    "full": "完全符合",
    "none": "完全不符合",
    "qualitative": "定性",
    "quantitative": "定量",
    "sampled": "抽样",
    "not_applicable": "不适用",
}
# Words of earlier forms, which are read as well as those that are written now.
METHODS = {"document": "查阅文件", "interview": "访谈", "observation": "现场观察", "customer": "访问顾客"}
PLACES = {name: number for number, name in enumerate(COLUMNS, 1)}
ROWS = {node: number for number, node in enumerate(oracle.POINTS, 2)}
NUMBERS = (
    "degree",
    "actual",
    "at_least",
    "at_most",
    "population",
    "sampled",
    "nonconforming",
    "outlets",
    "outlets_covered",
)


def book(given: dict[str, Any], rng: random.Random | None = None) -> Any:
    """The form with an evaluation in it; numbers as text, or (with ``rng``) in any way that a cell can hold them exactly."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "评分表"
    sheet.append(list(COLUMNS.values()))
    for node, row in ROWS.items():
        sheet.cell(row, PLACES["id"], node)
        found = given["findings"].get(node)
        if found is None:
            continue
        finding = {"kind": found} if isinstance(found, str) else found
        sheet.cell(row, PLACES["kind"], KINDS[finding["kind"]])
        for name, value in finding.items():
            if name in NUMBERS:
                set_number(made, node, name, *_cell_of(str(value), rng))
            elif name == "confirmed_by":
                sheet.cell(row, PLACES[name], "、".join(value))
            elif name == "reason":
                sheet.cell(row, PLACES[name], value)
    words = openpyxl.worksheet.datavalidation.DataValidation(type="list", formula1=f'"{",".join(KINDS.values())}"')
    words.add(f"D2:D{len(ROWS) + 1}")
    sheet.add_data_validation(words)
    evidence = made.create_sheet("证据")
    evidence.append(["编号", "方式", "情况"])
    for node, found in given["findings"].items():
        for piece in found.get("evidence", ()) if isinstance(found, dict) else ():
            evidence.append([node, METHODS[piece["method"]], piece.get("note")])
    facts = made.create_sheet("基本信息")
    subject, period = given["subject"], given["period"]
    for line in (
        ("项目", "内容"),
        ("标准", given["standard"]),
        ("版本", given["edition"]),
        ("评价类型", {"third_party": "第三方评价", "self": "自我评价"}[given["type"]]),
        ("评价对象", subject["organisation"]),
        ("商品类别", subject["product_category"]),
        ("规模层级", subject["size_tier"]),
        ("评价范围", subject["scope"]),
        ("开始日期", period["start"]),
        ("结束日期", period["end"]),
    ):
        facts.append(line)
    team = made.create_sheet("评价小组")
    team.append(["姓名", "职责", "资质", "所在机构"])
    for member in given["team"]:
        team.append([member.get(name) for name in ("name", "role", "qualification", "organisation")])
    return made


def saved(made: Any) -> bytes:
    """The workbook as the bytes of a file."""
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def filled(given: dict[str, Any], rng: random.Random | None = None) -> bytes:
    """The form with an evaluation in it, as the bytes of a file."""
    return saved(book(given, rng))


def set_number(made: Any, node: str, name: str, value: Any, format: str | int) -> None:
    """Sets the cell of a number; ``format`` is a code, or the number of a format that has none (ECMA-376 part 1, 18.8.30)."""
    cell = made["评分表"].cell(ROWS[node], PLACES[name], value)
    if isinstance(format, int):
        cell._style.numFmtId = format
    else:
        cell.number_format = format


def _cell_of(text: str, rng: random.Random | None) -> tuple[Any, str]:
    """A value and a number format by which a cell shows this number; a text, but for some with ``rng``."""
    bare = text.removesuffix("%")
    if rng is None or "/" in text or rng.random() < 0.4 or len(bare.strip("0").replace(".", "")) > 10:
        return text, "@"
    if text.endswith("%"):
        return float(Decimal(bare) / 100), rng.choice(["0%", "0.00%", "#,##0.0##%", "0%;[Red]-0%"])
    return (int(bare) if bare.isdigit() else float(bare)), rng.choice(["General", "0.00", "0.0###", "#,##0.####", "0"])


def number_places(given: dict[str, Any]) -> list[tuple[str, str]]:
    """The degrees and actual values: each an indicator and the name of its column."""
    return [
        (key, name)
        for key, finding in given["findings"].items()
        if isinstance(finding, dict)
        for name in ("degree", "actual")
        if name in finding
    ]


TYPED: tuple[tuple[Any, str | int, str | None], ...] = (
    (0.85, "0%", "85%"),
    (0.85, "General", "0.85"),
    ("85%", "@", "85%"),
    ("3/5", "@", "3/5"),
    (1, "General", "1"),
    (1, "0%", "100%"),
    ("８５％", "General", "85%"),
    (" 0.6\u3000", "@", "0.6"),
    ("\u200b0.6", "General", "0.6"),
    (0, "0.00", "0"),
    (8, "General", "8"),
    ("1e-2", "@", "1e-2"),
    (datetime.date(2026, 1, 12), "yyyy-mm-dd", None),
    (datetime.time(1, 30), "[h]:mm", None),
    (46_034, 27, None),
    (46_034, 31, None),
    (0.5, 33, None),
    (0.5, 57, None),
    (0.5, 'yyyy"年"m"月"', None),
    (0.5, '[$-411]ggge"年"', None),
    (0.5, "[mm]:ss", None),
    (0.5, "上午/下午h", None),
    (True, "General", None),
    ("#N/A", "General", None),
    (2 / 3, "General", None),
    ("=1/2", "General", None),
    ("0.6x", "@", None),
)
"""What is typed into the cell of a number: value, format, and what it stands for (None: it has to be refused)."""

FORMATS = [
    "General",
    "0%",
    '0"%"',
    "@",
    "yyyy-mm-dd",
    "h:mm",
    "[h]:mm",
    ";;;",
    '"x"0',
    "0.0E+00",
    "# ?/?",
    "[$-804]aaaa",
    "\\%0",
]
HOSTILE: tuple[Any, ...] = (
    *(
        None,
        0,
        1,
        -1,
        8,
        5.1,
        1e300,
        0.1 + 0.2,
        2**60,
        True,
        "",
        " ",
        "0.6 ",
        "120%",
        "5.1.1.1",
        "5.9",
        "不适用",
        "定性",
        "full",
    ),
    *(
        "编号",
        "认定方式",
        "=1+1",
        "=A1",
        "#REF!",
        "_x0041_",
        "x" * 30_000,
        "a\nb",
        "\u202e",
        "\u3000",
        "😀",
        "2026/3/2",
        "张明、李静",
    ),
    *(datetime.datetime(2026, 3, 2), datetime.time(1), datetime.timedelta(days=3), Decimal("0.6")),
)
