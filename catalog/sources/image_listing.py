"""What a place of images lists: files that can be read, and why other entries cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from catalog.storage.store import ObjectInfo


@dataclass(frozen=True)
class Unreadable:
    """A file that may not or cannot be read, or a folder that could not be listed."""

    key: str
    status: str
    """Of the images concerned: `unreadable`, `refused` or `missing`."""
    reason: str
    folder: bool = False
    """It concerns everything below."""


@dataclass(frozen=True)
class Listing:
    """The entries of a place of images, in order of key."""

    files: tuple[ObjectInfo, ...]
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether what is not listed is not there: no part of the place could not be listed."""
        return not any(entry.status == "unreadable" for entry in self.unreadable)

    def below(self, folder: str) -> Listing:
        """Return the listing with the name of a folder before every key."""
        return Listing(
            tuple(replace(info, key=f"{folder}/{info.key}") for info in self.files),
            tuple(replace(entry, key=f"{folder}/{entry.key}") for entry in self.unreadable),
        )

    def unreadable_at(self, key: str) -> Unreadable | None:
        """The entry that says why a file cannot be read: its own, or that of a folder above."""
        place = key
        while self.unreadable:
            found = self._by_key.get(place)
            if found is not None and (found.folder or place == key):
                return found
            if not place:
                break
            place = place.rpartition("/")[0]
        return None

    @cached_property
    def _by_key(self) -> Mapping[str, Unreadable]:
        return {entry.key: entry for entry in self.unreadable}
