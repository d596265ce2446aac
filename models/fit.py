"""From a home's works to a trained, calibrated model in the home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog import examples
from catalog.arrow import values
from catalog.datasets import dataset_of
from catalog.hashing import key_of
from catalog.store import Store
from models import registry, storage
from models.calibration import calibrate
from models.classifier import Classifier
from models.config import TrainConfig
from models.cross_validation import discard_states, out_of_fold, with_validation
from models.embeddings import encode_once
from models.encoding import Encode
from models.interpolation import best_interpolation
from models.judgements import Judgements, judge
from models.pretrained import digest
from models.training import train
from models.training_state import TrainingState


@dataclass(frozen=True)
class Fitted:
    """A trained classifier and what was said, without having learned from them, of other works."""

    classifier: Classifier
    judged: Judgements


def fit(home: Store, config: TrainConfig, scheme: str, preset: str) -> str:
    """Train on a scheme's works, calibrate on works not trained on, save; the model_version.

    With `cross_validate` the model learns from the train and validation parts together, and is
    calibrated on what models of the other folds say of each fold. A model of the same
    configuration, trained on the same works, is not trained again; one that was interrupted goes
    on from where it was.

    Raises:
        ModelError: if there are too few works, or weights that do not fit.
    """
    styles = dataset_of(scheme).styles
    works = examples.part_of(home, scheme, "train")
    validation = examples.part_of(home, scheme, "validation")
    key = _training_key(config, scheme, styles, works, validation)
    for known in registry.models(home):
        if known.training_key == key:
            return known.model_version
    encode = partial(encode_once, home)
    if config.cross_validate:
        both = examples.part_of(home, scheme, *examples.LEARNED)
        fitted = _fit_out_of_fold(home, config, both, styles, key=key, encode=encode)
    else:
        fitted = _fit_on_parts(home, config, works, validation, styles, key=key, encode=encode)
    logits = fitted.judged.logits(config.prior_correction)
    classifier = fitted.classifier.calibrated(calibrate(logits, fitted.judged.labels))
    model_version = storage.save(
        home, classifier, scheme=scheme, preset=preset, training_key=key, judged=fitted.judged
    )
    TrainingState(home, key).discard()
    if config.cross_validate:
        discard_states(home, both, key)
    return model_version


def label_indices(classifier: Classifier, works: pa.Table) -> npt.NDArray[np.int64]:
    """The works' styles as indices of the classifier's styles, `[n]`."""
    index = {style: position for position, style in enumerate(classifier.styles)}
    return np.array([index[style] for style in values(works, "style")], np.int64)


def _fit_on_parts(
    home: Store,
    config: TrainConfig,
    works: pa.Table,
    validation: pa.Table,
    styles: tuple[str, ...],
    *,
    key: str,
    encode: Encode,
) -> Fitted:
    state = TrainingState(home, key)
    classifier = train(config, works, validation, styles, state=state, encode=encode).classifier
    if not config.wise_ft:
        return Fitted(classifier, judge(classifier, validation))
    start = config.model_copy(update={"epochs": 0})
    first = train(start, works, None, styles, progress=False).classifier
    return Fitted(*best_interpolation(first, classifier, validation))


def _fit_out_of_fold(
    home: Store,
    config: TrainConfig,
    works: pa.Table,
    styles: tuple[str, ...],
    *,
    key: str,
    encode: Encode,
) -> Fitted:
    judged, histories = out_of_fold(home, config, works, styles, key=key, encode=encode)
    trained = train(config, works, None, styles, state=TrainingState(home, key), encode=encode)
    record = replace(trained.classifier.record, history=with_validation(trained.history, histories))
    return Fitted(replace(trained.classifier, record=record), judged)


def _training_key(
    config: TrainConfig,
    scheme: str,
    styles: tuple[str, ...],
    works: pa.Table,
    validation: pa.Table,
) -> str:
    """Says what a training comes from: equal keys give equal models."""
    return key_of(
        config.model_dump(mode="json", exclude={"pretrained", "workers"}),
        digest(config.pretrained),
        scheme,
        styles,
        examples.fingerprint(works),
        examples.fingerprint(validation),
    )[:16]
