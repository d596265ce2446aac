"""The epochs of one training: batches in, weights changed, a row of history after each."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from torch import Tensor
from tqdm import tqdm

from catalog.errors import ModelError
from models.config import TrainConfig
from models.dataset import MEMORY_BUDGET, Examples
from models.learners import Learner
from models.optimisation import learning_rate, make_optimizer, optimise
from models.prefetch import prefetched
from models.probe import Probe
from models.record import Epoch
from models.samplers import BatchSampler
from models.selection import BestEpoch
from models.transforms import augment, load_for_crops

TRAIN_PROBE = 256
"""Training works that are measured after each epoch."""

# What keeps the streams of chance apart, with the seed and the epoch.
_CAPTIONS, _CROPS, _PROBE = 1, 2, 3

Ticket = tuple[int, tuple[int, ...]]
"""A work's position, and the seed of its crop."""


class Fitting:
    """One training: its images in memory, its optimizer, its history so far."""

    def __init__(
        self,
        config: TrainConfig,
        learner: Learner,
        sampler: BatchSampler,
        *,
        examples: Examples,
        validation: Examples | None,
    ) -> None:
        """Decode the images, as far as they fit into memory.

        Raises:
            ImageError: naming the work, if an image cannot be decoded.
        """
        self.history: list[Epoch] = []
        self._config = config
        self._learner = learner
        self._sampler = sampler
        self._optimizer = make_optimizer(config, learner.network)
        self._square = _training_square(config, learner, examples)
        probe = partial(
            Probe,
            preprocessing=learner.preprocessing,
            threads=config.workers,
            budget=MEMORY_BUDGET // 4,
        )
        self._train_probe = probe(_sample(examples, config.seed))
        self._validation_probe = probe(validation) if validation else None

    def run(self, progress: bool) -> int:
        """All epochs; leaves the kept epoch's weights in the network and returns its number.

        Raises:
            ModelError: if the loss stops being a number.
        """
        keeper = BestEpoch(self._config)
        bar = tqdm(
            range(1, self._config.epochs + 1),
            desc=self._config.architecture,
            unit="epoch",
            file=sys.stderr,
            disable=None if progress else True,
        )
        for number in bar:
            row = self._epoch(number)
            self.history.append(row)
            shown = {"train": row.train_loss, "validation": row.validation_loss}
            bar.set_postfix({k: f"{v:.3f}" for k, v in shown.items() if v is not None})
            if keeper.enough(row, self._learner.network):
                break
        return keeper.restore(self._learner.network, len(self.history))

    def _epoch(self, number: int) -> Epoch:
        began = time.perf_counter()
        losses = self._pass(number)
        classifier = self._learner.classifier()
        train = self._train_probe.measure(classifier)
        validation = self._validation_probe.measure(classifier) if self._validation_probe else None
        return Epoch(
            epoch=number,
            objective=float(np.mean(losses)),
            train_loss=train.loss,
            train_accuracy=train.accuracy,
            validation_loss=validation.loss if validation else None,
            validation_accuracy=validation.accuracy if validation else None,
            validation_macro_f1=validation.macro_f1 if validation else None,
            learning_rate=self._optimizer.param_groups[0]["lr"],
            seconds=round(time.perf_counter() - began, 3),
        )

    def _pass(self, epoch: int) -> list[float]:
        """One pass over the batches of an epoch: the loss of each."""
        config, learner = self._config, self._learner
        learner.network.train()
        captions = np.random.default_rng((config.seed, epoch, _CAPTIONS))
        losses: list[float] = []
        for batch, squares in prefetched(self._tickets(epoch), self._square, config.workers):
            pixels = learner.preprocessing.normalise(squares.to(learner.device))
            loss = learner.loss(pixels, [position for position, _ in batch], captions)
            step = (epoch - 1) * len(self._sampler) + len(losses)
            losses.append(float(loss.detach()))
            if not math.isfinite(losses[-1]):
                raise ModelError(
                    f"training diverges in epoch {epoch}: choose a learning rate below "
                    f"{config.learning_rate:g}"
                )
            rate = learning_rate(config, step, config.epochs * len(self._sampler))
            optimise(self._optimizer, loss, rate, config.gradient_clip)
            learner.after_step()
        return losses

    def _tickets(self, epoch: int) -> Iterator[list[Ticket]]:
        """The epoch's batches; each position with a seed of its own."""
        number = 0
        for positions in self._sampler.epoch(epoch):
            batch: list[Ticket] = []
            for position in positions:
                batch.append((position, (self._config.seed, epoch, _CROPS, number)))
                number += 1
            yield batch


def _training_square(
    config: TrainConfig, learner: Learner, examples: Examples
) -> Callable[[Ticket], Tensor]:
    """Makes the input of one work for one step: uint8 `[3, size, size]`, augmented or not."""
    size, budget = config.image_size, MEMORY_BUDGET // 2
    if not config.augment:
        plain = examples.images(learner.preprocessing.square, threads=config.workers, budget=budget)
        return lambda ticket: plain[ticket[0]]
    load = partial(load_for_crops, image_size=size)
    whole = examples.images(load, threads=config.workers, budget=budget)
    return lambda ticket: augment(whole[ticket[0]], size, np.random.default_rng(ticket[1]))


def _sample(examples: Examples, seed: int) -> Examples:
    """The training works that are measured after each epoch: all, or some of very many."""
    if len(examples) <= TRAIN_PROBE:
        return examples
    rng = np.random.default_rng((seed, _PROBE))
    return examples.take(np.sort(rng.choice(len(examples), TRAIN_PROBE, replace=False)).tolist())
