import pytest
import torch

from models.networks.cnn import BaselineCNN


def test_its_layers_are_the_student_projects():
    network = BaselineCNN(6, 128)
    shapes = [tuple(p.shape) for p in network.parameters() if p.ndim > 1]
    assert shapes == [(32, 3, 3, 3), (64, 32, 3, 3), (128, 64, 3, 3), (128, 25088), (6, 128)]
    assert sum(p.numel() for p in network.parameters()) == 3_305_414


@pytest.mark.parametrize("size", [32, 64, 128])
def test_one_output_per_style(size):
    network = BaselineCNN(5, size).eval()
    assert network(torch.rand(2, 3, size, size)).shape == (2, 5)


def test_dropout_acts_in_training_only():
    network = BaselineCNN(3, 32, dropout=0.5)
    pixels = torch.rand(1, 3, 32, 32)
    assert not torch.equal(network.train()(pixels), network(pixels))
    assert torch.equal(network.eval()(pixels), network(pixels))
