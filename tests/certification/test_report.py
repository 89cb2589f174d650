"""The evaluation report (7.1) and its summary (7.2.1): content, refusals, and the files in every format."""

from __future__ import annotations

import html
import html.parser
import io
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from fractions import Fraction
from math import cos, dist, pi, sin
from pathlib import Path
from typing import Any

import docx
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.command import CHAIN, run
from support.make_reports import EXAMPLES
from support.plain_yaml import to_yaml
from support.reports import (
    HOSTILE,
    day,
    document,
    example,
    hostile,
    parts,
    pdf_text,
    scored,
    table_of,
    texts,
    with_deletions,
)

import aftersales
from aftersales import PaperError, Report, make_report
from aftersales.certification.report.contents import report_document, summary_document
from aftersales.rendering import fonts
from aftersales.rendering.charts import Label, bars, radar
from aftersales.rendering.document import (
    Banner,
    Bullets,
    Column,
    Document,
    Gap,
    Heading,
    Paragraph,
    Picture,
    Row,
    Table,
)
from aftersales.rendering.rendering import FORMATS, render
from aftersales.text.number_format import mark_note
from aftersales.text.sanitize import clean


@pytest.mark.parametrize("name", EXAMPLES)
class TestClause71:
    """Each of the six parts of 7.1, held against the evaluation and the independent calculation."""

    def test_there_are_six_parts_and_none_is_empty(self, name: str) -> None:
        for lang in ("zh", "en"):
            found = parts(document(example(name), lang))
            assert len(found) == 7  # the banner and six parts
            assert all(found.values())

    def test_a_basic_information(self, name: str) -> None:
        data = example(name)
        said = "\n".join(texts(document(data)))
        for text in (
            *data["subject"].values(),
            *(value for p in data["team"] for key, value in p.items() if key != "role"),
        ):
            assert text in said
        start, end = ([int(part) for part in data["period"][key].split("-")] for key in ("start", "end"))
        assert start[:2] == end[:2]
        assert "{}年{}月{}日至{}日".format(*start, end[2]) in said
        assert "CTS XBHT-S04-2025《商品售后服务成熟度评价技术规范》（2025年12月4日版）" in said

    def test_b_the_course_has_every_piece_of_evidence(self, name: str) -> None:
        data = example(name)
        blocks = parts(document(data))["二、评价过程概述"]
        rows = [row.cells for block in blocks if isinstance(block, Table) for row in block.rows]
        words = {"interview": "访谈", "observation": "现场观察", "customer": "随机访问顾客"}
        expected = []
        for key, finding in data["findings"].items():
            for evidence in finding.get("evidence", []) if isinstance(finding, dict) else []:
                method = [words[evidence["method"]]] if evidence["method"] in words else []
                expected.append((f"{key} {oracle.TITLES[key]}", *method, evidence["note"]))
        assert sorted(rows) == sorted(expected)
        told: dict[str, list[set[str]]] = {"查阅文件和记录": [], "访谈": [], "现场观察": [], "随机访问顾客": []}
        for key, finding in data["findings"].items():
            inside = {indicator for indicator in oracle.INDICATORS if f"{indicator}.".startswith(f"{key}.")}
            for evidence in finding.get("evidence", []) if isinstance(finding, dict) else []:
                told[words.get(evidence["method"], "查阅文件和记录")].append(inside)
        listed = "、".join(f"{method} {len(sets)} 条" for method, sets in told.items() if sets)
        all_of_them = [inside for sets in told.values() for inside in sets]
        in_all, pieces = len(set().union(*all_of_them)), len(all_of_them)
        documents = len(set().union(*told["查阅文件和记录"]))
        on_site = len(set().union(*(inside for method in words.values() for inside in told[method])))
        sentences = [str(block.text) for block in blocks if isinstance(block, Paragraph)]
        assert sentences[1] == f"73 项指标中，{in_all} 项记有证据，共 {pieces} 条：{listed}。分述如下。"
        assert sentences[2] == f"共查阅文件和记录 {len(told['查阅文件和记录'])} 条，涉及 {documents} 项指标。"
        assert sentences[3].endswith(f"涉及 {on_site} 项指标。")

    def test_b_the_kinds_of_findings_are_counted(self, name: str) -> None:
        data = example(name)
        first = next(b for b in parts(document(data))["二、评价过程概述"] if isinstance(b, Paragraph)).text
        kinds = {"定性认定": 0, "定量认定": 0, "抽样认定": 0, "因不适用删减": 0}
        words = dict(zip(("qualitative", "quantitative", "sampled", "not_applicable"), kinds, strict=True))
        for key in oracle.INDICATORS:
            holder = key
            while holder not in data["findings"]:
                holder = holder.rpartition(".")[0]
            finding = data["findings"][holder]
            kinds[words[finding["kind"]] if isinstance(finding, dict) else "定性认定"] += 1
        listed = "、".join(f"{kind} {count} 项" for kind, count in kinds.items() if count)
        assert first == f"评价小组对 73 项指标逐项作出认定，其中{listed}。"

    def test_c_every_indicator_with_score_deduction_and_reason(self, name: str) -> None:
        data = example(name)
        rows = table_of(parts(document(data))["三、指标评分详情"], "认定与扣分原因")
        results, shares = oracle.result(data["findings"]), oracle.shares(data["findings"])
        for key in oracle.INDICATORS:
            _, title, points, earned, deducted, row, grounds = map(str, rows[key].cells)
            assert (title, Fraction(points)) == (oracle.TITLES[key], oracle.POINTS[key])
            holder = key if key in data["findings"] else key.rpartition(".")[0]
            finding = data["findings"].get(holder) or data["findings"][holder.rpartition(".")[0]]
            if shares[key] is None:
                assert (earned, deducted, row) == ("–", "–", "不适用")
                assert finding["reason"] in grounds
                assert all(person in grounds for person in finding["confirmed_by"])
                continue
            got, applicable = results[key]
            for shown, value in ((earned, got), (deducted, applicable - got)):
                exact = not shown.startswith(("≈", "<"))
                assert Fraction(shown) == value if exact else abs(float(shown.strip("≈<")) - value) <= 0.01
            assert row == ("★" * oracle.row(got / applicable) or "未达星级")
            if got != applicable:
                assert finding["reason"] in grounds
        assert [key for key in rows if key.count(".") == 3] == oracle.INDICATORS

    def test_c_categories_and_subcategories(self, name: str) -> None:
        data = example(name)
        blocks = parts(document(data))["三、指标评分详情"]
        rows = table_of(blocks, "涉及项分值")
        for key in oracle.GROUPS:
            earned, applicable = oracle.result(data["findings"])[key]
            cells = rows[key].cells
            assert Fraction(str(cells[3])) == applicable
            assert str(cells[5]).rstrip("%").removesuffix("(-)") == (
                f"{float(earned / applicable * 100):.2f}" if applicable else "–"
            )
        assert [type(block) for block in blocks].count(Picture) == 2

    def test_c_what_the_stars_rest_on(self, name: str) -> None:
        """6.2.4: the row of table 1, with its guidance, of the whole and of each category."""
        data = example(name)
        blocks = parts(document(data))["三、指标评分详情"]
        rows, results = table_of(blocks, "表 1 评分比例"), oracle.result(data["findings"])
        spans = ("[0%, 60%)", "[60%, 70%)", "[70%, 75%)", "[75%, 80%)", "[80%, 90%)", "[90%, 100%]")
        score = oracle.final_score(data["findings"])
        for key, row in zip(["", "5.1", "5.2", "5.3", "5.4"], rows.values(), strict=True):
            earned, applicable = results[key]
            number = oracle.row(earned / applicable)
            stars, guidance = "★" * number or "未达星级", aftersales.load_standard().reference[number].guidance.zh
            assert row.cells[1:] == (f"{float(earned / applicable * 100):.2f}%", spans[number], stars, guidance)
            assert row.leads == (key == "")
        sentence = next(str(b.text) for b in blocks if isinstance(b, Paragraph) and "结论为" in str(b.text))
        assert sentence.startswith(f"最终得分 {float(score):.2f} 分，")
        assert ("80 ≤ 得分 < 90" in sentence, "低于合格线 60 分" in sentence) == (oracle.stars(score) == 4, score < 60)

    def test_d_final_score_and_stars(self, name: str) -> None:
        data = example(name)
        score = oracle.final_score(data["findings"])
        paper = document(data)
        words = " ".join(str(b.text) for b in parts(paper)["四、最终得分及星级结论"] if isinstance(b, Paragraph))
        assert f"最终得分 {float(score):.2f}" in words
        assert ("评价合格" in words) == (score >= 60)
        banner = next(block for block in paper.blocks if isinstance(block, Banner))
        assert banner.stars.svg.count('fill="#e0a100"') == oracle.stars(score)
        rows = table_of(parts(paper)["四、最终得分及星级结论"], "得分区间")
        assert [row.leads for row in rows.values()] == [stars == oracle.stars(score) for stars in range(1, 6)]
        assert [str(row.cells[1]) for row in rows.values()] == [
            "60 ≤ 得分 < 70", "70 ≤ 得分 < 75", "75 ≤ 得分 < 80", "80 ≤ 得分 < 90", "90 ≤ 得分 ≤ 100"
        ]  # fmt: skip
        assert [row.cells[2] for row in rows.values() if row.leads] == ["本次评价结论"] * (score >= 60)
        deleted = sum(share is None for share in oracle.shares(data["findings"]).values())
        assert f"本次评价涉及 {73 - deleted} 项指标（删减 {deleted} 项）" in words
        assert ("不产生星级证书" in words) == (data["type"] == "self")

    def test_e_strengths_and_weaknesses_by_the_row_of_the_next_star(self, name: str) -> None:
        data = example(name)
        blocks = parts(document(data))["五、优势与不足分析"]
        target = min(oracle.stars(oracle.final_score(data["findings"])) + 1, 5)
        results = {key: oracle.result(data["findings"])[key] for key in oracle.GROUPS if key.count(".") == 2}
        rows = {key: oracle.row(earned / full) for key, (earned, full) in results.items() if full}
        strong = [item.split(" ")[0] for b in blocks if isinstance(b, Bullets) for item in b.items]
        weak = [key.split(" ")[0] for b in blocks if isinstance(b, Table) for key in (row.cells[0] for row in b.rows)]
        assert set(strong) == {key for key, row in rows.items() if row >= target}
        assert set(weak) == {key for key, row in rows.items() if row < target}
        lost = [results[key][1] - results[key][0] for key in weak]
        assert lost == sorted(lost, reverse=True)
        ratios = [Fraction(*results[key]) for key in strong]
        assert ratios == sorted(ratios, reverse=True)
        total = sum(earned - full for earned, full in results.values())
        table = next((b for b in blocks if isinstance(b, Table)), None)
        assert [str(row.cells[3]) for row in table.rows if table] == [
            f"{float(round(-points / total * 100, 1)):.1f}%" for points in lost
        ]

    def test_e_each_has_its_reasons(self, name: str) -> None:
        data = example(name)
        blocks, shares = parts(document(data))["五、优势与不足分析"], oracle.shares(data["findings"])
        for item in next((b.items for b in blocks if isinstance(b, Bullets)), ()):
            inside = [k for k in oracle.INDICATORS if k.startswith(f"{item.split(' ')[0]}.") and shares[k] is not None]
            full = [key for key in inside if shares[key] == 1]
            if not full:
                assert f"所涉 {len(inside)} 项指标均有扣分" in item
            elif full == inside:
                assert f"所涉 {len(inside)} 项指标全部完全符合" in item
            else:
                names = "、".join(f"{key} {oracle.TITLES[key]}" for key in full)
                assert f"所涉 {len(inside)} 项指标中 {len(full)} 项完全符合（{names}）" in item
            for key in full:
                finding = data["findings"][key]
                for evidence in finding.get("evidence", []) if isinstance(finding, dict) else []:
                    assert evidence["note"] in item
        for row in next(b.rows for b in blocks if isinstance(b, Table)):
            group, told = str(row.cells[0]).split(" ")[0], str(row.cells[4])
            losing = [
                (oracle.POINTS[key] * (1 - share), key)
                for key, share in shares.items()
                if key.startswith(f"{group}.") and share not in (None, 1) and share is not None
            ]
            _, main = max(losing, key=lambda each: each[0])
            assert told.startswith(f"主要失分：{main} {oracle.TITLES[main]}（")
            assert f"分），{data['findings'][main]['reason'].rstrip('。')}。" in told
            assert all(key in told for _, key in losing)
            assert ("其余失分" in told) == (len(losing) > 1)

    def test_f_what_to_raise_reaches_the_next_star_and_less_does_not(self, name: str) -> None:
        data = example(name)
        rows = [
            row for block in parts(document(data))["六、改进建议"] if isinstance(block, Table) for row in block.rows
        ]
        stars = oracle.stars(oracle.final_score(data["findings"]))
        findings = dict(data["findings"])
        for row in rows:
            assert oracle.stars(oracle.final_score(findings)) == stars
            key = str(row.cells[0]).split(" ")[0]
            findings[key] = "full" if key != "5.1.2.2" else {"kind": "quantitative", "actual": "10%"}
            shown = str(row.cells[3])
            assert shown.removesuffix("(-)") == f"{float(oracle.final_score(findings)):.2f}"
            is_short = oracle.final_score(findings) < Fraction(shown.removesuffix("(-)")) in (60, 70, 75, 80, 90)
            assert shown.endswith("(-)") == is_short
            before = data["findings"][key]
            share = oracle.share(key, before)
            assert share is not None
            gain = oracle.POINTS[key] * (1 - share) / oracle.result(data["findings"])[""][1] * 100
            assert abs(float(str(row.cells[2]).strip("≈")) - gain) <= 0.005
            earned, points = str(row.cells[1]).split("/")
            assert Fraction(points) == oracle.POINTS[key]
            assert abs(float(earned.strip("≈")) - oracle.POINTS[key] * share) <= 0.005
            advice = str(row.cells[4])
            assert advice.startswith(f"问题：{before['reason'].rstrip('。')}。措施：")
            assert f"“{oracle.TITLES[key]}”" in advice
            assert f"本项得分由 {earned} 分提高到 {points} 分（增 " in advice
        assert oracle.stars(oracle.final_score(findings)) == stars + 1


