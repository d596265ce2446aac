"""Time to measure 45,000 predictions of 12 styles with all intervals."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from models.classifiers.calibration import Calibration
from models.metrics import confusion, intervals, scores
from models.metrics.held_out_predictions import HeldOutPredictions
from models.metrics.measures import EvaluatedVariant, measure
from tests.benchmarks.measuring import timed

WORKS, STYLES, ARTISTS = 45_000, 12, 3_000
NAIVE = 20
"""Resamples that are computed one by one; the other 980 would take as long each."""


@pytest.fixture(scope="module")
def judged():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, STYLES, WORKS)
    logits = np.eye(STYLES)[labels] + rng.normal(size=(WORKS, STYLES))
    artists = [f"artist {number}" for number in rng.integers(0, ARTISTS, WORKS)]
    styles = tuple(f"style {number}" for number in range(STYLES))
    ids = [f"x:{row}" for row in range(WORKS)]
    return HeldOutPredictions(styles, ids, artists, labels, logits, logits)


@pytest.mark.parametrize("scheme", ["artist", "random"])
def test_everything_that_is_measured_takes_seconds(judged, scheme):
    groups = judged.groups if scheme == "artist" else judged.artwork_ids
    one = HeldOutPredictions(
        judged.styles, judged.artwork_ids, groups, judged.labels, judged.plain, judged.corrected
    )
    flags = np.ones(WORKS, bool)
    spent = timed(
        lambda: measure(
            EvaluatedVariant(one, False, Calibration(1.2, 0.8, 0.5)),
            one.labels,
            {f"caption_recall_at_{k}": flags for k in (1, 5, 10)},
        )
    )
    print(f"\n{scheme}: all measures of {WORKS:,} works, 1,000 resamples: {spent:.1f} s")
    assert spent < 30


def test_resampled_sums_against_a_resample_at_a_time(judged):
    guesses = judged.guesses(False)
    rows = {group: [] for group in judged.groups}
    for row, group in enumerate(judged.groups):
        rows[group].append(row)
    members = [np.array(found) for found in rows.values()]
    rng = np.random.default_rng(0)

    def one_by_one():
        for _ in range(NAIVE):
            drawn = rng.integers(0, len(members), len(members))
            taken = np.concatenate([members[number] for number in drawn])
            f1_score(judged.labels[taken], guesses[taken], average="macro")

    def ours():
        cells = intervals.confusion_cells(judged.labels, guesses, STYLES)
        sums = intervals.resampled_sums({"cells": cells}, judged.groups)["cells"]
        return confusion.macro_f1(sums.reshape(-1, STYLES, STYLES))

    assert ours()[0] == pytest.approx(scores.macro_f1(judged.labels, guesses))
    naive, fast = timed(one_by_one) / NAIVE * intervals.RESAMPLES, timed(ours)
    print(f"\nmacro-F1 interval: {naive:.0f} s by scikit-learn, {fast:.2f} s: 1/{naive / fast:.0f}")
    assert naive / fast > 20
