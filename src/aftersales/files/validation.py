"""The errors of pydantic's validation as problems, for programs that build models or receive them in requests."""

from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import BaseModel

from aftersales.files.fields import Model
from aftersales.files.pydantic_errors import violations_in
from aftersales.problems.clauses import Role
from aftersales.problems.collector import citing, in_order_of
from aftersales.problems.errors import Problem

__all__ = ["problems_of"]


class _Errors(Protocol):
    """pydantic's ValidationError, or FastAPI's RequestValidationError."""

    def errors(self) -> Sequence[Any]: ...


class _Citable(Protocol):
    """The part of a standard that this layer uses: its clauses."""

    def clause(self, role: Role, /) -> str | None: ...


def problems_of(
    error: _Errors, model: type[BaseModel] | None = None, standard: _Citable | None = None
) -> tuple[Problem, ...]:
    """The problems of a validation that failed, each with its code, its path and its sentence in both languages.

    ``error`` is pydantic's ValidationError or FastAPI's RequestValidationError, whose paths begin with ``body``.
    ``model`` is what was validated; by default the model of the package that the error names. ``standard`` is the
    Standard whose clauses are cited, by default CTS XBHT-S04-2025: an error does not hold the data that name another.
    Raises TypeError if the error names no model.

    >>> from pydantic import ValidationError
    >>> from aftersales import Evaluation
    >>> try:
    ...     Evaluation(standard="CTS XBHT-S04-2025", findings={"5.1.1.1": {"kind": "qualitative", "degree": "1.2"}})
    ... except ValidationError as error:
    ...     problems_of(error)[0].to_dict()["path"]
    'findings[5.1.1.1].degree'
    """
    if not callable(getattr(error, "errors", None)):
        raise TypeError(f"error has to be a ValidationError, not {type(error).__name__}")
    model = model or _model_named(getattr(error, "title", None))
    details = error.errors()
    if hasattr(error, "body"):  # FastAPI's, which has the body of the request
        locs = [each["loc"][1:] if each["loc"][:1] == ("body",) else each["loc"] for each in details]
        details = [{**each, "loc": loc} for each, loc in zip(details, locs, strict=True)]
    if not (standard is None or callable(getattr(standard, "clause", None))):
        raise TypeError(f"standard has to be a Standard, not {type(standard).__name__}")
    return citing(in_order_of(None)(violations_in(details, None, model)), None if standard is None else standard.clause)


def _model_named(name: object) -> type[BaseModel]:
    todo: list[type[Model]] = [Model]
    while todo:
        model = todo.pop()
        if model.__name__ == name:
            return model
        todo += model.__subclasses__()
    raise TypeError(f"model has to be given: the error is not of a model of this package, but of {name!r}")
