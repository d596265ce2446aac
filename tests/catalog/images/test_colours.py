"""Conversion of image files to 8-bit sRGB."""

import io
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from catalog.base.errors import ImageError
from catalog.images.decoding import decode, decode_with_facts
from catalog.images.shards import prepare

RED, GREEN = (220, 30, 30), (30, 200, 40)


def saved(image, image_format="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def gradient(size=(64, 48)):
    across = np.linspace(0, 255, size[0])[None, :].repeat(size[1], 0)
    down = np.linspace(255, 0, size[1])[:, None].repeat(size[0], 1)
    return Image.fromarray(np.stack([across, down, (across + down) / 2], -1).astype(np.uint8))


def near(image, at, colour, tolerance):
    assert image.mode == "RGB"
    assert np.abs(np.array(image.getpixel(at)) - colour).max() <= tolerance


def profile(name):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


def gamma_profile(gamma, space=b"RGB "):
    """An ICC profile with sRGB's primaries (or grey) and a plain gamma."""
    xyz = {
        b"rXYZ": (0.4360747, 0.2225045, 0.0139322),
        b"gXYZ": (0.3850649, 0.7168786, 0.0971045),
        b"bXYZ": (0.1430804, 0.0606169, 0.7141733),
    }
    white = (0.9642, 1.0, 0.8249)

    def fixed(values):
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = {b"wtpt": b"XYZ " + bytes(4) + fixed(white)}
    if space == b"RGB ":
        tags |= {name: b"XYZ " + bytes(4) + fixed(value) for name, value in xyz.items()}
        tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    else:
        tags[b"kTRC"] = curve
    tags[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", 6) + b"gamma\0" + bytes(78)
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        padded = value + bytes(-len(value) % 4)
        table += name + struct.pack(">II", start + len(body), len(value))
        body += padded
    size = 128 + len(table) + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02100000, b"mntr", space, b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + fixed(white)
    return header.ljust(128, b"\0") + table + body


@pytest.mark.parametrize("bits", ["<u2", ">u2"])
@pytest.mark.parametrize("image_format", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_scaled(bits, image_format):
    values = np.linspace(0, 65_535, 256).round().astype(np.uint16).reshape(16, 16)
    image = Image.fromarray(values.astype(bits))
    decoded = np.asarray(decode(saved(image, image_format)))
    assert np.abs(decoded[..., 0].astype(int) - values // 257).max() <= 1
    assert decoded.min() == 0
    assert decoded.max() == 255


@pytest.mark.parametrize("depth", [16, 8])
def test_rgb_of_16_bits_is_scaled(depth):
    """Pillow writes none: a TIFF by hand, 2 x 1 pixels."""
    pixels = [(65_535, 32_896, 0), (0, 257, 65_535)]
    values = [value if depth == 16 else value >> 8 for pixel in pixels for value in pixel]
    data = struct.pack(f"<6{'H' if depth == 16 else 'B'}", *values)
    start = 8 + 2 + 12 * 9 + 4
    entries = [
        (256, 3, 1, 2),
        (257, 3, 1, 1),
        (258, 3, 3, start),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, start + 6),
        (277, 3, 1, 3),
        (278, 3, 1, 1),
        (279, 4, 1, len(data)),
    ]
    file = b"II*\0" + struct.pack("<IH", 8, len(entries))
    file += b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    file += struct.pack("<3H", depth, depth, depth) + data
    image = decode(file)
    near(image, (0, 0), (255, 128, 0), 1)
    near(image, (1, 0), (0, 1, 255), 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 127, 255]),
        ([0.0, 100.0, 255.0], [0, 100, 255]),
        ([-5.0, float("nan"), 65_535.0], [0, 0, 255]),
        ([0.0, 1e9, float("inf")], [0, 255, 0]),
        ([0.0, 0.0, 0.0], [0, 0, 0]),
    ],
)
def test_grey_of_fractions_is_scaled(values, expected):
    image = Image.fromarray(np.array([values], np.float32))
    assert np.asarray(decode(saved(image, "TIFF")))[0, :, 0].tolist() == expected


def test_grey_of_32_bits_is_scaled():
    image = Image.fromarray(np.array([[0, 32_768, 65_535]], np.int32))
    assert np.asarray(decode(saved(image, "TIFF")))[0, :, 0].tolist() == [0, 127, 255]


