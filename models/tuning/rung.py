"""One rung of a trial: its training is continued to an epoch and evaluated."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from catalog.base.errors import ModelError
from catalog.datasets import examples
from catalog.datasets.dataset import dataset_of
from catalog.storage.store import Store
from models.config import TrainConfig
from models.enrichment.embeddings import encode_once
from models.training.state import TrainingState
from models.training.train import train


@dataclass(frozen=True)
class Reached:
    """The result of a trial on a rung."""

    macro_f1: float
    """On the validation part, 0-1."""
    seconds: float
    """Duration of this rung."""


def train_rung(home: Store, config: TrainConfig, scheme: str, key: str, until: int) -> Reached:
    """Continue a training from its last saved epoch; the test part is not read.

    Args:
        home: where works and saved trainings are.
        config: of the trial.
        scheme: of the split, with train and validation parts.
        key: name of the saved training.
        until: epoch to stop after, from 1.

    Raises:
        ModelError: if the training diverges, or one image does not fit into memory.
    """
    began = time.perf_counter()
    trained = train(
        config,
        examples.part_of(home, scheme, "train"),
        examples.part_of(home, scheme, "validation"),
        dataset_of(scheme).styles,
        progress=False,
        state=TrainingState(home, key),
        until=until,
        encode=partial(encode_once, home),
    )
    # By number: an interrupted run, or another study, may have taken the training further.
    macro_f1 = trained.history[min(until, len(trained.history)) - 1].validation_macro_f1
    if macro_f1 is None:
        raise ModelError(f"the {scheme} split has no validation works to measure trials on")
    return Reached(macro_f1, round(time.perf_counter() - began, 3))


def discard_training(home: Store, key: str) -> None:
    """Remove the state of a training that will not be resumed."""
    TrainingState(home, key).discard()
