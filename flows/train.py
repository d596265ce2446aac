"""Train the baseline CNN and CLIP, or the whole ladder of methods, each on both splits.

Run: artcat train --home artcat-home --ladder
"""

from __future__ import annotations

from typing import Any

from prefect import flow

from catalog.datasets import DATASETS
from catalog.homes import open_existing_home
from catalog.runs import Run, recorded
from catalog.store import Store
from flows.evaluate import evaluate_steps
from flows.quiet import run_id
from models.config import LADDER, Method, TrainConfig, ladder_config, parse_settings
from models.leaderboard import leaderboard
from models.parameters import LearnParameters, ModelParameters, TrainParameters
from models.pretrained import local_weights
from models.readiness import is_small, require_trainable
from tasks.ingestion import dropped_works, update_splits
from tasks.learning import train_model

USUAL: tuple[Method, ...] = ("cnn", "fine-tuned")


@flow(name="train")
def train(parameters: TrainParameters) -> dict[str, Any]:
    """Train models on both splits; returns their versions, and with `ladder` the leaderboard."""
    home = open_existing_home(parameters.home)
    dataset = DATASETS[parameters.dataset]
    methods: tuple[Method, ...] = tuple(parameters.method) or USUAL
    if parameters.ladder:
        methods = tuple(LADDER)
    with recorded(home, "train", None, run_id()) as run:
        update_splits(home.uri, dataset.name)
        require_trainable(home, dataset)
        train_steps(run, home, parameters, methods)
        if parameters.ladder:
            evaluate_steps(run, home)
    if not parameters.ladder:
        return run.summary()
    return {**run.summary(), "leaderboard": leaderboard(home)}


def train_steps(
    run: Run,
    home: Store,
    parameters: ModelParameters,
    methods: tuple[Method, ...] = USUAL,
) -> None:
    """The steps of training, as `nightly` takes them too: one model after another."""
    asked = {name: getattr(parameters, name) for name in type(parameters).model_fields}
    learn = LearnParameters(**{n: v for n, v in asked.items() if n in LearnParameters.model_fields})
    dataset = DATASETS[learn.dataset]
    run.counts["dropped"] = dropped_works(home.uri, dataset.name)
    versions = {}
    with run.step("train"):
        for method in methods:
            for scheme in dataset.schemes:
                config = config_of(home, method, scheme, learn)
                version = train_model(home.uri, config, scheme, learn.preset)
                versions[f"{method} {config.architecture} {scheme}"] = version
    run.counts["trained"] = versions


def config_of(home: Store, method: Method, scheme: str, parameters: LearnParameters) -> TrainConfig:
    """The configuration that the parameters ask for.

    Raises:
        ModelError: if its settings do not go together.
    """
    settings = parse_settings(parameters.set)
    asked = parameters.cross_validate
    # the quick preset is to be quick; WiSE-FT chooses its mixture on the validation part
    wanted = parameters.preset != "quick" and is_small(home, scheme) if asked is None else asked
    settings.setdefault("cross_validate", wanted and method != "wise-ft")
    return ladder_config(
        method,
        parameters.preset,
        architecture=parameters.model,
        pretrained=local_weights(parameters.pretrained),
        **settings,
    )
