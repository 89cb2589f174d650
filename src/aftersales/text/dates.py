"""Days as a language writes them."""

from __future__ import annotations

import datetime

from aftersales.text.sentences import Phrase, Sentences

__all__ = ["ONE_DAY", "day_text", "days", "days_text"]

ONE_DAY = datetime.timedelta(days=1)

_say = Sentences("text")


def day_text(day: datetime.date, lang: str) -> str:
    """A day as the language writes it.

    >>> day_text(datetime.date(2026, 3, 2), "zh"), day_text(datetime.date(2026, 3, 2), "en")
    ('2026年3月2日', '2026-03-02')
    """
    return _day(day).text(lang)


def days_text(start: datetime.date, end: datetime.date, lang: str) -> str:
    """The days from ``start`` to ``end``; one day alone where both are the same.

    >>> days_text(datetime.date(2026, 3, 2), datetime.date(2026, 3, 4), "zh")
    '2026年3月2日至4日'
    >>> days_text(datetime.date(2026, 3, 2), datetime.date(2026, 4, 4), "zh")
    '2026年3月2日至2026年4月4日'
    >>> days_text(datetime.date(2026, 3, 2), datetime.date(2026, 3, 2), "en")
    '2026-03-02'
    """
    return days(start, end).text(lang)


def days(start: datetime.date, end: datetime.date) -> Phrase:
    """The days from ``start`` to ``end``, not yet in a language."""
    if start == end:
        return _day(start)
    if (start.year, start.month) == (end.year, end.month):
        return _say.phrase("days_of_month", year=start.year, month=start.month, start=start.day, end=end.day)
    return _say.phrase("days", start=_day(start), end=_day(end))


def _day(day: datetime.date) -> Phrase:
    return _say.phrase("day", year=day.year, month=day.month, day=day.day)
