"""Validation of deployment parameters, and absolute paths for runs in other folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from catalog.base.errors import ArtcatError
from catalog.ingestion.ingest import check_catalog_name
from catalog.sources import catalog_name
from catalog.sources.image_sources import ADDRESSES
from catalog.storage.homes import settings
from flows.deployment.hours import CRONS, check_cron
from flows.deployment.parameters import DeployParameters

_PLACES = ("catalog", "home", "artists", "images")
"""Parameters that are a folder, a file or an address."""

_PERHAPS_FILES = ("source", "pretrained")
"""Parameters that are a file or something else."""

_ROOT = Path(__file__).resolve().parents[2]


def placed(parameters: DeployParameters) -> DeployParameters:
    """Return the parameters with the catalog's name, the home, and absolute paths.

    Raises:
        ArtcatError: for an invalid name, source, time zone or schedule, or a missing
            image.
    """
    if parameters.timezone not in available_timezones():
        raise ArtcatError(f"no time zone {parameters.timezone!r}: one such as Europe/Vienna or UTC")
    for field in CRONS.values():
        if cron := getattr(parameters, field):
            check_cron(f"--{field.replace('_', '-')}", cron, parameters.timezone)
    if parameters.pool_type == "kubernetes" and parameters.image is None:
        raise ArtcatError("a kubernetes pool needs an image: give it with --image")
    changed: dict[str, Any] = {
        "name": check_catalog_name(catalog_name(parameters)),
        "home": parameters.home or settings().home,
    }
    given = parameters.model_copy(update=changed)
    for field in _PLACES:
        value = getattr(given, field)
        if value is not None and value != ADDRESSES and "://" not in value:
            changed[field] = str(Path(value).expanduser().absolute())
    for field in _PERHAPS_FILES:
        value = getattr(given, field)
        if value is not None and Path(value).is_file():
            changed[field] = str(Path(value).absolute())
    return given.model_copy(update=changed)


def pull_steps(parameters: DeployParameters) -> list[dict[str, Any]]:
    """Return the steps before a run imports its flow: change to the checkout, or nothing.

    `artcat.toml` is found in the checkout. A wheel or a container has the modules
    installed, and its settings in the environment.

    Raises:
        ArtcatError: if a checkout is required and this is not one.
    """
    here = "checkout" if (_ROOT / "pyproject.toml").is_file() else "installed"
    usual = "installed" if parameters.pool_type == "kubernetes" else here
    if (parameters.code or usual) == "installed":
        return []
    if here == "installed":
        raise ArtcatError("artcat is installed here, not checked out: leave out --code checkout")
    return [{"prefect.deployments.steps.set_working_directory": {"directory": str(_ROOT)}}]
