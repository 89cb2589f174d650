"""Find what a number format shows of the number in a cell: a number, a percentage, a date or something else.

A cell of a workbook holds a number, and its number format decides what is shown: 0.08 with ``0%`` is shown as 8%,
46,034 with ``yyyy-mm-dd`` as a day, 8 with ``0"%"`` as 8% although the cell holds 8. ECMA-376 part 1, 18.8.30 and
18.8.31, describes the format codes. This module parses them far enough to distinguish these cases. It does not format
dates.
"""

from __future__ import annotations

import datetime
import operator
import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import NamedTuple

__all__ = ["GENERAL", "Shown", "code_of", "day_of", "moment_of", "parts_in", "show"]

GENERAL = "General"
MAX_CODE = 1_000  # characters of a format code; Excel writes at most 255
# Rounding as in spreadsheets. The precision holds every number that is read with any code; each % multiplies by 100.
_EXACT = Context(prec=4 * MAX_CODE, rounding=ROUND_HALF_UP)

# Formats without a code in the file. 27 to 36 and 50 to 58 differ between Chinese, Japanese and Korean, and the file
# does not name the language. Each has the code of a locale in which it shows a day, if there is one.
_BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??"},
    **{5: '"$"#,##0_);("$"#,##0)', 6: '"$"#,##0_);[Red]("$"#,##0)', 7: '"$"#,##0.00_);("$"#,##0.00)'},
    **{8: '"$"#,##0.00_);[Red]("$"#,##0.00)', 37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)"},
    **{39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)", 41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)'},
    **{42: '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)', 43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)'},
    **{44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)', 48: "##0.0E+0", 49: "@"},
    **{14: "yyyy-m-d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "yyyy-m-d h:mm"},
    **{18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"},
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 56, 58), 'm"月"d"日"'),
    **{30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"'},
    **{34: 'yyyy"年"m"月"', 35: 'm"月"d"日"', 55: 'yyyy"年"m"月"'},
    # Thai: 59 to 62 and 67 to 70 are numbers in Thai digits, the others are dates and times.
    **{59: "t0", 60: "t0.00", 61: "t#,##0", 62: "t#,##0.00", 67: "t0%", 68: "t0.00%", 69: "t# ?/?", 70: "t# ??/??"},
    **{71: "d/m/yyyy", 72: "d-mmm-yy", 73: "d-mmm", 74: "mmm-yy", 75: "h:mm", 76: "h:mm:ss", 77: "d/m/yyyy h:mm"},
    **{78: "mm:ss", 79: "[h]:mm:ss", 80: "mm:ss.0", 81: "d/m/bb"},
}

