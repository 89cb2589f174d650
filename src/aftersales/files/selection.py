"""pydantic's ``include`` and ``exclude`` for a document that a model writes by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["selected"]

_ALL = "__all__"


def selected(document: dict[str, Any], include: Any, exclude: Any) -> dict[str, Any]:
    """The parts of a document that ``include`` names (None: all) and ``exclude`` does not, as pydantic takes them.

    Both are sets of keys, or mappings from keys to True or to what is meant within a part.

    >>> document = {"stars": 4, "nodes": {"5.1": {"earned": "30", "title": "甲"}}}
    >>> selected(document, None, {"nodes": {"__all__": {"title"}}})
    {'stars': 4, 'nodes': {'5.1': {'earned': '30'}}}
    >>> selected(document, {"stars"}, None)
    {'stars': 4}
    """
    found = {}
    for key, value in document.items():
        wanted, unwanted = _within(include, key), _within(exclude, key)
        if (include is not None and wanted is None) or unwanted is True:
            continue
        parts = [None if isinstance(part, bool) else part for part in (wanted, unwanted)]
        found[key] = selected(value, *parts) if isinstance(value, dict) and parts != [None, None] else value
    return found


def _within(choice: Any, key: str) -> Any:
    """The choice within a part: True for all of it, None if it is not named."""
    if isinstance(choice, Mapping):
        within = choice.get(key, choice.get(_ALL))
        return True if within is ... else within
    return True if choice and (key in choice or _ALL in choice) else None
