"""R3: nothing that lost points is shown as full in any output, and the mark is explained beside its use."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pytest
from support import oracle
from support.command import run
from support.plain_yaml import to_yaml
from support.small import small_standard

import aftersales
from aftersales import compare, html_of, improvements, load_standard, score
from aftersales.analysis.comparison import progress
from aftersales.analysis.confidence import confidence
from aftersales.certification.report.contents import report_document, summary_document
from aftersales.certification.report.report import make_report
from aftersales.text import number_format
from aftersales.text.columns import width
from aftersales.text.number_format import distinct, mark_note, printed, short
from aftersales.views.comparison import comparison_lines, progress_lines
from aftersales.views.improvements import improvement_lines
from aftersales.views.scorecard import score_lines

HAIR = Fraction(1, 10**300)
NAMED = {"subject": {"organisation": "甲", "product_category": "家电", "size_tier": "中型", "scope": "售后"}}


def card_of(degree: str | Fraction = "0.9999", key: str = "5.1.1.1", **others: Any) -> aftersales.Scorecard:
    """Everything full but one indicator."""
    findings = oracle.all_full() | {key: {"kind": "qualitative", "degree": degree, "reason": "差一点"}}
    return score(aftersales.load_evaluation(oracle.document(findings, **(NAMED | others))))


class TestPoints:
    @pytest.mark.parametrize(
        ("value", "limit", "shown"),
        [
            ("4.9999", "5", "4.9999"),
            ("4.995", "5", "4.995"),  # half to even would give 5.00
            ("4.99", "5", "4.99"),
            ("4.5", "5", "4.50"),
            ("5", "5", "5.00"),
            ("0.999999", "1", "0.999999"),
            ("34.99999", "35", "34.99999"),
            ("4.99999999999", "5", "<5"),  # 13 characters
            ("24.0001", "24", "24.0001"),
            ("24.00000000001", "24", ">24"),
        ],
    )
    def test_a_number_is_shown_with_as_many_decimals_as_tell_it_from_its_limit(
        self, value: str, limit: str, shown: str
    ) -> None:
        assert distinct(Fraction(value), Fraction(limit)) == shown

    def test_a_number_that_is_as_long_as_there_is_room_is_shown(self) -> None:
        assert distinct(Fraction("4.9999"), Fraction(5), len("4.9999")) == "4.9999"
        assert distinct(Fraction("4.9999"), Fraction(5), len("4.9999") - 1) == "<5"

    @pytest.mark.parametrize("full", [Fraction(5), Fraction(7, 2), Fraction(100), Fraction(2, 3)])
    @pytest.mark.parametrize("loss", [Fraction(1, 7 * 10**k) for k in (3, 5, 8, 20, 300)])
    @pytest.mark.parametrize("room", [7, 12])
    def test_a_long_number_fits_and_never_looks_full(self, full: Fraction, loss: Fraction, room: int) -> None:
        text = short(full - loss, room, limit=full)
        assert len(text) <= 12  # in a narrow table too: the loss is seen where twelve characters are enough
        if text.startswith("≈"):
            assert Fraction(text[1:]) < full
        else:
            assert text == f"<{short(full)}"

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("34.99999", "34.99999"),  # eight characters, and exact
            ("34.999", "34.999"),
            ("34.5", "34.5"),
            ("104999999/3000000", "≈34.9999997"),
            ("34.12345678", "≈34.12"),  # nothing is hidden there
            ("34.99999999999", "<35"),
        ],
    )
    def test_a_loss_is_seen_in_a_narrow_table(self, value: str, shown: str) -> None:
        assert short(Fraction(value), 7, limit=Fraction(35)) == shown

    def test_a_small_loss_is_seen_in_the_tables_of_reports_and_notebooks(self) -> None:
        """5.1.1 has 5 points of the 35 of 5.1; one of them at 99.99999 % leaves 4.9999999 and 34.9999999."""
        card = card_of("0.9999999")
        made = make_report(card, draft=True)
        for lang in ("zh", "en"):
            texts = [made.typeset(format, lang).decode() for format in ("md", "html")]
            assert all(re.search(r"(?<![0-9≈])34\.9999999(?![0-9])", text) for text in texts)
            for text in (*texts, html_of(card, lang) or ""):
                assert re.search(r"(?<![0-9≈])4\.9999999(?![0-9])", text)
                assert not re.search(r">\s*&lt;(35|5|1|100)\b|\| *&lt;(35|5|1|100)\b", text)

    def test_a_number_above_its_upper_limit_does_not_look_as_if_it_met_it(self) -> None:
        assert short(24 + HAIR, limit=Fraction(24)) == ">24"


class TestRatio:
    @pytest.mark.parametrize(
        ("ratio", "shown"),
        [
            ("1", "100.00%"),
            ("0.999999", "100.00%(-)"),
            ("0.99995", "100.00%(-)"),
            ("0.9999", "99.99%"),
            ("0.899999", "90.00%(-)"),
            ("0.9", "90.00%"),
            ("0.599999", "60.00%(-)"),
            ("0", "0.00%"),
        ],
    )
    def test_the_full_mark_is_a_limit(self, ratio: str, shown: str) -> None:
        assert load_standard().printed_ratio(Fraction(ratio)) == shown

    def test_the_full_score_is_a_limit_of_every_standard(self) -> None:
        assert printed(Fraction("99.9999"), load_standard().limits) == "100.00(-)"
        assert printed(Fraction("6.9999"), small_standard([Fraction(7)]).limits) == "7.00(-)"


def figures(lines: list[str], name: str) -> list[str]:
    """The figures in the line of a node: points, applicable points, earned points, and ratio. A bar may follow."""
    line = next(line for line in lines if line.strip().startswith(name))
    return line.rstrip(" █·").split()[-4:]


class TestScorecard:
    def test_the_mark_in_its_figures(self) -> None:
        card = card_of("0.99999999")
        assert card.printed_score == "100.00(-)"
        assert "100.00(-)" in repr(card)
        assert card.model_dump(mode="json")["printed_score"] == "100.00(-)"

    def test_the_repr_of_a_node_shows_no_loss_as_full(self) -> None:
        card = card_of(1 - Fraction(1, 10**400))
        assert "earned='<5', ratio='<1', " in repr(card["5.1.1"])
        assert "earned='<35', ratio='<1', " in repr(card["5.1"])

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("degree", ["0.9999", "0.999999999999", Fraction(10**200 - 1, 10**200), 1 - HAIR * 10**100])
    @pytest.mark.parametrize("columns", [60, 80])
    def test_a_loss_is_visible_in_the_console(self, lang: str, degree: Any, columns: int) -> None:
        """The lines of 5.1 and 5.1.1, which lost points, are neither 35.00 nor 100.00%."""
        lines = list(score_lines(card_of(degree), lang, columns))
        assert max(map(width, lines)) <= columns
        for name, full in (("5.1 ", "35.00"), ("5.1.1 ", "5.00")):
            cells = figures(lines, name)
            assert cells[:2] == [full, full]
            assert cells[2] != full
            assert cells[3] in ("99.99%", "100.00%(-)", "100.00%")
            assert cells[3] != "100.00%"
        untouched = figures(lines, "5.2.1 ")
        assert untouched[3] == "100.00%"

    def test_a_loss_of_a_ten_thousandth_is_visible(self) -> None:
        """4.9999 of 5, a loss of a ten-thousandth."""
        lines = list(score_lines(card_of("0.9999")))
        cells = figures(lines, "5.1.1 ")
        assert cells[2:4] == ["4.9999", "100.00%(-)"]
        assert any("实际得分 99.9999 ÷ 涉及项总分值 100" in line for line in lines)

    def test_a_sum_of_many_digits_is_not_shown_as_full(self) -> None:
        lines = list(score_lines(card_of(1 - HAIR * 10**100)))
        assert any("实际得分 <100 ÷ 涉及项总分值 100" in line for line in lines)
        assert any("得 <1 / 1 分" in line for line in lines)

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_command_explains_the_mark(self, lang: str, tmp_path: Path) -> None:
        file = tmp_path / "shop.yaml"
        findings = oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": "0.9999"})
        file.write_text(to_yaml(oracle.document(findings)), "utf-8")
        shown = run("score", str(file), "--lang", lang).stdout
        assert " 100.00(-) " in shown
        assert mark_note(lang).replace(" ", "") in shown.replace("\n", "").replace(" ", "")
        findings = oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": "0.9"})
        file.write_text(to_yaml(oracle.document(findings)), "utf-8")
        assert "GB/T 8170" not in run("score", str(file), "--lang", lang).stdout


class TestReports:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("degree", ["0.9999", "0.99999999", 1 - HAIR * 10**100])
    def test_no_row_of_what_lost_points_looks_full(self, lang: str, degree: Any) -> None:
        paper = report_document(card_of(degree), None, None, draft=True, lang=lang)
        rows = [row.cells for block in paper.blocks if hasattr(block, "rows") for row in block.rows]
        for key, full in (("5.1", "35"), ("5.1.1", "5"), ("5.1.1.1", "1")):
            for cells in (cells for cells in rows if cells[0] == key):
                earned = cells[4] if len(cells) == 7 and key != "5.1.1.1" and "%" in str(cells[5]) else cells[3]
                assert earned not in (full, f"≈{full}.00")
        text = repr(paper.blocks)
        assert "100.00%(-)" in text
        assert paper.footnote == mark_note(lang)
        assert not re.search("≈(1|5|35|100).00", text)

    @pytest.mark.parametrize("format", ["html", "md", "docx", "pdf"])
    @pytest.mark.parametrize("made", ["typeset", "summary"])
    def test_each_format_explains_the_mark(self, format: str, made: str) -> None:
        for degree, is_marked in (("0.99999999", True), ("0.5", False)):
            content = getattr(make_report(card_of(degree), draft=True), made)(format)
            if format == "docx":
                footer = docx.Document(io.BytesIO(content)).sections[0].footer
                text = footer.paragraphs[0].text
            elif format == "pdf":
                from support.reports import pdf_text

                text = pdf_text(content)
            else:
                text = content.decode()
            assert ("修约后的数值恰为界限值" in "".join(text.split())) == is_marked

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    def test_the_pdf_explains_it_on_every_page_that_has_it(self) -> None:
        pdf = make_report(card_of("0.99999999"), draft=True).typeset("pdf")
        done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
        pages = done.stdout.decode().split("\f")[:-1]
        assert len(pages) > 3
        marked = [bool(re.search(r"\d%?\(-\)", page.replace("\u200b", ""))) for page in pages]
        assert ["GB/T 8170" in page for page in pages] == marked
        assert set(marked) == {True, False}

    def test_the_summary_for_display_explains_the_mark_of_a_rounded_score(self) -> None:
        paper = summary_document(card_of("0.99999999"), None, None, draft=True, lang="zh")
        assert "100.00(-)" in repr(paper.blocks)
        assert paper.footnote

    def test_a_measured_value_beside_its_limit_is_not_shown_as_the_limit(self) -> None:
        hair = str(Fraction(1, 10**40))
        for finding, told in (
            ({"actual": Fraction(24) + Fraction(hair), "at_most": 24}, "实际值 >24，规定 ≤ 24"),
            ({"actual": Fraction(98) - Fraction(hair), "at_least": 98}, "实际值 <98，规定 ≥ 98"),
            ({"actual": Fraction("0.98") - Fraction(hair), "at_least": "0.98"}, "实际值 <98%，规定 ≥ 98%"),
        ):
            findings = oracle.all_full() | {"5.4.3.2": {"kind": "quantitative", "reason": "无", **finding}}
            card = score(aftersales.load_evaluation(oracle.document(findings)))
            assert told in repr(report_document(card, None, None, draft=True, lang="zh").blocks)

    def test_a_share_of_the_losses_is_shown_neither_as_all_nor_as_nothing(self) -> None:
        """Neither all where another subcategory lost a little, nor nothing where it is a little."""
        degree = {"kind": "qualitative", "degree": "0.999999", "reason": "差"}
        findings = oracle.all_full() | dict.fromkeys(["5.1.1.1", "5.1.1.2", "5.1.1.3"], "none") | {"5.2.1.1": degree}
        findings |= dict.fromkeys([k for k in oracle.INDICATORS if k.startswith(("5.2.2", "5.4.1"))], "none")
        text = repr(
            report_document(
                score(aftersales.load_evaluation(oracle.document(findings))), None, None, draft=True, lang="zh"
            ).blocks
        )
        assert "'100.0%'" not in text
        assert "'0.0%'" not in text
        findings = oracle.all_full() | {"5.4.4.1": "none", "5.4.4.2": "none", "5.1.1.1": degree}
        paper = report_document(
            score(aftersales.load_evaluation(oracle.document(findings))), None, None, draft=True, lang="zh"
        )
        weak = next(b for b in paper.blocks if hasattr(b, "rows") and "占全部失分" in [c.head for c in b.columns])
        assert [row.cells[3] for row in weak.rows] == ["99.99997%"]  # 3 of 3.000001


class TestOtherViews:
    def test_the_scores_of_improvements_are_printed_with_all_limits(self) -> None:
        findings = oracle.all_full() | dict.fromkeys(["5.1.3.1", "5.1.3.2", "5.1.4.1", "5.1.4.2", "5.4.2.4"], "none")
        findings["5.1.1.1"] = {"kind": "qualitative", "degree": "0.9999"}
        card = score(aftersales.load_evaluation(oracle.document(findings)))
        plan = improvements(card, 5)
        steps = list(improvement_lines(card, plan))
        assert plan.printed_start == card.printed_score
        assert plan.steps[-1].printed_score == printed(plan.final_score, card.standard.limits)
        assert type(plan).model_validate(plan.model_dump(mode="json")) == plan
        assert steps

    def test_all_but_one_step_is_not_full(self) -> None:
        findings = oracle.all_full() | {"5.1.3.1": "none", "5.1.1.1": {"kind": "qualitative", "degree": "0.999999"}}
        for key in ("5.1.3.2", "5.1.4.1", "5.1.4.2"):
            findings[key] = "none"
        card = score(aftersales.load_evaluation(oracle.document(findings)))
        costs = dict.fromkeys(("5.1.3.1", "5.1.3.2", "5.1.4.1", "5.1.4.2"), 1)
        plan = improvements(card, 5, costs)
        assert "100.00," not in "\n".join(improvement_lines(card, plan, "en"))
        by_hand = card.final_score + sum(step.gain for step in plan.steps)
        assert plan.final_score == by_hand

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_comparison_and_progress_mark_ratios_that_rounding_made_full(self, lang: str) -> None:
        first = card_of("0.9999", period={"start": "2025-03-01", "end": "2025-03-02"})
        second = card_of("0.99999", period={"start": "2026-03-01", "end": "2026-03-02"})
        comparison = compare([first, second])
        lines = list(comparison_lines(comparison, first.standard, lang))
        assert max(map(width, lines)) <= 80
        row = next(line for line in lines if line.strip().startswith("5.1.1 "))
        assert row.split()[-2:] == ["100.00(-)", "100.00(-)"]
        text = "\n".join(progress_lines(progress(first, second), first.standard, lang))
        assert "100.00(-) → 100.00(-)" in text
        assert "+<0.01" in text
        back = "\n".join(progress_lines(progress(second.model_copy(), _later(first)), first.standard, lang))
        assert "-<0.01" in back

    def test_the_figures_of_six_compared_results_stand_apart(self) -> None:
        comparison = compare([card_of("0.9999")] * 6)
        lines = list(comparison_lines(comparison, load_standard()))
        assert max(map(width, lines)) <= 80
        row = next(line for line in lines if line.strip().startswith("5.1.1 "))
        assert row.split()[-6:] == ["100.00(-)"] * 6

    def test_bounds_below_the_full_score_are_marked(self) -> None:
        findings = oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": "0.9999"}) | {"5.1.1.2": None}
        still = aftersales.bounds(aftersales.Evaluation.model_validate(oracle.document(findings)))
        assert still.printed_highest == "100.00(-)"
        assert mark_note("zh") in (html_of(still) or "")

    def test_what_is_judged_is_not_all_where_something_is_open(self, tmp_path: Path) -> None:
        standard = small_standard([Fraction(100_000), Fraction(1)])
        findings: dict[str, Any] = {"1.1.1.1": "full", "1.1.1.2": None}
        evaluation = aftersales.Evaluation(standard="SMALL", findings=findings)
        still = aftersales.bounds(evaluation, standard)
        from aftersales.views.bounds import bounds_lines

        assert "分值的 99.999%" in next(bounds_lines(still, standard))
        assert "分值的 99.999%" in (html_of(still) or "")

    def test_an_expected_score_below_the_full_is_marked(self) -> None:
        found = confidence(card_of("0.999999"))
        assert found.printed_expected_score == "100.00(-)"
        assert "100.00(-)" in (html_of(found) or "")
        assert mark_note("zh") in (html_of(found) or "")

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_a_loss_is_visible_in_the_notebook(self, lang: str) -> None:
        page = html_of(card_of(1 - HAIR * 10**100), lang) or ""
        assert ">100.00%(-)<" in page
        assert ">&lt;1 / 1<" in page
        assert mark_note(lang) in page
        rows = re.findall("<tr>.*?</tr>", page)
        assert all("width:100.00%" not in row for row in rows if "100.00%(-)" in row)
        assert mark_note(lang) not in (html_of(card_of("0.5"), lang) or "")

    def test_a_notebook_shows_no_number_of_a_finding_as_another(self) -> None:
        hair = Fraction(1, 10**40)
        findings = oracle.all_full() | {
            "5.1.1.1": {"kind": "qualitative", "degree": 1 - hair},
            "5.1.2.2": {"kind": "quantitative", "actual": Fraction(1, 10) - hair},
            "5.4.3.2": {"kind": "quantitative", "actual": 24 + hair, "at_most": 24},
            "5.4.3.3": {"kind": "sampled", "population": 3, "sampled": 2, "nonconforming": 0},
        }
        page = html_of(aftersales.load_evaluation(oracle.document(findings))) or ""
        for shown in ("符合程度 &lt;1<", "实际值 &lt;0.1<", "实际值 &gt;24 "):
            assert shown in page


def _later(card: aftersales.Scorecard) -> aftersales.Scorecard:
    data = card.evaluation.model_dump(mode="json", exclude_none=True)
    return score(aftersales.load_evaluation(data | {"period": {"start": "2027-03-01", "end": "2027-03-02"}}))


def test_a_number_of_thousands_of_digits_is_shown() -> None:
    """Python reads no text of so many digits as a number."""
    assert short(Fraction(10**5_000)) == "1" + "0" * 5_000 + ".00"


def test_a_number_that_is_too_long_is_not_written_in_full_to_be_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum of 73 fractions of a thousand digits has 73,000 digits, and a report shows hundreds of such numbers."""
    written: list[Fraction] = []
    as_text = number_format.as_text
    monkeypatch.setattr(number_format, "as_text", lambda value: written.append(value) or as_text(value))
    assert short(Fraction(5 * 10**999 + 1, 10**1000)) == "≈0.50"
    assert short(1 - Fraction(1, 3**2000), limit=Fraction(1)) == "<1"
    assert short(1 + Fraction(1, 10**100), 40) == "≈1.00"
    assert set(written) <= {Fraction(1)}


@pytest.mark.parametrize(
    ("value", "room", "shown"),
    [
        ("123456789.12", 12, "123456789.12"), ("0.0000000001", 12, "0.0000000001"), ("1234567890123", 12, "1234567890123.00"), (f"{10**60}.25", 12, f"{10**60}.25"), ("0.99999999999", 13, "0.99999999999"),
        ("1/1024", 12, "0.0009765625"), ("1/281474976710656", 60, "0.000000000000003552713678800500929355621337890625"), ("999999999999", 12, "999999999999"),
    ],
)  # fmt: skip
def test_a_number_that_fits_is_written_in_full(value: str, room: int, shown: str) -> None:
    assert short(Fraction(value), room) == shown
