"""A mapping that cannot be changed."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import TypeVar

__all__ = ["FrozenMapping"]

K = TypeVar("K")
V = TypeVar("V", covariant=True)


class FrozenMapping(Mapping[K, V]):
    """A read-only copy of a mapping: hashable if its values are, picklable, equal to any mapping with the same content.

    >>> FrozenMapping({"a": 1})["a"], FrozenMapping({"a": 1}) == {"a": 1}
    (1, True)
    """

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[K, V]):
        self._data = dict(data)

    def __getitem__(self, key: K) -> V:
        return self._data[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    # The mixin methods of Mapping are written in Python; those of dict are many times faster.
    def keys(self) -> KeysView[K]:
        """The keys, in the order given."""
        return self._data.keys()

    def values(self) -> ValuesView[V]:
        """The values, in the order given."""
        return self._data.values()

    def items(self) -> ItemsView[K, V]:
        """The pairs, in the order given."""
        return self._data.items()

    def __eq__(self, other: object) -> bool:
        return self._data == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._data.items()))

    def __reduce__(self) -> tuple[type[FrozenMapping[K, V]], tuple[dict[K, V]]]:
        return type(self), (self._data,)

    def __repr__(self) -> str:
        return repr(self._data)
