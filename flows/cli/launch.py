"""Launching of flows from the command line: in Prefect if a server is configured, else directly."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from catalog.base.secrets import refuse_credentials
from catalog.health.environment import require_runnable
from catalog.runs.record import Run
from catalog.storage.homes import settings
from flows.cli.process import bypass_proxies_on_loopback
from flows.cli.step_lines import shown_steps
from tasks.logs import set_up_logs

_CONFIGURED_BY = {
    ".env": b"PREFECT_",
    "prefect.toml": b"",
    "pyproject.toml": b"[tool.prefect",
    "~/.prefect/profiles.toml": b"PREFECT_",
}
"""Files that may configure Prefect, and a text that one that does contains; besides variables."""
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_WARN_DEPRECATIONS": "false",
}


def launch(name: str, parameters: BaseModel) -> Run[Any]:
    """Run a flow, and return what it returns.

    A configured Prefect server shows it as a flow run. Without one, the steps are plain calls: a
    temporary server would cost seconds, and would be gone afterwards.

    Raises:
        ArtcatError: if the environment is unusable, or the server does not answer.
    """
    bypass_proxies_on_loopback()
    require_runnable()
    if may_have_server():
        with prefect_environment():
            from prefect.settings import get_current_settings  # noqa: PLC0415 - takes a second

            if url := get_current_settings().api.url:
                refuse_credentials(url, "PREFECT_API_URL")
                return _run_on_prefect(name, parameters)
    set_up_logs()
    with shown_steps(name):
        return _function(name)(parameters)


def may_have_server() -> bool:
    """Return whether anything configures Prefect, which then knows whether it has a server."""
    if any(name.upper().startswith("PREFECT_") for name in os.environ):
        return True
    return any(_holds(Path(os.path.expanduser(n)), word) for n, word in _CONFIGURED_BY.items())  # noqa: PTH111 - it never raises


def _holds(file: Path, word: bytes) -> bool:
    try:
        return word in file.read_bytes()
    except OSError:
        return False


@contextmanager
def prefect_environment() -> Iterator[None]:
    """Set variables that keep Prefect quiet, before it is imported, and give it a writable home."""
    level = "INFO" if settings().log_format == "json" else "WARNING"
    for variable, value in {**_QUIET, "PREFECT_LOGGING_LEVEL": level}.items():
        os.environ.setdefault(variable, value)
    with tempfile.TemporaryDirectory(prefix="artcat-prefect-") as folder:
        use_a_writable_home(Path(folder))
        yield


def prefect_home() -> Path | None:
    """Return where Prefect keeps its files, unless a variable says where."""
    return None if "PREFECT_HOME" in os.environ else Path(os.path.expanduser("~/.prefect"))  # noqa: PTH111 - it never raises


def use_a_writable_home(folder: Path) -> None:
    """Let Prefect keep its files in a folder if the user's home directory cannot be written."""
    usual = prefect_home()
    if usual is not None and not _can_be_written(usual):
        os.environ["PREFECT_HOME"] = str(folder)


def _can_be_written(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _run_on_prefect(name: str, parameters: BaseModel) -> Run[Any]:
    from prefect import flow  # noqa: PLC0415

    from flows.deployment.server import configured_server  # noqa: PLC0415
    from flows.prefect_logging import hide_input_error_tracebacks  # noqa: PLC0415
    from tasks.prefect_logs import set_up_prefect_logs  # noqa: PLC0415

    with configured_server():
        set_up_prefect_logs()
        hide_input_error_tracebacks()
        with shown_steps(name):
            return flow(name=name)(_function(name))(parameters)


def _function(name: str) -> Callable[[BaseModel], Run[Any]]:
    function: Callable[[BaseModel], Run[Any]] = getattr(import_module(f"flows.{name}"), name)
    return function
