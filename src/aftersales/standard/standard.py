"""The standard as data: the indicator tree of chapter 5, table 1, the pass line and the stars.

An edition of a standard is one YAML file. The bundled CTS XBHT-S04-2025 is in the package's data; a file of the same
form can be passed in. Validation checks that points add up at every level (6.2.1), that ids are unique, in order and
below their parent, that the stars (6.3.3) cover the scores from the pass line to the top, and that the rows of table 1
(6.2.4) cover the ratios from 0 to 1, without gaps or overlaps (reading R1).

All numbers that scoring uses come from here.
"""

import datetime
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from aftersales.files.fields import (
    Bounded,
    CountFromOne,
    Day,
    Degree,
    Frozen,
    NotNegative,
    Positive,
    Text,
    WholeModel,
    read_day,
)
from aftersales.files.loading import load_model
from aftersales.files.source import Source
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.clauses import CLAUSES, Role
from aftersales.problems.collector import Collector
from aftersales.problems.errors import ClauseOf, StandardError
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.editions import bundled_files
from aftersales.standard.structure import (
    Bilingual,
    Category,
    Grade,
    Indicator,
    Layout,
    Node,
    Provenance,
    Reference,
    Star,
    id_violations,
    sum_violations,
)
from aftersales.text.display import OneLineRepr
from aftersales.text.normalize import plain_name
from aftersales.text.number_format import as_text, printed
from aftersales.text.sentences import Sentences, Translatable, Vocabulary

if TYPE_CHECKING:
    from aftersales.files.numbers import Number

__all__ = ["Standard", "load_standard", "register_standard"]

_say = Sentences("standard")

Term = Literal["matter", "certificate", "table", "level"]
"""What a standard can have words of its own for."""

DEFAULT_STANDARD = "CTS XBHT-S04-2025"
SHOWN_DIFFERENCES = 5  # the most that a message names


