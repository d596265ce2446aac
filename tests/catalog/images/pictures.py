"""Structured test images, and other copies of the same image."""

from __future__ import annotations

import io

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


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


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
