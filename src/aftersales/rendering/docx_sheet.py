"""Render a sheet as a Word document on one page, with a frame around it. Lines have the heights of the measures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aftersales.files.archive import reproducible
from aftersales.problems.extras import require
from aftersales.rendering.fonts import installed_fonts
from aftersales.rendering.sheet import (
    COLUMN_GAP,
    GAPS,
    ISSUER,
    ISSUER_LABEL,
    LABEL,
    LEADING,
    POINTS_PER_MM,
    SAFETY,
    SIGNATURE,
    STAMP,
    Fact,
    Lines,
    Measures,
    Sheet,
    is_abreast,
    measures_of,
)
from aftersales.rendering.word import element, png, set_fonts, set_properties
from aftersales.text.sentences import language_tag

__all__ = ["render"]

LATIN, CHINESE = "Times New Roman", "宋体"
INK, QUIET, METAL = "1F2933", "52606D", "8A6A1F"
FRAME_MM = 9.5  # from the edge of the page; Word takes no more than 31 points
TINY = 1.0  # the size of a paragraph between two tables, which Word would merge
LEFT, CENTRE = 0, 1


def render(sheet: Sheet) -> bytes:
    """The sheet as a .docx file.

    Raises :class:`~aftersales.MissingExtra` if python-docx or typst, which draws the stars, is not
    installed, and :class:`~aftersales.PaperError` if its text does not fit (``sheet-too-full``) or no Chinese font is
    installed (``no-font``).
    """
    measures = measures_of(sheet)
    word = require("docx", "report").Document()
    _set_page(word, measures)
    for name in ("Normal", "Heading 1"):
        set_fonts(word.styles[name], LATIN, CHINESE)
    title = " ".join(line.text for line in sheet.title)
    set_properties(word.core_properties, title, sheet.author, sheet.issued_on)
    _SheetWriter(word, sheet, measures).write()
    file = io.BytesIO()
    word.save(file)
    return reproducible(file.getvalue(), dated=True)  # the only date is the day of issue


class _SheetWriter:
    """Writes the parts of one sheet into a Word document, one below the other."""

    def __init__(self, word: Any, sheet: Sheet, measures: Measures):
        self.word, self.sheet, self.measures, self.sizes = word, sheet, measures, measures.sizes
        self.points = require("docx", "report").shared.Pt
        self.abreast = is_abreast(sheet)
        self.spacing = measures.gap + (measures.spare - SAFETY) / GAPS

    def write(self) -> None:
        sheet, sizes, gap = self.sheet, self.sizes, self.measures.gap
        self.text(sheet.title, sizes["title"], before=0, style="Heading 1", bold=True, colour=METAL, together=True)
        self.text(sheet.subtitle, sizes["subtitle"], before=gap, together=True)
        self.text(sheet.number, sizes["number"], before=self.spacing, colour=QUIET)
        self.text(sheet.opening, sizes["opening"], before=self.spacing, together=True)
        self.text(sheet.name, sizes["name"], before=self.spacing, bold=True)
        for place, lines in enumerate(sheet.details):
            self.text(lines, sizes["details"], before=0 if place else gap, colour=QUIET)
        self.in_columns([sheet.statement], sizes["statement"], CENTRE)
        stars = self.stars(before=self.spacing)
        if sheet.landscape:
            self.write_run(stars, "   ", sizes["grade"], sheet.lang)
            self.write_lines(stars, sheet.grade, sizes["grade"])
        else:
            self.text(sheet.grade, sizes["grade"], before=gap, bold=True, colour=METAL)
        self.space(self.spacing)
        self.table(
            [LABEL, *self.shares(1 - LABEL, sheet.entries)],
            [
                dict(enumerate([self.label(fact, "entries"), *self.values(fact, sizes["entries"])]))
                for fact in sheet.entries
            ],
        )
        self.space(self.spacing)
        self.table([1 / len(sheet.days)] * len(sheet.days), [dict(enumerate(map(self.day, sheet.days)))])
        self.space(self.spacing)
        self.foot()

    def text(
        self,
        lines: Lines,
        size: float,
        *,
        before: float = 0.0,
        place: Any = None,
        style: str | None = None,
        bold: bool = False,
        colour: str = INK,
        align: int = CENTRE,
        together: bool = False,
        always: bool = False,
    ) -> None:
        """A text in each language: one below the other or in one line, with ``together`` on a wide page only."""
        add = self.word.add_paragraph if place is None else place.add_paragraph
        paragraph: Any = None
        for k, line in enumerate(lines):
            own = self.measures.second(size) if k else size
            if paragraph is None or not (always or (together and self.abreast)):
                paragraph = add(style=style if k == 0 else None)
                self.set_height(paragraph, own, before=0.0 if k else before, align=align)
            else:
                self.write_run(paragraph, "  ", own, line.lang)
            self.write_run(paragraph, line.text, own, line.lang, bold=bold and not k, colour=QUIET if k else colour)

    def set_height(self, paragraph: Any, size: float, *, before: float = 0.0, align: int = LEFT) -> None:
        paragraph.alignment = align
        form = paragraph.paragraph_format
        form.space_before, form.space_after = self.points(before), self.points(0)
        form.line_spacing = self.points(size * LEADING)

    def write_run(
        self, paragraph: Any, text: str, size: float, lang: str, *, bold: bool = False, colour: str = QUIET
    ) -> None:
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = self.points(size), bold
        run.font.color.rgb = require("docx", "report").shared.RGBColor.from_string(colour)
        tag = language_tag(lang)
        run._r.get_or_add_rPr().append(element("w:lang", val="en-US" if lang == "zh" else tag, eastAsia="zh-CN"))

    def write_lines(self, paragraph: Any, lines: Lines, size: float) -> None:
        """A text in each language in one line."""
        for k, line in enumerate(lines):
            own, colour = (self.measures.second(size), QUIET) if k else (size, METAL)
            self.write_run(paragraph, f"  {line.text}" if k else line.text, own, line.lang, bold=not k, colour=colour)

    def stars(self, *, before: float) -> Any:
        """The paragraph with the stars."""
        paragraph = self.word.add_paragraph()
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.space_before = self.points(before)
        paragraph.paragraph_format.space_after = self.points(0)
        picture = io.BytesIO(png(*installed_fonts(), self.sheet.stars.svg))
        shape = paragraph.add_run().add_picture(picture, height=self.points(self.measures.stars))
        shape._inline.docPr.set("descr", self.sheet.stars.alt)
        return paragraph

    def space(self, height: float) -> None:
        """An empty line of that height, which also keeps two tables apart."""
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = self.points(0)
        paragraph.paragraph_format.line_spacing = self.points(max(height, TINY))

    def in_columns(self, texts: Iterable[Lines], size: float, align: int, colour: str = INK) -> None:
        """Texts whose languages stand side by side on a wide page."""
        texts = tuple(texts)
        if not self.abreast:
            for k, lines in enumerate(texts):
                self.text(lines, size, before=0 if k else self.spacing, colour=colour, align=align)
            return
        self.space(self.spacing)
        rows = [
            dict(enumerate(self.cell((line,), size, colour=colour, align=align) for line in lines)) for lines in texts
        ]
        self.table(self.shares(1, texts), rows)

    def shares(self, width: float, texts: Sequence[Any]) -> list[float]:
        """The widths of the columns of texts that take ``width``."""
        count = len(self.sheet.title) if self.abreast else 1
        return [width / count] * count

    def values(self, fact: Fact, size: float) -> list[Callable[[Any], None]]:
        if self.abreast and len(fact.value) > 1:
            return [self.cell((line,), size) for line in fact.value]
        return [self.cell(fact.value, size)]

    def label(self, fact: Fact, part: str) -> Callable[[Any], None]:
        return self.cell(fact.label, self.sizes[part], colour=QUIET, together=True)

    def day(self, fact: Fact) -> Callable[[Any], None]:
        def fill(place: Any) -> None:
            self.text(fact.label, self.sizes["days"], place=place, colour=QUIET, together=True)
            self.text(fact.value, self.sizes["days"], place=place, bold=True, together=True)

        return fill

    def foot(self) -> None:
        """The notes and the facts of the issuer, and beside them the places for a signature and for a stamp."""
        size, sheet = self.sizes["issuer"], self.sheet

        def note(place: Any) -> None:
            for lines in sheet.notes:
                self.text(lines, self.sizes["notes"], place=place, colour=QUIET, align=LEFT)

        def sign(place: Any) -> None:
            self.text(sheet.signature, size, place=place, colour=QUIET, align=LEFT)
            border = element("w:pBdr")
            border.append(element("w:top", val="single", sz="4", space="3", color=QUIET))
            first = place.paragraphs[1]  # after the empty one
            first._p.get_or_add_pPr().insert_element_before(border, "w:spacing", "w:jc")

        stamp = self.cell(sheet.stamp, size, colour=QUIET, align=CENTRE)
        facts = [
            [self.cell(fact.label, size, colour=QUIET, always=True), self.cell(fact.value, size)]
            for fact in sheet.issuer
        ]
        rows: list[dict[int, Callable[[Any], None]]] = [{0: note, 3: stamp}, *(dict(enumerate(row)) for row in facts)]
        rows[1][2] = sign
        last = len(facts)
        widths = [ISSUER * ISSUER_LABEL, ISSUER * (1 - ISSUER_LABEL), SIGNATURE, STAMP]
        made = self.table(widths, rows, merged=((0, 0, 0, 2), (1, 2, last, 2), (0, 3, last, 3)))
        for (row, column), align in {(1, 2): "bottom", (0, 3): "center"}.items():
            made.cell(row, column)._tc.get_or_add_tcPr().append(element("w:vAlign", val=align))
        below = sum(len(fact.value) for fact in sheet.issuer) * size * LEADING
        made.rows[0].height = self.points(max(0.0, self.measures.foot - below))

    def cell(self, lines: Lines, size: float, **settings: Any) -> Callable[[Any], None]:
        return lambda place: self.text(lines, size, place=place, **({"align": LEFT} | settings))

    def table(
        self,
        widths: Sequence[float],
        rows: Sequence[Mapping[int, Callable[[Any], None]]],
        merged: Sequence[tuple[int, int, int, int]] = (),
    ) -> Any:
        """A table without lines. ``rows`` are what fills their cells, by column.

        Cells that are ``merged`` are given by the row and the column of the first and of the last of them.
        """
        made = self.word.add_table(rows=len(rows), cols=len(widths))
        made.autofit, made.alignment = False, CENTRE
        margins = element("w:tblCellMar")
        for side, twips in (("left", 0), ("right", int(COLUMN_GAP * self.measures.text_width * 10))):
            margins.append(element(f"w:{side}", w=str(twips), type="dxa"))
        made._tbl.tblPr.xpath("./w:tblLook")[0].addprevious(margins)
        total = self.measures.text_width
        for column, share in zip(made.columns, widths, strict=True):
            column.width = self.points(share * total)
        for top, left, bottom, right in merged:
            made.cell(top, left).merge(made.cell(bottom, right))
        for k, row in enumerate(rows):
            for x, fill in row.items():
                place = made.cell(k, x)
                place.width = self.points(sum(widths[x : x + place.grid_span]) * total)
                fill(place)
                place._tc.remove(place._tc.p_lst[0])  # the paragraph of an empty cell
        return made


def _set_page(word: Any, measures: Measures) -> None:
    points = require("docx", "report").shared.Pt
    section = word.sections[0]
    section.page_width, section.page_height = points(measures.width), points(measures.height)
    section.orientation = int(measures.width > measures.height)
    section.left_margin = section.right_margin = points(measures.side)
    section.top_margin = section.bottom_margin = points(measures.margin)
    section.header_distance = section.footer_distance = points(0)
    frame = element("w:pgBorders", offsetFrom="page")
    space = str(int(FRAME_MM * POINTS_PER_MM))
    for side in ("top", "left", "bottom", "right"):
        frame.append(element(f"w:{side}", val="thickThinSmallGap", sz="24", space=space, color=METAL))
    section._sectPr.xpath("./w:pgMar")[0].addnext(frame)
