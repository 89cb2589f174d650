"""What the report (7.1) and its summary (7.2.1) say, held against the evaluation and the independent calculation."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from typing import Any

import docx
import pytest
from support import oracle
from support.make_reports import EXAMPLES
from support.reports import (
    Drawing,
    document,
    example,
    parts,
    pdf_text,
    scored,
    table_of,
    texts,
)

import aftersales
from aftersales import Report, make_report
from aftersales.certification.report.contents import summary_document
from aftersales.rendering.document import (
    Bullets,
    Contents,
    Document,
    Gap,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from aftersales.rendering.rendering import FORMATS


@pytest.mark.parametrize("name", EXAMPLES)
class TestClause71:
    """Each of the six parts of 7.1, held against the evaluation and the independent calculation."""

    def test_there_are_six_parts_and_none_is_empty(self, name: str) -> None:
        for lang in ("zh", "en"):
            found = parts(document(example(name), lang))
            names = [heading for heading, blocks in found.items() if blocks]
            assert names == list(found)
            assert len(found) == 9  # the list of contents, the six parts, the signatures and the evidence
            assert [type(block) for block in found[""]] == [Contents]

    def test_part_a_has_the_organisation_scope_period_and_team(self, name: str) -> None:
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

    def test_part_b_has_every_piece_of_evidence(self, name: str) -> None:
        data = example(name)
        blocks = parts(document(data))["二、评价过程概述"]
        words = {"interview": "访谈", "observation": "现场观察", "customer": "随机访问顾客"}
        expected = []
        for key in sorted(data["findings"], key=list(aftersales.load_standard().layout.nodes).index):
            finding = data["findings"][key]
            for evidence in finding.get("evidence", []) if isinstance(finding, dict) else []:
                method = words.get(evidence["method"], "查阅文件和记录")
                expected.append((f"{key} {oracle.TITLES[key]}", method, evidence["note"]))
        annex = next(b for b in parts(document(data))["附件 1 证据清单"] if isinstance(b, Table))
        rows = [row.cells for row in annex.rows if not row.leads]
        assert rows == [(str(k), *cells) for k, cells in enumerate(expected, 1)]
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
        counted = next(block for block in blocks if isinstance(block, Table))
        for row in counted.rows:
            inside = [method for name, method, _ in expected if name.startswith(str(row.cells[0]).split(" ")[0])]
            methods = ("查阅文件和记录", *words.values())
            assert row.cells[1:] == (*(str(inside.count(method)) for method in methods), str(len(inside)))
        sentences = [str(block.text) for block in blocks if isinstance(block, Paragraph)]
        assert (
            sentences[1]
            == f"73 项指标中，{in_all} 项记有证据，共 {pieces} 条：{listed}。各条证据见附件 1，按大类和审查方式统计如下。"
        )
        assert sentences[2] == f"共查阅文件和记录 {len(told['查阅文件和记录'])} 条，涉及 {documents} 项指标。"
        assert sentences[3].endswith(f"涉及 {on_site} 项指标。")

    def test_part_b_counts_the_kinds_of_findings(self, name: str) -> None:
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

    def test_part_c_has_every_indicator_with_score_deduction_and_reason(self, name: str) -> None:
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

    def test_part_c_has_the_figures_of_each_category_and_subcategory(self, name: str) -> None:
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

    def test_part_c_names_what_the_stars_rest_on(self, name: str) -> None:
        """6.2.4, R1: the row of table 1 as published, what it is read as, and its guidance, of the whole and each category."""
        data = example(name)
        blocks = parts(document(data))["三、指标评分详情"]
        rows, results = table_of(blocks, "表 1 原文"), oracle.result(data["findings"])
        spans = ("[0%, 60%)", "[60%, 70%)", "[70%, 75%)", "[75%, 80%)", "[80%, 90%)", "[90%, 100%]")
        score = oracle.final_score(data["findings"])
        for key, row in zip(["", "5.1", "5.2", "5.3", "5.4"], rows.values(), strict=True):
            earned, applicable = results[key]
            number = oracle.row(earned / applicable)
            published, label = PUBLISHED[number]
            guidance = aftersales.load_standard().reference[number].guidance.zh
            ratio = f"{float(earned / applicable * 100):.2f}%"
            assert row.cells[1:] == (ratio, published, spans[number], label, guidance)
            assert row.leads == (key == "")
        sentence = next(str(b.text) for b in blocks if isinstance(b, Paragraph) and "结论为" in str(b.text))
        assert sentence.startswith(f"最终得分 {float(score):.2f} 分，")
        assert ("80 ≤ 得分 < 90" in sentence, "低于合格线 60 分" in sentence) == (oracle.stars(score) == 4, score < 60)

    def test_part_d_has_the_final_score_and_the_stars(self, name: str) -> None:
        data = example(name)
        score = oracle.final_score(data["findings"])
        paper = document(data)
        words = " ".join(str(b.text) for b in parts(paper)["四、最终得分及星级结论"] if isinstance(b, Paragraph))
        assert f"最终得分 {float(score):.2f}" in words
        assert ("评价合格" in words) == (score >= 60)
        banner = paper.cover and paper.cover.banner
        assert banner
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

    def test_part_e_divides_strengths_and_weaknesses_by_the_row_of_the_next_star(self, name: str) -> None:
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

    def test_part_e_gives_each_strength_and_weakness_its_reasons(self, name: str) -> None:
        data = example(name)
        paper = document(data)
        blocks, shares = parts(paper)["五、优势与不足分析"], oracle.shares(data["findings"])
        annex = {
            str(row.cells[3]): int(str(row.cells[0]))
            for row in table_of(parts(paper)["附件 1 证据清单"], "情况").values()
            if not row.leads
        }
        for item in next((b.items for b in blocks if isinstance(b, Bullets)), ()):
            inside = [k for k in oracle.INDICATORS if k.startswith(f"{item.split(' ')[0]}.") and shares[k] is not None]
            full = [key for key in inside if shares[key] == 1]
            if not full:
                assert f"所涉 {len(inside)} 项指标均有扣分" in item
            elif full == inside:
                assert f"所涉 {len(inside)} 项指标均完全符合" in item
            else:
                names = "、".join(f"{key} {oracle.TITLES[key]}" for key in full)
                assert f"所涉 {len(inside)} 项指标中 {len(full)} 项完全符合（{names}）" in item
            told: set[int] = set()
            for run in re.findall(r"[\d–]+", item.partition("证据：")[2].partition("（附件")[0]):
                first, _, last = run.partition("–")
                told |= set(range(int(first), int(last or first) + 1))
            findings = [data["findings"][key] for key in full]
            notes = [
                e["note"] for finding in findings if isinstance(finding, dict) for e in finding.get("evidence", [])
            ]
            assert told == {annex[note] for note in notes}
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

    def test_part_f_reaches_the_next_star_and_less_does_not(self, name: str) -> None:
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


PUBLISHED = (
    ("0%-60%", "未达到星级标准（不合格）"),
    ("61%-70%", "适配一星级（达标水平）"),
    ("70%-75%", "适配二星级（良好水平）"),
    ("75%-80%", "适配三星级（优良水平）"),
    ("80%-90%", "适配四星级（优秀水平）"),
    ("90%-100%", "适配五星级（卓越水平）"),
)
"""The ranges and labels of table 1, from the text of the standard."""


class TestOtherResults:
    """Results that none of the examples has."""

    def test_at_the_top_star_the_margin_is_named_and_what_is_left_to_gain(self) -> None:
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

    def test_a_report_has_a_measure_for_each_kind_of_finding(self) -> None:
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
            "5.2.1.1": "问题：【待补：扣分原因】。措施：纠正抽样 80 项中的 4 项不符合，查明原因、举一反三，使抽样不再出现不符合，达到“供应商评价与管理体系健全、合同规范”要求。"
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

    def test_a_score_that_rounding_moves_onto_a_limit_is_marked(self) -> None:
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
        assert rows["5.2.1.1"].cells[6] == "不适用：不生产（确认人：张明、李静）"
        assert table_of(parts(paper)["三、指标评分详情"], "涉及项分值")["5.2"].cells[2:] == ("15", "0", "–", "–", "–")
        rows = table_of(parts(paper)["三、指标评分详情"], "表 1 原文")
        assert rows["5.2 商品管理"].cells[1:] == ("–", "–", "–", "–", "不适用")

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
    def test_a_share_is_shown_as_a_percentage(self, finding: dict[str, Any], told: str) -> None:
        data = oracle.document(oracle.all_full(i5_1_2_7={"kind": "quantitative"} | finding))
        cell = table_of(parts(document(data))["三、指标评分详情"], "认定与扣分原因")["5.1.2.7"].cells[6]
        assert (cell.text if isinstance(cell, Gap) else cell) == told


def report_summary(report: Report) -> Document:
    return summary_document(report.card, report.number, report.issued_on, draft=report.draft, lang="zh")


class TestSummary:
    """7.2.1: the stars and the core of the result, for public display."""

    @pytest.mark.parametrize("format", FORMATS)
    def test_the_summary_has_the_stars_and_the_core_of_the_result(self, format: str) -> None:
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
    def test_the_summary_claims_neither_a_certificate_nor_strengths_that_are_not_there(
        self, degree: str, type: str | None, note: str | None, strong: str | None
    ) -> None:
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
    def test_the_summary_has_the_figures_of_its_chart(self, format: str) -> None:
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
