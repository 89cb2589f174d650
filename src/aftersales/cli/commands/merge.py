"""Merge the parts of several assessors into one evaluation (6.1.1, reading R21)."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, is_to_stdout, language, show_problems, write_output, write_text
from aftersales.cli.inputs import FilesError, given_standard, plan_of, refuse_source_as_target, source_of
from aftersales.cli.parser import Parser
from aftersales.problems.errors import Problem
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from aftersales.certification.plan.plan import EvaluationPlan
    from aftersales.evaluation.evaluation import Evaluation
    from aftersales.evaluation.merging import Part
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("files", "PARTS", nargs="+")
    parser.option("--plan", metavar="PATH", help_key="--plan with assessors")
    parser.flag("--draft", help_key="--draft of merge")
    parser.option("-o", "--output", metavar="PATH", help_key="-o or stdout")
    parser.flag("--force")


def run(options: Options) -> None:
    """Write the evaluation that the parts make up, and name the indicators that nobody has assessed.

    If the parts differ nothing is written; with ``--draft``, what differs is left open.
    """
    from aftersales.evaluation.merging import merge_parts
    from aftersales.problems.collector import citing, in_order_of
    from aftersales.problems.errors import EvaluationError
    from aftersales.standard.standard import clauses_of

    refuse_source_as_target(options)
    standard = given_standard(options)
    parts = _parts(options, standard)
    evaluation, differences = merge_parts(parts, standard)
    plan = None if options.plan is None else plan_of(options, standard)
    clause_of = clauses_of(standard, {"standard": evaluation.standard})
    problems = citing(in_order_of({"findings": evaluation.findings})(differences), clause_of)
    if problems and not options.draft:
        raise EvaluationError(problems)
    show_problems(problems, None, options)
    _write(evaluation, standard, options)
    for line in _open_lines(evaluation, standard, plan, language(options)):
        print(line, file=sys.stderr)


def _parts(options: Options, standard: Standard | None) -> list[Part]:
    """The parts in the files. Raises FilesError with the problems of all of them."""
    from aftersales.evaluation.loading import read_placed
    from aftersales.evaluation.merging import Part
    from aftersales.problems.errors import EvaluationError

    parts: list[Part] = []
    problems: list[tuple[str | None, Problem]] = []
    for file in options.files:
        try:
            evaluation, document = read_placed(source_of(file), standard, complete=False)
        except EvaluationError as error:
            problems += ((file, problem) for problem in error.problems)
        else:
            parts.append(Part(file, _as_from_output(evaluation, file, options), document.place))
    if problems:
        raise FilesError(problems)
    return parts


def _as_from_output(evaluation: Evaluation, file: str, options: Options) -> Evaluation:
    """The evaluation with the files of its evidence as named from the folder of ``-o``, if it is below that."""
    from pathlib import Path

    from aftersales.evaluation.merging import with_files_below

    if file == "-" or is_to_stdout(options):
        return evaluation
    folder, target = (Path(name).resolve().parent for name in (file, options.output))
    if folder == target or not folder.is_relative_to(target):
        return evaluation
    return with_files_below(evaluation, folder.relative_to(target).as_posix())


def _write(evaluation: Evaluation, standard: Standard | None, options: Options) -> None:
    from aftersales.files.writing import as_file, as_yaml

    if is_to_stdout(options):
        write_text(as_yaml(evaluation), options)
    elif PurePath(options.output).suffix.lower() == ".xlsx":
        from aftersales.evaluation.rules import ensure_scorable
        from aftersales.evaluation.workbook.writer import write_workbook

        standard = ensure_scorable(evaluation, standard, complete=False)
        write_output(write_workbook(standard, evaluation), options)
    else:
        write_text(as_file(evaluation, options.output, other_formats=(".xlsx",)), options)


def _open_lines(
    evaluation: Evaluation, standard: Standard | None, plan: EvaluationPlan | None, lang: str
) -> Iterable[str]:
    """The indicators that nobody has assessed: by assessor according to the plan, or in one line."""
    from aftersales.evaluation.rules import ensure_scorable
    from aftersales.text.sanitize import safe_line

    standard = ensure_scorable(evaluation, standard, complete=False)
    by_names: dict[tuple[str, ...], list[str]] = {}
    for key in evaluation.missing(standard):
        by_names.setdefault(plan.assessors_of(key) if plan else (), []).append(key)
    for names, ids in by_names.items():
        sentence = "merge.open_of" if names else "merge.open"
        folded = standard.layout.folded(standard.layout.positions[key] for key in ids)
        yield safe_line(_say(lang, sentence, names=names, ids=folded, count=len(ids)))
