"""A keeper process that ends every process of a test session after the session.

It reads `PID SIGNAL` lines and waits for the end of its standard input, which comes when the
session closes it or dies. Then it ends those processes, the last one first, and whatever else has
the session's mark in its environment.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

MARK = "ARTCAT_SERVICES"
PATIENCE = 15.0
"""Seconds that a process has to end by itself."""


class Keeper:
    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.keeper", self.mark],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the session
        )

    def watch(self, pid: int, ended_by: signal.Signals) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{pid} {ended_by.value}\n")
        self.process.stdin.flush()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def marked(name: str, value: str, session: int | None = None) -> list[int]:
    """Living processes with a variable in their environment, or in a session."""
    wanted, found = f"{name}={value}".encode(), []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):  # it has gone, or is not ours
                known = wanted in (folder / "environ").read_bytes().split(b"\0")
                if known or os.getsid(int(folder.name)) == session:
                    found.append(int(folder.name))
    return [pid for pid in found if _born(pid) is not None]


def _born(pid: int) -> str | None:
    """When a process began, which tells it from a later one of its number; None: it is dead."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if state == "Z" else fields[18]


def end(pid: int, by: int, patience: float = PATIENCE) -> None:
    """End a process, at last by force, and wait until it is gone."""
    born = _born(pid)
    for number, seconds in ((by, patience), (signal.SIGKILL, patience)):
        due = time.monotonic() + seconds
        with contextlib.suppress(ProcessLookupError):
            if born is not None and _born(pid) == born:
                os.kill(pid, number)
        while born is not None and _born(pid) == born and time.monotonic() < due:
            time.sleep(0.05)


def _keep(mark: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kept: list[tuple[int, int, str]] = []
    for line in sys.stdin:
        pid, by = map(int, line.split())
        if (born := _born(pid)) is not None:
            kept.append((pid, by, born))
    for pid, by, born in reversed(kept):
        if _born(pid) == born:
            end(pid, by)
    for pid in marked(MARK, mark):
        end(pid, signal.SIGKILL)


if __name__ == "__main__":
    _keep(sys.argv[1])
