"""Lay the rows of a sheet out on printed pages, so that none has only the last rows of a group.

Heights are points of the sheet, which is scaled to the width of the page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from aftersales.evaluation.workbook.grid import set_heights
from aftersales.problems.extras import require
from aftersales.standard.structure import Category, Indicator, Node, Subcategory

__all__ = ["height_left", "set_pages"]

Block = list[tuple[int, float]]
"""Rows that stay together: the number and the height of each."""

MOST = 60.0  # the greatest height that a row is given to fill a page


def set_pages(sheet: Any, nodes: Sequence[Node], page_height: float) -> None:
    """Break the rows of nodes, which begin below the head, into pages of that height, and fill these.

    Pages start with categories, and with subcategories if that takes no more pages.
    """
    page_break = require("openpyxl", "excel").worksheet.pagebreak.Break
    heads = {number for number, node in enumerate(nodes, 2) if not isinstance(node, Indicator)}
    pages = _pages(_blocks(sheet, nodes), heads, page_height)
    for page in pages:
        set_heights(sheet, _stretched(page, heads, page_height))
    for page in pages[1:]:
        sheet.row_breaks.append(page_break(id=page[0][0] - 1))


def height_left(heights: Iterable[float], page_height: float) -> tuple[int, float]:
    """The number of pages that rows take one after the other, and the height that is left on the last of them."""
    pages, left = 1, page_height
    for height in heights:
        if height > left:
            pages, left = pages + 1, page_height
        left -= height
    return pages, left


def _blocks(sheet: Any, nodes: Sequence[Node]) -> list[list[Block]]:
    """The rows of each category, by subcategory. The row of a category belongs to its first subcategory."""
    groups: list[list[Block]] = []
    for number, node in enumerate(nodes, 2):
        if isinstance(node, Category):
            groups.append([[]])
        elif isinstance(node, Subcategory) and len(groups[-1][-1]) > 1:
            groups[-1].append([])
        groups[-1][-1].append((number, sheet.row_dimensions[number].height))
    return groups


def _pages(groups: Iterable[Sequence[Block]], heads: Collection[int], page_height: float) -> list[Block]:
    """The rows of each page of that height.

    A group starts a page, unless all of it fits below the one before. It has as few pages as possible, about equally
    full. They start with blocks; where that takes more pages, with rows, but not between ``heads`` and the row below.
    """
    pages: list[Block] = []
    for group in groups:
        if pages and _height(pages[-1]) + sum(map(_height, group)) <= page_height:
            pages[-1] += [row for block in group for row in block]
        else:
            rows = [part for block in group for part in _parts(block, heads)]
            by_block, by_row = _balanced(group, page_height), _balanced(rows, page_height)
            fits = max(map(_height, by_block)) <= page_height
            pages += by_block if fits and len(by_block) <= len(by_row) else by_row
    return pages


def _stretched(page: Block, heads: Collection[int], page_height: float) -> Block:
    """The rows of a page, made higher to fill it, except its ``heads``."""
    more = max(0.0, page_height - _height(page)) / sum(number not in heads for number, _ in page)
    return [
        (number, height if number in heads else max(height, min(MOST, round(height + more, 1))))
        for number, height in page
    ]


def _height(block: Block) -> float:
    return sum(height for _, height in block)


def _parts(block: Block, heads: Collection[int]) -> list[Block]:
    first = next(place for place, (number, _) in enumerate(block, 1) if number not in heads)
    return [block[:first], *([row] for row in block[first:])]


def _balanced(blocks: Sequence[Block], page_height: float) -> list[Block]:
    """The blocks on the least number of pages, the fullest of which is as empty as possible."""
    pages = _filled(blocks, page_height)
    tallest = max(map(_height, blocks))
    while (limit := max(map(_height, pages)) - 1) >= tallest and len(less := _filled(blocks, limit)) == len(pages):
        pages = less
    return pages


def _filled(blocks: Sequence[Block], limit: float) -> list[Block]:
    pages: list[Block] = []
    for block in blocks:
        if pages and _height(pages[-1]) + _height(block) <= limit:
            pages[-1] = pages[-1] + block
        else:
            pages.append(list(block))
    return pages
