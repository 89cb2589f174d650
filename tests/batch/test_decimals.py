"""Points as exact decimals (``decimal=True``)."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from support import oracle, share_rows, small
from support.tables import IDS, all_of, deleting, refused

from aftersales.batch import score_batches, score_table, scored_schema


class TestDecimals:
    """``decimal=True``: earned and applicable points as exact decimals."""

    @pytest.mark.parametrize(
        "kind", [pa.decimal32(5, 4), pa.decimal128(5, 4), pa.decimal128(20, 6), pa.decimal128(20, 9)]
    )
    def test_every_sum_of_decimals_is_that_of_fractions(self, kind: Any) -> None:
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

    def test_decimals_of_zero_and_one_are_exact_and_rows_with_problems_have_none(self) -> None:
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
    def test_decimals_are_as_wide_as_the_largest_sum(self, places: int, bits: int) -> None:
        """100 points in millionths of a tenth are 10⁹: a digit more than 32 bits hold as a decimal."""
        scored = score_table(all_of(1, pa.decimal128(7, places)), nodes=["5.1"], decimal=True)
        scored.validate(full=True)
        assert scored.schema.field("earned").type.bit_width == bits
        assert (scored["earned"].to_pylist(), scored["5.1.earned"].to_pylist()) == ([100], [35])

    @pytest.mark.parametrize(("finest", "places", "bits"), [(10**3, 9, 32), (10**4, 10, 64)])
    def test_decimals_have_no_more_places_than_digits(self, finest: int, places: int, bits: int) -> None:
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
    def test_decimals_hold_points_of_any_fraction_that_terminates(self, points: str, scale: int) -> None:
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
    def test_decimals_may_have_more_digits_than_64_bits_hold(self, power: int) -> None:
        """A 2²⁰th takes 20 places."""
        points = [Fraction(1, 2**power), 1 - Fraction(1, 2**power)]
        table = pa.table({"1.1.1.1": [1], "1.1.1.2": [1]})
        assert refused(table, standard=small.small_standard(points), decimal=True) == [("no-decimal-sums", "")]

    def test_decimals_may_have_one_digit_more_than_64_bits_hold(self) -> None:
        alone = small.small_standard([Fraction(1, 2**19)])
        assert refused(pa.table({"1.1.1.1": [1]}), standard=alone, decimal=True) == [("no-decimal-sums", "")]

    def test_other_libraries_take_the_decimals(self) -> None:
        scored = score_table(all_of(Decimal("0.9"), pa.decimal128(5, 4)), decimal=True)
        assert pl.DataFrame(scored)["earned"].to_list() == [Decimal(90)]
        assert scored.to_pandas()["5.2.earned"].tolist() == [Decimal("13.5")]
        with duckdb.connect() as connection:
            connection.register("scored", scored)
            assert connection.sql('select "5.2.earned" from scored').fetchall() == [(Decimal("13.5"),)]

    def test_the_schema_and_the_stream_of_batches_have_decimals(self) -> None:
        table = all_of(1, count=3)
        schema = scored_schema(table.schema, decimal=True)
        assert score_table(table, decimal=True).schema == schema
        assert score_batches(table.to_reader(), decimal=True).schema == schema
        assert score_batches([], decimal=True).schema.field("earned").type == pa.decimal32(9, 1)

    def test_points_that_no_decimal_can_hold_are_refused(self) -> None:
        assert refused(all_of(1, i5_1_1_1=[0.5], i5_1_1_2=["1"]), decimal=True) == [
            ("not-decimals", "columns[5.1.1.1]"),
            ("not-decimals", "columns[5.1.1.2]"),
        ]
        thirds = small.small_standard([Fraction(1, 3)])
        assert refused(pa.table({"1.1.1.1": [1]}), standard=thirds, decimal=True) == [("no-decimal-sums", "")]
        long = all_of(Decimal(1), pa.decimal128(38, 15))
        assert refused(long, decimal=True) == [("no-decimal-sums", "")]
