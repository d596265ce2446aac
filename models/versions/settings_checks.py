"""Consistency checks of model settings from a file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.classifiers.calibration import NEVER
from models.config import BEYOND_IMAGES

if TYPE_CHECKING:
    from models.classifiers.calibration import Calibration
    from models.evidence.pool import Pool
    from models.versions.settings import ModelSettings

MOST_WORKS = 10**9
_ROUNDING = 1e-3
_PLAIN = ("majority", *BEYOND_IMAGES)
"""Kinds trained without resampling of images."""


def problems_of(settings: ModelSettings) -> Iterator[str]:
    """Yield problems that make settings invalid; only the first one is reliable."""
    if len(set(settings.styles)) != len(settings.styles):
        yield "a style occurs twice among the styles"
    for name in ("counts", "shares"):
        if (given := len(getattr(settings, name))) != len(settings.styles):
            yield f"{given} {name} for {len(settings.styles)} styles"
    total = sum(settings.counts)
    if not total:
        yield "its counts of training works are all zero"
    if total > MOST_WORKS:
        yield f"it counts more than {MOST_WORKS:,} training works"
    fitted = settings.calibration
    numbers = (fitted.temperature, fitted.accept_threshold, fitted.review_threshold)
    if fitted.temperature <= 0 or not all(math.isfinite(number) for number in numbers):
        yield "its temperature or thresholds are invalid"
    pixels = settings.preprocessing
    if pixels is not None and not (
        all(map(math.isfinite, (*pixels.mean, *pixels.std))) and all(pixels.std)
    ):
        yield "the mean or the deviation of its pixels is invalid"


def contradictions_in(settings: ModelSettings) -> Iterator[str]:
    """Yield contradictions that no training writes, although a model could be built."""
    if abs(sum(settings.shares) - 1) > _ROUNDING:
        yield "its shares of styles do not sum to one"
    for style, count, share in zip(settings.styles, settings.counts, settings.shares, strict=True):
        if (count > 0) != (share > 0):
            yield f"{count} training works but a share of {share} for {style[:40]!r}"
        if settings.config.kind in _PLAIN and abs(share - count / sum(settings.counts)) > _ROUNDING:
            yield f"the share of {style[:40]!r}, {share}, is not that of its training works"
    fitted: tuple[Calibration | Pool, ...] = (settings.calibration, *settings.pools.values())
    for thresholds in fitted:
        accept, review = thresholds.accept_threshold, thresholds.review_threshold
        if not (0 <= review <= NEVER and 0 <= accept <= NEVER):
            yield f"its thresholds, {accept} and {review}, are not confidences"
    if (pixels := settings.preprocessing) and pixels.image_size != settings.config.image_size:
        yield (
            f"its images are prepared at {pixels.image_size} pixels, but its network is made for "
            f"{settings.config.image_size}"
        )
    if settings.image is not None:
        yield from contradictions_in(settings.image)