class TestOtherResults:
    """Results that none of the examples has."""

    def test_the_top_star(self) -> None:
        losing = oracle.document(oracle.all_full(i5_1_1_1="none", i5_3_2_1={"kind": "qualitative", "degree": "0.5"}))
        blocks = parts(document(losing))["六、改进建议"]
        top = "最终得分 98.25 分，已是最高星级，高出其下限（90 分）8.25 分，宜继续保持。"
        assert blocks[0].text == top
        followed_up = parts(document(losing | {"type": "third_party"}))["六、改进建议"][0].text
        assert followed_up == f"{top}年度监督评价重点核查星级水平的保持情况（7.2.2）。"
        rows = next(block for block in blocks if isinstance(block, Table)).rows
        assert [row.cells[:4] for row in rows] == [
            ("5.1.1.1 法定资质与收费标准明示齐全规范", "0/1", "1", "99.25"),
            ("5.3.2.1 安装调试服务及时专业", "0.75/1.5", "0.75", "100.00"),
        ]
        assert "没有扣分的指标" in "\n".join(texts(document(oracle.document(oracle.all_full()))))

    def test_all_steps_at_the_top_lead_to_the_full_score(self) -> None:
        findings = oracle.all_full() | {
            key: {"kind": "qualitative", "degree": "0.95"} for key in oracle.INDICATORS[20:40]
        }
        rows = table_of(parts(document(oracle.document(findings)))["六、改进建议"], "累计得分").values()
        for row in rows:
            findings[str(row.cells[0]).split(" ")[0]] = "full"
            assert row.cells[3] == f"{float(round(oracle.final_score(findings), 2)):.2f}"
        assert len(rows) == 20
        assert oracle.final_score(findings) == 100

    def test_a_measure_for_each_kind_of_finding(self) -> None:
        """7.1 (f): what is missing, how much, and what full conformity asks."""
        findings = oracle.all_full(
            i5_1_3_1="none",
            i5_1_3_2={"kind": "qualitative", "degree": "60%"},
            i5_2_1_1={"kind": "sampled", "population": 120, "sampled": 80, "nonconforming": 4},
            i5_4_3_2={"kind": "quantitative", "actual": 30, "at_most": 24},
            i5_1_2_2={"kind": "quantitative", "actual": "8%"},
        )
        rows = table_of(parts(document(oracle.document(findings)))["六、改进建议"], "问题与具体措施")
        told = {key.split(" ")[0]: row.cells[4].text for key, row in rows.items() if isinstance(row.cells[4], Gap)}
        assert told == {
            "5.1.3.1": "问题：【待补：扣分原因】。措施：现完全不符合，应从制度、实施、记录三方面建立并落实，达到“售后服务专项经费充足、使用规范”要求。"
            "本项得分由 0 分提高到 3.5 分（增 3.5 分）。",
            "5.1.3.2": "问题：【待补：扣分原因】。措施：逐条整改上述问题，弥补主要差距 40%（现符合程度 60%），完全达到“基础设施完备、维护保养到位”要求。"
            "本项得分由 1.5 分提高到 2.5 分（增 1 分）。",
            "5.4.3.2": "问题：【待补：扣分原因】。措施：将实际值由 30 降低到 24 以下（含），至少降低 6，达到“投诉响应与处理及时、满意度达标”要求。"
            "本项得分由 2 分提高到 2.5 分（增 0.5 分）。",
            "5.1.2.2": "问题：【待补：扣分原因】。措施：将实际值由 8% 提高到 10% 以上（含），至少提高 2 个百分点，达到“售后服务管理师占比不低于 10%”要求。"
            "本项得分由 1.2 分提高到 1.5 分（增 0.3 分）。",
            "5.2.1.1": "问题：【待补：扣分原因】。措施：纠正抽样 80 中的 4 处不符合，查明原因、举一反三，使抽样不再出现不符合，达到“供应商评价与管理体系健全、合同规范”要求。"
            "本项得分由 2.85 分提高到 3 分（增 0.15 分）。",
        }

    def test_ratios_carry_the_mark_of_rounding_too(self) -> None:
        """R3: 89.999 % is shown as 90.00 %, and that this is no 90 % is shown too."""
        degree = {"kind": "qualitative", "degree": "0.89999"}
        findings = oracle.all_full() | dict.fromkeys([k for k in oracle.INDICATORS if k.startswith("5.2")], degree)
        paper = document(oracle.document(findings))
        rows = table_of(parts(paper)["三、指标评分详情"], "涉及项分值")
        assert {str(rows[key].cells[5]) for key in ("5.2", "5.2.1", "5.2.2", "5.2.3")} == {"90.00%(-)"}
        assert "90.00%(-)" in Drawing(next(b for b in paper.blocks if isinstance(b, Picture))).texts

    def test_a_score_that_rounding_moves_onto_a_limit(self) -> None:
        degree = {"kind": "qualitative", "degree": "0.89999"}
        findings = oracle.all_full() | dict.fromkeys(oracle.INDICATORS, degree)
        findings["5.1.2.2"] = {"kind": "quantitative", "actual": "8.9999%"}
        paper = document(oracle.document(findings))
        said = "\n".join(texts(paper))
        assert "最终得分 90.00(-)" in said
        assert "GB/T 8170" in (paper.footnote or "")
        assert "还差 0.01 分" in said
        assert "没有中类达到这一尺度" in said

    def test_nothing_weak_and_a_loss_too_small_to_show(self) -> None:
        findings = oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": "6999999/7000000"})
        said = list(texts(document(oracle.document(findings))))
        assert "没有中类低于这一尺度。" in said
        blocks = parts(document(oracle.document(findings)))["六、改进建议"]
        rows = next(block for block in blocks if isinstance(block, Table)).rows
        assert "由 ≈0.9999999 分提高到 1 分（增 <0.01 分）" in str(rows[0].cells[4])  # 1 - 1 ÷ 7,000,000 (R3)

    def test_a_subcategory_and_a_category_that_are_deleted(self) -> None:
        gone = {"kind": "not_applicable", "reason": "不生产", "confirmed_by": ["张明", "李静"]}
        findings = {key: value for key, value in oracle.all_full().items() if not key.startswith("5.2")} | {"5.2": gone}
        paper = document(oracle.document(findings))
        rows = table_of(parts(paper)["三、指标评分详情"], "认定与扣分原因")
        assert rows["5.2.1"].cells[3:6] == ("–", "–", "不适用")
        assert rows["5.2.1.1"].cells[6] == "不适用：不生产（确认：张明、李静）"
        assert table_of(parts(paper)["三、指标评分详情"], "涉及项分值")["5.2"].cells[2:] == ("15", "0", "–", "–", "–")
        rows = table_of(parts(paper)["三、指标评分详情"], "表 1 评分比例")
        assert rows["5.2 商品管理"].cells[1:] == ("–", "–", "–", "不适用")

    def test_each_kind_of_finding_is_described(self) -> None:
        outlets = {"kind": "sampled", "outlets": 12, "outlets_covered": 12, "sampled": 36, "nonconforming": 0}
        findings = oracle.all_full(
            i5_1_1_1="none",
            i5_1_1_2={"kind": "qualitative", "degree": "2/3"},
            i5_1_2_6={"kind": "sampled", "population": 120, "sampled": 80, "nonconforming": 4},
            i5_4_3_1=outlets,
            i5_1_4_3=outlets | {"population": 100},
            i5_1_4_2=outlets | {"population": 45, "outlets_covered": 8},
            i5_4_3_2={"kind": "quantitative", "actual": 30, "at_most": 24},
            i5_1_2_7={"kind": "quantitative", "actual": "0.9", "at_least": "1"},
            i5_1_2_2={"kind": "quantitative", "actual": "12%"},
        )
        rows = table_of(parts(document(oracle.document(findings)))["三、指标评分详情"], "认定与扣分原因")

        def told(key: str) -> str:
            cell = rows[key].cells[6]
            return cell.text if isinstance(cell, Gap) else cell

        assert told("5.1.1.1") == "完全不符合。【待补：扣分原因】"
        assert told("5.1.1.2") == "符合程度 ≈66.67%。【待补：扣分原因】"
        assert told("5.1.2.6") == "总样本 120，抽样 80，不符合 4；样本充分：80 ÷ 120 ≥ 2/3。【待补：扣分原因】"
        assert told("5.4.3.1") == "覆盖全部 12 个网点，抽样 36，不符合 0；样本充分：覆盖网点 12 ÷ 12"
        both = "总样本 100，覆盖全部 12 个网点，抽样 36，不符合 0；样本充分：覆盖网点 12 ÷ 12"  # 36 of 100 would not do
        assert told("5.1.4.3") == both
        assert told("5.1.4.2") == "总样本 45，覆盖 12 个网点中的 8 个，抽样 36，不符合 0；样本充分：36 ÷ 45 ≥ 2/3"
        assert told("5.4.3.2") == "实际值 30，规定 ≤ 24。【待补：扣分原因】"
        assert told("5.1.2.7") == "实际值 90%，规定 ≥ 100%。【待补：扣分原因】"
        assert told("5.1.2.2") == "实际值 12%，规定 ≥ 10%"

    @pytest.mark.parametrize(
        ("finding", "told"),
        [
            ({"actual": "0.08125", "at_least": "1.5%"}, "实际值 8.125%，规定 ≥ 1.5%"),
            ({"actual": "5/9", "at_least": 1}, "实际值 ≈55.56%，规定 ≥ 100%。【待补：扣分原因】"),
            ({"actual": "0.02", "at_most": "3%"}, "实际值 2%，规定 ≤ 3%"),
            ({"actual": "0.02", "at_most": 0}, "实际值 2%，规定 ≤ 0%。【待补：扣分原因】"),
            ({"actual": "105%", "at_least": "110%"}, "实际值 105%，规定 ≥ 110%。【待补：扣分原因】"),
            ({"actual": 0, "at_most": 0}, "实际值 0，规定 ≤ 0"),  # of anything: not a share
            ({"actual": 1, "at_least": 1}, "实际值 1，规定 ≥ 1"),
            ({"actual": "0.5", "at_most": 1}, "实际值 0.5，规定 ≤ 1"),  # no share is limited to at most all of it
            ({"actual": "1.5", "at_least": "0.9"}, "实际值 1.5，规定 ≥ 0.9"),
        ],
    )
    def test_percentages_where_a_share_is_meant(self, finding: dict[str, Any], told: str) -> None:
        data = oracle.document(oracle.all_full(i5_1_2_7={"kind": "quantitative"} | finding))
        cell = table_of(parts(document(data))["三、指标评分详情"], "认定与扣分原因")["5.1.2.7"].cells[6]
        assert (cell.text if isinstance(cell, Gap) else cell) == told


