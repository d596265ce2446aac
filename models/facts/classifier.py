"""The facts classifier: predicts styles from catalog facts, without images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from catalog.base.errors import ModelError
from models.arrays import Floats
from models.facts.calibration import Scaling, calibrate
from models.facts.features import FactEncoding, fact_pattern
from models.facts.trees import Trees


class FactsSettings(BaseModel):
    """Settings of a facts classifier beside its trees, validated as they come from a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    encoding: FactEncoding = Field(description="Categories and words that it knows.")
    scalings: dict[str, Scaling] = Field(description="By pattern of known facts.")


@dataclass(frozen=True)
class FactsClassifier:
    """Gradient-boosted trees over facts, calibrated by which facts are known.

    Attributes:
        styles: in the order of the columns of predictions.
        encoding: how facts become features.
        trees: that score the features.
        scalings: how scores become probabilities, per pattern of known facts.
    """

    styles: tuple[str, ...]
    encoding: FactEncoding
    trees: Trees
    scalings: Mapping[str, Scaling]

    @classmethod
    def build(
        cls,
        styles: tuple[str, ...],
        settings: FactsSettings,
        tensors: Mapping[str, npt.NDArray[Any]],
    ) -> FactsClassifier:
        """Build the classifier that settings and arrays describe.

        Raises:
            ModelError: if the arrays are not trees over such facts and styles.
        """
        trees = Trees.from_tensors(tensors, settings.encoding.width)
        if len(trees.baseline) != len(styles):
            raise ModelError(f"the trees score {len(trees.baseline)} styles, not {len(styles)}")
        for pattern, scaling in settings.scalings.items():
            if len(scaling.offsets) not in {0, len(styles)}:
                given = f"{len(scaling.offsets)} offsets for {len(styles)} styles"
                raise ModelError(f"the scaling of the facts {pattern[:40]!r} has {given}")
        return cls(styles, settings.encoding, trees, settings.scalings)

    def log_probabilities(self, table: pa.Table) -> Floats:
        """Predict calibrated log-probabilities `[n, styles]`; each row's probabilities sum to one.

        Args:
            table: with `features.COLUMNS`.
        """
        scores = self.trees.raw_scores(self.encoding.encode(table))
        return calibrate(scores, fact_pattern(table), self.scalings)
