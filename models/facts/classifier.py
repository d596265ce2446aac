"""Predicts styles from what a catalog states about artworks, without looking at images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from catalog.errors import ModelError
from models.facts.features import Encoding, fact_pattern, hide
from models.facts.trees import Trees

Floats = npt.NDArray[np.float64]
Temperature = Annotated[float, Field(gt=0)]


class FactsSettings(BaseModel):
    """What a facts classifier is made of beside its trees: from a file that is not trusted."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    encoding: Encoding = Field(description="Categories and words that it knows.")
    temperatures: dict[str, Temperature] = Field(description="By pattern of known facts.")


@dataclass(frozen=True)
class FactsClassifier:
    """Gradient-boosted trees over facts, calibrated by which facts are known.

    Attributes:
        styles: in the order of the columns of what is predicted.
        encoding: how facts become features.
        trees: what scores the features.
        temperatures: what scores are divided by, per pattern of known facts; 1 for others.
    """

    styles: tuple[str, ...]
    encoding: Encoding
    trees: Trees
    temperatures: Mapping[str, float]

    def settings(self) -> FactsSettings:
        """Return all but the trees, as `build` takes it."""
        return FactsSettings(encoding=self.encoding, temperatures=dict(self.temperatures))

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """Return the trees as arrays by name, as `build` takes them."""
        return self.trees.tensors()

    @classmethod
    def build(
        cls,
        styles: tuple[str, ...],
        settings: FactsSettings,
        tensors: Mapping[str, npt.NDArray[Any]],
    ) -> FactsClassifier:
        """Build the classifier that settings and arrays describe.

        Raises:
            ModelError: if the arrays are no trees over such facts and styles.
        """
        trees = Trees.from_tensors(tensors, settings.encoding.width)
        if len(trees.baseline) != len(styles):
            raise ModelError(f"the trees score {len(trees.baseline)} styles, not {len(styles)}")
        return cls(styles, settings.encoding, trees, settings.temperatures)

    def log_probabilities(self, table: pa.Table) -> Floats:
        """Calibrated log-probabilities `[n, styles]`; the probabilities of a row sum to one.

        Args:
            table: with `features.COLUMNS`.
        """
        scores = self.trees.raw_scores(self.encoding.encode(table))
        return calibrated(scores, fact_pattern(table), self.temperatures)

    def without(self, table: pa.Table, group: str) -> Floats:
        """What would be predicted if one fact were not known `[n, styles]`.

        The difference to `log_probabilities` tells how much that fact mattered.

        Args:
            table: with `features.COLUMNS`.
            group: one of `features.GROUPS`.
        """
        return self.log_probabilities(hide(table, group))


def calibrated(
    scores: Floats, patterns: npt.NDArray[np.str_], temperatures: Mapping[str, float]
) -> Floats:
    """Log-probabilities `[n, styles]` of scores, over the temperature of each row's pattern.

    Args:
        scores: before softmax `[n, styles]`.
        patterns: of known facts `[n]`.
        temperatures: per pattern; 1 for one that is not there.
    """
    names, where = np.unique(patterns, return_inverse=True)
    scale = np.array([temperatures.get(str(name), 1.0) for name in names], np.float64)
    scaled = scores / scale[where, None]
    scaled = scaled - scaled.max(axis=1, keepdims=True, initial=-np.inf)
    logs: Floats = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
    return logs
