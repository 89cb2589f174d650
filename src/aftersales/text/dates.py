"""Days as a language writes them."""

from __future__ import annotations

import datetime

from aftersales.text.sentences import Sentences

__all__ = ["day_text"]


def day_text(day: datetime.date, lang: str) -> str:
    """A day as the language writes it.

    >>> day_text(datetime.date(2026, 3, 2), "zh"), day_text(datetime.date(2026, 3, 2), "en")
    ('2026年3月2日', '2026-03-02')
    """
    return Sentences("text")(lang, "day", year=day.year, month=day.month, day=day.day)