@pytest.mark.parametrize(
    ("image_format", "mode"),
    [
        ("PNG", "RGBA"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("TIFF", "RGBA"),
        ("TIFF", "LA"),
        ("WEBP", "RGBA"),
        ("GIF", "RGBA"),  # Pillow makes a palette of it
    ],
)
def test_what_is_transparent_is_white(image_format, mode):
    image = Image.new("RGBA", (8, 8), (100, 100, 100, 255))
    image.paste((0, 0, 0, 0), (4, 0, 8, 8))
    image = image.quantize(4) if mode == "P" else image.convert(mode)
    options = {"lossless": True} if image_format == "WEBP" else {}
    decoded = decode(saved(image, image_format, **options))
    near(decoded, (6, 4), (255, 255, 255), 1)
    near(decoded, (1, 4), (100, 100, 100), 1)


def test_half_transparent_is_half_white():
    near(decode(saved(Image.new("RGBA", (4, 4), (0, 0, 0, 128)))), (1, 1), (127, 127, 127), 1)


def test_a_colour_that_stands_for_transparent():
    grey = Image.new("L", (4, 4), 9)
    near(decode(saved(grey, transparency=9)), (1, 1), (255, 255, 255), 0)
    rgb = Image.new("RGB", (4, 4), RED)
    near(decode(saved(rgb, transparency=RED)), (1, 1), (255, 255, 255), 0)
    near(decode(saved(rgb, transparency=GREEN)), (1, 1), RED, 0)


@pytest.mark.parametrize("image_format", ["JPEG", "TIFF"])
def test_cmyk_with_and_without_adobes_inversion(image_format):
    """In JPEG 0 is full ink, as Adobe writes it; in TIFF it is none."""
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    near(decode(saved(image, image_format)), (8, 8), (255, 0, 0), 6)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_colour_profile_is_followed(image_format):
    options = {"quality": 100} if image_format == "JPEG" else {}
    options |= {"lossless": True} if image_format == "WEBP" else {}
    dark = Image.new("RGB", (16, 16), (128, 128, 128))
    data = saved(dark, image_format, icc_profile=gamma_profile(1.0), **options)
    near(decode(data), (8, 8), (188, 188, 188), 2)  # half the light is 188 in sRGB
    near(decode(saved(dark, image_format, **options)), (8, 8), (128, 128, 128), 1)
    assert "icc_profile" not in decode(data).info


def test_a_grey_profile_is_followed():
    data = saved(Image.new("L", (4, 4), 128), icc_profile=gamma_profile(1.0, b"GRAY"))
    near(decode(data), (1, 1), (188, 188, 188), 2)
    see_through = Image.new("LA", (4, 4), (128, 255))
    data = saved(see_through, icc_profile=gamma_profile(1.0, b"GRAY"))
    near(decode(data), (1, 1), (188, 188, 188), 2)


def test_srgb_is_left_as_it_is():
    image = gradient()
    assert decode(saved(image, icc_profile=profile("sRGB"))).tobytes() == image.tobytes()


@pytest.mark.parametrize(
    "broken",
    [
        b"nonsense",
        b"\0" * 200,
        gamma_profile(1.0)[:200],
        gamma_profile(1.0, b"GRAY")[:150],
        gamma_profile(1.0, b"CMYK"),
        gamma_profile(1.0, b"XYZ "),
        profile("LAB"),
    ],
    # A profile holds the time of its making: no name for a test that two processes must agree on.
    ids=["no profile", "zeros", "cut", "grey, cut", "CMYK", "XYZ", "Lab"],
)
def test_a_profile_that_cannot_be_used_is_ignored(broken):
    near(decode(saved(Image.new("RGB", (4, 4), RED), icc_profile=broken)), (1, 1), RED, 1)


def test_an_rgb_profile_in_a_cmyk_image_is_ignored():
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    data = saved(image, "TIFF", icc_profile=gamma_profile(1.0))
    near(decode(data), (8, 8), (255, 0, 0), 6)


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
    with pytest.raises(ImageError, match="cannot be decoded") as caught:
        decode(data[: len(data) // 2])
    assert caught.value.status == "corrupt"


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_is_taken(image_format):
    frames = [Image.new("RGB", (12, 12), colour) for colour in (RED, GREEN)]
    data = saved(frames[0], image_format, save_all=True, append_images=frames[1:])
    near(decode(data), (5, 5), RED, 12)


def test_a_jpeg_with_pictures_behind_it_is_a_jpeg():
    image = gradient((640, 480))
    data = saved(image, "MPO", save_all=True, append_images=[Image.new("RGB", (640, 480), RED)])
    decoded, facts = decode_with_facts(data, target=100)
    assert (facts.format, decoded.size) == ("JPEG", (320, 240))
    near(decoded, (160, 120), gradient((640, 480)).getpixel((320, 240)), 8)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_every_orientation_in_every_format(image_format, orientation):
    upright = gradient()
    turned = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for turn in turned[orientation]:
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = decode(saved(stored, image_format, exif=exif))
    assert decoded.size == upright.size
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
    assert (prepared.status, prepared.error) == (
        "too_large",
        "70000 x 2 pixels: too elongated",
    )


def files():
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
    st.sampled_from(list(files())),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6)), max_size=5),
    st.floats(0.01, 1),
)
def test_whatever_the_bytes_are_an_image_has_a_status(data, damages, kept):
    damaged = bytearray(data)
    for where, piece in damages:
        start = int(where * len(damaged))
        damaged[start : start + len(piece)] = piece
    prepared = prepare("x:1", bytes(damaged[: int(kept * len(damaged))]))
    assert prepared.status in {"ok", "corrupt", "unsupported", "too_large"}
    assert (prepared.error is None) == (prepared.image is not None) == (prepared.status == "ok")
    assert "\n" not in (prepared.error or "")
    if not damages and kept == 1:
        assert prepared.status == "ok"


@given(st.binary(max_size=300))
def test_any_bytes_have_a_status(data):
    assert prepare("x:1", data).status in {"corrupt", "unsupported"}
