"""A framed sheet: everything stands on one page in every format, or is refused."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from support.certificates import DOWNGRADED, PASSED, SUBJECT, certificate, text_of_docx, text_of_html
from support.office import PDF, Office
from support.pdf_objects import pages, tags
from support.reports import pdf_text

from aftersales import PaperError, load_standard
from aftersales.certification.papers.star_certificate import certificate_sheet
from aftersales.rendering.fonts import installed_fonts
from aftersales.rendering.rendering import render
from aftersales.rendering.sheet import POINTS_PER_MM, Sheet, measures_of

LONG = {
    "organisation": "滨海" * 97 + "有限公司！！",
    "organisation_en": "Binhai Home Appliances Chain " * 6 + "and Partners Co., Ltd. ",
    "scope": "配送、安装、维修、退换货和回收；" * 12 + "顾客服务ＡＢ。！",
    "scope_en": "Delivery, installation, repair, return, recycling; " * 3
    + "customer service in all of the shops of the chain",
}
LETTERS = {"organisation": "ẞ" * 200, "organisation_en": "W" * 200, "scope": "鑫" * 200, "scope_en": "M" * 200}
TEXTS = {
    "short": {"organisation": "甲", "organisation_en": "A", "scope": "乙", "scope_en": "B"},
    "usual": {},
    "long": LONG,
    "letters": LETTERS,
}
FOR_FRAMES = [(lang, landscape) for lang in ("zh", "en", "both") for landscape in (False, True)]


def sheet(texts: str, lang: str, *, landscape: bool, on: str = "2027-07-01", **changes: Any) -> Sheet:
    """The sheet of a certificate with a notice and a reissue, which has the most to say."""
    found = certificate(PASSED, DOWNGRADED, **TEXTS[texts], **changes)
    status = found.status(on)
    return certificate_sheet(found.issued, found.events, status, load_standard(), lang, landscape=landscape)


def test_long_texts_are_of_200_characters() -> None:
    assert all(190 <= len(text) <= 210 for texts in (LONG, LETTERS) for text in texts.values())


@pytest.mark.parametrize(("lang", "landscape"), FOR_FRAMES)
@pytest.mark.parametrize("texts", TEXTS)
class TestOnePage:
    def test_a_sheet_is_one_page_as_pdf_or_refused(self, texts: str, lang: str, landscape: bool) -> None:
        made = sheet(texts, lang, landscape=landscape)
        if (texts, lang, landscape) in REFUSED:
            with pytest.raises(PaperError, match="sheet-too-full") as caught:
                render(made, "pdf")
            assert ("use a portrait page" in caught.value.problems[0].message) == landscape
            return
        pdf = render(made, "pdf")
        assert pages(pdf) == 1
        assert tags(pdf).count("H1") == 1


REFUSED = {("long", "both", True), ("letters", "both", True), ("letters", "both", False)}
"""What does not fit: names and scopes of 200 characters in both languages on a wide page, or of the widest letters."""


def everything(made: Sheet) -> set[str]:
    """Every text of a sheet, without blanks."""
    found: set[str] = set()

    def collect(part: Any) -> None:
        if hasattr(part, "text"):
            found.add(re.sub(r"\s", "", part.text))
        elif isinstance(part, tuple):
            for each in part:
                collect(each)
        elif hasattr(part, "label"):
            collect((part.label, part.value))

    for name in Sheet.__dataclass_fields__:
        collect(getattr(made, name))
    return found


@pytest.mark.parametrize(("lang", "landscape"), FOR_FRAMES)
class TestEverythingIsThere:
    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_every_character_of_a_sheet_is_in_its_pdf(self, lang: str, landscape: bool) -> None:
        """By the number of each character, since lines of columns stand beside each other."""
        made = sheet("usual", lang, landscape=landscape)
        text = re.sub(r"\s", "", pdf_text(render(made, "pdf")))
        assert sorted(text) == sorted("".join(self.in_order(made)))

    def test_every_text_of_a_sheet_is_in_html_and_word(self, lang: str, landscape: bool) -> None:
        made = sheet("usual", lang, landscape=landscape)
        for text in (text_of_html(render(made, "html")), text_of_docx(render(made, "docx"))):
            spaceless = re.sub(r"\s", "", text)
            for said in everything(made):
                assert said in spaceless

    def in_order(self, made: Sheet) -> list[str]:
        found: list[str] = []

        def collect(part: Any) -> None:
            if hasattr(part, "text"):
                found.append(re.sub(r"\s", "", part.text))
            elif isinstance(part, tuple):
                for each in part:
                    collect(each)
            elif hasattr(part, "label"):
                collect((part.label, part.value))

        for name in Sheet.__dataclass_fields__:
            collect(getattr(made, name))
        return found


class TestMeasures:
    @pytest.mark.parametrize(("lang", "landscape"), FOR_FRAMES)
    def test_longer_texts_are_set_smaller_and_never_below_the_limit(self, lang: str, landscape: bool) -> None:
        sizes = []
        for texts in ("short", "usual", "long"):
            if (texts, lang, landscape) not in REFUSED:
                sizes.append(measures_of(sheet(texts, lang, landscape=landscape)).sizes)
        assert [each["notes"] for each in sizes] == sorted((each["notes"] for each in sizes), reverse=True)
        assert [each["name"] for each in sizes] == sorted((each["name"] for each in sizes), reverse=True)
        assert min(each["notes"] for each in sizes) > 6.8

    @pytest.mark.parametrize(("lang", "landscape"), FOR_FRAMES)
    def test_no_text_of_a_usual_certificate_is_below_8_points(self, lang: str, landscape: bool) -> None:
        measures = measures_of(sheet("usual", lang, landscape=landscape))
        sizes = [*measures.sizes.values(), *map(measures.second, measures.sizes.values())]
        assert min(sizes) >= 8

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    @pytest.mark.parametrize(("lang", "landscape"), FOR_FRAMES)
    @pytest.mark.parametrize("texts", ["usual", "long"])
    def test_a_round_stamp_of_42_mm_covers_no_text(self, texts: str, lang: str, landscape: bool) -> None:
        """It is centred on the words for it, which alone lie within its square, and stays within the frame."""
        if (texts, lang, landscape) in REFUSED:
            return
        made = sheet(texts, lang, landscape=landscape)
        found = subprocess.run(
            ["pdftotext", "-bbox-layout", "-", "-"], input=render(made, "pdf"), capture_output=True, check=True
        ).stdout.decode()
        page = [float(size) for size in re.findall(r'<page width="([0-9.]+)" height="([0-9.]+)"', found)[0]]
        boxes = re.findall(
            r'<line xMin="([0-9.]+)" yMin="([0-9.]+)" xMax="([0-9.]+)" yMax="([0-9.]+)">(.*?)</line>', found, re.DOTALL
        )
        lines = [(*map(float, box[:4]), "".join(re.findall(r">([^<>]+)</word>", box[4]))) for box in boxes]
        labels = {re.sub(r"\s", "", line.text) for line in made.stamp}
        places = [line[:4] for line in lines if line[4] in labels]
        assert len(places) == len(labels)
        x = sum(place[0] + place[2] for place in places) / len(places) / 2
        y = (min(place[1] for place in places) + max(place[3] for place in places)) / 2
        radius = 21 * POINTS_PER_MM
        covered = [
            text for left, top, right, bottom, text in lines
            if left < x + radius and right > x - radius and top < y + radius and bottom > y - radius
        ]  # fmt: skip
        assert set(covered) == labels
        assert 12 * POINTS_PER_MM < y + radius < page[1] - 12 * POINTS_PER_MM
        assert x + radius < page[0] - 12 * POINTS_PER_MM

    def test_a_sheet_is_an_a4_page_upright_or_wide(self) -> None:
        upright, wide = (measures_of(sheet("usual", "zh", landscape=landscape)) for landscape in (False, True))
        assert [round(length / POINTS_PER_MM) for length in (upright.width, upright.height)] == [210, 297]
        assert (wide.width, wide.height) == (upright.height, upright.width)

    @pytest.mark.parametrize(
        ("changes", "what"),
        [
            ({"organisation": "滨" * 3000}, "组织名称"),
            ({"scope": "滨" * 3000}, "证书范围"),
            ({"address": "滨" * 3000}, "地址"),
        ],
    )
    def test_what_is_too_long_is_named(self, changes: dict[str, str], what: str) -> None:
        with pytest.raises(PaperError) as caught:
            measures_of(sheet("usual", "zh", landscape=False, **changes))
        assert f"其中最长的是{what}" in caught.value.problems[0].message_zh

    def test_a_long_list_of_the_issuer_makes_the_foot_higher(self) -> None:
        made = sheet("usual", "zh", landscape=False)
        more = replace(made, issuer=made.issuer * 3)
        assert measures_of(more).foot > measures_of(made).foot
        assert pages(render(more, "pdf")) == 1


class TestHtml:
    def test_texts_are_escaped_and_have_their_language(self) -> None:
        made = sheet("usual", "both", landscape=True, organisation="<b>甲&乙</b>")
        page = render(made, "html").decode()
        assert "&lt;b&gt;甲&amp;乙&lt;/b&gt;" in page
        assert f'lang="en">{SUBJECT["organisation_en"]}<' in page
        assert '<html lang="zh-CN">' in page
        assert "<script" not in page
        assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")

    @pytest.mark.slow
    @pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
    def test_the_web_page_of_a_sheet_prints_on_one_page(self, tmp_path: Path) -> None:
        for name, lang, landscape in (("usual", "both", False), ("usual", "both", True), ("long", "both", False)):
            page = tmp_path / "page.html"
            page.write_bytes(render(sheet(name, lang, landscape=landscape), "html"))
            command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
            target = f"--print-to-pdf={tmp_path}/page.pdf"
            subprocess.run([*command, target, str(page)], capture_output=True, check=True, timeout=120)
            assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes())) == 1


class TestWord:
    def test_a_sheet_in_word_has_its_page_frame_heading_and_picture(self) -> None:
        word = docx.Document(io.BytesIO(render(sheet("usual", "both", landscape=True), "docx")))
        section = word.sections[0]
        assert section.orientation == 1
        assert section.page_width > section.page_height
        (frame,) = section._sectPr.xpath("./w:pgBorders")
        assert len(frame) == 4
        heading = next(paragraph for paragraph in word.paragraphs if paragraph.style.name == "Heading 1")
        assert heading.text == "星级证书  Star Certificate"
        assert word.inline_shapes[0]._inline.docPr.get("descr") == "星级：3/5"
        assert (word.core_properties.title, str(word.core_properties.created)[:10]) == (
            "星级证书 Star Certificate",
            "2027-06-01",
        )

    @pytest.mark.slow
    @pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo (poppler-utils) is not installed")
    def test_libreoffice_shows_one_page(self, office: Office, tmp_path: Path) -> None:
        if {"Times New Roman", "Liberation Serif"}.isdisjoint(installed_fonts()[0].families()):
            pytest.skip("no font with the widths of Times New Roman (fonts-liberation) is installed")
        paths = []
        for texts, lang, landscape in (
            ("usual", "zh", False), ("usual", "both", False), ("usual", "both", True), ("long", "both", False), ("long", "zh", True),
            ("long", "en", True), ("letters", "zh", False),
        ):  # fmt: skip
            paths.append(tmp_path / f"{texts}-{lang}-{landscape}.docx")
            paths[-1].write_bytes(render(sheet(texts, lang, landscape=landscape), "docx"))
        for path in paths:
            office.save_as(path, path.with_suffix(".pdf"), PDF)
        for path in paths:
            done = subprocess.run(
                ["pdfinfo", str(path.with_suffix(".pdf"))], capture_output=True, text=True, check=True
            )
            assert re.search(r"^Pages: +1$", done.stdout, re.MULTILINE), path
