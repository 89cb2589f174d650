"""``include`` and ``exclude`` of pydantic select the parts of every model, as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import BaseModel
from support.documents import CARD, WRITTEN

import aftersales

SMALL = (
    *("Change", "Downgrade", "Renewal", "RenewalApplication", "Revocation", "MaintenanceNotice"),
    *("RectificationResult", "Narrative", "Signature", "SignOff"),
)
FACTS: dict[str, Any] = {
    "on": "2027-02-11", "passed": True, "stars": 3, "grounds": "breach_of_law", "reason": "x", "final_score": "87", "organisation": "x",
    "note": "x", "number": "B-1", "name": "张明", "done": "x", "by": "x", "process": "x", "indicator": "5.1.1.1", "requirement": "x", "due": "2027-04-01",
}  # fmt: skip
SIGNED = {"leader": {"name": "张明", "on": "2027-02-11"}}


def filled(model: type[BaseModel]) -> BaseModel:
    """A small model with all facts that it has."""
    facts = {name: FACTS[name] for name in model.model_fields if name in FACTS}
    return model.model_validate(SIGNED if model is aftersales.SignOff else facts)


def models_in(value: Any) -> Iterator[BaseModel]:
    """An object, and every model in its fields."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, dict | tuple | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from models_in(part)
    elif hasattr(value, "items"):
        yield from models_in(dict(value))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[type[BaseModel], BaseModel]:
    made = [make(tmp_path_factory.mktemp("papers")) for make in WRITTEN.values()]
    made += [aftersales.make_report(CARD), CARD["5.1"], CARD.explain()]
    made += aftersales.tipping_points(aftersales.score(aftersales.load_example("software-service-vendor")))[:1]
    made += [filled(getattr(aftersales, name)) for name in SMALL]
    return {type(model): model for one in made for model in models_in(one)}


@pytest.mark.parametrize("mode", ["python", "json"])
def test_parts_of_every_model_can_be_selected(
    samples: dict[type[BaseModel], BaseModel], mode: Literal["python", "json"]
) -> None:
    for model in samples.values():
        whole = model.model_dump(mode=mode)
        for key in whole:
            assert model.model_dump(mode=mode, include={key}) == {key: whole[key]}, (type(model), key)
            without = {name: part for name, part in whole.items() if name != key}
            assert model.model_dump(mode=mode, exclude={key}) == without, (type(model), key)
            assert model.model_dump(mode=mode, exclude={key: True}) == without, (type(model), key)
        assert json.loads(model.model_dump_json(include={"kind"})) == {k: v for k, v in whole.items() if k == "kind"}


def test_the_models_are_those_of_the_package(samples: dict[type[BaseModel], BaseModel]) -> None:
    public = {getattr(aftersales, name) for name in aftersales.__all__}
    models = {found for found in public if isinstance(found, type) and issubclass(found, BaseModel)}
    assert {found.__name__ for found in models - samples.keys()} == set()
