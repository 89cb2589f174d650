"""The parts that documents of several kinds share: covers, lists of contents, places to sign, rows that hold together."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from typing import Any, ClassVar

import docx
import pytest
from support.certificates import text_of_docx
from support.reports import Page

from aftersales.rendering.charts import stars
from aftersales.rendering.document import (
    Banner,
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
    facts_table,
)
from aftersales.rendering.rendering import FORMATS, render

COVER = Cover(
    reference="No. 7",
    banner=Banner(Picture(stars(4, 5), "4 of 5", 0.3), "Four stars", ("87.37",)),
    entries=(("Client", "Binhai"), ("Scope", Gap("to be added"))),
    issuer=("Yunjin", "Approval 999", "2026-03-20"),
)
BLOCKS = (
    Contents("Contents"),
    Heading("First part", on_new_page=True),
    Paragraph("One."),
    Heading("A section", 2),
    Heading("An entry", 3),
    Heading("First part", on_new_page=True),
    Paragraph("90.00(-)"),
)


def document(*blocks: Any, **others: Any) -> Document:
    return Document("en", "Report", "Binhai", None, "foot", blocks, **others)


def pages(pdf: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def word(paper: Document) -> Any:
    return docx.Document(io.BytesIO(render(paper, "docx")))


needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
)


class TestCover:
    @pytest.mark.parametrize("cover", [COVER, Cover()], ids=["full", "bare"])
    @pytest.mark.parametrize("format", FORMATS)
    def test_every_format_has_the_cover(self, format: str, cover: Cover) -> None:
        paper = document(Paragraph("One."), cover=cover)
        made = render(paper, format)
        if format == "pdf":
            return
        if format == "docx":
            read = word(paper)
            said = "\n".join([p.text for p in read.paragraphs] + [c.text for t in read.tables for c in t._cells])
        else:
            said = "\n".join(Page(made).said) if format == "html" else made.decode()
        parts = (
            "No. 7",
            "Four stars",
            "87.37",
            "Client",
            "Binhai",
            "to be added",
            "Yunjin",
            "Approval 999",
            "2026-03-20",
        )
        assert [part in said for part in parts] == [cover is COVER or part == "Binhai" for part in parts]

    @needs_poppler
    def test_a_cover_is_a_page_of_its_own_without_a_number(self) -> None:
        first, second = pages(render(document(Paragraph("One."), cover=COVER), "pdf"))
        for part in ("Report", "No. 7", "Four stars", "to be added", "Approval 999"):
            assert part in first
        assert "foot" not in first
        assert "One." in second
        assert re.search(r"foot +2 ?/ ?2", second)
        assert "Report" in second  # the head of the page

    @needs_poppler
    def test_a_draft_says_so_on_the_cover_too(self) -> None:
        paper = Document("en", "Report", "Binhai", "DRAFT", "foot", (Paragraph("One."),), cover=COVER)
        assert all("DRAFT" in page for page in pages(render(paper, "pdf")))
        assert "DRAFT" in [paragraph.text for paragraph in word(paper).paragraphs]
        assert b'<p class="draft">DRAFT</p>' in render(paper, "html")

    def test_word_has_no_footer_on_it_but_a_note_that_it_needs(self) -> None:
        noted = {"footnote": "NOTE", "footnote_mark": "(-)"}
        marked = Cover(entries=(("Score", "90.00(-)"),))
        for cover, foot in ((None, "NOTE\nfoot ·  / "), (COVER, ""), (marked, "NOTE")):
            section = word(document(Paragraph("One."), cover=cover, **noted)).sections[0]
            assert section.first_page_footer.paragraphs[0].text == foot
            assert section.footer.paragraphs[0].text == "NOTE\nfoot ·  / "

    def test_word_leaves_less_room_on_it_for_longer_texts(self) -> None:
        """So that it stays one page, as LibreOffice shows for a name of 100 characters."""
        title = []
        for name in ("Binhai", "滨海" * 50, "滨海" * 500):
            shown = word(Document("zh", "报告", name, None, "", (), cover=COVER))
            title.append(next(p for p in shown.paragraphs if p.style.name == "Title").paragraph_format.space_before)
        assert title[0] > title[1] > title[2] > 0

    def test_in_word_no_empty_page_comes_before_a_heading_that_starts_one(self) -> None:
        """The empty paragraph below a table is one point high there, and does not go over to a page of its own."""
        table = Table((Column("No.", 1),), (Row(("a",)),))
        for blocks, height in (((table, Heading("Annex", on_new_page=True)), 1), ((table, Heading("Part")), None)):
            empty = word(document(*blocks)).paragraphs[2].paragraph_format
            assert (empty.line_spacing and empty.line_spacing.pt) == height
        before = word(document(Paragraph("x"), Heading("Annex", on_new_page=True))).paragraphs[2]
        assert before.paragraph_format.line_spacing is None


class TestContents:
    def test_in_word_it_is_a_field_with_its_entries_and_their_pages(self) -> None:
        read = word(document(*BLOCKS, cover=COVER))
        entries = [p for p in read.paragraphs if p.style.name.startswith("toc")]
        assert [(p.style.name, "".join(p._p.xpath(".//w:t/text()"))) for p in entries] == [
            ("toc 1", "First part3"),
            ("toc 2", "A section3"),
            ("toc 1", "First part4"),
        ]
        codes = [code for p in entries for code in p._p.xpath(".//w:instrText/text()")]
        assert codes[0] == 'TOC \\o "1-2" \\h \\z \\u'
        assert codes[1:] == [f"PAGEREF _Toc0000000{k} \\h" for k in (1, 2, 3)]
        kinds = [kind for p in entries for kind in p._p.xpath(".//w:fldChar/@w:fldCharType")]
        assert kinds == ["begin", "separate", *["begin", "separate", "end"] * 3, "end"]
        links = [link for p in entries for link in p._p.xpath("./w:hyperlink/@w:anchor")]
        marked = {name: p.text for p in read.paragraphs for name in p._p.xpath("./w:bookmarkStart/@w:name")}
        assert [marked[link] for link in links] == ["First part", "A section", "First part"]
        assert [p.text for p in read.paragraphs if p.style.name == "Heading 3"] == ["An entry"]

    @needs_poppler
    def test_contents_have_page_numbers_in_a_pdf(self) -> None:
        _, contents, *_ = pages(render(document(*BLOCKS, cover=COVER), "pdf"))
        lines = [" ".join(re.sub("[^A-Za-z0-9]", " ", line).split()) for line in contents.splitlines()]
        assert [line for line in lines if line.endswith((" 3", " 4"))][:3] == [
            "First part 3",
            "A section 3",
            "First part 4",
        ]
        assert "An entry" not in contents

    def test_on_a_page_it_has_links_to_the_headings(self) -> None:
        page = render(document(*BLOCKS), "html").decode()
        links = re.findall(r'<a href="#(part-\d)">([^<]*)</a>', page)
        assert links == [("part-1", "First part"), ("part-2", "A section"), ("part-3", "First part")]
        heads = re.findall(r'<h[23] id="(part-\d)"[^>]*>([^<]*)<', page)
        assert heads == links

    def test_contents_are_a_list_in_markdown(self) -> None:
        text = render(document(*BLOCKS), "md").decode()
        assert "**Contents**\n\n- First part\n  - A section\n- First part\n" in text
        assert "#### An entry" in text


@needs_poppler
def test_an_entry_below_a_part_is_no_skipped_level() -> None:
    """PDF/UA allows no heading whose level is more than one below that of the heading before it."""
    blocks = (Contents("Contents"), Heading("Annex"), Heading("An entry", 3), Paragraph("One."), Heading("Section", 2))
    told = pages(render(document(*blocks), "pdf"))[0]
    assert told.count("An entry") == 1  # not in the contents
    assert told.count("Section") == 2


@needs_poppler
class TestNote:
    def test_a_note_stands_on_the_pages_that_have_its_mark(self) -> None:
        noted = {"footnote": "NOTE", "footnote_mark": "(-)"}
        told = pages(render(document(*BLOCKS, cover=COVER, **noted), "pdf"))
        assert ["NOTE" in page for page in told] == ["(-)" in page for page in told] == [False, False, False, True]
        picture = Picture('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>9(-)</text></svg>', "9")
        assert "NOTE" in pages(render(document(picture, **noted), "pdf"))[0]

    def test_a_footnote_without_a_mark_stands_on_each_page(self) -> None:
        told = pages(render(document(*BLOCKS, footnote="NOTE"), "pdf"))
        assert len(told) == 3
        assert all("NOTE" in page for page in told)


class TestSignatures:
    PLACES = (Party("Leader", ("Signature:", "Date:")), Party("Reviewer", ("Signature:", "2026-03-18")))
    STAMP = Party("Body", ("Date:",), has_stamp=True)

    @pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2)])
    def test_signatures_stand_two_in_a_row_or_all_of_an_odd_number(self, count: int, columns: int) -> None:
        block = Signatures(None, (*self.PLACES, self.STAMP, Party("Client", ("Date:",)))[:count])
        assert block.in_a_row == columns
        table = word(document(block)).tables[0]
        assert (len(table.columns), len(table.rows)) == (columns, -(-count // columns))
        assert [cell.paragraphs[0].text for cell in table._cells] == [party.title for party in block.parties]

    def test_a_place_to_sign_with_a_stamp_has_room_for_it(self) -> None:
        cells = word(document(Signatures("Signed.", (self.PLACES[0], self.STAMP)))).tables[0].rows[0].cells
        rooms = [cell.paragraphs[1].paragraph_format.space_before.cm for cell in cells]
        assert rooms == pytest.approx([0.7, 2.4], abs=0.01)
        page = render(document(Signatures("Signed.", (self.PLACES[0], self.STAMP))), "html").decode()
        assert '<section class="stamped"><strong>Body</strong><p>Date:</p></section>' in page

    BASIS = Table(
        (Column("", 0.3), Column("", 0.7)), (Row(("Report", "R-7")), Row(("Result", "v1:0a"))), has_head=False
    )

    @needs_poppler
    @pytest.mark.parametrize("lines", range(24, 50, 5))
    def test_what_is_signed_stands_on_the_page_of_the_places(self, lines: int) -> None:
        block = Signatures("Signed.", (*self.PLACES, self.PLACES[0], self.STAMP), self.BASIS)
        told = pages(render(document(*[Paragraph(f"Line {n}.") for n in range(lines)], block), "pdf"))
        page = next(page for page in told if "R-7" in page)
        assert all(text in page for text in ("v1:0a", "Signed.", "Leader", "Body"))

    def test_what_is_signed_stays_with_the_places_in_word_and_in_print(self) -> None:
        paper = document(Signatures("Signed.", self.PLACES, self.BASIS))
        basis, places = word(paper).tables
        assert [cell.text for cell in basis.columns[1].cells] == ["R-7", "v1:0a"]
        assert all(p.paragraph_format.keep_with_next for cell in basis._cells for p in cell.paragraphs)
        assert [p.text for p in word(paper).paragraphs[-2:]] == ["", "Signed."]
        assert all(p.paragraph_format.keep_with_next for p in word(paper).paragraphs[-2:])
        assert len(places.rows) == 1
        page = render(paper, "html").decode()
        assert page.index('<div class="signed">') < page.index("R-7") < page.index("Signed.") < page.index("Leader")
        assert ".signed, .end { display: inline-block" in page  # a browser breaks a grid across pages, but no line
        assert render(paper, "md").decode().index("R-7") < render(paper, "md").decode().index("Signed.")

    @pytest.mark.parametrize("block", [Signatures("Signed.", PLACES), Issuer("Signature:", ("Body",))])
    def test_the_footer_of_a_web_page_stands_with_what_is_signed_at_its_end(self, block: Any) -> None:
        page = render(document(Paragraph("One."), block), "html").decode()
        assert page.index("One.") < page.index('<div class="end">') < page.index("Signature:")
        assert page.index("Signature:") < page.index("<footer>foot</footer>") < page.index("</main>")
        page = render(document(block, Paragraph("One.")), "html").decode()
        assert page.index("</main>") < page.index("<footer>foot</footer>")
        assert '<div class="end">' not in page

    def test_rows_of_places_stay_together_in_word(self) -> None:
        block = Signatures(None, (*self.PLACES, self.PLACES[0], self.STAMP))
        first, second = word(document(block)).tables[0].rows
        assert all(p.paragraph_format.keep_with_next for cell in first.cells for p in cell.paragraphs)
        assert not any(p.paragraph_format.keep_with_next for cell in second.cells for p in cell.paragraphs)


@needs_poppler
class TestRowsOfATable:
    @pytest.mark.parametrize("lines", range(44, 50))
    def test_what_introduces_a_table_stays_with_it(self, lines: int) -> None:
        table = Table((Column("HEAD", 1),), (Row(("one",)), Row(("two",))))
        told = pages(render(document(*[Paragraph("x")] * (lines // 2), Paragraph("INTRO"), table), "pdf"))
        assert [("INTRO" in page) == ("HEAD" in page) for page in told] == [True] * len(told)

    @pytest.mark.parametrize("before", range(3))
    def test_neither_a_head_nor_a_row_that_leads_is_the_last_of_a_page(self, before: int) -> None:
        columns = (Column("HEAD", 0.2), Column("Text", 0.8))
        rows: list[Row] = []
        for group in range(60):
            rows.append(Row((f"LEAD {group}", "of a group"), leads=True))
            rows += [Row((f"{group}.{k}", "text " * (group * 7 % 40 + 1))) for k in range(group % 4 + 1)]
        tables = [Table(columns, tuple(rows[k : k + 20])) for k in range(0, len(rows), 20)]
        filler = [Paragraph("x")] * before
        told = pages(render(document(*filler, *tables), "pdf"))
        assert len(told) > 5
        last = [[line for line in page.splitlines() if line.strip()][-2].strip() for page in told]  # above the footer
        assert not [line for line in last if line.startswith(("LEAD", "HEAD"))]

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    @pytest.mark.parametrize("count", range(30, 44))
    def test_the_last_row_is_not_alone_on_a_page(self, count: int) -> None:
        """The page breaks at another row each time, also before the last one."""
        rows = tuple(Row((f"row {number}", f"text {number}")) for number in range(count))
        shown = pages(render(document(Table((Column("No.", 0.3), Column("Text", 0.7)), rows)), "pdf"))
        assert all(text.count("row ") != 1 for text in shown)
        assert sum(text.count("row ") for text in shown) == count

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    @pytest.mark.parametrize("lines", range(32, 50, 2))
    def test_a_small_table_is_on_one_page(self, lines: int) -> None:
        rows = tuple(Row((f"row {number}",)) for number in range(8))
        before = (Paragraph(f"line {number}") for number in range(lines))
        shown = pages(render(document(*before, Table((Column("No.", 1),), rows)), "pdf"))
        assert {text.count("row ") for text in shown} <= {0, 8}

    def test_rows_stay_together_in_word_and_in_a_browser(self) -> None:
        """All rows of a small table, and the last two of another one."""
        columns = (Column("No.", 1),)
        for count, kept in ((8, [*range(8)]), (9, [0, 8])):  # the head is row 0
            paper = document(Table(columns, tuple(Row((f"row {number}",)) for number in range(count))))
            (table,) = word(paper).tables
            rows = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
            assert [number for number, keeps in enumerate(rows) if keeps] == kept
            assert ('class="rows small"' in render(paper, "html").decode()) == (count == 8)

    def test_a_row_that_is_written_in_has_the_height_of_two_lines(self) -> None:
        """15 mm in Word and in a browser; in the PDF, what stands in the row has 24 points below it."""
        rows = tuple(Row((f"row {number}", ""), is_written=number < 20) for number in range(40))
        paper = document(Table((Column("No.", 0.3), Column("Text", 0.7)), rows))
        (table,) = word(paper).tables
        assert [row.height and round(row.height.mm) for row in table.rows] == [None] + [15] * 20 + [None] * 20
        assert render(paper, "html").decode().count('<tr class="written">') == 20
        heights = [text.count("row ") for text in pages(render(paper, "pdf"))]
        assert heights[0] < 20 < heights[1]

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    @pytest.mark.parametrize("lines", range(34, 44))
    def test_a_heading_has_more_than_one_line_below_it(self, lines: int) -> None:
        before = [Paragraph(f"line {number}") for number in range(lines)]
        paper = document(*before, Heading("Conclusion"), Paragraph("first"), Paragraph("second"))
        assert any("Conclusion" in text and "second" in text for text in pages(render(paper, "pdf")))

    @pytest.mark.parametrize(
        ("blocks", "kept"),
        [
            ((Heading("H"), Paragraph("one"), Paragraph("two")), True),
            ((Heading("H"), Paragraph(Gap("one")), Paragraph("two")), True),
            ((Heading("H"), Paragraph("one"), Heading("I")), False),
            ((Heading("H"), Paragraph("one" * 200), Paragraph("two")), False),
            ((Heading("H"), Paragraph("one")), False),
            ((Paragraph("H"), Paragraph("one"), Paragraph("two")), False),
            ((Paragraph("H"), Paragraph("one"), Table((Column("", 1),), (Row(("a",)),))), True),
            ((Paragraph("H"), Table((Column("", 1),), (Row(("a",)),)), Paragraph("two")), False),
        ],
    )
    def test_a_block_that_introduces_the_next_one_stays_with_it(self, blocks: tuple[Any, ...], kept: bool) -> None:
        paper = document(*blocks)
        assert paper.introduces(1) == kept
        if isinstance(blocks[1], Paragraph):
            assert ('class="introduces"' in render(paper, "html").decode()) == kept
            assert bool(word(paper).paragraphs[3].paragraph_format.keep_with_next) == kept  # after title and subtitle


class TestLetter:
    """A letter has who writes it above its title, larger type, and its issuer at the right of its end."""

    LETTER: ClassVar[Any] = {"letterhead": ("Yunjin", "Road 1")}
    END = Issuer("Signature: ", ("Yunjin", "(stamp)", "2027-02-20"))

    @pytest.mark.parametrize("format", FORMATS)
    def test_every_format_has_its_parts(self, format: str) -> None:
        made = render(document(Paragraph("Dear Binhai"), self.END, **self.LETTER), format)
        text = {"docx": text_of_docx, "pdf": lambda pdf: "".join(pages(pdf))}.get(format, bytes.decode)(made)
        places = [text.find(part) for part in ("Yunjin", "Road 1", "Report", "Dear Binhai", "(stamp)", "2027")]
        if format != "html":  # which has the title above all, for the window
            assert places == sorted(places)
        assert min(places) >= 0
        assert text.count("Yunjin") == 2

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_a_stamp_has_room_and_the_issuer_is_not_alone_on_a_page(self) -> None:
        for lines in range(14, 30, 3):
            paper = document(*[Paragraph(f"line {number}") for number in range(lines)], self.END, **self.LETTER)
            shown = [text for text in pages(render(paper, "pdf")) if "(stamp)" in text]
            assert len(shown) == 1
            assert "line" in shown[0]
        (table,) = word(document(self.END, **self.LETTER)).tables
        assert table.rows[0].height.mm >= 42
        assert "min-height: 46mm" in render(document(self.END, **self.LETTER), "html").decode()

    def test_the_type_of_a_letter_is_larger(self) -> None:
        plain, letter = (word(document(Paragraph("x"), **more)) for more in ({}, self.LETTER))
        for name in ("Body Text", "Table Text"):
            assert letter.styles[name].font.size > plain.styles[name].font.size


def test_a_table_of_facts_has_the_width_of_the_page_and_a_narrow_column_of_names() -> None:
    gap = Gap("to be added")
    table = facts_table([("Number", "SM-7"), ("Address", None), ("Scope", gap), ("Lookup", "")])
    assert [row.cells for row in table.rows] == [("Number", "SM-7"), ("Scope", gap)]
    names, values = table.columns
    assert (table.has_head, round(names.width + values.width, 9)) == (False, 1)
    assert names.width < values.width
