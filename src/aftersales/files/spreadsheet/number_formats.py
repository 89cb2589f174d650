"""What a number format makes of the number in a cell: a number, a percentage, a date, or something else than the number.

A cell of a workbook holds a number, and its format decides what people see: 0.08 under ``0%`` is seen as 8%, 46,034 under
``yyyy-mm-dd`` as a day, 8 under ``0"%"`` as 8% although the cell holds 8. Format codes are described in ECMA-376 part 1,
18.8.30 and 18.8.31. This module reads them far enough to tell these cases apart; it does not set out dates as Excel does.
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
MAX_CODE = 1_000  # characters of a format code; Excel writes no more than 255
# As spreadsheets round; digits enough for every number that is read under every code: a % makes it a hundred times as large.
_EXACT = Context(prec=4 * MAX_CODE, rounding=ROUND_HALF_UP)

# The formats that a file names by their number alone. 27 to 36 and 50 to 58 differ between Chinese, Japanese and Korean, and the
# file does not tell which is meant: each stands here with the code of a locale in which it shows a day, where there is one.
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
    # Thai: 59 to 62 and 67 to 70 are numbers in Thai digits, the rest are dates and times.
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
_DAY_LETTERS, _TIME_LETTERS = (
    set("ydegbanqwrวดป"),
    set("hsชท"),
)  # m and น are months or minutes by what stands beside them
# The signs and words of a proportion, by the power of ten of its parts: 8% are eight of 10², 8‰ eight of 10³.
_PARTS = {
    4: re.compile(r"‱|[万萬]分|基点|(?<![a-z])bps?(?![a-z])|basis.?points?", re.IGNORECASE),
    3: re.compile(r"‰|千分|per.?mill|promill", re.IGNORECASE),
    2: re.compile(
        r"[%％﹪٪]|百分|パーセント|퍼센트|per.?cent|prozent|pour.?cent|(?<![a-z])(pct|p\.?p)s?(?![a-z])", re.IGNORECASE
    ),
}
# 8万 is not 8, and 8千克 is; 8成 and 8折 are 80%.
_LARGE = re.compile("[十百千万亿兆拾佰仟萬億](?![克米瓦卡帕赫伏])|[kKM]$|[成折]$")
_NO_UNIT = re.compile(
    r"不低于|不高于|不少于|不超过|至少|至多|约|[\s<>=≤≥≈~+\-−–—()\[\]:,;.]"
)  # beside a number, and no part of its unit
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
    """What a format makes of a number.

    ``kind`` is ``number``; ``percent``, where the format shows it a hundred times as large and with a %; ``sign``, where a % or
    ‰ stands beside a number that is not made larger; ``date``, ``time`` or ``duration``; or ``other``, where people see
    something else than the number. ``text`` is about what the cell shows. ``is_rounded`` tells whether it shows less than the cell
    holds: a rounded number, or a date without its day, month or year. ``unit`` is the text before and behind a number, without
    blanks, brackets and signs, and ``%`` of a percentage.
    """

    kind: str
    text: str
    is_rounded: bool = False
    unit: str = ""


class _Section:
    """One part of a format code, for some numbers: positive ones, negative ones, zero, or those of a condition."""

    def __init__(self) -> None:
        self.letters: list[str] = []  # of dates and times, those that stand together as one
        self.before, self.between, self.after = "", "", ""  # the literal texts around the digits
        self.whole, self.decimals, self.under = "", "", ""  # the digit placeholders, of a fraction those under the line
        self.part = "whole"
        self.percents = self.commas = 0
        self.exponent = self.slash = self.plain = self.elapsed = False
        self.condition: tuple[str, Decimal] | None = None

    def takes(self, number: Decimal) -> bool:
        """Whether the condition of the section, where it has one, holds for a number."""
        return self.condition is None or bool(_COMPARE[self.condition[0]](number, self.condition[1]))

    def add_digit(self, digit: str) -> None:
        """Adds a placeholder; commas and literals before it stand between digits."""
        self.between += self.after.strip()
        self.after, self.commas = "", 0
        setattr(self, self.part, getattr(self, self.part) + digit)

    def add_literal(self, text: str) -> None:
        """Adds a text that is shown as it is."""
        if self.whole or self.decimals or self.plain:
            self.after += text
        else:
            self.before += text

    @cached_property
    def shows_whole_day(self) -> bool:
        """Whether year, month and day are shown; three or four d are a weekday."""
        runs = set(self.letters)
        return bool(self.first & set("yegbป") and self.first & set("mด") and runs & {"d", "dd", "ว", "วว"})

    @cached_property
    def counts_parts(self) -> bool:
        """Whether the texts around the digits count in hundredths or less (see :func:`parts_in`)."""
        return parts_in(self.before + self.between + self.after) > 0

    @cached_property
    def unit(self) -> str:
        """The texts around the digits without what belongs to no unit."""
        return _NO_UNIT.sub("", unicodedata.normalize("NFKC", self.before + self.between + self.after))

    @cached_property
    def first(self) -> set[str]:
        """The letters of dates and times."""
        return {run[0] for run in self.letters}

    @cached_property
    def kind(self) -> str:
        """``date``, ``time``, ``duration`` or ``number``; ``unknown`` for a code with letters that mean nothing."""
        if self.first - _DAY_LETTERS - _TIME_LETTERS - {"m", "น"}:
            return "unknown"
        if not self.letters and not self.elapsed:
            return "number"
        if self.first & _DAY_LETTERS:
            return "date"
        if self.elapsed:
            return "duration"
        # A month has no hours or seconds beside it.
        return "time" if self.first & _TIME_LETTERS else "date"


def code_of(number: int, custom: Mapping[int, str]) -> str:
    """The format code of that number: the one that the file gives, a built-in one, or ``General``.

    >>> code_of(31, {}), code_of(176, {176: "0.0"}), code_of(23, {})
    ('yyyy"年"m"月"d"日"', '0.0', 'General')
    """
    return custom.get(number) or _BUILT_IN.get(number, GENERAL)


def show(code: str, number: Decimal) -> Shown:
    """What a cell with that format code shows of a number.

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
    if not digits and not number and text in ("-", "–", "—"):  # how accounting formats show a zero
        return Shown("number", text)
    honest = digits and section.percents < 2 and not section.commas and _is_harmless(section, number)
    if not honest:
        return Shown("other", text, is_rounded)
    kind, unit = ("percent", "%") if section.percents else ("number", section.unit)
    return Shown(kind, text, is_rounded, unit)


