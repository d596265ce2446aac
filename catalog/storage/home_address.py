"""Validation of home addresses: every component must read them exactly as written.

boto3 takes a key as it stands; delta-rs and DuckDB parse a URL, decode `%`, turn a backslash into a
slash, drop control characters and, in S3, expand `*`. An address that any of them would read as
another one is refused before anything is created.
"""

from __future__ import annotations

import re
import unicodedata

from catalog.base.errors import StoreError
from catalog.storage.store import S3Store, Store

_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of Unicode: control characters, bytes that are not UTF-8, line separators."""
_MISREAD = "%\\"
_MISREAD_IN_S3 = "%\\?#*[]"
_LOG = "_delta_log"
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_LONGEST_FOLDER = 3500
"""Bytes: an operating system takes paths of 4096, the files of a home need some 300 of them."""
_SHOWN = 200
_LONGEST_PREFIX = 700
"""Bytes: S3 takes keys of 1024."""


def check_home_address(home: Store) -> None:
    """Raise StoreError, naming what is wrong, if some component would misread a home's address."""
    fault = _fault_in_s3(home) if isinstance(home, S3Store) else _fault(home.uri, _MISREAD)
    if fault is None and len(home.uri.encode()) > _LONGEST_FOLDER:
        fault = f"is longer than {_LONGEST_FOLDER} bytes"
    if fault is not None:
        shown = home.uri if len(home.uri) <= _SHOWN else f"{home.uri[:_SHOWN]}..."
        raise StoreError(f"{shown!r} cannot be a home: it {fault}; choose another with --home")


def _fault_in_s3(home: S3Store) -> str | None:
    if not _BUCKET.fullmatch(home.bucket):
        return f"names no bucket: {home.bucket!r} is not a bucket name"
    fault = _fault(home.prefix, _MISREAD_IN_S3)
    if fault is None and home.prefix and not {"", ".", ".."}.isdisjoint(home.prefix.split("/")):
        return "has a part between slashes that is empty, `.` or `..`"
    if fault is None and len(home.prefix.encode()) > _LONGEST_PREFIX:
        return f"has a prefix of more than {_LONGEST_PREFIX} bytes"
    return fault


def _fault(path: str, misread: str) -> str | None:
    for character in path:
        if unicodedata.category(character) in _UNPRINTABLE:
            return f"holds the character {character!a}"
        if character in misread:
            return f"holds {character!r}, which not every component reads unchanged"
    if _LOG in path.split("/"):
        return f"holds {_LOG}, the name of a table's log"
    return None
