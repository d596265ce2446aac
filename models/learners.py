"""What is minimised, batch by batch, for each kind of network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from models import losses
from models.captions import CaptionWriter
from models.classifier import Classifier
from models.clip import create_clip, encode_images, encode_styles, encode_texts, tokenizer
from models.cnn import BaselineCNN
from models.config import TrainConfig
from models.dataset import Examples
from models.transforms import Preprocessing

FIRST_TEMPERATURE = 0.1
"""Of the contrastive loss, where weights start at random; it is learned from there."""
LARGEST_SCALE = 100.0


class Learner(Protocol):
    """A network in training: what a batch costs, and the classifier that it makes by now."""

    network: nn.Module
    preprocessing: Preprocessing
    device: torch.device

    def loss(self, pixels: Tensor, positions: Sequence[int], rng: np.random.Generator) -> Tensor:
        """The batch's loss `[]`; pixels `[n, 3, size, size]`, positions of the works in order."""
        ...

    def after_step(self) -> None:
        """Keep what was learned within bounds."""
        ...

    def classifier(self) -> Classifier:
        """The classifier of the present weights, which it shares, ready to predict."""
        ...


class CnnLearner:
    """The baseline CNN under cross-entropy."""

    def __init__(
        self,
        config: TrainConfig,
        styles: tuple[str, ...],
        examples: Examples,
        shares: tuple[float, ...],
        device: torch.device,
    ) -> None:
        """Make the network and say what it learns from."""
        network = BaselineCNN(len(styles), config.image_size, config.dropout)
        self.network: nn.Module = network.to(device).to(memory_format=torch.channels_last)
        self.device = device
        self.preprocessing = Preprocessing(image_size=config.image_size, resize="squash")
        self._labels = torch.from_numpy(examples.labels)
        counts = examples.counts(len(styles))
        self._classifier = Classifier(
            config, styles, self.preprocessing, self.network, counts, shares
        )

    def loss(self, pixels: Tensor, positions: Sequence[int], rng: np.random.Generator) -> Tensor:  # noqa: ARG002
        """Cross-entropy of the styles; nothing is left to chance."""
        with self._classifier.arithmetic():
            logits: Tensor = self.network(pixels)
        return cross_entropy(logits.float(), self._labels[list(positions)].to(pixels.device))

    def after_step(self) -> None:
        """Nothing to keep."""

    def classifier(self) -> Classifier:
        """The classifier of the present weights."""
        self.network.eval()
        return self._classifier


class ClipLearner:
    """CLIP under a contrastive loss of images and captions."""

    def __init__(
        self,
        config: TrainConfig,
        styles: tuple[str, ...],
        examples: Examples,
        shares: tuple[float, ...],
        device: torch.device,
    ) -> None:
        """Make the network and say what it learns from.

        Raises:
            ModelError: for an unknown architecture, or weights that do not fit.
        """
        clip = create_clip(config.architecture, config.image_size, config.pretrained)
        self.device = device
        self.preprocessing = clip.preprocessing
        self._network = clip.network.to(device).to(memory_format=torch.channels_last)
        self.network = self._network
        if config.pretrained is None:
            with torch.no_grad():
                self._network.logit_scale.fill_(-math.log(FIRST_TEMPERATURE))
        words = tokenizer(clip.architecture)
        self._writer = CaptionWriter(
            lambda text: len(words.encode(text)),
            words.context_length,
            dropout=config.caption_dropout,
        )
        self._facts = examples.facts
        self._labels = torch.from_numpy(examples.labels)
        config = config.model_copy(update={"architecture": clip.architecture})
        counts = examples.counts(len(styles))
        self._blank = Classifier(config, styles, clip.preprocessing, clip.network, counts, shares)

    def loss(self, pixels: Tensor, positions: Sequence[int], rng: np.random.Generator) -> Tensor:
        """The contrastive loss that the configuration names; captions are drawn from `rng`."""
        config = self._blank.config
        captions = [self._writer.write(self._facts[position], rng) for position in positions]
        number = {caption: place for place, caption in enumerate(dict.fromkeys(captions))}
        same = torch.tensor([number[caption] for caption in captions], device=pixels.device)
        with self._blank.arithmetic():
            images = encode_images(self._network, pixels)
            texts = encode_texts(self._network, config.architecture, list(number))[same]
        scale = self._network.logit_scale.exp()
        if config.loss == "clip":
            return losses.clip(images, texts, scale)
        if config.loss == "multi-caption":
            return losses.multi_caption(images, texts, scale, same)
        styles = self._labels[list(positions)].to(pixels.device)
        return losses.multi_style(images, texts, scale, styles)

    def after_step(self) -> None:
        """Keep the scale of similarities between 1 and 100, as CLIP's makers did."""
        with torch.no_grad():
            self._network.logit_scale.clamp_(0, math.log(LARGEST_SCALE))

    def classifier(self) -> Classifier:
        """The classifier of the present weights, its styles' prompts encoded anew."""
        self._network.eval()
        blank = self._blank
        with torch.no_grad(), blank.arithmetic():
            embeddings = encode_styles(self._network, blank.config.architecture, blank.styles)
        return replace(blank, style_embeddings=embeddings)


def learner_for(
    config: TrainConfig,
    styles: tuple[str, ...],
    examples: Examples,
    shares: tuple[float, ...],
    device: torch.device,
) -> Learner:
    """The learner of a configuration's kind.

    Args:
        config: of the training.
        styles: the vocabulary, in order.
        examples: the works to learn from.
        shares: part of the images shown that will be of each style.
        device: where to compute.

    Raises:
        ModelError: for an unknown architecture, or weights that do not fit.
    """
    make = CnnLearner if config.kind == "cnn" else ClipLearner
    return make(config, styles, examples, shares, device)
