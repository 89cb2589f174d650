"""Load a model from a file, and report all problems at once, each at its line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from aftersales.files.fields import Model
from aftersales.files.format_versions import in_present_format
from aftersales.files.parsed_file import ParsedFile, noting, parse_source
from aftersales.files.pydantic_errors import Meant, violations_of
from aftersales.files.source import Source
from aftersales.problems.collector import Collector, in_order_of
from aftersales.problems.errors import AftersalesError, ClauseOf, Path
from aftersales.problems.violations import Violation, ViolationError

__all__ = ["load_model", "make_model", "sound_part_check"]

_M = TypeVar("_M", bound=Model)


def load_model(
    source: Source,
    model: type[_M],
    error: type[AftersalesError],
    check: Callable[[_M], Iterable[Violation]] | None = None,
    check_sound_part: Callable[[Any, Sequence[Violation]], Iterable[Violation]] | None = None,
    *,
    parse: Callable[[Source], ParsedFile] = parse_source,
    meant: Meant | None = None,
    clauses: Callable[[Any], ClauseOf | None] | None = None,
) -> _M:
    """The model that a source holds. ``parse`` reads it; ``meant`` as for ``violations_of``.

    ``clauses`` gives the clauses to cite, of the standard of these plain data.

    ``check`` returns what is wrong with a model whose fields are valid; it may also raise
    :class:`~aftersales.problems.violations.ViolationError`. ``check_sound_part`` returns what else is wrong
    with plain data in which fields are invalid; it takes the data and the violations of the fields. Raises ``error``
    with all problems.
    """
    document = parse(source)
    with noting(source), Collector(error, document.problems) as found:
        if document.readable:
            found.clause_of = clauses and clauses(document.data)
            try:
                if model.file_kind is not None:
                    document.data = in_present_format(model.file_kind, document.data, unnamed=1)
                loaded = _validated(model, document.data, meant)
            except ViolationError as invalid:
                found.add(*invalid.violations)
                if check_sound_part:
                    found.add(*check_sound_part(document.data, invalid.violations))
            else:
                if check:
                    found.add(*check(loaded))
    return loaded


def sound_part_check(
    model: type[_M], check: Callable[[_M], Iterable[Violation]]
) -> Callable[[Any, Sequence[Violation]], Iterator[Violation]]:
    """A ``check_sound_part`` for :func:`load_model`: what ``check`` finds in the data without what is invalid.

    Nothing is reported about the parts that were left out, or about what contains them.
    """

    def check_sound_part(data: Any, violations: Sequence[Violation]) -> Iterator[Violation]:
        if (part := _sound_part(model, data, violations)) is None:
            return
        sound, removed = part
        for violation in check(sound):
            if not any(_overlap(violation.path, path) for path in removed):
                yield violation

    return check_sound_part


def _sound_part(model: type[_M], data: Any, violations: Sequence[Violation]) -> tuple[_M, list[Path]] | None:
    """The model of the data without what is invalid, and what was left out; None if a required part is invalid.

    Where a key that was left out is required, what it is in is left out too. What a misspelt key was meant to be counts
    as left out.
    """
    removed: list[Path] = []
    while True:
        found = []
        for path in dict.fromkeys(violation.path for violation in violations):
            if key := _innermost_key(data, path):
                data = _without(data, key)
                found.append(key)
        if not found:
            return None
        misspelt = (violation for violation in violations if violation.code == "unknown-key")
        removed += [*found, *((*each.path[:-1], each.context["hint"]()) for each in misspelt)]
        try:
            return _validated(model, data), removed
        except ViolationError as invalid:
            violations = invalid.violations


def _innermost_key(data: Any, path: Path) -> Path:
    """The path of the innermost key on a path; () if there is none.

    An entry of a list is not removed alone, as the others would have other positions.
    """
    found = 0
    for position, key in enumerate(path, 1):
        if isinstance(data, dict) and key in data:
            found = position
        elif not (isinstance(data, list) and isinstance(key, int) and key < len(data)):
            break
        data = data[key]
    return path[:found]


def _without(data: Any, path: Path) -> Any:
    """The data without the key of that path. What holds it is copied; values may be of any kind, and are not."""
    rest: Any = dict.copy(data) if isinstance(data, dict) else list.copy(data)
    key, *inner = path
    if inner:
        rest[key] = _without(data[key], tuple(inner))
    else:
        del rest[key]
    return rest


def _overlap(one: Path, other: Path) -> bool:
    """Whether one of two paths leads into the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def make_model(
    model: type[_M], facts: Mapping[str, Any], error: type[AftersalesError], clause_of: ClauseOf | None = None
) -> _M:
    """The model of fields given in Python. Raises ``error`` with all problems, which cite the clauses of a standard."""
    with Collector(error, in_order_of(facts), clause_of=clause_of):
        return _validated(model, facts)


def _validated(model: type[_M], data: Any, meant: Meant | None = None) -> _M:
    """The model of plain data. Raises ViolationError with everything that is wrong with them."""
    try:
        return model.model_validate(data)
    except ValidationError as invalid:
        raise ViolationError(*violations_of(invalid, data, model, meant)) from None
