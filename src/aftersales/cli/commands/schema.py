"""Print the JSON Schema of the file format."""

from __future__ import annotations

from aftersales.cli.console import Options, print_json
from aftersales.cli.inputs import chosen_standard
from aftersales.cli.parser import Parser

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("--edition", metavar="DATE")


def run(options: Options) -> None:
    """Print the JSON Schema of the evaluation file."""
    from aftersales.evaluation.json_schema import json_schema

    print_json(json_schema(chosen_standard(options)))
