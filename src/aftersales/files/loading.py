"""Load a model from a file, and report all problems at once, each at its line."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from aftersales.files.fields import Model
from aftersales.files.parsed_file import ParsedFile, parse_source, with_source
from aftersales.files.pydantic_errors import violations_of
from aftersales.files.source import Source
from aftersales.problems.errors import AftersalesError
from aftersales.problems.violations import Violation

__all__ = ["load_model", "make_model"]

_M = TypeVar("_M", bound=Model)


def load_model(
    source: Source,
    model: type[_M],
    error: type[AftersalesError],
    check: Callable[[_M], Iterable[Violation]] | None = None,
) -> _M:
    """The model that a source holds.

    ``check`` returns what is wrong with a model whose fields are valid; it may also raise
    :class:`~aftersales.problems.violations.ViolationError`. Raises ``error`` with all problems.
    """
    document = parse_source(source)
    if not document.readable:
        raise with_source(error(document.problems()), source)
    try:
        loaded = model.model_validate(document.data)
    except ValidationError as invalid:
        raise with_source(error(document.problems(violations_of(invalid, document.data, model))), source) from None
    violations = list(check(loaded)) if check else []
    if violations or document.violations:
        raise with_source(error(document.problems(violations)), source)
    return loaded


def make_model(model: type[_M], facts: Mapping[str, Any], error: type[AftersalesError]) -> _M:
    """The model of fields given in Python. Raises ``error`` with all problems."""
    try:
        return model.model_validate(facts)
    except ValidationError as invalid:
        raise error(ParsedFile(facts).problems(violations_of(invalid, facts, model))) from None
