"""The commands about the papers of an evaluation: one function a command, under the command's name."""

from __future__ import annotations

import shutil

from aftersales.console import Options, day_of, language, print_json, scorecard_of

__all__ = ["improve", "report"]

# --- the plan ----------------------------------------------------------------------------------------------------

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

# --- comparison and improvement ----------------------------------------------------------------------------------


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
