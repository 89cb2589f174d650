"""The probability of each star, given what samples say about the whole population.

This is advice and not part of the score: 6.2.2 deducts by the sample, and that alone decides the stars.

A sample of n out of N leaves N - n items unseen. Let k of the n items not conform, and let Beta(a, b) be the prior of
the rate of nonconforming items. Then the number j of nonconforming unseen items has the Pólya (beta-binomial)
distribution

    P(j) = C(N - n, j) · (a + k)↑j · (b + n - k)↑(N - n - j) ÷ (a + b + n)↑(N - n),    x↑j = x (x + 1) … (x + j - 1)

and with all items seen, the indicator would earn the share 1 - (k + j) ÷ N. The uniform prior, a = b = 1, makes every
number of nonconforming items in the population equally likely. If n = N, the share is certain.

A star is reached if the losses of all indicators together are within what the star allows (6.2.3, 6.3.3).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from operator import attrgetter
from typing import Annotated, Any, Literal, NamedTuple

from aftersales.analysis.columns import INDICATOR
from aftersales.analysis.distributions import Loss, chances_within
from aftersales.analysis.tipping_points import TippingPoint, tipping_points
from aftersales.evaluation.findings import Finding
from aftersales.evaluation.rules import unknown_indicator
from aftersales.files.arrow import ArrowColumn, arrow_table
from aftersales.files.fields import Bounded, Count, Model, Result, Text, read_degree
from aftersales.files.numbers import Number, read_quantity
from aftersales.problems.arguments import ensure_kind, ensure_word
from aftersales.problems.collector import Collector, in_order_of
from aftersales.problems.errors import AdviceError
from aftersales.problems.messages import phrase
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.structure import Bilingual, Indicator, star_signs
from aftersales.text.display import OneLineRepr
from aftersales.text.number_format import as_text, printed, rounded
from aftersales.text.sentences import Sentences

__all__ = ["Chance", "Confidence", "confidence"]

MAX_UNSEEN = 200_000  # of one sample
FINEST_STEP = Fraction(1, 1_000)
MAX_PRIOR = 10**9  # more digits of a prior take time and make no difference
PRIORS = {"uniform": (Fraction(1), Fraction(1)), "jeffreys": (Fraction(1, 2), Fraction(1, 2))}


class Chance(Model):
    """The probability of a number of stars. The two bounds are equal if it is known exactly.

    Fields:
        stars: The number of stars, 0 for none.
        lowest: The lower bound of the probability, 0 to 1.
        highest: The upper bound of the probability, 0 to 1.
        grade: The name of the level; None in a result that an earlier version wrote.
    """

    stars: Count
    lowest: Result
    highest: Result
    grade: Bilingual | None = None

    @property
    def percent(self) -> str:
        """The probability in per cent: ``74.94%``, or its bounds, the lower rounded down and the upper rounded up.

        A probability that is not 0 is never printed as 0, and one below 1 never as 100 %.

        >>> Chance(stars=4, lowest="1/3", highest="1/3").percent
        '33.33%'
        >>> Chance(stars=4, lowest="0.12345", highest="2/3").percent
        '12.34–66.67%'
        >>> Chance(stars=4, lowest="1e-9", highest="1e-9").percent
        '<0.01%'
        >>> Chance(stars=5, lowest="0.999999", highest=1).percent
        '99.99–100.00%'
        """
        low, high = floor(self.lowest * 10_000), ceil(self.highest * 10_000)
        if self.lowest != self.highest:
            return f"{rounded(Fraction(low, 100))}–{rounded(Fraction(high, 100))}%"
        if 0 < self.lowest < 1 and (low == 0 or high == 10_000):
            return ">99.99%" if low else "<0.01%"
        return f"{rounded(self.lowest * 100)}%"


class Confidence(OneLineRepr, Model):
    """The probability of the stars of a scorecard: advice, not part of the score.

    Fields:
        stars: The stars of the scorecard.
        chances: Each number of stars that may be possible, in rising order.
        expected_score: The expected final score, 0 to 100, exact.
        printed_expected_score: The expected final score in print (reading R3).
        uncertain: The ids of the indicators whose share is uncertain.
        assumptions: The assumptions behind the probabilities.
        tipping_points: The indicators whose reassessment alone would change the stars.
    """

    stars: Count
    chances: Annotated[tuple[Chance, ...], Bounded]
    expected_score: Result
    printed_expected_score: Text
    uncertain: Annotated[tuple[str, ...], Bounded]
    assumptions: Annotated[tuple[Bilingual, ...], Bounded]
    tipping_points: Annotated[tuple[TippingPoint, ...], Bounded]

    def _line(self) -> str:
        chances = ", ".join(f"{star_signs(chance.stars) or 'none'} {chance.percent}" for chance in self.chances)
        return f"<Confidence: {chances}; {len(self.tipping_points)} tipping points>"

    @property
    def is_exact(self) -> bool:
        """Whether every chance is known exactly."""
        return all(chance.lowest == chance.highest for chance in self.chances)

    def to_table(self, rows: Literal["chances", "tipping_points"] = "chances") -> Any:
        """The chances as an Arrow table, or the ``tipping_points``. Requires the extra ``batch``.

        The columns of chances are ``stars``, ``lowest`` and ``highest`` (0 to 1), and ``percent``, the probability in
        print. Those of tipping points are ``id``, ``parent``, ``title_zh`` and ``title_en``, and the other fields of a
        tipping point. Each number but the stars has a column ``…_exact``.

        Raises :class:`~aftersales.MissingExtra` if pyarrow is not installed, and ValueError for other ``rows``.

        >>> from aftersales import load_example, score
        >>> sure = confidence(score(load_example("software-service-vendor"))).to_table()
        >>> sure.select(["stars", "percent"]).to_pylist()
        [{'stars': 3, 'percent': '74.94%'}, {'stars': 4, 'percent': '25.06%'}]
        """
        ensure_word("rows", rows, ("chances", "tipping_points"))
        if rows == "chances":
            columns = [
                ArrowColumn("stars", "count", lambda chance: chance.stars),
                *(ArrowColumn(name, "number", attrgetter(name)) for name in ("lowest", "highest")),
                ArrowColumn("percent", "text", lambda chance: chance.percent),
            ]
        else:
            columns = [
                *INDICATOR,
                *(ArrowColumn(name, "number", attrgetter(name)) for name in ("share", "rises_at", "falls_below")),
                *(
                    ArrowColumn(f"stars_if_{end}", "count", attrgetter(f"stars_if_{end}"))
                    for end in ("full", "none", "deleted")
                ),
            ]
        return arrow_table(getattr(self, rows), columns)


def confidence(
    card: Scorecard,
    *,
    prior: Literal["uniform", "jeffreys"] | tuple[Number, Number] = "uniform",
    degrees: Mapping[str, tuple[Number, Number]] | None = None,
    step: Number = "1%",
) -> Confidence:
    """The probability of each star, given the unseen items of samples and given ranges of degrees.

    ``prior`` is ``"uniform"``, ``"jeffreys"`` or the two numbers of a Beta distribution for the rate of nonconforming
    items (> 0, numerators and denominators up to 10⁹). ``degrees`` maps qualitative indicators to the lowest and
    highest degree (0 to 1) that the assessors consider right; the degrees between them, in steps of at most ``step``,
    are equally likely. A sample of the whole population is certain. A sample without a population (R7 allows outlets
    instead) is taken as certain.

    Raises :class:`~aftersales.AdviceError` for another prior, for an id that is no indicator or not assessed by a
    degree (``range-not-qualitative``), and for an invalid range (``range-reversed``, ``out-of-range``).

    >>> from aftersales import Evaluation, load_standard, score
    >>> findings = {indicator.id: "full" for indicator in load_standard(edition="2025-12-04").indicators}
    >>> findings |= {"5.1.2.2": {"kind": "quantitative", "actual": "10%"}}
    >>> findings |= dict.fromkeys(["5.1.3.1", "5.1.4.1", "5.2.1.1"], "none")
    >>> findings["5.2.1.2"] = {"kind": "sampled", "population": 3, "sampled": 2, "nonconforming": 0}
    >>> card = score(Evaluation(standard="CTS XBHT-S04-2025", edition="2025-12-04", findings=findings))
    >>> card.final_score, card.stars    # one of the three items is unseen; it decides whether the star is lost
    (Fraction(91, 1), 5)
    >>> sure = confidence(card, degrees={"5.4.2.6": ("50%", "100%")}, step="50%")
    >>> [(chance.stars, str(chance.lowest)) for chance in sure.chances], str(sure.expected_score)
    ([(4, '1/8'), (5, '7/8')], '181/2')
    """
    ensure_kind("card", card, Scorecard)
    shapes, length, ranges = _read(card, prior, {} if degrees is None else degrees, step)
    opened = _opened(card, shapes, length, ranges)
    standard, applicable = card.standard, card.applicable
    now, mean = (sum((getattr(each, name) for each in opened), Fraction(0)) for name in ("now", "mean"))
    certain = applicable - card.earned - now  # the loss in addition to that of the open indicators
    allowed = [applicable - star.lower / standard.total_points * applicable - certain for star in standard.stars]
    within = chances_within([each.loss for each in opened], allowed)
    chances = []
    for stars, (this, above) in enumerate(pairwise([(Fraction(1),) * 2, *within, (Fraction(0),) * 2])):
        lowest, highest = max(this[0] - above[1], Fraction(0)), this[1] - above[0]
        if highest > 0:
            grade = standard.grade_of(stars).grade
            chances.append(Chance(stars=stars, lowest=lowest, highest=highest, grade=grade))
    expected = (applicable - certain - mean) / applicable * standard.total_points
    return Confidence(
        stars=card.stars,
        chances=tuple(chances),
        expected_score=expected,
        printed_expected_score=printed(expected, standard.limits),
        uncertain=tuple(each.id for each in opened),
        assumptions=tuple(_assumptions(card, opened, shapes, length)),
        tipping_points=tipping_points(card),
    )


class _Open(NamedTuple):
    """An indicator whose loss is uncertain.

    Fields:
        id: The id of the indicator.
        loss: The distribution of its loss.
        now: The points that it loses on the scorecard.
        mean: The points that it loses on average.
    """

    id: str
    loss: Loss
    now: Fraction
    mean: Fraction


_Ranges = Mapping[str, tuple[Fraction, Fraction]]
"""The lowest and highest degree of some indicators."""


def _read(card: Scorecard, prior: Any, degrees: Any, step: Any) -> tuple[tuple[Fraction, Fraction], Fraction, _Ranges]:
    """The prior's two numbers, the step, and the ranges. Raises :class:`~aftersales.AdviceError` with all problems."""
    with Collector(AdviceError, in_order_of({"prior": prior, "degrees": degrees, "step": step})) as found:
        with found.collect("prior"):
            shapes = _read_prior(prior)
        with found.collect("step"):
            length = _read_step(step)
        ranges = _read_ranges(degrees, card, found)
    return shapes, length, ranges


