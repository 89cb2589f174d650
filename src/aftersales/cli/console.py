"""The output of commands: language, terminal, JSON, and written files."""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from aftersales.problems.errors import Problem, Remark, at_path, folded
from aftersales.text.sentences import Sentences, languages
from aftersales.views.language import chosen_language

if TYPE_CHECKING:
    from aftersales.text.language import Language

__all__ = [
    "Options",
    "is_to_stdout",
    "language",
    "print_json",
    "show_lines",
    "show_problems",
    "show_problems_of_files",
    "show_remarks",
    "shown_name",
    "terminal_columns",
    "write_output",
    "write_text",
]

Options = argparse.Namespace

_say = Sentences("cli")


def language(options: Options) -> Language:
    """The language of ``--lang`` if it names one, or else of the environment."""
    asked: Language = options.lang
    return asked if asked in languages() else chosen_language()


def is_to_stdout(options: Options) -> bool:
    """Whether ``-o`` selects stdout."""
    return options.output in (None, "-")


def write_output(content: bytes | str, options: Options) -> None:
    """Write the file of ``-o``, and say so."""
    from aftersales.files.writing import write_file

    write_file(options.output, content, force=options.force)
    print(_say(language(options), "written", file=shown_name(options.output)))


def write_text(text: str, options: Options) -> None:
    """Write text to the file of ``-o``, or to stdout."""
    if is_to_stdout(options):
        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")  # files are UTF-8, and this output can be saved as one
        print(text, end="")
        return
    write_output(text, options)


def show_lines(lines: Iterable[str], options: Options) -> None:
    """Print a result with each line sanitised, and explain the mark ``(-)`` if a line has it (reading R3)."""
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
    """The number of columns of a line of output."""
    return shutil.get_terminal_size().columns


def show_problems(
    problems: Sequence[Problem], file: str | None, options: Options, remarks: Sequence[Remark] | None = None
) -> None:
    """Show the problems of a file, or of no file: as JSON on stdout, or a line for each on stderr.

    ``remarks`` are those of a file that was checked. They follow the problems.
    """
    if options.json:
        document = {"problems": [each.to_dict() for each in problems]}
        print_json(document if remarks is None else document | {"remarks": [each.to_dict() for each in remarks]})
        return
    _print_problems([(file, problem) for problem in folded(problems)], options)
    show_remarks(remarks or (), options)


def show_problems_of_files(problems: Sequence[tuple[str | None, Problem]], options: Options) -> None:
    """As :func:`show_problems`, for the problems of several files, each with the name of its file."""
    if options.json:
        print_json({"problems": [{"file": name} | problem.to_dict() for name, problem in problems]})
        return
    by_file: dict[str | None, list[Problem]] = {}
    for name, problem in problems:
        by_file.setdefault(name, []).append(problem)
    _print_problems([(name, problem) for name, found in by_file.items() for problem in folded(found)], options)


def _print_problems(problems: Sequence[tuple[str | None, Problem]], options: Options) -> None:
    """Print a line on stderr for each problem with its file, and a hint if an evaluation is unfinished but sound."""
    codes: dict[str | None, set[str]] = {}
    for name, problem in problems:
        print(_line_of(problem, name, options), file=sys.stderr)
        codes.setdefault(name, set()).add(problem.code)
    if {"missing-finding"} in codes.values():
        print(_say(language(options), "unfinished"), file=sys.stderr)


def show_remarks(
    remarks: Sequence[Remark],
    options: Options,
    head: str = "remarks",
    file: str | None = None,
    stream: TextIO | None = None,
) -> None:
    """Print remarks on stdout, or another ``stream``, below the sentence ``head`` with their number.

    ``file`` is theirs, if not FILE.
    """
    if remarks:
        print(_say(language(options), head, count=len(remarks)), file=stream)
    for remark in remarks:
        print("  " + _line_of(remark, file or options.file, options), file=stream)


def _line_of(problem: Problem | Remark, file: str | None, options: Options) -> str:
    """A problem or a remark in one line, with the name of its file."""
    # Within findings the id is clearer than the path.
    start, found, rest = problem.path.partition("findings[")
    subject = rest.partition("]")[0] if found and not start else problem.path
    text = at_path(problem, subject).text(language(options))
    separator = ": " if problem.line is None and problem.cell is None else ":"
    return f"{shown_name(file or 'aftersales')}{separator}{text}"


def shown_name(path: str) -> str:
    """The name of a file, sanitised: it may come from another person, and a terminal interprets control characters."""
    from aftersales.text.sanitize import safe_line

    return safe_line(path)


def print_json(document: Any) -> None:
    """Print a JSON document, with escapes for unsafe characters, and for Chinese if stdout is not UTF-8."""
    import json  # imported here: only --json needs it

    from aftersales.text.sanitize import escaped_json

    unicode = (sys.stdout.encoding or "utf-8").lower().replace("-", "").replace("_", "") == "utf8"
    print(escaped_json(json.dumps(document, ensure_ascii=not unicode, indent=2)))
