"""The real ViT-B-32 at 224 pixels, with random weights loaded in every way."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
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
from models.presets import resolve_config
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


def as_safetensors(weights: Weights, folder: Path) -> Path:
    save_file(weights, folder / "vit.safetensors")
    return folder / "vit.safetensors"


def as_state_dict(weights: Weights, folder: Path) -> Path:
    torch.save(weights, folder / "vit.pt")
    return folder / "vit.pt"


def as_training_checkpoint(weights: Weights, folder: Path) -> Path:
    """As open_clip's own training on several GPUs saves it."""
    wrapped = {f"module.{name}": tensor for name, tensor in weights.items()}
    torch.save({"epoch": 32, "name": "run", "state_dict": wrapped}, folder / "epoch_32.pt")
    return folder / "epoch_32.pt"


def as_openai(weights: Weights, folder: Path) -> Path:
    """As OpenAI's archive gives them: three numbers among the weights."""
    torch.save(weights | EXTRAS, folder / "ViT-B-32-weights.pt")
    return folder / "ViT-B-32-weights.pt"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for 600 MB, which do not stay."""
    yield tmp_path
    for path in tmp_path.iterdir():
        path.unlink()
    gc.collect()


def test_the_two_activations_say_different_things(made):
    ours, theirs = (made[1][name][0] for name in (NAME, OPENAI_NAME))
    assert ours.shape == (512,)
    assert ours.norm().item() == pytest.approx(1, abs=1e-5)
    assert not torch.allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize(
    ("save", "asked", "expected"),
    [
        (as_safetensors, NAME, NAME),
        (as_state_dict, NAME, NAME),
        (as_training_checkpoint, NAME, NAME),
        (as_openai, OPENAI_NAME, OPENAI_NAME),
        (as_openai, NAME, OPENAI_NAME),
    ],
)
def test_a_file_gives_back_the_network_that_was_saved(
    made, folder, save: Callable[[Weights, Path], Path], asked: str, expected: str
):
    clip = create_clip(asked, SIZE, str(save(made[0], folder)))
    assert clip.architecture == expected
    for given, wanted in zip(said(clip), made[1][expected], strict=True):
        assert torch.equal(given, wanted)


def test_an_object_in_s3_is_fetched_once(made, folder, s3_home, monkeypatch):
    monkeypatch.setenv("ARTCAT_CACHE", str(folder / "cache"))
    halves = {name: tensor.half() for name, tensor in made[0].items()}  # half as much to send
    s3_home.write("weights/vit.safetensors", as_safetensors(halves, folder).read_bytes())
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


@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning", "ignore::torch.jit.TracerWarning")
def test_an_archive_of_the_image_tower_is_refused_with_the_way_to_convert_it(folder):
    network = build(NAME, SIZE).eval()
    pixels = torch.zeros(1, 3, SIZE, SIZE)
    torch.jit.save(
        torch.jit.trace(network.visual, pixels, check_trace=False), folder / "ViT-B-32.pt"
    )
    with pytest.raises(ModelError, match=r"TorchScript archive.*torch\.jit\.load") as caught:
        create_clip(NAME, SIZE, str(folder / "ViT-B-32.pt"))
    assert str(caught.value).endswith(f"give {folder / 'ViT-B-32-weights.pt'}")


def test_the_tag_of_openai_asks_for_their_activation_before_anything_is_read():
    config = resolve_config("clip", architecture=NAME, pretrained="openai")
    assert (config.architecture, config.image_size) == (OPENAI_NAME, SIZE)
