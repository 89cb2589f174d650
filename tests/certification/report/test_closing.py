"""The cover of a report, the assessors' own words, the rectification, the signatures, and the annexes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.reports import day, document, example, parts, scored, table_of, texts, without

import aftersales
from aftersales import PaperError, make_report
from aftersales.certification.rectification.rectification import Rectification
from aftersales.certification.report.contents import report_document
from aftersales.rendering.document import (
    Bullets,
    Document,
    Gap,
    Heading,
    Paragraph,
    Row,
    Signatures,
    Table,
)

CHAIN = "home-appliance-chain"
ANNEX, TEXTS = "附件 1 证据清单", "附件 2 记录全文"


def chain(**others: Any) -> dict[str, Any]:
    return example(CHAIN) | others


def finding(key: str, **parts_of_it: Any) -> dict[str, Any]:
    """The example with more parts of one finding."""
    data = example(CHAIN)
    data["findings"][key] |= parts_of_it
    return data


def said(paper: Document, part: str) -> list[str]:
    return [str(block.text) for block in parts(paper)[part] if isinstance(block, Paragraph)]


def self_assessed() -> dict[str, Any]:
    data = example("software-service-vendor")
    return {key: value for key, value in data.items() if key != "body"} | {"type": "self"}


class TestCover:
    """Who evaluates whom, with which result, and when."""

    def paper(self, data: dict[str, Any], lang: str = "zh", issued_on: str | None = "2026-03-20") -> Document:
        return report_document(scored(data), "SM-7", day(issued_on), draft=True, lang=lang)

    def test_the_cover_of_a_third_party_evaluation(self) -> None:
        paper = self.paper(chain())
        assert (paper.title, paper.subtitle) == ("商品售后服务成熟度评价报告", "滨海家电连锁有限公司")
        cover = paper.cover
        assert cover
        assert cover.reference == "报告编号：SM-7"
        assert cover.issuer == ("云津质信认证有限公司", "批准号：CNCA-R-2026-999", "2026年3月20日")
        standard = "CTS XBHT-S04-2025《商品售后服务成熟度评价技术规范》（2025年12月4日版）"
        facts = {"商品类别": "家电", "评价类型": "第三方评价", "评价时间": "2026年3月2日至6日", "评价依据": standard}
        assert dict(cover.entries) == facts
        assert cover.banner
        assert (cover.banner.headline, cover.banner.lines) == ("四星（优秀）级", ("最终得分 87.37 分，评价合格",))

    def test_the_cover_of_a_self_assessment(self) -> None:
        paper = self.paper(self_assessed(), issued_on=None)
        assert paper.title == "商品售后服务成熟度自我评估报告"
        assert paper.cover
        assert paper.cover.issuer == (str(paper.subtitle), "________年____月____日")
        summary = make_report(scored(self_assessed())).summary("md").decode()
        assert summary.startswith("# 商品售后服务成熟度自我评估报告摘要\n")

    def test_names_are_in_the_language_if_they_are_given(self) -> None:
        data = chain()
        assert self.paper(data, "en").subtitle == "滨海家电连锁有限公司"
        data["subject"]["organisation_en"] = "Binhai Appliances"
        assert self.paper(data, "en").subtitle == "Binhai Appliances"
        assert self.paper(data, "zh").subtitle == "滨海家电连锁有限公司"

    def test_the_cover_of_a_draft_marks_what_is_missing(self) -> None:
        bare = oracle.document(oracle.all_full(), type="third_party")
        cover = self.paper(bare).cover
        assert cover
        assert cover.issuer[:2] == (Gap("【待补：评价机构】"), Gap("【待补：批准号】"))
        assert self.paper(bare).subtitle == Gap("【待补：评价对象】")
        assert report_document(scored(bare), None, None, draft=True, lang="zh").cover.reference is None  # type: ignore[union-attr]

    def test_the_contact_of_the_body_is_shown(self) -> None:
        data = chain()
        data["body"] |= {"address": "云津市学府路 1 号", "telephone": "0555-1234567"}
        rows = table_of(parts(document(data))["一、评价基本信息"], "")
        assert rows["机构地址"].cells[1] == "云津市学府路 1 号"
        assert rows["机构电话"].cells[1] == "0555-1234567"


NARRATIVE = {
    "process": "评价小组于 3 月 2 日召开首次会议。\n\n末次会议通报了评价发现。",
    "strengths": "门店覆盖广。",
    "weaknesses": "西部乡镇没有网点。",
    "suggestions": "先补齐网点。",
}


class TestOwnWords:
    """7.1 (b), (e), (f): what the assessors write comes first, and the computed text where they write nothing."""

    def test_the_narrative_comes_first_in_its_part(self) -> None:
        paper, bare = document(chain(narrative=NARRATIVE)), document(chain())
        assert said(paper, "二、评价过程概述")[:2] == ["评价小组于 3 月 2 日召开首次会议。", "末次会议通报了评价发现。"]
        assert said(paper, "二、评价过程概述")[2:] == said(bare, "二、评价过程概述")
        analysis = parts(paper)["五、优势与不足分析"]
        texts_ = [str(b.text) for b in analysis if isinstance(b, Heading | Paragraph)]
        computed = "按评分结果归纳如下。"
        assert texts_[1:] == ["（一）优势", "门店覆盖广。", computed, "（二）不足", "西部乡镇没有网点。", computed]
        assert [b for b in analysis if isinstance(b, Table)] == [
            b for b in parts(bare)["五、优势与不足分析"] if isinstance(b, Table)
        ]
        assert said(paper, "六、改进建议")[:2] == ["先补齐网点。", computed]

    def test_a_measure_of_the_assessors_stands_in_place_of_the_computed_one(self) -> None:
        steps = table_of(parts(document(chain()))["六、改进建议"], "问题与具体措施")
        key = next(iter(steps)).split(" ")[0]
        row = next(
            iter(
                table_of(
                    parts(document(finding(key, measure="每季度发布一项企业标准。")))["六、改进建议"], "问题与具体措施"
                ).values()
            )
        )
        assert "措施：每季度发布一项企业标准。本项得分" in str(row.cells[4])
        assert "应从制度、实施、记录三方面" not in str(row.cells[4])
        assert "应从制度、实施、记录三方面" in str(next(iter(steps.values())).cells[4])

    def test_measures_for_other_indicators_are_shown_too(self) -> None:
        data = finding("5.1.1.2", measure="更换两店的旧标志。")
        rows = table_of(parts(document(data))["六、改进建议"], "具体措施")
        assert {key: row.cells[1] for key, row in rows.items()} == {
            "5.1.1.2 企业标识与服务标志设置合规醒目": "更换两店的旧标志"
        }
        assert "对其他指标，评价小组提出下列措施：" in said(document(data), "六、改进建议")

    def test_strengths_of_the_assessors_stand_by_indicator_before_the_computed_ones(self) -> None:
        blocks = parts(document(finding("5.1.1.1", strength="收费标准一次公示、全店一致。")))["五、优势与不足分析"]
        own, computed = [block for block in blocks if isinstance(block, Bullets)]
        assert own.items == (f"5.1.1.1 {oracle.TITLES['5.1.1.1']}：收费标准一次公示、全店一致。",)
        assert computed.items[0].startswith("5.3.6")


class TestResultBasis:
    """What is signed, on the page of the signatures."""

    def signed(self, data: dict[str, Any], number: str | None = None) -> dict[Any, Any]:
        paper = report_document(scored(data), number, None, draft=True, lang="zh")
        block = next(block for block in paper.blocks if isinstance(block, Signatures))
        assert block.basis
        assert block.basis.is_small
        return dict(row.cells for row in block.basis.rows)

    def test_the_signed_result_names_the_report_the_standard_the_fingerprints_and_the_program(self) -> None:
        card = scored(chain())
        assert self.signed(chain(), "R-7") == {
            "报告编号": "R-7",
            "评价对象": "滨海家电连锁有限公司",
            "评价标准": "CTS XBHT-S04-2025《商品售后服务成熟度评价技术规范》（2025年12月4日版）",
            "标准文件 SHA-256": card.standard.sha256,
            "评价内容指纹": aftersales.fingerprint(card.evaluation),
            "计算程序": f"aftersales {aftersales.__version__}",
        }

    def test_a_finding_that_changes_shows(self) -> None:
        one, other = (self.signed(data)["评价内容指纹"] for data in (chain(), finding("5.1.1.2", degree="84%")))
        assert one != other

    def test_the_places_to_sign_of_a_draft_mark_what_is_missing(self) -> None:
        told = self.signed(without("subject", "organisation"))
        assert "报告编号" not in told
        assert told["评价对象"] == Gap("【待补：评价对象】")


ITEMS = [
    {"indicator": "5.1.1.2", "problem": "旧标志。", "requirement": "更换标志。", "due": "2026-05-01", "responsible": "李静",
     "result": {"done": "两店已更换。", "on": "2026-04-20", "by": "张明"}},
    {"indicator": "5.1.1.4", "requirement": "补设网点。", "due": "2026-06-01", "responsible": "王海涛"},
]  # fmt: skip


class TestRectification:
    """6.3.2, 7.2.2, R19: the items, each with who, until when, and what came of it."""

    def made(self, **others: Any) -> Document:
        rectification = Rectification(**({"on": "2026-03-20", "items": ITEMS} | others))
        return report_document(scored(chain()), None, None, draft=True, lang="zh", rectification=rectification)

    def test_rectification_is_a_part_before_the_signatures(self) -> None:
        found = parts(self.made())
        assert list(found)[-3:] == ["七、整改情况", "八、签署", ANNEX]
        rows = table_of(found["七、整改情况"], "问题与整改要求")
        assert [row.cells for row in rows.values()] == [
            ("1", f"5.1.1.2 {oracle.TITLES['5.1.1.2']}", "旧标志；更换标志", "2026年5月1日", "李静", "两店已更换（张明于 2026年4月20日验证）"),
            ("2", f"5.1.1.4 {oracle.TITLES['5.1.1.4']}", "补设网点", "2026年6月1日", "王海涛", "未完成"),
        ]  # fmt: skip
        told = "2026年3月20日提出整改要求 2 项（6.3.2、7.2.2），已完成并经验证 1 项，未完成 1 项。"
        assert said(self.made(), "七、整改情况") == [told]

    def test_a_report_without_a_rectification_has_no_part_about_it(self) -> None:
        assert list(parts(document(chain())))[-2:] == ["七、签署", ANNEX]

    def test_the_rectification_shows_its_number_and_the_evaluation_that_required_it(self) -> None:
        own, other = aftersales.fingerprint(scored(chain()).evaluation), f"v1:{'0' * 64}"
        assert said(self.made(number="ZG-3", result=own), "七、整改情况")[0].endswith(
            "未完成 1 项。整改通知编号：ZG-3。"
        )
        told = f"未完成 1 项。以上整改由另一次评价提出，其评价内容指纹为 {other}。"
        assert said(self.made(result=other), "七、整改情况")[0].endswith(told)

    def test_requirements_have_the_space_that_no_result_takes(self) -> None:
        still_open = [{key: value for key, value in item.items() if key != "result"} for item in ITEMS]
        widths = []
        for items in (ITEMS, still_open):
            (table,) = (block for block in parts(self.made(items=items))["七、整改情况"] if isinstance(block, Table))
            widths.append({column.head: column.width for column in table.columns})
            assert sum(widths[-1].values()) == pytest.approx(1)
        assert [(found["问题与整改要求"], found["整改结果"]) for found in widths] == [
            (pytest.approx(0.3), 0.2),
            (pytest.approx(0.4), 0.1),
        ]

    def test_an_indicator_that_the_standard_does_not_have_is_refused(self) -> None:
        wrong = Rectification(on="2026-03-20", items=[ITEMS[0] | {"indicator": "5.9.9.9"}])
        for draft in (False, True):
            with pytest.raises(PaperError) as caught:
                make_report(scored(chain()), rectification=wrong, draft=draft)
            assert [(p.code, p.path) for p in caught.value.problems] == [
                ("unknown-indicator", "rectification.items[0].indicator")
            ]

    @pytest.mark.parametrize(
        ("asked", "code", "is_other"),
        [
            ({"organisation": "别家有限公司"}, None, True),
            ({"organisation": "别家有限公司"}, "91350100M000100Y43", True),
            ({"organisation": "旧名有限公司", "credit_code": "91350100M000100Y43"}, "91350100M000100Y43", False),
            ({"organisation": "滨海家电 连锁有限公司"}, None, False),
            ({"product_category": "家电"}, None, False),
        ],
    )
    def test_the_rectification_is_that_of_the_evaluated_organisation(
        self, asked: dict[str, Any], code: str | None, *, is_other: bool
    ) -> None:
        data = chain()
        data["subject"] |= {"credit_code": code} if code else {}
        rectification = Rectification(on="2026-03-20", items=ITEMS, subject=asked)
        drafted = scored(data)
        if not is_other:
            assert make_report(drafted, rectification=rectification).rectification is not None
            return
        with pytest.raises(PaperError) as caught:
            make_report(drafted, rectification=rectification)
        assert [(p.code, p.path) for p in caught.value.problems] == [
            ("other-organisation", "rectification.subject.organisation")
        ]

    def test_none_is_of_a_later_day_than_the_report(self) -> None:
        """7.1, R19. The rectification is required on 20 March 2026."""
        rectification = Rectification(on="2026-03-20", items=ITEMS)
        card = scored(chain())
        assert make_report(card, rectification=rectification, issued_on="2026-03-20").rectification
        for draft in (False, True):
            with pytest.raises(PaperError) as caught:
                make_report(card, rectification=rectification, issued_on="2026-03-19", draft=draft)
            (problem,) = caught.value.problems
            assert (problem.code, problem.path, problem.clause) == (
                "rectification-after-report", "rectification.on", "7.1",
            )  # fmt: skip
            assert problem.message.startswith("rectification is required on 2026-03-20, after the report of 2026-03-19")
            assert "2026-03-20 晚于报告日期 2026-03-19" in problem.message_zh

    @pytest.mark.parametrize(
        ("on", "result", "is_wrong"),
        [
            ("2026-03-06", "own", False),  # the evaluation ended on that day
            ("2026-03-05", "own", True),
            ("2025-03-05", "own", True),
            ("2026-03-05", None, True),  # after the start of the evaluation, on 2 March
            ("2026-03-02", None, True),
            ("2026-03-01", None, False),  # of the application before
            ("2026-03-05", f"v1:{'0' * 64}", False),
        ],
    )
    def test_none_was_required_before_its_evaluation_ended(
        self, on: str, result: str | None, *, is_wrong: bool
    ) -> None:
        """6.3.2, 7.2.2."""
        card = scored(chain())
        result = aftersales.fingerprint(card.evaluation) if result == "own" else result
        for occasion, clause in (("evaluation", "6.3.2"), ("surveillance", "7.2.2")):
            rectification = Rectification(on=on, items=ITEMS, result=result, occasion=occasion)
            if not is_wrong:
                assert make_report(card, rectification=rectification).rectification
                continue
            with pytest.raises(PaperError) as caught:
                make_report(card, rectification=rectification)
            found = [(p.code, p.path, p.clause) for p in caught.value.problems]
            assert found == [("rectification-before-end", "rectification.on", clause)]

    def test_without_a_period_no_day_is_too_early(self) -> None:
        data = chain()
        del data["period"]
        rectification = Rectification(on="2026-03-05", items=ITEMS)
        assert make_report(scored(data), rectification=rectification, draft=True).rectification

    def test_results_are_those_of_the_day_of_the_report(self) -> None:
        """The first item was done on 20 April and due on 1 May, the second one is due on 1 June."""
        told = {}
        for issued in ("2026-04-19", "2026-04-20", "2026-06-02"):
            demand = Rectification(on="2026-03-20", items=ITEMS)
            paper = report_document(scored(chain()), None, day(issued), draft=True, lang="zh", rectification=demand)
            rows = table_of(parts(paper)["七、整改情况"], "问题与整改要求").values()
            told[issued] = said(paper, "七、整改情况")[0].partition("。")[2], *(row.cells[-1] for row in rows)
        done = "两店已更换（张明于 2026年4月20日验证）"
        assert told == {
            "2026-04-19": ("截至2026年4月19日，已完成并经验证 0 项，未完成 2 项，其中逾期 0 项。", "未完成", "未完成"),
            "2026-04-20": ("截至2026年4月20日，已完成并经验证 1 项，未完成 1 项，其中逾期 0 项。", done, "未完成"),
            "2026-06-02": ("截至2026年6月2日，已完成并经验证 1 项，未完成 1 项，其中逾期 1 项。", done, "逾期"),
        }

    def test_only_a_draft_may_name_nobody(self) -> None:
        nobody = Rectification(on="2026-03-20", items=[ITEMS[1] | {"responsible": None}])
        with pytest.raises(PaperError) as caught:
            make_report(scored(chain()), rectification=nobody)
        assert [p.path for p in caught.value.problems] == ["rectification.items[0].responsible"]
        draft = make_report(scored(chain()), rectification=nobody, draft=True)
        assert [p.code for p in draft.gaps] == ["missing-key"]
        assert "【待补：责任人】" in draft.typeset("md").decode().replace("\\", "")


class TestSignatures:
    """Who signs: the leader, the reviewer, the approver, and the body with its stamp (R18)."""

    DAY = "日期：________年____月____日"

    def parties(self, data: dict[str, Any], issued_on: str | None = None) -> list[tuple[Any, ...]]:
        paper = report_document(scored(data), None, day(issued_on), draft=True, lang="zh")
        block = next(block for block in paper.blocks if isinstance(block, Signatures))
        return [(party.title, party.lines[-1], party.has_stamp) for party in block.parties]

    def test_lines_to_sign_where_nobody_is_named(self) -> None:
        assert self.parties(chain()) == [
            ("评价组长：张明", self.DAY, False),
            ("复核人", self.DAY, False),
            ("批准人", self.DAY, False),
            ("评价机构（盖章）：云津质信认证有限公司", self.DAY, True),
        ]

    @pytest.mark.parametrize("word", ["组长", "lead assessor"])
    def test_the_leader_is_found_by_every_word_for_the_role(self, word: str) -> None:
        data = chain()
        data["team"][0]["role"] = word
        assert self.parties(data)[0][0] == ("评价组长：张明" if word == "组长" else "评价组长")

    def test_the_people_who_sign_stand_with_their_days(self) -> None:
        sign_off = {
            "leader": {"name": "李静", "on": "2026-03-16"},
            "reviewer": {"name": "周远", "on": "2026-03-18"},
            "approver": {"name": "陈海"},
        }
        assert self.parties(chain(sign_off=sign_off), "2026-03-20") == [
            ("评价组长：李静", "日期：2026年3月16日", False),
            ("复核人：周远", "日期：2026年3月18日", False),
            ("批准人：陈海", self.DAY, False),
            ("评价机构（盖章）：云津质信认证有限公司", "日期：2026年3月20日", True),
        ]

    def test_a_self_assessment_is_signed_by_no_body(self) -> None:
        data = self_assessed()
        lead = next(person["name"] for person in data["team"] if person["role"] == "lead")
        assert self.parties(data) == [(f"评价组长：{lead}", self.DAY, False), ("组织负责人", self.DAY, False)]
        signed = data | {"sign_off": {"reviewer": {"name": "周远"}, "approver": {"name": "陈海"}}}
        assert [title for title, _, _ in self.parties(signed)] == [f"评价组长：{lead}", "复核人：周远", "批准人：陈海"]

    def test_all_places_to_sign_are_there_if_no_name_is_known(self) -> None:
        titles = [title for title, _, _ in self.parties(oracle.document(oracle.all_full()))]
        assert titles == ["评价组长", "复核人", "批准人", "评价机构（盖章）"]


class TestAnnexOfEvidence:
    def rows(self, data: dict[str, Any], **others: Any) -> list[Row]:
        paper = report_document(scored(data), None, None, draft=True, lang="zh", **others)
        return list(next(b for b in parts(paper)[ANNEX] if isinstance(b, Table)).rows)

    def test_the_annex_says_where_each_piece_of_evidence_comes_from(self) -> None:
        source = {"ref": "Q/BH 12-2025", "on": "2026-03-03", "by": "李静", "where": "黄河路店", "file": "photos/3.jpg"}
        data = finding(
            "5.1.1.2", evidence=[{"method": "observation", "note": "旧标志", **source}, {"method": "customer"}]
        )
        first, second = (row.cells for row in self.rows(data) if str(row.cells[1]).startswith("5.1.1.2"))
        told = "记录：Q/BH 12-2025；地点：黄河路店；日期：2026年3月3日；审查人员：李静；文件：photos/3.jpg"
        assert first[3:] == ("旧标志", told)
        assert second[2:] == ("随机访问顾客", "（未记录说明）", "–")
        assert "地点：黄河路店。" in said(document(data), "二、评价过程概述")[-1]

    def test_the_annex_of_evidence_is_in_order_and_by_category(self) -> None:
        rows = self.rows(chain())
        assert [row.cells[1] for row in rows if row.leads] == [
            f"{k} {oracle.TITLES[k]}" for k in ("5.1", "5.2", "5.3", "5.4")
        ]
        assert {len(row.cells) for row in rows} == {4}  # no source is given

    def test_findings_refer_to_the_numbers_of_their_evidence(self) -> None:
        data = chain()
        data["findings"]["5.3.6"] = {
            "kind": "not_applicable", "reason": "不回收", "confirmed_by": ["张明"],
            "evidence": [{"method": "document", "note": "业务说明"}],
        }  # fmt: skip
        del data["findings"]["5.3.6.1"], data["findings"]["5.3.6.2"]
        paper = document(data)
        number = next(row.cells[0] for row in self.rows(data) if row.cells[3] == "业务说明")
        rows = table_of(parts(paper)["三、指标评分详情"], "认定与扣分原因")
        for key in ("5.3.6.1", "5.3.6.2"):
            assert rows[key].cells[6] == f"不适用：不回收（确认人：张明）（证据 {number}）"
        assert str(rows["5.1.1.1"].cells[6]) == "完全符合（证据 1–2）"
        assert "括号内为证据编号，见附件 1。" in said(paper, "三、指标评分详情")

    def test_a_report_without_evidence_has_no_annex_of_it(self) -> None:
        found = parts(document(oracle.document(oracle.all_full())))
        assert not [heading for heading in found if "附件" in heading]
        assert not [b for b in found["二、评价过程概述"] if isinstance(b, Table)]


class TestLongTexts:
    """A long text is quoted once, in an annex, with its beginning where it belongs."""

    LONG = "黄河路店门头仍用旧标志，" * 30 + "\n第二段。"

    @pytest.mark.parametrize("part", ["reason", "measure", "strength", "note"])
    def test_a_long_text_of_each_kind_stands_once_in_the_annex(self, part: str) -> None:
        if part == "note":
            data = finding("5.1.1.2", evidence=[{"method": "document", "note": self.LONG}])
        else:
            data = finding("5.1.1.2", **{part: self.LONG})
        paper = document(data)
        whole = [text for text in texts(paper) if text == self.LONG.splitlines()[0]]
        assert len(whole) == 1
        what = {"reason": "扣分原因", "measure": "具体措施", "strength": "优势", "note": "证据说明"}[part]
        head, *paragraphs = parts(paper)[TEXTS]
        assert head == Heading(f"第 1 项 5.1.1.2 {oracle.TITLES['5.1.1.2']}：{what}", 3)
        assert [str(block.text) for block in paragraphs] == self.LONG.splitlines()
        told = [text for text in texts(paper) if "……（全文见附件 2 第 1 项）" in text]
        assert told
        assert all("黄河路店门头仍用旧标志，黄河路店" in text for text in told)

    def test_a_reason_is_quoted_once_and_shown_three_times(self) -> None:
        """Among the scores, the weaknesses and the recommendations."""
        paper = document(finding("5.1.6.4", reason=self.LONG))
        assert sum(self.LONG.splitlines()[0] in text for text in texts(paper)) == 1
        assert sum("……（全文见附件 2 第 1 项）" in text for text in texts(paper)) == 3

    def test_long_texts_of_a_deletion_and_a_rectification_stand_in_the_annex(self) -> None:
        data = finding("5.1.2.5", reason=self.LONG)
        item = ITEMS[0] | {"requirement": self.LONG, "result": ITEMS[0]["result"] | {"done": f"已办。{self.LONG}"}}  # type: ignore[operator]
        rectification = Rectification(on="2026-03-20", items=[item])
        paper = report_document(scored(data), None, None, draft=True, lang="zh", rectification=rectification)
        heads = [block.text.partition("：")[2] for block in parts(paper)[TEXTS] if isinstance(block, Heading)]
        assert heads == ["不适用理由", "问题与整改要求", "整改结果"]

    def test_long_texts_are_the_first_annex_of_a_report_without_evidence(self) -> None:
        data = oracle.document(oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": 0, "reason": self.LONG}))
        assert "附件 1 记录全文" in parts(document(data))
        assert any("（全文见附件 1 第 1 项）" in text for text in texts(document(data)))

    @pytest.mark.parametrize(
        ("text", "start"),
        [
            ("甲" * 300, "甲" * 60),
            ("x" * 500, "x" * 120),
            ("word " * 100, "word " * 23 + "word"),
            ("甲" * 40 + "。" + "乙" * 300, "甲" * 40),
        ],
    )
    def test_the_beginning_ends_with_a_clause_if_there_is_one(self, text: str, start: str) -> None:
        rows = table_of(parts(document(finding("5.1.1.2", reason=text)))["三、指标评分详情"], "认定与扣分原因")
        assert f"符合程度 85%。{start}……（全文见附件 2 第 1 项）" in str(rows["5.1.1.2"].cells[6])


class TestFiles:
    """A file that evidence names is there, or the report says so; it is no matter of the score."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in (
            "a.jpg",
            "photos/2.jpg",
            "photos/10.jpg",
            "photos/1.jpg",
            "photos/西区/3.jpg",
            "photos/.hidden",
            "photos/.git/x",
        ):
            (tmp_path / "case" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "case" / name).touch()
        (tmp_path / "case" / "empty").mkdir()
        (tmp_path / "outside.jpg").touch()
        return tmp_path / "case"

    def data(self, file: str) -> dict[str, Any]:
        evidence = [{"method": "observation", "note": "x"}, {"method": "document", "note": "y", "file": file}]
        return finding("5.1.1.2", evidence=evidence)

    def source(self, file: str, folder: Path | None) -> Any:
        report = make_report(scored(self.data(file)), folder=folder, draft=True)
        paper = report_document(report.card, None, None, draft=True, lang="zh", files=report.evidence_files)
        rows = table_of(parts(paper)[ANNEX], "来源").values()
        return next(row.cells[4] for row in rows if row.cells[3] == "y")

    @pytest.mark.parametrize("file", ["a.jpg", "photos/1.jpg", "photos\\1.jpg", "./a.jpg"])
    def test_a_file_that_is_there(self, folder: Path, file: str) -> None:
        assert make_report(scored(self.data(file)), folder=folder).gaps == ()
        assert self.source(file, folder) == f"文件：{file}"

    def test_a_folder_that_evidence_names_is_listed_with_its_files(self, folder: Path) -> None:
        assert make_report(scored(self.data("photos")), folder=folder).gaps == ()
        told = "文件夹：photos（4 个文件：1.jpg、2.jpg、10.jpg、西区/3.jpg）"
        assert self.source("photos", folder) == told

    def test_the_files_of_a_large_folder_stand_in_the_annex_of_texts(self, folder: Path) -> None:
        for k in range(100):
            (folder / "empty" / f"{k}.jpg").touch()
        assert self.source("empty", folder) == "文件夹：empty（100 个文件，见附件 2 第 1 项）"
        report = make_report(scored(self.data("empty")), folder=folder)
        assert "证据文件\n\n0.jpg、1.jpg、2.jpg、3.jpg" in report.typeset("md").decode()

    @pytest.mark.parametrize(
        "file",
        ["b.jpg", "empty", "../outside.jpg", "..\\outside.jpg", "/etc/hosts", "C:\\a.jpg", "\\\\host\\a", "x" * 5000],
    )
    def test_a_file_that_is_not_there(self, folder: Path, file: str) -> None:
        assert aftersales.score(aftersales.load_evaluation(self.data(file))).passed
        with pytest.raises(PaperError) as caught:
            make_report(scored(self.data(file)), folder=folder)
        assert [(p.code, p.path, p.clause) for p in caught.value.problems] == [
            ("missing-evidence-file", "findings[5.1.1.2].evidence[1].file", "6.1.3")
        ]
        assert self.source(file, folder) == Gap(f"文件：{file}；【待补：文件】")

    def test_a_file_of_evidence_is_not_looked_for_without_a_folder(self) -> None:
        assert make_report(scored(self.data("b.jpg"))).gaps == ()
        assert self.source("b.jpg", None) == "文件：b.jpg"

    @pytest.mark.skipif(os.name != "posix", reason="names of files are text on Windows")
    def test_a_name_that_is_no_text(self, folder: Path) -> None:
        Path(os.fsdecode(os.fsencode(folder / "empty") + b"/\xff.jpg")).touch()
        assert "（1 个文件：\ufffd.jpg）" in str(self.source("empty", folder))
        assert make_report(scored(self.data("empty")), folder=folder).typeset("md")
