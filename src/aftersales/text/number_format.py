"""Print exact numbers. Numbers are rounded here and nowhere else (6.3.1, reading R3)."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from aftersales.text.sentences import Sentences

__all__ = ["MARK", "as_text", "distinct", "is_numpy_number", "mark_note", "printed", "rounded", "rounded_up", "short"]

SHORT = 12  # the most characters of a number in a sentence

MARK = "(-)"
"""The mark of GB/T 8170 after a number that equals a limit only because it was rounded up (reading R3)."""


def mark_note(lang: str) -> str:
    """The explanation of the mark, which is printed wherever the mark is (reading R3)."""
    return Sentences("text")(lang, "mark_note")


def as_text(value: Fraction) -> str:
    """The exact decimal if it terminates, else the fraction in lowest terms. ``Fraction(...)`` reads both.

    >>> as_text(Fraction(179, 2)), as_text(Fraction(2600, 29)), as_text(Fraction(35))
    ('89.5', '2600/29', '35')
    """
    numerator, denominator = value.numerator, value.denominator
    twos = (denominator & -denominator).bit_length() - 1
    fives, rest = 0, denominator >> twos
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return f"{_digits(numerator)}/{_digits(denominator)}"
    return _point(numerator * 10 ** max(twos, fives) // denominator, max(twos, fives))


def rounded(value: Fraction, places: int = 2) -> str:
    """The value with ``places`` decimals, rounded once, half to even (GB/T 8170-2008).

    >>> rounded(Fraction("89.665")), rounded(Fraction("89.675")), rounded(Fraction(90))
    ('89.66', '89.68', '90.00')
    """
    return _point(round(value * 10**places), places)


def rounded_up(value: Fraction) -> str:
    """The smallest hundredth that is not below the value. Used for gaps, so that a small gap is not printed as 0.00.

    >>> rounded_up(Fraction("0.001")), rounded_up(Fraction("2.63"))
    ('0.01', '2.63')
    """
    return _point(ceil(value * 100), 2)


def short(value: Fraction, length: int = SHORT, *, limit: Fraction | None = None) -> str:
    """The exact number if it takes at most ``length`` characters; else the rounded number behind ``≈``.

    A number that is not 0 is never printed as 0, and a number that differs from ``limit`` is never printed as the
    limit: it gets as many decimals as necessary, up to twelve characters, even if ``length`` is smaller (reading R3,
    see :func:`distinct`).

    >>> short(Fraction("1.25")), short(Fraction(2, 3)), short(Fraction("33.333333")), short(Fraction("33.333333"), 7)
    ('1.25', '≈0.67', '33.333333', '≈33.33')
    >>> short(Fraction(1, 300)), short(Fraction(-1, 300))
    ('<0.01', '-<0.01')
    >>> short(Fraction(29999, 6000), limit=Fraction(5)), short(5 - Fraction(1, 10**300), limit=Fraction(5))
    ('≈4.9998', '<5')
    >>> short(Fraction("34.99999"), 7, limit=Fraction(35)), short(Fraction("34.99999"), 7)
    ('34.99999', '≈35.00')
    """
    # A larger denominator, at four bits a digit, has more decimals than fit. To write all of them takes long.
    text = as_text(value) if value.denominator.bit_length() <= 4 * max(length, SHORT) else ""
    if text and len(text) <= length and "/" not in text:
        return text
    if abs(value) <= Fraction(1, 200):  # it would be rounded to 0.00
        return "<0.01" if value > 0 else "-<0.01"
    shown = rounded(value) if limit is None else distinct(value, limit, max(length, SHORT) - 1)
    is_exact = "." in shown and shown.rstrip("0").rstrip(".") == text
    return shown if shown[0] in "<>" or is_exact else f"≈{shown}"


def distinct(value: Fraction, limit: Fraction, length: int = SHORT, places: int = 2) -> str:
    """The value rounded to ``places`` decimals, or to as many as distinguish it from ``limit`` (reading R3).

    If that takes more than ``length`` characters, the result says on which side of the limit it lies: ``<5`` or ``>5``.

    >>> five = Fraction(5)
    >>> distinct(Fraction("4.5"), five), distinct(Fraction("4.9999"), five), distinct(five, five)
    ('4.50', '4.9999', '5.00')
    >>> distinct(5 - Fraction(1, 10**300), Fraction(5)), distinct(24 + Fraction(1, 10**300), Fraction(24))
    ('<5', '>24')
    """
    shown = rounded(value, places)
    while shown == rounded(limit, places) and value != limit:
        places += 1
        shown = rounded(value, places)
        if len(shown) > length:
            return f"{'<' if value < limit else '>'}{short(limit)}"
    return shown


def printed(score: Fraction, limits: Iterable[Fraction], unit: str = "") -> str:
    """A final score in print (6.3.1, reading R3): two decimals, rounded once, and the ``unit``.

    If the rounded number equals one of ``limits`` and the exact score is below that limit, the mark ``(-)`` of
    GB/T 8170 follows.

    >>> printed(Fraction("89.996"), [Fraction(90)]), printed(Fraction(90), [Fraction(90)])
    ('90.00(-)', '90.00')
    >>> printed(Fraction("99.9999"), [Fraction(100)], "%")
    '100.00%(-)'
    """
    hundredths = round(score * 100)
    number = Fraction(hundredths, 100)
    mark = MARK if score < number and any(limit == number for limit in limits) else ""
    return f"{_point(hundredths, 2)}{unit}{mark}"


def _point(scaled: int, places: int) -> str:
    """The digits of ``scaled`` with a decimal point before the last ``places`` of them."""
    digits = _digits(abs(scaled)).rjust(places + 1, "0")
    whole, decimals = (digits[:-places], digits[-places:]) if places else (digits, "")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{decimals}" if places else f"{sign}{whole}"


def _digits(number: int) -> str:
    """``str(number)`` without Python's limit of 4,300 digits, which a sum of 73 long fractions can exceed."""
    return str(number) if number.bit_length() < 10_000 else format(Decimal(number), "f")


def is_numpy_number(value: Any) -> bool:
    """Whether a value is a real number of numpy's, such as a float32, whose text is its shortest repr."""
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    return kind in ("i", "u", "f") and isinstance(value, numbers.Real)
