"""Search by image and text, with a real CLIP over embedded works."""

import io

import numpy as np
import pytest
from PIL import Image

from catalog.base.errors import ArtcatError, ImageError, ModelError
from catalog.images.shards import read_shard
from catalog.publishing import analysts
from catalog.publishing.publish import publish
from models.enrichment import search
from models.networks.texts import encode_texts
from models.versions.registry import CLASSIFIER, EMBEDDER
from tests.building import rows_of
from tests.models.enrichment.test_engine import crown, enrich, fresh

pytestmark = pytest.mark.usefixtures("three_styles")

__all__ = ["fresh"]


@pytest.fixture
def published(learnable, trained_clip):
    """A home whose works the embedder has seen; rows of its vectors by work."""
    for role in (CLASSIFIER, EMBEDDER):
        crown(learnable, trained_clip, role)
    enrich(learnable)
    publish(learnable)
    with analysts.opened(learnable) as connection:
        vectors = dict(connection.execute("SELECT artwork_id, vector FROM vectors").fetchall())
    return learnable, {work: np.array(vector) for work, vector in vectors.items()}


def works(found):
    return [row["artwork_id"] for row in found]


@pytest.mark.full
def test_search_finds_what_the_embedder_holds_near(published, trained_clip, tmp_path):
    home, vectors = published
    first, *_ = vectors
    others = sorted(vectors, key=lambda work: -float(vectors[work] @ vectors[first]))
    found = search.similar_to(home, first, 3)
    assert works(found) == [work for work in others if work != first][:3]
    assert found[0]["similarity"] <= 1

    shard = rows_of(home, "images", "artwork_id", "shard")[0]["shard"]
    image = next(r for r in read_shard(home, shard).to_pylist() if r["artwork_id"] == first)
    file = tmp_path / "same.png"  # no loss: the very pixels that were looked at
    Image.open(io.BytesIO(image["image"])).save(file)
    nearest = search.similar_to(home, str(file), 1)
    assert works(nearest) == [first]
    assert nearest[0]["similarity"] > 0.99

    text = "a painting of the period of Baroque"
    clip = trained_clip
    (asked,) = encode_texts(clip.network, clip.config.architecture, [text]).detach().numpy()
    best = max(vectors, key=lambda work: float(vectors[work] @ asked))
    assert works(search.found_by(home, text, 1)) == [best]

    (tmp_path / "note.jpg").write_text("no picture")
    with pytest.raises(ImageError, match=r"note\.jpg"):
        search.similar_to(home, str(tmp_path / "note.jpg"), 1)
    with pytest.raises(ArtcatError, match="no artwork or image file named 'nowhere'"):
        search.similar_to(home, "nowhere", 1)
    with pytest.raises(ArtcatError, match="nothing to search for"):
        search.found_by(home, "  ", 1)


def test_a_home_without_an_embedder_says_what_to_do(learnable):
    publish(learnable)
    with pytest.raises(ModelError, match="train a CLIP with `artcat train`"):
        search.found_by(learnable, "a stormy sea", 1)
