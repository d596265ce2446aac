"""A classifier as two files: weights.safetensors, and model.json that says what they are.

A checkpoint's model_version follows from its weights and from all that its predictions depend on;
history and metrics lie beside that and do not count. Nothing is pickled.
"""

from __future__ import annotations

import shutil
import uuid
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    ValidationError,
    model_validator,
)
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from catalog.errors import ModelError
from catalog.hashing import key_of, sha256_of_file
from models.classifiers.calibration import Calibration
from models.classifiers.classifier import Classifier
from models.classifiers.record import TrainingRecord
from models.config import TrainConfig
from models.data.transforms import Preprocessing
from models.networks.clip import architecture_config, build
from models.networks.cnn import BaselineCNN
from models.networks.linear import linear_network
from models.networks.weights import OWN_NETWORK, require_fit

WEIGHTS, MANIFEST = "weights.safetensors", "model.json"
VERSION_DIGITS = 16
_EMBEDDINGS = "style_embeddings"
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Settings(BaseModel):
    """All that predictions depend on besides the weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    config: TrainConfig = Field(description="How it was trained, and what the network is.")
    styles: tuple[str, ...] = Field(description="The vocabulary, in order.")
    preprocessing: Preprocessing = Field(description="From image to input.")
    counts: tuple[NonNegativeInt, ...] = Field(description="Training works of each style.")
    shares: tuple[Share, ...] = Field(description="Part of the images shown of each style.")
    calibration: Calibration = Field(description="Temperature and thresholds.")

    @model_validator(mode="after")
    def _counts_and_shares_are_those_of_a_training(self) -> Settings:
        if len(set(self.styles)) != len(self.styles):
            raise ValueError("a style stands twice among the styles")
        for name in ("counts", "shares"):
            if (given := len(getattr(self, name))) != len(self.styles):
                raise ValueError(f"{given} {name} for {len(self.styles)} styles")
        if not any(self.counts):
            raise ValueError("its counts of training works are all zero")
        return self


class Manifest(BaseModel):
    """The contents of model.json."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    format: Literal[1] = Field(description="Layout of the checkpoint.")
    model_version: str = Field(description="Digest of weights and settings.")
    weights_sha256: str = Field(description="Digest of weights.safetensors.")
    settings: Settings = Field(description="What predictions depend on.")
    record: TrainingRecord = Field(description="How it came to be: data, history, metrics.")
    code_version: str = Field(description="Version of artcat that wrote it.")


