"""The training record of a classifier: history, data and metrics."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Epoch:
    """One row of a training run's history. Losses are cross-entropy over the styles, in nats.

    They are measured after the epoch, on images without augmentation, for every kind of
    network alike: for CLIP on the similarity of images to the styles' prompts.
    """

    epoch: int
    """From 1."""
    objective: float
    """Mean of what was minimised, over the epoch's batches: for CLIP the contrastive loss."""
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    validation_macro_f1: float | None
    learning_rate: float
    """Of the epoch's last step."""
    seconds: float
    """Seconds since the epoch began, measuring included."""


@dataclass(frozen=True)
class TrainingRecord:
    """Metadata of a classifier that does not affect its predictions."""

    data_fingerprint: str = ""
    """Of the artworks trained on, by `catalog.datasets.examples.fingerprint`."""
    pretrained_sha256: str = ""
    """Hexadecimal SHA-256 of the file of weights that it started from; empty: random weights."""
    seconds: float = 0.0
    best_epoch: int = 0
    """The epoch of these weights; 0: the initial ones."""
    history: tuple[Epoch, ...] = ()
    metrics: dict[str, float] = field(default_factory=dict)
    accepted: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By catalog: held-out artworks that would be accepted, and how many of them are right."""
    parts: dict[str, str] = field(default_factory=dict)
    """Of a combined classifier: model_version of its part by kind of evidence."""
