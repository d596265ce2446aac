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

from catalog.base.errors import ArtcatError, is_fault
from catalog.storage.homes import settings
from tasks.logs import OWN, json_handler
from tasks.prefect_run import in_prefect_run

_NEEDLESS = (
    "Finished in state",
    # a server without the limit `gpu`, such as a temporary one, has no other users
    "do not exist - skipping acquisition",
)


def _add_run(record: logging.LogRecord) -> bool:
    """Add the current flow run and task run by Prefect's names, unless Prefect has done so."""
    found: dict[str, object] = {}
    flow, task = FlowRunContext.get(), TaskRunContext.get()
    if flow is not None and flow.flow_run is not None and flow.flow is not None:
        found |= {"flow_run_id": flow.flow_run.id, "flow_name": flow.flow.name}
    if task is not None:
        found["task_run_name"] = task.task_run.name
        if task.task_run.flow_run_id is not None:
            found.setdefault("flow_run_id", task.task_run.flow_run_id)
    record.__dict__.update({**found, **record.__dict__})
    return True


@cache
def set_up_prefect_logs() -> None:
    """Send our own records to Prefect's handlers, in JSON if configured."""
    own = logging.getLogger(OWN)
    level = logging.getLevelName(get_current_settings().logging.level)
    own.setLevel(min(level, logging.INFO))
    for handler in logging.root.handlers:  # commands show their steps themselves
        handler.setLevel(level)
    to_server = APILogHandler()
    to_server.addFilter(lambda _: in_prefect_run())  # the server accepts only records of a run
    own.addHandler(to_server)
    if settings().log_format == "json":
        logging.captureWarnings(True)
        for logger in (logging.root, *logging.root.manager.loggerDict.values()):
            if not isinstance(logger, logging.Logger):  # a placeholder for loggers below it
                continue
            for handler in logger.handlers:
                if isinstance(handler, PrefectConsoleHandler):
                    logger.removeHandler(handler)
                    logger.addHandler(in_run := json_handler(handler.level))
                    in_run.addFilter(_add_run)


def hide_input_error_tracebacks() -> None:
    """Keep tracebacks of input errors out of the log: the command line prints one line."""
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.engine", "prefect.concurrency"):
        logging.getLogger(name).addFilter(_is_worth_logging)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Return whether a record is neither needless nor an error that the command line prints."""
    error = record.exc_info[1] if record.exc_info else None
    message = record.getMessage()
    reported = isinstance(error, ArtcatError | KeyboardInterrupt) or is_fault(error)
    return not reported and not any(map(message.__contains__, _NEEDLESS))
