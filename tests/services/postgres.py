"""A PostgreSQL cluster of its own, on the loopback address."""

import os
import shutil
import signal
import time
from pathlib import Path

from tests.services.install import program
from tests.services.keeper import Keeper
from tests.services.processes import Process, ServiceError, free_port, listens, run

OWNER = "postgres"
"""The user of Debian's package: PostgreSQL refuses to run as root."""


class Postgres:
    """The cluster; everybody on this machine may connect, as usual in tests."""

    def __init__(self, keeper: Keeper, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        user = OWNER if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        self.port = free_port()
        self._make(user)
        self.process = Process(
            keeper,
            "postgres",
            f"{_program('postgres')} -D {folder}/data -k {folder} -h 127.0.0.1 -p {self.port} "
            "-c shared_buffers=64MB",
            folder,
            user=user,
            ended_by=signal.SIGINT,  # "fast": waits for no client
            ready=lambda: listens(self.port),
        )

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://artcat@127.0.0.1:{self.port}/postgres"

    def _make(self, user: str | None) -> None:
        run(
            f"{_program('initdb')} -D {self.folder}/data -U artcat -A trust -E UTF8 --no-sync "
            "--locale C.UTF-8",
            folder=self.folder,
            user=user,
        )

    def start(self) -> None:
        """Start it; after a kill its old processes first have to notice that they are alone."""
        for _ in range(20):
            try:
                self.process.start()
            except ServiceError:
                time.sleep(0.5)
            else:
                return
        self.process.start()


def _program(name: str) -> str:
    found = program(name)
    assert found is not None
    return found
