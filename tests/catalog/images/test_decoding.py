"""Decoding of image files to upright 8-bit sRGB, of every format, depth and kind of colour."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from catalog.base.errors import ImageError
from catalog.images import decoding
from catalog.images.decoding import ImageFacts, decode, decode_with_facts
from catalog.images.shards import prepare
from tests.building import paint
from tests.catalog.images.pictures import gamma_profile, gradient, saved

RED, GREEN, WHITE = (220, 30, 30), (30, 200, 40), (255, 255, 255)
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF")
TURNS = (
    *(None, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180),
    *(Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_90),
    *(Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_270),
)
LOSSLESS = {"JPEG": {"quality": 100}, "WEBP": {"lossless": True}}
"""Options with which a format keeps colours."""


def near(image, at, colour, tolerance=12):
    assert image.mode == "RGB"
    assert np.abs(np.array(image.getpixel(at)) - colour).max() <= tolerance


def failure(data, said):
    """The status of an image that cannot be decoded, which is said in one line."""
    with pytest.raises(ImageError, match=said) as caught:
        decode(data)
    assert "\n" not in str(caught.value)
    return caught.value.status


def half_and_half():
    """Red on the left, green on the right: 40 wide, 20 high."""
    image = Image.new("RGB", (40, 20), RED)
    image.paste(GREEN, (20, 0, 40, 20))
    return image


@pytest.mark.parametrize("image_format", FORMATS)
def test_each_format_is_read(image_format):
    image, facts = decode_with_facts(saved(half_and_half(), image_format))
    assert facts == ImageFacts(image_format, 40, 20)
    near(image, (5, 10), RED)
    near(image, (35, 10), GREEN)


def plain(colour=RED, mode="RGB", alpha=None):
    image = Image.new("RGB", (8, 8), colour).convert(mode)
    if alpha is not None:
        image.putalpha(Image.new("L", (8, 8), alpha))
    return image


PALETTE = Image.new("P", (8, 8), 1)
PALETTE.putpalette([0, 0, 255, *RED])
FRAMES = {"save_all": True, "append_images": [plain((0, 0, 0))]}
INK = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
KINDS = {
    "grey": (saved(Image.new("L", (8, 8), 77)), (77, 77, 77)),
    "one bit": (saved(Image.new("1", (8, 8), 1)), WHITE),
    "palette": (saved(PALETTE), RED),
    "palette with a transparent colour": (saved(PALETTE, transparency=1), WHITE),
    "palette with another transparent colour": (saved(PALETTE, transparency=0), RED),
    "palette with alpha for each colour": (saved(PALETTE, transparency=bytes([0, 255])), RED),
    "transparent GIF": (saved(PALETTE, "GIF", transparency=1), WHITE),
    "grey with a transparent colour": (saved(Image.new("L", (8, 8), 9), transparency=9), WHITE),
    "a transparent colour": (saved(plain(), transparency=RED), WHITE),
    "another transparent colour": (saved(plain(), transparency=GREEN), RED),
    "transparent": (saved(plain(alpha=0)), WHITE),
    "half transparent": (saved(plain((0, 0, 0), alpha=128)), (127, 127, 127)),
    "with alpha": (saved(plain(alpha=255)), RED),
    "grey with alpha": (saved(plain(mode="L", alpha=0)), WHITE),
    "transparent TIFF": (saved(plain(alpha=0), "TIFF"), WHITE),
    "grey TIFF with alpha": (saved(plain(mode="L", alpha=0), "TIFF"), WHITE),
    "transparent WEBP": (saved(plain(alpha=0), "WEBP", lossless=True), WHITE),
    # in JPEG 0 is full ink, as Adobe writes it; in TIFF it is none
    "CMYK JPEG": (saved(INK, "JPEG"), (255, 0, 0)),
    "CMYK TIFF": (saved(INK, "TIFF"), (255, 0, 0)),
    "CMYK with an RGB profile": (saved(INK, "TIFF", icc_profile=gamma_profile(1.0)), (255, 0, 0)),
    "several frames in a GIF": (saved(plain(), "GIF", **FRAMES), RED),
    "several frames in a PNG": (saved(plain(), **FRAMES), RED),
    "several frames in a WEBP": (saved(plain(), "WEBP", lossless=True, **FRAMES), RED),
    "several pages in a TIFF": (saved(plain(), "TIFF", **FRAMES), RED),
}


@pytest.mark.parametrize(("data", "colour"), KINDS.values(), ids=KINDS)
def test_every_kind_of_picture_shows_its_colours(data, colour):
    near(decode(data), (4, 4), colour, 3)


@pytest.mark.parametrize(
    ("image_format", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("TIFF", "LA"), ("GIF", "RGBA")]
)
def test_only_what_is_transparent_is_white(image_format, mode):
    image = Image.new("RGBA", (8, 8), (100, 100, 100, 255))
    image.paste((0, 0, 0, 0), (4, 0, 8, 8))
    image = image.quantize(4) if mode == "P" else image.convert(mode)
    decoded = decode(saved(image, image_format))
    near(decoded, (6, 4), WHITE, 1)
    near(decoded, (1, 4), (100, 100, 100), 1)


@pytest.mark.parametrize("bits", ["<u2", ">u2"])
@pytest.mark.parametrize("image_format", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_scaled(bits, image_format):
    values = np.linspace(0, 65_535, 256).round().astype(np.uint16).reshape(16, 16)
    image = Image.fromarray(values.astype(bits))
    decoded = np.asarray(decode(saved(image, image_format)))
    assert np.abs(decoded[..., 0].astype(int) - values // 257).max() <= 1
    assert decoded.min() == 0
    assert decoded.max() == 255


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.float32([0.0, 0.5, 1.0]), [0, 127, 255]),
        (np.float32([0.0, 100.0, 255.0]), [0, 100, 255]),
        (np.float32([-5.0, float("nan"), 65_535.0]), [0, 0, 255]),
        (np.float32([0.0, 1e9, float("inf")]), [0, 255, 0]),
        (np.float32([0.0, 0.0, 0.0]), [0, 0, 0]),
        (np.int32([0, 32_768, 65_535]), [0, 127, 255]),
    ],
)
def test_grey_of_other_numbers_is_scaled(values, expected):
    decoded = decode(saved(Image.fromarray(values[None]), "TIFF"))
    assert np.asarray(decoded)[0, :, 0].tolist() == expected


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_colour_profile_is_followed(image_format):
    options = LOSSLESS.get(image_format, {})
    dark = Image.new("RGB", (16, 16), (128, 128, 128))
    data = saved(dark, image_format, icc_profile=gamma_profile(1.0), **options)
    near(decode(data), (8, 8), (188, 188, 188), 2)  # half the light is 188 in sRGB
    near(decode(saved(dark, image_format, **options)), (8, 8), (128, 128, 128), 1)
    assert "icc_profile" not in decode(data).info


@pytest.mark.parametrize(("mode", "colour"), [("L", 128), ("LA", (128, 255))])
def test_a_grey_profile_is_followed(mode, colour):
    image = Image.new(mode, (4, 4), colour)
    data = saved(image, icc_profile=gamma_profile(1.0, b"GRAY"))
    near(decode(data), (1, 1), (188, 188, 188), 2)


def test_srgb_is_left_as_it_is():
    image, srgb = gradient(), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert decode(saved(image, icc_profile=srgb)).tobytes() == image.tobytes()


# A profile holds the time of its making: no name for a test that two processes must agree on.
PROFILES = {
    "no profile": b"nonsense",
    "zeros": b"\0" * 200,
    "cut": gamma_profile(1.0)[:200],
    "grey, cut": gamma_profile(1.0, b"GRAY")[:150],
    "CMYK": gamma_profile(1.0, b"CMYK"),
    "XYZ": gamma_profile(1.0, b"XYZ "),
    "Lab": ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
}


@pytest.mark.parametrize("broken", PROFILES.values(), ids=PROFILES)
def test_a_profile_that_cannot_be_used_is_ignored(broken):
    near(decode(saved(Image.new("RGB", (4, 4), RED), icc_profile=broken)), (1, 1), RED, 1)


def test_lab_is_understood():
    lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    image = ImageCms.applyTransform(Image.new("RGB", (8, 8), RED), lab)
    near(decode(saved(image, "TIFF")), (4, 4), RED, 6)


def test_a_progressive_jpeg():
    image = gradient((640, 480))
    data = saved(image, "JPEG", progressive=True, quality=95)
    whole = np.asarray(decode(data), int)
    assert np.abs(whole - np.asarray(image, int)).mean() < 2
    assert decode(data, target=100).size == (320, 240)
    assert failure(data[: len(data) // 2], "cannot be decoded") == "corrupt"


def test_a_jpeg_with_pictures_behind_it_is_a_jpeg():
    image = gradient((640, 480))
    data = saved(image, "MPO", save_all=True, append_images=[Image.new("RGB", (640, 480), RED)])
    decoded, facts = decode_with_facts(data, target=100)
    assert (facts.format, decoded.size) == ("JPEG", (320, 240))
    near(decoded, (160, 120), gradient((640, 480)).getpixel((320, 240)), 8)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_every_orientation_in_every_format(image_format, orientation):
    upright, turn = gradient(), TURNS[orientation - 1]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded, facts = decode_with_facts(saved(stored, image_format, exif=exif))
    assert decoded.size == upright.size
    assert (facts.width, facts.height) == stored.size, "as stored in the file"
    assert decoded.getexif().get(0x0112, 1) == 1, "it must not be turned twice"
    assert np.abs(np.asarray(decoded, int) - np.asarray(upright, int)).mean() < 4


def test_damage_in_what_a_camera_noted_does_not_spoil_the_picture():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(Image.new("RGB", (16, 8), RED), "JPEG", exif=exif)
    start = data.index(b"Exif\0\0") + 6
    damaged = data[:start] + b"\xff" * 12 + data[start + 12 :]
    assert decode(damaged).size == (16, 8)


def test_a_strip_that_no_jpeg_can_hold_is_too_large():
    prepared = prepare("x:1", saved(Image.new("1", (70_000, 2))))
    assert prepared.status == "too_large"
    assert prepared.error == "70000 x 2 pixels: too elongated"


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF"])
def test_a_file_that_breaks_off_is_corrupt(image_format):
    data = paint(1, (200, 150), image_format)
    assert failure(data[: len(data) // 2], ".") == "corrupt"


@pytest.mark.parametrize("data", [b"ID,artist\n1,MONET\n", saved(plain(), "BMP"), b"\0", b""])
def test_what_is_no_image_is_unsupported(data):
    assert failure(data, "not a JPEG, PNG") == "unsupported"


def test_a_large_image_is_refused_before_it_is_decoded(monkeypatch):
    data = paint(1, (40, 30), "PNG")
    monkeypatch.setattr(decoding, "MAX_PIXELS", 40 * 30)
    assert decode(data).size == (40, 30)
    monkeypatch.setattr(decoding, "MAX_PIXELS", 40 * 30 - 1)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: pytest.fail("it was decoded"))
    assert failure(data, "40 x 30 pixels") == "too_large"


@pytest.mark.parametrize(
    ("size", "target", "expected"),
    [
        ((1600, 1200), 64, (200, 150)),  # an eighth: the smallest that JPEG can do
        ((1600, 1200), 256, (800, 600)),  # half of it is still twice the target
        ((1600, 1200), 512, (1600, 1200)),
        ((60, 50), 256, (60, 50)),  # never enlarged
    ],
)
def test_a_jpeg_is_decoded_at_a_size_near_what_is_wanted(size, target, expected):
    image, facts = decode_with_facts(paint(1, size), target=target)
    assert image.size == expected
    assert (facts.width, facts.height) == size


def test_a_reduced_image_looks_like_the_whole():
    data = paint(3, (800, 640))
    whole = decode(data).resize((100, 80), Image.Resampling.BOX)
    reduced = decode(data, target=40)
    assert reduced.size == (100, 80)
    assert np.abs(np.asarray(whole, int) - np.asarray(reduced, int)).mean() < 2
