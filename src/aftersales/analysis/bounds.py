"""What an unfinished evaluation can still become (6.1.2, reading R9).

An indicator that is not judged yet is neither 0 nor deleted: it may still earn any share of its points, or be deleted. So the
final score (6.2.3) lies between two bounds, and so do the stars. Both are exact:

- lowest = earned ÷ (applicable + open) x 100, where all that is open earns nothing;
- highest = (earned + open) ÷ (applicable + open) x 100, where all that is open is met in full.

A deletion leads to no score outside them: taking an indicator out of earned ÷ applicable never gives less than letting it
earn nothing, nor more than meeting it in full, since the ratio is never above 1.
"""

from fractions import Fraction

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.ledger import judge
from aftersales.evaluation.rules import ensure_scorable
from aftersales.files.fields import Bilingual, Count, Day, Flag, Model, Result, Text
from aftersales.problems.collector import refusal
from aftersales.problems.errors import EvaluationError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard
from aftersales.text.display import OneLineRepr
from aftersales.text.number_format import printed

__all__ = ["Bounds", "OpenIndicator", "Span", "bounds"]


class Span(Model):
    """Final scores (0 to 100, exact) from ``lowest`` to ``highest``, both included; each between them is possible.

    ``printed_lowest`` and ``printed_highest`` are the two as they are printed (R3), ``stars`` what they are worth (0 for none), in
    rising order.
    """

    lowest: Result
    highest: Result
    printed_lowest: Text
    printed_highest: Text
    stars: tuple[Count, ...]

    def text(self, between: str = "–") -> str:
        """The span as it is printed: ``64.45–94.40``; one number where both ends are the same."""
        ends = [self.printed_lowest, self.printed_highest]
        return ends[0] if self.lowest == self.highest else between.join(ends)


class OpenIndicator(Model):
    """An indicator that is not judged yet, and what is possible once it is.

    ``gain`` is what meeting it in full brings over earning nothing, in final score, where nothing else that is open is deleted.
    ``if_none``, ``if_full`` and ``if_deleted`` are the final scores that then are still possible; ``if_deleted`` is None where
    deletions were not allowed for, or would leave nothing to score.
    """

    id: str
    title: Bilingual
    points: Result
    gain: Result
    if_none: Span
    if_full: Span
    if_deleted: Span | None


class Bounds(OneLineRepr, Span):
    """The final scores that are still possible by a ``standard``, with or without further ``deletions``.

    ``altered`` is true where the standard has the id and edition of a bundled one and other rules.

    ``assessed`` is the share of the standard's points that is judged or deleted, 0 to 1. ``open`` are the indicators that are
    not, the largest gain first. ``score_certain`` is false where everything may still turn out deleted, which leaves no score.
    """

    standard: Text
    edition: Day
    altered: Flag = False
    deletions: Flag
    assessed: Result
    score_certain: Flag
    open: tuple[OpenIndicator, ...]

    def _line(self) -> str:
        stars = " ".join(map(str, self.stars))
        return f"<Bounds: {self.text(' to ')}, stars {stars}; {len(self.open)} indicators open>"


def bounds(evaluation: Evaluation, standard: Standard | None = None, *, deletions: bool = True) -> Bounds:
    """The lowest and highest final score that an evaluation can still reach, and the stars (R9).

    With ``deletions`` an open indicator may still turn out not applicable; without, each earns between nothing and all of its
    points. ``standard`` defaults to the bundled one that the evaluation names. Of a finished evaluation both bounds are its
    final score.

    Raises :class:`~aftersales.EvaluationError` where a finding is not allowed, or everything is deleted already.

    >>> from aftersales import Evaluation, load_standard
    >>> findings = {indicator.id: "full" for indicator in load_standard(edition="2025-12-04").indicators if indicator.id != "5.1.2.2"}
    >>> findings |= {"5.1.3.1": None, "5.3.2.1": "none"}
    >>> still = bounds(Evaluation(standard="CTS XBHT-S04-2025", edition="2025-12-04", findings=findings))
    >>> str(still.lowest), str(still.highest), still.stars, str(still.assessed)
    ('187/2', '197/2', (5,), '19/20')
    >>> [(indicator.id, str(indicator.gain)) for indicator in still.open]
    [('5.1.3.1', '7/2'), ('5.1.2.2', '3/2')]
    """
    standard = ensure_scorable(evaluation, standard, complete=False)
    layout, ledger = standard.layout, judge(evaluation, standard)
    left = unjudged(evaluation, standard)
    # What is not judged is among the applicable points, and earns nothing.
    earned, applicable = ledger.points(slice(None))
    if not applicable:
        raise refusal(EvaluationError, Violation("nothing-applicable"))
    to_come = sum((layout.indicators[position].points for position in left), Fraction(0))

    def span(earned: Fraction, to_come: Fraction, applicable: Fraction) -> Span:
        """6.2.3, with nothing and with all of what is to come."""
        scale = standard.total_points / applicable
        lowest, highest = earned * scale, (earned + to_come) * scale
        return Span(
            lowest=lowest,
            highest=highest,
            printed_lowest=printed(lowest, standard.limits),
            printed_highest=printed(highest, standard.limits),
            stars=tuple(range(standard.stars_of(lowest), standard.stars_of(highest) + 1)),
        )

    def opened(position: int) -> OpenIndicator:
        indicator = layout.indicators[position]
        points, others = indicator.points, to_come - indicator.points
        left = applicable - points
        return OpenIndicator(
            id=indicator.id,
            title=indicator.title,
            points=points,
            gain=points / applicable * standard.total_points,
            if_none=span(earned, others, applicable),
            if_full=span(earned + points, others, applicable),
            if_deleted=span(earned, others, left) if deletions and left else None,
        )

    return Bounds(
        **dict(span(earned, to_come, applicable)),
        standard=standard.id,
        edition=standard.edition,
        altered=standard.likeness == "altered",
        deletions=deletions,
        assessed=1 - to_come / standard.total_points,
        score_certain=not deletions or applicable > to_come,
        open=tuple(map(opened, sorted(left, key=lambda position: -layout.indicators[position].points))),
    )


def unjudged(evaluation: Evaluation, standard: Standard) -> list[int]:
    """The positions of the indicators that have no finding, neither one of their own nor the deletion of a group (R9)."""
    spans = standard.layout.spans
    judged = {
        position
        for key, finding in evaluation.findings.items()
        if finding is not None
        for position in spans.get(key, ())
    }
    return [position for position in range(len(standard.indicators)) if position not in judged]
