"""Comparison of methods and settings over several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import sem, t

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
    pretrained: str | None = None
    """Architecture and first weights of its CLIP, if they differ from the whole comparison's."""


def parse_variant(text: str) -> Variant:
    """Parse a variant of the command line: a method, then settings, `model=` or `pretrained=`.

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
    """Return the mean over seeds, at least two, with Student's 95 % interval."""
    numbers = np.asarray(values, np.float64)
    half = float(t.ppf((1 + LEVEL) / 2, len(numbers) - 1) * sem(numbers))
    mean = float(numbers.mean())
    return Estimate(mean, mean - half, mean + half)


def differences(values: Sequence[float], first: Sequence[float]) -> Estimate:
    """Return the mean paired difference to the first variant, by seed."""
    return mean_of((np.asarray(values) - np.asarray(first)).tolist())
