"""Checks of the process's environment: limits and variables that can break a run."""

from __future__ import annotations

import os
import resource
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from catalog.base.errors import ArtcatError
from catalog.health.finding import FAILED, OK, WARNING, Finding
from catalog.storage.homes import settings

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_SCHEMES = ("http", "https", "socks5", "socks5h")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PREFECT_API_SSL_CERT_FILE", "AWS_CA_BUNDLE")
FEW_FILES, FEWEST_FILES = 512, 128
"""Limits of open files below which a run with many threads may fail, and any run will."""
SMALL_FILE, SMALLEST_FILE = 2_000_000_000, 16_000_000
"""Limits of file size in bytes: some models exceed the first, every run needs the second."""


def require_runnable() -> None:
    """Raise ArtcatError naming the first thing in the environment that would break a run."""
    for check in (check_proxies, check_certificates, check_limits, check_cache):
        for finding in check():
            if finding.status == FAILED:
                raise ArtcatError(f"{finding.found}. {finding.advice}")


def check_proxies() -> list[Finding]:
    """Check that proxy variables have a form that clients understand."""
    found = []
    for name in sorted({*PROXIES, *map(str.lower, PROXIES)}):
        if not (value := os.environ.get(name, "")):
            continue
        if not _is_proxy(value):
            shown = "a text with credentials" if "@" in value else repr(value)
            message = f"{name} is {shown}, which is not a valid proxy"
            advice = "Set it to http://host:port or socks5://host:port, or unset it."
            found.append(Finding("proxies", FAILED, message, advice))
        else:
            message = f"{name} is set; services of this machine bypass it"
            found.append(Finding("proxies", OK, message))
    return found or [Finding("proxies", OK, "none")]


def _is_proxy(value: str) -> bool:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        return parts.scheme.lower() in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def check_certificates() -> list[Finding]:
    """Check that the certificate files named by variables can be read."""
    found = []
    for name in CERTIFICATES:
        if (value := os.environ.get(name)) and (problem := _unusable(name, Path(value))):
            message, advice = f"{name} is {value!r}: {problem}", f"Correct {name}, or unset it."
            found.append(Finding("certificates", FAILED, message, advice))
    return found or [Finding("certificates", OK, "those of the packages or of named files")]


def _unusable(name: str, path: Path) -> str | None:
    try:
        if name == "SSL_CERT_DIR":
            next(path.iterdir(), None)
        else:
            ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        return "it contains no certificates"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def check_limits() -> list[Finding]:
    """Check the limits on open files and on file size."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    size, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return [
        _limit("open files", files, FEWEST_FILES, FEW_FILES, f"{files:,} may be open", "n"),
        _limit("file size", size, SMALLEST_FILE, SMALL_FILE, f"{size / 1e6:,.1f} MB at most", "f"),
    ]


def _limit(what: str, limit: int, fewest: int, few: int, message: str, option: str) -> Finding:
    name = f"limits: {what}"
    if limit == resource.RLIM_INFINITY:
        return Finding(name, OK, "unlimited")
    message = (
        f"the limit of {what} is low (ulimit -{option}): {message}" if limit < few else message
    )
    status = FAILED if limit < fewest else WARNING if limit < few else OK
    return Finding(name, status, message, None if status == OK else f"Raise `ulimit -{option}`.")


def check_cache() -> list[Finding]:
    """Check that the cache folder of this machine can be written."""
    folder = settings().cache.expanduser()
    if may_be_written(folder):
        return [Finding("cache", OK, str(folder))]
    message = f"the cache folder {folder} cannot be written"
    return [Finding("cache", FAILED, message, "Set ARTCAT_CACHE to a writable folder.")]


def may_be_written(folder: Path) -> bool:
    """Return whether a folder is writable or can be created, without writing anything."""
    try:
        above = next(there for there in (folder, *folder.parents) if there.exists())
        return above.is_dir() and os.access(above, os.W_OK | os.X_OK)
    except OSError:
        return False
