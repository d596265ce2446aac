"""A combined classifier is measured with all its evidence and with each part of it."""

from dataclasses import replace

import numpy as np
import pytest

from models.evaluation import evaluate as evaluation
from models.evaluation.evaluate import predict_by_pattern
from models.evaluation.leaderboard import leaderboard
from models.evidence.patterns import ALL, FACTS_WITH_IMAGE
from models.versions import registry, storage
from reports.evaluation.content import gather
from reports.evaluation.page import render
from tests.building import put, rows_of
from tests.models.evidence.building import classifier, pool

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("three_styles")]

VIEWS = ["image", "facts", "facts, with an image", "image+facts"]


@pytest.fixture
def partly(learnable):
    """A home in which one test artwork of the artist-disjoint split has no image."""
    test = sorted(
        row["artwork_id"]
        for row in rows_of(learnable, "splits")
        if (row["scheme"], row["part"]) == ("artist", "test")
    )
    images = {row["artwork_id"]: row for row in rows_of(learnable, "images")}
    put(learnable, "images", images[test[0]] | {"status": "missing"})
    return learnable, len(test)


def test_artworks_are_predicted_with_each_evidence_that_they_have(partly, trained_combined):
    home, count = partly
    found = predict_by_pattern(home, trained_combined, "artist", "test")
    assert set(found) == {ALL, *VIEWS}  # artists of the test part have no other labelled artworks
    sizes = {name: len(each.predictions) for name, each in found.items()}
    assert sizes[ALL] == sizes["facts"] == count
    assert {sizes[name] for name in ("image", FACTS_WITH_IMAGE, "image+facts")} == {count - 1}
    given = found[FACTS_WITH_IMAGE].predictions
    assert given.artwork_ids == found["image+facts"].predictions.artwork_ids
    rows = [found["facts"].predictions.artwork_ids.index(each) for each in given.artwork_ids]
    np.testing.assert_array_equal(given.plain, found["facts"].predictions.plain[rows])


def test_a_classifier_of_one_evidence_is_measured_once(learnable, trained_facts):
    model = classifier({"facts": pool(1.0)}, facts=trained_facts)
    assert list(predict_by_pattern(learnable, model, "artist", "test")) == [ALL]


def test_rows_with_an_image_stand_beside_the_majority_of_the_images_trained_on(
    partly, trained_combined
):
    home, _ = partly
    model = replace(trained_combined, counts=(1, 1, 50))
    given = {"scheme": "artist", "preset": "quick", "training_key": "ab12"}
    version = storage.save(home, model, **given)
    registry.promote(home, version, "for a test")
    assert evaluation.evaluate(home, registry.find(home, version))
    row = next(row for row in leaderboard(home) if row["part"] == "test")
    assert [each["evidence"] for each in row["by_evidence"]] == VIEWS
    rows = {each["evidence"]: each for each in (row, *row["by_evidence"])}
    # The images were mostly of Baroque; the artworks with facts were of Impressionism
    seen = predict_by_pattern(home, model, "artist", "test")["image"].works["style"].to_pylist()
    expected = seen.count("Baroque") / len(seen)
    for name in ("image", FACTS_WITH_IMAGE, "image+facts"):
        assert rows[name]["majority_accuracy"] == pytest.approx(expected, abs=1e-6)
    page = render(gather(home))
    assert "image alone" in page
    assert "facts (those with an image)" in page
    assert "log-linear with biases" in page or "too few artworks to compare" in page
