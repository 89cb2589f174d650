"""Documents as PDF: every character is there, and nothing is broken that has to stay whole."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from typing import Any

import docx
import pytest
from support import oracle
from support.make_reports import EXAMPLES
from support.pdf_objects import created, is_tagged, pages, standards, tags
from support.reports import (
    document,
    example,
    pdf_text,
    scored,
    texts,
    typeset,
    whole_texts,
)

from aftersales import make_report
from aftersales.certification.report.contents import report_document
from aftersales.rendering.document import (
    Column,
    Document,
    Gap,
    Heading,
    Paragraph,
    Row,
    Table,
)
from aftersales.rendering.pdf import SCALES, type_scale
from aftersales.rendering.rendering import render


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_pdf_holds_every_text_of_the_report(name: str) -> None:
    data = example(name)
    text = pdf_text(typeset(name, "pdf")).replace(" ", "")
    for heading in (block.text for block in document(data).blocks if isinstance(block, Heading)):
        assert heading.replace(" ", "") in text
    for key in oracle.INDICATORS:
        assert key in text
    assert f"{float(oracle.final_score(data['findings'])):.2f}" in text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
class TestNothingLeavesThePage:
    """However long a text is, and whatever it is made of, the PDF shows each of its characters."""

    @pytest.mark.parametrize(
        ("place", "text"),
        [
            ("reason", "鑫" * 1000),
            ("reason", "鑫" * 5000),
            ("reason", "ẞ" * 400),
            ("reason", "https://example.org/" + "ẞ" * 80),
            ("reason", "鑫" + "；" * 300),
            ("note", "ẞ" * 300),
            ("note", "鑫" * 2000),
            ("organisation", "ẞ" * 200),
            ("body", "ẞ" * 120),
            ("qualification", "鑫" * 900),
        ],
        ids=lambda value: value[:1] + str(len(value)) if len(value) > 20 else value,
    )
    def test_every_character_of_a_report_is_in_its_pdf(self, place: str, text: str) -> None:
        data = example("food-ecommerce")
        finding, person = data["findings"]["5.1.2.2"], data["team"][0]
        holder = {
            "reason": finding,
            "note": finding["evidence"][0],
            "organisation": data["subject"],
            "body": person,
            "qualification": person,
        }[place]
        holder["organisation" if place == "body" else place] = text
        report = make_report(scored(data), draft=True)
        paper, mark = report_document(report.card, None, None, draft=True, lang="zh"), text[-1]
        said = sum(part.count(mark) for part in texts(paper))
        assert said >= text.count(mark)
        assert pdf_text(report.typeset("pdf")).count(mark) == said


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
class TestPdf:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_ids_numbers_stars_and_heads_are_not_broken(self, lang: Any) -> None:
        data = example("home-appliance-chain")
        words = whole_texts(document(data, lang))
        assert {"5.60625", "5.1.1.1", "★★★★★", "Applicable" if lang == "en" else "涉及项分值"} <= words
        assert words <= set(pdf_text(typeset("home-appliance-chain", "pdf", lang)).split())

    def test_a_column_of_unbroken_texts_is_wide_enough_for_them(self) -> None:
        table = Table((Column("编号", 0.01, whole=True), Column("x", 0.99)), (Row(("5.1.1.1", "x " * 400)),))
        assert "5.1.1.1" in pdf_text(render(Document("zh", "t", "s", None, "f", (table,)), "pdf")).split()

    def test_numbers_in_tables_are_short(self) -> None:
        degree = {"kind": "qualitative", "degree": "0.123456789"}
        paper = document(oracle.document(oracle.all_full() | {"5.1.3.1": degree, "5.4.2.4": degree}))
        assert {len(word) for word in whole_texts(paper) if re.fullmatch("[≈<]?[0-9.]+", word)} <= set(range(1, 8))

    def test_heads_are_repeated_on_each_page_and_the_footer_has_the_number(self) -> None:
        pdf = make_report(scored(example("home-appliance-chain")), number="SM-77").typeset("pdf")
        done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
        pages = done.stdout.decode().split("\f")[:-1]
        numbered = [f"SM-77 {k} / {len(pages)}" in " ".join(page.split()) for k, page in enumerate(pages, 1)]
        assert numbered == [False] + [True] * (len(pages) - 1)  # the cover has no number
        scores = [page for page in pages if re.search(r"^ *5\.[1-4]\.[1-9]\.[1-9] +\S+.* ★", page, re.MULTILINE)]
        assert len(scores) > 2
        assert all("认定与扣分原因" in page for page in scores)

    @pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
    @pytest.mark.parametrize(
        "block",
        [Paragraph(Gap("x")), Table((Column("a", 1),), (Row((Gap("x"),)),)), Paragraph("x")],
        ids=lambda b: str(b)[:9],
    )
    def test_gaps_are_marked_in_the_pdf(self, block: Any) -> None:
        pdf = render(Document("zh", "t", "s", None, "f", (block,)), "pdf")
        picture = subprocess.run(["pdftoppm", "-r", "60", "-"], input=pdf, capture_output=True, check=True).stdout
        assert (b"\xff\xe5\x8f" * 3 in picture) == (block != Paragraph("x"))


class TestStandards:
    """A PDF is tagged, so that it can be read aloud, and archivable once it has a day."""

    def test_a_report_with_a_day_is_for_the_archive(self) -> None:
        pdf = make_report(scored(example("home-appliance-chain")), issued_on="2026-03-20").typeset("pdf")
        assert standards(pdf) == {"PDF/A": "2A", "PDF/UA": "1"}
        assert created(pdf) == "2026-03-20"
        assert b"/GTS_PDFA1" in pdf
        assert b"/FontFile" in pdf
        assert is_tagged(pdf)
        assert {"H1", "H2", "P", "Table", "TH", "TD", "Figure", "L"} <= set(tags(pdf))

    def test_a_pdf_without_a_day_is_tagged_and_not_archivable(self) -> None:
        """PDF/A requires a date, and the library reads no clock."""
        pdf = render(Document("zh", "t", "s", None, "f", (Heading("a"), Paragraph("b"))), "pdf")
        assert standards(pdf) == {"PDF/UA": "1"}
        assert created(pdf) is None
        assert is_tagged(pdf)
        assert {"H1", "P"} <= set(tags(pdf))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_words_are_broken_at_blanks_and_hyphens_only() -> None:
    """But for letters without either, which would leave a narrow column."""
    column = (Column("Text", 0.2), Column("", 0.8))
    texts = ("the cross-department", "'in standardisation'.", "responsibilities: 2", "q" * 60)
    paper = Document("en", "T", "S", None, "", (Table(column, tuple(Row((text, "")) for text in texts)),))
    text = pdf_text(render(paper, "pdf"))
    assert all(word in text for word in ("department", "standardisation'.", "responsibilities: 2"))
    assert "q" * 60 not in text
    assert text.count("q") == 60


class TestOnePage:
    """A document on one page has smaller type where that makes it one page, and else two pages."""

    @staticmethod
    def of(count: int, *, on_one_page: bool) -> Document:
        blocks = tuple(Paragraph(f"{place}") for place in range(count))
        return Document(
            lang="en", title="T", subtitle="S", mark=None, footer="", blocks=blocks, on_one_page=on_one_page
        )

    @pytest.mark.parametrize(
        ("count", "on_one_page", "expected"), [(30, True, 1), (38, True, 1), (38, False, 2), (60, True, 2)]
    )
    def test_a_document_on_one_page_has_so_many_pages(self, count: int, on_one_page: bool, expected: int) -> None:
        assert pages(render(self.of(count, on_one_page=on_one_page), "pdf")) == expected

    def test_the_type_is_no_smaller_than_it_takes(self) -> None:
        scales = [type_scale(self.of(count, on_one_page=True)) for count in (30, 38, 60)]
        assert scales[0] == 1
        assert scales[0] > scales[1] >= scales[2] == SCALES[-1]

    @pytest.mark.parametrize(("on_one_page", "expected"), [(True, 8.6), (False, 10)])
    def test_a_word_document_has_it_in_its_styles(self, on_one_page: bool, expected: float) -> None:
        word = docx.Document(io.BytesIO(render(self.of(3, on_one_page=on_one_page), "docx")))
        assert word.styles["Body Text"].font.size.pt == pytest.approx(expected, abs=0.3)

    def test_a_web_page_has_it_in_print(self) -> None:
        rules = [b"body { font-size: 9pt" in render(self.of(3, on_one_page=flag), "html") for flag in (True, False)]
        assert rules == [True, False]
