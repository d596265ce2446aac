import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from catalog.base.errors import ImageError
from catalog.images import decoding
from catalog.images.decoding import ImageFacts, decode, decode_with_facts
from tests.building import paint

RED, GREEN = (220, 30, 30), (30, 200, 40)


def saved(image, image_format="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def near(image, at, colour, tolerance=12):
    assert image.mode == "RGB"
    assert np.abs(np.array(image.getpixel(at)) - colour).max() <= tolerance


def half_and_half():
    """Red on the left, green on the right: 40 wide, 20 high."""
    image = Image.new("RGB", (40, 20), RED)
    image.paste(GREEN, (20, 0, 40, 20))
    return image


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF", "WEBP", "GIF"])
def test_each_format_is_read(image_format):
    image, facts = decode_with_facts(saved(half_and_half(), image_format))
    assert facts == ImageFacts(image_format, 40, 20)
    near(image, (5, 10), RED)
    near(image, (35, 10), GREEN)


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (40, 20), (5, 10)),
        (2, (40, 20), (35, 10)),  # mirrored
        (3, (40, 20), (35, 10)),  # upside down
        (6, (20, 40), (10, 5)),  # the camera was held upright
        (8, (20, 40), (10, 35)),
    ],
)
def test_an_image_is_turned_upright(orientation, size, red_at):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image, facts = decode_with_facts(saved(half_and_half(), "JPEG", exif=exif))
    assert image.size == size
    near(image, red_at, RED)
    assert (facts.width, facts.height) == (40, 20), "the facts are those of the file as stored"
    assert image.getexif().get(0x0112, 1) == 1, "it must not be turned twice"


def test_cmyk_becomes_rgb():
    image = decode(saved(half_and_half().convert("CMYK"), "JPEG"))
    near(image, (5, 10), RED, 30)
    near(image, (35, 10), GREEN, 30)


@pytest.mark.parametrize("image_format", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_cut_off(image_format):
    grey = np.full((8, 16), 128 * 257, np.uint16)
    grey[:, :8] = 30 * 257
    image = decode(saved(Image.fromarray(grey), image_format))
    near(image, (2, 2), (30, 30, 30), 1)
    near(image, (12, 2), (128, 128, 128), 1)


def test_transparency_is_dropped():
    image = Image.new("RGBA", (8, 8), (*RED, 255))
    image.paste((*GREEN, 128), (4, 0, 8, 8))
    decoded = decode(saved(image))
    near(decoded, (1, 1), RED, 0)
    assert decoded.mode == "RGB"


def test_a_palette_is_looked_up():
    near(decode(saved(half_and_half().quantize(4))), (5, 10), RED, 4)


def test_grey_and_black_and_white_become_rgb():
    near(decode(saved(Image.new("L", (4, 4), 77))), (1, 1), (77, 77, 77), 0)
    near(decode(saved(Image.new("1", (4, 4), 1))), (1, 1), (255, 255, 255), 0)


def test_of_a_moving_gif_the_first_frame_is_taken():
    frames = [Image.new("RGB", (12, 12), colour) for colour in (RED, GREEN)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    near(decode(data), (5, 5), RED)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF"])
def test_a_file_that_breaks_off_is_corrupt(image_format):
    data = paint(1, (200, 150), image_format)
    with pytest.raises(ImageError) as caught:
        decode(data[: len(data) // 2])
    assert caught.value.status == "corrupt"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"ID,artist,title\n1,MONET,lilies\n",
        b"<html><title>404 Not Found</title></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n",
        saved(half_and_half(), "BMP"),
        b"\0",
        b"",
    ],
)
def test_what_is_no_image_is_unsupported(data):
    with pytest.raises(ImageError, match="not a JPEG, PNG") as caught:
        decode(data)
    assert caught.value.status == "unsupported"


def test_a_large_image_is_refused_before_it_is_decoded(monkeypatch):
    data = paint(1, (40, 30), "PNG")
    monkeypatch.setattr(decoding, "MAX_PIXELS", 40 * 30 - 1)

    def decoded(*_):
        pytest.fail("it was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    with pytest.raises(ImageError, match="40 x 30 pixels") as caught:
        decode(data)
    assert caught.value.status == "too_large"


def test_the_largest_image_that_is_taken(monkeypatch):
    monkeypatch.setattr(decoding, "MAX_PIXELS", 40 * 30)
    assert decode(paint(1, (40, 30), "PNG")).size == (40, 30)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [13_000, 65_000])
def test_a_bomb_is_refused_by_what_its_header_says(side):
    def chunk(kind, body):
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checksum

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    with pytest.raises(ImageError) as caught:
        decode(b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b""))
    assert caught.value.status == "too_large"


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


SAMPLES = [
    saved(half_and_half(), image_format) for image_format in ("JPEG", "PNG", "TIFF", "WEBP", "GIF")
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
    st.floats(0.2, 1),
)
def test_a_damaged_file_is_decoded_or_refused_by_name(data, damages, kept):
    damaged = bytearray(data)
    for where, value in damages:
        damaged[int(where * len(damaged))] = value
    try:
        image = decode(bytes(damaged[: int(kept * len(damaged))]), target=16)
    except ImageError as error:
        assert error.status in {"corrupt", "unsupported", "too_large"}
    else:
        assert image.mode == "RGB"
