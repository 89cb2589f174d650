"""Columns of shares: every type that can hold one, texts, and what a null stands for."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from fractions import Fraction
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
from support.examples import examples
from support.tables import IDS, all_of, deleting, kernel_table, problems, refused
from support.work import counted

import aftersales
from aftersales.batch import columns as batch_columns
from aftersales.batch import score_batches, score_table, scored_schema
from aftersales.batch.columns import pair_of, reader_of
from aftersales.files.numbers import read_quantity
from aftersales.problems.violations import ViolationError


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
    def test_a_column_of_each_type_holds_the_fractions_that_are_written(self, column: Any) -> None:
        scored = deleting(all_of(0, count=4, i5_1_3_1=column), exact=True)
        expected = [Fraction(7, 2) * share for share in (Fraction(1, 2), Fraction(2, 3), Fraction(3, 5))]
        assert [Fraction(text) for text in scored["exact_score"].to_pylist()] == [*expected, 0]
        assert scored["applicable"].to_pylist() == [100, 100, 100, 96.5]

    @pytest.mark.parametrize(
        "kind", [pa.int8(), pa.int64(), pa.uint16(), pa.uint64(), pa.float32(), pa.decimal32(2, 0)]
    )
    def test_zero_and_one_are_read_from_each_type(self, kind: Any) -> None:
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
    def test_decimals_of_any_width_are_read_exactly(self, kind: Any) -> None:
        values = [Decimal("0.0625"), Decimal("0.9999"), None, Decimal(0), Decimal(1)]
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        column = pa.array(values, pa.decimal128(5, 4)).cast(plain)
        column = column.dictionary_encode().cast(kind) if plain is not kind else column
        scored = deleting(all_of(1, count=5, i5_1_3_1=column), nodes=(), exact=True)
        lost = [Fraction(7, 2) * (1 - Fraction(value)) if value is not None else None for value in values]
        assert [Fraction(text) for text in scored["exact_score"].to_pylist()] == [100 - (each or 0) for each in lost]
        assert scored["final_score"].to_pylist() == [float(100 - (each or 0)) for each in lost]

    def test_a_decimal_of_64_bits_with_all_its_digits_behind_the_point_is_read(self) -> None:
        column = pa.array([Decimal("0." + "9" * 18)], pa.decimal128(18, 18)).cast(pa.decimal64(18, 18))
        (row,) = score_table(all_of(1, i5_1_3_1=column), nodes=(), exact=True).to_pylist()
        assert Fraction(row["exact_score"]) == 100 - Fraction(7, 2) / 10**18

    @pytest.mark.parametrize(
        ("width", "scale"),
        [(width, scale) for width, most in ((32, 9), (64, 18), (128, 19)) for scale in range(2, most)],
    )
    def test_stars_are_exact_for_decimals_of_every_scale(self, width: int, scale: int) -> None:
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
    def test_the_integers_of_a_pair_may_have_unlike_widths(self, kinds: tuple[Any, Any]) -> None:
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

    @pytest.mark.parametrize(
        ("names", "positions"),
        [
            (["sampled", "conforming"], (1, 0)),
            (["n", "numerator"], (1, 0)),
            (["sampled", "failed"], None),
            (["failed", "sampled"], None),
            (["k", "sampled"], None),
        ],
    )
    def test_the_field_names_of_a_pair_say_which_is_the_numerator(
        self, names: list[str], positions: tuple[int, int] | None
    ) -> None:
        assert pair_of(names) == positions

    def test_a_number_out_of_range_and_one_that_is_none_have_one_problem_each(self) -> None:
        column = pa.array([2.0, math.nan, 0.5, None, -math.inf])
        found = reader_of(column.type)(column).problems
        assert [(code, np.flatnonzero(rows).tolist()) for code, rows in found] == [
            ("out-of-range", [0]),
            ("not-a-number", [1, 4]),
        ]

    def test_a_column_of_nulls_is_a_deleted_indicator(self) -> None:
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
    def test_a_null_is_a_problem_unless_it_stands_for_a_deletion(self, form: str) -> None:
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

    def test_a_row_with_everything_null_has_no_score(self) -> None:
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

    def test_a_nan_is_neither_a_null_nor_a_deletion(self) -> None:
        column = pa.array([math.nan, 1.0], from_pandas=False)
        for null in ("missing", "not_applicable"):
            told = score_table(all_of(1, count=2, i5_1_1_1=column), null=null)["problem"].to_pylist()  # type: ignore[arg-type]
            assert told == ["not-a-number: 5.1.1.1", None]

    def test_nulls_of_frames_of_other_libraries_are_problems_too(self) -> None:
        ratios = {name: [1.0, 1.0] for name in IDS}
        frame = pd.DataFrame(ratios)
        frame["5.1.1.1"] = pd.Series([1.0, 0.0]) / pd.Series([1.0, 0.0])
        polars_frame = pl.DataFrame(ratios).with_columns(pl.Series("5.1.1.1", [1.0, None]))
        for other in (frame, polars_frame, duckdb.sql("from polars_frame")):
            assert score_table(other)["problem"].to_pylist() == [None, "null-share: 5.1.1.1"]
            assert deleting(other)["deleted"].to_pylist() == [0, 1]

    def test_a_null_is_a_problem_row_by_row_and_in_decimals(self) -> None:
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
    def test_another_word_for_the_meaning_of_null_is_refused(self, null: Any) -> None:
        table = all_of(1)
        for score in (score_table, score_batches, lambda table, **o: scored_schema(table.schema, **o)):
            with pytest.raises(aftersales.EvaluationError) as caught:
                score(table, null=null)
            assert [(problem.code, problem.path) for problem in caught.value.problems] == [("unknown-word", "null")]
            assert "missing, not_applicable" in caught.value.problems[0].message

    def test_a_column_that_has_the_name_of_a_result(self) -> None:
        table = all_of(1).append_column("deleted", [[1]]).append_column("near_limit", [[1]])
        assert refused(table) == [("result-column", "columns.deleted"), ("result-column", "columns.near_limit")]


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
        behind = [pa.array([*["0.25", None, "7"] * times, *texts, "1/3"]) for times in (1, 4)]
        slices = [whole.slice(len(whole) - len(texts) - 1, len(texts)) for whole in behind]
        for each in (
            *(column, column.cast(pa.large_string()), column.cast(pa.string_view()), *slices),
            *(column.dictionary_encode(), behind[0].dictionary_encode().slice(3, len(texts))),
        ):
            assert cls.found(each) == expected

    @pytest.mark.parametrize("sample", [4, 2**10])
    def test_a_text_is_read_in_each_way_of_writing_a_number(self, monkeypatch: pytest.MonkeyPatch, sample: int) -> None:
        assert len(set(TEXTS)) == len(TEXTS) > batch_columns.FEW
        monkeypatch.setattr(batch_columns, "SAMPLE", sample)
        self.check([*TEXTS])
        self.check([*TEXTS, None, *TEXTS[::-1]])
        for text in TEXTS:
            self.check([text])
            self.check([f"0.{number:03}" for number in range(200)] + [text])

    @pytest.mark.parametrize("sample", [4, 2**10])
    @settings(max_examples=examples(20))
    @given(texts=st.lists(st.none() | WRITTEN, min_size=70, max_size=120))
    def test_any_texts_are_read_as_they_are_one_by_one(self, texts: list[str | None], sample: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(batch_columns, "SAMPLE", sample)
            self.check(texts)

    def test_a_text_that_lies_under_a_null_is_not_read(self) -> None:
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

    def test_columns_of_nulls_and_of_empty_texts_are_read(self) -> None:
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
