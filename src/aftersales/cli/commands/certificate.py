"""Show the status of a certificate on a day, or write it as a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftersales.cli.console import Options, language, print_json, show_lines, shown_name, terminal_columns
from aftersales.cli.inputs import given_standard, problems_in, refuse_source_as_target, source_of
from aftersales.cli.parser import Parser
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from aftersales.certification.certificate.certificate import Certificate
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
    parser.flag("--force")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show the status of a certificate on a day. With ``-o`` the certificate is written as it is on that day."""
    from aftersales.certification.certificate.certificate import load_certificate
    from aftersales.standard.standard import bundled_standard
    from aftersales.views.certificate import certificate_lines

    if options.output is not None:
        refuse_source_as_target(options)
    given = given_standard(options)
    with problems_in(options.file):
        found = load_certificate(source_of(options.file), given)
    if options.output is not None:
        _write(found, given, options)
        return
    status = found.status(options.on, given)
    if options.json:
        print_json(status.model_dump(mode="json") | {"certificate": found.model_dump(mode="json", exclude={"events"})})
        return
    standard = given or bundled_standard(found.standard, found.edition)
    show_lines(certificate_lines(found, status, standard, language(options), terminal_columns()), options)


def _write(certificate: Certificate, given: Standard | None, options: Options) -> None:
    """Write the certificate to the file of ``-o``."""
    from aftersales.files.writing import write_file
    from aftersales.rendering.rendering import SHEET_FORMATS, format_of

    format, lang = format_of(options.output, SHEET_FORMATS), options.lang or language(options)
    with problems_in(options.file):
        paper = certificate.typeset(format, on=options.on, lang=lang, landscape=options.landscape, standard=given)
    write_file(options.output, paper, force=options.force)
    print(_say(language(options), "written", file=shown_name(options.output)))
