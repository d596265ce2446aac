"""Image-to-caption retrieval, the objective of contrastive training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch

from models.arrays import Flags, Vectors
from models.classifiers.classifier import Classifier
from models.data.captions import HOUSE, CaptionWriter, Facts
from models.data.dataset import FACTS
from models.networks.texts import count_tokens, encode_texts, tokenizer

AMONG = 128
"""Captions per batch in the original project's measure."""
_TEXTS, _IMAGES = 256, 1024
"""Batch size in the text tower, and of comparisons with all captions."""


@dataclass(frozen=True)
class Retrieval:
    """Of each artwork, `[n]`."""

    in_batch: Flags
    """Whether its own caption is nearest among those of a batch of up to 128 artworks."""
    rank: npt.NDArray[np.int64]
    """Rank of its own caption among all different ones of the part, from 1."""


def captions_of(classifier: Classifier, works: pa.Table) -> list[str]:
    """Return a standard caption of each artwork with all its facts that fit the text tower."""
    architecture = classifier.config.architecture
    counted = partial(count_tokens, architecture)
    writer = CaptionWriter(counted, tokenizer(architecture).context_length)
    rows = works.select(["style", *FACTS]).to_pylist()
    return [writer.fitted(HOUSE, Facts(**row)) for row in rows]


def encode_captions(classifier: Classifier, captions: list[str]) -> Vectors:
    """Encode captions as CLIP's unit vectors `[n, d]`."""
    architecture = classifier.config.architecture
    parts = []
    with torch.inference_mode(), classifier.arithmetic():
        for start in range(0, len(captions), _TEXTS):
            texts = captions[start : start + _TEXTS]
            parts.append(encode_texts(classifier.network, architecture, texts).cpu().numpy())
    return np.concatenate(parts)


def retrieve(images: Vectors, captions: Vectors, texts: list[str], *, seed: int = 0) -> Retrieval:
    """Rank each image's own caption among others.

    An identical caption is right, too. One that is as near as the right one
    counts as nearer, so that a constant network retrieves nothing.

    Args:
        images: unit vectors `[n, d]`.
        captions: unit vectors of their captions `[n, d]`.
        texts: the captions `[n]`.
        seed: of the batches, which are drawn at random; the last one may be smaller.
    """
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    own = np.array([numbers[text] for text in texts], np.int64)
    first = np.unique(own, return_index=True)[1]
    ranks = [
        _rank(images[start : start + _IMAGES], captions[first], own[start : start + _IMAGES])
        for start in range(0, len(images), _IMAGES)
    ]
    in_batch = np.zeros(len(images), bool)
    order = np.random.default_rng(seed).permutation(len(images))
    for start in range(0, len(images), AMONG):
        batch = order[start : start + AMONG]
        different, places = np.unique(own[batch], return_inverse=True)
        in_batch[batch] = _rank(images[batch], captions[first[different]], places) == 1
    return Retrieval(in_batch, np.concatenate([np.empty(0, np.int64), *ranks]))


def _rank(images: Vectors, captions: Vectors, own: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rank the caption `own` `[n]` among `captions` `[m, d]` for `images` `[n, d]`, from 1."""
    similarity = images @ captions.T
    right = similarity[np.arange(len(images)), own]
    rank: npt.NDArray[np.int64] = np.count_nonzero(similarity >= right[:, None], axis=1)
    return rank
