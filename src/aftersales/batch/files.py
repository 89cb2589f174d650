"""Score tables in files, Parquet or CSV, in bounded memory.

In a CSV, nothing is guessed: shares are read as text (``0.70``, ``60%``, ``2/3``; an empty cell is null), and other
columns stay the text that they are. The columns of indicators are named by the id, the title, or both.
"""

from __future__ import annotations

import os
import stat
import sys
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from aftersales.batch.columns import Array, np, pa
from aftersales.batch.heads import named_by_ids
from aftersales.batch.strict_csv import DELIMITERS, Delimiter, Dialect, Encoding, StrictCsv, mark_at
from aftersales.batch.tables import BLOCK, Null, first_of, score_batches
from aftersales.files.source import is_special, open_file, reason_of
from aftersales.files.writing import unwritable, whole_file
from aftersales.problems.collector import refusal
from aftersales.problems.errors import EvaluationError, OutputError
from aftersales.problems.extras import require
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard, load_standard
from aftersales.text.unseen import blanks

# Imported before any work begins: an interrupt during an import may be lost.
compute = require("pyarrow.compute", "batch")
csv = require("pyarrow.csv", "batch")
parquet = require("pyarrow.parquet", "batch")
pa.array([0])  # the first array makes Arrow import pandas, if it is installed

__all__ = ["Summary", "score_file"]

TICKS = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}  # of a day
DAYS = tuple((day - date(1970, 1, 1)).days for day in (date.min, date.max))
CSV_MARK = 4  # bytes of the longest byte order mark
CSV_BLOCK = 2**24  # bytes of a CSV that are parsed at once; every row must be shorter


class Summary(NamedTuple):
    """The counts of a scored table.

    Fields:
        rows: The number of rows.
        unscored: The number of rows that have a problem and no score.
        stars: The number of scored rows, by the number of stars.
        near_limit: The number of scored rows that are below a limit by at most 10⁻⁹.
        null_shares: The number of unscored rows whose problem is a null share.
    """

    rows: int
    unscored: int
    stars: dict[int, int]
    near_limit: int = 0
    null_shares: int = 0


class _Source(NamedTuple):
    """A table in a file.

    Fields:
        batches: A reader of the batches.
        size: The size of the file, in ``unit``.
        unit: The unit of ``size`` and of the progress.
        reached: Returns how much has been read, in ``unit``.
        rows: Returns the number of rows read.
        mark: The byte order mark at the start of the file, by which some spreadsheets recognise UTF-8.
    """

    batches: Any
    size: int
    unit: str
    reached: Callable[[], int] | None
    rows: Callable[[], int]
    mark: bytes = b""


def score_file(
    source: str | Path,
    target: str | Path,
    standard: Standard | None = None,
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    decimal: bool = False,
    null: Null = "missing",
    encoding: Encoding | None = None,
    delimiter: Delimiter = "comma",
    bom: bool = False,
    force: bool = False,
) -> Summary:
    """Score the table in a file into another file, in bounded memory. The extensions .parquet and .csv name the
    formats.

    The options are those of :func:`~aftersales.batch.tables.score_table`; ``decimal`` requires Parquet. ``encoding``
    (default: by the byte order mark, or UTF-8 without one) and ``delimiter`` are those of a CSV that is read; a CSV
    that is written has commas, in UTF-8. With ``bom``, or if the one that is read is UTF-8 with a byte order mark, it
    has such a mark, by which spreadsheets recognise UTF-8.

    ``target`` is written completely or not at all, and replaced only with ``force``. ``source`` is never replaced,
    under any name or link. On a terminal, a bar on stderr shows the progress.

    Raises :class:`~aftersales.EvaluationError` for a file that is no such table, and :class:`~aftersales.OutputError`
    if ``target`` exists, is ``source``, has another extension or cannot be written.
    """
    bar = require("tqdm", "batch").tqdm
    bar.get_lock()  # which imports the locks
    standard = standard or load_standard()
    paths = Path(source), Path(target)
    for path, error in zip(paths, (EvaluationError, OutputError), strict=True):
        if path.suffix.lower() not in {".parquet", ".csv"}:
            raise refusal(error, Violation("unknown-table-format", context={"found": path.name}))
    is_csv = paths[0].suffix.lower() == ".csv"
    table_in = (
        _open_csv(paths[0], standard, Dialect(encoding, delimiter)) if is_csv else _open_parquet(paths[0], standard)
    )
    if decimal and is_csv:
        raise refusal(EvaluationError, Violation("decimal-of-csv", ("decimal",)))
    counts: Counter[int] = Counter()
    rows = unscored = near_limit = null_shares = 0
    with whole_file(target, force=force, reads=[source]) as unfinished, table_in as table:
        scored = score_batches(table.batches, standard, nodes=nodes, exact=exact, decimal=decimal, null=null)
        with (
            bar(total=table.size, unit=table.unit, unit_scale=True, disable=_is_dumb(), leave=False) as shown,
            pa.OSFile(os.fsencode(unfinished), "wb") as file,
            _Writer(file, paths[1], scored.schema, BOM_UTF8 if bom else table.mark) as writer,
        ):
            for batch in scored:
                writer.write(batch)
                rows += batch.num_rows
                unscored += batch.num_rows - batch["problem"].null_count
                near_limit += batch["near_limit"].true_count
                null_shares += compute.starts_with(batch["problem"], "null-share:").true_count
                stars = batch["stars"].drop_null().to_numpy(zero_copy_only=False)
                counts.update(dict(enumerate(np.bincount(stars).tolist())))
                shown.update((table.reached() if table.reached else rows) - shown.n)
        if rows != table.rows():
            raise _refused("row-count", found=rows, allowed=table.rows())
    stars_of = {stars: counts[stars] for stars in range(len(standard.stars) + 1)}
    return Summary(rows, unscored, stars_of, near_limit, null_shares)


