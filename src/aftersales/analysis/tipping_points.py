"""The indicators whose reassessment alone would change the stars. Advice, not part of the score."""

from collections.abc import Iterator

from aftersales.files.fields import Count, Model, Result
from aftersales.problems.arguments import ensure_kind
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.structure import Bilingual

__all__ = ["TippingPoint", "tipping_points"]


class TippingPoint(Model):
    """An indicator whose reassessment alone would change the stars.

    Fields:
        id: The id of the indicator.
        title: The title of the indicator.
        share: The share of its points that it earns now, 0 to 1; None if it is deleted.
        rises_at: The smallest share at which the stars rise; None if there is none.
        falls_below: The stars fall if the share is below this; None if they never fall.
        stars_if_full: The stars if it is fully met.
        stars_if_none: The stars if it earns nothing.
        stars_if_deleted: The stars if it is deleted; None if nothing would remain to score.
    """

    id: str
    title: Bilingual
    share: Result | None = None
    rises_at: Result | None = None
    falls_below: Result | None = None
    stars_if_full: Count
    stars_if_none: Count
    stars_if_deleted: Count | None = None


def tipping_points(card: Scorecard) -> tuple[TippingPoint, ...]:
    """The indicators whose reassessment alone would change the stars, in the order of the standard.

    Let E and A be the earned and applicable points of all other indicators. With an indicator of p points and the share
    s, the final score is (E + p·s) ÷ (A + p) x 100 (6.2.3); if it is deleted, E ÷ A x 100.

    >>> from aftersales import Evaluation, load_standard, score
    >>> findings = {indicator.id: "full" for indicator in load_standard(edition="2025-12-04").indicators}
    >>> findings |= {"5.1.2.2": {"kind": "quantitative", "actual": "10%"}}
    >>> findings |= dict.fromkeys(["5.1.3.1", "5.1.4.1", "5.2.1.1"], "none")
    >>> findings["5.2.1.2"] = {"kind": "qualitative", "degree": "60%"}
    >>> card = score(Evaluation(standard="CTS XBHT-S04-2025", edition="2025-12-04", findings=findings))    # 89.8
    >>> [(point.id, str(point.rises_at)) for point in tipping_points(card) if point.rises_at is not None][-1]
    ('5.2.1.2', '2/3')
    """
    ensure_kind("card", card, Scorecard)
    return tuple(_tipping_points(card))


def _tipping_points(card: Scorecard) -> Iterator[TippingPoint]:
    standard, stars = card.standard, card.stars
    whole = standard.total_points
    star, next_star = standard.star(stars), standard.star(stars + 1)
    for indicator in standard.indicators:
        node, points = card[indicator.id], indicator.points
        earned, applicable = card.earned - node.earned, card.applicable - node.applicable  # of all other indicators
        scale = whole / (applicable + points)
        rises_at = None if next_star is None else (next_star.lower / scale - earned) / points
        falls_below = None if star is None else (star.lower / scale - earned) / points
        point = TippingPoint(
            id=indicator.id,
            title=indicator.title,
            share=node.ratio,
            rises_at=rises_at if rises_at is not None and rises_at <= 1 else None,
            falls_below=falls_below if falls_below is not None and falls_below > 0 else None,
            stars_if_full=standard.stars_of((earned + points) * scale),
            stars_if_none=standard.stars_of(earned * scale),
            stars_if_deleted=standard.stars_of(earned / applicable * whole) if applicable else None,
        )
        if {point.stars_if_full, point.stars_if_none, point.stars_if_deleted} - {stars, None}:
            yield point
