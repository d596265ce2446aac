"""Trials as rows of the table `trials`, from which an interrupted study is rebuilt."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa
from optuna.distributions import BaseDistribution, distribution_to_json, json_to_distribution
from optuna.trial import FrozenTrial, TrialState, create_trial

import sql
from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from models.config import TrainConfig

State = Literal["running", "complete", "pruned", "failed"]

_STATES: dict[State, TrialState] = {
    # In a rebuilt study an unfinished trial is enqueued again.
    "running": TrialState.WAITING,
    "complete": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "failed": TrialState.FAIL,
}


@dataclass(frozen=True)
class TrialRow:
    """A trial of a study, with its results so far."""

    study: str
    number: int
    setting: dict[str, Any]
    """Search space and data of the study: the same for all its trials."""
    params: dict[str, Any]
    distributions: dict[str, BaseDistribution]
    config: TrainConfig
    training_key: str
    state: State = "running"
    attributes: dict[str, Any] = field(default_factory=dict)
    """Notes of Optuna's sampler and pruner."""
    intermediate: dict[int, float] = field(default_factory=dict)
    """Macro-F1 on the validation part by step, in parts of the whole training."""
    epochs: int = 0
    """Epochs trained so far."""
    seconds: float = 0.0
    """Seconds spent on its rungs so far."""
    message: str | None = None
    """Why it failed."""
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None

    @property
    def value(self) -> float | None:
        """The latest macro-F1; a failed trial has none."""
        if self.state == "failed" or not self.intermediate:
            return None
        return self.intermediate[max(self.intermediate)]

    def frozen(self) -> FrozenTrial:
        """Convert the trial to Optuna's type."""
        return create_trial(
            state=_STATES[self.state],
            value=None if self.state == "running" else self.value,
            params=self.params,
            distributions=self.distributions,
            system_attrs=self.attributes,
            intermediate_values=self.intermediate,
        )


def write(home: Store, row: TrialRow) -> None:
    """Merge a trial into the home's table."""
    columns = {
        "study": row.study,
        "number": row.number,
        "state": row.state,
        "kind": row.setting["kind"],
        "space": row.setting["space"],
        "scheme": row.setting["scheme"],
        "setting": json.dumps(row.setting, sort_keys=True),
        "params": json.dumps(row.params),
        "distributions": json.dumps(
            {name: json.loads(distribution_to_json(d)) for name, d in row.distributions.items()}
        ),
        "attributes": json.dumps(row.attributes),
        "intermediate": json.dumps(row.intermediate),
        "value": row.value,
        "epochs": row.epochs,
        "seconds": row.seconds,
        "message": row.message,
        "config": row.config.model_dump_json(),
        "training_key": row.training_key,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }
    tables.merge(home, "trials", pa.Table.from_pylist([columns], schema=TABLES["trials"].schema))


def read(home: Store, study: str) -> list[TrialRow]:
    """Read the trials of a study, in order of number."""
    connection = duck.connect(home, ("trials",))
    rows = duck.arrow(connection, sql.text("trials/study"), {"study": study}).to_pylist()
    return [_row(columns) for columns in rows]


def _row(columns: dict[str, Any]) -> TrialRow:
    distributions = json.loads(columns["distributions"])
    intermediate = json.loads(columns["intermediate"])
    return TrialRow(
        study=columns["study"],
        number=columns["number"],
        setting=json.loads(columns["setting"]),
        params=json.loads(columns["params"]),
        distributions={
            name: json_to_distribution(json.dumps(text)) for name, text in distributions.items()
        },
        config=TrainConfig.model_validate_json(columns["config"]),
        training_key=columns["training_key"],
        state=columns["state"],
        attributes=json.loads(columns["attributes"]),
        intermediate={int(step): value for step, value in intermediate.items()},
        epochs=columns["epochs"],
        seconds=columns["seconds"],
        message=columns["message"],
        started_at=columns["started_at"],
        ended_at=columns["ended_at"],
    )
