"""Image transforms for training and prediction."""

from __future__ import annotations

import math
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor
from torch.nn import functional

from catalog.base.hashing import key_of
from catalog.images import decoding

Colour = tuple[float, float, float]

CROP_AREA = (0.4, 1.0)
CROP_RATIO = (3 / 4, 4 / 3)
CROP_TRIES = 10
FLIP_CHANCE = 0.5
_ABOUT_THE_UPRIGHT = 1
JITTER = 0.15
GREY = np.array([0.2989, 0.587, 0.114])
"""Weights of red, green and blue in the perceived brightness (ITU-R BT.601)."""
LOAD_SCALE = 5 / 3
"""Training images are kept at this multiple of the network's input, so that crops stay sharp."""


class Preprocessing(BaseModel):
    """Preprocessing of images for a network; predictions depend on it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_size: int = Field(ge=1)
    """Side of the square input, pixels."""
    resize: Literal["shorter-side", "squash"]
    """Scale the shorter side and crop the centre, or scale both, distorting shapes."""
    mean: Colour = (0.0, 0.0, 0.0)
    """Subtracted from red, green, blue in 0-1."""
    std: Colour = (1.0, 1.0, 1.0)
    """Then divided by, for each channel."""

    def fingerprint(self) -> str:
        """Hexadecimal SHA-256 of all settings: with equal ones equal images give equal input.

        Except for rounding: with another library or processor some values may be one or two of
        255 higher or lower.
        """
        return key_of(self.model_dump(mode="json"))

    def square(self, jpeg: bytes) -> Tensor:
        """Decode, scale and crop for evaluation, uint8 `[3, size, size]`.

        Raises:
            ImageError: if the bytes cannot be decoded.
        """
        size = self.image_size
        pixels = _planes(np.array(decoding.decode(jpeg, target=size)))
        if self.resize == "squash":
            return _resized(pixels, size, size)
        pixels = _with_shorter_side(pixels, size)
        top, left = ((side - size) // 2 for side in pixels.shape[-2:])
        return pixels[:, top : top + size, left : left + size]

    def normalise(self, pixels: Tensor) -> Tensor:
        """Normalise uint8 `[n, 3, h, w]` in 0-255 to float32 of the same shape."""
        n, _, height, width = pixels.shape
        mean, std = (
            torch.tensor(values, device=pixels.device).repeat(width)
            for values in (self.mean, self.std)
        )
        # channels last: convolutions take a quarter less time; in place: fewer allocations
        floats = pixels.to(torch.float32, memory_format=torch.channels_last)
        # a row of pixels at a time, not three numbers
        rows = floats.permute(0, 2, 3, 1).view(n, height, 3 * width)
        rows.mul_(1 / (255 * std)).sub_(mean / std)
        return floats


def load_for_crops(jpeg: bytes, image_size: int) -> Tensor:
    """Decode for training: uint8 `[3, h, w]`, shorter side at most 5/3 of the input, whole picture.

    Raises:
        ImageError: if the bytes cannot be decoded.
    """
    side = math.ceil(image_size * LOAD_SCALE)
    image = decoding.decode(jpeg, target=side)
    pixels = _planes(np.array(image))
    return _with_shorter_side(pixels, side) if min(image.size) > side else pixels


def augment(image: Tensor, size: int, rng: np.random.Generator) -> Tensor:
    """Augment an image: a random crop of 40-100 % of the area, random flip, colour jitter.

    All randomness comes from `rng`, so that results do not depend on threads. The image is uint8
    `[3, h, w]`, the result `[3, size, size]`.
    """
    top, left, height, width = crop_box(image.shape[-2], image.shape[-1], rng)
    picture = image.permute(1, 2, 0).numpy()[top : top + height, left : left + width]
    crop: Any = cv2.resize(picture, (size, size), interpolation=cv2.INTER_CUBIC)
    if rng.random() < FLIP_CHANCE:
        crop = cv2.flip(crop, _ABOUT_THE_UPRIGHT)
    brightness, contrast, saturation = rng.uniform(1 - JITTER, 1 + JITTER, 3).tolist()
    return _planes(recolour(crop, brightness, contrast, saturation))


def recolour(
    image: npt.NDArray[np.uint8], brightness: float, contrast: float, saturation: float
) -> npt.NDArray[np.uint8]:
    """Change brightness, contrast and saturation: each a factor, 1 leaves the image as it is.

    They blend the image with black, with its mean grey and with each pixel's grey, as
    torchvision does one by one; except for its clipping at 0 and 255 in between, the three are one
    linear map of the colours, the same in any order. The image and the result are `[h, w, 3]`.
    """
    scale = brightness * contrast
    change = np.empty((3, 4))
    change[:, :3] = scale * (1 - saturation) * GREY + scale * saturation * np.eye(3)
    change[:, 3] = brightness * (1 - contrast) * GREY @ cv2.mean(image)[:3]
    changed: Any = cv2.transform(image, change)
    return changed  # type: ignore[no-any-return]


def crop_box(height: int, width: int, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Draw top, left, height and width of a random crop, with Inception's areas and shapes.

    Source: Szegedy et al. 2015, Going deeper with convolutions, section 6.
    """
    for _ in range(CROP_TRIES):
        area = height * width * rng.uniform(*CROP_AREA)
        ratio = math.exp(rng.uniform(math.log(CROP_RATIO[0]), math.log(CROP_RATIO[1])))
        wide, high = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < wide <= width and 0 < high <= height:
            top = int(rng.integers(0, height - high + 1))
            left = int(rng.integers(0, width - wide + 1))
            return top, left, high, wide
    side = min(height, width)  # a very elongated image: its centre
    return (height - side) // 2, (width - side) // 2, side, side


def _with_shorter_side(pixels: Tensor, side: int) -> Tensor:
    """Scale uint8 `[3, h, w]` so that the shorter side is `side` pixels."""
    height, width = pixels.shape[-2:]
    scale = side / min(height, width)
    return _resized(pixels, max(side, round(height * scale)), max(side, round(width * scale)))


def _resized(pixels: Tensor, height: int, width: int) -> Tensor:
    """Scale uint8 `[3, h, w]` by Pillow's bicubic filter, in a quarter of Pillow's time.

    Few values differ from Pillow's, by 1 or 2 of 255.
    """
    size = (height, width)
    return functional.interpolate(pixels[None], size, mode="bicubic", antialias=True)[0]


def _planes(image: npt.NDArray[np.uint8]) -> Tensor:
    """`[h, w, 3]` as `[3, h, w]`, the colours of a pixel still side by side."""
    return torch.from_numpy(image).permute(2, 0, 1)
