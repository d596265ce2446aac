"""Atomic writing of requested output files, never into a home."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from catalog.base.errors import StoreError
from catalog.storage.store import FolderStore, Store, put_whole


def check_outside(home: Store, file: Path) -> None:
    """Raise StoreError if a file would be in the home, whose files only runs change."""
    if isinstance(home, FolderStore) and file.absolute().parent.resolve().is_relative_to(
        home.folder
    ):
        raise StoreError(f"{file} would be in the home {home.uri}: choose another path")


def write_output(home: Store, file: Path, pieces: Iterable[str]) -> None:
    """Write pieces of text to a file outside the home; an existing one is replaced.

    Raises:
        StoreError: if it is in the home, or cannot be written.
    """
    check_outside(home, file)
    write_whole(file, pieces)


def write_whole(file: Path, pieces: Iterable[str]) -> None:
    """Write pieces of text to a file, wholly or not at all; raises StoreError if that fails."""
    try:
        put_whole(
            file.absolute(),
            lambda target: target.writelines(piece.encode() for piece in pieces),
        )
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror or error}") from error