def _refused(code: str, **context: Any) -> EvaluationError:
    return refusal(EvaluationError, Violation(code, context=context))


def _unreadable(path: Path, error: Exception) -> EvaluationError:
    return _refused("unreadable-file", found=str(path), reason=reason_of(error))


def _opened(path: Path) -> BinaryIO:
    """Open a file that exists, is not empty and is seekable, unlike a pipe or a device."""
    if is_special(path):
        raise _no_regular_file(path)
    try:
        file = open_file(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    found = os.fstat(file.fileno())
    if stat.S_ISREG(found.st_mode) and found.st_size:
        return file
    file.close()
    raise _refused("empty-document") if stat.S_ISREG(found.st_mode) else _no_regular_file(path)


def _no_regular_file(path: Path) -> EvaluationError:
    return _refused("unreadable-file", found=str(path), reason=phrase("not_regular"))


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Convert errors of the system while reading to ours. Errors while writing are converted elsewhere."""
    try:
        yield
    except OSError as error:
        raise _unreadable(path, error) from error


# --- Parquet -----------------------------------------------------------------------------------------------------


@contextmanager
def _open_parquet(path: Path, standard: Standard) -> Iterator[_Source]:
    with _opened(path) as ends, _reading(path):
        start = ends.read(4)
        ends.seek(max(ends.seek(0, os.SEEK_END) - 4, 4))
        end = ends.read()
    if start not in (b"PAR1", b"PARE"):
        raise _refused("not-parquet", reason=phrase("parquet.other"))
    if start != end:
        raise _refused("not-parquet", reason=phrase("parquet.cut"))
    with _reading(path):
        file = pa.OSFile(os.fsencode(path))  # a name need not be UTF-8
    with file:
        with _decoding(path):
            # Not as nanoseconds, which end in 2262: later days would overflow, and 9999 often means never.
            table = parquet.ParquetFile(
                file, pre_buffer=False, page_checksum_verification=True, coerce_int96_timestamp_unit="us"
            )
            schema, rows = table.schema_arrow, table.metadata.num_rows
        names = named_by_ids(schema.names, standard)
        schema = pa.schema([field.with_name(name) for field, name in zip(schema, names, strict=True)], schema.metadata)

        def batches() -> Iterator[Any]:
            with _decoding(path):
                for batch in table.iter_batches(batch_size=BLOCK):
                    for column in batch.columns:
                        if pa.types.is_dictionary(column.type):  # validates its indices
                            pa.DictionaryArray.from_arrays(column.indices, column.dictionary)
                    yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)

        yield _Source(pa.RecordBatchReader.from_batches(schema, batches()), rows, "rows", None, lambda: rows)


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Convert Arrow's errors about a Parquet file to ours. An error with an errno comes from the system."""
    try:
        yield
    except (OSError, ValueError, pa.ArrowException) as error:
        if getattr(error, "errno", None):
            raise _unreadable(path, error) from error
        raise _refused("not-parquet", reason=phrase("parquet.damaged", error=str(error))) from error


# --- CSV ---------------------------------------------------------------------------------------------------------


@contextmanager
def _open_csv(path: Path, standard: Standard, dialect: Dialect) -> Iterator[_Source]:
    with _opened(path) as file, _reading(path):
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        encoding, mark = mark_at(file.read(CSV_MARK))
        file.seek(len(mark))
        if encoding and dialect.encoding not in (None, encoding):
            context = {"found": encoding, "other": dialect.encoding}
            raise refusal(EvaluationError, Violation("other-mark", ("encoding",), context))
        strict = StrictCsv(file, CSV_BLOCK, dialect._replace(encoding=dialect.encoding or encoding))
        blocks = strict.blocks()
        first = next(blocks, None)  # so that problems of the rows are reported before those of the columns
        names = named_by_ids(strict.names, standard)
        text = pa.string()
        shares = pa.dictionary(pa.int32(), text)
        schema = pa.schema([(name, shares if name in standard.layout.positions else text) for name in names])
        everything = [str(number) for number in range(1, strict.width + 1)]  # the names may not be distinct
        types = dict(zip(everything, [*schema.types, *[text] * strict.width], strict=False))
        parsing = csv.ParseOptions(delimiter=DELIMITERS[dialect.delimiter], newlines_in_values=True)
        # Only an empty cell is null: NA or NaN as a share is reported.
        converting = csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        )

        def batches() -> Iterator[Any]:
            with _reading(path):
                for block in chain(filter(None, [first]), blocks):
                    options = csv.ReadOptions(column_names=everything, block_size=len(block))
                    table = csv.read_csv(pa.BufferReader(block), options, parsing, converting)
                    for batch in table.to_batches():
                        if unnamed := [place for place in everything[len(names) :] if _has_cells(batch[place])]:
                            raise _refused("unnamed-columns", columns=tuple(unnamed))
                        columns = batch.columns[: len(names)]
                        yield pa.RecordBatch.from_arrays(list(map(_trimmed, columns)), schema=schema)

        reader = pa.RecordBatchReader.from_batches(schema, batches())
        kept = mark if mark == BOM_UTF8 else b""
        yield _Source(reader, size, "B", file.tell, lambda: strict.rows, kept)


