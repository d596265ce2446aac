import numpy as np
import open_clip
import pytest
import torch

from catalog.base.errors import ModelError
from models.data.dataset import read_examples
from models.presets import resolve_config
from models.training import epochs
from models.training.learners import LEARNERS, CnnLearner
from models.training.train import train

CPU = torch.device("cpu")


def learner(kind, train_table, styles, **settings):
    torch.manual_seed(0)
    shape = {"styles_per_batch": 3, "works_per_style": 4, "batch_size": 12}
    shape = {} if kind == "cnn" else {"architecture": "artcat-tiny", **shape}
    config = resolve_config(kind, "quick", **(shape | settings))
    examples = read_examples(train_table, styles)
    return LEARNERS[kind](config, styles, examples, (1 / 3,) * 3, CPU)


def gradients(made, pixels, targets, micro_batch):
    made.network.zero_grad(set_to_none=True)
    loss = made.backward(pixels, targets, micro_batch)
    return loss, {n: p.grad.clone() for n, p in made.network.named_parameters()}


@pytest.fixture
def transformer(monkeypatch):
    """A CLIP whose image tower is a small vision transformer, which has no batch normalisation."""
    vision = {"image_size": 32, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8}
    text = {"context_length": 40, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1}
    config = {"embed_dim": 16, "vision_cfg": vision, "text_cfg": text}
    monkeypatch.setitem(open_clip.factory._MODEL_CONFIGS, "small-vit", config)
    return "small-vit"


@pytest.mark.parametrize("loss", ["clip", "multi-caption", "multi-style"])
@pytest.mark.parametrize("micro_batch", [1, 5, 12, 99])
def test_a_batch_in_parts_has_the_gradients_of_the_whole(
    transformer, train_table, styles, loss, micro_batch
):
    made = learner("clip", train_table, styles, architecture=transformer, image_size=32, loss=loss)
    rng = np.random.default_rng(1)
    pixels = torch.randn(12, 3, 32, 32)
    targets = made.targets(range(12), rng)
    loss_whole, whole = gradients(made, pixels, targets, None)
    loss_parts, parts = gradients(made, pixels, targets, micro_batch)
    assert loss_parts == pytest.approx(loss_whole, rel=1e-5)
    for name, gradient in whole.items():
        torch.testing.assert_close(parts[name], gradient, rtol=1e-3, atol=1e-5, msg=name)


def test_the_cnn_adds_up_too(train_table, styles):
    made = learner("cnn", train_table, styles, image_size=32, dropout=0.0)
    pixels, targets = torch.randn(7, 3, 32, 32), made.targets(range(7), np.random.default_rng(0))
    loss_whole, whole = gradients(made, pixels, targets, None)
    loss_parts, parts = gradients(made, pixels, targets, 3)
    assert loss_parts == pytest.approx(loss_whole, rel=1e-5)
    for name, gradient in whole.items():
        torch.testing.assert_close(parts[name], gradient, rtol=1e-3, atol=1e-6)


def test_statistics_are_counted_once_a_step(train_table, styles):
    made = learner("clip", train_table, styles)
    made.network.train()
    targets = made.targets(range(12), np.random.default_rng(0))
    made.backward(torch.randn(12, 3, 64, 64), targets, 4)
    counted = made.network.visual.bn1
    assert counted.momentum == 0.1
    # one pass forgets nothing: three parts are three tenths of the way, six would be more
    assert float(counted.running_var.mean()) > 0.9**3 * 0.99


class Small:
    """A learner for which more than two images are too many."""

    def __init__(self, inner):
        self._inner = inner
        self.tried = []

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def backward(self, pixels, targets, micro_batch):
        size = micro_batch or len(pixels)
        self.tried.append(size)
        if size > self.fits:
            raise self.error
        return self._inner.backward(pixels, targets, micro_batch)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate"),
    ],
)
def test_too_little_memory_halves_the_micro_batch(train_table, styles, monkeypatch, error, caplog):
    made = []

    def small(*arguments):
        made.append(Small(CnnLearner(*arguments)))
        made[0].fits, made[0].error = 2, error
        return made[0]

    monkeypatch.setitem(LEARNERS, "cnn", small)
    config = resolve_config("cnn", "quick", image_size=32, batch_size=8, epochs=1)
    trained = train(config, train_table, None, styles, progress=False)
    assert made[0].tried[:4] == [8, 4, 2, 2]
    assert np.isfinite(trained.record.history[0].objective)
    assert "out of memory: continuing with 2 images at a time" in caplog.text


def test_one_image_too_many_is_reported(train_table, styles, monkeypatch):
    def tiny(*arguments):
        made = Small(CnnLearner(*arguments))
        made.fits, made.error = 0, torch.OutOfMemoryError("CUDA out of memory")
        return made

    monkeypatch.setitem(LEARNERS, "cnn", tiny)
    config = resolve_config("cnn", "quick", image_size=32, batch_size=8, epochs=1)
    with pytest.raises(ModelError, match="a single image does not fit"):
        train(config, train_table, None, styles, progress=False)


def test_another_error_is_not_taken_for_want_of_memory(train_table, styles, monkeypatch):
    def broken(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr(epochs.Fitting, "_pass", broken)
    config = resolve_config("cnn", "quick", image_size=32, epochs=1)
    with pytest.raises(RuntimeError, match="something else"):
        train(config, train_table, None, styles, progress=False)
