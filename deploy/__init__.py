"""What runs artcat elsewhere: deployments, automations, container, compose, Kubernetes."""

from __future__ import annotations

from importlib.resources import files


def text(name: str) -> str:
    """A file that the command `artcat deploy` reads, such as `text("prefect.yaml")`."""
    return files("deploy").joinpath(name).read_text(encoding="utf-8")
