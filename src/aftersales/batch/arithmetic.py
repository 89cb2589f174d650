"""Score a block of rows at once (6.2.3, 6.3.3).

The formulas are those of :mod:`aftersales.scoring.scorecard`: earned = points x share; a deleted indicator is neither
earned nor applicable; final score = earned ÷ applicable x total points; the exact final score decides the stars. A
block is added up in one of three ways, depending on the columns and on the points of the standard:

- **In whole numbers**, if every column holds whole numbers of one unit (decimals, 0 and 1). Everything is exact.
- **In floats with a bound**, for floats, fractions and texts. The sums are float64 with a bounded error (see
  :meth:`BlockScorer._settled`). Rows that are too close to a limit for the bound are added up again in whole numbers.
- **Row by row** in Python's whole numbers, if the points of the standard are too fine for either.

In each way, stars, pass and the nearness to a limit are those of the exact final score in every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from math import lcm
from typing import Any, NamedTuple

from aftersales.batch.columns import Array, ShareColumn, allocate, np
from aftersales.standard.standard import Standard

__all__ = ["BlockResult", "BlockScorer", "Figures"]

EXACT = 2**53  # whole numbers below this are exact as float64; rounding changes a number by at most 1/EXACT of it
INT64 = 2**63
NEAR = Fraction(1, 10**9)  # of a final score: rounding errors of float sums are smaller
CERTAINLY = 1 - 2**-40  # of a number that is compared as float64: the rounding errors are smaller
NEARLY_FULL = 1 - 2**-50  # of a ratio: below it, ratio and points differ from the full ones as float64
DECIMALS = 8  # sums of shares with at most this many decimals are exact, even if added up in floats
# Small primes of denominators, in addition to those of ten, in the order in which they are tried for a common multiple.
PRIMES = (3, 7, 3, 11, 13, 17, 19)


class Sums(NamedTuple):
    """The sums of one node for each row.

    Fields:
        earned: Earned points in units of 1/(unit x scale), where the scale is that of the standard's layout.
        applicable: Applicable points in units of 1/scale. A plain number is the same for every row.
    """

    earned: Array
    applicable: Any


class Part(NamedTuple):
    """A subcategory.

    Fields:
        by_weight: Weights, each with the positions of the indicators that have it.
        all_weights: The sum of the weights.
        dtype: The narrowest type of whole numbers that holds the sum.
    """

    by_weight: list[tuple[int, list[int]]]
    all_weights: int
    dtype: Any


class Decimals(NamedTuple):
    """A form of points as decimals.

    Fields:
        places: The number of decimals.
        dtype: The type of the digits, 32 or 64 bits wide.
        digits_per_unit: The number of units of the last decimal in one unit of the sums.
    """

    places: int
    dtype: Any
    digits_per_unit: int


class Figures(NamedTuple):
    """The figures of one node for each row.

    Fields:
        earned: Earned points, as float64 or as the digits of decimals (:attr:`BlockScorer.decimals`).
        applicable: Applicable points in the same form.
        ratio: Earned ÷ applicable, as float64.
        is_applicable: Whether something of the node is applicable, so that it has a ratio. None: in all rows.
    """

    earned: Array
    applicable: Array
    ratio: Array
    is_applicable: Array


class BlockResult(NamedTuple):
    """The result of a block.

    Fields:
        stars: The stars of each row.
        near: Whether the exact final score of a row is below a limit by at most :data:`NEAR`.
        deleted: The deleted points of each row, in the form of the applicable ones.
        total: The figures of the whole, with the final score as ratio.
        figures: The figures by node.
        columns: The columns of shares.
    """

    stars: Array
    near: Array
    deleted: Array
    total: Figures
    figures: dict[str, Figures]
    columns: list[ShareColumn]


Points = Callable[[Any, int], Array]
"""Converts sums, or a sum that is the same in all of ``count`` rows, to points."""


class BlockScorer:
    """Scores blocks of rows by one standard.

    ``units`` are the units of the columns (:func:`~aftersales.batch.columns.unit_of`), None for a column without one.
    """

    def __init__(self, standard: Standard, units: Sequence[int | None]):
        layout = standard.layout
        self.standard, self.layout = standard, layout
        parts = [part.id for category in standard.categories for part in category.parts]
        self.parts = {part: _part_of(layout.weights, layout.spans[part]) for part in parts}
        self._constants: dict[Any, Array] = {}
        # A limit as the ratio p/q of earned to applicable: final score ≥ limit if q x earned ≥ p x applicable.
        self.limit_ratios = [(star.lower / standard.total_points).as_integer_ratio() for star in standard.stars]
        self.all_weights = sum(layout.weights)
        # The largest factor of a sum when it is compared with a limit.
        self.largest_in_limits = max(map(max, self.limit_ratios))
        # The largest factor of any sum: that one, the one of the final score, or four, so that a score below full
        # differs from it as float64; times the scale, so that the divisors of all figures are exact.
        self.factor = layout.scale * max(*standard.total_points.as_integer_ratio(), self.largest_in_limits, 4)
        # The bound of the error of a float sum, in units of 2^-53 of its weights: see :meth:`_settled`.
        self.roundings = len(layout.weights) + 4
        common = 0 if None in units else lcm(*(unit for unit in units if unit))
        self.whole = bool(common) and self.all_weights * common * self.factor < EXACT
        self.unit = common if self.whole else self._unit_for_floats()
        self.fine_unit = self._fine_unit()
        if self.whole:
            self.dtype = np.dtype(np.int32 if self.all_weights * self.unit < 2**31 else np.int64)
        else:
            self.dtype = np.dtype(np.float64)

    @cached_property
    def decimals(self) -> tuple[Decimals, Decimals] | None:
        """The forms of earned and applicable points as decimals. None if one does not terminate or is too long."""
        found = []
        for unit in (self.unit, 1):
            places = _places_of(unit * self.layout.scale)
            if not self.whole or places is None:
                return None
            per_unit = 10**places // (unit * self.layout.scale)
            digits = max(places, len(str(self.all_weights * unit * per_unit)))  # before or after the decimal point
            if digits > 18:  # 64 bits hold 18 digits, 32 bits nine
                return None
            found.append(Decimals(places, np.dtype(np.int32 if digits <= 9 else np.int64), per_unit))
        return found[0], found[1]

    def _unit_for_floats(self) -> int:
        """The finest decimal unit in which float sums can be rounded to the exact whole number; 0 if there is none."""
        for places in range(DECIMALS, -1, -1):
            largest = self.all_weights * 10**places
            if largest * self.factor < EXACT and 2 * largest * self.roundings < EXACT:
                return int(10**places)
        return 0

    def _fine_unit(self) -> int:
        """A unit in which most fractions are whole numbers and all sums fit into 64 bits; 0 if there is none."""
        unit = 10**DECIMALS
        for prime in PRIMES:
            if self.all_weights * unit * prime * self.factor < INT64:
                unit *= prime
        return unit if self.all_weights * unit * self.factor < INT64 else 0

    def score(
        self, read: Callable[[int], ShareColumn], count: int, nodes: Sequence[str], *, decimal: bool = False
    ) -> BlockResult:
        """The stars of a block of ``count`` rows, and the figures of ``nodes``. Rows without anything applicable are
        undefined.

        ``read`` returns the column at a position. Each column is added up as soon as it is read, while it is in the
        processor's cache. If ``decimal``, points are the digits of :attr:`decimals`, which must not be None, and there
        are no ratios.
        """
        if not self.unit:
            return self._row_by_row([read(position) for position in range(len(self.layout.weights))], count, nodes)
        total, sums, columns = self._sums(read, count)
        earned_points, applicable_points = self._digits if decimal else self._points

        def figures_of(sums: Sums, ratio: Array, is_applicable: Array) -> Figures:
            points = earned_points(sums.earned, count), applicable_points(sums.applicable, count)
            return Figures(*points, ratio, is_applicable)

        figures, spare = {}, allocate(count)
        stars, near, scores = self._judged(total, columns, spare)
        whole = figures_of(total, scores, _is_applicable(total.applicable))
        for node in nodes:
            ratio = None if decimal else self._ratio(sums[node], spare)
            is_applicable = None if decimal else _is_applicable(sums[node].applicable)
            figures[node] = figures_of(sums[node], ratio, is_applicable)
        if not self.whole:
            self._keep_below_full(whole, figures, columns)
        deleted = applicable_points(self.all_weights - total.applicable, count)
        return BlockResult(stars, near, deleted, whole, figures, columns)

    # --- 6.2.3: earned and applicable points -----------------------------------------------------------------------

    def _sums(self, read: Callable[[int], ShareColumn], count: int) -> tuple[Sums, dict[str, Sums], list[ShareColumn]]:
        """The earned and applicable points of the whole and of each group, and the columns."""
        buffers = [allocate(count, self.dtype) for _ in range(3)]
        columns: dict[int, ShareColumn] = {}
        sums: dict[str, Sums] = {}
        for category in self.standard.categories:
            for child in category.parts:
                part = self.parts[child.id]
                earned = self._earned(part, read, columns, buffers)
                sums[child.id] = Sums(earned, self._applicable(part, columns))
            sums[category.id] = self._together([sums[child.id] for child in category.parts])
        total = self._together([sums[category.id] for category in self.standard.categories])
        return total, sums, [columns[position] for position in range(len(columns))]

    def _earned(
        self, part: Part, read: Callable[[int], ShareColumn], columns: dict[int, ShareColumn], buffers: Sequence[Array]
    ) -> Array:
        """6.2.3: the sum of points x share. The shares of equal points are added up before they are multiplied.

        Only the result gets new memory; intermediate results stay in buffers, and so in the processor's cache.
        """
        one, other, third = buffers
        result = allocate(len(one), self.dtype)
        earned = None
        for weight, positions in part.by_weight:
            total = None
            for position in positions:
                column = columns[position] = read(position)
                term = self._term(column, one if total is None else other)
                total = term if total is None else np.add(total, term, out=one)
            if earned is None:
                earned = np.multiply(total, weight * self._units_of_one, out=result if self.whole else third)
            else:
                np.add(earned, np.multiply(total, weight * self._units_of_one, out=one), out=earned)
        return earned if self.whole else self._settled(earned, part.all_weights, one, result)

    @property
    def _units_of_one(self) -> int:
        """The factor that brings the sums of :meth:`_term` to the unit."""
        return 1 if self.whole else self.unit

    def _term(self, column: ShareColumn, out: Array) -> Array:
        """The shares of a column as whole numbers of the unit, or as floats; 0 if not applicable."""
        values = column.values
        if values is None:
            values = np.divide(column.over, column.under, out=out)
        elif not self.whole and column.unit is not None:
            values = np.divide(values, float(column.unit), out=out)
        elif values.dtype != self.dtype or not values.flags.contiguous:
            np.copyto(out, values, casting="unsafe")
            values = out
        if self.whole and column.unit != self.unit:
            values = np.multiply(values, self.unit // (column.unit or 1), out=out)
        return values if column.valid is None or column.nulls_are_zero else np.multiply(values, column.valid, out=out)

    def _applicable(self, part: Part, columns: Mapping[int, ShareColumn]) -> Any:
        """6.2.3: the points that are not deleted (reading R8)."""
        same, differing = 0, None
        for weight, positions in part.by_weight:
            for position in positions:
                valid = columns[position].valid
                if valid is None:
                    same += weight
                elif differing is None:
                    differing = np.multiply(valid, weight, dtype=part.dtype)
                else:
                    differing += np.multiply(valid, weight, dtype=part.dtype)
        return same if differing is None else differing + part.dtype.type(same)

    def _together(self, sums: Sequence[Sums]) -> Sums:
        earned = sums[0].earned
        if len(sums) > 1:
            earned = np.add(earned, sums[1].earned, out=allocate(len(earned), self.dtype))
            for part in sums[2:]:
                np.add(earned, part.earned, out=earned)
        same = sum(part.applicable for part in sums if isinstance(part.applicable, int))
        differing = [part.applicable for part in sums if not isinstance(part.applicable, int)]
        if not differing:
            return Sums(earned, same)
        # Wide enough: all weights are at most the factor, and the product of both is below 2^53.
        applicable = allocate(len(earned), np.int32)
        np.copyto(applicable, differing[0])
        np.add(applicable, same, out=applicable)
        for part in differing[1:]:
            applicable += part
        return Sums(earned, applicable)

    def _settled(self, earned: Array, all_weights: int, spare: Array, result: Array) -> Array:
        """The sums, rounded to a whole number of the unit if they are so close to one that they may be equal to it.

        The error is bounded. A share is a float64 after three roundings, of numerator, denominator and quotient. A sum
        of m products of whole weights and shares, none of them negative, is within m + 3 roundings of the exact sum, in
        any order, and each rounding is at most 2^-53 of it. No sum exceeds its weights. So the error is less than m + 4
        times 2^-53 of the weights. The unit is so coarse (:meth:`_unit_for_floats`) that this is less than half of it.
        If the exact sum is a whole number of the unit, it is therefore the nearest one. The difference of numbers so
        close is exact, and so taking it off gives the whole number.
        """
        difference = np.subtract(earned, np.rint(earned, out=spare), out=spare)
        distance = np.abs(difference, out=result)
        reach = self.roundings * all_weights * self.unit / EXACT
        if distance.max() > reach:
            difference *= distance <= reach
        return np.subtract(earned, difference, out=result)

    def _compared(self, scores: Array, applicable: Any) -> tuple[Array, Array]:
        """The number of limits that float final scores reach, and whether that number is uncertain.

        It is uncertain for a score so close to a limit that its error could change whether the limit is reached, or
        missed by at most :data:`NEAR`.

        The error of a total has three parts: that of the sums of its parts, the roundings by :meth:`_settled`, and the
        additions of the parts. With m indicators it is at most (m + 4) + (m + 4) + m times 2^-53 of all weights. The
        score is rounded twice more, and so is a limit. ``4 x roundings``, which is 4 m + 16, exceeds the sum of all
        these.
        """
        least = applicable if isinstance(applicable, int) else applicable.min()
        if not least:
            least = applicable[applicable > 0].min(initial=self.all_weights)
        error = float(self.standard.total_points) * 4 * self.roundings * self.all_weights / int(least) / EXACT
        margin = float(NEAR) + error
        stars, reached = np.zeros(len(scores), np.int8), np.zeros(len(scores), np.int8)
        for star in self.standard.stars:
            stars += (scores >= float(star.lower) + margin).view(np.int8)
            reached += (scores >= float(star.lower) - margin).view(np.int8)
        return stars, stars != reached

    # --- 6.3: stars ------------------------------------------------------------------------------------------------

    def _judged(self, total: Sums, columns: Sequence[ShareColumn], spare: Array) -> tuple[Array, Array, Array]:
        """6.3.3 by the exact final score (readings R1, R2): stars, nearness to a limit, and final score as float64."""
        scores = self._ratio(total, spare, self.standard.total_points)
        if self.whole:
            stars = self._reached(total, self.unit)
            return stars, self._near(total, self.unit), _on_their_side(scores, stars, self.standard)
        stars, doubtful = self._compared(scores, total.applicable)
        near, rows = np.zeros(len(stars), bool), np.flatnonzero(doubtful)
        if len(rows):
            stars[rows], near[rows] = self._exact_stars(total, columns, rows)
            scores[rows] = _on_their_side(scores[rows], stars[rows], self.standard)
        return stars, near, scores

    def _reached(self, total: Sums, unit: int) -> Array:
        """The number of limits that earned ÷ applicable reaches, in whole numbers. Stars are numbered from one."""
        count = len(total.earned)
        largest = self.all_weights * unit * self.largest_in_limits
        wide = np.dtype(np.int32 if largest < 2**31 else np.int64)
        stars, earned, applicable = np.zeros(count, np.int8), allocate(count, wide), allocate(count, wide)
        for over, under in self.limit_ratios:
            np.multiply(total.earned, under, out=earned, dtype=wide)  # else computed in the narrower type of the sums
            np.multiply(total.applicable, over * unit, out=applicable, dtype=wide)
            stars += (earned >= applicable).view(np.int8)
        return stars

    def _near_units(self, under: int, unit: int) -> Fraction:
        """:data:`NEAR` as a factor of the applicable points, in the unit of :meth:`_near`."""
        return NEAR / self.standard.total_points * under * unit

    def _near(self, total: Sums, unit: int) -> Array:
        """Whether the final score is below a limit by at most :data:`NEAR`. The sums are whole numbers of the unit.

        Below the limit p/q, the gap is p x unit x applicable - q x earned, a whole number.
        """
        near, applicable = np.zeros(len(total.earned), bool), np.broadcast_to(total.applicable, len(total.earned))
        for over, under in self.limit_ratios:
            reach = self._near_units(under, unit)
            if reach * self.all_weights < 1:  # less than one unit
                continue
            missing = np.multiply(applicable, over * unit, dtype=np.int64)
            missing -= np.multiply(total.earned, under, dtype=np.int64)
            # Twice as wide, so that rounding errors do not matter; then exactly.
            for row in np.flatnonzero((missing > 0) & (missing <= applicable * float(2 * reach))):
                near[row] |= int(missing[row]) * reach.denominator <= int(applicable[row]) * reach.numerator
        return near

    def _exact_stars(self, total: Sums, columns: Sequence[ShareColumn], rows: Array) -> tuple[Array, Array]:
        """The stars of rows, and their nearness to a limit, by their exact final score."""
        stars, near, is_sure = self._stars_beside_units(total, columns, rows)
        rest = np.flatnonzero(~is_sure)
        if len(rest):
            stars[rest], near[rest] = self._fine_stars(columns, rows[rest])
        return stars, near

    def _stars_beside_units(
        self, total: Sums, columns: Sequence[ShareColumn], rows: Array
    ) -> tuple[Array, Array, Array]:
        """The stars of rows, and their nearness, where every share is a whole number of the unit or close beside one;
        and which rows these are.

        Such a share is a whole number of the unit and a rest, and the earned points are E + R: E is a whole number, and
        R is the sum of the rests times their weights. No rest exceeds ``reach``, so that R changes no comparison of
        whole numbers unless both sides are equal. The float sum is E rounded, as its error (:meth:`_compared`) and R
        are less than half. If both sides are equal, the sign of R decides. It is known if all rests have one sign: a
        float is above another one if its repr is, and the difference of two floats so close is exact.
        """
        count, unit = len(rows), self.unit
        stars, near = np.zeros(count, np.int8), np.zeros(count, bool)
        reach = 1 / (8 * self.all_weights * unit * self.largest_in_limits)
        if reach < 2.0**-50 or 16 * self.roundings * self.all_weights * unit > EXACT:
            return stars, near, np.zeros(count, bool)
        lowest, highest, is_sure = np.zeros(count), np.zeros(count), np.ones(count, bool)
        for column in columns:
            valid = None if column.valid is None else column.valid.take(rows)
            if column.over is None and column.unit is None:
                rest = _rests(column.values.take(rows), unit)
                if rest.min() < 0 or rest.max() > 0:
                    rest = rest if valid is None else rest * valid
                    np.minimum(lowest, rest, out=lowest)
                    np.maximum(highest, rest, out=highest)
            else:
                under: Any = column.unit if column.over is None else column.under.take(rows)
                is_whole = np.asarray(unit % under == 0, bool)
                is_sure &= is_whole if valid is None else is_whole | (valid == 0)
        is_sure &= (lowest >= -reach) & (highest <= reach)
        earned = np.rint(total.earned.take(rows)).astype(np.int64)
        applicable = np.broadcast_to(total.applicable, len(total.earned)).take(rows).astype(np.int64)
        for over, under in self.limit_ratios:
            missing = applicable * (over * unit) - earned * under
            is_reached = (missing < 0) | ((missing == 0) & (lowest == 0))
            is_sure &= (missing != 0) | (lowest == 0) | (highest == 0)
            stars += is_reached
            largest = applicable * float(self._near_units(under, unit))
            is_near = ~is_reached & (missing + 1 <= largest * CERTAINLY)
            is_sure &= is_reached | is_near | ((missing - 1) * CERTAINLY > largest)
            near |= is_near
        return stars, near, is_sure

    def _fine_stars(self, columns: Sequence[ShareColumn], rows: Array) -> tuple[Array, Array]:
        """The stars of rows, and their nearness, by sums in the fine unit, or else one by one."""
        total, sound = self._fine_sums(columns, rows)
        stars, near = np.zeros(len(rows), np.int8), np.zeros(len(rows), bool)
        if self.fine_unit:
            stars, near = self._reached(total, self.fine_unit), self._near(total, self.fine_unit)
        for place in np.flatnonzero(~sound):
            score = self._exact_score(columns, int(rows[place]))
            stars[place], near[place] = self.standard.stars_of(score), self._is_near(score)
        return stars, near

    def _is_near(self, score: Fraction) -> bool:
        return any(0 < star.lower - score <= NEAR for star in self.standard.stars)

    def exact_scores(self, columns: Sequence[ShareColumn], rows: Array) -> list[Fraction]:
        """6.2.3: the exact final scores of these rows. Something is applicable in each of them."""
        total, sound = self._fine_sums(columns, rows)
        of = self.standard.total_points / (self.fine_unit or 1)
        return [
            Fraction(int(total.earned[place]), int(total.applicable[place])) * of
            if sound[place]
            else self._exact_score(columns, int(row))
            for place, row in enumerate(rows)
        ]

    def _fine_sums(self, columns: Sequence[ShareColumn], rows: Array) -> tuple[Sums, Array]:
        """The totals of these rows in the fine unit, and whether every share of a row is a whole number of that unit.

        A float counts as a decimal of eight places if it is the nearest float to one. Since it has fewer than 16
        digits, that decimal is its shortest repr.
        """
        unit = self.fine_unit
        earned, applicable = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
        sound = np.full(len(rows), bool(unit))
        for column, weight in zip(columns, self.layout.weights, strict=True) if unit else ():
            valid = True if column.valid is None else column.valid[rows].astype(bool)
            if column.over is not None:
                over, under = column.over.take(rows), column.under.take(rows)
                under = under if under.dtype == object else under.astype(np.int64)
            elif column.unit is not None:
                over, under = column.values[rows].astype(np.int64), column.unit
            else:
                under = 10**DECIMALS
                over = np.rint(column.values[rows] * under).astype(np.int64)
                sound &= (over / under == column.values[rows]) | ~np.asarray(valid)
            sound &= np.asarray(unit % under == 0, bool) | ~np.asarray(valid)
            earned += np.asarray(over * (unit // under), np.int64) * weight * valid
            applicable += np.int64(weight) * valid
        return Sums(earned, applicable), sound

    def _exact_score(self, columns: Sequence[ShareColumn], row: int) -> Fraction:
        """6.2.3 for one row with any shares: final score = earned ÷ applicable x total points."""
        earned, applicable = _exact_points(columns, self.layout.weights, row)
        return earned / applicable * self.standard.total_points

    @property
    def _points(self) -> tuple[Points, Points]:
        """Two functions that convert earned and applicable sums to points, given the number of rows.

        If the sums are whole numbers, each figure is the float64 nearest to the exact number: one division, rounded
        once.
        """
        scale = self.layout.scale

        def earned(values: Any, count: int) -> Array:
            return np.divide(values, float(self.unit * scale), out=allocate(count))

        def applicable(values: Any, count: int) -> Array:
            if isinstance(values, int):
                return self.constant(values / scale, count, np.float64)
            return np.divide(values, float(scale), out=allocate(count))

        return earned, applicable

    @property
    def _digits(self) -> tuple[Points, Points]:
        """As :attr:`_points`, for the digits of :attr:`decimals`."""
        assert self.decimals is not None
        earned, applicable = (partial(self._digits_of, form) for form in self.decimals)
        return earned, applicable

    def _digits_of(self, form: Decimals, values: Any, count: int) -> Array:
        _, dtype, per_unit = form
        if isinstance(values, int):
            return self.constant(values * per_unit, count, dtype)
        if values.dtype == dtype and per_unit == 1:
            return values
        digits = allocate(count, dtype)
        np.copyto(digits, values)
        return digits if per_unit == 1 else np.multiply(digits, per_unit, out=digits)

    def _ratio(self, sums: Sums, spare: Array, total_points: Fraction = Fraction(1)) -> Array:
        """Earned ÷ applicable (x total points), rounded once as the points are. ``spare`` is memory for the divisor."""
        over, under = total_points.as_integer_ratio()
        earned, result = sums.earned, allocate(len(spare))
        if over > 1:
            earned = np.multiply(earned, float(over), out=result)
        if isinstance(sums.applicable, int):
            return np.divide(earned, float(sums.applicable * self.unit * under), out=result)
        np.multiply(sums.applicable, float(self.unit * under), out=spare)
        with np.errstate(divide="ignore", invalid="ignore"):  # rows with nothing applicable
            return np.divide(earned, spare, out=result)

    def _keep_below_full(self, total: Figures, figures: dict[str, Figures], columns: Sequence[ShareColumn]) -> None:
        """Make the figures of what lost points less than full, if their nearest float64 is full (reading R3)."""
        fine = {place: column for place, column in enumerate(columns) if not self._loses_visibly(column)}
        self._keep_below(float(self.standard.total_points), total, list(fine.values()))
        for node, found in figures.items():
            span = self.layout.spans[node]
            self._keep_below(1.0, found, [column for place, column in fine.items() if place in span])

    def _keep_below(self, full: float, found: Figures, fine: Sequence[ShareColumn]) -> None:
        if fine and (is_nearly_full := found.ratio >= NEARLY_FULL * full).any():
            rows = np.flatnonzero(is_nearly_full)
            rows = rows[_lost(fine, rows)]
            found.ratio[rows] = np.minimum(found.ratio[rows], np.nextafter(full, 0))
            found.earned[rows] = np.minimum(found.earned[rows], np.nextafter(found.applicable[rows], 0))

    def _loses_visibly(self, column: ShareColumn) -> bool:
        """Whether any loss in the column is visible in every sum.

        It is if the denominators have at most 32 bits and no indicator has too few points for that.
        """
        if column.under is None or (column.under.dtype.itemsize > 4 and column.under.max() >= 2**32):
            return False
        return self.all_weights * 4 * self.roundings * 2**32 < min(self.layout.weights) * EXACT

    def constant(self, value: float, count: int, dtype: Any) -> Array:
        """An array with the same value in every row. All blocks share it, so it must not be written to."""
        key = value, np.dtype(dtype)
        found = self._constants.get(key, ())
        if len(found) < count:
            found = allocate(count, dtype)
            found[:] = value
            self._constants[key] = found
        return found[:count]

    def _row_by_row(self, columns: Sequence[ShareColumn], count: int, nodes: Sequence[str]) -> BlockResult:
        """As :meth:`score` in Python's whole numbers, for points that are too fine for 64 bits."""
        stars, near, deleted = np.zeros(count, np.int8), np.zeros(count, bool), np.zeros(count)
        total, figures = _no_figures(count), {node: _no_figures(count) for node in nodes}
        for row in range(count):
            score, applicable = self._add_up(total, columns, range(len(columns)), row, self.standard.total_points)
            if score is not None:
                stars[row], near[row] = self.standard.stars_of(score), self._is_near(score)
                deleted[row] = Fraction(self.all_weights - applicable, self.layout.scale)
            for node, found in figures.items():
                self._add_up(found, columns, self.layout.spans[node], row, Fraction(1))
        total = total._replace(ratio=_on_their_side(total.ratio, stars, self.standard))
        self._keep_below_full(total, figures, columns)
        return BlockResult(stars, near, deleted, total, figures, list(columns))

    def _add_up(
        self, found: Figures, columns: Sequence[ShareColumn], span: range, row: int, full: Fraction
    ) -> tuple[Fraction | None, int]:
        """Set a row of the figures of some indicators. Returns its ratio times ``full`` and its applicable weight."""
        inside = slice(span.start, span.stop)
        earned, applicable = _exact_points(columns[inside], self.layout.weights[inside], row)
        ratio = earned / applicable * full if applicable else None
        found.earned[row] = earned / self.layout.scale
        found.applicable[row] = Fraction(applicable, self.layout.scale)
        found.ratio[row], found.is_applicable[row] = ratio or 0, ratio is not None
        return ratio, applicable


