"""The precision in which a champion is run is chosen once."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from catalog.storage import tables
from models.classifiers.classifier import encoders_of
from models.presets import ladder_config
from models.training.train import train
from models.versions import precision, serving, storage
from models.versions.precision import decide, run_in
from tests.models.versions.building import GIVEN


@pytest.fixture
def version(learnable, trained_clip):
    return storage.save(learnable, trained_clip, **GIVEN)


def test_a_small_network_stays_as_it_is(learnable, version, trained_clip):
    found = serving.serving_of(learnable, version)
    assert found.precision == "fp32"
    assert "small network" in found.reason
    (encoder,) = encoders_of(trained_clip)
    assert found.encoders == (encoder.digest(),)
    assert found.preprocessing == encoder.preprocessing.fingerprint()


@pytest.mark.full
def test_the_built_in_network_is_worth_shortening(learnable, monkeypatch, train_table, styles):
    few = pa.concat_tables([train_table.slice(0, 2), train_table.slice(40, 2)])
    probe = train(ladder_config("linear-probe"), few, None, styles, progress=False)
    version = storage.save(learnable, probe, scheme="artist", preset="standard", training_key="l")
    monkeypatch.setattr(precision, "computes_bf16", lambda device: True)
    monkeypatch.setattr(precision, "MIN_IMAGES", 1000)
    assert decide(learnable, version).reason == "fewer than 1000 images to compare on"


def test_an_error_is_measured_by_how_far_vectors_spread():
    spread = np.eye(4, dtype=np.float32)
    assert precision._usual_distance(spread) == pytest.approx(1.0)
    close = spread + 10
    assert precision._usual_distance(close) == pytest.approx(0.0023, abs=1e-4)
    assert precision._usual_distance(np.ones((3, 2), np.float32)) == pytest.approx(0, abs=1e-6)


def test_what_is_settled_is_not_asked_again(learnable, version, monkeypatch):
    found = serving.serving_of(learnable, version)
    before = tables.versions(learnable)
    monkeypatch.setattr(precision, "decide", None)
    assert serving.serving_of(learnable, version) == found
    assert tables.versions(learnable) == before


@pytest.mark.full
def test_bfloat16_is_chosen_where_it_gives_the_same(learnable, version, monkeypatch):
    monkeypatch.setattr(precision, "LARGE", 0)
    monkeypatch.setattr(precision, "computes_bf16", lambda device: True)
    found = decide(learnable, version)
    assert found.images == 54
    assert found.cosine > 0.99
    assert "of the distance between different images" in found.reason
    monkeypatch.setattr(precision, "SMALL_ERROR", -1.0)
    refused = decide(learnable, version)
    assert refused.precision == "fp32"
    assert refused.encoders == serving.serving_of(learnable, version).encoders
    monkeypatch.setattr(precision, "SMALL_ERROR", 2.0)
    monkeypatch.setattr(precision, "SAME_STYLE", 0.0)
    taken = decide(learnable, version)
    assert taken.precision == "bf16"
    assert taken.encoders == (f"{refused.encoders[0]}-bf16",)
    assert taken.classifier_key != refused.classifier_key


@pytest.mark.parametrize(
    ("able", "reason"),
    [
        (False, "this cpu does not compute in bf16"),
        (True, "fewer than 1000 images to compare on"),
    ],
)
def test_where_nothing_can_be_compared_fp32_stays(learnable, version, monkeypatch, able, reason):
    monkeypatch.setattr(precision, "LARGE", 0)
    monkeypatch.setattr(precision, "computes_bf16", lambda device: able)
    monkeypatch.setattr(precision, "MIN_IMAGES", 1000)
    found = decide(learnable, version)
    assert (found.precision, found.reason) == ("fp32", reason)


def test_only_image_towers_are_shortened(trained_cnn, trained_clip):
    (trunk,) = encoders_of(trained_cnn)
    assert run_in(trunk, "bf16") is trunk
    (tower,) = encoders_of(trained_clip)
    short = run_in(tower, "bf16")
    assert short.digest() == f"{tower.digest()}-bf16"
    assert replace(short, identity=None).digest() != tower.digest()
