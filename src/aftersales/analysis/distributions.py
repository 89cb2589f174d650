"""The probability that the total loss of several indicators is within a budget.

Each indicator loses ``least`` + j x ``step`` points, where j has a distribution of its own; the indicators are
independent. The probability is a sum over all combinations. It is computed by the first of three methods that is fast
enough:

- Exactly. The possible losses of one half of the indicators are sorted, with their weights added up. Each possible loss
  of the other half is compared with what it leaves of the budget.
- As before, with the likely losses only: a few ten-millionths of each indicator's probability are omitted.
- On a grid over the likely losses. Rounding each loss up gives a lower bound of the probability, rounding down an upper
  bound. If all losses are multiples of a unit that the grid can hold, nothing is rounded.

The last two methods round each probability down. What is omitted counts against both bounds, so the exact probability
lies between them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, repeat
from math import floor, gcd, isqrt, lcm, prod
from operator import mul
from typing import NamedTuple

__all__ = ["Enclosure", "Loss", "chances_within"]

MAX_EXACT_VALUES = 300
MAX_WORK = 40_000  # sums of one half, intermediate ones included
GRIDS = (1 << 14, 1 << 16, 1 << 18)  # cells; the next grid is used if the bounds are not close and it is fast enough
MAX_CELLS = 1 << 12  # on which nothing needs to be rounded
MAX_GRID_WORK = 200_000_000  # probabilities times cells
CLOSE = Fraction(1, 250)
BITS = 40  # of a probability that is rounded down
TAIL = 1 << 16  # what may be omitted of a loss at each end, in units of 1/2^BITS
HAIR = 1 << 8  # what may be omitted of a sum at each end of the grid, in the same unit
WIDTH = 2 * BITS + 8  # of a cell: the product of two probabilities can be 2^(2 BITS)
CELL = WIDTH // 8  # the same in bytes
PRECISION = 256  # bits of a probability in intermediate results

Enclosure = tuple[Fraction, Fraction]
"""A lower and an upper bound of a probability. They are equal if it is known exactly."""


class Loss(NamedTuple):
    """The loss of an indicator: ``least`` + j x ``step`` points, for j from 0 to ``values`` - 1.

    Fields:
        least: The smallest loss in points.
        step: The difference between two losses in points.
        values: The number of possible losses.
        shapes: The two parameters (> 0) of the Pólya distribution of j. None: all j are equally likely.
    """

    least: Fraction
    step: Fraction
    values: int
    shapes: tuple[Fraction, Fraction] | None

    @property
    def spread(self) -> Fraction:
        """The largest loss minus the smallest."""
        return self.step * (self.values - 1)

    def ratios(self) -> Callable[[int], tuple[int, int]]:
        """A function of j that returns P(j + 1) ÷ P(j) as two whole numbers.

        With M = ``values`` - 1 the ratio is (M - j)(s + j) ÷ ((j + 1)(t + M - j - 1)).
        """
        if self.shapes is None:
            return lambda j: (1, 1)
        under = lcm(self.shapes[0].denominator, self.shapes[1].denominator)
        first, second = (int(shape * under) for shape in self.shapes)
        most = self.values - 1
        return lambda j: ((most - j) * (first + j * under), (j + 1) * (second + (most - j - 1) * under))

    @property
    def has_one_peak(self) -> bool:
        """Whether the probabilities fall on both sides of the likeliest j, which is so if s + t ≥ 2.

        P(j + 1) exceeds P(j) if M (s - 1) + 1 - t + j (2 - s - t) is above 0, and this expression then falls with j.
        """
        return self.shapes is not None and sum(self.shapes) >= 2


def chances_within(losses: Sequence[Loss], budgets: Sequence[Fraction]) -> list[Enclosure]:
    """The probability, for each budget, that the sum of all losses is at most the budget.

    >>> coin = Loss(Fraction(0), Fraction(1), 2, None)
    >>> found = chances_within([coin, coin], [Fraction(0), Fraction(3, 2), Fraction(2)])
    >>> [str(low) for low, high in found if low == high]
    ['1/4', '3/4', '1']
    """
    least = sum((loss.least for loss in losses), Fraction(0))
    most = least + sum((loss.spread for loss in losses), Fraction(0))
    inside = [budget for budget in budgets if least <= budget < most]
    found: dict[Fraction, Enclosure] = {}
    if inside:
        varied = [loss for loss in losses if loss.spread]
        unit = lcm(*(loss.step.denominator for loss in varied))  # losses are whole numbers of 1/unit from here on
        steps = [int(loss.step * unit) for loss in varied]
        within = [floor((budget - least) * unit) for budget in inside]
        found = dict(zip(inside, _exactly(varied, steps, within) or _enclosed(varied, steps, within), strict=True))
    zero, one = Fraction(0), Fraction(1)
    return [found.get(budget, (zero, zero) if budget < least else (one, one)) for budget in budgets]


_Values = list[tuple[int, int]]
"""Possible values of j in rising order, each with its weight."""


def _exactly(losses: Sequence[Loss], steps: Sequence[int], within: Sequence[int]) -> list[Enclosure] | None:
    """The exact probabilities; None if there are too many sums."""
    counts = [loss.values for loss in losses]
    if max(counts) > MAX_EXACT_VALUES or not (halves := _halves(steps, counts)):
        return None
    values = [list(enumerate(_weights(loss))) for loss in losses]
    whole = prod(sum(weight for _, weight in each) for each in values)
    return _against(steps, values, halves, whole, within)


def _enclosed(losses: Sequence[Loss], steps: Sequence[int], within: Sequence[int]) -> list[Enclosure]:
    """Bounds of the probabilities, computed with the likely values."""
    values = [_likely(loss) for loss in losses]
    if halves := _halves(steps, [len(each) for each in values]):
        return _against(steps, values, halves, 1 << (BITS * len(losses)), within)
    return _gridded(steps, values, within)


def _halves(steps: Sequence[int], counts: Sequence[int]) -> list[list[int]] | None:
    """The positions of the losses in two halves with similar numbers of sums; None if a half has too many.

    A half has at most as many sums as combinations, and at most as many as multiples of the common divisor of its
    steps.
    """
    halves: list[list[int]] = [[], []]
    for position in sorted(range(len(counts)), key=counts.__getitem__, reverse=True):
        min(halves, key=lambda half: prod(counts[other] for other in half)).append(position)
    for half in halves:
        common = gcd(*(steps[position] for position in half))
        work, sums, reach = 0, 1, 0
        for position in half:
            work += sums * counts[position]
            reach += steps[position] * (counts[position] - 1)
            sums = min(sums * counts[position], reach // common + 1)
        if work > MAX_WORK:
            return None
    return halves


def _against(
    steps: Sequence[int], values: Sequence[_Values], halves: Sequence[Sequence[int]], whole: int, within: Sequence[int]
) -> list[Enclosure]:
    """Compare the sums of one half with those of the other. ``whole`` is the total weight, including omitted values."""
    one, other = (_sums((steps[position], values[position]) for position in half) for half in halves)
    losses = sorted(other)
    below = list(accumulate((other[loss] for loss in losses), initial=0))
    kept = sum(one.values()) * below[-1]
    found = []
    for most in within:
        fitting = map(bisect_right, repeat(losses), [most - loss for loss in one])
        hits = sum(map(mul, one.values(), map(below.__getitem__, fitting)))
        found.append((Fraction(hits, whole), 1 - Fraction(kept - hits, whole)))
    return found


def _sums(losses: Iterable[tuple[int, _Values]]) -> dict[int, int]:
    """The weight of each sum of losses."""
    sums = {0: 1}
    for step, values in losses:
        joined: dict[int, int] = {}
        for j, chance in values:
            more = j * step
            for loss, weight in sums.items():
                total = loss + more
                joined[total] = joined.get(total, 0) + weight * chance
        sums = joined
    return sums


def _weights(loss: Loss) -> list[int]:
    """Whole numbers in proportion to the probabilities of j."""
    ratios = [*map(loss.ratios(), range(loss.values - 1))]
    weight = prod(under for _, under in ratios)
    weights = [weight]
    for over, under in ratios:
        weight = weight * over // under  # exact, since each divisor is still among the factors
        weights.append(weight)
    common = gcd(*weights)
    return [weight // common for weight in weights]


def _likely(loss: Loss) -> _Values:
    """The likely values of j, with probabilities in units of 1/2^BITS, rounded down.

    Let r(j) be the probability of j divided by that of the likeliest one, with bounds low ≤ r ≤ high. Then P(j) = r(j)
    ÷ Σ r ≥ low(j) ÷ Σ high. If the distribution has one peak, the ``left`` values beyond j together have at most left x
    high(j).
    """
    ratio, start, scale = loss.ratios(), _mode(loss), 1 << PRECISION
    least = scale >> 2 * BITS if loss.has_one_peak else 0  # values with less than this together are omitted
    lows, total = {start: scale}, scale
    for stride in (1, -1):
        j, low, high = start, scale, scale
        while left := (loss.values - 1 - j if stride == 1 else j):
            if left * high < least:
                total += left * high
                break
            over, under = ratio(j) if stride == 1 else ratio(j - 1)[::-1]
            low, high = low * over // under, -(-high * over // under)
            j += stride
            lows[j] = low
            total += high
    values = [(j, (lows[j] << BITS) // total) for j in sorted(lows)]
    first, last = _cut(values), len(values) - _cut(values[::-1])
    return values[first:last]


def _cut(values: _Values) -> int:
    """The number of values at the start that may be omitted."""
    gone = accumulate(chance for _, chance in values)
    return next(count for count, chance in enumerate(gone) if chance > TAIL)


def _mode(loss: Loss) -> int:
    """The likeliest j if the distribution has one peak; otherwise any j."""
    ratio, low, high = loss.ratios(), 0, loss.values - 1
    while low < high:
        middle = (low + high) // 2
        over, under = ratio(middle)
        low, high = (middle + 1, high) if over > under else (low, middle)
    return low


def _gridded(steps: Sequence[int], values: Sequence[_Values], within: Sequence[int]) -> list[Enclosure]:
    """Bounds on a grid over the likely losses. The grid is refined until they are close or no finer one is allowed."""
    least = sum(step * each[0][0] for step, each in zip(steps, values, strict=True))
    reach = sum(step * (each[-1][0] - each[0][0]) for step, each in zip(steps, values, strict=True))
    common = gcd(*steps)
    cells = [common] if reach <= common * MAX_CELLS else [-(-reach // count) for count in GRIDS]
    found: list[Enclosure] = []
    for cell in cells:
        up, down = (
            [_placed(step, each, cell, most) for step, each in zip(steps, values, strict=True)]
            for most in (cell - 1, 0)
        )
        # Both ends are cut off: the sum of n losses keeps about one in √n of its cells.
        if found and sum(map(len, up)) * (reach // cell) > MAX_GRID_WORK * isqrt(len(steps)):
            break
        not_above, not_below = _Grid.of(up), _Grid.of(down)
        found = []
        for most in within:
            last = (most - least) // cell  # the last cell with losses within the budget
            found.append((not_above.mass(last, up_to=True), 1 - not_below.mass(last, up_to=False)))
        if all(high - low <= CLOSE for low, high in found):
            break
    return found


def _placed(step: int, values: _Values, cell: int, more: int) -> dict[int, int]:
    """The probabilities by cell. A loss is measured from the smallest one, increased by ``more`` and rounded down."""
    first, found = values[0][0], dict[int, int]()
    for j, chance in values:
        place = ((j - first) * step + more) // cell
        found[place] = found.get(place, 0) + chance
    return found


class _Grid(NamedTuple):
    """The probabilities of sums by cell, in units of 1/2^BITS, rounded down.

    Fields:
        first: The number of the first cell.
        data: The cells, each in :data:`CELL` bytes.
    """

    first: int
    data: bytes

    def mass(self, last: int, *, up_to: bool) -> Fraction:
        """The probability of the cells up to ``last``, or of the cells after it.

        The cells are the digits of a number in base 2^WIDTH. Its remainder by base - 1 is the sum of the digits.
        """
        end = max(last + 1 - self.first, 0) * CELL
        number = int.from_bytes(self.data[:end] if up_to else self.data[end:], "little")
        return Fraction(number % ((1 << WIDTH) - 1), 1 << BITS)

    @classmethod
    def of(cls, losses: Iterable[dict[int, int]]) -> _Grid:
        """The distribution of the sum of losses.

        All cells are parts of one large number, so that an addition or a shift applies to all of them at once. After
        each loss the lower BITS of every cell, and with them the carries, are cut off, and so are the cells at both
        ends with almost no probability.
        """
        first, data = 0, (1 << BITS).to_bytes(CELL, "little")
        for loss in losses:
            packed = int.from_bytes(data, "little")
            packed = sum((packed * chance) << (WIDTH * place) for place, chance in loss.items())
            count = len(data) // CELL + max(loss)
            mask = int.from_bytes(((1 << (WIDTH - BITS)) - 1).to_bytes(CELL, "little") * count, "little")
            data = ((packed >> BITS) & mask).to_bytes(CELL * count, "little")
            starts = range(0, len(data), CELL)
            before, after = _idle(_cells(data, starts)), _idle(_cells(data, starts[::-1]))
            data = data[before * CELL : len(data) - after * CELL]
            first += before
        return cls(first, data)


def _cells(data: bytes, starts: Iterable[int]) -> Iterator[int]:
    """The cells that start at these offsets in the data of a :class:`_Grid`, read on demand."""
    return (int.from_bytes(data[start : start + CELL], "little") for start in starts)


def _idle(chances: Iterable[int]) -> int:
    """The number of cells at the start that together hold at most :data:`HAIR`."""
    return next(count for count, gone in enumerate(accumulate(chances)) if gone > HAIR)
