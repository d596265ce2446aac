"""Estimate of the duration of a first nightly run's training and evaluation."""

from __future__ import annotations

import time

import torch
from torch import nn

from catalog.datasets.dataset import ALL_PERIODS
from catalog.datasets.examples import labelled_artworks, works_of
from catalog.storage.store import Store
from models.config import Preset

_COSTS: dict[Preset, tuple[float, float]] = {"standard": (46.0, 0.27), "quick": (28.0, 0.11)}
"""Seconds on the reference machine for all models, plus seconds for each labelled image."""
_FACTS_SECONDS, _SECONDS_OF_FACTS = 15.0, 0.0023
"""The same without images; the second for each labelled artwork."""
_REFERENCE_SECONDS = 0.0135
"""Seconds of `_time_one_step` there: one core of a server of 2024, otherwise idle."""
_MEASURED_SECONDS = 0.5


def estimate(home: Store, preset: Preset) -> str:
    """Describe the training data of the default models in a home, and the estimated duration.

    Measures this machine under its present load for half a second. The splits are up to date.
    """
    scheme = ALL_PERIODS.schemes[0]
    artworks = labelled_artworks(home, scheme, *ALL_PERIODS.parts).num_rows
    images = works_of(home, scheme, *ALL_PERIODS.parts).num_rows
    seconds = reference_seconds(artworks, images, preset) * _time_one_step() / _REFERENCE_SECONDS
    data = f"{artworks:,} labelled artworks, {images:,} of them with an image"
    return f"training and evaluation on {data} take {in_words(seconds)}"


def reference_seconds(artworks: int, images: int, preset: Preset) -> float:
    """Return the seconds that training and evaluation take on the reference machine."""
    fixed, each_image = _COSTS[preset] if images else (_FACTS_SECONDS, 0.0)
    return fixed + each_image * images + _SECONDS_OF_FACTS * artworks


def in_words(seconds: float) -> str:
    """Format a duration as an estimate: `about 80 s`, `about 4 min`."""
    if seconds < 95:  # noqa: PLR2004 - above it minutes are as precise
        return f"about {max(10, round(seconds, -1)):.0f} s"
    if seconds < 7200:  # noqa: PLR2004
        return f"about {seconds / 60:.0f} min"
    return f"about {seconds / 3600:.1f} h"


def _time_one_step() -> float:
    """Return the mean seconds of a step of training a small convolutional network."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # several threads wait for each other on a busy machine
    network = nn.Sequential(nn.Conv2d(3, 32, 3, stride=2), nn.ReLU(), nn.Conv2d(32, 32, 3))
    images = torch.zeros(8, 3, 96, 96)
    network(images).sum().backward()  # the first step allocates
    began, steps = time.monotonic(), 0
    while time.monotonic() - began < _MEASURED_SECONDS:
        network(images).sum().backward()
        steps += 1
    torch.set_num_threads(threads)
    return (time.monotonic() - began) / steps
