"""Write scored tables: Parquet, CSV and workbooks, completely or not at all."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from aftersales.batch.columns import Array, pa
from aftersales.batch.files.readable import FORMAT
from aftersales.batch.tables import first_of
from aftersales.files.archive import reproducible
from aftersales.files.writing import Source, unwritable, whole_file
from aftersales.problems.collector import refusal
from aftersales.problems.errors import AftersalesError, OutputError
from aftersales.problems.extras import require
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.text.number_format import MARK

# Imported before any work begins: an interrupt during an import may be lost.
compute = require("pyarrow.compute", "batch")
csv = require("pyarrow.csv", "batch")
parquet = require("pyarrow.parquet", "batch")

__all__ = [
    "RESULT_SHEETS",
    "TableWriter",
    "beside",
    "ensure_table_format",
    "problems_beside",
    "sheet_title",
    "target_files",
    "write_tables",
]

SHEETS_LANG = "zh"  # as that of the forms
RESULT_SHEETS = ("scored", "problems", "notes")  # of a workbook
TICKS = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}  # of a day
DAYS = tuple((day - date(1970, 1, 1)).days for day in (date.min, date.max))
MAX_ROWS = 1_048_576  # of a sheet
MAX_CELL = 32_767  # characters of a cell
MAX_DIGITS = 15  # of a number in a spreadsheet
MEASURED = 100  # cells of a column that decide on its width
MAX_WIDTH = 50  # of a column, in characters


def sheet_title(name: str) -> str:
    """The title of a sheet of results."""
    return phrase(f"sheet.{name}").text(SHEETS_LANG)


def ensure_table_format(path: Path, error: type[AftersalesError]) -> None:
    """Refuse a file whose extension names no format of tables."""
    if path.suffix.lower() not in _KINDS:
        raise refusal(error, Violation("unknown-table-format", context={"found": path.name, "allowed": tuple(_KINDS)}))


@contextmanager
def target_files(target: Path, *, force: bool, reads: Iterable[Source]) -> Iterator[list[Path]]:
    """Temporary paths for a scored table and for its problems, if they have a file of their own.

    At the end of the block they replace their targets, as ``whole_file`` does it.
    """
    reads = list(reads)
    with (
        whole_file(target, force=force, reads=reads) as scored,
        beside(target, force=force, reads=reads) as problems,
    ):
        yield [scored, *problems]


@contextmanager
def beside(target: Path, *, force: bool, reads: Iterable[Source]) -> Iterator[list[Path]]:
    """A temporary path for the problems of a scored table; none for a workbook, which has them in a sheet."""
    if target.suffix.lower() == ".xlsx":
        yield []
        return
    with whole_file(problems_beside(target), force=force, reads=reads) as problems:
        yield [problems]


def problems_beside(target: Path) -> Path:
    """The file of the problems of a scored table; the workbook itself has them in a sheet of its own.

    >>> problems_beside(Path("scored.csv")).name, problems_beside(Path("scored.xlsx")).name
    ('scored.problems.csv', 'scored.xlsx')
    """
    is_workbook = target.suffix.lower() == ".xlsx"
    return target if is_workbook else target.with_name(f"{target.stem}.problems{target.suffix}")


def write_tables(paths: list[Path], target: Path, scored: Any, problems: Any, mark: bytes, notes: Any = None) -> None:
    """Write a scored table and its problems to the paths of :func:`target_files`, and ``notes`` into a workbook."""
    for path, table in zip(paths, (scored, problems), strict=False):
        with pa.OSFile(os.fsencode(path), "wb") as file, TableWriter(file, target, table.schema, mark) as writer:
            for batch in table.to_batches():
                writer.write(batch)
            if len(paths) == 1:
                writer.add_sheet("problems", problems)
                writer.add_notes(notes)


class TableWriter:
    """Writes batches in the format of ``target``. Raises :class:`~aftersales.OutputError` for unsupported values.

    A CSV begins with ``mark``.
    """

    def __init__(self, file: Any, target: Path, schema: Any, mark: bytes = b""):
        self.target, self.is_csv = target, target.suffix.lower() == ".csv"
        if self.is_csv:
            file.write(mark)
        self.kind = _KINDS[target.suffix.lower()]
        try:
            self.writer = self.kind(file, schema)
        except _UNHELD as error:
            raise self._unheld(pa.RecordBatch.from_pylist([], schema)) from error

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.close()

    def write(self, batch: Any) -> None:
        """Write the rows of a batch."""
        try:
            self._put(self.writer, batch)
        except TooManyRows as error:
            raise unwritable(self.target, phrase("too_many_rows", allowed=MAX_ROWS)) from error
        except _UNHELD as error:
            raise self._unheld(batch) from error

    def add_notes(self, notes: Any) -> None:
        """Write notes, if there are any, into a sheet of their own. Other formats have no place for them."""
        if notes is not None and self.kind is SheetWriter:
            self.add_sheet("notes", notes)

    def add_sheet(self, name: str, table: Any) -> None:
        """Write a table into a sheet of its own, in a workbook."""
        self.writer.begin(sheet_title(name), table.schema)
        for batch in table.to_batches():
            self.write(batch)

    def _put(self, writer: Any, batch: Any) -> None:
        if self.is_csv and any(map(is_altered_by_csv, batch.columns)):
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


class SheetWriter:
    """Writes batches into a sheet of a workbook, as Arrow's writers do it for other formats.

    Numbers of more than 15 digits and days are texts, since a spreadsheet would change them.
    """

    def __init__(self, file: Any, schema: Any):
        self.openpyxl = require("openpyxl", "excel")
        self.file = file
        self.book = self.openpyxl.Workbook(write_only=True)
        self.head: list[str] | None = None  # of the sheet, until it is written
        self.begin(sheet_title("scored"), schema)

    def __enter__(self) -> SheetWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, title: str, schema: Any) -> None:
        """Begin a sheet."""
        for field in schema:
            kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
            if pa.types.is_nested(kind) or isinstance(kind, pa.BaseExtensionType) or "binary" in str(kind):
                raise pa.ArrowNotImplementedError(f"a cell cannot hold {kind}")
        self._end_head()
        self.sheet, self.rows = self.book.create_sheet(title), 0
        self.sheet.freeze_panes = "A2"
        self.forms = [(field.metadata or {}).get(FORMAT, b"").decode() for field in schema]
        self.head = schema.names

    def _end_head(self) -> None:
        """Write the head of a sheet without rows."""
        if self.head is not None:
            self._write_head(())

    def _write_head(self, columns: Sequence[Sequence[Any]]) -> None:
        """Write the head above columns that are as wide as it and their first cells."""
        assert self.head is not None
        for number, name in enumerate(self.head, 1):
            cells = columns[number - 1][:MEASURED] if columns else ()
            width = max(map(_width, [name, *(str(cell) for cell in cells if cell is not None)]))
            letter = self.openpyxl.utils.get_column_letter(number)
            self.sheet.column_dimensions[letter].width = min(MAX_WIDTH, 3 + width)
        head, self.head = self.head, None
        self._append(head)

    def write_batch(self, batch: Any) -> None:
        """Write the rows of a batch."""
        try:
            columns = [column.to_pylist() for column in batch.columns]
        except UnicodeDecodeError as error:
            raise pa.ArrowInvalid(str(error)) from error
        if self.head is not None:
            self._write_head(columns)
        for row in zip(*columns, strict=True):
            self._append(
                self._number(value, form) if form else value for value, form in zip(row, self.forms, strict=True)
            )

    def _append(self, row: Iterable[Any]) -> None:
        self.rows += 1
        if self.rows > MAX_ROWS:
            raise TooManyRows
        self.sheet.append([self._cell(value) for value in row])

    def _number(self, text: str | None, form: str) -> Any:
        """The number of a text, as a cell that looks like it; the text itself if it is no number alone (reading R3)."""
        if text is None or text.endswith(MARK) or text.startswith("<"):
            return text
        number = Decimal(text.removesuffix("%"))
        cell = self.openpyxl.cell.WriteOnlyCell(self.sheet, number / 100 if text.endswith("%") else number)
        cell.number_format = form.replace("00", "0" * len(text.removesuffix("%").partition(".")[2]))
        return cell

    def _cell(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | self.openpyxl.cell.Cell):
            return value
        if isinstance(value, int | float | Decimal):
            number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            fits = number.is_finite() and (isinstance(value, float) or len(number.as_tuple().digits) <= MAX_DIGITS)
            return value if fits else str(value)
        text = str(value)
        if len(text) > MAX_CELL or self.openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(text) or _DECODED.search(text):
            raise pa.ArrowInvalid("a cell cannot hold the text")
        if text.startswith(("=", "#")):  # no formula, and no error
            cell = self.openpyxl.cell.WriteOnlyCell(self.sheet, text)
            cell.data_type = "s"
            return cell
        return text

    def close(self) -> None:
        """Write the workbook."""
        self._end_head()
        made = io.BytesIO()
        self.book.save(made)
        self.file.write(reproducible(made.getvalue()))


def _width(text: str) -> int:
    """The width of a text in characters, of which a Chinese one is two."""
    return sum(1 + (each > "\u02ff") for each in text)


class TooManyRows(Exception):
    """A sheet cannot hold the rows."""


def is_altered_by_csv(column: Any) -> bool:
    """Whether Arrow's CSV would silently write something in a column as another text, or as invalid UTF-8.

    For a day outside the years 1 to 9999 and a time outside the 24 hours of a day, Arrow writes an error text. It omits
    the seconds of an offset from UTC.
    """
    types, kind = pa.types, column.type
    if types.is_dictionary(kind):
        return is_altered_by_csv(column.dictionary.take(column.indices.unique().drop_null()))
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


_KINDS = {".parquet": parquet.ParquetWriter, ".csv": csv.CSVWriter, ".xlsx": SheetWriter}
"""The formats of tables, by their extension, with their writers."""
_DECODED = re.compile("_x[0-9A-Fa-f]{4}_")  # text that Excel reads as another character
_UNHELD = (pa.ArrowInvalid, pa.ArrowNotImplementedError)
