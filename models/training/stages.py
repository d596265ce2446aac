"""Stages of training a network: with its image tower locked, then as a whole."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import torch

from models.classifiers.classifier import Classifier
from models.classifiers.record import Epoch
from models.config import TrainConfig
from models.data.dataset import Examples, labelled, read_examples
from models.data.samplers import BalancedBatchSampler, BatchSampler, ShuffledBatchSampler
from models.networks.encoding import Encode, Encoder, Vectors
from models.training.epochs import Fitting
from models.training.inputs import KeptVectors, Pictures
from models.training.learners import ClipLearner, learner_for
from models.training.state import TrainingState

FittedNetwork = tuple[Classifier, list[Epoch], int]
"""The classifier, its history, and the epoch whose weights it has."""


def fit_network(
    config: TrainConfig,
    styles: tuple[str, ...],
    train_table: pa.Table,
    validation_table: pa.Table | None,
    device: torch.device,
    *,
    progress: bool,
    state: TrainingState | None,
    until: int | None,
    encode: Encode,
) -> FittedNetwork:
    """Train a CNN or a CLIP epoch by epoch; arguments and errors as for `train`.

    Epochs are numbered through both stages; each has its own learning rate schedule.
    """
    examples = read_examples(train_table, styles)
    validation = None if validation_table is None else read_examples(validation_table, styles)
    sampler = make_sampler(config, examples)
    shares = tuple(sampler.shares(len(styles)).tolist())
    learner = learner_for(config, styles, examples, shares, device)
    history: list[Epoch] = []
    best, locked = 0, config.locked_epochs
    classifier = None
    if locked:
        assert isinstance(learner, ClipLearner)  # noqa: S101 - the configuration says so
        learner.lock(True)
        given = [(train_table, examples), (validation_table, validation)]
        inputs = KeptVectors(
            config,
            device,
            *(_with_vectors(config, learner, styles, *part, encode) for part in given),
        )
        rate = config.locked_learning_rate
        stage = config.model_copy(update={"epochs": locked, "learning_rate": rate})
        fitting = Fitting(stage, learner, sampler, inputs, state and state.locked)
        # with an end it saves its state there: the next stage may be interrupted
        best = fitting.run(progress, min(until or locked, locked))
        history, classifier = fitting.history, fitting.classifier()
        learner.lock(False)
    if config.epochs and (until is None or until > locked):
        pictures = Pictures(config, learner, examples, validation)
        fitting = Fitting(config, learner, sampler, pictures, state)
        best = len(history) + fitting.run(progress, until and until - locked)
        later = [replace(row, epoch=len(history) + row.epoch) for row in fitting.history]
        history, classifier = history + later, fitting.classifier()
    return classifier or learner.classifier(), history, best


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


def _with_vectors(
    config: TrainConfig,
    learner: ClipLearner,
    styles: tuple[str, ...],
    table: pa.Table | None,
    examples: Examples | None,
    encode: Encode,
) -> tuple[Vectors, Examples] | None:
    """Encode the pictures of labelled artworks with the image tower; None if there are none."""
    if table is None or not examples:
        return None
    encoder = Encoder(
        learner.tower.eval(),
        learner.preprocessing,
        learner.device,
        config.batch_size,
        config.workers,
    )
    return encode(encoder, labelled(table, styles)), examples
