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
from models.classifiers.calibration import Calibration, Predictions, prior_shift, softmax
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

        Pixels are prepared float32 `[n, 3, size, size]` on the classifier's device.
        """
        shift = torch.zeros(len(self.styles), device=self.device)
        if self.config.prior_correction:
            given = prior_shift(self.counts, self.shares)
            shift = torch.tensor(given, dtype=torch.float32, device=self.device)
        with self.arithmetic():
            if self.style_embeddings is None:
                logits: Tensor = self.network(pixels).float()
                return logits + shift
            embeddings = encode_images(self.network, pixels)
        scale: Tensor = self.network.logit_scale.exp()
        return scale * embeddings @ self.style_embeddings.T + shift

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


def encoders_of(
    classifier: Classifier, *, batch_size: int = BATCH, threads: int = 2
) -> tuple[Encoder, ...]:
    """Return the image encoders of this classifier; none for a constant one."""
    network = classifier.network
    modules: list[nn.Module]
    if isinstance(network, ConstantLogits):
        modules = []
    elif isinstance(network, FrozenLinear):
        modules = list(network.encoders)
    else:
        is_cnn = isinstance(network, BaselineCNN)
        modules = [CnnEncoder(network) if is_cnn else ImageTower(network)]
    return tuple(
        Encoder(module.eval(), classifier.preprocessing, classifier.device, batch_size, threads)
        for module in modules
    )


def encode_all(
    classifier: Classifier, works: pa.Table, encode: Encode = Encoder.encode
) -> list[Vectors]:
    """Embed artworks with each of a classifier's encoders, `[n, d]` each.

    `encode` uses cached vectors for encoders that were not trained.

    Raises:
        ImageError: if an image cannot be decoded.
    """
    if not classifier.config.is_frozen:
        encode = Encoder.encode  # these vectors are not needed again
    return [encode(encoder, works) for encoder in encoders_of(classifier)]


def head_logits(classifier: Classifier, vectors: Sequence[Vectors], works: int) -> Floats:
    """Compute logits `[n, styles]` before the temperature, prior correction included.

    In double precision, so that they do not depend on the size of the batch. The vectors are
    those of each of `encoders_of`, `[n, d]`.
    """
    if works == 0:
        return np.empty((0, len(classifier.styles)))
    network, embeddings = classifier.network, classifier.style_embeddings
    if isinstance(network, ConstantLogits):
        logits = np.tile(_numbers(network.logits), (works, 1))
    else:
        seen = np.concatenate(vectors, axis=1).astype(np.float64)
        if embeddings is not None:  # a CLIP
            logits = _numbers(network.logit_scale.exp()) * (seen @ _numbers(embeddings).T)
        else:
            layer = network.linear if isinstance(network, FrozenLinear) else network.head[-1]
            logits = seen @ _numbers(layer.weight).T + _numbers(layer.bias)
    if classifier.config.prior_correction:
        logits = logits + prior_shift(classifier.counts, classifier.shares)
    return logits


def is_image_tower(encoder: Encoder) -> bool:
    """Return whether an encoder is the image tower of a CLIP."""
    return isinstance(encoder.network, ImageTower)


def _numbers(tensor: Tensor) -> Floats:
    return tensor.detach().cpu().numpy().astype(np.float64)
