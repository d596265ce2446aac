"""Makes batches in threads, ahead of the network that consumes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch
from torch import Tensor

Item = TypeVar("Item")

AHEAD = 2
"""Batches in the making while the network is busy with one."""


def prefetched(
    batches: Iterable[Sequence[Item]], load: Callable[[Item], Tensor], threads: int
) -> Iterator[tuple[Sequence[Item], Tensor]]:
    """Load every item of every batch in threads; yield each batch with its tensors stacked.

    Order is kept, and no more than a few batches are held at a time.

    Args:
        batches: what to load, batch by batch.
        load: makes one tensor `[...]` of one item; called in threads.
        threads: how many at once.

    Yields:
        The batch as given and the tensors as `[len(batch), ...]`. An error of `load` is raised
        when its batch is due.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="images") as pool:
        waiting: deque[tuple[Sequence[Item], list[Future[Tensor]]]] = deque()
        try:
            for batch in batches:
                waiting.append((batch, [pool.submit(load, item) for item in batch]))
                if len(waiting) > AHEAD:
                    yield _finished(*waiting.popleft())
            while waiting:
                yield _finished(*waiting.popleft())
        finally:
            for _, futures in waiting:
                for future in futures:
                    future.cancel()


def _finished(
    batch: Sequence[Item], futures: list[Future[Tensor]]
) -> tuple[Sequence[Item], Tensor]:
    return batch, torch.stack([future.result() for future in futures])
