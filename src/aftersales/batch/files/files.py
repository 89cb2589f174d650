"""Score tables in files, and evaluations in files and folders, into a file.

Tables of shares in Parquet and CSV are scored in bounded memory. In a CSV, nothing is guessed: shares are read as text
(``0.70``, ``60%``, ``2/3``; an empty cell is null), and other columns stay the text that they are. The columns of
indicators are named by the id, the title, or both.
"""

from __future__ import annotations

import os
import stat
import sys
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from aftersales.batch.columns import Array, np, pa
from aftersales.batch.files.evaluation_files import as_text, files_in, problem_table, scored_files
from aftersales.batch.files.heads import by_keys, is_of_findings, named_by_ids
from aftersales.batch.files.readable import OF_FILES, Readable
from aftersales.batch.files.sheets import is_result, is_table, table_in
from aftersales.batch.files.strict_csv import DELIMITERS, Delimiter, Dialect, Encoding, StrictCsv, mark_at
from aftersales.batch.files.targets import (
    TableWriter,
    beside,
    ensure_table_format,
    problems_beside,
    target_files,
    write_tables,
)
from aftersales.batch.findings.findings import FindingsScorer, plain_table, without_empty_rows
from aftersales.batch.judged import PlacedProblem
from aftersales.batch.tables import BATCH, Null, score_batches
from aftersales.batch.threads import number_of_threads
from aftersales.evaluation.rules import missing_findings
from aftersales.files.source import WORKBOOK, is_special, open_file, reason_of
from aftersales.files.writing import whole_file
from aftersales.problems.collector import Collector, citing, refusal
from aftersales.problems.errors import EvaluationError, OutputError, Problem, Remark, at_path, folded
from aftersales.problems.extras import require
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, to_problem
from aftersales.standard.standard import Standard, load_standard
from aftersales.text.unseen import blanks

# Imported before any work begins: an interrupt during an import may be lost.
compute = require("pyarrow.compute", "batch")
csv = require("pyarrow.csv", "batch")
parquet = require("pyarrow.parquet", "batch")
pa.array([0])  # the first array makes Arrow import pandas, if it is installed

__all__ = ["Listing", "Summary", "score_evaluation_files", "score_file"]

CSV_MARK = 4  # bytes of the longest byte order mark
CSV_BLOCK = 2**24  # bytes of a CSV that are parsed at once; every row must be shorter
LISTED = 20  # problems that people are shown; the rest is counted
ROWS_LISTED = 1_000  # of a table of problems, which are looked at at a time
MISSING = "missing-finding"
KEY = "evaluation"  # the column with the name of the evaluation, unless another one is named
_INEFFECTIVE = {"findings": ("decimal", "null"), "shares": ("key",)}
"""The options that have no effect on a table, by what its rows are."""


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


class Listing:
    """The problems and notes that are shown to people.

    Attributes:
        first: The first problems, each a line in a language.
        codes: The number of problems of each code.
        file: The file that all of them are written into; None if the scored table has them.
        same: The number of evaluations in files that are the same as one before.
        names: The names that several files have, in different folders.
        others: What is in the folders and not read: files of other formats, and links to folders.
        remarks: What looks other than it is read in the table of a workbook.
        remark_codes: The number of evaluations in files with remarks of each code, if remarks are asked for.
        is_marked: Whether a number in a table for people has the mark ``(-)``.
    """

    def __init__(self) -> None:
        self.first: list[Callable[[str], str]] = []
        self.codes: Counter[str] = Counter()
        self.file: str | None = None
        self.same = 0
        self.names: list[str] = []
        self.others: list[str] = []
        self.remarks: tuple[Remark, ...] = ()
        self.remark_codes: Counter[str] = Counter()
        self.is_marked = False

    @property
    def is_full(self) -> bool:
        """Whether enough problems are shown."""
        return len(self.first) == LISTED

    def show(self, line: Callable[[str], str]) -> None:
        """Show a problem, unless enough are shown."""
        if not self.is_full:
            self.first.append(line)


class _Counts:
    """Counts the rows of a scored table."""

    def __init__(self) -> None:
        self.stars: Counter[int] = Counter()
        self.rows = self.unscored = self.near_limit = self.null_shares = 0

    def add(self, batch: Any) -> None:
        self.rows += batch.num_rows
        self.unscored += batch.num_rows - batch["problem"].null_count
        self.near_limit += batch["near_limit"].true_count
        self.null_shares += compute.starts_with(batch["problem"], "null-share:").true_count
        stars = batch["stars"].drop_null().to_numpy(zero_copy_only=False)
        self.stars.update(dict(enumerate(np.bincount(stars).tolist())))

    def summary(self, standard: Standard) -> Summary:
        stars = {stars: self.stars[stars] for stars in range(len(standard.stars) + 1)}
        return Summary(self.rows, self.unscored, stars, self.near_limit, self.null_shares)


