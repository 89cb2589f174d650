"""The notebook views of comparisons of many organisations."""

from __future__ import annotations

import pickle
import re
from typing import Any

import pyarrow as pa
import pytest
from support.tables import IDS, scored_groups

from aftersales import html_of
from aftersales.batch import compare_table, progress_table, score_table


def rows_of(page: str | None) -> list[list[str]]:
    """The cells of each row of the tables, heads included."""
    rows = re.findall("<tr>(.*?)</tr>", page or "")
    return [re.findall("<t[hd][^>]*>(?:<span>)?(.*?)(?:</span>)?</t[hd]>", row) for row in rows]


def scored(shares: dict[str, float | None], tier: str | None = "中型", *, with_shares: bool = False) -> pa.Table:
    """Organisations with one share throughout; one of None has no score."""
    count = len(shares)
    named = {"evaluation": [*shares], "product_category": ["家电"] * count, "size_tier": [tier] * count}
    table = pa.table({**named, **{name: pa.array([*shares.values()], pa.float64()) for name in IDS}})
    return score_table(table, nodes=(), exact=True, shares=with_shares)


class TestComparison:
    def test_a_comparison_shows_the_groups_their_stars_and_what_costs_most(self) -> None:
        """Of 3.5 points for 5.1.3.1 the others lose a quarter and a half, and one all 2.5 of 5.4.3.2: 100, 99.125, 95.75."""
        rows = rows_of(html_of(compare_table(scored_groups(2))))
        assert rows[0] == ["组别", "评价", "已评分", "参与排名", "合格", "平均得分", "得分中位数", "最低", "最高"]
        assert rows[1:3] == [[f"家电{group} 中型", *"3333", "98.29", "99.12", "95.75", "100.00"] for group in (0, 1)]
        assert rows[3] == ["星级", "不合格", "★", "★★", "★★★", "★★★★", "★★★★★"]
        assert rows[4:6] == [[f"家电{group} 中型", *"000003"] for group in (0, 1)]
        best = [["1", "100.00"], ["2", "99.12"], ["3", "95.75"]]
        assert rows[7:13] == [
            [f"家电{group} 中型", place, f"家电{group}-{int(place) - 1}", score, "★★★★★", ""]
            for group in (0, 1)
            for place, score in best
        ]
        costliest = [["5.1.3.1", "0.875", "2"], ["5.4.3.2", "≈0.83", "1"]]
        assert [[row[1].partition(" ")[0], *row[2:]] for row in rows[14:16]] == costliest
        assert len(rows) == 18

    def test_a_comparison_is_shown_in_english_too(self) -> None:
        comparison = compare_table(scored({"A": 1, "B": 0.5}))
        rows = rows_of(html_of(comparison, "en"))
        assert rows[2] == ["Star Level", "Failed", "★", "★★", "★★★", "★★★★", "★★★★★"]
        assert rows[3] == ["家电 中型", *"100001"]
        assert ["家电 中型", "2", "B", "50.00", "Failed", ""] in rows
        assert "cost most" not in (html_of(comparison, "en") or "")  # the table has no shares

    def test_a_score_just_below_a_limit_is_marked(self) -> None:
        page = html_of(compare_table(scored({"A": 0.89999, "B": 0.9}))) or ""
        assert ">90.00(-)<" in page
        assert "数值后的“(-)”表示" in page

    def test_a_group_that_lost_nothing_has_no_costly_indicators(self) -> None:
        assert "扣分最多" not in (html_of(compare_table(scored({"A": 1, "B": 1}, with_shares=True))) or "")

    def test_the_ranking_says_who_evaluated(self) -> None:
        table = scored({"A": 1, "B": 0.9})
        table = table.append_column("type", pa.array(["self", "third_party"]))
        assert [row[-1] for row in rows_of(html_of(compare_table(table)))[-2:]] == ["自我评估", "第三方评价"]

    def test_who_is_not_ranked_is_named_with_the_reason(self) -> None:
        comparison = compare_table(scored({"A": 1, "B": None, "C": 0.9}, None))
        rows = rows_of(html_of(comparison, "en"))
        assert ["Evaluation", "Reason"] in rows
        assert [row[0] for row in rows[-3:]] == ["A", "B", "C"]
        assert rows[-1][1] == comparison.unranked["message"].to_pylist()[-1]
        assert rows[1] == ["家电 –", "3", "2", "0", "2", "95.00", "95.00", "90.00", "100.00"]

    def test_a_page_shows_the_first_of_many_groups(self) -> None:
        page = html_of(compare_table(scored_groups(21))) or ""
        assert "以下为前 20 组，共 21 组" in page
        assert "家电19 中型" in page
        assert "家电20 中型" not in page
        assert "以下为前" not in (html_of(compare_table(scored_groups(20))) or "")

    @pytest.mark.parametrize("table", [scored({"A": 1}).slice(1), scored({"A": None})])
    def test_a_comparison_of_no_rows_is_shown(self, table: Any) -> None:
        assert html_of(compare_table(table))

    def test_a_comparison_is_one_line_in_a_console_and_is_pickled(self) -> None:
        comparison = compare_table(scored({"A": 1, "B": 0.5}))
        assert repr(comparison) == "<TableComparison: 1 groups, 2 ranked, 0 unranked>"
        assert comparison._repr_html_() == html_of(comparison)
        assert pickle.loads(pickle.dumps(comparison)).ranking == comparison.ranking
        assert comparison._fields == ("standard", "groups", "ranking", "stars", "losses", "unranked")


class TestProgress:
    def test_a_change_counts_who_rose_and_fell(self) -> None:
        change = progress_table(scored({"A": 0.5, "B": 1, "C": 0.9}), scored({"A": 0.9, "B": 0.85, "C": 0.95, "D": 1}))
        rows = rows_of(html_of(change))
        assert rows[:2] == [["组别", "可对比", "星级上升", "星级不变", "星级下降"], ["家电 中型", "3", "1", "1", "1"]]
        assert rows[2] == ["评价", "原因"]
        assert rows[3][0] == "D"
        assert repr(change) == "<TableProgress: 3 changes, 1 uncompared>"

    def test_a_change_shows_what_costs_more_than_before(self) -> None:
        """5.1.3.1 costs 2.625 points of three before and 4.375 after; the other losses are the same."""
        rows = rows_of(html_of(progress_table(scored_groups(1), scored_groups(1, worse=1)), "en"))
        assert rows[2] == ["Group", "Indicator", "Lost before", "Lost after", "Rise"]
        assert [[row[1].partition(" ")[0], *row[2:]] for row in rows[3:]] == [["5.1.3.1", "0.875", "≈1.46", "+0.58"]]

    def test_without_a_rise_nothing_costs_more(self) -> None:
        assert len(rows_of(html_of(progress_table(scored_groups(1), scored_groups(1))))) == 2