def _opened(card: Scorecard, prior: tuple[Fraction, Fraction], length: Fraction, ranges: _Ranges) -> list[_Open]:
    """The uncertain indicators. Raises :class:`~aftersales.AdviceError` for those with too many unseen items."""
    every = (_open(each, card.finding(each.id), prior, length, ranges) for each in card.standard.indicators)
    opened = [each for each in every if each is not None]
    data = {"findings": card.evaluation.findings}
    with Collector(AdviceError, in_order_of(data), clause_of=card.standard.clause) as found:
        for each in opened:
            if (unseen := each.loss.values - 1) > MAX_UNSEEN:
                context = {"found": unseen, "allowed": MAX_UNSEEN}
                found.add(Violation("too-many-unseen", ("findings", each.id), context))
    return opened


def _open(
    indicator: Indicator,
    finding: Finding,
    prior: tuple[Fraction, Fraction],
    length: Fraction,
    ranges: _Ranges,
) -> _Open | None:
    """The uncertain loss of an indicator, or None if its share is certain."""
    points = indicator.points
    if finding.kind == "sampled" and finding.population is not None and finding.population > finding.sampled:
        whole, unseen = finding.population, finding.population - finding.sampled
        first = prior[0] + finding.nonconforming
        second = prior[1] + finding.sampled - finding.nonconforming
        loss = Loss(points * finding.nonconforming / whole, points / whole, unseen + 1, (first, second))
        mean = loss.least + loss.step * unseen * first / (first + second)
        return _Open(indicator.id, loss, points * finding.nonconforming / finding.sampled, mean)
    if finding.kind == "qualitative" and indicator.id in ranges:
        low, high = ranges[indicator.id]
        count = ceil((high - low) / length) + 1
        loss = Loss(points * (1 - high), points * (high - low) / max(count - 1, 1), count, None)
        return _Open(indicator.id, loss, points * (1 - finding.degree), points * (1 - (low + high) / 2))
    return None


