"""Show the status of a certificate on a day, or write it as a paper."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from aftersales.cli.console import (
    Options,
    language,
    print_json,
    show_lines,
    show_remarks,
    shown_name,
    terminal_columns,
)
from aftersales.cli.inputs import (
    day_of,
    given_standard,
    problems_at_options,
    problems_in,
    refuse_source_as_target,
    scorecard_of,
    source_of,
)
from aftersales.cli.parser import Parser
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    import datetime

    from aftersales.certification.certificate.certificate import Certificate
    from aftersales.certification.report.report import Report
    from aftersales.standard.standard import Standard

__all__ = ["MORE_LANGUAGES", "arguments", "run"]

MORE_LANGUAGES = ("both",)
"""The certificate can be in two languages."""

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE", help_key="CERTIFICATE")
    parser.option("--on", metavar="DATE", required=True)
    parser.option("-o", "--output", metavar="PATH", help_key="-o of certificate")
    parser.flag("--landscape")
    parser.option("--summary", dest="evaluation", metavar="PATH", help_key="--summary of certificate")
    parser.option("--number", metavar="TEXT", help_key="--number of summary")
    parser.flag("--force")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show the status of a certificate on a day. With ``-o`` the certificate is written as it is on that day."""
    from aftersales.certification.certificate.certificate import load_certificate
    from aftersales.standard.standard import named_standard
    from aftersales.views.certificate import certificate_lines

    if options.output is not None:
        refuse_source_as_target(options)
    given, day = given_standard(options), day_of(options)
    with problems_in(options.file):
        found = load_certificate(source_of(options.file), given)
    if options.output is not None:
        _write(found, day, given, options)
        return
    status = found.status(day, given)
    if options.json:
        print_json(status.model_dump(mode="json") | {"certificate": found.model_dump(mode="json", exclude={"events"})})
        return
    standard = given or named_standard(found.standard, found.edition)
    show_lines(certificate_lines(found, status, standard, language(options), terminal_columns()), options)
    show_remarks(found.remarks(day, standard=standard), options, "remarks_to_check", stream=sys.stderr)


def _write(certificate: Certificate, on: datetime.date, given: Standard | None, options: Options) -> None:
    """Write the certificate to the file of ``-o``, or the summary of the report that is displayed with it."""
    from aftersales.files.writing import write_file
    from aftersales.rendering.rendering import format_of, sheet_format_of

    lang = options.lang or language(options)
    if options.evaluation is None:
        sheet = sheet_format_of(options.output)
        with problems_in(options.file):
            paper = certificate.typeset(sheet, on=on, lang=lang, landscape=options.landscape, standard=given)
    else:
        format, report = format_of(options.output), _report(options)
        with problems_in(options.file):
            paper = certificate.summary(report, format, on=on, lang=language(options), standard=given)
    write_file(options.output, paper, force=options.force)
    print(_say(language(options), "written", file=shown_name(options.output)))
    show_remarks(certificate.remarks(on, lang, given), options, "remarks_to_check", stream=sys.stderr)


def _report(options: Options) -> Report:
    """The report of the evaluation of ``--summary``. Its day is not known: ``--on`` is that of the certificate."""
    from aftersales.certification.report.report import make_report, report_violations

    card = scorecard_of(options.evaluation, options, also=report_violations)
    with problems_at_options(("number",)):
        return make_report(card, number=options.number)
