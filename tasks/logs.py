"""Logging of commands that run without Prefect: standard error, as text or JSON."""

from __future__ import annotations

import logging
import sys

from catalog.base.log_lines import JsonLines
from catalog.storage.homes import settings

OWN = "artcat"
"""The logger of steps and shards, and those below it."""
_TEXT = "%(asctime)s | %(levelname)-7s | %(name)s - %(message)s"


def set_up_logs() -> None:
    """Log warnings to standard error; with `ARTCAT_LOG_FORMAT=json` also the steps' messages."""
    if logging.root.handlers:
        return
    logging.getLogger(OWN).setLevel(logging.INFO)
    if settings().log_format == "json":
        logging.captureWarnings(True)
        logging.root.addHandler(json_handler())
        return
    as_text = logging.StreamHandler(sys.stderr)
    as_text.setLevel(logging.WARNING)
    as_text.setFormatter(logging.Formatter(_TEXT, datefmt="%H:%M:%S"))
    logging.root.addHandler(as_text)


def json_handler(level: int = logging.NOTSET) -> logging.Handler:
    """Return a handler that writes one JSON object per line to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(JsonLines())
    return handler
