"""TIFFs in all the layouts that scanners, photographers and archives write."""

import io
import re

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from catalog.base.errors import ImageError
from catalog.images.decoding import decode

Y, X = np.mgrid[0:64, 0:80]
COLOURS = np.stack([X * 3, Y * 3, X + Y], -1).astype(np.uint8)
GREY = COLOURS[..., 0]
GREYS = np.repeat(GREY[..., None], 3, -1)
FULL = np.full_like(GREY, 255)
DEPTHS = {
    "u1": lambda shades: np.rint(shades).astype("u1"),
    "u2": lambda shades: np.rint(shades * 257.0).astype("u2"),
    "u4": lambda shades: np.rint(shades * 16_843_009.0).astype("u4"),
    "f2": lambda shades: (shades / 255).astype("f2"),
    "f4": lambda shades: (shades / 255).astype("f4"),
    "f8": lambda shades: (shades / 255).astype("f8"),
}


def written(pixels, *, byteorder="<", bigtiff=False, **options):
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, byteorder=byteorder, bigtiff=bigtiff) as tiff:
        tiff.write(pixels, **options)
    return buffer.getvalue()


def separate(depth, **options):
    """A file of the colours, each in a plane of its own."""
    pixels = np.moveaxis(DEPTHS[depth](COLOURS), -1, 0)
    return written(pixels, photometric="rgb", planarconfig="separate", **options)


def error_of(data, expected):
    """The largest difference of a decoded file from what it should show."""
    return np.abs(np.asarray(decode(data)).astype(int) - expected).max()


INK = np.dstack([255 - COLOURS, 0 * GREY])
CHANNELS = {
    "black is zero": ("minisblack", GREY, GREYS, ()),
    "white is zero": ("miniswhite", 255 - GREY, GREYS, ()),
    "grey with alpha": ("minisblack", np.dstack([GREY, FULL]), GREYS, ("unassalpha",)),
    "rgb": ("rgb", COLOURS, COLOURS, ()),
    "rgb with alpha": ("rgb", np.dstack([COLOURS, FULL]), COLOURS, ("unassalpha",)),
    "cmyk": ("separated", INK, COLOURS, ()),
    "cmyk and a mask": ("separated", np.dstack([INK, GREY]), COLOURS, ("unspecified",)),
}
LAYOUTS = [
    (depth, channels, planes, compression)
    for depth in DEPTHS
    for channels in CHANNELS
    for planes in ("contig", "separate")
    for compression in (None, "lzw")
    if planes == "contig" or CHANNELS[channels][1].ndim == 3
]


@pytest.mark.parametrize(("depth", "channels", "planes", "compression"), LAYOUTS)
def test_every_depth_and_arrangement_of_channels_is_decoded(depth, channels, planes, compression):
    photometric, shades, expected, extra = CHANNELS[channels]
    pixels = DEPTHS[depth](shades)
    options = {"extrasamples": list(extra)} if extra else {}
    if pixels.ndim == 3:
        options["planarconfig"] = planes
        pixels = np.moveaxis(pixels, -1, 0) if planes == "separate" else pixels
    data = written(pixels, photometric=photometric, compression=compression, **options)
    assert error_of(data, expected) <= 3


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("compression", [None, "lzw", "packbits", "zlib", "zstd", "lzma"])
@pytest.mark.parametrize("tile", [None, (16, 32)])
def test_every_byte_order_and_compression_is_decoded(byteorder, bigtiff, compression, tile):
    kind = {"byteorder": byteorder, "bigtiff": bigtiff, "compression": compression, "tile": tile}
    for pixels, photometric, expected in (
        (COLOURS, "rgb", COLOURS),
        (DEPTHS["u2"](COLOURS), "rgb", COLOURS),
        (DEPTHS["u2"](255 - GREY), "miniswhite", GREYS),
        (DEPTHS["f4"](COLOURS), "rgb", COLOURS),
    ):
        assert error_of(written(pixels, photometric=photometric, **kind), expected) <= 3


@pytest.mark.parametrize("compression", ["jpeg", "webp", "jpeg2000", "jpegxl", "lerc"])
def test_compressions_of_pictures_are_decoded(compression):
    data = written(COLOURS, photometric="rgb", compression=compression)
    assert np.abs(np.asarray(decode(data)).astype(int) - COLOURS).mean() < 6


@pytest.mark.parametrize("bits", [1, 2, 4, 10, 12, 14])
@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_depths_that_fill_no_byte_are_scaled_to_their_own_white(bits, photometric):
    white = 2**bits - 1
    shades = np.rint(GREYS / 255 * white)
    stored = shades[..., 0] if photometric == "minisblack" else white - shades[..., 0]
    kind = "u1" if bits <= 8 else "u2"
    data = written(stored.astype(kind), photometric=photometric, bitspersample=bits)
    assert error_of(data, shades * 255 / white) <= 1


@pytest.mark.parametrize("depth", ["u1", "u2", "f4"])
@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize("extra", ["unassalpha", "assocalpha", "unspecified"])
def test_alpha_is_laid_on_white_and_other_channels_are_not(depth, planes, extra):
    half = np.full(GREY.shape, 128.0)
    colours = COLOURS * (128 / 255) if extra == "assocalpha" else COLOURS
    pixels = DEPTHS[depth](np.dstack([colours, half]))
    if planes == "separate":
        pixels = np.moveaxis(pixels, -1, 0)
    data = written(pixels, photometric="rgb", planarconfig=planes, extrasamples=[extra])
    on_white = COLOURS * (128 / 255) + 127
    assert error_of(data, COLOURS if extra == "unspecified" else on_white) <= 3


