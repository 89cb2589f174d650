"""The layout of a plan's form: a workbook in the style of the form of an evaluation.

The writer and the reader both use it. The sheet of facts and the team are those of the evaluation's form.
"""

from __future__ import annotations

from typing import get_args

from aftersales.certification.plan.contents import Activity
from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.workbook import layout
from aftersales.text.sentences import Sentences

__all__ = [
    "ASSIGNMENT_COLUMNS",
    "FACTS",
    "KEY_WORDS",
    "LAYOUTS",
    "LISTS",
    "MEANT",
    "METHODS",
    "REVIEWS",
    "SCHEDULE_COLUMNS",
    "SHEETS",
    "VALUE_WORDS",
]

SHEETS = {"facts": "评价计划", "team": layout.SHEETS["team"], "schedule": "时间安排", "assignments": "人员分工"}

FACTS = {
    "标准": ("standard",),
    "版本": ("edition",),
    "计划编号": ("number",),
    "编制日期": ("on",),
    "评价类型": ("type",),
    **{label: path for label, path in layout.FACTS.items() if path[0] == "body"},
    **{label: path for label, path in layout.FACTS.items() if path[0] == "subject"},
    "评价目的": ("purpose",),
    "评价依据": ("basis",),
    "评价对象配合事项": ("provisions",),
}
"""The labels of the sheet of facts, with the path of each in the plan."""

LISTS = {("subject", "sites"), ("basis",), ("provisions",)}
"""The facts that are lists: an entry a line."""

REVIEWS = {
    Sentences("certification")(layout.LANG, f"review.{review}"): review
    for review in get_args(Activity.model_fields["review"].annotation)
}
METHODS = {word: method for word, method in layout.METHODS.items() if method != "document"}

SCHEDULE_COLUMNS = (
    FormColumn("start", "开始日期", 13),
    FormColumn("end", "结束日期", 13),
    FormColumn("review", "审查方式", 12),
    FormColumn("methods", "现场审查方法", 34),
    FormColumn("what", "审查内容", 34, is_optional=True),
    FormColumn("where", "地点", 20, is_optional=True),
    FormColumn("assessors", "审查人员", 22),
)

ASSIGNMENT_COLUMNS = (
    FormColumn("id", "编号", 9, is_input=False),
    FormColumn("title", "指标", 44, is_input=False),
    FormColumn("points", "分值", 6, is_input=False),
    FormColumn("assessors", "审查人员", 26),
    FormColumn("inapplicable", "预计不适用的理由", 44, is_optional=True),
)

LAYOUTS = {
    "facts": layout.FACT_COLUMNS,
    "team": layout.TEAM_COLUMNS,
    "schedule": SCHEDULE_COLUMNS,
    "assignments": ASSIGNMENT_COLUMNS,
}
"""The columns of each sheet."""

_WORDS = REVIEWS | METHODS | layout.FORMER_METHODS | layout.TYPES | layout.FORMER_TYPES
VALUE_WORDS = {value: word for word, value in (REVIEWS | METHODS | layout.TYPES).items()}
KEY_WORDS = (
    {path[-1]: label for label, path in FACTS.items()}
    | {column.key: column.head for columns in LAYOUTS.values() for column in columns}
    | SHEETS
)
"""The words of the form for keys of the file format; those for values are :data:`VALUE_WORDS`."""

MEANT = (
    {word: (value,) for word, value in _WORDS.items()}
    | {head: (key,) for key, head in KEY_WORDS.items()}
    | FACTS
    | {"预计不适用": ("inapplicable",), "日期": ("on",)}
)
"""The keys and values of the file format by the words of the form, to be suggested where these stand in YAML."""
