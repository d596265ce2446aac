"""From a home's works to a trained, calibrated model in the home."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog import examples
from catalog.arrow import values
from catalog.store import Store
from catalog.vocabulary import style_names
from models import registry, storage
from models.calibration import calibrate
from models.classifier import Classifier
from models.config import TrainConfig
from models.training import train
from models.training_key import training_key
from models.training_state import TrainingState


def fit(home: Store, config: TrainConfig, scheme: str, preset: str) -> str:
    """Train on a scheme's train part, calibrate on its validation part, save; the model_version.

    A model of the same configuration, trained on the same works, is not trained again.

    Raises:
        ModelError: if there are too few works, or weights that do not fit.
    """
    train_part = examples.part_of(home, scheme, "train")
    validation_part = examples.part_of(home, scheme, "validation")
    key = training_key(
        config, scheme, examples.fingerprint(train_part), examples.fingerprint(validation_part)
    )
    for known in registry.models(home):
        if known.training_key == key:
            return known.model_version
    classifier = train(
        config, train_part, validation_part, style_names(), state=TrainingState(home, key)
    ).classifier
    model_version = storage.save(
        home,
        calibrated(classifier, validation_part),
        scheme=scheme,
        preset=preset,
        training_key=key,
    )
    TrainingState(home, key).discard()
    return model_version


def calibrated(classifier: Classifier, held_out: pa.Table) -> Classifier:
    """The classifier with temperature and thresholds from works that it has not trained on."""
    logits = classifier.logits(values(held_out, "image"))
    return classifier.calibrated(calibrate(logits, label_indices(classifier, held_out)))


def label_indices(classifier: Classifier, works: pa.Table) -> npt.NDArray[np.int64]:
    """The works' styles as indices of the classifier's styles, `[n]`."""
    index = {style: position for position, style in enumerate(classifier.styles)}
    return np.array([index[style] for style in values(works, "style")], np.int64)
