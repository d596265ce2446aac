"""A model's stored validation predictions in the form that the gate needs."""

from __future__ import annotations

import json
from dataclasses import replace

from catalog.storage import duck
from catalog.storage.store import Store
from models.classifiers.calibration import softmax
from models.metrics import judgements
from models.metrics.judgements import Judgements
from models.promotion.gate import ScoredPredictions

PART = "validation"
_SETTINGS = """
SELECT
    temperature, config,
    model_version IN (SELECT evaluations.model_version FROM evaluations) AS measured,
    (
        SELECT any_value(evaluations.value)
        FROM evaluations
        WHERE
            evaluations.model_version = $model_version
            AND evaluations.part = 'validation'
            AND evaluations.metric = 'majority_accuracy'
            AND coalesce(evaluations.evidence, 'all') = 'all'
    ) AS majority
FROM models WHERE model_version = $model_version
"""


def read(home: Store, model_version: str) -> ScoredPredictions | None:
    """Read the model's predictions and confidence on validation works; None if not evaluated."""
    rows = duck.arrow(
        duck.connect(home, ("models", "evaluations")), _SETTINGS, {"model_version": model_version}
    ).to_pylist()
    if not rows or not rows[0]["measured"]:
        return None
    kept = judgements.read(home, model_version, PART)
    if kept is None:
        return None
    corrected = bool(json.loads(rows[0]["config"])["prior_correction"])
    judged = as_judged(kept, corrected=corrected, temperature=rows[0]["temperature"])
    return replace(judged, majority=rows[0]["majority"])


def as_judged(kept: Judgements, *, corrected: bool, temperature: float) -> ScoredPredictions:
    """Apply the model's prior correction and temperature to stored logits.

    Args:
        kept: logits of some works.
        corrected: whether the model corrects for the prior.
        temperature: divisor of its logits.
    """
    probabilities = softmax(kept.logits(corrected), temperature)
    return ScoredPredictions(
        artwork_ids=kept.artwork_ids,
        groups=kept.groups,
        styles=kept.styles,
        labels=kept.labels,
        guesses=probabilities.argmax(1),
        confidence=probabilities.max(1, initial=0.0),
    )
