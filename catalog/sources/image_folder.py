"""A local folder of images: list the files that may be read, and say why others may not."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
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
            path = self.folder / _original_name(key)
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
            self._check_root(root)
            top = root.stat()
        except FileNotFoundError:
            return Listing(())
        except OSError as error:
            raise StoreError(f"cannot list {root}: {error.strerror or error}") from error
        walk = _Walk(self.folder, self.follow_links)
        walk.take(_Folder(str(root), prefix, ((top.st_dev, top.st_ino),)))
        if walk.root_error:
            raise StoreError(f"cannot list {root}: {walk.root_error}")
        return Listing(
            tuple(sorted(walk.files, key=lambda info: info.key)),
            tuple(sorted(walk.unreadable, key=lambda entry: entry.key)),
        )

    def check_is_there(self) -> None:
        """Raise StoreError unless the folder exists."""
        if not self.folder.is_dir():
            raise StoreError(f"there is no folder {self.folder}: name the folder with --images")

    def _check_root(self, root: Path) -> None:
        """Raise StoreError unless the folder is here, or is not there at all."""
        self.check_is_there()
        if root.is_symlink():
            target = printable_name(str(root.readlink()))
            if not root.exists():
                raise StoreError(f"{root} is a link to {target}, which is not there")
            if not self.follow_links and not root.resolve().is_relative_to(self.folder):
                raise StoreError(f"{root} is a link to {target}: use --follow-links to read it")


@dataclass(frozen=True)
class _Folder:
    """A folder to list: its path, its key, and the identities of its parent folders."""

    path: str
    key: str
    above: tuple[tuple[int, int], ...]


@dataclass
class _Walk:
    """The files found so far, and what cannot be read."""

    root: Path
    follow_links: bool
    files: list[ObjectInfo] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    root_error: str | None = None
    visits: Counter[tuple[int, int]] = field(default_factory=Counter)

    def take(self, top: _Folder) -> None:
        """List a folder and all below it."""
        waiting = [top]
        while waiting:
            waiting += self._listed(waiting.pop(), top)

    def _listed(self, folder: _Folder, top: _Folder) -> Iterator[_Folder]:
        """Take the files of one folder; its folders are to be listed next."""
        try:
            with os.scandir(folder.path) as entries:
                found = list(entries)
        except OSError as error:
            reason = f"cannot list {folder.key or folder.path}: {error.strerror or error}"
            if folder is top:
                self.root_error = error.strerror or str(error)
            self.unreadable.append(Unreadable(folder.key, "unreadable", reason, folder=True))
            return
        for entry in found:
            key = printable_name(f"{folder.key}/{entry.name}" if folder.key else entry.name)
            try:
                inner = self._entry(entry, key, folder)
            except OSError as error:
                reason = f"cannot read {key}: {error.strerror or error}"
                is_folder = _may_be_folder(entry)
                self.unreadable.append(Unreadable(key, "unreadable", reason, folder=is_folder))
                continue
            if inner is not None:
                yield inner

    def _entry(self, entry: os.DirEntry[str], key: str, folder: _Folder) -> _Folder | None:
        """Take a file; return a folder. Raises OSError for an entry that cannot be accessed."""
        is_link = entry.is_symlink()
        try:
            found = entry.stat()
        except FileNotFoundError:
            if is_link:  # otherwise the file has disappeared
                reason = f"it is a link to {_target(entry)}, which is not there"
                self.unreadable.append(Unreadable(key, "missing", reason, folder=True))
            return None
        is_folder = stat.S_ISDIR(found.st_mode)
        if is_link and not self.follow_links and (is_folder or self._leads_out(entry)):
            where = "the folder " if is_folder else ""
            reason = f"it is a link to {where}{_target(entry)}: use --follow-links to read it"
            self.unreadable.append(Unreadable(key, "refused", reason, folder=is_folder))
        elif is_folder:
            return self._inner(entry, key, folder, (found.st_dev, found.st_ino))
        elif (kind := irregular_kind(found.st_mode)) is not None:
            reason = f"it is {kind}, not a file"
            self.unreadable.append(Unreadable(key, "refused", reason))
        else:
            etag = f"{found.st_mtime_ns}-{found.st_size}"
            self.files.append(ObjectInfo(key, found.st_size, etag))
        return None

    def _inner(
        self, entry: os.DirEntry[str], key: str, folder: _Folder, identity: tuple[int, int]
    ) -> _Folder | None:
        """Return a folder to list, unless a link leads back to one of its parents."""
        self.visits[identity] += 1
        if identity in folder.above or self.visits[identity] > _SAME_FOLDER:
            return None
        return _Folder(entry.path, key, (*folder.above, identity))

    def _leads_out(self, entry: os.DirEntry[str]) -> bool:
        return not Path(entry.path).resolve().is_relative_to(self.root)


def _may_be_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether there may be files below an entry that cannot be accessed."""
    try:
        return entry.is_symlink() or entry.is_dir(follow_symlinks=False)
    except OSError:
        return True


def _target(entry: os.DirEntry[str]) -> str:
    return printable_name(str(Path(entry.path).readlink()))


def _original_name(key: str) -> str:
    return os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), key.encode("utf-8")))
