"""Serving configuration of champions: encoders and precision.

Chosen once per model, when it is promoted, and stored in the table `serving`: equal artworks have
equal predictions in every run and on every machine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from catalog.base.hashing import key_of
from catalog.enrichment.predictions import ClassifierKey
from catalog.storage import duck, tables
from catalog.storage.store import Store
from models.evidence.patterns import FACTS, IMAGE, OTHER_WORKS
from models.versions import registry

Precision = Literal["fp32", "bf16"]


@dataclass(frozen=True)
class Serving:
    """How a model is run, and the measurements behind that choice."""

    model_version: str
    precision: Precision
    encoders: tuple[str, ...]
    """Digests of the encoders as they are run."""
    preprocessing: str
    """Fingerprint of their preprocessing."""
    images: int = 0
    """Images that both precisions were compared on."""
    cosine: float | None = None
    """Minimum cosine similarity between their vectors."""
    same_style: float | None = None
    """Share of the images to which both assign the same style."""
    reason: str = ""
    evidence: tuple[str, ...] = (IMAGE,)
    """Kinds of evidence that the model uses."""

    @property
    def classifier_key(self) -> ClassifierKey:
        """Identify what a prediction depends on besides the artwork: part of every prediction_key.

        The model_version covers weights, styles, preprocessing, pools and thresholds.
        """
        return ClassifierKey(
            key_of("prediction", 3, self.model_version, self.precision),
            image=IMAGE in self.evidence,
            facts=FACTS in self.evidence,
            other_works=OTHER_WORKS in self.evidence,
        )


def serving_of(home: Store, model_version: str) -> Serving:
    """Return a model's stored configuration; if there is none, choose and store one.

    Raises:
        ModelError: if the home has no such model, or its files are damaged.
    """
    known = read(home, model_version)
    if known is not None:
        return known
    from models.versions.precision import decide  # noqa: PLC0415 - needs torch

    decided = decide(home, model_version)
    tables.merge(home, "serving", [asdict(decided)])
    return decided


def read(home: Store, model_version: str) -> Serving | None:
    """Read a model's stored configuration, None if there is none."""
    rows = duck.rows(
        duck.connect(home, ("serving",)),
        "SELECT * FROM serving WHERE model_version = $model_version",
        {"model_version": model_version},
    )
    if not rows:
        return None
    lists = {name: tuple(rows[0][name]) for name in ("encoders", "evidence") if rows[0][name]}
    return Serving(**{**rows[0], "encoders": (), "evidence": (IMAGE,), **lists})


def read_champions(home: Store) -> dict[str, Serving | None]:
    """Read the stored configuration of each role's champion; loads no model."""
    return {role: read(home, model) for role, model in registry.champions(home).items()}


def configure_champions(home: Store) -> dict[str, Serving]:
    """Return the configuration of each role's champion, as `serving_of`; may load the models."""
    return {role: serving_of(home, model) for role, model in registry.champions(home).items()}
