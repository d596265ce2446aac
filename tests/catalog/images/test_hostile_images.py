"""Image files that are expensive or hold more than a picture: decoding ends in time."""

import re
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from catalog.base.errors import ImageError
from catalog.images import decoding_limits
from catalog.images.decoding import decode, describe_failure
from catalog.images.decoding_limits import MAX_EXPANDED
from catalog.images.shards import prepare
from tests.building import paint
from tests.catalog.images.pictures import gamma_profile, gradient, saved

RED = (220, 30, 30)
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r#"><rdf:Description '
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*extra, last=()):
    """A red PNG with further chunks before and behind its pixels."""
    data = saved(Image.new("RGB", (40, 20), RED))
    pixels, end = data.index(b"IDAT") - 4, data.index(b"IEND") - 4
    before, behind = (b"".join(chunk(*one) for one in chunks) for chunks in (extra, last))
    return data[:pixels] + before + data[pixels:end] + behind + data[end:]


def xmp(text, *, compressed):
    body = zlib.compress(text) if compressed else text
    return (b"iTXt", b"XML:com.adobe.xmp\0" + bytes([compressed]) + b"\0\0\0" + body)


PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
NOISE = np.random.default_rng(1).bytes(3_000_000)
NOTHING = zlib.compress(bytes(3_000_000))
LONG_XMP = XMP.replace(b"/>", b"/>" + b" " * 3_000_000)
LONG_TEXTS = {
    "a long compressed text": [(b"zTXt", b"Comment\0\0" + NOTHING)],
    "a long text": [(b"tEXt", b"Comment\0" + b"x" * 3_000_000)],
    "a long international text": [(b"iTXt", b"Title\0\0\0\0\0" + b"x" * 3_000_000)],
    "a compressed international text": [(b"iTXt", b"Title\0\1\0\0\0" + NOTHING)],
    "XMP beyond the limit": [xmp(b" " * (MAX_EXPANDED + 1), compressed=True)],
    "a long profile": [(b"iCCP", b"icc\0\0" + zlib.compress(PROFILE + NOISE))],
    "a profile beyond the limit": [(b"iCCP", b"icc\0\0" + zlib.compress(bytes(MAX_EXPANDED + 1)))],
    "a damaged profile": [(b"iCCP", b"icc\0\0damaged")],
    "a profile without data": [(b"iCCP", b"")],
    "many texts": [(b"tEXt", b"Comment\0x" * 10)] * 5_000,
    "texts that expand": [(b"zTXt", b"a\0\0" + zlib.compress(bytes(1 << 24)))] * 20,
    "damaged texts": [(b"zTXt", b"a\0\0damaged"), (b"iTXt", b""), (b"tEXt", b"")],
    "many profiles": [xmp(bytes(1 << 23), compressed=True)] * 30,
    "unknown chunks": [(b"prVt", NOISE)],
}


@pytest.mark.parametrize("where", ["before", "behind"])
@pytest.mark.parametrize("kind", LONG_TEXTS)
def test_a_png_is_read_whatever_texts_and_profiles_it_holds(kind, where):
    chunks = LONG_TEXTS[kind]
    image = decode(png(*chunks) if where == "before" else png(last=chunks))
    assert np.abs(np.array(image.getpixel((5, 5))) - RED).max() <= 3


@pytest.mark.parametrize("compressed", [False, True])
def test_long_xmp_still_tells_which_side_is_up(compressed):
    long = xmp(LONG_XMP, compressed=compressed)
    assert decode(png(long)).size == (20, 40)
    assert decode(png(last=[long])).getpixel((5, 5)) == RED


def too_large(data, said="."):
    """Whether decoding is refused because of the size, in these words."""
    with pytest.raises(ImageError, match=said) as caught:
        decode(data, target=64)
    return caught.value.status == "too_large"


def progressive(size, scans):
    """A progressive JPEG with so many more scans, each without data."""
    data = saved(Image.new("RGB", size, RED), "JPEG", progressive=True)
    begin = [found.start() for found in re.finditer(rb"\xff\xda", data)][-1]
    scan = data[begin : begin + 2 + int.from_bytes(data[begin + 2 : begin + 4], "big")]
    return data[:-2] + (scan + b"\0") * scans + b"\xff\xd9"


@pytest.mark.parametrize(
    ("size", "scans"), [((64, 64), 501), ((400, 300), 20_000), ((3000, 3000), 490)]
)
def test_a_jpeg_of_too_many_scans_is_refused_at_once(size, scans):
    data, begin = progressive(size, scans), time.monotonic()
    assert too_large(data, r"scans of [\d,]+ pixels are not decoded")
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(("size", "scans"), [((64, 64), 400), ((400, 300), 100)])
def test_a_jpeg_of_many_scans_is_decoded_where_it_costs_little(size, scans):
    assert decode(progressive(size, scans)).size == size