class Drawing:
    """A picture read back: its shapes by their name, and its texts as they are read."""

    def __init__(self, picture: Picture):
        self.root = ET.fromstring(picture.svg)
        self.texts = ["".join(text.itertext()).replace("\xa0", " ") for text in self.shapes("text")]

    def shapes(self, name: str, **attributes: str) -> list[ET.Element]:
        found = self.root.iter(f"{{http://www.w3.org/2000/svg}}{name}")
        return [shape for shape in found if all(shape.get(key) == value for key, value in attributes.items())]


def points(shape: ET.Element) -> list[tuple[float, float]]:
    pairs = (pair.split(",") for pair in str(shape.get("points")).split())
    return [(float(x), float(y)) for x, y in pairs]


BLUE, GREY = "#1d5fa8", "#cbd2d9"


@pytest.mark.parametrize("data", [*map(example, EXAMPLES), with_deletions()], ids=[*EXAMPLES, "deletions"])
class TestCharts:
    """What is drawn is what the scorecard says: lengths and points are read back and held against its exact ratios."""

    def test_bars(self, data: dict[str, Any]) -> None:
        card, paper = scored(data), document(data)
        drawing = Drawing(next(b for b in paper.blocks if isinstance(b, Picture) and "大类" in b.alt))
        nodes = [card[category.id] for category in card.standard.categories]
        measured = [node for node in nodes if node.ratio is not None]
        frames, filled = drawing.shapes("rect", fill="none"), drawing.shapes("rect", fill=BLUE)
        assert len(frames) == len(filled) == len(measured)
        for node, frame, bar in zip(measured, frames, filled, strict=True):
            assert node.ratio is not None
            assert (bar.get("x"), bar.get("y")) == (frame.get("x"), frame.get("y"))
            share = float(str(bar.get("width"))) / float(str(frame.get("width")))
            assert abs(share - node.ratio) < 0.0005
        texts = iter(drawing.texts)
        for node in nodes:
            figure = "（不适用）" if node.ratio is None else f"{float(node.ratio * 100):.2f}%"
            assert (next(texts), next(texts)) == (f"{node.id} {node.title.zh}", figure)
        assert list(texts) == ["60", "70", "75", "80", "90"]

    def test_limits_stand_at_their_scores_over_the_bars(self, data: dict[str, Any]) -> None:
        drawing = Drawing(next(b for b in document(data).blocks if isinstance(b, Picture) and "大类" in b.alt))
        frame = drawing.shapes("rect", fill="none")[0]
        left, wide = float(str(frame.get("x"))), float(str(frame.get("width")))
        lines = drawing.shapes("line")
        assert [round((float(str(line.get("x1"))) - left) / wide * 100) for line in lines] == [60, 70, 75, 80, 90]
        order = list(drawing.root)
        assert max(map(order.index, drawing.shapes("rect"))) < min(map(order.index, lines))

    def test_radar(self, data: dict[str, Any]) -> None:
        card, paper = scored(data), document(data)
        drawing = Drawing(next(b for b in paper.blocks if isinstance(b, Picture) and "雷达" in b.alt))
        groups = [card[key] for key in oracle.GROUPS if key.count(".") == 2]
        *rings, rim = drawing.shapes("polygon", fill="none")
        centre = (float(str(drawing.shapes("line")[0].get("x1"))), float(str(drawing.shapes("line")[0].get("y1"))))
        radius = dist(centre, points(rim)[0])
        assert [[round(dist(centre, point) / radius, 2) for point in points(ring)] for ring in rings] == [
            [0.6] * len(groups),
            [0.9] * len(groups),
        ]
        expected = {}
        for k, node in enumerate(groups):
            if node.ratio is not None:
                angle, reach = 2 * pi * k / len(groups), radius * float(node.ratio)
                expected[node.id] = (centre[0] + reach * sin(angle), centre[1] - reach * cos(angle))
        dots = [(float(str(dot.get("cx"))), float(str(dot.get("cy")))) for dot in drawing.shapes("circle")]
        assert len(dots) == len(expected)
        for place in expected.values():
            assert min(dist(place, dot) for dot in dots) < 0.2
        remarks = {node.id: "（不适用）" if node.ratio is None else "" for node in groups}
        assert drawing.texts == ["60%", "90%", *(f"{n.id} {n.title.zh}{remarks[n.id]}" for n in groups)]

    def test_the_shape_of_the_radar_joins_only_neighbours_that_are_measured(self, data: dict[str, Any]) -> None:
        card = scored(data)
        drawing = Drawing(next(b for b in document(data).blocks if isinstance(b, Picture) and "雷达" in b.alt))
        groups = [card[key] for key in oracle.GROUPS if key.count(".") == 2]
        gaps = [node.id for node in groups if node.ratio is None]
        areas, outlines = drawing.shapes("polygon", fill=BLUE), drawing.shapes("polyline")
        dashed = drawing.shapes("line", **{"stroke-dasharray": "3 3"})
        assert len(dashed) == len(gaps)
        dots = [(float(str(dot.get("cx"))), float(str(dot.get("cy")))) for dot in drawing.shapes("circle")]
        if not gaps:
            assert (len(areas), outlines, len(points(areas[0]))) == (1, [], len(groups))
            return
        order = [node.id for node in groups]
        start = order.index(gaps[0])
        rows: list[list[str]] = [[]]
        for key in order[start + 1 :] + order[: start + 1]:
            rows = [*rows, []] if key in gaps else [*rows[:-1], [*rows[-1], key]]
        lengths = [len(row) for row in rows if len(row) > 1]
        assert [len(points(line)) for line in outlines] == lengths
        assert [len(points(area)) for area in areas] == [length + 1 for length in lengths]  # and the centre
        assert all(point in dots for line in outlines for point in points(line))


