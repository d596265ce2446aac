import numpy as np
import pytest
import torch

from catalog.base.errors import ModelError
from catalog.datasets import examples
from catalog.storage import duck
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import predict_held_out
from models.metrics.scores import macro_f1
from models.networks.encoding import Encoder
from models.presets import ladder_config
from models.training import fit as fitting
from models.training.fit import ALPHA, fit, interpolate
from models.training.train import train
from models.versions import registry, storage
from tests.building import rows_of
from tests.models.building import quick_clip, quick_cnn, same_weights

pytestmark = pytest.mark.full

CNN, CLIP = quick_cnn(batch_size=32, epochs=2), quick_clip(epochs=2)


def test_a_model_is_trained_once_for_the_same_works(learnable, monkeypatch):
    version = fit(learnable, CNN, "artist", "quick")
    monkeypatch.setattr(fitting, "train", None)
    assert fit(learnable, CNN, "artist", "quick") == version
    [row] = rows_of(learnable, "models")
    assert (row["model_version"], row["method"], row["scheme"]) == (version, "cnn", "artist")
    assert list(learnable.list("training/")) == []


def test_confidence_is_calibrated_on_works_not_trained_on(learnable):
    version = fit(learnable, ladder_config("features", "quick"), "artist", "quick")
    judged = held_out_predictions.read(learnable, version, "validation")
    held_out = examples.works_of(learnable, "artist", "validation")
    assert judged.artwork_ids == held_out["artwork_id"].to_pylist()
    assert not judged.out_of_fold
    classifier = storage.load(learnable, version)
    assert classifier.calibration.temperature == pytest.approx(0.05)  # colours tell these styles


@pytest.mark.parametrize("method", ["cnn", "features"])
def test_out_of_fold_every_work_but_the_test_ones_is_predicted_by_others(learnable, method):
    settings = {"image_size": 32, "epochs": 2} if method == "cnn" else {}
    config = ladder_config(method, "quick", cross_validate=True, **settings)
    version = fit(learnable, config, "artist", "quick")
    judged = held_out_predictions.read(learnable, version, "validation")
    learned = examples.works_of(learnable, "artist", "train", "validation")
    assert judged.out_of_fold
    assert sorted(judged.artwork_ids) == learned["artwork_id"].to_pylist()
    classifier = storage.load(learnable, version)
    assert sum(classifier.counts) == learned.num_rows
    if method == "cnn":
        assert all(row.validation_loss is not None for row in classifier.record.history)
    # each fold as a model of the others alone says it
    works = examples.part_of(learnable, "artist", *examples.LEARNED)
    inside = np.array(works["fold"].to_pylist()) == 1
    other = train(config, works.filter(~inside), works.filter(inside), classifier.styles, False)
    again = predict_held_out(other, works.filter(inside))
    rows = [judged.artwork_ids.index(artwork_id) for artwork_id in again.artwork_ids]
    np.testing.assert_allclose(judged.plain[rows], again.plain, atol=1e-5)
    assert list(learnable.list("training/")) == []


def test_an_interrupted_fit_goes_on(learnable, monkeypatch):
    monkeypatch.setattr("models.training.state.TrainingState.due", True)
    whole = fit(learnable, CNN.model_copy(update={"seed": 5}), "artist", "quick")
    saved = storage.save
    monkeypatch.setattr(storage, "save", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    other = CNN.model_copy(update={"seed": 6})
    with pytest.raises(KeyboardInterrupt):
        fit(learnable, other, "artist", "quick")
    assert len(list(learnable.list("training/"))) == 1
    monkeypatch.setattr(storage, "save", saved)
    epochs = []
    monkeypatch.setattr("models.training.epochs.Fitting._epoch", lambda *_: epochs.append(1))
    version = fit(learnable, other, "artist", "quick")
    assert epochs == []  # all of them had been done
    assert version != whole
    assert list(learnable.list("training/")) == []


def test_between_first_and_last_weights_lie_those_of_both(trained_clip, train_table, styles):
    config = trained_clip.config.model_copy(update={"epochs": 0})
    first = train(config, train_table, None, styles, progress=False)
    one, two = (each.network.visual.conv1.weight.detach().clone() for each in (first, trained_clip))
    half = interpolate(first, trained_clip, 0.5).network.visual.conv1.weight
    torch.testing.assert_close(half.detach(), (one + two) / 2)
    assert same_weights(interpolate(first, trained_clip, 0.0), first)
    # the weights given are left as they are
    assert same_weights(interpolate(first, trained_clip, 1.0), trained_clip)
    assert torch.equal(trained_clip.network.visual.conv1.weight, two)


def test_the_interpolation_is_the_one_that_validation_likes_best(learnable):
    version = fit(learnable, CLIP.model_copy(update={"wise_ft": True}), "artist", "quick")
    tuned = fit(learnable, CLIP, "artist", "quick")
    assert registry.find(learnable, version).method == "wise-ft"
    alpha = storage.load(learnable, version).record.metrics[ALPHA]
    assert 0 <= alpha <= 1

    def score(of):
        judged = held_out_predictions.read(learnable, of, "validation")
        return macro_f1(judged.labels, judged.guesses(True))

    assert score(version) >= score(tuned)


def test_no_image_goes_through_an_encoder_twice(learnable, monkeypatch):
    encoded = []
    encode = Encoder.encode

    def counted(self, works):
        encoded.append(works.num_rows)
        return encode(self, works)

    monkeypatch.setattr(Encoder, "encode", counted)
    one = fit(learnable, ladder_config("linear-probe", "quick"), "artist", "quick")
    parts = [examples.works_of(learnable, "artist", part).num_rows for part in examples.LEARNED]
    assert encoded == parts
    config = ladder_config("linear-probe", "quick", class_weight="balanced", cross_validate=True)
    two = fit(learnable, config, "artist", "quick")
    learned = examples.works_of(learnable, "artist", *examples.LEARNED).num_rows
    assert sum(encoded) == learned == sum(parts)
    assert one != two
    kept = duck.connect(learnable, ("embeddings",)).sql("FROM embeddings").arrow().read_all()
    assert kept.num_rows == learned
    assert len(set(kept["encoder"].to_pylist())) == 1


def test_works_of_the_other_dataset_are_not_used(learnable):
    with pytest.raises(ModelError, match="unknown scheme 'nonsense'"):
        fit(learnable, CNN, "nonsense", "quick")
    with pytest.raises(ModelError, match="at least two styles"):
        fit(learnable, CNN, "six-styles-artist", "quick")
