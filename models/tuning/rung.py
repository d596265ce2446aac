"""One rung of one trial: a training run taken on to a certain epoch, and what it then reaches."""

from __future__ import annotations

import time
from functools import partial

from catalog.base.errors import ModelError
from catalog.datasets import examples
from catalog.datasets.dataset import dataset_of
from catalog.storage.store import Store
from models.config import TrainConfig
from models.enrichment.embeddings import encode_once
from models.training.state import TrainingState
from models.training.train import train


def train_rung(
    home: Store, config: TrainConfig, scheme: str, key: str, until: int
) -> tuple[float, float]:
    """Resume a training from its last saved epoch; the test part is not read.

    Args:
        home: that has the artworks and the saved training runs.
        config: of the trial.
        scheme: split whose train part is learnt from and whose validation part measures.
        key: name of the saved training run.
        until: epoch to stop after, from 1.

    Returns:
        Macro-F1 on the validation part, 0-1, and the seconds that this took.

    Raises:
        ModelError: if the training run diverges, or one image does not fit into memory.
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
    # By number: an interrupted run, or another study, may have taken the training run further.
    history = trained.record.history
    macro_f1 = history[min(until, len(history)) - 1].validation_macro_f1
    if macro_f1 is None:
        raise ModelError(f"the {scheme} split has no validation artworks to evaluate trials on")
    return macro_f1, round(time.perf_counter() - began, 3)
