"""Test predictions of a model on synthetic artworks, to find failures before a nightly run."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import torch
from PIL import Image

from catalog.base.errors import ModelError
from catalog.base.wording import one_line
from catalog.storage.schemas import TABLES
from models.classifiers.classifier import encoders_of
from models.evidence.classifier import CombinedClassifier, as_combined
from models.evidence.explanation import because, explain
from models.facts.features import COLUMNS
from models.networks.texts import encode_texts
from models.versions.settings import AnyClassifier

_SUM = 1e-6
"""Tolerance of the sum of probabilities."""
_SOME_FACTS = {"date_earliest": 1880, "date_latest": 1889, "nationality": "French"}
_ALL_FACTS = {
    **_SOME_FACTS,
    **{"born": 1840, "died": 1926, "active_from": 1860, "active_to": 1926},
    **{"timeframe_from": 1851, "timeframe_to": 1900, "technique": "oil on canvas"},
    **{"form": "painting", "type_given": "landscape", "profession": "painter"},
    **{"height_cm": 60.0, "width_cm": 80.0, "depth_cm": 3.0, "diameter_cm": 50.0},
}


def require_predictions(model: AnyClassifier, what: str) -> None:
    """Let a model predict synthetic artworks with every combination of evidence.

    Raises:
        ModelError: if it fails, or does not return probabilities.
    """
    try:
        problem = _problem_of(as_combined(model))
    except Exception as error:  # a network can raise anything
        raise ModelError(f"{what} cannot predict: {one_line(error, 300)}") from error
    if problem:
        raise ModelError(f"{what} cannot predict: {problem}")


def _problem_of(model: CombinedClassifier) -> str | None:
    # with and without an image, with no, some and all facts, and other works
    others = [{"style": style, "artworks": n + 1} for n, style in enumerate(model.styles)]
    rows = [
        {**facts, "image_sha256": image, "other_labels": labels}
        for image in ("made up", None)
        for facts in ({}, _SOME_FACTS, _ALL_FACTS)
        for labels in (None, others)
    ]
    labels = pa.list_(pa.struct([("style", pa.string()), ("artworks", pa.int64())]))
    schema = [TABLES["artworks"].schema.field(name) for name in COLUMNS]
    schema += [pa.field("image_sha256", pa.string()), pa.field("other_labels", labels)]
    artworks = pa.Table.from_pylist(rows, schema=pa.schema(schema))
    vectors = None
    if model.image is not None:
        jpegs = _jpegs() * 2
        encoders = encoders_of(model.image, batch_size=2, threads=1)
        vectors = [encoder.encode_jpegs(jpegs) for encoder in encoders]
        if not all(np.isfinite(each).all() for each in vectors):
            return "an image has no finite embedding"
        if model.image.config.kind == "clip":
            network, architecture = model.image.network, model.image.config.architecture
            with torch.inference_mode():
                texts = encode_texts(network, architecture, ["a painting of a river"])
            if not torch.isfinite(texts).all():
                return "a text has no finite embedding"
    evidence = model.evidence_about(artworks, vectors)
    predicted = model.combine(evidence)
    because(explain(model, artworks, evidence, predicted))
    if any(not np.isfinite(logs).all() for logs in evidence.logs.values()):
        return "its probabilities are not finite numbers"
    logs, shape = predicted.log_probabilities, (artworks.num_rows, len(model.styles))
    if logs.shape != shape or not (abs(np.exp(logs).sum(1) - 1) < _SUM).all():
        return "its probabilities do not sum to one"
    return None


def _jpegs() -> list[bytes]:
    """Return a JPEG of noise, a black one and a white one."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 80, 3))
    jpegs = []
    for pixels in (noise, np.zeros_like(noise), np.full_like(noise, 255)):
        buffer = io.BytesIO()
        Image.fromarray(pixels.astype(np.uint8)).save(buffer, "JPEG")
        jpegs.append(buffer.getvalue())
    return jpegs
