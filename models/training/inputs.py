"""Inputs of a network in training, images or precomputed vectors, and metrics after each epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from models.data.transforms import augment, load_for_crops
from models.metrics.scores import accuracy, macro_f1
from models.training.learners import Learner

TRAIN_PROBE = 256
"""Maximum number of training artworks evaluated after each epoch."""

_PROBE = 3
"""Separates their random choice from other random streams of the same seed."""

SampleKey = tuple[int, tuple[int, ...]]
"""An artwork's position, and the seed of its crop."""
Batches = Iterator[tuple[Sequence[SampleKey], Tensor]]
EpochMetrics = tuple[float, float, float]
"""Cross-entropy over the styles in nats, accuracy and macro-F1."""


class Pictures:
    """Images with random augmentation, decoded once as far as memory allows."""

    def __init__(
        self, config: TrainConfig, learner: Learner, examples: Examples, validation: Examples | None
    ) -> None:
        """Decode the images.

        Raises:
            ImageError: naming the artwork, if an image cannot be decoded.
        """
        self._config, self._learner = config, learner
        square = learner.preprocessing.square
        read = partial(load_for_crops, image_size=config.image_size) if config.augment else square
        decoded = partial(Images, threads=config.workers)
        self._images = decoded(examples, read, budget=MEMORY_BUDGET // 2)
        probe = examples.take(_sample(len(examples), config.seed))
        self._probes = [
            (decoded(works, square, budget=MEMORY_BUDGET // 4), works.labels)
            for works in (probe, validation)
            if works
        ]

    def batches(self, tickets: Iterator[list[SampleKey]]) -> Batches:
        """Yield each batch with its normalised pixels `[n, 3, size, size]`."""
        config, learner, images = self._config, self._learner, self._images
        # further threads would slow down a network on the CPU
        alone = learner.device.type == "cpu" and images.kept == len(images)

        def square(ticket: SampleKey) -> Tensor:
            image = images[ticket[0]]
            if not config.augment:
                return image
            return augment(image, config.image_size, np.random.default_rng(ticket[1]))

        for batch, squares in prefetched(tickets, square, 1 if alone else config.workers):
            yield batch, learner.preprocessing.normalise(squares.to(learner.device))

    def measure(self, classifier: Classifier) -> list[EpochMetrics]:
        """Measure on training and, if there are any, on validation images without augmentation."""
        found, size = [], classifier.config.batch_size
        for images, labels in self._probes:
            positions = range(len(images))
            batches = (positions[start : start + size] for start in range(0, len(images), size))
            logits = []
            with torch.inference_mode():
                for _, squares in prefetched(batches, images.__getitem__, self._config.workers):
                    pixels = classifier.preprocessing.normalise(squares.to(classifier.device))
                    logits.append(classifier.predict_logits(pixels).cpu())
            found.append(_measured(torch.cat(logits), labels))
        return found


class KeptVectors:
    """Precomputed vectors of a locked image tower."""

    def __init__(
        self,
        config: TrainConfig,
        device: torch.device,
        train: tuple[Vectors, Examples],
        *validation: tuple[Vectors, Examples],
    ) -> None:
        """Take unit vectors `[n, d]` of artworks, and the artworks in the same order."""
        self._vectors = torch.from_numpy(train[0]).to(device)
        rows = _sample(len(train[1]), config.seed)
        self._probes = [(train[0][rows], train[1].labels[rows])]
        self._probes += [(vectors, works.labels) for vectors, works in validation]

    def batches(self, tickets: Iterator[list[SampleKey]]) -> Batches:
        """Yield each batch with its vectors `[n, d]`."""
        for batch in tickets:
            yield batch, self._vectors[[position for position, _ in batch]]

    def measure(self, classifier: Classifier) -> list[EpochMetrics]:
        """Measure on the vectors of training and, if there are any, of validation artworks."""
        return [
            _measured(torch.from_numpy(head_logits(classifier, [vectors], len(vectors))), labels)
            for vectors, labels in self._probes
        ]


Inputs = Pictures | KeptVectors


def _measured(logits: Tensor, labels: Labels) -> EpochMetrics:
    """Measure logits `[n, styles]` before the temperature against labels `[n]`."""
    loss = float(cross_entropy(logits, torch.from_numpy(labels)))
    guesses = logits.argmax(1).numpy()
    return loss, accuracy(labels, guesses), macro_f1(labels, guesses)


def _sample(artworks: int, seed: int) -> list[int]:
    """Return the positions that are evaluated after each epoch: all, or a sample."""
    if artworks <= TRAIN_PROBE:
        return list(range(artworks))
    chosen = np.random.default_rng((seed, _PROBE)).choice(artworks, TRAIN_PROBE, replace=False)
    return [int(position) for position in np.sort(chosen)]
