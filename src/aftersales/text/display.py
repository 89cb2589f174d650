"""How a model shows itself: in one line of a console, and as HTML in a notebook.

The renderer of the HTML imports the classes that it draws, so they cannot import it; the package registers it with
:func:`set_renderer` when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["HtmlRepr", "OneLineRepr", "set_renderer"]

LONGEST = 240  # characters of a line

Renderer = Callable[[Any], str | None]

_renderers: list[Renderer] = []


def set_renderer(renderer: Renderer) -> None:
    """Register the function that gives the HTML of an object, or None for one that it does not know."""
    _renderers[:] = [renderer]


class HtmlRepr:
    """An object that a notebook shows as HTML, where the registered renderer knows it."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        try:
            return _renderers[0](self)
        except Exception:  # what was built without any check may be anything, and looking at it must not fail
            return None


class OneLineRepr(HtmlRepr):
    """What a console shows in one line of text: that of ``_line``, short and without what could break it."""

    __slots__ = ()

    if TYPE_CHECKING:

        def _line(self) -> str: ...

    def __repr__(self) -> str:
        from aftersales.text.sanitize import clean  # only who looks at one pays for it

        try:
            line = clean(self._line())
        except Exception:  # as above
            return f"<{type(self).__name__}>"
        return line if len(line) <= LONGEST else f"{line[:LONGEST]}…>"

    __str__ = __repr__