class TestChartsByThemselves:
    def test_a_row_of_one_is_a_dot_alone(self) -> None:
        axes = [(Label(str(k)), 0.5 if k % 2 else None) for k in range(4)]
        drawing = Drawing(Picture(radar(axes, []), ""))
        assert (len(drawing.shapes("circle")), drawing.shapes("polyline"), drawing.shapes("polygon", fill=BLUE)) == (
            2,
            [],
            [],
        )

    def test_labels_are_escaped_and_titles_can_be_left_out(self) -> None:
        svg = bars([(Label("a&b", "<i>"), 1.0, "100%")], [])
        assert 'a&amp;b<tspan class="title">&#160;&lt;i&gt;</tspan>' in svg

    def test_an_english_radar_has_ids_alone(self) -> None:
        paper = document(with_deletions(), "en")
        texts = Drawing(next(b for b in paper.blocks if isinstance(b, Picture) and "Radar" in b.alt)).texts
        assert "5.1.1" in texts
        assert "5.1.2 (n/a)" in texts


def without(*path: str | int) -> dict[str, Any]:
    """The example without one part."""
    data: Any = example("home-appliance-chain")
    inner = data
    for part in path[:-1]:
        inner = inner[part]
    del inner[path[-1]]
    return data  # type: ignore[no-any-return]


def only(methods: set[str]) -> dict[str, Any]:
    """The example with evidence by these methods alone."""
    data = example("home-appliance-chain")
    for finding in data["findings"].values():
        if isinstance(finding, dict) and "evidence" in finding:
            finding["evidence"] = [each for each in finding["evidence"] if each["method"] in methods]
    return data


