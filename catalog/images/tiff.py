"""Decoding of TIFF layouts that Pillow does not support: planar, deep, white as zero.

Specification: TIFF revision 6.0 (Adobe, 1992); float samples and BigTIFF by its supplements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from PIL import Image

from catalog.base.errors import ImageError
from catalog.images.colours import scale_to_white

if TYPE_CHECKING:
    import tifffile
    from numpy.typing import NDArray

MAX_BYTES = 2 * 1024**3
"""Maximum bytes of an image's samples, decompressed."""
SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, LAB = 0, 1, 2, 3, 5, 6, 8
CHANNELS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, CMYK: 4}
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
_NAMES = {
    4: "mask",
    6: "YCbCr",
    8: "CIELab",
    9: "ICCLab",
    10: "ITULab",
    32803: "colour filter array of a camera",
    34892: "raw data of a camera",
}
_ORIENTATION, _INKS, _NUMBERS, _PROFILE = 274, 332, 339, 34675
_ASSOCIATED, _UNASSOCIATED = 1, 2
_REDUCED, _MASK = 1, 4
_SIXTEEN, _THIRTY_TWO = 16, 32
_PAGES = 8
"""Pages searched for one that is larger than a preceding thumbnail."""
_SAME_SHAPE = 0.02
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
_PLANAR_FOR_PILLOW = {(kind, 8) for kind in (RGB, CMYK, YCBCR, LAB)}
"""The same for planar channels, without extra ones."""


