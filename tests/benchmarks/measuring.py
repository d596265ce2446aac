"""Timing and output of benchmarks."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable


def say(title: str, *lines: str) -> None:
    """Print what was measured, and how busy the machine was."""
    print(f"\n{title} (load {os.getloadavg()[0]:.1f})")
    for line in lines:
        print(f"  {line}")


def timed(function: Callable[..., object], *arguments: object) -> float:
    gc.collect()
    begun = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begun
