"""A framed sheet of one page (A4), and the size of type in which all of its text fits.

Every format is set from the same measures, so that the same text fits, or is refused, in all of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import NamedTuple

from aftersales.problems.collector import refusal
from aftersales.problems.errors import PaperError
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.rendering.document import Picture
from aftersales.text.columns import width

__all__ = ["SAFETY", "SERIF_FONTS", "Fact", "Line", "Lines", "Measures", "Sheet", "is_abreast", "measures_of"]

SERIF_FONTS = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Songti SC")
"""The font families of a sheet. The first one that is installed is used."""


@dataclass(frozen=True, slots=True)
class Line:
    """A text in one language.

    Fields:
        text: The text.
        lang: The language, as the files of sentences name it.
    """

    text: str
    lang: str


Lines = tuple[Line, ...]
"""The same text in each language of a sheet, in which it is not the same; the first is the larger one."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its label.

    Fields:
        label: The label.
        value: The value.
    """

    label: Lines
    value: Lines


@dataclass(frozen=True, slots=True)
class Sheet:
    """A framed page. All texts but the facts are centred, one below the other.

    Fields:
        lang: The language of the file.
        landscape: Whether the page is wider than high.
        title: The title.
        subtitle: The line below the title.
        number: The number of the paper.
        opening: The words before the name.
        name: Whose paper it is.
        details: The lines below the name.
        statement: What is stated of the holder.
        stars: The stars.
        grade: The line below the stars.
        entries: Facts that may be long, one below the other.
        days: Short facts, side by side.
        notes: Conditions and remarks, at the foot.
        issuer: Facts of the issuer, at the foot.
        signature: The place for a signature.
        stamp: The place for a stamp.
        author: The author, for the properties of the file.
        issued_on: The day of issue, for the properties of the file.
    """

    lang: str
    landscape: bool
    title: Lines
    subtitle: Lines
    number: Lines
    opening: Lines
    name: Lines
    details: tuple[Lines, ...]
    statement: Lines
    stars: Picture
    grade: Lines
    entries: tuple[Fact, ...]
    days: tuple[Fact, ...]
    notes: tuple[Lines, ...]
    issuer: tuple[Fact, ...]
    signature: Lines
    stamp: Lines
    author: str
    issued_on: datetime.date


# Points, at full size. A further language has a smaller size, as far as it stays legible.
SIZES = {
    "title": 34.0,
    "subtitle": 15.0,
    "number": 10.5,
    "opening": 12.0,
    "name": 22.0,
    "details": 10.5,
    "statement": 12.5,
    "grade": 20.0,
    "entries": 10.5,
    "days": 10.5,
    "notes": 9.5,
    "issuer": 10.0,
}
SECOND = 0.78  # of the size of the first language
LEAST = (8.0, 7.0)  # points of any text: the latter where long texts do not fit with the former
COLUMN_GAP = 0.04  # of the width of the text
STARS_HEIGHT = 34.0
STAMP_MM = 43  # the height of the foot, of which a round stamp of 42 mm takes the place at the right
LEADING = 1.4  # the height of a line, of its size
ON_ONE_LINE = ("title", "subtitle", "opening", "grade")  # the languages of a wide sheet stand side by side
IN_COLUMNS = ("statement", "entries")  # likewise, each in a column
LABEL = 0.2  # of the width of the text
ISSUER, SIGNATURE, STAMP = 0.48, 0.22, 0.3  # the parts of the foot, of the width of the text
ISSUER_LABEL = 0.36  # of the part of the issuer
GAPS = 11  # between the parts
SAFETY = 14.0  # points that are left free, as Word ends a page with an empty line
LEAST_GAP = 5.0
SCALES = tuple(percent / 100 for percent in range(100, 71, -4))
NAME_SCALES = (1.0, 0.88, 0.76, 0.66, 0.56)
NAME_LINES = 2
SLACK = 1.06  # lines end before the margin, where no word or mark can be broken
WIDE_LETTERS = "MWmw%@"
POINTS_PER_MM = 72 / 25.4


class Measures(NamedTuple):
    """The measures of a sheet.

    Fields:
        width: The width of the page in points.
        height: The height of the page in points.
        side: The margin at each side.
        margin: The margin at the top and at the bottom.
        sizes: The size of type of each part of the sheet in points.
        least: The least size of type.
        stars: The height of the stars.
        foot: The height of the foot, which is the last part.
        gap: The least distance between parts in points.
        spare: The height that is left over, for more distance.
    """

    width: float
    height: float
    side: float
    margin: float
    sizes: dict[str, float]
    least: float
    stars: float
    foot: float
    gap: float
    spare: float

    @property
    def text_width(self) -> float:
        """The width of the text in points."""
        return self.width - 2 * self.side

    def second(self, size: float) -> float:
        """The size of a further language below or beside one of that size."""
        return _second(size, self.least)


def measures_of(sheet: Sheet) -> Measures:
    """The measures in which all text fits on the page: the largest type that does.

    Raises :class:`~aftersales.PaperError` if it does not fit in the smallest type (``sheet-too-full``).
    """
    page = [210 * POINTS_PER_MM, 297 * POINTS_PER_MM]
    if sheet.landscape:
        page.reverse()
    side, margin = (
        (23 * POINTS_PER_MM, 16 * POINTS_PER_MM) if sheet.landscape else (23 * POINTS_PER_MM, 20 * POINTS_PER_MM)
    )
    available = page[1] - 2 * margin
    for least, scale in product(LEAST, SCALES):
        sizes = {part: max(least, size * scale) for part, size in SIZES.items()}
        sizes["name"] = _name_size(sheet.name, sizes["name"], page[0] - 2 * side)
        gap, stars = LEAST_GAP * scale, STARS_HEIGHT * scale
        foot = max(_foot_height(sheet, sizes, page[0] - 2 * side, least, gap), STAMP_MM * POINTS_PER_MM)
        spare = available - _height(sheet, sizes, page[0] - 2 * side, least, stars) - foot - GAPS * gap
        if spare >= SAFETY:
            return Measures(page[0], page[1], side, margin, sizes, least, stars, foot, gap, spare)
    longest = max(("name", "entries", "details"), key=lambda part: sum(len(text) for text in _texts(sheet, part)))
    advice = "sheet.make_upright" if sheet.landscape else "sheet.shorten"
    context = {"what": phrase(f"sheet.{longest}"), "advice": phrase(advice)}
    raise refusal(PaperError, Violation("sheet-too-full", context=context))


def _texts(sheet: Sheet, part: str) -> Iterator[str]:
    content = getattr(sheet, part)
    if part == "entries":
        content = [fact.value for fact in content]
    for lines in [content] if part == "name" else content:
        yield from (line.text for line in lines)


def _name_size(name: Lines, size: float, available: float) -> float:
    """A long name is set in smaller type than a short one, so that it takes two lines if possible."""
    sizes = [size * scale for scale in NAME_SCALES]
    return next((each for each in sizes if _lines([name[0]], each, available) <= NAME_LINES), sizes[-1])


def is_abreast(sheet: Sheet) -> bool:
    """Whether the languages stand side by side: on a wide page, which has no room for one below the other."""
    return sheet.landscape and len(sheet.title) > 1


def _second(size: float, least: float) -> float:
    return max(least, size * SECOND)


def _height(sheet: Sheet, sizes: dict[str, float], available: float, least: float, stars: float) -> float:
    """The height of all text but the foot, and of the stars, without the gaps between parts.

    On a wide page the stars and the grade stand in one line.
    """
    abreast = is_abreast(sheet)
    height = max(stars, sizes["grade"] * LEADING) if sheet.landscape else stars
    for part in (
        "title",
        "subtitle",
        "number",
        "opening",
        "name",
        "statement",
        *([] if sheet.landscape else ["grade"]),
    ):
        lines = getattr(sheet, part)
        lines = lines[:1] if abreast and part in ON_ONE_LINE else lines
        height += _text_height(lines, sizes[part], available, least, abreast=abreast and part in IN_COLUMNS)
    height += sum(_text_height(lines, sizes["details"], available, least) for lines in sheet.details)
    first = slice(0, 1 if abreast else None)  # of what stands on one line
    for fact in sheet.entries:
        label = _text_height(fact.label[first], sizes["entries"], available * LABEL, least)
        height += max(
            label, _text_height(fact.value, sizes["entries"], available * (1 - LABEL), least, abreast=abreast)
        )
    return height + max(
        _text_height(fact.label[first], sizes["days"], available, least)
        + _text_height(fact.value[first], sizes["days"], available, least)
        for fact in sheet.days
    )


def _foot_height(sheet: Sheet, sizes: dict[str, float], available: float, least: float, gap: float) -> float:
    """The height of the notes and of the facts of the issuer, whose labels stand on one line in all languages."""
    size = sizes["issuer"]
    height = gap + sum(_text_height(lines, sizes["notes"], available * (1 - STAMP), least) for lines in sheet.notes)
    for fact in sheet.issuer:
        label = (Line(" ".join(line.text for line in fact.label), sheet.lang),)
        own = _text_height(label, size, available * ISSUER * ISSUER_LABEL, least)
        height += max(own, _text_height(fact.value, size, available * ISSUER * (1 - ISSUER_LABEL), least))
    return height


def _text_height(lines: Lines, size: float, available: float, least: float, *, abreast: bool = False) -> float:
    sizes = [size, *(_second(size, least) for _ in lines[1:])]
    if abreast and len(lines) > 1:
        column = available * (1 - COLUMN_GAP) / len(lines)
        return max(_lines([line], size, column) for line in lines) * size * LEADING
    return sum(_lines([line], each, available) * each * LEADING for line, each in zip(lines, sizes, strict=True))


def _lines(lines: Sequence[Line], size: float, available: float) -> int:
    """The number of lines that a text takes; rather more than it will take."""
    return sum(ceil(max(1.0, _em(line.text) * size * SLACK) / available) for line in lines)


def _em(text: str) -> float:
    """The width of a text, of its size. Some letters are wider than others."""
    return width(text) / 2 + 0.2 * sum(char.isupper() for char in text) + 0.35 * sum(map(text.count, WIDE_LETTERS))