_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"?
    | [\\!](?P<escaped>.)
    | [_*].                                             # a blank as wide as a character, or one that fills the cell
    | \[(?P<bracket>[^\]]*)\]
    | (?P<general> General | G/[㐀-鿿]+ )
    | (?P<half> AM/PM | A/P | 上午/下午 | 午前/午後 | 오전/오후 )
    | (?P<exponent> E[+-] )
    | t(?=[0#?])                                        # Thai digits
    | (?P<letter> (?P<one>[a-zกขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ])(?P=one)* )
    | (?P<digit> [0\#?] )
    | (?P<mark> [.,/%@;] )
    | (?P<literal> . )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_DAY_LETTERS, _TIME_LETTERS = set("ydegbanqwrวดป"), set("hsชท")  # m and น are months or minutes by their neighbours
# Signs and words of a proportion, by the power of ten that it counts in: 2 for %, 3 for ‰.
_PARTS = {
    4: re.compile(r"‱|[万萬]分|基点|(?<![a-z])bps?(?![a-z])|basis.?points?", re.IGNORECASE),
    3: re.compile(r"‰|千分|per.?mill|promill", re.IGNORECASE),
    2: re.compile(
        r"[%％﹪٪]|百分|パーセント|퍼센트|per.?cent|prozent|pour.?cent|(?<![a-z])(pct|p\.?p)s?(?![a-z])", re.IGNORECASE
    ),
}
# 8万 is not 8, but 8千克 is; 8成 and 8折 are 80%.
_LARGE = re.compile("[十百千万亿兆拾佰仟萬億](?![克米瓦卡帕赫伏])|[kKM]$|[成折]$")
# Words and signs beside a number that are not part of its unit.
_NO_UNIT = re.compile(r"不低于|不高于|不少于|不超过|至少|至多|约|[\s<>=≤≥≈~+\-−–—()\[\]:,;.]")
_CONDITION = re.compile(r"([<>]=?|<>|=)(-?[0-9]+(?:\.[0-9]*)?)")
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


class Shown(NamedTuple):
    """The text and the kind of value that a number format shows for a number.

    Fields:
        kind: ``number``; ``percent`` if the format multiplies by 100 and shows %; ``sign`` if % or ‰ is shown beside a
            number that is not multiplied; ``date``, ``time`` or ``duration``; ``other`` if the format shows something
            else than the number.
        text: About what the cell shows.
        is_rounded: Whether it shows less than the cell holds: a rounded number, or a date without day, month or year.
        unit: The text around a number, without blanks, brackets and signs; ``%`` for a percentage.
    """

    kind: str
    text: str
    is_rounded: bool = False
    unit: str = ""


class _Section:
    """A section of a format code, for some of the numbers: positive ones, negative ones, zero, or by a condition."""

    def __init__(self) -> None:
        self.letters: list[str] = []  # of dates and times, in groups
        self.before, self.between, self.after = "", "", ""  # the literal texts around the digits
        self.whole, self.decimals, self.under = "", "", ""  # digit placeholders; ``under`` is a denominator
        self.part = "whole"
        self.percents = self.commas = 0
        self.exponent = self.slash = self.plain = self.elapsed = False
        self.condition: tuple[str, Decimal] | None = None

    def takes(self, number: Decimal) -> bool:
        """Whether the section applies to a number by its condition."""
        return self.condition is None or bool(_COMPARE[self.condition[0]](number, self.condition[1]))

    def add_digit(self, digit: str) -> None:
        """Add a placeholder. Literals before it are then between digits."""
        self.between += self.after.strip()
        self.after, self.commas = "", 0
        setattr(self, self.part, getattr(self, self.part) + digit)

    def add_literal(self, text: str) -> None:
        """Add a literal text."""
        if self.whole or self.decimals or self.plain:
            self.after += text
        else:
            self.before += text

    @cached_property
    def shows_whole_day(self) -> bool:
        """Whether year, month and day are shown. Three or four d are a weekday."""
        runs = set(self.letters)
        return bool(self.first & set("yegbป") and self.first & set("mด") and runs & {"d", "dd", "ว", "วว"})

    @cached_property
    def counts_parts(self) -> bool:
        """Whether the texts around the digits name a proportion (see :func:`parts_in`)."""
        return parts_in(self.before + self.between + self.after) > 0

    @cached_property
    def unit(self) -> str:
        """The texts around the digits, without words and signs that are not part of the unit."""
        return _NO_UNIT.sub("", unicodedata.normalize("NFKC", self.before + self.between + self.after))

    @cached_property
    def first(self) -> set[str]:
        """The first letters of the groups of date and time letters."""
        return {run[0] for run in self.letters}

    @cached_property
    def kind(self) -> str:
        """``date``, ``time``, ``duration`` or ``number``; ``unknown`` for a code with unknown letters."""
        if self.first - _DAY_LETTERS - _TIME_LETTERS - {"m", "น"}:
            return "unknown"
        if not self.letters and not self.elapsed:
            return "number"
        if self.first & _DAY_LETTERS:
            return "date"
        if self.elapsed:
            return "duration"
        # m beside hours or seconds are minutes, else months
        return "time" if self.first & _TIME_LETTERS else "date"


def code_of(number: int, custom: Mapping[int, str]) -> str:
    """The format code of a format number: the custom one of the file, a built-in one, or ``General``.

    >>> code_of(31, {}), code_of(176, {176: "0.0"}), code_of(23, {})
    ('yyyy"年"m"月"d"日"', '0.0', 'General')
    """
    return custom.get(number) or _BUILT_IN.get(number, GENERAL)


def show(code: str, number: Decimal) -> Shown:
    """The text that a cell with that format code shows for a number.

    >>> show("0%", Decimal("0.08"))
    Shown(kind='percent', text='8%', is_rounded=False, unit='%')
    >>> show('0" 小时"', Decimal(24))
    Shown(kind='number', text='24 小时', is_rounded=False, unit='小时')
    >>> show('0"%"', Decimal(8)).kind, show('yyyy"年"', Decimal(46034)).kind, show("0,", Decimal(8000))
    ('sign', 'date', Shown(kind='other', text='8', is_rounded=False, unit=''))
    """
    section = _section_for(_sections(code), number)
    if section is None:
        return Shown("other", "")
    if section.kind != "number":
        return Shown("other" if section.kind == "unknown" else section.kind, code, not section.shows_whole_day)
    scaled = _EXACT.multiply(number, Decimal(100) ** section.percents) if section.percents else number
    scaled = _EXACT.divide(scaled, Decimal(1000) ** section.commas) if section.commas else scaled
    digits, is_rounded = _digits(section, scaled)
    text = f"{section.before}{digits}{'%' * section.percents}{section.after}".strip()
    if section.counts_parts:
        return Shown("sign" if digits and section.percents == section.commas == 0 else "other", text)
    if not digits and not number and text in ("-", "–", "—"):  # accounting formats show zero as a dash
        return Shown("number", text)
    honest = digits and section.percents < 2 and not section.commas and _is_harmless(section, number)
    if not honest:
        return Shown("other", text, is_rounded)
    kind, unit = ("percent", "%") if section.percents else ("number", section.unit)
    return Shown(kind, text, is_rounded, unit)


def parts_in(text: str) -> int:
    """The power of ten that a text counts in: 2 for %, 3 for ‰, 4 for ‱ or 基点; 0 for a text that names no proportion.

    >>> parts_in("8 pct"), parts_in("8‰"), parts_in("8个百分点"), parts_in("8 小时")
    (2, 3, 2, 0)
    """
    return next((power for power, words in _PARTS.items() if words.search(text)), 0)


def _is_harmless(section: _Section, number: Decimal) -> bool:
    """Whether the texts around the digits are units or currency signs that do not change the number."""
    around = section.before + section.after
    return not (
        section.between
        or re.search(r"[\d.,]", around)
        or (number >= 0 and section.before.rstrip().endswith(("-", "−", "负", "(")))
        or _LARGE.match(section.after.strip())
    )


def _digits(section: _Section, number: Decimal) -> tuple[str, bool]:
    """The digits that a section shows of a number ("" for none), and whether they differ from the number."""
    if section.plain:
        return f"{number:f}", False
    if section.slash:
        over = Fraction(number)
        fixed = re.fullmatch("[1-9][0-9]*", section.under)
        most = 10 ** max(len(section.under), 1) - 1
        near = Fraction(round(over * int(fixed[0])), int(fixed[0])) if fixed else _nearest(over, most)
        return str(near), near != over
    if section.exponent:
        step = max(len(section.whole), 1)
        shift = number.adjusted() // step * step if number else 0
        mantissa = _EXACT.quantize(number.scaleb(-shift, _EXACT), Decimal(1).scaleb(-len(section.decimals)))
        return f"{mantissa:f}E{shift:+d}", mantissa.scaleb(shift, _EXACT) != number
    places = section.whole + section.decimals
    seen = _EXACT.quantize(number, Decimal(1).scaleb(-len(section.decimals)))
    if not places or (not seen and "0" not in places):  # placeholders # and ? show nothing, or blanks, for zero
        return "", bool(number)
    text = f"{seen:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text, seen != number


def _nearest(number: Fraction, most: int) -> Fraction:
    """The fraction nearest to a number with a denominator of at most ``most``.

    The same as ``number.limit_denominator(most)``, which takes three times as long before Python 3.12. The result is
    the last convergent of the continued fraction, or lies between two convergents.

    >>> _nearest(Fraction("0.3333"), 9), _nearest(Fraction("0.25"), 9), _nearest(Fraction("3.14159"), 99)
    (Fraction(1, 3), Fraction(1, 4), Fraction(311, 99))
    """
    if number.denominator <= most:
        return number
    over, under = number.as_integer_ratio()
    p0, q0, p1, q1 = 0, 1, 1, 0
    while q0 + (whole := over // under) * q1 <= most:
        p0, q0, p1, q1 = p1, q1, p0 + whole * p1, q0 + whole * q1
        over, under = under, over - whole * under
    steps = (most - q0) // q1
    is_last_nearer = 2 * under * (q0 + steps * q1) <= number.denominator
    return Fraction(p1, q1) if is_last_nearer else Fraction(p0 + steps * p1, q0 + steps * q1)


def _section_for(sections: tuple[_Section, ...], number: Decimal) -> _Section | None:
    """The section of a format that applies to a number, or None."""
    numeric = sections[:3]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.takes(number) and (section.condition or section is numeric[-1] or number < 0):
                return section
        return None
    if len(numeric) == 3 and not number:
        return numeric[2]
    return numeric[1] if len(numeric) > 1 and number < 0 else numeric[0]


@lru_cache(8_192)  # enough that no workbook makes the same code be parsed again for each cell
def _sections(code: str) -> tuple[_Section, ...]:
    """The sections of a format code. A code that is too long has one section of an unknown kind."""
    sections = [_Section()]
    if len(code) > MAX_CODE:
        sections[0].letters.append("?")
        return tuple(sections)
    for token in _TOKEN.finditer(code):
        section, kind, text = sections[-1], token.lastgroup or "", token[0]
        if text == ";":
            sections.append(_Section())
        elif kind in ("quoted", "escaped"):
            section.add_literal(token[kind])
            if text.startswith("!") and token[kind].isalpha():
                section.letters.append("!")  # an escape in Chinese and Japanese, a literal in other languages
        elif kind == "bracket":
            _read_bracket(section, token[kind])
        elif kind == "half":
            section.letters.append("h")
        elif kind == "exponent":
            section.exponent, section.part = True, "under"
        elif kind == "letter":
            section.letters.append(text.lower())
        elif kind == "digit":
            section.add_digit(text)
        elif kind == "general" or text == "@":
            section.plain = True
        elif kind:
            _read_mark(section, text)
    # A last section for texts only does not count as a section for numbers.
    if len(sections) > 1 and "@" in code and sections[-1].plain and GENERAL.lower() not in code.lower():
        sections.pop()
    return tuple(sections)


def _read_mark(section: _Section, text: str) -> None:
    """Handle a character that is neither a placeholder nor a letter."""
    if text == "%":
        section.percents += 1
    elif text == "." and not section.letters and section.part == "whole":
        section.part = "decimals"
    elif text == "," and (section.whole or section.decimals):
        section.commas += 1
    elif text == "/" and section.whole and not section.letters:
        section.slash, section.part = True, "under"
    elif section.part == "under" and section.slash and text in "123456789":
        section.under += text
    elif text not in ".,":
        section.add_literal(text)


def _read_bracket(section: _Section, text: str) -> None:
    """Handle brackets: a currency, an elapsed time or a condition. Colours and languages show nothing."""
    if text.startswith("$"):
        currency, _, language = text[1:].partition("-")
        section.add_literal(currency)
        if language.upper() in ("F800", "F400"):  # the long date and the time of the system settings
            section.letters += list("ymd") if language.upper() == "F800" else ["h"]
    elif re.fullmatch("h+|m+|s+|[ชนท]+", text, re.IGNORECASE):
        section.elapsed = True
    elif match := _CONDITION.fullmatch(text.replace(" ", "")):
        section.condition = match[1], Decimal(match[2])


_LAST = 2_958_465  # 9999-12-31


def day_of(number: Decimal, *, from_1904: bool = False) -> datetime.date | None:
    """The day of a serial number; None if the number is not whole or no day.

    Excel counts 1900-01-01 as 1 and has a day 60, 29 February 1900, that did not exist. Files from old Macs count
    1904-01-01 as 0.

    >>> day_of(Decimal(46083)), day_of(Decimal(60)), day_of(Decimal("46083.5")), day_of(Decimal(0), from_1904=True)
    (datetime.date(2026, 3, 2), None, None, datetime.date(1904, 1, 1))
    """
    if number != number.to_integral_value(context=_EXACT) or not 0 <= number <= _LAST:
        return None
    days = int(number)
    if from_1904:
        days += 1_462
    elif days in (0, 60):
        return None
    if days > _LAST:
        return None
    return datetime.date(1899, 12, 31 if days < 60 else 30) + datetime.timedelta(days)


def moment_of(number: Decimal, kind: str, *, from_1904: bool = False) -> str:
    """The content of a cell with a date, time or duration as text; the number itself if it is no day.

    >>> moment_of(Decimal("46083.5"), "date"), moment_of(Decimal("1.0625"), "duration"), moment_of(Decimal(-1), "date")
    ('2026-03-02 12:00:00', '25:30:00', '-1')
    """
    whole = number.to_integral_value("ROUND_FLOOR", _EXACT)
    seconds = int(_EXACT.quantize(_EXACT.multiply(_EXACT.subtract(number, whole), Decimal(86_400)), Decimal(1)))
    if kind == "duration" and 0 <= number <= _LAST:
        hours, seconds = divmod(int(whole) * 86_400 + seconds, 3_600)
        return f"{hours}:{seconds // 60:02}:{seconds % 60:02}"
    time = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if kind == "time" and 0 <= number < 1:
        return time
    day = day_of(whole, from_1904=from_1904)
    if day is None:
        return f"{number:f}"
    return day.isoformat() if number == whole else f"{day} {time}"
