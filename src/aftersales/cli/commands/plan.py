"""Show an evaluation plan, and what is missing in it."""

from __future__ import annotations

import sys

from aftersales.cli.console import Options, language, print_json, show_lines, terminal_columns
from aftersales.cli.inputs import FileError, given_standard, problems_in, source_of
from aftersales.cli.parser import Parser
from aftersales.problems.errors import PaperError

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE", help_key="PLAN")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show a plan. If something is missing, also show its content, and raise what is missing."""
    from aftersales.certification.plan.loading import load_plan
    from aftersales.standard.standard import bundled_standard
    from aftersales.views.plan import plan_lines

    given = given_standard(options)
    source = source_of(options.file)
    lacking: PaperError | None = None
    with problems_in(options.file):
        try:
            found = load_plan(source, given)
        except PaperError as error:
            lacking, found = error, load_plan(source, given, complete=False)  # raises if its form is invalid
        if lacking and (options.json or any(problem.path in ("standard", "edition") for problem in lacking.problems)):
            raise lacking
    if options.json:
        print_json(found.model_dump(mode="json"))
        return
    standard = given or bundled_standard(found.standard, found.edition)
    show_lines(plan_lines(found, standard, language(options), terminal_columns()), options)
    if lacking:
        sys.stdout.flush()
        raise FileError(lacking, options.file)
