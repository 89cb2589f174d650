"""The layout of the workbook form: its sheets, their columns, and the words for kinds and methods.

The writer and the reader both use it. The reader finds columns by their heads and rows by their ids, so both may be
moved.
"""

from __future__ import annotations

from typing import get_args, get_type_hints

from aftersales.evaluation import findings
from aftersales.evaluation.findings import Evidence, FormColumn, NotApplicable
from aftersales.evaluation.words import ROLES, word

__all__ = [
    "ASSESSORS",
    "COLUMNS",
    "COUNTS",
    "EVIDENCE_COLUMNS",
    "FACTS",
    "FACT_COLUMNS",
    "FORMAT_NAME",
    "FORMER_METHODS",
    "FORMER_TYPES",
    "IDENTITY",
    "KEY_WORDS",
    "KINDS",
    "LAYOUTS",
    "LIKE",
    "LISTS",
    "METHODS",
    "ROLE_WORDS",
    "SHEETS",
    "STANDARD_NAME",
    "STATED_LIMIT",
    "TEAM_COLUMNS",
    "TYPES",
    "USED",
    "VALUE_WORDS",
    "stated_limit",
]


FORMAT_NAME = "aftersales_format"  # a hidden defined name of a form, which holds the version of its format
STANDARD_NAME = "aftersales_standard"  # another one, which holds the fingerprint of the standard
LANG = "zh"  # of the form: its heads and words are a file format, and the same in every language
SHEETS = {
    "findings": "评分表",
    "evidence": "证据",
    "facts": "基本信息",
    "team": "评价小组",
    "guide": "表1对照",
    "help": "填写说明",
}

# The assessors of each indicator by the plan, beside the points. For people only; not read.
ASSESSORS = FormColumn("assessors", "审查人员", 7, is_input=False, is_optional=True)

COLUMNS = (
    FormColumn("id", "编号", 8, is_input=False),
    FormColumn("title", "指标", 26, is_input=False),
    FormColumn("points", "分值", 5, is_input=False),
    FormColumn("kind", "认定方式", 11),
    *(column for kind in findings.KINDS.values() if kind is not NotApplicable for column in kind.columns),
    FormColumn("reason", "扣分原因（不适用理由）", 34, former=("原因",)),
    *NotApplicable.columns,
    *dict.fromkeys(column for kind in findings.KINDS.values() for column in kind.texts),
)

KINDS = {word(LANG, "found", name): name for name in findings.SHORTHANDS} | {
    word(LANG, "kind", name): name for name in findings.KINDS
}

# The cells that a kind uses, besides the reason.
USED = {name: {column.key for column in kind.texts} for name, kind in findings.SHORTHANDS.items()} | {
    name: {column.key for column in (*kind.columns, *kind.texts)} for name, kind in findings.KINDS.items()
}

# The columns of whole numbers; 100% is refused in them.
COUNTS = {
    name for kind in findings.KINDS.values() for name, hint in get_type_hints(kind).items() if hint in (int, int | None)
}

LIKE = [
    [column.key for column in COLUMNS if column.unit == unit]
    for unit in dict.fromkeys(column.unit for column in COLUMNS if column.unit)
]
"""The columns whose numbers are of one unit."""

EVIDENCE_COLUMNS = (
    FormColumn("id", "编号", 11),
    FormColumn("title", "指标", 24, is_input=False, is_optional=True),
    FormColumn("method", "方式", 13),
    FormColumn("note", "情况", 48),
    FormColumn("ref", "文件编号", 14, is_optional=True),
    FormColumn("on", "日期", 12, is_optional=True),
    FormColumn("by", "取证人", 9, is_optional=True),
    FormColumn("where", "地点", 13, is_optional=True),
    FormColumn("file", "附件", 17, is_optional=True),
)
METHODS = {word(LANG, "method", method): method for method in get_args(Evidence.model_fields["method"].annotation)}
FORMER_METHODS = {"查阅文件": "document", "访问顾客": "customer"}
"""Words of earlier forms, which are still read."""

FACT_COLUMNS = (FormColumn("label", "项目", 18, is_input=False), FormColumn("value", "内容", 70))
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
    "评价机构": ("body", "name"),
    "批准号": ("body", "approval_number"),
    "机构地址": ("body", "address"),
    "机构电话": ("body", "telephone"),
    "机构英文名称": ("body", "name_en"),
    "机构地址英文表述": ("body", "address_en"),
    "证书查询方式": ("body", "lookup"),
    "评价对象英文名称": ("subject", "organisation_en"),
    "统一社会信用代码": ("subject", "credit_code"),
    "地址": ("subject", "address"),
    "地址英文表述": ("subject", "address_en"),
    "评价范围英文表述": ("subject", "scope_en"),
    "场所": ("subject", "sites"),
    "评价依据": ("basis",),
    "评价过程": ("narrative", "process"),
    "优势": ("narrative", "strengths"),
    "不足": ("narrative", "weaknesses"),
    "改进建议": ("narrative", "suggestions"),
    "评价组长签字人": ("sign_off", "leader", "name"),
    "评价组长签字日期": ("sign_off", "leader", "on"),
    "复核人": ("sign_off", "reviewer", "name"),
    "复核日期": ("sign_off", "reviewer", "on"),
    "批准人": ("sign_off", "approver", "name"),
    "批准日期": ("sign_off", "approver", "on"),
}
"""The labels of the sheet of facts, with the path of each in the evaluation."""

LISTS = {("subject", "sites"), ("basis",)}
"""The facts that are lists: an entry a line."""

STATED_LIMIT = "{}（标准规定）"
"""A limit of the standard in the form. Its cell is compared with the standard."""

TYPES = {word(LANG, "type", name): name for name in ("third_party", "self")}
FORMER_TYPES = {"自我评价": "self"}
"""Words of earlier forms, which are still read."""

ROLE_WORDS = {word(LANG, "role", name): name for name in ROLES}
"""The words for roles. Other texts are allowed."""

TEAM_COLUMNS = (
    FormColumn("name", "姓名", 14),
    FormColumn("role", "职责", 14),
    FormColumn("qualification", "资质", 34),
    FormColumn("organisation", "所在机构", 34),
)

LAYOUTS = {"findings": COLUMNS, "evidence": EVIDENCE_COLUMNS, "facts": FACT_COLUMNS, "team": TEAM_COLUMNS}
"""The columns of each sheet that is read."""

IDENTITY = {"标准", "版本"}
"""The facts that an empty form has."""

VALUE_WORDS = {value: word for word, value in (KINDS | METHODS | TYPES).items()}
KEY_WORDS = (
    {path[-1]: label for label, path in FACTS.items()}
    | {column.key: column.head for column in (*TEAM_COLUMNS, *EVIDENCE_COLUMNS, *COLUMNS)}
    | SHEETS
)
"""The words in a workbook for keys of the file format; those for values are :data:`VALUE_WORDS`."""


def stated_limit(text: str) -> str | None:
    """The limit in a cell that repeats the standard's own, as plain text; None for another text.

    >>> stated_limit("10%(标准规定)"), stated_limit("10%")
    ('10%', None)
    """
    limit = text.removesuffix("(标准规定)")
    return limit if limit and limit != text else None
