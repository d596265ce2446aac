"""The training loop over epochs."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from catalog.base.errors import ModelError
from models.classifiers.record import Epoch
from models.config import TrainConfig
from models.data.samplers import BatchSampler
from models.training.early_stopping import BestEpoch
from models.training.inputs import Inputs, SampleKey
from models.training.learners import Learner, Targets
from models.training.optimisation import learning_rate, make_optimizer, optimizer_step
from models.training.state import (
    TrainingSnapshot,
    TrainingState,
    named,
    optimizer_tensors,
    restore_optimizer,
)

_log = logging.getLogger(__name__)
_CPU_ERRORS = ("DefaultCPUAllocator", "can't allocate memory", "not enough memory")

# Separate the random streams, together with the seed and the epoch.
_CAPTIONS, _CROPS, _DROPOUT = 1, 2, 4


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
        self._config = config
        self._learner = learner
        self._sampler = sampler
        self._inputs = inputs
        self._optimizer = make_optimizer(config, learner.network)
        self._keeper = BestEpoch(config)
        self._micro_batch: int | None = None
        self._state = state
        if state is not None and (snapshot := state.load()) is not None:
            self._restore(snapshot)

    def run(self, progress: bool, until: int | None = None) -> int:
        """Run all epochs, or those up to `until`; return the number of the kept epoch.

        Raises:
            ModelError: if the loss is not finite, or one image does not fit into memory.
        """
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
        should_stop = self._keeper.should_stop(len(self.history))
        for number in bar:
            if should_stop:
                break
            row = self._epoch(number)
            self.history.append(row)
            shown = {"train": row.train_loss, "validation": row.validation_loss}
            bar.set_postfix({k: f"{v:.3f}" for k, v in shown.items() if v is not None})
            should_stop = self._keeper.record(row, self._learner.network)
            if self._state is not None and (self._state.due or number == until):
                self._state.save(self._snapshot())
        if until is not None and until < self._config.epochs:
            return len(self.history)
        return self._keeper.restore(self._learner.network, len(self.history))

    def _epoch(self, number: int) -> Epoch:
        began = time.perf_counter()
        losses = self._pass(number)
        train, validation = self._inputs.measure(self._learner.classifier())
        return Epoch(
            epoch=number,
            objective=float(np.mean(losses)),
            train_loss=train.loss,
            train_accuracy=train.accuracy,
            validation_loss=validation.loss if validation else None,
            validation_accuracy=validation.accuracy if validation else None,
            validation_macro_f1=validation.macro_f1 if validation else None,
            learning_rate=max(group["lr"] for group in self._optimizer.param_groups),
            seconds=round(time.perf_counter() - began, 3),
        )

    def _pass(self, epoch: int) -> list[float]:
        """Train on the batches of an epoch; yield the loss of each."""
        config, learner = self._config, self._learner
        learner.network.train()
        # An epoch's seed follows from its number, so that it is the same after an interruption.
        torch.manual_seed(_seed(config.seed, epoch, _DROPOUT))
        captions = np.random.default_rng((config.seed, epoch, _CAPTIONS))
        losses: list[float] = []
        for batch, pixels in self._inputs.batches(self._tickets(epoch)):
            targets = learner.targets([position for position, _ in batch], captions)
            losses.append(self._backward(pixels, targets))
            if not math.isfinite(losses[-1]):
                raise ModelError(
                    f"training diverged in epoch {epoch}: choose a learning rate below "
                    f"{config.learning_rate:g}"
                )
            step = (epoch - 1) * len(self._sampler) + len(losses) - 1
            rate = learning_rate(config, step, config.epochs * len(self._sampler))
            optimizer_step(self._optimizer, rate, config.gradient_clip)
            learner.after_step()
        return losses

    def _backward(self, pixels: Tensor, targets: Targets) -> float:
        """Compute the batch's gradients, in smaller parts if memory is short."""
        while True:
            self._optimizer.zero_grad(set_to_none=True)
            try:
                return self._learner.backward(pixels, targets, self._micro_batch)
            except (torch.OutOfMemoryError, RuntimeError) as error:
                if not _is_out_of_memory(error):
                    raise
            # Here, not above: the error references the tensors that did not fit.
            self._micro_batch = _smaller(self._micro_batch or len(pixels))

    def _snapshot(self) -> TrainingSnapshot:
        network = self._learner.network
        tensors = {**named("network", network), **optimizer_tensors(self._optimizer)}
        tensors |= {f"best.{name}": value for name, value in self._keeper.weights.items()}
        notes = {"history": [vars(row) for row in self.history], "best": self._keeper.best}
        return TrainingSnapshot(tensors, notes)

    def _restore(self, snapshot: TrainingSnapshot) -> None:
        """Resume a training run of the same configuration and artworks."""
        self.history = [Epoch(**row) for row in snapshot.notes["history"]]
        self._learner.network.load_state_dict(snapshot.group("network"))
        restore_optimizer(self._optimizer, snapshot)
        noted = snapshot.notes["best"]
        self._keeper.best = noted and (noted[0], noted[1])
        self._keeper.weights = snapshot.group("best")

    def _tickets(self, epoch: int) -> Iterator[list[SampleKey]]:
        """Yield the epoch's batches; each position has its own seed."""
        number = 0
        for positions in self._sampler.epoch(epoch):
            batch: list[SampleKey] = []
            for position in positions:
                batch.append((position, (self._config.seed, epoch, _CROPS, number)))
                number += 1
            yield batch


def _seed(*parts: int) -> int:
    return int(np.random.SeedSequence(parts).generate_state(1)[0])


def _is_out_of_memory(error: RuntimeError) -> bool:
    """Return whether an error of torch means out of memory, on a GPU or on the CPU."""
    return isinstance(error, torch.OutOfMemoryError) or any(s in str(error) for s in _CPU_ERRORS)


def _smaller(micro_batch: int) -> int:
    """Halve the number of images at a time; free the GPU memory of the failed try.

    Raises:
        ModelError: if there was only one.
    """
    if micro_batch == 1:
        raise ModelError(
            "a single image does not fit into memory: choose a smaller architecture or image_size"
        )
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    half = micro_batch // 2
    _log.warning("out of memory: continuing with %d images at a time", half)
    return half
