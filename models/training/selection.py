"""Model selection over epochs, with early stopping."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.classifiers.record import Epoch
from models.config import TrainConfig


class BestEpoch:
    """Early stopping: keeps the weights of the epoch with the best validation macro-F1.

    Without patience, or without validation works, the last epoch is the one kept.
    """

    def __init__(self, config: TrainConfig) -> None:
        """Take patience from the configuration."""
        self._patience = config.patience
        self._best: tuple[float, int] | None = None
        self._weights: dict[str, Tensor] = {}

    def enough(self, row: Epoch, network: nn.Module) -> bool:
        """Record an epoch; return whether training may stop."""
        score = row.validation_macro_f1
        if self._patience is None or score is None:
            return False
        if self._best is None or score > self._best[0]:
            self._best = (score, row.epoch)
            self._weights = {name: value.clone() for name, value in network.state_dict().items()}
        return row.epoch - self._best[1] >= self._patience

    @property
    def noted(self) -> tuple[float, int] | None:
        """Score and number of the best epoch so far."""
        return self._best

    @property
    def weights(self) -> dict[str, Tensor]:
        """The best epoch's weights by name; none without patience."""
        return self._weights

    def recall(self, noted: tuple[float, int] | None, weights: dict[str, Tensor]) -> None:
        """Resume from what was recorded before an interruption."""
        self._best, self._weights = noted, weights

    def restore(self, network: nn.Module, last: int) -> int:
        """Restore the best weights; return their epoch, `last` if none was recorded."""
        if self._best is None:
            return last
        with torch.no_grad():
            network.load_state_dict(self._weights)
        return self._best[1]
