"""The one place that decodes an image: bounded, upright, RGB."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from catalog.errors import ImageError

MAX_PIXELS = 150_000_000
"""Above this an image is refused (a decompression bomb, or a file for another tool)."""

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF")


def decode(data: bytes, *, target: int | None = None) -> Image.Image:
    """Decode an image file to upright RGB.

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
            if image.width * image.height > MAX_PIXELS:
                raise ImageError(
                    "too_large",
                    f"{image.width} x {image.height} pixels: more than {MAX_PIXELS:,}",
                )
            if target is not None:
                image.draft("RGB", (2 * target, 2 * target))
            image.load()
            return ImageOps.exif_transpose(image).convert("RGB")
    except ImageError:
        raise
    except Image.UnidentifiedImageError as error:
        raise ImageError("unsupported", "not a JPEG, PNG, TIFF, WEBP or GIF image") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ImageError("corrupt", f"cannot be decoded: {error}") from error
