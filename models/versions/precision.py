"""Choice of inference precision: bfloat16 if it gives the same results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

import sql
from catalog.base.arrow import values
from catalog.datasets import examples
from catalog.storage import duck
from catalog.storage.store import Store
from models.arrays import Vectors
from models.classifiers.classifier import Classifier, encoders_of, head_logits, is_image_tower
from models.evidence.classifier import as_combined
from models.networks.encoding import Encoder
from models.versions import storage
from models.versions.serving import Serving

IMAGES = 64
"""Images that both precisions are compared on."""
MIN_IMAGES = 16
SMALL_ERROR = 0.01
"""Largest cosine distance between both precisions, relative to that between different images: how
far vectors spread depends on the network, and neighbours must stay the same."""
SAME_STYLE = 0.98
LARGE = 10**11
"""Weights times pixels of an image from which bfloat16 saves time: small networks lose
more by converting."""


def decide(home: Store, model_version: str) -> Serving:
    """Compare precisions on images of the home; choose bfloat16 if it gives the same results.

    Raises:
        ModelError: if the home has no such model, or its files are damaged.
    """
    model = as_combined(storage.load(home, model_version))
    classifier = model.image
    full = Serving(model_version, "fp32", (), "", evidence=model.kinds)
    if classifier is None:
        return replace(full, reason="no image classifier: nothing is computed on images")
    encoders = encoders_of(classifier)
    full = replace(
        full,
        encoders=tuple(encoder.digest() for encoder in encoders),
        preprocessing=classifier.preprocessing.fingerprint(),
    )
    if refused := _why_not_bf16(classifier, encoders):
        return replace(full, reason=refused)
    # some prepared images of the home, the same ones each time
    connection = duck.connect(home, ("images",))
    rows = duck.arrow(connection, sql.text("serving/images"), {"count": IMAGES})
    jpegs = list(values(examples.with_images(home, rows), "image"))
    if len(jpegs) < MIN_IMAGES:
        return replace(full, reason=f"fewer than {MIN_IMAGES} images to compare on")
    shorter = tuple(run_in(encoder, "bf16") for encoder in encoders)
    before = [encoder.encode_jpegs(jpegs) for encoder in encoders]
    after = [encoder.encode_jpegs(jpegs) for encoder in shorter]
    pairs = list(zip(before, after, strict=True))
    cosine = round(min(_least_cosine(*pair) for pair in pairs), 5)
    error = max((1 - _least_cosine(*pair)) / _usual_distance(pair[0]) for pair in pairs)
    one, other = (head_logits(classifier, each, len(jpegs)).argmax(1) for each in (before, after))
    same = float((one == other).mean())
    reason = (
        f"on {len(jpegs)} images bf16 has a cosine of at least {cosine:.5f} to fp32, which is "
        f"{error:.2%} of the distance between different images, and gives {same:.1%} the same style"
    )
    if error <= SMALL_ERROR and same >= SAME_STYLE:
        digests = tuple(encoder.digest() for encoder in shorter)
        full = replace(full, precision="bf16", encoders=digests)
    return replace(full, images=len(jpegs), cosine=cosine, same_style=same, reason=reason)


def run_in(encoder: Encoder, precision: str) -> Encoder:
    """Convert an encoder to a precision: only image towers are converted."""
    return encoder.in_bf16() if precision == "bf16" and is_image_tower(encoder) else encoder


def _why_not_bf16(classifier: Classifier, encoders: tuple[Encoder, ...]) -> str | None:
    towers = [encoder.network for encoder in encoders if is_image_tower(encoder)]
    if not towers:
        return "no image tower"
    weights = sum(weight.numel() for tower in towers for weight in tower.parameters())
    if weights * classifier.preprocessing.image_size**2 < LARGE:
        return "a small network: bf16 would save no time"
    if not computes_bf16(classifier.device):
        return f"this {classifier.device.type} does not compute in bf16"
    return None


def computes_bf16(device: torch.device) -> bool:
    """Return whether a device has instructions for bfloat16."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _least_cosine(one: Vectors, other: Vectors) -> float:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosines = (one * other).sum(1) / np.maximum(lengths, np.finfo(np.float32).tiny)
    return float(cosines.min())


def _usual_distance(vectors: Vectors) -> float:
    """Return the median cosine distance between different images; tiny if all are similar."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    cosines = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    return max(float(1 - np.median(cosines)), 1e-12)
