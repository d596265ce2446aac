"""The one place that decodes an image: bounded, upright, RGB."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from catalog.errors import ImageError

MAX_PIXELS = 150_000_000
"""Above this an image is refused (a decompression bomb, or a file for another tool)."""

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF")


@dataclass(frozen=True)
class ImageFacts:
    """What the file says of itself: format, and width and height in pixels as stored."""

    format: str
    width: int
    height: int


def decode(data: bytes, *, target: int | None = None) -> Image.Image:
    """Decode an image file to upright RGB; see `decode_with_facts`."""
    return decode_with_facts(data, target=target)[0]


def decode_with_facts(data: bytes, *, target: int | None = None) -> tuple[Image.Image, ImageFacts]:
    """Decode an image file to upright RGB, and tell what the file says of itself.

    Args:
        data: the bytes of the file.
        target: if given, the short side in pixels that the caller will scale to: a JPEG is then
            decoded at a reduced size of at least twice that (DCT scaling), which is much faster.

    Raises:
        ImageError: with status `corrupt`, `unsupported` or `too_large`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            facts = ImageFacts(image.format or "", image.width, image.height)
            if facts.width * facts.height > MAX_PIXELS:
                raise ImageError(
                    "too_large",
                    f"{facts.width} x {facts.height} pixels: more than {MAX_PIXELS:,}",
                )
            if target is not None:
                image.draft("RGB", (2 * target, 2 * target))
            image.load()
            return ImageOps.exif_transpose(image).convert("RGB"), facts
    except Image.DecompressionBombError as error:
        raise ImageError("too_large", str(error)) from error
    except UnidentifiedImageError as error:
        raise ImageError("unsupported", "not a JPEG, PNG, TIFF, WEBP or GIF image") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise ImageError("corrupt", f"cannot be decoded: {error}") from error
