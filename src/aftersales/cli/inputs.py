"""The input of commands: files, the standard, days. Problems keep the name of their file."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aftersales.cli.console import Options, is_to_stdout
from aftersales.problems.errors import (
    AftersalesError,
    EvaluationError,
    PaperError,
    Problem,
    Remark,
    StandardError,
    at_path,
)

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from aftersales.certification.plan.plan import EvaluationPlan
    from aftersales.evaluation.evaluation import Evaluation
    from aftersales.files.parsed_file import ParsedFile
    from aftersales.problems.violations import Violation
    from aftersales.scoring.scorecard import Scorecard
    from aftersales.standard.standard import Standard

__all__ = [
    "FileCollector",
    "FileError",
    "FilesError",
    "chosen_standard",
    "day_of",
    "ensure_known_id",
    "ensure_with",
    "evaluation_of",
    "flag_of",
    "folder_of",
    "given_day",
    "given_standard",
    "placed_scorecard_of",
    "plan_of",
    "problems_at_options",
    "problems_in",
    "refuse_source_as_target",
    "refuse_together",
    "scorecard_of",
    "source_of",
]

STDIN = 0  # the file descriptor


class FileError(Exception):
    """An error with the name of the file that its problems are in.

    Attributes:
        error: The error.
        file: The name of the file; None if an option is wrong.
        remarks: The remarks on a file that was checked; None for other commands.
    """

    def __init__(self, error: AftersalesError, file: str | None, remarks: Sequence[Remark] | None = None):
        super().__init__(error, file)
        self.error, self.file, self.remarks = error, file, remarks


class FilesError(Exception):
    """The problems of several files, each with the name of its file, or None if no single file is wrong."""

    def __init__(self, problems: Sequence[tuple[str | None, Problem]]):
        super().__init__(problems)
        self.problems = problems


class FileCollector:
    """Collects the errors of files, and raises at the end of its block the only one, or one with all problems."""

    def __init__(self) -> None:
        self._errors: list[FileError] = []

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Collect the error of a file in the block, and continue after it."""
        try:
            yield
        except FileError as error:
            self._errors.append(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, _: TracebackType | None) -> None:
        if raised is not None or not self._errors:
            return
        if len(self._errors) == 1:
            raise self._errors[0]
        raise FilesError([(each.file, problem) for each in self._errors for problem in each.error.problems])


@contextmanager
def problems_in(file: str | None) -> Iterator[None]:
    """Add the name of a file to an error in the block. The innermost block decides."""
    try:
        yield
    except AftersalesError as error:
        raise FileError(error, file) from error


@contextmanager
def problems_at_options(names: Collection[str], places: Mapping[str, str] | None = None) -> Iterator[None]:
    """Move the problems in the block to the options that they come from: of fields with these names, or of an event.

    ``places`` has the option of a place that has another name than the option, without the positions in lists:
    ``items[].due``. A problem with a line is in a file.
    """
    try:
        yield
    except (PaperError, StandardError) as error:
        moved = dict.fromkeys(_at_option(problem, names, places or {}) for problem in error.problems)
        raise type(error)(moved) from error


def _at_option(problem: Problem, names: Collection[str], places: Mapping[str, str]) -> Problem:
    place = re.sub(r"\[\d+\]", "[]", re.sub(r"^events\[\d+\]\.", "", problem.path))
    first = re.split(r"[.\[]", place)[0]
    name = places.get(place, first if first in names else None)
    return problem if name is None or problem.line is not None else at_path(problem, flag_of(name))


def source_of(file: str) -> str | bytes:
    """The name of a file, or the content of stdin for ``-``."""
    from aftersales.files.source import MAX_WORKBOOK

    if file != "-":
        return file
    return sys.stdin.buffer.read(MAX_WORKBOOK + 1) if sys.stdin else b""


def folder_of(file: str) -> Path | None:
    """The folder of a file, in which the files that it names are; None for stdin."""
    from pathlib import Path

    return None if file == "-" else Path(file).parent


def scorecard_of(
    file: str, options: Options, also: Callable[[Scorecard], Iterable[Violation]] | None = None
) -> Scorecard:
    """The scored evaluation of a file. ``also`` returns more violations of it."""
    return placed_scorecard_of(file, options, also)[0]


