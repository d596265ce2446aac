"""Influence of facts on a prediction: the change of its probability when one is left out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from models.facts.classifier import FactsClassifier
from models.facts.features import GROUPS, hide

SHOWN = 3
MIN_CHANGE = 0.01
"""Minimum change of the probability that is shown."""


def fact_influence(facts: FactsClassifier, artworks: pa.Table) -> list[list[tuple[str, float]]]:
    """Measure how much each group of facts adds to the probability of each artwork's style.

    Args:
        facts: the classifier.
        artworks: with the columns `models.facts.features.COLUMNS`.

    Returns:
        For each artwork up to three groups with the change that leaving them out makes to the
        probability of its most likely style, the largest change first.
    """
    if artworks.num_rows == 0:
        return []
    whole = np.exp(facts.log_probabilities(artworks))
    best = whole.argmax(1)
    rows = np.arange(len(best))
    without = {group: np.exp(facts.log_probabilities(hide(artworks, group))) for group in GROUPS}
    changes = {group: (whole - left)[rows, best] for group, left in without.items()}
    return [
        sorted(
            (
                (group, float(change[row]))
                for group, change in changes.items()
                if abs(change[row]) >= MIN_CHANGE
            ),
            key=lambda found: -abs(found[1]),
        )[:SHOWN]
        for row in range(len(best))
    ]
