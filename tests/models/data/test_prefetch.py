import threading
import time

import pytest
import torch

from models.data.prefetch import AHEAD, prefetched


def test_batches_come_in_order_with_their_tensors():
    def load(item: int) -> torch.Tensor:
        time.sleep(0.002 * (5 - item % 5))  # later items are ready sooner
        return torch.tensor([item])

    batches = [[0, 1, 2], [3], [4, 5], [6, 7, 8, 9], [10]]
    found = list(prefetched(batches, load, threads=4))
    assert [list(batch) for batch, _ in found] == batches
    assert [tensor.flatten().tolist() for _, tensor in found] == batches


def test_no_more_than_a_few_batches_are_made_ahead():
    made = []

    def load(item: int) -> torch.Tensor:
        made.append(item)
        return torch.tensor(item)

    stream = prefetched(([number] for number in range(50)), load, threads=2)
    next(stream)
    time.sleep(0.05)
    assert len(made) <= AHEAD + 1
    stream.close()


def test_an_error_is_raised_when_its_batch_is_due():
    def load(item: int) -> torch.Tensor:
        if item == 3:
            raise ValueError("broken")
        return torch.tensor(item)

    stream = prefetched([[1], [2], [3], [4]], load, threads=2)
    assert [next(stream)[0], next(stream)[0]] == [[1], [2]]
    with pytest.raises(ValueError, match="broken"):
        next(stream)


def test_nothing_runs_on_after_the_consumer_stops():
    before = threading.active_count()
    stream = prefetched([[1], [2], [3]], torch.tensor, threads=2)
    next(stream)
    stream.close()
    assert threading.active_count() == before
    assert list(prefetched([], torch.tensor, threads=1)) == []


def test_torch_computes_in_the_threads_of_loading_alone_and_in_others_as_before():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        batches = prefetched([[0], [1]], lambda _: torch.tensor(torch.get_num_threads()), threads=1)
        assert [tensor.item() for _, tensor in batches] == [1, 1]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
