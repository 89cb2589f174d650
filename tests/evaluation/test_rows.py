"""An evaluation from rows, one a finding, as data frames, databases and readers of CSV give them."""

from __future__ import annotations

import collections
import csv
import io
import itertools
import sqlite3
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import aftersales
from aftersales import Evaluation, EvaluationError

STANDARD = "CTS XBHT-S04-2025"
COLUMNS = (
    *("indicator", "kind", "degree", "actual", "at_most", "population", "sampled", "nonconforming"),
    *("reason", "confirmed_by"),
)
CELLS: list[tuple[Any, ...]] = [
    ("5.1.1.1", "full", None, None, None, None, None, None, None, None),
    ("5.1.1.2", "qualitative", 0.6, None, None, None, None, None, "两家门店未设置服务标志", None),
    ("5.1.2.6", "sampled", None, None, None, 120, 80, 4, "四份记录缺签字", None),
    ("5.3.6", "not_applicable", None, None, None, None, None, None, "不销售需回收的商品", "张明、李静"),
    ("5.4.3.2", "quantitative", None, 30, 24, None, None, None, "平均响应 30 小时", None),
    (None,) * 10,
]
DICTS = [dict(zip(COLUMNS, cells, strict=True)) for cells in CELLS]
EXPECTED: dict[str, Any] = {
    "5.1.1.1": "full",
    "5.1.1.2": {"kind": "qualitative", "degree": "0.6", "reason": "两家门店未设置服务标志"},
    "5.1.2.6": {"kind": "sampled", "population": 120, "sampled": 80, "nonconforming": 4, "reason": "四份记录缺签字"},
    "5.3.6": {"kind": "not_applicable", "reason": "不销售需回收的商品", "confirmed_by": ["张明", "李静"]},
    "5.4.3.2": {"kind": "quantitative", "actual": 30, "at_most": 24, "reason": "平均响应 30 小时"},
}
TEAM = [{"name": "张明"}, {"name": "李静"}]


def as_csv() -> csv.DictReader[str]:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *CELLS])
    text.seek(0)
    return csv.DictReader(text)


CONNECTIONS: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True)
def _closed_databases() -> Iterator[None]:
    yield
    while CONNECTIONS:
        CONNECTIONS.pop().close()


def database(*, named: bool) -> sqlite3.Cursor:
    connection = sqlite3.connect(":memory:")
    CONNECTIONS.append(connection)
    if named:
        connection.row_factory = sqlite3.Row
    connection.execute(f"create table findings ({', '.join(COLUMNS)})")
    connection.executemany(f"insert into findings values ({', '.join('?' * len(COLUMNS))})", CELLS)
    return connection.execute("select * from findings")


class SqlalchemyRow:
    def __init__(self, row: dict[str, Any]):
        self._mapping = row


