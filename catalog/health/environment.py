"""Checks of what surrounds a run: Python, packages, settings, variables and limits."""

from __future__ import annotations

import os
import platform
import resource
import ssl
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from catalog.base.errors import ArtcatError
from catalog.base.settings import Settings
from catalog.health.finding import FAILED, OK, WARNING, Finding
from catalog.storage.homes import settings

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PREFECT_API_SSL_CERT_FILE", "AWS_CA_BUNDLE")
FEW_FILES, MIN_FILES = 512, 128
"""Limits of open files below which a run with many threads may fail, and any run will."""
SMALL_FILE, SMALLEST_FILE = 2_000_000_000, 16_000_000
"""Limits of file size in bytes: some models exceed the first, every run needs the second."""
_SET_UP = "Run `make setup`, or install requirements.lock."


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
        try:
            parts = urlsplit(value if "://" in value else f"http://{value}")
            known = parts.scheme.lower() in {"http", "https", "socks5", "socks5h"}
            valid = known and bool(parts.hostname) and parts.port != 0
        except ValueError:
            valid = False
        if valid:
            message = f"{name} is set; services of this machine bypass it"
            found.append(Finding("proxies", OK, message))
        else:
            shown = "a text with credentials" if "@" in value else repr(value)
            message = f"{name} is {shown}, which is not a valid proxy"
            advice = "Set it to http://host:port or socks5://host:port, or unset it."
            found.append(Finding("proxies", FAILED, message, advice))
    return found or [Finding("proxies", OK, "none")]


def check_certificates() -> list[Finding]:
    """Check that the certificate files named by variables can be read."""
    found = []
    for name in CERTIFICATES:
        if not (value := os.environ.get(name)):
            continue
        try:
            if name == "SSL_CERT_DIR":
                next(Path(value).iterdir(), None)
            else:
                ssl.create_default_context(cafile=value)
        except OSError as error:
            problem = (error.strerror or str(error)).lower()
            if isinstance(error, ssl.SSLError):
                problem = "it contains no certificates"
            message, advice = f"{name} is {value!r}: {problem}", f"Correct {name}, or unset it."
            found.append(Finding("certificates", FAILED, message, advice))
    return found or [Finding("certificates", OK, "from packages or from the configured files")]


def check_limits() -> list[Finding]:
    """Check the limits on open files and on file size."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    size, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    found = []
    for what, limit, fewest, few, message, option in (
        ("open files", files, MIN_FILES, FEW_FILES, f"{files:,} may be open", "n"),
        ("file size", size, SMALLEST_FILE, SMALL_FILE, f"{size / 1e6:,.1f} MB at most", "f"),
    ):
        name = f"limits: {what}"
        if limit == resource.RLIM_INFINITY:
            found.append(Finding(name, OK, "unlimited"))
        elif limit >= few:
            found.append(Finding(name, OK, message))
        else:
            low = f"the limit of {what} is low (ulimit -{option}): {message}"
            status = FAILED if limit < fewest else WARNING
            found.append(Finding(name, status, low, f"Raise `ulimit -{option}`."))
    return found


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
        above = existing(folder)
        return above.is_dir() and os.access(above, os.W_OK | os.X_OK)
    except OSError:
        return False


def existing(path: Path) -> Path:
    """Return a path or its nearest existing parent."""
    return next(there for there in (path, *path.parents) if there.exists())


def check_settings() -> list[Finding]:
    """List settings that differ from their defaults, and unknown variables."""
    found = settings()
    made = (f"{name}={getattr(found, name)}" for name in sorted(found.model_fields_set))
    findings = [Finding("settings", OK, ", ".join(made) or "all defaults")]
    known = {f"ARTCAT_{name.upper()}" for name in Settings.model_fields}
    given = {name for name in os.environ if name.upper().startswith("ARTCAT_")}
    if unknown := sorted(name for name in given if name.upper() not in known):
        advice = "Check for typing errors: these variables have no effect."
        message = f"no such settings: {', '.join(unknown)}"
        findings.append(Finding("settings", WARNING, message, advice))
    return findings


def check_python() -> list[Finding]:
    """Check the version of Python."""
    here = platform.python_version()
    try:
        needed = metadata("artcat")["Requires-Python"] or ""
    except PackageNotFoundError:
        return [Finding("python", WARNING, f"{here}; artcat itself is not installed", _SET_UP)]
    if SpecifierSet(needed).contains(here, prereleases=True):
        return [Finding("python", OK, here)]
    message = f"{here}, artcat needs {needed}"
    return [Finding("python", FAILED, message, "Install a supported Python version.")]


def check_packages() -> list[Finding]:
    """Check the versions of packages against artcat's own metadata."""
    try:
        return packages_against(requires("artcat") or ())
    except PackageNotFoundError:
        return [Finding("packages", WARNING, "artcat itself is not installed", _SET_UP)]


def packages_against(required: Sequence[str]) -> list[Finding]:
    """Check installed packages against requirements, without those of extras."""
    needed = [Requirement(line) for line in required]
    needed = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong = []
    for one in needed:
        try:
            here = version(one.name)
        except PackageNotFoundError:
            wrong.append(f"{one.name} is not installed")
            continue
        if not one.specifier.contains(here, prereleases=True):
            wrong.append(f"{one.name} is {here}, artcat needs {one.specifier}")
    if wrong:
        return [Finding("packages", FAILED, "; ".join(wrong), _SET_UP)]
    return [Finding("packages", OK, f"{len(needed)} packages in the required versions")]
