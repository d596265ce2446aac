"""Metrics of one model on one part of a split, with intervals where meaningful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.arrays import Flags, Floats, Labels
from models.classifiers.calibration import DECISIONS, Calibration, decide, softmax
from models.metrics import confusion, intervals, scores
from models.metrics.confusion import ratio
from models.metrics.held_out_predictions import HeldOutPredictions
from models.metrics.intervals import Estimate, Feature

ALL_STYLES = "all"
_RATES = {"precision": confusion.precision, "recall": confusion.recall, "f1": confusion.f1}


@dataclass(frozen=True)
class Measure:
    """A metric over all artworks (`style` is then "all") or over one style."""

    style: str
    metric: str
    value: float
    support: int
    """Number of artworks evaluated."""
    lower: float = np.nan
    upper: float = np.nan


@dataclass(frozen=True)
class EvaluatedVariant:
    """A model with or without prior correction, and its predictions of a part."""

    predictions: HeldOutPredictions
    prior_correction: bool
    calibration: Calibration
    by_pattern: npt.NDArray[np.str_] | None = None
    """Decisions by the thresholds of each artwork's evidence pattern `[n]`, where they differ."""

    @property
    def logits(self) -> Floats:
        """`[n, styles]` before the temperature."""
        return self.predictions.logits(self.prior_correction)

    @property
    def guesses(self) -> Labels:
        """Each artwork's most likely style, `[n]`."""
        return self.predictions.guesses(self.prior_correction)

    @property
    def correct(self) -> Flags:
        """Whether each prediction is right, `[n]`."""
        right: Flags = self.guesses == self.predictions.labels
        return right

    @property
    def decisions(self) -> npt.NDArray[np.str_]:
        """The decision about each prediction, `[n]`: names of `DECISIONS`."""
        if self.by_pattern is not None:
            return self.by_pattern
        bounds = self.calibration.accept_threshold, self.calibration.review_threshold
        return decide(self.confidence(), *bounds)

    def confidence(self, *, calibrated: bool = True) -> Floats:
        """Return the probability of the most likely style, `[n]`; by default calibrated."""
        temperature = self.calibration.temperature if calibrated else 1.0
        confidence: Floats = softmax(self.logits, temperature).max(1, initial=0.0)
        return confidence


def measure(
    variant: EvaluatedVariant,
    train_labels: Labels,
    extra: Mapping[str, Flags] | None = None,
) -> list[Measure]:
    """Measure a variant: overall, and each style's precision, recall and F1.

    A calibration error has no interval: it grows with every resampling, so that a percentile
    interval would not even contain the value.

    Args:
        variant: of a model on at least one artwork.
        train_labels: style indices of the training artworks, which determine the majority class.
        extra: further binary outcomes of each artwork, `[n]`, by name of the measure.
    """
    stored, correct, decisions = variant.predictions, variant.correct, variant.decisions
    styles, works, groups = len(stored.styles), len(stored), len(set(stored.groups))
    shares = {"top3_accuracy": scores.in_top(stored.labels, variant.logits), **(extra or {})}
    features: dict[str, Feature] = {
        "works": np.ones(works),
        "cells": intervals.confusion_cells(stored.labels, variant.guesses, styles),
        **shares,
    }
    for name in DECISIONS:
        features[name] = decisions == name
        features[f"{name} right"] = (decisions == name) & correct
    sums = intervals.resampled_sums(features, stored.groups)
    matrices = sums["cells"].reshape(-1, styles, styles)
    samples = {
        "accuracy": confusion.accuracy(matrices),
        "macro_f1": confusion.macro_f1(matrices),
        "balanced_accuracy": confusion.balanced_accuracy(matrices),
        **{name: ratio(sums[name], sums["works"]) for name in shares},
    }
    supports = {}
    for name in DECISIONS:
        samples[f"{name}_share"] = ratio(sums[name], sums["works"])
        samples[f"{name}_precision"] = ratio(sums[f"{name} right"], sums[name])
        supports[f"{name}_precision"] = int(sums[name][0])
    measured = [
        _measure(ALL_STYLES, name, intervals.estimate(values, groups), supports.get(name, works))
        for name, values in samples.items()
    ]
    majority = scores.majority_class(train_labels, stored.labels)
    error = scores.expected_calibration_error
    without_interval = {
        "ece": error(variant.confidence(), correct),
        "ece_uncalibrated": error(variant.confidence(calibrated=False), correct),
        **vars(variant.calibration),
        "majority_accuracy": majority.accuracy,
        "majority_macro_f1": majority.macro_f1,
    }
    measured += [
        Measure(ALL_STYLES, name, value, works) for name, value in without_interval.items()
    ]
    for metric, rate in _RATES.items():
        rates = rate(matrices)
        measured += [
            _measure(style, metric, intervals.estimate(rates[:, place], groups), int(support))
            for place, (style, support) in enumerate(
                zip(stored.styles, matrices[0].sum(-1), strict=True)
            )
        ]
    return measured


def _measure(style: str, metric: str, found: Estimate, support: int) -> Measure:
    if found.lower == found.upper:  # all resamples equal: none or all of a few were right
        return Measure(style, metric, found.value, support)
    return Measure(style, metric, found.value, support, found.lower, found.upper)