def decode_tiff(file: BinaryIO, max_pixels: int) -> tuple[Image.Image, int, int, int] | int:
    """Decode a TIFF, read from its start, that Pillow cannot decode correctly.

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
            width, height = page.imagewidth, page.imagelength
            if width * height > max_pixels:
                raise ImageError(
                    "too_large", f"{width} x {height} pixels: more than {max_pixels:,}"
                )
            if _is_for_pillow(page):
                return number
            orientation = _tag(page, _ORIENTATION, 1)
            orientation = orientation if isinstance(orientation, int) else 1
            return _decode_samples(page), width, height, orientation
    except NotImplementedError as error:
        raise ImageError("unsupported", f"a TIFF of an unsupported kind: {error}") from error
    except tifffile.TiffFileError as error:
        raise ImageError("corrupt", f"cannot be decoded: {error}") from error


def _picture(tiff: tifffile.TiffFile) -> tuple[int, tifffile.TiffPage]:
    """Find the first page, or the one of which it is a thumbnail."""
    pages: list[tuple[int, tifffile.TiffPage]] = []
    for number in range(_PAGES):  # no more: a hostile file may link its pages in a ring
        try:
            page = tiff.pages[number]
        except IndexError:
            break
        pages.append((number, page.aspage()))
    full = [one for one in pages if not one[1].subfiletype & (_REDUCED | _MASK)] or pages
    if not full:
        raise ImageError("corrupt", "the TIFF has no pages")
    first = full[0][1]
    alike = [one for one in full[1:] if _is_thumbnail(first, one[1])]
    return max([full[0], *alike], key=lambda one: one[1].imagewidth)


def _is_thumbnail(first: tifffile.TiffPage, page: tifffile.TiffPage) -> bool:
    """Return whether the first page, at most half as wide, may be a thumbnail of another."""
    if page.imagewidth < 2 * first.imagewidth or 0 in (first.imagewidth, first.imagelength):
        return False
    ratio = page.imagewidth * first.imagelength / (page.imagelength * first.imagewidth or 1)
    return abs(ratio - 1) < _SAME_SHAPE


def _is_for_pillow(page: tifffile.TiffPage) -> bool:
    """Return whether a page has a layout that Pillow decodes correctly."""
    bits, kind, samples = page.bitspersample, int(page.photometric), page.samplesperpixel
    if (
        _number_kind(page) != UNSIGNED
        or int(page.compression) not in _LIBTIFF
        or (page.parent.is_bigtiff and page.parent.byteorder == ">")
        or (kind == CMYK and _has_other_inks(page))
    ):
        return False
    if _is_planar(page):
        return (kind, bits) in _PLANAR_FOR_PILLOW and samples == CHANNELS.get(kind, 3)
    known_bits, known_samples = _FOR_PILLOW.get(kind, ((), ()))
    return bits in known_bits and samples in known_samples


def _tag(page: tifffile.TiffPage, number: int, default: Any = None) -> Any:
    tag = page.tags.get(number)
    return default if tag is None else tag.value


def _is_planar(page: tifffile.TiffPage) -> bool:
    return page.samplesperpixel > 1 and int(page.planarconfig) != 1


def _has_other_inks(page: tifffile.TiffPage) -> bool:
    """Return whether the channels of a page are inks other than cyan, magenta, yellow and black."""
    return bool(_tag(page, _INKS, 1) != 1)


def _number_kind(page: tifffile.TiffPage) -> int:
    """Return the TIFF sample format: unsigned, float, ...; 0 if the channels differ."""
    value = _tag(page, _NUMBERS, 1)
    kinds = set(value) if isinstance(value, tuple) else {value}
    return int(kinds.pop()) if len(kinds) == 1 else 0


def _decode_samples(page: tifffile.TiffPage) -> Image.Image:
    """Decode the samples of a page; its colour profile, if any, is in `info`."""
    _require_supported(page)
    try:
        stored: NDArray[Any] = page.asarray(maxworkers=1)
    except ValueError as error:
        if "not supported" in str(error) or "requires" in str(error):
            raise _unsupported(page, str(error)) from error
        raise
    height, width, samples = page.imagelength, page.imagewidth, page.samplesperpixel
    if _is_planar(page):
        stored = np.moveaxis(stored.reshape(samples, height, width), 0, -1)
    else:
        stored = stored.reshape(height, width, samples)
    kind = int(page.photometric)
    if kind == PALETTE:
        if page.colormap is None or _number_kind(page) != UNSIGNED:
            raise _unsupported(page, "a palette without colours")
        palette = (page.colormap // 257).astype(np.uint8).T
        image = Image.fromarray(palette[np.minimum(stored[..., 0], len(palette) - 1)])
    else:
        stored = _eight_bits(stored, page.bitspersample, _number_kind(page))
        if kind == WHITE_IS_ZERO:
            stored[..., 0] = 255 - stored[..., 0]
        channels = CHANNELS.get(kind, 1)
        colours = _on_white(page, stored, channels)
        image = Image.fromarray(colours if channels > 1 else colours[..., 0])
        if kind == CMYK:
            image = Image.fromarray(colours, "CMYK")
    profile = _tag(page, _PROFILE)
    if isinstance(profile, bytes):
        image.info["icc_profile"] = profile
    return image


def _require_supported(page: tifffile.TiffPage) -> None:
    kind, numbers, bits = int(page.photometric), _number_kind(page), page.bitspersample
    if kind != PALETTE and page.samplesperpixel < CHANNELS.get(kind, 1_000):
        raise _unsupported(page, _NAMES.get(kind, f"photometric interpretation {kind}"))
    is_deep = numbers == SIGNED and bits == _THIRTY_TWO
    if not isinstance(bits, int) or (numbers not in {UNSIGNED, FLOAT} and not is_deep):
        raise _unsupported(page, "signed, complex or mixed numbers")
    if kind == CMYK and _has_other_inks(page):
        raise _unsupported(page, "inks other than CMYK")
    size = page.imagewidth * page.imagelength * page.samplesperpixel * bits // 8
    if size > MAX_BYTES:
        raise ImageError("too_large", f"{size:,} bytes of pixels: more than {MAX_BYTES:,}")


def _unsupported(page: tifffile.TiffPage, why: str) -> ImageError:
    apart = ", planes apart" if _is_planar(page) else ""
    layout = f"{page.samplesperpixel} channels of {page.bitspersample} bits{apart}"
    return ImageError("unsupported", f"a TIFF of an unsupported kind: {why} ({layout})")


def _eight_bits(found: NDArray[Any], bits: int, numbers: int) -> NDArray[np.uint8]:
    if numbers == UNSIGNED and bits == _SIXTEEN:
        # 65,535 / 257 = 255, without the memory that floats would need
        return np.asarray(found // 257, np.uint8)
    if numbers == UNSIGNED and bits < _SIXTEEN:
        scaled = np.rint(found.astype(np.float32) * np.float32(255 / (2**bits - 1)))
        return np.asarray(scaled, np.uint8)
    return scale_to_white(found, (1, 255, 65_535) if numbers == FLOAT else (255, 65_535, 2**32 - 1))


def _on_white(
    page: tifffile.TiffPage, stored: NDArray[np.uint8], channels: int
) -> NDArray[np.uint8]:
    """Compose transparency on white; further channels are dropped."""
    colours, extra = stored[..., :channels], [int(kind) for kind in page.extrasamples]
    if channels == CHANNELS[CMYK] or not extra or extra[0] not in {_ASSOCIATED, _UNASSOCIATED}:
        return np.ascontiguousarray(colours)
    alpha = stored[..., channels : channels + 1].astype(np.float32) / 255
    own = colours if extra[0] == _ASSOCIATED else colours * alpha
    return np.clip(np.rint(own + 255 * (1 - alpha)), 0, 255).astype(np.uint8)
