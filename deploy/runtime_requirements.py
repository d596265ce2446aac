"""Print what artcat needs to run, a requirement a line; for the container, before its code.

Run: python runtime_requirements.py pyproject.toml [EXTRA ...]
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path


def runtime_requirements(pyproject: Path, extras: list[str]) -> list[str]:
    """Return the requirements of the project and of some of its extras."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    more = [each for extra in extras for each in project["optional-dependencies"][extra]]
    return [*project["dependencies"], *more]


if __name__ == "__main__":
    sys.stdout.write("\n".join(runtime_requirements(Path(sys.argv[1]), sys.argv[2:])) + "\n")
