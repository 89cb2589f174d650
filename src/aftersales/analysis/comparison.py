"""Compare results (对比评价, 6.1.5, reading R16): rank organisations, or compare two evaluations of one organisation.

Results are comparable only with the same product category, the same size tier and the same edition of the same
standard. Otherwise the comparison is refused, and every difference is named.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import Annotated, Any, Literal

from aftersales.evaluation.evaluation import Period
from aftersales.files.arrow import TITLES, ArrowColumn, arrow_table
from aftersales.files.fields import Bounded, Count, CountFromOne, Day, Flag, Model, Result, Text
from aftersales.problems.arguments import ensure_kind, ensure_several, ensure_word
from aftersales.problems.collector import Collector
from aftersales.problems.errors import AdviceError, Path
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.structure import Bilingual
from aftersales.text.display import OneLineRepr
from aftersales.text.normalize import plain_name

__all__ = ["Comparison", "NodeChange", "NodeComparison", "Progress", "Ranked", "compare", "progress"]

Level = Literal["category", "subcategory", "indicator"]

_NODE = (
    ArrowColumn("id", "text", lambda node: node.id),
    ArrowColumn("level", "text", lambda node: node.level),
    ArrowColumn("parent", "text", lambda node: node.parent),
    *TITLES,
)
_RESULT = (
    ArrowColumn("index", "count", lambda ranked: ranked.index),
    ArrowColumn("place", "count", lambda ranked: ranked.place),
    ArrowColumn("organisation", "text", lambda ranked: ranked.organisation),
)
_RANKING = (
    ArrowColumn("type", "text", lambda ranked: ranked.type),
    ArrowColumn("start", "text", lambda ranked: ranked.period and ranked.period.start.isoformat()),
    ArrowColumn("end", "text", lambda ranked: ranked.period and ranked.period.end.isoformat()),
    ArrowColumn("final_score", "number", lambda ranked: ranked.final_score),
    ArrowColumn("printed_score", "text", lambda ranked: ranked.printed_score),
    ArrowColumn("stars", "count", lambda ranked: ranked.stars),
)
_CHANGE = tuple(ArrowColumn(name, "number", attrgetter(name)) for name in ("before", "after", "difference"))


class Ranked(Model):
    """A result in a ranking.

    Fields:
        place: The place, from 1. Equal scores share a place.
        index: The position of the scorecard in the input, from 0.
        organisation: The name of the organisation.
        type: Whether a third party evaluated or the organisation itself, if known (reading R16).
        period: The days of the evaluation, if known.
        final_score: The final score, 0 to 100, exact.
        printed_score: The final score in print (reading R3).
        stars: The stars, 0 for none.
        grade: The name of the level; None in a result that an earlier version wrote.
    """

    place: CountFromOne
    index: Count
    organisation: Text
    type: Literal["third_party", "self"] | None = None
    period: Period | None = None
    final_score: Result
    printed_score: str
    stars: Count
    grade: Bilingual | None = None


class NodeComparison(Model):
    """A category, subcategory or indicator in all results.

    Fields:
        id: The id of the node.
        title: The title of the node.
        ratios: The ratio in each result, 0 to 1; None if nothing of the node is applicable.
        printed_ratios: These ratios in print, in per cent (reading R3).
        best: The positions of the results with the highest ratio.
        level: ``"category"``, ``"subcategory"`` or ``"indicator"``.
        parent: The id of the group that contains the node; None for a category.
    """

    id: str
    title: Bilingual
    ratios: Annotated[tuple[Result | None, ...], Bounded]
    printed_ratios: Annotated[tuple[Text | None, ...], Bounded]
    best: Annotated[tuple[Count, ...], Bounded]
    level: Level
    parent: str | None = None


class Comparison(OneLineRepr, Model):
    """The comparison of several results (6.1.5).

    Fields:
        standard: The id of the standard.
        edition: The edition of the standard.
        altered: Whether the standard has the id and edition of a bundled one and different rules.
        product_category: The product category of all results.
        size_tier: The size tier of all results.
        ranking: The results in the order of their final scores.
        nodes: Every category, subcategory and indicator, each parent before its parts.
    """

    standard: Text
    edition: Day
    altered: Flag = False
    product_category: Text
    size_tier: Text
    ranking: Annotated[tuple[Ranked, ...], Bounded]
    nodes: Annotated[tuple[NodeComparison, ...], Bounded]

    def _line(self) -> str:
        ranking = "; ".join(f"{each.place}. {each.organisation} {each.printed_score}" for each in self.ranking)
        return f"<Comparison: {ranking}>"

    def to_table(self, rows: Literal["nodes", "ranking"] = "nodes") -> Any:
        """Each node in each result as an Arrow table, or the ``ranking``. Requires the extra ``batch``.

        The columns of nodes are ``id``, ``level``, ``parent``, ``title_zh`` and ``title_en``, then the ``index``,
        ``place`` and ``organisation`` of the result, its ``ratio`` with ``ratio_exact`` (0 to 1, null if nothing is
        applicable), and ``best``, whether no other result has a higher ratio. Those of the ranking are the fields of a
        place, with ``start`` and ``end`` of the period, and ``final_score_exact``.

        Raises :class:`~aftersales.MissingExtra` if pyarrow is not installed, and ValueError for other ``rows``.
        """
        ensure_word("rows", rows, ("nodes", "ranking"))
        if rows == "ranking":
            return arrow_table(self.ranking, [*_RESULT, *_RANKING])
        columns = [
            *(column.of(0) for column in _NODE),
            *(column.of(1) for column in _RESULT),
            ArrowColumn("ratio", "number", lambda row: row[0].ratios[row[1].index]),
            ArrowColumn("best", "flag", lambda row: row[1].index in row[0].best),
        ]
        return arrow_table([(node, ranked) for node in self.nodes for ranked in self.ranking], columns)


class NodeChange(Model):
    """The change of a node between two evaluations.

    Fields:
        id: The id of the node.
        title: The title of the node.
        before: The ratio in the first evaluation, 0 to 1; None if nothing of the node was applicable.
        after: The ratio in the second evaluation, 0 to 1; None if nothing of the node was applicable.
        difference: ``after`` minus ``before``; None if one of them is None.
        printed_before: ``before`` in print, in per cent (reading R3).
        printed_after: ``after`` in print, in per cent (reading R3).
        level: ``"category"``, ``"subcategory"`` or ``"indicator"``.
        parent: The id of the group that contains the node; None for a category.
    """

    id: str
    title: Bilingual
    before: Result | None = None
    after: Result | None = None
    difference: Result | None = None
    printed_before: Text | None = None
    printed_after: Text | None = None
    level: Level
    parent: str | None = None


class Progress(OneLineRepr, Model):
    """The change of an organisation between two evaluations.

    Fields:
        organisation: The name of the organisation.
        final_score_before: The final score of the first evaluation, 0 to 100, exact.
        final_score_after: The final score of the second evaluation, 0 to 100, exact.
        printed_score_before: The final score of the first evaluation in print (reading R3).
        printed_score_after: The final score of the second evaluation in print (reading R3).
        stars_before: The stars of the first evaluation, 0 for none.
        stars_after: The stars of the second evaluation, 0 for none.
        changes: The change of every node, each parent before its parts.
        grade_before: The name of the level before; None in a result that an earlier version wrote.
        grade_after: The name of the level after; None in a result that an earlier version wrote.
    """

    organisation: Text
    final_score_before: Result
    final_score_after: Result
    printed_score_before: Text
    printed_score_after: Text
    stars_before: Count
    stars_after: Count
    changes: Annotated[tuple[NodeChange, ...], Bounded]
    grade_before: Bilingual | None = None
    grade_after: Bilingual | None = None

    def _line(self) -> str:
        scores = f"{self.printed_score_before} → {self.printed_score_after}"
        return f"<Progress of {self.organisation}: {scores}, stars {self.stars_before} → {self.stars_after}>"

    @property
    def difference(self) -> Fraction:
        """The change of the final score."""
        return self.final_score_after - self.final_score_before

    @property
    def risen(self) -> tuple[NodeChange, ...]:
        """The nodes whose ratio rose, the largest rise first."""
        return risen(self.changes)

    @property
    def fallen(self) -> tuple[NodeChange, ...]:
        """The nodes whose ratio fell, the largest fall first."""
        return fallen(self.changes)

    def to_table(self) -> Any:
        """The changes as an Arrow table, with a row for each node (:func:`change_table`)."""
        return change_table(self.changes)


def compare(cards: Iterable[Scorecard]) -> Comparison:
    """Rank results by their exact final scores, and compare each node (6.1.5, reading R16).

    Raises :class:`~aftersales.AdviceError` for fewer than two results (``too-few-to-compare``), for a result without an
    organisation, product category or size tier, or without a type beside others of both types
    (``needed-to-compare``), and for each one that differs from the first in
    category, tier, standard or edition (``not-comparable``).

    >>> from aftersales import Evaluation, load_standard, score
    >>> findings = {indicator.id: "full" for indicator in load_standard().indicators}
    >>> findings |= {"5.1.2.2": {"kind": "quantitative", "actual": "10%"}}
    >>> def result(name, **found):
    ...     subject = {"organisation": name, "product_category": "家电", "size_tier": "中型"}
    ...     return score(Evaluation(standard="CTS XBHT-S04-2025", subject=subject, findings=findings | found))
    >>> comparison = compare([result("甲", **{"5.1.1.1": "none"}), result("乙"), result("丙")])
    >>> [(ranked.place, ranked.organisation, ranked.printed_score) for ranked in comparison.ranking]
    [(1, '乙', '100.00'), (1, '丙', '100.00'), (3, '甲', '99.00')]
    """
    ensure_several("cards", cards, Scorecard)
    cards = tuple(cards)
    for position, card in enumerate(cards):
        ensure_kind(f"cards[{position}]", card, Scorecard)
    with Collector(AdviceError, clause_of=cards[0].standard.clause if cards else None) as found:
        found.add(*_violations(cards))
    scores = [card.final_score for card in cards]
    standard, subject = cards[0].standard, _subject(cards[0])
    order = sorted(range(len(cards)), key=lambda index: scores[index], reverse=True)
    return Comparison(
        standard=standard.id,
        edition=standard.edition,
        altered=standard.likeness == "altered",
        product_category=subject["product_category"],
        size_tier=subject["size_tier"],
        ranking=tuple(_ranked(cards[index], index, 1 + sum(s > scores[index] for s in scores)) for index in order),
        nodes=tuple(_compared(cards, node.id) for node in standard.nodes),
    )


def progress(before: Scorecard, after: Scorecard) -> Progress:
    """Compare two evaluations of one organisation (6.1.5, reading R16).

    Raises :class:`~aftersales.AdviceError` as :func:`compare` does, for results of two organisations
    (``other-organisation``), and if the second evaluation did not end after the first (``not-later``).

    >>> from aftersales import Evaluation, load_standard, score
    >>> findings = {indicator.id: "full" for indicator in load_standard().indicators}
    >>> findings |= {"5.1.2.2": {"kind": "quantitative", "actual": "10%"}}
    >>> subject = {"organisation": "甲", "product_category": "家电", "size_tier": "中型"}
    >>> before, after = (
    ...     score(Evaluation(standard="CTS XBHT-S04-2025", subject=subject, findings=findings | {"5.1.1.1": found}))
    ...     for found in ("none", "full")
    ... )
    >>> change = progress(before, after)
    >>> str(change.difference), [node.id for node in change.risen]
    ('1', ['5.1.1.1', '5.1.1', '5.1'])
    """
    ensure_kind("before", before, Scorecard)
    ensure_kind("after", after, Scorecard)
    with Collector(AdviceError, clause_of=after.standard.clause) as found:
        found.add(*_violations((before, after)), *_time_violations(before, after))
    return Progress(
        organisation=_subject(after)["organisation"],
        final_score_before=before.final_score,
        final_score_after=after.final_score,
        printed_score_before=before.printed_score,
        printed_score_after=after.printed_score,
        stars_before=before.stars,
        stars_after=after.stars,
        changes=tuple(change_of(before, after, node.id) for node in before.standard.nodes),
        grade_before=before.grade.grade,
        grade_after=after.grade.grade,
    )


def _violations(cards: Sequence[Scorecard]) -> Iterator[Violation]:
    """6.1.5, reading R16: comparable results have the same product category, size tier, standard and edition."""
    if len(cards) < 2:
        yield Violation("too-few-to-compare", context={"found": len(cards)})
    for position, card in enumerate(cards):
        for key, value in _subject(card).items():
            if value is None:
                yield needed_to_compare(position, key, (position, "subject", key))
    is_mixed = are_mixed(card.evaluation.type for card in cards)
    for position, card in enumerate(cards if is_mixed else ()):
        if card.evaluation.type is None:
            yield needed_to_compare(position, "type", (position, "type"))
    for position, card in enumerate(cards[1:], 1):
        first, second = _yardstick(cards[0]), _yardstick(card)
        for key, value in second.items():
            if None not in (value, first[key]) and plain_name(value) != plain_name(first[key]):
                path = (position, key) if key == "standard" else (position, "subject", key)
                yield not_comparable(position, key, value, first[key], path)


def are_mixed(types: Iterable[str | None]) -> bool:
    """Whether self-assessments and third parties stand in one ranking, so that each has to say which it is (R16)."""
    return {"self", "third_party"} <= set(types)


def needed_to_compare(position: int, key: str, path: Path) -> Violation:
    """The violation of a result that does not say what a comparison needs."""
    return Violation("needed-to-compare", path, {"position": position + 1, "what": phrase(f"compared.{key}")})


def not_comparable(position: int, key: str, found: str, first: str, path: Path) -> Violation:
    """The violation of a result that differs from the first in what comparable results share."""
    what = phrase(f"compared.{key}")
    return Violation("not-comparable", path, {"position": position + 1, "what": what, "found": found, "allowed": first})


def _time_violations(before: Scorecard, after: Scorecard) -> Iterator[Violation]:
    """Both results are of one organisation, and the second evaluation ended later, if both state a period."""
    names = [_subject(card)["organisation"] for card in (before, after)]
    if None not in names and plain_name(names[0]) != plain_name(names[1]):
        yield Violation("other-organisation", (1, "subject", "organisation"), {"found": names[1], "allowed": names[0]})
    periods = before.evaluation.period, after.evaluation.period
    if periods[0] is not None and periods[1] is not None and periods[1].end <= periods[0].end:
        yield Violation("not-later", (1, "period", "end"), {"found": periods[1].end, "allowed": periods[0].end})


def _subject(card: Scorecard) -> dict[str, Any]:
    subject = card.evaluation.subject
    return {key: getattr(subject, key, None) for key in ("organisation", "product_category", "size_tier")}


def _yardstick(card: Scorecard) -> dict[str, Any]:
    """The properties that comparable results share (reading R16), including the rules of the standard."""
    subject = _subject(card)
    del subject["organisation"]
    return subject | {
        "standard": f"{card.standard.name('en')} {card.standard.edition} ({card.standard.fingerprint[3:11]})"
    }


def _ranked(card: Scorecard, index: int, place: int) -> Ranked:
    return Ranked(
        place=place,
        index=index,
        organisation=_subject(card)["organisation"],
        type=card.evaluation.type,
        period=card.evaluation.period,
        final_score=card.final_score,
        printed_score=card.printed_score,
        stars=card.stars,
        grade=card.grade.grade,
    )


def _compared(cards: Sequence[Scorecard], node_id: str) -> NodeComparison:
    nodes = tuple(card[node_id] for card in cards)
    ratios = tuple(node.ratio for node in nodes)
    highest = max((ratio for ratio in ratios if ratio is not None), default=None)
    return NodeComparison(
        id=node_id,
        title=nodes[0].title,
        ratios=ratios,
        printed_ratios=tuple(_printed(cards[0], ratio) for ratio in ratios),
        best=tuple(index for index, ratio in enumerate(ratios) if ratio is not None and ratio == highest),
        level=nodes[0].level,
        parent=nodes[0].parent,
    )


def _printed(card: Scorecard, ratio: Fraction | None) -> str | None:
    return None if ratio is None else card.standard.printed_ratio(ratio)


def change_of(before: Scorecard, after: Scorecard, node_id: str) -> NodeChange:
    """The change of a node from one result to another."""
    node = after[node_id]
    first, second = before[node_id].ratio, node.ratio
    return NodeChange(
        id=node_id,
        title=node.title,
        before=first,
        after=second,
        difference=None if first is None or second is None else second - first,
        printed_before=_printed(after, first),
        printed_after=_printed(after, second),
        level=node.level,
        parent=node.parent,
    )


def risen(changes: Iterable[NodeChange]) -> tuple[NodeChange, ...]:
    """The nodes whose ratio rose, the largest rise first."""
    return tuple(sorted((c for c in changes if (c.difference or 0) > 0), key=lambda c: -(c.difference or 0)))


def fallen(changes: Iterable[NodeChange]) -> tuple[NodeChange, ...]:
    """The nodes whose ratio fell, the largest fall first."""
    return tuple(sorted((c for c in changes if (c.difference or 0) < 0), key=lambda c: c.difference or 0))


def applicable_once(changes: Iterable[NodeChange]) -> tuple[NodeChange, ...]:
    """The nodes with something applicable in only one of the two results."""
    return tuple(c for c in changes if (c.before is None) != (c.after is None))


def change_table(changes: Iterable[NodeChange]) -> Any:
    """Changes as an Arrow table. Requires the extra ``batch``.

    The columns are ``id``, ``level``, ``parent``, ``title_zh`` and ``title_en``, and ``before``, ``after`` and
    ``difference`` of the ratio (0 to 1, null if nothing is applicable), each with a column ``…_exact``.

    Raises :class:`~aftersales.MissingExtra` if pyarrow is not installed.
    """
    return arrow_table(changes, [*_NODE, *_CHANGE])
