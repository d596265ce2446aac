"""Steps of enrichment: predict what is new, describe what changed, write what people read."""

from __future__ import annotations

from catalog import enrichment
from catalog.store import open_store
from models.enrichment import closest, describing
from models.enrichment.captioner import plan_captions as plan
from tasks.task import task


@task
def plan_predictions(home: str, name: str | None, classifier_key: str) -> dict[str, list[str]]:
    """Works that the classifier has not seen: artwork_ids by the shard of their image."""
    return enrichment.plan_predictions(open_store(home), name, classifier_key)


@task
def predict_shard(
    home: str, model_version: str, shard: str, artwork_ids: list[str], batch_size: int, threads: int
) -> int:
    """Predict works of one shard; how many images went through the model."""
    from models.enrichment.shard_prediction import predict_shard as predict  # noqa: PLC0415 - needs torch

    return predict(
        open_store(home), model_version, shard, artwork_ids, batch_size=batch_size, threads=threads
    )


@task
def plan_captions(home: str, name: str | None, captioner: str) -> dict[str, list[str]]:
    """Images that the captioner has not seen: artwork_ids by the shard of their image."""
    return plan(open_store(home), name, captioner)


@task
def caption_shard(home: str, captioner: str, shard: str, artwork_ids: list[str]) -> int:
    """Caption images of one shard; how many."""
    from models.enrichment import free_caption  # noqa: PLC0415 - needs torch

    return free_caption.caption_shard(open_store(home), captioner, shard, artwork_ids)


@task
def update_closest(
    home: str, name: str | None, encoder: str | None, preprocessing: str | None
) -> int:
    """Bring the close works of those of unknown artists up to date; how many changed."""
    return closest.update_closest(open_store(home), name, encoder, preprocessing)


@task
def describe(home: str, name: str | None, classifier_key: str | None) -> int:
    """Write the sentences that are missing; how many."""
    return describing.describe_works(open_store(home), name, classifier_key)


@task
def update_enriched(home: str, name: str | None, classifier_key: str | None) -> dict[str, int]:
    """Bring `enriched` up to date; rows inserted and updated."""
    written = describing.write_enriched(open_store(home), name, classifier_key)
    return {"inserted": written.inserted, "updated": written.updated}
