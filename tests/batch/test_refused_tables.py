"""Tables, columns and options that are refused before a row is scored."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support import small
from support.tables import IDS, all_of, refused

import aftersales
from aftersales.batch import score_batches, score_findings, score_table, scored_schema


class TestRefusedTables:
    """All problems of a table as a whole are reported at once."""

    def test_columns_that_are_missing_are_reported_each(self) -> None:
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

    def test_columns_without_a_name_are_refused(self) -> None:
        """One may be an index; of several nobody knows what they are."""
        table = all_of(1).append_column("", [[7]])
        assert score_table(table, nodes=())[""].to_pylist() == [7]
        assert refused(table.append_column("", [[8]])) == [("unnamed-columns", "")]
        assert refused(table.append_column(" ", [[8]]).append_column(" ", [[8]])) == [("unnamed-columns", "")]
        with pytest.raises(aftersales.EvaluationError, match="have no name: 74, 76"):
            score_table(table.append_column("a", [[8]]).append_column("", [[8]]))

    @pytest.mark.parametrize("values", [pa.array(["1", "0.5"]), pa.array([1, 0])])
    def test_an_index_without_a_value_is_refused_but_for_nulls(self, values: Any) -> None:
        """-1 would be the last value."""
        for index in (2, -1):
            column = pa.DictionaryArray.from_arrays(pa.array([0, index], pa.int8()), values, safe=False)
            table = all_of(1, count=2).set_column(0, IDS[0], column)
            assert refused(table) == [("not-handed-over", "")]
            nulls = pa.DictionaryArray.from_buffers(
                column.type, 2, [pa.py_buffer(b"\1"), column.indices.buffers()[1]], values
            )
            scored = score_table(table.set_column(0, IDS[0], nulls), nodes=(), null="not_applicable")
            assert scored["applicable"].to_pylist() == [100.0, 99.0]

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
    def test_a_pair_that_counts_what_does_not_conform_is_no_share(self, field: str, place: int, score: Any) -> None:
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
    def test_a_pair_whose_names_do_not_say_what_it_counts_is_refused(self, names: list[str]) -> None:
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

    def test_all_problems_of_a_table_are_reported_in_the_order_of_the_columns(self) -> None:
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
    def test_a_column_of_a_type_that_holds_no_share_is_refused(self, column: Any) -> None:
        assert refused(all_of(1, i5_1_1_1=column)) == [("not-shares", "columns[5.1.1.1]")]

    def test_the_message_names_the_column_and_what_is_allowed_in_both_languages(self) -> None:
        with pytest.raises(
            aftersales.EvaluationError, match=r"columns\[5\.1\.1\.1\]: a column of the type bool"
        ) as caught:
            score_table(all_of(1, i5_1_1_1=[True]))
        assert "类型为 bool 的列" in caught.value.problems[0].message_zh

    @pytest.mark.parametrize("table", [[{"5.1.1.1": 1}], {"5.1.1.1": [1]}, None, 7])
    def test_what_is_no_table_is_refused(self, table: Any) -> None:
        assert refused(table) == [("not-a-table", "")]

    def test_the_message_about_a_lazy_frame_says_how_to_collect_it(self) -> None:
        with pytest.raises(aftersales.EvaluationError, match="not-a-table") as caught:
            score_table(pl.DataFrame(all_of(1)).lazy())
        assert "collect() gives one" in caught.value.problems[0].message

    def test_what_is_no_stream_of_batches_is_refused(self) -> None:
        with pytest.raises(aftersales.EvaluationError, match="int' is not a table"):
            score_batches(7)

    @pytest.mark.parametrize("nodes", ["5.1", b"5.1", 5, [5.1], [None], [["5.1"]]])
    def test_nodes_that_are_no_list_of_ids_are_refused(self, nodes: Any) -> None:
        assert [code for code, _ in refused(all_of(1), nodes=nodes)] == [
            "not-a-list" if not isinstance(nodes, list) else "unknown-indicator"
        ]

    @pytest.mark.parametrize("batches", [[1], [pa.table({"a": [1]})], "abc", {"a": 1}])
    def test_batches_that_cannot_be_iterated_are_refused(self, batches: Any) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            list(score_batches(batches))
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [("not-a-batch", "batches[0]")]

    def test_the_refusal_of_an_entry_that_is_no_batch_names_no_function_that_was_not_called(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            score_findings("findings.csv")
        assert "pass a whole table, or its to_batches()" in caught.value.problems[0].message

    def test_something_else_among_the_batches_is_refused(self) -> None:
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

    def test_nodes_that_are_unknown_or_indicators_are_refused(self) -> None:
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
    def test_a_frame_that_its_library_cannot_hand_over_is_refused(self, frame: Any) -> None:
        for score in (score_table, score_batches):
            with pytest.raises(aftersales.EvaluationError) as caught:
                score(frame)
            assert [problem.code for problem in caught.value.problems] == ["not-handed-over"]
            assert "the DataFrame cannot be handed over as a table of Arrow: " in caught.value.problems[0].message

    def test_a_standard_with_more_stars_than_a_column_can_hold_is_refused(self) -> None:
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
                text = ["1", "0", "0.492187499999999999999"]  # the last is below 63/128 by less than a float holds
                scored = score_table(pa.table({"1.1.1.1": text}), standard)
                assert scored["stars"].to_pylist() == [127, 0, 62]
                assert scored["final_score"].to_pylist() == [100, 0, math.nextafter(49.21875, 0)]

    def test_a_pandas_column_that_occurs_twice_is_refused(self) -> None:
        frame = all_of(1).to_pandas()
        frame.columns = [*IDS[:-1], IDS[0]]
        with pytest.raises(ValueError, match="Duplicate column names"):
            score_table(frame)
