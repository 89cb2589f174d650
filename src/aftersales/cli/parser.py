"""The parser of a command's arguments. Its help and its errors are sentences of one language."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

from aftersales.text.sentences import DEFAULT, Sentences, joined

__all__ = ["Parser"]

_say = Sentences("cli")

# What argparse says of a wrong usage, in Python 3.11 to 3.14. Its own sentences are English in every language.
_USAGE_ERRORS = {
    "required": r"the following arguments are required: (?P<names>.+)",
    "unknown": r"unrecognized arguments: (?P<found>.+)",
    "ambiguous": r"ambiguous option: (?P<found>.+) could match (?P<names>.+)",
    "choice": r"argument (?P<name>.+?): invalid choice: (?P<found>.*) \(choose from .+\)",
    "value": r"argument (?P<name>.+): expected one argument",
    "number": r"argument (?P<name>.+?): invalid int value: (?P<found>.*)",
    "no_value": r"argument (?P<name>.+?): ignored explicit argument (?P<found>.*)",
}


class Parser(argparse.ArgumentParser):
    """A parser that puts options into a group of their own, and whose texts are of the language ``lang``.

    The help of an argument is the sentence ``argument.NAME``. NAME is its metavar or first flag, or ``help_key``.
    """

    def __init__(self, lang: str, **settings: Any):
        super().__init__(add_help=False, formatter_class=partial(_Formatter, lang), **settings)
        self.lang = lang
        self._arguments = self.add_argument_group(_say(lang, "arguments"))
        self._options = self.add_argument_group(_say(lang, "options"))
        self._flags: list[str] = []
        self._allowed: dict[str, Sequence[str]] = {}  # the words of an argument, by its name in messages
        self._other_words: dict[str, Sequence[str]] = {}  # further words that it takes, in Chinese
        self.option("-h", "--help", action="help", help_key="--help")

    def positional(
        self, name: str, metavar: str, *, help_key: str | None = None, words: Sequence[str] = (), **settings: Any
    ) -> None:
        """Declare an argument without a flag. ``settings`` are those of argparse.

        ``words`` are Chinese ones that it takes beside its choices, as its ``type`` makes a choice of them.
        """
        text = _say(self.lang, f"argument.{help_key or metavar}")
        self._arguments.add_argument(name, metavar=metavar, help=text, **settings)
        self._allowed[metavar], self._other_words[metavar] = settings.get("choices", ()), words

    def option(self, *flags: str, help_key: str | None = None, words: Sequence[str] = (), **settings: Any) -> None:
        """Declare an option with a value; ``settings`` as for :meth:`positional`."""
        self._options.add_argument(*flags, help=_say(self.lang, f"argument.{help_key or flags[0]}"), **settings)
        self._flags += flags
        name = "/".join(flags)
        self._allowed[name], self._other_words[name] = settings.get("choices", ()), words

    def flag(self, name: str, *, help_key: str | None = None) -> None:
        """Declare an option without a value."""
        self.option(name, action="store_true", help_key=help_key)

    def commands(self, names: Sequence[str]) -> None:
        """Declare the commands. Their own arguments are those of other parsers."""
        self._allowed["COMMAND"] = names
        parsers = self.add_subparsers(
            title=_say(self.lang, "commands"), required=True, metavar="COMMAND", parser_class=argparse.ArgumentParser
        )
        for name in names:
            parsers.add_parser(name, help=_say(self.lang, f"command.{name}"), add_help=False)

    def format_help(self) -> str:
        """The help, with the colon of the language behind each heading."""
        text = super().format_help()
        for key in ("arguments", "options", "commands"):
            title = _say(self.lang, key)
            text = text.replace(f"\n{title}:\n", f"\n{_say(self.lang, 'heading', title=title)}\n")
        return text

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong with it, and exit. ``message`` is a sentence of argparse."""
        from aftersales.text.sanitize import safe_line  # imported here: only a mistake needs it

        for kind, pattern in _USAGE_ERRORS.items():
            if match := re.fullmatch(pattern, message, re.DOTALL):
                message = self._sentence(kind, **match.groupdict())
                break
        self.print_usage(sys.stderr)
        self.exit(2, f"{safe_line(_say(self.lang, 'usage_error', prog=self.prog, message=message))}\n")

    def _sentence(self, kind: str, name: str = "", found: str = "", names: str = "") -> str:
        from aftersales.problems.messages import SENTENCES
        from aftersales.problems.suggestions import near

        if found[:1] in ("'", '"'):  # argparse gives the repr of a value
            found = found[1:-1]
        words, word = self._allowed.get(name, ()), found
        if kind == "unknown":
            words = self._flags
            word = next((part for part in found.split(" ") if part.startswith("-")), "").partition("=")[0]
        if self.lang == DEFAULT:
            words = (*words, *self._other_words.get(name, ()))
        meant = near(word, words)
        hint = SENTENCES(self.lang, "hint", hint=meant) if meant else ""
        kind = "command" if name == "COMMAND" else kind
        facts = {"name": name, "found": found, "names": joined(names.split(", "), self.lang)}
        return _say(self.lang, f"usage_error.{kind}", **facts, allowed=joined(words, self.lang), hint=hint)


class _Formatter(argparse.HelpFormatter):
    """Help in a language: the word before the usage, and lines that count the columns of Chinese."""

    def __init__(self, lang: str, prog: str, **settings: Any):
        super().__init__(prog, **settings)
        self._lang = lang

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _say(self._lang, "usage") if prefix is None else prefix)

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        if action.nargs == argparse.PARSER:  # the commands, which are indented once more than argparse counts
            self._action_max_length += self._indent_increment

    def _get_help_string(self, action: argparse.Action) -> str:
        return (action.help or "").replace("%", "%%")  # argparse would take it for a placeholder of its own

    def _split_lines(self, text: str, width: int) -> list[str]:
        from aftersales.text.columns import wrapped  # imported here: only help needs it

        return list(wrapped(text, width))
