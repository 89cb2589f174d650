"""Show the fewest or cheapest indicators to raise for a star."""

from __future__ import annotations

from aftersales.cli.console import Options, language, print_json, show_lines, terminal_columns
from aftersales.cli.inputs import problems_at_options, problems_in, scorecard_of
from aftersales.cli.parser import Parser

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE")
    parser.option("--stars", metavar="N", type=int)
    parser.option("--cost", metavar="PATH")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show the improvements that reach a star."""
    from aftersales.analysis.improvements import improvements, read_costs
    from aftersales.views.improvements import improvement_lines

    card = scorecard_of(options.file, options)
    with problems_in(options.cost):
        costs = read_costs(options.cost, card) if options.cost is not None else None
    with problems_at_options(("stars",)):
        plan = improvements(card, options.stars, costs)
    if options.json:
        print_json(plan.model_dump(mode="json"))
        return
    show_lines(improvement_lines(card, plan, language(options), terminal_columns()), options)
