"""A document without a format: its parts in order.

The content of a paper is written once, as a :class:`Document`; HTML, Word, PDF and Markdown each render the same parts.
Texts may be untrusted: :mod:`~aftersales.rendering.rendering` sanitises them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "Banner",
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "Contents",
    "Cover",
    "Document",
    "Gap",
    "Heading",
    "Issuer",
    "Paragraph",
    "Party",
    "Picture",
    "Row",
    "Signatures",
    "Table",
    "facts_table",
]

SMALL_TABLE = 8  # rows of a table that stays on one page
LONG = 300  # characters of a cell that may be taller than a page in the narrowest column with text of an evaluation


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that is required and not known. Every format marks it.

    Fields:
        text: The text to show in its place.
    """

    text: str


Cell = str | Gap
"""The content of a place: a text, or the mark of a missing one."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading.

    Fields:
        text: The heading.
        level: The level: 1 for a part of the document, 2 for a section of a part, 3 for an entry of a section. A list
            of contents has the first two.
        on_new_page: Whether it starts a page, as an annex does.
    """

    text: str
    level: int = 1
    on_new_page: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of contents: the headings of the document, with their pages where a format has pages.

    Fields:
        title: The heading above the list, which is not part of it.
    """

    title: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Fields:
        text: The paragraph.
        quiet: Whether it is less prominent, as notes are.
        flush: Whether its first line starts at the margin in Chinese too, as the name of an addressee does.
    """

    text: Cell
    quiet: bool = False
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A bullet list.

    Fields:
        items: The entries.
    """

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Fields:
        svg: The picture as SVG, which is not escaped.
        alt: The text for readers who do not see it.
        width: Its share of the text's width, from 0 to 1.
    """

    svg: str
    alt: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Banner:
    """The result at the top of a document.

    Fields:
        stars: The stars as a picture.
        headline: The result in one line.
        lines: The lines below it.
    """

    stars: Picture
    headline: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Fields:
        head: The text in the head of the table.
        width: Its share of the table's width, from 0 to 1.
        is_number: Whether it holds numbers, which are aligned at the right.
        whole: Whether its texts (ids, numbers, stars) are short and are not broken.
    """

    head: str
    width: float
    is_number: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Fields:
        cells: A cell for each column.
        leads: Whether it is the head of the group of rows below it.
        is_written: Whether some of its cells are filled in by hand, which takes the height of two lines.
    """

    cells: tuple[Cell, ...]
    leads: bool = False
    is_written: bool = False

    @property
    def is_long(self) -> bool:
        """Whether the row may be taller than a page, so that it must be allowed to break across pages."""
        return any(len(cell.text if isinstance(cell, Gap) else cell) > LONG for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Fields:
        columns: The columns.
        rows: The rows below the head.
        has_head: Whether it has a head. Without one, the first column names the content of the second.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    has_head: bool = True

    @property
    def is_small(self) -> bool:
        """Whether the table stays on one page."""
        return len(self.rows) <= SMALL_TABLE and not any(row.is_long or row.is_written for row in self.rows)

    @property
    def last_pair(self) -> int | None:
        """The position of the last row but one if it stays on the page of the last one, which is not left alone."""
        rest, pair = self.rows[:-2], self.rows[-2:]
        return len(rest) if not self.is_small and rest and not any(row.is_long or row.leads for row in pair) else None


def facts_table(facts: Iterable[tuple[str, Cell | None]]) -> Table:
    """A table without a head: facts, each with its name. What is None or empty is left out."""
    rows = tuple(Row((name, value)) for name, value in facts if value)
    return Table((Column("", 0.22), Column("", 0.78)), rows, has_head=False)


@dataclass(frozen=True, slots=True)
class Party:
    """A party that signs, and the place for its signature.

    Fields:
        title: Who signs, such as a role with the name of the person.
        lines: What stands there or is filled in by hand, such as a signature and the day.
        has_stamp: Whether it is stamped too, which takes room.
    """

    title: Cell
    lines: tuple[Cell, ...]
    has_stamp: bool = False


@dataclass(frozen=True, slots=True)
class Signatures:
    """A statement, and places side by side in which parties sign it. All of it stands on one page.

    Fields:
        statement: What is signed; None if the places speak for themselves.
        parties: Who signs, a place for each: two in a row, or all of them if their number is odd.
        basis: A small table above the statement that identifies what is signed.
    """

    statement: str | None
    parties: tuple[Party, ...]
    basis: Table | None = None

    @property
    def in_a_row(self) -> int:
        """The number of places beside each other."""
        return len(self.parties) if len(self.parties) % 2 else 2


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer of a letter: at the right of its end, where a stamp is put over it. All of it stands on one page.

    Fields:
        signature: The words beside the line for a signature, at the left.
        lines: The issuer, and what stands below its name.
    """

    signature: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page of a document, with its title, which has no header and no page number.

    Fields:
        reference: The line at the top, such as the number of the document.
        banner: The result.
        entries: The most important facts, each with its label.
        issuer: The lines at the foot: who issues the document, and the day.
    """

    reference: Cell | None = None
    banner: Banner | None = None
    entries: tuple[tuple[str, Cell], ...] = ()
    issuer: tuple[Cell, ...] = ()


Block = Heading | Contents | Paragraph | Bullets | Picture | Banner | Table | Signatures | Issuer
"""A part of a document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    Fields:
        lang: The language, as the files of sentences name it.
        title: The title.
        subtitle: The line below the title.
        mark: The mark of a draft; None for a final document.
        footer: The text at the foot of each page.
        blocks: The parts in order.
        author: The author, for the properties of the file.
        issued_on: The day of issue, for the properties of the file.
        footnote: A note above the footer of each page; in a format that knows its pages, only of those that show
            ``footnote_mark``.
        footnote_mark: The text that the note explains.
        cover: The first page, which has the title then.
        letterhead: The lines above the title of a letter: who writes it, and where. A letter has larger type.
        on_one_page: Whether it is displayed on a wall, so that its type is smaller, within limits, if that makes it one
            page.
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
    footnote_mark: str | None = None
    cover: Cover | None = None
    letterhead: tuple[str, ...] = ()
    on_one_page: bool = False

    def introduces(self, place: int) -> bool:
        """Whether the block at that place stays on the page of the next one.

        A paragraph does if it introduces what comes next, or if it is short and comes after a heading, which is not
        left alone with one line. A section of a single paragraph does not stay with the next section.
        """
        block, following = self.blocks[place], self.blocks[place + 1 :][:1]
        if (
            not isinstance(block, Paragraph)
            or len(block.text.text if isinstance(block.text, Gap) else block.text) > LONG
        ):
            return False
        after_heading = place > 0 and isinstance(self.blocks[place - 1], Heading)
        introduced = (Table, Bullets, Picture, Issuer, *((Paragraph,) if after_heading else ()))
        return any(isinstance(each, introduced) for each in following)

    @property
    def outline(self) -> tuple[Heading, ...]:
        """The headings that a list of contents has."""
        return tuple(block for block in self.blocks if isinstance(block, Heading) and block.level <= 2)
