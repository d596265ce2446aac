"""The loop over epochs: early stopping, and what happens when memory is short."""

import numpy as np
import pytest
import torch

from catalog.base.errors import ModelError
from models.classifiers.record import Epoch
from models.training.epochs import BestEpoch
from models.training.learners import CnnLearner
from models.training.train import train
from tests.models.building import quick_cnn

FALLING = [0.3, 0.2, 0.1]


@pytest.mark.parametrize(
    ("scores", "patience", "expected"),
    [
        ([0.1, 0.2, 0.5, 0.4, 0.5, 0.9], 2, (3, 5)),
        ([0.1, 0.2, 0.5, 0.4, 0.5, 0.9], 9, (6, 6)),
        (FALLING, None, (3, 3)),
        ([None] * 3, 1, (3, 3)),
    ],
)
def test_the_best_epoch_is_kept_and_training_stops_after_patience(scores, patience, expected):
    """Weights are the number of the epoch; expected are the kept number and how many ran."""
    network = torch.nn.Linear(1, 1, bias=False)
    keeper = BestEpoch(patience)
    for epoch, score in enumerate(scores, 1):
        torch.nn.init.constant_(network.weight, epoch)
        keeper.record(Epoch(epoch, 1.0, 1.0, 0.5, score, score, score, 0.1, 1.0), network)
        if keeper.should_stop(epoch):
            break
    best = keeper.restore(network, epoch)
    assert float(network.weight.detach()) == best
    assert (best, epoch) == expected


@pytest.fixture
def short_of_memory(monkeypatch):
    """Have the CNN fail for more than so many images at a time; sizes that were tried."""

    def fail(error, fits):
        tried = []
        backward = CnnLearner.backward

        def limited(self, pixels, targets, micro_batch):
            tried.append(micro_batch or len(pixels))
            if tried[-1] > fits:
                raise error
            return backward(self, pixels, targets, micro_batch)

        monkeypatch.setattr(CnnLearner, "backward", limited)
        return tried

    return fail


CUDA_ERROR = torch.OutOfMemoryError("CUDA out of memory")
CPU_ERROR = RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate")


@pytest.mark.parametrize("error", [CUDA_ERROR, CPU_ERROR])
def test_too_little_memory_halves_the_micro_batch(
    train_table, styles, short_of_memory, error, caplog
):
    tried = short_of_memory(error, 2)
    trained = train(quick_cnn(epochs=1), train_table, None, styles, progress=False)
    assert tried[:4] == [8, 4, 2, 2]
    assert np.isfinite(trained.record.history[0].objective)
    assert "out of memory: continuing with 2 images at a time" in caplog.text


def test_one_image_too_many_is_reported(train_table, styles, short_of_memory):
    short_of_memory(CUDA_ERROR, 0)
    with pytest.raises(ModelError, match="a single image does not fit"):
        train(quick_cnn(epochs=1), train_table, None, styles, progress=False)


def test_another_error_is_not_taken_for_want_of_memory(train_table, styles, short_of_memory):
    tried = short_of_memory(RuntimeError("something else"), 0)
    with pytest.raises(RuntimeError, match="something else"):
        train(quick_cnn(epochs=1), train_table, None, styles, progress=False)
    assert tried == [8]
