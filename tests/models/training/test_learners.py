import math

import numpy as np
import open_clip
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import normalize

from models.data.dataset import read_examples
from models.training.learners import contrastive, make_learner
from tests.models.building import quick_clip, quick_cnn


def learner(config, train_table, styles):
    torch.manual_seed(0)
    examples = read_examples(train_table, styles)
    return make_learner(config, styles, examples, (1 / 3,) * 3, torch.device("cpu"))


def compare_gradients(made, pixels, micro_batch):
    """A batch in parts has the loss and the gradients of the whole."""
    targets = made.targets(range(len(pixels)), np.random.default_rng(1))
    losses, gradients = [], []
    for size in (None, micro_batch):
        made.network.zero_grad(set_to_none=True)
        losses.append(made.backward(pixels, targets, size))
        gradients.append({n: p.grad.clone() for n, p in made.network.named_parameters()})
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)
    torch.testing.assert_close(gradients[1], gradients[0], rtol=1e-3, atol=1e-5)


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
def test_parts_of_a_clips_batch_add_up(transformer, train_table, styles, loss, micro_batch):
    config = quick_clip(architecture=transformer, image_size=32, loss=loss)
    made = learner(config, train_table, styles)
    compare_gradients(made, torch.randn(12, 3, 32, 32), micro_batch)


def test_the_cnn_adds_up_too(train_table, styles):
    made = learner(quick_cnn(dropout=0.0), train_table, styles)
    compare_gradients(made, torch.randn(7, 3, 32, 32), 3)


def test_statistics_are_counted_once_a_step(train_table, styles):
    made = learner(quick_clip(), train_table, styles)
    made.network.train()
    targets = made.targets(range(12), np.random.default_rng(0))
    made.backward(torch.randn(12, 3, 64, 64), targets, 4)
    counted = made.network.visual.bn1
    assert counted.momentum == 0.1
    # one pass forgets nothing: three parts are three tenths of the way, six would be more
    assert float(counted.running_var.mean()) > 0.9**3 * 0.99


def features(n: int, width: int, seed: int) -> list[torch.Tensor]:
    """Unit vectors of images and of texts."""
    generator = torch.Generator().manual_seed(seed)
    made = torch.randn(2, n, width, generator=generator, dtype=torch.float64)
    return list(normalize(made, dim=-1))


def loss_of(images, texts, scale, groups):
    return contrastive(images, texts, torch.tensor(scale, dtype=torch.float64), groups)


def naive(images, texts, scale, groups) -> float:
    """Loops: each row and column shares its target alike among its group."""
    n, total = len(groups), 0.0
    for one, other in ((images, texts), (texts, images)):
        for i in range(n):
            similarities = [scale * float(one[i] @ other[j]) for j in range(n)]
            log_sum = math.log(sum(math.exp(value) for value in similarities))
            positives = [j for j in range(n) if groups[j] == groups[i]]
            total -= sum(similarities[j] - log_sum for j in positives) / len(positives)
    return total / (2 * n)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.integers(0, 99), st.floats(1, 30))
def test_the_loss_is_what_loops_compute(groups, seed, scale):
    images, texts = features(len(groups), 5, seed)
    expected = pytest.approx(naive(images, texts, scale, groups))
    assert float(loss_of(images, texts, scale, torch.tensor(groups))) == expected
