"""Score a table of evaluations (6.2.3, 6.3.2, 6.3.3).

:mod:`aftersales.batch.columns` reads the shares of a column, and :mod:`aftersales.batch.arithmetic` adds up a block of
rows exactly. Problems of the table as a whole are raised, all at once; a problem of a row is in that row's ``problem``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any, Literal, NamedTuple, get_args

from aftersales.batch.arithmetic import BlockResult, BlockScorer, Figures
from aftersales.batch.columns import (
    PAIRS,
    Array,
    ShareColumn,
    counts_items,
    holds_shares,
    holds_texts,
    np,
    pa,
    pair_of,
    reader_of,
    unit_of,
)
from aftersales.batch.threads import in_order, number_of_threads
from aftersales.evaluation.rules import unknown_indicator
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector, refusal
from aftersales.problems.errors import EvaluationError
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard, load_standard
from aftersales.text.normalize import compact
from aftersales.text.number_format import as_text, printed

__all__ = ["Null", "score_batches", "score_table", "scored_schema"]

# Rows that are added up at once: of a batch, and the least and the most of a table. With fewer, threads would wait for
# each other more often, as each takes the interpreter's lock for each of its steps; so a table of fewer rows than the
# least is added up by one thread.
BLOCK = LEAST_AT_ONCE = 2**17
MOST_AT_ONCE = 2**18
LEAST_NUMBERS, LEAST_TEXTS = 3 * 2**15, 2**15  # rows with shares as numbers, or as texts, for which threads gain time
BATCH = 2**16  # rows of a scored batch
SMALL = 2**12  # chunks that are smaller on average are combined, since each chunk costs time
Null = Literal["missing", "not_applicable"]
"""The meaning of a null share: a missing finding (6.1.2, reading R9), or a deleted indicator (6.2.3, reading R8)."""

NULLS = get_args(Null)
PROBLEM_TEXTS = ("code", "path", "clause", "message", "message_zh")
"""The fields of a problem that a table of problems has as texts."""
SHOWN = 10  # columns that a message lists
MAX_STARS = 127  # the most that an int8 column can hold
# Matches a field name that counts failures, of which a share cannot be made.
_FAILING = re.compile(r"non|not|fail|defect|reject|^(ng|nok)$|[不未非失缺]")
_LIKE_AN_ID = re.compile(r"([0-9]+)(\.[0-9]+)+")


def score_table(
    table: Any,
    standard: Standard | None = None,
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    decimal: bool = False,
    null: Null = "missing",
    shares: bool = False,
    threads: int | None = None,
) -> Any:
    """Score a table of evaluations. Returns a ``pyarrow.Table`` with a row for each row of ``table``.

    ``table`` is any object with ``__arrow_c_stream__``. It has a column for each indicator of ``standard`` (default:
    the bundled one) with shares from 0 to 1. ``null`` is the meaning of a null share: ``"missing"``, a missing finding
    (6.1.2, reading R9), so that the row has a problem; or ``"not_applicable"``, a deleted indicator (6.2.3, reading
    R8). The result has the other columns unchanged, with ``shares`` those of the indicators too, and then these:

    - ``earned``, ``applicable`` and ``deleted`` points (6.2.3), and ``final_score`` from 0 to 100; float64.
    - ``stars``, 0 to 5 (6.3.3), int8, and ``passed`` (6.3.2), bool; both by the exact final score in every row.
    - ``near_limit``, bool: whether the exact final score is below the limit of a star by at most 10⁻⁹. Sums of
      calculated floats are: ``0.7 + 0.2`` is 0.8999999999999999, and is scored as that.
    - For each of ``nodes``, ids of categories and subcategories (default: all): ``5.1.earned`` and ``5.1.applicable``,
      points, and ``5.1.ratio``, 0 to 1, null if nothing in it is applicable.
    - ``exact_score`` and ``printed_score``, if ``exact``: the final score as a text that ``fractions.Fraction`` reads,
      and in print (6.3.1, reading R3). This takes some microseconds a row.
    - ``problem``: null, or why the row cannot be scored, such as ``out-of-range: 5.1.1.2``; its figures are then null.

    If ``decimal``, the points are exact decimals, and there are no ratios, which do not terminate. All shares must be
    whole numbers or decimals. This is the fastest form.

    ``threads`` is the number of threads (default: as many as Arrow uses). The result does not depend on it.

    The metadata of the schema name the standard under ``aftersales.standard``: id, edition and sha256.

    By the bundled standard, a figure is the float64 nearest to the exact number if every share has at most eight
    decimals; otherwise it is within 1.2e-11 of it. ``final_score`` is on the exact score's side of every limit, so it
    agrees with ``stars``. A node that lost points has less than full points, ratio and final score.

    Raises :class:`~aftersales.EvaluationError` with all problems of the table as a whole: columns that are missing,
    duplicate, of a wrong type, named by an id that the standard does not have, or named as a column of the result; a
    table that its library cannot export; an unknown value of ``null``; a standard of more than 127 stars.

    >>> import pyarrow
    >>> from aftersales import load_standard
    >>> standard = load_standard(edition="2025-12-04")
    >>> shares = {indicator.id: [0.9, 0.9] for indicator in standard.indicators}
    >>> shop = pyarrow.table({"shop": ["A", "B"], **shares, "5.3.6.1": [None, 2.5]})
    >>> score_table(shop, standard, nodes=["5.3.6"], null="not_applicable").to_pylist()[0]
    {'shop': 'A', 'earned': 89.55, 'applicable': 99.5, 'deleted': 0.5, 'final_score': 90.0, 'stars': 5, 'passed': True,
     'near_limit': False, '5.3.6.earned': 0.45, '5.3.6.applicable': 0.5, '5.3.6.ratio': 0.9, 'problem': None}
    >>> score_table(shop, standard)["problem"].to_pylist()
    ['null-share: 5.3.6.1', 'out-of-range: 5.3.6.1']
    """
    found = table if isinstance(table, pa.Table) else handed_over(table, pa.table)
    scorer = TableScorer(found.schema, standard, nodes, exact, decimal, null, shares)
    if found.num_columns and found.column(0).num_chunks > 1 + found.num_rows // SMALL:
        with suppress(pa.ArrowInvalid):  # dictionaries that cannot be unified; each chunk then keeps its own
            found = found.combine_chunks()
    threads = number_of_threads(threads)
    most = min(MOST_AT_ONCE, max(LEAST_AT_ONCE, -(-found.num_rows // threads)))
    blocks = found.to_batches(max_chunksize=block_size(found.num_rows, most))
    return pa.Table.from_batches(in_order(scorer.scored, blocks, threads, scorer.is_large), scorer.schema)


def score_batches(
    batches: Any,
    standard: Standard | None = None,
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    decimal: bool = False,
    null: Null = "missing",
    shares: bool = False,
    threads: int | None = None,
) -> Any:
    """Score batches one after another, for a table that does not fit into memory.

    ``batches`` is any object with ``__arrow_c_stream__`` (such as a ``pyarrow.RecordBatchReader``), or an iterable of
    ``pyarrow.RecordBatch`` with the same schema. Returns a ``pyarrow.RecordBatchReader``, which can be iterated and
    also has that interface. The rows are those of :func:`score_table`, in batches of at most 65,536 rows. As many
    batches as there are ``threads`` (default: as many as Arrow uses) are read ahead, and scored at a time if they are
    large; with one thread, each is read when its result is asked for.

    Raises :class:`~aftersales.EvaluationError` as :func:`score_table` does, before the first batch is scored.

    >>> import pyarrow
    >>> from aftersales import load_standard
    >>> standard = load_standard(edition="2025-12-04")
    >>> shares = pyarrow.table({indicator.id: [1, 0] for indicator in standard.indicators})
    >>> for batch in score_batches(shares.to_reader(max_chunksize=1), standard, nodes=()):
    ...     print(batch.to_pylist())
    [{'earned': 100.0, 'applicable': 100.0, 'deleted': 0.0, 'final_score': 100.0, 'stars': 5, 'passed': True,
      'near_limit': False, 'problem': None}]
    [{'earned': 0.0, 'applicable': 100.0, 'deleted': 0.0, 'final_score': 0.0, 'stars': 0, 'passed': False,
      'near_limit': False, 'problem': None}]
    """
    schema, source = opened(batches)
    scorer = TableScorer(schema, standard, nodes, exact, decimal, null, shares)
    blocks = in_order(scorer.scored, scorer.blocks(source), number_of_threads(threads), scorer.is_large)
    return pa.RecordBatchReader.from_batches(scorer.schema, (part for block in blocks for part in parts(block, BATCH)))


def scored_schema(
    schema: Any,
    standard: Standard | None = None,
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    decimal: bool = False,
    null: Null = "missing",
    shares: bool = False,
) -> Any:
    """The ``pyarrow.Schema`` of the result of :func:`score_table` for a table of that schema. Raises as it does.

    >>> import pyarrow
    >>> from aftersales import load_standard
    >>> standard = load_standard(edition="2025-12-04")
    >>> columns = [(indicator.id, pyarrow.float64()) for indicator in standard.indicators]
    >>> scored_schema(pyarrow.schema([("shop", pyarrow.string()), *columns]), standard, nodes=()).names
    ['shop', 'earned', 'applicable', 'deleted', 'final_score', 'stars', 'passed', 'near_limit', 'problem']
    """
    ensure_kind("schema", schema, pa.Schema)
    return TableScorer(schema, standard, nodes, exact, decimal, null, shares).schema


def standard_text(standard: Standard) -> str:
    """The standard as the metadata of a scored table name it."""
    return f"{standard.name('en')} {standard.edition} {standard.sha256}"


def block_size(rows: int, most: int) -> int:
    """The size of equal blocks of at most ``most`` rows into which that many rows are divided."""
    blocks = max(1, -(-rows // most))
    return max(1, -(-rows // blocks))


def parts(batch: Any, most: int) -> Iterator[Any]:
    """A batch in equal parts of at most ``most`` rows."""
    size = block_size(batch.num_rows, most)
    for start in range(0, max(batch.num_rows, 1), size):
        yield batch.slice(start, size)


def handed_over(table: Any, into: Callable[[Any], Any]) -> Any:
    """The table of another library as an Arrow object, through the Arrow C stream interface."""
    found = type(table).__name__
    if not hasattr(table, "__arrow_c_stream__"):
        is_lazy = hasattr(table, "collect_schema")  # as polars' lazy frames have
        context = {"found": found, "more": phrase("collect") if is_lazy else ""}
        raise refusal(EvaluationError, Violation("not-a-table", context=context))
    try:
        return into(table)
    except (ValueError, TypeError, OverflowError, pa.ArrowException) as error:  # such as a column of texts and numbers
        context = {"found": found, "reason": str(error)}
        raise refusal(EvaluationError, Violation("not-handed-over", context=context)) from error


def opened(batches: Any) -> tuple[Any, Iterable[Any]]:
    """The schema of a reader or of an iterable of batches, and its batches. The schema is None if there are none."""
    if isinstance(batches, Iterable) and not hasattr(batches, "__arrow_c_stream__"):
        coming = iter(batches)
        first = next(coming, None)
        if first is None:
            return None, ()
        ensure_batch(first, 0)
        return first.schema, chain([first], coming)
    # Iterate a pyarrow reader directly: through the interface, an exception would lose its type.
    is_reader = isinstance(batches, pa.RecordBatchReader)
    source = batches if is_reader else handed_over(batches, pa.RecordBatchReader.from_stream)
    return source.schema, source


def like_the_first(batches: Iterable[Any], schema: Any) -> Iterator[Any]:
    """The batches, which have that schema: the columns of another would be read as those of the first."""
    for position, batch in enumerate(batches):
        ensure_batch(batch, position)
        if batch.schema != schema:
            context = {"found": _difference(batch.schema, schema)}
            raise refusal(EvaluationError, Violation("other-schema", ("batches", position), context))
        yield batch


def ensure_batch(batch: Any, position: int) -> None:
    """Raise :class:`~aftersales.EvaluationError` if an entry of an iterable of batches is none (``not-a-batch``)."""
    if not isinstance(batch, pa.RecordBatch):
        violation = Violation("not-a-batch", ("batches", position), {"found": type(batch).__name__})
        raise refusal(EvaluationError, violation)


def _difference(schema: Any, first: Any) -> str:
    """The first column in which a schema differs from another, with its type."""
    for field in schema:
        if schema.get_field_index(field.name) != first.get_field_index(field.name) or field != first.field(field.name):
            return f"{field.name}: {field.type}"
    return f"{len(schema)} columns"


class ResultColumn(NamedTuple):
    """A column of the result.

    Fields:
        name: Its name.
        type: Its Arrow type.
        values: Its values in a block, as a buffer of that type or as an Arrow array.
    """

    name: str
    type: Any
    values: Callable[[Block], Any]


class Block:
    """A scored block of ``count`` rows. ``problems`` are those of its rows; the figures of a row with one are null."""

    def __init__(
        self,
        result: BlockResult,
        problems: Any,
        count: int,
        texts_of: Callable[[Sequence[ShareColumn], int, Array], Any],
    ):
        self.result, self.count, self._texts_of = result, count, texts_of
        self._good = None if problems is None else problems.is_null().to_numpy(zero_copy_only=False)
        self._bits = None if self._good is None else _bits(self._good)
        self.problems = pa.nulls(count, pa.string()) if problems is None else problems

    def array(self, column: ResultColumn) -> Any:
        """The column as an Arrow array, with null wherever the row has a problem."""
        values = column.values(self)
        return values if isinstance(values, pa.Array) else self._from_buffer(column.type, values, self._bits)

    def ratios(self, figures: Figures) -> Any:
        """The ratios of a node, null wherever nothing of it is applicable."""
        known = figures.is_applicable
        bits = self._bits if known is None else _bits(known if self._good is None else known & self._good)
        return self._from_buffer(pa.float64(), figures.ratio, bits)

    @cached_property
    def texts(self) -> tuple[Any, Any]:
        """The exact final scores, as text and in print."""
        texts: tuple[Any, Any] = self._texts_of(self.result.columns, self.count, self._good)
        return texts

    def _from_buffer(self, kind: Any, values: Array, bits: Any) -> Any:
        return pa.Array.from_buffers(kind, self.count, [bits, pa.py_buffer(values)])


class TableScorer:
    """Scores the batches of one schema. Without a schema, only the columns of the result are known."""

    def __init__(
        self,
        schema: Any,
        standard: Standard | None,
        nodes: Iterable[str] | None,
        exact: bool,
        decimal: bool,
        null: Null,
        shares: bool = False,
    ):
        if standard is not None:
            ensure_kind("standard", standard, Standard)
        self.standard = standard = standard or load_standard()
        groups = [node.id for node in standard.nodes if node.id not in standard.layout.positions]
        self.nodes, violations = _read_nodes(nodes, groups, standard)
        if len(standard.stars) > MAX_STARS:
            violations.append(Violation("too-many-stars", context={"found": len(standard.stars), "allowed": MAX_STARS}))
        if null not in NULLS:
            violations.append(Violation("unknown-word", ("null",), {"found": null, "allowed": tuple(NULLS)}))
        self.exact, self.decimal, self.deletes = exact, decimal, null == "not_applicable"
        self.ids = [indicator.id for indicator in standard.indicators]
        self.source = schema
        fields, metadata, kinds = [], None, [pa.null()] * len(self.ids)
        self.carried: list[str] = []
        if schema is not None:
            violations += share_column_violations(
                schema, standard, {column.name for column in self._results(pa.null(), pa.null())}
            )
            if not violations:
                self.carried = [name for name in schema.names if shares or name not in standard.layout.positions]
                fields, metadata = [schema.field(name) for name in self.carried], schema.metadata
                self.places = [schema.get_field_index(name) for name in self.ids]
                kinds = [schema.field(place).type for place in self.places]
        self.scorer = BlockScorer(standard, [unit_of(kind) for kind in kinds])
        if decimal and not violations:
            violations += _decimal_violations(dict(zip(self.ids, kinds, strict=True)), self.scorer)
        with Collector(EvaluationError, clause_of=standard.clause) as found:
            found.add(*violations)
        self.readers = [reader_of(kind) for kind in kinds]
        has_texts = any(holds_texts(kind) for kind in kinds if not pa.types.is_null(kind))
        self.least_of_thread = LEAST_TEXTS if has_texts else LEAST_NUMBERS
        self.results = self._results(*self._points())
        by = {b"aftersales.standard": standard_text(standard).encode()}
        self.schema = pa.schema(
            [*fields, *(pa.field(column.name, column.type) for column in self.results)], (metadata or {}) | by
        )

    def _points(self) -> tuple[Any, Any]:
        """The types of earned and of applicable points."""
        if not self.decimal:
            return pa.float64(), pa.float64()
        assert self.scorer.decimals is not None
        earned, applicable = (
            pa.decimal32(9, places) if dtype.itemsize == 4 else pa.decimal64(18, places)
            for places, dtype, _ in self.scorer.decimals
        )
        return earned, applicable

    def _results(self, earned: Any, applicable: Any) -> list[ResultColumn]:
        """The columns that are added; ``earned`` and ``applicable`` are the types of points."""
        number, text = pa.float64(), pa.string()
        exact = (
            ResultColumn("exact_score", text, lambda block: block.texts[0]),
            ResultColumn("printed_score", text, lambda block: block.texts[1]),
        )
        return [
            ResultColumn("earned", earned, lambda block: block.result.total.earned),
            ResultColumn("applicable", applicable, lambda block: block.result.total.applicable),
            ResultColumn("deleted", applicable, lambda block: block.result.deleted),
            ResultColumn("final_score", number, lambda block: block.result.total.ratio),
            ResultColumn("stars", pa.int8(), lambda block: block.result.stars),
            # 6.3.2: one star is the pass line
            ResultColumn("passed", pa.bool_(), lambda block: np.packbits(block.result.stars > 0, bitorder="little")),
            ResultColumn("near_limit", pa.bool_(), lambda block: np.packbits(block.result.near, bitorder="little")),
            *(column for node in self.nodes for column in self._node_results(node, earned, applicable)),
            *(exact if self.exact else ()),
            ResultColumn("problem", text, lambda block: block.problems),
        ]

    def _node_results(self, node: str, earned: Any, applicable: Any) -> list[ResultColumn]:
        """The columns of a node."""
        points = [
            ResultColumn(f"{node}.earned", earned, lambda block: block.result.figures[node].earned),
            ResultColumn(f"{node}.applicable", applicable, lambda block: block.result.figures[node].applicable),
        ]
        ratio = ResultColumn(f"{node}.ratio", pa.float64(), lambda block: block.ratios(block.result.figures[node]))
        return points if self.decimal else [*points, ratio]

    def blocks(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The rows of batches in blocks of at most :data:`BLOCK` rows."""
        for batch in like_the_first(batches, self.source):
            yield from parts(batch, BLOCK)

    def is_large(self, batch: Any) -> bool:
        """Whether a thread of its own gains time for the batch."""
        return bool(batch.num_rows >= self.least_of_thread)

    def scored(self, batch: Any) -> Any:
        """A batch with the columns of the result."""
        return self.with_results(
            [batch.column(name) for name in self.carried],
            lambda position: self.readers[position](batch.column(self.places[position])),
            batch.num_rows,
        )

    def with_results(
        self, carried: Sequence[Any], read: Callable[[int], ShareColumn], count: int, problems: Any = None
    ) -> Any:
        """The ``carried`` columns and those of the result, of ``count`` rows.

        ``read`` gives the shares of the indicator at a position. ``problems`` are those of the rows, if the shares do
        not show them.
        """
        block = self._block(read, count, problems) if count else None
        results = [pa.nulls(0, column.type) if block is None else block.array(column) for column in self.results]
        return pa.RecordBatch.from_arrays([*carried, *results], schema=self.schema)

    def _block(self, read: Callable[[int], ShareColumn], count: int, problems: Any) -> Block:
        result = self.scorer.score(read, count, self.nodes, decimal=self.decimal)
        if problems is None:
            problems = self._problems(result.columns, result.total, count)
        return Block(result, problems, count, self._texts)

    def _texts(self, columns: Sequence[ShareColumn], count: int, good: Array | None) -> tuple[Any, Any]:
        """The exact final scores, as text and in print (6.3.1, reading R3)."""
        rows = np.arange(count) if good is None else np.flatnonzero(good)
        limits = self.standard.limits
        exact: list[str | None] = [None] * count
        shown: list[str | None] = [None] * count
        for row, score in zip(rows, self.scorer.exact_scores(columns, rows), strict=True):
            exact[row], shown[row] = as_text(score), printed(score, limits)
        return pa.array(exact, pa.string()), pa.array(shown, pa.string())

    def _problems(self, columns: Sequence[ShareColumn], total: Figures, count: int) -> Any:
        """The first problem of each row in the order of the indicators, or null. None if no row has a problem."""
        if not self.deletes:
            columns = [_with_nulls_missing(column) for column in columns]
        if total.is_applicable is None and not any(column.problems for column in columns):
            return None
        texts: list[str] = []
        found = np.full(count, -1)
        for name, column in zip(self.ids, columns, strict=True):
            for code, rows in column.problems:
                found[rows & (found < 0)] = len(texts)
                texts.append(f"{code}: {name}")
        if total.is_applicable is not None:
            found[~total.is_applicable & (found < 0)] = len(texts)  # R8: no score if everything is deleted
        texts.append("nothing-applicable")
        if found.max() < 0:
            return None
        return pa.array(texts, pa.string()).take(pa.array(found, mask=found < 0))


