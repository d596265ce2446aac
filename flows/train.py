"""Train the baseline CNN and CLIP, each on both splits.

Run: artcat train --home artcat-home --preset quick
"""

from __future__ import annotations

from typing import Any

from prefect import flow

from catalog.homes import open_existing_home
from catalog.runs import Run, recorded
from catalog.splits import SCHEMES
from catalog.store import Store
from flows.quiet import run_id
from models.config import Kind, TrainConfig, resolve_config
from models.parameters import ModelParameters, TrainParameters
from models.pretrained import local_weights
from models.readiness import require_trainable
from tasks.learning import train_model


@flow(name="train")
def train(parameters: TrainParameters) -> dict[str, Any]:
    """Train both models on both splits; returns their versions."""
    home = open_existing_home(parameters.home)
    with recorded(home, "train", None, run_id()) as run:
        require_trainable(home)
        train_steps(run, home, parameters)
    return run.summary()


def train_steps(run: Run, home: Store, parameters: ModelParameters) -> None:
    """The steps of training, as `nightly` takes them too: one model after another."""
    versions = {}
    with run.step("train"):
        for kind in ("cnn", "clip"):
            config = config_of(kind, parameters)
            for scheme in SCHEMES:
                versions[f"{config.architecture} {scheme}"] = train_model(
                    home.uri, config, scheme, parameters.preset
                )
    run.counts["trained"] = versions


def config_of(kind: Kind, parameters: ModelParameters) -> TrainConfig:
    """The configuration that the parameters ask for."""
    if kind == "cnn":
        return resolve_config("cnn", parameters.preset)
    return resolve_config(
        "clip",
        parameters.preset,
        architecture=parameters.model,
        pretrained=local_weights(parameters.pretrained),
    )
