"""Steps of tuning: one rung of one trial, and the report of a study."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from catalog.storage.store import open_store
from models.config import TrainConfig
from tasks.artifacts import show_markdown
from tasks.gpu import gpu_slot
from tasks.task import task


@task
def train_rung(
    home: str, config: TrainConfig, scheme: str, key: str, until: int
) -> dict[str, float]:
    """Continue a trial's training to an epoch; return `macro_f1` and `seconds`."""
    from models.tuning import rung  # noqa: PLC0415 - needs torch

    with gpu_slot():
        return asdict(rung.train_rung(open_store(home), config, scheme, key, until))


@task
def discard_trainings(home: str, keys: list[str]) -> None:
    """Remove the states of trainings that will not be resumed."""
    from models.tuning.rung import discard_training  # noqa: PLC0415 - needs torch

    for key in keys:
        discard_training(open_store(home), key)


@task
def report_study(home: str, study: str) -> dict[str, Any]:
    """Draw a study and attach its table to the run; return `lines` and `pictures`."""
    from models.tuning import report as tuning_report  # noqa: PLC0415 - needs matplotlib

    report = tuning_report.write(open_store(home), study)
    show_markdown(report.markdown, f"tuning-{study}", f"The trials of {study}")
    return {"lines": report.lines, "pictures": report.pictures}
