"""A Prefect server of one's own for a run from the command line, when none is configured.

It works on a database of its own, so that two runs never share an SQLite file, and ends with the
process that started it, however that ends.
"""

from __future__ import annotations

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

from catalog.errors import ArtcatError
from catalog.health.environment import require_runnable
from catalog.homes import settings
from catalog.secrets import refuse_credentials, scrubbed
from flows.process import bypass_proxies_on_loopback
from flows.supervisor import die_with_parent

START_SECONDS = 120.0
"""Within which the temporary server has to answer."""
_TRIES = 3
"""To start it: another process may take its port first."""
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
_ITS_OWN = {
    "PREFECT_UI_ENABLED": "0",
    # As Prefect tells its own temporary servers what they are
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
}


@contextmanager
def prefect_server() -> Iterator[None]:
    """Have a Prefect server for the flows that run inside: the configured one, or a temporary one.

    Sets environment variables, so nothing may have imported prefect before.

    Raises:
        ArtcatError: if the environment cannot be worked in, the configured server does not answer,
            or the temporary one does not start.
    """
    bypass_proxies_on_loopback()
    require_runnable()
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if settings().log_format == "json":  # for programs, which leave out what they do not want
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    with tempfile.TemporaryDirectory(prefix="artcat-prefect-") as scratch:
        folder = Path(scratch)
        _use_a_writable_home(folder)
        from prefect.settings import get_current_settings  # noqa: PLC0415

        if url := get_current_settings().api.url:
            refuse_credentials(url, "PREFECT_API_URL")
            from flows.deployment.server import configured_server  # noqa: PLC0415

            with configured_server():
                yield
        else:
            with _temporary_server(folder):
                yield


def prefect_home() -> Path | None:
    """Where Prefect keeps its files, unless a variable says where."""
    return None if "PREFECT_HOME" in os.environ else Path(os.path.expanduser("~/.prefect"))  # noqa: PTH111 - it never raises


def can_be_written(folder: Path) -> bool:
    """Whether files can be made in a folder, which is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _use_a_writable_home(folder: Path) -> None:
    """Let Prefect keep its files in a folder if the person's home cannot be written."""
    usual = prefect_home()
    if usual is not None and not can_be_written(usual):
        os.environ["PREFECT_HOME"] = str(folder)


@contextmanager
def _temporary_server(folder: Path) -> Iterator[None]:
    from prefect.logging.handlers import APILogHandler  # noqa: PLC0415
    from prefect.server.api.server import SubprocessASGIServer  # noqa: PLC0415
    from prefect.settings import (  # noqa: PLC0415
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    database = folder / "prefect.db"
    shutil.copy(migrated_database(), database)
    os.environ.update(_TEMPORARY)
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
    said = folder / "server.log"
    due = time.monotonic() + START_SECONDS
    for _ in range(_TRIES):
        port = _free_port()
        server = _popen(port, database, said)
        try:
            while server.poll() is None and time.monotonic() < due:
                if _answers(port):
                    return server, port
                time.sleep(0.05)
        except BaseException:
            server.kill()
            server.wait()
            raise
        server.kill()
        server.wait()
    words = said.read_text("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(words) if line.strip()), "it said nothing")
    raise ArtcatError(
        f"the temporary Prefect server does not start: {scrubbed(last)[:300]}; `artcat doctor` "
        "checks the machine"
    )


def _popen(port: int, database: Path, said: Path) -> subprocess.Popen[bytes]:
    import prefect  # noqa: PLC0415

    parent = os.getpid()
    place = Path(prefect.__file__).parent.parent
    app = ["--app-dir", str(place), "--factory", "prefect.server.api.server:create_app"]
    where = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    url = f"sqlite+aiosqlite:///{database}"
    with said.open("ab") as log:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "uvicorn", *app, *where, "--lifespan", "on"],
            env={**os.environ, **_ITS_OWN, "PREFECT_SERVER_DATABASE_CONNECTION_URL": url},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # It calls the kernel alone; no thread of ours can hold a lock that it needs.
            preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/api/health")
        return connection.getresponse().status == http.client.OK
    return False


def migrated_database() -> Path:
    """An empty Prefect database with all its tables, made once per version of Prefect.

    Raises:
        ArtcatError: if the cache cannot be written.
    """
    cache = settings().cache.expanduser()
    template = cache / f"prefect-{version('prefect')}.db"
    try:
        if not template.exists():
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                database = Path(folder) / "prefect.db"
                _migrate(database)
                database.replace(template)
    except OSError as error:
        raise ArtcatError(
            f"the cache folder {cache} cannot be used ({error.strerror or error}): set "
            "ARTCAT_CACHE to a folder that can be written"
        ) from error
    return template


def _migrate(database: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
        env={
            **os.environ,
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database}",
        },
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        last = words[-1] if words else f"exit code {done.returncode}"
        raise ArtcatError(f"Prefect cannot make its temporary database: {scrubbed(last)[:300]}")