class _Source(NamedTuple):
    """A table in a file.

    Fields:
        batches: A reader of the batches.
        size: The size of the file, in ``unit``.
        unit: The unit of ``size`` and of the progress.
        reached: Returns how much has been read, in ``unit``.
        rows: Returns the number of rows read.
        lines: The numbers by which people know rows that count from 1: their lines in a CSV, their rows in a sheet.
        mark: The byte order mark at the start of the file, by which some spreadsheets recognise UTF-8.
        remarks: What looks other than it is read.
    """

    batches: Any
    size: int
    unit: str
    reached: Callable[[], int] | None
    rows: Callable[[], int]
    lines: Callable[[Array], Array]
    mark: bytes = b""
    remarks: tuple[Remark, ...] = ()

    def watched(self, shown: Any) -> Iterator[Any]:
        """The batches, whose progress is shown."""
        rows = 0
        for batch in self.batches:
            yield batch
            rows += batch.num_rows
            shown.update((self.reached() if self.reached else rows) - shown.n)


class _Target(NamedTuple):
    """A file for a scored table.

    Fields:
        path: Its path.
        temporary: The path at which it is written.
        mark: The byte order mark with which a CSV begins.
        view: Makes the tables readable for people; None: they are written for programs.
    """

    path: Path
    temporary: Path
    mark: bytes
    view: Readable | None


def score_file(
    source: str | Path,
    target: str | Path,
    standard: Standard | None = None,
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    decimal: bool = False,
    null: Null | None = None,
    key: str | None = None,
    encoding: Encoding | None = None,
    delimiter: Delimiter | None = None,
    sheet: str | None = None,
    bom: bool = False,
    readable: str | None = None,
    force: bool = False,
    listing: Listing | None = None,
) -> Summary:
    """Score the table in a file into another file. The extensions .parquet, .csv and .xlsx name the formats.

    A table with the columns ``indicator`` and ``kind`` is one of findings, as
    :func:`~aftersales.batch.findings.findings.score_findings` takes it, with the column ``key`` (default:
    ``evaluation``); it is read as a whole, and its problems are written into a file of their own beside ``target``, or
    a sheet of it. Any other table is scored in bounded memory, unless it is in a workbook. The options are those of
    :func:`~aftersales.batch.tables.score_table`; ``decimal`` requires Parquet.

    ``encoding`` (default: by the byte order mark, or UTF-8 without one) and ``delimiter`` (default: comma) are those of
    a CSV that is read; a CSV that is written has commas, in UTF-8. With ``bom``, or if the one that is read is UTF-8
    with a byte order mark, it has such a mark, by which spreadsheets recognise UTF-8. ``sheet`` is the sheet of a
    workbook, which may be left out if only one is visible and not empty. ``readable`` is the language of a table for
    people, as :class:`~aftersales.batch.files.readable.Readable` makes it. An option that has no effect on the table is
    refused.

    ``target`` is written completely or not at all, and replaced only with ``force``. ``source`` is never replaced,
    under any name or link. On a terminal, a bar on stderr shows the progress. The problems are added to ``listing``.

    Raises :class:`~aftersales.EvaluationError` for a file that is no such table, and :class:`~aftersales.OutputError`
    if ``target`` exists, is ``source``, has another extension or cannot be written.
    """
    bar = _bar()
    standard = standard or load_standard()
    paths = Path(source), Path(target)
    for path, error in zip(paths, (EvaluationError, OutputError), strict=True):
        ensure_table_format(path, error)
    form = paths[0].suffix.lower()
    given = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet, "decimal": decimal, "null": null, "key": key}
    with Collector(EvaluationError) as found:
        found.add(*_without_effect(form, _FORMATS[form].ineffective, given), *_bom_without_effect(paths[1], bom=bom))
        if decimal and form != ".parquet":
            found.add(Violation("decimal-of-csv", ("decimal",)))
    listing = listing or Listing()
    view = Readable(standard, readable, exact=exact) if readable else None
    opened = _FORMATS[form].open(paths[0], standard, Dialect(encoding, delimiter or "comma"), sheet)
    with whole_file(target, force=force, reads=[source]) as temporary, opened as table:
        names = table.batches.schema.names
        of_findings = is_of_findings(names)
        if of_findings or not standard.layout.positions.keys().isdisjoint(names):  # what is neither is refused below
            with Collector(EvaluationError) as found:
                rows = "findings" if of_findings else "shares"
                found.add(*_without_effect(rows, _INEFFECTIVE[rows], given))
        listing.remarks = table.remarks
        into = _Target(paths[1], temporary, BOM_UTF8 if bom or readable else table.mark, view)
        exact = exact or view is not None
        with bar(total=table.size, unit=table.unit, unit_scale=True) as shown:
            if not of_findings:
                options = {"nodes": nodes, "exact": exact, "decimal": decimal, "null": null or "missing"}
                counts = _score_shares(table, into, standard, options, listing, shown)
            else:
                with beside(paths[1], force=force, reads=[source]) as problems_file:
                    read = pa.Table.from_batches(table.watched(shown), table.batches.schema)
                    findings = plain_table(by_keys(read, standard, table.lines))
                    scorer = FindingsScorer(findings.schema, standard, KEY if key is None else key, nodes, exact, False)
                    counts = _score_findings(findings, table.lines, into, problems_file, scorer, listing)
    return counts.summary(standard)


