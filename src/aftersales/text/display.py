"""The representation of an object: one line in a console, HTML in a notebook.

The renderer of the HTML imports the classes that it renders, so they cannot import it. The package registers it with
:func:`set_renderer` when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["HtmlRepr", "OneLineRepr", "set_renderer"]

MAX_LINE = 240  # characters

Renderer = Callable[[Any], str | None]

_renderers: list[Renderer] = []


def set_renderer(renderer: Renderer) -> None:
    """Register the function that returns the HTML of an object, or None for an object of an unknown class."""
    _renderers[:] = [renderer]


class HtmlRepr:
    """The base of a class that a notebook shows as HTML."""

    __slots__ = ()

    def _is_valid(self) -> bool:
        """Whether the object is valid, so that an error while it is shown is a defect of the library and is raised.

        An object that was built without validation may hold anything, and showing it must not fail.
        """
        return False

    def _repr_html_(self) -> str | None:
        try:
            return _renderers[0](self)
        except Exception:  # what was built without validation may raise anything
            if self._is_valid():
                raise
            return None


class OneLineRepr(HtmlRepr):
    """The base of a class whose repr is one line: the text of ``_line``, sanitised and at most 240 characters long."""

    __slots__ = ()

    if TYPE_CHECKING:

        def _line(self) -> str: ...

    def __repr__(self) -> str:
        from aftersales.text.sanitize import clean  # imported here to keep the cold start short

        try:
            line = clean(self._line())
        except Exception:  # what was built without validation may raise anything
            if self._is_valid():
                raise
            return f"<{type(self).__name__}>"
        return line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…>"

    __str__ = __repr__
