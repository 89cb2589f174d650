"""Findings that are sorted by their key, in parts: the same result as at once, and no evaluation divided."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from support.finding_rows import SCHEMA, random_cells, rows_of
from support.oracle import INDICATORS

from aftersales import EvaluationError, load_standard
from aftersales.batch import score_findings, score_findings_batches, scored_findings_schema
from aftersales.batch.findings import sorted_findings as module

NEWEST = load_standard(edition="2025-12-04")


def full(key: Any) -> list[dict[str, Any]]:
    """The rows of an evaluation without a mistake."""
    rows: list[dict[str, Any]] = [
        {"shop": key, "indicator": name, "kind": "full", "actual": None} for name in INDICATORS
    ]
    rows[INDICATORS.index("5.1.2.2")] |= {"kind": "quantitative", "actual": "10%"}
    return rows


def table_of(keys: list[Any]) -> Any:
    table = pa.Table.from_pylist([row for key in keys for row in full(key)])
    shops = pa.array([key for key in keys for _ in INDICATORS])
    return table.set_column(0, "shop", shops)


def stream(table: Any, **options: Any) -> Iterator[Any]:
    return score_findings_batches(table.to_reader(max_chunksize=options.pop("rows", 50)), NEWEST, **options)


class TestEquality:
    @pytest.mark.parametrize(
        ("part", "threads"),
        [
            (1, 1),
            (200, 1),
            (200, 2),
            (10_000, 2),
            *(pytest.param(*case, marks=pytest.mark.slow) for case in ((1, 2), (10_000, 1))),
        ],
    )
    def test_the_parts_are_the_result_of_all_at_once(
        self, monkeypatch: pytest.MonkeyPatch, part: int, threads: int
    ) -> None:

        rng = random.Random(part)
        rows: list[dict[str, Any]] = []
        for number in range(25):
            rows += rows_of(f"E{number:05}", *random_cells(rng)) or [{"evaluation": f"E{number:05}"}]
            rows += [{}] * (number % 3 == 0)
        table = pa.Table.from_pylist(rows, SCHEMA)
        expected = score_findings(table, NEWEST, exact=True, shares=True)
        monkeypatch.setattr(module, "PART", part)
        parts = list(stream(table, key="evaluation", exact=True, shares=True, threads=threads))
        assert len(parts) > (20 if part == 1 else 1) if part < len(rows) else len(parts) == 1
        assert pa.concat_tables(part.scored for part in parts).to_pylist() == expected.scored.to_pylist()
        assert pa.concat_tables(part.problems for part in parts).to_pylist() == expected.problems.to_pylist()
        schemas = scored_findings_schema(SCHEMA, NEWEST, exact=True, shares=True)
        assert {part.scored.schema for part in parts} == {schemas.scored}
        assert {part.problems.schema for part in parts} == {schemas.problems}

    def test_shares_are_given_where_they_are_asked_for_and_options_by_their_names(self) -> None:
        table = table_of(["A"])
        (part,) = stream(table, key="shop")
        assert "5.1.1.1" not in part.scored.column_names
        with pytest.raises(TypeError, match="positional"):
            score_findings_batches(table.to_reader(), NEWEST, "shop")  # type: ignore[misc]

    def test_a_part_ends_with_an_evaluation_and_the_last_one_follows_by_itself(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two evaluations at a time: of the last batch, which fills a part, the last evaluation is left."""
        monkeypatch.setattr(module, "PART", 2 * 73)
        parts = stream(table_of(["A", "B", "C", "D", "E", "F"]), key="shop", rows=2 * 73)
        assert [part.scored["shop"].to_pylist() for part in parts] == [["A"], ["B", "C"], ["D", "E"], ["F"]]

    def test_what_is_judged_in_one_part_is_forgotten_when_it_is_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "PART", 73)
        monkeypatch.setattr("aftersales.batch.findings.findings.KEPT", 0)
        assert [part.scored["stars"].to_pylist() for part in stream(table_of(["A", "B", "C"]), key="shop")] == [[5]] * 3


