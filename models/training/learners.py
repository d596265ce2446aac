"""Learners: network and loss of each kind of training."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from models.classifiers.classifier import Classifier
from models.config import IMAGENET, TrainConfig
from models.data.captions import CaptionWriter
from models.data.dataset import Examples
from models.data.transforms import Preprocessing
from models.networks.clip import create_clip, encode_images
from models.networks.cnn import BaselineCNN
from models.networks.linear import ImageTower
from models.networks.texts import count_tokens, encode_styles, encode_texts, tokenizer

FIRST_TEMPERATURE = 0.1
"""Initial temperature of the contrastive loss for random weights: a logit scale of 10."""
MAX_SCALE = 100.0


@dataclass(frozen=True)
class Targets:
    """Targets of a batch; for a CNN only the styles."""

    styles: Tensor
    """`[n]`"""
    captions: tuple[str, ...] = ()
    """CLIP only: the different captions of the batch."""
    caption_of: Tensor | None = None
    """CLIP only: index of each artwork's caption, `[n]`."""


class CnnLearner:
    """The baseline CNN under cross-entropy."""

    def __init__(self, blank: Classifier, examples: Examples) -> None:
        """Take a classifier with the first weights, and the training artworks."""
        self.network: nn.Module = blank.network
        self.device, self.preprocessing = blank.device, blank.preprocessing
        self._blank, self._labels = blank, torch.from_numpy(examples.labels)

    def targets(self, positions: Sequence[int], rng: np.random.Generator) -> Targets:  # noqa: ARG002
        """Return the artworks' styles."""
        return Targets(self._labels[list(positions)].to(self.device))

    def backward(self, pixels: Tensor, targets: Targets, micro_batch: int | None) -> float:
        """Add the gradients of the mean cross-entropy of the styles to the weights; return it.

        Args:
            pixels: `[n, 3, size, size]`.
            targets: of the same artworks.
            micro_batch: how many images go through the network at a time; None: all at once. The
                loss is that of the whole batch either way.
        """
        size, total = micro_batch or len(pixels), 0.0
        parts = zip(torch.split(pixels, size), torch.split(targets.styles, size), strict=True)
        for part, styles in parts:
            with self._blank.arithmetic():
                logits: Tensor = self.network(part)
            loss = cross_entropy(logits.float(), styles, reduction="sum") / len(pixels)
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return total

    def after_step(self) -> None:
        """Do nothing."""

    def classifier(self) -> Classifier:
        """Return the classifier of the present weights."""
        return replace(self._blank, network=self.network.eval())


