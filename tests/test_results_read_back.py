"""Results of random evaluations are valid by their published schemas and read back as equal objects."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import Any, get_args

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from support import certificates, oracle
from support.documents import WRITTEN
from support.examples import examples
from support.strategies import findings

import aftersales
from aftersales import Evaluation, EvaluationPlan, json_schema, load_plan, score
from aftersales.views.json_schema import DOCUMENTS


def results_of(found: dict[str, Any], later: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every result of two evaluations, each with the name of its document."""
    before, after = (
        Evaluation.model_validate(
            oracle.document(each)
            | {
                "subject": {"organisation": "某公司", "product_category": "家电", "size_tier": "中型"},
                "period": {"start": day, "end": day},
            }
        )
        for each, day in ((found, "2026-03-02"), (later, "2027-03-02"))
    )
    for evaluation in (before, after):
        yield "evaluation", evaluation
    try:
        card, second = score(before), score(after)
    except aftersales.EvaluationError:
        return
    yield "scorecard", card
    yield "bounds", aftersales.bounds(before.without(next(iter(before.findings))))
    for make in (aftersales.improvements, aftersales.confidence):
        try:
            yield make.__name__, make(card)  # type: ignore[operator]
        except aftersales.AdviceError:
            continue
    yield "what_if", aftersales.what_if(card, {key: later[key] for key in [*later][:1] if key in found})
    yield "comparison", aftersales.compare([card, second])
    yield "progress", aftersales.progress(card, second)
    yield "", card["5.1"]
    yield "", card.explain()
    for point in aftersales.tipping_points(card)[:2]:
        yield "", point


VALIDATORS = {document: jsonschema_rs.validator_for(json_schema(document)) for document in DOCUMENTS}


@settings(max_examples=examples(12), suppress_health_check=list(HealthCheck))
@given(findings(groups=False), findings(groups=False))
def test_results_of_random_evaluations_read_back_equal(found: dict[str, Any], later: dict[str, Any]) -> None:
    for document, result in results_of(found, later):
        text = result.model_dump_json()
        assert type(result).model_validate_json(text) == result, document
        assert type(result).model_validate(result.model_dump()) == result, document
        short = result.model_dump_json(exclude_none=True)
        assert type(result).model_validate_json(short) == result, document
        if document:
            VALIDATORS[document].validate(json.loads(text))
            VALIDATORS[document].validate(json.loads(short))


DAYS = st.dates(datetime.date(2026, 3, 21), datetime.date(2030, 1, 1)).map(str)
EVENTS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("surveillance"), "on": DAYS, "passed": st.booleans()}),
    st.builds(lambda day: certificates.PASSED | {"on": day, "notice": {"number": "B", "on": day}}, DAYS),
    st.builds(lambda day: certificates.DOWNGRADED | {"on": day}, DAYS),
    st.builds(lambda day: certificates.REVOKED | {"on": day}, DAYS),
    st.fixed_dictionaries({"kind": st.just("application"), "on": DAYS}),
    st.fixed_dictionaries({"kind": st.just("renewal"), "on": DAYS, "final_score": st.just("95"), "stars": st.just(5)}),
    st.fixed_dictionaries({"kind": st.just("change"), "on": DAYS, "scope": st.just("门店")}),
)


@settings(max_examples=examples(15), suppress_health_check=list(HealthCheck))
@given(st.lists(EVENTS, max_size=4), DAYS)
def test_the_status_of_random_certificates_and_their_register_read_back_equal(
    events: list[dict[str, Any]], day: str
) -> None:
    found = aftersales.load_certificate(certificates.SUBJECT | certificates.RATING)
    for event in sorted(events, key=itemgetter("on")):
        with suppress(aftersales.PaperError):  # it cannot have happened after the others
            found = aftersales.load_certificate(found.model_dump() | {"events": [*found.model_dump()["events"], event]})
    status = found.status(day)
    with TemporaryDirectory() as folder:
        Path(folder, "a.yaml").write_text(found.to_yaml(), "utf-8")
        Path(folder, "b.yaml").write_text("stars: x", "utf-8")
        entries = aftersales.register(folder, day)
    for document, result in (("certificate", found), ("status", status), ("register", entries)):
        text = result.model_dump_json()
        assert type(result).model_validate_json(text) == result, document
        assert type(result).model_validate(result.model_dump()) == result, document
        VALIDATORS[document].validate(json.loads(text))
        VALIDATORS[document].validate(result.model_dump(mode="json", exclude_none=True))
        assert type(result).model_validate_json(result.model_dump_json(exclude_none=True)) == result, document


def test_what_may_be_none_may_be_left_out() -> None:
    """A document that is written with ``exclude_none`` is read back, and valid by the schema of its model."""
    models = [value for name in dir(aftersales) if isinstance(value := getattr(aftersales, name), type)]
    required = [
        f"{model.__name__}.{name}"
        for model in models
        if issubclass(model, BaseModel)
        for name, field in model.model_fields.items()
        if field.is_required() and NoneType in get_args(field.annotation)
    ]
    assert required == []


ARCHIVE = Path(__file__).parent / "archive_of_results"
"""Results as an earlier version wrote them, each named by its document. They are never changed."""

MODELS: dict[str, type[BaseModel]] = {
    "bounds": aftersales.Bounds,
    "comparison": aftersales.Comparison,
    "confidence": aftersales.Confidence,
    "derivation": aftersales.Derivation,
    "improvements": aftersales.Improvements,
    "progress": aftersales.Progress,
    "register": aftersales.Register,
    "status": aftersales.Status,
    "what_if": aftersales.WhatIf,
}


def holds(new: Any, old: Any) -> bool:
    """Whether a document says all that an older one says."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(key in new and holds(new[key], part) for key, part in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(new) == len(old) and all(map(holds, new, old))
    return bool(new == old)


@pytest.mark.parametrize("path", sorted(ARCHIVE.iterdir()), ids=lambda path: path.stem)
def test_results_of_an_earlier_version_are_valid_and_read(path: Path) -> None:
    stored = json.loads(path.read_text("utf-8"))
    VALIDATORS[path.stem].validate(stored)
    result = MODELS[path.stem].model_validate(stored)
    assert holds(json.loads(result.model_dump_json()), stored)
    assert path.stem == "status" or aftersales.html_of(result)


def test_each_result_is_in_the_archive() -> None:
    """The scorecard has an archive of its own in tests/scoring, and files are in tests/archive."""
    assert {path.stem for path in ARCHIVE.iterdir()} == MODELS.keys()
    files = {"scorecard", "evaluation", "standard", "plan", "certificate", "rectification", "calendar"}
    assert WRITTEN.keys() == MODELS.keys() | files


def test_a_member_without_assignments_is_in_the_file_of_a_plan() -> None:
    """A random plan had one, which its file lost."""
    plan = EvaluationPlan.model_validate(
        {"standard": "CTS XBHT-S04-2025", "assignments": {"张明": [], "李静": ["5.1"]}}
    )
    assert load_plan(plan.to_yaml().encode(), complete=False) == plan
