"""The common parts of all Word documents of this package: elements, fonts, pictures and the properties of the file."""

from __future__ import annotations

import datetime
from typing import Any

from aftersales.problems.extras import require

__all__ = ["EMU_PER_CM", "element", "png", "set_fonts", "set_properties"]

EMU_PER_CM = 360_000


def element(tag: str, **attributes: str) -> Any:
    """An element of WordprocessingML for which python-docx has no function."""
    docx = require("docx", "report")
    made = docx.oxml.OxmlElement(tag)
    for name, value in attributes.items():
        made.set(docx.oxml.ns.qn(f"w:{name}"), value)
    return made


def set_fonts(style: Any, latin: str, chinese: str) -> None:
    """Set the fonts of a style for Latin and for Chinese text."""
    docx = require("docx", "report")
    style.font.name = latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme font would take precedence
        fonts.attrib.pop(docx.oxml.ns.qn(f"w:{theme}"), None)
    fonts.set(docx.oxml.ns.qn("w:eastAsia"), chinese)


def set_properties(properties: Any, title: str, author: str, issued_on: datetime.date | None) -> None:
    """Set the properties of the file: only what is known, in place of the values of python-docx's template."""
    for name in ("created", "modified", "lastModifiedBy", "revision", "description"):
        for found in properties._element.xpath(f"./*[local-name()='{name}']"):
            properties._element.remove(found)
    properties.title, properties.author = title[:255], author[:255]
    if issued_on is not None:
        properties.created = datetime.datetime.combine(issued_on, datetime.time())


def png(fonts: Any, family: str, svg: str) -> bytes:
    """A picture as PNG, drawn by typst. Word documents do not hold SVG."""
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    typst = require("typst", "report")
    drawn: bytes = typst.Compiler(page, font_paths=fonts, sys_inputs={"svg": svg}).compile(format="png", ppi=200)
    return drawn
