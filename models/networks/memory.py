"""Allocation of activations' memory on the CPU."""

from __future__ import annotations

import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8
"""Their constants in glibc's `malloc.h`."""
_KEPT = 2**30
"""Bytes that the process keeps: the activations of a batch."""


def reuse_freed_memory() -> bool:
    """Let this process reuse freed memory of activations; return whether that is supported.

    By default glibc maps new memory for blocks over 32 MiB (mallopt(3)), as Dask's workers do
    from 64 KiB on: the system then gives each activation page by page, which takes a third of the
    time of a pass through EfficientNet-Lite0. Threads share one arena, since another one's would
    be of 64 MiB at most: call this before there are any.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return all([mallopt(_ARENA_MAX, 1), mallopt(_MMAP_MAX, 0), mallopt(_TRIM_THRESHOLD, _KEPT)])
