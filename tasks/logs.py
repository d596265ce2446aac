"""Where the log goes: standard error, as text or as JSON, and the pages of Prefect's runs.

Prefect sets up logging when it is imported; every process that runs a flow or a task of artcat
imports this afterwards, workers of Dask too.
"""

from __future__ import annotations

import logging
import sys

from prefect.context import FlowRunContext, TaskRunContext
from prefect.logging.handlers import APILogHandler, PrefectConsoleHandler
from prefect.settings import get_current_settings

from catalog.homes import settings
from catalog.log_lines import JsonLines

OWN = "artcat"
"""The logger of steps and shards, and those below it."""


class _InRun(logging.Filter):
    """Adds to a record in which run it was logged, unless Prefect has done so."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in _of_run().items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


class _OnlyInRun(logging.Filter):
    """Keeps from Prefect's server what was logged outside of a run: it has no page for it."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002
        return FlowRunContext.get() is not None or TaskRunContext.get() is not None


def set_up_logs() -> None:
    """Let our own lines go where Prefect's go, and all of them be JSON if the settings say so.

    Done twice it changes nothing.
    """
    own = logging.getLogger(OWN)
    if not own.handlers:
        own.setLevel(get_current_settings().logging.level)
        to_server = APILogHandler()
        to_server.addFilter(_OnlyInRun())
        own.addHandler(to_server)
    if settings().log_format == "json":
        logging.captureWarnings(True)
        for logger in _loggers():
            for handler in logger.handlers:
                if isinstance(handler, PrefectConsoleHandler):
                    logger.removeHandler(handler)
                    logger.addHandler(_json_handler(handler.level))


def _loggers() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict.values()
    return [logging.root, *(logger for logger in known if isinstance(logger, logging.Logger))]


def _json_handler(level: int) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(JsonLines())
    handler.addFilter(_InRun())
    return handler


def _of_run() -> dict[str, object]:
    """In which flow run and task run this is, by the names that Prefect gives them in records."""
    found: dict[str, object] = {}
    flow, task = FlowRunContext.get(), TaskRunContext.get()
    if flow is not None and flow.flow_run is not None and flow.flow is not None:
        found |= {"flow_run_id": flow.flow_run.id, "flow_name": flow.flow.name}
    if task is not None:
        found["task_run_name"] = task.task_run.name
        if task.task_run.flow_run_id is not None:
            found.setdefault("flow_run_id", task.task_run.flow_run_id)
    return found
