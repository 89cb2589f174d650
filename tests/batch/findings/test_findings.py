"""Tables of findings: each evaluation has the figures, stars and problems that it has alone."""

from __future__ import annotations

import datetime
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
import pytest
from support.finding_rows import SCHEMA, STANDARD, as_mapping
from support.finding_tables import (
    FORMS,
    NEWEST,
    differences,
    random_evaluations,
    random_numbers,
    table_of,
    with_counts,
)
from support.oracle import INDICATORS
from support.small import small_standard

import aftersales
from aftersales import Evaluation, EvaluationError, examine, load_standard, score
from aftersales.batch import score_findings, score_table
from aftersales.batch.findings import codes
from aftersales.batch.findings import findings as module
from aftersales.batch.findings.codes import Numbering
from aftersales.batch.threads import in_order, number_of_threads
from aftersales.evaluation.rows import read_rows
from aftersales.text.number_format import as_text


class TestEquality:
    @pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
    def test_every_evaluation_is_that_of_score(self, seed: int) -> None:
        evaluations = random_evaluations(500, seed)
        assert differences(evaluations, score_findings(table_of(evaluations), NEWEST, exact=True)) == []

    @pytest.mark.parametrize("form", FORMS)
    def test_a_table_of_every_library_scores_as_single_evaluations(self, form: str) -> None:
        evaluations = random_evaluations(30, form)
        assert differences(evaluations, score_findings(FORMS[form](table_of(evaluations)), NEWEST, exact=True)) == []

    @pytest.mark.parametrize("kind", [pa.int64(), pa.uint64(), pa.float64(), pa.decimal128(19, 0)], ids=str)
    def test_counts_of_any_type_and_size_score_as_single_evaluations(self, kind: Any) -> None:
        for seed in range(12):
            evaluations = random_numbers(6, seed)
            result = score_findings(with_counts(table_of(evaluations), kind), NEWEST, exact=True)
            assert differences(evaluations, result) == []

    def test_a_number_of_any_type_is_read_as_it_is_written(self) -> None:
        table = pa.table(
            {
                "evaluation": pa.array([7] * 73, pa.int32()),
                "indicator": INDICATORS,
                "kind": ["quantitative" if name == "5.1.2.2" else "qualitative" for name in INDICATORS],
                "degree": pa.array(
                    np.full(73, 0.9, np.float32), mask=np.array([name == "5.1.2.2" for name in INDICATORS])
                ),
                "actual": pa.array([Decimal("0.09") if name == "5.1.2.2" else None for name in INDICATORS]),
                "population": pa.array([float("nan")] * 73),
            }
        )
        scored, problems = score_findings(table, exact=True)
        assert scored.select(["evaluation", "exact_score", "stars"]).to_pylist() == [
            {"evaluation": 7, "exact_score": "90", "stars": 5}
        ]
        assert problems.num_rows == 0
        # The same by Evaluation.from_rows, which reads the same columns.
        made = Evaluation.from_rows(table.drop_columns(["evaluation"]), **STANDARD)
        assert score(made).final_score == 90

    def test_shares_of_findings_are_the_ratios_of_score(self) -> None:
        evaluations = random_evaluations(80, "shares")
        everything = score_findings(table_of(evaluations), NEWEST, shares=True).scored
        scored = everything.filter(everything["problem"].is_null())
        cards = [
            score(examine(as_mapping(*evaluations[name]), NEWEST).evaluation)
            for name in scored["evaluation"].to_pylist()
        ]  # type: ignore[arg-type]
        ratios = {key: [card[key].ratio for card in cards] for key in INDICATORS}
        shares = {key: [None if each is None else as_text(each) for each in of] for key, of in ratios.items()}
        assert scored.select(INDICATORS).to_pydict() == shares
        unscored = everything.filter(everything["problem"].is_valid())
        assert (
            [{*row.values()} for row in unscored.select(INDICATORS).to_pylist()] == [{None}] * unscored.num_rows != []
        )
        names = [name for name in scored.column_names if name not in ("evaluation", "team", *INDICATORS)]
        expected = score_table(pa.table(shares), NEWEST, null="not_applicable")
        assert scored.select(names).to_pylist() == expected.select(names).to_pylist()

    def test_a_table_is_scored_by_another_standard(self) -> None:
        standard = aftersales.load_standard("tests/support/green-service.yaml")
        rows = [
            {"evaluation": "A", "indicator": each.id, "kind": "quantitative" if each.has_limit else "none"}
            | {"actual": "100000" if each.has_limit and each.at_most is not None else "0" if each.has_limit else None}
            for each in standard.indicators
        ]
        scored, problems = score_findings(pa.Table.from_pylist(rows), standard)
        assert (problems["code"].to_pylist(), scored["stars"].to_pylist()) == ([], [0])


def full(**columns: Any) -> list[dict[str, Any]]:
    """The rows of an evaluation without a mistake."""
    rows: list[dict[str, Any]] = [{"evaluation": "A", "indicator": name, "kind": "full"} for name in INDICATORS]
    rows[INDICATORS.index("5.1.2.2")] |= {"kind": "quantitative", "actual": "10%"}
    return [row | columns for row in rows]


def told(rows: list[dict[str, Any]], **options: Any) -> list[tuple[Any, ...]]:
    names = {name: None for row in rows for name in row}
    result = score_findings(pa.Table.from_pylist([dict.fromkeys(names) | row for row in rows]), NEWEST, **options)
    return [(row["line"], row["indicator"], row["code"]) for row in result.problems.to_pylist()]


