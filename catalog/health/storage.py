"""Checks of the home's storage: access, conditional writes, free space, locks."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.health.environment import existing, may_be_written
from catalog.health.finding import FAILED, OK, WARNING, Finding
from catalog.runs.record import ARTWORKS, MODELS
from catalog.storage import duck, lease
from catalog.storage.access import s3_access
from catalog.storage.homes import settings
from catalog.storage.store import WRITING, FolderStore, Store

LITTLE, TOO_LITTLE = 5e9, 0.5e9
"""Bytes free below which a run may fail, and below which it will."""


def check_extensions(home: Store) -> list[Finding]:
    """Check that DuckDB loads its packaged extensions, which read Delta tables and S3."""
    duck.connect(home, ()).close()
    return [Finding("duckdb", OK, "the extensions httpfs and delta are loaded")]


def check_credentials(home: Store) -> list[Finding]:
    """Check that boto3 finds credentials, for a home in S3."""
    access = s3_access(home)
    if access is None:
        return [Finding("credentials", OK, "none needed: the home is a folder")]
    where = access.endpoint or f"AWS, region {access.region}"
    token = " with a session token" if access.token else ""
    return [Finding("credentials", OK, f"found{token}, for {where}")]


def check_home(home: Store) -> list[Finding]:
    """Check that objects can be written, read, listed and removed."""
    if isinstance(home, FolderStore) and not home.folder.exists():
        if may_be_written(home.folder):
            detail = f"{home.folder} does not exist yet: the first run creates it"
            return [Finding("home", OK, detail)]
        above = existing(home.folder)
        detail = f"{home.folder} cannot be made: {above} is not a writable folder"
        return [Finding("home", FAILED, detail, "Choose another home.")]
    with _probe(home) as key:
        home.write(key, b"artcat")
        whole = home.read(key) == b"artcat"
        next(home.list("tables"), None)
    if whole:
        return [Finding("home", OK, f"{home.uri} can be written, read and listed")]
    detail = f"{home.uri} returns something else than was written"
    return [Finding("home", FAILED, detail, "Choose another home.")]


def check_permissions(home: Store) -> list[Finding]:
    """Check that all files and folders of a home in a folder can be read and written."""
    name = "permissions"
    if not isinstance(home, FolderStore):
        return [Finding(name, OK, "those of the credentials")]
    refused = [
        path
        for parent, folders, files in os.walk(home.folder)
        for names, wanted in ((folders, os.R_OK | os.W_OK | os.X_OK), (files, os.R_OK))
        for path in (f"{parent}/{each}" for each in names)
        if not os.access(path, wanted)
    ]
    if not refused:
        return [Finding(name, OK, "every file can be read, every folder written")]
    detail = f"{len(refused)} files or folders may not be read or written, such as {refused[0]}"
    advice = f"Run `chown -R $(id -un) {home.folder} && chmod -R u+rwX {home.folder}` as root."
    return [Finding(name, FAILED, detail, advice)]


def check_conditional_writes(home: Store) -> list[Finding]:
    """Check that the second of two writers of an object is refused, as Delta's commits require."""
    name = "conditional writes"
    if isinstance(home, FolderStore) and not home.folder.exists():
        return [Finding(name, OK, "not tried: the home does not exist yet")]
    with _probe(home) as key:
        first, second = home.put_new(key, b"first"), home.put_new(key, b"second")
        kept = home.read(key)
    if first and not second and kept == b"first":
        return [Finding(name, OK, "the second writer of an object is refused")]
    detail = "the second writer of an object is not refused: two runs at once would lose rows"
    advice = "Use a store that supports If-None-Match, such as S3, Ceph and MinIO, or a folder."
    return [Finding(name, FAILED, detail, advice)]


def check_space(home: Store) -> list[Finding]:
    """Check the free space where artcat writes on this machine."""
    places = {"cache": settings().cache.expanduser(), "temporary": Path(tempfile.gettempdir())}
    if isinstance(home, FolderStore):
        places = {"home": home.folder, **places}
    found = []
    for name, place in places.items():
        folder = existing(place)
        free = shutil.disk_usage(folder).free
        status = FAILED if free < TOO_LITTLE else WARNING if free < LITTLE else OK
        advice = None if status == OK else "Make room, or run `artcat maintain`."
        detail = f"{free / 1e9:,.1f} GB free at {folder}"
        found.append(Finding(f"space: {name}", status, detail, advice))
    return found


def check_writer(home: Store) -> list[Finding]:
    """Check whether a run holds the home's lease, so that others wait."""
    holders = filter(None, (lease.holder_of(home, kind) for kind in (ARTWORKS, MODELS)))
    detail = "; ".join(map(str, holders)) or "no run is writing to the home"
    return [Finding("writer", OK, detail)]


@contextmanager
def _probe(home: Store) -> Iterator[str]:
    """Yield a key for a temporary object, which is removed afterwards."""
    key = f"{WRITING}doctor-{uuid.uuid4().hex}"
    try:
        yield key
    finally:
        home.delete(key)
