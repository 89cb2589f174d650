"""The cheapest set of items that together gain enough: a knapsack problem, solved in whole numbers with proof.

It is a dynamic programme with bounds. The search starts from the set that takes the items by their cost per gain until
they gain enough. It then decides one item after another, first those for which that choice is the least clear. Of sets
that differ in decided items only, one is dropped if another one gains at least as much at no higher cost. It is also
dropped if it would not become better than the best known set even if parts of the undecided items could be taken. The
work is thus limited by the number of different gains or costs, and in most cases far smaller. As soon as the undecided
items have no more sets than are still open, each open set is completed by the best of those (meet in the middle). So
any 39 items are solved within 2,500,000 sets, whatever they gain and cost.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

__all__ = ["Cheapest", "cheapest_set"]


class Cheapest(NamedTuple):
    """The result of the search.

    Fields:
        chosen: The places of the items of the best set that is known.
        least: No set that gains enough costs less; the cost of that set if it is proven to be the best.
        is_proven: Whether the set is proven to be the best.
    """

    chosen: tuple[int, ...]
    least: int
    is_proven: bool


def cheapest_set(gains: Sequence[int], costs: Sequence[int], need: int, most: int) -> Cheapest:
    """The cheapest set of items that gains at least ``need``; at most ``most`` sets are looked at.

    All gains are above 0, no cost is below 0, and all items together gain enough. Of several cheapest sets the one of
    the fewest items is the best, then the one with the largest gain, then the one with the earliest items.

    >>> cheapest_set([3, 2, 2, 1], [30, 20, 20, 10], 4, most=100)
    Cheapest(chosen=(0, 3), least=40, is_proven=True)
    """
    count, total = len(gains), sum(gains)
    scale = (total + 1) << count

    # The price of an item holds its cost, its size, its gain and its place, the later ones in lower digits. The
    # better a set is, the smaller is the sum of its prices, and no two sets have the same sum.
    def price(place: int) -> int:
        return ((costs[place] * (count + 1) + 1) * (total + 1) - gains[place] << count) - (1 << (count - 1 - place))

    items = [(gain, price(place)) for place, gain in enumerate(gains)]
    items.sort(key=lambda item: Fraction(item[1], item[0]))
    gained = list(accumulate((gain for gain, _ in items), initial=0))
    paid = list(accumulate((each for _, each in items), initial=0))

    def first(missing: int, low: int, high: int) -> int:
        """The least price of the first items that gain ``missing``, the last of them in part."""
        last = bisect_left(gained, missing, low, high)
        gain, whole = items[last - 1]  # any item if nothing is missing, and 0 of it
        return paid[last] - (gained[last] - missing) * whole // gain

    start = bisect_left(gained, need) if need > 0 else 0
    best = least = paid[start]
    open_sets = [(need - gained[start], paid[start])]  # the gain that is missing, and the price; the smallest first
    left = right = start  # the items from left to right are decided
    looked_at = 0
    places = _outwards(start, count)
    changes = [items[place] if place >= start else (-items[place][0], -items[place][1]) for place in places]
    for number, (place, (gain, whole)) in enumerate(zip(places, changes, strict=True)):
        if 1 << (count - number) <= 2 * len(open_sets):  # what deciding this item would take
            best = min(best, min(_completed(open_sets, changes[number:])))
            break
        left, right = min(left, place), max(right, place + 1)
        changed = [(missing - gain, each + whole) for missing, each in open_sets]
        best = min(best, min((each for missing, each in changed if missing <= 0), default=best))
        looked_at += 2 * len(changed)
        still_open: list[tuple[int, int]] = []
        cheapest = least = best
        # Sorting joins two sorted lists. Of sets that gain the same, the cheaper one comes first.
        for missing, each in sorted(open_sets + changed):
            if still_open and each >= cheapest:
                continue
            if missing <= 0:
                bound = each - paid[left] + first(max(gained[left] + missing, 0), 0, left)
            elif missing <= total - gained[right]:
                bound = each - paid[right] + first(gained[right] + missing, right, count)
            else:
                break
            if bound < best:
                cheapest, least = each, min(least, bound)
                still_open.append((missing, each))
        open_sets = still_open
        if open_sets and looked_at + 2 * len(open_sets) > most:  # the next item would exceed it
            floor = max(-(-(least - count * scale) // ((count + 1) * scale)), 0)
            return Cheapest(_chosen(-best, count), floor, is_proven=False)
    chosen = _chosen(-best, count)
    return Cheapest(chosen, sum(costs[place] for place in chosen), is_proven=True)


def _completed(open_sets: Sequence[tuple[int, int]], changes: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The least price of each open set with those changes that gain what it misses, as all gains together do."""
    sets = [(0, 0)]
    for gain, price in changes:
        sets += [(gained + gain, paid + price) for gained, paid in sets]
    sets.sort(reverse=True)
    least = list(accumulate((price for _, price in sets), min))  # of the sets that gain most
    for missing, price in open_sets:
        yield price + least[bisect_right(sets, -missing, key=lambda each: -each[0]) - 1]


def _outwards(start: int, count: int) -> list[int]:
    """All places, the nearest to ``start`` first."""
    return sorted(range(count), key=lambda place: start - 1 - place if place < start else place - start)


def _chosen(flags: int, count: int) -> tuple[int, ...]:
    """The places whose flags are set, in the lowest ``count`` bits."""
    return tuple(place for place in range(count) if flags >> (count - 1 - place) & 1)
