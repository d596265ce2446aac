"""Weight interpolation between a CLIP before and after fine-tuning (WiSE-FT)."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pyarrow as pa
import torch

from models.classifiers.classifier import Classifier
from models.metrics.held_out_predictions import HeldOutPredictions, predict_held_out
from models.metrics.scores import macro_f1
from models.networks.texts import encode_styles

ALPHAS = tuple(step / 10 for step in range(10, -1, -1))
ALPHA = "wise_ft_alpha"


def interpolate(first: Classifier, last: Classifier, alpha: float) -> Classifier:
    """Return the CLIP with weights `alpha * last + (1 - alpha) * first`.

    Source: Wortsman et al. 2022, Robust fine-tuning of zero-shot models (WiSE-FT), for both towers
    and the scale of similarities.

    Args:
        first: before fine-tuning.
        last: after it, of the same architecture.
        alpha: 0 (first) to 1 (last).
    """
    network = copy.deepcopy(last.network)
    begun = first.network.state_dict()
    with torch.no_grad():
        for name, weight in network.state_dict().items():
            if weight.is_floating_point():
                weight.lerp_(begun[name].to(weight), 1 - alpha)
    with torch.no_grad(), last.arithmetic():
        embeddings = encode_styles(network.eval(), last.config.architecture, last.styles)
    return replace(last, network=network, style_embeddings=embeddings)


def best_interpolation(
    first: Classifier, last: Classifier, validation: pa.Table
) -> tuple[Classifier, HeldOutPredictions]:
    """Find the interpolation with the best macro-F1 on validation artworks, and its predictions.

    Ties go to the one nearest to the last weights. The choice is noted in the record.

    Args:
        first: before fine-tuning.
        last: after it.
        validation: artworks that neither has been trained on, with image, style and group_id.
    """
    best: tuple[float, Classifier, HeldOutPredictions] | None = None
    for alpha in ALPHAS:
        mixed = interpolate(first, last, alpha)
        predicted = predict_held_out(mixed, validation)
        guesses = predicted.guesses(mixed.config.prior_correction)
        score = float(np.nan_to_num(macro_f1(predicted.labels, guesses), nan=0.0))
        if best is None or score > best[0]:
            record = replace(mixed.record, metrics={ALPHA: alpha})
            best = (score, replace(mixed, record=record), predicted)
    assert best is not None  # noqa: S101 - there are interpolations
    return best[1], best[2]
