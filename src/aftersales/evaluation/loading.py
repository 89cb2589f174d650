"""Reading an evaluation: a file, a stream or a mapping in; a checked evaluation out, or everything that is wrong."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from pydantic import ValidationError

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.rules import check, check_restated
from aftersales.files.parsed_file import Document, excess_of, noted, read_document
from aftersales.files.pydantic_errors import faults_of
from aftersales.files.source import Source, Stop
from aftersales.problems.errors import EvaluationError, Path, Problem, Remark
from aftersales.problems.violations import Fault, Refused
from aftersales.standard.standard import Standard, bundled_standard

__all__ = ["Examination", "examine", "load_evaluation"]


class Examination(NamedTuple):
    """What an examined source holds: the ``evaluation`` (None where there are ``problems``), and the ``remarks``."""

    evaluation: Evaluation | None
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]


def load_evaluation(source: Source, standard: Standard | None = None) -> Evaluation:
    """Reads an evaluation and checks it against its standard; indicators without a finding are no fault here (R9).

    ``source`` is a path (.yaml, .yml, .json, .xlsx), an open text stream or bytes (JSON where it begins with ``{``, else YAML)
    or a mapping. ``standard`` is needed where the evaluation names one that is not bundled.

    Raises :class:`~aftersales.EvaluationError` with everything that is wrong, each at its line.

    >>> evaluation = load_evaluation({"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "findings": {"5.1.1.1": "full"}})
    >>> evaluation.findings["5.1.1.1"].kind
    'qualitative'
    """
    return read_evaluation(source, standard, complete=False)


def examine(source: Source, standard: Standard | None = None, *, complete: bool = True) -> Examination:
    """Everything that a source shows of an evaluation: what is wrong with it, and what asks for a second look (R20).

    ``source`` and ``standard`` are those of :func:`load_evaluation`. With ``complete``, an indicator without a finding is a
    problem too (R9): an evaluation without problems can be scored. Remarks are those of :func:`~aftersales.remarks` and, in any
    case, those that only the file shows. Nothing is raised for bad input.

    >>> findings = {"5.1.2.2": {"kind": "quantitative", "actual": 8}}
    >>> examination = examine({"standard": "CTS XBHT-S04-2025", "findings": findings}, complete=False)
    >>> examination.evaluation, [problem.code for problem in examination.problems], examination.remarks
    (None, ['unlike-units'], ())
    """
    from aftersales.evaluation.review_points import review_points  # scoring alone does not need it

    found = _examined(source, standard, complete=complete)
    remarks: list[Fault] = []
    is_sound = not found.document.faults and all(fault.code == "missing-finding" for fault in found.faults)
    if is_sound and found.evaluation is not None and found.standard is not None:
        remarks = list(review_points(found.evaluation, found.standard))
    problems = found.problems()
    return Examination(None if problems else found.evaluation, problems, found.document.remarks_with(remarks))


def read_evaluation(
    source: Source,
    standard: Standard | None = None,
    *,
    complete: bool = True,
    also: Callable[[Evaluation, Standard], Iterable[Fault]] | None = None,
) -> Evaluation:
    """The evaluation that a source holds, checked against its standard.

    With ``complete`` every indicator needs a finding. ``also`` gives further faults of an evaluation that has none so far.
    Raises :class:`~aftersales.EvaluationError` with everything that is wrong.
    """
    found = _examined(source, standard, complete=complete, also=also)
    if problems := found.problems():
        raise noted(EvaluationError(problems), source)
    assert found.evaluation is not None
    return found.evaluation


class _Examined(NamedTuple):
    """A source, what it holds as far as its form is sound, and the faults that no reader found."""

    document: Document
    evaluation: Evaluation | None
    standard: Standard | None
    faults: list[Fault]

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, at its place."""
        if not self.faults and not self.document.faults:
            return ()
        faults = (fault for fault in self.faults if not _follows(fault, self.document.refused))
        return self.document.problems(_with_clause(fault, self.document.data) for fault in faults)


def _examined(
    source: Source,
    standard: Standard | None,
    *,
    complete: bool,
    also: Callable[[Evaluation, Standard], Iterable[Fault]] | None = None,
) -> _Examined:
    document = _read(source)
    if not document.readable:
        return _Examined(document, None, standard, [])
    faults: list[Fault] = []
    evaluation: Evaluation | None
    try:
        evaluation = Evaluation.model_validate(document.data)
    except ValidationError as error:
        if isinstance(source, Mapping) and (excess := excess_of(source)):
            return _Examined(Document(stop=Stop.of(excess)), None, standard, [])
        faults = faults_of(error, document.data, Evaluation)
        evaluation = _sound_part(document.data, faults)
    if evaluation is not None:
        # What was refused already is not missing as well, and neither is what stands beside the findings.
        broken = [str(fault.path[1]) if fault.path[0] == "findings" else str(fault.path[0]) for fault in faults]
        broken += [str(fault.path[-1]) for fault in faults if fault.code == "unknown-key"]
        spare = document.lost + sum(
            fault.path[:1] == ("findings",) and len(fault.path) == 2 for fault, _ in document.faults
        )
        complete = complete and all(fault.path != ("findings",) for fault, _ in document.faults)
        try:
            standard = standard or bundled_standard(evaluation.standard, evaluation.edition)
            faults += check(evaluation, standard, complete=complete, broken=broken, spare=spare)
            faults += check_restated(document.restated, document.data["findings"], standard)
            if not faults and not document.faults:
                document.faults += document.suspended
            if also and not faults and not document.faults:
                faults += also(evaluation, standard)
        except Refused as refused:
            faults += refused.faults
    return _Examined(document, evaluation, standard, faults)


def _read(source: Source) -> Document:
    """What a source holds; of workbooks only who has one pays for the reader."""
    if isinstance(source, str | os.PathLike) and FilePath(source).suffix.lower() == ".xlsx":
        from aftersales.evaluation.workbook.reader import read_workbook

        return read_workbook(FilePath(source))
    if isinstance(source, Mapping):  # the model bounds what it takes, and only what it refuses is looked at again
        return Document(source)
    return read_document(source, also=(".xlsx",))


def _sound_part(data: Any, faults: Sequence[Fault]) -> Evaluation | None:
    """The evaluation without the entries that are refused already, so that the rest is checked in the same go.

    None where what is refused is the whole, the standard or all the findings.
    """
    tops = {fault.path[0] for fault in faults if fault.path and (fault.path[0] != "findings" or len(fault.path) == 1)}
    broken = {fault.path[1] for fault in faults if len(fault.path) > 1 and fault.path[0] == "findings"}
    if any(not fault.path for fault in faults) or "edition" in tops:
        return None
    rest = {key: value for key, value in data.items() if key not in tops}
    if not {"standard", "findings"} <= rest.keys():
        return None
    rest["findings"] = {key: value for key, value in data["findings"].items() if key not in broken}
    return Evaluation.model_validate(rest)


# What is missing where a reader refused it, as a workbook's does with a date in the cell of a limit.
_PARTS = {"missing-limit": ("at_least", "at_most"), "missing-population": ("population", "outlets", "outlets_covered")}


def _follows(fault: Fault, refused: Set[Path]) -> bool:
    """Whether a part of a finding is missing only because what stands there is refused already: that is one mistake."""
    return any((*fault.path, name) in refused for name in _PARTS.get(fault.code, ()))


def _with_clause(fault: Fault, data: Any) -> Fault:
    """Where it is the standard that asks for a part of a finding, the fault stands on that clause, whatever its code."""
    if len(fault.path) < 3 or fault.path[0] != "findings":
        return fault
    finding = data["findings"].get(fault.path[1])
    kind = finding.get("kind") if isinstance(finding, Mapping) else None
    if not isinstance(kind, str):
        return fault
    return replace(fault, clause=_CLAUSES.get((kind, fault.path[2], fault.code)))


_ABSENT = ("missing-key", "blank", "empty-list")
_CLAUSES: dict[tuple[object, object, str], str] = {
    ("qualitative", "row", "out-of-range"): "6.2.4",
    **{("not_applicable", "reason", code): "6.1.4" for code in _ABSENT},
    **{("not_applicable", "confirmed_by", code): "6.2.3" for code in _ABSENT},
}