KINDS: dict[str, Any] = {
    "dictionaries": lambda: DICTS,
    "a generator": lambda: (row for row in DICTS),
    "the values of a dict": lambda: dict(enumerate(DICTS)).values(),
    "named tuples": lambda: itertools.starmap(collections.namedtuple("Row", COLUMNS), CELLS),
    "csv": as_csv,
    "a cursor": lambda: database(named=False),
    "rows of sqlite3": lambda: database(named=True).fetchall(),
    "rows of SQLAlchemy": lambda: map(SqlalchemyRow, DICTS),
    "pandas": lambda: pd.DataFrame(DICTS),
    "pandas, its own types": lambda: pd.DataFrame(DICTS).convert_dtypes(),
    "pandas, iterrows": lambda: pd.DataFrame(DICTS).iterrows(),
    "pandas, records": lambda: pd.DataFrame(DICTS).to_dict("records"),
    "pandas, itertuples": lambda: pd.DataFrame(DICTS).itertuples(index=False),
    "pandas, float32": lambda: pd.DataFrame(DICTS).astype({"degree": np.float32}),
    "polars": lambda: pl.DataFrame(DICTS),
    "polars, Float32": lambda: pl.DataFrame(DICTS).with_columns(pl.col("degree").cast(pl.Float32)),
    "polars, rows": lambda: pl.DataFrame(DICTS).iter_rows(named=True),
    "arrow": lambda: pa.Table.from_pylist(DICTS),
    "arrow, a reader": lambda: pa.Table.from_pylist(DICTS).to_reader(),
    "duckdb": lambda: duckdb.from_arrow(pa.Table.from_pylist(DICTS)),
    "duckdb, FLOAT": lambda: duckdb.from_arrow(pa.Table.from_pylist(DICTS)).project(
        "* REPLACE (degree::FLOAT AS degree)"
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_every_library_are_read_alike(kind: str) -> None:
    expected = Evaluation(standard=STANDARD, team=TEAM, findings=EXPECTED)
    assert Evaluation.from_rows(KINDS[kind](), standard=STANDARD, team=TEAM) == expected


def test_rows_that_are_sequences_need_as_many_distinct_columns() -> None:
    assert Evaluation.from_rows(CELLS, columns=iter(COLUMNS), standard=STANDARD) == Evaluation(
        standard=STANDARD, findings=EXPECTED
    )
    with pytest.raises(TypeError, match="a row has 2 cells, and there are 1 columns"):
        Evaluation.from_rows([("5.1.1.1", "full")], columns=["indicator"], standard=STANDARD)
    with pytest.raises(TypeError, match="a column is there twice: indicator, kind, kind"):
        Evaluation.from_rows([], columns=["indicator", "kind", "kind"], standard=STANDARD)


def test_a_whole_evaluation_scores_the_same() -> None:
    evaluation = aftersales.load_example()
    rows = []
    for key, finding in evaluation.findings.items():
        assert finding is not None
        rows.append({"indicator": key} | finding.model_dump(exclude_none=True))
    made = Evaluation.from_rows(pd.DataFrame(rows).drop(columns="evidence"), standard=STANDARD, team=evaluation.team)
    assert aftersales.score(made).final_score == aftersales.score(evaluation).final_score


def as_csv_again(frame: pd.DataFrame) -> csv.DictReader[str]:
    frame["confirmed_by"] = frame["confirmed_by"].str.join("、")
    return csv.DictReader(io.StringIO(frame.to_csv(index=False)))


TABLES: dict[str, Any] = {
    "arrow": lambda table: table,
    "polars": pl.from_arrow,
    "pandas": lambda table: table.to_pandas(),
    "csv": lambda table: as_csv_again(table.to_pandas()),
    "only exact": lambda table: table.drop_columns(["degree", "actual", "at_most", "at_least"]),
}


@pytest.mark.parametrize(
    "cell", ["张明、李静", " 张明，李静", "张明, 李静", "张明；李静；", "张明;\n李静", ["张明", "李静"]]
)
def test_names_in_a_cell_are_divided_as_in_a_form(cell: Any) -> None:
    row = {"indicator": "5.3.6", "kind": "not_applicable", "reason": "无", "confirmed_by": cell}
    finding = Evaluation.from_rows([row], standard=STANDARD)["5.3.6"]
    assert isinstance(finding, aftersales.NotApplicable)
    assert finding.confirmed_by == ("张明", "李静")


@pytest.mark.parametrize("cell", [" ", "、", "，；"])
def test_a_cell_that_names_nobody_is_refused(cell: str) -> None:
    row = {"indicator": "5.3.6", "kind": "not_applicable", "reason": "无", "confirmed_by": cell}
    with pytest.raises(EvaluationError) as caught:
        Evaluation.from_rows([row], standard=STANDARD)
    assert [(each.code, each.path) for each in caught.value.problems] == [("blank", "findings[5.3.6].confirmed_by[0]")]


class TestTheTableOfAnEvaluation:
    FINDINGS = EXPECTED | {
        "5.1.1.3": {
            "kind": "qualitative",
            "degree": "1/3",
            "row": 0,
            "reason": "甲",
            "measure": "乙",
            "strength": "丙",
        },
        "5.1.1.4": {"kind": "sampled", "outlets": 12, "outlets_covered": 12, "sampled": 36, "nonconforming": 3},
        "5.1.1.5": None,
        "5.1.2.2": {"kind": "quantitative", "actual": "0.08000000000000000000001"},
    }
    MADE = Evaluation(standard=STANDARD, team=TEAM, findings=FINDINGS)

    @pytest.mark.parametrize("way", TABLES)
    def test_the_table_of_an_evaluation_is_read_back_the_same(self, way: str) -> None:
        assert Evaluation.from_rows(TABLES[way](self.MADE.to_table()), standard=STANDARD, team=TEAM) == self.MADE

    def test_what_was_written_in_percent_stays_a_proportion(self) -> None:
        """A bare 1 beside the 10 % of 5.1.2.2 may be 1 % or 100 % (6.2.2), and is refused."""
        findings: dict[str, Any] = {
            "5.1.2.2": {"kind": "quantitative", "actual": "100%"},
            "5.4.3.2": {"kind": "quantitative", "actual": "150.5%", "at_most": "100%"},
            "5.4.3.1": {"kind": "quantitative", "actual": "8%", "at_least": "1/3"},
        }
        made = Evaluation(standard=STANDARD, findings=findings)
        table = made.to_table()
        assert table["actual_exact"].to_pylist() == ["100%", "150.5%", "0.08"]
        assert table["at_most_exact"].to_pylist() == [None, "100%", None]
        back = Evaluation.from_rows(table, standard=STANDARD)
        assert (back, aftersales.remarks(back)) == (made, aftersales.remarks(made))

    def test_what_was_changed_without_its_exact_number_is_refused(self) -> None:
        frame = self.MADE.to_table().to_pandas().set_index("id", drop=False)
        frame.loc["5.1.1.3", "degree"] = 0.5
        frame.loc["5.1.2.2", "actual_exact"] = "0,08"
        with pytest.raises(EvaluationError) as caught:
            Evaluation.from_rows(frame, standard=STANDARD, team=TEAM)
        told = [(problem.code, problem.path, problem.line) for problem in caught.value.problems]
        assert told == [
            ("exact-differs", "findings[5.1.1.3].degree", 6),
            ("exact-differs", "findings[5.1.2.2].actual", 9),
            ("not-a-number", "findings[5.1.2.2].actual", 9),
        ]
        assert "the number is '0.5', and degree_exact has '1/3'" in caught.value.problems[0].message
        changed = frame.drop(columns="degree_exact").drop(index=["5.1.1.3", "5.1.2.2"])
        changed.loc["5.1.1.2", "degree"] = 0.5
        assert Evaluation.from_rows(changed, standard=STANDARD)["5.1.1.2"].degree == Fraction(1, 2)  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        "finding",
        [
            {"kind": "qualitative", "degree": "1e-100%"},
            {"kind": "qualitative", "degree": Fraction(10**400 - 1, 10**400 + 7)},
            {"kind": "quantitative", "actual": Fraction(10**200, 3), "at_most": 10**199},
            {"kind": "quantitative", "actual": 10**400, "at_most": 10**401},
            {"kind": "quantitative", "actual": "1e99%", "at_most": "99e100%"},
            {"kind": "quantitative", "actual": "1e-100%", "at_most": "150%"},
        ],
    )
    def test_the_table_of_findings_with_long_numbers_is_read(self, finding: dict[str, Any]) -> None:
        evaluation = Evaluation(standard=STANDARD, findings={"5.1.1.1": finding})
        table = evaluation.to_table()
        assert Evaluation.from_rows(table, standard=STANDARD).findings == evaluation.findings

    def test_a_long_text_that_is_no_number_is_reported(self) -> None:
        row = {"id": "5.1.1.1", "kind": "qualitative", "degree": 0.5, "degree_exact": "0.5" + "x" * 100}
        assert problems([row]) == [
            ("exact-differs", "findings[5.1.1.1].degree", 1, 4),
            ("number-too-long", "findings[5.1.1.1].degree", 1, 4),
        ]

    def test_an_id_beside_an_indicator_is_no_column(self) -> None:
        assert problems([{"id": 7, "indicator": "5.1.1.1", "kind": "full"}]) == [("unknown-key", "id", 1, 1)]


def problems(rows: Any, **facts: Any) -> list[tuple[str, str, int | None, int | None]]:
    with pytest.raises(EvaluationError) as caught:
        Evaluation.from_rows(rows, **({"standard": STANDARD} | facts))
    return [(problem.code, problem.path, problem.line, problem.column) for problem in caught.value.problems]


class TestProblems:
    def test_all_problems_of_rows_are_reported_at_their_row_and_column(self) -> None:
        rows = [
            {"indicator": "5.1.1.1", "kind": "qualitative", "degree": "0,6"},
            {"indicator": "5.1.1.1", "kind": "full"},
            {"indicator": "", "kind": "", "degree": None},
            {"indicator": None, "kind": "full"},
            {"indicator": 5.1, "kind": "full"},
            {"indicator": "5.1.1.2", "kind": "qualitative ", "degree": 1},
            {"indicator": "5.1.1.3", "kind": "sampled", "population": 3, "sampled": 5, "nonconforming": 0},
            {"indicator": "5.1.1.4", "kind": "qualitative", "degree": 1, "population": 7},
            {"indicator": "5.1.1.5", "degree": 1},
            {"indicator": "5.1.2.1", "kind": "qualitative"},
        ]
        assert problems(rows) == [
            ("not-a-number", "findings[5.1.1.1].degree", 1, 3),
            ("duplicate-key", "findings[5.1.1.1]", 2, 1),
            ("missing-key", "findings", 4, 1),
            ("not-text", "findings", 5, 1),
            ("unknown-kind", "findings[5.1.1.2].kind", 6, 2),
            ("sampled-exceeds-population", "findings[5.1.1.3].sampled", 7, 4),
            ("unknown-key", "findings[5.1.1.4].population", 8, 4),
            ("missing-kind", "findings[5.1.1.5].kind", 9, 1),
            ("missing-key", "findings[5.1.2.1].degree", 10, 1),
        ]

    @pytest.mark.parametrize(
        ("kind", "cells", "column"),
        [
            ("full", {"degree": 0.5}, 3),
            ("full", {"degree": "60%"}, 3),
            ("full", {"degree": 60}, 3),
            ("full", {"degree": "六成"}, 3),
            ("full", {"degree": np.float32(0.9)}, 3),
            ("full", {"degree_exact": "1/3"}, 3),
            ("none", {"reason": "无记录", "degree": "0.9"}, 4),
            ("none", {"degree": 1}, 3),
            ("none", {"degree": True}, 3),
        ],
    )
    def test_a_degree_that_contradicts_its_kind_is_reported_at_its_cell(
        self, kind: str, cells: dict[str, Any], column: int
    ) -> None:
        """The kind was left as it was when the degree was written, or the other way round."""
        told = [("unused-cell", "findings[5.1.1.1].degree", 1, column)]
        assert problems([{"indicator": "5.1.1.1", "kind": kind, **cells}]) == told

    @pytest.mark.parametrize(
        ("kind", "degree"), [("full", 1), ("full", "100%"), ("full", 1.0), ("none", 0), ("none", "0%"), ("full", None)]
    )
    def test_a_degree_that_repeats_its_kind_is_accepted(self, kind: str, degree: Any) -> None:
        made = Evaluation.from_rows([{"indicator": "5.1.1.1", "kind": kind, "degree": degree}], standard=STANDARD)
        assert made == Evaluation(standard=STANDARD, findings={"5.1.1.1": kind})

    def test_a_column_that_is_unknown_is_reported_once(self) -> None:
        rows = [
            {"indicator": "5.1.1.1", "degre": None, "kind": "full"},
            {"indicator": "5.1.1.2", "degre": 1, "kind": "none"},
        ]
        rows += [{"indicator": "5.1.1.3", "degre": 1, "kind": "none", None: ["x"]}]  # type: ignore[dict-item]
        with pytest.raises(EvaluationError) as caught:
            Evaluation.from_rows(rows, standard=STANDARD)
        first, second = caught.value.problems
        assert (first.code, first.path, first.line, first.column) == ("unknown-key", "degre", 2, 2)
        assert "did you mean 'degree'?" in first.message
        assert (second.code, second.line, second.column) == ("unknown-key", 3, 4)

    def test_a_fact_is_named_without_a_row(self) -> None:
        assert problems(DICTS, team=[{"name": ""}]) == [("blank", "team[0].name", None, None)]

    def test_rows_without_end_are_refused(self) -> None:
        endless = itertools.repeat({"indicator": "5.1.1.1", "kind": "full"})
        assert problems(endless) == [("too-many-values", "", 20_001, 1)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (None, "rows has to be a data frame, a cursor or an iterable of rows, not NoneType"),
        ("5.1.1.1", "rows has to be a data frame, a cursor or an iterable of rows, not str"),
        ({"5.1.1.1": "full"}, "rows has to be a data frame, a cursor or an iterable of rows, not dict"),
        ([("5.1.1.1", "full")], "a row has to be a mapping, or a sequence of cells beside columns=…, not tuple"),
        (["5.1.1.1"], "a row has to be a mapping, or a sequence of cells beside columns=…, not str"),
    ],
)
def test_what_is_no_row_is_a_mistake_of_the_program(rows: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Evaluation.from_rows(rows, standard=STANDARD)


def test_the_rows_are_the_findings() -> None:
    with pytest.raises(TypeError, match="the rows are the findings"):
        Evaluation.from_rows(DICTS, standard=STANDARD, findings={})
