"""Deployment files: deployments, automations, container, compose, Kubernetes."""

from __future__ import annotations

from importlib.resources import files


def text(name: str) -> str:
    """Read a file of this package, such as `text("prefect.yaml")`."""
    return files("deploy").joinpath(name).read_text(encoding="utf-8")