class Standard(OneLineRepr, WholeModel):
    """One edition of a standard: the indicators, their points, and the meaning of a score.

    Fields:
        id: The number of the standard, such as ``CTS XBHT-S04-2025``.
        edition: The day that identifies the edition.
        title: The title.
        provenance: The publisher and the dates of the edition.
        total_points: The full score (6.2.1).
        sample_share: The smallest share of a population that a sample must cover, 0 to 1 (6.2.2).
        pass_line: The lowest final score that passes (6.3.2).
        report_working_days: The working days within which a report is due (7.1); None without such a term.
        valid_years: The years for which a certificate is valid (7.2.3); None without such a term.
        audit_every_months: The months in each of which a surveillance audit must be passed (7.2.3); None without one.
        stars: The star ratings in rising order (6.3.3).
        no_star: The grade of a score below the pass line.
        reference: The rows of table 1 in rising order (6.2.4).
        categories: The categories of chapter 5, with their subcategories and indicators.
        clauses: The clauses of the standard by their role, as far as it has them; None for the bundled standard, whose
            clauses are known, and for one of which none are cited.
        terms: The words of the standard for what papers name; None for those of the bundled standard, or general ones.

    >>> from aftersales import load_standard
    >>> standard = load_standard()
    >>> standard.id, len(standard.categories), len(standard.indicators)
    ('CTS XBHT-S04-2025', 4, 73)
    >>> standard["5.1.2.2"].title.zh
    '售后服务管理师占比不低于 10%'
    """

    file_kind = "standard"

    id: Text
    edition: Day
    title: Bilingual
    provenance: Provenance | None = None
    total_points: Positive
    sample_share: Degree
    pass_line: NotNegative
    report_working_days: CountFromOne | None = None
    valid_years: CountFromOne | None = None
    audit_every_months: CountFromOne | None = None
    stars: Annotated[tuple[Star, ...], Field(min_length=1), Bounded]
    no_star: Grade
    reference: Annotated[tuple[Reference, ...], Field(min_length=1), Bounded]
    categories: Annotated[tuple[Category, ...], Field(min_length=1), Bounded]
    clauses: Frozen[Role, Text] | None = None
    terms: Frozen[Term, Bilingual] | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            id: str,
            edition: datetime.date | str,
            title: Bilingual | Mapping[str, Any],
            provenance: Provenance | Mapping[str, Any] | None = None,
            total_points: Number,
            sample_share: Number,
            pass_line: Number,
            report_working_days: int | None = None,
            valid_years: int | None = None,
            audit_every_months: int | None = None,
            stars: Sequence[Star | Mapping[str, Any]],
            no_star: Grade | Mapping[str, Any],
            reference: Sequence[Reference | Mapping[str, Any]],
            categories: Sequence[Category | Mapping[str, Any]],
            clauses: Mapping[Role, str] | None = None,
            terms: Mapping[Term, Bilingual | Mapping[str, Any]] | None = None,
        ) -> None: ...

    def __getitem__(self, node_id: str) -> Node:
        """The category, subcategory or indicator with that id. Raises KeyError if there is none."""
        return self.layout.nodes[node_id]

    def _line(self) -> str:
        size = f"{len(self.indicators)} indicators, {as_text(self.total_points)} points"
        return f"<Standard {self.name('en')} ({self.edition}): {size}>"

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.layout.nodes

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in the order of chapter 5."""
        return self.layout.indicators

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All categories, subcategories and indicators, each parent before its parts."""
        return tuple(self.layout.nodes.values())

    @property
    def limits(self) -> tuple[Fraction, ...]:
        """The scores that a printed score must not seem to reach: pass line, stars' lower limits, full score (R3)."""
        return (self.pass_line, *(star.lower for star in self.stars), self.total_points)

    def printed_ratio(self, ratio: Fraction, unit: str = "%") -> str:
        """A ratio (0 to 1) in print, as a percentage with two decimals (reading R3).

        The mark ``(-)`` follows if rounding moved the number onto a lower limit of table 1 or onto 100 %, and the exact
        ratio is below it. ``unit`` is the text behind the number, "" below a column head with the unit.

        >>> from aftersales import load_standard
        >>> load_standard().printed_ratio(Fraction("0.895")), load_standard().printed_ratio(Fraction("0.999999"))
        ('89.50%', '100.00%(-)')
        """
        return printed(ratio * 100, [*(row.lower * 100 for row in self.reference), Fraction(100)], unit)

    def stars_of(self, score: Fraction) -> int:
        """The stars of an exact, unrounded final score (6.3.2, 6.3.3, readings R1 and R2); 0 below the pass line.

        >>> from aftersales import load_standard
        >>> standard = load_standard(edition="2025-12-04")
        >>> standard.stars_of(Fraction(90)), standard.stars_of(Fraction("89.999999"))
        (5, 4)
        """
        over, under = score.as_integer_ratio()
        for stars, limit, limit_under in self._star_limits:
            if limit * under <= over * limit_under:
                return stars
        return 0

    @cached_property
    def _star_limits(self) -> tuple[tuple[int, int, int], ...]:
        """The stars from the highest, with numerator and denominator of the lower limit.

        Comparing whole numbers is several times faster than comparing Fractions.
        """
        return tuple((star.stars, *star.lower.as_integer_ratio()) for star in reversed(self.stars))

    def star(self, stars: int) -> Star | None:
        """The rating with that number of stars; None if there is none.

        >>> from aftersales import load_standard
        >>> load_standard().star(5).grade.zh, load_standard().star(6)
        ('五星（卓越）级', None)
        """
        return next((star for star in self.stars if star.stars == stars), None)

    def grade_of(self, stars: int) -> Grade:
        """The grade of that number of stars."""
        return self.star(stars) or self.no_star

    def level(self, stars: int) -> Translatable:
        """The name of a level within a sentence: its stars, or its grade by a standard of another body.

        A number of which the standard has no level is named by itself.

        >>> from aftersales import load_standard
        >>> load_standard().level(4).text("zh")
        '四星级'
        """
        if is_bundled_id(self.id):
            return _say.phrase("level", count=stars)
        star = self.star(stars) if stars else self.no_star
        return star.grade if star else _say.phrase("level.other", count=stars)

    @property
    def levels(self) -> tuple[Translatable, ...]:
        """The numbers of the levels, each with its name, for a list of what can be asked for."""
        return tuple(
            _say.phrase("level.listed", number=star.stars, level=self.level(star.stars)) for star in self.stars
        )

    @property
    def rows_are_levels(self) -> bool:
        """Whether table 1 has a row for each rating and one below them, so that its rows correspond to ratings."""
        return len(self.reference) == len(self.stars) + 1

    def reference_of(self, ratio: Fraction) -> Reference:
        """The row of table 1 in which a ratio (0 to 1) lies (6.2.4, readings R1 and R11)."""
        return next(row for row in self.reference if row.holds(ratio))

    @cached_property
    def layout(self) -> Layout:
        """The tree as flat sequences, computed once."""
        nodes: dict[str, Node] = {}
        spans: dict[str, range] = {}
        indicators: list[Indicator] = []
        for category in self.categories:
            nodes[category.id], start = category, len(indicators)
            for subcategory in category.subcategories:
                nodes[subcategory.id], first = subcategory, len(indicators)
                for indicator in subcategory.indicators:
                    nodes[indicator.id] = indicator
                    spans[indicator.id] = range(len(indicators), len(indicators) + 1)
                    indicators.append(indicator)
                spans[subcategory.id] = range(first, len(indicators))
            spans[category.id] = range(start, len(indicators))
        scale = lcm(*(indicator.points.denominator for indicator in indicators))
        return Layout(
            indicators=tuple(indicators),
            positions={indicator.id: position for position, indicator in enumerate(indicators)},
            limited=frozenset(indicator.id for indicator in indicators if indicator.has_limit),
            unlimited=frozenset(indicator.id for indicator in indicators if not indicator.has_limit),
            weights=tuple(int(indicator.points * scale) for indicator in indicators),
            scale=scale,
            spans=spans,
            nodes=nodes,
        )

    @cached_property
    def ids_by_digits(self) -> dict[str, str | None]:
        """Ids by their digits without dots, None for digits of several ids. Used to suggest what a wrong id means."""
        found: dict[str, str | None] = {}
        for node_id in self.layout.nodes:
            digits = node_id.replace(".", "")
            found[digits] = None if digits in found else node_id
        return found

    @cached_property
    def likeness(self) -> Literal["bundled", "reworded", "altered", "own"]:
        """The relation to the bundled standard with this edition and this id, or an id that looks the same.

        ``"bundled"``: it is that one. ``"reworded"``: only texts differ. ``"altered"``: a rule differs, so its results
        are not results of the bundled standard. ``"own"``: no such standard is bundled.
        """
        bundled = _bundled_like(self)
        if bundled is None:
            return "own"
        if bundled == self:
            return "bundled"
        return "altered" if _rules_of(self) != _rules_of(bundled) else "reworded"

    def clause(self, role: Role) -> str | None:
        """The clause of the standard with that role, as it is cited; None if the standard names none.

        >>> from aftersales import load_standard
        >>> load_standard().clause("findings")
        '6.2.2'
        """
        if self.clauses is not None:
            return self.clauses.get(role)
        return CLAUSES[role] if is_bundled_id(self.id) else None

    def term(self, term: Literal[Term, "its_matter", "form", "grading"]) -> Translatable:
        """The words of the standard for something that papers name.

        ``"matter"`` is what is evaluated, ``"its_matter"`` the same of an organisation, ``"form"`` what a form is for,
        ``"certificate"`` the certificate, ``"table"`` table 1, ``"level"`` what a result is, such as stars, and
        ``"grading"`` the same in a notice.

        >>> from aftersales import load_standard
        >>> load_standard().term("matter").text("en")
        'after-sales service maturity'
        """
        own: dict[str, Bilingual] = dict((self.terms or {}).items())
        if term in own:
            return own[term]
        if term == "form" and "matter" in own:
            return own["matter"]
        if term == "grading" and "level" in own:
            return own["level"]
        if term == "its_matter" and "matter" in own:
            return _say.phrase("term.its_matter.of", matter=own["matter"])
        is_general = f"term.{term}.own" not in _say
        key = f"term.{term}" if is_general or is_bundled_id(self.id) else f"term.{term}.own"
        return _say.phrase(key, title=self.title)

    @property
    def wording(self) -> dict[str, Vocabulary]:
        """Facts for every sentence about the standard: its citations and its terms, as parts by role and by name.

        ``{cite[plan]}`` is a citation in brackets and ``{also[plan]}`` one within brackets behind other words; both are
        empty if the standard names no such clause. ``{article[plan]}`` is the clause as a noun, which is the standard
        itself without one. Several roles have blanks between them. ``{term[table]}`` is a term within a sentence, and
        ``{term[Table]}`` one by itself, as in a head.
        """
        forms = ("cite", "also", "article")
        return {**{form: _Citations(self, form) for form in forms}, "term": _Terms(self)}

    def name(self, lang: str = "zh") -> str:
        """The id for people in that language, with a mark if rules differ from those of the bundled standard.

        >>> from aftersales import load_standard
        >>> load_standard().name()
        'CTS XBHT-S04-2025'
        """
        return standard_name(self.id, lang, altered=self.likeness == "altered")

    def differences(self) -> tuple[str, ...]:
        """The ids and keys whose rules differ from the bundled or registered standard with this id and edition."""
        known = _bundled_like(self) or _registered_like(self)
        ours, theirs = _rules_of(self), _rules_of(known or self)
        return tuple(name for name in {**theirs, **ours} if ours.get(name) != theirs.get(name))

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of the content: sha256 of ``model_dump(mode="json")`` as JSON with sorted keys, no blanks."""
        import hashlib
        import json

        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of the rules: ``v1:`` and the sha256 of all that decides a score, a star or a term.

        Texts are not part of it, so that it is the same after a title was corrected. docs/format.md has its form.

        >>> from aftersales import load_standard
        >>> load_standard(edition="2025-12-04").fingerprint[:11]
        'v1:6fe49aa2'
        """
        import hashlib
        import json

        canonical = {"canonical": 1, "id": self.id, "edition": str(self.edition), "rules": _rules_of(self)}
        content = json.dumps(canonical, default=as_text, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return f"v1:{hashlib.sha256(content.encode()).hexdigest()}"

    @model_serializer(mode="wrap")
    def _without_unset_texts(self, serialize: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]
        """Leave out ``clauses`` and ``terms`` where there are none, so that ``sha256`` is what it was before them.

        There is no return type, since the JSON Schema would be that of the type and not that of the fields.
        """
        document = serialize(self)
        return {key: value for key, value in document.items() if value is not None or key not in ("clauses", "terms")}

    @model_validator(mode="after")
    def _check(self) -> Self:
        sums = list(sum_violations(self.id, self.total_points, self.categories, "total_points"))
        top = self.stars[-1].upper if sums else self.total_points  # so that a wrong total is reported once
        violations = [
            *sums,
            *id_violations(self.categories[0].id.rpartition(".")[0], self.categories, "categories"),
            *_band_violations("stars", self.stars, [star.stars for star in self.stars], 1, self.pass_line, top),
            *_band_violations(
                "reference", self.reference, [row.row for row in self.reference], 0, Fraction(0), Fraction(1)
            ),
        ]
        if not self.sample_share:
            context = {"found": self.sample_share, "allowed": "> 0"}
            violations.append(Violation("out-of-range", ("sample_share",), context))
        if violations:
            raise ViolationError(*violations)
        return self


class _Citations(Vocabulary):
    """The citations of a standard in one form, by the roles of the clauses."""

    __slots__ = ("form", "standard")

    def __init__(self, standard: Standard, form: str):
        self.standard, self.form = standard, form

    def word(self, lang: str, key: str) -> str:
        """The clauses with these roles, without repetition."""
        roles: list[Any] = key.split()
        clauses = list(dict.fromkeys(filter(None, map(self.standard.clause, roles))))
        if not clauses:
            return _say(lang, "article.none") if self.form == "article" else ""
        if self.form == "article" and len(clauses) > 1:
            clauses = [_say(lang, "both", first=clauses[0], second=clauses[1])]
        return _say(lang, self.form, clauses=clauses)


class _Terms(Vocabulary):
    """The terms of a standard by their names."""

    __slots__ = ("standard",)

    def __init__(self, standard: Standard):
        self.standard = standard

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Terms) and self.standard == other.standard

    def word(self, lang: str, key: str) -> str:
        """The term within a sentence; by itself if the key is capitalised."""
        name: Any = key.lower()
        text = self.standard.term(name).text(lang)
        if key != name:
            return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
        # Latin letters and digits are set apart from Chinese characters.
        return f"{text} " if lang == "zh" and text[-1:].isascii() else text


