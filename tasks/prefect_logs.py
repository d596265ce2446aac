"""Where the log of a Prefect run goes: standard error, and the run's page on the server.

Prefect sets up logging when it is imported; every process that runs a flow or a task of artcat on
Prefect calls this afterwards, workers of Dask too.
"""

from __future__ import annotations

import logging
from functools import cache

from prefect.context import FlowRunContext, TaskRunContext
from prefect.logging.handlers import APILogHandler, PrefectConsoleHandler
from prefect.settings import get_current_settings

from catalog.storage.homes import settings
from tasks.logs import OWN, json_handler
from tasks.prefect_run import in_prefect_run


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
        return in_prefect_run()


@cache
def set_up_prefect_logs() -> None:
    """Let our own lines go where Prefect's go, and all of them be JSON if the settings say so."""
    own = logging.getLogger(OWN)
    level = logging.getLevelName(get_current_settings().logging.level)
    own.setLevel(min(level, logging.INFO))
    for handler in logging.root.handlers:  # what a command shows of its steps it shows itself
        handler.setLevel(level)
    to_server = APILogHandler()
    to_server.addFilter(_OnlyInRun())
    own.addHandler(to_server)
    if settings().log_format == "json":
        logging.captureWarnings(True)
        for logger in _loggers():
            for handler in logger.handlers:
                if isinstance(handler, PrefectConsoleHandler):
                    logger.removeHandler(handler)
                    logger.addHandler(in_run := json_handler(handler.level))
                    in_run.addFilter(_InRun())


def _loggers() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict.values()
    return [logging.root, *(logger for logger in known if isinstance(logger, logging.Logger))]


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
