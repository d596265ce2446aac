import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy, normalize

from models.training.losses import contrastive


def features(n: int, width: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    made = torch.randn(2, n, width, generator=generator, dtype=torch.float64)
    images, texts = normalize(made, dim=-1)
    return images, texts


def naive(images, texts, scale, groups) -> float:
    """Loops: each row and column shares its target alike among its group."""
    n = len(groups)
    total = 0.0
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
    scale_tensor = torch.tensor(scale, dtype=torch.float64)
    assert float(contrastive(images, texts, scale_tensor, torch.tensor(groups))) == expected


def test_with_every_pair_in_a_group_of_its_own_it_is_the_loss_of_clip():
    images, texts = features(6, 4, 0)
    own, logits = torch.arange(6), 10 * images @ texts.T
    plain = (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2
    scale = torch.tensor(10.0, dtype=torch.float64)
    assert torch.allclose(plain, contrastive(images, texts, scale, own))


def test_works_of_a_group_do_not_push_each_other_away():
    vector = normalize(torch.ones(2, 3, dtype=torch.float64), dim=-1)
    texts = vector.clone()
    pushed = vector.clone().requires_grad_()
    scale = torch.tensor(10.0, dtype=torch.float64)
    contrastive(pushed, texts, scale, torch.tensor([0, 0])).backward()
    assert pushed.grad.abs().max() < 1e-12


def test_gradients_reach_both_sides_and_the_scale():
    images, texts = (tensor.requires_grad_() for tensor in features(4, 3, 1))
    scale = torch.tensor(5.0, dtype=torch.float64, requires_grad=True)
    contrastive(images, texts, scale, torch.tensor([0, 1, 1, 2])).backward()
    assert all(tensor.grad.abs().sum() > 0 for tensor in (images, texts, scale))