def standard_name(standard_id: str, lang: str, *, altered: bool) -> str:
    """The id of a standard for people, with a mark if it is ``altered``: its rules differ from the bundled one's."""
    return _say(lang, "altered_name", id=standard_id) if altered else standard_id


def _band_violations(
    key: str, bands: Sequence[Star | Reference], numbers: Sequence[int], first: int, bottom: Fraction, top: Fraction
) -> Iterator[Violation]:
    """6.3.3 and table 1 of 6.2.4 (reading R1): rows are numbered in order and cover bottom to top without overlaps."""
    number_key: str
    clause: Role
    number_key, clause = ("stars", "stars") if key == "stars" else ("row", "reference")
    reached = bottom
    for position, (band, number) in enumerate(zip(bands, numbers, strict=True)):
        if number != first + position:
            context = {"found": number, "allowed": first + position}
            yield Violation("misplaced-row", (key, position, number_key), context, clause=clause)
        if band.lower != reached:
            yield _join_violation((key, position, "lower"), reached, band.lower, clause)
        if band.upper <= band.lower:
            yield Violation("empty-band", (key, position), {"lower": band.lower, "upper": band.upper}, clause=clause)
        reached = band.upper
    if reached != top:
        yield _join_violation((key, len(bands) - 1, "upper"), reached, top, clause)


