"""Random evaluations as plain data, for hypothesis."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from support import oracle

PEOPLE = st.lists(st.sampled_from(["张明", "李红", "王芳"]), min_size=1, max_size=2, unique=True)

DELETED = st.builds(lambda names: {"kind": "not_applicable", "reason": "不适用", "confirmed_by": names}, PEOPLE)


@st.composite
def written(draw: st.DrawFn, low: int = 0, high: int = 1, *, percent: bool | None = None) -> Any:
    """A number from low to high in one of the ways it may be written; with %, without (False), or either (None)."""
    value = draw(st.fractions(low, high, max_denominator=draw(st.sampled_from([2, 3, 7, 20, 97, 1000]))))
    if percent is None:
        percent = draw(st.integers(0, 3)) == 1
    if percent:
        return f"{max(round(value * 100), low)}%"
    match draw(st.integers(0, 2)):
        case 0:
            return f"{value.numerator}/{value.denominator}"
        case 1:
            return str(max(round(float(value), 3), low))
        case _:
            return value


@st.composite
def measured(draw: st.DrawFn, limit: str) -> dict[str, Any]:
    """A quantitative finding in one unit: both numbers with %, neither, or one with % and the other below 1 (R5)."""
    at_least = limit == "at_least"
    match draw(st.integers(0, 3)):
        case 0:
            numbers = draw(written(0, 40, percent=True)), draw(written(1 if at_least else 0, 30, percent=True))
        case 1:
            below_1 = st.integers(1, 999).map(lambda thousandths: f"0.{thousandths:03}")
            numbers = draw(written(0, 2, percent=True)), draw(below_1)
            if draw(st.booleans()):
                numbers = numbers[1], "85%"
        case _:
            numbers = draw(written(0, 40, percent=False)), draw(written(1 if at_least else 0, 30, percent=False))
    return {"kind": "quantitative", "actual": numbers[0], limit: numbers[1]}


QUALITATIVE = st.builds(lambda degree: {"kind": "qualitative", "degree": degree}, written())
AT_LEAST, AT_MOST = measured("at_least"), measured("at_most")


@st.composite
def sampled(draw: st.DrawFn) -> dict[str, Any]:
    population = draw(st.integers(1, 400))
    size = draw(st.integers(-(-2 * population // 3), population))
    finding = {
        "kind": "sampled",
        "population": population,
        "sampled": size,
        "nonconforming": draw(st.integers(0, size)),
    }
    if draw(st.booleans()):
        outlets = draw(st.integers(1, min(50, size)))  # each gave at least one item (R7)
        del finding["population"]
        finding |= {"outlets": outlets, "outlets_covered": outlets}
    return finding


FINDING = st.one_of(st.sampled_from(["full", "none"]), QUALITATIVE, AT_LEAST, AT_MOST, sampled(), DELETED)
# A proportion: a bare 1 could be 1 % or 100 % (R4).
PROPORTION = written().map(lambda value: value if str(value).endswith("%") or oracle.number(value) < 1 else "100%")
OWN_LIMIT = st.one_of(st.builds(lambda actual: {"kind": "quantitative", "actual": actual}, PROPORTION), DELETED)


SEED = st.integers(0, 2**32)


@st.composite
def findings(draw: st.DrawFn, *, groups: bool = True) -> dict[str, Any]:
    """Findings for every indicator, some of them through the deletion of a group; at least one applies.

    Up to a dozen are drawn one by one, so that they shrink. The others follow from one number, which is a hundred times as quick;
    it shrinks to 0, where all of them are full.
    """
    seed = draw(SEED)
    found = random_findings(random.Random(seed), groups=groups) if seed else oracle.all_full()
    indicators = [key for key in found if key in oracle.INDICATORS]
    for key in draw(st.lists(st.sampled_from(indicators), max_size=12, unique=True)):
        found[key] = draw(OWN_LIMIT if key == "5.1.2.2" else FINDING)
    if all(share is None for share in oracle.shares(found).values()):
        return oracle.all_full()
    return found


@st.composite
def degrees(draw: st.DrawFn) -> list[Fraction]:
    """A degree for each indicator: up to a dozen drawn one by one, the others from one number; at 0 all of them are full."""
    seed = draw(SEED)
    random_ = random.Random(seed)
    under = [random_.randint(1, 30) for _ in oracle.INDICATORS]
    found = [Fraction(random_.randint(0, n), n) if seed else Fraction(1) for n in under]
    places = st.integers(0, len(found) - 1)
    for place, degree in draw(st.dictionaries(places, st.fractions(0, 1, max_denominator=30), max_size=12)).items():
        found[place] = degree
    return found


def judged(degrees: list[Fraction]) -> dict[str, Any]:
    """Findings with these degrees, in the order of the standard."""
    found: dict[str, Any] = {
        indicator: {"kind": "qualitative", "degree": degree}
        for indicator, degree in zip(oracle.INDICATORS, degrees, strict=True)
    }
    found["5.1.2.2"] = {"kind": "quantitative", "actual": degrees[oracle.INDICATORS.index("5.1.2.2")] / 10}
    return found


def random_findings(random_: random.Random, *, groups: bool = True) -> dict[str, Any]:
    """Findings of every kind, as quickly as random numbers come; at least one applies."""
    found: dict[str, Any] = {}
    deleted = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
    gone = random_.sample(oracle.GROUPS, random_.choice([0, 0, 1, 2])) if groups else []
    gone = [group for group in gone if not any(group.startswith(f"{other}.") for other in gone)]
    found |= dict.fromkeys(gone, deleted)
    for indicator in oracle.INDICATORS:
        if any(indicator.startswith(f"{group}.") for group in gone):
            continue
        under = random_.choice([1, 2, 3, 7, 10, 97, 100, 1000])
        actual, limit = Fraction(random_.randint(0, 40), under), Fraction(random_.randint(1, 40), under)
        size = random_.randint(1, 300)
        found[indicator] = random_.choice(
            [
                "full",
                "none",
                {"kind": "qualitative", "degree": Fraction(random_.randint(0, under), under)},
                {"kind": "qualitative", "degree": f"{random_.randint(0, 100)}%"},
                {"kind": "quantitative", "actual": actual, "at_least": limit},
                {"kind": "quantitative", "actual": actual, "at_most": limit},
                {
                    "kind": "sampled",
                    "population": size * 3 // 2,
                    "sampled": size,
                    "nonconforming": random_.randint(0, size),
                },
                deleted,
            ]
        )
        if indicator == "5.1.2.2":
            found[indicator] = {"kind": "quantitative", "actual": Fraction(random_.randint(0, 20), 100)}
    return found