def test_scans_of_thumbnails_and_of_pictures_behind_are_not_counted():
    thumbnail = progressive((8, 8), 300)
    parts = [thumbnail[at : at + 60_000] for at in range(0, len(thumbnail), 60_000)] * 3
    markers = b"".join(b"\xff\xed" + struct.pack(">H", len(part) + 2) + part for part in parts)
    data = paint(1, (40, 30))
    data = data[:2] + markers + data[2:] + thumbnail * 2
    assert data.count(b"\xff\xda") > decoding_limits.SCANS
    assert decode(data).size == (40, 30)


JPEG = paint(1, (40, 30))
GIF = paint(1, (40, 30), "GIF")
BEGIN = GIF.index(b"\x2c\0\0")
FLOODS = {
    "comments in a JPEG": JPEG[:2] + b"\xff\xfe\0\2" * 50_000 + JPEG[2:],
    "profiles in a JPEG": JPEG[:2] + b"\xff\xe2\0\x10ICC_PROFILE\0\1" * 50_000 + JPEG[2:],
    "chunks in a PNG": png(*[(b"abCd", b"")] * 50_000),
    "pixels in a PNG": png(last=[(b"IDAT", b"")] * 50_000),
    "comments in a GIF": GIF[:BEGIN] + b"\x21\xfe\1a\0" * 50_000 + GIF[BEGIN:],
}


@pytest.mark.parametrize("kind", FLOODS)
@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [("READS", 10_000, "more than 10,000 parts"), ("SECONDS", -1.0, "decoding took more than")],
)
def test_a_file_of_too_many_parts_is_refused(kind, monkeypatch, limit, value, said):
    monkeypatch.setattr(decoding_limits, limit, value)
    assert too_large(FLOODS[kind], said)


OTHERS = yaml.safe_load(Path(__file__).with_name("other_files.yaml").read_text("utf-8"))["others"]


@pytest.mark.parametrize(("begin", "what"), OTHERS)
def test_what_is_another_kind_of_file_is_called_by_its_name(begin, what):
    done = prepare("wga:1", begin.encode("latin-1"))
    assert (done.status, done.image) == ("unsupported", None)
    assert f"it is {what}" in str(done.error)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [13_000, 65_000])
def test_a_bomb_is_refused_by_what_its_header_says(side):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    assert too_large(b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b""))


def good():
    yield png(xmp(XMP, compressed=True), (b"iCCP", b"icc\0\0" + zlib.compress(PROFILE)))
    yield progressive((60, 50), 3)
    yield saved(Image.fromarray(np.full((8, 8), 40_000, np.uint16)), "TIFF")
    small = gradient((24, 16))
    grey = small.convert("L")
    exif = Image.Exif()
    exif[0x0112] = 6
    yield saved(small, "JPEG", exif=exif, icc_profile=gamma_profile(1.8))
    yield saved(small, "JPEG", progressive=True)
    yield saved(small.convert("CMYK"), "JPEG")
    yield saved(small, "MPO", save_all=True, append_images=[small])
    yield saved(small, icc_profile=gamma_profile(1.8), exif=exif)
    yield saved(small.convert("RGBA"))
    yield saved(small.quantize(16), transparency=3)
    yield saved(Image.fromarray(np.asarray(grey).astype(np.uint16) * 257))
    yield saved(small, save_all=True, append_images=[small.rotate(90)])
    for compression in ("raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits"):
        yield saved(small, "TIFF", compression=compression, icc_profile=gamma_profile(1.8))
    yield saved(small.convert("CMYK"), "TIFF")
    yield saved(Image.fromarray(np.asarray(grey, np.float32)), "TIFF")
    yield saved(small, "WEBP", lossless=True, exif=exif, icc_profile=gamma_profile(1.8))
    yield saved(small.convert("RGBA"), "WEBP")
    yield saved(small, "GIF", save_all=True, append_images=[small.rotate(90)])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(list(good())),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=6),
    st.floats(0.01, 1.3),
)
def test_whatever_the_bytes_are_an_image_has_a_status(data, changes, kept):
    damaged = bytearray(data)
    for where, piece in changes:
        at = int(where * (len(damaged) - 1))
        damaged[at : at + len(piece)] = piece
    prepared = prepare("x:1", bytes((damaged * 2)[: int(kept * len(damaged))]))
    assert prepared.status in {"ok", "corrupt", "unsupported", "too_large"}
    assert (prepared.error is None) == (prepared.image is not None) == (prepared.status == "ok")
    assert "\n" not in (prepared.error or "")
    if not changes and kept == 1:
        assert prepared.status == "ok"


def test_running_out_of_memory_is_one_images_failure(monkeypatch):
    def raises(*_, **__):
        raise MemoryError

    monkeypatch.setattr("catalog.images.decoding.Image.open", raises)
    assert prepare("wga:1", JPEG).status == "too_large"
    assert str(describe_failure(ValueError())) == "cannot be read: ValueError"
