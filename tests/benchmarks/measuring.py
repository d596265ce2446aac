"""Timing and output of benchmarks."""

import gc
import os
import time
from collections.abc import Callable


def say(title: str, *lines: str) -> None:
    print(f"\n{title} (load {os.getloadavg()[0]:.1f})")
    for line in lines:
        print(f"  {line}")


def timed(function: Callable[..., object], *arguments: object) -> float:
    gc.collect()
    begun = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begun
