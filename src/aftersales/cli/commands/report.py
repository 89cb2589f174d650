"""Write the evaluation report, or its summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, language, shown_name
from aftersales.cli.inputs import (
    FileCollector,
    folder_of,
    given_day,
    given_standard,
    problems_at_options,
    problems_in,
    refuse_source_as_target,
    refuse_together,
    scorecard_of,
)
from aftersales.cli.parser import Parser
from aftersales.problems.errors import PaperError
from aftersales.text.sentences import Sentences, joined

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from aftersales.certification.rectification.rectification import Rectification
    from aftersales.certification.statutory_calendar import StatutoryCalendar
    from aftersales.problems.violations import Violation
    from aftersales.scoring.scorecard import Scorecard

__all__ = ["arguments", "run", "violations_in"]

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE")
    parser.option("-o", "--output", metavar="PATH", required=True)
    parser.option("--on", metavar="DATE")
    parser.option("--number", metavar="TEXT")
    parser.option("--calendar", metavar="PATH")
    parser.option("--rectification", metavar="PATH", help_key="--rectification of report")
    parser.flag("--summary")
    parser.flag("--draft")
    parser.flag("--force")


def run(options: Options) -> None:
    """Write the evaluation report or its summary to a file."""
    from aftersales.certification.report.evidence_files import evidence_paths
    from aftersales.certification.report.report import make_report
    from aftersales.certification.statutory_calendar import load_calendar
    from aftersales.files.writing import refuse_source

    refuse_together(options, "summary", ("rectification",))
    issued_on = given_day(options)
    refuse_source_as_target(options)
    with problems_in(options.calendar):
        calendar = None if options.calendar is None else load_calendar(options.calendar)
    folder = folder_of(options.file)
    card, rectification = _sources(folder, issued_on, options)
    if folder is not None:
        refuse_source(options.output, evidence_paths(card.evaluation, folder))
    with problems_at_options(("issued_on", "number")):
        made = make_report(
            card,
            number=options.number,
            issued_on=issued_on,
            draft=options.draft,
            calendar=calendar,
            rectification=rectification,
            folder=folder,
        )
    lang = language(options)
    made.write(options.output, lang, summary=options.summary, force=options.force)
    file = shown_name(options.output)
    print(
        _say(lang, "draft_written", file=file, gaps=len(made.gaps)) if made.draft else _say(lang, "written", file=file)
    )
    if due := _due_line(card, issued_on, calendar, lang):
        print(due)


def violations_in(folder: Path | None, card: Scorecard) -> Iterator[Violation]:
    """The violations of a report on an evaluation in a folder. Files are looked for only with a folder."""
    from aftersales.certification.report.evidence_files import evidence_files
    from aftersales.certification.report.report import report_violations

    return report_violations(card, files=None if folder is None else evidence_files(card.evaluation, folder))


def _sources(
    folder: Path | None, issued_on: datetime.date | None, options: Options
) -> tuple[Scorecard, Rectification | None]:
    """The scored evaluation and the rectification. The problems of both are reported together."""
    scored: list[Scorecard] = []

    def lacking(card: Scorecard) -> Iterable[Violation]:
        scored.append(card)
        return () if options.draft else violations_in(folder, card)

    with FileCollector() as found:
        with found.collect():
            scorecard_of(options.file, options, also=lacking)
        with found.collect():
            rectification = _rectification_of(scored, issued_on, options)
    return scored[0], rectification


def _rectification_of(
    scored: Sequence[Scorecard], issued_on: datetime.date | None, options: Options
) -> Rectification | None:
    """The rectification of ``--rectification``; in a draft, its items may lack who is responsible.

    It is checked against the evaluation if that could be scored.
    """
    if options.rectification is None:
        return None
    from aftersales.certification.rectification.loading import read_placed_rectification
    from aftersales.certification.report.report import unfit_for_report

    with problems_in(options.rectification):
        rectification, _ = read_placed_rectification(
            options.rectification,
            scored[0].standard if scored else given_standard(options),
            complete=not options.draft,
            also=lambda found: [
                each for card in scored for each in unfit_for_report(found, card.evaluation, issued_on)
            ],
        )
    return rectification


def _due_line(
    card: Scorecard, issued_on: datetime.date | None, calendar: StatutoryCalendar | None, lang: str
) -> str | None:
    """The due date of the report (7.1), if the evaluation states its end and the calendar is installed."""
    from aftersales.certification.due_date import report_due
    from aftersales.problems.errors import MissingExtra

    period = card.evaluation.period
    if period is None:
        return None
    try:
        due = report_due(period.end, card.standard, calendar=calendar)
    except MissingExtra:
        return None
    except PaperError as unknown:
        return joined((problem.text(lang) for problem in unknown.problems), lang, "clause")
    late = issued_on is not None and issued_on > due
    return _say(lang, "overdue" if late else "due", **card.standard.wording, due=due, issued_on=issued_on)
