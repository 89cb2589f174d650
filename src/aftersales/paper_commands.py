"""The commands about the papers of an evaluation: one function a command, under the command's name."""

from __future__ import annotations

import shutil
import sys
from itertools import pairwise

from aftersales.console import (
    Options,
    chosen_standard,
    day_of,
    language,
    print_json,
    scorecard_of,
    show_problems,
    source_of,
)
from aftersales.errors import AftersalesError, PaperError

__all__ = ["certificate", "compare", "improve", "issue", "plan", "report"]

# --- the plan ----------------------------------------------------------------------------------------------------


def plan(options: Options) -> None:
    """An evaluation plan, and what is missing in it."""
    from aftersales.plan import load_plan
    from aftersales.plan_view import plan_lines
    from aftersales.standard import bundled_standard

    given = chosen_standard(options) if options.standard else None
    source = source_of(options)
    lacking: PaperError | None = None
    try:
        found = load_plan(source, given)
    except PaperError as error:
        lacking, found = error, load_plan(source, given, complete=False)  # which is shown where its form is sound
    if lacking and (options.json or any(problem.path in ("standard", "edition") for problem in lacking.problems)):
        raise lacking
    if options.json:
        print_json(found.model_dump(mode="json"))
        return
    standard = given or bundled_standard(found.standard, found.edition)
    for line in plan_lines(found, standard, language(options), shutil.get_terminal_size().columns):
        print(line)
    if lacking:
        sys.stdout.flush()
        raise lacking


# --- the report --------------------------------------------------------------------------------------------------


def report(options: Options) -> None:
    """The evaluation report or its summary, written to a file."""
    from aftersales.report import make_report, report_faults

    issued_on = day_of(options.on)
    card = scorecard_of(options, also=None if options.draft else report_faults)
    made = make_report(card, number=options.number, issued_on=issued_on, draft=options.draft)
    lang = language(options)
    made.write(options.output, lang, summary=options.summary, force=options.force)
    gaps = len(made.gaps)
    if lang == "en":
        print(f"{options.output}: written" + (f", a draft with {gaps} gaps" if options.draft else ""))
    else:
        print(f"{options.output}：已写入" + (f"，草稿，{gaps} 处待补" if options.draft else ""))


# --- the certificate ---------------------------------------------------------------------------------------------


def certificate(options: Options) -> None:
    """What a certificate is worth on a day."""
    from aftersales.certificate import load_certificate
    from aftersales.certificate_view import certificate_lines
    from aftersales.standard import bundled_standard

    given = chosen_standard(options) if options.standard else None
    found = load_certificate(source_of(options), given)
    options.file = None  # from here on it is the day that may be wrong
    status = found.status(options.on, given)
    if options.json:
        print_json(status.model_dump(mode="json"))
        return
    standard = given or bundled_standard(found.standard, found.edition)
    for line in certificate_lines(found, status, standard, language(options), shutil.get_terminal_size().columns):
        print(line)


def issue(options: Options) -> None:
    """The certificate of an evaluation, as a file."""
    from aftersales.certificate import issue
    from aftersales.report import make_report, report_faults
    from aftersales.writing import as_yaml, write_file

    card = scorecard_of(options, also=report_faults)
    text = as_yaml(issue(make_report(card), options.on, options.number))
    if options.output is None:
        print(text, end="")
    else:
        write_file(options.output, text, force=options.force)


# --- comparison and improvement ----------------------------------------------------------------------------------


def compare(options: Options) -> None:
    """Results side by side; of one organisation, the way over time too."""
    from aftersales.comparison import compare, progress
    from aftersales.comparison_view import comparison_lines, progress_lines

    cards, failed = [], False
    for name in options.files:
        options.file = name
        try:
            cards.append(scorecard_of(options))
        except AftersalesError as error:
            if options.json:  # which prints one document
                raise
            show_problems(error.problems, options)
            failed = True
    options.file = None  # from here on no single file is at fault
    if failed:
        raise PaperError(())
    comparison = compare(cards)
    steps = []
    if len({ranked.organisation for ranked in comparison.ranking}) == 1:
        dated = [(card.evaluation.period.end, card) for card in cards if card.evaluation.period]
        dated.sort(key=lambda pair: pair[0])
        steps = [progress(before, after) for (old, before), (new, after) in pairwise(dated) if old < new]
    if options.json:
        document = comparison.model_dump(mode="json")
        print_json(document | {"progress": [step.model_dump(mode="json") for step in steps]})
        return
    lang, columns, standard = language(options), shutil.get_terminal_size().columns, cards[0].standard
    for line in comparison_lines(comparison, standard, lang, columns):
        print(line)
    for step in steps:
        print()
        for line in progress_lines(step, standard, lang, columns):
            print(line)


def improve(options: Options) -> None:
    """The way to a star."""
    from aftersales.improvement import improvements, read_costs
    from aftersales.improvement_view import improvement_lines

    card = scorecard_of(options)
    costs = None
    if options.cost:
        options.file = options.cost  # from here on the problems are in this file
        costs = read_costs(options.cost, card)
    plan = improvements(card, options.stars, costs)
    if options.json:
        print_json(plan.model_dump(mode="json"))
        return
    for line in improvement_lines(card, plan, language(options), shutil.get_terminal_size().columns):
        print(line)


# --- the workbook ------------------------------------------------------------------------------------------------
