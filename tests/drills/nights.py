"""Nights as a person starts them: `artcat nightly` in a group of processes, ended or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.drills.catalogs import NAME

MARK = "ARTCAT_DRILL"
"""A variable by whose value the processes of a night are known, whatever group they are in."""
LONGEST = 600.0
"""Seconds after which a night is taken to hang."""


class DrillError(AssertionError):
    """Something that must never happen did."""


@dataclass(frozen=True)
class Ended:
    """How a night ended: `code` is None for one that was killed."""

    code: int | None
    seconds: float
    out: str = ""
    err: str = ""

    @property
    def result(self) -> dict[str, Any]:
        """What the run printed with --json."""
        lines = self.out.strip().splitlines()
        return dict(json.loads(lines[-1])) if lines else {}


class Night:
    """One run of `artcat nightly` under way."""

    def __init__(
        self,
        catalog: Path,
        home: str,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        options: tuple[str, ...] = (),
        user: int | None = None,
    ) -> None:
        self.mark = uuid.uuid4().hex
        self.begin = time.monotonic()
        self.out, self.err = (folder / f"night-{self.mark}.{name}" for name in ("out", "err"))
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "flows.cli", "nightly", "--json", "--preset", "quick"),
                    *("--catalog", str(catalog), "--home", home, "--name", NAME, *options),
                ],
                env={**os.environ, **(environment or {}), MARK: self.mark},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                user=user,
            )

    def wait(self, seconds: float = LONGEST) -> Ended:
        """Let it end by itself."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise DrillError(f"a night did not end in {seconds:.0f} s") from None
        return self._ended(code)

    def kill_after(self, seconds: float, unless: Callable[[], bool] = lambda: False) -> Ended:
        """Kill it then, or as soon as `unless` is true; `code` is set if it had ended before."""
        due = self.begin + seconds
        while time.monotonic() < due and not unless():
            if (code := self.process.poll()) is not None:
                return self._ended(code)
            time.sleep(0.02)
        self.kill()
        return self._ended(None)

    def kill(self) -> None:
        """Kill the whole group as the kernel does, without a word of warning."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def left_behind(self, patience: float = 20.0) -> list[int]:
        """Processes of this night that are still there after a while: there must be none."""
        due = time.monotonic() + patience
        while (found := _marked(self.mark)) and time.monotonic() < due:
            time.sleep(0.2)
        return found

    def _ended(self, code: int | None) -> Ended:
        out, err = (path.read_text("utf-8", "replace") for path in (self.out, self.err))
        self.out.unlink()
        self.err.unlink()
        return Ended(code, time.monotonic() - self.begin, out, err)


def _marked(mark: str) -> list[int]:
    wanted = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue  # it has gone, or is not ours
    return found


def finish(
    catalog: Path, home: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Ended:
    """A night that must end well."""
    ended = Night(catalog, home, folder, environment).wait()
    if ended.code != 0:
        raise DrillError(f"a night ended with {ended.code}: {ended.err.strip()[-2000:]}")
    return ended
