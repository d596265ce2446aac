"""Reads small files that somebody wrote, and refuses what is none: devices, pipes, large files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

BOM = "\ufeff"


class NotReadableError(ValueError):
    """A file that cannot be read as a small text; the message says why, without its name."""


def read_text(path: Path, most_bytes: int) -> str:
    """Return the text of a small file in UTF-8, without a byte order mark.

    Raises:
        NotReadableError: if it cannot be opened, is no regular file, is too large, or is not UTF-8.
    """
    data = read_bytes(path, most_bytes)
    try:
        return data.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotReadableError(f"it is not in UTF-8, line {line}: save it as UTF-8") from error


def read_bytes(path: Path, most_bytes: int) -> bytes:
    """Return the bytes of a small regular file; of a larger one nothing is read.

    Raises:
        NotReadableError: if it cannot be opened, is no regular file, or is too large.
    """
    try:
        # without O_NONBLOCK, opening a pipe would wait for somebody to write
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise NotReadableError(getattr(error, "strerror", None) or str(error)) from error
    try:
        data = _read(descriptor, most_bytes)
    except OSError as error:
        raise NotReadableError(error.strerror or str(error)) from error
    finally:
        os.close(descriptor)
    if len(data) > most_bytes:
        raise NotReadableError(f"it has more than {most_bytes:,} bytes")
    return data


def _read(descriptor: int, most_bytes: int) -> bytes:
    """Return the contents, or the first byte too many of what is larger than it says."""
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        raise NotReadableError("it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise NotReadableError("it is a device or a pipe, not a file")
    if status.st_size > most_bytes:
        raise NotReadableError(f"it has more than {most_bytes:,} bytes")
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(most_bytes + 1)
