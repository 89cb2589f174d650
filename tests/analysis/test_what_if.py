"""What a result would be with other findings."""

from __future__ import annotations

from fractions import Fraction

import pytest
from support import oracle

from aftersales import Evaluation, EvaluationError, score, what_if

CARD = score(Evaluation(**oracle.document(oracle.all_full(i5_1_3_1="none"))))
"""5.1.3.1 has 3.5 points, so 96.5 are left, by hand."""


def test_score_stars_and_every_node_that_moves() -> None:
    change = what_if(CARD, {"5.1.3.1": "full", "5.1.1.1": {"kind": "qualitative", "degree": "50%"}})
    assert (change.final_score_before, change.final_score_after) == (Fraction("96.5"), Fraction("99.5"))
    assert change.difference == 3
    assert (change.stars_before, change.stars_after) == (5, 5)
    assert {node.id: (node.before, node.after) for node in change.changes} == {
        "5.1": (Fraction(63, 70), Fraction(69, 70)),
        "5.1.1": (1, Fraction(9, 10)),
        "5.1.1.1": (1, Fraction(1, 2)),
        "5.1.3": (Fraction(5, 12), 1),
        "5.1.3.1": (0, 1),
    }
    assert change.scorecard.evaluation["5.1.1.1"] != CARD.evaluation["5.1.1.1"]


def test_a_deletion_moves_what_is_no_longer_applicable() -> None:
    deletion = {"kind": "not_applicable", "reason": "不适用", "confirmed_by": ["张明"]}
    change = what_if(CARD, {"5.1.3.1": deletion})
    assert change.final_score_after == 100
    assert [(node.id, node.after, node.difference) for node in change.changes] == [
        ("5.1", 1, Fraction(1, 10)),
        ("5.1.3", 1, Fraction(7, 12)),
        ("5.1.3.1", None, None),
    ]


def test_nothing_moves_without_a_change() -> None:
    assert what_if(CARD, {}).changes == ()


def test_what_the_standard_does_not_allow_is_refused() -> None:
    with pytest.raises(EvaluationError, match="kind-not-allowed"):
        what_if(CARD, {"5.1.2.2": "full"})
