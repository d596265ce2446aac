"""A local folder of images: list the files that may be read, and say why others may not."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from catalog.base.errors import StoreError
from catalog.base.files import irregular_kind, printable_name
from catalog.storage.store import FolderStore, ObjectInfo


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
        """Return the entry, of a file or a folder above, with the reason why it cannot be read."""
        places = [key, *(key[:at] for at in range(len(key) - 1, 0, -1) if key[at] == "/"), ""]
        for place in places if self.unreadable else ():
            found = self._by_key.get(place)
            if found and (found.folder or place == key):
                return found
        return None

    @cached_property
    def _by_key(self) -> Mapping[str, Unreadable]:
        return {entry.key: entry for entry in self.unreadable}


_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
_SAME_FOLDER = 8
"""Maximum number of links to one folder; links among links would otherwise never end."""


class ImageFolder(FolderStore):
    """A folder whose files have any names, and whose links may lead out of it."""

    def __init__(self, folder: str | Path, *, follow_links: bool = False) -> None:
        super().__init__(folder)
        self.follow_links = follow_links

    def path(self, key: str) -> Path:
        """Return the file of a key of the listing.

        Raises:
            StoreError: for one that leads out of the folder.
        """
        path = self.folder / key
        if "\\x" in key and not os.path.lexists(path):
            name = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), key.encode("utf-8"))
            path = self.folder / os.fsdecode(name)
        if not self.follow_links and not path.resolve().is_relative_to(self.folder):
            raise StoreError(f"{key} leads out of {self.folder}: use --follow-links to read it")
        return path

    def walk(self, prefix: str = "") -> Listing:
        """List the images below a folder of this one, in order of key.

        Raises:
            StoreError: if that folder itself cannot be listed.
        """
        root = self.folder / prefix
        try:
            self.check_is_there()
            if root.is_symlink():
                target = printable_name(str(root.readlink()))
                if not root.exists():
                    raise StoreError(f"{root} is a link to {target}, which is not there")
                if not self.follow_links and not root.resolve().is_relative_to(self.folder):
                    raise StoreError(f"{root} is a link to {target}: use --follow-links to read it")
            top = root.stat()
        except FileNotFoundError:
            return Listing(())
        except OSError as error:
            raise StoreError(f"cannot list {root}: {error.strerror or error}") from error
        files: list[ObjectInfo] = []
        unreadable: list[Unreadable] = []
        visits: Counter[tuple[int, int]] = Counter()
        # Folders to list: path, key, and the identities of itself and of those above.
        waiting = [(str(root), prefix, [(top.st_dev, top.st_ino)])]
        while waiting:
            path, folder, identities = waiting.pop()
            try:
                with os.scandir(path) as entries:
                    found = list(entries)
            except OSError as error:
                reason = error.strerror or str(error)
                if len(identities) == 1:
                    raise StoreError(f"cannot list {root}: {reason}") from error
                reason = f"cannot list {folder}: {reason}"
                unreadable.append(Unreadable(folder, "unreadable", reason, folder=True))
                continue
            for entry in found:
                key = printable_name(f"{folder}/{entry.name}" if folder else entry.name)
                seen = self._look_at(entry, key)
                if isinstance(seen, ObjectInfo):
                    files.append(seen)
                elif isinstance(seen, Unreadable):
                    unreadable.append(seen)
                elif seen and seen not in identities and visits[seen] < _SAME_FOLDER:
                    visits[seen] += 1
                    waiting.append((entry.path, key, [*identities, seen]))
        return Listing(
            tuple(sorted(files, key=lambda info: info.key)),
            tuple(sorted(unreadable, key=lambda entry: entry.key)),
        )

    def check_is_there(self) -> None:
        """Raise StoreError unless the folder exists."""
        if not self.folder.is_dir():
            raise StoreError(f"there is no folder {self.folder}: name the folder with --images")

    def _look_at(
        self, entry: os.DirEntry[str], key: str
    ) -> ObjectInfo | Unreadable | tuple[int, int] | None:
        """Return a file, the identity of a folder, why neither; None if it has disappeared."""
        try:
            is_link = entry.is_symlink()
            target = printable_name(str(Path(entry.path).readlink())) if is_link else ""
            try:
                found = entry.stat()
            except FileNotFoundError:
                reason = f"it is a link to {target}, which is not there"
                return Unreadable(key, "missing", reason, folder=True) if is_link else None
            is_folder = stat.S_ISDIR(found.st_mode)
            if (is_link and not self.follow_links) and (
                is_folder or not Path(entry.path).resolve().is_relative_to(self.folder)
            ):
                where = "the folder " if is_folder else ""
                reason = f"it is a link to {where}{target}: use --follow-links to read it"
                return Unreadable(key, "refused", reason, folder=is_folder)
        except OSError as error:
            reason = f"cannot read {key}: {error.strerror or error}"
            return Unreadable(key, "unreadable", reason, folder=_may_be_folder(entry))
        if is_folder:
            return found.st_dev, found.st_ino
        if kind := irregular_kind(found.st_mode):
            return Unreadable(key, "refused", f"it is {kind}, not a file")
        return ObjectInfo(key, found.st_size, f"{found.st_mtime_ns}-{found.st_size}")


def _may_be_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether there may be files below an entry that cannot be accessed."""
    try:
        return entry.is_symlink() or entry.is_dir(follow_symlinks=False)
    except OSError:
        return True
