import numpy as np
import pyarrow as pa
import pytest
import torch
from safetensors.torch import save_file

from catalog.base.errors import ModelError
from models.networks.clip import build
from models.training.train import train
from tests.models.building import logits_of, quick_clip, quick_cnn, same_weights

pytestmark = pytest.mark.full


def measured_loss(classifier, works, styles):
    """Cross-entropy and accuracy of what a classifier predicts of the images."""
    logits = torch.tensor(logits_of(classifier, works["image"].to_pylist()))
    labels = torch.tensor([styles.index(style) for style in works["style"].to_pylist()])
    loss = torch.nn.functional.cross_entropy(logits, labels)
    return float(loss), float((logits.argmax(1) == labels).float().mean())


def test_training_learns_and_notes_it_epoch_by_epoch(trained, held_out, styles):
    record, config = trained.record, trained.config
    first, last = record.history[0], record.history[-1]
    assert last.objective < first.objective
    assert last.train_loss < min(first.train_loss, np.log(3))
    assert last.train_accuracy > 0.5
    assert [row.epoch for row in record.history] == list(range(1, config.epochs + 1))
    assert record.best_epoch == config.epochs
    assert record.seconds > 0
    for row in record.history:
        assert 0 <= row.validation_macro_f1 <= 1
        assert 0 < row.learning_rate <= config.learning_rate
        assert row.seconds > 0
    # what is measured is what the classifier predicts
    loss, accuracy = measured_loss(trained, held_out, styles)
    assert last.validation_loss == pytest.approx(loss, abs=1e-4)
    assert last.validation_accuracy == pytest.approx(accuracy)
    assert trained.counts == (20, 12, 16)
    assert sum(trained.shares) == pytest.approx(1)
    assert len(record.data_fingerprint) == 16


def test_patience_keeps_the_best_epoch(train_table, held_out, styles):
    config = quick_cnn(epochs=12, patience=2, learning_rate=0.01)
    trained = train(config, train_table, held_out, styles, progress=False)
    history = trained.record.history
    best = history[trained.record.best_epoch - 1]
    assert len(history) == best.epoch + 2 < 12
    assert best == max(history, key=lambda row: row.validation_macro_f1)
    loss, _ = measured_loss(trained, held_out, styles)
    assert loss == pytest.approx(best.validation_loss, abs=1e-4)


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
    assert same_weights(one, two)
    assert one.record.history[-1].objective == two.record.history[-1].objective
    assert not same_weights(one, train(other, train_table, None, styles, False))


def test_other_settings_train_too(train_table, held_out, styles):
    given = {"augment": True, "styles_per_batch": 2, "works_per_style": 4, "gradient_clip": 0.5}
    given |= {"style_weighting": "square-root", "prior_correction": True, "optimizer": "adamw"}
    cnn = quick_cnn(epochs=2, schedule="cosine", warmup=0.2, precision="bf16", **given)
    plain = {"styles_per_batch": None, "works_per_style": None, "augment": False}
    for config in (cnn, quick_clip(**plain, precision="bf16")):
        trained = train(config, train_table, held_out, styles, progress=False)
        assert np.isfinite(trained.record.history[-1].validation_loss)


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
    config = quick_clip(epochs=0, pretrained=str(tmp_path / "w.safetensors"))
    trained = train(config, train_table, None, styles, progress=False)
    assert same_weights(trained, network)
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
    assert same_weights(one, two)
    assert one.record.data_fingerprint == two.record.data_fingerprint
