"""Prints what scoring a folder costs. Run by hand: python tests/bench/files.py [FILES]

folder   score_files of that many forms (default: 500), with each number of processes up to the processors, as a ratio to
         the time of one form times their number, divided by the processes
lists    the same evaluation as JSON Lines, as a ratio to load_evaluation and score of each line in turn
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def seconds(run: Callable[[], Any], rounds: int = 1) -> float:
    """The least time of several runs."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return min(times)


def main(count: int) -> None:
    # Not above: a process that reads files imports this program, and would need numpy and Arrow only for that.
    from aftersales import load_evaluation, load_example, load_standard, score, write_workbook
    from aftersales.batch import score_files

    chain = load_example("home-appliance-chain")
    with tempfile.TemporaryDirectory() as folder:
        form = Path(folder, "form.xlsx")
        form.write_bytes(write_workbook(load_standard(), chain))
        forms = Path(folder, "forms")
        forms.mkdir()
        for number in range(count):
            (forms / f"{number:04}.xlsx").write_bytes(form.read_bytes())
        line = json.dumps(chain.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
        lines = Path(folder, "list.jsonl")
        lines.write_text(f"{line}\n" * count, "utf-8")
        of_line = line.encode()
        for workers in range(1, (os.cpu_count() or 1) + 1):
            one = seconds(lambda: score(load_evaluation(form)), 30)
            many = seconds(lambda workers=workers: score_files(forms, nodes=(), workers=workers))  # type: ignore[misc]
            print(
                f"folder, {workers} processes: {many:.2f} s, {many / (count * one / workers):.2f} times the forms alone"
            )
            one = seconds(lambda: score(load_evaluation(of_line)), 30)
            many = seconds(lambda workers=workers: score_files(lines, nodes=(), workers=workers))  # type: ignore[misc]
            print(
                f"lists, {workers} processes: {many:.2f} s, {many / (count * one / workers):.2f} times the lines alone"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
