"""Convert pydantic's errors to violations: a code, a path and a context in place of English sentences."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from pydantic import (
    BaseModel,
    ValidationError,
)
from pydantic_core import ErrorDetails

from aftersales.problems.errors import Path
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError

__all__ = ["violations_of"]

_CODES = {
    "missing": "missing-key",
    "invalid_key": "key-not-text",
    "extra_forbidden": "unknown-key",
    "literal_error": "unknown-word",
    "too_short": "empty-list",
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


def violations_of(error: ValidationError, data: Any, model: type[BaseModel]) -> list[Violation]:
    """The errors that pydantic found in ``data`` for ``model``, as violations, each with its path in ``data``."""
    holders = _holders(model)
    violations: list[Violation] = []
    for details in error.errors(include_url=False):
        path = _path_in(data, details["loc"], absent=details["type"] == "missing")
        refused = details.get("ctx", {}).get("error")
        if isinstance(refused, ViolationError):
            violations += (replace(violation, path=path + violation.path) for violation in refused.violations)
        elif details["type"] == "string_unicode" and not isinstance(_at(data, path), str):
            # A lone surrogate in a key. pydantic does not give its place.
            violations.append(Violation("key-not-text", path))
        elif details["type"] != "too_short" or not details["input"]:  # else each entry of the list was refused
            violations.append(_violation_of(details, path, holders))
    # An unknown key was probably meant for a missing one. That is one mistake, and it is reported at the unknown key.
    unknown = Counter(violation.path[:-1] for violation in violations if violation.code == "unknown-key")
    missing = Counter(violation.path[:-1] for violation in violations if violation.code == "missing-key")
    return [f for f in violations if f.code != "missing-key" or missing[f.path[:-1]] > unknown[f.path[:-1]]]


def _violation_of(details: ErrorDetails, path: Path, holders: Mapping[int | str, type[BaseModel]]) -> Violation:
    """An error of pydantic's own as a violation at ``path``."""
    loc, found, context = details["loc"], details["input"], details.get("ctx", {})
    code = _CODES.get(details["type"], "invalid-value")
    if details["type"] == "model_attributes_type" and path[0] == "findings":
        code = "not-a-finding"  # which has shorthands, so that its message lists them
    words: list[str] = []
    if code == "unknown-key":
        found = path[-1]
        words = list(holders[next((part for part in reversed(loc[:-1]) if part in holders), "")].model_fields)
    elif code == "not-text" and (loc[-1:] == ("[key]",) or (details["type"] == "string_unicode" and loc != path)):
        code = "key-not-text"
    elif code == "missing-kind" and not isinstance(found, Mapping):
        code = "not-a-finding" if path[0] == "findings" else "not-a-mapping"
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
        path, words = (*path, "kind"), [str(tag) for tag, held in holders.items() if "kind" in held.model_fields]
    elif found is None:
        code = "blank"
    context = {
        "found": found,
        "reason": details["msg"],
        "allowed": ", ".join(words),
        "hint": partial(near, found, words),
    }
    if code == "missing-key":
        context = {"key": path[-1]}
    return Violation(code, path, context, about_key=code in {"unknown-key", "key-not-text"})


def _path_in(data: Any, loc: tuple[int | str, ...], *, absent: bool) -> Path:
    """The path in the data that pydantic's ``loc`` stands for: without the tags of unions and ``[key]``."""
    path: list[int | str] = []
    tag_of: Any = None
    for index, part in enumerate(loc):
        is_there, inner = _part(data, part)
        if isinstance(data, Mapping) and data is not tag_of and _is_kind(data, part):
            tag_of = data
        elif is_there:
            data = inner
            path.append(part)
        elif absent and index == len(loc) - 1:
            path.append(part)
    return tuple(path)


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


def _is_kind(data: Mapping[Any, Any], part: int | str) -> bool:
    kind = data.get("kind")
    return isinstance(kind, str) and str.__str__(kind) == part


def _holders(model: type[BaseModel], name: str = "") -> dict[int | str, type[BaseModel]]:
    """The models inside a model, by their last name in pydantic's ``loc``: the tag of a union, or the field."""
    holders: dict[int | str, type[BaseModel]] = {name: model}
    for field_name, field in model.model_fields.items():
        for inner in _models_in(field.annotation):
            tagged = inner.model_fields.get("kind")
            holders |= _holders(inner, tagged.default if tagged else field_name)
    return holders


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