def _no_figures(count: int) -> Figures:
    return Figures(np.zeros(count), np.zeros(count), np.zeros(count), np.ones(count, bool))


def _part_of(weights: Sequence[int], span: range) -> Part:
    found: dict[int, list[int]] = {}
    for position in span:
        found.setdefault(weights[position], []).append(position)
    points = sum(weights[span.start : span.stop])
    return Part(list(found.items()), points, np.min_scalar_type(points))


def _rests(values: Array, unit: int) -> Array:
    """The difference of each float from the float that is nearest to a whole number of the unit."""
    nearest = np.multiply(values, unit)
    np.rint(nearest, out=nearest)
    np.divide(nearest, unit, out=nearest)
    return np.subtract(values, nearest, out=nearest)


def _places_of(unit: int) -> int | None:
    """The number of decimals of 1/unit; None if it does not terminate."""
    return next((places for places in range(unit.bit_length()) if 10**places % unit == 0), None)


def _is_applicable(applicable: Any) -> Array:
    """Whether something is applicable in each row. None: in all rows."""
    return None if isinstance(applicable, int) or applicable.min() > 0 else applicable > 0


def _exact_points(columns: Sequence[ShareColumn], weights: Sequence[int], row: int) -> tuple[Fraction, int]:
    """6.2.3 for one row: earned and applicable points, in units of 1/scale."""
    shares = [
        (weight, *column.share(row))
        for column, weight in zip(columns, weights, strict=True)
        if column.valid is None or column.valid[row]
    ]
    common = lcm(*(under for _, _, under in shares))
    earned = sum(weight * over * (common // under) for weight, over, under in shares)
    return Fraction(earned, common), sum(weight for weight, _, _ in shares)


def _lost(columns: Sequence[ShareColumn], rows: Array) -> Array:
    """Whether any of the columns has a share below 1, exactly, for each of these rows."""
    lost = np.zeros(len(rows), bool)
    for column in columns:
        if column.over is not None:
            below = column.over.take(rows) < column.under.take(rows)
        else:
            below = column.values.take(rows) < (column.unit or 1)
        lost |= below if column.valid is None else below & column.valid.take(rows).view(bool)
    return lost


def _on_their_side(scores: Array, stars: Array, standard: Standard) -> Array:
    """Scores as float64, changed by one step if they are on the wrong side of a limit for their stars."""
    limits = np.array([-np.inf, *(float(star.lower) for star in standard.stars), np.inf])
    shown = np.zeros(len(scores), np.int8)
    for limit in limits[1:-1]:
        shown += (scores >= limit).view(np.int8)
    if (shown != stars).any():
        with np.errstate(invalid="ignore"):
            scores = np.clip(scores, limits[stars], np.nextafter(limits[1:][stars], -np.inf))
    return scores
