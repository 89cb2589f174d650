"""The arithmetic of tables (6.2.3, 6.3.2, 6.3.3): exact stars in every row, by every standard."""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle, share_rows, small
from support.examples import examples
from support.tables import IDS, all_of, deleting, kernel_table

import aftersales
from aftersales.batch import score_table
from aftersales.batch.arithmetic import BlockScorer
from aftersales.standard.editions import data_folder

EXAMPLES = sorted((data_folder() / "examples").glob("*.yaml"))


class TestStars:
    """6.3.3 on the exact final score, held against fractions that share nothing with the library."""

    @pytest.mark.parametrize("form", share_rows.FORMS)
    @pytest.mark.parametrize(("kind", "count"), [("random", 1500), ("adversarial", 750)])
    def test_stars_and_nearness_of_random_and_adversarial_rows_are_those_of_the_exact_score(
        self, kind: str, count: int, form: str
    ) -> None:
        make = share_rows.random_row if kind == "random" else share_rows.adversarial_row
        rng = random.Random(f"{form} {kind}")
        rows = [make(rng, form) for _ in range(count)]
        scored = deleting(share_rows.as_table(rows, form), nodes=())
        scores = [share_rows.true_score(row) for row in rows]
        assert scored["stars"].to_pylist() == [oracle.stars(score) for score in scores]
        assert scored["passed"].to_pylist() == [score >= 60 for score in scores]
        assert scored["problem"].null_count == count
        figures = scored["final_score"].to_pylist()
        assert [oracle.stars(Fraction(figure)) for figure in figures] == scored["stars"].to_pylist()
        assert max(abs(Fraction(f) - s) for f, s in zip(figures, scores, strict=True)) < Fraction(1, 10**11)
        near = [any(0 < limit - score <= Fraction(1, 10**9) for limit in share_rows.LIMITS) for score in scores]
        assert scored["near_limit"].to_pylist() == near
        assert any(near) == (kind == "adversarial" and form in ("float", "pair"))

    @pytest.mark.parametrize("kind", [pa.float32(), pa.float64(), pa.decimal128(3, 1), pa.string()])
    @pytest.mark.parametrize(("share", "stars"), [("0.9", 5), ("0.8", 4), ("0.7", 2), ("0.6", 1), ("0.5", 0)])
    def test_the_classic_that_floats_get_wrong(self, kind: Any, share: str, stars: int) -> None:
        scored = score_table(pa.table({name: pa.array([share] * 3).cast(kind) for name in IDS}))
        assert scored["stars"].to_pylist() == [stars] * 3
        assert scored["final_score"].to_pylist() == [float(share) * 100] * 3
        assert scored["5.4.2.ratio"].to_pylist() == [float(share)] * 3

    @pytest.mark.parametrize(("share", "stars"), [("0.6", 0), ("0.7", 1), ("0.75", 2), ("0.8", 3), ("0.9", 4)])
    def test_a_score_that_rounds_onto_a_limit_is_shown_below_it(self, share: str, stars: int) -> None:
        """R3: a printed figure never shows a star that the exact score has not reached."""
        limit = Fraction(share)
        hair = math.nextafter(float(limit), 0)
        scored = score_table(all_of(float(limit), i5_1_1_1=[hair]), exact=True).to_pylist()[0]
        assert scored["stars"] == stars
        assert scored["final_score"] == math.nextafter(float(limit * 100), 0)
        assert scored["printed_score"] == f"{float(limit * 100):.2f}(-)"
        assert Fraction(scored["exact_score"]) == limit * 100 - (limit - Fraction(repr(hair)))

    def test_a_float_beside_a_decimal_is_not_read_as_the_decimal(self) -> None:
        above = math.nextafter(0.9, 1)
        assert score_table(all_of(0.9, i5_1_1_1=[above], i5_1_1_2=[math.nextafter(0.9, 0)]))["stars"][0].as_py() == 5
        assert score_table(all_of(0.9, i5_1_3_1=[math.nextafter(0.9, 0)], i5_1_1_2=[above]))["stars"][0].as_py() == 4

    @pytest.mark.parametrize("short", [4, 8, 12, 16])
    def test_a_star_is_exact_where_all_roundings_go_one_way(self, short: int) -> None:
        """The floats add up to the fifth star; the exact sum is short of it by so many times 73 x 2⁻⁵³."""
        shares = shares_whose_sums_are_all_rounded_up(Fraction(short * 73, 2**53))
        assert reduce(operator.add, shares) >= 0.9 * 73  # one after the other; sum() is compensated since Python 3.12
        points = [Fraction(1)] * 73
        assert small.small_card(points, [Fraction(repr(share)) for share in shares]).stars == 4
        table = pa.table({f"1.1.1.{k}": [share] for k, share in enumerate(shares, 1)})
        assert score_table(table, small.small_standard(points), nodes=())["stars"].to_pylist() == [4]


