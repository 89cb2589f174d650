"""Tables of pandas, polars, DuckDB and Dask."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support import engines
from support.tables import IDS, deleting


class TestOtherLibraries:
    """Real tables of pandas, polars and duckdb, in and out."""

    SHARES: dict[str, list[float | None]] = {name: [0.9, 0.6, None] for name in IDS} | {"5.1.1.1": [0.9, 0.6, 1.0]}

    def check(self, scored: pa.Table) -> None:
        assert scored["stars"].to_pylist() == [5, 1, 5]
        assert scored["shop"].to_pylist() == ["A", "B", "C"]
        assert scored["applicable"].to_pylist() == [100, 100, 1]

    def test_a_frame_of_pandas_is_scored(self) -> None:
        frame = pd.DataFrame({"shop": ["A", "B", "C"], **self.SHARES})
        scored = deleting(frame)
        self.check(scored)
        back = scored.to_pandas()
        assert back["final_score"].tolist() == [90.0, 60.0, 100.0]
        self.check(deleting(frame.set_index("shop").reset_index()))
        assert deleting(frame.set_index("shop")).to_pandas().index.tolist() == ["A", "B", "C"]

    def test_a_frame_of_polars_is_scored(self) -> None:
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

    def test_a_relation_of_duckdb_is_scored(self) -> None:
        frame = pa.table({"shop": ["A", "B", "C"], **self.SHARES})
        with duckdb.connect() as connection:
            connection.register("frame", frame)
            self.check(deleting(connection.sql("select * from frame")))
            decimals = ", ".join(f'"{name}"::decimal(5, 3) as "{name}"' for name in IDS)
            scored = deleting(connection.sql(f"select shop, {decimals} from frame"))
            self.check(scored)
            connection.register("scored", scored)
            assert connection.sql('select sum(stars), max("5.1.ratio") from scored').fetchall() == [(11, 1.0)]


@pytest.mark.filterwarnings("ignore")  # what it says of pandas is its own affair
def test_dask_runs_the_lines_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "evaluations").mkdir()
    expected = engines.comparable(engines.write_tables(tmp_path / "evaluations"))
    names = engines.run("Dask", tmp_path)
    scored = names["scored"]
    assert engines.comparable(pa.table(scored)) == expected
    # Rows with a problem make no floats of the stars, and of what is passed nothing that cannot filter.
    assert (str(scored.dtypes["stars"]), str(scored.dtypes["passed"])) == ("int8[pyarrow]", "bool[pyarrow]")
    assert len(scored[scored.passed]) == sum(row["passed"] is True for row in expected) < len(expected) - 3


@pytest.mark.filterwarnings("ignore")
def test_findings_on_dask_score_as_on_one_machine(tmp_path: Path) -> None:
    """The lines of the page: evaluations that the files divide are brought together, and none differs."""
    (tmp_path / "findings").mkdir()
    expected = engines.write_findings(tmp_path / "findings", 60)
    names = engines.run("Dask", tmp_path, "findings")
    assert engines.scored_findings(pa.table(names["scored"])) == engines.scored_findings(expected.scored)
    assert engines.told_problems(pa.table(names["problems"])) == engines.told_problems(expected.problems)
    assert expected.problems.num_rows