def _with_nulls_missing(column: ShareColumn) -> ShareColumn:
    """6.1.2 (reading R9): the column with a problem wherever it is null."""
    if column.valid is None or column.valid.all():
        return column
    return column._replace(problems=(*column.problems, ("null-share", column.valid == 0)))


def _bits(flags: Array) -> Any:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


# --- what is wrong with a table as a whole -----------------------------------------------------------------------


def _read_nodes(nodes: Any, groups: list[str], standard: Standard) -> tuple[list[str], list[Violation]]:
    """The groups whose figures are requested, and the violations of the request."""
    if nodes is None:
        return groups, []
    if isinstance(nodes, str | bytes) or not isinstance(nodes, Iterable):
        return [], [Violation("not-a-list", ("nodes",), {"found": nodes})]
    found, violations = list[str](), list[Violation]()
    for node in nodes:
        if not isinstance(node, str) or node not in standard:
            context = {"found": node, "near": phrase("near_nodes", nodes=tuple(groups))}
            violations.append(Violation("unknown-indicator", ("nodes", str(node)), context))
        elif node in standard.layout.positions:
            violations.append(Violation("not-a-group", ("nodes", node), {"found": node}))
        elif node not in found:
            found.append(node)
    return found, violations


def _decimal_violations(kinds: dict[str, Any], scorer: BlockScorer) -> Iterator[Violation]:
    """The reasons why sums cannot be decimals: columns of other types, non-terminating points, or too many digits."""
    if scorer.decimals is None:
        others = [(name, kind) for name, kind in kinds.items() if unit_of(kind) is None]
        for name, kind in others:
            yield Violation("not-decimals", ("columns", name), {"found": str(kind)})
        if not others:
            yield Violation("no-decimal-sums")


