"""Predicts styles from what a catalog states about artworks, without looking at images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.facts.calibration import Scaling, calibrate
from models.facts.features import Encoding, fact_pattern, hide
from models.facts.trees import Trees

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FactsClassifier:
    """Gradient-boosted trees over facts, calibrated by which facts are known.

    Attributes:
        styles: in the order of the columns of what is predicted.
        encoding: how facts become features.
        trees: what scores the features.
        scalings: how scores become probabilities, per pattern of known facts.
    """

    styles: tuple[str, ...]
    encoding: Encoding
    trees: Trees
    scalings: Mapping[str, Scaling]

    def log_probabilities(self, table: pa.Table) -> Floats:
        """Calibrated log-probabilities `[n, styles]`; the probabilities of a row sum to one.

        Args:
            table: with `features.COLUMNS`.
        """
        scores = self.trees.raw_scores(self.encoding.encode(table))
        return calibrate(scores, fact_pattern(table), self.scalings)

    def without(self, table: pa.Table, group: str) -> Floats:
        """What would be predicted if one fact were not known `[n, styles]`.

        The difference to `log_probabilities` tells how much that fact mattered.

        Args:
            table: with `features.COLUMNS`.
            group: one of `features.GROUPS`.
        """
        return self.log_probabilities(hide(table, group))
