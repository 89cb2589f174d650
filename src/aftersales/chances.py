"""The chance that what several indicators lose stays within a budget.

Each indicator loses ``least`` + j x ``step`` points, with a distribution of j of its own; they are independent. The chance that
all together lose no more than a budget is a sum over all combinations, found in the first of three ways that is not too long:

- Exactly: the losses of one half of the indicators are sorted, with their weights summed up, and each loss of the other half
  is held against what it leaves.
- In the same way with the likely losses alone, which leaves out less than a millionth each.
- On a grid: rounding each loss up gives a chance that is not too high, rounding down the chance of the opposite.

The last two take each chance a little too low. What is left out counts against each bound, so the truth lies between them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor, gcd, lcm, prod
from typing import NamedTuple

__all__ = ["MAX_COUNT", "Enclosure", "Part", "chances_within"]

MAX_COUNT = 200_000  # values that a part may take
MAX_EXACT_COUNT = 300
MAX_WORK = 40_000  # sums of one half, those on the way included
GRIDS = (1 << 10, 1 << 12, 1 << 14)  # cells that the losses are rounded to, finer until the bounds are close
CLOSE = Fraction(1, 2_000)
BITS = 40  # of a chance that is taken a little too low
LIKELY = 1 << 16  # and of those, in the same unit, what is not left out
WIDTH = 2 * BITS + 8  # of a cell, which holds the product of two chances

Enclosure = tuple[Fraction, Fraction]
"""A probability lies between these two; they are the same where it is known exactly."""


class Part(NamedTuple):
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

    def ratio(self, j: int) -> tuple[int, int]:
        """P(j + 1) ÷ P(j) as two whole numbers: (M - j)(s + j) over (j + 1)(t + M - j - 1), where M = ``values`` - 1."""
        if self.shapes is None:
            return 1, 1
        first, second = self.shapes
        under = lcm(first.denominator, second.denominator)
        most = self.values - 1
        over = (most - j) * (int(first * under) + j * under)
        return over, (j + 1) * (int(second * under) + (most - j - 1) * under)


def chances_within(parts: Sequence[Part], budgets: Sequence[Fraction]) -> list[Enclosure]:
    """For each budget, the probability that all parts together lose no more.

    >>> coin = Part(Fraction(0), Fraction(1), 2, None)
    >>> [str(low) for low, high in chances_within([coin, coin], [Fraction(0), Fraction(3, 2), Fraction(2)]) if low == high]
    ['1/4', '3/4', '1']
    """
    least = sum((part.least for part in parts), Fraction(0))
    most = least + sum((part.spread for part in parts), Fraction(0))
    inside = [budget for budget in budgets if least <= budget < most]
    found: dict[Fraction, Enclosure] = {}
    if inside:
        rest, varied = [budget - least for budget in inside], [part for part in parts if part.spread]
        found = dict(zip(inside, _paired(varied, rest) or _enclosed(varied, rest), strict=True))
    zero, one = Fraction(0), Fraction(1)
    return [found.get(budget, (zero, zero) if budget < least else (one, one)) for budget in budgets]


# --- half against half -------------------------------------------------------------------------------------------

_Values = list[tuple[int, int]]
"""The values of j that a part may take, each with its weight."""


def _paired(parts: Sequence[Part], budgets: Sequence[Fraction]) -> list[Enclosure] | None:
    """The probabilities by all losses, or by the likely ones; None where either are too many."""
    unit = lcm(*(part.step.denominator for part in parts))
    steps = [int(part.step * unit) for part in parts]
    within = [floor(budget * unit) for budget in budgets]
    if all(part.values <= MAX_EXACT_COUNT for part in parts) and (
        halves := _halves(steps, [part.values for part in parts])
    ):
        values = [list(enumerate(_weights(part))) for part in parts]
        whole = prod(sum(weight for _, weight in each) for each in values)
        return _against(steps, values, halves, whole, within)
    values = [_likely(part) for part in parts]
    if halves := _halves(steps, [len(each) for each in values]):
        return _against(steps, values, halves, 1 << (BITS * len(parts)), within)
    return None


def _halves(steps: Sequence[int], counts: Sequence[int]) -> list[list[int]] | None:
    """The positions of the parts in two halves of about as many sums; None where one of them takes too long.

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
        hits = sum(weight * below[bisect_right(losses, most - loss)] for loss, weight in one.items())
        found.append((Fraction(hits, whole), 1 - Fraction(kept - hits, whole)))
    return found


