"""An Optuna study by ask and tell, resumed from rows of the table `trials`.

Only values are stored: the sampler is seeded again for every trial, so that a
rebuilt study suggests the same next trial as one that was never interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import optuna
from optuna.distributions import distribution_to_json
from optuna.pruners import BasePruner, HyperbandPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, GridSampler, RandomSampler, TPESampler
from optuna.trial import Trial, TrialState

from catalog.base.errors import ModelError
from models.config import TrainConfig
from models.parameters import PrunerName
from models.tuning.space import ETA, STEPS, Rung, Space, rungs
from models.tuning.trials import TrialRow

optuna.logging.set_verbosity(optuna.logging.WARNING)


@dataclass(frozen=True)
class Budget:
    """Limits after which no further trial starts."""

    trials: float
    """Trials of the study in all."""
    seconds: float
    """Maximum age of the run."""

    def allows(self, begun: int, age: float) -> bool:
        """Return whether another trial may start, after so many, in a run of so many seconds."""
        return begun < self.trials and age < self.seconds


class Search:
    """A study and its trials."""

    def __init__(
        self,
        study: str,
        space: Space,
        *,
        pruner: PrunerName,
        seed: int,
        setting: dict[str, Any],
        key: Callable[[TrainConfig], str],
        rows: Iterable[TrialRow] = (),
    ) -> None:
        """Start or resume a study.

        Args:
            study: its name.
            space: to search.
            pruner: that ends trials early.
            seed: of each trial's sampler, together with the trial's number.
            setting: as `setting_of` returns it.
            key: names the saved training of a configuration.
            rows: the trials so far, in order of number.

        Raises:
            ModelError: if the trials so far belong to another setting.
        """
        self.rows = {row.number: row for row in rows}
        for row in self.rows.values():
            _require_same(study, row.setting, setting)
        self.name = study
        self._space, self._setting, self._key = space, setting, key
        self._pruner, self._seed = pruner, seed
        self.study = optuna.create_study(
            study_name=study, direction="maximize", pruner=_pruner(pruner)
        )
        self.study.add_trials([row.frozen() for row in self.rows.values()])
        if not self.rows and space.first is not None:
            self.study.enqueue_trial(space.first)
        self._trials: dict[int, Trial] = {}
        self._spent: set[str] = set()

    def interrupted(self) -> list[TrialRow]:
        """Return the unfinished trials of an earlier run, which continue first."""
        return [row for row in _running(self.rows.values()) if row.number not in self._trials]

    def next(self, budget: Budget, age: float) -> TrialRow | None:
        """Return the next trial to continue or start, None if there is none.

        Args:
            budget: for new trials; those of an earlier run are finished in any case.
            age: of this run, in seconds.
        """
        left = self.interrupted()
        if not left:
            full = len(self.rows) >= self._space.points
            if full or not budget.allows(len(self.rows), age):
                return None
        number = left[0].number if left else len(self.rows)
        self.study.sampler = self._sampler(number)
        # Optuna returns enqueued trials first, in order: those of an earlier run, or the preset's.
        trial = self.study.ask(self._space.distributions)
        self._trials[number] = trial
        if not left:
            self.rows[number] = self._begun(trial)
        return self.rows[number]

    def rung(self, number: int) -> Rung:
        """Return the next rung of a running trial."""
        row = self.rows[number]
        reached = max(row.intermediate, default=0)
        return next(r for r in rungs(row.config.all_epochs, self._pruner) if r.step > reached)

    def report(self, number: int, macro_f1: float, seconds: float) -> TrialRow:
        """Record a trial's result on its rung; `state` says whether it is complete or pruned.

        Args:
            number: of the trial.
            macro_f1: on the validation part, 0-1.
            seconds: that the rung took.
        """
        row, rung, trial = self.rows[number], self.rung(number), self._trials[number]
        trial.report(macro_f1, rung.step)
        row = replace(
            row,
            intermediate={**row.intermediate, rung.step: macro_f1},
            epochs=rung.epochs,
            seconds=round(row.seconds + seconds, 3),
        )
        if rung.step == STEPS[-1]:
            row = self._tell(replace(row, state="complete"), macro_f1)
        elif trial.should_prune():
            row = self._tell(replace(row, state="pruned"), None)
        self.rows[number] = replace(row, attributes=self._attributes(number))
        return self.rows[number]

    def fail(self, number: int, message: str) -> TrialRow:
        """Record that a trial cannot be trained, and why; the study continues without it."""
        row = self._tell(replace(self.rows[number], state="failed", message=message), None)
        self.rows[number] = row
        return row

    def spent(self) -> list[str]:
        """Return the names of saved trainings that are newly no longer needed."""
        rows = self.rows.values()
        kept = {row.training_key for row in (*completed(rows)[:1], *_running(rows))}
        spent = {row.training_key for row in rows} - kept - self._spent
        self._spent |= spent
        return sorted(spent)

    def best(self) -> TrialRow:
        """Return the best complete trial; the earliest of equals.

        Raises:
            ModelError: if no trial came to its end.
        """
        done = completed(self.rows.values())
        if done:
            return done[0]
        failed = [row for row in self.rows.values() if row.state == "failed"]
        if failed and len(failed) == len(self.rows):
            raise ModelError(
                f"all {len(failed)} trials of the study {self.name} failed, the last one with: "
                f"{failed[-1].message}"
            )
        raise ModelError(
            f"no trial of the study {self.name} was completed: allow more --trials or --minutes"
        )

    def _begun(self, trial: Trial) -> TrialRow:
        config = self._space.config(trial.params)
        return TrialRow(
            study=self.name,
            number=trial.number,
            setting=self._setting,
            params=dict(trial.params),
            distributions=dict(trial.distributions),
            config=config,
            training_key=self._key(config),
            attributes=self._attributes(trial.number),
        )

    def _attributes(self, number: int) -> dict[str, Any]:
        return dict(self.study.get_trials(deepcopy=False)[number].system_attrs)

    def _tell(self, row: TrialRow, value: float | None) -> TrialRow:
        state = {
            "complete": TrialState.COMPLETE,
            "pruned": TrialState.PRUNED,
            "failed": TrialState.FAIL,
        }[row.state]
        # The grid's sampler would stop the loop of `optimize`, and there is none.
        self.study.sampler = RandomSampler()
        self.study.tell(row.number, value, state)
        return replace(row, ended_at=datetime.now(UTC))

    def _sampler(self, number: int) -> BaseSampler:
        if self._space.grid is not None:
            return GridSampler(self._space.grid, seed=self._seed)
        seed = np.random.SeedSequence((self._seed, number)).generate_state(1)
        return TPESampler(seed=int(seed[0]))


def completed(rows: Iterable[TrialRow]) -> list[TrialRow]:
    """Return the complete trials, best first."""
    done = [row for row in rows if row.state == "complete"]
    return sorted(done, key=lambda row: (-(row.value or 0.0), row.number))


def _running(rows: Iterable[TrialRow]) -> list[TrialRow]:
    return [row for row in rows if row.state == "running"]


def setting_of(
    space: Space,
    *,
    kind: str,
    scheme: str,
    works: Sequence[str],
    weights: str | None,
    pruner: str,
    seed: int,
) -> dict[str, Any]:
    """Describe what makes trials comparable: a study has trials of one setting only.

    Args:
        space: to search.
        kind: clip or cnn.
        scheme: split that is trained and measured on.
        works: fingerprints of its parts.
        weights: digest of those that CLIP starts from.
        pruner: that ends trials early.
        seed: of the search.
    """
    return {
        "kind": kind,
        "space": space.name,
        "ranges": {name: distribution_to_json(d) for name, d in space.distributions.items()},
        "preset": space.resolve().model_dump(mode="json", exclude={"pretrained"}),
        "scheme": scheme,
        "works": list(works),
        "weights": weights,
        "pruner": pruner,
        "seed": seed,
    }


def _require_same(study: str, before: dict[str, Any], now: dict[str, Any]) -> None:
    different = [name for name in now if before.get(name) != now[name]]
    if different:
        raise ModelError(
            f"the study {study} was started with another {' and '.join(different)}: "
            "choose another name with --study"
        )


def _pruner(name: PrunerName) -> BasePruner:
    """Create an Optuna pruner, on steps of 1, ETA, ETA squared.

    `asha` is successive halving without waiting for others (Li et al., 2020, "A System for
    Massively Parallel Hyperparameter Tuning"); `hyperband` starts some trials on higher rungs (Li
    et al., 2018).
    """
    if name == "none":
        return NopPruner()
    if name == "asha":
        return SuccessiveHalvingPruner(min_resource=STEPS[0], reduction_factor=ETA)
    return HyperbandPruner(min_resource=STEPS[0], max_resource=STEPS[-1], reduction_factor=ETA)
