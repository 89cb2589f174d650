"""What the commands share: their options, the file that they read, and the way their results and problems are told."""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from aftersales.problems.errors import AftersalesError, EvaluationError, Problem, Remark
from aftersales.text.sentences import Sentences
from aftersales.views.language import chosen_language

if TYPE_CHECKING:
    import datetime

    from aftersales.evaluation.evaluation import Evaluation
    from aftersales.problems.violations import Violation
    from aftersales.scoring.scorecard import Scorecard
    from aftersales.standard.standard import Standard

__all__ = [
    "Options",
    "UnsoundFile",
    "chosen_standard",
    "day_of",
    "ensure_known_id",
    "evaluation_of",
    "language",
    "print_json",
    "refuse_source_as_target",
    "scorecard_of",
    "show_error",
    "show_lines",
    "show_problems_of_files",
    "show_remarks",
    "shown_name",
    "source_of",
    "terminal_columns",
    "to_stdout",
    "write_text",
]

Options = argparse.Namespace

_say = Sentences("cli")

STDIN = 0  # its file descriptor


def language(options: Options) -> str:
    """The language that ``--lang`` or else the environment asks for."""
    asked: str | None = options.lang
    return asked or chosen_language()


def scorecard_of(options: Options, also: Callable[[Scorecard], Iterable[Violation]] | None = None) -> Scorecard:
    """The evaluation in FILE, scored; ``also`` may find more that is wrong with it."""
    from aftersales.evaluation.loading import read_evaluation
    from aftersales.scoring.scorecard import score

    standard = chosen_standard(options) if options.standard else None
    source = source_of(options)
    more = (lambda evaluation, standard: also(score(evaluation, standard))) if also else None
    return score(read_evaluation(source, standard, also=more), standard)


def evaluation_of(options: Options, standard: Standard | None) -> Evaluation:
    """The evaluation in FILE, which may be unfinished."""
    from aftersales.evaluation.loading import read_evaluation

    return read_evaluation(source_of(options), standard, complete=False)


def source_of(options: Options) -> str | bytes:
    """FILE, or what stands on stdin."""
    from aftersales.files.source import MAX_BYTES

    if options.file != "-":
        return str(options.file)
    return sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b""


def chosen_standard(options: Options) -> Standard:
    """The bundled standard, in the edition that ``--edition`` names, or the one that ``--standard`` names."""
    from aftersales.problems.errors import StandardError
    from aftersales.standard.standard import load_standard

    try:
        return load_standard(options.standard, edition=options.edition)
    except StandardError:
        options.file = options.standard  # the problems are in this file
        raise


def day_of(options: Options) -> datetime.date | None:
    """The day that ``--on`` names."""
    from aftersales.files.fields import read_day
    from aftersales.problems.collector import Collector
    from aftersales.problems.errors import PaperError

    try:
        with Collector(PaperError):
            return None if options.on is None else read_day(options.on)
    except PaperError:
        options.file = None  # it is the option that is wrong, not the file
        raise


def ensure_known_id(node_id: str, standard: Standard, options: Options) -> None:
    """Refuses an id that the standard does not have."""
    if node_id not in standard:
        from aftersales.evaluation.rules import unknown_indicator
        from aftersales.problems.collector import refusal

        options.file = None  # it is the argument that is wrong, not the file
        raise refusal(EvaluationError, replace(unknown_indicator(node_id, standard), path=()))


def refuse_source_as_target(options: Options) -> None:
    """Refuses a file to be written that the command reads, whatever ``--force`` says.

    The certificate that ``--renew`` names is no such file: the renewal is recorded in it.
    """
    from aftersales.files.writing import refuse_source

    if to_stdout(options):
        return
    named = (getattr(options, key, None) for key in ("file", "standard", "plan"))
    try:
        refuse_source(options.output, [STDIN if name == "-" else name for name in named if name])
    except AftersalesError:
        options.file = None  # it is the option that is wrong, not the file
        raise


