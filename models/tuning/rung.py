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
    """Resume a training up to an epoch, from 1; the test part is not read.

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
