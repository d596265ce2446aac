"""Set-up of the process of every command, before anything heavy is imported."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from catalog.base.errors import ArtcatError
from flows.cli.streams import prepare_streams

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_OPEN_FILES = 4096


def prepare_process() -> None:
    """Make output safe, bypass proxies on loopback, and allow enough open files."""
    prepare_streams()
    bypass_proxies_on_loopback()
    allow_open_files()


def bypass_proxies_on_loopback() -> None:
    """Keep clients from reaching this machine's own services through a proxy.

    The lists of `no_proxy` and `NO_PROXY` are joined: some clients read the one, some the other.
    """
    given = [os.environ.get(name, "") for name in ("no_proxy", "NO_PROXY")]
    hosts = [host.strip() for text in given for host in text.split(",") if host.strip()]
    joined = "*" if "*" in hosts else ",".join(dict.fromkeys([*hosts, *LOOPBACK]))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = joined


def allow_open_files() -> None:
    """Raise the limit of open files as far as this process may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def check_working_directory() -> None:
    """Raise ArtcatError if the working directory is gone: relative paths would be invalid."""
    try:
        Path.cwd()
    except OSError as error:
        message = f"the working directory cannot be used ({error.strerror})"
        raise ArtcatError(f"{message}: change to a folder that exists") from error
