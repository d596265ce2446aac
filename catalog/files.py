"""Read a file that somebody named: never a pipe, a device, or more than is sensible."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from catalog.errors import SourceError

GIGABYTE = 1_000_000_000
MAX_TABLE_BYTES = 4 * GIGABYTE
"""Of a table of text: it is read as a whole."""
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP file, such as an Excel workbook (.xlsx): save its table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls): save its table as CSV"),
    (b"\x1f\x8b", "compressed with gzip: unpack it"),
    (b"BZh", "compressed with bzip2: unpack it"),
    (b"\xfd7zXZ", "compressed with xz: unpack it"),
    (b"(\xb5/\xfd", "compressed with zstd: unpack it"),
    (b"%PDF", "a PDF: ask for the table as CSV"),
    (b"PAR1", "a Parquet file: write its table as CSV"),
    (b"SQLite format 3\x00", "a SQLite database: export its table as CSV"),
    (b"\x89PNG", "a PNG image: give the table of the artworks"),
    (b"\xff\xd8\xff", "a JPEG image: give the table of the artworks"),
    (b"version https://git-lfs", "a pointer of Git LFS: fetch the file itself with `git lfs pull`"),
    (b"<!doctype html", "a web page: download the table itself"),
    (b"<html", "a web page: download the table itself"),
)


def read_regular_file(path: Path, most: int) -> bytes:
    """Return the contents of a regular file.

    Args:
        path: of the file; a link to one is followed.
        most: bytes that it may have.

    Raises:
        FileNotFoundError: if there is no such file.
        SourceError: naming it, if it is none, too large or cannot be read.
    """
    try:
        # A pipe that nobody writes to would be waited for.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise SourceError(f"cannot read {path}: {getattr(error, 'strerror', error)}") from error
    try:
        about = os.fstat(number)
        if not stat.S_ISREG(about.st_mode):
            raise SourceError(f"cannot read {path}: it is {_what_else(about.st_mode)}, not a file")
        if about.st_size > most:
            raise SourceError(
                f"cannot read {path}: it has {about.st_size:,} bytes, and at most {most:,} are read"
            )
        return _read(number, about.st_size)
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error
    finally:
        os.close(number)


def _read(number: int, size: int) -> bytes:
    """All of a file as it was when it was opened; a file of /proc may never end."""
    parts = []
    while size > 0 and (part := os.read(number, min(size, 1 << 28))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _what_else(mode: int) -> str:
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def refuse_other_kinds(name: str, data: bytes) -> None:
    """Raise SourceError, saying what to do, for a file that is no table of text.

    Args:
        name: of the file, for the message.
        data: its contents.
    """
    start = data[:4096]
    for begin, kind in _KINDS:
        if start[: len(begin)].lower() == begin.lower():
            raise SourceError(f"{name} is no table of text but {kind}")
    if start.count(0) > 0.9 * len(start):
        raise SourceError(f"{name} is no table of text: it begins with bytes of 0")
