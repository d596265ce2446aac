"""One writer at a time per home: a lease in the store, with a time limit, renewed while it is held.

A lease is a numbered object below `leases/`; whoever puts the next number holds it. That needs
only conditional writes of a store, so it works in a folder and on S3, and of
several runs that take over from a dead one exactly one succeeds. Readers never need it.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from catalog.base.errors import StoreError
from catalog.storage.store import Store

LIMIT_SECONDS = 120.0
"""Seconds after which a lease that was not renewed has expired: its holder is dead or cut off."""
RENEW_SECONDS = 15.0
_LOOK_AGAIN_SECONDS = 1.0
_KEPT = 16
"""Earlier leases to keep. Listing a folder gives no snapshot: it may miss the newest lease and
find an older one deleted; without these it would see none, and begin at 1 beside the holder."""
_LOG = logging.getLogger("artcat.lease")


@dataclass(frozen=True)
class Holder:
    """The present or last holder of a lease."""

    token: str
    flow: str
    run_id: str
    host: str
    machine: str
    """The machine and its PID namespace; empty where unknown."""
    pid: int
    born: str
    """Start time of the process by the kernel: PIDs are reused."""
    since: float
    """Seconds since 1970, as `renewed`."""
    renewed: float
    released: bool = False

    def __str__(self) -> str:
        """Describe the holder and since when."""
        since = datetime.fromtimestamp(self.since, UTC)
        return (
            f"{self.flow} (run {self.run_id[:13]}, process {self.pid} on {self.host}) since "
            f"{since:%Y-%m-%d %H:%M:%S} UTC"
        )


class Lease:
    """A lease that this process holds."""

    def __init__(self, home: Store, kind: str, number: int, holder: Holder) -> None:
        self._home, self._kind, self._number, self._holder = home, kind, number, holder
        self._taken_over: Holder | None = None
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name=f"lease {kind}", daemon=True)
        self._renewing.start()

    def check(self) -> None:
        """Raise StoreError if another run has taken over, as after this machine was suspended."""
        if self._taken_over is not None:
            raise StoreError(
                f"this run did not renew its lease of the home for {LIMIT_SECONDS:.0f} s, and "
                f"{self._taken_over} has taken over: run the same command again"
            )

    def release(self) -> None:
        """Release the lease to the next writer."""
        self._ended.set()
        self._renewing.join()
        if self._taken_over is None:
            with suppress(StoreError):  # it expires by itself
                self._write(replace(self._holder, released=True))

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_SECONDS):
            with suppress(StoreError):  # a transient failure of storage: no other run can take it
                number, holder = _latest(self._home, self._kind)
                if number > self._number:
                    self._taken_over = holder
                    return
                self._write(replace(self._holder, renewed=time.time()))

    def _write(self, holder: Holder) -> None:
        self._home.write(_key(self._kind, self._number), _encode(holder))


@contextmanager
def held(home: Store, kind: str, flow: str, run_id: str, wait: float) -> Iterator[Lease]:
    """Hold the lease of a home while a run of a flow writes `works` or `models`, its kind.

    Raises:
        StoreError: if another writer, which it names, still holds it after `wait` seconds.
    """
    lease = _take(home, kind, _myself(flow, run_id), wait)
    try:
        yield lease
    finally:
        lease.release()


def holder_of(home: Store, kind: str) -> Holder | None:
    """Return the present holder of a lease, None if no living process holds it."""
    _, holder = _latest(home, kind)
    return None if holder is None or _is_free(holder) else holder


def _take(home: Store, kind: str, me: Holder, wait: float) -> Lease:
    due = time.monotonic() + wait
    seen, seen_at, warned = None, 0.0, False
    while True:
        number, holder = _latest(home, kind)
        if holder is not None and holder.token == me.token:  # the response to our put was lost
            return Lease(home, kind, number, me)
        if holder != seen:
            seen, seen_at = holder, time.monotonic()
        # A clock that runs ahead may have renewed it in the future.
        silent = time.monotonic() - seen_at > LIMIT_SECONDS
        if holder is None or silent or _is_free(holder):
            me = replace(me, since=time.time(), renewed=time.time())
            if home.put_new(_key(kind, number + 1), _encode(me)):
                with suppress(StoreError):
                    for info in list(home.list(f"leases/{kind}")):
                        if info.key < _key(kind, number + 1 - _KEPT):
                            home.delete(info.key)
                return Lease(home, kind, number + 1, me)
            continue
        if time.monotonic() >= due:
            raise StoreError(
                f"the home {home.uri} is being written by {holder}: run the same command again "
                "when it has finished, or raise ARTCAT_WRITER_WAIT (seconds)"
            )
        if not warned:
            _LOG.warning("waiting up to %.0f s: %s is being written by %s", wait, home.uri, holder)
            warned = True
        time.sleep(max(0.0, min(_LOOK_AGAIN_SECONDS, due - time.monotonic())))


def _latest(home: Store, kind: str) -> tuple[int, Holder | None]:
    """Return the highest number and its holder; 0 and None before the first."""
    leases = (info for info in home.list(f"leases/{kind}") if Path(info.key).stem.isdecimal())
    found = max(leases, key=lambda info: info.key, default=None)
    if found is None:
        return 0, None
    try:
        holder = Holder(**json.loads(home.read(found.key)))
        datetime.fromtimestamp(holder.since + 0 * holder.renewed, UTC)
    except (FileNotFoundError, ValueError, TypeError, OverflowError):
        # Still being written, abandoned by a killed writer, or damaged.
        at = found.modified.timestamp() if found.modified else 0.0
        holder = Holder("", "another run", "unknown", "unknown", "", 0, "", at, at)
    return int(Path(found.key).stem), holder


def _is_free(holder: Holder) -> bool:
    """Return whether it was released or has expired, or its holder on this machine is dead."""
    expired = time.time() - holder.renewed > LIMIT_SECONDS
    here = bool(holder.machine) and holder.machine == _machine()
    return holder.released or expired or (here and _born(holder.pid) != holder.born)


def _key(kind: str, number: int) -> str:
    return f"leases/{kind}/{number:012}.json"


def _encode(holder: Holder) -> bytes:
    return json.dumps(asdict(holder)).encode()


def _myself(flow: str, run_id: str) -> Holder:
    pid, now, host = os.getpid(), time.time(), socket.gethostname()
    born = _born(pid) or ""
    machine = _machine() if born else ""
    return Holder(uuid.uuid4().hex, flow, run_id, host, machine, pid, born, now, now)


def _machine() -> str:
    """Return an id of this machine, its boot and its PID namespace."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _born(pid: int) -> str | None:
    """Return when a process started; None if it is dead."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if state in "ZX" else fields[18]
