"""Decoding of TIFF layouts that Pillow does not support: planar, deep, white as zero.

Specification: TIFF revision 6.0 (Adobe, 1992); float samples and BigTIFF by its supplements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from catalog.base.errors import ImageError
from catalog.images.tiff_samples import (
    BLACK_IS_ZERO,
    CHANNELS,
    CMYK,
    LAB,
    PALETTE,
    RGB,
    UNSIGNED,
    WHITE_IS_ZERO,
    YCBCR,
    decode_samples,
    has_other_inks,
    number_kind,
)

if TYPE_CHECKING:
    import tifffile
    from PIL import Image

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_LIBTIFF = {1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 34925, 50000}
"""Compressions that the libtiff in Pillow has: CCITT, LZW, JPEG, deflate, PackBits, LZMA, ZSTD."""
_FOR_PILLOW = {
    WHITE_IS_ZERO: ((1, 2, 4, 8), (1,)),
    BLACK_IS_ZERO: ((1, 2, 4, 8, 16), (1,)),
    RGB: ((8, 16), (3, 4)),
    PALETTE: ((1, 2, 4, 8), (1,)),
    CMYK: ((8, 16), (4,)),
    YCBCR: ((8,), (3,)),
    LAB: ((8,), (3,)),
}
"""Bits and numbers of interleaved channels that Pillow decodes correctly."""
_APART_FOR_PILLOW = {(kind, 8) for kind in (RGB, CMYK, YCBCR, LAB)}
"""The same for planar channels, without extra ones."""
_REDUCED, _MASK = 1, 4
_ORIENTATION = 274
_PAGES = 8
"""Pages searched for one that is larger than a preceding thumbnail."""
_SAME_SHAPE = 0.02


def decode_tiff(file: BinaryIO, max_pixels: int) -> tuple[Image.Image, int, int, int] | int:
    """Decode a TIFF that Pillow cannot decode correctly.

    Args:
        file: at its start.
        max_pixels: an image of more is refused.

    Returns:
        The image of 8 bits a channel, with its colour profile, if any, in `info`; width and height
        as stored; the EXIF orientation. Or, for Pillow, the number of the page that is the picture.

    Raises:
        ImageError: `unsupported` with the layout, `too_large`, or `corrupt`.
    """
    import tifffile  # noqa: PLC0415 - takes a moment to import, and most catalogs hold no TIFF

    try:
        with tifffile.TiffFile(file) as tiff:
            number, page = _picture(tiff)
            if page.imagewidth * page.imagelength > max_pixels:
                raise ImageError(
                    "too_large",
                    f"{page.imagewidth} x {page.imagelength} pixels: more than {max_pixels:,}",
                )
            if _is_for_pillow(page):
                return number
            image = decode_samples(page)
            tag = page.tags.get(_ORIENTATION)
            orientation = tag.value if tag is not None and isinstance(tag.value, int) else 1
            return image, page.imagewidth, page.imagelength, orientation
    except NotImplementedError as error:
        raise ImageError("unsupported", f"a TIFF of an unsupported kind: {error}") from error
    except tifffile.TiffFileError as error:
        raise ImageError("corrupt", f"cannot be decoded: {error}") from error


def _picture(tiff: tifffile.TiffFile) -> tuple[int, tifffile.TiffPage]:
    """Find the first page, or the one of which it is a thumbnail."""
    pages = [(number, _full(tiff, number)) for number in range(min(_PAGES, _count(tiff)))]
    full = [one for one in pages if not one[1].subfiletype & (_REDUCED | _MASK)] or pages
    if not full:
        raise ImageError("corrupt", "the TIFF has no pages")
    first = full[0]
    alike = [one for one in full if _has_same_shape(one[1], first[1])]
    return max(alike, key=lambda one: one[1].imagewidth) if alike else first


def _count(tiff: tifffile.TiffFile) -> int:
    """Count pages up to the searched number: a hostile file may link them in a ring."""
    for number in range(_PAGES):
        try:
            tiff.pages[number]
        except IndexError:
            return number
    return _PAGES


def _full(tiff: tifffile.TiffFile, number: int) -> tifffile.TiffPage:
    page = tiff.pages[number]
    return page.aspage()


def _has_same_shape(page: tifffile.TiffPage, first: tifffile.TiffPage) -> bool:
    """Return whether the first page, at most half as wide, may be a thumbnail of this one."""
    if page is first:
        return True
    if page.imagewidth < 2 * first.imagewidth or 0 in (first.imagewidth, first.imagelength):
        return False
    ratio = page.imagewidth * first.imagelength / (page.imagelength * first.imagewidth or 1)
    return abs(ratio - 1) < _SAME_SHAPE


def _is_for_pillow(page: tifffile.TiffPage) -> bool:
    """Return whether a page has a layout that Pillow decodes correctly."""
    bits, kind, samples = page.bitspersample, int(page.photometric), page.samplesperpixel
    if number_kind(page) != UNSIGNED or int(page.compression) not in _LIBTIFF:
        return False
    if page.parent.is_bigtiff and page.parent.byteorder == ">":
        return False
    if kind == CMYK and has_other_inks(page):
        return False
    if samples > 1 and int(page.planarconfig) != 1:
        return (kind, bits) in _APART_FOR_PILLOW and samples == CHANNELS.get(kind, 3)
    known_bits, known_samples = _FOR_PILLOW.get(kind, ((), ()))
    return bits in known_bits and samples in known_samples
