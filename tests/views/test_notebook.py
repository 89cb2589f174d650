"""Notebook views in a real kernel, and the nodes as an Arrow table in several libraries."""

from __future__ import annotations

import re
import warnings
from fractions import Fraction
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import nbclient
import nbformat
import pandas
import polars
import pyarrow
import pytest
from hypothesis import given, settings
from support import oracle, small
from support.certificates import PASSED, REVOKED, certificate
from support.command import CHAIN, UNFINISHED
from support.examples import examples
from support.strategies import findings

import aftersales
from aftersales import html_of
from aftersales.standard.editions import data_folder
from aftersales.text import display

DOCS = Path(__file__).parents[2] / "docs"
VOID = {"br", "hr", "img"}


class Page(HTMLParser):
    """The elements of a piece of HTML, held to be well nested, and its text."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] != "style":
            self.text += data


def cells(page: str | None) -> list[list[str]]:
    """The texts of the cells of all rows of all tables, row by row."""
    rows = re.findall("<tr>(.*?)</tr>", page or "", re.DOTALL)
    return [[unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall("<t[dh].*?</t[dh]>", row)] for row in rows]


def raised(card: aftersales.Scorecard) -> aftersales.Scorecard:
    findings = dict(card.evaluation.findings) | {"5.1.6.4": "full"}
    return aftersales.score(card.evaluation.model_copy(update={"findings": findings}))


@cache
def card_of(path: str = CHAIN) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(path))


def problems() -> aftersales.EvaluationError:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": {"5.9": "full", "5.1.2.2": "full"}})
    return caught.value


@cache
def everything() -> dict[str, Any]:
    """What a notebook shows, by a name; it is made once and is not changed."""
    card = card_of()
    return {
        "standard": aftersales.load_standard(),
        "evaluation": card.evaluation,
        "unfinished": aftersales.load_evaluation(UNFINISHED),
        "card": card,
        "failed": card_of(str(data_folder() / "examples" / "food-ecommerce.yaml")),
        "problems": problems(),
        "problem": problems().problems[0],
        "way": aftersales.improvements(card),
        "way with costs": aftersales.improvements(card, 5, {"5.1.6.4": 3}),
        "no way": aftersales.improvements(card, 4),
        "bounds": aftersales.bounds(aftersales.load_evaluation(UNFINISHED)),
        "bounds of nothing open": aftersales.bounds(card.evaluation),
        "confidence": aftersales.confidence(card_of(str(data_folder() / "examples" / "software-service-vendor.yaml"))),
        "comparison": aftersales.compare([card, card]),
        "progress": aftersales.progress(undated(card), undated(raised(card))),
        "what if": aftersales.what_if(card, {"5.1.6.4": "full", "5.1.3.1": "none", "5.1.1.1": GONE}),
        "derivation": card.explain(),
        "step": card.explain("5.1.2.2"),
        "plan": aftersales.load_plan(ARCHIVE / "plan-1.yaml"),
        "certificate": aftersales.load_certificate(ARCHIVE / "certificate-1.yaml"),
        "rectification": aftersales.load_rectification(ARCHIVE / "rectification-1.yaml"),
    }


ARCHIVE = Path(__file__).parents[1] / "archive"
GONE = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}


def undated(card: aftersales.Scorecard) -> aftersales.Scorecard:
    return aftersales.score(card.evaluation.model_copy(update={"period": None}))


class TestDocumentsOfACase:
    def test_a_plan_shows_its_team_and_its_schedule(self) -> None:
        rows = cells(html_of(aftersales.load_plan(ARCHIVE / "plan-1.yaml"), "en"))
        assert rows[:2] == [
            ["Name", "Role", "Qualification", "Organisation"],
            ["张明", "lead", "CCAA 注册服务认证审查员", "云津质信认证有限公司"],
        ]
        assert ["2026-03-05", "review on site", "observation, 物流中心与维修站", "王海涛"] in rows
        empty = aftersales.EvaluationPlan(standard="CTS XBHT-S04-2025")
        assert cells(html_of(empty)) == []
        assert "评价计划" in (html_of(empty) or "")

    def test_a_rectification_shows_what_is_required_and_what_was_done(self) -> None:
        rectification = aftersales.load_rectification(ARCHIVE / "rectification-1.yaml")
        rows = cells(html_of(rectification))
        assert rows[0] == ["序号", "指标", "问题与整改要求", "完成期限", "责任人", "整改结果"]
        assert [row[1].split()[0] for row in rows if row[0].isdigit()] == [i.indicator for i in rectification.items]
        assert rows[1][3:] == ["2026-04-30", "李静", "已更换服务标志，2026-04-10，张明"]
        other = rectification.model_copy(update={"standard": "Q/X 1", "edition": None})
        assert cells(html_of(other))[1][1] == "5.1.1.2"
        assert cells(html_of(rectification.model_copy(update={"standard": None, "edition": None})))[1][1] == "5.1.1.2"

    def test_a_certificate_shows_its_rating_and_its_events(self) -> None:
        case = aftersales.load_certificate(ARCHIVE / "certificate-1.yaml")
        page = html_of(case, "en") or ""
        assert "★★★★☆" in page
        assert "Rated: 87.37" in page
        assert "Issued: 2026-03-20" in page
        rows = cells(page)
        assert rows[0] == ["Events", ""]
        assert [row[0] for row in rows[1:]] == [str(event.on) for event in case.events]
        new = case.model_copy(update={"events": (), "number": None})
        assert cells(html_of(new)) == []
        assert html_of(new.model_copy(update={"standard": "Q/X 1"})) is None

    def test_a_status_shows_what_holds_on_its_day(self) -> None:
        valid = Page(html_of(certificate(PASSED).status("2027-04-01")) or "").text
        assert "SM-2026-017 滨海家电连锁有限公司2027年4月1日★★★★有效" in valid
        assert "下次监督审核：2027-03-20 至 2028-03-19 期间须审核合格" in valid
        revoked = Page(html_of(certificate(REVOKED).status("2027-10-01"), "en") or "").text
        assert "Binhai Home Appliances Chain Co., Ltd.2027-10-01revokedit was revoked on 2027-09-01 [7.2.4]" in revoked
        assert "To be made public:2027-09-01" in revoked
        assert "★" not in revoked

    def test_a_remark_has_its_place_and_clause(self) -> None:
        finding = {"kind": "qualitative", "degree": 1, "reason": "标识褪色"}
        [remark] = [
            each
            for each in aftersales.remarks(
                aftersales.load_example("home-appliance-chain").with_findings({"5.1.1.1": finding})
            )
            if each.code == "reason-without-deduction"
        ]
        rows = cells(html_of(remark))
        assert rows[0] == ["位置", "提示", "条款", "代码"]
        assert rows[1] == ["findings[5.1.1.1].reason", remark.message_zh, remark.clause or "", remark.code]

    def test_a_register_shows_each_certificate_and_what_is_due(self, tmp_path: Path) -> None:
        assert cells(html_of(aftersales.register(tmp_path, "2027-04-01"))) == []
        revoked = REVOKED | {"on": "2026-09-01"}
        written = {"1": certificate(number="SM-1"), "2": certificate(revoked, number="SM-2")}
        for name, made in written.items():
            (tmp_path / f"{name}.json").write_text(made.model_dump_json(exclude_none=True), "utf-8")
        (tmp_path / "3.json").write_text("{}", "utf-8")
        rows = cells(html_of(aftersales.register(tmp_path, "2026-10-01"), "en"))
        assert rows[0] == ["Number", "Stars", "Audit by", "Through", "Holder"]
        shown = {row[0]: row[1:] for row in rows[1:]}
        assert shown["SM-1"][:3] == ["★★★★☆", "2027-03-19", "2029-03-19"]
        assert shown["SM-1"][3].startswith("Binhai Home Appliances Chain Co., Ltd.")
        assert shown["SM-2"][:3] == ["revoked", "–", "2026-08-31"]  # the day before
        assert shown["3.json"][:3] == ["", "", ""]
        assert "read" in shown["3.json"][3]


class TestPictures:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("name", everything())
    def test_pictures_are_well_formed_and_load_and_run_nothing(self, name: str, lang: str) -> None:
        """No script, no event handler, nothing from elsewhere."""
        shown = html_of(everything()[name], lang) or ""
        page = Page(shown)
        assert len(page.text) > 20
        assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
        for key, value in page.attributes:
            assert key in {"class", "style", "open"}
            assert "url" not in (value or "")
        # CSS reads them both ways: no colour of the page's own ground or text is set.
        assert not re.search("color:#(?:000|fff)|background:#fff", shown)

    def test_a_scorecard_has_every_node_and_every_deduction(self) -> None:
        card = card_of()
        for lang in ("zh", "en"):
            page = Page(html_of(card, lang) or "")
            for node in card.nodes:
                assert f"{node.id} {node.title.text(lang)}" in page.text
            for node in card.deductions:
                assert (card.finding(node.id).reason or "") in page.text
            for text in ("87.37", "★★★★☆", "85.07%", "93.44%"):
                assert text in page.text
        widths = [value for key, value in page.attributes if key == "style" and value and value.startswith("width")]
        assert f"width:{float(card['5.1'].ratio or 0) * 100:.2f}%" in widths

    def test_indicators_without_a_finding_are_named(self) -> None:
        """An empty line of a form is no finding; and what lies in a deleted group is not open."""
        unfinished = aftersales.load_evaluation(UNFINISHED)
        blank = unfinished.model_copy(update={"findings": dict.fromkeys(oracle.INDICATORS)})
        deleted = {"5.3.6": {"kind": "not_applicable", "reason": "无", "confirmed_by": ["孙伟"]}}
        group = unfinished.model_copy(
            update={"findings": oracle.all_full() | deleted | dict.fromkeys(("5.3.6.1", "5.3.6.2"))}
        )
        for evaluation, judged in ((unfinished, 51), (blank, 0), (group, 72)):
            shown, page = cells(html_of(evaluation)), Page(html_of(evaluation) or "").text
            still = [each.id for each in aftersales.bounds(evaluation).open] if judged else oracle.INDICATORS
            assert sorted(row[0] for row in shown if len(row) == 2 and row[0] != "未认定的指标") == sorted(still)
            assert f"认定（{judged} 条）" in page
            assert ("均有认定" in page) == (not still)
            assert repr(evaluation).endswith(f"by CTS XBHT-S04-2025: {judged} findings>")

    def test_by_an_unknown_standard_the_empty_entries_are_named(self) -> None:
        evaluation = aftersales.Evaluation(standard="X", findings={"1.1": "full", "1.2": None})
        assert cells(html_of(evaluation))[-1] == ["1.2", ""]

    def test_by_a_standard_of_ones_own_it_is_shown_as_by_the_bundled_one(self) -> None:
        standard = small.small_standard([Fraction(1)] * 3)
        document = {"standard": "SMALL", "findings": {"1.1.1.1": "full", "1.1.1.3": None}}
        shown = html_of(aftersales.load_evaluation(document, standard))
        assert "2 项指标尚无认定" in (shown or "")
        assert cells(shown)[1:] == [
            ["1.1.1.1", "名", "定性 符合程度 1", ""],
            ["未认定的指标", ""],
            ["1.1.1.2", "名"],
            ["1.1.1.3", "名"],
        ]

    @pytest.mark.parametrize("actual", ["9/91", "0.099999999999999"])
    def test_a_finding_is_not_rounded_onto_its_limit(self, actual: str) -> None:
        """At least 10 % is asked for (5.1.2.2)."""
        found = oracle.all_full() | {"5.1.2.2": {"kind": "quantitative", "actual": actual}}
        assert f"定量 实际值 {actual}" in Page(html_of(aftersales.load_evaluation(oracle.document(found))) or "").text

    @pytest.mark.parametrize(
        ("actual", "shown"), [("8%", "0.08"), ("12.5%", "0.125"), ("0%", "0"), ("100%", "1"), ("0.08", "0.08")]
    )
    def test_an_actual_value_in_percent_is_shown_as_a_percentage(self, actual: str, shown: str) -> None:
        """Written with % (R5), it is still a number; so is a limit."""
        finding = {"kind": "quantitative", "actual": actual, "at_most": "30%"}
        found = oracle.all_full() | {"5.1.2.2": {"kind": "quantitative", "actual": actual}, "5.1.1.1": finding}
        text = Page(html_of(aftersales.load_evaluation(oracle.document(found))) or "").text
        assert f"定量 实际值 {shown}" in text
        assert f"定量 实际值 {shown} 规定值（不高于） 0.3" in text

    def test_a_finding_of_many_digits_is_rounded_and_says_so(self) -> None:
        found = oracle.all_full() | {"5.1.2.2": {"kind": "quantitative", "actual": "0." + "1" * 60}}
        rows = cells(html_of(aftersales.load_evaluation(oracle.document(found))))
        assert [row[2] for row in rows if row[0] == "5.1.2.2"] == ["定量 实际值 ≈0.11"]

    def test_a_chance_known_in_part_has_a_paler_end(self) -> None:
        sure = everything()["confidence"]
        chance = aftersales.Chance(stars=3, lowest=Fraction(1, 4), highest=Fraction(3, 8))
        page = html_of(sure.model_copy(update={"chances": (chance,)})) or ""
        assert re.findall('style="([^"]*)"', page) == ["width:25.00%", "width:12.50%;opacity:.4"]

    def test_results_without_a_picture_show_their_figures(self) -> None:
        shown = everything()
        said = {name: Page(html_of(thing) or "").text for name, thing in shown.items()}
        assert "22 项指标尚无认定" in said["unfinished"]
        assert "73 项指标均有认定" in said["evaluation"]
        assert "定量 实际值 0.08" in said["evaluation"]
        assert "不合格（合格线 60 分）" in said["failed"]
        assert "2 个问题" in said["problems"]
        assert "kind-not-allowed" in said["problems"]
        assert "90.53" in said["way"]
        assert "无法达到" in said["way with costs"]
        assert "已达到" in said["no way"]
        assert "64.45 至 94.40" in said["bounds"]
        assert "已认定（含删减）的指标占总分值的 70.20%" in said["bounds"]
        assert "★★★ 三星（优良）级74.94%★★★★ 四星（优秀）级25.06%平均得分 79.86" in said["confidence"]
        assert "不是评分的一部分" in said["confidence"]
        assert "临界点（62 项指标" in said["confidence"]
        assert (
            "若未认定的指标全部删减"
            in Page(html_of(aftersales.bounds(aftersales.load_evaluation(oracle.document({})))) or "").text
        )
        assert "[90, 100]" in said["standard"]
        assert "5.4.4.2" in said["standard"]

    def test_chances_that_are_bounds_say_so(self) -> None:
        """More samples of unlike populations than can be summed up exactly."""
        found = oracle.all_full()
        for number, key in enumerate(key for key in oracle.INDICATORS if key != "5.1.2.2"):
            size = 61 + 2 * number
            found[key] = {
                "kind": "sampled",
                "population": size,
                "sampled": -(-2 * size // 3),
                "nonconforming": size // 15,
            }
        sure = aftersales.confidence(aftersales.score(aftersales.load_evaluation(oracle.document(found))))
        assert not sure.is_exact
        assert re.search("[0-9.]+–[0-9.]+%", Page(html_of(sure) or "").text)
        assert "opacity:.4" in (html_of(sure) or "")

    def test_long_lists_show_their_start_and_fold_the_rest(self) -> None:
        """Twelve rows are seen at once; of thirteen one is folded under a line that says so."""
        for lost, said in ((12, None), (13, "其余 1 项")):
            keys = [key for key in oracle.INDICATORS if key != "5.1.2.2"][:lost]
            card = aftersales.score(
                aftersales.load_evaluation(oracle.document(oracle.all_full() | dict.fromkeys(keys, "none")))
            )
            listed = (html_of(card) or "").partition("扣分（")[2]
            start, _, rest = listed.partition("<details")
            assert (start.count("<tr>"), rest.count("<tr>")) == (13, 0 if said is None else 2)
            assert (said is None) == ("其余" not in rest)
            assert said is None or said in rest

    def test_a_derivation_is_a_tree(self) -> None:
        """The stars and the final score are open, everything below opens; each step has its rule and equation."""
        shown = everything()["derivation"]
        tree = html_of(shown) or ""
        assert tree.count("<details") == 1 + 1 + 97
        assert tree.count('<details open="open"') == 2
        page = Page(tree)
        for line in shown.text().splitlines():
            assert line.strip() in page.text
        assert "5.1.2.2 售后服务管理师占比不低于 10% = 1.2" in Page(html_of(everything()["step"]) or "").text
        assert "[6.2.2, R4, R5]" in page.text or "[6.2.2, R5]" in page.text
        assert repr(shown) == "<Derivation of CTS XBHT-S04-2025 = 4>"
        assert str(shown) == shown.text()

    def test_a_value_of_many_digits_is_rounded_in_the_line_of_its_step(self) -> None:
        """It is not rounded onto a number that it is not (reading R3); the equation has all digits."""
        step = everything()["step"]
        for value, shown in (
            ("0.99999999999999999999999999999", "= <1"),
            (f"1/{3**1_000}", "= <0.01"),
            (f"1/{'3' * 5_000}", "= …"),
        ):
            page = Page(html_of(step.model_copy(update={"value": value})) or "").text
            assert shown in page
            assert value in page

    def test_pages_of_progress_and_what_if_list_the_changes(self) -> None:
        shown = everything()
        change = Page(html_of(shown["what if"]) or "").text
        assert "87.37 → " in change
        year = html_of(shown["progress"]) or ""
        assert "87.37 → 88.19  +0.81" in Page(year).text
        assert ["5.1.6.4 服务反馈与改进", "0.00%", "100.00%", "+100.00", ""][1:] in [row[1:] for row in cells(year)]
        for said in ("得分上升（1 项指标）", "得分下降（1 项指标）", "适用性发生变化的指标"):
            assert said in change
        assert "得分下降" not in Page(year).text
        moved = [row for row in cells(html_of(shown["what if"])) if row[0].startswith("5.1.1.1 ")]
        assert moved == [[moved[0][0], "100.00%", "不适用", "–", ""]]
        assert "★★★★ → ★★★★" in change

    def test_the_ratios_of_a_comparison_have_a_column_for_each_place(self) -> None:
        card = card_of()
        rows = cells(html_of(aftersales.compare([card, raised(card)])))
        head = next(row for row in rows if row[0] == "指标")
        assert head == ["指标", "1. 滨海家电连锁有限公司", "2. 滨海家电连锁有限公司"]
        group = card["5.1.6"]
        better = raised(card)["5.1.6"]
        ratios = [card.standard.printed_ratio(each.ratio or Fraction(0)) for each in (better, group)]
        assert [f"5.1.6 {group.title.zh}", *ratios] in rows

    def test_each_cell_of_the_tables_has_its_figure(self) -> None:
        card, en = card_of(), "en"
        first = card.deductions[0]
        row = next(row for row in cells(html_of(card)) if row[0] == first.id and len(row) == 5)
        assert row == [first.id, first.title.zh, "-0.8", "0 / 0.8", card.finding(first.id).reason]
        deleted = next(row for row in cells(html_of(card)) if len(row) == 4 and row[0] == "5.1.2.5")
        assert deleted[2:] == [card.finding("5.1.2.5").reason, "张明、李静"]
        way = aftersales.improvements(card, 5, {"5.1.6.4": 3, "5.1.4.1": 2})
        rows = cells(html_of(way, en))
        assert rows[1][:3] == ["5.1.6.4", first.title.en, "0 / 0.8"]
        assert rows[1][3:] == ["≈0.81", "88.19", "3"]
        still = aftersales.bounds(aftersales.load_evaluation(UNFINISHED))
        assert cells(html_of(still))[1][2:] == ["2.5", "≈2.51", "66.97–94.40", "64.45–91.89", "66.11–94.26"]
        sure = everything()["confidence"]
        rows = cells(html_of(sure))
        assert rows[4][0] == "5.1.1.2"
        assert rows[4][2:] == ["90%", "≈94.87%", "–", "4", "3", "3"]
        rows = cells(html_of(aftersales.compare([card, raised(card)])))
        assert [row[0] for row in rows[1:3]] == ["1", "2"]
        assert [row[2] for row in rows[1:3]] == ["88.19", "87.37"]
        problem = problems().problems[1]
        assert cells(html_of(problem, en))[1] == [problem.path, problem.message, problem.clause, problem.code]
        assert cells(html_of(problem))[1][1] == problem.message_zh
        assert 'open="open"' in (html_of(card) or "")

    def test_a_ratio_that_seems_to_reach_a_row_is_marked(self) -> None:
        found = oracle.all_full() | {"5.1.1.1": {"kind": "qualitative", "degree": "0.89999"}}
        assert "90.00%(-)" in (html_of(aftersales.score(aftersales.load_evaluation(oracle.document(found)))) or "")

    @pytest.mark.parametrize(
        "thing",
        [
            aftersales.Evaluation.model_construct(),
            aftersales.Evaluation.model_construct(standard="X", findings={"5.1.1.1": "full"}, subject=None),
            aftersales.Scorecard.model_construct(
                standard=aftersales.load_standard(), evaluation=aftersales.Evaluation(standard="X", findings={})
            ),
        ],
        ids=["empty", "raw", "unchecked"],
    )
    def test_what_was_never_checked_falls_back_to_plain_text(self, thing: Any) -> None:
        assert thing._repr_html_() is None
        assert re.fullmatch(rf"<{type(thing).__name__}.*>", repr(thing))
        assert str(thing) == repr(thing) == f"{thing}"

    @pytest.mark.parametrize("thing", [aftersales.load_standard(), aftersales.load_example(), card_of()], ids=type)
    def test_an_error_of_the_view_of_a_valid_model_is_raised(self, thing: Any, monkeypatch: Any) -> None:
        """A kind or a sentence that a view forgets is not hidden."""

        def broken(*_: object) -> str:
            raise KeyError("forgotten")

        monkeypatch.setattr(display, "_renderers", [broken])
        monkeypatch.setattr(type(thing), "_line", broken)
        for shown in (thing._repr_html_, thing.__repr__):
            with pytest.raises(KeyError, match="forgotten"):
                shown()

    @pytest.mark.parametrize(
        "kind",
        [
            "Bounds",
            "Comparison",
            "Confidence",
            "Derivation",
            "Evaluation",
            "Improvements",
            "Progress",
            "Scorecard",
            "Standard",
            "WhatIf",
        ],
    )
    def test_an_empty_model_shows_its_class(self, kind: str) -> None:
        assert repr(getattr(aftersales, kind).model_construct()) == f"<{kind}>"

    def test_errors_of_no_problems_show_their_class(self) -> None:
        assert repr(aftersales.EvaluationError(["x"])) == "<EvaluationError>"  # type: ignore[list-item]

    def test_a_line_is_short_and_one_line_whatever_it_names(self) -> None:
        nothing = {**dict.fromkeys(oracle.INDICATORS, "none"), "5.1.2.2": {"kind": "quantitative", "actual": 0}}
        evil = "B\u202eevil\x1b[31m\n" + "某" * 200
        subject = {"organisation": evil, "product_category": "家电", "size_tier": "大型"}
        cards = [
            aftersales.Scorecard(
                standard=aftersales.load_standard(),
                evaluation=aftersales.Evaluation.model_validate(oracle.document(oracle.all_full(), subject=subject)),
            )
        ] * 30
        wrong = aftersales.Problem("code", "path", None, None, None, "x\n" * 100_000, "某")
        things = (
            cards[0],
            aftersales.compare(cards),
            aftersales.Evaluation(standard=evil * 1_000, findings={}),
            aftersales.improvements(aftersales.score(aftersales.load_evaluation(oracle.document(nothing))), 5),
            aftersales.EvaluationError([wrong] * 200),
            wrong,
        )
        for thing in things:
            assert len(repr(thing)) <= 242
            assert not re.search("[\x00-\x1f\u202e]", repr(thing))
            assert re.fullmatch(rf"<{type(thing).__name__}.*>", repr(thing))
        assert repr(aftersales.Problem("code", "a.b", 3, 5, "6.2.2", "Sentence", "句")) == (
            "<Problem 3:5: a.b: Sentence [code, 6.2.2]>"
        )

    def test_numbers_of_any_length_and_names_of_any_kind_can_be_looked_at(self) -> None:
        found = oracle.all_full() | {
            key: {"kind": "qualitative", "degree": Fraction(1, 10**990 + n)}
            for n, key in enumerate([key for key in oracle.INDICATORS if key != "5.1.2.2"][:12])
        }
        name = "某\u202e公司\x07" + "长" * 1_000_000
        card = aftersales.score(aftersales.load_evaluation(oracle.document(found, subject={"organisation": name})))
        assert "≈" in repr(card["5.1"])
        assert len(repr(card)) < 200
        assert "\x07" not in repr(card)
        assert repr(aftersales.improvements(card).steps)

    def test_hostile_text_stays_text_in_a_notebook(self) -> None:
        evil = "<script>alert(1)</script> & \" ' </style> \x00\u202e"
        found = oracle.all_full() | {
            "5.1.1.1": {"kind": "qualitative", "degree": 0, "reason": evil},
            "5.1.1.2": {"kind": "not_applicable", "reason": evil, "confirmed_by": [evil]},
        }
        card = aftersales.score(aftersales.load_evaluation(oracle.document(found, subject={"organisation": evil})))
        for thing in (card, card.evaluation):
            shown = html_of(thing) or ""
            assert "<script" not in shown
            assert "alert(1)" in Page(shown).text
            assert "\x00" not in shown
            assert "\u202e" not in shown

    @settings(max_examples=examples(25))
    @given(findings())
    def test_showing_an_evaluation_or_a_result_of_it_never_raises(self, found: dict[str, Any]) -> None:
        evaluation = aftersales.load_evaluation(oracle.document(found))
        for thing in (evaluation, aftersales.score(evaluation), aftersales.bounds(evaluation)):
            assert thing._repr_html_()
            assert len(repr(thing)) < 200
            assert str(thing) == repr(thing)

    @pytest.mark.parametrize(
        "evaluation",
        [
            aftersales.Evaluation(standard="OWN", findings={"9.9": "full"}),
            aftersales.Evaluation(standard="CTS XBHT-S04-2025", edition="1999-01-01", findings={}),
            aftersales.Evaluation(standard="CTS XBHT-S04-2025", findings={"5.9": "full", "5.1": None, "": "none"}),
        ],
    )
    def test_what_was_built_by_hand_and_could_not_be_scored_is_shown_too(
        self, evaluation: aftersales.Evaluation
    ) -> None:
        assert evaluation._repr_html_()
        assert repr(evaluation)

    def test_the_environment_may_ask_for_english(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for language, shown in (("en", "en"), ("zh", "zh"), ("", "zh")):
            monkeypatch.setenv("AFTERSALES_LANG", language)
            assert card_of()._repr_html_() == html_of(card_of(), shown)

    def test_other_models_have_no_picture(self) -> None:
        assert aftersales.Qualitative(degree=1)._repr_html_() is None
        assert html_of(3) is None


@pytest.mark.slow
class TestInABrowser:
    @pytest.mark.parametrize(("width", "scrolls"), [(760, False), (380, True)])
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_long_texts_break_and_stay_in_their_place(self, browser: Any, lang: Any, width: int, scrolls: bool) -> None:
        """No word of a reason, a name or a path pushes the rest off the page; on a phone a wide table scrolls by itself."""
        link = "https://example.com/" + "%E5%94%AE%E5%90%8E" * 20
        found = oracle.all_full() | {
            "5.1.1.1": {"kind": "qualitative", "degree": "0.5", "reason": link},
            "5.1.1.2": {"kind": "not_applicable", "reason": link, "confirmed_by": ["x" * 90]},
        }
        card = aftersales.score(aftersales.load_evaluation(oracle.document(found, subject={"organisation": "x" * 300})))
        wrong = oracle.document({"5.9." + "9" * 80: "full", link: "full"})
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(wrong)
        page = browser.new_page(viewport={"width": width, "height": 800})
        for thing in (card, card.evaluation, caught.value, caught.value.problems[0]):
            shown = (html_of(thing, lang) or "").replace("<details", "<details open")
            page.set_content(f'<meta charset="utf-8"><body style="margin:0">{shown}')
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            block = "document.querySelector('.aftersales')"
            assert scrolls or page.evaluate(f"{block}.scrollWidth <= {block}.clientWidth")
            texts = "[...document.querySelectorAll('.text')].filter(e => e.textContent).map(e => e.clientWidth)"
            assert min(page.evaluate(texts)) >= 80
        page.close()

    @pytest.mark.parametrize(("ground", "text"), [("#ffffff", "#000"), ("#111111", "#eee"), ("#1e1e1e", "#ccc")])
    def test_what_is_lost_is_legible_in_light_and_dark(self, browser: Any, ground: str, text: str) -> None:
        """WCAG 2.2 asks for a contrast of 4.5 (success criterion 1.4.3)."""
        page = browser.new_page()
        page.set_content(f'<meta charset="utf-8"><body style="background:{ground};color:{text}">{html_of(card_of())}')
        computed = page.evaluate("getComputedStyle(document.querySelector('.lost')).color")
        page.close()
        channels = [float(number) for number in re.findall(r"[\d.]+", computed)]
        lost = channels if computed.startswith("color(srgb") else [channel / 255 for channel in channels]
        behind = [int(digits, 16) / 255 for digits in re.findall("..", ground[1:])]
        darker, lighter = sorted(map(luminance, (lost, behind)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(channels: list[float]) -> float:
    """The relative luminance of a colour of sRGB, as WCAG defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class TestPlainText:
    def test_each_result_is_shown_in_one_line_of_plain_text(self) -> None:
        shown = everything()
        assert repr(shown["card"]) == "<Scorecard of 滨海家电连锁有限公司: 87.37 ★★★★☆ 四星（优秀）级>"
        assert repr(shown["standard"]) == "<Standard CTS XBHT-S04-2025 (2025-12-04): 73 indicators, 100 points>"
        assert repr(shown["evaluation"]) == "<Evaluation of 滨海家电连锁有限公司 by CTS XBHT-S04-2025: 73 findings>"
        assert repr(shown["problems"]) == "<EvaluationError: unknown-indicator, kind-not-allowed>"
        assert repr(shown["bounds"]) == "<Bounds: 64.45 to 94.40, stars 1 2 3 4 5; 22 indicators open>"
        assert repr(shown["no way"]).endswith("reaches ★★★★: nothing to raise>")
        assert "does not reach ★★★★★" in repr(shown["way with costs"])
        assert repr(shown["confidence"]).startswith("<Confidence: ★★★ 74.94%, ★★★★ 25.06%;")
        assert repr(shown["comparison"]).startswith("<Comparison: 1. 滨海家电连锁有限公司 87.37; 1. ")