def placed_scorecard_of(
    file: str, options: Options, also: Callable[[Scorecard], Iterable[Violation]] | None = None
) -> tuple[Scorecard, ParsedFile]:
    """As :func:`scorecard_of`, with the content of the file and the place of each part."""
    from aftersales.evaluation.loading import read_placed
    from aftersales.scoring.scorecard import score

    cards: list[Scorecard] = []

    def scored(evaluation: Evaluation, standard: Standard) -> Iterable[Violation]:
        cards.append(score(evaluation, standard))
        return also(cards[0]) if also else ()

    standard = given_standard(options)
    with problems_in(file):
        _, document = read_placed(source_of(file), standard, also=scored)
    return cards[0], document


def evaluation_of(options: Options, standard: Standard | None) -> Evaluation:
    """The evaluation in FILE, which may be unfinished."""
    from aftersales.evaluation.loading import read_evaluation

    with problems_in(options.file):
        return read_evaluation(source_of(options.file), standard, complete=False)


def plan_of(options: Options, standard: Standard | None, *, complete: bool = False) -> EvaluationPlan:
    """The plan of ``--plan``; with ``complete``, one that has all that 6.1 requires."""
    from aftersales.certification.plan.loading import load_plan

    with problems_in(options.plan):
        return load_plan(options.plan, standard, complete=complete)


def chosen_standard(options: Options) -> Standard:
    """The standard of ``--standard``, or the bundled one in the edition of ``--edition``."""
    from aftersales.standard.standard import load_standard

    with problems_in(options.standard), problems_at_options(("edition",)):
        return load_standard(options.standard, edition=options.edition)


def given_standard(options: Options) -> Standard | None:
    """The standard of ``--standard``. None without it, since a file names its own."""
    return chosen_standard(options) if options.standard is not None else None


def day_of(options: Options) -> datetime.date:
    """The day of ``--on`` of a command that requires it."""
    day = given_day(options)
    assert day is not None
    return day


def given_day(options: Options) -> datetime.date | None:
    """The day of ``--on``. None without it."""
    from aftersales.files.fields import read_day
    from aftersales.problems.collector import Collector

    with problems_at_options(("on",)), Collector(PaperError) as found, found.collect("on"):
        return None if options.on is None else read_day(options.on)


def ensure_known_id(node_id: str, standard: Standard) -> None:
    """Refuse an id that the standard does not have."""
    if node_id not in standard:
        from aftersales.evaluation.rules import unknown_indicator
        from aftersales.problems.collector import refusal

        unknown = replace(unknown_indicator(node_id, standard), path=())
        raise refusal(EvaluationError, unknown, clause_of=standard.clause)


def refuse_source_as_target(options: Options) -> None:
    """Refuse a target that the command also reads, whatever ``--force`` says.

    The certificate of ``--renew`` may be the target, since the renewal is recorded in it.
    """
    from aftersales.files.writing import refuse_source

    if is_to_stdout(options):
        return
    read = ("file", "evaluation", "standard", "plan", "calendar", "rectification", "certificate")
    named = [getattr(options, key, None) for key in read]
    named += getattr(options, "files", [])
    refuse_source(options.output, [STDIN if name == "-" else name for name in named if name is not None])


_FLAGS = {"output": "-o", "assessor": "--for", "issued_on": "--on"}  # of options whose flag is not their name


def flag_of(name: str) -> str:
    """The flag of an option, by the name of its value."""
    return _FLAGS.get(name, f"--{name.replace('_', '-')}")


def _is_given(options: Options, name: str) -> bool:
    return getattr(options, name) not in (None, False)


def refuse_together(options: Options, name: str, others: Iterable[str]) -> None:
    """Refuse an option together with others that would have no effect."""
    clashing = [other for other in others if _is_given(options, name) and _is_given(options, other)]
    _refuse("options-clash", name, clashing)


def ensure_with(options: Options, name: str, needed: Iterable[str]) -> None:
    """Refuse an option without the others that it needs."""
    _refuse("needs-option", name, [one for one in needed if _is_given(options, name) and not _is_given(options, one)])


def _refuse(code: str, name: str, others: Iterable[str]) -> None:
    from aftersales.problems.collector import Collector
    from aftersales.problems.violations import Violation

    with Collector(PaperError) as found:
        found.add(*(Violation(code, context={"found": flag_of(name), "other": flag_of(other)}) for other in others))
