"""Convert pydantic's errors to violations: a code, a path and a context in place of English sentences."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    ValidationError,
)
from pydantic_core import ErrorDetails

from aftersales.problems.errors import Path
from aftersales.problems.suggestions import near
from aftersales.problems.violations import SentencesOf, Violation
from aftersales.text.normalize import plain

__all__ = ["Meant", "violations_in", "violations_of"]

_CODES = {
    "json_invalid": "not-json",
    "missing": "missing-key",
    "invalid_key": "key-not-text",
    "extra_forbidden": "unknown-key",
    "literal_error": "unknown-word",
    "too_short": "empty-list",
    "too_long": "too-many-values",
    "list_type": "not-a-list",
    "tuple_type": "not-a-list",
    "dict_type": "not-a-mapping",
    "mapping_type": "not-a-mapping",
    "model_type": "not-a-mapping",
    "model_attributes_type": "not-a-mapping",
    "union_tag_not_found": "missing-kind",
    "union_tag_invalid": "unknown-kind",
    "string_type": "not-text",
    "string_pattern_mismatch": "blank",
    "string_unicode": "not-text",
}


Meant = Callable[[], Mapping[str, Sequence[str]]]
"""The keys and words of the file format by other words that people write for them, such as those of a language."""


def violations_of(
    error: ValidationError, data: Any, model: type[BaseModel], meant: Meant | None = None
) -> list[Violation]:
    """The errors that pydantic found in ``data`` for ``model``, as violations, each with its path in ``data``.

    ``meant`` gives words that are suggested where another one stands for them.
    """
    return violations_in(error.errors(include_url=False), data, model, meant)


def violations_in(
    errors: Iterable[ErrorDetails], data: Any, model: type[BaseModel], meant: Meant | None = None
) -> list[Violation]:
    """As :func:`violations_of`, of the details of errors. ``data`` may be None if they are not at hand."""
    violations: list[Violation] = []
    for details in errors:
        path, types = _path_in(data, model, details["loc"], absent=details["type"] == "missing")
        refused = details.get("ctx", {}).get("error")
        if isinstance(refused, SentencesOf):
            violations += (violation.below(*path) for violation in refused.violations)
        elif details["type"] == "string_unicode" and (
            _has_keys(types[0]) if data is None else not isinstance(_at(data, path), str)
        ):
            # A lone surrogate in a key. pydantic does not give its place.
            violations.append(Violation("key-not-text", path))
        elif details["type"] != "too_short" or not details["input"]:  # else each entry of the list was refused
            violations.append(_violation_of(details, path, types, meant))
    # An unknown key was probably meant for a missing one. That is one mistake, and it is reported at the unknown key.
    unknown = Counter(violation.path[:-1] for violation in violations if violation.code == "unknown-key")
    missing = Counter(violation.path[:-1] for violation in violations if violation.code == "missing-key")
    return [f for f in violations if f.code != "missing-key" or missing[f.path[:-1]] > unknown[f.path[:-1]]]


def _violation_of(details: ErrorDetails, path: Path, types: Sequence[Any], meant: Meant | None) -> Violation:
    """An error of pydantic's own as a violation at ``path``. ``types`` are the types that are accepted there."""
    loc, found, context = details["loc"], details["input"], details.get("ctx", {})
    code = _CODES.get(details["type"], "invalid-value")
    if details["type"] == "model_attributes_type" and path[:1] == ("findings",):
        code = "not-a-finding"  # which has shorthands, so that its message lists them
    words: list[str] = []
    if code == "unknown-key":
        found = path[-1]
        words = list(types[0].model_fields)
    elif code == "not-text" and (loc[-1:] == ("[key]",) or (details["type"] == "string_unicode" and loc != path)):
        code = "key-not-text"
    elif code == "missing-kind" and not isinstance(found, Mapping):
        code = "not-a-finding" if path[:1] == ("findings",) else "not-a-mapping"
    elif code == "missing-kind" and (typo := next((key for key in found if near(key, ["kind"])), None)):
        code, path, found, words = "unknown-key", (*path, typo), typo, ["kind"]
    elif code == "unknown-kind":
        path, found = (*path, "kind"), found["kind"]
        words = re.findall("'([^']*)'", context["expected_tags"])
    elif code == "unknown-word":
        words = re.findall("'([^']*)'", context["expected"])
    if code == "not-a-finding":
        words = ["full", "none"]
    if code == "missing-kind":
        path, words = (*path, "kind"), list(_tags(types))
    elif code == "missing-key" and not path:  # a request without a body
        code = "empty-document"
    elif found is None and code != "missing-key":
        code = "blank"
    context = {
        "found": found,
        "reason": details["msg"],
        "allowed": tuple(words),
        "hint": partial(_suggested, found, words, meant),
    }
    if code == "missing-key":
        context = {"key": path[-1]}
    elif code == "not-json":
        path, context = (), {"reason": details["ctx"]["error"]}
    elif code == "too-many-values":
        context = {"allowed": details["ctx"]["max_length"]}
    return Violation(code, path, context, about_key=code in {"unknown-key", "key-not-text"})


