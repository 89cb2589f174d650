"""The ids that the examples in a blank form name. They are of the standard, so that an example can be kept."""

from __future__ import annotations

from typing import NamedTuple

from aftersales.standard.standard import Standard

__all__ = ["ExampleIds", "example_ids"]


class ExampleIds(NamedTuple):
    """Ids of a standard for examples.

    Fields:
        category: The first category.
        subcategory: A subcategory, of another category if there is one with a smaller part.
        smallest: The subcategory with the fewest points, which is the first to be deleted.
        indicator: The indicator with the most points in the last category.
    """

    category: str
    subcategory: str
    smallest: str
    indicator: str


def example_ids(standard: Standard) -> ExampleIds:
    """The ids for the examples of a standard.

    >>> from aftersales import load_standard
    >>> example_ids(load_standard())
    ExampleIds(category='5.1', subcategory='5.3.1', smallest='5.3.6', indicator='5.4.3.2')
    """
    groups = [(group.points, category, group) for category in standard.categories for group in category.subcategories]
    _, around, smallest = min(groups, key=lambda entry: entry[0])
    last = [indicator for group in standard.categories[-1].subcategories for indicator in group.indicators]
    heaviest = max(last, key=lambda indicator: indicator.points)
    return ExampleIds(standard.categories[0].id, around.subcategories[0].id, smallest.id, heaviest.id)
