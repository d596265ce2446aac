"""Steps of tuning: one rung of one trial, and the removal of saved trainings."""

from __future__ import annotations

from catalog.storage.store import open_store
from models.config import TrainConfig
from tasks.gpu import gpu_slot
from tasks.task import task


@task
def train_rung(
    home: str, config: TrainConfig, scheme: str, key: str, until: int
) -> tuple[float, float]:
    """Resume a trial's training until an epoch; return its macro-F1 and the seconds."""
    from models.tuning import rung  # noqa: PLC0415 - needs torch

    with gpu_slot():
        return rung.train_rung(open_store(home), config, scheme, key, until)


@task
def discard_trainings(home: str, keys: list[str]) -> None:
    """Remove saved trainings that are not needed any more."""
    from models.training.state import TrainingState  # noqa: PLC0415 - needs torch

    for key in keys:
        TrainingState(open_store(home), key).discard()
