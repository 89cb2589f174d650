"""Strengths and weaknesses with respect to the next star (7.1 e)."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.structure import Reference, Star, Subcategory

__all__ = ["Strengths", "strengths_of"]


class Strengths(NamedTuple):
    """The subcategories of a scorecard, compared with a star (7.1 e).

    Fields:
        measure: The star: the next one, or the top star if it is reached.
        row: The row of table 1 of that star; None if the rows do not correspond to stars.
        limit: The lowest ratio of a strong subcategory: that of the row, else that of a final score with that star.
        is_high: Whether the star is one of the two highest. A subcategory that reaches it is then good by itself,
            otherwise only in comparison.
        strong: The subcategories with that ratio or more, the best first.
        weak: Those below, the largest loss first.
    """

    measure: Star
    row: Reference | None
    limit: Fraction
    is_high: bool
    strong: list[NodeScore]
    weak: list[NodeScore]


def strengths_of(card: Scorecard) -> Strengths:
    """7.1 (e): a subcategory is strong if its ratio reaches the row of table 1 of the next star, otherwise weak."""
    standard = card.standard
    measure = standard.star(card.stars + 1) or standard.stars[-1]
    row = standard.reference[measure.stars] if standard.rows_are_levels else None
    limit = row.lower if row else measure.lower / standard.total_points
    groups = [card[node.id] for node in standard.nodes if isinstance(node, Subcategory)]
    strong = [node for node in groups if node.ratio is not None and node.ratio >= limit]
    weak = [node for node in groups if node.ratio is not None and node.ratio < limit]
    return Strengths(
        measure,
        row,
        limit,
        measure in standard.stars[-2:],
        sorted(strong, key=lambda node: node.ratio or 0, reverse=True),
        sorted(weak, key=lambda node: node.deducted, reverse=True),
    )