class ClipLearner:
    """CLIP under a contrastive loss of images and captions."""

    def __init__(self, blank: Classifier, examples: Examples) -> None:
        """Take a classifier with the first weights, and the training artworks."""
        self.network = blank.network
        self.device, self.preprocessing = blank.device, blank.preprocessing
        self._blank, self._labels = blank, torch.from_numpy(examples.labels)
        self._facts, self._locked = examples.facts, False
        architecture = blank.config.architecture
        self._writer = CaptionWriter(
            partial(count_tokens, architecture),
            tokenizer(architecture).context_length,
            dropout=blank.config.caption_dropout,
        )

    @property
    def tower(self) -> ImageTower:
        """Return the image tower, which shares its weights with the CLIP."""
        return ImageTower(self.network)

    def lock(self, locked: bool) -> None:
        """Lock the image tower, so that batches are its unit vectors `[n, d]`, or unlock it."""
        self._locked = locked
        self.network.visual.requires_grad_(not locked)

    def targets(self, positions: Sequence[int], rng: np.random.Generator) -> Targets:
        """Return styles, and captions drawn from `rng`."""
        captions = [self._writer.write(self._facts[position], rng) for position in positions]
        number = {caption: place for place, caption in enumerate(dict.fromkeys(captions))}
        return Targets(
            self._labels[list(positions)].to(self.device),
            tuple(number),
            torch.tensor([number[caption] for caption in captions], device=self.device),
        )

    def backward(self, pixels: Tensor, targets: Targets, micro_batch: int | None) -> float:
        """Do the same with the contrastive loss that the configuration names.

        In parts, the activations of one are in memory at a time: first the vectors, without
        gradients; then the loss's gradients by the vectors; then part by part the vectors again,
        through which those gradients go on to the weights. Source: Gao et al. 2021, Scaling deep
        contrastive learning batch size under memory limited setup.
        """
        if micro_batch is None or micro_batch >= len(pixels):
            loss = self._loss(self._encode(pixels), self._read(targets.captions), targets)
            loss.backward()  # type: ignore[no-untyped-call]
            return float(loss.detach())
        size, captions = micro_batch, targets.captions
        images = torch.split(pixels, size)
        texts = [captions[start : start + size] for start in range(0, len(captions), size)]
        with torch.no_grad(), _statistics_kept(self.network):
            seen = torch.cat([self._encode(part) for part in images]).requires_grad_()
            read = torch.cat([self._read(part) for part in texts]).requires_grad_()
        loss = self._loss(seen, read, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        assert seen.grad is not None  # noqa: S101 - the loss depends on both
        assert read.grad is not None  # noqa: S101
        for part, gradient in zip(images, torch.split(seen.grad, size), strict=True):
            self._encode(part).backward(gradient)  # type: ignore[no-untyped-call]
        for words, gradient in zip(texts, torch.split(read.grad, size), strict=True):
            self._read(words).backward(gradient)  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def after_step(self) -> None:
        """Clamp the logit scale between 1 and 100, as CLIP's authors did."""
        with torch.no_grad():
            self.network.logit_scale.clamp_(0, math.log(MAX_SCALE))

    def classifier(self) -> Classifier:
        """Return the classifier of the present weights, with newly encoded style prompts."""
        network, blank = self.network.eval(), self._blank
        with torch.no_grad(), blank.arithmetic():
            embeddings = encode_styles(network, blank.config.architecture, blank.styles)
        return replace(blank, network=network, style_embeddings=embeddings)

    def _encode(self, pixels: Tensor) -> Tensor:
        if self._locked:
            return pixels
        with self._blank.arithmetic():
            return encode_images(self.network, pixels)

    def _read(self, captions: Sequence[str]) -> Tensor:
        with self._blank.arithmetic():
            return encode_texts(self.network, self._blank.config.architecture, captions)

    def _loss(self, images: Tensor, texts: Tensor, targets: Targets) -> Tensor:
        same = targets.caption_of
        assert same is not None  # noqa: S101 - made by targets()
        matching = {
            "clip": torch.arange(len(same), device=same.device),
            "multi-caption": same,
            "multi-style": targets.styles,
        }[self._blank.config.loss]
        return contrastive(images, texts[same], self.network.logit_scale.exp(), matching)


def contrastive(
    image_features: Tensor, text_features: Tensor, logit_scale: Tensor, groups: Tensor
) -> Tensor:
    """Compute symmetric cross-entropy to targets spread evenly within a group of matching pairs.

    With a group for each pair it is CLIP's own loss: Radford et al. 2021, Learning transferable
    visual models from natural language supervision, figure 3. With captions that name only the
    style that would push a style's artworks away from its own words. So artworks with the same
    caption may match (Goyal et al. 2023, Finetune like you pretrain; Yang et al. 2022, Unified
    contrastive learning in image-text-label space), or all of one style (Khosla et al. 2020,
    Supervised contrastive learning, between images and texts).

    Args:
        image_features: unit vectors `[n, d]`.
        text_features: unit vectors `[n, d]`, of the captions in the same order.
        logit_scale: factor of similarities, `[]`.
        groups: a number for each pair `[n]`, equal for pairs that match.
    """
    logits = logit_scale * image_features @ text_features.T
    same = (groups[:, None] == groups[None, :]).to(logits.dtype)
    targets = same / same.sum(1, keepdim=True)  # symmetric, as `same` is
    return (cross_entropy(logits, targets) + cross_entropy(logits.T, targets)) / 2


@contextmanager
def _statistics_kept(network: nn.Module) -> Iterator[None]:
    """Freeze running statistics of batch normalisation, so that each image counts once a step."""
    layers = [m for m in network.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = 0.0
    try:
        yield
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum


Learner = CnnLearner | ClipLearner


def make_learner(
    config: TrainConfig,
    styles: tuple[str, ...],
    examples: Examples,
    shares: tuple[float, ...],
    device: torch.device,
) -> Learner:
    """Create the network for the training artworks, and its learner.

    `shares` are those of the styles among the images sampled.

    Raises:
        ModelError: for an unknown architecture, or weights that do not fit.
    """
    network: Any
    if config.kind == "cnn":
        network = BaselineCNN(len(styles), config.image_size, config.dropout)
        preprocessing = Preprocessing(image_size=config.image_size, resize="squash")
    else:
        clip = create_clip(config.architecture, config.image_size, config.pretrained)
        network, preprocessing = clip.network, clip.preprocessing
        if config.pretrained in (None, IMAGENET):  # the text tower starts at random
            with torch.no_grad():
                network.logit_scale.fill_(-math.log(FIRST_TEMPERATURE))
        config = config.model_copy(update={"architecture": clip.architecture})
    network = network.to(device).to(memory_format=torch.channels_last)
    counts = examples.counts(len(styles))
    blank = Classifier(config, styles, preprocessing, network, counts, shares)
    return (CnnLearner if config.kind == "cnn" else ClipLearner)(blank, examples)
