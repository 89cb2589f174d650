"""Score evaluations in files: YAML, JSON, workbooks, and JSON Lines with one evaluation a line (6.2, 6.3).

Files are read and judged one by one, in several processes if there are many. Their shares are then added up as those of
a table are. A file that cannot be read is a row with its problems. The result does not depend on the number of
processes.
"""

from __future__ import annotations

import os
import signal
import sys
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from aftersales.batch.columns import SHARE_TEXTS, Array, np, pa
from aftersales.batch.judged import FULL, NO_FINDING, PlacedProblem, Shares, first_problem, problem_texts
from aftersales.batch.tables import BLOCK, TableScorer, block_size
from aftersales.batch.threads import ensure_some
from aftersales.evaluation.judged_files import (
    FACTS,
    Asked,
    JudgedEvaluation,
    Part,
    judged,
    judged_in_process,
    prepare_process,
)
from aftersales.files.source import FORMATS, MAX_BYTES, WORKBOOK, UnreadableSource, is_special, open_file, reason_of
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import refusal
from aftersales.problems.errors import EvaluationError, Problem
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard, load_standard
from aftersales.text.sentences import Phrase

__all__ = ["LISTS", "ScoredFiles", "as_text", "files_in", "score_files", "scored_files"]

LISTS = ".jsonl"
EVALUATIONS = (*FORMATS, WORKBOOK, LISTS)
OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".et", ".ods")  # not read, but reported: they hold no evaluation
MOST_LINES = 64  # that a process reads at a time
FEW = 24  # evaluations for which a second process is not worth its start
AHEAD = 3  # parts that wait for each process
MOST_WORKERS = 61  # processes that a pool can have on Windows
StrPath = str | os.PathLike[str]


class ScoredFiles(NamedTuple):
    """The result of :func:`score_files`: two ``pyarrow.Table``.

    Fields:
        scored: A row for each evaluation, as :func:`score_table` gives it.
        problems: A row for each problem.
    """

    scored: Any
    problems: Any


def score_files(
    paths: StrPath | Iterable[StrPath],
    standard: Standard | None = None,
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    shares: bool = False,
    remarks: bool = False,
    workers: int | None = None,
) -> ScoredFiles:
    """Score the evaluations in files. Stars, figures and problems are those of :func:`~aftersales.score`.

    ``paths`` are files, or folders with files: evaluations (.yaml .yml .json .xlsx), and lists of evaluations (.jsonl),
    a JSON object a line. Of a folder, all such files are read in the order of their names, also those in folders in it;
    files whose name begins with ``.`` or ``~$`` are not. ``standard`` (default: the bundled one) judges all of them; an
    evaluation that names another edition has a problem. ``workers`` is the number of processes (default: one for each
    processor, and one for a few files), at most 61; the result is the same with any number.

    ``scored`` has a row for each evaluation, in the order of the files: ``file``; ``line`` in a list, else null;
    ``organisation``, ``product_category``, ``size_tier`` and ``type``; ``same_as``, the first file with the same
    evaluation by its fingerprint, else null; and the columns of :func:`score_table`, of ``nodes`` and with ``exact`` as
    there. With ``shares`` there is also a column for each indicator, as by :func:`score_findings`. With ``remarks`` the
    column ``remarks`` has the codes of what :func:`~aftersales.examine` remarks on an evaluation that is scored, in
    alphabetical order with blanks between them, or null; this takes more time. A file that cannot be read or scored has
    null figures, and its first problem in ``problem``.

    ``problems`` has a row for each problem: ``file``, ``line``, ``cell``, ``indicator``, and ``code``, ``path``,
    ``clause``, ``message`` and ``message_zh`` of :class:`~aftersales.Problem`.

    With several processes, a program that calls this needs ``if __name__ == "__main__":`` around what it runs.

    Raises :class:`~aftersales.EvaluationError` for a folder without an evaluation (``no-evaluations``), and if a
    process ends before its work (``worker-ended``).

    >>> import pathlib, tempfile
    >>> from aftersales import load_standard
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "a.yaml").write_text("standard: CTS XBHT-S04-2025\\nfindings: {5.1.2.2: full}")
    ...     scored, problems = score_files(folder, load_standard(edition="2025-12-04"), nodes=())
    >>> scored.select(["organisation", "stars", "problem"]).to_pylist()
    [{'organisation': None, 'stars': None, 'problem': 'kind-not-allowed: 5.1.2.2'}]
    >>> problems.select(["line", "indicator", "code"]).to_pylist()[0]
    {'line': 2, 'indicator': '5.1.2.2', 'code': 'kind-not-allowed'}
    """
    problems: list[PlacedProblem] = []
    scored = scored_files(
        files_in(paths).files,
        standard,
        problems,
        nodes=nodes,
        exact=exact,
        shares=shares,
        remarks=remarks,
        workers=workers,
    )
    return ScoredFiles(scored, problem_table(problems))