def _suggested(found: Any, words: Sequence[str], meant: Meant | None) -> str | None:
    """The word that was probably meant: the one for which another word stands, or a similar one."""
    candidates = meant().get(plain(found), ()) if meant is not None and isinstance(found, str) else ()
    return next((word for word in candidates if word in words), None) or near(found, words)


def _path_in(
    data: Any, model: type[BaseModel], loc: tuple[int | str, ...], *, absent: bool
) -> tuple[Path, Sequence[Any]]:
    """The path in the data that pydantic's ``loc`` stands for: without the tags of unions and ``[key]``.

    With it come the types that are accepted there; of an unknown key, the model that does not know it.
    """
    path: list[int | str] = []
    types: Sequence[Any] = [model]
    for index, part in enumerate(loc):
        if len(types) > 1:  # a union, so this is the tag of one of its models, or "[key]"
            types = [tagged] if (tagged := _tags(types).get(part)) else types
            continue
        if isinstance(part, str) and not _has_keys(types[0]):  # "[key]", which follows a key that is refused
            continue
        is_there, inner = _part(data, part)
        # The entries of a set or an iterator are not there to be looked at, so what is inside them is taken as it is.
        if is_there or data is None or (absent and index == len(loc) - 1):
            data = inner
            path.append(part)
            types = _types_within(types[0], part) or types
    return tuple(path), types


def _tags(types: Sequence[Any]) -> dict[Any, type[BaseModel]]:
    """The models of a union by their tags."""
    return {held.model_fields["kind"].default: held for held in types}


def _types_within(holder: Any, part: int | str) -> list[Any]:
    """The types that are accepted at a part of a model, mapping or list; empty for a key that the model refuses."""
    if not _is_model(holder):
        return _members(next(inner for inner in reversed(get_args(holder)) if inner is not Ellipsis))
    field = holder.model_fields.get(part)
    return _members(field.annotation) if field else []


def _has_keys(holder: Any) -> bool:
    return _is_model(holder) or get_origin(holder) is Mapping


def _is_model(holder: Any) -> bool:
    return isinstance(holder, type) and issubclass(holder, BaseModel)


def _members(annotation: Any) -> list[Any]:
    """The types of a union without None, or the one type."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [member for inner in get_args(annotation) for member in _members(inner)]
    return [] if annotation is NoneType else [annotation]


def _part(data: Any, part: int | str) -> tuple[bool, Any]:
    """Whether a part of a path exists in the data, and its value. The entries of a set or iterator have no path."""
    if isinstance(data, Mapping):
        return part in data, data.get(part)
    if isinstance(part, int):
        return True, data[part] if isinstance(data, list | tuple) else None
    return False, None


def _at(data: Any, path: Path) -> Any:
    for part in path:
        _, data = _part(data, part)
    return data
