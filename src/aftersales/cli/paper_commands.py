"""The commands for plans, reports, certificates and advice. A function has the name of its command."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from aftersales.cli.console import (
    Options,
    chosen_standard,
    day_of,
    language,
    print_json,
    refuse_source_as_target,
    scorecard_of,
    show_lines,
    show_problems_of_files,
    shown_name,
    source_of,
    terminal_columns,
    to_stdout,
    write_text,
)
from aftersales.problems.errors import AftersalesError, PaperError
from aftersales.text.sentences import Sentences, joined

if TYPE_CHECKING:
    import datetime

    from aftersales.problems.errors import Problem
    from aftersales.scoring.scorecard import Scorecard

__all__ = ["certificate", "compare", "improve", "issue", "plan", "report"]

_say = Sentences("cli")


def plan(options: Options) -> None:
    """Show an evaluation plan, and what is missing in it."""
    from aftersales.certification.plan import load_plan
    from aftersales.standard.standard import bundled_standard
    from aftersales.views.plan import plan_lines

    given = chosen_standard(options) if options.standard else None
    source = source_of(options)
    lacking: PaperError | None = None
    try:
        found = load_plan(source, given)
    except PaperError as error:
        lacking, found = error, load_plan(source, given, complete=False)  # shown if its form is valid
    if lacking and (options.json or any(problem.path in ("standard", "edition") for problem in lacking.problems)):
        raise lacking
    if options.json:
        print_json(found.model_dump(mode="json"))
        return
    standard = given or bundled_standard(found.standard, found.edition)
    show_lines(plan_lines(found, standard, language(options), terminal_columns()), options)
    if lacking:
        sys.stdout.flush()
        raise lacking


def report(options: Options) -> None:
    """Write the evaluation report or its summary to a file."""
    from aftersales.certification.report.report import make_report, report_violations

    issued_on = day_of(options)
    refuse_source_as_target(options)
    card = scorecard_of(options, also=None if options.draft else report_violations)
    options.file = None  # from here on it is the options that may be wrong
    made = make_report(card, number=options.number, issued_on=issued_on, draft=options.draft)
    lang = language(options)
    made.write(options.output, lang, summary=options.summary, force=options.force)
    file = shown_name(options.output)
    print(
        _say(lang, "draft_written", file=file, gaps=len(made.gaps)) if made.draft else _say(lang, "written", file=file)
    )
    if due := _due_line(card, issued_on, lang):
        print(due)


def _due_line(card: Scorecard, issued_on: datetime.date | None, lang: str) -> str | None:
    """The due date of the report (7.1), if the evaluation states its end and the calendar is installed."""
    from aftersales.certification.due_date import report_due
    from aftersales.problems.errors import MissingExtra

    period = card.evaluation.period
    if period is None:
        return None
    try:
        due = report_due(period.end, card.standard)
    except MissingExtra:
        return None
    except PaperError as unknown:
        return joined((problem.text(lang) for problem in unknown.problems), lang, "clause")
    late = issued_on is not None and issued_on > due
    return _say(lang, "overdue" if late else "due", due=due, issued_on=issued_on)


def certificate(options: Options) -> None:
    """Show the status of a certificate on a day."""
    from aftersales.certification.certificate.certificate import load_certificate
    from aftersales.standard.standard import bundled_standard
    from aftersales.views.certificate import certificate_lines

    given = chosen_standard(options) if options.standard else None
    found = load_certificate(source_of(options), given)
    options.file = None  # from here on it is the day that may be wrong
    status = found.status(options.on, given)
    if options.json:
        print_json(status.model_dump(mode="json") | {"certificate": found.model_dump(mode="json", exclude={"events"})})
        return
    standard = given or bundled_standard(found.standard, found.edition)
    show_lines(certificate_lines(found, status, standard, language(options), terminal_columns()), options)


def issue(options: Options) -> None:
    """Write the certificate of an evaluation, new or renewed. A renewal may replace the certificate's file."""
    from aftersales.certification.certificate.certificate import issue, load_certificate
    from aftersales.certification.certificate.conditions import issue_violations
    from aftersales.certification.report.report import make_report, report_violations
    from aftersales.files.writing import as_file, as_yaml

    day = day_of(options)
    assert day is not None  # the option is required
    refuse_source_as_target(options)
    card = scorecard_of(options, also=lambda card: chain(report_violations(card), issue_violations(card, day)))
    if options.renew:
        options.file = options.renew  # from here on the problems are in this file
        certificate = load_certificate(options.renew, card.standard)
        options.file = None
        certificate = certificate.renew(make_report(card), day)
    else:
        options.file = None
        certificate = issue(make_report(card), day, options.number)
    write_text(as_yaml(certificate) if to_stdout(options) else as_file(certificate, options.output), options)


def compare(options: Options) -> int:
    """Compare results, or the changes of one organisation. Returns the exit code."""
    from aftersales.analysis.comparison import compare, progress
    from aftersales.problems.suggestions import plain_name
    from aftersales.problems.violations import Violation, to_problem
    from aftersales.views.comparison import comparison_lines, progress_lines

    if options.standard:
        chosen_standard(options)  # so that its problems are shown once
    cards: list[Scorecard] = []
    problems: list[tuple[str | None, Problem]] = []
    for name in options.files:
        options.file = name
        try:
            cards.append(scorecard_of(options))
        except AftersalesError as error:
            problems += [(name, problem) for problem in error.problems]
    if not problems:
        options.file = None
        try:
            comparison = compare(cards)
        except PaperError as error:
            problems = [_in_its_file(problem, options.files) for problem in error.problems]
    if problems:
        show_problems_of_files(problems, options)
        return 2
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
        return 0
    lang, columns, standard = language(options), terminal_columns(), cards[0].standard
    parts = [comparison_lines(comparison, standard, lang, columns)]
    parts += (progress_lines(step, standard, lang, columns) for step in steps)
    if note is not None:
        parts.append(iter([note.text(lang)]))
    show_lines(islice(chain.from_iterable(chain([""], part) for part in parts), 1, None), options)
    return 0


def _in_its_file(problem: Problem, files: Sequence[str]) -> tuple[str | None, Problem]:
    """The file that a problem of several results is in, and the problem with its path in that file."""
    found = re.match(r"\[([0-9]+)\]\.?", problem.path)
    return (files[int(found[1])], replace(problem, path=problem.path[found.end() :])) if found else (None, problem)


def improve(options: Options) -> None:
    """Show the improvements that reach a star."""
    from aftersales.analysis.improvements import improvements, read_costs
    from aftersales.views.improvements import improvement_lines

    card = scorecard_of(options)
    costs = None
    if options.cost:
        options.file = options.cost  # from here on the problems are in this file
        costs = read_costs(options.cost, card)
    options.file = None  # from here on it is the options that may be wrong
    plan = improvements(card, options.stars, costs)
    if options.json:
        print_json(plan.model_dump(mode="json"))
        return
    show_lines(improvement_lines(card, plan, language(options), terminal_columns()), options)
