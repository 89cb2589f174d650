"""Write the notice about a certificate that is due on a day."""

from __future__ import annotations

import sys

from aftersales.cli.console import Options, language, show_remarks, shown_name
from aftersales.cli.inputs import (
    day_of,
    given_standard,
    problems_at_options,
    problems_in,
    refuse_source_as_target,
    source_of,
)
from aftersales.cli.parser import Parser
from aftersales.text.sentences import Sentences

__all__ = ["arguments", "run"]

KINDS = ("maintained", "overdue", "downgrade", "revocation")
_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE", help_key="CERTIFICATE")
    parser.option("--on", metavar="DATE", required=True)
    parser.option("-o", "--output", metavar="PATH", required=True)
    parser.option("--kind", choices=KINDS)
    parser.option("--number", metavar="TEXT", help_key="--number of letter")
    parser.flag("--force")


def run(options: Options) -> None:
    """Write the notice that is due on a day."""
    from aftersales.certification.certificate.certificate import load_certificate
    from aftersales.files.writing import write_file
    from aftersales.rendering.rendering import format_of

    refuse_source_as_target(options)
    given, day = given_standard(options), day_of(options)
    lang = language(options)
    with problems_in(options.file), problems_at_options(("number",)):
        certificate = load_certificate(source_of(options.file), given)
        notice = certificate.notice(day, options.kind, given, number=options.number)
    format = format_of(options.output)
    with problems_in(options.file):
        paper = notice.typeset(format, lang)
    write_file(options.output, paper, force=options.force)
    title = Sentences("certification")(lang, f"paper.{notice.kind}", **notice.standard.wording)
    print(_say(lang, "notice_written", title=title, file=shown_name(options.output)))
    show_remarks(notice.remarks(lang), options, "remarks_to_check", stream=sys.stderr)
