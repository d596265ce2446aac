"""Ready-made configurations: presets, the ladder of methods, and overrides."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from catalog.base.errors import ModelError
from models.config import (
    FULL_CLIP,
    IMAGENET,
    LITE_CLIP,
    OWN_ARCHITECTURES,
    TINY_CLIP,
    Kind,
    Method,
    Preset,
    TrainConfig,
)

_FACTS = TrainConfig(
    kind="facts",
    architecture=OWN_ARCHITECTURES["facts"],
    image_size=32,
    epochs=0,
    batch_size=256,
    augment=False,
    cross_validate=True,  # and the prior is corrected by the biases of its pool
)
_STANDARD: dict[Kind, TrainConfig] = {
    "majority": TrainConfig(
        kind="majority",
        architecture=OWN_ARCHITECTURES["majority"],
        image_size=32,
        epochs=0,
        batch_size=256,
        augment=False,
        prior_correction=False,
    ),
    "features": TrainConfig(
        kind="features",
        architecture=OWN_ARCHITECTURES["features"],
        image_size=128,
        epochs=0,
        batch_size=64,
        augment=False,
    ),
    # The student project's network and settings: Adam at 1e-3, batches of 32, 20 epochs.
    "cnn": TrainConfig(
        kind="cnn",
        architecture=OWN_ARCHITECTURES["cnn"],
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
    ),
    "probe": TrainConfig(
        kind="probe",
        architecture=LITE_CLIP,
        pretrained=IMAGENET,
        image_size=224,
        epochs=0,
        batch_size=64,
        augment=False,
        # Between equal weights of artworks (best accuracy) and of styles (best recall of rare
        # ones), and so near the best in both.
        class_weight="fourth-root",
        prior_correction=False,
    ),
    # The image tower is pretrained, the text tower is not: it is trained first. Source: Zhai et
    # al. 2022, LiT: Zero-shot transfer with locked-image text tuning.
    "clip": TrainConfig(
        kind="clip",
        architecture=LITE_CLIP,
        pretrained=IMAGENET,
        image_size=224,
        locked_epochs=20,
        locked_learning_rate=1e-3,
        epochs=5,
        batch_size=64,
        styles_per_batch=8,
        works_per_style=8,
        style_weighting="square-root",
        learning_rate=1e-4,
        layer_decay=0.75,
        weight_decay=0.05,
        betas=(0.9, 0.98),
    ),
    "facts": _FACTS,
    "combined": _FACTS.model_copy(
        update={"kind": "combined", "architecture": OWN_ARCHITECTURES["combined"]}
    ),
}
_QUICK: dict[Kind, dict[str, int]] = {
    "features": {"image_size": 64},
    "cnn": {"image_size": 64, "epochs": 6},
    "probe": {"image_size": 128},
    "clip": {
        "image_size": 128,
        "locked_epochs": 5,
        "epochs": 1,
        "batch_size": 32,
        "works_per_style": 4,
    },
}
PRESETS: dict[Preset, dict[Kind, TrainConfig]] = {
    "standard": _STANDARD,
    "quick": {
        kind: config.model_copy(update=_QUICK.get(kind)) for kind, config in _STANDARD.items()
    },
}
"""`standard` is for real use; `quick` checks in seconds that everything runs."""

_OF_ALL_KINDS = "image_size batch_size class_weight prior_correction cross_validate seed workers"
"""Settings of methods without epochs too."""
_WITH_OPTIONS = ("kind", "architecture", "pretrained", "wise_ft", "probe_features")

LADDER: dict[Method, tuple[Kind, dict[str, Any]]] = {
    "majority": ("majority", {}),
    "features": ("features", {}),
    "cnn": ("cnn", {}),
    "zero-shot": ("clip", {"locked_epochs": 0, "epochs": 0}),
    "linear-probe": ("probe", {}),
    "linear-probe+features": ("probe", {"probe_features": True}),
    "locked-image": ("clip", {"epochs": 0}),
    "fine-tuned": ("clip", {}),
    "wise-ft": ("clip", {"wise_ft": True}),
    "facts": ("facts", {"cross_validate": True}),
    "combined": ("combined", {"cross_validate": True}),
}
"""Every method, from the simplest up: its kind, and how it differs from the kind's preset."""

# Both towers are pretrained, so both learn from the start; a locked one is a method of its own.
_FULL_SIZE = {
    "image_size": 224,
    "learning_rate": 1e-5,
    "locked_learning_rate": 1e-4,
    "layer_decay": 1.0,
    "weight_decay": 0.1,
}
_FULL_SIZE_EPOCHS: dict[Preset, int] = {"standard": 10, "quick": 1}
# A tiny CLIP starts from random weights; pretrained ones need a lower rate and fewer epochs.
_TINY_RATES = {True: 5e-4, False: 1e-3}
_TINY_EPOCHS: dict[Preset, dict[bool, int]] = {
    "standard": {True: 15, False: 20},
    "quick": {True: 5, False: 5},
}
_TINY_SIZES: dict[Preset, int] = {"standard": 96, "quick": 64}


