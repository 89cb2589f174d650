"""Rank comparable results, or show the changes of one organisation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, language, print_json, show_lines, terminal_columns
from aftersales.cli.inputs import FileError, FilesError, chosen_standard, scorecard_of
from aftersales.cli.parser import Parser
from aftersales.problems.errors import PaperError, at_path

if TYPE_CHECKING:
    from aftersales.problems.errors import Problem
    from aftersales.scoring.scorecard import Scorecard

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("files", "FILE", nargs="+", help_key="FILES")
    parser.flag("--json")


def run(options: Options) -> None:
    """Compare results, or the changes of one organisation."""
    from aftersales.analysis.comparison import compare, progress
    from aftersales.problems.violations import Violation, to_problem
    from aftersales.text.normalize import plain_name
    from aftersales.views.comparison import comparison_lines, progress_lines

    if options.standard is not None:
        chosen_standard(options)  # so that its problems are shown once
    cards: list[Scorecard] = []
    problems: list[tuple[str | None, Problem]] = []
    for name in options.files:
        try:
            cards.append(scorecard_of(name, options))
        except FileError as found:
            problems += [(found.file, problem) for problem in found.error.problems]
    if not problems:
        try:
            comparison = compare(cards)
        except PaperError as error:
            problems = [_in_its_file(problem, options.files) for problem in error.problems]
    if problems:
        raise FilesError(problems)
    steps, note = [], None
    if len({plain_name(ranked.organisation) for ranked in comparison.ranking}) == 1:
        dated = sorted(
            ((card.evaluation.period.end, card) for card in cards if card.evaluation.period), key=itemgetter(0)
        )
        if len({end for end, _ in dated}) == len(cards):
            steps = [progress(before, after) for (_, before), (_, after) in pairwise(dated)]
        else:
            note = to_problem(Violation("undated-change"))
    if options.json:
        document = comparison.model_dump(mode="json")
        print_json(document | {"progress": [step.model_dump(mode="json") for step in steps]})
        return
    lang, columns, standard = language(options), terminal_columns(), cards[0].standard
    parts = [comparison_lines(comparison, standard, lang, columns)]
    parts += (progress_lines(step, standard, lang, columns) for step in steps)
    if note is not None:
        parts.append(iter([note.text(lang)]))
    show_lines(islice(chain.from_iterable(chain([""], part) for part in parts), 1, None), options)


def _in_its_file(problem: Problem, files: Sequence[str]) -> tuple[str | None, Problem]:
    """The file that a problem of several results is in, and the problem with its path in that file."""
    found = re.match(r"\[([0-9]+)\]\.?", problem.path)
    return (files[int(found[1])], at_path(problem, problem.path[found.end() :])) if found else (None, problem)
