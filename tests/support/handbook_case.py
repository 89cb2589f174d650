"""The case that the handbook (docs/zh/handbook.md) goes through: what people fill in, and the commands of the page."""

from __future__ import annotations

import datetime
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import aftersales
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.writing import as_yaml
from aftersales.standard.editions import data_folder

PAGE = Path(__file__).parents[2] / "docs" / "zh" / "handbook.md"
STANDARD = aftersales.load_standard(edition="2025-12-04")
PLAN = data_folder() / "plans" / "home-appliance-chain.yaml"
SHOP = data_folder() / "examples" / "home-appliance-chain.yaml"
CONFLICT, GAP = "5.1.3.2", "5.4.4.2"  # assessed by two members, and by nobody
LATER_NAME = "滨海智家连锁有限公司"


def write_case(folder: Path) -> None:
    """Write what people fill in by hand: the plan, the parts of the assessors, what has to be put right, and the evaluation of 2029."""
    plan, shop = _named(aftersales.load_plan(PLAN)), _named(aftersales.load_evaluation(SHOP))
    (folder / "评价计划.xlsx").write_bytes(aftersales.write_plan_workbook(STANDARD, plan))
    for name in ("已填", "定稿", "台账"):
        (folder / name).mkdir()
    other = {"kind": "qualitative", "degree": "70%", "reason": "物流中心 2 辆配送车尾板停用，南港店仪表校准过期"}
    for number, assessor in enumerate(plan.team, 1):
        own = plan.indicators_of(assessor.name, STANDARD)
        agreed: dict[str, Any] = {key: shop.findings[key] for key in own if key in shop.findings}
        first = {key: finding for key, finding in agreed.items() if key != GAP}
        shown = {*own}
        if assessor.name == "王海涛":
            first[CONFLICT] = other
            shown.add(CONFLICT)
        for kept, findings, ids in (("已填", first, shown), ("定稿", agreed, own)):
            (folder / kept / f"{number}-{assessor.name}.xlsx").write_bytes(_part(plan, shop, findings, ids))
    (folder / "整改.yaml").write_text(as_yaml(_rectification(shop)), "utf-8")
    (folder / "重新评价.xlsx").write_bytes(write_workbook(STANDARD, _in_2029(shop)))


_Named = TypeVar("_Named", aftersales.EvaluationPlan, aftersales.Evaluation)


def _named(document: _Named) -> _Named:
    """The document with what the papers say of the organisation and the body beside their names."""
    assert document.subject is not None
    assert document.body is not None
    subject = document.subject.model_copy(
        update={"address": "滨海市海滨大道 88 号", "credit_code": "91350100M000100Y43"}
    )
    body = document.body.model_copy(update={"address": "云津市质检路 6 号", "telephone": "0500-8600 0000"})
    return document.model_copy(update={"subject": subject, "body": body})


def _part(
    plan: aftersales.EvaluationPlan, shop: aftersales.Evaluation, findings: dict[str, Any], only: Iterable[str]
) -> bytes:
    part = aftersales.Evaluation.model_validate({**dict(shop), "findings": findings})
    return write_workbook(STANDARD, part, plan.assessors(STANDARD), set(only))


def _rectification(shop: aftersales.Evaluation) -> aftersales.Rectification:
    """What the audit of 2028 requires: three items of the draft, each with who is responsible."""
    card = aftersales.score(shop, STANDARD)
    draft = aftersales.draft_rectification(card, on="2028-03-06", due="2028-03-20", number="ZG-2028-002")
    responsible = {"5.4.3.2": "客服中心 周敏", "5.1.4.1": "运营部 陈立", "5.1.5.2": "质管部 何俊"}
    items = [
        item.model_copy(update={"responsible": responsible[item.indicator]})
        for item in draft.items
        if item.indicator in responsible
    ]
    return aftersales.Rectification.model_validate({**dict(draft), "occasion": "surveillance", "items": items})


def _in_2029(shop: aftersales.Evaluation) -> aftersales.Evaluation:
    """The evaluation after three years, under the new name, with what kept it from the next star put right."""
    data = shop.model_dump(mode="json")
    data["subject"]["organisation"] = LATER_NAME
    for day in ("start", "end"):
        data["period"][day] = datetime.date.fromisoformat(data["period"][day]).replace(year=2029, month=2).isoformat()
    evidence = [{"method": "document", "note": "整改资料和近一年的记录"}]
    for step in aftersales.improvements(aftersales.score(shop, STANDARD)).steps:
        data["findings"][step.id] = {"kind": "qualitative", "degree": 1, "evidence": evidence}
    return aftersales.Evaluation.model_validate(data)


def commands(page: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each call of the command in the console blocks of a page, with the lines that it prints there."""
    for block in re.findall(r"^```console\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        for call in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *lines = call.rstrip().splitlines()
            yield shlex.split(first)[1:], lines


def is_what_it_prints(lines: Sequence[str], printed: str) -> bool:
    """Whether the lines are those that were printed; a line … stands for any lines."""
    pattern = "".join("(?:.*\n)*?" if line.strip() == "…" else re.escape(line.rstrip()) + " *\n" for line in lines)
    return (
        re.fullmatch(pattern + "\n*", printed if printed.endswith("\n") or not printed else printed + "\n") is not None
    )
