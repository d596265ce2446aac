"""Inputs of a network in training, images or precomputed vectors, and metrics after each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.arrays import Labels, Vectors
from models.classifiers.classifier import Classifier, head_logits
from models.config import TrainConfig
from models.data.dataset import MEMORY_BUDGET, Examples, Images
from models.data.prefetch import prefetched
from models.data.transforms import Preprocessing, augment, load_for_crops
from models.metrics.scores import accuracy, macro_f1
from models.training.learners import Learner

TRAIN_PROBE = 256
"""Maximum number of training artworks evaluated after each epoch."""

_PROBE = 3
"""Separates their random choice from other random streams of the same seed."""

SampleKey = tuple[int, tuple[int, ...]]
"""An artwork's position, and the seed of its crop."""


@dataclass(frozen=True)
class EpochMetrics:
    """Cross-entropy over the styles in nats, accuracy and macro-F1."""

    loss: float
    accuracy: float
    macro_f1: float


class EvaluationInputs:
    """Some artworks, prepared as for prediction."""

    def __init__(
        self, examples: Examples, preprocessing: Preprocessing, *, threads: int, budget: int
    ) -> None:
        """Decode the artworks; at most `budget` bytes of them are kept."""
        self._images = Images(examples, preprocessing.square, threads=threads, budget=budget)
        self._labels = examples.labels
        self._threads = threads

    def measure(self, classifier: Classifier) -> EpochMetrics:
        """Measure the uncalibrated classifier on these artworks."""
        size = classifier.config.batch_size
        positions = range(len(self._images))
        batches = (positions[start : start + size] for start in range(0, len(positions), size))
        logits = []
        with torch.inference_mode():
            for _, squares in prefetched(batches, self._images.__getitem__, self._threads):
                pixels = classifier.preprocessing.normalise(squares.to(classifier.device))
                logits.append(classifier.predict_logits(pixels).cpu())
        return measured(torch.cat(logits), self._labels)


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
            EvaluationInputs,
            preprocessing=learner.preprocessing,
            threads=config.workers,
            budget=MEMORY_BUDGET // 4,
        )
        self._train = probe(examples.take(_sample(len(examples), config.seed)))
        self._validation = probe(validation) if validation else None

    def batches(
        self, tickets: Iterator[list[SampleKey]]
    ) -> Iterator[tuple[Sequence[SampleKey], Tensor]]:
        """Yield each batch with its normalised pixels `[n, 3, size, size]`."""
        learner = self._learner
        for batch, squares in prefetched(tickets, self._square, self._threads):
            yield batch, learner.preprocessing.normalise(squares.to(learner.device))

    def measure(self, classifier: Classifier) -> tuple[EpochMetrics, EpochMetrics | None]:
        """Measure on training and, if there are any, on validation images without augmentation."""
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
        rows = _sample(len(train[1]), config.seed)
        self._train = train[0][rows], train[1].labels[rows]
        self._validation = validation and (validation[0], validation[1].labels)

    def batches(
        self, tickets: Iterator[list[SampleKey]]
    ) -> Iterator[tuple[Sequence[SampleKey], Tensor]]:
        """Yield each batch with its vectors `[n, d]`."""
        for batch in tickets:
            yield batch, self._vectors[[position for position, _ in batch]]

    def measure(self, classifier: Classifier) -> tuple[EpochMetrics, EpochMetrics | None]:
        """Measure on the vectors of training and, if there are any, of validation artworks."""

        def measure(vectors: Vectors, labels: Labels) -> EpochMetrics:
            logits = head_logits(classifier, [vectors], len(vectors))
            return measured(torch.from_numpy(logits), labels)

        return measure(*self._train), self._validation and measure(*self._validation)


Inputs = Pictures | KeptVectors


def measured(logits: Tensor, labels: Labels) -> EpochMetrics:
    """Measure logits `[n, styles]` before the temperature against labels `[n]`."""
    loss = float(cross_entropy(logits, torch.from_numpy(labels)))
    guesses = logits.argmax(1).numpy()
    return EpochMetrics(loss, accuracy(labels, guesses), macro_f1(labels, guesses))


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
    images = Images(examples, read, threads=config.workers, budget=budget)

    def square(ticket: SampleKey) -> Tensor:
        image = images[ticket[0]]
        return augment(image, size, np.random.default_rng(ticket[1])) if config.augment else image

    beside = learner.device.type == "cpu" and images.kept == len(images)
    return square, 1 if beside else config.workers


def _sample(artworks: int, seed: int) -> list[int]:
    """Return the positions that are evaluated after each epoch: all, or a sample."""
    if artworks <= TRAIN_PROBE:
        return list(range(artworks))
    chosen = np.random.default_rng((seed, _PROBE)).choice(artworks, TRAIN_PROBE, replace=False)
    return [int(position) for position in np.sort(chosen)]
