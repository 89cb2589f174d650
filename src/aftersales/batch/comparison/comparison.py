"""Compare the evaluations of scored tables (6.1.5, reading R16), many at once.

The rules are those of :mod:`aftersales.analysis.comparison`: only results of one group are ranked, by their exact
scores. Each evaluation that cannot be ranked or compared is named, with every reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from operator import attrgetter, itemgetter, methodcaller
from typing import Any, NamedTuple

from aftersales.analysis.columns import INDICATOR
from aftersales.analysis.comparison import not_comparable
from aftersales.analysis.many import TableComparison, TableProgress
from aftersales.batch.columns import Array, np, pa
from aftersales.batch.comparison.losses import Loss, exact_sum, losses_of
from aftersales.batch.comparison.reasons import pairs_of, reason_table, rivals_of
from aftersales.batch.comparison.scored import GROUP, NONE, TYPE, Group, Scored
from aftersales.batch.tables import handed_over, standard_text
from aftersales.files.arrow import ArrowColumn, arrow_table
from aftersales.problems.collector import Collector, refusal
from aftersales.problems.errors import AdviceError, EvaluationError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Indicator
from aftersales.text.number_format import printed

__all__ = ["compare_table", "progress_table"]

SIDES = ("before", "after")
TEXT = pa.string()


def compare_table(scored: Any, standard: Standard | None = None, *, key: str = "evaluation") -> TableComparison:
    """Rank the evaluations of a scored table in their groups, and add up their stars and losses (6.1.5).

    ``scored`` is a result of :func:`score_table`, :func:`score_batches` or :func:`score_findings` with ``exact=True``,
    as any object with ``__arrow_c_stream__``. A row is an evaluation, with its name or number in the column ``key``,
    its ``product_category`` and ``size_tier``, and, if it is known, its ``type`` (``third_party`` or ``self``). With
    ``shares=True`` it also has the shares of all indicators, from which the losses are added up. ``standard`` is that
    of the scores; without it, the one that the metadata of the table name.

    As by :func:`~aftersales.compare`, only results of one category and one tier are ranked, by their exact scores, if
    there are two of them. An evaluation that cannot be ranked is in ``unranked``, with every reason. One that has no
    score is counted, and is part of no sum.

    Raises :class:`~aftersales.EvaluationError` with all problems of the table: columns that are missing, twice or of
    another type; scores that are none; a key that occurs twice (``repeated-key``); a row whose shares do not give its
    score (``shares-differ``), or whose stars or final score are not those of its exact score (``figures-differ``); a
    standard that is not named, or is another one.

    >>> import pyarrow
    >>> from aftersales import load_standard
    >>> from aftersales.batch import score_table
    >>> standard = load_standard(edition="2025-12-04")
    >>> shares = {indicator.id: [1, 1, 1] for indicator in standard.indicators} | {"5.1.1.1": [0.4, 0.9, None]}
    >>> shops = {"evaluation": ["甲", "乙", "丙"], "product_category": ["家电"] * 3, "size_tier": ["中型"] * 3}
    >>> scored = score_table(pyarrow.table(shops | shares), standard, nodes=(), exact=True, shares=True)
    >>> comparison = compare_table(scored)
    >>> comparison.ranking.select(["place", "evaluation", "printed_score"]).to_pylist()
    [{'place': 1, 'evaluation': '乙', 'printed_score': '99.90'},
     {'place': 2, 'evaluation': '甲', 'printed_score': '99.40'}]
    >>> comparison.losses.select(["id", "losing", "lost_exact"]).to_pylist()[0]
    {'id': '5.1.1.1', 'losing': 2, 'lost_exact': '0.7'}
    >>> comparison.unranked.select(["evaluation", "message"]).to_pylist()
    [{'evaluation': '丙', 'message': 'the evaluation has no score: null-share: 5.1.1.1'}]
    """
    with Collector(EvaluationError) as found:
        read = Scored(_arrow(scored), standard, key)
        found.clause_of = read.standard.clause
        rows = np.flatnonzero(read.rank != NONE)
        sums = _sums(read, rows, read.group[rows], len(read.groups))
        losses = _losses([read], [rows], read.groups, read.group[rows]) if read.has_shares else None
    ranked, reasons = rivals_of(read)
    return TableComparison(
        read.standard,
        _group_table(read, rows, sums, ranked),
        _ranking(read, ranked),
        _star_table(read, rows),
        None if losses is None else arrow_table(_placed(losses), [*_GROUPED, _PLACE, *_INDICATOR, *_LOSS]),
        reason_table(reasons, read),
    )


def progress_table(
    before: Any, after: Any, standard: Standard | None = None, *, key: str = "evaluation"
) -> TableProgress:
    """Compare the evaluations of two scored tables by their key: the change from the first to the second (6.1.5).

    The tables are as for :func:`compare_table`. A key is compared if both tables have it with a score, in the same
    product category and size tier. Every other key is in ``uncompared`` with every reason, such as that it is in one
    table only (``no-counterpart``).

    Raises :class:`~aftersales.EvaluationError` as :func:`compare_table` does, with the problems of both tables, and
    :class:`~aftersales.AdviceError` if they were scored by two standards or editions (``not-comparable``).

    >>> import pyarrow
    >>> from aftersales import load_standard
    >>> from aftersales.batch import score_table
    >>> standard = load_standard(edition="2025-12-04")
    >>> def year(**degrees):
    ...     shops = {"evaluation": list(degrees), "product_category": ["家电"] * 2, "size_tier": ["中型"] * 2}
    ...     shares = {indicator.id: [1, 1] for indicator in standard.indicators} | {"5.1.1.1": list(degrees.values())}
    ...     return score_table(pyarrow.table(shops | shares), standard, nodes=(), exact=True)
    >>> progress = progress_table(year(甲=0.4, 乙=0.9), year(甲=0.5, 丙=1.0))
    >>> progress.changes.select(["evaluation", "difference_exact", "stars_before", "stars_after"]).to_pylist()
    [{'evaluation': '甲', 'difference_exact': '0.1', 'stars_before': 5, 'stars_after': 5}]
    >>> progress.uncompared["message"].to_pylist()
    ["'丙' is in the second table only", "'乙' is in the first table only"]
    """
    tables = [_arrow(before), _arrow(after)]
    read: list[Scored] = []
    with Collector(EvaluationError) as found:
        for name, table in zip(SIDES, tables, strict=True):
            with found.collect(name):
                read.append(Scored(table, standard, key))
                found.clause_of = read[-1].standard.clause
        if len({each.key_type for each in read}) > 1:
            context = {side: str(each.key_type) for side, each in zip(SIDES, read, strict=True)}
            found.add(Violation("unlike-keys", ("after", key), context))
    first, second = read
    names = [standard_text(each.standard) for each in read]
    if names[0] != names[1]:
        violation = not_comparable(1, "standard", names[1], names[0], (1, "standard"))
        raise refusal(AdviceError, violation, clause_of=second.standard.clause)
    pairs, reasons = pairs_of(first, second)
    rows = [np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1)]
    group = second.group[rows[1]]
    losses = None
    if first.has_shares and second.has_shares:
        with Collector(EvaluationError, clause_of=second.standard.clause):
            losses = _losses(read, rows, second.groups, group)
    return TableProgress(
        second.standard,
        _change_table(first, second, *rows),
        _star_change_table(first, second, *rows),
        None if losses is None else arrow_table(_by_rise(losses), [*_GROUPED, *_INDICATOR, *_RISE]),
        reason_table(reasons, second),
    )


def _arrow(table: Any) -> Any:
    return table if isinstance(table, pa.Table) else handed_over(table, pa.table)


# --- sums ------------------------------------------------------------------------------------------------------------


class _Lost(NamedTuple):
    """A row of losses: a group, an indicator, how many evaluations it is of, and what they lose in each table."""

    group: Group
    indicator: Indicator
    scored: int
    losses: Sequence[Loss]
    place: int = 0

    def mean(self, side: int = 0) -> Fraction:
        return self.losses[side].lost / self.scored

    def rise(self) -> Fraction:
        return self.mean(1) - self.mean(0)


def _sums(scored: Scored, rows: Array, group: Array, count: int) -> list[Fraction]:
    """The sum of the scores of these rows in each group."""
    size = max(len(scored.scores), 1)
    pairs, counts = np.unique(group * size + scored.rank[rows], return_counts=True)
    of: list[list[tuple[Fraction, int]]] = [[] for _ in range(count)]
    for pair, number in zip(pairs.tolist(), counts.tolist(), strict=True):
        of[pair // size].append((scored.scores[pair % size], number))
    return [exact_sum(numbers, "exact_score") for numbers in of]


def _losses(
    tables: Sequence[Scored],
    rows: Sequence[Array],
    groups: Sequence[Group],
    group: Array,
) -> list[list[_Lost]]:
    """The losses of each indicator, by group, where a group has evaluations."""
    counts = np.bincount(group, minlength=len(groups)).tolist()
    sides = [
        losses_of(scored.table, scored.standard, of, group, len(groups))
        for scored, of in zip(tables, rows, strict=True)
    ]
    indicators = tables[0].standard.indicators
    return [
        [_Lost(name, indicator, count, losses) for indicator, *losses in zip(indicators, *of_sides, strict=True)]
        for name, count, *of_sides in zip(groups, counts, *sides, strict=True)
        if count
    ]


def _placed(groups: Sequence[Sequence[_Lost]]) -> Iterator[_Lost]:
    """The rows of each group, the largest loss first, with their places, which equal losses share."""
    for rows in groups:
        ordered = sorted(rows, key=lambda row: -row.losses[0].lost)
        place = 0
        for number, row in enumerate(ordered, 1):
            place = place if number > 1 and row.losses[0].lost == ordered[number - 2].losses[0].lost else number
            yield row._replace(place=place)


def _by_rise(groups: Sequence[Sequence[_Lost]]) -> Iterator[_Lost]:
    """The rows of each group, the largest rise of the loss first."""
    for rows in groups:
        yield from sorted(rows, key=lambda row: -row.rise())


# --- tables ----------------------------------------------------------------------------------------------------------

_GROUPED = tuple(ArrowColumn(name, "text", attrgetter(name)).of(0) for name in GROUP)
_PLACE = ArrowColumn("place", "count", attrgetter("place"))
_INDICATOR = tuple(column.of(1) for column in (*INDICATOR, ArrowColumn("points", "number", attrgetter("points"))))
_LOSS = (
    ArrowColumn("evaluations", "count", lambda row: row.losses[0].applicable),
    ArrowColumn("losing", "count", lambda row: row.losses[0].losing),
    ArrowColumn("lost", "number", lambda row: row.losses[0].lost),
    ArrowColumn("mean_lost", "number", _Lost.mean),
)
_RISE = (
    ArrowColumn("mean_lost_before", "number", lambda row: row.mean(0)),
    ArrowColumn("mean_lost_after", "number", lambda row: row.mean(1)),
    ArrowColumn("difference", "number", _Lost.rise),
)


_COUNTS = ("evaluations", "scored", "ranked", "passed")
_SCORES = ("mean_score", "median_score", "lowest_score", "highest_score")


def _cells(values: Sequence[Any], rows: Array, kind: Any = TEXT) -> Any:
    return pa.array([values[row] for row in rows.tolist()], kind)


def _names_of(scored: Scored, group: Array) -> dict[str, Any]:
    """The columns of the group of each row."""
    names = {name: pa.array([getattr(each, name) for each in scored.groups], pa.string()) for name in GROUP}
    return {name: values.take(pa.array(group)) for name, values in names.items()}


def _group_table(scored: Scored, rows: Array, sums: Sequence[Fraction], ranked: Array) -> Any:
    size = len(scored.groups)
    passed = rows[scored.stars[scored.rank[rows]] > 0]  # 6.3.2: one star is the pass line
    counts = [np.bincount(scored.group[of], minlength=size) for of in (slice(None), rows, ranked, passed)]
    ordered = scored.rank[rows[np.lexsort((scored.rank[rows], scored.group[rows]))]]
    found: list[dict[str, Fraction]] = []
    ends = np.cumsum(counts[1]).tolist()
    for end, count, total in zip(ends, counts[1].tolist(), sums, strict=True):
        ranks = ordered[end - count : end]
        if not count:
            found.append({})
            continue
        upper, lower, lowest, highest = (scored.scores[ranks[at]] for at in ((count - 1) // 2, count // 2, -1, 0))
        found.append(dict(zip(_SCORES, (total / count, (upper + lower) / 2, lowest, highest), strict=True)))
    table = arrow_table(found, [ArrowColumn(name, "number", methodcaller("get", name)) for name in _SCORES])
    columns = _names_of(scored, np.arange(size)) | dict(zip(_COUNTS, map(pa.array, counts), strict=True))
    return pa.table(columns | {name: table[name] for name in table.column_names})


def _ranking(scored: Scored, ranked: Array) -> Any:
    """The ranked rows with their places: equal scores of a group share one, and the next place is skipped."""
    rank, group = scored.rank[ranked], scored.group[ranked]
    starts = np.diff(group, prepend=-1) != 0
    rises = starts | (np.diff(rank, prepend=-1) != 0)
    number = np.arange(len(ranked))
    first, tied = (np.maximum.accumulate(np.where(flags, number, 0)) for flags in (starts, rises))
    types = {} if scored.types is None else {TYPE: _cells(scored.types, ranked)}
    standard = scored.standard
    columns = [
        ArrowColumn("final_score", "number", lambda score: score),
        ArrowColumn("printed_score", "text", lambda score: printed(score, standard.limits)),
        ArrowColumn("stars", "count", standard.stars_of),
    ]
    scores = arrow_table(scored.scores, columns).take(pa.array(rank))
    return pa.table(
        _names_of(scored, group)
        | {"place": pa.array(tied - first + 1)}
        | {scored.key: _cells(scored.keys, ranked, scored.key_type)}
        | types
        | {name: scores[name] for name in scores.column_names}
    )


def _star_table(scored: Scored, rows: Array) -> Any:
    """Each number of stars in each group, and how many of the scored evaluations have it."""
    size = scored.standard.stars[-1].stars + 1
    pairs = scored.group[rows] * size + scored.stars[scored.rank[rows]]
    counts = np.bincount(pairs, minlength=len(scored.groups) * size)
    numbers = np.arange(len(counts))
    totals = np.bincount(scored.group[rows], minlength=len(scored.groups))[numbers // size]
    share = ArrowColumn("share", "number", lambda pair: Fraction(*pair) if pair[1] else None)
    table = arrow_table(zip(counts.tolist(), totals.tolist(), strict=True), [share])
    columns = {"stars": pa.array(numbers % size), "evaluations": pa.array(counts)}
    return pa.table(_names_of(scored, numbers // size) | columns | {name: table[name] for name in table.column_names})


def _change_table(first: Scored, second: Scored, before: Array, after: Array) -> Any:
    limits = second.standard.limits
    columns = [
        ArrowColumn("before", "number", itemgetter(0)),
        ArrowColumn("after", "number", itemgetter(1)),
        ArrowColumn("difference", "number", lambda pair: pair[1] - pair[0]),
        ArrowColumn("printed_before", "text", lambda pair: printed(pair[0], limits)),
        ArrowColumn("printed_after", "text", lambda pair: printed(pair[1], limits)),
        ArrowColumn("stars_before", "count", lambda pair: second.standard.stars_of(pair[0])),
        ArrowColumn("stars_after", "count", lambda pair: second.standard.stars_of(pair[1])),
    ]
    sides = (first, before), (second, after)
    size = max(len(second.scores), 1)
    pairs, numbers = np.unique(first.rank[before] * size + second.rank[after], return_inverse=True)
    scores = [(first.scores[pair // size], second.scores[pair % size]) for pair in pairs.tolist()]
    table = arrow_table(scores, columns).take(pa.array(numbers))
    types = {
        f"{TYPE}_{side}": _cells(scored.types, rows)
        for side, (scored, rows) in zip(SIDES, sides, strict=True)
        if scored.types is not None
    }
    return pa.table(
        _names_of(second, second.group[after])
        | {second.key: _cells(second.keys, after, second.key_type)}
        | types
        | {name: table[name] for name in table.column_names}
    )


def _star_change_table(first: Scored, second: Scored, before: Array, after: Array) -> Any:
    """Each change of stars that occurs in a group, and how often."""
    size = second.standard.stars[-1].stars + 1
    stars = first.stars[first.rank[before]], second.stars[second.rank[after]]
    changes, counts = np.unique((second.group[after] * size + stars[0]) * size + stars[1], return_counts=True)
    columns = {"stars_before": changes // size % size, "stars_after": changes % size, "evaluations": counts}
    return pa.table(
        _names_of(second, changes // size**2) | {name: pa.array(values) for name, values in columns.items()}
    )
