"""Check an evaluation without scoring it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, language, print_json, show_remarks, shown_name
from aftersales.cli.inputs import (
    FileError,
    ensure_with,
    folder_of,
    given_standard,
    plan_of,
    problems_at_options,
    problems_in,
    refuse_together,
    source_of,
)
from aftersales.cli.parser import Parser
from aftersales.problems.errors import EvaluationError, PaperError
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from pathlib import Path

    from aftersales.evaluation.evaluation import Evaluation
    from aftersales.problems.violations import Violation
    from aftersales.scoring.scorecard import Scorecard
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE")
    parser.flag("--json")
    parser.option("--plan", metavar="PATH", help_key="--plan with assessors")
    parser.option("--for", dest="assessor", metavar="NAME")
    parser.flag("--report")


def run(options: Options) -> None:
    """Show all problems and remarks of a file (reading R20); with ``--for``, what one assessor has to do."""
    from aftersales.evaluation.loading import read_examination
    from aftersales.scoring.scorecard import score

    refuse_together(options, "assessor", ("report",))
    if options.assessor is None:
        ensure_with(options, "plan", ("assessor",))
    standard = given_standard(options)
    if options.assessor is not None:
        _check_part(standard, options)
        return
    also = partial(_report_violations, folder_of(options.file)) if options.report else None
    with problems_in(options.file):
        evaluation, problems, remarks = read_examination(source_of(options.file), standard, also=also)
    if evaluation is None:
        raise FileError(EvaluationError(problems), options.file, remarks)
    if options.json:
        print_json({"problems": [], "remarks": [each.to_dict() for each in remarks]})
        return
    _show_soundness(score(evaluation, standard), options)
    show_remarks(remarks, options)


def _report_violations(folder: Path | None, evaluation: Evaluation, standard: Standard) -> Iterator[Violation]:
    """The parts that a report needs and the evaluation in a folder lacks (7.1)."""
    from aftersales.cli.commands.report import violations_in
    from aftersales.scoring.scorecard import score

    return violations_in(folder, score(evaluation, standard))


def _check_part(standard: Standard | None, options: Options) -> None:
    """Show the problems of the part of one assessor, and what is missing and remarkable in their indicators."""
    from aftersales.evaluation.loading import read_examination
    from aftersales.evaluation.rules import missing_findings
    from aftersales.problems.collector import refusal
    from aftersales.problems.violations import Violation

    if options.plan is None:
        raise refusal(PaperError, Violation("needs-plan"))
    plan = plan_of(options, standard)
    with problems_at_options(("assessor",)):
        own = plan.indicators_of(options.assessor, standard)

    def left(evaluation: Evaluation, by: Standard) -> Iterator[Violation]:
        return missing_findings({by.layout.positions[key] for key in evaluation.missing(by) if key in own}, by)

    with problems_in(options.file):
        evaluation, problems, remarks = read_examination(
            source_of(options.file), standard, complete=False, also=left, only=own
        )
    if evaluation is None:
        raise FileError(EvaluationError(problems), options.file, remarks)
    if options.json:
        print_json({"problems": [], "remarks": [each.to_dict() for each in remarks]})
        return
    facts = {"file": shown_name(options.file), "name": shown_name(options.assessor), "count": len(own)}
    print(_say(language(options), "sound_part", **facts))
    show_remarks(remarks, options)


def _show_soundness(card: Scorecard, options: Options) -> None:
    indicators = card.standard.indicators
    deleted = sum(not card[indicator.id].applicable for indicator in indicators)
    facts = {"file": shown_name(options.file), "indicators": len(indicators), "deleted": deleted}
    print(_say(language(options), "sound", **facts))
