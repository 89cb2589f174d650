"""Tables of evaluations (6.2.3, 6.3.2, 6.3.3): exact stars in every row, and a problem in every row without a score."""

from __future__ import annotations

import itertools
import math
import operator
import random
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial, reduce
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle, share_rows, small
from support.work import counted

import aftersales
from aftersales.batch import columns as batch_columns
from aftersales.batch import score_batches, score_table, scored_schema
from aftersales.batch import tables as batch
from aftersales.batch.arithmetic import BlockScorer
from aftersales.batch.columns import reader_of
from aftersales.files.numbers import read_quantity
from aftersales.problems.violations import ViolationError
from aftersales.standard.editions import data_folder

IDS = oracle.INDICATORS
deleting = partial(score_table, null="not_applicable")  # as most rows here have shares that are null
EXAMPLES = sorted((data_folder() / "examples").glob("*.yaml"))


def all_of(share: Any, kind: Any = None, count: int = 1, **others: Any) -> pa.Table:
    """A table of equal rows; ``others`` are columns by their id, written with underscores: i5_1_1_1."""
    columns = {name: pa.array([share] * count, kind) for name in IDS}
    return pa.table(columns | {key.removeprefix("i").replace("_", "."): value for key, value in others.items()})


def problems(*columns: Any, **others: Any) -> list[str | None]:
    """The problems of rows that are full but for these columns, the first of which stands for 5.1.1.1."""
    given_ = {"i5_1_1_1": columns[0]} if columns else {}
    count = len(next(iter((given_ | others).values())))
    found: list[str | None] = deleting(all_of(1, count=count, **given_, **others), nodes=())["problem"].to_pylist()
    return found