def share_column_violations(schema: Any, standard: Standard, results: set[str]) -> Iterator[Violation]:
    """6.1.2 (reading R9): the violations of a table's columns. Each indicator needs one; others must be unambiguous."""
    positions = standard.layout.positions
    plain_names = {name: name if name in positions else compact(name) for name in schema.names}
    if positions.keys().isdisjoint(plain_names.values()):
        named = [name for name in schema.names if plain_names[name]]
        context = {"found": first_of(named) or "–", "allowed": standard.indicators[0].id}
        yield Violation("no-indicator-columns", ("columns",), context)
        return
    chapters = {indicator.id.partition(".")[0] for indicator in standard.indicators}
    unnamed = [str(number) for number, name in enumerate(schema.names, 1) if not plain_names[name]]
    if len(unnamed) > 1:
        yield Violation("unnamed-columns", context={"columns": tuple(unnamed)})
    seen: set[str] = set()
    for field in schema:
        name = field.name
        plain = plain_names[name]
        if name in seen and plain:
            yield Violation("duplicate-column", ("columns", name), {"found": name})
        elif name in positions:
            if not holds_shares(field.type):
                yield Violation("not-shares", ("columns", name), {"found": str(field.type)})
            elif pa.types.is_struct(field.type) and (
                violation := _pair_violation(field.type, name in standard.layout.limited)
            ):
                yield replace(violation, path=("columns", name))
        elif name in standard.layout.spans:
            yield Violation("group-column", ("columns", name), {"found": name})
        elif plain in positions:
            yield Violation("miswritten-column", ("columns", name), {"found": repr(name), "allowed": plain})
            seen.add(plain)
        elif (like_an_id := _LIKE_AN_ID.fullmatch(plain)) and like_an_id[1] in chapters:
            yield replace(unknown_indicator(name, standard), path=("columns", name))
        elif name in results:
            yield Violation("result-column", ("columns", name), {"found": name})
        seen.add(name)
    for indicator in standard.indicators:
        if indicator.id not in seen:
            yield Violation("missing-column", ("columns", indicator.id), {"found": indicator.id}, clause="plan")


def first_of(columns: Sequence[str]) -> str:
    """The first of these columns, as a message lists them."""
    return ", ".join([*columns[:SHOWN], *(["…"] if len(columns) > SHOWN else [])])


def _pair_violation(kind: Any, has_limit: bool) -> Violation | None:
    """6.2.2: a pair is a number of conforming items and the number of all items.

    A pair that counts failures would turn 95 % into 5 %. If the standard sets a limit (reading R4), the pair would be
    the actual value, and the share its ratio to the limit.
    """
    names = [kind.field(place).name for place in (0, 1)]
    if pair_of(names):
        wrong = has_limit and counts_items(names)
        return Violation("pair-of-limit", context={"found": ", ".join(names)}) if wrong else None
    failing = next((name for name in names if _FAILING.search(compact(name).casefold())), None)
    if failing:
        return Violation("nonconforming-pair", context={"found": failing})
    allowed = "; ".join(f"{', '.join(overs)} / {', '.join(unders)}" for overs, unders in PAIRS)
    return Violation("unknown-pair", context={"found": ", ".join(name or "–" for name in names), "allowed": allowed})
