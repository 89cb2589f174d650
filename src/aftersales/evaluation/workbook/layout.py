"""How an evaluation lies in a workbook: its sheets, their columns, and the words for the kinds and methods.

What is written and what is read go by this one description. Columns are found by their heads and rows by their ids, so
they may be moved.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = [
    "ASSESSORS",
    "COLUMNS",
    "EVIDENCE_COLUMNS",
    "FACTS",
    "FACT_COLUMNS",
    "KEY_WORDS",
    "KINDS",
    "METHODS",
    "SHEETS",
    "STATED_LIMIT",
    "TEAM_COLUMNS",
    "TYPES",
    "USED",
    "VALUE_WORDS",
    "Column",
    "names_in",
    "stated_limit",
]


class Column(NamedTuple):
    """A column: the key that it holds, its head, its width in characters, and whether people write in it."""

    key: str
    head: str
    width: float
    is_input: bool = True


SHEETS = {"findings": "评分表", "evidence": "证据", "facts": "基本信息", "team": "评价小组", "guide": "表1对照"}

COLUMNS = (
    Column("id", "编号", 9, is_input=False),
    Column("title", "指标", 34, is_input=False),
    Column("points", "分值", 6, is_input=False),
    Column("kind", "认定方式", 11),
    Column("degree", "符合程度", 9),
    Column("row", "表1行", 6),
    Column("actual", "实际值", 9),
    Column("at_least", "不低于", 9),
    Column("at_most", "不高于", 9),
    Column("population", "总样本", 7),
    Column("sampled", "抽样数", 7),
    Column("nonconforming", "不符合数", 9),
    Column("outlets", "网点数", 7),
    Column("outlets_covered", "覆盖网点数", 11),
    Column("reason", "原因", 44),
    Column("confirmed_by", "确认人", 14),
)

# Who assesses what, where a plan says so; it stands beside the points and tells, as they do, and is not read.
ASSESSORS = Column("assessors", "审查人员", 14, is_input=False)

KINDS = {
    "完全符合": "full",
    "完全不符合": "none",
    "定性": "qualitative",
    "定量": "quantitative",
    "抽样": "sampled",
    "不适用": "not_applicable",
}

# The cells that a kind uses, beside the reason.
USED = {
    "full": set[str](),
    "none": set[str](),
    "qualitative": {"degree", "row"},
    "quantitative": {"actual", "at_least", "at_most"},
    "sampled": {"population", "sampled", "nonconforming", "outlets", "outlets_covered"},
    "not_applicable": {"confirmed_by"},
}

EVIDENCE_COLUMNS = (Column("id", "编号", 12), Column("method", "方式", 14), Column("note", "情况", 80))
METHODS = {"查阅文件": "document", "访谈": "interview", "现场观察": "observation", "访问顾客": "customer"}

FACT_COLUMNS = (Column("label", "项目", 18, is_input=False), Column("value", "内容", 70))
FACTS = {
    "标准": ("standard",),
    "版本": ("edition",),
    "评价类型": ("type",),
    "评价对象": ("subject", "organisation"),
    "商品类别": ("subject", "product_category"),
    "规模层级": ("subject", "size_tier"),
    "评价范围": ("subject", "scope"),
    "开始日期": ("period", "start"),
    "结束日期": ("period", "end"),
}
STATED_LIMIT = "{}（标准规定）"
"""How the form repeats a limit that the standard itself sets; such a cell is held against the standard and not read."""

TYPES = {"第三方评价": "third_party", "自我评价": "self"}

TEAM_COLUMNS = (
    Column("name", "姓名", 14),
    Column("role", "职责", 14),
    Column("qualification", "资质", 34),
    Column("organisation", "所在机构", 34),
)

VALUE_WORDS = {value: word for word, value in (KINDS | METHODS | TYPES).items()}
KEY_WORDS = (
    SHEETS
    | {column.key: column.head for column in (*TEAM_COLUMNS, *EVIDENCE_COLUMNS, *COLUMNS)}
    | {path[-1]: label for label, path in FACTS.items()}
)
"""What stands in a workbook in the place of a key of the file format; in that of a value, :data:`VALUE_WORDS`."""


def stated_limit(text: str) -> str | None:
    """The limit in a cell that repeats the standard's own, in plain characters; None for another text.

    >>> stated_limit("10%(标准规定)"), stated_limit("10%")
    ('10%', None)
    """
    match = re.fullmatch(r"(.+)\(标准规定\)", text)
    return match[1] if match else None


def names_in(text: str) -> list[str]:
    """The names in one cell, divided by commas, ``、``, semicolons or line breaks.

    >>> names_in("张明（组长）、 李静;王芳")
    ['张明（组长）', '李静', '王芳']
    """
    return [name.strip() for name in re.split("[、，,；;\n]", text) if name.strip()]
