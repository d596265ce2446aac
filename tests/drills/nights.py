"""Nights as a user starts them: `artcat nightly` in a process group, ended or killed."""

import atexit
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, cast

from tests.drills.catalogs import NAME
from tests.services.keeper import marked

MARK = "ARTCAT_DRILL"
"""A variable by whose value the processes of a night are known, whatever group they are in."""
LONGEST = 600.0


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
        lines = self.out.strip().splitlines()
        return dict(json.loads(lines[-1])) if lines else {}


class Night:
    def __init__(
        self,
        catalog: Path,
        home: str,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        options: tuple[str, ...] = (),
    ) -> None:
        self.mark = uuid.uuid4().hex
        self.begin = time.monotonic()
        self.out, self.err = (folder / f"night-{self.mark}.{name}" for name in ("out", "err"))
        tokens = ["nightly", "--json", "--preset", "quick", "--name", NAME, *options]
        tokens += ["--catalog", str(catalog), "--home", home]
        self.process = self._start(tokens, {**(environment or {}), MARK: self.mark})
        atexit.register(self._stop)  # a drill that is interrupted leaves no night behind

    def _start(self, tokens: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self.out.open("wb") as out, self.err.open("wb") as err:
            return subprocess.Popen(
                [sys.executable, "-m", "flows.cli", *tokens],
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def wait(self, seconds: float = LONGEST) -> Ended:
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise DrillError(f"a night did not end in {seconds:.0f} s") from None
        return self._ended(code)

    def kill_after(
        self, seconds: float, reached: Callable[[], bool] = lambda: True, longest: float = LONGEST
    ) -> Ended:
        """Kill it so long after something was reached; `code` is set if it had ended before."""
        due = None
        while due is None or time.monotonic() < due:
            if (code := self.process.poll()) is not None:
                return self._ended(code)
            if due is None and reached():
                due = time.monotonic() + seconds
            if time.monotonic() > self.begin + longest:
                self.kill()
                raise DrillError(f"a night did not end in {longest:.0f} s")
            time.sleep(0.1)  # looking into a home costs as much as a step of a night
        self.kill()
        return self._ended(None)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _stop(self) -> None:
        if self.process.poll() is None:
            self.kill()

    def left_behind(self, patience: float = 20.0) -> list[int]:
        """Processes of this night that are still there after a while: there must be none."""
        due = time.monotonic() + patience
        while (found := marked(MARK, self.mark, self.process.pid)) and time.monotonic() < due:
            time.sleep(0.2)
        return found

    def _ended(self, code: int | None) -> Ended:
        atexit.unregister(self._stop)
        out, err = (path.read_text("utf-8", "replace") for path in (self.out, self.err))
        self.out.unlink()
        self.err.unlink()
        return Ended(code, time.monotonic() - self.begin, out, err)


class ForkedNight(Night):
    """The same command in a process forked from one that has imported everything: seconds less."""

    def _start(self, tokens: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        process = _forks().Process(
            target=_run, args=(tokens, dict(environment), str(self.out), str(self.err))
        )
        process.start()
        return cast("subprocess.Popen[bytes]", _Forked(process))


class _Forked:
    def __init__(self, process: BaseProcess) -> None:
        self.process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("artcat nightly", timeout or 0)
        return self.process.exitcode


@cache
def _forks() -> multiprocessing.context.ForkServerContext:
    """Forks what has the environment of the first call: a Prefect server is to be known by then."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.cli.app", "flows.nightly", "models.enrichment.classify"])
    return context


def _run(tokens: list[str], environment: dict[str, str], out: str, err: str) -> None:
    """In the fork: become a session of its own, as a command is that a person starts."""
    os.setsid()
    os.environ.update(environment)
    for name, number in ((out, 1), (err, 2)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    from flows.cli import app

    code = app.run(tokens)
    sys.stdout.flush()
    os._exit(code)


def finish(
    catalog: Path,
    home: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    kind: type[Night] = Night,
) -> Ended:
    ended = kind(catalog, home, folder, environment).wait()
    if ended.code != 0:
        raise DrillError(f"a night ended with {ended.code}: {ended.err.strip()[-2000:]}")
    return ended
