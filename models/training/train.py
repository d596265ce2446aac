"""Training of a classifier on a table of examples by a configuration."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import torch

from catalog.base.errors import TooFewArtworksError
from catalog.datasets.examples import fingerprint
from models.classifiers.classifier import Classifier
from models.classifiers.record import Epoch, TrainingRecord
from models.config import TrainConfig
from models.data.dataset import Examples, labelled, read_examples
from models.data.samplers import BalancedBatchSampler, BatchSampler, ShuffledBatchSampler
from models.networks.encoding import Encode, Encoder
from models.networks.pretrained import file_digest
from models.training.epochs import Fitting
from models.training.inputs import KeptVectors, Pictures
from models.training.learners import ClipLearner, make_learner
from models.training.linear_training import fit_linear
from models.training.state import TrainingState

Part = tuple[pa.Table, Examples]
"""Artworks as given, and the labelled ones among them."""


def train(
    config: TrainConfig,
    train_table: pa.Table,
    validation_table: pa.Table | None,
    styles: Sequence[str],
    progress: bool = True,
    *,
    state: TrainingState | None = None,
    until: int | None = None,
    encode: Encode = Encoder.encode,
) -> Classifier:
    """Train an uncalibrated classifier on the artworks that have a style of the vocabulary.

    On the CPU of one machine the same configuration and artworks give the same weights.

    Args:
        config: of the training run.
        train_table: artworks to learn from: artwork_id, image (prepared JPEG), style, and facts.
        validation_table: artworks to measure after each epoch, and to choose the epoch by where the
            configuration has patience; None or empty: no validation, and the last epoch is kept.
        styles: the vocabulary, in order.
        progress: show a bar over the epochs, if standard error is a terminal.
        state: where the training run is saved and resumed from; it ends as
            one that was not interrupted, bit by bit on the same machine.
        until: stop after this epoch, with the training saved in `state` to be resumed.
        encode: returns vectors of frozen encoders, for the kinds that use them.

    Raises:
        ModelError: for fewer than two styles with artworks, weights that do not fit the
            architecture, or a training run that diverges.
        ImageError: naming the artwork, if an image cannot be decoded.
    """
    started = time.perf_counter()
    styles = tuple(styles)
    works = (train_table, read_examples(train_table, styles))
    present = [styles[label] for label in np.unique(works[1].labels)]
    if len(present) < 2:  # noqa: PLR2004
        raise TooFewArtworksError(
            f"training needs artworks in at least two styles; there are {len(works[1])}"
            + (f", all {present[0]}" if present else " with a style of the vocabulary")
        )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    history: list[Epoch] = []
    best = 0
    with (
        torch.random.fork_rng([device] if device.type == "cuda" else []),
        torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True),
    ):
        torch.manual_seed(config.seed)
        if config.kind in ("cnn", "clip"):
            validation = None
            if validation_table is not None:
                validation = (validation_table, read_examples(validation_table, styles))
            classifier, history, best = _fit_network(
                config, styles, works, validation, device, progress, state, until, encode
            )
        else:
            classifier = fit_linear(config, train_table, styles, device, encode)
    seconds = round(time.perf_counter() - started, 3)
    weights = file_digest(config.architecture, config.pretrained)
    record = TrainingRecord(fingerprint(train_table), weights, seconds, best, tuple(history))
    return replace(classifier, record=record)


def _fit_network(
    config: TrainConfig,
    styles: tuple[str, ...],
    works: Part,
    validation: Part | None,
    device: torch.device,
    progress: bool,
    state: TrainingState | None,
    until: int | None,
    encode: Encode,
) -> tuple[Classifier, list[Epoch], int]:
    """Train a CNN or a CLIP epoch by epoch; return it, its history and the epoch of its weights.

    Epochs are numbered through both stages, the first with its image tower locked; each has its
    own learning rate schedule.
    """
    examples = works[1]
    sampler = make_sampler(config, examples)
    shares = tuple(sampler.shares(len(styles)).tolist())
    learner = make_learner(config, styles, examples, shares, device)
    history: list[Epoch] = []
    best, locked = 0, config.locked_epochs
    if locked:
        assert isinstance(learner, ClipLearner)  # noqa: S101 - the configuration says so
        learner.lock(True)
        tower, preprocessing = learner.tower.eval(), learner.preprocessing
        encoder = Encoder(tower, preprocessing, device, config.batch_size, config.workers)
        vectors = [
            (encode(encoder, labelled(part[0], styles)), part[1])
            for part in (works, validation)
            if part and part[1]
        ]
        rate = config.locked_learning_rate
        stage = config.model_copy(update={"epochs": locked, "learning_rate": rate})
        inputs = KeptVectors(config, device, *vectors)
        fitting = Fitting(stage, learner, sampler, inputs, state and state.locked)
        # with an end it saves its state there: the next stage may be interrupted
        best = fitting.run(progress, min(until or locked, locked))
        history = fitting.history
        learner.lock(False)
    if config.epochs and (until is None or until > locked):
        pictures = Pictures(config, learner, examples, validation and validation[1])
        fitting = Fitting(config, learner, sampler, pictures, state)
        best = len(history) + fitting.run(progress, until and until - locked)
        later = [replace(row, epoch=len(history) + row.epoch) for row in fitting.history]
        history = history + later
    return learner.classifier(), history, best


def make_sampler(config: TrainConfig, examples: Examples) -> BatchSampler:
    """Create the sampler of balanced or plain batches, as configured."""
    if config.styles_per_batch is None or config.works_per_style is None:
        return ShuffledBatchSampler(examples.labels, batch_size=config.batch_size, seed=config.seed)
    return BalancedBatchSampler(
        examples.labels,
        styles_per_batch=config.styles_per_batch,
        works_per_style=config.works_per_style,
        weighting=config.style_weighting,
        seed=config.seed,
    )
