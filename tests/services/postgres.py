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
        folder.mkdir()
        user = OWNER if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        port, data = free_port(), f"-D {folder}/data"
        self.url = f"postgresql+asyncpg://artcat@127.0.0.1:{port}/postgres"
        made = f"{program('initdb')} {data} -U artcat -A trust -E UTF8 --no-sync --locale C.UTF-8"
        run(made, folder=folder, user=user)
        self.process = Process(
            keeper,
            "postgres",
            f"{program('postgres')} {data} -k {folder} -h 127.0.0.1 -p {port} "
            "-c shared_buffers=64MB",
            folder,
            user=user,
            ended_by=signal.SIGINT,  # "fast": waits for no client
            ready=lambda: listens(port),
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
