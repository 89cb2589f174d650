"""The public models that people make, and random ones of each."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

import aftersales


def inputs() -> Iterator[type[BaseModel]]:
    """The models of files and of requests, with their parts."""
    todo: list[type[BaseModel]] = [
        *(aftersales.Evaluation, aftersales.EvaluationPlan, aftersales.Certificate),
        *(aftersales.Report, aftersales.StatutoryCalendar),
    ]
    seen: set[type[BaseModel]] = set()
    while todo:
        model = todo.pop()
        if model not in seen:
            seen.add(model)
            yield model
            for field in model.model_fields.values():
                todo += [part for part in classes_in(field.annotation) if issubclass(part, BaseModel)]


def classes_in(annotation: Any) -> Iterator[type]:
    """The classes of the package in an annotation."""
    if isinstance(annotation, type) and annotation.__module__.startswith("aftersales."):
        yield annotation
    for inner in get_args(annotation):
        yield from classes_in(inner)


TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
NUMBERS = st.fractions(0, 100, max_denominator=10**6) | st.builds(
    lambda n: Fraction(10**60 + n, 10**61 + 7), st.integers(0, 9)
)
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2040, 1, 1))
FINGERPRINTS = st.sampled_from(["v1:" + "0" * 64, "v2:" + "af" * 32])


@cache
def data_for(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Data for a model, of which its own rules may refuse some."""
    needed, optional = {}, {}
    for name, field in model.model_fields.items():
        kind = (
            FINGERPRINTS if name == "result" and field.annotation in (str, str | None) else values_of(field.annotation)
        )
        (needed if field.is_required() or name == "kind" else optional)[name] = kind
    return st.fixed_dictionaries(needed, optional=optional)


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return values_of(inner[0])
    if origin in (Union, UnionType):
        return st.one_of(*map(values_of, inner))
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(values_of(inner[0]), min_size=1, max_size=2)
    if origin is Mapping:
        return st.dictionaries(values_of(inner[0]), values_of(inner[1]), max_size=2)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return st.deferred(lambda: data_for(kind))
    return {
        str: TEXTS, Fraction: NUMBERS, datetime.date: DAYS, bool: st.booleans(), int: st.integers(1, 10**17), type(None): st.none(),
    }[kind]  # fmt: skip