def resolve_config(
    kind: Kind,
    preset: Preset = "standard",
    *,
    architecture: str | None = None,
    pretrained: str | None = None,
    **overrides: Any,
) -> TrainConfig:
    """Adapt the preset to the architecture and the weights, then apply overrides.

    Args:
        kind: of the network.
        preset: `standard` or `quick`.
        architecture: by default `baseline-cnn`, `artcat-lite`, or `ViT-B-32` if pretrained by
            other weights than `imagenet`.
        pretrained: open_clip tag or weights file for CLIP; by default `imagenet` for `artcat-lite`,
            random weights for others.
        **overrides: fields of `TrainConfig`; with `batch_size` alone, a balanced batch keeps its
            number of styles; None for `styles_per_batch` gives plain shuffled batches.

    Raises:
        ModelError: for an unknown preset or field, or a value that does not fit, in one line.
    """
    if preset not in PRESETS or kind not in PRESETS[preset]:
        raise ModelError(f"unknown preset '{preset}' for '{kind}': choose standard or quick")
    base = PRESETS[preset][kind].model_dump()
    if kind in ("clip", "probe"):
        fitted = _fitted_to_weights(preset, architecture, pretrained)
        # a probe trains no network: only architecture and input size are adapted
        adapted = fitted if kind == "clip" else ("architecture", "pretrained", "image_size")
        base.update({name: fitted[name] for name in adapted if name in fitted})
    else:
        base |= {"architecture": architecture or base["architecture"], "pretrained": pretrained}
    base.update(overrides)
    # batch_size and the shape of a balanced batch agree where only one was given
    styles, works = base["styles_per_batch"], base["works_per_style"]
    if styles is None:
        base["works_per_style"] = overrides.get("works_per_style")
    elif "batch_size" not in overrides:
        base["batch_size"] = styles * works if works else base["batch_size"]
    elif "works_per_style" not in overrides and isinstance(base["batch_size"], int):
        base["works_per_style"] = max(base["batch_size"] // styles, 1)
    try:
        return TrainConfig.model_validate(base)
    except ValidationError as error:
        problems = []
        for each in error.errors():
            where = ".".join(map(str, each["loc"]))
            what = each["msg"].removeprefix("Value error, ")
            problems.append(f"{where}: {what}" if where else what)
        raise ModelError(f"training configuration: {'; '.join(problems)}") from error


def parse_settings(given: Sequence[str]) -> dict[str, Any]:
    """Parse settings of a command line, NAME=VALUE with the value in JSON or plain words.

    Raises:
        ModelError: for one that is not of this form, not known, or has an option of its own.
    """
    known = [name for name in TrainConfig.model_fields if name not in _WITH_OPTIONS]
    settings: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in known:
            raise ModelError(
                f"unknown setting '{text}': give NAME=VALUE, NAME one of {', '.join(known)}"
            )
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
    """Return the configuration of a method; architecture and weights are those of its CLIP, if any.

    Raises:
        ModelError: as `resolve_config`.
    """
    kind, settings = LADDER[method]
    if method == "locked-image":
        overrides = {"locked_epochs": PRESETS[preset][kind].locked_epochs, **overrides}
    if kind in OWN_ARCHITECTURES:
        architecture = pretrained = None
    if kind not in ("cnn", "clip"):  # methods without epochs have no such settings
        overrides = {name: overrides[name] for name in _OF_ALL_KINDS.split() if name in overrides}
    start = {"architecture": architecture, "pretrained": pretrained}
    return resolve_config(kind, preset, **start, **{**overrides, **settings})


def quickgelu_name(architecture: str) -> str:
    """Return the architecture's variant with OpenAI's faster approximate activation."""
    return architecture if architecture.endswith("-quickgelu") else f"{architecture}-quickgelu"


def _fitted_to_weights(
    preset: Preset, architecture: str | None, pretrained: str | None
) -> dict[str, Any]:
    """Return settings of a CLIP that depend on its size and its initial weights."""
    name = architecture or (LITE_CLIP if pretrained in (None, IMAGENET) else FULL_CLIP)
    settings: dict[str, Any] = {"architecture": name, "pretrained": pretrained}
    if name == LITE_CLIP:
        return {**settings, "pretrained": pretrained or IMAGENET}
    settings |= {"locked_epochs": 0, "style_weighting": "uniform"}
    if name == TINY_CLIP:
        begun = pretrained is not None
        settings |= {"image_size": _TINY_SIZES[preset], "epochs": _TINY_EPOCHS[preset][begun]}
        return {**settings, "learning_rate": _TINY_RATES[begun], "layer_decay": 1.0}
    if pretrained == "openai":
        name = quickgelu_name(name)
    settings |= {**_FULL_SIZE, "architecture": name, "epochs": _FULL_SIZE_EPOCHS[preset]}
    # open_clip's names contain the input size unless it is 224 pixels
    if size := re.search(r"-(\d{3})(-quickgelu)?$", name):
        settings["image_size"] = int(size[1])
    return settings
