"""Score a table of findings, one a row (6.2.2, 6.2.3, 6.3).

Most rows of such a table repeat few distinct findings. Each distinct one is read and judged once, by the classes of
:mod:`aftersales.evaluation.findings`. Its share is then used in every row that has it, and
:mod:`aftersales.batch.tables` adds up the shares. An evaluation with anything else than one sound finding for each
indicator is read as a whole, as :func:`~aftersales.examine` reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from aftersales.batch.columns import Array, ShareColumn, np, pa
from aftersales.batch.tables import TableScorer, block_size, ensure_batch, handed_over
from aftersales.evaluation.findings import SHARES, TEXTS
from aftersales.evaluation.ledger import judge
from aftersales.evaluation.loading import examine_document
from aftersales.evaluation.rows import COLUMNS, INDICATOR, arrow_rows, is_empty, names_in, read_rows
from aftersales.files.fields import Text
from aftersales.files.source import MAX_VALUES
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector, citing
from aftersales.problems.errors import EvaluationError, Problem, path_text
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, to_problem
from aftersales.standard.standard import Standard, load_standard
from aftersales.text.number_format import as_text

__all__ = ["ScoredFindings", "score_findings"]

TEAM = "team"
CONFIRMED_BY = "confirmed_by"
PROBLEM_TEXTS = ("code", "path", "clause", "message", "message_zh")
_TEXTS: TypeAdapter[list[str]] = TypeAdapter(list[Text])
SOUND, UNSOUND = 1, 2  # texts; an empty one is 0
NO_FINDING, REFUSED = -1, -2  # in place of the number of a share
DELETED, FULL = 0, 1  # the numbers of two shares
NO_TEAM = -1
MOST = 2**62


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
) -> ScoredFindings:
    """Score a table of findings (认定明细表). Stars, figures and problems are those of :func:`~aftersales.score`.

    ``table`` is any object with ``__arrow_c_stream__``, or an iterable of ``pyarrow.RecordBatch``. A row is a finding,
    or the deletion of a group. The rows of an evaluation have the same value in the column ``key``; they need not be
    adjacent. The other columns are those of :meth:`Evaluation.from_rows <aftersales.Evaluation.from_rows>`:
    ``indicator``, ``kind``, and those that the kinds use, empty where a kind does not use them. A column ``team`` has
    the names of the team, with ``、`` between them; deletions are then confirmed by its members (6.2.3). The team and
    all further columns have one value in all rows of an evaluation. ``standard`` (default: the bundled one) judges all
    evaluations.

    ``scored`` has a row for each evaluation, in the order in which they first occur: the key, the further columns, and
    the columns of :func:`score_table`, of ``nodes`` and with ``exact`` as there. An evaluation with problems has null
    figures, and the first of them in ``problem``. With ``shares`` there is also a column for each indicator, named by
    its id, with the exact share of its points that is earned (6.2.2) as text; null if it is deleted.

    ``problems`` has a row for each problem: the key; ``line``, the number of the row in ``table``, from 1, null for
    what has no row; ``indicator``; and ``code``, ``path``, ``clause``, ``message`` and ``message_zh`` of
    :class:`~aftersales.Problem`.

    Raises :class:`~aftersales.EvaluationError` for a table that cannot be read: columns that are missing, twice, or
    named as a column of the result.

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
    if standard is not None:
        ensure_kind("standard", standard, Standard)
    return _Findings(_table(table), standard or load_standard(), key).scored(nodes, exact, shares)


def _table(table: Any) -> Any:
    """The table in one chunk."""
    if isinstance(table, pa.Table):
        found = table
    elif isinstance(table, Iterable) and not hasattr(table, "__arrow_c_stream__"):
        batches = list(table)
        for position, batch in enumerate(batches):
            ensure_batch(batch, position)
        found = pa.Table.from_batches(batches, None if batches else pa.schema([]))
    else:
        found = handed_over(table, pa.table)
    found = found.unify_dictionaries().combine_chunks()
    columns = [_with_offsets(column.combine_chunks()) for column in found.columns]
    fields = [pa.field(name, column.type) for name, column in zip(found.column_names, columns, strict=True)]
    return pa.table(columns, pa.schema(fields, found.schema.metadata))


def _with_offsets(column: Any) -> Any:
    """The column with texts of another form than views, which Arrow cannot take rows of."""
    if pa.types.is_string_view(column.type):
        return column.cast(pa.large_string())
    if pa.types.is_dictionary(column.type):
        return pa.DictionaryArray.from_arrays(column.indices, _with_offsets(column.dictionary))
    return column


