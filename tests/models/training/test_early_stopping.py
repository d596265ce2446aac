import torch

from models.classifiers.record import Epoch
from models.presets import resolve_config
from models.training.early_stopping import BestEpoch


def row(epoch: int, loss: float | None, f1: float | None) -> Epoch:
    return Epoch(epoch, 1.0, 1.0, 0.5, loss, f1, f1, 0.1, 1.0)


def run(losses, scores, **settings):
    """Weights are the number of the epoch; returns the kept number and how many epochs ran."""
    network = torch.nn.Linear(1, 1, bias=False)
    keeper = BestEpoch(resolve_config("cnn", **settings))
    for epoch, (loss, score) in enumerate(zip(losses, scores, strict=True), 1):
        torch.nn.init.constant_(network.weight, epoch)
        if keeper.record(row(epoch, loss, score), network):
            break
    best = keeper.restore(network, epoch)
    assert float(network.weight.detach()) == best
    return best, epoch


def test_the_best_epoch_is_kept_and_training_stops_after_patience():
    losses, scores = [3, 1, 2, 2, 2, 0], [0.1, 0.2, 0.5, 0.4, 0.5, 0.9]
    assert run(losses, scores, patience=2) == (3, 5)
    assert run(losses, scores, patience=9) == (6, 6)


def test_without_patience_or_validation_the_last_epoch_is_kept():
    assert run([3, 1, 2], [0.3, 0.2, 0.1]) == (3, 3)
    assert run([None] * 3, [None] * 3, patience=1) == (3, 3)