def refused(table: Any, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(aftersales.EvaluationError) as caught:
        score_table(table, **options)
    return [(problem.code, problem.path) for problem in caught.value.problems]


class TestStars:
    """6.3.3 on the exact final score, held against fractions that share nothing with the library."""

    @pytest.mark.parametrize("form", share_rows.FORMS)
    @pytest.mark.parametrize(("kind", "count"), [("random", 1500), ("adversarial", 750)])
    def test_none_is_wrong(self, kind: str, count: int, form: str) -> None:
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

    @pytest.mark.parametrize("kind", [pa.float32(), pa.float64(), pa.decimal128(3, 1), pa.string()])
    @pytest.mark.parametrize(("share", "stars"), [("0.9", 5), ("0.8", 4), ("0.7", 2), ("0.6", 1), ("0.5", 0)])
    def test_the_classic_that_floats_get_wrong(self, kind: Any, share: str, stars: int) -> None:
        scored = score_table(pa.table({name: pa.array([share] * 3).cast(kind) for name in IDS}))
        assert scored["stars"].to_pylist() == [stars] * 3
        assert scored["final_score"].to_pylist() == [float(share) * 100] * 3
        assert scored["5.4.2.ratio"].to_pylist() == [float(share)] * 3

    @pytest.mark.parametrize(("share", "stars"), [("0.6", 0), ("0.7", 1), ("0.75", 2), ("0.8", 3), ("0.9", 4)])
    def test_a_score_that_rounds_onto_a_limit_is_shown_below_it(self, share: str, stars: int) -> None:
        """R3: a printed figure never tells of a star that the exact score has not reached."""
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
    def test_roundings_that_all_go_one_way(self, short: int) -> None:
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
    def test_what_may_be_a_whole_number_becomes_it(self, count: int) -> None:
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
    def test_what_may_be_on_a_limit_is_doubtful(self, count: int, applicable: float) -> None:
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
    def test_every_figure_of_every_node(self, form: str) -> None:
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


class TestShares:
    """What a share may be, and that it is read exactly."""

    @pytest.mark.parametrize(
        "column",
        [
            pa.array(["0.5", "2/3", "60%", None]),
            pa.array(["0.5", "2/3", "60%", None], pa.large_string()),
            pa.array(["0.5", "2/3", "60%", None], pa.string_view()),
            pa.array(["0.5", "2/3", "60%", None]).dictionary_encode(),
            pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3]), pa.array(["0.5", "2/3", "60%", None])),
            pa.array([{"k": 1, "n": 2}, {"k": 4, "n": 6}, {"k": 3, "n": 5}, None]),
            pa.array([{"k": 1, "n": 2}, {"k": 4, "n": 6}, {"k": 3, "n": 5}, {"k": None, "n": None}]),
            pa.StructArray.from_arrays(
                [pa.array([1, 4, 3, None], pa.int8()), pa.array([2, 6, 5, None], pa.uint32())], ["k", "n"]
            ),
        ],
        ids=[
            "text",
            "large text",
            "text view",
            "dictionary",
            "dictionary with a null",
            "pairs",
            "pairs of nulls",
            "pairs of two types",
        ],
    )
    def test_fractions(self, column: Any) -> None:
        scored = deleting(all_of(0, count=4, i5_1_3_1=column), exact=True)
        expected = [Fraction(7, 2) * share for share in (Fraction(1, 2), Fraction(2, 3), Fraction(3, 5))]
        assert [Fraction(text) for text in scored["exact_score"].to_pylist()] == [*expected, 0]
        assert scored["applicable"].to_pylist() == [100, 100, 100, 96.5]

    @pytest.mark.parametrize(
        "kind", [pa.int8(), pa.int64(), pa.uint16(), pa.uint64(), pa.float32(), pa.decimal32(2, 0)]
    )
    def test_zero_and_one(self, kind: Any) -> None:
        column = pa.array([1, 0, None], pa.int8()).cast(pa.decimal128(3, 0)).cast(kind)
        scored = deleting(all_of(1, count=3, i5_1_3_1=column), nodes=())
        assert scored["earned"].to_pylist() == [100, 96.5, 96.5]
        assert scored["applicable"].to_pylist() == [100, 100, 96.5]

    @pytest.mark.parametrize(
        "kind",
        [
            pa.decimal32(5, 4),
            pa.decimal64(12, 4),
            pa.decimal128(5, 4),
            pa.decimal128(38, 4),
            pa.decimal128(38, 18),
            pa.decimal128(38, 30),
            pa.decimal256(60, 40),
            pa.float32(),
            pa.float64(),
            pa.dictionary(pa.int8(), pa.float64()),
            pa.dictionary(pa.int8(), pa.decimal128(5, 4)),
        ],
        ids=str,
    )
    def test_decimals_of_any_width(self, kind: Any) -> None:
        values = [Decimal("0.0625"), Decimal("0.9999"), None, Decimal(0), Decimal(1)]
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        column = pa.array(values, pa.decimal128(5, 4)).cast(plain)
        column = column.dictionary_encode().cast(kind) if plain is not kind else column
        scored = deleting(all_of(1, count=5, i5_1_3_1=column), nodes=(), exact=True)
        lost = [Fraction(7, 2) * (1 - Fraction(value)) if value is not None else None for value in values]
        assert [Fraction(text) for text in scored["exact_score"].to_pylist()] == [100 - (each or 0) for each in lost]
        assert scored["final_score"].to_pylist() == [float(100 - (each or 0)) for each in lost]

    @pytest.mark.parametrize(
        ("width", "scale"),
        [(width, scale) for width, most in ((32, 9), (64, 18), (128, 19)) for scale in range(2, most)],
    )
    def test_stars_at_every_scale(self, width: int, scale: int) -> None:
        """The finer the unit, the larger the whole numbers; none may outgrow its 32 or 64 bits unseen."""
        most = {32: 9, 64: 18, 128: 38}[width]
        kind = {32: pa.decimal32, 64: pa.decimal64, 128: pa.decimal128}[width](most, scale)
        rng = random.Random(scale)
        rows = [share_rows.random_row(rng, "decimal", level, 0.1) for level in (0.3, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0) * 6]
        rows = [[s and (s[0] // 100, 100) for s in row] for row in rows]  # two decimals fit into every scale
        rows += [[(limit, 100)] * len(IDS) for limit in share_rows.LIMITS] + [[(1, 1)] * len(IDS)]
        columns = [
            pa.array([s and Decimal(s[0]) / s[1] for s in shares], pa.decimal128(20, 4)).cast(kind)
            for shares in zip(*rows, strict=True)
        ]
        scored = deleting(pa.table(dict(zip(IDS, columns, strict=True))), nodes=(), exact=True)
        truths = [share_rows.true_score(row) for row in rows]
        assert scored["stars"].to_pylist() == [oracle.stars(truth) for truth in truths]
        assert [Fraction(text) for text in scored["exact_score"].to_pylist()] == truths
        assert scored["final_score"].to_pylist() == pytest.approx([float(truth) for truth in truths], abs=1e-11)

    def test_floats_and_decimals_of_eight_places_come_out_exactly(self) -> None:
        digits = (12_345_678, 99_999_999, 1)
        shares = [Fraction(number, 10**8) for number in digits]
        floats, decimals = [number / 10**8 for number in digits], [Decimal(number) / 10**8 for number in digits]
        for column in (pa.array(floats), pa.array(decimals, pa.decimal128(12, 8))):
            scored = score_table(all_of(1, count=3, i5_1_3_1=column), nodes=())
            assert scored["earned"].to_pylist() == [float(100 - Fraction(7, 2) * (1 - s)) for s in shares]

    def test_a_negative_share_alone_in_its_block_is_reported(self) -> None:
        """As a natural number its bits are beyond those of one; as a float it is below."""
        for column in ([-0.1], [-1e-300], pa.array([-0.5], pa.float32())):
            assert problems(pa.array(column) if isinstance(column, list) else column) == ["out-of-range: 5.1.1.1"]
        assert problems(pa.array([-0.0])) == [None]

    @pytest.mark.parametrize("kinds", [(pa.int8(), pa.uint64()), (pa.uint8(), pa.int64()), (pa.int16(), pa.int32())])
    def test_pairs_of_unlike_widths(self, kinds: tuple[Any, Any]) -> None:
        parts = [
            pa.array([1, 2, None, 0, -1 if pa.types.is_signed_integer(kinds[0]) else 3], kinds[0]),
            pa.array([2, 3, None, 1, 2], kinds[1]),
        ]
        column = pa.StructArray.from_arrays(parts, ["k", "n"])
        scored = deleting(all_of(1, count=5, i5_1_3_1=column), nodes=(), exact=True)
        assert scored["problem"].to_pylist() == [None, None, None, None, "out-of-range: 5.1.3.1"]
        lost = [Fraction(7, 2) * (1 - Fraction(1, 2)), Fraction(7, 2) / 3]
        assert [Fraction(text) for text in scored["exact_score"].to_pylist()[:2]] == [100 - each for each in lost]
        assert scored["applicable"].to_pylist()[2] == 96.5

    def test_pairs_of_unlike_widths_keep_all_of_the_wider(self) -> None:
        over, under = pa.array([1, 2**31 - 1], pa.int32()), pa.array([2**32 + 2, 2**33], pa.int64())
        column = pa.StructArray.from_arrays([over, under], ["k", "n"])
        table = pa.table({"1.1.1.1": column})
        scored = score_table(table, small.small_standard([Fraction(1)]), exact=True)
        assert scored["problem"].to_pylist() == [None, None]
        assert list(map(Fraction, scored["exact_score"].to_pylist())) == [
            Fraction(1, 2**32 + 2),
            Fraction(2**31 - 1, 2**33),
        ]

    def test_a_null_pair_whose_parts_are_set_is_not_applicable(self) -> None:
        parts = [pa.array([1, 1, None]), pa.array([2, 2, 3])]
        column = pa.StructArray.from_arrays(parts, ["k", "n"], mask=pa.array([True, False, False]))
        scored = deleting(all_of(1, count=3, i5_1_3_1=column), nodes=())
        assert scored["problem"].to_pylist() == [None, None, "half-pair: 5.1.3.1"]
        assert scored["applicable"].to_pylist()[:2] == [96.5, 100]

    @pytest.mark.parametrize("kind", [pa.decimal32(3, -2), pa.decimal64(3, -2)])
    def test_a_negative_scale_that_arrow_cannot_read_is_refused(self, kind: Any) -> None:
        column = pa.Array.from_buffers(kind, 1, [None, pa.py_buffer(bytes(kind.bit_width // 8))])
        assert refused(all_of(1).drop(["5.1.1.1"]).append_column("5.1.1.1", column)) == [
            ("not-shares", "columns[5.1.1.1]")
        ]

    def test_a_negative_scale_is_a_decimal_too(self) -> None:
        column = pa.array([Decimal(0), Decimal(100)], pa.decimal128(3, -2))
        assert problems(column) == [None, "out-of-range: 5.1.1.1"]

    def test_a_float32_means_its_own_shortest_repr(self) -> None:
        values = np.array([0.1, 0.3333333, 1e-9, 0.12345678, np.nextafter(np.float32(0.9), 0)], np.float32)
        scored = score_table(all_of(0, count=5, i5_1_1_1=pa.array(values)), nodes=(), exact=True)
        assert [Fraction(text) for text in scored["exact_score"].to_pylist()] == [Fraction(str(v)) for v in values]

    @pytest.mark.parametrize("width", [pa.float32(), pa.float64()])
    def test_a_zero_has_no_sign(self, width: Any) -> None:
        scored = score_table(all_of(-0.0, width), nodes=["5.1.1"]).to_pylist()[0]
        for figure in ("earned", "final_score", "5.1.1.earned", "5.1.1.ratio"):
            assert math.copysign(1, scored[figure]) == 1

    def test_a_column_of_nulls(self) -> None:
        scored = deleting(all_of(1, count=2, i5_1_3_1=pa.nulls(2)))
        assert scored["applicable"].to_pylist() == [96.5, 96.5]

    def test_what_lies_under_a_null_does_not_matter(self) -> None:
        mask = [True, False]
        pairs = pa.StructArray.from_arrays([pa.array([9, 1]), pa.array([0, 2])], ["k", "n"], mask=pa.array(mask))
        for column in (
            pa.array(np.array([np.nan, 0.5]), mask=np.array(mask)),
            pa.array(np.array([7.5, 0.5]), mask=np.array(mask)),
            pa.array(np.array([99, 1]), mask=np.array(mask)),
            pairs,
        ):
            assert column.is_null(nan_is_null=False).to_pylist() == mask
            scored = deleting(all_of(1, count=2, i5_1_3_1=column), nodes=())
            assert scored["applicable"].to_pylist() == [96.5, 100]
            assert scored["problem"].to_pylist() == [None, None]


def carriers() -> dict[str, Any]:
    """Columns of a full share and a null, in every form that has nulls."""
    pair = pa.struct([("conforming", pa.int32()), ("sampled", pa.int32())])
    with_zero_division = pd.Series([1.0, 0.0]) / pd.Series([1.0, 0.0])  # 0/0
    return {
        "float64": pa.array([1.0, None]),
        "float32": pa.array([1.0, None], pa.float32()),
        "int8": pa.array([1, None], pa.int8()),
        "uint64": pa.array([1, None], pa.uint64()),
        "decimal32": pa.array(["1", None]).cast(pa.decimal128(5, 4)).cast(pa.decimal32(5, 4)),
        "decimal128": pa.array([Decimal(1), None], pa.decimal128(38, 4)),
        "decimal128, a null that is not zero": pa.array([Decimal(1), Decimal(7)], pa.decimal128(5, 4)).filter(
            pa.array([True, None]), null_selection_behavior="emit_null"
        ),
        "decimal256": pa.array([Decimal(1), None], pa.decimal256(60, 40)),
        "text": pa.array(["1", None]),
        "large text": pa.array(["1", None], pa.large_string()),
        "text view": pa.array(["1", None], pa.string_view()),
        "dictionary of texts": pa.array(["1", None]).dictionary_encode(),
        "dictionary with a null": pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["1", None])),
        "dictionary of floats": pa.array([1.0, None]).dictionary_encode(),
        "pair": pa.array([{"conforming": 3, "sampled": 3}, None], pair),
        "pair of nulls": pa.array([{"conforming": 3, "sampled": 3}, {"conforming": None, "sampled": None}], pair),
        "0/0 of pandas": pa.Array.from_pandas(with_zero_division),
        "under a mask": pa.array(np.array([1.0, np.nan]), mask=np.array([False, True])),
    }


class TestNull:
    """A null is a finding that is missing (R9), unless it is said to be a deletion (R8)."""

    @pytest.mark.parametrize("form", carriers())
    def test_is_a_problem_unless_it_is_a_deletion(self, form: str) -> None:
        column = carriers()[form]
        assert column.null_count or pa.types.is_dictionary(column.type) or pa.types.is_struct(column.type)
        table = all_of(1, count=2, i5_1_3_1=column)
        for scored in (
            score_table(table, nodes=()),
            score_table(table, nodes=(), null="missing"),
            pa.table(score_batches(table.to_batches(), nodes=())),
        ):
            assert scored["problem"].to_pylist() == [None, "null-share: 5.1.3.1"]
            for name in ("earned", "applicable", "deleted", "final_score", "stars", "passed", "near_limit"):
                full = {"deleted": 0, "stars": 5, "passed": True, "near_limit": False}.get(name, 100)
                assert scored[name].to_pylist() == [full, None]
        for scored in (
            score_table(table, nodes=(), null="not_applicable"),
            pa.table(score_batches(table.to_batches(), nodes=(), null="not_applicable")),
        ):
            assert scored["problem"].to_pylist() == [None, None]
            assert scored["applicable"].to_pylist() == [100, 96.5]
            assert scored["deleted"].to_pylist() == [0, 3.5]
            assert scored["stars"].to_pylist() == [5, 5]

    def test_a_table_that_is_empty_but_for_one_share_is_not_full(self) -> None:
        table = pa.table({name: pa.nulls(1) for name in IDS} | {"5.1.1.1": [1]})
        scored = score_table(table)
        assert scored["problem"].to_pylist() == ["null-share: 5.1.1.2"]
        assert scored["stars"].to_pylist() == [None]
        scored = deleting(table)
        assert (scored["deleted"].to_pylist(), scored["stars"].to_pylist()) == ([99], [5])

    def test_with_everything_null(self) -> None:
        table = pa.table({name: pa.nulls(1) for name in IDS})
        assert score_table(table)["problem"].to_pylist() == ["null-share: 5.1.1.1"]
        assert deleting(table)["problem"].to_pylist() == ["nothing-applicable"]

    def test_the_first_problem_in_the_order_of_the_indicators_is_reported(self) -> None:
        table = all_of(1, count=3, i5_1_1_2=[2, None, 1], i5_1_1_3=[None, 2, None])
        found = score_table(table)["problem"].to_pylist()
        assert found == ["out-of-range: 5.1.1.2", "null-share: 5.1.1.2", "null-share: 5.1.1.3"]

    def test_a_half_pair_is_reported_as_one(self) -> None:
        column = pa.array([{"k": 1, "n": None}, {"k": None, "n": None}, {"k": 1, "n": 2}])
        told = score_table(all_of(1, count=3, i5_1_1_1=column))["problem"].to_pylist()
        assert told == ["half-pair: 5.1.1.1", "null-share: 5.1.1.1", None]

    def test_a_nan_is_neither(self) -> None:
        column = pa.array([math.nan, 1.0], from_pandas=False)
        for null in ("missing", "not_applicable"):
            told = score_table(all_of(1, count=2, i5_1_1_1=column), null=null)["problem"].to_pylist()  # type: ignore[arg-type]
            assert told == ["not-a-number: 5.1.1.1", None]

    def test_frames_of_other_libraries(self) -> None:
        ratios = {name: [1.0, 1.0] for name in IDS}
        frame = pd.DataFrame(ratios)
        frame["5.1.1.1"] = pd.Series([1.0, 0.0]) / pd.Series([1.0, 0.0])
        polars_frame = pl.DataFrame(ratios).with_columns(pl.Series("5.1.1.1", [1.0, None]))
        for other in (frame, polars_frame, duckdb.sql("from polars_frame")):
            assert score_table(other)["problem"].to_pylist() == [None, "null-share: 5.1.1.1"]
            assert deleting(other)["deleted"].to_pylist() == [0, 1]

    def test_row_by_row_and_in_decimals(self) -> None:
        points = [Fraction(1, 3), Fraction(1, 10**40), Fraction(2, 3)]
        table = kernel_table(points, [[Fraction(1)] * 3, [Fraction(1), Fraction(1), None]], "pair")
        standard = small.small_standard(points)
        assert score_table(table, standard)["problem"].to_pylist() == [None, "null-share: 1.1.1.3"]
        assert deleting(table, standard)["deleted"].to_pylist() == [0, float(Fraction(2, 3))]
        column = pa.array([Decimal(1), None], pa.decimal128(20, 9))
        for kind in (pa.int8(), pa.decimal32(5, 4), pa.decimal128(20, 9)):
            table = all_of(1, count=2, i5_1_3_1=column.cast(pa.decimal128(5, 4)).cast(kind))
            scored = deleting(table, decimal=True, nodes=())
            assert scored["deleted"].to_pylist() == [0, Decimal("3.5")]
            assert scored.schema.field("deleted").type == scored.schema.field("applicable").type

    @pytest.mark.parametrize("null", ["Missing", "deleted", "", None, True, 0, ["missing"]])
    def test_another_word_is_refused(self, null: Any) -> None:
        table = all_of(1)
        for score in (score_table, score_batches, lambda table, **o: scored_schema(table.schema, **o)):
            with pytest.raises(aftersales.EvaluationError) as caught:
                score(table, null=null)
            assert [(problem.code, problem.path) for problem in caught.value.problems] == [("unknown-word", "null")]
            assert "missing, not_applicable" in caught.value.problems[0].message

    def test_a_column_that_has_the_name_of_a_result(self) -> None:
        table = all_of(1).append_column("deleted", [[1]]).append_column("near_limit", [[1]])
        assert refused(table) == [("result-column", "columns.deleted"), ("result-column", "columns.near_limit")]


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
    def test_of_floats(self, share: float, near: bool) -> None:
        assert self.near(all_of(share)) == [near]
        exact = Fraction(repr(share)) * 100
        assert any(0 < limit - exact <= Fraction(1, 10**9) for limit in share_rows.LIMITS) == near
        assert self.near(all_of(str(share))) == [near]
        assert self.near(all_of(dict(zip("kn", Fraction(repr(share)).as_integer_ratio(), strict=True)))) == [near]

    @pytest.mark.parametrize(
        "kind", [pa.decimal128(20, 11), pa.decimal128(20, 12), pa.decimal128(20, 15), pa.decimal64(12, 11)]
    )
    def test_of_decimals(self, kind: Any) -> None:
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

    def test_in_whole_numbers_that_fit(self) -> None:
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

    def test_row_by_row(self) -> None:
        points = [Fraction(1, 3), Fraction(1, 10**40), Fraction(2, 3)]
        rows: list[list[Fraction | None]] = [
            [Fraction(9, 10), Fraction(8, 10), Fraction(9, 10)],
            [Fraction(9, 10)] * 3,
            [Fraction(9, 10), Fraction(9, 10), Fraction(8, 10)],
            [None] * 3,
        ]
        assert self.near(kernel_table(points, rows, "pair"), small.small_standard(points)) == [True, False, False, None]

    @pytest.mark.parametrize("form", share_rows.FORMS)
    def test_is_that_of_the_exact_score_in_every_row(self, form: str) -> None:
        rng = random.Random(form)
        rows = [share_rows.adversarial_row(rng, form) for _ in range(400)]
        scores = [share_rows.true_score(row) for row in rows]
        expected = [any(0 < limit - score <= Fraction(1, 10**9) for limit in share_rows.LIMITS) for score in scores]
        assert self.near(share_rows.as_table(rows, form)) == expected
        assert any(expected) == (form in ("float", "pair"))

    def test_of_a_row_with_a_problem_there_is_none(self) -> None:
        table = all_of(0.7 + 0.2, count=2, i5_1_1_1=[0.7 + 0.2, 2.0])
        assert self.near(table) == [True, None]

    def test_a_row_with_few_applicable_points(self) -> None:
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


class TestBelowTheFullMark:
    """R3: what lost points looks full in no figure."""

    @pytest.mark.parametrize("form", HAIRS)
    @pytest.mark.parametrize("others", [1, 1.0, "1"])
    def test_by_however_little(self, form: str, others: Any) -> None:
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
    def test_row_by_row(self, fine: int) -> None:
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
    def test_of_an_indicator_of_few_points(self, rest: int, kind: Any) -> None:
        """The less it counts, the less is lost with it: a denominator of 32 bits may then lose a hair of the whole, too."""
        standard = small.small_standard([Fraction(1), Fraction(rest)])
        parts = [pa.array([2**31 - 2, 1], kind), pa.array([2**31 - 1, 1], kind)]
        table = pa.table({"1.1.1.1": pa.StructArray.from_arrays(parts, ["k", "n"]), "1.1.1.2": [1, 1]})
        lost, full = score_table(table, standard).to_pylist()
        assert lost["final_score"] < rest + 1 == full["final_score"]
        assert lost["earned"] < lost["applicable"] == full["earned"]
        assert lost["1.1.1.ratio"] < 1 == full["1.1.1.ratio"]

    def test_whole_numbers_of_a_standard_of_one_point(self) -> None:
        """As fine a unit as is added up in whole numbers, and few points: the quotient of two of them is not 1."""
        standard = small.small_standard([Fraction(1)])
        for scale in range(12, 19):
            column = pa.array([1 - Decimal(1).scaleb(-scale), Decimal(1)], pa.decimal128(20, scale))
            lost, full = score_table(pa.table({"1.1.1.1": column}), standard).to_pylist()
            assert lost["earned"] < lost["applicable"] == 1
            assert max(lost["final_score"], lost["1.1.ratio"]) < 1
            assert (full["earned"], full["final_score"], full["1.1.ratio"]) == (1, 1, 1)


DIGITS = st.text("0123456789", max_size=20)
WRITTEN = st.one_of(
    st.text("0123456789.%/", max_size=8),
    st.text("01.%/+-eE_ ,\u3000\u00a0０９％．／²\x00\n", max_size=6),
    st.builds("{}.{}{}".format, DIGITS, DIGITS, st.sampled_from(["", "%", "e-3", "E1%", "%%", " "])),
    st.builds("{}/{}".format, DIGITS, DIGITS),
    st.builds("0.{}{}".format, DIGITS, DIGITS),
    st.floats(0, 1).map(repr),
    st.fractions(0, 1).map(str),
    st.decimals(0, 1).map(str),
    st.integers(98, 102).map(lambda length: "0." + "3" * (length - 2)),
    st.integers(0, 40).map(lambda zeros: "0" * zeros + "1"),
    st.integers(0, 40).map(lambda zeros: f"1/{10**zeros}"),
)
TEXTS = [
    *("0", "1", "00", "01", "0.", "1.", ".5", ".", "", "%", ".%", "5.%", ".5%", "5%.", "%5", "60%", "100%", "100.0%", "100.01%"),
    *("+0.5", "-0", "-0.5", "1e-1", "5E-1", "5e-1%", "1e-101", "1e", "e1", "1_0", "0_1", " 0.5", "0.5 ", "0. 5", "\t1", "1\n", "1\x00"),
    *("０.５", "0．5", "６０％", "²", "1/2", "2/1", "0/1", "0/0", "1/0", "/2", "1/", "/", "1//2", "1/2/3", "1/2%", "0.5/1", "1/2."),
    *("+1/2", "1/+2", "1/ 2", "01/02", "0/" + "0" * 18 + "1", "nan", "inf", "1,0", "0,5", "0x1", "1l", "٣", "½", "1.0.0", "1..0", "5%%"),
    *("9" * 18 + "/" + "9" * 18, "9" * 19 + "/" + "9" * 19, "0." + "9" * 16, "0." + "9" * 17, "0." + "9" * 18, "0." + "9" * 19),
    *("1." + "0" * 17, "1." + "0" * 18, "0" * 17 + "1", "0" * 18 + "1", "0" * 19 + "1", "1" + "0" * 18, "0" + "9" * 18, "9" * 19),
    *(".5" + "0" * 98, ".5" + "0" * 99, "0" * 99 + "1", "0" * 100 + "1", "1/" + "9" * 98, "1/" + "9" * 99, "0." + "0" * 17 + "1%"),
    *("0." + "0" * 15 + "1%", "0." + "0" * 16 + "1%", "0.012345678901234567", "0.0012345678901234567", "9223372036854775807/9223372036854775808"),
]  # fmt: skip


def truths(texts: list[str | None]) -> list[tuple[Fraction, str]]:
    """What :func:`read_quantity` makes of each; 0 and a code where that is no share."""
    found = []
    for text in texts:
        try:
            share = Fraction(0) if text is None else read_quantity(text)
            found.append((share, "") if 0 <= share <= 1 else (Fraction(0), "out-of-range"))
        except ViolationError as refused:
            found.append((Fraction(0), refused.violations[0].code))
    return found


class TestTexts:
    """Texts are read all at once, and each as ``read_quantity`` reads it."""

    @staticmethod
    def found(column: Any) -> list[tuple[Fraction, str]]:
        read = reader_of(column.type)(column)
        codes = [""] * len(column)
        for code, rows in read.problems:
            assert rows.any()
            for row in np.flatnonzero(rows):
                assert codes[row] == ""
                codes[row] = code
        valid = [True] * len(column) if read.valid is None else read.valid.astype(bool).tolist()
        assert valid == column.is_valid().to_pylist()
        shares = [Fraction(*read.share(row)) if there else Fraction(0) for row, there in enumerate(valid)]
        if read.values is not None and read.unit is None:
            for there, value, share in zip(valid, read.values, shares, strict=True):
                assert not there or abs(Fraction(float(value)) - share) <= Fraction(3, 2**53) * share
        return list(zip(shares, codes, strict=True))

    @classmethod
    def check(cls, texts: list[str | None]) -> None:
        expected = truths(texts)
        column = pa.array(texts, pa.string())
        behind = pa.array(["0.25", None, "7", *texts, "1/3"])
        for each in (
            *(column, column.cast(pa.large_string()), column.cast(pa.string_view()), behind.slice(3, len(texts))),
            *(column.dictionary_encode(), behind.dictionary_encode().slice(3, len(texts))),
        ):
            assert cls.found(each) == expected

    @pytest.mark.parametrize("sample", [4, 2**10])
    def test_each_way_of_writing(self, monkeypatch: pytest.MonkeyPatch, sample: int) -> None:
        assert len(set(TEXTS)) == len(TEXTS) > batch_columns.FEW
        monkeypatch.setattr(batch_columns, "SAMPLE", sample)
        self.check([*TEXTS])
        self.check([*TEXTS, None, *TEXTS[::-1]])
        for text in TEXTS:
            self.check([text])
            self.check([f"0.{number:03}" for number in range(200)] + [text])

    @pytest.mark.parametrize("sample", [4, 2**10])
    @settings(max_examples=50)
    @given(texts=st.lists(st.none() | WRITTEN, min_size=70, max_size=120))
    def test_any_texts(self, texts: list[str | None], sample: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(batch_columns, "SAMPLE", sample)
            self.check(texts)

    def test_what_lies_under_a_null(self) -> None:
        texts = [f"{number}/7000" for number in range(3_000)]
        texts[5], texts[6] = "7", "nonsense"
        mask = np.zeros(3_000, bool)
        mask[5:7] = True
        whole = pa.array(texts)
        column = pa.StringArray.from_buffers(
            3_000, whole.buffers()[1], whole.buffers()[2], pa.py_buffer(np.packbits(~mask, bitorder="little"))
        )
        assert self.found(column) == [
            (Fraction(0), "") if hidden else found for hidden, found in zip(mask, truths([*texts]), strict=True)
        ]

    def test_no_texts_at_all(self) -> None:
        for count in (1, 100, 3_000):
            for kind in (pa.string(), pa.large_string(), pa.string_view()):
                self.check([None] * count)
                empty = pa.nulls(count, kind)
                assert reader_of(kind)(empty).valid.tolist() == [0] * count
                assert self.found(pa.array([""] * count, kind)) == [(Fraction(0), "not-a-number")] * count

    def test_texts_that_are_all_distinct_are_not_read_one_by_one(self) -> None:
        """One by one they take a thousand times as long as floats: several calls for each."""
        rng = np.random.default_rng(3)
        floats = rng.random(30_000)
        column = pa.array(map("{:.9f}".format, floats))
        with counted() as calls:
            reader_of(column.type)(column)
        assert calls.made < 3_000
        shares = [Fraction(text) for text in column.to_pylist()[:50]]
        assert [share for share, _ in self.found(column)[:50]] == shares


class TestDecimals:
    """``decimal=True``: earned and applicable points as exact decimals."""

    @pytest.mark.parametrize(
        "kind", [pa.decimal32(5, 4), pa.decimal128(5, 4), pa.decimal128(20, 6), pa.decimal128(20, 9)]
    )
    def test_every_sum_is_exact(self, kind: Any) -> None:
        rng = random.Random(3)
        rows = [share_rows.random_row(rng, "decimal", 0.8, deleted) for deleted in (0, 0.3) * 40]
        table = pa.table(
            {
                n: c.cast(pa.decimal128(22, 9)).cast(kind)
                for n, c in zip(IDS, share_rows.as_table(rows, "decimal").columns, strict=True)
            }
        )
        scored = deleting(table, decimal=True)
        assert not [name for name in scored.column_names if name.endswith("ratio")]
        assert pa.types.is_decimal(scored.schema.field("5.1.earned").type)
        plain = deleting(table)
        for name in ("stars", "passed", "final_score", "near_limit", "problem"):
            assert scored[name].equals(plain[name])
        assert scored["deleted"].to_pylist() == [100 - points for points in scored["applicable"].to_pylist()]
        for row, result in zip(rows, scored.to_pylist(), strict=True):
            for node, start in [("", ""), *((group, f"{group}.") for group in oracle.GROUPS)]:
                inside = [share if name.startswith(node) else None for name, share in zip(IDS, row, strict=True)]
                earned, applicable = share_rows.truth(inside)
                assert Fraction(result[f"{start}earned"]) == earned
                assert Fraction(result[f"{start}applicable"]) == applicable

    def test_zero_and_one_and_rows_with_problems(self) -> None:
        scored = score_table(all_of(1, count=2, i5_1_3_1=[0, 2]), nodes=["5.1.3", "5.2"], decimal=True)
        assert scored.to_pylist()[0] == {
            "earned": Decimal("96.5"),
            "applicable": Decimal(100),
            "deleted": Decimal(0),
            "final_score": 96.5,
            "stars": 5,
            "passed": True,
            "near_limit": False,
            "5.1.3.earned": Decimal("2.5"),
            "5.1.3.applicable": Decimal(6),
            "5.2.earned": Decimal(15),
            "5.2.applicable": Decimal(15),
            "problem": None,
        }
        assert set(scored.to_pylist()[1].values()) == {None, "out-of-range: 5.1.3.1"}

    @pytest.mark.parametrize(("places", "bits"), [(5, 32), (6, 64)])
    def test_they_are_as_wide_as_the_largest_sum(self, places: int, bits: int) -> None:
        """100 points in millionths of a tenth are 10⁹: a digit more than 32 bits hold as a decimal."""
        scored = score_table(all_of(1, pa.decimal128(7, places)), nodes=["5.1"], decimal=True)
        scored.validate(full=True)
        assert scored.schema.field("earned").type.bit_width == bits
        assert (scored["earned"].to_pylist(), scored["5.1.earned"].to_pylist()) == ([100], [35])

    @pytest.mark.parametrize(("finest", "places", "bits"), [(10**3, 9, 32), (10**4, 10, 64)])
    def test_they_have_no_more_places_than_digits(self, finest: int, places: int, bits: int) -> None:
        """A standard of less than a point: its sums have few digits, and all of them far behind the point."""
        points = [Fraction(29, 1000) + Fraction(1, finest), Fraction(30, 1000) - Fraction(1, finest)]
        millionth = pa.array(["0.999999"]).cast(pa.decimal128(7, 6))
        table = pa.table({"1.1.1.1": millionth, "1.1.1.2": millionth})
        scored = score_table(table, small.small_standard(points), nodes=["1.1.1"], decimal=True)
        kind = scored.schema.field("earned").type
        assert (kind.scale, kind.bit_width) == (places, bits)
        scored.validate(full=True)
        for name in ("earned", "1.1.1.earned"):
            assert list(map(Fraction, scored[name].to_pylist())) == [Fraction(59, 1000) * 999_999 / 10**6]

    @pytest.mark.parametrize("points", ["1/2 1/2", "1/4 3/8 5", "1/5 4/5", "1/1024 1", "3 1/125", "7/50 1/64"])
    @pytest.mark.parametrize("scale", [0, 1, 4])
    def test_points_of_any_fraction_that_terminates(self, points: str, scale: int) -> None:
        """Not only tenths and hundredths: halves, eighths and fifths are decimals too."""
        numbers = list(map(Fraction, points.split()))
        shares = [Decimal(1), Decimal(0), Decimal("0.3333").quantize(Decimal(1).scaleb(-scale)), None]
        kind = pa.decimal128(10, scale)
        columns = {f"1.1.1.{k}": pa.array(shares[k:] + shares[:k], kind) for k in range(1, len(numbers) + 1)}
        scored = deleting(pa.table(columns), small.small_standard(numbers), nodes=["1.1.1"], decimal=True)
        scored.validate(full=True)
        for row, result in zip(
            zip(*(c.to_pylist() for c in columns.values()), strict=True), scored.to_pylist(), strict=True
        ):
            pairs = [(n, Fraction(s)) for n, s in zip(numbers, row, strict=True) if s is not None]
            for node in ("", "1.1.1."):
                assert Fraction(result[f"{node}earned"]) == sum(n * s for n, s in pairs)
                assert Fraction(result[f"{node}applicable"]) == sum(n for n, _ in pairs)

    @pytest.mark.parametrize("power", [19, 20, 40])
    def test_more_digits_than_64_bits_hold(self, power: int) -> None:
        """A 2²⁰th takes 20 places."""
        points = [Fraction(1, 2**power), 1 - Fraction(1, 2**power)]
        table = pa.table({"1.1.1.1": [1], "1.1.1.2": [1]})
        assert refused(table, standard=small.small_standard(points), decimal=True) == [("no-decimal-sums", "")]

    def test_one_digit_more_than_64_bits_hold(self) -> None:
        alone = small.small_standard([Fraction(1, 2**19)])
        assert refused(pa.table({"1.1.1.1": [1]}), standard=alone, decimal=True) == [("no-decimal-sums", "")]

    def test_other_libraries_take_them(self) -> None:
        scored = score_table(all_of(Decimal("0.9"), pa.decimal128(5, 4)), decimal=True)
        assert pl.DataFrame(scored)["earned"].to_list() == [Decimal(90)]
        assert scored.to_pandas()["5.2.earned"].tolist() == [Decimal("13.5")]
        with duckdb.connect() as connection:
            connection.register("scored", scored)
            assert connection.sql('select "5.2.earned" from scored').fetchall() == [(Decimal("13.5"),)]

    def test_a_schema_and_a_stream_of_them(self) -> None:
        table = all_of(1, count=3)
        schema = scored_schema(table.schema, decimal=True)
        assert score_table(table, decimal=True).schema == schema
        assert score_batches(table.to_reader(), decimal=True).schema == schema
        assert score_batches([], decimal=True).schema.field("earned").type == pa.decimal32(9, 1)

    def test_what_cannot_be_decimals(self) -> None:
        assert refused(all_of(1, i5_1_1_1=[0.5], i5_1_1_2=["1"]), decimal=True) == [
            ("not-decimals", "columns[5.1.1.1]"),
            ("not-decimals", "columns[5.1.1.2]"),
        ]
        thirds = small.small_standard([Fraction(1, 3)])
        assert refused(pa.table({"1.1.1.1": [1]}), standard=thirds, decimal=True) == [("no-decimal-sums", "")]
        long = all_of(Decimal(1), pa.decimal128(38, 15))
        assert refused(long, decimal=True) == [("no-decimal-sums", "")]


class TestProblemsOfRows:
    """A row that cannot be scored says why, has no figures, and stops no other."""

    @pytest.mark.parametrize(
        ("column", "codes"),
        [
            (pa.array([0.5, -0.1, 1.5, float("nan"), float("inf"), -0.0]), "- out out nan nan -"),
            (pa.array([0.5, -0.1, 1.5, float("nan"), float("-inf"), None], pa.float32()), "- out out nan nan -"),
            (pa.array([1, 2, -1, 0], pa.int8()), "- out out -"),
            (pa.array([1, 2, 0], pa.uint64()), "- out -"),
            (pa.array([2**64 - 1, 2**63], pa.uint64()), "out out"),
            (pa.array([Decimal("0.5"), Decimal("1.1"), Decimal("-0.1")], pa.decimal128(5, 4)), "- out out"),
            (pa.array([Decimal("0.5"), Decimal(10) ** 25, -(Decimal(10) ** 25)], pa.decimal128(38, 4)), "- out out"),
            (pa.array([Decimal(2**64), Decimal(1)], pa.decimal128(38, 0)), "out -"),
            # Whose lower 64 bits alone are one half.
            (pa.array([Decimal(2**64 + 50) / 100, Decimal("0.5")], pa.decimal128(20, 2)), "out -"),
            (pa.array([Decimal("1." + "0" * 29 + "1"), Decimal(1)], pa.decimal256(60, 30)), "out -"),
            (pa.array([{"k": 1, "n": 2}, {"k": 3, "n": 2}, {"k": -1, "n": 2}, {"k": 1, "n": 0}]), "- out out den"),
            (pa.array([{"k": 3, "n": 2}, {"k": 1, "n": 2}]), "out -"),
            (
                pa.array([{"k": 0, "n": 0}, {"k": 1, "n": -2}, {"k": 1, "n": None}, {"k": None, "n": 3}]),
                "den den half half",
            ),
            (pa.array(["0.5", "abc", "2", "1/0", "NaN", "", "1e-101", "-1%"]), "- nan out nan nan nan long out"),
        ],
    )
    def test_codes(self, column: Any, codes: str) -> None:
        words = {
            "out": "out-of-range: 5.1.1.1",
            "nan": "not-a-number: 5.1.1.1",
            "den": "denominator-not-positive: 5.1.1.1",
            "half": "half-pair: 5.1.1.1",
            "long": "number-too-long: 5.1.1.1",
        }
        assert problems(column) == [words.get(code) for code in codes.split()]

    @pytest.mark.parametrize("encoded", [False, True])
    @pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
    def test_a_text_that_is_not_utf8(self, kind: Any, encoded: bool) -> None:
        """Arrow does not look whether a text is one."""
        binary = (
            pa.binary_view() if kind == pa.string_view() else pa.large_binary() if "large" in str(kind) else pa.binary()
        )
        column = pa.array([b"\xff", b"0.5", None, b"0.\xe5\x94"], binary).view(kind)
        table = all_of(1, count=4)
        column = column.dictionary_encode() if encoded and kind != pa.string_view() else column
        scored = deleting(table.set_column(0, "5.1.1.1", column))
        assert scored["problem"].to_pylist() == [f"not-a-number: {IDS[0]}", None, None, f"not-a-number: {IDS[0]}"]
        assert scored["final_score"].to_pylist()[1:3] == [99.5, 100]

    @pytest.mark.parametrize(
        "kind",
        [
            *(pa.decimal32(9, scale) for scale in range(1, 19)),
            *(pa.decimal64(18, scale) for scale in range(1, 19)),
            *(pa.decimal128(28, scale) for scale in range(1, 25)),
            *(pa.decimal128(18, scale) for scale in range(1, 19)),
        ],
        ids=str,
    )
    def test_a_negative_share_of_any_width(self, kind: Any) -> None:
        """As a natural number it is large, but not beyond every unit: of ten places one has a larger unit than 32 bits."""
        hair = Decimal(1).scaleb(-kind.scale)
        largest = Decimal(10**kind.precision - 1).scaleb(-kind.scale)
        numbers = [-hair, -largest, hair, min(largest, Decimal(1)), None, *([1 + hair] if largest > 1 else [])]
        # Beyond 63 bits, and in the lower of two words: there it looks like a negative one.
        numbers += [Decimal(2**63 + 1).scaleb(-kind.scale)] if kind.precision > 19 and kind.scale < 19 else []
        column = pa.array(numbers, pa.decimal128(38, kind.scale)).cast(kind)
        column.validate(full=True)
        scored = deleting(pa.table({"1.1.1.1": column}), small.small_standard([Fraction(1)]), exact=True).to_pylist()
        told = [row["problem"] for row in scored]
        assert told[:5] == ["out-of-range: 1.1.1.1"] * 2 + [None, None, "nothing-applicable"]
        assert set(told[5:]) <= {"out-of-range: 1.1.1.1"}
        for number, row in zip(numbers[2:4], scored[2:4], strict=True):
            assert Fraction(row["exact_score"]) == Fraction(number or 0)

    @pytest.mark.parametrize("kind", [pa.decimal32(9, 19), pa.decimal64(18, 19)])
    def test_more_places_than_64_bits_have_digits(self, kind: Any) -> None:
        assert refused(all_of(1, i5_1_1_1=pa.nulls(1, kind))) == [("not-shares", "columns[5.1.1.1]")]

    def test_a_negative_numerator_beside_an_unsigned_denominator_of_its_width(self) -> None:
        """In the other's type it would be 255."""
        parts = [pa.array([-1, 1], pa.int8()), pa.array([255, 255], pa.uint8())]
        assert problems(pa.StructArray.from_arrays(parts, ["k", "n"])) == ["out-of-range: 5.1.1.1", None]

    def test_numbers_beyond_64_bits_in_a_pair(self) -> None:
        kind = pa.struct([("k", pa.uint64()), ("n", pa.uint64())])
        column = pa.array([{"k": 2**64 - 1, "n": 2**64 - 1}, {"k": 1, "n": 2**63}, {"k": 1, "n": 1}], kind)
        assert problems(column) == ["number-too-long: 5.1.1.1", "number-too-long: 5.1.1.1", None]

    def test_all_null(self) -> None:
        table = pa.table({name: pa.array([None, 1.0, None]) for name in IDS})
        scored = deleting(table, exact=True)
        assert scored["problem"].to_pylist() == ["nothing-applicable", None, "nothing-applicable"]
        assert scored["stars"].to_pylist() == [None, 5, None]

    def test_a_row_with_a_problem_has_no_figure(self) -> None:
        bad = score_table(all_of(1.0, count=2, i5_3_6_1=[2.0, 1.0], name=["A", "B"]), exact=True).to_pylist()[0]
        assert bad.pop("name") == "A"
        assert bad.pop("problem") == "out-of-range: 5.3.6.1"
        assert set(bad.values()) == {None}

    def test_nor_has_it_one_beside_a_group_without_a_ratio(self) -> None:
        none = pa.array([None, 1.0])
        table = all_of(1.0, count=2, i5_3_6_1=none, i5_3_6_2=none, i5_1_1_1=[1.0, 2.0])
        assert deleting(table, nodes=["5.3.6"])["5.3.6.ratio"].to_pylist() == [None, None]

    def test_the_first_problem_is_reported(self) -> None:
        assert problems(i5_4_4_2=[2, 2, 1], i5_1_1_2=[1, 3, 3]) == [
            "out-of-range: 5.4.4.2",
            "out-of-range: 5.1.1.2",
            "out-of-range: 5.1.1.2",
        ]

    def test_a_bad_share_in_a_row_of_nulls_is_reported(self) -> None:
        table = pa.table({name: pa.array([None, None], pa.float64()) for name in IDS})
        table = table.set_column(0, IDS[0], [[2.0, None]])
        assert deleting(table)["problem"].to_pylist() == ["out-of-range: 5.1.1.1", "nothing-applicable"]

    def test_a_group_in_which_nothing_is_applicable_has_no_ratio(self) -> None:
        none = pa.array([None, 1, None], pa.int8())
        bad = pa.array([1, 1, 2])
        row = deleting(all_of(1, count=3, i5_3_6_1=none, i5_3_6_2=none, i5_1_1_1=bad), nodes=["5.3.6"]).to_pylist()
        assert (row[0]["5.3.6.earned"], row[0]["5.3.6.applicable"], row[0]["5.3.6.ratio"]) == (0, 0, None)
        assert (row[0]["applicable"], row[0]["stars"], row[0]["problem"]) == (99, 5, None)
        assert row[1]["5.3.6.ratio"] == 1
        assert row[2]["5.3.6.ratio"] is None

    def test_every_code_is_in_the_catalogue(self) -> None:
        from aftersales.problems.messages import MESSAGES

        codes = {
            "out-of-range",
            "not-a-number",
            "number-too-long",
            "half-pair",
            "denominator-not-positive",
            "null-share",
        }
        assert codes | {"nothing-applicable"} <= MESSAGES.keys()


class TestRefusedTables:
    """What is wrong with a table as a whole is told at once, all of it."""

    def test_missing_columns(self) -> None:
        table = all_of(1).drop_columns(["5.1.1.1", "5.4.4.2"])
        assert refused(table) == [("missing-column", "columns[5.1.1.1]"), ("missing-column", "columns[5.4.4.2]")]

    @pytest.mark.parametrize(
        "names", [["a"], [], ["a", "a"], ["0.9", "0.9", "0.9"], ["title", "", "", "5.1"], ["5_1_1_1"]]
    )
    def test_a_table_without_a_column_of_an_indicator_is_reported_once(self, names: list[str]) -> None:
        """Not 73 times; and nothing else, for it is no table of evaluations."""
        assert refused(pa.table([pa.array([1])] * len(names), names)) == [("no-indicator-columns", "columns")]

    @pytest.mark.parametrize(("count", "shown"), [(10, "c8, c9 ["), (11, "c8, c9, … [")])
    def test_of_many_columns_the_first_are_named(self, count: int, shown: str) -> None:
        with pytest.raises(aftersales.EvaluationError, match="no-indicator-columns") as caught:
            score_table(pa.table({f"c{k}": [1] for k in range(count)}))
        assert shown in caught.value.problems[0].text("en")

    def test_one_column_of_an_indicator_makes_the_others_missing(self) -> None:
        assert refused(pa.table({" 5.1.1.1": [1]}))[0] == ("miswritten-column", "columns[5.1.1.1]")
        assert [code for code, _ in refused(pa.table({"5.1.1.1": [1]}))] == ["missing-column"] * 72

    def test_columns_without_a_name(self) -> None:
        """One may be an index; of several nobody knows what they are."""
        table = all_of(1).append_column("", [[7]])
        assert score_table(table, nodes=())[""].to_pylist() == [7]
        assert refused(table.append_column("", [[8]])) == [("unnamed-columns", "")]
        assert refused(table.append_column(" ", [[8]]).append_column(" ", [[8]])) == [("unnamed-columns", "")]
        with pytest.raises(aftersales.EvaluationError, match="have no name: 74, 76"):
            score_table(table.append_column("a", [[8]]).append_column("", [[8]]))

    @pytest.mark.parametrize("name", ["2026.03", "1.0", "12.5.1"])
    def test_numbers_of_another_kind_are_carried(self, name: str) -> None:
        """The ids of this standard begin with 5."""
        assert score_table(all_of(1).append_column(name, [[3]]), nodes=())[name].to_pylist() == [3]

    @pytest.mark.parametrize(
        "field",
        [
            *("nonconforming", "Non_Conforming ", "nonconformities", "failed", "Failures", "defects", "rejected", "ng"),
            *("NOK", "not_ok", "不符合数", "不符合项", "不合格数", "未通过数", "缺陷数", "失败数", "非合格数"),
        ],
    )
    @pytest.mark.parametrize("place", [0, 1])
    @pytest.mark.parametrize("score", [score_table, score_batches, lambda table: scored_schema(table.schema)])
    def test_what_does_not_conform_is_no_share(self, field: str, place: int, score: Any) -> None:
        """4 of 40 that do not conform would be a tenth of the points, and it is nine tenths (R7)."""
        names = [field, "sampled"] if place == 0 else ["sampled", field]
        pairs = pa.StructArray.from_arrays([pa.array([4]), pa.array([40])], names)
        with pytest.raises(aftersales.EvaluationError) as caught:
            score(all_of(1, i5_1_1_1=pairs))
        assert [(each.code, each.path) for each in caught.value.problems] == [
            ("nonconforming-pair", "columns[5.1.1.1]")
        ]
        shown = field.replace(" ", "[U+0020]")  # what is not seen at the end of a name is shown
        assert f"'{shown}'" in caught.value.problems[0].message

    @pytest.mark.parametrize(
        "names",
        [
            *(["0", "1"], ["", ""], ["a", "b"], ["k", "k"], ["sampled", "n"], ["conforming", "passed"]),
            *(["failed?", "sampled"], ["ng", "ok"], ["bad", "total"], ["conforming", "population"], ["符合数", "总体"]),
            *(["k", "sampled"], ["num", "total"], ["conforming", "denominator"], ["数量", "抽样数"], ["f0", "f1"]),
        ],
    )
    def test_a_pair_whose_names_do_not_tell_what_it_is(self, names: list[str]) -> None:
        pairs = pa.StructArray.from_arrays([pa.array([38]), pa.array([40])], names)
        codes = {"failed?": "nonconforming-pair", "ng": "nonconforming-pair"}
        expected = codes.get(names[0], "unknown-pair")
        with pytest.raises(aftersales.EvaluationError) as caught:
            score_table(all_of(1, i5_1_1_1=pairs, i5_1_1_3=pairs))
        assert [problem.code for problem in caught.value.problems] == [expected] * 2
        if expected == "unknown-pair":
            for text in (caught.value.problems[0].message, caught.value.problems[0].message_zh):
                assert "符合数, 符合项数" in text
                assert text.endswith("numerator, num, k, 分子 / denominator, den, n, 分母")

    @pytest.mark.parametrize(
        ("over", "under"),
        [
            *(("conforming", "sampled"), ("Conforming Items", "Sample-Size"), ("passed", "total"), ("OK", "of")),
            *(
                ("符合数", "抽样数"),
                ("合格数", "总数"),
                ("符合项数", "样本量"),
                ("ｋ", "ｎ"),
                ("k", "n"),
                ("num", "den"),
            ),
            *(("numerator", "denominator"), ("分子", "分母"), ("conforming_count", "n"), ("合格项数", "抽查数")),
        ],
    )
    @pytest.mark.parametrize("swapped", [False, True])
    @pytest.mark.parametrize("by", ["arrow", "polars", "duckdb"])
    def test_a_pair_is_read_by_its_names_and_not_by_their_order(
        self, over: str, under: str, swapped: bool, by: str
    ) -> None:
        """38 of 40; read the other way round no share at all, or another one where both are equal."""
        names = [under, over] if swapped else [over, under]
        table: Any = all_of(0, i5_1_1_1=pa.array([dict(zip(names, [40, 38] if swapped else [38, 40], strict=True))]))
        connection = duckdb.connect()
        if by == "polars":
            table = pl.DataFrame(table)
        elif by == "duckdb":
            table = connection.register("pairs", table).sql("from pairs")
        scored = score_table(table, nodes=(), exact=True).to_pylist()[0]
        assert (scored["problem"], scored["exact_score"]) == (None, "0.95")

    @pytest.mark.parametrize(
        ("over", "under", "code"),
        [
            ("conforming", "sampled", "pair-of-limit"),
            ("合格数", "总数", "pair-of-limit"),
            ("OK", "of", "pair-of-limit"),
            ("passed", "n", "pair-of-limit"),
            ("numerator", "denominator", None),
            ("分子", "分母", None),
            ("k", "n", None),
        ],
    )
    def test_what_conforms_of_how_many_is_no_share_where_the_standard_sets_a_limit(
        self, over: str, under: str, code: str | None
    ) -> None:
        """R4: 8 of 100 people are 8 %, which earn 8/10 of the points of 5.1.2.2 and not 8/100."""
        table = all_of(1, i5_1_2_2=pa.array([{over: 8, under: 100}]))
        if code is None:
            assert score_table(table, nodes=(), exact=True)["exact_score"].to_pylist() == ["98.62"]
        else:
            assert refused(table) == [(code, "columns[5.1.2.2]")]

    def test_everything_at_once_in_the_order_of_the_columns(self) -> None:
        table = pa.table(
            [*all_of(1, i5_1_1_2=[True]).drop_columns(["5.4.4.2"]).columns, *[pa.array([1])] * 5],
            [*IDS[:-1], "5.9.9.9", "5.1.1", "stars", "5.1.1.1", "5.1.ratio"],
        )
        assert refused(table) == [
            ("not-shares", "columns[5.1.1.2]"),
            ("unknown-indicator", "columns[5.9.9.9]"),
            ("group-column", "columns[5.1.1]"),
            ("result-column", "columns.stars"),
            ("duplicate-column", "columns[5.1.1.1]"),
            ("result-column", "columns[5.1.ratio]"),
            ("missing-column", "columns[5.4.4.2]"),
        ]

    @pytest.mark.parametrize(
        "column",
        [
            [True],
            pa.array([0], pa.date32()),
            pa.array([0], pa.timestamp("s")),
            [[1]],
            [b"1"],
            [{"k": 1}],
            [{"k": 1, "n": 2.0}],
            [{"k": 1, "n": 2, "m": 3}],
            pa.array([1], pa.float16()),
            pa.DictionaryArray.from_arrays(pa.array([0]), pa.array([True])),
        ],
    )
    def test_wrong_types(self, column: Any) -> None:
        assert refused(all_of(1, i5_1_1_1=column)) == [("not-shares", "columns[5.1.1.1]")]

    def test_the_message_names_the_column_and_what_is_allowed_in_both_languages(self) -> None:
        with pytest.raises(
            aftersales.EvaluationError, match=r"columns\[5\.1\.1\.1\]: a column of the type bool"
        ) as caught:
            score_table(all_of(1, i5_1_1_1=[True]))
        assert "类型为 bool 的列" in caught.value.problems[0].message_zh

    @pytest.mark.parametrize("table", [[{"5.1.1.1": 1}], {"5.1.1.1": [1]}, None, 7])
    def test_no_table(self, table: Any) -> None:
        assert refused(table) == [("not-a-table", "")]

    def test_the_message_about_a_lazy_frame_says_how_to_collect_it(self) -> None:
        with pytest.raises(aftersales.EvaluationError, match="not-a-table") as caught:
            score_table(pl.DataFrame(all_of(1)).lazy())
        assert "collect() gives one" in caught.value.problems[0].message

    def test_no_batches_either(self) -> None:
        with pytest.raises(aftersales.EvaluationError, match="int' is not a table"):
            score_batches(7)

    @pytest.mark.parametrize("nodes", ["5.1", b"5.1", 5, [5.1], [None], [["5.1"]]])
    def test_nodes_that_are_no_list_of_ids(self, nodes: Any) -> None:
        assert [code for code, _ in refused(all_of(1), nodes=nodes)] == [
            "not-a-list" if not isinstance(nodes, list) else "unknown-indicator"
        ]

    @pytest.mark.parametrize("batches", [[1], [pa.table({"a": [1]})], "abc", {"a": 1}])
    def test_no_batches_at_all(self, batches: Any) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            list(score_batches(batches))
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [("not-a-batch", "batches[0]")]

    def test_something_else_among_the_batches(self) -> None:
        batches = all_of(1).to_batches()
        with pytest.raises(aftersales.EvaluationError, match=r"batches\[1\]: 'Table' is not a pyarrow.RecordBatch"):
            list(score_batches([*batches, all_of(1)]))

    @pytest.mark.parametrize(
        "written", [" 5.1.1.1", "5.1.1.1 ", "5.1.1.1\n", "５.１.１.１", "5．1．1．1", "\ufeff5.1.1.1", "5.1. 1.1"]
    )
    def test_an_id_that_is_written_otherwise_is_not_carried(self, written: str) -> None:
        table = all_of(1).rename_columns([written, *IDS[1:]])
        with pytest.raises(aftersales.EvaluationError) as caught:
            score_table(table)
        assert [problem.code for problem in caught.value.problems] == ["miswritten-column"]
        assert f"the column {written!r} is to be called 5.1.1.1," in caught.value.problems[0].message
        assert refused(all_of(1, **{written: [1]})) == [("miswritten-column", f"columns[{' '.join(written.split())}]")]

    def test_nodes(self) -> None:
        assert refused(all_of(1), nodes=["5.1", "5.9", "5.1.1.1"]) == [
            ("unknown-indicator", "nodes[5.9]"),
            ("not-a-group", "nodes[5.1.1.1]"),
        ]

    @pytest.mark.parametrize(
        "frame",
        [
            pl.DataFrame({"5.1.1.1": [1]}, schema={"5.1.1.1": pl.Int128}),
            pd.DataFrame({"5.1.1.1": ["0.5", 1]}),
            pd.DataFrame({"5.1.1.1": [2**70, 1]}),
            pd.DataFrame({"5.1.1.1": [1j, 1]}),
        ],
        ids=["a type of its own", "texts and numbers", "a number too large", "complex numbers"],
    )
    def test_what_another_library_cannot_hand_over(self, frame: Any) -> None:
        for score in (score_table, score_batches):
            with pytest.raises(aftersales.EvaluationError) as caught:
                score(frame)
            assert [problem.code for problem in caught.value.problems] == ["not-handed-over"]
            assert "the DataFrame cannot be handed over as a table of Arrow: " in caught.value.problems[0].message

    def test_more_stars_than_a_column_can_tell(self) -> None:
        """Counted in eight bits, 199 stars would be -57."""
        data = small.small_standard([Fraction(100)]).model_dump(mode="json")
        same = data["stars"][0]["grade"]
        for count in (127, 128):
            limits = [Fraction(100 * k, count + 1) for k in range(1, count + 2)]
            data["stars"] = [
                {"stars": k, "lower": str(low), "upper": str(high), "grade": same, "meaning": same}
                for k, (low, high) in enumerate(itertools.pairwise(limits), 1)
            ]
            data["pass_line"] = str(limits[0])
            standard = aftersales.Standard.model_validate(data)
            if count == 128:
                assert refused(pa.table({"1.1.1.1": [1]}), standard=standard) == [("too-many-stars", "")]
            else:
                text = ["1", "0", "0.492187499999999999999"]  # the last is below 63/128 by less than a float tells
                scored = score_table(pa.table({"1.1.1.1": text}), standard)
                assert scored["stars"].to_pylist() == [127, 0, 62]
                assert scored["final_score"].to_pylist() == [100, 0, math.nextafter(49.21875, 0)]

    def test_a_doubled_pandas_column(self) -> None:
        frame = all_of(1).to_pandas()
        frame.columns = [*IDS[:-1], IDS[0]]
        with pytest.raises(ValueError, match="Duplicate column names"):
            score_table(frame)


class TestTables:
    def test_columns_come_in_their_order(self) -> None:
        table = all_of(1, name=["A"]).append_column("year", [[2026]])
        names = score_table(table, nodes=["5.2", "5.1", "5.2"]).column_names
        assert names[:6] == ["name", "year", "earned", "applicable", "deleted", "final_score"]
        assert names[6:9] == ["stars", "passed", "near_limit"]
        assert names[9:] == [f"5.{n}.{x}" for n in (2, 1) for x in ("earned", "applicable", "ratio")] + ["problem"]

    def test_other_columns_are_carried_as_they_are(self) -> None:
        rows = {
            "name": ["甲", None],
            "when": pa.array([0, 1], pa.date32()),
            "nested": [[1, 2], []],
            "word": pa.array(["a", "b"]).dictionary_encode(),
        }
        table = pa.table(
            {**{k: pa.array(v) for k, v in rows.items()}, **dict(zip(IDS, all_of(1, count=2).columns, strict=True))}
        )
        scored = score_table(table.replace_schema_metadata({"k": "v"}))
        assert scored.select(list(rows)).equals(table.select(list(rows)))
        assert {b"k": b"v"}.items() <= scored.schema.metadata.items()

    def test_no_rows(self) -> None:
        for kind in (pa.float64(), pa.decimal128(5, 4), pa.string(), pa.struct([("k", pa.int8()), ("n", pa.int8())])):
            empty = pa.table({name: pa.array([], kind) for name in IDS})
            scored = score_table(empty, exact=True)
            assert scored.num_rows == 0
            assert scored.schema == scored_schema(empty.schema, exact=True)

    @pytest.mark.parametrize("form", [*share_rows.FORMS, "text"])
    def test_chunks_slices_and_blocks_change_nothing(self, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
        rng = random.Random(form)
        rows = [share_rows.random_row(rng, "decimal" if form == "text" else form, 0.8) for _ in range(500)]
        table = share_rows.as_table(rows, "decimal" if form == "text" else form)
        if form == "text":
            table = pa.table(
                {n: c.cast(pa.string()).dictionary_encode() for n, c in zip(IDS, table.columns, strict=True)}
            )
        whole = deleting(table)
        monkeypatch.setattr(batch, "BLOCK", 64)
        assert deleting(table).equals(whole)
        sliced = table.slice(3, 300).slice(5)
        assert deleting(sliced).equals(whole.slice(8, 295))
        chunked = pa.concat_tables([table.slice(0, 1), table.slice(1, 77), table.slice(78)])
        assert deleting(chunked).equals(whole)
        tiny = pa.concat_tables([table.slice(place, 1) for place in range(500)])
        assert deleting(tiny).equals(whole)

    @pytest.mark.parametrize("name", ["city", "5.1.1.1"])
    @pytest.mark.parametrize("last", ["0.5", None])
    def test_chunks_with_dictionaries_that_do_not_go_into_one(self, name: str, last: str | None) -> None:
        """Small chunks are put together first; of these dictionaries the common one has too many words for its index, or a null."""
        words = [[*(f"0.{chunk}{word:03}" for word in range(99)), last] for chunk in range(3)]
        chunks = [pa.DictionaryArray.from_arrays(pa.array(range(100), pa.int8()), pa.array(each)) for each in words]
        table = pa.concat_tables([pa.table({**dict.fromkeys(IDS, [1] * 100), name: chunk}) for chunk in chunks])
        scored = deleting(table, nodes=())
        assert scored.num_rows == 300
        expected = deleting(
            pa.table({**dict.fromkeys(IDS, [1] * 300), name: [w for each in words for w in each]}), nodes=()
        )
        for column in ("final_score", "stars", "problem", *([name] if name == "city" else [])):
            assert scored[column].to_pylist() == expected[column].to_pylist()

    def test_a_dictionary_of_views(self) -> None:
        words = pa.array(["1", None, "0.5"]).cast(pa.string_view())
        column = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None], pa.int8()), words)
        table = pa.table({**dict.fromkeys(IDS, [1] * 4), "5.1.1.1": column})
        assert deleting(table)["earned"].to_pylist() == [100, 99, 99.5, 99]

    def test_nulls_at_every_offset(self) -> None:
        values = [1, None, 0, None, None, 1, 1, 0, None] * 3
        for start in range(17):
            column = pa.array([1, 1, None, *values], pa.int8()).slice(3).slice(start)
            scored = deleting(all_of(1, count=len(column), i5_1_3_1=column), nodes=())
            lost = {1: (100, 100), 0: (96.5, 100), None: (96.5, 96.5)}
            found = list(zip(scored["earned"].to_pylist(), scored["applicable"].to_pylist(), strict=True))
            assert found == [lost[value] for value in values[start:]]

    def test_columns_of_different_forms_side_by_side(self) -> None:
        rng = random.Random(7)
        rows = [share_rows.random_row(rng, "decimal", 0.9) for _ in range(300)]
        tables = [share_rows.as_table(rows, form) for form in share_rows.FORMS]
        mixed = pa.table({name: tables[k % 3][name] for k, name in enumerate(IDS)})
        assert deleting(mixed).equals(deleting(tables[0]))

    def test_figures_may_be_chosen(self) -> None:
        assert "5.1.ratio" not in score_table(all_of(1), nodes=()).column_names


class TestStreaming:
    @pytest.mark.parametrize("form", share_rows.FORMS)
    def test_is_what_the_whole_table_gives(self, form: str) -> None:
        rng = random.Random(form)
        table = share_rows.as_table([share_rows.random_row(rng, form, 0.8) for _ in range(400)], form)
        whole = deleting(table, exact=True)
        reader = score_batches(table.to_reader(max_chunksize=33), exact=True, null="not_applicable")
        assert pa.table(reader).equals(whole)
        listed = list(score_batches(iter(table.to_batches(max_chunksize=150)), exact=True, null="not_applicable"))
        assert [part.num_rows for part in listed] == [150, 150, 100]
        assert pa.Table.from_batches(listed).equals(whole)

    def test_a_large_batch_comes_out_in_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "BLOCK", 8)
        assert [part.num_rows for part in score_batches(all_of(1, count=20).to_batches())] == [7, 7, 6]

    def test_is_lazy(self) -> None:
        seen = []

        def coming() -> Iterator[Any]:
            for part in all_of(1, count=9).to_batches(max_chunksize=3):
                seen.append(part.num_rows)
                yield part

        scored = score_batches(coming())
        assert seen == [3]
        next(scored)
        assert seen == [3]

    @pytest.mark.parametrize("change", ["type", "order", "more", "fewer", "shorter"])
    @pytest.mark.parametrize("as_reader", [False, True])
    def test_a_batch_of_another_schema_is_refused_and_not_misread(self, change: str, as_reader: bool) -> None:
        first = all_of(0.9).combine_chunks().to_batches()[0]
        table = {
            "type": all_of(1),
            "order": all_of(0.9).select(IDS[::-1]),
            "more": all_of(0.9).append_column("shop", [["A"]]),
            "fewer": all_of(0.9).select(IDS[1:]),
            "shorter": all_of(0.9).select(IDS[:-1]),
        }[change]
        second = table.combine_chunks().to_batches()[0]
        batches: Any = (
            pa.RecordBatchReader.from_batches(first.schema, iter([first, second])) if as_reader else [first, second]
        )
        scored = score_batches(batches)
        assert next(scored)["stars"].to_pylist() == [5]
        with pytest.raises((aftersales.EvaluationError, pa.ArrowInvalid)) as caught:
            next(scored)
        if not as_reader:
            assert isinstance(caught.value, aftersales.EvaluationError)
            assert (caught.value.problems[0].code, caught.value.problems[0].path) == ("other-schema", "batches[1]")

    def test_batches_that_grow(self) -> None:
        parts = [*all_of(0.9, count=10).to_batches(), *all_of(0.9, count=1_000).to_batches()]
        scored = list(score_batches(parts))
        assert [part.num_rows for part in scored] == [10, 1_000]
        assert set(scored[1]["applicable"].to_pylist()) == {100.0}

    def test_nothing_comes_of_nothing(self) -> None:
        scored = score_batches([])
        assert list(scored) == []
        assert scored.schema.names[0] == "earned"

    def test_empty_batches_stay_empty(self) -> None:
        schema = all_of(1).schema
        empty = pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)
        assert [part.num_rows for part in score_batches([empty, *all_of(1).to_batches()])] == [0, 1]

    def test_refuses_before_the_first_batch(self) -> None:
        with pytest.raises(aftersales.EvaluationError, match="no-indicator-columns"):
            score_batches(pa.table({"a": [1]}).to_reader())


class TestOtherLibraries:
    """Real tables of pandas, polars and duckdb, in and out."""

    SHARES: dict[str, list[float | None]] = {name: [0.9, 0.6, None] for name in IDS} | {"5.1.1.1": [0.9, 0.6, 1.0]}

    def check(self, scored: pa.Table) -> None:
        assert scored["stars"].to_pylist() == [5, 1, 5]
        assert scored["shop"].to_pylist() == ["A", "B", "C"]
        assert scored["applicable"].to_pylist() == [100, 100, 1]

    def test_pandas(self) -> None:
        frame = pd.DataFrame({"shop": ["A", "B", "C"], **self.SHARES})
        scored = deleting(frame)
        self.check(scored)
        back = scored.to_pandas()
        assert back["final_score"].tolist() == [90.0, 60.0, 100.0]
        self.check(deleting(frame.set_index("shop").reset_index()))
        assert deleting(frame.set_index("shop")).to_pandas().index.tolist() == ["A", "B", "C"]

    def test_polars(self) -> None:
        frame = pl.DataFrame({"shop": ["A", "B", "C"], **self.SHARES})
        self.check(deleting(frame))
        self.check(pl.DataFrame(deleting(frame)).to_arrow())
        two = frame.with_columns(pl.col(IDS).cast(pl.Decimal(10, 2)))
        self.check(deleting(two))
        pairs = frame.with_columns(
            pl.when(pl.col(name).is_not_null())
            .then(pl.struct((pl.col(name) * 10).round().cast(pl.UInt32).alias("k"), pl.lit(10, pl.UInt32).alias("n")))
            .alias(name)
            for name in IDS
        )
        self.check(deleting(pairs))

    def test_duckdb(self) -> None:
        frame = pa.table({"shop": ["A", "B", "C"], **self.SHARES})
        with duckdb.connect() as connection:
            connection.register("frame", frame)
            self.check(deleting(connection.sql("select * from frame")))
            decimals = ", ".join(f'"{name}"::decimal(5, 3) as "{name}"' for name in IDS)
            scored = deleting(connection.sql(f"select shop, {decimals} from frame"))
            self.check(scored)
            connection.register("scored", scored)
            assert connection.sql('select sum(stars), max("5.1.ratio") from scored').fetchall() == [(11, 1.0)]


def kernel_table(points: list[Fraction], rows: list[list[Fraction | None]], form: str) -> pa.Table:
    names = [f"1.1.1.{k}" for k in range(1, len(points) + 1)]
    columns = zip(*rows, strict=True)
    if form == "text":
        return pa.table({n: [None if s is None else str(s) for s in c] for n, c in zip(names, columns, strict=True)})
    pairs = ([None if s is None else s.as_integer_ratio() for s in c] for c in columns)
    return pa.table({n: share_rows.as_column(c, "pair") for n, c in zip(names, pairs, strict=True)})


POINTS = st.lists(st.fractions(Fraction(1, 50), 40, max_denominator=1000), min_size=1, max_size=6)
SHARE = st.none() | st.fractions(0, 1, max_denominator=2000) | st.sampled_from([Fraction(9, 10), Fraction(3, 5)])


class TestOtherStandards:
    """Nothing of the standard stands in the code: any points, any limits, as exactly."""

    @settings(max_examples=150)
    @given(st.data(), POINTS, st.sampled_from(["pair", "text"]))
    def test_any_points(self, data: st.DataObject, points: list[Fraction], form: str) -> None:
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
    def test_sums_on_both_sides_of_32_bits(self, points: str, scale: int) -> None:
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
    def test_points_too_fine_for_machine_words(self, fine: int, kind: Any) -> None:
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

    def test_a_fraction_with_a_long_denominator(self) -> None:
        row = {name: ["0.9"] for name in IDS} | {"5.1.1.1": [f"{9 * 10**39 - 1}/{10**40}"]}
        assert score_table(pa.table(row), exact=True).to_pylist()[0]["stars"] == 4
        row["5.1.1.2"] = [f"{9 * 10**39 + 1}/{10**40}"]
        assert score_table(pa.table(row), exact=True).to_pylist()[0]["exact_score"] == "90"


def test_needs_the_extra_and_says_so() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "try:\n    import aftersales.batch\n"
        "except ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'aftersales[batch]'" in done.stdout
