"""Tables in files, scored without ever holding one as a whole: Parquet or CSV in, Parquet or CSV out.

Of a CSV nothing is guessed: shares are read as the text that stands there (``0.70``, ``60%``, ``2/3``; empty: not
applicable), and what is carried through stays the text that it was.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from aftersales.batch import BLOCK, score_batches
from aftersales.batch_columns import np, pa
from aftersales.document import reasons_of
from aftersales.errors import EvaluationError, PaperError
from aftersales.extras import require
from aftersales.faults import Fault, put_into_words
from aftersales.standard import Standard, load_standard
from aftersales.writing import unwritable, whole_file

__all__ = ["Summary", "score_file"]

CSV_BLOCK = 2**24  # bytes of a CSV that are read at once


class Summary(NamedTuple):
    """How many rows a table has, how many of them have a problem, and how many have got how many stars."""

    rows: int
    problems: int
    stars: dict[int, int]


class _Source(NamedTuple):
    """A table in a file: its batches, and how far one has come, in ``unit`` of ``size``."""

    batches: Any
    size: int
    unit: str
    reached: Callable[[], int] | None


def score_file(
    source: str | Path,
    target: str | Path,
    standard: Standard | None = None,
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    decimal: bool = False,
    force: bool = False,
) -> Summary:
    """Scores the table in a file into another file, in bounded memory; the endings, .parquet or .csv, name the formats.

    The options are those of :func:`~aftersales.batch.score_table`; ``decimal`` is for Parquet alone. ``target`` is made
    whole or not at all, and one that exists is replaced only with ``force``. On a terminal a bar on stderr shows how far
    it is.

    Raises :class:`~aftersales.EvaluationError` for a file that is no such table, :class:`~aftersales.PaperError` where
    ``target`` exists, has another ending, or cannot be written.
    """
    bar = require("tqdm", "batch").tqdm
    standard = standard or load_standard()
    paths = Path(source), Path(target)
    for path, error in zip(paths, (EvaluationError, PaperError), strict=True):
        if path.suffix.lower() not in {".parquet", ".csv"}:
            raise error([put_into_words(Fault("unknown-table-format", facts={"found": path.name}))])
    open_table = _open_parquet if paths[0].suffix.lower() == ".parquet" else _open_csv
    if decimal and open_table is _open_csv:
        raise EvaluationError([put_into_words(Fault("decimal-of-csv", ("decimal",)))])
    counts: Counter[int] = Counter()
    rows = problems = 0
    with whole_file(target, force=force) as unfinished:
        table = open_table(paths[0], standard)
        scored = score_batches(table.batches, standard, nodes=nodes, exact=exact, decimal=decimal)
        with (
            _writer(unfinished, paths[1], scored.schema) as writer,
            bar(total=table.size, unit=table.unit, unit_scale=True, disable=_is_dumb(), leave=False) as shown,
        ):
            for batch in scored:
                _write(writer, batch, paths[1])
                rows += batch.num_rows
                problems += batch.num_rows - batch["problem"].null_count
                stars = batch["stars"].drop_null().to_numpy(zero_copy_only=False)
                counts.update(dict(enumerate(np.bincount(stars).tolist())))
                shown.update((table.reached() if table.reached else rows) - shown.n)
    return Summary(rows, problems, {stars: counts[stars] for stars in range(len(standard.stars) + 1)})


def _refusal(code: str, position: tuple[int, int] | None = None, **facts: Any) -> EvaluationError:
    return EvaluationError([put_into_words(Fault(code, facts=facts), position)])


def _unreadable(path: Path, error: Exception) -> EvaluationError:
    reason, reason_zh = reasons_of(error)
    return _refusal("unreadable-file", found=str(path), reason=reason, reason_zh=reason_zh)


def _size_and_ends(path: Path) -> tuple[int, bytes, bytes]:
    """The size of a file, its first four bytes and the last four of what comes after them."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 4, len(start)))
            end = file.read()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not size:
        raise _refusal("empty-document")
    return size, start, end


# --- Parquet -----------------------------------------------------------------------------------------------------


def _open_parquet(path: Path, standard: Standard) -> _Source:
    parquet = require("pyarrow.parquet", "batch")
    _, start, end = _size_and_ends(path)
    if start not in (b"PAR1", b"PARE"):
        raise _refusal("not-parquet", reason="it is a file of another format", reason_zh="这是其他格式的文件")
    if start != end:
        raise _refusal("not-parquet", reason="its end is missing", reason_zh="文件不完整，缺少结尾")
    try:
        file = parquet.ParquetFile(str(path), pre_buffer=False)
    except (OSError, ValueError) as error:
        raise _damaged_parquet(error) from error

    def batches() -> Iterator[Any]:
        try:
            yield from file.iter_batches(batch_size=BLOCK)
        except (OSError, ValueError) as error:  # such as a page that is damaged
            raise _damaged_parquet(error) from error

    reader = pa.RecordBatchReader.from_batches(file.schema_arrow, batches())
    return _Source(reader, file.metadata.num_rows, "rows", None)


def _damaged_parquet(error: Exception) -> EvaluationError:
    reason, reason_zh = f"it is damaged or encrypted ({error})", f"文件已损坏或加密（{error}）"
    return _refusal("not-parquet", reason=reason, reason_zh=reason_zh)


# --- CSV ---------------------------------------------------------------------------------------------------------


