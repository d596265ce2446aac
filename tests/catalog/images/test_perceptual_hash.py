import numpy as np
import pytest
from PIL import Image

from catalog.images.near_duplicates import MAX_BITS, perceptual_hash
from tests.catalog.images.pictures import COPIES, painting


def distance(one, other):
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_of_a_picture_is_near(copy):
    for seed in range(10):
        image = painting(seed)
        assert distance(perceptual_hash(image), perceptual_hash(COPIES[copy](image))) <= MAX_BITS


def test_another_picture_is_far():
    hashes = [perceptual_hash(painting(seed)) for seed in range(40)]
    nearest = min(distance(a, b) for i, a in enumerate(hashes) for b in hashes[:i])
    assert nearest > 2 * MAX_BITS
    turned = perceptual_hash(painting(0).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert distance(hashes[0], turned) > 2 * MAX_BITS


def test_a_hash_is_16_digits_with_as_many_ones_as_zeros():
    found = perceptual_hash(painting(1))
    assert len(found) == 16
    assert int(found, 16).bit_count() == 32


def test_it_is_the_sign_of_the_lowest_frequencies():
    """Against the definition: each frequency is a sum over all pixels."""
    pixels = np.asarray(painting(2, (32, 32)).convert("L"), float)
    steps = np.arange(32)
    waves = [np.cos(np.pi * (2 * steps + 1) * k / 64) * (1 if k else 2**-0.5) for k in range(8)]
    low = np.array(
        [[(pixels * down[:, None] * across).sum() for across in waves] for down in waves]
    )
    bits = "".join("1" if value > np.median(low) else "0" for value in low.ravel())
    assert perceptual_hash(painting(2, (32, 32))) == f"{int(bits, 2):016x}"


def plain():
    rng = np.random.default_rng(0)
    across, down = np.meshgrid(np.linspace(-1, 1, 200), np.linspace(-1, 1, 150))
    yield "black", np.zeros((150, 200))
    yield "white", np.full((150, 200), 255)
    yield "paper", rng.normal(235, 4, (150, 200))
    yield "a dark sky", rng.normal(25, 8, (150, 200))
    yield "from light to dark", 128 + 100 * across
    yield "a lamp in the night", 80 * np.exp(-3 * (across**2 + down**2))
    yield "a line", np.where(np.abs(down) < 0.01, 0, 255)


@pytest.mark.parametrize(("name", "pixels"), list(plain()), ids=lambda value: str(value)[:20])
def test_a_plain_picture_has_none(name, pixels):
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).convert("RGB")
    assert perceptual_hash(image) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3000, 2), (31, 33)])
def test_any_size_is_taken(size):
    perceptual_hash(painting(3).resize(size))
