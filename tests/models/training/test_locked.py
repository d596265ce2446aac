"""Training with a locked image tower: trained and frozen weights, and encoder passes."""

import numpy as np
import pyarrow as pa
import pytest
import torch

from models.classifiers.classifier import encoders_of
from models.networks.clip import create_clip
from models.presets import ladder_config
from models.training.train import train
from models.versions import checkpoint
from tests.models.building import same_weights

pytestmark = pytest.mark.full

LITE = {"image_size": 64, "styles_per_batch": 3, "works_per_style": 4}
TINY = {"architecture": "artcat-tiny", **LITE}


def configured(method, shape, **settings):
    return ladder_config(method, "quick", **{**shape, **settings})


@pytest.fixture(scope="module")
def locked(train_table, held_out, styles):
    config = configured("locked-image", LITE, locked_epochs=8, prior_correction=False)
    return train(config, train_table, held_out, styles, progress=False)


@pytest.fixture(scope="module")
def probe(train_table, styles):
    config = ladder_config("linear-probe", "quick", image_size=64)
    return train(config, train_table, None, styles, progress=False)


def test_the_text_tower_learns_the_styles_from_locked_images(locked, held_out):
    history = locked.record.history
    assert [row.epoch for row in history] == list(range(1, 9))
    assert history[-1].objective < history[0].objective
    assert history[-1].validation_accuracy > 0.8
    assert locked.record.best_epoch == 8
    # what was measured on kept vectors is what the classifier says of the images
    predictions = locked.predict(held_out["image"].to_pylist())
    right = np.mean(np.array(predictions.names) == np.array(held_out["style"].to_pylist()))
    assert right == pytest.approx(history[-1].validation_accuracy)


def test_one_pass_of_an_encoder_serves_the_probe_and_the_locked_clip(locked, probe, tmp_path):
    checkpoint.save(locked, tmp_path / "locked")
    checkpoint.save(probe, tmp_path / "probe")
    loaded = [checkpoint.load(tmp_path / name) for name in ("locked", "probe")]
    models = [locked, probe, *loaded]
    assert len({encoders_of(model)[0].digest() for model in models}) == 1
    assert len({m.preprocessing.fingerprint() for m in (locked, probe)}) == 1


def test_nothing_of_the_image_tower_changes_while_it_is_locked(locked):
    tower = create_clip("artcat-lite", 64, "imagenet").network.visual
    assert same_weights(locked.network.visual, tower)


def test_images_are_encoded_once_however_many_epochs(train_table, held_out, styles):
    seen = []

    def counted(encoder, works):
        seen.append(works.num_rows)
        return encoder.encode(works)

    unlabelled = train_table.slice(0, 2).set_column(
        train_table.column_names.index("style"), "style", pa.array([None, "Cubism"], pa.string())
    )
    works = pa.concat_tables([unlabelled, train_table])
    config = configured("locked-image", TINY, locked_epochs=3)
    trained = train(config, works, held_out, styles, progress=False, encode=counted)
    assert sorted(seen) == [held_out.num_rows, train_table.num_rows]
    assert len(trained.record.history) == 3


def test_after_locked_epochs_the_whole_network_learns(train_table, held_out, styles):
    config = configured("fine-tuned", TINY, locked_epochs=2, epochs=1, learning_rate=1e-3)
    trained = train(config, train_table, held_out, styles, progress=False)
    assert [row.epoch for row in trained.record.history] == [1, 2, 3]
    assert trained.record.best_epoch == 3
    rates = [row.learning_rate for row in trained.record.history]
    assert rates[1] < rates[0]  # each stage has a fall of its own
    alone = configured("locked-image", TINY, locked_epochs=2)
    locked = train(alone, train_table, held_out, styles, progress=False)
    for one, other in zip(trained.record.history[:2], locked.record.history, strict=True):
        assert one.train_loss == other.train_loss
    one, other = trained.network, locked.network
    assert not torch.equal(one.visual.conv1.weight, other.visual.conv1.weight)
    assert all(weight.requires_grad for weight in one.parameters())
