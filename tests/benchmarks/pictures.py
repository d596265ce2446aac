"""Images like those that museums' sites serve."""

import io

from PIL import Image

from tests.catalog.images.pictures import jpeg, painting

SIZE = (1173, 1500)
TYPICAL_BYTES = 285_000
"""Of an image of that size as the Web Gallery of Art serves it."""


def heavy(image: Image.Image) -> bytes:
    quality = 95
    while len(data := jpeg(image, quality)) > TYPICAL_BYTES:
        quality -= 2
    return data


def small(seed: int) -> bytes:
    """A small file: reading and decoding it is not what is measured."""
    buffer = io.BytesIO()
    painting(seed, (320, 256)).save(buffer, "JPEG")
    assert len(buffer.getvalue()) < TYPICAL_BYTES
    return buffer.getvalue()
