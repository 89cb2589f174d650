"""The parts of a class docstring: its summary, and the description of each field in its section ``Fields:``."""

from __future__ import annotations

import re
from inspect import cleandoc

__all__ = ["field_descriptions", "summary_of"]

_FIELD = re.compile(r"^    (\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)


def summary_of(cls: type) -> str:
    """The first paragraph of a class docstring on one line; "" without docstrings (``python -OO``)."""
    return " ".join(cleandoc(cls.__doc__ or "").partition("\n\n")[0].split())


def field_descriptions(cls: type) -> dict[str, str]:
    """The descriptions of a class' fields by name, those of its bases included; {} without docstrings (``python -OO``).

    >>> class Point:
    ...     \"""A point.
    ...
    ...     Fields:
    ...         x: The distance from the left margin,
    ...             in millimetres.
    ...     \"""
    >>> field_descriptions(Point)
    {'x': 'The distance from the left margin, in millimetres.'}
    """
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        section = cleandoc(vars(base).get("__doc__") or "").partition("\nFields:\n")[2].partition("\n\n")[0]
        found |= {match[1]: " ".join(match[2].split()) for match in _FIELD.finditer(section)}
    return found
