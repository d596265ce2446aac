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


def pairs(name: str, part: str) -> list[Any]:
    """Each text of one part of a file with the value that it is listed under."""
    return [(text, value) for value, texts in _parts(name)[part].items() for text in texts]


def cases(name: str, part: str) -> list[tuple[str, Any]]:
    """Each text of one part of a file with what it is read as."""
    return [case for line in _parts(name)[part] for case in line.items()]
