"""The bounds of an unfinished evaluation (6.1.2, reading R9).

An indicator without a finding is neither 0 nor deleted: it may still earn any share of its points, or be deleted. So
the final score (6.2.3) and the stars lie between two bounds, both exact:

- lowest = earned ÷ (applicable + open) x 100, if all open indicators earn nothing;
- highest = (earned + open) ÷ (applicable + open) x 100, if all open indicators are fully met.

Deletions lead to no score outside the bounds. The ratio earned ÷ applicable is at most 1, so deleting an indicator
gives at least the ratio with nothing earned for it, and at most the ratio with it fully met.
"""

from collections.abc import Callable
from fractions import Fraction
from operator import attrgetter
from typing import Annotated, Any

from aftersales.analysis.columns import INDICATOR
from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.ledger import ledger_of
from aftersales.evaluation.rules import ensure_scorable
from aftersales.files.arrow import ArrowColumn, arrow_table
from aftersales.files.fields import Bounded, Count, Day, Flag, Model, Result, Text
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import refusal
from aftersales.problems.errors import EvaluationError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Bilingual
from aftersales.text.display import OneLineRepr
from aftersales.text.number_format import printed

__all__ = ["Bounds", "OpenIndicator", "Span", "bounds"]


class Span(Model):
    """The possible final scores from a lowest to a highest one. All scores between them are possible.

    Fields:
        lowest: The lowest final score, 0 to 100, exact.
        highest: The highest final score, 0 to 100, exact.
        printed_lowest: The lowest final score in print (reading R3).
        printed_highest: The highest final score in print (reading R3).
        stars: The possible numbers of stars in rising order, 0 for none.
    """

    lowest: Result
    highest: Result
    printed_lowest: Text
    printed_highest: Text
    stars: Annotated[tuple[Count, ...], Bounded]

    def text(self, between: str = "–") -> str:
        """The span in print: ``64.45–94.40``, or one number if both ends are equal."""
        ends = [self.printed_lowest, self.printed_highest]
        return ends[0] if self.lowest == self.highest else between.join(ends)


_SPANS = ("if_full", "if_none", "if_deleted")


class OpenIndicator(Model):
    """An indicator without a finding, and the final scores that are possible after its assessment.

    Fields:
        id: The id of the indicator.
        title: The title of the indicator.
        points: The points of the indicator.
        gain: The final score with it fully met minus the one with nothing earned, if no other open one is deleted.
        if_none: The final scores that are possible if it earns nothing.
        if_full: The final scores that are possible if it is fully met.
        if_deleted: The final scores that are possible if it is deleted. None if deletions are excluded, or if nothing
            would remain to score.
    """

    id: str
    title: Bilingual
    points: Result
    gain: Result
    if_none: Span
    if_full: Span
    if_deleted: Span | None = None


class Bounds(OneLineRepr, Span):
    """The possible final scores of an unfinished evaluation.

    Fields:
        standard: The id of the standard.
        edition: The edition of the standard.
        altered: Whether the standard has the id and edition of a bundled one and different rules.
        deletions: Whether open indicators may still be deleted.
        assessed: The share of the standard's points that is assessed or deleted, 0 to 1.
        score_certain: Whether there will be a score; false if all indicators may turn out to be deleted.
        open: The indicators without a finding, the largest gain first.
        grades: The names of the levels of ``stars``; none in a result that an earlier version wrote.
    """

    standard: Text
    edition: Day
    altered: Flag = False
    deletions: Flag
    assessed: Result
    score_certain: Flag
    open: Annotated[tuple[OpenIndicator, ...], Bounded]
    grades: Annotated[tuple[Bilingual, ...], Bounded] = ()

    def _line(self) -> str:
        stars = " ".join(map(str, self.stars))
        return f"<Bounds: {self.text(' to ')}, stars {stars}; {len(self.open)} indicators open>"

    def to_table(self) -> Any:
        """The indicators without a finding as an Arrow table, the largest gain first. Requires the extra ``batch``.

        The columns are ``id``, ``parent``, ``title_zh`` and ``title_en``; ``points`` and ``gain``; and of each of
        ``if_full``, ``if_none`` and ``if_deleted`` the possible final scores, as ``if_full_lowest`` and
        ``if_full_highest``. Each number has a column ``…_exact``.

        Raises :class:`~aftersales.MissingExtra` if pyarrow is not installed.

        >>> from aftersales import Evaluation
        >>> still = bounds(Evaluation(standard="CTS XBHT-S04-2025", findings={}))
        >>> still.to_table().select(["id", "points", "if_none_highest"]).slice(0, 1).to_pylist()
        [{'id': '5.1.3.1', 'points': 3.5, 'if_none_highest': 96.5}]
        """
        columns = [
            *INDICATOR,
            *(ArrowColumn(name, "number", attrgetter(name)) for name in ("points", "gain")),
            *(
                ArrowColumn(f"{span}_{end}", "number", _end(span, end))
                for span in _SPANS
                for end in ("lowest", "highest")
            ),
        ]
        return arrow_table(self.open, columns)


