"""Show or write the register of the certificates in a folder."""

from __future__ import annotations

from aftersales.cli.console import (
    Options,
    is_to_stdout,
    language,
    print_json,
    show_lines,
    shown_name,
    terminal_columns,
)
from aftersales.cli.inputs import day_of, given_standard, refuse_together
from aftersales.cli.parser import Parser
from aftersales.text.sentences import Sentences

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("folder", "FOLDER")
    parser.option("--on", metavar="DATE", required=True)
    parser.option("-o", "--output", metavar="PATH", help_key="-o of register")
    parser.flag("--force")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show the register, or write it."""
    from pathlib import Path

    from aftersales.certification.register import register
    from aftersales.files.writing import refuse_source
    from aftersales.views.register import register_lines

    refuse_together(options, "json", ("output",))
    found = register(options.folder, day_of(options), given_standard(options))
    if not is_to_stdout(options):
        refuse_source(options.output, [Path(options.folder, entry.file) for entry in found.entries])
        found.write(options.output, language(options), force=options.force)
        show_lines([Sentences("cli")(language(options), "written", file=shown_name(options.output))], options)
    elif options.json:
        print_json(found.model_dump(mode="json"))
    else:
        show_lines(register_lines(found, language(options), terminal_columns()), options)
