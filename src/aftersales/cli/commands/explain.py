"""Show the derivation of figures."""

from __future__ import annotations

from aftersales.cli.console import Options, language, print_json, show_lines
from aftersales.cli.inputs import ensure_known_id, scorecard_of
from aftersales.cli.parser import Parser

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE")
    parser.positional("id", "ID", nargs="?")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show the derivation of a figure, or of all figures."""
    card = scorecard_of(options.file, options)
    if options.id is not None:
        ensure_known_id(options.id, card.standard)
    derivation = card.explain(options.id)
    if options.json:
        print_json(derivation.model_dump(mode="json"))
    else:
        show_lines(derivation.text(language(options)).split("\n"), options)
