"""Predict the works of a shard and record what was predicted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa

import sql
from catalog import duck, examples, tables
from catalog.arrow import values
from catalog.examples import LEARNED
from catalog.schemas import TABLES
from catalog.store import Store, open_store
from models.classifiers.classifier import Classifier
from models.versions import registry, storage

TOP_K = 3


@lru_cache(maxsize=1)
def loaded(home: str, model_version: str) -> Classifier:
    """The classifier, loaded once per process."""
    return storage.load(open_store(home), model_version)


def predict_shard(
    home: Store,
    model_version: str,
    shard: str,
    artwork_ids: Sequence[str],
    *,
    batch_size: int,
    threads: int,
) -> int:
    """Predict works whose images are in one shard; how many images went through the model.

    Doing it twice writes the same rows once.
    """
    classifier = loaded(home.uri, model_version)
    connection = duck.connect(home, ("images", "splits"))
    works = duck.arrow(
        connection,
        sql.text("predictions/shard"),
        {
            "classifier_key": registry.classifier_key(model_version),
            "scheme": registry.find(home, model_version).scheme,
            "learned": list(LEARNED if classifier.config.cross_validate else LEARNED[:1]),
            "shard": shard,
            "artwork_ids": list(artwork_ids),
        },
    )
    works = examples.with_images(home, works)
    predictions = classifier.predict(values(works, "image"), batch_size=batch_size, threads=threads)
    rows = [
        {
            **work,
            "model_version": model_version,
            "style": predictions.names[row],
            "confidence": float(predictions.confidence[row]),
            "top_k": [
                {"style": style, "confidence": confidence}
                for style, confidence in predictions.top(row, TOP_K)
            ],
            "decision": classifier.decide(float(predictions.confidence[row])),
        }
        for row, work in enumerate(works.drop_columns(["image", "shard"]).to_pylist())
    ]
    schema = TABLES["predictions"].schema
    tables.merge(home, "predictions", pa.Table.from_pylist(rows, schema=schema))
    return len(rows)
