"""Training of a calibrated model on a home's artworks, stored in the home."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import partial, reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import torch

from catalog.base.arrow import values
from catalog.base.errors import TooFewArtworksError
from catalog.datasets import examples
from catalog.datasets.dataset import dataset_of
from catalog.storage.store import Store
from models.classifiers.calibration import calibrate
from models.classifiers.classifier import Classifier, encode_all
from models.classifiers.record import Epoch
from models.config import BEYOND_IMAGES, OWN_ARCHITECTURES, TrainConfig
from models.enrichment.embeddings import encode_once
from models.metrics.held_out_predictions import HeldOutPredictions, predict_held_out
from models.metrics.scores import macro_f1
from models.networks.encoding import Encode
from models.networks.texts import encode_styles
from models.training.combined import (
    best_image_model,
    combined_training_key,
    fit_combined_model,
    fit_facts_model,
    learning_table,
)
from models.training.key import training_key
from models.training.state import TrainingState
from models.training.train import train
from models.versions import registry, storage

ALPHAS = tuple(step / 10 for step in range(10, -1, -1))
ALPHA = "wise_ft_alpha"
_MEASURES = ("validation_loss", "validation_accuracy", "validation_macro_f1")


def fit(home: Store, config: TrainConfig, scheme: str, preset: str) -> str:
    """Train on a scheme's artworks, calibrate on held-out artworks, save; return the model_version.

    With `cross_validate` the model learns from the train and validation parts together, and is
    calibrated on out-of-fold predictions. With `wise_ft` the fine-tuned
    model is trained first, and stored, unless it exists. A model of the same
    configuration, trained on the same artworks, is not trained again; an interrupted training run
    is resumed.

    Raises:
        ModelError: if there are too few artworks, or weights that do not fit.
    """
    if config.kind in BEYOND_IMAGES:
        return _fit_beyond_images(home, config, scheme, preset)
    styles = dataset_of(scheme).styles
    works = examples.part_of(home, scheme, "train")
    validation = examples.part_of(home, scheme, "validation")
    key = training_key(
        config, scheme, examples.fingerprint(works), examples.fingerprint(validation)
    )
    if (known := _known(home, key)) is not None:
        return known
    encode = partial(encode_once, home)
    states = [TrainingState(home, key)]
    if config.wise_ft:
        # a model between the fine-tuned CLIP and its initial weights
        tuned = fit(home, config.model_copy(update={"wise_ft": False}), scheme, preset)
        last = storage.load_image_classifier(home, tuned)
        last = replace(last, config=last.config.model_copy(update={"wise_ft": True}))
        start = config.model_copy(update={"epochs": 0})
        first = train(start, works, validation, styles, progress=False, encode=encode)
        classifier, held_out = _best_interpolation(first, last, validation)
    elif config.cross_validate:
        works = examples.part_of(home, scheme, *examples.LEARNED)
        folds = sorted(set(values(works, "fold")) - {None})
        states += [TrainingState(home, f"{key}-{fold}") for fold in folds]
        found = [
            _predict_fold(config, works, fold, styles, state, encode)
            for fold, state in zip(folds, states[1:], strict=True)
        ]
        held_out = reduce(lambda one, other: one + other, [each for each, _ in found])
        held_out = replace(held_out, out_of_fold=True)
        classifier = train(config, works, None, styles, state=states[0], encode=encode)
        # an epoch's validation measures are the means of those of the folds' models
        history = tuple(
            replace(row, **{m: float(np.mean([getattr(e, m) for e in each])) for m in _MEASURES})
            for row, *each in zip(
                classifier.record.history, *(history for _, history in found), strict=True
            )
        )
        classifier = replace(classifier, record=replace(classifier.record, history=history))
    else:
        classifier = train(config, works, validation, styles, state=states[0], encode=encode)
        vectors = encode_all(classifier, validation, encode)
        held_out = predict_held_out(classifier, validation, vectors=vectors)
    calibration = calibrate(held_out.logits(config.prior_correction), held_out.labels)
    classifier = replace(classifier, calibration=calibration)
    model_version = storage.save(
        home, classifier, scheme=scheme, preset=preset, training_key=key, held_out=held_out
    )
    for state in states:
        state.discard()
    return model_version


def _predict_fold(
    config: TrainConfig,
    works: pa.Table,
    fold: int,
    styles: tuple[str, ...],
    state: TrainingState,
    encode: Encode,
) -> tuple[HeldOutPredictions, tuple[Epoch, ...]]:
    """Predict a fold by a model trained on the others; return that model's history too."""
    inside = pc.equal(works["fold"], pa.scalar(fold))
    others, held_out = works.filter(pc.invert(inside)), works.filter(inside)
    trained = train(config, others, held_out, styles, state=state, encode=encode)
    vectors = encode_all(trained, held_out, encode)
    return predict_held_out(trained, held_out, vectors=vectors), trained.record.history


def interpolate(first: Classifier, last: Classifier, alpha: float) -> Classifier:
    """Return the CLIP with weights `alpha * last + (1 - alpha) * first`: after and before tuning.

    Source: Wortsman et al. 2022, Robust fine-tuning of zero-shot models (WiSE-FT), for both towers
    and the scale of similarities.
    """
    network = copy.deepcopy(last.network)
    begun = first.network.state_dict()
    with torch.no_grad(), last.arithmetic():
        for name, weight in network.state_dict().items():
            if weight.is_floating_point():
                weight.lerp_(begun[name].to(weight), 1 - alpha)
        embeddings = encode_styles(network.eval(), last.config.architecture, last.styles)
    return replace(last, network=network, style_embeddings=embeddings)


def _best_interpolation(
    first: Classifier, last: Classifier, validation: pa.Table
) -> tuple[Classifier, HeldOutPredictions]:
    """Find the interpolation with the best macro-F1 on validation artworks, and its predictions.

    Ties go to the one nearest to the last weights. The choice is noted in the record.
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


def _fit_beyond_images(home: Store, config: TrainConfig, scheme: str, preset: str) -> str:
    """Train a facts classifier, or fit a combined one on it and the best image classifier."""
    if config.kind == "facts":
        works = learning_table(home, scheme)
        key = training_key(config, scheme, examples.fingerprint(works), "")
        if (known := _known(home, key)) is not None:
            return known
        classifier, held_out = fit_facts_model(home, config, scheme)
    else:
        own = config.model_copy(
            update={"kind": "facts", "architecture": OWN_ARCHITECTURES["facts"]}
        )
        try:
            facts = fit(home, own, scheme, preset)
        except TooFewArtworksError:
            facts = None
        best = best_image_model(home, scheme)
        image = best.model_version if best else None
        key = combined_training_key(home, config, scheme, facts, image)
        if (known := _known(home, key)) is not None:
            return known
        classifier, held_out = fit_combined_model(home, config, scheme, facts, image)
    return storage.save(
        home, classifier, scheme=scheme, preset=preset, training_key=key, held_out=held_out
    )


def _known(home: Store, key: str) -> str | None:
    """Find the undamaged model with a training key."""
    found = (row.model_version for row in registry.models(home) if row.training_key == key)
    return next((model for model in found if storage.damage_of(home, model) is None), None)
