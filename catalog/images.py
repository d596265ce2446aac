"""The one place that decodes an image: bounded, upright, sRGB."""

from __future__ import annotations

import io
import threading
import warnings
from contextlib import nullcontext
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from catalog.colours import to_srgb
from catalog.errors import ImageError

MAX_PIXELS = 150_000_000
"""Above this an image is refused (a decompression bomb, or a file for another tool)."""

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF")

DRAFT = 2
"""A JPEG is decoded at the smallest size that is at least this many times what is asked for.

Measured on paintings against decoding in full: 2.3 times as fast, values differ by 0.2 to 1 of 255
on average, which is less than a JPEG of quality 90 differs from its original (2.6).
"""

_LARGE_PIXELS = 20_000_000
_one_large = threading.Lock()
"""Threads decode large images one after another, so that memory has a bound."""

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")

# What Pillow has to say of odd files is on their rows. Not `catch_warnings`: threads share it.
warnings.filterwarnings("ignore", module=r"PIL\.")


def file_suffixes() -> frozenset[str]:
    """How names of files of these formats end, small letters and with the dot."""
    known = Image.registered_extensions().items()
    return frozenset(suffix for suffix, name in known if name in FORMATS)


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
    """Decode an image file to upright 8-bit sRGB, and tell what the file says of itself.

    Of several frames or pages the first is taken.

    Args:
        data: the bytes of the file.
        target: if given, the short side in pixels that the caller will scale to: a JPEG is then
            decoded at a reduced size of at least `DRAFT` times that (DCT scaling), much faster.

    Raises:
        ImageError: with status `corrupt`, `unsupported` or `too_large`; nothing else, whatever the
            bytes are.
    """
    try:
        return _decoded(data, target)
    except ImageError:
        raise
    except UnidentifiedImageError as error:
        if data.startswith(_BEGINNINGS):
            raise ImageError("corrupt", "cannot be decoded: its header is damaged") from error
        raise ImageError("unsupported", "not a JPEG, PNG, TIFF, WEBP or GIF image") from error
    except Image.DecompressionBombError as error:
        raise ImageError("too_large", f"more than {MAX_PIXELS:,} pixels") from error
    except MemoryError as error:
        raise ImageError("too_large", "there is not enough memory to decode it") from error
    except Exception as error:  # damaged bytes make Pillow's readers raise nearly anything
        raise ImageError("corrupt", f"cannot be decoded: {_line(error)}") from error


def _decoded(data: bytes, target: int | None) -> tuple[Image.Image, ImageFacts]:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    # MPO: a JPEG with further pictures behind it
    name = "JPEG" if image.format == "MPO" else image.format or ""
    facts = ImageFacts(name, image.width, image.height)
    if facts.width * facts.height > MAX_PIXELS:
        raise ImageError(
            "too_large", f"{facts.width} x {facts.height} pixels: more than {MAX_PIXELS:,}"
        )
    if target is not None:
        image.draft("RGB", (DRAFT * target, DRAFT * target))
    large = image.width * image.height > _LARGE_PIXELS
    with _one_large if large else nullcontext():
        image.load()
        turn = _UPRIGHT.get(_orientation(image) or 1)
        upright = to_srgb(image)
        return (upright if turn is None else upright.transpose(turn)), facts


def _orientation(image: Image.Image) -> int | None:
    """How the camera was held; damage in that block does not spoil the picture."""
    try:
        found = image.getexif().get(_ORIENTATION)
    except Exception:  # as above
        return None
    return found if isinstance(found, int) else None


def _line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
