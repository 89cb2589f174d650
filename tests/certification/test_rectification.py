"""Rectification (6.3.2, 7.2.2, reading R19)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from aftersales import (
    PaperError,
    Rectification,
    RectificationResult,
    load_certificate,
    load_rectification,
    load_standard,
)
from aftersales.problems.errors import folded

ITEM: dict[str, Any] = {
    "indicator": "5.4.3.2",
    "requirement": "24 小时内响应",
    "due": "2027-04-30",
    "responsible": "李静",
}
DONE: dict[str, Any] = {"done": "增设夜间值班", "on": "2027-04-20", "by": "张明"}


def test_each_item_has_its_parts_and_the_whole_has_a_day() -> None:
    rectification = Rectification.model_validate({"on": "2027-03-01", "items": [ITEM | {"result": DONE}]})
    assert rectification.items[0].result == RectificationResult.model_validate(DONE)
    assert Rectification.model_validate(rectification.model_dump(mode="json")) == rectification
    for key in ITEM:
        with pytest.raises(ValidationError):
            Rectification.model_validate({"on": "2027-03-01", "items": [ITEM | {key: " "}]})
    for key in DONE:
        with pytest.raises(ValidationError):
            Rectification.model_validate({"on": "2027-03-01", "items": [ITEM | {"result": DONE | {key: None}}]})
    with pytest.raises(ValidationError):
        Rectification.model_validate({"on": "2027-03-01", "items": []})


def test_open_and_overdue_items_are_counted_on_a_day() -> None:
    late = ITEM | {"due": "2027-04-10", "result": DONE}
    rectification = Rectification.model_validate({"on": "2027-03-01", "items": [ITEM, late]})
    counts = {
        on: (len(rectification.open_on(on)), len(rectification.overdue_on(on)))
        for on in ("2027-04-10", "2027-04-11", "2027-04-19", "2027-04-20", "2027-04-30", "2027-05-01")
    }
    assert counts == {
        "2027-04-10": (2, 0), "2027-04-11": (2, 1), "2027-04-19": (2, 1),
        "2027-04-20": (1, 0), "2027-04-30": (1, 0), "2027-05-01": (1, 1),
    }  # fmt: skip


HEAD = """\
standard: CTS XBHT-S04-2025
edition: 2025-12-04
organisation: 甲
final_score: 87.37
stars: 4
issued: 2026-03-20
events:
- kind: surveillance
  on: 2027-03-01
  passed: false
  star_kept: false
  indicators: [5.4.3.2, 5.4]
  rectification:
    on: 2027-03-02
    items:
    - {indicator: 5.4.3.2, requirement: 限时响应, due: 2027-04-30, responsible: 李静}
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("on: 2027-03-02", "on: 2027-03-01", None, ""),  # on the day of the audit
        ("on: 2027-03-02", "on: 2027-02-28", "rectification-too-early", "events[0].rectification.on"),
        ("due: 2027-04-30", "due: 2027-03-02", None, ""),
        ("due: 2027-04-30", "due: 2027-03-01", "rectification-too-early", "events[0].rectification.items[0].due"),
        ("李静}", "李静, result: {done: x, on: 2027-03-01, by: y}}", "rectification-too-early",
         "events[0].rectification.items[0].result.on"),
        ("李静}", "李静, result: {done: x, on: 2027-03-02, by: y}}", None, ""),
        ("{indicator: 5.4.3.2", "{indicator: 5.4.3.9", "unknown-indicator", "events[0].rectification.items[0].indicator"),
        ("[5.4.3.2, 5.4]", "[5.4.3.2, 5.9]", "unknown-indicator", "events[0].indicators[1]"),
        ("[5.4.3.2, 5.4]", "", None, ""),
    ],
)  # fmt: skip
def test_the_rectification_within_an_audit_is_read_or_refused_at_its_line(
    old: str, new: str, code: str | None, path: str
) -> None:
    source = HEAD.replace(old, new).encode()
    if code is None:
        status = load_certificate(source).status("2027-03-01")
        assert status.rectification
        return
    with pytest.raises(PaperError) as caught:
        load_certificate(source)
    line = next(n for n, text in enumerate(HEAD.replace(old, new).splitlines(), 1) if new in text)
    assert [(p.code, p.path, p.line) for p in caught.value.problems] == [(code, path, line)]


