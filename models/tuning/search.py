"""A search for the best configuration: an Optuna study whose trials are rows of the table `trials`.

Rows, rather than a storage of Optuna, so that they are on S3 as in a folder, and are backed up,
repaired and restored together with the other tables.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from datetime import UTC
from functools import partial
from threading import Lock
from typing import Any, cast

import numpy as np
import optuna
from optuna.pruners import BasePruner, HyperbandPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, GridSampler, TPESampler
from optuna.trial import FrozenTrial, Trial, TrialState

import sql
from catalog.base.errors import ModelError
from catalog.storage import duck, tables
from catalog.storage.store import Store
from models.config import TrainConfig
from models.parameters import PrunerName
from models.tuning.space import ETA, STEPS, Space, rungs

optuna.logging.set_verbosity(optuna.logging.ERROR)

DEFAULT_TRIALS = 20
_PRUNERS: dict[PrunerName, Callable[[], BasePruner]] = {
    # successive halving without waiting for others (Li et al., 2020, "A System for Massively
    # Parallel Hyperparameter Tuning")
    "asha": partial(SuccessiveHalvingPruner, min_resource=STEPS[0], reduction_factor=ETA),
    # starts some trials on higher rungs (Li et al., 2018)
    "hyperband": partial(
        HyperbandPruner, min_resource=STEPS[0], max_resource=STEPS[-1], reduction_factor=ETA
    ),
    "none": NopPruner,
}

Train = Callable[[int, TrainConfig, str, int], tuple[float, float]]
"""Takes a trial (number, configuration, key of its saved training run) to an epoch; returns its
macro-F1 on the validation part, 0-1, and the seconds that this took."""
Discard = Callable[[list[str]], None]
"""Removes saved training runs, by key."""


class Search:
    """A study in a home, as far as earlier runs have brought it."""

    def __init__(
        self,
        home: Store,
        name: str,
        space: Space,
        setting: dict[str, Any],
        key: Callable[[TrainConfig], str],
    ) -> None:
        """Begin a study or resume it; `key` names the saved training run of a configuration.

        `setting` makes trials comparable, as JSON has it: `pruner`, `seed`, `kind`, `scheme`, the
        space's own and the data.

        Raises:
            ModelError: if the trials so far belong to another setting.
        """
        self.home, self.name, self.space, self.setting, self._key = home, name, space, setting, key
        self._writing = Lock()
        self.study = optuna.create_study(
            study_name=name,
            direction="maximize",
            sampler=self._sampler(0),
            pruner=_PRUNERS[setting["pruner"]](),
        )
        connection = duck.connect(home, ("trials",))
        for row in duck.rows(connection, sql.text("trials/study"), {"study": name}):
            before = json.loads(row["setting"])
            if different := [each for each in setting if before.get(each) != setting[each]]:
                raise ModelError(
                    f"the study {name} was started with a different {' and '.join(different)}: "
                    "choose another name with --study"
                )
            self.study.add_trial(_trial(row, space))

    def key(self, trial: FrozenTrial) -> str:
        """Name the saved training run of a trial."""
        return self._key(self.space.config(trial.params))

    def run(
        self,
        train: Train,
        discard: Discard,
        *,
        trials: int | None = None,
        seconds: float = math.inf,
        parallel: int = 1,
    ) -> None:
        """Finish the trials that an earlier run began, then begin others within the limits.

        A trial is in the table before each of its rungs and after the last, so that a killed search
        loses no finished rung.

        Args:
            train: trains one rung. A ModelError ends that trial alone, any other error the search.
            discard: removes what only ended trials but the best one needed.
            trials: of the study in all; by default `DEFAULT_TRIALS` if there is no other limit.
            seconds: from now, after which no trial begins.
            parallel: trials at a time, each in a thread.
        """
        began = time.monotonic()
        if trials is None and seconds == math.inf:
            trials = DEFAULT_TRIALS
        points = math.prod(map(len, self.space.grid.values())) if self.space.grid else math.inf
        total = min(trials or math.inf, points)

        def optimize(count: float, timeout: float) -> None:
            self.study.optimize(
                lambda trial: self._objective(trial, train),
                n_trials=None if count == math.inf else max(int(count), 0),
                timeout=None if timeout == math.inf else timeout,
                n_jobs=parallel,
                catch=(ModelError,),
                callbacks=[lambda _, trial: self._end(trial, discard)],
            )

        begun = self.study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
        optimize(len(begun), math.inf)
        before = len(self.study.trials)
        if not before and not self.space.grid:
            self.study.enqueue_trial(self.space.first)  # so that no search ends below the preset
        self.study.sampler = self._sampler(before)
        optimize(total - before, seconds - (time.monotonic() - began))

    def best(self) -> FrozenTrial:
        """Return the complete trial with the highest macro-F1; of equals the earliest.

        Raises:
            ModelError: if no trial was completed.
        """
        if done := completed(self.study):
            return done[0]
        failed = self.study.get_trials(states=(TrialState.FAIL,))
        if failed and len(failed) == len(self.study.trials):
            raise ModelError(
                f"all {len(failed)} trials of the study {self.name} failed, the last one with: "
                f"{failed[-1].user_attrs.get('message')}"
            )
        raise ModelError(
            f"no trial of the study {self.name} finished: allow more --trials or --minutes"
        )

    def _objective(self, trial: Trial, train: Train) -> float:
        config = self.space.config(self.space.suggest(trial))
        self._save(trial.number)
        values = self.study.trials[trial.number].intermediate_values
        reached = max(values, default=0)
        for step, epochs in rungs(config.all_epochs, self.setting["pruner"]).items():
            if step > reached:
                try:
                    values[step], seconds = train(trial.number, config, self._key(config), epochs)
                except ModelError as error:
                    trial.set_user_attr("message", str(error))
                    raise
                trial.report(values[step], step)
                trial.set_user_attr("epochs", epochs)
                spent = trial.user_attrs.get("seconds", 0.0)
                trial.set_user_attr("seconds", round(spent + seconds, 3))
                # Before the pruner decides, so that a resumed trial asks it the same question.
                self._save(trial.number)
            if reached <= step < STEPS[-1] and trial.should_prune():
                raise optuna.TrialPruned
        return values[STEPS[-1]]

    def _end(self, trial: FrozenTrial, discard: Discard) -> None:
        self._save(trial.number)
        trials = self.study.trials
        self.study.sampler = self._sampler(len(trials))
        under_way = [each for each in trials if each.state == TrialState.RUNNING and each.params]
        kept = {self.key(each) for each in (*completed(self.study)[:1], *under_way)}
        discard(sorted({self.key(each) for each in trials if each.state.is_finished()} - kept))

    def _save(self, number: int) -> None:
        trial = self.study.trials[number]
        values, noted = trial.intermediate_values, trial.user_attrs
        failed = trial.state == TrialState.FAIL
        # Optuna has local times without a time zone.
        begin, end = trial.datetime_start, trial.datetime_complete
        row = {
            "study": self.name,
            "number": number,
            "state": trial.state.name.lower(),
            **{name: self.setting[name] for name in ("kind", "space", "scheme")},
            "setting": json.dumps(self.setting, sort_keys=True),
            "params": json.dumps(trial.params),
            "attributes": json.dumps(trial.system_attrs),
            "intermediate": json.dumps(values),
            "value": values[max(values)] if values and not failed else None,
            "epochs": noted.get("epochs", 0),
            "seconds": noted.get("seconds", 0.0),
            "message": noted.get("message"),
            "started_at": begin and begin.astimezone(UTC),
            "ended_at": end and end.astimezone(UTC),
        }
        with self._writing:
            tables.merge(self.home, "trials", [row])

    def _sampler(self, number: int) -> BaseSampler:
        """Return a sampler for one trial: with a seed of its own, as if there had been no kill."""
        seed = self.setting["seed"]
        if self.space.grid is not None:
            return GridSampler(self.space.grid, seed=seed)
        return TPESampler(seed=int(np.random.SeedSequence((seed, number)).generate_state(1)[0]))


def completed(study: optuna.Study) -> list[FrozenTrial]:
    """Return the trials that were trained to their end, best first; of equals the earliest."""
    done = study.get_trials(states=(TrialState.COMPLETE,))
    return sorted(done, key=lambda trial: (-cast(float, trial.value), trial.number))


def _trial(row: dict[str, Any], space: Space) -> FrozenTrial:
    """Rebuild a trial; one that was under way waits, which Optuna then runs before others."""
    state = TrialState[row["state"].upper()]
    ended = state.is_finished()
    return FrozenTrial(
        number=row["number"],
        trial_id=row["number"],
        state=state if ended else TrialState.WAITING,
        value=row["value"] if ended else None,
        datetime_start=row["started_at"].astimezone().replace(tzinfo=None),
        datetime_complete=row["ended_at"].astimezone().replace(tzinfo=None) if ended else None,
        params=json.loads(row["params"]),
        distributions=space.distributions,
        user_attrs={name: row[name] for name in ("epochs", "seconds", "message")},
        system_attrs=json.loads(row["attributes"]),
        intermediate_values={int(k): v for k, v in json.loads(row["intermediate"]).items()},
    )