class TestGaps:
    """7.1, 6.1.1, 6.1.3: what a report needs and the evaluation lacks is refused, all at once; a draft marks it."""

    CASES = (
        (without("type"), "missing-for-report", "type", "7.1", "【待补：评价类型】"),
        (
            without("subject", "organisation"),
            "missing-for-report",
            "subject.organisation",
            "7.1",
            "【待补：评价对象】",
        ),
        (
            without("subject", "product_category"),
            "missing-for-report",
            "subject.product_category",
            "7.1",
            "【待补：商品类别】",
        ),
        (without("subject", "scope"), "missing-for-report", "subject.scope", "7.1", "【待补：评价范围】"),
        (without("team"), "missing-for-report", "team", "7.1", "【待补：评价人员】"),
        (without("team", 1, "qualification"), "missing-for-report", "team[1].qualification", "6.1.1", "【待补：资质】"),
        (without("period"), "missing-for-report", "period", "7.1", "【待补：评价时间】"),
        (only({"interview", "observation"}), "no-document-review", "findings", "6.1.3", "【待补：文件审查情况】"),
        (only({"document"}), "no-on-site-review", "findings", "6.1.3", "【待补：现场审查情况】"),
        (without("findings", "5.1.2.2", "reason"), "missing-reason", "findings[5.1.2.2]", "7.1", "【待补：扣分原因】"),
    )

    @pytest.mark.parametrize(("data", "code", "path", "clause", "mark"), CASES, ids=[f"{c[1]}-{c[2]}" for c in CASES])
    def test_each_one(self, data: dict[str, Any], code: str, path: str, clause: str, mark: str) -> None:
        with pytest.raises(PaperError) as caught:
            make_report(scored(data))
        assert [(p.code, p.path, p.clause) for p in caught.value.problems] == [(code, path, clause)]
        draft = make_report(scored(data), draft=True)
        assert [p.code for p in draft.gaps] == [code]
        page = draft.typeset("html").decode()
        assert mark in page
        assert "草稿：内容不完整，不得对外出具" in page

    def test_all_at_once_from_nothing_but_findings(self) -> None:
        card = scored(oracle.document(oracle.all_full(i5_1_1_1="none")))
        with pytest.raises(PaperError) as caught:
            make_report(card)
        assert [problem.path for problem in caught.value.problems].count("findings[5.1.1.1]") == 1
        assert len(caught.value.problems) == 9
        for format in FORMATS:
            assert make_report(card, draft=True).typeset(format, "en")

    def test_a_sound_report_is_no_draft_and_has_no_gap(self) -> None:
        report = make_report(scored(example("food-ecommerce")))
        assert report.gaps == ()
        page = report.typeset("html").decode()
        assert "待补" not in page
        assert "草稿" not in page

    def test_built_by_hand_it_is_checked_too(self) -> None:
        with pytest.raises(ValueError, match="scope"):
            Report(card=scored(without("subject", "scope")))

    def test_bad_number_and_day(self) -> None:
        with pytest.raises(ValueError, match="2026-02-30"):
            make_report(scored(example("food-ecommerce")), issued_on="2026-02-30")


class TestDates:
    """7.1, R12: the report comes after the evaluation, and within its term."""

    def facts(self, issued_on: str | None, **others: Any) -> dict[str, Any]:
        paper = report_document(
            scored(example("home-appliance-chain") | others), None, day(issued_on), draft=True, lang="zh"
        )
        return {key: row.cells[1] for key, row in table_of(parts(paper)["一、评价基本信息"], "").items()}

    def test_not_before_the_evaluation_ended(self) -> None:
        card = scored(example("home-appliance-chain"))
        assert make_report(card, issued_on="2026-03-06").gaps == ()
        with pytest.raises(PaperError) as caught:
            make_report(card, issued_on="2026-03-05")
        assert [(p.code, p.path, p.clause) for p in caught.value.problems] == [
            ("issued-before-end", "issued_on", "7.1")
        ]
        assert "2026-03-05" in caught.value.problems[0].message
        with pytest.raises(ValueError, match="2026-03-06"):
            Report(card=card, issued_on=day("2026-03-05"))

    def test_it_is_reported_together_with_all_that_is_missing(self) -> None:
        with pytest.raises(PaperError) as caught:
            make_report(scored(without("subject", "scope")), issued_on="2026-03-05")
        assert {p.code for p in caught.value.problems} == {"missing-for-report", "issued-before-end"}

    def test_a_draft_marks_it(self) -> None:
        draft = make_report(scored(example("home-appliance-chain")), issued_on="2026-03-05", draft=True)
        assert [problem.code for problem in draft.gaps] == ["issued-before-end"]
        for page in (draft.typeset("html"), draft.summary("html")):
            assert "<mark>2026年3月5日【待更正：早于评价结束日期】</mark>" in page.decode()

    def test_without_the_days_of_the_evaluation_nothing_can_be_said(self) -> None:
        card = scored(without("period"))
        assert [p.code for p in make_report(card, issued_on="2020-01-01", draft=True).gaps] == ["missing-for-report"]
        assert "出具期限" not in self.facts("2026-03-05", period=None)

    def test_the_day_that_it_is_due(self) -> None:
        told = "2026年3月27日（评价完成后 15 个工作日内，7.1）"
        assert self.facts(None)["出具期限"] == told
        assert self.facts("2026-03-27")["出具期限"] == told
        assert self.facts("2026-03-28")["出具期限"] == f"{told}；本报告逾期出具"

    def test_it_is_not_guessed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        unknown = "评价完成后 15 个工作日内（7.1）；工作日历不可用，未推算具体日期"
        assert self.facts(None, period={"start": "2093-03-02", "end": "2093-03-06"})["出具期限"] == unknown
        monkeypatch.setitem(sys.modules, "chinese_calendar", None)
        assert self.facts("2030-01-01")["出具期限"] == unknown

    def test_a_standard_without_a_term(self) -> None:
        standard = aftersales.load_standard().model_copy(update={"report_working_days": None})
        card = aftersales.score(aftersales.load_evaluation(example("home-appliance-chain")), standard)
        paper = report_document(card, None, None, draft=False, lang="zh")
        assert "出具期限" not in table_of(parts(paper)["一、评价基本信息"], "")


class Page(html.parser.HTMLParser):
    """The texts, tags and attributes of a page."""

    def __init__(self, page: bytes):
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.values: list[str] = []
        self.said: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [str(value) for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


class TestHostileText:
    """No text of an evaluation breaks a format or injects anything."""

    def report(self) -> Report:
        return make_report(scored(hostile()), number=HOSTILE)

    def test_html(self) -> None:
        page = Page(self.report().typeset("html"))
        assert "script" not in page.tags
        assert clean(HOSTILE) in page.said
        assert not [value for value in page.values if "http" in value and value != "http://www.w3.org/2000/svg"]
        sane = Page(make_report(scored(example("home-appliance-chain")), number="1").typeset("html"))
        assert set(page.tags) == set(sane.tags)

    def test_markdown(self) -> None:
        text = self.report().typeset("md").decode()
        assert "<script" not in text
        assert "{{" not in text
        assert not re.search(r"(?<!\\)\]\(", text)
        for line in text.splitlines():
            if line.startswith("|"):
                assert len(re.findall(r"(?<!\\)\|", line)) in (
                    3,
                    4,
                    5,
                    6,
                    8,
                )  # as many cells as the tables have columns

    def test_markdown_means_nothing_to_a_template_engine(self) -> None:
        """Jinja2 itself gives it back as it is, whatever statement, expression or comment stands in the texts."""
        data = hostile()
        data["findings"]["5.1.1.2"]["reason"] = "{%raw%}{%- if x -%} {{{ 1 }}} {#x#} {%%} {{%}} %} #} {\n% {"
        text = make_report(scored(data), number="{% endraw %}").typeset("md").decode()
        assert jinja2.Environment(keep_trailing_newline=True).from_string(text).render() == text
        assert "\\{\\% raw %\\}" in text

    def test_markdown_escapes_what_would_be_markup(self) -> None:
        blocks = (Paragraph("1. eins"), Paragraph("2) x"), Paragraph("a&amp;b"), Paragraph("- x"), Paragraph("85% 好"))
        paper = Document("zh", "t", "s", "草稿&", "foot & 1.", blocks)
        text = render(paper, "md").decode()
        assert "\n\n1\\. eins\n\n2\\) x\n\na&amp;amp;b\n\n\\- x\n\n85% 好\n\n" in text
        assert "> **草稿&amp;**\n" in text
        assert text.endswith("---\n\nfoot &amp; 1.\n")

    def test_word(self) -> None:
        document = docx.Document(io.BytesIO(self.report().typeset("docx")))
        cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
        assert clean(HOSTILE) in cells

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_pdf(self) -> None:
        text = pdf_text(self.report().typeset("pdf"))
        assert "<script>alert(1)</script>" in text
        assert "#set" in text
        assert "{{ 7*7 }}" in text

    @settings(max_examples=15)
    @given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip))
    def test_any_text_in_any_format(self, text: str) -> None:
        blocks = (Heading(clean(text)), Paragraph(clean(text)), Bullets((clean(text),)), Paragraph(Gap(clean(text))))
        paper = Document("zh", clean(text), clean(text), clean(text), clean(text), blocks)
        said = Page(render(paper, "html")).said
        assert said.count(clean(text)) >= 5
        assert clean(text) in [p.text for p in docx.Document(io.BytesIO(render(paper, "docx"))).paragraphs]
        assert render(paper, "pdf").startswith(b"%PDF")
        assert render(paper, "md")


