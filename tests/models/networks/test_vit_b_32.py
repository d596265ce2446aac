"""The real ViT-B-32 at 224 pixels, with random weights loaded in every way."""

import gc
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from catalog.base.errors import ModelError
from models.networks import pretrained
from models.networks.clip import Clip, build, create_clip, encode_images
from models.networks.texts import encode_texts
from models.networks.weights import OPENAI_EXTRAS
from tests.building import paint

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("vit-b-32")]

NAME, OPENAI_NAME, SIZE = "ViT-B-32", "ViT-B-32-quickgelu", 224
TEXT = "This is an artwork from painter Claude Monet during the period of Impressionism."
PICTURE = paint("a picture of a real size", (320, 256))
EXTRAS = dict(zip(OPENAI_EXTRAS, map(torch.tensor, (SIZE, 77, 49_408)), strict=True))


def said(clip):
    """The vectors of one picture and one sentence, through its own preprocessing."""
    pixels = clip.preprocessing.normalise(clip.preprocessing.square(PICTURE)[None])
    network = clip.network.eval()
    with torch.inference_mode():
        image = encode_images(network, pixels)[0]
        return torch.stack([image, encode_texts(network, clip.architecture, [TEXT])[0]])


@pytest.fixture(scope="module")
def made():
    """Random weights, and what each architecture says with them: two activations."""
    torch.manual_seed(32)
    clip = create_clip(NAME, SIZE)
    weights = clip.network.state_dict()
    assert sum(tensor.numel() for tensor in clip.network.parameters()) == 151_277_313
    other = build(OPENAI_NAME, SIZE)
    other.load_state_dict(weights)
    answers = {NAME: said(clip)}
    answers[OPENAI_NAME] = said(Clip(other, OPENAI_NAME, clip.preprocessing))
    del clip, other
    yield weights, answers
    weights.clear()
    gc.collect()


@pytest.fixture
def file(tmp_path):
    """The place of 600 MB, which do not stay."""
    yield tmp_path / "vit"
    (tmp_path / "vit").unlink()
    gc.collect()


@pytest.mark.parametrize(
    ("extras", "asked", "expected"),
    [({}, NAME, NAME), (EXTRAS, OPENAI_NAME, OPENAI_NAME), (EXTRAS, NAME, OPENAI_NAME)],
)
def test_a_file_gives_back_the_network_that_was_saved(made, file, extras, asked, expected):
    weights, answers = made
    # OpenAI's archive, with three numbers among the weights, is a state dict
    (torch.save if extras else save_file)(weights | extras, file)
    clip = create_clip(asked, SIZE, str(file))
    assert clip.architecture == expected
    vectors = said(clip)
    assert torch.equal(vectors, answers[expected])
    assert vectors.norm(dim=1).tolist() == pytest.approx([1, 1], abs=1e-5)
    other = answers[OPENAI_NAME if expected == NAME else NAME]
    assert not torch.allclose(vectors[0], other[0], atol=1e-4)


def test_position_embeddings_are_scaled_to_another_size(made, file):
    save_file(made[0], file)
    clip = create_clip(NAME, 192, str(file))
    assert clip.network.visual.positional_embedding.shape == (37, 768)
    assert said(clip).shape == (2, 512)


def test_an_object_in_s3_is_fetched_once(made, s3_home, monkeypatch, tmp_path, file):
    monkeypatch.setenv("ARTCAT_CACHE", str(tmp_path))
    save_file({name: tensor.half() for name, tensor in made[0].items()}, file)
    s3_home.write("weights/vit.safetensors", file.read_bytes())
    address = s3_home.uri_of("weights/vit.safetensors")
    fetched = Path(pretrained.local_weights(address))
    clip = create_clip(NAME, SIZE, str(fetched))
    assert next(clip.network.parameters()).dtype == torch.float32
    assert torch.allclose(said(clip), made[1][NAME], atol=1e-3)
    before = fetched.stat()
    assert pretrained.local_weights(address) == str(fetched)
    assert fetched.stat() == before
    s3_home.delete("weights/vit.safetensors")
    with pytest.raises(ModelError, match="there is no object s3://"):
        pretrained.local_weights(address)
    fetched.unlink()
