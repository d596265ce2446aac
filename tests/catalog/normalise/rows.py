"""Expected rows, kept as YAML next to the tests."""

from pathlib import Path
from typing import Any

import yaml


def rows(name: str, part: str) -> list[Any]:
    """The rows of one part of a file."""
    return yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text("utf-8"))[part]
