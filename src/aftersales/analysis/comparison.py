"""Comparing results (对比评价, 6.1.5, reading R16): a ranking of organisations, and one organisation over time.

Results stand side by side only with the same product category, the same size tier and the same edition of the same
standard. Otherwise the comparison is refused, and every difference is named.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from aftersales.evaluation.evaluation import Period
from aftersales.files.fields import Bilingual, Count, CountFromOne, Day, Flag, Model, Result, Text
from aftersales.problems.collector import Collector
from aftersales.problems.errors import AdviceError
from aftersales.problems.suggestions import plain_name
from aftersales.problems.violations import Violation
from aftersales.scoring.scorecard import Scorecard
from aftersales.text.display import OneLineRepr

__all__ = ["Comparison", "Progress", "compare", "progress"]


class Ranked(Model):
    """One result in a ranking: its ``place`` from 1 (equal scores share one) and which of the scorecards it is, from 0."""

    place: CountFromOne
    index: Count
    organisation: Text
    period: Period | None
    final_score: Result
    printed_score: str
    stars: Count


class NodeComparison(Model):
    """One category, subcategory or indicator: its ratio in each of the results, None where nothing is applicable.

    ``best`` are the results that reach the highest ratio.
    """

    id: str
    title: Bilingual
    ratios: tuple[Result | None, ...]
    best: tuple[Count, ...]


class Comparison(OneLineRepr, Model):
    """Results that may be compared (6.1.5): what they have in common, their order, and each node side by side.

    ``altered`` is true where the standard has the id and edition of a bundled one and other rules.
    """

    standard: Text
    edition: Day
    altered: Flag = False
    product_category: Text
    size_tier: Text
    ranking: tuple[Ranked, ...]
    nodes: tuple[NodeComparison, ...]

    def _line(self) -> str:
        ranking = "; ".join(f"{each.place}. {each.organisation} {each.printed_score}" for each in self.ranking)
        return f"<Comparison: {ranking}>"


class Change(Model):
    """One node at two times: its ratio before and after, None where nothing was applicable.

    ``difference`` is after less before; None where it was not applicable at one of the times.
    """

    id: str
    title: Bilingual
    before: Result | None
    after: Result | None
    difference: Result | None


class Progress(Model):
    """One organisation at two times, exactly: final score, stars, and every node."""

    organisation: Text
    final_score_before: Result
    final_score_after: Result
    stars_before: Count
    stars_after: Count
    changes: tuple[Change, ...]

    @property
    def difference(self) -> Fraction:
        """The change of the final score."""
        return self.final_score_after - self.final_score_before

    @property
    def risen(self) -> tuple[Change, ...]:
        """The nodes whose ratio rose, the largest rise first."""
        return tuple(sorted((c for c in self.changes if (c.difference or 0) > 0), key=lambda c: -(c.difference or 0)))

    @property
    def fallen(self) -> tuple[Change, ...]:
        """The nodes whose ratio fell, the largest fall first."""
        return tuple(sorted((c for c in self.changes if (c.difference or 0) < 0), key=lambda c: c.difference or 0))


def compare(cards: Sequence[Scorecard]) -> Comparison:
    """The ranking of results by their exact final scores, and each node side by side (6.1.5, R16).

    Raises :class:`~aftersales.AdviceError` for fewer than two results (``too-few-to-compare``), for one that does not say its
    organisation, product category or size tier (``needed-to-compare``), and for each that differs from the first in
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
    with Collector(AdviceError) as found:
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
    """What rose and what fell between two evaluations of one organisation (6.1.5, R16).

    Raises :class:`~aftersales.AdviceError` as :func:`compare` does, and for results of two organisations
    (``other-organisation``) or where the second evaluation did not end after the first (``not-later``).
    """
    with Collector(AdviceError) as found:
        found.add(*_violations((before, after)), *_time_violations(before, after))
    return Progress(
        organisation=_subject(after)["organisation"],
        final_score_before=before.final_score,
        final_score_after=after.final_score,
        stars_before=before.stars,
        stars_after=after.stars,
        changes=tuple(_change(before, after, node.id) for node in before.standard.nodes),
    )


def _violations(cards: Sequence[Scorecard]) -> Iterator[Violation]:
    """6.1.5, R16: the same product category, size tier, standard and edition, or no comparison."""
    if len(cards) < 2:
        yield Violation("too-few-to-compare", context={"found": len(cards)})
    for position, card in enumerate(cards):
        for key, value in _subject(card).items():
            if value is None:
                context = {"position": position + 1, "what": key.replace("_", " "), "what_zh": _WORDS[key]}
                yield Violation("needed-to-compare", (position, "subject", key), context)
    for position, card in enumerate(cards[1:], 1):
        first, second = _yardstick(cards[0]), _yardstick(card)
        for key, value in second.items():
            if None not in (value, first[key]) and plain_name(value) != plain_name(first[key]):
                context = {
                    "position": position + 1,
                    "what": key.replace("_", " "),
                    "what_zh": _WORDS[key],
                    "found": value,
                    "allowed": first[key],
                }
                yield Violation(
                    "not-comparable", (position, *((key,) if key == "standard" else ("subject", key))), context
                )


def _time_violations(before: Scorecard, after: Scorecard) -> Iterator[Violation]:
    """One organisation, and the second evaluation ended later than the first, where both say when."""
    names = [_subject(card)["organisation"] for card in (before, after)]
    if None not in names and plain_name(names[0]) != plain_name(names[1]):
        yield Violation("other-organisation", (1, "subject", "organisation"), {"found": names[1], "allowed": names[0]})
    periods = before.evaluation.period, after.evaluation.period
    if periods[0] is not None and periods[1] is not None and periods[1].end <= periods[0].end:
        yield Violation("not-later", (1, "period", "end"), {"found": periods[1].end, "allowed": periods[0].end})


_WORDS = {
    "organisation": "被评价组织",
    "product_category": "商品类别",
    "size_tier": "规模层级",
    "standard": "标准及版本",
}


def _subject(card: Scorecard) -> dict[str, Any]:
    subject = card.evaluation.subject
    return {key: getattr(subject, key, None) for key in ("organisation", "product_category", "size_tier")}


def _yardstick(card: Scorecard) -> dict[str, Any]:
    """What has to be the same (R16). Of a standard that is the content too: its fingerprint."""
    subject = _subject(card)
    del subject["organisation"]
    return subject | {"standard": f"{card.standard.name('en')} {card.standard.edition} ({card.standard.sha256[:8]})"}


def _ranked(card: Scorecard, index: int, place: int) -> Ranked:
    return Ranked(
        place=place,
        index=index,
        organisation=_subject(card)["organisation"],
        period=card.evaluation.period,
        final_score=card.final_score,
        printed_score=card.printed_score,
        stars=card.stars,
    )


def _compared(cards: Sequence[Scorecard], node_id: str) -> NodeComparison:
    ratios = tuple(card[node_id].ratio for card in cards)
    highest = max((ratio for ratio in ratios if ratio is not None), default=None)
    best = tuple(index for index, ratio in enumerate(ratios) if ratio is not None and ratio == highest)
    return NodeComparison(id=node_id, title=cards[0].standard[node_id].title, ratios=ratios, best=best)


def _change(before: Scorecard, after: Scorecard, node_id: str) -> Change:
    first, second = before[node_id].ratio, after[node_id].ratio
    difference = None if first is None or second is None else second - first
    return Change(id=node_id, title=before.standard[node_id].title, before=first, after=second, difference=difference)
