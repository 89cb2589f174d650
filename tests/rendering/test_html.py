"""Documents as HTML: in a real browser, and what its markup says."""

from __future__ import annotations

import html
import html.parser
import re
from pathlib import Path
from typing import Any

import pytest
from support.make_reports import EXAMPLES
from support.reports import (
    document,
    example,
    hostile,
    pdf_text,
    scored,
    typeset,
    with_deletions,
)

from aftersales import make_report
from aftersales.rendering.document import (
    Banner,
    Bullets,
    Column,
    Document,
    Paragraph,
    Picture,
    Row,
    Table,
)
from aftersales.rendering.html import render


@pytest.mark.slow
class TestBrowser:
    """The page in a real browser: it asks nobody for anything, breaks nothing and fits a phone."""

    @pytest.mark.parametrize("width", [380, 1200])
    @pytest.mark.parametrize("name", [*EXAMPLES, "hostile"])
    def test_the_page_needs_no_other_file_and_fits(self, browser: Any, tmp_path: Path, name: str, width: int) -> None:
        report = make_report(scored(hostile() if name == "hostile" else example(name)))
        path = tmp_path / "report.html"
        path.write_bytes(report.typeset("html"))
        page = browser.new_page(viewport={"width": width, "height": 800})
        requests: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path.as_uri())
        assert requests == [path.as_uri()]
        assert errors == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        clipped = page.evaluate(
            "[...document.querySelectorAll('td, th, p, li, h1, h2, h3')]"
            ".filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')"
            ".map(e => e.textContent)"
        )
        assert clipped == []
        page.close()

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("media", ["screen", "print"])
    def test_ids_numbers_stars_and_heads_are_not_broken(
        self, browser: Any, tmp_path: Path, lang: Any, media: str
    ) -> None:
        path = tmp_path / "report.html"
        path.write_bytes(typeset("home-appliance-chain", "html", lang))
        page = browser.new_page(
            viewport={"width": 673 if media == "print" else 1000, "height": 800}
        )  # A4 less its margins
        page.emulate_media(media=media)
        page.goto(path.as_uri())
        lines = (
            "[...document.querySelectorAll('.whole, thead th')].filter(e => { const range = document.createRange();"
            "range.selectNodeContents(e); return new Set([...range.getClientRects()].map(r => r.top)).size > 1"
            " || e.scrollWidth > e.clientWidth + 1 }).map(e => e.textContent)"
        )
        assert page.evaluate("document.querySelectorAll('.whole').length") > 400
        assert page.evaluate(lines) == []
        page.close()

    def test_the_words_of_a_chart_can_be_read_on_a_phone(self, browser: Any, tmp_path: Path) -> None:
        path = tmp_path / "report.html"
        path.write_bytes(make_report(scored(with_deletions()), draft=True).typeset("html"))
        page = browser.new_page(viewport={"width": 380, "height": 800})
        page.goto(path.as_uri())
        texts = page.evaluate(
            "[...document.querySelectorAll('svg text')].map(e => { const svg = e.ownerSVGElement;"
            "const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;"
            "const box = e.getBBox(), room = svg.viewBox.baseVal;"
            "const inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= room.width && box.y + box.height <= room.height;"
            "return [e.textContent, parseFloat(getComputedStyle(e).fontSize) * scale, inside] })"
        )
        assert len(texts) > 30
        assert min(size for _, size, _ in texts) >= 10
        assert [text for text, _, inside in texts if not inside] == []
        page.close()

    def test_printed_pages_have_numbers_but_the_cover(self, browser: Any, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_bytes(typeset(EXAMPLES[0], "html"))
        page = browser.new_page()
        page.goto(path.as_uri())
        printed = page.pdf(prefer_css_page_size=True)
        page.close()
        numbers = re.findall(r"\b(\d+) / (\d+)\b", pdf_text(printed))
        count = int(numbers[-1][1])
        assert count > 10
        assert numbers == [(str(number), str(count)) for number in range(2, count + 1)]


class TestHtml:
    def test_days_are_not_broken_at_their_hyphens(self) -> None:
        """Chromium breaks 2026-03-02 behind 2026-03-. The hyphens stay, so that the day can be searched and copied."""
        text = "<due> 2026-03-02, 2026-03-04 (N-2026-03-04, 12026-03-04)"
        table = Table((Column("", 1.0),), (Row(("on 2026-03-05",)),), has_head=False)
        blocks = (Paragraph(text), Bullets(("until 2026-03-06",)), table)
        page = render(
            Document("en", "x", "2026-03-01", mark=None, footer="x · 2026-03-07", blocks=blocks, author="")
        ).decode()
        assert re.findall('<span class="whole">(.*?)</span>', page) == [f"2026-03-0{day}" for day in (1, 2, 4, 6, 5, 7)]
        assert "&lt;due&gt; <span" in page
        assert "(N-2026-03-04, 12026-03-04)" in page
        assert ".whole, thead th { white-space: nowrap; }" in page

    @pytest.mark.parametrize(("summary", "covered"), [(False, True), (True, False)])
    def test_printed_pages_are_numbered(self, summary: bool, covered: bool) -> None:
        report = make_report(scored(example(EXAMPLES[0])))
        page = (report.summary("html") if summary else report.typeset("html")).decode()
        assert '@bottom-right { content: counter(page) " / " counter(pages);' in page
        assert ("@page :first { @bottom-right { content: none; } }" in page) is covered

    def test_cells_name_their_columns_numbers_and_pictures_their_words(self) -> None:
        """What a phone shows before each cell, how numbers stand, and what is read of a picture aloud."""
        data = example("home-appliance-chain")
        page, paper = make_report(scored(data), number="SM-77").typeset("html").decode(), document(data)
        for table in (block for block in paper.blocks if isinstance(block, Table) and block.has_head):
            for x, column in enumerate(table.columns):
                kind = ' class="number whole"' if column.is_number else ' class="whole"' if column.whole else ""
                assert f'<th scope="col"{kind}>{column.head}</th>' in page
                for row in table.rows:
                    assert (
                        f'<td data-head="{column.head}"{kind}>{html.escape(str(row.cells[x]), quote=False)}</td>'
                        in page
                    )
        for block in paper.blocks:
            picture = block.stars if isinstance(block, Banner) else block
            if isinstance(picture, Picture):
                assert f'role="img" aria-label="{picture.alt}"' in page
        assert re.search("<footer>.*SM-77.*</footer>", page)
        assert ".number { text-align: right;" in page
