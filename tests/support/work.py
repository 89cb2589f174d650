"""What a block of code costs in figures that are the same on every machine and under every load, as a time is not."""

from __future__ import annotations

import cProfile
import gc
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

MIB = 2**20
HANGS = 120  # seconds of processor time; the slowest block takes 5 while coverage is measured, so only a hang is found


class Calls:
    """How many calls of functions a block made; known after the block.

    Fields:
        made: The calls, those of built-in functions and the entries that are taken from a generator included.
    """

    made = 0


@contextmanager
def counted() -> Iterator[Calls]:
    """Counts the calls of functions that the block makes.

    What a single call of C code does (libyaml, a regular expression, a power) is not counted. It fails if it hangs.
    """
    profile, calls = cProfile.Profile(), Calls()
    start = time.process_time()
    profile.enable()
    try:
        yield calls
    finally:
        profile.disable()
    assert time.process_time() - start < HANGS
    calls.made = sum(entry.callcount for entry in profile.getstats())


@contextmanager
def few_calls(calls: int) -> Iterator[None]:
    """The block makes at most so many calls of functions."""
    with counted() as found:
        yield
    assert found.made <= calls, f"{found.made:,} calls, at most {calls:,} are allowed"


@contextmanager
def bounded(calls: int, mib: float) -> Iterator[None]:
    """The block makes at most so many calls of functions, and holds at most so much new memory at any time."""
    thresholds = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # those of Python: what is garbage counts until it is collected
    tracemalloc.start()
    try:
        with few_calls(calls):
            yield
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.set_threshold(*thresholds)
    assert most <= mib * MIB, f"{most / MIB:.1f} MiB, at most {mib} are allowed"
