"""A paper before it is set in type: its parts in order, without any format.

What a paper says is written once, as a :class:`Document`; HTML, Word, PDF and Markdown each set the same parts in their
own way. Texts may come from anywhere: they are sanitised where a document is rendered (:mod:`~aftersales.rendering.rendering`).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

__all__ = [
    "Banner",
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "Document",
    "Gap",
    "Heading",
    "Paragraph",
    "Picture",
    "Row",
    "Table",
]

LONG = 300  # characters; set in the narrowest column that holds text of an evaluation, half a page


@dataclass(frozen=True, slots=True)
class Gap:
    """What should stand here and is not known: every format marks it."""

    text: str


Cell = str | Gap
"""What stands in one place: a text, or the mark that it is missing."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1 is a part of the paper, 2 a part of that."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``quiet`` is for remarks."""

    text: Cell
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG, which is set as it is, with its words for those who cannot see it. ``width`` is its part of the page, 0 to 1."""

    svg: str
    alt: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Banner:
    """The result at a glance: the stars as a picture, a headline, and lines below it."""

    stars: Picture
    headline: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its part of the table's width, and whether it holds numbers.

    What stands in a ``whole`` one (ids, numbers, stars) is short and never broken.
    """

    head: str
    width: float
    is_number: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; one that ``leads`` stands above the rows that belong to it."""

    cells: tuple[Cell, ...]
    leads: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it may grow taller than a page, and so has to be allowed to break between two."""
        return any(len(cell.text if isinstance(cell, Gap) else cell) > LONG for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Without a head the first column names what the second one says."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    has_head: bool = True


Block = Heading | Paragraph | Bullets | Picture | Banner | Table
"""A part of a paper."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole paper: its language (``"zh"`` or ``"en"``), title and parts.

    ``mark`` is what a draft says of itself, ``footer`` what stands at the foot of each page, above it the ``footnote``, where there
    is one. ``author`` and ``issued_on`` go into
    the properties of the file, where they are known.
    """

    lang: str
    title: str
    subtitle: Cell
    mark: str | None
    footer: str
    blocks: tuple[Block, ...]
    author: str = ""
    issued_on: datetime.date | None = None
    footnote: str | None = None
