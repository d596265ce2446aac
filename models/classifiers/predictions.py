"""Predictions of an image classifier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.arrays import Floats


@dataclass(frozen=True)
class Predictions:
    """Calibrated probabilities of artworks, in the order in which they were given."""

    styles: tuple[str, ...]
    probabilities: Floats
    """`[n, styles]`, rounded to 4 decimals."""

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """Index of each artwork's most likely style, the first of equals, `[n]`."""
        labels: npt.NDArray[np.int64] = self.probabilities.argmax(1)
        return labels

    @property
    def names(self) -> list[str]:
        """Each artwork's most likely style."""
        return [self.styles[label] for label in self.labels]

    @property
    def confidence(self) -> Floats:
        """Probability of each artwork's most likely style, `[n]`."""
        highest: Floats = self.probabilities.max(1, initial=0.0)
        return highest

    def top(self, row: int, count: int = 3) -> list[tuple[str, float]]:
        """Return an artwork's most likely styles with their probabilities, most likely first."""
        order = np.argsort(-self.probabilities[row], kind="stable")[:count]
        return [(self.styles[style], float(self.probabilities[row, style])) for style in order]
