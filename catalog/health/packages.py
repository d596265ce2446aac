"""Checks of Python and the installed packages against artcat's requirements."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from catalog.health.finding import FAILED, OK, WARNING, Finding

_SET_UP = "Run `make setup`, or install requirements.lock."


def check_python() -> list[Finding]:
    """Check the version of Python."""
    here = platform.python_version()
    try:
        needed = metadata("artcat")["Requires-Python"] or ""
    except PackageNotFoundError:
        return [Finding("python", WARNING, f"{here}; artcat itself is not installed", _SET_UP)]
    if SpecifierSet(needed).contains(here, prereleases=True):
        return [Finding("python", OK, here)]
    return [Finding("python", FAILED, f"{here}, artcat needs {needed}", "Install such a Python.")]


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
    wrong = [problem for requirement in needed if (problem := _wrong(requirement))]
    if wrong:
        return [Finding("packages", FAILED, "; ".join(wrong), _SET_UP)]
    return [Finding("packages", OK, f"{len(needed)} packages in the required versions")]


def _wrong(requirement: Requirement) -> str | None:
    try:
        here = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is not installed"
    if requirement.specifier.contains(here, prereleases=True):
        return None
    return f"{requirement.name} is {here}, artcat needs {requirement.specifier}"
