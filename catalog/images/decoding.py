"""Decoding of images: bounded, upright, sRGB. All decoding goes through here."""

from __future__ import annotations

import threading
import warnings
from contextlib import nullcontext
from dataclasses import dataclass

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from catalog.base.errors import ImageError
from catalog.base.file_kinds import BEGINNING, signature_of
from catalog.base.wording import one_line
from catalog.images import tiff
from catalog.images.colours import to_srgb
from catalog.images.decoding_limits import BoundedBytes, check_scans, without_texts

MAX_PIXELS = 150_000_000
"""Above this an image is refused (a decompression bomb, or a file for another tool)."""

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF")

DRAFT = 2
"""A JPEG is decoded at the smallest size that is at least this many times the target.

Measured on paintings against decoding in full: 2.3 times as fast, values differ by 0.2 to 1 of 255
on average, which is less than a JPEG of quality 90 differs from its original (2.6).
"""

_LARGE_PIXELS = 20_000_000
_one_large = threading.Lock()
"""Threads decode large images one after another, so that memory has a bound."""

_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
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
# Pillow's warnings end up on the rows of images. Not `catch_warnings`: threads share it.
warnings.filterwarnings("ignore", module=r"PIL\.")


def file_suffixes() -> frozenset[str]:
    """Return the file suffixes of these formats in lower case, with the dot."""
    known = Image.registered_extensions().items()
    return frozenset(suffix for suffix, name in known if name in FORMATS)


@dataclass(frozen=True)
class ImageFacts:
    """Format, and width and height in pixels, as stored in the file."""

    format: str
    width: int
    height: int


def decode(data: bytes, *, target: int | None = None) -> Image.Image:
    """Decode an image file to upright RGB; see `decode_with_facts`."""
    return decode_with_facts(data, target=target)[0]


def decode_with_facts(data: bytes, *, target: int | None = None) -> tuple[Image.Image, ImageFacts]:
    """Decode an image file to upright 8-bit sRGB; return its format and size too.

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
    except UnidentifiedImageError as error:
        if data.startswith(_BEGINNINGS):
            raise ImageError("corrupt", "cannot be decoded: its header is damaged") from error
        found = signature_of(data[:BEGINNING])
        other = f": it is {found}" if found else ""
        text = f"not a JPEG, PNG, TIFF, WEBP or GIF image{other}"
        raise ImageError("unsupported", text) from error
    except Exception as error:  # damaged bytes make Pillow's readers raise nearly anything
        raise describe_failure(error, "corrupt") from error


def describe_failure(error: Exception, status: str = "unreadable") -> ImageError:
    """Return what made an image fail as a status, by default this one, and one line."""
    if isinstance(error, ImageError):
        return error
    if isinstance(error, Image.DecompressionBombError):
        return ImageError("too_large", f"more than {MAX_PIXELS:,} pixels")
    if isinstance(error, MemoryError):
        return ImageError("too_large", "not enough memory to decode it")
    what = "cannot be decoded" if status == "corrupt" else "cannot be read"
    return ImageError(status, f"{what}: {one_line(error)}")


def _decoded(data: bytes, target: int | None) -> tuple[Image.Image, ImageFacts]:
    page = 0
    if data.startswith(tiff.SIGNATURES):
        with _one_large if len(data) > _LARGE_PIXELS else nullcontext():
            found = tiff.decode_tiff(BoundedBytes(data), MAX_PIXELS)
            if not isinstance(found, int):
                deep, width, height, orientation = found
                return _turned(to_srgb(deep), orientation), ImageFacts("TIFF", width, height)
        page = found
    image = Image.open(BoundedBytes(without_texts(data)), formats=FORMATS)
    if page:
        image.seek(page)
    # MPO: a JPEG with further pictures after it
    name = "JPEG" if image.format == "MPO" else image.format or ""
    facts = ImageFacts(name, *image.size)
    if isinstance(image, TiffImagePlugin.TiffImageFile):  # whose `size` is that after turning
        facts = ImageFacts(name, image.tag_v2[_WIDTH], image.tag_v2[_HEIGHT])
    if facts.width * facts.height > MAX_PIXELS:
        raise ImageError(
            "too_large", f"{facts.width} x {facts.height} pixels: more than {MAX_PIXELS:,}"
        )
    if name == "JPEG":
        check_scans(data, facts.width * facts.height)
    if target is not None:
        image.draft("RGB", (DRAFT * target, DRAFT * target))
    with _one_large if image.width * image.height > _LARGE_PIXELS else nullcontext():
        image.load()
        try:
            turned = image.getexif().get(_ORIENTATION)
        except Exception:  # damage in that block is ignored
            turned = None
        return _turned(to_srgb(image), turned), facts


def _turned(image: Image.Image, orientation: object) -> Image.Image:
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)
