from dataclasses import asdict

import pytest

from catalog.base.hashing import sha256_of
from catalog.enrichment.counts import Counts, count_artworks
from catalog.enrichment.predictions import ClassifierKey, mark_outside
from catalog.storage import duck, tables
from models.enrichment.describing import Described, describe_artworks
from tests.building import put, rows_of

KEY = ClassifierKey("the champion")


def work(name, *, label=None, guess=None, decision=None, status="ok", shard=1, **facts):
    """Rows of a work with an image of the digest `{name}-image`, and perhaps a prediction."""
    known = {"artwork_id": f"x:{name}", "catalog": "x"}
    artwork = {
        **{**known, "artist": "MONET, Claude", "profession": "painter", "form": "painting"},
        **{"title": "Lilies", "style": label, **facts},
    }
    sha256 = f"{name}-image" if status == "ok" else None
    image = {**known, "status": status, "sha256": sha256, "shard": f"shards/x/{shard}"}
    key = sha256_of(f"{name}-image|||{KEY.key}".encode())
    guessed = {"style": guess, "confidence": 0.75, "decision": decision, "in_training": False}
    return artwork, image, {**known, "prediction_key": key, **guessed} if guess else None


def put_works(home, *works):
    artworks, images, predictions = zip(*works, strict=True)
    put(home, "artworks", *artworks)
    put(home, "images", *images)
    put(home, "predictions", *filter(None, predictions))
    put(home, "acceptance", {"catalog": "x", "state": "open"})


def enrich(home, key=KEY, catalog=None):
    """Describe and update as a run does; the works of `enriched` by name."""
    describe_artworks(home, catalog, key)
    return {row["artwork_id"].partition(":")[2]: row for row in rows_of(home, "enriched")}


def style_columns(row):
    return row["style"], row["style_source"], row["disagrees"]


def sentence(period):
    made = f"This is an artwork from painter MONET, Claude{period}."
    return f"{made} The title of this painting is Lilies."


def test_an_artwork_outside_the_vocabulary_is_marked_with_or_without_a_champion(home):
    put_works(home, work("photo", outside="date: 1965; the styles end in 1925"), work("unseen"))
    assert [mark_outside(home, "x"), mark_outside(home, "x")] == [1, 0]
    for key in (None, KEY):
        row = enrich(home, key)["photo"]
        marked = ("outside", "date: 1965; the styles end in 1925")
        assert (row["decision"], row["because"]) == marked
        assert (row["style"], row["predicted_style"], row["review_state"]) == (None, None, "none")
        assert row["description"] == sentence("")
    assert count_artworks(home, "x").outside == 1


def test_a_label_counts_before_an_accepted_prediction_before_a_guess(any_home):
    put_works(
        any_home,
        work("labelled", label="Rococo", guess="Baroque", decision="accepted"),
        work("agrees", label="Rococo", guess="Rococo", decision="review"),
        work("accepted", guess="Baroque", decision="accepted"),
        work("review", guess="Baroque", decision="review"),
        work("abstained", guess="Baroque", decision="abstained"),
        work("unseen"),
    )
    works = enrich(any_home)

    assert style_columns(works["labelled"]) == ("Rococo", "catalog", True)
    assert style_columns(works["agrees"]) == ("Rococo", "catalog", False)
    assert style_columns(works["accepted"]) == ("Baroque", "predicted", None)
    assert style_columns(works["review"]) == (None, "unknown", None)
    assert style_columns(works["abstained"]) == (None, "unknown", None)
    assert style_columns(works["unseen"]) == (None, "unknown", None)

    assert {name: row["description"] for name, row in works.items()} == {
        "labelled": sentence(" during the period of the Rococo"),
        "agrees": sentence(" during the period of the Rococo"),
        "accepted": sentence(" during the period of the Baroque"),
        "review": sentence(", perhaps during the period of the Baroque"),
        "abstained": sentence(""),
        "unseen": sentence(""),
    }
    assert works["labelled"]["catalog_style"] == "Rococo"
    assert works["labelled"]["predicted_style"] == "Baroque"
    assert works["review"]["confidence"] == 0.75
    assert works["unseen"]["predicted_style"] is None


def test_a_second_update_writes_nothing(home):
    put_works(
        home,
        work("1", guess="Baroque", decision="review"),
        work("2", label="Rococo", status="corrupt"),
    )
    enrich(home)
    before = tables.versions(home)
    assert describe_artworks(home, None, KEY) == Described(0, tables.Written())
    assert tables.versions(home) == before


def test_only_what_changed_is_described_and_written_again(home):
    put_works(
        home,
        work("1", guess="Baroque", decision="accepted"),
        work("2", guess="Baroque", decision="accepted"),
    )
    enrich(home)
    put_works(home, work("2", title="The Bridge", guess="Baroque", decision="accepted"))
    assert describe_artworks(home, None, KEY) == Described(1, tables.Written(updated=1))
    rows = {row["artwork_id"]: row["description"] for row in rows_of(home, "enriched")}
    assert rows["x:2"].endswith("The title of this painting is The Bridge.")


