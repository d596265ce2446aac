"""A Prefect server for tests, on a database of its own; it ends with the process that starts it."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from catalog.storage.homes import settings
from flows.cli.launch import prefect_environment
from flows.cli.process import bypass_proxies_on_loopback
from flows.cli.supervisor import die_with_parent

START_SECONDS = 120.0
"""Within which the temporary server has to answer."""
_TRIES = 3
"""To start it: another process may take its port first."""
TEMPORARY = {
    # What a server needs only for schedules and for looking at runs afterwards
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
}
_ITS_OWN = {
    "PREFECT_UI_ENABLED": "0",
    # As Prefect tells its own temporary servers what they are
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
}


@contextmanager
def prefect_server() -> Iterator[None]:
    """Have the configured Prefect server for the flows that run inside, or a temporary one.

    Sets environment variables, so nothing may have imported prefect before.
    """
    bypass_proxies_on_loopback()
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")
    with prefect_environment():
        from prefect.settings import get_current_settings

        if get_current_settings().api.url:
            yield
            return
        with (
            tempfile.TemporaryDirectory(prefix="artcat-prefect-") as folder,
            temporary_server(Path(folder)),
        ):
            yield


@contextmanager
def temporary_server(folder: Path) -> Iterator[None]:
    from prefect.logging.handlers import APILogHandler
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    database = folder / "prefect.db"
    shutil.copy(migrated_database(), database)
    os.environ.update(TEMPORARY)
    server, port = _start(folder, database)
    # Threads of Prefect's own do not see the address that is set below, and ask for this one.
    known = SubprocessASGIServer()
    known.port, known.server_process, known.running = port, server, True
    try:
        url = f"http://127.0.0.1:{port}/api"
        with temporary_settings({PREFECT_API_URL: url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            try:
                yield
            finally:  # what is still to be sent has nowhere to go afterwards
                APILogHandler().flush()
    finally:
        server.kill()  # its database is thrown away
        server.wait()
        known.stop()


def _start(folder: Path, database: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server that the kernel ends with this process; the server and its port."""
    import prefect

    said, parent = folder / "server.log", os.getpid()
    where = ["--app-dir", str(Path(prefect.__file__).parent.parent), "--lifespan", "on"]
    app = [*where, "--factory", "prefect.server.api.server:create_app", "--log-level", "error"]
    url = f"sqlite+aiosqlite:///{database}"
    due = time.monotonic() + START_SECONDS
    for _ in range(_TRIES):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with said.open("ab") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "uvicorn", *app, "--host", "127.0.0.1", "--port", str(port)],
                env={**os.environ, **_ITS_OWN, "PREFECT_SERVER_DATABASE_CONNECTION_URL": url},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # It calls the kernel alone; no thread of ours can hold a lock that it needs.
                preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509
            )
        while server.poll() is None and time.monotonic() < due:
            if _answers(port):
                return server, port
            time.sleep(0.05)
        server.kill()
        server.wait()
    raise AssertionError(f"no temporary Prefect server: {said.read_text('utf-8', 'replace')}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/api/health")
        return connection.getresponse().status == http.client.OK
    return False


def migrated_database() -> Path:
    """An empty Prefect database with all its tables, made once per version of Prefect."""
    cache = settings().cache.expanduser()
    template = cache / f"prefect-{version('prefect')}.db"
    if not template.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            database = Path(folder) / "prefect.db"
            url = f"sqlite+aiosqlite:///{database}"
            subprocess.run(
                [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
                env={**os.environ, "PREFECT_SERVER_DATABASE_CONNECTION_URL": url},
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            database.replace(template)
    return template
