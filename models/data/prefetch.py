"""Prefetching of batches in threads, ahead of the network that consumes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch
from threadpoolctl import threadpool_limits
from torch import Tensor

Item = TypeVar("Item")

AHEAD = 2
"""Batches loaded ahead."""


def prefetched(
    batches: Iterable[Sequence[Item]], load: Callable[[Item], Tensor], threads: int
) -> Iterator[tuple[Sequence[Item], Tensor]]:
    """Load every item of every batch in threads; yield each batch with its tensors stacked.

    Order is kept, and no more than a few batches are held at a time.

    Yields:
        The batch as given and the tensors as `[len(batch), ...]`. An error of `load` is raised
        when its batch is due.
    """

    def loaded(items: Sequence[Item]) -> list[Tensor]:
        return [load(item) for item in items]

    waiting: deque[tuple[Sequence[Item], list[Future[list[Tensor]]]]] = deque()

    def finished() -> tuple[Sequence[Item], Tensor]:
        batch, futures = waiting.popleft()
        return batch, torch.stack([tensor for future in futures for tensor in future.result()])

    with ThreadPoolExecutor(
        threads, thread_name_prefix="images", initializer=compute_in_this_thread_alone
    ) as pool:
        try:
            for batch in batches:
                # a part for each thread: one call costs as much as a small image
                size = -(-len(batch) // threads)
                shares = [batch[start : start + size] for start in range(0, len(batch), size)]
                waiting.append((batch, [pool.submit(loaded, items) for items in shares]))
                if len(waiting) > AHEAD:
                    yield finished()
            while waiting:
                yield finished()
        finally:
            pool.shutdown(cancel_futures=True)


def compute_in_this_thread_alone() -> None:
    """Let torch compute in this thread alone; other threads keep their number.

    An image is small: waking a second thread for each operation takes two to three times as long
    as the operation, and the network's own threads have to wait.
    """
    torch.get_num_threads()  # the first call in a thread sets torch's own number
    threadpool_limits(1, user_api="openmp")
