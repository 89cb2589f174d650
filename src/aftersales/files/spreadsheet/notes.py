"""Find the cells of a sheet that have a comment or a picture. What these say is not read.

They are found by patterns of bounded length in the parts of the sheet, which need not be sound: whatever is in these
parts, the cells of the workbook can be read.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zlib
from collections.abc import Iterator
from itertools import islice

from aftersales.files.source import UnreadableSource
from aftersales.files.spreadsheet.package import Package

__all__ = ["noted_places"]

MAX_NOTED = 1_000  # of a sheet and kind

_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\s[^>]{1,1000}>")
_ATTRIBUTE = re.compile(rb"""\b(Type|Target)\s?=\s?["']([^"']{1,500})["']""")
_COMMENT = re.compile(rb"""<(?:\w{1,20}:)?comment\s[^>]{0,200}?\bref=["']([A-Z]{1,3})([1-9][0-9]{0,6})["']""")
_ANCHOR = re.compile(
    rb"<(?:\w{1,20}:)?from>[^<]{0,50}<(?:\w{1,20}:)?col>([0-9]{1,5})<.{1,300}?row>([0-9]{1,7})<", re.DOTALL
)
_KINDS = {b"comments": "comment", b"drawing": "picture"}

Place = tuple[int, int]
"""A row and a column, from 1."""


def noted_places(package: Package, part: str) -> dict[str, list[Place]]:
    """The cells of a sheet, which is a part of the package, with a ``comment`` or a ``picture``, in order."""
    found: dict[str, list[Place]] = {}
    for kind, target in _targets(package, part):
        find = _comments if kind == "comment" else _pictures
        places = islice(find(_content(package, target)), MAX_NOTED)
        found[kind] = sorted({*found.get(kind, ()), *places})
    return found


def _targets(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """The parts with the comments and pictures of a sheet, each with its kind."""
    folder, name = posixpath.split(part)
    relations = _content(package, posixpath.join(folder, "_rels", f"{name}.rels"))
    for relation in islice(_RELATION.finditer(relations), MAX_NOTED):
        attributes = dict(_ATTRIBUTE.findall(relation[0]))
        kind = _KINDS.get(attributes.get(b"Type", b"").rpartition(b"/")[2])
        if kind and b"Target" in attributes:
            target = attributes[b"Target"].decode("utf-8", "replace")
            yield kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _content(package: Package, part: str) -> bytes:
    try:
        return package.read(part)
    except (UnreadableSource, ValueError, struct.error, zlib.error):  # absent, or broken
        return b""


def _comments(content: bytes) -> Iterator[Place]:
    for letters, row in _COMMENT.findall(content):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        yield int(row), column


def _pictures(content: bytes) -> Iterator[Place]:
    for column, row in _ANCHOR.findall(content):
        yield int(row) + 1, int(column) + 1
