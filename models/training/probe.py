"""Metrics of a classifier during training, on works prepared once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.classifiers.classifier import Classifier
from models.data.dataset import Examples
from models.data.prefetch import prefetched
from models.data.transforms import Preprocessing
from models.metrics.scores import accuracy, macro_f1


@dataclass(frozen=True)
class EpochMetrics:
    """Cross-entropy over the styles in nats, accuracy and macro-F1."""

    loss: float
    accuracy: float
    macro_f1: float


class Probe:
    """Some works, prepared as for prediction."""

    def __init__(
        self, examples: Examples, preprocessing: Preprocessing, *, threads: int, budget: int
    ) -> None:
        """Decode the works; at most `budget` bytes of them are kept."""
        self._images = examples.images(preprocessing.square, threads=threads, budget=budget)
        self._labels = examples.labels
        self._threads = threads

    def measure(self, classifier: Classifier) -> EpochMetrics:
        """Measure the uncalibrated classifier on these works."""
        size = classifier.config.batch_size
        positions = range(len(self._images))
        batches = (positions[start : start + size] for start in range(0, len(positions), size))
        logits = []
        with torch.inference_mode():
            for _, squares in prefetched(batches, self._images.__getitem__, self._threads):
                pixels = classifier.preprocessing.normalise(squares.to(classifier.device))
                logits.append(classifier.predict_logits(pixels).cpu())
        return measured(torch.cat(logits), self._labels)


def measured(logits: Tensor, labels: npt.NDArray[np.int64]) -> EpochMetrics:
    """Measure logits `[n, styles]` before the temperature against labels `[n]`."""
    loss = float(cross_entropy(logits, torch.from_numpy(labels)))
    guesses = logits.argmax(1).numpy()
    return EpochMetrics(loss, accuracy(labels, guesses), macro_f1(labels, guesses))
