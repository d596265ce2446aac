"""The flow `train`: train the baseline CNN and CLIP, or all methods, on both splits.

Run: artcat train --home artcat-home --ladder
"""

from __future__ import annotations

import time

from catalog.base.errors import TooFewArtworksError
from catalog.base.log_lines import fields
from catalog.datasets.dataset import DATASETS, base_of
from catalog.runs.record import Run, recorded
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from flows.evaluate import evaluate_steps
from flows.progress import LOG
from flows.results import TrainResult
from models.config import Method, TrainConfig
from models.evaluation.leaderboard import leaderboard
from models.networks.pretrained import local_weights
from models.parameters import (
    IMAGELESS,
    USUAL,
    LearnParameters,
    ModelParameters,
    TrainParameters,
    methods_of,
)
from models.presets import ladder_config, parse_settings
from models.readiness import (
    can_cross_validate,
    can_select_champion,
    explain_missing_parts,
    has_validation,
    is_small,
    reason_not_trainable,
    require_trainable,
)
from tasks.ingestion import dropped_works, update_splits
from tasks.learning import train_model
from tasks.prefect_run import run_id


def train(parameters: TrainParameters) -> Run[TrainResult]:
    """Train models on both splits; returns their versions and, if measured, the leaderboard."""
    home = open_existing_home(parameters.home)
    dataset = DATASETS[parameters.dataset]
    methods = methods_of(parameters)
    measured = parameters.ladder or parameters.evaluate
    with recorded(home, "train", TrainResult(), None, run_id()) as run:
        update_splits(home.uri, dataset.name)
        asked = parameters.method and not set(methods) <= set(IMAGELESS)
        require_trainable(home, dataset, images=bool(asked))
        train_steps(run, home, parameters, methods, parameters.scheme)
        if measured:
            evaluate_steps(run, home)
    if measured:
        run.result.leaderboard = leaderboard(home)
    return run


def train_steps(
    run: Run[TrainResult],
    home: Store,
    parameters: ModelParameters,
    methods: tuple[Method, ...] = USUAL,
    base: str | None = None,
) -> None:
    """Run the steps of training, one model after another, also within `nightly`."""
    result = run.result
    given = parameters.model_dump(include=set(LearnParameters.model_fields))
    learn = LearnParameters.model_validate(given)
    dataset = DATASETS[learn.dataset]
    result.dropped = dropped_works(home.uri, dataset.name)
    failed: list[TooFewArtworksError] = []
    if reason_not_trainable(home, dataset) is not None:  # then only facts are available
        methods = tuple(method for method in methods if method in IMAGELESS)
    schemes = [scheme for scheme in dataset.schemes if base in (None, base_of(scheme))]
    result.fallbacks = [line for scheme in schemes for line in explain_missing_parts(home, scheme)]
    # A requested scheme is trained even if no champion can be selected on it
    useful = (
        schemes if base else [scheme for scheme in schemes if can_select_champion(home, scheme)]
    )
    models = [(method, scheme) for method in methods for scheme in useful or schemes]
    with run.step("train"):
        for number, (method, scheme) in enumerate(models, 1):
            began = time.monotonic()
            config = config_of(home, method, scheme, learn)
            try:
                version = train_model(home.uri, config, scheme, learn.preset)
            except TooFewArtworksError as error:  # does not concern the other schemes
                failed.append(error)
                result.fallbacks.append(f"{method} on the split {scheme!r}: {error}")
            else:
                result.trained[f"{method} {config.architecture} {scheme}"] = version
            LOG.info(
                *("train: %d of %d models, %s on the split %r", number, len(models)),
                *(method, scheme),
                extra=fields(seconds=round(time.monotonic() - began, 1)),
            )
    if failed and not result.trained:
        raise failed[0]


def config_of(home: Store, method: Method, scheme: str, parameters: LearnParameters) -> TrainConfig:
    """Return the configuration for the parameters.

    Raises:
        ModelError: if its settings are incompatible.
    """
    settings = parse_settings(parameters.set)
    asked = parameters.cross_validate
    if asked is not None:
        wanted = asked
    elif not has_validation(home, scheme):  # then it is necessary
        wanted = can_cross_validate(home, scheme)
    else:  # the quick preset uses a linear probe, which is fast on cached embeddings
        fast = parameters.preset != "quick" or method == "linear-probe"
        wanted = fast and is_small(home, scheme)
    # WiSE-FT's mixture and early stopping need a validation part
    chosen_on_it = method == "wise-ft" or (asked is None and "patience" in settings)
    settings.setdefault("cross_validate", wanted and not chosen_on_it)
    return ladder_config(
        method,
        parameters.preset,
        architecture=parameters.model,
        pretrained=local_weights(parameters.pretrained),
        **settings,
    )
