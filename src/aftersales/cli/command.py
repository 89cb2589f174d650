"""The command ``aftersales``. Results go to stdout, problems to stderr.

Exit 0: done, 2: bad input or usage, 130: interrupted.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from aftersales import __version__
from aftersales.cli.console import language, show_error
from aftersales.problems.errors import AftersalesError
from aftersales.text.sentences import Sentences, languages
from aftersales.views.language import chosen_language

__all__ = ["main"]

_say = Sentences("cli")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    collecting = gc.isenabled()
    gc.disable()  # a command is over before there is garbage to collect; that saves a tenth of its time
    try:
        return _main(arguments)
    finally:
        if collecting:
            gc.enable()


def _main(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a pipe cannot show gets a substitute
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(next(iter(arguments), None)).parse_args(arguments)
    code = 0
    try:
        try:
            code = getattr(import_module(f"aftersales.cli.{options.module}"), options.command)(options) or 0
        except AftersalesError as error:
            code = 2
            show_error(error, options)
        print(end="", flush=True)
    except KeyboardInterrupt:
        return _interrupted(options)
    except OSError as error:
        _drop_output()
        if isinstance(error, BrokenPipeError):  # whoever read us has seen enough
            os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
            return code
        print(f"aftersales: {error.strerror}", file=sys.stderr)
        return 2
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # pydantic wraps what comes while it writes a model
            return _interrupted(options)
        raise
    return code


def _interrupted(options: argparse.Namespace) -> int:
    _drop_output()
    print(f"aftersales: {_say(language(options), 'interrupted')}", file=sys.stderr)
    return 130


def _drop_output() -> None:
    """What is still buffered has nowhere to go, and Python would wait or complain once more at the end."""
    with suppress(OSError, AttributeError):  # where stdout is no file, or none
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Formatter(argparse.HelpFormatter):
    """Help whose usage begins with the word of the language."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _say(chosen_language(), "usage") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """A parser with its options in a group of its own, and with messages that hold nothing that a terminal would obey.

    The messages quote the arguments.
    """

    def __init__(self, lang: str, **settings: Any):
        super().__init__(add_help=False, formatter_class=_Formatter, **settings)
        self.arguments = self.add_argument_group(_say(lang, "arguments"))
        self.options = self.add_argument_group(_say(lang, "options"))
        self.options.add_argument("-h", "--help", action="help", help=_say(lang, "argument.--help"))

    def error(self, message: str) -> NoReturn:
        from aftersales.text.sanitize import safe_line  # only a mistake pays for it

        super().error(safe_line(message))


def _parser(first: str | None) -> argparse.ArgumentParser:
    """The parser; where the first argument is a command, of that one alone: the others cost time."""
    lang = chosen_language()
    parser = _Parser(lang, prog="aftersales", description=_say(lang, "command"))
    version = f"aftersales {__version__}"
    parser.options.add_argument("--version", action="version", version=version, help=_say(lang, "argument.--version"))
    commands = parser.add_subparsers(title=_say(lang, "commands"), required=True, metavar="COMMAND")
    for name, (module, arguments) in _COMMANDS.items():
        if first in _COMMANDS and name != first:
            continue
        does = _say(lang, f"command.{name}")
        sub = commands.add_parser(name, lang=lang, help=does, description=does)
        sub.set_defaults(module=module, command=name, json=False, lang=None, file=None, edition=None)
        for argument in (*arguments, "--standard"):
            flags, settings = _ARGUMENTS.get(argument, ((argument,), {}))
            group = sub.options if flags[0].startswith("-") else sub.arguments
            group.add_argument(*flags, help=_say(lang, f"argument.{argument.removesuffix('!')}"), **settings)
    return parser


# The commands: the module that each lives in, under its own name, and its arguments.
_COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "score": ("evaluation_commands", ("FILE", "--partial", "--no-deletions", "--json", "--lang")),
    "check": ("evaluation_commands", ("FILE", "--json", "--lang")),
    "explain": ("evaluation_commands", ("FILE", "ID", "--json", "--lang")),
    "template": ("evaluation_commands", ("--format", "--plan", "--edition", "-o?", "--force", "--lang")),
    "schema": ("evaluation_commands", ("--edition",)),
    "standard": ("evaluation_commands", ("ID", "--edition", "--json", "--lang")),
    "plan": ("paper_commands", ("PLAN", "--json", "--lang")),
    "report": ("paper_commands", ("FILE", "-o", "--on", "--number", "--summary", "--draft", "--force", "--lang")),
    "compare": ("paper_commands", ("FILES", "--json", "--lang")),
    "certificate": ("paper_commands", ("CERTIFICATE", "--on!", "--json", "--lang")),
    "issue": ("paper_commands", ("FILE", "--on!", "--number", "--renew", "-o?", "--force", "--lang")),
    "improve": ("paper_commands", ("FILE", "--stars", "--cost", "--json", "--lang")),
    "batch": (
        "batch_commands",
        ("TABLE", "-o", "--nodes", "--exact", "--decimal", "--null", "--edition", "--force", "--json", "--lang"),
    ),
}

# ``!`` makes an option required, ``?`` leaves it open; they share the help of the option.
_ARGUMENTS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "FILE": (("file",), {"metavar": "FILE"}),
    "PLAN": (("file",), {"metavar": "FILE"}),
    "CERTIFICATE": (("file",), {"metavar": "FILE"}),
    "FILES": (("files",), {"metavar": "FILE", "nargs": "+"}),
    "ID": (("id",), {"metavar": "ID", "nargs": "?"}),
    "TABLE": (("file",), {"metavar": "TABLE"}),
    "--json": (("--json",), {"action": "store_true"}),
    "--lang": (("--lang",), {"choices": languages()}),
    "--format": (("--format",), {"choices": ("yaml", "xlsx")}),
    "--standard": (("--standard",), {"metavar": "PATH"}),
    "-o": (("-o", "--output"), {"metavar": "PATH", "required": True}),
    "--on": (("--on",), {"metavar": "DATE"}),
    "--on!": (("--on",), {"metavar": "DATE", "required": True}),
    "-o?": (("-o", "--output"), {"metavar": "PATH"}),
    "--plan": (("--plan",), {"metavar": "PATH"}),
    "--renew": (("--renew",), {"metavar": "PATH"}),
    "--number": (("--number",), {"metavar": "TEXT"}),
    "--partial": (("--partial",), {"action": "store_true"}),
    "--no-deletions": (("--no-deletions",), {"action": "store_true"}),
    "--summary": (("--summary",), {"action": "store_true"}),
    "--draft": (("--draft",), {"action": "store_true"}),
    "--force": (("--force",), {"action": "store_true"}),
    "--stars": (("--stars",), {"metavar": "N", "type": int}),
    "--cost": (("--cost",), {"metavar": "PATH"}),
    "--nodes": (("--nodes",), {"metavar": "IDS"}),
    "--exact": (("--exact",), {"action": "store_true"}),
    "--decimal": (("--decimal",), {"action": "store_true"}),
    "--edition": (("--edition",), {"metavar": "DATE"}),
    "--null": (("--null",), {"choices": ("missing", "not_applicable"), "default": "missing"}),
}