def to_stdout(options: Options) -> bool:
    """Whether what ``-o`` asks for goes to stdout."""
    return options.output in (None, "-")


def write_text(text: str, options: Options) -> None:
    """Writes what ``-o`` asks for, to a file or to stdout."""
    from aftersales.files.writing import write_file

    if to_stdout(options):
        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")  # what can be read again is a file, and files are UTF-8
        print(text, end="")
        return
    options.file = None  # from here on it is the file to be written that may be at fault
    write_file(options.output, text, force=options.force)


def show_lines(lines: Iterable[str], options: Options) -> None:
    """Prints a result: each line without what a terminal would obey, and what the mark ``(-)`` means where it stands (R3)."""
    from aftersales.text.columns import wrapped
    from aftersales.text.number_format import MARK, mark_note
    from aftersales.text.sanitize import safe_line

    is_marked = False
    for line in lines:
        is_marked = is_marked or MARK in line
        print(safe_line(line))
    if is_marked:
        print()
        for line in wrapped(mark_note(language(options)), terminal_columns()):
            print(line)


def terminal_columns() -> int:
    """How many columns a line of a result may take."""
    return shutil.get_terminal_size().columns


class UnsoundFile(EvaluationError):
    """The problems of a file that was checked, and its remarks."""

    def __init__(self, problems: Iterable[Problem], remarks: Sequence[Remark]):
        super().__init__(problems)
        self.remarks = remarks


def show_error(error: AftersalesError, options: Options) -> None:
    """Shows problems: as JSON on stdout, or a line for each on stderr; and the remarks of a file that was checked."""
    remarks = error.remarks if isinstance(error, UnsoundFile) else None
    if options.json:
        document = {"problems": [*map(asdict, error.problems)]}
        print_json(document if remarks is None else document | {"remarks": [*map(asdict, remarks)]})
        return
    for problem in error.problems:
        print(_line_of(problem, options.file, options), file=sys.stderr)
    show_remarks(remarks or (), options)


def show_remarks(remarks: Sequence[Remark], options: Options) -> None:
    """Shows remarks on stdout, with a head that gives their number."""
    if remarks:
        print(_say(language(options), "remarks", count=len(remarks)))
    for remark in remarks:
        print("  " + _line_of(remark, options.file, options))


def show_problems_of_files(problems: Sequence[tuple[str | None, Problem]], options: Options) -> None:
    """The same for problems of several files, each told with its file."""
    if options.json:
        print_json({"problems": [{"file": name} | asdict(problem) for name, problem in problems]})
        return
    for name, problem in problems:
        print(_line_of(problem, name, options), file=sys.stderr)


def _line_of(problem: Problem | Remark, file: str | None, options: Options) -> str:
    """A problem or a remark in one line, with the name of its file."""
    # Inside the findings the id says more than the whole path.
    start, found, rest = problem.path.partition("findings[")
    subject = rest.partition("]")[0] if found and not start else problem.path
    text = replace(problem, path=subject).text(language(options))
    separator = ": " if problem.line is None and problem.cell is None else ":"
    return f"{shown_name(file or 'aftersales')}{separator}{text}"


def shown_name(path: str) -> str:
    """The name of a file as it is told: whoever named it is not the one who reads it, and a terminal takes orders."""
    from aftersales.text.sanitize import safe_line

    return safe_line(path)


def print_json(document: Any) -> None:
    """One JSON document; where stdout is not UTF-8 its Chinese is written as escapes, so that nothing is lost.

    So is everywhere what a terminal would obey.
    """
    import json  # only who asks for JSON pays for it

    from aftersales.text.sanitize import escaped_json

    unicode = (sys.stdout.encoding or "utf-8").lower().replace("-", "").replace("_", "") == "utf8"
    print(escaped_json(json.dumps(document, ensure_ascii=not unicode, indent=2)))