class TestRows:
    def test_each_problem_names_its_row_and_indicator(self) -> None:
        rows = full()
        rows[4] |= {"kind": "ful"}
        del rows[70]
        rows.append({"evaluation": "A", "indicator": "5.1.1.1", "kind": "none"})
        rows.append({"evaluation": "A", "indicator": None, "kind": "none"})
        assert told(rows) == [
            (5, "5.1.1.5", "unknown-kind"),
            (73, "5.1.1.1", "duplicate-key"),
            (74, None, "missing-key"),
            (None, INDICATORS[70], "missing-finding"),
        ]
        result = score_findings(pa.Table.from_pylist([{"actual": None} | row for row in rows]), NEWEST)
        assert result.scored["problem"].to_pylist() == ["unknown-kind: 5.1.1.5"]
        messages = result.problems["message"].to_pylist()
        assert messages[1] == "'5.1.1.1' occurs here again; it is already on line 1"

    @pytest.mark.parametrize("degree", ["0.5", "60%", "60", "六成", "1/3"])
    def test_a_degree_that_contradicts_its_kind_is_an_unused_cell(self, degree: str) -> None:
        rows = full(degree=None)
        rows[3]["degree"] = rows[8]["degree"] = degree
        rows[5]["degree"] = "100%"
        assert told(rows) == [(4, "5.1.1.4", "unused-cell"), (9, "5.1.2.4", "unused-cell")]

    def test_a_row_deletes_a_group_and_excludes_findings_in_it(self) -> None:
        rows = [row for row in full(reason=None, confirmed_by=None) if not row["indicator"].startswith("5.3.6.")]
        deletion = {"evaluation": "A", "kind": "not_applicable", "reason": "无", "confirmed_by": "张明"}
        assert told([*rows, deletion | {"indicator": "5.3.6"}]) == []
        both = [*rows, deletion | {"indicator": "5.3.6"}, {"evaluation": "A", "indicator": "5.3.6.1", "kind": "full"}]
        assert told(both) == [(len(both), "5.3.6.1", "conflicting-findings")]

    def test_rows_of_what_is_open(self) -> None:
        rows = [*full(), {"evaluation": "A", "indicator": "5.3"}]
        result = score_findings(pa.Table.from_pylist([{"actual": None} | row for row in rows]), NEWEST)
        assert (result.problems.num_rows, result.scored["final_score"].to_pylist()) == (0, [100.0])
        assert told([*full(), {"evaluation": "A", "indicator": "5.1.1.1"}]) == [(74, "5.1.1.1", "duplicate-key")]
        rows = full()
        rows[0]["kind"] = None
        assert told(rows) == [(1, "5.1.1.1", "missing-finding")]

    def test_an_evaluation_with_everything_deleted_has_a_problem(self) -> None:
        rows = [
            {"evaluation": "A", "indicator": each, "kind": "not_applicable", "reason": "无", "confirmed_by": "张明"}
            for each in ("5.1", "5.2", "5.3", "5.4")
        ]
        assert told(rows) == [(None, None, "nothing-applicable")]

    def test_a_row_without_a_cell_is_none(self) -> None:
        empty: dict[str, Any] = {"evaluation": None, "indicator": "", "kind": None}
        assert told([empty, *full(), empty]) == []
        shop = [{"evaluation": "A"}, *full()]  # the evaluation without a finding
        assert told(shop) == []
        assert told([*full(), {"evaluation": "B"}])[0] == (None, "5.1.1.1", "missing-finding")

    @pytest.mark.parametrize(("key", "absent"), [("A", ""), (7, None), ("A", None)])
    def test_a_row_without_a_cell_is_none_whatever_its_key_is_in(self, key: Any, absent: Any) -> None:
        assert told([*full(evaluation=key), {"evaluation": absent, "indicator": "", "kind": None}]) == []

    def test_an_evaluation_without_a_finding_lacks_all_of_them(self) -> None:
        nothing: dict[str, Any] = {"evaluation": "A", "indicator": None, "kind": None}
        assert told([nothing]) == [(None, name, "missing-finding") for name in INDICATORS]

    def test_a_row_without_a_key_is_reported(self) -> None:
        assert told([*full(), {"evaluation": None, "indicator": "5.1.1.1", "kind": "full"}])[:2] == [
            (74, None, "missing-key"),
            (None, "5.1.1.2", "missing-finding"),
        ]

    def test_an_evaluation_of_too_many_rows_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = [*full(), *full(), *full()] * 100
        assert told(rows) == [(20_001, None, "too-many-values")]

    @pytest.mark.parametrize("place", [0, 1, 72])
    def test_an_indicator_with_a_limit_is_judged_as_such_in_any_row(self, place: int) -> None:
        """R4: 5.1.2.2 takes only a quantitative finding."""
        rows = full(actual=None, kind="full")
        rows.insert(place, rows.pop(INDICATORS.index("5.1.2.2")))
        assert told(rows) == [(place + 1, "5.1.2.2", "kind-not-allowed")]

    @pytest.mark.parametrize("indicator", [None, ""])
    def test_a_row_without_an_indicator_is_reported_beside_a_finding_for_each(self, indicator: str | None) -> None:
        rows = [*full(), {"evaluation": "A", "indicator": indicator, "kind": "full"}]
        assert told(rows) == [(74, None, "missing-key")]

    def test_a_reason_that_is_blank_or_no_text_is_a_problem(self) -> None:
        rows = full(reason="无不符合")
        assert told(rows) == []
        rows[3]["reason"] = "\u3000"
        assert told(rows) == [(4, "5.1.1.4", "blank")]
        assert told(full(reason=3))[0] == (1, "5.1.1.1", "not-text")

    def test_indicators_that_are_no_text(self) -> None:
        for indicator in (5, ["5.1.1.1"], {"id": "5.1.1.1"}):
            rows = [row | {"indicator": indicator} for row in full()]
            assert told(rows)[0] == (1, None, "not-text")

    def test_names_of_people_may_be_lists(self) -> None:
        rows = [row for row in full(reason=None, confirmed_by=None) if row["indicator"] != "5.3.6.1"]
        deletion = {"evaluation": "A", "indicator": "5.3.6.1", "kind": "not_applicable", "reason": "无"}
        rows = [row | {"team": ["张明"]} for row in [*rows, deletion | {"confirmed_by": ["张明"]}]]
        assert told(rows) == []
        rows[-1]["confirmed_by"] = ["李红"]
        assert told(rows) == [(73, "5.3.6.1", "unknown-member")]
        frame = pl.DataFrame(rows, infer_schema_length=None)  # whose lists have texts as views
        result = score_findings(frame, NEWEST)
        assert result.problems["code"].to_pylist() == ["unknown-member"]

    def test_a_team_that_is_none(self) -> None:
        assert told(full(team=5)) == [(None, None, "not-text")]


