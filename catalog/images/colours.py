"""Conversion of images to 8-bit sRGB: depth, transparency, colour profile."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_MODE_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
_WHITES = (255, 65_535)
"""Values of white: the first that no integer sample exceeds applies; 1 for floats."""


def to_srgb(image: Image.Image) -> Image.Image:
    """Convert an image to plain RGB in sRGB.

    Deeper images are scaled to 8 bits, transparency is composed on white, an embedded profile
    is applied. A profile that is broken, or of another mode than the image, is ignored.
    """
    profile = image.info.get("icc_profile")
    image = _on_white(_eight_bits(image))
    if isinstance(profile, bytes) or image.mode == "LAB":
        image = _follow(image, profile if isinstance(profile, bytes) else None)
    plain = image.convert("RGB")
    plain.info.clear()  # metadata of the original no longer applies
    return plain


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale grey of 16 or 32 bits; Pillow's own conversion would cut off what exceeds 255."""
    if image.mode.startswith("I;16"):
        # 65,535 / 257 = 255
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    if image.mode not in {"I", "F"}:
        return image
    grey = np.nan_to_num(np.asarray(image, np.float32), posinf=0, neginf=0)
    brightest = float(grey.max(initial=0))
    whites = (1, *_WHITES) if image.mode == "F" else _WHITES
    white = next((white for white in whites if brightest <= white), brightest)
    return Image.fromarray(np.clip(grey * (255 / white), 0, 255).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return white.convert("RGB")


def _follow(image: Image.Image, profile: bytes | None) -> Image.Image:
    found = _transform(profile)
    if found is None:
        return image
    mode, transform = found
    # Grey and RGB are interchangeable; a CMYK or Lab profile applies to its own mode only.
    if image.mode != mode and {image.mode, mode} & {"CMYK", "LAB"}:
        return image
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
