"""Parallel trials of a study: scheduling of rungs, and their results."""

from __future__ import annotations

import math
import sys
import time
from typing import Any

from tqdm import tqdm

from catalog.base.errors import ModelError
from catalog.storage.homes import settings
from catalog.storage.store import Store
from flows.progress import LOG
from models.parameters import TuneParameters
from models.tuning import trials
from models.tuning.search import Budget, Search
from models.tuning.trials import TrialRow
from tasks.runners import Future, Runner, task_runner
from tasks.tuning import discard_trainings, train_rung

DEFAULT_TRIALS = 20


def run_trials(home: Store, search: Search, parameters: TuneParameters) -> None:
    """Train trials rung by rung, several in parallel, until the budget is spent.

    Each rung is stored before the next begins: a killed run loses no finished rung.

    Raises:
        ArtcatError: for an error that concerns more than one trial.
    """
    began = time.monotonic()
    budget = budget_of(parameters)
    under_way: dict[Future, int] = {}
    with (
        task_runner(parameters.dask or settings().dask, parameters.parallel) as runner,
        tqdm(desc="tune", unit="rung", disable=None) as bar,
    ):
        while True:
            while len(under_way) < parameters.parallel:
                trial = search.next(budget, time.monotonic() - began)
                if trial is None:
                    break
                trials.write(home, trial)
                under_way[_submit(runner, home, search, trial)] = trial.number
            if not under_way:
                return
            future = next(runner.as_completed(list(under_way)))
            row = _note(search, under_way.pop(future), future)
            trials.write(home, row)
            _say(bar, row)
            if row.state == "running":
                under_way[_submit(runner, home, search, row)] = row.number
            else:
                discard_trainings(home.uri, search.spent())


def budget_of(parameters: TuneParameters) -> Budget:
    """Return the budget that ends the search; by default `DEFAULT_TRIALS`."""
    if parameters.minutes is None:
        return Budget(parameters.trials or DEFAULT_TRIALS, math.inf)
    return Budget(parameters.trials or math.inf, 60 * parameters.minutes)


def _submit(runner: Runner, home: Store, search: Search, row: TrialRow) -> Future:
    given = {
        "home": home.uri,
        "config": row.config,
        "scheme": row.setting["scheme"],
        "key": row.training_key,
        "until": search.rung(row.number).epochs,
    }
    return runner.submit(train_rung, given)


def _note(search: Search, number: int, future: Future) -> TrialRow:
    """Record the result of a rung: a value, or an impossible training."""
    try:
        reached = future.result()
    except ModelError as error:
        return search.fail(number, str(error))
    return search.report(number, reached["macro_f1"], reached["seconds"])


def _say(bar: tqdm[Any], row: TrialRow) -> None:
    """Print a line per rung: above the bar on a terminal, else in the run's log."""
    reached = row.message if row.state == "failed" else f"macro-F1 {row.value:.3f}"
    line = (
        f"trial {row.number}, {row.epochs}/{row.config.all_epochs} epochs, {row.state}: {reached}"
    )
    LOG.info(line)
    bar.update()
    if not bar.disable:
        bar.write(line, file=sys.stderr)
