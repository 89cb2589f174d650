"""Every result as an Arrow table: the rows are those of the object, exact, and typed where there are none."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pandas
import pyarrow
import pytest
from support import oracle

import aftersales
from aftersales import load_example, score


def card_of(**changes: Any) -> aftersales.Scorecard:
    subject = {"organisation": "甲", "product_category": "家电", "size_tier": "中型"}
    return score(aftersales.load_evaluation(oracle.document(oracle.all_full() | changes, subject=subject)))


CHAIN = score(load_example("home-appliance-chain"))
POOR = card_of(**{"5.1.1.1": "none", "5.1.1.2": {"kind": "qualitative", "degree": "1/3", "reason": "缺"}})
GONE = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明", "李静"]}


def exact(table: Any, name: str) -> list[Fraction | None]:
    """A column of numbers as text, once it is held against that of floats."""
    numbers = [None if text is None else Fraction(text) for text in table[f"{name}_exact"].to_pylist()]
    assert table[name].to_pylist() == [None if number is None else float(number) for number in numbers]
    return numbers


def same_as(table: Any, rows: Sequence[Any], numbers: Sequence[str], others: Sequence[str]) -> None:
    """The table has a row for each object, with its titles and these fields."""
    assert table["title_zh"].to_pylist() == [row.title.zh for row in rows]
    assert table["title_en"].to_pylist() == [row.title.en for row in rows]
    for name in numbers:
        assert exact(table, name) == [getattr(row, name) for row in rows]
    for name in others:
        assert table[name].to_pylist() == [getattr(row, name) for row in rows]


class TestScorecard:
    def test_the_table_of_deductions_has_them_exactly(self) -> None:
        numbers = ("points", "applicable", "earned", "deducted", "ratio")
        same_as(CHAIN.to_table("deductions"), CHAIN.deductions, numbers, ("id", "level", "parent"))
        assert POOR.to_table("deductions").select(["id", "deducted_exact", "reason"]).to_pylist() == [
            {"id": "5.1.1.1", "deducted_exact": "1", "reason": None},
            {"id": "5.1.1.2", "deducted_exact": "2/3", "reason": "缺"},
        ]
        assert card_of().to_table("deductions").num_rows == 0

    def test_the_table_of_nodes_has_kind_and_reason(self) -> None:
        """A group has neither; the indicators of a deleted group have those of the deletion."""
        table = score(POOR.evaluation.with_findings({"5.3.6": GONE}).without("5.3.6.1", "5.3.6.2")).to_table()
        told = {row["id"]: (row["kind"], row["reason"]) for row in table.to_pylist()}
        assert told["5.3.6"] == told["5.1"] == (None, None)
        assert told["5.3.6.1"] == told["5.3.6.2"] == ("not_applicable", "无")
        assert told["5.1.1.2"] == ("qualitative", "缺")
        assert told["5.1.2.2"] == ("quantitative", None)

    def test_other_rows_are_refused(self) -> None:
        with pytest.raises(ValueError, match="rows is one of nodes, deductions, not 'lost'"):
            CHAIN.to_table("lost")  # type: ignore[arg-type]

    def test_the_former_columns_stand_where_they_stood(self) -> None:
        names = CHAIN.to_table().column_names
        assert names[:5] == ["id", "level", "title_zh", "title_en", "points"]
        assert names[9:15] == [
            "points_exact",
            "applicable_exact",
            "earned_exact",
            "deducted_exact",
            "ratio_exact",
            "row",
        ]


class TestFindings:
    def test_every_kind_has_its_values(self) -> None:
        found: dict[str, Any] = oracle.all_full() | {
            "5.1.1.1": {"kind": "qualitative", "degree": "1/3", "row": 0, "reason": "甲", "measure": "乙", "strength": "丙",
                        "evidence": [{"method": "document"}, {"method": "customer"}]},
            "5.1.1.2": {"kind": "quantitative", "actual": "30", "at_most": "24"},
            "5.1.1.3": {"kind": "sampled", "population": 120, "sampled": 80, "nonconforming": 4},
            "5.1.1.4": {"kind": "sampled", "outlets": 12, "outlets_covered": 12, "sampled": 36, "nonconforming": 3},
            "5.1.1.5": None,
            "5.3.6": GONE,
        }  # fmt: skip
        del found["5.3.6.1"], found["5.3.6.2"]
        evaluation = aftersales.load_evaluation(oracle.document(found))
        table = evaluation.to_table()
        rows = {
            row.pop("id"): {key: value for key, value in row.items() if value is not None} for row in table.to_pylist()
        }
        assert list(rows) == list(found)
        assert rows["5.1.1.1"] == {
            "parent": "5.1.1", "kind": "qualitative", "degree": 1 / 3, "degree_exact": "1/3", "row": 0,
            "reason": "甲", "measure": "乙", "strength": "丙", "pieces_of_evidence": 2,
        }  # fmt: skip
        assert rows["5.1.1.2"] == {
            "parent": "5.1.1", "kind": "quantitative", "actual": 30.0, "actual_exact": "30", "at_most": 24.0,
            "at_most_exact": "24", "pieces_of_evidence": 0,
        }  # fmt: skip
        sample = {"parent": "5.1.1", "kind": "sampled", "pieces_of_evidence": 0}
        assert rows["5.1.1.3"] == sample | {"population": 120, "sampled": 80, "nonconforming": 4}
        assert rows["5.1.1.4"] == sample | {"outlets": 12, "outlets_covered": 12, "sampled": 36, "nonconforming": 3}
        assert rows["5.1.1.5"] == {"parent": "5.1.1"}
        deletion = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明", "李静"], "pieces_of_evidence": 0}
        assert rows["5.3.6"] == {"parent": "5.3"} | deletion

    def test_a_number_beyond_all_floats_is_infinite_and_exact(self) -> None:
        finding = aftersales.Quantitative(actual=10**400, at_most=10**401)
        table = aftersales.Evaluation(standard="S", findings={"5.1.1.1": finding}).to_table()
        assert table["actual"].to_pylist() == [math.inf]
        assert table["at_most_exact"].to_pylist() == ["1" + "0" * 401]

    def test_a_count_that_no_column_holds_is_refused(self) -> None:
        def evaluation(items: int) -> aftersales.Evaluation:
            finding = aftersales.Sampled(population=items, sampled=items, nonconforming=0)
            return aftersales.Evaluation(standard="S", findings={"5.1.1.1": finding, "5.1.1.2": None})

        assert evaluation(2**63 - 1).to_table()["population"].to_pylist() == [2**63 - 1, None]
        with pytest.raises(aftersales.EvaluationError) as refused:
            evaluation(2**63).to_table()
        told = [(problem.code, problem.path) for problem in refused.value.problems]
        assert told == [("out-of-range", f"findings[5.1.1.1].{name}") for name in ("population", "sampled")]

    def test_every_value_of_every_kind_has_a_column(self) -> None:
        names = set(CHAIN.evaluation.to_table().column_names)
        kinds = (aftersales.Qualitative, aftersales.Quantitative, aftersales.Sampled, aftersales.NotApplicable)
        assert {name for kind in kinds for name in kind.model_fields} - {"evidence"} <= names

    def test_without_findings_the_columns_have_their_types(self) -> None:
        table = aftersales.Evaluation(standard="X", findings={}).to_table()
        assert table.num_rows == 0
        assert table.schema == CHAIN.evaluation.to_table().schema


class TestAdvice:
    def test_the_table_of_bounds_has_the_open_indicators(self) -> None:
        open_ids = ("5.1.3.1", "5.2.1.1")
        for deletions in (True, False):
            still = aftersales.bounds(CHAIN.evaluation.without(*open_ids), deletions=deletions)
            table = still.to_table()
            same_as(table, still.open, ("points", "gain"), ("id",))
            assert table["parent"].to_pylist() == ["5.1.3", "5.2.1"]
            for span in ("if_full", "if_none", "if_deleted"):
                for end in ("lowest", "highest"):
                    expected = [getattr(getattr(each, span), end, None) for each in still.open]
                    assert exact(table, f"{span}_{end}") == expected
                    assert (expected == [None, None]) == (span == "if_deleted" and not deletions)

    def test_the_table_of_improvements_has_a_row_for_each_step(self) -> None:
        for cost in (None, {"5.1.6.4": 3, "5.1.4.1": "2.5"}):
            way = aftersales.improvements(CHAIN, 5, cost)
            table = way.to_table()
            numbers = ("points", "earned", "gain", "final_score", "cost")
            same_as(table, way.steps, numbers, ("id", "printed_score", "stars"))
            assert len(way.steps) >= 2

    def test_the_table_of_chances_has_a_row_for_each_star(self) -> None:
        sure = aftersales.confidence(score(load_example("software-service-vendor")))
        table = sure.to_table()
        assert table["stars"].to_pylist() == [3, 4]
        assert table["percent"].to_pylist() == [chance.percent for chance in sure.chances]
        for name in ("lowest", "highest"):
            assert exact(table, name) == [getattr(chance, name) for chance in sure.chances]
        points = sure.to_table("tipping_points")
        counts = ("id", "stars_if_full", "stars_if_none", "stars_if_deleted")
        same_as(points, sure.tipping_points, ("share", "rises_at", "falls_below"), counts)
        assert points.num_rows == 62
        with pytest.raises(ValueError, match="rows is one of chances, tipping_points, not 'nodes'"):
            sure.to_table("nodes")  # type: ignore[arg-type]


class TestComparison:
    def test_the_table_of_a_comparison_has_each_node_in_each_result(self) -> None:
        """The results stand in the order of the ranking; a float would not distinguish 1/3 from its neighbours."""
        comparison = aftersales.compare([POOR, card_of()])
        table = comparison.to_table()
        assert table.num_rows == 97 * 2
        rows = [row for row in table.to_pylist() if row["id"] == "5.1.1.2"]
        told = ("parent", "level", "place", "index", "organisation", "ratio_exact", "best")
        assert [tuple(row[name] for name in told) for row in rows] == [
            ("5.1.1", "indicator", 1, 1, "甲", "1", True),
            ("5.1.1", "indicator", 2, 0, "甲", "1/3", False),
        ]
        wide = table.to_pandas().pivot(index="id", columns="index", values="ratio")
        assert wide.loc["5.1.1"].tolist() == [float(POOR["5.1.1"].ratio or 0), 1.0]

    def test_a_ratio_that_is_not_applicable_is_null_in_a_table(self) -> None:
        gone = score(POOR.evaluation.with_findings({"5.1.1.1": GONE}))
        rows = aftersales.compare([gone, gone]).to_table().to_pylist()
        assert {row["ratio"] for row in rows if row["id"] == "5.1.1.1"} == {None}

    def test_the_table_of_a_ranking_has_a_row_for_each_result(self) -> None:
        ranking = aftersales.compare([CHAIN, CHAIN]).to_table("ranking")
        (row, _) = ranking.to_pylist()
        assert exact(ranking, "final_score") == [CHAIN.final_score] * 2
        assert row["place"] == 1
        assert (row["type"], row["start"], row["end"]) == ("third_party", "2026-03-02", "2026-03-06")
        assert (row["organisation"], row["printed_score"], row["stars"]) == ("滨海家电连锁有限公司", "87.37", 4)
        undated = aftersales.compare([POOR, POOR]).to_table("ranking").to_pylist()[0]
        assert (undated["type"], undated["start"], undated["end"]) == (None, None, None)

    def test_other_rows_are_refused(self) -> None:
        with pytest.raises(ValueError, match="rows is one of nodes, ranking, not 'places'"):
            aftersales.compare([POOR, POOR]).to_table("places")  # type: ignore[arg-type]

    def test_tables_of_progress_and_of_what_if_have_each_change(self) -> None:
        numbers, others = ("before", "after", "difference"), ("id", "level", "parent")
        better = aftersales.progress(POOR, card_of(**{"5.1.1.1": GONE}))
        same_as(better.to_table(), better.changes, numbers, others)
        rows = {row["id"]: row for row in better.to_table().to_pylist()}
        assert (rows["5.1.1.2"]["before_exact"], rows["5.1.1.2"]["difference_exact"]) == ("1/3", "2/3")
        assert (rows["5.1.1.1"]["after"], rows["5.1.1.1"]["difference"]) == (None, None)
        change = aftersales.what_if(POOR, {"5.1.1.1": "full"})
        same_as(change.to_table(), change.changes, numbers, others)
        assert change.to_table()["id"].to_pylist() == ["5.1", "5.1.1", "5.1.1.1"]

    def test_what_is_printed_follows_reading_r3(self) -> None:
        """Nothing that lost a point is printed as full, nor as a limit that it has not reached."""
        nearly = card_of(**{"5.1.1.1": {"kind": "qualitative", "degree": "0.9999999"}})
        comparison = aftersales.compare([nearly, nearly])
        change = aftersales.what_if(card_of(), {"5.1.1.1": {"kind": "qualitative", "degree": "0.8999999"}})
        printed = {node.id: node.printed_ratios for node in comparison.nodes}
        assert printed["5.1.1.1"] == printed["5.1"] == ("100.00%(-)",) * 2
        assert printed["5.2"] == ("100.00%",) * 2
        assert (change.changes[-1].printed_before, change.changes[-1].printed_after) == ("100.00%", "90.00%(-)")
        assert (change.printed_score_before, change.printed_score_after) == ("100.00", "99.90")
        year = aftersales.progress(nearly, card_of(**{"5.1.1.1": GONE}))
        assert (year.printed_score_before, year.printed_score_after) == ("100.00(-)", "100.00")
        (gone,) = (each for each in year.changes if each.id == "5.1.1.1")
        assert (gone.printed_before, gone.printed_after) == ("100.00%(-)", None)
        assert repr(year) == "<Progress of 甲: 100.00(-) → 100.00, stars 5 → 5>"
        assert repr(change) == "<WhatIf: 100.00 → 99.90, stars 5 → 5; 3 nodes change>"


@pytest.mark.parametrize("thing", [CHAIN, CHAIN.evaluation, aftersales.bounds(CHAIN.evaluation), aftersales.compare([CHAIN, CHAIN])],
                         ids=lambda thing: type(thing).__name__)  # fmt: skip
def test_without_pyarrow_the_extra_is_named(thing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(aftersales.MissingExtra, match=r"pip install 'aftersales\[batch\]'"):
        thing.to_table()


def test_tables_of_several_results_can_be_put_below_each_other() -> None:
    """Tables of several results have one schema, so that they can be put below each other."""
    cards = [CHAIN, POOR, card_of()]
    table = pyarrow.concat_tables([card.to_table() for card in cards])
    assert isinstance(table.to_pandas(), pandas.DataFrame)
    assert table.num_rows == 97 * 3
