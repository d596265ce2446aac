"""What a store is: a place for objects, each with a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from catalog.base.errors import StoreError

WRITING = ".writing-"
"""How the names of temporary files begin."""


@dataclass(frozen=True)
class ObjectInfo:
    """What a listing tells of an object; `etag` changes when the content does."""

    key: str
    size: int
    etag: str
    modified: datetime | None = field(default=None, compare=False)
    """When it was put, where the listing is a store's own."""


@dataclass(frozen=True)
class Unfinished:
    """An object that somebody began to write; nobody sees it, and it takes room."""

    key: str
    started: datetime
    upload: str = ""
    """What S3 calls it."""


class Store(Protocol):
    """A place for objects."""

    uri: str

    def read(self, key: str) -> bytes:
        """The bytes of an object; raises FileNotFoundError, StoreError."""

    def read_into(self, key: str, file: IO[bytes]) -> None:
        """Write an object that need not fit into memory to a file; raises as `read` does."""

    def write(self, key: str, data: bytes) -> None:
        """Put an object, wholly or not at all."""

    def write_file(self, key: str, file: Path) -> None:
        """Put a file's contents, which need not fit into memory, wholly or not at all."""

    def put_new(self, key: str, data: bytes) -> bool:
        """Put an object unless there is one by that name; whether it was put."""

    def exists(self, key: str) -> bool:
        """Whether the object is there."""

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object below a folder, in order of key."""

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens if it is not there; raises StoreError."""

    def unfinished(self) -> Iterator[Unfinished]:
        """What is being written, or was when its writer was killed."""

    def discard(self, unfinished: Unfinished) -> None:
        """Remove what a killed writer left; nothing happens if it is not there."""

    def uri_of(self, key: str) -> str:
        """Where an object or folder lies, as delta-rs and DuckDB take it."""

    def check_writable(self) -> None:
        """Raise StoreError, saying what to do, unless objects can be put here."""


def check_key(key: str) -> str:
    """Return the key if it stays inside a store.

    Raises:
        StoreError: for an absolute key, `..`, a backslash or a control character.
    """
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or ".." in parts or "\\" in key or not key.isprintable():
        raise StoreError(f"{key!r} is no name for an object: use relative/path/name")
    return key
