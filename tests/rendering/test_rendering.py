"""What holds for documents of every format: no text breaks one, and a file says of itself what is known."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile

import docx
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.examples import examples
from support.reports import (
    HOSTILE,
    Page,
    example,
    hostile,
    pdf_text,
    scored,
)

from aftersales import Report, make_report
from aftersales.rendering.document import (
    Bullets,
    Document,
    Gap,
    Heading,
    Paragraph,
)
from aftersales.rendering.rendering import render
from aftersales.text.sanitize import clean


class TestHostileText:
    """No text of an evaluation breaks a format or injects anything."""

    def report(self) -> Report:
        return make_report(scored(hostile()), number=HOSTILE)

    def test_hostile_text_stays_text_in_html(self) -> None:
        page = Page(self.report().typeset("html"))
        assert "script" not in page.tags
        assert clean(HOSTILE) in page.said
        assert not [value for value in page.values if "http" in value and value != "http://www.w3.org/2000/svg"]
        sane = Page(make_report(scored(example("home-appliance-chain")), number="1").typeset("html"))
        assert set(page.tags) == set(sane.tags)

    def test_hostile_text_stays_text_in_markdown(self) -> None:
        text = self.report().typeset("md").decode()
        assert "<script" not in text
        assert "{{" not in text
        assert not re.search(r"(?<!\\)\]\(", text)
        for line in text.splitlines():
            if line.startswith("|"):
                assert len(re.findall(r"(?<!\\)\|", line)) in (
                    3,
                    4,
                    5,
                    6,
                    7,
                    8,
                )  # as many cells as the tables have columns

    def test_markdown_means_nothing_to_a_template_engine(self) -> None:
        """Jinja2 itself gives it back as it is, whatever statement, expression or comment stands in the texts."""
        data = hostile()
        data["findings"]["5.1.1.2"]["reason"] = "{%raw%}{%- if x -%} {{{ 1 }}} {#x#} {%%} {{%}} %} #} {\n% {"
        text = make_report(scored(data), number="{% endraw %}").typeset("md").decode()
        assert jinja2.Environment(keep_trailing_newline=True).from_string(text).render() == text
        assert "\\{\\% raw %\\}" in text

    def test_markdown_escapes_what_would_be_markup(self) -> None:
        blocks = (Paragraph("1. eins"), Paragraph("2) x"), Paragraph("a&amp;b"), Paragraph("- x"), Paragraph("85% 好"))
        paper = Document("zh", "t", "s", "草稿&", "foot & 1.", blocks)
        text = render(paper, "md").decode()
        assert "\n\n1\\. eins\n\n2\\) x\n\na&amp;amp;b\n\n\\- x\n\n85% 好\n\n" in text
        assert "> **草稿&amp;**\n" in text
        assert text.endswith("---\n\nfoot &amp; 1.\n")

    def test_hostile_text_stays_text_in_word(self) -> None:
        document = docx.Document(io.BytesIO(self.report().typeset("docx")))
        cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
        assert clean(HOSTILE) in cells

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_hostile_text_stays_text_in_pdf(self) -> None:
        text = pdf_text(self.report().typeset("pdf"))
        assert "<script>alert(1)</script>" in text
        assert "#set" in text
        assert "{{ 7*7 }}" in text

    @settings(max_examples=examples(6))
    @given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip))
    def test_any_text_is_shown_in_any_format(self, text: str) -> None:
        blocks = (Heading(clean(text)), Paragraph(clean(text)), Bullets((clean(text),)), Paragraph(Gap(clean(text))))
        paper = Document("zh", clean(text), clean(text), clean(text), clean(text), blocks)
        said = Page(render(paper, "html")).said
        assert said.count(clean(text)) >= 5
        assert clean(text) in [p.text for p in docx.Document(io.BytesIO(render(paper, "docx"))).paragraphs]
        assert render(paper, "pdf").startswith(b"%PDF")
        assert render(paper, "md")


class TestFileProperties:
    """What a file says of itself is what is known of the report, and nothing else."""

    def report(self, issued_on: str | None) -> Report:
        return make_report(scored(example("home-appliance-chain")), issued_on=issued_on)

    def test_a_word_file_has_title_author_and_day(self) -> None:
        core = docx.Document(io.BytesIO(self.report("2026-03-20").typeset("docx"))).core_properties
        assert (core.title, core.author) == ("商品售后服务成熟度评价报告", "云津质信认证有限公司")
        assert core.created is not None
        assert core.created.date().isoformat() == "2026-03-20"
        file = zipfile.ZipFile(io.BytesIO(self.report(None).typeset("docx")))
        properties = file.read("docProps/core.xml").decode()
        for foreign in ("python-docx", "2013", "created", "modified", "revision", "lastModifiedBy"):
            assert foreign not in properties

    @pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo (poppler-utils) is not installed")
    def test_a_pdf_has_title_author_and_day(self) -> None:
        def told(issued_on: str | None) -> str:
            pdf = self.report(issued_on).typeset("pdf")
            return subprocess.run(
                ["pdfinfo", "-isodates", "-"], input=pdf, capture_output=True, check=True
            ).stdout.decode()

        dated, undated = told("2026-03-20"), told(None)
        assert re.search(r"Title: +商品售后服务成熟度评价报告\n", dated)
        assert re.search(r"Author: +云津质信认证有限公司\n", dated)
        assert re.search(r"CreationDate: +2026-03-20", dated)
        assert "Date:" not in undated

    def test_an_evaluation_without_a_team_has_no_author(self) -> None:
        report = make_report(scored(oracle.document(oracle.all_full())), draft=True)
        assert docx.Document(io.BytesIO(report.typeset("docx"))).core_properties.author == ""
        assert b"/Author" not in report.typeset("pdf")

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_what_no_font_has_is_a_code_and_no_box(self) -> None:
        data = example("food-ecommerce")
        data["findings"]["5.1.2.2"]["reason"] = "甲\U000f0001乙\u0378丙"
        text = pdf_text(make_report(scored(data)).typeset("pdf"))
        assert "甲[U+F0001]乙[U+0378]丙" in text.replace(" ", "")
