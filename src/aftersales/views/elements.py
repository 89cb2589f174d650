"""Elements of the HTML that a notebook shows: pages, tables, folded lists, bars.

The HTML has its own style sheet, no JavaScript and no external resources. Its colours follow the light or dark page
around it. Every text passes through an XML tree, which escapes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from xml.etree.ElementTree import Element, tostring

from aftersales.text.number_format import MARK, mark_note, rounded
from aftersales.text.sanitize import unbroken
from aftersales.text.sentences import Sentences

__all__ = ["ROOM", "Child", "bar", "details", "listed", "number", "page", "table", "tag"]

ROOM = 7  # the most characters of a number in a table
FEW = 12  # rows of a list; the rest of a longer one is folded

Child = Element | str  # the content of an element

_STYLE = """
.aftersales{font:13px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:inherit;max-width:60em}
.aftersales{overflow-x:auto}
.aftersales>div,.aftersales .text{overflow-wrap:anywhere}
.aftersales .text{min-width:7em}
.aftersales table{border-collapse:collapse;margin:.4em 0;color:inherit;background:none;font-size:inherit}
.aftersales tr,.aftersales tr:hover{background:none!important}
.aftersales th,.aftersales td{text-align:left!important;vertical-align:top;padding:.15em .6em;white-space:normal;
border:0;border-bottom:1px solid rgba(128,128,128,.35);color:inherit;background:none}
.aftersales .n{text-align:right!important;white-space:nowrap;font-variant-numeric:tabular-nums}
.aftersales .id{white-space:nowrap}
.aftersales .bar{display:inline-block;width:7em;height:.65em;border-radius:3px;background:rgba(128,128,128,.25)}
.aftersales .bar{overflow:hidden;white-space:nowrap;font-size:inherit;line-height:0}
.aftersales .bar i{display:inline-block;height:100%;background:#3a86d6}
@media (max-width:40em){.aftersales .bar{width:3.5em}.aftersales th,.aftersales td{padding:.15em .3em}}
.aftersales .stars{font-size:1.5em;color:#c27a00;letter-spacing:.05em}
.aftersales .score{font-size:1.3em;font-weight:600}
.aftersales .lost{color:#d0452b;color:color-mix(in srgb,#d0452b 75%,currentcolor)}
.aftersales .quiet{opacity:.72}
.aftersales summary{cursor:pointer}
.aftersales .part{margin-left:1.3em}
.aftersales summary .bar{vertical-align:middle;margin:0 .5em}
"""

_say = Sentences("views")


def tag(name: str, *children: Child, class_: str = "", **attributes: str) -> Element:
    """An element with texts and elements in it."""
    element = Element(name, ({"class": class_} if class_ else {}) | attributes)
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            element.append(child)
            last = child
        elif last is None:
            element.text = (element.text or "") + unbroken(child)
        else:
            last.tail = (last.tail or "") + unbroken(child)
    return element


def page(lang: str, *children: Element) -> str:
    """A view of its own, with the style sheet, and with the note on the mark if the mark is there (reading R3)."""
    if any(MARK in text for child in children for text in child.itertext()):
        children = (*children, tag("div", mark_note(lang), class_="quiet"))
    style = Element("style")
    style.text = _STYLE  # constant; HTML does not escape the content of a style element
    return tostring(tag("div", style, *children, class_="aftersales"), encoding="unicode", method="html")


def number(text: str, class_: str = "") -> Element:
    """The cell of a number."""
    return tag("td", text, class_=f"n {class_}".strip())


def table(heads: Sequence[str], rows: Sequence[Sequence[Child]], *, ids: bool = False) -> Element:
    """A table. Values are put into cells. With ``ids``, the first column holds ids, which are not broken."""
    body = [tag("tr", *(_cell(value, is_id=ids and not place) for place, value in enumerate(row))) for row in rows]
    numbers = [isinstance(cell, Element) and cell.tag == "td" for cell in (rows[0] if rows else [""] * len(heads))]
    cells = [tag("th", head, class_="n" if is_number else "") for head, is_number in zip(heads, numbers, strict=True)]
    return tag("table", tag("thead", tag("tr", *cells)), tag("tbody", *body))


def details(summary: str, heads: Sequence[str], rows: Sequence[Sequence[Child]], **attributes: str) -> Element:
    """A table with ids, under a line that opens it."""
    return tag("details", tag("summary", summary), table(heads, rows, ids=True), **attributes)


def listed(lang: str, heads: Sequence[str], rows: Sequence[Sequence[Child]], *, ids: bool = False) -> list[Element]:
    """A table; of a long one the first rows, and the rest folded under a line that opens it."""
    if len(rows) <= FEW:
        return [table(heads, rows, ids=ids)]
    rest = _say(lang, "notebook.more", count=len(rows) - FEW)
    return [table(heads, rows[:FEW], ids=ids), tag("details", tag("summary", rest), table(heads, rows[FEW:], ids=ids))]


def _cell(value: Child, *, is_id: bool) -> Element:
    if isinstance(value, Element):
        return value if value.tag == "td" else tag("td", value)
    return tag("td", value, class_="id" if is_id else "text" if value else "")


def _length(ratio: Fraction) -> str:
    """A part of a bar in per cent, rounded down, so that only a full bar looks full (reading R3)."""
    return rounded(Fraction(floor(ratio * 10_000), 100))


def bar(ratio: Fraction | None, up_to: Fraction | None = None) -> Element:
    """A bar. Between two bounds it is paler."""
    least, most = ratio or Fraction(0), up_to or ratio or Fraction(0)
    parts = [tag("i", style=f"width:{_length(least)}%")]
    if most > least:
        parts.append(tag("i", style=f"width:{_length(most - least)}%;opacity:.4"))
    return tag("span", *parts, class_="bar")
