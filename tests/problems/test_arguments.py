"""An argument of another kind is a mistake of the program, and the error says what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow
import pytest
from support.reports import example, scored

import aftersales
from aftersales import Certificate, Surveillance, batch, load_example, load_plan, load_standard, make_report, score

EVALUATION: Any = load_example("home-appliance-chain")
CARD: Any = score(EVALUATION)
NO_STANDARD: Any = "CTS XBHT-S04-2025"
CERTIFICATE = Certificate.model_validate(
    {
        "standard": "CTS XBHT-S04-2025",
        "edition": "2025-12-04",
        "organisation": "滨海家电连锁有限公司",
        "final_score": 87,
        "stars": 4,
        "issued": "2025-04-01",
    }
)
AUDIT = Surveillance.model_validate({"on": "2026-03-10", "passed": True})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: score({}), "evaluation has to be an Evaluation, not dict; load_evaluation() loads one"),
        (lambda: score("shop.yaml"), "evaluation has to be an Evaluation, not str; load_evaluation() loads one"),
        (lambda: score(EVALUATION, NO_STANDARD), "standard has to be a Standard, not str; load_standard() loads one"),
        (lambda: aftersales.bounds(CARD), "evaluation has to be an Evaluation, not Scorecard"),
        (lambda: aftersales.remarks(CARD), "evaluation has to be an Evaluation, not Scorecard"),
        (lambda: aftersales.fingerprint(CARD), "evaluation has to be an Evaluation, not Scorecard"),
        (lambda: aftersales.load_evaluation({}, NO_STANDARD), "standard has to be a Standard, not str"),
        (lambda: aftersales.compare([EVALUATION]), r"cards[0] has to be a Scorecard, not Evaluation; score() makes one"),
        (lambda: aftersales.progress(CARD, EVALUATION), "after has to be a Scorecard, not Evaluation"),
        (lambda: aftersales.progress(EVALUATION, CARD), "before has to be a Scorecard, not Evaluation"),
        (lambda: aftersales.improvements(EVALUATION), "card has to be a Scorecard, not Evaluation"),
        (lambda: aftersales.confidence(EVALUATION), "card has to be a Scorecard, not Evaluation"),
        (lambda: aftersales.tipping_points(EVALUATION), "card has to be a Scorecard, not Evaluation"),
        (lambda: aftersales.merge([{}]), "part #1 has to be an Evaluation, not dict"),
        (lambda: aftersales.merge({"a.xlsx": CARD}), "part a.xlsx has to be an Evaluation, not Scorecard"),
        (lambda: aftersales.write_workbook(EVALUATION), "standard has to be a Standard, not Evaluation"),
        (lambda: aftersales.write_workbook(load_standard(), CARD), "evaluation has to be an Evaluation, not Scorecard"),
        (lambda: aftersales.issue(CARD, "2026-03-20"), "report has to be a Report, not Scorecard; make_report() makes one"),
        (lambda: CERTIFICATE.renew(CARD, "2026-03-20"), "report has to be a Report, not Scorecard"),
        (lambda: CERTIFICATE.audit(make_report(CARD), AUDIT), "card has to be a Scorecard, not Report"),
        (lambda: CERTIFICATE.audit(CARD, {}), "audit has to be a Surveillance, not dict"),
        (lambda: CERTIFICATE.status("2026-03-20", NO_STANDARD), "standard has to be a Standard, not str"),
        (lambda: load_plan("data/plans/home-appliance-chain.yaml").deviations(CARD), "evaluation has to be an Evaluation"),
        (lambda: load_plan("data/plans/home-appliance-chain.yaml").gaps(NO_STANDARD), "standard has to be a Standard"),
        (lambda: batch.score_table(pyarrow.table({}), NO_STANDARD), "standard has to be a Standard, not str; load_standard() loads one"),
    ],
)  # fmt: skip
def test_what_is_wanted_is_said(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert message in str(caught.value)


def test_any_iterable_is_taken_where_several_are() -> None:
    other = scored(example("home-appliance-chain"))
    assert aftersales.compare(card for card in (CARD, other)).ranking
    assert aftersales.merge(part for part in (EVALUATION,)).findings == EVALUATION.findings
