"""Print the JSON Schema of a file that is read or a result that is written."""

from __future__ import annotations

from aftersales.cli.console import Options, print_json
from aftersales.cli.inputs import chosen_standard
from aftersales.cli.parser import Parser

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    from aftersales.views.json_schema import DOCUMENTS  # imported here: it needs the models

    parser.positional("document", "DOCUMENT", nargs="?", choices=DOCUMENTS)
    parser.option("--edition", metavar="DATE")


def run(options: Options) -> None:
    """Print the schema; that of an evaluation without a word."""
    from aftersales.views.json_schema import json_schema

    print_json(json_schema(options.document or "evaluation", chosen_standard(options)))