def _read_prior(prior: Any) -> tuple[Fraction, Fraction]:
    """The two numbers of the prior's Beta distribution."""
    if isinstance(prior, tuple | list) and len(prior) == 2:
        first, second = (read_quantity(number) for number in prior)
        for place, number in enumerate((first, second)):
            if number <= 0 or max(number.as_integer_ratio()) > MAX_PRIOR:
                context = {
                    "found": prior[place],
                    "allowed": phrase("range.prior", most=MAX_PRIOR),
                }
                raise ViolationError(Violation("out-of-range", (place,), context))
        return first, second
    if isinstance(prior, str) and prior in PRIORS:
        return PRIORS[prior]
    context = {"found": prior, "allowed": tuple(PRIORS), "hint": near(prior, PRIORS)}
    raise ViolationError(Violation("unknown-word", context=context))


def _read_step(step: Any) -> Fraction:
    """The step between degrees, which is itself a degree."""
    length = read_degree(step)
    if length < FINEST_STEP:
        allowed = f"{as_text(FINEST_STEP * 100)}% … 100%"
        raise ViolationError(Violation("out-of-range", context={"found": step, "allowed": allowed}))
    return length


def _read_ranges(degrees: Any, card: Scorecard, found: Collector) -> _Ranges:
    """The lowest and highest degree of each indicator with a range. Adds violations to ``found``."""
    ranges: dict[str, tuple[Fraction, Fraction]] = {}
    if not isinstance(degrees, Mapping):
        found.add(Violation("not-a-mapping", ("degrees",), {"found": degrees}))
        return ranges
    for key, given in degrees.items():
        path = ("degrees", str(key))
        with found.collect(*path):
            _check_range(key, given, card)
            ends = []
            for position, number in enumerate(given):
                with found.collect(*path, position):
                    ends.append(read_degree(number))
            if len(ends) == 2:
                ranges[key] = low, high = ends[0], ends[1]
                if low > high:
                    raise ViolationError(Violation("range-reversed", (), {"found": low, "allowed": high}))
    return ranges


