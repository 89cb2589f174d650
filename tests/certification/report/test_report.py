"""The evaluation report as a model and a file (7.1): what it refuses, what a draft marks, and when it is due."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.copies import received
from support.reports import (
    day,
    example,
    parts,
    scored,
    table_of,
    without,
)

import aftersales
from aftersales import PaperError, Report, make_report
from aftersales.certification.report.contents import report_document
from aftersales.rendering import fonts
from aftersales.rendering.document import (
    Document,
)
from aftersales.rendering.rendering import FORMATS, render


def only(methods: set[str]) -> dict[str, Any]:
    """The example with evidence by these methods alone."""
    data = example("home-appliance-chain")
    for finding in data["findings"].values():
        if isinstance(finding, dict) and "evidence" in finding:
            finding["evidence"] = [each for each in finding["evidence"] if each["method"] in methods]
    return data


class TestGaps:
    """7.1, 6.1.1, 6.1.3: what a report needs and the evaluation lacks is refused, all at once; a draft marks it."""

    CASES = (
        (without("type"), "missing-for-report", "type", "7.1", "【待补：评价类型】"),
        (without("body", "approval_number"), "missing-for-report", "body.approval_number", "6.1.1", "【待补：批准号】"),
        (
            without("subject", "organisation"),
            "missing-for-report",
            "subject.organisation",
            "7.1",
            "【待补：评价对象】",
        ),
        (
            without("subject", "product_category"),
            "missing-for-report",
            "subject.product_category",
            "7.1",
            "【待补：商品类别】",
        ),
        (without("subject", "scope"), "missing-for-report", "subject.scope", "7.1", "【待补：评价范围】"),
        (without("team"), "missing-for-report", "team", "7.1", "【待补：评价人员】"),
        (without("team", 1, "qualification"), "missing-for-report", "team[1].qualification", "6.1.1", "【待补：资质】"),
        (without("period"), "missing-for-report", "period", "7.1", "【待补：评价时间】"),
        (only({"interview", "observation"}), "no-document-review", "findings", "6.1.3", "【待补：文件审查情况】"),
        (only({"document"}), "no-on-site-review", "findings", "6.1.3", "【待补：现场审查情况】"),
        (without("findings", "5.1.2.2", "reason"), "missing-reason", "findings[5.1.2.2]", "7.1", "【待补：扣分原因】"),
    )

    @pytest.mark.parametrize(("data", "code", "path", "clause", "mark"), CASES, ids=[f"{c[1]}-{c[2]}" for c in CASES])
    def test_each_gap_is_refused_in_a_report_and_marked_in_a_draft(
        self, data: dict[str, Any], code: str, path: str, clause: str, mark: str
    ) -> None:
        with pytest.raises(PaperError) as caught:
            make_report(scored(data))
        assert [(p.code, p.path, p.clause) for p in caught.value.problems] == [(code, path, clause)]
        draft = received(make_report(scored(data), draft=True))
        assert [p.code for p in draft.gaps] == [code]
        page = draft.typeset("html").decode()
        assert mark in page
        assert "草稿：内容不完整，不得对外出具" in page

    def test_all_gaps_of_an_evaluation_of_findings_alone_are_reported_at_once(self) -> None:
        card = scored(oracle.document(oracle.all_full(i5_1_1_1="none")))
        with pytest.raises(PaperError) as caught:
            make_report(card)
        assert [problem.path for problem in caught.value.problems].count("findings[5.1.1.1]") == 1
        assert len(caught.value.problems) == 9
        for format in FORMATS:
            assert make_report(card, draft=True).typeset(format, "en")

    def test_a_sound_report_is_no_draft_and_has_no_gap(self) -> None:
        report = make_report(scored(example("food-ecommerce")))
        assert report.gaps == ()
        page = report.typeset("html").decode()
        assert "待补" not in page
        assert "草稿" not in page

    def test_a_report_built_by_hand_is_checked_too(self) -> None:
        with pytest.raises(ValueError, match="scope"):
            Report(card=scored(without("subject", "scope")))

    def test_a_report_with_a_bad_number_or_day_is_refused(self) -> None:
        with pytest.raises(ValueError, match="2026-02-30"):
            make_report(scored(example("food-ecommerce")), issued_on="2026-02-30")


class TestDates:
    """7.1, R12: the report comes after the evaluation, and within its term."""

    def facts(self, issued_on: str | None, **others: Any) -> dict[str, Any]:
        paper = report_document(
            scored(example("home-appliance-chain") | others), None, day(issued_on), draft=True, lang="zh"
        )
        return {key: row.cells[1] for key, row in table_of(parts(paper)["一、评价基本信息"], "").items()}

    def test_a_day_of_issue_before_the_end_of_the_evaluation_is_refused(self) -> None:
        card = scored(example("home-appliance-chain"))
        assert make_report(card, issued_on="2026-03-06").gaps == ()
        with pytest.raises(PaperError) as caught:
            make_report(card, issued_on="2026-03-05")
        assert [(p.code, p.path, p.clause) for p in caught.value.problems] == [
            ("issued-before-end", "issued_on", "7.1")
        ]
        assert "2026-03-05" in caught.value.problems[0].message
        with pytest.raises(ValueError, match="2026-03-06"):
            Report(card=card, issued_on=day("2026-03-05"))

    def test_a_wrong_day_of_issue_is_reported_together_with_all_that_is_missing(self) -> None:
        with pytest.raises(PaperError) as caught:
            make_report(scored(without("subject", "scope")), issued_on="2026-03-05")
        assert {p.code for p in caught.value.problems} == {"missing-for-report", "issued-before-end"}

    def test_a_draft_marks_a_wrong_day_of_issue(self) -> None:
        draft = make_report(scored(example("home-appliance-chain")), issued_on="2026-03-05", draft=True)
        assert [problem.code for problem in draft.gaps] == ["issued-before-end"]
        for page in (draft.typeset("html"), draft.summary("html")):
            assert "<mark>2026年3月5日【待更正：早于评价结束日期】</mark>" in page.decode()

    def test_without_the_days_of_the_evaluation_nothing_can_be_said(self) -> None:
        card = scored(without("period"))
        assert [p.code for p in make_report(card, issued_on="2020-01-01", draft=True).gaps] == ["missing-for-report"]
        assert "出具期限" not in self.facts("2026-03-05", period=None)

    def test_the_day_that_it_is_due(self) -> None:
        told = "2026年3月27日（评价完成后 15 个工作日内，7.1）"
        assert self.facts(None)["出具期限"] == told
        assert self.facts("2026-03-27")["出具期限"] == told
        assert self.facts("2026-03-28")["出具期限"] == f"{told}；本报告逾期出具"

    def test_an_unknown_due_date_is_not_guessed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        unknown = "评价完成后 15 个工作日内（7.1）；工作日历不可用，未推算具体日期"
        assert self.facts(None, period={"start": "2093-03-02", "end": "2093-03-06"})["出具期限"] == unknown
        monkeypatch.setitem(sys.modules, "chinese_calendar", None)
        assert self.facts("2030-01-01")["出具期限"] == unknown

    def test_a_report_by_a_standard_without_a_term_has_no_due_date(self) -> None:
        standard = aftersales.load_standard().model_copy(update={"report_working_days": None})
        card = aftersales.score(aftersales.load_evaluation(example("home-appliance-chain")), standard)
        paper = report_document(card, None, None, draft=False, lang="zh")
        assert "出具期限" not in table_of(parts(paper)["一、评价基本信息"], "")


class TestFiles:
    def test_the_ending_names_the_format_and_nothing_is_overwritten(self, tmp_path: Path) -> None:
        report = make_report(scored(example("home-appliance-chain")))
        report.write(tmp_path / "a.HTML")
        assert (tmp_path / "a.HTML").read_bytes().startswith(b"<!DOCTYPE html>")
        with pytest.raises(PaperError) as caught:
            report.write(tmp_path / "a.HTML")
        assert caught.value.problems[0].code == "file-exists"
        with pytest.raises(PaperError) as caught:
            report.write(tmp_path / "a.odt")
        assert caught.value.problems[0].code == "unknown-report-format"
        assert [path.name for path in tmp_path.iterdir()] == ["a.HTML"]

    def test_the_report_or_its_summary_is_written_in_that_language(self, tmp_path: Path) -> None:
        report, path = make_report(scored(example("home-appliance-chain"))), tmp_path / "a.md"
        report.write(path, lang="en")
        assert path.read_bytes() == report.typeset("md", "en")
        report.write(path, lang="zh", summary=True, force=True)
        assert path.read_bytes() == report.summary("md")
        assert report.summary("md") != report.typeset("md")

    def test_a_format_that_does_not_exist_is_a_mistake_of_the_program(self) -> None:
        with pytest.raises(ValueError, match="odt"):
            make_report(scored(example("home-appliance-chain"))).typeset("odt")

    @pytest.mark.parametrize("format", ["md", "docx"])
    def test_a_part_of_no_known_kind_is_a_mistake_of_the_program(self, format: str) -> None:
        with pytest.raises(TypeError):
            render(Document("zh", "t", "s", None, "f", (object(),)), format)  # type: ignore[arg-type]

    def test_the_same_report_is_the_same_file(self) -> None:
        for format in ("html", "pdf", "md"):
            first, second = (make_report(scored(example("food-ecommerce"))).typeset(format) for _ in range(2))
            assert first == second

    @pytest.mark.parametrize("format", ["pdf", "docx"])
    def test_without_a_font_for_chinese_it_refuses(self, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fonts, "FONTS", ("No Such Font",))
        with pytest.raises(PaperError) as caught:
            make_report(scored(example("food-ecommerce"))).typeset(format)
        assert caught.value.problems[0].code == "no-font"
        assert "No Such Font" in caught.value.problems[0].message

    @pytest.mark.parametrize(
        ("format", "library"), [("html", "jinja2"), ("docx", "docx"), ("pdf", "typst"), ("docx", "typst")]
    )
    def test_one_line_names_the_extra_that_a_format_of_reports_lacks(
        self, format: str, library: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(aftersales.MissingExtra) as caught:
            make_report(scored(example("food-ecommerce"))).typeset(format)
        assert caught.value.problems[0].message == f"this needs {library}: pip install 'aftersales[report]'"

    def test_a_report_goes_through_json(self) -> None:
        report = make_report(scored(example("food-ecommerce")), number="1", issued_on="2026-06-01")
        again = Report.model_validate(json.loads(json.dumps(report.model_dump(mode="json"))))
        assert again == report
