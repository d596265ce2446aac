"""Test predictions of a model on synthetic artworks, to find failures before a nightly run."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import torch
from PIL import Image

from catalog.base.errors import ModelError
from catalog.storage.schemas import TABLES
from models.classifiers.classifier import Classifier, encoders_of
from models.evidence.classifier import CombinedClassifier, as_combined
from models.evidence.explanation import because, explain
from models.facts.features import COLUMNS
from models.networks.texts import encode_texts
from models.versions.settings import AnyClassifier

_SIDE = 64
_BATCH = 2
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
_STYLE_COUNTS = pa.list_(pa.struct([("style", pa.string()), ("artworks", pa.int64())]))


def require_predictions(model: AnyClassifier, what: str) -> None:
    """Let a model predict synthetic artworks with every combination of evidence.

    Args:
        model: loaded.
        what: name of the model in messages.

    Raises:
        ModelError: if it fails, or does not return probabilities.
    """
    try:
        problem = _problem_of(as_combined(model))
    except Exception as error:  # a network can raise anything
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        raise ModelError(f"{what} cannot predict: {reason}") from error
    if problem:
        raise ModelError(f"{what} cannot predict: {problem}")


def _problem_of(model: CombinedClassifier) -> str | None:
    artworks = _artworks(model.styles)
    pictures = _pictures()
    vectors = None
    if model.image is not None:
        vectors = [
            encoder.encode_jpegs(pictures)
            for encoder in encoders_of(model.image, batch_size=_BATCH, threads=1)
        ]
        if not all(np.isfinite(each).all() for each in vectors):
            return "an image has no finite embedding"
        if model.image.config.kind == "clip" and not _reads(model.image):
            return "a text has no finite embedding"
    evidence = model.evidence_about(artworks, vectors)
    predicted = model.combine(evidence)
    because(explain(model, artworks, evidence, predicted), model.styles)
    shape = (artworks.num_rows, len(model.styles))
    if any(not np.isfinite(logs).all() for logs in evidence.logs.values()):
        return "its probabilities are not finite numbers"
    sums = np.exp(predicted.log_probabilities).sum(1)
    if predicted.log_probabilities.shape != shape or not (abs(sums - 1) < _SUM).all():
        return "its probabilities do not sum to one"
    return None


def _reads(clip: Classifier) -> bool:
    with torch.inference_mode():
        vectors = encode_texts(clip.network, clip.config.architecture, ["a painting of a river"])
    return bool(torch.isfinite(vectors).all())


def _artworks(styles: tuple[str, ...]) -> pa.Table:
    """Return artworks with and without an image, with no, some and all facts, and other works."""
    kinds = TABLES["artworks"].schema
    fields = [kinds.field(name) for name in COLUMNS]
    others = [{"style": style, "artworks": n + 1} for n, style in enumerate(styles)]
    rows = [
        {**dict.fromkeys(COLUMNS), **facts, "image_sha256": image, "other_labels": labels}
        for image in ("made up", None)
        for facts in ({}, _SOME_FACTS, _ALL_FACTS)
        for labels in (None, others)
    ]
    schema = pa.schema(
        [*fields, pa.field("image_sha256", pa.string()), pa.field("other_labels", _STYLE_COUNTS)]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _pictures() -> list[bytes]:
    """Return a JPEG for each synthetic artwork with an image: noise, black, white in turn."""
    noise = np.random.default_rng(0).integers(0, 256, (_SIDE, _SIDE + 16, 3))
    jpegs = []
    for pixels in (noise, np.zeros_like(noise), np.full_like(noise, 255)) * 2:
        buffer = io.BytesIO()
        Image.fromarray(pixels.astype(np.uint8)).save(buffer, "JPEG")
        jpegs.append(buffer.getvalue())
    return jpegs
