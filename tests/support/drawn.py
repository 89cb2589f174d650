"""Random evaluations as plain data, with quantities in all the ways that people write them; by a seed, without hypothesis.

Every evaluation is valid by the readings: actual value and limit are in one unit (R5), the proportion of 5.1.2.2
is 0 to 100 % and never a bare 1 (R4), samples are large enough and cover their outlets (R7).
"""

from __future__ import annotations

import copy
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

from support import oracle

LIMITS = (60, 70, 75, 80, 90, 100)
UNDERS = (1, 2, 3, 7, 10, 20, 97, 100, 1000)
HEAD = {
    "standard": "CTS XBHT-S04-2025",
    "edition": "2025-12-04",
    "type": "third_party",
    "subject": {
        "organisation": "滨海家电连锁有限公司",
        "product_category": "家电",
        "size_tier": "中型",
        "scope": "12 家直营门店",
    },
    "team": [{"name": "张明", "role": "lead", "qualification": "注册审查员", "organisation": "云津质信认证有限公司"}],
    "period": {"start": "2026-03-02", "end": "2026-03-06"},
}


def written(rng: random.Random, value: Fraction, *, percent: bool | None = None) -> str:
    """A text for the number: with % or without (None: either), as a decimal where one ends, else as a fraction."""
    forms = [] if percent else [f"{value.numerator}/{value.denominator}"]
    if percent is not True and (decimal := decimal_text(value)):
        forms += [decimal, f"{decimal}0" if "." in decimal else f"{decimal}.0"]
    if percent is not False and (decimal := decimal_text(value * 100)):
        forms += [f"{decimal}%", f"{decimal}%"]
    return rng.choice(forms)


def decimal_text(value: Fraction) -> str | None:
    """The decimal that is exactly this number; None where there is none of 80 digits or fewer."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1 or value.denominator > 10**80:
        return None
    places = next(places for places in range(300) if 10**places % value.denominator == 0)
    text = format(Decimal(value.numerator * (10**places // value.denominator)).scaleb(-places), "f")
    return text if len(text) <= 80 else None


def deletion() -> dict[str, Any]:
    return {"kind": "not_applicable", "reason": "不销售需回收的商品", "confirmed_by": ["张明"]}


def finding(rng: random.Random) -> Any:
    """One finding of any kind."""
    under = rng.choice(UNDERS)
    match rng.randrange(8):
        case 0 | 1:
            return "full"
        case 2:
            return "none"
        case 3 | 4:
            return {"kind": "qualitative", "degree": written(rng, Fraction(rng.randint(0, under), under))}
        case 5:
            percent = rng.random() < 0.4
            scale = 100 if percent else 1
            unders = [n for n in UNDERS if not percent or 100 % n == 0]
            actual, limit = (Fraction(rng.randint(low, 40), rng.choice(unders) * scale) for low in (0, 1))
            return {
                "kind": "quantitative",
                "actual": written(rng, actual, percent=percent),
                rng.choice(["at_least", "at_most"]): written(rng, limit, percent=percent),
            }
        case 6:
            return sampled(rng)
        case _:
            return deletion()


def sampled(rng: random.Random) -> dict[str, Any]:
    """A sample that is large enough by one rule or the other (R7)."""
    size = rng.randint(1, 300)
    found: dict[str, Any] = {"kind": "sampled", "sampled": size, "nonconforming": rng.randint(0, size)}
    if rng.random() < 0.5:
        outlets = rng.randint(1, size)
        found |= {"outlets": outlets, "outlets_covered": outlets}
        if rng.random() < 0.3:
            found["population"] = size * rng.randint(2, 9)
    else:
        found["population"] = rng.randint(size, size * 3 // 2)
    return found


def findings(rng: random.Random) -> dict[str, Any]:
    """Findings for every indicator, some by the deletion of a group; every second one close to the limit of a star."""
    found = _findings(rng)
    if rng.random() < 0.5:
        _move_to_limit(rng, found)
    return found


def _findings(rng: random.Random) -> dict[str, Any]:
    gone = rng.sample(oracle.GROUPS, rng.choice([0, 0, 1, 2]))
    gone = [group for group in gone if not any(group.startswith(f"{other}.") for other in gone)]
    found: dict[str, Any] = {group: deletion() for group in gone}
    level = rng.choice([0, 20, 30, 40, 60, 80, 95])  # so that all stars come
    for indicator in oracle.INDICATORS:
        if any(indicator.startswith(f"{group}.") for group in gone):
            continue
        if indicator == "5.1.2.2":
            actual = "100%" if rng.random() < 0.1 else written(rng, Fraction(rng.randint(0, 150), 1000))
            found[indicator] = {"kind": "quantitative", "actual": actual}
        else:
            found[indicator] = "full" if rng.random() * 100 < level else finding(rng)
    if all(share is None for share in oracle.shares(found).values()):
        return _findings(rng)
    return found


def _move_to_limit(rng: random.Random, found: dict[str, Any]) -> None:
    """Sets one degree so that the final score is a limit, or lies a hair beside it; where one can."""
    hair = rng.choice([-1, 0, 1]) * Fraction(1, 10 ** rng.choice([4, 9, 20]))
    shares = oracle.shares(found)
    judged = {key: oracle.POINTS[key] * share for key, share in shares.items() if share is not None}
    earned, applicable = sum(judged.values(), Fraction(0)), sum(map(oracle.POINTS.__getitem__, judged))
    limit = min(LIMITS, key=lambda limit: abs(limit - earned / applicable * 100))
    candidates = [key for key in judged if key != "5.1.2.2"]
    rng.shuffle(candidates)
    for key in candidates:
        degree = ((limit + hair) / 100 * applicable - earned + judged[key]) / oracle.POINTS[key]
        if 0 <= degree <= 1 and len(str(degree)) <= 80:
            found[key] = {"kind": "qualitative", "degree": written(rng, degree)}
            return


def evaluation(rng: random.Random) -> dict[str, Any]:
    """A whole evaluation; a reason stands wherever points may be lost."""
    found = findings(rng)
    for key, value in found.items():
        if isinstance(value, dict) and value["kind"] != "not_applicable" and rng.random() < 0.5:
            found[key] = value | {"reason": "两家门店未设置服务标志"}
    if isinstance(found.get("5.1.1.1"), dict):
        found["5.1.1.1"]["evidence"] = [{"method": "document", "note": "制度汇编"}, {"method": "interview"}]
    return {**copy.deepcopy(HEAD), "findings": found}
