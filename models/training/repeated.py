"""Comparison of methods and settings over several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from catalog.base.errors import ModelError
from models.config import Method
from models.metrics.intervals import LEVEL, Estimate
from models.presets import LADDER, parse_settings

_START = ("model=", "pretrained=")


@dataclass(frozen=True)
class Variant:
    """A method and what differs from its preset."""

    name: str
    method: Method
    settings: Mapping[str, object]
    model: str | None = None
    """CLIP architecture, if it differs from that of the whole comparison."""
    pretrained: str | None = None
    """Likewise the weights to start from."""


def parse_variant(text: str) -> Variant:
    """Parse a variant of the command line: a method, then any number of NAME=VALUE.

    Besides settings, `model` and `pretrained` are allowed.

    Raises:
        ModelError: for another form, or an unknown setting.
    """
    words = text.split()
    start = dict(word.split("=", 1) for word in words[1:] if word.startswith(_START))
    settings = parse_settings([word for word in words[1:] if not word.startswith(_START)])
    for method in LADDER:
        if words[:1] == [method]:
            return Variant(" ".join(words), method, settings, **start)
    raise ModelError(f"unknown method in --variant '{text}': start with one of {', '.join(LADDER)}")


def mean_of(values: Sequence[float]) -> Estimate:
    """Return the mean over seeds, or of paired differences, with Student's 95 % interval.

    Args:
        values: one per seed, at least two.
    """
    numbers = np.asarray(values, np.float64)
    half = t.ppf((1 + LEVEL) / 2, len(numbers) - 1) * numbers.std(ddof=1) / len(numbers) ** 0.5
    mean = float(numbers.mean())
    return Estimate(mean, mean - float(half), mean + float(half))


def differences(values: Sequence[float], first: Sequence[float]) -> Estimate:
    """Return the mean paired difference to the first variant, by seed.

    Args:
        values: of a variant, by seed.
        first: of the variant that it is compared with, by the same seeds.
    """
    return mean_of((np.asarray(values) - np.asarray(first)).tolist())
