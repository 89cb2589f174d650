"""The evaluation report (7.1) and its summary (7.2.1): what they say, what they refuse, and what they are as real files."""

from __future__ import annotations

import html.parser
import io
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from math import cos, dist, pi, sin
from pathlib import Path
from typing import Any

import docx
import jinja2
import oracle
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from make_reports import EXAMPLES
from test_cli import CHAIN, run

import aftersales
from aftersales import PaperError, Report, fonts, make_report
from aftersales.charts import Label, bars, radar
from aftersales.manuscript import Banner, Bullets, Gap, Heading, Manuscript, Paragraph, Picture, Row, Table, clean
from aftersales.report_text import report_manuscript
from aftersales.standard import data_folder
from aftersales.typesetting import FORMATS, typeset


def example(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load((data_folder() / "examples" / f"{name}.yaml").read_text("utf-8"), yaml.BaseLoader)
    return data


def scored(data: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(data))


def manuscript(data: dict[str, Any], lang: str = "zh") -> Manuscript:
    return report_manuscript(scored(data), None, None, draft=True, lang=lang)


def texts(paper: Manuscript) -> Iterator[str]:
    """Every text that a paper holds."""
    yield from (paper.title, paper.subtitle.text if isinstance(paper.subtitle, Gap) else paper.subtitle)
    for block in paper.blocks:
        match block:
            case Heading(text=text):
                yield text
            case Paragraph(text=text):
                yield text.text if isinstance(text, Gap) else text
            case Bullets(items=items):
                yield from items
            case Banner(headline=headline, lines=lines):
                yield from (headline, *lines)
            case Table(columns=columns, rows=rows):
                yield from (column.head for column in columns)
                yield from (cell.text if isinstance(cell, Gap) else cell for row in rows for cell in row.cells)


def parts(paper: Manuscript) -> dict[str, list[Any]]:
    """The blocks below each heading of the first level."""
    found: dict[str, list[Any]] = {"": []}
    for block in paper.blocks:
        if isinstance(block, Heading) and block.level == 1:
            found[block.text] = []
        else:
            found[list(found)[-1]].append(block)
    return found


def table_of(blocks: list[Any], head: str) -> dict[str, Row]:
    """The table that has a column of that name, by its first cells."""
    table = next(b for b in blocks if isinstance(b, Table) and head in [column.head for column in b.columns])
    return {str(row.cells[0]): row for row in table.rows}


@pytest.mark.parametrize("name", EXAMPLES)
class TestClause71:
    """Each of the six parts of 7.1, held against the evaluation and the independent calculation."""

    def test_there_are_six_parts_and_none_is_empty(self, name: str) -> None:
        for lang in ("zh", "en"):
            found = parts(manuscript(example(name), lang))
            assert len(found) == 7  # the banner and six parts
            assert all(found.values())

    def test_a_basic_information(self, name: str) -> None:
        data = example(name)
        said = "\n".join(texts(manuscript(data)))
        for text in (
            *data["subject"].values(),
            *(value for p in data["team"] for key, value in p.items() if key != "role"),
        ):
            assert text in said
        start, end = ([int(part) for part in data["period"][key].split("-")] for key in ("start", "end"))
        assert "{}年{}月{}日至{}年{}月{}日".format(*start, *end) in said
        assert "CTS XBHT-S04-2025《商品售后服务成熟度评价技术规范》（2025年12月4日版）" in said

    def test_b_the_course_has_every_piece_of_evidence(self, name: str) -> None:
        data = example(name)
        blocks = parts(manuscript(data))["二、评价过程概述"]
        rows = [row.cells for block in blocks if isinstance(block, Table) for row in block.rows]
        words = {"interview": "访谈", "observation": "现场观察", "customer": "访问顾客"}
        expected = []
        for key, finding in data["findings"].items():
            for evidence in finding.get("evidence", []) if isinstance(finding, dict) else []:
                method = [words[evidence["method"]]] if evidence["method"] in words else []
                expected.append((f"{key} {oracle.TITLES[key]}", *method, evidence["note"]))
        assert sorted(rows) == sorted(expected)

    def test_c_every_indicator_with_score_deduction_and_reason(self, name: str) -> None:
        data = example(name)
        rows = table_of(parts(manuscript(data))["三、指标评分详情"], "认定与扣分原因")
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
        blocks = parts(manuscript(data))["三、指标评分详情"]
        rows = table_of(blocks, "涉及分值")
        for key in oracle.GROUPS:
            earned, applicable = oracle.result(data["findings"])[key]
            cells = rows[key].cells
            assert Fraction(str(cells[3])) == applicable
            assert str(cells[5]).rstrip("%").removesuffix("(-)") == (
                f"{float(earned / applicable * 100):.2f}" if applicable else "–"
            )
        assert [type(block) for block in blocks].count(Picture) == 2

    def test_d_final_score_and_stars(self, name: str) -> None:
        data = example(name)
        score = oracle.final_score(data["findings"])
        paper = manuscript(data)
        words = " ".join(str(b.text) for b in parts(paper)["四、最终得分及星级结论"] if isinstance(b, Paragraph))
        assert f"最终得分 {float(score):.2f}" in words
        assert ("评价合格" in words) == (score >= 60)
        banner = next(block for block in paper.blocks if isinstance(block, Banner))
        assert banner.stars.svg.count('fill="#e0a100"') == oracle.stars(score)
        rows = table_of(parts(paper)["四、最终得分及星级结论"], "得分区间")
        assert [row.leads for row in rows.values()] == [stars == oracle.stars(score) for stars in range(1, 6)]

    def test_e_strengths_and_weaknesses_by_the_row_of_the_next_star(self, name: str) -> None:
        data = example(name)
        blocks = parts(manuscript(data))["五、优势与不足分析"]
        target = min(oracle.stars(oracle.final_score(data["findings"])) + 1, 5)
        results = {key: oracle.result(data["findings"])[key] for key in oracle.GROUPS if key.count(".") == 2}
        rows = {key: oracle.row(earned / full) for key, (earned, full) in results.items() if full}
        strong = [item.split(" ")[0] for b in blocks if isinstance(b, Bullets) for item in b.items]
        weak = [key.split(" ")[0] for b in blocks if isinstance(b, Table) for key in (row.cells[0] for row in b.rows)]
        assert set(strong) == {key for key, row in rows.items() if row >= target}
        assert set(weak) == {key for key, row in rows.items() if row < target}
        lost = [results[key][1] - results[key][0] for key in weak]
        assert lost == sorted(lost, reverse=True)

    def test_f_what_to_raise_reaches_the_next_star_and_less_does_not(self, name: str) -> None:
        data = example(name)
        rows = [
            row for block in parts(manuscript(data))["六、改进建议"] if isinstance(block, Table) for row in block.rows
        ]
        stars = oracle.stars(oracle.final_score(data["findings"]))
        findings = dict(data["findings"])
        for row in rows:
            assert oracle.stars(oracle.final_score(findings)) == stars
            key = str(row.cells[0]).split(" ")[0]
            findings[key] = "full" if key != "5.1.2.2" else {"kind": "quantitative", "actual": "10%"}
            shown = str(row.cells[3])
            assert shown.removesuffix("(-)") == f"{float(oracle.final_score(findings)):.2f}"
        assert oracle.stars(oracle.final_score(findings)) == stars + 1


class TestOtherResults:
    """Results that none of the examples has."""

    def test_the_top_star(self) -> None:
        losing = oracle.document(oracle.all_full(i5_1_1_1="none", i5_3_2_1={"kind": "qualitative", "degree": "0.5"}))
        blocks = parts(manuscript(losing))["六、改进建议"]
        assert blocks[0].text.startswith("最终得分 98.25 分，已是最高星级，高出其下限（90 分）8.25 分")
        rows = next(block for block in blocks if isinstance(block, Table)).rows
        assert [row.cells[:4] for row in rows] == [
            ("5.1.1.1 法定资质与收费标准明示齐全规范", "0/1", "1", "99.25"),
            ("5.3.2.1 安装调试服务及时专业", "0.75/1.5", "0.75", "100.00"),
        ]
        assert "没有扣分的指标" in "\n".join(texts(manuscript(oracle.document(oracle.all_full()))))

    def test_a_score_that_rounding_moves_onto_a_limit(self) -> None:
        degree = {"kind": "qualitative", "degree": "0.89999"}
        findings = oracle.all_full() | dict.fromkeys(oracle.INDICATORS, degree)
        findings["5.1.2.2"] = {"kind": "quantitative", "actual": "8.9999%"}
        said = "\n".join(texts(manuscript(oracle.document(findings))))
        assert "最终得分 90.00(-)" in said
        assert "GB/T 8170" in said
        assert "还差 0.01 分" in said
        assert "没有中类达到这一尺度" in said

    def test_nothing_weak_and_a_loss_too_small_to_show(self) -> None:
        findings = oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": "6999999/7000000"})
        said = list(texts(manuscript(oracle.document(findings))))
        assert "没有中类低于这一尺度。" in said
        blocks = parts(manuscript(oracle.document(findings)))["六、改进建议"]
        rows = next(block for block in blocks if isinstance(block, Table)).rows
        assert "由 ≈1.00 分提高到 1 分（增 <0.01 分）" in str(rows[0].cells[4])

    def test_a_subcategory_and_a_category_that_are_deleted(self) -> None:
        gone = {"kind": "not_applicable", "reason": "不生产", "confirmed_by": ["张明", "李静"]}
        findings = {key: value for key, value in oracle.all_full().items() if not key.startswith("5.2")} | {"5.2": gone}
        paper = manuscript(oracle.document(findings))
        rows = table_of(parts(paper)["三、指标评分详情"], "认定与扣分原因")
        assert rows["5.2.1"].cells[3:6] == ("–", "–", "不适用")
        assert rows["5.2.1.1"].cells[6] == "不适用：不生产（确认：张明、李静）"
        assert table_of(parts(paper)["三、指标评分详情"], "涉及分值")["5.2"].cells[2:] == ("15", "0", "–", "–", "–")
        rows = table_of(parts(paper)["三、指标评分详情"], "表 1 区间")
        assert rows["5.2 商品管理"].cells[1:] == ("–", "–", "–", "不适用")

    def test_each_kind_of_finding_is_told(self) -> None:
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
        rows = table_of(parts(manuscript(oracle.document(findings)))["三、指标评分详情"], "认定与扣分原因")

        def told(key: str) -> str:
            cell = rows[key].cells[6]
            return cell.text if isinstance(cell, Gap) else cell

        assert told("5.1.1.1") == "完全不符合。【待补：扣分原因】"
        assert told("5.1.1.2") == "符合程度 ≈66.67%。【待补：扣分原因】"
        assert told("5.1.2.6") == "总样本 120，抽样 80，不符合 4。【待补：扣分原因】"
        assert told("5.4.3.1") == "覆盖全部 12 个网点，抽样 36，不符合 0"
        assert told("5.1.4.3") == "总样本 100，覆盖全部 12 个网点，抽样 36，不符合 0"  # 36 of 100 alone would not do
        assert told("5.1.4.2") == "总样本 45，覆盖 12 个网点中的 8 个，抽样 36，不符合 0"
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
            ({"actual": 0, "at_most": 0}, "实际值 0，规定 ≤ 0"),  # of anything: not a share
            ({"actual": 1, "at_least": 1}, "实际值 1，规定 ≥ 1"),
            ({"actual": "0.5", "at_most": 1}, "实际值 0.5，规定 ≤ 1"),  # no share is limited to at most all of it
            ({"actual": "1.5", "at_least": "0.9"}, "实际值 1.5，规定 ≥ 0.9"),
        ],
    )
    def test_percentages_where_a_share_is_meant(self, finding: dict[str, Any], told: str) -> None:
        data = oracle.document(oracle.all_full(i5_1_2_7={"kind": "quantitative"} | finding))
        cell = table_of(parts(manuscript(data))["三、指标评分详情"], "认定与扣分原因")["5.1.2.7"].cells[6]
        assert (cell.text if isinstance(cell, Gap) else cell) == told