def _score_shares(
    table: _Source, into: _Target, standard: Standard, options: Mapping[str, Any], listing: Listing, shown: Any
) -> _Counts:
    """Score a table of shares, a batch at a time."""
    counts, view = _Counts(), into.view
    scored = score_batches(table.batches, standard, **options)
    schema = view.scored(scored.schema.empty_table()).schema if view else scored.schema
    with (
        pa.OSFile(os.fsencode(into.temporary), "wb") as file,
        TableWriter(file, into.path, schema, into.mark) as writer,
    ):
        for batch in scored:
            writer.write(view.scored(batch) if view else batch)
            _list_rows(batch["problem"], counts.rows, table.lines, listing)
            counts.add(batch)
            shown.update((table.reached() if table.reached else counts.rows) - shown.n)
        if view:
            listing.is_marked = view.is_marked
            writer.add_notes(view.notes())
    if counts.rows != table.rows():
        raise _refused("row-count", found=counts.rows, allowed=table.rows())
    return counts


def _score_findings(
    findings: Any,
    lines: Callable[[Array], Array],
    into: _Target,
    problems_file: Sequence[Path],
    scorer: FindingsScorer,
    listing: Listing,
) -> _Counts:
    """Score a table of findings as a whole, and write its problems beside the result."""
    counts, view = _Counts(), into.view
    rows, numbers = without_empty_rows(findings, scorer.key)
    result = scorer.scored(rows, lines(np.array(numbers, np.int64)), number_of_threads(None))
    written = (view.scored(result.scored), view.problems(result.problems)) if view else result
    listing.is_marked = view is not None and view.is_marked
    notes = view.notes() if view else None
    write_tables([into.temporary, *problems_file], into.path, *written, into.mark, notes)
    for batch in result.scored.to_batches():
        counts.add(batch)
    _list_findings(result.problems, scorer.key, scorer.standard, into.path, listing)
    return counts


def _without_effect(what: str, ineffective: Sequence[str], given: Mapping[str, Any]) -> Iterator[Violation]:
    """The options that are given and have no effect on ``what``, by the ``ineffective`` ones."""
    for name in ineffective:
        if given[name] not in (None, False):
            yield no_effect(name, what.lstrip("."))


def _bom_without_effect(target: Path, *, bom: bool) -> Iterator[Violation]:
    form = target.suffix.lower()
    if bom and form != ".csv":
        yield no_effect("bom", form.lstrip("."))


def no_effect(option: str, what: str) -> Violation:
    """The violation of an option that has no effect on a kind of table or file."""
    return Violation("no-effect", context={"found": f"--{option}", "what": phrase(f"batch.{what}")})