class TestWord:
    """A document that an editor can go on with."""

    def document(self) -> Any:
        return docx.Document(io.BytesIO(make_report(scored(example("home-appliance-chain"))).typeset("docx")))

    def test_headings_are_headings(self) -> None:
        styles = [p.style.name for p in self.document().paragraphs]
        assert (styles.count("Title"), styles.count("Heading 1"), styles.count("Heading 2")) == (1, 6, 8)

    def test_it_is_a4_and_the_tables_fit_between_the_margins(self) -> None:
        document = self.document()
        section = document.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        room = section.page_width - section.left_margin - section.right_margin
        for table in document.tables:
            widths = [cell.width for cell in table.rows[0].cells]
            assert abs(sum(widths) - room) < 20_000
            assert widths == [column.width for column in table.columns]

    def test_table_heads_are_repeated_and_fonts_are_chinese(self) -> None:
        document = self.document()
        heads = [table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in document.tables]
        assert [len(head) for head in heads].count(1) == len(document.tables) - 1  # all but the basic facts
        for name in ("Normal", "Heading 1", "Heading 2", "Title", "Table Text"):
            fonts_ = document.styles[name].element.rPr.rFonts
            assert fonts_.get(docx.oxml.ns.qn("w:eastAsia")) == "微软雅黑"
            assert fonts_.get(docx.oxml.ns.qn("w:eastAsiaTheme")) is None
            assert document.styles[name].element.rPr.xpath("./w:lang/@w:eastAsia") == ["zh-CN"]

    def test_a_draft_says_so_on_each_page_and_marks_its_gaps(self) -> None:
        report = make_report(scored(without("subject", "scope")), draft=True)
        document = docx.Document(io.BytesIO(report.typeset("docx")))
        marked = "./w:r[w:rPr/w:highlight/@w:val='yellow']/w:t/text()"
        assert document.sections[0].header.paragraphs[0]._p.xpath(marked) == ["草稿：内容不完整，不得对外出具"]
        in_cells = [
            text for table in document.tables for text in table._tbl.xpath(f".//w:p/{marked.removeprefix('./')}")
        ]
        assert in_cells == ["【待补：评价范围】"]
        assert self.document().sections[0].header.paragraphs[0].text == ""

    def test_pages_are_numbered_and_counted_below_the_number_of_the_report(self) -> None:
        report = make_report(scored(example("home-appliance-chain")), number="SM-77", issued_on="2026-03-20")
        footer = docx.Document(io.BytesIO(report.typeset("docx"))).sections[0].footer.paragraphs[0]
        note = mark_note("zh")  # a running total of the example is 90.00(-)
        assert footer.text == f"{note}\nCTS XBHT-S04-2025 · SM-77 · 2026年3月20日 ·  / "
        assert footer._p.xpath("./w:r/w:instrText/text()") == ["PAGE", "NUMPAGES"]
        assert footer._p.xpath("./w:r/w:fldChar/@w:fldCharType") == ["begin", "end"] * 2

    def test_pictures_have_their_words(self) -> None:
        alts = self.document().element.xpath("//wp:docPr/@descr")
        paper = document(example("home-appliance-chain"))
        pictures = [block for block in paper.blocks if isinstance(block, Picture)]
        banner = next(block for block in paper.blocks if isinstance(block, Banner))
        assert alts == [banner.stars.alt, *(picture.alt for picture in pictures)]
        assert alts[0] == "5 星制中的 4 星"

    def test_numbers_stand_to_the_right_and_rows_hold_together_unless_they_are_long(self) -> None:
        data = example("home-appliance-chain")
        data["findings"]["5.1.1.2"]["reason"] = "长" * 400
        table = next(
            table
            for table in docx.Document(io.BytesIO(make_report(scored(data)).typeset("docx"))).tables
            if table.rows[0].cells[-1].text == "认定与扣分原因"
        )
        for row in table.rows:
            alignment = [cell.paragraphs[0].alignment for cell in row.cells]
            assert alignment == [None, None, 2, 2, 2, None, None]
            assert bool(row._tr.xpath("./w:trPr/w:cantSplit")) == (row.cells[0].text != "5.1.1.2")

    @pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_libreoffice_opens_it_and_shows_everything(self, tmp_path: Path) -> None:
        data = {"zh": example("software-service-vendor"), "en": example("home-appliance-chain")}
        paths = [tmp_path / f"{lang}.docx" for lang in data]
        for (lang, each), path in zip(data.items(), paths, strict=True):
            path.write_bytes(make_report(scored(each)).typeset("docx", lang))  # type: ignore[arg-type]
        home = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, paths)]
        subprocess.run(command, capture_output=True, check=True, timeout=180)
        for lang, each in data.items():
            words = set(pdf_text((tmp_path / f"{lang}.pdf").read_bytes()).split())
            assert whole_texts(document(each, lang)) <= words
        text = pdf_text((tmp_path / "zh.pdf").read_bytes()).replace(" ", "")
        for key, title in oracle.TITLES.items():
            assert key in text
            assert title[:6].replace(" ", "") in text
        assert "六、改进建议" in text


class TestFileProperties:
    """What a file says of itself is what is known of the report, and nothing else."""

    def report(self, issued_on: str | None) -> Report:
        return make_report(scored(example("home-appliance-chain")), issued_on=issued_on)

    def test_word(self) -> None:
        core = docx.Document(io.BytesIO(self.report("2026-03-20").typeset("docx"))).core_properties
        assert (core.title, core.author) == ("商品售后服务成熟度评价报告", "云津质信认证有限公司")
        assert core.created is not None
        assert core.created.date().isoformat() == "2026-03-20"
        file = zipfile.ZipFile(io.BytesIO(self.report(None).typeset("docx")))
        properties = file.read("docProps/core.xml").decode()
        for foreign in ("python-docx", "2013", "created", "modified", "revision", "lastModifiedBy"):
            assert foreign not in properties

    @pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo (poppler-utils) is not installed")
    def test_pdf(self) -> None:
        def told(issued_on: str | None) -> str:
            pdf = self.report(issued_on).typeset("pdf")
            return subprocess.run(
                ["pdfinfo", "-isodates", "-"], input=pdf, capture_output=True, check=True
            ).stdout.decode()

        dated, undated = told("2026-03-20"), told(None)
        assert re.search(r"Title: +商品售后服务成熟度评价报告\n", dated)
        assert re.search(r"Author: +云津质信认证有限公司\n", dated)
        assert re.search(r"CreationDate: +2026-03-20", dated)
        assert "Date:" not in undated

    def test_an_evaluation_without_a_team_has_no_author(self) -> None:
        report = make_report(scored(oracle.document(oracle.all_full())), draft=True)
        assert docx.Document(io.BytesIO(report.typeset("docx"))).core_properties.author == ""
        assert b"/Author" not in report.typeset("pdf")

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_what_no_font_has_is_a_code_and_no_box(self) -> None:
        data = example("food-ecommerce")
        data["findings"]["5.1.2.2"]["reason"] = "甲\U000f0001乙\u0378丙"
        text = pdf_text(make_report(scored(data)).typeset("pdf"))
        assert "甲[U+F0001]乙[U+0378]丙" in text.replace(" ", "")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_pdf_holds_every_text_of_the_report(name: str) -> None:
    data = example(name)
    text = pdf_text(make_report(scored(data)).typeset("pdf")).replace(" ", "")
    for heading in (block.text for block in document(data).blocks if isinstance(block, Heading)):
        assert heading.replace(" ", "") in text
    for key in oracle.INDICATORS:
        assert key in text
    assert f"{float(oracle.final_score(data['findings'])):.2f}" in text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
class TestNothingLeavesThePage:
    """However long a text is, and whatever it is made of, the PDF shows each of its characters."""

    @pytest.mark.parametrize(
        ("place", "text"),
        [
            ("reason", "鑫" * 1000),
            ("reason", "鑫" * 5000),
            ("reason", "ẞ" * 400),
            ("reason", "https://example.org/" + "ẞ" * 80),
            ("reason", "鑫" + "；" * 300),
            ("note", "ẞ" * 300),
            ("note", "鑫" * 2000),
            ("organisation", "ẞ" * 200),
            ("body", "ẞ" * 120),
            ("qualification", "鑫" * 900),
        ],
        ids=lambda value: value[:1] + str(len(value)) if len(value) > 20 else value,
    )
    def test_every_character_is_there(self, place: str, text: str) -> None:
        data = example("food-ecommerce")
        finding, person = data["findings"]["5.1.2.2"], data["team"][0]
        holder = {
            "reason": finding,
            "note": finding["evidence"][0],
            "organisation": data["subject"],
            "body": person,
            "qualification": person,
        }[place]
        holder["organisation" if place == "body" else place] = text
        report = make_report(scored(data), draft=True)
        paper, mark = report_document(report.card, None, None, draft=True, lang="zh"), text[-1]
        said = sum(part.count(mark) for part in texts(paper))
        assert said >= text.count(mark)
        assert pdf_text(report.typeset("pdf")).count(mark) == said


