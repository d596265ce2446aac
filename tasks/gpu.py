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


class _ProcessSlot:
    """One slot for all threads of a process: its concurrent shards share the GPU."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._slot = ExitStack()

    @contextmanager
    def used(self) -> Iterator[None]:
        """Hold the slot, acquired by the first user and released by the last."""
        with self._lock:
            if self._users == 0:
                from prefect.concurrency.sync import concurrency  # noqa: PLC0415

                self._slot.enter_context(concurrency(GPU, occupy=1, timeout_seconds=WAIT_SECONDS))
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._slot.close()


_process_slot = _ProcessSlot()


@contextmanager
def gpu_slot() -> Iterator[None]:
    """Hold the process's slot if it works on a GPU.

    Raises:
        TimeoutError: if none became free within `WAIT_SECONDS`.
    """
    if not in_prefect_run() or not has_gpu():
        yield
        return
    with _process_slot.used():
        yield


def has_gpu() -> bool:
    """Return whether networks run on a GPU here."""
    import torch  # noqa: PLC0415 - takes seconds; the caller is about to use it

    return torch.cuda.is_available()
