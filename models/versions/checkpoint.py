"""Checkpoints: a classifier as weights.safetensors and a manifest model.json.

A checkpoint's model_version follows from its weights and from all that its predictions depend on;
history and metrics are not part of it. Nothing is pickled. A combined classifier is
one checkpoint: the tensors of its image classifier begin with `image.`, those of its facts
classifier with `facts.`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors.torch import load_file, save_file

from catalog.base.errors import ModelError
from catalog.base.file_kinds import kind_of
from catalog.base.files import read_regular
from catalog.base.hashing import key_of, sha256_of_file
from catalog.base.wording import one_line
from models.classifiers.record import TrainingRecord
from models.versions.settings import (
    AnyClassifier,
    ModelSettings,
    build_classifier,
    settings_of,
    tensors_of,
)

WEIGHTS, MANIFEST = "weights.safetensors", "model.json"
_MAX_MANIFEST, _MAX_TEXT, _MAX_NUMBER = 64 << 20, 4096, 2**53


class Manifest(BaseModel):
    """The contents of model.json."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    format: Literal[1] = Field(description="Layout of the checkpoint.")
    model_version: str = Field(description="Digest of weights and settings.")
    weights_sha256: str = Field(description="Digest of weights.safetensors.")
    settings: ModelSettings = Field(description="What predictions depend on.")
    record: TrainingRecord = Field(description="How it came to be: data, history, metrics.")
    code_version: str = Field(description="Version of artcat that wrote it.")


def save(classifier: AnyClassifier, folder: Path) -> str:
    """Write a classifier as a folder, which must not exist yet.

    Returns:
        Its model_version: 16 hexadecimal digits.
    """
    folder.mkdir(parents=True)
    save_file(tensors_of(classifier), folder / WEIGHTS)
    settings, digest = settings_of(classifier), sha256_of_file(folder / WEIGHTS)
    manifest = Manifest(
        format=1,
        model_version=_version(digest, settings),
        weights_sha256=digest,
        settings=settings,
        record=classifier.record,
        code_version=version("artcat"),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    # safetensors creates files that only the owner can read
    (folder / WEIGHTS).chmod((folder / MANIFEST).stat().st_mode)
    return manifest.model_version


def load(folder: Path, device: torch.device | str | None = None) -> AnyClassifier:
    """Read a classifier and check its integrity.

    By default it computes on the GPU if there is one.

    Raises:
        ModelError: if a file is missing, damaged, changed or from another version
            of artcat, or if the weights are not those of the architecture.
    """
    manifest = check(folder)
    what = str(folder / WEIGHTS)
    try:
        tensors = load_file(folder / WEIGHTS)
    except Exception as error:  # an invalid header raises many kinds of errors
        raise ModelError(f"{what} cannot be read: {one_line(error, 300)}") from error
    place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    try:
        return build_classifier(manifest.settings, tensors, manifest.record, place, what)
    except (RuntimeError, ValueError, TypeError, LookupError, MemoryError) as error:
        raise ModelError(f"{what}: its model cannot be built: {one_line(error, 300)}") from error


def check(folder: Path) -> Manifest:
    """Compare a checkpoint's files with their digests, without loading them.

    Raises:
        ModelError: if a file is missing, damaged or changed.
    """
    manifest = read_manifest(folder)
    if sha256_of_file(folder / WEIGHTS) != manifest.weights_sha256:
        kind = kind_of(folder / WEIGHTS) or "not the file that was written"
        raise ModelError(f"{folder / WEIGHTS} is damaged: it is {kind}")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a checkpoint, without its weights.

    Raises:
        ModelError: if there is no checkpoint or its model.json was changed.
    """
    path = folder / MANIFEST
    for file in (path, folder / WEIGHTS):
        if not file.is_file():
            raise ModelError(f"{folder} is not a model: it has no {file.name}")
    try:
        manifest = Manifest.model_validate_json(read_regular(path, _MAX_MANIFEST))
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise ModelError(f"{path} cannot be used: {first_problem(error)}") from error
    if manifest.model_version != _version(manifest.weights_sha256, manifest.settings):
        raise ModelError(f"{path} was changed: it is not model {manifest.model_version}")
    if strange := next(_strange(manifest.model_dump()), None):
        raise ModelError(f"{path} is refused: {strange}")
    return manifest


def _strange(content: object) -> Iterator[str]:
    """Find texts that would disturb a terminal, and numbers that no table could hold."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _strange(name)
            yield from _strange(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _strange(value)
    elif isinstance(content, str) and not (content.isprintable() and len(content) < _MAX_TEXT):
        yield f"the text {content[:40]!r} is too long or unprintable"
    elif isinstance(content, int) and abs(content) > _MAX_NUMBER:
        yield f"the number {str(content)[:40]} is too large"


def first_problem(error: ValidationError) -> str:
    """Name the first invalid field of a file and what is wrong with it."""
    first = error.errors()[0]
    where = ".".join(str(part)[:40] for part in first["loc"]) or "JSON"
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"


def _version(weights_sha256: str, settings: ModelSettings) -> str:
    return key_of(weights_sha256, settings.model_dump(mode="json"))[:16]