FILE = """\
number: ZG-2026-003
on: 2026-04-01
occasion: evaluation
standard: CTS XBHT-S04-2025
edition: 2025-12-04
body: {name: 华信认证中心}
subject: {organisation: 滨海家电连锁有限公司}
final_score: 165/3
items:
- indicator: 5.4.3.2
  problem: 平均响应 30 小时
  requirement: 24 小时内响应
  due: 2026-04-30
  responsible: 李静
"""


def lines_of(error: PaperError, lang: str) -> list[str]:
    """What people are shown."""
    return [problem.text(lang) for problem in folded(error.problems)]


class TestOneMistakeInSeveralItems:
    """People are shown one line with the items; the problems have one for each."""

    def items(self, count: int, **other: Any) -> list[dict[str, Any]]:
        return [ITEM | {"indicator": indicator.id} | other for indicator in load_standard().indicators[:count]]

    def test_items_that_nobody_is_responsible_for_are_reported_in_one_line(self) -> None:
        items = self.items(3, responsible=None)
        items[1]["responsible"] = "李静"
        with pytest.raises(PaperError) as caught:
            load_rectification({"on": "2027-03-01", "items": items})
        assert [p.path for p in caught.value.problems] == ["items[0].responsible", "items[2].responsible"]
        told = "items: 2 个整改事项未指定责任人（5.1.1.1、5.1.1.3）；请逐项在 responsible 写明负责的人 [missing-key]"
        assert lines_of(caught.value, "zh") == [told]
        with pytest.raises(PaperError) as caught:
            load_rectification({"on": "2027-03-01", "items": items[:2]})
        told = (
            "items[0].responsible: nobody is responsible for the item; name the person in 'responsible' [missing-key]"
        )
        assert lines_of(caught.value, "en") == [told]

    def test_the_first_thirty_items_are_named(self) -> None:
        for count in (30, 31):
            with pytest.raises(PaperError) as caught:
                load_rectification({"on": "2027-03-01", "items": self.items(count, responsible=None)})
            assert len(caught.value.problems) == count
            (line,) = lines_of(caught.value, "en")
            assert line.startswith(f"items: nobody is responsible for {count} items (5.1.1.1, ")
            assert line.count("5.1.") + line.count("5.2.") == 30
            assert ("…" in line) == (count == 31)

    def test_items_with_days_before_that_of_the_demand_are_reported_in_one_line_a_rule(self) -> None:
        result = DONE | {"on": "2027-02-01"}
        with pytest.raises(PaperError) as caught:
            load_rectification({"on": "2027-03-01", "items": self.items(2, due="2027-02-28", result=result)})
        assert len(caught.value.problems) == 4
        assert lines_of(caught.value, "zh") == [
            "items: 2 个整改事项（5.1.1.1、5.1.1.2）的日期早于 2027-03-01：完成期限不得早于提出整改要求的日期 [rectification-too-early, 7.2.2]",
            "items: 2 个整改事项（5.1.1.1、5.1.1.2）的日期早于 2027-03-01：整改结果的验证日期不得早于提出整改要求的日期 [rectification-too-early, 7.2.2]",
        ]

    def test_the_same_mistake_in_two_audits_is_two_lines(self) -> None:
        items = [item | {"responsible": None} for item in self.items(2)]
        audits = [
            {"kind": "surveillance", "on": day, "passed": False, "rectification": {"on": day, "items": items}}
            for day in ("2027-02-01", "2027-03-01")
        ]
        data = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "organisation": "甲", "issued": "2026-03-20"}
        with pytest.raises(PaperError) as caught:
            load_certificate(data | {"final_score": "87.37", "stars": 4, "events": audits})
        assert [line.partition(": ")[0] for line in lines_of(caught.value, "zh")] == [
            "events[0].rectification.items", "events[1].rectification.items",
        ]  # fmt: skip
        # beside an invalid event, each keeps its place
        wrong = {"kind": "surveillance", "on": "2027-01-01", "passed": "maybe"}
        with pytest.raises(PaperError) as caught:
            load_certificate(data | {"final_score": "87.37", "stars": 4, "events": [wrong, *audits]})
        assert [line.partition(": ")[0] for line in lines_of(caught.value, "zh")] == [
            "events[0].passed", "events[1].rectification.items", "events[2].rectification.items",
        ]  # fmt: skip

    def test_each_sentence_states_the_rule_that_is_broken(self) -> None:
        with pytest.raises(PaperError) as caught:
            load_certificate(HEAD.replace("on: 2027-03-02", "on: 2027-02-28").encode())
        assert (
            caught.value.problems[0].message_zh == "2027-02-28 早于 2027-03-01：提出整改要求的日期不得早于监督审核日期"
        )


