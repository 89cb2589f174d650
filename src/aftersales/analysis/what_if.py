"""The result of a scorecard with other findings: advice, not a score (7.1 f)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from aftersales.analysis.comparison import NodeChange, change_of, change_table
from aftersales.evaluation.findings import Finding
from aftersales.files.fields import Bounded, Count, Model, Result, Text
from aftersales.problems.arguments import ensure_kind
from aftersales.scoring.scorecard import Scorecard, score
from aftersales.standard.structure import Bilingual
from aftersales.text.display import OneLineRepr

__all__ = ["WhatIf", "what_if"]


class WhatIf(OneLineRepr, Model):
    """A result, and what it would be with other findings.

    Fields:
        scorecard: The scorecard with the other findings.
        final_score_before: The final score as it is, 0 to 100, exact.
        final_score_after: The final score with the other findings, 0 to 100, exact.
        printed_score_before: The final score as it is, in print (reading R3).
        printed_score_after: The final score with the other findings, in print (reading R3).
        stars_before: The stars as they are, 0 for none.
        stars_after: The stars with the other findings, 0 for none.
        changes: The nodes whose ratio changes, each parent before its parts.
        grade_before: The name of the level before; None in a result that an earlier version wrote.
        grade_after: The name of the level after; None in a result that an earlier version wrote.
    """

    scorecard: Scorecard
    final_score_before: Result
    final_score_after: Result
    printed_score_before: Text
    printed_score_after: Text
    stars_before: Count
    stars_after: Count
    changes: Annotated[tuple[NodeChange, ...], Bounded]
    grade_before: Bilingual | None = None
    grade_after: Bilingual | None = None

    def _line(self) -> str:
        scores = f"{self.printed_score_before} → {self.printed_score_after}"
        return f"<WhatIf: {scores}, stars {self.stars_before} → {self.stars_after}; {len(self.changes)} nodes change>"

    @property
    def difference(self) -> Fraction:
        """The change of the final score."""
        return self.final_score_after - self.final_score_before

    def to_table(self) -> Any:
        """The changes as an Arrow table, as :meth:`Progress.to_table` has them."""
        return change_table(self.changes)


def what_if(
    card: Scorecard, findings: Mapping[str, Finding | Literal["full", "none"] | Mapping[str, Any] | None]
) -> WhatIf:
    """The result with these findings in place of those that were made.

    Raises pydantic's ValidationError for a finding that is invalid, and :class:`~aftersales.EvaluationError` for one
    that the standard does not allow.

    >>> from aftersales import load_example, score
    >>> card = score(load_example("home-appliance-chain"))
    >>> change = what_if(card, {"5.1.3.1": "none"})
    >>> change.stars_before, change.stars_after, [node.id for node in change.changes]
    (4, 4, ['5.1', '5.1.3', '5.1.3.1'])
    """
    ensure_kind("card", card, Scorecard)
    after = score(card.evaluation.with_findings(findings), card.standard)
    changes = (change_of(card, after, node.id) for node in card.standard.nodes)
    return WhatIf.model_construct(
        scorecard=after,
        final_score_before=card.final_score,
        final_score_after=after.final_score,
        printed_score_before=card.printed_score,
        printed_score_after=after.printed_score,
        stars_before=card.stars,
        stars_after=after.stars,
        changes=tuple(change for change in changes if change.before != change.after),
        grade_before=card.grade.grade,
        grade_after=after.grade.grade,
    )
