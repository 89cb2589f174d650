"""The evaluations of scored tables that cannot be ranked or compared, each with every reason (6.1.5, reading R16)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from aftersales.analysis.comparison import are_mixed, needed_to_compare, not_comparable
from aftersales.batch.columns import Array, np, pa
from aftersales.batch.comparison.scored import GROUP, NONE, TYPE, Scored
from aftersales.batch.tables import PROBLEM_TEXTS
from aftersales.problems.errors import cited
from aftersales.problems.violations import Violation, to_problem
from aftersales.text.normalize import plain_name

__all__ = ["Reason", "pairs_of", "reason_table", "rivals_of"]


class Reason(NamedTuple):
    """A reason why an evaluation is not compared.

    Fields:
        key: Its key.
        line: The number of its row, from 1.
        violation: What is wrong.
    """

    key: Any
    line: int
    violation: Violation


def _reasons_of(scored: Scored, row: int, position: int, *path: str) -> Iterator[Violation]:
    """6.1.5, reading R16: a result needs a score, a key, a product category and a size tier to be compared."""
    if scored.rank[row] == NONE:
        yield Violation("not-scored", (*path, "problem"), {"found": scored.problems[row] or "–"})
    if scored.keys[row] is None:
        yield Violation("missing-key", (*path, scored.key), {"key": scored.key})
    # What could not be read does not say its group either.
    for name, value in zip(GROUP, scored.groups[scored.group[row]], strict=True):
        if value is None and scored.rank[row] != NONE:
            yield needed_to_compare(position, name, (*path, name))


def rivals_of(scored: Scored) -> tuple[Array, list[Reason]]:
    """The rows that are ranked, by group and then by score, and the reasons why others are not (6.1.5, reading R16)."""
    reasons: list[Reason] = []

    def left(rows: Sequence[int], why: Callable[[int], Iterable[Violation]]) -> list[int]:
        """The rows that no reason keeps out."""
        found = [(row, list(why(row))) for row in rows]
        reasons.extend(Reason(scored.keys[row], row + 1, each) for row, violations in found for each in violations)
        return [row for row, violations in found if not violations]

    types = scored.types or [None] * len(scored.keys)
    ranked: list[int] = []
    comparable = np.array(left(range(len(scored.keys)), lambda row: _reasons_of(scored, row, row)), np.int64)
    comparable = comparable[np.lexsort((scored.rank[comparable], scored.group[comparable]))]
    for part in np.split(comparable, np.flatnonzero(np.diff(scored.group[comparable])) + 1):
        rivals = part.tolist()
        if are_mixed(types[row] for row in rivals):
            rivals = left(rivals, lambda row: () if types[row] else [needed_to_compare(row, TYPE, (TYPE,))])
        if len(rivals) == 1:
            rivals = left(rivals, lambda _: [Violation("too-few-to-compare", context={"found": 1})])
        ranked += rivals
    return np.array(ranked, np.int64), sorted(reasons, key=attrgetter("line"))


def pairs_of(first: Scored, second: Scored) -> tuple[list[tuple[int, int]], list[Reason]]:
    """The rows of each key in both tables, in the order of the second, and the reasons why others are not compared."""
    rows = {key: row for row, key in enumerate(first.keys) if key is not None}
    pairs: list[tuple[int, int]] = []
    reasons: list[Reason] = []
    for after, key in enumerate(second.keys):
        before = rows.pop(key, None)
        of_after = list(_reasons_of(second, after, 1, "after"))
        if key is not None and before is None:
            of_after.append(Violation("no-counterpart", ("after",), {"found": key}, variant="before"))
        of_before = [] if before is None else list(_reasons_of(first, before, 0, "before"))
        if before is not None:
            reasons += [Reason(key, before + 1, each) for each in of_before]
            of_after += _differing(first, before, second, after)
            if not of_before and not of_after:
                pairs.append((before, after))
        reasons += [Reason(key, after + 1, each) for each in of_after]
    for before, key in enumerate(first.keys):
        if key is None or key in rows:
            of_before = list(_reasons_of(first, before, 0, "before"))
            if key is not None:
                of_before.append(Violation("no-counterpart", ("before",), {"found": key}))
            reasons += [Reason(key, before + 1, each) for each in of_before]
    return pairs, reasons


def _differing(first: Scored, before: int, second: Scored, after: int) -> Iterator[Violation]:
    """6.1.5, reading R16: both results have the same product category and size tier."""
    groups = first.groups[first.group[before]], second.groups[second.group[after]]
    for name, old, new in zip(GROUP, *groups, strict=True):
        is_same = old == new or None in (old, new) or plain_name(old) == plain_name(new)  # the first is the quickest
        if not is_same:
            yield not_comparable(1, name, new, old, ("after", name))


def reason_table(reasons: Sequence[Reason], scored: Scored) -> Any:
    """The reasons as a ``pyarrow.Table``, with keys as in a scored table."""
    problems = [cited(to_problem(reason.violation), scored.standard.clause) for reason in reasons]
    columns = {name: pa.array([getattr(problem, name) for problem in problems], pa.string()) for name in PROBLEM_TEXTS}
    lines = pa.array([reason.line for reason in reasons], pa.int64())
    return pa.table(
        {scored.key: pa.array([reason.key for reason in reasons], scored.key_type), "line": lines, **columns}
    )
