"""The versions of the format of each kind of file, and how an older one becomes the present one.

A file names its version under ``format``; one without it has version 1. A version rises where the former one would be
misread. :data:`MIGRATIONS` then gets the function that turns the data of the former version into those of the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Literal

from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, ViolationError
from aftersales.text.version import __version__

__all__ = [
    "FORMAT",
    "MIGRATIONS",
    "VersionedKind",
    "ensure_known",
    "in_present_format",
    "named_version",
    "schema_of_version",
    "version_of",
]

FORMAT = "format"
"""The key of a file that holds its version."""

VersionedKind = Literal["evaluation", "plan", "certificate", "rectification", "standard", "calendar"]

MAX_DIGITS = 9

Migration = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: dict[VersionedKind, Sequence[Migration]] = {
    "evaluation": (),
    "plan": (),
    "certificate": (),
    "rectification": (),
    "standard": (),
    "calendar": (),
}
"""By kind of file: what turns version 1 into 2, then 2 into 3, and so on. A function takes the data without
``format``, as they were read and not yet validated; it returns others and leaves what it does not know."""


def version_of(kind: VersionedKind) -> int:
    """The present version, which is written."""
    return len(MIGRATIONS[kind]) + 1


def in_present_format(kind: VersionedKind, data: Any, *, unnamed: int | None = None) -> Any:
    """The data of a file in the present version, without the key ``format``.

    ``unnamed`` is the version of data that do not name theirs (default: the present one). Data that are no dict are
    returned as they are. Raises :class:`~aftersales.problems.violations.ViolationError` for an unknown version.
    """
    if type(data) is not dict:
        return data
    version = version_of(kind) if unnamed is None else unnamed
    if FORMAT in data:
        version = named_version(kind, data[FORMAT])
        data = {key: value for key, value in data.items() if key != FORMAT}
    for migration in MIGRATIONS[kind][version - 1 :]:
        data = migration(data)
    return data


def named_version(kind: VersionedKind, value: Any) -> int:
    """The version that a file of that kind names. Raises ViolationError for an unknown one."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS:
        value = int(value)  # numbers in YAML are texts
    return ensure_known(value, 1, version_of(kind))


def ensure_known(version: Any, oldest: int, newest: int, library: Any = None) -> int:
    """The version that a file names, if it is known. ``library`` is that which wrote the file, if it says so.

    Raises :class:`~aftersales.problems.violations.ViolationError` for another one.
    """
    is_number = isinstance(version, int | Fraction) and not isinstance(version, bool)
    if is_number and oldest <= version <= newest and version == int(version):
        return int(version)
    allowed = str(newest) if oldest == newest else f"{oldest}–{newest}"
    context = {"found": version, "allowed": allowed, "library": __version__, "written": ""}
    if is_number and version > newest:
        if isinstance(library, str):
            context["written"] = phrase("written_by", library=library)
        raise ViolationError(Violation("unknown-document-format", (FORMAT,), context))
    if isinstance(version, str):
        context["found"] = f'"{version}"'
    raise ViolationError(Violation("unknown-document-format", (FORMAT,), context, variant="no-version"))


def schema_of_version(kind: VersionedKind) -> dict[str, Any]:
    """The JSON Schema of the key ``format``."""
    text = "The version of the format of the file; without it, 1."
    return {"type": "integer", "minimum": 1, "maximum": version_of(kind), "description": text}
