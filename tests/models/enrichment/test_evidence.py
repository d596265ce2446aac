"""Prediction from all evidence in a small home with images, facts and artists."""

from datetime import UTC, datetime

import pytest

from catalog.datasets import examples
from catalog.storage import tables
from catalog.storage.store import FolderStore
from models.enrichment.planning import plan_next_run
from models.presets import ladder_config
from models.promotion import promote
from models.training.fit import fit
from models.versions import registry, storage
from models.versions.registry import CLASSIFIER
from models.versions.serving import configure_champions
from tests.building import ingest_catalog, make_catalog, put, rows_of
from tests.models.enrichment.catalogued import NO_IMAGE, artworks_and_artists, night


def predictions(home):
    """The predictions of the champion, by artwork: the last one written of each counts."""
    version = registry.champion(home)
    return {
        r["artwork_id"]: r for r in rows_of(home, "predictions") if r["model_version"] == version
    }


def keys(home):
    return {(row["artwork_id"], row["prediction_key"]) for row in rows_of(home, "predictions")}


def enriched(home):
    return {row["artwork_id"]: row for row in rows_of(home, "enriched")}


def change(folder, edit):
    """Ingest the catalog again with some of its artworks changed."""
    artworks, artists = artworks_and_artists()
    edited = [edit(dict(each)) for each in artworks]
    source = make_catalog(folder / "catalog", edited, artists, dict.fromkeys(NO_IMAGE))
    ingest_catalog(FolderStore(folder / "home"), source)


def test_the_champion_uses_all_evidence(catalogued):
    serving = configure_champions(catalogued)[CLASSIFIER]
    assert serving.evidence == ("image", "facts", "other works")
    pools = set(storage.load(catalogued, serving.model_version).pools)
    assert pools >= {"image", "facts", "other works", "image+facts", "image+facts+other works"}


def test_artworks_without_an_image_are_predicted_and_one_of_which_nothing_is_known_is_not(
    catalogued,
):
    found = predictions(catalogued)
    ids = {row["artwork_id"] for row in rows_of(catalogued, "artworks")}
    assert len(ids) == 94
    assert ids - set(found) == {"wga:900"}
    assert found["wga:0"]["image_sha256"] is None
    assert found["wga:0"]["pattern"] == "facts+other works"
    assert found["wga:1"]["pattern"] == "image+facts+other works"
    # an artist without any label has no other works
    assert found["wga:901"]["pattern"] == "facts"
    assert found["wga:902"]["pattern"] == "image+facts"
    rows = enriched(catalogued)
    assert rows["wga:900"]["predicted_style"] is None
    assert rows["wga:901"]["predicted_style"] == found["wga:901"]["style"] == "Impressionism"
    assert rows["wga:901"]["image_status"] == "missing"
    assert rows["wga:901"]["because"] == found["wga:901"]["because"]


def test_a_prediction_says_what_it_rests_on(catalogued):
    row = predictions(catalogued)["wga:1"]
    kinds = {each["evidence"]: each for each in row["evidence"]}
    assert kinds["facts"]["basis"] == "1650, artist 1620-1680, Dutch, oil on canvas"
    assert kinds["other works"]["basis"] == "4 of 4"
    assert sum(each["weight"] for each in row["evidence"]) == pytest.approx(1, abs=1e-3)
    assert "; other works: 4 of 4 Baroque" in row["because"]
    assert row["style"] == "Baroque"


def test_an_unchanged_night_writes_nothing(catalogued):
    before = tables.versions(catalogued)
    assert night(catalogued) == (0, 0)
    assert tables.versions(catalogued) == before


@pytest.mark.full
def test_a_changed_date_predicts_that_artwork_alone_again_and_runs_no_encoder(folder, catalogued):
    before = keys(catalogued)

    def later(row):
        if row["ID"] == "902":
            row["picture data"] = row["picture data"].replace("1885", "1901")
        return row

    change(folder, later)
    assert plan_next_run(catalogued, None)["to_predict"] == {
        "artworks": 1,
        "different facts or labels": 1,
    }
    assert night(catalogued) == (0, 1)
    ((changed, _),) = keys(catalogued) - before
    assert changed == "wga:902"
    assert "1901" in enriched(catalogued)["wga:902"]["because"]


def test_a_changed_title_predicts_nothing_again(folder, catalogued):
    change(folder, lambda row: row | {"title": f"{row['title']} at night"})
    assert night(catalogued) == (0, 0)


def test_a_label_predicts_the_artists_other_artworks_again_and_nobody_elses(catalogued):
    before = keys(catalogued)
    decided = {"decision": "correct", "style": "Realism", "reviewer": "ann", "catalog": "wga"}
    when = datetime(2026, 1, 1, tzinfo=UTC)
    decided |= {"review_id": "1", "artwork_id": "wga:903", "decided_at": when}
    put(catalogued, "reviews", decided)
    assert night(catalogued) == (0, 2)
    assert {artwork_id for artwork_id, _ in keys(catalogued) - before} == {"wga:901", "wga:902"}
    because = enriched(catalogued)["wga:901"]["because"]
    assert because.endswith("; other works: 1 of 1 Realism")


@pytest.mark.full
def test_another_facts_classifier_predicts_everything_again_without_an_encoder(catalogued):
    first = registry.champion(catalogued)
    version = fit(catalogued, ladder_config("combined", "quick", seed=5), "artist", "quick")
    assert version != first
    promote.promote(catalogued, version, "for a test")
    assert plan_next_run(catalogued, None)["to_predict"] == {
        "artworks": 93,
        "a different classifier": 93,
    }
    assert night(catalogued) == (0, 93)
    assert len(predictions(catalogued)) == 93


def other_labels(home, scheme, *parts):
    table = examples.labelled_artworks(home, scheme, *parts)
    return examples.with_other_labels(home, table, scheme)["other_labels"].to_pylist()


def test_labels_of_other_works_do_not_leak_into_an_artist_disjoint_test_part(catalogued):
    unseen = other_labels(catalogued, "artist", "test")
    assert len(unseen) >= 10
    assert set(map(str, unseen)) == {"None"}
    # without the artwork's own label, and only those that are learned from
    learned = other_labels(catalogued, "artist", "train", "validation")
    assert {sum(each["artworks"] for each in labels) for labels in learned} == {4}
    seen = [labels for labels in other_labels(catalogued, "random", "test") if labels]
    assert seen
    assert all(sum(each["artworks"] for each in labels) <= 4 for labels in seen)