def _sums(parts: Iterable[tuple[int, _Values]]) -> dict[int, int]:
    """The weight of each sum of losses."""
    sums = {0: 1}
    for step, values in parts:
        joined: dict[int, int] = {}
        for j, chance in values:
            more = j * step
            for loss, weight in sums.items():
                joined[loss + more] = joined.get(loss + more, 0) + weight * chance
        sums = joined
    return sums


def _weights(part: Part) -> list[int]:
    """Whole numbers in proportion to the chances of j."""
    ratios = [part.ratio(j) for j in range(part.values - 1)]
    weight = prod(under for _, under in ratios)
    weights = [weight]
    for over, under in ratios:
        weight = weight * over // under  # exact: each divisor is still among the factors
        weights.append(weight)
    common = gcd(*weights)
    return [weight // common for weight in weights]


def _likely(part: Part) -> _Values:
    """The likely values, with chances in 1/2^BITS that are not above the true ones."""
    return [(j, chance) for j, chance in enumerate(_low_chances(part)) if chance >= LIKELY]


# --- enclosed ----------------------------------------------------------------------------------------------------


def _enclosed(parts: Sequence[Part], budgets: Sequence[Fraction]) -> list[Enclosure]:
    """Bounds of the probabilities, on a grid that is made finer until they are close, or the finest is reached."""
    spread = sum((part.spread for part in parts), Fraction(0))
    lows = [_low_chances(part) for part in parts]
    found: list[Enclosure] = []
    for cells in GRIDS:
        up, down = (
            [_on_grid(part, low, spread / cells, turn) for part, low in zip(parts, lows, strict=True)]
            for turn in (ceil, floor)
        )
        within, beyond = _spread_out(up), _spread_out(down)
        found = []
        for budget in budgets:
            last = floor(budget * cells / spread)  # the last cell whose losses are within the budget
            found.append((_mass(within[: last + 1]), 1 - _mass(beyond[last + 1 :])))
        if all(high - low <= CLOSE for low, high in found):
            break
    return found


def _low_chances(part: Part) -> list[int]:
    """For each j a chance in 1/2^BITS that is not above the true one.

    With r the chances over that of the likeliest j, low ≤ r ≤ high holds for each, and P(j) = r(j) ÷ Σ r ≥ low(j) ÷ Σ high.
    """
    scale = 1 << 256
    start = _mode(part)
    low, high = [0] * part.values, [0] * part.values
    low[start] = high[start] = scale
    for j in range(start, part.values - 1):
        over, under = part.ratio(j)
        low[j + 1], high[j + 1] = low[j] * over // under, -(-high[j] * over // under)
    for j in range(start, 0, -1):
        over, under = part.ratio(j - 1)
        low[j - 1], high[j - 1] = low[j] * under // over, -(-high[j] * under // over)
    total = sum(high)
    return [(chance << BITS) // total for chance in low]


def _mode(part: Part) -> int:
    """A j that is about the likeliest: from there on the chances fall."""
    low, high = 0, part.values - 1
    while low < high:
        middle = (low + high) // 2
        over, under = part.ratio(middle)
        low, high = (middle + 1, high) if over > under else (low, middle)
    return low


def _on_grid(part: Part, chances: Sequence[int], cell: Fraction, turn: Callable[[Fraction], int]) -> dict[int, int]:
    """The chances by cell, each loss rounded by ``turn``."""
    found: dict[int, int] = {}
    for j, chance in enumerate(chances):
        if chance:
            place = turn(j * part.step / cell)
            found[place] = found.get(place, 0) + chance
    return found


def _spread_out(parts: Iterable[dict[int, int]]) -> list[int]:
    """The chances of the sums, by cell, in 1/2^BITS and not above the true ones.

    All cells lie side by side in one large number, so that adding and shifting it moves them all at once. After each part the
    lower BITS of each cell, and with them what was carried, are cut off.
    """
    packed, cells = 1 << BITS, 1
    for part in parts:
        cells += max(part, default=0)
        packed = sum((packed * chance) << (WIDTH * place) for place, chance in part.items())
        mask = int.from_bytes((((1 << (WIDTH - BITS)) - 1).to_bytes(WIDTH // 8, "little")) * cells, "little")
        packed = (packed >> BITS) & mask
    size = WIDTH // 8
    data = packed.to_bytes(size * cells, "little")
    return [int.from_bytes(data[start : start + size], "little") for start in range(0, len(data), size)]


def _mass(cells: Iterable[int]) -> Fraction:
    return Fraction(sum(cells), 1 << BITS)
