import numpy as np
import pytest

from models.metrics.comparison import ScoredPredictions
from models.metrics.scores import expected_calibration_error
from models.promotion.gate import (
    calibrated,
    calibration_limit,
    check_absolute_requirements,
    compare_with_champion,
    correlation_within,
)

STYLES = ("Baroque", "Realism", "Rococo")


def scored(labels, guesses, confidence=0.5, *, styles=STYLES, first=0):
    n = len(labels)
    return ScoredPredictions(
        artwork_ids=[f"w{first + number}" for number in range(n)],
        groups=[f"artist {(first + number) // 3}" for number in range(n)],
        styles=styles,
        labels=np.array(labels),
        guesses=np.array(guesses),
        confidence=np.full(n, confidence),
    )


def drawn(n, right, seed, **more):
    """HeldOutPredictions of which such a part is right."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    wrong = (labels + rng.integers(1, 3, n)) % 3
    return scored(labels, np.where(rng.random(n) < right, labels, wrong), **more)


def test_an_equal_model_passes_and_a_worse_one_does_not():
    champion = drawn(120, 0.7, seed=1)
    assert compare_with_champion(champion, champion, None).passes
    better, worse = drawn(120, 0.9, seed=2), drawn(120, 0.5, seed=3)
    verdict = compare_with_champion(better, champion, None)
    assert verdict.passes
    assert verdict.figures.difference > 0
    assert verdict.figures.lower < verdict.figures.difference < verdict.figures.upper
    assert "on 120 artworks (95 % interval +" in verdict.reason
    verdict = compare_with_champion(worse, champion, None)
    assert not verdict.passes
    assert verdict.reason.endswith("worse")
    assert "not worse" not in verdict.reason


def test_a_little_worse_is_refused_even_if_the_interval_reaches_above_zero():
    labels = np.arange(90) % 3
    one_wrong = labels.copy()
    one_wrong[0] = (labels[0] + 1) % 3
    verdict = compare_with_champion(scored(labels, one_wrong), scored(labels, labels), None)
    assert verdict.figures.difference < 0 <= verdict.figures.upper
    assert not verdict.passes


def test_models_without_a_common_work_cannot_be_compared():
    champion, apart = scored([0, 1, 2, 0], [0, 1, 2, 0]), scored([0, 1], [0, 1], first=50)
    verdict = compare_with_champion(apart, champion, 0.05)
    assert not verdict.passes
    assert "no evaluated artwork in common" in verdict.reason


def test_a_single_artist_gives_no_interval():
    right, wrong = (scored([0, 1, 2], [0, 1, last]) for last in (2, 1))
    verdict = compare_with_champion(right, wrong, None)
    assert (verdict.passes, verdict.figures.lower) == (True, None)
    assert "too few artists for an interval" in verdict.reason


def test_few_works_may_be_off_by_more_than_the_bound():
    assert calibration_limit(np.full(30, 0.6), 0.05) > 0.1
    assert calibration_limit(np.full(30_000, 0.6), 0.05, draws=50) == 0.05
    assert calibration_limit(np.empty(0), 0.05) == 0.05
    confidence = np.linspace(0.1, 0.9, 80)
    assert calibration_limit(confidence, 0.0) == calibration_limit(confidence, 0.0)


def test_a_calibrated_model_passes_nineteen_times_out_of_twenty():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.2, 0.9, 150)
    limit = calibration_limit(confidence, 0.0)
    draws = (rng.random(150) < confidence for _ in range(400))
    within = [expected_calibration_error(confidence, correct) <= limit for correct in draws]
    assert 0.92 <= np.mean(within) <= 0.98


def test_artists_whose_works_are_right_or_wrong_together_may_be_off_by_more():
    groups, confidence = np.arange(200) // 10, np.full(200, 0.6)
    limits = [
        calibration_limit(confidence, 0.0, groups=groups, correlation=share)
        for share in (0.0, 0.5, 1.0)
    ]
    # of 20 artists, 95 % of the shares that are right lie within 2 standard errors
    assert limits[0] == pytest.approx(1.96 * np.sqrt(0.24 / 200), abs=0.01)
    assert limits[2] == pytest.approx(1.96 * np.sqrt(0.24 / 20), abs=0.02)
    assert limits[0] < limits[1] < limits[2]


def test_correlation_within_groups():
    rng = np.random.default_rng(0)
    groups, confidence = np.arange(3000) // 10, np.full(3000, 0.6)
    together = (rng.random(300) < 0.6)[groups]
    assert correlation_within(groups, confidence, together) == pytest.approx(1, abs=0.01)
    alone = rng.random(3000) < 0.6
    assert correlation_within(groups, confidence, alone) < 0.02
    assert correlation_within(groups, np.full(3000, 0.99), alone) < 0.02
    assert correlation_within(np.arange(3000), confidence, alone) == 0


def test_confidence_that_does_not_hold_is_refused():
    champion = drawn(300, 0.6, seed=1)
    right = np.mean(drawn(300, 0.7, seed=4).labels == drawn(300, 0.7, seed=4).guesses)
    honest, boastful = (drawn(300, 0.7, seed=4, confidence=c) for c in (right, 0.99))
    error, limit = calibrated(honest, 0.05)
    assert error <= limit
    assert compare_with_champion(honest, champion, 0.05).passes
    verdict = compare_with_champion(boastful, champion, 0.05)
    assert not verdict.passes
    assert verdict.figures.difference > 0
    assert verdict.figures.ece > verdict.figures.ece_limit == 0.05
    assert verdict.reason.endswith("beyond the limit of 0.050")
    assert compare_with_champion(boastful, champion, 0.5).passes  # the bound is the user's


def test_alone_a_model_passes_if_it_is_calibrated():
    verdict = check_absolute_requirements(scored([0, 1], [0, 1], 0.99), 0.05)
    assert verdict.passes
    assert verdict.reason == (
        "macro-F1 1.000 on 2 artworks; accuracy 1.000, above the 0.500 of the most common style; "
        "calibration error 0.010, within the limit of 0.050"
    )
