"""Expected rows, kept as YAML next to the tests."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


def rows(name: str, part: str) -> list[Any]:
    """The rows of one part of a file."""
    return _parts(name)[part]


@cache
def _parts(name: str) -> dict[str, list[Any]]:
    text = (Path(__file__).parent / f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, yaml.CSafeLoader)
