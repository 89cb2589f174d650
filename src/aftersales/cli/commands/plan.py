"""Show an evaluation plan, and what is missing in it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, language, print_json, show_lines, show_remarks, shown_name, terminal_columns
from aftersales.cli.inputs import (
    FileError,
    ensure_with,
    given_standard,
    problems_in,
    refuse_source_as_target,
    refuse_together,
    source_of,
)
from aftersales.cli.parser import Parser
from aftersales.problems.errors import PaperError
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from aftersales.certification.plan.plan import EvaluationPlan
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE", help_key="PLAN")
    parser.flag("--json")
    parser.option("--evaluation", metavar="PATH", help_key="--evaluation of plan")
    parser.option("-o", "--output", metavar="PATH")
    parser.flag("--draft")
    parser.flag("--force")


def run(options: Options) -> None:
    """Show a plan. If something is missing, also show its content, and raise what is missing.

    With ``-o`` the plan is written for the client, which takes a complete plan unless it is a draft. With
    ``--evaluation`` the deviations of that evaluation are shown in place of the plan.
    """
    from aftersales.certification.plan.loading import read_placed_plan
    from aftersales.evaluation.review_points import party_points
    from aftersales.problems.collector import citing
    from aftersales.standard.standard import named_standard
    from aftersales.views.plan import plan_lines

    refuse_together(options, "json", ("output",))
    for name in ("draft", "force"):
        ensure_with(options, name, ("output",))
    if options.output is not None:
        refuse_source_as_target(options)
    given = given_standard(options)
    source = source_of(options.file)
    lacking: PaperError | None = None
    with problems_in(options.file):
        try:
            found, document = read_placed_plan(source, given)
        except PaperError as error:
            lacking = error
            try:
                found, document = read_placed_plan(source, given, complete=False)
            except PaperError:  # its form is invalid, and nothing of it can be shown
                raise lacking from None
        if lacking and (options.json or any(problem.path in ("standard", "edition") for problem in lacking.problems)):
            raise lacking
    standard = given or named_standard(found.standard, found.edition)
    if options.output is not None:
        _write(found, lacking, given, options)
    if options.evaluation is not None:
        _show_deviations(found, given, options)
    elif options.json:
        print_json(found.model_dump(mode="json"))
    elif options.output is None:
        show_lines(plan_lines(found, standard, language(options), terminal_columns()), options)
    if not options.json:
        points = party_points(found.body, found.subject, found.team)
        remarks = citing(document.remarks_with(points), standard.clause)
        show_remarks(remarks, options, "remarks_to_check", stream=sys.stderr)
    if lacking and options.output is None:
        sys.stdout.flush()
        raise FileError(lacking, options.file)


def _write(plan: EvaluationPlan, lacking: PaperError | None, standard: Standard | None, options: Options) -> None:
    """Write the paper of a plan to the file of ``-o``."""
    if lacking and not options.draft:
        raise FileError(lacking, options.file)
    lang = language(options)
    plan.write(options.output, lang, standard, draft=options.draft, force=options.force)
    file = shown_name(options.output)
    gaps = len(lacking.problems) if lacking else 0
    print(_say(lang, "draft_written", file=file, gaps=gaps) if options.draft else _say(lang, "written", file=file))


def _show_deviations(plan: EvaluationPlan, given: Standard | None, options: Options) -> None:
    """Show where the evaluation of ``--evaluation`` differs from its plan."""
    from aftersales.certification.plan.deviations import plan_deviations
    from aftersales.evaluation.loading import read_placed
    from aftersales.problems.collector import citing
    from aftersales.standard.standard import named_standard

    with problems_in(options.evaluation):
        evaluation, document = read_placed(source_of(options.evaluation), given, complete=False)
    standard = given or named_standard(plan.standard, plan.edition)
    deviations = citing(document.remarks_with(plan_deviations(plan, evaluation, standard), own=False), standard.clause)
    if options.json:
        print_json({"deviations": [each.to_dict() for each in deviations]})
    elif deviations:
        show_remarks(deviations, options, "deviations", options.evaluation)
    else:
        print(_say(language(options), "no_deviations", file=shown_name(options.evaluation)))
