"""Memory of activations: freed with each layer, asked for again with the next."""

from __future__ import annotations

import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8
"""Numbers of the three in glibc's `malloc.h`."""
_KEPT = 2**30
"""Bytes that stay with the process: the activations of a batch."""


def reuse_freed_memory() -> bool:
    """Let this process keep what it frees of a network's activations; whether it can be told to.

    By default glibc maps whatever is larger than 32 MiB anew (mallopt(3)), as Dask's workers do
    from 64 KiB on: the system then gives each activation page by page, which takes a third of the
    time of a pass through EfficientNet-Lite0. Threads share one arena, since another one's would
    be of 64 MiB at most: call this before there are any.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return all([mallopt(_ARENA_MAX, 1), mallopt(_MMAP_MAX, 0), mallopt(_TRIM_THRESHOLD, _KEPT)])
