"""Errors that a person can act on, and faults of the machine, such as a full disk, as one line."""

from __future__ import annotations

import errno
from typing import Any

_ADVICE = {
    errno.ENOSPC: "make room on that disk, or run `artcat maintain`",
    errno.EDQUOT: "the quota is used up: make room",
    errno.EMFILE: "too few files may be open at once: raise `ulimit -n`",
    errno.ENFILE: "the machine has too many files open",
    errno.EFBIG: "files may not be that large: raise `ulimit -f`",
    errno.EAGAIN: "too many processes or threads: raise `ulimit -u`",
    errno.ENOMEM: "out of memory: fewer threads (ARTCAT_THREADS) or smaller batches need less",
    errno.EROFS: "that disk is read-only",
    errno.EACCES: "check its permissions",
    errno.EIO: "the disk fails: check the system log",
}


class ArtcatError(Exception):
    """Invalid input: the message says what to do. Exit code 2, no traceback."""


class SourceError(ArtcatError):
    """A catalog that cannot be read: no such folder, a missing column, an empty file."""


class CheckError(SourceError):
    """A check of a table failed; `results` are those of all its checks, for the row in `runs`."""

    def __init__(self, message: str, results: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.results = results


class StoreError(ArtcatError):
    """A home that cannot be reached, read or written."""


class TransientError(StoreError):
    """A transient failure of a home: the operation may succeed if tried again."""


class SchemaError(StoreError):
    """A table of another version of the schema."""


class ImageError(ArtcatError):
    """An image that cannot be used; `status` is the value kept in the images table."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


class ModelError(ArtcatError):
    """An unknown model, or a checkpoint that does not fit."""


class TooFewArtworksError(ModelError):
    """Error for training data with fewer than two styles."""


class QueryError(ArtcatError):
    """A SQL query that is refused or fails."""


def describe(error: BaseException) -> str:
    """Return one line: what failed, on which file, and what to do."""
    if isinstance(error, MemoryError):
        return _ADVICE[errno.ENOMEM]
    number, reason = None, str(error) or type(error).__name__
    if isinstance(error, OSError):
        number = error.errno
        if error.strerror:
            reason = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    if "can't start new thread" in reason:
        number = errno.EAGAIN
    advice = _ADVICE.get(number or 0)
    return f"{reason}; {advice}" if advice else reason


def is_fault(error: BaseException | None) -> bool:
    """Return whether an error is a fault of the machine: access denied or a resource exhausted."""
    if isinstance(error, OSError | MemoryError):
        return True
    exhausted = ("can't start new thread", "too many open files")
    return isinstance(error, RuntimeError) and any(each in str(error).lower() for each in exhausted)
