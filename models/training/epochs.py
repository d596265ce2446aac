"""The training loop over epochs, with early stopping."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Iterator
from itertools import count

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from catalog.base.errors import ModelError
from models.classifiers.record import Epoch
from models.config import TrainConfig
from models.data.samplers import BatchSampler
from models.training.inputs import Inputs, SampleKey
from models.training.learners import Learner, Targets
from models.training.optimisation import learning_rate, make_optimizer, optimizer_step
from models.training.state import TrainingState

_log = logging.getLogger(__name__)
_CPU_ERRORS = ("DefaultCPUAllocator", "can't allocate memory", "not enough memory")

# Separate the random streams, together with the seed and the epoch.
_CAPTIONS, _CROPS, _DROPOUT = 1, 2, 4

OptionalMetrics = tuple[float | None, float | None, float | None]


class BestEpoch:
    """Early stopping: keeps the weights of the epoch with the best validation macro-F1.

    Without patience, or without validation artworks, the last epoch is the one kept.
    """

    def __init__(self, patience: int | None) -> None:
        """Set how many epochs without a better one end the training run."""
        self._patience = patience
        self.best: tuple[float, int] | None = None
        """Score and number of the best epoch so far."""
        self.weights: dict[str, Tensor] = {}
        """The best epoch's weights by name; none without patience."""

    def record(self, row: Epoch, network: nn.Module) -> None:
        """Keep the weights of an epoch that is better than those before."""
        score = row.validation_macro_f1
        if self._patience is None or score is None:
            return
        if self.best is None or score > self.best[0]:
            self.best = (score, row.epoch)
            self.weights = {name: value.clone() for name, value in network.state_dict().items()}

    def should_stop(self, epochs: int) -> bool:
        """Return whether training may stop after this many epochs."""
        return bool(self.best and self._patience and epochs - self.best[1] >= self._patience)

    def restore(self, network: nn.Module, last: int) -> int:
        """Restore the best weights; return their epoch, `last` if none was recorded."""
        if self.best is None:
            return last
        network.load_state_dict(self.weights)
        return self.best[1]


class Fitting:
    """One training run: its inputs in memory, its optimizer, its history so far."""

    def __init__(
        self,
        config: TrainConfig,
        learner: Learner,
        sampler: BatchSampler,
        inputs: Inputs,
        state: TrainingState | None = None,
    ) -> None:
        """Create the optimizer; resume from the state, if it has a snapshot."""
        self.history: list[Epoch] = []
        self._config, self._learner, self._sampler, self._inputs = config, learner, sampler, inputs
        self._optimizer = make_optimizer(config, learner.network)
        self._keeper = BestEpoch(config.patience)
        self._micro_batch: int | None = None
        self._state = state
        if state is not None and (snapshot := state.load()) is not None:
            self.history = [Epoch(**row) for row in snapshot["history"]]
            learner.network.load_state_dict(snapshot["network"])
            self._optimizer.load_state_dict(snapshot["optimizer"])
            self._keeper.best, self._keeper.weights = snapshot["best"], snapshot["best_weights"]

    def run(self, progress: bool, until: int | None = None) -> int:
        """Run all epochs, or those up to `until`; return the number of the kept epoch.

        Raises:
            ModelError: if the loss is not finite, or one image does not fit into memory.
        """
        network, keeper = self._learner.network, self._keeper
        last = self._config.epochs if until is None else min(until, self._config.epochs)
        bar = tqdm(
            range(len(self.history) + 1, last + 1),
            desc=self._config.architecture,
            initial=len(self.history),
            total=last,
            unit="epoch",
            file=sys.stderr,
            disable=None if progress else True,
        )
        for number in bar:
            if keeper.should_stop(len(self.history)):
                break
            row = self._epoch(number)
            self.history.append(row)
            shown = {"train": row.train_loss, "validation": row.validation_loss}
            bar.set_postfix({k: f"{v:.3f}" for k, v in shown.items() if v is not None})
            keeper.record(row, network)
            if self._state is not None and (self._state.due or number == until):
                self._state.save(
                    {
                        "history": [vars(row) for row in self.history],
                        "network": network.state_dict(),
                        "optimizer": self._optimizer.state_dict(),
                        "best": keeper.best,
                        "best_weights": keeper.weights,
                    }
                )
        if until is not None and until < self._config.epochs:
            return len(self.history)
        return keeper.restore(network, len(self.history))

    def _epoch(self, number: int) -> Epoch:
        began = time.perf_counter()
        losses = self._pass(number)
        train, *others = self._inputs.measure(self._learner.classifier())
        validation: OptionalMetrics = others[0] if others else (None, None, None)
        rate = max(group["lr"] for group in self._optimizer.param_groups)
        seconds = round(time.perf_counter() - began, 3)
        return Epoch(number, float(np.mean(losses)), *train[:2], *validation, rate, seconds)

    def _pass(self, epoch: int) -> list[float]:
        """Train on the batches of an epoch; return the loss of each."""
        config, learner, steps = self._config, self._learner, len(self._sampler)
        learner.network.train()
        # An epoch's seed follows from its number, so that it is the same after an interruption.
        dropout = np.random.SeedSequence((config.seed, epoch, _DROPOUT)).generate_state(1)
        torch.manual_seed(int(dropout[0]))
        captions = np.random.default_rng((config.seed, epoch, _CAPTIONS))
        number = count()
        tickets: Iterator[list[SampleKey]] = (
            [(position, (config.seed, epoch, _CROPS, next(number))) for position in positions]
            for positions in self._sampler.epoch(epoch)
        )
        losses: list[float] = []
        for batch, pixels in self._inputs.batches(tickets):
            targets = learner.targets([position for position, _ in batch], captions)
            losses.append(self._backward(pixels, targets))
            if not math.isfinite(losses[-1]):
                raise ModelError(
                    f"training diverged in epoch {epoch}: choose a learning rate below "
                    f"{config.learning_rate:g}"
                )
            step = (epoch - 1) * steps + len(losses) - 1
            rate = learning_rate(config, step, config.epochs * steps)
            optimizer_step(self._optimizer, rate, config.gradient_clip)
            learner.after_step()
        return losses

    def _backward(self, pixels: Tensor, targets: Targets) -> float:
        """Compute the batch's gradients, in smaller parts if memory is short."""
        while True:
            self._optimizer.zero_grad(set_to_none=True)
            try:
                return self._learner.backward(pixels, targets, self._micro_batch)
            except RuntimeError as error:
                on_gpu = isinstance(error, torch.OutOfMemoryError)
                if not on_gpu and not any(text in str(error) for text in _CPU_ERRORS):
                    raise
            # Here, not above: the error references the tensors that did not fit.
            images = self._micro_batch or len(pixels)
            if images == 1:
                raise ModelError(
                    "a single image does not fit into memory: "
                    "choose a smaller architecture or image_size"
                )
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            self._micro_batch = images // 2
            _log.warning("out of memory: continuing with %d images at a time", self._micro_batch)
