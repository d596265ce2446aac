"""Training of a calibrated model on a home's artworks, stored in the home."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from catalog.base.errors import TooFewArtworksError
from catalog.datasets import examples
from catalog.datasets.dataset import dataset_of
from catalog.storage.store import Store
from models.classifiers.calibration import calibrate
from models.classifiers.classifier import encode_all
from models.config import BEYOND_IMAGES, FACTS_ARCHITECTURE, TrainConfig
from models.enrichment.embeddings import encode_once
from models.metrics.held_out_predictions import predict_held_out
from models.training.combined import (
    best_image_model,
    combined_training_key,
    fit_combined_model,
    fit_facts_model,
    learning_table,
)
from models.training.cross_validation import discard_states, out_of_fold, with_validation
from models.training.interpolation import best_interpolation
from models.training.key import training_key
from models.training.state import TrainingState
from models.training.train import train
from models.versions import registry, storage


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
    state = TrainingState(home, key)
    if config.wise_ft:
        # a model between the fine-tuned CLIP and its initial weights
        tuned = fit(home, config.model_copy(update={"wise_ft": False}), scheme, preset)
        last = storage.load_image_classifier(home, tuned)
        last = replace(last, config=last.config.model_copy(update={"wise_ft": True}))
        start = config.model_copy(update={"epochs": 0})
        first = train(start, works, validation, styles, progress=False, encode=encode)
        classifier, held_out = best_interpolation(first, last, validation)
    elif config.cross_validate:
        works = examples.part_of(home, scheme, *examples.LEARNED)
        held_out, histories = out_of_fold(home, config, works, styles, key=key, encode=encode)
        classifier = train(config, works, None, styles, state=state, encode=encode)
        history = with_validation(classifier.record.history, histories)
        classifier = replace(classifier, record=replace(classifier.record, history=history))
    else:
        classifier = train(config, works, validation, styles, state=state, encode=encode)
        vectors = encode_all(classifier, validation, encode)
        held_out = predict_held_out(classifier, validation, vectors=vectors)
    calibration = calibrate(held_out.logits(config.prior_correction), held_out.labels)
    classifier = replace(classifier, calibration=calibration)
    model_version = storage.save(
        home, classifier, scheme=scheme, preset=preset, training_key=key, held_out=held_out
    )
    state.discard()
    if config.cross_validate:
        discard_states(home, works, key)
    return model_version


def _fit_beyond_images(home: Store, config: TrainConfig, scheme: str, preset: str) -> str:
    """Train a facts classifier, or fit a combined one on it and the best image classifier."""
    if config.kind == "facts":
        works = learning_table(home, scheme)
        key = training_key(config, scheme, examples.fingerprint(works), "")
        if (known := _known(home, key)) is not None:
            return known
        classifier, held_out = fit_facts_model(home, config, scheme)
    else:
        facts = _facts_version(home, config, scheme, preset)
        best = best_image_model(home, scheme)
        image = best.model_version if best else None
        key = combined_training_key(home, config, scheme, facts, image)
        if (known := _known(home, key)) is not None:
            return known
        classifier, held_out = fit_combined_model(home, config, scheme, facts, image)
    return storage.save(
        home, classifier, scheme=scheme, preset=preset, training_key=key, held_out=held_out
    )


def _facts_version(home: Store, config: TrainConfig, scheme: str, preset: str) -> str | None:
    """Train the facts classifier of a scheme, if there are facts to learn from."""
    own = config.model_copy(update={"kind": "facts", "architecture": FACTS_ARCHITECTURE})
    try:
        return fit(home, own, scheme, preset)
    except TooFewArtworksError:
        return None


def _known(home: Store, key: str) -> str | None:
    """Find the undamaged model with a training key."""
    found = (row.model_version for row in registry.models(home) if row.training_key == key)
    return next((model for model in found if storage.damage_of(home, model) is None), None)