def _end(span: str, end: str) -> Callable[[OpenIndicator], Fraction | None]:
    """An end of a span of an indicator, if it has that span."""

    def value(indicator: OpenIndicator) -> Fraction | None:
        found: Span | None = getattr(indicator, span)
        return None if found is None else getattr(found, end)

    return value


def bounds(evaluation: Evaluation, standard: Standard | None = None, *, deletions: bool = True) -> Bounds:
    """The lowest and the highest final score that an evaluation can still reach, and the stars (reading R9).

    ``standard`` defaults to the bundled standard that the evaluation names. If ``deletions``, an open indicator may
    still be deleted; otherwise each one earns between nothing and all of its points. For a finished evaluation both
    bounds are its final score.

    Raises :class:`~aftersales.EvaluationError` if a finding is not allowed or everything is already deleted.

    >>> from aftersales import Evaluation, load_standard
    >>> indicators = load_standard(edition="2025-12-04").indicators
    >>> findings = {indicator.id: "full" for indicator in indicators if indicator.id != "5.1.2.2"}
    >>> findings |= {"5.1.3.1": None, "5.3.2.1": "none"}
    >>> still = bounds(Evaluation(standard="CTS XBHT-S04-2025", edition="2025-12-04", findings=findings))
    >>> str(still.lowest), str(still.highest), still.stars, str(still.assessed)
    ('187/2', '197/2', (5,), '19/20')
    >>> [(indicator.id, str(indicator.gain)) for indicator in still.open]
    [('5.1.3.1', '7/2'), ('5.1.2.2', '3/2')]
    """
    ensure_kind("deletions", deletions, bool)
    standard = ensure_scorable(evaluation, standard, complete=False)
    layout, ledger = standard.layout, ledger_of(evaluation, standard)
    left = [layout.positions[key] for key in evaluation.missing(standard)]
    # Open indicators are applicable and have earned nothing so far.
    earned, applicable = ledger.earned_points(), ledger.applicable_points()
    if not applicable:
        raise refusal(EvaluationError, Violation("nothing-applicable"), clause_of=standard.clause)
    to_come = sum((layout.indicators[position].points for position in left), Fraction(0))

    def span(earned: Fraction, to_come: Fraction, applicable: Fraction) -> Span:
        """6.2.3: the span from earning nothing to earning all of the points ``to_come``."""
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

    whole = span(earned, to_come, applicable)
    return Bounds(
        **dict(whole),
        standard=standard.id,
        edition=standard.edition,
        altered=standard.likeness == "altered",
        deletions=deletions,
        assessed=1 - to_come / standard.total_points,
        score_certain=not deletions or applicable > to_come,
        open=tuple(map(opened, sorted(left, key=lambda position: -layout.indicators[position].points))),
        grades=tuple(standard.grade_of(stars).grade for stars in whole.stars),
    )
