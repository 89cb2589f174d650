"""Reports of the examples, and their content."""

from __future__ import annotations

import datetime
import html.parser
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache
from typing import Any

from support.plain_yaml import from_yaml

import aftersales
from aftersales.certification.report.contents import report_document
from aftersales.rendering.document import (
    Banner,
    Bullets,
    Cell,
    Document,
    Gap,
    Heading,
    Paragraph,
    Picture,
    Row,
    Signatures,
    Table,
)
from aftersales.standard.editions import data_folder


def example(name: str) -> dict[str, Any]:
    data: dict[str, Any] = from_yaml((data_folder() / "examples" / f"{name}.yaml").read_text("utf-8"))
    return data


def scored(data: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(data))


def day(written: str | None) -> datetime.date | None:
    return None if written is None else datetime.date.fromisoformat(written)


def document(data: dict[str, Any], lang: str = "zh") -> Document:
    return report_document(scored(data), None, None, draft=True, lang=lang)


def texts(paper: Document) -> Iterator[str]:
    """Every text that a paper holds."""
    yield from map(text_of, (paper.title, paper.subtitle))
    if paper.cover:
        yield from map(text_of, (*[text for fact in paper.cover.entries for text in fact], *paper.cover.issuer))
        yield from map(text_of, filter(None, [paper.cover.reference]))
        yield from _texts_of(paper.cover.banner)
    for block in paper.blocks:
        yield from _texts_of(block)


def text_of(cell: Cell) -> str:
    return cell.text if isinstance(cell, Gap) else cell


def _texts_of(block: Any) -> Iterator[str]:
    match block:
        case Heading(text=text) | Paragraph(text=text):
            yield text_of(text)
        case Bullets(items=items):
            yield from items
        case Banner(headline=headline, lines=lines):
            yield from (headline, *lines)
        case Table(columns=columns, rows=rows):
            yield from (column.head for column in columns)
            yield from (text_of(cell) for row in rows for cell in row.cells)
        case Signatures(statement=statement, parties=parties, basis=basis):
            yield from filter(None, [statement])
            yield from _texts_of(basis)
            yield from (text_of(text) for party in parties for text in (party.title, *party.lines))


def parts(paper: Document) -> dict[str, list[Any]]:
    """The blocks below each heading of the first level."""
    found: dict[str, list[Any]] = {"": []}
    for block in paper.blocks:
        if isinstance(block, Heading) and block.level == 1:
            found[block.text] = []
        else:
            found[list(found)[-1]].append(block)
    return found


def table_of(blocks: list[Any], head: str) -> dict[str, Row]:
    """The table that has a column of that name, by its first cells."""
    table = next(b for b in blocks if isinstance(b, Table) and head in [column.head for column in b.columns])
    return {str(row.cells[0]): row for row in table.rows}


GONE = {"kind": "not_applicable", "reason": "不适用", "confirmed_by": ["张明"]}


def with_deletions() -> dict[str, Any]:
    """An example of which one category, one subcategory between two others and two of a row are deleted."""
    data = example("home-appliance-chain")
    gone = ("5.2", "5.1.2", "5.3.4", "5.3.6")
    kept = {key: value for key, value in data["findings"].items() if not key.startswith(tuple(f"{g}." for g in gone))}
    return data | {"findings": kept | dict.fromkeys(gone, GONE)}


HOSTILE = "<script>alert(1)</script> & | {{ 7*7 }} {% raw %} `x` *b* _i_ [a](http://x.y) #set text(red) $x$ \\ \x00\x0b\u202e ]]> &amp; ★售后"


def hostile() -> dict[str, Any]:
    data = example("home-appliance-chain")
    data["subject"] = dict.fromkeys(("organisation", "product_category", "size_tier", "scope"), HOSTILE)
    data["team"] = [dict.fromkeys(("name", "role", "qualification"), HOSTILE) | {"organisation": f"{HOSTILE}2"}]
    for key, finding in data["findings"].items():
        if isinstance(finding, dict):
            finding["reason"] = HOSTILE
            finding["evidence"] = [{"method": "document", "note": HOSTILE}, {"method": "customer", "note": HOSTILE}]
            if "confirmed_by" in finding:
                finding["confirmed_by"] = [HOSTILE]
        assert key
    return data


def pdf_text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u200b", "").split())  # places to break a line at are no text


def without(*path: str | int) -> dict[str, Any]:
    """The example without one part."""
    data: Any = example("home-appliance-chain")
    inner = data
    for part in path[:-1]:
        inner = inner[part]
    del inner[path[-1]]
    return data  # type: ignore[no-any-return]


class Page(html.parser.HTMLParser):
    """The texts, tags and attributes of a page."""

    def __init__(self, page: bytes):
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.values: list[str] = []
        self.said: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [str(value) for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def whole_texts(paper: Document) -> set[str]:
    """The ids, numbers and stars of a report's tables, and the heads above them; none of them may be broken."""
    found: set[str] = set()
    for table in (block for block in paper.blocks if isinstance(block, Table)):
        for x, column in enumerate(table.columns):
            if column.whole:
                found |= {word for row in table.rows for word in str(row.cells[x]).split()} | set(column.head.split())
    return found


@cache
def typeset(name: str, format: str, lang: str = "zh") -> bytes:
    """The report of an example in a format, made once."""
    return aftersales.make_report(scored(example(name))).typeset(format, lang)  # type: ignore[arg-type]


class Drawing:
    """A picture read back: its shapes by their name, and its texts as they are read."""

    def __init__(self, picture: Picture):
        self.root = ET.fromstring(picture.svg)
        self.texts = ["".join(text.itertext()).replace("\xa0", " ") for text in self.shapes("text")]

    def shapes(self, name: str, **attributes: str) -> list[ET.Element]:
        found = self.root.iter(f"{{http://www.w3.org/2000/svg}}{name}")
        return [shape for shape in found if all(shape.get(key) == value for key, value in attributes.items())]