def _has_cells(column: Any) -> bool:
    return bool(column.null_count < len(column))


def _trimmed(column: Any) -> Any:
    """A column of a CSV without blanks around the shares, as spreadsheets leave them. Nothing else is removed."""
    if not pa.types.is_dictionary(column.type):
        return column
    return pa.DictionaryArray.from_arrays(column.indices, compute.utf8_trim(column.dictionary, blanks()))


# --- out ---------------------------------------------------------------------------------------------------------


def _is_dumb() -> bool | None:
    """True if progress cannot be drawn. None: tqdm checks whether stderr is a terminal."""
    return True if sys.stderr is None else None


class _Writer:
    """Writes batches in the format of ``target``. Raises :class:`~aftersales.OutputError` for unsupported values."""

    def __init__(self, file: Any, target: Path, schema: Any, mark: bytes):
        self.target, self.is_csv = target, target.suffix.lower() == ".csv"
        if self.is_csv:
            file.write(mark)
        self.kind = csv.CSVWriter if self.is_csv else parquet.ParquetWriter
        try:
            self.writer = self.kind(file, schema)
        except _UNHELD as error:
            raise self._unheld(pa.RecordBatch.from_pylist([], schema)) from error

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.close()

    def write(self, batch: Any) -> None:
        try:
            self._put(self.writer, batch)
        except _UNHELD as error:
            raise self._unheld(batch) from error

    def _put(self, writer: Any, batch: Any) -> None:
        if self.is_csv and any(map(_is_altered_by_csv, batch.columns)):
            raise pa.ArrowInvalid("Arrow would write something else without a word")
        writer.write_batch(batch)

    def _unheld(self, batch: Any) -> OutputError:
        """The error that names the columns that the format cannot hold."""
        fields = zip(batch.schema, batch.columns, strict=True)
        unheld = [f"{field.name} ({field.type})" for field, column in fields if not self._holds(field, column)]
        return unwritable(self.target, phrase("unheld_columns", columns=first_of(unheld)))

    def _holds(self, field: Any, column: Any) -> bool:
        """Whether the format can hold a column."""
        schema = pa.schema([field])
        try:
            with self.kind(pa.BufferOutputStream(), schema) as writer:
                self._put(writer, pa.RecordBatch.from_arrays([column], schema=schema))
        except _UNHELD:
            return False
        return True


def _is_altered_by_csv(column: Any) -> bool:
    """Whether Arrow's CSV would silently write something in a column as another text, or as invalid UTF-8.

    For a day outside the years 1 to 9999 and a time outside the 24 hours of a day, Arrow writes an error text. It omits
    the seconds of an offset from UTC.
    """
    types, kind = pa.types, column.type
    if types.is_dictionary(kind):
        return _is_altered_by_csv(column.dictionary.take(column.indices.unique().drop_null()))
    if types.is_string(kind) or types.is_large_string(kind):
        return not _is_valid(column)
    if not (types.is_date(kind) or types.is_time(kind) or types.is_timestamp(kind)):
        return False
    a_day = 1 if types.is_date32(kind) else TICKS["ms" if types.is_date64(kind) else kind.unit]
    first, last = (0, 0) if types.is_time(kind) else DAYS

    def numbers(column: Any) -> Array:
        return column.view(pa.int32() if kind.bit_width == 32 else pa.int64()).drop_null().to_numpy()

    def are_beyond(values: Array) -> bool:
        return bool(len(values)) and not first * a_day <= values.min() <= values.max() < (last + 1) * a_day

    values = numbers(column)
    if not types.is_timestamp(kind) or not kind.tz:
        return are_beyond(values)
    try:
        local = numbers(compute.local_timestamp(column))
    except pa.ArrowInvalid:  # an unknown time zone
        return True
    offsets = local - values
    # An offset is less than a day and a whole number of minutes. The local time may overflow 64 bits.
    return are_beyond(local) or bool(
        (offsets % (a_day // 1_440) != 0).any() or ((local < values) != (offsets < 0)).any()
    )


def _is_valid(column: Any) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


_UNHELD = (pa.ArrowInvalid, pa.ArrowNotImplementedError)
