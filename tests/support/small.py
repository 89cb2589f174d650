"""Small standards, for exhaustive tests."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import aftersales


def small_standard(points: list[Fraction]) -> aftersales.Standard:
    """A standard of one subcategory with an indicator for each of these points; stars at 60, 70, 75, 80, 90 %."""
    total = sum(points, Fraction(0))
    same = {"zh": "名", "en": "name"}
    limits = [0, 60, 70, 75, 80, 90, 100]
    indicators = [{"id": f"1.1.1.{k}", "points": each, "title": same} for k, each in enumerate(points, 1)]
    subcategory = {"id": "1.1.1", "points": total, "title": same, "indicators": indicators}
    return aftersales.Standard.model_validate(
        {
            "id": "SMALL",
            "edition": "2026-01-01",
            "title": same,
            "total_points": total,
            "sample_share": "2/3",
            "pass_line": total * 60 / 100,
            "stars": [
                {"stars": k, "lower": total * low / 100, "upper": total * high / 100, "grade": same, "meaning": same}
                for k, (low, high) in enumerate(itertools.pairwise(limits[1:]), 1)
            ],
            "no_star": {"grade": same, "meaning": same},
            "reference": [
                {"row": k, "lower": Fraction(low, 100), "upper": Fraction(high, 100), "guidance": same}
                for k, (low, high) in enumerate(itertools.pairwise(limits))
            ],
            "categories": [{"id": "1.1", "points": total, "title": same, "subcategories": [subcategory]}],
        }
    )


def small_card(points: list[Fraction], degrees: list[Fraction | None]) -> aftersales.Scorecard:
    """An evaluation by such a standard with these degrees; None for what is deleted."""
    deleted: dict[str, Any] = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
    findings = {
        f"1.1.1.{k}": deleted if degree is None else {"kind": "qualitative", "degree": degree}
        for k, degree in enumerate(degrees, 1)
    }
    evaluation = aftersales.Evaluation(standard="SMALL", findings=findings)
    return aftersales.score(evaluation, small_standard(points))