def score_evaluation_files(
    sources: Sequence[str],
    target: str | Path,
    standard: Standard | None = None,
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    remarks: bool = False,
    workers: int | None = None,
    bom: bool = False,
    readable: str | None = None,
    force: bool = False,
    listing: Listing | None = None,
) -> Summary:
    """Score evaluations in files and folders into a table, and write their problems beside it.

    The options are those of :func:`~aftersales.batch.files.evaluation_files.score_files` and of :func:`score_file`.
    An earlier result in a folder is not read if it is the target. A target that is read is refused, and so are sources
    that are not there, and tables that are named.
    """
    bar = _bar()
    standard = standard or load_standard()
    path = Path(target)
    ensure_table_format(path, OutputError)
    with Collector(EvaluationError) as found:
        found.add(*_bom_without_effect(path, bom=bom), *_unusable(sources))
    listing = listing or Listing()
    files, others = files_in(sources, without=[path] if is_result(path) else [])
    earlier = {os.path.realpath(each) for each in (path, problems_beside(path))}
    listing.others = [as_text(each) for each in others if os.path.realpath(each) not in earlier]
    problems: list[PlacedProblem] = []
    counts = _Counts()
    with target_files(path, force=force, reads=files) as temporary:
        with bar(total=len(files), unit="file") as shown:
            scored = scored_files(
                files,
                standard,
                problems,
                nodes=nodes,
                exact=exact or bool(readable),
                remarks=remarks,
                workers=workers,
                advance=shown.update,
            )
        with Collector(EvaluationError) as found:
            found.add(*_tables_among(sources, problems, standard))
        written, notes = (scored, problem_table(problems)), None
        if readable:
            view = Readable(standard, readable, exact=exact)
            written = view.scored(written[0], OF_FILES), view.problems(written[1])
            listing.is_marked, notes = view.is_marked, view.notes()
        write_tables(temporary, path, *written, BOM_UTF8 if bom or readable else b"", notes)
    for batch in scored.to_batches():
        counts.add(batch)
    _list_files(problems, path, listing)
    if remarks:
        listing.remark_codes.update(chain.from_iterable(map(str.split, scored["remarks"].drop_null().to_pylist())))
    listing.same = len(scored) - scored["same_as"].null_count
    named = Counter(Path(file).name for file in dict.fromkeys(files))
    listing.names = [name for name, count in named.items() if count > 1]
    return counts.summary(standard)


def is_of_tables(path: Path) -> bool:
    """Whether a file has a format that only tables have. A workbook may be the form of an evaluation."""
    suffix = path.suffix.lower()
    return suffix in _FORMATS and suffix != WORKBOOK and not path.is_dir()


def _unusable(sources: Iterable[str]) -> Iterator[Violation]:
    """The sources that are named and not there, and tables, each of which is scored by itself."""
    for source in sources:
        try:
            os.stat(source)  # noqa: PTH116 - an empty name is that of no file, and Path("") is the current folder
        except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
            yield Violation("unreadable-file", context={"found": source, "reason": reason_of(error)})
        else:
            if is_of_tables(Path(source)):
                yield Violation("table-among-files", context={"found": source})


def _tables_among(sources: Iterable[str], problems: Iterable[PlacedProblem], standard: Standard) -> Iterator[Violation]:
    """The workbooks that are named and hold a table. Only those that are no form are looked at, as this takes time."""
    others = {each.of for each in problems if each.problem.code == "missing-sheet"}
    for source in sources:
        if source in others and is_table(Path(source), standard):
            yield Violation("table-among-files", context={"found": source})


def _list_rows(problems: Any, before: int, lines: Callable[[Array], Array], listing: Listing) -> None:
    """List the problems of rows, which follow ``before`` other ones. ``lines`` are the numbers of rows for people."""
    if problems.null_count == len(problems):
        return
    counted = compute.value_counts(problems.drop_null()).to_pylist()
    for each in counted:
        listing.codes[each["values"].partition(":")[0]] += each["counts"]
    rows = np.flatnonzero(problems.is_valid().to_numpy(zero_copy_only=False))[:LISTED]
    numbers = lines(rows + before + 1).tolist()
    for number, problem in zip(numbers, problems.take(pa.array(rows)).to_pylist(), strict=True):
        code, _, indicator = problem.partition(": ")
        listing.show(partial(_row_line, number, indicator, code))


def _row_line(row: int, indicator: str, code: str, lang: str) -> str:
    place = phrase("subject.table_row", number=row).text(lang)
    return f"{place}: {indicator}: [{code}]" if indicator else f"{place}: [{code}]"


