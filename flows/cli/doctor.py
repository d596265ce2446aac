"""The checks of `artcat doctor`, including those of Prefect and Dask."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable

from catalog.base.secrets import refuse_credentials
from catalog.health import environment, storage, tables
from catalog.health.finding import FAILED, OK, WARNING, Check, Finding, examined
from catalog.storage.duck import translate_errors
from catalog.storage.homes import open_home_store, settings
from catalog.storage.store import Store
from flows.cli.launch import prefect_home
from models.health import check_gpu, check_models

WAIT = 5
"""Timeout in seconds for a server's answer."""


def examine(home: str | None) -> list[Finding]:
    """Return the findings of every check; none raises or leaves anything behind."""

    def of_home(check: Callable[[Store], list[Finding]]) -> Check:
        """Wrap a check of the home, so that an invalid address is its finding."""

        def run() -> list[Finding]:
            with translate_errors():
                return check(open_home_store(home))

        return run

    checks: dict[str, Check] = {
        "python": environment.check_python,
        "packages": environment.check_packages,
        "settings": environment.check_settings,
        "proxies": environment.check_proxies,
        "certificates": environment.check_certificates,
        "limits": environment.check_limits,
        "cache": environment.check_cache,
        "prefect home": check_prefect_home,
        "duckdb": of_home(storage.check_extensions),
        "credentials": of_home(storage.check_credentials),
        "home": of_home(storage.check_home),
        "conditional writes": of_home(storage.check_conditional_writes),
        "permissions": of_home(storage.check_permissions),
        "tables": of_home(tables.check_tables),
        "versions": of_home(tables.check_versions),
        "shards": of_home(tables.check_shards),
        "models": of_home(check_models),
        "published": of_home(tables.check_published),
        "space": of_home(storage.check_space),
        "writer": of_home(storage.check_writer),
        "gpu": check_gpu,
        "prefect": check_prefect,
        "dask": check_dask,
    }
    return [finding for name, check in checks.items() for finding in examined(name, check)]


def check_prefect_home() -> list[Finding]:
    """Check that Prefect can write its files in the user's home directory."""
    usual = prefect_home()
    if usual is None or environment.may_be_written(usual):
        return [Finding("prefect home", OK, f"{usual or os.environ['PREFECT_HOME']}")]
    message = f"{usual} cannot be written: Prefect's files are kept only while a command runs"
    advice = "Set HOME or PREFECT_HOME to a writable folder, or ignore this."
    return [Finding("prefect home", WARNING, message, advice)]


def check_prefect() -> list[Finding]:
    """Check that the configured Prefect server answers and has a compatible version."""
    import prefect  # noqa: PLC0415 - takes a second to import
    from packaging.version import Version  # noqa: PLC0415
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.settings import get_current_settings  # noqa: PLC0415

    url = get_current_settings().api.url
    if not url:
        found = f"{prefect.__version__}; no server is configured: flows run without one"
        return [Finding("prefect", OK, found)]
    refuse_credentials(url, "PREFECT_API_URL")
    try:
        client = get_client(sync_client=True, httpx_settings={"timeout": WAIT})
    except (OSError, ValueError) as error:
        message = f"no client can be made: {type(error).__name__} {error}"
        advice = "See the findings on proxies and certificates."
        return [Finding("prefect", FAILED, message, advice)]
    if (failure := client.api_healthcheck()) is not None:
        message = f"{url} does not answer: {type(failure).__name__} {failure}"
        advice = "Start it (`prefect server start`), or correct or unset PREFECT_API_URL."
        return [Finding("prefect", FAILED, message, advice)]
    here, there = Version(prefect.__version__), Version(client.api_version())
    message = f"{here} here, {there} at {url}"
    if (there.major, there.minor) < (here.major, here.minor):
        advice = "Update the server to the version installed here: it may not support all requests."
        status = WARNING if there.major == here.major else FAILED
        return [Finding("prefect", status, message, advice)]
    return [Finding("prefect", OK, message)]


def check_dask() -> list[Finding]:
    """Check that the configured Dask cluster has workers."""
    address = settings().dask
    if address is None:
        return [Finding("dask", OK, "not configured: steps run on threads of this process")]
    if any(importlib.util.find_spec(name) is None for name in ("prefect_dask", "distributed")):
        advice = "pip install prefect-dask, or unset ARTCAT_DASK."
        return [Finding("dask", FAILED, "configured but not installed", advice)]
    if address == "local":
        return [Finding("dask", OK, "processes on this machine")]
    from distributed import Client  # noqa: PLC0415 - an extra

    try:
        with Client(address, timeout=WAIT) as client:  # type: ignore[no-untyped-call]
            workers = len(client.scheduler_info(n_workers=-1)["workers"])
    except (OSError, ValueError) as error:
        message = f"{address} does not answer: {error}"
        return [Finding("dask", FAILED, message, "Start its scheduler, or correct ARTCAT_DASK.")]
    if not workers:
        advice = f"Start workers: dask worker {address} --nthreads 1"
        return [Finding("dask", WARNING, f"{address} has no workers", advice)]
    return [Finding("dask", OK, f"{address} has {workers} workers")]
