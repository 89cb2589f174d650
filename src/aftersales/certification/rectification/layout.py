"""The layout of the form of a rectification: a workbook in the style of the form of an evaluation.

The writer and the reader both use it. The sheet of facts is that of the evaluation's form, with other facts.
"""

from __future__ import annotations

from typing import get_args

from aftersales.certification.rectification.contents import RectificationContents
from aftersales.evaluation.findings import FormColumn
from aftersales.evaluation.workbook import layout
from aftersales.text.sentences import Sentences

__all__ = ["FACTS", "ITEM_COLUMNS", "KEY_WORDS", "LAYOUTS", "MEANT", "OCCASIONS", "SHEETS", "VALUE_WORDS"]

SHEETS = {"facts": "整改通知", "items": "整改事项"}

FACTS = {
    "标准": ("standard",),
    "版本": ("edition",),
    "通知编号": ("number",),
    "通知日期": ("on",),
    "整改事由": ("occasion",),
    **{label: path for label, path in layout.FACTS.items() if path[0] == "body"},
    **{label: path for label, path in layout.FACTS.items() if path[0] == "subject"},
    "最终得分": ("final_score",),
    "评价结果指纹": ("result",),
}
"""The labels of the sheet of facts, with the path of each in the rectification."""

OCCASIONS = {
    Sentences("certification")(layout.LANG, f"occasion.{occasion}"): occasion
    for kind in get_args(RectificationContents.model_fields["occasion"].annotation)
    for occasion in get_args(kind)
}

ITEM_COLUMNS = (
    FormColumn("indicator", "编号", 9),
    FormColumn("title", "指标", 24, is_input=False, is_optional=True),
    FormColumn("problem", "存在问题", 34, is_optional=True),
    FormColumn("requirement", "整改要求", 40),
    FormColumn("due", "完成期限", 13),
    FormColumn("responsible", "责任人", 12),
    FormColumn("done", "整改结果", 34),
    FormColumn("on", "验证日期", 13),
    FormColumn("by", "验证人", 12),
)

LAYOUTS = {"facts": layout.FACT_COLUMNS, "items": ITEM_COLUMNS}
"""The columns of each sheet."""

VALUE_WORDS = {occasion: word for word, occasion in OCCASIONS.items()}
KEY_WORDS = (
    {path[-1]: label for label, path in FACTS.items()}
    | {column.key: column.head for column in ITEM_COLUMNS}
    | SHEETS
    | {"on": "日期"}  # of the notice, and of a verification
)
"""The words of the form for keys of the file format; those for values are :data:`VALUE_WORDS`."""

MEANT = (
    {word: (occasion,) for word, occasion in OCCASIONS.items()}
    | {head: (key,) for key, head in KEY_WORDS.items()}
    | FACTS
    | {"验证日期": ("on",), "整改结果": ("result", "done")}
)
"""The keys and values of the file format by the words of the form, to be suggested where these stand in YAML."""