class TestColumns:
    def test_further_columns_are_carried(self) -> None:
        shops = [row | {"shop": "甲", "year": 2026} for row in full()]
        shops += [row | {"shop": None, "year": 2027, "evaluation": "0"} for row in full()]
        random.Random(1).shuffle(shops)
        shops.insert(0, {"evaluation": "0", "indicator": "", "kind": "", "actual": "", "shop": None, "year": 2027})
        scored, problems = score_findings(pa.Table.from_pylist(shops), NEWEST, nodes=())
        assert scored.column_names[:4] == ["evaluation", "shop", "year", "earned"]
        assert scored.select(["evaluation", "shop", "year", "stars"]).to_pylist() == [
            {"evaluation": "0", "shop": None, "year": 2027, "stars": 5},
            {"evaluation": "A", "shop": "甲", "year": 2026, "stars": 5},
        ]
        assert problems.num_rows == 0

    @pytest.mark.parametrize(
        "values",
        [
            pa.array(["甲", "乙"], pa.string_view()),
            pa.DictionaryArray.from_arrays([0, 1], pa.array(["甲", "乙"], pa.string_view())),
            pa.array([b"x", b"y"], pa.binary_view()),
            pa.array([["甲"], ["乙", None]], pa.list_(pa.string_view())),
            pa.array([["甲"], ["乙"]], pa.list_(pa.string_view(), 1)),
            pa.array([["甲"], None], pa.large_list(pa.string())),
            pa.array([[1], []], pa.list_view(pa.int64())),
            pa.array([{"a": ["甲"]}, None], pa.struct([("a", pa.list_(pa.string_view()))])),
            pa.array([[("甲", "乙")], []], pa.map_(pa.string_view(), pa.string_view())),
            pa.array([None, None], pa.list_(pa.int64())),
            pa.compute.run_end_encode(pa.array(["甲", "乙"])),
            pa.UnionArray.from_dense(
                pa.array([0, 0], pa.int8()), pa.array([0, 1], pa.int32()), [pa.array(["甲", "乙"])]
            ),
            pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0], pa.int8())),
            pa.array([b"0" * 16, b"1" * 16], pa.uuid()),
        ],
        ids=lambda values: str(values.type),
    )
    def test_columns_of_all_types_are_carried(self, values: Any) -> None:
        table = pa.Table.from_pylist([{"actual": None} | row for row in [*full(), *full(evaluation="B")]])
        places = [0] * 73 + [1] * 73
        if pa.types.is_run_end_encoded(values.type):
            column = pa.compute.run_end_encode(pa.compute.run_end_decode(values).take(pa.array(places)))
        else:
            column = pa.chunked_array([values.slice(place, 1) for place in places])
        result = score_findings(table.append_column("further", column), NEWEST, nodes=())
        assert result.scored["further"].to_pylist() == values.to_pylist()
        assert (result.problems.num_rows, result.scored["stars"].to_pylist()) == (0, [5, 5])

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"standard": "CTS XBHT-S04-2025"}, []),
            ({"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04"}, []),
            ({"standard": "CTS XBHT-S04-2025", "edition": datetime.date(2025, 12, 4)}, []),
            ({"standard": None, "edition": ""}, []),
            ({"edition": "2025-12-04"}, []),
            ({"edition": "2030-01-01"}, [(None, None, "standard-mismatch")]),
            ({"standard": "GB/T 27922", "team": "张明"}, [(None, None, "standard-mismatch")]),
            ({"edition": "yesterday"}, [(None, None, "not-a-date")]),
            ({"standard": 5}, [(None, None, "not-text")]),
        ],
        ids=str,
    )
    def test_an_evaluation_may_name_its_standard_and_its_edition(self, facts: Any, expected: Any) -> None:
        assert told(full(**facts)) == expected
        findings = {row["indicator"]: {"kind": row["kind"], "actual": row.get("actual")} for row in full()}
        findings = {key: "full" if each["kind"] == "full" else each for key, each in findings.items()}  # type: ignore[misc]
        named = {key: value for key, value in facts.items() if value not in (None, "") and key != "team"}
        problems = examine({**STANDARD, **named, "findings": findings}, NEWEST).problems
        assert [each.code for each in problems] == [code for _, _, code in expected]

    def test_evaluations_differ_in_their_team_and_in_their_edition(self) -> None:
        """R8: who is not of the team confirms no deletion. 6.2.1: another edition is not judged by this one."""
        rows = [row for row in full(reason=None, confirmed_by=None) if row["indicator"] != "5.3.6.1"]
        rows += [{"indicator": "5.3.6.1", "kind": "not_applicable", "reason": "无", "confirmed_by": "张明"}]
        shops = [(team, edition) for team in ("张明", "李红") for edition in ("2025-12-04", "2030-01-01")]
        table = pa.Table.from_pylist(
            [
                {"actual": None, **row, "evaluation": key, "team": team, "edition": edition}
                for key, (team, edition) in enumerate(shops)
                for row in rows
            ]
        )
        problems = score_findings(table, NEWEST).problems
        assert sorted(zip(problems["evaluation"].to_pylist(), problems["code"].to_pylist(), strict=True)) == [
            (1, "standard-mismatch"),
            (2, "unknown-member"),
            (3, "standard-mismatch"),
            (3, "unknown-member"),
        ]

    def test_exact_figures_and_shares_are_given_where_they_are_asked_for(self) -> None:
        table = pa.Table.from_pylist([{"actual": None, **row} for row in full()])
        for options in ({}, {"exact": True}, {"shares": True}):
            names = score_findings(table, NEWEST, **options).scored.column_names
            assert ("exact_score" in names, "5.1.1.1" in names) == ("exact" in options, "shares" in options)

    def test_a_long_id_is_shortened(self) -> None:
        rows = pa.table({"evaluation": ["甲"] * 2, "indicator": ["5" * 3_000, "5" * 60], "kind": ["full"] * 2})
        scored, problems = score_findings(rows, load_standard())
        assert problems["indicator"].to_pylist()[:2] == [f"{'5' * 60}…", "5" * 60]
        assert scored["problem"].to_pylist() == [f"unknown-indicator: {'5' * 60}…"]

    def test_tables_of_evaluations_are_read_beside_a_key(self) -> None:
        made = [aftersales.load_example("home-appliance-chain"), aftersales.load_example("food-ecommerce")]
        tables = [each.to_table() for each in made]
        table = pa.concat_tables(
            table.append_column("shop", [[number] * table.num_rows]) for number, table in enumerate(tables)
        )
        for form in (table, table.combine_chunks().take(list(range(table.num_rows))[::-1])):
            scored, problems = score_findings(form, NEWEST, key="shop", exact=True)
            assert problems.num_rows == 0
            assert scored.column_names[:2] == ["shop", "earned"]
            assert {row["shop"]: Fraction(row["exact_score"]) for row in scored.to_pylist()} == {
                number: score(each, NEWEST).final_score for number, each in enumerate(made)
            }

    def test_a_further_column_has_one_value_in_an_evaluation(self) -> None:
        rows = full(degre=None)
        rows[7]["degre"] = rows[9]["degre"] = "0.6"
        assert told(rows) == [(8, None, "differing-values")]
        result = score_findings(pa.Table.from_pylist([{"actual": None} | row for row in rows]), NEWEST)
        assert result.scored["problem"].to_pylist() == ["differing-values"]
        assert result.problems["message"].to_pylist()[0].endswith("did you mean 'degree'?")

    @pytest.mark.parametrize(
        ("rows", "options", "expected"),
        [
            ([{"shop": 1}], {}, [("missing-column", each) for each in ("evaluation", "indicator", "kind")]),
            (full(), {"key": "code"}, [("missing-column", "code"), ("result-column", "code")]),
            (full(stars=1), {}, [("result-column", "stars")]),
            (full(), {"nodes": ["5.9"]}, None),
        ],
    )
    def test_tables_with_wrong_columns_or_options_are_refused(self, rows: Any, options: Any, expected: Any) -> None:
        with pytest.raises(EvaluationError) as caught:
            score_findings(pa.Table.from_pylist(rows), **options)
        found = [(each.code, each.path.removeprefix("columns").strip("[].")) for each in caught.value.problems]
        assert found == (expected or [("unknown-indicator", "nodes[5.9")])

    def test_a_missing_column_of_keys_is_told_apart_from_other_columns(self) -> None:
        with pytest.raises(EvaluationError) as caught:
            score_findings(pa.table({"shop": ["A"], "kind": ["full"]}))
        assert [each.message for each in caught.value.problems] == [
            "the column 'evaluation' is missing; key= (command: --key) names the column with the name or the number of"
            " the evaluation",
            "the column 'indicator' is missing",
        ]

    @pytest.mark.parametrize(
        "key",
        [
            pa.array(range(1000)),
            pa.array([f"第{number}行" for number in range(1000)]),
            pa.array(range(1000), pa.float64()),
            pa.array([str(number) for number in range(1000)]).dictionary_encode(),
            pa.array([None, *range(999)]),
        ],
        ids=["numbers", "texts", "floats", "dictionaries", "a null"],
    )
    def test_a_key_that_numbers_the_rows_is_refused(self, key: Any) -> None:
        """Each row would be an evaluation, and all but one of its findings a problem."""
        table = pa.table({"evaluation": key, "indicator": ["5.1.1.1"] * 1000, "kind": ["full"] * 1000})
        with pytest.raises(EvaluationError) as caught:
            score_findings(table, NEWEST)
        assert [(each.code, each.path) for each in caught.value.problems] == [("key-of-rows", "evaluation")]
        assert "each of the 1000 rows" in caught.value.problems[0].message

    def test_few_rows_with_a_key_of_their_own_are_reported_one_by_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "ALONE", 4)
        table = pa.table({"evaluation": ["A", "B", "C"], "indicator": ["5.1.1.1"] * 3, "kind": ["full"] * 3})
        assert score_findings(table, NEWEST).problems.num_rows == 3 * 72
        twice = pa.concat_tables([table, table.slice(2)])
        assert score_findings(twice, NEWEST).scored["evaluation"].to_pylist() == ["A", "B", "C"]
        only = small_standard([Fraction(100)])
        table = pa.table({"evaluation": list("ABCD"), "indicator": [only.indicators[0].id] * 4, "kind": ["full"] * 4})
        assert len(only.indicators) == 1
        assert score_findings(table, only).scored["final_score"].to_pylist() == [100.0] * 4

    @pytest.mark.parametrize("index", [1, -1])
    @pytest.mark.parametrize("name", ["evaluation", "indicator", "kind", "reason", "city"])
    def test_an_index_without_a_value_is_refused(self, name: str, index: int) -> None:
        table = pa.Table.from_pylist([{"reason": "", "city": ""} | row for row in full(actual="10%")])
        indices = pa.array([0] * 72 + [index], pa.int32())
        column = pa.DictionaryArray.from_arrays(indices, pa.array(["full"]), safe=False)
        with pytest.raises(EvaluationError, match="not-handed-over"):
            score_findings(table.set_column(table.column_names.index(name), name, column))

    @pytest.mark.parametrize("name", ["evaluation", "indicator", "kind", "reason", "team", "city"])
    @pytest.mark.parametrize("encoded", [False, True])
    def test_texts_that_are_not_utf_8_are_refused(self, name: str, encoded: bool) -> None:
        ends = np.arange(0, 2 * 73 + 1, 2, dtype=np.int32)
        texts = pa.StringArray.from_buffers(73, pa.py_buffer(ends), pa.py_buffer(b"\xff\xfe" * 73))
        table = pa.Table.from_pylist([{"reason": "", "team": "", "city": ""} | row for row in full(actual="10%")])
        place = table.column_names.index(name)
        with pytest.raises(EvaluationError, match="not-handed-over"):
            score_findings(table.set_column(place, name, texts.dictionary_encode() if encoded else texts))

    def test_a_column_that_is_there_twice(self) -> None:
        table = pa.Table.from_pylist(full()).append_column("kind", [["full"] * 73])
        with pytest.raises(EvaluationError, match="duplicate-column"):
            score_findings(table)

    def test_an_argument_that_is_no_table_of_findings_is_refused(self) -> None:
        with pytest.raises(EvaluationError, match="not-a-table"):
            score_findings(5)
        with pytest.raises(EvaluationError, match="not-a-batch"):
            score_findings([{"evaluation": "A"}])
        with pytest.raises(EvaluationError, match="missing-column"):
            score_findings([])
        with pytest.raises(TypeError, match="standard has to be a Standard"):
            score_findings(pa.table({}), "CTS")  # type: ignore[arg-type]

    def test_a_table_of_findings_without_rows_gives_tables_without_rows(self) -> None:
        scored, problems = score_findings(pa.Table.from_pylist(full()).slice(0, 0))
        assert (scored.num_rows, problems.num_rows) == (0, 0)
        assert scored.column_names[0] == problems.column_names[0] == "evaluation"

    def test_another_column_may_be_the_key(self) -> None:
        rows = [{"shop": 3, "actual": None, **row} for row in full()]
        scored = score_findings(pa.Table.from_pylist(rows).drop_columns(["evaluation"]), key="shop").scored
        assert scored.select(["shop", "stars"]).to_pylist() == [{"shop": 3, "stars": 5}]

    def test_keys_that_are_numbers_of_many_columns(self, monkeypatch: pytest.MonkeyPatch) -> None:
        evaluations = random_evaluations(40, "many")
        expected = score_findings(table_of(evaluations), NEWEST)
        monkeypatch.setattr(module, "MOST", 2**32)
        found = score_findings(table_of(evaluations), NEWEST)
        assert (found.scored.equals(expected.scored), found.problems.equals(expected.problems)) == (True, True)


