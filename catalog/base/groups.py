"""Disjoint sets of items that are linked directly or through others (union-find)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Groups(Generic[T]):
    """Disjoint groups; an item that was never linked is a group of its own."""

    def __init__(self) -> None:
        self._parent: dict[T, T] = {}

    def of(self, thing: T) -> T:
        """Return the representative of an item's group; linking groups can change it."""
        path = []
        while (parent := self._parent.get(thing, thing)) != thing:
            path.append(thing)
            thing = parent
        for passed in path:
            self._parent[passed] = thing
        return thing

    def link(self, one: T, other: T) -> None:
        """Merge the groups of two items."""
        first, second = self.of(one), self.of(other)
        if first != second:
            self._parent[second] = first
