"""Python in a process of its own."""

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
    command = [sys.executable, *words]
    return subprocess.run(
        command, env=env, cwd=cwd, check=check, capture_output=True, text=True, **options
    )


def artcat_process(*tokens: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return python("-m", "flows.cli", *tokens, **options)
