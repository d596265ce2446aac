"""The temporary folder of a command, for everything that it writes outside the home."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "artcat-run-"
_UNLOCKED = ".artcat-new-"
_MARK = ".made-by-artcat"
"""Marker file in each such folder: others of a similar name are not removed."""


@contextmanager
def scratch_folder() -> Iterator[Path | None]:
    """Create the folder, use it for all temporary files, and remove it at the end.

    It is locked while this process lives, so that folders of killed processes are recognised and
    removed by the next command. None where no temporary folder can be written: what needs one
    reports it.
    """
    try:
        place = Path(tempfile.gettempdir())
        _remove_abandoned(place)
        folder, lock = _make_locked(place)
    except OSError:
        yield None
        return
    owner, known, usual = os.getpid(), os.environ.get("TMPDIR"), tempfile.tempdir
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        if os.getpid() == owner:  # a forked child leaves it alone
            tempfile.tempdir = usual
            if known is None:
                os.environ.pop("TMPDIR", None)
            else:
                os.environ["TMPDIR"] = known
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _make_locked(place: Path) -> tuple[Path, int]:
    """Create a folder and its lock. It gets its name only once it is locked."""
    unlocked = Path(tempfile.mkdtemp(prefix=_UNLOCKED, dir=place))
    lock = os.open(unlocked, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    (unlocked / _MARK).touch()
    return unlocked.rename(place / unlocked.name.replace(_UNLOCKED, _PREFIX)), lock


def _remove_abandoned(place: Path) -> None:
    """Remove the folders of this user that no living process has locked."""
    for folder in place.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # locked, just removed by another, or not ours
            ours = (folder / _MARK).is_file() and folder.stat().st_uid == os.getuid()
            if folder.is_symlink() or not ours:
                continue
            lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
