"""The parts of a standard (chapter 5, 6.2.4, 6.3.3): categories, subcategories, indicators, table 1 and stars."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Protocol, Self

from pydantic import ConfigDict, Field, model_validator

from aftersales.files.fields import Bounded, Count, Day, Flag, Model, NotNegative, Positive, Text
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError
from aftersales.text.number_format import as_text
from aftersales.text.sentences import Translatable, languages

if TYPE_CHECKING:
    from aftersales.files.numbers import Number

__all__ = ["Bilingual", "Category", "Grade", "Indicator", "Provenance", "Reference", "Star", "Subcategory"]


Limit = tuple[Literal["at_least", "at_most"], Fraction]
"""A limit of an actual value (6.2.2): at least (reading R5) or at most (reading R6) a value."""

SIGNS = {"at_least": "≥", "at_most": "≤"}


class _HasLimit(Protocol):
    @property
    def at_least(self) -> Fraction | None: ...
    @property
    def at_most(self) -> Fraction | None: ...


def own_limit(holder: _HasLimit) -> Limit | None:
    """The limit that an indicator (reading R4) or a finding sets itself; None where it sets none."""
    value = holder.at_least
    if value is not None:
        return "at_least", value
    value = holder.at_most
    return None if value is None else ("at_most", value)


class Bilingual(Translatable, Model):
    """A text in Chinese (authoritative), in English (informative), and in further languages by their codes.

    Fields:
        zh: The text in Chinese.
        en: The text in English.
    """

    model_config = ConfigDict(extra="allow", defer_build=True)
    __pydantic_extra__: dict[str, Text] = Field(init=False)

    zh: Text
    en: Text

    if TYPE_CHECKING:

        def __init__(self, *, zh: str, en: str, **others: str) -> None: ...

    def text(self, lang: str) -> str:
        """The text in that language; in Chinese where it has none."""
        if lang == "en":
            return self.en
        return (self.__pydantic_extra__ or {}).get(lang, self.zh)

    @model_validator(mode="before")
    @classmethod
    def _check_languages(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [key for key in data if _is_unknown_language(key)]):
            raise ViolationError(*map(_unknown_language, unknown))
        return data


def _is_unknown_language(key: Any) -> bool:
    return isinstance(key, str) and key not in languages()


def _unknown_language(key: str) -> Violation:
    context = {"found": key, "allowed": languages(), "hint": partial(near, key, languages())}
    return Violation("unknown-key", (key,), context, about_key=True)


class Indicator(Model):
    """An indicator (小类指标): the unit of assessment (chapter 5).

    Fields:
        id: The id, such as ``5.1.2.2``.
        points: The weight (分值).
        at_least: The lower limit that the standard itself sets, as for 5.1.2.2 (reading R4). Such an indicator takes
            only a quantitative finding.
        at_most: The upper limit that the standard itself sets (reading R4).
        proportion: Whether the limit is a proportion (占比). Then the actual value is within 0 to 100 %, and is
            written with % unless it is below 1.
        sampling: Whether the standard asks for verification by sampling (6.2.2). Another finding gets a remark
            (reading R20).
        title: The title.
    """

    id: Text
    points: Positive
    at_least: Positive | None = None
    at_most: NotNegative | None = None
    proportion: Flag = False
    sampling: Flag = False
    title: Bilingual

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            id: str,
            points: Number,
            at_least: Number | None = None,
            at_most: Number | None = None,
            proportion: bool = False,
            sampling: bool = False,
            title: Bilingual | Mapping[str, Any],
        ) -> None: ...

    @property
    def level(self) -> Literal["indicator"]:
        """Its level in the tree."""
        return "indicator"

    @property
    def parts(self) -> tuple[()]:
        """An indicator has no parts."""
        return ()

    @property
    def has_limit(self) -> bool:
        """Whether the standard fixes the limit."""
        return own_limit(self) is not None

    @property
    def limit_text(self) -> str:
        """The limit of the standard as it is written: a proportion with %. Empty if the standard fixes none.

        >>> from aftersales import load_standard
        >>> load_standard()["5.1.2.2"].limit_text, load_standard()["5.1.1.1"].limit_text
        ('10%', '')
        """
        limit = own_limit(self)
        if limit is None:
            return ""
        return f"{as_text(limit[1] * 100)}%" if self.proportion else as_text(limit[1])

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.at_least is not None and self.at_most is not None:
            raise ViolationError(Violation("two-limits"))
        limit = own_limit(self)
        if self.proportion and (limit is None or limit[1] > 1):
            raise ViolationError(Violation("proportion-without-limit", ("proportion",), {"found": self.id}))
        return self


class Subcategory(Model):
    """A subcategory (中类指标).

    Fields:
        id: The id, such as ``5.1.2``.
        points: The points, which are the sum of those of its indicators.
        title: The title.
        indicators: The indicators in order.
    """

    id: Text
    points: Positive
    title: Bilingual
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1), Bounded]

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            id: str,
            points: Number,
            title: Bilingual | Mapping[str, Any],
            indicators: Sequence[Indicator | Mapping[str, Any]],
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_parts(self, self.indicators, "indicators")
        return self

    @property
    def level(self) -> Literal["subcategory"]:
        """Its level in the tree."""
        return "subcategory"

    @property
    def parts(self) -> tuple[Indicator, ...]:
        """The indicators."""
        return self.indicators


class Category(Model):
    """A category (指标大类).

    Fields:
        id: The id, such as ``5.1``.
        points: The points, which are the sum of those of its subcategories.
        title: The title.
        subcategories: The subcategories in order.
    """

    id: Text
    points: Positive
    title: Bilingual
    subcategories: Annotated[tuple[Subcategory, ...], Field(min_length=1), Bounded]

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            id: str,
            points: Number,
            title: Bilingual | Mapping[str, Any],
            subcategories: Sequence[Subcategory | Mapping[str, Any]],
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_parts(self, self.subcategories, "subcategories")
        return self

    @property
    def level(self) -> Literal["category"]:
        """Its level in the tree."""
        return "category"

    @property
    def parts(self) -> tuple[Subcategory, ...]:
        """The subcategories."""
        return self.subcategories


Node = Category | Subcategory | Indicator
"""A part of the tree with points."""


class Grade(Model):
    """The grade of a result (6.3.3), in the package's own words.

    Fields:
        grade: The name of the grade.
        meaning: The meaning of the grade.
    """

    grade: Bilingual
    meaning: Bilingual

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            grade: Bilingual | Mapping[str, Any],
            meaning: Bilingual | Mapping[str, Any],
        ) -> None: ...


def star_signs(stars: int, of: int = 0) -> str:
    """Stars as signs; with ``of``, as many of them as there are in all, the others empty.

    >>> star_signs(3), star_signs(3, of=5)
    ('★★★', '★★★☆☆')
    """
    return "★" * stars + "☆" * (of - stars)


class Star(Grade):
    """A star rating (6.3.3): ``lower`` ≤ final score < ``upper``; for the top one ≤ ``upper``.

    Fields:
        stars: The number of stars.
        lower: The lowest final score.
        upper: The final score from which the next rating applies; for the top rating the full score.
    """

    stars: Count
    lower: NotNegative
    upper: NotNegative

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            grade: Bilingual | Mapping[str, Any],
            meaning: Bilingual | Mapping[str, Any],
            stars: int,
            lower: Number,
            upper: Number,
        ) -> None: ...


class Reference(Model):
    """A row of table 1 (6.2.4): ``lower`` ≤ ratio < ``upper``; for the top one ≤ ``upper`` (reading R1).

    The row is a reference to compare with and never changes a score (reading R11).

    Fields:
        row: The number of the row, from 0. In a table with a row for each rating, the stars that it corresponds to.
        lower: The lowest ratio, 0 to 1.
        upper: The ratio from which the next row applies; for the top row 1.
        published_range: The ratios as the table states them, which may leave gaps or overlap (reading R1).
        published_label: The star as the table states it.
        guidance: What work at that ratio is like, in the package's own words.
    """

    row: Count
    lower: NotNegative
    upper: NotNegative
    published_range: Text | None = None
    published_label: Bilingual | None = None
    guidance: Bilingual

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            row: int,
            lower: Number,
            upper: Number,
            published_range: str | None = None,
            published_label: Bilingual | Mapping[str, Any] | None = None,
            guidance: Bilingual | Mapping[str, Any],
        ) -> None: ...

    def holds(self, ratio: Fraction) -> bool:
        """Whether a ratio lies in this row."""
        over, under = ratio.as_integer_ratio()
        least, least_under, most, most_under = self._bounds
        below = over * most_under < most * under or (over == under and most == most_under)
        return below and least * under <= over * least_under

    @cached_property
    def _bounds(self) -> tuple[int, int, int, int]:
        """Numerators and denominators of the bounds: comparing whole numbers is several times faster than Fractions."""
        return (*self.lower.as_integer_ratio(), *self.upper.as_integer_ratio())

    def __str__(self) -> str:
        """The ratios of the row as an interval, such as ``[80%, 90%)``.

        >>> from aftersales import load_standard
        >>> [str(row) for row in load_standard().reference][-2:]
        ['[80%, 90%)', '[90%, 100%]']
        """
        return self._interval

    @cached_property
    def _interval(self) -> str:
        return f"[{as_text(self.lower * 100)}%, {as_text(self.upper * 100)}%{']' if self.upper == 1 else ')'}"


class Provenance(Model):
    """The origin of an edition.

    Fields:
        publisher: The publisher.
        issued: The day of issue.
        effective: The day from which it applies.
        amended: The day of the last amendment.
        note: A remark.
    """

    publisher: Bilingual
    issued: Day
    effective: Day
    amended: Day | None = None
    note: Bilingual | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            publisher: Bilingual | Mapping[str, Any],
            issued: datetime.date | str,
            effective: datetime.date | str,
            amended: datetime.date | str | None = None,
            note: Bilingual | Mapping[str, Any] | None = None,
        ) -> None: ...


class Layout(NamedTuple):
    """The tree as flat sequences, for arithmetic in whole numbers.

    Fields:
        indicators: All indicators in order.
        positions: The position of each indicator by id.
        limited: The ids of the indicators whose limit the standard sets.
        unlimited: The ids of the other indicators.
        weights: The points of the indicators times ``scale``, which makes them whole numbers.
        scale: The common denominator of the points.
        spans: The range of indicators of each node by id.
        nodes: All nodes by id.
    """

    indicators: tuple[Indicator, ...]
    positions: dict[str, int]
    limited: frozenset[str]
    unlimited: frozenset[str]
    weights: tuple[int, ...]
    scale: int
    spans: dict[str, range]
    nodes: dict[str, Node]

    def folded(self, positions: Iterable[int]) -> tuple[str, ...]:
        """The ids of the indicators at these positions, with a group in place of all of its indicators."""
        left, ids = set(positions), []
        for key in self.nodes:  # each group before its parts
            if left.issuperset(span := self.spans[key]):
                ids.append(key)
                left.difference_update(span)
        return tuple(ids)


def _check_parts(parent: Category | Subcategory, parts: Sequence[Node], key: str) -> None:
    """6.2.1 and chapter 5: the points of the parts add up to those of the parent, and their ids follow from its id."""
    violations = [*sum_violations(parent.id, parent.points, parts, "points"), *id_violations(parent.id, parts, key)]
    if violations:
        raise ViolationError(*violations)


def sum_violations(name: str, points: Fraction, parts: Sequence[Node], key: str) -> Iterator[Violation]:
    """6.2.1: the points of a node are the sum of its parts' points."""
    total = sum((part.points for part in parts), Fraction(0))
    if total != points:
        yield Violation("points-do-not-add-up", (key,), {"found": name, "total": total, "allowed": points})


def id_violations(parent: str, parts: Sequence[Node], key: str) -> Iterator[Violation]:
    """Chapter 5: an id is its parent's id, a dot and a number, and the numbers rise. So all ids are unique."""
    heads = {part.id.rpartition(".")[0] for part in parts}
    if parent not in heads and len(heads) == 1:  # all parts name the same other parent, so its id is the one mistake
        yield Violation("misplaced-id", ("id",), {"found": parent, "allowed": heads.pop()})
        return
    seen: set[str] = set()
    last = 0
    for position, part in enumerate(parts):
        head, _, tail = part.id.rpartition(".")
        number = int(tail) if tail.isascii() and tail.isdigit() and len(tail) <= 4 else 0
        if part.id in seen:
            yield Violation("duplicate-id", (key, position, "id"), {"found": part.id})
        elif head != parent or number <= last:
            yield Violation(
                "misplaced-id", (key, position, "id"), {"found": part.id, "allowed": f"{parent}.{last + 1}"}
            )
        else:
            last = number
        seen.add(part.id)