GONE = {"kind": "not_applicable", "reason": "不适用", "confirmed_by": ["张明"]}


def with_deletions() -> dict[str, Any]:
    """An example of which one category, one subcategory between two others and two of a row are deleted."""
    data = example("home-appliance-chain")
    gone = ("5.2", "5.1.2", "5.3.4", "5.3.6")
    kept = {key: value for key, value in data["findings"].items() if not key.startswith(tuple(f"{g}." for g in gone))}
    return data | {"findings": kept | dict.fromkeys(gone, GONE)}


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
        card, paper = scored(data), manuscript(data)
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
        drawing = Drawing(next(b for b in manuscript(data).blocks if isinstance(b, Picture) and "大类" in b.alt))
        frame = drawing.shapes("rect", fill="none")[0]
        left, wide = float(str(frame.get("x"))), float(str(frame.get("width")))
        lines = drawing.shapes("line")
        assert [round((float(str(line.get("x1"))) - left) / wide * 100) for line in lines] == [60, 70, 75, 80, 90]
        order = list(drawing.root)
        assert max(map(order.index, drawing.shapes("rect"))) < min(map(order.index, lines))

    def test_radar(self, data: dict[str, Any]) -> None:
        card, paper = scored(data), manuscript(data)
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
        drawing = Drawing(next(b for b in manuscript(data).blocks if isinstance(b, Picture) and "雷达" in b.alt))
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
        paper = manuscript(with_deletions(), "en")
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
            "【待补：被评价组织】",
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