class TestLoading:
    """R19: a file of what has to be put right is read like every other file, each mistake at its line."""

    def test_a_rectification_with_everything_that_a_notice_states_is_read(self) -> None:
        rectification = load_rectification(FILE.encode())
        assert (rectification.number, rectification.final_score) == ("ZG-2026-003", 55)
        assert Rectification.model_validate(rectification.model_dump(mode="json")) == rectification

    @pytest.mark.parametrize(
        ("old", "new", "code", "path", "line"),
        [
            ("5.4.3.2", "5.4.3.9", "unknown-indicator", "items[0].indicator", 10),
            ("  responsible: 李静\n", "", "missing-key", "items[0].responsible", 10),
            ("2025-12-04", "2024-01-01", "unknown-edition", "edition", 5),
            ("due: 2026-04-30", "due: 2026-03-31", "rectification-too-early", "items[0].due", 13),
            ("occasion: evaluation", "occasion: audit", "unknown-word", "occasion", 3),
        ],
    )
    def test_a_mistake_in_a_rectification_is_refused_at_its_line(
        self, old: str, new: str, code: str, path: str, line: int
    ) -> None:
        with pytest.raises(PaperError) as caught:
            load_rectification(FILE.replace(old, new).encode())
        assert [(p.code, p.path, p.line) for p in caught.value.problems] == [(code, path, line)]

    def test_an_invalid_text_does_not_hide_a_rule_that_is_broken(self) -> None:
        items = [ITEM | {"responsible": " "}, ITEM | {"indicator": "5.9"}]
        with pytest.raises(PaperError) as caught:
            load_rectification({"on": "2027-03-01", "standard": "CTS XBHT-S04-2025", "items": items})
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [
            ("blank", "items[0].responsible"),
            ("unknown-indicator", "items[1].indicator"),
        ]

    def test_a_draft_names_nobody_who_is_responsible(self) -> None:
        draft = FILE.replace("  responsible: 李静\n", "").encode()
        assert load_rectification(draft, complete=False).items[0].responsible is None

    def test_without_a_standard_the_ids_are_not_looked_at(self) -> None:
        item = ITEM | {"indicator": "9.9"}
        assert load_rectification({"on": "2026-04-01", "items": [item]}).items[0].indicator == "9.9"

    def test_a_rectification_by_another_standard_than_the_given_one_is_refused(self) -> None:
        data = {"on": "2026-04-01", "standard": "GB/T 27922", "items": [ITEM]}
        with pytest.raises(PaperError) as caught:
            load_rectification(data, load_standard())
        assert [(p.code, p.path) for p in caught.value.problems] == [("standard-mismatch", "standard")]
