"""Batch samplers: balanced over styles, or shuffled."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from models.arrays import Floats

Weighting = Literal["uniform", "square-root"]


class BalancedBatchSampler:
    """Sampler of balanced batches: P styles with K artworks each.

    A style is drawn by its number of artworks, never by its place in the vocabulary: `uniform`
    takes P different styles with equal probability; `square-root` draws P times by the square root
    of a style's size, so that a large style may come twice, with 2 K artworks. A style with too few
    artworks repeats them, all equally often, give or take one. With fewer than P styles a
    uniform batch has them all.
    """

    def __init__(
        self,
        labels: Sequence[int] | npt.NDArray[np.int64],
        *,
        styles_per_batch: int,
        works_per_style: int,
        weighting: Weighting = "uniform",
        seed: int = 0,
    ) -> None:
        """Sort the artworks by style, `[n]`; seed and epoch together determine all batches."""
        labels = np.asarray(labels, np.int64)
        self._present, sizes = np.unique(labels, return_counts=True)
        self._works = [np.flatnonzero(labels == style) for style in self._present]
        self._repeat = weighting == "square-root"
        weights = np.sqrt(sizes) if self._repeat else np.ones(len(sizes))
        self._chances = weights / weights.sum()
        self._draws = styles_per_batch if self._repeat else min(styles_per_batch, len(sizes))
        self._each, self._seed = works_per_style, seed
        self._batches = math.ceil(len(labels) / (self._draws * works_per_style))

    def __len__(self) -> int:
        """Return the number of batches in an epoch: at least as many images as artworks."""
        return self._batches

    def epoch(self, number: int) -> Iterator[list[int]]:
        """Yield the batches of an epoch, each a list of positions; reproducible by number."""
        rng = np.random.default_rng((self._seed, number))
        for _ in range(self._batches):
            drawn = rng.choice(len(self._works), self._draws, self._repeat, self._chances)
            batch: list[int] = []
            for style, times in zip(*np.unique(drawn, return_counts=True), strict=True):
                works, count = self._works[style], int(times) * self._each
                orders = [rng.permutation(works) for _ in range(math.ceil(count / len(works)))]
                batch += np.concatenate(orders)[:count].tolist()
            yield batch

    def shares(self, styles: int) -> Floats:
        """Return the share of each style among all images sampled, `[styles]`; their sum is 1."""
        shares = np.zeros(styles)
        shares[self._present] = self._chances
        return shares


class ShuffledBatchSampler:
    """Shuffled batches: every artwork once an epoch; the last batch may be smaller."""

    def __init__(
        self, labels: Sequence[int] | npt.NDArray[np.int64], *, batch_size: int, seed: int = 0
    ) -> None:
        """Set the artworks' styles, `[n]`, and the seed of the order."""
        self._labels = np.asarray(labels, np.int64)
        self._batch_size, self._seed = batch_size, seed

    def __len__(self) -> int:
        """Batches in an epoch."""
        return math.ceil(len(self._labels) / self._batch_size)

    def epoch(self, number: int) -> Iterator[list[int]]:
        """Yield the batches of an epoch, each a list of positions; reproducible by number."""
        works = len(self._labels)
        order = np.random.default_rng((self._seed, number)).permutation(works)
        for start in range(0, works, self._batch_size):
            yield order[start : start + self._batch_size].tolist()

    def shares(self, styles: int) -> Floats:
        """Return the share of each style among all images sampled, `[styles]`; their sum is 1."""
        return np.bincount(self._labels, minlength=styles) / len(self._labels)


BatchSampler = BalancedBatchSampler | ShuffledBatchSampler
