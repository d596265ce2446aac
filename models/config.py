"""What a training run is told: one described, frozen configuration, and the presets."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from catalog.errors import ModelError

Kind = Literal["majority", "features", "cnn", "clip", "probe"]
Method = Literal[
    "majority",
    "features",
    "cnn",
    "zero-shot",
    "linear-probe",
    "linear-probe+features",
    "fine-tuned",
    "wise-ft",
]
Preset = Literal["standard", "quick"]

CNN_ARCHITECTURE = "baseline-cnn"
MAJORITY_ARCHITECTURE = "majority-class"
FEATURES_ARCHITECTURE = "colour-texture"
TINY_CLIP = "artcat-tiny"
FULL_CLIP = "ViT-B-32"
OWN_ARCHITECTURES: dict[Kind, str] = {
    "majority": MAJORITY_ARCHITECTURE,
    "features": FEATURES_ARCHITECTURE,
    "cnn": CNN_ARCHITECTURE,
}
"""The one architecture of each kind that is no CLIP."""


class TrainConfig(BaseModel):
    """How one classifier is trained. Equal configurations and data give equal weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = Field(
        description="Majority class; colour and texture features under logistic regression; "
        "baseline CNN; CLIP fine-tuned on image-caption pairs; or logistic regression on the "
        "embeddings of a frozen CLIP (probe)."
    )
    architecture: str = Field(
        description="majority-class, colour-texture, baseline-cnn, artcat-tiny, or a CLIP of "
        "open_clip such as ViT-B-32."
    )
    pretrained: str | None = Field(
        default=None, description="Where CLIP starts: open_clip tag, or a .safetensors or .pt file."
    )
    image_size: int = Field(ge=32, description="Side of the square that the network sees, pixels.")
    epochs: int = Field(
        ge=0, description="Passes over the training works; 0 keeps the first weights (zero-shot)."
    )
    batch_size: int = Field(ge=2, description="Works in one step of training and of prediction.")
    styles_per_batch: int | None = Field(
        default=None, ge=2, description="Styles in a balanced batch; none: plain shuffled batches."
    )
    works_per_style: int | None = Field(
        default=None, ge=1, description="Works of each style in a balanced batch."
    )
    style_weighting: Literal["uniform", "square-root"] = Field(
        default="uniform",
        description="How often balanced batches draw a style: alike, or by root of size.",
    )
    optimizer: Literal["adam", "adamw"] = Field(default="adamw", description="Adam or AdamW.")
    learning_rate: float = Field(default=1e-3, gt=0, description="Highest learning rate.")
    weight_decay: float = Field(
        default=0.0, ge=0, description="Decay of matrices; never of biases, norms."
    )
    betas: tuple[float, float] = Field(
        default=(0.9, 0.999), description="Adam's two running averages."
    )
    schedule: Literal["constant", "cosine"] = Field(
        default="cosine",
        description="Learning rate after warm-up: as it is, or down to zero by a cosine.",
    )
    warmup: float = Field(
        default=0.1, ge=0, lt=1, description="Part of all steps with a rising rate."
    )
    gradient_clip: float | None = Field(
        default=1.0, gt=0, description="Largest norm of the gradient."
    )
    layer_decay: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="CLIP only: each layer further from the output learns this much more slowly.",
    )
    ema_decay: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="Keep a running average of the weights, which forgets at this rate a step.",
    )
    micro_batch: int | None = Field(
        default=None,
        ge=1,
        description="Images that are in the network at a time; a batch stays whole in the loss.",
    )
    wise_ft: bool = Field(
        default=False,
        description="CLIP only: mix first and last weights, as the validation works like it best.",
    )
    probe_features: bool = Field(
        default=False, description="Probe only: colour and texture features beside the embedding."
    )
    class_weight: Literal["natural", "balanced"] = Field(
        default="balanced",
        description="Logistic regression only: works count alike, or styles do.",
    )
    loss: Literal["clip", "multi-caption", "multi-style"] = Field(
        default="multi-caption", description="CLIP only: which pairs of a batch belong together."
    )
    dropout: float = Field(
        default=0.5, ge=0, lt=1, description="CNN only: dropout before the last layer."
    )
    augment: bool = Field(default=True, description="Random crops, flips and light colour changes.")
    caption_dropout: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="CLIP only: how often a caption names nothing but the style.",
    )
    prior_correction: bool = Field(
        default=True,
        description="Add the log of how much commoner a style is than the batches showed it.",
    )
    precision: Literal["fp32", "bf16"] = Field(
        default="fp32", description="Arithmetic of the network."
    )
    seed: int = Field(default=0, ge=0, description="Seed of weights, batches, captions and crops.")
    patience: int | None = Field(
        default=None,
        ge=1,
        description="Stop after so many epochs without a better one, and keep the best.",
    )
    select_by: Literal["macro-f1", "loss"] = Field(
        default="macro-f1", description="What makes an epoch better, on the validation works."
    )
    cross_validate: bool = Field(
        default=False,
        description="Learn from the validation part too, and calibrate on works that models of "
        "the other folds judged. For catalogs with too few works for a part of their own.",
    )
    workers: int = Field(
        default=2, ge=1, description="Threads that decode and crop ahead of the network."
    )

    @property
    def method(self) -> Method:
        """What the leaderboard calls it."""
        if self.kind == "probe":
            return "linear-probe+features" if self.probe_features else "linear-probe"
        if self.kind == "clip":
            if self.wise_ft:
                return "wise-ft"
            return "fine-tuned" if self.epochs else "zero-shot"
        return self.kind

    @model_validator(mode="after")
    def _batches_add_up(self) -> TrainConfig:
        styles, works = self.styles_per_batch, self.works_per_style
        if (styles is None) != (works is None):
            raise ValueError("give styles_per_batch and works_per_style together")
        if styles is not None and works is not None and styles * works != self.batch_size:
            raise ValueError(
                f"batch_size {self.batch_size} is not styles_per_batch x works_per_style, "
                f"{styles} x {works}"
            )
        own = OWN_ARCHITECTURES.get(self.kind)
        if own is not None and (self.architecture != own or self.pretrained is not None):
            name = "CNN" if self.kind == "cnn" else self.kind
            raise ValueError(f"a {name} is '{own}', without pretrained weights")
        if own is None and self.architecture in OWN_ARCHITECTURES.values():
            raise ValueError(f"'{self.architecture}' is no CLIP")
        if self.patience is not None and self.cross_validate:
            raise ValueError("patience needs a validation part: not with cross_validate")
        if self.wise_ft and self.cross_validate:
            raise ValueError("wise_ft chooses on the validation part: not with cross_validate")
        return self


