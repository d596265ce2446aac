"""Model selection over epochs, with early stopping."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.classifiers.record import Epoch
from models.config import TrainConfig


class BestEpoch:
    """Early stopping: keeps the weights of the epoch with the best validation macro-F1.

    Without patience, or without validation artworks, the last epoch is the one kept.
    """

    def __init__(self, config: TrainConfig) -> None:
        """Take patience from the configuration."""
        self._patience = config.patience
        self.best: tuple[float, int] | None = None
        """Score and number of the best epoch so far."""
        self.weights: dict[str, Tensor] = {}
        """The best epoch's weights by name; none without patience."""

    def record(self, row: Epoch, network: nn.Module) -> bool:
        """Record an epoch; return whether training may stop."""
        score = row.validation_macro_f1
        if self._patience is None or score is None:
            return False
        if self.best is None or score > self.best[0]:
            self.best = (score, row.epoch)
            self.weights = {name: value.clone() for name, value in network.state_dict().items()}
        return self.should_stop(row.epoch)

    def should_stop(self, epochs: int) -> bool:
        """Return whether training may stop after this many epochs."""
        return bool(self.best and self._patience and epochs - self.best[1] >= self._patience)

    def restore(self, network: nn.Module, last: int) -> int:
        """Restore the best weights; return their epoch, `last` if none was recorded."""
        if self.best is None:
            return last
        with torch.no_grad():
            network.load_state_dict(self.weights)
        return self.best[1]
