"""The command ``aftersales``. Results go to stdout, problems to stderr.

Exit codes: 0 done, 2 wrong input or usage, 130 interrupted.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import aftersales.cli.commands as commands
from aftersales import __version__
from aftersales.cli.console import Options, language, show_problems, show_problems_of_files
from aftersales.cli.inputs import FileError, FilesError
from aftersales.cli.parser import Parser
from aftersales.problems.errors import AftersalesError
from aftersales.text.sentences import Sentences, languages
from aftersales.views.language import chosen_language

__all__ = ["command_names", "main"]

_say = Sentences("cli")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns its exit code."""
    collecting = gc.isenabled()
    gc.disable()  # a command ends before there is garbage to collect; this saves a tenth of its time
    try:
        return _main(arguments)
    finally:
        if collecting:
            gc.enable()


def _main(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # characters that a pipe cannot encode are replaced
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(next(iter(arguments), "")).parse_args(arguments)
    code = 0
    try:
        try:
            _module_of(options.command).run(options)
        except FileError as found:
            code = 2
            show_problems(found.error.problems, found.file, options, found.remarks)
        except FilesError as several:
            code = 2
            show_problems_of_files(several.problems, options)
        except AftersalesError as error:
            code = 2
            show_problems(error.problems, None, options)
        print(end="", flush=True)
    except KeyboardInterrupt:
        return _interrupted(options)
    except OSError as error:
        _drop_output()
        if isinstance(error, BrokenPipeError):  # the reader has closed the pipe
            os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
            return code
        print(f"aftersales: {error.strerror}", file=sys.stderr)
        return 2
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # pydantic wraps an interrupt while it writes a model
            return _interrupted(options)
        raise
    return code


def _interrupted(options: Options) -> int:
    _drop_output()
    print(f"aftersales: {_say(language(options), 'interrupted')}", file=sys.stderr)
    return 130


def _drop_output() -> None:
    """Discard buffered output. Otherwise Python would wait for the pipe or report an error at exit."""
    with suppress(OSError, AttributeError):  # stdout is not a file, or is None
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@cache
def command_names() -> tuple[str, ...]:
    """The names of the commands, which are the modules of :mod:`aftersales.cli.commands`."""
    return tuple(sorted(file.stem for file in Path(commands.__path__[0]).glob("[!_]*.py")))


def _module_of(command: str) -> Any:
    """The module of a command. Only the module of the command that runs is imported, since each import takes time."""
    return import_module(f"{commands.__name__}.{command}")


def _parser(first: str) -> Parser:
    """The parser; if the first argument is a command, only the one of that command."""
    lang = chosen_language()
    parser = Parser(prog="aftersales", description=_say(lang, "command"))
    parser.option("--version", action="version", version=f"aftersales {__version__}")
    subparsers = parser.add_subparsers(title=_say(lang, "commands"), required=True, metavar="COMMAND")
    for name in [first] if first in command_names() else command_names():
        does = _say(lang, f"command.{name}")
        sub = subparsers.add_parser(name, help=does, description=does)
        sub.set_defaults(command=name, json=False, edition=None)
        _module_of(name).arguments(sub)
        sub.option("--lang", choices=languages())
        sub.option("--standard", metavar="PATH")
    return parser
