"""Structured test images, and other copies of the same image."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image, ImageEnhance


def painting(seed: int, size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Patches of colour, large and small, as a painting has them."""
    rng = np.random.default_rng(seed)
    pixels = np.full((size[1], size[0], 3), 110.0)
    for step, strength in ((80, 45), (30, 30), (12, 20), (4, 12), (2, 6)):
        patches = rng.normal(0, strength, (size[1] // step + 2, size[0] // step + 2, 3))
        patches += rng.normal(0, strength, patches.shape[:2])[..., None]
        for channel in range(3):
            layer = Image.fromarray(patches[..., channel].astype(np.float32))
            pixels[..., channel] += np.asarray(layer.resize(size, Image.Resampling.BICUBIC))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def saved(image: Image.Image, image_format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    return saved(image.convert("RGB"), "JPEG", quality=quality)


def gradient(size: tuple[int, int] = (64, 48)) -> Image.Image:
    across = np.linspace(0, 255, size[0])[None, :].repeat(size[1], 0)
    down = np.linspace(255, 0, size[1])[:, None].repeat(size[0], 1)
    return Image.fromarray(np.stack([across, down, (across + down) / 2], -1).astype(np.uint8))


def gamma_profile(gamma: float, space: bytes = b"RGB ") -> bytes:
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


def half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


def trimmed(image: Image.Image, share: float) -> Image.Image:
    """Without that share of each side at each edge."""
    across, down = int(image.width * share), int(image.height * share)
    return image.crop((across, down, image.width - across, image.height - down))


COPIES = {
    "smaller": half,
    "compressed again": lambda image: Image.open(io.BytesIO(jpeg(image, 40))),
    "grey": lambda image: image.convert("L"),
    "lighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "less contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.7),
    "trimmed": lambda image: trimmed(image, 0.01),
}
"""What happens to a picture on its way from one catalog to another."""