def _join_violation(path: tuple[str | int, ...], below: Fraction, above: Fraction, clause: Role) -> Violation:
    code = "row-gap" if below < above else "row-overlap"
    return Violation(code, path, {"lower": min(below, above), "upper": max(below, above)}, clause=clause)


def _bundled_like(standard: Standard) -> Standard | None:
    """The bundled standard of that edition whose id differs at most in blanks, widths, hyphens and case."""
    for standard_id, editions in bundled_files().items():
        if _folded(standard_id) == _folded(standard.id) and standard.edition.isoformat() in editions:
            return named_standard(standard_id, standard.edition)
    return None


def _registered_like(standard: Standard) -> Standard | None:
    """As :func:`_bundled_like`, of those that are registered."""
    editions = (held for held_id, held in _registered.items() if _folded(held_id) == _folded(standard.id))
    return next((held[day] for held in editions if (day := standard.edition.isoformat()) in held), None)


@lru_cache
def is_bundled_id(standard_id: str) -> bool:
    """Whether it is the id of a bundled standard, or one that looks the same."""
    return _folded(standard_id) in map(_folded, bundled_files())


def _folded(text: str) -> str:
    """A name for comparison: without invisible characters, and with one character for all hyphens and minus signs."""
    kinds = ((char, unicodedata.category(char)) for char in plain_name(text))
    return "".join("-" if kind == "Pd" or char == "\u2212" else char for char, kind in kinds if kind != "Cf")


