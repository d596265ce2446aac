import numpy as np
import pytest
from scipy.stats import beta

from models.classifiers.calibration import NEVER
from models.evidence.thresholds import LEVEL, threshold_for_new_artists


def bound_of(correct, artists):
    """The bound as written in Korn and Graubard, cluster by cluster."""
    count, names = len(correct), sorted(set(artists))
    sizes = np.array([artists.count(name) for name in names], float)
    right = np.array(
        [sum(c for c, a in zip(correct, artists, strict=True) if a == name) for name in names],
        float,
    )
    precision = right.sum() / count
    if precision == 1:
        effective = count**2 / (sizes**2).sum()
    else:
        residuals = (right - precision * sizes) / count
        variance = (residuals**2).sum() * len(names) / (len(names) - 1)
        effective = min(precision * (1 - precision) / variance, count)
    return beta.ppf(1 - LEVEL, precision * effective, effective - precision * effective + 1)


def test_the_lowest_confidence_whose_bound_reaches_the_target_is_found():
    rng = np.random.default_rng(0)
    confidence = np.round(rng.uniform(0.3, 1, 400), 2)
    correct = rng.random(400) < confidence**0.5
    artists = [f"artist {number}" for number in rng.integers(0, 150, 400)]
    expected = NEVER
    for value in np.unique(confidence)[::-1]:
        rows = np.flatnonzero(confidence >= value)
        if len(rows) >= 20 and bound_of(correct[rows], [artists[r] for r in rows]) >= 0.85:
            expected = value
    found = threshold_for_new_artists(confidence, correct, artists, target=0.85)
    assert 0.3 < expected < 1
    assert found == pytest.approx(expected)


def test_many_artworks_of_few_artists_are_no_proof():
    confidence, correct = np.full(1000, 0.99), np.ones(1000, bool)
    alone = [f"artist {row}" for row in range(1000)]
    few = [f"artist {row % 20}" for row in range(1000)]
    assert threshold_for_new_artists(confidence, correct, alone, target=0.95) == 0.99
    assert threshold_for_new_artists(confidence, correct, few, target=0.95) == NEVER


def test_32_artists_without_a_mistake_are_enough_for_95_percent():
    def found(artists):
        confidence, correct = np.full(artists, 0.9), np.ones(artists, bool)
        names = [f"artist {row}" for row in range(artists)]
        return threshold_for_new_artists(confidence, correct, names, target=0.95)

    assert (found(31), found(32)) == (NEVER, 0.9)


def test_thresholds_hold_for_artists_that_were_not_seen():
    """Whole artists are right or wrong: the plain precision of the chosen ones is too good."""
    held = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        artist = np.arange(600).repeat(10)
        known = rng.beta(8, 1, 600)
        confidence = np.round(known, 4).repeat(10)
        correct = (rng.random(600) < known).repeat(10)
        threshold = threshold_for_new_artists(
            confidence, correct, [str(each) for each in artist], target=0.9
        )
        # a new artist of confidence c is right with probability c
        new = np.random.default_rng(1).beta(8, 1, 100_000)
        held.append(new[new >= threshold].mean() if threshold < NEVER else 1.0)
    assert np.mean(np.array(held) >= 0.9) >= 0.75


def test_of_nothing_nothing_is_accepted():
    assert threshold_for_new_artists(np.empty(0), np.empty(0, bool), [], target=0.9) == NEVER