# The student project's network and settings: Adam at 1e-3, batches of 32, 20 epochs.
_CNN = TrainConfig(
    kind="cnn",
    architecture=CNN_ARCHITECTURE,
    image_size=128,
    epochs=20,
    batch_size=32,
    optimizer="adam",
    learning_rate=1e-3,
    schedule="constant",
    warmup=0.0,
    gradient_clip=None,
    augment=False,
    prior_correction=False,
)
_CLIP = TrainConfig(
    kind="clip",
    architecture=TINY_CLIP,
    image_size=96,
    epochs=20,
    batch_size=64,
    styles_per_batch=8,
    works_per_style=8,
    learning_rate=1e-3,
    weight_decay=0.05,
    betas=(0.9, 0.98),
)

_MAJORITY = TrainConfig(
    kind="majority",
    architecture=MAJORITY_ARCHITECTURE,
    image_size=32,
    epochs=0,
    batch_size=256,
    augment=False,
    prior_correction=False,
)
_FEATURES = TrainConfig(
    kind="features",
    architecture=FEATURES_ARCHITECTURE,
    image_size=128,
    epochs=0,
    batch_size=64,
    augment=False,
)
_PROBE = TrainConfig(
    kind="probe",
    architecture=TINY_CLIP,
    image_size=96,
    epochs=0,
    batch_size=64,
    augment=False,
)

PRESETS: dict[Preset, dict[Kind, TrainConfig]] = {
    "standard": {
        "majority": _MAJORITY,
        "features": _FEATURES,
        "cnn": _CNN,
        "probe": _PROBE,
        "clip": _CLIP,
    },
    "quick": {
        "majority": _MAJORITY,
        "features": _FEATURES.model_copy(update={"image_size": 64}),
        "cnn": _CNN.model_copy(update={"image_size": 64, "epochs": 6}),
        "probe": _PROBE.model_copy(update={"image_size": 64}),
        "clip": _CLIP.model_copy(
            update={"image_size": 64, "epochs": 5, "batch_size": 32, "works_per_style": 4}
        ),
    },
}
"""`standard` is meant to be used; `quick` proves in seconds that everything runs."""

LADDER: dict[Method, tuple[Kind, dict[str, Any]]] = {
    "majority": ("majority", {}),
    "features": ("features", {}),
    "cnn": ("cnn", {}),
    "zero-shot": ("clip", {"epochs": 0}),
    "linear-probe": ("probe", {}),
    "linear-probe+features": ("probe", {"probe_features": True}),
    "fine-tuned": ("clip", {}),
    "wise-ft": ("clip", {"wise_ft": True}),
}
"""Every method, from the plainest up: its kind, and how it differs from the kind's preset."""

_FULL_SIZE = {"image_size": 224, "learning_rate": 1e-5, "weight_decay": 0.1}
_FULL_SIZE_EPOCHS: dict[Preset, int] = {"standard": 10, "quick": 1}
# A tiny CLIP that has been pretrained goes on more gently and not as long.
_TINY_PRETRAINED = {"learning_rate": 5e-4}
_TINY_PRETRAINED_EPOCHS: dict[Preset, int] = {"standard": 15, "quick": 5}


