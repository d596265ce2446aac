"""A 64-bit perceptual hash: similar for another scan or copy of the same picture.

The signs of the 64 lowest frequencies of the grey picture, relative to their median (Zauner 2010,
Implementation and Benchmarking of Perceptual Image Hash Functions, section 3.2.1; the bits are
those of the library ImageHash). Written out here since we need the frequencies themselves: a
picture with hardly any, such as an empty page or a dark sky, has bits that only noise decides, and
all such pictures look the same to the hash. It gets none.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

_SIDE = 32
_KEPT = 8
_NOISE = 1.0
"""A frequency this near to the median may fall on either side in another copy of the file.

In grey levels times 32, the orthonormal transform's unit. Rounding to whole grey levels moves a
frequency by about 0.3.
"""
_CLEAR_BITS = 48
"""With fewer clear bits of 64 there is no hash. Of 4,540 real artworks two have fewer; noise, plain
surfaces and gradients have up to 25."""

PARAMETERS = ("dct", _SIDE, _KEPT, _NOISE, _CLEAR_BITS)
"""The parameters that a hash depends on."""

_COSINES = np.cos(
    np.arange(_KEPT)[:, None] * (2 * np.arange(_SIDE) + 1) * np.pi / (2 * _SIDE)
) * np.sqrt(2 / _SIDE)
_COSINES[0] /= np.sqrt(2)
_COSINES = _COSINES.astype(np.float32)
"""The first rows of the orthonormal DCT-II matrix, `[_KEPT, _SIDE]`."""


def perceptual_hash(image: Image.Image) -> str | None:
    """Return the hash as 16 hexadecimal digits; None for a picture that is too plain."""
    small = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    low = (_COSINES @ np.asarray(small, np.float32) @ _COSINES.T).ravel()
    above = low - np.median(low)
    if np.count_nonzero(np.abs(above) > _NOISE) < _CLEAR_BITS:
        return None
    return np.packbits(above > 0).tobytes().hex()