def _rules_of(standard: Standard) -> dict[str, object]:
    """Everything that affects a score, a star or a term, by its key or id: the standard without its texts.

    What is not set is left out, so that a later key does not change the rules of a standard without it.
    """
    texts = {"id", "edition", "title", "provenance", "no_star", "stars", "reference", "categories", "clauses", "terms"}
    rules: dict[str, object] = _set_values(standard, set(Standard.model_fields) - texts)
    rules["stars"] = [(star.stars, star.lower, star.upper) for star in standard.stars]
    rules["reference"] = [(row.row, row.lower, row.upper) for row in standard.reference]
    for node in standard.nodes:
        fields = set(type(node).model_fields) - {"id", "title", "subcategories", "indicators"}
        rules[node.id] = {"level": node.level} | _set_values(node, fields)
    return rules


def _set_values(part: Standard | Node, names: Iterable[str]) -> dict[str, object]:
    values = ((name, getattr(part, name)) for name in names)
    return {name: value for name, value in values if value is not None and value is not False}


def load_standard(source: Source | None = None, *, edition: datetime.date | str | None = None) -> Standard:
    """Load a standard: the bundled CTS XBHT-S04-2025, one that is known by its id, or that of a file of the same form.

    ``source`` is the id of a bundled or registered standard (:func:`register_standard`), or as for
    :func:`~aftersales.load_evaluation`, but no workbook. Without it, or with an id, ``edition`` selects the edition
    (default: the newest one that is known).

    Raises :class:`~aftersales.StandardError` with all problems, each at its line: points that do not add up, duplicate
    or misplaced ids, gaps or overlaps of stars or rows of table 1, missing or unknown keys, the id and edition of a
    bundled standard with different rules (``altered-standard``), and an edition that is not known or differs from
    that of ``source``.

    >>> load_standard(edition="2025-12-04").total_points
    Fraction(100, 1)
    >>> load_standard("CTS XBHT-S04-2025", edition="2025-12-04") == load_standard(edition="2025-12-04")
    True
    """
    with Collector(StandardError) as found, found.collect("edition"):
        wanted = None if edition is None else read_day(edition)
    if source is None or (isinstance(source, str) and _is_id(source)):
        with Collector(StandardError):
            return named_standard(source or DEFAULT_STANDARD, wanted)

    def check(standard: Standard) -> Iterator[Violation]:
        if wanted not in (None, standard.edition):
            yield Violation("unknown-edition", ("edition",), {"found": str(wanted), "allowed": str(standard.edition)})
        if standard.likeness == "altered":
            differing = standard.differences()
            context = {
                "id": standard.id,
                "edition": str(standard.edition),
                "differing": differing[:SHOWN_DIFFERENCES],
            }
            yield Violation("altered-standard", ("id",), context)

    return load_model(source, Standard, StandardError, check, clauses=clauses_in)


