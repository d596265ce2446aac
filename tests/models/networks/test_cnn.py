from models.networks.cnn import BaselineCNN


def test_its_layers_are_the_student_projects():
    network = BaselineCNN(6, 128)
    shapes = [tuple(p.shape) for p in network.parameters() if p.ndim > 1]
    assert shapes == [(32, 3, 3, 3), (64, 32, 3, 3), (128, 64, 3, 3), (128, 25088), (6, 128)]
    assert sum(p.numel() for p in network.parameters()) == 3_305_414
