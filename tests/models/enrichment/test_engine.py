"""Embedding once and predicting from embeddings, on real classifiers and a real home."""

import gc
import weakref

import numpy as np
import pytest

from catalog.images.shards import read_shard
from catalog.storage import tables
from models.classifiers.calibration import decide
from models.enrichment import embeddings, loading
from models.enrichment.planning import plan_embeddings, plan_next_run, plan_predictions
from models.enrichment.predicting import predict_artworks
from models.versions import registry, storage
from models.versions.registry import CLASSIFIER, EMBEDDER
from models.versions.serving import configure_champions
from tests.building import rows_of

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("three_styles")]

SIZE = 5


@pytest.fixture(autouse=True)
def fresh():
    """Models are kept by the home's place, which tests use again."""
    loading.forget()


def test_models_that_are_let_go_leave_memory(learnable, trained):
    version = crown(learnable, trained)
    kept = weakref.ref(loading.encoder(learnable.uri, version, 0, "fp32", SIZE).network)
    gc.collect()
    assert kept() is not None
    loading.forget()
    gc.collect()
    assert kept() is None


def crown(home, classifier, role=CLASSIFIER):
    """Put a classifier into the home and promote it."""
    version = storage.save(home, classifier, scheme="artist", preset="quick", training_key="k")
    registry.promote(home, version, "for a test", role)
    return version


def look(home, served):
    """Let the encoders look at all that is new; how many images went through."""
    return sum(
        embeddings.embed_shard(
            home,
            loading.encoder(home.uri, each.model_version, each.number, each.precision, SIZE),
            each.shard,
            each.images,
        )
        for each in plan_embeddings(home, None, served)[0]
    )


def judge(home, serving):
    ranges, _ = plan_predictions(home, None, serving, 1000)
    return sum(predict_artworks(home, None, serving, each) for each in ranges)


def enrich(home):
    served = configure_champions(home)
    return look(home, served), judge(home, served[CLASSIFIER])


def test_a_plan_neither_loads_a_model_nor_writes(learnable, trained, monkeypatch):
    crown(learnable, trained)
    before = tables.versions(learnable)
    monkeypatch.setattr("models.versions.precision.decide", None)
    plan = plan_next_run(learnable, None)
    assert plan["champions"][CLASSIFIER].startswith("not configured yet")
    assert plan["to_embed"]["images"] == 0
    assert tables.versions(learnable) == before


def test_works_are_embedded_and_predicted_once(learnable, trained):
    crown(learnable, trained)
    works = len(rows_of(learnable, "artworks"))
    configure_champions(learnable)
    plan = plan_next_run(learnable, None)
    assert plan["to_embed"] == {"images": works, "shards": 1, "a new image": works}
    assert plan["to_predict"] == {"artworks": works, "a new artwork": works}

    assert enrich(learnable) == (works, works)
    before = tables.versions(learnable)
    assert enrich(learnable) == (0, 0)
    assert tables.versions(learnable) == before
    plan = plan_next_run(learnable, None)
    assert (plan["to_embed"]["images"], plan["to_predict"]["artworks"]) == (0, 0)


def test_a_step_that_is_done_again_looks_at_nothing(learnable, trained):
    crown(learnable, trained)
    served = configure_champions(learnable)
    (step,) = plan_embeddings(learnable, None, served)[0]
    encoder = loading.encoder(learnable.uri, step.model_version, step.number, step.precision, SIZE)
    some = step.images[:3]
    assert embeddings.embed_shard(learnable, encoder, step.shard, some) == len(some)
    rest = embeddings.embed_shard(learnable, encoder, step.shard, step.images)
    assert rest == len(step.images) - len(some)
    assert embeddings.embed_shard(learnable, encoder, step.shard, step.images) == 0


def test_what_is_written_is_what_the_classifier_predicts(learnable, trained):
    crown(learnable, trained)
    enrich(learnable)
    shard = rows_of(learnable, "images")[0]["shard"]
    images = {row["artwork_id"]: row["image"] for row in read_shard(learnable, shard).to_pylist()}
    rows = rows_of(learnable, "predictions")
    said = trained.predict([images[row["artwork_id"]] for row in rows])
    np.testing.assert_allclose([row["confidence"] for row in rows], said.confidence, atol=2e-4)
    assert [row["style"] for row in rows] == said.names
    first = rows[0]
    assert first["top_k"][0] == {"style": first["style"], "confidence": first["confidence"]}
    bounds = trained.calibration.accept_threshold, trained.calibration.review_threshold
    assert first["decision"] == decide(np.array([first["confidence"]]), *bounds)
    assert first["model_version"] == registry.champion(learnable)


def test_another_head_looks_at_nothing_and_another_encoder_at_all(
    learnable, trained_clip, trained_cnn
):
    crown(learnable, trained_clip)
    works, _ = enrich(learnable)
    crown(learnable, trained_clip.with_prior_correction(False))
    configure_champions(learnable)
    assert plan_next_run(learnable, None)["to_predict"]["a different classifier"] == works
    assert enrich(learnable) == (0, works)
    crown(learnable, trained_cnn)
    configure_champions(learnable)
    assert plan_next_run(learnable, None)["to_embed"]["a different encoder"] == works
    assert enrich(learnable) == (works, works)


def test_the_embedder_looks_too_but_not_twice_at_the_same(learnable, trained_cnn, trained_clip):
    crown(learnable, trained_clip)
    crown(learnable, trained_clip, EMBEDDER)
    works = len(rows_of(learnable, "artworks"))
    assert enrich(learnable) == (works, works)
    crown(learnable, trained_cnn)
    assert enrich(learnable) == (works, works)
    encoders = {row["encoder"] for row in rows_of(learnable, "embeddings")}
    assert len(encoders) == 2


def test_a_work_whose_image_nobody_has_seen_is_left_for_later(learnable, trained_cnn):
    crown(learnable, trained_cnn)
    served = configure_champions(learnable)
    assert judge(learnable, served[CLASSIFIER]) == 0
    assert rows_of(learnable, "predictions") == []


def test_artworks_are_predicted_in_ranges_that_cover_each_once(learnable, trained_cnn):
    crown(learnable, trained_cnn)
    serving = configure_champions(learnable)[CLASSIFIER]
    ids = sorted(row["artwork_id"] for row in rows_of(learnable, "artworks"))
    ranges, _ = plan_predictions(learnable, None, serving, 20)
    assert sum(each.artworks for each in ranges) == len(ids)
    covered = [[i for i in ids if each.first <= i <= each.last] for each in ranges]
    assert [len(inside) for inside in covered] == [each.artworks for each in ranges]
    assert sorted(i for inside in covered for i in inside) == ids
    assert max(each.artworks for each in ranges) == 20
