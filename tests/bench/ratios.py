"""Prints how fast the library is, as ratios to bare work done in the same run. Run by hand: python tests/bench/ratios.py

Each pair is measured in turns, many times. Two ratios are printed: the median of the ratios, and the ratio of the least
times. On a quiet machine they are nearly the same. Where other processes share the caches of the processor, the median
grows with their work: the bare loop needs no memory, and the library does. The least times hold there too. Garbage
collection plays no part: what a call makes is freed when it ends, before Python would search for it.

    score       an evaluation to its scorecard: as load_evaluation   against  a bare integer loop over the 73 points,
                gives it, checked already; or built by hand, and              to the stars
                checked when it is scored for the first time
    load+score  a dict, validated, checked, scored, to its stars     against  the same loop
    cold        `aftersales score FILE`, a whole process             against  a process that imports yaml and pydantic
                                                                              and defines one model

The command is measured as it is installed, with its byte code: Python may write it, whatever the environment says.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

import aftersales
from aftersales.standard.editions import data_folder

EXAMPLE = data_folder() / "examples" / "home-appliance-chain.yaml"
POINTS = [int(indicator.points * 10) for indicator in aftersales.load_standard().indicators]
SHARES = [100, 60, 90, 85] * 18 + [100]
LIMITS = (60, 70, 75, 80, 90)


def bare_loop() -> int:
    """What the arithmetic costs without a library: 73 multiplications and additions, and the star."""
    earned = applicable = 0
    for points, share in zip(POINTS, SHARES, strict=True):
        if share is not None:
            earned += points * share
            applicable += points
    stars = 0
    for limit in LIMITS:
        if earned >= limit * applicable:
            stars += 1
    return stars


def plain(path: Path, *, with_evidence: bool) -> dict[str, object]:
    """The example as plain data, as a program would hold it."""
    data: dict[str, object] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    findings = data["findings"]
    assert isinstance(findings, dict)
    if not with_evidence:
        data["findings"] = {
            key: {name: part for name, part in value.items() if name != "evidence"}
            if isinstance(value, dict)
            else value
            for key, value in findings.items()
        }
    return data


def ratio(
    work: Callable[[], object], base: Callable[[], object], *, rounds: int = 60, burst: int = 20
) -> tuple[float, float, float]:
    """The median ratio of the two, measured in turns, the ratio of their least times, and that of ``work`` in seconds."""
    ratios, times, base_times = [], [], []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(burst):
            base()
        middle = time.perf_counter()
        for _ in range(burst):
            work()
        end = time.perf_counter()
        ratios.append((end - middle) / (middle - start))
        times.append((end - middle) / burst)
        base_times.append((middle - start) / burst)
    return statistics.median(ratios), min(times) / min(base_times), min(times)


def process(*command: str) -> Callable[[], object]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


def main() -> None:
    evaluation = aftersales.load_evaluation(EXAMPLE)
    full, lean = plain(EXAMPLE, with_evidence=True), plain(EXAMPLE, with_evidence=False)
    fresh = iter([aftersales.Evaluation.model_validate(full) for _ in range(1200)])
    one_model = "import yaml, pydantic\nclass M(pydantic.BaseModel):\n    a: int"
    cold = process(sys.executable, "-m", "aftersales", "score", str(EXAMPLE))
    rows = [
        ("score, loaded", ratio(lambda: aftersales.score(evaluation), bare_loop), 10),
        ("score, loaded, to its stars", ratio(lambda: aftersales.score(evaluation).stars, bare_loop), 10),
        ("score, built by hand", ratio(lambda: aftersales.score(next(fresh)), bare_loop), 10),
        ("load+score, reasons", ratio(lambda: aftersales.score(aftersales.load_evaluation(lean)).stars, bare_loop), 45),
        (
            "load+score, evidence too",
            ratio(lambda: aftersales.score(aftersales.load_evaluation(full)).stars, bare_loop),
            45,
        ),
        ("cold command", ratio(cold, process(sys.executable, "-c", one_model), rounds=15, burst=1), 1.3),
    ]
    print(f"Python {sys.version.split()[0]}, {EXAMPLE.name}: {len(evaluation.findings)} findings")
    for name, (median, least, seconds), goal in rows:
        print(f"{name:28} {median:7.2f} x bare, {least:7.2f} by least times (goal {goal:>4}; {seconds * 1e3:8.3f} ms)")


if __name__ == "__main__":
    main()
