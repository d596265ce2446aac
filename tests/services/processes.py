"""A process of a service: with a log of its own, started, stopped and killed by its pid."""

import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.keeper import MARK, Keeper, end

ROOT = Path(__file__).parents[2]
OURS = ("ARTCAT_", "AWS_", "PREFECT_", "DASK_", "CEPH_", "PG")
"""How variables begin that a service and a night have from the tests alone."""


class ServiceError(AssertionError):
    """A service that does not start, or does not answer."""


def base_environment() -> dict[str, str]:
    """The person's environment without what would lead to services of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def wait_until(what: str, reached: Callable[[], bool], seconds: float, pause: float = 0.3) -> float:
    begin = time.monotonic()
    while not reached():
        if time.monotonic() > begin + seconds:
            raise ServiceError(f"{what}: not within {seconds:.0f} s")
        time.sleep(pause)
    return time.monotonic() - begin


def run(command: str, *, folder: Path = ROOT, user: str | None = None, seconds: float = 120) -> str:
    done = subprocess.run(
        shlex.split(command),
        check=False,
        cwd=folder,
        env=base_environment(),
        user=user,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    if done.returncode != 0:
        raise ServiceError(f"{command}: {done.stderr.strip()[-1000:]}")
    return done.stdout


@dataclass
class Process:
    keeper: Keeper
    name: str
    command: str
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    ended_by: signal.Signals = signal.SIGTERM
    ready: Callable[[], bool] = lambda: True
    popen: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        assert self.popen is not None
        return self.popen.pid

    def start(self, seconds: float = 90) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                shlex.split(self.command),
                cwd=self.folder if self.user else ROOT,
                env={**base_environment(), **self.environment, MARK: self.keeper.mark},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.user,
                start_new_session=True,
            )
        self.keeper.watch(self.pid, self.ended_by)
        wait_until(f"{self.name} starts", self._answers, seconds)

    def _answers(self) -> bool:
        assert self.popen is not None
        if (code := self.popen.poll()) is not None:
            told = self.log.read_text("utf-8", "replace")[-2000:]
            raise ServiceError(f"{self.name} ended with {code}: {told}")
        return self.ready()

    def stop(self) -> None:
        """End it as its owner would."""
        self._end(self.ended_by)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, by: signal.Signals) -> None:
        if self.popen is not None and self.popen.poll() is None:
            end(self.pid, by)
            self.popen.wait()

    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None
