"""Refuse an input with all of its problems.

A :class:`Collector` gathers violations in a ``with`` block and raises one error with all of them. :func:`refusal` is
the error of single violations::

    with Collector(PaperError, in_order_of(data)) as found:
        with found.collect("step"):  # collects a ViolationError under this path, and continues after the block
            step = read_degree(given)
        found.add(Violation("not-a-mapping", ("degrees",)))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from aftersales.problems.errors import AftersalesError, ClauseOf, Path, Problem, Remark, cited
from aftersales.problems.messages import MESSAGES
from aftersales.problems.violations import Violation, ViolationError, to_problem, too_many

__all__ = [
    "MAX_PROBLEMS",
    "Collector",
    "Rank",
    "citing",
    "in_order_of",
    "listed",
    "reading_order",
    "refusal",
    "sorted_by_place",
]

_E = TypeVar("_E", bound=AftersalesError)
_P = TypeVar("_P", Problem, Remark)

MAX_PROBLEMS = 200  # problems of a list; the others are counted

Placed = tuple[Violation, tuple[Any, ...] | None]
"""A violation and its position, which sorts in document order; None if the input has no lines or cells."""

Rank = Callable[[Path], tuple[int, ...]]
"""The sort key of a path in an input without lines."""

Arrange = Callable[[Sequence[Violation]], tuple[Problem, ...]]
"""Makes problems of violations, in the order in which they are shown."""


class Collector:
    """Collects violations, and raises ``error`` with all of them at the end of its block, if there are any.

    ``arrange`` makes problems of them in order; without it they keep the order in which they were found. ``clause_of``
    gives the clauses of the standard that is at hand; it can be set later.
    """

    def __init__(
        self, error: type[AftersalesError], arrange: Arrange | None = None, *, clause_of: ClauseOf | None = None
    ):
        self._error, self._arrange, self.clause_of = error, arrange or in_order_of(None), clause_of
        self._violations: list[Violation] = []

    def add(self, *violations: Violation) -> None:
        """Add violations."""
        self._violations += violations

    @contextmanager
    def collect(self, *path: str | int) -> Iterator[None]:
        """Collect the violations of a ViolationError in the block, with ``path`` before their paths."""
        try:
            yield
        except ViolationError as refused:
            self.add(*(violation.below(*path) for violation in refused.violations))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(raised, ViolationError):
            self.add(*raised.violations)
        elif raised is not None:
            return
        if problems := self._arrange(self._violations):
            raise self._error(citing(problems, self.clause_of)) from None


def citing(problems: Iterable[_P], clause_of: ClauseOf | None) -> tuple[_P, ...]:
    """The problems or remarks with the clauses of the standard at hand; without one, with those of the bundled one."""
    return tuple(problems if clause_of is None else (cited(each, clause_of) for each in problems))


def refusal(error: type[_E], *violations: Violation, clause_of: ClauseOf | None = None) -> _E:
    """The error with these violations as problems, in this order."""
    return error(citing(map(to_problem, violations), clause_of))


def in_order_of(data: Any) -> Arrange:
    """Arrange violations in the order of the parts of plain data."""

    def arrange(violations: Sequence[Violation]) -> tuple[Problem, ...]:
        if not violations:  # the usual case, once for each score
            return ()
        return listed([(violation, None) for violation in violations], reading_order(data), to_problem)

    return arrange


def listed(placed: Iterable[Placed], rank: Rank, word: Callable[..., Problem]) -> tuple[Problem, ...]:
    """The violations as problems in order, at most :data:`MAX_PROBLEMS`; one more problem counts the others.

    ``word`` makes a problem of a violation and its position.
    """
    ordered = sorted_by_place(placed, rank)
    problems = [word(violation, position) for violation, position in ordered[:MAX_PROBLEMS]]
    if len(ordered) > MAX_PROBLEMS:
        problems.append(too_many(MAX_PROBLEMS, len(ordered) - MAX_PROBLEMS))
    return tuple(problems)


def sorted_by_place(placed: Iterable[Placed], rank: Rank) -> list[Placed]:
    """The violations in document order: by line and column, or by ``rank`` without them. Missing parts are last."""

    def key(pair: Placed) -> tuple[Any, ...]:
        violation, position = pair
        return MESSAGES[violation.code].is_missing, position or (0, 0), rank(violation.path)

    return sorted(placed, key=key)


def reading_order(data: Any) -> Rank:
    """The rank of a path in plain data, which is that of its longest part that exists.

    >>> rank = reading_order({"b": 1, "a": [2, 3]})
    >>> rank(("b",)) < rank(("a",)) < rank(("a", 1)), rank(("a", 7)) == rank(("a",))
    (True, True)
    """
    keys: dict[int, tuple[Any, dict[Any, int]]] = {}  # mappings by id(), each with the number of each key

    def numbers(mapping: Mapping[Any, Any]) -> dict[Any, int]:
        if id(mapping) not in keys:
            keys[id(mapping)] = mapping, {key: number for number, key in enumerate(mapping)}
        return keys[id(mapping)][1]

    def rank(path: Path) -> tuple[int, ...]:
        ranks: list[int] = []
        value = data
        for part in path:
            number: int | None = None
            if isinstance(value, Mapping):
                number = numbers(value).get(part)
            elif isinstance(value, list | tuple) and isinstance(part, int) and part < len(value):
                number = part
            if number is None:
                break
            ranks.append(number)
            value = value[part]
        return tuple(ranks)

    return rank
