"""The real ViT-B-32 at 224 pixels, with random weights loaded in every way."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from catalog.base.errors import ModelError
from models.networks import pretrained
from models.networks.clip import Clip, build, create_clip, encode_images
from models.networks.texts import encode_texts
from models.networks.weights import OPENAI_EXTRAS
from tests.building import paint

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("vit-b-32")]

NAME, OPENAI_NAME, SIZE = "ViT-B-32", "ViT-B-32-quickgelu", 224
PARAMETERS = 151_277_313
TEXT = "This is an artwork from painter Claude Monet during the period of Impressionism."
PICTURE = paint("a picture of a real size", (320, 256))
EXTRAS = dict(zip(OPENAI_EXTRAS, map(torch.tensor, (SIZE, 77, 49_408)), strict=True))
Weights = dict[str, Tensor]


def said(clip: Clip) -> tuple[Tensor, Tensor]:
    """The vectors of one picture and one sentence, `[512]` each, through its own preprocessing."""
    preprocessing = clip.preprocessing
    pixels = preprocessing.normalise(preprocessing.square(PICTURE)[None])
    network = clip.network.eval()
    with torch.inference_mode():
        image = encode_images(network, pixels)[0]
        return image, encode_texts(network, clip.architecture, [TEXT])[0]


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Weights, dict[str, tuple[Tensor, Tensor]]]]:
    """Random weights, and what each architecture says with them: two activations."""
    torch.manual_seed(32)
    clip = create_clip(NAME, SIZE)
    weights = clip.network.state_dict()
    assert sum(tensor.numel() for tensor in clip.network.parameters()) == PARAMETERS
    answers = {NAME: said(clip)}
    other = build(OPENAI_NAME, SIZE)
    other.load_state_dict(weights)
    answers[OPENAI_NAME] = said(Clip(other, OPENAI_NAME, clip.preprocessing))
    del clip, other
    yield weights, answers
    weights.clear()
    gc.collect()


def write(weights: Weights, folder: Path) -> Path:
    """As safetensors; OpenAI's archive, with three numbers among the weights, as a state dict."""
    if OPENAI_EXTRAS[0] in weights:
        torch.save(weights, folder / "vit.pt")
        return folder / "vit.pt"
    save_file(weights, folder / "vit.safetensors")
    return folder / "vit.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for 600 MB, which do not stay."""
    yield tmp_path
    for path in tmp_path.iterdir():
        path.unlink()
    gc.collect()


@pytest.mark.parametrize(
    ("extras", "asked", "expected"),
    [({}, NAME, NAME), (EXTRAS, OPENAI_NAME, OPENAI_NAME), (EXTRAS, NAME, OPENAI_NAME)],
)
def test_a_file_gives_back_the_network_that_was_saved(made, folder, extras, asked, expected):
    weights, answers = made
    clip = create_clip(asked, SIZE, str(write(weights | extras, folder)))
    assert clip.architecture == expected
    image, text = said(clip)
    assert torch.equal(image, answers[expected][0])
    assert torch.equal(text, answers[expected][1])
    assert image.shape == (512,)
    assert image.norm().item() == pytest.approx(1, abs=1e-5)
    # the two activations say different things
    other = answers[OPENAI_NAME if expected == NAME else NAME]
    assert not torch.allclose(image, other[0], atol=1e-4)


def test_position_embeddings_are_scaled_to_another_size(made, folder):
    clip = create_clip(NAME, 192, str(write(made[0], folder)))
    assert clip.network.visual.positional_embedding.shape == (37, 768)
    assert said(clip)[0].shape == (512,)


def test_an_object_in_s3_is_fetched_once(made, folder, s3_home, monkeypatch):
    monkeypatch.setenv("ARTCAT_CACHE", str(folder / "cache"))
    halves = {name: tensor.half() for name, tensor in made[0].items()}  # half as much to send
    s3_home.write("weights/vit.safetensors", write(halves, folder).read_bytes())
    address = s3_home.uri_of("weights/vit.safetensors")
    file = pretrained.local_weights(address)
    clip = create_clip(NAME, SIZE, file)
    assert next(clip.network.parameters()).dtype == torch.float32
    assert torch.allclose(said(clip)[0], made[1][NAME][0], atol=1e-3)
    fetched = Path(file).stat()
    assert pretrained.local_weights(address) == file
    assert Path(file).stat() == fetched
    s3_home.delete("weights/vit.safetensors")
    with pytest.raises(ModelError, match="there is no object s3://"):
        pretrained.local_weights(address)
    Path(file).unlink()
    (folder / "cache" / "pretrained").rmdir()
    (folder / "cache").rmdir()
