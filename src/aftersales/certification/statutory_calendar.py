"""A year of China's statutory calendar from a file: the notice of the State Council in its own words (reading R12).

The library ``chinesecalendar`` knows the years that were published when it was released. The notice for the next year
comes out late in the year, and the file makes it usable at once::

    year: 2027
    notice: 国务院办公厅关于2027年部分节假日安排的通知
    holidays:
      元旦: 1月1日至3日
      国庆节: 10月1日至7日
    working_days: [1月4日, 10月9日]

A day is written as in the notice, also with the weekday behind it (``1月1日（周五）至3日（周日）``), or as
``2027-01-01 至 2027-01-03``. A notice may also arrange days of the December before, which are written with their year.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema, field_validator

from aftersales.files.fields import CountFromOne, Frozen, NoneIsEmpty, Text, WholeModel
from aftersales.files.loading import load_model
from aftersales.files.source import MAX_VALUES, Source
from aftersales.problems.errors import PaperError, Path
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, ViolationError
from aftersales.text.dates import ONE_DAY
from aftersales.text.normalize import compact
from aftersales.text.sentences import Phrase

__all__ = ["StatutoryCalendar", "load_calendar"]

YEARS = range(1950, datetime.MAXYEAR)
FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""Month and day of the holidays that are on the same day in every year. A file without one of them is incomplete."""

DECEMBER, SATURDAY = 12, 5
MAX_TEXT = 100  # characters of a range of days


def _check_year(year: int) -> int:
    if year not in YEARS:
        context = {"found": year, "allowed": f"{YEARS.start}–{YEARS.stop - 1}"}
        raise ViolationError(Violation("out-of-range", context=context))
    return year


def _read_entries(value: Any) -> tuple[str, ...]:
    """The texts of a list of days, or of a single one."""
    if value is None:
        raise ViolationError(Violation("blank"))
    entries = value if isinstance(value, list | tuple) else [value]
    if len(entries) > MAX_VALUES:
        raise ViolationError(Violation("too-many-values", context={"allowed": MAX_VALUES}))
    texts = [
        entry.isoformat() if isinstance(entry, datetime.date) and not isinstance(entry, datetime.datetime) else entry
        for entry in entries
    ]
    if wrong := [(path, text) for path, text in _placed(texts) if not isinstance(text, str)]:
        raise ViolationError(*(Violation("not-text", path, {"found": text}) for path, text in wrong))
    return tuple(texts)


_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_Days = Annotated[tuple[str, ...], BeforeValidator(_read_entries), WithJsonSchema(_SCHEMA)]


class StatutoryCalendar(WholeModel):
    """The working days of a year (法定工作日历) by the notice of the State Council.

    Fields:
        year: The year.
        notice: The title or number of the notice, which a report names.
        holidays: The days off of each holiday by its name, each a day or a range of days, or a list of them.
        working_days: The days of weekends that are working days.

    >>> calendar = load_calendar("data/calendars/2026.yaml")
    >>> calendar.is_working_day(datetime.date(2026, 2, 14)), calendar.is_working_day(datetime.date(2026, 2, 16))
    (True, False)
    """

    file_kind = "calendar"

    year: Annotated[CountFromOne, AfterValidator(_check_year)]
    notice: Text
    holidays: Frozen[Text, _Days]
    working_days: Annotated[_Days, NoneIsEmpty] = ()

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            year: int,
            notice: str,
            holidays: Mapping[str, str | datetime.date | Sequence[str | datetime.date]],
            working_days: str | datetime.date | Sequence[str | datetime.date] = (),
        ) -> None: ...

    def is_working_day(self, day: datetime.date) -> bool | None:
        """Whether a day is a working day; None if the notice does not cover it."""
        if day in self._arranged.off or day in self._arranged.on:
            return day in self._arranged.on
        return day.weekday() < SATURDAY if day.year == self.year else None

    def covers(self, start: datetime.date, end: datetime.date) -> bool:
        """Whether the notice covers a day from ``start`` to ``end``."""
        days = (start + ONE_DAY * number for number in range((end - start).days + 1))
        return any(self.is_working_day(day) is not None for day in days)

    @cached_property
    def _arranged(self) -> "_Arranged":
        return _arrange(self.year, self.holidays, self.working_days)

    @field_validator("holidays")
    @classmethod
    def _check_holidays(cls, holidays: Mapping[str, tuple[str, ...]], info: ValidationInfo) -> Any:
        if "year" in info.data and (wrong := _arrange(info.data["year"], holidays).holiday_violations):
            raise ViolationError(*wrong)
        return holidays

    @field_validator("working_days")
    @classmethod
    def _check_working_days(cls, working_days: tuple[str, ...], info: ValidationInfo) -> Any:
        year, holidays = info.data.get("year"), info.data.get("holidays", {})
        if year is not None and (wrong := _arrange(year, holidays, working_days).working_day_violations):
            raise ViolationError(*wrong)
        return working_days


def load_calendar(source: Source) -> StatutoryCalendar:
    """Load a year of the statutory calendar (reading R12).

    Raises :class:`~aftersales.PaperError` with all problems, each at its line.

    >>> load_calendar("data/calendars/2026.yaml").holidays["元旦"]
    ('1月1日（周四）至3日（周六）',)
    """
    return load_model(source, StatutoryCalendar, PaperError)