def save(classifier: Classifier, folder: Path) -> str:
    """Write a classifier as a folder; a reader sees all of it or what was there before.

    Args:
        classifier: what to keep.
        folder: to be made, or replaced.

    Returns:
        Its model_version: 16 hexadecimal digits.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f".{folder.name}-{uuid.uuid4().hex}")
    unfinished.mkdir()
    try:
        save_file(_tensors(classifier), unfinished / WEIGHTS)
        settings = Settings(
            config=classifier.config,
            styles=classifier.styles,
            preprocessing=classifier.preprocessing,
            counts=classifier.counts,
            shares=classifier.shares,
            calibration=classifier.calibration,
        )
        digest = sha256_of_file(unfinished / WEIGHTS)
        manifest = Manifest(
            format=1,
            model_version=_version(digest, settings),
            weights_sha256=digest,
            settings=settings,
            record=classifier.record,
            code_version=_code_version(),
        )
        (unfinished / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
        # safetensors lets only the owner read what it writes
        (unfinished / WEIGHTS).chmod((unfinished / MANIFEST).stat().st_mode)
        _put_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest.model_version


def load(folder: Path, device: torch.device | str | None = None) -> Classifier:
    """Read a classifier and check that it is whole.

    Args:
        folder: as `save` wrote it.
        device: where to compute; by default the GPU if there is one.

    Raises:
        ModelError: of one line, if a file is missing, damaged, changed or from another version
            of artcat, or if the weights are not those of the architecture.
    """
    manifest = read_manifest(folder)
    if sha256_of_file(folder / WEIGHTS) != manifest.weights_sha256:
        raise ModelError(f"{folder / WEIGHTS} is damaged: it is not the file that was written")
    settings = manifest.settings
    try:
        tensors = load_file(folder / WEIGHTS)
    except SafetensorError as error:
        raise ModelError(f"{folder / WEIGHTS} cannot be read: {error}") from error
    network = _network(settings)
    own = {OWN_NETWORK + name: tensor for name, tensor in network.state_dict().items()}
    embeddings = tensors.pop(_EMBEDDINGS, None)
    require_fit(own, tensors, f"{folder / WEIGHTS} into {settings.config.architecture}")
    _require_embeddings(settings, embeddings, folder)
    network.load_state_dict({name.removeprefix(OWN_NETWORK): t for name, t in tensors.items()})
    place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    return Classifier(
        settings.config,
        settings.styles,
        settings.preprocessing,
        network.to(place, memory_format=torch.channels_last).eval(),
        settings.counts,
        settings.shares,
        # A copy: as part of the file it would keep all of that in memory.
        None if embeddings is None else embeddings.to(place, copy=True),
        settings.calibration,
        manifest.record,
    )


def read_manifest(folder: Path) -> Manifest:
    """What a checkpoint says of itself, without its weights.

    Raises:
        ModelError: of one line, if there is no checkpoint or its model.json is not as written.
    """
    path = folder / MANIFEST
    for file in (path, folder / WEIGHTS):
        if not file.is_file():
            raise ModelError(f"{folder} is no model: it has no {file.name}")
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "JSON"
        problem = first["msg"].removeprefix("Value error, ")
        raise ModelError(f"{path} cannot be used: {where}: {problem}") from error
    if manifest.model_version != _version(manifest.weights_sha256, manifest.settings):
        raise ModelError(f"{path} was changed: it is not model {manifest.model_version}")
    return manifest


def _network(settings: Settings) -> Any:
    """The network of the settings, with weights of its own."""
    config = settings.config
    if config.kind == "clip":
        return build(config.architecture, config.image_size)
    if config.kind == "cnn":
        return BaselineCNN(len(settings.styles), config.image_size, config.dropout)
    return linear_network(config, settings.preprocessing, len(settings.styles))


def _tensors(classifier: Classifier) -> dict[str, Tensor]:
    state: dict[str, Tensor] = classifier.network.state_dict()
    tensors = {OWN_NETWORK + name: tensor for name, tensor in state.items()}
    if classifier.style_embeddings is not None:
        tensors[_EMBEDDINGS] = classifier.style_embeddings
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}


def _require_embeddings(settings: Settings, embeddings: Tensor | None, folder: Path) -> None:
    config = settings.config
    expected = None
    if config.kind == "clip":
        expected = (len(settings.styles), architecture_config(config.architecture)["embed_dim"])
    given = None if embeddings is None else tuple(embeddings.shape)
    if given != expected:
        raise ModelError(f"{folder / WEIGHTS}: {_EMBEDDINGS} is {given}, not {expected}")


def _version(weights_sha256: str, settings: Settings) -> str:
    return key_of(weights_sha256, settings.model_dump(mode="json"))[:VERSION_DIGITS]


def _code_version() -> str:
    try:
        return version("artcat")
    except PackageNotFoundError:
        return "unknown"


def _put_in_place(finished: Path, folder: Path) -> None:
    """Rename a finished folder to its place; one that is there goes only when this succeeds."""
    if not folder.exists():
        finished.rename(folder)
        return
    replaced = folder.with_name(f".{folder.name}-{uuid.uuid4().hex}")
    folder.rename(replaced)
    try:
        finished.rename(folder)
    except OSError:
        replaced.rename(folder)
        raise
    shutil.rmtree(replaced, ignore_errors=True)