class TestBlocks:
    @pytest.mark.parametrize("is_sorted", [True, False])
    def test_the_result_is_the_same_in_blocks_of_any_size_and_any_number_of_threads(
        self, monkeypatch: pytest.MonkeyPatch, is_sorted: bool
    ) -> None:
        evaluations = random_evaluations(60, "blocks")
        table = table_of(evaluations)
        cities = [random.Random(row).choice("AB") if row % 219 < 9 else "A" for row in range(table.num_rows)]
        table = table.append_column("city", pa.array(cities))
        table = table.append_column("year", pa.array([2026] * table.num_rows))
        if not is_sorted:
            rows = list(range(table.num_rows))
            random.Random(7).shuffle(rows)
            table = table.take(rows)
        expected = score_findings(table, NEWEST, exact=True, shares=True, threads=1)
        assert "differing-values" in expected.problems["code"].to_pylist()
        monkeypatch.setattr(module, "ROWS", 100)
        monkeypatch.setattr(module, "FIRST", 30)
        monkeypatch.setattr(module, "EVALUATIONS", 7)
        monkeypatch.setattr(module, "LEAST", 3)
        monkeypatch.setattr(codes, "AT_ONCE", 70)
        for threads in (1, 2, 5):
            found = score_findings(table, NEWEST, exact=True, shares=True, threads=threads)
            assert (found.scored.equals(expected.scored), found.problems.equals(expected.problems)) == (True, True)

    @pytest.mark.parametrize(
        ("rows", "threads", "sizes"),
        [
            (100, 1, [7, 7, 6]),  # no more than EVALUATIONS
            (100, 4, [5, 5, 5, 5]),  # as many for each thread
            (100, 9, [3, 3, 3, 3, 3, 3, 2]),  # no fewer than LEAST
            (400, 9, [5, 5, 5, 5]),  # 20 * 73 rows are four blocks, so that four threads have work
        ],
    )
    def test_evaluations_are_divided_among_the_threads(
        self, monkeypatch: pytest.MonkeyPatch, rows: int, threads: int, sizes: list[int]
    ) -> None:
        monkeypatch.setattr(module, "ROWS", rows)
        monkeypatch.setattr(module, "EVALUATIONS", 7)
        monkeypatch.setattr(module, "LEAST", 3)
        table = pa.Table.from_pylist(
            [{"actual": None, **row, "evaluation": key} for key in range(20) for row in full()]
        )
        scored = score_findings(table, NEWEST, threads=threads).scored
        assert [len(chunk) for chunk in scored["evaluation"].chunks] == sizes

    @pytest.mark.parametrize(
        ("rows", "threads", "size"),
        [
            (1460, 1, 1460),
            (1459, 1, 730),  # two blocks
            (400, 1, 365),  # four blocks
            (400, 2, 365),  # two for each thread
            (400, 3, 244),  # two for each thread, since one for each would be 487 rows
            (400, 9, 365),  # four threads
        ],
    )
    def test_rows_behind_the_first_ones_are_divided_among_the_threads(
        self, monkeypatch: pytest.MonkeyPatch, rows: int, threads: int, size: int
    ) -> None:
        """1460 rows, in equal blocks of at most ``rows``, as many for each thread; the first 30 rows are before them."""
        blocks: list[tuple[int, int]] = []
        place = module._Findings._place
        monkeypatch.setattr(
            module._Findings,
            "_place",
            lambda self, block: blocks.append((block.start, block.stop)) or place(self, block),  # type: ignore[func-returns-value]
        )
        monkeypatch.setattr(module, "ROWS", rows)
        monkeypatch.setattr(module, "FIRST", 30)
        table = pa.Table.from_pylist(
            [{"actual": None, **row, "evaluation": key} for key in range(20) for row in full()]
        )
        assert score_findings(table, NEWEST, threads=threads).problems.num_rows == 0
        starts = [0, *range(30, 1460, size)]
        assert sorted(blocks) == list(zip(starts, [*starts[1:], 1460], strict=True))

    @pytest.mark.parametrize(
        ("keys", "numbered"), [("ABCDEF", 6), ("ABBACC", 6), ("AABBCC", 3), ("AABBAA", 3), ("AAAAAA", 1)]
    )
    def test_the_keys_of_rows_in_order_are_numbered_once_a_run(
        self, monkeypatch: pytest.MonkeyPatch, keys: str, numbered: int
    ) -> None:
        """Where there are more runs than half the rows, each row is numbered."""
        seen: list[int] = []

        def note(keys: Any, threads: int = 1) -> Any:
            seen.append(len(keys))
            return codes.numbered(keys, threads)

        monkeypatch.setattr(module, "numbered", note)
        table = pa.table({"evaluation": list(keys), "indicator": ["5.1.1.1"] * 6, "kind": ["full"] * 6})
        assert score_findings(table, NEWEST).scored["evaluation"].to_pylist() == list(dict.fromkeys(keys))
        assert seen == [numbered]

    @pytest.mark.parametrize(("rows", "chunks"), [(2, 1), (19, 1), (20, 2), (25, 2)])
    def test_chunks_that_are_small_on_average_are_combined(
        self, monkeypatch: pytest.MonkeyPatch, rows: int, chunks: int
    ) -> None:
        monkeypatch.setattr(module, "CHUNK", 10)
        table = pa.concat_tables([pa.table({"a": [1]}), pa.table({"a": list(range(2, rows + 1))})])
        found = module.plain_table(table)
        assert (found["a"].num_chunks, found["a"].to_pylist()) == (chunks, list(range(1, rows + 1)))

    def test_the_default_number_of_threads_is_that_of_arrow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pa, "cpu_count", lambda: 3)
        assert (number_of_threads(None), number_of_threads(2)) == (3, 2)

    def test_numbers_of_threads_that_are_none(self) -> None:
        for threads in (True, "2", 1.0):
            with pytest.raises(TypeError, match="threads has to be a whole number or None"):
                score_findings(pa.Table.from_pylist(full()), threads=threads)  # type: ignore[arg-type]
        with pytest.raises(EvaluationError) as caught:
            score_findings(pa.Table.from_pylist(full()), threads=0)
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [("no-threads", "threads")]
        assert caught.value.problems[0].message == "the number of threads is a whole number from 1, not 0"

    def test_a_stream_is_not_read_ahead(self) -> None:
        taken: list[int] = []
        results = in_order(str, (taken.append(each) or each for each in range(100)), 2)  # type: ignore[func-returns-value]
        assert next(results) == "0"
        assert len(taken) <= 4
        assert list(results) == [str(each) for each in range(1, 100)]

    def test_an_exception_of_a_stream_comes_after_the_results_before_it(self) -> None:
        results = in_order(lambda number: 6 // number, (6 // (3 - each) for each in range(4)), 2)
        assert [next(results), next(results), next(results)] == [3, 2, 1]
        with pytest.raises(ZeroDivisionError):
            next(results)

    def test_a_small_item_takes_no_thread_of_its_own(self) -> None:
        found = in_order(lambda number: (number, current_thread() is main_thread()), range(4), 2, lambda item: item > 1)
        assert list(found) == [(0, True), (1, True), (2, False), (3, False)]
        results = in_order(lambda number: 6 // number, iter([2, 3, 0, 1]), 2, lambda item: False)
        assert [next(results), next(results)] == [3, 2]
        with pytest.raises(ZeroDivisionError):
            next(results)

    def test_a_table_from_a_file_is_scored_without_further_imports(self, tmp_path: Path) -> None:
        """Not all of Arrow's functions are there when ``pyarrow`` alone is imported."""
        table = pa.Table.from_pylist([{"actual": None} | row for row in full(evaluation=7)])
        with pa.ipc.new_file(tmp_path / "a.arrow", table.schema) as file:
            file.write_table(table)
        code = "import sys, pyarrow; from aftersales.batch import score_findings as score;" + (
            "print(score(pyarrow.ipc.open_file(sys.argv[1]).read_all(), nodes=()).scored['stars'].to_pylist())"
        )
        command = [sys.executable, "-c", code, str(tmp_path / "a.arrow")]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[5]\n"

    @pytest.mark.parametrize("size", [50, 1_000])
    @pytest.mark.parametrize("null", ["mask", "encode"])
    def test_chunks_with_dictionaries_of_their_own_score_as_one_table(self, size: int, null: Any) -> None:
        """``encode``: a null is one of the values. Chunks of a whole table that are small are combined."""
        table = table_of(random_evaluations(20, "chunks"))
        table = table.append_column(
            "city", pa.array([None if name > "E00008" else name for name in table["evaluation"].to_pylist()])
        )
        for name, place in (("indicator", 2), ("kind", 3)):
            cells = table[name].to_pylist()
            cells[60] = cells[1_030] = None
            table = table.set_column(place, name, pa.array(cells))
        expected = score_findings(table, NEWEST)
        chunked = pa.Table.from_batches(table.combine_chunks().to_batches(size))
        for name in ("indicator", "kind", "team", "reason", "city"):
            place = table.column_names.index(name)
            column = pa.chunked_array([chunk.dictionary_encode(null) for chunk in chunked[name].chunks])
            whole = chunked if size == 50 else table
            found = score_findings(whole.set_column(place, name, column), NEWEST)
            assert found.problems.equals(expected.problems)
            assert found.scored["final_score"].equals(expected.scored["final_score"])
            assert found.scored["city"].to_pylist() == expected.scored["city"].to_pylist()

    @pytest.mark.parametrize("dtype", [np.int32, np.int64])
    def test_more_distinct_findings_than_slots_keep_their_numbers(self, dtype: Any) -> None:
        numbering = Numbering(dtype)
        drawn = np.random.default_rng(3).integers(0, np.iinfo(dtype).max, 3 * 2**codes.SLOT_BITS, dtype)
        values = np.array(list(dict.fromkeys(drawn.tolist())), dtype)
        for _ in range(2):
            numbers = np.repeat(values, 2)
            numbering.numbers(numbers, np.empty_like(numbers), np.empty(len(numbers), np.int64))
            assert numbers.tolist() == np.repeat(np.arange(len(values)), 2).tolist()

    def test_findings_of_later_blocks_are_numbered_behind_the_known_ones(self) -> None:
        numbering = Numbering(np.int64)
        for values, expected in (([5, 9, 5, 11], [0, 1, 0, 2]), ([7, 5, 8, 6], [3, 0, 4, 5])):
            numbers = np.array(values)
            numbering.numbers(numbers, np.empty_like(numbers), np.empty(len(numbers), np.int64))
            assert numbers.tolist() == expected

    @pytest.mark.parametrize("dtype", [np.int32, np.int64])
    def test_known_findings_are_not_judged_again(self, dtype: Any) -> None:
        numbering, judged = Numbering(dtype), list[int]()

        def judge(rows: Any) -> Any:
            judged.extend(rows.tolist())
            return rows - 7

        for _ in range(2):
            numbers = np.array([5, 5, 9], dtype)
            numbering.numbers(numbers, np.empty_like(numbers), np.empty(3, np.int64), judge)
            assert (numbers.dtype, numbers.tolist()) == (dtype, [-7, -7, -5])
            numbering.known.clear()  # they are found in the slots
        assert judged == [0, 2]

    @pytest.mark.parametrize(
        ("least", "spread", "bytes_of_number"),
        [
            (10, 40, 4),
            (1_000, 800, 4),
            (1_000, 900, 8),
            (10, 20_000, 8),
            (2**31, 40, 4),
            (9 * 10**15, 40, 4),
            (9 * 10**15, 20_000, 8),
        ],
    )
    @pytest.mark.parametrize("type_", [pa.int64(), pa.float64()], ids=str)
    def test_counts_that_are_far_from_0_or_from_each_other(
        self, monkeypatch: pytest.MonkeyPatch, least: int, spread: int, bytes_of_number: int, type_: Any
    ) -> None:
        """R7: of n items with k nonconforming ones, (n - k) / n conform, whatever bits the combinations of cells need.

        Three counts in a range of 800 have 801 numbers each, and indicator and kind two. 4 * 801^3 is below 2^31, and
        4 * 901^3 is between 2^31 and 2^32.
        """
        used: list[int] = []
        monkeypatch.setattr(
            module, "Numbering", lambda dtype: used.append(np.dtype(dtype).itemsize) or Numbering(dtype)
        )  # type: ignore[func-returns-value]
        rng = random.Random(spread)
        counts = [(n, rng.randrange(spread)) for n in (rng.randrange(least, least + spread) for _ in range(60))]
        counts[:2] = [(least, 0), (least + spread - 1, spread - 1)]
        counts = [(n, min(k, n)) for n, k in counts]
        standard = small_standard([Fraction(50), Fraction(50)])
        table = pa.table(
            {
                "evaluation": [row // 2 for row in range(60)],
                "indicator": ["1.1.1.1", "1.1.1.2"] * 30,
                "kind": ["sampled"] * 60,
                "population": pa.array([n for n, _ in counts], type_),
                "sampled": pa.array([n for n, _ in counts], type_),
                "nonconforming": pa.array([k for _, k in counts], type_),
            }
        )
        scored, problems = score_findings(table, standard, shares=True)
        assert problems.num_rows == 0
        found = [row[name] for row in scored.to_pylist() for name in ("1.1.1.1", "1.1.1.2")]
        assert found == [as_text(1 - Fraction(k, n)) for n, k in counts]
        assert used == [bytes_of_number]

    def test_findings_whose_combinations_are_beyond_64_bits_are_told_apart(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """R7: of n items with k nonconforming ones, (n - k) / n conform.

        The numbers of each count are below 2^20, and those of the indicators below 2. So three counts take 2^61
        combinations, and a fourth one is compared in a step of its own, as well as the fifth. In 64 bits, ``sampled``
        would be multiplied by 2^61, so that 9 and 17 would be the same.
        """
        steps: list[int] = []
        monkeypatch.setattr(
            module, "Numbering", lambda dtype: steps.append(np.dtype(dtype).itemsize) or Numbering(dtype)
        )  # type: ignore[func-returns-value]
        counts = ("population", "outlets", "outlets_covered", "sampled", "nonconforming")
        far = 2**20 - 1
        cells = [(1, 1, 1, 1, 0), (far, far, far, far, far - 1), (far, 1, 1, 9, 1), (far, 1, 1, 17, 1)]
        rows = [{"kind": "sampled", **dict(zip(counts, each, strict=True))} for each in cells]
        rows += [{"kind": "full"}, {"kind": "none"}]
        table = pa.table(
            {
                "evaluation": [row // 2 for row in range(6)],
                "indicator": ["1.1.1.1", "1.1.1.2"] * 3,
                **{name: [row.get(name) for row in rows] for name in (*counts, "kind")},
            }
        )
        scored, problems = score_findings(table, small_standard([Fraction(50), Fraction(50)]), shares=True)
        assert problems.num_rows == 0
        found = [row[name] for row in scored.to_pylist() for name in ("1.1.1.1", "1.1.1.2")]
        assert found == ["1", "1/1048575", "8/9", "16/17", "1", "0"]
        assert steps == [8, 8, 8]

    def test_only_evaluations_without_one_sound_finding_for_each_indicator_are_read_as_a_whole(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Evaluation 6 lacks a finding, 7 has an open one, 8 one that is refused, and 9 the same one twice."""
        deletion = {"kind": "not_applicable", "reason": "无", "confirmed_by": "张明", "actual": None}
        plain = full(reason=None, confirmed_by=None, actual=None)
        plain[INDICATORS.index("5.1.2.2")]["actual"] = "10%"
        other = [row | ({"kind": "none"} if row["kind"] == "full" else {"actual": "5%"}) for row in plain]
        alone = [row | (deletion if row["indicator"] in ("5.1.1.1", "5.3.6.1") else {}) for row in plain]
        groups = [
            {"indicator": "5.3.6"} | deletion,
            *(row for row in plain if not row["indicator"].startswith("5.3.6.")),
        ]
        category = [row for row in other if not row["indicator"].startswith("5.2.")] + [{"indicator": "5.2"} | deletion]
        shops = [plain, other, alone, groups, category, [*plain[:9], {"indicator": None}, *plain[9:]]]
        shops += [plain[1:], [row | ({"kind": None} if row is plain[3] else {}) for row in plain]]
        shops += [[row | ({"kind": "ful"} if row is plain[3] else {}) for row in plain], [*plain, plain[3]]]
        names = ("indicator", "kind", "reason", "confirmed_by", "actual")
        table = pa.Table.from_pylist(
            [
                {name: row.get(name) for name in names} | {"evaluation": key}
                for key, of in enumerate(shops)
                for row in of
            ]
        )
        read: list[int] = []
        examined = module._Findings._examined
        monkeypatch.setattr(
            module._Findings,
            "_examined",
            lambda self, evaluation: read.append(evaluation) or examined(self, evaluation),  # type: ignore[func-returns-value]
        )
        for rows in (module.ROWS, 100):
            monkeypatch.setattr(module, "ROWS", rows)
            monkeypatch.setattr(module, "FIRST", min(module.FIRST, rows))
            read.clear()
            scored, problems = score_findings(table, NEWEST, threads=1)
            assert read == [6, 7, 8, 9]
            assert scored["stars"].to_pylist()[:2] == [5, 0]
            assert problems.select(["evaluation", "code"]).to_pylist() == [
                {"evaluation": 6, "code": "missing-finding"},
                {"evaluation": 7, "code": "missing-finding"},
                {"evaluation": 8, "code": "unknown-kind"},
                {"evaluation": 9, "code": "duplicate-key"},
            ]
        tables = {key: table.filter(pa.compute.equal(table["evaluation"], key)) for key in range(len(shops))}
        for chosen, as_a_whole in (((0, 1, 2, 3, 4, 5), []), ((3,), []), ((7, 1), [0])):
            read.clear()
            score_findings(pa.concat_tables([tables[key] for key in chosen]), NEWEST)
            assert read == as_a_whole

    @pytest.mark.parametrize(("kind", "expected"), [("none", [0, 1, 2]), ("ful", [0, 1, 2, 1, 1, 73])])
    def test_findings_of_indicators_without_a_limit_are_judged_together(
        self, monkeypatch: pytest.MonkeyPatch, kind: str, expected: list[int]
    ) -> None:
        """The rows that are read at once: none for the fields of the evaluation, then 5.1.2.2, then the two others.

        If these have a problem they are read one by one, and then the evaluation.
        """
        read: list[int] = []

        def note(rows: Any, *others: Any) -> Any:
            read.append(len(rows))
            return read_rows(rows, *others)

        monkeypatch.setattr(module, "read_rows", note)
        rows = full(actual=None)
        rows[INDICATORS.index("5.1.2.2")]["actual"] = "10%"
        rows[3]["kind"] = kind
        score_findings(pa.Table.from_pylist(rows), NEWEST)
        assert read == expected

    def test_a_finding_with_another_reason_is_not_judged_again(self) -> None:
        scorer = module.FindingsScorer(SCHEMA, NEWEST, "evaluation", (), False, False)
        judged = []
        for reason in ("甲", "乙", "\u3000"):
            table = pa.Table.from_pylist([dict.fromkeys(SCHEMA.names) | row for row in full(reason=reason)], SCHEMA)
            scorer.scored(table, range(1, 74), 1)
            judged.append(len(scorer.judged))
        assert judged == [2, 2, 4]  # "full", and the actual figure of 5.1.2.2; those with a blank reason

    def test_what_is_judged_is_kept_for_the_next_part_unless_it_is_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        scorer = module.FindingsScorer(SCHEMA, NEWEST, "evaluation", (), False, False)
        table = table_of(random_evaluations(20, "kept"))
        for most, is_kept in ((0, True), (-1, False)):
            scorer.scored(table, range(1, table.num_rows + 1), 1)
            judged = scorer.judged
            monkeypatch.setattr(module, "KEPT", max(len(judged), len(scorer.shares.numbers)) + most)
            scorer.scored(table, range(1, table.num_rows + 1), 1)
            assert (scorer.judged is judged) == is_kept
            monkeypatch.undo()

    def test_judged_findings_are_forgotten_when_they_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "KEPT", 0)
        scorer = module.FindingsScorer(SCHEMA, NEWEST, "evaluation", (), False, False)
        for seed in ("one", "two"):
            table = table_of(random_evaluations(5, seed))
            expected = score_findings(table, NEWEST, nodes=())
            assert scorer.scored(table, range(1, table.num_rows + 1), 1).scored.equals(expected.scored)


class TestCells:
    """What a cell is, by the type of its column."""

    @pytest.mark.parametrize(
        ("column", "expected"),
        [
            (pa.array([7, None, 5, 7], pa.uint8()), [3, 0, 1, 3]),
            (pa.array([2**60, None, 5, 2**60]), [1, 0, 2, 1]),
            (pa.array([2**63, None, 5, 2**63], pa.uint64()), [1, 0, 2, 1]),
            (pa.array([3.0, None, float("nan"), -1.0]), [5, 0, 0, 1]),
            (pa.array([3.0, None, float("nan"), -1.5]), [1, 0, 0, 3]),
            (pa.array([float("inf"), None, 1.0, float("inf")]), [1, 0, 2, 1]),
            (pa.array([1.25, None, 1.375, 1.25]), [1, 0, 2, 1]),
            (pa.array([2.0**53, None, 2.0**53 - 1, 2.0**53]), [1, 0, 2, 1]),
            (pa.array([2**54, None, 2**54 - 1, 2**54]), [1, 0, 2, 1]),
            (pa.array([0, None, 2**40, 0]), [1, 0, 2, 1]),
            (pa.array([2**63 + 1, 2**63, 2**63 + 1, 2**64 - 1], pa.uint64()), [1, 2, 1, 3]),
            (pa.array([2**63 + 1, 2**63, 2**63 + 1, 2**63], pa.uint64()), [1, 2, 1, 2]),
            (pa.array([1 - 2**63, -(2**63), 1 - 2**63, -(2**63)]), [1, 2, 1, 2]),
            (pa.array([3.0, None, float("nan"), -1.0], pa.float32()), [5, 0, 0, 1]),
            (pa.array(np.array([3, 0, 5, 3], np.float16)), [4, 1, 6, 4]),
            (pa.array([None, None, None, float("nan")]), [0, 0, 0, 0]),
            (pa.array([None] * 4, pa.int64()), [0, 0, 0, 0]),
            (pa.array(["b", None, "", "b"]), [1, 0, 0, 1]),
            (pa.array(["b", None, "", "b"], pa.large_string()), [1, 0, 0, 1]),
            (pa.array(["", None, "", None]), [0, 0, 0, 0]),
            (pa.array(["b", None, "", "b"]).dictionary_encode(null_encoding="encode"), [1, 0, 0, 1]),
            (pa.array(["", None, "b", "b"]).dictionary_encode(), [0, 0, 1, 1]),
            (pa.array([[1], None, [], [1]]), [1, 0, 2, 1]),
            (pa.array([True, None, False, True]), [1, 0, 2, 1]),
            (pa.array([Decimal("0.5"), None, Decimal("1.0"), Decimal("0.5")], pa.decimal64(3, 1)), [1, 0, 2, 1]),
        ],
    )
    def test_equal_cells_have_equal_numbers_and_empty_ones_have_0(self, column: Any, expected: list[int]) -> None:
        for chunks in ([column], [column.slice(0, 1), column.slice(1, 0), column.slice(1, 2), column.slice(3)]):
            chunked = pa.chunked_array(chunks)
            found = codes.codes_of(chunked).read(0, 4)
            assert [[int(a == b) for a in found] for b in found] == [[int(a == b) for a in expected] for b in expected]
            assert max(found) < codes.codes_of(chunked).size
            assert codes.codes_of(chunked).read(1, 3).tolist() == found[1:3].tolist()
            assert codes.codes_of(chunked).times(10**15, np.int64)(1, 3).tolist() == (found[1:3] * 10**15).tolist()
            assert codes.codes_of(chunked).times(7, np.int32)(1, 3).tolist() == (found[1:3] * 7).tolist()
            assert codes.which_are_empty(chunked).tolist() == [each == 0 for each in expected]

    def test_the_numbers_of_a_column_take_no_more_room_than_their_largest(self) -> None:
        """Of texts 1, 0 and 2, and of whole numbers their distance from the least one, and 1."""
        assert codes.codes_of(pa.chunked_array([["a", None, "b"]])).size == 2 + 1
        assert codes.codes_of(pa.chunked_array([[7, 9]])).size == (9 - 7 + 1) + 1

    @pytest.mark.parametrize(("sample", "few"), [(10, 10), (2, 10), (10, 1)])
    def test_texts_that_are_few_or_many_or_come_late(
        self, monkeypatch: pytest.MonkeyPatch, sample: int, few: int
    ) -> None:
        monkeypatch.setattr(codes, "SAMPLE", sample)
        monkeypatch.setattr(codes, "FEW", few)
        column = pa.chunked_array([["b", "a", None, "b"], ["c", "", "a"]])
        assert codes.codes_of(column).read(0, 7).tolist() == [1, 2, 0, 1, 3, 0, 2]

    @pytest.mark.parametrize("at_once", [1, 2, 100])
    @pytest.mark.parametrize("kind", [pa.int64(), pa.string(), pa.dictionary(pa.int8(), pa.int64())])
    def test_values_are_numbered_as_they_first_occur(
        self, monkeypatch: pytest.MonkeyPatch, kind: Any, at_once: int
    ) -> None:
        monkeypatch.setattr(codes, "AT_ONCE", at_once)
        column = pa.chunked_array([[5, 3, None, 5], [7, 3, None]], pa.int64())
        column = column.dictionary_encode("encode") if pa.types.is_dictionary(kind) else column.cast(kind)
        for threads in (1, 2, 3, len(column)):
            numbers, first = codes.numbered(column, threads)
            assert (numbers.tolist(), first.tolist()) == ([0, 1, 2, 0, 3, 1, 2], [0, 1, 2, 4])

    def test_numbers_that_are_far_apart_are_numbered_in_little_memory(self) -> None:
        for cells in ([0, 2**40, 0], [-(2**40), 0, -(2**40)], [2**60, 3, 2**60]):
            numbers, first = codes.numbered(pa.chunked_array([cells]))
            assert (numbers.tolist(), first.tolist()) == ([0, 1, 0], [0, 1])

    @pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.string()])
    def test_cells_that_are_all_null_have_one_number(self, kind: Any) -> None:
        numbers, first = codes.numbered(pa.chunked_array([pa.nulls(3, kind), pa.nulls(1, kind)]))
        assert (numbers.tolist(), first.tolist()) == ([0, 0, 0, 0], [0])

    @pytest.mark.parametrize("at_once", [2, 100])
    @pytest.mark.parametrize("chunked", [[5, 5, None], [5, 5, None, None, 7, 7], [5]], ids=len)
    @pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.string(), pa.list_(pa.int64())])
    def test_runs_of_equal_cells_are_found_across_chunks_and_threads(
        self, monkeypatch: pytest.MonkeyPatch, kind: Any, chunked: list[int | None], at_once: int
    ) -> None:
        monkeypatch.setattr(codes, "AT_ONCE", at_once)
        cells = [None if cell is None else [cell] if pa.types.is_list(kind) else cell for cell in [*chunked, 8]]
        cells = [str(cell) if cell is not None and pa.types.is_string(kind) else cell for cell in cells]
        column = pa.chunked_array([pa.array(cells[:1], kind), pa.array(cells[1:], kind)])
        expected = [row for row in range(len(cells)) if row == 0 or cells[row] != cells[row - 1]]
        for threads in (1, 2, 3):
            assert np.flatnonzero(codes.begins(column, threads)).tolist() == expected

    def test_characters_by_which_a_text_is_sound(self) -> None:
        """Every character of which one byte decides makes a text, and the others are read as everywhere."""
        texts = [chr(code) for code in range(0x3100) if chr(code).encode("utf-8", "replace") != b"?"]
        texts += [chr(code) for code in range(0x4000, 0xA000)] + ["\u3000\u4e00", " a", " \u2800", ""]
        found = codes.soundness(pa.chunked_array([pa.array(texts)])).read(0, len(texts))
        expected = [0 if text == "" else codes.SOUND if codes.is_text(text) else codes.UNSOUND for text in texts]
        assert found.tolist() == expected

    def test_texts_in_dictionaries_and_what_is_no_text(self) -> None:
        texts = pa.array(["a", "\u3000", None, "", "a"])
        expected = [codes.SOUND, codes.UNSOUND, 0, 0, codes.SOUND]
        for column in (texts, texts.dictionary_encode(), texts.cast(pa.large_string())):
            assert codes.soundness(pa.chunked_array([column])).read(0, 5).tolist() == expected
        assert codes.soundness(pa.chunked_array([texts])).size == len({codes.SOUND, codes.UNSOUND, 0})
        numbers = pa.chunked_array([pa.array([1, None])])
        for column in (numbers, numbers.dictionary_encode("encode")):
            assert codes.soundness(column).read(0, 2).tolist() == [codes.UNSOUND, 0]
