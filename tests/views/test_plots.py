"""Plots: what they show is what is printed elsewhere, in light and dark, with Chinese, and whatever the names are."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from functools import cache
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.figure
import pytest
from matplotlib import font_manager
from support import oracle
from support.command import UNFINISHED
from support.small import small_card
from support.tables import scored_groups

import aftersales
from aftersales import load_example, plot, score
from aftersales.batch import compare_table, progress_table
from aftersales.views.plots.figure import INK, Plot

CHAIN = score(load_example("home-appliance-chain"))
GONE = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
GROUP_GONE = {"5.3.6": GONE}


def card_of(name: str = "甲", **changes: Any) -> aftersales.Scorecard:
    subject = {"organisation": name, "product_category": "家电", "size_tier": "中型"}
    return score(aftersales.load_evaluation(oracle.document(oracle.all_full() | changes, subject=subject)))


def rival(name: str, **changes: Any) -> aftersales.Scorecard:
    subject = {"organisation": name, "product_category": "家电", "size_tier": "中型"}
    return score(CHAIN.evaluation.model_copy(update={"subject": subject}).with_findings(changes))


COMPARISON = aftersales.compare(
    [
        CHAIN,
        rival("山海电器有限公司", **{"5.1.6.4": "full", "5.1.4.1": "full", "5.4.4.2": "full", "5.1.5.2": "full"}),
        rival("江畔家电服务有限公司", **{"5.1.3.1": "none", "5.3.4.3": "none"}),
    ]
)
UNDATED = score(CHAIN.evaluation.model_copy(update={"period": None}))
LATER = score(UNDATED.evaluation.with_findings({"5.1.6.4": "full", "5.1.3.1": "none"}))

RESULTS: dict[str, tuple[Any, str | None]] = {
    "bars": (CHAIN, None),
    "radar": (CHAIN, "radar"),
    "radar of groups": (CHAIN, "radar"),
    "waterfall": (CHAIN, "waterfall"),
    "waterfall of categories": (card_of("甲" * 200, **{"5.1.1.1": {"kind": "qualitative", "degree": "0.9999999"}}), "waterfall"),
    "failed": (score(load_example("food-ecommerce")), "waterfall"),
    "full": (card_of(), "waterfall"),
    "comparison": (COMPARISON, None),
    "comparison of groups as radar": (COMPARISON, "radar"),
    "comparison as radar": (COMPARISON, "radar"),
    "many": (aftersales.compare([card_of(f"第{k}家") for k in range(9)]), None),
    "progress": (aftersales.progress(UNDATED, LATER), None),
    "progress as radar": (aftersales.progress(UNDATED, LATER), "radar"),
    "what if": (aftersales.what_if(CHAIN, {"5.1.6.4": "full", "5.1.3.1": "none", "5.1.1.1": GONE}), None),
    "no change": (aftersales.what_if(card_of(), {}), None),
    "bounds": (aftersales.bounds(aftersales.load_evaluation(UNFINISHED)), None),
    "bounds of nothing open": (aftersales.bounds(CHAIN.evaluation), None),
    "improvements": (aftersales.improvements(CHAIN, 5), None),
    "no way": (aftersales.improvements(CHAIN, 5, {"5.1.6.4": 3}), None),
    "reached": (aftersales.improvements(CHAIN, 4), None),
    "confidence": (aftersales.confidence(score(load_example("software-service-vendor"))), None),
    "stars of many": (compare_table(scored_groups()), None),
    "losses of many": (compare_table(scored_groups()), "losses"),
    "stars of twelve": (compare_table(scored_groups(12)), None),
    "losses of twelve": (compare_table(scored_groups(12)), "losses"),
    "stars of two years": (progress_table(scored_groups(), scored_groups(worse=30)), None),
}  # fmt: skip


def fresh(name: str, lang: str = "zh", **options: Any) -> Plot:
    result, kind = RESULTS[name]
    if " of groups" in name or " of categories" in name:
        options["level"] = "subcategory" if "groups" in name else "category"
    return plot(result, kind, lang=lang, **options)  # type: ignore[arg-type]


made = cache(fresh)
"""The same figure, made once, for all that do not change it."""


@cache
def page_of(name: str, lang: str) -> str:
    """What a notebook shows of a figure, made once: it takes a fifth of a second."""
    return made(name, lang)._repr_html_()


def texts(figure: Plot) -> list[str]:
    """All texts of a figure, in the order in which they are drawn."""
    found = [text.get_text() for text in figure.findobj(matplotlib.text.Text)]  # type: ignore[attr-defined]
    return [text for text in found if text]


def lengths(figure: Plot) -> list[float]:
    """The ends of the bars, from the top, without their grounds."""
    return [bar.get_width() for bar in figure.axes[0].patches if bar.get_alpha() is None]  # type: ignore[attr-defined]


class TestScorecard:
    def test_bars_show_each_subcategory(self) -> None:
        figure = made("bars")
        groups = [node for node in CHAIN.nodes if node.level == "subcategory"]
        shown = texts(figure)
        for node in groups:
            assert f"{node.id} {node.title.zh}" in shown
            assert CHAIN.standard.printed_ratio(node.ratio or Fraction(0)) in shown
        assert lengths(figure) == pytest.approx(
            [min(float(node.ratio or 0), 0.992 if node.ratio != 1 else 1) for node in groups]
        )
        assert figure.get_label().startswith(
            "滨海家电连锁有限公司 最终得分 87.37 ★★★★☆ 四星（优秀）级 中类指标评分比例"
        )
        assert "CTS XBHT-S04-2025（2025-12-04 版）" in shown

    @pytest.mark.parametrize(("level", "count"), [("category", 4), ("subcategory", 20), ("indicator", 73)])
    def test_a_plot_of_each_level_has_its_nodes(self, level: Any, count: int) -> None:
        assert len(plot(CHAIN, level=level).axes[0].get_yticklabels()) == count
        assert len(lengths(plot(card_of(), level=level))) == count

    def test_a_radar_has_a_spoke_for_each_category(self) -> None:
        shown = texts(made("radar"))
        for category in CHAIN.standard.categories:
            node = CHAIN[category.id]
            assert f"{node.id} {node.title.zh} {CHAIN.standard.printed_ratio(node.ratio or Fraction(0))}" in shown

    def test_a_waterfall_leads_from_the_full_score_to_the_final_score(self) -> None:
        """Each step begins where the one before it ended; its length is what the group lost, in final score (6.2.3)."""
        figure = made("waterfall", "en")
        bars = list(figure.axes[0].patches)
        lost = sorted(
            (node.deducted for node in CHAIN.nodes if node.level == "subcategory" and node.deducted), reverse=True
        )
        assert (
            [-bar.get_width() for bar in bars[:-1]]
            == pytest.approx(  # type: ignore[attr-defined]
                [float(points * 100 / CHAIN.applicable) for points in lost[:-1]], abs=1e-9
            )
        )
        starts = [bar.get_x() for bar in bars]  # type: ignore[attr-defined]
        assert starts[0] == 100
        for (start, following), bar in zip(pairwise(starts), bars, strict=False):
            assert following == pytest.approx(start + bar.get_width())  # type: ignore[attr-defined]
        shown = texts(figure)
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert labels[:2] == ["Full score", "5.4.2 Service management"]
        assert {"100", "87.37", "≈-1.52", "90 ★★★★★"} <= set(shown)

    def test_dashed_lines_are_explained_where_there_are_some(self) -> None:
        """87.37 lies below the limit of 90 points; from 99 to 100 points there is none."""
        cards = (CHAIN, card_of(**{"5.1.1.1": "none"}))  # 5.1.1.1 has 1 point
        assert ["虚线" in "".join(texts(plot(card, "waterfall"))) for card in cards] == [True, False]

    def test_only_a_full_ratio_looks_full_in_a_plot(self) -> None:
        """Reading R3: the smallest loss leaves a gap, and is printed with the mark, which is explained."""
        nearly = card_of(**{"5.1.1.1": {"kind": "qualitative", "degree": str(1 - Fraction(1, 10**40))}})
        for level, place in (("category", 0), ("subcategory", 0), ("indicator", 0)):
            figure = plot(nearly, level=level)  # type: ignore[arg-type]
            ends = lengths(figure)
            assert ends[place] < 0.995
            assert set(ends) - {ends[place]} == {1.0}
            assert "100.00%(-)" in texts(figure)
            assert any("GB/T 8170" in text for text in texts(figure))
        assert not any("GB/T 8170" in text for text in texts(plot(card_of())))
        step = plot(nearly, "waterfall")
        (bar,) = step.axes[0].patches
        low, high = step.axes[0].get_xlim()
        assert -bar.get_width() / (high - low) > 0.003  # type: ignore[attr-defined]
        assert {"-<0.01", "100.00(-)"} <= set(texts(step))

    def test_what_does_not_apply_has_no_bar(self) -> None:
        gone = score(card_of().evaluation.with_findings(GROUP_GONE).without("5.3.6.1", "5.3.6.2"))
        figure = plot(gone)
        assert len(lengths(figure)) == 19
        assert "不适用" in texts(figure)
        assert "5.3.6 废弃商品回收 不适用" in texts(plot(gone, "radar", level="subcategory"))
        (_, shape) = plot(gone, "radar", level="subcategory").axes[0].lines[-2:]
        assert [number != number for number in shape.get_xdata()].count(True) == 1

    def test_a_radar_takes_the_first_level_with_enough_nodes(self) -> None:
        small = small_card([Fraction(10)] * 3, [Fraction(1), Fraction(1, 2), Fraction(3, 4)])
        assert sum(text.startswith("1.1.1.") for text in texts(plot(small, "radar"))) == 3
        with pytest.raises(ValueError, match="a radar needs 3 nodes of a level or more, and there are 1"):
            plot(small, "radar", level="category")
        assert plot(small).get_label().startswith("最终得分 22.50 ★★★☆☆ 名")


class TestSeveral:
    def test_each_result_says_which_it_is_and_who_evaluated_it(self) -> None:
        """6.1.5, reading R16; and a score that only rounding moved onto a limit has its mark (R3)."""
        for kind in ("bars", "radar"):
            shown = texts(plot(COMPARISON, kind))  # type: ignore[arg-type]
            assert "1. 山海电器有限公司 90.00(-) ★★★★ 第三方评价 2026年3月2日至6日" in shown
            assert "2. 滨海家电连锁有限公司 87.37 ★★★★ 第三方评价 2026年3月2日至6日" in shown
            assert any("GB/T 8170" in text for text in shown)
            assert "CTS XBHT-S04-2025（2025-12-04 版） 家电 中型" in shown

    def test_equal_points_do_not_hide_each_other(self) -> None:
        figure = plot(aftersales.compare([card_of("甲"), card_of("乙")]), level="category")
        dots = {
            (line.get_xdata()[0], line.get_ydata()[0])
            for line in figure.axes[0].lines
            if line.get_marker() in "os" and len(line.get_xdata()) == 1
        }
        assert len([dot for dot in dots if dot[1] > -0.6]) == 4 * 2

    def test_the_printed_ratios_stand_in_columns(self) -> None:
        shown = texts(made("comparison"))
        node = next(node for node in COMPARISON.nodes if node.id == "5.1.6")
        for printed in node.printed_ratios:
            assert printed in shown
        assert "100.00%" not in [text for text in texts(made("many")) if text.endswith("%")][11:]

    def test_two_years_are_joined_by_a_line(self) -> None:
        figure = made("progress")
        shown = texts(figure)
        assert {"此前 87.37 分 ★★★★", "此后 84.92 分 ★★★★"} <= set(shown)
        joined = [line for line in figure.axes[0].lines if line.get_linewidth() == 2 and len(line.get_xdata()) == 2]
        rises = [line.get_xdata()[1] > line.get_xdata()[0] for line in joined]
        assert sorted(rises) == [False, True]
        assert len({line.get_color() for line in joined}) == 2

    def test_a_change_of_applicability_has_one_point(self) -> None:
        figure = made("what if")
        assert [label.get_text()[:7] for label in figure.axes[0].get_yticklabels()] == ["5.1.1.1", "5.1.3.1", "5.1.6.4"]
        assert texts(figure).count("不适用") == 1
        assert len(made("no change").axes[0].get_yticklabels()) == 0
        assert "没有变化的指标" in texts(made("no change"))

    def test_scorecards_have_to_be_compared_first(self) -> None:
        """Not everything can stand beside each other (6.1.5)."""
        with pytest.raises(
            TypeError, match=r"result has to be one of Bounds, .*, not list; compare\(\) makes a Comparison"
        ):
            plot([CHAIN, CHAIN])  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"not Evaluation$"):
            plot(CHAIN.evaluation)  # type: ignore[arg-type]


class TestAdvice:
    def test_a_plot_of_bounds_shows_the_gains(self) -> None:
        shown = texts(made("bounds"))
        assert {"最终得分仍可能为 64.45 至 94.40", "★、★★、★★★、★★★★、★★★★★", "≈2.51", "其余 2 项"} <= set(shown)
        assert lengths(made("bounds"))[0] == pytest.approx(float(RESULTS["bounds"][0].open[0].gain))
        assert "全部指标均已认定" in texts(made("bounds of nothing open"))

    def test_a_plot_of_improvements_shows_the_steps(self) -> None:
        figure = made("improvements")
        assert {"≈+0.81", "90.53", "87.37", "90 ★★★★★"} <= set(texts(figure))
        assert "已达到" in texts(made("reached"))
        assert any(text.startswith("无法达到") for text in texts(made("no way")))
        lost = ["5.1.3.1", "5.1.4.1", "5.2.1.1", "5.3.2.1", "5.4.3.2"]
        assert "+3.5" in texts(plot(aftersales.improvements(card_of(**dict.fromkeys(lost, "none")), 5)))

    def test_a_plot_of_confidence_shows_the_chances(self) -> None:
        figure = made("confidence")
        assert lengths(figure) == pytest.approx([0.7494, 0.2506], abs=1e-4)
        assert {"74.94%", "25.06%", "★★★", "★★★★"} <= set(texts(figure))
        sure = RESULTS["confidence"][0]
        part = sure.model_copy(
            update={"chances": (aftersales.Chance(stars=0, lowest=Fraction(1, 4), highest=Fraction(3, 8)),)}
        )
        shown = plot(part)
        assert [bar.get_width() for bar in shown.axes[0].patches] == [1.0, 0.25, 0.125]  # type: ignore[attr-defined]
        assert "不合格" in texts(shown)


class TestMany:
    def test_the_plot_of_many_shows_the_stars_of_each_group(self) -> None:
        """The scores of each group are 100, 100 - 3.5 / 4, and 100 - 3.5 / 2 - 2.5: all have five stars."""
        figure = made("stars of many")
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert labels == [
            f"家电{k} 中型 {stars}" for k in (0, 1) for stars in ("不合格", *("★" * n for n in range(1, 6)))
        ]
        assert lengths(figure) == [0, 0, 0, 0, 0, 1] * 2
        shown = texts(figure)
        assert {"评价 6 份，其中已评分 6 份", "CTS XBHT-S04-2025（2025-12-04 版）", "3"} <= set(shown)

    def test_the_plot_of_many_shows_what_costs_most_in_each_group(self) -> None:
        """Two of three lose a fourth and a half of 5.1.3.1 (3.5 points), one of them all of 5.4.3.2 (2.5 points)."""
        figure = made("losses of many")
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert [label[:14] for label in labels] == [
            f"家电{k} 中型 {name}" for k in (0, 1) for name in ("5.1.3.1", "5.4.3.2")
        ]
        assert lengths(figure) == pytest.approx([3.5 * 0.75 / 3, 2.5 / 3] * 2)
        assert {"0.875", "≈0.83"} <= set(texts(figure))
        with pytest.raises(ValueError, match="score the table with shares=True"):
            plot(RESULTS["losses of many"][0]._replace(losses=None), "losses")

    def test_a_plot_shows_the_first_of_many_groups(self) -> None:
        for name in ("stars of twelve", "losses of twelve"):
            figure = made(name)
            assert len(figure.axes[0].get_yticklabels()) in (20, 60)
            assert "其余 2 组" in texts(figure)

    def test_a_group_without_a_score_has_no_bars(self) -> None:
        comparison = RESULTS["stars of many"][0]
        stars = comparison.stars.to_pylist()
        unscored = type(comparison.stars).from_pylist([row | {"share": None} for row in stars[:6]] + stars[6:])
        assert len(plot(comparison._replace(stars=unscored)).axes[0].get_yticklabels()) == 6

    def test_the_plot_of_two_years_shows_the_stars_of_each(self) -> None:
        figure = made("stars of two years")
        assert {"可对比的评价对象 6 家", "前一次评价", "后一次评价"} <= set(texts(figure))
        assert len(figure.axes[0].get_yticklabels()) == 12


class TestArguments:
    def test_a_kind_or_a_level_that_the_result_does_not_have(self) -> None:
        with pytest.raises(ValueError, match="kind is one of bars, radar, waterfall, not 'pie'"):
            plot(CHAIN, "pie")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="kind is one of bars, radar, not 'waterfall'"):
            plot(COMPARISON, "waterfall")
        with pytest.raises(ValueError, match="level is one of category, subcategory, indicator, not 'all'"):
            plot(CHAIN, level="all")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="level is one of None, not 'category'"):
            plot(RESULTS["bounds"][0], level="category")

    def test_the_language_is_that_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AFTERSALES_LANG", "en")
        assert "Final score 87.37" in plot(CHAIN).get_label()
        assert "最终得分 87.37" in plot(CHAIN, lang="zh").get_label()

    def test_without_matplotlib_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        with pytest.raises(aftersales.MissingExtra, match=r"pip install 'aftersales\[plots\]'"):
            plot(CHAIN)


class TestInANotebook:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("name", RESULTS)
    def test_a_plot_in_a_notebook_is_svg_within_the_page(self, name: str, lang: str) -> None:
        """No script, nothing from elsewhere, no rule for the page around it, and the colour of its text."""
        page = page_of(name, lang)
        assert page.startswith('<div class="aftersales"><style>')
        assert not re.search(r"<script|<image|href=\"[^#]|url\((?!#)|@import|<\?xml|<metadata|<title", page)
        assert all(rule.startswith(".aftersales ") for rule in re.findall(r"[^{}>\n]+(?=\{)", page))
        assert page.count("<style") == 1
        assert INK not in page
        assert "currentColor" in page
        assert re.search(r'<svg role="img" aria-label="[^"]{5,}"', page)
        assert "#000000" not in page

    @pytest.mark.parametrize(
        "name",
        [
            name
            if name in ("bars", "radar", "comparison", "stars of many")
            else pytest.param(name, marks=pytest.mark.slow)
            for name in RESULTS
        ],
    )
    def test_the_same_result_is_the_same_picture_each_time(self, name: str) -> None:
        figure = fresh(name)
        figure._repr_html_()
        assert figure._repr_html_() == page_of(name, "zh")

    def test_hostile_text_stays_text_in_a_plot(self) -> None:
        """Neither markup nor a formula of matplotlib, which raises for what is none."""
        evil = "<script>alert(1)</script> & \" ' $\\frac{ $x$ \x00\u202e\n^_%#"
        figure = plot(card_of(evil))
        page = figure._repr_html_()
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "$\\frac{ $x$" in page
        assert not re.search("[\x00\u202e]", page)
        assert "\ufffd" in page
        comparison = aftersales.compare([card_of(evil), card_of("很长的名称" * 100)])
        for kind in ("bars", "radar"):
            plot(comparison, kind).savefig(BytesIO(), format="png")  # type: ignore[arg-type]

    def test_the_style_of_the_notebook_does_not_matter(self) -> None:
        plain = plot(CHAIN)._repr_html_()
        with matplotlib.rc_context(
            {"text.parse_math": True, "axes.grid": True, "font.size": 20, "figure.facecolor": "k"}
        ):
            assert plot(CHAIN)._repr_html_() == plain

    @pytest.mark.slow
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_no_text_lies_on_another_or_outside(self, browser: Any, lang: str) -> None:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        boxes = """[...document.querySelectorAll('svg text')].map(t => {const b = t.getBoundingClientRect();
            return [t.textContent, b.left, b.top, b.right, b.bottom]})"""
        for name in RESULTS:
            page.set_content(f'<meta charset="utf-8"><body style="margin:0">{page_of(name, lang)}')
            whole = page.evaluate(
                "(b => [b.left, b.top, b.right, b.bottom])(document.querySelector('svg').getBoundingClientRect())"
            )
            found = page.evaluate(boxes)
            for text, left, top, right, bottom in found:
                outside = [whole[0] - left, whole[1] - top, right - whole[2], bottom - whole[3]]
                assert max(outside) <= 1, (name, text)
            for (a, *one), (b, *other) in combinations(found, 2):
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                assert across <= 1 or down <= 5, (name, a, b)  # lines of text overlap by their leading
        page.close()

    @pytest.mark.slow
    @pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
    def test_a_plot_in_a_notebook_has_no_background_and_is_seen_on_any(self, browser: Any, ground: str) -> None:
        """WCAG 2.2 asks for a contrast of 3 for graphics (1.4.11) and 4.5 for text (1.4.3)."""
        page = browser.new_page()
        page.set_content(
            f'<body style="background:{ground};color:{"#111" if ground == "#ffffff" else "#eee"}">{page_of("comparison", "zh")}'
        )
        fills = page.evaluate(
            "[...new Set([...document.querySelectorAll('svg use, svg path')].map(e => getComputedStyle(e).fill))]"
        )
        inks = page.evaluate(
            "[...new Set([...document.querySelectorAll('svg text')].map(e => getComputedStyle(e).fill))]"
        )
        page.close()
        behind = luminance([int(digits, 16) / 255 for digits in re.findall("..", ground[1:])])
        for colour, least in [*((fill, 3) for fill in fills if fill.startswith("rgb(")), *((ink, 4.5) for ink in inks)]:
            channels = [float(number) / 255 for number in re.findall(r"[\d.]+", colour)[:3]]
            if colour == "rgb(0, 0, 0)" and ground == "#111111":
                continue  # the initial value, of lines without a filling
            darker, lighter = sorted((luminance(channels), behind))
            assert (lighter + 0.05) / (darker + 0.05) >= least, colour


def luminance(channels: list[float]) -> float:
    """The relative luminance of a colour of sRGB, as WCAG defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class TestFiles:
    @pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
    def test_every_format_is_written_with_chinese(self, kind: str, start: bytes) -> None:
        """matplotlib warns of a character that it draws as a box, and a warning is an error here."""
        for name in ("bars", "radar", "waterfall", "comparison"):
            file = BytesIO()
            made(name).savefig(file, format=kind)
            assert file.getvalue().startswith(start)

    def test_without_a_font_for_chinese_there_are_no_boxes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A notebook still shows it, since the browser has fonts of its own; so does English text."""
        known = [font for font in font_manager.fontManager.ttflist if font.name.startswith("DejaVu")]
        monkeypatch.setattr(font_manager.fontManager, "ttflist", known)
        font_manager._findfont_cached.cache_clear() if hasattr(font_manager, "_findfont_cached") else None
        figure = plot(CHAIN)
        with pytest.raises(aftersales.PaperError, match="no-font"):
            figure.savefig(tmp_path / "card.png")
        assert "组织架构" in figure._repr_html_()
        english = plot(card_of("Shore Ltd"), lang="en")
        english.savefig(tmp_path / "card.png")
        assert (tmp_path / "card.png").stat().st_size > 10_000

        def warning(*_: Any, **__: Any) -> None:
            import warnings

            warnings.warn("something else", UserWarning, stacklevel=1)

        monkeypatch.setattr(matplotlib.figure.Figure, "savefig", warning)
        with pytest.raises(UserWarning, match="something else"):
            english.savefig(tmp_path / "card.png")