def _open_csv(path: Path, standard: Standard) -> _Source:
    csv = require("pyarrow.csv", "batch")
    parsing = csv.ParseOptions(newlines_in_values=True)
    reading = csv.ReadOptions(block_size=CSV_BLOCK)
    size, _, _ = _size_and_ends(path)
    # Arrow takes a head that no line break ends for no table. A small file gets one more, which means nothing after another.
    content = path.read_bytes() + b"\n" if size < CSV_BLOCK else None

    def opened() -> Any:
        # No file of Python's: Arrow reads ahead in threads of its own, also while Python comes to its end.
        return pa.OSFile(str(path)) if content is None else pa.BufferReader(content)

    file = opened()
    try:
        names = csv.open_csv(opened(), reading, parsing).schema.names
        text = pa.string()
        kinds = {name: pa.dictionary(pa.int32(), text) if name in standard.layout.positions else text for name in names}
        # Only nothing at all is null: whoever wrote NA or NaN for a share is told so.
        converting = csv.ConvertOptions(
            column_types=kinds, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        )
        reader = csv.open_csv(file, reading, parsing, converting)
    except (UnicodeDecodeError, pa.ArrowInvalid) as error:
        raise _not_csv(path, error) from error
    _check_head(names)

    def batches() -> Iterator[Any]:
        cell = None
        try:
            for batch in reader:
                if batch.num_rows:  # a block of blank lines alone has none
                    cell = batch.column(len(names) - 1)[-1].as_py()
                yield batch
        except pa.ArrowInvalid as error:
            raise _not_csv(path, error) from error
        # What follows a quote that is never closed is a cell for Arrow: in the last column it misses nothing then.
        if cell is not None and _ends_open(opened(), cell) and (wrong := _wrong_row(path)):
            raise wrong

    stream = pa.RecordBatchReader.from_batches(reader.schema, batches())
    return _Source(stream, file.size(), "B", file.tell)


def _check_head(names: list[str]) -> None:
    """Refuses a head that is no text, or one column because something else than commas divides it."""
    if any("\0" in name for name in names):
        raise _refusal("not-csv", reason="it is binary, or UTF-16", reason_zh="文件是二进制的，或是 UTF-16 编码")
    divider, (called, called_zh) = max(_DIVIDERS.items(), key=lambda known: names[0].count(known[0]))
    if len(names) == 1 and divider in names[0]:
        raise _refusal("no-commas", found=called, found_zh=called_zh)


_DIVIDERS = {";": ("semicolons", "分号"), "\t": ("tabs", "制表符")}


def _ends_open(file: Any, cell: str) -> bool:
    """Whether a file ends in its last cell as if no quote closed it."""
    quoted = b'"' + cell.replace('"', '""').encode()
    file.seek(max(0, file.size() - len(quoted) - 1))
    end = file.read()
    return end[1:] == quoted and end[:1] in (b",", b"\r", b"\n")


def _not_csv(path: Path, error: Exception) -> EvaluationError:
    """What is wrong with a CSV, and where."""
    unknown = _refusal("not-csv", reason=f"it cannot be parsed ({error})", reason_zh=f"无法解读（{error}）")
    return _wrong_byte(path) or _wrong_row(path) or unknown


def _wrong_byte(path: Path) -> EvaluationError | None:
    """The first byte that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line, column, piece, broken = 1, 1, b"\n", None
    with path.open("rb") as file:
        while piece:
            piece = file.read(CSV_BLOCK)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                broken, text = error.object[error.start], error.object[: error.start].decode("utf-8-sig")
            line += text.count("\n")
            column = len(text) - text.rfind("\n") if "\n" in text else column + len(text)
            if broken is not None:
                return _refusal("not-utf8", (line, column), found=f"0x{broken:02X}")
    return None


def _wrong_row(path: Path) -> EvaluationError | None:
    """What is wrong with the head, or with the first row that is no match for it."""
    import csv

    before = csv.field_size_limit(CSV_BLOCK)
    width, line = 0, 1  # of the head, and where a row begins
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(chain(text, [_END]))
            for row in rows:
                if row and row[-1].endswith(_END):
                    if rows.line_num == line:
                        break
                    opened = line + sum(cell.count("\n") for cell in row[:-1])
                    return _refusal("open-quote", (opened, 1))
                if row and not width:
                    _check_head(row)
                    width = len(row)
                elif row and len(row) != width:
                    return _refusal("ragged-csv", (line, 1), found=len(row), allowed=width)
                line = rows.line_num + 1
    except csv.Error:
        return _refusal("row-too-long", (line, 1), allowed=CSV_BLOCK)
    finally:
        csv.field_size_limit(before)
    return None if width else _refusal("empty-document")


_END = "\udfff"  # what no text in UTF-8 holds: after the last line it is a row, or a part of what a quote has opened


# --- out ---------------------------------------------------------------------------------------------------------


def _write(writer: Any, batch: Any, target: Path) -> None:
    try:
        writer.write_batch(batch)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise unwritable(target, error) from error


def _is_dumb() -> bool | None:
    """Whether there is nothing to draw a bar on; None lets the bar look whether stderr is a terminal."""
    return True if sys.stderr is None else None


def _writer(path: Path, target: Path, schema: Any) -> Any:
    """What writes to ``path`` in the format of ``target``; neither format holds every type."""
    try:
        if target.suffix.lower() == ".csv":
            return require("pyarrow.csv", "batch").CSVWriter(path, schema)
        return require("pyarrow.parquet", "batch").ParquetWriter(path, schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise unwritable(target, error) from error
