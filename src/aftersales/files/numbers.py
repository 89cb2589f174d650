"""Read numbers exactly.

Every number of an evaluation or of a standard is a rational number (:class:`fractions.Fraction`). It is read from the
text as written, never from the nearest binary float.

A number may be written as ``"0.6"``, ``"60%"`` or ``"3/5"``. A text may have 100 characters and an exponent between
-100 and 100; a number from Python may have 1,000 digits. These bounds limit the time that any number can take.
"""

from __future__ import annotations

import numbers
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import islice
from math import inf
from typing import Any

from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, ViolationError, shown
from aftersales.text.normalize import plain
from aftersales.text.number_format import as_text, is_numpy_number

__all__ = [
    "MAX_TEXT",
    "CalculatedFloat",
    "Number",
    "Percentage",
    "as_json",
    "is_binary",
    "is_calculated",
    "is_long",
    "kept_digits",
    "long_whole",
    "measure_as_json",
    "measure_as_written",
    "nearest_float",
    "not_a_number",
    "per_cent",
    "read_count",
    "read_measure",
    "read_quantity",
    "read_result",
]

Number = int | float | Decimal | Fraction | str
"""The types of a number that is passed in from Python."""

MAX_TEXT = 100
"""The most characters of a text that is read as a number."""
MAX_EXPONENT = 100
MAX_DIGITS = 1_000
FLOAT_DIGITS = 15  # significant digits that every float64 keeps; a shortest repr with more comes from arithmetic
NARROW_DIGITS = {2: 3, 4: 6}  # the same of narrower floats, by their bytes
BINARY_DIGITS = 40  # nobody writes a number with so many binary places
MAX_RESULT = 300_000  # characters: a sum over 73 indicators, each a fraction of two numbers of 1,000 digits

_TOO_LARGE = 10**MAX_DIGITS
_DECIMAL = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE]([+-]?[0-9]+))?(%?)")
_WHOLE = re.compile(r"-?[0-9]{1,1001}")  # a part of a pair, not longer than int() reads
_RATIO = re.compile(r"([+-]?[0-9]+)/([0-9]+)")
_RESULT = r"(-?[0-9]+)(?:\.([0-9]+)|/([0-9]+))?"  # compiled on demand, since it is seldom used
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?%?")


class Percentage(Fraction):
    """A number that was written with %. ``8%`` equals 0.08 and keeps its form (reading R5)."""

    __slots__ = ()


class CalculatedFloat(Fraction):
    """A number that comes from float arithmetic: a float whose shortest repr has more than 15 significant digits, as
    that of ``0.7 + 0.2``, or a Fraction or Decimal made of a float."""

    __slots__ = ()


def read_quantity(value: Any) -> Fraction:
    """The exact value of a number.

    Accepts an int, a Decimal, a Fraction or another rational number, a float of Python or numpy (read by its shortest
    repr), a text, or the pair ``[numerator, denominator]`` that :func:`as_json` writes for a number that is too long
    for a text.

    Raises :class:`~aftersales.problems.violations.ViolationError` for anything else: NaN, infinities, booleans, other
    text, and numbers that exceed the bounds.

    >>> read_quantity("60%") == read_quantity(0.6) == read_quantity("3/5") == Fraction(3, 5)
    True
    """
    if type(value) is str:
        return _read_text(value)
    if isinstance(value, float):
        return _read_text(float.__repr__(value))
    if isinstance(value, bool):
        raise ViolationError(not_a_number(value))
    if value is None:
        raise ViolationError(Violation("blank"))
    if isinstance(value, Decimal):
        return _read_decimal(value)
    if isinstance(value, numbers.Rational):
        return _read_rational(value)
    if isinstance(value, str):
        return _read_text(str.__str__(value))
    if isinstance(value, list | tuple) and (pair := _pair(value)):
        return _bounded(*pair)
    if is_numpy_number(value):
        return _read_text(str(value))
    raise ViolationError(not_a_number(value))


def _pair(value: Sequence[Any]) -> tuple[int, int] | None:
    """Numerator and denominator of a pair of whole numbers, None for anything else.

    From a file, where they are texts or exact numbers, a pair is read only if it is too long for one text.
    """
    parts = [*islice(value, 3)]
    if [type(part) for part in parts] != [int, int]:
        written = [as_text(part) if type(part) is Fraction else part for part in parts]
        if len(written) != 2 or not all(type(part) is str and _WHOLE.fullmatch(part) for part in written):
            return None
        if len("/".join(written)) <= MAX_TEXT:
            return None
        parts = [int(part) for part in written]
    return (parts[0], parts[1]) if parts[1] > 0 else None


