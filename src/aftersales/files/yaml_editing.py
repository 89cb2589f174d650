"""Add an entry to a list or a mapping of a YAML text, and keep everything else as written, comments included."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftersales.files.writing import as_file, as_yaml, write_file
from aftersales.problems.collector import refusal
from aftersales.problems.errors import OutputError
from aftersales.problems.violations import Violation

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["comment_lines", "with_entry", "with_key", "without_last_entry", "write_edited"]

BOM = "\ufeff"


def _edited(
    text: str, edit: Callable[[str], str | None], reads_as_meant: Callable[[str], bool], model: BaseModel
) -> str:
    """The text after an edit. Where there is no clear place for it, the text is that of the ``model`` as a whole."""
    bom = BOM if text.startswith(BOM) else ""
    text = text.removeprefix(BOM)
    found = edit(text)
    if found is not None and reads_as_meant(found):
        return bom + found
    if lines := comment_lines(text):
        raise refusal(OutputError, Violation("comments-lost", context={"lines": tuple(lines[:10])}))
    return bom + as_yaml(model)


def write_edited(
    path: str | os.PathLike[str],
    edit: Callable[[str], str | None],
    reads_as_meant: Callable[[str], bool],
    model: BaseModel,
) -> None:
    """Write a ``model`` that has changed to its file: JSON as a whole, YAML by an edit that keeps the rest of its text.

    ``reads_as_meant`` says whether an edited text is right. Raises :class:`~aftersales.OutputError` if comments would
    be lost (``comments-lost``).
    """
    if Path(path).suffix.lower() == ".json":
        text = as_file(model, path)
    else:
        text = _edited(Path(path).read_bytes().decode(), edit, reads_as_meant, model)
    write_file(path, text, force=True)


def with_entry(text: str, key: str, block: str, line: str) -> str | None:
    """The text with one more entry at the end of the list under a key of its outermost mapping.

    ``block`` is the entry as a block of YAML, ``line`` the same entry as one line of flow style, for a list that is
    written so. Returns None where there is no clear place for it. The caller checks what the text reads as.

    >>> print(with_entry("a: 1  # one\\nlist:\\n- b: 1  # two\\nc: 3\\n", "list", "b: 2\\nd: 4\\n", '{"b": 2}'))
    a: 1  # one
    list:
    - b: 1  # two
    - b: 2
      d: 4
    c: 3
    <BLANKLINE>
    """
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    lines = text.split("\n")
    found = [(name, value) for name, value in root.value if name.value == key]
    if not found:
        return _inserted(lines, len(lines) - (not lines[-1]), [f"{key}:", *_as_item(block, 0)])
    name, value = found[0]
    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        row, column = value.end_mark.line, value.end_mark.column - 1  # the closing bracket
        separator = ", " if value.value else ""
        lines[row] = f"{lines[row][:column]}{separator}{line}{lines[row][column:]}"
        return "\n".join(lines)
    if isinstance(value, yaml.SequenceNode):
        column = value.start_mark.column
        return _inserted(lines, _end_of(value, lines, column), _as_item(block, column))
    row = name.end_mark.line
    if isinstance(value, yaml.ScalarNode) and value.value:  # null, written out
        start, end = value.start_mark.column, value.end_mark.column
        lines[row] = lines[row][:start].rstrip() + lines[row][end:]
    return _inserted(lines, row + 1, _as_item(block, 0))


def with_key(text: str, path: Sequence[str | int], key: str, block: str, line: str) -> str | None:
    """The text with one more key at the end of the mapping at a path, which does not have it.

    ``block`` and ``line`` are the value, as for :func:`with_entry`; without a ``block``, the value is written as one
    line. Returns None where there is no clear place for it.

    >>> print(with_key("list:\\n- a: 1  # one\\n- {a: 2}\\n", ("list", 0), "b", "c: 3\\n", '{"c": 3}'), end="")
    list:
    - a: 1  # one
      b:
        c: 3
    - {a: 2}
    >>> print(with_key("list:\\n- {a: 2}\\n", ("list", 0), "b", "c: 3\\n", '{"c": 3}'), end="")
    list:
    - {a: 2, b: {"c": 3}}
    """
    import yaml

    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in path:
        inner = dict(enumerate(node.value)) if isinstance(part, int) else {name.value: one for name, one in node.value}
        node = inner[part]
    lines = text.split("\n")
    if node.flow_style:
        row, column = node.end_mark.line, node.end_mark.column - 1  # the closing brace
        lines[row] = f"{lines[row][:column].rstrip()}, {key}: {line}{lines[row][column:]}"
        return "\n".join(lines)
    if any(name.value == key for name, _ in node.value):  # with a blank value
        return None
    column = node.start_mark.column
    new = [f"{key}:", *(f"  {one}" for one in block.rstrip("\n").split("\n"))] if block else [f"{key}: {line}"]
    return _inserted(lines, _end_of(node, lines, column), [" " * column + one for one in new])


def without_last_entry(text: str, key: str) -> tuple[str, list[str]] | None:
    """The text without the last entry of the list under a key of its outermost mapping, and the lines of that entry.

    The comments in the entry are in its lines. The key goes with the only entry, but for a comment beside it. Returns
    None where the list is not written as a block.

    >>> rest, entry = without_last_entry("list:\\n- b: 1\\n- b: 2  # two\\n  c: 3\\nd: 4\\n", "list")
    >>> rest, entry
    ('list:\\n- b: 1\\nd: 4\\n', ['b: 2  # two', 'c: 3'])
    """
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)  # the caller read a model from it
    found = next((value for name, value in root.value if name.value == key), None)
    if not isinstance(found, yaml.SequenceNode) or found.flow_style:
        return None
    lines = text.split("\n")
    entry = found.value[-1]
    row, column = entry.start_mark.line, entry.start_mark.column
    end = _end_of(found, lines, found.start_mark.column)
    first, *others = (line.rstrip("\r") for line in lines[row:end])
    is_bare = len(found.value) == 1 and lines[row - 1].strip() == f"{key}:"
    kept = lines[: row - is_bare] + lines[end:]
    return "\n".join(kept), [first[column:], *(line[column:] for line in others)]


def _end_of(collection: Any, lines: list[str], column: int) -> int:
    """The line after the last entry of a block collection, and after comments that are indented below it."""
    import yaml

    node = collection
    while isinstance(node, yaml.CollectionNode) and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    row: int = node.end_mark.line + (node.end_mark.column > 0)  # a block of text ends at the start of a line
    while row < len(lines) and re.match(f" {{{column + 1},}}#", lines[row]):
        row += 1
    return row


def _as_item(block: str, column: int) -> list[str]:
    """The lines of an entry of a block sequence whose dashes are in that column."""
    first, *others = block.rstrip("\n").split("\n")
    return [f"{' ' * column}- {first}", *(f"{' ' * column}  {line}" for line in others)]


def _inserted(lines: list[str], row: int, new: list[str]) -> str:
    end = "\r" if lines[0].endswith("\r") else ""
    before = [*lines[:row]]
    if before and row == len(lines):  # the last line has no line break
        before[-1] += end
    return "\n".join([*before, *(line + end for line in new), *(lines[row:] or [""])])


def comment_lines(text: str) -> list[int]:
    """The numbers of the lines with a comment, from 1.

    >>> comment_lines("a: '# none'  # one\\nb: 2\\n# two\\n")
    [1, 3]
    """
    import yaml

    found: list[int] = []
    end = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        between = text[end : token.start_mark.index]
        first = text.count("\n", 0, end) + 1
        found += [first + between.count("\n", 0, match.start()) for match in re.finditer("#[^\n]*", between)]
        end = max(end, token.end_mark.index)
    return found
