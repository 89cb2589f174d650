"""What is written of a model is valid by its published schema and reads back as an equal model."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from support.examples import examples
from support.models import data_for, inputs

import aftersales
from aftersales.files.parsed_file import parse_source

BY_RULES = {"Standard", "Category", "Subcategory", "StatutoryCalendar", "Scorecard", "Report"}
"""Models whose rules no random data fulfil. The documents of tests/views/test_json_schema.py have them."""

SAMPLES = (
    st.lists(st.integers(1, 10**17), min_size=3, max_size=3)
    .map(sorted)
    .map(lambda counts: dict(zip(("nonconforming", "sampled", "population"), counts, strict=True)))
)
"""Counts of which each is at most the next."""

MODELS = sorted((model for model in inputs() if model.__name__ not in BY_RULES), key=lambda model: model.__name__)


@cache
def schema_of(model: type[BaseModel], mode: Any) -> Any:
    return jsonschema.Draft202012Validator(model.model_json_schema(mode=mode))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_is_written_by_its_schema_and_reads_back(model: type[BaseModel]) -> None:
    @given(st.data())
    @settings(max_examples=examples(15), suppress_health_check=list(HealthCheck))
    def try_one(draw: st.DataObject) -> None:
        try:
            made = model.model_validate(draw.draw(SAMPLES if model is aftersales.Sampled else data_for(model)))
        except ValidationError:
            assume(False)
        written = json.loads(made.model_dump_json())
        assert written == made.model_dump(mode="json")
        for mode in ("validation", "serialization"):
            schema_of(model, mode).validate(written)
        assert model.model_validate(written) == made
        assert model.model_validate_json(json.dumps(written)) == made
        for file in (made.to_yaml(), json.dumps(written)):
            assert model.model_validate(parse_source(file.encode()).data) == made

    try_one()
