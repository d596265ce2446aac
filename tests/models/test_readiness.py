"""Whether a home holds what a model needs: images, or facts alone."""

import pytest

from catalog.errors import ModelError
from models.readiness import ENOUGH, is_small, require_trainable, why_not
from tests.building import put

STYLES = ("Baroque", "Rococo")


@pytest.fixture
def without_images(home):
    """Labelled artworks of two styles in train and validation, of which one has an image."""
    artworks = [
        {"artwork_id": f"{style}-{part}-{n}", "catalog": "x", "style": style}
        for style in STYLES
        for part in ("train", "validation")
        for n in range(ENOUGH)
    ]
    put(home, "artworks", *artworks)
    places = [{"artwork_id": row["artwork_id"], "catalog": "x"} for row in artworks]
    for place in places:
        place["part"] = place["artwork_id"].split("-")[1]
    put(
        home,
        "splits",
        *({**p, "scheme": scheme} for p in places for scheme in ("random", "artist")),
    )
    image = {"artwork_id": "Baroque-train-0", "status": "ok", "sha256": "s", "shard": "t"}
    put(home, "images", image)
    return home


def test_facts_alone_are_enough_for_a_model_of_facts(without_images):
    assert "with a style label and an image; found only Baroque" in str(why_not(without_images))
    with pytest.raises(ModelError, match="an image; found only Baroque"):
        require_trainable(without_images)
    assert why_not(without_images, images=False) is None
    require_trainable(without_images, images=False)
    assert is_small(without_images, "artist")
    assert not is_small(without_images, "artist", images=False)


def test_without_labels_nothing_can_be_trained(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    assert "with a style label; found none" in str(why_not(home, images=False))
