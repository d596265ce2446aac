"""A Dask scheduler and two workers, each a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.services.keeper import Keeper
from tests.services.processes import Process, free_port, listens


class DaskCluster:
    """`killed` workers stay away: there is no nanny to start another."""

    def __init__(self, keeper: Keeper, folder: Path, environment: Mapping[str, str]) -> None:
        folder.mkdir(parents=True)
        port = free_port()
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = Process(
            keeper,
            "scheduler",
            f"{sys.executable} -m dask scheduler --host 127.0.0.1 --port {port} --no-dashboard",
            folder,
            environment,
            ready=lambda: listens(port),
        )
        self.workers = [
            Process(
                keeper,
                name,
                f"{sys.executable} -m dask worker {self.address} --name {name} --nworkers 1 "
                f"--nthreads 1 --no-dashboard --no-nanny --local-directory {folder}",
                folder,
                environment,
            )
            for name in ("worker-1", "worker-2")
        ]

    def start(self) -> None:
        """Start the scheduler and its workers, and wait until they know each other."""
        for process in (self.scheduler, *self.workers):
            process.start()
        from distributed import Client

        with Client(self.address, timeout=60) as client:
            client.wait_for_workers(len(self.workers), timeout=90)
