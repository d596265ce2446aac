"""Read files named by users (regular files only, up to a limit of size) and our own TOML."""

from __future__ import annotations

import errno
import os
import stat
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from catalog.base.errors import SourceError

GIGABYTE = 1_000_000_000
MAX_TABLE_BYTES = 2 * GIGABYTE
"""Limit for text tables, which are read as a whole."""
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def irregular_kind(mode: int) -> str | None:
    """Return what a file is by its mode, such as "a pipe"; None for a regular file."""
    return None if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "a special file")


def _require_regular(path: Path, mode: int) -> None:
    if (kind := irregular_kind(mode)) is not None:
        raise OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file to read its bytes; a pipe is refused without waiting for its writer.

    Raises:
        FileNotFoundError: if it is not there.
        OSError: with the reason in `strerror`, also for what is not a regular file.
    """
    try:
        # Before it is opened too: opening some devices has effects of its own.
        _require_regular(path, path.stat().st_mode)
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a name with a NUL
        raise OSError(errno.EINVAL, str(error), str(path)) from error
    try:
        _require_regular(path, os.fstat(number).st_mode)
        return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise


def read_regular(path: Path, most: int | None = None) -> bytes:
    """Read a regular file of at most `most` bytes.

    Raises:
        FileNotFoundError: if it is not there.
        OSError: as `open_regular`, or because the file is too large.
    """
    with open_regular(path) as file:
        if most is None:
            # A kernel file returns None while it has no data.
            return file.read() or b""
        too_large = os.fstat(file.fileno()).st_size > most
        data = b"" if too_large else file.read(most + 1) or b""
    if too_large or len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes", str(path))
    return data


def read_text(path: Path, most: int) -> str:
    """Read a text in UTF-8, without its byte order mark.

    Raises:
        FileNotFoundError: if it is not there.
        OSError: as `read_regular`, or because the file is not in UTF-8.
    """
    data = read_regular(path, most)
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"it is not UTF-8, line {line}: save it as UTF-8"
        raise OSError(errno.EILSEQ, reason, str(path)) from error


def read_source(path: Path, most: int, missing: str | None = None) -> bytes:
    """Read a regular file as `read_regular` does, with an error that names it.

    Raises:
        SourceError: if it cannot be read; `missing` is the message if it is not there.
    """
    try:
        return read_regular(path, most)
    except FileNotFoundError as error:
        raise SourceError(missing or f"cannot read {path}: there is no such file") from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error


def printable_name(name: str) -> str:
    r"""Return a file's name as it can be stored and printed: bytes that are not UTF-8 as `\xNN`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def packaged_toml(package: str, name: str) -> dict[str, Any]:
    """Read a TOML file of a package."""
    return tomllib.loads((files(package) / name).read_text(encoding="utf-8"))
