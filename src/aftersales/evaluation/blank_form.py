"""The blank form: every indicator of a standard with an empty value, for a team to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import KINDS
from aftersales.files.writing import as_yaml
from aftersales.standard.standard import Standard
from aftersales.text.columns import padded
from aftersales.text.number_format import as_text
from aftersales.text.sanitize import clean

__all__ = ["blank_form"]

_HEAD = """\
# {title} ({id}, {edition})
#
# 在每个指标后填写认定 (a finding after each indicator):
#   full                                                    完全符合 fully met
#   none                                                    完全不符合 not met at all
{kinds}# 任何认定都可以带 reason 与 evidence: [{{method: document | interview | observation | customer, note: …}}]
"""

_OPEN_HEAD = """\
standard: {id}
edition: {edition}
# type: third_party                                         # 或 self（自我评价）
# subject: {{organisation: …, product_category: …, size_tier: …, scope: …}}
# team: [{{name: …, role: lead, qualification: …, organisation: …}}]
# period: {{start: 2026-01-01, end: 2026-01-05}}
"""


WIDE = 56  # characters that an example takes beside its hint


def blank_form(
    standard: Standard, evaluation: Evaluation | None = None, assessors: Mapping[str, Sequence[str]] | None = None
) -> str:
    """A YAML form with every indicator, its points and title, and nothing judged yet.

    With an ``evaluation`` its head is filled in: type, subject, team, period. ``assessors`` are the names beside an indicator.

    >>> from aftersales import load_standard
    >>> print(blank_form(load_standard()).splitlines()[-1])
      5.4.4.2:   # 1.5 分 服务失误识别与补救机制完善、进展告知及时
    """
    context = {"title": clean(standard.title.zh), "id": standard.id, "edition": standard.edition}
    kinds = "".join(line for kind in KINDS.values() for line in _kind_lines(kind.example, kind.hint))
    head = as_yaml(evaluation, without=["findings"]) if evaluation else _OPEN_HEAD.format(**context)
    lines = [_HEAD.format(**context, kinds=kinds), head, "findings:\n"]
    for key, node in standard.layout.nodes.items():
        if key not in standard.layout.positions:
            lines.append(f"  # {key} {clean(node.title.zh)}（{as_text(node.points)} 分）\n")
        else:
            own = "（规定值由标准给出，只填 kind: quantitative 与 actual）" if key in standard.layout.limited else ""
            names = "、".join(map(clean, assessors.get(key, ()))) if assessors else ""
            by = f"［{names}］" if names else ""
            lines.append(f"  {key}:   # {as_text(node.points)} 分 {clean(node.title.zh)}{own}{by}\n")
    return "".join(lines)


def _kind_lines(example: str, hint: Sequence[str]) -> Iterator[str]:
    """A kind of finding as the head of the form shows it: an example, with what is filled in beside it."""
    for text, line in zip_longest([example], hint, fillvalue=""):
        yield f"#   {padded(text, WIDE)}{line}".rstrip() + "\n"
