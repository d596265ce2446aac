"""Open regular files only: reading a named pipe or a device may never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder"),
)


def irregular_kind(mode: int) -> str | None:
    """Return what a file is by its mode, such as "a named pipe"; None for a regular file."""
    if stat.S_ISREG(mode):
        return None
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "a special file")


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file to read its bytes; never waits for a writer at the other end.

    Raises:
        FileNotFoundError: if it is not there.
        OSError: with the reason in `strerror`, also for what is not a regular file.
    """
    # Before it is opened too: opening some devices has effects of its own.
    _require_regular(path, path.stat().st_mode)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    number = os.open(path, flags)
    try:
        _require_regular(path, os.fstat(number).st_mode)
        return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise


def read_regular(path: Path) -> bytes:
    """Read a regular file; raises as `open_regular` does."""
    with open_regular(path) as file:
        # None comes from a file of the kernel's that has nothing to say at the moment.
        return file.read() or b""


def printable_name(name: str) -> str:
    r"""Return a file's name as it can be stored and printed: bytes that are not UTF-8 as `\xNN`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _require_regular(path: Path, mode: int) -> None:
    if (kind := irregular_kind(mode)) is not None:
        raise OSError(errno.EINVAL, f"it is {kind}, not a regular file", str(path))
