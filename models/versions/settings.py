"""Model settings in model.json, and construction of the classifier from them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Annotated, Any

import torch
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, model_validator
from torch import Tensor

from catalog.base.errors import ModelError
from models.classifiers.calibration import NEVER, Calibration
from models.classifiers.classifier import Classifier
from models.classifiers.record import TrainingRecord
from models.config import BEYOND_IMAGES, TrainConfig
from models.data.transforms import Preprocessing
from models.evidence.classifier import CombinedClassifier
from models.evidence.patterns import FACTS, IMAGE, OTHER_WORKS, kinds_of, patterns_from
from models.evidence.pool import Pool
from models.facts.classifier import FactsClassifier, FactsSettings
from models.networks.clip import architecture_config, build
from models.networks.cnn import BaselineCNN
from models.networks.linear import linear_network
from models.networks.weights import OWN_NETWORK, require_fit, require_types

AnyClassifier = Classifier | CombinedClassifier
EMBEDDINGS = "style_embeddings"
_IMAGE, _FACTS = "image.", "facts."
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

_MAX_WORKS = 10**9
_ROUNDING = 1e-3
_PLAIN = ("majority", *BEYOND_IMAGES)
"""Kinds trained without resampling of images."""


class ModelSettings(BaseModel):
    """Settings that predictions depend on besides the weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    config: TrainConfig = Field(description="How it was trained, and what the network is.")
    styles: tuple[str, ...] = Field(description="The vocabulary, in order.")
    preprocessing: Preprocessing | None = Field(
        default=None, description="From image to input; null without an image classifier."
    )
    counts: tuple[NonNegativeInt, ...] = Field(description="Training artworks of each style.")
    shares: tuple[Share, ...] = Field(description="Part of the images shown of each style.")
    calibration: Calibration = Field(description="Temperature and thresholds.")
    pools: dict[str, Pool] = Field(default={}, description="Of a combined classifier, by pattern.")
    image: ModelSettings | None = Field(default=None, description="Of its image classifier.")
    facts: FactsSettings | None = Field(default=None, description="Of its facts classifier.")

    @model_validator(mode="after")
    def _is_that_of_a_training(self) -> ModelSettings:
        for problem in chain(_problems_of(self), _problems_of_parts(self)):
            raise ValueError(problem)
        return self


def _problems_of(settings: ModelSettings) -> Iterator[str]:
    """Yield problems that make settings invalid; only the first one is reliable."""
    if len(set(settings.styles)) != len(settings.styles):
        yield "a style occurs twice among the styles"
    for name in ("counts", "shares"):
        if (given := len(getattr(settings, name))) != len(settings.styles):
            yield f"{given} {name} for {len(settings.styles)} styles"
    total = sum(settings.counts)
    if not total:
        yield "its counts of training artworks are all zero"
    if total > _MAX_WORKS:
        yield f"it counts more than {_MAX_WORKS:,} training artworks"
    fitted = settings.calibration
    numbers = (fitted.temperature, fitted.accept_threshold, fitted.review_threshold)
    if fitted.temperature <= 0 or not all(math.isfinite(number) for number in numbers):
        yield "its temperature or thresholds are invalid"
    pixels = settings.preprocessing
    if pixels is not None and not (
        all(map(math.isfinite, (*pixels.mean, *pixels.std))) and all(pixels.std)
    ):
        yield "the mean or the deviation of its pixels is invalid"


def _problems_of_parts(settings: ModelSettings) -> Iterator[str]:
    image = settings.image
    if settings.config.kind not in BEYOND_IMAGES:
        if settings.preprocessing is None:
            yield "an image classifier needs its preprocessing"
        if settings.pools or image or settings.facts:
            yield "an image classifier has no pools and no parts"
        return
    if image and (image.config.kind in BEYOND_IMAGES or image.styles != settings.styles):
        yield "its image classifier is missing, or has other styles"
    if not settings.pools:
        yield "it has no pools"
    parts = {IMAGE: image, FACTS: settings.facts, OTHER_WORKS: True}
    known = set(patterns_from([kind for kind, part in parts.items() if part]))
    for pattern, pool in settings.pools.items():
        if pattern not in known:
            yield f"a pool for {pattern[:40]!r}, which its parts do not provide"
        if len(pool.weights) != len(kinds_of(pattern)):
            yield f"the pool {pattern} has {len(pool.weights)} weights"
        if pool.biases and len(pool.biases) != len(settings.styles):
            yield f"the pool {pattern} has {len(pool.biases)} biases"


def contradictions_in(settings: ModelSettings) -> Iterator[str]:
    """Yield contradictions that no training run writes, although a model could be built."""
    if abs(sum(settings.shares) - 1) > _ROUNDING:
        yield "its shares of styles do not sum to one"
    for style, count, share in zip(settings.styles, settings.counts, settings.shares, strict=True):
        if (count > 0) != (share > 0):
            yield f"{count} training artworks but a share of {share} for {style[:40]!r}"
        if settings.config.kind in _PLAIN and abs(share - count / sum(settings.counts)) > _ROUNDING:
            yield f"the share of {style[:40]!r}, {share}, is not that of its training artworks"
    fitted: tuple[Calibration | Pool, ...] = (settings.calibration, *settings.pools.values())
    for thresholds in fitted:
        accept, review = thresholds.accept_threshold, thresholds.review_threshold
        if not (0 <= review <= NEVER and 0 <= accept <= NEVER):
            yield f"its thresholds, {accept} and {review}, are not confidences"
    if (pixels := settings.preprocessing) and pixels.image_size != settings.config.image_size:
        yield (
            f"its images are prepared at {pixels.image_size} pixels, but its network is made for "
            f"{settings.config.image_size}"
        )
    if settings.image is not None:
        yield from contradictions_in(settings.image)