def parts_in(text: str) -> int:
    """The power of ten of the parts that a text counts in: 2 for %, 3 for ‰, 4 for ‱ or 基点; 0 where it counts no parts.

    >>> parts_in("8 pct"), parts_in("8‰"), parts_in("8个百分点"), parts_in("8 小时")
    (2, 3, 2, 0)
    """
    return next((power for power, words in _PARTS.items() if words.search(text)), 0)


def _is_harmless(section: _Section, number: Decimal) -> bool:
    """Whether the texts around the digits are units and signs of currency, and leave the number what it is."""
    around = section.before + section.after
    return not (
        section.between
        or re.search(r"[\d.,]", around)
        or (number >= 0 and section.before.rstrip().endswith(("-", "−", "负", "(")))
        or _LARGE.match(section.after.strip())
    )


def _digits(section: _Section, number: Decimal) -> tuple[str, bool]:
    """The digits that a section shows of a number, and whether they are another number; "" where it shows none."""
    if section.plain:
        return f"{number:f}", False
    if section.slash:
        over = Fraction(number)
        fixed = re.fullmatch("[1-9][0-9]*", section.under)
        most = 10 ** max(len(section.under), 1) - 1
        near = Fraction(round(over * int(fixed[0])), int(fixed[0])) if fixed else _nearest(over, most)
        return str(near), near != over
    if section.exponent:
        room = max(len(section.whole), 1)
        shift = number.adjusted() // room * room if number else 0
        mantissa = _EXACT.quantize(number.scaleb(-shift, _EXACT), Decimal(1).scaleb(-len(section.decimals)))
        return f"{mantissa:f}E{shift:+d}", mantissa.scaleb(shift, _EXACT) != number
    places = section.whole + section.decimals
    seen = _EXACT.quantize(number, Decimal(1).scaleb(-len(section.decimals)))
    if not places or (not seen and "0" not in places):  # of # and ? a zero leaves nothing, or blanks
        return "", bool(number)
    text = f"{seen:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text, seen != number


def _nearest(number: Fraction, most: int) -> Fraction:
    """The fraction nearest to a number with a denominator of at most ``most``.

    The same as ``number.limit_denominator(most)``, which before Python 3.12 calculates with fractions and takes three times as
    long. It is the last convergent of the continued fraction, or one that lies between two of them.

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
    """The section of a format by which a number is shown; None where there is none."""
    numeric = sections[:3]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.takes(number) and (section.condition or section is numeric[-1] or number < 0):
                return section
        return None
    if len(numeric) == 3 and not number:
        return numeric[2]
    return numeric[1] if len(numeric) > 1 and number < 0 else numeric[0]


@lru_cache(8_192)  # so many that no workbook can make the same code be read again for each cell
def _sections(code: str) -> tuple[_Section, ...]:
    """The sections of a format code; a code that is too long has one of an unknown kind."""
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
                section.letters.append(
                    "!"
                )  # an escape in Chinese and Japanese, a character to be shown in other languages
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
    # A format whose last section is for texts alone has one section less for numbers.
    if len(sections) > 1 and "@" in code and sections[-1].plain and GENERAL.lower() not in code.lower():
        sections.pop()
    return tuple(sections)


def _read_mark(section: _Section, text: str) -> None:
    """Reads a character that is neither a placeholder nor a letter."""
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
    """Reads what stands in brackets: a currency, a time that runs on, a condition; colours and languages show nothing."""
    if text.startswith("$"):
        currency, _, language = text[1:].partition("-")
        section.add_literal(currency)
        if language.upper() in ("F800", "F400"):  # the long date and the time of the computer
            section.letters += list("ymd") if language.upper() == "F800" else ["h"]
    elif re.fullmatch("h+|m+|s+|[ชนท]+", text, re.IGNORECASE):
        section.elapsed = True
    elif match := _CONDITION.fullmatch(text.replace(" ", "")):
        section.condition = match[1], Decimal(match[2])


# --- days --------------------------------------------------------------------------------------------------------

_LAST = 2_958_465  # the number of 31 December 9999


def day_of(number: Decimal, *, from_1904: bool = False) -> datetime.date | None:
    """The day that a number stands for; None for one with a part of a day, and for a day that is none.

    Excel counts 1900-01-01 as 1, and believes in a 29 February 1900, which is 60. Files from old Macs count 1904-01-01 as 0.

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
    """What a cell with a date, time or duration holds, in digits; the number itself where it is no day.

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
