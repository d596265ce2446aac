"""Search for the best configuration of one kind of model, and enter it on the leaderboard.

Run: artcat tune --home artcat-home --preset quick --trials 20
"""

from __future__ import annotations

import math
from collections import Counter
from contextvars import copy_context

from tqdm import tqdm

from catalog.base.errors import ModelError
from catalog.base.hashing import key_of
from catalog.datasets import examples
from catalog.datasets.dataset import dataset_of
from catalog.runs.record import Run, recorded
from catalog.storage.homes import open_existing_home, settings
from catalog.storage.store import Store
from flows.evaluate import evaluate_steps
from flows.progress import LOG
from flows.results import TuneResult
from models.config import TrainConfig
from models.evaluation.leaderboard import leaderboard
from models.networks.pretrained import digest, local_weights
from models.parameters import TuneParameters
from models.readiness import require_trainable
from models.training.key import fingerprint_of, training_key
from models.tuning.report import write_report
from models.tuning.search import Search
from models.tuning.space import space_of
from tasks.ingestion import update_splits
from tasks.learning import discard_trainings, train_model, train_rung
from tasks.prefect_run import run_id
from tasks.reporting import show_markdown
from tasks.runners import task_runner

TUNED = "tuned"
"""Preset in the table of models of a configuration that a search found."""


def tune(parameters: TuneParameters) -> Run[TuneResult]:
    """Try configurations, train the best one on both splits, evaluate it."""
    home = open_existing_home(parameters.home)
    with recorded(home, "tune", TuneResult(), None, run_id()) as run:
        result = run.result
        dataset = dataset_of(parameters.scheme)
        update_splits(home.uri, dataset.name)
        require_trainable(home, dataset)
        with run.step("search"):
            search = open_search(home, parameters)
            run_trials(home, search, parameters)
        lines, pictures = write_report(home, search.study)
        report = "\n".join(["```", *lines, "```"])
        show_markdown(report, f"tuning-{search.name}", f"The trials of {search.name}")
        best = search.best()
        result.study = search.name
        result.trials = dict(Counter(trial.state.name.lower() for trial in search.study.trials))
        result.best_trial, result.best_macro_f1 = best.number, best.value
        result.best_params = best.params
        with run.step("train"):
            config = search.space.config(best.params)
            result.trained = {
                f"{config.architecture} {scheme}": train_model(home.uri, config, scheme, TUNED)
                for scheme in dataset.schemes
            }
            discard_trainings(home.uri, [search.key(best)])
        evaluate_steps(run, home)
    result.tuning, result.pictures = lines, pictures
    result.leaderboard = leaderboard(home)
    return run


def open_search(home: Store, parameters: TuneParameters) -> Search:
    """Open the study that was asked for, as far as earlier runs have brought it."""
    pretrained = local_weights(parameters.pretrained)
    space = space_of(parameters, pretrained)
    if not examples.styles_of_part(home, parameters.scheme, "validation"):
        raise ModelError(
            f"the validation part of the split '{parameters.scheme}' has no labelled "
            "artworks to evaluate trials on: add labels, or choose a different --scheme"
        )
    works = [fingerprint_of(home, parameters.scheme, part) for part in ("train", "validation")]
    setting = {
        **parameters.model_dump(include={"kind", "scheme", "seed"}),
        **space.setting(),
        "pruner": parameters.pruner or ("none" if space.grid else "asha"),
        "works": works,
        "weights": digest(pretrained),
    }
    parts = (parameters.kind, space.name, parameters.scheme, key_of(setting)[:8])
    return Search(
        home,
        parameters.study or "-".join(parts),
        space,
        setting,
        lambda config: training_key(config, parameters.scheme, *works),
    )


def run_trials(home: Store, search: Search, parameters: TuneParameters) -> None:
    """Run the trials of a study, each rung a task on threads or on Dask.

    Raises:
        ArtcatError: for a mistake that is not one trial's alone.
    """
    context = copy_context()  # trials side by side have threads that do not know of the flow run
    with (
        task_runner(parameters.dask or settings().dask, parameters.parallel) as runner,
        tqdm(desc="tune", unit="rung", disable=None) as bar,
    ):

        def train(number: int, config: TrainConfig, key: str, until: int) -> tuple[float, float]:
            given = {"home": home.uri, "config": config, "scheme": parameters.scheme}
            given |= {"key": key, "until": until}
            macro_f1, seconds = context.copy().run(
                lambda: runner.submit(train_rung, given).result()
            )
            line = f"trial {number}, {until}/{config.all_epochs} epochs: macro-F1 {macro_f1:.3f}"
            LOG.info(line)
            bar.update()
            bar.set_postfix_str(line)
            return macro_f1, seconds

        search.run(
            train,
            lambda keys: context.copy().run(discard_trainings, home.uri, keys),
            trials=parameters.trials,
            seconds=math.inf if parameters.minutes is None else 60 * parameters.minutes,
            parallel=parameters.parallel,
        )