class TestBoundsOfFloats:
    """The error bounds that BlockScorer proves, at their edges. u is 2⁻⁵³ of all weights of a standard of m indicators."""

    def scorer(self, count: int, point: Fraction = Fraction(1)) -> BlockScorer:
        return BlockScorer(small.small_standard([point] * count), [None] * count)

    @pytest.mark.parametrize("count", [1, 7, 73])
    def test_a_sum_that_may_be_a_whole_number_becomes_it(self, count: int) -> None:
        """A sum is within (m + 3) u of the exact one; what lies farther off is no whole number and stays."""
        scorer = self.scorer(count)
        rounding = count * scorer.unit / 2**53
        whole = float(count * scorer.unit // 2)
        step = math.ulp(whole)
        for distance, moves in (((count + 3) * rounding, True), ((count + 4) * rounding + 2 * step, False)):
            for sign in (1, -1):
                found = np.array([whole + sign * (distance // step * step)])
                settled = scorer._settled(found.copy(), count, np.empty(1), np.empty(1))
                assert (settled[0] == whole) == moves
                assert moves or settled[0] == found[0]

    @pytest.mark.parametrize("count", [1, 7, 73])
    @pytest.mark.parametrize("applicable", [1, 0.5, 1e-3])
    def test_a_score_that_may_be_on_a_limit_is_doubtful(self, count: int, applicable: float) -> None:
        """(m + 4) + (m + 4) + m roundings of the sum, held against the applicable points, and two of the score."""
        scorer = self.scorer(count, Fraction(1000))
        assert scorer.layout.scale == 1
        points = round(scorer.all_weights * applicable)
        for star in scorer.standard.stars:
            limit, total = float(star.lower), float(scorer.standard.total_points)
            distance = (3 * count + 8) * scorer.all_weights / points * total / 2**53 + 2 * math.ulp(total)
            scores = np.array([limit - distance, limit, limit + distance, limit - 1e-9, limit * 1.001, limit * 0.999])
            for each in (points, np.full(6, points)):
                stars, doubtful = scorer._compared(scores, each)
                assert doubtful.tolist() == [True] * 4 + [False] * 2
                assert (stars[4], stars[5]) == (star.stars, star.stars - 1)

    @pytest.mark.parametrize(
        ("count", "point"), [(73, Fraction(1)), (73, Fraction(1, 1000)), (7, Fraction(997)), (8_000, Fraction(1))]
    )
    def test_the_unit_is_so_coarse_that_errors_stay_below_its_half(self, count: int, point: Fraction) -> None:
        scorer = self.scorer(count, point)
        assert scorer.unit
        assert (count + 4) * scorer.all_weights * scorer.unit / Fraction(2**53) < Fraction(1, 2)

    def test_the_fine_unit_has_as_many_primes_as_fit(self) -> None:
        """1,000 tenths of a point, scored in tenths of 100: in 10⁻⁸ ÷ (3 x 7 x 3 x 11 x 13); 17 more would pass 2⁶³."""
        scorer = BlockScorer(aftersales.load_standard(), [None] * 73)
        assert 1000 * 1000 * 10**8 * 9009 < 2**63 < 1000 * 1000 * 10**8 * 9009 * 17
        assert scorer.fine_unit == 10**8 * 9009
        # Of one point, all of them fit.
        assert self.scorer(1).fine_unit == 10**8 * 9009 * 17 * 19


def shares_whose_sums_are_all_rounded_up(short: Fraction) -> list[float]:
    """73 of about 0.9, in all short of nine tenths by so much: each sum lies a hair beyond the middle between two floats."""
    shares, total = [], 0.0
    for _ in range(72):
        step = math.ulp(total + 0.9)
        shares.append((total + 0.9) // step * step - total + step / 2 + 2**-53)
        total += shares[-1]
    return [*shares, float(Fraction(9, 10) * 73 - short - sum(Fraction(repr(share)) for share in shares))]


class TestEqualToScore:
    """The arithmetic of a block is a second form of ``scoring``: here both are held to be equal."""

    @staticmethod
    def shares_of(card: aftersales.Scorecard) -> dict[str, Fraction | None]:
        return {name: card[name].ratio for name in IDS}

    def cards(self) -> Iterator[aftersales.Scorecard]:
        for example in EXAMPLES:
            if example.stem != "unfinished":
                yield aftersales.score(aftersales.load_evaluation(example))
        rng = random.Random(4)
        for level in (0.6, 0.7, 0.75, 0.8, 0.9):
            findings: dict[str, Any] = {}
            for name, share in zip(IDS, share_rows.random_row(rng, "pair", level, 0.1), strict=True):
                if share is None:
                    findings[name] = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
                elif name == "5.1.2.2":
                    findings[name] = {"kind": "quantitative", "actual": Fraction(share[0], 10 * share[1])}
                else:
                    findings[name] = {"kind": "qualitative", "degree": Fraction(*share)}
            yield aftersales.score(aftersales.Evaluation(standard="CTS XBHT-S04-2025", findings=findings))

    @pytest.mark.parametrize("form", ["pair", "text"])
    def test_every_figure_of_every_node_equals_that_of_score(self, form: str) -> None:
        cards = list(self.cards())
        rows = [self.shares_of(card) for card in cards]
        columns: dict[str, Any] = {}
        for name in IDS:
            shares = [row[name] for row in rows]
            if form == "text":
                columns[name] = [None if share is None else str(share) for share in shares]
            else:
                columns[name] = share_rows.as_column(
                    [None if share is None else share.as_integer_ratio() for share in shares], "pair"
                )
        scored = deleting(pa.table(columns), exact=True).to_pylist()
        for card, row in zip(cards, scored, strict=True):
            assert row["stars"] == card.stars
            assert row["passed"] == card.passed
            assert Fraction(row["exact_score"]) == card.final_score
            assert row["printed_score"] == card.printed_score
            assert row["problem"] is None
            assert row["applicable"] == float(card.applicable)
            assert row["deleted"] == float(100 - card.applicable)
            assert row["earned"] == pytest.approx(float(card.earned), abs=1e-11)
            assert row["final_score"] == pytest.approx(float(card.final_score), abs=1e-11)
            for node in oracle.GROUPS:
                result = card[node]
                assert row[f"{node}.applicable"] == float(result.applicable)
                assert row[f"{node}.earned"] == pytest.approx(float(result.earned), abs=1e-11)
                ratio = None if result.ratio is None else pytest.approx(float(result.ratio), abs=1e-11)
                assert row[f"{node}.ratio"] == ratio

    def test_decimals_of_unlike_places_are_added_up_in_one_unit(self) -> None:
        """5.1.1.1 has one point, and 5 hundredths of it more than nine tenths."""
        more = pa.array([Decimal("0.95")], pa.decimal128(4, 2))
        (row,) = score_table(all_of(Decimal("0.9"), pa.decimal128(3, 1), i5_1_1_1=more), nodes=()).to_pylist()
        assert (row["final_score"], row["stars"]) == (90.05, 5)

    @pytest.mark.parametrize("form", ["decimal", "float"])
    def test_figures_of_decimals_are_the_nearest_floats(self, form: str) -> None:
        rng = random.Random(form)
        rows = [share_rows.random_row(rng, form, level, deleted) for level in (0.5, 0.9) for deleted in (0, 0.3) * 50]
        scored = deleting(share_rows.as_table(rows, form))
        for row, result in zip(rows, scored.to_pylist(), strict=True):
            earned, applicable = share_rows.truth(row)
            assert (result["earned"], result["applicable"]) == (float(earned), float(applicable))
            assert result["deleted"] == float(100 - applicable)
            assert result["final_score"] == float(earned / applicable * 100)
            for node in oracle.GROUPS:
                inside = [share if name.startswith(f"{node}.") else None for name, share in zip(IDS, row, strict=True)]
                earned, applicable = share_rows.truth(inside)
                assert (result[f"{node}.earned"], result[f"{node}.applicable"]) == (float(earned), float(applicable))
                assert result[f"{node}.ratio"] == (float(earned / applicable) if applicable else None)


class TestNearLimit:
    """``near_limit``: the exact final score is below a limit, by at most 10⁻⁹."""

    @staticmethod
    def near(table: pa.Table, standard: Any = None, **options: Any) -> list[bool | None]:
        found: list[bool | None] = deleting(table, standard, nodes=(), **options)["near_limit"].to_pylist()
        return found

    @pytest.mark.parametrize(
        ("share", "near"),
        [
            *(
                (0.7 + 0.2, True),
                (0.1 + 0.7 + 0.1, True),
                (0.3 + 0.3, False),
                (0.1 + 0.2 + 0.3, False),
                (1 - 0.4, False),
            ),
            *((0.9, False), (math.nextafter(0.8, 0), True), (math.nextafter(0.75, 1), False), (0.7 - 1e-12, True)),
            *((0.6 - 1e-11, True), (0.6 - 1.01e-11, False), (0.59999, False), (1 - 1e-13, False), (0.0, False)),
        ],
    )
    def test_floats_just_below_a_limit_are_near_it(self, share: float, near: bool) -> None:
        assert self.near(all_of(share)) == [near]
        exact = Fraction(repr(share)) * 100
        assert any(0 < limit - exact <= Fraction(1, 10**9) for limit in share_rows.LIMITS) == near
        assert self.near(all_of(str(share))) == [near]
        assert self.near(all_of(dict(zip("kn", Fraction(repr(share)).as_integer_ratio(), strict=True)))) == [near]

    @pytest.mark.parametrize(
        "kind", [pa.decimal128(20, 11), pa.decimal128(20, 12), pa.decimal128(20, 15), pa.decimal64(12, 11)]
    )
    def test_decimals_just_below_a_limit_are_near_it(self, kind: Any) -> None:
        shares = [
            "0.89999999999",
            "0.89999999998",
            "0.9",
            "0.90000000001",
            "0.59999999999",
            "0.74999999999",
            "0.99999999999",
        ]
        column = pa.array(shares).cast(pa.decimal128(20, 15)).cast(kind)
        table = pa.table(dict.fromkeys(IDS, column))
        assert self.near(table) == [True, False, False, False, True, True, False]

    def test_nearness_to_a_limit_is_found_in_whole_numbers_that_fit(self) -> None:
        """Of nine places half a point loses less than that."""
        kind = pa.decimal128(12, 9)
        assert BlockScorer(aftersales.load_standard(), [10**9] * len(IDS)).whole
        shares = [Decimal(9) / 10 - Decimal(hair) / 10**9 for hair in (0, 1, 2, 3, -1, 10**8)]
        table = all_of(Decimal("0.9"), kind, len(shares), i5_3_6_1=pa.array(shares, kind))
        assert self.near(table) == [False, True, True, False, False, False]
        assert self.near(table, decimal=True) == self.near(table)
        beside_null = table.set_column(
            0, IDS[0], pa.nulls(len(shares), kind)
        )  # 99 points: the same half is a little more
        assert self.near(beside_null) == [False, True, False, False, False, False]

    def test_closeness_below_a_limit_is_decided_row_by_row(self) -> None:
        points = [Fraction(1, 3), Fraction(1, 10**40), Fraction(2, 3)]
        rows: list[list[Fraction | None]] = [
            [Fraction(9, 10), Fraction(8, 10), Fraction(9, 10)],
            [Fraction(9, 10)] * 3,
            [Fraction(9, 10), Fraction(9, 10), Fraction(8, 10)],
            [None] * 3,
        ]
        assert self.near(kernel_table(points, rows, "pair"), small.small_standard(points)) == [True, False, False, None]

    def test_a_row_with_a_problem_is_not_near_a_limit(self) -> None:
        table = all_of(0.7 + 0.2, count=2, i5_1_1_1=[0.7 + 0.2, 2.0])
        assert self.near(table) == [True, None]

    def test_near_limit_is_held_against_the_applicable_points_of_a_row(self) -> None:
        """What is missing is held against the applicable points, not against all."""
        for share, near in ((0.7 + 0.2, True), (0.9 - 1e-11, True), (0.9 - 1.2e-11, False)):
            table = pa.table({name: pa.array([None], pa.float64()) for name in IDS} | {"5.3.6.1": [share]})
            assert self.near(table) == [near]


HAIRS: dict[str, Any] = {
    "float": pa.array([math.nextafter(1, 0), 1.0]),
    "float32": pa.array([np.nextafter(np.float32(1), np.float32(0)), np.float32(1)], pa.float32()),
    "text": pa.array(["0." + "9" * 17, "1"]),
    "a long text": pa.array(["0." + "9" * 80, "1"]),
    "dictionary": pa.array(["0." + "9" * 30, "1"]).dictionary_encode(),
    "percentage": pa.array(["99." + "9" * 20 + "%", "100%"]),
    "pair": pa.array([{"k": 2**62 - 1, "n": 2**62}, {"k": 1, "n": 1}]),
    "decimal": pa.array([Decimal("0." + "9" * 18), Decimal(1)], pa.decimal128(19, 18)),
    "decimal256": pa.array([Decimal("0." + "9" * 40), Decimal(1)], pa.decimal256(60, 40)),
    "eight places": pa.array([Decimal("0." + "9" * 8), Decimal(1)], pa.decimal128(10, 8)),
}


class TestHairs:
    """Floats a hair beside the decimals of a limit: exact stars and nearness, mostly without exact sums of each row."""

    @staticmethod
    def rows(seed: int, count: int = 400) -> list[list[float | None]]:
        """Rows on a limit, whose shares are moved by a hair: some up, some down, some by more."""
        rng = random.Random(seed)
        rows: list[list[float | None]] = []
        for _ in range(count):
            row: list[float | None] = [rng.choice([0.6, 0.7, 0.75, 0.8, 0.9])] * len(IDS)
            for place in rng.sample(range(len(IDS)), rng.choice([0, 1, 1, 2, 5])):
                hair = rng.choice([math.ulp(0.6), 3e-16, 1e-14, 2e-13, 1e-12, 1e-10, 1e-8, 0.01])
                row[place] = float(row[place] or 0) + rng.choice([1, -1]) * hair
            for place in rng.sample(range(len(IDS)), rng.choice([0, 0, 3, 60])):
                row[place] = None
            rows.append(row)
        return rows

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("other", [None, "text", "pairs", "tenths", "thirds"])
    def test_stars_and_nearness_are_those_of_the_exact_score(self, seed: int, other: str | None) -> None:
        rows = self.rows(seed)
        shares = [[None if share is None else Fraction(repr(share)) for share in row] for row in rows]
        columns = {name: pa.array([row[place] for row in rows]) for place, name in enumerate(IDS)}
        for row in shares:  # a column of another form among the floats
            row[9] = (
                None
                if row[9] is None
                else {"tenths": Fraction(6, 10), "thirds": Fraction(2, 3)}.get(other or "", row[9])
            )
        ninth = [row[9] for row in shares]
        if other == "text":
            columns[IDS[9]] = pa.array([None if each is None else str(each) for each in ninth])
        elif other == "tenths":
            columns[IDS[9]] = pa.array([None if each is None else Decimal("0.6") for each in ninth])
        elif other in ("pairs", "thirds"):
            pairs = [None if each is None else {"k": each.numerator, "n": each.denominator} for each in ninth]
            columns[IDS[9]] = pa.array(pairs, pa.struct([("k", pa.int64()), ("n", pa.int64())]))
        scored = deleting(pa.table(columns), nodes=())
        weights = [oracle.POINTS[name] for name in IDS]
        for row, stars, near in zip(shares, scored["stars"].to_pylist(), scored["near_limit"].to_pylist(), strict=True):
            pairs_ = [(weight, share) for weight, share in zip(weights, row, strict=True) if share is not None]
            score = sum(weight * share for weight, share in pairs_) / sum(weight for weight, _ in pairs_) * 100
            assert stars == oracle.stars(score)
            assert near == any(0 < limit - score <= Fraction(1, 10**9) for limit in share_rows.LIMITS)

    def test_rests_that_cancel_each_other_are_added_up_exactly(self) -> None:
        up, down = math.nextafter(0.75, 1), math.nextafter(0.75, 0)
        equal = [place for place, name in enumerate(IDS) if oracle.POINTS[name] == oracle.POINTS[IDS[0]]][:2]
        row = [0.75] * len(IDS)
        row[equal[0]], row[equal[1]] = up, down
        exact = [Fraction(repr(share)) for share in row]
        score = sum(oracle.POINTS[name] * share for name, share in zip(IDS, exact, strict=True))
        scored = score_table(pa.table({name: [share] for name, share in zip(IDS, row, strict=True)}), nodes=())
        assert scored["stars"].to_pylist() == [oracle.stars(score)]

    @pytest.mark.parametrize(("name", "value"), [("largest_in_limits", 2**50), ("roundings", 2**40)])
    def test_with_points_too_fine_for_a_rest_every_row_is_added_up_exactly(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: int
    ) -> None:
        scorer = BlockScorer(aftersales.load_standard(edition="2025-12-04"), [None] * len(IDS))
        monkeypatch.setattr(scorer, name, value)
        stars, near, is_sure = scorer._stars_beside_units(None, [], np.arange(3))  # type: ignore[arg-type]
        assert (stars.tolist(), near.tolist(), is_sure.tolist()) == ([0] * 3, [False] * 3, [False] * 3)


class TestBelowTheFullMark:
    """R3: what lost points looks full in no figure."""

    @pytest.mark.parametrize("form", HAIRS)
    @pytest.mark.parametrize("others", [1, 1.0, "1"])
    def test_a_loss_however_small_keeps_figures_below_the_full_mark(self, form: str, others: Any) -> None:
        for position in (IDS[0], "5.3.6.1", IDS[-1]):
            columns = {name: pa.array([others] * 2) for name in IDS} | {position: HAIRS[form]}
            lost, full = score_table(pa.table(columns), exact=True).to_pylist()
            assert Fraction(lost["exact_score"]) < 100
            assert lost["printed_score"] == "100.00(-)"
            assert (full["exact_score"], full["printed_score"]) == ("100", "100.00")
            groups = [position.rsplit(".", depth)[0] for depth in (1, 2)]
            for found, is_lost in ((lost, True), (full, False)):
                assert (found["final_score"] < 100) == (found["earned"] < found["applicable"]) == is_lost
                for group in oracle.GROUPS:
                    below = is_lost and group in groups
                    assert (found[f"{group}.ratio"] < 1) == below
                    assert (found[f"{group}.earned"] < found[f"{group}.applicable"]) == below

    def test_a_loss_beside_deleted_and_full_indicators_shows(self) -> None:
        hair = math.nextafter(1, 0)
        table = all_of(1.0, count=4, i5_3_6_1=[None, hair, hair, None], i5_3_6_2=[hair, None, 1.0, 1.0])
        scored = deleting(table, nodes=["5.3.6"])
        assert [ratio < 1 for ratio in scored["5.3.6.ratio"].to_pylist()] == [True, True, True, False]
        assert [score < 100 for score in scored["final_score"].to_pylist()] == [True, True, True, False]
        assert scored["applicable"].to_pylist() == [99.5, 99.5, 100, 99.5]

    @pytest.mark.parametrize("fine", [10**7, 10**13, 10**40])
    def test_closeness_below_the_full_mark_is_decided_row_by_row(self, fine: int) -> None:
        points = [Fraction(1, 3), Fraction(1, fine + 1), Fraction(2, 3) - Fraction(1, fine + 1)]
        shares: list[list[Fraction | None]] = [
            [Fraction(1), Fraction(1), 1 - Fraction(1, 10**17)],
            [Fraction(1)] * 3,
            [None, Fraction(1), None],
        ]
        standard = small.small_standard(points)
        lost, *full = deleting(kernel_table(points, shares, "pair"), standard, exact=True).to_pylist()
        assert lost["final_score"] < float(standard.total_points)
        assert lost["earned"] < lost["applicable"]
        assert lost["1.1.ratio"] < 1
        assert lost["printed_score"] == "1.00(-)"
        for row in full:
            assert (row["earned"], row["1.1.ratio"]) == (row["applicable"], 1)

    @pytest.mark.parametrize("rest", [1, 10**3, 10**6, 10**8])
    @pytest.mark.parametrize("kind", [pa.int32(), pa.uint32(), pa.int64()])
    def test_a_loss_of_an_indicator_of_few_points_shows(self, rest: int, kind: Any) -> None:
        """The less it counts, the less is lost with it: a denominator of 32 bits may then lose a hair of the whole, too."""
        standard = small.small_standard([Fraction(1), Fraction(rest)])
        parts = [pa.array([2**31 - 2, 1], kind), pa.array([2**31 - 1, 1], kind)]
        table = pa.table({"1.1.1.1": pa.StructArray.from_arrays(parts, ["k", "n"]), "1.1.1.2": [1, 1]})
        lost, full = score_table(table, standard).to_pylist()
        assert lost["final_score"] < rest + 1 == full["final_score"]
        assert lost["earned"] < lost["applicable"] == full["earned"]
        assert lost["1.1.1.ratio"] < 1 == full["1.1.1.ratio"]

    def test_shares_below_the_full_mark_stay_below_it_in_whole_numbers(self) -> None:
        """As fine a unit as is added up in whole numbers, and few points: the quotient of two of them is not 1."""
        standard = small.small_standard([Fraction(1)])
        for scale in range(12, 19):
            column = pa.array([1 - Decimal(1).scaleb(-scale), Decimal(1)], pa.decimal128(20, scale))
            lost, full = score_table(pa.table({"1.1.1.1": column}), standard).to_pylist()
            assert lost["earned"] < lost["applicable"] == 1
            assert max(lost["final_score"], lost["1.1.ratio"]) < 1
            assert (full["earned"], full["final_score"], full["1.1.ratio"]) == (1, 1, 1)


POINTS = st.lists(st.fractions(Fraction(1, 50), 40, max_denominator=1000), min_size=1, max_size=6)
SHARE = st.none() | st.fractions(0, 1, max_denominator=2000) | st.sampled_from([Fraction(9, 10), Fraction(3, 5)])


class TestOtherStandards:
    """Nothing of the standard stands in the code: any points, any limits, as exactly."""

    @settings(max_examples=examples(150))
    @given(st.data(), POINTS, st.sampled_from(["pair", "text"]))
    def test_stars_and_figures_are_exact_for_any_points_of_a_standard(
        self, data: st.DataObject, points: list[Fraction], form: str
    ) -> None:
        row = st.lists(SHARE, min_size=len(points), max_size=len(points))
        rows = data.draw(st.lists(row, min_size=1, max_size=4))
        standard = small.small_standard(points)
        scored = deleting(kernel_table(points, rows, form), standard, exact=True).to_pylist()
        for shares, result in zip(rows, scored, strict=True):
            if all(share is None for share in shares):
                assert result["problem"] == "nothing-applicable"
                continue
            card = small.small_card(points, shares)
            assert (result["stars"], result["passed"]) == (card.stars, card.passed)
            assert Fraction(result["exact_score"]) == card.final_score
            scale = float(standard.total_points)
            for name, value in (
                ("earned", card.earned),
                ("applicable", card.applicable),
                ("final_score", card.final_score),
                ("1.1.ratio", card.ratio),
            ):
                assert result[name] == pytest.approx(float(value), abs=1e-13 * max(scale, 1), rel=1e-12)

    @pytest.mark.parametrize(
        ("form", "places"),
        [
            *((pa.float64(), n) for n in range(1, 15)),
            *((pa.string(), n) for n in range(1, 25)),
            *((pa.decimal128(20, n + 1), n) for n in range(1, 18)),
        ],
    )
    def test_no_product_with_a_limit_leaves_64_bits(self, form: Any, places: int) -> None:
        """What lies on a limit is decided in a unit as fine as fits; beside a limit of many digits little else does."""
        limit = 90 - Fraction(1, 10**places)
        data = small.small_standard([Fraction(1), Fraction(99)]).model_dump(mode="json")
        data["stars"][3]["upper"] = data["stars"][4]["lower"] = str(limit)
        standard = aftersales.Standard.model_validate(data)
        rows = [(f"{9 * 10**places - 10 - hair}e-{places + 1}", "0.9") for hair in (0, 1)]  # the first is on the limit
        rows += [(share, share) for share in ("0.8", "0.75", "0.7", "0.6", "0.1")]
        columns = [pa.array(column).cast(form) for column in zip(*rows, strict=True)]
        scored = score_table(pa.table(columns, ["1.1.1.1", "1.1.1.2"]), standard)
        assert scored["stars"].to_pylist() == [5, 4, 4, 3, 2, 1, 0]

    @pytest.mark.parametrize("points", ["27/4", "3/4 6", "27/40", "27", "270", "2700"])
    @pytest.mark.parametrize("scale", range(9))
    def test_sums_on_both_sides_of_32_bits_are_exact(self, points: str, scale: int) -> None:
        """Of whole numbers the narrowest type is taken that holds them, and what a limit multiplies them by."""
        numbers = list(map(Fraction, points.split()))
        shares = ["1", "0.9", "0.8", "0.6", "0"]
        column = pa.array(shares).cast(pa.decimal128(12, 9)).cast(pa.decimal128(12, max(scale, 1)))
        table = pa.table([column] * len(numbers), [f"1.1.1.{k}" for k in range(1, len(numbers) + 1)])
        scored = score_table(table, small.small_standard(numbers))
        assert scored["stars"].to_pylist() == [5, 5, 4, 1, 0]
        assert scored["earned"].to_pylist() == [float(sum(numbers) * Fraction(share)) for share in shares]

    def test_what_is_applicable_on_both_sides_of_8_and_16_bits(self) -> None:
        """The points of a subcategory may need a wider type than those of each of its indicators."""
        for each in (100, 200, 255, 30_000, 60_000):
            columns = {f"1.1.1.{k}": [1, 1 if k == 1 else None] for k in (1, 2, 3)}
            scored = deleting(pa.table(columns), small.small_standard([Fraction(each)] * 3))
            assert scored["applicable"].to_pylist() == [3 * each, each]
            assert scored["1.1.1.applicable"].to_pylist() == [3 * each, each]
            assert scored["stars"].to_pylist() == [5, 5]

    @pytest.mark.parametrize("kind", [pa.int8(), pa.uint8(), pa.int16(), pa.int64()])
    def test_points_are_not_cut_to_the_width_of_the_shares(self, kind: Any) -> None:
        columns = {"1.1.1.1": pa.array([1, 0, 1], kind), "1.1.1.2": pa.array([1, 1, 0], kind)}
        for each in (100, 200, 40_000):
            scored = score_table(pa.table(columns), small.small_standard([Fraction(each), Fraction(2 * each)]))
            assert scored["earned"].to_pylist() == [3 * each, 2 * each, each]
            assert scored["stars"].to_pylist() == [5, 1, 0]

    @pytest.mark.parametrize("fine", [10**7, 10**13, 10**40])
    @pytest.mark.parametrize("kind", [None, pa.decimal128(12, 9)])
    def test_points_too_fine_for_machine_words_are_added_up_exactly(self, fine: int, kind: Any) -> None:
        points = [Fraction(1, 3), Fraction(1, fine + 1), Fraction(2, fine)]
        shares: list[list[Fraction | None]] = [
            [Fraction(9, 10), Fraction(9, 10), Fraction(9, 10)],
            [Fraction(9, 10), Fraction(8, 10), Fraction(1)],
            [Fraction(9, 10), Fraction(9, 10), Fraction(899_999_999, 10**9)],
            [None, Fraction(9, 10), Fraction(9, 10)],
            [None, None, None],
        ]
        table = kernel_table(points, shares, "pair")
        if kind is not None:
            columns = zip(*shares, strict=True)
            numbers = ([None if s is None else Decimal(s.numerator) / s.denominator for s in c] for c in columns)
            table = pa.table({f"1.1.1.{k}": pa.array(c, kind) for k, c in enumerate(numbers, 1)})
        scored = deleting(table, small.small_standard(points), exact=True).to_pylist()
        assert scored.pop()["problem"] == "nothing-applicable"
        for row, result in zip(shares[:-1], scored, strict=True):
            card = small.small_card(points, row)
            assert result["stars"] == card.stars
            assert Fraction(result["exact_score"]) == card.final_score
            assert result["1.1.1.ratio"] == pytest.approx(float(card.ratio), rel=1e-13)

    def test_a_share_with_a_long_denominator_is_scored_exactly(self) -> None:
        row = {name: ["0.9"] for name in IDS} | {"5.1.1.1": [f"{9 * 10**39 - 1}/{10**40}"]}
        assert score_table(pa.table(row), exact=True).to_pylist()[0]["stars"] == 4
        row["5.1.1.2"] = [f"{9 * 10**39 + 1}/{10**40}"]
        assert score_table(pa.table(row), exact=True).to_pylist()[0]["exact_score"] == "90"
