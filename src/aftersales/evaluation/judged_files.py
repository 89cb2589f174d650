"""Read and judge the evaluations in files one by one (6.2.2), for a table of many.

The files may be read in a process that does nothing else. This module needs no table, so such a process starts without
the libraries for tables.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import threading
from collections.abc import Sequence
from multiprocessing import parent_process
from pathlib import Path
from typing import NamedTuple

from aftersales.evaluation.fingerprint import fingerprint
from aftersales.evaluation.ledger import ledger_of
from aftersales.evaluation.loading import read_placed
from aftersales.evaluation.review_points import review_points
from aftersales.evaluation.rules import ensure_scorable
from aftersales.problems.errors import EvaluationError, Problem, at_line
from aftersales.problems.violations import Violation, to_problem
from aftersales.standard.standard import Standard

__all__ = ["FACTS", "Asked", "JudgedEvaluation", "Part", "judged", "judged_in_process", "prepare_process"]

GARBAGE = 10_000  # new objects after which such a process looks for garbage, which takes a tenth of its time otherwise
SUBJECT = ("organisation", "product_category", "size_tier")
FACTS = (*SUBJECT, "type")
"""What a row says of an evaluation: the columns that a comparison needs (6.1.5)."""


class Part(NamedTuple):
    """The part that a process reads at a time: a file, or some lines of a list.

    Fields:
        file: The name of the file.
        lines: The lines of a list with their numbers, or what refuses one; None for a file with one evaluation. A file
            that is refused has one line, without a number.
    """

    file: str
    lines: tuple[tuple[int | None, bytes | Violation], ...] | None = None


class _Line(io.BytesIO):
    """A line of a list, which is read as JSON whatever it looks like."""

    name = "line.json"


class JudgedEvaluation(NamedTuple):
    """An evaluation that was read.

    Fields:
        file: The name of its file.
        line: Its line in a list.
        fact_values: The values of :data:`FACTS`.
        fingerprint: Its fingerprint; None if it has problems.
        shares: The weights of the indicators, and the numerators and denominators of their shares; none with problems.
        remarks: The codes of its remarks, if they are asked for.
        problems: Its problems.
    """

    file: str
    line: int | None
    fact_values: tuple[str | None, ...] = (None,) * len(FACTS)
    fingerprint: str | None = None
    shares: tuple[Sequence[int], ...] = ()
    remarks: str | None = None
    problems: tuple[Problem, ...] = ()


class Asked(NamedTuple):
    """The options by which evaluations are scored.

    Fields:
        standard: The standard that judges them.
        remarks: Whether their remarks are wanted.
    """

    standard: Standard
    remarks: bool


def judged(part: Part, asked: Asked) -> list[JudgedEvaluation]:
    """The evaluations of a part."""
    if part.lines is None:
        return [_judged_one(part.file, None, part.file, asked)]
    return [_judged_one(part.file, number, line, asked) for number, line in part.lines]


def _judged_one(file: str, line: int | None, source: str | bytes | Violation, asked: Asked) -> JudgedEvaluation:
    standard = asked.standard
    if isinstance(source, Violation):
        return JudgedEvaluation(file, line, problems=(to_problem(source, None if line is None else (line, 1)),))
    try:
        evaluation, document = read_placed(Path(source) if isinstance(source, str) else _Line(source), standard)
        evaluation = evaluation.with_edition(ensure_scorable(evaluation, standard).edition)
    except EvaluationError as error:
        problems = error.problems
        return JudgedEvaluation(
            file, line, problems=problems if line is None else tuple(at_line(each, line) for each in problems)
        )
    ledger = ledger_of(evaluation, standard)
    subject, codes = evaluation.subject, set[str]()
    if asked.remarks:
        codes = {violation.code for violation, _ in document.remarks}
        codes.update(violation.code for violation in review_points(evaluation, standard))
    return JudgedEvaluation(
        file,
        line,
        (*(getattr(subject, name, None) for name in SUBJECT), evaluation.type),
        fingerprint(evaluation),
        (ledger.weights, ledger.overs, ledger.unders),
        " ".join(sorted(codes)) or None,
    )


# --- a process that reads ---------------------------------------------------------------------------------------------

_asked: Asked  # of the process, if it is one that reads


def prepare_process(asked: Asked) -> None:
    """Prepare a process that reads."""
    global _asked
    _asked = asked
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # the imported modules stay: a search for garbage need not look through them
    gc.set_threshold(GARBAGE)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process if the one that started it is killed; otherwise it would wait for work for ever."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def judged_in_process(part: Part) -> list[JudgedEvaluation]:
    """As :func:`judged`, in a process that is prepared."""
    return judged(part, _asked)