# --- files -------------------------------------------------------------------------------------------------------


class Found(NamedTuple):
    """What is in the paths that are named.

    Fields:
        files: The files that are named, and the evaluations in the folders that are named, each in order.
        others: What else is in the folders and not hidden: files of other formats, and links to folders.
    """

    files: list[str]
    others: list[str]


def files_in(paths: StrPath | Iterable[StrPath], *, without: Iterable[Path] = ()) -> Found:
    """The files that are named, and those in the folders that are named but for ``without``.

    A folder in them that cannot be listed is one of the files, so that it becomes a row with a problem.

    Raises :class:`~aftersales.EvaluationError` for a folder without an evaluation.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    elif isinstance(paths, bytes) or not isinstance(paths, Iterable):
        raise TypeError(f"paths has to be a path or an iterable of paths, not {type(paths).__name__}")
    left_out = {os.path.realpath(path) for path in without}
    found = Found([], [])
    for path in map(os.fsdecode, paths):
        if not path or "\0" in path or not Path(path).is_dir():  # Path("") is the current folder
            found.files.append(path)
            continue
        within = _within(Path(path))
        files = sorted(file for file in within.files if os.path.realpath(file) not in left_out)
        if not files:
            raise refusal(EvaluationError, Violation("no-evaluations", context={"found": path}))
        found.files.extend(files)
        found.others.extend(sorted(within.others))
    return found


def _within(folder: Path) -> Found:
    """What is in a folder. A workbook of another format counts as an evaluation, as it looks like one."""
    endings = (*EVALUATIONS, *OTHER_WORKBOOKS)
    closed: list[OSError] = []
    found = Found([], [])
    for parent, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.others.extend(str(path) for name in folders if (path := Path(parent, name)).is_symlink())
        for name in names:
            if not name.startswith((".", "~$")):
                into = found.files if name.lower().endswith(endings) else found.others
                into.append(str(Path(parent, name)))
    found.files.extend(error.filename for error in closed)
    return found


def _parts(files: Iterable[str]) -> Iterator[Part]:
    """The parts of the files, in order."""
    for file in files:
        if refused := _unreadable(file):
            yield Part(file, ((None, refused),))
            continue
        if not file.lower().endswith(LISTS):
            yield Part(file)
            continue
        lines = _lines(file)
        first = list(islice(lines, 2))
        if refused := _no_list(first):
            yield Part(file, ((first[0][0], refused),))
            continue
        lines = chain(first, lines)
        while some := tuple(islice(lines, MOST_LINES)):
            yield Part(file, some)


def _lines(file: str) -> Iterator[tuple[int | None, bytes | Violation]]:
    """The lines of a list that are not blank. A list that cannot be read has one without a number."""
    path, empty = Path(file), True
    try:
        with open_file(path) as stream:
            number = 0
            while line := stream.readline(MAX_BYTES + 2):
                number += 1
                if len(line.rstrip(b"\r\n")) > MAX_BYTES:
                    while line and not line.endswith(b"\n"):
                        line = stream.readline(MAX_BYTES)
                    empty = False
                    yield number, UnreadableSource.too_large("file", MAX_BYTES).violation
                elif line.strip():
                    empty = False
                    yield number, line
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        yield None, Violation("unreadable-file", context={"found": file, "reason": reason_of(error)})
        return
    if empty:
        yield None, Violation("empty-document")


def _unreadable(file: str) -> Violation | None:
    """The violation of a file that is none of those which are read, or no regular file."""
    path = Path(file)
    if is_special(path):
        return Violation("unreadable-file", context={"found": file, "reason": phrase("not_regular")})
    if path.is_dir():
        return Violation("unreadable-file", context={"found": file, "reason": _closed(file)})
    if path.suffix.lower() not in EVALUATIONS:
        return Violation("unknown-format", context={"found": path.name, "allowed": EVALUATIONS})
    return None


def _closed(folder: str) -> Phrase | str:
    """Why a folder cannot be listed."""
    try:
        next(Path(folder).iterdir(), None)
    except OSError as error:
        return reason_of(error)
    return phrase("folder")


def _no_list(first: Sequence[tuple[int | None, bytes | Violation]]) -> Violation | None:
    """The violation of a file that is no list, by its first two lines. Without it, each line would be a problem.

    Such files are in another encoding, or hold one document over several lines, or an array. A list may have a first
    line that is wrong.
    """
    line = first[0][1]
    if isinstance(line, Violation):
        return None
    try:
        unknown = 0 if "\0" in line.decode() else None  # UTF-16 has such bytes
    except UnicodeDecodeError as error:
        unknown = line[error.start]
    if unknown is not None:
        return Violation("not-utf8", context={"found": f"0x{unknown:02X}"})
    one, two = (line.strip() if isinstance(line, bytes) else b"{" for line in (line, first[-1][1]))
    is_object = one.removeprefix(BOM_UTF8).startswith(b"{") and one.endswith(b"}")
    if is_object or len(first) == 1 or (two.startswith(b"{") and not one.startswith(b"[")):
        return None
    return Violation("not-json", variant="lines")


# --- processes ---------------------------------------------------------------------------------------------------


def read_files(
    files: Sequence[str],
    asked: Asked,
    workers: int | None = None,
    advance: Callable[[int], object] = lambda files: None,
) -> Iterator[JudgedEvaluation]:
    """The evaluations in files, in order, read by that many processes. ``advance`` gets the count of finished files."""
    if workers is None:
        workers = 1 if getattr(sys, "frozen", False) else _processors()
    workers = min(workers, MOST_WORKERS)
    parts = _parts(files)
    first = list(islice(parts, FEW))
    if workers > 1 and len(first) == FEW:
        done = _in_processes(chain(first, parts), asked, workers)
    else:
        done = ((part, judged(part, asked)) for part in chain(first, parts))
    before = None
    for part, results in done:
        yield from results
        if part.file != before:
            advance(1)
            before = part.file


def _processors() -> int:
    """The number of processors that this process may use."""
    with suppress(AttributeError):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(parts: Iterable[Part], asked: Asked, workers: int) -> Iterator[tuple[Part, list[JudgedEvaluation]]]:
    """The parts with their evaluations, in order. No more of them are read ahead than the processes need."""
    # Not forked: Arrow has threads, and a fork of a process with threads may hang.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), prepare_process, (asked,))
    waiting: deque[tuple[Part, Future[list[JudgedEvaluation]]]] = deque()
    try:
        for part in parts:
            with _interrupts_held():
                waiting.append((part, pool.submit(judged_in_process, part)))
            if len(waiting) > AHEAD * workers:
                yield waiting[0][0], waiting[0][1].result()
                waiting.popleft()
        while waiting:
            yield waiting[0][0], waiting[0][1].result()
            waiting.popleft()
    except BrokenProcessPool as error:
        raise refusal(EvaluationError, Violation("worker-ended", context={"found": waiting[0][0].file})) from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while a process starts, which then never receives it: this process ends the others."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where a process ignores it once it runs
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- tables ------------------------------------------------------------------------------------------------------


def scored_files(
    files: Sequence[str],
    standard: Standard | None,
    problems: list[PlacedProblem],
    *,
    nodes: Iterable[str] | None = None,
    exact: bool = False,
    shares: bool = False,
    remarks: bool = False,
    workers: int | None = None,
    advance: Callable[[int], object] = lambda files: None,
) -> Any:
    """The scored evaluations of files as a table. Their problems are added to ``problems``."""
    if standard is not None:
        ensure_kind("standard", standard, Standard)
    if workers is not None:
        ensure_some("workers", workers)
    standard = standard or load_standard()
    ids = [indicator.id for indicator in standard.indicators]
    text = pa.string()
    fields = [
        ("file", text),
        ("line", pa.int64()),
        *((name, text) for name in (*FACTS, "same_as", *["remarks"] * remarks)),
    ]
    schema = pa.schema([*fields, *((name, SHARE_TEXTS) for name in ids)])
    scorer = TableScorer(schema, standard, nodes, exact, False, "not_applicable", shares)
    paths = {f"findings[{name}]": name for name in standard.layout.spans}
    columns: list[list[Any]] = [[] for _ in fields]
    found = Shares()
    numbers: list[list[int]] = []
    problem: list[str | None] = []
    first: dict[str, str] = {}  # the first file with each fingerprint
    for result in read_files(files, Asked(standard, remarks), workers, advance):
        file, same = as_text(result.file), None
        if result.fingerprint is not None:
            name = file if result.line is None else f"{file}:{result.line}"
            same = first.get(result.fingerprint)
            first.setdefault(result.fingerprint, name)
        cells = file, result.line, *result.fact_values, same, *[result.remarks] * remarks
        for column, value in zip(columns, cells, strict=True):
            column.append(value)
        of_result = [PlacedProblem(file, each, _indicator_of(each, paths)) for each in result.problems]
        problems += of_result
        problem.append(first_problem(of_result))
        numbers.append(found.numbers_of(*result.shares) if result.shares else [NO_FINDING] * len(ids))
    arrays = [pa.array(column, kind) for column, (_, kind) in zip(columns, fields, strict=True)]
    of_rows = np.array(numbers, np.int64).reshape(-1, len(ids))
    if shares:
        arrays += found.texts(of_rows.T)
    blocks = _blocks(scorer, arrays, np.where(of_rows == NO_FINDING, FULL, of_rows), found, problem)
    return pa.Table.from_batches(blocks, scorer.schema)


def _blocks(
    scorer: TableScorer, carried: Sequence[Any], numbers: Array, shares: Shares, problem: Sequence[str | None]
) -> Iterator[Any]:
    """The scored rows. ``numbers`` has the number of the share of each indicator in each row."""
    size = block_size(len(numbers), BLOCK)
    for start in range(0, len(numbers), size):
        read = shares.reader(numbers[start : start + size].T)
        some = problem[start : start + size]
        texts = pa.array(some, pa.string())
        columns = [column.slice(start, size) for column in carried]
        yield scorer.with_results(columns, read, len(some), texts if texts.null_count < len(some) else None)


def as_text(name: str) -> str:
    """The name of a file, which need not be UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def _indicator_of(problem: Problem, paths: dict[str, str]) -> str | None:
    """The indicator or group that a problem is about; ``paths`` are those of all findings."""
    start, closed, _ = problem.path.partition("]")
    return paths.get(start + closed)


def problem_table(problems: Sequence[PlacedProblem]) -> Any:
    """The problems as a table."""
    text = pa.string()
    columns = {
        "file": pa.array([each.of for each in problems], text),
        "line": pa.array([each.problem.line for each in problems], pa.int64()),
        "cell": pa.array([each.problem.cell for each in problems], text),
        **problem_texts(problems),
    }
    return pa.table(columns)
