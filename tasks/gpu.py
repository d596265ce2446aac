"""A slot of the Prefect limit `gpu`, held while a process works on a GPU.

Concurrent flows thus take turns on a machine's GPUs. Without a GPU nothing is asked
of the server; with one and a server that has no such limit, nothing waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

from tasks.prefect_run import in_prefect_run

GPU = "gpu"
"""Name of the limit; `artcat deploy --gpus` sets its number of slots."""

WAIT_SECONDS = 24 * 60 * 60
"""Maximum wait for a slot: a training may hold it for hours."""


_lock = Lock()
_slot = ExitStack()
"""One slot for all threads of a process: its concurrent shards share the GPU."""
_users = 0


@contextmanager
def gpu_slot() -> Iterator[None]:
    """Hold the process's slot if it works on a GPU: its first user acquires it.

    Raises:
        TimeoutError: if none became free within `WAIT_SECONDS`.
    """
    global _users  # noqa: PLW0603
    if not in_prefect_run() or not has_gpu():
        yield
        return
    with _lock:
        if _users == 0:
            from prefect.concurrency.sync import concurrency  # noqa: PLC0415

            _slot.enter_context(concurrency(GPU, occupy=1, timeout_seconds=WAIT_SECONDS))
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _slot.close()


def has_gpu() -> bool:
    """Return whether networks run on a GPU here."""
    import torch  # noqa: PLC0415 - takes seconds; the caller is about to use it

    return torch.cuda.is_available()
