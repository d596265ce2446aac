"""Objects as files below a folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from catalog.base.errors import StoreError
from catalog.base.files import open_regular, read_regular
from catalog.storage.store.objects import WRITING, ObjectInfo, Unfinished, check_key

_COPIED_AT_ONCE = 1024 * 1024


class FolderStore:
    """Objects as files below a folder."""

    def __init__(self, folder: str | Path) -> None:
        try:
            self.folder = Path(folder).expanduser().resolve()
        # No such user, a loop of links, a NUL, a working directory that was deleted
        except (RuntimeError, ValueError, OSError) as error:
            raise StoreError(f"{str(folder)!r} is not a folder: {error}") from error
        self.uri = str(self.folder)

    def path(self, key: str) -> Path:
        """Return the file of an object."""
        return self.folder / check_key(key)

    def read(self, key: str) -> bytes:
        """Return the bytes of an object; raises FileNotFoundError, StoreError."""
        try:
            return read_regular(self.path(key))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreError(f"cannot read {self.path(key)}: {error.strerror}") from error

    def read_into(self, key: str, file: IO[bytes]) -> None:
        """Write an object to a file; raises FileNotFoundError, StoreError."""
        try:
            with open_regular(self.path(key)) as source:
                shutil.copyfileobj(source, file, _COPIED_AT_ONCE)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreError(f"cannot copy {self.path(key)}: {error.strerror}") from error

    def write(self, key: str, data: bytes) -> None:
        """Put an object: written beside its place, then renamed onto it."""
        self._put(key, lambda file: file.write(data))

    def write_file(self, key: str, file: Path) -> None:
        """Put a file's contents: copied beside its place, then renamed onto it."""
        with file.open("rb") as source:
            self._put(key, lambda target: shutil.copyfileobj(source, target, _COPIED_AT_ONCE))

    def _put(self, key: str, fill: Callable[[IO[bytes]], object]) -> None:
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            put_whole(path, fill)
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror or error}") from error

    def put_new(self, key: str, data: bytes) -> bool:
        """Create a file unless it exists; return whether it was created."""
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            return False
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
        return True

    def exists(self, key: str) -> bool:
        """Return whether the file is there."""
        return self.path(key).is_file()

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Return every file below a folder, in order of key."""
        root = self.path(prefix) if prefix else self.folder
        found = []
        for parent, _, names in os.walk(root):
            for name in names:
                path = Path(parent) / name
                try:
                    stat = path.stat()
                except OSError:
                    continue  # it disappeared, or is a dangling link: not an object
                key = path.relative_to(self.folder).as_posix()
                modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                etag = f"{stat.st_mtime_ns}-{stat.st_size}"
                found.append(ObjectInfo(key, stat.st_size, etag, modified))
        yield from sorted(found, key=lambda info: info.key)

    def delete(self, key: str) -> None:
        """Remove a file; nothing happens if it is not there."""
        path = self.path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"cannot delete {path}: {error.strerror or error}") from error

    def unfinished(self) -> Iterator[Unfinished]:
        """List the temporary files that `write` has not renamed yet."""
        for info in self.list():
            if info.modified and PurePosixPath(info.key).name.startswith(WRITING):
                yield Unfinished(info.key, info.modified)

    def discard(self, unfinished: Unfinished) -> None:
        """Remove such a file."""
        self.delete(unfinished.key)

    def uri_of(self, key: str) -> str:
        """Return the absolute path of an object or folder."""
        return str(self.path(key))

    def check_writable(self) -> None:
        """Raise StoreError unless the folder can be made and written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=WRITING):
                pass
        except OSError as error:
            raise StoreError(
                f"cannot write to the home {self.folder}: {error.strerror or error}; "
                "choose another with --home"
            ) from error


def put_whole(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Create or replace a file atomically: write a temporary file beside it, then rename.

    Raises:
        OSError: if the folder cannot be written; whatever `fill` raises.
    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=WRITING, delete=False) as file:
            temporary = Path(file.name)
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp creates private files; other users read a home too
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    value = os.umask(0)
    os.umask(value)
    return value
