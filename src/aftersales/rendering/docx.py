"""Render a document as a Word document that can be edited further: styles, Chinese fonts, A4, repeated table heads."""

from __future__ import annotations

import datetime
import io
from functools import partial, singledispatch
from typing import Any

from aftersales.files.archive import reproducible
from aftersales.problems.extras import require
from aftersales.rendering.document import (
    Banner,
    Block,
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
from aftersales.rendering.fonts import installed_fonts
from aftersales.text.sentences import language_tag

__all__ = ["render"]

LATIN, CHINESE = "Calibri", "微软雅黑"
WIDTH_CM, SIDE_CM = 21.0, 1.8
TEXT_CM = WIDTH_CM - 2 * SIDE_CM
EMU_PER_CM = 360_000
SIGNED_CM = 0.8  # above a line that is filled in by hand
TABLE_TEXT = "TableText"  # the id of the style
SHADE, DARK = "F0F4F8", "1F2933"


def render(document: Document) -> bytes:
    """The document as a .docx file.

    Raises :class:`~aftersales.problems.errors.MissingExtra` if python-docx or typst, which draws the pictures, is not
    installed, and :class:`~aftersales.PaperError` if no Chinese font is installed (``no-font``).
    """
    word = require("docx", "report").Document()
    _set_page(word, document)
    _set_styles(word, language_tag(document.lang))
    _set_properties(word.core_properties, document)
    word.add_heading(document.title, level=0)
    _write(word.add_paragraph(style="Subtitle"), document.subtitle)
    if document.mark:
        _write(word.add_paragraph(style="Subtitle"), Gap(document.mark))
    draw = partial(_png, *installed_fonts())
    for block in document.blocks:
        _add(block, word, draw)
    file = io.BytesIO()
    word.save(file)
    return reproducible(file.getvalue(), dated=True)  # the only date is the day of issue


@singledispatch
def _add(block: Block, word: Any, draw: Any) -> None:
    raise TypeError(block)


@_add.register
def _heading(block: Heading, word: Any, draw: Any) -> None:
    word.add_heading(block.text, level=block.level)


@_add.register
def _paragraph(block: Paragraph, word: Any, draw: Any) -> None:
    _write(word.add_paragraph(style="Caption" if block.quiet else None), block.text)


@_add.register
def _bullets(block: Bullets, word: Any, draw: Any) -> None:
    for item in block.items:
        word.add_paragraph(item, style="List Bullet")


@_add.register
def _picture(block: Picture, word: Any, draw: Any) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = 1
    shape = paragraph.add_run().add_picture(io.BytesIO(draw(block.svg)), width=int(block.width * TEXT_CM * EMU_PER_CM))
    shape._inline.docPr.set("descr", block.alt)


@_add.register
def _banner(block: Banner, word: Any, draw: Any) -> None:
    _add(block.stars, word, draw)
    _write(word.add_paragraph(style="Intense Quote"), block.headline)
    for line in block.lines:
        _write(word.add_paragraph(style="Subtitle"), line)


@_add.register
def _table(block: Table, word: Any, draw: Any) -> None:
    _keep_with_table(word)
    table = word.add_table(rows=0, cols=len(block.columns))
    table.style, table.autofit, table.alignment = "Table Grid", False, 1
    table._tbl.tblPr.xpath("./w:tblLook")[0].addprevious(_cell_margins())  # the position that Word's schema requires
    for column, spec in zip(table.columns, block.columns, strict=True):
        column.width = int(spec.width * TEXT_CM * EMU_PER_CM)
    if block.has_head:
        head = _add_row(table, block, Row(tuple(column.head for column in block.columns), leads=True))
        head._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))
    for row in block.rows:
        _add_row(table, block, row)
    word.add_paragraph(style="Caption")  # between two adjacent tables, which Word would merge


@_add.register
def _signatures(block: Signatures, word: Any, draw: Any) -> None:
    if block.statement:
        _write(word.add_paragraph(), block.statement)
    _keep_with_table(word)
    table = word.add_table(rows=0, cols=len(block.parties))
    table.style, table.autofit, table.alignment = "Table Grid", False, 1
    added = table.add_row()
    added._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))
    for cell, party in zip(added.cells, block.parties, strict=True):
        cell.width = int(TEXT_CM / len(block.parties) * EMU_PER_CM)
        _write(cell.paragraphs[0], party, bold=True)
        for line in block.lines:
            paragraph = cell.add_paragraph()
            paragraph.paragraph_format.space_before = int(SIGNED_CM * EMU_PER_CM)
            _write(paragraph, line)


def _keep_with_table(word: Any) -> None:
    """Keep the paragraph at the end of the document on the page of the table that comes next."""
    last = word.element.body[-2]  # the properties of the page come after it
    last.get_or_add_pPr().get_or_add_keepNext()


