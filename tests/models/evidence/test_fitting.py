import numpy as np
import pytest
from scipy.special import log_softmax
from scipy.stats import beta

from models.classifiers.calibration import NEVER
from models.evidence.evidence import Evidence
from models.evidence.fitting import LEVEL, MIN_ARTWORKS, fit_pools, threshold_for_new_artists
from tests.models.evidence.test_pool import observed


@pytest.fixture
def evidence():
    """300 artworks of 60 artists; all have facts, every other one an image."""
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 4, 300)
    logs = {"image": observed(rng, labels, 1.5), "facts": observed(rng, labels, 3.0)}
    present = {"image": np.arange(300) % 2 == 0, "facts": np.ones(300, bool)}
    return Evidence(300, logs, present), labels, [f"artist {row % 60}" for row in range(300)]


def fitted(evidence, **changes):
    known, labels, groups = evidence
    given = {"kinds": ("image", "facts"), "target_precision": 0.95} | changes
    return fit_pools(known, labels, groups, **given)


def test_every_pattern_has_a_pool_of_the_artworks_that_have_it(evidence):
    found = fitted(evidence)
    artworks = {pattern: pool.artworks for pattern, pool in found.pools.items()}
    assert artworks == {"image": 150, "facts": 300, "image+facts": 150}
    rows, logs = found.held_out["image+facts"]
    assert rows.tolist() == list(range(0, 300, 2))
    assert logs.shape == (150, 4)


def test_a_method_that_is_hardly_better_does_not_replace_the_usual_one(evidence):
    found = fitted(evidence)
    assert found.losses["facts: log-linear with biases"] < found.losses["facts: log-linear"]
    assert found.pools["facts"].method == "log-linear"


def test_a_method_that_is_clearly_better_is_taken():
    labels = np.array([0] * 240 + [1] * 60)
    flat = Evidence(300, {"facts": np.log(np.full((300, 2), 0.5))}, {"facts": np.ones(300, bool)})
    artists = [f"{row % 75:03}" for row in range(300)]
    pool = fitted((flat, labels, artists), kinds=("facts",)).pools["facts"]
    assert pool.method == "log-linear with biases"
    assert pool.biases[0] > pool.biases[1] + 1


def test_artworks_of_one_artist_count_less_than_as_many_of_several():
    """A prolific artist of one style, many artists of the other, and evidence that says nothing."""
    labels = np.array([0] * 100 + [1] * 100)
    flat, every = np.log(np.full((200, 2), 0.5)), np.ones(200, bool)
    known = Evidence(200, {"image": flat, "facts": flat}, {"image": every, "facts": every})
    artists = ["one"] * 100 + [f"artist {row}" for row in range(100)]
    pool = fitted((known, labels, artists)).pools["image+facts"]
    assert pool.biases[1] > pool.biases[0] + 1


def test_accepted_predictions_of_held_out_artworks_reach_the_target(evidence):
    _, labels, _ = evidence
    found = fitted(evidence)
    rows, logs = found.held_out["facts"]
    accepted = found.pools["facts"].decide(np.round(np.exp(logs.max(1)), 4)) == "accepted"
    assert accepted.sum() >= 20
    assert (logs.argmax(1) == labels[rows])[accepted].mean() >= 0.95


def test_a_kind_that_few_artworks_have_counts_as_it_is_and_accepts_nothing(evidence):
    known, labels, groups = evidence
    few = np.zeros(300, bool)
    few[: MIN_ARTWORKS - 1] = True
    sparse = Evidence(300, known.logs, known.present | {"image": few})
    found = fitted((sparse, labels, groups))
    assert found.pools["image"].weights == (1.0,)
    assert found.pools["image"].accept_threshold == NEVER
    assert "image+facts" not in found.pools


def test_held_out_predictions_do_not_depend_on_the_labels_of_their_own_fold():
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, 90)
    noise = {"facts": log_softmax(rng.normal(size=(90, 3)), axis=1)}
    known = Evidence(90, noise, {"facts": np.ones(90, bool)})
    groups = [f"{row:03}" for row in range(90)]
    # fold 0 holds every third artwork: the groups are of equal size
    mine = np.arange(90) % 3 == 0
    before, after = (
        fitted((known, given, groups), kinds=("facts",))
        for given in (labels, np.where(mine, (labels + 1) % 3, labels))
    )
    found, changed = before.held_out["facts"][1], after.held_out["facts"][1]
    if before.pools["facts"].method == after.pools["facts"].method:
        assert np.array_equal(found[mine], changed[mine])
    assert not np.array_equal(found[~mine], changed[~mine])


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


@pytest.mark.parametrize(
    ("artworks", "artists", "found"),
    [(1000, 1000, 0.99), (1000, 20, NEVER), (32, 32, 0.99), (31, 31, NEVER)],
)
def test_artworks_without_a_mistake_are_proof_if_they_are_of_32_artists(artworks, artists, found):
    names = [f"artist {row % artists}" for row in range(artworks)]
    confidence, correct = np.full(artworks, 0.99), np.ones(artworks, bool)
    assert threshold_for_new_artists(confidence, correct, names, target=0.95) == found


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
