"""A year of the statutory calendar from a file (7.1, reading R12)."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from support.command import CHAIN, run
from support.plain_yaml import from_yaml
from support.reports import parts, scored, table_of

import aftersales
from aftersales import PaperError, StatutoryCalendar, load_calendar, make_report, report_due
from aftersales.certification.report.contents import report_document
from aftersales.files.source import MAX_VALUES
from aftersales.standard.editions import data_folder

OF_2026 = data_folder() / "calendars" / "2026.yaml"
DAY = datetime.timedelta(days=1)


def made_up(**changes: Any) -> dict[str, Any]:
    """A notice for 2027, whose days are invented (the true one is not known here)."""
    notice: dict[str, Any] = {
        "year": 2027,
        "notice": "2027 年放假通知（虚构）",
        "holidays": {
            "元旦": "1月1日至3日",
            "春节": "2月5日至11日",
            "劳动节": "5月1日至5日",
            "国庆节、中秋节": ["10月1日至3日", "10月4日至7日"],
        },
        "working_days": ["1月30日", "2月14日"],
    }
    return notice | changes


def off(**changes: Any) -> dict[str, Any]:
    return made_up(holidays=made_up()["holidays"] | changes)


def told(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(PaperError) as caught:
        load_calendar(data)
    assert all(problem.message_zh != problem.message for problem in caught.value.problems)
    return [(problem.code, problem.path) for problem in caught.value.problems]


class TestDays:
    def test_the_file_of_2026_says_what_the_library_says_of_every_day(self) -> None:
        library = pytest.importorskip("chinese_calendar")
        calendar = load_calendar(OF_2026)
        for number in range(365):
            day = datetime.date(2026, 1, 1) + DAY * number
            assert calendar.is_working_day(day) == library.is_workday(day), day

    def test_a_day_of_another_year_is_not_covered(self) -> None:
        calendar = load_calendar(OF_2026)
        assert calendar.is_working_day(datetime.date(2025, 12, 31)) is None
        assert calendar.is_working_day(datetime.date(2027, 1, 1)) is None

    @pytest.mark.parametrize(
        "written",
        [
            "2月5日至7日",
            "2月5日（农历腊月二十九、周五）至7日（农历正月初二、星期天）",
            "2月5日～2月7日",
            "2027年2月5日至2027年2月7日",
            "2027-02-05 至 2027-02-07",
            "2027-02-05 to 2027-02-07",
            "2027-02-05/2027-02-07",
            "2月5日至7日" + " " * 93,  # 100 characters
            ["２月５日", "2027-02-06 ", datetime.date(2027, 2, 7)],
        ],
    )
    def test_a_range_may_be_written_in_several_ways(self, written: Any) -> None:
        calendar = load_calendar(off(春节=written))
        found = [
            day for number in range(28) if not calendar.is_working_day(day := datetime.date(2027, 2, 1) + DAY * number)
        ]
        weekends = [6, 7, 13, 20, 21, 27, 28]  # the 14th is a Sunday that is worked
        assert [day.day for day in found] == [5, *weekends]

    def test_a_notice_may_arrange_days_of_the_december_before(self) -> None:
        """As that of 2019 did: Monday 2018-12-31 was free, Saturday 2018-12-29 was worked."""
        holidays = {"元旦": "2018年12月30日至2019年1月1日", "劳动节": "5月1日", "国庆节": "10月1日至7日"}
        calendar = load_calendar(
            {"year": 2019, "notice": "通知", "holidays": holidays, "working_days": "2018年12月29日"}
        )
        days = [datetime.date(2018, 12, number) for number in range(28, 32)]
        assert [calendar.is_working_day(day) for day in days] == [None, True, False, False]
        assert calendar.is_working_day(datetime.date(2019, 1, 1)) is False

    def test_a_calendar_goes_through_json_and_can_be_hashed(self) -> None:
        calendar = load_calendar(made_up())
        again = StatutoryCalendar.model_validate(json.loads(json.dumps(calendar.model_dump(mode="json"))))
        assert (again, hash(again)) == (calendar, hash(calendar))

    def test_working_days_may_be_left_out_or_empty(self) -> None:
        data = made_up(working_days=None)
        assert load_calendar(data).working_days == ()
        del data["working_days"]
        assert load_calendar(data).working_days == ()

    def test_the_schema_of_working_days_is_that_of_a_list_or_a_single_text(self) -> None:
        days = StatutoryCalendar.model_json_schema()["properties"]["working_days"]
        assert {kind["type"] for kind in days["anyOf"]} == {"string", "array"}


class TestCoverage:
    """A notice of 2026 covers a span that has a day of 2026, both ends included."""

    @pytest.mark.parametrize(
        ("start", "end", "is_covered"),
        [
            ("2025-12-30", "2025-12-31", False),
            ("2025-12-30", "2026-01-01", True),
            ("2026-12-31", "2026-12-31", True),
            ("2026-12-31", "2027-01-05", True),
            ("2027-01-01", "2027-01-01", False),
            ("2027-01-01", "2027-01-05", False),
        ],
    )
    def test_a_calendar_covers_a_span_that_has_a_day_of_its_year(self, start: str, end: str, is_covered: bool) -> None:
        days = (datetime.date.fromisoformat(day) for day in (start, end))
        assert load_calendar(OF_2026).covers(*days) is is_covered


class TestProblems:
    @pytest.mark.parametrize(
        ("data", "problems"),
        [
            (made_up(year=2028, holidays={"元旦": "2027-01-01"}, working_days=[]), [("day-of-other-year", "holidays.元旦")]),
            (off(元旦="2026-11-30"), [("day-of-other-year", "holidays.元旦")]),
            (off(元旦="2027-12-31 至 2028-01-02"), [("day-of-other-year", "holidays.元旦")]),
            (off(春节="2月11日至5日"), [("period-reversed", "holidays.春节")]),
            (off(元旦="12月31日至1月2日"), [("period-reversed", "holidays.元旦")]),
            (off(春节="2月29日"), [("not-days", "holidays.春节")]),
            (off(春节="2月5日放假"), [("not-days", "holidays.春节")]),
            (off(春节="5日至7日"), [("not-days", "holidays.春节")]),
            (off(春节="2月5日至6日至7日"), [("not-days", "holidays.春节")]),
            (off(春节="2027-02-30"), [("not-days", "holidays.春节")]),
            (off(春节="2月5日" + "（周五）" * 50), [("not-days", "holidays.春节")]),
            (off(春节="2月5日" + " " * 97), [("not-days", "holidays.春节")]),
            (off(春节="2月5日" + " " * 97 + "至7日"), [("not-days", "holidays.春节")]),  # no part of it is read alone
            (off(春节="2月5日（周六）至7日"), [("weekday-mismatch", "holidays.春节")]),
            (off(春节=["2月5日", "2月5日"]), [("duplicate-day", "holidays.春节[1]")]),
            (off(端午节="10月7日"), [("duplicate-day", "holidays.端午节")]),
            (made_up(working_days=["1月30日", "1月30日"]), [("duplicate-day", "working_days[1]")]),
            (made_up(working_days=["2月6日", "2月14日"]), [("duplicate-day", "working_days[0]")]),
            (made_up(working_days="1月29日"), [("make-up-day-on-weekday", "working_days")]),
            (made_up(working_days="1月30日至2月1日"), [("make-up-day-on-weekday", "working_days")]),
            (made_up(holidays={"元旦": "1月1日"}), [("missing-holiday", "holidays")]),
            (made_up(holidays={}), [("missing-holiday", "holidays")]),
            (made_up(year=1949), [("out-of-range", "year")]),
            (made_up(year=9999), [("out-of-range", "year")]),
            (made_up(notice=" "), [("blank", "notice")]),
            (off(春节=None), [("blank", "holidays.春节")]),
            (off(春节=[5, datetime.datetime(2027, 2, 5)]), [("not-text", "holidays.春节[0]"), ("not-text", "holidays.春节[1]")]),
            (off(春节=["2月5日"] * 100_001), [("too-many-values", "")]),
            ({**made_up(), "weekends": []}, [("unknown-key", "weekends")]),
        ],
    )  # fmt: skip
    def test_each_problem_of_a_calendar_has_a_code_and_a_place(
        self, data: Any, problems: list[tuple[str, str]]
    ) -> None:
        assert told(data) == problems

    def test_all_problems_of_a_calendar_are_reported_at_once_each_at_its_line(self, tmp_path: Path) -> None:
        path = tmp_path / "2027.yaml"
        path.write_text(
            "year: 2027\n"
            "notise: 通知\n"
            "holidays:\n"
            "  元旦: 1月1日（周四）至3日\n"
            "  春节: 2月11日至5日\n"
            "working_days: [2月15日, 2026年2月14日]\n",
            "utf-8",
        )
        with pytest.raises(PaperError) as caught:
            load_calendar(path)
        assert [(problem.line, problem.code) for problem in caught.value.problems] == [
            (2, "unknown-key"),
            (4, "weekday-mismatch"),
            (5, "period-reversed"),
            (6, "make-up-day-on-weekday"),
            (6, "day-of-other-year"),
        ]
        messages = {problem.code: (problem.message_zh, problem.message) for problem in caught.value.problems}
        assert messages["weekday-mismatch"] == (
            "2027-01-01 是星期五，与所写的“周四”不符",
            "2027-01-01 is a Friday, which is not the weekday written after it (四)",
        )
        assert (
            messages["make-up-day-on-weekday"][0]
            == "2027-02-15 是星期一，本来就是工作日；调休上班日只能是星期六或星期日"
        )

    def test_a_year_that_is_out_of_range_is_answered_with_the_first_and_the_last_one(self) -> None:
        """The first rules of holidays (全国年节及纪念日放假办法) are of December 1949; after the last day of 9999 Python has no day."""
        for year in (1949, 9999):
            with pytest.raises(PaperError) as caught:
                load_calendar(made_up(year=year))
            for text in (caught.value.problems[0].message_zh, caught.value.problems[0].message):
                assert "1950–9998" in text

    def test_without_a_year_what_else_is_wrong_is_reported(self) -> None:
        data = off(春节=7)
        del data["year"]
        assert sorted(told(data)) == [("missing-key", "year"), ("not-text", "holidays.春节")]

    def test_the_days_that_are_missing_are_named(self) -> None:
        with pytest.raises(PaperError) as caught:
            load_calendar(off(**{"劳动节": "5月2日", "国庆节、中秋节": "10月2日"}))
        assert "2027-05-01、2027-10-01、2027-10-03" in caught.value.problems[0].message_zh

    def test_a_calendar_built_by_hand_is_checked_too(self) -> None:
        with pytest.raises(ValidationError, match="is not in 2027"):
            StatutoryCalendar(**made_up(working_days="2028年1月1日"))
        with pytest.raises(ValidationError, match="more than"):
            StatutoryCalendar(**made_up(working_days=["1月30日"] * (MAX_VALUES + 1)))


class TestDue:
    """7.1: the report of an evaluation that is finished in December 2026 falls due in January 2027."""

    def test_a_report_falls_due_by_the_days_of_the_calendar(self) -> None:
        """Five days from Monday 21 December, four from the 28th, five from 4 January; the fifteenth is Monday the 11th."""
        assert str(report_due("2026-12-20", calendar=load_calendar(made_up()))) == "2027-01-11"

    def test_without_a_calendar_of_the_year_the_refusal_says_how_the_file_looks(self) -> None:
        with pytest.raises(PaperError) as caught:
            report_due("2026-12-20")
        [problem] = caught.value.problems
        assert (problem.code, problem.clause) == ("calendar-unknown", "7.1")
        for message in (problem.message, problem.message_zh):
            assert "--calendar" in message
            start = message.index("{year: 2027, notice: ")
            shown = from_yaml(
                message[start:].replace("…]", "1月30日]").replace(", …}", "}").replace("春节: …", "春节: 2月5日")
            )
            assert set(shown) == {"year", "notice", "holidays", "working_days"}

    def test_the_library_is_not_needed_for_days_of_the_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "chinese_calendar", None)
        assert str(report_due("2026-02-06", calendar=load_calendar(OF_2026))) == "2026-03-05"
        with pytest.raises(aftersales.MissingExtra):
            report_due("2026-12-20", calendar=load_calendar(OF_2026))


class TestReport:
    def due(self, end: str, lang: str = "zh") -> str:
        evaluation = from_yaml(Path(CHAIN).read_text("utf-8")) | {"period": {"start": "2026-02-02", "end": end}}
        document = report_document(
            scored(evaluation), None, None, draft=False, lang=lang, calendar=load_calendar(made_up())
        )
        label, head = {"zh": ("出具期限", "一、评价基本信息"), "en": ("Due", "1. Basic information")}[lang]
        return str(table_of(parts(document)[head], "")[label].cells[1])

    def test_the_report_names_the_calendar_where_it_was_used(self) -> None:
        assert self.due("2026-12-20") == (
            "2027年1月11日（评价完成后 15 个工作日内，7.1）；2027 年的放假调休依据：2027 年放假通知（虚构）"
        )
        assert self.due("2026-02-06") == "2026年3月5日（评价完成后 15 个工作日内，7.1）"

    def test_a_report_keeps_its_calendar_through_json(self) -> None:
        report = make_report(scored(from_yaml(Path(CHAIN).read_text("utf-8"))), calendar=load_calendar(OF_2026))
        assert "国务院办公厅关于2026年部分节假日安排的通知" in report.typeset("md").decode()
        assert aftersales.Report.model_validate(report.model_dump(mode="json")) == report


class TestCommand:
    @pytest.fixture
    def december(self, tmp_path: Path) -> str:
        path = tmp_path / "december.yaml"
        path.write_text(Path(CHAIN).read_text("utf-8").replace("2026-03-0", "2026-12-0"), "utf-8")
        return str(path)

    @pytest.fixture
    def calendar(self, tmp_path: Path) -> Path:
        path = tmp_path / "2027.yaml"
        path.write_text(json.dumps(made_up(), ensure_ascii=False), "utf-8")
        return path

    def test_the_command_report_takes_a_calendar(self, december: str, calendar: Path, tmp_path: Path) -> None:
        text = Path(december).read_text("utf-8").replace("2026-12-06", "2026-12-20")
        Path(december).write_text(text, "utf-8")
        target = tmp_path / "a.md"
        done = run("report", december, "-o", str(target), "--calendar", str(calendar))
        assert done.stdout.endswith("最迟应于 2027-01-11 出具（7.1）\n")
        assert "2027 年放假通知（虚构）" in target.read_text("utf-8")
        assert "--calendar" in run("report", december, "-o", str(tmp_path / "b.md")).stdout

    def test_the_problems_of_a_calendar_name_its_file_and_nothing_is_written(
        self, calendar: Path, tmp_path: Path
    ) -> None:
        calendar.write_text("year: 2027\nnotice: 通知\nholidays: {}\n", "utf-8")
        done = run("report", CHAIN, "-o", str(tmp_path / "a.md"), "--calendar", str(calendar))
        assert done.returncode == 2
        assert done.stderr.startswith(f"{calendar}:3:1: holidays: 未列入每年都放假的 2027-01-01、")
        assert not (tmp_path / "a.md").exists()

    def test_a_calendar_is_never_overwritten_by_the_report(self, calendar: Path) -> None:
        done = run("report", CHAIN, "-o", str(calendar), "--calendar", str(calendar), "--force")
        assert (done.returncode, "[target-is-source]" in done.stderr) == (2, True)
