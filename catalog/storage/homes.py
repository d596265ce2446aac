"""Opening of homes, and the settings of the process.

Every component must read the address of a home exactly as written. boto3 takes a key as written;
delta-rs and DuckDB parse a URL, decode `%`, turn a backslash into a slash, drop control characters
and, in S3, expand `*`. An address that any of them would read as another one is refused before
anything is created.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

from pydantic import ValidationError
from pydantic_settings import SettingsError

from catalog.base.errors import ArtcatError, SourceError, StoreError
from catalog.base.files import read_source
from catalog.base.settings import Settings
from catalog.storage.store import S3Store, Store, open_store

_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of Unicode: control characters, bytes that are not UTF-8, line separators."""
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_MAX_FOLDER = 3500
"""Bytes: an operating system takes paths of 4096, the files of a home need some 300 of them."""
_MAX_PREFIX = 700
"""Bytes: S3 takes keys of 1024."""
_SHOWN = 200


def check_home_address(home: Store) -> None:
    """Raise StoreError, naming what is wrong, if some component would misread a home's address."""
    for fault in _faults(home):
        shown = home.uri if len(home.uri) <= _SHOWN else f"{home.uri[:_SHOWN]}..."
        raise StoreError(f"{shown!r} cannot be a home: it {fault}; choose another with --home")


def _faults(home: Store) -> Iterator[str]:
    path, misread = home.uri, "%\\"
    if isinstance(home, S3Store):
        path, misread = home.prefix, "%\\?#*[]"
        if not _BUCKET.fullmatch(home.bucket):
            yield f"names no bucket: {home.bucket!r} is not a bucket name"
    for character in path:
        if unicodedata.category(character) in _UNPRINTABLE:
            yield f"contains the character {character!a}"
        if character in misread:
            yield f"contains {character!r}, which not every component reads unchanged"
    if "_delta_log" in path.split("/"):
        yield "contains _delta_log, the name of a table's log"
    if isinstance(home, S3Store):
        if path and not {"", ".", ".."}.isdisjoint(path.split("/")):
            yield "has a part between slashes that is empty, `.` or `..`"
        if len(path.encode()) > _MAX_PREFIX:
            yield f"has a prefix of more than {_MAX_PREFIX} bytes"
    if len(home.uri.encode()) > _MAX_FOLDER:
        yield f"is longer than {_MAX_FOLDER} bytes"


VOCABULARY = "vocabulary.toml"
"""Key of a museum's own vocabulary in its home, unless the setting names another file."""
_MAX_BYTES = 1_000_000
_opened: list[Callable[[], tuple[str, str] | None]] = []
"""Reads the vocabulary of the home that this process opened last, once."""


def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        ArtcatError: naming the variable with an invalid value, or artcat.toml if it is not TOML.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ARTCAT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ArtcatError(f"the setting {name} is invalid: {first['msg']}") from error
    except SettingsError as error:  # a variable that is to hold JSON
        raise ArtcatError(f"a setting is invalid: {error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ArtcatError(f"artcat.toml cannot be read: {error}") from error


def open_home_store(uri: str | None) -> Store:
    """Return the home at an address, by default that of the settings.

    Raises:
        StoreError: for an address that some component would read as another one.
    """
    given = settings().home if uri is None else uri
    if not given:
        raise StoreError("the address of the home is empty: give a folder or s3://bucket/prefix")
    home = open_store(given)
    check_home_address(home)
    _opened[:] = [cache(lambda: _vocabulary_in(home))]
    return home


def own_vocabulary() -> tuple[str, str] | None:
    """Read a museum's own vocabulary: its path and text; None for the built-in one.

    The file of the setting `ARTCAT_VOCABULARY` comes first, then the one in the home.

    Raises:
        SourceError: if the file cannot be read.
    """
    file = settings().vocabulary
    if file is None:
        return _opened[0]() if _opened else None
    missing = f"cannot read the vocabulary {file}: there is no such file"
    return _decoded(str(file), read_source(file, _MAX_BYTES, missing))


def _vocabulary_in(home: Store) -> tuple[str, str] | None:
    if not home.exists(VOCABULARY):
        return None
    return _decoded(home.uri_of(VOCABULARY), home.read(VOCABULARY))


def _decoded(where: str, data: bytes) -> tuple[str, str]:
    try:
        return where, data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"cannot read the vocabulary {where}: it is not UTF-8") from error


def open_existing_home(uri: str | None) -> Store:
    """Open the home at an address, which must contain tables.

    Raises:
        ArtcatError: if nothing was ever ingested there.
    """
    home = open_home_store(uri)
    if next(home.list("tables"), None) is None:
        raise ArtcatError(
            f"{home.uri} contains no tables yet: run `artcat nightly` or `artcat demo`"
        )
    return home
