import numpy as np
import pyarrow as pa
import pytest
import torch
from safetensors.torch import save_file

from catalog.base.errors import ModelError
from models.networks.clip import build
from models.presets import resolve_config
from models.training.train import train
from tests.models.building import logits_of

pytestmark = pytest.mark.full


def quick_clip(**settings):
    shape = {"styles_per_batch": 3, "works_per_style": 4, "batch_size": 12, "epochs": 1}
    given = {"architecture": "artcat-tiny", **shape, **settings}
    return resolve_config("clip", "quick", **given)


def quick_cnn(**settings):
    return resolve_config("cnn", "quick", **({"image_size": 32, "batch_size": 8} | settings))


def weights(trained):
    return {name: t.clone() for name, t in trained.network.state_dict().items()}


def equal(one, two):
    return all(torch.equal(tensor, two[name]) for name, tensor in one.items())


def test_training_learns(trained):
    first, last = trained.record.history[0], trained.record.history[-1]
    assert last.objective < first.objective
    assert last.train_loss < first.train_loss
    assert last.train_loss < np.log(3)
    assert last.train_accuracy > 0.5


def test_the_history_has_a_row_per_epoch(trained):
    epochs = trained.config.epochs
    assert [row.epoch for row in trained.record.history] == list(range(1, epochs + 1))
    assert trained.record.best_epoch == epochs
    assert trained.record.seconds > 0
    for row in trained.record.history:
        assert row.validation_loss is not None
        assert 0 <= row.validation_accuracy <= 1
        assert 0 <= row.validation_macro_f1 <= 1
        assert 0 < row.learning_rate <= trained.config.learning_rate
        assert row.seconds > 0


def test_what_is_measured_is_what_the_classifier_predicts(trained, held_out, styles):
    classifier = trained
    logits = torch.tensor(logits_of(classifier, held_out["image"].to_pylist()))
    labels = torch.tensor([styles.index(style) for style in held_out["style"].to_pylist()])
    last = trained.record.history[-1]
    loss = float(torch.nn.functional.cross_entropy(logits, labels))
    assert last.validation_loss == pytest.approx(loss, abs=1e-4)
    accuracy = float((logits.argmax(1) == labels).float().mean())
    assert last.validation_accuracy == pytest.approx(accuracy)


def test_the_classifier_knows_its_training(trained, train_table):
    classifier = trained
    assert classifier.counts == (20, 12, 16)
    assert sum(classifier.shares) == pytest.approx(1)
    assert len(classifier.record.data_fingerprint) == 16


@pytest.mark.parametrize("config", [quick_cnn(epochs=2), quick_clip()], ids=["cnn", "clip"])
def test_training_follows_from_its_seed(config, train_table, styles):
    torch.manual_seed(5)
    one = train(config, train_table, None, styles, progress=False)
    state = torch.get_rng_state()
    torch.manual_seed(5)
    assert torch.equal(torch.get_rng_state(), state)  # the caller's chance is untouched
    torch.rand(3)
    two = train(config, train_table, None, styles, progress=False)
    other = config.model_copy(update={"seed": 1})
    assert equal(weights(one), weights(two))
    assert one.record.history[-1].objective == two.record.history[-1].objective
    assert not equal(weights(one), weights(train(other, train_table, None, styles, False)))


def test_other_settings_train_too(train_table, held_out, styles):
    cnn = quick_cnn(
        epochs=2,
        augment=True,
        styles_per_batch=2,
        works_per_style=4,
        style_weighting="square-root",
        prior_correction=True,
        optimizer="adamw",
        schedule="cosine",
        warmup=0.2,
        gradient_clip=0.5,
        precision="bf16",
    )
    plain_clip = quick_clip(
        styles_per_batch=None, works_per_style=None, augment=False, precision="bf16"
    )
    for config in (cnn, plain_clip):
        trained = train(config, train_table, held_out, styles, progress=False)
        assert np.isfinite(trained.record.history[-1].validation_loss)


