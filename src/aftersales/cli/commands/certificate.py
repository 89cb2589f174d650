"""Show the status of a certificate on a day."""

from __future__ import annotations

from aftersales.cli.console import Options, language, print_json, show_lines, terminal_columns
from aftersales.cli.inputs import given_standard, problems_in, source_of
from aftersales.cli.parser import Parser

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE", help_key="CERTIFICATE")
    parser.option("--on", metavar="DATE", required=True)
    parser.flag("--json")


def run(options: Options) -> None:
    """Show the status of a certificate on a day."""
    from aftersales.certification.certificate.certificate import load_certificate
    from aftersales.standard.standard import bundled_standard
    from aftersales.views.certificate import certificate_lines

    given = given_standard(options)
    with problems_in(options.file):
        found = load_certificate(source_of(options.file), given)
    status = found.status(options.on, given)
    if options.json:
        print_json(status.model_dump(mode="json") | {"certificate": found.model_dump(mode="json", exclude={"events"})})
        return
    standard = given or bundled_standard(found.standard, found.edition)
    show_lines(certificate_lines(found, status, standard, language(options), terminal_columns()), options)