def _list_findings(problems: Any, key: str, standard: Standard, target: Path, listing: Listing) -> None:
    """List the problems of a table of findings; of the missing findings of a group there is one line."""
    for each in compute.value_counts(problems["code"]).to_pylist():
        listing.codes[each["values"]] += each["counts"]
    listing.file = str(problems_beside(target))
    batches = problems.to_batches(max_chunksize=ROWS_LISTED)
    for name, rows in groupby(chain.from_iterable(batch.to_pylist() for batch in batches), itemgetter(key)):
        if listing.is_full:
            break
        missing: set[int] = set()
        for row in rows:
            if row["code"] == MISSING:
                missing.add(standard.layout.positions[row["indicator"]])
                continue
            problem = Problem(row["code"], row["path"], None, None, row["clause"], row["message"], row["message_zh"])
            problem = at_path(problem, row["indicator"] or row["path"])
            listing.show(partial(_finding_line, name, key, row["line"], problem))
        for problem in folded(citing(map(to_problem, missing_findings(missing, standard)), standard.clause)):
            problem = at_path(problem, problem.path.removeprefix("findings[").removesuffix("]"))
            listing.show(partial(_finding_line, name, key, None, problem))


def _finding_line(name: Any, key: str, line: int | None, problem: Problem, lang: str) -> str:
    shown = phrase("subject.without_key", key=key).text(lang) if name is None else str(name)
    place = "" if line is None else f": {phrase('subject.table_row', number=line).text(lang)}"
    return f"{shown}{place}: {problem.text(lang)}"


def _list_files(problems: Sequence[PlacedProblem], target: Path, listing: Listing) -> None:
    """List the problems of files; of the missing findings of a group there is one line."""
    listing.codes.update(each.problem.code for each in problems)
    listing.file = str(problems_beside(target))
    for name, of_file in groupby(problems, key=lambda each: each.of):
        for problem in folded(each.problem for each in of_file):
            listing.show(partial(_file_line, name, problem))


def _file_line(name: str, problem: Problem, lang: str) -> str:
    separator = ": " if problem.line is None and problem.cell is None else ":"
    return f"{name}{separator}{problem.text(lang)}"


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
                for batch in table.iter_batches(batch_size=BATCH):
                    for column in batch.columns:
                        if pa.types.is_dictionary(column.type):  # validates its indices
                            pa.DictionaryArray.from_arrays(column.indices, column.dictionary)
                    yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)

        reader = pa.RecordBatchReader.from_batches(schema, batches())
        yield _Source(reader, rows, "rows", None, lambda: rows, lambda rows: rows)


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
        yield _Source(reader, size, "B", file.tell, lambda: strict.rows, strict.lines_of, kept)


def _has_cells(column: Any) -> bool:
    return bool(column.null_count < len(column))


def _trimmed(column: Any) -> Any:
    """A column of a CSV without blanks around the shares, as spreadsheets leave them. Nothing else is removed."""
    if not pa.types.is_dictionary(column.type):
        return column
    return pa.DictionaryArray.from_arrays(column.indices, compute.utf8_trim(column.dictionary, blanks()))


# --- workbooks ---------------------------------------------------------------------------------------------------


@contextmanager
def _open_workbook(path: Path, standard: Standard, sheet: str | None) -> Iterator[_Source]:
    with _opened(path):  # for its refusals
        table, head, remarks = table_in(path, standard, sheet)
    batches = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=BATCH))
    count = table.num_rows
    yield _Source(batches, count, "rows", None, lambda: count, lambda rows: rows + head, remarks=remarks)


class _Format(NamedTuple):
    """A format of tables that are read.

    Fields:
        open: Opens a file by a standard, with the dialect of a CSV and the sheet of a workbook.
        ineffective: The options that have no effect on it.
    """

    open: Callable[[Path, Standard, Dialect, str | None], AbstractContextManager[_Source]]
    ineffective: tuple[str, ...]


_FORMATS = {
    ".parquet": _Format(
        lambda path, standard, dialect, sheet: _open_parquet(path, standard), ("encoding", "delimiter", "sheet")
    ),
    ".csv": _Format(lambda path, standard, dialect, sheet: _open_csv(path, standard, dialect), ("sheet",)),
    WORKBOOK: _Format(
        lambda path, standard, dialect, sheet: _open_workbook(path, standard, sheet), ("encoding", "delimiter")
    ),
}
"""The formats of tables that are read, by their extension; those that are written are in ``targets``."""


def _bar() -> Callable[..., Any]:
    """Makes a bar of the progress, for a terminal, with what it needs imported before any work begins."""
    bar = require("tqdm", "batch").tqdm
    bar.get_lock()  # which imports the locks
    # Without stderr nothing can be drawn. With None, tqdm checks whether it is a terminal.
    return partial(bar, disable=True if sys.stderr is None else None, leave=False)
