"""The command ``aftersales``. Results go to stdout, problems to stderr.

Exit codes: 0 done, 2 wrong input or usage, 130 interrupted.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import aftersales.cli.commands as commands
from aftersales.cli.console import Options, show_problems, show_problems_of_files
from aftersales.cli.inputs import FileError, FilesError
from aftersales.cli.parser import Parser
from aftersales.problems.errors import AftersalesError
from aftersales.text.sentences import Sentences, languages
from aftersales.text.version import __version__
from aftersales.views.language import chosen_language

__all__ = ["command_names", "main"]

_say = Sentences("cli")

PLUGINS = "PYDANTIC_DISABLE_PLUGINS"  # the variable of pydantic that names the plugins to leave out

# Else Python searches all objects for garbage when the process ends, which takes a tenth of the time of a command.
atexit.register(gc.freeze)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns its exit code."""
    collecting, is_chosen = gc.isenabled(), PLUGINS in os.environ
    gc.disable()  # a command ends before there is garbage to collect; this saves a tenth of its time
    # A command needs no plugin. To find them, pydantic reads the metadata of every package that is installed.
    os.environ.setdefault(PLUGINS, "__all__")
    try:
        return _main(arguments)
    finally:
        if collecting:
            gc.enable()
        if not is_chosen:
            del os.environ[PLUGINS]


def _main(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # characters that a pipe cannot encode are replaced
    arguments = sys.argv[1:] if arguments is None else arguments
    lang = _asked_language(arguments)
    code = 0
    try:
        options = _options(arguments, lang)
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
        return _interrupted(lang)
    except OSError as error:
        _drop_output()
        if isinstance(error, BrokenPipeError):  # the reader has closed the pipe
            os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
            return code
        from aftersales.files.source import reason_of
        from aftersales.text.sentences import in_language

        print(f"aftersales: {in_language(reason_of(error), lang)}", file=sys.stderr)
        return 2
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # pydantic wraps an interrupt while it writes a model
            return _interrupted(lang)
        raise
    return code


def _interrupted(lang: str) -> int:
    _drop_output()
    print(f"aftersales: {_say(lang, 'interrupted')}", file=sys.stderr)
    return 130


def _drop_output() -> None:
    """Discard buffered output. Otherwise Python would wait for the pipe or report an error at exit."""
    with suppress(OSError, AttributeError):  # stdout is not a file, or is None
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@cache
def command_names() -> tuple[str, ...]:
    """The names of the commands, which are the modules of :mod:`aftersales.cli.commands`."""
    import pkgutil  # imported here: only help and mistakes need it

    return tuple(sorted(module.name for module in pkgutil.iter_modules(commands.__path__)))


def _is_command(word: str) -> bool:
    return word.isidentifier() and word[0] != "_" and find_spec(f"{commands.__name__}.{word}") is not None


def _module_of(command: str) -> Any:
    """The module of a command. Only the module of the command that runs is imported, since each import takes time."""
    return import_module(f"{commands.__name__}.{command}")


def _options(arguments: Sequence[str], lang: str) -> Options:
    """The options that the arguments give. Help and wrong usage end the process, as argparse does it."""
    leading, rest = _leading_language(arguments)
    if not rest:
        rest = ["help"]
    if rest[0] == "help":
        rest = [*rest[1:], "--help"]
    if _is_command(rest[0]):
        return _command_parser(rest[0], lang).parse_args([*leading, *rest[1:]])
    return _main_parser(lang).parse_args([*leading, *rest])


def _is_language(argument: str) -> bool:
    """Whether an argument is ``--lang``, which may be abbreviated and may have its value behind ``=``."""
    flag = argument.partition("=")[0]
    return len(flag) > len("--") and "--lang".startswith(flag)


def _leading_language(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The language that is given before the command, which each command takes behind its name, and the rest."""
    leading, rest = list[str](), list(arguments)
    while rest and (rest[0] == "--" or _is_language(rest[0])):
        count = 1 if rest[0] == "--" or "=" in rest[0] else 2
        leading += rest[:count]
        del rest[:count]
    return [argument for argument in leading if argument != "--"], rest


def _asked_language(arguments: Sequence[str]) -> str:
    """The language of help and of usage errors, which is needed before the arguments are parsed."""
    asked: str = chosen_language()
    for place, argument in enumerate(arguments):
        if _is_language(argument):
            _, is_joined, value = argument.partition("=")
            value = value if is_joined else "".join(arguments[place + 1 : place + 2])
            asked = value if value in languages() else asked
    return asked


def _command_parser(name: str, lang: str) -> Parser:
    """The parser of a command."""
    parser = Parser(lang, prog=f"aftersales {name}", description=_say(lang, f"command.{name}"))
    parser.set_defaults(command=name, json=False, edition=None)
    module = _module_of(name)
    module.arguments(parser)
    parser.option("--lang", choices=(*languages(), *getattr(module, "MORE_LANGUAGES", ())))
    parser.option("--standard", metavar="PATH")
    return parser


def _main_parser(lang: str) -> Parser:
    """The parser of arguments that name no command, for help and for errors."""
    parser = Parser(lang, prog="aftersales", description=_say(lang, "command"))
    parser.option("--version", action="version", version=f"aftersales {__version__}")
    parser.option("--lang", choices=languages())
    parser.commands((*command_names(), "help"))
    return parser
