"""A classifier split into encoders, which embed images, and a head, which classifies vectors.

With cached vectors the head can change without encoding images again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch
from torch import nn

from models.classifiers.classifier import Classifier
from models.classifiers.priors import prior_shift
from models.networks.cnn import BaselineCNN, Trunk
from models.networks.encoding import Encode, Encoder, Vectors, encode_directly
from models.networks.linear import ConstantLogits, FrozenLinear, ImageTower

Logits = npt.NDArray[np.float64]

BATCH = 32
"""Default batch size of encoders."""


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
    classifier: Classifier, works: pa.Table, encode: Encode = encode_directly
) -> list[Vectors]:
    """Embed works with each of a classifier's encoders, `[n, d]` each.

    Args:
        classifier: as trained.
        works: what `encode` takes.
        encode: uses cached vectors for encoders that were not trained.

    Raises:
        ImageError: if an image cannot be decoded.
    """
    if not classifier.config.is_frozen:
        encode = encode_directly  # these vectors are not needed again
    return [encode(encoder, works) for encoder in encoders_of(classifier)]


def head_logits(classifier: Classifier, vectors: Sequence[Vectors], works: int) -> Logits:
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
        return [Trunk(network)]
    return [ImageTower(network)]


def _plain(classifier: Classifier, vectors: Sequence[Vectors], works: int) -> Logits:
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


def _linear(layer: nn.Module, seen: Logits) -> Logits:
    assert isinstance(layer, nn.Linear)  # noqa: S101 - heads are made here
    return seen @ _numbers(layer.weight).T + _numbers(layer.bias)


def _numbers(tensor: torch.Tensor) -> Logits:
    return tensor.detach().cpu().numpy().astype(np.float64)