def whole_texts(paper: Document) -> set[str]:
    """The ids, numbers and stars of a report's tables, and the heads above them; none of them may be broken."""
    found: set[str] = set()
    for table in (block for block in paper.blocks if isinstance(block, Table)):
        for x, column in enumerate(table.columns):
            if column.whole:
                found |= {word for row in table.rows for word in str(row.cells[x]).split()} | set(column.head.split())
    return found


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
class TestPdf:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_ids_numbers_stars_and_heads_are_not_broken(self, lang: Any) -> None:
        data = example("home-appliance-chain")
        words = whole_texts(document(data, lang))
        assert {"5.60625", "5.1.1.1", "★★★★★", "Applicable" if lang == "en" else "涉及项分值"} <= words
        assert words <= set(pdf_text(make_report(scored(data)).typeset("pdf", lang)).split())

    def test_a_column_of_unbroken_texts_is_wide_enough_for_them(self) -> None:
        table = Table((Column("编号", 0.01, whole=True), Column("x", 0.99)), (Row(("5.1.1.1", "x " * 400)),))
        assert "5.1.1.1" in pdf_text(render(Document("zh", "t", "s", None, "f", (table,)), "pdf")).split()

    def test_numbers_in_tables_are_short(self) -> None:
        degree = {"kind": "qualitative", "degree": "0.123456789"}
        paper = document(oracle.document(oracle.all_full() | {"5.1.3.1": degree, "5.4.2.4": degree}))
        assert {len(word) for word in whole_texts(paper) if re.fullmatch("[≈<]?[0-9.]+", word)} <= set(range(1, 8))

    def test_heads_are_repeated_on_each_page_and_the_footer_has_the_number(self) -> None:
        pdf = make_report(scored(example("home-appliance-chain")), number="SM-77").typeset("pdf")
        done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
        pages = done.stdout.decode().split("\f")[:-1]
        assert all(f"SM-77 {k} / {len(pages)}" in " ".join(page.split()) for k, page in enumerate(pages, 1))
        scores = [page for page in pages if re.search(r"^ *5\.[1-4]\.[1-9]\.[1-9] +\S+.* ★", page, re.MULTILINE)]
        assert len(scores) > 2
        assert all("认定与扣分原因" in page for page in scores)

    @pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
    @pytest.mark.parametrize(
        "block",
        [Paragraph(Gap("x")), Table((Column("a", 1),), (Row((Gap("x"),)),)), Paragraph("x")],
        ids=lambda b: str(b)[:9],
    )
    def test_gaps_are_marked(self, block: Any) -> None:
        pdf = render(Document("zh", "t", "s", None, "f", (block,)), "pdf")
        picture = subprocess.run(["pdftoppm", "-r", "60", "-"], input=pdf, capture_output=True, check=True).stdout
        assert (b"\xff\xe5\x8f" * 3 in picture) == (block != Paragraph("x"))


class TestBrowser:
    """The page in a real browser: it asks nobody for anything, breaks nothing and fits a phone."""

    @pytest.mark.parametrize("width", [380, 1200])
    @pytest.mark.parametrize("name", [*EXAMPLES, "hostile"])
    def test_it_stands_alone_and_fits(self, browser: Any, tmp_path: Path, name: str, width: int) -> None:
        report = make_report(scored(hostile() if name == "hostile" else example(name)))
        path = tmp_path / "report.html"
        path.write_bytes(report.typeset("html"))
        page = browser.new_page(viewport={"width": width, "height": 800})
        requests: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path.as_uri())
        assert requests == [path.as_uri()]
        assert errors == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        clipped = page.evaluate(
            "[...document.querySelectorAll('td, th, p, li, h1, h2, h3')]"
            ".filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')"
            ".map(e => e.textContent)"
        )
        assert clipped == []
        page.close()

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("media", ["screen", "print"])
    def test_ids_numbers_stars_and_heads_are_not_broken(
        self, browser: Any, tmp_path: Path, lang: Any, media: str
    ) -> None:
        path = tmp_path / "report.html"
        path.write_bytes(make_report(scored(example("home-appliance-chain"))).typeset("html", lang))
        page = browser.new_page(
            viewport={"width": 673 if media == "print" else 1000, "height": 800}
        )  # A4 less its margins
        page.emulate_media(media=media)
        page.goto(path.as_uri())
        lines = (
            "[...document.querySelectorAll('.whole, thead th')].filter(e => { const range = document.createRange();"
            "range.selectNodeContents(e); return new Set([...range.getClientRects()].map(r => r.top)).size > 1"
            " || e.scrollWidth > e.clientWidth + 1 }).map(e => e.textContent)"
        )
        assert page.evaluate("document.querySelectorAll('.whole').length") > 400
        assert page.evaluate(lines) == []
        page.close()

    def test_the_words_of_a_chart_can_be_read_on_a_phone(self, browser: Any, tmp_path: Path) -> None:
        path = tmp_path / "report.html"
        path.write_bytes(make_report(scored(with_deletions()), draft=True).typeset("html"))
        page = browser.new_page(viewport={"width": 380, "height": 800})
        page.goto(path.as_uri())
        texts = page.evaluate(
            "[...document.querySelectorAll('svg text')].map(e => { const svg = e.ownerSVGElement;"
            "const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;"
            "const box = e.getBBox(), room = svg.viewBox.baseVal;"
            "const inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= room.width && box.y + box.height <= room.height;"
            "return [e.textContent, parseFloat(getComputedStyle(e).fontSize) * scale, inside] })"
        )
        assert len(texts) > 30
        assert min(size for _, size, _ in texts) >= 10
        assert [text for text, _, inside in texts if not inside] == []
        page.close()


class TestHtml:
    def test_cells_name_their_columns_numbers_and_pictures_their_words(self) -> None:
        """What a phone shows before each cell, how numbers stand, and what is read of a picture aloud."""
        data = example("home-appliance-chain")
        page, paper = make_report(scored(data), number="SM-77").typeset("html").decode(), document(data)
        for table in (block for block in paper.blocks if isinstance(block, Table) and block.has_head):
            for x, column in enumerate(table.columns):
                kind = ' class="number whole"' if column.is_number else ' class="whole"' if column.whole else ""
                assert f'<th scope="col"{kind}>{column.head}</th>' in page
                for row in table.rows:
                    assert (
                        f'<td data-head="{column.head}"{kind}>{html.escape(str(row.cells[x]), quote=False)}</td>'
                        in page
                    )
        for block in paper.blocks:
            picture = block.stars if isinstance(block, Banner) else block
            if isinstance(picture, Picture):
                assert f'role="img" aria-label="{picture.alt}"' in page
        assert re.search("<footer>.*SM-77.*</footer>", page)
        assert ".number { text-align: right;" in page


def report_summary(report: Report) -> Document:
    return summary_document(report.card, report.number, report.issued_on, draft=report.draft, lang="zh")


