"""Robust standard output and standard error: any text, and readers that go away."""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

_ESCAPED = "artcat-escaped"


def prepare_streams() -> None:
    """Escape characters that the encoding of a stream lacks, as JSON does.

    A cron mail and a terminal with LANG=C are ASCII; file names may hold bytes that are no
    text at all. A stream that was closed before the command began is replaced by a null one.
    """
    codecs.register_error(_ESCAPED, _escape)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_ESCAPED)


def finish_output(code: int, fail: Callable[[str], None]) -> int:
    """Flush the output; return the exit code, 1 if that fails.

    Args:
        code: of the command.
        fail: prints one line on standard error; not called if the command has failed already.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output is gone
        code = code or 1
    except OSError as error:
        if code == 0:
            fail(f"cannot write to standard output: {error.strerror or error}")
        code = code or 1
    else:
        return code
    nowhere = os.open(os.devnull, os.O_WRONLY)  # Python flushes once more when it ends
    os.dup2(nowhere, sys.stdout.fileno())
    return code


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