def _check_range(key: str, given: Any, card: Scorecard) -> None:
    """Refuse a range that is not a pair, or not one of a qualitative indicator."""
    if key in card.standard and key not in card.standard.layout.positions:
        raise ViolationError(Violation("range-of-group", (), {"found": key}, about_key=True))
    if key not in card.standard.layout.positions:
        raise ViolationError(replace(unknown_indicator(str(key), card.standard), path=()))
    kind = card.finding(key).kind
    if kind != "qualitative":
        raise ViolationError(Violation("range-not-qualitative", (), {"indicator": key, "found": kind}, about_key=True))
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise ViolationError(Violation("not-a-range", (), {"found": given}))


def _assumptions(
    card: Scorecard, opened: list[_Open], prior: tuple[Fraction, Fraction], length: Fraction
) -> Iterator[Bilingual]:
    """The assumptions behind the probabilities."""
    yield _assumption("advice", **card.standard.wording)
    if any(each.loss.shapes for each in opened):
        first, second = map(as_text, prior)
        yield _assumption("samples", first=first, second=second)
    if any(each.loss.shapes is None for each in opened):
        yield _assumption("ranges", percent=as_text(length * 100))
    if unnamed := [key for key, finding in card.evaluation.findings.items() if _has_no_population(finding)]:
        yield _assumption("no_population", indicators=unnamed)
    yield _assumption("independent")


def _assumption(key: str, **facts: object) -> Bilingual:
    return Bilingual(**Sentences("analysis").in_all(f"assumption.{key}", **facts))


def _has_no_population(finding: Finding | None) -> bool:
    return finding is not None and finding.kind == "sampled" and finding.population is None
