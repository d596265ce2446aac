"""Training of a classifier on a table of examples by a configuration."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pyarrow as pa
import torch

from catalog.base.errors import TooFewArtworksError
from models.classifiers.classifier import Classifier
from models.classifiers.record import Epoch, TrainingRecord
from models.config import TrainConfig
from models.data.dataset import Examples, data_fingerprint, read_examples
from models.networks.encoding import Encode, encode_directly
from models.networks.pretrained import file_digest
from models.training.linear_training import fit_linear
from models.training.stages import fit_network
from models.training.state import TrainingState


def train(
    config: TrainConfig,
    train_table: pa.Table,
    validation_table: pa.Table | None,
    styles: Sequence[str],
    progress: bool = True,
    *,
    state: TrainingState | None = None,
    until: int | None = None,
    encode: Encode = encode_directly,
) -> Classifier:
    """Train an uncalibrated classifier on the works that have a style of the vocabulary.

    On the CPU of one machine the same configuration and works give the same weights.

    Args:
        config: of the training.
        train_table: works to learn from: artwork_id, image (prepared JPEG), style, and facts.
        validation_table: works to measure after each epoch, and to choose the epoch by where the
            configuration has patience; None or empty: no validation, and the last epoch is kept.
        styles: the vocabulary, in order.
        progress: show a bar over the epochs, if standard error is a terminal.
        state: where the training is saved and resumed from; it ends as
            one that was not interrupted, bit by bit on the same machine.
        until: stop after this epoch, with the training saved in `state` to be resumed.
        encode: returns vectors of frozen encoders, for the kinds that use them.

    Raises:
        ModelError: for fewer than two styles with works, weights that do not fit the
            architecture, or a training that diverges.
        ImageError: naming the work, if an image cannot be decoded.
    """
    started = time.perf_counter()
    examples = read_examples(train_table, styles)
    _require_enough(examples, styles)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    history: list[Epoch] = []
    best = 0
    with _reproducible(config.seed, device):
        if config.kind in ("cnn", "clip"):
            classifier, history, best = fit_network(
                config,
                tuple(styles),
                train_table,
                validation_table,
                device,
                progress=progress,
                state=state,
                until=until,
                encode=encode,
            )
        else:
            classifier = fit_linear(config, train_table, tuple(styles), device, encode)
    seconds = round(time.perf_counter() - started, 3)
    record = TrainingRecord(
        data_fingerprint(train_table),
        file_digest(config.architecture, config.pretrained),
        seconds,
        best,
        tuple(history),
    )
    return replace(classifier, record=record)


def _require_enough(examples: Examples, styles: Sequence[str]) -> None:
    present = [styles[label] for label in np.unique(examples.labels)]
    if len(present) < 2:  # noqa: PLR2004
        raise TooFewArtworksError(
            f"training needs works of at least two styles; there are {len(examples)}"
            + (f", all {present[0]}" if present else " with a style of the vocabulary")
        )


@contextmanager
def _reproducible(seed: int, device: torch.device) -> Iterator[None]:
    """Seed torch within the context; the caller's random state is restored."""
    devices = [device] if device.type == "cuda" else []
    with (
        torch.random.fork_rng(devices),
        torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True),
    ):
        torch.manual_seed(seed)
        yield
