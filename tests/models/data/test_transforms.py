import io
import itertools

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms.v2 import functional

from catalog.base.errors import ImageError
from models.data.transforms import Preprocessing, augment, crop_box, load_for_crops, recolour


def jpeg(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def halves(width: int, height: int) -> bytes:
    """Left half red, right half blue."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, : width // 2, 0] = 255
    image[:, width // 2 :, 2] = 255
    return jpeg(image)


def test_the_middle_is_cut_out_of_a_wide_picture():
    image = np.zeros((100, 300, 3), np.uint8)
    image[:, 100:200] = 255
    cut = Preprocessing(image_size=50, resize="shorter-side").square(jpeg(image))
    squashed = Preprocessing(image_size=50, resize="squash").square(jpeg(image))
    assert cut.shape == squashed.shape == (3, 50, 50)
    assert cut[:, :, 3:-3].float().mean() > 245
    assert squashed[:, :, :12].float().mean() < 10


@pytest.mark.parametrize(("width", "height"), [(120, 80), (80, 120), (80, 50), (40, 30)])
def test_pictures_are_scaled_as_pillow_scales_them(width, height):
    data = halves(width, height)
    square = Preprocessing(image_size=64, resize="squash").square(data)
    pillow = Image.open(io.BytesIO(data)).resize((64, 64), Image.Resampling.BICUBIC)
    difference = np.abs(square.permute(1, 2, 0).numpy().astype(int) - np.array(pillow))
    assert difference.max() <= 2
    assert difference.mean() < 0.1


def test_pixels_are_normalised_by_channel():
    preprocessing = Preprocessing(
        image_size=2, resize="squash", mean=(0.5, 0, 0), std=(0.5, 1, 0.25)
    )
    pixels = preprocessing.normalise(torch.full((1, 3, 2, 2), 255, dtype=torch.uint8))
    assert pixels.dtype == torch.float32
    assert pixels[0, :, 0, 0].tolist() == [1, 1, 4]


def test_every_setting_is_part_of_the_fingerprint():
    base = {"image_size": 64, "resize": "squash"}
    changes = [{"image_size": 65}, {"resize": "shorter-side"}, {"mean": (0.1, 0, 0)}]
    changes += [{}, {"std": (0.1, 1, 1)}]
    made = [Preprocessing(**{**base, **change}) for change in changes]
    assert len({each.fingerprint() for each in made}) == len(made)
    for each in made:
        again = Preprocessing.model_validate_json(each.model_dump_json())
        assert again.fingerprint() == each.fingerprint()
        assert len(each.fingerprint()) == 64


def test_a_large_picture_is_decoded_at_a_reduced_size():
    noise = np.random.default_rng(0).integers(0, 255, (600, 600, 3)).astype(np.uint8)
    reduced = Preprocessing(image_size=32, resize="squash").square(jpeg(noise)).float()
    whole = Image.open(io.BytesIO(jpeg(noise))).resize((32, 32), Image.Resampling.BICUBIC)
    full = torch.from_numpy(np.array(whole)).permute(2, 0, 1).float()
    assert 0 < (reduced - full).abs().mean() < 8


def test_training_pictures_are_kept_whole_and_a_little_larger():
    assert load_for_crops(halves(600, 300), 96).shape == (3, 160, 320)
    assert load_for_crops(halves(90, 80), 96).shape == (3, 80, 90)


def test_what_is_no_image_is_refused():
    with pytest.raises(ImageError):
        Preprocessing(image_size=32, resize="squash").square(b"no image")


def test_augmentation_follows_from_its_seed_alone():
    image = load_for_crops(halves(120, 90), 48)
    one, two, other = (augment(image, 48, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.shape == (3, 48, 48)
    assert one.dtype == torch.uint8
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def test_augmentation_mirrors_half_of_the_pictures_and_keeps_colours_near():
    image = load_for_crops(halves(96, 96), 48)
    left = [augment(image, 48, np.random.default_rng(seed))[0, :, :4] for seed in range(60)]
    reds = np.array([strip.float().mean() for strip in left])
    assert 15 < np.sum(reds > 128) < 45
    assert reds.max() > 200


def test_colours_change_as_torchvision_changes_them_in_any_order():
    middle = np.random.default_rng(0).integers(60, 190, (48, 40, 3)).astype(np.uint8)
    tensor = torch.from_numpy(middle).permute(2, 0, 1)
    brightness, contrast, saturation = 1.1, 0.9, 1.15
    ours = recolour(middle, brightness, contrast, saturation).astype(int)
    changes = [
        (functional.adjust_brightness, brightness),
        (functional.adjust_contrast, contrast),
        (functional.adjust_saturation, saturation),
    ]
    for order in itertools.permutations(changes):
        theirs = tensor
        for change, factor in order:
            theirs = change(theirs, factor)
        # they cut fractions off, three times
        assert np.abs(ours - theirs.permute(1, 2, 0).numpy()).max() <= 4
    assert np.array_equal(recolour(middle, 1.0, 1.0, 1.0), middle)
    assert recolour(middle, 2.0, 1.0, 1.0).max() == 255


def test_crops_lie_inside_and_have_the_area_asked_for():
    rng = np.random.default_rng(0)
    for height, width in ((100, 150), (64, 64), (200, 90)):
        for _ in range(200):
            top, left, high, wide = crop_box(height, width, rng)
            assert 0 <= top <= height - high
            assert 0 <= left <= width - wide
            assert 0.38 < high * wide / (height * width) < 1.01
            assert 0.72 < wide / high < 1.37
    # a very long picture gives its middle
    assert crop_box(10, 1000, rng) == (0, 495, 10, 10)