@pytest.mark.full
def test_a_removed_artwork_leaves_enriched_and_stands_in_a_view_of_its_own(any_home):
    put_works(any_home, work("1", label="Rococo"), work("2", guess="Baroque", decision="review"))
    assert set(enrich(any_home)) == {"1", "2"}
    put_works(any_home, work("1", label="Rococo", removed_at=1))
    assert set(enrich(any_home)) == {"2"}
    removed = duck.run_query(any_home, "SELECT artwork_id, style FROM removed_artworks").to_pylist()
    assert removed == [{"artwork_id": "x:1", "style": "Rococo"}]
    counted = count_artworks(any_home)
    assert (counted.artworks, counted.removed, counted.labelled) == (1, 1, 0)
    put_works(any_home, work("1", label="Rococo", removed_at=None))
    assert set(enrich(any_home)) == {"1", "2"}


def test_what_each_artwork_needs_of_a_person_is_said_once_and_counted_from_it(home):
    put_works(
        home,
        work("waiting", guess="Baroque", decision="review"),
        work("labelled", label="Rococo", guess="Rococo", decision="review"),
        work("flagged", label="Rococo", guess="Baroque", decision="accepted"),
        work("accepted", guess="Baroque", decision="accepted"),
        work("abstained", guess="Baroque", decision="abstained"),
        work("unseen"),
        work("decided", guess="Baroque", decision="review"),
        work("disputed", guess="Baroque", decision="review"),
    )
    for reviewer, name in (("a", "decided"), ("a", "disputed"), ("b", "disputed")):
        style = "Baroque" if reviewer == "a" else "Rococo"
        given = {"review_id": f"{reviewer}{name}", "artwork_id": f"x:{name}", "reviewer": reviewer}
        put(home, "reviews", {**given, "decision": "correct", "style": style, "decided_at": 1})
    states = {name: row["review_state"] for name, row in enrich(home).items()}
    assert states == {
        **{"waiting": "waiting", "labelled": "none", "flagged": "flagged", "accepted": "none"},
        **{"abstained": "unknown", "unseen": "unknown", "decided": "decided"},
        "disputed": "flagged",
    }
    counted = count_artworks(home, "x")
    assert counted.decisions_in_words() == (
        "5 need a decision (1 with a prediction to review, 2 flagged, 2 of unknown style)"
    )
    assert (counted.with_prediction, counted.accepted, counted.uncertain) == (7, 2, 4)
    assert (counted.abstained, counted.disagreeing, counted.decided) == (1, 1, 2)
    assert counted.with_flags == 2
    published = duck.run_query(home, "SELECT * EXCLUDE (catalog) FROM catalog_counts").to_pylist()
    assert published == [asdict(counted)]


@pytest.mark.full
def test_predictions_of_another_model_or_image_do_not_count(home):
    put_works(home, work("1", guess="Baroque", decision="accepted"))
    assert enrich(home)["1"]["predicted_style"] == "Baroque"
    assert enrich(home, key=ClassifierKey("a new champion"))["1"]["predicted_style"] is None
    assert enrich(home, key=None)["1"]["predicted_style"] is None
    put(home, "images", {"artwork_id": "x:1", "status": "ok", "sha256": "another"})
    row = enrich(home)["1"]
    assert (row["predicted_style"], row["image_sha256"]) == (None, "another")


def test_a_run_over_one_catalog_leaves_the_others_to_theirs(home):
    put_works(home, work("1", guess="Baroque", decision="accepted"), work("2", status="missing"))
    put(home, "artworks", {"artwork_id": "y:3", "catalog": "y"})
    assert set(enrich(home, catalog="x")) == {"1", "2"}
    assert set(enrich(home)) == {"1", "2", "3"}
    of_x, of_y, of_both = (count_artworks(home, name) for name in ("x", "y", None))
    assert (of_x.artworks, of_x.with_prediction, of_x.with_image) == (2, 1, 1)
    assert of_both == of_x + of_y
    assert count_artworks(home, "nowhere") == Counts()


def test_slots_tell_where_each_value_came_from(home):
    put_works(home, work("1", guess="Baroque", decision="review", title=None))
    enrich(home)
    (row,) = rows_of(home, "descriptions")
    assert row["language"] == "en"
    assert {slot["slot"]: (slot["value"], slot["source"]) for slot in row["slots"]} == {
        "artist": ("MONET, Claude", "catalog"),
        "period": ("Baroque", "predicted"),
        "title": (None, "unknown"),
        "form": ("painting", "catalog"),
    }
