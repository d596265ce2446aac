"""A trained image classifier: encoders, which embed images, and a head, which classifies vectors.

With cached vectors the head can change without encoding images again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from torch import Tensor, nn

from models.arrays import Floats, Vectors
from models.classifiers.calibration import Calibration, softmax
from models.classifiers.predictions import Predictions
from models.classifiers.priors import prior_shift
from models.classifiers.record import TrainingRecord
from models.config import TrainConfig
from models.data.transforms import Preprocessing
from models.networks.clip import encode_images
from models.networks.cnn import BaselineCNN, CnnEncoder
from models.networks.encoding import Encode, Encoder
from models.networks.linear import ConstantLogits, FrozenLinear, ImageTower

BATCH = 32
"""Default batch size of encoders."""


@dataclass(frozen=True)
class Classifier:
    """A network with its styles, calibration and thresholds."""

    config: TrainConfig
    styles: tuple[str, ...]
    preprocessing: Preprocessing
    network: Any
    """A `BaselineCNN`, or a CLIP of open_clip, which has no types."""
    counts: tuple[int, ...]
    """Training artworks of each style."""
    shares: tuple[float, ...]
    """Share of each style among the images seen in training."""
    style_embeddings: Tensor | None = None
    """CLIP only: the unit vector of each style's prompts, `[styles, d]`."""
    calibration: Calibration = field(default_factory=Calibration)
    record: TrainingRecord = field(default_factory=TrainingRecord, compare=False)

    @property
    def device(self) -> torch.device:
        """The network's device."""
        device: torch.device = next(self.network.parameters()).device
        return device

    def with_prior_correction(self, corrected: bool) -> Classifier:
        """Return the same network with or without prior correction, and uncalibrated."""
        config = self.config.model_copy(update={"prior_correction": corrected})
        return replace(self, config=config, calibration=Calibration())

    def predict_logits(self, pixels: Tensor) -> Tensor:
        """Compute logits `[n, styles]`, prior correction included, before the temperature.

        Args:
            pixels: prepared float32 `[n, 3, size, size]` on the classifier's device.
        """
        if self.style_embeddings is None:
            with self.arithmetic():
                logits: Tensor = self.network(pixels).float()
            return logits + self._shift()
        with self.arithmetic():
            embeddings = encode_images(self.network, pixels)
        scale: Tensor = self.network.logit_scale.exp()
        return scale * embeddings @ self.style_embeddings.T + self._shift()

    def predict(self, jpegs: Sequence[bytes]) -> Predictions:
        """Predict calibrated probabilities of image files.

        Raises:
            ImageError: if a file cannot be decoded.
        """
        vectors = [encoder.encode_jpegs(jpegs) for encoder in encoders_of(self)]
        logits = head_logits(self, vectors, len(jpegs))
        return Predictions(self.styles, softmax(logits, self.calibration.temperature))

    def arithmetic(self) -> torch.autocast:
        """Return the autocast context of the network: single precision, or bfloat16 in part."""
        return torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"
        )

    def _shift(self) -> Tensor:
        if not self.config.prior_correction:
            return torch.zeros(len(self.styles), device=self.device)
        shift = prior_shift(self.counts, self.shares)
        return torch.tensor(shift, dtype=torch.float32, device=self.device)


def encoders_of(
    classifier: Classifier, *, batch_size: int = BATCH, threads: int = 2
) -> tuple[Encoder, ...]:
    """Return the image encoders of this classifier; none for a constant one.

    Args:
        classifier: as trained.
        batch_size: images that go through at a time.
        threads: that decode.
    """
    return tuple(
        Encoder(network.eval(), classifier.preprocessing, classifier.device, batch_size, threads)
        for network in _encoder_modules(classifier)
    )


def encode_all(
    classifier: Classifier, works: pa.Table, encode: Encode = Encoder.encode
) -> list[Vectors]:
    """Embed artworks with each of a classifier's encoders, `[n, d]` each.

    Args:
        classifier: as trained.
        works: what `encode` takes.
        encode: uses cached vectors for encoders that were not trained.

    Raises:
        ImageError: if an image cannot be decoded.
    """
    if not classifier.config.is_frozen:
        encode = Encoder.encode  # these vectors are not needed again
    return [encode(encoder, works) for encoder in encoders_of(classifier)]


def head_logits(classifier: Classifier, vectors: Sequence[Vectors], works: int) -> Floats:
    """Compute logits `[n, styles]` before the temperature, prior correction included.

    In double precision, so that they do not depend on the size of the batch.

    Args:
        classifier: whose head is used.
        vectors: of each of `encoders_of`, `[n, d]`.
        works: n.
    """
    if works == 0:
        return np.empty((0, len(classifier.styles)))
    logits = _plain(classifier, vectors, works)
    if classifier.config.prior_correction:
        logits = logits + prior_shift(classifier.counts, classifier.shares)
    return logits


def is_image_tower(encoder: Encoder) -> bool:
    """Return whether an encoder is the image tower of a CLIP."""
    return isinstance(encoder.network, ImageTower)


def _encoder_modules(classifier: Classifier) -> list[nn.Module]:
    network = classifier.network
    if isinstance(network, ConstantLogits):
        return []
    if isinstance(network, FrozenLinear):
        return list(network.encoders)
    if isinstance(network, BaselineCNN):
        return [CnnEncoder(network)]
    return [ImageTower(network)]


def _plain(classifier: Classifier, vectors: Sequence[Vectors], works: int) -> Floats:
    network = classifier.network
    if isinstance(network, ConstantLogits):
        return np.tile(_numbers(network.logits), (works, 1))
    seen = np.concatenate(vectors, axis=1).astype(np.float64)
    if isinstance(network, FrozenLinear):
        return _linear(network.linear, seen)
    if isinstance(network, BaselineCNN):
        return _linear(network.head[-1], seen)
    assert classifier.style_embeddings is not None  # noqa: S101 - only a CLIP is left
    scale = _numbers(network.logit_scale.exp())
    return scale * (seen @ _numbers(classifier.style_embeddings).T)


def _linear(layer: nn.Module, seen: Floats) -> Floats:
    assert isinstance(layer, nn.Linear)  # noqa: S101 - heads are made here
    return seen @ _numbers(layer.weight).T + _numbers(layer.bias)


def _numbers(tensor: Tensor) -> Floats:
    return tensor.detach().cpu().numpy().astype(np.float64)
