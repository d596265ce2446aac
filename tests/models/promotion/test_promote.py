import numpy as np
import pytest

from models.promotion.promote import champion_state, promote_best
from models.versions import registry
from tests.building import put
from tests.models.building import BEGIN, add_held_out_predictions, add_model

pytestmark = pytest.mark.full

LABELS = np.arange(60) % 3
RIGHT = LABELS
HALF = np.where(np.arange(60) % 2, LABELS, (LABELS + 1) % 3)
WRONG = (LABELS + 1) % 3


@pytest.fixture(autouse=True)
def without_a_dry_run(monkeypatch):
    """The models here have rows and held-out predictions, but nothing that could predict."""
    monkeypatch.setattr("models.promotion.promote.promote", registry.promote)


@pytest.fixture
def add(home):
    """Adds a measured model."""

    def add(number, guesses, *, sure=3.0, **columns):
        version = add_model(home, number, **columns)
        add_held_out_predictions(home, version, guesses, LABELS, sure=sure)
        return version

    return add


def test_nothing_measured_leaves_everything_as_it_is(home):
    add_model(home, 1)
    outcome = promote_best(home)
    assert (outcome.champion, outcome.embedder, outcome.decisions) == (None, None, ())


def test_the_best_becomes_the_first_champion_and_the_best_clip_the_embedder(home, add):
    best = add(1, RIGHT, sure=6.0)
    clip = add(2, HALF, sure=0.6, kind="clip", architecture="ViT-B-32")
    add(3, WRONG, kind="clip")
    outcome = promote_best(home)
    assert (outcome.champion, outcome.embedder) == (best, clip)
    promoted = {(d.role, d.model_version) for d in outcome.decisions if d.promoted}
    assert promoted == {("classifier", best), ("embedder", clip)}
    first = outcome.decisions[0]
    assert first.reason.startswith(
        "no champion yet: macro-F1 1.000 on 60 artworks; accuracy 1.000, above the 0.333 of the "
        "most common style; calibration error"
    )
    assert registry.promotions(home, role="classifier")[0].reason == first.reason
    assert f"but {best} does better" in outcome.decisions[1].reason


@pytest.mark.parametrize(
    ("guesses", "sure", "reason"),
    [
        (HALF, 20.0, "beyond the limit"),
        (WRONG, 0.1, "accuracy 0.000, not above the 0.333 of the most common style"),
    ],
    ids=["not calibrated", "not above the majority class"],
)
def test_the_first_champion_passes_the_gate_or_there_is_none_and_the_reason_is_reported(
    home, add, guesses, sure, reason
):
    add(1, guesses, sure=sure)
    clip = add(2, guesses, sure=sure, kind="clip")
    outcome = promote_best(home)
    assert (outcome.champion, outcome.embedder) == (None, clip)
    assert reason in outcome.decisions[0].reason
    state = champion_state(home)
    assert "no evaluated model is good enough on unseen artists; the best of 2" in state.no_champion
    assert reason in state.no_champion
    assert state.no_champion.endswith("or choose one with `artcat models promote`")
    assert state.unused_models == 0
    passing = add(3, RIGHT, sure=6.0)
    assert promote_best(home).champion == passing


def test_a_better_challenger_is_promoted_and_a_worse_one_gets_a_reason(home, add):
    old = add(1, HALF, sure=0.6)
    promote_best(home)
    worse, better = add(2, WRONG), add(3, RIGHT, sure=6.0)
    outcome = promote_best(home)
    assert outcome.champion == better
    verdicts = {d.model_version: (d.promoted, d.champion) for d in outcome.decisions}
    assert verdicts == {better: (True, old), worse: (False, old)}
    refused = next(d for d in outcome.decisions if d.model_version == worse)
    assert refused.figures.difference < 0
    assert "worse" in refused.reason


def test_a_better_but_boastful_challenger_is_refused(home, add):
    old = add(1, WRONG, sure=0.1)
    registry.promote(home, old, "by hand")
    add(2, HALF, sure=20.0)
    outcome = promote_best(home)
    assert outcome.champion == old
    assert "beyond the limit" in outcome.decisions[0].reason


def test_of_equal_models_the_one_trained_last_is_champion_and_stays(home, add):
    add(1, RIGHT, sure=6.0)
    last = add(2, RIGHT, sure=6.0)
    for _ in range(3):
        assert promote_best(home).champion == last
    assert promote_best(home).decisions[0].reason.count("no better, and older") == 1
    newer = add(3, RIGHT, sure=6.0)
    assert promote_best(home).champion == newer


def test_a_rollback_is_not_undone(home, add):
    first = add(1, HALF, sure=0.6)
    promote_best(home)
    second = add(2, RIGHT, sure=6.0)
    assert promote_best(home).champion == second
    registry.promote(home, registry.champion_before(home), "rolled back")
    again = promote_best(home)
    assert again.champion == first
    assert again.decisions == ()
    assert len(registry.promotions(home)) == 3


def test_an_imported_model_and_one_of_the_random_split_do_not_come_in_by_themselves(home, add):
    add(1, RIGHT, imported_at=BEGIN)
    add(2, RIGHT, scheme="random")
    outcome = promote_best(home)
    assert (outcome.champion, outcome.decisions) == (None, ())


def test_a_champion_of_the_random_split_cannot_be_compared(home, add):
    by_hand = add(1, HALF, scheme="random")
    registry.promote(home, by_hand, "by hand")
    add(2, RIGHT)
    outcome = promote_best(home)
    assert outcome.champion == by_hand
    assert "`artcat models promote`" in outcome.decisions[0].reason


def test_the_bound_is_a_setting(home, add, monkeypatch):
    registry.promote(home, add(1, WRONG, sure=0.1), "by hand")
    boastful = add(2, HALF, sure=20.0)
    monkeypatch.setenv("ARTCAT_CALIBRATION_BOUND", "0.9")
    assert promote_best(home).champion == boastful


def test_candidates_are_ranked_on_the_works_that_all_have_predicted(home, add):
    easy = np.arange(60) < 30
    everywhere = add(1, np.where(easy, RIGHT, WRONG), sure=0.6)
    few = add_model(home, 2)
    on_easy = np.where(np.arange(30) % 5, LABELS[:30], (LABELS[:30] + 1) % 3)
    add_held_out_predictions(home, few, on_easy, LABELS[:30])
    assert promote_best(home).champion == everywhere


@pytest.mark.parametrize(("artists", "judges"), [(1, True), (2, False)])
def test_the_random_split_judges_where_all_works_are_of_one_artist(home, add, artists, judges):
    random = add(1, RIGHT, sure=6.0, scheme="random")
    for number in range(4):
        ids = {"artwork_id": f"w{number}", "catalog": "x"}
        fold = number % artists
        put(home, "artworks", {**ids, "style": ("Baroque", "Rococo")[number // 2]})
        put(home, "splits", {**ids, "scheme": "artist", "part": "train", "fold": fold})
    outcome = promote_best(home)
    assert outcome.champion == (random if judges else None)
    if judges:
        assert outcome.decisions[0].reason.startswith(
            "evaluated on the split by image, which is optimistic"
        )