class _Arranged(NamedTuple):
    """The days that a notice arranges.

    Fields:
        off: The days off, each with the name of its holiday.
        on: The days of weekends that are working days.
        holiday_violations: What is wrong with the holidays.
        working_day_violations: What is wrong with the working days.
    """

    off: dict[datetime.date, str]
    on: set[datetime.date]
    holiday_violations: list[Violation]
    working_day_violations: list[Violation]


def _arrange(year: int, holidays: Mapping[str, tuple[str, ...]], working_days: tuple[str, ...] = ()) -> _Arranged:
    off: dict[datetime.date, str] = {}
    on: set[datetime.date] = set()
    listed: dict[datetime.date, str] = {}
    wrong_off: list[Violation] = []
    wrong_on: list[Violation] = []
    for name, entries in holidays.items():
        for path, text in _placed(entries):
            try:
                off |= dict.fromkeys(_new_days(text, year, listed, name), name)
            except ViolationError as refused:
                wrong_off += _below(refused, name, *path)
    fixed = [datetime.date(year, month, day) for month, day in FIXED]
    if not wrong_off and (missing := tuple(str(day) for day in fixed if day not in off)):
        wrong_off.append(Violation("missing-holiday", context={"days": missing}))
    for path, text in _placed(working_days):
        try:
            days = _new_days(text, year, listed, "working_days")
            if usual := next((day for day in days if day.weekday() < SATURDAY), None):
                context = {"found": usual, "weekday": _weekday(usual.weekday())}
                raise ViolationError(Violation("make-up-day-on-weekday", context=context))
            on.update(days)
        except ViolationError as refused:
            wrong_on += _below(refused, *path)
    return _Arranged(off, on, wrong_off, wrong_on)


def _placed(entries: Sequence[Any]) -> Iterator[tuple[Path, Any]]:
    """The entries, each with its path: its position, or nothing for a single entry, which needs no list."""
    for position, entry in enumerate(entries):
        yield ((position,) if len(entries) > 1 else ()), entry


def _below(refused: ViolationError, *path: str | int) -> list[Violation]:
    return [replace(violation, path=path) for violation in refused.violations]


def _new_days(text: str, year: int, listed: dict[datetime.date, str], name: str) -> list[datetime.date]:
    """The days of an entry. Each is put into ``listed`` under ``name``; one that is listed already is refused."""
    start, end = _read_span(text, year)
    days: list[datetime.date] = []
    while not days or days[-1] < end:
        day = days[-1] + ONE_DAY if days else start
        if day in listed:
            raise ViolationError(Violation("duplicate-day", context={"found": day, "first": listed[day]}))
        listed[day] = name
        days.append(day)
    return days


_WRITTEN = (
    r"(?:(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})|(?:(?P<year>[0-9]{4})年)?(?:(?P<month>[0-9]{1,2})月)?(?P<day>[0-9]{1,2})日)"
    r"(?:\((?P<gloss>[^()]*)\))?"
)
_BETWEEN = "至|到|~|–|—|/|to"
_WEEKDAY = "(?:周|星期)([一二三四五六日天])"


def _read_span(text: str, year: int) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of an entry: ``1月1日``, ``1月1日（周五）至3日``, ``2027-01-01 至 2027-01-03``."""
    plain = compact(text[:MAX_TEXT])
    parts = re.split(f"(?<=[日)0-9])(?:{_BETWEEN})(?=[0-9])", plain)
    matches = [re.fullmatch(_WRITTEN, part) for part in parts]
    if len(text) > MAX_TEXT or len(parts) > 2 or None in matches:
        raise ViolationError(Violation("not-days", context={"found": text}))
    days: list[datetime.date] = []
    for match in matches:
        assert match is not None
        before = days[0] if days else None
        days.append(_read_day(match, before.year if before else year, before.month if before else None, text))
    start, end = days[0], days[-1]
    if end < start:
        raise ViolationError(Violation("period-reversed", context={"found": end, "start": start}))
    for day in (start, end):
        if day.year != year and (day.year, day.month) != (year - 1, DECEMBER):
            raise ViolationError(Violation("day-of-other-year", context={"found": day, "year": year}))
    return start, end


def _read_day(match: re.Match[str], year: int, month: int | None, text: str) -> datetime.date:
    """A day as it is written; ``year`` and ``month`` are those that it may leave out."""
    try:
        if match["iso"]:
            day = datetime.date.fromisoformat(match["iso"])
        else:
            day = datetime.date(int(match["year"] or year), int(match["month"] or month or 0), int(match["day"]))
    except ValueError:
        raise ViolationError(Violation("not-days", context={"found": text})) from None
    for written in re.findall(_WEEKDAY, match["gloss"] or ""):
        if "一二三四五六日".index(written.replace("天", "日")) != day.weekday():
            context = {"found": day, "weekday": _weekday(day.weekday()), "written": written}
            raise ViolationError(Violation("weekday-mismatch", context=context))
    return day


def _weekday(number: int) -> Phrase:
    return phrase(f"weekday.{number}")