class Codes(NamedTuple):
    """A column as numbers.

    Fields:
        values: Its distinct values, as an Arrow array or a list.
        rows: The position of the value of each row among them.
    """

    values: Any
    rows: Array

    def are_empty(self) -> Array:
        """Whether each distinct value is an empty cell."""
        return np.array([is_empty(value) for value in _listed(self.values)], bool)


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else list(values.to_pylist())


def _codes(column: Any) -> Codes:
    """The column with each distinct value once. A null is a value."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    kind = column.type
    if pa.types.is_dictionary(kind):
        inner = _codes(column.dictionary)
        indices = column.indices.cast(pa.int64()).fill_null(len(inner.rows))
        values = _listed(inner.values)
        if None not in values:
            values = [*values, None]
        return Codes(values, np.append(inner.rows, values.index(None))[indices.to_numpy()])
    try:
        found = column.dictionary_encode(null_encoding="encode")
    except pa.ArrowNotImplementedError:  # lists and structs
        numbers: dict[str, int] = {}
        cells = column.to_pylist()
        rows = [numbers.setdefault(repr(cell), len(numbers)) for cell in cells]
        first = dict(zip(reversed(rows), reversed(cells), strict=True))
        return Codes([first[number] for number in range(len(numbers))], np.array(rows, np.int64))
    return Codes(found.dictionary, found.indices.to_numpy(zero_copy_only=False).astype(np.int64))


def _first_rows(rows: Array, count: int) -> Array:
    """The first row with each of ``count`` numbers."""
    first = np.zeros(count, np.int64)
    first[rows[::-1]] = np.arange(len(rows) - 1, -1, -1)
    return first


class _Findings:
    """A table of findings, and the evaluations in it."""

    def __init__(self, table: Any, standard: Standard, key: str):
        self.standard, self.key = standard, key
        names = table.column_names
        with Collector(EvaluationError, clause_of=standard.clause) as found:
            found.add(*_column_violations(names, key))
        self.further = [name for name in names if name not in COLUMNS and name != key]
        self.lines = np.arange(1, table.num_rows + 1)
        self.table = self._without_empty_rows(table)
        self.columns = {name: _codes(self.table[name]) for name in names}
        self.evaluation_of, self.first = _in_order(self.columns[key])
        self.count = len(self.first)
        self.cells = self.table.select([name for name in names if name in COLUMNS])
        self.shares: dict[tuple[int, int], int] = {(0, 0): DELETED, (1, 1): FULL}
        self.teams, self.team_of = [None], np.full(len(self.lines), NO_TEAM)
        if TEAM in self.columns:
            self.teams, self.team_of = [*_listed(self.columns[TEAM].values), None], self.columns[TEAM].rows
        self.ids_by_path = {path_text(("findings", node)): node for node in standard.layout.spans}
        self.differing = self._differing()

    def _without_empty_rows(self, table: Any) -> Any:
        """The table without the rows in which every cell is empty."""
        keys = _codes(table[self.key])
        empty = keys.are_empty()[keys.rows]
        if not empty.any():
            return table
        for name in table.column_names:
            codes = _codes(table[name])
            empty &= codes.are_empty()[codes.rows]
        self.lines = self.lines[~empty]
        return table.filter(pa.array(~empty))

    def scored(self, nodes: Iterable[str] | None, exact: bool, with_shares: bool) -> ScoredFindings:
        """The scored evaluations, and the problems."""
        ids = [indicator.id for indicator in self.standard.indicators]
        carried = self.table.select([name for name in self.table.column_names if name not in COLUMNS])
        texts = pa.dictionary(pa.int32(), pa.string())
        schema = pa.schema([*carried.schema, *(pa.field(name, texts) for name in ids)], carried.schema.metadata)
        scorer = TableScorer(schema, self.standard, nodes, exact, False, "not_applicable", with_shares)
        shares, is_plain = self._plain_shares()
        told: list[Told] = []
        problem = np.full(self.count, None, object)
        for evaluation, rows in self._rows_of(~is_plain):
            if found := self._examined(evaluation, rows, shares):
                told += found
                code, indicator = found[0].problem.code, found[0].indicator
                problem[evaluation] = code if indicator is None else f"{code}: {indicator}"
                shares[evaluation] = FULL  # its figures are null
        first_rows = carried.take(pa.array(self.first))
        columns = [column.combine_chunks() for column in first_rows.columns]
        if with_shares:
            columns += self._share_columns(shares, np.array([each is not None for each in problem], bool))
        blocks = list(self._blocks(scorer, columns, shares, problem))
        return ScoredFindings(pa.Table.from_batches(blocks, scorer.schema), self._problem_table(first_rows, told))

    def _share_columns(self, shares: Array, has_problem: Array) -> Iterator[Any]:
        """The shares of each indicator as texts, null where it is deleted or the evaluation has a problem."""
        texts = pa.array([as_text(Fraction(over, under or 1)) for over, under in self.shares], pa.string())
        for numbers in shares.T:
            given = pa.array(numbers.astype(np.int32), mask=(numbers == DELETED) | has_problem)
            yield pa.DictionaryArray.from_arrays(given, texts)

    def _blocks(self, scorer: TableScorer, columns: Sequence[Any], shares: Array, problem: Array) -> Iterator[Any]:
        overs, unders = zip(*self.shares, strict=True)
        unders = (1, *unders[1:])  # the share of what is deleted is not used
        quotients = np.array([over / under for over, under in zip(overs, unders, strict=True)])
        kind = np.int64 if max(unders) < 2**63 else object
        over, under = np.array(overs, kind), np.array(unders, kind)
        size = block_size(self.count)
        for start in range(0, self.count, size):
            part = slice(start, start + size)

            def read(position: int, part: slice = part) -> ShareColumn:
                numbers = shares[part, position]
                valid = numbers != DELETED
                of = None if valid.all() else valid.view(np.uint8)
                return ShareColumn(quotients[numbers], None, over[numbers], under[numbers], of)

            yield scorer.with_results(
                [column.slice(start, size) for column in columns],
                read,
                len(shares[part]),
                None if all(each is None for each in problem[part]) else pa.array(problem[part], pa.string()),
            )

    # --- evaluations with one sound finding for each indicator ----------------------------------------------------

    def _plain_shares(self) -> tuple[Array, Array]:
        """The number of the share of each indicator in each evaluation, and the evaluations in which each has one.

        Each indicator then has one sound finding, its own or the deletion of its group, so that nothing is missing,
        twice or in conflict (6.1.2, 6.2.3).
        """
        layout = self.standard.layout
        width = len(layout.positions)
        numbers = self._numbers()
        indicators = self.columns[INDICATOR]
        position = np.full(len(indicators.values), -1)
        groups = []
        for number, name in enumerate(_texts(indicators.values)):
            if name in layout.positions:
                position[number] = layout.positions[name]
            elif name in layout.spans:
                groups.append((number, layout.spans[name]))
        is_plain = np.ones(self.count, bool)
        is_plain[self.evaluation_of[numbers == REFUSED]] = False
        single = (numbers >= 0) & (position[indicators.rows] >= 0)
        places = [self.evaluation_of[single] * width + position[indicators.rows[single]]]
        values = [numbers[single]]
        for number, span in groups:
            rows = np.flatnonzero((indicators.rows == number) & (numbers >= 0))
            places += [self.evaluation_of[rows] * width + each for each in span]
            values += [numbers[rows] for _ in span]
        where = np.concatenate(places)
        found = np.bincount(where, minlength=self.count * width).reshape(self.count, width)
        shares = np.full(self.count * width, FULL)
        shares[where] = np.concatenate(values)
        shares = shares.reshape(self.count, width)
        is_plain &= (found == 1).all(axis=1) & (shares != DELETED).any(axis=1)
        is_plain[list(self.differing)] = False
        is_plain[self._are_sound_teams()[self.team_of[self.first]] == 0] = False
        keys = self.columns[self.key]
        is_plain[self.evaluation_of[keys.are_empty()[keys.rows]]] = False
        return shares, is_plain

    def _are_sound_teams(self) -> Array:
        """Whether each distinct team is one."""
        documents = (read_rows((), None, self._facts(team)) for team in range(len(self.teams)))
        return np.array([not examine_document(each, self.standard, complete=False)[1] for each in documents], bool)

    def _numbers(self) -> Array:
        """The number of the share of each row, :data:`NO_FINDING` of an empty one, or :data:`REFUSED`."""
        distinct = self._distinct()
        first = _first_rows(distinct, int(distinct.max(initial=-1)) + 1)
        cells = list(arrow_rows(self.cells.take(pa.array(first))))
        teams = self.team_of[first]
        if CONFIRMED_BY in self.columns:
            names = self.columns[CONFIRMED_BY]
            teams = np.where(names.are_empty()[names.rows[first]], NO_TEAM, teams)
        else:
            teams = np.full(len(first), NO_TEAM)
        found = np.full(len(first), REFUSED)
        unlimited = list(self.standard.layout.unlimited)
        alike: dict[int, list[int]] = {}  # the findings of indicators without a limit, by team
        for number, row in enumerate(cells):
            if _text(row[INDICATOR]) in self.standard.layout.unlimited:
                alike.setdefault(int(teams[number]), []).append(number)
            else:
                self._judge(found, [number], [row], int(teams[number]))
        for team, numbers in alike.items():
            for start in range(0, len(numbers), len(unlimited)):
                some = numbers[start : start + len(unlimited)]
                rows = [{**cells[number], INDICATOR: name} for number, name in zip(some, unlimited, strict=False)]
                if not self._judge(found, some, rows, team):
                    for number, row in zip(some, rows, strict=True):
                        self._judge(found, [number], [row], team)
        return found[distinct]

    def _judge(self, found: Array, numbers: Sequence[int], rows: Sequence[Mapping[str, Any]], team: int) -> bool:
        """Note the shares of findings of different indicators, and whether none of them has a problem."""
        document = read_rows(rows, None, self._facts(team))
        evaluation, problems = examine_document(document, self.standard, complete=False)
        if evaluation is None or problems:
            return False
        ledger = judge(evaluation, self.standard)
        for number, row in zip(numbers, rows, strict=True):
            if is_empty(row[INDICATOR]):
                found[number] = NO_FINDING
            elif (finding := evaluation.findings[row[INDICATOR]]) is None:
                continue  # an open one
            elif SHARES[type(finding)] is None:
                found[number] = DELETED
            else:
                place = self.standard.layout.positions[row[INDICATOR]]
                found[number] = self._number_of(ledger.overs[place], ledger.unders[place])
        return True

    def _number_of(self, over: int, under: int) -> int:
        return self.shares.setdefault(Fraction(over, under).as_integer_ratio(), len(self.shares))

    def _distinct(self) -> Array:
        """The number of the distinct finding of each row.

        The rules are the same for all indicators without a limit of their own, and for all texts that are not blank.
        """
        unlimited = self.standard.layout.unlimited
        found = np.zeros(len(self.lines), np.int64)
        size = 1
        for name in self.cells.column_names:
            codes = self.columns[name]
            if name == INDICATOR:
                alike = np.array([value in unlimited for value in _texts(codes.values)], bool)
                kinds = np.where(alike, 0, np.arange(1, len(alike) + 1))
            elif name in TEXTS:
                kinds = _soundness(_listed(codes.values))
            else:
                kinds = np.arange(len(codes.values))
            found, size = _paired(found, size, kinds[codes.rows], int(kinds.max(initial=0)) + 1)
        if CONFIRMED_BY in self.columns and len(self.teams) > 1:
            names = self.columns[CONFIRMED_BY]
            teams = np.where(names.are_empty()[names.rows], 0, self.team_of + 1)
            found, size = _paired(found, size, teams, len(self.teams) + 1)
        encoded = pa.array(found).dictionary_encode()
        return encoded.indices.to_numpy().astype(np.int64)

    # --- other evaluations ----------------------------------------------------------------------------------------

    def _rows_of(self, chosen: Array) -> Iterator[tuple[int, Array]]:
        """The chosen evaluations, each with its rows."""
        if not chosen.any():
            return
        rows = np.flatnonzero(chosen[self.evaluation_of])
        rows = rows[np.argsort(self.evaluation_of[rows], kind="stable")]
        owners = self.evaluation_of[rows]
        for part in np.split(rows, np.flatnonzero(np.diff(owners)) + 1):
            yield int(self.evaluation_of[part[0]]), part

    def _examined(self, evaluation: int, rows: Array, shares: Array) -> list[Told]:
        """The problems of an evaluation; without any, its shares are noted."""
        cells = list(arrow_rows(self.cells.take(pa.array(rows[: MAX_VALUES + 1]))))
        lines = self.lines[rows].tolist()
        document = read_rows(cells, None, self._facts(self.team_of[self.first[evaluation]]), lines)
        made, problems = examine_document(document, self.standard)
        own = [to_problem(violation, (line, 1)) for line, violation in self._violations(evaluation)]
        told = [Told(evaluation, problem, None) for problem in citing(own, self.standard.clause)]
        indicators = {line: _text(row[INDICATOR]) for line, row in zip(lines, cells, strict=False)}
        told += (
            Told(evaluation, problem, self._indicator_of(problem, indicators.get(problem.line))) for problem in problems
        )
        if made is not None and not told:  # such as one with a row for an open group
            ledger = judge(made, self.standard)
            for place, (share, weight) in enumerate(
                zip(zip(ledger.overs, ledger.unders, strict=True), ledger.weights, strict=True)
            ):
                shares[evaluation, place] = self._number_of(*share) if weight else DELETED
        return told

    def _indicator_of(self, problem: Problem, named: str | None) -> str | None:
        """The indicator or group of a problem, of which ``named`` is that of its row."""
        if named is not None and problem.path.startswith(path_text(("findings", named))):
            return named
        return self.ids_by_path.get(problem.path)

    def _facts(self, team: int) -> dict[str, Any]:
        """The fields of an evaluation beside its findings."""
        named = self.teams[team]
        facts: dict[str, Any] = {"standard": self.standard.id, "edition": self.standard.edition}
        if is_empty(named):
            return facts
        names = names_in(named) if isinstance(named, str) else named if isinstance(named, list) else [named]
        return facts | {"team": [{"name": name} for name in names]}

    def _violations(self, evaluation: int) -> Iterator[tuple[int, Violation]]:
        """What is wrong with the key and the further columns of an evaluation, each at its line."""
        first = self.first[evaluation]
        keys = self.columns[self.key]
        if keys.are_empty()[keys.rows[first]]:
            yield int(self.lines[first]), Violation("missing-key", (self.key,), {"key": self.key})
        for name, row in self.differing.get(evaluation, ()):
            found, other = self.table[name].take(pa.array([row, first])).to_pylist()
            context = {"column": name, "found": found, "first": other, "hint": near(name, COLUMNS)}
            yield int(self.lines[row]), Violation("differing-values", (name,), context)

    def _differing(self) -> dict[int, list[tuple[str, int]]]:
        """The evaluations with several values in a further column, each with the column and the first such row."""
        found: dict[int, list[tuple[str, int]]] = {}
        for name in self.further:
            values = self.columns[name].rows
            rows = np.flatnonzero(values != values[self.first][self.evaluation_of])
            owners, first = np.unique(self.evaluation_of[rows], return_index=True)
            for owner, row in zip(owners.tolist(), rows[first].tolist(), strict=True):
                found.setdefault(owner, []).append((name, row))
        return found

    def _problem_table(self, first_rows: Any, told: Sequence[Told]) -> Any:
        text = pa.string()
        keys = first_rows[self.key].take(pa.array([each.evaluation for each in told], pa.int64()))
        columns = {
            "line": pa.array([each.problem.line for each in told], pa.int64()),
            "indicator": pa.array([each.indicator for each in told], text),
            **{name: pa.array([getattr(each.problem, name) for each in told], text) for name in PROBLEM_TEXTS},
        }
        return pa.table({self.key: keys, **columns})


class Told(NamedTuple):
    """A problem of an evaluation.

    Fields:
        evaluation: The number of the evaluation.
        problem: The problem.
        indicator: The indicator or group that it is about; None if it is about none.
    """

    evaluation: int
    problem: Problem
    indicator: str | None


def _column_violations(names: Sequence[str], key: str) -> Iterator[Violation]:
    """What is wrong with the columns of a table of findings."""
    for name in (key, INDICATOR, "kind"):
        if name not in names:
            yield Violation("missing-column", ("columns", name), {"found": name})
    for name, count in Counter(names).items():
        if count > 1:
            yield Violation("duplicate-column", ("columns", name), {"found": name})
    if key in (*COLUMNS, "line", *PROBLEM_TEXTS):
        yield Violation("result-column", ("columns", key), {"found": key})


def _in_order(keys: Codes) -> tuple[Array, Array]:
    """The number of the evaluation of each row, in the order in which they first occur, and the first row of each."""
    used = np.flatnonzero(np.bincount(keys.rows, minlength=len(keys.values)))
    first = _first_rows(keys.rows, len(keys.values))[used]
    order = np.argsort(first)
    numbers = np.zeros(len(keys.values), np.int64)
    numbers[used[order]] = np.arange(len(used))
    return numbers[keys.rows], first[order]


def _paired(found: Array, size: int, codes: Array, count: int) -> tuple[Array, int]:
    """Numbers below ``size``, each made one with a code below ``count``."""
    if size * count > MOST:
        encoded = pa.array(found).dictionary_encode()
        found, size = encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)
    return found * count + codes, size * count


def _soundness(values: Sequence[Any]) -> Array:
    """0 for each text that is empty, :data:`SOUND` for one that a finding takes, else :data:`UNSOUND`."""
    given = [value for value in values if not is_empty(value)]
    try:
        _TEXTS.validate_python(given)
    except ValidationError:
        return np.array([0 if is_empty(value) else _is_text(value) for value in values], np.int64)
    return np.array([0 if is_empty(value) else SOUND for value in values], np.int64)


def _is_text(value: Any) -> int:
    try:
        _TEXTS.validate_python([value])
    except ValidationError:
        return UNSOUND
    return SOUND


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(values: Any) -> list[str | None]:
    return list(map(_text, _listed(values)))