HOSTILE = "<script>alert(1)</script> & | {{ 7*7 }} {% raw %} `x` *b* _i_ [a](http://x.y) #set text(red) $x$ \\ \x00\x0b\u202e ]]> &amp; ★售后"


def hostile() -> dict[str, Any]:
    data = example("home-appliance-chain")
    data["subject"] = dict.fromkeys(("organisation", "product_category", "size_tier", "scope"), HOSTILE)
    data["team"] = [dict.fromkeys(("name", "role", "qualification"), HOSTILE) | {"organisation": f"{HOSTILE}2"}]
    for key, finding in data["findings"].items():
        if isinstance(finding, dict):
            finding["reason"] = HOSTILE
            finding["evidence"] = [{"method": "document", "note": HOSTILE}, {"method": "customer", "note": HOSTILE}]
            if "confirmed_by" in finding:
                finding["confirmed_by"] = [HOSTILE]
        assert key
    return data


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
        paper = Manuscript("zh", "t", "s", "草稿&", "foot & 1.", blocks)
        text = typeset(paper, "md").decode()
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

    @settings(max_examples=15, deadline=None)
    @given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip))
    def test_any_text_in_any_format(self, text: str) -> None:
        blocks = (Heading(clean(text)), Paragraph(clean(text)), Bullets((clean(text),)), Paragraph(Gap(clean(text))))
        paper = Manuscript("zh", clean(text), clean(text), clean(text), clean(text), blocks)
        said = Page(typeset(paper, "html")).said
        assert said.count(clean(text)) >= 5
        assert clean(text) in [p.text for p in docx.Document(io.BytesIO(typeset(paper, "docx"))).paragraphs]
        assert typeset(paper, "pdf").startswith(b"%PDF")
        assert typeset(paper, "md")


