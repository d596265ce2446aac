"""The interface of stores: objects by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from catalog.base.errors import StoreError

WRITING = ".writing-"
"""Name prefix of temporary files."""


@dataclass(frozen=True)
class ObjectInfo:
    """An object in a listing; `etag` changes when the content does."""

    key: str
    size: int
    etag: str
    modified: datetime | None = field(default=None, compare=False)
    """When it was written, if the listing is a store's own."""


@dataclass(frozen=True)
class Unfinished:
    """A partly written object; it is invisible and takes space."""

    key: str
    started: datetime
    upload: str = ""
    """Id of the upload in S3."""


class Store(Protocol):
    """A store of objects by key."""

    uri: str

    def read(self, key: str) -> bytes:
        """Return the bytes of an object; raises FileNotFoundError, StoreError."""

    def read_into(self, key: str, file: IO[bytes]) -> None:
        """Write an object that need not fit into memory to a file; raises as `read` does."""

    def write(self, key: str, data: bytes) -> None:
        """Put an object, wholly or not at all."""

    def write_file(self, key: str, file: Path) -> None:
        """Put a file's contents, which need not fit into memory, wholly or not at all."""

    def put_new(self, key: str, data: bytes) -> bool:
        """Write an object unless it exists; return whether it was written."""

    def exists(self, key: str) -> bool:
        """Return whether the object is there."""

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Return every object below a folder, in order of key."""

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens if it is not there; raises StoreError."""

    def unfinished(self) -> Iterator[Unfinished]:
        """List partly written objects, including those of killed writers."""

    def discard(self, unfinished: Unfinished) -> None:
        """Remove a partly written object; nothing happens if it is gone."""

    def uri_of(self, key: str) -> str:
        """Return the address of an object or folder for delta-rs and DuckDB."""

    def check_writable(self) -> None:
        """Raise StoreError, with advice, unless objects can be written here."""


def check_key(key: str) -> str:
    """Return the key if it stays inside a store.

    Raises:
        StoreError: for an absolute key, `..`, a backslash or a control character.
    """
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or ".." in parts or "\\" in key or not key.isprintable():
        raise StoreError(f"{key!r} is not a valid object key: use relative/path/name")
    return key
