"""Tables as a whole: their columns, chunks and streams of batches."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from support import share_rows
from support.tables import IDS, all_of, deleting

import aftersales
from aftersales.batch import score_batches, score_table, scored_schema
from aftersales.batch import tables as batch


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

    def test_shares_are_carried_on_request(self) -> None:
        table = all_of(0.5, name=["A", "B"], count=2)
        scored = score_table(table, nodes=(), shares=True)
        assert scored.select(table.column_names).equals(table)
        assert scored.column_names == [*table.column_names, *score_table(table, nodes=()).column_names[1:]]
        assert scored.schema == scored_schema(table.schema, nodes=(), shares=True)
        assert next(iter(score_batches(table, nodes=(), shares=True))).schema == scored.schema

    def test_a_table_without_rows_gives_one_without_rows(self) -> None:
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
        monkeypatch.setattr(batch, "MOST_AT_ONCE", 64)
        for least in ("LEAST_NUMBERS", "LEAST_TEXTS"):
            monkeypatch.setattr(batch, least, 0)
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

    def test_shares_in_a_dictionary_of_string_views_are_read(self) -> None:
        words = pa.array(["1", None, "0.5"]).cast(pa.string_view())
        column = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None], pa.int8()), words)
        table = pa.table({**dict.fromkeys(IDS, [1] * 4), "5.1.1.1": column})
        assert deleting(table)["earned"].to_pylist() == [100, 99, 99.5, 99]

    def test_nulls_at_every_offset_of_a_slice_are_deletions(self) -> None:
        values = [1, None, 0, None, None, 1, 1, 0, None] * 3
        for start in range(17):
            column = pa.array([1, 1, None, *values], pa.int8()).slice(3).slice(start)
            scored = deleting(all_of(1, count=len(column), i5_1_3_1=column), nodes=())
            lost = {1: (100, 100), 0: (96.5, 100), None: (96.5, 96.5)}
            found = list(zip(scored["earned"].to_pylist(), scored["applicable"].to_pylist(), strict=True))
            assert found == [lost[value] for value in values[start:]]

    def test_columns_of_different_forms_score_alike_side_by_side(self) -> None:
        rng = random.Random(7)
        rows = [share_rows.random_row(rng, "decimal", 0.9) for _ in range(300)]
        tables = [share_rows.as_table(rows, form) for form in share_rows.FORMS]
        mixed = pa.table({name: tables[k % 3][name] for k, name in enumerate(IDS)})
        assert deleting(mixed).equals(deleting(tables[0]))

    def test_only_the_nodes_that_are_named_have_columns(self) -> None:
        assert "5.1.ratio" not in score_table(all_of(1), nodes=()).column_names


class TestStreaming:
    @pytest.mark.parametrize("form", share_rows.FORMS)
    def test_batches_give_what_the_whole_table_gives(self, form: str) -> None:
        rng = random.Random(form)
        table = share_rows.as_table([share_rows.random_row(rng, form, 0.8) for _ in range(400)], form)
        whole = deleting(table, exact=True)
        reader = score_batches(table.to_reader(max_chunksize=33), exact=True, null="not_applicable")
        assert pa.table(reader).equals(whole)
        listed = list(score_batches(iter(table.to_batches(max_chunksize=150)), exact=True, null="not_applicable"))
        assert [part.num_rows for part in listed] == [150, 150, 100]
        assert pa.Table.from_batches(listed).equals(whole)

    def test_a_large_batch_comes_out_in_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "BATCH", 8)
        for block in (9, 100):
            monkeypatch.setattr(batch, "BLOCK", block)
            sizes = [part.num_rows for part in score_batches(all_of(1, count=20).to_batches())]
            assert sizes == [7, 7, 6]

    @pytest.mark.parametrize(("threads", "ahead"), [(1, 0), (2, 2)])
    def test_a_batch_is_scored_when_it_is_asked_for(self, threads: int, ahead: int) -> None:
        seen = []

        def coming() -> Iterator[Any]:
            for part in all_of(1, count=15).to_batches(max_chunksize=3):
                seen.append(part.num_rows)
                yield part

        scored = score_batches(coming(), threads=threads)
        assert seen == [3]
        next(scored)
        assert seen == [3] * (1 + ahead)

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

    def test_a_batch_may_be_larger_than_the_first(self) -> None:
        parts = [*all_of(0.9, count=10).to_batches(), *all_of(0.9, count=1_000).to_batches()]
        scored = list(score_batches(parts))
        assert [part.num_rows for part in scored] == [10, 1_000]
        assert set(scored[1]["applicable"].to_pylist()) == {100.0}

    def test_no_batches_give_no_batches(self) -> None:
        scored = score_batches([])
        assert list(scored) == []
        assert scored.schema.names[0] == "earned"

    def test_a_batch_without_rows_gives_one_without_rows(self) -> None:
        schema = all_of(1).schema
        empty = pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)
        assert [part.num_rows for part in score_batches([empty, *all_of(1).to_batches()])] == [0, 1]

    def test_a_wrong_schema_is_refused_before_the_first_batch(self) -> None:
        with pytest.raises(aftersales.EvaluationError, match="no-indicator-columns"):
            score_batches(pa.table({"a": [1]}).to_reader())


def test_without_the_extra_an_error_names_it() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "try:\n    import aftersales.batch\n"
        "except ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'aftersales[batch]'" in done.stdout