def pdf_text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u200b", "").split())  # places to break a line at are no text


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

    @pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_libreoffice_opens_it_and_shows_everything(self, tmp_path: Path) -> None:
        path = tmp_path / "report.docx"
        data = example("software-service-vendor")
        path.write_bytes(make_report(scored(data)).typeset("docx"))
        home = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
        subprocess.run(command, capture_output=True, check=True, timeout=180)
        text = pdf_text((tmp_path / "report.pdf").read_bytes()).replace(" ", "")
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
    for heading in (block.text for block in manuscript(data).blocks if isinstance(block, Heading)):
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
        paper, mark = report_manuscript(report.card, None, None, draft=True, lang="zh"), text[-1]
        said = sum(part.count(mark) for part in texts(paper))
        assert said >= text.count(mark)
        assert pdf_text(report.typeset("pdf")).count(mark) == said


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


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
        assert "表现突出" not in said


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
            typeset(Manuscript("zh", "t", "s", None, "f", (object(),)), format)  # type: ignore[arg-type]

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

    def test_gaps_are_told_at_their_lines_before_anything_is_written(self, tmp_path: Path) -> None:
        file, out = tmp_path / "shop.yaml", tmp_path / "report.md"
        data = oracle.document(oracle.all_full(i5_1_1_2="none"), type="self", team=[{"name": "张明"}])
        file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
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