class TestTable:
    """The nodes through the Arrow C stream interface, in each library that takes it, against the scorecard."""

    def test_the_table_of_nodes_has_each_of_them_in_pyarrow(self) -> None:
        card = card_of()
        table = pyarrow.table(card.to_table())
        assert table.num_rows == len(card.nodes) == 97
        for row, node in zip(table.to_pylist(), card.nodes, strict=True):
            assert (row["id"], row["title_zh"], row["title_en"]) == (node.id, node.title.zh, node.title.en)
            for name in ("points", "applicable", "earned", "deducted", "ratio"):
                exact = getattr(node, name)
                assert row[name] == (None if exact is None else float(exact))
                assert row[f"{name}_exact"] is None if exact is None else Fraction(row[f"{name}_exact"]) == exact
            assert row["row"] == (None if node.reference is None else node.reference.row)
        assert table["level"].to_pylist().count("subcategory") == 20

    def test_polars_duckdb_and_pandas_take_the_table(self) -> None:
        card = card_of()
        table = nodes = card.to_table()  # noqa: F841 - duckdb finds it by its name
        expected = [float(node.earned) for node in card.nodes]
        assert polars.DataFrame(table)["earned"].to_list() == expected
        assert duckdb.sql("select earned from nodes").fetchnumpy()["earned"].tolist() == expected
        frame = pandas.DataFrame.from_arrow(table) if hasattr(pandas.DataFrame, "from_arrow") else table.to_pandas()
        assert frame["earned"].tolist() == expected


