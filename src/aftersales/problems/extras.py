"""Libraries that only a named extra of the package brings, imported where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from aftersales.problems.collector import refusal
from aftersales.problems.errors import MissingExtra
from aftersales.problems.violations import Violation

__all__ = ["require"]


def require(module: str, extra: str) -> Any:
    """The module of that name, which ``pip install 'aftersales[extra]'`` brings.

    Raises :class:`~aftersales.problems.errors.MissingExtra` where it is not installed. A module that is installed and cannot be
    imported for another reason raises what it raises.

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
