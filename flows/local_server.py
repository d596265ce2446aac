"""A Prefect server of one's own for a run from the command line, when none is configured.

It works on a database of its own, so that two runs never share an SQLite file, and ends with the
process that started it, however that ends.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from catalog.homes import settings
from catalog.secrets import refuse_credentials

_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_CLI_WARN_DEPRECATIONS": "false",
}
_TEMPORARY = {
    # What a server needs only for schedules and for looking at runs afterwards
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
}


@contextmanager
def prefect_server() -> Iterator[None]:
    """Have a Prefect server for the flows that run inside: the configured one, or a temporary one.

    Sets environment variables, so nothing may have imported prefect before.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if settings().log_format == "json":  # for programs, which leave out what they do not want
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    from prefect.settings import get_current_settings  # noqa: PLC0415

    if url := get_current_settings().api.url:
        refuse_credentials(url, "PREFECT_API_URL")
        yield
        return
    with _temporary_server():
        yield


@contextmanager
def _temporary_server() -> Iterator[None]:
    from prefect.logging.handlers import APILogHandler  # noqa: PLC0415
    from prefect.server.api.server import SubprocessASGIServer  # noqa: PLC0415
    from prefect.settings import (  # noqa: PLC0415
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_SERVER_DATABASE_CONNECTION_URL,
        temporary_settings,
    )

    folder = Path(tempfile.mkdtemp(prefix="artcat-prefect-"))
    database = folder / "prefect.db"
    shutil.copy(migrated_database(), database)
    os.environ.update(_TEMPORARY)
    server = SubprocessASGIServer()
    watchdog = None
    try:
        with temporary_settings(
            {PREFECT_SERVER_DATABASE_CONNECTION_URL: f"sqlite+aiosqlite:///{database}"}
        ):
            server.start(timeout=120)
        assert server.server_process is not None  # noqa: S101 - start() has set it
        watchdog = _watchdog(server.server_process.pid, folder)
        with temporary_settings(
            {PREFECT_API_URL: server.api_url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        ):
            try:
                yield
            finally:  # what is still to be sent has nowhere to go afterwards
                APILogHandler().flush()
    finally:
        if watchdog is not None:  # before the server ends, whose number another process may get
            watchdog.terminate()
            watchdog.wait()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def migrated_database() -> Path:
    """An empty Prefect database with all its tables, made once per version of Prefect."""
    cache = settings().cache.expanduser()
    template = cache / f"prefect-{version('prefect')}.db"
    if not template.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            database = Path(folder) / "prefect.db"
            subprocess.run(
                [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
                env={
                    **os.environ,
                    "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database}",
                },
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            database.replace(template)
    return template


def _watchdog(pid: int, folder: Path) -> subprocess.Popen[bytes]:
    """End the server when this process is gone, even killed: its end of the pipe then closes."""
    return subprocess.Popen(  # noqa: S603
        ["/bin/sh", "-c", 'read -r _; kill "$0"; sleep 5; rm -rf -- "$1"', str(pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
