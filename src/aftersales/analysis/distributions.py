"""The chance that what several indicators lose stays within a budget.

Each indicator loses ``least`` + j x ``step`` points, with a distribution of j of its own; they are independent. The chance that
all together lose no more than a budget is a sum over all combinations, found in the first of three ways that is not too long:

- Exactly: the losses of one half of the indicators are sorted, with their weights summed up, and each loss of the other half
  is held against what it leaves.
- In the same way with the likely losses alone: of each indicator some ten-millionths are left out.
- With these on a grid, laid over what they may come to. Rounding each loss up gives a chance that is not too high, rounding
  down the chance of the opposite. Where all losses are multiples of one that the grid can hold, nothing is rounded.

The last two take each chance a little too low. What is left out counts against each bound, so the truth lies between them.
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
MAX_WORK = 40_000  # sums of one half, those on the way included
GRIDS = (1 << 14, 1 << 16, 1 << 18)  # cells; finer until the bounds are close, or it takes too long
MAX_CELLS = 1 << 12  # on which nothing needs to be rounded
MAX_GRID_WORK = 200_000_000  # chances times cells
CLOSE = Fraction(1, 250)
BITS = 40  # of a chance that is taken a little too low
TAIL = 1 << 16  # in that unit, what may be left out of a loss at either end
HAIR = 1 << 8  # and of the cells of a sum
WIDTH = 2 * BITS + 8  # of a cell: the product of two chances can be 2^(2 BITS) itself, which is a bit more
CELL = WIDTH // 8  # the same in bytes
PRECISION = 256  # bits of a chance on its way

Enclosure = tuple[Fraction, Fraction]
"""A probability lies between these two; they are the same where it is known exactly."""


class Loss(NamedTuple):
    """What an indicator may lose: ``least`` + j x ``step`` points, for j from 0 to ``values`` - 1.

    ``shapes`` are the two numbers (> 0) of the Pólya distribution of j; None where each j is equally likely.
    """

    least: Fraction
    step: Fraction
    values: int
    shapes: tuple[Fraction, Fraction] | None

    @property
    def spread(self) -> Fraction:
        """How much more it may lose than ``least``."""
        return self.step * (self.values - 1)

    def ratios(self) -> Callable[[int], tuple[int, int]]:
        """What gives P(j + 1) ÷ P(j) as two whole numbers: (M - j)(s + j) over (j + 1)(t + M - j - 1), M = ``values`` - 1."""
        if self.shapes is None:
            return lambda j: (1, 1)
        under = lcm(self.shapes[0].denominator, self.shapes[1].denominator)
        first, second = (int(shape * under) for shape in self.shapes)
        most = self.values - 1
        return lambda j: ((most - j) * (first + j * under), (j + 1) * (second + (most - j - 1) * under))

    @property
    def has_one_peak(self) -> bool:
        """Whether the chances fall on both sides of the likeliest j: where s + t ≥ 2.

        P(j + 1) is above P(j) where M (s - 1) + 1 - t + j (2 - s - t) is above 0, which then falls with j.
        """
        return self.shapes is not None and sum(self.shapes) >= 2


def chances_within(losses: Sequence[Loss], budgets: Sequence[Fraction]) -> list[Enclosure]:
    """For each budget, the probability that all losses together are no more.

    >>> coin = Loss(Fraction(0), Fraction(1), 2, None)
    >>> [str(low) for low, high in chances_within([coin, coin], [Fraction(0), Fraction(3, 2), Fraction(2)]) if low == high]
    ['1/4', '3/4', '1']
    """
    least = sum((loss.least for loss in losses), Fraction(0))
    most = least + sum((loss.spread for loss in losses), Fraction(0))
    inside = [budget for budget in budgets if least <= budget < most]
    found: dict[Fraction, Enclosure] = {}
    if inside:
        varied = [loss for loss in losses if loss.spread]
        unit = lcm(*(loss.step.denominator for loss in varied))  # from here on losses are whole numbers of 1/unit
        steps = [int(loss.step * unit) for loss in varied]
        within = [floor((budget - least) * unit) for budget in inside]
        found = dict(zip(inside, _exactly(varied, steps, within) or _enclosed(varied, steps, within), strict=True))
    zero, one = Fraction(0), Fraction(1)
    return [found.get(budget, (zero, zero) if budget < least else (one, one)) for budget in budgets]


_Values = list[tuple[int, int]]
"""The values that j may take, in order, each with its weight."""


def _exactly(losses: Sequence[Loss], steps: Sequence[int], within: Sequence[int]) -> list[Enclosure] | None:
    """The probabilities themselves; None where there is too much to sum up."""
    counts = [loss.values for loss in losses]
    if max(counts) > MAX_EXACT_VALUES or not (halves := _halves(steps, counts)):
        return None
    values = [list(enumerate(_weights(loss))) for loss in losses]
    whole = prod(sum(weight for _, weight in each) for each in values)
    return _against(steps, values, halves, whole, within)


def _enclosed(losses: Sequence[Loss], steps: Sequence[int], within: Sequence[int]) -> list[Enclosure]:
    """Bounds of the probabilities, by the likely values."""
    values = [_likely(loss) for loss in losses]
    if halves := _halves(steps, [len(each) for each in values]):
        return _against(steps, values, halves, 1 << (BITS * len(losses)), within)
    return _gridded(steps, values, within)


# --- half against half -------------------------------------------------------------------------------------------


def _halves(steps: Sequence[int], counts: Sequence[int]) -> list[list[int]] | None:
    """The positions of the losses in two halves of about as many sums; None where one of them takes too long.

    There are no more sums than combinations, nor than there are multiples of what all steps are multiples of.
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
    """The sums of one half against those of the other. ``whole`` is the weight of all there is, whether it was kept or not."""
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
    """Whole numbers in proportion to the chances of j."""
    ratios = [*map(loss.ratios(), range(loss.values - 1))]
    weight = prod(under for _, under in ratios)
    weights = [weight]
    for over, under in ratios:
        weight = weight * over // under  # exact: each divisor is still among the factors
        weights.append(weight)
    common = gcd(*weights)
    return [weight // common for weight in weights]


# --- the likely values ---------------------------------------------------------------------------------------------


def _likely(loss: Loss) -> _Values:
    """The likely values, with chances in 1/2^BITS that are not above the true ones.

    With r the chances over that of the start, low ≤ r ≤ high holds for each, and P(j) = r(j) ÷ Σ r ≥ low(j) ÷ Σ high. Where
    there is one peak, the ``left`` values behind a j are together at most left x high(j).
    """
    ratio, start, scale = loss.ratios(), _mode(loss), 1 << PRECISION
    least = scale >> 2 * BITS if loss.has_one_peak else 0  # what is below it together is left out
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
    """How many values may be left out at the beginning."""
    gone = accumulate(chance for _, chance in values)
    return next(count for count, chance in enumerate(gone) if chance > TAIL)


def _mode(loss: Loss) -> int:
    """The likeliest j, where there is one; else any."""
    ratio, low, high = loss.ratios(), 0, loss.values - 1
    while low < high:
        middle = (low + high) // 2
        over, under = ratio(middle)
        low, high = (middle + 1, high) if over > under else (low, middle)
    return low


# --- on a grid -----------------------------------------------------------------------------------------------------


def _gridded(steps: Sequence[int], values: Sequence[_Values], within: Sequence[int]) -> list[Enclosure]:
    """Bounds on a grid over the likely losses, made finer until they are close, or the finest is reached."""
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
        # The ends are cut off: of its cells the sum of n losses keeps about one in the root of n.
        if found and sum(map(len, up)) * (reach // cell) > MAX_GRID_WORK * isqrt(len(steps)):
            break
        not_above, not_below = _Grid.of(up), _Grid.of(down)
        found = []
        for most in within:
            last = (most - least) // cell  # the last cell whose losses are within the budget
            found.append((not_above.mass(last, up_to=True), 1 - not_below.mass(last, up_to=False)))
        if all(high - low <= CLOSE for low, high in found):
            break
    return found


def _placed(step: int, values: _Values, cell: int, more: int) -> dict[int, int]:
    """The chances by cell, each loss above the least rounded down after ``more`` was added to it."""
    first, found = values[0][0], dict[int, int]()
    for j, chance in values:
        place = ((j - first) * step + more) // cell
        found[place] = found.get(place, 0) + chance
    return found


class _Grid(NamedTuple):
    """The chances of sums by cell, in 1/2^BITS and not above the true ones; ``first`` is the cell of the first of them."""

    first: int
    data: bytes

    def mass(self, last: int, *, up_to: bool) -> Fraction:
        """The chance of the cells up to ``last``, or of those behind it.

        The cells are the digits of a number of base 2^WIDTH, which leaves the sum of its digits when divided by base - 1.
        """
        end = max(last + 1 - self.first, 0) * CELL
        number = int.from_bytes(self.data[:end] if up_to else self.data[end:], "little")
        return Fraction(number % ((1 << WIDTH) - 1), 1 << BITS)

    @classmethod
    def of(cls, losses: Iterable[dict[int, int]]) -> _Grid:
        """The sums of losses.

        All cells lie side by side in one large number, so that adding and shifting it moves them all at once. After each loss
        the lower BITS of each cell, and with them what was carried, are cut off, and the cells at either end that hold next
        to nothing.
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
    """The cells at these places of what :meth:`_Grid.of` packs, read one by one as they are asked for."""
    return (int.from_bytes(data[start : start + CELL], "little") for start in starts)


def _idle(chances: Iterable[int]) -> int:
    """How many cells at the beginning hold no more than a hair together."""
    return next(count for count, gone in enumerate(accumulate(chances)) if gone > HAIR)
