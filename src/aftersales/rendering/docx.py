"""Render a document as a Word document that can be edited further: styles, Chinese fonts, A4, repeated table heads."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import cache, partial, singledispatch
from math import ceil
from typing import Any

from aftersales.files.archive import reproducible
from aftersales.problems.extras import require
from aftersales.rendering.document import (
    Banner,
    Block,
    Bullets,
    Cell,
    Column,
    Contents,
    Cover,
    Document,
    Gap,
    Heading,
    Issuer,
    Paragraph,
    Party,
    Picture,
    Row,
    Signatures,
    Table,
)
from aftersales.rendering.fonts import installed_fonts
from aftersales.rendering.pdf import heading_pages, type_scale
from aftersales.rendering.word import EMU_PER_CM, element, png, set_fonts, set_properties
from aftersales.text.columns import width
from aftersales.text.sentences import language_tag

__all__ = ["render"]

LATIN, CHINESE = "Calibri", "微软雅黑"
WIDTH_CM, SIDE_CM = 21.0, 1.8
TEXT_CM = WIDTH_CM - 2 * SIDE_CM
FACT_CM = 0.62 * TEXT_CM  # the values on a cover
# On a cover: the width of half a Chinese character of its largest text, the height of a line, and the empty space.
COVER_CM, COVER_LINE_CM, COVER_SPACE_CM = 0.29, 0.85, 8.0
SIGNED_CM, STAMPED_CM = 0.7, 2.4  # above a line that is filled in by hand, and above the first of a stamped place
WRITTEN_TWIPS = 850  # the height of a row that is filled in by hand: 15 mm
TABLE_TEXT = "TableText"  # the id of the style
# The pitch of lines, and the room before and after a paragraph, in points: those of the PDF. Otherwise the height of
# lines would depend on the font, and the pages would differ more from those of the PDF.
PITCHES = {"Body Text": (14.8, 0, 4.5), "List Bullet": (14.8, 0, 1.5), "Table Text": (11.3, 1.95, 1.95)}
LETTER = {"Body Text": 11, "Table Text": 9.5}  # the sizes of a letter
LETTER_PITCHES = {"Body Text": (19, 0, 6), "Table Text": (13, 3, 3)}
# The type of a document on one page, as a share of that of the PDF, so that it fits in the fonts of any program.
SMALL = 0.86
SHADE, DARK, LINE, ACCENT = "F0F4F8", "1F2933", "CBD2D9", "1D5FA8"


def render(document: Document) -> bytes:
    """The document as a .docx file.

    Raises :class:`~aftersales.MissingExtra` if python-docx or typst, which draws the pictures, is not
    installed, and :class:`~aftersales.PaperError` if no Chinese font is installed (``no-font``).
    """
    word = require("docx", "report").Document()
    _set_page(word, document)
    scale = SMALL * type_scale(document) if document.on_one_page else 1
    _set_styles(word, language_tag(document.lang), scale, is_letter=bool(document.letterhead))
    set_properties(word.core_properties, document.title, document.author, document.issued_on)
    draw = partial(png, *installed_fonts())
    if document.cover:
        _add_cover(word, document, document.cover, draw)
    elif document.letterhead:
        _add_letterhead(word, document)
    else:
        word.add_heading(document.title, level=0)
        _write(word.add_paragraph(style="Subtitle"), document.subtitle)
        if document.mark:
            _write(word.add_paragraph(style="Subtitle"), Gap(document.mark))
    for place, block in enumerate(document.blocks):
        if isinstance(block, Contents):
            _add_contents(word, block, document)
        else:
            _add(block, word, draw)
        if document.introduces(place):
            _keep_with_next(word)
    _add_bookmarks(word)
    file = io.BytesIO()
    word.save(file)
    return reproducible(file.getvalue(), dated=True)  # the only date is the day of issue


def _add_letterhead(word: Any, document: Document) -> None:
    """The sender of a letter, its number below a line, and the title."""
    docx = require("docx", "report")
    for place, line in enumerate(document.letterhead):
        paragraph = word.add_paragraph(style="Subtitle")
        paragraph.paragraph_format.space_after = 0
        _write(paragraph, line, bold=place == 0, size=19 if place == 0 else 9)
        if place == 0:
            paragraph.runs[0].font.color.rgb = docx.shared.RGBColor.from_string(ACCENT)
    _add_border(word.paragraphs[-1], 12, ACCENT)
    reference = word.add_paragraph()
    reference.alignment = 2
    _write(reference, document.subtitle)
    title = word.add_heading(document.title, level=0)
    title.paragraph_format.space_before = int(0.6 * EMU_PER_CM)
    title.paragraph_format.space_after = int(0.6 * EMU_PER_CM)


def _add_cover(word: Any, document: Document, cover: Cover, draw: Any) -> None:
    """The first page. It has less empty space the more lines its texts take, so that it stays one page."""
    texts = [(document.subtitle, TEXT_CM / COVER_CM), *((value, FACT_CM / COVER_CM) for _, value in cover.entries)]
    more = sum(ceil(width(_plain(cell)) / columns) - 1 for cell, columns in texts)
    shrunk = max(0.1, 1 - more * COVER_LINE_CM / COVER_SPACE_CM) * EMU_PER_CM
    reference = word.add_paragraph()
    reference.alignment = 2
    _write(reference, cover.reference or "")
    if document.mark:
        _write(word.add_paragraph(style="Subtitle"), Gap(document.mark))
    title = word.add_heading(document.title, level=0)
    title.paragraph_format.space_before = int(2.6 * shrunk)
    _add_short_rule(word)
    subtitle = word.add_paragraph(style="Subtitle")
    _write(subtitle, document.subtitle, size=16)
    if cover.banner:
        subtitle.paragraph_format.space_after = int(1.8 * shrunk)
        _add(cover.banner, word, draw)
        word.paragraphs[-1].paragraph_format.space_after = int(1.4 * shrunk)
    if cover.entries:
        _add_cover_facts(word, cover)
    for place, line in enumerate(cover.issuer):
        paragraph = word.add_paragraph(style="Subtitle")
        if place == 0:
            paragraph.paragraph_format.space_before = int(2.2 * shrunk)
        paragraph.paragraph_format.space_after = 0
        _write(paragraph, line, bold=place == 0, size=14 if place == 0 else None)
    word.paragraphs[-1].add_run().add_break(require("docx", "report").enum.text.WD_BREAK.PAGE)


def _plain(cell: Cell) -> str:
    return cell.text if isinstance(cell, Gap) else cell


def _add_short_rule(word: Any) -> None:
    rule = word.add_paragraph()
    margin = int((TEXT_CM - 4.2) / 2 * EMU_PER_CM)
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = margin
    rule.paragraph_format.space_after = int(0.5 * EMU_PER_CM)
    _add_border(rule, 12, ACCENT)


def _add_cover_facts(word: Any, cover: Cover) -> None:
    table = word.add_table(rows=0, cols=2)
    table.autofit, table.alignment = False, 1
    _set_borders(table, "bottom", "insideH")
    widths = [int(share * TEXT_CM * EMU_PER_CM) for share in (0.2, FACT_CM / TEXT_CM)]
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    for label, value in cover.entries:
        for cell, text, wide in zip(table.add_row().cells, (label, value), widths, strict=True):
            cell.width = wide
            cell.paragraphs[0].paragraph_format.space_before = cell.paragraphs[0].paragraph_format.space_after = 60_000
            _write(cell.paragraphs[0], text)


def _add_contents(word: Any, block: Contents, document: Document) -> None:
    """A field that Word can update, with its entries filled in. Their pages are those of the PDF until then."""
    _write(word.add_paragraph(style="TOC Heading"), block.title)
    headings = document.outline
    pages = heading_pages(document)
    for place, (heading, page) in enumerate(zip(headings, pages, strict=True)):
        paragraph = word.add_paragraph(style=f"toc {heading.level}")
        if place == 0:
            _add_field_start(paragraph, 'TOC \\o "1-2" \\h \\z \\u')
            _add_field_char(paragraph, "separate")
        link = element("w:hyperlink", anchor=_bookmark(place), history="1")
        first = len(paragraph._p)
        _write(paragraph, f"{heading.text}\t")
        _add_field_start(paragraph, f"PAGEREF {_bookmark(place)} \\h")
        _add_field_char(paragraph, "separate")
        _write(paragraph, str(page))
        _add_field_char(paragraph, "end")
        for run in list(paragraph._p)[first:]:
            link.append(run)
        paragraph._p.append(link)
        if place == len(headings) - 1:
            _add_field_char(paragraph, "end")


def _bookmark(place: int) -> str:
    return f"_Toc{place + 1:08}"


def _add_bookmarks(word: Any) -> None:
    """The bookmarks of the headings, to which the list of contents refers."""
    for place, heading in enumerate(
        word.element.body.xpath("./w:p[w:pPr/w:pStyle[@w:val='Heading1' or @w:val='Heading2']]")
    ):
        number = str(place)
        heading.pPr.addnext(element("w:bookmarkStart", id=number, name=_bookmark(place)))
        heading.append(element("w:bookmarkEnd", id=number))


@singledispatch
def _add(block: Block, word: Any, draw: Any) -> None:
    raise TypeError(block)


@_add.register
def _heading(block: Heading, word: Any, draw: Any) -> None:
    if block.on_new_page:
        _shrink_space_below_table(word)
    heading = word.add_heading(block.text, level=block.level)
    heading.paragraph_format.page_break_before = True if block.on_new_page else None


def _shrink_space_below_table(word: Any) -> None:
    """Make the empty paragraph below a table at the end a point high, which does not take a page of its own."""
    space = word.paragraphs[-1]
    if not space._p.xpath("./w:r"):
        points = require("docx", "report").shared.Pt
        form = space.paragraph_format
        form.space_before, form.space_after, form.line_spacing = points(0), points(0), points(1)


@_add.register
def _paragraph(block: Paragraph, word: Any, draw: Any) -> None:
    paragraph = word.add_paragraph(style="Caption" if block.quiet else "Body Text")
    if block.flush:
        paragraph.paragraph_format.first_line_indent = 0
    _write(paragraph, block.text)


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
    table = word.add_table(rows=0, cols=len(block.columns))
    table.autofit, table.alignment = False, 1
    _set_borders(table, "top", "left", "bottom", "right", "insideH", "insideV")
    table._tbl.tblPr.xpath("./w:tblLook")[0].addprevious(_cell_margins(80))  # the position that Word's schema requires
    for column, spec in zip(table.columns, block.columns, strict=True):
        column.width = int(spec.width * TEXT_CM * EMU_PER_CM)
    empty_cell = cache(_empty_cell)
    if block.has_head:
        heads = Row(tuple(column.head for column in block.columns), leads=True)
        head = _add_row(table, block, heads, empty_cell, keeps_next=True)
        head.get_or_add_trPr().append(element("w:tblHeader", val="true"))
    for place, row in enumerate(block.rows):
        keeps_next = row.leads or place == block.last_pair or (block.is_small and place < len(block.rows) - 1)
        _add_row(table, block, row, empty_cell, keeps_next=keeps_next)
    word.add_paragraph(style="Caption")  # between two adjacent tables, which Word would merge


@_add.register
def _signatures(block: Signatures, word: Any, draw: Any) -> None:
    if block.basis:
        _add(block.basis, word, draw)
        _keep_with_next(word)
        for paragraph in word.element.body[-3].xpath("./w:tr[last()]//w:p"):
            paragraph.get_or_add_pPr().get_or_add_keepNext()
    if block.statement:
        _write(word.add_paragraph(style="Body Text"), block.statement)
    _keep_with_next(word)
    table = word.add_table(rows=0, cols=block.in_a_row)
    table.autofit, table.alignment = False, 1
    _set_borders(table, "top", "left", "bottom", "right", "insideH", "insideV")
    table._tbl.tblPr.xpath("./w:tblLook")[0].addprevious(_cell_margins(140))
    width = int(TEXT_CM / block.in_a_row * EMU_PER_CM)
    for column in table.columns:
        column.width = width
    for start in range(0, len(block.parties), block.in_a_row):
        added = table.add_row()
        added._tr.get_or_add_trPr().append(element("w:cantSplit", val="true"))
        for cell, party in zip(added.cells, block.parties[start:], strict=False):
            cell.width = width
            _write_party(cell, party)
            if start + block.in_a_row < len(block.parties):
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True


def _write_party(cell: Any, party: Party) -> None:
    """The party that signs, and the lines that are filled in by hand, the first with room for a stamp if it has one."""
    _write(cell.paragraphs[0], party.title, bold=True)
    for place, line in enumerate(party.lines):
        paragraph = cell.add_paragraph()
        stamped = party.has_stamp and place == 0
        paragraph.paragraph_format.space_before = int((STAMPED_CM if stamped else SIGNED_CM) * EMU_PER_CM)
        _write(paragraph, line)


@_add.register
def _issuer(block: Issuer, word: Any, draw: Any) -> None:
    """In a row of 4.6 cm, so that a round stamp of 42 mm has room over the issuer and the day."""
    docx = require("docx", "report")
    table = word.add_table(rows=1, cols=2)
    table.autofit, table.alignment = False, 1
    row = table.rows[0]
    row.height = int(4.6 * EMU_PER_CM)
    row._tr.get_or_add_trPr().append(element("w:cantSplit", val="true"))
    for cell in row.cells:
        cell.width = int(TEXT_CM / 2 * EMU_PER_CM)
        cell.vertical_alignment = docx.enum.table.WD_CELL_VERTICAL_ALIGNMENT.CENTER
    left, right = row.cells
    _write(left.paragraphs[0], block.signature + "_" * 16, size=LETTER["Body Text"])
    for place, line in enumerate(block.lines):
        paragraph = right.add_paragraph() if place else right.paragraphs[0]
        paragraph.alignment = 1
        _write(paragraph, line, bold=place == 0, size=LETTER["Body Text"])


def _keep_with_next(word: Any) -> None:
    """Keep the paragraph at the end of the document on the page of what comes next."""
    last = word.element.body[-2]  # the properties of the page come after it
    last.get_or_add_pPr().get_or_add_keepNext()


def _cell_margins(twips: int) -> Any:
    """The margins of the cells at the sides: small ones, so that ids, numbers and stars have room."""
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=str(twips), type="dxa"))
    return margins


def _set_borders(table: Any, *sides: str) -> None:
    borders = element("w:tblBorders")
    for side in sides:
        borders.append(element(f"w:{side}", val="single", sz="4", space="0", color=LINE))
    table._tbl.tblPr.xpath("./w:tblLook")[0].addprevious(borders)


def _add_row(table: Any, block: Table, row: Row, empty_cell: Callable[..., Any], *, keeps_next: bool) -> Any:
    """Add a row; one that ``keeps_next`` stays on the page of the next one."""
    added = table._tbl.add_tr()
    if not row.is_long:
        added.get_or_add_trPr().append(element("w:cantSplit", val="true"))
    if row.is_written:
        added.get_or_add_trPr().append(element("w:trHeight", val=str(WRITTEN_TWIPS), hRule="atLeast"))
    for x, (value, column) in enumerate(zip(row.cells, block.columns, strict=True)):
        strong = row.leads or (x == 0 and not block.has_head)
        cell = deepcopy(empty_cell(column, strong=strong, keeps_next=keeps_next))
        added.append(cell)
        run = cell.p_lst[0].r_lst[0]
        run.text = _plain(value)
        if isinstance(value, Gap):
            _mark_gap(run)
    return added


def _empty_cell(column: Column, *, strong: bool, keeps_next: bool) -> Any:
    """A cell with an empty text. To copy it is many times as quick as to make the next one."""
    cell = require("docx", "report").oxml.table.CT_Tc.new()
    cell.width = int(column.width * TEXT_CM * EMU_PER_CM)
    paragraph = cell.p_lst[0]
    paragraph.style = TABLE_TEXT
    form, run = paragraph.get_or_add_pPr(), paragraph.add_r()
    if keeps_next:
        form.get_or_add_keepNext()
    if column.is_number:
        form.append(element("w:jc", val="right"))
    if strong:
        run.get_or_add_rPr().append(element("w:b"))
        cell.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=SHADE))
    return cell


def _write(paragraph: Any, cell: Cell, *, bold: bool = False, size: float | None = None) -> None:
    run = paragraph.add_run(_plain(cell))
    if bold:
        run.bold = True
    if size is not None:
        run.font.size = require("docx", "report").shared.Pt(size)
    if isinstance(cell, Gap):
        _mark_gap(run._r)


def _mark_gap(run: Any) -> None:
    run.get_or_add_rPr().append(element("w:highlight", val="yellow"))


def _set_page(word: Any, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = int(WIDTH_CM * EMU_PER_CM), int(29.7 * EMU_PER_CM)
    section.left_margin = section.right_margin = int(SIDE_CM * EMU_PER_CM)
    section.top_margin, section.bottom_margin = int(2.2 * EMU_PER_CM), int(2 * EMU_PER_CM)
    section.footer_distance = int(0.9 * EMU_PER_CM)
    section.different_first_page_header_footer = True  # the first page has the title
    _set_head(section.header.paragraphs[0], document.title, document.mark)
    _set_head(section.first_page_header.paragraphs[0], "", document.mark)
    _set_foot(section.footer.paragraphs[0], document, document.footnote)
    if document.cover is None:
        _set_foot(section.first_page_footer.paragraphs[0], document, document.footnote)
    elif document.footnote and document.footnote_mark and document.footnote_mark in repr(document.cover):
        _write(section.first_page_footer.paragraphs[0], document.footnote)


def _set_head(paragraph: Any, title: str, mark: str | None) -> None:
    """The title at the left and the mark of a draft at the right, above a line."""
    if title:
        _write(paragraph, title)
        _add_border(paragraph, 4, LINE)
    if mark:
        _write(paragraph, "\t")
        _write(paragraph, Gap(mark))


def _set_foot(paragraph: Any, document: Document, footnote: str | None) -> None:
    paragraph.alignment = 1
    if footnote:
        _write(paragraph, footnote)
        paragraph.add_run().add_break()
    _write(paragraph, f"{document.footer} · ")
    for code, after in (("PAGE", " / "), ("NUMPAGES", "")):  # fields whose values Word computes by itself
        _add_field_start(paragraph, code)
        _add_field_char(paragraph, "end")
        if after:
            _write(paragraph, after)


def _add_field_start(paragraph: Any, code: str) -> None:
    """The beginning of a field with its instruction."""
    _add_field_char(paragraph, "begin")
    instruction = element("w:instrText")
    instruction.text = code
    paragraph.add_run()._r.append(instruction)


def _add_field_char(paragraph: Any, kind: str) -> None:
    paragraph.add_run()._r.append(element("w:fldChar", fldCharType=kind))


def _add_border(paragraph: Any, eighths: int, colour: str) -> None:
    """A line below a paragraph, so many eighths of a point thick."""
    border = element("w:pBdr")
    border.append(element("w:bottom", val="single", sz=str(eighths), space="1", color=colour))
    paragraph._p.get_or_add_pPr().insert_element_before(border, *_AFTER_BORDERS)


_AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")  # the order that Word's schema requires


def _set_styles(word: Any, tag: str, scale: float, *, is_letter: bool) -> None:
    """Set for each style a Latin and a Chinese font, a size in points, dark ink, and the languages of the text.

    ``scale`` is the size of the type as a share of the usual one.
    """
    docx = require("docx", "report")
    styles = word.styles
    paragraph_style = docx.enum.style.WD_STYLE_TYPE.PARAGRAPH
    styles.add_style("Table Text", paragraph_style).base_style = styles["Normal"]
    for name in ("toc 1", "toc 2"):
        styles.add_style(name, paragraph_style, builtin=True).base_style = styles["Normal"]
    sizes = {
        "Normal": 10, "Body Text": 10, "Title": 24, "Subtitle": 12, "Heading 1": 15, "Heading 2": 12.5,
        "Heading 3": 10, "List Bullet": 10, "Caption": 8.5, "Intense Quote": 18, "Table Text": 8.5, "Header": 8,
        "Footer": 8, "TOC Heading": 15, "toc 1": 10.5, "toc 2": 10.5,
    }  # fmt: skip
    sizes |= LETTER if is_letter else {}
    for name, size in sizes.items():
        style = styles[name]
        set_fonts(style, LATIN, CHINESE)
        style.font.size = docx.shared.Pt(size * scale)
        style.font.italic = False
        style.font.bold = name.startswith("Heading") or name in {"Title", "Intense Quote", "TOC Heading", "toc 1"}
        style.font.color.rgb = docx.shared.RGBColor.from_string(DARK)
        properties = style.element.rPr
        properties.append(element("w:lang", val="en-US" if tag.startswith("zh") else tag, eastAsia="zh-CN"))
    for name in ("Title", "Subtitle", "Intense Quote"):
        styles[name].paragraph_format.alignment = 1
    for name in ("Title", "Intense Quote"):  # python-docx's template has a line below them
        for border in styles[name].element.pPr.xpath("./w:pBdr"):
            styles[name].element.pPr.remove(border)
    for name, before, after in (("Heading 1", 18, 8), ("Heading 2", 12, 6), ("Heading 3", 8, 3)):
        styles[name].paragraph_format.space_before = docx.shared.Pt(before * scale)
        styles[name].paragraph_format.space_after = docx.shared.Pt(after * scale)
    _set_tabs(styles, ("Header", "Footer", "toc 1", "toc 2"))
    styles["Subtitle"].element.rPr.remove(styles["Subtitle"].element.rPr.find(docx.oxml.ns.qn("w:spacing")))
    styles["toc 2"].paragraph_format.left_indent = docx.shared.Pt(21)
    for name, space in (("toc 1", 7), ("toc 2", 2)):
        styles[name].paragraph_format.space_before = docx.shared.Pt(space)
        styles[name].paragraph_format.space_after = docx.shared.Pt(1)
    for name, points in (PITCHES | (LETTER_PITCHES if is_letter else {})).items():
        paragraphs = styles[name].paragraph_format
        pitch, paragraphs.space_before, paragraphs.space_after = (docx.shared.Pt(each * scale) for each in points)
        paragraphs.line_spacing = pitch
    if tag.startswith("zh"):
        body = styles["Body Text"].paragraph_format
        body.first_line_indent, body.alignment = docx.shared.Pt(2 * sizes["Body Text"]), 3  # two characters, justified


def _set_tabs(styles: Any, names: Iterable[str]) -> None:
    """One tab stop, at the right margin; in a list of contents with a dotted line up to it."""
    tab = require("docx", "report").enum.text
    for name in names:
        stops = styles[name].paragraph_format.tab_stops
        for _ in range(len(stops)):
            del stops[0]
        leader = tab.WD_TAB_LEADER.DOTS if name.startswith("toc") else tab.WD_TAB_LEADER.SPACES
        stops.add_tab_stop(int(TEXT_CM * EMU_PER_CM), tab.WD_TAB_ALIGNMENT.RIGHT, leader)
