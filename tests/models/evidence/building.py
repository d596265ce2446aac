"""Combined classifiers and evidence made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from models.config import TrainConfig
from models.evidence.classifier import CombinedClassifier
from models.evidence.evidence import Evidence
from models.evidence.pool import Pool
from models.facts.features import COLUMNS
from models.presets import resolve_config
from tests.models.facts.building import SCHEMA

STYLES = ("Baroque", "Realism", "Impressionism")
_LABELS = pa.list_(pa.struct([("style", pa.string()), ("artworks", pa.int64())]))
_ARTWORKS = pa.schema(
    [*SCHEMA, pa.field("image_sha256", pa.string()), pa.field("other_labels", _LABELS)]
)


def combined_config() -> TrainConfig:
    """The configuration of a combined classifier."""
    return resolve_config("combined", "quick")


def artworks(*rows: Mapping[str, object]) -> pa.Table:
    """Artworks as a combined classifier takes them; what a row does not name is not known.

    `others` stands for `other_labels`: the number of other artworks by style.
    """
    made = []
    for row in rows:
        others = row.get("others")
        labels = [{"style": s, "artworks": n} for s, n in dict(others).items()] if others else None
        known = {name: value for name, value in row.items() if name != "others"}
        made.append({**dict.fromkeys(COLUMNS), **known, "other_labels": labels})
    return pa.Table.from_pylist(made, schema=_ARTWORKS)


def classifier(pools: Mapping[str, Pool], **parts: object) -> CombinedClassifier:
    """A combined classifier of three styles, trained on ten artworks of each."""
    return CombinedClassifier(combined_config(), STYLES, (10, 10, 10), pools, **parts)


def pool(*weights: float, **given: object) -> Pool:
    """A log-linear pool."""
    return Pool(method="log-linear", weights=weights, **given)


def evidence(count: int, **probabilities: Mapping[int, Sequence[float]]) -> Evidence:
    """Evidence about so many artworks: by kind (`other_works`) and row, probabilities of styles."""
    logs, present = {}, {}
    for name, rows in probabilities.items():
        kind = name.replace("_", " ")
        logs[kind] = np.log(np.full((count, len(STYLES)), 1 / len(STYLES)))
        present[kind] = np.isin(np.arange(count), list(rows))
        for row, each in rows.items():
            logs[kind][row] = np.log(each)
    return Evidence(count, logs, present)
