"""Rows that cannot be scored: each has a problem and no figure."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from support import small
from support.tables import IDS, all_of, deleting, problems, refused

from aftersales.batch import score_table


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
    def test_each_invalid_share_gives_its_code(self, column: Any, codes: str) -> None:
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
    def test_a_text_that_is_not_utf8_is_no_number(self, kind: Any, encoded: bool) -> None:
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
    def test_a_negative_share_of_any_width_is_out_of_range(self, kind: Any) -> None:
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

    def test_a_negative_numerator_beside_an_unsigned_denominator_is_out_of_range(self) -> None:
        """In the other's type it would be 255."""
        parts = [pa.array([-1, 1], pa.int8()), pa.array([255, 255], pa.uint8())]
        assert problems(pa.StructArray.from_arrays(parts, ["k", "n"])) == ["out-of-range: 5.1.1.1", None]

    def test_a_pair_of_numbers_beyond_64_bits_is_too_long(self) -> None:
        kind = pa.struct([("k", pa.uint64()), ("n", pa.uint64())])
        column = pa.array([{"k": 2**64 - 1, "n": 2**64 - 1}, {"k": 1, "n": 2**63}, {"k": 1, "n": 1}], kind)
        assert problems(column) == ["number-too-long: 5.1.1.1", "number-too-long: 5.1.1.1", None]

    def test_a_row_in_which_everything_is_deleted_has_no_score(self) -> None:
        table = pa.table({name: pa.array([None, 1.0, None]) for name in IDS})
        scored = deleting(table, exact=True)
        assert scored["problem"].to_pylist() == ["nothing-applicable", None, "nothing-applicable"]
        assert scored["stars"].to_pylist() == [None, 5, None]

    def test_a_row_with_a_problem_has_no_figure(self) -> None:
        bad = score_table(all_of(1.0, count=2, i5_3_6_1=[2.0, 1.0], name=["A", "B"]), exact=True).to_pylist()[0]
        assert bad.pop("name") == "A"
        assert bad.pop("problem") == "out-of-range: 5.3.6.1"
        assert set(bad.values()) == {None}

    def test_a_row_with_a_problem_has_no_figure_beside_a_group_without_a_ratio(self) -> None:
        none = pa.array([None, 1.0])
        table = all_of(1.0, count=2, i5_3_6_1=none, i5_3_6_2=none, i5_1_1_1=[1.0, 2.0])
        assert deleting(table, nodes=["5.3.6"])["5.3.6.ratio"].to_pylist() == [None, None]

    def test_of_several_problems_of_a_row_the_first_is_reported(self) -> None:
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
