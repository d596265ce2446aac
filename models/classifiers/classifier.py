"""A trained image classifier: from pixels or image files to calibrated style probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.classifiers.calibration import Calibration, softmax
from models.classifiers.predictions import Predictions
from models.classifiers.priors import prior_shift
from models.classifiers.record import TrainingRecord
from models.config import TrainConfig
from models.data.prefetch import prefetched
from models.data.transforms import Preprocessing
from models.networks.clip import encode_images

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Classifier:
    """A network with its styles, calibration and thresholds."""

    config: TrainConfig
    styles: tuple[str, ...]
    preprocessing: Preprocessing
    network: Any
    """A `BaselineCNN`, or a CLIP of open_clip, which has no types."""
    counts: tuple[int, ...]
    """Training works of each style."""
    shares: tuple[float, ...]
    """Share of each style among the images seen in training."""
    style_embeddings: Tensor | None = None
    """CLIP only: the unit vector of each style's prompts, `[styles, d]`."""
    calibration: Calibration = field(default_factory=Calibration)
    record: TrainingRecord = field(default_factory=TrainingRecord, compare=False)

    @property
    def temperature(self) -> float:
        """Divisor of logits for calibrated probabilities."""
        return self.calibration.temperature

    @property
    def accept_threshold(self) -> float:
        """From this confidence on a prediction is accepted; above 1: never."""
        return self.calibration.accept_threshold

    @property
    def review_threshold(self) -> float:
        """Below this confidence the classifier abstains."""
        return self.calibration.review_threshold

    @property
    def device(self) -> torch.device:
        """The network's device."""
        device: torch.device = next(self.network.parameters()).device
        return device

    def calibrated(self, calibration: Calibration) -> Classifier:
        """Return the same network with another temperature and thresholds."""
        return replace(self, calibration=calibration)

    def measured(self, metrics: dict[str, float]) -> Classifier:
        """Return the same classifier with metrics added to its record."""
        metrics = {**self.record.metrics, **metrics}
        return replace(self, record=replace(self.record, metrics=metrics))

    def with_prior_correction(self, corrected: bool) -> Classifier:
        """Return the same network with or without prior correction, and uncalibrated."""
        config = self.config.model_copy(update={"prior_correction": corrected})
        return replace(self, config=config, calibration=Calibration())

    def predict_logits(self, pixels: Tensor) -> Tensor:
        """Compute logits `[n, styles]`, prior correction included, before the temperature.

        Args:
            pixels: prepared float32 `[n, 3, size, size]` on the classifier's device.
        """
        if self.style_embeddings is not None:
            return self.logits_from_embeddings(self.embed(pixels))
        with self.arithmetic():
            logits: Tensor = self.network(pixels).float()
        return logits + self._shift()

    def embed(self, pixels: Tensor) -> Tensor:
        """Embed prepared pixels `[n, 3, size, size]` as CLIP's unit vectors `[n, d]`.

        Raises:
            TypeError: if this is a CNN, which has no embeddings.
        """
        self._style_embeddings()
        with self.arithmetic():
            return encode_images(self.network, pixels)

    def logits_from_embeddings(self, embeddings: Tensor) -> Tensor:
        """Compute logits `[n, styles]` of unit vectors `[n, d]`: scaled similarity to each style.

        Raises:
            TypeError: if this is a CNN.
        """
        styles = self._style_embeddings()
        scale: Tensor = self.network.logit_scale.exp()
        return scale * embeddings @ styles.T + self._shift()

    def logits(self, jpegs: Sequence[bytes], batch_size: int = 32, threads: int = 2) -> Vectors:
        """Compute logits `[n, styles]` of image files before the temperature, for calibration.

        Args:
            jpegs: the files' bytes.
            batch_size: images in one forward pass.
            threads: that decode, ahead of the network.

        Raises:
            ImageError: if a file cannot be decoded.
        """
        parts: list[Vectors] = [np.empty((0, len(self.styles)), np.float32)]
        with torch.inference_mode():
            for pixels in self._pixels(jpegs, batch_size, threads):
                parts.append(self.predict_logits(pixels).cpu().numpy())
        return np.concatenate(parts)

    def predict(
        self, jpegs: Sequence[bytes], batch_size: int = 32, threads: int = 2
    ) -> Predictions:
        """Predict calibrated probabilities of image files; arguments and errors as for `logits`."""
        logits = self.logits(jpegs, batch_size, threads)
        return Predictions(self.styles, softmax(logits, self.temperature))

    def arithmetic(self) -> torch.autocast:
        """Return the autocast context of the network: single precision, or bfloat16 in part."""
        return torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"
        )

    def _style_embeddings(self) -> Tensor:
        if self.style_embeddings is None:
            raise TypeError("a CNN has no embeddings")
        return self.style_embeddings

    def _shift(self) -> Tensor:
        if not self.config.prior_correction:
            return torch.zeros(len(self.styles), device=self.device)
        shift = prior_shift(self.counts, self.shares)
        return torch.tensor(shift, dtype=torch.float32, device=self.device)

    def _pixels(self, jpegs: Sequence[bytes], batch_size: int, threads: int) -> Iterator[Tensor]:
        self.network.eval()
        batches = (jpegs[start : start + batch_size] for start in range(0, len(jpegs), batch_size))
        for _, squares in prefetched(batches, self.preprocessing.square, threads):
            yield self.preprocessing.normalise(squares.to(self.device))
