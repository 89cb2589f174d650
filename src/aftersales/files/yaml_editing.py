"""Add an entry to a list of a YAML text, and keep everything else as it was written, comments included."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["comment_lines", "with_entry"]


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


def _end_of(sequence: Any, lines: list[str], column: int) -> int:
    """The line after the last entry of a block sequence, and after comments that are indented below it."""
    import yaml

    node = sequence
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
