"""Work on the blocks of a table in several threads: numpy and Arrow release the interpreter's lock as they compute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from aftersales.batch.columns import pa

__all__ = ["in_order", "number_of_threads"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def number_of_threads(threads: int | None) -> int:
    """The number of threads that an argument asks for; None: as many as Arrow uses."""
    if threads is None:
        return int(pa.cpu_count())
    if isinstance(threads, bool) or not isinstance(threads, int):
        raise TypeError(f"threads has to be a whole number or None, not {type(threads).__name__}")
    if threads < 1:
        raise ValueError(f"threads has to be 1 or more, not {threads}")
    return threads


def in_order(function: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Iterator[Result]:
    """The results of a function for all items, in their order. It works on ``threads`` items at once.

    Few items are taken before their results are, so that a stream does not gather in memory.
    """
    if threads == 1 or (isinstance(items, Sized) and len(items) <= 1):
        yield from map(function, items)
        return
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for future in _submitted(pool, function, items):
            waiting.append(future)
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _submitted(
    pool: ThreadPoolExecutor, function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Future[Result]]:
    """The results to come. An exception from ``items`` is the last one, after the results before it."""
    try:
        for item in items:
            yield pool.submit(function, item)
    except Exception as error:
        last: Future[Result] = Future()
        last.set_exception(error)
        yield last
