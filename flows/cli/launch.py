"""Launching of flows from the command line: in Prefect if a server is configured, else directly.

The steps are shown on standard error while a flow runs: a line for each, or a bar on a terminal.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from tqdm import tqdm

from catalog.base.secrets import refuse_credentials
from catalog.health.environment import require_runnable
from catalog.runs.record import Run
from catalog.storage.homes import settings
from flows.cli.process import bypass_proxies_on_loopback
from tasks.logs import OWN, set_up_logs

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
_STEPS = {"ingest": 3, "enrich": 8, "nightly": 11, "demo": 12}
"""Number of steps of the flows that have a bar; training adds to them."""
_BAR = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]"


def launch(name: str, parameters: BaseModel) -> Run[Any]:
    """Run a flow, and return what it returns.

    A configured Prefect server shows it as a flow run. Without one, the steps are plain calls: a
    temporary server would cost seconds, and would be gone afterwards.

    Raises:
        ArtcatError: if the environment is unusable, or the server does not answer.
    """
    bypass_proxies_on_loopback()
    require_runnable()
    function: Callable[[BaseModel], Run[Any]] = getattr(import_module(f"flows.{name}"), name)
    if may_have_server():
        with prefect_environment():
            from prefect.settings import get_current_settings  # noqa: PLC0415 - takes a second

            if url := get_current_settings().api.url:
                refuse_credentials(url, "PREFECT_API_URL")
                from prefect import flow  # noqa: PLC0415

                from flows.deployment.server import configured_server  # noqa: PLC0415
                from tasks.prefect_logs import (  # noqa: PLC0415
                    hide_input_error_tracebacks,
                    set_up_prefect_logs,
                )

                with configured_server():
                    set_up_prefect_logs()
                    hide_input_error_tracebacks()
                    with shown_steps(name):
                        return flow(name=name)(function)(parameters)
    set_up_logs()
    with shown_steps(name):
        return function(parameters)


def may_have_server() -> bool:
    """Return whether anything configures Prefect, which then knows whether it has a server."""
    if any(name.upper().startswith("PREFECT_") for name in os.environ):
        return True
    for name, word in _CONFIGURED_BY.items():
        with suppress(OSError):
            if word in Path(os.path.expanduser(name)).read_bytes():  # noqa: PTH111 - it never raises
                return True
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
    if (usual := prefect_home()) is None:
        return
    try:
        usual.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=usual):
            pass
    except OSError:
        os.environ["PREFECT_HOME"] = str(folder)


@contextmanager
def shown_steps(flow: str) -> Iterator[None]:
    """Show the steps of a flow while it runs, unless the log is JSON, which contains them."""
    if settings().log_format == "json":
        yield
        return
    display = _StepLines(flow)
    own = logging.getLogger(OWN)
    own.addHandler(display)
    try:
        yield
    finally:
        own.removeHandler(display)
        display.close()


class _StepLines(logging.Handler):
    """A log handler that shows steps as lines, or as a progress bar."""

    def __init__(self, flow: str) -> None:
        super().__init__(logging.INFO)
        total = _STEPS.get(flow)
        self._bar = tqdm(
            total=total,
            desc=flow,
            unit="step",
            file=sys.stderr,
            disable=None if total else True,
            bar_format=_BAR,
        )
        self._is_terminal = sys.stderr.isatty()

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record if it reports a step or its progress."""
        fields: Mapping[str, Any] = getattr(record, "fields", {})
        if record.levelno != logging.INFO:
            return
        if "step" not in fields:
            if record.name == "artcat.progress" or fields.get("parts", 1) > 1:
                self._show(record.getMessage())
        elif "seconds" not in fields:  # it begins
            self._bar.total = (self._bar.total or 0) + (fields["step"] in ("train", "evaluate"))
            self._bar.set_postfix_str(fields["step"])
        else:
            self._bar.update()
            counts = ", ".join(
                f"{count:,} {name.replace('_', ' ')}"
                for name, count in fields["counts"].items()
                if isinstance(count, int) and count
            )
            if not self._is_terminal:
                self._show(f"{fields['step']:10} {fields['seconds']:6.1f} s  {counts}".rstrip())

    def _show(self, line: str) -> None:
        if self._is_terminal:
            self._bar.set_postfix_str(line)
        else:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    def close(self) -> None:
        """Clear the bar."""
        self._bar.close()
        super().close()
