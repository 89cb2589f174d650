"""Work on the blocks of a table in several threads: numpy and Arrow release the interpreter's lock as they compute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from aftersales.batch.columns import pa
from aftersales.problems.collector import refusal
from aftersales.problems.errors import EvaluationError
from aftersales.problems.violations import Violation

__all__ = ["ensure_some", "in_order", "in_parts", "number_of_threads"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def number_of_threads(threads: int | None) -> int:
    """The number of threads that an argument asks for; None: as many as Arrow uses."""
    if threads is None:
        return int(pa.cpu_count())
    ensure_some("threads", threads)
    return threads


def ensure_some(name: str, number: object) -> None:
    """Refuse an argument that is no number of threads or of processes (``no-threads``, ``no-workers``).

    Raises TypeError for what is no whole number, and :class:`~aftersales.EvaluationError` for one below 1.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"{name} has to be a whole number or None, not {type(number).__name__}")
    if number < 1:
        raise refusal(EvaluationError, Violation(f"no-{name}", (name,), {"found": number}))


def in_order(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    threads: int,
    is_large: Callable[[Item], bool] = lambda item: True,
) -> Iterator[Result]:
    """The results of a function for all items, in their order. It works on ``threads`` large items at once.

    Each step takes the interpreter's lock, so that threads with small items would wait for each other. Few items of a
    stream are taken before their results are, so that it does not gather in memory.
    """
    if threads == 1 or (isinstance(items, Sized) and len(items) <= 1):
        yield from map(function, items)
        return
    ahead = len(items) if isinstance(items, Sized) else threads
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for future in _submitted(pool, function, items, is_large):
            waiting.append(future)
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def in_parts(function: Callable[[slice], Result], rows: int, threads: int, least: int) -> list[Result]:
    """The results of a function for as many equal parts of a number of rows, each of at least ``least`` rows."""
    size = max(least, -(-rows // threads))
    return list(in_order(function, [slice(start, min(start + size, rows)) for start in range(0, rows, size)], threads))


def _submitted(
    pool: ThreadPoolExecutor,
    function: Callable[[Item], Result],
    items: Iterable[Item],
    is_large: Callable[[Item], bool],
) -> Iterator[Future[Result]]:
    """The results to come. An exception from ``items`` is the last one, after the results before it."""
    try:
        for item in items:
            if is_large(item):
                yield pool.submit(function, item)
            else:
                done: Future[Result] = Future()
                done.set_result(function(item))
                yield done
    except Exception as error:
        last: Future[Result] = Future()
        last.set_exception(error)
        yield last
