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
    as_json = settings().log_format == "json"
    if as_json:
        logging.captureWarnings(True)
    logging.root.addHandler(json_handler() if as_json else _text_handler())


def json_handler(level: int = logging.NOTSET) -> logging.Handler:
    """Return a handler that writes one JSON object per line to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(JsonLines())
    return handler


def _text_handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter(_TEXT, datefmt="%H:%M:%S"))
    return handler
