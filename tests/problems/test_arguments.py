"""An argument of another kind is a mistake of the program, and the error says what is wanted."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pyarrow
import pytest
from pydantic import ValidationError
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
        (lambda: EVALUATION.with_findings([1]), "findings has to be a Mapping, not list"),
        (lambda: aftersales.what_if(CARD, None), "findings has to be a Mapping, not NoneType"),
        (lambda: EVALUATION.without(["5.1.1.1"]), "an id has to be a str, not list"),
        (lambda: aftersales.compare(CARD), "cards has to be an iterable of Scorecard objects, not Scorecard"),
        (lambda: aftersales.compare(3), "cards has to be an iterable of Scorecard objects, not int"),
        (lambda: aftersales.merge(EVALUATION), "parts has to be an iterable of Evaluation objects, not Evaluation"),
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
        (lambda: make_report(EVALUATION), "card has to be a Scorecard, not Evaluation; score() makes one"),
        (lambda: EVALUATION.missing(NO_STANDARD), "standard has to be a Standard, not str; load_standard() loads one"),
        (lambda: CERTIFICATE.renew(CARD, "2026-03-20"), "report has to be a Report, not Scorecard"),
        (lambda: CERTIFICATE.audit(make_report(CARD), AUDIT), "card has to be a Scorecard, not Report"),
        (lambda: CERTIFICATE.audit(CARD, {}), "audit has to be a Surveillance, not dict"),
        (lambda: CERTIFICATE.status("2026-03-20", NO_STANDARD), "standard has to be a Standard, not str"),
        (lambda: load_plan("data/plans/home-appliance-chain.yaml").deviations(CARD), "evaluation has to be an Evaluation"),
        (lambda: load_plan("data/plans/home-appliance-chain.yaml").gaps(NO_STANDARD), "standard has to be a Standard"),
        (lambda: batch.score_table(pyarrow.table({}), NO_STANDARD), "standard has to be a Standard, not str; load_standard() loads one"),
    ],
)  # fmt: skip
def test_the_error_of_a_wrong_argument_says_what_it_has_to_be(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert message in str(caught.value)


def test_any_iterable_is_taken_where_several_are() -> None:
    other = scored(example("home-appliance-chain"))
    assert aftersales.compare(card for card in (CARD, other)).ranking
    assert aftersales.merge(part for part in (EVALUATION,)).findings == EVALUATION.findings


FUNCTIONS: dict[str, Any] = {
    f"{module.__name__}.{name}": found
    for module in (aftersales, batch)
    for name in module.__all__
    if inspect.isfunction(found := getattr(module, name))
}
SOUND = {
    **{
        "card": CARD,
        "before": CARD,
        "after": CARD,
        "cards": [CARD, CARD],
        "evaluation": EVALUATION,
        "parts": [EVALUATION],
    },
    **{"standard": load_standard(), "report": make_report(CARD), "on": "2026-03-20", "due": "2026-04-30", "source": {}},
}
OTHER_KINDS = [5, 1.5, object(), {}, {"x": 1}, "x", b"x", [1], (), True]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_argument_of_any_public_function_raises_a_declared_error(name: str) -> None:
    """Another kind is a TypeError, bad input a problem, an unknown word a ValueError; nothing breaks on the way."""
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    needed = {
        one.name: SOUND.get(one.name)
        for one in parameters
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    }
    for one in parameters:
        for other in OTHER_KINDS:
            given = needed | {one.name: other}
            raised: Exception | None = None
            try:
                FUNCTIONS[name](
                    *(given.pop(each.name) for each in parameters if each.kind is each.POSITIONAL_ONLY), **given
                )
            except (TypeError, aftersales.AftersalesError):
                continue
            except ValidationError as refused:
                raised = None if name == "aftersales.what_if" else refused  # as with_findings(), by its documentation
            except (ValueError, KeyError) as refused:
                raised = None if " is one of " in str(refused) or "one of the languages" in str(refused) else refused
            assert raised is None, (one.name, other)


class TestIterables:
    """Any iterable is taken where several things are."""

    def test_cards_and_parts_may_come_from_any_iterable(self) -> None:
        cards = {"a": CARD, "b": CARD}
        assert (
            aftersales.compare(cards.values())
            == aftersales.compare(iter([CARD, CARD]))
            == aftersales.compare((CARD, CARD))
        )
        assert aftersales.merge(iter([EVALUATION])) == aftersales.merge((EVALUATION,)) == EVALUATION

    def test_parts_of_models_may_come_in_any_iterable(self) -> None:
        names = ["张明", "李静"]
        for several in (
            names,
            tuple(names),
            iter(names),
            dict.fromkeys(names),
            dict(enumerate(names)).values(),
            (name for name in names),
        ):
            made = aftersales.NotApplicable(
                reason="无", confirmed_by=several if not isinstance(several, dict) else several.keys()
            )  # type: ignore[arg-type]
            assert made.confirmed_by == ("张明", "李静")
        team = [{"name": name} for name in names]
        expected = aftersales.Evaluation(standard="S", team=team, findings={})
        for people in (tuple(team), iter(team), dict(enumerate(team)).values()):
            assert aftersales.Evaluation(standard="S", team=people, findings={}) == expected  # type: ignore[arg-type]
        for events in ((AUDIT,), iter([AUDIT]), {1: AUDIT}.values()):
            facts = {key: value for key, value in CERTIFICATE if key != "events"}
            assert Certificate(**facts, events=events).events == (AUDIT,)

    def test_ids_may_come_from_any_iterable(self) -> None:
        ids = ["5.1", "5.2"]
        table = pyarrow.table({one.id: [1, 0] for one in load_standard().indicators})
        for several in (ids, iter(ids), dict.fromkeys(ids).keys()):
            assert batch.score_table(table, nodes=several) == batch.score_table(table, nodes=ids)
        for only in (["5.1.1.1"], iter(["5.1.1.1"]), {"5.1.1.1": 1}.keys()):
            assert aftersales.write_workbook(load_standard(), only=only)[:2] == b"PK"
