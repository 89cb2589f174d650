"""Score a table of findings, one a row (6.2.2, 6.2.3, 6.3).

Most rows of such a table repeat few distinct findings. Each distinct one is read and judged once, by the classes of
:mod:`aftersales.evaluation.findings`. Its share is then used in every row that has it, and
:mod:`aftersales.batch.tables` adds up the shares. An evaluation with anything else than one sound finding for each
indicator is read as a whole, as :func:`~aftersales.examine` reads it.

Several threads work on the columns, then on blocks of :data:`ROWS` rows, in which findings are compared, and then on
blocks of :data:`EVALUATIONS` evaluations, which are added up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any, NamedTuple

from aftersales.batch.columns import SHARE_TEXTS, Array, allocate, ensure_indices, np, pa
from aftersales.batch.findings.codes import (
    Codes,
    Numbering,
    are_empty,
    begins,
    codes_of,
    decoded,
    encoded,
    ensure_text,
    in_one_chunk,
    is_text,
    numbered,
    rows_at,
    slices,
    soundness,
    which_are_empty,
    with_offsets,
    without_null_values,
)
from aftersales.batch.judged import DELETED, FULL, NO_FINDING, PlacedProblem, Shares, first_problem, problem_texts
from aftersales.batch.tables import PROBLEM_TEXTS, TableScorer, ensure_batch, handed_over
from aftersales.batch.threads import in_order, in_parts, number_of_threads
from aftersales.evaluation.findings import SHARES, TEXTS
from aftersales.evaluation.ledger import ledger_of
from aftersales.evaluation.loading import examine_document
from aftersales.evaluation.rows import (
    ALL_COLUMNS,
    COLUMNS,
    DERIVED,
    ID,
    INDICATOR,
    arrow_rows,
    is_empty,
    names_of,
    read_rows,
)
from aftersales.files.source import MAX_VALUES
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector, citing, refusal
from aftersales.problems.errors import MAX_KEY, EvaluationError, Problem, key_text, path_text
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, to_problem
from aftersales.standard.standard import Standard, load_standard

__all__ = ["ScoredFindings", "score_findings"]

ROWS = 262_144  # rows that are compared at once; with fewer, threads would wait for the interpreter's lock more often
FIRST = 16_384  # rows that have most of the distinct findings, which are judged before other rows are compared
EVALUATIONS = 131_072  # evaluations that are added up at once
LEAST = 32_768  # evaluations that are worth a thread of their own
CHUNK = 32_768  # rows: chunks that are smaller on average are combined
TEAM = "team"
FACTS = (TEAM, "standard", "edition")
CONFIRMED_BY = "confirmed_by"
REFUSED = -2  # in place of the number of a share, as NO_FINDING
ALIKE = 1  # in place of the numbers of indicators whose findings have the same rules
MOST = 2**62  # distinct numbers that are one number for each combination of cells
NUMBERED = 2**31  # distinct findings that are distinguished
ALONE = 1_000  # evaluations of one row that are reported one by one
KEPT = 262_144  # judged findings that are kept for the next part of a stream
_INDEX = re.compile("__index_level_[0-9]+__")


class ScoredFindings(NamedTuple):
    """The result of :func:`score_findings`: two ``pyarrow.Table``.

    Fields:
        scored: A row for each evaluation, as :func:`score_table` gives it.
        problems: A row for each problem.
    """

    scored: Any
    problems: Any


def score_findings(
    table: Any,
    standard: Standard | None = None,
    *,
    key: str = "evaluation",
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    shares: bool = False,
    threads: int | None = None,
) -> ScoredFindings:
    """Score a table of findings (认定明细表). Stars, figures and problems are those of :func:`~aftersales.score`.

    ``table`` is any object with ``__arrow_c_stream__``, or an iterable of ``pyarrow.RecordBatch``. A row is a finding,
    or the deletion of a group. The rows of an evaluation have the same value in the column ``key``; they need not be
    adjacent. The other columns are those of :meth:`Evaluation.from_rows <aftersales.Evaluation.from_rows>`:
    ``indicator``, ``kind``, and those that the kinds use, empty where a kind does not use them. A column ``team`` has
    the names of the team, divided as in ``confirmed_by``; deletions are then confirmed by its members (6.2.3). Columns
    ``standard`` and ``edition`` name what an evaluation is judged by (6.2.1). These and all further columns have one
    value in all rows of an evaluation. ``standard`` (default: the bundled one) judges all evaluations. Tables of
    :meth:`Evaluation.to_table <aftersales.Evaluation.to_table>` beside a key are read, too.

    ``scored`` has a row for each evaluation, in the order in which they first occur: the key, the further columns, and
    the columns of :func:`score_table`, of ``nodes`` and with ``exact`` as there. An evaluation with problems has null
    figures, and the first of them in ``problem``. With ``shares`` there is also a column for each indicator, named by
    its id, with the exact share of its points that is earned (6.2.2) as text; null if it is deleted.

    ``problems`` has a row for each problem: the key; ``line``, the number of the row in ``table``, from 1, null for
    what has no row; ``indicator``; and ``code``, ``path``, ``clause``, ``message`` and ``message_zh`` of
    :class:`~aftersales.Problem`.

    ``threads`` is the number of threads (default: as many as Arrow uses); the result does not depend on it.

    The result of an evaluation depends on its own rows only. So a table may be divided, for several machines, into
    parts that have all rows of an evaluation; ``line`` then counts the rows of the part.

    Raises :class:`~aftersales.EvaluationError` for a table that cannot be read: columns that are missing, twice, or
    named as a column of the result; or a key of which each row of a large table has one of its own.

    >>> import pyarrow
    >>> from aftersales import load_standard
    >>> standard = load_standard(edition="2025-12-04")
    >>> rows = [{"evaluation": shop, "indicator": indicator.id, "kind": "full"}
    ...         for shop in "AB" for indicator in standard.indicators if indicator.id != "5.1.2.2"]
    >>> rows += [{"evaluation": shop, "indicator": "5.1.2.2", "kind": "quantitative", "actual": actual}
    ...          for shop, actual in {"A": "5%", "B": "8"}.items()]
    >>> scored, problems = score_findings(pyarrow.Table.from_pylist(rows, pyarrow.schema(
    ...     [(name, pyarrow.string()) for name in ("evaluation", "indicator", "kind", "actual")])), standard)
    >>> scored.select(["evaluation", "final_score", "stars", "problem"]).to_pylist()
    [{'evaluation': 'A', 'final_score': 99.25, 'stars': 5, 'problem': None},
     {'evaluation': 'B', 'final_score': None, 'stars': None, 'problem': 'unlike-units: 5.1.2.2'}]
    >>> problems.select(["evaluation", "line", "indicator", "code"]).to_pylist()
    [{'evaluation': 'B', 'line': 146, 'indicator': '5.1.2.2', 'code': 'unlike-units'}]
    """
    threads = number_of_threads(threads)
    found = plain_table(_table(table), threads)
    scorer = FindingsScorer(found.schema, standard, key, nodes, exact, shares)
    return scorer.scored(*without_empty_rows(found, key), threads)


def _table(table: Any) -> Any:
    if isinstance(table, pa.Table):
        return table
    if not isinstance(table, Iterable) or hasattr(table, "__arrow_c_stream__"):
        return handed_over(table, pa.table)
    batches = list(table)
    for position, batch in enumerate(batches):
        ensure_batch(batch, position)
    return pa.Table.from_batches(batches, None if batches else pa.schema([]))


def plain_table(table: Any, threads: int = 1) -> Any:
    """The table in types that Arrow takes rows of, in chunks that are not too small.

    The index of a data frame of pandas that was sorted or filtered numbers its rows, so it is left out. The columns of
    :meth:`Evaluation.to_table <aftersales.Evaluation.to_table>` are read as those of findings.
    """
    table = table.select([place for place, name in enumerate(table.column_names) if not _INDEX.fullmatch(name)])
    if INDICATOR not in table.column_names and ID in table.column_names:
        table = table.select([place for place, name in enumerate(table.column_names) if name not in DERIVED])
        table = table.rename_columns([INDICATOR if name == ID else name for name in table.column_names])
    columns = list(in_order(partial(_plain_column, table), range(table.num_columns), threads))
    if columns and columns[0].num_chunks * CHUNK > table.num_rows:
        columns = [in_one_chunk(column) for column in columns]
    fields = [pa.field(name, column.type) for name, column in zip(table.column_names, columns, strict=True)]
    return pa.table(columns, pa.schema(fields, table.schema.metadata))


def _plain_column(table: Any, place: int) -> Any:
    """The column at a place in a type that Arrow takes rows of. Texts that are not read otherwise are checked."""
    name, column = table.column_names[place], table.column(place)
    for chunk in column.chunks if pa.types.is_dictionary(column.type) else ():
        if len(chunk):
            ensure_indices(chunk)
    column = with_offsets(column)
    if pa.types.is_dictionary(column.type):
        column = without_null_values(column)
    if name in TEXTS or name not in ALL_COLUMNS:  # the distinct texts of the others are read, and checked then
        for chunk in column.chunks:
            ensure_text(chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk)
    return column


def without_empty_rows(table: Any, key: str) -> tuple[Any, Sequence[int]]:
    """The table without the rows in which every cell is empty, and the numbers of the other rows from 1."""
    lines: Sequence[int] = range(1, table.num_rows + 1)
    keys = table[key]  # only a row without a key can be an empty one
    if not table.num_rows or (pa.types.is_integer(keys.type) and not keys.null_count):
        return table, lines
    empty = which_are_empty(keys)
    for name in table.column_names:
        if empty.any():
            empty = empty & which_are_empty(table[name])
    return (table.filter(pa.array(~empty)), np.array(lines)[~empty]) if empty.any() else (table, lines)


class FindingsScorer:
    """Scores tables of findings of one schema."""

    def __init__(
        self,
        schema: Any,
        standard: Standard | None,
        key: str,
        nodes: Iterable[str] | None,
        exact: bool,
        with_shares: bool,
    ):
        if standard is not None:
            ensure_kind("standard", standard, Standard)
        standard = standard or load_standard()
        self.standard, self.key, self.with_shares = standard, key, with_shares
        with Collector(EvaluationError, clause_of=standard.clause) as found:
            found.add(*_column_violations(schema.names, key))
        self.carried = [name for name in schema.names if name not in ALL_COLUMNS]
        self.further = [name for name in self.carried if name != key]
        fields = [schema.field(name) for name in self.carried]
        shares = [pa.field(indicator.id, SHARE_TEXTS) for indicator in standard.indicators]
        self.scorer = TableScorer(
            pa.schema([*fields, *shares], schema.metadata), standard, nodes, exact, False, "not_applicable"
        )
        fields = [*self.scorer.schema]
        fields[len(self.carried) : len(self.carried)] = shares if with_shares else []
        self.schema = pa.schema(fields, self.scorer.schema.metadata)
        texts = [("indicator", pa.string()), *((name, pa.string()) for name in PROBLEM_TEXTS)]
        self.problem_schema = pa.schema([schema.field(key), ("line", pa.int64()), *texts])
        self.ids_by_path = {path_text(("findings", node)): node for node in standard.layout.spans}
        self.shares = Shares()
        self.judged: dict[str, int] = {}
        """The number of the share of each finding that was judged, or :data:`NO_FINDING` or :data:`REFUSED`."""

    def scored(self, table: Any, lines: Sequence[int], threads: int) -> ScoredFindings:
        """The evaluations of a table without empty rows, and their problems. The table has all rows of each of them.

        ``lines`` are the numbers of its rows.
        """
        if max(len(self.judged), len(self.shares.numbers)) > KEPT:
            self.judged, self.shares = {}, Shares()
        if not table.num_rows:
            return ScoredFindings(self.schema.empty_table(), self.problem_schema.empty_table())
        findings = _Findings(self, table, lines, threads)
        parts = list(findings.scored())
        scored = pa.Table.from_batches([part for part, _ in parts], self.scorer.schema)
        if self.with_shares:
            columns = scored.columns
            columns[len(self.carried) : len(self.carried)] = self.shares.texts(findings.shares)
            scored = pa.table(columns, self.schema)
        return ScoredFindings(
            scored, self._problem_table(findings.keys, [each for _, reported in parts for each in reported])
        )

    def other_fields(self, team: Any = None, standard: Any = None, edition: Any = None) -> dict[str, Any]:
        """The fields of an evaluation beside its findings, from the cells of its columns."""
        fields: dict[str, Any] = {"standard": self.standard.id, "edition": self.standard.edition}
        if not is_empty(standard):
            fields = {"standard": standard}
        if not is_empty(edition):
            fields["edition"] = edition
        if not is_empty(team):
            names = names_of(team) if isinstance(team, str) else team if isinstance(team, list) else [team]
            fields["team"] = [{"name": name} for name in names]
        return fields

    def share_numbers(self, rows: Sequence[Mapping[str, Any]], teams: Sequence[Any]) -> list[int]:
        """The numbers of the shares of findings, each of a row and held against a team."""
        unlimited = list(self.standard.layout.unlimited)
        names = [repr((team, row)) for team, row in zip(teams, rows, strict=True)]
        alike: dict[str, list[int]] = {}  # new findings of indicators without a limit, by team
        for number, name in enumerate(names):
            if name not in self.judged:
                self.judged[name] = REFUSED
                indicator = rows[number][INDICATOR]  # it may be no text
                if isinstance(indicator, str) and indicator in self.standard.layout.unlimited:
                    alike.setdefault(repr(teams[number]), []).append(number)
                else:
                    self._note_shares([(name, rows[number])], teams[number])
        for numbers in alike.values():
            for start in range(0, len(numbers), len(unlimited)):
                some = [
                    (names[number], {**rows[number], INDICATOR: indicator})
                    for number, indicator in zip(numbers[start : start + len(unlimited)], unlimited, strict=False)
                ]
                team = teams[numbers[0]]
                if not self._note_shares(some, team):
                    for each in some:
                        self._note_shares([each], team)
        return [self.judged[name] for name in names]

    def _note_shares(self, rows: Sequence[tuple[str, Mapping[str, Any]]], team: Any) -> bool:
        """Note the shares of named findings of different indicators, and whether none of them has a problem."""
        document = read_rows([row for _, row in rows], None, self.other_fields(team))
        evaluation, problems = examine_document(document, self.standard, complete=False)
        if evaluation is None or problems:
            return False
        ledger = ledger_of(evaluation, self.standard)
        for name, row in rows:
            if is_empty(row[INDICATOR]):
                self.judged[name] = NO_FINDING
            elif (finding := evaluation.findings[row[INDICATOR]]) is None:
                continue  # an open one
            elif SHARES[type(finding)] is None:
                self.judged[name] = DELETED
            else:
                place = self.standard.layout.positions[row[INDICATOR]]
                self.judged[name] = self.shares.number_of(ledger.overs[place], ledger.unders[place])
        return True

    def _problem_table(self, keys: Any, reported: Sequence[PlacedProblem]) -> Any:
        evaluations = pa.array([each.of for each in reported], pa.int64())
        lines = pa.array([each.problem.line for each in reported], pa.int64())
        return pa.table([keys.take(evaluations), lines, *problem_texts(reported).values()], self.problem_schema)


class _Findings:
    """The evaluations in a table of findings, which has rows."""

    def __init__(self, scorer: FindingsScorer, table: Any, lines: Sequence[int], threads: int):
        self.scorer, self.standard = scorer, scorer.standard
        self.table, self.lines, self.rows = table, lines, table.num_rows
        self.threads = min(threads, -(-self.rows // ROWS))
        self.columns = {name: self.table[name] for name in self.table.column_names}
        self.cells = pa.table({name: column for name, column in self.columns.items() if name in ALL_COLUMNS})
        self.lock = Lock()
        names = [name for name in self.cells.column_names if name != INDICATOR]
        self._read_keys()
        self._ensure_evaluations()
        readers: list[Callable[[], Any]] = [partial(self._differing_rows, name) for name in scorer.further]
        readers += [self._read_indicators, *(partial(self._codes_of, name) for name in names)]
        found = list(in_order(lambda read: read(), readers, self.threads))
        differing, codes = found[: len(scorer.further)], dict(zip(names, found[-len(names) :], strict=True))
        self.differing: dict[int, list[tuple[str, int]]] = {}
        """The evaluations with several values in a further column, each with the column and the first such row."""
        for name, rows in zip(scorer.further, differing, strict=True):
            for owner in np.flatnonzero(rows < self.rows).tolist():
                self.differing.setdefault(owner, []).append((name, int(rows[owner])))
        self.fields_of, self.other_fields = self._read_other_fields()
        self.keys = rows_at(self.table[scorer.key], self.first)
        self.is_without_key = which_are_empty(self.keys)
        self.is_plain = self._have_sound_fields() & ~self.is_without_key
        """Whether an evaluation need not be read as a whole."""
        self.is_plain[list(self.differing)] = False
        width = len(self.standard.layout.positions)
        self.shares = np.empty((width, self.count), np.int32)
        """The number of the share of each indicator in each evaluation."""
        in_parts(lambda part: self.shares[:, part].fill(NO_FINDING), self.count, self.threads, LEAST)
        self.steps = self._steps(codes)

    def _read_keys(self) -> None:
        """Find the evaluations, and the rows of each."""
        keys = self.columns[self.scorer.key]
        is_first = begins(keys, self.threads)
        self.runs = None
        if np.count_nonzero(is_first) > self.rows // 2:  # in no order: each row counts as a run
            self.evaluation_of_run, self.first = numbered(keys, self.threads)
        else:
            self.runs = np.flatnonzero(is_first)
            self.evaluation_of_run, first_runs = numbered(rows_at(keys, self.runs))
            self.first = self.runs[first_runs]
        self.count = len(self.first)
        self.beyond_rows = np.zeros(self.count, np.int64)
        """The number of indicators that the findings of an evaluation are about, less the number of its rows."""

    def _ensure_evaluations(self) -> None:
        """Refuse a key whose values all differ. Each row would be an evaluation that lacks nearly every finding."""
        if self.count == self.rows >= ALONE and len(self.standard.indicators) > 1:
            context = {"column": self.scorer.key, "count": self.rows}
            raise refusal(EvaluationError, Violation("key-of-rows", (self.scorer.key,), context))

    def _evaluations(self, start: int, stop: int) -> Array:
        """The evaluation of each row of a block."""
        if self.runs is None:
            return self.evaluation_of_run[start:stop]
        first, last = np.searchsorted(self.runs, (start, stop - 1), "right")
        lengths = np.diff(self.runs[first:last], prepend=start, append=stop)
        return np.repeat(self.evaluation_of_run[first - 1 : last], lengths)

    def _evaluations_of(self, rows: Array) -> Array:
        """The evaluations of some rows."""
        return self.evaluation_of_run[rows if self.runs is None else np.searchsorted(self.runs, rows, "right") - 1]

    def _read_other_fields(self) -> tuple[Array, list[dict[str, Any]]]:
        """The number of the fields of each evaluation beside its findings, and the distinct ones of these."""
        numbers = np.zeros(self.count, np.int64)
        cells: dict[str, tuple[Array, list[Any]]] = {}
        for name in FACTS:
            if name in self.columns:
                found = encoded(rows_at(self.columns[name], self.first))
                codes = found.codes(np.where(are_empty(found.values), 0, np.arange(1, len(found.values) + 1)))
                cells[name] = codes.read(0, self.count), [None, *found.values.to_pylist()]
                numbers = numbers * codes.size + cells[name][0]
        self.team_of, self.teams = cells.get(TEAM, (np.zeros(self.count, np.int64), [None]))
        _, first, of = np.unique(numbers, return_index=True, return_inverse=True)
        named = [{name: values[of_row[row]] for name, (of_row, values) in cells.items()} for row in first]
        return of, [self.scorer.other_fields(**each) for each in named]

    def _have_sound_fields(self) -> Array:
        """Whether the fields of each evaluation beside its findings have no problem."""
        documents = [read_rows((), None, each) for each in self.other_fields]
        sound = [not examine_document(each, self.standard, complete=False)[1] for each in documents]
        return np.array(sound)[self.fields_of]

    def _differing_rows(self, name: str) -> Array:
        """The first row of each evaluation whose value in a column is not that of its first row; else that of none."""
        codes = codes_of(self.columns[name])
        given, differing = np.zeros(self.count, np.int64), np.full(self.count, self.rows)
        for some in slices(slice(0, self.rows)):
            values, evaluations = codes.read(some.start, some.stop), self._evaluations(some.start, some.stop)
            begun = slice(*np.searchsorted(self.first, (some.start, some.stop)))  # as evaluations are in that order
            given[begun] = values[self.first[begun] - some.start]
            rows = np.flatnonzero(values != given.take(evaluations, mode="clip"))[::-1]
            rows = rows[differing[evaluations[rows]] == self.rows]
            differing[evaluations[rows]] = some.start + rows  # in descending order, so that the first one stays
        return differing

    def scored(self) -> Iterator[tuple[Any, list[PlacedProblem]]]:
        """The scored evaluations in batches, each with the problems of its evaluations."""
        self._place(slice(0, min(FIRST, self.rows)))
        blocks = self.threads * -(-self.rows // (self.threads * ROWS))  # equal ones, as many for each thread
        size = -(-self.rows // blocks)
        others = [slice(start, min(start + size, self.rows)) for start in range(FIRST, self.rows, size)]
        for _ in in_order(self._place, others, self.threads):
            pass
        self._find_doubtful()
        self.carried = [rows_at(self.table[name], self.first).chunk(0) for name in self.scorer.carried]
        self.at_once = max(LEAST, min(EVALUATIONS, -(-self.count // self.threads)))
        return in_order(self._scored, range(0, self.count, self.at_once), self.threads)

    # --- the share of each indicator ------------------------------------------------------------------------------

    def _read_indicators(self) -> None:
        """The numbers of the indicators and groups that the rows are about."""
        layout = self.standard.layout
        self.indicators = encoded(self.columns[INDICATOR])
        names = [value if isinstance(value, str) else "" for value in self.indicators.values.to_pylist()]
        self.place = np.array([layout.positions.get(name, -1) for name in [*names, ""]]) * self.count
        """The place of the shares of an indicator by its number, and that of none; negative for what is none."""
        self.groups = {
            number: layout.spans[name]
            for number, name in enumerate(names)
            if name in layout.spans and name not in layout.positions
        }
        """The positions of the indicators of each group, by its number."""
        alike = [ALIKE if name in layout.unlimited else number for number, name in enumerate(names, ALIKE + 1)]
        self.alike = self.indicators.codes(np.where(are_empty(self.indicators.values), 0, alike))
        """The indicators, of which those without a limit of their own are one: their findings have the same rules."""

    def _codes_of(self, name: str) -> Codes:
        """The codes of a column that distinguishes findings."""
        return soundness(self.columns[name]) if name in TEXTS else codes_of(self.columns[name])

    def _steps(self, codes: dict[str, Codes]) -> list[tuple[list[Callable[..., Array]], Numbering]]:
        """The columns that distinguish findings, in steps whose numbers are combined without an overflow.

        Each column is read times the number of all combinations of those before it.
        """
        columns = [self.alike, *codes.values()]
        self.deletion_teams: Codes | None = None
        if CONFIRMED_BY in codes:
            self.deletion_teams = self._teams_of_deletions(codes[CONFIRMED_BY])
            columns.append(self.deletion_teams)
        steps: list[list[tuple[Codes, int]]] = [[]]
        size = 1
        for column in columns:
            if size * column.size > MOST:
                steps.append([])
                size = NUMBERED
            if column.size > 1:
                steps[-1].append((column, size))
                size *= column.size
        self.dtype = np.dtype(np.int32 if len(steps) == 1 and size < 2**31 else np.int64)
        return [([column.times(size, self.dtype) for column, size in step], Numbering(self.dtype)) for step in steps]

    def _teams_of_deletions(self, names: Codes) -> Codes:
        """6.2.3 (reading R8): the team that a deletion is held against; 0 for other findings."""

        def read(factor: int, dtype: Any, start: int, stop: int, out: Array = None) -> Array:
            teams = self.team_of[self._evaluations(start, stop)] * (names.read(start, stop) > 0)
            return np.multiply(teams, factor, out=out, dtype=dtype, casting="unsafe")

        return Codes(len(self.teams), lambda factor, dtype: partial(read, factor, dtype))

    def _place(self, block: slice) -> None:
        """Note the shares of a block of rows."""
        start, stop = block.start, block.stop
        places = allocate(stop - start, np.int64)
        numbers = self._shares_of(start, stop, places)
        evaluations = self._evaluations(start, stop)
        self.indicators.read(self.place, start, stop, places)
        kept = (numbers >= 0) & (places >= 0)
        if not kept.all():
            self._place_others(start, stop, evaluations, numbers, ~kept)
            numbers, evaluations, places = numbers[kept], evaluations[kept], places[kept]
        places += evaluations
        self.shares.reshape(-1)[places] = numbers

    def _place_others(self, start: int, stop: int, evaluations: Array, numbers: Array, chosen: Array) -> None:
        """Note the rows that are not the sound finding of an indicator: deleted groups, refused and empty ones."""
        identity = np.arange(len(self.indicators.values) + 1)  # the last one is that of none
        indicators = self.indicators.read(identity, start, stop)
        with self.lock:
            self.is_plain[evaluations[numbers == REFUSED]] = False
            np.subtract.at(self.beyond_rows, evaluations[chosen], 1)
            for number in np.unique(indicators[chosen]).tolist():
                if span := self.groups.get(number):
                    owners = evaluations[(indicators == number) & (numbers == DELETED)]
                    np.add.at(self.beyond_rows, owners, len(span))
                    self.shares[np.array(span)[:, None], owners] = DELETED

    def _shares_of(self, start: int, stop: int, slots: Array) -> Array:
        """The number of the share of each row of a block, or :data:`NO_FINDING` or :data:`REFUSED`.

        Findings that are new are judged. ``slots`` is memory for as many int64.
        """
        found, other = (allocate(stop - start, self.dtype) for _ in range(2))
        found.fill(0)
        for columns, numbering in self.steps:
            for read in columns:
                found += read(start, stop, other)
            is_last = numbering is self.steps[-1][1]
            numbering.numbers(found, other, slots, partial(self._judged, start, stop) if is_last else None)
        return found

    def _judged(self, start: int, stop: int, rows: Array) -> Array:
        """The numbers of the shares of the findings in new rows of a block."""
        some = next(iter(self.standard.layout.unlimited), None)
        cells = _cells(self.cells.slice(start, stop - start).take(pa.array(rows)))
        texts = [name for name in TEXTS if name in self.columns]
        for row, alike in zip(cells, self.alike.read(start, stop)[rows] == ALIKE, strict=True):
            if alike:
                row[INDICATOR] = some
            for name in texts:
                if isinstance(row[name], str) and is_text(row[name]):
                    row[name] = "…"
        teams = [None] * len(rows)
        if self.deletion_teams is not None:
            teams = [self.teams[team] for team in self.deletion_teams.read(start, stop)[rows]]
        return np.array(self.scorer.share_numbers(cells, teams))

    # --- the evaluations ------------------------------------------------------------------------------------------

    def _find_doubtful(self) -> None:
        """Find the evaluations that are read as a whole, each with its rows.

        In the others each indicator has one sound finding, its own or the deletion of its group, so that nothing is
        missing, twice or in conflict (6.1.2), and not all are deleted (6.2.3).
        """
        in_parts(self._note_plain, self.count, self.threads, LEAST)
        # If each indicator of each evaluation has a finding, and all findings are as many, then none has two.
        if self.is_plain.all() and self.rows + self.beyond_rows.sum() == self.shares.size:
            return
        self.is_plain &= self._rows_of_evaluations() + self.beyond_rows == len(self.shares)
        rows = np.flatnonzero(~self.is_plain[self._evaluations(0, self.rows)])
        evaluations = self._evaluations_of(rows)
        order = np.argsort(evaluations, kind="stable")
        owners, first = np.unique(evaluations[order], return_index=True)
        self.doubtful_rows = rows[order]
        self.doubtful_cells = self.cells.take(pa.array(self.doubtful_rows)).combine_chunks()
        self.doubtful = dict(zip(owners.tolist(), map(slice, first, [*first[1:], len(rows)]), strict=True))

    def _rows_of_evaluations(self) -> Array:
        """The number of rows of each evaluation."""
        lengths = None if self.runs is None else np.diff(self.runs, append=self.rows)
        return np.bincount(self.evaluation_of_run, lengths, self.count).astype(np.int64)

    def _note_plain(self, part: slice) -> None:
        """Note the evaluations of which each indicator has a share, and one that is not deleted."""
        shares = self.shares[:, part]
        self.is_plain[part] &= (shares.min(axis=0) >= 0) & (shares.max(axis=0) > DELETED)

    def _scored(self, start: int) -> tuple[Any, list[PlacedProblem]]:
        """A block of evaluations, scored, and their problems."""
        count = min(self.at_once, self.count - start)
        numbers = self.shares[:, start : start + count]
        doubtful = np.flatnonzero(~self.is_plain[start : start + count]).tolist()
        if doubtful:
            numbers = numbers.copy()
        problems: list[str | None] = [None] * count
        reported: list[PlacedProblem] = []
        for place in doubtful:
            found, shares = self._examined(start + place)
            numbers[:, place] = shares
            self.shares[:, start + place] = NO_FINDING if found else shares
            if found:
                reported += found
                problems[place] = first_problem(found)
        carried = [column.slice(start, count) for column in self.carried]
        texts = pa.array(problems, pa.string()) if reported else None
        read = self.scorer.shares.reader(numbers)
        scored = self.scorer.scorer.with_results(carried, read, count, texts)
        return scored, reported

    def _examined(self, evaluation: int) -> tuple[list[PlacedProblem], Array]:
        """The problems of an evaluation, and the numbers of its shares, which are full if there are any."""
        place = self.doubtful[evaluation]
        cells = _cells(self.doubtful_cells[place][: MAX_VALUES + 1])
        lines = [int(self.lines[row]) for row in self.doubtful_rows[place].tolist()]
        document = read_rows(cells, None, self.other_fields[self.fields_of[evaluation]], lines)
        made, problems = examine_document(document, self.standard)
        own = [to_problem(violation, (line, 1)) for line, violation in self._violations(evaluation)]
        reported = [PlacedProblem(evaluation, problem, None) for problem in citing(own, self.standard.clause)]
        named: dict[int | None, Any] = {line: row[INDICATOR] for line, row in zip(lines, cells, strict=False)}
        reported += (
            PlacedProblem(evaluation, problem, self._indicator_of(problem, named.get(problem.line)))
            for problem in problems
        )
        if made is None or reported:
            return reported, FULL
        ledger = ledger_of(made, self.standard)  # such as of an evaluation with a row for an open group
        return [], np.array(self.scorer.shares.numbers_of(ledger.weights, ledger.overs, ledger.unders))

    def _indicator_of(self, problem: Problem, named: Any) -> str | None:
        """The indicator or group of a problem, of which ``named`` is that of its row."""
        if isinstance(named, str) and problem.path.startswith(path_text(("findings", named))):
            return key_text(named) if len(named) > MAX_KEY else named
        return self.scorer.ids_by_path.get(problem.path)

    def _violations(self, evaluation: int) -> Iterator[tuple[int, Violation]]:
        """The violations of the key and the further columns of an evaluation, each at its line."""
        first = int(self.first[evaluation])
        if self.is_without_key[evaluation]:
            yield int(self.lines[first]), Violation("missing-key", (self.scorer.key,), {"key": self.scorer.key})
        for name, row in self.differing.get(evaluation, ()):
            found, other = self.table[name].take(pa.array([row, first])).to_pylist()
            context = {"column": name, "found": found, "first": other, "hint": near(name, COLUMNS)}
            yield int(self.lines[row]), Violation("differing-values", (name,), context)


def _cells(table: Any) -> list[dict[str, Any]]:
    """The cells of each row by the names of their columns."""
    return list(map(dict, arrow_rows(pa.table([decoded(column) for column in table.columns], table.column_names))))


def _column_violations(names: Sequence[str], key: str) -> Iterator[Violation]:
    """The violations of the columns of a table of findings."""
    for name in (key, INDICATOR, "kind"):
        if name not in names:
            variant = "key" if name == key else ""
            yield Violation("missing-column", ("columns", name), {"found": name}, variant=variant)
    for name, count in Counter(names).items():
        if count > 1:
            yield Violation("duplicate-column", ("columns", name), {"found": name})
    if key in (*ALL_COLUMNS, "line", *PROBLEM_TEXTS):
        yield Violation("result-column", ("columns", key), {"found": key})
