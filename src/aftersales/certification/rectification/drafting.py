"""Draft what has to be put right from the deductions of an evaluation (6.3.2, 7.2.2, reading R19)."""

import datetime
from typing import Literal

from aftersales.certification.rectification.contents import before_end_violations, clause_of, too_early
from aftersales.certification.rectification.rectification import Rectification
from aftersales.evaluation.findings import Judged
from aftersales.evaluation.fingerprint import fingerprint
from aftersales.files.fields import read_day
from aftersales.files.loading import make_model
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector, refusal
from aftersales.problems.errors import PaperError
from aftersales.problems.violations import Violation
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.structure import Indicator
from aftersales.text.language import Language

__all__ = ["draft_rectification"]


def draft_rectification(
    card: Scorecard,
    on: datetime.date | str,
    due: datetime.date | str,
    *,
    occasion: Literal["evaluation", "surveillance"] = "evaluation",
    number: str | None = None,
    lang: Language = "zh",
) -> Rectification:
    """A draft of what has to be put right: an item for each deduction, in the order of the standard.

    An item has the reason of the deduction as its problem, and as its requirement the assessors' own measure, or what
    raises the indicator to full points in ``lang``. Who is responsible is left open. The draft is there to be edited:
    items may be left out, and each may get a day of its own in place of ``due``.

    Raises :class:`~aftersales.PaperError` if nothing was deducted (``nothing-to-rectify``), for an invalid day or
    number, if ``due`` is before ``on`` (``rectification-too-early``), and if ``on`` is before the last day of the
    evaluation (``rectification-before-end``).

    >>> from aftersales import load_example, score
    >>> card = score(load_example("home-appliance-chain"))
    >>> draft = draft_rectification(card, "2026-03-20", "2026-04-30")
    >>> len(draft.items) == len(card.deductions), draft.items[0].indicator, str(draft.items[0].due)
    (True, '5.1.1.2', '2026-04-30')
    """
    ensure_kind("card", card, Scorecard)
    evaluation, standard, clause = card.evaluation, card.standard, clause_of(occasion)
    with Collector(PaperError, clause_of=standard.clause) as found:
        days: dict[str, datetime.date] = {}
        for name, day in (("on", on), ("due", due)):
            with found.collect(name):
                days[name] = read_day(day)
        if "on" in days:
            found.add(*before_end_violations(days["on"], evaluation, clause))
        if len(days) == 2 and days["due"] < days["on"]:
            found.add(too_early(days["due"], days["on"], "due", ("due",), clause))
    deducted = [indicator for indicator in standard.indicators if card[indicator.id].deducted]
    items = [{"indicator": indicator.id, "due": due, **_texts(card, indicator, lang)} for indicator in deducted]
    if not items:
        raise refusal(PaperError, Violation("nothing-to-rectify"))
    facts = {
        "number": number,
        "on": on,
        "occasion": occasion,
        "standard": standard.id,
        "edition": standard.edition,
        "body": evaluation.body,
        "subject": evaluation.subject,
        "final_score": card.final_score,
        "result": fingerprint(evaluation),
        "items": items,
    }
    return make_model(Rectification, facts, PaperError)


def _texts(card: Scorecard, indicator: Indicator, lang: str) -> dict[str, str]:
    """The problem and the requirement of an item."""
    finding = card.finding(indicator.id)
    assert isinstance(finding, Judged)  # a deleted indicator loses nothing
    return {
        "problem": finding.reason or finding.found(indicator, card.standard).text(lang),
        "requirement": finding.measure or finding.remedy(indicator).text(lang),
    }
