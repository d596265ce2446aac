"""Python in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def python(
    *words: str,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    check: bool = False,
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """Run Python to its end, in the project's folder; its output is text."""
    command = [sys.executable, *words]
    return subprocess.run(
        command, env=env, cwd=cwd, check=check, capture_output=True, text=True, **options
    )


def artcat_process(*tokens: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command `artcat` as `python` does."""
    return python("-m", "flows.cli", *tokens, **options)
