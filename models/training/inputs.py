"""Inputs of a network in training: images, or precomputed vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from models.classifiers.classifier import Classifier
from models.config import TrainConfig
from models.data.dataset import MEMORY_BUDGET, Examples
from models.data.prefetch import prefetched
from models.data.transforms import augment, load_for_crops
from models.networks.encoding import Vectors
from models.training.learners import Learner
from models.training.probe import EpochMetrics, Probe, measured

TRAIN_PROBE = 256
"""Maximum number of training artworks measured after each epoch."""

_PROBE = 3
"""Separates their random choice from other random streams of the same seed."""

SampleKey = tuple[int, tuple[int, ...]]
"""An artwork's position, and the seed of its crop."""


class Inputs(Protocol):
    """The training batches of a learner, and the artworks that each epoch is measured on."""

    def batches(
        self, tickets: Iterator[list[SampleKey]]
    ) -> Iterator[tuple[Sequence[SampleKey], Tensor]]:
        """Yield each batch with its input on the learner's device, `[n, ...]`."""
        ...

    def measure(self, classifier: Classifier) -> tuple[EpochMetrics, EpochMetrics | None]:
        """Measure a classifier on training and, if there are any, on validation artworks."""
        ...


class Pictures:
    """Images with random augmentation, decoded once as far as memory allows."""

    def __init__(
        self, config: TrainConfig, learner: Learner, examples: Examples, validation: Examples | None
    ) -> None:
        """Decode the images.

        Raises:
            ImageError: naming the artwork, if an image cannot be decoded.
        """
        self._learner = learner
        self._square, self._threads = _training_square(config, learner, examples)
        probe = partial(
            Probe,
            preprocessing=learner.preprocessing,
            threads=config.workers,
            budget=MEMORY_BUDGET // 4,
        )
        self._train = probe(examples.take(_sample(len(examples), config.seed)))
        self._validation = probe(validation) if validation else None

    def batches(
        self, tickets: Iterator[list[SampleKey]]
    ) -> Iterator[tuple[Sequence[SampleKey], Tensor]]:
        """Yield normalised pixels `[n, 3, size, size]`."""
        learner = self._learner
        for batch, squares in prefetched(tickets, self._square, self._threads):
            yield batch, learner.preprocessing.normalise(squares.to(learner.device))

    def measure(self, classifier: Classifier) -> tuple[EpochMetrics, EpochMetrics | None]:
        """Measure on images without augmentation."""
        validation = self._validation.measure(classifier) if self._validation else None
        return self._train.measure(classifier), validation


class KeptVectors:
    """Precomputed vectors of a locked image tower."""

    def __init__(
        self,
        config: TrainConfig,
        device: torch.device,
        train: tuple[Vectors, Examples] | None,
        validation: tuple[Vectors, Examples] | None,
    ) -> None:
        """Take unit vectors `[n, d]` of artworks, and the artworks in the same order."""
        assert train is not None  # noqa: S101 - there are artworks to learn from
        self._vectors = torch.from_numpy(train[0]).to(device)
        rows = torch.tensor(_sample(len(train[1]), config.seed), device=device)
        self._train = self._vectors[rows], train[1].labels[rows.cpu().numpy()]
        self._validation = None
        if validation is not None:
            self._validation = torch.from_numpy(validation[0]).to(device), validation[1].labels

    def batches(
        self, tickets: Iterator[list[SampleKey]]
    ) -> Iterator[tuple[Sequence[SampleKey], Tensor]]:
        """Yield vectors `[n, d]`."""
        for batch in tickets:
            yield batch, self._vectors[[position for position, _ in batch]]

    @torch.inference_mode()
    def measure(self, classifier: Classifier) -> tuple[EpochMetrics, EpochMetrics | None]:
        """Measure on the vectors."""
        parts = [
            part and measured(classifier.logits_from_embeddings(part[0]).cpu(), part[1])
            for part in (self._train, self._validation)
        ]
        assert parts[0] is not None  # noqa: S101 - there are training artworks
        return parts[0], parts[1]


def _training_square(
    config: TrainConfig, learner: Learner, examples: Examples
) -> tuple[Callable[[SampleKey], Tensor], int]:
    """Return a function that loads an image for a step: uint8 `[3, size, size]`, augmented or not.

    And the number of threads: one if images are in memory and the network computes on the
    CPU, which further threads would slow down.
    """
    size, budget = config.image_size, MEMORY_BUDGET // 2
    load = partial(load_for_crops, image_size=size)
    read = load if config.augment else learner.preprocessing.square
    images = examples.images(read, threads=config.workers, budget=budget)

    def square(ticket: SampleKey) -> Tensor:
        image = images[ticket[0]]
        return augment(image, size, np.random.default_rng(ticket[1])) if config.augment else image

    beside = learner.device.type == "cpu" and images.kept == len(images)
    return square, 1 if beside else config.workers


def _sample(artworks: int, seed: int) -> list[int]:
    """Return the positions that are measured after each epoch: all, or a sample."""
    if artworks <= TRAIN_PROBE:
        return list(range(artworks))
    chosen = np.random.default_rng((seed, _PROBE)).choice(artworks, TRAIN_PROBE, replace=False)
    return [int(position) for position in np.sort(chosen)]
