"""Set-up of the process of every command, before anything heavy is imported, and its output.

Any text can be written, and readers of the output may go away.
"""

from __future__ import annotations

import codecs
import json
import os
import resource
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

from catalog.base.errors import ArtcatError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_OPEN_FILES = 4096
_ESCAPED = "artcat-escaped"


def prepare_process() -> None:
    """Make output safe, bypass proxies on loopback, and allow enough open files."""
    prepare_streams()
    bypass_proxies_on_loopback()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def bypass_proxies_on_loopback() -> None:
    """Keep clients from reaching this machine's own services through a proxy.

    The lists of `no_proxy` and `NO_PROXY` are joined: some clients read the one, some the other.
    """
    given = [os.environ.get(name, "") for name in ("no_proxy", "NO_PROXY")]
    hosts = [host.strip() for text in given for host in text.split(",") if host.strip()]
    joined = "*" if "*" in hosts else ",".join(dict.fromkeys([*hosts, *_LOOPBACK]))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = joined


def check_working_directory() -> None:
    """Raise ArtcatError if the working directory is gone: relative paths would be invalid."""
    try:
        Path.cwd()
    except OSError as error:
        message = f"the working directory cannot be used ({error.strerror})"
        raise ArtcatError(f"{message}: change to a folder that exists") from error


def finish_output(code: int, fail: Callable[[str], None]) -> int:
    """Flush the output; return the exit code, 1 if that fails.

    Args:
        code: of the command.
        fail: prints one line on standard error; not called if the command has failed already.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        # No message for a broken pipe: nobody reads the output any more
        if code == 0 and not isinstance(error, BrokenPipeError):
            fail(f"cannot write to standard output: {error.strerror or error}")
    else:
        return code
    nowhere = os.open(os.devnull, os.O_WRONLY)  # Python flushes once more when it ends
    os.dup2(nowhere, sys.stdout.fileno())
    return code or 1
