"""Score an evaluation."""

from __future__ import annotations

from aftersales.cli.console import Options, language, print_json, show_lines, terminal_columns
from aftersales.cli.inputs import evaluation_of, given_standard, problems_in, scorecard_of, source_of
from aftersales.cli.parser import Parser
from aftersales.text.sentences import Sentences

__all__ = ["arguments", "run"]

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE")
    parser.flag("--partial")
    parser.flag("--no-deletions")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show final score, stars, the tree and every deduction; with ``--partial`` the scores that are still possible."""
    if options.partial:
        _show_bounds(options)
        return
    if options.no_deletions:
        from aftersales.problems.collector import refusal
        from aftersales.problems.errors import PaperError
        from aftersales.problems.violations import Violation

        raise refusal(PaperError, Violation("needs-partial"))
    if options.json:
        print_json(scorecard_of(options.file, options).model_dump(mode="json"))
        return
    from aftersales.evaluation.loading import read_placed
    from aftersales.evaluation.review_points import review_points
    from aftersales.scoring.scorecard import score
    from aftersales.views.scorecard import score_lines

    given = given_standard(options)
    with problems_in(options.file):
        evaluation, document = read_placed(source_of(options.file), given)
        card = score(evaluation, given)
    lang = language(options)
    show_lines(score_lines(card, lang, terminal_columns()), options)
    # check shows the remarks; score gives their number only, so that their sentences are not read
    if count := len(document.remarks) + len([*review_points(evaluation, card.standard)]):
        print()
        print(_say(lang, "see_remarks", count=count))


def _show_bounds(options: Options) -> None:
    """Show the scores that an unfinished evaluation can still reach."""
    from aftersales.analysis.bounds import bounds
    from aftersales.standard.standard import named_standard
    from aftersales.views.bounds import bounds_lines

    given = given_standard(options)
    evaluation = evaluation_of(options, given)
    standard = given or named_standard(evaluation.standard, evaluation.edition)
    with problems_in(options.file):
        found = bounds(evaluation, standard, deletions=not options.no_deletions)
    if options.json:
        print_json(found.model_dump(mode="json"))
        return
    show_lines(bounds_lines(found, standard, language(options), terminal_columns()), options)