@pytest.fixture(scope="module")
def tutorial() -> list[Any]:
    """The outputs of each code cell of the tutorial, executed by a real kernel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the kernel's own libraries warn of
        notebook = nbformat.read(DOCS / "tutorial.ipynb", as_version=4)
        client = nbclient.NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(DOCS)}})
        client.execute()
    return [cell["outputs"] for cell in notebook.cells if cell.cell_type == "code"]


class TestTutorial:
    @pytest.mark.slow
    def test_the_tutorial_runs_and_shows_pictures(self, tutorial: list[Any]) -> None:
        shown = [output["data"] for outputs in tutorial for output in outputs if "data" in output]
        pictures = [data["text/html"] for data in shown if "aftersales" in data.get("text/html", "")]
        assert len(pictures) >= 8
        for text in ("售后服务管理师占比不低于 10%", "87.37", "kind-not-allowed", "山海电器有限公司"):
            assert any(text in picture for picture in pictures)
        assert any(data["text/plain"].startswith("<Scorecard of") for data in shown)
        plots = [picture for picture in pictures if "<svg" in picture]
        assert len(plots) == 5
        for text in ("满分", "5.1 售后服务体系 85.07%", "第三方评价", "此后"):
            assert any(text in plot for plot in plots)

    @pytest.mark.slow
    def test_an_uncaught_error_shows_its_problems_and_no_traceback(self, tmp_path: Path) -> None:
        (tmp_path / "shop.yaml").write_text("standard: X\nfindings: {}\n")
        notebook = nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_code_cell(
                    f"import aftersales\naftersales.load_evaluation({str(tmp_path / 'shop.yaml')!r})"
                )
            ]
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nbclient.NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
        (output,) = notebook.cells[0]["outputs"]
        told = "\n".join(output["traceback"])
        assert told.startswith(f"EvaluationError in {tmp_path / 'shop.yaml'}:\n1:11: standard: ")
        assert "unknown-standard" in told
        assert "Traceback" not in told
        assert "line " not in told

    def test_the_tutorial_is_committed_without_outputs(self) -> None:
        notebook = nbformat.read(DOCS / "tutorial.ipynb", as_version=4)
        assert all(not cell.get("outputs") for cell in notebook.cells)
