"""Describe faults of the machine, such as a full disk, as one line that names the cause."""

from __future__ import annotations

import errno

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
_EXHAUSTED = ("can't start new thread", "too many open files")


def describe(error: BaseException) -> str:
    """Return one line: what failed, on which file, and what to do."""
    if isinstance(error, MemoryError):
        return _ADVICE[errno.ENOMEM]
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        reason = f"{error.strerror}{where}"
    else:
        reason = str(error) or type(error).__name__
    if "can't start new thread" in reason:
        number = errno.EAGAIN
    advice = _ADVICE.get(number or 0)
    return f"{reason}; {advice}" if advice else reason


def is_fault(error: BaseException | None) -> bool:
    """Return whether an error is a fault of the machine: access denied or a resource exhausted."""
    if isinstance(error, OSError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error).lower() for words in _EXHAUSTED
    )