def register_standard(standard: Standard | Source) -> Standard:
    """Make a standard known by its id, and return it. ``standard`` is one that is loaded, or a source of one.

    From then on it is found wherever an id is: by the key ``standard`` of evaluations, plans, certificates and other
    files, and by ``load_standard(id)``. Without an edition, the newest one that is bundled or registered is taken.
    Registering the same content again changes nothing.

    The register belongs to the process. A worker that is forked has a copy of it; one that is spawned starts without
    and registers the standard itself, as by ``Pool(initializer=register_standard, initargs=(path,))``. An object that
    holds its standard, such as a scorecard, can be sent to any worker.

    Raises :class:`~aftersales.StandardError` as :func:`load_standard` does, and for an id and edition under which
    another content is known (``registered-otherwise``). An id that looks the same is the same.

    >>> register_standard("data/standards/CTS_XBHT-S04-2025/2025-12-04.yaml")  # bundled, so that it is known already
    <Standard CTS XBHT-S04-2025 (2025-12-04): 73 indicators, 100 points>
    """
    if not isinstance(standard, Standard):
        standard = load_standard(standard)
    with Collector(StandardError), _register_lock:
        known = _bundled_like(standard) or _registered_like(standard)
        if known is None:
            _registered.setdefault(standard.id, {})[standard.edition.isoformat()] = standard
        elif known != standard:
            context = {"id": known.id, "edition": known.edition}
            raise ViolationError(Violation("registered-otherwise", ("id",), context))
    return known or standard


def named_standard(standard_id: str, edition: datetime.date | None = None) -> Standard:
    """The bundled or registered standard with that id, in that edition or in its newest one.

    Raises :class:`~aftersales.problems.violations.ViolationError` if no such standard or edition is known.
    """
    bundled, registered = bundled_files().get(standard_id, {}), _registered.get(standard_id, {})
    editions = {*bundled, *registered}
    if not editions:
        known = _known_ids()
        context: dict[str, Any] = {"found": standard_id, "allowed": known, "hint": near(standard_id, known)}
        raise ViolationError(Violation("unknown-standard", ("standard",), context))
    wanted = edition.isoformat() if edition else max(editions)
    if wanted not in editions:
        raise ViolationError(
            Violation("unknown-edition", ("edition",), {"found": wanted, "allowed": tuple(sorted(editions))})
        )
    return _load_bundled(bundled[wanted]) if wanted in bundled else registered[wanted]


def _is_id(text: str) -> bool:
    """Whether a text is an id: a known one, or one line without an extension of which there is no file."""
    if text in _known_ids():
        return True
    return bool(text) and text.isprintable() and not Path(text).suffix[1:2].isalpha() and not os.path.lexists(text)


def clauses_of(standard: Standard | None, data: Any) -> ClauseOf | None:
    """The clauses of the given standard, or of the registered one that plain data name; None for the bundled one."""
    if standard is None and isinstance(data, Mapping):
        editions = _registered.get(_plain(data.get("standard")), {})
        standard = editions.get(_plain(data.get("edition"))) or (editions[max(editions)] if editions else None)
    if standard is None:
        return None
    ensure_kind("standard", standard, Standard)
    return standard.clause


def clauses_in(data: Any) -> ClauseOf | None:
    """The clauses in the plain data of a standard, which may have mistakes; None for an edition of a bundled one."""
    if not isinstance(data, Mapping) or is_bundled_id(_plain(data.get("id"))):
        return None
    named = data.get("clauses")
    return lambda role: _plain(named[role]) if isinstance(named, Mapping) and role in named else None


def _plain(value: object) -> str:
    """The text of an id, a day or a clause in data that are not validated; "" for anything else."""
    return str(value) if isinstance(value, str | datetime.date) else ""


_registered: dict[str, dict[str, Standard]] = {}  # by id and edition
_register_lock = Lock()


def _known_ids() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*bundled_files(), *_registered)))


@lru_cache
def _load_bundled(path: Path) -> Standard:
    return load_model(path, Standard, StandardError)
