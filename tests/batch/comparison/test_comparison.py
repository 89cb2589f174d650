"""Comparisons of scored tables: each group is ranked as compare() ranks it, and nothing is left out in silence."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pandas
import polars as pl
import pyarrow as pa
import pytest
from support import share_rows
from support.oracle import INDICATORS
from support.tables import all_of

import aftersales
from aftersales import AdviceError, Evaluation, EvaluationError, data_folder, load_standard, score
from aftersales.batch import compare_table, progress_table, score_batches, score_table
from aftersales.batch.comparison import losses
from aftersales.standard import standard as standards

NEWEST = load_standard(edition="2025-12-04")
CATEGORIES = ("家电", "汽车", None)
TIERS = ("大型", "中型", "小型")


def scored_of(rows: list[share_rows.Row], form: str = "decimal", standard: Any = NEWEST, **columns: Any) -> Any:
    """A scored table with the exact scores and the shares, of one group if the columns do not say otherwise."""
    count = len(rows)
    named = {"evaluation": [f"E{k:03}" for k in range(count)]}
    named |= {"product_category": ["家电"] * count, "size_tier": ["中型"] * count} | columns
    shares = share_rows.as_table(rows, form) if rows else all_of(1).slice(1)
    table = pa.table({**{name: pa.array(cells, pa.string()) for name, cells in named.items()}})
    for name in shares.column_names:
        table = table.append_column(name, shares[name])
    return score_table(table, standard, nodes=(), exact=True, null="not_applicable", shares=True)


def full(**changed: Any) -> share_rows.Row:
    """Full shares, but for these (i5_1_1_1): numerator and denominator, or None for a deletion."""
    return [changed.get(f"i{name}".replace(".", "_"), (1, 1)) for name in INDICATORS]


def lines(table: Any, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def problems_of(call: Any) -> list[tuple[str, str]]:
    with pytest.raises(EvaluationError) as caught:
        call()
    return [(problem.code, problem.path) for problem in caught.value.problems]


class TestRanking:
    @pytest.mark.parametrize("form", [*share_rows.FORMS])
    def test_each_group_is_ranked_as_compare_ranks_it(self, form: str) -> None:
        rng = random.Random(form)
        rows = [share_rows.random_row(rng, form, 0.8) for _ in range(60)]
        rows += [share_rows.adversarial_row(rng, form) for _ in range(30)]
        rows += rows[:10]  # equal scores
        of = {
            "product_category": [rng.choice(CATEGORIES) for _ in rows],
            "size_tier": [rng.choice(TIERS) for _ in rows],
            "type": [rng.choice(["third_party", "self"]) for _ in rows],
        }
        table = scored_of(rows, form, **of)
        found = compare_table(table)
        expected: list[tuple[Any, ...]] = []
        groups = dict.fromkeys(zip(of["product_category"], of["size_tier"], strict=True))
        for group in groups:
            members = [k for k in range(len(rows)) if (of["product_category"][k], of["size_tier"][k]) == group]
            cards = [card_of(rows[k], f"E{k:03}", *group, of["type"][k]) for k in members]
            if group[0] is None or len(members) < 2:
                continue
            for ranked in aftersales.compare(cards).ranking:
                texts = (str(ranked.final_score), ranked.printed_score, ranked.stars)
                expected.append((*group, ranked.place, ranked.organisation, ranked.type, *texts))
        names = ("product_category", "size_tier", "place", "evaluation", "type")
        texts = ("final_score_exact", "printed_score", "stars")
        given = [
            (*row[:5], str(Fraction(row[5])), *row[6:]) for row in lines(found.ranking, *names, *texts)
        ]  # fmt: skip
        assert given == expected
        assert len(given) + len({*found.unranked["evaluation"].to_pylist()}) == len(rows)

    def test_equal_scores_share_a_place(self) -> None:
        rows = [full(i5_1_1_1=(0, 1)), full(), full(i5_1_1_2=(0, 1)), full(), full(i5_1_1_1=(1, 2))]
        found = compare_table(scored_of(rows, "pair"))
        assert lines(found.ranking, "place", "evaluation", "final_score_exact") == [
            (1, "E001", "100"), (1, "E003", "100"), (3, "E004", "99.5"), (4, "E000", "99"), (4, "E002", "99"),
        ]  # fmt: skip

    def test_scores_that_are_equal_as_floats_are_ranked_exactly(self) -> None:
        hair = (10**17 - 1, 10**17)
        found = compare_table(scored_of([full(i5_1_1_1=hair), full()], "pair"))
        assert found.ranking["final_score"].to_pylist() == [100.0, 100.0]
        assert lines(found.ranking, "place", "evaluation") == [(1, "E001"), (2, "E000")]

    def test_groups_differ_in_more_than_blanks_width_and_case(self) -> None:
        categories = ["家电", "家 电", "IT 服务", "ｉｔ服务"]
        found = compare_table(scored_of([full()] * 4, product_category=categories))
        assert lines(found.groups, "product_category", "ranked") == [("家电", 2), ("IT 服务", 2)]

    def test_who_cannot_be_ranked_is_named_with_every_reason(self) -> None:
        rows = [full()] * 8
        rows[1] = [None] * 73
        table = scored_of(
            rows,
            evaluation=["甲", "乙", None, "丁", "戊", "己", "庚", "辛"],
            product_category=["家电"] * 6 + ["汽车", " "],
            size_tier=["中型", None, "中型", "中型", "中型", "中型", "中型", "中型"],
            type=["self", "self", "self", None, "third_party", "self", None, None],
        )
        found = compare_table(table)
        assert lines(found.unranked, "evaluation", "line", "code", "path", "clause") == [
            ("乙", 2, "not-scored", "problem", "6.1.5"),
            (None, 3, "missing-key", "evaluation", None),
            ("丁", 4, "needed-to-compare", "type", "6.1.5"),
            ("庚", 7, "too-few-to-compare", "", "6.1.5"),
            ("辛", 8, "needed-to-compare", "product_category", "6.1.5"),
        ]
        messages = lines(found.unranked, "message", "message_zh")
        assert messages[0] == (
            "the evaluation has no score: nothing-applicable",
            "该评价没有评分结果：nothing-applicable",
        )
        assert messages[2][0] == "evaluation 4 does not say its type of evaluation"
        assert found.ranking["evaluation"].to_pylist() == ["甲", "戊", "己"]
        # Every evaluation is counted in the group in which it is.
        assert lines(found.groups, "product_category", "size_tier", "evaluations", "scored", "ranked") == [
            ("家电", "中型", 5, 5, 3), ("家电", None, 1, 0, 0), ("汽车", "中型", 1, 1, 0), (None, "中型", 1, 1, 0),
        ]  # fmt: skip


def card_of(row: share_rows.Row, name: str, category: str | None, tier: str, kind: str | None) -> aftersales.Scorecard:
    """The scorecard with the shares of a row: degrees, and for 5.1.2.2 the actual value, a tenth of the share."""
    gone = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
    findings: dict[str, Any] = {
        key: gone
        if share is None
        else {"kind": "quantitative", "actual": Fraction(*share) / 10}
        if key == "5.1.2.2"
        else {"kind": "qualitative", "degree": Fraction(*share)}
        for key, share in zip(INDICATORS, row, strict=True)
    }
    subject = {"organisation": name, "product_category": category, "size_tier": tier}
    return score(
        Evaluation(
            standard=NEWEST.id,
            edition=NEWEST.edition,
            type=kind,
            subject=subject,
            findings=findings,
            team=[{"name": "张明", "role": "lead"}],
        )
    )


class TestSums:
    def test_groups_have_their_counts_and_scores(self) -> None:
        rows = [full(i5_1_3_1=(0, 1), i5_1_1_1=(k, 7)) for k in range(4)] + [full(), [None] * 73]
        found = compare_table(scored_of(rows, "pair", size_tier=["中型"] * 4 + ["小型"] * 2))
        # 5.1.3.1 has 3.5 points and 5.1.1.1 has one.
        scores = [Fraction(965, 10) - 1 + Fraction(k, 7) for k in range(4)]
        figures = [sum(scores) / 4, (scores[1] + scores[2]) / 2, scores[0], scores[3]]
        names = ("mean_score", "median_score", "lowest_score", "highest_score")
        given = lines(found.groups, "size_tier", "evaluations", "scored", "ranked", "passed")
        assert given == [("中型", 4, 4, 4, 4), ("小型", 2, 1, 0, 1)]
        exact = lines(found.groups, *(f"{name}_exact" for name in names))
        assert [[Fraction(text) for text in row] for row in exact] == [figures, [100] * 4]
        assert lines(found.groups, *names)[0] == tuple(map(float, figures))

    def test_a_group_without_a_score_has_no_figures(self) -> None:
        found = compare_table(scored_of([[None] * 73]))
        assert lines(found.groups, "evaluations", "scored", "passed", "mean_score", "highest_score_exact") == [
            (1, 0, 0, None, None)
        ]
        assert {*lines(found.stars, "evaluations", "share", "share_exact")} == {(0, None, None)}
        assert found.losses.num_rows == 0

    def test_stars_are_counted_by_group(self) -> None:
        rows = [[(k, 100)] * 73 for k in (90, 89, 80, 59, 95)] + [[None] * 73]
        found = compare_table(scored_of(rows, size_tier=["中型"] * 4 + ["小型"] * 2))
        assert lines(found.stars, "size_tier", "stars", "evaluations", "share_exact") == [
            *(("中型", 0, 1, "0.25"), ("中型", 1, 0, "0"), ("中型", 2, 0, "0"), ("中型", 3, 0, "0")),
            *(("中型", 4, 2, "0.5"), ("中型", 5, 1, "0.25")),
            *(("小型", stars, int(stars == 5), str(int(stars == 5))) for stars in range(6)),
        ]

    @pytest.mark.parametrize("form", [*share_rows.FORMS])
    def test_losses_are_those_of_the_scorecards(self, form: str) -> None:
        rng = random.Random(form)
        rows = [share_rows.random_row(rng, form, 0.8, rng.choice((0, 0.3))) for _ in range(40)]
        tiers = [rng.choice(TIERS) for _ in rows]
        found = compare_table(scored_of(rows, form, size_tier=tiers))
        for tier in dict.fromkeys(tiers):
            of = [row for row, each in zip(rows, tiers, strict=True) if each == tier]
            expected = {}
            for place, name in enumerate(INDICATORS):
                given = [(row, row[place]) for row in of if row[place] is not None]
                lost = [
                    (1 - Fraction(*share)) * Fraction(share_rows.TENTHS[place], 10) / share_rows.truth(row)[1] * 100
                    for row, share in given
                    if share
                ]
                expected[name] = (len(given), sum(map(bool, lost)), sum(lost, Fraction(0)))
            losses_of = [row for row in found.losses.to_pylist() if row["size_tier"] == tier]
            assert {
                row["id"]: (row["evaluations"], row["losing"], Fraction(row["lost_exact"])) for row in losses_of
            } == expected
            # In order, with places, and adding up to what the mean score lacks.
            by_loss = [Fraction(row["lost_exact"]) for row in losses_of]
            assert by_loss == sorted(by_loss, reverse=True)
            assert [row["place"] for row in losses_of] == [
                1 + sum(other > each for other in by_loss) for each in by_loss
            ]
            mean = next(row for row in found.groups.to_pylist() if row["size_tier"] == tier)["mean_score_exact"]
            assert sum(Fraction(row["mean_lost_exact"]) for row in losses_of) == 100 - Fraction(mean)

    def test_a_row_of_losses_names_its_indicator_and_the_points_lost(self) -> None:
        row = compare_table(scored_of([full(i5_1_3_1=(0, 1)), full()], "pair")).losses.to_pylist()[0]
        assert row == {
            "product_category": "家电", "size_tier": "中型", "place": 1, "id": "5.1.3.1", "parent": "5.1.3",
            "title_zh": NEWEST["5.1.3.1"].title.zh, "title_en": NEWEST["5.1.3.1"].title.en, "points": 3.5, "points_exact": "3.5",
            "evaluations": 2, "losing": 1, "lost": 3.5, "mean_lost": 1.75, "lost_exact": "3.5", "mean_lost_exact": "1.75",
        }  # fmt: skip

    def test_without_shares_there_are_no_losses(self) -> None:
        table = scored_of([full(), full()]).drop_columns(INDICATORS)
        found = compare_table(table)
        assert found.losses is None
        assert found.ranking.num_rows == 2

    def test_losses_of_a_table_of_findings_are_those_of_its_shares(self) -> None:
        from support.finding_rows import SCHEMA, random_cells, rows_of

        from aftersales.batch import score_findings

        rng = random.Random(0)
        rows = [row for k in range(60) for row in rows_of(f"E{k}", *random_cells(rng))]
        table = pa.Table.from_pylist(rows, SCHEMA)
        for name in ("product_category", "size_tier"):
            table = table.append_column(name, pa.array(["家电"] * len(rows)))
        scored, _ = score_findings(table, NEWEST, nodes=(), exact=True, shares=True)
        found = compare_table(scored)
        unscored = scored.filter(scored["problem"].is_valid())["evaluation"].to_pylist()
        assert found.unranked["evaluation"].to_pylist() == unscored != []
        assert found.groups["scored"].to_pylist() == [60 - len(unscored)]
        assert found.losses.num_rows == 73

    def test_a_sum_of_too_many_digits_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(losses, "MAX_BITS", 50)
        table = scored_of([full(i5_1_1_1=(1, 10**9 + 7)), full(i5_1_1_1=(1, 10**9 + 9))], "pair")
        assert problems_of(lambda: compare_table(table)) == [("too-many-digits", "columns.exact_score")]


class TestInput:
    def test_scored_tables_of_every_library_are_compared_alike(self) -> None:
        table = scored_of([full(i5_1_1_1=(k, 10)) for k in range(5)])
        expected = compare_table(table)
        batches = score_batches(
            table.select(["evaluation", "product_category", "size_tier", *INDICATORS]).to_reader(max_chunksize=2),
            NEWEST, nodes=(), exact=True, shares=True,
        )  # fmt: skip
        dictionaries = pa.table(
            {
                name: table[name].dictionary_encode() if name in ("evaluation", "size_tier") else table[name]
                for name in table.column_names
            }
        )
        given = {
            "batches": batches,
            "polars": pl.DataFrame(table),
            "dictionaries": dictionaries,
            "pandas": table.to_pandas(types_mapper=pandas.ArrowDtype),
        }
        for name, each in given.items():
            found = compare_table(each, NEWEST)
            for part, other in zip(found[1:], expected[1:], strict=True):
                assert part.to_pylist() == other.to_pylist(), name

    def test_scored_tables_without_rows_give_tables_without_rows(self) -> None:
        found = compare_table(scored_of([]))
        assert [part.num_rows for part in found[1:]] == [0, 0, 0, 0, 0]
        progress = progress_table(scored_of([]), scored_of([]))
        assert [part.num_rows for part in progress[1:]] == [0, 0, 0, 0]

    def test_missing_repeated_and_mistyped_columns_are_all_reported(self) -> None:
        table = scored_of([full(), full()])
        wrong = table.drop_columns(["exact_score", "product_category"])
        wrong = wrong.append_column("problem", wrong["problem"]).set_column(
            wrong.column_names.index("size_tier"), "size_tier", pa.array([1, 2])
        )
        with pytest.raises(EvaluationError) as caught:
            compare_table(wrong)
        assert [(each.code, each.path) for each in caught.value.problems] == [
            ("missing-column", "columns.product_category"),
            ("not-text", "columns.size_tier"),
            ("missing-column", "columns.exact_score"),
            ("duplicate-column", "columns.problem"),
        ]
        assert (
            caught.value.problems[2].message == "the column 'exact_score' is missing; score the table with exact=True"
        )
        keys = table.set_column(0, "evaluation", pa.array([[1], [2]]))
        assert problems_of(lambda: compare_table(keys)) == [("not-text", "columns.evaluation")]
        assert problems_of(lambda: compare_table(table, key="shop")) == [("missing-column", "columns.shop")]
        assert problems_of(lambda: compare_table([1])) == [("not-a-table", "")]

    def test_wrong_scores_and_repeated_keys_are_reported_at_their_rows(self) -> None:
        table = scored_of([full()] * 4, evaluation=["甲", "乙", "甲", "甲"], type=["self", None, "自评", None])
        place = table.column_names.index("exact_score")
        wrong = table.set_column(place, "exact_score", pa.array(["100.5", "89,5", "100", None]))
        assert problems_of(lambda: compare_table(wrong)) == [
            ("out-of-range", "rows[0].exact_score"),
            ("not-a-number", "rows[1].exact_score"),
            ("repeated-key", "rows[2].evaluation"),
            ("repeated-key", "rows[3].evaluation"),
            ("unknown-word", "rows[2].type"),
        ]

    def test_shares_that_are_not_those_of_the_scores(self) -> None:
        table = scored_of([full(), full(), [None] * 73])
        place = table.column_names.index("5.1.1.1")
        changed = table.set_column(place, "5.1.1.1", pa.array([1, 0, None]))
        assert problems_of(lambda: compare_table(changed)) == [("shares-differ", "rows[1].exact_score")]
        assert problems_of(lambda: progress_table(table, changed)) == [("shares-differ", "after.rows[1].exact_score")]
        some = table.drop_columns(["5.1.1.1"])
        assert problems_of(lambda: compare_table(some)) == [("missing-column", "columns[5.1.1.1]")]

    def test_scores_in_each_others_rows_are_reported_by_row(self) -> None:
        """Their sum is that of the shares, and so are the stars."""
        rows = [full(i5_1_1_1=(k, 7)) for k in range(4)]
        table = scored_of(rows, "pair")
        scores = table["exact_score"].to_pylist()
        assert scores[1:3] == ["694/7", "695/7"]  # 100 - 1 + 1/7, and one seventh more
        swapped = pa.array([scores[0], scores[2], scores[1], scores[3]])
        stale = table.set_column(table.column_names.index("exact_score"), "exact_score", swapped)
        stale = stale.drop_columns(["final_score"])
        for call in (lambda: compare_table(stale), lambda: progress_table(stale, table)):
            with pytest.raises(EvaluationError) as caught:
                call()
            problems = caught.value.problems
            assert [(each.code, each.path.removeprefix("before.")) for each in problems] == [
                ("shares-differ", "rows[1].exact_score"), ("shares-differ", "rows[2].exact_score"),
            ]  # fmt: skip
            assert problems[0].message == ("the shares in row 2 give the score 694/7, not 695/7; score the table again")

    @pytest.mark.parametrize(
        ("share", "told"),
        [
            ([1, 7, 1], "the shares in row 2 give no score (out-of-range: 5.1.1.1), and 100 is given"),
            ([None, 1, 1], "the shares in row 1 give the score 100, not 98"),
        ],
    )
    def test_shares_that_give_no_score_or_another_one(self, share: list[Any], told: str) -> None:
        table = scored_of([full(i5_1_1_1=(0, 1), i5_1_1_2=(0, 1), i5_1_1_3=(1, 1)), full(), full()])
        rows = share_rows.as_table([full(), full(), full()], "decimal")
        for name in INDICATORS:
            table = table.set_column(table.column_names.index(name), name, rows[name])
        table = table.set_column(table.column_names.index("5.1.1.1"), "5.1.1.1", pa.array(share))
        with pytest.raises(EvaluationError) as caught:
            compare_table(table)
        assert told in [each.message.partition(";")[0] for each in caught.value.problems]

    def test_many_stale_rows_are_counted(self) -> None:
        table = scored_of([full()] * 300)
        place = table.column_names.index("5.1.1.1")
        with pytest.raises(EvaluationError) as caught:
            compare_table(table.set_column(place, "5.1.1.1", pa.array([0] * 300)))
        assert len(caught.value.problems) == 201
        assert caught.value.problems[-1].code == "too-many-problems"

    @pytest.mark.parametrize(
        ("name", "cells", "told"),
        [
            ("stars", pa.array([5, 4, None], pa.int8()), [(1, "4", "5"), (2, "null", "5")]),
            ("stars", pa.array([5.0, 5.0, 3.0]), [(2, "3.0", "5")]),
            ("final_score", pa.array([99.0, 99.5, 100.0]), [(0, "99.0", "99.5"), (1, "99.5", "99.0")]),
            ("final_score", pa.array([99.5, 99.005, 99.995]), []),  # as people round it
            ("final_score", pa.array(["99.00", "99.50", "100.00"]), []),
        ],
    )
    def test_figures_beside_the_exact_score_are_its_own(self, name: str, cells: Any, told: list[Any]) -> None:
        """Without shares, they show that a column was sorted alone."""
        table = scored_of([full(i5_1_1_1=(1, 2)), full(i5_1_1_1=(0, 1)), full()], "pair").drop_columns(INDICATORS)
        assert table["exact_score"].to_pylist() == ["99.5", "99", "100"]
        changed = table.set_column(table.column_names.index(name), name, cells)
        if not told:
            assert compare_table(changed).ranking["evaluation"].to_pylist() == ["E002", "E000", "E001"]
            return
        with pytest.raises(EvaluationError) as caught:
            compare_table(changed)
        problems = caught.value.problems
        assert [(each.code, each.path) for each in problems] == [
            ("figures-differ", f"rows[{row}].{name}") for row, _, _ in told
        ]
        for problem, (row, found, allowed) in zip(problems, told, strict=True):
            assert f"row {row + 1} has {found} in column '{name}'" in problem.message
            assert f" gives {allowed};" in problem.message

    def test_a_key_with_the_name_of_a_result_is_refused(self) -> None:
        """It would take the place of that column without a word."""
        rows = [full(), full(i5_1_1_1=(0, 1)), full()]
        table = scored_of(rows, "pair", type=["self", "third_party", None])
        found, step = compare_table(table), progress_table(table, table)
        tables = (found.ranking, found.unranked, step.changes, step.uncompared)
        names = {name for each in tables for name in each.column_names} - {"evaluation"}
        assert names >= {"place", "line", "code", "difference_exact", "stars_before", "type_after"}
        for name in sorted(names | {"exact_score", "problem"}):
            named = table.append_column(name, table["evaluation"]) if name not in table.column_names else table
            for call in (lambda: compare_table(named, key=name), lambda: progress_table(named, table, key=name)):  # noqa: B023
                assert ("result-column", f"columns.{name}") in [
                    (code, path.removeprefix("before.")) for code, path in problems_of(call)
                ], name

    @pytest.mark.parametrize(
        "keys", [pa.array(["", "乙", ""]), pa.array([float("nan"), 2.0, None]), pa.array([None, 2, None])]
    )
    def test_an_empty_key_is_none(self, keys: Any) -> None:
        """As in a table of findings; a CSV has empty texts, and pandas NaN."""
        table = scored_of([full(), full(), full()]).set_column(0, "evaluation", keys)
        found = compare_table(table).unranked
        assert lines(found, "evaluation", "line", "code") == [
            (None, 1, "missing-key"), (keys[1].as_py(), 2, "too-few-to-compare"), (None, 3, "missing-key"),
        ]  # fmt: skip

    def test_an_empty_type_is_none(self) -> None:
        found = compare_table(scored_of([full(), full(), full()], type=["self", "third_party", ""]))
        assert lines(found.unranked, "line", "code", "path") == [(3, "needed-to-compare", "type")]

    def test_the_standard_is_that_of_the_scores(self) -> None:
        table = scored_of([full(), full()])
        assert compare_table(table).standard == NEWEST
        unnamed = table.replace_schema_metadata({})
        assert problems_of(lambda: compare_table(unnamed)) == [("unnamed-standard", "")]
        assert compare_table(unnamed, NEWEST).standard == NEWEST
        unknown = table.replace_schema_metadata({"aftersales.standard": f"GB/T 1 2020-01-01 {'0' * 64}"})
        assert problems_of(lambda: compare_table(unknown)) == [("unknown-standard", "standard")]
        other = table.replace_schema_metadata({"aftersales.standard": f"{NEWEST.id} {NEWEST.edition} {'0' * 64}"})
        assert problems_of(lambda: compare_table(other)) == [("standard-mismatch", "standard")]
        assert problems_of(lambda: compare_table(other, NEWEST)) == [("standard-mismatch", "standard")]
        with pytest.raises(TypeError, match="standard has to be a Standard"):
            compare_table(table, "CTS XBHT-S04-2025")  # type: ignore[arg-type]

    def test_an_unscored_row_may_have_an_empty_text_for_a_null(self) -> None:
        """As a CSV has it."""
        table = scored_of([full(), full()])
        for name, cells in {"problem": ["", "null-share: 5.1.1.1"], "exact_score": ["100", ""]}.items():
            table = table.set_column(table.column_names.index(name), name, pa.array(cells))
        assert lines(compare_table(table).unranked, "evaluation", "code") == [
            ("E000", "too-few-to-compare"), ("E001", "not-scored"),
        ]  # fmt: skip


class TestProgress:
    def test_each_key_is_compared_as_progress_does(self) -> None:
        rng = random.Random(3)
        years = [[share_rows.random_row(rng, "decimal", level) for _ in range(30)] for level in (0.75, 0.8)]
        names = [f"E{k:03}" for k in range(30)]
        order = names[:]
        rng.shuffle(order)
        shuffled = [years[1][names.index(name)] for name in order]
        found = progress_table(scored_of(years[0]), scored_of(shuffled, evaluation=order))
        expected = []
        for name in order:
            k = names.index(name)
            change = aftersales.progress(*(card_of(year[k], name, "家电", "中型", None) for year in years))
            scores = (change.final_score_before, change.final_score_after, change.difference)
            texts = (change.printed_score_before, change.printed_score_after)
            expected.append((name, *scores, *texts, change.stars_before, change.stars_after))
        exact = ("before_exact", "after_exact", "difference_exact")
        shown = ("printed_before", "printed_after", "stars_before", "stars_after")
        given = [
            (row["evaluation"], *(Fraction(row[name]) for name in exact), *(row[name] for name in shown))
            for row in found.changes.to_pylist()
        ]
        assert given == expected
        assert sum(found.stars["evaluations"].to_pylist()) == 30
        mean = sum(each[3] for each in expected) / 30
        assert sum(Fraction(row["difference_exact"]) for row in found.losses.to_pylist()) == -mean
        rises = [Fraction(text) for text in found.losses["difference_exact"].to_pylist()]
        assert rises == sorted(rises, reverse=True)

    def test_changes_of_stars_are_counted_by_group(self) -> None:
        grades = [[(k, 100)] * 73 for k in (95, 85, 85, 50)]
        before = scored_of(grades, size_tier=["中型", "中型", "中型", "小型"])
        after = scored_of([grades[1], grades[0], grades[0], grades[3]], size_tier=["中型", "中型", "中型", "小型"])
        found = progress_table(before, after)
        assert lines(found.stars, "size_tier", "stars_before", "stars_after", "evaluations") == [
            ("中型", 4, 5, 2), ("中型", 5, 4, 1), ("小型", 0, 0, 1),
        ]  # fmt: skip
        assert found.changes.column_names[:6] == [
            "product_category",
            "size_tier",
            "evaluation",
            "before",
            "after",
            "difference",
        ]

    def test_who_cannot_be_compared_is_named_with_every_reason(self) -> None:
        gone = [None] * 73
        before = scored_of(
            [full(), gone, full(), full(), full(), full()],
            evaluation=["甲", "乙", "丙", "丁", None, "己"],
            product_category=["家电", "家电", "家电", None, "家电", "家电"],
            type=["self"] * 6,
        )
        after = scored_of(
            [full(), gone, full(), full(), full(), full()],
            evaluation=["甲", "乙", "丙", "丁", "戊", None],
            product_category=["家 电", "汽车", "家电", "家电", "家电", "家电"],
            size_tier=["中型", "中型", "小型", "中型", None, "中型"],
            type=["third_party"] * 6,
        )
        found = progress_table(before, after)
        assert lines(found.uncompared, "evaluation", "line", "code", "path") == [
            ("乙", 2, "not-scored", "before.problem"),
            ("乙", 2, "not-scored", "after.problem"),
            ("乙", 2, "not-comparable", "after.product_category"),
            ("丙", 3, "not-comparable", "after.size_tier"),
            ("丁", 4, "needed-to-compare", "before.product_category"),
            ("戊", 5, "needed-to-compare", "after.size_tier"),
            ("戊", 5, "no-counterpart", "after"),
            (None, 6, "missing-key", "after.evaluation"),
            (None, 5, "missing-key", "before.evaluation"),
            ("己", 6, "no-counterpart", "before"),
        ]
        messages = found.uncompared["message"].to_pylist()
        assert messages[3] == "evaluation 2 has the size tier '小型', the first has '中型'; they cannot be compared"
        assert (messages[6], messages[9]) == ("'戊' is in the second table only", "'己' is in the first table only")
        assert lines(found.changes, "evaluation", "product_category", "type_before", "type_after") == [
            ("甲", "家 电", "self", "third_party")
        ]

    def test_both_tables_are_read_before_one_is_refused(self) -> None:
        sound = scored_of([full(), full()])
        twice = scored_of([full(), full()], evaluation=["甲", "甲"])
        assert problems_of(lambda: progress_table(sound.drop_columns(["exact_score"]), twice)) == [
            ("missing-column", "before.columns.exact_score"),
            ("repeated-key", "after.rows[1].evaluation"),
        ]

    def test_two_editions_are_not_compared(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(standards, "_registered", {})
        text = (data_folder() / "standards/CTS_XBHT-S04-2025/2025-12-04.yaml").read_text("utf-8")
        other = tmp_path / "other.yaml"
        other.write_text(text.replace("2025-12-04", "2027-01-01"), "utf-8")
        standard = load_standard(other)
        before, after = scored_of([full()]), scored_of([full()], standard=standard)
        assert problems_of(lambda: progress_table(before, after, standard)) == [
            ("standard-mismatch", "before.standard")
        ]
        aftersales.register_standard(standard)
        with pytest.raises(AdviceError) as caught:
            progress_table(before, after)
        (problem,) = caught.value.problems
        assert (problem.code, problem.path, problem.clause) == ("not-comparable", "[1].standard", "6.1.5")

    def test_keys_are_of_one_type(self) -> None:
        text = scored_of([full(), full()], evaluation=["7", "8"])
        whole = text.set_column(0, "evaluation", pa.array([7, 8], pa.int16()))
        assert problems_of(lambda: progress_table(text, whole)) == [("unlike-keys", "after.evaluation")]
        wide = text.set_column(0, "evaluation", pa.array([8, 7], pa.int64()).dictionary_encode())
        assert progress_table(whole, wide).changes["evaluation"].to_pylist() == [8, 7]

    def test_without_shares_there_are_no_losses(self) -> None:
        table = scored_of([full()])
        assert progress_table(table, table.drop_columns(INDICATORS)).losses is None
        assert progress_table(table.drop_columns(INDICATORS), table).losses is None


def test_many_rows_are_compared_as_one_by_one() -> None:
    rng = random.Random(1)
    few = scored_of([share_rows.random_row(rng, "decimal", 0.8) for _ in range(100)])
    count = 20_000
    table = pa.concat_tables([few] * (count // 100)).set_column(0, "evaluation", pa.array(range(count)))
    found, alone = compare_table(table), compare_table(few)
    assert found.ranking.num_rows == count
    assert found.ranking["place"].to_pylist()[0 :: count // 100] == [
        (place - 1) * count // 100 + 1 for place in alone.ranking["place"].to_pylist()
    ]
    assert found.groups["mean_score_exact"] == alone.groups["mean_score_exact"]
    assert found.losses["mean_lost_exact"].to_pylist() == alone.losses["mean_lost_exact"].to_pylist()
    progress = progress_table(table, table.take(pa.array(range(count - 1, -1, -1))))
    assert {*progress.changes["difference"].to_pylist()} == {0.0}
