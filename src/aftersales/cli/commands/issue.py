"""Issue a certificate, or renew one."""

from __future__ import annotations

import sys
from itertools import chain
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, is_to_stdout, show_remarks, write_text
from aftersales.cli.inputs import day_of, placed_scorecard_of, problems_in, refuse_source_as_target
from aftersales.cli.parser import Parser

if TYPE_CHECKING:
    from aftersales.certification.certificate.certificate import Certificate

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE")
    parser.option("--on", metavar="DATE", required=True)
    parser.option("--number", metavar="TEXT")
    parser.option("--renew", metavar="PATH")
    parser.option("-o", "--output", metavar="PATH", help_key="-o?")
    parser.flag("--force")


def run(options: Options) -> None:
    """Write the certificate of an evaluation, new or renewed. A renewal may replace the file of the certificate."""
    from aftersales.certification.certificate.certificate import issue, load_certificate
    from aftersales.certification.certificate.conditions import issue_points, issue_violations
    from aftersales.certification.report.report import make_report, report_violations
    from aftersales.files.locking import exclusive

    day = day_of(options)
    assert day is not None  # the parser requires the option
    refuse_source_as_target(options)
    card, document = placed_scorecard_of(
        options.file, options, also=lambda card: chain(report_violations(card), issue_violations(card, day))
    )
    remarks = document.remarks_with(issue_points(card.evaluation, day), own=False)
    show_remarks(remarks, options, "remarks_on_days", stream=sys.stderr)
    if options.renew is None:
        _write(issue(make_report(card), day, options.number), options)
        return
    with exclusive(options.renew):  # which -o may name too
        with problems_in(options.renew):
            certificate = load_certificate(options.renew, card.standard)
        _write(certificate.renew(make_report(card), day, options.number), options)


def _write(certificate: Certificate, options: Options) -> None:
    from aftersales.files.writing import as_file, as_yaml

    write_text(as_yaml(certificate) if is_to_stdout(options) else as_file(certificate, options.output), options)
