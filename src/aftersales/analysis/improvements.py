"""The improvements that reach a star (7.1 f): the fewest or the cheapest indicators to raise, with proof.

An indicator that is raised to full earns the points that it lost. A star is reached if earned and gained points over
applicable points, on the scale of the standard, are at least the star's lower limit (6.2.3, 6.3.3). The fewest
indicators are those that lost most. The cheapest set is found by a search over all sets
(:mod:`aftersales.analysis.cheapest`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from math import lcm
from operator import attrgetter
from typing import Annotated, Any

from aftersales.analysis.cheapest import cheapest_set
from aftersales.analysis.columns import INDICATOR
from aftersales.evaluation.rules import unknown_indicator
from aftersales.files.arrow import ArrowColumn, arrow_table
from aftersales.files.fields import Bounded, Count, Flag, Model, Result, Text
from aftersales.files.numbers import Number, read_quantity
from aftersales.files.parsed_file import parse_source
from aftersales.files.source import Source
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector, in_order_of, refusal
from aftersales.problems.errors import AdviceError
from aftersales.problems.violations import Violation, ViolationError
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.structure import Bilingual, Star, star_signs
from aftersales.text.display import OneLineRepr
from aftersales.text.number_format import printed, rounded_up, short

__all__ = ["ImprovementStep", "Improvements", "improvements"]

MAX_SETS = 2_500_000  # more takes longer than a few seconds, and much memory


class ImprovementStep(Model):
    """An indicator that is raised to full.

    Fields:
        id: The id of the indicator.
        title: The title of the indicator.
        points: The points of the indicator.
        earned: The points that it earns now, less than ``points``.
        gain: The gain in final score.
        final_score: The final score, 0 to 100, after this step and all steps before it.
        printed_score: That final score in print (reading R3).
        stars: The stars of that final score, 0 for none.
        cost: The cost, if costs were given.
    """

    id: str
    title: Bilingual
    points: Result
    earned: Result
    gain: Result
    final_score: Result
    printed_score: Text
    stars: Count
    cost: Result | None = None


class Improvements(OneLineRepr, Model):
    """The improvements that reach a star.

    Fields:
        stars: The number of stars to reach.
        limit: The lower limit of that star, 0 to 100.
        start: The final score now, 0 to 100, exact.
        printed_start: The final score now, in print (reading R3).
        reachable: Whether the star can be reached. If not, ``steps`` are all possible improvements.
        steps: The indicators to raise, the largest gain first.
        final_score: The final score after all steps.
        printed_score: That final score in print (reading R3).
        cost: The total cost, if costs were given.
        gap: How much less another set could cost at most, 0 if this one is proven to be the cheapest; None without
            costs, or if the star cannot be reached.
    """

    stars: Count
    limit: Result
    start: Result
    printed_start: Text
    reachable: Flag
    steps: Annotated[tuple[ImprovementStep, ...], Bounded]
    final_score: Result
    printed_score: Text
    cost: Result | None = None
    gap: Result | None = None

    def _line(self) -> str:
        way = "reaches" if self.reachable else "does not reach"
        ids = ", ".join(step.id for step in self.steps) or "nothing to raise"
        return f"<Improvements: {self.printed_start} → {self.printed_score} {way} {star_signs(self.stars)}: {ids}>"

    def to_table(self) -> Any:
        """The steps as an Arrow table, the largest gain first. Requires the extra ``batch``.

        The columns are ``id``, ``parent``, ``title_zh`` and ``title_en``; ``points``, ``earned``, ``gain``,
        ``final_score`` and ``cost`` (null without costs), each with a column ``…_exact``; ``printed_score``, ``stars``.

        Raises :class:`~aftersales.MissingExtra` if pyarrow is not installed.

        >>> from aftersales import load_example, score
        >>> steps = improvements(score(load_example("home-appliance-chain"))).to_table()
        >>> steps.select(["id", "gain_exact", "printed_score"]).slice(0, 1).to_pylist()
        [{'id': '5.1.6.4', 'gain_exact': '160/197', 'printed_score': '88.19'}]
        """
        figures = ("points", "earned", "gain", "final_score", "cost")
        columns = [
            *INDICATOR,
            *(ArrowColumn(name, "number", attrgetter(name)) for name in figures),
            ArrowColumn("printed_score", "text", lambda step: step.printed_score),
            ArrowColumn("stars", "count", lambda step: step.stars),
        ]
        return arrow_table(self.steps, columns)


def improvements(card: Scorecard, stars: int | None = None, cost: Mapping[str, Number] | None = None) -> Improvements:
    """The smallest set of indicators that reaches a star if raised to full; with costs, the cheapest set (7.1 f).

    ``stars`` defaults to the next star (at the top: the top star, with no steps). ``cost`` maps indicators to the cost
    of raising them, 0 or more in any unit; an indicator without a cost cannot be raised, and neither can a deleted one.

    Of several smallest sets the one with the largest gain is returned; of several cheapest sets, the one of the fewest
    indicators, then the one with the largest gain; then the one whose indicators come first in the standard.

    Raises :class:`~aftersales.AdviceError` if the standard has no such star (``unknown-stars``), for costs that are not
    numbers of 0 or more, for ids that are no indicators, and if the cheapest set cannot be proven with 2,500,000 sets
    (``too-hard``), which takes costs in proportion to more than 39 losses of very different denominators. Then
    ``best`` of the error is the plan by the best set that is known, and its ``gap`` how much less another one could
    cost at most.

    >>> from aftersales import Evaluation, load_standard, score
    >>> findings = {indicator.id: "full" for indicator in load_standard(edition="2025-12-04").indicators}
    >>> findings |= {"5.1.2.2": {"kind": "quantitative", "actual": "8%"}}
    >>> findings |= dict.fromkeys(["5.1.3.1", "5.1.4.3", "5.3.2.4", "5.4.3.2", "5.4.4.1"], "none")
    >>> card = score(Evaluation(standard="CTS XBHT-S04-2025", edition="2025-12-04", findings=findings))
    >>> card.printed_score, [(step.id, str(step.gain)) for step in improvements(card).steps]
    ('88.70', [('5.1.3.1', '7/2')])
    >>> [step.id for step in improvements(card, cost={"5.4.3.2": 900, "5.1.2.2": 100, "5.4.4.1": 200}).steps]
    ['5.4.4.1']
    """
    ensure_kind("card", card, Scorecard)
    star = _star(card, stars)
    prices = None
    if cost is not None:
        ensure_kind("cost", cost, Mapping)
        with Collector(AdviceError, in_order_of(cost), clause_of=card.standard.clause) as found:
            prices = _read_prices(card, cost, found)
    lost = [node for node in card.deductions if prices is None or node.id in prices]
    need = star.lower * card.applicable / card.standard.total_points - card.earned
    if prices is None:
        reached = accumulate((node.deducted for node in lost), initial=Fraction(0))
        chosen = lost[: next((count for count, gain in enumerate(reached) if gain >= need), len(lost))]
        return _improvements(card, star, chosen)
    chosen, least, is_proven = _cheapest(card, lost, prices, need)
    plan = _improvements(card, star, chosen, prices, least)
    if not is_proven:
        raise _too_hard(card, plan)
    return plan


def read_costs(source: Source, card: Scorecard) -> dict[str, Fraction]:
    """The costs in a file: a mapping from indicators to numbers of 0 or more (``5.4.3.2: 900``).

    Raises :class:`~aftersales.AdviceError` with all problems, each at its line.
    """
    document = parse_source(source)
    with Collector(AdviceError, document.problems, clause_of=card.standard.clause) as found:
        if document.readable:
            if not isinstance(document.data, Mapping):
                raise ViolationError(Violation("not-a-mapping", context={"found": document.data}))
            prices = _read_prices(card, document.data, found)
    return prices


def _star(card: Scorecard, stars: int | None) -> Star:
    """The star to reach: the requested one, or the next one."""
    known = card.standard.stars
    wanted = min(card.stars + 1, known[-1].stars) if stars is None else stars
    for star in known:
        if star.stars == wanted and not isinstance(wanted, bool):
            return star
    context = {"found": stars, "allowed": card.standard.levels}
    raise refusal(AdviceError, Violation("unknown-stars", ("stars",), context), clause_of=card.standard.clause)


def _read_prices(card: Scorecard, cost: Mapping[str, Any], found: Collector) -> dict[str, Fraction]:
    """The costs as exact numbers. Adds violations to ``found``."""
    prices: dict[str, Fraction] = {}
    for key, value in cost.items():
        if not isinstance(key, str):
            found.add(Violation("key-not-text", (type(key).__name__,), about_key=True))
        elif key not in card.standard:
            found.add(replace(unknown_indicator(key, card.standard), path=(key,)))
        elif key not in card.standard.layout.positions:
            found.add(Violation("cost-of-group", (key,), {"found": key}, about_key=True))
        else:
            with found.collect(key):
                prices[key] = _read_price(value)
    return prices


def _read_price(value: Any) -> Fraction:
    price = read_quantity(value)
    if price < 0:
        raise ViolationError(Violation("out-of-range", context={"found": value, "allowed": "≥ 0"}))
    return price


def _improvements(
    card: Scorecard,
    star: Star,
    chosen: Sequence[NodeScore],
    prices: Mapping[str, Fraction] | None = None,
    least: Fraction | None = None,
) -> Improvements:
    """The chosen indicators as steps: gain = lost points ÷ applicable points x full score (6.2.3).

    ``least`` is what a set that reaches the star costs at least.
    """
    standard, final = card.standard, card.final_score
    steps = []
    for node in chosen:
        gain = node.deducted / card.applicable * standard.total_points
        final += gain
        steps.append(
            ImprovementStep(
                id=node.id,
                title=node.title,
                points=node.points,
                earned=node.earned,
                gain=gain,
                final_score=final,
                printed_score=printed(final, standard.limits),
                stars=standard.stars_of(final),
                cost=prices[node.id] if prices is not None else None,
            )
        )
    cost = None if prices is None else sum((prices[node.id] for node in chosen), Fraction(0))
    return Improvements(
        stars=star.stars,
        limit=star.lower,
        start=card.final_score,
        printed_start=card.printed_score,
        reachable=final >= star.lower,
        steps=tuple(steps),
        final_score=final,
        printed_score=printed(final, standard.limits),
        cost=cost,
        gap=None if cost is None or least is None else cost - least,
    )


def _cheapest(
    card: Scorecard, lost: Sequence[NodeScore], prices: Mapping[str, Fraction], need: Fraction
) -> tuple[list[NodeScore], Fraction | None, bool]:
    """The best known set that gains ``need`` points, what any such set costs at least, and whether it is proven.

    If no set gains enough, it is all of ``lost``.
    """
    if need > sum((node.deducted for node in lost), Fraction(0)):
        return list(lost), None, True
    points = lcm(need.denominator, *(node.deducted.denominator for node in lost))
    money = lcm(*(prices[node.id].denominator for node in lost))
    positions = card.standard.layout.positions
    nodes = sorted(lost, key=lambda node: positions[node.id])
    gains = [int(node.deducted * points) for node in nodes]
    found = cheapest_set(gains, [int(prices[node.id] * money) for node in nodes], int(need * points), MAX_SETS)
    chosen = {nodes[place].id for place in found.chosen}
    return [node for node in lost if node.id in chosen], Fraction(found.least, money), found.is_proven


def _too_hard(card: Scorecard, best: Improvements) -> AdviceError:
    """The refusal with the best plan that is known."""
    positions = card.standard.layout.positions
    context = {
        "allowed": MAX_SETS,
        "best": tuple(sorted((step.id for step in best.steps), key=positions.__getitem__)),
        "cost": short(best.cost or Fraction(0)),
        "gap": rounded_up(best.gap or Fraction(0)),
    }
    error = refusal(AdviceError, Violation("too-hard", context=context))
    error.best = best
    return error
