"""Documents for Word: styles, tables, headers and pictures, as python-docx and LibreOffice read them."""

from __future__ import annotations

import io
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from support import oracle
from support.office import PDF, Office
from support.reports import (
    document,
    example,
    pdf_text,
    scored,
    typeset,
    whole_texts,
    without,
)

from aftersales import make_report
from aftersales.rendering.document import (
    Picture,
)
from aftersales.text.language import Language
from aftersales.text.number_format import mark_note


@cache
def draft(lang: Language) -> bytes:
    """The report of an example that lacks a fact, made once: a Word file takes a second."""
    return make_report(scored(without("subject", "scope")), draft=True).typeset("docx", lang)


@cache
def numbered() -> bytes:
    """A report with its number and its day, and with a long text in one row."""
    data = example("home-appliance-chain")
    data["team"][1]["qualification"] = "长" * 400
    return make_report(scored(data), number="SM-77", issued_on="2026-03-20").typeset("docx")


class TestWord:
    """A document that an editor can go on with."""

    def document(self) -> Any:
        return docx.Document(io.BytesIO(typeset("home-appliance-chain", "docx")))

    def test_headings_have_the_styles_of_headings(self) -> None:
        styles = [p.style.name for p in self.document().paragraphs]
        assert (styles.count("Title"), styles.count("Heading 1"), styles.count("Heading 2")) == (1, 8, 8)

    def test_the_style_of_a_cell_is_not_looked_up_in_the_styles(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """python-docx looks at all styles for the default one at each style that is set, which took half of the time."""
        searched: list[object] = []
        default_for = docx.oxml.styles.CT_Styles.default_for
        monkeypatch.setattr(
            docx.oxml.styles.CT_Styles,
            "default_for",
            lambda styles, kind: searched.append(kind) or default_for(styles, kind),
        )
        _, *tables = self.document().tables  # without the cover
        tables = [table for table in tables if not table.cell(0, 0).text.startswith("评价组长")]  # and the signatures
        cells = [cell for table in tables for row in table.rows for cell in row.cells]
        assert len(cells) > 500
        assert len(searched) < 100
        assert {cell.paragraphs[0].style.name for cell in cells} == {"Table Text"}

    def test_a_word_document_is_a4_and_its_tables_fit_between_the_margins(self) -> None:
        document = self.document()
        section = document.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        room = section.page_width - section.left_margin - section.right_margin
        for table in document.tables[1:]:  # that of the cover is narrower
            widths = [cell.width for cell in table.rows[0].cells]
            assert abs(sum(widths) - room) < 20_000
            assert widths == [column.width for column in table.columns]

    def test_table_heads_are_repeated_and_fonts_are_chinese(self) -> None:
        document = self.document()
        heads = [table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in document.tables]
        assert [len(head) for head in heads].count(1) == len(
            document.tables
        ) - 4  # all but three of facts, and the signatures
        for name in ("Normal", "Heading 1", "Heading 2", "Title", "Table Text"):
            fonts_ = document.styles[name].element.rPr.rFonts
            assert fonts_.get(docx.oxml.ns.qn("w:eastAsia")) == "微软雅黑"
            assert fonts_.get(docx.oxml.ns.qn("w:eastAsiaTheme")) is None
            assert document.styles[name].element.rPr.xpath("./w:lang/@w:eastAsia") == ["zh-CN"]

    @pytest.mark.parametrize(("lang", "tag"), [("zh", "en-US"), ("en", "en")])
    def test_latin_text_is_spelled_in_the_language_of_the_report(self, lang: Language, tag: str) -> None:
        document = docx.Document(io.BytesIO(draft(lang)))
        assert document.styles["Normal"].element.rPr.xpath("./w:lang/@w:val") == [tag]

    def test_a_draft_says_so_on_each_page_and_marks_its_gaps(self) -> None:
        document = docx.Document(io.BytesIO(draft("zh")))
        marked = "./w:r[w:rPr/w:highlight/@w:val='yellow']/w:t/text()"
        assert document.sections[0].header.paragraphs[0]._p.xpath(marked) == ["草稿：内容不完整，不得对外出具"]
        in_cells = [
            text for table in document.tables for text in table._tbl.xpath(f".//w:p/{marked.removeprefix('./')}")
        ]
        assert in_cells == ["【待补：评价范围】"]
        assert document.sections[0].first_page_header.paragraphs[0]._p.xpath(marked) == [
            "草稿：内容不完整，不得对外出具"
        ]
        final = self.document().sections[0]
        assert final.header.paragraphs[0].text == "商品售后服务成熟度评价报告"
        assert final.first_page_header.paragraphs[0].text == ""  # the title stands there

    def test_pages_are_numbered_and_counted_below_the_number_of_the_report(self) -> None:
        footer = docx.Document(io.BytesIO(numbered())).sections[0].footer.paragraphs[0]
        note = mark_note("zh")  # a running total of the example is 90.00(-)
        assert footer.text == f"{note}\nCTS XBHT-S04-2025 · SM-77 · 2026年3月20日 ·  / "
        assert footer._p.xpath("./w:r/w:instrText/text()") == ["PAGE", "NUMPAGES"]
        assert footer._p.xpath("./w:r/w:fldChar/@w:fldCharType") == ["begin", "end"] * 2

    def test_pictures_in_word_have_a_description(self) -> None:
        alts = self.document().element.xpath("//wp:docPr/@descr")
        paper = document(example("home-appliance-chain"))
        pictures = [block for block in paper.blocks if isinstance(block, Picture)]
        banner = paper.cover and paper.cover.banner
        assert banner
        assert alts == [banner.stars.alt, *(picture.alt for picture in pictures)]
        assert alts[0] == "星级：4/5"

    def test_numbers_stand_to_the_right_and_rows_hold_together_unless_they_are_long(self) -> None:
        name = example("home-appliance-chain")["team"][1]["name"]  # of whom there is a long text
        tables = docx.Document(io.BytesIO(numbered())).tables
        people, table = (
            next(table for table in tables if table.rows[0].cells[-1].text == head)
            for head in ("所在机构", "认定与扣分原因")
        )
        for row in table.rows:
            alignment = [cell.paragraphs[0].alignment for cell in row.cells]
            assert alignment == [None, None, 2, 2, 2, None, None]
            assert row._tr.xpath("./w:trPr/w:cantSplit")
        for row in people.rows:
            assert bool(row._tr.xpath("./w:trPr/w:cantSplit")) == (row.cells[0].text != name)

    @pytest.mark.slow
    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_libreoffice_opens_it_and_shows_everything(self, office: Office, tmp_path: Path) -> None:
        names = {"zh": "software-service-vendor", "en": "home-appliance-chain"}
        paths = [tmp_path / f"{lang}.docx" for lang in names]
        for (lang, name), path in zip(names.items(), paths, strict=True):
            path.write_bytes(typeset(name, "docx", lang))
        for path in paths:
            office.save_as(path, path.with_suffix(".pdf"), PDF)
        for lang, name in names.items():
            words = set(pdf_text((tmp_path / f"{lang}.pdf").read_bytes()).split())
            assert whole_texts(document(example(name), lang)) <= words
        text = pdf_text((tmp_path / "zh.pdf").read_bytes()).replace(" ", "")
        for key, title in oracle.TITLES.items():
            assert key in text
            assert title[:6].replace(" ", "") in text
        assert "六、改进建议" in text