@pytest.mark.parametrize("kind", ["u1", "u2"])
def test_a_palette_is_looked_up(kind):
    size = 256 ** np.dtype(kind).itemsize
    ramp = (np.arange(size) % 256 * 257).astype("u2")
    colormap = np.stack([ramp, ramp[::-1], ramp])
    data = written(GREY.astype(kind), photometric="palette", colormap=colormap)
    expected = np.stack([c[GREY] // 257 for c in colormap], -1)
    assert error_of(data, expected) == 0


NO_NUMBERS = "signed, complex or mixed numbers"
INKS = {"photometric": "separated", "extratags": [(332, 3, 1, 2, True)]}
REFUSED = [
    (written(GREY.astype("i2"), photometric="minisblack"), NO_NUMBERS),
    (written(GREY.astype("c8"), photometric="minisblack"), NO_NUMBERS),
    (written(GREY, photometric="cfa"), "colour filter array of a camera"),
    (written(COLOURS, photometric="icclab"), "ICCLab"),
    (written(DEPTHS["u2"](COLOURS), photometric="cielab"), "CIELab (3 channels of 16 bits)"),
    (written(np.dstack([COLOURS, GREY]), **INKS), "inks other than CMYK"),
]


def failure(data, said):
    """The status of an image that cannot be decoded, which is said in one line."""
    with pytest.raises(ImageError, match=said) as caught:
        decode(data)
    assert "\n" not in str(caught.value)
    return caught.value.status


@pytest.mark.parametrize(("data", "reason"), REFUSED)
def test_a_layout_that_is_not_understood_is_unsupported_with_the_reason(data, reason):
    assert failure(data, re.escape(reason)) == "unsupported"


@pytest.mark.parametrize("kept", [4, 8, 10, 100, 0.5, 0.9])
@pytest.mark.parametrize("compression", [None, "lzw", "zlib"])
def test_a_tiff_that_breaks_off_is_corrupt(kept, compression):
    data = separate("u2", compression=compression)
    assert failure(data[: int(kept if kept > 1 else kept * len(data))], ".") == "corrupt"


def pages(*written_pages):
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as tiff:
        for pixels, options in written_pages:
            tiff.write(pixels, photometric="rgb", metadata=None, **options)
    return buffer.getvalue()


THUMBNAIL = COLOURS[::8, ::8].copy()
PAGES = {
    "a marked thumbnail first": [(THUMBNAIL, {"subfiletype": 1}), (COLOURS, {})],
    "an unmarked thumbnail first": [(THUMBNAIL, {}), (COLOURS, {})],
    "a pyramid": [(COLOURS, {}), (COLOURS[::2, ::2].copy(), {"subfiletype": 1})],
    "several pages": [(COLOURS, {}), (COLOURS[::-1].copy(), {})],
    "a page of another shape behind": [(COLOURS, {}), (np.zeros((200, 900, 3), "u1"), {})],
    "deep pages": [(THUMBNAIL, {"subfiletype": 1}), (DEPTHS["u4"](COLOURS), {})],
}


@pytest.mark.parametrize("kind", PAGES)
def test_the_picture_is_taken_and_no_thumbnail_of_it(kind):
    assert error_of(pages(*PAGES[kind]), COLOURS) <= 1


def test_pages_that_are_linked_in_a_ring_come_to_an_end():
    data = bytearray(pages((COLOURS, {}), (COLOURS, {})))
    first = int.from_bytes(data[4:8], "little")
    tags = int.from_bytes(data[first : first + 2], "little")
    second = first + 2 + 12 * tags
    following = int.from_bytes(data[second : second + 4], "little")
    tags = int.from_bytes(data[following : following + 2], "little")
    end = following + 2 + 12 * tags
    data[end : end + 4] = first.to_bytes(4, "little")
    assert error_of(bytes(data), COLOURS) == 0


TURNED = (
    *(COLOURS, COLOURS[:, ::-1], COLOURS[::-1, ::-1], COLOURS[::-1], COLOURS.transpose(1, 0, 2)),
    *(np.rot90(COLOURS, -1), COLOURS[::-1, ::-1].transpose(1, 0, 2), np.rot90(COLOURS, 1)),
)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("depth", ["u1", "u2"])
def test_it_is_turned_upright(orientation, depth):
    data = separate(depth, extratags=[(274, 3, 1, orientation, True)])
    assert error_of(data, TURNED[orientation - 1]) <= 1


def test_a_profile_of_another_kind_is_ignored():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    assert error_of(separate("u2", iccprofile=profile), COLOURS) <= 1


@pytest.mark.parametrize("depth", ["u1", "u4"])
def test_too_large_a_tiff_is_refused_by_its_header(monkeypatch, depth):
    monkeypatch.setattr("catalog.images.decoding.MAX_PIXELS", 80 * 64 - 1)
    data = written(DEPTHS[depth](COLOURS), photometric="rgb")
    assert failure(data, "80 x 64 pixels") == "too_large"


def test_too_many_bytes_of_pixels_are_refused(monkeypatch):
    monkeypatch.setattr("catalog.images.tiff.MAX_BYTES", 1000)
    data = written(DEPTHS["f8"](COLOURS), photometric="rgb")
    assert failure(data, "bytes of pixels") == "too_large"


def test_pillow_and_tifffile_agree_on_what_both_decode(monkeypatch):
    data = io.BytesIO()
    Image.fromarray(COLOURS).save(data, "TIFF", compression="tiff_lzw")
    by_pillow = np.asarray(decode(data.getvalue()))
    monkeypatch.setattr("catalog.images.tiff._is_for_pillow", lambda _: False)
    assert (np.asarray(decode(data.getvalue())) == by_pillow).all()