def _cell_margins() -> Any:
    """Small cell margins at the sides, so that ids, numbers and stars have room."""
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="70", type="dxa"))
    return margins


def _add_row(table: Any, block: Table, row: Row) -> Any:
    added = table.add_row()
    if not row.is_long:
        added._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))
    for x, (cell, value, column) in enumerate(zip(added.cells, row.cells, block.columns, strict=True)):
        cell.width = int(column.width * TEXT_CM * EMU_PER_CM)
        paragraph = cell.paragraphs[0]
        paragraph._p.style = TABLE_TEXT  # quicker than python-docx's setter, which looks at all styles each time
        strong = row.leads or (x == 0 and not block.has_head)
        if column.is_number:
            paragraph.alignment = 2
        if row.leads:  # the head of rows stays with the first of them
            paragraph._p.get_or_add_pPr().get_or_add_keepNext()
        _write(paragraph, value, bold=strong)
        if strong:
            cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=SHADE))
    return added


def _write(paragraph: Any, cell: Cell, *, bold: bool = False) -> None:
    run = paragraph.add_run(cell.text if isinstance(cell, Gap) else cell)
    run.bold = True if bold else None
    if isinstance(cell, Gap):
        run._r.get_or_add_rPr().append(_element("w:highlight", val="yellow"))


def _set_page(word: Any, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = int(WIDTH_CM * EMU_PER_CM), int(29.7 * EMU_PER_CM)
    section.left_margin = section.right_margin = int(SIDE_CM * EMU_PER_CM)
    section.top_margin = section.bottom_margin = int(2 * EMU_PER_CM)
    if document.mark:
        _write(section.header.paragraphs[0], Gap(document.mark))
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = 1
    if document.footnote:
        _write(paragraph, document.footnote)
        paragraph.add_run().add_break()
    _write(paragraph, f"{document.footer} · ")
    _add_field(paragraph, "PAGE")
    _write(paragraph, " / ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, code: str) -> None:
    """Add a field whose value Word computes, such as the page number."""
    instruction = _element("w:instrText")
    instruction.text = code
    for part in (_element("w:fldChar", fldCharType="begin"), instruction, _element("w:fldChar", fldCharType="end")):
        paragraph.add_run()._r.append(part)


def _set_properties(properties: Any, document: Document) -> None:
    """Set the properties of the file: only what is known, in place of the values of python-docx's template."""
    for name in ("created", "modified", "lastModifiedBy", "revision", "description"):
        for element in properties._element.xpath(f"./*[local-name()='{name}']"):
            properties._element.remove(element)
    properties.title, properties.author = document.title[:255], document.author[:255]
    if document.issued_on is not None:
        properties.created = datetime.datetime.combine(document.issued_on, datetime.time())


def _set_styles(word: Any, tag: str) -> None:
    """Set for each style a Latin and a Chinese font, a size in points, dark ink, and the languages of the text."""
    docx = require("docx", "report")
    styles = word.styles
    styles.add_style("Table Text", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    sizes = {
        "Normal": 10.5, "Title": 20, "Subtitle": 12, "Heading 1": 15, "Heading 2": 12.5, "List Bullet": 10.5,
        "Caption": 9, "Intense Quote": 18, "Table Text": 8.5, "Header": 9, "Footer": 9,
    }  # fmt: skip
    for name, size in sizes.items():
        style = styles[name]
        style.font.name, style.font.size = LATIN, docx.shared.Pt(size)
        style.font.italic = False
        style.font.bold = name.startswith("Heading") or name in {"Title", "Intense Quote"}
        style.font.color.rgb = docx.shared.RGBColor.from_string(DARK)
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme font would take precedence
            fonts.attrib.pop(docx.oxml.ns.qn(f"w:{theme}"), None)
        fonts.set(docx.oxml.ns.qn("w:eastAsia"), CHINESE)
        properties.append(_element("w:lang", val="en-US" if tag.startswith("zh") else tag, eastAsia="zh-CN"))
    for name in ("Title", "Subtitle", "Intense Quote"):
        styles[name].paragraph_format.alignment = 1
    table_text = styles["Table Text"].paragraph_format
    table_text.space_before = table_text.space_after = docx.shared.Pt(1)


def _element(tag: str, **attributes: str) -> Any:
    """An element of WordprocessingML for which python-docx has no function."""
    docx = require("docx", "report")
    element = docx.oxml.OxmlElement(tag)
    for name, value in attributes.items():
        element.set(docx.oxml.ns.qn(f"w:{name}"), value)
    return element


def _png(fonts: Any, family: str, svg: str) -> bytes:
    """A picture as PNG, drawn by typst. Word documents do not hold SVG."""
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    typst = require("typst", "report")
    png: bytes = typst.Compiler(page, font_paths=fonts, sys_inputs={"svg": svg}).compile(format="png", ppi=200)
    return png