def long_whole(refused: ViolationError) -> str | None:
    """The text of a whole number, which is refused only where it is too long for a text: it may be half of a pair."""
    found = refused.violations[0].context["found"]
    return found if _WHOLE.fullmatch(found) else None


def read_measure(value: Any) -> Fraction:
    """As :func:`read_quantity`, for an actual value or a limit, whose form matters (reading R5).

    The result is a :class:`Percentage` if the number was written with %. It is a :class:`CalculatedFloat` for a float
    of more than 15 significant digits, and for a Fraction or Decimal that was made of a float.

    >>> read_measure("8%"), read_measure("0.08"), read_measure(0.7 + 0.2)
    (Percentage(2, 25), Fraction(2, 25), CalculatedFloat(8999999999999999, 10000000000000000))
    """
    if isinstance(value, Percentage | CalculatedFloat):
        return value
    number = read_quantity(value)
    if isinstance(value, str):
        return Percentage(number) if value.endswith("%") else number
    return CalculatedFloat(number) if is_calculated(value, number) else number


def is_calculated(value: Any, number: Fraction) -> bool:
    """Whether a value that was read as that number comes from float arithmetic.

    That is a float of more digits than its width keeps, and a Fraction or Decimal of which :func:`is_binary` is true.
    """
    if isinstance(value, str):
        return False
    if isinstance(value, float) or is_numpy_number(value):
        return is_long(number, kept_digits(value))
    return is_binary(number)


def kept_digits(value: Any) -> int:
    """The significant digits that every float of the width of a value keeps."""
    narrow = not isinstance(value, float) and is_numpy_number(value)
    return NARROW_DIGITS.get(value.dtype.itemsize, FLOAT_DIGITS) if narrow else FLOAT_DIGITS


def is_binary(value: Fraction) -> bool:
    """Whether a number is the exact value of a binary float that nobody writes by hand, as ``Fraction(0.6)`` is.

    >>> is_binary(Fraction(0.6)), is_binary(Fraction(3, 5)), is_binary(Fraction(1, 1024))
    (True, False, False)
    """
    return value.denominator > 2**BINARY_DIGITS and not value.denominator & (value.denominator - 1)


def is_long(value: Fraction, most: int = FLOAT_DIGITS) -> bool:
    """Whether a number is a decimal of more significant digits than ``most``, as a calculated float is.

    >>> is_long(Fraction("0.8999999999999999")), is_long(Fraction("0.123456789012345")), is_long(Fraction(1, 3))
    (True, False, False)
    """
    if value.denominator == 1:
        return False
    text = as_text(value)
    return "/" not in text and len(text.replace(".", "").lstrip("-0")) > most


def read_count(value: Any) -> int:
    """A whole number, in any form that :func:`read_quantity` accepts, except with %.

    ``100%`` of a sample is not one item.

    >>> read_count("120")
    120
    """
    try:
        quantity = read_quantity(value)
    except ViolationError as refused:
        counts = {"form": phrase("form.count")}
        raise ViolationError(*(replace(one, context=one.context | counts) for one in refused.violations)) from None
    if quantity.denominator != 1 or (isinstance(value, str) and value.endswith("%")) or isinstance(value, Percentage):
        raise ViolationError(Violation("not-whole", context={"found": value}))
    return quantity.numerator


def read_result(value: Any) -> Fraction:
    """A number that the library calculated, such as a final score.

    Accepts what :func:`read_quantity` accepts, and a text by :func:`~aftersales.text.number_format.as_text` of any
    length: a result of many numbers is longer than each of them may be.

    >>> read_result("2600/29"), read_result("9" * 200) == 10**200 - 1
    (Fraction(2600, 29), True)
    """
    if type(value) is Fraction:
        return value
    if not isinstance(value, str) or not MAX_TEXT < len(value) <= MAX_RESULT:
        return read_quantity(value)
    if not (match := re.fullmatch(_RESULT, value)) or (match[3] and not match[3].strip("0")):
        raise ViolationError(not_a_number(value))
    whole, decimals, under = match.groups()
    # Through Decimal, since int() reads at most 4,300 digits.
    return Fraction(int(Decimal(whole + (decimals or ""))), int(Decimal(under)) if under else 10 ** len(decimals or ""))


def _read_text(text: str) -> Fraction:
    if len(text) > MAX_TEXT:
        raise ViolationError(Violation("number-too-long", context={"found": text}))
    if match := _DECIMAL.fullmatch(text):
        mantissa, exponent, percent = match.groups()
        if exponent and abs(int(exponent)) > MAX_EXPONENT:
            raise ViolationError(Violation("number-too-long", context={"found": text}))
        whole, _, decimals = mantissa.partition(".")
        value = Fraction(int(whole + decimals), 10 ** len(decimals))
        if exponent:
            value *= Fraction(10) ** int(exponent)
        return value / 100 if percent else value
    if (match := _RATIO.fullmatch(text)) and int(match[2]):
        return Fraction(int(match[1]), int(match[2]))
    raise ViolationError(not_a_number(text, partial(_meant, text)))


