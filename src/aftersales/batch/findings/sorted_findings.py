"""Score findings that are sorted by the key of their evaluation, a part at a time (6.2.2, 6.2.3, 6.3).

A part ends with the last row of an evaluation, so that nothing of it is kept for the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from aftersales.batch.columns import Array, np, pa
from aftersales.batch.findings.codes import compute, rows_at, runs
from aftersales.batch.findings.findings import FindingsScorer, ScoredFindings, plain_table, without_empty_rows
from aftersales.batch.tables import like_the_first, opened
from aftersales.batch.threads import number_of_threads
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.errors import EvaluationError
from aftersales.problems.violations import Violation, to_problem
from aftersales.standard.standard import Standard

__all__ = ["score_findings_batches", "scored_findings_schema"]

PART = 1_048_576  # rows that are scored at a time, and those of the last evaluation
DIRECTIONS = ("less", "greater")


def score_findings_batches(
    batches: Any,
    standard: Standard | None = None,
    *,
    key: str = "evaluation",
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    shares: bool = False,
    threads: int | None = None,
) -> Iterator[ScoredFindings]:
    """Score findings that are sorted by ``key``, a part at a time, for a table that does not fit into memory.

    ``batches`` is any object with ``__arrow_c_stream__`` (such as a ``pyarrow.RecordBatchReader``), or an iterable of
    ``pyarrow.RecordBatch`` with the same schema. Its rows ascend or descend by ``key``, as Arrow compares its values;
    texts by their characters. Rows without a key may be first or last. An evaluation may span batches.

    Gives the result of :func:`score_findings` in parts, each with the evaluations of about a million rows; the other
    arguments are those of that function. ``line`` counts the rows of all batches. Memory does not grow with them.

    Raises :class:`~aftersales.EvaluationError` as :func:`score_findings` does, before the first batch is scored; and at
    a row that is out of order (``unsorted-key``), after the parts before it.

    >>> import pyarrow
    >>> from aftersales import load_standard
    >>> standard = load_standard(edition="2025-12-04")
    >>> rows = [{"evaluation": shop, "indicator": indicator.id, "kind": "full", "actual": None}
    ...         for shop in "AB" for indicator in standard.indicators]
    >>> rows[6] |= {"kind": "quantitative", "actual": "10%"}
    >>> reader = pyarrow.Table.from_pylist(rows).to_reader(max_chunksize=50)
    >>> for scored, problems in score_findings_batches(reader, standard, nodes=()):
    ...     print(scored.select(["evaluation", "stars"]).to_pylist(), problems.num_rows)
    [{'evaluation': 'A', 'stars': 5}, {'evaluation': 'B', 'stars': None}] 1
    """
    schema, source = opened(batches)
    scorer = _scorer(pa.schema([]) if schema is None else schema, standard, key, nodes, exact, shares)
    return _scored(scorer, like_the_first(source, schema), number_of_threads(threads))


def scored_findings_schema(
    schema: Any,
    standard: Standard | None = None,
    *,
    key: str = "evaluation",
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    shares: bool = False,
) -> ScoredFindings:
    """The schemas of the tables that :func:`score_findings` gives for a table of that schema. Raises as it does.

    >>> import pyarrow
    >>> names = ["evaluation", "city", "indicator", "kind", "degree"]
    >>> schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
    >>> scored, problems = scored_findings_schema(schema, nodes=())
    >>> scored.names[:4], problems.names[:3]
    (['evaluation', 'city', 'earned', 'applicable'], ['evaluation', 'line', 'indicator'])
    """
    ensure_kind("schema", schema, pa.Schema)
    scorer = _scorer(schema, standard, key, nodes, exact, shares)
    return ScoredFindings(scorer.schema, scorer.problem_schema)


def _scorer(
    schema: Any, standard: Standard | None, key: str, nodes: Iterable[str] | None, exact: bool, shares: bool
) -> FindingsScorer:
    plain = plain_table(schema.empty_table()).schema
    return FindingsScorer(plain, standard, key, nodes, exact, shares)


def _scored(scorer: FindingsScorer, batches: Iterable[Any], threads: int) -> Iterator[ScoredFindings]:
    order = _Order(scorer.key)
    for table, lines in _parts(batches, scorer.key):
        order.check(table[scorer.key], lines)
        yield scorer.scored(table, lines, threads)


def _parts(batches: Iterable[Any], key: str) -> Iterator[tuple[Any, Array]]:
    """The rows that are not empty in parts with all rows of each evaluation, and their numbers."""
    tables: list[Any] = []
    numbers: list[Array] = []
    before = rows = 0  # rows of all batches, and those since the last part
    for batch in _of_bounded_size(batches):
        table, lines = without_empty_rows(plain_table(pa.Table.from_batches([batch])), key)
        tables.append(table)
        numbers.append(np.array(lines, np.int64) + before)
        before += batch.num_rows
        rows += table.num_rows
        if rows >= PART:
            whole, lines = pa.concat_tables(tables), np.concatenate(numbers)
            last = int(runs(whole[key])[-1])
            if last:
                yield whole.slice(0, last), lines[:last]
            tables, numbers, rows = [whole.slice(last)], [lines[last:]], 0
    if tables and (rest := pa.concat_tables(tables)).num_rows:
        yield rest, np.concatenate(numbers)


def _of_bounded_size(batches: Iterable[Any]) -> Iterator[Any]:
    for batch in batches:
        for start in range(0, batch.num_rows, PART):
            yield batch.slice(start, PART)


class _Order:
    """The order of the keys in the parts so far."""

    def __init__(self, key: str):
        self.key = key
        self.directions = list(DIRECTIONS)
        self.last = None
        self.has_rows_without_key = False

    def check(self, column: Any, lines: Array) -> None:
        """Raise EvaluationError for a key that is out of order, so that its evaluation may have rows elsewhere."""
        starts = runs(column)
        keys = rows_at(column, starts)
        if pa.types.is_dictionary(keys.type):
            keys = keys.cast(keys.type.value_type)
        is_absent = keys.is_null(nan_is_null=pa.types.is_floating(keys.type)).to_numpy()
        absent = np.flatnonzero(is_absent)
        if len(absent) > 1 - self.has_rows_without_key:
            self._refuse(None, None, lines[starts[absent[-1]]])
        self.has_rows_without_key |= bool(len(absent))
        keys, starts = keys.filter(pa.array(~is_absent)), starts[~is_absent]
        if self.last is not None:
            keys = pa.chunked_array([self.last, *keys.chunks])
            starts = np.append(-1, starts)
        self.last = keys.slice(len(keys) - 1).combine_chunks() if len(keys) else None
        before, after = keys.slice(0, max(len(keys) - 1, 0)), keys.slice(1)
        follows = {name: _compared(name, before, after) for name in self.directions}
        self.directions = [name for name, found in follows.items() if found.all()]
        if not self.directions:
            first = max(int(np.argmin(found)) for found in follows.values())
            variant = "nested" if pa.types.is_nested(keys.type) else ""
            self._refuse(after[first].as_py(), before[first].as_py(), lines[starts[first + 1]], variant, keys.type)

    def _refuse(self, found: Any, after: Any, line: Any, variant: str = "", kind: Any = None) -> None:
        context = {"column": self.key, "found": found, "first": after, "type": str(kind)}
        violation = Violation("unsorted-key", (self.key,), context, variant=variant)
        raise EvaluationError((to_problem(violation, (int(line), 1)),))


def _compared(name: str, before: Any, after: Any) -> Array:
    """Whether each key is less, or greater, than the next one."""
    try:
        return compute.call_function(name, [before, after]).to_numpy()
    except pa.ArrowNotImplementedError:  # of lists and structs, which have no order
        return np.zeros(len(before), bool)
