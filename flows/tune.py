"""The flow `tune`: search for the best configuration of one kind of model, train and evaluate it.

Run: artcat tune --home artcat-home --preset quick --trials 20
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from catalog.base.errors import ModelError
from catalog.base.hashing import key_of
from catalog.datasets import examples
from catalog.datasets.dataset import dataset_of
from catalog.runs.record import Run, recorded
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from flows.evaluate import evaluate_steps
from flows.quiet import run_id
from flows.run_trials import run_trials
from models.evaluation.leaderboard import leaderboard
from models.networks.pretrained import digest, local_weights
from models.parameters import TuneParameters
from models.readiness import require_trainable
from models.training.key import fingerprint_of, training_key
from models.tuning import trials
from models.tuning.search import Search, setting_of
from models.tuning.space import space_of
from models.tuning.trials import TrialRow
from tasks.ingestion import update_splits
from tasks.learning import train_model
from tasks.tuning import discard_trainings, report_study

TUNED = "tuned"
"""The preset recorded in `models` for a configuration that a search found."""


def tune(parameters: TuneParameters) -> dict[str, Any]:
    """Try configurations, train the best one on both splits and evaluate it; return the results."""
    home = open_existing_home(parameters.home)
    with recorded(home, "tune", None, run_id()) as run:
        dataset = dataset_of(parameters.scheme)
        update_splits(home.uri, dataset.name)
        require_trainable(home, dataset)
        with run.step("search"):
            search = open_search(home, parameters)
            run_trials(home, search, parameters)
        report = report_study(home.uri, search.name)
        best = search.best()
        run.counts |= {
            "study": search.name,
            "trials": dict(Counter(row.state for row in search.rows.values())),
            "best_trial": best.number,
            "best_macro_f1": best.value,
            "best_params": best.params,
        }
        train_winner(run, home, parameters.scheme, best)
        evaluate_steps(run, home)
    return {
        **run.summary(),
        "tuning": report["lines"],
        "pictures": report["pictures"],
        "leaderboard": leaderboard(home),
    }


def open_search(home: Store, parameters: TuneParameters) -> Search:
    """Open the requested study, with the trials of earlier runs."""
    pretrained = local_weights(parameters.pretrained)
    space = space_of(parameters, pretrained)
    pruner = parameters.pruner or ("none" if space.grid else "asha")
    if not examples.styles_of_part(home, parameters.scheme, "validation"):
        raise ModelError(
            f"the validation part of the split '{parameters.scheme}' has no labelled works to "
            "measure trials on: add labels, or take another --scheme"
        )
    works = [fingerprint_of(home, parameters.scheme, part) for part in ("train", "validation")]
    setting = setting_of(
        space,
        kind=parameters.kind,
        scheme=parameters.scheme,
        works=works,
        weights=digest(pretrained),
        pruner=pruner,
        seed=parameters.seed,
    )
    parts = (parameters.kind, space.name, parameters.scheme, key_of(setting)[:8])
    name = parameters.study or "-".join(parts)
    return Search(
        name,
        space,
        pruner=pruner,
        seed=parameters.seed,
        setting=setting,
        key=lambda config: training_key(config, parameters.scheme, works[0], works[1]),
        rows=trials.read(home, name),
    )


def train_winner(run: Run, home: Store, scheme: str, best: TrialRow) -> None:
    """Train the best configuration on both splits of the dataset, like any other model."""
    with run.step("train"):
        run.counts["trained"] = {
            f"{best.config.architecture} {each}": train_model(home.uri, best.config, each, TUNED)
            for each in dataset_of(scheme).schemes
        }
        discard_trainings(home.uri, [best.training_key])
