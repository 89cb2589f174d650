"""Recognise a file of another kind than the one that is read, such as a certificate in the place of an evaluation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from aftersales.files.parsed_file import ParsedFile
from aftersales.files.source import UnreadableSource
from aftersales.problems.messages import phrase

__all__ = ["MARKS", "SHEET_MARKS", "FileKind", "ensure_file_kind", "of_kind"]

FileKind = Literal["evaluation", "plan", "certificate", "result", "rectification", "register", "standard", "calendar"]

MARKS: Mapping[FileKind, Collection[str]] = {
    "evaluation": ("findings",),
    "certificate": ("issued",),
    "result": ("nodes",),
    "plan": ("schedule", "assignments", "provisions"),
    "rectification": ("items",),
    "standard": ("categories",),
    "calendar": ("holidays",),
}
"""The keys of which a file of each kind has one, and no file of the kinds before it."""

SHEET_MARKS: Mapping[FileKind, Collection[str]] = {
    "evaluation": ("评分表",),
    "plan": ("评价计划",),
    "rectification": ("整改事项",),
    "register": ("证书台账",),
}
"""The sheets of which a workbook of each kind has one."""


def ensure_file_kind(
    names: Collection[str], wanted: FileKind, marks: Mapping[FileKind, Collection[str]] = MARKS
) -> None:
    """Refuse a file with the marks of another kind, and none of its own.

    ``names`` are its keys or sheets. Raises :class:`~aftersales.files.source.UnreadableSource`.
    """
    found = next((kind for kind, own in marks.items() if any(mark in names for mark in own)), wanted)
    if found != wanted and not any(mark in names for mark in marks[wanted]):
        kinds = {"kind": phrase(f"file_kind.{found}"), "allowed": phrase(f"file_kind.{wanted}")}
        raise UnreadableSource("other-kind-of-file", None, **kinds)


def of_kind(document: ParsedFile, wanted: FileKind) -> ParsedFile:
    """The content of a file, or the refusal of one of another kind."""
    if document.readable and isinstance(document.data, dict):
        try:
            ensure_file_kind(document.data, wanted)
        except UnreadableSource as stop:
            return ParsedFile(stop=stop)
    return document
