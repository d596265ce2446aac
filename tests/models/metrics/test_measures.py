from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as reference

from models.classifiers.calibration import Calibration, softmax
from models.metrics import scores
from models.metrics.held_out_predictions import HeldOutPredictions
from models.metrics.measures import EvaluatedVariant, measure

STYLES = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def variant():
    rng = np.random.default_rng(0)
    n = 120
    labels = rng.integers(0, 3, n)
    plain = np.eye(4)[labels] * 2 + rng.normal(size=(n, 4))
    judged = HeldOutPredictions(
        STYLES,
        [f"x:{row}" for row in range(n)],
        [f"g{row // 4}" for row in range(n)],
        labels,
        plain,
        plain + np.array([0.5, 0.0, -0.5, -9]),
    )
    return EvaluatedVariant(judged, True, Calibration(1.5, 0.8, 0.5))


@pytest.fixture(scope="module")
def measured(variant):
    n = len(variant.predictions)
    flags = np.arange(n) % 2 == 0
    rows = measure(variant, np.array([1, 1, 0]), {"caption_recall_at_1": flags})
    return {(row.style, row.metric): row for row in rows}


def test_values_are_those_of_the_plain_measures(variant, measured):
    labels, guesses, logits = variant.predictions.labels, variant.guesses, variant.logits
    confidence = softmax(logits, 1.5).max(1)
    expected = {
        "accuracy": scores.accuracy(labels, guesses),
        "macro_f1": scores.macro_f1(labels, guesses),
        "balanced_accuracy": reference.balanced_accuracy_score(labels, guesses),
        "top3_accuracy": scores.in_top(labels, logits).mean(),
        "ece": scores.expected_calibration_error(confidence, variant.correct),
        "ece_uncalibrated": scores.expected_calibration_error(
            softmax(logits).max(1), variant.correct
        ),
        "majority_accuracy": scores.accuracy(labels, np.ones_like(labels)),
        "accepted_share": np.mean(confidence >= 0.8),
        "accepted_precision": np.mean(variant.correct[confidence >= 0.8]),
        "review_share": np.mean((confidence >= 0.5) & (confidence < 0.8)),
        "abstained_share": np.mean(confidence < 0.5),
        "caption_recall_at_1": 0.5,
        "temperature": 1.5,
    }
    for name, value in expected.items():
        assert measured["all", name].value == pytest.approx(value), name
    assert measured["all", "accepted_precision"].support == (confidence >= 0.8).sum()
    assert measured["all", "accuracy"].support == 120


def test_intervals_hold_their_value_where_there_is_one(measured):
    for name in ("accuracy", "macro_f1", "balanced_accuracy", "accepted_share"):
        row = measured["all", name]
        assert row.lower < row.value < row.upper, name
        assert row.upper - row.lower < 0.35, name
    for name in ("ece", "majority_accuracy", "temperature", "top3_accuracy"):
        assert np.isnan(measured["all", name].lower), name


def test_each_style_has_its_rates(variant, measured):
    labels, guesses = variant.predictions.labels, variant.guesses
    rates = reference.precision_recall_fscore_support(
        labels, guesses, labels=range(4), zero_division=0
    )
    for style, _, recall, f1, support in zip(STYLES, *rates, strict=True):
        assert measured[style, "recall"].support == support
        if support:
            assert measured[style, "recall"].value == pytest.approx(recall)
            assert measured[style, "f1"].value == pytest.approx(f1)
    assert np.isnan(measured["d", "recall"].value)


def test_decisions_by_pattern_count_where_they_are_given(variant):
    decisions = np.where(np.arange(120) < 30, "accepted", "abstained")
    by_pattern = replace(variant, by_pattern=decisions)
    rows = {row.metric: row for row in measure(by_pattern, np.array([1])) if row.style == "all"}
    assert rows["accepted_share"].value == 0.25
    assert rows["accepted_precision"].value == pytest.approx(variant.correct[:30].mean())
    assert rows["review_share"].value == 0