def not_a_number(found: Any, hint: Callable[[], str | None] | None = None) -> Violation:
    """The violation of a value that is no number, with the ``hint`` what was probably meant."""
    return Violation("not-a-number", context={"found": found, "form": phrase("form.number"), "hint": hint})


def _meant(text: str) -> str | None:
    """The number that was probably meant: without blanks and thousands separators, in ASCII digits."""
    meant = "".join(plain(text).split())
    if _THOUSANDS.fullmatch(meant):
        meant = meant.replace(",", "")
    return meant if meant != text and (_DECIMAL.fullmatch(meant) or _RATIO.fullmatch(meant)) else None


def _read_decimal(value: Decimal) -> Fraction:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # NaN and infinities have a letter there
        raise ViolationError(not_a_number(value))
    if max(len(digits) + exponent, 1 - exponent, len(digits)) > MAX_DIGITS:
        raise ViolationError(Violation("number-too-long", context={"found": value}))
    return Fraction(value)


def _read_rational(value: numbers.Rational) -> Fraction:
    try:
        over, under = int(value.numerator), int(value.denominator)
    except Exception:  # a class from outside the package
        over = under = 0
    if under <= 0:
        raise ViolationError(not_a_number(value))
    return _bounded(over, under)


def _bounded(numerator: int, denominator: int) -> Fraction:
    if abs(numerator) >= _TOO_LARGE or denominator >= _TOO_LARGE:
        context = {"found": Fraction(numerator) if denominator == 1 else f"{shown(numerator)} / {shown(denominator)}"}
        raise ViolationError(Violation("number-too-long", context=context))
    return Fraction(numerator, denominator)


def as_json(value: Fraction) -> str | list[int]:
    """The number in a form that :func:`read_quantity` reads again.

    A text as by :func:`~aftersales.text.number_format.as_text`, or with an exponent if that is too long. A number of
    more digits than a text may have is the pair of its numerator and denominator.

    >>> as_json(Fraction("0.6")), as_json(Fraction("1e-100")), as_json(Fraction(2600, 29))
    ('0.6', '1e-100', '2600/29')
    """
    text = as_text(value)
    if len(text) > MAX_TEXT and "/" not in text:
        text = _with_exponent(text)
    return text if len(text) <= MAX_TEXT else [value.numerator, value.denominator]


def measure_as_json(value: Fraction) -> str | list[int]:
    """As :func:`as_json`, but a number of 1 or more that was written with % is written with % again.

    A 1 without % beside a percentage is refused (R5).

    >>> measure_as_json(Percentage(1)), measure_as_json(Percentage(2, 25))
    ('100%', '0.08')
    """
    return measure_as_written(value) if value >= 1 else as_json(value)


def measure_as_written(value: Fraction) -> str | list[int]:
    """As :func:`as_json`, but a number that was written with % is written with % again, where a text can hold it.

    >>> measure_as_written(Percentage(2, 25)), measure_as_written(Fraction(2, 25))
    ('8%', '0.08')
    """
    return per_cent(value * 100) if isinstance(value, Percentage) else as_json(value)


def per_cent(number: Fraction) -> str | list[int]:
    """That number of hundredths in a form that is read: with %, or if its decimal does not end, as by :func:`as_json`.

    >>> per_cent(Fraction(60)), per_cent(Fraction(200, 3))
    ('60%', '2/3')
    """
    text = as_text(number)
    if "/" in text:
        return as_json(number / 100)
    if len(text) >= MAX_TEXT:
        text = min(_with_exponent(text), f"{as_text(number / 10**MAX_EXPONENT)}e{MAX_EXPONENT}", key=len)
    return f"{text}%" if len(text) < MAX_TEXT else as_json(number / 100)


def nearest_float(value: Fraction) -> float:
    """The nearest float64. It is infinite for a number that is larger than every float.

    >>> nearest_float(Fraction(1, 3)), nearest_float(Fraction(-(10**400)))
    (0.3333333333333333, -inf)
    """
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def _with_exponent(text: str) -> str:
    """A long decimal as its digits and a power of ten, if that form can be read again."""
    whole, _, decimals = text.partition(".")
    digits = (whole + decimals).rstrip("0")
    exponent = len(whole + decimals) - len(digits) - len(decimals)
    sign, digits = ("-" if text.startswith("-") else ""), digits.lstrip("-0")
    exponent += len(digits) - 1
    point = "." if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{point}{digits[1:]}e{exponent}" if abs(exponent) <= MAX_EXPONENT else text
