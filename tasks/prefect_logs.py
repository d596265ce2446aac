"""Logging of Prefect runs: standard error, and the run's page on the server.

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
    """A filter that adds the run to a record, unless Prefect has done so."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in _of_run().items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


class _OnlyInRun(logging.Filter):
    """A filter that keeps records from outside a run away from Prefect's server."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002
        return in_prefect_run()


@cache
def set_up_prefect_logs() -> None:
    """Send our own records to Prefect's handlers, in JSON if configured."""
    own = logging.getLogger(OWN)
    level = logging.getLevelName(get_current_settings().logging.level)
    own.setLevel(min(level, logging.INFO))
    for handler in logging.root.handlers:  # commands show their steps themselves
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
    """Return the current flow run and task run by Prefect's names in records."""
    found: dict[str, object] = {}
    flow, task = FlowRunContext.get(), TaskRunContext.get()
    if flow is not None and flow.flow_run is not None and flow.flow is not None:
        found |= {"flow_run_id": flow.flow_run.id, "flow_name": flow.flow.name}
    if task is not None:
        found["task_run_name"] = task.task_run.name
        if task.task_run.flow_run_id is not None:
            found.setdefault("flow_run_id", task.task_run.flow_run_id)
    return found
