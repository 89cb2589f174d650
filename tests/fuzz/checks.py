"""Checks of every input: it is refused with declared errors and problems in words, or accepted with a right result."""

from __future__ import annotations

import json
import pickle
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from support import oracle

import aftersales
from aftersales.evaluation.loading import load_evaluation
from aftersales.problems.errors import AftersalesError

_HELD = tempfile.TemporaryDirectory(prefix="aftersales-fuzz-")  # removed when the process ends
FOLDER = Path(_HELD.name)
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


class Broken(AssertionError):
    """What the library made of an input is not what it should be."""


def demand(truth: bool, what: str, *found: Any) -> None:
    """Raises :class:`Broken`; ``what`` names the kind of mistake, ``found`` is shown beside it."""
    if not truth:
        raise Broken(what, *(repr(each)[:300] for each in found))


def words_of(error: AftersalesError | ValidationError) -> None:
    """Puts a refusal into words, as everybody who gets one does; none is empty, and none reaches a terminal raw."""
    if isinstance(error, ValidationError):
        demand(bool(str(error)), "a refusal without words")
        return
    demand(bool(error.problems), "a refusal without a problem")
    for problem in error.problems:
        for text in (str(problem), problem.text("zh"), problem.text("en")):
            demand(not UNSAFE.search(text), "a raw character in a problem", text)
        demand(bool(problem.message and problem.message_zh), "a problem without words", problem.code)
        demand(len(problem.message) < 10_000, "a message of more than 10,000 characters", problem.code)


def attempt(action: Callable[[], Any]) -> Any:
    """What the action returns; None where it was refused in a declared way."""
    try:
        return action()
    except (AftersalesError, ValidationError) as error:
        words_of(error)
        return None


def check_card(data: dict[str, Any], card: aftersales.Scorecard) -> None:
    """The score is that of an independent calculation from the same data, and nothing was accepted that a reading refuses."""
    findings = data["findings"]
    for indicator, finding in findings.items():
        objection = oracle.objection(indicator, finding)
        demand(objection is None, f"accepted against {objection}", indicator, finding)
    score = oracle.final_score(findings)
    demand(card.final_score == score, "another score than the oracle's", card.final_score, score)
    demand(card.stars == oracle.stars(score), "other stars than the oracle's", card.stars, score)
    demand(card.passed == (score >= 60), "passed otherwise than the oracle", score)


def check_round_trip(model: Any) -> None:
    """A model is the same after its JSON, its Python form and a pickle."""
    kind = type(model)
    demand(kind.model_validate(model.model_dump(mode="json")) == model, f"{kind.__name__} is another after its JSON")
    demand(kind.model_validate(model.model_dump()) == model, f"{kind.__name__} is another after its Python form")
    demand(pickle.loads(pickle.dumps(model)) == model, f"{kind.__name__} is another after a pickle")
    repr(model)


def scored(data: Any) -> aftersales.Scorecard | None:
    """The scorecard of plain data, checked; None where it was refused."""
    card = attempt(lambda: aftersales.score(load_evaluation(data)))
    if card is not None:
        check_card(data, card)
        for finding in data["findings"].values():
            degree = finding.get("degree") if isinstance(finding, dict) else None
            is_calculated = isinstance(degree, float) and len(repr(degree).strip("0.").replace(".", "")) > 15
            demand(not is_calculated, "a degree that was calculated in floats", degree)
    return card


# What a text may not hold though a mapping may, and floats, which are refused from Python where they look calculated.
TEXT_ALONE = {
    "too-deep",
    "too-many-values",
    "file-too-large",
    "number-too-long",
    "bad-character",
    "not-yaml",
    "duplicate-key",
}


def check_texts(data: Any, card: aftersales.Scorecard | None) -> None:
    """The same data as JSON text and as YAML text has the same answer."""
    try:
        text = json.dumps(data)
    except (TypeError, ValueError, RecursionError):
        return
    if re.search(r"\b(NaN|Infinity)\b|[0-9.]{16}", text):
        return
    answers = {}
    for form, source in (("JSON", text.encode()), ("YAML", b"---\n" + text.encode())):
        try:
            answers[form] = aftersales.score(load_evaluation(source)).final_score
        except AftersalesError as error:
            words_of(error)
            if TEXT_ALONE & {problem.code for problem in error.problems}:
                return
            answers[form] = None
    for form, answer in answers.items():
        # A number or boolean that stands in the place of a text is a text in YAML and JSON, and refused in a mapping.
        is_same = answer == card.final_score if card else True
        demand(is_same, f"{form} has another answer than the mapping", answer, card and card.final_score)
