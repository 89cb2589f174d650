"""Fixtures of tests of tables."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from support.tables import table_of


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A table as Parquet and as CSV."""
    pa.parquet.write_table(table_of(), tmp_path / "in.parquet")
    pa.csv.write_csv(table_of(), tmp_path / "in.csv")
    return tmp_path / "in.parquet", tmp_path / "in.csv"