class TestOrder:
    @pytest.mark.parametrize(
        "keys",
        [
            ["A", "B", "a", "甲"],
            ["甲", "a", "B", "A"],
            [1, 2, 10],
            [None, 1, 2],
            [2.5, 1.0, float("nan")],
            [3.0, 2.0, None],
            [datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)],
            ["", "A"],
            [None],
            ["A"],
        ],
        ids=str,
    )
    @pytest.mark.parametrize("encoded", [False, True])
    @pytest.mark.parametrize("part", [1, 1000])
    def test_keys_ascend_or_descend(
        self, monkeypatch: pytest.MonkeyPatch, keys: list[Any], encoded: bool, part: int
    ) -> None:
        monkeypatch.setattr(module, "PART", part)
        table = table_of(keys)
        if encoded:
            table = table.set_column(0, "shop", table["shop"].combine_chunks().dictionary_encode())
        scored = [star for part in stream(table, key="shop") for star in part.scored["stars"].to_pylist()]
        # A key that is missing, NaN or empty is a problem of its evaluation.
        assert scored == [None if key is None or key in ("",) or key != key else 5 for key in keys]

    @pytest.mark.parametrize(
        ("keys", "line", "words"),
        [
            (["A", "B", "A"], 147, "'A' in column 'shop' comes after 'B'"),
            (["B", "A", "B"], 147, "'B' in column 'shop' comes after 'A'"),
            ([2, 10, 3, 4], 147, "'3' in column 'shop' comes after '10'"),
            ([1, None, 2, None], 220, "in column 'shop'"),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("part", [1, 100_000])
    def test_a_key_out_of_order_is_refused_at_its_row(
        self, monkeypatch: pytest.MonkeyPatch, keys: list[Any], line: int, words: str, part: int
    ) -> None:
        monkeypatch.setattr(module, "PART", part)
        with pytest.raises(EvaluationError) as caught:
            list(stream(table_of(keys), key="shop"))
        (problem,) = caught.value.problems
        assert (problem.code, problem.line, words in problem.message) == ("unsorted-key", line, True)

    def test_keys_without_an_order_are_refused(self) -> None:
        table = table_of(["A", "B"]).set_column(0, "shop", [[[1]] * 73 + [[2]] * 73])
        with pytest.raises(EvaluationError) as caught:
            list(stream(table, key="shop"))
        (problem,) = caught.value.problems
        assert (problem.code, problem.line) == ("unsorted-key", 74)
        assert problem.message.startswith(
            "the keys in column 'shop' are of the type list<item: int64>, which has no order"
        )
        one = table.slice(0, 73)
        assert [part.scored["stars"].to_pylist() for part in stream(one, key="shop")] == [[5]]


class TestArguments:
    def test_a_table_without_rows_has_no_parts(self) -> None:
        assert list(stream(table_of(["A"]).slice(0, 0), key="shop")) == []

    def test_what_cannot_be_read_is_refused_before_the_first_part(self) -> None:
        with pytest.raises(EvaluationError, match="missing-column"):
            stream(table_of(["A"]))
        with pytest.raises(EvaluationError, match="missing-column"):
            score_findings_batches([])
        with pytest.raises(TypeError, match="standard has to be a Standard"):
            score_findings_batches([], "CTS")  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="schema has to be a Schema"):
            scored_findings_schema([])

    def test_a_batch_of_another_schema_is_refused_after_the_parts_before_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "PART", 10)
        first, second = table_of(["A", "B"]).to_batches()[0], pa.record_batch({"a": [1]})
        parts = score_findings_batches(iter([first, second]), NEWEST, key="shop")
        assert next(parts).scored.num_rows == 1
        with pytest.raises(EvaluationError, match="other-schema"):
            list(parts)

    def test_the_index_of_a_sorted_data_frame_is_no_column(self) -> None:
        frame = table_of(["B", "A"]).to_pandas().sort_values("shop")
        assert score_findings(frame, NEWEST, key="shop").scored.column_names[:2] == ["shop", "earned"]
