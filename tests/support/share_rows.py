"""Rows of shares for tables, random and adversarial, with what they come to by a calculation of their own.

The points are those of chapter5.txt by way of the oracle, and the arithmetic is Python's whole numbers: nothing here comes
from the library. A row is a list with a share for each indicator, (numerator, denominator), or None for not applicable.
"""

from __future__ import annotations

import math
import random
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
from support import oracle

Row = list[tuple[int, int] | None]

TENTHS = [int(oracle.POINTS[indicator] * 10) for indicator in oracle.INDICATORS]
LIMITS = (60, 70, 75, 80, 90)
FORMS = ("decimal", "millionths", "float", "pair")
KINDS = {"decimal": pa.decimal128(5, 4), "millionths": pa.decimal64(9, 6)}
GRID = 10_000
# What denominators divide, so that a share which brings a row exactly onto a limit has a denominator within 64 bits. The
# first are common ones; the others have primes that no round number has.
FAMILIES = (360_360, 2_520, 100, 23 * 29 * 31, 37 * 41 * 2, 43 * 47 * 3)
DIVISORS = {family: [n for n in range(1, 200) if family % n == 0] for family in FAMILIES}


def truth(row: Row, scale: int = 10, weights: list[int] | None = None) -> tuple[Fraction, Fraction]:
    """Earned and applicable points."""
    pairs = [(weight, share) for weight, share in zip(weights or TENTHS, row, strict=True) if share is not None]
    common = math.lcm(*(share[1] for _, share in pairs))
    earned = sum(weight * share[0] * (common // share[1]) for weight, share in pairs)
    return Fraction(earned, common * scale), Fraction(sum(weight for weight, _ in pairs), scale)


def true_score(row: Row) -> Fraction:
    earned, applicable = truth(row)
    return earned / applicable * 100


def random_row(rng: random.Random, form: str, level: float | None = None, deleted: float = 0.05) -> Row:
    """A row of shares, around a level where one is given."""
    family = rng.choice(FAMILIES)
    row: Row = []
    for _ in TENTHS:
        share = rng.random() if level is None else min(max(rng.gauss(level, 0.12), 0), 1)
        n = GRID if form != "pair" else rng.choice(DIVISORS[family]) if level is not None else rng.randint(1, 500)
        row.append((round(share * n), n))
    if deleted:
        for position in range(len(row)):
            if rng.random() < deleted:
                row[position] = None
    return row


def adversarial_row(rng: random.Random, form: str) -> Row:
    """A row exactly on a limit, or one hair above or below it: a share of a random row is changed, one that can be."""
    while True:
        limit = rng.choice(LIMITS)
        row = random_row(rng, form, limit / 100, rng.choice((0.0, 0.05, 0.3)))
        hair = rng.choice((-1, 0, 1))
        earned, applicable = truth(row)
        missing = Fraction(limit, 100) * applicable - earned
        nearly = float(missing * 10)
        for position in rng.sample(range(len(row)), len(row)):
            if (held := row[position]) is None:
                continue
            if not -0.001 < held[0] / held[1] + nearly / TENTHS[position] < 1.001:  # by far no share, seen at less cost
                continue
            share = _beside(Fraction(*held) + missing / Fraction(TENTHS[position], 10), hair, form)
            if share is not None and 0 <= share <= 1:
                row[position] = (share.numerator, share.denominator)
                return row


def _beside(share: Fraction, hair: int, form: str) -> Fraction | None:
    """The share, or one a hair above or below it; None where the form cannot hold it."""
    if form == "pair":
        beside = (share + Fraction(hair, 10**power) for power in (15, 12, 9))
        share = next((each for each in beside if each.denominator < 2**63), share)
        return share if share.denominator < 2**63 else None
    if GRID % share.denominator:
        return None
    if form == "float":
        return Fraction(repr(math.nextafter(float(share), hair))) if hair and 0 < share < 1 else share
    return share + Fraction(hair, GRID)


def as_column(shares: Row, form: str) -> pa.Array:
    """The shares of one indicator as an Arrow array of that form."""
    if form == "pair":
        parts = [pa.array([None if s is None else s[part] for s in shares], pa.int64()) for part in (0, 1)]
        missing = pa.array([s is None for s in shares])
        return pa.StructArray.from_arrays(parts, ["numerator", "denominator"], mask=missing)
    if form in KINDS:
        values = [None if s is None else Decimal(s[0]) / s[1] for s in shares]
        return pa.array(values, pa.decimal128(5, 4)).cast(KINDS[form])
    return pa.array([None if s is None else s[0] / s[1] for s in shares], pa.float64())


def as_table(rows: list[Row], form: str) -> pa.Table:
    columns = [as_column(list(shares), form) for shares in zip(*rows, strict=True)]
    return pa.table(dict(zip(oracle.INDICATORS, columns, strict=True)))
