"""Training of the facts classifier and the combined classifier, which need no image."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import log_softmax

from catalog.base.arrow import values
from catalog.base.errors import TooFewArtworksError
from catalog.base.hashing import key_of
from catalog.datasets import examples
from catalog.datasets.dataset import base_of, dataset_of
from catalog.storage.store import Store
from models.arrays import Flags, Floats, Labels
from models.classifiers.calibration import THRESHOLD_PRECISION
from models.classifiers.record import TrainingRecord
from models.config import BEYOND_IMAGES, TrainConfig
from models.evidence.classifier import CombinedClassifier
from models.evidence.evidence import Evidence, counts_matrix, log_frequencies
from models.evidence.fitting import fit_pools
from models.evidence.patterns import FACTS, IMAGE, OTHER_WORKS
from models.evidence.pool import log_loss, name_losses
from models.facts.features import has_facts
from models.facts.training import train_facts
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import HeldOutPredictions
from models.versions import registry, storage
from models.versions.registry import ModelRow

FittedModel = tuple[CombinedClassifier, HeldOutPredictions]
"""A trained classifier, and out-of-fold predictions of the same artworks."""


def learning_table(home: Store, scheme: str) -> pa.Table:
    """Read the labelled artworks of the train and validation parts, with or without an image.

    Their `other_labels` are those of the same artist's other artworks in these parts.
    """
    table = examples.labelled_artworks(home, scheme, *examples.LEARNED)
    return examples.with_other_labels(home, table, scheme)


def fit_facts_model(home: Store, config: TrainConfig, scheme: str) -> FittedModel:
    """Train the facts classifier of a scheme, and predict each fold by a model of the others.

    Raises:
        ModelError: if fewer than two styles have artworks about which facts are known.
    """
    began = time.perf_counter()
    styles = dataset_of(scheme).styles
    table = learning_table(home, scheme)
    table = table.filter(pa.array(has_facts(table)))
    facts, raw = train_facts(table, styles, seed=config.seed)
    evidence = Evidence(len(raw), {FACTS: raw}, {FACTS: np.ones(len(raw), bool)})
    labels = _labels(table, styles)
    fitted = fit_pools(
        evidence, labels, _groups(table), kinds={FACTS}, target_precision=THRESHOLD_PRECISION
    )
    record = TrainingRecord(
        examples.fingerprint(table),
        seconds=round(time.perf_counter() - began, 3),
        metrics=name_losses(fitted.losses),
    )
    counts = tuple(np.bincount(labels, minlength=len(styles)).tolist())
    classifier = CombinedClassifier(config, styles, counts, fitted.pools, None, facts, record)
    pooled = fitted.held_out[FACTS][1] if FACTS in fitted.held_out else raw
    held_out = held_out_predictions.held_out_predictions_of(
        styles, table, raw, pooled, out_of_fold=True
    )
    return classifier, held_out


def fit_combined_model(
    home: Store, config: TrainConfig, scheme: str, facts: str | None, image: str | None
) -> FittedModel:
    """Fit the pools of a facts and an image classifier, and of the labels of artists' other works.

    `facts` and `image` are the model_versions of the two, trained on the same scheme.

    Raises:
        ModelError: if there is neither.
    """
    if facts is None and image is None:
        raise TooFewArtworksError("a combined classifier needs a facts or an image classifier")
    began = time.perf_counter()
    styles = dataset_of(scheme).styles
    table = learning_table(home, scheme)
    labels = _labels(table, styles)
    counts = tuple(np.bincount(labels, minlength=len(styles)).tolist())
    parts = {kind: part for kind, part in ((IMAGE, image), (FACTS, facts)) if part is not None}
    blank = CombinedClassifier(config, styles, counts, {})
    evidence = _held_out_evidence(home, table, blank, parts)
    fitted = fit_pools(
        evidence,
        labels,
        _groups(table),
        kinds=evidence.logs.keys(),
        target_precision=THRESHOLD_PRECISION,
    )
    facts_model = storage.load(home, facts) if facts else None
    classifier = replace(
        blank,
        pools=fitted.pools,
        image=storage.load_image_classifier(home, image) if image else None,
        facts=facts_model.facts if isinstance(facts_model, CombinedClassifier) else None,
    )
    # A new artist has no other works.
    unseen = base_of(scheme) == "artist"
    kinds = [kind for kind in evidence.logs if not (unseen and kind == OTHER_WORKS)]
    combined = classifier.combine(evidence.only(kinds))
    # each artwork as pools fitted on other folds predict it, where its pattern has one
    logs = combined.log_probabilities.copy()
    for pattern, (rows, held_out) in fitted.held_out.items():
        mine = np.array([combined.patterns[row] == pattern for row in rows], bool)
        logs[rows[mine]] = held_out[mine]
    predicted = np.flatnonzero([bool(pattern) for pattern in combined.patterns])
    record = TrainingRecord(
        examples.fingerprint(table),
        seconds=round(time.perf_counter() - began, 3),
        metrics=name_losses(fitted.losses),
        accepted=_count_accepted(table, logs.argmax(1) == labels, combined.decisions == "accepted"),
        parts=parts,
    )
    return replace(classifier, record=record), held_out_predictions.held_out_predictions_of(
        styles, table.take(predicted), logs[predicted], logs[predicted], out_of_fold=True
    )


def best_image_model(home: Store, scheme: str) -> ModelRow | None:
    """Choose the image classifier of a scheme with the least log-loss on held-out artworks.

    Compared are the artworks that all candidates have predicted without having learned from them.
    """
    others = (*BEYOND_IMAGES, "majority")
    found: list[tuple[ModelRow, HeldOutPredictions]] = [
        (model, held_out)
        for model in registry.models_for_vocabulary(home)
        if model.scheme == scheme and not model.imported and model.kind not in others
        if (held_out := held_out_predictions.read(home, model.model_version, "validation"))
    ]
    if not found:
        return None
    common = set.intersection(*(set(each.artwork_ids) for _, each in found))

    def loss(candidate: tuple[ModelRow, HeldOutPredictions]) -> float:
        model, held_out = candidate
        rows = [r for r, each in enumerate(held_out.artwork_ids) if each in common or not common]
        chosen = held_out.take(rows)
        logits = chosen.logits(model.prior_corrected) / model.temperature
        return round(log_loss(log_softmax(logits, axis=1), chosen.labels), 4)

    return min(found, key=loss)[0]


def combined_training_key(
    home: Store, config: TrainConfig, scheme: str, facts: str | None, image: str | None
) -> str:
    """Identify what a combined classifier is fitted on: equal keys give equal models."""
    content = config.model_dump(mode="json", exclude={"pretrained", "workers"})
    labels = examples.fingerprint(learning_table(home, scheme))
    return key_of("combined", content, scheme, facts, image, labels)[:16]


def _held_out_evidence(
    home: Store, table: pa.Table, blank: CombinedClassifier, parts: dict[str, str]
) -> Evidence:
    """Collect held-out predictions of the component classifiers, given by kind of evidence."""
    shape = (table.num_rows, len(blank.styles))
    logs: dict[str, Floats] = {}
    present: dict[str, Flags] = {}
    for kind, version in parts.items():
        held_out = held_out_predictions.read(home, version, "validation")
        if held_out is None:
            continue
        corrected = kind == IMAGE and registry.find(home, version).prior_corrected
        places = _places(pa.array(held_out.artwork_ids, pa.string()), table["artwork_id"])
        found = places >= 0
        logs[kind], present[kind] = np.zeros(shape), np.zeros(table.num_rows, bool)
        logs[kind][places[found]] = log_softmax(held_out.logits(corrected)[found], axis=1)
        present[kind][places[found]] = True
    counts = counts_matrix(values(table, "other_labels"), blank.styles)
    logs[OTHER_WORKS] = log_frequencies(counts, blank.prior)
    present[OTHER_WORKS] = counts.sum(1) > 0
    return Evidence(table.num_rows, logs, present)


def _count_accepted(table: pa.Table, right: Flags, accepted: Flags) -> dict[str, tuple[int, int]]:
    """Count, by catalog, the held-out artworks that would be accepted, and the right ones."""
    catalogs = np.array(values(table, "catalog"), dtype=object)
    total, good = Counter(catalogs[accepted]), Counter(catalogs[accepted & right])
    return {str(name): (total[name], good[name]) for name in sorted(set(catalogs))}


def _groups(table: pa.Table) -> list[str]:
    return [str(group) for group in values(table, "group_id")]


def _labels(table: pa.Table, styles: tuple[str, ...]) -> Labels:
    return _places(table["style"], pa.array(styles, pa.string()))


def _places(wanted: Any, given: Any) -> Labels:
    """Return where each text is among the given ones, -1 where it is not."""
    found: Labels = pc.fill_null(pc.index_in(wanted, given), -1).to_numpy().astype(np.int64)
    return found
