"""Conversion of images to 8-bit sRGB: depth, transparency, colour profile."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_MODE_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}


def to_srgb(image: Image.Image) -> Image.Image:
    """Convert an image to plain RGB in sRGB.

    Deeper images are scaled to 8 bits, transparency is composed on white, an embedded profile
    is applied. A profile that is broken, or of another mode than the image, is ignored.
    """
    profile = image.info.get("icc_profile")
    # Pillow's own conversion of deep grey would cut off what exceeds 255.
    if image.mode.startswith("I;16"):
        # 65,535 / 257 = 255
        image = Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    elif image.mode in {"I", "F"}:
        whites = (255, 65_535) if image.mode == "I" else (1, 255, 65_535)
        image = Image.fromarray(scale_to_white(np.asarray(image), whites))
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        image = white.convert("RGB")
    if isinstance(profile, bytes) or image.mode == "LAB":
        image = _follow(image, profile if isinstance(profile, bytes) else None)
    plain = image.convert("RGB")
    plain.info.clear()  # metadata of the original no longer applies
    return plain


def scale_to_white(samples: NDArray[Any], whites: Sequence[int]) -> NDArray[np.uint8]:
    """Scale samples to 8 bits by the first value of white that none exceeds, if there is one."""
    known = np.nan_to_num(samples.astype(np.float32), posinf=0, neginf=0)
    brightest = float(known.max(initial=0))
    white = next((white for white in whites if brightest <= white), brightest)
    return np.asarray(np.clip(known * np.float32(255 / white), 0, 255), np.uint8)


def _follow(image: Image.Image, profile: bytes | None) -> Image.Image:
    found = _transform(profile)
    # Grey and RGB are interchangeable; a CMYK or Lab profile applies to its own mode only.
    if found is None or (image.mode != found[0] and {image.mode, found[0]} & {"CMYK", "LAB"}):
        return image
    mode, transform = found
    try:
        return ImageCms.applyTransform(image.convert(mode), transform) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


@lru_cache(maxsize=16)
def _transform(profile: bytes | None) -> tuple[str, ImageCms.ImageCmsTransform] | None:
    """Return the mode of a profile (None: standard Lab) and the transform from it to sRGB.

    None if the profile is sRGB already or cannot be used.
    """
    try:
        source = (
            ImageCms.createProfile("LAB")
            if profile is None
            else ImageCms.getOpenProfile(io.BytesIO(profile)).profile
        )
        opened = ImageCms.ImageCmsProfile(source)
        if ImageCms.getProfileDescription(opened).startswith("sRGB"):
            return None
        mode = _MODE_OF_SPACE[source.xcolor_space.strip()]
        return mode, ImageCms.buildTransform(
            opened,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            # shared by threads
            ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOCACHE,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, KeyError):
        return None
