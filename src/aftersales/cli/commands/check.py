"""Check an evaluation without scoring it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, language, print_json, show_remarks, shown_name
from aftersales.cli.inputs import FileError, given_standard, problems_in, source_of
from aftersales.cli.parser import Parser
from aftersales.problems.errors import EvaluationError
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from aftersales.scoring.scorecard import Scorecard

__all__ = ["arguments", "run"]

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show all problems and remarks of a file (reading R20)."""
    from aftersales.evaluation.loading import examine
    from aftersales.scoring.scorecard import score

    standard = given_standard(options)
    with problems_in(options.file):
        evaluation, problems, remarks = examine(source_of(options.file), standard)
    if evaluation is None:
        raise FileError(EvaluationError(problems), options.file, remarks)
    if options.json:
        print_json({"problems": [], "remarks": [*map(asdict, remarks)]})
        return
    _show_soundness(score(evaluation, standard), options)
    show_remarks(remarks, options)


def _show_soundness(card: Scorecard, options: Options) -> None:
    indicators = card.standard.indicators
    deleted = sum(not card[indicator.id].applicable for indicator in indicators)
    facts = {"file": shown_name(options.file), "indicators": len(indicators), "deleted": deleted}
    print(_say(language(options), "sound", **facts))