def settings_of(classifier: AnyClassifier) -> ModelSettings:
    """Collect the settings of a classifier."""
    names = ("config", "styles", "counts", "calibration")
    common = {name: getattr(classifier, name) for name in names}
    if isinstance(classifier, Classifier):
        pixels, shares = classifier.preprocessing, classifier.shares
        return ModelSettings(preprocessing=pixels, shares=shares, **common)
    total, facts = sum(classifier.counts), classifier.facts
    return ModelSettings(
        shares=tuple(count / total for count in classifier.counts),
        pools=dict(classifier.pools),
        image=settings_of(classifier.image) if classifier.image else None,
        facts=facts and FactsSettings(encoding=facts.encoding, scalings=dict(facts.scalings)),
        **common,
    )


def tensors_of(classifier: AnyClassifier) -> dict[str, Tensor]:
    """Collect the tensors of a classifier by name."""
    if isinstance(classifier, CombinedClassifier):
        image = tensors_of(classifier.image) if classifier.image else {}
        facts = classifier.facts.trees.tensors() if classifier.facts else {}
        return {
            **{_IMAGE + name: tensor for name, tensor in image.items()},
            **{_FACTS + name: torch.from_numpy(array) for name, array in facts.items()},
        }
    state: dict[str, Tensor] = classifier.network.state_dict()
    tensors = {OWN_NETWORK + name: tensor for name, tensor in state.items()}
    if classifier.style_embeddings is not None:
        tensors[EMBEDDINGS] = classifier.style_embeddings
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}


def build_classifier(
    settings: ModelSettings,
    tensors: Mapping[str, Tensor],
    record: TrainingRecord,
    device: torch.device,
    what: str,
) -> AnyClassifier:
    """Build the classifier that settings and tensors describe; `what` names the file in messages.

    Raises:
        ModelError: if the tensors are not those of the settings.
    """
    if settings.config.kind not in BEYOND_IMAGES:
        return _build_image_classifier(settings, dict(tensors), record, device, what)
    image = facts = None
    if settings.image is not None:
        own = _below(tensors, _IMAGE)
        image = _build_image_classifier(settings.image, own, TrainingRecord(), device, what)
    if settings.facts is not None:
        own = _below(tensors, _FACTS)
        try:
            arrays = {name: tensor.numpy() for name, tensor in own.items()}
        except TypeError as error:  # number types that NumPy lacks, such as bfloat16
            raise ModelError(f"{what} contains no trees: {error}") from error
        facts = FactsClassifier.build(settings.styles, settings.facts, arrays)
    own_prefixes = ((_IMAGE,) if image else ()) + ((_FACTS,) if facts else ())
    strange = [name for name in tensors if not name.startswith(own_prefixes)]
    if strange:
        raise ModelError(f"{what} contains {strange[0][:80]!r}, which it does not need")
    return CombinedClassifier(
        settings.config, settings.styles, settings.counts, settings.pools, image, facts, record
    )


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def _build_image_classifier(
    settings: ModelSettings,
    tensors: dict[str, Tensor],
    record: TrainingRecord,
    device: torch.device,
    what: str,
) -> Classifier:
    assert settings.preprocessing is not None  # noqa: S101 - the model's validator saw to it
    embeddings = tensors.pop(EMBEDDINGS, None)
    # compared before anything is allocated: a small file can name a network of 45 GB
    with torch.device("meta"):
        blank = _network(settings).state_dict()
    own = {OWN_NETWORK + name: tensor for name, tensor in blank.items()}
    require_fit(own, tensors, f"{what} into {settings.config.architecture}")
    require_types(own, tensors, what)
    config, expected = settings.config, None
    if config.kind == "clip":
        expected = (len(settings.styles), architecture_config(config.architecture)["embed_dim"])
    given = None if embeddings is None else tuple(embeddings.shape)
    if given != expected:
        raise ModelError(f"{what}: {EMBEDDINGS} is {given}, not {expected}")
    if embeddings is not None and not embeddings.is_floating_point():
        raise ModelError(f"{what}: {EMBEDDINGS} has type {embeddings.dtype}")
    network = _network(settings)
    network.load_state_dict({name.removeprefix(OWN_NETWORK): t for name, t in tensors.items()})
    return Classifier(
        settings.config,
        settings.styles,
        settings.preprocessing,
        network.to(device, memory_format=torch.channels_last).eval(),
        settings.counts,
        settings.shares,
        # A copy: as part of the file it would keep all of that in memory.
        None if embeddings is None else embeddings.to(device, copy=True),
        settings.calibration,
        record,
    )


def _network(settings: ModelSettings) -> Any:
    """Create the network of the settings, with initial weights."""
    config = settings.config
    if config.kind == "clip":
        return build(config.architecture, config.image_size)
    if config.kind == "cnn":
        return BaselineCNN(len(settings.styles), config.image_size, config.dropout)
    assert settings.preprocessing is not None  # noqa: S101 - the model's validator saw to it
    return linear_network(config, settings.preprocessing, len(settings.styles))
