"""Acceptance of confident predictions by catalog, and the exact lower bound of a precision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.enrichment.acceptance import (
    decisions_needed,
    lower_bound,
    overview,
    target_of,
    update_acceptance,
)
from catalog.enrichment.enriched import EnrichmentScope
from catalog.storage import tables
from tests.building import put, rows_of
from tests.catalog.enrichment.test_enriched import KEY, put_works, work

SCOPE = EnrichmentScope(None, KEY)
MODEL = "m1"


def state(home, measured=None, scope=SCOPE, model=MODEL):
    """The row of the catalog x after an update, without the time."""
    update_acceptance(home, scope, model, measured)
    (row,) = (row for row in rows_of(home, "acceptance") if row["catalog"] == "x")
    return {name: value for name, value in row.items() if name != "changed_at"}


def put_sure(home, right, wrong=0, label="Rococo", first=0):
    """Put artworks with a label, of which some are predicted rightly, and their catalog closed."""
    guesses = ["Rococo"] * right + ["Baroque"] * wrong
    numbered = enumerate(guesses, first)
    sure = (work(str(at), label=label, guess=guess, decision="accepted") for at, guess in numbered)
    put_works(home, *sure)


def put_audit(home, *numbers):
    drawn = {"audit_id": "a", "catalog": "x"}
    put(home, "audits", *({**drawn, "artwork_id": f"x:{at}"} for at in numbers))


def decide(home, numbers, style="Rococo", **given):
    """Put decisions of a person: of another style than the predicted one it is a correction."""
    row = {"catalog": "x", "reviewer": "Ann", "decided_at": 1, "decision": "correct"}
    row |= {"style": style, **given}
    put(
        home,
        "reviews",
        *({**row, "review_id": f"r{at}{style}", "artwork_id": f"x:{at}"} for at in numbers),
    )


def test_too_few_held_out_artworks_say_nothing_where_others_are_labelled(home):
    put_sure(home, right=19, wrong=1)
    found = state(home, measured={"x": (19, 10)})
    assert (found["state"], found["artworks"], found["right_artworks"]) == ("open", 20, 19)
    assert state(home, measured={"x": (20, 10)})["state"] == "closed"


def test_a_catalog_is_measured_on_its_own_labels(home):
    put_sure(home, right=19)
    found = state(home)
    assert (found["state"], found["basis"], found["artworks"]) == ("closed", "none", 19)
    assert found["reason"] == (
        "only 19 labelled artworks outside the training data have a confident prediction "
        "(20 are needed), and no audit"
    )
    put_sure(home, right=1, first=19)
    assert state(home) == {
        "catalog": "x",
        "state": "open",
        "basis": "labels",
        "model_version": "m1",
        "target": 0.95,
        "artworks": 20,
        "right_artworks": 20,
        "precision": 1.0,
        "lower": pytest.approx(0.05 ** (1 / 20)),
        "reason": "labels: 20 of 20 right, precision 1.0000 reaches 0.95",
    }
    put_sure(home, right=0, wrong=2, first=20)
    found = state(home)
    assert (found["state"], found["artworks"], found["right_artworks"]) == ("closed", 22, 20)
    assert found["reason"] == "labels: 20 of 22 right, precision 0.9091 below 0.95"
    assert overview(home)[0]["next"].startswith("review predictions;")


def test_out_of_fold_predictions_come_before_what_the_home_shows(home):
    put_sure(home, right=30)
    found = state(home, {"x": (200, 180), "y": (10, 10)})
    assert (found["state"], found["artworks"], found["precision"]) == ("closed", 200, 0.9)
    assert state(home, {"x": (200, 190)})["state"] == "open"
    assert {row["catalog"] for row in rows_of(home, "acceptance")} == {"x"}


def test_a_second_update_writes_nothing(home):
    put_sure(home, right=25)
    assert len(update_acceptance(home, SCOPE, MODEL)) == 1
    before = tables.versions(home)
    assert update_acceptance(home, SCOPE, MODEL) == []
    assert tables.versions(home) == before
    # the same figures of another model are news
    assert len(update_acceptance(home, SCOPE, "m2")) == 1


def test_only_the_catalog_that_is_enriched_is_measured(home):
    put_sure(home, right=25)
    put(home, "artworks", {"artwork_id": "y:1", "catalog": "y"})
    update_acceptance(home, EnrichmentScope("y", KEY), MODEL)
    states = {row["catalog"]: row["reason"] for row in rows_of(home, "acceptance")}
    assert states["y"] == (
        "no audit, and no labelled artwork outside the training data with a confident prediction"
    )
    assert states["x"] is None, "as it was put"


def test_an_audit_opens_a_catalog_without_labels(home):
    put_sure(home, right=60, label=None)
    assert state(home)["basis"] == "none"
    put_audit(home, *range(60))
    found = state(home)
    assert (found["state"], found["basis"], found["precision"]) == ("closed", "audit", None)
    assert found["reason"] == (
        "audit: nothing decided yet: 59 more decisions without a correction would open it"
    )
    decide(home, range(58))
    assert state(home)["reason"] == (
        "audit: 58 of 58 right, lower bound 0.9497 below 0.95: "
        "1 more decision without a correction would open it"
    )
    decide(home, [58])
    found = state(home)
    assert (found["state"], found["artworks"], found["right_artworks"]) == ("open", 59, 59)
    assert found["reason"] == "audit: 59 of 59 right, lower bound 0.9505 reaches 0.95"
    decide(home, [59], "Baroque")
    found = state(home)
    assert (found["state"], found["artworks"], found["right_artworks"]) == ("closed", 60, 59)


def test_what_persons_choose_to_decide_can_close_a_catalog_but_not_open_it(home):
    put_sure(home, right=200, label=None)
    put_audit(home, *range(40))
    decide(home, range(150))
    found = state(home)
    assert (found["state"], found["artworks"]) == ("closed", 40)
    assert "19 more decisions" in found["reason"]
    put_audit(home, *range(60))
    assert state(home)["artworks"] == 60
    assert state(home)["state"] == "open"
    decide(home, range(150, 190), "Baroque")
    found = state(home)
    assert (found["state"], found["artworks"], found["right_artworks"]) == ("closed", 190, 150)
    assert found["reason"].startswith("audit and other reviews: 150 of 190 right")


def test_a_rejection_counts_if_the_predicted_style_was_rejected(home):
    put_sure(home, right=10, label=None)
    put_audit(home, *range(10))
    decide(home, [0, 1], None, decision="reject", shown_style="Rococo")
    decide(home, [2, 3], None, decision="reject", shown_style="Baroque")
    found = state(home)
    assert (found["artworks"], found["right_artworks"]) == (2, 0)


def test_the_target_is_a_setting(home, monkeypatch):
    put_sure(home, right=23, wrong=2)
    assert state(home)["state"] == "closed"
    monkeypatch.setenv("ARTCAT_TARGET_PRECISION", "0.9")
    assert state(home)["state"] == "open"
    monkeypatch.setenv("ARTCAT_TARGET_PRECISION_BY_CATALOG", '{"x": 0.97}')
    assert (target_of("x"), target_of("y")) == (0.97, 0.9)
    assert state(home)["target"] == 0.97


@pytest.mark.parametrize(
    ("right", "artworks", "bound"),
    [
        # without a mistake the bound is the n-th root of 0.05
        (1, 1, 0.05),
        (2, 2, 0.05**0.5),
        (58, 58, 0.949661),
        (59, 59, 0.950492),
        # 1 - (1 - p)^2 = 0.05: at least one of two
        (1, 2, 1 - 0.95**0.5),
        (0, 7, 0.0),
        (0, 0, 0.0),
        # Table of Clopper and Pearson: 8 of 10, one-sided 95 %
        (8, 10, 0.493),
        (61, 62, 0.92576),
    ],
)
def test_the_bound_is_exact(right, artworks, bound):
    assert lower_bound(right, artworks) == pytest.approx(bound, abs=5e-4)


@pytest.mark.parametrize(("right", "artworks"), [(-1, 3), (4, 3), (0, -1)])
def test_counts_that_cannot_be_are_refused(right, artworks):
    with pytest.raises(ValueError, match="cannot be right"):
        lower_bound(right, artworks)


counts = st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_a_right_artwork_raises_the_bound_and_a_wrong_one_lowers_it(counted):
    right, artworks = counted
    bound = lower_bound(right, artworks)
    assert 0 <= bound < 1
    assert lower_bound(right + 1, artworks + 1) > bound
    assert lower_bound(right, artworks + 1) < bound or right == 0
    assert bound <= right / max(1, artworks)


@pytest.mark.parametrize(
    ("right", "artworks", "target", "needed"),
    [(0, 0, 0.95, 59), (58, 58, 0.95, 1), (59, 59, 0.95, 0), (61, 62, 0.95, 31), (0, 0, 0.9, 29)],
)
def test_output_says_how_many_decisions_are_missing(right, artworks, target, needed):
    assert decisions_needed(right, artworks, target) == needed


@given(counts, st.floats(0.5, 0.99))
def test_what_is_needed_is_enough_and_one_less_is_not(counted, target):
    right, artworks = counted
    needed = decisions_needed(right, artworks, target)
    assert lower_bound(right + needed, artworks + needed) >= target
    assert not needed or lower_bound(right + needed - 1, artworks + needed - 1) < target
