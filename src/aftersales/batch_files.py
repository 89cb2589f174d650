"""Tables in files, scored without ever holding one as a whole: Parquet or CSV in, Parquet or CSV out.

Of a CSV nothing is guessed: shares are read as the text that stands there (``0.70``, ``60%``, ``2/3``; empty: not
applicable), and what is carried through stays the text that it was.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from aftersales.batch import BLOCK, score_batches
from aftersales.batch_columns import np, pa
from aftersales.csv_guard import check
from aftersales.document import reasons_of
from aftersales.errors import AftersalesError, EvaluationError, PaperError
from aftersales.extras import require
from aftersales.faults import Fault, put_into_words
from aftersales.standard import Standard, load_standard
from aftersales.writing import unwritable, whole_file

__all__ = ["Summary", "score_file"]

CSV_BLOCK = 2**24  # bytes of a CSV that Arrow reads at once; no row may be longer


class Summary(NamedTuple):
    """How many rows a table has, how many of them have a problem, and how many have got how many stars."""

    rows: int
    problems: int
    stars: dict[int, int]


class _Source(NamedTuple):
    """A table in a file: its batches, and how many rows they have to come to."""

    batches: Any
    rows: int


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
    bar = partial(require("tqdm", "batch").tqdm, unit_scale=True, disable=_is_dumb(), leave=False)
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
        table = open_table(paths[0], standard, bar)
        scored = score_batches(table.batches, standard, nodes=nodes, exact=exact, decimal=decimal)
        with (
            pa.OSFile(os.fsencode(unfinished), "wb") as file,
            _writer(file, paths[1], scored.schema) as writer,
            bar(total=table.rows, unit="rows") as shown,
        ):
            for batch in scored:
                _write(writer, batch, paths[1])
                rows += batch.num_rows
                problems += batch.num_rows - batch["problem"].null_count
                stars = batch["stars"].drop_null().to_numpy(zero_copy_only=False)
                counts.update(dict(enumerate(np.bincount(stars).tolist())))
                shown.update(batch.num_rows)
        if rows != table.rows:
            raise _refusal("row-count", found=rows, allowed=table.rows)
    return Summary(rows, problems, {stars: counts[stars] for stars in range(len(standard.stars) + 1)})


def _refusal(code: str, **facts: Any) -> EvaluationError:
    return EvaluationError([put_into_words(Fault(code, facts=facts))])


def _opened(path: Path) -> Any:
    """A file of Arrow's. One of Python's would not do: Arrow reads ahead in threads of its own, also while Python ends."""
    with _reading(path, _unreadable):
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)  # in words that are known, what is no file or cannot be read is refused here
        opened = pa.OSFile(os.fsencode(path))  # a name need not be UTF-8
    if not opened.size():
        raise _refusal("empty-document")
    return opened


def _unreadable(path: Path, error: Exception) -> EvaluationError:
    reason, reason_zh = reasons_of(error)
    return _refusal("unreadable-file", found=str(path), reason=reason, reason_zh=reason_zh)


@contextmanager
def _reading(path: Path, refused: Callable[[Path, Exception], EvaluationError]) -> Iterator[None]:
    """Turns what Python or Arrow says of a file into what is wrong with it."""
    try:
        yield
    except AftersalesError:
        raise
    except (OSError, ValueError) as error:
        tell = _unreadable if getattr(error, "errno", None) else refused  # a number comes from the system
        raise tell(path, error) from error


def _batches(reader: Iterable[Any], path: Path, refused: Callable[[Path, Exception], EvaluationError]) -> Iterator[Any]:
    with _reading(path, refused):
        yield from reader


# --- Parquet -----------------------------------------------------------------------------------------------------


def _open_parquet(path: Path, standard: Standard, bar: Any) -> _Source:
    parquet = require("pyarrow.parquet", "batch")
    file = _opened(path)
    start = file.read(4)
    if start not in (b"PAR1", b"PARE"):
        raise _refusal("not-parquet", reason="it is a file of another format", reason_zh="这是其他格式的文件")
    file.seek(max(file.size() - 4, 4))
    if file.read() != start:
        raise _refusal("not-parquet", reason="its end is missing", reason_zh="文件不完整，缺少结尾")
    with _reading(path, _damaged):
        table = parquet.ParquetFile(file, pre_buffer=False, page_checksum_verification=True)
    batches = _batches(table.iter_batches(batch_size=BLOCK), path, _damaged)
    return _Source(pa.RecordBatchReader.from_batches(table.schema_arrow, batches), table.metadata.num_rows)


def _damaged(_: Path, error: Exception) -> EvaluationError:
    reason, reason_zh = f"it is damaged or encrypted ({error})", f"文件已损坏或加密（{error}）"
    return _refusal("not-parquet", reason=reason, reason_zh=reason_zh)


# --- CSV ---------------------------------------------------------------------------------------------------------


def _open_csv(path: Path, standard: Standard, bar: Any) -> _Source:
    csv = require("pyarrow.csv", "batch")
    file = _opened(path)
    with _reading(path, _unparsed), bar(total=file.size(), unit="B") as shown:
        names, rows = check(path, CSV_BLOCK, lambda reached: shown.update(reached - shown.n))
    text = pa.string()
    kinds = {name: pa.dictionary(pa.int32(), text) if name in standard.layout.positions else text for name in names}
    if not rows:  # Arrow takes a head that no line break ends for no table
        return _Source(pa.table([pa.array([], kinds[name]) for name in names], names).to_reader(), 0)
    parsing = csv.ParseOptions(newlines_in_values=True)
    # Only nothing at all is null: whoever wrote NA or NaN for a share is told so.
    converting = csv.ConvertOptions(
        column_types=kinds, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
    )
    with _reading(path, _unparsed):
        reader = csv.open_csv(file, csv.ReadOptions(block_size=CSV_BLOCK), parsing, converting)
    return _Source(pa.RecordBatchReader.from_batches(reader.schema, _batches(reader, path, _unparsed)), rows)


def _unparsed(_: Path, error: Exception) -> EvaluationError:
    return _refusal("not-csv", reason=f"it cannot be parsed ({error})", reason_zh=f"无法解读（{error}）")


# --- out ---------------------------------------------------------------------------------------------------------


def _write(writer: Any, batch: Any, target: Path) -> None:
    try:
        writer.write_batch(batch)
    except _UNHELD as error:
        raise _unheld(batch, target) from error


def _is_dumb() -> bool | None:
    """Whether there is nothing to draw a bar on; None lets the bar look whether stderr is a terminal."""
    return True if sys.stderr is None else None


def _writer(file: Any, target: Path, schema: Any) -> Any:
    """What writes to a file in the format of ``target``; neither format holds every type."""
    try:
        return _format_of(target)(file, schema)
    except _UNHELD as error:
        raise _unheld(pa.RecordBatch.from_pylist([], schema), target) from error


def _format_of(target: Path) -> Any:
    if target.suffix.lower() == ".csv":
        return require("pyarrow.csv", "batch").CSVWriter
    return require("pyarrow.parquet", "batch").ParquetWriter


_UNHELD = (pa.ArrowInvalid, pa.ArrowNotImplementedError)


def _unheld(batch: Any, target: Path) -> PaperError:
    """Names the columns that the format cannot hold: those that cannot be written alone."""
    found = []
    for field in batch.schema:
        try:
            with _format_of(target)(pa.BufferOutputStream(), pa.schema([field])) as writer:
                writer.write_batch(batch.select([field.name]))
        except _UNHELD:
            found.append(f"{field.name} ({field.type})")
    columns = ", ".join(found)
    return unwritable(target, f"its format cannot hold the columns {columns}", f"此格式存不下这些列：{columns}")
