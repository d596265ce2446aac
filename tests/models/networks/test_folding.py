import numpy as np
import torch

from models.data.transforms import Preprocessing
from models.networks.channel_statistics import folded
from models.networks.clip import build
from models.networks.encoding import Encoder
from models.networks.linear import ImageTower
from tests.models.conftest import paint

PREPARED = Preprocessing(image_size=64, resize="squash")


def lite_tower():
    """A tower whose batch normalisation does something."""
    torch.manual_seed(0)
    tower = ImageTower(build("artcat-lite", 64)).eval()
    for module in tower.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, std=0.2)
            module.running_mean.normal_(std=0.2)
            module.running_var.uniform_(0.5, 1.5)
    return tower


def normalised(network):
    return any(isinstance(module, torch.nn.BatchNorm2d) for module in network.modules())


def test_a_network_is_folded_once_and_others_are_left_alone():
    tower = ImageTower(build("artcat-tiny", 64)).eval()
    assert folded(tower) is tower
    whole = lite_tower()
    quick = folded(whole)
    assert (normalised(quick), normalised(whole)) == (False, True)
    assert folded(quick) is quick


def test_an_encoder_runs_the_folded_network_under_the_digest_of_the_whole():
    tower = lite_tower()
    rng = np.random.default_rng(0)
    jpegs = [paint((90, 120, 60), rng) for _ in range(3)]
    encoder = Encoder(tower, PREPARED, torch.device("cpu"), 2)
    digest = encoder.digest()
    vectors = encoder.encode_jpegs(jpegs)
    other = Encoder(tower, PREPARED, torch.device("cpu"))
    assert encoder.digest() == digest == other.digest()
    with torch.inference_mode():
        squares = torch.stack([PREPARED.square(jpeg) for jpeg in jpegs])
        wanted = tower(PREPARED.normalise(squares)).numpy()
    np.testing.assert_allclose(vectors, wanted, atol=1e-5)
    short = encoder.in_bf16()
    assert short.digest() == f"{digest}-bf16"
    assert (short.encode_jpegs(jpegs) * wanted).sum(1).min() > 0.98
