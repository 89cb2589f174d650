"""Import libraries of an extra of the package where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from aftersales.problems.collector import refusal
from aftersales.problems.errors import MissingExtra
from aftersales.problems.violations import Violation

__all__ = ["require"]


def require(module: str, extra: str) -> Any:
    """The module with that name, which ``pip install 'aftersales[extra]'`` installs.

    Raises :class:`~aftersales.MissingExtra` if it is not installed. Other errors of the import are
    raised unchanged.

    >>> require("json", "excel").__name__
    'json'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise
        violation = Violation("missing-extra", context={"found": module.partition(".")[0], "extra": extra})
        raise refusal(MissingExtra, violation) from None
