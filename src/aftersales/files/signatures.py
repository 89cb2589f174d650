"""The signature of a model as a notebook shows it: its fields as keywords, with the types that are passed in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction
from inspect import Parameter, Signature
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from aftersales.files.numbers import Number

__all__ = ["signature_of"]

_SEQUENCE: Any = Sequence


def signature_of(model: type[BaseModel]) -> Signature:
    """The signature of a model.

    pydantic's own signature shows the validators of each field, and exists only once the model was used.

    >>> from aftersales import Period
    >>> str(signature_of(Period))
    '(*, start: datetime.date | str, end: datetime.date | str)'
    """
    parameters = []
    for name, field in model.model_fields.items():
        default = Parameter.empty if field.is_required() else field.get_default(call_default_factory=True)
        parameters.append(
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=_passed_in(field.annotation))
        )
    return Signature(parameters)


def _passed_in(kind: Any) -> Any:
    """The type of what is passed in for a field of that type."""
    origin: Any = get_origin(kind)
    inner = tuple(map(_passed_in, get_args(kind)))
    if origin is Annotated:
        return inner[0]
    if origin in (Union, UnionType):
        return Union[inner]  # noqa: UP007 - of a tuple
    if origin is tuple:
        return _SEQUENCE[inner[0]]
    if origin is Mapping:
        return origin[inner]
    if kind is datetime.date:
        return datetime.date | str
    if kind is Fraction:
        return Number
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind | Mapping[str, Any]
    return kind