def test_patience_keeps_the_best_epoch(train_table, held_out, styles):
    config = quick_cnn(epochs=12, patience=2, learning_rate=0.01)
    trained = train(config, train_table, held_out, styles, progress=False)
    record = trained.record
    best = record.history[record.best_epoch - 1]
    assert best == max(record.history, key=lambda row: row.validation_macro_f1)
    logits = torch.tensor(logits_of(trained, held_out["image"].to_pylist()))
    labels = torch.tensor([styles.index(style) for style in held_out["style"].to_pylist()])
    kept = float(torch.nn.functional.cross_entropy(logits, labels))
    assert kept == pytest.approx(best.validation_loss, abs=1e-4)


def test_without_validation_works_there_are_no_validation_columns(train_table, styles):
    empty = train_table.slice(0, 0)
    for validation in (None, empty):
        trained = train(quick_cnn(epochs=1), train_table, validation, styles, progress=False)
        assert trained.record.history[0].validation_loss is None
        assert trained.record.history[0].validation_macro_f1 is None


def test_works_without_a_style_are_not_learned_from(make_examples, styles):
    table = make_examples({"Baroque": 4, "Realism": 4, None: 3, "Cubism": 2})
    trained = train(quick_cnn(epochs=1), table, None, styles, progress=False)
    assert trained.counts == (4, 4, 0)
    assert trained.predict(table["image"].to_pylist()).probabilities.shape == (13, 3)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"Baroque": 5}, "two styles; there are 5, all Baroque"),
        ({None: 5}, "there are 0 with a style of the vocabulary"),
        ({}, "there are 0 with a style of the vocabulary"),
    ],
)
def test_too_few_works_are_refused(make_examples, styles, counts, said):
    with pytest.raises(ModelError, match=said):
        train(quick_cnn(), make_examples(counts), None, styles, progress=False)


def test_two_works_are_enough_to_run(make_examples, styles):
    table = make_examples({"Baroque": 1, "Realism": 1})
    for config in (quick_cnn(epochs=1), quick_clip()):
        assert train(config, table, None, styles, progress=False).record.best_epoch == 1


def test_no_epochs_keep_the_first_weights(train_table, styles, tmp_path):
    torch.manual_seed(3)
    network = build("artcat-tiny", 64)
    save_file(network.state_dict(), tmp_path / "w.safetensors")
    file = str(tmp_path / "w.safetensors")
    config = quick_clip(epochs=0, architecture="artcat-tiny", pretrained=file)
    trained = train(config, train_table, None, styles, progress=False)
    assert equal(weights(trained), network.state_dict())
    assert (trained.record.history, trained.record.best_epoch) == ((), 0)


def test_a_training_that_diverges_is_stopped(train_table, styles):
    config = quick_cnn(learning_rate=1e30, epochs=3)
    with pytest.raises(ModelError, match="diverged in epoch 1: choose a learning rate below 1e"):
        train(config, train_table, None, styles, progress=False)


def test_progress_stays_quiet_off_a_terminal(train_table, styles, capsys):
    train(quick_cnn(epochs=1), train_table, None, styles)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_the_scale_of_similarities_starts_at_ten_and_is_learned(trained_clip, train_table, styles):
    blank = train(quick_clip(epochs=0), train_table, None, styles, progress=False)
    assert float(blank.network.logit_scale.detach().exp()) == pytest.approx(10)
    assert float(trained_clip.network.logit_scale.detach().exp()) != pytest.approx(10, abs=1e-4)


def test_examples_may_come_in_chunks(train_table, styles):
    chunked = pa.concat_tables([train_table.slice(0, 20), train_table.slice(20)])
    one = train(quick_cnn(epochs=1), chunked, None, styles, progress=False)
    two = train(quick_cnn(epochs=1), train_table, None, styles, progress=False)
    assert equal(weights(one), weights(two))
    assert one.record.data_fingerprint == two.record.data_fingerprint
