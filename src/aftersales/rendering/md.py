"""Render a document as Markdown (GitHub's, with tables), to be read as it is or kept under version control.

A picture is its alternative text. Characters with a meaning in Markdown, HTML or a template engine are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import singledispatch

from aftersales.rendering.document import (
    Banner,
    Block,
    Bullets,
    Cell,
    Contents,
    Cover,
    Document,
    Gap,
    Heading,
    Issuer,
    Paragraph,
    Picture,
    Signatures,
    Table,
)

__all__ = ["render"]


def render(document: Document) -> bytes:
    """The document as Markdown in UTF-8."""
    parts = [f"**{_text(line)}**" if place == 0 else _text(line) for place, line in enumerate(document.letterhead)]
    parts += [f"# {_text(document.title)}", _text(document.subtitle)]
    if document.mark:
        parts.append(f"> **{_text(document.mark)}**")
    if document.cover:
        parts += _cover(document.cover)
    for block in document.blocks:
        lines = _contents(block, document) if isinstance(block, Contents) else _lines(block)
        parts.append("\n".join(lines))
    parts += ["---", *map(_text, filter(None, (document.footnote, document.footer)))]
    return ("\n\n".join(parts) + "\n").encode()


def _cover(cover: Cover) -> Iterator[str]:
    if cover.reference:
        yield _text(cover.reference)
    if cover.banner:
        yield "\n".join(_lines(cover.banner))
    if cover.entries:
        yield "\n".join(f"- **{_text(label)}** {_text(value)}" for label, value in cover.entries)
    yield from map(_text, cover.issuer)


def _contents(block: Contents, document: Document) -> Iterator[str]:
    yield f"**{_text(block.title)}**"
    yield ""
    yield from (f"{'  ' * (heading.level - 1)}- {_text(heading.text)}" for heading in document.outline)


@singledispatch
def _lines(block: Block) -> Iterator[str]:
    raise TypeError(block)


@_lines.register
def _heading(block: Heading) -> Iterator[str]:
    yield f"{'#' * (block.level + 1)} {_text(block.text)}"


@_lines.register
def _paragraph(block: Paragraph) -> Iterator[str]:
    text = _text(block.text)
    yield f"*{text}*" if block.quiet else text


@_lines.register
def _bullets(block: Bullets) -> Iterator[str]:
    yield from (f"- {_text(item)}" for item in block.items)


@_lines.register
def _picture(block: Picture) -> Iterator[str]:
    yield f"*{_text(block.alt)}*"


@_lines.register
def _banner(block: Banner) -> Iterator[str]:
    yield f"**{_text(block.headline)}** ({_text(block.stars.alt)})"
    for line in block.lines:
        yield ""
        yield f"**{_text(line)}**"


@_lines.register
def _signatures(block: Signatures) -> Iterator[str]:
    if block.basis:
        yield from _lines(block.basis)
        yield ""
    if block.statement:
        yield _text(block.statement)
        yield ""
    for party in block.parties:
        yield f"- **{_text(party.title)}**"
        yield from (f"  - {_text(line)}" for line in party.lines)


@_lines.register
def _issuer(block: Issuer) -> Iterator[str]:
    yield f"- {_text(block.signature)}"
    first, *others = block.lines
    yield f"- **{_text(first)}**"
    yield from (f"  - {_text(line)}" for line in others)


@_lines.register
def _table(block: Table) -> Iterator[str]:
    yield _row([column.head for column in block.columns])
    yield f"|{'|'.join('---:' if column.is_number else '---' for column in block.columns)}|"
    for row in block.rows:
        yield _row([f"**{_text(cell)}**" if row.leads and cell else cell for cell in row.cells], raw=row.leads)


def _row(cells: list[Cell], *, raw: bool = False) -> str:
    return f"| {' | '.join(str(cell) if raw else _text(cell) for cell in cells)} |"


def _text(cell: Cell) -> str:
    """The text with all markup escaped."""
    if isinstance(cell, Gap):
        return f"**{_text(cell.text)}**"
    text = cell.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_{}\[\]|~$#]|(?<=\{)%)", r"\\\1", text)  # "{%" starts a statement of a template
    text = re.sub(r"^(\s*)([-+=])", r"\1\\\2", text)  # at the start of a line: a list, or the underline of a heading
    text = re.sub(r"^(\s*\d+)([.)])(?=\s|$)", r"\1\\\2", text)  # a numbered list
    return re.sub(r"(https?|ftp|mailto|www)(?=[:.])", "\\1\u2060", text, flags=re.IGNORECASE)  # no automatic links
