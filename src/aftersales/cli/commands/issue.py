"""Issue a certificate, or renew one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, is_to_stdout, show_remarks, write_text
from aftersales.cli.inputs import (
    day_of,
    given_standard,
    placed_scorecard_of,
    problems_at_options,
    problems_in,
    refuse_source_as_target,
)
from aftersales.cli.parser import Parser

if TYPE_CHECKING:
    from aftersales.certification.certificate.certificate import Certificate
    from aftersales.problems.violations import Violation
    from aftersales.scoring.scorecard import Scorecard

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE")
    parser.option("--on", metavar="DATE", required=True)
    parser.option("--number", metavar="TEXT")
    parser.option("--renew", metavar="PATH")
    parser.option("-o", "--output", metavar="PATH", help_key="-o or stdout")
    parser.flag("--force")


def run(options: Options) -> None:
    """Write the certificate of an evaluation, new or renewed. A renewal may replace the file of the certificate."""
    from aftersales.certification.certificate.certificate import issue, load_certificate, unfit_for_renewal
    from aftersales.certification.certificate.conditions import issue_points, issue_violations
    from aftersales.certification.report.report import make_report, report_violations
    from aftersales.files.locking import exclusive
    from aftersales.files.writing import as_file, as_yaml

    day = day_of(options)
    refuse_source_as_target(options)
    # The certificate of --renew is read first, so that it is compared with the evaluation, and problems have its lines.
    with exclusive(options.renew) if options.renew is not None else nullcontext():  # which -o may name too
        old: Certificate | None = None
        if options.renew is not None:
            with problems_in(options.renew):
                old = load_certificate(options.renew, given_standard(options))

        def unfit(card: Scorecard) -> Iterator[Violation]:
            yield from report_violations(card)
            yield from issue_violations(card, day)
            if old is not None:
                yield from unfit_for_renewal(old, card.evaluation, day)

        card, document = placed_scorecard_of(options.file, options, also=unfit)
        report = make_report(card)
        with problems_at_options(("on", "number")):
            made = issue(report, day, options.number) if old is None else old.renew(report, day, options.number)
        write_text(as_yaml(made) if is_to_stdout(options) else as_file(made, options.output), options)
    remarks = document.remarks_with(issue_points(card.evaluation, day), own=False)
    remarks += made.paper_remarks(day, card.standard)
    show_remarks(remarks, options, "remarks_on_days", stream=sys.stderr)