class TestSummary:
    """7.2.1: the stars and the core of the result, for public display."""

    @pytest.mark.parametrize("format", FORMATS)
    def test_it_has_the_stars_and_the_core_of_the_result(self, format: str) -> None:
        report = make_report(scored(example("home-appliance-chain")), number="SM-1")
        assert len(report.summary(format)) > 500
        said = report.summary("md").decode()
        for text in ("四星（优秀）级", "87.37", "滨海家电连锁有限公司", "核心评价结论", "社会监督", "SM-1"):
            assert text in said
        assert "5.1.1.1" not in said  # the findings are not for the wall

    def test_a_failed_evaluation_has_no_strong_sides_at_the_worst(self) -> None:
        card = scored(
            oracle.document(
                oracle.all_full()
                | dict.fromkeys(oracle.INDICATORS, "none")
                | {"5.1.2.2": {"kind": "quantitative", "actual": 0}}
            )
        )
        said = make_report(card, draft=True).summary("md").decode()
        assert "不授予星级" in said
        assert "方面" not in said

    @pytest.mark.parametrize(
        ("degree", "type", "note", "strong"),
        [
            ("0.85", "third_party", "与星级证书一并公示于经营场所显著位置，接受社会监督（7.2.1）", None),
            ("0.85", "self", "本次为自我评估，不产生星级证书", None),
            ("0.85", None, None, None),
            ("0.96", "third_party", "社会监督", "表现突出的方面（评分比例不低于 90%，即适配五星（卓越）级的水平）"),
            ("0.62", "third_party", "社会监督", None),
            (
                "0.59",
                "third_party",
                "本次评价不合格，不产生星级证书",
                "相对较好的方面（评分比例不低于 60%，即适配一星（达标）级的水平）",
            ),
            (
                "0.59",
                "self",
                "本次评价不合格，不产生星级证书",
                "相对较好的方面（评分比例不低于 60%，即适配一星（达标）级的水平）",
            ),
            ("0.72", "third_party", "社会监督", "相对较好的方面（评分比例不低于 75%，即适配三星（优良）级的水平）"),
            ("0.78", "third_party", "社会监督", "表现突出的方面（评分比例不低于 80%，即适配四星（优秀）级的水平）"),
        ],
    )
    def test_what_it_claims(self, degree: str, type: str | None, note: str | None, strong: str | None) -> None:
        """6.3.2, R15: no certificate is claimed where there is none, and what is strong is so by a measure that is named."""
        finding = {"kind": "qualitative", "degree": degree}
        findings = dict.fromkeys(oracle.INDICATORS, finding)
        findings["5.1.2.2"] = {"kind": "quantitative", "actual": str(Fraction(degree) / 10)}
        if strong:
            better = {"0.59": "0.62", "0.72": "0.76", "0.78": "0.81", "0.96": "0.97"}[degree]
            findings |= dict.fromkeys(("5.3.6.1", "5.3.6.2"), finding | {"degree": better})
        report = make_report(scored(oracle.document(findings, **({"type": type} if type else {}))), draft=True)
        said = list(texts(report_summary(report)))
        claims = {"证书": "证书" in said[-1], "监督": "社会监督" in said[-1]}
        assert claims == {"证书": note is not None, "监督": note is not None and "监督" in note}
        assert note is None or note in said[-1]
        praise = [text for text in said if "方面（" in text]
        assert [text.split("：")[0] for text in praise] == ([strong] if strong else [])
        assert not strong or "5.3.6 废弃商品回收" in praise[0]

    def test_relative_strengths_are_called_so_in_the_report(self) -> None:
        for name, heading in (("food-ecommerce", "（一）相对优势"), ("home-appliance-chain", "（一）优势")):
            data = example(name)
            high = oracle.stars(oracle.final_score(data["findings"])) >= 3
            assert high == (heading == "（一）优势")
            blocks = parts(document(data))["五、优势与不足分析"]
            assert [block.text for block in blocks if isinstance(block, Heading)] == [heading, "（二）不足"]
            assert f"列为{heading.removeprefix('（一）')}，" in str(blocks[0].text)

    @pytest.mark.parametrize("format", FORMATS)
    def test_it_has_the_figures_that_its_chart_speaks_of(self, format: str) -> None:
        data = example("home-appliance-chain")
        report = make_report(scored(data))
        rows = table_of(list(report_summary(report).blocks), "评分比例")
        assert list(rows) == ["5.1", "5.2", "5.3", "5.4"]
        for key, row in rows.items():
            earned, applicable = oracle.result(data["findings"])[key]
            assert row.cells[5] == f"{float(earned / applicable * 100):.2f}%"
        page = report.summary(format)
        if format == "docx":
            said = [c.text for t in docx.Document(io.BytesIO(page)).tables for r in t.rows for c in r.cells]
        elif format == "pdf":
            said = pdf_text(page).split()
        else:
            said = re.split(r"[<>|* ]+", page.decode())
        assert {"5.1", "5.2", "5.3", "5.4"} | {str(row.cells[5]) for row in rows.values()} <= set(said)


class TestFiles:
    def test_the_ending_names_the_format_and_nothing_is_overwritten(self, tmp_path: Path) -> None:
        report = make_report(scored(example("home-appliance-chain")))
        report.write(tmp_path / "a.HTML")
        assert (tmp_path / "a.HTML").read_bytes().startswith(b"<!DOCTYPE html>")
        with pytest.raises(PaperError) as caught:
            report.write(tmp_path / "a.HTML")
        assert caught.value.problems[0].code == "file-exists"
        with pytest.raises(PaperError) as caught:
            report.write(tmp_path / "a.odt")
        assert caught.value.problems[0].code == "unknown-report-format"
        assert [path.name for path in tmp_path.iterdir()] == ["a.HTML"]

    def test_a_format_that_does_not_exist_is_a_mistake_of_the_program(self) -> None:
        with pytest.raises(ValueError, match="odt"):
            make_report(scored(example("home-appliance-chain"))).typeset("odt")

    @pytest.mark.parametrize("format", ["md", "docx"])
    def test_a_part_of_no_known_kind_is_a_mistake_of_the_program(self, format: str) -> None:
        with pytest.raises(TypeError):
            render(Document("zh", "t", "s", None, "f", (object(),)), format)  # type: ignore[arg-type]

    def test_the_same_report_is_the_same_file(self) -> None:
        for format in ("html", "pdf", "md"):
            first, second = (make_report(scored(example("food-ecommerce"))).typeset(format) for _ in range(2))
            assert first == second

    @pytest.mark.parametrize("format", ["pdf", "docx"])
    def test_without_a_font_for_chinese_it_refuses(self, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fonts, "FONTS", ("No Such Font",))
        with pytest.raises(PaperError) as caught:
            make_report(scored(example("food-ecommerce"))).typeset(format)
        assert caught.value.problems[0].code == "no-font"
        assert "No Such Font" in caught.value.problems[0].message

    @pytest.mark.parametrize(
        ("format", "library"), [("html", "jinja2"), ("docx", "docx"), ("pdf", "typst"), ("docx", "typst")]
    )
    def test_without_the_extra_one_line_names_it(
        self, format: str, library: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(aftersales.MissingExtra) as caught:
            make_report(scored(example("food-ecommerce"))).typeset(format)
        assert caught.value.problems[0].message == f"this needs {library}: pip install 'aftersales[report]'"

    def test_it_goes_through_json(self) -> None:
        report = make_report(scored(example("food-ecommerce")), number="1", issued_on="2026-06-01")
        again = Report.model_validate(json.loads(json.dumps(report.model_dump(mode="json"))))
        assert again == report


class TestCommand:
    def test_it_writes_the_report(self, tmp_path: Path) -> None:
        path = tmp_path / "report.html"
        done = run("report", CHAIN, "-o", str(path), "--on", "2026-03-20", "--number", "SM-9")
        assert (done.returncode, done.stdout, done.stderr) == (
            0,
            f"{path}：已写入\n最迟应于 2026-03-27 出具（7.1）\n",
            "",
        )
        assert "2026年3月20日" in path.read_text("utf-8")
        again = run("report", CHAIN, "-o", str(path), "--lang", "en")
        assert again.returncode == 2
        assert "[file-exists]" in again.stderr
        assert run("report", CHAIN, "-o", str(path), "--lang", "en", "--force").returncode == 0
        assert "Basic information" in path.read_text("utf-8")

    def test_the_summary(self, tmp_path: Path) -> None:
        path = tmp_path / "summary.docx"
        assert run("report", CHAIN, "-o", str(path), "--summary").returncode == 0
        assert zipfile.is_zipfile(path)

    def test_gaps_are_reported_at_their_lines_before_anything_is_written(self, tmp_path: Path) -> None:
        file, out = tmp_path / "shop.yaml", tmp_path / "report.md"
        data = oracle.document(oracle.all_full(i5_1_1_2="none"), type="self", team=[{"name": "张明"}])
        file.write_text(to_yaml(data), "utf-8")
        done = run("report", str(file), "-o", str(out))
        lines = file.read_text("utf-8").splitlines()
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{file}:{lines.index('  5.1.1.2: none') + 1}:12: 5.1.1.2: " in done.stderr
        assert f"{file}:{lines.index('- name: 张明') + 1}:" in done.stderr
        assert "[missing-for-report, 6.1.1]" in done.stderr
        assert not out.exists()
        drawn = run("report", str(file), "-o", str(out), "--draft", "--lang", "en")
        assert (drawn.returncode, drawn.stdout) == (0, f"{out}: written, a draft with 8 gaps\n")
        assert "\\[to be added: scope\\]" in out.read_text("utf-8")
        assert (
            run("report", str(file), "-o", str(out), "--draft", "--force").stdout == f"{out}：已写入，草稿，8 处待补\n"
        )

    def test_a_bad_day(self, tmp_path: Path) -> None:
        done = run("report", CHAIN, "-o", str(tmp_path / "a.md"), "--on", "20.3.2026")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert "[not-a-date]" in done.stderr
