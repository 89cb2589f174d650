"""The scripts that are run by hand (benchmarks) or apart (fuzzing) know the names of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("folder", ["bench", "fuzz"])
def test_every_script_can_be_imported(folder: str) -> None:
    names = [file.stem for file in sorted((HERE / folder).glob("*.py"))]
    assert names
    code = f"import sys; sys.path[:0] = {[str(HERE / folder), str(HERE)]}; import {', '.join(names)}"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_the_cost_of_reading_is_printed_for_each_format() -> None:
    done = subprocess.run([sys.executable, HERE / "bench/reading.py"], check=True, capture_output=True, text=True)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["json", "yaml"]
