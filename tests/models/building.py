"""Models in a home without training: rows, stand-ins for checkpoint files, held-out predictions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import torch

from models.classifiers.classifier import encoders_of, head_logits
from models.config import TrainConfig
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import HeldOutPredictions
from models.presets import resolve_config
from models.versions.registry import FILES, folder_key
from tests.building import put

STYLES = ("Baroque", "Realism", "Rococo")
BEGIN = datetime(2024, 5, 1, tzinfo=UTC)


def logits_of(classifier, jpegs) -> np.ndarray:
    """Logits `[n, styles]` of image files before the temperature."""
    vectors = [encoder.encode_jpegs(jpegs) for encoder in encoders_of(classifier)]
    return head_logits(classifier, vectors, len(jpegs))


def quick_clip(**settings) -> TrainConfig:
    """A CLIP that is trained in a second."""
    shape = {"styles_per_batch": 3, "works_per_style": 4, "batch_size": 12, "epochs": 1}
    return resolve_config("clip", "quick", **{"architecture": "artcat-tiny", **shape, **settings})


def quick_cnn(**settings) -> TrainConfig:
    """A small CNN."""
    return resolve_config("cnn", "quick", **{"image_size": 32, "batch_size": 8, **settings})


def same_weights(one, two) -> bool:
    """Whether two classifiers or networks have equal weights, apart from counters."""
    first, second = (getattr(each, "network", each).state_dict() for each in (one, two))
    return all(
        torch.equal(tensor, second[name])
        for name, tensor in first.items()
        if tensor.is_floating_point()
    )


def version(number: int) -> str:
    """A model_version that begins with the number."""
    return f"{number:x}".ljust(16, "0")


def add_model(home, number: int, *, files: bool = True, **columns) -> str:
    """A row of `models`, and files of its name; its model_version."""
    model_version = version(number)
    row = {
        "model_version": model_version,
        "method": "cnn",
        "kind": "cnn",
        "architecture": "baseline-cnn",
        "scheme": "artist",
        "training_key": "",
        "config": '{"prior_correction": false}',
        "history": "[]",
        "temperature": 1.0,
        "works": 10,
        "created_at": BEGIN + timedelta(days=number),
    }
    put(home, "models", {**row, **columns})
    for name in FILES if files else ():
        home.write(f"{folder_key(model_version)}/{name}", b"{}")
    return model_version


def add_held_out_predictions(
    home, model_version: str, guesses, labels, *, sure: float = 3.0
) -> None:
    """Say that a model was measured: what it guessed of works `w0`, `w1`, ..., two per artist."""
    logits = np.eye(len(STYLES))[np.asarray(guesses)] * sure
    ids = [f"w{number}" for number in range(len(labels))]
    groups = [f"artist {number // 2}" for number in range(len(labels))]
    kept = HeldOutPredictions(STYLES, ids, groups, np.asarray(labels, np.int64), logits, logits)
    held_out_predictions.write(home, model_version, "validation", kept)
    measure: dict[str, object] = {
        "scheme": "artist",
        "part": "validation",
        "style": "all",
        "evidence": "all",
        "metric": "accuracy",
    }
    measure["prior_correction"] = False
    put(home, "evaluations", {**measure, "model_version": model_version, "value": 0.5})
