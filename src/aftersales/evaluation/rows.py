"""Read findings from rows, one a finding: the plain data of an evaluation, and the row and column of each part.

Rows are mappings from column names to cells, or what a data frame, a cursor or a reader of CSV gives. A cell that is
None, NaN, NaT, pandas.NA or an empty text is absent, and a row of such cells is none.

What is read: a data frame of pandas or polars, an Arrow table or what gives one, a cursor, or an iterable of rows.
A row is a mapping, a row of a database that knows its names, what ``DataFrame.iterrows`` gives, or a sequence of cells
whose columns are named beside it. The table of :meth:`aftersales.Evaluation.to_table` is read, too: it has ``id`` for
``indicator``, the exact text of each number, and what follows from the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count, islice
from typing import Any

from aftersales.evaluation.findings import KINDS, SHORTHANDS, Qualitative
from aftersales.files.numbers import MAX_TEXT, nearest_float, read_quantity, read_result
from aftersales.files.parsed_file import ParsedFile, Place
from aftersales.files.source import MAX_VALUES, Position, UnreadableSource
from aftersales.problems.errors import Path
from aftersales.problems.extras import require
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError
from aftersales.text.normalize import names_in
from aftersales.text.number_format import is_numpy_number

__all__ = ["ALL_COLUMNS", "COLUMNS", "DERIVED", "ID", "INDICATOR", "arrow_rows", "is_empty", "names_of", "read_rows"]

Cell = tuple[Any, Position]

INDICATOR = "indicator"
COLUMNS = (INDICATOR, *dict.fromkeys(name for kind in KINDS.values() for name in ("kind", *kind.model_fields)))
"""The columns: the id of the indicator or group, and the keys of all kinds of finding."""
ID, EXACT = "id", "_exact"
EXACT_OF = {name: f"{name}{EXACT}" for name in COLUMNS if name != INDICATOR}
"""The columns of exact numbers, by those that they are beside."""
ALL_COLUMNS = (*COLUMNS, *EXACT_OF.values())
"""The columns, and those of exact numbers."""
DERIVED = ("parent", "pieces_of_evidence")
"""The columns of a table of findings that are no part of a finding."""

_PLAIN = frozenset(COLUMNS)
NARROW_FLOATS = ("float", "halffloat", "Float32", "Float16")  # as Arrow and polars call them


def read_rows(
    rows: Any, columns: Iterable[str] | None, facts: Mapping[str, Any], numbers: Iterable[int] | None = None
) -> ParsedFile:
    """The plain data of an evaluation with these rows as its findings. Their places are row and column, from 1.

    ``columns`` names the cells of rows that are sequences. ``facts`` are the other fields of the evaluation.
    ``numbers`` are those of the rows in their table; by default they are counted. Raises TypeError for rows that have
    no names.
    """
    places: dict[Path, Place] = {}
    findings: dict[str, Any] = {}
    document = ParsedFile({**facts, "findings": findings}, locate=lambda: places)
    unknown: set[Any] = set()
    numbered = zip(count(1) if numbers is None else numbers, _named(rows, columns), strict=False)
    for many, (number, row) in enumerate(numbered, 1):
        if many > MAX_VALUES:
            return ParsedFile(stop=UnreadableSource("too-many-values", (number, 1), allowed=MAX_VALUES))
        cells = {
            name: (value, (number, place))
            for place, (name, value) in enumerate(islice(row.items(), MAX_VALUES), 1)
            if not is_empty(value)
        }
        if INDICATOR not in row and ID in cells:
            cells[INDICATOR] = cells.pop(ID)
            cells = {name: cell for name, cell in cells.items() if name not in DERIVED}
        others = [name for name in cells if name not in _PLAIN]
        exact = {name: cells.pop(column) for name, column in EXACT_OF.items() if column in cells} if others else {}
        for name in [name for name in others if name in cells and name not in unknown]:
            unknown.add(name)
            hint = near(name, COLUMNS) if isinstance(name, str) else None
            context = {"found": name, "allowed": COLUMNS, "hint": hint}
            document.violations.append(
                (Violation("unknown-key", (str(name),), context, about_key=True), cells[name][1])
            )
        known = {name: cells[name] for name in COLUMNS if name in cells}
        if known or exact:
            _read_row(known, exact, number, document, findings, places)
    return document


def _read_row(
    cells: dict[str, Cell],
    exact: dict[str, Cell],
    number: int,
    document: ParsedFile,
    findings: dict[str, Any],
    places: dict[Path, Place],
) -> None:
    """Read the cells of a row that are not empty into the findings. ``exact`` are those of exact numbers."""
    key, position = cells.pop(INDICATOR, (None, (number, 1)))
    if not isinstance(key, str):
        missing = Violation("missing-key", ("findings",), {"key": INDICATOR})
        document.violations.append(
            (missing if key is None else Violation("not-text", ("findings",), {"found": key}), position)
        )
        return
    path: Path = ("findings", str(key))
    if path in places:
        first = places[path][0][0]
        document.violations.append((Violation("duplicate-key", path, {"found": key, "line": first}), position))
        return
    places[path] = position, position
    for name, (value, place) in exact.items():
        if name in cells and not _is_nearest(cells[name][0], value):
            context = {"found": cells[name][0], "allowed": value, "column": f"{name}{EXACT}"}
            document.violations.append((Violation("exact-differs", (*path, name), context), place))
    cells |= {name: (_read_exact(value), place) for name, (value, place) in exact.items()}
    for name, (_, place) in cells.items():
        places[*path, name] = place, place
    finding = {name: value for name, (value, _) in cells.items()}
    kind = finding.get("kind")
    short = SHORTHANDS.get(kind) if isinstance(kind, str) else None
    if short is not None:
        if "degree" in finding and not _is_degree(finding["degree"], short):
            context = {"found": finding["degree"], "kind": kind}
            document.violations.append((Violation("unused-cell", (*path, "degree"), context), cells["degree"][1]))
        finding = {**finding, "kind": short.kind, "degree": short.degree}
    if isinstance(finding.get("confirmed_by"), str):
        finding["confirmed_by"] = names_of(finding["confirmed_by"])
    findings[str(key)] = finding or None


def names_of(cell: str) -> list[str]:
    """The names in a cell. A cell that is not empty and names nobody has one that is refused."""
    return names_in(cell) or [""]


def arrow_rows(table: Any) -> Iterator[Mapping[str, Any]]:
    """The rows of an Arrow table. A narrow float stays one, since its own shortest repr is read."""
    cells = [
        column.to_numpy(zero_copy_only=False) if str(column.type) in NARROW_FLOATS else column.to_pylist()
        for column in table.columns
    ]
    return (dict(zip(table.schema.names, row, strict=True)) for row in zip(*cells, strict=True))


def _named(rows: Any, columns: Iterable[str] | None) -> Iterator[Mapping[Any, Any]]:
    """The rows as mappings, no more than may be read and one."""
    if hasattr(rows, "get_columns"):  # polars; its rows would widen a Float32
        cells = [
            column.to_numpy() if str(column.dtype) in NARROW_FLOATS else column.to_list()
            for column in rows.get_columns()
        ]
        return (dict(zip(rows.columns, row, strict=True)) for row in zip(*cells, strict=True))
    if hasattr(rows, "to_pylist"):  # Arrow
        return arrow_rows(rows)
    if hasattr(rows, "iloc"):  # pandas; its records would widen a float32
        cells = [rows.iloc[:, place].to_numpy() for place in range(rows.shape[1])]
        rows, columns = zip(*cells, strict=True), rows.columns
    elif hasattr(rows, "__arrow_c_stream__"):  # duckdb, a reader of record batches
        return arrow_rows(require("pyarrow", "batch").table(rows))
    if columns is None and (described := getattr(rows, "description", None)):  # a cursor
        columns = [column[0] for column in described]
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        raise TypeError(f"rows has to be a data frame, a cursor or an iterable of rows, not {type(rows).__name__}")
    names = None if columns is None else tuple(columns)
    if names is not None and len(set(names)) < len(names):
        raise TypeError(f"a column is there twice: {', '.join(map(str, names))}")
    return (_row(row, names) for row in islice(rows, MAX_VALUES + 1))


def _row(row: Any, names: Sequence[str] | None) -> Mapping[Any, Any]:
    if isinstance(row, Mapping):
        return row
    if isinstance(row, tuple) and len(row) == 2 and hasattr(row[1], "to_dict"):  # of DataFrame.iterrows
        named: Mapping[Any, Any] = row[1].to_dict()
    elif hasattr(row, "_mapping"):  # of SQLAlchemy
        named = dict(row._mapping)
    elif hasattr(row, "_asdict"):
        named = row._asdict()
    elif hasattr(row, "keys"):  # of sqlite3
        named = {name: row[name] for name in row.keys()}  # noqa: SIM118 - it is no mapping, and iterates over cells
    elif names is not None and isinstance(row, Sequence) and not isinstance(row, str | bytes):
        if len(row) != len(names):
            raise TypeError(f"a row has {len(row)} cells, and there are {len(names)} columns")
        named = dict(zip(names, row, strict=True))
    else:
        raise TypeError(f"a row has to be a mapping, or a sequence of cells beside columns=…, not {type(row).__name__}")
    return named


def _is_nearest(value: Any, exact: Any) -> bool:
    """Whether a number is the float that is nearest to the exact one. False for what is no number."""
    try:
        found = float(value) if isinstance(value, float) else nearest_float(read_quantity(value))
        return found == nearest_float(read_result(exact))
    except ViolationError:
        return False


def _read_exact(text: Any) -> Any:
    """An exact text as it is, or its number if it is longer than a text of a number may be."""
    if isinstance(text, str) and len(text) > MAX_TEXT:
        with suppress(ViolationError):
            return read_result(text)
    return text


def _is_degree(value: Any, short: Qualitative) -> bool:
    """Whether a number is the degree that a word such as ``full`` stands for. False for what is no number."""
    try:
        return read_quantity(value) == short.degree
    except ViolationError:
        return False


def is_empty(value: Any) -> bool:
    """Whether a cell is absent. NaN and NaT are not equal to themselves, and pandas.NA is neither."""
    if value is None or isinstance(value, str | int):
        return value is None or value == ""
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    return (isinstance(value, float) or is_numpy_number(value)) and value != value
