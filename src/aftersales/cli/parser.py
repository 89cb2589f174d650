"""The parser of a command's arguments. Its texts are sentences in the language of the environment."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from aftersales.text.sentences import Sentences
from aftersales.views.language import chosen_language

__all__ = ["Parser"]

_say = Sentences("cli")


class Parser(argparse.ArgumentParser):
    """A parser that puts options into a group of their own and sanitises its messages.

    The help of an argument is the sentence ``argument.NAME``. NAME is its metavar or first flag, or ``help_key``.
    """

    def __init__(self, **settings: Any):
        super().__init__(add_help=False, formatter_class=_Formatter, **settings)
        self._lang = chosen_language()
        self._arguments = self.add_argument_group(_say(self._lang, "arguments"))
        self._options = self.add_argument_group(_say(self._lang, "options"))
        self.option("-h", "--help", action="help", help_key="--help")

    def positional(self, name: str, metavar: str, *, help_key: str | None = None, **settings: Any) -> None:
        """Declare an argument without a flag. ``settings`` are those of argparse."""
        text = _say(self._lang, f"argument.{help_key or metavar}")
        self._arguments.add_argument(name, metavar=metavar, help=text, **settings)

    def option(self, *flags: str, help_key: str | None = None, **settings: Any) -> None:
        """Declare an option with a value; ``settings`` as for :meth:`positional`."""
        self._options.add_argument(*flags, help=_say(self._lang, f"argument.{help_key or flags[0]}"), **settings)

    def flag(self, name: str) -> None:
        """Declare an option without a value."""
        self.option(name, action="store_true")

    def error(self, message: str) -> NoReturn:
        """Print the message, which may quote arguments, and exit."""
        from aftersales.text.sanitize import safe_line  # imported here to keep the cold start short

        super().error(safe_line(message))


class _Formatter(argparse.HelpFormatter):
    """Help whose usage starts with the word of the language."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _say(chosen_language(), "usage") if prefix is None else prefix)

    def _get_help_string(self, action: argparse.Action) -> str:
        return (action.help or "").replace("%", "%%")  # argparse would take it for a placeholder of its own