def resolve_config(
    kind: Kind,
    preset: Preset = "standard",
    *,
    architecture: str | None = None,
    pretrained: str | None = None,
    **overrides: Any,
) -> TrainConfig:
    """The preset, fitted to the architecture and the weights, then changed as asked.

    Args:
        kind: `cnn` or `clip`.
        preset: `standard` or `quick`.
        architecture: by default `baseline-cnn`, `artcat-tiny`, or `ViT-B-32` if pretrained.
        pretrained: open_clip tag or weights file for CLIP.
        **overrides: fields of `TrainConfig`; with `batch_size` alone, a balanced batch keeps its
            number of styles; None for `styles_per_batch` asks for plain shuffled batches.

    Raises:
        ModelError: for an unknown preset or field, or a value that does not fit, in one line.
    """
    if preset not in PRESETS or kind not in PRESETS[preset]:
        raise ModelError(f"no preset '{preset}' for '{kind}': there are standard and quick")
    base = PRESETS[preset][kind].model_dump()
    base["pretrained"] = pretrained
    if kind in ("clip", "probe"):
        fitted = _fitted_to_weights(preset, architecture, pretrained)
        # a probe trains no network: nothing but which one it is, and what it sees, is fitted
        base.update(fitted if kind == "clip" else _seen(fitted))
    elif architecture is not None:
        base["architecture"] = architecture
    base.update(overrides)
    base.update(_batch_shape(base, overrides))
    try:
        return TrainConfig.model_validate(base)
    except ValidationError as error:
        raise ModelError(f"training configuration: {_one_line(error)}") from error


_OF_ALL_KINDS = (
    "image_size",
    "batch_size",
    "class_weight",
    "prior_correction",
    "cross_validate",
    "seed",
    "workers",
)
_WITH_OPTIONS = ("kind", "architecture", "pretrained", "wise_ft", "probe_features")


def parse_settings(given: Sequence[str]) -> dict[str, Any]:
    """Settings as a command line has them, NAME=VALUE with the value in JSON or plain words.

    Raises:
        ModelError: for one that is not of this form, not known, or has an option of its own.
    """
    settings: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in TrainConfig.model_fields or name in _WITH_OPTIONS:
            known = ", ".join(n for n in TrainConfig.model_fields if n not in _WITH_OPTIONS)
            raise ModelError(f"no setting '{text}': give NAME=VALUE, NAME one of {known}")
        try:
            settings[name] = json.loads(value)
        except ValueError:
            settings[name] = value
    return settings


def ladder_config(
    method: Method,
    preset: Preset = "standard",
    *,
    architecture: str | None = None,
    pretrained: str | None = None,
    **overrides: Any,
) -> TrainConfig:
    """The configuration of a method; architecture and weights are those of its CLIP, if it has one.

    Raises:
        ModelError: as `resolve_config`.
    """
    kind, settings = LADDER[method]
    if kind in OWN_ARCHITECTURES:
        architecture = pretrained = None
    if kind not in ("cnn", "clip"):  # what is not trained epoch by epoch has no such settings
        overrides = {name: overrides[name] for name in _OF_ALL_KINDS if name in overrides}
    return resolve_config(
        kind,
        preset,
        architecture=architecture,
        pretrained=pretrained,
        **{**overrides, **settings},
    )


def quickgelu_name(architecture: str) -> str:
    """The architecture's variant with OpenAI's faster, cruder activation."""
    return architecture if architecture.endswith("-quickgelu") else f"{architecture}-quickgelu"


def _fitted_to_weights(
    preset: Preset, architecture: str | None, pretrained: str | None
) -> dict[str, Any]:
    """Settings of a CLIP that depend on its size and on what it starts from."""
    name = architecture or (TINY_CLIP if pretrained is None else FULL_CLIP)
    if name == TINY_CLIP:
        if pretrained is None:
            return {}
        return {**_TINY_PRETRAINED, "epochs": _TINY_PRETRAINED_EPOCHS[preset]}
    if pretrained == "openai":
        name = quickgelu_name(name)
    settings = {**_FULL_SIZE, "architecture": name, "epochs": _FULL_SIZE_EPOCHS[preset]}
    # open_clip writes the input size into the names of those that do not see 224 pixels
    if size := re.search(r"-(\d{3})(-quickgelu)?$", name):
        settings["image_size"] = int(size[1])
    return settings


def _seen(fitted: dict[str, Any]) -> dict[str, Any]:
    return {name: fitted[name] for name in ("architecture", "image_size") if name in fitted}


def _batch_shape(base: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """Make batch_size and the shape of a balanced batch agree when only one was given."""
    styles = base["styles_per_batch"]
    if styles is None:
        return {"works_per_style": overrides.get("works_per_style")}
    if "batch_size" not in overrides:
        works = base["works_per_style"]
        return {"batch_size": styles * works} if works else {}
    if "works_per_style" not in overrides and isinstance(base["batch_size"], int):
        return {"works_per_style": max(base["batch_size"] // styles, 1)}
    return {}


def _one_line(error: ValidationError) -> str:
    problems = []
    for problem in error.errors():
        where = ".".join(str(part) for part in problem["loc"])
        what = problem["msg"].removeprefix("Value error, ")
        problems.append(f"{where}: {what}" if where else what)
    return "; ".join(problems)
