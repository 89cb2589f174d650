"""The due date of a report (7.1): a number of working days after the evaluation, by China's statutory calendar."""

from __future__ import annotations

import datetime

from aftersales.certification.statutory_calendar import StatutoryCalendar
from aftersales.files.fields import read_day
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector
from aftersales.problems.errors import PaperError
from aftersales.problems.extras import require
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.standard import Standard, load_standard
from aftersales.text.dates import ONE_DAY

__all__ = ["report_due"]


def report_due(
    completed_on: datetime.date | str,
    standard: Standard | None = None,
    *,
    calendar: StatutoryCalendar | None = None,
) -> datetime.date:
    """The last day on which the report of an evaluation that was finished on that day is in time (7.1, reading R12).

    The day of completion is not counted. The report is due on the 15th working day after it (``report_working_days`` of
    ``standard``, or without one of CTS XBHT-S04-2025 in its newest edition). Public holidays are not working days;
    weekends that make up for them are. ``calendar`` (:func:`~aftersales.load_calendar`) decides for the days of its
    notice, the library ``chinesecalendar`` for others.

    Raises :class:`~aftersales.PaperError` for an invalid date (``not-a-date``), for a year whose calendar is not
    published or not known (``calendar-unknown``), and for a standard without a term (``no-term``);
    :class:`~aftersales.MissingExtra` without the extra ``calendar``.

    >>> report_due("2026-02-06")  # before the Spring Festival
    datetime.date(2026, 3, 5)
    >>> from aftersales import load_calendar
    >>> report_due("2026-02-06", calendar=load_calendar("data/calendars/2026.yaml"))
    datetime.date(2026, 3, 5)
    """
    standard = standard or load_standard()
    ensure_kind("standard", standard, Standard)
    with Collector(PaperError, clause_of=standard.clause):
        day = read_day(completed_on)
        if standard.report_working_days is None:
            raise ViolationError(Violation("no-term", context={"found": standard.id}, clause="report"))
        left = standard.report_working_days
        while left:
            day = _day_after(day)
            left -= _is_working_day(day, calendar)
    return day


def _day_after(day: datetime.date) -> datetime.date:
    try:
        return day + ONE_DAY
    except OverflowError:
        raise ViolationError(_unknown(day.year)) from None


def _is_working_day(day: datetime.date, given: StatutoryCalendar | None) -> bool:
    """Reading R12: whether a day is a working day by the statutory calendar. A year without a calendar is refused."""
    if given and (by_notice := given.is_working_day(day)) is not None:
        return by_notice
    library = require("chinese_calendar", "calendar")
    try:
        working: bool = library.is_workday(day)
    except NotImplementedError:
        raise ViolationError(_unknown(day.year)) from None
    return working


def _unknown(year: int) -> Violation:
    return Violation("calendar-unknown", context={"found": year})
