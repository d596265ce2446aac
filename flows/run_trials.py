"""The trials of a study, side by side: which rung runs next, and what becomes of it."""

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
    """Train trials rung by rung, so many at a time, until the budget is spent.

    Each step is in the table before the next begins: whoever is killed loses no finished rung.

    Raises:
        ArtcatError: for a mistake that is not one trial's alone.
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
    """When no further trial is begun; without any limit given, after `DEFAULT_TRIALS`."""
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
    """What became of a rung: a value, or a training that cannot be."""
    try:
        reached = future.result()
    except ModelError as error:
        return search.fail(number, str(error))
    return search.report(number, reached["macro_f1"], reached["seconds"])


def _say(bar: tqdm[Any], row: TrialRow) -> None:
    """One line per rung: on a terminal above the bar, on a server in the run's log."""
    reached = row.message if row.state == "failed" else f"macro-F1 {row.value:.3f}"
    line = (
        f"trial {row.number}, {row.epochs}/{row.config.all_epochs} epochs, {row.state}: {reached}"
    )
    LOG.info(line)
    bar.update()
    if not bar.disable:
        bar.write(line, file=sys.stderr)
